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

/* --- small values --- */

enum noro_status noro_rule_keys(const struct noro_rule_doc *doc, const struct noro_json *v,
	const struct noro_rule_key *keys, void *into)
{
	if (v->kind != NORO_JSON_OBJECT)
		return noro_rule_bad(doc, v->at, N_("a mapping is expected here"));
	for (const struct noro_json *m = v->child; m; m = m->next) {
		const struct noro_rule_key *k = keys;
		enum noro_status st;

		while (k->name && !noro_view_is(m->key, k->name))
			k++;
		if (!k->name)
			return noro_rule_bad(
				doc, m->at, N_("unknown key '%1'"), NORO_VTEXT(m->key));
		st = k->read(doc, m, into);
		if (st != NORO_OK)
			return st;
	}
	for (; keys->name; keys++)
		if (keys->required && !noro_json_get(v, keys->name))
			return noro_rule_bad(doc, v->at, N_("key '%1' is missing"), keys->name);
	return NORO_OK;
}

enum noro_status noro_rule_text(
	const struct noro_rule_doc *doc, const struct noro_json *v, const char **ret)
{
	if ((v->kind != NORO_JSON_STRING && v->kind != NORO_JSON_NUMBER) || v->text.n == 0 ||
		memchr(v->text.p, '\0', v->text.n))
		return noro_rule_bad(doc, v->at, N_("a text is expected here"));
	*ret = noro_arena_strn(doc->rules->arena, v->text.p, v->text.n);
	return *ret ? NORO_OK : noro_rule_nomem(doc);
}

enum noro_status noro_rule_list(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_list *ret)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	const struct noro_json *at = list ? v->child : v;
	size_t n = list ? v->count : 1;
	const char **item = noro_arena_array(doc->rules->arena, n ? n : 1, sizeof(*item));

	if (!item)
		return noro_rule_nomem(doc);
	if (n > NORO_RULE_MAX_VALUES)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_MAX_VALUES));
	for (size_t i = 0; i < n; i++, at = at->next) {
		enum noro_status st = noro_rule_text(doc, at, &item[i]);

		if (st != NORO_OK)
			return st;
	}
	*ret = (struct noro_list){ item, n };
	return NORO_OK;
}

enum noro_status noro_rule_number(const struct noro_rule_doc *doc, const struct noro_json *v,
	int64_t least, int64_t most, int64_t *ret)
{
	if (!noro_json_i64(v, ret) || *ret < least || *ret > most)
		return noro_rule_bad(doc, v->at, N_("a number from %1 to %2 is expected here"),
			least < 0 ? "-100" : NORO_NUM(least), NORO_NUM(most));
	return NORO_OK;
}

bool noro_rule_duration_text(struct noro_view text, int64_t *ret_ns)
{
	static const struct {
		char unit;
		int64_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	uint64_t n;

	if (text.n < 2 || !noro_view_u64(noro_view_sub(text, 0, text.n - 1), &n) || n == 0 ||
		n > 100000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (text.p[text.n - 1] == units[i].unit) {
			*ret_ns = (int64_t)n * units[i].s * NORO_NS_PER_S;
			return *ret_ns <= 366 * INT64_C(86400) * NORO_NS_PER_S;
		}
	return false;
}

enum noro_status noro_rule_duration(
	const struct noro_rule_doc *doc, const struct noro_json *v, int64_t *ret_ns)
{
	if (v->kind != NORO_JSON_STRING || !noro_rule_duration_text(v->text, ret_ns))
		return noro_rule_bad(
			doc, v->at, N_("a duration like 30s, 10m, 1h or 7d is expected here"));
	return NORO_OK;
}

static enum noro_status bilingual(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_text *ret)
{
	const struct noro_json *en = noro_json_get(v, "en"), *ja = noro_json_get(v, "ja");
	enum noro_status st;

	if (!en || !ja || v->count != 2)
		return noro_rule_bad(
			doc, v->at, N_("'%1' needs a text in en and in ja"), NORO_VTEXT(v->key));
	st = noro_rule_text(doc, en, &ret->en);
	return st == NORO_OK ? noro_rule_text(doc, ja, &ret->ja) : st;
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

/* --- the keys of a check --- */

#define READ_TEXT(name, member)                                                                    \
	static enum noro_status name(                                                              \
		const struct noro_rule_doc *doc, const struct noro_json *v, void *into)            \
	{                                                                                          \
		return noro_rule_text(doc, v, &((struct noro_rule *)into)->pub.member);            \
	}
#define READ_BOTH(name, member)                                                                    \
	static enum noro_status name(                                                              \
		const struct noro_rule_doc *doc, const struct noro_json *v, void *into)            \
	{                                                                                          \
		return bilingual(doc, v, &((struct noro_rule *)into)->pub.member);                 \
	}
#define READ_LIST(name, member)                                                                    \
	static enum noro_status name(                                                              \
		const struct noro_rule_doc *doc, const struct noro_json *v, void *into)            \
	{                                                                                          \
		return noro_rule_list(doc, v, &((struct noro_rule *)into)->pub.member);            \
	}
READ_TEXT(read_id, id)
READ_BOTH(read_title, title)
READ_BOTH(read_about, about)
READ_BOTH(read_next, next)
READ_LIST(read_attack, attack)
READ_LIST(read_cve, cve)
READ_LIST(read_actors, actors)
READ_LIST(read_advisory, advisory)
READ_LIST(read_behaviours, behaviours)
READ_LIST(read_opens, opens)
READ_LIST(read_references, references)
READ_LIST(read_needs, needs)

enum noro_status noro_rule_severity(
	const struct noro_rule_doc *doc, const struct noro_json *v, enum noro_severity *ret)
{
	int s = v->kind == NORO_JSON_STRING ? noro_severity_parse(v->text) : -1;

	if (s < 0)
		return noro_rule_bad(doc, v->at, N_("'%1' is not a severity"), NORO_VTEXT(v->text));
	*ret = (enum noro_severity)s;
	return NORO_OK;
}

/* One word, or one for each outcome. */
static enum noro_status read_severity(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	static const char *const names[] = { "unknown", "attempt", "success" };
	struct noro_rule *rule = into;
	enum noro_status st = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT) {
		st = noro_rule_severity(doc, v, &rule->severity[0]);
		rule->severity[1] = rule->severity[2] = rule->pub.severity = rule->severity[0];
		return st;
	}
	for (int i = 0; i < 3 && st == NORO_OK; i++) {
		const struct noro_json *m = noro_json_get(v, names[i]);

		if (!m || v->count != 3)
			return noro_rule_bad(doc, v->at,
				N_("severity is one word, or one each for unknown, attempt and "
				   "success"));
		st = noro_rule_severity(doc, m, &rule->severity[i]);
	}
	rule->pub.severity = rule->severity[NORO_OUTCOME_SUCCESS];
	return st;
}

static enum noro_status read_confidence(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	int64_t n;
	enum noro_status st = noro_rule_number(doc, v, 0, 100, &n);

	if (st == NORO_OK)
		((struct noro_rule *)into)->pub.confidence = (unsigned)n;
	return st;
}

static enum noro_status read_over(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	(void)into;
	if (!noro_json_is_str(v, "log") && !noro_json_is_str(v, "flow") && doc->tables == 0)
		return noro_rule_bad(doc, v->at, N_("checks run over 'log' or 'flow' records"));
	return NORO_OK;
}

static enum noro_status read_vendor_default(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_adjust_add(doc, v, -2, N_("often present by vendor default"), into);
}

static enum noro_status read_reachable(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_adjust_add(doc, v, 1, N_("it can be reached from outside"), into);
}

static enum noro_status fields_at(const struct noro_rule_doc *doc, const struct noro_json *v,
	uint32_t *list, uint32_t most, uint32_t *ret_n)
{
	bool many = v->kind == NORO_JSON_ARRAY;
	const struct noro_json *at = many ? v->child : v;
	uint32_t n = many ? v->count : 1;

	if (n == 0 || n > most)
		return noro_rule_bad(
			doc, v->at, N_("a list here holds 1 to %1 values"), NORO_NUM(most));
	for (*ret_n = 0; *ret_n < n; ++*ret_n, at = at->next) {
		enum noro_status st = noro_rule_field_at(doc, at, &list[*ret_n]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static enum noro_status read_emit(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = into;

	return fields_at(doc, v, rule->emit, NORO_RULE_MAX_FIELDS, &rule->emits);
}

static enum noro_status read_observable(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = into;

	return fields_at(doc, v, rule->observable, NORO_RULE_BY, &rule->observables);
}

static enum noro_status read_conclude(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_conclude_read(doc, v, into);
}

static enum noro_status read_outcome(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = into;
	const struct noro_json *yes = noro_json_get(v, "success"),
			       *no = noro_json_get(v, "attempt");
	enum noro_status st = NORO_OK;

	if ((!yes && !no) || v->count != (uint32_t)(yes != NULL) + (uint32_t)(no != NULL))
		return noro_rule_bad(
			doc, v->at, N_("outcome holds conditions for success and for attempt"));
	rule->judges = true;
	rule->success.op = rule->attempt.op = NORO_OP_FALSE; /* what is not told cannot be */
	if (yes)
		st = noro_cond_compile(doc, yes, 0, &rule->success);
	return st == NORO_OK && no ? noro_cond_compile(doc, no, 0, &rule->attempt) : st;
}

/* requires: $site.admins, or { set: $site.admins, else: skip }. */
static enum noro_status read_requires(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *rule = into;
	const struct noro_json *set = v->kind == NORO_JSON_OBJECT ? noro_json_get(v, "set") : v;
	const struct noro_json *other = noro_json_get(v, "else");
	uint32_t i;

	if (!set || set->kind != NORO_JSON_STRING || !noro_view_starts(set->text, "$") ||
		(other && !noro_json_is_str(other, "skip")) ||
		(v->kind == NORO_JSON_OBJECT && v->count != 1u + (other != NULL)))
		return noro_rule_bad(doc, v->at, N_("'%1' takes the name of a set"), "requires");
	if (noro_rule_set(doc->rules, noro_view_sub(set->text, 1, set->text.n), &i) != NORO_OK)
		return noro_rule_nomem(doc);
	rule->requires = i + 1;
	rule->skip_without = other != NULL;
	return NORO_OK;
}

static enum noro_status read_adjust(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_adjust_read(doc, v, into);
}

static enum noro_status read_examples(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	const struct noro_json *yes = noro_json_get(v, "positive"),
			       *no = noro_json_get(v, "negative");

	if (!yes || !no || yes->kind != NORO_JSON_ARRAY || no->kind != NORO_JSON_ARRAY ||
		yes->count == 0 || no->count == 0 || v->count != 2)
		return noro_rule_bad(doc, v->at,
			N_("examples are a list of positive and a list of negative ones"));
	((struct noro_rule *)into)->examples = v;
	return NORO_OK;
}

/* Read with the signal, see read_check. */
static enum noro_status later(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	(void)doc;
	(void)v;
	(void)into;
	return NORO_OK;
}

static enum noro_status read_weakness(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_rule *r = into;

	if (v->kind != NORO_JSON_TRUE && v->kind != NORO_JSON_FALSE)
		return noro_rule_bad(doc, v->at, N_("true or false"));
	r->pub.weakness = v->kind == NORO_JSON_TRUE;
	return NORO_OK;
}

static const struct noro_rule_key check_keys[] = {
	{ "id", read_id, true },
	{ "title", read_title, true },
	{ "about", read_about, true },
	{ "next", read_next, true },
	{ "severity", read_severity, true },
	{ "confidence", read_confidence, true },
	{ "attack", read_attack, false },
	{ "cve", read_cve, false },
	{ "actors", read_actors, false },
	{ "advisory", read_advisory, false },
	{ "behaviours", read_behaviours, false },
	{ "opens", read_opens, false },
	{ "weakness", read_weakness, false },
	{ "references", read_references, false },
	{ "needs", read_needs, true },
	{ "over", read_over, false },
	{ "requires", read_requires, false },
	{ "when", later, false },
	{ "prefilter", later, false },
	{ "numbers", later, false },
	{ "emit", read_emit, false },
	{ "observable", read_observable, false },
	{ "conclude", read_conclude, false },
	{ "adjust", read_adjust, false },
	{ "rows", later, false },
	{ "unless", later, false },
	{ "also", later, false },
	{ "approved", later, false },
	{ "new", later, false },
	{ "vendor_default", read_vendor_default, false },
	{ "reachable", read_reachable, false },
	{ "outcome", read_outcome, false },
	{ "examples", read_examples, true },
	{ NULL, NULL, false },
};

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
	{ "over", read_over, false },
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
	st = noro_rule_keys(doc, v, check_keys, rule);
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
