/* src/rule/conclude_load.c - the `conclude` block of a check. */
#include "rule/rule_priv.h"

/* One block being read: keys that its kind does not know are refused afterwards. */
struct block {
	struct noro_rule *rule;
	struct noro_step *step;
};

static enum noro_status read_on(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_rule_text(doc, v, &((struct block *)into)->step->on);
}

static enum noro_status read_where(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_step *step = ((struct block *)into)->step;

	step->filtered = true;
	return noro_cond_compile(doc, v, 0, &step->where);
}

static enum noro_status read_by(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = ((struct block *)into)->rule;
	bool many = v->kind == NORO_JSON_ARRAY;
	const struct noro_json *at = many ? v->child : v;
	uint32_t n = many ? v->count : 1;

	if (n == 0 || n > NORO_RULE_BY)
		return noro_rule_bad(
			doc, v->at, N_("a list here holds 1 to %1 values"), NORO_NUM(NORO_RULE_BY));
	for (rule->bys = 0; rule->bys < n; at = at->next) {
		enum noro_status st = noro_rule_field_at(doc, at, &rule->by[rule->bys++]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static enum noro_status read_of(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct block *b = into;
	enum noro_status st = noro_rule_field_at(doc, v, &b->rule->of);

	b->step->of = b->rule->of + 1;
	return st;
}

static enum noro_status read_at_least(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct block *b = into;
	int64_t n;
	enum noro_status st = noro_rule_number(doc, v, 1, NORO_RULE_MAX_COUNT, &n);

	if (st == NORO_OK)
		b->step->at_least = (uint32_t)n;
	return st;
}

static enum noro_status read_distinct_of(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct block *b = into;
	uint32_t field = 0;
	enum noro_status st = noro_rule_field_at(doc, v, &field);

	b->step->of = field + 1;
	return st;
}

static enum noro_status read_within(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_rule_duration(doc, v, &((struct block *)into)->rule->within_ns);
}

static enum noro_status read_learn(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_rule_duration(doc, v, &((struct block *)into)->rule->learn_ns);
}

static const struct noro_rule_key each_keys[] = {
	{ "on", read_on, false },
	{ "where", read_where, false },
	{ NULL, NULL, false },
};

static const struct noro_rule_key count_keys[] = {
	{ "on", read_on, false },
	{ "where", read_where, false },
	{ "by", read_by, true },
	{ "at_least", read_at_least, true },
	{ "within", read_within, false }, /* rows of tables have no time */
	{ NULL, NULL, false },
};

static const struct noro_rule_key distinct_keys[] = {
	{ "on", read_on, false },
	{ "where", read_where, false },
	{ "by", read_by, true },
	{ "of", read_of, true },
	{ "at_least", read_at_least, true },
	{ "within", read_within, false },
	{ NULL, NULL, false },
};

static const struct noro_rule_key first_keys[] = {
	{ "on", read_on, false },
	{ "where", read_where, false },
	{ "by", read_by, false },
	{ "of", read_of, true },
	{ "learn", read_learn, true },
	{ NULL, NULL, false },
};

static const struct noro_rule_key step_keys[] = {
	{ "on", read_on, false },
	{ "where", read_where, false },
	{ "at_least", read_at_least, false },
	{ "distinct", read_distinct_of, false },
	{ NULL, NULL, false },
};

static enum noro_status read_steps(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = ((struct block *)into)->rule;

	if (v->kind != NORO_JSON_ARRAY || v->count < 2 || v->count > NORO_RULE_MAX_STEPS)
		return noro_rule_bad(doc, v->at, N_("a sequence has 2 to %1 steps"),
			NORO_NUM(NORO_RULE_MAX_STEPS));
	rule->steps = 0;
	for (const struct noro_json *at = v->child; at; at = at->next) {
		struct block b = { rule, &rule->step[rule->steps++] };
		enum noro_status st;

		b.step->at_least = 1;
		st = noro_rule_keys(doc, at, step_keys, &b);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static const struct noro_rule_key sequence_keys[] = {
	{ "by", read_by, true },
	{ "within", read_within, true },
	{ "steps", read_steps, true },
	{ NULL, NULL, false },
};

static const struct kind {
	const char *name;
	enum noro_conclusion kind;
	const struct noro_rule_key *keys;
} kinds[] = {
	{ "each", NORO_CONCLUDE_EACH, each_keys },
	{ "count", NORO_CONCLUDE_COUNT, count_keys },
	{ "distinct", NORO_CONCLUDE_DISTINCT, distinct_keys },
	{ "first_seen", NORO_CONCLUDE_FIRST, first_keys },
	{ "sequence", NORO_CONCLUDE_SEQUENCE, sequence_keys },
};

enum noro_status noro_conclude_read(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_rule *rule)
{
	struct block b = { rule, &rule->step[0] };
	const struct noro_json *m = v->child;
	enum noro_status st;

	if (v->kind != NORO_JSON_OBJECT || v->count != 1)
		return noro_rule_bad(doc, v->at, N_("conclude holds one kind of conclusion"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!noro_view_is(m->key, kinds[i].name))
			continue;
		rule->kind = kinds[i].kind;
		rule->steps = 1;
		b.step->at_least = 1;
		st = noro_rule_keys(doc, m, kinds[i].keys, &b);
		if (st == NORO_OK &&
			(rule->kind == NORO_CONCLUDE_COUNT ||
				rule->kind == NORO_CONCLUDE_DISTINCT) &&
			(rule->within_ns == 0) != (doc->tables > 0))
			return noro_rule_bad(doc, m->at,
				N_("'within' belongs to records, and to no rows of tables"));
		if (st == NORO_OK && rule->kind == NORO_CONCLUDE_FIRST && rule->bys == NORO_RULE_BY)
			return noro_rule_bad(
				doc, m->at, N_("a list here holds 1 to %1 values"), "3");
		for (uint32_t s = 0; st == NORO_OK && s < rule->steps; s++)
			if (rule->step[s].of && rule->step[s].at_least > NORO_RULE_MAX_DISTINCT)
				return noro_rule_bad(doc, m->at,
					N_("at most %1 distinct values can be counted"),
					NORO_NUM(NORO_RULE_MAX_DISTINCT));
		return st;
	}
	return noro_rule_bad(doc, m->at, N_("unknown conclusion '%1'"), NORO_VTEXT(m->key));
}
