/*
 * src/intel/value_lint.c - what is no indicator although it stands where one belongs, and what is
 * near another.
 *
 * Words of forms and markings ("GREEN", "n/a") that came in as values have joined thousands of
 * reports elsewhere. Here they never become values. What is a value but says little (a resolver, a
 * private address) does, and is lowered by the allow-lists when it is looked at.
 */
#include "intel/value.h"

#include "base/addr.h"
#include "base/siphash.h"

enum { LEAST = 4, WIDE_V4 = 16, WIDE_V6 = 32 };

/* TLP, and what people write who have nothing to write. */
static bool is_filler(struct noro_view v)
{
	static const char *const words[] = { "red", "amber", "amber+strict", "green", "white",
		"clear", "unknown", "none", "n/a", "null", "nil", "test", "testing", "todo", "tbd",
		"tba", "example", "sample", "default", "undefined", "true", "false", "yes", "no",
		"high", "medium", "low", "info", "critical", "malware", "virus", "trojan", "benign",
		"malicious", "suspicious", "other", "misc", "various", "several", "multiple",
		"user", "users", "guest", "admin", "administrator", "root", "system", "daemon",
		"nobody", "service", "localhost", "file", "name", "value", "string", "see above",
		"see below", "-", "--", "---", "?", "..." };

	if (noro_view_starts_i(v, "tlp:"))
		v = noro_view_sub(v, 4, v.n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(v, words[i]))
			return true;
	return false;
}

/* What every machine of its kind has. */
static bool is_everywhere(struct noro_view v)
{
	static const char *const names[] = { "svchost.exe", "explorer.exe", "cmd.exe",
		"powershell.exe", "rundll32.exe", "regsvr32.exe", "conhost.exe", "lsass.exe",
		"services.exe", "winlogon.exe", "wscript.exe", "cscript.exe", "mshta.exe",
		"setup.exe", "install.exe", "update.exe", "kernel32.dll", "ntdll.dll", "user32.dll",
		"index.html", "index.php", "desktop.ini", "thumbs.db", "readme.txt", "image001.png",
		"image001.jpg", "/bin/sh", "/bin/bash", "/dev/null", "/tmp", "/etc/passwd" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_is_i(v, names[i]))
			return true;
	return false;
}

static bool is_one_character(struct noro_view v)
{
	for (size_t i = 1; i < v.n; i++)
		if (v.p[i] != v.p[0])
			return false;
	return true;
}

static bool all_digits(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return true;
}

static const char *lint_text(enum noro_ioc_kind kind, struct noro_view v)
{
	v = noro_view_trim(v);
	if (is_filler(v))
		return N_("a word that forms and markings are filled with");
	if (v.n < LEAST)
		return N_("too short to tell anything");
	if (is_one_character(v))
		return N_("one character over and over");
	if (all_digits(v) && kind != NORO_IOC_STRING)
		return N_("only digits");
	if (is_everywhere(v))
		return N_("a name that every system of its kind has");
	return NULL;
}

static const char *lint_address(struct noro_view v)
{
	struct noro_ip ip;

	if (!noro_ip_parse(v, &ip))
		return NULL;
	switch (noro_ip_classify(&ip)) {
	case NORO_IP_UNSPECIFIED:
	case NORO_IP_BROADCAST:
	case NORO_IP_LOOPBACK:
		return N_("an address that means no machine of anybody's");
	default: /* the allow-lists speak of the others */
		return NULL;
	}
}

static const char *lint_net(struct noro_view v)
{
	struct noro_prefix p;
	bool bits;

	if (noro_prefix_parse(v, &p, &bits) && p.len < (p.ip.family == 4 ? WIDE_V4 : WIDE_V6))
		return N_("a net so wide that it holds everybody");
	return NULL;
}

const char *noro_value_lint(enum noro_ioc_kind kind, struct noro_view text)
{
	switch (kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
		return lint_address(text);
	case NORO_IOC_NET:
		return lint_net(text);
	case NORO_IOC_MD5:
	case NORO_IOC_SHA1:
	case NORO_IOC_SHA256:
	case NORO_IOC_SHA512:
	case NORO_IOC_JA3:
	case NORO_IOC_HASSH:
	case NORO_IOC_MAC:
		return is_one_character(text) || noro_view_is(text, "00:00:00:00:00:00") ||
				       noro_view_is(text, "ff:ff:ff:ff:ff:ff")
			       ? N_("one character over and over")
			       : NULL;
	case NORO_IOC_ASN:
		return N_("a network of thousands: where something is, not what it is");
	case NORO_IOC_REGEX:
		return N_("an expression, not a value");
	case NORO_IOC_FILE_NAME:
	case NORO_IOC_FILE_PATH:
	case NORO_IOC_USER_AGENT:
	case NORO_IOC_USER_NAME:
	case NORO_IOC_REGISTRY:
	case NORO_IOC_MUTEX:
	case NORO_IOC_SERVICE:
	case NORO_IOC_STRING:
		return lint_text(kind, text);
	default:
		return NULL;
	}
}

/* ---- neighbours ---- */

/* Under which registries of countries hand out names. */
static bool is_shared_label(struct noro_view v)
{
	static const char *const labels[] = { "co", "com", "ne", "net", "or", "org", "ac", "ad",
		"ed", "edu", "go", "gob", "gov", "gouv", "gr", "lg", "mil", "in", "nom", "ltd",
		"plc", "me", "sch", "id", "asn", "firm", "gen", "res", "nic", "info", "biz" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (noro_view_is(v, labels[i]))
			return true;
	return false;
}

struct noro_view noro_value_registered(struct noro_view domain)
{
	size_t last = noro_view_rchr(domain, '.'), second, third;

	if (last == SIZE_MAX)
		return domain;
	second = noro_view_rchr(noro_view_sub(domain, 0, last), '.');
	if (second == SIZE_MAX)
		return domain;
	if (domain.n - last - 1 != 2 ||
		!is_shared_label(noro_view_sub(domain, second + 1, last - second - 1)))
		return noro_view_sub(domain, second + 1, domain.n);
	third = noro_view_rchr(noro_view_sub(domain, 0, second), '.');
	return third == SIZE_MAX ? domain : noro_view_sub(domain, third + 1, domain.n);
}

enum { OF_V4 = 1, OF_V6 = 2, OF_NAME = 3 };

static int64_t number(unsigned of, uint64_t n)
{
	return (int64_t)((uint64_t)of << 60 | (n & ((UINT64_C(1) << 60) - 1)));
}

static int64_t near_address(struct noro_view v)
{
	struct noro_ip ip;
	uint64_t n = 0;

	if (!noro_ip_parse(v, &ip))
		return 0;
	for (unsigned i = 0; i < (ip.family == 4 ? 3u : 6u); i++)
		n = n << 8 | ip.b[i];
	return number(ip.family == 4 ? OF_V4 : OF_V6, n);
}

static int64_t near_name(struct noro_view name)
{
	/* no secret: who makes two names alike is shown beside them by its own name */
	static const uint8_t key[16] = { 'n', 'e', 'a', 'r' };
	struct noro_view v = noro_value_registered(name);

	return number(OF_NAME, noro_siphash(key, v.p, v.n));
}

static int64_t near_host(struct noro_view v)
{
	size_t end = 0, colon;
	int64_t n;

	while (end < v.n && !strchr("/?#", v.p[end]))
		end++;
	v = noro_view_sub(v, 0, end);
	if (v.n && v.p[0] == '[') {
		end = noro_view_chr(v, ']');
		return end == SIZE_MAX ? 0 : near_address(noro_view_sub(v, 1, end - 1));
	}
	colon = noro_view_chr(v, ':');
	v = noro_view_sub(v, 0, colon);
	n = near_address(v);
	return n || !v.n ? n : near_name(v);
}

int64_t noro_value_near(enum noro_ioc_kind kind, struct noro_view text)
{
	size_t at;

	switch (kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
		return near_address(text);
	case NORO_IOC_DOMAIN:
		return near_name(text);
	case NORO_IOC_URL:
		at = noro_view_find(text, NORO_V("://"));
		return at == SIZE_MAX ? 0 : near_host(noro_view_sub(text, at + 3, text.n));
	case NORO_IOC_EMAIL:
		at = noro_view_rchr(text, '@');
		return at == SIZE_MAX ? 0 : near_name(noro_view_sub(text, at + 1, text.n));
	default:
		return 0;
	}
}
