/*
 * src/store/hub_say.c - what an entry says of its values, written in the transaction of the entry.
 *
 * A mention ties a value to the entry; the first of an id counts as seen, newer versions of it that
 * say the same do not. What is said by reference (a sighting of an indicator) waits until the thing
 * referred to is there, in whatever order they came: its own member's, or one that the hub shares.
 */
#include "store/hub_priv.h"

#include "base/hash.h"
#include "base/mem.h"
#include "store/hub_seen.h"

#include <stdlib.h>

enum { HUB = 0, CHAIN = 3, WAIT_DAYS = 30, REF_VALUES = 100000 };

static const char seen_schema[] =
	"CREATE TABLE IF NOT EXISTS value(no BIGINT NOT NULL PRIMARY KEY, key BIGINT NOT NULL,"
	" kind INTEGER NOT NULL, text TEXT NOT NULL, near BIGINT, added BIGINT NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS value_key ON value(key);"
	"CREATE INDEX IF NOT EXISTS value_near ON value(near) WHERE near IS NOT NULL;"
	"CREATE TABLE IF NOT EXISTS seen(day INTEGER NOT NULL, value BIGINT NOT NULL, member "
	"BIGINT NOT NULL,"
	" n BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,"
	" PRIMARY KEY(day, value, member)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS mention(collection INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" added BIGINT NOT NULL, value BIGINT NOT NULL, day INTEGER NOT NULL,"
	" says INTEGER NOT NULL, counts INTEGER NOT NULL,"
	" PRIMARY KEY(collection, owner, added, value)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS mention_value ON mention(value, day, owner, says);"
	"CREATE TABLE IF NOT EXISTS verdict(value BIGINT NOT NULL, member BIGINT NOT NULL,"
	" says INTEGER NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(value, member)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS waiting(ref TEXT NOT NULL, collection INTEGER NOT NULL,"
	" owner INTEGER NOT NULL, added BIGINT NOT NULL, says INTEGER NOT NULL,"
	" first BIGINT NOT NULL, last BIGINT NOT NULL,"
	" PRIMARY KEY(ref, collection, owner, added)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS crossed(day INTEGER NOT NULL, value BIGINT NOT NULL, at BIGINT "
	"NOT NULL,"
	" PRIMARY KEY(day, value)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS crossed_value ON crossed(value, day);"
	"CREATE TABLE IF NOT EXISTS told(value BIGINT NOT NULL PRIMARY KEY, day INTEGER NOT NULL,"
	" body TEXT NOT NULL) WITHOUT ROWID;";

int64_t noro_hub_day(int64_t ns)
{
	return ns < 0 ? 0 : ns / NORO_DAY_NS;
}

enum noro_status hubdb_seen_open(struct noro_hubdb *h, struct noro_error *err)
{
	static const char is[] =
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'told'";
	static const char last[] = "SELECT max(no) FROM value";
	static const char waiting[] = "SELECT count(*) FROM waiting";
	/*
	 * An envelope touches as many pages of the indexes of ids and values as it has objects:
	 * what is written back to the file should be many envelopes at once, and the pages at hand.
	 */
	static const char room[] = "PRAGMA cache_size = -98304; PRAGMA wal_autocheckpoint = 32768";
	char secret[65];
	int64_t n = 0;
	enum noro_status st = db_run(h->writer, room, err);

	if (st == NORO_OK)
		st = db_number(h->writer, is, NULL, 0, &n, err);

	if (st == NORO_OK && !n) {
		st = hubdb_begin(h, err);
		if (st == NORO_OK)
			st = hubdb_finish(h, db_run(h->writer, seen_schema, err), err);
	}
	if (st == NORO_OK)
		st = db_number(h->writer, last, NULL, 0, &h->value_no, err);
	if (st == NORO_OK)
		st = db_number(h->writer, waiting, NULL, 0, &h->waiting, err);
	if (st == NORO_OK)
		st = hubdb_cross_open(h, err);
	if (st == NORO_OK)
		st = noro_hubdb_secret(h, "values", secret, err);
	for (size_t i = 0; st == NORO_OK && i < sizeof(h->value_key); i++)
		h->value_key[i] = (uint8_t)((unsigned)noro_hex_value(secret[2 * i]) << 4 |
					    (unsigned)noro_hex_value(secret[2 * i + 1]));
	return st;
}

/* ---- seen ---- */

enum noro_status hubdb_see(
	struct noro_hubdb *h, const struct hubdb_sight *s, struct noro_error *err)
{
	static const char more[] =
		"UPDATE seen SET n = n + 1, first = CASE WHEN $4 < first THEN $4 ELSE first END,"
		" last = CASE WHEN $5 > last THEN $5 ELSE last END"
		" WHERE day = $1 AND value = $2 AND member = $3";
	static const char add[] = "INSERT INTO seen(day, value, member, n, first, last)"
				  " VALUES($1, $2, $3, 1, $4, $5)";
	uint64_t changed = 0;
	const struct db_arg arg[] = { db_of(s->day), db_of(s->value), db_of(s->member),
		db_of(s->first_ns), db_of(s->last_ns) };
	enum noro_status st = NORO_OK;

	if (s->old)
		st = db_do(h->writer, more, arg, 5, &changed, err);
	if (st != NORO_OK || changed)
		return st;
	st = db_do(h->writer, add, arg, 5, NULL, err);
	return st == NORO_OK && s->old ? hubdb_cross(h, s, err) : st;
}

static enum noro_status see_less(
	struct noro_hubdb *h, int64_t value, int64_t day, int64_t member, struct noro_error *err)
{
	static const char less[] =
		"UPDATE seen SET n = n - 1 WHERE day = $1 AND value = $2 AND member = $3";
	static const char none[] =
		"DELETE FROM seen WHERE day = $1 AND value = $2 AND member = $3 AND n <= 0";
	const struct db_arg arg[] = { db_of(day), db_of(value), db_of(member) };
	enum noro_status st = db_do(h->writer, less, arg, 3, NULL, err);

	return st == NORO_OK ? db_do(h->writer, none, arg, 3, NULL, err) : st;
}

/* ---- saying ---- */

struct saying {
	struct noro_hubdb *h;
	int64_t collection, owner, added_us;
	enum noro_value_says says;
	int64_t first_ns, last_ns;
	bool counts; /* what it says it has seen is added up */
	struct noro_error *err;
};

struct numbers {
	int64_t *no;
	size_t n, cap;
};

static enum noro_status add_number(struct numbers *l, int64_t no, struct noro_error *err)
{
	int64_t *more = noro_grow(l->no, l->n, &l->cap, sizeof(*more));

	if (!more)
		return noro_fail(err, NORO_ENOMEM, NULL);
	l->no = more;
	l->no[l->n++] = no;
	return NORO_OK;
}

/* What an earlier version of the same id counts for already does not count again. */
static enum noro_status counted_before(
	const struct saying *s, struct noro_view id, struct numbers *ret)
{
	static const char ask[] =
		"SELECT m.value FROM entry e JOIN mention m ON m.collection = e.collection AND"
		" m.owner = e.owner AND m.added = e.added WHERE e.collection = $1 AND e.owner = $2"
		" AND e.id = $3 AND m.counts = 1";
	struct db_rows r;
	enum noro_status st = db_ask(s->h->writer, ask,
		DB_ARGS(db_of(s->collection), db_of(s->owner), db_of_text(id)), &r, s->err);

	while (st == NORO_OK && (st = db_row(&r, s->err)) == NORO_OK)
		st = add_number(ret, db_i64(&r, 0), s->err);
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool has_number(const struct numbers *sorted, int64_t no)
{
	return sorted->n && bsearch(&no, sorted->no, sorted->n, sizeof(no), by_number);
}

static enum noro_status say_verdict(const struct saying *s, int64_t value)
{
	static const char set[] =
		"INSERT INTO verdict(value, member, says, at) VALUES($1, $2, $3, $4)"
		" ON CONFLICT(value, member) DO UPDATE SET says = $3, at = $4";

	return db_do(s->h->writer, set,
		DB_ARGS(db_of(value), db_of(s->owner), db_of((int64_t)s->says), db_of(s->last_ns)),
		NULL, s->err);
}

static enum noro_status say_of(
	const struct saying *s, int64_t value, bool fresh, const struct numbers *before)
{
	static const char mention[] =
		"INSERT INTO mention(collection, owner, added, value, day, says, counts)"
		" VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
	struct hubdb_sight sight = { value, s->owner, noro_hub_day(s->last_ns), s->first_ns,
		s->last_ns, !fresh, s->added_us * 1000 };
	bool counts = s->counts && s->says == NORO_SAYS_SEEN && s->owner != HUB &&
		      !has_number(before, value);
	uint64_t changed = 0;
	enum noro_status st = db_do(s->h->writer, mention,
		DB_ARGS(db_of(s->collection), db_of(s->owner), db_of(s->added_us), db_of(value),
			db_of(sight.day), db_of((int64_t)s->says), db_of(counts)),
		&changed, s->err);

	if (st == NORO_OK && changed && counts)
		st = hubdb_see(s->h, &sight, s->err);
	if (st == NORO_OK && changed && s->owner != HUB &&
		(s->says == NORO_SAYS_FALSE || s->says == NORO_SAYS_NOT_SEEN))
		st = say_verdict(s, value);
	return st;
}

/* ---- by reference ---- */

/* The values of the newest version of an id that this member may refer to. */
static enum noro_status values_of(const struct saying *s, struct noro_view id, struct numbers *ret)
{
	static const char ask[] =
		"SELECT m.value FROM collection c JOIN entry e ON e.collection = c.no"
		" JOIN mention m ON m.collection = e.collection AND m.owner = e.owner"
		" AND m.added = e.added"
		" WHERE e.owner IN (0, $1) AND e.id = $2 AND e.flags % 2 = 1";
	struct db_rows r;
	enum noro_status st =
		db_ask(s->h->writer, ask, DB_ARGS(db_of(s->owner), db_of_text(id)), &r, s->err);

	while (st == NORO_OK && ret->n < REF_VALUES && (st = db_row(&r, s->err)) == NORO_OK)
		st = add_number(ret, db_i64(&r, 0), s->err);
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

/* Only what can have values is worth waiting for. */
static bool worth_waiting(struct noro_view id)
{
	struct noro_view type = noro_view_sub(id, 0, noro_view_find(id, NORO_V("--")));

	return !noro_view_is(type, "identity") && !noro_view_is(type, "malware") &&
	       !noro_view_is(type, "location") && !noro_view_is(type, "threat-actor") &&
	       !noro_view_is(type, "attack-pattern") && !noro_view_is(type, "campaign");
}

static enum noro_status wait_for(const struct saying *s, struct noro_view id)
{
	static const char add[] =
		"INSERT INTO waiting(ref, collection, owner, added, says, first, last)"
		" VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
	uint64_t changed = 0;
	enum noro_status st;

	if (!worth_waiting(id))
		return NORO_OK;
	st = db_do(s->h->writer, add,
		DB_ARGS(db_of_text(id), db_of(s->collection), db_of(s->owner), db_of(s->added_us),
			db_of((int64_t)s->says), db_of(s->first_ns), db_of(s->last_ns)),
		&changed, s->err);
	s->h->waiting += (int64_t)changed;
	return st;
}

static enum noro_status say_by_ref(
	const struct saying *s, struct noro_view id, const struct numbers *before)
{
	struct numbers l = { 0 };
	enum noro_status st = values_of(s, id, &l);

	for (size_t i = 0; st == NORO_OK && i < l.n; i++)
		st = say_of(s, l.no[i], false, before);
	if (st == NORO_OK && !l.n)
		st = wait_for(s, id);
	free(l.no);
	return st;
}

/* One that waits for `id`, taken out of the list; NORO_END: none does. */
static enum noro_status next_waiting(
	const struct saying *s, struct noro_view id, struct saying *ret, struct noro_buf *ret_id)
{
	static const char ask[] =
		"SELECT w.collection, w.owner, w.added, w.says, w.first, w.last, e.id"
		" FROM waiting w LEFT JOIN entry e ON e.collection = w.collection"
		" AND e.owner = w.owner AND e.added = w.added"
		" WHERE w.ref = $1 AND ($2 = 0 OR w.owner = $2) LIMIT 1";
	static const char forget[] = "DELETE FROM waiting WHERE ref = $1 AND collection = $2"
				     " AND owner = $3 AND added = $4";
	struct db_rows r;
	enum noro_status st =
		db_ask(s->h->writer, ask, DB_ARGS(db_of_text(id), db_of(s->owner)), &r, s->err);

	if (st == NORO_OK)
		st = db_row(&r, s->err);
	noro_buf_clear(ret_id);
	if (st == NORO_OK) {
		*ret = (struct saying){ s->h, db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2),
			(enum noro_value_says)db_i64(&r, 3), db_i64(&r, 4), db_i64(&r, 5), true,
			s->err };
		noro_buf_view(ret_id, db_view(&r, 6)); /* empty: it was deleted meanwhile */
	}
	db_done(&r);
	if (st == NORO_OK && ret_id->status != NORO_OK)
		st = noro_fail(s->err, NORO_ENOMEM, NULL);
	if (st != NORO_OK)
		return st;
	s->h->waiting--;
	return db_do(s->h->writer, forget,
		DB_ARGS(db_of_text(id), db_of(ret->collection), db_of(ret->owner),
			db_of(ret->added_us)),
		NULL, s->err);
}

/* `id` is there now: what waited for it is said, and then what waited for that. */
static enum noro_status say_waiting(const struct saying *s, struct noro_view id, unsigned chain)
{
	const struct numbers none = { 0 };
	struct noro_buf own = { 0 };
	struct numbers here = { 0 };
	struct saying w;
	enum noro_status st = values_of(s, id, &here);

	free(here.no);
	while (s->h->waiting > 0 && st == NORO_OK && here.n) {
		struct numbers l = { 0 };

		st = next_waiting(s, id, &w, &own);
		if (st == NORO_OK && own.n)
			st = values_of(&w, id, &l);
		for (size_t i = 0; st == NORO_OK && i < l.n; i++)
			st = say_of(&w, l.no[i], false, &none);
		if (st == NORO_OK && l.n && chain)
			st = say_waiting(&w, noro_buf_as_view(&own), chain - 1);
		free(l.no);
	}
	noro_buf_done(&own);
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status forget_old(struct noro_hubdb *h, int64_t now_us, struct noro_error *err)
{
	static const char forget[] = "DELETE FROM waiting WHERE added < $1";
	int64_t day = noro_hub_day(now_us * 1000);
	uint64_t n = 0;
	enum noro_status st;

	if (day == h->waiting_day || !h->waiting)
		return NORO_OK;
	h->waiting_day = day;
	st = db_do(h->writer, forget, DB_ARGS(db_of(now_us - WAIT_DAYS * (NORO_DAY_NS / 1000))), &n,
		err);
	h->waiting -= (int64_t)n;
	return st;
}

/* ---- taking back ---- */

struct counted {
	int64_t value, day, says, counts;
};

/* The mentions of one entry, so that they can be changed. */
static enum noro_status mentions_of(const struct saying *s, struct counted **ret, size_t *ret_n)
{
	static const char ask[] = "SELECT value, day, says, counts FROM mention"
				  " WHERE collection = $1 AND owner = $2 AND added = $3";
	size_t cap = 0;
	struct db_rows r;
	enum noro_status st = db_ask(s->h->writer, ask,
		DB_ARGS(db_of(s->collection), db_of(s->owner), db_of(s->added_us)), &r, s->err);

	while (st == NORO_OK && (st = db_row(&r, s->err)) == NORO_OK) {
		struct counted *more = noro_grow(*ret, *ret_n, &cap, sizeof(*more));

		if (!more) {
			st = noro_fail(s->err, NORO_ENOMEM, NULL);
			break;
		}
		*ret = more;
		more[(*ret_n)++] = (struct counted){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2),
			db_i64(&r, 3) };
	}
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status uncount(const struct saying *s)
{
	static const char verdict[] =
		"DELETE FROM verdict WHERE value = $1 AND member = $2 AND says = $3";
	static const char off[] = "UPDATE mention SET counts = 0"
				  " WHERE collection = $1 AND owner = $2 AND added = $3";
	struct counted *m = NULL;
	size_t n = 0;
	enum noro_status st = mentions_of(s, &m, &n);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (m[i].counts)
			st = see_less(s->h, m[i].value, m[i].day, s->owner, s->err);
		else if (m[i].says != NORO_SAYS_SEEN)
			st = db_do(s->h->writer, verdict,
				DB_ARGS(db_of(m[i].value), db_of(s->owner), db_of(m[i].says)), NULL,
				s->err);
	if (st == NORO_OK && n)
		st = db_do(s->h->writer, off,
			DB_ARGS(db_of(s->collection), db_of(s->owner), db_of(s->added_us)), NULL,
			s->err);
	free(m);
	return st;
}

/* All versions of an id: it was revoked. */
static enum noro_status uncount_id(const struct saying *s, struct noro_view id)
{
	static const char ask[] =
		"SELECT added FROM entry WHERE collection = $1 AND owner = $2 AND id = $3";
	struct numbers l = { 0 };
	struct db_rows r;
	enum noro_status st = db_ask(s->h->writer, ask,
		DB_ARGS(db_of(s->collection), db_of(s->owner), db_of_text(id)), &r, s->err);

	while (st == NORO_OK && (st = db_row(&r, s->err)) == NORO_OK)
		st = add_number(&l, db_i64(&r, 0), s->err);
	db_done(&r);
	if (st == NORO_END)
		st = NORO_OK;
	for (size_t i = 0; st == NORO_OK && i < l.n; i++) {
		struct saying one = *s;

		one.added_us = l.no[i];
		st = uncount(&one);
	}
	free(l.no);
	return st;
}

/* ---- an entry ---- */

static enum noro_status say_values(
	const struct saying *s, const struct noro_values *v, const struct numbers *before)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < v->values; i++) {
		struct hubdb_word w = {
			.value = &v->value[i], .make = true, .added_us = s->added_us
		};

		st = hubdb_value_no(s->h, s->h->writer, &w, s->err);
		if (st == NORO_OK)
			st = say_of(s, w.no, w.fresh, before);
	}
	for (size_t i = 0; st == NORO_OK && i < v->refs; i++)
		st = say_by_ref(s, v->ref[i], before);
	return st;
}

/* Nothing is seen after it was told, and nothing before 1970. */
static int64_t within(int64_t ns, int64_t latest_ns)
{
	if (ns == NORO_TIME_NONE || ns > latest_ns)
		return latest_ns;
	return ns < 0 ? 0 : ns;
}

enum noro_status hubdb_say(
	struct noro_hubdb *h, const struct hubdb_entry *e, struct noro_error *err)
{
	const struct noro_values *v = e->object->values;
	struct saying s = { .h = h,
		.collection = e->collection,
		.owner = e->owner,
		.added_us = e->added_us,
		.counts = !e->object->revoked,
		.err = err };
	struct numbers before = { 0 };
	enum noro_status st = forget_old(h, e->added_us, err);

	if (!v || st != NORO_OK)
		return st;
	s.says = v->says;
	s.last_ns = within(v->last_ns, e->added_us * 1000);
	s.first_ns = within(v->first_ns, s.last_ns);
	if (e->beside)
		st = e->object->revoked ? uncount_id(&s, e->object->id)
					: counted_before(&s, e->object->id, &before);
	if (before.n)
		qsort(before.no, before.n, sizeof(*before.no), by_number);
	if (st == NORO_OK)
		st = say_values(&s, v, &before);
	free(before.no);
	if (st == NORO_OK && h->waiting > 0 && (v->values || v->refs))
		st = say_waiting(&s, e->object->id, CHAIN);
	return st;
}

enum noro_status hubdb_unsay(
	struct noro_hubdb *h, const struct hubdb_entry *e, struct noro_error *err)
{
	static const char forget[] = "DELETE FROM mention"
				     " WHERE collection = $1 AND owner = $2 AND added = $3";
	struct saying s = { .h = h,
		.collection = e->collection,
		.owner = e->owner,
		.added_us = e->added_us,
		.err = err };
	enum noro_status st = uncount(&s);

	return st == NORO_OK
		       ? db_do(h->writer, forget,
				 DB_ARGS(db_of(e->collection), db_of(e->owner), db_of(e->added_us)),
				 NULL, err)
		       : st;
}
