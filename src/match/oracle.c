/*
 * src/match/oracle.c - the slow truth: no filters, no masks, no tables.
 *
 * Written from the rules, not from the engine. Only the canonical form of a URL,
 * address parsing and PCRE2 are shared, which have tests of their own.
 */
#include "match/oracle_priv.h"

#include "base/mem.h"
#include "base/text.h"
#include "intel/set_view.h"

#include <stdio.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static bool word(char c)
{
	return noro_is_alnum(c) || c == '_';
}

static bool host(char c)
{
	return word(c) || c == '-' || c == '.';
}

static void add(const struct truth *x, size_t i, size_t j, uint32_t key, unsigned kind, bool sub)
{
	struct noro_oracle *o = x->out;
	void *grown = noro_grow(o->hit, o->hits, &o->cap, sizeof(*o->hit));
	size_t from = x->decoded ? x->from[i] : i, to = x->decoded ? x->to[j - 1] : j;

	if (!grown) {
		o->failed = true;
		return;
	}
	o->hit = grown;
	o->hit[o->hits++] = (struct noro_hit){ .at = (uint32_t)from,
		.len = (uint32_t)(to - from),
		.key = key,
		.kind = (uint8_t)kind,
		.form = x->decoded ? NORO_FORM_DEFANGED : NORO_FORM_PLAIN,
		.sub = sub };
}

static bool same(const struct truth *x, size_t i, struct noro_view v, bool fold)
{
	struct noro_view here = noro_view_sub(x->t, i, v.n);

	return fold ? noro_view_eq_i(here, v) : noro_view_eq(here, v);
}

/* --- tokens --- */

static bool is_quad(const struct truth *x, size_t i, size_t j, struct noro_ip *ret)
{
	if (word(noro_truth_at(x, i - 1)) || noro_truth_at(x, i - 1) == '.' ||
		word(noro_truth_at(x, j)))
		return false;
	if (noro_truth_at(x, j) == '.' && noro_is_digit(noro_truth_at(x, j + 1)))
		return false;
	if (noro_view_starts_i(noro_view_sub(x->t, j, x->t.n), ".in-addr.arpa"))
		return false;
	return noro_ip_parse(noro_view_sub(x->t, i, j - i), ret) && ret->family == 4;
}

static bool ends_name(const struct truth *x, size_t j)
{
	char next = noro_truth_at(x, j + 1);

	if (!host(noro_truth_at(x, j)))
		return true;
	return noro_truth_at(x, j) == '.' && (!host(next) || next == '.');
}

/* Where the name that ends at `j` begins: at most 255 bytes, no dot first. */
static size_t name_start(const struct truth *x, size_t j)
{
	size_t i = j;

	while (i && j - i < NORO_NAME_MAX && host(x->t.p[i - 1]))
		i--;
	if (i && j - i == NORO_NAME_MAX && host(x->t.p[i - 1]))
		while (i < j && x->t.p[i - 1] != '.')
			i++;
	while (i < j && x->t.p[i] == '.')
		i++;
	return i;
}

static bool hexcolon(char c)
{
	return noro_is_hex(c) || c == ':';
}

/* The token of hex digits and colons in the maximal run [i, j), without what words left there. */
static bool colon_token(const struct truth *x, size_t *ri, size_t *rj)
{
	size_t i = *ri, j = *rj;

	if (word(noro_truth_at(x, i - 1)))
		while (i < j && x->t.p[i] != ':')
			i++;
	if (word(noro_truth_at(x, j)))
		while (j > i && x->t.p[j - 1] != ':')
			j--;
	/* a colon behind a word, and a single one anywhere, is punctuation */
	if (j > i && x->t.p[i] == ':' &&
		(noro_truth_at(x, i + 1) != ':' || i + 1 == j || word(noro_truth_at(x, i - 1))))
		i++;
	if (j > i && x->t.p[j - 1] == ':' &&
		(j - 1 == i || x->t.p[j - 2] != ':' || word(noro_truth_at(x, j))))
		j--;
	*ri = i;
	*rj = j;
	return j > i + 1;
}

/* A dotted tail belongs to the address. */
static size_t with_tail(const struct truth *x, size_t i, size_t j)
{
	size_t colon = j;
	struct noro_ip ip;

	while (colon > i && x->t.p[colon - 1] != ':')
		colon--;
	if (noro_truth_at(x, j) != '.' || colon == i)
		return j;
	for (size_t e = colon + 15; e > j; e--) {
		char prev = noro_truth_at(x, e - 1);

		if (e > x->t.n || word(noro_truth_at(x, e)) || !noro_is_digit(prev))
			continue;
		if (noro_truth_at(x, e) == '.' && noro_is_digit(noro_truth_at(x, e + 1)))
			continue;
		if (noro_ip_parse(noro_view_sub(x->t, colon, e - colon), &ip) && ip.family == 4)
			return e;
	}
	return j;
}

/* --- kinds --- */

static void v4_key(const struct truth *x, uint32_t key, const struct noro_ip *want)
{
	struct noro_ip ip;

	for (size_t i = 0; i < x->t.n; i++)
		for (size_t j = i + 7; j <= i + 15 && j <= x->t.n; j++)
			if (is_quad(x, i, j, &ip) && noro_ip_cmp(&ip, want) == 0)
				add(x, i, j, key, NORO_IOC_IPV4, false);
}

static void net_v4(const struct truth *x, uint32_t key, const struct noro_range *r)
{
	struct noro_ip ip;

	for (size_t i = 0; i < x->t.n; i++)
		for (size_t j = i + 7; j <= i + 15 && j <= x->t.n; j++)
			if (is_quad(x, i, j, &ip) && noro_range_has(r, &ip))
				add(x, i, j, key, NORO_IOC_NET, true);
}

/* Each IPv6 address of the text, and IPv4 ones in mapped hex form, against a range. */
static void v6_range(
	const struct truth *x, uint32_t key, const struct noro_range *r, unsigned kind, bool sub)
{
	for (size_t i = 0, j; i < x->t.n; i = j) {
		size_t a = i, b;
		struct noro_ip ip;
		struct noro_view v;

		for (j = i; j < x->t.n && hexcolon(x->t.p[j]); j++)
			;
		b = j;
		if (j == i) {
			j++;
			continue;
		}
		if (!colon_token(x, &a, &b))
			continue;
		b = with_tail(x, a, b);
		v = noro_view_sub(x->t, a, b - a);
		if (!noro_ip_parse(v, &ip) || ip.family != 6)
			continue;
		if (r->lo.family == 4 && noro_view_chr(v, '.') == SIZE_MAX)
			ip = noro_ip_unmap(ip);
		if (noro_range_has(r, &ip))
			add(x, a, b, key, kind, sub);
	}
}

static void address_key(const struct truth *x, uint32_t key, const struct noro_set_key *k)
{
	struct noro_range r;

	if (!noro_range_parse(k->value, &r))
		return;
	if (k->kind == NORO_IOC_IPV4)
		v4_key(x, key, &r.lo);
	else if (k->kind == NORO_IOC_NET && r.lo.family == 4)
		net_v4(x, key, &r);
	v6_range(x, key, &r, k->kind, k->kind == NORO_IOC_NET);
}

static void domain_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	for (size_t i = 0; i + v.n <= x->t.n; i++) {
		size_t j = i + v.n, start;

		if (!same(x, i, v, true) || !ends_name(x, j))
			continue;
		if (host(noro_truth_at(x, i - 1)) && noro_truth_at(x, i - 1) != '.')
			continue;
		start = name_start(x, j);
		if (start <= i)
			add(x, start, j, key, NORO_IOC_DOMAIN, start < i);
	}
}

/* The same name in letters outside ASCII. */
static void wide_domain_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	size_t start, end;

	for (size_t i = 0; i < x->t.n; i++)
		if (noro_truth_wide(x, x->letters, i, v, &start, &end))
			add(x, start, end, key, NORO_IOC_DOMAIN, start < i);
}

static void file_name_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	for (size_t i = 0; i + v.n <= x->t.n; i++)
		if (same(x, i, v, true) && ends_name(x, i + v.n) && name_start(x, i + v.n) == i)
			add(x, i, i + v.n, key, NORO_IOC_FILE_NAME, false);
}

static bool local_char(char c)
{
	return noro_is_alnum(c) || (c && strchr("._%+-", c));
}

static bool any_local_char(char c)
{
	return local_char(c) || (c & 0x80) || (c && strchr("!#$&'*/=?^`{|}~", c));
}

/* Is the local part that begins at `i` and has its '@' at `a` the one of its address? */
static bool local_starts(const struct truth *x, size_t i, size_t a)
{
	size_t tight = a, wide;

	while (tight && a + 1 - tight <= 64 && local_char(x->t.p[tight - 1]))
		tight--;
	for (wide = tight; wide && a + 1 - wide <= 64 && any_local_char(x->t.p[wide - 1]);)
		wide--;
	return i == tight || i == wide;
}

static void email_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	size_t sign = noro_view_rchr(v, '@'), start, end;
	struct noro_view host_part = noro_view_sub(v, sign + 1, v.n);

	for (size_t i = 0; i + sign < x->t.n; i++) {
		size_t a = i + sign;

		if (!same(x, i, noro_view_sub(v, 0, sign + 1), true) || !local_starts(x, i, a))
			continue;
		if (same(x, i, v, true) && ends_name(x, i + v.n) && name_start(x, i + v.n) == a + 1)
			add(x, i, i + v.n, key, NORO_IOC_EMAIL, false);
		if (x->letters && noro_truth_wide(x, x->letters, a + 1, host_part, &start, &end) &&
			start == a + 1)
			add(x, i, end, key, NORO_IOC_EMAIL, false);
	}
}

static void hex_key(const struct truth *x, uint32_t key, const struct noro_set_key *k)
{
	struct noro_view v = k->value;
	bool eth = k->kind == NORO_IOC_ETH;
	size_t skip = eth ? 2 : 0;

	for (size_t i = 0; i + v.n <= x->t.n; i++) {
		if (!same(x, i, v, true) || noro_is_hex(noro_truth_at(x, i + v.n)))
			continue;
		if (eth ? word(noro_truth_at(x, i - 1))
			: noro_is_hex(noro_truth_at(x, i - 1 + skip)))
			continue;
		add(x, i, i + v.n, key, k->kind, false);
	}
}

/* Letters and digits with nothing of a word on either side. */
static void word_key(
	const struct truth *x, uint32_t key, unsigned kind, struct noro_view v, bool fold)
{
	for (size_t i = 0; i + v.n <= x->t.n; i++)
		if (same(x, i, v, fold) && !word(noro_truth_at(x, i - 1)) &&
			!word(noro_truth_at(x, i + v.n)))
			add(x, i, i + v.n, key, kind, false);
}

static void btc_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	char upper[128];

	word_key(x, key, NORO_IOC_BTC, v, false);
	if (!noro_view_starts(v, "bc1") || v.n > sizeof(upper))
		return;
	for (size_t i = 0; i < v.n; i++)
		upper[i] = (char)(v.p[i] >= 'a' && v.p[i] <= 'z' ? v.p[i] - 32 : v.p[i]);
	word_key(x, key, NORO_IOC_BTC, noro_view(upper, v.n), false);
}

static void mac_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	char dashes[18], dots[16];

	for (size_t i = 0, j = 0; i < 17; i++) {
		dashes[i] = (char)(v.p[i] == ':' ? '-' : v.p[i]);
		if (v.p[i] != ':')
			dots[j++] = v.p[i];
		else if (i % 6 == 5)
			dots[j++] = '.';
	}
	for (size_t i = 0; i < x->t.n; i++) {
		size_t n = 0;

		if (same(x, i, noro_view(dashes, 17), true))
			n = 17;
		else if (same(x, i, noro_view(dots, 14), true))
			n = 14;
		if (!n || word(noro_truth_at(x, i - 1)) || word(noro_truth_at(x, i + n)))
			continue;
		if (noro_truth_at(x, i - 1) == noro_truth_at(x, i + (n == 17 ? 2 : 4)) ||
			(noro_truth_at(x, i + n) == noro_truth_at(x, i + (n == 17 ? 2 : 4)) &&
				word(noro_truth_at(x, i + n + 1))))
			continue;
		add(x, i, i + n, key, NORO_IOC_MAC, false);
	}
	for (size_t i = 0, j; i < x->t.n; i = j + 1) {
		size_t a = i, b;

		for (j = i; j < x->t.n && hexcolon(x->t.p[j]); j++)
			;
		b = j;
		if (j > i && colon_token(x, &a, &b) && b - a == 17 && same(x, a, v, true))
			add(x, a, b, key, NORO_IOC_MAC, false);
	}
}

/* --- letters --- */

static void string_key(const struct truth *x, uint32_t key, const struct noro_set_key *k)
{
	struct noro_view v = k->value;
	bool exact = k->kind == NORO_IOC_STRING;

	for (size_t i = 0; i + v.n <= x->t.n; i++) {
		if (!same(x, i, v, !exact))
			continue;
		if (!exact && word(noro_truth_at(x, i)) && word(noro_truth_at(x, i - 1)))
			continue;
		if (!exact && word(noro_truth_at(x, i + v.n - 1)) &&
			word(noro_truth_at(x, i + v.n)))
			continue;
		add(x, i, i + v.n, key, k->kind, false);
	}
}

static void regex_line(
	const struct truth *x, uint32_t key, const pcre2_code *code, size_t from, size_t to)
{
	pcre2_match_data *d = pcre2_match_data_create(1, NULL);

	for (size_t i = 0; d && i <= to - from;) {
		const PCRE2_SIZE *v;

		if (pcre2_match(code, (PCRE2_SPTR)x->t.p + from, to - from, i, 0, d, NULL) < 0)
			break;
		v = pcre2_get_ovector_pointer(d);
		if (v[1] > v[0])
			add(x, from + v[0], from + v[1], key, NORO_IOC_REGEX, false);
		i = v[1] > i ? v[1] : i + 1;
	}
	pcre2_match_data_free(d);
}

static void regex_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	PCRE2_SIZE where;
	int error;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)v.p, v.n, PCRE2_NEVER_BACKSLASH_C, &error, &where, NULL);
	size_t from = 0;

	for (size_t i = 0; code && i <= x->t.n; i++) {
		if (i < x->t.n && x->t.p[i] != '\n')
			continue;
		regex_line(x, key, code, from, i);
		from = i + 1;
	}
	pcre2_code_free(code);
}

/* --- URLs --- */

static bool hard_end(const struct truth *x, size_t i)
{
	unsigned char c = (unsigned char)noro_truth_at(x, i);
	size_t slash = i;

	if (i >= x->t.n || c <= ' ' || c == 0x7f || c == '"' || c == '<' || c == '>')
		return true;
	while (noro_truth_at(x, slash) == '\\' && slash - i < NORO_BACKSLASHES)
		slash++;
	return c == '\\' && noro_truth_at(x, slash) != '/';
}

/* The start of "scheme://user@" before a host, or the host. */
static size_t scheme_start(const struct truth *x, size_t h)
{
	size_t i = h, mark, start;

	if (noro_truth_at(x, i - 1) == '[')
		i--;
	mark = start = i;
	if (noro_truth_at(x, i - 1) == '@')
		while (mark && i - mark < 256 && !strchr("/?#\\\"<>\x7f", x->t.p[mark - 1]) &&
			(unsigned char)x->t.p[mark - 1] > ' ')
			mark--;
	for (int n = 0; n < 2; n++) {
		if (noro_truth_at(x, mark - 1) != '/')
			return start;
		mark--;
		for (int k = 0; k < NORO_BACKSLASHES && noro_truth_at(x, mark - 1) == '\\'; k++)
			mark--;
	}
	if (noro_truth_at(x, mark - 1) != ':')
		return start;
	mark--;
	for (i = mark; i && mark - i < NORO_SCHEME_MAX; i--)
		if (!noro_is_alnum(x->t.p[i - 1]) &&
			(!x->t.p[i - 1] || !strchr("+-.", x->t.p[i - 1])))
			break;
	return i == mark ? h : i;
}

/* Is the key what [start, end) says, whole or without fragment or query? */
static void url_span(const struct truth *x, uint32_t key, struct noro_view want, size_t start,
	size_t h, size_t end)
{
	char text[NORO_URL_MAX];
	struct noro_url_parts p;
	size_t cut[3], raw[3] = { end, end, end };

	if (!noro_url_canonical(noro_view_sub(x->t, start, end - start), text, &p))
		return;
	for (size_t i = end; i-- > h;) {
		if (x->t.p[i] == '#')
			raw[1] = raw[2] = i;
		if (x->t.p[i] == '?')
			raw[2] = i;
	}
	cut[0] = p.n;
	cut[1] = p.frag_at;
	cut[2] = p.query_at < p.frag_at ? p.query_at : p.frag_at;
	for (size_t i = 0; i < 3; i++) {
		size_t n = cut[i], skip = p.authority_at;

		if (i && n == cut[i - 1])
			continue;
		if (i && n > p.path_at && text[n - 1] == '/')
			n--;
		if (noro_view_eq(noro_view(text, n), want))
			add(x, start, raw[i], key, NORO_IOC_URL, false);
		if (skip && noro_view_eq(noro_view(text + skip, n - skip), want))
			add(x, h, raw[i], key, NORO_IOC_URL, false);
	}
}

static void url_at(
	const struct truth *x, uint32_t key, struct noro_view want, size_t h, size_t host_end)
{
	static const char soft[] = "'`|)]},;*";
	size_t start = scheme_start(x, h), hard = host_end, trim;

	for (size_t i = host_end; !hard_end(x, i) && !strchr("/?#\\", x->t.p[i]); i++)
		if (x->t.p[i] == '@' && i - host_end < 256)
			return; /* who logs in, not where */
	while (!hard_end(x, hard) && hard - host_end < NORO_URL_MAX)
		hard++;
	url_span(x, key, want, start, h, hard);
	for (trim = hard; trim > host_end && strchr(".,;:!?'`)]}|*", x->t.p[trim - 1]);)
		trim--;
	if (trim < hard)
		url_span(x, key, want, start, h, trim);
	for (const char *c = soft; *c; c++)
		for (size_t i = host_end; i < hard; i++)
			if (x->t.p[i] == *c) {
				url_span(x, key, want, start, h, i);
				break;
			}
}

static void url_key(const struct truth *x, uint32_t key, struct noro_view v)
{
	char text[NORO_URL_MAX];
	struct noro_url_parts p;
	struct noro_view want, h;
	struct noro_ip ip, key_ip;
	size_t start, end;

	if (!noro_url_canonical(v, text, &p))
		return;
	want = noro_view(text, p.n);
	h = noro_view(text + p.host_at, p.host_n);
	if (!noro_ip_parse(h, &key_ip))
		key_ip.family = 0;
	for (size_t i = 0; i < x->t.n; i++) {
		if (key_ip.family == 4 && same(x, i, h, false) && is_quad(x, i, i + h.n, &ip))
			url_at(x, key, want, i, i + h.n);
		if (key_ip.family == 0 && same(x, i, h, true) && ends_name(x, i + h.n) &&
			name_start(x, i + h.n) == i)
			url_at(x, key, want, i, i + h.n);
		if (key_ip.family == 0 && x->letters &&
			noro_truth_wide(x, x->letters, i, h, &start, &end) && start == i)
			url_at(x, key, want, i, end);
		if (key_ip.family == 6 && noro_truth_at(x, i - 1) == '[') {
			size_t a = i, b = i;

			while (hexcolon(noro_truth_at(x, b)))
				b++;
			if (b == a || !colon_token(x, &a, &b) || a != i)
				continue;
			b = with_tail(x, a, b);
			if (noro_ip_parse(noro_view_sub(x->t, a, b - a), &ip) &&
				noro_ip_cmp(&ip, &key_ip) == 0)
				url_at(x, key, want, a, b);
		}
	}
}

static void one_key(const struct truth *x, uint32_t key, const struct noro_set_key *k)
{
	switch (k->kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
	case NORO_IOC_NET:
		address_key(x, key, k);
		break;
	case NORO_IOC_DOMAIN:
		domain_key(x, key, k->value);
		if (x->letters)
			wide_domain_key(x, key, k->value);
		break;
	case NORO_IOC_URL:
		url_key(x, key, k->value);
		break;
	case NORO_IOC_EMAIL:
		email_key(x, key, k->value);
		break;
	case NORO_IOC_ASN:
	case NORO_IOC_JA4:
		word_key(x, key, k->kind, k->value, true);
		break;
	case NORO_IOC_MAC:
		mac_key(x, key, k->value);
		break;
	case NORO_IOC_BTC:
		btc_key(x, key, k->value);
		break;
	case NORO_IOC_TRON:
		word_key(x, key, k->kind, k->value, false);
		break;
	case NORO_IOC_REGEX:
		regex_key(x, key, k->value);
		break;
	case NORO_IOC_FILE_NAME:
		if (noro_name_shaped(k->value))
			file_name_key(x, key, k->value);
		else
			string_key(x, key, k);
		break;
	default:
		if (noro_set_width(k->kind))
			hex_key(x, key, k);
		else
			string_key(x, key, k);
	}
}

static void all_keys(const struct truth *text)
{
	struct truth x = *text;
	uint8_t *letters = noro_truth_letters(text);

	x.out->failed = x.out->failed || !letters;
	for (uint32_t i = 0; letters && i < noro_set_keys(x.set); i++) {
		struct noro_set_key k;

		if (noro_set_key(x.set, i, &k) != NORO_OK)
			continue;
		x.letters = noro_view_find_i(k.value, NORO_V("xn--")) != SIZE_MAX ? letters : NULL;
		one_key(&x, i, &k);
	}
	free(letters);
}

static bool has_letters(const struct noro_set *s)
{
	for (uint32_t i = 0; i < noro_set_keys(s); i++) {
		struct noro_set_key k;

		if (noro_set_key(s, i, &k) != NORO_OK)
			continue;
		if (k.kind >= NORO_IOC_FILE_PATH ||
			(k.kind == NORO_IOC_FILE_NAME && !noro_name_shaped(k.value)))
			return true;
	}
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct noro_hit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->form < y->form ? -1 : x->form > y->form;
}

void noro_oracle_scan(
	const struct noro_set *s, bool decode, struct noro_view text, struct noro_oracle *ret)
{
	struct truth x = { .t = text, .set = s, .out = ret };
	size_t n = 0;

	memset(ret, 0, sizeof(*ret));
	all_keys(&x);
	if (decode)
		noro_truth_undo(&x, has_letters(s), 3, all_keys);
	if (ret->hits)
		qsort(ret->hit, ret->hits, sizeof(*ret->hit), by_place);
	for (size_t i = 0; i < ret->hits; i++)
		if (!n || ret->hit[n - 1].at != ret->hit[i].at ||
			ret->hit[n - 1].key != ret->hit[i].key ||
			ret->hit[n - 1].len != ret->hit[i].len)
			ret->hit[n++] = ret->hit[i];
	ret->hits = n;
}

void noro_oracle_done(struct noro_oracle *o)
{
	free(o->hit);
	memset(o, 0, sizeof(*o));
}
