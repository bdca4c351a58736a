/* src/store/history_priv.h - an open history. */
#pragma once

#include "store/history.h"
#include "store/sql_priv.h"

#include "base/buf.h"

/* The statements of the writer and of the reader, each prepared at first use. */
enum statement {
	S_BATCH,
	S_SENSOR_ADD,
	S_SENSOR,
	S_KEY_ADD,
	S_KEY,
	S_CELL,
	S_SCAN,
	S_VICTIM,
	S_PAYLOAD,
	S_PAYLOAD_NEXT,
	S_PAYLOAD_SET,
	S_WATCH,
	S_KNOWN,
	STATEMENTS,
};

/* The kinds of history: SQLite (lite_) and ClickHouse (click_). */
struct history_ops {
	void (*close)(struct noro_history *h);
	enum noro_status (*begin)(
		struct noro_history *h, const char *batch_id, struct noro_error *err);
	enum noro_status (*commit)(struct noro_history *h, struct noro_error *err);
	void (*abandon)(struct noro_history *h);
	enum noro_status (*cells)(struct noro_history *h, const struct noro_ask *ask,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*scans)(struct noro_history *h, const struct noro_ask *ask,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*victims)(struct noro_history *h, const struct noro_ask *ask,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*payloads)(struct noro_history *h, const struct noro_ask *ask,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*watch)(struct noro_history *h, const struct noro_ask *ask,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*top)(struct noro_history *h, const struct noro_ask *ask, bool by_sources,
		const struct noro_measures *to, struct noro_error *err);
	enum noro_status (*judge)(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
		uint64_t *ret_changed, struct noro_error *err);
	enum noro_status (*known)(struct noro_history *h, const char *port,
		const struct noro_ip *ip, int64_t before_ns, bool *ret, struct noro_error *err);
	enum noro_status (*oldest)(
		struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err);
	enum noro_status (*sensors)(struct noro_history *h, struct noro_arena *a,
		struct noro_history_span *ret, struct noro_error *err);
	enum noro_status (*age)(struct noro_history *h, const struct noro_history_keep *keep,
		int64_t now_ns, struct noro_progress *progress, struct noro_error *err);
	enum noro_status (*verify)(struct noro_history *h, struct noro_error *err);
};

struct noro_history {
	const struct history_ops *ops;
	struct click *click; /* of ClickHouse; NULL */
	sqlite3 *db;
	char *path; /* NULL: memory */
	sqlite3_stmt *stmt[STATEMENTS];
	bool writing;
	struct noro_error why; /* a measure could not be written: callbacks can only say that */
	struct noro_measures measures;
	struct noro_buf json;
	struct noro_arena *arena; /* of one row that is read */
	/* the last texts and their numbers: rows come sorted */
	char sensor[128], key[160];
	int64_t sensor_id, key_id;
};

enum noro_status history_statement(struct noro_history *h, enum statement which, sqlite3_stmt **ret,
	struct noro_error *err) NORO_MUSTUSE;
void history_measures(struct noro_history *h);

/* Of SQLite, in the files of their families. */
void lite_close(struct noro_history *h);
void lite_abandon(struct noro_history *h);
enum noro_status lite_begin(struct noro_history *h, const char *batch_id, struct noro_error *err);
enum noro_status lite_commit(struct noro_history *h, struct noro_error *err);
enum noro_status lite_verify(struct noro_history *h, struct noro_error *err);
enum noro_status lite_cells(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_scans(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_victims(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_payloads(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_watch(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_top(struct noro_history *h, const struct noro_ask *ask, bool by_sources,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status lite_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err);
enum noro_status lite_known(struct noro_history *h, const char *port, const struct noro_ip *ip,
	int64_t before_ns, bool *ret, struct noro_error *err);
enum noro_status lite_oldest(
	struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err);
enum noro_status lite_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err);
enum noro_status lite_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err);

/* --- what both kinds share --- */

enum { HISTORY_WIDTHS = 4 };
extern const uint32_t history_widths[HISTORY_WIDTHS];
struct history_part {
	uint32_t width;
	int64_t from_s, to_s; /* INT64_MIN, INT64_MAX: open */
};
/* Which width answers for which part of what is asked, finest first; the widest holds the oldest.
 * `oldest`: first bin of each width in seconds, INT64_MAX: none. */
size_t history_parts(const struct noro_ask *ask, const int64_t oldest[HISTORY_WIDTHS],
	struct history_part part[HISTORY_WIDTHS]);
int64_t history_from_ns(const struct noro_ask *ask); /* INT64_MIN: open */
int64_t history_to_ns(const struct noro_ask *ask);   /* INT64_MAX: open */
int64_t history_seconds(int64_t ns);                 /* rounded down */
/* The span from its numbers in seconds; see lite_sensors. */
void history_span(
	int64_t first_minute_s, int64_t first_day_s, int64_t last_s, struct noro_history_span *ret);
/* A payload as `judge` has it now; *ret: it is to be written. */
enum noro_status history_judged(noro_history_judge_fn *judge, void *ctx,
	const struct noro_payload *m, struct noro_payload *ret_now, bool *ret);
/* A stored body to its function; the arena is reset first. */
enum noro_status history_body(struct noro_history *h, struct noro_view body,
	const struct noro_measures *to, struct noro_error *err);
