/* tests/unit/rule/test_conclude.c - counting, sequences, first sightings, and their ceilings. */
#include "tests/unit/rule/rules.h"

#define HEAD(id)                                                                                   \
	"- id: " id "\n  title: {en: a, ja: b}\n  about: {en: a, ja: b}\n  next: {en: a, ja: b}\n" \
	"  severity: high\n  confidence: 50\n  needs: [login]\n  emit: [src.ip, user]\n"           \
	"  examples: {positive: [{record: {user: x}}], negative: [{record: {user: y}}]}\n"

static const char yaml[] =
	"- {signal: fail, when: {action: login, outcome: failure}, prefilter: "
	"[fail]}\n"
	"- {signal: ok, when: {action: login, outcome: success}, prefilter: "
	"[good]}\n" HEAD("A") "  conclude: {count: {on: fail, by: src.ip, at_least: 3, within: "
			      "10s}}\n" HEAD("B") "  conclude: {distinct: {on: fail, by: "
						  "src.ip, of: user, at_least: 3, within: "
						  "10s}}\n" HEAD("C") "  conclude: {sequence: "
								      "{by: src.ip, within: "
								      "10s, steps: [{on: fail, "
								      "at_least: 2}, {on: "
								      "ok}]}}\n" HEAD("D") "  "
											   "con"
											   "clu"
											   "de:"
											   " {"
											   "eac"
											   "h: "
											   "{on"
											   ": "
											   "ok}"
											   "}"
											   "\n";

struct world {
	struct noro_arena *arena;
	struct noro_rules *rules;
	struct noro_rule_event event[4096];
	size_t events;
	char log[8192]; /* verdicts as text */
	size_t notes, most;
	uint64_t count;
};

static void world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->arena = noro_arena_new(0);
	w->rules = test_rules(w->arena, yaml);
}

static enum noro_status keep(void *ctx, const struct noro_rule_event *e)
{
	struct world *w = ctx;
	struct noro_view *field = noro_arena_array(w->arena, e->fields, sizeof(*field));

	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p)
			field[i] = noro_arena_view(w->arena, e->field[i]);
	w->event[w->events] = *e;
	w->event[w->events++].field = field;
	return NORO_OK;
}

static void login(struct world *w, int64_t second, bool good, const char *user, const char *src)
{
	struct test_pair p[] = { { "action", "login" }, { "outcome", good ? "success" : "failure" },
		{ "user", user }, { "src.ip", src }, { NULL, NULL } };
	struct test_record rec = { w->rules, p };
	struct noro_rule_view v = { .get = test_record_get,
		.rec = &rec,
		.time_ns = second * NORO_NS_PER_S,
		.place = w->events };
	struct noro_rule_worker *worker;

	assert_int_equal(noro_rule_worker_new(w->rules, &worker), NORO_OK);
	assert_int_equal(noro_rules_match(worker, &v, NULL, 0, keep, w), NORO_OK);
	noro_rule_worker_free(worker);
}

static enum noro_status write_verdict(void *ctx, const struct noro_verdict *v)
{
	struct world *w = ctx;
	size_t n = strlen(w->log);

	(void)snprintf(w->log + n, sizeof(w->log) - n, "%s %s=%.*s n=%llu %lld..%lld p=%llu/%zu; ",
		noro_rules_check(w->rules, v->check)->id, v->type, NORO_VARG(v->value),
		(unsigned long long)v->count, (long long)(v->first_ns / NORO_NS_PER_S),
		(long long)(v->last_ns / NORO_NS_PER_S), (unsigned long long)v->place[0],
		v->places);
	w->count++;
	assert_true(v->confidence > 0 && v->confidence <= 100);
	assert_true(v->places > 0 && v->places <= NORO_RULE_PLACES);
	return NORO_OK;
}

static void note(void *ctx, uint32_t check, const struct noro_msg *what)
{
	struct world *w = ctx;

	(void)check;
	assert_non_null(what->id);
	w->notes++;
}

static const char *conclude(struct world *w)
{
	struct noro_conclude_opts o = { .learn_until_ns = NORO_TIME_NONE,
		.max_keys = w->most,
		.note = note,
		.verdict = write_verdict,
		.ctx = w };

	w->log[0] = '\0';
	w->count = 0;
	assert_int_equal(
		noro_rules_conclude(w->rules, w->arena, w->event, w->events, &o, NULL), NORO_OK);
	return w->log;
}

static void counts_within_a_window(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	login(&w, 0, false, "a", "1.1.1.1");
	login(&w, 6, false, "a", "1.1.1.1");
	login(&w, 12, false, "a", "1.1.1.1"); /* three, but never three in ten seconds */
	assert_string_equal(conclude(&w), "");
	login(&w, 13, false, "a", "2.2.2.2"); /* somebody else */
	login(&w, 14, false, "a", "1.1.1.1");
	assert_string_equal(conclude(&w), "A ipv4=1.1.1.1 n=4 0..14 p=4/3; ");
	noro_arena_free(w.arena);
}

static void counts_different_values(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	login(&w, 0, false, "a", "1.1.1.1");
	login(&w, 1, false, "A", "1.1.1.1");
	login(&w, 20, false, "b", "1.1.1.1");
	login(&w, 21, false, "a", "1.1.1.1");
	assert_string_equal(conclude(&w), "");
	login(&w, 22, false, "c", "1.1.1.1");
	assert_string_equal(
		conclude(&w), "A ipv4=1.1.1.1 n=3 20..22 p=4/3; B ipv4=1.1.1.1 n=3 20..22 p=4/3; ");
	noro_arena_free(w.arena);
}

static void sequences_need_their_order(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	login(&w, 0, true, "a", "1.1.1.1"); /* success first means nothing */
	login(&w, 1, false, "a", "1.1.1.1");
	login(&w, 2, false, "a", "1.1.1.1");
	assert_string_equal(conclude(&w), "D ipv4=1.1.1.1 n=1 0..0 p=0/1; ");
	login(&w, 13, true, "a", "1.1.1.1"); /* eleven seconds later: too late */
	assert_string_equal(conclude(&w), "D ipv4=1.1.1.1 n=2 0..13 p=0/2; ");
	w.events--;
	login(&w, 9, true, "a", "1.1.1.1");
	assert_string_equal(
		conclude(&w), "C ipv4=1.1.1.1 n=3 1..9 p=3/3; D ipv4=1.1.1.1 n=2 0..9 p=0/2; ");
	noro_arena_free(w.arena);
}

static void equal_times_keep_their_given_order_and_nothing_else_matters(void **state)
{
	struct world w;
	char first[8192];

	(void)state;
	world_init(&w);
	for (int i = 0; i < 300; i++) {
		char user[8], src[16];

		(void)snprintf(user, sizeof(user), "u%d", i % 7);
		(void)snprintf(src, sizeof(src), "192.0.2.%d", i % 5);
		login(&w, i / 3, i % 11 == 0, user, src);
	}
	(void)snprintf(first, sizeof(first), "%s", conclude(&w));
	assert_true(w.count > 5);
	for (int i = 0; i < 5; i++) /* hash seeds differ from run to run: the answer must not */
		assert_string_equal(conclude(&w), first);
	noro_arena_free(w.arena);
}

static void a_reached_ceiling_is_said(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.most = 16;
	for (int i = 0; i < 1000; i++) {
		char src[16];

		(void)snprintf(src, sizeof(src), "10.0.%d.%d", i / 200, i % 200);
		login(&w, 0, false, "a", src);
	}
	login(&w, 1, false, "x", "9.9.9.9");
	login(&w, 2, false, "x", "9.9.9.9");
	login(&w, 3, false, "x", "9.9.9.9");
	assert_non_null(strstr(conclude(&w), "A ipv4=9.9.9.9 n=3"));
	assert_true(w.notes >= 1);
	/* the same spread over time forgets only what no longer matters: nothing to say */
	w.notes = 0;
	for (size_t i = 0; i < w.events; i++)
		w.event[i].time_ns = (int64_t)i * 60 * NORO_NS_PER_S;
	(void)conclude(&w);
	assert_int_equal(w.notes, 0);
	noro_arena_free(w.arena);
}

static void records_without_a_time_are_counted_but_not_ordered(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	for (int i = 0; i < 5; i++)
		login(&w, 0, false, "a", "1.1.1.1");
	login(&w, 0, true, "a", "1.1.1.1");
	for (size_t i = 0; i < w.events; i++)
		w.event[i].time_ns = NORO_TIME_NONE;
	(void)conclude(&w);
	assert_int_equal(w.count, 1); /* D only */
	assert_true(w.notes >= 3);
	noro_arena_free(w.arena);
}

static bool try_conclude(void *arg)
{
	struct world *w = arg;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = write_verdict, .ctx = w
	};
	enum noro_status st;

	if (!a)
		return false;
	w->log[0] = '\0';
	st = noro_rules_conclude(w->rules, a, w->event, w->events, &o, NULL);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void survives_every_failed_allocation(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	for (int i = 0; i < 40; i++)
		login(&w, i / 4, i % 9 == 0, "a", i % 2 ? "1.1.1.1" : "2.2.2.2");
	test_allocation_sweep(try_conclude, &w, 2000);
	assert_true(strlen(w.log) > 0);
	noro_arena_free(w.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_within_a_window),
		cmocka_unit_test(counts_different_values),
		cmocka_unit_test(sequences_need_their_order),
		cmocka_unit_test(equal_times_keep_their_given_order_and_nothing_else_matters),
		cmocka_unit_test(a_reached_ceiling_is_said),
		cmocka_unit_test(records_without_a_time_are_counted_but_not_ordered),
		cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
