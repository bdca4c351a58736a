/*
 * src/intel/stix21_parts.c - parts of STIX 2.1 objects that have a grammar of their own: extensions
 * (7.3), translations (7.1), the deprecated container of observables (2.13), selectors (7.2.3), and
 * what single types ask for beyond their rows.
 */
#include "intel/stix21_priv.h"

#include "base/hash.h"
#include "base/siphash.h"

/* --- extensions ------------------------------------------------------------------ */

static bool object_with_content(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	if (v->kind != NORO_JSON_OBJECT)
		noro_stix_fault(c, at, N_("must be an object"));
	else if (!v->child)
		noro_stix_fault(
			c, at, N_("an empty dictionary is not allowed: leave the property out"));
	return v->kind == NORO_JSON_OBJECT && v->child;
}

static void extension_type(
	struct stix_check *c, const struct stix_at *at, bool needed, const struct noro_json *e)
{
	static const struct stix_prop row = { STIX_NAME("extension_type"), STIX_ENUM, 0,
		noro_stix_extension_types };
	const struct noro_json *type = noro_json_get(e, "extension_type");
	struct stix_at here = { at, row.name, 0 };

	if (type)
		noro_stix_scalar(c, &here, &row, type);
	else if (needed)
		noro_stix_fault(c, &here, N_("required, but missing"));
	if (type && type->kind == NORO_JSON_STRING && c->type &&
		noro_view_starts(type->text, "new-"))
		noro_stix_fault_of(c, &here,
			N_("an extension cannot make %1 new: it is a type of the standard"),
			c->ret->type, (struct noro_view){ NULL, 0 });
}

/* One that a definition stands for: its properties have the names of properties (7.3.2). */
static void defined(struct stix_check *c, const struct stix_at *at, const struct noro_json *e)
{
	if (!noro_stix21_id_type(e->key).p)
		noro_stix_fault(c, at,
			N_("the id of an extension definition is extension-definition--UUID"));
	for (const struct noro_json *m = e->child; m; m = m->next) {
		struct stix_at here = { at, m->key, 0 };

		if (!noro_stix_prop_name(m->key))
			noro_stix_fault(c, &here,
				N_("a property name has 3 to 250 characters of a-z, 0-9 and "
				   "underscore, a letter first"));
		noro_stix_content(c, &here, m);
	}
}

static const struct stix_predefined *predefined(struct noro_view type, struct noro_view name)
{
	for (size_t i = 0; i < noro_stix_predefined_count; i++)
		if (noro_view_eq(name, noro_stix_predefined[i].name) &&
			noro_view_is(type, noro_stix_predefined[i].type))
			return &noro_stix_predefined[i];
	return NULL;
}

void noro_stix_extensions(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	if (!object_with_content(c, at, v))
		return;
	for (const struct noro_json *e = v->child; e; e = e->next) {
		struct stix_at here = { at, e->key, 0 };
		bool by_id = noro_view_starts(e->key, "extension-definition--");
		const struct stix_predefined *p = predefined(c->ret->type, e->key);

		if (!noro_stix_dict_key(e->key, 3))
			noro_stix_fault(c, &here,
				N_("a dictionary key has 1 to 250 letters, digits, hyphens and "
				   "underscores"));
		if (!object_with_content(c, &here, e))
			continue;
		extension_type(c, &here, by_id, e);
		if (by_id)
			defined(c, &here, e);
		else if (p)
			noro_stix_shape(c, &here, e, &p->shape, NULL);
		else
			noro_stix_content(c, &here, e);
	}
}

static bool has_string(const struct noro_json *list, const char *text)
{
	for (const struct noro_json *m = list ? list->child : NULL; m; m = m->next)
		if (noro_json_is_str(m, text))
			return true;
	return false;
}

void noro_stix_also_extension(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o)
{
	const struct noro_json *names = noro_json_get(o, "extension_properties");
	struct stix_at list = { at, NORO_V("extension_properties"), 0 };
	const struct noro_view none = { NULL, 0 };
	size_t i = 0;

	if (!noro_json_get(o, "created_by_ref"))
		noro_stix_fault_in(c, at, "created_by_ref", N_("required, but missing"), none);
	if (names &&
		!has_string(noro_json_get(o, "extension_types"), "toplevel-property-extension"))
		noro_stix_fault(c, &list,
			N_("only for an extension of the type toplevel-property-extension"));
	for (const struct noro_json *m = names ? names->child : NULL; m; m = m->next, i++) {
		struct stix_at here = { &list, none, i };

		if (m->kind == NORO_JSON_STRING && !noro_stix_prop_name(m->text))
			noro_stix_fault(c, &here,
				N_("a property name has 3 to 250 characters of a-z, 0-9 and "
				   "underscore, a letter first"));
	}
}

/* --- translations ------------------------------------------------------------------ */

void noro_stix_contents(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	if (!object_with_content(c, at, v))
		return;
	for (const struct noro_json *m = v->child; m; m = m->next) {
		struct stix_at here = { at, m->key, 0 };

		if (!noro_stix_lang(m->key))
			noro_stix_fault_of(c, &here, N_("not a language code (RFC 5646): %1"),
				m->key, (struct noro_view){ NULL, 0 });
		if (object_with_content(c, &here, m))
			noro_stix_content(c, &here, m);
	}
}

/* --- the deprecated container ---------------------------------------------------------- */

/* The names in one container: a table, so that many references cost no more than their number. */
struct names {
	const struct noro_json **slot;
	size_t mask;
	uint8_t key[16];
};

static const struct noro_json **slot_of(struct names *t, struct noro_view name)
{
	size_t i = (size_t)noro_siphash(t->key, name.p, name.n) & t->mask;

	while (t->slot[i] && !noro_view_eq(t->slot[i]->key, name))
		i = (i + 1) & t->mask;
	return &t->slot[i];
}

static bool names_of(struct stix_check *c, struct names *t, const struct noro_json *container)
{
	size_t size = 8;

	while (size < (size_t)container->count * 2)
		size *= 2;
	t->mask = size - 1;
	t->slot = noro_arena_array(c->a, size, sizeof(*t->slot));
	c->status = t->slot ? noro_random(t->key, sizeof(t->key)) : NORO_ENOMEM;
	if (c->status != NORO_OK)
		return false;
	for (const struct noro_json *m = container->child; m; m = m->next)
		*slot_of(t, m->key) = m;
	return true;
}

static void local(struct stix_check *c, const struct stix_at *at, struct names *t,
	const struct noro_json *ref)
{
	if (ref->kind == NORO_JSON_STRING && !*slot_of(t, ref->text))
		noro_stix_fault_of(c, at, N_("there is no %1 in the same container"), ref->text,
			(struct noro_view){ NULL, 0 });
}

/* Depth was looked at by noro_stix_content before. */
static void local_refs(
	struct stix_check *c, const struct stix_at *at, struct names *t, const struct noro_json *v)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	size_t i = 0;

	if (c->depth == NORO_STIX21_MAX_DEPTH)
		return;
	c->depth++;
	for (const struct noro_json *m = v->child; m; m = m->next, i++) {
		struct stix_at here = { at, list ? noro_view(NULL, 0) : m->key, i };

		if (!list && noro_view_ends(m->key, "_ref"))
			local(c, &here, t, m);
		else if (list && at->name.p && noro_view_ends(at->name, "_refs"))
			local(c, &here, t, m);
		local_refs(c, &here, t, m);
	}
	c->depth--;
}

void noro_stix_observables(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	struct names t;

	if (!object_with_content(c, at, v) || !names_of(c, &t, v))
		return;
	for (const struct noro_json *m = v->child; m; m = m->next) {
		struct stix_at here = { at, m->key, 0 };

		if (!object_with_content(c, &here, m))
			continue;
		if (!noro_json_str(m, "type").p)
			noro_stix_fault_in(c, &here, "type", N_("required, but missing"),
				(struct noro_view){ NULL, 0 });
		noro_stix_content(c, &here, m);
		local_refs(c, &here, &t, m);
	}
}

/* Relationships alone are no observation (4.14). */
void noro_stix_also_observed(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o)
{
	const struct noro_json *refs = noro_json_get(o, "object_refs");

	if (!refs || refs->kind != NORO_JSON_ARRAY || !refs->child)
		return;
	for (const struct noro_json *r = refs->child; r; r = r->next)
		if (r->kind != NORO_JSON_STRING ||
			noro_stix21_class_of(noro_stix21_id_type(r->text)) != NORO_STIX21_SRO)
			return;
	noro_stix_fault_in(c, at, "object_refs", N_("must refer to one SCO at least"),
		(struct noro_view){ NULL, 0 });
}

/* --- selectors ------------------------------------------------------------------------------ */

/* "[4]" as 4. */
static bool index_of(struct noro_view v, uint64_t *ret)
{
	return v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']' &&
	       noro_view_u64(noro_view_sub(v, 1, v.n - 2), ret);
}

static const struct noro_json *step(
	struct stix_check *c, const struct noro_json *v, struct noro_view part)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	uint64_t n = 0;

	if (list ? !index_of(part, &n) : v->kind != NORO_JSON_OBJECT)
		return NULL;
	c->steps += v->count; /* wherever it stands: the verdict is not about the order of names */
	if (c->steps > NORO_STIX21_MAX_STEPS)
		return NULL;
	for (const struct noro_json *m = v->child; m; m = m->next) {
		if (list ? n-- == 0 : noro_view_eq(m->key, part))
			return m;
	}
	return NULL;
}

static void selector(struct stix_check *c, const struct stix_at *at, struct noro_view text)
{
	const struct noro_json *v = c->object;
	struct noro_view rest = text, part;

	while (v && noro_view_cut(&rest, '.', &part))
		v = step(c, v, part);
	if (c->steps > NORO_STIX21_MAX_STEPS)
		noro_stix_fault(c, at, N_("the selectors take too long to follow: use fewer"));
	else if (!v || text.n == 0 || text.p[text.n - 1] == '.')
		noro_stix_fault_of(c, at, N_("nothing in this object is selected by %1"), text,
			(struct noro_view){ NULL, 0 });
}

void noro_stix_selectors(struct stix_check *c, const struct stix_at *root)
{
	struct stix_at all = { root, NORO_V("granular_markings"), 0 };
	size_t i = 0;

	for (const struct noro_json *g = c->ret->granular_markings->child; g; g = g->next, i++) {
		const struct noro_json *list = noro_json_get(g, "selectors");
		struct stix_at one = { &all, { NULL, 0 }, i },
			       some = { &one, NORO_V("selectors"), 0 };
		size_t k = 0;

		if (!list || list->kind != NORO_JSON_ARRAY)
			continue;
		for (const struct noro_json *s = list->child; s; s = s->next, k++) {
			struct stix_at here = { &some, { NULL, 0 }, k };

			if (c->steps > NORO_STIX21_MAX_STEPS)
				return;
			if (s->kind == NORO_JSON_STRING)
				selector(c, &here, s->text);
		}
	}
}
