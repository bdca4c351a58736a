/* src/store/hub_seen.c - what members have in common, read. */
#include "store/hub_seen.h"

#include "store/hub_priv.h"

static enum noro_status give_seen(struct db_rows *r,
	enum noro_status (*on)(void *ctx, const struct noro_hub_seen *row), void *ctx,
	struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && (st = db_row(r, err)) == NORO_OK) {
		struct noro_hub_seen row = { .day = db_i64(r, 0),
			.value = db_i64(r, 1),
			.member = db_i64(r, 2),
			.n = db_i64(r, 3),
			.first_ns = db_i64(r, 4),
			.last_ns = db_i64(r, 5) };

		st = on(ctx, &row);
	}
	return st;
}

/* Of one value: its days by the index of mentions, then each of them in `seen`. */
enum noro_status noro_hubdb_seen(struct noro_hubdb *h, const struct noro_hub_seen_ask *ask,
	enum noro_status (*on)(void *ctx, const struct noro_hub_seen *row), void *ctx,
	struct noro_error *err)
{
	static const char all[] = "SELECT day, value, member, n, first, last FROM seen"
				  " WHERE day >= $1 AND day <= $2 ORDER BY day, value, member";
	static const char one[] =
		"SELECT s.day, s.value, s.member, s.n, s.first, s.last FROM"
		" (SELECT DISTINCT day FROM mention WHERE value = $3 AND day >= $1 AND day <= $2) d"
		" JOIN seen s ON s.day = d.day AND s.value = $3 ORDER BY s.day, s.member";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask->value ? one : all,
		(const struct db_arg[]){
			db_of(ask->from_day), db_of(ask->to_day), db_of(ask->value) },
		ask->value ? 3 : 2, &r, err);

	if (st == NORO_OK)
		st = give_seen(&r, on, ctx, err);
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_verdicts(struct noro_hubdb *h, int64_t value, struct noro_arena *a,
	const struct noro_hub_verdict **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] =
		"SELECT member, at, says FROM verdict WHERE value = $1 ORDER BY member";
	struct noro_hub_verdict *list = NULL, *more;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(value)), &r, err);

	*ret_n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		more = noro_arena_grow(a, list, *ret_n, &cap, sizeof(*more));
		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list = more;
		list[(*ret_n)++] = (struct noro_hub_verdict){ db_i64(&r, 0), db_i64(&r, 1),
			(enum noro_value_says)db_i64(&r, 2) };
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_mentions(struct noro_hubdb *h, int64_t value, struct noro_arena *a,
	struct noro_hub_mentions *ret, struct noro_error *err)
{
	static const char ask[] =
		"SELECT m.collection, m.owner, m.added, m.day, m.says, e.id, e.type FROM mention m"
		" JOIN entry e ON e.collection = m.collection AND e.owner = m.owner"
		" AND e.added = m.added WHERE m.value = $1"
		" ORDER BY m.value DESC, m.day DESC, m.owner DESC LIMIT $2";
	struct noro_hub_mention *list = NULL, *more;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		db_ask(db, ask, DB_ARGS(db_of(value), db_of((int64_t)ret->most)), &r, err);

	ret->n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		more = noro_arena_grow(a, list, ret->n, &cap, sizeof(*more));
		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list = more;
		list[ret->n++] = (struct noro_hub_mention){ db_i64(&r, 0), db_i64(&r, 1),
			db_i64(&r, 2), db_i64(&r, 3), (enum noro_value_says)db_i64(&r, 4),
			hubdb_string(a, &r, 5, &st), hubdb_string(a, &r, 6, &st) };
	}
	db_done(&r);
	hubdb_give_back(h, which);
	ret->row = list;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_mention_bytes(struct noro_hubdb *h, const struct noro_hub_mention *m,
	struct noro_arena *a, struct noro_view *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT o.bytes FROM entry e JOIN object o ON o.no = e.object"
				  " WHERE e.collection = $1 AND e.owner = $2 AND e.added = $3";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask,
		DB_ARGS(db_of(m->collection), db_of(m->owner), db_of(m->added_us)), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		*ret = noro_arena_view(a, db_view(&r, 0));
		st = ret->p ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? noro_fail(err, NORO_ENOENT, NULL) : st;
}
