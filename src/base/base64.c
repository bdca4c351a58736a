/* src/base/base64.c - RFC 4648. */
#include "base/base64.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char thirty_two[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void noro_base64(struct noro_view v, bool url, struct noro_buf *out)
{
	const char *digit = url ? safe : plain;

	for (size_t i = 0; i < v.n; i += 3) {
		size_t have = v.n - i < 3 ? v.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (uint8_t)v.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			if (k <= have)
				noro_buf_chr(out, digit[bits >> (18 - 6 * k) & 63]);
			else if (!url)
				noro_buf_chr(out, '=');
	}
}

static int value_of(char c, bool url)
{
	const char *digit = url ? safe : plain, *at = c ? strchr(digit, c) : NULL;

	return at ? (int)(at - digit) : -1;
}

bool noro_base64_undo(struct noro_view v, bool url, struct noro_buf *out)
{
	uint32_t bits = 0;
	unsigned held = 0;

	if (!url && v.n % 4 == 0)
		for (unsigned k = 0; k < 2 && v.n && v.p[v.n - 1] == '='; k++)
			v.n--;
	if (v.n % 4 == 1)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		int d = value_of(v.p[i], url);

		if (d < 0)
			return false;
		bits = (bits << 6 | (uint32_t)d) & 0xffffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			noro_buf_chr(out, (char)(bits >> held & 0xff));
		}
	}
	return (bits & ((1u << held) - 1)) == 0 && out->status == NORO_OK;
}

void noro_base32(struct noro_view v, struct noro_buf *out)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < v.n; i++) {
		bits = (bits << 8 | (uint8_t)v.p[i]) & 0xffffff;
		for (held += 8; held >= 5; held -= 5)
			noro_buf_chr(out, thirty_two[bits >> (held - 5) & 31]);
	}
	if (held)
		noro_buf_chr(out, thirty_two[bits << (5 - held) & 31]);
}
