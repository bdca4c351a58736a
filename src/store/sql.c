/* src/store/sql.c - SQLite with our statuses. */
#include "store/sql_priv.h"

static enum noro_status status_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return NORO_ENOMEM;
	case SQLITE_FULL:
		return NORO_ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return NORO_ECORRUPT;
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return NORO_EACCESS;
	case SQLITE_CANTOPEN:
		return NORO_ENOENT;
	case SQLITE_INTERRUPT:
		return NORO_EINTR;
	default:
		return NORO_EIO;
	}
}

enum noro_status sql_fail(sqlite3 *db, int rc, const char *path, struct noro_error *err)
{
	enum noro_status st = status_of(rc);

	(void)noro_fail(err, st, N_("the database cannot be used: %1"),
		db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
	(void)noro_error_at(err, path ? path : ":memory:", NORO_AT_NONE, 0);
	return st;
}

enum noro_status sql_run(sqlite3 *db, const char *path, const char *text, struct noro_error *err)
{
	int rc = sqlite3_exec(db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? NORO_OK : sql_fail(db, rc, path, err);
}

enum noro_status sql_prepare(
	sqlite3 *db, const char *path, const char *text, sqlite3_stmt **ret, struct noro_error *err)
{
	int rc;

	if (*ret) {
		(void)sqlite3_reset(*ret);
		(void)sqlite3_clear_bindings(*ret);
		return NORO_OK;
	}
	rc = sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
	return rc == SQLITE_OK ? NORO_OK : sql_fail(db, rc, path, err);
}

enum noro_status sql_step(sqlite3_stmt *s, const char *path, struct noro_error *err)
{
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		return NORO_OK;
	if (rc == SQLITE_DONE)
		return NORO_END;
	return sql_fail(sqlite3_db_handle(s), rc, path, err);
}

enum noro_status sql_number(sqlite3 *db, const char *path, const char *text, int64_t none,
	int64_t *ret, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	enum noro_status st = sql_prepare(db, path, text, &s, err);

	*ret = none;
	if (st == NORO_OK)
		st = sql_step(s, path, err);
	if (st == NORO_OK && sqlite3_column_type(s, 0) != SQLITE_NULL)
		*ret = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	return st == NORO_END ? NORO_OK : st;
}
