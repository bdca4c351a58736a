/*
 * src/intel/set_finish.c - from columns to a compiled set.
 *
 * Keys of a kind are ordered by hash, so that the key table is its own hash table:
 * a directory over the hash's top bits says where a bucket of about four keys
 * begins. Equal values then stand side by side and melt into one key with many
 * records. Sorting is a radix sort over the top 33 bits; the few ties left are
 * sorted by value, so that many equal or colliding values cost n log n, not n^2.
 */
#include "intel/set_priv.h"

#include "base/mem.h"

enum { RADIX_BITS = 11, RADIX = 1 << RADIX_BITS, PASSES = 3 };

struct item {
	uint64_t hash;
	uint32_t at, ref;
};

struct work {
	const struct noro_set_builder *b;
	enum noro_ioc_kind kind;
	const struct column *col;
	struct noro_set *set;
	struct disk_record *record;
	size_t records, record_cap;
};

static struct noro_view value_at(const struct work *w, uint32_t i)
{
	const struct column *c = w->col;
	unsigned width = noro_set_width(w->kind);
	size_t end;

	if (width)
		return noro_view(c->values + (size_t)i * width, width);
	end = i + 1 < c->n ? c->offset[i + 1] : c->used;
	return noro_view(c->values + c->offset[i], end - c->offset[i]);
}

static void radix_pass(const struct item *from, struct item *to, size_t n, unsigned shift)
{
	size_t count[RADIX] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		count[from[i].hash >> shift & (RADIX - 1)]++;
	for (size_t r = 0; r < RADIX; r++) {
		size_t c = count[r];

		count[r] = sum;
		sum += c;
	}
	for (size_t i = 0; i < n; i++)
		to[count[from[i].hash >> shift & (RADIX - 1)]++] = from[i];
}

static int compare_items(const void *a, const void *b, void *arg)
{
	const struct item *x = a, *y = b;
	const struct work *w = arg;
	int c;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	c = noro_view_cmp(value_at(w, x->at), value_at(w, y->at));
	if (c)
		return c;
	return x->ref < y->ref ? -1 : x->ref > y->ref;
}

/* Radix order left runs that agree in the top bits: order those by hash, value and reference. */
static void settle_ties(struct work *w, struct item *it, size_t n)
{
	const unsigned low = 64 - PASSES * RADIX_BITS;

	for (size_t i = 0; i < n;) {
		size_t end = i + 1;

		while (end < n && it[end].hash >> low == it[i].hash >> low)
			end++;
		if (end - i > 1)
			qsort_r(it + i, end - i, sizeof(*it), compare_items, w);
		i = end;
	}
}

static struct item *sorted_items(struct work *w)
{
	size_t n = w->col->n;
	struct item *a = noro_reallocarray(NULL, n + 1, sizeof(*a));
	struct item *b = noro_reallocarray(NULL, n + 1, sizeof(*b)), *swap;

	if (!a || !b) {
		free(a);
		free(b);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct noro_view v = value_at(w, (uint32_t)i);

		a[i].hash = noro_set_width(w->kind)
				    ? noro_set_hash_bin(w->kind, (const uint8_t *)v.p)
				    : noro_set_hash_txt(w->kind, v);
		a[i].at = (uint32_t)i;
		a[i].ref = w->col->ref[i];
	}
	for (unsigned p = 0; p < PASSES; p++) {
		radix_pass(a, b, n, 64 - (PASSES - p) * RADIX_BITS);
		swap = a;
		a = b;
		b = swap;
	}
	free(b);
	settle_ties(w, a, n);
	return a;
}

static bool own(struct noro_set *s, unsigned sec, size_t n)
{
	void *p = noro_calloc(1, n + SET_ALIGN); /* look-ups may load a word past the last value */

	if (!p)
		return false;
	s->sec[sec] = (struct section){ .p = p, .n = n, .owned = p };
	return true;
}

static enum noro_status push_record(struct work *w, uint32_t meta, uint32_t pattern)
{
	void *grown = noro_grow(w->record, w->records, &w->record_cap, sizeof(*w->record));

	if (!grown)
		return NORO_ENOMEM;
	w->record = grown;
	if (w->records >= SET_MAX_KEYS)
		return NORO_ELIMIT;
	w->record[w->records++] = (struct disk_record){ meta, pattern };
	return NORO_OK;
}

/* The reference of one key from the sorted references of its repeats. */
static enum noro_status merge_refs(struct work *w, const struct item *it, size_t n, uint32_t *ret)
{
	size_t head = w->records;
	enum noro_status st;

	if (!(it[0].ref & REF_MANY) && it[n - 1].ref == it[0].ref) {
		*ret = it[0].ref;
		return NORO_OK;
	}
	st = push_record(w, 0, 0);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct disk_record r = { it[i].ref, NORO_NO_PATTERN };

		if (it[i].ref & REF_MANY)
			r = w->b->pair[it[i].ref & ~REF_MANY];
		if (w->records > head + 1 && w->record[w->records - 1].meta == r.meta &&
			w->record[w->records - 1].pattern == r.pattern)
			continue;
		st = push_record(w, r.meta, r.pattern);
	}
	if (st == NORO_OK)
		w->record[head].meta = (uint32_t)(w->records - head - 1);
	*ret = REF_MANY | (uint32_t)head;
	return st;
}

/* Melt equal neighbours: `it` keeps one item a key, its `ref` the merged one. */
static enum noro_status unique_keys(struct work *w, struct item *it, size_t n, size_t *ret)
{
	size_t keys = 0;

	for (size_t i = 0; i < n;) {
		struct noro_view v = value_at(w, it[i].at);
		enum noro_status st;
		size_t end = i + 1;
		uint32_t ref;

		while (end < n && it[end].hash == it[i].hash &&
			noro_view_eq(value_at(w, it[end].at), v))
			end++;
		st = merge_refs(w, it + i, end - i, &ref);
		if (st != NORO_OK)
			return st;
		it[keys] = it[i];
		it[keys++].ref = ref;
		i = end;
	}
	*ret = keys;
	return NORO_OK;
}

enum { VALUES_AHEAD = 16 };

static enum noro_status lay_values(struct work *w, const struct item *it, size_t keys)
{
	unsigned width = noro_set_width(w->kind), sec = SEC_KIND + 3 * (unsigned)w->kind;
	size_t total = 0, at = 0;
	uint32_t *offset = NULL;
	uint8_t *out;

	if (width)
		total = keys * width;
	for (size_t i = 0; i < keys && !width; i++)
		total += value_at(w, it[i].at).n;
	if (!own(w->set, sec + PART_VALUES, total))
		return NORO_ENOMEM;
	out = w->set->sec[sec + PART_VALUES].owned;
	if (!width) {
		if (!own(w->set, sec + PART_OFFSETS, (keys + 1) * sizeof(uint32_t)))
			return NORO_ENOMEM;
		offset = w->set->sec[sec + PART_OFFSETS].owned;
	}
	for (size_t i = 0; i < keys; i++) {
		struct noro_view v = value_at(w, it[i].at);

		/* sorted by hash, values lie anywhere: fetch those to come */
		if (i + VALUES_AHEAD < keys && width)
			__builtin_prefetch(value_at(w, it[i + VALUES_AHEAD].at).p);
		if (offset)
			offset[i] = (uint32_t)at;
		memcpy(out + at, v.p, v.n);
		at += v.n;
	}
	if (offset)
		offset[keys] = (uint32_t)at;
	return NORO_OK;
}

static enum noro_status lay_directory(struct work *w, const struct item *it, size_t keys)
{
	unsigned sec = SEC_KIND + 3 * (unsigned)w->kind + PART_DIR, shift = 64;
	size_t buckets = 1, b = 0;
	uint32_t *dir;

	while (buckets * KEYS_PER_BUCKET < keys) {
		buckets *= 2;
		shift--;
	}
	if (!own(w->set, sec, (buckets + 1) * sizeof(*dir)))
		return NORO_ENOMEM;
	dir = w->set->sec[sec].owned;
	for (size_t i = 0; i < keys; i++) {
		size_t at = shift < 64 ? it[i].hash >> shift : 0;

		while (b <= at)
			dir[b++] = (uint32_t)i;
	}
	while (b <= buckets)
		dir[b++] = (uint32_t)keys;
	return NORO_OK;
}

static enum noro_status lay_kind(struct work *w, uint32_t *refs)
{
	struct item *it = sorted_items(w);
	enum noro_status st;
	size_t keys = 0;

	if (!it)
		return NORO_ENOMEM;
	st = unique_keys(w, it, w->col->n, &keys);
	if (st == NORO_OK)
		st = lay_values(w, it, keys);
	if (st == NORO_OK)
		st = lay_directory(w, it, keys);
	for (size_t i = 0; i < keys; i++)
		refs[w->set->keys + i] = it[i].ref;
	w->set->count[w->kind] = (uint32_t)keys;
	w->set->keys += (uint32_t)keys;
	free(it);
	return st;
}

static void column_done(struct noro_set_builder *b, struct column *c)
{
	free(c->values);
	free(c->offset);
	free(c->ref);
	memset(c, 0, sizeof(*c));
	(void)b;
}

static void move_section(struct noro_set *s, unsigned sec, void *p, size_t n)
{
	s->sec[sec] = (struct section){ .p = p, .n = n, .owned = p };
}

static enum noro_status lay_all_kinds(struct noro_set_builder *b, struct noro_set *s)
{
	struct work w = { .b = b, .set = s };
	enum noro_status st = NORO_OK;
	uint32_t *refs;

	if (!own(s, SEC_REF, (size_t)b->added * sizeof(uint32_t)))
		return NORO_ENOMEM;
	refs = s->sec[SEC_REF].owned;
	for (unsigned k = 0; k < NORO_IOC_KINDS && st == NORO_OK; k++) {
		s->first[k] = s->keys;
		if (!b->col[k].n)
			continue;
		w.kind = (enum noro_ioc_kind)k;
		w.col = &b->col[k];
		st = lay_kind(&w, refs);
		column_done(b, &b->col[k]);
	}
	s->sec[SEC_REF].n = s->keys * sizeof(uint32_t);
	move_section(s, SEC_RECORD, w.record, w.records * sizeof(*w.record));
	return st;
}

static enum noro_status new_set(struct noro_set_builder *b, struct noro_set **ret)
{
	struct noro_set *s = noro_calloc(1, sizeof(*s));
	enum noro_status st;

	if (!s)
		return NORO_ENOMEM;
	st = lay_all_kinds(b, s);
	if (st != NORO_OK) {
		noro_set_free(s);
		return st;
	}
	move_section(s, SEC_META, b->meta, b->metas * sizeof(*b->meta));
	move_section(s, SEC_PATTERN, b->pattern, b->patterns * sizeof(*b->pattern));
	move_section(s, SEC_STRINGS, b->strings.p, b->strings.n);
	b->meta = NULL;
	b->pattern = NULL;
	b->strings = (struct noro_buf){ 0 };
	*ret = s;
	return NORO_OK;
}

/* The builder is as new afterwards, whatever happened. */
static void builder_reset(struct noro_set_builder *b)
{
	size_t max = b->max_memory;

	for (size_t k = 0; k < NORO_IOC_KINDS; k++)
		column_done(b, &b->col[k]);
	free(b->meta);
	free(b->slot);
	free(b->pattern);
	free(b->pair);
	noro_buf_done(&b->strings);
	noro_buf_done(&b->scratch);
	memset(b, 0, sizeof(*b));
	b->max_memory = max;
	noro_buf_chr(&b->strings, '\0');
}

/*
 * Beside the columns, finishing needs the set itself and two arrays of items for
 * the largest kind.
 */
static bool fits(const struct noro_set_builder *b)
{
	size_t most = 0, need = b->memory;

	for (size_t k = 0; k < NORO_IOC_KINDS; k++) {
		const struct column *c = &b->col[k];

		most = c->n > most ? c->n : most;
		need += c->used + 10 * c->n;
	}
	need += most * 2 * sizeof(struct item);
	return !b->max_memory || need <= b->max_memory;
}

enum noro_status noro_set_finish(
	struct noro_set_builder *b, struct noro_set **ret, struct noro_error *err)
{
	struct noro_set *s = NULL;
	enum noro_status st;

	st = fits(b) ? new_set(b, &s) : NORO_ENOMEM;
	builder_reset(b);
	if (st == NORO_OK)
		st = noro_set_filters(s);
	if (st != NORO_OK)
		(void)noro_fail(err, st, N_("not enough memory for the indicator set"));
	else
		st = noro_set_attach(s, err);
	if (st != NORO_OK) {
		noro_set_free(s);
		return st;
	}
	*ret = s;
	return NORO_OK;
}
