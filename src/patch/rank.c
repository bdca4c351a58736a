/*
 * src/patch/rank.c - the order: one pair of asset and flaw after the other is judged, then all
 * are sorted by the parts of the order, each of which is kept as a sentence.
 */
#include "patch/patch_priv.h"

#include "base/mem.h"

#include <stdio.h>

enum { MAX_REASONS = 8 };

const char *noro_affected_name(enum noro_affected a)
{
	static const char *const names[] = { "not", "unknown", "range", "exact" };

	return names[a];
}

const char *noro_exposed_name(enum noro_exposed e)
{
	static const char *const names[] = { "not-exposed", "unknown", "exposed", "untrusted" };

	return names[e];
}

struct ranking {
	struct noro_patch *p;
	struct noro_arena *a;
	struct named {
		const char *key;
		struct noro_asset *asset;
	} * by_key; /* sorted by product; an asset stands under each of its names */
	size_t names;
	struct noro_patch_row *row;
	size_t rows, cap;
	struct noro_patch_result *ret;
	struct noro_exposure *exposure;
};

/* --- by id --- */

static int id_cmp(const void *a, const void *b)
{
	const struct by_id *x = a, *y = b;

	return x->cve < y->cve ? -1 : x->cve > y->cve;
}

static void join_ids(struct noro_patch *p)
{
	if (p->ids > 1)
		qsort(p->id, p->ids, sizeof(*p->id), id_cmp);
	for (size_t i = 0; i < p->ids; i++) {
		struct noro_vuln *v = noro_patch_vuln_find(p, p->id[i].cve);

		if (!v)
			continue;
		if (p->id[i].kev_ns != NORO_TIME_NONE) {
			v->kev_ns = p->id[i].kev_ns;
			v->kev_due_ns = p->id[i].due_ns;
			v->ransomware = v->ransomware || p->id[i].ransomware;
		}
		if (p->id[i].epss >= 0) {
			v->epss = (double)p->id[i].epss;
			v->epss_percentile = (double)p->id[i].percentile;
		}
	}
}

/* --- one pair --- */

struct verdict {
	enum noro_affected affected;
	const char *fixed, *source;
	bool told;        /* a source covers the version and clears it */
	bool no_versions; /* all that is known of affected versions is that they are not known */
};

static bool is_called(const struct noro_asset *a, const char *key)
{
	return strcmp(a->key, key) == 0 || (a->source_key && strcmp(a->source_key, key) == 0) ||
	       (a->upstream_key && strcmp(a->upstream_key, key) == 0);
}

/* Of one source; of what a package was built from the version may be another. */
static enum noro_affected judge_product(const struct noro_vuln_product *q,
	const struct noro_asset *asset, const char **ret_fixed, bool *ret_vex)
{
	struct noro_asset as = *asset;

	if (asset->source_version && strcmp(q->key, asset->key) != 0)
		as.version = asset->source_version;
	return noro_vuln_judge(q, &as, ret_fixed, ret_vex);
}

static bool judge(const struct noro_vuln *v, const struct noro_asset *asset, struct verdict *ret)
{
	bool any = false;

	*ret = (struct verdict){ .affected = NORO_AFFECTED_NOT, .no_versions = true };
	for (const struct noro_vuln_product *q = v->product; q; q = q->next) {
		const char *fixed;
		bool vex;
		enum noro_affected is;

		if (!is_called(asset, q->key))
			continue;
		any = true;
		is = judge_product(q, asset, &fixed, &vex);
		if (vex) {
			*ret = (struct verdict){ .affected = NORO_AFFECTED_NOT, .told = true };
			return true;
		}
		ret->told = ret->told || is == NORO_AFFECTED_NOT;
		ret->no_versions = ret->no_versions && q->rest_unknown && !q->ranges;
		if (is > ret->affected || (is == ret->affected && !ret->fixed && fixed)) {
			ret->affected = is;
			ret->fixed = fixed;
			ret->source = q->source;
		}
	}
	/* one that clears the version weighs more than one that does not know */
	if (ret->affected == NORO_AFFECTED_UNKNOWN && ret->told)
		ret->affected = NORO_AFFECTED_NOT;
	return any;
}

static int32_t days(int64_t from, int64_t to)
{
	if (from == NORO_TIME_NONE || to == NORO_TIME_NONE || to < from)
		return -1;
	return (int32_t)((to - from) / (86400 * NORO_NS_PER_S));
}

static int32_t days_open(
	const struct noro_patch *p, const struct noro_asset *a, const struct noro_vuln *v)
{
	int64_t from = a->since_ns, to = a->seen_ns < p->o.now_ns ? a->seen_ns : p->o.now_ns;

	if (from == NORO_TIME_NONE || a->seen_ns == NORO_TIME_NONE ||
		v->published_ns == NORO_TIME_NONE)
		return -1;
	if (v->published_ns > from)
		from = v->published_ns;
	return days(from, to);
}

/* --- reasons --- */

static const char *day_text(struct noro_arena *a, int64_t ns)
{
	char text[NORO_TIME_TEXT];
	size_t n = noro_time_print(ns, text);

	return n >= 10 ? noro_arena_strn(a, text, 10) : NULL;
}

static const char *number_text(struct noro_arena *a, double n)
{
	return noro_arena_printf(a, "%.4g", n);
}

static struct noro_msg why_affected(
	const struct ranking *r, const struct noro_patch_row *row, const struct verdict *v)
{
	const struct noro_asset *a = row->asset;

	switch (row->affected) {
	case NORO_AFFECTED_EXACT:
		return (struct noro_msg){ N_("version %1 is one of the affected releases (%2)"),
			{ a->version, v->source } };
	case NORO_AFFECTED_RANGE:
		return (struct noro_msg){ N_("version %1 lies among the affected ones (%2)"),
			{ a->version, v->source } };
	default:
		break;
	}
	(void)r;
	if (v->no_versions)
		return (struct noro_msg){ N_("affected versions are not in our facts: give --cve"),
			{ NULL } };
	if (!a->version && a->written)
		return (struct noro_msg){
			N_("version not known: '%1' is not all of it; give 'show version'"),
			{ a->written }
		};
	if (!a->version)
		return (struct noro_msg){ N_("version not known: none is written; give 'show "
					     "version', or fill in the column"),
			{ NULL } };
	return (struct noro_msg){ N_("version %1 cannot be judged by what %2 says"),
		{ a->version, v->source ? v->source : "builtin" } };
}

static struct noro_msg why_exposed(const struct ranking *r, const struct noro_patch_row *row)
{
	const struct noro_finding *f = row->finding;
	const char *rule = f ? f->rule : "";
	const char *where = f && f->places ? noro_arena_printf(r->a, "%s:%llu", f->place[0].path,
						     (unsigned long long)f->place[0].line)
					   : "";

	if (!f && (row->exposed == NORO_EXPOSED_UNTRUSTED || row->exposed == NORO_EXPOSED_YES))
		return (struct noro_msg){ NULL, { NULL } };
	switch (row->exposed) {
	case NORO_EXPOSED_UNTRUSTED:
		return (struct noro_msg){ N_("open to untrusted networks: %1 at %2"),
			{ rule, where } };
	case NORO_EXPOSED_YES:
		return (struct noro_msg){ N_("exposed by its configuration: %1 at %2"),
			{ rule, where } };
	case NORO_EXPOSED_NOT:
		return (struct noro_msg){ N_("not exposed by its configuration"), { NULL } };
	case NORO_EXPOSED_UNKNOWN:
		break;
	}
	if (f)
		return (struct noro_msg){ N_("exposure not known: what runs there is not what its "
					     "configuration says, %1 at %2"),
			{ rule, where } };
	if (row->vuln->checks.n + row->vuln->untrusted.n && !row->asset->config)
		return (struct noro_msg){ N_("exposure not known: its configuration was not given"),
			{ NULL } };
	if (row->vuln->checks.n + row->vuln->untrusted.n)
		return (struct noro_msg){ N_("exposure not known: its configuration shows none, "
					     "and cannot rule it out"),
			{ NULL } };
	return (struct noro_msg){ N_("exposure not known: no check decides it"), { NULL } };
}

static enum noro_status explain(
	const struct ranking *r, struct noro_patch_row *row, const struct verdict *v)
{
	const struct noro_vuln *u = row->vuln;
	struct noro_msg *m = noro_arena_array(r->a, MAX_REASONS, sizeof(*m));
	size_t n = 0;

	if (!m)
		return NORO_ENOMEM;
	m[n++] = why_affected(r, row, v);
	m[n++] = why_exposed(r, row);
	if (u->kev_ns != NORO_TIME_NONE)
		m[n++] = (struct noro_msg){ N_("known to be exploited since %1"),
			{ day_text(r->a, u->kev_ns) } };
	if (u->ransomware)
		m[n++] = (struct noro_msg){ N_("used by ransomware"), { NULL } };
	if (u->advisory.n)
		m[n++] = (struct noro_msg){ N_("named in %1"), { u->advisory.item[0] } };
	if (u->epss_percentile >= 0)
		m[n++] = (struct noro_msg){ N_("EPSS %1, percentile %2"),
			{ number_text(r->a, u->epss),
				number_text(r->a, u->epss_percentile * 100) } };
	if (u->cvss >= 0)
		m[n++] = (struct noro_msg){ N_("CVSS %1"), { number_text(r->a, u->cvss) } };
	if (u->ssvc_exploitation)
		m[n++] = (struct noro_msg){ N_("SSVC: exploitation %1, automatable %2, impact %3"),
			{ u->ssvc_exploitation, u->ssvc_automatable, u->ssvc_impact } };
	row->reason = m;
	row->reasons = n;
	return NORO_OK;
}

/* --- all pairs --- */

static enum noro_status consider(
	struct ranking *r, const struct noro_vuln *v, const struct noro_asset *a)
{
	struct verdict is;
	struct noro_patch_row *row;

	if (!judge(v, a, &is))
		return NORO_OK;
	if (is.affected == NORO_AFFECTED_NOT) {
		r->ret->cleared++;
		return NORO_OK;
	}
	if (r->rows >= NORO_PATCH_MAX_ROWS) {
		r->ret->dropped++;
		return NORO_OK;
	}
	row = noro_arena_grow(r->a, r->row, r->rows, &r->cap, sizeof(*r->row));
	if (!row)
		return NORO_ENOMEM;
	r->row = row;
	row = &r->row[r->rows++];
	*row = (struct noro_patch_row){ .asset = a,
		.vuln = v,
		.affected = is.affected,
		.exposed = NORO_EXPOSED_UNKNOWN,
		.fixed = is.fixed };
	noro_exposure_of(r->exposure, row);
	row->days_published = days(v->published_ns, r->p->o.now_ns);
	row->days_kev = days(v->kev_ns, r->p->o.now_ns);
	row->days_open = is.affected >= NORO_AFFECTED_RANGE ? days_open(r->p, a, v) : -1;
	return explain(r, row, &is);
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->key, ((const struct named *)b)->key);
}

static size_t first_of(const struct ranking *r, const char *key)
{
	size_t lo = 0, hi = r->names;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(r->by_key[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool key_before(const struct noro_vuln *v, const struct noro_vuln_product *q)
{
	for (const struct noro_vuln_product *o = v->product; o != q; o = o->next)
		if (strcmp(o->key, q->key) == 0)
			return true;
	return false;
}

/* A package of two names, both of which a flaw speaks of, is one pair. */
static bool met_before(
	const struct noro_vuln *v, const struct noro_vuln_product *q, const struct noro_asset *a)
{
	if (!a->source_key && !a->upstream_key)
		return false;
	for (const struct noro_vuln_product *o = v->product; o != q; o = o->next)
		if (is_called(a, o->key))
			return true;
	return false;
}

static enum noro_status list_names(struct ranking *r)
{
	struct noro_patch *p = r->p;

	r->by_key = noro_arena_array(r->a, p->assets * 3 + 1, sizeof(*r->by_key));
	if (!r->by_key)
		return NORO_ENOMEM;
	for (size_t i = 0; i < p->assets; i++) {
		struct noro_asset *a = &p->asset[i];
		const char *source = a->source_key, *upstream = a->upstream_key;

		r->by_key[r->names++] = (struct named){ a->key, a };
		if (source)
			r->by_key[r->names++] = (struct named){ source, a };
		if (upstream && (!source || strcmp(source, upstream) != 0))
			r->by_key[r->names++] = (struct named){ upstream, a };
	}
	if (r->names > 1)
		qsort(r->by_key, r->names, sizeof(*r->by_key), name_cmp);
	return NORO_OK;
}

static enum noro_status all_pairs(struct ranking *r)
{
	struct noro_patch *p = r->p;
	enum noro_status st = list_names(r);

	for (size_t i = 0; st == NORO_OK && i < p->vulns; i++)
		for (const struct noro_vuln_product *q = p->vuln[i].product; q; q = q->next) {
			if (key_before(&p->vuln[i], q))
				continue;
			for (size_t k = first_of(r, q->key); st == NORO_OK && k < r->names &&
							     strcmp(r->by_key[k].key, q->key) == 0;
				k++) {
				struct noro_asset *a = r->by_key[k].asset;

				a->spoken_of = true;
				if (!met_before(&p->vuln[i], q, a))
					st = consider(r, &p->vuln[i], a);
			}
		}
	return st;
}

/* --- the order --- */

static int larger(double a, double b)
{
	return a > b ? -1 : a < b;
}

static int row_cmp(const void *pa, const void *pb)
{
	const struct noro_patch_row *a = pa, *b = pb;
	int c;

	if (a->affected != b->affected)
		return a->affected > b->affected ? -1 : 1;
	if (a->exposed != b->exposed)
		return a->exposed > b->exposed ? -1 : 1;
	c = (b->vuln->kev_ns != NORO_TIME_NONE) - (a->vuln->kev_ns != NORO_TIME_NONE);
	if (c == 0)
		c = (b->vuln->advisory.n != 0) - (a->vuln->advisory.n != 0);
	if (c == 0)
		c = larger(a->vuln->epss_percentile, b->vuln->epss_percentile);
	if (c == 0)
		c = larger(a->vuln->cvss, b->vuln->cvss);
	if (c == 0)
		c = strcmp(b->vuln->id, a->vuln->id); /* the newer flaw */
	if (c == 0)
		c = strcmp(a->asset->name, b->asset->name);
	if (c == 0)
		c = strcmp(a->asset->path, b->asset->path);
	return c ? c : a->asset->line < b->asset->line ? -1 : a->asset->line > b->asset->line;
}

enum noro_status noro_patch_conclude(struct noro_patch *p, struct noro_arena *a,
	struct noro_patch_result *ret, struct noro_error *err)
{
	struct ranking r = { .p = p, .a = a, .ret = ret };
	enum noro_status st;

	*ret = (struct noro_patch_result){ .now_ns = p->o.now_ns };
	st = noro_patch_machines(p);
	join_ids(p);
	if (st == NORO_OK)
		st = noro_exposure_new(p, a, ret, &r.exposure, err);
	if (st == NORO_OK)
		st = all_pairs(&r);
	if (st != NORO_OK)
		return err && err->status != NORO_OK ? st : noro_fail(err, st, NULL);
	if (r.rows > 1)
		qsort(r.row, r.rows, sizeof(*r.row), row_cmp);
	for (size_t i = 0; i < r.rows; i++)
		r.row[i].place = (uint32_t)i + 1;
	ret->asset = p->asset;
	ret->assets = p->assets;
	for (size_t i = 0; i < p->assets; i++)
		ret->unspoken += !p->asset[i].spoken_of;
	ret->row = r.row;
	ret->rows = r.rows;
	ret->feed = p->feed;
	ret->feeds = p->feeds;
	ret->coverage = p->coverage;
	ret->coverages = p->coverages;
	ret->unread = p->unread;
	return NORO_OK;
}
