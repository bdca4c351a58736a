/*
 * src/store/click_read.c - rows of ClickHouse back as measures, in the order in which SQLite gives
 * them, so that what is printed is the same.
 */
#include "store/click_priv.h"

#include <inttypes.h>

enum { NS = 1000000000 };

struct giving {
	struct noro_history *h;
	const struct noro_measures *to;
	uint32_t width;
	struct noro_error *err;
};

static void limit(struct noro_buf *sql, const struct noro_ask *ask)
{
	if (ask->limit)
		noro_buf_printf(sql, " LIMIT %zu", ask->limit);
}

static void between(struct noro_buf *sql, const char *column, int64_t from, int64_t to)
{
	if (from != INT64_MIN)
		noro_buf_printf(sql, " AND %s >= %" PRId64, column, from);
	if (to != INT64_MAX)
		noro_buf_printf(sql, " AND %s < %" PRId64, column, to);
}

static int64_t to_ns(int64_t s)
{
	return s == INT64_MIN || s == INT64_MAX ? s : s * NS;
}

/* " FROM cell WHERE ..." of a part of a period, partitions first. */
static void from_bins(struct noro_history *h, const char *table, const struct history_part *p)
{
	struct noro_buf *sql = &h->click->sql;

	noro_buf_str(sql, " FROM ");
	click_name(h, table);
	noro_buf_printf(sql, " WHERE width = %" PRIu32, p->width);
	if (p->width < NORO_DAY_S && p->from_s != INT64_MIN)
		noro_buf_printf(sql, " AND part >= %" PRId64, click_day(p->from_s));
	if (p->width < NORO_DAY_S && p->to_s != INT64_MAX)
		noro_buf_printf(sql, " AND part <= %" PRId64, click_day(p->to_s));
	between(sql, "start", to_ns(p->from_s), to_ns(p->to_s));
}

static enum noro_status on_first(void *ctx, struct click_row *r)
{
	struct click_first *f = ctx;
	int32_t width = click_i32(r);
	int64_t start = click_i64(r);

	if (!click_whole(r))
		return NORO_OK;
	for (size_t i = 0; i < HISTORY_WIDTHS; i++)
		if (width >= 0 && history_widths[i] == (uint32_t)width)
			f->s[i] = start / NS;
	return NORO_OK;
}

static enum noro_status parts_of(struct noro_history *h, const struct noro_ask *ask,
	const char *table, struct history_part *part, size_t *ret_n, struct noro_error *err)
{
	bool cells = table[0] == 'c';
	int cut = cells && ask->cut >= 0 && ask->cut < NORO_CUTS ? ask->cut : -1;
	struct click_first *f = &h->click->first[cells ? cut + 1 : NORO_CUTS + 1];
	enum noro_status st = NORO_OK;

	if (!f->there) {
		struct noro_buf *sql = click_sql(h, "SELECT width, min(start) FROM ");

		for (size_t i = 0; i < HISTORY_WIDTHS; i++)
			f->s[i] = INT64_MAX;
		click_name(h, table);
		noro_buf_str(sql, " WHERE 1");
		if (cut >= 0)
			noro_buf_printf(sql, " AND cut = %d", cut);
		click_visible(h);
		noro_buf_str(sql, " GROUP BY width");
		st = click_rows(h, on_first, f, err);
		f->there = st == NORO_OK;
	}
	if (st == NORO_OK)
		*ret_n = history_parts(ask, f->s, part);
	return st;
}

/* --- counts --- */

static enum noro_status on_cell(void *ctx, struct click_row *r)
{
	struct giving *g = ctx;
	struct noro_arena *a = g->h->arena;
	struct noro_cell m = {
		.sensor = click_text(r, a), .start_ns = click_i64(r), .width_s = g->width
	};

	m.cut = (enum noro_cut)click_i32(r);
	m.key = click_text(r, a);
	m.packets = (uint64_t)click_i64(r);
	m.bytes = (uint64_t)click_i64(r);
	m.sources = (uint64_t)click_i64(r);
	m.nets = (uint64_t)click_i64(r);
	m.fresh = (uint64_t)click_i64(r);
	m.sources_error = click_f64(r);
	m.wide = (uint64_t)click_i64(r);
	return click_whole(r) && g->to->cell ? g->to->cell(g->to->ctx, &m) : NORO_OK;
}

static void cells_where(
	struct noro_history *h, const struct noro_ask *ask, const struct history_part *p)
{
	struct noro_buf *sql = &h->click->sql;

	from_bins(h, "cell", p);
	if (ask->cut >= 0)
		noro_buf_printf(sql, " AND cut = %d", ask->cut);
	click_equal(sql, "sensor", ask->sensor);
	click_equal(sql, "key", ask->key);
	click_visible(h);
}

enum noro_status click_cells(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	struct history_part part[HISTORY_WIDTHS];
	struct giving g = { .h = h, .to = to, .err = err };
	size_t n = 0;
	enum noro_status st = parts_of(h, ask, "cell", part, &n, err);

	while (st == NORO_OK && n-- > 0) { /* the widest holds the oldest */
		struct noro_buf *sql = click_sql(h,
			"SELECT sensor, start, cut, key, sum(packets), sum(bytes), max(sources),"
			" max(nets), max(fresh), max(error), max(wide)");

		cells_where(h, ask, &part[n]);
		noro_buf_str(
			sql, " GROUP BY start, sensor, cut, key ORDER BY start, sensor, cut, key");
		limit(sql, ask);
		g.width = part[n].width;
		st = click_rows(h, on_cell, &g, err);
	}
	return st;
}

enum noro_status click_top(struct noro_history *h, const struct noro_ask *ask, bool by_sources,
	const struct noro_measures *to, struct noro_error *err)
{
	int64_t from = history_from_ns(ask), until = history_to_ns(ask);
	struct history_part p = { ask->width_s ? ask->width_s : NORO_DAY_S,
		from == INT64_MIN ? from : history_seconds(from),
		until == INT64_MAX ? until : history_seconds(until - 1) + 1 };
	struct giving g = { .h = h, .to = to, .width = p.width, .err = err };
	struct noro_buf *sql = click_sql(h,
		"SELECT '', min(b), cut, key, sum(p) AS packets, sum(y), sum(s) AS sources, sum(n),"
		" sum(f), max(e), max(w) FROM (SELECT start AS b, cut, key, sum(packets) AS p,"
		" sum(bytes) AS y, max(sources) AS s, max(nets) AS n, max(fresh) AS f,"
		" max(error) AS e, max(wide) AS w");

	cells_where(h, ask, &p);
	/* sources of days add up to source-days, which is what is ranked and said */
	noro_buf_printf(sql,
		" GROUP BY start, sensor, cut, key) GROUP BY cut, key ORDER BY %s DESC, key, cut",
		by_sources ? "sources" : "packets");
	limit(sql, ask);
	return click_rows(h, on_cell, &g, err);
}

/* --- events --- */

static enum noro_status on_body(void *ctx, struct click_row *r)
{
	struct giving *g = ctx;
	struct noro_view body = click_view(r);

	return click_whole(r) ? history_body(g->h, body, g->to, g->err) : NORO_OK;
}

static void one_address(struct noro_buf *sql, const struct noro_ip *ip)
{
	uint8_t b[16] = { 0 };

	if (!ip)
		return;
	memcpy(b, ip->b, ip->family == 4 ? 4 : 16);
	noro_buf_printf(sql, " AND family = %u AND src = ", (unsigned)ip->family);
	click_literal(sql, noro_view(b, sizeof(b)));
}

/* " AND ..." of what is asked of events; `last`: the column by which they end. */
static void events_where(
	struct noro_history *h, const struct noro_ask *ask, const char *first, const char *last)
{
	struct noro_buf *sql = &h->click->sql;
	int64_t from = history_from_ns(ask);

	if (from != INT64_MIN)
		noro_buf_printf(sql, " AND part >= %" PRId64,
			click_period(click_day(history_seconds(from))));
	between(sql, last, from, INT64_MAX);
	between(sql, first, INT64_MIN, history_to_ns(ask));
	click_equal(sql, "sensor", ask->sensor);
	one_address(sql, ask->ip);
	click_visible(h);
}

static enum noro_status events(struct noro_history *h, const struct noro_ask *ask,
	const char *table, const char *order, const struct noro_measures *to,
	struct noro_error *err)
{
	struct giving g = { .h = h, .to = to, .err = err };
	struct noro_buf *sql = click_sql(h, "SELECT body FROM ");

	click_name(h, table);
	noro_buf_str(sql, " WHERE 1");
	if (table[0] == 's')
		click_equal(sql, "port", ask->port);
	events_where(h, ask, "first", "last");
	noro_buf_printf(sql, " ORDER BY %s, at, attempt, seq", order);
	limit(sql, ask);
	return click_rows(h, on_body, &g, err);
}

enum noro_status click_scans(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	return events(h, ask, "scan", "first, sensor, src, family, port", to, err);
}

enum noro_status click_victims(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	return events(h, ask, "victim", "first, sensor, src, family", to, err);
}

/* A payload that was judged again is there twice: the last judgement is what counts. */
enum noro_status click_payloads(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	struct giving g = { .h = h, .to = to, .err = err };
	struct noro_buf *sql = click_sql(h, "SELECT argMax(body, version) FROM ");

	click_name(h, "payload");
	noro_buf_str(sql, " WHERE 1");
	click_equal(sql, "port", ask->port);
	events_where(h, ask, "time", "time");
	noro_buf_str(sql, " GROUP BY time, sensor, src, family, at, attempt, seq"
			  " ORDER BY time, sensor, src, family, at, attempt, seq");
	limit(sql, ask);
	return click_rows(h, on_body, &g, err);
}

/* --- the sensor's own time --- */

static enum noro_status on_watch(void *ctx, struct click_row *r)
{
	struct giving *g = ctx;
	struct noro_watch m = {
		.sensor = click_text(r, g->h->arena), .start_ns = click_i64(r), .width_s = g->width
	};

	m.alive_s = (uint32_t)click_i64(r);
	m.addresses = (uint64_t)click_i64(r);
	m.packets = (uint64_t)click_i64(r);
	m.own = (uint64_t)click_i64(r);
	m.dropped = (uint64_t)click_i64(r);
	m.malformed = (uint64_t)click_i64(r);
	m.foreign = (uint64_t)click_i64(r);
	m.clock_back_ns = click_i64(r);
	return click_whole(r) && g->to->watch ? g->to->watch(g->to->ctx, &m) : NORO_OK;
}

enum noro_status click_watch(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	struct history_part part[HISTORY_WIDTHS];
	struct giving g = { .h = h, .to = to, .err = err };
	size_t n = 0;
	enum noro_status st = parts_of(h, ask, "watch", part, &n, err);

	while (st == NORO_OK && n-- > 0) {
		struct noro_buf *sql = click_sql(h, "SELECT sensor, start");

		/* a minute that was told in pieces is not longer for it */
		noro_buf_printf(sql,
			", least(sum(alive), toInt64(%" PRIu32 ")), max(addresses), sum(packets),"
			" sum(own), sum(dropped), sum(malformed), sum(strange), max(clock_back)",
			part[n].width);
		from_bins(h, "watch", &part[n]);
		click_equal(sql, "sensor", ask->sensor);
		click_visible(h);
		noro_buf_str(sql, " GROUP BY start, sensor ORDER BY start, sensor");
		limit(sql, ask);
		g.width = part[n].width;
		st = click_rows(h, on_watch, &g, err);
	}
	return st;
}
