/*
 * src/patch/feed.c - files of facts: each says by its own shape what it is, whatever option named
 * it. Long arrays are cut element by element and each is parsed by itself, so that
 * a catalogue of a whole year needs the memory of its largest record.
 */
#include "patch/feed_priv.h"

#include "base/mem.h"

enum { MAX_COMPLAINTS = 3 };

/* The next value of an array whose bracket was taken off; strings are jumped over. */
static bool next_element(struct noro_view *rest, struct noro_view *ret)
{
	size_t i = 0, start, depth = 0;
	bool quoted = false;

	while (i < rest->n && (noro_is_space(rest->p[i]) || rest->p[i] == ','))
		i++;
	start = i;
	for (; i < rest->n; i++) {
		char c = rest->p[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				break;
			depth--;
		} else if (c == ',' && depth == 0) {
			break;
		}
	}
	if (i > rest->n)
		i = rest->n;
	*ret = noro_view_trim(noro_view_sub(*rest, start, i - start));
	*rest = noro_view_sub(*rest, i, rest->n);
	return ret->n != 0;
}

/* Each element parsed in an arena of its own; a bad one is counted and the rest goes on. */
static enum noro_status each(
	struct noro_feeding *f, struct noro_view array, noro_feed_record_fn *use)
{
	struct noro_json_limits limits = {
		.max_depth = 64, .allow_duplicates = true, .allow_lone_surrogates = true
	};
	struct noro_view rest = noro_view_sub(array, 1, array.n), one;
	enum noro_status st = NORO_OK;

	if (!array.n || array.p[0] != '[')
		return noro_fail(f->err, NORO_EFORMAT, N_("the list of records is missing"));
	while (st == NORO_OK && next_element(&rest, &one)) {
		const struct noro_json *v;
		struct noro_error own = { 0 };

		noro_arena_reset(f->a);
		f->feed->records++;
		st = noro_json_parse(f->a, one, &limits, &v, &own);
		if (st == NORO_OK)
			st = use(f, v);
		if (st == NORO_EFORMAT || st == NORO_ETRUNC || st == NORO_ELIMIT) {
			if (f->feed->refused++ == 0 && own.status != NORO_OK) {
				*f->err = own;
				f->err->at += (uint64_t)(one.p - f->text.p);
			}
			st = NORO_OK;
		}
	}
	return st;
}

static enum noro_status whole(struct noro_feeding *f, noro_feed_record_fn *use)
{
	struct noro_json_limits limits = {
		.max_depth = 64, .allow_duplicates = true, .allow_lone_surrogates = true
	};
	const struct noro_json *v;
	enum noro_status st = noro_json_parse(f->a, f->text, &limits, &v, f->err);

	f->feed->records++;
	return st == NORO_OK ? use(f, v) : st;
}

static struct noro_feed *feed_of(struct noro_patch *p, const char *path, const char *kind)
{
	/* a folder of a hundred thousand records is one source */
	for (size_t i = p->feeds; i > 0 && strcmp(kind, "kev") != 0 && strcmp(kind, "epss") != 0;
		i--)
		if (strcmp(p->feed[i - 1].kind, kind) == 0 && strcmp(kind, "builtin") != 0)
			return &p->feed[i - 1];
	return noro_patch_feed(p, path, kind);
}

static enum noro_status open_feed(struct noro_feeding *f, const char *kind)
{
	f->feed = feed_of(f->p, f->path, kind);
	return f->feed ? NORO_OK : NORO_ENOMEM;
}

void noro_feed_date(struct noro_feeding *f, struct noro_view text)
{
	int64_t ns = noro_patch_date(text);

	if (ns != NORO_TIME_NONE && (f->feed->date_ns == NORO_TIME_NONE || ns > f->feed->date_ns))
		f->feed->date_ns = ns;
}

enum part { DATA_TYPE, FORMAT, CATALOG, DOCUMENT, VULNERABILITIES, TIMESTAMP, RELEASED, PARTS };

static enum noro_status read_object(struct noro_feeding *f)
{
	static const char *const paths[PARTS] = { "dataType", "format", "catalogVersion",
		"document", "vulnerabilities", "timestamp", "dateReleased" };
	struct noro_view part[PARTS] = { { 0 } };
	enum noro_status st;

	if (!noro_json_pick(f->text, paths, PARTS, part))
		return noro_fail(f->err, NORO_EFORMAT, N_("no JSON object"));
	if (noro_view_is(part[DATA_TYPE], "CVE_RECORD")) {
		st = open_feed(f, "cve");
		return st == NORO_OK ? whole(f, noro_feed_cve) : st;
	}
	if (part[CATALOG].p && part[VULNERABILITIES].p) {
		st = open_feed(f, "kev");
		if (st == NORO_OK)
			noro_feed_date(f, part[RELEASED]);
		return st == NORO_OK ? each(f, part[VULNERABILITIES], noro_feed_kev) : st;
	}
	if (part[DOCUMENT].p) {
		st = open_feed(f, "csaf");
		return st == NORO_OK ? whole(f, noro_feed_csaf) : st;
	}
	if (noro_view_is(part[FORMAT], "NVD_CVE") || part[VULNERABILITIES].p) {
		st = open_feed(f, "nvd");
		if (st == NORO_OK)
			noro_feed_date(f, part[TIMESTAMP]);
		return st == NORO_OK ? each(f, part[VULNERABILITIES], noro_feed_nvd) : st;
	}
	return noro_fail(f->err, NORO_EFORMAT, N_("no CVE record, CSAF, NVD or KEV document"));
}

static enum noro_status read_feed(struct noro_feeding *f)
{
	enum noro_status st;

	if (f->text.n && f->text.p[0] == '{')
		return read_object(f);
	if (f->text.n && f->text.p[0] == '[') {
		st = open_feed(f, "cve");
		return st == NORO_OK ? each(f, f->text, noro_feed_cve) : st;
	}
	return noro_feed_table(f);
}

enum noro_status noro_patch_feed_text(
	struct noro_patch *p, const char *path, struct noro_view text, struct noro_error *err)
{
	struct noro_error own = { 0 };
	struct noro_feeding f = { .p = p, .err = &own, .a = noro_arena_new((size_t)4 << 30) };
	enum noro_status st;

	if (noro_view_starts(text, "\xef\xbb\xbf"))
		text = noro_view_sub(text, 3, text.n);
	f.text = noro_view_trim(text);
	f.path = noro_arena_str(p->a, path);
	st = f.a && f.path ? read_feed(&f) : NORO_ENOMEM;
	noro_arena_free(f.a);
	if (st == NORO_OK && own.status == NORO_OK)
		return NORO_OK;
	if (own.status == NORO_OK)
		(void)noro_fail(&own, st, NULL);
	st = noro_patch_refuse(p, f.path ? f.path : "", &own);
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

/* --- what the readers share --- */

enum noro_status noro_feed_product(struct noro_feeding *f, const struct noro_vuln_product *q,
	struct noro_view vendor, struct noro_view product, struct noro_view id, bool *ret_used)
{
	char key[8][NORO_PATCH_KEY];
	size_t n = noro_product_keys(vendor, product, key, 8);
	struct noro_patch *p = f->p;

	for (size_t i = 0; i < n; i++) {
		struct noro_vuln_product *kept;
		struct noro_vuln_range *range;
		struct noro_vuln *v;

		if (!noro_patch_wants(p, key[i]) || !(v = noro_patch_vuln(p, id)))
			continue;
		kept = noro_arena_alloc(p->a, sizeof(*kept));
		range = noro_arena_array(p->a, q->ranges + 1, sizeof(*range));
		if (!kept || !range)
			return NORO_ENOMEM;
		for (size_t k = 0; k < q->ranges; k++) {
			range[k] = q->range[k];
			range[k].exact = noro_patch_text(p, noro_view_str(q->range[k].exact));
			range[k].from = noro_patch_text(p, noro_view_str(q->range[k].from));
			range[k].before = noro_patch_text(p, noro_view_str(q->range[k].before));
			range[k].through = noro_patch_text(p, noro_view_str(q->range[k].through));
			range[k].fixed = noro_patch_text(p, noro_view_str(q->range[k].fixed));
		}
		*kept = *q;
		kept->key = noro_arena_str(p->a, key[i]);
		kept->range = range;
		kept->source = f->path;
		kept->next = v->product;
		if (!kept->key)
			return NORO_ENOMEM;
		v->product = kept;
		*ret_used = true;
	}
	return NORO_OK;
}

double noro_feed_number(const struct noro_json *v, const char *name)
{
	struct noro_view t = noro_json_str(v, name);
	char text[32] = "";

	if (t.n == 0 || t.n >= sizeof(text))
		return -1;
	memcpy(text, t.p, t.n);
	return strtod(text, NULL);
}

void noro_feed_title(struct noro_feeding *f, struct noro_vuln *v, struct noro_view text)
{
	enum { MOST = 200 };
	size_t n = text.n < MOST ? text.n : MOST;

	if (v->title.en || !text.n)
		return;
	while (n && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	v->title.en = noro_patch_text(f->p, noro_view_sub(text, 0, n));
}
