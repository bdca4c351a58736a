/*
 * src/rule/rows_load.c - the keys of checks over tables.
 *
 * A check asks one table (`over: user`) or several (`rows: [{ over: user }, ...]`);
 * each such question has conditions, joins and approvals of its own, and all of a
 * check's questions end in one signal, so that what concludes need not know how
 * many there were. What tables and columns there are is the caller's business: a
 * list of names, against which every column is checked where it is written.
 */
#include "base/mem.h"
#include "base/yaml.h"
#include "rule/rule_priv.h"

/* --- names --- */

static bool well_formed(struct noro_view name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!noro_is_alnum(name.p[i]) && !memchr(".-_", name.p[i], 3))
			return false;
	return name.n > 0 && name.n < 64;
}

static uint32_t column_of(
	const struct noro_rules *r, const struct noro_rule_table *t, struct noro_view name)
{
	bool own = noro_view_starts(name, "own."); /* where a common column has the same name */

	if (own)
		name = noro_view_sub(name, 4, name.n);
	for (size_t i = 0; !own && i < r->opts.commons; i++)
		if (noro_view_is(name, r->opts.common[i]))
			return (uint32_t)i;
	for (size_t i = 0; i < t->columns; i++)
		if (noro_view_is(name, t->column[i]))
			return (uint32_t)(r->opts.commons + i);
	return NORO_COLUMN_NONE;
}

bool noro_table_has(const struct noro_rules *r, uint32_t table, struct noro_view column)
{
	const struct noro_rule_table *t = r->table[table].def;

	return t ? column_of(r, t, column) != NORO_COLUMN_NONE : well_formed(column);
}

/* Number of a table, made if new. With a schema it is the caller's number. */
static enum noro_status table_at(
	const struct noro_rule_doc *doc, const struct noro_json *v, uint32_t *ret)
{
	struct noro_rules *r = doc->rules;
	struct noro_table_facts *grown = r->table;

	if (v->kind != NORO_JSON_STRING || !well_formed(v->text))
		return noro_rule_bad(doc, v->at, N_("'%1' is no table"), NORO_VTEXT(v->text));
	for (size_t i = 0; i < r->tables; i++)
		if (noro_view_is(v->text, r->table[i].name)) {
			*ret = (uint32_t)i;
			return NORO_OK;
		}
	if (r->opts.tables || r->tables >= NORO_RULE_MAX_TABLES)
		return noro_rule_bad(doc, v->at, N_("'%1' is no table"), NORO_VTEXT(v->text));
	if (r->tables == r->table_cap)
		grown = noro_arena_grow(
			r->arena, r->table, r->tables, &r->table_cap, sizeof(*grown));
	if (!grown)
		return noro_rule_nomem(doc);
	r->table = grown;
	r->table[r->tables] = (struct noro_table_facts){ .name = noro_arena_strn(
								 r->arena, v->text.p, v->text.n) };
	if (!r->table[r->tables].name)
		return noro_rule_nomem(doc);
	*ret = (uint32_t)r->tables++;
	return NORO_OK;
}

static enum noro_status name_table(
	struct noro_rule_doc *doc, const struct noro_json *v, uint32_t list[NORO_RULE_QUESTIONS])
{
	if (doc->tables == NORO_RULE_QUESTIONS)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_QUESTIONS));
	return table_at(doc, v, &list[doc->tables++]);
}

enum noro_status noro_rows_tables(
	struct noro_rule_doc *doc, const struct noro_json *v, bool *ret_single)
{
	const struct noro_json *over = noro_json_get(v, "over"), *rows = noro_json_get(v, "rows");
	uint32_t *list;
	enum noro_status st = NORO_OK;

	*ret_single = over && !noro_json_is_str(over, "log") && !noro_json_is_str(over, "flow");
	if (!*ret_single && !rows)
		return NORO_OK;
	list = noro_arena_array(doc->rules->arena, NORO_RULE_QUESTIONS, sizeof(*list));
	if (!list)
		return noro_rule_nomem(doc);
	doc->table = list;
	if (*ret_single && rows)
		return noro_rule_bad(doc, rows->at, N_("give either 'over' or 'rows'"));
	if (*ret_single)
		st = name_table(doc, over, list);
	if (rows && (rows->kind != NORO_JSON_ARRAY || rows->count == 0))
		return noro_rule_bad(doc, rows->at, N_("'rows' is a list of questions"));
	for (const struct noro_json *q = rows ? rows->child : NULL; q && st == NORO_OK;
		q = q->next) {
		const struct noro_json *name = noro_json_get(q, "over");

		if (!name)
			return noro_rule_bad(doc, q->at, N_("key '%1' is missing"), "over");
		st = name_table(doc, name, list);
	}
	return st;
}

/* --- small parts --- */

/* Conditions on the columns of one table. */
static struct noro_rule_doc within(const struct noro_rule_doc *doc, const uint32_t *table)
{
	struct noro_rule_doc sub = *doc;

	sub.table = table;
	sub.tables = 1;
	sub.no_records = true;
	return sub;
}

static bool asks(const struct noro_cond *c, uint32_t field)
{
	for (uint32_t i = 0; i < c->children; i++)
		if (asks(&c->child[i], field))
			return true;
	for (uint32_t i = 0; i < c->fields; i++)
		if (c->field[i] == field)
			return true;
	return false;
}

/* How dear a condition is to ask, roughly; a group is as dear as its parts. */
static unsigned cost(const struct noro_cond *c)
{
	unsigned sum = c->fields > 1 ? c->fields : 0;

	for (uint32_t i = 0; i < c->children; i++)
		sum += 1 + cost(&c->child[i]);
	switch ((enum noro_op)c->op) {
	case NORO_OP_TRUE:
	case NORO_OP_FALSE:
	case NORO_OP_DEFINED:
	case NORO_OP_ALL:
	case NORO_OP_ANY:
	case NORO_OP_NONE:
		return sum;
	case NORO_OP_EXISTS:
		return sum + 1;
	case NORO_OP_EQUALS:
	case NORO_OP_STARTS:
	case NORO_OP_ENDS:
	case NORO_OP_SAME:
	case NORO_OP_LT:
	case NORO_OP_LE:
	case NORO_OP_GT:
	case NORO_OP_GE:
		return sum + 2;
	case NORO_OP_CONTAINS:
	case NORO_OP_WORD:
	case NORO_OP_GLOB:
	case NORO_OP_IN:
		return sum + 4;
	case NORO_OP_CIDR:
	case NORO_OP_CLASS:
	case NORO_OP_IOS:
		return sum + 8;
	case NORO_OP_IOS_IN:
	case NORO_OP_REGEX:
		return sum + 30;
	}
	return sum;
}

/* Cheap ones first: most rows are none of a check's business, and that should cost little. */
static enum noro_status cheap_first(struct noro_arena *a, struct noro_cond *c)
{
	struct noro_cond *child;

	if (c->children == 0 || c->children > 64)
		return NORO_OK;
	child = noro_arena_array(a, c->children, sizeof(*child));
	if (!child)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < c->children; i++) {
		struct noro_cond one = c->child[i];
		uint32_t k = i;

		if (cheap_first(a, &one) != NORO_OK)
			return NORO_ENOMEM;
		for (; k > 0 && cost(&child[k - 1]) > cost(&one); k--)
			child[k] = child[k - 1];
		child[k] = one;
	}
	c->child = child;
	return NORO_OK;
}

static enum noro_status conditions(const struct noro_rule_doc *doc, const struct noro_json *v,
	uint32_t table, struct noro_cond *ret, bool *ret_asks_diff)
{
	struct noro_rule_doc sub = within(doc, &table);
	enum noro_status st = noro_cond_compile(&sub, v, 0, ret);

	if (st == NORO_OK && cheap_first(doc->rules->arena, ret) != NORO_OK)
		st = noro_rule_nomem(doc);
	if (st == NORO_OK)
		*ret_asks_diff = asks(ret, doc->rules->diff - 1);
	return st;
}

/* --- joins --- */

struct join_read {
	struct noro_join join;
	uint32_t ours;
};

static enum noro_status join_table(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return table_at(doc, v, &((struct join_read *)into)->join.table);
}

static enum noro_status join_later(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	(void)doc;
	(void)v;
	(void)into;
	return NORO_OK;
}

static enum noro_status truth(const struct noro_rule_doc *doc, const struct noro_json *v, bool *ret)
{
	if (v->kind != NORO_JSON_TRUE && v->kind != NORO_JSON_FALSE)
		return noro_rule_bad(doc, v->at, N_("'%1' is true or false"), NORO_VTEXT(v->key));
	*ret = v->kind == NORO_JSON_TRUE;
	return NORO_OK;
}

static enum noro_status join_fleet(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return truth(doc, v, &((struct join_read *)into)->join.fleet);
}

static enum noro_status join_other(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return truth(doc, v, &((struct join_read *)into)->join.other);
}

static const struct noro_rule_key join_keys[] = {
	{ "table", join_table, true },
	{ "on", join_later, false },
	{ "when", join_later, false },
	{ "fleet", join_fleet, false },
	{ "other", join_other, false },
	{ NULL, NULL, false },
};

/* { their.column: our.column } */
static enum noro_status join_on(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct join_read *j)
{
	struct noro_rule_doc theirs = within(doc, &j->join.table), ours = within(doc, &j->ours);

	if (v->kind != NORO_JSON_OBJECT || v->count == 0 || v->count > NORO_RULE_BY)
		return noro_rule_bad(doc, v->at,
			N_("'on' names 1 to %1 columns of theirs and ours"),
			NORO_NUM(NORO_RULE_BY));
	for (const struct noro_json *m = v->child; m; m = m->next, j->join.on++) {
		struct noro_json key = { .kind = NORO_JSON_STRING, .text = m->key, .at = m->at };
		enum noro_status st = noro_rule_field_at(&theirs, &key, &j->join.their[j->join.on]);

		if (st == NORO_OK)
			st = noro_rule_field_at(&ours, m, &j->join.our[j->join.on]);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static enum noro_status add_question(
	struct noro_rules *r, const struct noro_question *q, uint32_t *ret)
{
	struct noro_question *grown = r->question;

	if (r->questions >= UINT16_MAX)
		return NORO_ELIMIT;
	if (r->questions == r->question_cap)
		grown = noro_arena_grow(
			r->arena, r->question, r->questions, &r->question_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->question = grown;
	if (ret)
		*ret = (uint32_t)r->questions;
	r->question[r->questions++] = *q;
	return NORO_OK;
}

static enum noro_status new_signal(const struct noro_rule_doc *doc, size_t at, uint32_t *ret)
{
	struct noro_signal s = { .rows = true,
		.file = doc->file,
		.line = noro_line_of(doc->text, at),
		.when = { .op = NORO_OP_FALSE } };

	s.emit[s.emits++] = doc->rules->device - 1;
	s.emit[s.emits++] = doc->rules->diff - 1;
	return noro_signal_put(doc->rules, &s, ret);
}

/*
 * Rows of other devices are not at hand while one is asked: they become events of
 * their own, which carry what is compared, and the conclusion does the rest.
 */
static enum noro_status fleet_side(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct join_read *j)
{
	struct noro_rules *r = doc->rules;
	struct noro_question q = { .table = j->join.table,
		.when = j->join.when,
		.conditional = j->join.conditional,
		.asks_diff = j->join.asks_diff };
	enum noro_status st = new_signal(doc, v->at, &q.signal);

	if (j->join.on == 0)
		return noro_rule_bad(doc, v->at, N_("key '%1' is missing"), "on");
	for (uint32_t i = 0; st == NORO_OK && i < j->join.on; i++) {
		struct noro_signal *s = &r->signal[q.signal];

		s->emit[s->emits++] = j->join.their[i];
	}
	if (st == NORO_OK) {
		r->signal[q.signal].used = true;
		j->join.index = q.signal;
		st = add_question(r, &q, NULL);
	}
	return st == NORO_OK || st == NORO_EFORMAT ? st : noro_rule_nomem(doc);
}

static enum noro_status one_join(const struct noro_rule_doc *doc, const struct noro_json *v,
	uint32_t ours, bool absent, struct noro_join *ret)
{
	struct join_read j = { .ours = ours };
	const struct noro_json *on = noro_json_get(v, "on"), *when = noro_json_get(v, "when");
	enum noro_status st = noro_rule_keys(doc, v, join_keys, &j);

	if (st == NORO_OK && on)
		st = join_on(doc, on, &j);
	if (st == NORO_OK && when) {
		j.join.conditional = true;
		st = conditions(doc, when, j.join.table, &j.join.when, &j.join.asks_diff);
	}
	j.join.absent = absent;
	if (st == NORO_OK && j.join.fleet)
		st = fleet_side(doc, v, &j);
	else if (st == NORO_OK)
		j.join.index = doc->rules->joins++;
	*ret = j.join;
	return st;
}

static enum noro_status joins(const struct noro_rule_doc *doc, const struct noro_json *v,
	bool absent, struct noro_question *q)
{
	struct noro_join *list;

	if (!v)
		return NORO_OK;
	if (v->kind != NORO_JSON_ARRAY || v->count == 0 || v->count + q->joins > NORO_RULE_JOINS)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_JOINS));
	list = noro_arena_array(doc->rules->arena, v->count + q->joins, sizeof(*list));
	if (!list)
		return noro_rule_nomem(doc);
	if (q->joins)
		memcpy(list, q->join, q->joins * sizeof(*list));
	q->join = list;
	for (const struct noro_json *at = v->child; at; at = at->next) {
		enum noro_status st = one_join(doc, at, q->table, absent, &list[q->joins++]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

/* --- approvals: { column: $site.set }, or a list of sets --- */

static enum noro_status one_approval(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_approval *ret)
{
	const struct noro_json *at = v->kind == NORO_JSON_ARRAY ? v->child : v;
	size_t n = v->kind == NORO_JSON_ARRAY ? v->count : 1;
	struct noro_json key = { .kind = NORO_JSON_STRING, .text = v->key, .at = v->at };
	enum noro_status st = noro_rule_field_at(doc, &key, &ret->field);

	if (st == NORO_OK && (n == 0 || n > NORO_RULE_APPROVED))
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_APPROVED));
	for (; st == NORO_OK && ret->sets < n; at = at->next) {
		if (at->kind != NORO_JSON_STRING || !noro_view_starts(at->text, "$"))
			return noro_rule_bad(
				doc, at->at, N_("'%1' takes the name of a set"), "approved");
		if (noro_rule_set(doc->rules, noro_view_sub(at->text, 1, at->text.n),
			    &ret->set[ret->sets++]) != NORO_OK)
			return noro_rule_nomem(doc);
	}
	return st;
}

static enum noro_status approvals(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_question *q)
{
	struct noro_rule_doc sub = within(doc, &q->table);

	if (!v)
		return NORO_OK;
	if (v->kind != NORO_JSON_OBJECT || v->count == 0 || v->count > NORO_RULE_APPROVED)
		return noro_rule_bad(
			doc, v->at, N_("'%1' names columns and their sets"), "approved");
	for (const struct noro_json *m = v->child; m; m = m->next) {
		enum noro_status st = one_approval(&sub, m, &q->approved[q->approveds++]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

/* --- questions --- */

static enum noro_status question_new(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_question *q = into;
	bool counts = true;
	enum noro_status st = truth(doc, v, &counts);

	q->plain_new = !counts;
	return st;
}

static enum noro_status question_severity(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	enum noro_severity s = NORO_SEV_INFO;
	enum noro_status st = noro_rule_severity(doc, v, &s);

	((struct noro_question *)into)->severity = (unsigned)s + 1;
	return st;
}

static enum noro_status question_weakness(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_question *q = into;

	q->sorted = true;
	return truth(doc, v, &q->weakness);
}

static enum noro_status question_why(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_question *q = into;

	q->why = noro_rule_why(v->text);
	if (q->why)
		return NORO_OK;
	return noro_rule_bad(doc, v->at, N_("unknown reason '%1'"), NORO_VTEXT(v->text));
}

static const struct noro_rule_key question_keys[] = {
	{ "over", join_later, true },
	{ "when", join_later, false },
	{ "unless", join_later, false },
	{ "also", join_later, false },
	{ "approved", join_later, false },
	{ "new", question_new, false },
	{ "severity", question_severity, false },
	{ "why", question_why, false },
	{ "weakness", question_weakness, false },
	{ NULL, NULL, false },
};

static enum noro_status one_question(const struct noro_rule_doc *doc, const struct noro_json *v,
	uint32_t table, struct noro_question *q)
{
	const struct noro_json *when = noro_json_get(v, "when");
	enum noro_status st = NORO_OK;

	q->table = table;
	if (when) {
		q->conditional = true;
		st = conditions(doc, when, table, &q->when, &q->asks_diff);
	}
	if (st == NORO_OK)
		st = joins(doc, noro_json_get(v, "also"), false, q);
	if (st == NORO_OK)
		st = joins(doc, noro_json_get(v, "unless"), true, q);
	if (st == NORO_OK)
		st = approvals(doc, noro_json_get(v, "approved"), q);
	/* a row that is told by nothing at all is every row: surely a slip */
	if (st == NORO_OK && !when && q->joins == 0 && q->approveds == 0)
		return noro_rule_bad(doc, v->at, N_("give conditions, joins or what is approved"));
	if (st == NORO_OK && add_question(doc->rules, q, NULL) != NORO_OK)
		st = noro_rule_nomem(doc);
	return st;
}

/* Fields that each event carries whatever the check says: what grouping and severity need. */
static enum noro_status common_fields(const struct noro_rule_doc *doc)
{
	struct noro_rules *r = doc->rules;
	uint32_t device, diff;
	enum noro_status st = NORO_OK;

	if (r->diff)
		return NORO_OK;
	st = noro_rule_field(r, NORO_V("device"), &device);
	if (st == NORO_OK)
		st = noro_rule_field(r, NORO_V("diff"), &diff);
	if (st != NORO_OK)
		return noro_rule_nomem(doc);
	r->device = device + 1;
	r->diff = diff + 1;
	return NORO_OK;
}

enum noro_status noro_rows_read(const struct noro_rule_doc *doc, const struct noro_json *v,
	bool single, struct noro_rule *rule)
{
	const struct noro_json *rows = noro_json_get(v, "rows"), *fresh = noro_json_get(v, "new");
	struct noro_question q = { 0 };
	uint32_t i = 0;
	enum noro_status st = common_fields(doc);

	if (st == NORO_OK && new_signal(doc, v->at, &q.signal) != NORO_OK)
		st = noro_rule_nomem(doc);
	rule->row_signal = q.signal + 1;
	if (st == NORO_OK && single && fresh)
		st = question_new(doc, fresh, &q);
	if (st == NORO_OK && single)
		return one_question(doc, v, doc->table[0], &q);
	for (const struct noro_json *at = rows->child; at && st == NORO_OK; at = at->next) {
		struct noro_question one = { .signal = q.signal };

		st = noro_rule_keys(doc, at, question_keys, &one);
		if (st == NORO_OK)
			st = one_question(doc, at, doc->table[i++], &one);
	}
	return st;
}

/* --- when all is read --- */

static bool columns(struct noro_rules *r, struct noro_table_facts *t)
{
	t->column = noro_arena_array(r->arena, r->fields + 1, sizeof(*t->column));
	for (size_t f = 0; t->column && f < r->fields; f++)
		t->column[f] = (uint16_t)(t->def ? column_of(r, t->def, noro_view_str(r->field[f]))
						 : NORO_COLUMN_NONE);
	return t->column != NULL;
}

enum noro_status noro_rows_seal(struct noro_rules *r, struct noro_error *err)
{
	uint32_t *fill = noro_arena_array(r->arena, r->tables + 1, sizeof(*fill));

	r->of_table = noro_arena_array(r->arena, r->questions + 1, sizeof(*r->of_table));
	r->of_table_at = noro_arena_array(r->arena, r->tables + 2, sizeof(*r->of_table_at));
	if (!fill || !r->of_table || !r->of_table_at)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t t = 0; t < r->tables; t++)
		if (!columns(r, &r->table[t]))
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t q = 0; q < r->questions; q++)
		r->of_table_at[r->question[q].table + 1]++;
	for (size_t t = 0; t < r->tables; t++)
		r->of_table_at[t + 1] += r->of_table_at[t];
	for (size_t q = 0; q < r->questions; q++) {
		uint32_t t = r->question[q].table;

		r->of_table[r->of_table_at[t] + fill[t]++] = (uint32_t)q;
	}
	return NORO_OK;
}
