/* src/rule/seal.c - join checks and signals once all files are read. */
#include "rule/rule_priv.h"

static enum noro_status bad_rule(
	const struct noro_rule *rule, struct noro_error *err, enum noro_status status)
{
	(void)noro_error_at(err, rule->pub.file, NORO_AT_LINE, rule->pub.line);
	return status;
}

static enum noro_status find_signals(
	struct noro_rules *r, struct noro_rule *rule, struct noro_error *err)
{
	for (uint32_t s = 0; s < rule->steps; s++) {
		struct noro_step *step = &rule->step[s];
		size_t i = step->signal;

		if (step->on)
			for (i = 0; i < r->signals; i++)
				if (r->signal[i].name && strcmp(r->signal[i].name, step->on) == 0)
					break;
		if (i == r->signals)
			return bad_rule(rule, err,
				noro_fail(err, NORO_EFORMAT, N_("there is no signal '%1'"),
					step->on));
		step->signal = (uint32_t)i;
		r->signal[i].used = true;
	}
	return NORO_OK;
}

/* Only what such an event can have: columns of the tables asked, or fields of records. */
static bool has_field(const struct noro_rules *r, const struct noro_signal *s, uint32_t field)
{
	struct noro_view name = noro_view_str(r->field[field]);

	if (!s->rows)
		return r->tables == 0 || noro_rule_field_known(name);
	for (size_t i = 0; i < r->questions; i++)
		if (&r->signal[r->question[i].signal] == s &&
			noro_table_has(r, r->question[i].table, name))
			return true;
	return false;
}

static bool keep(const struct noro_rules *r, struct noro_signal *s, uint32_t field)
{
	if (!has_field(r, s, field))
		return true;
	for (uint32_t i = 0; i < s->emits; i++)
		if (s->emit[i] == field)
			return true;
	if (s->emits == NORO_RULE_MAX_FIELDS)
		return false;
	s->emit[s->emits++] = field;
	return true;
}

static bool keep_asked(const struct noro_rules *r, struct noro_signal *s, const struct noro_cond *c)
{
	for (uint32_t i = 0; i < c->children; i++)
		if (!keep_asked(r, s, &c->child[i]))
			return false;
	for (uint32_t i = 0; i < c->fields; i++)
		if (!keep(r, s, c->field[i]))
			return false;
	for (uint32_t i = 0; c->op == NORO_OP_SAME && i < c->values; i++)
		if (!keep(r, s, c->value[i].field))
			return false;
	return true;
}

static bool keep_all(
	const struct noro_rules *r, struct noro_signal *s, const uint32_t *field, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!keep(r, s, field[i]))
			return false;
	return true;
}

/* Rows of other devices are compared when all have been seen. */
static bool keep_joined(const struct noro_rules *r, struct noro_signal *s)
{
	for (size_t i = 0; i < r->questions; i++) {
		const struct noro_question *q = &r->question[i];

		for (uint32_t j = 0; &r->signal[q->signal] == s && j < q->joins; j++)
			if (q->join[j].fleet && !keep_all(r, s, q->join[j].our, q->join[j].on))
				return false;
	}
	return true;
}

/* Everything a conclusion will ask of an event has to be carried by it. */
static bool keep_for(const struct noro_rules *r, struct noro_signal *s,
	const struct noro_rule *rule, const struct noro_step *step)
{
	bool ok = keep_all(r, s, rule->by, rule->bys) &&
		  keep_all(r, s, rule->observable, rule->observables) &&
		  keep_all(r, s, rule->emit, rule->emits);

	if (step->of)
		ok = ok && keep(r, s, step->of - 1);
	if (step->filtered)
		ok = ok && keep_asked(r, s, &step->where);
	for (uint32_t i = 0; i < rule->adjusts; i++)
		ok = ok && keep_asked(r, s, &rule->adjust[i].when);
	if (s->rows)
		ok = ok && keep_joined(r, s);
	if (rule->judges)
		ok = ok && keep_asked(r, s, &rule->success) && keep_asked(r, s, &rule->attempt);
	return ok;
}

/* What a verdict is about, if the check does not say: what it counts by, else what it keeps. */
static enum noro_status default_observable(
	const struct noro_rules *r, struct noro_rule *rule, struct noro_error *err)
{
	(void)r;
	if (rule->observables > 0)
		return NORO_OK;
	rule->observables = 1;
	if (rule->kind == NORO_CONCLUDE_FIRST)
		rule->observable[0] = rule->of;
	else if (rule->bys > 0)
		rule->observable[0] = rule->by[0];
	else if (rule->emits > 0)
		rule->observable[0] = rule->emit[0];
	else
		return bad_rule(rule, err,
			noro_fail(err, NORO_EFORMAT, N_("'%1': name the fields to keep with emit"),
				rule->pub.id));
	return NORO_OK;
}

static enum noro_status join(struct noro_rules *r, struct noro_rule *rule, struct noro_error *err)
{
	enum noro_status st = find_signals(r, rule, err);

	if (st == NORO_OK)
		st = default_observable(r, rule, err);
	for (uint32_t s = 0; st == NORO_OK && s < rule->steps; s++)
		if (!keep_for(r, &r->signal[rule->step[s].signal], rule, &rule->step[s]))
			return bad_rule(rule, err,
				noro_fail(err, NORO_ELIMIT,
					N_("'%1': an event carries at most %2 fields"),
					rule->pub.id, NORO_NUM(NORO_RULE_MAX_FIELDS)));
	return st;
}

static int cmp_str(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct named {
	const char *id;
	uint32_t index;
};

static int cmp_id(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = strcasecmp(x->id, y->id);

	return c ? c : (x->index > y->index) - (x->index < y->index);
}

static enum noro_status order_ids(struct noro_rules *r, struct noro_error *err)
{
	struct named *named = noro_arena_array(r->arena, r->rules + 1, sizeof(*named));

	r->by_id = noro_arena_array(r->arena, r->rules + 1, sizeof(*r->by_id));
	if (!named || !r->by_id)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t i = 0; i < r->rules; i++)
		named[i] = (struct named){ r->rule[i].pub.id, (uint32_t)i };
	qsort(named, r->rules, sizeof(*named), cmp_id);
	for (size_t i = 0; i < r->rules; i++) {
		r->by_id[i] = named[i].index;
		if (i > 0 && strcasecmp(named[i].id, named[i - 1].id) == 0)
			return bad_rule(&r->rule[named[i].index], err,
				noro_fail(err, NORO_EFORMAT, N_("'%1' is defined twice"),
					named[i].id));
	}
	return NORO_OK;
}

static bool is_sigma(const struct noro_rule *rule)
{
	return strcmp(rule->pub.source, "sigma") == 0;
}

static bool names_signal(const struct noro_rules *r, const char *name)
{
	for (size_t i = 0; i < r->signals; i++)
		if (r->signal[i].name && strcmp(r->signal[i].name, name) == 0)
			return true;
	return false;
}

static enum noro_status leave_out(
	struct noro_rules *r, struct noro_rule *rule, const char *why, const char *arg)
{
	struct noro_rule_note n = { .file = rule->pub.file,
		.rule = rule->pub.id,
		.line = rule->pub.line,
		.what = { .id = why, .arg = { arg } } };

	rule->left_out = true;
	return noro_rule_note_add(r, &n);
}

/* What a correlation is made of is not reported by itself, unless the rule asks for it. */
static void absorb(struct noro_rules *r, const struct noro_rule *correlation)
{
	for (uint32_t s = 0; s < correlation->steps; s++)
		for (size_t i = 0; i < r->rules && !correlation->generates; i++) {
			struct noro_rule *rule = &r->rule[i];
			const char *name;

			if (!is_sigma(rule) || rule->steps == 0 || rule->step[0].on)
				continue;
			name = r->signal[rule->step[0].signal].name;
			if (name && strcmp(name, correlation->step[s].on) == 0)
				rule->left_out = true;
		}
}

/*
 * A Sigma correlation may name a rule that was left out, or that nobody gave:
 * then it is left out as well, with a note. Our own checks fail instead.
 */
static enum noro_status drop_dangling(struct noro_rules *r)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < r->rules && st == NORO_OK; i++) {
		struct noro_rule *rule = &r->rule[i];
		const char *missing = NULL;

		if (!is_sigma(rule) || rule->steps == 0 || !rule->step[0].on)
			continue;
		for (uint32_t s = 0; s < rule->steps; s++)
			if (!names_signal(r, rule->step[s].on))
				missing = rule->step[s].on;
		if (missing)
			st = leave_out(r, rule,
				N_("the rule '%1' it stands on is missing or undecided"), missing);
		else
			absorb(r, rule);
	}
	return st;
}

/* Rule collections overlap: of two Sigma rules with one id the first is kept. */
static enum noro_status drop_twins(struct noro_rules *r)
{
	struct named *named = noro_arena_array(r->arena, r->rules + 1, sizeof(*named));
	enum noro_status st = named ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; named && i < r->rules; i++)
		named[i] = (struct named){ r->rule[i].pub.id, (uint32_t)i };
	if (named)
		qsort(named, r->rules, sizeof(*named), cmp_id);
	for (size_t i = 1; st == NORO_OK && i < r->rules; i++)
		if (strcasecmp(named[i].id, named[i - 1].id) == 0 &&
			is_sigma(&r->rule[named[i].index]))
			st = leave_out(r, &r->rule[named[i].index], N_("'%1' is defined twice"),
				named[i].id);
	return st;
}

static enum noro_status drop_left_out(struct noro_rules *r)
{
	size_t kept = 0;
	enum noro_status st = drop_dangling(r);

	if (st == NORO_OK)
		st = drop_twins(r);
	for (size_t i = 0; i < r->rules; i++)
		if (!r->rule[i].left_out)
			r->rule[kept++] = r->rule[i];
	r->rules = kept;
	return st;
}

enum noro_status noro_rules_seal(struct noro_rules *r, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	if (r->sealed)
		return NORO_OK;
	for (size_t i = 0; i < r->sets; i++)
		if (r->set[i].texts > 1)
			qsort(r->set[i].text, r->set[i].texts, sizeof(*r->set[i].text), cmp_str);
	if (drop_left_out(r) != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t i = 0; st == NORO_OK && i < r->rules; i++)
		st = join(r, &r->rule[i], err);
	if (st == NORO_OK)
		st = order_ids(r, err);
	if (st == NORO_OK)
		st = noro_literals_gather(r, err);
	if (st == NORO_OK)
		st = noro_flow_gather(r, err);
	if (st == NORO_OK)
		st = noro_rows_seal(r, err);
	if (st == NORO_OK)
		st = noro_fleet_seal(r, err);
	r->sealed = st == NORO_OK;
	return st;
}

size_t noro_rules_count(const struct noro_rules *r)
{
	return r->rules;
}

const struct noro_check *noro_rules_check(const struct noro_rules *r, size_t i)
{
	return i < r->rules ? &r->rule[i].pub : NULL;
}

ptrdiff_t noro_rules_by_id(const struct noro_rules *r, const char *id)
{
	size_t lo = 0, hi = r->sealed ? r->rules : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcasecmp(id, r->rule[r->by_id[mid]].pub.id);

		if (c == 0)
			return (ptrdiff_t)r->by_id[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

const struct noro_rule_note *noro_rules_notes(const struct noro_rules *r, size_t *ret_n)
{
	*ret_n = r->notes;
	return r->note;
}

const char *const *noro_rules_literals(const struct noro_rules *r, size_t *ret_n)
{
	*ret_n = r->literals;
	return r->literal;
}

const char *const *noro_rules_fields(const struct noro_rules *r, size_t *ret_n)
{
	*ret_n = r->fields;
	return r->field;
}
