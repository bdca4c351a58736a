/*
 * src/intel/set.h - the compiled indicator set: one file, mapped, versioned
 * (docs/decisions/0002-compiled-set.md). Built in memory or on disk by one
 * builder; the matcher reads it through src/intel/set_view.h.
 */
#pragma once

#include "base/progress.h"
#include "intel/indicator.h"

struct noro_set;
struct noro_set_builder;

/* `max_memory` 0: no ceiling. */
enum noro_status noro_set_builder_new(
	size_t max_memory, struct noro_set_builder **ret) NORO_MUSTUSE;
void noro_set_builder_free(struct noro_set_builder *b);
/* Register what following indicators share; strings are copied; equal metas share a number. */
enum noro_status noro_set_meta(
	struct noro_set_builder *b, const struct noro_ioc_meta *m, uint32_t *ret) NORO_MUSTUSE;
/*
 * Register a STIX pattern that needs more than one comparison; the text is kept
 * and `noro_set_pattern` gives it back. Its anchors are then added with `pattern`.
 */
enum noro_status noro_set_add_pattern(struct noro_set_builder *b, uint32_t meta,
	struct noro_view text, uint32_t *ret) NORO_MUSTUSE;
enum { NORO_NO_PATTERN = UINT32_MAX };
/*
 * Add one normalised value (noro_ioc_normal). The same value may come many times
 * with other metas: all are kept as records of one key. Exact repeats are counted
 * once. Fast path: 10^7 plain values in a few seconds.
 */
enum noro_status noro_set_add(struct noro_set_builder *b, enum noro_ioc_kind kind,
	struct noro_view value, uint32_t meta, uint32_t pattern) NORO_MUSTUSE;
uint64_t noro_set_builder_count(const struct noro_set_builder *b);

/* Finish into memory; the builder is emptied. */
enum noro_status noro_set_finish(
	struct noro_set_builder *b, struct noro_set **ret, struct noro_error *err) NORO_MUSTUSE;
/* Finish into a file, written beside and renamed. */
enum noro_status noro_set_write(
	struct noro_set_builder *b, const char *path, struct noro_error *err) NORO_MUSTUSE;
/* Map a file: checks header, section table and filters; blocks of keys and records are checked at
 * first use. */
enum noro_status noro_set_open(
	const char *path, struct noro_set **ret, struct noro_error *err) NORO_MUSTUSE;
/* Check every block. */
enum noro_status noro_set_verify(const struct noro_set *s, struct noro_error *err) NORO_MUSTUSE;
void noro_set_free(struct noro_set *s);
/* True if the first bytes are those of a compiled set. */
bool noro_set_is(struct noro_view head);

/* Keys are numbered 0 .. keys-1. */
uint32_t noro_set_keys(const struct noro_set *s);
uint64_t noro_set_kind_count(const struct noro_set *s, enum noro_ioc_kind k);
struct noro_set_key {
	enum noro_ioc_kind kind;
	char text[132]; /* addresses, nets and hashes are printed here; else `value` points into the
			   set */
	struct noro_view value;   /* normalised text */
	uint32_t record, records; /* first record and how many */
};
/* NORO_ECORRUPT when the block does not match its checksum. `ret->value` may point into
 * `ret->text`. */
enum noro_status noro_set_key(
	const struct noro_set *s, uint32_t key, struct noro_set_key *ret) NORO_MUSTUSE;
struct noro_set_record {
	uint32_t meta, pattern;
};
enum noro_status noro_set_record(
	const struct noro_set *s, uint32_t record, struct noro_set_record *ret) NORO_MUSTUSE;
uint32_t noro_set_metas(const struct noro_set *s);
const struct noro_ioc_meta *noro_set_meta_at(const struct noro_set *s, uint32_t meta);
uint32_t noro_set_patterns(const struct noro_set *s);
struct noro_view noro_set_pattern(const struct noro_set *s, uint32_t pattern, uint32_t *ret_meta);
/* Exact look-up of a normalised value; NORO_ENOENT if absent. For NET: any net that holds the
 * address is not looked up here. */
enum noro_status noro_set_find(const struct noro_set *s, enum noro_ioc_kind kind,
	struct noro_view value, uint32_t *ret_key) NORO_MUSTUSE;
