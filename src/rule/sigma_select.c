/* src/rule/sigma_select.c - Sigma selections and their modifiers as conditions. */
#include "rule/sigma_priv.h"

enum noro_status noro_sigma_undecided(struct noro_sigma *s, const char *why, struct noro_view arg)
{
	if (!s->why) {
		s->why = why;
		s->why_arg = noro_arena_strn(s->doc->rules->arena, arg.p ? arg.p : "", arg.n);
	}
	return NORO_EUNSUPPORTED;
}

struct item {
	enum noro_op op;
	bool all, cased, windash, differs, regex_cased;
	uint32_t field[8], fields;
};

static const struct {
	const char *name;
	enum noro_op op;
} op_modifiers[] = {
	{ "contains", NORO_OP_CONTAINS },
	{ "startswith", NORO_OP_STARTS },
	{ "endswith", NORO_OP_ENDS },
	{ "re", NORO_OP_REGEX },
	{ "cidr", NORO_OP_CIDR },
	{ "exists", NORO_OP_EXISTS },
	{ "lt", NORO_OP_LT },
	{ "lte", NORO_OP_LE },
	{ "gt", NORO_OP_GT },
	{ "gte", NORO_OP_GE },
	{ "fieldref", NORO_OP_SAME },
};

static enum noro_status modifier(struct noro_sigma *s, struct noro_view m, struct item *it)
{
	for (size_t i = 0; i < sizeof(op_modifiers) / sizeof(*op_modifiers); i++)
		if (noro_view_is(m, op_modifiers[i].name)) {
			if (it->op != NORO_OP_EQUALS)
				return noro_sigma_undecided(
					s, N_("the modifier '%1' is not decided"), m);
			it->op = op_modifiers[i].op;
			it->regex_cased = it->op == NORO_OP_REGEX;
			return NORO_OK;
		}
	if (noro_view_is(m, "all"))
		it->all = true;
	else if (noro_view_is(m, "cased"))
		it->cased = true;
	else if (noro_view_is(m, "windash"))
		it->windash = true;
	else if (noro_view_is(m, "neq"))
		it->differs = true;
	else if (noro_view_is(m, "i") && it->op == NORO_OP_REGEX)
		it->regex_cased = false;
	else if (!(noro_view_is(m, "s") && it->op == NORO_OP_REGEX)) /* ours lets . match LF */
		return noro_sigma_undecided(s, N_("the modifier '%1' is not decided"), m);
	return NORO_OK;
}

/* What a value is once Sigma's escapes are undone. */
struct pattern {
	struct noro_buf text;
	bool wild, literal_wild; /* holds wildcards; holds * or ? meant as such */
};

static void unescape(struct noro_view v, struct pattern *p)
{
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '\\' && i + 1 < v.n && v.p[i + 1] && strchr("*?\\", v.p[i + 1])) {
			p->literal_wild |= v.p[i + 1] != '\\';
			noro_buf_chr(&p->text, v.p[++i]);
			continue;
		}
		p->wild |= c == '*' || c == '?';
		noro_buf_chr(&p->text, c);
	}
}

static enum noro_status leaf(struct noro_sigma *s, const struct item *it, enum noro_op op,
	struct noro_view text, struct noro_cond *ret)
{
	struct noro_rules *r = s->doc->rules;
	struct noro_value *value = noro_arena_array(r->arena, 1, sizeof(*value));
	uint32_t *field = noro_arena_array(r->arena, 8, sizeof(*field));
	enum noro_status st;

	if (!value || !field)
		return NORO_ENOMEM;
	memcpy(field, it->field, sizeof(it->field));
	*ret = (struct noro_cond){ .op = (uint8_t)op,
		.cased = op == NORO_OP_REGEX ? it->regex_cased : it->cased,
		.field = field,
		.fields = it->fields,
		.value = value,
		.values = 1 };
	if (op == NORO_OP_SAME) {
		uint32_t other[8], n;

		st = noro_sigma_fields(r, text, other, &n);
		value->field = n ? other[0] : 0;
		return st;
	}
	st = noro_value_make(r, op, ret->cased, text, value);
	if (st == NORO_EFORMAT)
		return noro_sigma_undecided(
			s, N_("the value '%1' does not fit its modifier"), text);
	return st;
}

/* A glob is anchored, so the ends that the modifier leaves open get their star. */
static enum noro_status wild(struct noro_sigma *s, const struct item *it, enum noro_op op,
	const struct pattern *p, struct noro_cond *ret)
{
	bool open = op != NORO_OP_EQUALS, before = open && op != NORO_OP_STARTS,
	     after = open && op != NORO_OP_ENDS;
	struct noro_buf glob = { 0 };
	enum noro_status st;

	if (p->literal_wild)
		return noro_sigma_undecided(s, N_("'%1' mixes wildcards with literal * or ?"),
			noro_buf_as_view(&p->text));
	noro_buf_str(&glob, before ? "*" : "");
	noro_buf_view(&glob, noro_buf_as_view(&p->text));
	noro_buf_str(&glob, after ? "*" : "");
	st = glob.status == NORO_OK ? leaf(s, it, NORO_OP_GLOB, noro_buf_as_view(&glob), ret)
				    : NORO_ENOMEM;
	noro_buf_done(&glob);
	return st;
}

/* null: the field is absent. An empty text: absent or empty. */
static enum noro_status absent(
	struct noro_sigma *s, const struct item *it, bool or_empty, struct noro_cond *ret)
{
	struct noro_cond *child = noro_arena_array(s->doc->rules->arena, 2, sizeof(*child));
	enum noro_status st;

	if (!child)
		return NORO_ENOMEM;
	st = leaf(s, it, NORO_OP_EXISTS, NORO_V("x"), &child[0]);
	child[0].values = 0;
	child[0].negate = true;
	*ret = (struct noro_cond){ .op = NORO_OP_ANY, .child = child, .children = 1 };
	if (st != NORO_OK || !or_empty)
		return st;
	ret->children = 2;
	return leaf(s, it, NORO_OP_EQUALS, NORO_V(""), &child[1]);
}

static enum noro_status one_value(struct noro_sigma *s, const struct item *it,
	const struct noro_json *v, struct noro_cond *ret)
{
	struct pattern p = { .text = { 0 } };
	struct noro_view text = v->text;
	enum noro_status st;

	if (v->kind == NORO_JSON_TRUE || v->kind == NORO_JSON_FALSE) {
		text = v->kind == NORO_JSON_TRUE ? NORO_V("true") : NORO_V("false");
		if (it->op == NORO_OP_EXISTS) {
			st = leaf(s, it, NORO_OP_EXISTS, text, ret);
			ret->values = 0;
			ret->negate = v->kind == NORO_JSON_FALSE;
			return st;
		}
	} else if (v->kind == NORO_JSON_NULL) {
		return absent(s, it, false, ret);
	} else if (v->kind != NORO_JSON_STRING && v->kind != NORO_JSON_NUMBER) {
		return noro_sigma_undecided(s, N_("a selection is nested too deep"), v->key);
	}
	if (text.n == 0)
		return absent(s, it, true, ret);
	if (it->op != NORO_OP_EQUALS && it->op != NORO_OP_CONTAINS && it->op != NORO_OP_STARTS &&
		it->op != NORO_OP_ENDS)
		return leaf(s, it, it->op, text, ret);
	unescape(text, &p);
	if (p.text.status != NORO_OK)
		st = NORO_ENOMEM;
	else if (p.wild)
		st = wild(s, it, it->op, &p, ret);
	else
		st = leaf(s, it, it->op, noro_buf_as_view(&p.text), ret);
	noro_buf_done(&p.text);
	return st;
}

/* "-x" may also be written "/x" or with a typographic dash. */
static enum noro_status dashes(struct noro_sigma *s, const struct item *it,
	const struct noro_json *v, struct noro_cond *ret)
{
	static const char *const dash[] = { "-", "/", "\xe2\x80\x93", "\xe2\x80\x94",
		"\xe2\x80\x95" };
	struct noro_cond *child = noro_arena_array(s->doc->rules->arena, 5, sizeof(*child));
	size_t at = noro_view_chr(v->text, '-');
	enum noro_status st = NORO_OK;

	if (!child)
		return NORO_ENOMEM;
	if (at == SIZE_MAX)
		return one_value(s, it, v, ret);
	*ret = (struct noro_cond){ .op = NORO_OP_ANY, .child = child, .children = 5 };
	for (size_t i = 0; i < 5 && st == NORO_OK; i++) {
		struct noro_buf text = { 0 };
		struct noro_json other = *v;

		noro_buf_add(&text, v->text.p, at);
		noro_buf_str(&text, dash[i]);
		noro_buf_view(&text, noro_view_sub(v->text, at + 1, v->text.n));
		other.text = noro_buf_as_view(&text);
		st = text.status == NORO_OK ? one_value(s, it, &other, &child[i]) : NORO_ENOMEM;
		noro_buf_done(&text);
	}
	return st;
}

static enum noro_status values(struct noro_sigma *s, const struct item *it,
	const struct noro_json *v, struct noro_cond *ret)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	const struct noro_json *at = list ? v->child : v;
	uint32_t n = list ? v->count : 1;
	struct noro_cond *child = noro_arena_array(s->doc->rules->arena, n ? n : 1, sizeof(*child));
	enum noro_status st = NORO_OK;

	if (!child)
		return NORO_ENOMEM;
	if (n == 0 || n > NORO_RULE_MAX_VALUES)
		return noro_sigma_undecided(s, N_("a list is empty or too long"), v->key);
	*ret = (struct noro_cond){
		.op = it->all ? NORO_OP_ALL : NORO_OP_ANY, .child = child, .children = n
	};
	for (; at && st == NORO_OK; at = list ? at->next : NULL, child++)
		st = it->windash ? dashes(s, it, at, child) : one_value(s, it, at, child);
	if (st == NORO_OK && ret->children == 1)
		*ret = ret->child[0];
	return st;
}

static enum noro_status negated(struct noro_sigma *s, struct noro_cond *c)
{
	struct noro_cond *child = noro_arena_array(s->doc->rules->arena, 1, sizeof(*child));

	if (!child)
		return NORO_ENOMEM;
	*child = *c;
	*c = (struct noro_cond){ .op = NORO_OP_NONE, .child = child, .children = 1 };
	return NORO_OK;
}

/* "c-uri|contains|all: [...]" */
static enum noro_status field_item(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret)
{
	size_t bar = noro_view_chr(v->key, '|');
	struct noro_view name = noro_view_sub(v->key, 0, bar), m,
			 rest = bar == SIZE_MAX ? noro_view("", 0)
						: noro_view_sub(v->key, bar + 1, v->key.n);
	struct item it = { .op = NORO_OP_EQUALS };
	enum noro_status st = noro_sigma_fields(s->doc->rules, name, it.field, &it.fields);

	while (st == NORO_OK && noro_view_cut(&rest, '|', &m))
		st = modifier(s, m, &it);
	if (st == NORO_OK && name.n == 0 && it.op == NORO_OP_EQUALS)
		it.op = NORO_OP_CONTAINS; /* words: anywhere in the record */
	if (st == NORO_OK)
		st = values(s, &it, v, ret);
	return st == NORO_OK && it.differs ? negated(s, ret) : st;
}

static enum noro_status mapping(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret)
{
	struct noro_cond *child =
		noro_arena_array(s->doc->rules->arena, v->count ? v->count : 1, sizeof(*child));
	enum noro_status st = NORO_OK;

	if (!child)
		return NORO_ENOMEM;
	if (v->count == 0)
		return noro_sigma_undecided(s, N_("a list is empty or too long"), v->key);
	*ret = (struct noro_cond){ .op = NORO_OP_ALL, .child = child, .children = v->count };
	for (const struct noro_json *m = v->child; m && st == NORO_OK; m = m->next)
		st = field_item(s, m, child++);
	return st;
}

static enum noro_status words(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret)
{
	struct item it = { .op = NORO_OP_CONTAINS };
	enum noro_status st = noro_sigma_fields(s->doc->rules, NORO_V(""), it.field, &it.fields);

	return st == NORO_OK ? values(s, &it, v, ret) : st;
}

enum noro_status noro_sigma_selection(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret)
{
	struct noro_cond *child;
	enum noro_status st = NORO_OK;

	if (v->kind == NORO_JSON_OBJECT)
		return mapping(s, v, ret);
	if (v->kind != NORO_JSON_ARRAY || !v->child || v->child->kind != NORO_JSON_OBJECT)
		return words(s, v, ret);
	child = noro_arena_array(s->doc->rules->arena, v->count, sizeof(*child));
	if (!child)
		return NORO_ENOMEM;
	*ret = (struct noro_cond){ .op = NORO_OP_ANY, .child = child, .children = v->count };
	for (const struct noro_json *m = v->child; m && st == NORO_OK; m = m->next)
		st = m->kind == NORO_JSON_OBJECT ? mapping(s, m, child++) : words(s, m, child++);
	return st;
}
