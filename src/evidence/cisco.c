/*
 * src/evidence/cisco.c - IOS, IOS XE, IOS XR, NX-OS, EOS: anything with a tag
 * %FACILITY-SEVERITY-MNEMONIC. What stands before the tag differs by system and
 * setting (sequence number, host, node, '*' or '.' for the state of the clock,
 * process), so it is searched for a time instead of being taken in order.
 */
#include "evidence/log_priv.h"

static bool tag_char(char c)
{
	return (c >= 'A' && c <= 'Z') || noro_is_digit(c) || c == '_' || c == '-';
}

size_t noro_ev_cisco_tag(struct noro_view v)
{
	size_t from = 0;

	while (from < v.n) {
		size_t at = noro_view_chr(noro_view_sub(v, from, v.n), '%'), i;
		bool severity = false;

		if (at == SIZE_MAX)
			return SIZE_MAX;
		at += from;
		for (i = at + 1; i < v.n && tag_char(v.p[i]); i++)
			if (i + 2 < v.n && v.p[i] == '-' && noro_is_digit(v.p[i + 1]) &&
				v.p[i + 2] == '-' && i > at + 1)
				severity = true;
		if (severity && i < v.n && (v.p[i] == ':' || v.p[i] == ' ') &&
			noro_is_alnum(v.p[at + 1]))
			return at;
		from = at + 1;
	}
	return SIZE_MAX;
}

static const struct noro_template sentences[] = {
	{ "Login Success [user: " T_USER_LAST "] [Source: " T_SRC "] [localport: " T_DST_PORT "]",
		"login", "success" },
	{ "Login failed [user: " T_USER_LAST "] [Source: " T_SRC "] [localport: " T_DST_PORT
	  "] [Reason: " T_REASON "]",
		"login", "failure" },
	{ "Configured from " T_DEVICE " by " T_USER " on " T_WORD " (" T_SRC ")", "config",
		"success" },
	{ "Configured from " T_DEVICE " by " T_USER " on " T_WORD, "config", "success" },
	{ "Configured from " T_DEVICE " by " T_USER, "config", "success" },
	{ "User:" T_USER " logged command:!exec: " T_COMMAND, "command", NULL },
	{ "User:" T_USER " logged command:" T_COMMAND, "command", NULL },
	{ "SSH2 Session request from " T_SRC " (tty = " T_DEVICE ") using crypto cipher '" T_SKIP
	  "', hmac '" T_SKIP "' Succeeded",
		"connect", "success" },
	{ "SSH2 Session request from " T_SRC " (tty = " T_DEVICE ") using crypto cipher '" T_SKIP
	  "', hmac '" T_SKIP "' Failed",
		"connect", "failure" },
	{ "SSH Session request from " T_SRC " (tty = " T_DEVICE ") using crypto cipher '",
		"connect", NULL },
	{ "User '" T_USER "' authentication for SSH2 Session from " T_SRC " (tty = " T_DEVICE
	  ") using crypto cipher '" T_SKIP "', hmac '" T_SKIP "' Succeeded",
		"login", "success" },
	{ "User '" T_USER "' authentication for SSH2 Session from " T_SRC " (tty = " T_DEVICE
	  ") using crypto cipher '" T_SKIP "', hmac '" T_SKIP "' Failed",
		"login", "failure" },
	{ "SSH2 Session from " T_SRC " (tty = " T_DEVICE ") for user '" T_USER
	  "' using crypto cipher '" T_SKIP "' closed",
		"logout", NULL },
	{ "SSH Session from " T_SRC " (tty = " T_DEVICE ") for user '" T_USER "' ", "logout",
		NULL },
	{ "User " T_USER " has exited tty session " T_DEVICE "(" T_SRC ")", "logout", NULL },
	{ "Authentication failure for SNMP req from host " T_SRC, "login", "failure" },
	{ "Authentication failure for SNMP request from host " T_SRC, "login", "failure" },
	{ "list " T_RULE " denied " T_PROTO " " T_SRC "(" T_SRC_PORT ") -> " T_DST "(" T_DST_PORT
	  "), ",
		"deny", "failure" },
	{ "list " T_RULE " permitted " T_PROTO " " T_SRC "(" T_SRC_PORT ") -> " T_DST "(" T_DST_PORT
	  "), ",
		"allow", "success" },
	{ "list " T_RULE " denied " T_PROTO " " T_SRC "(" T_SRC_PORT ") (" T_DEVICE " " T_MAC
	  ") -> " T_DST "(" T_DST_PORT "), ",
		"deny", "failure" },
	{ "list " T_RULE " permitted " T_PROTO " " T_SRC "(" T_SRC_PORT ") (" T_DEVICE " " T_MAC
	  ") -> " T_DST "(" T_DST_PORT "), ",
		"allow", "success" },
	{ "list " T_RULE " denied " T_PROTO " " T_SRC " -> " T_DST " (" T_SKIP "), ", "deny",
		"failure" },
	{ "list " T_RULE " permitted " T_PROTO " " T_SRC " -> " T_DST " (" T_SKIP "), ", "allow",
		"success" },
	{ "list " T_RULE " denied " T_SRC " ", "deny", "failure" },
	{ "list " T_RULE " permitted " T_SRC " ", "allow", "success" },
	{ "neighbor " T_DST " ", NULL, NULL },
	{ "peer " T_DST " ", NULL, NULL },
	/* IOS XR */
	{ "Successfully authenticated user '" T_USER "' from '" T_SRC "' on '" T_DEVICE "'",
		"login", "success" },
	{ "Failed authentication attempt by user '" T_USER "' from '" T_SRC "' on '" T_DEVICE "'",
		"login", "failure" },
	{ "Failed authentication attempt by user " T_USER " from '" T_SRC "'", "login", "failure" },
	{ "Configuration committed by user '" T_USER
	  "'. Use 'show configuration commit changes " T_SESSION "'",
		"config", "success" },
	{ "Accepted " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "login",
		"success" },
	{ "Failed " T_METHOD " for invalid user " T_USER_LAST " from " T_SRC " port " T_SRC_PORT,
		"login", "failure" },
	{ "Failed " T_METHOD " for " T_USER_LAST " from " T_SRC " port " T_SRC_PORT, "login",
		"failure" },
	/* NX-OS */
	{ "Configured from vty by " T_USER " on " T_SRC "@" T_DEVICE, "config", "success" },
	{ "Login failed for user " T_USER " from " T_SRC, "login", "failure" },
	{ "User " T_USER " logged in from " T_SRC, "login", "success" },
	{ "Authentication failed for user " T_USER " from " T_SRC, "login", "failure" },
	{ "error: PAM: Authentication failure for illegal user " T_USER_LAST " from " T_SRC,
		"login", "failure" },
	{ "error: PAM: Authentication failure for " T_USER_LAST " from " T_SRC, "login",
		"failure" },
	{ "update:" T_SRC "@" T_DEVICE ":" T_USER ":" T_COMMAND, "command", NULL },
	{ "stop:" T_SRC "@" T_DEVICE ":" T_USER ":" T_COMMAND, "command", NULL },
	/* EOS */
	{ "user " T_USER " logged in [from: " T_SRC "] [service: " T_APP "]", "login", "success" },
	{ "user " T_USER " failed to login [from: " T_SRC "] [service: " T_APP "]", "login",
		"failure" },
	{ "user " T_USER " logged out [from: " T_SRC "]", "logout", NULL },
	{ "Command: '" T_COMMAND "', User: " T_USER ", IP: " T_SRC, "command", NULL },
	/* web interface, exec, AAA */
	{ "New user added with username " T_TARGET " level " T_SKIP " by " T_USER " from " T_SRC,
		"add", "success" },
	{ "User " T_USER " logged into the device from " T_SRC, "login", "success" },
	{ "Uncaught exception ", NULL, NULL },
	{ "Successful login to ", "login", "success" },
	{ "User: " T_USER ", Reason: ", "login", "failure" },
	{ "User '" T_USER "' (", NULL, NULL },
	{ "User: " T_USER ", Install Operation: " T_ACTION " " T_FILE, "config", NULL },
	{ NULL, NULL, NULL },
};

/* Messages that say something by their name alone. */
static const struct {
	const char *mnemonic, *action, *outcome;
} meanings[] = {
	{ "LOGIN_SUCCESS", "login", "success" },
	{ "LOGIN_FAILED", "login", "failure" },
	{ "AUTHFAIL", "login", "failure" },
	{ "SSH2_USERAUTH", "login", NULL },
	{ "CONFIG_I", "config", "success" },
	{ "DB_COMMIT", "config", "success" },
	{ "CFGLOG_LOGGEDCMD", "command", NULL },
	{ "RELOAD", "restart", NULL },
	{ "RESTART", "restart", NULL },
	{ "LOGOUT", "logout", NULL },
	{ "SYSTEM_LOGIN", "login", "success" },
	{ "SYSTEM_LOGOUT", "logout", NULL },
	{ "NETCONF_AUTH_SUCCESS", "login", "success" },
	{ "WEBLOGIN_SUCCESS", "login", "success" },
	{ "SSH_LOGIN", "login", "success" },
};

static void by_name(struct noro_record *r, struct noro_view mnemonic)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (noro_view_is(mnemonic, meanings[i].mnemonic)) {
			noro_ev_set_str(r, NORO_FIELD_ACTION, meanings[i].action);
			noro_ev_set_str(r, NORO_FIELD_OUTCOME, meanings[i].outcome);
		}
}

/* "%SYS-5-CONFIG_I: text" or XR's "%SECURITY-SSHD-6-INFO_SUCCESS : text"; `msg` is what `tag` lies
 * in. */
void noro_ev_cisco_message(struct noro_record *r, struct noro_view tag, struct noro_view msg)
{
	struct noro_view name, text, mnemonic;
	size_t end, i;

	(void)msg;
	if (r->only_time) /* it stands in the head */
		return;
	for (end = 1; end < tag.n && tag_char(tag.p[end]); end++)
		;
	name = noro_view_sub(tag, 1, end - 1);
	text = noro_view_trim(noro_view_sub(tag, end, tag.n));
	if (text.n && text.p[0] == ':')
		text = noro_view_trim(noro_view_sub(text, 1, text.n));
	for (i = 0; i + 2 < name.n; i++)
		if (name.p[i] == '-' && noro_is_digit(name.p[i + 1]) && name.p[i + 2] == '-')
			break;
	mnemonic = noro_view_sub(name, i + 3, name.n);
	r->shape = "cisco";
	noro_ev_put(r, NORO_FIELD_EVENT, name);
	noro_ev_put(r, NORO_FIELD_MESSAGE, text);
	noro_ev_put(r, NORO_FIELD_SEVERITY, noro_view_sub(name, i + 1, 1));
	if ((noro_view_starts(name, "ASA-") || noro_view_starts(name, "FTD-") ||
		    noro_view_starts(name, "PIX-") || noro_view_starts(name, "FWSM-"))) {
		r->shape = "cisco-asa";
		if (!noro_ev_asa_message(r, mnemonic, text))
			(void)noro_ev_free_text(r, text);
		return;
	}
	if (!noro_ev_templates(sentences, text, r))
		(void)noro_ev_free_text(r, text);
	by_name(r, mnemonic);
}

static struct noro_view strip_seq(struct noro_view v)
{
	size_t i;

	v = noro_view_trim(v);
	if (v.n && v.p[0] == '<') {
		i = noro_view_chr(noro_view_sub(v, 0, 8), '>');
		if (i != SIZE_MAX)
			v = noro_view_trim(noro_view_sub(v, i + 1, v.n));
	}
	for (i = 0; i < v.n && noro_is_digit(v.p[i]); i++)
		;
	if (i && i < 11 && i + 1 < v.n && v.p[i] == ':' && v.p[i + 1] == ' ')
		v = noro_view_trim(noro_view_sub(v, i + 1, v.n));
	return v;
}

/* A word that may be the name of a router: not a process, not a sequence number. */
static bool host_word(struct noro_view w)
{
	bool letter = false;

	for (size_t i = 0; i < w.n; i++) {
		letter |= noro_is_alpha(w.p[i]) || w.p[i] == '.' || w.p[i] == ':';
		if (!noro_is_alnum(w.p[i]) && !strchr("._-:", w.p[i]))
			return false;
	}
	return letter && w.n < 256;
}

/*
 * The head before the tag. Times may follow a relay's time and host, the device's
 * own sequence number and node; the last time in it is the device's.
 */
static void head(const struct noro_log *log, struct noro_record *r, struct noro_view v)
{
	struct noro_view w;
	size_t used = 0;

	for (unsigned words = 0; words < 8; words++) {
		v = strip_seq(v);
		if (v.n == 0)
			return;
		if (noro_ev_set_time(log, r, v, &used) && used) {
			v = noro_view_sub(v, used, v.n);
			if (v.n && v.p[0] == ':')
				v = noro_view_sub(v, 1, v.n);
			continue;
		}
		/* XR: "RP/0/RSP0/CPU0:Aug 21 ..." glues the node to the time */
		used = noro_view_find(noro_view_sub(v, 0, 40), NORO_V("CPU0:"));
		if (used != SIZE_MAX && noro_view_chr(noro_view(v.p, used), ' ') == SIZE_MAX) {
			noro_ev_set(r, NORO_FIELD_DEVICE, noro_view(v.p, used + 4));
			v = noro_view_sub(v, used + 5, v.n);
			continue;
		}
		if (!noro_view_word(&v, &w))
			return;
		if (w.p[w.n - 1] == ']' || (r->field[NORO_FIELD_HOST].p && w.p[w.n - 1] == ':')) {
			size_t open = noro_view_chr(w, '[');

			if (w.p[w.n - 1] == ':')
				w.n--;
			noro_ev_set(r, NORO_FIELD_PROGRAM,
				noro_view_sub(w, 0, open < w.n ? open : w.n));
			continue;
		}
		if (w.n > 1 && w.p[w.n - 1] == ':')
			w.n--;
		if (host_word(w) && !r->field[NORO_FIELD_HOST].p)
			noro_ev_set(r, NORO_FIELD_HOST, w);
	}
}

bool noro_ev_cisco(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	size_t at = noro_ev_cisco_tag(noro_view_sub(raw, 0, 300));

	(void)a;
	if (at == SIZE_MAX)
		return false;
	head(log, r, noro_view(raw.p, at));
	noro_ev_cisco_message(r, noro_view_sub(raw, at, raw.n), raw);
	return true;
}

static bool has_tag(struct noro_view line)
{
	return noro_ev_cisco_tag(noro_view_sub(line, 0, 300)) != SIZE_MAX;
}

static void sniff(struct noro_view text, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(text, has_tag);

	(void)path;
	if (fit >= 40)
		noro_ev_sniffed(ret, (unsigned)(60 + fit / 4),
			N_("lines carry FACILITY-SEVERITY-MNEMONIC tags"), "");
}

const struct noro_reader noro_reader_cisco = {
	.name = "cisco",
	.title = N_("Cisco and kin (IOS, XE, XR, NX-OS, ASA, FTD, EOS)"),
	.sniff = sniff,
	.parse = noro_ev_cisco,
	.classes = "ip login command config conn device",
};
