/*
 * src/rule/keys_load.c - what the keys of a check say, one reader each: the values that all
 * documents are made of first, then the table of the keys. What joins them to conditions and
 * tables is in load.c.
 */
#include "rule/rule_priv.h"

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

enum noro_status noro_rule_read_over(
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

const struct noro_rule_key noro_rule_check_keys[] = {
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
	{ "over", noro_rule_read_over, false },
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
