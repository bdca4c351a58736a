/*
 * src/patch/feed_csaf.c - CSAF 2.0: a tree of products whose ids the statements name. The maker of
 * the product speaks here, so "known not affected" and "fixed" (VEX) clear a product for good.
 */
#include "patch/feed_priv.h"

#include "base/mem.h"

enum { MAX_DEPTH = 40, MAX_NAMES = 200000 };

struct named {
	struct noro_view id, vendor, product, version;
	bool span; /* version is a range in words: "<2.0", "vers:..." */
};

struct tree {
	struct noro_feeding *f;
	struct named *named;
	size_t n, cap;
};

static enum noro_status name_it(struct tree *t, const struct noro_json *product, struct named now)
{
	struct named *grown;

	now.id = noro_json_str(product, "product_id");
	if (!now.id.n || t->n >= MAX_NAMES)
		return NORO_OK;
	grown = noro_arena_grow(t->f->a, t->named, t->n, &t->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	t->named = grown;
	t->named[t->n++] = now;
	return NORO_OK;
}

static enum noro_status branches(
	struct tree *t, const struct noro_json *l, struct named now, unsigned depth)
{
	enum noro_status st = NORO_OK;

	for (const struct noro_json *b = l ? l->child : NULL;
		st == NORO_OK && b && depth < MAX_DEPTH; b = b->next) {
		struct named here = now;
		const struct noro_json *category = noro_json_get(b, "category"),
				       *p = noro_json_get(b, "product");
		struct noro_view name = noro_json_str(b, "name");

		if (noro_json_is_str(category, "vendor"))
			here.vendor = name;
		else if (noro_json_is_str(category, "product_name"))
			here.product = name;
		else if (noro_json_is_str(category, "product_version") ||
			 noro_json_is_str(category, "service_pack") ||
			 noro_json_is_str(category, "patch_level"))
			here.version = name;
		if (noro_json_is_str(category, "product_version_range")) {
			here.version = name;
			here.span = true;
		}
		if (p)
			st = name_it(t, p, here);
		if (st == NORO_OK)
			st = branches(t, noro_json_get(b, "branches"), here, depth + 1);
	}
	return st;
}

static int id_cmp(const void *a, const void *b)
{
	return noro_view_cmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

static const struct named *by_id_(const struct tree *t, struct noro_view id)
{
	struct named key = { .id = id };

	return t->n && id.n ? bsearch(&key, t->named, t->n, sizeof(key), id_cmp) : NULL;
}

/* "X as a component of Y": the flaw is one of X. */
static enum noro_status relations(struct tree *t, const struct noro_json *l)
{
	size_t known = t->n;
	enum noro_status st = NORO_OK;

	for (const struct noro_json *r = l ? l->child : NULL; st == NORO_OK && r; r = r->next) {
		struct tree first = *t;
		const struct named *of;

		first.n = known;
		of = by_id_(&first, noro_json_str(r, "product_reference"));
		if (of)
			st = name_it(t, noro_json_get(r, "full_product_name"), *of);
	}
	return st;
}

static enum noro_status grow_tree(struct tree *t, const struct noro_json *root)
{
	const struct noro_json *l = noro_json_get(root, "full_product_names");
	enum noro_status st = branches(t, noro_json_get(root, "branches"), (struct named){ 0 }, 0);

	for (const struct noro_json *p = l ? l->child : NULL; st == NORO_OK && p; p = p->next)
		st = name_it(t, p, (struct named){ .product = noro_json_str(p, "name") });
	if (t->n > 1)
		qsort(t->named, t->n, sizeof(*t->named), id_cmp);
	if (st == NORO_OK)
		st = relations(t, noro_json_get(root, "relationships"));
	if (t->n > 1)
		qsort(t->named, t->n, sizeof(*t->named), id_cmp);
	return st;
}

/* --- statements --- */

/* "<2.0", "<=2.0", ">=1.0|<2.0", "vers:generic/>=1.0|<2.0"; false for words. */
static bool read_span(struct noro_arena *a, struct noro_view v, struct noro_vuln_range *r)
{
	size_t slash = noro_view_starts(v, "vers:") ? noro_view_chr(v, '/') : SIZE_MAX;
	struct noro_view one;
	bool any = false;

	if (slash != SIZE_MAX)
		v = noro_view_sub(v, slash + 1, v.n);
	while (noro_view_cut(&v, '|', &one)) {
		const char **to;
		size_t skip = 1;

		one = noro_view_trim(one);
		if (noro_view_starts(one, "<=")) {
			to = &r->through;
			skip = 2;
		} else if (noro_view_starts(one, "<")) {
			to = &r->before;
		} else if (noro_view_starts(one, ">")) {
			to = &r->from;
			skip = noro_view_starts(one, ">=") ? 2 : 1;
			r->after = skip == 1;
		} else {
			return false;
		}
		one = noro_view_trim(noro_view_sub(one, skip, one.n));
		if (!one.n || noro_view_chr(one, ' ') != SIZE_MAX)
			return false;
		*to = noro_arena_strn(a, one.p, one.n);
		any = true;
	}
	return any;
}

/* One statement; products of one name are gathered by the caller's loop over names. */
static enum noro_status state_one(struct tree *t, const struct named *n, struct noro_view id,
	enum noro_vuln_status status, bool *ret_used)
{
	struct noro_vuln_range r = { .status = status, .vex = status == NORO_VULN_UNAFFECTED };
	struct noro_vuln_product q = { .range = &r, .ranges = 1 };

	if (!n->version.n)
		q.rest_unknown = false; /* all of the product */
	else if (!n->span)
		r.exact = noro_arena_strn(t->f->a, n->version.p, n->version.n);
	else if (!read_span(t->f->a, n->version, &r)) {
		q.ranges = 0;
		q.rest_unknown = true;
	}
	return noro_feed_product(
		t->f, &q, n->vendor, n->product.n ? n->product : n->version, id, ret_used);
}

static int product_cmp(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a,
			   *y = *(const struct named *const *)b;
	int c = noro_view_cmp(x->vendor, y->vendor);

	return c ? c : noro_view_cmp(x->product, y->product);
}

/* Releases of one product that are said to be the same: one statement, so that a list of hundreds
 * is seen as the list that it is. */
static enum noro_status state_group(struct tree *t, const struct named **n, size_t count,
	struct noro_view id, enum noro_vuln_status status, bool *ret_used)
{
	struct noro_vuln_range *r = noro_arena_array(t->f->a, count + 1, sizeof(*r));
	struct noro_vuln_product q = { .range = r };
	enum noro_status st = NORO_OK;

	if (!r)
		return NORO_ENOMEM;
	for (size_t i = 0; st == NORO_OK && i < count; i++) {
		if (!n[i]->version.n || n[i]->span)
			st = state_one(t, n[i], id, status, ret_used);
		else
			r[q.ranges++] = (struct noro_vuln_range){ .status = status,
				.vex = status == NORO_VULN_UNAFFECTED,
				.exact = noro_arena_strn(
					t->f->a, n[i]->version.p, n[i]->version.n) };
	}
	if (st == NORO_OK && q.ranges && status == NORO_VULN_UNAFFECTED)
		q.rest_unknown = true; /* of the others nothing is said */
	return st == NORO_OK && q.ranges
		       ? noro_feed_product(t->f, &q, n[0]->vendor, n[0]->product, id, ret_used)
		       : st;
}

static enum noro_status statements(struct tree *t, const struct noro_json *ids, struct noro_view id,
	enum noro_vuln_status status, bool *ret_used)
{
	const struct named **n = noro_arena_array(t->f->a, (ids ? ids->count : 0) + 1, sizeof(*n));
	size_t count = 0;
	enum noro_status st = NORO_OK;

	if (!n)
		return NORO_ENOMEM;
	for (const struct noro_json *c = ids ? ids->child : NULL; c; c = c->next)
		if ((n[count] = by_id_(t, c->text)) != NULL)
			count++;
	if (count > 1)
		qsort(n, count, sizeof(*n), product_cmp);
	for (size_t i = 0, to; st == NORO_OK && i < count; i = to) {
		for (to = i + 1; to < count && product_cmp(&n[i], &n[to]) == 0; to++)
			;
		st = state_group(t, &n[i], to - i, id, status, ret_used);
	}
	return st;
}

/* What its maker advises until there is a repaired release. */
static void remedy(struct tree *t, const struct noro_json *vuln, struct noro_vuln *v)
{
	const struct noro_json *l = noro_json_get(vuln, "remediations");

	for (const struct noro_json *r = l ? l->child : NULL; r && !v->mitigation.en; r = r->next)
		if (noro_json_is_str(noro_json_get(r, "category"), "workaround") ||
			noro_json_is_str(noro_json_get(r, "category"), "mitigation"))
			v->mitigation.en = noro_patch_text(
				t->f->p, noro_view_sub(noro_json_str(r, "details"), 0, 1000));
}

static enum noro_status vulnerability(
	struct tree *t, const struct noro_json *vuln, const struct noro_json *root)
{
	static const char *const bad[] = { "known_affected", "first_affected", "last_affected" };
	static const char *const good[] = { "known_not_affected", "fixed", "first_fixed" };
	const struct noro_json *status = noro_json_get(vuln, "product_status"), *l;
	struct noro_view id = noro_json_str(vuln, "cve");
	struct noro_vuln *v;
	bool used = false;
	enum noro_status st = NORO_OK;

	if (!noro_cve_number(id))
		return NORO_OK; /* an advisory may speak of flaws without a number */
	for (size_t i = 0; st == NORO_OK && i < 3; i++)
		st = statements(t, noro_json_get(status, bad[i]), id, NORO_VULN_AFFECTED, &used);
	for (size_t i = 0; st == NORO_OK && i < 3; i++)
		st = statements(t, noro_json_get(status, good[i]), id, NORO_VULN_UNAFFECTED, &used);
	v = noro_patch_vuln_find(t->f->p, noro_cve_number(id));
	if (st != NORO_OK || !v)
		return st;
	t->f->feed->used += used;
	noro_feed_title(t->f, v, noro_json_str(vuln, "title"));
	noro_feed_title(t->f, v, noro_json_str(noro_json_get(root, "document"), "title"));
	if (v->published_ns == NORO_TIME_NONE)
		v->published_ns = noro_patch_date(noro_json_str(vuln, "release_date"));
	remedy(t, vuln, v);
	l = noro_json_get(vuln, "scores");
	for (const struct noro_json *s = l ? l->child : NULL; s; s = s->next) {
		double n = noro_feed_number(noro_json_get(s, "cvss_v3"), "baseScore");

		if (n > v->cvss)
			v->cvss = n;
	}
	return NORO_OK;
}

enum noro_status noro_feed_csaf(struct noro_feeding *f, const struct noro_json *v)
{
	struct tree t = { .f = f };
	const struct noro_json *l = noro_json_get(v, "vulnerabilities");
	enum noro_status st;

	if (!noro_json_path(v, "document.csaf_version"))
		return noro_fail(
			f->err, NORO_EFORMAT, N_("no CVE record, CSAF, NVD or KEV document"));
	st = grow_tree(&t, noro_json_get(v, "product_tree"));
	for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c; c = c->next)
		st = vulnerability(&t, c, v);
	noro_feed_date(
		f, noro_json_str(noro_json_path(v, "document.tracking"), "current_release_date"));
	return st;
}
