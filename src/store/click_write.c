/* src/store/click_write.c - measures into rows of ClickHouse, and batches that count once. */
#include "store/click_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { FLUSH_BYTES = 8 << 20, COMMITS = 3 };

static const char *const names[CLICK_KINDS] = { [CLICK_CELL] = "cell",
	[CLICK_SCAN] = "scan",
	[CLICK_VICTIM] = "victim",
	[CLICK_PAYLOAD] = "payload",
	[CLICK_WATCH] = "watch" };

/* --- RowBinary --- */

static void add_le(struct noro_buf *b, uint64_t v, unsigned n)
{
	uint8_t p[8];

	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
	noro_buf_add(b, p, n);
}

static void add_i64(struct noro_buf *b, int64_t v)
{
	add_le(b, (uint64_t)v, 8);
}

static void add_count(struct noro_buf *b, uint64_t v)
{
	add_le(b, v > INT64_MAX ? INT64_MAX : v, 8);
}

static void add_i32(struct noro_buf *b, int64_t v)
{
	add_le(b, (uint64_t)v, 4);
}

static void add_varint(struct noro_buf *b, size_t n)
{
	for (; n > 127; n >>= 7)
		noro_buf_chr(b, (char)(n | 128));
	noro_buf_chr(b, (char)n);
}

static void add_view(struct noro_buf *b, struct noro_view v)
{
	add_varint(b, v.n);
	noro_buf_view(b, v);
}

static void add_text(struct noro_buf *b, const char *s)
{
	add_view(b, noro_view_str(s ? s : ""));
}

static void add_f64(struct noro_buf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	add_le(b, bits, 8);
}

/* An address in 16 bytes, IPv4 in the first four: sorted as SQLite sorts blobs of 4 and of 16. */
static void add_ip(struct noro_buf *b, const struct noro_ip *ip)
{
	uint8_t p[16] = { 0 };

	memcpy(p, ip->b, ip->family == 4 ? 4 : 16);
	noro_buf_add(b, p, sizeof(p));
	noro_buf_chr(b, (char)ip->family);
}

/* --- batches --- */

enum noro_status click_flush(struct noro_history *h, enum click_kind kind, struct noro_error *err)
{
	struct click_table *t = &h->click->table[kind];
	struct noro_buf *sql;
	enum noro_status st;

	if (t->rows.status != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!t->rows.n)
		return NORO_OK;
	sql = click_sql(h, "INSERT INTO ");
	click_name(h, names[kind]);
	noro_buf_str(sql, " FORMAT RowBinary");
	st = click_run(h, noro_buf_as_view(&t->rows), err);
	noro_buf_clear(&t->rows);
	t->parts = 0;
	return st;
}

/* Room for a row in this partition. */
static enum noro_status into(struct noro_history *h, enum click_kind kind, int64_t part)
{
	struct click_table *t = &h->click->table[kind];
	size_t i = 0;

	while (i < t->parts && t->part[i] != part)
		i++;
	if (t->rows.n >= FLUSH_BYTES || (i == t->parts && i == CLICK_PARTS)) {
		/* who writes rows hears a status only; the commit has the reason */
		struct noro_error *why = &h->click->why;

		if (why->status == NORO_OK)
			why->status = click_flush(h, kind, why);
		noro_buf_clear(&t->rows);
		t->parts = 0;
		i = 0;
	}
	if (i == t->parts)
		t->part[t->parts++] = part;
	return t->rows.status;
}

static void forget(struct click *c)
{
	for (size_t i = 0; i < CLICK_KINDS; i++) {
		noro_buf_clear(&c->table[i].rows);
		c->table[i].parts = 0;
	}
	noro_buf_clear(&c->id);
	noro_buf_clear(&c->sensors);
	c->sensor_n = 0;
	c->sensor[0] = '\0';
	c->seq = 0;
	c->known_port[0] = '\0';
	memset(c->first, 0, sizeof(c->first));
	c->why = (struct noro_error){ 0 };
}

enum noro_status click_begin(struct noro_history *h, const char *id, struct noro_error *err)
{
	struct click *c = h->click;
	struct noro_buf *sql = click_sql(h, "SELECT toInt64(countIf(id = ");
	int64_t v[2]; /* of it; the highest number of a batch */
	enum noro_status st;

	click_literal(sql, noro_view_str(id));
	noro_buf_str(sql, ")), max(at) FROM ");
	click_name(h, "batch");
	st = click_numbers(h, v, 2, err);
	if (st != NORO_OK)
		return st;
	if (v[0])
		return NORO_END;
	forget(c);
	c->at = v[1] + 1;
	noro_buf_str(&c->id, id);
	if (c->id.status != NORO_OK || noro_random(c->attempt, sizeof(c->attempt)) != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	h->writing = true;
	return NORO_OK;
}

void click_abandon(struct noro_history *h)
{
	h->writing = false;
	forget(h->click);
}

static enum noro_status name_attempt(struct noro_history *h, struct noro_error *err)
{
	struct click *c = h->click;
	struct noro_buf row = { 0 };
	enum noro_status st = NORO_EIO;

	add_view(&row, noro_buf_as_view(&c->id));
	noro_buf_add(&row, c->attempt, CLICK_ATTEMPT);
	add_i64(&row, c->at);
	add_varint(&row, c->sensor_n);
	noro_buf_add(&row, c->sensors.p, c->sensors.n);
	if (row.status != NORO_OK || c->sensors.status != NORO_OK) {
		noro_buf_done(&row);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	/* twice the same row is as good as once, so that a lost answer does no harm */
	for (unsigned i = 0; i < COMMITS && st == NORO_EIO; i++) {
		struct noro_buf *sql = click_sql(h, "INSERT INTO ");

		click_name(h, "batch");
		noro_buf_str(sql, " FORMAT RowBinary");
		st = click_run(h, noro_buf_as_view(&row), err);
	}
	noro_buf_done(&row);
	if (st == NORO_EIO && err) { /* the rows are there: only this answer is missing */
		struct noro_error why = *err;

		(void)noro_fail(err, st,
			N_("the server fell silent at the end: whether this batch counts is not "
			   "known (%1)"),
			why.arg[0]);
		(void)noro_error_at(err, why.where, NORO_AT_NONE, 0);
	}
	return st;
}

enum noro_status click_commit(struct noro_history *h, struct noro_error *err)
{
	enum noro_status st = h->click->why.status;

	if (st != NORO_OK && err)
		*err = h->click->why;
	for (enum click_kind k = 0; st == NORO_OK && k < CLICK_KINDS; k++)
		st = click_flush(h, k, err);
	if (st == NORO_OK)
		st = name_attempt(h, err);
	click_abandon(h);
	return st;
}

/* --- rows --- */

static void note_sensor(struct click *c, const char *name)
{
	struct noro_view have = noro_buf_as_view(&c->sensors);

	name = name ? name : "";
	if (c->sensor_n && strcmp(c->sensor, name) == 0)
		return;
	(void)snprintf(c->sensor, sizeof(c->sensor), "%s", name);
	while (have.n) {
		struct click_row r = { .p = (const uint8_t *)have.p, .n = have.n };

		if (noro_view_is(click_view(&r), name))
			return;
		have = noro_view(r.p, r.n);
	}
	add_text(&c->sensors, name);
	c->sensor_n++;
}

static int64_t part_of(uint32_t width, int64_t start_s)
{
	return width < NORO_DAY_S ? click_day(start_s) : 0;
}

static enum noro_status write_cell(void *ctx, const struct noro_cell *m)
{
	struct noro_history *h = ctx;
	struct noro_buf *b = &h->click->table[CLICK_CELL].rows;
	int64_t part = part_of(m->width_s, history_seconds(m->start_ns));
	enum noro_status st = into(h, CLICK_CELL, (int64_t)m->width_s << 32 | part);

	if (st != NORO_OK)
		return st;
	note_sensor(h->click, m->sensor);
	noro_buf_add(b, h->click->attempt, CLICK_ATTEMPT);
	add_i32(b, m->width_s);
	add_i32(b, part);
	add_i32(b, m->cut);
	add_i64(b, m->start_ns);
	add_text(b, m->sensor);
	add_text(b, m->key);
	add_count(b, m->packets);
	add_count(b, m->bytes);
	add_count(b, m->sources);
	add_count(b, m->nets);
	add_count(b, m->fresh);
	add_f64(b, m->sources_error);
	add_count(b, m->wide);
	return b->status;
}

/* What all events begin with. */
static enum noro_status event(struct noro_history *h, enum click_kind kind, const char *sensor,
	int64_t last_ns, struct noro_buf **ret)
{
	struct click *c = h->click;
	struct noro_buf *b = *ret = &c->table[kind].rows;
	int64_t part = click_period(click_day(history_seconds(last_ns)));
	enum noro_status st = into(h, kind, part);

	if (st != NORO_OK)
		return st;
	note_sensor(c, sensor);
	noro_buf_add(b, c->attempt, CLICK_ATTEMPT);
	add_i64(b, c->at);
	add_i64(b, c->seq++);
	add_i32(b, part);
	add_text(b, sensor);
	return b->status;
}

/* And what they end with: the object as it travels. */
static enum noro_status body(struct noro_history *h, struct noro_buf *b, enum noro_status st)
{
	if (st == NORO_OK)
		st = h->json.status;
	add_view(b, noro_buf_as_view(&h->json));
	return st == NORO_OK ? b->status : st;
}

static struct noro_jsonw *writer(struct noro_history *h, struct noro_jsonw *w)
{
	noro_buf_clear(&h->json);
	*w = noro_jsonw(&h->json);
	return w;
}

static enum noro_status write_scan(void *ctx, const struct noro_scan *m)
{
	struct noro_history *h = ctx;
	struct noro_buf *b;
	struct noro_jsonw w;
	enum noro_status st = event(h, CLICK_SCAN, m->sensor, m->last_ns, &b);

	if (st != NORO_OK)
		return st;
	add_ip(b, &m->src);
	add_text(b, m->port);
	add_i64(b, m->first_ns);
	add_i64(b, m->last_ns);
	return body(h, b, noro_scan_json(writer(h, &w), m));
}

static enum noro_status write_victim(void *ctx, const struct noro_victim *m)
{
	struct noro_history *h = ctx;
	struct noro_buf *b;
	struct noro_jsonw w;
	enum noro_status st = event(h, CLICK_VICTIM, m->sensor, m->last_ns, &b);

	if (st != NORO_OK)
		return st;
	add_ip(b, &m->victim.ip);
	add_i64(b, m->first_ns);
	add_i64(b, m->last_ns);
	return body(h, b, noro_victim_json(writer(h, &w), m));
}

void click_payload_row(struct noro_history *h, const struct noro_payload *m, int64_t version,
	const uint8_t attempt[CLICK_ATTEMPT], int64_t at, int64_t seq)
{
	struct noro_buf *b = &h->click->table[CLICK_PAYLOAD].rows;
	struct noro_jsonw w;

	noro_buf_add(b, attempt, CLICK_ATTEMPT);
	add_i64(b, at);
	add_i64(b, seq);
	add_i64(b, version);
	add_i32(b, click_period(click_day(history_seconds(m->time_ns))));
	add_text(b, m->sensor);
	add_ip(b, &m->src);
	add_text(b, m->port);
	add_i64(b, m->time_ns);
	if (body(h, b, noro_payload_json(writer(h, &w), m)) != NORO_OK)
		b->status = NORO_ENOMEM;
}

static enum noro_status write_payload(void *ctx, const struct noro_payload *m)
{
	struct noro_history *h = ctx;
	struct click *c = h->click;
	enum noro_status st =
		into(h, CLICK_PAYLOAD, click_period(click_day(history_seconds(m->time_ns))));

	if (st != NORO_OK)
		return st;
	note_sensor(c, m->sensor);
	click_payload_row(h, m, 0, c->attempt, c->at, c->seq++);
	return c->table[CLICK_PAYLOAD].rows.status;
}

static enum noro_status write_watch(void *ctx, const struct noro_watch *m)
{
	static const uint32_t width[] = { NORO_MINUTE_S, NORO_HOUR_S, NORO_DAY_S };
	struct noro_history *h = ctx;
	struct noro_buf *b = &h->click->table[CLICK_WATCH].rows;
	int64_t start = history_seconds(m->start_ns);

	note_sensor(h->click, m->sensor);
	/* The account adds up over time, so that the wider bins are made here. */
	for (size_t i = 0; i < sizeof(width) / sizeof(width[0]); i++) {
		int64_t bin = start - start % width[i], part = part_of(width[i], bin);
		enum noro_status st;

		if (width[i] < m->width_s)
			continue;
		st = into(h, CLICK_WATCH, (int64_t)width[i] << 32 | part);
		if (st != NORO_OK)
			return st;
		noro_buf_add(b, h->click->attempt, CLICK_ATTEMPT);
		add_i32(b, width[i]);
		add_i32(b, part);
		add_i64(b, bin * NORO_NS_PER_S);
		add_text(b, m->sensor);
		add_count(b, m->alive_s);
		add_count(b, m->addresses);
		add_count(b, m->packets);
		add_count(b, m->own);
		add_count(b, m->dropped);
		add_count(b, m->malformed);
		add_count(b, m->foreign);
		add_i64(b, m->clock_back_ns);
	}
	return b->status;
}

void click_measures(struct noro_history *h)
{
	h->measures = (struct noro_measures){ .cell = write_cell,
		.scan = write_scan,
		.victim = write_victim,
		.payload = write_payload,
		.watch = write_watch,
		.ctx = h };
}
