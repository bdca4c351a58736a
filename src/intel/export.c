/* src/intel/export.c - the table of formats, what may be blocked, CSV and plain lists. */
#include "intel/export.h"

#include "intel/export_priv.h"

static const struct noro_export rows[] = {
	{ "stix", N_("STIX 2.1 bundle"), false, noro_export_stix },
	{ "misp", N_("MISP event"), false, noro_export_misp },
	{ "csv", N_("table with everything known about each value"), false, noro_export_csv },
	{ "list", N_("plain list, one value a line"), false, noro_export_list },
	{ "zeek", N_("Zeek intelligence file"), false, noro_export_zeek },
	{ "suricata-domains", N_("Suricata dataset of domains (type string)"), true,
		noro_export_suricata_domains },
	{ "suricata-hashes", N_("Suricata dataset of SHA-256 digests (type sha256)"), true,
		noro_export_suricata_hashes },
	{ "suricata-addresses", N_("Suricata dataset of addresses (type ip)"), true,
		noro_export_suricata_addresses },
	{ "suricata-rules", N_("Suricata rules"), false, noro_export_suricata_rules },
	{ "nftables", N_("nftables sets"), true, noro_export_nftables },
	{ "ipset", N_("ipset restore file"), true, noro_export_ipset },
	{ "rpz", N_("DNS response policy zone"), true, noro_export_rpz },
	{ "hosts", N_("hosts file that leads domains nowhere"), true, noro_export_hosts },
	{ "dnsmasq", N_("dnsmasq configuration"), true, noro_export_dnsmasq },
	{ "squid", N_("Squid dstdomain list"), true, noro_export_squid },
	{ "sigma", N_("Sigma rules"), false, noro_export_sigma },
	{ "splunk", N_("Splunk searches"), false, noro_export_splunk },
	{ "eql", N_("Elastic EQL queries"), false, noro_export_eql },
	{ "elastic-kql", N_("Elastic (Kibana) KQL queries"), false, noro_export_elastic_kql },
	{ "kql", N_("Kusto (KQL) queries for Defender and Sentinel"), false, noro_export_kql },
	{ "sql", N_("SQL queries over a table of events"), false, noro_export_sql },
};

const struct noro_export *noro_exports(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

const struct noro_export *noro_export_find(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const char *noro_export_source(const struct noro_export_opts *o)
{
	return o->source ? o->source : "noroshi";
}

void noro_export_plain_text(struct noro_view v, struct noro_buf *out)
{
	for (size_t i = 0; i < v.n; i++)
		noro_buf_chr(out, (unsigned char)v.p[i] < ' ' || v.p[i] == 0x7f ? ' ' : v.p[i]);
}

/* --- walking ------------------------------------------------------------- */

enum noro_status noro_export_each(const struct noro_set *s, noro_export_row_fn *fn, void *ctx)
{
	for (uint32_t i = 0; i < noro_set_keys(s); i++) {
		struct noro_set_key k;
		enum noro_status st = noro_set_key(s, i, &k);

		for (uint32_t n = 0; st == NORO_OK && n < k.records; n++) {
			struct noro_set_record r;

			st = noro_set_record(s, k.record + n, &r);
			if (st == NORO_OK)
				fn(ctx, &(struct noro_export_row){ k.kind, k.value,
						noro_set_meta_at(s, r.meta), r.pattern, n == 0 });
		}
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static bool too_wide(enum noro_ioc_kind kind, struct noro_view v)
{
	struct noro_range r;
	unsigned same = 0;

	if (kind != NORO_IOC_NET)
		return false;
	if (!noro_range_parse(v, &r))
		return true;
	while (same < 128 && ((r.lo.b[same / 8] ^ r.hi.b[same / 8]) >> (7 - same % 8) & 1) == 0)
		same++;
	return same < (r.lo.family == 4 ? 16u : 32u);
}

struct blocked {
	bool yes, never;
	const struct noro_ioc_meta *meta;
};

static void judge(struct blocked *b, const struct noro_export_opts *o,
	const struct noro_ioc_meta *m, uint32_t pattern)
{
	if (m->allowed)
		b->never = true;
	if (m->role == NORO_ROLE_CONTEXT || (m->role == NORO_ROLE_HUNT && !o->hunt))
		return;
	if (pattern != NORO_NO_PATTERN ||
		(m->expires_ns != NORO_TIME_NONE && o->now_ns > m->expires_ns))
		return; /* part of a pattern only, or past its day */
	if (!b->yes)
		b->meta = m;
	b->yes = true;
}

enum noro_status noro_export_blocked(const struct noro_set *s, const struct noro_export_opts *o,
	noro_export_row_fn *fn, void *ctx)
{
	for (uint32_t i = 0; i < noro_set_keys(s); i++) {
		struct blocked b = { 0 };
		struct noro_set_key k;
		enum noro_status st = noro_set_key(s, i, &k);

		for (uint32_t n = 0; st == NORO_OK && n < k.records; n++) {
			struct noro_set_record r;

			st = noro_set_record(s, k.record + n, &r);
			if (st == NORO_OK)
				judge(&b, o, noro_set_meta_at(s, r.meta), r.pattern);
		}
		if (st != NORO_OK)
			return st;
		if (b.yes && !b.never && !too_wide(k.kind, k.value))
			fn(ctx, &(struct noro_export_row){
					k.kind, k.value, b.meta, NORO_NO_PATTERN, true });
	}
	return NORO_OK;
}

/* --- CSV ----------------------------------------------------------------- */

/* RFC 4180; a cell that a spreadsheet would compute gets an apostrophe, which our reader drops. */
static void cell(struct noro_buf *out, struct noro_view v)
{
	bool formula = v.n && strchr("=+-@\t", v.p[0]) != NULL && v.p[0];

	if (out->n && out->p[out->n - 1] != '\n')
		noro_buf_chr(out, ',');
	noro_buf_chr(out, '"');
	if (formula)
		noro_buf_chr(out, '\'');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"')
			noro_buf_chr(out, '"');
		noro_buf_chr(out, v.p[i]);
	}
	noro_buf_chr(out, '"');
}

static void time_cell(struct noro_buf *out, int64_t ns)
{
	char text[NORO_TIME_TEXT] = { 0 };

	if (ns != NORO_TIME_NONE)
		(void)noro_time_print(ns, text);
	cell(out, noro_view_str(text));
}

static void csv_row(void *ctx, const struct noro_export_row *r)
{
	const struct noro_ioc_meta *m = r->meta;
	struct noro_buf *out = ctx;

	cell(out, r->value);
	cell(out, noro_view_str(noro_ioc_kind_name(r->kind)));
	cell(out, noro_view_str(noro_ioc_role_name(m->role)));
	time_cell(out, m->from_ns);
	time_cell(out, m->until_ns);
	cell(out, noro_view_str(m->note));
	cell(out, noro_view_str(m->labels));
	cell(out, noro_view_str(m->actors));
	cell(out, noro_view_str(m->advisory));
	noro_buf_printf(out, ",%u", m->confidence);
	cell(out, noro_view_str(m->allowed));
	noro_buf_str(out, "\r\n");
}

enum noro_status noro_export_csv(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	enum noro_status st;

	(void)o;
	noro_buf_str(out, "indicator,type,role,first_seen,last_seen,description,tags,actor,"
			  "advisory,confidence,"
			  "allowed\r\n");
	st = noro_export_each(s, csv_row, out);
	return st == NORO_OK ? out->status : st;
}

/* --- plain --------------------------------------------------------------- */

struct plain {
	struct noro_buf *out;
	enum noro_ioc_kind kind;
	struct noro_buf last;
};

static void list_row(void *ctx, const struct noro_export_row *r)
{
	struct plain *p = ctx;

	if (p->last.n && p->kind == r->kind && noro_view_eq(noro_buf_as_view(&p->last), r->value))
		return;
	p->kind = r->kind;
	noro_buf_clear(&p->last);
	noro_buf_view(&p->last, r->value);
	if (noro_view_chr(r->value, '\n') != SIZE_MAX)
		return; /* a line cannot hold it */
	if (noro_ioc_guess(r->value) != (int)r->kind)
		noro_buf_printf(p->out, "%s:", noro_ioc_kind_name(r->kind));
	noro_buf_view(p->out, r->value);
	noro_buf_chr(p->out, '\n');
}

enum noro_status noro_export_list(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct plain p = { .out = out };
	enum noro_status st = noro_export_each(s, list_row, &p);

	(void)o;
	if (st == NORO_OK && p.last.status != NORO_OK)
		st = p.last.status;
	noro_buf_done(&p.last);
	return st == NORO_OK ? out->status : st;
}
