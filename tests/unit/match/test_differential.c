/*
 * tests/unit/match/test_differential.c - every kernel says what the oracle says, on
 * text made to be difficult: indicators cut, joined, wrapped, escaped, at every
 * place relative to the words of 64 bytes and the steps of 4 KiB.
 */
#include "tests/test.h"

#include "base/text.h"
#include "match/oracle.h"

static const char *const kernels[] = { "avx512", "avx2", "sse42", "neon", "scalar" };

static const struct {
	enum noro_ioc_kind kind;
	const char *value;
} keys[] = {
	{ NORO_IOC_IPV4, "1.2.3.4" },
	{ NORO_IOC_IPV4, "192.0.2.255" },
	{ NORO_IOC_IPV4, "10.0.0.1" },
	{ NORO_IOC_NET, "10.0.0.0/8" },
	{ NORO_IOC_NET, "10.0.0.0/30" },
	{ NORO_IOC_NET, "1.2.3.3-1.2.3.9" },
	{ NORO_IOC_NET, "2001:db8::/33" },
	{ NORO_IOC_IPV6, "2001:db8::1" },
	{ NORO_IOC_IPV6, "::1" },
	{ NORO_IOC_IPV6, "fe80::1:2:3:4" },
	{ NORO_IOC_DOMAIN, "evil.com" },
	{ NORO_IOC_DOMAIN, "a.evil.com" },
	{ NORO_IOC_DOMAIN, "x.co.uk" },
	{ NORO_IOC_DOMAIN, "bad.xn--p1ai" },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah" },
	{ NORO_IOC_DOMAIN, "www.xn--mnchen-3ya.de" },
	{ NORO_IOC_DOMAIN, "xn--h1alffa9f.xn--p1ai" },
	{ NORO_IOC_URL, "http://xn--mnchen-3ya.de/a" },
	{ NORO_IOC_EMAIL, "me.x@xn--r8jz45g.jp" },
	{ NORO_IOC_URL, "http://evil.com/a" },
	{ NORO_IOC_URL, "https://1.2.3.4:8443/x/y.php?z=1" },
	{ NORO_IOC_URL, "http://[2001:db8::1]/v" },
	{ NORO_IOC_URL, "evil.com/b.php" },
	{ NORO_IOC_EMAIL, "me.x@evil.com" },
	{ NORO_IOC_EMAIL, "o'x@evil.com" },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ NORO_IOC_SHA256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ NORO_IOC_JA3, "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_JA4, "t13d1516h2_8daaf6152771_b0da82dd1658" },
	{ NORO_IOC_ASN, "AS64500" },
	{ NORO_IOC_MAC, "00:1a:2b:3c:4d:5e" },
	{ NORO_IOC_BTC, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2" },
	{ NORO_IOC_BTC, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq" },
	{ NORO_IOC_ETH, "0x00000000219ab540356cbb839cbe05303d7705fa" },
	{ NORO_IOC_TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t" },
	{ NORO_IOC_FILE_NAME, "evil.exe" },
	/* the rest is found by its letters, and makes whole lines be decoded */
	{ NORO_IOC_FILE_NAME, "run me.7z" },
	{ NORO_IOC_FILE_PATH, "/tmp/.x" },
	{ NORO_IOC_USER_NAME, "svc_x" },
	{ NORO_IOC_STRING, "Bad Str" },
	{ NORO_IOC_REGEX, "q[0-9]{2,3}z" },
	{ NORO_IOC_REGEX, "^start.*end$" },
};
enum { KEYS = sizeof(keys) / sizeof(*keys), SHAPED = 37 };

/* What some of them look like to people. */
static const char *const wide[] = { "bad.\u0440\u0444", "\u4f8b\u3048.\u30c6\u30b9\u30c8",
	"www.m\u00fcnchen.de", "WWW.M\u00dcNCHEN.DE",
	"\u0440\u043e\u0441\u0441\u0438\u044f.\u0440\u0444",
	"\u0420\u041e\u0421\u0421\u0418\u042f.\u0420\u0424", "http://m\u00fcnchen.de/a",
	"me.x@\u4f8b\u3048.jp", "\u4f8b\u3048.xn--zckzah", "xn--r8jz45g.\u30c6\u30b9\u30c8" };
enum { WIDES = sizeof(wide) / sizeof(*wide) };

static const char *const crumbs[] = { ".", ":", "::", "-", "_", "/", "\\/", "\\", "@", "[", "]",
	"(", ")", "{", "}", "\"", "'", ",", ";", "=", "%", "%2e", "%2F", "\\u002e", "\\n", "[.]",
	"(dot)", "[at]", "[:]", "hxxp://", "http://", "https:\\/\\/", "ftp://", " ", "\n", "\t",
	"0", "1", "25", "255", "a", "f", "g", "x", "AS", "0x", "fe80", "com", ".com", "www.",
	"\xe3\x81\x82", "\x80", "\u3002", "\u00fc", "\u4f8b\u3048", "\xe4\xbe", "\u212a", "?q=1",
	"#f", ":80", ":8443", "src:", "q12", "z", "start", "end", "::ffff:", "%eth0", "..",
	".in-addr.arpa", "user@", "<", ">", "\r\n", "|", "*", "`", "&", "\x00x", " [dot] ", " [.] ",
	" (at) ", "&#46;", "&#x2E;", "&period;", "&amp;", "&#", ";", "%252e", "%25", "\\\\u002e",
	"\\\\", "\\\\\\/", "&amp;#46;", "\\\\\\\\" };
enum { CRUMBS = sizeof(crumbs) / sizeof(*crumbs) };

static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed += UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)((((seed ^ seed >> 31) * UINT64_C(0xbf58476d1ce4e5b9)) >> 33) % n);
}

static struct noro_set *some_set(size_t from, size_t to, unsigned share)
{
	struct noro_ioc_meta m = { .source = "test" };
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	uint32_t meta;

	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
	for (size_t i = from; i < to; i++)
		if (below(100) < share)
			assert_int_equal(noro_set_add(b, keys[i].kind, noro_view_str(keys[i].value),
						 meta, NORO_NO_PATTERN),
				NORO_OK);
	assert_int_equal(noro_set_finish(b, &s, NULL), NORO_OK);
	noro_set_builder_free(b);
	return s;
}

/* One value as somebody else might write it. */
static size_t put_value(char *out, const char *v)
{
	size_t n = 0;
	uint32_t how = below(12);

	for (size_t i = 0; v[i]; i++) {
		char c = v[i];

		if (how == 0 && c >= 'a' && c <= 'z' && below(2))
			c = (char)(c - 32);
		if (how == 1 && c == '.' && below(2)) {
			memcpy(out + n, below(2) ? "[.]" : "(.)", 3);
			n += 3;
			continue;
		}
		if (how == 2 && below(3) == 0) {
			n += (size_t)sprintf(out + n, "%%%02x", (unsigned)(uint8_t)c);
			continue;
		}
		if (how == 3 && below(3) == 0) {
			n += (size_t)sprintf(out + n, "\\u%04X", (unsigned)(uint8_t)c);
			continue;
		}
		if (how == 6 && c == '.') {
			static const char *const dots[] = { " [dot] ", " [.] ", "&#46;", "&#x2e;",
				"&period;", "%252e", "\\\\u002e", "%25252e" };
			const char *dot = dots[below(8)];

			memcpy(out + n, dot, strlen(dot));
			n += strlen(dot);
			continue;
		}
		if (how == 7 && c == '/') {
			static const char *const slashes[] = { "\\/", "\\\\/", "\\\\\\/", "&#47;",
				"&sol;", "%252F" };
			const char *slash = slashes[below(6)];

			memcpy(out + n, slash, strlen(slash));
			n += strlen(slash);
			continue;
		}
		if (how == 4 && below(20) == 0)
			continue; /* something is missing */
		if (how == 5 && below(20) == 0)
			out[n++] = crumbs[below(CRUMBS)][0];
		out[n++] = c;
	}
	return n;
}

static size_t put_text(char *out, size_t most)
{
	size_t n = 0;

	while (n + 700 < most) {
		uint32_t k = below(10);

		if (k < 5)
			n += put_value(
				out + n, below(6) ? keys[below(KEYS)].value : wide[below(WIDES)]);
		for (uint32_t c = below(k < 8 ? 3 : 40); c > 0; c--) {
			const char *crumb = crumbs[below(CRUMBS)];

			memcpy(out + n, crumb, strlen(crumb));
			n += strlen(crumb);
		}
		if (below(3) == 0)
			out[n++] = ' ';
	}
	return n;
}

static void show(const struct noro_set *s, const char *who, const struct noro_hit *h,
	const char *text, size_t n)
{
	size_t from = h->at > 60 ? h->at - 60 : 0, to = h->at + h->len + 40;
	struct noro_buf b = { 0 };
	struct noro_set_key k;

	assert_int_equal(noro_set_key(s, h->key, &k), NORO_OK);
	noro_escape(noro_view(text + from, (to < n ? to : n) - from), 4000, &b);
	print_error("only %s: '%.*s' at %u+%u form %u in '%s'\n", who, NORO_VARG(k.value), h->at,
		h->len, h->form, b.p);
	noro_buf_done(&b);
}

static void compare(const struct noro_set *s, const char *kernel, bool decode, const char *text,
	size_t n, const struct noro_oracle *truth)
{
	struct noro_match_opts o = { .kernel = kernel, .no_decode = !decode };
	struct noro_scanner *sc = NULL;
	struct noro_match *m = NULL;
	struct noro_scan got;
	size_t i = 0, j = 0;
	bool bad = false;

	if (noro_match_new(s, &o, &m, NULL) == NORO_EUNSUPPORTED)
		return;
	assert_non_null(m);
	assert_int_equal(noro_scanner_new(m, &sc), NORO_OK);
	assert_int_equal(noro_scan(sc, text, n, &got), NORO_OK);
	while (i < got.hits || j < truth->hits) {
		const struct noro_hit *a = &got.hit[i], *b = &truth->hit[j];
		int c = i == got.hits      ? 1
			: j == truth->hits ? -1
			: a->at != b->at   ? (a->at < b->at ? -1 : 1)
			: a->key != b->key ? (a->key < b->key ? -1 : 1)
			: a->len != b->len ? (a->len < b->len ? -1 : 1)
					   : 0;

		if (c == 0 && (a->form == 0) == (b->form == 0)) {
			i++;
			j++;
			continue;
		}
		show(s, c <= 0 ? kernel : "the oracle", c <= 0 ? a : b, text, n);
		bad = true;
		i += c <= 0;
		j += c >= 0;
	}
	if (bad)
		fail_msg("%s and the oracle differ: seed %llu", kernel, (unsigned long long)seed);
	noro_scanner_free(sc);
	noro_match_free(m);
}

static void one_round(uint64_t round)
{
	static char room[64 << 10];
	size_t shift, n;
	struct noro_oracle truth;
	struct noro_set *s;
	bool decode;
	char *text;

	seed = round * UINT64_C(0x123456789abcdef);
	decode = below(3) > 0;
	shift = below(64);
	text = room + NORO_SCAN_PAD + shift;
	memset(room, "1.a:/f"[below(6)], sizeof(room));
	s = some_set(0, below(3) ? SHAPED : KEYS, below(2) ? 100 : 40);
	n = put_text(text, below(4) ? 1500 + below(300) : 9000);
	/* what stands behind the text must not matter */
	memset(text + n, "1.a:/f"[below(6)], NORO_SCAN_PAD);
	noro_oracle_scan(s, decode, noro_view(text, n), &truth);
	assert_false(truth.failed);
	for (size_t k = 0; k < sizeof(kernels) / sizeof(*kernels); k++)
		compare(s, kernels[k], decode, text, n, &truth);
	noro_oracle_done(&truth);
	noro_set_free(s);
}

static void every_kernel_says_what_the_oracle_says(void **state)
{
	const char *rounds = getenv("NOROSHI_ROUNDS");
	uint64_t most = rounds ? strtoull(rounds, NULL, 10) : 60;

	(void)state;
	for (uint64_t r = 1; r <= most; r++)
		one_round(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kernel_says_what_the_oracle_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
