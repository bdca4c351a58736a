/*
 * src/image/known.c - lists of good hashes, of whatever make.
 *
 * Makers change the columns of their tables, so the header row says what is a hash: a name with
 * md5, sha256 or sha512 in it. A line tool's list needs no header. Known good values are JSON.
 */
#include "image/image.h"

#include "base/json.h"
#include "base/mem.h"
#include "intel/csv.h"

struct noro_known {
	struct noro_arena *a;
	struct noro_known_value *value;
	const struct noro_known_value **by_name;
	size_t n, cap, names;
};

struct noro_known *noro_known_new(struct noro_arena *a)
{
	struct noro_known *k = noro_arena_alloc(a, sizeof(*k));

	if (k)
		k->a = a;
	return k;
}

static bool is_hash(struct noro_view v)
{
	if (v.n != 32 && v.n != 40 && v.n != 64 && v.n != 128)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return true;
}

static struct noro_view last_part(struct noro_view v)
{
	size_t cut = noro_view_rchr(v, '/');

	if (cut == SIZE_MAX)
		cut = noro_view_rchr(v, '\\');
	return cut == SIZE_MAX ? v : noro_view_sub(v, cut + 1, v.n);
}

static enum noro_status add(struct noro_known *k, struct noro_view hash, struct noro_view name,
	const struct noro_known_value *like)
{
	struct noro_known_value *grown, v = *like;
	char *h;

	if (!is_hash(hash))
		return NORO_OK;
	if (k->n >= NORO_KNOWN_MAX)
		return NORO_ELIMIT;
	grown = noro_arena_grow(k->a, k->value, k->n, &k->cap, sizeof(*grown));
	h = noro_arena_strn(k->a, hash.p, hash.n);
	if (!grown || !h)
		return NORO_ENOMEM;
	for (size_t i = 0; h[i]; i++)
		h[i] = noro_lower(h[i]);
	v.hash = h;
	if (name.n && !(v.name = noro_arena_strn(k->a, name.p, name.n)))
		return NORO_ENOMEM;
	k->value = grown;
	k->value[k->n++] = v;
	return NORO_OK;
}

/* --- known good values --- */

static enum noro_status entries(struct noro_known *k, const struct noro_json *versions,
	enum noro_known_what what, struct noro_known_value like)
{
	enum noro_status st = NORO_OK;

	for (const struct noro_json *v = versions ? versions->child : NULL; st == NORO_OK && v;
		v = v->next) {
		const struct noro_json *l = noro_json_get(v, "entries");
		struct noro_view version = noro_json_str(v, "version");

		for (const struct noro_json *e = l ? l->child : NULL; st == NORO_OK && e;
			e = e->next) {
			struct noro_view file = noro_json_str(e, "file_name");

			like.what = what;
			st = add(k, noro_json_str(e, "biv_hash"), version, &like);
			like.what = NORO_KNOWN_FILE;
			if (st == NORO_OK)
				st = add(k, noro_json_str(e, "sha512"), file.n ? file : version,
					&like);
			if (st == NORO_OK)
				st = add(
					k, noro_json_str(e, "md5"), file.n ? file : version, &like);
		}
	}
	return st;
}

static enum noro_status read_kgv(struct noro_known *k, struct noro_view text,
	const struct noro_known_value *like, struct noro_error *err)
{
	const struct noro_json *v, *l;
	enum noro_status st = noro_json_parse(k->a, text, NULL, &v, err);

	if (st != NORO_OK)
		return st;
	l = noro_json_get(v, "products");
	if (!l)
		return noro_fail(err, NORO_EFORMAT,
			N_("no list of known good values: 'products' is missing"));
	for (const struct noro_json *p = l->child; st == NORO_OK && p; p = p->next) {
		st = entries(k, noro_json_get(p, "boot0Versions"), NORO_KNOWN_BOOT0, *like);
		if (st == NORO_OK)
			st = entries(k, noro_json_get(p, "bootLoaderVersions"), NORO_KNOWN_LOADER,
				*like);
		if (st == NORO_OK)
			st = entries(k, noro_json_get(p, "osImageVersions"), NORO_KNOWN_OS, *like);
	}
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

/* --- lines --- */

/* "SHA512 (file) = hash" */
static bool bsd_line(struct noro_view line, struct noro_view *ret_hash, struct noro_view *ret_name)
{
	size_t open = noro_view_find(line, NORO_V(" (")), close = noro_view_rchr(line, ')');

	if (open == SIZE_MAX || close == SIZE_MAX || close < open + 2)
		return false;
	*ret_name = noro_view_sub(line, open + 2, close - open - 2);
	*ret_hash = noro_view_sub(line, close + 1, line.n);
	*ret_hash = noro_view_trim(*ret_hash);
	if (!noro_view_starts(*ret_hash, "="))
		return false;
	*ret_hash = noro_view_trim(noro_view_sub(*ret_hash, 1, ret_hash->n));
	return is_hash(*ret_hash);
}

static bool sum_line(struct noro_view line, struct noro_view *ret_hash, struct noro_view *ret_name)
{
	struct noro_view rest = line;

	if (bsd_line(line, ret_hash, ret_name))
		return true;
	if (!noro_view_word(&rest, ret_hash) || !is_hash(*ret_hash))
		return false;
	rest = noro_view_trim(rest);
	if (noro_view_starts(rest, "*"))
		rest = noro_view_sub(rest, 1, rest.n);
	*ret_name = last_part(rest);
	return true;
}

static enum noro_status read_lines(
	struct noro_known *k, struct noro_view text, struct noro_known_value like)
{
	struct noro_view rest = text, line, hash, name;
	enum noro_status st = NORO_OK;

	like.line = 0;
	while (st == NORO_OK && noro_view_line(&rest, &line)) {
		like.line++;
		if (sum_line(noro_view_trim(line), &hash, &name))
			st = add(k, hash, last_part(name), &like);
	}
	return st;
}

/* --- tables --- */

enum { MAX_HASHES = 8 };

struct header {
	size_t hash[MAX_HASHES], hashes, name;
};

static bool read_header(const struct noro_csv_row *row, struct header *h)
{
	static const char *const sums[] = { "md5", "sha1", "sha-1", "sha256", "sha-256", "sha512",
		"sha-512", "checksum" };
	static const char *const names[] = { "file", "image", "filename", "file name", "file_name",
		"image name", "image_name", "ファイル名", "イメージ" };

	*h = (struct header){ .name = SIZE_MAX };
	for (size_t i = 0; i < row->cells; i++) {
		for (size_t k = 0; k < sizeof(sums) / sizeof(*sums) && h->hashes < MAX_HASHES; k++)
			if (noro_view_find_i(row->cell[i], noro_view_str(sums[k])) != SIZE_MAX) {
				h->hash[h->hashes++] = i;
				break;
			}
		for (size_t k = 0; k < sizeof(names) / sizeof(*names) && h->name == SIZE_MAX; k++)
			if (noro_view_is_i(row->cell[i], names[k]))
				h->name = i;
	}
	return h->hashes != 0;
}

static enum noro_status read_table(
	struct noro_known *k, struct noro_view text, struct noro_known_value like, bool *ret_table)
{
	struct noro_csv_row *row = noro_calloc(1, sizeof(*row));
	struct header h;
	enum noro_status st = NORO_OK;

	if (!row)
		return NORO_ENOMEM;
	row->next_line = 1;
	*ret_table = noro_csv_next(text, ',', row) && row->cells > 1 && read_header(row, &h);
	while (*ret_table && st == NORO_OK && noro_csv_next(text, ',', row)) {
		like.line = row->line;
		for (size_t i = 0; st == NORO_OK && i < h.hashes; i++)
			if (h.hash[i] < row->cells)
				st = add(k, row->cell[h.hash[i]],
					h.name < row->cells ? last_part(row->cell[h.name])
							    : (struct noro_view){ 0 },
					&like);
	}
	if (st == NORO_OK)
		st = row->text.status;
	noro_csv_row_done(row);
	free(row);
	return st;
}

enum noro_status noro_known_read(struct noro_known *k, const char *path, struct noro_view text,
	bool makers, size_t *ret_n, struct noro_error *err)
{
	size_t before = k->n;
	bool table = false;
	struct noro_known_value like = { .list = noro_arena_str(k->a, path), .makers = makers };
	enum noro_status st = NORO_OK;

	*ret_n = 0;
	if (!like.list)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (noro_view_starts(text, "\xef\xbb\xbf"))
		text = noro_view_sub(text, 3, text.n);
	if (noro_view_starts(noro_view_trim(text), "{")) {
		st = read_kgv(k, noro_view_trim(text), &like, err);
		*ret_n = k->n - before;
		return st;
	}
	st = read_table(k, text, like, &table);
	if (st == NORO_OK && !table)
		st = read_lines(k, text, like);
	*ret_n = k->n - before;
	if (st == NORO_OK && !*ret_n)
		return noro_fail(err, NORO_EFORMAT,
			N_("no list of hashes: no header names one and no line begins with one"));
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

/* --- look up --- */

static int hash_cmp(const void *a, const void *b)
{
	const struct noro_known_value *x = a, *y = b;
	int c = strcmp(x->hash, y->hash);

	return c ? c : y->makers - x->makers;
}

static int name_cmp(const char *a, const char *b)
{
	for (; *a && noro_lower(*a) == noro_lower(*b); a++, b++)
		;
	return (unsigned char)noro_lower(*a) - (unsigned char)noro_lower(*b);
}

static int by_name_cmp(const void *pa, const void *pb)
{
	const struct noro_known_value *a = *(const struct noro_known_value *const *)pa,
				      *b = *(const struct noro_known_value *const *)pb;
	int c = name_cmp(a->name, b->name);

	return c ? c : strcmp(a->hash, b->hash);
}

void noro_known_seal(struct noro_known *k)
{
	size_t n = 0;

	if (k->n > 1)
		qsort(k->value, k->n, sizeof(*k->value), hash_cmp);
	k->by_name = noro_arena_array(k->a, k->n + 1, sizeof(*k->by_name));
	for (size_t i = 0; k->by_name && i < k->n; i++)
		if (k->value[i].name && k->value[i].what == NORO_KNOWN_FILE)
			k->by_name[n++] = &k->value[i];
	k->names = n;
	if (n > 1)
		qsort(k->by_name, n, sizeof(*k->by_name), by_name_cmp);
}

const struct noro_known_value *noro_known_find(const struct noro_known *k, struct noro_view hash)
{
	char low[NORO_HASH_TEXT];
	size_t lo = 0, hi = k->n;

	if (!is_hash(hash))
		return NULL;
	for (size_t i = 0; i < hash.n; i++)
		low[i] = noro_lower(hash.p[i]);
	low[hash.n] = '\0';
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(k->value[mid].hash, low) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < k->n && strcmp(k->value[lo].hash, low) == 0 ? &k->value[lo] : NULL;
}

/* memcmp order of names, ASCII case folded. */
static int view_name_cmp(struct noro_view v, const char *name)
{
	size_t i = 0;

	for (; i < v.n && name[i] && noro_lower(v.p[i]) == noro_lower(name[i]); i++)
		;
	return (i < v.n ? (unsigned char)noro_lower(v.p[i]) : 0) -
	       (unsigned char)noro_lower(name[i]);
}

/* The first value of that name. */
static size_t first_named(const struct noro_known *k, struct noro_view name)
{
	size_t lo = 0, hi = k->names;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (view_name_cmp(name, k->by_name[mid]->name) > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void noro_known_votes(const struct noro_known *k, struct noro_view name,
	const char *const digest[3], size_t *same, size_t *others)
{
	name = last_part(name);
	for (size_t i = first_named(k, name);
		i < k->names && view_name_cmp(name, k->by_name[i]->name) == 0; i++)
		for (size_t d = 0; d < 3; d++) {
			if (strlen(digest[d]) != strlen(k->by_name[i]->hash))
				continue;
			if (strcmp(digest[d], k->by_name[i]->hash) == 0)
				++*same;
			else
				++*others;
		}
}

const struct noro_known_value *noro_known_named(
	const struct noro_known *k, struct noro_view name, size_t len)
{
	name = last_part(name);
	for (size_t i = first_named(k, name);
		i < k->names && view_name_cmp(name, k->by_name[i]->name) == 0; i++)
		if (!len || strlen(k->by_name[i]->hash) == len)
			return k->by_name[i];
	return NULL;
}
