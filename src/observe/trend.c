/*
 * src/observe/trend.c - years, months and days of accesses per address, from the account of days
 * that is kept for ever. A period is what its own days say: what a year lacks is counted, not
 * filled from another.
 */
#include "observe/observe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t DAY_NS = (int64_t)NORO_DAY_S * NORO_NS_PER_S;

struct trend {
	struct noro_arena *a;
	enum noro_trend_by by;
	struct noro_trend_row *row;
	size_t n, cap;
	int64_t day; /* last day that counted */
};

static void bounds(enum noro_trend_by by, int64_t ns, int64_t *from, int64_t *to)
{
	struct noro_civil c = noro_civil_from_ns(ns, 0);
	struct noro_civil start = { .year = c.year, .month = 1, .day = 1 };

	if (by != NORO_BY_YEAR)
		start.month = c.month;
	if (by == NORO_BY_DAY)
		start.day = c.day;
	(void)noro_civil_to_ns(&start, 0, from);
	*to = *from + DAY_NS;
	if (by == NORO_BY_MONTH && start.month < 12)
		start.month++;
	else if (by != NORO_BY_DAY) {
		start.year++;
		start.month = 1;
	}
	if (by != NORO_BY_DAY)
		(void)noro_civil_to_ns(&start, 0, to);
}

/* The row of a moment; days come in order. */
static struct noro_trend_row *row_of(struct trend *t, int64_t ns, bool make)
{
	static const size_t length[] = { 10, 7, 4 };
	struct noro_trend_row *r, *grown;
	char text[NORO_TIME_TEXT];

	for (size_t i = t->n; i > 0 && t->row[i - 1].to_ns > ns; i--)
		if (t->row[i - 1].from_ns <= ns)
			return &t->row[i - 1];
	if (!make)
		return NULL;
	grown = noro_arena_grow(t->a, t->row, t->n, &t->cap, sizeof(*grown));
	if (!grown)
		return NULL;
	t->row = grown;
	r = &grown[t->n++];
	*r = (struct noro_trend_row){ .change = (double)NAN };
	bounds(t->by, ns, &r->from_ns, &r->to_ns);
	r->of = (unsigned)((r->to_ns - r->from_ns) / DAY_NS);
	(void)noro_time_print(r->from_ns, text);
	(void)snprintf(r->label, sizeof(r->label), "%.*s", (int)length[t->by], text);
	return r;
}

/* Sums stand in the row until the end: `per_address_day` holds packets with what was dropped,
 * `alive` the address-days there could have been. */
static enum noro_status on_watch(void *ctx, const struct noro_watch *w)
{
	struct trend *t = ctx;
	struct noro_trend_row *r;
	double got = (double)w->packets, lost = (double)w->dropped;

	if (!w->alive_s)
		return NORO_OK;
	r = row_of(t, w->start_ns, true);
	if (!r)
		return NORO_ENOMEM;
	r->packets += w->own;
	r->dropped += w->dropped;
	r->per_address_day += (double)w->own * (got > 0 ? (got + lost) / got : 1);
	r->address_days += (double)w->addresses * w->alive_s / NORO_DAY_S;
	r->alive += (double)w->addresses * w->width_s / NORO_DAY_S;
	if (w->start_ns - w->start_ns % DAY_NS != t->day) {
		t->day = w->start_ns - w->start_ns % DAY_NS;
		r->days++;
	}
	return NORO_OK;
}

static enum noro_status on_cell(void *ctx, const struct noro_cell *c)
{
	struct noro_trend_row *r = row_of(ctx, c->start_ns, false);

	if (r && c->cut == NORO_CUT_TOTAL)
		r->sources_per_day += (double)c->sources;
	else if (r)
		r->backscatter_per_day += (double)c->packets;
	return NORO_OK;
}

/* `alive` is of the days that any sensor spoke; days of silence stand in `days` of `of`. */
static void conclude(struct trend *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct noro_trend_row *r = &t->row[i];
		const struct noro_trend_row *before = i ? &t->row[i - 1] : NULL;

		r->alive = r->alive > 0 ? fmin(1, r->address_days / r->alive) : 0;
		r->per_address_day =
			r->address_days > 0 ? r->per_address_day / r->address_days : (double)NAN;
		r->interval_s =
			r->per_address_day > 0 ? NORO_DAY_S / r->per_address_day : (double)NAN;
		r->sources_per_day /= r->days;
		r->backscatter_per_day /= r->days;
		if (before && before->to_ns == r->from_ns && before->per_address_day > 0)
			r->change = r->per_address_day / before->per_address_day - 1;
	}
}

enum noro_status noro_observe_trend(struct noro_history *h, const struct noro_ask *ask,
	enum noro_trend_by by, struct noro_arena *a, struct noro_trend *ret, struct noro_error *err)
{
	struct trend t = { .a = a, .by = by, .day = INT64_MIN };
	struct noro_ask q = { .sensor = ask->sensor,
		.from_ns = ask->from_ns,
		.to_ns = ask->to_ns,
		.width_s = NORO_DAY_S,
		.cut = NORO_CUT_TOTAL };
	const struct noro_measures cells = { .cell = on_cell, .ctx = &t };
	enum noro_status st = noro_history_watch(
		h, &q, &(struct noro_measures){ .watch = on_watch, .ctx = &t }, err);

	if (st == NORO_OK)
		st = noro_history_cells(h, &q, &cells, err);
	q.cut = NORO_CUT_CLASS;
	q.key = "backscatter";
	if (st == NORO_OK)
		st = noro_history_cells(h, &q, &cells, err);
	conclude(&t);
	*ret = (struct noro_trend){ t.row, t.n };
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
