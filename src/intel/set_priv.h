/* src/intel/set_priv.h - the layout of a compiled set, shared by builder, writer and reader. */
#pragma once

#include "intel/set_view.h"

#include <stdatomic.h>

enum {
	SEC_META,    /* struct disk_meta */
	SEC_STRINGS, /* of metas and patterns, each NUL-terminated; offset 0 is no string */
	SEC_PATTERN, /* struct disk_pattern */
	SEC_RECORD,  /* struct disk_record: a head with the count, then the records of one key */
	SEC_REF,     /* per key: a meta number, or REF_MANY | index into SEC_RECORD */
	SEC_BLOOM4,
	SEC_BLOOM_NAME,
	SEC_BLOOM_HEX,
	SEC_TLD,
	SEC_NET4,
	SEC_NET6,
	SEC_SUMS, /* one checksum per block of the lazy sections */
	SEC_KIND, /* from here three for each kind */
	SEC_COUNT = SEC_KIND + 3 * NORO_IOC_KINDS,
};
enum { PART_VALUES, PART_OFFSETS, PART_DIR }; /* + SEC_KIND + 3 * kind */

#define REF_MANY UINT32_C(0x80000000)

enum {
	SET_VERSION = 1,
	SET_BLOCK = 65536, /* bytes under one checksum */
	SET_ALIGN = 64,
	SET_MAX_KEYS = 0x7fffffff,
	KEYS_PER_BUCKET = 4,
};

struct disk_meta {
	uint32_t source, advisory, section, note, actors, attack, cve, labels, allowed;
	uint8_t role, confidence, tlp, severity;
	int64_t from_ns, until_ns, typed_ns, expires_ns;
};
struct disk_pattern {
	uint32_t text, len, meta;
};
struct disk_record {
	uint32_t meta, pattern;
};

struct disk_section {
	uint64_t at, size;
	uint64_t sum;         /* of the whole section; 0 for a lazy one */
	uint32_t first_block; /* lazy: index of its first checksum in SEC_SUMS */
	uint32_t lazy;
};

struct disk_header {
	char magic[8];
	uint32_t version, order; /* order: 0x01020304 as this machine writes it */
	uint64_t size;           /* of the file */
	uint32_t sections, keys;
	uint32_t idn, reserved;
	uint64_t kind_count[NORO_IOC_KINDS];
	struct disk_section section[SEC_COUNT];
	uint64_t sum; /* of all above */
};
#define SET_MAGIC "NOROSET\n"

struct section {
	const uint8_t *p;
	size_t n;
	void *owned; /* freed with the set; NULL when mapped */
};

struct noro_set {
	struct section sec[SEC_COUNT];
	uint32_t keys, first[NORO_IOC_KINDS], count[NORO_IOC_KINDS];
	uint32_t buckets[NORO_IOC_KINDS]; /* a power of two, or 0 */
	struct noro_set_view view;
	uint64_t *net16, *net24;
	struct noro_ioc_meta *metas;
	uint32_t meta_count, pattern_count;
	/* a mapped file */
	uint8_t *map;
	size_t map_size;
	const struct disk_header *header;
	atomic_uchar
		*block_state; /* per checksum: 0 not looked at, 1 good, 2 broken; NULL: in memory */
	void *filters[3];     /* copies in large pages */
};

/* Checksum: eight lanes, each step of a lane reversible, so that one changed word always shows. */
uint64_t noro_set_sum(const uint8_t *p, size_t n);
/* The same of what is copied on the way. */
uint64_t noro_set_sum_copy(uint8_t *to, const uint8_t *from, size_t n);
/* The hash by which keys of a kind are ordered. */
uint64_t noro_set_hash_bin(enum noro_ioc_kind k, const uint8_t *value);
uint64_t noro_set_hash_txt(enum noro_ioc_kind k, struct noro_view value);
/* Fill view, metas and bitmaps once sections stand; checks all that must hold for the sections. */
enum noro_status noro_set_attach(struct noro_set *s, struct noro_error *err) NORO_MUSTUSE;
/* Build the filter and prefix sections from the key sections. */
enum noro_status noro_set_filters(struct noro_set *s) NORO_MUSTUSE;
enum noro_status noro_set_net_maps(struct noro_set *s) NORO_MUSTUSE;
/* Random probes into many small pages cost a page walk each, and filling them a fault each: ask for
 * large ones where they fit. */
void noro_set_prefer_large_pages(void *p, size_t n);
/* Zeroed memory for random probes, in large pages where the system gives them. */
void *noro_set_large(size_t n);

static inline const struct section *set_part(const struct noro_set *s, unsigned kind, unsigned part)
{
	return &s->sec[SEC_KIND + 3 * kind + part];
}

/* --- the builder --- */

/* The binary form of a normalised value of a kind with a width. */
bool noro_set_read_bin(enum noro_ioc_kind k, struct noro_view v, uint8_t *out);

struct column {
	uint8_t *values; /* binary values, or the pool of texts */
	size_t used, cap;
	uint32_t *offset; /* texts: where each begins */
	size_t offset_cap;
	uint32_t *ref;
	size_t ref_cap, n;
};

struct meta_slot {
	uint64_t hash;
	uint32_t meta; /* plus 1 */
};

struct noro_set_builder {
	size_t max_memory, memory;
	struct column col[NORO_IOC_KINDS];
	uint64_t added;
	uint64_t seed; /* of the table of metas */
	struct noro_buf strings;
	struct disk_meta *meta;
	size_t metas, meta_cap;
	struct meta_slot *slot;
	size_t slots;
	struct disk_pattern *pattern;
	size_t patterns, pattern_cap;
	struct disk_record *pair; /* meta and pattern of refs with a pattern */
	size_t pairs, pair_cap;
	struct noro_buf scratch;
};
