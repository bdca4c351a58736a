/*
 * src/store/db_priv.h - one SQL for two engines. Statements are constant texts with parameters $1,
 * $2 ...; each is prepared once, by its address. One thread at a time.
 */
#pragma once

#include "base/status.h"
#include "base/view.h"

struct db;
/* A file, made with mode 0640 unless it must exist; NULL: in memory. */
enum noro_status db_open(
	const char *path, bool must_exist, struct db **ret, struct noro_error *err) NORO_MUSTUSE;
void db_close(struct db *db);

struct db_arg {
	enum { DB_NULL, DB_I64, DB_TEXT, DB_BYTES } is;
	int64_t i;
	struct noro_view v; /* lives until the last row was taken */
};
static inline struct db_arg db_of(int64_t i)
{
	return (struct db_arg){ .is = DB_I64, .i = i };
}
static inline struct db_arg db_of_text(struct noro_view v)
{
	return (struct db_arg){ .is = v.p ? DB_TEXT : DB_NULL, .v = v };
}
static inline struct db_arg db_of_bytes(struct noro_view v)
{
	return (struct db_arg){ .is = v.p ? DB_BYTES : DB_NULL, .v = v };
}
#define DB_ARGS(...)                                                                               \
	(const struct db_arg[]){ __VA_ARGS__ },                                                    \
		sizeof((const struct db_arg[]){ __VA_ARGS__ }) / sizeof(struct db_arg)

/* Statements without parameters or results; several in one text. */
enum noro_status db_run(struct db *db, const char *sql, struct noro_error *err) NORO_MUSTUSE;
/* One statement without rows; `ret_changed` (NULL: not wanted) is how many rows it changed. */
enum noro_status db_do(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	uint64_t *ret_changed, struct noro_error *err) NORO_MUSTUSE;

/* Rows of a question, taken one by one; db_done whatever happened. */
struct db_rows {
	struct db *db;
	void *stmt;
};
enum noro_status db_ask(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	struct db_rows *ret, struct noro_error *err) NORO_MUSTUSE;
/* NORO_OK: a row; NORO_END: none more. */
enum noro_status db_row(struct db_rows *r, struct noro_error *err) NORO_MUSTUSE;
/* Columns from 0; views live until the next row. */
int64_t db_i64(const struct db_rows *r, int column);
struct noro_view db_view(const struct db_rows *r, int column); /* p is NULL: null */
void db_done(struct db_rows *r);
/* The first column of the first row; without one *ret stays as it is. */
enum noro_status db_number(struct db *db, const char *sql, const struct db_arg *arg, size_t args,
	int64_t *ret, struct noro_error *err) NORO_MUSTUSE;

/* For writing, at once; a commit that fails has written nothing. */
enum noro_status db_begin(struct db *db, struct noro_error *err) NORO_MUSTUSE;
enum noro_status db_commit(struct db *db, struct noro_error *err) NORO_MUSTUSE;
void db_rollback(struct db *db);
/* For reading: what is asked until db_end is of one moment. */
enum noro_status db_snapshot(struct db *db, struct noro_error *err) NORO_MUSTUSE;
void db_end(struct db *db);
