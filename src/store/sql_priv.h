/*
 * src/store/sql_priv.h - SQLite with our statuses: statements with bound parameters only, each
 * prepared once.
 */
#pragma once

#include "base/status.h"
#include "base/view.h"

#include <sqlite3.h>

/* The status of a SQLite result code, with its text and the file as the place. */
enum noro_status sql_fail(sqlite3 *db, int rc, const char *path, struct noro_error *err);
/* Statements without results; several in one text. */
enum noro_status sql_run(
	sqlite3 *db, const char *path, const char *text, struct noro_error *err) NORO_MUSTUSE;
/* Prepare into *ret unless it is there already; reset and clear it if it is. */
enum noro_status sql_prepare(sqlite3 *db, const char *path, const char *text, sqlite3_stmt **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* One step: NORO_OK is a row, NORO_END the end. */
enum noro_status sql_step(sqlite3_stmt *s, const char *path, struct noro_error *err) NORO_MUSTUSE;
/* One number, or `none` where there is no row or it is null. */
enum noro_status sql_number(sqlite3 *db, const char *path, const char *text, int64_t none,
	int64_t *ret, struct noro_error *err) NORO_MUSTUSE;

static inline void sql_text(sqlite3_stmt *s, int at, const char *text)
{
	(void)sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}
static inline void sql_i64(sqlite3_stmt *s, int at, int64_t v)
{
	(void)sqlite3_bind_int64(s, at, v);
}
static inline const char *sql_column(sqlite3_stmt *s, int at)
{
	return (const char *)sqlite3_column_text(s, at);
}
