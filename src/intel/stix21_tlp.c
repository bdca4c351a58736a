/*
 * src/intel/stix21_tlp.c - marking definitions: the TLP of an object, and which instances may
 * exist.
 *
 * STIX 2.1 fixes four marking definitions for TLP 1 (7.2.1.4) and forbids others; for TLP 2 OASIS
 * fixed an extension and five ids. So an id alone tells the level, and a marking definition that
 * says a level under another id, or another level under a fixed id, is false.
 */
#include "intel/stix21_priv.h"

static const struct fixed {
	struct noro_view id;
	enum noro_tlp tlp;
	int version;       /* of TLP */
	const char *value; /* as `tlp` or `tlp_2_0` has it */
	const char *name;
} fixed[] = {
	{ STIX_NAME("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), NORO_TLP_CLEAR, 1,
		"white", "TLP:WHITE" },
	{ STIX_NAME("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"), NORO_TLP_GREEN, 1,
		"green", "TLP:GREEN" },
	{ STIX_NAME("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"), NORO_TLP_AMBER, 1,
		"amber", "TLP:AMBER" },
	{ STIX_NAME("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), NORO_TLP_RED, 1,
		"red", "TLP:RED" },
	{ STIX_NAME("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"), NORO_TLP_CLEAR, 2,
		"clear", "TLP:CLEAR" },
	{ STIX_NAME("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"), NORO_TLP_GREEN, 2,
		"green", "TLP:GREEN" },
	{ STIX_NAME("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"), NORO_TLP_AMBER, 2,
		"amber", "TLP:AMBER" },
	{ STIX_NAME("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"),
		NORO_TLP_AMBER_STRICT, 2, "amber+strict", "TLP:AMBER+STRICT" },
	{ STIX_NAME("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"), NORO_TLP_RED, 2,
		"red", "TLP:RED" },
};
static const char tlp_2_0[] = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

static const struct fixed *fixed_id(struct noro_view id)
{
	for (size_t i = 0; i < STIX_COUNT(fixed); i++)
		if (noro_view_eq_i(id, fixed[i].id)) /* a UUID is one in either case */
			return &fixed[i];
	return NULL;
}

int noro_stix21_tlp_of_id(struct noro_view id)
{
	const struct fixed *f = fixed_id(id);

	return f ? (int)f->tlp : -1;
}

const char *noro_stix21_tlp_id(enum noro_tlp tlp)
{
	for (size_t i = 0; i < STIX_COUNT(fixed); i++)
		if (fixed[i].tlp == tlp && fixed[i].version == 2)
			return fixed[i].id.p;
	return NULL;
}

/* The level that a marking says, and of which TLP; p == NULL: none. */
static struct noro_view said(const struct noro_json *marking, int *version)
{
	const struct noro_json *two = noro_json_get(noro_json_get(marking, "extensions"), tlp_2_0);
	const struct noro_json *definition = noro_json_get(marking, "definition");

	if (two) {
		*version = 2;
		return noro_json_str(two, "tlp_2_0");
	}
	*version = 1;
	if (!noro_json_is_str(noro_json_get(marking, "definition_type"), "tlp"))
		return (struct noro_view){ NULL, 0 };
	return noro_json_str(definition, "tlp");
}

enum noro_tlp noro_stix21_tlp_of_marking(const struct noro_json *marking)
{
	const struct noro_json *id = noro_json_get(marking, "id");
	int version, tlp = id ? noro_stix21_tlp_of_id(id->text) : -1;
	struct noro_view v;

	if (tlp >= 0)
		return (enum noro_tlp)tlp;
	v = said(marking, &version);
	tlp = v.p ? noro_tlp_parse(v) : -1;
	return tlp >= 0 ? (enum noro_tlp)tlp : NORO_TLP_NONE;
}

/* --- the effective TLP ------------------------------------------------------------ */

static void add_marking(struct noro_stix21_tlp *t, const struct noro_json *ref,
	noro_stix21_marking_fn *resolve, void *ctx)
{
	int tlp = -1;

	if (ref && ref->kind == NORO_JSON_STRING) {
		tlp = noro_stix21_tlp_of_id(ref->text);
		if (tlp < 0 && resolve)
			tlp = resolve(ctx, ref->text);
	}
	if (tlp < 0)
		t->unknown++;
	else if (tlp > (int)t->tlp)
		t->tlp = (enum noro_tlp)tlp;
}

struct noro_stix21_tlp noro_stix21_tlp(
	const struct noro_json *object, noro_stix21_marking_fn *resolve, void *ctx)
{
	const struct noro_json *refs = noro_json_get(object, "object_marking_refs"),
			       *parts = noro_json_get(object, "granular_markings");
	struct noro_stix21_tlp t = { NORO_TLP_NONE, 0, 0 };

	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next)
		add_marking(&t, r, resolve, ctx);
	for (const struct noro_json *g = parts ? parts->child : NULL; g; g = g->next) {
		const struct noro_json *ref = noro_json_get(g, "marking_ref");

		if (!ref)
			continue;
		t.granular++;
		add_marking(&t, ref, resolve, ctx);
	}
	return t;
}

/* --- the definitions themselves ------------------------------------------------------ */

static void instance(struct stix_check *c, const struct stix_at *at, const struct noro_json *o,
	const struct fixed *f)
{
	static const struct noro_view day = { "2017-01-20T00:00:00.000Z", 24 };
	struct noro_view created = noro_json_str(o, "created"), name = noro_json_str(o, "name");
	struct stix_moment m;

	if (f->version == 1 && created.p && noro_stix_moment(created, &m) &&
		noro_stix21_time_cmp(created, day) != 0)
		noro_stix_fault_in(c, at, "created", N_("this TLP marking was created at %1"), day);
	if (name.p && !noro_view_is(name, f->name))
		noro_stix_fault_in(c, at, "name", N_("the name of this TLP marking is %1"),
			noro_view_str(f->name));
}

static void tlp_marking(struct stix_check *c, const struct stix_at *at, const struct noro_json *o)
{
	const struct fixed *f = fixed_id(c->ret->id);
	int version;
	struct noro_view v = said(o, &version);
	const struct noro_view none = { NULL, 0 };

	if (!f && !v.p)
		return;
	if (!f)
		noro_stix_fault_in(c, at, "id",
			N_("not the id that the standard fixes for TLP %1: no other may be made"),
			v);
	else if (!v.p || version != f->version || !noro_view_is(v, f->value))
		noro_stix_fault_of(
			c, at, N_("this id is fixed for TLP %1"), noro_view_str(f->value), none);
	else
		instance(c, at, o, f);
}

void noro_stix_also_marking(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o)
{
	const struct noro_json *definition = noro_json_get(o, "definition"),
			       *type = noro_json_get(o, "definition_type");
	struct stix_at inside = { at, NORO_V("definition"), 0 };
	const struct noro_view none = { NULL, 0 };
	size_t i = 0;

	if (noro_json_is_str(type, "statement") && definition &&
		!noro_json_str(definition, "statement").p)
		noro_stix_fault_in(c, &inside, "statement", N_("required, but missing"), none);
	if (noro_json_is_str(type, "tlp") && definition && !noro_json_str(definition, "tlp").p)
		noro_stix_fault_in(c, &inside, "tlp", N_("required, but missing"), none);
	tlp_marking(c, at, o);
	for (const struct noro_json *r =
			c->ret->object_marking_refs ? c->ret->object_marking_refs->child : NULL;
		r; r = r->next, i++) {
		struct stix_at list = { at, NORO_V("object_marking_refs"), 0 },
			       here = { &list, none, i };

		if (r->kind == NORO_JSON_STRING && noro_view_eq(r->text, c->ret->id))
			noro_stix_fault(c, &here, N_("a marking cannot mark itself"));
	}
}
