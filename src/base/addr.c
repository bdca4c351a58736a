/* src/base/addr.c - IP addresses, prefixes and ranges: parse, print, compare. */
#include "base/addr.h"

#include <stdio.h>

/*
 * Prefixes and ranges are arithmetic on one 128-bit number, whatever the family:
 * IPv4 uses its low 32 bits. gcc and clang both have the type on every 64-bit
 * machine we build for.
 */
typedef unsigned __int128 noro_u128;

static noro_u128 to_number(const struct noro_ip *ip)
{
	noro_u128 v = 0;

	for (size_t i = 0; i < (ip->family == 4 ? 4 : 16); i++)
		v = v << 8 | ip->b[i];
	return v;
}

static struct noro_ip from_number(noro_u128 v, uint8_t family)
{
	struct noro_ip ip = { .family = family };

	for (size_t i = family == 4 ? 4 : 16; i-- > 0; v >>= 8)
		ip.b[i] = (uint8_t)v;
	return ip;
}

static unsigned width(const struct noro_ip *ip)
{
	return ip->family == 4 ? 32 : 128;
}

/* All bits below the prefix; a shift by the whole width would be undefined. */
static noro_u128 host_mask(unsigned width_bits, unsigned len)
{
	unsigned host = width_bits - len;

	return host >= 128 ? ~(noro_u128)0 : ((noro_u128)1 << host) - 1;
}

/* At most four octets of at most three digits: no loop here can run past 15 bytes. */
static bool parse_v4(const char *p, size_t n, uint8_t out[4])
{
	const char *end = p + n;

	if (n < 7 || n > 15)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		unsigned v, digits = 1;

		if (p == end || (v = (unsigned)(*p++ - '0')) > 9)
			return false;
		while (p < end && noro_is_digit(*p)) {
			v = v * 10 + (unsigned)(*p++ - '0');
			if (++digits > 3)
				return false;
		}
		if (v > 255 || (digits > 1 && v < (digits == 2 ? 10U : 100U)))
			return false;
		out[i] = (uint8_t)v;
		if (i < 3 && (p == end || *p++ != '.'))
			return false;
	}
	return p == end;
}

/* Value and one, so that what is no digit is 0: letters and digits come mixed, and a branch guesses
 * badly. */
static const uint8_t hex_digit[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
};

/* One group of one to four hex digits; returns how many, 0 when there is none or too many. */
static size_t parse_group(const char *p, size_t n, unsigned *ret)
{
	size_t i = 0;
	unsigned v = 0;

	for (; i < n; i++) {
		unsigned digit = hex_digit[(uint8_t)p[i]];

		if (!digit)
			break;
		if (i == 4)
			return 0;
		v = v << 4 | (digit - 1);
	}
	*ret = v;
	return i;
}

/* Move what stands behind `::` to the end and clear the gap. */
static bool spread(uint8_t out[16], size_t at, size_t gap)
{
	size_t tail;

	if (gap == SIZE_MAX)
		return at == 16;
	if (at > 14) /* `::` stands for at least one group (RFC 4291 2.2) */
		return false;
	tail = at - gap;
	memmove(out + 16 - tail, out + gap, tail);
	memset(out + gap, 0, 16 - at);
	return true;
}

static bool parse_v6(const char *p, size_t n, uint8_t out[16])
{
	size_t at = 0, gap = SIZE_MAX, i = 0;

	if (n < 2 || n > 45 || (p[0] == ':' && p[1] != ':'))
		return false;
	if (p[0] == ':') {
		gap = 0;
		i = 2;
	}
	while (i < n) {
		unsigned v;
		size_t len = parse_group(p + i, n - i, &v);

		if (len == 0 || at == 16)
			return false;
		if (i + len < n && p[i + len] == '.') {
			if (at > 12 || !parse_v4(p + i, n - i, out + at))
				return false;
			return spread(out, at + 4, gap);
		}
		out[at++] = (uint8_t)(v >> 8);
		out[at++] = (uint8_t)v;
		i += len;
		if (i == n)
			break;
		if (p[i++] != ':' || i == n)
			return false;
		if (p[i] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = at;
			i++;
		}
	}
	return spread(out, at, gap);
}

bool noro_ip_parse(struct noro_view text, struct noro_ip *ret)
{
	struct noro_ip ip = { .family = 4 };

	if (text.n < 2)
		return false;
	if (noro_is_digit(text.p[0]) && parse_v4(text.p, text.n, ip.b)) {
		*ret = ip;
		return true;
	}
	ip = (struct noro_ip){ .family = 6 };
	if (!parse_v6(text.p, text.n, ip.b))
		return false;
	*ret = ip;
	return true;
}

bool noro_ip_parse_loose(struct noro_view text, struct noro_ip *ret)
{
	bool bracket = text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']';
	struct noro_ip ip;
	size_t zone;

	if (bracket)
		text = noro_view_sub(text, 1, text.n - 2);
	zone = noro_view_chr(text.n > 64 ? noro_view_sub(text, 0, 64) : text, '%');
	if (zone != SIZE_MAX) {
		if (zone + 1 == text.n)
			return false;
		text.n = zone;
	}
	if (!noro_ip_parse(text, &ip) || (ip.family == 4 && (bracket || zone != SIZE_MAX)))
		return false;
	*ret = noro_ip_unmap(ip);
	return true;
}

static bool is_mapped(const struct noro_ip *ip)
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };

	return ip->family == 6 && memcmp(ip->b, head, sizeof(head)) == 0;
}

struct noro_ip noro_ip_unmap(struct noro_ip ip)
{
	struct noro_ip v4 = { .family = 4 };

	if (!is_mapped(&ip))
		return ip;
	memcpy(v4.b, ip.b + 12, 4);
	return v4;
}

static size_t print_v4(const uint8_t b[4], char *out)
{
	char *o = out;

	for (unsigned i = 0; i < 4; i++) {
		unsigned v = b[i];

		if (v >= 100)
			*o++ = (char)('0' + v / 100);
		if (v >= 10)
			*o++ = (char)('0' + v / 10 % 10);
		*o++ = (char)('0' + v % 10);
		*o++ = i < 3 ? '.' : '\0';
	}
	return (size_t)(o - out) - 1;
}

/* The longest run of two or more zero groups, the first on a tie (RFC 5952 4.2). */
static void longest_zeros(const uint8_t b[16], size_t *ret_at, size_t *ret_n)
{
	size_t run = 0;

	*ret_at = 8;
	*ret_n = 1;
	for (size_t i = 0; i < 8; i++) {
		run = b[2 * i] == 0 && b[2 * i + 1] == 0 ? run + 1 : 0;
		if (run > *ret_n) {
			*ret_n = run;
			*ret_at = i + 1 - run;
		}
	}
}

static size_t print_group(unsigned v, char *out)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (int shift = 12; shift >= 0; shift -= 4)
		if (v >> shift != 0 || shift == 0)
			out[n++] = hex[v >> shift & 15];
	return n;
}

static size_t print_v6(const uint8_t b[16], char *out)
{
	size_t at, zeros, n = 0;

	longest_zeros(b, &at, &zeros);
	for (size_t i = 0; i < 8; i++) {
		if (i == at) {
			out[n++] = ':';
			if (at + zeros == 8)
				out[n++] = ':';
			i += zeros - 1;
			continue;
		}
		if (i > 0)
			out[n++] = ':';
		n += print_group((unsigned)b[2 * i] << 8 | b[2 * i + 1], out + n);
	}
	out[n] = '\0';
	return n;
}

size_t noro_ip_print(const struct noro_ip *ip, char out[NORO_IP_TEXT])
{
	if (ip->family == 4)
		return print_v4(ip->b, out);
	if (ip->family != 6) {
		out[0] = '\0';
		return 0;
	}
	if (is_mapped(ip)) { /* RFC 5952 5: the tail is known to be IPv4 */
		memcpy(out, "::ffff:", 7);
		return 7 + print_v4(ip->b + 12, out + 7);
	}
	return print_v6(ip->b, out);
}

int noro_ip_cmp(const struct noro_ip *a, const struct noro_ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->b, b->b, sizeof(a->b));
}

uint32_t noro_ip_v4(const struct noro_ip *ip)
{
	return (uint32_t)ip->b[0] << 24 | (uint32_t)ip->b[1] << 16 | (uint32_t)ip->b[2] << 8 |
	       ip->b[3];
}

struct noro_ip noro_ip_from_v4(uint32_t host_order)
{
	return (struct noro_ip){ .b = { (uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16),
					 (uint8_t)(host_order >> 8), (uint8_t)host_order },
		.family = 4 };
}

bool noro_prefix_parse(struct noro_view text, struct noro_prefix *ret, bool *ret_host_bits)
{
	size_t slash = noro_view_chr(noro_view_sub(text, 0, NORO_IP_TEXT), '/');
	struct noro_view len_text =
		noro_view_sub(text, slash == SIZE_MAX ? 0 : slash + 1, SIZE_MAX);
	struct noro_ip ip;
	noro_u128 value, mask;
	uint64_t len;

	if (!noro_ip_parse(noro_view_sub(text, 0, slash), &ip))
		return false;
	len = width(&ip);
	if (slash != SIZE_MAX && (!noro_view_u64(len_text, &len) || len > width(&ip)))
		return false;
	value = to_number(&ip);
	mask = host_mask(width(&ip), (unsigned)len);
	if (ret_host_bits)
		*ret_host_bits = (value & mask) != 0;
	ret->ip = from_number(value & ~mask, ip.family);
	ret->len = (uint8_t)len;
	return true;
}

bool noro_prefix_has(const struct noro_prefix *p, const struct noro_ip *ip)
{
	size_t whole = p->len / 8;
	unsigned rest = p->len % 8;

	if (p->ip.family != ip->family || memcmp(p->ip.b, ip->b, whole) != 0)
		return false;
	return rest == 0 || ((p->ip.b[whole] ^ ip->b[whole]) >> (8 - rest)) == 0;
}

struct noro_range noro_prefix_range(const struct noro_prefix *p)
{
	noro_u128 mask = host_mask(width(&p->ip), p->len), value = to_number(&p->ip) & ~mask;

	return (struct noro_range){ from_number(value, p->ip.family),
		from_number(value | mask, p->ip.family) };
}

bool noro_range_parse(struct noro_view text, struct noro_range *ret)
{
	size_t dash = noro_view_chr(noro_view_sub(text, 0, NORO_IP_TEXT + 2), '-');
	struct noro_prefix p;
	struct noro_range r;

	if (dash == SIZE_MAX) {
		if (!noro_prefix_parse(text, &p, NULL))
			return false;
		*ret = noro_prefix_range(&p);
		return true;
	}
	if (!noro_ip_parse(noro_view_trim(noro_view_sub(text, 0, dash)), &r.lo) ||
		!noro_ip_parse(noro_view_trim(noro_view_sub(text, dash + 1, SIZE_MAX)), &r.hi) ||
		r.lo.family != r.hi.family || noro_ip_cmp(&r.lo, &r.hi) > 0)
		return false;
	*ret = r;
	return true;
}

bool noro_range_has(const struct noro_range *r, const struct noro_ip *ip)
{
	return noro_ip_cmp(&r->lo, ip) <= 0 && noro_ip_cmp(ip, &r->hi) <= 0;
}

/* The shortest prefix that starts at `lo` and does not reach past `hi`. */
static unsigned widest(noro_u128 lo, noro_u128 hi, unsigned bits)
{
	unsigned len = bits;

	while (len > 0) {
		noro_u128 mask = host_mask(bits, len - 1);

		if ((lo & mask) != 0 || (lo | mask) > hi)
			break;
		len--;
	}
	return len;
}

size_t noro_range_prefixes(const struct noro_range *r, struct noro_prefix *out)
{
	noro_u128 lo = to_number(&r->lo), hi = to_number(&r->hi);
	unsigned bits = width(&r->lo);
	size_t n = 0;

	for (;;) {
		unsigned len = widest(lo, hi, bits);
		noro_u128 last = lo | host_mask(bits, len);

		out[n++] = (struct noro_prefix){ from_number(lo, r->lo.family), (uint8_t)len };
		if (last >= hi)
			return n;
		lo = last + 1;
	}
}

struct special {
	uint8_t b[16];
	uint8_t len;
	enum noro_ip_class is;
};

/* The more specific stands first. */
static const struct special special4[] = {
	{ { 0, 0, 0, 0 }, 32, NORO_IP_UNSPECIFIED },
	{ { 0 }, 8, NORO_IP_RESERVED },
	{ { 10 }, 8, NORO_IP_PRIVATE },
	{ { 100, 64 }, 10, NORO_IP_SHARED },
	{ { 127 }, 8, NORO_IP_LOOPBACK },
	{ { 169, 254 }, 16, NORO_IP_LINK_LOCAL },
	{ { 172, 16 }, 12, NORO_IP_PRIVATE },
	{ { 192, 0, 0, 9 }, 32, NORO_IP_GLOBAL },  /* port control anycast, RFC 7723 */
	{ { 192, 0, 0, 10 }, 32, NORO_IP_GLOBAL }, /* TURN anycast, RFC 8155 */
	{ { 192, 0, 0 }, 24, NORO_IP_RESERVED },
	{ { 192, 0, 2 }, 24, NORO_IP_DOCUMENTATION },
	{ { 192, 88, 99 }, 24, NORO_IP_RESERVED }, /* 6to4 relays, given up by RFC 7526 */
	{ { 192, 168 }, 16, NORO_IP_PRIVATE },
	{ { 198, 18 }, 15, NORO_IP_BENCHMARK },
	{ { 198, 51, 100 }, 24, NORO_IP_DOCUMENTATION },
	{ { 203, 0, 113 }, 24, NORO_IP_DOCUMENTATION },
	{ { 224 }, 4, NORO_IP_MULTICAST },
	{ { 255, 255, 255, 255 }, 32, NORO_IP_BROADCAST },
	{ { 240 }, 4, NORO_IP_RESERVED },
};

static const struct special special6[] = {
	{ { 0 }, 128, NORO_IP_UNSPECIFIED },
	{ { [15] = 1 }, 128, NORO_IP_LOOPBACK },
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, NORO_IP_GLOBAL }, /* NAT64, RFC 6052 */
	{ { 0x20, 0x01, 0x00, 0x01, [15] = 1 }, 128, NORO_IP_GLOBAL },
	{ { 0x20, 0x01, 0x00, 0x01, [15] = 2 }, 128, NORO_IP_GLOBAL },
	{ { 0x20, 0x01, 0x00, 0x01, [15] = 3 }, 128, NORO_IP_GLOBAL },
	{ { 0x20, 0x01 }, 32, NORO_IP_GLOBAL }, /* Teredo, RFC 4380 */
	{ { 0x20, 0x01, 0x00, 0x02 }, 48, NORO_IP_BENCHMARK },
	{ { 0x20, 0x01, 0x00, 0x03 }, 32, NORO_IP_GLOBAL },             /* AMT, RFC 7450 */
	{ { 0x20, 0x01, 0x00, 0x04, 0x01, 0x12 }, 48, NORO_IP_GLOBAL }, /* AS112, RFC 7535 */
	{ { 0x20, 0x01, 0x00, 0x20 }, 28, NORO_IP_GLOBAL },             /* ORCHIDv2, RFC 7343 */
	{ { 0x20, 0x01, 0x00, 0x30 }, 28, NORO_IP_GLOBAL }, /* drone identifiers, RFC 9374 */
	{ { 0x20, 0x01 }, 23, NORO_IP_RESERVED },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, NORO_IP_DOCUMENTATION },
	{ { 0x3f, 0xff }, 20, NORO_IP_DOCUMENTATION },
	{ { 0x20 }, 3, NORO_IP_GLOBAL },
	{ { 0xfc }, 7, NORO_IP_PRIVATE },
	{ { 0xfe, 0x80 }, 10, NORO_IP_LINK_LOCAL },
	{ { 0xfe, 0xc0 }, 10, NORO_IP_PRIVATE }, /* site-local, given up by RFC 3879 */
	{ { 0xff }, 8, NORO_IP_MULTICAST },
	{ { 0 }, 0, NORO_IP_RESERVED },
};

enum noro_ip_class noro_ip_classify(const struct noro_ip *ip)
{
	struct noro_ip plain = noro_ip_unmap(*ip);
	const struct special *table = plain.family == 4 ? special4 : special6;
	size_t n = plain.family == 4 ? sizeof(special4) / sizeof(*special4)
				     : sizeof(special6) / sizeof(*special6);

	for (size_t i = 0; i < n; i++) {
		struct noro_prefix p = { .ip.family = plain.family, .len = table[i].len };

		if (table[i].len >= 8 && table[i].b[0] != plain.b[0])
			continue;
		memcpy(p.ip.b, table[i].b, sizeof(p.ip.b));
		if (noro_prefix_has(&p, &plain))
			return table[i].is;
	}
	return NORO_IP_GLOBAL;
}

const char *noro_ip_class_name(enum noro_ip_class c)
{
	static const char *const name[] = {
		[NORO_IP_GLOBAL] = "global",
		[NORO_IP_UNSPECIFIED] = "unspecified",
		[NORO_IP_LOOPBACK] = "loopback",
		[NORO_IP_PRIVATE] = "private",
		[NORO_IP_SHARED] = "shared",
		[NORO_IP_LINK_LOCAL] = "link-local",
		[NORO_IP_DOCUMENTATION] = "documentation",
		[NORO_IP_BENCHMARK] = "benchmark",
		[NORO_IP_MULTICAST] = "multicast",
		[NORO_IP_BROADCAST] = "broadcast",
		[NORO_IP_RESERVED] = "reserved",
	};

	return name[c];
}
