/*
 * src/intel/set.c - reading a compiled set: keys, records, metas, exact look-ups.
 *
 * A mapped set is not believed: each 64 KiB block of keys and records is checked
 * against its checksum when it is first touched, and numbers found inside are
 * held against the sections' sizes each time, since a forger can compute
 * checksums too.
 */
#include "intel/set_priv.h"

#include "base/mem.h"

#include <stdio.h>
#include <sys/mman.h>

const struct noro_set_view *noro_set_view(const struct noro_set *s)
{
	return &s->view;
}

void noro_set_free(struct noro_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SEC_COUNT; i++)
		free(s->sec[i].owned);
	for (size_t i = 0; i < 3; i++)
		free(s->filters[i]);
	free(s->net16);
	free(s->net24);
	free(s->metas);
	free(s->block_state);
	if (s->map)
		(void)munmap(s->map, s->map_size);
	free(s);
}

static bool check_block(const struct noro_set *s, const struct disk_section *d, size_t block)
{
	const uint64_t *sums = (const uint64_t *)(const void *)s->sec[SEC_SUMS].p;
	atomic_uchar *state = &s->block_state[d->first_block + block];
	size_t at = block * SET_BLOCK, n = d->size - at;
	unsigned char seen = atomic_load_explicit(state, memory_order_relaxed);

	if (!seen) {
		uint64_t sum = noro_set_sum(s->map + d->at + at, n < SET_BLOCK ? n : SET_BLOCK);

		seen = sum == sums[d->first_block + block] ? 1 : 2;
		atomic_store_explicit(state, seen, memory_order_relaxed);
	}
	return seen == 1;
}

/* May bytes [at, at + n) of a section be used? */
static bool touch(const struct noro_set *s, unsigned sec, size_t at, size_t n)
{
	const struct disk_section *d;

	if (at > s->sec[sec].n || n > s->sec[sec].n - at)
		return false;
	if (!s->block_state || n == 0)
		return true;
	d = &s->header->section[sec];
	if (!d->lazy)
		return true;
	for (size_t b = at / SET_BLOCK; b <= (at + n - 1) / SET_BLOCK; b++)
		if (!check_block(s, d, b))
			return false;
	return true;
}

enum noro_status noro_set_verify(const struct noro_set *s, struct noro_error *err)
{
	for (unsigned i = 0; i < SEC_COUNT; i++)
		if (!touch(s, i, 0, s->sec[i].n))
			return noro_fail(err, NORO_ECORRUPT, N_("a block of the set was changed"));
	for (uint32_t k = 0; k < s->keys; k++) {
		struct noro_set_key key;

		if (noro_set_key(s, k, &key) != NORO_OK)
			return noro_fail(
				err, NORO_ECORRUPT, N_("key %1 of the set is broken"), NORO_NUM(k));
		for (uint32_t r = 0; r < key.records; r++) {
			struct noro_set_record rec;

			if (noro_set_record(s, key.record + r, &rec) != NORO_OK)
				return noro_fail(err, NORO_ECORRUPT,
					N_("key %1 of the set is broken"), NORO_NUM(k));
		}
	}
	return NORO_OK;
}

uint32_t noro_set_keys(const struct noro_set *s)
{
	return s->keys;
}

uint64_t noro_set_kind_count(const struct noro_set *s, enum noro_ioc_kind k)
{
	return s->count[k];
}

uint32_t noro_set_first(const struct noro_set *s, enum noro_ioc_kind k)
{
	return s->first[k];
}

/* --- values --- */

static bool text_at(const struct noro_set *s, unsigned k, uint32_t i, struct noro_view *ret)
{
	unsigned sec = SEC_KIND + 3 * k;
	uint32_t from, to;

	if (!touch(s, sec + PART_OFFSETS, (size_t)i * 4, 8))
		return false;
	memcpy(&from, s->sec[sec + PART_OFFSETS].p + (size_t)i * 4, 4);
	memcpy(&to, s->sec[sec + PART_OFFSETS].p + (size_t)i * 4 + 4, 4);
	if (from > to || !touch(s, sec + PART_VALUES, from, to - from))
		return false;
	*ret = noro_view(s->sec[sec + PART_VALUES].p + from, to - from);
	return true;
}

static void print_hex(const uint8_t *p, size_t n, char sep, char *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		if (i && sep)
			*out++ = sep;
		*out++ = digit[p[i] >> 4];
		*out++ = digit[p[i] & 15];
	}
	*out = '\0';
}

static void print_bin(enum noro_ioc_kind k, const uint8_t *p, char *out, size_t cap)
{
	struct noro_ip ip = { .family = 6 };
	uint32_t n;

	switch (k) {
	case NORO_IOC_IPV4:
		memcpy(&n, p, 4);
		(void)snprintf(
			out, cap, "%u.%u.%u.%u", n >> 24, n >> 16 & 255, n >> 8 & 255, n & 255);
		break;
	case NORO_IOC_IPV6:
		memcpy(ip.b, p, 16);
		(void)noro_ip_print(&ip, out);
		break;
	case NORO_IOC_ASN:
		memcpy(&n, p, 4);
		(void)snprintf(out, cap, "AS%u", n);
		break;
	case NORO_IOC_MAC:
		print_hex(p, 6, ':', out);
		break;
	case NORO_IOC_ETH:
		out[0] = '0';
		out[1] = 'x';
		print_hex(p, 20, '\0', out + 2);
		break;
	default:
		print_hex(p, noro_set_width(k), '\0', out);
	}
}

static enum noro_status key_records(
	const struct noro_set *s, uint32_t key, struct noro_set_key *ret)
{
	uint32_t ref, count;

	if (!touch(s, SEC_REF, (size_t)key * 4, 4))
		return NORO_ECORRUPT;
	memcpy(&ref, s->sec[SEC_REF].p + (size_t)key * 4, 4);
	ret->record = ref;
	ret->records = 1;
	if (!(ref & REF_MANY))
		return ref < s->meta_count ? NORO_OK : NORO_ECORRUPT;
	if (!touch(s, SEC_RECORD, (size_t)(ref & ~REF_MANY) * sizeof(struct disk_record), 4))
		return NORO_ECORRUPT;
	memcpy(&count,
		s->sec[SEC_RECORD].p + (size_t)(ref & ~REF_MANY) * sizeof(struct disk_record), 4);
	if (count == 0 || (ref & ~REF_MANY) + (uint64_t)count >=
				  s->sec[SEC_RECORD].n / sizeof(struct disk_record))
		return NORO_ECORRUPT;
	ret->record = ref + 1;
	ret->records = count;
	return NORO_OK;
}

static unsigned kind_of(const struct noro_set *s, uint32_t key)
{
	unsigned k = NORO_IOC_KINDS - 1;

	while (k && s->first[k] > key)
		k--;
	while (k && !s->count[k])
		k--;
	return k;
}

enum noro_status noro_set_key(const struct noro_set *s, uint32_t key, struct noro_set_key *ret)
{
	unsigned k, width;
	uint32_t i;

	if (key >= s->keys)
		return NORO_EARG;
	k = kind_of(s, key);
	width = noro_set_width((enum noro_ioc_kind)k);
	i = key - s->first[k];
	ret->kind = (enum noro_ioc_kind)k;
	ret->text[0] = '\0';
	if (width) {
		if (!touch(s, SEC_KIND + 3 * k + PART_VALUES, (size_t)i * width, width))
			return NORO_ECORRUPT;
		print_bin(ret->kind, set_part(s, k, PART_VALUES)->p + (size_t)i * width, ret->text,
			sizeof(ret->text));
		ret->value = noro_view_str(ret->text);
	} else if (!text_at(s, k, i, &ret->value)) {
		return NORO_ECORRUPT;
	}
	return key_records(s, key, ret);
}

enum noro_status noro_set_record(
	const struct noro_set *s, uint32_t record, struct noro_set_record *ret)
{
	struct disk_record d = { record, NORO_NO_PATTERN };
	size_t at = (size_t)(record & ~REF_MANY) * sizeof(d);

	if (record & REF_MANY) {
		if (!touch(s, SEC_RECORD, at, sizeof(d)))
			return NORO_ECORRUPT;
		memcpy(&d, s->sec[SEC_RECORD].p + at, sizeof(d));
	}
	if (d.meta >= s->meta_count ||
		(d.pattern != NORO_NO_PATTERN && d.pattern >= s->pattern_count))
		return NORO_ECORRUPT;
	ret->meta = d.meta;
	ret->pattern = d.pattern;
	return NORO_OK;
}

uint32_t noro_set_metas(const struct noro_set *s)
{
	return s->meta_count;
}

const struct noro_ioc_meta *noro_set_meta_at(const struct noro_set *s, uint32_t meta)
{
	return meta < s->meta_count ? &s->metas[meta] : NULL;
}

uint32_t noro_set_patterns(const struct noro_set *s)
{
	return s->pattern_count;
}

struct noro_view noro_set_pattern(const struct noro_set *s, uint32_t pattern, uint32_t *ret_meta)
{
	struct disk_pattern d;

	*ret_meta = 0;
	if (pattern >= s->pattern_count)
		return noro_view("", 0);
	memcpy(&d, s->sec[SEC_PATTERN].p + (size_t)pattern * sizeof(d), sizeof(d));
	*ret_meta = d.meta;
	return noro_view(s->sec[SEC_STRINGS].p + d.text, d.len);
}

/* --- look-ups --- */

static size_t slot_of(const struct noro_set *s, unsigned k, uint64_t hash)
{
	return s->buckets[k] > 1 ? hash >> (64 - (unsigned)__builtin_ctz(s->buckets[k])) : 0;
}

void noro_set_soon(const struct noro_set *s, enum noro_ioc_kind k, const uint8_t *value, int step)
{
	const uint8_t *slot;
	uint32_t from;

	if (!s->count[k])
		return;
	slot = set_part(s, k, PART_DIR)->p + 4 * slot_of(s, k, noro_set_hash_bin(k, value));
	if (step == 0) {
		__builtin_prefetch(slot);
		return;
	}
	memcpy(&from, slot, 4);
	if (from < s->count[k])
		__builtin_prefetch(
			set_part(s, k, PART_VALUES)->p + (size_t)from * noro_set_width(k));
}

static bool bucket(
	const struct noro_set *s, unsigned k, uint64_t hash, uint32_t *ret_from, uint32_t *ret_to)
{
	unsigned sec = SEC_KIND + 3 * k + PART_DIR;
	size_t at = slot_of(s, k, hash);

	if (!touch(s, sec, at * 4, 8))
		return false;
	memcpy(ret_from, s->sec[sec].p + at * 4, 4);
	memcpy(ret_to, s->sec[sec].p + at * 4 + 4, 4);
	return *ret_from <= *ret_to && *ret_to <= s->count[k];
}

enum noro_status noro_set_find_bin(
	const struct noro_set *s, enum noro_ioc_kind k, const uint8_t *value, uint32_t *ret_key)
{
	const uint8_t *values = set_part(s, k, PART_VALUES)->p;
	unsigned width = noro_set_width(k);
	uint64_t hash;
	uint32_t lo, hi;

	if (!s->count[k])
		return NORO_ENOENT;
	hash = noro_set_hash_bin(k, value);
	if (!bucket(s, k, hash, &lo, &hi))
		return NORO_ECORRUPT;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const uint8_t *p = values + (size_t)mid * width;
		uint64_t h;
		int c;

		if (!touch(s, SEC_KIND + 3 * (unsigned)k + PART_VALUES, (size_t)mid * width, width))
			return NORO_ECORRUPT;
		h = noro_set_hash_bin(k, p);
		c = h == hash ? memcmp(p, value, width) : h < hash ? -1 : 1;
		if (c == 0) {
			*ret_key = s->first[k] + mid;
			return NORO_OK;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NORO_ENOENT;
}

static bool same_text(enum noro_ioc_kind k, struct noro_view key, struct noro_view value)
{
	char canonical[NORO_URL_MAX];
	struct noro_url_parts parts;

	if (k == NORO_IOC_URL)
		return noro_url_canonical(key, canonical, &parts) &&
		       noro_view_eq(noro_view(canonical, parts.n), value);
	return noro_ioc_folds(k) ? noro_view_eq_i(key, value) : noro_view_eq(key, value);
}

/* The first key of the bucket whose hash is not below. */
static enum noro_status lower_bound(
	const struct noro_set *s, enum noro_ioc_kind k, uint64_t hash, uint32_t *lo, uint32_t hi)
{
	while (*lo < hi) {
		uint32_t mid = *lo + (hi - *lo) / 2;
		struct noro_view v;

		if (!text_at(s, k, mid, &v))
			return NORO_ECORRUPT;
		if (noro_set_hash_txt(k, v) < hash)
			*lo = mid + 1;
		else
			hi = mid;
	}
	return NORO_OK;
}

enum noro_status noro_set_find_text(const struct noro_set *s, enum noro_ioc_kind k,
	struct noro_view value, uint32_t *keys, size_t cap, size_t *ret)
{
	uint64_t hash;
	uint32_t lo, hi;
	enum noro_status st;

	*ret = 0;
	if (!s->count[k])
		return NORO_OK;
	hash = noro_hash_text(value);
	if (!bucket(s, k, hash, &lo, &hi))
		return NORO_ECORRUPT;
	st = lower_bound(s, k, hash, &lo, hi);
	for (; st == NORO_OK && lo < hi && *ret < cap; lo++) {
		struct noro_view v;

		if (!text_at(s, k, lo, &v))
			return NORO_ECORRUPT;
		if (noro_set_hash_txt(k, v) != hash)
			break;
		if (same_text(k, v, value))
			keys[(*ret)++] = s->first[k] + lo;
	}
	return st;
}

enum noro_status noro_set_find(const struct noro_set *s, enum noro_ioc_kind kind,
	struct noro_view value, uint32_t *ret_key)
{
	char canonical[NORO_URL_MAX];
	struct noro_url_parts parts;
	uint32_t keys[64];
	uint8_t bin[64];
	enum noro_status st;
	size_t n;

	if (noro_set_width(kind))
		return noro_set_read_bin(kind, value, bin)
			       ? noro_set_find_bin(s, kind, bin, ret_key)
			       : NORO_ENOENT;
	if (kind == NORO_IOC_URL) {
		if (!noro_url_canonical(value, canonical, &parts))
			return NORO_ENOENT;
		st = noro_set_find_text(s, kind, noro_view(canonical, parts.n), keys, 64, &n);
	} else {
		st = noro_set_find_text(s, kind, value, keys, 64, &n);
	}
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < n; i++) { /* the same spelling first */
		struct noro_set_key key;

		if (noro_set_key(s, keys[i], &key) == NORO_OK && noro_view_eq(key.value, value)) {
			*ret_key = keys[i];
			return NORO_OK;
		}
	}
	if (!n || kind != NORO_IOC_URL)
		return NORO_ENOENT;
	*ret_key = keys[0];
	return NORO_OK;
}
