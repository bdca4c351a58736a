/* src/base/view.h - borrowed bytes: a pointer and a length, never owned, never terminated. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct noro_view {
	const char *p;
	size_t n;
};

/* A string literal as a view: NORO_V("abc"). */
#define NORO_V(literal) ((struct noro_view){ (literal), sizeof(literal) - 1 })
/* For printf's %.*s: an int and a pointer. */
#define NORO_VARG(v) (int)((v).n > 4096 ? 4096 : (v).n), (v).p

static inline struct noro_view noro_view(const void *p, size_t n)
{
	return (struct noro_view){ (const char *)p, n };
}

static inline struct noro_view noro_view_str(const char *s)
{
	return (struct noro_view){ s, s ? strlen(s) : 0 };
}

static inline char noro_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static inline bool noro_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool noro_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool noro_is_alnum(char c)
{
	return noro_is_digit(c) || noro_is_alpha(c);
}

static inline bool noro_is_hex(char c)
{
	return noro_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The value of a hex digit, or -1. */
static inline int noro_hex_value(char c)
{
	if (noro_is_digit(c))
		return c - '0';
	c = noro_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Space, tab, CR, LF, VT, FF: what ASCII calls white. */
static inline bool noro_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Small letters for large ones, eight bytes at a time. */
static inline uint64_t noro_lower8(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), low = x & ones * 0x7f;
	const uint64_t large = (low + ones * (0x80 - 'A')) & ~(low + ones * (0x7f - 'Z')) & ~x;

	return x | (large & ones * 0x80) >> 2;
}

/* Compare bytes; `_i` folds ASCII case only. */
bool noro_view_same_i_(const char *a, const char *b, size_t n);
/* Most that differ do so in length. */
static inline bool noro_view_eq_i(struct noro_view a, struct noro_view b)
{
	return a.n == b.n && (a.n == 0 || noro_view_same_i_(a.p, b.p, a.n));
}
static inline bool noro_view_eq(struct noro_view a, struct noro_view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Inline, so that the length of a literal is known when this is compiled. */
static inline bool noro_view_is(struct noro_view a, const char *text)
{
	return noro_view_eq(a, noro_view_str(text));
}

static inline bool noro_view_is_i(struct noro_view a, const char *text)
{
	struct noro_view b = noro_view_str(text);

	return a.n == b.n && noro_view_eq_i(a, b);
}

static inline bool noro_view_starts(struct noro_view a, const char *prefix)
{
	struct noro_view b = noro_view_str(prefix);

	return a.n >= b.n && (b.n == 0 || memcmp(a.p, b.p, b.n) == 0);
}

static inline bool noro_view_starts_i(struct noro_view a, const char *prefix)
{
	struct noro_view b = noro_view_str(prefix);

	return a.n >= b.n && noro_view_eq_i((struct noro_view){ a.p, b.n }, b);
}

static inline bool noro_view_ends(struct noro_view a, const char *suffix)
{
	struct noro_view b = noro_view_str(suffix);

	return a.n >= b.n && (b.n == 0 || memcmp(a.p + (a.n - b.n), b.p, b.n) == 0);
}

static inline bool noro_view_ends_i(struct noro_view a, const char *suffix)
{
	struct noro_view b = noro_view_str(suffix);

	return a.n >= b.n &&
	       (b.n == 0 || noro_view_eq_i((struct noro_view){ a.p + (a.n - b.n), b.n }, b));
}

/* Nothing but printable ASCII and tabs. */
bool noro_view_plain(struct noro_view a);
/* memcmp order, shorter first on a tie. */
int noro_view_cmp(struct noro_view a, struct noro_view b);

/* Position of the first match, or SIZE_MAX. */
size_t noro_view_find(struct noro_view a, struct noro_view needle);
size_t noro_view_find_i(struct noro_view a, struct noro_view needle);
static inline size_t noro_view_chr(struct noro_view a, char c)
{
	const char *at = a.n ? memchr(a.p, c, a.n) : NULL;

	return at ? (size_t)(at - a.p) : SIZE_MAX;
}
size_t noro_view_rchr(struct noro_view a, char c);

/* Without leading and trailing white space. */
static inline struct noro_view noro_view_trim(struct noro_view a)
{
	while (a.n && noro_is_space(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n && noro_is_space(a.p[a.n - 1]))
		a.n--;
	return a;
}
/* From `from`, at most `n` bytes; both are cut to what there is. */
struct noro_view noro_view_sub(struct noro_view a, size_t from, size_t n);

/*
 * Take what stands before the next `sep` into `*ret` and move `*rest` behind it.
 * The last piece ends at the end of the bytes. False when nothing is left.
 */
bool noro_view_cut(struct noro_view *rest, char sep, struct noro_view *ret);
/* The same for a line: LF, and a CR before it, are left out. */
bool noro_view_line(struct noro_view *rest, struct noro_view *ret);
/* The next run of non-white bytes. */
bool noro_view_word(struct noro_view *rest, struct noro_view *ret);

/* A decimal number that fills the whole view and fits; no sign, no blanks. */
bool noro_view_u64(struct noro_view a, uint64_t *ret);
