/* src/rule/load.c - rule files, read strictly: an unknown key is an error with its line. */
#include "base/mem.h"
#include "base/yaml.h"
#include "rule/rule_priv.h"

static void free_pcre(void *handle)
{
	pcre2_general_context_free(handle);
}

static void *pcre_alloc(size_t n, void *ctx)
{
	(void)ctx;
	return noro_malloc(n);
}

static void pcre_free(void *p, void *ctx)
{
	(void)ctx;
	free(p);
}

static enum noro_status take_sets(struct noro_rules *r, const struct noro_rules_opts *o)
{
	for (size_t i = 0; o && i < o->sets; i++) {
		uint32_t set;
		enum noro_status st = noro_rule_set(r, noro_view_str(o->set[i].name), &set);

		for (size_t k = 0; st == NORO_OK && k < o->set[i].values; k++)
			st = noro_rule_set_add(r, set, noro_view_str(o->set[i].value[k]));
		if (st != NORO_OK)
			return st;
		r->set[set].known = true;
	}
	return NORO_OK;
}

static enum noro_status take_tables(struct noro_rules *r, const struct noro_rules_opts *o)
{
	if (!o)
		return NORO_OK;
	r->opts = *o;
	if (o->tables > NORO_RULE_MAX_TABLES || o->commons > NORO_RULE_MAX_TABLES)
		return NORO_ELIMIT;
	r->table = noro_arena_array(r->arena, o->tables + 1, sizeof(*r->table));
	if (!r->table)
		return NORO_ENOMEM;
	for (; r->tables < o->tables; r->tables++) {
		if (o->table[r->tables].columns > NORO_RULE_MAX_TABLES)
			return NORO_ELIMIT;
		r->table[r->tables] = (struct noro_table_facts){ .name = o->table[r->tables].name,
			.def = &o->table[r->tables] };
	}
	r->table_cap = o->tables + 1;
	return NORO_OK;
}

enum noro_status noro_rules_new(struct noro_arena *a, const struct noro_rules_opts *opts,
	struct noro_rules **ret, struct noro_error *err)
{
	struct noro_rules *r = noro_arena_alloc(a, sizeof(*r));
	enum noro_status st = r ? NORO_OK : NORO_ENOMEM;

	if (r) {
		r->arena = a;
		r->pcre = pcre2_general_context_create(pcre_alloc, pcre_free, NULL);
		st = r->pcre ? noro_arena_on_free(a, free_pcre, r->pcre) : NORO_ENOMEM;
	}
	if (st == NORO_OK)
		st = take_sets(r, opts);
	if (st == NORO_OK)
		st = take_tables(r, opts);
	if (st == NORO_ELIMIT)
		return noro_fail(
			err, st, N_("more than %1 tables"), NORO_NUM(NORO_RULE_MAX_TABLES));
	if (st != NORO_OK)
		return noro_fail(err, st, N_("out of memory"));
	*ret = r;
	return NORO_OK;
}

/* --- storing --- */

enum noro_status noro_rule_put(struct noro_rules *r, const struct noro_rule *rule)
{
	struct noro_rule *grown = r->rule;

	if (r->rules >= NORO_RULE_MAX_CHECKS)
		return NORO_ELIMIT;
	if (r->rules == r->rule_cap)
		grown = noro_arena_grow(r->arena, r->rule, r->rules, &r->rule_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->rule = grown;
	r->rule[r->rules++] = *rule;
	return NORO_OK;
}

enum noro_status noro_signal_put(struct noro_rules *r, const struct noro_signal *s, uint32_t *ret)
{
	struct noro_signal *grown = r->signal;

	if (r->signals == r->signal_cap)
		grown = noro_arena_grow(
			r->arena, r->signal, r->signals, &r->signal_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->signal = grown;
	*ret = (uint32_t)r->signals;
	r->signal[r->signals++] = *s;
	return NORO_OK;
}

enum noro_status noro_rule_note_add(struct noro_rules *r, const struct noro_rule_note *n)
{
	struct noro_rule_note *grown = r->note;

	if (r->notes == r->note_cap)
		grown = noro_arena_grow(r->arena, r->note, r->notes, &r->note_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->note = grown;
	r->note[r->notes++] = *n;
	return NORO_OK;
}

/* --- signals: the stateless half --- */

struct signal_read {
	struct noro_signal signal;
	struct noro_list stated;
};

static enum noro_status signal_name(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_rule_text(doc, v, &((struct signal_read *)into)->signal.name);
}

static enum noro_status signal_when(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_cond_compile(doc, v, 0, &((struct signal_read *)into)->signal.when);
}

static enum noro_status signal_prefilter(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_list list = { NULL, 0 };
	enum noro_status st = noro_rule_list(doc, v, &list);
	const char **word = noro_arena_array(doc->rules->arena, list.n + 1, sizeof(*word));

	if (st == NORO_OK && list.n > NORO_LITERAL_MOST)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_LITERAL_MOST));
	if (!word)
		return noro_rule_nomem(doc);
	for (size_t i = 0; st == NORO_OK && i < list.n; i++) {
		size_t n = strlen(list.item[i]);
		char *low = noro_arena_str(doc->rules->arena, list.item[i]);

		if (n < NORO_LITERAL_LEAST)
			return noro_rule_bad(doc, v->at,
				N_("'%1' is shorter than %2 bytes: every record would be read"),
				list.item[i], NORO_NUM(NORO_LITERAL_LEAST));
		if (!low)
			return noro_rule_nomem(doc);
		for (size_t k = 0; k < n; k++)
			low[k] = noro_lower(low[k]);
		word[i] = low;
	}
	((struct signal_read *)into)->stated = (struct noro_list){ word, list.n };
	return st;
}

static enum noro_status signal_numbers(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_flow_numbers(doc, v, &((struct signal_read *)into)->signal);
}

static const struct noro_rule_key signal_keys[] = {
	{ "signal", signal_name, true },
	{ "when", signal_when, true },
	{ "prefilter", signal_prefilter, false },
	{ "numbers", signal_numbers, false },
	{ "over", noro_rule_read_over, false },
	{ NULL, NULL, false },
};

/* Stated literals, else derived ones; a signal without any is refused. */
static enum noro_status finish_signal(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct signal_read *s, uint32_t *ret)
{
	bool flow = noro_json_is_str(noro_json_get(v, "over"), "flow");
	enum noro_status st = NORO_OK;

	if (flow != (s->signal.numbers > 0) || (flow && s->stated.n > 0))
		return noro_rule_bad(doc, v->at,
			N_("what runs over 'flow' names numbers, and no prefilter; nothing else "
			   "does"));
	s->signal.stated = s->stated.item;
	s->signal.stateds = s->stated.n;
	s->signal.file = doc->file;
	s->signal.line = noro_line_of(doc->text, v->at);
	if (s->stated.n == 0 && !flow)
		st = noro_literals_derive(
			doc->rules, &s->signal.when, &s->signal.stated, &s->signal.stateds);
	if (st == NORO_ENOENT)
		return noro_rule_bad(
			doc, v->at, N_("no word must occur in a record: state a prefilter"));
	if (st == NORO_OK)
		st = noro_signal_put(doc->rules, &s->signal, ret);
	return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
}

static enum noro_status read_signal(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	struct signal_read s = { 0 };
	uint32_t index;
	enum noro_status st = noro_rule_keys(doc, v, signal_keys, &s);

	for (size_t i = 0; st == NORO_OK && i < doc->rules->signals; i++)
		if (doc->rules->signal[i].name && s.signal.name &&
			strcmp(doc->rules->signal[i].name, s.signal.name) == 0)
			return noro_rule_bad(
				doc, v->at, N_("'%1' is defined twice"), s.signal.name);
	return st == NORO_OK ? finish_signal(doc, v, &s, &index) : st;
}

/* What a check says of itself; conditions are compiled afterwards. */
static enum noro_status read_head(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_rule *rule)
{
	enum noro_status st;

	rule->pub.file = doc->file;
	rule->pub.source = "check";
	rule->pub.line = noro_line_of(doc->text, v->at);
	rule->text = doc->text;
	st = noro_rule_keys(doc, v, noro_rule_check_keys, rule);
	if (st == NORO_OK && rule->steps == 0)
		rule->steps = rule->step[0].at_least = 1;
	return st;
}

/* The stateless half of a check over records: it is the first step, unless steps name signals. */
static enum noro_status read_records(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_rule *rule)
{
	const struct noro_json *when = noro_json_get(v, "when"),
			       *pre = noro_json_get(v, "prefilter"),
			       *numbers = noro_json_get(v, "numbers");
	struct signal_read s = { 0 };
	enum noro_status st = NORO_OK;
	bool own = false;

	for (uint32_t i = 0; i < rule->steps; i++)
		own |= rule->step[i].on == NULL;
	if (own != (when != NULL) || ((pre || numbers) && !when))
		return noro_rule_bad(
			doc, v->at, N_("'%1': give either conditions or signals"), rule->pub.id);
	rule->pub.records = true;
	if (when)
		st = signal_when(doc, when, &s);
	if (st == NORO_OK && pre)
		st = signal_prefilter(doc, pre, &s);
	if (st == NORO_OK && numbers)
		st = signal_numbers(doc, numbers, &s);
	if (st == NORO_OK && when)
		st = finish_signal(doc, v, &s, &rule->step[0].signal);
	if (st == NORO_OK && when)
		for (uint32_t i = 1; i < rule->steps; i++)
			rule->step[i].signal = rule->step[0].signal;
	return st;
}

static enum noro_status name_over(const struct noro_rule_doc *doc, struct noro_rule *rule)
{
	const char **name = noro_arena_array(doc->rules->arena, doc->tables + 1, sizeof(*name));
	size_t n = 0;

	if (!name)
		return noro_rule_nomem(doc);
	for (uint32_t i = 0; i < doc->tables; i++) {
		uint32_t k = 0;

		while (k < i && doc->table[k] != doc->table[i])
			k++;
		if (k == i) /* several questions to one table name it once */
			name[n++] = doc->rules->table[doc->table[i]].name;
	}
	rule->pub.over = (struct noro_list){ name, n };
	return NORO_OK;
}

/* A check may ask tables, and records beside them: then every event of either is reported. */
static enum noro_status read_tables(const struct noro_rule_doc *doc, const struct noro_json *v,
	bool single, bool records, struct noro_rule *rule)
{
	struct noro_step *last = &rule->step[records];
	enum noro_status st = NORO_OK;

	if (rule->steps != 1 || rule->step[0].on || rule->kind == NORO_CONCLUDE_FIRST ||
		(records && (rule->kind != NORO_CONCLUDE_EACH || rule->step[0].filtered)))
		return noro_rule_bad(
			doc, v->at, N_("this conclusion cannot be drawn from rows of tables"));
	if (records) {
		struct noro_rule_doc sub = *doc;

		sub.tables = 0;
		st = read_records(&sub, v, rule);
		rule->steps = 2;
		last->at_least = 1;
	}
	if (st == NORO_OK)
		st = noro_rows_read(doc, v, single, rule);
	if (st == NORO_OK)
		st = name_over(doc, rule);
	last->signal = rule->row_signal - 1;
	return st;
}

/* A check either has conditions of its own or takes its events from signals. */
static enum noro_status read_check(const struct noro_rule_doc *whole, const struct noro_json *v)
{
	struct noro_rule_doc doc = *whole;
	struct noro_rule rule = { 0 };
	const struct noro_json *when = noro_json_get(v, "when");
	bool single = false, records;
	enum noro_status st = noro_rows_tables(&doc, v, &single);

	if (st != NORO_OK)
		return st;
	records = doc.tables == 0 || (!single && when);
	doc.no_records = !records;
	if (!single && (noro_json_get(v, "unless") || noro_json_get(v, "also") ||
			       noro_json_get(v, "approved") || noro_json_get(v, "new")))
		return noro_rule_bad(&doc, v->at, N_("joins belong to a question over a table"));
	if (single && (noro_json_get(v, "prefilter") || noro_json_get(v, "numbers")))
		return noro_rule_bad(&doc, v->at, N_("rows of tables need no prefilter"));
	st = read_head(&doc, v, &rule);
	if (st == NORO_OK && doc.tables > 0)
		st = read_tables(&doc, v, single, records, &rule);
	else if (st == NORO_OK)
		st = read_records(&doc, v, &rule);
	if (st != NORO_OK)
		return st;
	st = noro_rule_put(doc.rules, &rule);
	if (st == NORO_ELIMIT)
		return noro_rule_bad(
			&doc, v->at, N_("more than %1 checks"), NORO_NUM(NORO_RULE_MAX_CHECKS));
	return st == NORO_OK ? st : noro_rule_nomem(&doc);
}

static enum noro_status read_set(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	const struct noro_json *name = noro_json_get(v, "set"),
			       *values = noro_json_get(v, "values");
	struct noro_list list = { NULL, 0 };
	uint32_t set = 0;
	enum noro_status st;

	if (name->kind != NORO_JSON_STRING || !values || v->count != 2)
		return noro_rule_bad(doc, v->at, N_("a set has a name and values"));
	st = noro_rule_list(doc, values, &list);
	if (st == NORO_OK)
		st = noro_rule_set(doc->rules, name->text, &set);
	for (size_t i = 0; st == NORO_OK && i < list.n; i++)
		st = noro_rule_set_add(doc->rules, set, noro_view_str(list.item[i]));
	if (st == NORO_OK)
		doc->rules->set[set].known = true;
	return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
}

static enum noro_status read_item(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	if (noro_json_get(v, "set"))
		return read_set(doc, v);
	if (noro_json_get(v, "signal"))
		return read_signal(doc, v);
	if (noro_json_get(v, "id"))
		return read_check(doc, v);
	return noro_rule_bad(doc, v->at, N_("a check has an id, a signal or set its name"));
}

enum noro_status noro_rules_add_text(
	struct noro_rules *r, const char *name, struct noro_view text, struct noro_error *err)
{
	struct noro_json_limits limits = {
		.max_bytes = NORO_RULE_MAX_FILE, .max_depth = 48, .max_values = 200000
	};
	struct noro_rule_doc doc = { .rules = r, .err = err };
	const struct noro_json *root = NULL;
	enum noro_status st;

	/* the tree keeps pointing into the text, and examples are read again by the self-test */
	doc.text = noro_arena_view(r->arena, text);
	doc.file = noro_arena_str(r->arena, name);
	if (!doc.text.p || !doc.file)
		return noro_rule_nomem(&doc);
	st = noro_yaml_parse(r->arena, doc.text, &limits, &root, err);
	if (st != NORO_OK) {
		if (err && err->unit == NORO_AT_BYTE)
			(void)noro_error_at(
				err, name, NORO_AT_LINE, noro_line_of(text, (size_t)err->at));
		else if (err)
			(void)noro_error_at(err, name, err->unit, err->at);
		return st;
	}
	if (root->kind != NORO_JSON_ARRAY)
		return read_item(&doc, root);
	for (const struct noro_json *v = root->child; v && st == NORO_OK; v = v->next)
		st = read_item(&doc, v);
	return st;
}

enum noro_status noro_rules_add_path(struct noro_rules *r, const char *path, struct noro_error *err)
{
	return noro_rule_walk(r, path, noro_rules_add_text, err);
}

enum noro_status noro_rules_load(struct noro_arena *a, const char *const *paths, size_t n,
	const struct noro_rules_opts *opts, struct noro_rules **ret, struct noro_error *err)
{
	struct noro_rules *r;
	enum noro_status st = noro_rules_new(a, opts, &r, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = noro_rules_add_path(r, paths[i], err);
	if (st == NORO_OK)
		st = noro_rules_seal(r, err);
	if (st == NORO_OK)
		*ret = r;
	return st;
}
