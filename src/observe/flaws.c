/*
 * src/observe/flaws.c - when flaws became public, beside the ports their products listen on. A file
 * says by its own shape what it is: CISA's list of exploited flaws (JSON or CSV), CVE records, or
 * rows with cve, port, vendor, product, published. Long lists are read element by element.
 */
#include "observe/observe.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/timeparse.h"
#include "base/yaml.h"
#include "intel/csv.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_FILE = 256 << 20,
	MAX_FLAWS = 1000000,
	AFFECTED = 8, /* products of a record that are kept */
	DAYS_BEFORE = 30,
	DAYS_AFTER = 90,
	LINKS = 3,
};

struct flaw {
	const char *cve;
	struct noro_view vendor, product;
	const char *port; /* "tcp/8443", NULL */
	int64_t published_ns, kev_ns;
};

struct listener {
	const char *port;
	struct noro_view vendor;
	const struct noro_json *product; /* the list */
};

struct noro_flaws {
	struct noro_arena *a;
	struct flaw *flaw;
	size_t flaws, flaw_cap;
	struct listener *listener;
	size_t listeners, listener_cap;
};

/* --- where products listen --- */

static enum noro_status on_row(
	void *ctx, const struct noro_yaml_file *file, const struct noro_json *v)
{
	struct noro_flaws *f = ctx;
	const struct noro_json *ports = noro_json_get(v, "ports");
	const struct noro_json *product = noro_json_get(v, "product");
	struct noro_view vendor = noro_json_str(v, "vendor");

	if (!vendor.n || !ports || ports->kind != NORO_JSON_ARRAY || !product ||
		product->kind != NORO_JSON_ARRAY)
		return noro_yaml_bad(file->err, file->path, file->text, v,
			N_("a row needs ports, vendor and product"), vendor);
	for (const struct noro_json *p = ports->child; p; p = p->next) {
		struct listener *grown = noro_arena_grow(
			f->a, f->listener, f->listeners, &f->listener_cap, sizeof(*grown));

		if (p->kind != NORO_JSON_STRING || noro_view_chr(p->text, '/') == SIZE_MAX)
			return noro_yaml_bad(file->err, file->path, file->text, p,
				N_("'%1' is no port such as tcp/8443"), p->text);
		if (!grown)
			return NORO_ENOMEM;
		f->listener = grown;
		grown[f->listeners] =
			(struct listener){ noro_arena_strn(f->a, p->text.p, p->text.n), vendor,
				product };
		if (!grown[f->listeners++].port)
			return NORO_ENOMEM;
	}
	return NORO_OK;
}

enum noro_status noro_flaws_open(const char *const *knowledge, size_t n, struct noro_arena *a,
	struct noro_flaws **ret, struct noro_error *err)
{
	struct noro_flaws *f = noro_arena_alloc(a, sizeof(*f));
	struct noro_yaml_rows rows = { "ports", "ports", on_row, f };
	enum noro_status st;

	if (!f)
		return noro_fail(err, NORO_ENOMEM, NULL);
	f->a = a;
	st = noro_yaml_lists(a, knowledge, n, &rows, err);
	if (st == NORO_OK)
		*ret = f;
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

/* --- flaws --- */

static int64_t day_of(struct noro_view text)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	return text.n && noro_time_parse(text, &ctx, &t) ? t.ns : NORO_TIME_NONE;
}

static bool is_cve(struct noro_view v)
{
	size_t digits = 0;

	if (v.n < 13 || v.n > 24 || !noro_view_starts(v, "CVE-") || v.p[8] != '-')
		return false;
	for (size_t i = 4; i < v.n; i++)
		digits += v.p[i] >= '0' && v.p[i] <= '9';
	return digits == v.n - 5;
}

struct reading {
	struct noro_flaws *f;
	size_t used;
};

static enum noro_status keep(
	struct reading *r, const struct flaw *from, struct noro_view cve, struct noro_view port)
{
	struct noro_flaws *f = r->f;
	struct flaw *grown, *to;

	if (!is_cve(cve) ||
		(from->published_ns == NORO_TIME_NONE && from->kev_ns == NORO_TIME_NONE))
		return NORO_OK;
	if (f->flaws >= MAX_FLAWS)
		return NORO_ELIMIT;
	grown = noro_arena_grow(f->a, f->flaw, f->flaws, &f->flaw_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	f->flaw = grown;
	to = &grown[f->flaws];
	*to = *from;
	to->cve = noro_arena_strn(f->a, cve.p, cve.n);
	to->vendor = noro_arena_view(f->a, from->vendor);
	to->product = noro_arena_view(f->a, from->product);
	to->port = port.n ? noro_view_chr(port, '/') == SIZE_MAX
				    ? noro_arena_printf(f->a, "tcp/%.*s", (int)port.n, port.p)
				    : noro_arena_strn(f->a, port.p, port.n)
			  : NULL;
	if (!to->cve || !to->vendor.p || !to->product.p || (port.n && !to->port))
		return NORO_ENOMEM;
	f->flaws++;
	r->used++;
	return NORO_OK;
}

static struct noro_view either(const struct noro_json *v, const char *one, const char *other)
{
	struct noro_view text = noro_json_str(v, one);

	return text.n ? text : noro_json_str(v, other);
}

/* A record of CVE's own list: its first products. */
static enum noro_status record(struct reading *r, const struct noro_json *v)
{
	const struct noro_json *meta = noro_json_get(v, "cveMetadata");
	const struct noro_json *affected = noro_json_path(v, "containers.cna.affected");
	struct flaw one = { .published_ns = day_of(noro_json_str(meta, "datePublished")),
		.kev_ns = NORO_TIME_NONE };
	enum noro_status st = NORO_OK;
	int n = 0;

	for (const struct noro_json *p = affected ? affected->child : NULL;
		st == NORO_OK && p && n < AFFECTED; p = p->next, n++) {
		one.vendor = noro_json_str(p, "vendor");
		one.product = noro_json_str(p, "product");
		st = keep(r, &one, noro_json_str(meta, "cveId"), (struct noro_view){ 0 });
	}
	return st;
}

static enum noro_status object(struct reading *r, struct noro_view text)
{
	struct noro_json_limits limits = { .allow_duplicates = true,
		.allow_lone_surrogates = true };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v;
	struct flaw one;
	enum noro_status st = a ? noro_json_parse(a, text, &limits, &v, NULL) : NORO_ENOMEM;

	if (st == NORO_OK && noro_json_get(v, "cveMetadata"))
		st = record(r, v);
	else if (st == NORO_OK) {
		one = (struct flaw){ .vendor = either(v, "vendorProject", "vendor"),
			.product = noro_json_str(v, "product"),
			.published_ns = day_of(noro_json_str(v, "published")),
			.kev_ns = day_of(noro_json_str(v, "dateAdded")) };
		st = keep(r, &one, either(v, "cveID", "cve"), noro_json_str(v, "port"));
	}
	noro_arena_free(a);
	return st;
}

static enum noro_status elements(struct reading *r, struct noro_view rest)
{
	struct noro_view one;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_json_element(&rest, &one))
		st = object(r, one);
	return st == NORO_OK && !one.p ? NORO_ETRUNC : st;
}

/* --- tables --- */

enum column { CVE, PORT, VENDOR, PRODUCT, PUBLISHED, ADDED, COLUMNS };

static bool header(const struct noro_csv_row *row, size_t at[COLUMNS])
{
	static const struct {
		const char *name;
		enum column column;
	} names[] = { { "cve", CVE }, { "cveid", CVE }, { "port", PORT }, { "vendor", VENDOR },
		{ "vendorproject", VENDOR }, { "product", PRODUCT }, { "published", PUBLISHED },
		{ "datepublished", PUBLISHED }, { "dateadded", ADDED } };

	for (size_t i = 0; i < COLUMNS; i++)
		at[i] = SIZE_MAX;
	for (size_t i = 0; i < row->cells; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (noro_view_is_i(row->cell[i], names[k].name))
				at[names[k].column] = i;
	return at[CVE] != SIZE_MAX && (at[PUBLISHED] != SIZE_MAX || at[ADDED] != SIZE_MAX);
}

static struct noro_view cell(const struct noro_csv_row *row, size_t at)
{
	return at < row->cells ? row->cell[at] : (struct noro_view){ 0 };
}

static enum noro_status table(struct reading *r, struct noro_view text)
{
	struct noro_csv_row *row = noro_calloc(1, sizeof(*row));
	size_t at[COLUMNS];
	enum noro_status st = NORO_OK;

	if (!row)
		return NORO_ENOMEM;
	row->next_line = 1;
	if (!noro_csv_next(text, ',', row) || !header(row, at))
		st = row->text.status != NORO_OK ? row->text.status : NORO_EFORMAT;
	while (st == NORO_OK && noro_csv_next(text, ',', row)) {
		struct flaw one = { .vendor = cell(row, at[VENDOR]),
			.product = cell(row, at[PRODUCT]),
			.published_ns = day_of(cell(row, at[PUBLISHED])),
			.kev_ns = day_of(cell(row, at[ADDED])) };

		st = keep(r, &one, cell(row, at[CVE]), cell(row, at[PORT]));
	}
	if (st == NORO_OK)
		st = row->text.status;
	noro_csv_row_done(row);
	free(row);
	return st;
}

static enum noro_status lines(struct reading *r, struct noro_view text)
{
	struct noro_view line;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_view_line(&text, &line)) {
		line = noro_view_trim(line);
		if (line.n)
			st = object(r, line);
	}
	return st;
}

static enum noro_status any(struct reading *r, struct noro_view text)
{
	static const char *const member[] = { "cveMetadata", "cve", "cveID" };
	struct noro_view part[3] = { { 0 } }, list;

	if (noro_view_starts(text, "\xef\xbb\xbf"))
		text = noro_view_sub(text, 3, text.n);
	text = noro_view_trim(text);
	if (text.n && text.p[0] == '[')
		return elements(r, text);
	if (!text.n || text.p[0] != '{')
		return table(r, text);
	if (noro_json_inside(text, "vulnerabilities", &list))
		return elements(r, list);
	if (noro_json_pick(text, member, 3, part) && part[0].p)
		return object(r, text);
	return lines(r, text);
}

enum noro_status noro_flaws_text(struct noro_flaws *f, const char *path, struct noro_view text,
	size_t *ret_used, struct noro_error *err)
{
	struct reading r = { .f = f };
	enum noro_status st = any(&r, text);

	*ret_used = r.used;
	if (st == NORO_OK)
		return NORO_OK;
	if (st == NORO_ENOMEM)
		(void)noro_fail(err, st, NULL);
	else if (st == NORO_ELIMIT)
		(void)noro_fail(err, st, N_("more than %1 flaws"), NORO_NUM(MAX_FLAWS));
	else
		(void)noro_fail(err, st,
			N_("this is no list of flaws (KEV, CVE records, JSON Lines "
			   "or CSV with cve and published)"));
	noro_error_at(err, path, NORO_AT_NONE, 0);
	return st;
}

enum noro_status noro_flaws_file(
	struct noro_flaws *f, const char *path, size_t *ret_used, struct noro_error *err)
{
	struct noro_buf bytes = { 0 };
	enum noro_status st = noro_file_read(path, MAX_FILE, &bytes, err);

	if (st == NORO_OK)
		st = noro_flaws_text(f, path, noro_buf_as_view(&bytes), ret_used, err);
	noro_buf_done(&bytes);
	return st;
}

/* --- the join --- */

static bool holds(struct noro_view text, struct noro_view word)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
		size_t k = 0;

		while (k < word.n && noro_lower(text.p[i + k]) == noro_lower(word.p[k]))
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

static bool listens(const struct noro_flaws *f, const struct flaw *w, const char *port)
{
	for (size_t i = 0; i < f->listeners; i++) {
		const struct listener *l = &f->listener[i];

		if (strcmp(l->port, port) != 0 || !holds(w->vendor, l->vendor))
			continue;
		if (!l->product->child)
			return true;
		for (const struct noro_json *p = l->product->child; p; p = p->next)
			if (holds(w->product, p->text))
				return true;
	}
	return false;
}

static const char *const why[] = { "payload", "port", "product" };

static int why_of(
	const struct noro_flaws *f, const struct flaw *w, const char *port, const char *const *cve)
{
	for (size_t i = 0; cve && cve[i]; i++)
		if (strcmp(cve[i], w->cve) == 0)
			return 0;
	if (w->port)
		return strcmp(w->port, port) == 0 ? 1 : -1;
	return listens(f, w, port) ? 2 : -1;
}

static int days_between(int64_t day_ns, int64_t rise_ns)
{
	const int64_t day = (int64_t)NORO_DAY_S * NORO_NS_PER_S;
	int64_t gap;

	if (__builtin_sub_overflow(rise_ns, day_ns, &gap)) /* centuries, either way */
		gap = rise_ns < day_ns ? INT64_MIN : INT64_MAX;
	return (int)(gap / day - (gap % day < 0));
}

/* Whether `x` is the likelier: by what joins it, then by the days between; a flaw that was public
 * before the rise goes first. */
static bool better(
	const struct noro_surge_link *x, int x_why, const struct noro_surge_link *y, int y_why)
{
	int dx = x->days < 0 ? 1000 - x->days : x->days;
	int dy = y->days < 0 ? 1000 - y->days : y->days;

	if (x_why != y_why)
		return x_why < y_why;
	return dx != dy ? dx < dy : strcmp(x->cve, y->cve) < 0;
}

struct best {
	struct noro_surge_link *link;
	int why[LINKS];
	size_t n;
};

static void place(struct best *to, const struct noro_surge_link *l, int l_why)
{
	struct noro_surge_link *best = to->link;
	int *best_why = to->why;
	size_t i, at = 0, *n = &to->n;

	for (i = 0; i < *n && strcmp(best[i].cve, l->cve) != 0; i++)
		;
	if (i < *n) { /* the same flaw by another list */
		if (!better(l, l_why, &best[i], best_why[i]))
			return;
		for (; i + 1 < *n; i++) {
			best[i] = best[i + 1];
			best_why[i] = best_why[i + 1];
		}
		--*n;
	}
	while (at < *n && better(&best[at], best_why[at], l, l_why))
		at++;
	if (at == LINKS)
		return;
	*n += *n < LINKS;
	for (i = *n - 1; i > at; i--) {
		best[i] = best[i - 1];
		best_why[i] = best_why[i - 1];
	}
	best[at] = *l;
	best_why[at] = l_why;
}

/* By the day it was published and by the day it was listed. */
static void join(const struct noro_flaws *f, const struct flaw *w, const char *port,
	int64_t rise_ns, const char *const *cve, struct best *best)
{
	int joined = -2;

	for (int kev = 0; kev < 2; kev++) {
		struct noro_surge_link l = { .cve = w->cve,
			.product = w->product.p,
			.day_ns = kev ? w->kev_ns : w->published_ns,
			.kev = kev };

		if (l.day_ns == NORO_TIME_NONE)
			continue;
		l.days = days_between(l.day_ns, rise_ns);
		if (l.days < -DAYS_BEFORE || l.days > DAYS_AFTER)
			continue;
		joined = joined == -2 ? why_of(f, w, port, cve) : joined;
		if (joined < 0)
			return;
		l.why = why[joined];
		place(best, &l, joined);
	}
}

enum noro_status noro_flaws_near(const struct noro_flaws *f, const char *port, int64_t rise_ns,
	const char *const *cve, struct noro_arena *a, struct noro_surge_links *ret)
{
	struct best best = { .link = noro_arena_array(a, LINKS, sizeof(*best.link)) };

	if (!best.link)
		return NORO_ENOMEM;
	for (size_t i = 0; i < f->flaws; i++)
		join(f, &f->flaw[i], port, rise_ns, cve, &best);
	*ret = (struct noro_surge_links){ best.link, best.n };
	return NORO_OK;
}
