/* src/base/text.h - UTF-8, normal forms, refanging, percent and defang decoding, escaping for
 * people. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

/* The length of the longest valid UTF-8 prefix (RFC 3629: no surrogates, no overlong, up to
 * U+10FFFF). */
size_t noro_utf8_valid(struct noro_view v);
/* Decode one scalar at v.p; its length, or 0 when bad or empty. */
size_t noro_utf8_next(struct noro_view v, uint32_t *ret);
size_t noro_utf8_put(uint32_t scalar, char out[4]);
/* Display columns: East Asian wide and full-width count two (UAX 11), combining none. */
size_t noro_utf8_columns(struct noro_view v);

/*
 * What is left of a scalar when names are compared whatever their writing: its compatibility
 * decomposition (NFKD), case folded, letters, marks and digits alone. How many; often none.
 */
enum { NORO_UTF8_BARE = 18 };
size_t noro_utf8_bare(uint32_t scalar, uint32_t out[NORO_UTF8_BARE]);

/* Append v to out in NFKC (utf8proc); bad bytes become U+FFFD. */
void noro_nfkc(struct noro_view v, struct noro_buf *out);

/*
 * Append v with the common ways of defanging undone: hxxp hXXp, fxp, meow, [.] (.) {.} [dot]
 * (dot) " dot " between labels, [:] [:// [/] [at] (at) [@], ．。｡ between labels,
 * 1.1.1[.]1, \. and trailing brackets. Returns how many places were changed.
 */
size_t noro_refang(struct noro_view v, struct noro_buf *out);
/* Append v with %XX undone once (bad sequences stay). Returns how many were undone. */
size_t noro_percent_decode(struct noro_view v, struct noro_buf *out);
/* Append v with . : @ http made harmless for people: 1.2.3[.]4, hxxps://. */
void noro_defang(struct noro_view v, struct noro_buf *out);

/*
 * Append text for a terminal or a table: control characters, bidirectional
 * overrides and bad bytes are shown as \xNN or \u{NNNN}; at most `max` bytes of
 * input are shown, then "...".
 */
void noro_escape(struct noro_view v, size_t max, struct noro_buf *out);

/* Punycode and case: a domain as it is compared (lower case, A-labels, no root dot). False if no
 * domain. */
bool noro_domain_normal(struct noro_view v, struct noro_buf *out);

/*
 * For comparing names found in evidence with A-labels; src/base/idn.c. Folding is
 * simple lower case (no full folding, no normal form), and never makes ASCII of a
 * letter outside it.
 */
uint32_t noro_utf8_fold(uint32_t c);
/* Letters, marks and decimal digits: what labels of names are made of, '-' and '_' left out. */
bool noro_utf8_in_name(uint32_t scalar);
/* A label, folded, as an A-label if it is not ASCII (RFC 3492). Its length, or 0 if it does not
 * fit. */
size_t noro_label_ascii(struct noro_view v, char out[63]);
/* The same for all labels of a name, at most 255 bytes; 0 when a label is empty or does not fit. */
size_t noro_name_ascii(struct noro_view name, char out[256]);
