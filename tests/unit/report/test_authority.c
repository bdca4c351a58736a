/* tests/unit/report/test_authority.c - forms: filled from the evidence, blank where a person knows.
 */
#include "tests/test.h"

#include "report/authority_priv.h"

#include "base/library.h"

#include "tests/unit/report/sample.h"

static struct noro_arena *arena;
static const struct noro_knowledge *knowledge;

static int load(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	knowledge = sample_knowledge(arena);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

static struct noro_buf written(const char *format, const struct noro_result *r)
{
	struct noro_report_opts o = { .lang = NORO_EN, .knowledge = knowledge };
	struct noro_buf out = { 0 };

	assert_int_equal(noro_report_by_name(format)->write(r, &o, &out, NULL), NORO_OK);
	return out;
}

static void the_intrusion_report_is_filled_and_japanese(void **state)
{
	static const char *const said[] = { "<html lang=ja>", "侵入の痕跡の可能性が高い",
		"203.0.113.77", "pe1-tokyo", "AA25-239A", "Salt Typhoon", "CVE-2023-20198",
		"自動記入", "個人情報保護委員会", "2025-10-02", "都道府県警察", "class=blank",
		"□ 第一報" };
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = written("authority-report", &s.result);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (!strstr(out.p, said[i]))
			fail_msg("missing %s", said[i]);
	noro_buf_done(&out);
}

static void what_only_a_person_knows_stays_blank(void **state)
{
	struct sample s;
	struct noro_buf out;
	char *label;

	(void)state;
	sample_rich(&s);
	out = written("authority-report", &s.result);
	label = strstr(out.p, "窃取された情報");
	assert_non_null(label);
	label = strstr(label, "<td");
	assert_memory_equal(label, "<td class=blank></td>", 21);
	noro_buf_done(&out);
}

static void every_word_of_the_forms_is_known(void **state)
{
	/* words that say nothing for this result, and why */
	static const char *const silent[] = { "rate" /* no traffic detector measures it yet */,
		NULL };
	static const struct noro_container hashed = { .path = "logs/auth.log",
		.sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" };
	struct noro_report_opts o = { .lang = NORO_JA };
	struct noro_summary sum;
	struct sample s;

	(void)state;
	sample_rich(&s);
	s.result.container = &hashed;
	s.result.containers = 1;
	assert_int_equal(noro_summary_init(&sum, &s.result, NULL), NORO_OK);
	for (size_t i = 0; i < knowledge->forms; i++)
		for (size_t k = 0; k < knowledge->form[i]->sections; k++)
			for (size_t j = 0; j < knowledge->form[i]->section[k].fields; j++) {
				const char *word = knowledge->form[i]->section[k].field[j].fill;
				struct noro_authority a = { &s.result, &o, &sum };
				struct noro_buf out = { 0 };
				bool quiet = !word;

				noro_authority_fill(&a, word, &out);
				for (size_t n = 0; word && silent[n]; n++)
					quiet = quiet || !strcmp(silent[n], word);
				if ((out.n == 0) != quiet)
					fail_msg("'%s' gives %zu bytes", word ? word : "", out.n);
				noro_buf_done(&out);
			}
	noro_summary_done(&sum);
}

static void a_clean_result_names_no_attack(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_clean(&s);
	out = written("authority-report", &s.result);
	assert_null(strstr(out.p, "203.0.113.77"));
	assert_non_null(strstr(out.p, "検出なし"));
	noro_buf_done(&out);
}

static void hostile_values_stay_text(void **state)
{
	static struct sample s;
	struct noro_buf out;

	(void)state;
	sample_hostile(&s);
	out = written("authority-report", &s.result);
	assert_null(strstr(out.p, "<script"));
	assert_null(strstr(out.p, "<img"));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	noro_buf_done(&out);
}

static void without_knowledge_it_refuses_and_says_why(void **state)
{
	struct noro_report_opts o = { .lang = NORO_EN };
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	struct sample s;

	(void)state;
	sample_rich(&s);
	assert_int_equal(noro_report_by_name("authority-report")->write(&s.result, &o, &out, &err),
		NORO_ENOENT);
	assert_non_null(strstr(err.msg, "no form"));
	assert_int_equal(
		noro_report_by_name("authority-report-xlsx")->write(&s.result, &o, &out, &err),
		NORO_ENOENT);
	noro_buf_done(&out);
}

/* A zip whose first member is what every reader of workbooks looks for first. */
static void the_workbook_is_one(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = written("authority-report-xlsx", &s.result);
	assert_true(out.n > 10000);
	assert_memory_equal(out.p, "PK\x03\x04", 4);
	assert_true(noro_view_find(noro_buf_as_view(&out), NORO_V("[Content_Types].xml")) < 64);
	assert_true(noro_view_find(noro_buf_as_view(&out), NORO_V("xl/worksheets/sheet5.xml")) !=
		    SIZE_MAX);
	noro_buf_done(&out);
}

static void without_its_library_the_workbook_says_what_it_needs(void **state)
{
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	struct sample s;
	struct noro_report_opts o = { .lang = NORO_EN };

	(void)state;
	sample_rich(&s);
	noro_library_hide("libxlsxwriter");
	assert_int_equal(
		noro_report_by_name("authority-report-xlsx")->write(&s.result, &o, &out, &err),
		NORO_EUNSUPPORTED);
	noro_library_hide(NULL);
	assert_string_equal(err.arg[0], "libxlsxwriter");
	assert_int_equal(out.n, 0);
	noro_buf_done(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_intrusion_report_is_filled_and_japanese),
		cmocka_unit_test(what_only_a_person_knows_stays_blank),
		cmocka_unit_test(every_word_of_the_forms_is_known),
		cmocka_unit_test(a_clean_result_names_no_attack),
		cmocka_unit_test(hostile_values_stay_text),
		cmocka_unit_test(without_knowledge_it_refuses_and_says_why),
		cmocka_unit_test(the_workbook_is_one),
		cmocka_unit_test(without_its_library_the_workbook_says_what_it_needs),
	};

	return cmocka_run_group_tests(tests, load, drop);
}
