/*
 * src/store/hub.c - the hub's store: opening, who writes and who reads. SQLite lets one
 * write and any number read; what a reader sees is always a moment between two transactions.
 */
#include "store/hub_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

enum noro_status noro_hubdb_open(
	const char *path, bool must_exist, struct noro_hubdb **ret, struct noro_error *err)
{
	struct noro_hubdb *h = noro_calloc(1, sizeof(*h));
	enum noro_status st;

	if (!h)
		return noro_fail(err, NORO_ENOMEM, NULL);
	h->memory = !path;
	(void)pthread_mutex_init(&h->lock, NULL);
	(void)pthread_mutex_init(&h->reads_lock, NULL);
	for (unsigned i = 0; i < HUBDB_READERS; i++)
		(void)pthread_mutex_init(&h->reader[i].lock, NULL);
	st = db_open(path, must_exist, &h->writer, err);
	if (st == NORO_OK)
		st = hubdb_schema(h, must_exist, err);
	if (st == NORO_OK)
		st = hubdb_seen_open(h, err);
	if (st == NORO_OK)
		st = hubdb_fate_open(h, err);
	if (st != NORO_OK && err && !err->where[0])
		(void)noro_error_at(err, path ? path : "", NORO_AT_NONE, 0);
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
	hubdb_reads_done(h);
	db_close(h->writer);
	(void)pthread_mutex_destroy(&h->lock);
	(void)pthread_mutex_destroy(&h->reads_lock);
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
		st = hubdb_tell_head(h, err);
	if (st == NORO_OK)
		st = db_commit(h->writer, err);
	else
		db_rollback(h->writer);
	hubdb_tell_end(h, st == NORO_OK);
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
