/*
 * src/intel/value.c - which values an object speaks of.
 *
 * Patterns and observables name values by the same paths, so both go through the one table that
 * hunting uses (pattern_plan.c): a value that a member reports as an observable and another as an
 * indicator is the same value. Of a pattern every equality counts that is not negated, whatever
 * stands around it: the question is what the report speaks of, not when the pattern is true.
 */
#include "intel/value.h"

#include "base/text.h"
#include "intel/pattern_priv.h"
#include "intel/stix21.h"

enum { MAX_STEPS = 12, MAX_TEXT = 4096 };

struct taking {
	struct noro_arena *a;
	struct noro_values *ret;
	struct noro_value *value;
	size_t value_cap;
	struct noro_value_refused *refused;
	size_t refused_cap, ref_cap;
	struct noro_view *ref;
	struct noro_buf meant, normal, path;
	enum noro_status status;
};

/* ---- one value ---- */

static void refuse(struct taking *t, struct noro_view text, struct noro_view path, const char *why)
{
	struct noro_values *v = t->ret;
	struct noro_value_refused *more;

	if (v->refuseds >= NORO_VALUES_MAX)
		return;
	more = noro_arena_grow(t->a, t->refused, v->refuseds, &t->refused_cap, sizeof(*more));
	if (!more) {
		t->status = NORO_ENOMEM;
		return;
	}
	t->refused = more;
	v->refused = more;
	more[v->refuseds++] = (struct noro_value_refused){ text, path, why };
}

static bool is_there(const struct taking *t, enum noro_ioc_kind kind, struct noro_view text)
{
	/* the few of one object; a list by the thousand is sorted out by the store */
	size_t from = t->ret->values > 64 ? t->ret->values - 64 : 0;

	for (size_t i = from; i < t->ret->values; i++)
		if (t->value[i].kind == kind && noro_view_eq(t->value[i].text, text))
			return true;
	return false;
}

static void keep(struct taking *t, enum noro_ioc_kind kind, struct noro_view path)
{
	struct noro_values *v = t->ret;
	struct noro_view text = noro_buf_as_view(&t->normal);
	struct noro_value *more;

	if (is_there(t, kind, text))
		return;
	if (v->values >= NORO_VALUES_MAX) {
		v->more++;
		return;
	}
	more = noro_arena_grow(t->a, t->value, v->values, &t->value_cap, sizeof(*more));
	text = noro_arena_view(t->a, text);
	if (!more || !text.p) {
		t->status = NORO_ENOMEM;
		return;
	}
	t->value = more;
	v->value = more;
	more[v->values++] = (struct noro_value){ kind, text, path, noro_value_near(kind, text) };
}

static bool of_network(int kind)
{
	return kind >= NORO_IOC_IPV4 && kind <= NORO_IOC_EMAIL;
}

/* The kind that is meant, with its text in `meant`; -1: the path names no value. Addresses are
 * freed of the ways to make them harmless; file names and the like are taken as they stand. */
static int meant(struct taking *t, const struct noro_pattern_path *path, struct noro_view v)
{
	int kind = noro_pattern_path_kind(path, v), again;

	noro_buf_clear(&t->meant);
	if (kind >= 0 && !of_network(kind))
		return noro_pattern_as_meant(v, kind, &t->meant);
	if (kind == NORO_IOC_URL && noro_view_find(v, NORO_V("\\%")) != SIZE_MAX)
		return noro_pattern_as_meant(v, kind, &t->meant);
	if (noro_refang(v, &t->meant) == 0)
		return kind;
	again = noro_pattern_path_kind(path, noro_buf_as_view(&t->meant));
	return again >= 0 ? again : kind;
}

static void take(struct taking *t, const struct noro_pattern_path *path, struct noro_view v)
{
	struct noro_view where;
	const char *why;
	enum noro_status st;
	int kind;

	if (t->status != NORO_OK || v.n == 0)
		return;
	kind = meant(t, path, v);
	noro_buf_clear(&t->path);
	noro_pattern_print_path(path, &t->path);
	where = noro_arena_view(t->a, noro_buf_as_view(&t->path));
	if (!where.p || t->meant.status != NORO_OK)
		t->status = NORO_ENOMEM;
	if (kind < 0 || t->status != NORO_OK)
		return; /* of a kind that nothing is compared by */
	noro_buf_clear(&t->normal);
	st = v.n > MAX_TEXT ? NORO_EFORMAT
			    : noro_ioc_normal((enum noro_ioc_kind)kind, noro_buf_as_view(&t->meant),
				      &t->normal);
	if (st == NORO_ENOMEM) {
		t->status = st;
		return;
	}
	why = st == NORO_OK
		      ? noro_value_lint((enum noro_ioc_kind)kind, noro_buf_as_view(&t->normal))
		      : N_("not a value of the kind that its place asks for");
	if (why)
		refuse(t, v, where, why);
	else
		keep(t, (enum noro_ioc_kind)kind, where);
}

/* ---- patterns ---- */

static void take_compare(struct taking *t, const struct noro_pattern_node *n)
{
	bool equal = ((n->op == NORO_PATTERN_EQ || n->op == NORO_PATTERN_IN) && !n->negated) ||
		     (n->op == NORO_PATTERN_NE && n->negated) ||
		     (n->op == NORO_PATTERN_ISSUBSET && !n->negated);

	for (size_t i = 0; equal && i < n->literals; i++)
		if (n->literal[i].kind == NORO_LITERAL_STRING ||
			n->literal[i].kind == NORO_LITERAL_INT)
			take(t, &n->path, n->literal[i].text);
}

/* Trees are as deep as the grammar lets them be. */
static void take_node(struct taking *t, const struct noro_pattern_node *n)
{
	for (; n && t->status == NORO_OK; n = n->next) {
		if (n->kind == NORO_PATTERN_COMPARE)
			take_compare(t, n);
		else
			take_node(t, n->child);
	}
}

/* [type:path = 'value'], as nearly all are: what the short way makes of it is just this one. */
static bool take_plain(struct taking *t, struct noro_view text)
{
	size_t eq = noro_view_chr(text, '=');
	enum noro_ioc_kind kind;
	struct noro_view path;
	const char *why;

	noro_buf_clear(&t->meant);
	noro_buf_clear(&t->normal);
	if (!noro_pattern_plain(text, &t->meant, &t->normal, &kind))
		return false;
	path = noro_view_trim(noro_view_sub(text, 1, eq - 1));
	why = noro_value_lint(kind, noro_buf_as_view(&t->normal));
	if (why)
		refuse(t, noro_arena_view(t->a, noro_buf_as_view(&t->normal)), path, why);
	else
		keep(t, kind, path);
	return true;
}

static void take_pattern(struct taking *t, const struct noro_json *o)
{
	struct noro_view text = noro_json_str(o, "pattern");
	const struct noro_pattern *p;
	enum noro_status st;

	if (!noro_view_is(noro_json_str(o, "pattern_type"), "stix") || take_plain(t, text))
		return;
	st = noro_pattern_parse(t->a, text, true, &p, NULL);
	if (st == NORO_ENOMEM)
		t->status = st;
	if (st == NORO_OK)
		take_node(t, p->root);
}

/* ---- observables ---- */

static void take_member(struct taking *t, struct noro_pattern_path *path,
	struct noro_pattern_step *step, const struct noro_json *v)
{
	size_t before = path->steps;

	if (v->key.p) {
		if (before == MAX_STEPS)
			return;
		step[path->steps++] =
			(struct noro_pattern_step){ .kind = NORO_STEP_NAME, .name = v->key };
	}
	if (v->kind == NORO_JSON_STRING)
		take(t, path, v->text);
	else if (v->kind == NORO_JSON_NUMBER && v->key.p && noro_view_is(v->key, "number"))
		take(t, path, v->text); /* of an autonomous system */
	else if (v->kind == NORO_JSON_OBJECT || v->kind == NORO_JSON_ARRAY)
		for (const struct noro_json *c = v->child; c; c = c->next)
			take_member(t, path, step, c);
	path->steps = before;
}

/* What every object has says nothing of what was observed. */
static bool is_common(struct noro_view key)
{
	static const char *const names[] = { "type", "id", "spec_version", "object_marking_refs",
		"granular_markings", "defanged" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_is(key, names[i]))
			return true;
	return noro_view_ends(key, "_ref") || noro_view_ends(key, "_refs");
}

static void take_observable(struct taking *t, const struct noro_json *o)
{
	struct noro_pattern_step step[MAX_STEPS];
	struct noro_pattern_path path = { .type = noro_json_str(o, "type"), .step = step };

	if (path.type.n == 0)
		return;
	for (const struct noro_json *m = o->child; m; m = m->next)
		if (!is_common(m->key))
			take_member(t, &path, step, m);
}

/* The deprecated container of observed-data: objects without ids (2.13). */
static void take_container(struct taking *t, const struct noro_json *o)
{
	const struct noro_json *all = noro_json_get(o, "objects");

	for (const struct noro_json *c = all ? all->child : NULL; c; c = c->next)
		if (c->kind == NORO_JSON_OBJECT)
			take_observable(t, c);
}

/* ---- by reference ---- */

static void refer(struct taking *t, struct noro_view id)
{
	struct noro_view *more;

	if (!id.n || t->ret->refs == NORO_VALUE_REFS || t->status != NORO_OK)
		return;
	more = noro_arena_grow(t->a, t->ref, t->ret->refs, &t->ref_cap, sizeof(*more));
	if (!more) {
		t->status = NORO_ENOMEM;
		return;
	}
	t->ref = more;
	t->ret->ref = more;
	more[t->ret->refs++] = id;
}

static void refer_all(struct taking *t, const struct noro_json *o, const char *name)
{
	const struct noro_json *list = noro_json_get(o, name);

	for (const struct noro_json *c = list ? list->child : NULL; c; c = c->next)
		if (c->kind == NORO_JSON_STRING)
			refer(t, c->text);
}

static int64_t moment(const struct noro_json *o, const char *name)
{
	struct noro_view v = noro_json_str(o, name);
	int64_t ns;

	return v.p && noro_stix21_time(v, &ns) ? ns : NORO_TIME_NONE;
}

static void when(struct noro_values *v, int64_t first_ns, int64_t last_ns)
{
	v->first_ns = first_ns == NORO_TIME_NONE ? last_ns : first_ns;
	v->last_ns = last_ns == NORO_TIME_NONE ? first_ns : last_ns;
}

static void take_sighting(struct taking *t, const struct noro_json *o)
{
	const struct noro_json *count = noro_json_get(o, "count");
	int64_t n = 1;

	if (count && noro_json_i64(count, &n) && n == 0)
		t->ret->says = NORO_SAYS_NOT_SEEN;
	when(t->ret, moment(o, "first_seen"), moment(o, "last_seen"));
	refer(t, noro_json_str(o, "sighting_of_ref"));
	refer_all(t, o, "observed_data_refs");
}

static void take_opinion(struct taking *t, const struct noro_json *o)
{
	struct noro_view said = noro_json_str(o, "opinion");

	if (!noro_view_is(said, "disagree") && !noro_view_is(said, "strongly-disagree"))
		return;
	t->ret->says = NORO_SAYS_FALSE;
	refer_all(t, o, "object_refs");
}

static void take_object(struct taking *t, const struct noro_json *o)
{
	struct noro_view type = noro_json_str(o, "type");

	if (noro_view_is(type, "indicator")) {
		take_pattern(t, o);
	} else if (noro_view_is(type, "observed-data")) {
		when(t->ret, moment(o, "first_observed"), moment(o, "last_observed"));
		take_container(t, o);
		refer_all(t, o, "object_refs");
	} else if (noro_view_is(type, "sighting")) {
		take_sighting(t, o);
	} else if (noro_view_is(type, "opinion")) {
		take_opinion(t, o);
	} else if (noro_stix21_class_of(type) == NORO_STIX21_SCO) {
		take_observable(t, o);
	} else {
		t->ret->says = NORO_SAYS_NOTHING;
	}
	if (!t->ret->values && !t->ret->refs)
		t->ret->says = NORO_SAYS_NOTHING;
}

enum noro_status noro_values_of(
	struct noro_arena *a, const struct noro_json *object, struct noro_values *ret)
{
	struct taking t = { .a = a, .ret = ret };

	*ret = (struct noro_values){ .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE };
	take_object(&t, object);
	noro_buf_done(&t.meant);
	noro_buf_done(&t.normal);
	noro_buf_done(&t.path);
	return t.status;
}
