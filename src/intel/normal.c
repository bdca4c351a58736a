/*
 * src/intel/normal.c - one form per value, so that comparing is comparing bytes.
 *
 * Refusing belongs here as well: a value that is not what its kind says would
 * either never match or match what nobody meant.
 */
#include "intel/indicator.h"

#include "base/text.h"
#include "intel/coin.h"
#include "intel/indicator_priv.h"
#include "intel/tld.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

typedef enum noro_status normal_fn(struct noro_view v, struct noro_buf *out);

static enum noro_status done(const struct noro_buf *out)
{
	return out->status;
}

static void add_lower(struct noro_view v, struct noro_buf *out)
{
	char *room = noro_buf_room(out, v.n);

	noro_buf_view(out, v);
	for (size_t i = 0; room && i < v.n; i++)
		room[i] = noro_lower(room[i]);
}

static enum noro_status address(struct noro_view v, uint8_t family, struct noro_buf *out)
{
	char text[NORO_IP_TEXT];
	struct noro_ip ip;

	if (!noro_ip_parse(v, &ip) || ip.family != family)
		return NORO_EFORMAT;
	noro_buf_add(out, text, noro_ip_print(&ip, text));
	return done(out);
}

static enum noro_status ipv4(struct noro_view v, struct noro_buf *out)
{
	return address(v, 4, out);
}

static enum noro_status ipv6(struct noro_view v, struct noro_buf *out)
{
	if (v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']')
		v = noro_view_sub(v, 1, v.n - 2);
	return address(v, 6, out);
}

static bool is_one_prefix(const struct noro_range *r, struct noro_prefix *ret)
{
	struct noro_prefix cover[256];

	if (noro_range_prefixes(r, cover) != 1)
		return false;
	*ret = cover[0];
	return true;
}

/* A range that is exactly one prefix is written as that prefix: one net, one key. */
static enum noro_status net(struct noro_view v, struct noro_buf *out)
{
	char text[NORO_IP_TEXT];
	struct noro_prefix p;
	struct noro_range r;

	if (!noro_range_parse(v, &r))
		return NORO_EFORMAT;
	if (is_one_prefix(&r, &p)) {
		noro_buf_add(out, text, noro_ip_print(&p.ip, text));
		noro_buf_chr(out, '/');
		noro_buf_u64(out, p.len);
		return done(out);
	}
	noro_buf_add(out, text, noro_ip_print(&r.lo, text));
	noro_buf_chr(out, '-');
	noro_buf_add(out, text, noro_ip_print(&r.hi, text));
	return done(out);
}

static bool tld_ok(const char *p, size_t n)
{
	struct noro_view v = noro_view(p, n);
	size_t dot = noro_view_rchr(v, '.');

	return dot != SIZE_MAX && noro_tld_known(noro_view_sub(v, dot + 1, n));
}

size_t noro_domain_ascii(struct noro_view v, char out[NORO_DOMAIN_MAX + 1])
{
	size_t n = 0, label = 0;

	if (v.n > 2 && v.p[0] == '*' && v.p[1] == '.')
		v = noro_view_sub(v, 2, v.n);
	else if (v.n > 1 && v.p[0] == '.')
		v = noro_view_sub(v, 1, v.n);
	if (v.n > 1 && v.p[v.n - 1] == '.')
		v.n--;
	if (v.n < 4 || v.n > NORO_DOMAIN_MAX || v.p[0] == '-')
		return 0;
	for (; n < v.n; n++) {
		char c = noro_lower(v.p[n]);

		out[n] = c;
		if (c == '.') {
			if (n == label || n - label > 63)
				return 0;
			label = n + 1;
		} else if (!noro_is_alnum(c) && c != '-' && c != '_') {
			return 0;
		}
	}
	if (n == label || !tld_ok(out, n))
		return 0;
	out[n] = '\0';
	return n;
}

static enum noro_status domain(struct noro_view v, struct noro_buf *out)
{
	char ascii[NORO_DOMAIN_MAX + 1];
	size_t n = noro_domain_ascii(v, ascii), before = out->n;

	if (n) {
		noro_buf_add(out, ascii, n);
		return done(out);
	}
	for (n = 0; n < v.n && !(v.p[n] & 0x80); n++)
		;
	if (n == v.n || v.n > (size_t)4 * NORO_DOMAIN_MAX)
		return NORO_EFORMAT;
	if (noro_view_starts(v, "*."))
		v = noro_view_sub(v, 2, v.n);
	if (noro_domain_normal(v, out) && out->status == NORO_OK &&
		out->n - before <= NORO_DOMAIN_MAX && tld_ok(out->p + before, out->n - before))
		return NORO_OK;
	if (out->status != NORO_OK)
		return out->status;
	out->n = before;
	return NORO_EFORMAT;
}

/* Where the host of a URL ends: at the first of / ? # */
static size_t host_end(struct noro_view v)
{
	size_t i = 0;

	while (i < v.n && v.p[i] != '/' && v.p[i] != '?' && v.p[i] != '#')
		i++;
	return i;
}

static unsigned default_port(struct noro_view scheme)
{
	static const struct {
		const char *name;
		unsigned port;
	} known[] = { { "http", 80 }, { "https", 443 }, { "ftp", 21 }, { "ws", 80 }, { "wss", 443 },
		{ "ssh", 22 }, { "sftp", 22 }, { "ldap", 389 }, { "ldaps", 636 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_is_i(scheme, known[i].name))
			return known[i].port;
	return 0;
}

/* "[v6]:port", "host:port" or "host" into its two halves. */
static bool split_port(struct noro_view v, struct noro_view *ret_host, uint64_t *ret_port)
{
	size_t colon = noro_view_rchr(v, ':');

	*ret_port = 0;
	*ret_host = v;
	if (v.n && v.p[v.n - 1] == ']')
		return true;
	if (colon == SIZE_MAX)
		return v.n > 0;
	*ret_host = noro_view_sub(v, 0, colon);
	if (colon + 1 == v.n)
		return colon > 0;
	return colon > 0 && noro_view_u64(noro_view_sub(v, colon + 1, v.n), ret_port) &&
	       *ret_port > 0 && *ret_port <= 65535;
}

static enum noro_status url_host(struct noro_view host, struct noro_buf *out)
{
	char ascii[NORO_DOMAIN_MAX + 1];
	struct noro_ip ip;
	size_t n;

	if (host.n > 2 && host.p[0] == '[') {
		enum noro_status st;

		noro_buf_chr(out, '[');
		st = ipv6(host, out);
		noro_buf_chr(out, ']');
		return st;
	}
	if (noro_ip_parse(host, &ip) && ip.family == 4)
		return ipv4(host, out);
	n = noro_domain_ascii(host, ascii);
	if (n == 0)
		return domain(host, out);
	noro_buf_add(out, ascii, n);
	return done(out);
}

static bool url_chars_ok(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7f || v.p[i] == '"' ||
			v.p[i] == '<' || v.p[i] == '>')
			return false;
	return true;
}

/* Behind the scheme: [user@]host[:port][/path...]. Who logs in is no part of what is compared, and
 * a secret. */
static enum noro_status url_rest(struct noro_view scheme, struct noro_view v, struct noro_buf *out)
{
	struct noro_view authority = noro_view_sub(v, 0, host_end(v)), host;
	struct noro_view tail = noro_view_sub(v, authority.n, v.n);
	size_t at = noro_view_rchr(authority, '@');
	uint64_t port;
	enum noro_status st;

	if (at != SIZE_MAX)
		authority = noro_view_sub(authority, at + 1, authority.n);
	if (!split_port(authority, &host, &port))
		return NORO_EFORMAT;
	st = url_host(host, out);
	if (st != NORO_OK)
		return st;
	if (port && port != default_port(scheme)) {
		noro_buf_chr(out, ':');
		noro_buf_u64(out, port);
	}
	if (tail.n == 0 || tail.p[0] != '/')
		noro_buf_chr(out, '/');
	noro_buf_view(out, tail);
	return done(out);
}

static enum noro_status url(struct noro_view v, struct noro_buf *out)
{
	size_t before = out->n, at = noro_view_find(v, NORO_V("://"));
	struct noro_view scheme = { 0 };
	enum noro_status st;

	if (!url_chars_ok(v))
		return NORO_EFORMAT;
	if (at != SIZE_MAX && at <= 16 && at < host_end(v)) {
		scheme = noro_view_sub(v, 0, at);
		for (size_t i = 0; i < at; i++)
			if (!noro_is_alnum(v.p[i]) && !strchr("+-.", v.p[i]))
				return NORO_EFORMAT;
		if (at == 0 || !noro_is_alpha(v.p[0]))
			return NORO_EFORMAT;
		add_lower(scheme, out);
		noro_buf_str(out, "://");
		v = noro_view_sub(v, at + 3, v.n);
	} else if (host_end(v) == v.n) {
		return NORO_EFORMAT; /* without a scheme it takes a path to be a URL */
	} else {
		scheme = NORO_V("http");
		noro_buf_str(out, "http://");
	}
	st = url_rest(scheme, v, out);
	if (st != NORO_OK && out->status == NORO_OK)
		out->n = before;
	return st;
}

static bool local_part_ok(struct noro_view v)
{
	if (v.n == 0 || v.n > 64 || v.p[0] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !(v.p[i] & 0x80) &&
			(v.p[i] == '\0' || !strchr(".!#$%&'*+/=?^_`{|}~-", v.p[i])))
			return false;
	return true;
}

static enum noro_status email(struct noro_view v, struct noro_buf *out)
{
	size_t at = noro_view_rchr(v, '@'), before = out->n;
	enum noro_status st;

	if (at == SIZE_MAX || !local_part_ok(noro_view_sub(v, 0, at)) || at + 1 == v.n ||
		v.p[at + 1] == '.' || v.p[at + 1] == '*')
		return NORO_EFORMAT;
	add_lower(noro_view_sub(v, 0, at + 1), out);
	st = domain(noro_view_sub(v, at + 1, v.n), out);
	if (st != NORO_OK && out->status == NORO_OK)
		out->n = before;
	return st;
}

static enum noro_status hex_of(struct noro_view v, size_t digits, struct noro_buf *out)
{
	if (v.n != digits)
		return NORO_EFORMAT;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return NORO_EFORMAT;
	add_lower(v, out);
	return done(out);
}

static enum noro_status hex32(struct noro_view v, struct noro_buf *out)
{
	return hex_of(v, 32, out);
}

static enum noro_status hex40(struct noro_view v, struct noro_buf *out)
{
	return hex_of(v, 40, out);
}

static enum noro_status hex64(struct noro_view v, struct noro_buf *out)
{
	return hex_of(v, 64, out);
}

static enum noro_status hex128(struct noro_view v, struct noro_buf *out)
{
	return hex_of(v, 128, out);
}

/* t13d1516h2_8daaf6152771_b186095e22b6: protocol, version, SNI, counts, ALPN; two truncated hashes.
 */
static enum noro_status ja4(struct noro_view v, struct noro_buf *out)
{
	static const char shape[] = "p##s####aa_hhhhhhhhhhhh_hhhhhhhhhhhh";

	if (v.n != sizeof(shape) - 1)
		return NORO_EFORMAT;
	for (size_t i = 0; i < v.n; i++) {
		char c = noro_lower(v.p[i]);
		bool ok = c == shape[i];

		switch (shape[i]) {
		case 'p':
			ok = c == 't' || c == 'q' || c == 'd';
			break;
		case '#':
			ok = noro_is_digit(c) || (i < 3 && (c == 's' || c == 'd'));
			break;
		case 's':
			ok = c == 'd' || c == 'i';
			break;
		case 'a':
			ok = noro_is_alnum(c);
			break;
		case 'h':
			ok = noro_is_hex(c);
			break;
		}
		if (!ok)
			return NORO_EFORMAT;
	}
	add_lower(v, out);
	return done(out);
}

static enum noro_status asn(struct noro_view v, struct noro_buf *out)
{
	uint64_t n;

	if (noro_view_starts_i(v, "asn"))
		v = noro_view_sub(v, 3, v.n);
	else if (noro_view_starts_i(v, "as"))
		v = noro_view_sub(v, 2, v.n);
	if (!noro_view_u64(noro_view_trim(v), &n) || n > UINT32_MAX)
		return NORO_EFORMAT;
	noro_buf_str(out, "AS");
	noro_buf_u64(out, n);
	return done(out);
}

/* aa:bb:cc:dd:ee:ff, with - instead, or Cisco's aabb.ccdd.eeff. */
static enum noro_status mac(struct noro_view v, struct noro_buf *out)
{
	char digit[12];
	size_t n = 0;
	bool pairs = v.n == 17, dotted = v.n == 14;

	if (!pairs && !dotted)
		return NORO_EFORMAT;
	for (size_t i = 0; i < v.n; i++) {
		bool gap = pairs ? i % 3 == 2 : i % 5 == 4;

		if (gap && (dotted ? v.p[i] == '.' : (v.p[i] == v.p[2] && strchr(":-", v.p[i]))))
			continue;
		if (gap || !noro_is_hex(v.p[i]) || n == sizeof(digit))
			return NORO_EFORMAT;
		digit[n++] = noro_lower(v.p[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (i && i % 2 == 0)
			noro_buf_chr(out, ':');
		noro_buf_chr(out, digit[i]);
	}
	return n == sizeof(digit) ? done(out) : NORO_EFORMAT;
}

static enum noro_status coin(enum noro_status (*check)(struct noro_view, char *),
	struct noro_view v, struct noro_buf *out)
{
	char text[NORO_COIN_TEXT];
	enum noro_status st = check(v, text);

	if (st != NORO_OK)
		return st;
	noro_buf_str(out, text);
	return done(out);
}

static enum noro_status btc(struct noro_view v, struct noro_buf *out)
{
	return coin(noro_coin_btc, v, out);
}

static enum noro_status eth(struct noro_view v, struct noro_buf *out)
{
	return coin(noro_coin_eth, v, out);
}

static enum noro_status tron(struct noro_view v, struct noro_buf *out)
{
	return coin(noro_coin_tron, v, out);
}

static bool printable(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < ' ' || v.p[i] == 0x7f)
			return false;
	return v.n > 0 && noro_utf8_valid(v) == v.n;
}

static enum noro_status text(struct noro_view v, struct noro_buf *out)
{
	if (!printable(v))
		return NORO_EFORMAT;
	noro_buf_view(out, v);
	return done(out);
}

static enum noro_status file_name(struct noro_view v, struct noro_buf *out)
{
	if (v.n > 255 || noro_view_chr(v, '/') != SIZE_MAX || noro_view_chr(v, '\\') != SIZE_MAX)
		return NORO_EFORMAT;
	return text(v, out);
}

static enum noro_status regex(struct noro_view v, struct noro_buf *out)
{
	PCRE2_SIZE at;
	int why;
	pcre2_code *re;

	if (v.n == 0)
		return NORO_EFORMAT;
	re = pcre2_compile((PCRE2_SPTR)v.p, v.n, PCRE2_NEVER_BACKSLASH_C, &why, &at, NULL);
	if (!re)
		return NORO_EFORMAT;
	pcre2_code_free(re);
	noro_buf_view(out, v);
	return done(out);
}

static enum noro_status string(struct noro_view v, struct noro_buf *out)
{
	if (v.n == 0)
		return NORO_EFORMAT;
	noro_buf_view(out, v);
	return done(out);
}

static normal_fn *const rows[NORO_IOC_KINDS] = {
	[NORO_IOC_IPV4] = ipv4,
	[NORO_IOC_IPV6] = ipv6,
	[NORO_IOC_NET] = net,
	[NORO_IOC_DOMAIN] = domain,
	[NORO_IOC_URL] = url,
	[NORO_IOC_EMAIL] = email,
	[NORO_IOC_MD5] = hex32,
	[NORO_IOC_SHA1] = hex40,
	[NORO_IOC_SHA256] = hex64,
	[NORO_IOC_SHA512] = hex128,
	[NORO_IOC_JA3] = hex32,
	[NORO_IOC_JA4] = ja4,
	[NORO_IOC_HASSH] = hex32,
	[NORO_IOC_ASN] = asn,
	[NORO_IOC_MAC] = mac,
	[NORO_IOC_BTC] = btc,
	[NORO_IOC_ETH] = eth,
	[NORO_IOC_TRON] = tron,
	[NORO_IOC_FILE_NAME] = file_name,
	[NORO_IOC_FILE_PATH] = text,
	[NORO_IOC_USER_AGENT] = text,
	[NORO_IOC_USER_NAME] = text,
	[NORO_IOC_REGISTRY] = text,
	[NORO_IOC_MUTEX] = text,
	[NORO_IOC_SERVICE] = text,
	[NORO_IOC_STRING] = string,
	[NORO_IOC_REGEX] = regex,
};

enum noro_status noro_ioc_normal(
	enum noro_ioc_kind kind, struct noro_view value, struct noro_buf *out)
{
	if ((unsigned)kind >= NORO_IOC_KINDS || value.n > NORO_IOC_MAX)
		return NORO_EFORMAT;
	if (kind != NORO_IOC_STRING && kind != NORO_IOC_REGEX)
		value = noro_view_trim(value);
	return rows[kind](value, out);
}
