/* src/store/hub_collection.c - roots and collections, and random names. */
#include "store/hub_priv.h"

#include "base/hash.h"

#include <string.h>

/* 32 random bytes as base64url. */
enum noro_status hubdb_random_text(char ret[NORO_HUB_TOKEN])
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t b[33] = { 0 };
	enum noro_status st = noro_random(b, 32);
	size_t n = 0;

	for (size_t i = 0; st == NORO_OK && i < 33; i += 3) {
		uint32_t v = (uint32_t)b[i] << 16 | (uint32_t)b[i + 1] << 8 | b[i + 2];

		for (unsigned k = 0; k < 4 && n < NORO_HUB_TOKEN - 1; k++)
			ret[n++] = digit[v >> (18 - 6 * k) & 63];
	}
	ret[n] = '\0';
	return st;
}

enum noro_status noro_hubdb_root_add(
	struct noro_hubdb *h, const struct noro_hub_root *r, struct noro_error *err)
{
	static const char add[] = "INSERT INTO root(name, title, description, max_content)"
				  " VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING";
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, add,
		DB_ARGS(db_of_text(noro_view_str(r->name)), db_of_text(noro_view_str(r->title)),
			db_of_text(noro_view_str(r->description)), db_of((int64_t)r->max_content)),
		&n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, r->name);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_roots(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_root **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] =
		"SELECT no, name, title, description, max_content FROM root ORDER BY no";
	struct noro_hub_root *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, NULL, 0, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n] = (struct noro_hub_root){ .no = db_i64(&r, 0),
			.name = hubdb_string(a, &r, 1, &st),
			.title = hubdb_string(a, &r, 2, &st),
			.description = hubdb_string(a, &r, 3, &st),
			.max_content = (uint64_t)db_i64(&r, 4) };
		n++;
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

/* Version 4 of RFC 9562. */
static enum noro_status make_uuid(char ret[NORO_HUB_UUID])
{
	uint8_t b[16];
	enum noro_status st = noro_random(b, sizeof(b));
	size_t n = 0;

	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	for (unsigned i = 0; st == NORO_OK && i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			ret[n++] = '-';
		ret[n++] = "0123456789abcdef"[b[i] >> 4];
		ret[n++] = "0123456789abcdef"[b[i] & 15];
	}
	ret[n] = '\0';
	return st;
}

enum noro_status noro_hubdb_uuid(char ret[NORO_HUB_UUID])
{
	return make_uuid(ret);
}

enum noro_status noro_hubdb_collection_add(
	struct noro_hubdb *h, struct noro_hub_collection *c, struct noro_error *err)
{
	static const char add[] =
		"INSERT INTO collection(root, id, alias, title, description, kind, tlp, audience)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
	static const char find[] = "SELECT no FROM collection WHERE id = $1";
	struct db_arg id;
	uint64_t n = 0;
	enum noro_status st = c->id[0] ? NORO_OK : make_uuid(c->id);

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	id = db_of_text(noro_view_str(c->id));
	st = db_do(h->writer, add,
		DB_ARGS(db_of(c->root), id, db_of_text(noro_view_str(c->alias)),
			db_of_text(noro_view_str(c->title)),
			db_of_text(noro_view_str(c->description)), db_of(c->kind), db_of(c->tlp),
			db_of(c->audience)),
		&n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, c->alias ? c->alias : c->id);
	if (st == NORO_OK)
		st = db_number(h->writer, find, &id, 1, &c->no, err);
	return hubdb_finish(h, st, err);
}

static void take_collection(struct noro_arena *a, const struct db_rows *r,
	struct noro_hub_collection *to, enum noro_status *st)
{
	struct noro_view id = db_view(r, 2);

	*to = (struct noro_hub_collection){ .no = db_i64(r, 0),
		.root = db_i64(r, 1),
		.alias = hubdb_string(a, r, 3, st),
		.title = hubdb_string(a, r, 4, st),
		.description = hubdb_string(a, r, 5, st),
		.kind = (enum noro_hub_kind)db_i64(r, 6),
		.tlp = (enum noro_tlp)db_i64(r, 7),
		.audience = db_i64(r, 8) };
	if (id.n < NORO_HUB_UUID)
		memcpy(to->id, id.p, id.n);
}

enum noro_status noro_hubdb_collections(struct noro_hubdb *h, int64_t root, struct noro_arena *a,
	const struct noro_hub_collection **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] =
		"SELECT no, root, id, alias, title, description, kind, tlp, audience"
		" FROM collection WHERE root = $1 ORDER BY no";
	struct noro_hub_collection *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(root)), &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		take_collection(a, &r, &list[n++], &st);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}
