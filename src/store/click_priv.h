/*
 * src/store/click_priv.h - a history in ClickHouse: statements as text, rows in RowBinary both
 * ways.
 */
#pragma once

#include "store/history_priv.h"

enum {
	CLICK_SCHEMA = 1,
	CLICK_PARTS = 64,   /* partitions in one INSERT: servers refuse more than 100 */
	CLICK_PERIOD = 28,  /* days in a partition of events */
	CLICK_ATTEMPT = 16, /* bytes of the id of an attempt to write a batch */
};

enum click_kind { CLICK_CELL, CLICK_SCAN, CLICK_VICTIM, CLICK_PAYLOAD, CLICK_WATCH, CLICK_KINDS };

/* Rows that wait for their INSERT, and the partitions they fall into. */
struct click_table {
	struct noro_buf rows;
	int64_t part[CLICK_PARTS];
	size_t parts;
};

struct click {
	struct noro_history_link link;
	const char *database; /* of the link: letters, digits, _ */
	struct click_table table[CLICK_KINDS];
	struct noro_buf sql, id; /* the statement under way; the batch under way */
	bool busy;               /* an answer is being read */
	/* the batch under way */
	uint8_t attempt[CLICK_ATTEMPT];
	int64_t at, seq;
	struct noro_buf sensors; /* RowBinary: strings */
	size_t sensor_n;
	char sensor[128];      /* the last one */
	struct noro_error why; /* rows could not be sent: the commit fails with it */
	/* The first bin of each width, by the cut asked for and of the watch: nothing else moves
	 * them in a run that asks. */
	struct click_first {
		bool there;
		int64_t s[HISTORY_WIDTHS];
	} first[NORO_CUTS + 2];
	/* sources known on a port before a moment: asked for one by one, fetched once */
	char known_port[24];
	int64_t known_before;
	uint8_t (*known)[CLICK_ATTEMPT + 1]; /* address, family; sorted */
	size_t knowns, known_cap;
	bool known_whole;
};

/* --- click.c: statements and answers --- */

/* Start a statement in c->sql; the rest is added with these and noro_buf_str. */
struct noro_buf *click_sql(struct noro_history *h, const char *start);
void click_name(struct noro_history *h, const char *table); /* database.noroshi_table */
/* A text as a literal, whatever is in it. */
void click_literal(struct noro_buf *sql, struct noro_view text);
/* " AND column = 'text'", nothing for NULL. */
void click_equal(struct noro_buf *sql, const char *column, const char *text);
/* Rows of batches that were committed; of two attempts at one batch, those of one. */
void click_visible(struct noro_history *h);
/* Send c->sql with these rows; or without an answer. */
enum noro_status click_run(
	struct noro_history *h, struct noro_view rows, struct noro_error *err) NORO_MUSTUSE;

/* A row as it is taken apart, column by column; once `ends` is set, the rest has not come yet. */
struct click_row {
	const uint8_t *p;
	size_t n;
	bool ends, wrong;
};
int64_t click_i64(struct click_row *r);
int32_t click_i32(struct click_row *r);
uint8_t click_u8(struct click_row *r);
double click_f64(struct click_row *r);
struct noro_view click_view(struct click_row *r); /* String */
const uint8_t *click_fixed(struct click_row *r);  /* FixedString(16); never NULL */
/* As a C string; "" once the row ends or where memory does. */
const char *click_text(struct click_row *r, struct noro_arena *a);
static inline bool click_whole(const struct click_row *r)
{
	return !r->ends && !r->wrong;
}

/* Take all columns, then act only if click_whole. The arena is reset before each row. */
typedef enum noro_status click_row_fn(void *ctx, struct click_row *r);
/* Send c->sql, and give the rows of the answer one by one. */
enum noro_status click_rows(
	struct noro_history *h, click_row_fn *row, void *ctx, struct noro_error *err) NORO_MUSTUSE;
/* An answer of one row of numbers, all Int64. NORO_ECORRUPT for any other. */
enum noro_status click_numbers(
	struct noro_history *h, int64_t *ret, size_t n, struct noro_error *err) NORO_MUSTUSE;
/* The same reader for bytes that are there: for tests. */
enum noro_status click_feed(struct noro_buf *rest, struct noro_view bytes, struct noro_arena *a,
	click_row_fn *row, void *ctx) NORO_MUSTUSE;

int64_t click_day(int64_t s);      /* days since 1970, rounded down */
int64_t click_period(int64_t day); /* of CLICK_PERIOD days */

/* --- click_write.c --- */
void click_measures(struct noro_history *h);
enum noro_status click_begin(struct noro_history *h, const char *id, struct noro_error *err);
enum noro_status click_commit(struct noro_history *h, struct noro_error *err);
void click_abandon(struct noro_history *h);
/* A row of noroshi_payload after `attempt`, `at` and `seq`. */
void click_payload_row(struct noro_history *h, const struct noro_payload *m, int64_t version,
	const uint8_t attempt[CLICK_ATTEMPT], int64_t at, int64_t seq);
enum noro_status click_flush(
	struct noro_history *h, enum click_kind kind, struct noro_error *err) NORO_MUSTUSE;

/* --- click_read.c --- */
enum noro_status click_cells(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status click_scans(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status click_victims(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status click_payloads(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status click_watch(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err);
enum noro_status click_top(struct noro_history *h, const struct noro_ask *ask, bool by_sources,
	const struct noro_measures *to, struct noro_error *err);

/* --- click_more.c --- */
enum noro_status click_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err);
enum noro_status click_known(struct noro_history *h, const char *port, const struct noro_ip *ip,
	int64_t before_ns, bool *ret, struct noro_error *err);
enum noro_status click_oldest(
	struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err);
enum noro_status click_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err);
enum noro_status click_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err);
enum noro_status click_verify(struct noro_history *h, struct noro_error *err);
