/*
 * src/rule/sigma.c - Sigma rules as checks.
 *
 * A Sigma rule names fields of a log source, groups tests in selections and joins
 * them in a condition; all of that compiles into the conditions of our own
 * language, so both are matched by one engine. Whatever has no exact meaning here
 * makes the rule undecided as a whole, with the reason as a note: a rule that is
 * half applied would call evidence clean that nobody looked at.
 */
#include "base/file.h"
#include "base/yaml.h"
#include "rule/sigma_priv.h"

static enum noro_status note(const struct noro_rule_doc *doc, const char *rule, size_t at,
	const char *why, const char *arg)
{
	struct noro_rule_note n = { .file = doc->file,
		.rule = rule,
		.line = noro_line_of(doc->text, at),
		.what = { .id = why, .arg = { arg } } };

	return noro_rule_note_add(doc->rules, &n);
}

static const char *text_of(
	const struct noro_rule_doc *doc, const struct noro_json *v, const char *name)
{
	struct noro_view t = noro_json_str(v, name);

	return t.p && t.n && !memchr(t.p, '\0', t.n) ? noro_arena_strn(doc->rules->arena, t.p, t.n)
						     : NULL;
}

static const struct {
	const char *level;
	enum noro_severity severity;
} levels[] = {
	{ "informational", NORO_SEV_INFO },
	{ "low", NORO_SEV_LOW },
	{ "medium", NORO_SEV_MEDIUM },
	{ "high", NORO_SEV_HIGH },
	{ "critical", NORO_SEV_CRITICAL },
};

/* attack.t1190 and cve.2023-20198 among the tags. */
static enum noro_status tags(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_list *attack, struct noro_list *cve)
{
	struct noro_arena *a = doc->rules->arena;
	uint32_t n = v ? v->count : 0;
	const char **technique = noro_arena_array(a, n + 1, sizeof(*technique)),
		   **id = noro_arena_array(a, n + 1, sizeof(*id));

	if (!technique || !id)
		return NORO_ENOMEM;
	attack->item = technique;
	cve->item = id;
	for (const struct noro_json *t = v && v->kind == NORO_JSON_ARRAY ? v->child : NULL; t;
		t = t->next) {
		struct noro_view tail = noro_view_sub(t->text, 7, t->text.n);
		char *up = NULL;

		if (noro_view_starts_i(t->text, "attack.t") && tail.n < 12)
			technique[attack->n++] = up = noro_arena_strn(a, tail.p, tail.n);
		else if (noro_view_starts_i(t->text, "cve.") && t->text.n < 30)
			id[cve->n++] = up = noro_arena_printf(
				a, "CVE-%.*s", NORO_VARG(noro_view_sub(t->text, 4, t->text.n)));
		else
			continue;
		if (!up)
			return NORO_ENOMEM;
		if (up[0] == 't')
			up[0] = 'T';
	}
	return NORO_OK;
}

static enum noro_status describe(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_rule *rule)
{
	const struct noro_json *source = noro_json_get(v, "logsource");
	struct noro_view level = noro_json_str(v, "level"), status = noro_json_str(v, "status");
	struct noro_arena *a = doc->rules->arena;
	const char *id = text_of(doc, v, "id"), *title = text_of(doc, v, "title");
	const char **class = noro_arena_array(a, 1, sizeof(*class));

	rule->pub.source = "sigma";
	rule->pub.file = doc->file;
	rule->pub.line = noro_line_of(doc->text, v->at);
	rule->text = doc->text;
	rule->pub.id = noro_arena_printf(a, "sigma:%s", id ? id : title ? title : doc->file);
	rule->pub.title.en = title ? title : rule->pub.id;
	rule->pub.about.en = text_of(doc, v, "description");
	rule->pub.severity = NORO_SEV_MEDIUM;
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (noro_view_is_i(level, levels[i].level))
			rule->pub.severity = levels[i].severity;
	rule->severity[0] = rule->severity[1] = rule->severity[2] = rule->pub.severity;
	rule->pub.confidence = noro_view_is_i(status, "stable") ? 70
			       : noro_view_is_i(status, "test") ? 60
								: 45;
	if (!class || !rule->pub.id)
		return NORO_ENOMEM;
	class[0] = noro_sigma_class(noro_json_str(source, "category"),
		noro_json_str(source, "product"), noro_json_str(source, "service"));
	rule->pub.needs = (struct noro_list){ class, 1 };
	return tags(doc, noro_json_get(v, "tags"), &rule->pub.attack, &rule->pub.cve);
}

static enum noro_status emit_usual(struct noro_rules *r, struct noro_rule *rule)
{
	static const char *const kept[] = { "src.ip", "host", "user", "dst.ip", "path", "command" };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept) && st == NORO_OK; i++)
		st = noro_rule_field(r, noro_view_str(kept[i]), &rule->emit[rule->emits++]);
	for (rule->observables = 0; rule->observables < 3; rule->observables++)
		rule->observable[rule->observables] = rule->emit[rule->observables];
	return st;
}

static enum noro_status selections(struct noro_sigma *s, const struct noro_json *detection)
{
	enum noro_status st = NORO_OK;

	s->selection =
		noro_arena_array(s->doc->rules->arena, detection->count + 1, sizeof(*s->selection));
	if (!s->selection)
		return NORO_ENOMEM;
	if (detection->count > NORO_SIGMA_SELECTIONS)
		return noro_sigma_undecided(
			s, N_("a list is empty or too long"), NORO_V("detection"));
	for (const struct noro_json *m = detection->child; m && st == NORO_OK; m = m->next) {
		if (noro_view_is(m->key, "condition") || noro_view_is(m->key, "timeframe"))
			continue;
		s->selection[s->selections].name = m->key;
		st = noro_sigma_selection(s, m, &s->selection[s->selections++].cond);
	}
	return st;
}

/* One condition, or a list of which one is enough. */
static enum noro_status condition(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret)
{
	struct noro_cond *child;
	enum noro_status st = NORO_OK;

	if (v && v->kind == NORO_JSON_STRING)
		return noro_sigma_condition(s, v->text, ret);
	if (!v || v->kind != NORO_JSON_ARRAY || v->count == 0)
		return noro_sigma_undecided(s, N_("the rule has no condition"), NORO_V(""));
	child = noro_arena_array(s->doc->rules->arena, v->count, sizeof(*child));
	if (!child)
		return NORO_ENOMEM;
	*ret = (struct noro_cond){ .op = NORO_OP_ANY, .child = child, .children = v->count };
	for (const struct noro_json *m = v->child; m && st == NORO_OK; m = m->next)
		st = noro_sigma_condition(s, m->text, child++);
	if (st == NORO_OK && s->counts)
		return noro_sigma_undecided(
			s, N_("the aggregation '%1' is not decided"), NORO_V("list"));
	return st;
}

/* Only records of that kind of log: words like "show history" stand in many others. */
static enum noro_status guard(
	struct noro_rules *r, const struct noro_json *source, struct noro_cond *c)
{
	size_t n;
	const char *const *glob = noro_sigma_shapes(noro_json_str(source, "category"),
		noro_json_str(source, "product"), noro_json_str(source, "service"), &n);
	struct noro_cond *both = noro_arena_array(r->arena, 2, sizeof(*both));
	struct noro_value *value = noro_arena_array(r->arena, n + 1, sizeof(*value));
	uint32_t *field = noro_arena_array(r->arena, 1, sizeof(*field));
	enum noro_status st;

	if (!glob)
		return NORO_OK;
	if (!both || !value || !field)
		return NORO_ENOMEM;
	st = noro_rule_field(r, NORO_V("shape"), field);
	for (size_t i = 0; i < n && st == NORO_OK; i++)
		st = noro_value_make(r, NORO_OP_GLOB, false, noro_view_str(glob[i]), &value[i]);
	both[0] = (struct noro_cond){ .op = NORO_OP_GLOB,
		.field = field,
		.fields = 1,
		.value = value,
		.values = (uint32_t)n };
	both[1] = *c;
	*c = (struct noro_cond){ .op = NORO_OP_ALL, .child = both, .children = 2 };
	return st;
}

static enum noro_status aggregate(
	struct noro_sigma *s, const struct noro_json *detection, struct noro_rule *rule)
{
	struct noro_view frame = noro_json_str(detection, "timeframe");

	rule->steps = 1;
	rule->step[0].at_least = 1;
	if (!s->counts)
		return NORO_OK;
	if (!noro_rule_duration_text(frame, &rule->within_ns))
		return noro_sigma_undecided(s, N_("an aggregation without a timeframe"), frame);
	rule->kind = s->count_of ? NORO_CONCLUDE_DISTINCT : NORO_CONCLUDE_COUNT;
	rule->step[0].at_least = s->at_least;
	rule->step[0].of = s->count_of;
	rule->bys = s->bys;
	memcpy(rule->by, s->by, sizeof(rule->by));
	if (s->bys > 0)
		memcpy(rule->observable, s->by, sizeof(rule->by));
	if (s->bys > 0)
		rule->observables = 1;
	return NORO_OK;
}

static enum noro_status detect(struct noro_sigma *s, const struct noro_json *v,
	struct noro_rule *rule, struct noro_signal *signal)
{
	const struct noro_json *detection = noro_json_get(v, "detection");
	struct noro_rules *r = s->doc->rules;
	enum noro_status st;

	if (!detection || detection->kind != NORO_JSON_OBJECT)
		return noro_sigma_undecided(s, N_("the rule has no detection"), NORO_V(""));
	st = selections(s, detection);
	if (st == NORO_OK)
		st = condition(s, noro_json_get(detection, "condition"), &signal->when);
	if (st == NORO_OK)
		st = guard(r, noro_json_get(v, "logsource"), &signal->when);
	if (st == NORO_OK)
		st = aggregate(s, detection, rule);
	if (st != NORO_OK)
		return st;
	st = noro_literals_derive(r, &signal->when, &signal->stated, &signal->stateds);
	if (st == NORO_ENOENT)
		return noro_sigma_undecided(s,
			N_("no word must occur in a record: every one would be read"), NORO_V(""));
	return st;
}

/* What a correlation may call this rule. */
static const char *signal_name(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	const char *name = text_of(doc, v, "name"), *id = text_of(doc, v, "id");

	return name ? name : id;
}

static enum noro_status rule_doc(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	struct noro_rule rule = { .judges = false };
	struct noro_signal signal = { .file = doc->file, .line = noro_line_of(doc->text, v->at) };
	struct noro_sigma s = { .doc = doc };
	struct noro_view status = noro_json_str(v, "status");
	enum noro_status st = describe(doc, v, &rule);

	if (st == NORO_OK)
		st = emit_usual(doc->rules, &rule);
	if (st == NORO_OK &&
		(noro_view_is_i(status, "deprecated") || noro_view_is_i(status, "unsupported")))
		st = noro_sigma_undecided(&s, N_("the rule is marked '%1' by its authors"), status);
	if (st == NORO_OK)
		st = detect(&s, v, &rule, &signal);
	if (st == NORO_EUNSUPPORTED || st == NORO_ELIMIT)
		return note(doc, rule.pub.id, v->at, s.why ? s.why : N_("a ceiling was reached"),
			s.why_arg);
	signal.name = signal_name(doc, v);
	if (st == NORO_OK)
		st = noro_signal_put(doc->rules, &signal, &rule.step[0].signal);
	if (st == NORO_OK)
		st = noro_rule_put(doc->rules, &rule);
	return st;
}

/* --- correlations --- */

static enum noro_status group_by(
	struct noro_sigma *s, const struct noro_json *v, struct noro_rule *rule)
{
	const struct noro_json *at = v && v->kind == NORO_JSON_ARRAY ? v->child : v;
	enum noro_status st = NORO_OK;

	for (; at && st == NORO_OK; at = at == v ? NULL : at->next) {
		uint32_t field[8], n;

		if (rule->bys == NORO_RULE_BY)
			return noro_sigma_undecided(
				s, N_("a list is empty or too long"), NORO_V("group-by"));
		st = noro_sigma_fields(s->doc->rules, at->text, field, &n);
		rule->by[rule->bys++] = field[0];
	}
	return st;
}

static enum noro_status threshold(
	struct noro_sigma *s, const struct noro_json *v, struct noro_rule *rule)
{
	const struct noro_json *gte = noro_json_get(v, "gte"), *gt = noro_json_get(v, "gt");
	struct noro_view field = noro_json_str(v, "field");
	bool distinct = rule->kind == NORO_CONCLUDE_DISTINCT;
	int64_t n = 0, most = distinct ? NORO_RULE_MAX_DISTINCT : NORO_RULE_MAX_COUNT;
	uint32_t of[8], fields;
	enum noro_status st;

	if ((!gte && !gt) || !noro_json_i64(gte ? gte : gt, &n) || (n += !gte) < 1 || n > most)
		return noro_sigma_undecided(
			s, N_("the aggregation '%1' is not decided"), NORO_V("condition"));
	rule->step[0].at_least = (uint32_t)n;
	if (!distinct)
		return NORO_OK;
	if (!field.p)
		return noro_sigma_undecided(
			s, N_("the aggregation '%1' is not decided"), NORO_V("value_count"));
	st = noro_sigma_fields(s->doc->rules, field, of, &fields);
	rule->step[0].of = of[0] + 1;
	return st;
}

static enum noro_status correlate(
	struct noro_sigma *s, const struct noro_json *v, struct noro_rule *rule)
{
	const struct noro_json *rules = noro_json_get(v, "rules");
	const struct noro_json *at = rules && rules->kind == NORO_JSON_ARRAY ? rules->child : rules;
	struct noro_view type = noro_json_str(v, "type");
	enum noro_status st;

	for (rule->steps = 0; at; at = at == rules ? NULL : at->next) {
		if (rule->steps == NORO_RULE_MAX_STEPS)
			return noro_sigma_undecided(
				s, N_("a list is empty or too long"), NORO_V("rules"));
		rule->step[rule->steps].at_least = 1;
		st = noro_rule_text(s->doc, at, &rule->step[rule->steps++].on);
		if (st != NORO_OK)
			return st == NORO_ENOMEM ? st
						 : noro_sigma_undecided(s,
							   N_("the rule has no detection"), type);
	}
	if (!noro_rule_duration_text(noro_json_str(v, "timespan"), &rule->within_ns))
		return noro_sigma_undecided(s, N_("an aggregation without a timeframe"), type);
	st = group_by(s, noro_json_get(v, "group-by"), rule);
	if (st != NORO_OK)
		return st;
	if (noro_view_is(type, "temporal_ordered") && rule->steps > 1) {
		rule->kind = NORO_CONCLUDE_SEQUENCE;
		return NORO_OK;
	}
	if (rule->steps != 1 ||
		!(noro_view_is(type, "event_count") || noro_view_is(type, "value_count")))
		return noro_sigma_undecided(s, N_("the correlation '%1' is not decided"), type);
	rule->kind =
		noro_view_is(type, "event_count") ? NORO_CONCLUDE_COUNT : NORO_CONCLUDE_DISTINCT;
	return threshold(s, noro_json_get(v, "condition"), rule);
}

static enum noro_status correlation_doc(const struct noro_rule_doc *doc, const struct noro_json *v)
{
	struct noro_rule rule = { .judges = false };
	struct noro_sigma s = { .doc = doc };
	enum noro_status st = describe(doc, v, &rule);

	if (st == NORO_OK)
		st = emit_usual(doc->rules, &rule);
	if (st == NORO_OK)
		st = correlate(&s, noro_json_get(v, "correlation"), &rule);
	if (st == NORO_EUNSUPPORTED || st == NORO_ELIMIT)
		return note(doc, rule.pub.id, v->at, s.why ? s.why : N_("a ceiling was reached"),
			s.why_arg);
	rule.generates =
		noro_json_get(noro_json_get(v, "correlation"), "generate") &&
		noro_json_get(noro_json_get(v, "correlation"), "generate")->kind == NORO_JSON_TRUE;
	if (st == NORO_OK && rule.bys > 0) {
		rule.observable[0] = rule.by[0];
		rule.observables = 1;
	}
	return st == NORO_OK ? noro_rule_put(doc->rules, &rule) : st;
}

/* --- files --- */

static enum noro_status one_doc(struct noro_rule_doc *doc, struct noro_view text)
{
	struct noro_json_limits limits = {
		.max_bytes = NORO_RULE_MAX_FILE, .max_depth = 48, .max_values = 200000
	};
	const struct noro_json *root = NULL;
	enum noro_status st;

	doc->text = noro_arena_view(doc->rules->arena, text);
	if (!doc->text.p)
		return NORO_ENOMEM;
	st = noro_yaml_parse(doc->rules->arena, doc->text, &limits, &root, doc->err);
	if (st != NORO_OK)
		return st;
	if (noro_json_get(root, "correlation"))
		return correlation_doc(doc, root);
	if (!noro_json_get(root, "detection") || !noro_json_get(root, "logsource"))
		return note(doc, NULL, root->at, N_("this is no Sigma rule"), NULL);
	return rule_doc(doc, root);
}

/* Up to the next line that is "---". False at the end. */
static bool cut_doc(struct noro_view *rest, struct noro_view *ret)
{
	const char *from = rest->p;
	struct noro_view line;

	if (rest->n == 0)
		return false;
	while (noro_view_line(rest, &line))
		if (noro_view_is(noro_view_trim(line), "---")) {
			*ret = noro_view(from, (size_t)(line.p - from));
			return true;
		}
	*ret = noro_view(from, (size_t)(rest->p - from));
	return true;
}

static bool only_comments(struct noro_view text)
{
	struct noro_view line;

	while (noro_view_line(&text, &line)) {
		line = noro_view_trim(line);
		if (line.n && line.p[0] != '#')
			return false;
	}
	return true;
}

enum noro_status noro_sigma_add_text(
	struct noro_rules *r, const char *name, struct noro_view text, struct noro_error *err)
{
	struct noro_rule_doc doc = { .rules = r, .err = err };
	struct noro_view one;
	enum noro_status st = NORO_OK;

	doc.file = noro_arena_str(r->arena, name);
	if (!doc.file)
		return noro_rule_nomem(&doc);
	while (st == NORO_OK && cut_doc(&text, &one))
		if (!only_comments(one))
			st = one_doc(&doc, one);
	if (st == NORO_ENOMEM)
		return noro_rule_nomem(&doc);
	if (st == NORO_ELIMIT && err && !err->msg)
		return noro_fail(
			err, st, N_("more than %1 checks"), NORO_NUM(NORO_RULE_MAX_CHECKS));
	if (st != NORO_OK && err)
		(void)noro_error_at(err, name, err->unit, err->at);
	return st;
}

static enum noro_status add_file(
	struct noro_rules *r, const char *path, struct noro_view text, struct noro_error *err)
{
	struct noro_error own = { .status = NORO_OK };
	enum noro_status st = noro_sigma_add_text(r, path, text, &own);
	struct noro_rule_doc doc = { .rules = r, .text = text };

	if (st == NORO_OK)
		return NORO_OK;
	if (st == NORO_ENOMEM) {
		if (err)
			*err = own;
		return st;
	}
	doc.file = noro_arena_str(r->arena, path);
	return doc.file ? note(&doc, NULL, 0, N_("the file is no readable YAML"), NULL)
			: NORO_ENOMEM;
}

enum noro_status noro_sigma_add_path(struct noro_rules *r, const char *path, struct noro_error *err)
{
	return noro_rule_walk(r, path, add_file, err);
}
