/* src/base/view.c - borrowed bytes. */
#include "base/view.h"

/* n > 0 */
bool noro_view_same_i_(const char *a, const char *b, size_t n)
{
	if (noro_lower(a[0]) != noro_lower(b[0]))
		return false;
	for (; n >= 8; n -= 8, a += 8, b += 8) {
		uint64_t x, y;

		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		if (x != y && noro_lower8(x) != noro_lower8(y))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if (noro_lower(a[i]) != noro_lower(b[i]))
			return false;
	return true;
}

bool noro_view_plain(struct noro_view a)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t i = 0;

	for (; i < a.n; i++) {
		unsigned char c;

		/* eight at a time: no top bit, none below a blank, none 0x7f */
		while (i + 8 <= a.n) {
			uint64_t x, y;

			memcpy(&x, a.p + i, 8);
			y = x ^ ones * 0x7f;
			if ((x | (x - ones * 0x20) | (y - ones)) & tops)
				break;
			i += 8;
		}
		if (i == a.n)
			return true;
		c = (unsigned char)a.p[i];
		if ((c < 0x20 && c != '\t') || c > 0x7e)
			return false;
	}
	return true;
}

int noro_view_cmp(struct noro_view a, struct noro_view b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t noro_view_find(struct noro_view a, struct noro_view needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (a.n < needle.n)
		return SIZE_MAX;
	at = memmem(a.p, a.n, needle.p, needle.n);
	return at ? (size_t)(at - a.p) : SIZE_MAX;
}

size_t noro_view_find_i(struct noro_view a, struct noro_view needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; i + needle.n <= a.n; i++)
		if (noro_lower(a.p[i]) == noro_lower(needle.p[0]) &&
			noro_view_eq_i(noro_view(a.p + i, needle.n), needle))
			return i;
	return SIZE_MAX;
}

size_t noro_view_rchr(struct noro_view a, char c)
{
	const char *at = a.n ? memrchr(a.p, c, a.n) : NULL;

	return at ? (size_t)(at - a.p) : SIZE_MAX;
}

struct noro_view noro_view_sub(struct noro_view a, size_t from, size_t n)
{
	if (from > a.n)
		from = a.n;
	if (n > a.n - from)
		n = a.n - from;
	return (struct noro_view){ a.p ? a.p + from : NULL, n };
}

bool noro_view_cut(struct noro_view *rest, char sep, struct noro_view *ret)
{
	size_t at;

	if (!rest->p || rest->n == 0)
		return false;
	at = noro_view_chr(*rest, sep);
	if (at == SIZE_MAX) {
		*ret = *rest;
		*rest = (struct noro_view){ rest->p + rest->n, 0 };
		return true;
	}
	*ret = noro_view(rest->p, at);
	*rest = noro_view(rest->p + at + 1, rest->n - at - 1);
	return true;
}

bool noro_view_line(struct noro_view *rest, struct noro_view *ret)
{
	if (!noro_view_cut(rest, '\n', ret))
		return false;
	if (ret->n && ret->p[ret->n - 1] == '\r')
		ret->n--;
	return true;
}

bool noro_view_word(struct noro_view *rest, struct noro_view *ret)
{
	size_t i = 0, end;

	while (i < rest->n && noro_is_space(rest->p[i]))
		i++;
	if (i == rest->n)
		return false;
	for (end = i; end < rest->n && !noro_is_space(rest->p[end]); end++)
		;
	*ret = noro_view(rest->p + i, end - i);
	*rest = noro_view(rest->p + end, rest->n - end);
	return true;
}

bool noro_view_u64(struct noro_view a, uint64_t *ret)
{
	uint64_t v = 0;

	if (a.n == 0)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (!noro_is_digit(a.p[i]) || __builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(a.p[i] - '0'), &v))
			return false;
	}
	*ret = v;
	return true;
}
