/* src/base/json_priv.h - what the JSON files share: scanning and decoding strings, duplicate names.
 */
#pragma once

#include "base/json.h"

/* No tree is deeper, whatever the caller allows: the writers recurse. */
enum { JSON_DEPTH_CEILING = 1000 };

/* How a raw string (between its quotes) is decoded. */
enum json_decode {
	JSON_STRICT,   /* stop at a bad escape or a lone surrogate */
	JSON_REPLACE,  /* lone surrogates become U+FFFD, bad escapes stop */
	JSON_TOLERANT, /* lone surrogates become U+FFFD, bad escapes stay as they are */
};

/*
 * Decode raw into out (room for raw.n bytes: no escape is shorter than what it
 * stands for). Returns the length; *bad is the offset that stopped it, or SIZE_MAX.
 */
size_t noro_json_decode_(struct noro_view raw, enum json_decode how, char *out, size_t *bad);

/* The first byte at or after p that is a quote, a backslash, a control character or not ASCII. */
const char *noro_json_plain_end_(const char *p, const char *end);

/* Scratch to find duplicate names; zeroed to start, freed with free(d->slot). */
struct json_dups {
	const struct noro_json **slot;
	size_t cap;
	uint64_t seed;
};

/* The first child in document order whose name stood before; NULL in *ret if none. */
enum noro_status noro_json_duplicate_(struct json_dups *d, const struct noro_json *object,
	const struct noro_json **ret) NORO_MUSTUSE;
