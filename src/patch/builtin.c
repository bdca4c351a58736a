/*
 * src/patch/builtin.c - facts that come with the program (knowledge/vulnerabilities): flaws of
 * network gear that are exploited, so that the order can be made with no feed at all.
 *
 * A record whose affected versions are not among the facts says so; nothing is guessed
 * from its product alone.
 */
#include "patch/patch_priv.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"

#include <dirent.h>
#include <errno.h>

enum { MAX_FILE = 4 << 20, MAX_FILES = 256 };

struct reading {
	struct noro_patch *p;
	struct noro_view text;
	const char *name;
	struct noro_error *err;
	uint64_t records;
};

static enum noro_status wrong(
	struct reading *r, const struct noro_json *at, const char *msg, struct noro_view what)
{
	char arg[64] = "";

	if (what.n && what.n < sizeof(arg))
		memcpy(arg, what.p, what.n);
	(void)noro_fail(r->err, NORO_EFORMAT, msg, arg);
	(void)noro_error_at(r->err, r->name, NORO_AT_LINE, noro_line_of(r->text, at->at));
	return NORO_EFORMAT;
}

static enum noro_status only(struct reading *r, const struct noro_json *v, const char *const *names)
{
	if (v->kind != NORO_JSON_OBJECT)
		return wrong(r, v, N_("a record with named values stands here"), NORO_V(""));
	for (const struct noro_json *c = v->child; c; c = c->next) {
		bool known = false;

		for (size_t i = 0; names[i] && !known; i++)
			known = noro_view_is(c->key, names[i]);
		if (!known)
			return wrong(r, c, N_("unknown key '%1'"), c->key);
	}
	return NORO_OK;
}

static const char *str(struct reading *r, const struct noro_json *v, const char *name)
{
	return noro_patch_text(r->p, noro_json_str(v, name));
}

static struct noro_text both(struct reading *r, const struct noro_json *v, const char *name)
{
	const struct noro_json *t = noro_json_get(v, name);

	return (struct noro_text){ .en = str(r, t, "en"), .ja = str(r, t, "ja") };
}

static struct noro_list list(struct reading *r, const struct noro_json *v, const char *name)
{
	const struct noro_json *l = noro_json_get(v, name);
	const char **item = noro_arena_array(r->p->a, (l ? l->count : 0) + 1, sizeof(*item));
	struct noro_list ret = { item, 0 };

	if (!item || !l || l->kind != NORO_JSON_ARRAY)
		return (struct noro_list){ 0 };
	for (const struct noro_json *c = l->child; c; c = c->next)
		if ((item[ret.n] = noro_patch_text(r->p, c->text)) != NULL)
			ret.n++;
	return ret;
}

/* A version by itself, or { from, before, through, fixed }. */
static enum noro_status range(
	struct reading *r, const struct noro_json *v, struct noro_vuln_range *ret)
{
	static const char *const names[] = { "from", "before", "through", "fixed", NULL };
	enum noro_status st;

	*ret = (struct noro_vuln_range){ .status = NORO_VULN_AFFECTED };
	if (v->kind == NORO_JSON_STRING || v->kind == NORO_JSON_NUMBER) {
		ret->exact = noro_patch_text(r->p, v->text);
		return ret->exact ? NORO_OK : NORO_ENOMEM;
	}
	st = only(r, v, names);
	ret->from = str(r, v, "from");
	ret->before = str(r, v, "before");
	ret->through = str(r, v, "through");
	ret->fixed = str(r, v, "fixed");
	return st;
}

/* A list of releases may be one text, blank-separated: hundreds of them stay readable. */
static enum noro_status words(
	struct reading *r, const struct noro_json *v, struct noro_vuln_product *q)
{
	struct noro_view rest = v->text, one;
	size_t n = 0;
	struct noro_vuln_range *range;

	while (noro_view_word(&rest, &one))
		n++;
	range = noro_arena_array(r->p->a, n + 1, sizeof(*range));
	if (!range)
		return NORO_ENOMEM;
	rest = v->text;
	for (size_t i = 0; noro_view_word(&rest, &one); i++)
		if (!(range[i].exact = noro_patch_text(r->p, one)))
			return NORO_ENOMEM;
	q->range = range;
	q->ranges = n;
	return NORO_OK;
}

static enum noro_status ranges(
	struct reading *r, const struct noro_json *v, struct noro_vuln_product *q)
{
	struct noro_vuln_range *range_;
	enum noro_status st = NORO_OK;

	if (!v || noro_json_is_str(v, "unknown")) {
		q->rest_unknown = true;
		return NORO_OK;
	}
	if (v->kind == NORO_JSON_STRING)
		return words(r, v, q);
	if (v->kind != NORO_JSON_ARRAY)
		return wrong(
			r, v, N_("affected versions are a list, words, or 'unknown'"), NORO_V(""));
	range_ = noro_arena_array(r->p->a, v->count + 1, sizeof(*range_));
	if (!range_)
		return NORO_ENOMEM;
	q->range = range_;
	for (const struct noro_json *c = v->child; st == NORO_OK && c; c = c->next)
		if (noro_json_is_str(c, "unknown")) /* what no range names is not decided */
			q->rest_unknown = true;
		else
			st = range(r, c, &range_[q->ranges++]);
	return st;
}

static enum noro_status product(struct reading *r, const struct noro_json *v, const char *key,
	const struct noro_json *affected, struct noro_vuln *to)
{
	struct noro_vuln_product *q = noro_arena_alloc(r->p->a, sizeof(*q));
	enum noro_status st;

	if (!q || !(q->key = noro_arena_str(r->p->a, key)))
		return NORO_ENOMEM;
	q->source = "builtin";
	st = ranges(r, affected ? affected : noro_json_get(v, "affected"), q);
	q->next = to->product;
	to->product = q;
	return st;
}

/* `product` may be one of our names or how the maker says it; `affected` may be one for each. */
static enum noro_status products(struct reading *r, const struct noro_json *v, struct noro_vuln *to)
{
	char key[4][NORO_PATCH_KEY];
	const struct noro_json *affected = noro_json_get(v, "affected");
	size_t n;
	enum noro_status st = NORO_OK;

	if (affected && affected->kind == NORO_JSON_OBJECT) {
		for (const struct noro_json *c = affected->child; st == NORO_OK && c; c = c->next) {
			char name[NORO_PATCH_KEY] = "";

			if (c->key.n < sizeof(name))
				memcpy(name, c->key.p, c->key.n);
			st = product(r, v, name, c, to);
		}
		return st;
	}
	n = noro_product_keys(noro_json_str(v, "vendor"), noro_json_str(v, "product"), key, 4);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = product(r, v, key[i], affected, to);
	return st;
}

/* "17.9.4a" is the repaired release of 17.9.3: the first two numbers are the line. */
static bool same_line(const char *a, const char *b)
{
	unsigned dots = 0;

	for (; *a && *a == *b; a++, b++)
		if (*a == '.' && ++dots == 2)
			return true;
	return false;
}

static enum noro_status repaired(struct reading *r, const struct noro_json *v, struct noro_vuln *to)
{
	struct noro_list fixed = list(r, v, "fixed");

	for (struct noro_vuln_product *q = to->product; q; q = q->next) {
		struct noro_vuln_range *made =
			noro_arena_array(r->p->a, q->ranges + 1, sizeof(*made));

		if (!made)
			return NORO_ENOMEM;
		for (size_t i = 0; i < q->ranges; i++) {
			made[i] = q->range[i];
			for (size_t k = 0; k < fixed.n && made[i].exact && !made[i].fixed; k++)
				if (same_line(made[i].exact, fixed.item[k]))
					made[i].fixed = fixed.item[k];
		}
		q->range = made;
	}
	return NORO_OK;
}

static enum noro_status exposure(struct reading *r, const struct noro_json *v, struct noro_vuln *to)
{
	static const char *const names[] = { "checks", "untrusted", "clears", "doubts", "en", "ja",
		NULL };
	const struct noro_json *e = noro_json_get(v, "exposure");

	if (!e)
		return NORO_OK;
	to->checks = list(r, e, "checks");
	to->untrusted = list(r, e, "untrusted");
	to->clears = list(r, e, "clears");
	to->doubts = list(r, e, "doubts");
	to->exposure = both(r, v, "exposure");
	return only(r, e, names);
}

static double number(const struct noro_json *v, const char *name)
{
	struct noro_view t = noro_json_str(v, name);
	char text[32] = "";

	if (t.n == 0 || t.n >= sizeof(text))
		return -1;
	memcpy(text, t.p, t.n);
	return strtod(text, NULL);
}

static enum noro_status record(struct reading *r, const struct noro_json *v)
{
	static const char *const names[] = { "id", "vendor", "product", "title", "published", "kev",
		"cvss", "ransomware", "affected", "fixed", "exposure", "mitigation", "advisory",
		NULL };
	const struct noro_json *ransom;
	struct noro_vuln *to;
	enum noro_status st = only(r, v, names);

	if (st != NORO_OK)
		return st;
	if (!noro_cve_number(noro_json_str(v, "id")))
		return wrong(r, v, N_("'%1' is no CVE id"), noro_json_str(v, "id"));
	to = noro_patch_vuln(r->p, noro_json_str(v, "id"));
	if (!to)
		return NORO_ENOMEM;
	to->title = both(r, v, "title");
	to->mitigation = both(r, v, "mitigation");
	to->published_ns = noro_patch_date(noro_json_str(v, "published"));
	to->kev_ns = noro_patch_date(noro_json_str(v, "kev"));
	to->cvss = number(v, "cvss");
	to->advisory = list(r, v, "advisory");
	ransom = noro_json_get(v, "ransomware");
	to->ransomware = ransom && ransom->kind == NORO_JSON_TRUE;
	st = exposure(r, v, to);
	r->records++;
	if (st == NORO_OK)
		st = products(r, v, to);
	return st == NORO_OK && noro_json_get(v, "fixed") ? repaired(r, v, to) : st;
}

/* All files of facts are one source; it is as old as the oldest of them. */
static struct noro_feed *builtin_feed(struct noro_patch *p)
{
	for (size_t i = 0; i < p->feeds; i++)
		if (strcmp(p->feed[i].kind, "builtin") == 0)
			return &p->feed[i];
	return noro_patch_feed(p, "builtin", "builtin");
}

enum noro_status noro_patch_builtin_text(
	struct noro_patch *p, const char *name, struct noro_view text, struct noro_error *err)
{
	struct noro_error own = { 0 };
	struct reading r = { .p = p, .name = name, .text = text, .err = err ? err : &own };
	static const char *const names[] = { "as_of", "vulnerabilities", NULL };
	const struct noro_json *v = NULL, *all = NULL;
	int64_t as_of;
	struct noro_feed *feed = builtin_feed(p);
	enum noro_status st = feed ? noro_yaml_parse(p->a, text, NULL, &v, r.err) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = only(&r, v, names);
	if (st == NORO_OK &&
		(!(all = noro_json_get(v, "vulnerabilities")) || all->kind != NORO_JSON_ARRAY))
		st = wrong(&r, v, N_("there is no list of vulnerabilities"), NORO_V(""));
	for (const struct noro_json *c = st == NORO_OK ? all->child : NULL; st == NORO_OK && c;
		c = c->next)
		st = record(&r, c);
	if (st != NORO_OK) {
		if (r.err->status == NORO_OK)
			(void)noro_fail(r.err, st, NULL);
		if (!r.err->where[0])
			(void)noro_error_at(r.err, name, r.err->unit, r.err->at);
		return st;
	}
	as_of = noro_patch_date(noro_json_str(v, "as_of"));
	if (feed->date_ns == NORO_TIME_NONE || (as_of != NORO_TIME_NONE && as_of < feed->date_ns))
		feed->date_ns = as_of;
	feed->records += r.records;
	feed->used += r.records;
	return NORO_OK;
}

static enum noro_status read_one(struct noro_patch *p, const char *path, struct noro_error *err)
{
	struct noro_buf b = { 0 };
	enum noro_status st = noro_file_read(path, MAX_FILE, &b, err);
	struct noro_view text = { 0 };

	if (st == NORO_OK) {
		text = noro_arena_view(p->a, noro_buf_as_view(&b)); /* values point into it */
		st = text.p ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&b);
	return st == NORO_OK ? noro_patch_builtin_text(p, path, text, err) : st;
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum noro_status noro_patch_builtin(
	struct noro_patch *p, const char *folder, struct noro_error *err)
{
	DIR *d = opendir(folder);
	const char *path[MAX_FILES];
	size_t n = 0;
	struct dirent *e;
	enum noro_status st = NORO_OK;

	if (!d)
		return errno == ENOENT ? NORO_OK : noro_fail_errno(err, errno, folder);
	while (st == NORO_OK && n < MAX_FILES && (e = readdir(d)) != NULL) {
		if (!noro_view_ends(noro_view_str(e->d_name), ".yaml"))
			continue;
		path[n] = noro_arena_printf(p->a, "%s/%s", folder, e->d_name);
		st = path[n++] ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	(void)closedir(d);
	if (n > 1)
		qsort(path, n, sizeof(*path), name_cmp);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = read_one(p, path[i], err);
	return st;
}
