/* tests/unit/report/test_outputs.c - CSV, timeline, STIX and SARIF: form, harmlessness,
 * repeatability. */
#include "tests/test.h"

#include "base/json.h"
#include "base/text.h"
#include "report/report.h"
#include "report/stix_priv.h"
#include "report/uuid_priv.h"

#include "tests/unit/report/sample.h"

static struct noro_buf written(const char *format, const struct noro_result *r, enum noro_lang lang)
{
	const struct noro_report_format *f = noro_report_by_name(format);
	struct noro_report_opts o = { .lang = lang };
	struct noro_buf out = { 0 };

	assert_non_null(f);
	assert_int_equal(f->write(r, &o, &out, NULL), NORO_OK);
	assert_int_equal(noro_utf8_valid(noro_buf_as_view(&out)), out.n);
	return out;
}

static const struct noro_json *parsed(struct noro_arena *a, const struct noro_buf *b)
{
	const struct noro_json *v;

	assert_int_equal(
		noro_json_parse(a, noro_view_trim(noro_buf_as_view(b)), NULL, &v, NULL), NORO_OK);
	return v;
}

/* An RFC 4180 reader: calls back for every cell; returns the number of lines. */
static size_t read_csv(
	struct noro_view v, size_t columns, void (*cell)(struct noro_view, void *), void *arg)
{
	struct noro_buf text = { 0 };
	size_t i = 0, lines = 0, at = 0;

	while (i < v.n) {
		noro_buf_clear(&text);
		if (v.p[i] == '"') {
			for (i++; v.p[i] != '"' || v.p[i + 1] == '"'; i++) {
				noro_buf_chr(&text, v.p[i]);
				i += v.p[i] == '"';
				assert_true(i + 1 < v.n);
			}
			i++;
		} else {
			for (; v.p[i] != ',' && v.p[i] != '\r'; i++)
				noro_buf_chr(&text, v.p[i]);
		}
		at++;
		if (cell && lines)
			cell(noro_buf_as_view(&text), arg);
		if (v.p[i] == ',') {
			i++;
			continue;
		}
		assert_int_equal(v.p[i], '\r');
		assert_int_equal(v.p[i + 1], '\n');
		assert_int_equal(at, columns);
		i += 2;
		lines++;
		at = 0;
	}
	noro_buf_done(&text);
	return lines;
}

static void is_harmless(struct noro_view v, void *arg)
{
	static const char *const start[] = { "=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d" };

	(void)arg;
	for (size_t i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		assert_false(v.n && noro_view_starts(v, start[i]));
	assert_true(noro_view_chr(v, '\x1b') == SIZE_MAX);
	assert_true(noro_view_find(v, NORO_V("\xe2\x80\xae")) == SIZE_MAX);
}

static void a_spreadsheet_runs_nothing(void **state)
{
	static struct sample s;
	struct noro_buf out;

	(void)state;
	sample_hostile(&s);
	out = written("csv", &s.result, NORO_EN);
	assert_int_equal(
		read_csv(noro_buf_as_view(&out), 27, is_harmless, NULL), s.result.findings + 1);
	noro_buf_done(&out);
	out = written("timeline-csv", &s.result, NORO_EN);
	assert_true(read_csv(noro_buf_as_view(&out), 12, is_harmless, NULL) > 1);
	noro_buf_done(&out);
}

static void japanese_csv_opens_in_a_spreadsheet(void **state)
{
	struct noro_buf out;
	struct sample s;

	(void)state;
	sample_rich(&s);
	out = written("csv", &s.result, NORO_JA);
	assert_memory_equal(out.p, "\xef\xbb\xbf", 3);
	assert_non_null(strstr(out.p, "重大度"));
	noro_buf_done(&out);
	out = written("csv", &s.result, NORO_EN);
	assert_int_equal(out.p[0], '"');
	noro_buf_done(&out);
}

static void the_timeline_is_in_order_and_complete(void **state)
{
	struct noro_view rest, line;
	struct sample s;
	struct noro_buf out;
	int64_t last = INT64_MIN;
	size_t n = 0;

	(void)state;
	sample_rich(&s);
	out = written("timeline-jsonl", &s.result, NORO_EN);
	for (rest = noro_buf_as_view(&out); noro_view_line(&rest, &line); n++) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v;
		int64_t us = 0;

		assert_int_equal(noro_json_parse(a, line, NULL, &v, NULL), NORO_OK);
		assert_true(noro_json_i64(noro_json_get(v, "timestamp"), &us));
		assert_true(us >= last);
		last = us;
		assert_true(noro_json_str(v, "message").n > 0);
		assert_true(noro_json_str(v, "datetime").n == 30);
		assert_true(noro_json_str(v, "timestamp_desc").n > 0);
		noro_arena_free(a);
	}
	assert_int_equal(n, 17); /* one for each dated place */
	noro_buf_done(&out);
}

static size_t count_type(const struct noro_json *objects, const char *type)
{
	size_t n = 0;

	for (const struct noro_json *o = objects->child; o; o = o->next)
		n += noro_json_is_str(noro_json_get(o, "type"), type);
	return n;
}

static void the_bundle_holds_each_thing_once(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *objects;
	struct noro_stix_seen seen = { 0 };
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = written("stix", &s.result, NORO_EN);
	objects = noro_json_get(parsed(a, &out), "objects");
	for (const struct noro_json *o = objects->child; o; o = o->next) {
		char *id = noro_arena_strn(a, noro_json_str(o, "id").p, noro_json_str(o, "id").n);

		assert_int_equal(noro_stix_see(&seen, id), 1);
	}
	assert_int_equal(count_type(objects, "sighting"), 9); /* the suppressed one is not */
	assert_int_equal(count_type(objects, "ipv4-addr"), 4);
	assert_int_equal(count_type(objects, "attack-pattern"), 1);
	noro_stix_seen_done(&seen);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void ids_follow_the_standards(void **state)
{
	/* RFC 9562 appendix A.4 */
	static const uint8_t dns[16] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4,
		0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	char text[NORO_UUID_TEXT];

	(void)state;
	assert_int_equal(noro_uuid5(dns, NORO_V("www.example.com"), text), NORO_OK);
	assert_string_equal(text, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void patterns_are_quoted(void **state)
{
	struct noro_buf out = { 0 };

	(void)state;
	noro_report_stix_pattern(noro_stix_kind("file-name"), "a'b\\c", &out);
	assert_string_equal(out.p, "[file:name = 'a\\'b\\\\c']");
	noro_buf_clear(&out);
	noro_report_stix_pattern(noro_stix_kind("asn"), "AS64500", &out);
	assert_string_equal(out.p, "[autonomous-system:number = 64500]");
	assert_null(noro_stix_kind("ja3"));
	assert_null(noro_stix_kind(NULL));
	noro_buf_done(&out);
}

static void the_set_of_ids_remembers(void **state)
{
	struct noro_stix_seen seen = { 0 };
	char id[24];

	(void)state;
	for (int pass = 1; pass >= 0; pass--)
		for (int i = 0; i < 1000; i++) {
			(void)snprintf(id, sizeof(id), "id-%d", i);
			assert_int_equal(noro_stix_see(&seen, id), pass);
		}
	noro_stix_seen_done(&seen);
}

static void sarif_results_point_at_their_rules(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *run, *rules, *result, *note;
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = written("sarif", &s.result, NORO_EN);
	run = noro_json_get(parsed(a, &out), "runs")->child;
	rules = noro_json_get(noro_json_path(run, "tool.driver"), "rules");
	assert_int_equal(rules->count, 7);
	for (result = noro_json_get(run, "results")->child; result; result = result->next) {
		const struct noro_json *rule = rules->child;
		int64_t at = -1;

		assert_true(noro_json_i64(noro_json_get(result, "ruleIndex"), &at));
		assert_true(at >= 0 && at < rules->count);
		while (at--)
			rule = rule->next;
		assert_true(
			noro_view_eq(noro_json_str(rule, "id"), noro_json_str(result, "ruleId")));
	}
	note = noro_json_get(
		noro_json_get(run, "invocations")->child, "toolExecutionNotifications");
	assert_int_equal(note->count, 2); /* what was not read is said */
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void hostile_values_are_strict_json(void **state)
{
	static const char *const format[] = { "stix", "sarif" };
	static struct sample s;

	(void)state;
	sample_hostile(&s);
	for (size_t i = 0; i < 2; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf out = written(format[i], &s.result, NORO_EN);

		(void)parsed(a, &out);
		assert_null(strstr(out.p, "\xe2\x80\xae"));
		noro_buf_done(&out);
		noro_arena_free(a);
	}
}

static void every_format_repeats_itself(void **state)
{
	struct noro_report_opts o = { .lang = NORO_JA, .knowledge = *state };
	static struct sample s, t;

	sample_rich(&s);
	sample_rich(&t);
	for (const struct noro_report_format *f = noro_report_formats; f->name; f++) {
		struct noro_buf a = { 0 }, b = { 0 };

		assert_int_equal(f->write(&s.result, &o, &a, NULL), NORO_OK);
		assert_int_equal(f->write(&t.result, &o, &b, NULL), NORO_OK);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.p, b.p, a.n);
		assert_ptr_equal(noro_report_by_name(f->name), f);
		noro_buf_done(&a);
		noro_buf_done(&b);
	}
	assert_null(noro_report_by_name("none"));
}

static void a_family_name_selects_its_members(void **state)
{
	(void)state;
	assert_true(noro_report_selects(
		NORO_V("authority-report"), noro_report_by_name("authority-report-xlsx")));
	assert_true(noro_report_selects(NORO_V("timeline"), noro_report_by_name("timeline-csv")));
	assert_false(noro_report_selects(NORO_V("csv"), noro_report_by_name("timeline-csv")));
	assert_false(noro_report_selects(NORO_V("s"), noro_report_by_name("stix")));
	assert_false(noro_report_selects(NORO_V(""), noro_report_by_name("stix")));
}

static void every_format_writes_an_empty_and_a_hostile_result(void **state)
{
	struct noro_report_opts o = { .lang = NORO_EN, .knowledge = *state };
	struct noro_result empty = { 0 };
	static struct sample s;

	sample_hostile(&s);
	for (const struct noro_report_format *f = noro_report_formats; f->name; f++) {
		struct noro_buf a = { 0 };

		assert_int_equal(f->write(&empty, &o, &a, NULL), NORO_OK);
		assert_int_equal(f->write(&s.result, &o, &a, NULL), NORO_OK);
		noro_buf_done(&a);
	}
}

struct attempt {
	const struct noro_report_format *format;
	const struct noro_result *result;
	const struct noro_knowledge *knowledge;
};

static bool write_format(void *arg)
{
	const struct attempt *t = arg;
	struct noro_report_opts o = { .lang = NORO_JA, .knowledge = t->knowledge };
	struct noro_buf out = { 0 };
	bool good = t->format->write(t->result, &o, &out, NULL) == NORO_OK;

	noro_buf_done(&out);
	return good;
}

static void failed_allocations_leak_nothing(void **state)
{
	struct sample s;

	sample_rich(&s);
	s.result.findings = 2;
	for (const struct noro_report_format *f = noro_report_formats; f->name; f++) {
		struct attempt t = { f, &s.result, *state };

		test_allocation_sweep(write_format, &t, 20000);
	}
}

static struct noro_arena *arena;

static int load_knowledge(void **state)
{
	arena = noro_arena_new(0);
	*state = NULL;
	memcpy(state, &(const void *){ sample_knowledge(arena) }, sizeof(*state));
	return 0;
}

static int drop_knowledge(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spreadsheet_runs_nothing),
		cmocka_unit_test(japanese_csv_opens_in_a_spreadsheet),
		cmocka_unit_test(the_timeline_is_in_order_and_complete),
		cmocka_unit_test(the_bundle_holds_each_thing_once),
		cmocka_unit_test(ids_follow_the_standards),
		cmocka_unit_test(patterns_are_quoted),
		cmocka_unit_test(the_set_of_ids_remembers),
		cmocka_unit_test(sarif_results_point_at_their_rules),
		cmocka_unit_test(hostile_values_are_strict_json),
		cmocka_unit_test(every_format_repeats_itself),
		cmocka_unit_test(every_format_writes_an_empty_and_a_hostile_result),
		cmocka_unit_test(a_family_name_selects_its_members),
		cmocka_unit_test(failed_allocations_leak_nothing),
	};

	return cmocka_run_group_tests(tests, load_knowledge, drop_knowledge);
}
