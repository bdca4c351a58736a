/* tests/unit/rule/test_flow.c - checks over flows: which numbers open the gate, and what is
 * refused. */
#include "tests/unit/rule/rules.h"

#define CHECK(more)                                                                                \
	"- id: T-1\n"                                                                              \
	"  title: {en: a, ja: b}\n"                                                                \
	"  about: {en: a, ja: b}\n"                                                                \
	"  next: {en: a, ja: b}\n"                                                                 \
	"  severity: low\n"                                                                        \
	"  confidence: 50\n"                                                                       \
	"  needs: [conn]\n"                                                                        \
	"  emit: dst.port\n"                                                                       \
	"  when: {dst.port: {exists: true}}\n"                                                     \
	"  examples: {positive: [{record: {dst.port: 49}}], negative: [{record: {user: "           \
	"y}}]}\n" more

static void whole_numbers_open_the_gate(void **state)
{
	static const struct {
		const char *text;
		size_t from, at;
	} rows[] = {
		{ "10.0.0.1\t5000\t10.0.0.2\t49\ttcp", 0, 23 },
		{ "dstport=49 x", 0, 8 },
		{ "\"id.resp_p\":49,", 0, 12 },
		{ "to outside:192.0.2.1/49 (", 0, 21 },
		{ "49", 0, 0 },
		{ "49", 1, SIZE_MAX }, /* 9 stands alone there, and is none of them */
		{ "49 49", 2, 3 },
		{ "port 49.", 0, 5 },
		/* parts of addresses, fractions and words */
		{ "49.0.0.1", 0, SIZE_MAX },
		{ "10.0.0.49", 0, SIZE_MAX },
		{ "10.49.0.1", 0, SIZE_MAX },
		{ "1723000000.49", 0, SIZE_MAX },
		{ "C49x x49 49x _49", 0, SIZE_MAX },
		{ "490 149", 0, SIZE_MAX },
		/* ranges, steps and sizes */
		{ "17999 19000", 0, SIZE_MAX },
		{ "18000", 0, 0 },
		{ "18999", 0, 0 },
		{ "22021 22023", 0, SIZE_MAX },
		{ "22022 22122", 0, 0 },
		{ "22922", 0, 0 },
		{ "23022", 0, SIZE_MAX },
		{ "199999999", 0, SIZE_MAX },
		{ "200000000", 0, 0 },
		{ "99999999999999999999999999", 0, 0 },
		{ "", 0, SIZE_MAX },
	};
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = test_rules(
		a, CHECK("  over: flow\n"
			 "  numbers: [49, '18000-18999', '22022-22922/100', '200000000-']\n"));

	(void)state;
	assert_true(noro_rules_over_flow(r));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = noro_rules_next_flow(r, noro_view_str(rows[i].text), rows[i].from);

		if (at != rows[i].at)
			fail_msg("'%s': %zu instead of %zu", rows[i].text, at, rows[i].at);
	}
	noro_arena_free(a);
}

static enum noro_status count_event(void *ctx, const struct noro_rule_event *e)
{
	(void)e;
	++*(unsigned *)ctx;
	return NORO_OK;
}

static void words_do_not_ask_what_runs_over_flows(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = test_rules(a, CHECK("  over: flow\n  numbers: [49]\n"));
	const struct test_pair pairs[] = { { "dst.port", "49" }, { NULL, NULL } };
	struct test_record rec = { r, pairs };
	struct noro_rule_view v = { .get = test_record_get, .rec = &rec };
	struct noro_rule_worker *w;
	uint32_t none = 0;
	unsigned n = 0;
	size_t literals;

	(void)state;
	(void)noro_rules_literals(r, &literals);
	assert_int_equal(literals, 0);
	assert_int_equal(noro_rule_worker_new(r, &w), NORO_OK);
	assert_int_equal(noro_rules_match(w, &v, &none, 0, count_event, &n), NORO_OK);
	assert_int_equal(n, 0);
	assert_int_equal(noro_rules_match_flow(w, &v, count_event, &n), NORO_OK);
	assert_int_equal(n, 1);
	noro_rule_worker_free(w);
	noro_arena_free(a);
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {
		CHECK("  over: flow\n"),
		CHECK("  over: flow\n  numbers: []\n"),
		CHECK("  over: flow\n  numbers: [x]\n"),
		CHECK("  over: flow\n  numbers: ['9-1']\n"),
		CHECK("  over: flow\n  numbers: ['1-9/0']\n"),
		CHECK("  over: flow\n  numbers: ['-5']\n"),
		CHECK("  over: flow\n  numbers: [99999999999999999999]\n"),
		CHECK("  over: flow\n  numbers: [49]\n  prefilter: [word]\n"),
		CHECK("  over: log\n  numbers: [49]\n  prefilter: [word]\n"),
		CHECK("  over: config\n  prefilter: [word]\n"),
	};
	static const char without[] = CHECK("  prefilter: [word]\n");
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct noro_rules *r = test_rules_new(a);
		struct noro_error err = { 0 };

		if (noro_rules_add_text(r, "t.yaml", noro_view_str(bad[i]), &err) == NORO_OK)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(err.unit, NORO_AT_LINE);
	}
	assert_false(noro_rules_over_flow(test_rules(a, without)));
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_open_the_gate),
		cmocka_unit_test(words_do_not_ask_what_runs_over_flows),
		cmocka_unit_test(what_is_no_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
