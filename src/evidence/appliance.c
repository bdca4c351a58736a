/* src/evidence/appliance.c - remote access: Ivanti/Pulse Secure, Citrix NetScaler; CEF in syslog.
 */
#include "evidence/log_priv.h"

static const struct noro_template netscaler[] = {
	{ T_SKIP "Context " T_USER_LAST "@" T_SRC " - SessionId: " T_SESSION " - " T_SKIP
		 "Client_ip " T_SRC " - ",
		NULL, NULL },
	{ T_SKIP "Context " T_USER_LAST "@" T_SRC " - SessionId: " T_SESSION, NULL, NULL },
	{ T_SKIP "User " T_USER " - Client_ip " T_SRC " - ", NULL, NULL },
	{ T_SKIP "User " T_USER " - Remote_ip " T_SRC " - Command \"" T_COMMAND "\"", "command",
		NULL },
	{ T_SKIP "Source " T_SRC " - Vserver " T_SKIP " - NatIP " T_SRC_NAT " - Destination " T_DST
		 " ",
		"conn", NULL },
	{ T_SKIP "Source " T_SRC " - Destination " T_DST " ", "conn", NULL },
	{ T_SKIP "ClientIP " T_SRC " - ClientPort " T_SRC_PORT " - VserverServiceIP " T_DST
		 " - VserverServicePort " T_DST_PORT,
		NULL, NULL },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *word, *action, *outcome;
} netscaler_events[] = {
	{ " LOGIN_FAILED ", "login", "failure" },
	{ " LOGIN ", "login", "success" },
	{ " LOGOUT ", "logout", NULL },
	{ " EXTRACTED_GROUPS ", "login", "success" },
	{ " CMD_EXECUTED ", "command", NULL },
	{ " TCPCONNSTAT ", "conn", NULL },
	{ " TCPCONN_TIMEDOUT ", "conn", NULL },
	{ " HTTPREQUEST ", "web", NULL },
};

/* "08/07/2025:01:02:03 GMT ns 0-PPE-0 : default SSLVPN LOGIN 123 0 : Context user@192.0.2.1 - ..."
 */
static bool is_netscaler(struct noro_view msg)
{
	struct noro_view v = noro_view_sub(msg, 0, 160);

	if (noro_view_find(v, NORO_V(" : ")) == SIZE_MAX) /* one search settles nearly every line */
		return false;
	return noro_view_find(v, NORO_V("-PPE-")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" : default SSLVPN ")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" : default AAA ")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" : GUI CMD_EXECUTED ")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" : CLI CMD_EXECUTED ")) != SIZE_MAX;
}

static bool netscaler_message(struct noro_take *t, struct noro_view msg)
{
	struct noro_record *r = t->rec;

	if (!is_netscaler(msg))
		return false;
	for (size_t i = 0; i < sizeof(netscaler_events) / sizeof(netscaler_events[0]); i++) {
		struct noro_view word = noro_view_str(netscaler_events[i].word);

		if (noro_view_find(noro_view_sub(msg, 0, 200), word) == SIZE_MAX)
			continue;
		noro_ev_set_str(r, NORO_FIELD_ACTION, netscaler_events[i].action);
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, netscaler_events[i].outcome);
		noro_ev_set(r, NORO_FIELD_EVENT, noro_view_trim(word));
		break;
	}
	(void)noro_ev_templates(netscaler, msg, r);
	r->shape = "netscaler";
	return true;
}

static const struct noro_template ivanti[] = {
	{ "Login succeeded for " T_USER "/" T_RULE " (session:" T_SESSION ") from " T_SRC, "login",
		"success" },
	{ "Login succeeded for " T_USER "/" T_RULE " from " T_SRC, "login", "success" },
	{ "Login failed from " T_SRC " for " T_USER "/" T_RULE, "login", "failure" },
	{ "Login failed using auth server " T_APP " (" T_METHOD "). Reason: " T_REASON, "login",
		"failure" },
	{ "Primary authentication successful for " T_USER "/" T_RULE " from " T_SRC, "login",
		"success" },
	{ "Primary authentication failed for " T_USER "/" T_RULE " from " T_SRC, "login",
		"failure" },
	{ "Secondary authentication failed for " T_USER "/" T_RULE " from " T_SRC, "login",
		"failure" },
	{ "Logout from " T_SRC " (session:" T_SESSION ")", "logout", NULL },
	{ "Session timed out for " T_USER "/" T_RULE " (session:" T_SESSION ")", "logout", NULL },
	{ "VPN Tunneling: Session started for user with IPv4 address " T_SRC_NAT
	  ", hostname " T_DST,
		"session", NULL },
	{ "VPN Tunneling: User with IP " T_SRC " connected with ", "session", NULL },
	{ "Remote address for user " T_USER "/" T_RULE " changed from " T_SRC " to ", "session",
		NULL },
	{ "User Accounts modified. ", "config", NULL },
	{ NULL, NULL, NULL },
};

/* What follows WELF's "AUT24326: " and the other message numbers. */
bool noro_ev_ivanti_text(struct noro_record *r, struct noro_view msg)
{
	size_t colon = noro_view_find(noro_view_sub(msg, 0, 12), NORO_V(": "));

	if (colon != SIZE_MAX && colon >= 4 && noro_is_digit(msg.p[colon - 1])) {
		noro_ev_put(r, NORO_FIELD_EVENT, noro_view(msg.p, colon));
		msg = noro_view_sub(msg, colon + 2, msg.n);
	}
	if (!noro_ev_templates(ivanti, msg, r))
		return false;
	noro_ev_set_str(r, NORO_FIELD_METHOD, "vpn");
	r->shape = "ivanti";
	return true;
}

/* What stands before the next " - ". */
static bool next_part(struct noro_view *rest, struct noro_view *ret)
{
	size_t at = noro_view_find(*rest, NORO_V(" - "));

	if (at == SIZE_MAX)
		return false;
	*ret = noro_view(rest->p, at);
	*rest = noro_view_sub(*rest, at + 3, rest->n);
	return true;
}

/* "info - [192.0.2.1] - user(Realm)[Role] - 2025/08/07 01:02:03 - vpn1 - text" of exported logs. */
bool noro_ev_ivanti_export(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	size_t at = noro_view_find(noro_view_sub(raw, 0, 16), NORO_V(" - [")), end;
	struct noro_view v, user, time, host;

	(void)a;
	if (at == SIZE_MAX)
		return false;
	v = noro_view_sub(raw, at + 4, raw.n);
	end = noro_view_find(noro_view_sub(v, 0, 64), NORO_V("] - "));
	if (end == SIZE_MAX || !noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view(v.p, end)))
		return false;
	v = noro_view_sub(v, end + 4, v.n);
	if (!next_part(&v, &user) || !next_part(&v, &time) || !next_part(&v, &host) ||
		!noro_ev_set_time(log, r, time, NULL))
		return false;
	end = noro_view_chr(user, '(');
	noro_ev_set(r, NORO_FIELD_USER, end == SIZE_MAX ? user : noro_view(user.p, end));
	noro_ev_set(r, NORO_FIELD_SEVERITY, noro_view(raw.p, at));
	noro_ev_set(r, NORO_FIELD_HOST, host);
	noro_ev_put(r, NORO_FIELD_MESSAGE, v);
	(void)noro_ev_ivanti_text(r, v);
	r->shape = "ivanti";
	return true;
}

/*
 * "PulseSecure: 2025-08-07 01:02:03 - ive - [192.0.2.1] user(Realm)[Role] - text": who and from
 * where stand before the sentence.
 */
static bool ivanti_message(struct noro_take *t, struct noro_view msg)
{
	struct noro_record *r = t->rec;
	size_t at = noro_view_find(noro_view_sub(msg, 0, 120), NORO_V(" - [")), end;
	struct noro_view v, user;

	if (at == SIZE_MAX)
		return false;
	v = noro_view_sub(msg, at + 4, msg.n);
	end = noro_view_chr(noro_view_sub(v, 0, 64), ']');
	if (end == SIZE_MAX || !noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view(v.p, end)))
		return false;
	v = noro_view_trim(noro_view_sub(v, end + 1, v.n));
	at = noro_view_find(v, NORO_V(" - "));
	if (at == SIZE_MAX)
		return false;
	user = noro_view(v.p, at);
	end = noro_view_chr(user, '(');
	if (end == SIZE_MAX)
		return false;
	noro_ev_set(r, NORO_FIELD_USER, noro_view(user.p, end));
	v = noro_view_sub(v, at + 3, v.n);
	noro_ev_put(r, NORO_FIELD_MESSAGE, v);
	(void)noro_ev_templates(ivanti, v, r);
	noro_ev_set_str(r, NORO_FIELD_METHOD, "vpn");
	r->shape = "ivanti";
	return true;
}

bool noro_ev_appliance_message(struct noro_take *t)
{
	struct noro_view msg = t->rec->field[NORO_FIELD_MESSAGE];

	return noro_ev_cef(t, msg) || netscaler_message(t, msg) || ivanti_message(t, msg);
}

static bool row(struct noro_view line)
{
	struct noro_view v = noro_view_sub(line, 0, 300);

	return is_netscaler(v) || noro_view_find(v, NORO_V("PulseSecure")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" - ive - [")) != SIZE_MAX ||
	       (noro_view_find(noro_view_sub(v, 0, 16), NORO_V(" - [")) != SIZE_MAX &&
		       noro_view_find(noro_view_sub(v, 0, 80), NORO_V("] - ")) != SIZE_MAX) ||
	       (noro_view_find(v, NORO_V("id=firewall ")) != SIZE_MAX &&
		       noro_view_find(v, NORO_V(" vpn=")) != SIZE_MAX) ||
	       (noro_view_find(v, NORO_V("sn=")) != SIZE_MAX &&
		       noro_view_find(v, NORO_V(" fw=")) != SIZE_MAX);
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row) >= 50)
		noro_ev_sniffed(ret, 88, N_("lines of a remote-access appliance"), "");
}

const struct noro_reader noro_reader_appliance = {
	.name = "appliance",
	.title = N_("remote-access appliance (Ivanti, Citrix NetScaler, SonicWall)"),
	.sniff = sniff,
	.parse = noro_ev_line,
	.classes = "ip domain url login conn command",
};
