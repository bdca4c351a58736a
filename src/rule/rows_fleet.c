/*
 * src/rule/rows_fleet.c - joins with rows of other devices. Each side came as events;
 * for every join a table by the compared fields says which device has such a row, and
 * whether more than one does. That is all that "another device has it" needs.
 */
#include "base/mem.h"
#include "rule/conclude_priv.h"

/*
 * A check looks at one device if it reports each row by itself and joins with no other device.
 * What the others read has to be kept until all devices are known.
 */
static bool alone(const struct noro_rules *r, const struct noro_rule *rule)
{
	if (!rule->row_signal || rule->kind != NORO_CONCLUDE_EACH)
		return false;
	for (uint32_t s = 0; s < rule->steps; s++)
		if (rule->step[s].signal + 1 != rule->row_signal)
			return false;
	for (size_t i = 0; i < r->questions; i++)
		for (uint32_t j = 0; j < r->question[i].joins; j++)
			if (r->question[i].signal + 1 == rule->row_signal &&
				r->question[i].join[j].fleet)
				return false;
	return true;
}

enum noro_status noro_fleet_seal(struct noro_rules *r, struct noro_error *err)
{
	r->alone = noro_arena_array(r->arena, r->rules + 1, sizeof(*r->alone));
	if (!r->alone)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t i = 0; i < r->rules; i++) {
		struct noro_rule *rule = &r->rule[i];

		rule->alone = alone(r, rule);
		if (rule->alone)
			r->alone[r->alones++] = (uint32_t)i;
		for (uint32_t s = 0; s < rule->steps && !rule->alone; s++)
			r->signal[rule->step[s].signal].spans = true;
	}
	for (size_t i = 0; i < r->questions; i++)
		for (uint32_t j = 0; j < r->question[i].joins; j++)
			if (r->question[i].join[j].fleet)
				r->signal[r->question[i].join[j].index].spans = true;
	return NORO_OK;
}

bool noro_rules_alone(const struct noro_rules *r, uint32_t check)
{
	return r->sealed && check < r->rules && r->rule[check].alone;
}

bool noro_rules_spans(const struct noro_rules *r, uint32_t signal)
{
	return signal < r->signals && r->signal[signal].spans;
}

struct seen {
	struct noro_keyed_head head;
	struct noro_view device;
	bool many;
};

static const struct noro_question *question_of(
	const struct noro_concluder *c, const struct noro_rule_event *e)
{
	return e->question ? &c->rules->question[e->question - 1] : NULL;
}

static bool key_of(const struct noro_signal *s, const struct noro_rule_event *e,
	const uint32_t *field, uint32_t n, struct noro_view key[NORO_RULE_BY])
{
	for (uint32_t i = 0; i < n; i++) {
		key[i] = noro_event_field(s, e, field[i]);
		if (!key[i].p)
			return false;
	}
	return true;
}

/* All rows that may answer one join. */
static enum noro_status gather(
	struct noro_concluder *c, const struct noro_join *j, struct noro_keyed *t)
{
	const struct noro_signal *s = &c->rules->signal[j->index];
	enum noro_status st = noro_keyed_init(t, sizeof(struct seen), NORO_RULE_MAX_KEYS);

	for (uint32_t i = c->start[j->index]; st == NORO_OK && i < c->start[j->index + 1]; i++) {
		const struct noro_rule_event *e = &c->event[c->order[i]];
		struct noro_view key[NORO_RULE_BY] = { { NULL, 0 } };
		struct noro_view device = noro_event_field(s, e, c->rules->device - 1);
		struct seen *seen;
		int64_t lost;

		if (!key_of(s, e, j->their, j->on, key))
			continue;
		seen = noro_keyed_get(t, key, 0, &lost);
		if (!seen)
			return NORO_ENOMEM;
		c->keys_lost += lost != NORO_TIME_NONE;
		if (seen->head.fresh)
			seen->device = device;
		else if (!noro_view_eq(seen->device, device))
			seen->many = true;
	}
	return st;
}

/* Fleet joins of the check, counted through its questions in order. */
static size_t count(const struct noro_concluder *c, const struct noro_question *until)
{
	const struct noro_rules *r = c->rules;
	size_t n = 0;

	for (size_t i = 0; i < r->questions && &r->question[i] != until; i++)
		for (uint32_t j = 0; j < r->question[i].joins; j++)
			n += r->question[i].signal + 1 == c->rule->row_signal &&
			     r->question[i].join[j].fleet;
	return n;
}

enum noro_status noro_fleet_begin(struct noro_concluder *c, struct noro_fleet *f)
{
	const struct noro_rules *r = c->rules;
	size_t n = count(c, NULL);
	enum noro_status st = NORO_OK;

	if (n == 0)
		return NORO_OK;
	f->key = noro_calloc(n, sizeof(*f->key));
	if (!f->key)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->questions; i++)
		for (uint32_t j = 0; st == NORO_OK && j < r->question[i].joins; j++)
			if (r->question[i].signal + 1 == c->rule->row_signal &&
				r->question[i].join[j].fleet)
				st = gather(c, &r->question[i].join[j], &f->key[f->keys++]);
	return st;
}

void noro_fleet_end(struct noro_fleet *f)
{
	for (size_t i = 0; i < f->keys; i++)
		noro_keyed_done(&f->key[i]);
	free(f->key);
	*f = (struct noro_fleet){ 0 };
}

bool noro_fleet_holds(
	const struct noro_concluder *c, const struct noro_fleet *f, const struct noro_rule_event *e)
{
	const struct noro_signal *s = &c->rules->signal[e->signal];
	const struct noro_question *q = question_of(c, e);
	size_t at = q ? count(c, q) : 0;

	for (uint32_t i = 0; q && i < q->joins; i++) {
		const struct noro_join *j = &q->join[i];
		struct noro_view key[NORO_RULE_BY] = { { NULL, 0 } };
		const struct seen *seen = NULL;
		bool other;

		if (!j->fleet)
			continue;
		if (key_of(s, e, j->our, j->on, key))
			seen = noro_keyed_find(&f->key[at], key);
		at++;
		other = seen &&
			(seen->many || !noro_view_eq(seen->device,
					       noro_event_field(s, e, c->rules->device - 1)));
		if (other == j->absent)
			return false;
	}
	return true;
}
