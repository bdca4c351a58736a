/*
 * src/match/oracle_wide.c - the slow truth about names in letters outside ASCII.
 *
 * The engine puts what it reads into Punycode; here the key's A-labels are taken
 * apart instead (RFC 3492, 6.2), and compared letter by letter.
 */
#include "match/oracle_priv.h"

#include "base/mem.h"
#include "base/text.h"

enum { NO_LETTER, LETTER, INSIDE }; /* what a byte of the text is */

enum { WIDE_MAX = 1024, MAX_SCALARS = 64 };

static bool ascii_host(char c)
{
	return noro_is_alnum(c) || (c && strchr("._-", c));
}

uint8_t *noro_truth_letters(const struct truth *x)
{
	uint8_t *is = noro_calloc(x->t.n + 2, 1);

	for (size_t i = 0; is && i < x->t.n;) {
		uint32_t c = 0;
		size_t n = noro_utf8_next(noro_view_sub(x->t, i, 4), &c);

		if (n == 1 ? !ascii_host(x->t.p[i]) : !n || !noro_utf8_in_name(c)) {
			i++; /* the bytes inside a symbol are no UTF-8 of their own */
			continue;
		}
		is[i] = LETTER;
		memset(is + i + 1, INSIDE, n - 1);
		i += n;
	}
	return is;
}

/* The scalars of an A-label; 0 if it is none. */
static size_t take_apart(struct noro_view v, uint32_t out[MAX_SCALARS])
{
	uint32_t n = 128, i = 0, bias = 72;
	size_t at, len = 0, dash;

	if (!noro_view_starts_i(v, "xn--"))
		return 0;
	v = noro_view_sub(v, 4, v.n);
	dash = noro_view_rchr(v, '-');
	for (at = 0; dash != SIZE_MAX && dash > 0 && at < dash && len < MAX_SCALARS; at++)
		out[len++] = (uint8_t)noro_lower(v.p[at]);
	at = dash != SIZE_MAX && dash > 0 ? dash + 1 : 0;
	while (at < v.n) {
		uint64_t sum = i, weight = 1;
		uint32_t delta, k;

		for (k = 36;; k += 36) {
			char c = at < v.n ? noro_lower(v.p[at++]) : '-';
			uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias, digit;

			if (!noro_is_alnum(c))
				return 0;
			digit = noro_is_digit(c) ? (uint32_t)(c - '0') + 26 : (uint32_t)(c - 'a');
			sum += digit * weight;
			if (sum > UINT32_MAX)
				return 0;
			if (digit < t)
				break;
			weight *= 36 - t;
		}
		delta = ((uint32_t)sum - i) / (i ? 2 : 700);
		if (len == MAX_SCALARS)
			return 0;
		delta += delta / (uint32_t)(len + 1);
		for (k = 0; delta > 455; k += 36)
			delta /= 35;
		bias = k + 36 * delta / (delta + 38);
		n += (uint32_t)sum / (uint32_t)(len + 1);
		i = (uint32_t)sum % (uint32_t)(len + 1);
		if (n > 0x10ffff)
			return 0;
		memmove(out + i + 1, out + i, (len - i) * sizeof(*out));
		out[i++] = n;
		len++;
	}
	return len;
}

static bool same_label(struct noro_view text, struct noro_view key, bool *wide)
{
	uint32_t scalar[MAX_SCALARS], c;
	size_t n, i = 0;

	if (noro_view_eq_i(text, key))
		return true;
	n = take_apart(key, scalar);
	for (size_t k = 0; k < n; k++) {
		size_t len = noro_utf8_next(noro_view_sub(text, i, 4), &c);

		if (!len || noro_utf8_fold(c) != scalar[k])
			return false;
		*wide = *wide || c >= 0x80;
		i += len;
	}
	return n && i == text.n && *wide;
}

/* The key, label by label, at `i`; where it ends, or 0. */
static size_t key_at(const struct truth *x, const uint8_t *is, size_t i, struct noro_view key)
{
	struct noro_view rest = key, label;
	bool any = false;

	while (noro_view_cut(&rest, '.', &label)) {
		size_t from = i;
		bool wide = false;

		while (is[i] && x->t.p[i] != '.')
			i++;
		if (!same_label(noro_view_sub(x->t, from, i - from), label, &wide))
			return 0;
		any = any || wide;
		if (rest.n && (i == x->t.n || x->t.p[i] != '.'))
			return 0;
		i += rest.n > 0;
	}
	return any ? i : 0;
}

static bool ends(const struct truth *x, const uint8_t *is, size_t j)
{
	if (j >= x->t.n || !is[j])
		return true;
	return x->t.p[j] == '.' && (!is[j + 1] || x->t.p[j + 1] == '.');
}

static size_t start_of(const struct truth *x, const uint8_t *is, size_t j)
{
	size_t i = j;

	while (i && is[i - 1])
		i--;
	if (j - i > WIDE_MAX)
		for (i = j - WIDE_MAX; i < j && x->t.p[i - 1] != '.';)
			i++;
	while (i < j && x->t.p[i] == '.')
		i++;
	return i;
}

bool noro_truth_wide(const struct truth *x, const uint8_t *is, size_t i, struct noro_view name,
	size_t *ret_start, size_t *ret_end)
{
	size_t j;

	if (is[i] != LETTER || (i && is[i - 1] && x->t.p[i - 1] != '.'))
		return false;
	j = key_at(x, is, i, name);
	if (!j || !ends(x, is, j))
		return false;
	*ret_end = j;
	*ret_start = start_of(x, is, j);
	return *ret_start <= i;
}
