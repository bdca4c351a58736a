/* src/store/db.c - db_priv.h over SQLite. */
#include "store/db_priv.h"

#include "base/mem.h"
#include "store/sql_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUSY_MS = 10000, STATEMENTS = 256 };

struct db {
	sqlite3 *sqlite;
	char *path; /* NULL: in memory */
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} prepared[STATEMENTS]; /* open addressing by the address of the text */
	size_t n;
};

static enum noro_status fail(struct db *db, int rc, struct noro_error *err)
{
	return sql_fail(db->sqlite, rc, db->path, err);
}

/* A file of ours is nobody else's to read; SQLite gives its companions the same mode. */
static enum noro_status make_file(const char *path, struct noro_error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		return noro_fail_errno(err, errno, path);
	(void)close(fd);
	return NORO_OK;
}

static enum noro_status open_file(struct db *db, bool must_exist, struct noro_error *err)
{
	int rc;

	if (db->path && !must_exist && make_file(db->path, err) != NORO_OK)
		return err->status;
	rc = sqlite3_open_v2(db->path ? db->path : ":memory:", &db->sqlite,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (db->path ? 0 : SQLITE_OPEN_CREATE),
		NULL);
	if (rc != SQLITE_OK)
		return fail(db, rc, err);
	(void)sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	(void)sqlite3_extended_result_codes(db->sqlite, 1);
	return db_run(db,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
		" PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
		" PRAGMA trusted_schema = OFF",
		err);
}

enum noro_status db_open(const char *path, bool must_exist, struct db **ret, struct noro_error *err)
{
	struct db *db = noro_calloc(1, sizeof(*db));
	enum noro_status st = NORO_OK;

	if (db && path) {
		size_t n = strlen(path);

		db->path = noro_malloc(n + 1);
		if (db->path)
			memcpy(db->path, path, n + 1);
	}
	if (!db || (path && !db->path))
		st = noro_fail(err, NORO_ENOMEM, NULL);
	else
		st = open_file(db, must_exist, err);
	if (st == NORO_OK)
		*ret = db;
	else
		db_close(db);
	return st;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(db->prepared[i].stmt);
	(void)sqlite3_close(db->sqlite);
	free(db->path);
	free(db);
}

enum noro_status db_run(struct db *db, const char *sql, struct noro_error *err)
{
	return sql_run(db->sqlite, db->path, sql, err);
}

static enum noro_status prepare(
	struct db *db, const char *sql, sqlite3_stmt **ret, struct noro_error *err)
{
	size_t at = ((uintptr_t)sql >> 3) % STATEMENTS;
	int rc;

	while (db->prepared[at].sql && db->prepared[at].sql != sql)
		at = (at + 1) % STATEMENTS;
	if (!db->prepared[at].sql) {
		if (db->n + 1 == STATEMENTS)
			return noro_fail(err, NORO_ELIMIT, N_("too many statements"));
		rc = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
			&db->prepared[at].stmt, NULL);
		if (rc != SQLITE_OK)
			return fail(db, rc, err);
		db->prepared[at].sql = sql;
		db->n++;
	}
	*ret = db->prepared[at].stmt;
	return NORO_OK;
}

static int bind_one(sqlite3_stmt *s, int at, const struct db_arg *a)
{
	switch (a->is) {
	case DB_I64:
		return sqlite3_bind_int64(s, at, a->i);
	case DB_TEXT:
		return sqlite3_bind_text64(s, at, a->v.p, a->v.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BYTES:
		return sqlite3_bind_blob64(s, at, a->v.p, a->v.n, SQLITE_STATIC);
	case DB_NULL:
		break;
	}
	return sqlite3_bind_null(s, at);
}

enum noro_status db_ask(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	struct db_rows *ret, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	enum noro_status st = prepare(db, sql, &s, err);
	int rc = SQLITE_OK;

	*ret = (struct db_rows){ .db = db, .stmt = s };
	if (st != NORO_OK)
		return st;
	(void)sqlite3_reset(s);
	for (size_t i = 0; i < args && rc == SQLITE_OK; i++) {
		char name[25] = "$";

		(void)noro_num(name + 1, i + 1);
		rc = bind_one(s, sqlite3_bind_parameter_index(s, name), &arg[i]);
	}
	return rc == SQLITE_OK ? NORO_OK : fail(db, rc, err);
}

enum noro_status db_row(struct db_rows *r, struct noro_error *err)
{
	return sql_step(r->stmt, r->db->path, err);
}

int64_t db_i64(const struct db_rows *r, int column)
{
	return sqlite3_column_int64(r->stmt, column);
}

struct noro_view db_view(const struct db_rows *r, int column)
{
	const void *p = sqlite3_column_blob(r->stmt, column);
	size_t n = (size_t)sqlite3_column_bytes(r->stmt, column);

	if (!p && sqlite3_column_type(r->stmt, column) != SQLITE_NULL)
		p = "";
	return noro_view(p, n);
}

void db_done(struct db_rows *r)
{
	if (!r->stmt)
		return;
	(void)sqlite3_reset(r->stmt);
	(void)sqlite3_clear_bindings(r->stmt);
	r->stmt = NULL;
}

enum noro_status db_do(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	uint64_t *ret_changed, struct noro_error *err)
{
	struct db_rows r;
	enum noro_status st = db_ask(db, sql, arg, args, &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	db_done(&r);
	if (st == NORO_END && ret_changed)
		*ret_changed = (uint64_t)sqlite3_changes64(db->sqlite);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status db_number(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	int64_t *ret, struct noro_error *err)
{
	struct db_rows r;
	enum noro_status st = db_ask(db, sql, arg, args, &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK && db_view(&r, 0).p)
		*ret = db_i64(&r, 0);
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status db_begin(struct db *db, struct noro_error *err)
{
	return db_run(db, "BEGIN IMMEDIATE", err);
}

enum noro_status db_commit(struct db *db, struct noro_error *err)
{
	enum noro_status st = db_run(db, "COMMIT", err);

	if (st != NORO_OK)
		db_rollback(db);
	return st;
}

void db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		(void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

enum noro_status db_snapshot(struct db *db, struct noro_error *err)
{
	return db_run(db, "BEGIN", err);
}

void db_end(struct db *db)
{
	db_rollback(db);
}
