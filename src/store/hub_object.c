/*
 * src/store/hub_object.c - objects in: which version is the newest, which the first, what is there
 * already; and out again.
 */
#include "store/hub_priv.h"

#include <string.h>

enum { LAST = 1, FIRST = 2, REVOKED = 4, KEEP_NEAR_US = 1000000 };

struct putting {
	struct noro_hubdb *h;
	int64_t collection, owner, now_ns;
	struct noro_error *err;
};

/* One entry of an id, as far as it matters here. */
struct there {
	bool is;
	int64_t added, version;
	unsigned flags;
	bool same; /* says the same as the object that comes */
};

static enum noro_status look(struct putting *p, const char *sql, const struct noro_hub_object *o,
	int64_t version_ns, struct there *ret)
{
	struct db_rows r;
	enum noro_status st = db_ask(p->h->writer, sql,
		DB_ARGS(db_of(p->collection), db_of(p->owner), db_of_text(o->id),
			db_of(version_ns)),
		&r, p->err);

	*ret = (struct there){ 0 };
	if (st == NORO_OK)
		st = db_row(&r, p->err);
	if (st == NORO_OK)
		*ret = (struct there){ .is = true,
			.added = db_i64(&r, 0),
			.version = db_i64(&r, 1),
			.flags = (unsigned)db_i64(&r, 2),
			.same = noro_view_eq(
				db_view(&r, 3), noro_view(o->digest, strlen(o->digest))) };
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

#define ENTRY                                                                                      \
	"SELECT e.added, e.version, e.flags, o.digest FROM entry e JOIN object o ON o.no = "       \
	"e.object WHERE e.collection = $1 AND e.owner = $2 AND e.id = $3"

static enum noro_status newest(
	struct putting *p, const struct noro_hub_object *o, struct there *ret)
{
	static const char sql[] = ENTRY " AND e.version > $4 ORDER BY e.version DESC LIMIT 1";

	return look(p, sql, o, INT64_MIN, ret);
}

static enum noro_status of_version(
	struct putting *p, const struct noro_hub_object *o, struct there *ret)
{
	static const char sql[] = ENTRY " AND e.version = $4";

	return look(p, sql, o, o->version_ns, ret);
}

static enum noro_status oldest(
	struct putting *p, const struct noro_hub_object *o, struct there *ret)
{
	static const char sql[] = ENTRY " AND e.version > $4 ORDER BY e.version LIMIT 1";

	return look(p, sql, o, INT64_MIN, ret);
}

static enum noro_status set_flags(struct putting *p, int64_t added, unsigned flags)
{
	static const char sql[] = "UPDATE entry SET flags = $4"
				  " WHERE collection = $1 AND owner = $2 AND added = $3";

	return db_do(p->h->writer, sql,
		DB_ARGS(db_of(p->collection), db_of(p->owner), db_of(added), db_of(flags)), NULL,
		p->err);
}

/* Later than all before, whatever the clock says. */
static int64_t next_added(struct noro_hubdb *h, int64_t now_ns)
{
	int64_t us = now_ns / 1000;

	h->added_us = us > h->added_us ? us : h->added_us + 1;
	return h->added_us;
}

/*
 * The moment that an object was added elsewhere, where no reader can have passed it: behind all
 * that its collection has, not in the future. Those of one moment follow each other.
 */
static enum noro_status kept_added(
	struct putting *p, const struct noro_hub_object *o, int64_t *ret, bool *ret_moved)
{
	static const char sql[] =
		"SELECT max(added) FROM entry WHERE collection = $1 AND owner = $2";
	int64_t last = INT64_MIN, us = o->added_us;
	enum noro_status st = db_number(
		p->h->writer, sql, DB_ARGS(db_of(p->collection), db_of(p->owner)), &last, p->err);

	if (st != NORO_OK)
		return st;
	if (us <= last && last - us < KEEP_NEAR_US)
		us = last + 1;
	*ret_moved = us <= last || us > p->now_ns / 1000;
	*ret = *ret_moved ? next_added(p->h, p->now_ns) : us;
	if (*ret > p->h->added_us)
		p->h->added_us = *ret;
	return NORO_OK;
}

static enum noro_status insert(struct putting *p, const struct noro_hub_object *o, unsigned flags,
	struct noro_hub_taken *ret)
{
	static const char object[] =
		"INSERT INTO object(version, spec, digest, bytes) VALUES($1, $2, $3, $4)";
	static const char last[] = "SELECT last_insert_rowid()";
	static const char entry[] =
		"INSERT INTO entry(collection, owner, added, object, id, type, version, flags)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8)";
	struct db *db = p->h->writer;
	struct hubdb_entry entered = { p->collection, p->owner, 0, o, flags != (FIRST | LAST) };
	int64_t added = 0, no = 0;
	bool moved = false;
	enum noro_status st = NORO_OK;

	if (o->added_us)
		st = kept_added(p, o, &added, &moved);
	else
		added = next_added(p->h, p->now_ns);
	if (st == NORO_OK)
		st = db_do(db, object,
			DB_ARGS(db_of_text(o->version), db_of_text(o->spec_version),
				db_of_bytes(noro_view(o->digest, strlen(o->digest))),
				db_of_bytes(o->bytes)),
			NULL, p->err);

	*ret = (struct noro_hub_taken){ .how = NORO_HUB_TAKEN,
		.moved = moved,
		.version_ns = o->version_ns == NORO_TIME_NONE ? added * 1000 : o->version_ns };
	if (st == NORO_OK)
		st = db_number(db, last, NULL, 0, &no, p->err);
	if (st == NORO_OK)
		st = db_do(db, entry,
			DB_ARGS(db_of(p->collection), db_of(p->owner), db_of(added), db_of(no),
				db_of_text(o->id), db_of_text(o->type), db_of(ret->version_ns),
				db_of(flags | (o->revoked ? REVOKED : 0))),
			NULL, p->err);
	entered.added_us = added;
	if (st == NORO_OK)
		st = hubdb_say(p->h, &entered, p->err);
	return st;
}

/* Beside other versions of the same id. */
static enum noro_status put_beside(struct putting *p, const struct noro_hub_object *o,
	const struct there *last, struct noro_hub_taken *ret)
{
	struct there same, first;
	unsigned flags = 0;
	enum noro_status st;

	if (o->version_ns == NORO_TIME_NONE) { /* no versions: the first is kept */
		ret->how = last->same ? NORO_HUB_THERE : NORO_HUB_OTHER;
		ret->version_ns = last->version;
		return NORO_OK;
	}
	st = of_version(p, o, &same);
	if (st != NORO_OK)
		return st;
	if (same.is) {
		ret->how = same.same ? NORO_HUB_THERE : NORO_HUB_OTHER;
		return NORO_OK;
	}
	if (o->version_ns > last->version && last->flags & REVOKED) {
		ret->how = NORO_HUB_REVOKED;
		return NORO_OK;
	}
	if (o->version_ns > last->version) {
		flags = LAST;
		st = set_flags(p, last->added, last->flags & ~(unsigned)LAST);
	} else {
		st = oldest(p, o, &first);
		if (st == NORO_OK && o->version_ns < first.version) {
			flags = FIRST;
			st = set_flags(p, first.added, first.flags & ~(unsigned)FIRST);
		}
	}
	return st == NORO_OK ? insert(p, o, flags, ret) : st;
}

static enum noro_status put_one(
	struct putting *p, const struct noro_hub_object *o, struct noro_hub_taken *ret)
{
	struct there last;
	enum noro_status st = newest(p, o, &last);

	*ret = (struct noro_hub_taken){ .version_ns = o->version_ns };
	if (st != NORO_OK)
		return st;
	if (last.is)
		return put_beside(p, o, &last, ret);
	return insert(p, o, FIRST | LAST, ret);
}

static enum noro_status put_status(
	struct putting *p, const struct noro_hub_status *s, const struct noro_hub_taken *taken)
{
	static const char forget[] = "DELETE FROM status WHERE until < $1";
	static const char add[] =
		"INSERT INTO status(id, root, owner, until, body) VALUES($1, $2, $3, $4, $5)";
	struct noro_buf body = { 0 };
	enum noro_status st = db_do(p->h->writer, forget, DB_ARGS(db_of(p->now_ns)), NULL, p->err);

	if (st == NORO_OK)
		st = s->text(s->ctx, taken, &body);
	if (st == NORO_OK)
		st = db_do(p->h->writer, add,
			DB_ARGS(db_of_text(noro_view_str(s->id)), db_of(s->root), db_of(s->owner),
				db_of(s->until_ns), db_of_bytes(noro_buf_as_view(&body))),
			NULL, p->err);
	noro_buf_done(&body);
	return st;
}

/* So many objects came or went, and how many of them changed something. */
static enum noro_status tell_objects(const struct putting *p, const struct noro_hub_act *by,
	const char *verb, const char *where, const uint64_t n[2])
{
	char text[2][24];
	struct hubdb_said said[] = { { "changed", noro_view_str(noro_num(text[0], n[0])) },
		{ "n", noro_view_str(noro_num(text[1], n[1])) } };

	return hubdb_tell(p->h, by,
		&(struct hubdb_tale){ verb, noro_view_str(where ? where : ""), said, 2 }, p->err);
}

static enum noro_status tell_put(const struct putting *p, const struct noro_hub_envelope *e,
	const struct noro_hub_taken *took)
{
	uint64_t n[2] = { 0, e->n };

	for (size_t i = 0; i < e->n; i++)
		n[0] += took[i].how == NORO_HUB_TAKEN;
	return tell_objects(
		p, &(struct noro_hub_act){ e->who, e->now_ns }, "objects.put", e->where, n);
}

enum noro_status noro_hubdb_put(struct noro_hubdb *h, const struct noro_hub_envelope *e,
	struct noro_hub_taken *ret, struct noro_error *err)
{
	static const char keep[] = "UPDATE meta SET value = $1 WHERE name = 'added'";
	struct putting p = { h, e->collection, e->owner, e->now_ns, err };
	int64_t before;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	before = h->added_us;
	for (size_t i = 0; st == NORO_OK && i < e->n; i++)
		st = put_one(&p, &e->object[i], &ret[i]);
	if (st == NORO_OK && h->added_us != before)
		st = db_do(h->writer, keep, DB_ARGS(db_of(h->added_us)), NULL, err);
	if (st == NORO_OK && e->status)
		st = put_status(&p, e->status, ret);
	if (st == NORO_OK && e->who)
		st = tell_put(&p, e, ret);
	if (st == NORO_OK)
		st = hubdb_fate(h, e, ret, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_status(struct noro_hubdb *h, const struct noro_hub_status *which,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err)
{
	static const char ask[] = "SELECT body FROM status"
				  " WHERE id = $1 AND root = $2 AND owner = $3 AND until >= $4";
	struct db_rows r;
	unsigned reader;
	struct db *db = hubdb_reader(h, &reader);
	enum noro_status st = db_ask(db, ask,
		DB_ARGS(db_of_text(noro_view_str(which->id)), db_of(which->root),
			db_of(which->owner), db_of(now_ns)),
		&r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK)
		noro_buf_view(out, db_view(&r, 0));
	db_done(&r);
	hubdb_give_back(h, reader);
	if (st == NORO_END)
		return noro_fail(err, NORO_ENOENT, NULL);
	return st == NORO_OK ? out->status : st;
}

enum noro_status noro_hubdb_has(struct noro_hubdb *h, int64_t collection, int64_t owner,
	struct noro_view id, bool *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT 1 FROM entry"
				  " WHERE collection = $1 AND owner = $2 AND id = $3 LIMIT 1";
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	int64_t n = 0;
	enum noro_status st = db_number(
		db, ask, DB_ARGS(db_of(collection), db_of(owner), db_of_text(id)), &n, err);

	hubdb_give_back(h, which);
	*ret = n != 0;
	return st;
}

/* ---- deleting ---- */

static bool is_meant(const struct noro_hub_ask *ask, int64_t version, unsigned flags)
{
	if (!ask->versions && !ask->version_n)
		return true;
	if (ask->versions & NORO_HUB_ALL || (ask->versions & NORO_HUB_LAST && flags & LAST) ||
		(ask->versions & NORO_HUB_FIRST && flags & FIRST))
		return true;
	for (size_t i = 0; i < ask->version_n; i++)
		if (ask->version_ns[i] == version)
			return true;
	return false;
}

/* The first and the last of what is left say so. */
static enum noro_status mark_again(struct putting *p, struct noro_view id)
{
	struct noro_hub_object o = { .id = id };
	struct there last, first = { 0 };
	enum noro_status st = newest(p, &o, &last);

	if (st == NORO_OK && last.is)
		st = set_flags(p, last.added, last.flags | LAST);
	if (st == NORO_OK && last.is)
		st = oldest(p, &o, &first);
	if (st == NORO_OK && last.is)
		st = set_flags(p, first.added, first.flags | FIRST);
	return st;
}

/* The next entry after `version` that is meant; NORO_END: none. */
static enum noro_status next_meant(struct putting *p, const struct noro_hub_ask *ask,
	int64_t *version, int64_t *added, int64_t *object)
{
	static const char find[] = "SELECT version, added, object, flags FROM entry WHERE"
				   " collection = $1 AND owner = $2 AND id = $3 AND version > $4"
				   " ORDER BY version";
	struct db_rows r;
	enum noro_status st = db_ask(p->h->writer, find,
		DB_ARGS(db_of(p->collection), db_of(p->owner), db_of_text(ask->id[0]),
			db_of(*version)),
		&r, p->err);

	while (st == NORO_OK && (st = db_row(&r, p->err)) == NORO_OK) {
		*version = db_i64(&r, 0);
		*added = db_i64(&r, 1);
		*object = db_i64(&r, 2);
		if (is_meant(ask, *version, (unsigned)db_i64(&r, 3)))
			break;
	}
	db_done(&r);
	return st;
}

static enum noro_status delete_meant(
	struct putting *p, const struct noro_hub_ask *ask, uint64_t *ret_n)
{
	static const char entry[] =
		"DELETE FROM entry WHERE collection = $1 AND owner = $2 AND added = $3";
	static const char body[] = "DELETE FROM object WHERE no = $1";
	int64_t version = INT64_MIN, added = 0, object = 0;
	enum noro_status st;

	while ((st = next_meant(p, ask, &version, &added, &object)) == NORO_OK) {
		st = hubdb_unsay(p->h,
			&(struct hubdb_entry){ p->collection, p->owner, added, NULL, false },
			p->err);
		if (st == NORO_OK)
			st = db_do(p->h->writer, entry,
				DB_ARGS(db_of(p->collection), db_of(p->owner), db_of(added)), NULL,
				p->err);
		if (st == NORO_OK)
			st = db_do(p->h->writer, body, DB_ARGS(db_of(object)), NULL, p->err);
		if (st != NORO_OK)
			return st;
		++*ret_n;
	}
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_delete(struct noro_hubdb *h, const struct noro_hub_ask *ask,
	uint64_t *ret_n, struct noro_error *err)
{
	struct putting p = { h, ask->collection, ask->owner, 0, err };
	enum noro_status st;

	*ret_n = 0;
	if (ask->ids != 1)
		return noro_fail(err, NORO_EARG, NULL);
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = delete_meant(&p, ask, ret_n);
	if (st == NORO_OK && *ret_n)
		st = mark_again(&p, ask->id[0]);
	if (st == NORO_OK && ask->who && *ret_n)
		st = tell_objects(&p, &(struct noro_hub_act){ ask->who, ask->now_ns },
			"objects.delete", ask->where, (const uint64_t[]){ *ret_n, *ret_n });
	return hubdb_finish(h, st, err);
}
