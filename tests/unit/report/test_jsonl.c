/* tests/unit/report/test_jsonl.c - what is written can be read back, and hides nothing. */
#include "tests/test.h"

#include "base/json.h"
#include "report/report.h"

#include "tests/unit/report/sample.h"

static const struct noro_report_opts plain = { .lang = NORO_EN };

static struct noro_buf written(const char *format, const struct noro_result *r)
{
	const struct noro_report_format *f = noro_report_by_name(format);
	struct noro_buf out = { 0 };

	assert_non_null(f);
	assert_int_equal(f->write(r, &plain, &out, NULL), NORO_OK);
	return out;
}

/* Every line is strict JSON; the callback sees each. */
static size_t check_lines(struct noro_view text)
{
	struct noro_view line;
	size_t n = 0;

	while (noro_view_line(&text, &line)) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v;

		assert_int_equal(noro_json_parse(a, line, NULL, &v, NULL), NORO_OK);
		assert_int_equal(v->kind, NORO_JSON_OBJECT);
		noro_arena_free(a);
		n++;
	}
	return n;
}

static void assert_no_deception(struct noro_view v)
{
	static const char *const raw[] = { "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\xa8",
		"\xc2\x9b", "\x1b", "\xff", "\r" };

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		assert_true(noro_view_find(v, noro_view_str(raw[i])) == SIZE_MAX);
}

static void check_round_trip(const struct noro_result *r)
{
	struct noro_buf first = written("jsonl", r), second;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result back = { 0 };
	struct noro_error err;

	assert_int_equal(noro_findings_read(
				 noro_buf_as_view(&first), a, &back.finding, &back.findings, &err),
		NORO_OK);
	assert_int_equal(back.findings, r->findings);
	second = written("jsonl", &back);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.p, second.p, first.n);
	noro_buf_done(&first);
	noro_buf_done(&second);
	noro_arena_free(a);
}

static void findings_survive_the_round_trip(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = written("jsonl", &s.result);
	assert_int_equal(check_lines(noro_buf_as_view(&out)), s.result.findings);
	assert_non_null(strstr(out.p, "\"time\":\"2025-03-04T02:11:09.000000000Z\""));
	assert_non_null(strstr(out.p, "\"message\":\"the time lies inside"));
	noro_buf_done(&out);
	check_round_trip(&s.result);
}

static void hostile_values_are_written_as_harmless_json(void **state)
{
	static const char *const format[] = { "jsonl", "coverage", "run" };
	static struct sample s;

	(void)state;
	sample_hostile(&s);
	for (size_t i = 0; i < 3; i++) {
		struct noro_buf out = written(format[i], &s.result);

		assert_true(check_lines(noro_buf_as_view(&out)) > 0);
		assert_no_deception(noro_buf_as_view(&out));
		noro_buf_done(&out);
	}
}

static void what_was_read_keeps_its_values(void **state)
{
	struct sample s;
	struct noro_buf out;
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_finding *f;
	size_t n;

	(void)state;
	sample_rich(&s);
	out = written("jsonl", &s.result);
	assert_int_equal(noro_findings_read(noro_buf_as_view(&out), a, &f, &n, NULL), NORO_OK);
	assert_string_equal(f[0].id, s.finding[0].id);
	assert_int_equal(f[0].severity, NORO_SEV_CRITICAL);
	assert_int_equal(f[0].count, 37);
	assert_true(f[0].first_ns == s.finding[0].first_ns);
	assert_true(f[0].active_until_ns == s.finding[0].active_until_ns);
	assert_string_equal(f[0].reason[0].arg[1], "2025-06");
	assert_string_equal(f[0].place[1].host, "pe1-tokyo");
	assert_string_equal(f[0].title.ja, s.finding[0].title.ja);
	assert_int_equal(f[2].state, NORO_STATE_KNOWN);
	assert_non_null(f[9].suppressed);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void a_forged_line_is_refused_with_its_number(void **state)
{
	static const char *const bad[] = { "{}", "[]", "{\"id\":\"x\",\"kind\":\"check\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"severity\":"
		"\"huge\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"confidence\":"
		"101}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"count\":-1}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"first\":"
		"\"now\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"hosts\":[1]}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"kind\":\"check\",\"rule\":"
		"\"a\\u0000b\"}",
		"{\"id\":\"0123456789ABCDEF0123456789abcdef\",\"kind\":\"check\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_finding *f;
		struct noro_error err = { 0 };
		char text[400];
		size_t n;

		(void)snprintf(text, sizeof(text), "\n%s\n", bad[i]);
		assert_int_equal(
			noro_findings_read(noro_view_str(text), a, &f, &n, &err), NORO_EFORMAT);
		assert_int_equal(err.at, 2);
		assert_int_equal(err.unit, NORO_AT_LINE);
		noro_arena_free(a);
	}
}

static void no_prefix_reads_as_more_than_it_holds(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	s.result.findings = 1;
	out = written("jsonl", &s.result);
	for (size_t n = 0; n < out.n; n++) {
		uint8_t *exact = test_exact_copy(out.p, n);
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_finding *f;
		size_t got = 99;
		enum noro_status st = noro_findings_read(noro_view(exact, n), a, &f, &got, NULL);

		if (st == NORO_OK)
			assert_true(got == (n + 1 == out.n));
		else
			assert_int_equal(got, 99);
		noro_arena_free(a);
		free(exact);
	}
	noro_buf_done(&out);
}

static bool write_all(void *arg)
{
	static const char *const format[] = { "jsonl", "coverage", "run" };
	bool good = true;

	for (size_t i = 0; i < 3 && good; i++) {
		struct noro_buf out = { 0 };

		good = noro_report_by_name(format[i])->write(arg, &plain, &out, NULL) == NORO_OK;
		noro_buf_done(&out);
	}
	return good;
}

static bool read_all(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_finding *f;
	bool good;
	size_t n;

	if (!a)
		return false;
	good = noro_findings_read(noro_buf_as_view(arg), a, &f, &n, NULL) == NORO_OK;
	noro_arena_free(a);
	return good;
}

static void failed_allocations_leak_nothing(void **state)
{
	static struct sample s;
	struct noro_buf out;

	(void)state;
	sample_hostile(&s);
	s.result.findings = 3;
	test_allocation_sweep(write_all, &s.result, 2000);
	sample_rich(&s);
	out = written("jsonl", &s.result);
	test_allocation_sweep(read_all, &out, 2000);
	noro_buf_done(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_survive_the_round_trip),
		cmocka_unit_test(hostile_values_are_written_as_harmless_json),
		cmocka_unit_test(what_was_read_keeps_its_values),
		cmocka_unit_test(a_forged_line_is_refused_with_its_number),
		cmocka_unit_test(no_prefix_reads_as_more_than_it_holds),
		cmocka_unit_test(failed_allocations_leak_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
