/*
 * src/intel/bundle.c - the objects of a STIX document, and which of them point at which.
 *
 * A large bundle is nearly all indicators, so its tree never stands in memory: one
 * walk over the text notes where each object begins and ends, the few that others
 * point at are parsed and stay, of a relationship only its two ends are kept, and
 * an indicator stays text until it is taken. Each is still judged by the strict
 * parser once. A document that cannot be walked like that becomes a tree as a whole.
 */
#include "intel/bundle_priv.h"

#include "base/hash.h"
#include "base/mem.h"
#include "intel/set_view.h"

enum { NO_ROW = UINT32_MAX };

/* --- rows by id ---------------------------------------------------------- */

static bool push(struct noro_bundle *b, struct noro_bundle_index *x, struct noro_bundle_row row)
{
	struct noro_bundle_row *more = noro_arena_grow(b->a, x->row, x->n, &x->cap, sizeof(*more));

	if (!more)
		return false;
	x->row = more;
	more[x->n++] = row;
	return true;
}

/* Seeded by chance: who writes a bundle cannot choose ids that fall on each other. */
static uint64_t hash_of(const struct noro_bundle *b, struct noro_view id)
{
	uint64_t h = b->seed ^ id.n, w;
	size_t i = 0;

	for (; i + 8 <= id.n; i += 8)
		h = noro_mum(noro_load64(id.p + i) ^ b->seed, h ^ UINT64_C(0x9e3779b97f4a7c15));
	w = 0;
	if (i < id.n)
		memcpy(&w, id.p + i, id.n - i);
	return noro_mum(w ^ b->seed, h ^ UINT64_C(0xe7037ed1a0b428db));
}

/* The slot of the id, or the free one where it belongs. */
static struct noro_bundle_slot *slot_of(const struct noro_bundle *b,
	const struct noro_bundle_index *x, struct noro_view id, uint32_t *ret_tag)
{
	uint64_t h = hash_of(b, id);
	size_t i = h & x->mask;

	*ret_tag = (uint32_t)(h >> 32);
	while (x->slot[i].row != NO_ROW &&
		(x->slot[i].tag != *ret_tag || !noro_view_eq(x->row[x->slot[i].row].id, id)))
		i = (i + 1) & x->mask;
	return &x->slot[i];
}

static bool tie(const struct noro_bundle *b, struct noro_bundle_index *x)
{
	size_t slots = 16;

	while (slots < 2 * x->n)
		slots *= 2;
	x->mask = slots - 1;
	x->slot = x->n < NO_ROW ? noro_arena_array(b->a, slots, sizeof(*x->slot)) : NULL;
	if (!x->slot)
		return false;
	memset(x->slot, 0xff, slots * sizeof(*x->slot));
	for (uint32_t i = 0; i < x->n; i++) {
		uint32_t tag;
		struct noro_bundle_slot *first = slot_of(b, x, x->row[i].id, &tag);

		x->row[i].next = NO_ROW;
		if (first->row == NO_ROW)
			*first = (struct noro_bundle_slot){ i, tag };
		else
			x->row[x->row[first->row].last].next = i;
		x->row[first->row].last = i;
	}
	return true;
}

/* The first row of the id, or NULL. */
static const struct noro_bundle_row *find(
	const struct noro_bundle *b, const struct noro_bundle_index *x, struct noro_view id)
{
	uint32_t tag, at = x->n ? slot_of(b, x, id, &tag)->row : NO_ROW;

	return at != NO_ROW ? &x->row[at] : NULL;
}

const struct noro_json *noro_bundle_thing(const struct noro_bundle *b, struct noro_view id)
{
	const struct noro_bundle_row *r = find(b, &b->things, id);

	return r ? r->object : NULL;
}

const struct noro_bundle_row *noro_bundle_relation(const struct noro_bundle *b, struct noro_view id)
{
	return find(b, &b->relations, id);
}

const struct noro_bundle_row *noro_bundle_next(
	const struct noro_bundle *b, const struct noro_bundle_row *relation)
{
	return relation->next != NO_ROW ? &b->relations.row[relation->next] : NULL;
}

const struct noro_json *noro_bundle_report(const struct noro_bundle *b, struct noro_view id)
{
	const struct noro_bundle_row *r = find(b, &b->reported, id);

	return r ? r->object : b->only_report;
}

/* --- indexing ------------------------------------------------------------ */

static bool is_thing(struct noro_view type)
{
	static const char *const types[] = { "malware", "threat-actor", "intrusion-set", "campaign",
		"attack-pattern", "vulnerability", "tool", "marking-definition", "identity",
		"infrastructure" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (noro_view_is(type, types[i]))
			return true;
	return false;
}

static bool index_report(struct noro_bundle *b, const struct noro_json *o)
{
	const struct noro_json *refs = noro_json_get(o, "object_refs");

	b->reports++;
	b->only_report = b->reports == 1 ? o : NULL;
	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next)
		if (r->kind == NORO_JSON_STRING &&
			!push(b, &b->reported,
				(struct noro_bundle_row){ .id = r->text, .object = o }))
			return false;
	return true;
}

/* What stands in the text stays; what was decoded into the arena of one object moves. */
static bool keep(struct noro_bundle *b, struct noro_view v, struct noro_view *ret)
{
	*ret = v;
	if (!v.p || (v.p >= b->text.p && v.p < b->text.p + b->text.n))
		return true;
	*ret = noro_arena_view(b->a, v);
	return ret->p != NULL;
}

static bool index_relation(struct noro_bundle *b, const struct noro_json *o)
{
	struct noro_bundle_row row = { 0 };

	return keep(b, noro_json_str(o, "source_ref"), &row.id) &&
	       keep(b, noro_json_str(o, "target_ref"), &row.target) && push(b, &b->relations, row);
}

static bool index_object(struct noro_bundle *b, const struct noro_json *o)
{
	struct noro_view type = noro_json_str(o, "type"), id;

	if (noro_view_is(type, "indicator"))
		return true;
	if (noro_view_is(type, "relationship"))
		return index_relation(b, o);
	if (noro_view_is(type, "report") || noro_view_is(type, "grouping"))
		return index_report(b, o);
	id = is_thing(type) ? noro_json_str(o, "id") : noro_view(NULL, 0);
	if (id.p)
		return push(b, &b->things, (struct noro_bundle_row){ .id = id, .object = o });
	return true;
}

/* --- the document -------------------------------------------------------- */

static enum noro_status parse(struct noro_bundle *b, struct noro_arena *a, struct noro_view raw,
	const struct noro_json **ret, struct noro_error *err)
{
	enum noro_status st = noro_intake_json(b->in, a, raw, ret, err);

	if (st != NORO_OK && err && err->unit == NORO_AT_BYTE)
		err->at += (size_t)(raw.p - b->text.p);
	return st;
}

static enum noro_status no_memory(const struct noro_bundle *b, struct noro_error *err)
{
	return noro_intake_fail(b->in, err, NORO_ENOMEM, NORO_AT_NONE, 0);
}

static bool add_object(struct noro_bundle *b, struct noro_bundle_object o)
{
	struct noro_bundle_object *more =
		noro_grow(b->object, b->objects, &b->object_cap, sizeof(*more));

	if (!more)
		return false;
	b->object = more;
	more[b->objects++] = o;
	return true;
}

/* A document whose objects stand in no array that can be walked as text: all of it as a tree. */
static enum noro_status whole_tree(struct noro_bundle *b, struct noro_error *err)
{
	const struct noro_json *root, *objects, *list;
	enum noro_status st = parse(b, b->a, b->text, &root, err);

	if (st != NORO_OK)
		return st;
	objects = noro_json_get(root, "objects");
	if (objects && objects->kind == NORO_JSON_ARRAY)
		list = objects->child;
	else
		list = root->kind == NORO_JSON_ARRAY ? root->child : root;
	for (; list; list = list->next)
		if (!add_object(b, (struct noro_bundle_object){ list, b->text }) ||
			!index_object(b, list))
			return no_memory(b, err);
	return NORO_OK;
}

/* Is what stands around the array a document of its own? */
static bool sound_without(struct noro_bundle *b, struct noro_view array)
{
	struct noro_view tail =
		noro_view_sub(b->text, (size_t)(array.p - b->text.p) + array.n, b->text.n);
	struct noro_buf around = { 0 };
	const struct noro_json *root;
	bool sound;

	noro_buf_add(&around, b->text.p, (size_t)(array.p - b->text.p));
	noro_buf_str(&around, "[]");
	noro_buf_view(&around, tail);
	sound = around.status == NORO_OK &&
		noro_intake_json(b->in, b->one, noro_buf_as_view(&around), &root, NULL) == NORO_OK;
	noro_arena_reset(b->one);
	noro_buf_done(&around);
	return sound;
}

/* Where each object stands, without judging any; false if the document is of another shape. */
static enum noro_status walk(struct noro_bundle *b, struct noro_error *err)
{
	struct noro_view rest, raw, array;

	if (!noro_json_inside(b->text, "objects", &rest) || !noro_view_starts(rest, "["))
		return NORO_EFORMAT;
	array = rest;
	while (noro_json_element(&rest, &raw))
		if (!add_object(b, (struct noro_bundle_object){ NULL, raw }))
			return no_memory(b, err);
	if (!raw.p)
		return NORO_EFORMAT;
	array.n = (size_t)(raw.p - array.p);
	return sound_without(b, array) ? NORO_OK : NORO_EFORMAT;
}

/* The type as it is written; nearly all exporters write it first. */
static struct noro_view type_of(struct noro_view raw)
{
	static const char *const paths[] = { "type" };
	struct noro_view type;

	(void)noro_json_pick(raw, paths, 1, &type);
	return type;
}

/* Judge and index what is no indicator; relationships leave the list. */
static enum noro_status index_walked(struct noro_bundle *b, struct noro_error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->objects; i++) {
		struct noro_bundle_object o = b->object[i];
		struct noro_view type = type_of(o.raw);
		bool relation = noro_view_is(type, "relationship");
		enum noro_status st = NORO_OK;

		if (!noro_view_is(type, "indicator"))
			st = parse(b, relation ? b->one : b->a, o.raw, &o.tree, err);
		if (st == NORO_OK && o.tree && !index_object(b, o.tree))
			st = no_memory(b, err);
		if (st != NORO_OK)
			return st;
		if (relation)
			noro_arena_reset(b->one);
		else
			b->object[kept++] = o;
	}
	b->objects = kept;
	return NORO_OK;
}

static void forget(struct noro_bundle *b)
{
	b->objects = b->things.n = b->relations.n = b->reported.n = b->reports = 0;
	b->only_report = NULL;
}

static enum noro_status objects_of(struct noro_bundle *b, struct noro_error *err)
{
	enum noro_status st = walk(b, err);

	if (st == NORO_OK)
		st = index_walked(b, err);
	if (st != NORO_EFORMAT)
		return st;
	forget(b); /* the strict parser says where it goes wrong */
	return whole_tree(b, err);
}

enum noro_status noro_bundle_open(struct noro_bundle *b, struct noro_intake *in,
	struct noro_view text, struct noro_error *err)
{
	enum noro_status st;

	*b = (struct noro_bundle){
		.in = in, .a = noro_arena_new(0), .one = noro_arena_new(0), .text = text
	};
	if (!b->a || !b->one)
		return no_memory(b, err);
	if (noro_random(&b->seed, sizeof(b->seed)) != NORO_OK)
		b->seed = (uintptr_t)b->a;
	st = objects_of(b, err);
	if (st != NORO_OK)
		return st;
	if (!tie(b, &b->things) || !tie(b, &b->relations) || !tie(b, &b->reported))
		return no_memory(b, err);
	return NORO_OK;
}

void noro_bundle_done(struct noro_bundle *b)
{
	free(b->object);
	noro_arena_free(b->a);
	noro_arena_free(b->one);
}

enum noro_status noro_bundle_object(struct noro_bundle *b, size_t i, const struct noro_json **ret,
	size_t *ret_base, struct noro_error *err)
{
	const struct noro_bundle_object *o = &b->object[i];

	*ret_base = (size_t)(o->raw.p - b->text.p);
	*ret = o->tree;
	if (o->tree)
		return NORO_OK;
	noro_arena_reset(b->one);
	return parse(b, b->one, o->raw, ret, err);
}
