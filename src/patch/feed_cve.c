/*
 * src/patch/feed_cve.c - CVE records of format 5, with what CISA adds to them (SSVC, KEV).
 *
 * `versions` says what is affected from one version up to another, or one alone; `changes`
 * cut such a span; what no entry names has the default status, and where there is none it
 * is not known.
 */
#include "patch/feed_priv.h"

struct spans {
	struct noro_vuln_range *range;
	size_t n, cap;
	struct noro_arena *a;
};

static enum noro_status push(struct spans *s, const struct noro_vuln_range *r)
{
	struct noro_vuln_range *grown;

	if (s->n >= NORO_PATCH_MAX_RANGES)
		return NORO_OK; /* what is left out stays unknown: see `cut` */
	grown = noro_arena_grow(s->a, s->range, s->n, &s->cap, sizeof(*s->range));
	if (!grown)
		return NORO_ENOMEM;
	s->range = grown;
	s->range[s->n++] = *r;
	return NORO_OK;
}

static const char *text(struct spans *s, const struct noro_json *v, const char *name)
{
	struct noro_view t = noro_view_trim(noro_json_str(v, name));

	if (t.n == 0 || t.n > 128 || noro_view_is(t, "*") || noro_view_is_i(t, "unspecified") ||
		noro_view_is_i(t, "n/a"))
		return NULL;
	return noro_arena_strn(s->a, t.p, t.n);
}

/* "affected from 1.0, unaffected at 1.4": the span ends where the first other status begins. */
static const char *changed_at(struct spans *s, const struct noro_json *v, bool affected)
{
	const struct noro_json *l = noro_json_get(v, "changes");

	for (const struct noro_json *c = l ? l->child : NULL; c; c = c->next)
		if (noro_json_is_str(
			    noro_json_get(c, "status"), affected ? "unaffected" : "affected"))
			return text(s, c, "at");
	return NULL;
}

/* A version that begins with a digit is one; "Cisco IOS and IOS XE" is none. */
static bool is_version(const char *t)
{
	size_t digits = 0;

	if (!t)
		return false;
	for (const char *c = t; *c; c++) {
		if (*c == ' ')
			return false;
		digits += noro_is_digit(*c);
	}
	return digits != 0;
}

static enum noro_status span(struct spans *s, const struct noro_json *v, bool *ret_odd)
{
	bool affected = noro_json_is_str(noro_json_get(v, "status"), "affected");
	struct noro_vuln_range r = { .status =
					     affected ? NORO_VULN_AFFECTED : NORO_VULN_UNAFFECTED };
	const char *from = text(s, v, "version"), *change = changed_at(s, v, affected);

	if (!affected && !noro_json_is_str(noro_json_get(v, "status"), "unaffected"))
		return NORO_OK;
	r.before = text(s, v, "lessThan");
	r.through = text(s, v, "lessThanOrEqual");
	r.from = from && strcmp(from, "0") != 0 && is_version(from) ? from : NULL;
	if (change)
		r.before = change;
	if (!r.before && !r.through && !noro_json_get(v, "lessThan") &&
		!noro_json_get(v, "lessThanOrEqual")) {
		r.exact = from;
		r.from = NULL;
		if (!is_version(from)) {
			*ret_odd = *ret_odd || affected; /* "6.0.0 to 6.0.4 and 5.6.3": prose */
			return NORO_OK;
		}
	} else if (r.through && r.from && strcmp(r.from, r.through) == 0) {
		r.exact = r.through; /* "9.1R18 up to 9.1R18" */
		r.from = r.through = NULL;
	}
	return push(s, &r);
}

static enum noro_status affected(
	struct noro_feeding *f, const struct noro_json *v, struct noro_view id, bool *ret_used)
{
	struct spans s = { .a = f->a };
	struct noro_vuln_product q = { 0 };
	const struct noro_json *l = noro_json_get(v, "versions"),
			       *otherwise = noro_json_get(v, "defaultStatus");
	bool odd = false;
	enum noro_status st = NORO_OK;

	for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c; c = c->next)
		st = span(&s, c, &odd);
	q.range = s.range;
	q.ranges = s.n;
	q.rest_affected = noro_json_is_str(otherwise, "affected");
	q.rest_unaffected = noro_json_is_str(otherwise, "unaffected") && !odd;
	q.rest_unknown = odd || s.n >= NORO_PATCH_MAX_RANGES || (s.n == 0 && !q.rest_affected);
	if (st == NORO_OK)
		st = noro_feed_product(f, &q, noro_json_str(v, "vendor"),
			noro_json_str(v, "product"), id, ret_used);
	return st;
}

/* --- scores and decisions --- */

static void metric(struct noro_vuln *v, const struct noro_json *m)
{
	static const char *const names[] = { "cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		double n = noro_feed_number(noro_json_get(m, names[i]), "baseScore");

		if (n > v->cvss)
			v->cvss = n;
	}
}

static void decision(struct noro_feeding *f, struct noro_vuln *v, const struct noro_json *content)
{
	const struct noro_json *l = noro_json_get(content, "options");

	for (const struct noro_json *c = l ? l->child : NULL; c; c = c->next) {
		struct noro_view n;

		if ((n = noro_json_str(c, "Exploitation")).n)
			v->ssvc_exploitation = noro_patch_text(f->p, n);
		if ((n = noro_json_str(c, "Automatable")).n)
			v->ssvc_automatable = noro_patch_text(f->p, n);
		if ((n = noro_json_str(c, "Technical Impact")).n)
			v->ssvc_impact = noro_patch_text(f->p, n);
	}
}

static void metrics(struct noro_feeding *f, struct noro_vuln *v, const struct noro_json *container)
{
	const struct noro_json *l = noro_json_get(container, "metrics");

	for (const struct noro_json *m = l ? l->child : NULL; m; m = m->next) {
		const struct noro_json *other = noro_json_get(m, "other");
		const struct noro_json *content = noro_json_get(other, "content");

		metric(v, m);
		if (noro_json_is_str(noro_json_get(other, "type"), "ssvc"))
			decision(f, v, content);
		if (noro_json_is_str(noro_json_get(other, "type"), "kev") &&
			v->kev_ns == NORO_TIME_NONE)
			v->kev_ns = noro_patch_date(noro_json_str(content, "dateAdded"));
	}
}

static struct noro_view english(const struct noro_json *container)
{
	const struct noro_json *l = noro_json_get(container, "descriptions");

	for (const struct noro_json *c = l ? l->child : NULL; c; c = c->next)
		if (noro_view_starts(noro_json_str(c, "lang"), "en"))
			return noro_json_str(c, "value");
	return (struct noro_view){ 0 };
}

static void fill(struct noro_feeding *f, struct noro_vuln *v, const struct noro_json *record)
{
	const struct noro_json *cna = noro_json_path(record, "containers.cna"),
			       *adp = noro_json_path(record, "containers.adp");

	noro_feed_title(f, v, noro_json_str(cna, "title"));
	noro_feed_title(f, v, english(cna));
	if (v->published_ns == NORO_TIME_NONE)
		v->published_ns = noro_patch_date(
			noro_json_str(noro_json_get(record, "cveMetadata"), "datePublished"));
	metrics(f, v, cna);
	for (const struct noro_json *c = adp ? adp->child : NULL; c; c = c->next)
		metrics(f, v, c);
}

enum noro_status noro_feed_cve(struct noro_feeding *f, const struct noro_json *v)
{
	const struct noro_json *meta = noro_json_get(v, "cveMetadata"),
			       *l = noro_json_path(v, "containers.cna.affected"),
			       *adp = noro_json_path(v, "containers.adp");
	struct noro_view id = noro_json_str(meta, "cveId");
	struct noro_vuln *known;
	bool used = false;
	enum noro_status st = NORO_OK;

	if (!noro_cve_number(id))
		return noro_fail(f->err, NORO_EFORMAT, N_("a record without a CVE id"));
	if (noro_json_is_str(noro_json_get(meta, "state"), "REJECTED"))
		return NORO_OK;
	for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c; c = c->next)
		st = affected(f, c, id, &used);
	for (const struct noro_json *d = adp ? adp->child : NULL; st == NORO_OK && d; d = d->next) {
		l = noro_json_get(d, "affected");
		for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c;
			c = c->next)
			st = affected(f, c, id, &used);
	}
	known = noro_patch_vuln_find(f->p, noro_cve_number(id));
	if (st == NORO_OK && known) {
		fill(f, known, v);
		f->feed->used++;
	}
	noro_feed_date(f, noro_json_str(meta, "dateUpdated"));
	return st;
}
