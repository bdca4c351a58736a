/* tests/unit/hub/test_letter.c - a letter says what it must in both languages, asks for nothing
 * from elsewhere, and a name cannot write markup into it. */
#include "tests/test.h"

#include "hub/letter.h"

static const struct noro_hub_letter letter = { .hub = "Hub & <b>",
	.member = "<script>alert(1)</script>\"",
	.url = "https://hub.example.jp",
	.code = "BCDF-GHJK-MNPQ-RSTV-WXYZ",
	.expires_ns = INT64_C(1797206400000000000) };

static void a_letter_in_both_languages(void **state)
{
	struct noro_buf text = { 0 }, page = { 0 };
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_hub_letter_text(&letter, &text, &err), NORO_OK);
	assert_non_null(strstr(text.p, "https://hub.example.jp/join#BCDF-GHJK-MNPQ-RSTV-WXYZ"));
	assert_non_null(strstr(text.p, "\xe6\x8b\x9b\xe5\xbe\x85"));
	assert_non_null(strstr(text.p, "Good until: 2026-12-14"));
	assert_int_equal(noro_hub_letter_html(&letter, &page, &err), NORO_OK);
	assert_null(strstr(page.p, "<script"));
	assert_null(strstr(page.p, "<b>"));
	assert_non_null(strstr(page.p, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;"));
	assert_null(strstr(page.p, "src="));
	assert_null(strstr(page.p, "href="));
	/* the three corners of a QR code are seven modules wide, so the first row begins with them
	 */
	assert_non_null(
		strstr(page.p, "M4 4h1v1h-1zM5 4h1v1h-1zM6 4h1v1h-1zM7 4h1v1h-1zM8 4h1v1h-1z"
			       "M9 4h1v1h-1zM10 4h1v1h-1z"));
	assert_null(strstr(page.p, "M11 4h"));
	noro_buf_done(&text);
	noro_buf_done(&page);
}

static void an_address_is_https_or_of_this_machine(void **state)
{
	static const char *const bad[] = { "", "http://hub.example.jp/", "javascript:alert(1)",
		"https://x/\"><script>", "https://x/ y", "https://x/#y", "https://x\n" };
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct noro_hub_letter l = letter;

		l.url = bad[i];
		assert_int_equal(noro_hub_letter_text(&l, &out, &err), NORO_EARG);
	}
	noro_buf_done(&out);
}

static bool try(void *arg)
{
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };
	bool ok = noro_hub_letter_text(&letter, &out, &err) == NORO_OK;

	(void)arg;
	noro_buf_done(&out);
	return ok;
}

static void no_memory_is_no_letter(void **state)
{
	(void)state;
	test_allocation_sweep(try, NULL, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_in_both_languages),
		cmocka_unit_test(an_address_is_https_or_of_this_machine),
		cmocka_unit_test(no_memory_is_no_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
