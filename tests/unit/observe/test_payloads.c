/*
 * tests/unit/observe/test_payloads.c - first payloads of a history in groups, and judged again by
 * rules that came later.
 */
#include "tests/test.h"

#include "observe/observe.h"

static const int64_t day0 = INT64_C(1756252800000000000);

static void put(struct noro_history *h, const char *src, const char *port, uint64_t simhash,
	const char *rule, const char *text, int64_t at)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_payload m = { .sensor = "t",
		.time_ns = day0 + at,
		.port = port,
		.byte = (const uint8_t *)text,
		.n = strlen(text),
		.simhash = simhash };

	memset(m.sha256, 'a', 64);
	assert_true(noro_ip_parse(noro_view_str(src), &m.src));
	m.dst = m.src;
	if (rule)
		m.rules = m.cve = (struct noro_list){ &rule, 1 };
	assert_int_equal(to->payload(to->ctx, &m), NORO_OK);
}

static struct noro_history *filled(void)
{
	struct noro_history *h;
	struct noro_error err;

	assert_int_equal(noro_history_open(NULL, false, &h, &err), NORO_OK);
	assert_int_equal(noro_history_begin(h, "one", &err), NORO_OK);
	put(h, "192.0.2.1", "80", 0xff00, NULL, "first \x1b[31m", 5);
	put(h, "192.0.2.2", "80", 0xff03, NULL, "near", 6);
	put(h, "192.0.2.2", "80", 0xff01, NULL, "nearer", 9);
	put(h, "192.0.2.2", "80", 0xf00f, NULL, "far", 7);
	put(h, "192.0.2.2", "81", 0xff00, NULL, "another port", 8);
	put(h, "192.0.2.3", "80", 0x1234, "CVE-2021-44228", "named", 4);
	put(h, "192.0.2.3", "8080", 0x1235, "CVE-2021-44228", "named", 3);
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	return h;
}

static void groups_are_by_rule_and_by_likeness(void **state)
{
	struct noro_history *h = filled();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE }
	};
	struct noro_payloads p;

	(void)state;
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.payloads, 7);
	assert_int_equal(p.named, 2);
	assert_int_equal(p.groups, 4);
	assert_string_equal(p.group[0].rule, "CVE-2021-44228");
	assert_int_equal(p.group[0].count, 2);
	assert_int_equal(p.group[0].sources, 1);
	assert_int_equal(p.group[0].ports.n, 2);
	assert_int_equal(p.group[0].first_ns, day0 + 3);
	assert_int_equal(p.group[0].last_ns, day0 + 4);
	assert_null(p.group[1].rule);
	assert_int_equal(p.group[1].simhash, 0xff00);
	assert_int_equal(p.group[1].count, 3);
	assert_int_equal(p.group[1].sources, 2);
	assert_view_is(p.group[1].excerpt, "first \x1b[31m");
	assert_int_equal(p.group[2].count, 1);
	assert_int_equal(p.group[3].count, 1);
	ask.cve = "CVE-2021-44228";
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.groups, 1);
	ask.cve = "CVE-1999-0001";
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.groups, 0);
	noro_arena_free(a);
	noro_history_close(h);
}

/* Numbers that share a quarter, by the thousand: found or not, but never slow and never lost. */
static void many_clusters_lose_nothing(void **state)
{
	enum { MANY = 5000 };
	struct noro_history *h;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE }
	};
	struct noro_payloads p;
	struct noro_error err;
	uint64_t counted = 0;

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, &err), NORO_OK);
	assert_int_equal(noro_history_begin(h, "one", &err), NORO_OK);
	for (uint64_t i = 0; i < MANY; i++)
		put(h, "192.0.2.1", "80", (i * UINT64_C(0x9e3779b97f4a7c15)) << 16, NULL, "x",
			(int64_t)i);
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	for (size_t i = 0; i < p.groups; i++)
		counted += p.group[i].count;
	assert_int_equal(counted, MANY);
	assert_int_equal(p.payloads, MANY);
	noro_arena_free(a);
	noro_history_close(h);
}

/* --- rules that came later --- */

static enum noro_status name_those_near(void *ctx, struct noro_payload *m)
{
	static const char *const rule[] = { "PAY-99" }, *const cve[] = { "CVE-2025-0001" };
	unsigned *calls = ctx;

	++*calls;
	m->rules = m->cve = (struct noro_list){ 0 };
	m->simhash = 7; /* what was judged before keeps its number */
	if (m->n >= 4 && memcmp(m->byte, "near", 4) == 0) {
		m->rules = (struct noro_list){ rule, 1 };
		m->cve = (struct noro_list){ cve, 1 };
	} else if (m->n == 5 && memcmp(m->byte, "named", 5) == 0) {
		static const char *const old[] = { "CVE-2021-44228" };

		m->rules = m->cve = (struct noro_list){ old, 1 };
	}
	return NORO_OK;
}

static enum noro_status fail_third(void *ctx, struct noro_payload *m)
{
	unsigned *calls = ctx;
	unsigned none = 0;

	return ++*calls == 3 ? NORO_ENOMEM : name_those_near(&none, m);
}

static void old_payloads_get_new_names_once(void **state)
{
	struct noro_history *h = filled();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE }
	};
	struct noro_payloads p;
	uint64_t changed;
	unsigned calls = 0;

	(void)state;
	assert_int_equal(noro_history_judge(h, fail_third, &calls, &changed, NULL), NORO_ENOMEM);
	calls = 0;
	assert_int_equal(noro_history_judge(h, name_those_near, &calls, &changed, NULL), NORO_OK);
	assert_int_equal(calls, 7);
	assert_int_equal(changed, 2); /* and none of the run that failed stayed */
	assert_int_equal(noro_history_judge(h, name_those_near, &calls, &changed, NULL), NORO_OK);
	assert_int_equal(changed, 0);
	assert_int_equal(noro_history_verify(h, NULL), NORO_OK);
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.named, 4);
	assert_string_equal(p.group[0].rule, "CVE-2021-44228");
	assert_string_equal(p.group[1].rule, "PAY-99");
	assert_int_equal(p.group[1].simhash, 0xff03);
	noro_arena_free(a);
	noro_history_close(h);
}

/* Judged only for the answer: the store stays as it is. */
static void an_answer_can_be_judged_anew(void **state)
{
	struct noro_history *h = filled();
	struct noro_arena *a = noro_arena_new(0);
	unsigned calls = 0;
	struct noro_payload_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE },
		.judge = name_those_near,
		.judge_ctx = &calls
	};
	struct noro_payloads p;

	(void)state;
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(calls, 0); /* all have their number */
	ask.judge_all = true;
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.named, 4);
	ask.judge = NULL;
	assert_int_equal(noro_observe_payloads(h, &ask, a, &p, NULL), NORO_OK);
	assert_int_equal(p.named, 2);
	noro_arena_free(a);
	noro_history_close(h);
}

static bool try_grouping(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE }
	};
	struct noro_payloads p;
	enum noro_status st = a ? noro_observe_payloads(arg, &ask, a, &p, NULL) : NORO_ENOMEM;

	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	noro_arena_free(a);
	return st == NORO_OK;
}

static void without_memory_it_says_so(void **state)
{
	struct noro_history *h = filled();

	(void)state;
	test_allocation_sweep(try_grouping, h, 500);
	noro_history_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_by_rule_and_by_likeness),
		cmocka_unit_test(many_clusters_lose_nothing),
		cmocka_unit_test(old_payloads_get_new_names_once),
		cmocka_unit_test(an_answer_can_be_judged_anew),
		cmocka_unit_test(without_memory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
