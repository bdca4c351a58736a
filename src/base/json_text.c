/* src/base/json_text.c - JSON strings: where the plain part ends, and what the escapes mean. */
#include "base/json_priv.h"

#include "base/utf8_priv.h"

static inline bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

#ifdef __SSE2__
const char *noro_json_plain_rest_(const char *p, const char *end)
{
	while (p < end && is_plain(*p))
		p++;
	return p;
}
#else
const char *noro_json_plain_end_(const char *p, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;

	for (; end - p >= 8; p += 8) {
		uint64_t w, q, s, low;

		memcpy(&w, p, 8);
		q = w ^ ones * '"';
		s = w ^ ones * '\\';
		q = (q - ones) & ~q;
		s = (s - ones) & ~s;
		low = (w - ones * 0x20) & ~w;
		if ((q | s | low | w) & high)
			break;
	}
	while (p < end && is_plain(*p))
		p++;
	return p;
}
#endif

/* Four hex digits at p, or -1. */
static int32_t hex4(const char *p, size_t left)
{
	int32_t v = 0;

	if (left < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int d = noro_hex_value(p[i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/*
 * A \u escape at raw.p + at (on the backslash): the scalar and how many bytes it
 * takes. A lone surrogate gives U+FFFD and *lone; bad digits give 0.
 */
static size_t unicode_escape(struct noro_view raw, size_t at, uint32_t *scalar, bool *lone)
{
	int32_t hi = hex4(raw.p + at + 2, raw.n - at - 2), lo;

	*lone = false;
	if (hi < 0)
		return 0;
	*scalar = (uint32_t)hi;
	if (hi < 0xd800 || hi > 0xdfff)
		return 6;
	if (hi < 0xdc00 && raw.n - at >= 12 && raw.p[at + 6] == '\\' && raw.p[at + 7] == 'u') {
		lo = hex4(raw.p + at + 8, raw.n - at - 8);
		if (lo >= 0xdc00 && lo <= 0xdfff) {
			*scalar =
				0x10000 + ((uint32_t)(hi - 0xd800) << 10) + (uint32_t)(lo - 0xdc00);
			return 12;
		}
	}
	*lone = true;
	*scalar = 0xfffd;
	return 6;
}

static char short_escape(char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *hit = c ? strchr(from, c) : NULL;

	if (!hit)
		return '\0';
	return to[hit - from];
}

/* Decode the escape at `at`; returns its length in the input, 0 when it is bad. */
static size_t one_escape(
	struct noro_view raw, size_t at, enum json_decode how, char out[4], size_t *wrote)
{
	uint32_t scalar;
	bool lone;
	size_t took;

	if (raw.n - at < 2)
		return 0;
	if (raw.p[at + 1] != 'u') {
		out[0] = short_escape(raw.p[at + 1]);
		*wrote = 1;
		return out[0] ? 2 : 0;
	}
	took = unicode_escape(raw, at, &scalar, &lone);
	if (took == 0 || (lone && how == JSON_STRICT))
		return 0;
	*wrote = utf8_write(scalar, out);
	return took;
}

size_t noro_json_decode_(struct noro_view raw, enum json_decode how, char *out, size_t *bad)
{
	size_t n = 0, at = 0;

	*bad = SIZE_MAX;
	while (at < raw.n) {
		const char *slash = memchr(raw.p + at, '\\', raw.n - at);
		size_t plain = slash ? (size_t)(slash - raw.p) - at : raw.n - at;
		size_t took, wrote = 0;
		char c[4];

		memmove(out + n, raw.p + at, plain);
		n += plain;
		at += plain;
		if (at == raw.n)
			break;
		took = one_escape(raw, at, how, c, &wrote);
		if (took == 0 && how != JSON_TOLERANT) {
			*bad = at;
			return n;
		}
		if (took == 0) {
			c[0] = '\\';
			wrote = took = 1;
		}
		memcpy(out + n, c, wrote);
		n += wrote;
		at += took;
	}
	return n;
}

struct noro_view noro_json_unescape(struct noro_arena *a, struct noro_view raw)
{
	size_t bad;
	char *out;

	if (!raw.n || !memchr(raw.p, '\\', raw.n))
		return raw;
	out = noro_arena_alloc(a, raw.n);
	if (!out)
		return (struct noro_view){ NULL, 0 };
	return (struct noro_view){ out, noro_json_decode_(raw, JSON_TOLERANT, out, &bad) };
}
