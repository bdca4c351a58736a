/* fuzz/fuzz_match.c - every kernel of this CPU gives what the oracle gives, whatever the text. */
#include "fuzz/fuzz.h"

#include "match/oracle.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 2048 };

static const struct {
	enum noro_ioc_kind kind;
	const char *value;
} keys[] = {
	{ NORO_IOC_IPV4, "1.2.3.4" },
	{ NORO_IOC_IPV4, "192.0.2.255" },
	{ NORO_IOC_NET, "10.0.0.0/8" },
	{ NORO_IOC_NET, "1.2.3.3-1.2.3.9" },
	{ NORO_IOC_NET, "2001:db8::/33" },
	{ NORO_IOC_IPV6, "2001:db8::1" },
	{ NORO_IOC_IPV6, "::1" },
	{ NORO_IOC_DOMAIN, "evil.com" },
	{ NORO_IOC_DOMAIN, "a.b.co" },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah" },
	{ NORO_IOC_URL, "http://xn--mnchen-3ya.de/a" },
	{ NORO_IOC_EMAIL, "me@xn--mnchen-3ya.de" },
	{ NORO_IOC_URL, "http://evil.com/a" },
	{ NORO_IOC_URL, "http://1.2.3.4:81/x?y" },
	{ NORO_IOC_URL, "http://[2001:db8::1]/v" },
	{ NORO_IOC_URL, "evil.com/b" },
	{ NORO_IOC_EMAIL, "me@evil.com" },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ NORO_IOC_JA4, "t13d1516h2_8daaf6152771_b0da82dd1658" },
	{ NORO_IOC_ASN, "AS64500" },
	{ NORO_IOC_MAC, "00:1a:2b:3c:4d:5e" },
	{ NORO_IOC_BTC, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2" },
	{ NORO_IOC_ETH, "0x00000000219ab540356cbb839cbe05303d7705fa" },
	{ NORO_IOC_FILE_NAME, "evil.exe" },
	{ NORO_IOC_USER_NAME, "svc_x" },
	{ NORO_IOC_STRING, "Bad Str" },
	{ NORO_IOC_REGEX, "q[0-9]{2,3}z" },
};
enum { KEYS = sizeof(keys) / sizeof(*keys), SHAPED = 25, KERNELS = 5 };

static struct noro_set *sets[2];
static struct noro_scanner *scanners[2][KERNELS][2];

static void must(bool good)
{
	if (!good)
		abort();
}

static struct noro_set *make_set(size_t n)
{
	struct noro_ioc_meta m = { .source = "fuzz" };
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	uint32_t meta;

	must(noro_set_builder_new(0, &b) == NORO_OK && noro_set_meta(b, &m, &meta) == NORO_OK);
	for (size_t i = 0; i < n; i++)
		must(noro_set_add(b, keys[i].kind, noro_view_str(keys[i].value), meta,
			     NORO_NO_PATTERN) == NORO_OK);
	must(noro_set_finish(b, &s, NULL) == NORO_OK);
	noro_set_builder_free(b);
	return s;
}

static void make_engines(void)
{
	static const char *const names[KERNELS] = { "avx512", "avx2", "sse42", "neon", "scalar" };

	for (size_t i = 0; i < 2; i++) {
		sets[i] = make_set(i ? (size_t)KEYS : (size_t)SHAPED);
		for (size_t k = 0; k < KERNELS; k++)
			for (size_t d = 0; d < 2; d++) {
				struct noro_match_opts o = { .kernel = names[k],
					.no_decode = d == 0 };
				struct noro_match *m = NULL;

				if (noro_match_new(sets[i], &o, &m, NULL) == NORO_OK)
					must(noro_scanner_new(m, &scanners[i][k][d]) == NORO_OK);
			}
	}
}

static void compare(const struct noro_scan *got, const struct noro_oracle *truth)
{
	must(got->hits == truth->hits);
	for (size_t i = 0; i < got->hits; i++) {
		must(got->hit[i].at == truth->hit[i].at && got->hit[i].len == truth->hit[i].len &&
			got->hit[i].key == truth->hit[i].key);
		must((got->hit[i].form == 0) == (truth->hit[i].form == 0));
	}
}

/* The first byte says which set, whether to decode, and where the text lies. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char room[MOST + 2 * NORO_SCAN_PAD + 64];
	struct noro_oracle truth;
	size_t set, decode, n;
	char *text;

	if (!sets[0])
		make_engines();
	if (size < 2 || size > MOST)
		return 0;
	set = data[0] & 1;
	decode = data[0] >> 1 & 1;
	text = room + NORO_SCAN_PAD + (data[0] >> 2);
	n = size - 1;
	memset(room, data[1], sizeof(room));
	memcpy(text, data + 1, n);
	noro_oracle_scan(sets[set], decode, noro_view(text, n), &truth);
	for (size_t k = 0; k < KERNELS; k++) {
		struct noro_scan got;

		if (!scanners[set][k][decode])
			continue;
		must(noro_scan(scanners[set][k][decode], text, n, &got) == NORO_OK);
		compare(&got, &truth);
	}
	noro_oracle_done(&truth);
	return 0;
}
