/* src/store/history_write.c - measures into rows of the open batch. */
#include "store/history_priv.h"

#include <string.h>

enum { NS_PER_S = 1000000000 };

static int64_t seconds(int64_t ns)
{
	return ns / NS_PER_S - (ns % NS_PER_S < 0);
}

/* The number of a text in `sensor` or `key`, made if it is new. */
static enum noro_status number_of(struct noro_history *h, enum statement add, const char *name,
	char *kept, size_t kept_n, int64_t *id)
{
	sqlite3_stmt *s;
	enum noro_status st;

	if (*id && strcmp(kept, name) == 0)
		return NORO_OK;
	for (int i = 1; i >= 0; i--) { /* ask; make; ask */
		st = history_statement(h, add + 1, &s, &h->why);
		if (st != NORO_OK)
			return st;
		sql_text(s, 1, name);
		st = sql_step(s, h->path, &h->why);
		*id = st == NORO_OK ? sqlite3_column_int64(s, 0) : 0;
		(void)sqlite3_reset(s);
		if (st != NORO_END || i == 0)
			break;
		st = history_statement(h, add, &s, &h->why);
		if (st != NORO_OK)
			return st;
		sql_text(s, 1, name);
		st = sql_step(s, h->path, &h->why);
		if (st != NORO_END)
			return st;
	}
	if (st != NORO_OK)
		return st == NORO_END ? NORO_ECORRUPT : st;
	if (strlen(name) < kept_n)
		memcpy(kept, name, strlen(name) + 1);
	else
		kept[0] = '\0';
	return NORO_OK;
}

static enum noro_status sensor_of(struct noro_history *h, const char *name, int64_t *ret)
{
	enum noro_status st = number_of(
		h, S_SENSOR_ADD, name ? name : "", h->sensor, sizeof(h->sensor), &h->sensor_id);

	*ret = h->sensor_id;
	return st;
}

static enum noro_status done(struct noro_history *h, sqlite3_stmt *s)
{
	enum noro_status st = sql_step(s, h->path, &h->why);

	return st == NORO_END ? NORO_OK : st == NORO_OK ? NORO_EIO : st;
}

static enum noro_status write_cell(void *ctx, const struct noro_cell *m)
{
	struct noro_history *h = ctx;
	sqlite3_stmt *s;
	int64_t sensor;
	enum noro_status st = sensor_of(h, m->sensor, &sensor);

	if (st == NORO_OK)
		st = number_of(
			h, S_KEY_ADD, m->key ? m->key : "", h->key, sizeof(h->key), &h->key_id);
	if (st == NORO_OK)
		st = history_statement(h, S_CELL, &s, &h->why);
	if (st != NORO_OK)
		return st;
	sql_i64(s, 1, m->width_s);
	sql_i64(s, 2, m->cut);
	sql_i64(s, 3, seconds(m->start_ns));
	sql_i64(s, 4, sensor);
	sql_i64(s, 5, h->key_id);
	sql_i64(s, 6, (int64_t)m->packets);
	sql_i64(s, 7, (int64_t)m->bytes);
	sql_i64(s, 8, (int64_t)m->sources);
	sql_i64(s, 9, (int64_t)m->nets);
	sql_i64(s, 10, (int64_t)m->fresh);
	(void)sqlite3_bind_double(s, 11, m->sources_error);
	sql_i64(s, 12, (int64_t)m->wide);
	return done(h, s);
}

static void bind_ip(sqlite3_stmt *s, int at, const struct noro_ip *ip)
{
	(void)sqlite3_bind_blob(s, at, ip->b, ip->family == 4 ? 4 : 16, SQLITE_TRANSIENT);
}

/* The object as it travels, into h->json. */
static enum noro_status bind_body(
	struct noro_history *h, sqlite3_stmt *s, int at, enum noro_status st)
{
	if (st != NORO_OK || h->json.status != NORO_OK)
		return st != NORO_OK ? st : h->json.status;
	(void)sqlite3_bind_text(s, at, h->json.p, (int)h->json.n, SQLITE_STATIC);
	return NORO_OK;
}

/* The statement for an object of a sensor, which is bound as its first value; and a writer for its
 * body. */
static enum noro_status object_of(struct noro_history *h, const char *sensor, enum statement which,
	sqlite3_stmt **ret, struct noro_jsonw *ret_w)
{
	int64_t id;
	enum noro_status st = sensor_of(h, sensor, &id);

	noro_buf_clear(&h->json);
	*ret_w = noro_jsonw(&h->json);
	if (st == NORO_OK)
		st = history_statement(h, which, ret, &h->why);
	if (st == NORO_OK)
		sql_i64(*ret, 1, id);
	return st;
}

static enum noro_status write_scan(void *ctx, const struct noro_scan *m)
{
	struct noro_history *h = ctx;
	struct noro_jsonw w;
	sqlite3_stmt *s;
	enum noro_status st = object_of(h, m->sensor, S_SCAN, &s, &w);

	if (st != NORO_OK)
		return st;
	bind_ip(s, 2, &m->src);
	sql_text(s, 3, m->port);
	sql_i64(s, 4, m->first_ns);
	sql_i64(s, 5, m->last_ns);
	sql_i64(s, 6, (int64_t)m->dsts);
	st = bind_body(h, s, 7, noro_scan_json(&w, m));
	return st == NORO_OK ? done(h, s) : st;
}

static enum noro_status write_victim(void *ctx, const struct noro_victim *m)
{
	struct noro_history *h = ctx;
	struct noro_jsonw w;
	sqlite3_stmt *s;
	enum noro_status st = object_of(h, m->sensor, S_VICTIM, &s, &w);

	if (st != NORO_OK)
		return st;
	bind_ip(s, 2, &m->victim.ip);
	sql_i64(s, 3, m->first_ns);
	sql_i64(s, 4, m->last_ns);
	st = bind_body(h, s, 5, noro_victim_json(&w, m));
	return st == NORO_OK ? done(h, s) : st;
}

static enum noro_status write_payload(void *ctx, const struct noro_payload *m)
{
	struct noro_history *h = ctx;
	struct noro_jsonw w;
	sqlite3_stmt *s;
	enum noro_status st = object_of(h, m->sensor, S_PAYLOAD, &s, &w);

	if (st != NORO_OK)
		return st;
	bind_ip(s, 2, &m->src);
	sql_text(s, 3, m->port);
	sql_i64(s, 4, m->time_ns);
	st = bind_body(h, s, 5, noro_payload_json(&w, m));
	return st == NORO_OK ? done(h, s) : st;
}

static enum noro_status write_watch(void *ctx, const struct noro_watch *m)
{
	static const uint32_t width[] = { NORO_MINUTE_S, NORO_HOUR_S, NORO_DAY_S };
	struct noro_history *h = ctx;
	int64_t sensor, start = seconds(m->start_ns);
	enum noro_status st = sensor_of(h, m->sensor, &sensor);

	/* The account adds up over time, so that the wider bins are made here. */
	for (size_t i = 0; st == NORO_OK && i < sizeof(width) / sizeof(width[0]); i++) {
		sqlite3_stmt *s;

		if (width[i] < m->width_s)
			continue;
		st = history_statement(h, S_WATCH, &s, &h->why);
		if (st != NORO_OK)
			break;
		sql_i64(s, 1, width[i]);
		sql_i64(s, 2, start - start % width[i]);
		sql_i64(s, 3, sensor);
		sql_i64(s, 4, m->alive_s);
		sql_i64(s, 5, (int64_t)m->addresses);
		sql_i64(s, 6, (int64_t)m->packets);
		sql_i64(s, 7, (int64_t)m->own);
		sql_i64(s, 8, (int64_t)m->dropped);
		sql_i64(s, 9, (int64_t)m->malformed);
		sql_i64(s, 10, (int64_t)m->foreign);
		sql_i64(s, 11, m->clock_back_ns);
		st = done(h, s);
	}
	return st;
}

void history_measures(struct noro_history *h)
{
	h->measures = (struct noro_measures){ .cell = write_cell,
		.scan = write_scan,
		.victim = write_victim,
		.payload = write_payload,
		.watch = write_watch,
		.ctx = h };
}
