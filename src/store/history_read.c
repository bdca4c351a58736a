/*
 * src/store/history_read.c - rows back as measures. Where a finer width has been aged away, the
 * next wider one stands in for that part of the period, so that a trend over years is one question.
 */
#include "store/history_priv.h"

#include <stdio.h>
#include <string.h>

enum { NS_PER_S = 1000000000 };

static int64_t limit_of(const struct noro_ask *ask)
{
	return ask->limit && ask->limit < INT64_MAX ? (int64_t)ask->limit : -1;
}

/* --- counts --- */

static const char cell_where[] =
	" FROM cell JOIN sensor s ON s.id = cell.sensor JOIN key k ON k.id = cell.key"
	" WHERE width = ?1 AND start >= ?2 AND start < ?3 AND (?4 < 0 OR cut = ?4)"
	" AND (?5 IS NULL OR s.name = ?5) AND (?6 IS NULL OR k.text = ?6)";

static void bind_part(sqlite3_stmt *s, const struct noro_ask *ask, const struct history_part *p)
{
	sql_i64(s, 1, p->width);
	sql_i64(s, 2, p->from_s);
	sql_i64(s, 3, p->to_s);
	sql_i64(s, 4, ask->cut);
	sql_text(s, 5, ask->sensor);
	sql_text(s, 6, ask->key);
	sql_i64(s, 7, limit_of(ask));
}

static enum noro_status parts_of(struct noro_history *h, const struct noro_ask *ask,
	const char *table, struct history_part *part, size_t *ret_n, struct noro_error *err)
{
	int64_t oldest[HISTORY_WIDTHS];

	for (size_t i = 0; i < HISTORY_WIDTHS; i++) {
		char text[256];
		enum noro_status st;

		oldest[i] = INT64_MAX;
		if (history_widths[i] < ask->width_s)
			continue;
		if (ask->cut >= 0 && table[0] == 'c')
			(void)snprintf(text, sizeof(text),
				"SELECT min(start) FROM cell WHERE width = %u AND cut = %d",
				history_widths[i], ask->cut);
		else
			(void)snprintf(text, sizeof(text),
				"SELECT min(start) FROM %s WHERE width = %u", table,
				history_widths[i]);
		st = sql_number(h->db, h->path, text, INT64_MAX, &oldest[i], err);
		if (st != NORO_OK)
			return st;
	}
	*ret_n = history_parts(ask, oldest, part);
	return NORO_OK;
}

static enum noro_status give_cell(sqlite3_stmt *s, uint32_t width, const struct noro_measures *to)
{
	struct noro_cell m = { .sensor = sql_column(s, 0),
		.start_ns = sqlite3_column_int64(s, 1) * NS_PER_S,
		.width_s = width,
		.cut = (enum noro_cut)sqlite3_column_int(s, 2),
		.key = sql_column(s, 3),
		.packets = (uint64_t)sqlite3_column_int64(s, 4),
		.bytes = (uint64_t)sqlite3_column_int64(s, 5),
		.sources = (uint64_t)sqlite3_column_int64(s, 6),
		.nets = (uint64_t)sqlite3_column_int64(s, 7),
		.fresh = (uint64_t)sqlite3_column_int64(s, 8),
		.sources_error = sqlite3_column_double(s, 9),
		.wide = (uint64_t)sqlite3_column_int64(s, 10) };

	return to->cell ? to->cell(to->ctx, &m) : NORO_OK;
}

enum noro_status lite_cells(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	struct history_part part[HISTORY_WIDTHS];
	size_t n;
	char text[1024];
	sqlite3_stmt *s = NULL;
	enum noro_status st = parts_of(h, ask, "cell", part, &n, err);

	(void)snprintf(text, sizeof(text),
		"SELECT s.name, start, cut, k.text, packets, bytes, sources, nets, fresh, error, "
		"wide%s"
		" ORDER BY start, s.name, cut, k.text LIMIT ?7",
		cell_where);
	while (st == NORO_OK && n-- > 0) { /* the widest holds the oldest */
		st = sql_prepare(h->db, h->path, text, &s, err);
		if (st != NORO_OK)
			break;
		bind_part(s, ask, &part[n]);
		while ((st = sql_step(s, h->path, err)) == NORO_OK) {
			st = give_cell(s, part[n].width, to);
			if (st != NORO_OK)
				break;
		}
		if (st == NORO_END)
			st = NORO_OK;
	}
	(void)sqlite3_finalize(s);
	return st;
}

enum noro_status lite_top(struct noro_history *h, const struct noro_ask *ask, bool by_sources,
	const struct noro_measures *to, struct noro_error *err)
{
	struct history_part p = { ask->width_s ? ask->width_s : NORO_DAY_S,
		history_from_ns(ask) == INT64_MIN ? INT64_MIN
						  : history_seconds(history_from_ns(ask)),
		history_to_ns(ask) == INT64_MAX ? INT64_MAX
						: history_seconds(history_to_ns(ask) - 1) + 1 };
	char text[1280];
	sqlite3_stmt *s = NULL;
	enum noro_status st;

	/* sources of days add up to source-days, which is what is ranked and said */
	(void)snprintf(text, sizeof(text),
		"SELECT '', min(start), cut, k.text, sum(packets), sum(bytes), sum(sources), "
		"sum(nets),"
		" sum(fresh), max(error), max(wide)%s GROUP BY cut, cell.key ORDER BY %s DESC, "
		"k.text LIMIT "
		"?7",
		cell_where, by_sources ? "sum(sources)" : "sum(packets)");
	st = sql_prepare(h->db, h->path, text, &s, err);
	if (st == NORO_OK) {
		bind_part(s, ask, &p);
		while ((st = sql_step(s, h->path, err)) == NORO_OK) {
			st = give_cell(s, p.width, to);
			if (st != NORO_OK)
				break;
		}
	}
	(void)sqlite3_finalize(s);
	return st == NORO_END ? NORO_OK : st;
}

/* --- objects --- */

static enum noro_status bodies(struct noro_history *h, const char *text, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	enum noro_status st = sql_prepare(h->db, h->path, text, &s, err);

	if (st == NORO_OK) {
		sql_i64(s, 1, history_from_ns(ask));
		sql_i64(s, 2, history_to_ns(ask));
		sql_text(s, 3, ask->sensor);
		if (ask->ip)
			(void)sqlite3_bind_blob(
				s, 4, ask->ip->b, ask->ip->family == 4 ? 4 : 16, SQLITE_TRANSIENT);
		sql_text(s, 5, ask->port);
		sql_i64(s, 6, limit_of(ask));
		while ((st = sql_step(s, h->path, err)) == NORO_OK) {
			st = history_body(h,
				noro_view(sqlite3_column_text(s, 0),
					(size_t)sqlite3_column_bytes(s, 0)),
				to, err);
			if (st != NORO_OK)
				break;
		}
	}
	(void)sqlite3_finalize(s);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status lite_scans(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	static const char all[] =
		"SELECT body FROM scan JOIN sensor s ON s.id = sensor WHERE last >= ?1 AND first < "
		"?2"
		" AND (?3 IS NULL OR s.name = ?3) AND (?4 IS NULL OR src = ?4)"
		" AND (?5 IS NULL OR port = ?5) ORDER BY first, s.name, src, port LIMIT ?6";
	/* one port of many: by its index */
	static const char of_port[] =
		"SELECT body FROM scan INDEXED BY scan_port JOIN sensor s ON s.id = sensor"
		" WHERE port = ?5 AND first < ?2 AND last >= ?1"
		" AND (?3 IS NULL OR s.name = ?3) AND (?4 IS NULL OR src = ?4)"
		" ORDER BY first, s.name, src LIMIT ?6";

	return bodies(h, ask->port && !ask->ip ? of_port : all, ask, to, err);
}

enum noro_status lite_victims(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	return bodies(h,
		"SELECT body FROM victim JOIN sensor s ON s.id = sensor WHERE last >= ?1 AND first "
		"< ?2"
		" AND (?3 IS NULL OR s.name = ?3) AND (?4 IS NULL OR ip = ?4) AND ?5 IS ?5"
		" ORDER BY first, s.name, ip LIMIT ?6",
		ask, to, err);
}

enum noro_status lite_payloads(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	return bodies(h,
		"SELECT body FROM payload JOIN sensor s ON s.id = sensor WHERE time >= ?1 AND time "
		"< ?2"
		" AND (?3 IS NULL OR s.name = ?3) AND (?4 IS NULL OR src = ?4)"
		" AND (?5 IS NULL OR port = ?5) ORDER BY time, s.name, src LIMIT ?6",
		ask, to, err);
}

/* --- the sensor's own time --- */

static enum noro_status give_watch(sqlite3_stmt *s, uint32_t width, const struct noro_measures *to)
{
	struct noro_watch m = { .sensor = sql_column(s, 0),
		.start_ns = sqlite3_column_int64(s, 1) * NS_PER_S,
		.width_s = width,
		.alive_s = (uint32_t)sqlite3_column_int64(s, 2),
		.addresses = (uint64_t)sqlite3_column_int64(s, 3),
		.packets = (uint64_t)sqlite3_column_int64(s, 4),
		.own = (uint64_t)sqlite3_column_int64(s, 5),
		.dropped = (uint64_t)sqlite3_column_int64(s, 6),
		.malformed = (uint64_t)sqlite3_column_int64(s, 7),
		.foreign = (uint64_t)sqlite3_column_int64(s, 8),
		.clock_back_ns = sqlite3_column_int64(s, 9) };

	return to->watch ? to->watch(to->ctx, &m) : NORO_OK;
}

enum noro_status lite_watch(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	struct history_part part[HISTORY_WIDTHS];
	size_t n;
	sqlite3_stmt *s = NULL;
	enum noro_status st = parts_of(h, ask, "watch", part, &n, err);

	while (st == NORO_OK && n-- > 0) {
		st = sql_prepare(h->db, h->path,
			"SELECT s.name, start, alive, addresses, packets, own, dropped, malformed, "
			"strange,"
			" clock_back FROM watch JOIN sensor s ON s.id = sensor WHERE width = ?1"
			" AND start >= ?2 AND start < ?3 AND (?4 IS NULL OR s.name = ?4)"
			" ORDER BY start, s.name LIMIT ?5",
			&s, err);
		if (st != NORO_OK)
			break;
		sql_i64(s, 1, part[n].width);
		sql_i64(s, 2, part[n].from_s);
		sql_i64(s, 3, part[n].to_s);
		sql_text(s, 4, ask->sensor);
		sql_i64(s, 5, limit_of(ask));
		while ((st = sql_step(s, h->path, err)) == NORO_OK) {
			st = give_watch(s, part[n].width, to);
			if (st != NORO_OK)
				break;
		}
		if (st == NORO_END)
			st = NORO_OK;
	}
	(void)sqlite3_finalize(s);
	return st;
}

/* --- what is known --- */

enum noro_status lite_known(struct noro_history *h, const char *port, const struct noro_ip *ip,
	int64_t before_ns, bool *ret, struct noro_error *err)
{
	const int64_t days_28 = 28 * (int64_t)NORO_DAY_S * NS_PER_S;
	sqlite3_stmt *s;
	enum noro_status st = history_statement(h, S_KNOWN, &s, err);

	*ret = false;
	if (st != NORO_OK)
		return st;
	(void)sqlite3_bind_blob(s, 1, ip->b, ip->family == 4 ? 4 : 16, SQLITE_TRANSIENT);
	sql_text(s, 2, port);
	sql_i64(s, 3, before_ns - days_28);
	sql_i64(s, 4, before_ns);
	st = sql_step(s, h->path, err);
	*ret = st == NORO_OK;
	(void)sqlite3_reset(s);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status lite_oldest(
	struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err)
{
	char text[96];
	int64_t oldest;
	enum noro_status st;

	/* every bin that counted anything has its total */
	(void)snprintf(text, sizeof(text),
		"SELECT min(start) FROM cell WHERE width = %u AND cut = %d", width_s,
		NORO_CUT_TOTAL);
	st = sql_number(h->db, h->path, text, INT64_MIN, &oldest, err);
	*ret_ns = oldest == INT64_MIN ? NORO_TIME_NONE : oldest * NS_PER_S;
	return st;
}

enum noro_status lite_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	const char **name = NULL;
	size_t n = 0, cap = 0;
	int64_t first = INT64_MAX, last = INT64_MIN, days = INT64_MIN;
	enum noro_status st = sql_number(h->db, h->path,
		"SELECT min(start) FROM watch WHERE width = 60", INT64_MAX, &first, err);

	if (st == NORO_OK)
		st = sql_number(h->db, h->path, "SELECT min(start) FROM watch WHERE width = 86400",
			INT64_MIN, &days, err);
	if (st == NORO_OK)
		st = sql_number(h->db, h->path,
			"SELECT max(start + width) FROM watch WHERE width = 60", INT64_MIN, &last,
			err);
	if (st == NORO_OK && last == INT64_MIN)
		st = sql_number(h->db, h->path, "SELECT max(start + width) FROM watch", INT64_MIN,
			&last, err);
	if (st == NORO_OK)
		st = sql_prepare(h->db, h->path, "SELECT name FROM sensor ORDER BY name", &s, err);
	while (st == NORO_OK && (st = sql_step(s, h->path, err)) == NORO_OK) {
		const char **grown = noro_arena_grow(a, name, n, &cap, sizeof(*grown));

		if (!grown || !(grown[n] = noro_arena_str(a, sql_column(s, 0)))) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		name = grown;
		n++;
	}
	(void)sqlite3_finalize(s);
	*ret = (struct noro_history_span){ .sensor = name, .sensors = n };
	history_span(first, days, last, ret);
	return st == NORO_END ? NORO_OK : st;
}
