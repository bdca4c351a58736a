/* src/observe/rank.c - rankings, each beside the period before. */
#include "observe/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct list {
	struct noro_arena *a;
	struct noro_rank_row *row;
	size_t n, cap;
};

static enum noro_status on_now(void *ctx, const struct noro_cell *c)
{
	struct list *l = ctx;
	struct noro_rank_row *grown = noro_arena_grow(l->a, l->row, l->n, &l->cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	l->row = grown;
	grown[l->n] = (struct noro_rank_row){ .key = noro_arena_str(l->a, c->key),
		.packets = c->packets,
		.sources = c->sources,
		.place = (unsigned)l->n + 1 };
	return grown[l->n++].key ? NORO_OK : NORO_ENOMEM;
}

struct before {
	struct list *now;
	const struct noro_rank_row **by_key;
	unsigned place;
};

static int by_key(const void *a, const void *b)
{
	return strcmp((*(const struct noro_rank_row *const *)a)->key,
		(*(const struct noro_rank_row *const *)b)->key);
}

static enum noro_status on_before(void *ctx, const struct noro_cell *c)
{
	struct before *b = ctx;
	struct noro_rank_row wanted = { .key = c->key };
	const struct noro_rank_row *p = &wanted, **found;

	b->place++;
	found = b->now->n ? bsearch(&p, b->by_key, b->now->n, sizeof(*b->by_key), by_key) : NULL;
	if (found) {
		struct noro_rank_row *row = &b->now->row[*found - b->now->row];

		row->packets_before = c->packets;
		row->sources_before = c->sources;
		row->place_before = b->place;
	}
	return NORO_OK;
}

static enum noro_status compare(struct noro_history *h, struct noro_ask *q, bool by_sources,
	struct list *l, struct noro_error *err)
{
	struct before b = { .now = l,
		.by_key = noro_arena_array(l->a, l->n + 1, sizeof(*b.by_key)) };

	if (!b.by_key)
		return NORO_ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		b.by_key[i] = &l->row[i];
	if (l->n)
		qsort(b.by_key, l->n, sizeof(*b.by_key), by_key);
	q->limit = 0;
	return noro_history_top(
		h, q, by_sources, &(struct noro_measures){ .cell = on_before, .ctx = &b }, err);
}

enum noro_status noro_observe_period(
	struct noro_history *h, struct noro_ask *ask, bool *ret_widened, struct noro_error *err)
{
	const int64_t day = (int64_t)NORO_DAY_S * NORO_NS_PER_S;
	int64_t fine = NORO_TIME_NONE, days = NORO_TIME_NONE;
	enum noro_status st = noro_history_oldest(h, ask->width_s, &fine, err);

	*ret_widened = false;
	if (st == NORO_OK)
		st = noro_history_oldest(h, NORO_DAY_S, &days, err);
	if (st != NORO_OK || ask->width_s >= NORO_DAY_S || days == NORO_TIME_NONE)
		return st;
	/* a history that only begins later in this day has lost nothing */
	if (fine != NORO_TIME_NONE && (fine <= ask->from_ns || days >= fine - fine % day ||
					      fine - fine % day <= ask->from_ns))
		return NORO_OK;
	ask->width_s = NORO_DAY_S;
	ask->from_ns -= ask->from_ns % day;
	ask->to_ns += (day - ask->to_ns % day) % day;
	*ret_widened = true;
	return NORO_OK;
}

enum noro_status noro_observe_rank(struct noro_history *h, const struct noro_ask *ask,
	bool by_sources, struct noro_arena *a, struct noro_ranks *ret, struct noro_error *err)
{
	struct list l = { .a = a };
	struct noro_ask q = *ask;
	struct noro_rate rate;
	int64_t width = (int64_t)(ask->width_s ? ask->width_s : NORO_DAY_S) * 1000000000;
	enum noro_status st = noro_observe_rate(h, ask, a, &rate, err);

	q.from_ns -= q.from_ns % width; /* bins that the period touches */
	if (st == NORO_OK)
		st = noro_history_top(h, &q, by_sources,
			&(struct noro_measures){ .cell = on_now, .ctx = &l }, err);
	if (st == NORO_OK && q.from_ns > 0 && q.to_ns > q.from_ns) {
		int64_t bins = (q.to_ns - q.from_ns + width - 1) / width;

		q.to_ns = q.from_ns;
		q.from_ns -= bins * width;
		st = compare(h, &q, by_sources, &l, err);
	}
	for (size_t i = 0; i < l.n; i++) {
		struct noro_rank_row *r = &l.row[i];
		uint64_t now = by_sources ? r->sources : r->packets;
		uint64_t then = by_sources ? r->sources_before : r->packets_before;

		r->share = rate.packets ? (double)r->packets / (double)rate.packets : 0;
		r->per_address_day =
			rate.address_days > 0 ? (double)r->packets / rate.address_days : 0;
		r->change = then ? (double)now / (double)then - 1 : (double)NAN;
	}
	*ret = (struct noro_ranks){ l.row, l.n };
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
