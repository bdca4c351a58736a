/* tests/unit/report/test_lang.c - both languages, hostile arguments, the catalogue in order. */
#include "tests/test.h"

#include "report/lang.h"
#include "report/lang_priv.h"

static void names_of_languages_are_known(void **state)
{
	(void)state;
	assert_int_equal(noro_lang_by_name("ja"), NORO_JA);
	assert_int_equal(noro_lang_by_name("ja_JP.UTF-8"), NORO_JA);
	assert_int_equal(noro_lang_by_name("Japanese"), NORO_JA);
	assert_int_equal(noro_lang_by_name("jam"), NORO_EN);
	assert_int_equal(noro_lang_by_name("C"), NORO_EN);
	assert_int_equal(noro_lang_by_name(NULL), NORO_EN);
}

static void the_catalogue_is_sorted_so_that_each_text_is_found(void **state)
{
	(void)state;
	assert_true(noro_lang_ja_count > 0);
	for (size_t i = 0; i < noro_lang_ja_count; i++) {
		if (i)
			assert_true(strcmp(noro_lang_ja[i - 1].id, noro_lang_ja[i].id) < 0);
		assert_string_equal(
			noro_lang_text(NORO_JA, noro_lang_ja[i].id), noro_lang_ja[i].text);
	}
	assert_null(noro_lang_ja[noro_lang_ja_count].id);
	assert_string_equal(noro_lang_text(NORO_JA, "no such message"), "no such message");
	assert_string_equal(noro_lang_text(NORO_EN, "no such message"), "no such message");
}

static void arguments_are_put_in_and_made_harmless(void **state)
{
	static const struct noro_msg m = { "got %2 then %1, 5 %% %9 %", { "\x1b[31m",
										"\xe2\x80\xae"
										"x",
										NULL } };
	struct noro_buf out = { 0 };

	(void)state;
	noro_lang_msg(NORO_EN, &m, &out);
	assert_int_equal(out.status, NORO_OK);
	assert_null(strchr(out.p, 0x1b));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	assert_non_null(strstr(out.p, "5 %% %9 %"));
	assert_memory_equal(out.p, "got ", 4);
	noro_buf_done(&out);
}

static void an_error_says_where_in_both_languages(void **state)
{
	struct noro_error err;
	struct noro_buf out = { 0 };

	(void)state;
	noro_fail(&err, NORO_ETRUNC, NULL);
	(void)noro_error_at(&err, "a.log", NORO_AT_BYTE, 24);
	noro_lang_error(NORO_EN, &err, &out);
	assert_string_equal(out.p, "cannot read 'a.log': input ends too early at byte 24");
	noro_buf_clear(&out);
	noro_lang_error(NORO_JA, &err, &out);
	assert_non_null(strstr(out.p, "24 バイト目"));
	noro_buf_done(&out);
}

static void the_other_side_serves_when_one_is_missing(void **state)
{
	struct noro_text en = { "only", NULL }, ja = { "", "のみ" }, none = { NULL, NULL };

	(void)state;
	assert_string_equal(noro_lang_pick(NORO_JA, en), "only");
	assert_string_equal(noro_lang_pick(NORO_EN, ja), "のみ");
	assert_string_equal(noro_lang_pick(NORO_EN, none), "");
}

static bool write_error(void *arg)
{
	struct noro_error err;
	struct noro_buf out = { 0 };
	bool good;

	(void)arg;
	noro_fail(&err, NORO_ETRUNC, "%1", "x");
	(void)noro_error_at(&err, "a.log", NORO_AT_LINE, 24);
	noro_lang_error(NORO_EN, &err, &out);
	good = out.status == NORO_OK;
	noro_buf_done(&out);
	return good;
}

static void a_sentence_survives_every_failed_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(write_error, NULL, 50);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_languages_are_known),
		cmocka_unit_test(the_catalogue_is_sorted_so_that_each_text_is_found),
		cmocka_unit_test(arguments_are_put_in_and_made_harmless),
		cmocka_unit_test(an_error_says_where_in_both_languages),
		cmocka_unit_test(the_other_side_serves_when_one_is_missing),
		cmocka_unit_test(a_sentence_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
