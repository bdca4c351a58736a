/*
 * src/evidence/panos.c - PAN-OS syslog: comma-separated, the fourth column says the
 * type, and the columns of each type are fixed by the vendor's documentation.
 */
#include "evidence/log_priv.h"

enum { MAX_COLUMNS = 130 };

struct place {
	uint8_t column, means;
};

#define F(x) NORO_FIELD_##x

/* Columns count from 0; 1 is receive time, 3 type, 4 subtype, 6 generated time. */
static const struct place traffic[] = {
	{ 7, NORO_MEANS_SRC },
	{ 8, NORO_MEANS_DST },
	{ 9, F(SRC_NAT) },
	{ 10, F(DST_NAT) },
	{ 11, F(RULE) },
	{ 12, F(USER) },
	{ 14, F(APP) },
	{ 18, F(DEVICE) },
	{ 22, F(SESSION) },
	{ 24, F(SRC_PORT) },
	{ 25, F(DST_PORT) },
	{ 29, F(PROTO) },
	{ 30, F(ACTION) },
	{ 32, F(BYTES_OUT) },
	{ 33, F(BYTES_IN) },
	{ 41, F(COUNTRY) },
	{ 46, F(REASON) },
	{ 52, F(HOST) },
};
static const struct place threat[] = {
	{ 7, NORO_MEANS_SRC },
	{ 8, NORO_MEANS_DST },
	{ 9, F(SRC_NAT) },
	{ 10, F(DST_NAT) },
	{ 12, F(USER) },
	{ 14, F(APP) },
	{ 18, F(DEVICE) },
	{ 22, F(SESSION) },
	{ 24, F(SRC_PORT) },
	{ 25, F(DST_PORT) },
	{ 29, F(PROTO) },
	{ 30, F(ACTION) },
	{ 32, F(RULE) },
	{ 34, F(SEVERITY) },
	{ 38, F(COUNTRY) },
	{ 46, F(USER_AGENT) },
	{ 50, F(REFERER) },
	{ 59, F(HOST) },
};
static const struct place system_log[] = {
	{ 8, F(EVENT) },
	{ 9, F(APP) },
	{ 13, F(SEVERITY) },
	{ 14, F(MESSAGE) },
	{ 22, F(HOST) },
};
static const struct place config[] = {
	{ 7, NORO_MEANS_SRC },
	{ 9, F(METHOD) },
	{ 10, F(USER) },
	{ 11, F(APP) },
	{ 12, F(OUTCOME) },
	{ 13, F(PATH) },
	{ 22, F(HOST) },
};
static const struct place globalprotect[] = {
	{ 8, F(EVENT) },
	{ 10, F(METHOD) },
	{ 12, F(USER) },
	{ 13, F(COUNTRY) },
	{ 14, F(SRC_HOST) },
	{ 15, NORO_MEANS_SRC },
	{ 24, F(REASON) },
	{ 27, F(OUTCOME) },
	{ 37, F(HOST) },
};

static const struct {
	const char *type, *shape;
	const struct place *places;
	size_t n;
} types[] = {
#define T(name, shape, list)                                                                       \
	{                                                                                          \
		name, shape, list, sizeof(list) / sizeof((list)[0])                                \
	}
	T("TRAFFIC", "panos-traffic", traffic),
	T("THREAT", "panos-threat", threat),
	T("SYSTEM", "panos-system", system_log),
	T("CONFIG", "panos-config", config),
	T("GLOBALPROTECT", "panos-globalprotect", globalprotect),
#undef T
};

static size_t split(struct noro_view v, struct noro_view *cell)
{
	size_t n = 0;

	while (v.n && n < MAX_COLUMNS) {
		size_t i;

		if (v.p[0] == '"') {
			for (i = 1;
				i < v.n && !(v.p[i] == '"' && (i + 1 == v.n || v.p[i + 1] == ','));
				i++)
				;
			cell[n++] = noro_view_sub(v, 1, i - 1);
			v = noro_view_sub(v, i + 2, v.n);
			continue;
		}
		if (!noro_view_cut(&v, ',', &cell[n]))
			break;
		n++;
	}
	return n;
}

static void place(struct noro_record *r, const struct place *p, struct noro_view v)
{
	if (v.n == 0)
		return;
	switch (p->means) {
	case NORO_MEANS_SRC:
		(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, v);
		break;
	case NORO_MEANS_DST:
		(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, v);
		break;
	case NORO_FIELD_SRC_NAT:
	case NORO_FIELD_DST_NAT:
		if (!noro_view_is(v, "0.0.0.0"))
			noro_ev_set(r, (enum noro_field)p->means, v);
		break;
	default:
		noro_ev_set(r, (enum noro_field)p->means, v);
	}
}

/* System events of logins are sentences. */
static const struct noro_template sentences[] = {
	{ "User " T_USER " logged in via " T_METHOD " from " T_SRC " using ", "login", "success" },
	{ "failed authentication for user '" T_USER "'. Reason: " T_REASON ". From: " T_SRC,
		"login", "failure" },
	{ "failed authentication for user '" T_USER "'. Reason: " T_REASON, "login", "failure" },
	{ "authenticated for user '" T_USER "'. " T_SKIP "From: " T_SRC, "login", "success" },
	{ "GlobalProtect portal user authentication succeeded. Login from: " T_SRC ", " T_SKIP
	  "User name: " T_USER ",",
		"login", "success" },
	{ "GlobalProtect portal user authentication failed. Login from: " T_SRC ", " T_SKIP
	  "User name: " T_USER ",",
		"login", "failure" },
	{ "GlobalProtect gateway user authentication succeeded. Login from: " T_SRC ", " T_SKIP
	  "User name: " T_USER ",",
		"login", "success" },
	{ "GlobalProtect gateway user authentication failed. Login from: " T_SRC ", " T_SKIP
	  "User name: " T_USER ",",
		"login", "failure" },
	{ "User " T_USER " logged out via ", "logout", NULL },
	{ NULL, NULL, NULL },
};

static void meaning(struct noro_record *r, struct noro_view subtype)
{
	struct noro_view v = r->field[NORO_FIELD_ACTION];

	if (noro_view_is(r->field[NORO_FIELD_PROGRAM], "SYSTEM")) {
		(void)noro_ev_templates(sentences, r->field[NORO_FIELD_MESSAGE], r);
	} else if (noro_view_is(r->field[NORO_FIELD_PROGRAM], "CONFIG")) {
		noro_ev_set_str(r, NORO_FIELD_ACTION, "config");
		noro_ev_set(r, NORO_FIELD_COMMAND, r->field[NORO_FIELD_METHOD]);
		if (noro_view_is_i(r->field[NORO_FIELD_OUTCOME], "Succeeded"))
			r->field[NORO_FIELD_OUTCOME] = NORO_V("success");
		else if (noro_view_is_i(r->field[NORO_FIELD_OUTCOME], "Failed"))
			r->field[NORO_FIELD_OUTCOME] = NORO_V("failure");
	} else if (noro_view_is(r->field[NORO_FIELD_PROGRAM], "GLOBALPROTECT")) {
		if (noro_view_find(r->field[NORO_FIELD_EVENT], NORO_V("auth")) != SIZE_MAX ||
			noro_view_find(r->field[NORO_FIELD_EVENT], NORO_V("login")) != SIZE_MAX)
			noro_ev_login(r, NULL);
	} else if (noro_view_is(v, "alert")) {
		r->field[NORO_FIELD_ACTION] = NORO_V("allow");
	} else if (noro_view_starts(v, "drop") || noro_view_starts(v, "reset") ||
		   noro_view_starts(v, "block")) {
		r->field[NORO_FIELD_ACTION] = NORO_V("deny");
	}
	noro_ev_set(r, NORO_FIELD_EVENT, subtype);
}

/* The PAN-OS row may follow a syslog head; here it begins at its first digit. */
bool noro_ev_panos(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view cell[MAX_COLUMNS];
	size_t n;

	(void)a;
	if (raw.n < 20 || !noro_is_digit(raw.p[0]) || raw.p[1] != ',')
		return false;
	n = split(raw, cell);
	if (n < 10)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!noro_view_is(cell[3], types[i].type))
			continue;
		if (!noro_ev_set_time(log, r, cell[6], NULL))
			(void)noro_ev_set_time(log, r, cell[1], NULL);
		r->field[NORO_FIELD_PROGRAM] = cell[3];
		for (size_t k = 0; k < types[i].n; k++)
			if (types[i].places[k].column < n)
				place(r, &types[i].places[k], cell[types[i].places[k].column]);
		if (noro_view_is(cell[3], "THREAT") && noro_view_is(cell[4], "url") && n > 31)
			noro_ev_set_url(r, cell[31]);
		else if (noro_view_is(cell[3], "THREAT") && n > 31)
			noro_ev_set(r, NORO_FIELD_FILE, cell[31]);
		meaning(r, cell[4]);
		r->shape = types[i].shape;
		return true;
	}
	return false;
}

static bool row(struct noro_view line)
{
	size_t at = noro_view_find(noro_view_sub(line, 0, 120), NORO_V(",20"));

	line = noro_view_sub(line, 0, 240);
	if (at == SIZE_MAX || at == 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t t = noro_view_find(line, noro_view_str(types[i].type));

		if (t != SIZE_MAX && t > at && line.p[t - 1] == ',')
			return true;
	}
	return false;
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	size_t at = noro_view_find(noro_view_sub(raw, 0, 160), NORO_V(",20"));

	if (at == SIZE_MAX || at == 0)
		return false;
	return noro_ev_panos(log, a, noro_view_sub(raw, at - 1, raw.n), r);
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row) >= 50)
		noro_ev_sniffed(ret, 90, N_("comma-separated rows of a PAN-OS type"), "");
}

const struct noro_reader noro_reader_panos = {
	.name = "panos",
	.title = N_("PAN-OS (traffic, threat, system, config, GlobalProtect)"),
	.sniff = sniff,
	.parse = parse,
	.classes = "ip domain url conn login config web hash",
};
