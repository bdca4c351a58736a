/* src/evidence/linux.c - what Linux and BSD daemons say: logins, privileges, accounts, jobs. */
#include "evidence/log_priv.h"

#define SSH "sshd"

static const struct noro_template sshd[] = {
	{ "Accepted " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "login",
		"success" },
	{ "Failed " T_METHOD " for invalid user " T_USER_LAST " from " T_SRC " port " T_SRC_PORT,
		"login", "failure" },
	{ "Failed " T_METHOD " for illegal user " T_USER_LAST " from " T_SRC " port " T_SRC_PORT,
		"login", "failure" },
	{ "Failed " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "login",
		"failure" },
	{ "Failed " T_METHOD " for " T_USER_LAST " from " T_SRC, "login", "failure" },
	{ "Postponed " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, NULL,
		NULL },
	{ "Partial " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, NULL, NULL },
	{ "Invalid user " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "login", "failure" },
	{ "Invalid user " T_USER_LAST " from " T_SRC, "login", "failure" },
	{ "Illegal user " T_USER_LAST " from " T_SRC, "login", "failure" },
	{ "input_userauth_request: invalid user " T_USER, "login", "failure" },
	{ "PAM: " T_WORD "uthentication failure for illegal user " T_USER_LAST " from " T_SRC,
		"login", "failure" },
	{ "PAM: " T_WORD "uthentication failure for " T_USER_LAST " from " T_SRC, "login",
		"failure" },
	{ "PAM: " T_WORD "uthentication error for illegal user " T_USER_LAST " from " T_SRC,
		"login", "failure" },
	{ "PAM: " T_WORD "uthentication error for " T_USER_LAST " from " T_SRC, "login",
		"failure" },
	{ "PAM: User not known to the underlying authentication module for " T_SKIP
	  "user " T_USER_LAST " from " T_SRC,
		"login", "failure" },
	{ "PAM: User not known to the underlying authentication module for " T_USER_LAST
	  " from " T_SRC,
		"login", "failure" },
	{ "User " T_USER_LAST " from " T_SRC " not allowed because " T_REASON, "login", "failure" },
	{ "User " T_USER " not allowed because " T_REASON, "login", "failure" },
	{ "ROOT LOGIN REFUSED FROM " T_SRC " port " T_SRC_PORT, "login", "failure" },
	{ "ROOT LOGIN REFUSED FROM " T_SRC, "login", "failure" },
	{ "maximum authentication attempts exceeded for invalid user " T_USER_LAST " from " T_SRC
	  " port " T_SRC_PORT,
		"login", "failure" },
	{ "maximum authentication attempts exceeded for " T_USER_LAST " from " T_SRC
	  " port " T_SRC_PORT,
		"login", "failure" },
	{ "Disconnecting: Too many authentication failures for " T_USER " [", "login", "failure" },
	{ "Disconnecting invalid user " T_USER_LAST " " T_SRC " port " T_SRC_PORT ": " T_REASON,
		"login", "failure" },
	{ "Disconnecting authenticating user " T_USER_LAST " " T_SRC " port " T_SRC_PORT
	  ": " T_REASON,
		"login", "failure" },
	{ "Connection closed by invalid user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"disconnect", NULL },
	{ "Connection closed by authenticating user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"disconnect", NULL },
	{ "Connection reset by invalid user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"disconnect", NULL },
	{ "Connection reset by authenticating user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"disconnect", NULL },
	{ "Connection closed by " T_SRC " port " T_SRC_PORT, "disconnect", NULL },
	{ "Connection reset by " T_SRC " port " T_SRC_PORT, "disconnect", NULL },
	{ "Connection closed by " T_SRC, "disconnect", NULL },
	{ "Connection from " T_SRC " port " T_SRC_PORT " on " T_DST " port " T_DST_PORT, "connect",
		NULL },
	{ "Connection from " T_SRC " port " T_SRC_PORT, "connect", NULL },
	{ "Connection from authenticating user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"connect", NULL },
	{ "Received disconnect from " T_SRC " port " T_SRC_PORT ":" T_REASON, "disconnect", NULL },
	{ "Received disconnect from " T_SRC ": " T_REASON, "disconnect", NULL },
	{ "Disconnected from invalid user " T_USER_LAST " " T_SRC " port " T_SRC_PORT, "disconnect",
		NULL },
	{ "Disconnected from authenticating user " T_USER_LAST " " T_SRC " port " T_SRC_PORT,
		"disconnect", NULL },
	{ "Disconnected from user " T_USER_LAST " " T_SRC " port " T_SRC_PORT, "disconnect", NULL },
	{ "Disconnected from " T_SRC " port " T_SRC_PORT, "disconnect", NULL },
	{ "Disconnecting " T_SRC ": " T_REASON, "disconnect", NULL },
	{ "Starting session: " T_COMMAND " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT,
		"session", NULL },
	{ "Close session: user " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "logout", NULL },
	{ "Did not receive identification string from " T_SRC " port " T_SRC_PORT, "probe", NULL },
	{ "Did not receive identification string from " T_SRC, "probe", NULL },
	{ "Bad protocol version identification '" T_SKIP "' from " T_SRC " port " T_SRC_PORT,
		"probe", NULL },
	{ "Bad protocol version identification '" T_SKIP "' from " T_SRC, "probe", NULL },
	{ "Unable to negotiate with " T_SRC " port " T_SRC_PORT ": " T_REASON, "probe", NULL },
	{ "Unable to negotiate with " T_SRC ": " T_REASON, "probe", NULL },
	{ "ssh_dispatch_run_fatal: Connection from " T_SKIP "user " T_USER_LAST " " T_SRC
	  " port " T_SRC_PORT ": " T_REASON,
		"probe", NULL },
	{ "ssh_dispatch_run_fatal: Connection from " T_SRC " port " T_SRC_PORT ": " T_REASON,
		"probe", NULL },
	{ "reverse mapping checking getaddrinfo for " T_SKIP " [" T_SRC "] failed", "probe", NULL },
	{ "Address " T_SRC " maps to ", "probe", NULL },
	{ "Timeout before authentication for connection from " T_SRC " to ", "probe", NULL },
	{ "Timeout before authentication for " T_SRC " port " T_SRC_PORT, "probe", NULL },
	{ "Timeout before authentication for " T_SRC, "probe", NULL },
	{ "banner exchange: Connection from " T_SRC " port " T_SRC_PORT ": " T_REASON, "probe",
		NULL },
	{ "refused connect from " T_SKIP " (" T_SRC ")", "connect", "failure" },
	{ "refused connect from " T_SRC, "connect", "failure" },
	/* dropbear */
	{ "Password auth succeeded for '" T_USER_LAST "' from " T_SRC, "login", "success" },
	{ "Pubkey auth succeeded for '" T_USER_LAST "' with " T_SKIP " from " T_SRC, "login",
		"success" },
	{ "Bad password attempt for '" T_USER_LAST "' from " T_SRC, "login", "failure" },
	{ "Login attempt for nonexistent user from " T_SRC, "login", "failure" },
	{ "Login attempt for nonexistent user '" T_USER_LAST "' from " T_SRC, "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template sudo_rows[] = {
	{ T_USER " : command not allowed ; TTY=" T_SKIP " ; PWD=" T_SKIP " ; USER=" T_TARGET
		 " ; COMMAND=" T_COMMAND,
		"command", "failure" },
	{ T_USER " : user NOT in sudoers ; TTY=" T_SKIP " ; PWD=" T_SKIP " ; USER=" T_TARGET
		 " ; COMMAND=" T_COMMAND,
		"command", "failure" },
	{ T_USER " : " T_WORD " incorrect password attempt" T_SKIP "USER=" T_TARGET
		 " ; COMMAND=" T_COMMAND,
		"command", "failure" },
	{ T_USER " : TTY=" T_SKIP "USER=" T_TARGET " ; " T_SKIP "COMMAND=" T_COMMAND, "command",
		"success" },
	{ T_USER " : " T_SKIP "USER=" T_TARGET " ; COMMAND=" T_COMMAND, "command", NULL },
	{ NULL, NULL, NULL },
};

static const struct noro_template su_rows[] = {
	{ "Successful su for " T_TARGET " by " T_USER, "login", "success" },
	{ "FAILED su for " T_TARGET " by " T_USER, "login", "failure" },
	{ "(to " T_TARGET ") " T_USER " on ", "login", "success" },
	{ "FAILED SU (to " T_TARGET ") " T_USER " on ", "login", "failure" },
	{ "'su " T_TARGET "' failed for " T_USER " on ", "login", "failure" },
	{ "'su " T_TARGET "' succeeded for " T_USER " on ", "login", "success" },
	{ NULL, NULL, NULL },
};

static const struct noro_template accounts[] = {
	{ "new user: name=" T_TARGET ", UID=", "add", "success" },
	{ "new group: name=" T_TARGET ", GID=", "add", "success" },
	{ "add '" T_TARGET "' to group '" T_SKIP "'", "add", "success" },
	{ "add '" T_TARGET "' to shadow group '", "add", "success" },
	{ "delete user '" T_TARGET "'", "delete", "success" },
	{ "removed group '" T_TARGET "'", "delete", "success" },
	{ "change user '" T_TARGET "' ", "config", "success" },
	{ "password for '" T_TARGET "' changed by '" T_USER "'", "config", "success" },
	{ "pam_unix(passwd:chauthtok): password changed for " T_TARGET, "config", "success" },
	{ "failed adding user '" T_TARGET "'", "add", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template logins[] = {
	{ "New session " T_SESSION " of user " T_USER ".", "session", "success" },
	{ "Session " T_SESSION " logged out", "logout", NULL },
	{ "Removed session " T_SESSION ".", "logout", NULL },
	{ "ROOT LOGIN ON " T_DEVICE " FROM " T_SRC, "login", "success" },
	{ "ROOT LOGIN ON " T_DEVICE, "login", "success" },
	{ "LOGIN ON " T_DEVICE " BY " T_USER " FROM " T_SRC, "login", "success" },
	{ "LOGIN ON " T_DEVICE " BY " T_USER, "login", "success" },
	{ "FAILED LOGIN (" T_SKIP ") on '" T_DEVICE "' from '" T_SRC "' FOR '" T_USER "'", "login",
		"failure" },
	{ "FAILED LOGIN (" T_SKIP ") on '" T_DEVICE "' FOR '" T_USER "'", "login", "failure" },
	{ "FAILED LOGIN " T_SKIP " FROM " T_SRC " FOR " T_USER ",", "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template cron[] = {
	{ "(" T_USER ") CMD (" T_COMMAND, "command", NULL },
	{ "(" T_USER ") RELOAD (" T_FILE ")", "config", NULL },
	{ "(" T_USER ") REPLACE (" T_SKIP ")", "config", NULL },
	{ NULL, NULL, NULL },
};

static const struct noro_template dns[] = {
	{ "client @" T_SKIP " " T_SRC " (" T_QUERY "): " T_REASON, NULL, NULL },
	{ "client " T_SRC " (" T_QUERY "): " T_REASON, NULL, NULL },
	{ "client " T_SRC ": query (cache) '" T_QUERY "/" T_SKIP "' denied", "deny", "failure" },
	{ "client " T_SRC ": query '" T_QUERY "/" T_SKIP "' denied", "deny", "failure" },
	{ "client " T_SRC ": view " T_SKIP ": query (cache) '" T_QUERY "/" T_SKIP "' denied",
		"deny", "failure" },
	{ "client " T_SRC ": query: " T_QUERY " IN ", "query", NULL },
	{ "client " T_SRC ": view " T_SKIP ": query: " T_QUERY " IN ", "query", NULL },
	{ "query[" T_METHOD "] " T_QUERY " from " T_SRC, "query", NULL },
	{ NULL, NULL, NULL },
};

static const struct noro_template pam[] = {
	{ T_SKIP "session opened for user " T_TARGET "(" T_SKIP " by " T_USER "(", "session",
		"success" },
	{ T_SKIP "session opened for user " T_USER " by ", "session", "success" },
	{ T_SKIP "session closed for user " T_USER, "logout", NULL },
	{ T_SKIP "check pass; user unknown", "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template openvpn[] = {
	{ T_SRC " TLS Auth Error: " T_REASON, "login", "failure" },
	{ T_SRC " TLS Error: " T_REASON, "login", "failure" },
	{ T_SRC " [" T_USER "] Peer Connection Initiated with ", "login", "success" },
	{ T_USER "/" T_SRC " SIGTERM", "logout", NULL },
	{ T_SRC " VERIFY ERROR: " T_REASON, "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template ftp[] = {
	{ T_SKIP "FAIL LOGIN: Client \"" T_SRC "\"", "login", "failure" },
	{ T_SKIP "OK LOGIN: Client \"" T_SRC "\"", "login", "success" },
	{ T_WORD " (" T_SRC ") - USER " T_USER_LAST ": no such user found from ", "login",
		"failure" },
	{ T_WORD " (" T_SRC ") - USER " T_USER_LAST " (Login failed)", "login", "failure" },
	{ T_WORD " (" T_SRC ") - USER " T_USER_LAST ": Login successful", "login", "success" },
	{ "(?@" T_SRC ") [WARNING] Authentication failed for user [" T_USER "]", "login",
		"failure" },
	{ "(?@" T_SRC ") [INFO] " T_USER " is now logged in", "login", "success" },
	{ NULL, NULL, NULL },
};

#define SAMBA "Auth: [" T_METHOD "] user [" T_SKIP "]\\[" T_USER_LAST "] at " T_SKIP " status ["
static const struct noro_template samba[] = {
	{ SAMBA "NT_STATUS_OK]" T_SKIP " remote host [ipv4:" T_SRC "]", "login", "success" },
	{ SAMBA T_REASON "]" T_SKIP " remote host [ipv4:" T_SRC "]", "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *program; /* a prefix of the name without its path */
	const char *shape;
	const struct noro_template *rows;
} programs[] = {
	{ "sshd", SSH, sshd },
	{ "dropbear", "dropbear", sshd },
	{ "sudo", "sudo", sudo_rows },
	{ "su", "su", su_rows },
	{ "useradd", "accounts", accounts },
	{ "userdel", "accounts", accounts },
	{ "usermod", "accounts", accounts },
	{ "groupadd", "accounts", accounts },
	{ "groupdel", "accounts", accounts },
	{ "chpasswd", "accounts", accounts },
	{ "passwd", "accounts", accounts },
	{ "gpasswd", "accounts", accounts },
	{ "systemd-logind", "logind", logins },
	{ "login", "login", logins },
	{ "systemd", "systemd", pam },
	{ "cron", "cron", cron },
	{ "anacron", "cron", cron },
	{ "named", "named", dns },
	{ "dnsmasq", "dnsmasq", dns },
	{ "openvpn", "openvpn", openvpn },
	{ "ovpn", "openvpn", openvpn },
	{ "smb", "samba", samba },
	{ "vsftpd", "ftp", ftp },
	{ "proftpd", "ftp", ftp },
	{ "pure-ftpd", "ftp", ftp },
};

/* "authentication failure; logname= uid=0 tty=ssh ruser= rhost=192.0.2.1  user=root" */
static bool pam_failure(struct noro_record *r, struct noro_view msg)
{
	size_t at = noro_view_find(msg, NORO_V("authentication failure; "));
	struct noro_view name, value;

	if (at == SIZE_MAX)
		return false;
	msg = noro_view_sub(msg, at + 24, msg.n);
	while (noro_ev_next_kv(&msg, &name, &value)) {
		if (noro_view_is(name, "rhost")) {
			/* ruser stands before it and may hold anything: the last one is real */
			r->field[NORO_FIELD_SRC_IP].p = r->field[NORO_FIELD_SRC_HOST].p = NULL;
			(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, value);
		} else if (noro_view_is(name, "ruser")) {
			noro_ev_set(r, NORO_FIELD_USER, value);
		} else if (noro_view_is(name, "user")) {
			noro_ev_put(r, NORO_FIELD_USER, value);
			break;
		} else if (noro_view_is(name, "tty"))
			noro_ev_set(r, NORO_FIELD_DEVICE, value);
	}
	noro_ev_login(r, "failure");
	noro_ev_set_str(r, NORO_FIELD_METHOD, "password");
	return true;
}

static bool pam_message(struct noro_record *r, struct noro_view msg)
{
	struct noro_view head = noro_view_sub(msg, 0, 64);

	if (noro_view_find(head, NORO_V("pam")) == SIZE_MAX &&
		noro_view_find(r->field[NORO_FIELD_PROGRAM], NORO_V("(pam")) == SIZE_MAX &&
		noro_view_find(head, NORO_V("authentication failure; ")) == SIZE_MAX)
		return false;
	if (pam_failure(r, msg))
		return true;
	return noro_ev_templates(pam, msg, r) != NULL;
}

/* iptables and nftables: "IN=eth0 OUT= MAC=.. SRC=192.0.2.1 DST=.. PROTO=TCP SPT=1 DPT=2". */
static bool netfilter(struct noro_record *r, struct noro_view msg)
{
	struct noro_view name, value, rest = msg;
	size_t in =
		noro_view_chr(msg, '=') == SIZE_MAX ? SIZE_MAX : noro_view_find(msg, NORO_V("IN="));

	if (in == SIZE_MAX || in > 200 || noro_view_find(msg, NORO_V(" SRC=")) == SIZE_MAX)
		return false;
	while (noro_ev_next_kv(&rest, &name, &value)) {
		if (noro_view_is(name, "SRC"))
			(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, value);
		else if (noro_view_is(name, "DST"))
			(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, value);
		else if (noro_view_is(name, "SPT"))
			noro_ev_set(r, NORO_FIELD_SRC_PORT, value);
		else if (noro_view_is(name, "DPT"))
			noro_ev_set(r, NORO_FIELD_DST_PORT, value);
		else if (noro_view_is(name, "PROTO"))
			noro_ev_set(r, NORO_FIELD_PROTO, value);
		else if (noro_view_is(name, "IN"))
			noro_ev_set(r, NORO_FIELD_DEVICE, value);
	}
	noro_ev_set(r, NORO_FIELD_RULE, noro_view_trim(noro_view(msg.p, in)));
	if (noro_view_find_i(noro_view(msg.p, in), NORO_V("drop")) != SIZE_MAX ||
		noro_view_find_i(noro_view(msg.p, in), NORO_V("block")) != SIZE_MAX ||
		noro_view_find_i(noro_view(msg.p, in), NORO_V("deny")) != SIZE_MAX)
		noro_ev_set_str(r, NORO_FIELD_ACTION, "deny");
	r->shape = "netfilter";
	return true;
}

static struct noro_view without_severity(struct noro_view msg)
{
	static const char *const marks[] = {
		"error: ", "fatal: ", "debug1: ", "info: ", "message repeated "
	};

	for (size_t i = 0; i < 4; i++)
		if (noro_view_starts(msg, marks[i]))
			return noro_view_sub(msg, strlen(marks[i]), msg.n);
	if (noro_view_starts(msg, marks[4])) { /* "message repeated 5 times: [ Failed ... ]" */
		size_t at = noro_view_find(noro_view_sub(msg, 0, 64), NORO_V("[ "));

		if (at != SIZE_MAX)
			return noro_view_sub(msg, at + 2, msg.n);
	}
	return msg;
}

/* What follows "ssh2: " is a key or a stranger's text. */
static struct noro_view relevant(const struct noro_template *rows, struct noro_view msg)
{
	size_t at;

	if (rows != sshd)
		return msg;
	at = noro_view_find(msg, NORO_V(" ssh2: "));
	if (at == SIZE_MAX)
		at = noro_view_find(msg, NORO_V(" ssh1: "));
	return at == SIZE_MAX ? msg : noro_view(msg.p, at + 5);
}

/* Solaris and illumos write "[ID 800047 auth.notice] " before the text. */
static struct noro_view without_id(struct noro_view msg)
{
	size_t end = noro_view_starts(msg, "[ID ")
			     ? noro_view_find(noro_view_sub(msg, 0, 48), NORO_V("] "))
			     : SIZE_MAX;

	return end == SIZE_MAX ? msg : noro_view_sub(msg, end + 2, msg.n);
}

bool noro_ev_linux_message(struct noro_record *r)
{
	struct noro_view msg = without_id(r->field[NORO_FIELD_MESSAGE]),
			 program = r->field[NORO_FIELD_PROGRAM];
	size_t slash = noro_view_rchr(program, '/');

	if (slash != SIZE_MAX)
		program = noro_view_sub(program, slash + 1, program.n);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (!noro_view_starts_i(program, programs[i].program))
			continue;
		if (noro_ev_templates(programs[i].rows,
			    relevant(programs[i].rows, without_severity(msg)), r)) {
			r->shape = programs[i].shape;
			if (programs[i].rows == cron && r->field[NORO_FIELD_COMMAND].n &&
				noro_view_ends(r->field[NORO_FIELD_COMMAND], ")"))
				r->field[NORO_FIELD_COMMAND].n--;
			return true;
		}
	}
	if (pam_message(r, msg)) {
		r->shape = "pam";
		return true;
	}
	return netfilter(r, msg);
}
