/* tests/unit/base/test_text.c - letters, normal forms, refanging, escaping, domain names. */
#include "tests/test.h"

#include "base/text.h"

static void becomes(
	size_t (*fn)(struct noro_view, struct noro_buf *), const char *in, const char *want)
{
	struct noro_buf out = { 0 };
	size_t n = fn(noro_view_str(in), &out);

	assert_int_equal(out.status, NORO_OK);
	if (out.n != strlen(want) || (out.n && memcmp(out.p, want, out.n) != 0))
		fail_msg("'%s' became '%.*s', not '%s'", in, (int)out.n, out.p ? out.p : "", want);
	assert_int_equal(n > 0, strcmp(in, want) != 0);
	noro_buf_done(&out);
}

static void refangs(const char *in, const char *want)
{
	becomes(noro_refang, in, want);
}

static void common_defanging_is_undone(void **state)
{
	(void)state;
	refangs("hxxp://evil[.]com/a", "http://evil.com/a");
	refangs("hXXps://evil[.]com", "https://evil.com");
	refangs("hxxps[:]//evil[.]com[/]x", "https://evil.com/x");
	refangs("hxxp[://]evil(.)com", "http://evil.com");
	refangs("hxxp[://evil.com", "http://evil.com");
	refangs("h**p://a.b", "http://a.b");
	refangs("meow://a{.}b", "http://a.b");
	refangs("meows://a.b", "https://a.b");
	refangs("hzzps://a.b", "https://a.b");
	refangs("fxp://a[dot]b", "ftp://a.b");
	refangs("1.1.1[.]1", "1.1.1.1");
	refangs("1[.]1[.]1[.]1,2[.]2[.]2[.]2", "1.1.1.1,2.2.2.2");
	refangs("1.1.1[.1", "1.1.1.1");
	refangs("1.1.1.]1", "1.1.1.1");
	refangs("1\\.2\\.3\\.4", "1.2.3.4");
	refangs("evil[.com]", "evil.com");
	refangs("user[at]evil[dot]com", "user@evil.com");
	refangs("user [at] evil [dot] com", "user@evil.com");
	refangs("user(at)evil(dot)com", "user@evil.com");
	refangs("user[@]evil.com", "user@evil.com");
	refangs("www dot evil dot com", "www.evil.com");
	refangs("10 dot 1 dot 2 dot 3", "10.1.2.3");
	refangs("evil\xEF\xBC\x8E"
		"com",
		"evil.com");
	refangs("evil\xE3\x80\x82"
		"com",
		"evil.com");
	refangs("2001[:]db8::1", "2001:db8::1");
	refangs("e\xE2\x80\x8Bvil.com", "evil.com");
}

static void prose_is_left_alone(void **state)
{
	static const char *const same[] = { "", "the dot product", "look (at) this", "a [1] b (2)",
		"see [RFC 1035] (section 2).", "f(x) = [a..b]", "C:\\dir\\file", "a [ b", "[",
		"(((", "hxxper", "she said hxxp", "array[i].field",
		("\xE7\xB5\x82\xE3\x82\x8F\xE3\x82\x8A\xE3\x80\x82"
		 "ABC"),
		"foxp://", "x]y", "smile :) (:", "<a>" };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		refangs(same[i], same[i]);
}

static void refanging_a_long_hostile_line_is_linear_and_never_grows(void **state)
{
	static const char *const part[] = { "[", "[.", "(dot", " dot ", "hxxp", "[[[]", "\\.",
		"]" };

	(void)state;
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		struct noro_buf in = { 0 }, out = { 0 };

		while (in.n < 1 << 20)
			noro_buf_str(&in, part[i]);
		(void)noro_refang(noro_buf_as_view(&in), &out);
		assert_int_equal(out.status, NORO_OK);
		assert_true(out.n <= in.n);
		noro_buf_done(&in);
		noro_buf_done(&out);
	}
}

static void defangs(const char *in, const char *want)
{
	struct noro_buf out = { 0 }, back = { 0 };

	noro_defang(noro_view_str(in), &out);
	noro_buf_chr(&out, '\0');
	assert_string_equal(out.p, want);
	out.n--;
	(void)noro_refang(noro_buf_as_view(&out), &back);
	assert_view_is(noro_buf_as_view(&back), in);
	noro_buf_done(&out);
	noro_buf_done(&back);
}

static void defanging_can_be_undone(void **state)
{
	(void)state;
	defangs("1.2.3.4", "1.2.3[.]4");
	defangs("https://a.evil.com/x.php?q=1.2", "hxxps://a.evil[.]com/x.php?q=1.2");
	defangs("http://u@evil.com:8080/", "hxxp://u[@]evil[.]com:8080/");
	defangs("user@evil.com", "user[@]evil[.]com");
	defangs("2001:db8::1", "2001:db8:[:]1");
	defangs("ftp://evil.com a.b", "fxp://evil[.]com a[.]b");
	defangs("plain words", "plain words");
}

static void percent_signs_are_undone_once(void **state)
{
	(void)state;
	becomes(noro_percent_decode, "%41%2e%2E/%2541", "A../%41");
	becomes(noro_percent_decode, "%", "%");
	becomes(noro_percent_decode, "%4", "%4");
	becomes(noro_percent_decode, "%zz%4", "%zz%4");
}

static void only_valid_utf8_is_valid(void **state)
{
	static const struct {
		const char *text;
		size_t good;
	} row[] = { { "abc", 3 }, { "\xE4\xBB\xA4", 3 }, { "a\xC0\x80", 1 }, { "a\xED\xA0\x80", 1 },
		{ "a\xF4\x90\x80\x80", 1 }, { "a\xE4\xBB", 1 }, { "\xF0\x9F\x94\xA5", 4 },
		{ "\x80", 0 }, { "\xF8\x88\x80\x80\x80", 0 }, { "12345678\xE0\x9F\xBF", 8 } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(noro_utf8_valid(noro_view_str(row[i].text)), row[i].good);
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		char out[4];
		uint32_t back = 0;
		size_t n = noro_utf8_put(c, out);

		assert_int_equal(noro_utf8_next(noro_view(out, n), &back), n);
		assert_int_equal(back, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
	}
}

static void columns_count_wide_letters_twice(void **state)
{
	(void)state;
	assert_int_equal(noro_utf8_columns(noro_view_str("abc")), 3);
	assert_int_equal(noro_utf8_columns(noro_view_str("\xE7\x8B\xBC\xE7\x85\x99")), 4);
	assert_int_equal(noro_utf8_columns(noro_view_str("e\xCC\x81")), 1);
}

static void normal_is(const char *in, const char *want)
{
	struct noro_buf out = { 0 };

	noro_nfkc(noro_view_str(in), &out);
	assert_view_is(noro_buf_as_view(&out), want);
	noro_buf_done(&out);
}

static void nfkc_folds_width_and_composes(void **state)
{
	(void)state;
	normal_is("plain", "plain");
	normal_is("\xEF\xBC\x91\xEF\xBC\x8E\xEF\xBC\x92", "1.2"); /* １．２ */
	normal_is("\xEF\xBD\xB6\xEF\xBE\x9E", "\xE3\x82\xAC");    /* ｶﾞ -> ガ */
	normal_is("\xE3\x81\x8B\xE3\x82\x99", "\xE3\x81\x8C");    /* か + ゙ -> が */
	normal_is("cafe\xCC\x81 x", "caf\xC3\xA9 x");
	normal_is("a\xFF"
		  "b",
		"a\xEF\xBF\xBD"
		"b");
	normal_is("\xE2\x91\xA0", "1");
}

static void nfkc_in_pieces_equals_nfkc_in_one(void **state)
{
	struct noro_buf in = { 0 }, out = { 0 }, want = { 0 };

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		noro_buf_str(&in, "\xEF\xBD\xB6\xEF\xBE\x9E\xE3\x81\x8B\xE3\x82\x99\xE6\xBC\xA2");
		noro_buf_str(&want, "\xE3\x82\xAC\xE3\x81\x8C\xE6\xBC\xA2");
	}
	noro_nfkc(noro_buf_as_view(&in), &out);
	assert_int_equal(noro_view_cmp(noro_buf_as_view(&out), noro_buf_as_view(&want)), 0);
	noro_buf_done(&in);
	noro_buf_done(&out);
	noro_buf_done(&want);
}

static void shown(const char *in, size_t max, const char *want)
{
	struct noro_buf out = { 0 };

	noro_escape(noro_view_str(in), max, &out);
	assert_view_is(noro_buf_as_view(&out), want);
	noro_buf_done(&out);
}

static void nothing_that_moves_the_cursor_gets_out(void **state)
{
	(void)state;
	shown("plain \xE7\x8B\xBC", 100, "plain \xE7\x8B\xBC");
	shown("\x1B[2Ja\r\nb", 100, "\\x1b[2Ja\\x0d\\x0ab");
	shown("\xC2\x9B"
	      "x",
		100, "\\u{009B}x");
	shown("a\xE2\x80\xAE"
	      "b",
		100, "a\\u{202E}b");
	shown("\xD8\x9C\xE2\x80\x8E\xE2\x81\xA9", 100, "\\u{061C}\\u{200E}\\u{2069}");
	shown("\xFF\x7F", 100, "\\xff\\x7f");
	shown("abcdef", 3, "abc...");
	shown("ab\xE7\x8B\xBC", 4, "ab...");
}

static void domain(const char *in, const char *want)
{
	struct noro_buf out = { 0 };
	bool ok = noro_domain_normal(noro_view_str(in), &out);

	if (ok != (want != NULL))
		fail_msg("'%s' is %sa domain", in, want ? "" : "not ");
	if (want)
		assert_view_is(noro_buf_as_view(&out), want);
	else
		assert_int_equal(out.n, 0);
	noro_buf_done(&out);
}

static void domains_have_one_form(void **state)
{
	(void)state;
	domain("Evil.COM", "evil.com");
	domain("evil.com.", "evil.com");
	domain("_dmarc.evil.com", "_dmarc.evil.com");
	domain("\xE6\x97\xA5\xE6\x9C\xAC.jp", "xn--wgv71a.jp");
	domain("M\xC3\xBCnchen.DE", "xn--mnchen-3ya.de");
	domain("xn--wgv71a.jp", "xn--wgv71a.jp");
	domain("localhost", NULL);
	domain("", NULL);
	domain(".", NULL);
	domain("a..b", NULL);
	domain(".a.b", NULL);
	domain("1.2.3.4", NULL);
	domain("a b.com", NULL);
	domain("a.b-", NULL);
	domain("evil.com..", NULL);
	domain("\xFF.com", NULL);
	domain("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_defanging_is_undone),
		cmocka_unit_test(prose_is_left_alone),
		cmocka_unit_test(refanging_a_long_hostile_line_is_linear_and_never_grows),
		cmocka_unit_test(defanging_can_be_undone),
		cmocka_unit_test(percent_signs_are_undone_once),
		cmocka_unit_test(only_valid_utf8_is_valid),
		cmocka_unit_test(columns_count_wide_letters_twice),
		cmocka_unit_test(nfkc_folds_width_and_composes),
		cmocka_unit_test(nfkc_in_pieces_equals_nfkc_in_one),
		cmocka_unit_test(nothing_that_moves_the_cursor_gets_out),
		cmocka_unit_test(domains_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
