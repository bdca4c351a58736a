/* tests/unit/intel/test_indicator.c - one form per value, and nothing that is not of its kind. */
#include "tests/test.h"

#include "intel/indicator.h"
#include "intel/tld.h"

struct row {
	enum noro_ioc_kind kind;
	const char *in, *out; /* out NULL: refused */
};

static const struct row rows[] = {
	{ NORO_IOC_IPV4, "192.0.2.1", "192.0.2.1" },
	{ NORO_IOC_IPV4, "192.0.2.01", NULL },
	{ NORO_IOC_IPV4, "192.0.2.256", NULL },
	{ NORO_IOC_IPV4, "2001:db8::1", NULL },
	{ NORO_IOC_IPV6, "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ NORO_IOC_IPV6, "[2001:db8::1]", "2001:db8::1" },
	{ NORO_IOC_NET, "192.0.2.7/24", "192.0.2.0/24" },
	{ NORO_IOC_NET, "192.0.2.0-192.0.2.255", "192.0.2.0/24" },
	{ NORO_IOC_NET, "192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9" },
	{ NORO_IOC_NET, "192.0.2.1/33", NULL },
	{ NORO_IOC_DOMAIN, "Evil.EXAMPLE.com.", "evil.example.com" },
	{ NORO_IOC_DOMAIN, "*.example.com", "example.com" },
	{ NORO_IOC_DOMAIN, "r3---sn-4g5e_a.example.com", "r3---sn-4g5e_a.example.com" },
	{ NORO_IOC_DOMAIN, "example.nosuchtld", NULL },
	{ NORO_IOC_DOMAIN, "Address.IPAddressToString", NULL },
	{ NORO_IOC_DOMAIN, "a..com", NULL },
	{ NORO_IOC_DOMAIN, ".com", NULL },
	{ NORO_IOC_DOMAIN, "com", NULL },
	{ NORO_IOC_DOMAIN, "a b.com", NULL },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah.com", "xn--r8jz45g.xn--zckzah.com" },
	{ NORO_IOC_DOMAIN, "日本語.jp", "xn--wgv71a119e.jp" },
	{ NORO_IOC_DOMAIN, "mail.例え.jp", "mail.xn--r8jz45g.jp" },
	{ NORO_IOC_DOMAIN, "MAIL.例え。jp", "mail.xn--r8jz45g.jp" },
	{ NORO_IOC_DOMAIN, "例え.テスト", "xn--r8jz45g.xn--zckzah" },
	{ NORO_IOC_DOMAIN, "例え.例え", NULL },
	{ NORO_IOC_DOMAIN, "expyuzz4wqqyqhjn.onion", "expyuzz4wqqyqhjn.onion" },
	{ NORO_IOC_URL, "HTTP://Example.COM:80/A?b#c", "http://example.com/A?b#c" },
	{ NORO_IOC_URL, "https://example.com:8443", "https://example.com:8443/" },
	{ NORO_IOC_URL, "http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x" },
	{ NORO_IOC_URL, "http://192.0.2.1/x.sh", "http://192.0.2.1/x.sh" },
	{ NORO_IOC_URL, "http://u:p@example.com/", "http://example.com/" },
	{ NORO_IOC_URL, "example.com/path", "http://example.com/path" },
	{ NORO_IOC_URL, "198.51.100.7:80/x?43", "http://198.51.100.7/x?43" },
	{ NORO_IOC_URL, "example.com", NULL },
	{ NORO_IOC_URL, "http:///x", NULL },
	{ NORO_IOC_URL, "http://example.com:99999/", NULL },
	{ NORO_IOC_URL, "http://nosuch/", NULL },
	{ NORO_IOC_EMAIL, "A.User@Example.COM", "a.user@example.com" },
	{ NORO_IOC_EMAIL, "@example.com", NULL },
	{ NORO_IOC_EMAIL, "a@b", NULL },
	{ NORO_IOC_MD5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427", NULL },
	{ NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd8070g", NULL },
	{ NORO_IOC_JA4, "t13d1516h2_8daaf6152771_b186095e22b6",
		"t13d1516h2_8daaf6152771_b186095e22b6" },
	{ NORO_IOC_JA4, "t13x1516h2_8daaf6152771_b186095e22b6", NULL },
	{ NORO_IOC_ASN, "ASN 64496", "AS64496" },
	{ NORO_IOC_ASN, "4294967296", NULL },
	{ NORO_IOC_MAC, "00-00-5E-00-53-AF", "00:00:5e:00:53:af" },
	{ NORO_IOC_MAC, "0000.5e00.53af", "00:00:5e:00:53:af" },
	{ NORO_IOC_MAC, "00-00:5e-00-53-af", NULL },
	{ NORO_IOC_FILE_NAME, "Get-GPPPassword.py", "Get-GPPPassword.py" },
	{ NORO_IOC_FILE_NAME, "a/b", NULL },
	{ NORO_IOC_REGEX, "a(b|c)+", "a(b|c)+" },
	{ NORO_IOC_REGEX, "a(b", NULL },
	{ NORO_IOC_STRING, " as it is ", " as it is " },
	{ NORO_IOC_STRING, "", NULL },
	/* the worked examples of BIP 173, BIP 350 and EIP-55, the first coin, and Tron's burn
	   address */
	{ NORO_IOC_BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
		"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
	{ NORO_IOC_BTC, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", NULL },
	{ NORO_IOC_BTC, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
		"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy" },
	{ NORO_IOC_BTC, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" },
	{ NORO_IOC_BTC, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", NULL },
	{ NORO_IOC_BTC, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0" },
	{ NORO_IOC_ETH, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" },
	{ NORO_IOC_ETH, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359" },
	{ NORO_IOC_ETH, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", NULL },
	{ NORO_IOC_ETH, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" },
	{ NORO_IOC_TRON, "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb",
		"T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb" },
	{ NORO_IOC_TRON, "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwc", NULL },
};

static void brings_each_kind_to_its_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_buf out = { 0 };
		enum noro_status st =
			noro_ioc_normal(rows[i].kind, noro_view_str(rows[i].in), &out);

		if ((st == NORO_OK) != (rows[i].out != NULL))
			fail_msg("'%s' as %s: status %d", rows[i].in,
				noro_ioc_kind_name(rows[i].kind), st);
		if (rows[i].out)
			assert_string_equal(out.p, rows[i].out);
		else
			assert_int_equal(out.n, 0);
		noro_buf_done(&out);
	}
}

static void a_normal_form_stays_as_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_buf again = { 0 };

		if (!rows[i].out)
			continue;
		assert_int_equal(
			noro_ioc_normal(rows[i].kind, noro_view_str(rows[i].out), &again), NORO_OK);
		assert_string_equal(again.p, rows[i].out);
		noro_buf_done(&again);
	}
}

static const struct {
	const char *value;
	int kind;
} guesses[] = {
	{ "192.0.2.1", NORO_IOC_IPV4 },
	{ "2001:db8::1", NORO_IOC_IPV6 },
	{ "192.0.2.0/24", NORO_IOC_NET },
	{ "192.0.2.1-192.0.2.9", NORO_IOC_NET },
	{ "evil.example.com", NORO_IOC_DOMAIN },
	{ "http://evil.example.com/x", NORO_IOC_URL },
	{ "evil.example.com/x", NORO_IOC_URL },
	{ "a@example.com", NORO_IOC_EMAIL },
	{ "d41d8cd98f00b204e9800998ecf8427e", NORO_IOC_MD5 },
	{ "00:00:5e:00:53:af", NORO_IOC_MAC },
	{ "AS64496", NORO_IOC_ASN },
	{ "evil.exe", NORO_IOC_FILE_NAME },
	{ "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", NORO_IOC_ETH },
	{ "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", NORO_IOC_BTC },
	{ "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", NORO_IOC_TRON },
	{ "plain words", -1 },
	{ "cafe", -1 },
	{ "localhost:8080", -1 },
	{ "", -1 },
};

static void guesses_what_a_bare_value_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++)
		if (noro_ioc_guess(noro_view_str(guesses[i].value)) != guesses[i].kind)
			fail_msg("'%s' was taken for %d", guesses[i].value,
				noro_ioc_guess(noro_view_str(guesses[i].value)));
}

static void finds_every_kind_by_its_own_name(void **state)
{
	(void)state;
	for (int k = 0; k < NORO_IOC_KINDS; k++)
		assert_int_equal(noro_ioc_kind_by_name(
					 noro_view_str(noro_ioc_kind_name((enum noro_ioc_kind)k))),
			k);
	assert_int_equal(noro_ioc_kind_by_name(NORO_V("FileHash-SHA256")), NORO_IOC_SHA256);
	assert_int_equal(noro_ioc_kind_by_name(NORO_V("no such kind")), -1);
}

static void knows_labels_that_are_extensions_too(void **state)
{
	(void)state;
	assert_true(noro_tld_known(NORO_V("COM")));
	assert_true(noro_tld_known(NORO_V("zw")));
	assert_true(noro_tld_known(NORO_V("aaa")));
	assert_true(noro_tld_is_extension(NORO_V("py")));
	assert_false(noro_tld_is_extension(NORO_V("net")));
	assert_true(noro_ext_known(NORO_V("EXE")));
	assert_false(noro_ext_known(NORO_V("com")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_each_kind_to_its_one_form),
		cmocka_unit_test(a_normal_form_stays_as_it_is),
		cmocka_unit_test(guesses_what_a_bare_value_is),
		cmocka_unit_test(finds_every_kind_by_its_own_name),
		cmocka_unit_test(knows_labels_that_are_extensions_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
