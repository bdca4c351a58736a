/*
 * src/store/hub.c - the hub's store: opening, schema, who writes and who reads. SQLite lets one
 * write and any number read; what a reader sees is always a moment between two transactions.
 */
#include "store/hub_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

enum { SCHEMA = 1 };

static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE member(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" suspended INTEGER NOT NULL, added BIGINT NOT NULL);"
	"CREATE TABLE person(no INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES member(no),"
	" name TEXT NOT NULL UNIQUE, roles INTEGER NOT NULL, suspended INTEGER NOT NULL,"
	" token BLOB NOT NULL UNIQUE, added BIGINT NOT NULL);"
	"CREATE TABLE root(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
	" description TEXT, max_content BIGINT NOT NULL);"
	"CREATE TABLE collection(no INTEGER PRIMARY KEY, root INTEGER NOT NULL REFERENCES root(no),"
	" id TEXT NOT NULL UNIQUE, alias TEXT, title TEXT NOT NULL, description TEXT,"
	" kind INTEGER NOT NULL, tlp INTEGER NOT NULL, audience INTEGER NOT NULL,"
	" UNIQUE(root, alias));"
	"CREATE TABLE object(no INTEGER PRIMARY KEY, version TEXT, spec TEXT NOT NULL,"
	" digest BLOB NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE entry(collection INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" added BIGINT NOT NULL, object INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,"
	" version BIGINT NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY(collection, owner, added))"
	" WITHOUT ROWID;"
	"CREATE UNIQUE INDEX entry_id ON entry(collection, owner, id, version);"
	"CREATE INDEX entry_last ON entry(collection, owner, added, object, version)"
	" WHERE flags % 2 = 1;"
	"CREATE INDEX entry_type ON entry(collection, owner, type, added);"
	"CREATE TABLE status(id TEXT PRIMARY KEY, root INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" until BIGINT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX status_until ON status(until);"
	"INSERT INTO member VALUES(1, 'hub', 0, 0);"
	"INSERT INTO meta VALUES('schema', 1);"
	"INSERT INTO meta VALUES('added', 0);";

static enum noro_status make_schema(struct noro_hubdb *h, struct noro_error *err)
{
	enum noro_status st = db_begin(h->writer, err);

	if (st == NORO_OK)
		st = db_run(h->writer, schema, err);
	if (st == NORO_OK)
		return db_commit(h->writer, err);
	db_rollback(h->writer);
	return st;
}

static enum noro_status check_schema(
	struct noro_hubdb *h, const char *path, bool must_exist, struct noro_error *err)
{
	static const char tables[] =
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
	static const char number[] = "SELECT value FROM meta WHERE name = 'schema'";
	static const char last[] = "SELECT value FROM meta WHERE name = 'added'";
	int64_t n = 0;
	enum noro_status st = db_number(h->writer, tables, NULL, 0, &n, err);

	if (st == NORO_OK && !n && must_exist)
		st = noro_fail(err, NORO_EFORMAT, N_("no hub"));
	if (st == NORO_OK && !n)
		st = make_schema(h, err);
	if (st == NORO_OK)
		st = db_number(h->writer, number, NULL, 0, &n, err);
	if (st == NORO_OK && n != SCHEMA)
		st = noro_fail(err, NORO_EUNSUPPORTED,
			N_("the hub has schema %1; this program knows %2"), NORO_NUM(n),
			NORO_NUM(SCHEMA));
	if (st == NORO_OK)
		st = db_number(h->writer, last, NULL, 0, &h->added_us, err);
	if (st != NORO_OK && err && !err->where[0])
		(void)noro_error_at(err, path ? path : "", NORO_AT_NONE, 0);
	return st;
}

enum noro_status noro_hubdb_open(
	const char *path, bool must_exist, struct noro_hubdb **ret, struct noro_error *err)
{
	struct noro_hubdb *h = noro_calloc(1, sizeof(*h));
	enum noro_status st;

	if (!h)
		return noro_fail(err, NORO_ENOMEM, NULL);
	h->memory = !path;
	(void)pthread_mutex_init(&h->lock, NULL);
	for (unsigned i = 0; i < HUBDB_READERS; i++)
		(void)pthread_mutex_init(&h->reader[i].lock, NULL);
	st = db_open(path, must_exist, &h->writer, err);
	if (st == NORO_OK)
		st = check_schema(h, path, must_exist, err);
	if (st == NORO_OK)
		st = hubdb_seen_open(h, err);
	for (unsigned i = 0; st == NORO_OK && path && i < HUBDB_READERS; i++)
		st = db_open(path, true, &h->reader[i].db, err);
	if (st == NORO_OK)
		*ret = h;
	else
		noro_hubdb_close(h);
	return st;
}

void noro_hubdb_close(struct noro_hubdb *h)
{
	if (!h)
		return;
	for (unsigned i = 0; i < HUBDB_READERS; i++) {
		db_close(h->reader[i].db);
		(void)pthread_mutex_destroy(&h->reader[i].lock);
	}
	db_close(h->writer);
	(void)pthread_mutex_destroy(&h->lock);
	free(h);
}

enum noro_status hubdb_begin(struct noro_hubdb *h, struct noro_error *err)
{
	enum noro_status st;

	(void)pthread_mutex_lock(&h->lock);
	st = db_begin(h->writer, err);
	if (st != NORO_OK)
		(void)pthread_mutex_unlock(&h->lock);
	return st;
}

enum noro_status hubdb_finish(struct noro_hubdb *h, enum noro_status st, struct noro_error *err)
{
	if (st == NORO_OK)
		st = db_commit(h->writer, err);
	else
		db_rollback(h->writer);
	(void)pthread_mutex_unlock(&h->lock);
	return st;
}

struct db *hubdb_reader(struct noro_hubdb *h, unsigned *ret_which)
{
	unsigned from = h->turn++;

	if (h->memory) {
		(void)pthread_mutex_lock(&h->lock);
		return h->writer;
	}
	for (unsigned i = 0; i < HUBDB_READERS; i++) {
		*ret_which = (from + i) % HUBDB_READERS;
		if (pthread_mutex_trylock(&h->reader[*ret_which].lock) == 0)
			return h->reader[*ret_which].db;
	}
	*ret_which = from % HUBDB_READERS;
	(void)pthread_mutex_lock(&h->reader[*ret_which].lock);
	return h->reader[*ret_which].db;
}

void hubdb_give_back(struct noro_hubdb *h, unsigned which)
{
	(void)pthread_mutex_unlock(h->memory ? &h->lock : &h->reader[which].lock);
}

char *hubdb_string(struct noro_arena *a, const struct db_rows *r, int column, enum noro_status *st)
{
	struct noro_view v = db_view(r, column);
	char *s = v.p ? noro_arena_strn(a, v.p, v.n) : NULL;

	if (v.p && !s)
		*st = NORO_ENOMEM;
	return s;
}

static enum noro_status find_secret(
	struct db *db, const char *name, char ret[65], struct noro_error *err)
{
	static const char ask[] = "SELECT value FROM meta WHERE name = $1";
	struct db_rows r;
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of_text(noro_view_str(name))), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		struct noro_view v = db_view(&r, 0);

		st = v.n == 64 ? NORO_OK : noro_fail(err, NORO_ECORRUPT, NULL);
		if (st == NORO_OK)
			memcpy(ret, v.p, 64);
		ret[64] = '\0';
	}
	db_done(&r);
	return st;
}

enum noro_status noro_hubdb_secret(
	struct noro_hubdb *h, const char *name, char ret[65], struct noro_error *err)
{
	static const char add[] = "INSERT INTO meta(name, value) VALUES($1, $2)";
	uint8_t bytes[32];
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = find_secret(h->writer, name, ret, err);
	if (st == NORO_END) {
		st = noro_random(bytes, sizeof(bytes));
		for (size_t i = 0; st == NORO_OK && i < sizeof(bytes); i++) {
			ret[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
			ret[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
		}
		ret[64] = '\0';
		if (st == NORO_OK)
			st = db_do(h->writer, add,
				DB_ARGS(db_of_text(noro_view_str(name)),
					db_of_text(noro_view(ret, 64))),
				NULL, err);
		else
			st = noro_fail(err, st, NULL);
	}
	return hubdb_finish(h, st, err);
}
