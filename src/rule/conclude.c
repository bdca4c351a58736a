/*
 * src/rule/conclude.c - phase 2: from events to verdicts, one check after another.
 *
 * Each check reads only the events of its own signals, merged in order of time
 * from at most four lists, and keeps a bounded state per key: the newest N moments
 * decide "N within T" exactly, the N most recently seen different values decide
 * "N different within T" exactly, and a sequence is one such state per step with
 * the moment it was reached. So the work is linear in the events and the memory
 * does not depend on their number.
 */
#include "base/mem.h"
#include "rule/conclude_priv.h"

#include <stdio.h>

/* --- one event as a record: its fields by number --- */

struct event_record {
	const struct noro_signal *signal;
	const struct noro_rule_event *event;
	int64_t now_ns; /* of the event; rows of tables have none, so all are of one moment */
};

static bool event_get(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct event_record *e = rec;

	for (uint32_t i = 0; i < e->signal->emits && i < e->event->fields; i++)
		if (e->signal->emit[i] == field) {
			*ret = e->event->field[i];
			return ret->p != NULL;
		}
	return false;
}

static struct noro_view field_of(const struct event_record *e, uint32_t field)
{
	struct noro_view v = { NULL, 0 };

	(void)event_get(e, field, &v);
	return v;
}

struct noro_view noro_event_field(
	const struct noro_signal *s, const struct noro_rule_event *e, uint32_t field)
{
	return field_of(&(struct event_record){ s, e, 0 }, field);
}

static bool holds(
	struct noro_concluder *c, const struct noro_cond *cond, const struct event_record *e)
{
	struct noro_rule_view v = { .get = event_get, .rec = e };

	noro_asker_next(&c->asker);
	return noro_cond_holds(&c->asker, cond, &v);
}

/* --- the state of one key --- */

struct slot {
	int64_t time_ns;
	uint64_t place;
	struct noro_view value;
};

struct step_state {
	int64_t reached_ns;
	uint32_t n, next;
	bool reached;
};

struct key_state {
	struct noro_keyed_head head;
	int64_t start_ns, last_ns;
	uint64_t pending; /* events since start that no verdict counts yet */
	struct step_state step[NORO_RULE_MAX_STEPS];
	bool started, novel; /* novel: a first sighting that was judged new */
};

static struct slot *slots_of(const struct noro_rule *rule, struct key_state *k, uint32_t step)
{
	struct slot *s = (struct slot *)(void *)(k + 1);

	for (uint32_t i = 0; i < step; i++)
		s += rule->step[i].at_least;
	return s;
}

static size_t state_size(const struct noro_rule *rule)
{
	size_t n = sizeof(struct key_state);

	for (uint32_t i = 0; i < rule->steps; i++)
		n += rule->step[i].at_least * sizeof(struct slot);
	return n;
}

/* A ring of the newest moments: full and narrow enough means N within T. */
static bool push_count(const struct noro_rule *rule, struct step_state *s, struct slot *slot,
	uint32_t most, struct slot now)
{
	slot[s->next] = now;
	s->next = (s->next + 1) % most;
	if (s->n < most)
		s->n++;
	return s->n == most &&
	       (rule->within_ns == 0 || now.time_ns - slot[s->next].time_ns <= rule->within_ns);
}

/* Different values, the most recent first: the N-th tells how far back N of them reach. */
static bool push_distinct(const struct noro_rule *rule, struct step_state *s, struct slot *slot,
	uint32_t most, struct slot now)
{
	uint32_t i = 0;

	while (i < s->n && !noro_view_eq_i(slot[i].value, now.value))
		i++;
	if (i == s->n && s->n < most)
		s->n++;
	if (i == most)
		i = most - 1;
	memmove(slot + 1, slot, i * sizeof(*slot));
	slot[0] = now;
	return s->n == most &&
	       (rule->within_ns == 0 || now.time_ns - slot[most - 1].time_ns <= rule->within_ns);
}

static void touch(const struct noro_rule *rule, struct key_state *k, int64_t now_ns)
{
	if (!k->started || now_ns - k->last_ns > rule->within_ns) {
		k->start_ns = now_ns;
		k->pending = 0;
	}
	k->started = true;
	k->last_ns = now_ns;
	k->pending++;
}

/* --- verdicts --- */

static struct noro_view observable(
	const struct noro_rule *rule, const struct event_record *e, uint32_t *ret_field)
{
	for (uint32_t i = 0; i < rule->observables; i++) {
		struct noro_view v = field_of(e, rule->observable[i]);

		*ret_field = rule->observable[i];
		if (v.p && v.n)
			return v;
	}
	return (struct noro_view){ NULL, 0 };
}

struct verdict_key {
	struct noro_keyed_head head;
	uint32_t index;
};

static struct noro_verdict_state *new_verdict(struct noro_concluder *c,
	const struct event_record *e, struct noro_view value, uint32_t field)
{
	struct noro_verdict_state *grown = c->verdict;

	if (c->verdicts == c->verdict_cap)
		grown = noro_grow(c->verdict, c->verdicts, &c->verdict_cap, sizeof(*grown));
	if (!grown) {
		c->status = NORO_ENOMEM;
		return NULL;
	}
	c->verdict = grown;
	grown += c->verdicts++;
	*grown = (struct noro_verdict_state){ .value = value,
		.field = field,
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE,
		.event = e->event,
		.signal = e->signal,
		.every = ~0u,
		.row_every = 0xff };
	if (e->signal->rows)
		grown->device = field_of(e, c->rules->device - 1);
	return grown;
}

/* A row is told from others by its device and all of the observables, not by the first one. */
static void row_key(
	const struct noro_concluder *c, const struct event_record *e, struct noro_view key[])
{
	const struct noro_rule *rule = c->rule;

	for (uint32_t i = 0; i < rule->observables && i + 1 < NORO_RULE_BY; i++)
		key[i] = field_of(e, rule->observable[i]);
	if (rule->kind == NORO_CONCLUDE_EACH)
		key[NORO_RULE_BY - 1] = field_of(e, c->rules->device - 1);
}

/* The verdict of this check about that value, made if new; NULL at the ceiling or without memory.
 */
static struct noro_verdict_state *verdict_for(
	struct noro_concluder *c, const struct event_record *e)
{
	uint32_t field = 0;
	struct noro_view value = observable(c->rule, e, &field);
	struct noro_view key[NORO_RULE_BY] = { value };
	int64_t lost;
	struct verdict_key *k;

	if (e->signal->rows)
		row_key(c, e, key);
	k = noro_keyed_find(&c->by_value, key);
	if (k)
		return &c->verdict[k->index];
	if (c->total >= NORO_RULE_MAX_VERDICTS || c->by_value.entries >= c->by_value.most) {
		c->verdicts_lost++;
		return NULL;
	}
	k = noro_keyed_get(&c->by_value, key, 0, &lost);
	if (!k) {
		c->status = NORO_ENOMEM;
		return NULL;
	}
	k->index = (uint32_t)c->verdicts;
	c->total++;
	return new_verdict(c, e, value, field);
}

static void span(struct noro_verdict_state *v, int64_t from_ns, int64_t to_ns)
{
	if (from_ns != NORO_TIME_NONE && (v->first_ns == NORO_TIME_NONE || from_ns < v->first_ns))
		v->first_ns = from_ns;
	if (to_ns != NORO_TIME_NONE && (v->last_ns == NORO_TIME_NONE || to_ns > v->last_ns))
		v->last_ns = to_ns;
}

static void place(struct noro_verdict_state *v, uint64_t at)
{
	for (uint32_t i = 0; i < v->places; i++)
		if (v->place[i] == at)
			return;
	if (v->places < NORO_RULE_PLACES)
		v->place[v->places++] = at;
}

/* How the event went, and which adjustments it calls for. */
static void weigh(
	struct noro_concluder *c, struct noro_verdict_state *v, const struct event_record *e)
{
	const struct noro_rule *rule = c->rule;
	unsigned mask = 0;
	int outcome = NORO_OUTCOME_UNKNOWN;

	for (uint32_t i = 0; i < rule->adjusts; i++)
		if (holds(c, &rule->adjust[i].when, e))
			mask |= 1u << i;
	v->any |= mask;
	v->every &= mask;
	v->row_any |= e->event->flags;
	v->row_every &= e->event->flags;
	if (e->event->set)
		v->set = e->event->set;
	if (e->event->question) {
		const struct noro_question *q = &c->rules->question[e->event->question - 1];
		unsigned base = q->severity ? q->severity : (unsigned)rule->severity[0] + 1;
		bool trace = !(q->sorted ? q->weakness : rule->pub.weakness);

		if (base > v->base)
			v->why = q->why;
		if (base >= v->base)
			v->trace = trace || (base == v->base && v->trace);
		if (base > v->base)
			v->base = base;
	}
	if (e->signal->rows && !noro_view_eq(v->device, field_of(e, c->rules->device - 1)))
		v->device = (struct noro_view){ NULL, 0 };
	if (rule->judges && holds(c, &rule->success, e))
		outcome = NORO_OUTCOME_SUCCESS;
	else if (rule->judges && holds(c, &rule->attempt, e))
		outcome = NORO_OUTCOME_ATTEMPT;
	v->outcome[outcome]++;
}

static void conclude_each(struct noro_concluder *c, const struct event_record *e)
{
	struct noro_verdict_state *v = verdict_for(c, e);

	if (!v)
		return;
	if (v->count == 0 || !(e->event->flags & NORO_EVENT_AGAIN)) {
		v->count++;
	}
	place(v, e->event->place); /* of a row found again: another of its statements */
	span(v, e->event->time_ns, e->event->time_ns);
	weigh(c, v, e);
}

static void trigger(struct noro_concluder *c, const struct event_record *e, struct key_state *k)
{
	struct noro_verdict_state *v = verdict_for(c, e);

	if (!v)
		return;
	v->count += k->pending;
	k->pending = 0;
	if (!c->rule->row_signal)
		span(v, k->start_ns, e->event->time_ns);
	weigh(c, v, e);
	place(v, e->event->place);
	for (uint32_t s = 0; s < c->rule->steps && v->places < NORO_RULE_PLACES; s++) {
		const struct slot *slot = slots_of(c->rule, k, s);

		for (uint32_t i = 0; i < k->step[s].n && v->places < NORO_RULE_PLACES; i++)
			place(v, slot[i].place);
	}
}

/* False when a key field is missing: such an event belongs to nobody. */
static bool key_of(
	const struct noro_rule *rule, const struct event_record *e, struct noro_view key[])
{
	for (uint32_t i = 0; i < rule->bys; i++) {
		key[i] = field_of(e, rule->by[i]);
		if (!key[i].p || key[i].n == 0)
			return false;
	}
	return true;
}

/* A later step counts only within the window that the step before it opened. */
static bool open_step(
	const struct noro_rule *rule, const struct key_state *k, uint32_t s, int64_t now)
{
	return s == 0 ||
	       (k->step[s - 1].reached && now - k->step[s - 1].reached_ns <= rule->within_ns);
}

static bool reach(
	struct noro_concluder *c, struct key_state *k, uint32_t s, const struct event_record *e)
{
	const struct noro_rule *rule = c->rule;
	const struct noro_step *step = &rule->step[s];
	struct slot now = { .time_ns = e->now_ns, .place = e->event->place };
	struct slot *slot = slots_of(rule, k, s);

	if (!step->of)
		return push_count(rule, &k->step[s], slot, step->at_least, now);
	now.value = field_of(e, step->of - 1);
	if (!now.value.p || now.value.n == 0)
		return false;
	return push_distinct(rule, &k->step[s], slot, step->at_least, now);
}

/* Later steps first, so that one event is not both the cause and the consequence. */
static void conclude_steps(struct noro_concluder *c, const struct event_record *e, uint32_t mask)
{
	struct noro_view key[NORO_RULE_BY] = { { NULL, 0 } };
	int64_t lost, now = e->now_ns;
	struct key_state *k;

	if (!key_of(c->rule, e, key))
		return;
	k = noro_keyed_get(&c->keys, key, now, &lost);
	if (!k) {
		c->status = NORO_ENOMEM;
		return;
	}
	if (lost != NORO_TIME_NONE && now - lost <= c->rule->within_ns)
		c->keys_lost++;
	for (uint32_t s = 0; s < c->rule->steps; s++)
		if (!open_step(c->rule, k, s, now))
			mask &= ~(1u << s);
	if (mask)
		touch(c->rule, k, now);
	for (uint32_t s = c->rule->steps; s-- > 0;) {
		if (!(mask & 1u << s) || !reach(c, k, s, e))
			continue;
		k->step[s].reached = true;
		k->step[s].reached_ns = now;
		if (s + 1 == c->rule->steps)
			trigger(c, e, k);
	}
}

static void conclude_first(struct noro_concluder *c, const struct event_record *e)
{
	struct noro_view key[NORO_RULE_BY] = { { NULL, 0 } };
	struct noro_verdict_state *v;
	struct key_state *k;
	int64_t lost;

	if (!key_of(c->rule, e, key))
		return;
	key[NORO_RULE_BY - 1] = field_of(e, c->rule->of);
	if (!key[NORO_RULE_BY - 1].p || key[NORO_RULE_BY - 1].n == 0)
		return;
	k = noro_keyed_get(&c->keys, key, e->event->time_ns, &lost);
	if (!k) {
		c->status = NORO_ENOMEM;
		return;
	}
	c->keys_lost += lost != NORO_TIME_NONE;
	if (k->head.fresh)
		k->novel = e->event->time_ns >= c->learned_ns;
	if (!k->novel || !(v = verdict_for(c, e)))
		return;
	v->count++;
	span(v, e->event->time_ns, e->event->time_ns);
	place(v, e->event->place);
	weigh(c, v, e);
}

static void feed(struct noro_concluder *c, const struct noro_rule_event *event)
{
	const struct noro_rule *rule = c->rule;
	struct event_record e = { &c->rules->signal[event->signal], event,
		rule->row_signal ? 0 : event->time_ns };
	uint32_t mask = 0;

	if (c->fleet && !noro_fleet_holds(c, c->fleet, event))
		return;
	for (uint32_t s = 0; s < rule->steps; s++)
		if (rule->step[s].signal == event->signal &&
			(!rule->step[s].filtered || holds(c, &rule->step[s].where, &e)))
			mask |= 1u << s;
	if (!mask)
		return;
	if (rule->kind == NORO_CONCLUDE_EACH) {
		conclude_each(c, &e);
		return;
	}
	if (!rule->row_signal && event->time_ns == NORO_TIME_NONE) {
		c->timeless++;
		return;
	}
	if (rule->kind == NORO_CONCLUDE_FIRST)
		conclude_first(c, &e);
	else
		conclude_steps(c, &e, mask);
}

/* --- events by signal --- */

/* Counting sort: `order` holds the events' numbers, signal by signal, each part in order. */
static enum noro_status sort_events(struct noro_concluder *c, size_t n)
{
	size_t signals = c->rules->signals;

	if (n > UINT32_MAX - 1)
		return NORO_ELIMIT;
	c->order = noro_reallocarray(NULL, n + 1, sizeof(*c->order));
	c->start = noro_calloc(signals + 2, sizeof(*c->start));
	if (!c->order || !c->start)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (c->event[i].signal < signals)
			c->start[c->event[i].signal + 2]++;
	for (size_t s = 2; s < signals + 2; s++)
		c->start[s] += c->start[s - 1];
	for (size_t i = 0; i < n; i++)
		if (c->event[i].signal < signals)
			c->order[c->start[c->event[i].signal + 1]++] = (uint32_t)i;
	return NORO_OK;
}

/* The next event of the rule's signals: the smallest number among the fronts. */
static const struct noro_rule_event *next_event(
	const struct noro_concluder *c, uint32_t front[NORO_RULE_MAX_STEPS])
{
	const struct noro_rule *rule = c->rule;
	uint32_t best = UINT32_MAX, from = 0;

	for (uint32_t s = 0; s < rule->steps; s++) {
		uint32_t signal = rule->step[s].signal;

		if (front[s] < c->start[signal + 1] && c->order[front[s]] < best) {
			best = c->order[front[s]];
			from = s;
		}
	}
	if (best == UINT32_MAX)
		return NULL;
	for (uint32_t s = 0; s < rule->steps; s++)
		if (rule->step[s].signal == rule->step[from].signal)
			front[s]++;
	return &c->event[best];
}

static void fronts(const struct noro_concluder *c, uint32_t front[NORO_RULE_MAX_STEPS])
{
	for (uint32_t s = 0; s < c->rule->steps; s++)
		front[s] = c->start[c->rule->step[s].signal];
}

/* --- one check --- */

static void tell(struct noro_concluder *c, const char *id, const char *arg0, const char *arg1)
{
	struct noro_msg m = { .id = id, .arg = { arg0, arg1 } };

	if (c->opts->note)
		c->opts->note(c->opts->ctx, (uint32_t)(c->rule - c->rules->rule), &m);
}

/*
 * When learning ends. Half of a short log is used for it, and a log of less than
 * a day cannot tell what is new: then everything would be.
 */
static bool learning(struct noro_concluder *c)
{
	uint32_t front[NORO_RULE_MAX_STEPS] = { 0 };
	const struct noro_rule_event *e;
	int64_t first = NORO_TIME_NONE, last = NORO_TIME_NONE, learn = c->rule->learn_ns;

	fronts(c, front);
	while ((e = next_event(c, front))) {
		if (e->time_ns == NORO_TIME_NONE)
			continue;
		if (first == NORO_TIME_NONE)
			first = e->time_ns;
		last = e->time_ns;
	}
	c->learned_ns = c->opts->learn_until_ns;
	c->learn_ns = learn;
	if (first == NORO_TIME_NONE || c->learned_ns != NORO_TIME_NONE)
		return first != NORO_TIME_NONE;
	if (last - first < INT64_C(86400) * NORO_NS_PER_S) {
		tell(c, N_("the log is too short to know what is new"), NULL, NULL);
		return false;
	}
	if (learn > (last - first) / 2)
		c->learn_ns = learn = (last - first) / 2;
	c->learned_ns = first + learn;
	return true;
}

static void tell_limits(struct noro_concluder *c)
{
	char number[24];

	if (c->keys_lost)
		tell(c, N_("more than %1 sources or users at once: some were forgotten too early"),
			noro_num(number, c->keys.most), NULL);
	if (c->verdicts_lost)
		tell(c, N_("more than %1 results: %2 records are not reported one by one"),
			NORO_NUM(NORO_RULE_MAX_VERDICTS), noro_num(number, c->verdicts_lost));
	if (c->timeless)
		tell(c, N_("%1 records tell no time and could not be put in order"),
			noro_num(number, c->timeless), NULL);
}

static enum noro_status one_check(struct noro_concluder *c)
{
	size_t most = c->opts->max_keys ? c->opts->max_keys : NORO_RULE_MAX_KEYS;
	struct noro_fleet fleet = { 0 };
	uint32_t front[NORO_RULE_MAX_STEPS] = { 0 };
	const struct noro_rule_event *e;
	enum noro_status st;

	c->verdicts = 0;
	c->keys_lost = c->verdicts_lost = c->timeless = 0;
	fronts(c, front);
	if (!next_event(c, front) || (c->rule->kind == NORO_CONCLUDE_FIRST && !learning(c)))
		return NORO_OK;
	st = noro_keyed_init(&c->by_value, sizeof(struct verdict_key), NORO_RULE_MAX_VERDICTS);
	if (st == NORO_OK && c->rule->kind != NORO_CONCLUDE_EACH)
		st = noro_keyed_init(&c->keys, state_size(c->rule), most);
	if (st == NORO_OK && c->rule->row_signal)
		st = noro_fleet_begin(c, &fleet);
	c->fleet = fleet.keys ? &fleet : NULL;
	c->status = st;
	fronts(c, front);
	while (c->status == NORO_OK && (e = next_event(c, front)))
		feed(c, e);
	st = c->status;
	if (st == NORO_OK)
		tell_limits(c);
	for (size_t i = 0; st == NORO_OK && i < c->verdicts; i++)
		st = noro_verdict_give(c, &c->verdict[i]);
	c->fleet = NULL;
	noro_fleet_end(&fleet);
	noro_keyed_done(&c->by_value);
	noro_keyed_done(&c->keys);
	return st;
}

enum noro_status noro_rules_conclude(const struct noro_rules *r, struct noro_arena *a,
	const struct noro_rule_event *event, size_t n, const struct noro_conclude_opts *o,
	struct noro_error *err)
{
	const struct noro_set_facts *set = o->set ? o->set : r->set;
	struct noro_concluder c = { .rules = r, .arena = a, .event = event, .opts = o };
	size_t n_rules = o->part == NORO_CONCLUDE_DEVICE ? r->alones : r->rules;
	enum noro_status st = noro_asker_init(&c.asker, r);

	c.asker.set = set;
	if (st == NORO_OK)
		st = sort_events(&c, n);
	for (size_t i = 0; st == NORO_OK && i < n_rules; i++) {
		c.rule = &r->rule[o->part == NORO_CONCLUDE_DEVICE ? r->alone[i] : i];
		if (o->part == NORO_CONCLUDE_FLEET && c.rule->alone)
			continue;
		if (c.rule->skip_without && !set[c.rule->requires - 1].known) {
			tell(&c, N_("needs your list: %1"), set[c.rule->requires - 1].name, NULL);
			continue;
		}
		st = one_check(&c);
	}
	noro_asker_done(&c.asker);
	free(c.order);
	free(c.start);
	free(c.verdict);
	if (st == NORO_ENOMEM)
		return noro_fail(err, st, N_("out of memory"));
	if (st == NORO_ELIMIT)
		return noro_fail(err, st, N_("too many events to conclude from"));
	return st;
}
