/*
 * src/intel/stix21.c - the check of one STIX 2.1 object: what it says of itself, then the table,
 * then what no table says.
 */
#include "intel/stix21_priv.h"

const struct stix_type *noro_stix_type(struct noro_view name)
{
	for (size_t i = 0; i < noro_stix_domain_count; i++)
		if (noro_view_eq(name, noro_stix_domain_types[i].name))
			return &noro_stix_domain_types[i];
	for (size_t i = 0; i < noro_stix_observable_count; i++)
		if (noro_view_eq(name, noro_stix_observable_types[i].name))
			return &noro_stix_observable_types[i];
	return NULL;
}

enum noro_stix21_class noro_stix21_class_of(struct noro_view type)
{
	const struct stix_type *t = noro_stix_type(type);

	return t ? t->class : NORO_STIX21_UNKNOWN;
}

/* The class of a type that only its extension knows (7.3); without one it is an SDO's (11.2). */
static enum noro_stix21_class class_of_custom(const struct noro_json *o)
{
	const struct noro_json *list = noro_json_get(o, "extensions");
	enum noro_stix21_class class = NORO_STIX21_SDO;

	for (const struct noro_json *e = list ? list->child : NULL; e; e = e->next) {
		struct noro_view type = noro_json_str(e, "extension_type");

		if (noro_view_is(type, "new-sco"))
			class = NORO_STIX21_SCO;
		else if (noro_view_is(type, "new-sro"))
			class = NORO_STIX21_SRO;
	}
	return class;
}

static struct noro_view text_of(const struct noro_json *o, const char *name)
{
	const struct noro_json *v = noro_json_get(o, name);

	return v && v->kind == NORO_JSON_STRING ? v->text : noro_view(NULL, 0);
}

static const struct noro_json *list_of(const struct noro_json *o, const char *name)
{
	const struct noro_json *v = noro_json_get(o, name);

	return v && v->kind == NORO_JSON_ARRAY ? v : NULL;
}

static int64_t moment_of(struct noro_view text)
{
	int64_t ns;

	return text.p && noro_stix21_time(text, &ns) ? ns : NORO_TIME_NONE;
}

static bool is_true(const struct noro_json *o, const char *name)
{
	const struct noro_json *v = noro_json_get(o, name);

	return v && v->kind == NORO_JSON_TRUE;
}

/* Whatever can be told, also of an object that will be refused. */
static void introduce(struct stix_check *c)
{
	const struct noro_json *o = c->object;
	struct noro_stix21 *r = c->ret;
	struct noro_view created = text_of(o, "created"), modified = text_of(o, "modified");

	*r = (struct noro_stix21){ .created_ns = NORO_TIME_NONE, .version_ns = NORO_TIME_NONE };
	if (o->kind != NORO_JSON_OBJECT)
		return;
	r->type = text_of(o, "type");
	r->id = text_of(o, "id");
	c->type = r->type.p ? noro_stix_type(r->type) : NULL;
	if (c->type) {
		r->class = c->type->class;
	} else if (r->type.p && noro_stix_type_name(r->type) && !noro_view_is(r->type, "bundle")) {
		r->class = class_of_custom(o);
		r->custom = true;
	}
	r->spec_version = text_of(o, "spec_version");
	if (!r->spec_version.p && r->class == NORO_STIX21_SCO)
		r->spec_version = NORO_V("2.1");
	r->created_ns = moment_of(created);
	if (moment_of(modified) != NORO_TIME_NONE)
		r->version = modified;
	else if (r->created_ns != NORO_TIME_NONE)
		r->version = created;
	r->version_ns = moment_of(r->version);
	r->revoked = is_true(o, "revoked");
	r->created_by_ref = text_of(o, "created_by_ref");
	r->object_marking_refs = list_of(o, "object_marking_refs");
	r->granular_markings = list_of(o, "granular_markings");
	c->defanged = r->class == NORO_STIX21_SCO && is_true(o, "defanged");
}

/* Is there a type that the rest can be read by? */
static bool typed(struct stix_check *c, const struct stix_at *root)
{
	const struct noro_view none = { NULL, 0 };

	if (c->object->kind != NORO_JSON_OBJECT)
		noro_stix_fault(c, root, N_("must be an object"));
	else if (!noro_json_get(c->object, "type"))
		noro_stix_fault_in(c, root, "type", N_("required, but missing"), none);
	else if (!c->ret->type.p)
		noro_stix_fault_in(c, root, "type", N_("must be a string"), none);
	else if (noro_view_is(c->ret->type, "bundle"))
		noro_stix_fault_in(c, root, "type",
			N_("a bundle is no object: send what it holds, each by itself"), none);
	else if (c->ret->class == NORO_STIX21_UNKNOWN)
		noro_stix_fault_in(c, root, "type",
			N_("a type name has 3 to 250 characters of a-z, 0-9 and single hyphens, a "
			   "letter first"),
			none);
	return c->ret->class != NORO_STIX21_UNKNOWN;
}

static void check(struct stix_check *c, const struct stix_at *root)
{
	static const struct stix_shape nothing = { NULL, 0, NULL, 0 };
	const struct stix_shape *common = &noro_stix_common[c->ret->class];

	if (noro_view_is(c->ret->type, "marking-definition"))
		common = &noro_stix_common_marking;
	noro_stix_shape(c, root, c->object, c->type ? &c->type->shape : &nothing, common);
	if (c->type && c->type->also)
		c->type->also(c, root, c->object);
	if (c->ret->granular_markings)
		noro_stix_selectors(c, root);
}

enum noro_status noro_stix21_check(struct noro_arena *a, const struct noro_json *object,
	unsigned flags, struct noro_stix21 *ret, struct noro_stix21_faults *faults)
{
	struct stix_check c = { .a = a, .object = object, .ret = ret, .faults = faults };
	const struct stix_at root = { NULL, { NULL, 0 }, 0 };

	faults->n = faults->found = 0;
	introduce(&c);
	if (typed(&c, &root)) {
		check(&c, &root);
		if (c.ret->class == NORO_STIX21_SCO)
			noro_stix_sco(&c, &root, flags);
	}
	if (c.status != NORO_OK)
		return c.status;
	return faults->found ? NORO_EFORMAT : NORO_OK;
}
