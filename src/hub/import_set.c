/*
 * src/hub/import_set.c - the data set of a TAXII server as it is dumped: API roots by name, each
 * with its information and its collections, each with objects and the manifest that says when they
 * were added. Roots and collections are made once; a collection that nobody could read there can
 * be read by nobody but the hub here.
 */
#include "hub/import_priv.h"

#include <stdlib.h>
#include <string.h>

static const int64_t NOBODY = -1; /* a group that has no members */

static bool is_root(const struct noro_json *v)
{
	const struct noro_json *list = noro_json_get(v, "collections");

	return v->kind == NORO_JSON_OBJECT && list && list->kind == NORO_JSON_ARRAY;
}

bool import_is_set(const struct noro_json *root)
{
	if (root->kind != NORO_JSON_OBJECT)
		return false;
	for (const struct noro_json *c = root->child; c; c = c->next)
		if (is_root(c))
			return true;
	return false;
}

/* ---- roots and collections ---- */

/* What may stand in an address: "/trustgroup1/" is trustgroup1. */
static char *root_name(struct importing *m, struct noro_view key)
{
	char *name = noro_arena_strn(m->a, key.p, key.n > NORO_HUB_NAME ? NORO_HUB_NAME : key.n);
	size_t n = 0;

	for (size_t i = 0; name && name[i]; i++)
		if (noro_is_alnum(name[i]) || name[i] == '-' || name[i] == '_')
			name[n++] = name[i];
	if (name)
		name[n] = '\0';
	return name;
}

static enum noro_status find_root(struct importing *m, const char *name, int64_t *ret)
{
	const struct noro_hub_root *r;
	size_t n;
	enum noro_status st = noro_hubdb_roots(m->imp->db, m->a, &r, &n, m->err);

	*ret = 0;
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (strcmp(r[i].name, name) == 0)
			*ret = r[i].no;
	return st;
}

static const char *text_of(struct importing *m, const struct noro_json *o, const char *name)
{
	struct noro_view v = noro_json_str(o, name);

	return v.p ? noro_arena_strn(m->a, v.p, v.n) : NULL;
}

static enum noro_status make_root(struct importing *m, const struct noro_json *v, int64_t *ret)
{
	enum { CONTENT = 16 << 20 };
	const struct noro_json *info = noro_json_get(v, "information");
	struct noro_hub_root r = { .name = root_name(m, v->key), .max_content = CONTENT };
	enum noro_status st;

	if (!r.name)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	if (!r.name[0])
		return noro_fail(m->err, NORO_EFORMAT, N_("an API root without a name"));
	st = find_root(m, r.name, ret);
	if (st != NORO_OK || *ret)
		return st;
	r.title = text_of(m, info, "title");
	r.description = text_of(m, info, "description");
	if (!r.title)
		r.title = r.name;
	st = noro_hubdb_root_add(m->imp->db, &r, m->err);
	return st == NORO_OK ? find_root(m, r.name, ret) : st;
}

static enum noro_status find_collection(struct importing *m, int64_t root, struct noro_view id,
	const struct noro_hub_collection **ret)
{
	const struct noro_hub_collection *c;
	size_t n;
	enum noro_status st = noro_hubdb_collections(m->imp->db, root, m->a, &c, &n, m->err);

	*ret = NULL;
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (noro_view_is(id, c[i].id))
			*ret = &c[i];
	return st;
}

static bool is_false(const struct noro_json *v)
{
	return v && v->kind == NORO_JSON_FALSE;
}

static enum noro_status make_collection(struct importing *m, int64_t root,
	const struct noro_json *v, const struct noro_hub_collection **ret)
{
	struct noro_view id = noro_json_str(v, "id");
	struct noro_hub_collection *c;
	enum noro_status st = find_collection(m, root, id, ret);

	if (st != NORO_OK || *ret)
		return st;
	c = noro_arena_alloc(m->a, sizeof(*c));
	if (!c)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	*c = (struct noro_hub_collection){ .root = root,
		.alias = text_of(m, v, "alias"),
		.title = text_of(m, v, "title"),
		.description = text_of(m, v, "description"),
		.tlp = m->imp->tlp,
		.audience = is_false(noro_json_get(v, "can_read")) ? NOBODY : 0 };
	if (id.n != NORO_HUB_UUID - 1)
		return noro_fail(m->err, NORO_EFORMAT, N_("a collection whose id is no UUID"));
	memcpy(c->id, id.p, id.n);
	if (!c->title)
		c->title = c->id;
	st = noro_hubdb_collection_add(m->imp->db, c, m->err);
	m->ret->collections += st == NORO_OK;
	return st == NORO_OK ? find_collection(m, root, id, ret) : st;
}

/* ---- dates ---- */

static int64_t moment(const struct noro_json *o, const char *name)
{
	struct noro_view v = noro_json_str(o, name);
	int64_t ns;

	return v.p && noro_stix21_time(v, &ns) ? ns : NORO_TIME_NONE;
}

/* "version", or "versions" as older servers have it: one date for each. */
static size_t add_dates(const struct noro_json *row, struct import_date *d)
{
	const struct noro_json *versions = noro_json_get(row, "versions");
	int64_t added = moment(row, "date_added"), ns;
	size_t n = 0;

	if (added == NORO_TIME_NONE || added / 1000 <= 0)
		return 0;
	if (!versions || versions->kind != NORO_JSON_ARRAY) {
		if (d)
			*d = (struct import_date){ noro_json_str(row, "id"), moment(row, "version"),
				added / 1000 };
		return 1;
	}
	for (const struct noro_json *v = versions->child; v; v = v->next)
		if (v->kind == NORO_JSON_STRING && noro_stix21_time(v->text, &ns)) {
			if (d)
				d[n] = (struct import_date){ noro_json_str(row, "id"), ns,
					added / 1000 };
			n++;
		}
	return n;
}

static enum noro_status read_dates(
	struct importing *m, const struct noro_json *v, struct import_list *l)
{
	const struct noro_json *list = noro_json_get(v, "manifest");
	struct import_date *d;
	size_t n = 0;

	for (const struct noro_json *r = list ? list->child : NULL; r; r = r->next)
		n += add_dates(r, NULL);
	d = noro_arena_array(m->a, n + 1, sizeof(*d));
	if (!d)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	n = 0;
	for (const struct noro_json *r = list ? list->child : NULL; r; r = r->next)
		n += add_dates(r, d + n);
	if (n)
		qsort(d, n, sizeof(*d), import_by_id);
	l->date = d;
	l->dates = n;
	return NORO_OK;
}

/* ---- the set ---- */

static void refuse_place(struct importing *m, const char *place, const struct noro_error *err)
{
	const struct noro_hub_refusal r = { .place = place, .msg = err->msg, .arg = err->arg[0] };

	import_refuse(m, &r);
}

static enum noro_status read_collection(
	struct importing *m, int64_t root, const struct noro_json *v, const char *place)
{
	struct import_list l = { .array = noro_json_get(v, "objects"),
		.place = noro_arena_printf(m->a, "%s/objects", place) };
	enum noro_status st = make_collection(m, root, v, &l.to);

	if (st == NORO_EFORMAT || st == NORO_EARG) {
		refuse_place(m, place, m->err);
		return NORO_OK;
	}
	if (st == NORO_OK)
		st = read_dates(m, v, &l);
	if (st == NORO_OK && !l.place)
		st = noro_fail(m->err, NORO_ENOMEM, NULL);
	if (st == NORO_OK && l.array && l.array->kind == NORO_JSON_ARRAY)
		st = import_objects(m, &l);
	return st;
}

static enum noro_status read_root(struct importing *m, const struct noro_json *v)
{
	size_t i = 0;
	int64_t root;
	enum noro_status st = make_root(m, v, &root);

	for (const struct noro_json *c = noro_json_get(v, "collections")->child; c && st == NORO_OK;
		c = c->next, i++) {
		const char *place =
			noro_arena_printf(m->a, "/%.*s/collections/%zu", NORO_VARG(v->key), i);

		st = place ? read_collection(m, root, c, place)
			   : noro_fail(m->err, NORO_ENOMEM, NULL);
	}
	return st;
}

enum noro_status import_set(struct importing *m, const struct noro_json *root)
{
	enum noro_status st = NORO_OK;

	if (m->imp->member)
		return noro_fail(m->err, NORO_EARG,
			N_("a data set has collections of its own: it is no word of a member"));
	for (const struct noro_json *c = root->child; c && st == NORO_OK; c = c->next)
		if (is_root(c))
			st = read_root(m, c);
	return st;
}
