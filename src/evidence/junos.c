/*
 * src/evidence/junos.c - Junos (sentences behind an upper-case tag, or RFC 5424
 * structured data), Huawei VRP and RouterOS.
 */
#include "evidence/log_priv.h"

static const struct noro_template sentences[] = {
	/* UI_AUTH_EVENT, UI_LOGIN_EVENT, UI_LOGOUT_EVENT */
	{ "Authenticated user '" T_USER "' at permission level ", "login", "success" },
	{ "Authenticated user '" T_USER "' assigned to class ", "login", "success" },
	{ "User '" T_USER "' login, class '" T_SKIP "' [" T_SKIP "], ssh-connection '" T_SRC
	  " " T_SRC_PORT " " T_DST " " T_DST_PORT "', client-mode '" T_APP "'",
		"login", "success" },
	{ "User '" T_USER "' login, class '", "login", "success" },
	{ "User '" T_USER "' logout", "logout", NULL },
	{ "User '" T_USER "', command '" T_COMMAND "'", "command", NULL },
	{ "User '" T_USER "' requested 'commit' operation (comment: " T_REASON ")", "config",
		"success" },
	{ "User '" T_USER "' requested 'commit", "config", "success" },
	{ "User '" T_USER "' is performing a '" T_COMMAND "'", "config", NULL },
	{ "User '" T_USER "' entering configuration mode", "config", NULL },
	{ "User '" T_USER "' exiting configuration mode", "config", NULL },
	{ "User '" T_USER "' set: [" T_COMMAND "]", "config", NULL },
	{ "User '" T_USER "' delete: [" T_COMMAND "]", "config", NULL },
	{ "User '" T_USER "' performed \"" T_COMMAND "\"", "config", NULL },
	{ "User '" T_USER "' used JUNOScript client to run command '" T_COMMAND "'", "command",
		NULL },
	{ "User '" T_USER "' used NETCONF client to run command '" T_COMMAND "'", "command", NULL },
	/* SSHD_LOGIN_FAILED, LOGIN_* */
	{ "Login failed for user '" T_USER_LAST "' from host '" T_SRC "'", "login", "failure" },
	{ "Login failed for user " T_USER_LAST " from host " T_SRC, "login", "failure" },
	{ "User " T_USER " logged in from host " T_SRC " on device " T_DEVICE, "login", "success" },
	{ "User '" T_USER "' logged in from host " T_SRC " on device " T_DEVICE, "login",
		"success" },
	{ "Could not authenticate user '" T_USER "'", "login", "failure" },
	{ "PAM authentication error for user " T_USER, "login", "failure" },
	/* RT_FLOW_SESSION_* in the old, unstructured way */
	{ "session created " T_SRC "->" T_DST " 0x0 " T_APP " " T_SRC_NAT "->" T_DST_NAT " ",
		"allow", "success" },
	{ "session created " T_SRC "->" T_DST " " T_APP " " T_SRC_NAT "->" T_DST_NAT " ", "allow",
		"success" },
	{ "session denied " T_SRC "->" T_DST " 0x0 " T_APP " " T_PROTO "(", "deny", "failure" },
	{ "session denied " T_SRC "->" T_DST " " T_APP " " T_PROTO "(", "deny", "failure" },
	{ "session closed " T_REASON ": " T_SRC "->" T_DST " 0x0 " T_APP " " T_SRC_NAT
	  "->" T_DST_NAT " ",
		"close", NULL },
	{ "session closed " T_REASON ": " T_SRC "->" T_DST " " T_APP " " T_SRC_NAT "->" T_DST_NAT
	  " ",
		"close", NULL },
	/* snmpd, rpd */
	{ "nsa_log_community: unauthorized SNMP community from " T_SRC " to ", "login", "failure" },
	{ "BGP peer " T_DST " (", NULL, NULL },
	{ NULL, NULL, NULL },
};

/* What a tag means when structured data carries the values. */
static const struct {
	const char *tag, *action, *outcome;
} tags[] = {
	{ "UI_AUTH_EVENT", "login", "success" },
	{ "UI_LOGIN_EVENT", "login", "success" },
	{ "UI_LOGOUT_EVENT", "logout", NULL },
	{ "UI_CMDLINE_READ_LINE", "command", NULL },
	{ "UI_COMMIT", "config", "success" },
	{ "UI_COMMIT_COMPLETED", "config", "success" },
	{ "UI_CFG_AUDIT_SET", "config", NULL },
	{ "UI_CFG_AUDIT_OTHER", "config", NULL },
	{ "UI_LOAD_EVENT", "config", NULL },
	{ "UI_DBASE_LOGIN_EVENT", "config", NULL },
	{ "SSHD_LOGIN_FAILED", "login", "failure" },
	{ "LOGIN_FAILED", "login", "failure" },
	{ "LOGIN_INFORMATION", "login", "success" },
	{ "LOGIN_PAM_AUTHENTICATION_ERROR", "login", "failure" },
	{ "RT_FLOW_SESSION_CREATE", "allow", "success" },
	{ "RT_FLOW_SESSION_DENY", "deny", "failure" },
	{ "RT_FLOW_SESSION_CLOSE", "close", NULL },
	{ "WEB_AUTH_FAIL", "login", "failure" },
	{ "WEB_AUTH_SUCCESS", "login", "success" },
};

bool noro_ev_junos_message(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view event = r->field[NORO_FIELD_EVENT], msg = r->field[NORO_FIELD_MESSAGE];

	if (event.n < 4 || noro_view_chr(event, '_') == SIZE_MAX)
		return false;
	if (!noro_ev_templates(sentences, msg, r) && t->n == 0) {
		for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			if (noro_view_is(event, tags[i].tag))
				goto known;
		return false;
	}
known:
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (!noro_view_is(event, tags[i].tag))
			continue;
		noro_ev_set_str(r, NORO_FIELD_ACTION, tags[i].action);
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, tags[i].outcome);
	}
	noro_ev_set(r, NORO_FIELD_COMMAND, noro_ev_taken(t, "command"));
	r->shape = "junos";
	return true;
}

static bool looks_junos(struct noro_view line)
{
	static const char *const marks[] = { " mgd[", " rpd[", "UI_", "RT_FLOW", " chassisd[",
		"junos@2636" };

	line = noro_view_sub(line, 0, 300);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (noro_view_find(line, noro_view_str(marks[i])) != SIZE_MAX)
			return true;
	return false;
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(head, looks_junos);

	(void)path;
	if (fit >= 30)
		noro_ev_sniffed(ret, (unsigned)(72 + fit / 5),
			N_("lines name Junos daemons and events"), "");
}

static const struct noro_template vrp[] = {
	{ T_SKIP "User login failed. (UserName=" T_USER ", UserIP=" T_SRC, "login", "failure" },
	{ T_SKIP "User login succeeded. (UserName=" T_USER ", UserIP=" T_SRC, "login", "success" },
	{ T_SKIP "-Task=" T_APP "-Ip=" T_SRC "-VpnName=" T_SKIP "-User=" T_USER
		 "-AuthenticationMethod=\"" T_METHOD "\"-Command=\"" T_COMMAND "\"",
		"command", NULL },
	{ T_SKIP "(Task=" T_APP ", Ip=" T_SRC ", VpnName=" T_SKIP ", User=" T_USER
		 ", AuthenticationMethod=\"" T_METHOD "\", Command=\"" T_COMMAND "\")",
		"command", NULL },
	{ T_SKIP "The user succeeded in logging in to " T_APP ". (UserType=" T_METHOD
		 ", UserName=" T_USER ", AuthenticationMethod=" T_SKIP ", Ip=" T_SRC,
		"login", "success" },
	{ T_SKIP "Failed to log in. (Ip=" T_SRC ", UserName=" T_USER ",", "login", "failure" },
	{ T_SKIP "(UserName=" T_USER ", IPAddress=" T_SRC, NULL, NULL },
	{ NULL, NULL, NULL },
};

/* "<29>2018-7-23 01:00:33.270.1 name %%01IFNET/4/IF_STATE(l)[4997]:text" */
bool noro_ev_huawei(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	size_t at = noro_view_find(noro_view_sub(raw, 0, 200), NORO_V(" %%")), end, used;
	struct noro_view head, tag, text, w;

	(void)a;
	if (at == SIZE_MAX)
		return false;
	tag = noro_view_sub(raw, at + 3, 128);
	end = noro_view_chr(tag, ':');
	if (end == SIZE_MAX || end < 6 || !noro_is_digit(tag.p[0]) || noro_view_chr(tag, '/') > end)
		return false;
	text = noro_view_trim(noro_view_sub(raw, at + 3 + end + 1, raw.n));
	tag = noro_view_sub(tag, 2, end - 2);
	end = noro_view_chr(tag, '(');
	if (end != SIZE_MAX)
		tag.n = end;
	head = noro_view(raw.p, at);
	if (head.p[0] == '<') {
		end = noro_view_chr(noro_view_sub(head, 0, 8), '>');
		head = noro_view_trim(noro_view_sub(head, end == SIZE_MAX ? 0 : end + 1, head.n));
	}
	if (noro_ev_set_time(log, r, head, &used)) {
		head = noro_view_sub(head, used, head.n);
		if (head.n && !noro_is_space(head.p[0])) /* ".1": a counter glued to the time */
			(void)noro_view_word(&head, &w);
	}
	while (noro_view_word(&head, &w))
		r->field[NORO_FIELD_HOST] = w;
	noro_ev_set(r, NORO_FIELD_EVENT, tag);
	noro_ev_set(r, NORO_FIELD_MESSAGE, text);
	if (!noro_ev_templates(vrp, text, r))
		(void)noro_ev_free_text(r, text);
	r->shape = "huawei";
	return true;
}

static bool looks_huawei(struct noro_view line)
{
	return noro_view_find(noro_view_sub(line, 0, 200), NORO_V(" %%0")) != SIZE_MAX;
}

static void sniff_huawei(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, looks_huawei) >= 50)
		noro_ev_sniffed(ret, 90, N_("lines carry the %1 tag of Huawei VRP"), "%%01");
}

static const struct noro_template routeros[] = {
	{ T_SKIP "login failure for user " T_USER_LAST " from " T_SRC " via " T_METHOD, "login",
		"failure" },
	{ T_SKIP "user " T_USER_LAST " logged in from " T_SRC " via " T_METHOD, "login",
		"success" },
	{ T_SKIP "user " T_USER_LAST " logged out from " T_SRC " via " T_METHOD, "logout", NULL },
	{ T_SKIP "added by " T_USER, "config", "success" },
	{ T_SKIP "changed by " T_USER, "config", "success" },
	{ T_SKIP "removed by " T_USER, "config", "success" },
	{ T_SKIP " proto " T_PROTO ", " T_SRC "->" T_DST ",", NULL, NULL },
	{ NULL, NULL, NULL },
};

static bool topics(struct noro_view v)
{
	static const char *const names[] = { "system,", "firewall,", "script,", "dhcp,",
		"interface,", "ipsec,", "l2tp,", "ppp,", "pptp,", "ovpn," };

	v = noro_view_sub(v, 0, 80);
	if (noro_view_chr(v, ',') == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_find(v, noro_view_str(names[i])) != SIZE_MAX)
			return true;
	return false;
}

bool noro_ev_routeros_message(struct noro_record *r)
{
	struct noro_view msg = r->field[NORO_FIELD_MESSAGE];
	struct noro_view program = r->field[NORO_FIELD_PROGRAM];
	bool named = topics(msg) || topics(program);
	struct noro_view via = noro_view_sub(msg, 0, 300);

	if (!named && program.n && noro_view_chr(program, ',') == SIZE_MAX)
		return false; /* another program's line */
	if (!named &&
		(noro_view_find(via, NORO_V(" via ")) == SIZE_MAX ||
			noro_view_find(via, NORO_V(" from ")) == SIZE_MAX) &&
		noro_view_find(via, NORO_V(" proto ")) == SIZE_MAX)
		return false;
	if (!noro_ev_templates(routeros, msg, r))
		return false;
	r->shape = "routeros";
	return true;
}

static bool looks_routeros(struct noro_view line)
{
	return topics(noro_view_sub(line, 0, 200)) &&
	       (noro_view_find(line, NORO_V(",info")) != SIZE_MAX ||
		       noro_view_find(line, NORO_V(",error")) != SIZE_MAX ||
		       noro_view_find(line, NORO_V(",warning")) != SIZE_MAX);
}

static void sniff_routeros(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, looks_routeros) >= 50)
		noro_ev_sniffed(ret, 82, N_("lines name the topics of RouterOS"), "");
}

const struct noro_reader noro_reader_junos = {
	.name = "junos",
	.title = N_("Junos (sentences and structured data)"),
	.sniff = sniff,
	.parse = noro_ev_line,
	.classes = "ip login command config conn device",
};
const struct noro_reader noro_reader_huawei = {
	.name = "huawei",
	.title = N_("Huawei VRP"),
	.sniff = sniff_huawei,
	.parse = noro_ev_huawei,
	.classes = "ip login command config device",
};
const struct noro_reader noro_reader_routeros = {
	.name = "routeros",
	.title = N_("MikroTik RouterOS"),
	.sniff = sniff_routeros,
	.parse = noro_ev_line,
	.classes = "ip login config conn device",
};
