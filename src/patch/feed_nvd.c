/*
 * src/patch/feed_nvd.c - NVD 2.0: CPE names with spans of versions. A configuration joined by AND
 * needs its hardware too: what is named there and is not itself vulnerable becomes a
 * condition on the model.
 */
#include "patch/feed_priv.h"

enum { MAX_PRODUCTS = 64, MAX_HARDWARE = 2000, FIELDS = 13 };

/* The fields of a CPE 2.3 name with escapes undone; false for anything else. */
static bool cpe_cut(struct noro_arena *a, struct noro_view v, struct noro_view field[FIELDS])
{
	size_t n = 0, used = 0;
	char *out = noro_arena_alloc(a, v.n + 1);

	if (!out || !noro_view_starts(v, "cpe:2.3:"))
		return false;
	field[0] = noro_view(out, 0);
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == ':') {
			field[n].n = (size_t)(out + used - field[n].p);
			if (++n == FIELDS)
				return false;
			field[n] = noro_view(out + used, 0);
			continue;
		}
		if (v.p[i] == '\\' && i + 1 < v.n)
			i++;
		out[used++] = v.p[i];
	}
	field[n].n = (size_t)(out + used - field[n].p);
	return n == FIELDS - 1;
}

struct gathering {
	struct noro_feeding *f;
	struct {
		struct noro_view vendor, product;
		struct noro_vuln_range *range;
		size_t n, cap;
	} product[MAX_PRODUCTS];
	size_t products;
	const char **hardware;
	size_t hardwares, hardware_cap;
};

static const char *copy(struct gathering *g, struct noro_view v)
{
	return v.n ? noro_arena_strn(g->f->a, v.p, v.n) : NULL;
}

/* Version and update are fields of their own: junos:22.4:r1-s1 is 22.4R1-S1. */
static const char *exact(struct gathering *g, const struct noro_view field[FIELDS])
{
	struct noro_view v = field[5], u = field[6];

	if (noro_view_is(v, "*") || noro_view_is(v, "-") || v.n == 0)
		return NULL;
	if (u.n == 0 || noro_view_is(u, "*") || noro_view_is(u, "-"))
		return copy(g, v);
	return noro_arena_printf(g->f->a, "%.*s%s%.*s", NORO_VARG(v),
		noro_view_is(field[4], "junos") ? "" : "-", NORO_VARG(u));
}

static enum noro_status vulnerable(
	struct gathering *g, const struct noro_json *m, const struct noro_view field[FIELDS])
{
	struct noro_vuln_range r = { .status = NORO_VULN_AFFECTED }, *grown;
	size_t at = 0;

	while (at < g->products && !(noro_view_eq(g->product[at].vendor, field[3]) &&
					   noro_view_eq(g->product[at].product, field[4])))
		at++;
	if (at == MAX_PRODUCTS)
		return NORO_OK;
	if (at == g->products) {
		g->product[at].vendor = field[3];
		g->product[at].product = field[4];
		g->products++;
	}
	r.exact = exact(g, field);
	r.from = copy(g, noro_json_str(m, "versionStartIncluding"));
	if (!r.from) {
		r.from = copy(g, noro_json_str(m, "versionStartExcluding"));
		r.after = r.from != NULL;
	}
	r.before = copy(g, noro_json_str(m, "versionEndExcluding"));
	r.through = copy(g, noro_json_str(m, "versionEndIncluding"));
	if (g->product[at].n >= NORO_PATCH_MAX_RANGES)
		return NORO_OK;
	grown = noro_arena_grow(g->f->a, g->product[at].range, g->product[at].n,
		&g->product[at].cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	g->product[at].range = grown;
	grown[g->product[at].n++] = r;
	return NORO_OK;
}

static enum noro_status needs(struct gathering *g, const struct noro_view field[FIELDS])
{
	const char **grown;

	if (!noro_view_is(field[2], "h") || g->hardwares >= MAX_HARDWARE)
		return NORO_OK;
	grown = noro_arena_grow(
		g->f->p->a, g->hardware, g->hardwares, &g->hardware_cap, sizeof(*grown));
	if (!grown || !(grown[g->hardwares] = noro_patch_text(g->f->p, field[4])))
		return NORO_ENOMEM;
	g->hardware = grown;
	g->hardwares++;
	return NORO_OK;
}

static enum noro_status node(struct gathering *g, const struct noro_json *n, bool joined)
{
	const struct noro_json *l = noro_json_get(n, "cpeMatch"),
			       *negate = noro_json_get(n, "negate");
	enum noro_status st = NORO_OK;

	if (negate && negate->kind == NORO_JSON_TRUE)
		return NORO_OK;
	for (const struct noro_json *m = l ? l->child : NULL; st == NORO_OK && m; m = m->next) {
		struct noro_view field[FIELDS];
		const struct noro_json *v = noro_json_get(m, "vulnerable");

		if (!cpe_cut(g->f->a, noro_json_str(m, "criteria"), field))
			continue;
		if (v && v->kind == NORO_JSON_TRUE)
			st = vulnerable(g, m, field);
		else if (joined)
			st = needs(g, field);
	}
	return st;
}

static enum noro_status configuration(
	struct noro_feeding *f, const struct noro_json *c, struct noro_view id, bool *ret_used)
{
	struct gathering *g = noro_arena_alloc(f->a, sizeof(*g));
	const struct noro_json *nodes = noro_json_get(c, "nodes");
	bool joined = noro_json_is_str(noro_json_get(c, "operator"), "AND");
	enum noro_status st = NORO_OK;

	if (!g)
		return NORO_ENOMEM;
	g->f = f;
	for (const struct noro_json *n = nodes ? nodes->child : NULL; st == NORO_OK && n;
		n = n->next)
		st = node(g, n, joined);
	for (size_t i = 0; st == NORO_OK && i < g->products; i++) {
		struct noro_vuln_product q = { .range = g->product[i].range,
			.ranges = g->product[i].n,
			.rest_unaffected = g->product[i].n < NORO_PATCH_MAX_RANGES };
		struct noro_list *hardware = NULL;

		if (g->hardwares) {
			hardware = noro_arena_alloc(f->p->a, sizeof(*hardware));
			if (!hardware)
				return NORO_ENOMEM;
			*hardware = (struct noro_list){ g->hardware, g->hardwares };
		}
		q.hardware = hardware;
		st = noro_feed_product(
			f, &q, g->product[i].vendor, g->product[i].product, id, ret_used);
	}
	return st;
}

static void scores(struct noro_vuln *v, const struct noro_json *metrics)
{
	for (const struct noro_json *kind = metrics ? metrics->child : NULL; kind;
		kind = kind->next)
		for (const struct noro_json *m = kind->child; m; m = m->next) {
			double n = noro_feed_number(noro_json_get(m, "cvssData"), "baseScore");

			if (n > v->cvss && !noro_view_is(kind->key, "cvssMetricV2"))
				v->cvss = n;
		}
}

enum noro_status noro_feed_nvd(struct noro_feeding *f, const struct noro_json *v)
{
	const struct noro_json *cve = noro_json_get(v, "cve"), *l;
	struct noro_view id;
	struct noro_vuln *known;
	bool used = false;
	enum noro_status st = NORO_OK;

	if (!cve)
		cve = v;
	id = noro_json_str(cve, "id");
	if (!noro_cve_number(id))
		return noro_fail(f->err, NORO_EFORMAT, N_("a record without a CVE id"));
	l = noro_json_get(cve, "configurations");
	for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c; c = c->next)
		st = configuration(f, c, id, &used);
	known = noro_patch_vuln_find(f->p, noro_cve_number(id));
	if (st != NORO_OK || !known)
		return st;
	f->feed->used++;
	scores(known, noro_json_get(cve, "metrics"));
	if (known->published_ns == NORO_TIME_NONE)
		known->published_ns = noro_patch_date(noro_json_str(cve, "published"));
	l = noro_json_get(cve, "descriptions");
	noro_feed_title(f, known, noro_json_str(l ? l->child : NULL, "value"));
	return NORO_OK;
}
