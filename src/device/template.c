/* src/device/template.c - the parts of a template: variables, patterns, composed values, ways. */
#include "base/yaml.h"
#include "device/template_priv.h"

void noro_tpl_bad(struct noro_template_loader *l, const struct noro_json *at, const char *msg,
	struct noro_view arg)
{
	if (l->status != NORO_OK)
		return;
	l->status = noro_fail(
		l->err, NORO_EFORMAT, msg, arg.p ? noro_arena_strn(l->a, arg.p, arg.n) : "");
	(void)noro_error_at(l->err, l->path, NORO_AT_LINE, noro_line_of(l->text, at ? at->at : 0));
}

void *noro_tpl_array(struct noro_template_loader *l, size_t count, size_t size)
{
	void *p = noro_arena_array(l->a, count ? count : 1, size);

	if (!p && l->status == NORO_OK)
		l->status = noro_fail(l->err, NORO_ENOMEM, N_("out of memory"));
	return p;
}

int16_t noro_tpl_var(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view name)
{
	for (uint16_t i = 0; i < l->vars; i++)
		if (noro_view_eq(l->var[i], name))
			return (int16_t)i;
	if (!name.n || name.p[0] != '$') {
		noro_tpl_bad(l, at, N_("the table has no column '%1'"), name);
		return -1;
	}
	if (l->vars == NORO_TEMPLATE_MAX_VARS) {
		noro_tpl_bad(l, at, N_("too many names, at '%1'"), name);
		return -1;
	}
	l->var[l->vars] = name;
	return (int16_t)l->vars++;
}

/* The first column of a secret stands for all four. */
static int16_t secret_var(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view name)
{
	char *column = noro_arena_printf(l->a, "%.*s.type", NORO_VARG(name));

	return column ? noro_tpl_var(l, at, noro_view_str(column)) : -1;
}

struct noro_tpl_pattern noro_tpl_pattern(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view text)
{
	struct noro_tpl_pattern ret = { 0 };
	struct noro_line_pattern *p = NULL;
	int16_t *var;

	if (l->status != NORO_OK)
		return ret;
	l->status = noro_line_compile(l->a, text, &p, l->err);
	if (l->status != NORO_OK) {
		(void)noro_error_at(l->err, l->path, NORO_AT_LINE, noro_line_of(l->text, at->at));
		return ret;
	}
	var = noro_tpl_array(l, p->caps, sizeof(*var));
	for (uint16_t i = 0; var && i < p->caps; i++) {
		if (!p->cap[i].name.n)
			var[i] = -1;
		else if (p->cap[i].type == NORO_LT_SECRET)
			var[i] = secret_var(l, at, p->cap[i].name);
		else
			var[i] = noro_tpl_var(l, at, p->cap[i].name);
	}
	ret.p = p;
	ret.var = var;
	return ret;
}

/* "a {b} c" */
static void compose(struct noro_template_loader *l, const struct noro_json *at,
	struct noro_view text, struct noro_tpl_set *ret)
{
	struct noro_tpl_part part[NORO_TEMPLATE_MAX_PARTS];
	struct noro_tpl_part *out;
	uint16_t n = 0;

	while (text.n && n < NORO_TEMPLATE_MAX_PARTS) {
		size_t open = noro_view_chr(text, '{'), close, colon;
		struct noro_view name;

		if (open != 0) {
			part[n++] = (struct noro_tpl_part){ .text = noro_view_sub(text, 0, open),
				.var = -1 };
			text = open == SIZE_MAX ? NORO_V("") : noro_view_sub(text, open, text.n);
			continue;
		}
		close = noro_view_chr(text, '}');
		if (close == SIZE_MAX) {
			noro_tpl_bad(l, at, N_("'}' is missing in '%1'"), text);
			return;
		}
		part[n] = (struct noro_tpl_part){ 0 };
		name = noro_view_sub(text, 1, close - 1);
		colon = noro_view_chr(name, ':');
		if (colon != SIZE_MAX &&
			!noro_line_type_by_name(
				noro_view_sub(name, colon + 1, name.n), &part[n].type))
			noro_tpl_bad(l, at, N_("'%1' has an unknown type"), name);
		part[n++].var = noro_tpl_var(l, at, noro_view_sub(name, 0, colon));
		text = noro_view_sub(text, close + 1, text.n);
	}
	if (text.n)
		noro_tpl_bad(l, at, N_("too many parts in '%1'"), text);
	out = noro_tpl_array(l, n, sizeof(*out));
	if (out)
		memcpy(out, part, n * sizeof(*out));
	ret->part = out;
	ret->parts = n;
}

const struct noro_tpl_set *noro_tpl_sets(
	struct noro_template_loader *l, const struct noro_json *v, size_t *ret_n)
{
	struct noro_tpl_set *set;
	size_t n = 0;

	if (v->kind != NORO_JSON_OBJECT) {
		noro_tpl_bad(l, v, N_("a mapping is expected here"), NORO_V(""));
		return NULL;
	}
	set = noro_tpl_array(l, v->count, sizeof(*set));
	for (const struct noro_json *m = v->child; set && m; m = m->next) {
		set[n].var = noro_tpl_var(l, m, m->key);
		if (m->kind != NORO_JSON_STRING && m->kind != NORO_JSON_NUMBER)
			noro_tpl_bad(
				l, m, N_("'%1' wants a text (quote yes, no, on, off)"), m->key);
		compose(l, m, m->text, &set[n++]);
	}
	*ret_n = n;
	return set;
}

/* --- lines --- */

static const char *const acts[NORO_TPL_ACTS] = {
	[NORO_TPL_ROW] = "row",
	[NORO_TPL_START] = "start",
	[NORO_TPL_MORE] = "more",
	[NORO_TPL_END] = "end",
	[NORO_TPL_KEEP] = "keep",
	[NORO_TPL_SKIP] = "skip",
	[NORO_TPL_STOP] = "stop",
};

static uint8_t state_number(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view name)
{
	for (uint16_t i = 0; i < l->states; i++)
		if (noro_view_eq(l->state[i], name))
			return (uint8_t)i;
	if (l->states == NORO_TEMPLATE_MAX_STATES) {
		noro_tpl_bad(l, at, N_("too many states, at '%1'"), name);
		return 0;
	}
	l->state[l->states] = name;
	return (uint8_t)l->states++;
}

static uint32_t states_of(struct noro_template_loader *l, const struct noro_json *v)
{
	uint32_t bits = 0;

	if (v->kind == NORO_JSON_STRING)
		return (uint32_t)1 << state_number(l, v, v->text);
	for (const struct noro_json *m = v->child; m; m = m->next)
		bits |= (uint32_t)1 << state_number(l, m, m->text);
	return bits;
}

static void drops_of(
	struct noro_template_loader *l, const struct noro_json *v, struct noro_tpl_rule *r)
{
	int16_t *drop = noro_tpl_array(l, v->count + 1u, sizeof(*drop));

	if (!drop)
		return;
	if (v->kind == NORO_JSON_STRING)
		drop[r->drops++] = noro_tpl_var(l, v, v->text);
	for (const struct noro_json *m = v->child; m; m = m->next)
		drop[r->drops++] = noro_tpl_var(l, m, m->text);
	r->drop = drop;
}

/* A mapping with one act and what goes with it; returns how many patterns its act lists. */
static size_t one_rule(struct noro_template_loader *l, const struct noro_json *v,
	struct noro_tpl_rule *r, const struct noro_json **ret_patterns)
{
	*r = (struct noro_tpl_rule){ .go = -1 };
	*ret_patterns = v;
	if (v->kind == NORO_JSON_STRING)
		return 1;
	*ret_patterns = NULL;
	for (const struct noro_json *m = v->child; m; m = m->next) {
		size_t act = 0;

		while (act < NORO_TPL_ACTS && !noro_view_is(m->key, acts[act]))
			act++;
		if (act < NORO_TPL_ACTS && !*ret_patterns) {
			r->act = (enum noro_tpl_act)act;
			*ret_patterns = m;
		} else if (noro_view_is(m->key, "in")) {
			r->in = states_of(l, m);
		} else if (noro_view_is(m->key, "go")) {
			r->go = (int8_t)state_number(l, m, m->text);
		} else if (noro_view_is(m->key, "set")) {
			r->set = noro_tpl_sets(l, m, &r->sets);
		} else if (noro_view_is(m->key, "drop")) {
			drops_of(l, m, r);
		} else if (noro_view_is(m->key, "here")) {
			r->here = m->kind == NORO_JSON_TRUE;
		} else {
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
		}
	}
	if (!*ret_patterns) {
		noro_tpl_bad(l, v, N_("a line needs a pattern"), NORO_V(""));
		return 0;
	}
	return (*ret_patterns)->kind == NORO_JSON_ARRAY ? (*ret_patterns)->count : 1;
}

struct rule_list {
	struct noro_tpl_rule *rule;
	size_t n, cap;
};

/* One pattern with what its rule says. */
static void add_rule(struct noro_template_loader *l, struct rule_list *rs,
	const struct noro_tpl_rule *like, const struct noro_json *pattern)
{
	if (rs->n == rs->cap) {
		struct noro_tpl_rule *grown =
			noro_arena_grow(l->a, rs->rule, rs->n, &rs->cap, sizeof(*rs->rule));

		if (!grown) {
			l->status = noro_fail(l->err, NORO_ENOMEM, N_("out of memory"));
			return;
		}
		rs->rule = grown;
	}
	if (pattern->kind != NORO_JSON_STRING)
		noro_tpl_bad(l, pattern, N_("a line needs a pattern"), NORO_V(""));
	rs->rule[rs->n] = *like;
	rs->rule[rs->n++].pattern = noro_tpl_pattern(l, pattern, pattern->text);
}

void noro_tpl_rules(struct noro_template_loader *l, const struct noro_json *v)
{
	struct rule_list rs = { 0 };

	if (!l->states)
		(void)state_number(l, v, NORO_V("first"));
	for (const struct noro_json *m = v->child; m && l->status == NORO_OK; m = m->next) {
		struct noro_tpl_rule r;
		const struct noro_json *p;
		size_t patterns = one_rule(l, m, &r, &p);

		if (patterns && p->kind == NORO_JSON_ARRAY)
			p = p->child;
		for (; patterns && l->status == NORO_OK; patterns--, p = p->next)
			add_rule(l, &rs, &r, p);
	}
	l->t->rule = rs.rule;
	l->t->rules = rs.n;
}

/* --- columns and pairs --- */

static bool has_capture(struct noro_view v)
{
	return noro_view_chr(v, '<') != SIZE_MAX;
}

/* { "Title": column, "Title": "pattern with <captures>" } */
static void cells_of(struct noro_template_loader *l, const struct noro_json *take)
{
	struct noro_tpl_cell *cell;
	size_t n = 0;

	if (!take || take->kind != NORO_JSON_OBJECT) {
		noro_tpl_bad(l, take, N_("key '%1' is missing"), NORO_V("take"));
		return;
	}
	cell = noro_tpl_array(l, take->count, sizeof(*cell));
	for (const struct noro_json *m = take->child; cell && m; m = m->next, n++) {
		cell[n].title = m->key;
		cell[n].var = -1;
		if (has_capture(m->text))
			cell[n].pattern = noro_tpl_pattern(l, m, m->text);
		else if (m->text.n)
			cell[n].var = noro_tpl_var(l, m, m->text);
	}
	l->t->cell = cell;
	l->t->cells = n;
}

void noro_tpl_columns(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->form = NORO_TPL_COLUMNS;
	cells_of(l, noro_json_get(v, "take"));
	for (const struct noro_json *m = v->child; m; m = m->next)
		if (!noro_view_is(m->key, "take"))
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
}

void noro_tpl_pairs(struct noro_template_loader *l, const struct noro_json *v)
{
	const struct noro_json *start = noro_json_get(v, "start");
	struct noro_tpl_cell *cell;

	l->t->form = NORO_TPL_PAIRS;
	l->t->sep = noro_json_str(v, "sep");
	if (!l->t->sep.n)
		l->t->sep = NORO_V(":");
	l->t->once = !start;
	cells_of(l, noro_json_get(v, "take"));
	cell = (struct noro_tpl_cell *)(uintptr_t)l->t->cell;
	for (size_t i = 0; start && i < l->t->cells; i++)
		cell[i].start = noro_view_eq(cell[i].title, start->text);
	for (const struct noro_json *m = v->child; m; m = m->next)
		if (!noro_view_is(m->key, "take") && !noro_view_is(m->key, "sep") &&
			!noro_view_is(m->key, "start"))
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
}

/* --- ways through a tree --- */

static struct noro_tpl_path path_of(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view text)
{
	struct noro_tpl_step step[64], *out;
	struct noro_tpl_path ret = { 0 };
	struct noro_view word;

	while (noro_view_word(&text, &word)) {
		struct noro_tpl_step s = { .key = word, .var = -1 };

		if (ret.steps == 64) {
			noro_tpl_bad(l, at, N_("too many steps, at '%1'"), word);
			break;
		}
		if (noro_view_is(word, "..")) {
			s.up = true;
		} else if (noro_view_is(word, "*")) {
			s.key = noro_view(NULL, 0);
		} else if (word.p[0] == '<' && word.p[word.n - 1] == '>') {
			s.key = noro_view(NULL, 0);
			s.var = noro_tpl_var(l, at, noro_view_sub(word, 1, word.n - 2));
		}
		step[ret.steps++] = s;
	}
	out = noro_tpl_array(l, ret.steps, sizeof(*out));
	if (out)
		memcpy(out, step, ret.steps * sizeof(*out));
	ret.step = out;
	return ret;
}

static const struct noro_tpl_path *paths_of(
	struct noro_template_loader *l, const struct noro_json *v, size_t *ret_n)
{
	bool many = v->kind == NORO_JSON_ARRAY;
	struct noro_tpl_path *path = noro_tpl_array(l, many ? v->count : 1, sizeof(*path));
	size_t n = 0;

	for (const struct noro_json *m = many ? v->child : v; path && m; m = many ? m->next : NULL)
		path[n++] = path_of(l, m, m->text);
	*ret_n = n;
	return path;
}

/* { column: "way", column: [ways], column: { from: way, as: pattern } } */
static void takes_of(struct noro_template_loader *l, const struct noro_json *v)
{
	struct noro_tpl_take *take = noro_tpl_array(l, v->count, sizeof(*take));

	for (const struct noro_json *m = v->child; take && m; m = m->next) {
		struct noro_tpl_take *t = &take[l->t->takes++];
		const struct noro_json *from = m, *as = NULL;

		if (m->kind == NORO_JSON_OBJECT) {
			from = noro_json_get(m, "from");
			as = noro_json_get(m, "as");
		}
		if (!from) {
			noro_tpl_bad(l, m, N_("key '%1' is missing"), NORO_V("from"));
			return;
		}
		t->var = as ? -1 : noro_tpl_var(l, m, m->key);
		t->path = paths_of(l, from, &t->paths);
		if (as)
			t->pattern = noro_tpl_pattern(l, as, as->text);
	}
	l->t->take = take;
}

void noro_tpl_tree(struct noro_template_loader *l, const struct noro_json *v)
{
	const struct noro_json *each = noro_json_get(v, "each"), *take = noro_json_get(v, "take");

	l->t->form = NORO_TPL_TREE;
	if (!each || !take || take->kind != NORO_JSON_OBJECT) {
		noro_tpl_bad(
			l, v, N_("key '%1' is missing"), each ? NORO_V("take") : NORO_V("each"));
		return;
	}
	l->t->each = paths_of(l, each, &l->t->eachs);
	takes_of(l, take);
	for (const struct noro_json *m = v->child; m; m = m->next)
		if (m != each && m != take)
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
}
