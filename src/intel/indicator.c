/* src/intel/indicator.c - the kinds, their names, and what a bare value looks like. */
#include "intel/indicator.h"

#include "intel/coin.h"
#include "intel/indicator_priv.h"
#include "intel/tld.h"

static const char *const kind_names[NORO_IOC_KINDS] = {
	[NORO_IOC_IPV4] = "ipv4",
	[NORO_IOC_IPV6] = "ipv6",
	[NORO_IOC_NET] = "net",
	[NORO_IOC_DOMAIN] = "domain",
	[NORO_IOC_URL] = "url",
	[NORO_IOC_EMAIL] = "email",
	[NORO_IOC_MD5] = "md5",
	[NORO_IOC_SHA1] = "sha1",
	[NORO_IOC_SHA256] = "sha256",
	[NORO_IOC_SHA512] = "sha512",
	[NORO_IOC_JA3] = "ja3",
	[NORO_IOC_JA4] = "ja4",
	[NORO_IOC_HASSH] = "hassh",
	[NORO_IOC_ASN] = "asn",
	[NORO_IOC_MAC] = "mac",
	[NORO_IOC_BTC] = "btc",
	[NORO_IOC_ETH] = "eth",
	[NORO_IOC_TRON] = "tron",
	[NORO_IOC_FILE_NAME] = "file-name",
	[NORO_IOC_FILE_PATH] = "file-path",
	[NORO_IOC_USER_AGENT] = "user-agent",
	[NORO_IOC_USER_NAME] = "user-name",
	[NORO_IOC_REGISTRY] = "registry",
	[NORO_IOC_MUTEX] = "mutex",
	[NORO_IOC_SERVICE] = "service",
	[NORO_IOC_STRING] = "string",
	[NORO_IOC_REGEX] = "regex",
};

/* What other formats and people call them; '-' stands for blank and underscore too. */
static const struct synonym {
	const char *name;
	enum noro_ioc_kind kind;
} synonyms[] = {
	{ "ip", NORO_IOC_IPV4 },
	{ "ipaddress", NORO_IOC_IPV4 },
	{ "ip-address", NORO_IOC_IPV4 },
	{ "ip-addr", NORO_IOC_IPV4 },
	{ "ip-src", NORO_IOC_IPV4 },
	{ "ip-dst", NORO_IOC_IPV4 },
	{ "ipv4-addr", NORO_IOC_IPV4 },
	{ "ipv4addr", NORO_IOC_IPV4 },
	{ "ipv4-address", NORO_IOC_IPV4 },
	{ "ipv6-addr", NORO_IOC_IPV6 },
	{ "ipv6-address", NORO_IOC_IPV6 },
	{ "cidr", NORO_IOC_NET },
	{ "network", NORO_IOC_NET },
	{ "subnet", NORO_IOC_NET },
	{ "prefix", NORO_IOC_NET },
	{ "range", NORO_IOC_NET },
	{ "ip-range", NORO_IOC_NET },
	{ "domain-name", NORO_IOC_DOMAIN },
	{ "hostname", NORO_IOC_DOMAIN },
	{ "host", NORO_IOC_DOMAIN },
	{ "fqdn", NORO_IOC_DOMAIN },
	{ "dns", NORO_IOC_DOMAIN },
	{ "uri", NORO_IOC_URL },
	{ "link", NORO_IOC_URL },
	{ "e-mail", NORO_IOC_EMAIL },
	{ "mail", NORO_IOC_EMAIL },
	{ "email-addr", NORO_IOC_EMAIL },
	{ "email-address", NORO_IOC_EMAIL },
	{ "email-src", NORO_IOC_EMAIL },
	{ "email-dst", NORO_IOC_EMAIL },
	{ "filehash-md5", NORO_IOC_MD5 },
	{ "hash-md5", NORO_IOC_MD5 },
	{ "filehash-sha1", NORO_IOC_SHA1 },
	{ "hash-sha1", NORO_IOC_SHA1 },
	{ "sha-1", NORO_IOC_SHA1 },
	{ "filehash-sha256", NORO_IOC_SHA256 },
	{ "hash-sha256", NORO_IOC_SHA256 },
	{ "sha-256", NORO_IOC_SHA256 },
	{ "filehash-sha512", NORO_IOC_SHA512 },
	{ "sha-512", NORO_IOC_SHA512 },
	{ "ja3s", NORO_IOC_JA3 },
	{ "ja3-fingerprint-md5", NORO_IOC_JA3 },
	{ "jarm-fingerprint", NORO_IOC_STRING },
	{ "hassh-md5", NORO_IOC_HASSH },
	{ "hasshserver", NORO_IOC_HASSH },
	{ "hasshserver-md5", NORO_IOC_HASSH },
	{ "as", NORO_IOC_ASN },
	{ "autonomous-system", NORO_IOC_ASN },
	{ "mac-address", NORO_IOC_MAC },
	{ "mac-addr", NORO_IOC_MAC },
	{ "bitcoin", NORO_IOC_BTC },
	{ "ethereum", NORO_IOC_ETH },
	{ "trx", NORO_IOC_TRON },
	{ "filename", NORO_IOC_FILE_NAME },
	{ "file", NORO_IOC_FILE_NAME },
	{ "path", NORO_IOC_FILE_PATH },
	{ "filepath", NORO_IOC_FILE_PATH },
	{ "useragent", NORO_IOC_USER_AGENT },
	{ "user", NORO_IOC_USER_NAME },
	{ "username", NORO_IOC_USER_NAME },
	{ "account", NORO_IOC_USER_NAME },
	{ "regkey", NORO_IOC_REGISTRY },
	{ "registry-key", NORO_IOC_REGISTRY },
	{ "windows-service-name", NORO_IOC_SERVICE },
	{ "text", NORO_IOC_STRING },
	{ "keyword", NORO_IOC_STRING },
	{ "regexp", NORO_IOC_REGEX },
	{ "pcre", NORO_IOC_REGEX },
};

const char *noro_ioc_kind_name(enum noro_ioc_kind k)
{
	return (unsigned)k < NORO_IOC_KINDS ? kind_names[k] : "unknown";
}

static bool same_name(struct noro_view v, const char *name)
{
	if (v.n != strlen(name))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = noro_lower(v.p[i]);

		if (c == ' ' || c == '_')
			c = '-';
		if (c != name[i])
			return false;
	}
	return true;
}

int noro_ioc_kind_by_name(struct noro_view name)
{
	for (int k = 0; k < NORO_IOC_KINDS; k++)
		if (same_name(name, kind_names[k]))
			return k;
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (same_name(name, synonyms[i].name))
			return (int)synonyms[i].kind;
	return -1;
}

const char *noro_ioc_role_name(enum noro_ioc_role r)
{
	static const char *const names[] = { "hunt", "block", "context" };

	return (unsigned)r < 3 ? names[r] : "unknown";
}

static int guess_hash(struct noro_view v)
{
	switch (v.n) {
	case 32:
		return NORO_IOC_MD5;
	case 40:
		return NORO_IOC_SHA1;
	case 64:
		return NORO_IOC_SHA256;
	case 128:
		return NORO_IOC_SHA512;
	default:
		return -1;
	}
}

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return v.n > 0;
}

static int guess_address(struct noro_view v)
{
	struct noro_ip ip;
	struct noro_range r;

	if (noro_ip_parse(v, &ip))
		return ip.family == 4 ? NORO_IOC_IPV4 : NORO_IOC_IPV6;
	if (noro_range_parse(v, &r))
		return NORO_IOC_NET;
	return -1;
}

static int guess_coin(struct noro_view v)
{
	char text[NORO_COIN_TEXT];

	if (v.n < 14 || v.n > 90)
		return -1;
	if (noro_coin_btc(v, text) == NORO_OK)
		return NORO_IOC_BTC;
	if (noro_coin_tron(v, text) == NORO_OK)
		return NORO_IOC_TRON;
	if (noro_coin_eth(v, text) == NORO_OK)
		return NORO_IOC_ETH;
	return -1;
}

/* One word without slashes whose extension no domain can have: `evil.exe`, not `x.py`. */
static bool clear_file_name(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.');

	if (dot == SIZE_MAX || dot == 0 || v.n > 255)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (strchr("/\\:*?\"<>|", v.p[i]) || (unsigned char)v.p[i] < ' ')
			return false;
	return noro_ext_known(noro_view_sub(v, dot + 1, v.n));
}

static bool has_scheme(struct noro_view v)
{
	size_t at = noro_view_find(v, NORO_V("://"));

	if (at == SIZE_MAX || at == 0 || at > 16)
		return false;
	for (size_t i = 0; i < at; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("+-.", v.p[i]))
			return false;
	return noro_is_alpha(v.p[0]);
}

static bool is_as_number(struct noro_view v)
{
	uint64_t n;

	return noro_view_starts_i(v, "as") && noro_view_u64(noro_view_sub(v, 2, v.n), &n) &&
	       n <= UINT32_MAX;
}

/* The kinds that take a full normalisation to recognise; `order` ends with -1. */
static int guess_by_trial(struct noro_view v, const int *order)
{
	struct noro_buf tmp = { 0 };
	int kind = -1;

	for (; *order >= 0 && kind < 0; order++) {
		noro_buf_clear(&tmp);
		if (noro_ioc_normal((enum noro_ioc_kind) * order, v, &tmp) == NORO_OK)
			kind = *order;
	}
	noro_buf_done(&tmp);
	return kind;
}

int noro_ioc_guess(struct noro_view v)
{
	static const int trial[] = { NORO_IOC_MAC, NORO_IOC_JA4, NORO_IOC_DOMAIN, NORO_IOC_URL,
		-1 };
	static const int url[] = { NORO_IOC_URL, -1 }, mail[] = { NORO_IOC_EMAIL, -1 };
	int kind;

	v = noro_view_trim(v);
	if (v.n < 3 || v.n > NORO_IOC_MAX)
		return -1;
	if (all_hex(v))
		return guess_hash(v);
	if (has_scheme(v))
		return guess_by_trial(v, url);
	kind = guess_address(v);
	if (kind >= 0)
		return kind;
	if (noro_view_chr(v, '@') != SIZE_MAX)
		return guess_by_trial(v, mail);
	kind = guess_coin(v);
	if (kind >= 0)
		return kind;
	if (is_as_number(v))
		return NORO_IOC_ASN;
	kind = guess_by_trial(v, trial);
	if (kind >= 0)
		return kind;
	return clear_file_name(v) ? NORO_IOC_FILE_NAME : -1;
}
