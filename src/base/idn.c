/*
 * src/base/idn.c - names outside ASCII as they are compared: folded, then in Punycode.
 *
 * libidn2 decides what may be registered; it is asked for indicators. Evidence is
 * only compared with them, by the million and without allocating, so folding is one
 * look-up a letter and the encoding of RFC 3492 is written out here.
 */
#include "base/text.h"

#include <utf8proc.h>

/* RFC 3492, 5 */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128 };

enum {
	LABEL_MAX = 63,
	LEAD = 4,                       /* xn-- */
	SCALARS_MAX = LABEL_MAX - LEAD, /* each takes a byte at least */
	NAME_MAX_BYTES = 255,
};

uint32_t noro_utf8_fold(uint32_t c)
{
	uint32_t low;

	if (c < 0x80)
		return (uint8_t)noro_lower((char)c);
	low = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
	return low < 0x80 ? c : low; /* the Kelvin sign is no k here */
}

bool noro_utf8_in_name(uint32_t c)
{
	if (c < 0x80)
		return noro_is_alnum((char)c);
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
		return true;
	default:
		return false;
	}
}

struct label {
	uint32_t scalar[SCALARS_MAX];
	size_t n;
	char *out;
	size_t used;
};

static bool put(struct label *l, char c)
{
	if (l->used == LABEL_MAX)
		return false;
	l->out[l->used++] = c;
	return true;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* A number whose digits say themselves where it ends. */
static bool put_number(struct label *l, uint32_t q, uint32_t bias)
{
	static const char digit[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;

		if (q < t)
			return put(l, digit[q]);
		if (!put(l, digit[t + (q - t) % (BASE - t)]))
			return false;
		q = (q - t) / (BASE - t);
	}
}

static uint32_t next_scalar(const struct label *l, uint32_t n)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < l->n; i++)
		if (l->scalar[i] >= n && l->scalar[i] < least)
			least = l->scalar[i];
	return least;
}

/* RFC 3492, 6.3; 59 scalars below 2^21 cannot overflow 32 bits. */
static bool encode(struct label *l, size_t basic)
{
	uint32_t n = INITIAL_N, delta = 0, bias = INITIAL_BIAS, done = (uint32_t)basic;

	while (done < l->n) {
		uint32_t m = next_scalar(l, n);

		delta += (m - n) * (done + 1);
		n = m;
		for (size_t i = 0; i < l->n; i++) {
			delta += l->scalar[i] < n;
			if (l->scalar[i] != n)
				continue;
			if (!put_number(l, delta, bias))
				return false;
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		n++;
	}
	return true;
}

static bool read_scalars(struct noro_view v, struct label *l)
{
	for (size_t i = 0; i < v.n;) {
		uint32_t c;
		size_t len = noro_utf8_next(noro_view_sub(v, i, 4), &c);

		if (!len || l->n == SCALARS_MAX)
			return false;
		l->scalar[l->n++] = noro_utf8_fold(c);
		i += len;
	}
	return true;
}

size_t noro_label_ascii(struct noro_view v, char out[63])
{
	struct label l = { .out = out };
	size_t ascii = 0;

	while (ascii < v.n && ascii < LABEL_MAX && (uint8_t)v.p[ascii] < 0x80)
		ascii++;
	for (size_t i = 0; i < ascii; i++)
		out[i] = noro_lower(v.p[i]);
	if (ascii == v.n)
		return v.n;
	if (!read_scalars(v, &l))
		return 0;
	memcpy(out, "xn--", LEAD);
	l.used = LEAD;
	for (size_t i = 0; i < l.n; i++)
		if (l.scalar[i] < 0x80)
			(void)put(&l, (char)l.scalar[i]); /* 59 at most */
	ascii = l.used - LEAD;
	if ((ascii && !put(&l, '-')) || !encode(&l, ascii))
		return 0;
	return l.used;
}

size_t noro_name_ascii(struct noro_view name, char out[256])
{
	struct noro_view rest = name, label;
	size_t n = 0;

	while (noro_view_cut(&rest, '.', &label)) {
		char part[LABEL_MAX];
		size_t len = noro_label_ascii(label, part);

		if (!len || n + len + 1 > NAME_MAX_BYTES)
			return 0;
		if (n)
			out[n++] = '.';
		memcpy(out + n, part, len);
		n += len;
	}
	return n;
}
