/* src/base/text.c - UTF-8, normal forms, percent signs, escaping for people, domain names. */
#include "base/text.h"

#include <idn2.h>
#include <utf8proc.h>

enum {
	REPLACEMENT = 0xFFFD,
	MAX_DOMAIN = 253, /* RFC 1035 2.3.4, without the root dot */
	MAX_LABEL = 63,
	MAX_IDN = 1024,
};

static bool is_ascii8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return (w & UINT64_C(0x8080808080808080)) == 0;
}

/* How many bytes from `from` on are ASCII. */
static size_t ascii_run(struct noro_view v, size_t from)
{
	size_t i = from;

	while (v.n - i >= 8 && is_ascii8(v.p + i))
		i += 8;
	while (i < v.n && (unsigned char)v.p[i] < 0x80)
		i++;
	return i - from;
}

size_t noro_utf8_next(struct noro_view v, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)v.p;
	uint32_t c;
	size_t len;

	if (v.n == 0)
		return 0;
	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (v.n < len)
		return 0;
	c = p[0] & (0xFFU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3FU);
	}
	if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*ret = c;
	return len;
}

size_t noro_utf8_valid(struct noro_view v)
{
	size_t i = 0;

	while (i < v.n) {
		uint32_t c;
		size_t len;

		i += ascii_run(v, i);
		len = noro_utf8_next(noro_view_sub(v, i, 4), &c);
		if (len == 0)
			break;
		i += len;
	}
	return i;
}

size_t noro_utf8_put(uint32_t scalar, char out[4])
{
	if (scalar > 0x10FFFF || (scalar >= 0xD800 && scalar <= 0xDFFF))
		scalar = REPLACEMENT;
	if (scalar < 0x80) {
		out[0] = (char)scalar;
		return 1;
	}
	if (scalar < 0x800) {
		out[0] = (char)(0xC0 | scalar >> 6);
		out[1] = (char)(0x80 | (scalar & 0x3F));
		return 2;
	}
	if (scalar < 0x10000) {
		out[0] = (char)(0xE0 | scalar >> 12);
		out[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
		out[2] = (char)(0x80 | (scalar & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | scalar >> 18);
	out[1] = (char)(0x80 | (scalar >> 12 & 0x3F));
	out[2] = (char)(0x80 | (scalar >> 6 & 0x3F));
	out[3] = (char)(0x80 | (scalar & 0x3F));
	return 4;
}

size_t noro_utf8_columns(struct noro_view v)
{
	size_t columns = 0, i = 0;

	while (i < v.n) {
		uint32_t c;
		size_t len = noro_utf8_next(noro_view_sub(v, i, 4), &c);
		int wide = len ? utf8proc_charwidth((utf8proc_int32_t)c) : 1;

		columns += wide > 0 ? (size_t)wide : 0;
		i += len ? len : 1;
	}
	return columns;
}

size_t noro_utf8_bare(uint32_t scalar, uint32_t out[NORO_UTF8_BARE])
{
	utf8proc_int32_t all[NORO_UTF8_BARE];
	int boundary = 0;
	utf8proc_ssize_t n;
	size_t kept = 0;

	if (scalar < 0x80) {
		out[0] = (uint32_t)(unsigned char)noro_lower((char)scalar);
		return noro_is_alnum((char)scalar) ? 1 : 0;
	}
	n = utf8proc_decompose_char((utf8proc_int32_t)scalar, all, NORO_UTF8_BARE,
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < NORO_UTF8_BARE; i++)
		if (noro_utf8_in_name((uint32_t)all[i]))
			out[kept++] = (uint32_t)all[i];
	return kept;
}

/*
 * NFKC in pieces. Ordering marks takes quadratic time in their number, so a
 * piece is never longer than MAX_PIECE scalars; it is cut where nothing can
 * combine across (before ASCII, a kanji or a kana), and only a run of hundreds
 * of marks, which no language writes, is cut anywhere.
 */
enum { WANT_PIECE = 128, MAX_PIECE = 256, MAX_WIDE = MAX_PIECE * 18 }; /* U+FDFA becomes 18 */

static bool stands_alone(uint32_t c)
{
	return c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) ||
	       (c >= 0x30A1 && c <= 0x30FA) || (c >= 0xFF66 && c <= 0xFF9D);
}

static size_t nfkc_piece(struct noro_view v, struct noro_buf *out)
{
	char utf8[MAX_PIECE * 4];
	utf8proc_int32_t wide[MAX_WIDE + 1];
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE;
	size_t i = 0, n = 0;
	utf8proc_ssize_t got;

	for (size_t count = 0; i < v.n && count < MAX_PIECE; count++) {
		uint32_t c;
		size_t len = noro_utf8_next(noro_view_sub(v, i, 4), &c);

		if (len == 0)
			c = REPLACEMENT;
		if (count > 0 && stands_alone(c) && (c < 0x80 || count >= WANT_PIECE))
			break;
		n += noro_utf8_put(c, utf8 + n);
		i += len ? len : 1;
	}
	got = utf8proc_decompose(
		(const utf8proc_uint8_t *)utf8, (utf8proc_ssize_t)n, wide, MAX_WIDE, how);
	if (got >= 0 && got <= MAX_WIDE)
		got = utf8proc_reencode(wide, got, how);
	if (got >= 0)
		noro_buf_add(out, wide, (size_t)got);
	return i;
}

void noro_nfkc(struct noro_view v, struct noro_buf *out)
{
	size_t i = 0;

	while (i < v.n) {
		size_t run = ascii_run(v, i);

		/* the last ASCII letter may carry the mark that follows */
		if (run > 0 && i + run < v.n)
			run--;
		noro_buf_add(out, v.p + i, run);
		i += run;
		if (i < v.n)
			i += nfkc_piece(noro_view_sub(v, i, SIZE_MAX), out);
	}
}

size_t noro_percent_decode(struct noro_view v, struct noro_buf *out)
{
	size_t n = 0, from = 0;

	for (size_t i = 0; i + 2 < v.n; i++) {
		char c;

		if (v.p[i] != '%' || !noro_is_hex(v.p[i + 1]) || !noro_is_hex(v.p[i + 2]))
			continue;
		c = (char)(noro_hex_value(v.p[i + 1]) << 4 | noro_hex_value(v.p[i + 2]));
		noro_buf_add(out, v.p + from, i - from);
		noro_buf_chr(out, c);
		n++;
		i += 2;
		from = i + 1;
	}
	noro_buf_add(out, v.p + from, v.n - from);
	return n;
}

/*
 * Scalars that change how what follows is shown, or are not seen at all: C1
 * controls, zero-width and bidirectional marks, line separators, tags.
 */
static bool is_sly(uint32_t c)
{
	return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
	       (c >= 0xE0000 && c <= 0xE007F);
}

void noro_escape(struct noro_view v, size_t max, struct noro_buf *out)
{
	size_t i = 0, from = 0, end = v.n < max ? v.n : max;

	while (i < end) {
		uint32_t c;
		size_t len = noro_utf8_next(noro_view_sub(v, i, 4), &c);

		if (i + len > end)
			break; /* not half a letter */
		if (len == 0 || c < 0x20 || c == 0x7F || is_sly(c)) {
			noro_buf_add(out, v.p + from, i - from);
			if (len > 1)
				noro_buf_printf(out, "\\u{%04X}", (unsigned)c);
			else
				noro_buf_printf(out, "\\x%02x", (unsigned)(unsigned char)v.p[i]);
			from = i + (len ? len : 1);
		}
		i += len ? len : 1;
	}
	if (i > from)
		noro_buf_add(out, v.p + from, i - from);
	if (i < v.n)
		noro_buf_str(out, "...");
}

/* The one allowed root dot is gone already. False for what no resolver would be asked for. */
static bool labels_are_fine(struct noro_view v)
{
	size_t label = 0, labels = 1;
	bool letter = false;

	if (v.n == 0 || v.n > MAX_DOMAIN)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
			letter = false;
			labels++;
			continue;
		}
		if (!noro_is_alnum(c) && c != '-' && c != '_')
			return false;
		letter = letter || noro_is_alpha(c);
		if (++label > MAX_LABEL)
			return false;
	}
	/* a last label without a letter would be an address (RFC 3696 2) */
	return labels >= 2 && label >= 2 && letter && noro_is_alnum(v.p[v.n - 1]);
}

static void add_lower(struct noro_view v, struct noro_buf *out)
{
	char *to = noro_buf_room(out, v.n);

	if (!to)
		return;
	for (size_t i = 0; i < v.n; i++)
		to[i] = noro_lower(v.p[i]);
	out->n += v.n;
	to[v.n] = '\0';
}

static bool ascii_domain(struct noro_view v, struct noro_buf *out)
{
	if (v.n > 0 && v.p[v.n - 1] == '.')
		v.n--;
	if (!labels_are_fine(v))
		return false;
	add_lower(v, out);
	return true;
}

bool noro_domain_normal(struct noro_view v, struct noro_buf *out)
{
	char name[MAX_IDN + 1];
	uint8_t *ace = NULL;
	bool ok;

	if (ascii_run(v, 0) == v.n)
		return ascii_domain(v, out);
	if (v.n > MAX_IDN || noro_view_chr(v, '\0') != SIZE_MAX || noro_utf8_valid(v) != v.n)
		return false;
	memcpy(name, v.p, v.n);
	name[v.n] = '\0';
	if (idn2_lookup_u8((const uint8_t *)name, &ace, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
		IDN2_OK)
		return false;
	ok = ascii_domain(noro_view_str((const char *)ace), out);
	idn2_free(ace);
	return ok;
}
