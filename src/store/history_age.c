/*
 * src/store/history_age.c - years in bounded size: fine bins go when the wider ones, which were
 * written beside them, suffice. Done in pieces, so that a reader never waits long and a
 * crash leaves a smaller history that is whole.
 */
#include "store/history_priv.h"

#include <stdio.h>

enum { NS_PER_S = 1000000000, PIECE = 20000 };

static unsigned days(unsigned asked, unsigned usual)
{
	return asked ? asked : usual;
}

/* Delete in pieces of one transaction each. */
static enum noro_status drop(struct noro_history *h, const char *what, int64_t before,
	struct noro_progress *progress, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	enum noro_status st = sql_prepare(h->db, h->path, what, &s, err);

	while (st == NORO_OK) {
		(void)sqlite3_reset(s);
		sql_i64(s, 1, before);
		sql_i64(s, 2, PIECE);
		st = sql_step(s, h->path, err);
		if (st != NORO_END)
			break;
		if (sqlite3_changes(h->db) < PIECE || noro_progress_stop(progress))
			break;
		st = NORO_OK;
	}
	(void)sqlite3_finalize(s);
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status drop_bins(struct noro_history *h, const char *table, uint32_t width,
	int64_t before_s, struct noro_progress *progress, struct noro_error *err)
{
	char text[320];
	const char *key =
		table[0] == 'c' ? "width, cut, start, sensor, key" : "width, start, sensor";

	(void)snprintf(text, sizeof(text),
		"DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s WHERE width = %u AND start < ?1"
		" LIMIT ?2)",
		table, key, key, table, width);
	return drop(h, text, before_s, progress, err);
}

static enum noro_status file_bytes(struct noro_history *h, int64_t *ret, struct noro_error *err)
{
	int64_t pages, spare = 0, size = 0;
	enum noro_status st = sql_number(h->db, h->path, "PRAGMA page_count", 0, &pages, err);

	if (st == NORO_OK)
		st = sql_number(h->db, h->path, "PRAGMA freelist_count", 0, &spare, err);
	if (st == NORO_OK)
		st = sql_number(h->db, h->path, "PRAGMA page_size", 0, &size, err);
	*ret = (pages - spare) * size;
	return st;
}

/* Past the ceiling, a tenth of the time that the finest bins span goes at a time. */
static enum noro_status shrink(struct noro_history *h, uint64_t most,
	struct noro_progress *progress, struct noro_error *err)
{
	static const uint32_t width[] = { NORO_MINUTE_S, NORO_TEN_S, NORO_HOUR_S };
	int64_t bytes, first, last;
	enum noro_status st = file_bytes(h, &bytes, err);

	for (unsigned round = 0; st == NORO_OK && round < 40 && (uint64_t)bytes > most; round++) {
		bool dropped = false;

		for (size_t i = 0; i < 3 && !dropped && st == NORO_OK; i++) {
			char text[128];

			(void)snprintf(text, sizeof(text),
				"SELECT min(start) FROM cell WHERE width = %u", width[i]);
			st = sql_number(h->db, h->path, text, -1, &first, err);
			(void)snprintf(text, sizeof(text),
				"SELECT max(start) FROM cell WHERE width = %u", width[i]);
			if (st == NORO_OK)
				st = sql_number(h->db, h->path, text, -1, &last, err);
			if (st != NORO_OK || first < 0)
				continue;
			st = drop_bins(h, "cell", width[i], first + (last - first) / 10 + width[i],
				progress, err);
			dropped = true;
		}
		if (!dropped)
			break;
		if (st == NORO_OK)
			st = file_bytes(h, &bytes, err);
	}
	return st;
}

enum noro_status lite_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err)
{
	static const char objects[][96] = {
		"DELETE FROM scan WHERE id IN (SELECT id FROM scan WHERE last < ?1 LIMIT ?2)",
		"DELETE FROM victim WHERE id IN (SELECT id FROM victim WHERE last < ?1 LIMIT ?2)",
		"DELETE FROM payload WHERE id IN (SELECT id FROM payload WHERE time < ?1 LIMIT ?2)",
	};
	const struct {
		uint32_t width;
		unsigned days;
	} bin[] = { { NORO_MINUTE_S, days(keep->minute, 3) }, { NORO_TEN_S, days(keep->ten, 35) },
		{ NORO_HOUR_S, days(keep->hour, 400) } };
	const unsigned object_days[] = { days(keep->scans, 400), days(keep->victims, 1500),
		days(keep->payloads, 400) };
	int64_t now_s = now_ns / NS_PER_S;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < 3; i++) {
		int64_t before = now_s - (int64_t)bin[i].days * NORO_DAY_S;

		/* whole days, so that what stands in for them begins where they end */
		before -= before % NORO_DAY_S;
		st = drop_bins(h, "cell", bin[i].width, before, progress, err);
		if (st == NORO_OK)
			st = drop_bins(h, "watch", bin[i].width, before, progress, err);
	}
	for (size_t i = 0; st == NORO_OK && i < 3; i++)
		st = drop(h, objects[i], (now_s - (int64_t)object_days[i] * NORO_DAY_S) * NS_PER_S,
			progress, err);
	if (st == NORO_OK && keep->max_bytes)
		st = shrink(h, keep->max_bytes, progress, err);
	return st == NORO_OK ? sql_run(h->db, h->path, "PRAGMA incremental_vacuum", err) : st;
}
