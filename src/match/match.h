/*
 * src/match/match.h - indicators x bytes: every kind in one pass, at a cost that
 * does not grow with their number (reference: docs/decisions/0003-matcher.md).
 */
#pragma once

#include "base/arena.h"
#include "intel/set.h"

/* How the value was written in the evidence. */
enum noro_form {
	NORO_FORM_PLAIN,
	NORO_FORM_DEFANGED,
	NORO_FORM_PERCENT,
	NORO_FORM_JSON,   /* inside JSON escapes: \/, \u002e */
	NORO_FORM_ENTITY, /* of HTML and XML: &#46; &amp; */
};

struct noro_hit {
	uint32_t at, len; /* the bytes in the buffer, as written */
	uint32_t key;     /* of the set */
	uint8_t kind;     /* enum noro_ioc_kind of the key */
	uint8_t form;     /* enum noro_form */
	bool sub;         /* domain: a name below the indicator; net: an address inside */
};

/* The engine for one set: immutable, shared by threads; borrows the set. */
struct noro_match;
struct noro_match_opts {
	const char *kernel; /* "avx512", "avx2", "sse42", "neon", "scalar"; NULL: the best this CPU
			       has */
	bool no_decode;     /* do not look for escaped and defanged forms */
	/* More literals to find, for checks: hits have key = NORO_EXTRA + index. Case-insensitive,
	 * no boundaries. */
	const char *const *extra;
	size_t extras;
};
#define NORO_EXTRA 0x80000000u

enum noro_status noro_match_new(const struct noro_set *s, const struct noro_match_opts *o,
	struct noro_match **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_match_free(struct noro_match *m);
const char *noro_match_kernel(const struct noro_match *m);

/* One worker's state. */
struct noro_scanner;
enum noro_status noro_scanner_new(
	const struct noro_match *m, struct noro_scanner **ret) NORO_MUSTUSE;
void noro_scanner_free(struct noro_scanner *s);

enum {
	NORO_SCAN_PAD = 128, /* readable bytes the caller keeps before and behind the text; their
				value is free */
	NORO_SCAN_MAX = 4 << 20, /* longest text of one call */
};

struct noro_scan {
	const struct noro_hit *hit; /* ascending `at`, then key; each (at, len, key) once; valid
				       until the next call */
	size_t hits;
	uint64_t newlines; /* LF bytes in the text */
};

/*
 * Search one text. It is taken as whole: a token at its edge ends there, so the
 * caller cuts at line ends. `buf` has NORO_SCAN_PAD readable bytes either side.
 */
enum noro_status noro_scan(
	struct noro_scanner *s, const char *buf, size_t len, struct noro_scan *ret) NORO_MUSTUSE;

/* Is this whole value (a field) an indicator? All keys that hold it (nets, parent domains too); at
 * most `cap`. */
size_t noro_match_value(const struct noro_match *m, enum noro_ioc_kind kind, struct noro_view value,
	uint32_t *keys, size_t cap);
