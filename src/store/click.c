/*
 * src/store/click.c - a history in ClickHouse, for when it outgrows one machine: opening, schema,
 * statements and the rows of their answers.
 *
 * The server is reached through a link that others make (net/clickhouse.h); here is only what is
 * said. It has no transactions and takes a block that is sent twice twice. So every attempt to
 * write a batch has a random id, which stands in each of its rows; the batch counts once a row in
 * noroshi_batch names that attempt, which is the last thing written, and readers ask only for rows
 * of such attempts. An attempt that failed leaves rows that nobody sees, and that go with their
 * partition. Only what Debian's 18.16 and current releases document alike is used.
 */
#include "store/click_priv.h"

#include "base/mem.h"

#include <string.h>

enum { MAX_ROW = 8 << 20, NS_PER_S = 1000000000 };

static const struct {
	const char *name, *columns, *part, *order;
} tables[] = {
	{ "meta", "name String, value Int64", NULL, "name" },
	{ "batch", "id String, attempt FixedString(16), at Int64, sensors Array(String)", NULL,
		"id" },
	{ "cell",
		"attempt FixedString(16), width Int32, part Int32, cut Int32, start Int64,"
		" sensor String, key String, packets Int64, bytes Int64, sources Int64, nets Int64,"
		" fresh Int64, error Float64, wide Int64",
		"(width, part)", "(width, cut, start, sensor, key)" },
	{ "scan",
		"attempt FixedString(16), at Int64, seq Int64, part Int32, sensor String,"
		" src FixedString(16), family UInt8, port String, first Int64, last Int64,"
		" body String",
		"part", "(port, first)" },
	{ "victim",
		"attempt FixedString(16), at Int64, seq Int64, part Int32, sensor String,"
		" src FixedString(16), family UInt8, first Int64, last Int64, body String",
		"part", "first" },
	{ "payload",
		"attempt FixedString(16), at Int64, seq Int64, version Int64, part Int32,"
		" sensor String, src FixedString(16), family UInt8, port String, time Int64,"
		" body String",
		"part", "time" },
	{ "watch",
		"attempt FixedString(16), width Int32, part Int32, start Int64, sensor String,"
		" alive Int64, addresses Int64, packets Int64, own Int64, dropped Int64,"
		" malformed Int64, strange Int64, clock_back Int64",
		"(width, part)", "(width, start, sensor)" },
};

/* --- statements --- */

struct noro_buf *click_sql(struct noro_history *h, const char *start)
{
	struct noro_buf *sql = &h->click->sql;

	noro_buf_clear(sql);
	noro_buf_str(sql, start);
	return sql;
}

void click_name(struct noro_history *h, const char *table)
{
	noro_buf_printf(&h->click->sql, "%s.noroshi_%s", h->click->database, table);
}

void click_literal(struct noro_buf *sql, struct noro_view text)
{
	noro_buf_chr(sql, '\'');
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = (uint8_t)text.p[i];

		if (c < 0x20 || c >= 0x7f || c == '\'' || c == '\\')
			noro_buf_printf(sql, "\\x%02X", (unsigned)c);
		else
			noro_buf_chr(sql, (char)c);
	}
	noro_buf_chr(sql, '\'');
}

void click_equal(struct noro_buf *sql, const char *column, const char *text)
{
	if (!text)
		return;
	noro_buf_printf(sql, " AND %s = ", column);
	click_literal(sql, noro_view_str(text));
}

void click_visible(struct noro_history *h)
{
	noro_buf_str(&h->click->sql, " AND attempt IN (SELECT min(attempt) FROM ");
	click_name(h, "batch");
	noro_buf_str(&h->click->sql, " GROUP BY id)");
}

static enum noro_status send(struct noro_history *h, struct noro_view rows,
	noro_history_bytes_fn *on, void *ctx, struct noro_error *err)
{
	struct click *c = h->click;
	enum noro_status st;

	if (c->sql.status != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (c->busy) /* a question inside an answer: one connection cannot */
		return noro_fail(err, NORO_EUNSUPPORTED, N_("the history is being read already"));
	c->busy = true;
	st = c->link.ask(c->link.ctx, noro_buf_as_view(&c->sql), rows, on, ctx, err);
	c->busy = false;
	return st;
}

enum noro_status click_run(struct noro_history *h, struct noro_view rows, struct noro_error *err)
{
	return send(h, rows, NULL, NULL, err);
}

/* --- rows --- */

static const uint8_t *take(struct click_row *r, size_t n)
{
	static const uint8_t nothing[16];
	const uint8_t *p = r->p;

	if (r->ends || n > r->n) {
		r->ends = true;
		return n <= sizeof(nothing) ? nothing : NULL;
	}
	r->p += n;
	r->n -= n;
	return p;
}

static uint64_t le(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

int64_t click_i64(struct click_row *r)
{
	return (int64_t)le(take(r, 8), 8);
}

int32_t click_i32(struct click_row *r)
{
	return (int32_t)le(take(r, 4), 4);
}

uint8_t click_u8(struct click_row *r)
{
	return *take(r, 1);
}

double click_f64(struct click_row *r)
{
	uint64_t bits = le(take(r, 8), 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

const uint8_t *click_fixed(struct click_row *r)
{
	return take(r, CLICK_ATTEMPT);
}

struct noro_view click_view(struct click_row *r)
{
	uint64_t n = 0;
	const uint8_t *p;

	for (unsigned shift = 0;; shift += 7) { /* LEB128 */
		uint8_t b = *take(r, 1);

		n |= (uint64_t)(b & 127) << shift;
		if (!(b & 128))
			break;
		if (shift >= 28) {
			r->wrong = true;
			return noro_view("", 0);
		}
	}
	if (n > MAX_ROW) {
		r->wrong = true;
		return noro_view("", 0);
	}
	p = take(r, (size_t)n);
	return r->ends ? noro_view("", 0) : noro_view(p, (size_t)n);
}

const char *click_text(struct click_row *r, struct noro_arena *a)
{
	struct noro_view v = click_view(r);
	const char *s = noro_arena_strn(a, v.p, v.n);

	return s ? s : "";
}

enum noro_status click_feed(struct noro_buf *rest, struct noro_view bytes, struct noro_arena *a,
	click_row_fn *row, void *ctx)
{
	size_t used = 0;

	noro_buf_view(rest, bytes);
	if (rest->status != NORO_OK)
		return rest->status;
	while (used < rest->n) {
		struct click_row r = { .p = (const uint8_t *)rest->p + used, .n = rest->n - used };
		enum noro_status st;

		noro_arena_reset(a);
		st = row(ctx, &r);
		if (r.wrong)
			return NORO_ECORRUPT;
		if (r.ends)
			break;
		if (st != NORO_OK)
			return st;
		if (r.n == rest->n - used)
			return NORO_ECORRUPT; /* a row of no bytes would never end */
		used = rest->n - r.n;
	}
	memmove(rest->p, rest->p + used, rest->n - used);
	rest->n -= used;
	return rest->n > MAX_ROW ? NORO_ECORRUPT : NORO_OK;
}

struct reading {
	struct noro_history *h;
	struct noro_buf rest;
	click_row_fn *row;
	void *ctx;
};

static enum noro_status on_bytes(void *ctx, struct noro_view bytes)
{
	struct reading *g = ctx;

	return click_feed(&g->rest, bytes, g->h->arena, g->row, g->ctx);
}

enum noro_status click_rows(
	struct noro_history *h, click_row_fn *row, void *ctx, struct noro_error *err)
{
	struct reading g = { .h = h, .row = row, .ctx = ctx };
	enum noro_status st;

	noro_buf_str(&h->click->sql, " FORMAT RowBinary");
	st = send(h, noro_view(NULL, 0), on_bytes, &g, err);
	if (st == NORO_OK && g.rest.n)
		st = NORO_ECORRUPT;
	if (st == NORO_ECORRUPT && (!err || err->status != NORO_ECORRUPT))
		(void)noro_fail(err, st, N_("the answer of the server is not made of whole rows"));
	else if (st == NORO_ENOMEM)
		(void)noro_fail(err, st, NULL);
	noro_buf_done(&g.rest);
	return st;
}

struct numbers {
	int64_t *v;
	size_t n, rows;
};

static enum noro_status on_numbers(void *ctx, struct click_row *r)
{
	struct numbers *m = ctx;
	int64_t v[8];

	for (size_t i = 0; i < m->n; i++)
		v[i] = click_i64(r);
	if (!click_whole(r))
		return NORO_OK;
	memcpy(m->v, v, m->n * sizeof(v[0]));
	m->rows++;
	return NORO_OK;
}

enum noro_status click_numbers(
	struct noro_history *h, int64_t *ret, size_t n, struct noro_error *err)
{
	struct numbers m = { ret, n < 8 ? n : 8, 0 };
	enum noro_status st = click_rows(h, on_numbers, &m, err);

	if (st == NORO_OK && m.rows != 1)
		return noro_fail(err, NORO_ECORRUPT,
			N_("the answer of the server is not made of whole rows"));
	return st;
}

int64_t click_day(int64_t s)
{
	return s / NORO_DAY_S - (s % NORO_DAY_S < 0);
}

int64_t click_period(int64_t day)
{
	return day / CLICK_PERIOD - (day % CLICK_PERIOD < 0);
}

/* --- opening --- */

static enum noro_status create(struct noro_history *h, struct noro_error *err)
{
	struct noro_buf *sql = click_sql(h, "CREATE DATABASE IF NOT EXISTS ");
	const struct noro_view none = { 0 };
	enum noro_status st;

	noro_buf_str(sql, h->click->database);
	st = click_run(h, none, err);
	for (size_t i = 0; st == NORO_OK && i < sizeof(tables) / sizeof(tables[0]); i++) {
		sql = click_sql(h, "CREATE TABLE IF NOT EXISTS ");
		click_name(h, tables[i].name);
		noro_buf_printf(sql, " (%s) ENGINE = MergeTree()", tables[i].columns);
		if (tables[i].part)
			noro_buf_printf(sql, " PARTITION BY %s", tables[i].part);
		noro_buf_printf(sql, " ORDER BY %s", tables[i].order);
		st = click_run(h, none, err);
	}
	if (st != NORO_OK)
		return st;
	sql = click_sql(h, "INSERT INTO ");
	click_name(h, "meta");
	noro_buf_printf(sql, " VALUES ('schema', %d)", CLICK_SCHEMA);
	return click_run(h, none, err);
}

static enum noro_status check_schema(
	struct noro_history *h, bool must_exist, struct noro_error *err)
{
	struct noro_buf *sql = click_sql(
		h, "SELECT toInt64(count()) FROM system.tables WHERE name = 'noroshi_meta'");
	int64_t there, version = 0;
	enum noro_status st;

	click_equal(sql, "database", h->click->database);
	st = click_numbers(h, &there, 1, err);
	if (st == NORO_OK && there) {
		sql = click_sql(h, "SELECT max(value) FROM ");
		click_name(h, "meta");
		noro_buf_str(sql, " WHERE name = 'schema'");
		st = click_numbers(h, &version, 1, err);
	}
	if (st != NORO_OK)
		return st;
	if (version > CLICK_SCHEMA)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("this history was written by a newer noroshi (schema %1)"),
			NORO_NUM(version));
	if (version == CLICK_SCHEMA)
		return NORO_OK;
	if (must_exist)
		return noro_fail(err, NORO_ENOENT, N_("there is no history in this database"));
	return create(h, err);
}

static void click_close(struct noro_history *h)
{
	struct click *c = h->click;

	for (size_t i = 0; i < CLICK_KINDS; i++)
		noro_buf_done(&c->table[i].rows);
	noro_buf_done(&c->sql);
	noro_buf_done(&c->id);
	noro_buf_done(&c->sensors);
	free(c->known);
	if (c->link.close)
		c->link.close(c->link.ctx);
	free(c);
	noro_arena_free(h->arena);
	noro_buf_done(&h->json);
	free(h);
}

static const struct history_ops click = { .close = click_close,
	.begin = click_begin,
	.commit = click_commit,
	.abandon = click_abandon,
	.cells = click_cells,
	.scans = click_scans,
	.victims = click_victims,
	.payloads = click_payloads,
	.watch = click_watch,
	.top = click_top,
	.judge = click_judge,
	.known = click_known,
	.oldest = click_oldest,
	.sensors = click_sensors,
	.age = click_age,
	.verify = click_verify };

static enum noro_status without_memory(struct noro_history *h, struct click *c,
	struct noro_arena *a, const struct noro_history_link *link, struct noro_error *err)
{
	free(h);
	free(c);
	noro_arena_free(a);
	if (link->close)
		link->close(link->ctx);
	return noro_fail(err, NORO_ENOMEM, NULL);
}

enum noro_status noro_history_open_link(const struct noro_history_link *link, bool must_exist,
	struct noro_history **ret, struct noro_error *err)
{
	struct noro_history *h = noro_calloc(1, sizeof(*h));
	struct click *c = noro_calloc(1, sizeof(*c));
	struct noro_arena *a = noro_arena_new(0);
	enum noro_status st;

	if (!h || !c || !a)
		return without_memory(h, c, a, link, err);
	h->ops = &click;
	h->click = c;
	h->arena = a;
	c->link = *link;
	c->database = link->database;
	st = check_schema(h, must_exist, err);
	if (st != NORO_OK) {
		click_close(h);
		return st;
	}
	click_measures(h);
	*ret = h;
	return NORO_OK;
}
