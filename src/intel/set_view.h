/*
 * src/intel/set_view.h - what the matcher sees of a compiled set: hashes, filters
 * and exact look-ups. Hash functions are part of the file format: the builder and
 * every kernel must agree on them, so they live here once.
 */
#pragma once

#include "intel/set.h"

enum {
	NORO_TLD_SLOTS = 4096,  /* bits of the map of last labels */
	NORO_NAME_MAX = 255,    /* longest name that is looked at */
	NORO_URL_MAX = 8192,    /* longest canonical URL */
	NORO_VALUE_MAX = 65536, /* longest value of any kind */
	NORO_SCHEME_MAX = 16,   /* longest scheme of a URL */
	NORO_BACKSLASHES = 7,   /* before a slash that was escaped three times */
};

/* A Bloom filter whose four bits of one key lie in one 64-bit word, chosen by the hash's top bits.
 */
struct noro_bloom {
	const uint64_t *word; /* never NULL; all zero when the set has no such keys */
	size_t words;         /* a power of two, at least 64 */
	unsigned shift;       /* 64 - log2(words) */
};

/* Prefixes of either family, sorted by (lo, widest first); `parent` is the next wider one, plus 1.
 */
struct noro_net4 {
	uint32_t lo, hi, key, parent;
};
struct noro_net6 {
	uint8_t lo[16], hi[16];
	uint32_t key, parent;
};

struct noro_set_view {
	struct noro_bloom v4; /* noro_hash_v4: IPv4 keys and hosts of URLs */
	struct noro_bloom
		name; /* noro_hash_tail over the last two labels of names, and over whole names */
	struct noro_bloom hex; /* noro_hash_word over the first 8 bytes of binary keys */
	const uint64_t *tld;   /* NORO_TLD_SLOTS bits: last labels that occur */
	const struct noro_net4 *net4;
	const struct noro_net6 *net6;
	uint32_t nets4, nets6;
	const uint64_t *net16,
		*net24; /* bitmaps of /16s and /24s that a prefix touches; NULL: none */
	bool idn;       /* some name has an A-label */
	bool name_kind[NORO_IOC_KINDS]; /* kinds with keys found through `name` */
};
const struct noro_set_view *noro_set_view(const struct noro_set *s);

/* First key of a kind; keys of one kind are consecutive. */
uint32_t noro_set_first(const struct noro_set *s, enum noro_ioc_kind k);
/* Bytes of a binary kind's value, 0 for text kinds. */
unsigned noro_set_width(enum noro_ioc_kind k);
/* Look up a binary value. NORO_ENOENT if absent, NORO_ECORRUPT for a broken block. */
enum noro_status noro_set_find_bin(const struct noro_set *s, enum noro_ioc_kind k,
	const uint8_t *value, uint32_t *ret_key) NORO_MUSTUSE;
/*
 * noro_set_find_bin will be asked for the value: have its memory come, the directory's first
 * (step 0), then what that points to (step 1). Nothing is believed or answered.
 */
void noro_set_soon(const struct noro_set *s, enum noro_ioc_kind k, const uint8_t *value, int step);
/*
 * Look up text; kinds that are compared without case give every spelling, at most
 * `cap`. URLs are given in canonical form. Negative on a broken block.
 */
enum noro_status noro_set_find_text(const struct noro_set *s, enum noro_ioc_kind k,
	struct noro_view value, uint32_t *keys, size_t cap, size_t *ret) NORO_MUSTUSE;
/* True for kinds whose letters' case does not matter. */
bool noro_ioc_folds(enum noro_ioc_kind k);
/* True for a file name that has the shape of a domain: found through the name filter. */
bool noro_name_shaped(struct noro_view v);
/* All prefixes that hold the address, narrowest first. */
size_t noro_set_nets4(const struct noro_set *s, uint32_t ip, uint32_t *keys, size_t cap);
size_t noro_set_nets6(const struct noro_set *s, const uint8_t ip[16], uint32_t *keys, size_t cap);

struct noro_url_parts {
	size_t n;                 /* of the canonical text */
	size_t authority_at;      /* behind "scheme://"; 0 without a scheme */
	size_t host_at, host_n;   /* in the canonical text, brackets left out */
	size_t path_at;           /* where the path begins */
	size_t query_at, frag_at; /* of '?' and '#'; n when absent */
};
/*
 * The form in which URLs are compared: scheme and host lower-case, hxxp as http,
 * default port, user part, root dot and one trailing slash dropped, %XX undone once,
 * backslashes before a slash dropped. A URL may come without a scheme. False when it is no URL or
 * does not fit.
 */
bool noro_url_canonical(struct noro_view url, char out[NORO_URL_MAX], struct noro_url_parts *ret);

/* Backslashes at the start of `v`, if a slash follows them; else 0. */
size_t noro_url_backslashes(struct noro_view v);

/* Recompute the checksums of a set in memory, as far as its section table can be followed: for
 * tests of forged sets. */
void noro_set_resum(uint8_t *bytes, size_t n);

static inline uint64_t noro_load64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static inline uint64_t noro_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 29;
	x *= UINT64_C(0xd6e8feb86659fd93);
	return x ^ x >> 32;
}

static inline uint64_t noro_hash_v4(uint32_t ip)
{
	uint64_t h = ip * UINT64_C(0x9e3779b97f4a7c15);

	return h ^ h >> 29;
}

static inline uint64_t noro_hash_word(uint64_t first8)
{
	return noro_mix(first8 ^ UINT64_C(0x5a5a));
}

static inline uint64_t noro_hash_v6(const uint8_t ip[16])
{
	return noro_mix(noro_mix(noro_load64(ip) ^ UINT64_C(0x666)) + noro_load64(ip + 8));
}

static inline uint64_t noro_mum(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Bytes of a 32-byte block that belong to a value of `n` bytes: the last ones. */
extern const uint8_t noro_tail_mask[64];

static inline uint64_t noro_hash_block(const uint8_t *block, const uint8_t *mask, uint64_t h)
{
	const uint64_t sp = UINT64_C(0x2020202020202020);
	uint64_t a = (noro_load64(block + 24) | sp) & noro_load64(mask + 24);
	uint64_t b = (noro_load64(block + 16) | sp) & noro_load64(mask + 16);
	uint64_t c = (noro_load64(block + 8) | sp) & noro_load64(mask + 8);
	uint64_t d = (noro_load64(block) | sp) & noro_load64(mask);

	return noro_mum(a ^ UINT64_C(0xa0761d6478bd642f), b ^ UINT64_C(0xe7037ed1a0b428db) ^ h) ^
	       noro_mum(c ^ UINT64_C(0x8ebc6af09c88c6e3), d ^ UINT64_C(0x589965cc75374cc3));
}

/*
 * Hash of the `n` bytes before `end`, ASCII case folded: 32 bytes at a time from
 * the end, so that a name's suffixes need no copy. Reads up to 31 bytes before the
 * value; their value is free.
 */
static inline uint64_t noro_hash_tail(const uint8_t *end, size_t n)
{
	uint64_t h = 0;

	while (__builtin_expect(n > 32, 0)) {
		h = noro_hash_block(end - 32, noro_tail_mask + 32, h);
		end -= 32;
		n -= 32;
	}
	return noro_hash_block(end - 32, noro_tail_mask + n, h);
}

/* The same for bytes with nothing readable before them. */
uint64_t noro_hash_text(struct noro_view v);

static inline uint64_t noro_bloom_bits(uint64_t h)
{
	return UINT64_C(1) << (h & 63) | UINT64_C(1) << (h >> 6 & 63) |
	       UINT64_C(1) << (h >> 12 & 63) | UINT64_C(1) << (h >> 18 & 63);
}

static inline bool noro_bloom_has(const struct noro_bloom *b, uint64_t h)
{
	uint64_t m = noro_bloom_bits(h);

	return (b->word[h >> b->shift] & m) == m;
}

/* The slot of a last label of `n` bytes before `end`; all of 8 bytes or more share one. */
static inline uint32_t noro_tld_slot(const uint8_t *end, unsigned n)
{
	uint64_t v = noro_load64(end - 8) | UINT64_C(0x2020202020202020);

	v = n < 8 ? v >> (64 - 8 * n) : 0;
	return (uint32_t)((v * UINT64_C(0x9e3779b97f4a7c15)) >> 52);
}
