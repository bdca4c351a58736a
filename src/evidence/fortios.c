/*
 * src/evidence/fortios.c - FortiOS and other firewalls whose whole line is key=value
 * (SonicWall, Sophos, generic), CEF and LEEF.
 */
#include "evidence/log_priv.h"

static struct noro_view got(const struct noro_take *t, const char *name)
{
	return noro_ev_taken(t, name);
}

static const char *vpn_outcome(struct noro_view v)
{
	static const char *const bad[] = { "ssl-login-fail", "failure", "failed", "negotiate-error",
		"ssl-alert" };
	static const char *const good[] = { "tunnel-up", "success", "ssl-new-con", "login" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (noro_view_is_i(v, bad[i]))
			return "failure";
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (noro_view_is_i(v, good[i]))
			return "success";
	return NULL;
}

/* "accept", "close", "deny", ... become allow and deny; the word itself stays in the own pairs. */
static void traffic_action(struct noro_record *r)
{
	static const char *const allow[] = { "accept", "close", "timeout", "client-rst",
		"server-rst", "start", "permit", "passthrough", "forward", "ip-conn" };
	static const char *const deny[] = { "deny", "block", "blocked", "dropped", "drop", "reject",
		"violation" };
	struct noro_view v = r->field[NORO_FIELD_ACTION];

	for (size_t i = 0; i < sizeof(allow) / sizeof(allow[0]); i++)
		if (noro_view_is_i(v, allow[i]))
			r->field[NORO_FIELD_ACTION] = NORO_V("allow");
	for (size_t i = 0; i < sizeof(deny) / sizeof(deny[0]); i++)
		if (noro_view_is_i(v, deny[i]))
			r->field[NORO_FIELD_ACTION] = NORO_V("deny");
}

static void done(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view type = got(t, "type"), sub = got(t, "subtype"), action = got(t, "action");
	const char *word;

	r->shape = "fortios";
	if (noro_view_is(type, "traffic") || noro_view_is(type, "utm")) {
		traffic_action(r);
		return;
	}
	if (noro_view_is(sub, "vpn")) {
		word = vpn_outcome(action);
		if (noro_view_is_i(action, "negotiate") || noro_view_is_i(action, "tunnel-stats"))
			return;
		if (noro_view_is_i(action, "tunnel-down"))
			r->field[NORO_FIELD_ACTION] = NORO_V("logout");
		else
			noro_ev_login(r, word);
		noro_ev_set_str(r, NORO_FIELD_METHOD, "vpn");
		return;
	}
	if (noro_view_is(action, "login") || noro_view_is_i(action, "authentication")) {
		word = vpn_outcome(got(t, "status"));
		r->field[NORO_FIELD_OUTCOME] = (struct noro_view){ 0 };
		noro_ev_login(r, word ? word : "success");
		noro_ev_set(r, NORO_FIELD_METHOD, got(t, "method"));
	} else if (got(t, "cfgpath").p) {
		noro_ev_set(r, NORO_FIELD_COMMAND, got(t, "cfgpath"));
		r->field[NORO_FIELD_ACTION] = NORO_V("config");
	}
}

/* CEF:0|vendor|product|version|id|name|severity|key=value with blanks in values ... */
static bool cef(struct noro_take *t, struct noro_view v)
{
	struct noro_view part[8], rest = v;
	struct noro_record *r = t->rec;

	for (unsigned i = 0; i < 7; i++)
		if (!noro_view_cut(&rest, '|', &part[i]))
			return false;
	noro_ev_set(r, NORO_FIELD_APP, part[2]);
	noro_ev_put(r, NORO_FIELD_EVENT, part[4]);
	noro_ev_put(r, NORO_FIELD_SEVERITY, part[6]);
	noro_ev_put(r, NORO_FIELD_MESSAGE, part[5]);
	noro_ev_flat_kv(t, rest);
	traffic_action(r);
	r->shape = "cef";
	return true;
}

bool noro_ev_cef(struct noro_take *t, struct noro_view msg)
{
	size_t at = noro_view_find(noro_view_sub(msg, 0, 128), NORO_V("CEF:"));

	return at != SIZE_MAX && cef(t, noro_view_sub(msg, at, msg.n));
}

static struct noro_view behind_head(struct noro_view raw)
{
	size_t at;

	if (raw.n && raw.p[0] == '<') {
		at = noro_view_chr(noro_view_sub(raw, 0, 8), '>');
		if (at != SIZE_MAX)
			return noro_view_sub(raw, at + 1, raw.n);
	}
	return raw;
}

static bool names_forti(struct noro_view v)
{
	v = noro_view_sub(v, 0, 400);
	return noro_view_find(v, NORO_V("logid=")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V("log_id=")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V("devid=")) != SIZE_MAX;
}

static void sonicwall(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view m = got(t, "m"), v;
	size_t colon;

	r->shape = "sonicwall";
	/* src=192.0.2.1:500:X1 carries the interface too */
	v = got(t, "src");
	colon = noro_view_rchr(v, ':');
	if (!r->field[NORO_FIELD_SRC_IP].p && colon != SIZE_MAX)
		(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view(v.p, colon));
	v = got(t, "dst");
	colon = noro_view_rchr(v, ':');
	if (!r->field[NORO_FIELD_DST_IP].p && colon != SIZE_MAX)
		(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, noro_view(v.p, colon));
	if (noro_view_is(m, "29") || noro_view_is(m, "31") || noro_view_is(m, "235") ||
		noro_view_is(m, "237") || noro_view_is(m, "1080"))
		noro_ev_login(r, "success");
	else if (noro_view_is(m, "30") || noro_view_is(m, "32") || noro_view_is(m, "33") ||
		 noro_view_is(m, "238") || noro_view_is(m, "1079") || noro_view_is(m, "329"))
		noro_ev_login(r, "failure");
	else if (noro_view_is(m, "98") || noro_view_is(m, "537"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "conn");
}

bool noro_ev_fortios(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view v = behind_head(raw);
	struct noro_take t;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_KV);
	if (noro_view_starts(noro_view_trim(v), "CEF:")) {
		if (!cef(&t, v))
			return false;
		noro_ev_take_done(&t);
		return true;
	}
	if (v.n == 0 || !noro_is_alpha(v.p[0]) || noro_view_starts(v, "type="))
		return false;
	if (noro_ev_flat_kv(&t, v) < 3)
		return false;
	r->shape = "key-value";
	if (names_forti(v))
		done(&t);
	else if (got(&t, "vpn").p && got(&t, "fw").p && noro_ev_ivanti_text(r, got(&t, "msg")))
		noro_ev_put(r, NORO_FIELD_HOST, got(&t, "vpn"));
	else if (got(&t, "sn").p && got(&t, "fw").p)
		sonicwall(&t);
	else
		traffic_action(r);
	noro_ev_take_done(&t);
	return true;
}

static bool row(struct noro_view line)
{
	line = behind_head(line);
	return names_forti(line) &&
	       noro_view_find(noro_view_sub(line, 0, 400), NORO_V("type=")) != SIZE_MAX;
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row) >= 50)
		noro_ev_sniffed(ret, 90, N_("key=value lines with FortiOS's logid"), "");
}

const struct noro_reader noro_reader_fortios = {
	.name = "fortios",
	.title = N_("FortiOS (traffic, event, VPN)"),
	.sniff = sniff,
	.parse = noro_ev_fortios,
	.classes = "ip domain url conn login config web",
};
