/* tests/unit/report/test_terminal.c - the first screen: fits, says it all, is not fooled. */
#include "tests/test.h"

#include "base/text.h"
#include "report/layout.h"
#include "report/report.h"

#include "tests/unit/report/sample.h"

static struct noro_buf screen(const struct noro_result *r, const struct noro_report_opts *o)
{
	struct noro_buf out = { 0 };

	assert_int_equal(noro_report_by_name("terminal")->write(r, o, &out, NULL), NORO_OK);
	return out;
}

static void assert_fits(struct noro_view text, size_t columns)
{
	struct noro_view line;

	while (noro_view_line(&text, &line)) {
		assert_int_equal(noro_utf8_valid(line), line.n);
		if (noro_utf8_columns(line) > columns)
			fail_msg("%zu columns: %.*s", noro_utf8_columns(line), NORO_VARG(line));
		if (line.n)
			assert_true(line.p[line.n - 1] != ' ');
	}
}

static void it_fits_in_eighty_columns_in_both_languages(void **state)
{
	static const size_t widths[] = { 40, 80, 132 };
	struct sample s;

	(void)state;
	sample_rich(&s);
	for (size_t i = 0; i < 6; i++) {
		struct noro_report_opts o = { .lang = i % 2 ? NORO_JA : NORO_EN,
			.columns = (unsigned)widths[i / 2],
			.dir = "out" };
		struct noro_buf out = screen(&s.result, &o);

		assert_fits(noro_buf_as_view(&out), widths[i / 2]);
		noro_buf_done(&out);
	}
}

static void it_answers_the_questions_of_the_first_minute(void **state)
{
	static const char *const said[] = { "Traces of an intrusion are likely",
		"2025-03-01 22:00:00 UTC", "pe1-tokyo", "94 of 100", "1. Take the router",
		"2 of 9 pieces of evidence were not read whole", "ja4, registry", "2 critical",
		"AA25-239A", "no evidence of that kind", "svc-backup", "out/report.html",
		"the clock steps back" };
	struct noro_report_opts o = { .columns = 132, .dir = "out" };
	struct noro_buf out;
	struct sample s;

	(void)state;
	sample_rich(&s);
	out = screen(&s.result, &o);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (!strstr(out.p, said[i]))
			fail_msg("missing '%s' in:\n%s", said[i], out.p);
	noro_buf_done(&out);
}

static void finding_nothing_is_worth_its_coverage(void **state)
{
	struct noro_report_opts o = { .columns = 80 };
	struct noro_buf out;
	struct sample s;

	(void)state;
	sample_clean(&s);
	out = screen(&s.result, &o);
	assert_non_null(strstr(out.p, "all of it was read"));
	assert_non_null(strstr(out.p, "not excluded"));
	noro_buf_done(&out);
	s.result.coverages = 9;
	out = screen(&s.result, &o);
	assert_non_null(strstr(out.p, "could not show everything"));
	assert_non_null(strstr(out.p, "backup/configs.zip"));
	noro_buf_done(&out);
	s.result.coverages = 0;
	s.result.run.bytes = s.result.run.records = 0;
	out = screen(&s.result, &o);
	assert_non_null(strstr(out.p, "No statement possible"));
	noro_buf_done(&out);
}

static void evidence_cannot_talk_to_the_terminal(void **state)
{
	struct noro_report_opts o = { .columns = 80 };
	static struct sample s;
	struct noro_buf out;

	(void)state;
	sample_hostile(&s);
	out = screen(&s.result, &o);
	assert_null(strchr(out.p, 0x1b));
	assert_null(strchr(out.p, 0x07));
	assert_null(strchr(out.p, '\r'));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	assert_null(strstr(out.p, "\xe2\x81\xa6"));
	assert_fits(noro_buf_as_view(&out), 80);
	noro_buf_done(&out);
}

static void colour_is_an_option(void **state)
{
	struct noro_report_opts o = { .columns = 80, .colour = true };
	struct noro_buf out;
	struct sample s;

	(void)state;
	sample_rich(&s);
	out = screen(&s.result, &o);
	assert_non_null(strstr(out.p, "\x1b[1;37;41m"));
	noro_buf_done(&out);
}

static void the_same_result_gives_the_same_bytes(void **state)
{
	struct noro_report_opts o = { .lang = NORO_JA };
	struct noro_buf a, b;
	struct sample s, t;

	(void)state;
	sample_rich(&s);
	sample_rich(&t);
	a = screen(&s.result, &o);
	b = screen(&t.result, &o);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	noro_buf_done(&a);
	noro_buf_done(&b);
}

static bool write_screen(void *arg)
{
	struct noro_report_opts o = { .lang = NORO_JA, .columns = 80 };
	struct noro_buf out = { 0 };
	bool good = noro_report_by_name("terminal")->write(arg, &o, &out, NULL) == NORO_OK;

	noro_buf_done(&out);
	return good;
}

static void failed_allocations_leak_nothing(void **state)
{
	struct sample s;

	(void)state;
	sample_rich(&s);
	test_allocation_sweep(write_screen, &s.result, 2000);
}

static void wrapping_keeps_every_byte_but_blanks(void **state)
{
	static const char text[] = "一二三四五、六七八九十 abc defghijklmnopqrstuvwxyz 終";
	struct noro_buf out = { 0 };
	size_t kept = 0;

	(void)state;
	noro_layout_wrap(NORO_V(text), 0, 2, 12, &out);
	for (const char *p = out.p, *q = text; *p || *q; kept++) {
		while (*p == ' ' || *p == '\n')
			p++;
		while (*q == ' ')
			q++;
		assert_int_equal(*p, *q);
		if (*p)
			p++, q++;
	}
	assert_true(kept > 20);
	noro_buf_done(&out);
}

static void fitting_never_cuts_a_character(void **state)
{
	(void)state;
	for (size_t columns = 0; columns < 12; columns++) {
		struct noro_buf out = { 0 };

		noro_layout_fit(NORO_V("日本語テキスト"), columns, true, &out);
		assert_int_equal(noro_utf8_valid(noro_buf_as_view(&out)), out.n);
		if (out.n)
			assert_int_equal(noro_utf8_columns(noro_buf_as_view(&out)), columns);
		noro_buf_done(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fits_in_eighty_columns_in_both_languages),
		cmocka_unit_test(it_answers_the_questions_of_the_first_minute),
		cmocka_unit_test(finding_nothing_is_worth_its_coverage),
		cmocka_unit_test(evidence_cannot_talk_to_the_terminal),
		cmocka_unit_test(colour_is_an_option),
		cmocka_unit_test(the_same_result_gives_the_same_bytes),
		cmocka_unit_test(failed_allocations_leak_nothing),
		cmocka_unit_test(wrapping_keeps_every_byte_but_blanks),
		cmocka_unit_test(fitting_never_cuts_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
