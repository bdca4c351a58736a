/* src/base/json_priv.h - what the JSON files share: scanning and decoding strings, duplicate names.
 */
#pragma once

#include "base/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__
static inline int special_in_16(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	/* signed: bytes from 0x80 are negative and so below blank too */
	__m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));

	return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), low));
}

/* The same for the last few bytes. */
const char *noro_json_plain_rest_(const char *p, const char *end);

/*
 * The first byte at or after p that is a quote, a backslash, a control character or not ASCII.
 * Inline, because names and most values are shorter than one step.
 */
static inline const char *noro_json_plain_end_(const char *p, const char *end)
{
	for (; end - p >= 16; p += 16) {
		int found = special_in_16(p);

		if (found)
			return p + __builtin_ctz((unsigned)found);
	}
	return noro_json_plain_rest_(p, end);
}
#else
/* The first byte at or after p that is a quote, a backslash, a control character or not ASCII. */
const char *noro_json_plain_end_(const char *p, const char *end);
#endif

/* Scratch to find duplicate names; zeroed to start, freed with free(d->slot). */
struct json_dups {
	const struct noro_json **slot;
	size_t cap;
	uint64_t seed;
};

/* The first child in document order whose name stood before; NULL in *ret if none. */
enum noro_status noro_json_duplicate_(struct json_dups *d, const struct noro_json *object,
	const struct noro_json **ret) NORO_MUSTUSE;
