/*
 * src/match/verify.c - exact answers for candidates: addresses, names, hex runs.
 *
 * Everything here runs only for what a filter let through, so it is written to be
 * plain. No loop walks further than a token may be long, so that text made to look
 * like one endless token costs no more than any other.
 */
#include "match/match_priv.h"

static bool is_word(uint8_t c)
{
	return noro_is_alnum((char)c) || c == '_';
}

static bool is_host(uint8_t c)
{
	return is_word(c) || c == '-' || c == '.';
}

/* The byte at `at`, or a newline outside the text. */
static uint8_t at_or_end(const struct noro_scanner *s, size_t at)
{
	return at < s->len ? s->text[at] : '\n';
}

static uint8_t before(const struct noro_scanner *s, size_t at)
{
	return at ? s->text[at - 1] : '\n';
}

static struct noro_view span(const struct noro_scanner *s, size_t at, size_t end)
{
	return noro_view(s->text + at, end - at);
}

void noro_verify_text(struct noro_scanner *s, enum noro_ioc_kind k, struct noro_view v, size_t at,
	size_t end, bool sub)
{
	uint32_t keys[MAX_SPELLINGS];
	size_t n;
	enum noro_status st;

	if (!s->m->has[k])
		return;
	st = noro_set_find_text(s->m->set, k, v, keys, MAX_SPELLINGS, &n);
	if (st != NORO_OK)
		noro_scan_fail(s, st);
	for (size_t i = 0; i < n; i++)
		noro_scan_hit(s, at, end - at, keys[i], k, sub);
}

static void bin_hit(
	struct noro_scanner *s, enum noro_ioc_kind k, const uint8_t *value, size_t at, size_t end)
{
	enum noro_status st;
	uint32_t key;

	if (!s->m->has[k])
		return;
	st = noro_set_find_bin(s->m->set, k, value, &key);
	if (st == NORO_OK)
		noro_scan_hit(s, at, end - at, key, k, false);
	else if (st != NORO_ENOENT)
		noro_scan_fail(s, st);
}

/* --- IPv4 --- */

/* The quad before `end`, as text; leading zeros and octets past 255 make it something else. */
static bool quad_start(const struct noro_scanner *s, size_t end, size_t *ret, uint32_t *ret_ip)
{
	uint32_t ip = 0, octet = 0;
	unsigned dots = 0, digits = 0;
	size_t at = end;

	while (at && end - at < 15 &&
		(noro_is_digit((char)s->text[at - 1]) || s->text[at - 1] == '.'))
		at--;
	for (size_t i = at; i < end; i++) {
		uint8_t c = s->text[i];

		if (c == '.') {
			if (!digits || octet > 255 || ++dots > 3)
				return false;
			ip = ip << 8 | octet;
			octet = digits = 0;
			continue;
		}
		if (digits && octet == 0)
			return false;
		octet = octet * 10 + (uint32_t)(c - '0');
		if (++digits > 3)
			return false;
	}
	*ret = at;
	*ret_ip = ip << 8 | octet;
	return dots == 3 && digits && octet < 256;
}

/* 4.3.2.1.in-addr.arpa is the name of 1.2.3.4. */
static bool is_reverse_name(const struct noro_scanner *s, size_t end)
{
	struct noro_view rest = span(s, end, s->len);

	return noro_view_starts_i(rest, ".in-addr.arpa");
}

void noro_verify_v4(struct noro_scanner *s, size_t end, uint32_t ip)
{
	const struct noro_set_view *view = s->m->view;
	bool exact_maybe = noro_bloom_has(&view->v4, noro_hash_v4(ip));
	uint32_t keys[MAX_NETS], exact;
	size_t at, n;

	/* most of what a bitmap of /16s lets through is in no /24 that a prefix touches */
	if (!exact_maybe && !(view->net24 && view->net24[ip >> 14] >> (ip >> 8 & 63) & 1))
		return;
	if (!quad_start(s, end, &at, &exact) || is_reverse_name(s, end))
		return;
	if (is_word(before(s, at)) || before(s, at) == '.')
		return;
	if (at_or_end(s, end) == '.' && noro_is_digit((char)at_or_end(s, end + 1)))
		return;
	n = noro_set_nets4(s->m->set, exact, keys, MAX_NETS);
	for (size_t i = 0; i < n; i++)
		noro_scan_hit(s, at, end - at, keys[i], NORO_IOC_NET, true);
	if (!exact_maybe)
		return;
	if (s->v4s == MAX_WAITING)
		noro_verify_waiting4(s);
	s->v4[s->v4s++] = (struct waiting4){ exact, at, end };
	if (s->m->has[NORO_IOC_URL]) /* hosts of URLs are in the filter too */
		noro_verify_url(s, at, end);
}

/*
 * Nearly all that a filter lets through wrongly is far away in a large set: two lines of memory
 * after another. So many addresses make the way together, a step at a time.
 */
void noro_verify_waiting4(struct noro_scanner *s)
{
	for (int step = 0; step < 2; step++)
		for (unsigned i = 0; i < s->v4s; i++)
			noro_set_soon(
				s->m->set, NORO_IOC_IPV4, (const uint8_t *)&s->v4[i].ip, step);
	for (unsigned i = 0; i < s->v4s; i++)
		bin_hit(s, NORO_IOC_IPV4, (const uint8_t *)&s->v4[i].ip, s->v4[i].at, s->v4[i].end);
	s->v4s = 0;
}

/* --- names --- */

static bool is_local(uint8_t c)
{
	return noro_is_alnum((char)c) || (c && strchr("._%+-", c));
}

static bool is_atext(uint8_t c)
{
	return is_local(c) || c >= 0x80 || (c && strchr("!#$&'*/=?^`{|}~", c));
}

void noro_email_starts(const struct noro_scanner *s, size_t at, size_t ret[2])
{
	size_t tight = at - 1, wide;

	while (tight && at - tight <= 64 && is_local(s->text[tight - 1]))
		tight--;
	wide = tight;
	while (wide && at - wide <= 64 && is_atext(s->text[wide - 1]))
		wide--;
	ret[0] = tight;
	ret[1] = wide;
}

/* The address whose domain is [at, end): its local part is what stands before the '@'. */
static void verify_email(struct noro_scanner *s, size_t at, size_t end)
{
	size_t start[2];

	noro_email_starts(s, at, start);
	if (start[0] < at - 1)
		noro_verify_text(s, NORO_IOC_EMAIL, span(s, start[0], end), start[0], end, false);
	if (start[1] < start[0])
		noro_verify_text(s, NORO_IOC_EMAIL, span(s, start[1], end), start[1], end, false);
}

/*
 * "co.uk" and its like pass for every name below them, which are many: that they are no keys
 * themselves is asked once.
 */
static void verify_pair(struct noro_scanner *s, size_t from, size_t at, size_t end, uint64_t hash)
{
	struct absent *known = &s->absent[hash % MAX_ABSENT];
	size_t n = end - from, hits = s->hits;

	if (n == known->n && memcmp(s->text + from, known->name, n) == 0)
		return;
	noro_verify_text(s, NORO_IOC_DOMAIN, span(s, from, end), at, end, from != at);
	if (s->hits == hits && s->status == NORO_OK && n <= sizeof(known->name)) {
		known->n = (uint8_t)n;
		memcpy(known->name, s->text + from, n);
	}
}

static void verify_suffix(struct noro_scanner *s, size_t from, size_t at, size_t end, bool pair)
{
	uint64_t hash = noro_hash_tail(s->text + end, end - from);

	if (!noro_bloom_has(&s->m->view->name, hash))
		return;
	if (pair)
		verify_pair(s, from, at, end, hash);
	else
		noro_verify_text(s, NORO_IOC_DOMAIN, span(s, from, end), at, end, from != at);
}

static void verify_domain(struct noro_scanner *s, size_t at, size_t end)
{
	size_t dots = 0;

	for (size_t i = end; i-- > at;)
		if (s->text[i] == '.' && dots++)
			verify_suffix(s, i + 1, at, end, dots == 2);
	if (dots)
		verify_suffix(s, at, at, end, dots == 1);
}

void noro_verify_name(struct noro_scanner *s, size_t end)
{
	size_t at = end;

	while (at && end - at < NORO_NAME_MAX && is_host(s->text[at - 1]))
		at--;
	if (end - at == NORO_NAME_MAX && is_host(before(s, at))) /* too long: begin at a label */
		while (at < end && s->text[at - 1] != '.')
			at++;
	while (at < end && s->text[at] == '.')
		at++;
	if (s->m->has[NORO_IOC_DOMAIN])
		verify_domain(s, at, end);
	if (!noro_bloom_has(&s->m->view->name, noro_hash_tail(s->text + end, end - at)))
		return; /* no file, host or domain of that whole name */
	noro_verify_text(s, NORO_IOC_FILE_NAME, span(s, at, end), at, end, false);
	if (s->m->has[NORO_IOC_EMAIL] && before(s, at) == '@')
		verify_email(s, at, end);
	if (s->m->has[NORO_IOC_URL])
		noro_verify_url(s, at, end);
}

/* --- IPv6 and MAC with colons --- */

/* Hex digits and colons; they come mixed, and a branch guesses badly. */
static const bool run_byte[256] = {
	['0' ... '9'] = true,
	['a' ... 'f'] = true,
	['A' ... 'F'] = true,
	[':'] = true,
};

static void verify_v6(struct noro_scanner *s, const struct waiting *w)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *ip = w->ip;
	size_t at = w->at, end = w->end, n;
	uint32_t keys[MAX_NETS], v4;

	if (s->m->has[NORO_IOC_IPV6] && noro_bloom_has(&s->m->view->hex, w->hash))
		bin_hit(s, NORO_IOC_IPV6, ip, at, end);
	n = noro_set_nets6(s->m->set, ip, keys, MAX_NETS);
	for (size_t i = 0; i < n; i++)
		noro_scan_hit(s, at, end - at, keys[i], NORO_IOC_NET, true);
	if (s->m->has[NORO_IOC_URL] && before(s, at) == '[')
		noro_verify_url(s, at, end);
	if (memcmp(ip, mapped, 12) != 0 || memchr(s->text + at, '.', end - at))
		return; /* a dotted tail is found as the IPv4 address it is */
	v4 = (uint32_t)ip[12] << 24 | (uint32_t)ip[13] << 16 | (uint32_t)ip[14] << 8 | ip[15];
	bin_hit(s, NORO_IOC_IPV4, (const uint8_t *)&v4, at, end);
	n = noro_set_nets4(s->m->set, v4, keys, MAX_NETS);
	for (size_t i = 0; i < n; i++)
		noro_scan_hit(s, at, end - at, keys[i], NORO_IOC_NET, true);
}

void noro_verify_waiting(struct noro_scanner *s)
{
	for (unsigned i = 0; i < s->v6s; i++)
		verify_v6(s, &s->v6[i]);
	s->v6s = 0;
}

/* A large set's filter is far away: the addresses of one step are asked together. */
static void put_off_v6(struct noro_scanner *s, const uint8_t ip[16], size_t at, size_t end)
{
	const struct noro_bloom *b = &s->m->view->hex;
	struct waiting *w;

	if (s->v6s == MAX_WAITING)
		noro_verify_waiting(s);
	w = &s->v6[s->v6s++];
	memcpy(w->ip, ip, sizeof(w->ip));
	w->hash = noro_hash_v6(ip);
	w->at = at;
	w->end = end;
	__builtin_prefetch(&b->word[w->hash >> b->shift]);
}

/* Does a dotted quad follow the last colon of the run? Then it is the address's tail. */
static size_t dotted_tail(const struct noro_scanner *s, size_t colon)
{
	size_t end = colon, start;
	uint32_t ip;

	while (end < s->len && end - colon < 16 &&
		(noro_is_digit((char)s->text[end]) || s->text[end] == '.'))
		end++;
	while (end > colon && s->text[end - 1] == '.')
		end--;
	if (is_word(at_or_end(s, end)) || end == colon)
		return 0;
	return quad_start(s, end, &start, &ip) && start == colon ? end : 0;
}

static void verify_mac_colons(struct noro_scanner *s, size_t at, size_t end)
{
	uint8_t mac[6];

	if (end - at != 17 || !s->m->has[NORO_IOC_MAC])
		return;
	for (size_t i = 0; i < 6; i++) {
		int hi = noro_hex_value((char)s->text[at + 3 * i]);
		int lo = noro_hex_value((char)s->text[at + 3 * i + 1]);

		if (hi < 0 || lo < 0 || (i && s->text[at + 3 * i - 1] != ':'))
			return;
		mac[i] = (uint8_t)(hi << 4 | lo);
	}
	bin_hit(s, NORO_IOC_MAC, mac, at, end);
}

/* One bit for every ':' of 40 bytes. */
static uint64_t colons_of(const uint8_t *p)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), ones = UINT64_C(0x0101010101010101);
	uint64_t bits = 0;

	for (unsigned i = 0; i < 40; i += 8) {
		uint64_t x = noro_load64(p + i) ^ ones * ':';

		x = ~(((x & low) + low) | x | low); /* the top bit of every byte that was ':' */
		bits |= (x >> 7) * UINT64_C(0x0102040810204080) >> 56 << i;
	}
	return bits;
}

/* The group of one to four hex digits before `end`; what stands before it is shifted out. */
static uint32_t group_before(const uint8_t *end, size_t len)
{
	uint32_t v;

	memcpy(&v, end - 4, 4);
	v = (v & 0x0f0f0f0f) + 9 * (v >> 6 & 0x01010101);
	v = __builtin_bswap32(v >> (32 - 8 * len) << (32 - 8 * len));
	v = (v | v >> 4) & 0x00ff00ff;
	return (v | v >> 8) & 0xffff;
}

/*
 * noro_ip_parse for a run that is known to hold nothing but hex digits and colons: group by group,
 * without a branch that depends on a digit.
 */
static bool read_v6(const uint8_t *p, size_t n, uint8_t out[16])
{
	size_t at = 0, gap = SIZE_MAX, start = 0, tail;
	uint64_t colons;

	if (n < 2 || n > 39 || (p[0] == ':' && p[1] != ':'))
		return false;
	colons = (colons_of(p) & ((UINT64_C(1) << n) - 1)) | UINT64_C(1) << n;
	if (p[0] == ':') {
		gap = 0;
		start = 2;
		colons &= ~UINT64_C(3);
	}
	while (start < n) {
		size_t end = (size_t)__builtin_ctzll(colons), len = end - start;
		uint32_t v;

		if (len == 0 || len > 4 || at == 16)
			return false;
		v = group_before(p + end, len);
		out[at++] = (uint8_t)(v >> 8);
		out[at++] = (uint8_t)v;
		if (end + 1 == n)
			return false;
		start = end + 1;
		colons &= colons - 1;
		if (start < n && p[start] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = at;
			start++;
			colons &= colons - 1;
		}
	}
	if (gap == SIZE_MAX)
		return at == 16;
	if (at > 14)
		return false;
	tail = at - gap;
	memmove(out + 16 - tail, out + gap, tail);
	memset(out + gap, 0, 16 - at);
	return true;
}

static void verify_colon_token(struct noro_scanner *s, size_t at, size_t end)
{
	struct noro_ip ip;
	size_t tail = 0, last = end;

	verify_mac_colons(s, at, end);
	if (at_or_end(s, end) == '.') {
		while (last > at && s->text[last - 1] != ':')
			last--;
		if (last > at)
			tail = dotted_tail(s, last);
	}
	if (!tail) {
		if (read_v6(s->text + at, end - at, ip.b))
			put_off_v6(s, ip.b, at, end);
		return;
	}
	end = tail;
	if (end - at <= 45 && noro_ip_parse(span(s, at, end), &ip) && ip.family == 6)
		put_off_v6(s, ip.b, at, end);
}

/*
 * A run of hex digits and colons. A word that runs into it is not part of it:
 * "src:2001:db8::1" has the tail "c:" of a word before the address, and a single
 * colon at either end is punctuation.
 */
static void verify_colons(struct noro_scanner *s, size_t at, size_t end)
{
	if (is_word(before(s, at))) {
		while (at < end && s->text[at] != ':')
			at++;
	}
	if (is_word(at_or_end(s, end))) {
		while (end > at && s->text[end - 1] != ':')
			end--;
	}
	if (end - at >= 2 && s->text[at] == ':' && s->text[at + 1] != ':')
		at++;
	else if (at < end && s->text[at] == ':' && is_word(before(s, at)))
		at++; /* "word::1": the first colon is the word's */
	if (end - at >= 2 && s->text[end - 1] == ':' && s->text[end - 2] != ':')
		end--;
	else if (end > at && s->text[end - 1] == ':' && is_word(at_or_end(s, end)))
		end--;
	if (end > at + 1)
		verify_colon_token(s, at, end);
}

/* --- hex runs --- */

void noro_verify_hex(struct noro_scanner *s, size_t at, size_t end)
{
	uint8_t bin[64];
	size_t n = (end - at) / 2;

	if (n != 16 && n != 20 && n != 32 && n != 64)
		return;
	if ((end - at) % 2)
		return;
	for (size_t i = 0; i < n; i++)
		bin[i] = (uint8_t)(noro_hex_value((char)s->text[at + 2 * i]) << 4 |
				   noro_hex_value((char)s->text[at + 2 * i + 1]));
	if (!noro_bloom_has(&s->m->view->hex, noro_hash_word(noro_load64(bin))))
		return;
	if (n == 16) {
		bin_hit(s, NORO_IOC_MD5, bin, at, end);
		bin_hit(s, NORO_IOC_JA3, bin, at, end);
		bin_hit(s, NORO_IOC_HASSH, bin, at, end);
	} else if (n == 20) {
		bin_hit(s, NORO_IOC_SHA1, bin, at, end);
		if (at >= 2 && (s->text[at - 1] | 0x20) == 'x' && s->text[at - 2] == '0' &&
			!(at > 2 && is_word(s->text[at - 3])))
			bin_hit(s, NORO_IOC_ETH, bin, at - 2, end);
	} else {
		bin_hit(s, n == 32 ? NORO_IOC_SHA256 : NORO_IOC_SHA512, bin, at, end);
	}
}

void noro_verify_rare(struct noro_scanner *s, size_t at)
{
	size_t from = at, to = at;

	if (s->text[at] == ':') {
		if (at < s->colon_done)
			return;
		while (from && run_byte[s->text[from - 1]])
			from--;
		while (to < s->len && run_byte[s->text[to]])
			to++;
		s->colon_done = to;
		verify_colons(s, from, to);
		return;
	}
	if (at < s->hex_done)
		return;
	/* a run at the edge of a step; all others were asked in the kernel */
	while (from && noro_is_hex((char)s->text[from - 1]))
		from--;
	while (to < s->len && noro_is_hex((char)s->text[to]))
		to++;
	s->hex_done = to;
	noro_verify_hex(s, from, to);
}

/* --- kinds of their own shape --- */

static bool hex_pairs(const uint8_t *p, unsigned group, unsigned groups, char sep, uint8_t *out)
{
	for (unsigned g = 0, n = 0; g < groups; g++) {
		if (g && *p++ != (uint8_t)sep)
			return false;
		for (unsigned i = 0; i < group; i += 2, p += 2, n++) {
			if (!noro_is_hex((char)p[0]) || !noro_is_hex((char)p[1]))
				return false;
			out[n] = (uint8_t)(noro_hex_value((char)p[0]) << 4 |
					   noro_hex_value((char)p[1]));
		}
	}
	return true;
}

static void verify_mac(struct noro_scanner *s, size_t at, bool dots)
{
	size_t back = dots ? 9 : 11, len = dots ? 14 : 17, from = at - back;
	char sep = dots ? '.' : '-';
	uint8_t mac[6];

	if (at < back || from + len > s->len)
		return;
	if (is_word(before(s, from)) || is_word(at_or_end(s, from + len)))
		return;
	if (before(s, from) == (uint8_t)sep ||
		(at_or_end(s, from + len) == (uint8_t)sep && is_word(at_or_end(s, from + len + 1))))
		return;
	if (hex_pairs(s->text + from, dots ? 4 : 2, dots ? 3 : 6, sep, mac))
		bin_hit(s, NORO_IOC_MAC, mac, from, from + len);
}

static void verify_asn(struct noro_scanner *s, size_t at)
{
	size_t end = at;
	uint64_t n;
	uint32_t asn;

	if (at < 2 || (s->text[at - 2] | 0x20) != 'a' || (s->text[at - 1] | 0x20) != 's')
		return;
	while (end < s->len && end - at < 11 && noro_is_digit((char)s->text[end]))
		end++;
	if (is_word(at_or_end(s, end)) || is_word(before(s, at - 2)))
		return;
	if (s->text[at] == '0' && end - at > 1)
		return;
	if (!noro_view_u64(span(s, at, end), &n) || n > UINT32_MAX)
		return;
	asn = (uint32_t)n;
	bin_hit(s, NORO_IOC_ASN, (const uint8_t *)&asn, at - 2, end);
}

/* `at` is the last of 12 hex digits behind an underscore: the middle part of JA4. */
static void verify_ja4(struct noro_scanner *s, size_t at)
{
	size_t from = at - 22, end = from + 36;

	if (at < 22 || end > s->len || is_word(before(s, from)) || is_word(at_or_end(s, end)))
		return;
	noro_verify_text(s, NORO_IOC_JA4, span(s, from, end), from, end, false);
}

static void verify_coin(struct noro_scanner *s, size_t at)
{
	size_t from = at - 25, end = at;

	if (at < 25)
		return;
	while (end < s->len && end - from <= 90 && noro_is_alnum((char)s->text[end]))
		end++;
	if (end - from > 90 || at_or_end(s, end) == '_' || before(s, from) == '_')
		return;
	noro_verify_text(s, NORO_IOC_TRON, span(s, from, end), from, end, false);
	noro_verify_text(s, NORO_IOC_BTC, span(s, from, end), from, end, false);
	if (noro_view_starts(span(s, from, end), "BC1")) { /* bech32 may be all upper case */
		char low[90];

		for (size_t i = 0; i < end - from; i++) {
			if (s->text[from + i] >= 'a' && s->text[from + i] <= 'z')
				return;
			low[i] = noro_lower((char)s->text[from + i]);
		}
		noro_verify_text(s, NORO_IOC_BTC, noro_view(low, end - from), from, end, false);
	}
}

void noro_verify_shape(struct noro_scanner *s, size_t at)
{
	uint8_t c = s->text[at];

	if (s->m->has[NORO_IOC_MAC] && (c == '-' || c == '.'))
		verify_mac(s, at, c == '.');
	if (s->m->has[NORO_IOC_ASN] && noro_is_digit((char)c))
		verify_asn(s, at);
	if (s->m->has[NORO_IOC_JA4] && noro_is_hex((char)c))
		verify_ja4(s, at);
	if ((s->m->has[NORO_IOC_BTC] || s->m->has[NORO_IOC_TRON]) && noro_is_alnum((char)c))
		verify_coin(s, at);
}
