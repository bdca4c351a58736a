/*
 * src/store/hub_value.c - the dictionary: each value has a number, given out in order.
 *
 * It is found by a keyed hash of eight bytes, for an index of the texts themselves would be ten
 * times as large and outgrow the cache. Who does not know the key cannot make values that share
 * one; should two, they are told apart by their texts.
 */
#include "store/hub_priv.h"

#include "base/siphash.h"
#include "store/hub_seen.h"

/* Values are compared as whole texts; what is hashed is cut at a length that no two honest ones
 * share. */
static int64_t key_of(const struct noro_hubdb *h, const struct noro_value *v)
{
	return (int64_t)(noro_siphash(h->value_key, v->text.p, v->text.n) ^
			 (uint64_t)v->kind * UINT64_C(0x9e3779b97f4a7c15));
}

static enum noro_status find_value(struct db *db, int64_t key, const struct noro_value *v,
	int64_t *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT no, kind, text FROM value WHERE key = $1";
	struct db_rows r;
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(key)), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	while (st == NORO_OK &&
		(db_i64(&r, 1) != (int64_t)v->kind || !noro_view_eq(db_view(&r, 2), v->text)))
		st = db_row(&r, err);
	if (st == NORO_OK)
		*ret = db_i64(&r, 0);
	db_done(&r);
	return st;
}

enum noro_status hubdb_value_no(
	struct noro_hubdb *h, struct db *db, struct hubdb_word *w, struct noro_error *err)
{
	static const char add[] = "INSERT INTO value(no, key, kind, text, near, added)"
				  " VALUES($1, $2, $3, $4, $5, $6)";
	const struct noro_value *v = w->value;
	int64_t key = key_of(h, v);
	enum noro_status st = find_value(db, key, v, &w->no, err);

	w->fresh = st == NORO_END;
	if (st != NORO_END || !w->make)
		return st;
	w->no = ++h->value_no;
	return db_do(db, add,
		DB_ARGS(db_of(w->no), db_of(key), db_of((int64_t)v->kind), db_of_text(v->text),
			v->near ? db_of(v->near) : db_of_text(noro_view(NULL, 0)),
			db_of(w->added_us)),
		NULL, err);
}

static enum noro_status fill(const struct db_rows *r, struct noro_arena *a,
	struct noro_hub_value *ret, struct noro_error *err)
{
	*ret = (struct noro_hub_value){ .no = db_i64(r, 0),
		.kind = (enum noro_ioc_kind)db_i64(r, 1),
		.text = noro_arena_view(a, db_view(r, 2)),
		.near = db_i64(r, 3),
		.added_ns = db_i64(r, 4) * 1000 };
	if (!ret->text.p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (ret->kind < 0 || ret->kind >= NORO_IOC_KINDS)
		return noro_fail(err, NORO_ECORRUPT, NULL);
	return NORO_OK;
}

#define VALUE "SELECT no, kind, text, near, added FROM value "

enum noro_status noro_hubdb_value(struct noro_hubdb *h, const struct noro_hub_value *which,
	struct noro_arena *a, struct noro_hub_value *ret, struct noro_error *err)
{
	static const char ask[] = VALUE "WHERE no = $1";
	struct noro_value v = { .kind = which->kind, .text = which->text };
	struct hubdb_word w = { .value = &v, .no = which->no };
	struct db_rows r;
	unsigned reader;
	struct db *db = hubdb_reader(h, &reader);
	enum noro_status st = NORO_OK;

	if (which->kind != NORO_IOC_KINDS)
		st = hubdb_value_no(h, db, &w, err);
	if (st == NORO_OK) {
		st = db_ask(db, ask, DB_ARGS(db_of(w.no)), &r, err);
		if (st == NORO_OK)
			st = db_row(&r, err);
		if (st == NORO_OK)
			st = fill(&r, a, ret, err);
		db_done(&r);
	}
	hubdb_give_back(h, reader);
	return st == NORO_END ? noro_fail(err, NORO_ENOENT, NULL) : st;
}

/* Was it seen by anybody on one of these days? */
static enum noro_status seen_since(
	struct db *db, int64_t value, int64_t from_day, bool *ret, struct noro_error *err)
{
	static const char ask[] =
		"SELECT 1 FROM mention WHERE value = $1 AND day >= $2 AND says = $3 LIMIT 1";
	int64_t n = 0;
	enum noro_status st = db_number(
		db, ask, DB_ARGS(db_of(value), db_of(from_day), db_of(NORO_SAYS_SEEN)), &n, err);

	*ret = n != 0;
	return st;
}

/* The latest that came in are looked at first, and no more than `LOOK` of a crowded neighbourhood.
 */
enum noro_status noro_hubdb_near(struct noro_hubdb *h, const struct noro_hub_value *of,
	int64_t from_day, struct noro_arena *a, struct noro_hub_nears *ret, struct noro_error *err)
{
	enum { LOOK = 2000 };
	static const char ask[] = VALUE "WHERE near = $1 AND no <> $2 ORDER BY no DESC LIMIT $3";
	struct noro_hub_value *list = noro_arena_array(a, ret->most + 1, sizeof(*list)), one;
	struct db_rows r;
	unsigned reader;
	struct db *db;
	enum noro_status st;
	bool is;

	ret->row = list;
	ret->n = 0;
	if (!list)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!of->near)
		return NORO_OK;
	db = hubdb_reader(h, &reader);
	st = db_ask(db, ask, DB_ARGS(db_of(of->near), db_of(of->no), db_of(LOOK)), &r, err);
	while (st == NORO_OK && ret->n < ret->most && (st = db_row(&r, err)) == NORO_OK) {
		st = seen_since(db, db_i64(&r, 0), from_day, &is, err);
		if (st == NORO_OK && is)
			st = fill(&r, a, &one, err);
		if (st == NORO_OK && is && noro_value_near(one.kind, one.text) == of->near)
			list[ret->n++] = one;
	}
	db_done(&r);
	hubdb_give_back(h, reader);
	return st == NORO_END ? NORO_OK : st;
}
