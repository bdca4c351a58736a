/*
 * src/rule/selftest.c - a check tests itself on its own examples.
 *
 * An example is a record as a map of fields, a raw line of a named shape, or a
 * series of those with repeats. Records that carry their raw text are matched
 * through the literals that occur in it, exactly as a hunt would, so an unsound
 * prefilter makes a positive example fail.
 */
#include "base/mem.h"
#include "base/yaml.h"
#include "rule/rule_priv.h"

#include <stdio.h>

enum { MAX_REPEAT = 2000 };

struct run {
	const struct noro_rules *rules;
	struct noro_self_test *test;
	struct noro_rule_worker *worker;
	struct noro_arena *arena; /* of one example */
	const struct noro_rule *rule;
	struct noro_rule_event *event;
	size_t events, cap;
	int64_t now_ns;
	const struct noro_json *expect;
	uint64_t line;
	bool hit, skipped;
	enum noro_severity severity;
	enum noro_rule_outcome outcome;
};

static void fail(struct run *t, const char *id, const char *arg0, const char *arg1)
{
	struct noro_msg m = { .id = id, .arg = { arg0, arg1 } };

	t->test->failures++;
	if (t->test->fail)
		t->test->fail(t->test->ctx, t->rule->pub.id, t->line, &m);
}

/* --- a record of an example --- */

struct mapped {
	const struct noro_view *field;
	size_t fields;
};

static bool mapped_get(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct mapped *m = rec;

	if (field >= m->fields || !m->field[field].p)
		return false;
	*ret = m->field[field];
	return true;
}

/* Each "{n}" becomes the number of the repeat. */
static struct noro_view numbered(struct noro_arena *a, struct noro_view text, size_t n)
{
	struct noro_buf out = { 0 };
	struct noro_view made = { NULL, 0 };
	size_t at;

	while ((at = noro_view_find(text, NORO_V("{n}"))) != SIZE_MAX) {
		noro_buf_add(&out, text.p, at);
		noro_buf_u64(&out, n);
		text = noro_view_sub(text, at + 3, text.n);
	}
	noro_buf_view(&out, text);
	if (out.status == NORO_OK)
		made = noro_arena_view(a, out.p ? noro_buf_as_view(&out) : NORO_V(""));
	noro_buf_done(&out);
	return made;
}

static enum noro_status keep_event(void *ctx, const struct noro_rule_event *e)
{
	struct run *t = ctx;
	struct noro_rule_event *grown = t->event;
	struct noro_view *field;

	if (t->events == t->cap)
		grown = noro_arena_grow(t->arena, t->event, t->events, &t->cap, sizeof(*grown));
	field = noro_arena_array(t->arena, e->fields + 1, sizeof(*field));
	if (!grown || !field)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < e->fields; i++) {
		if (e->field[i].p)
			field[i] = noro_arena_view(t->arena, e->field[i]);
		if (e->field[i].p && !field[i].p)
			return NORO_ENOMEM;
	}
	t->event = grown;
	t->event[t->events] = *e;
	t->event[t->events++].field = field;
	return NORO_OK;
}

static enum noro_status match_raw(
	struct run *t, const struct noro_rule_view *v, struct noro_view raw)
{
	const struct noro_rules *r = t->rules;
	uint32_t *literal = noro_arena_array(t->arena, r->literals + 1, sizeof(*literal));
	size_t n = 0;
	enum noro_status st;

	if (!literal)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->literals; i++)
		if (noro_view_find_i(raw, noro_view_str(r->literal[i])) != SIZE_MAX)
			literal[n++] = (uint32_t)i;
	st = noro_rules_match(t->worker, v, literal, n, keep_event, t);
	if (st == NORO_OK && noro_rules_next_flow(r, raw, 0) != SIZE_MAX)
		st = noro_rules_match_flow(t->worker, v, keep_event, t);
	return st;
}

static enum noro_status match_record(
	struct run *t, const struct noro_json *record, size_t n, int64_t time_ns)
{
	struct noro_view *field = noro_arena_array(t->arena, t->rules->fields + 1, sizeof(*field));
	struct mapped m = { field, t->rules->fields };
	struct noro_rule_view v = { .get = mapped_get, .rec = &m, .time_ns = time_ns };
	struct noro_view raw = { NULL, 0 };

	if (!field)
		return NORO_ENOMEM;
	for (const struct noro_json *f = record->child; f; f = f->next) {
		struct noro_view text = f->kind == NORO_JSON_STRING || f->kind == NORO_JSON_NUMBER
						? numbered(t->arena, f->text, n)
						: (struct noro_view){ NULL, 0 };

		if (!text.p)
			return NORO_ENOMEM;
		if (!noro_rule_field_known(f->key))
			fail(t, N_("'%1' is not a field name"), NORO_VTEXT(f->key), NULL);
		if (noro_view_is(f->key, "raw"))
			raw = text;
		for (size_t i = 0; i < t->rules->fields; i++)
			if (noro_view_is(f->key, t->rules->field[i]))
				field[i] = text;
	}
	if (raw.p)
		return match_raw(t, &v, raw);
	return noro_rules_match(t->worker, &v, NULL, 0, keep_event, t);
}

static enum noro_status match_line(
	struct run *t, const struct noro_json *item, size_t n, int64_t time_ns, bool timed)
{
	struct noro_view line = numbered(t->arena, noro_json_str(item, "line"), n);
	struct noro_view shape = noro_json_str(item, "shape");
	struct noro_rule_view v = { 0 };
	char *name = noro_arena_strn(t->arena, shape.p ? shape.p : "", shape.n);

	if (!line.p || !name)
		return NORO_ENOMEM;
	if (!t->test->parse) {
		t->test->lines_skipped++;
		t->skipped = true;
		return NORO_OK;
	}
	if (!t->test->parse(t->test->ctx, name, line, &v)) {
		fail(t, N_("a line was not understood as '%1'"), name, NULL);
		return NORO_OK;
	}
	if (timed || v.time_ns == NORO_TIME_NONE)
		v.time_ns = time_ns;
	return match_raw(t, &v, line);
}

/* A duration member, or what holds without it. False (and a failure told) when it is no duration.
 */
static bool span(struct run *t, const struct noro_json *item, const char *name, int64_t *ret_ns)
{
	const struct noro_json *m = noro_json_get(item, name);

	if (!m || noro_rule_duration_text(m->text, ret_ns))
		return true;
	fail(t, N_("a duration like 30s, 10m, 1h or 7d is expected here"), NULL, NULL);
	return false;
}

static enum noro_status run_item(struct run *t, const struct noro_json *item)
{
	const struct noro_json *record = noro_json_get(item, "record"),
			       *repeat = noro_json_get(item, "repeat");
	int64_t n = 1, every = NORO_NS_PER_S, after = 0;
	bool timed = noro_json_get(item, "after") || noro_json_get(item, "every");
	enum noro_status st = NORO_OK;

	if (repeat && (!noro_json_i64(repeat, &n) || n < 1 || n > MAX_REPEAT)) {
		fail(t, N_("repeat is a number from 1 to %1"), NORO_NUM(MAX_REPEAT), NULL);
		return NORO_OK;
	}
	if (!span(t, item, "every", &every) || !span(t, item, "after", &after))
		return NORO_OK;
	t->now_ns += after;
	for (int64_t i = 0; st == NORO_OK && i < n; i++, t->now_ns += every) {
		if (record && record->kind == NORO_JSON_OBJECT)
			st = match_record(t, record, (size_t)i + 1, t->now_ns);
		else if (noro_json_str(item, "line").p)
			st = match_line(t, item, (size_t)i + 1, t->now_ns, timed);
		else
			fail(t, N_("an example holds a record, a line or a series"), NULL, NULL);
	}
	return st;
}

static enum noro_status take_verdict(void *ctx, const struct noro_verdict *v)
{
	struct run *t = ctx;

	if (&t->rules->rule[v->check] != t->rule)
		return NORO_OK;
	if (!t->hit || v->severity > t->severity) {
		t->severity = v->severity;
		t->outcome = v->outcome;
	}
	t->hit = true;
	return NORO_OK;
}

static void expected(struct run *t)
{
	struct noro_view severity = noro_json_str(t->expect, "severity"),
			 outcome = noro_json_str(t->expect, "outcome");

	if (severity.p && !noro_view_is(severity, noro_severity_name(t->severity)))
		fail(t, N_("expected %1, got %2"), NORO_VTEXT(severity),
			noro_severity_name(t->severity));
	if (outcome.p && !noro_view_is(outcome, noro_rule_outcome_name(t->outcome)))
		fail(t, N_("expected %1, got %2"), NORO_VTEXT(outcome),
			noro_rule_outcome_name(t->outcome));
}

static void fail_rows(void *ctx, const char *id, const char *arg0, const char *arg1)
{
	fail(ctx, id, arg0, arg1);
}

static enum noro_status run_rows(struct run *t, const struct noro_json *example,
	const struct noro_conclude_opts *o, struct noro_error *err)
{
	struct noro_example_run x = { .rules = t->rules,
		.rule = t->rule,
		.test = t->test,
		.worker = t->worker,
		.arena = t->arena,
		.emit = keep_event,
		.ctx = t,
		.fail = fail_rows };
	struct noro_asker *asker = noro_rule_worker_asker(t->worker);
	const struct noro_set_facts *set = t->rules->set;
	enum noro_status st = noro_example_sets(&x, example, &set);

	asker->set = set;
	if (st == NORO_OK)
		st = noro_example_rows(&x, example, &t->skipped);
	asker->set = t->rules->set;
	if (st == NORO_OK && !t->skipped) {
		struct noro_conclude_opts with = *o;

		with.set = set;
		st = noro_rules_conclude(t->rules, t->arena, t->event, t->events, &with, err);
	}
	return st;
}

static enum noro_status run_example(
	struct run *t, const struct noro_json *example, bool positive, struct noro_error *err)
{
	const struct noro_json *series = noro_json_get(example, "series");
	struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = take_verdict, .ctx = t
	};
	enum noro_status st = NORO_OK;

	t->now_ns = INT64_C(1735689600) * NORO_NS_PER_S; /* 2025-01-01 */
	t->event = NULL;
	t->events = t->cap = 0;
	t->hit = t->skipped = false;
	t->expect = noro_json_get(example, "expect");
	t->line = noro_line_of(t->rule->text, example->at);
	if (noro_example_is_rows(example))
		st = run_rows(t, example, &o, err);
	else if (!series)
		st = run_item(t, example);
	else
		for (const struct noro_json *i = series->child; i && st == NORO_OK; i = i->next)
			st = run_item(t, i);
	if (st == NORO_OK && !noro_example_is_rows(example))
		st = noro_rules_conclude(t->rules, t->arena, t->event, t->events, &o, err);
	if (st != NORO_OK || t->skipped)
		return st;
	t->test->examples++;
	if (positive && !t->hit)
		fail(t, N_("a positive example gives no result"), NULL, NULL);
	else if (!positive && t->hit)
		fail(t, N_("a negative example gives a result"), NULL, NULL);
	else if (positive && t->expect)
		expected(t);
	return st;
}

static enum noro_status run_rule(struct run *t, struct noro_error *err)
{
	static const char *const sides[] = { "positive", "negative" };
	enum noro_status st = NORO_OK;

	for (int i = 0; i < 2 && st == NORO_OK; i++) {
		const struct noro_json *list = noro_json_get(t->rule->examples, sides[i]);

		for (const struct noro_json *e = list ? list->child : NULL; e && st == NORO_OK;
			e = e->next) {
			t->arena = noro_arena_new(64 << 20);
			if (!t->arena)
				return NORO_ENOMEM;
			st = run_example(t, e, i == 0, err);
			noro_arena_free(t->arena);
		}
	}
	return st;
}

enum noro_status noro_rules_self_test(
	const struct noro_rules *r, struct noro_self_test *test, struct noro_error *err)
{
	struct run t = { .rules = r, .test = test };
	enum noro_status st = noro_rule_worker_new(r, &t.worker);

	test->checks = test->examples = test->lines_skipped = test->failures = 0;
	test->devices_skipped = 0;
	for (size_t i = 0; st == NORO_OK && i < r->rules; i++) {
		t.rule = &r->rule[i];
		if (!t.rule->examples)
			continue;
		test->checks++;
		st = run_rule(&t, err);
	}
	noro_rule_worker_free(t.worker);
	return st == NORO_ENOMEM ? noro_fail(err, st, N_("out of memory")) : st;
}
