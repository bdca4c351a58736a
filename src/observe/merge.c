/*
 * src/observe/merge.c - many sensors of different size as one. A packet counts the same wherever it
 * arrives; what it is divided by is addresses x time that somebody was listening, so a large
 * sensor weighs more exactly because it had more chances, and one that was off weighs nothing.
 */
#include "observe/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NS_PER_S = 1000000000 };

struct merge {
	struct noro_arena *a;
	struct noro_rate *r;
	const struct noro_ask *ask;
	double own, address_seconds, alive_s, backscatter, sources;
	struct seen {
		const char *name;
		uint64_t addresses;
	} * seen;
	size_t seen_n, seen_cap;
	struct noro_ip *victim; /* one for each attack at each sensor */
	size_t victims, victim_cap;
	double hits;
};

/* A sensor that was alive, and its largest size: what it should have covered. */
static enum noro_status note(struct merge *m, const struct noro_watch *w)
{
	struct seen *grown;

	for (size_t i = 0; i < m->seen_n; i++)
		if (strcmp(m->seen[i].name, w->sensor) == 0) {
			if (w->addresses > m->seen[i].addresses)
				m->seen[i].addresses = w->addresses;
			return NORO_OK;
		}
	grown = noro_arena_grow(m->a, m->seen, m->seen_n, &m->seen_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	m->seen = grown;
	grown[m->seen_n] = (struct seen){ noro_arena_str(m->a, w->sensor), w->addresses };
	return grown[m->seen_n++].name ? NORO_OK : NORO_ENOMEM;
}

/* Dropped packets are made good by the share of those seen that were ours. */
static enum noro_status on_watch(void *ctx, const struct noro_watch *w)
{
	struct merge *m = ctx;
	double got = (double)w->packets, lost = (double)w->dropped;

	m->own += (double)w->own * (got > 0 ? (got + lost) / got : 1);
	m->address_seconds += (double)w->addresses * w->alive_s;
	m->alive_s += w->alive_s;
	m->r->packets += w->own;
	m->r->dropped += w->dropped;
	return w->alive_s ? note(m, w) : NORO_OK;
}

static enum noro_status on_total(void *ctx, const struct noro_cell *c)
{
	struct merge *m = ctx;

	m->sources += (double)c->sources;
	return NORO_OK;
}

static enum noro_status on_class(void *ctx, const struct noro_cell *c)
{
	struct merge *m = ctx;

	m->backscatter += (double)c->packets;
	return NORO_OK;
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *v)
{
	struct merge *m = ctx;
	struct noro_ip *grown =
		noro_arena_grow(m->a, m->victim, m->victims, &m->victim_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	m->victim = grown;
	grown[m->victims++] = v->victim.ip;
	return NORO_OK;
}

static enum noro_status on_hit(void *ctx, const struct noro_cell *c)
{
	struct merge *m = ctx;

	m->hits += (double)c->packets;
	return NORO_OK;
}

static int ip_order(const void *a, const void *b)
{
	return noro_ip_cmp(a, b);
}

/* Who was under attack, whether once or thrice, whether one sensor heard of it or all. */
static uint64_t different(struct noro_ip *ip, size_t n)
{
	uint64_t k = 0;

	if (n)
		qsort(ip, n, sizeof(*ip), ip_order);
	for (size_t i = 0; i < n; i++)
		k += !i || noro_ip_cmp(&ip[i - 1], &ip[i]) != 0;
	return k;
}

/* Packets that a rule could name, over all rules of tools, requests and first payloads. */
static enum noro_status hits(
	struct merge *m, struct noro_history *h, const struct noro_ask *ask, struct noro_error *err)
{
	static const enum noro_cut cut[] = { NORO_CUT_TOOL, NORO_CUT_PROBE, NORO_CUT_PAYLOAD };
	const struct noro_measures to = { .cell = on_hit, .ctx = m };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]) && st == NORO_OK; i++) {
		struct noro_ask q = *ask;

		q.cut = (int)cut[i];
		q.key = NULL;
		st = noro_history_cells(h, &q, &to, err);
	}
	return st;
}

/* Sensors that ever wrote, less those that were alive. */
static enum noro_status missing(struct merge *m, struct noro_history *h, struct noro_error *err)
{
	struct noro_history_span all = { 0 };
	const char **gone = NULL;
	size_t k = 0, cap = 0;
	enum noro_status st = noro_history_sensors(h, m->a, &all, err);

	for (size_t i = 0; st == NORO_OK && i < all.sensors; i++) {
		bool there = m->ask->sensor && strcmp(m->ask->sensor, all.sensor[i]) != 0;

		for (size_t s = 0; s < m->seen_n && !there; s++)
			there = strcmp(m->seen[s].name, all.sensor[i]) == 0;
		if (there)
			continue;
		gone = noro_arena_grow(m->a, gone, k, &cap, sizeof(*gone));
		if (!gone)
			return noro_fail(err, NORO_ENOMEM, NULL);
		gone[k++] = all.sensor[i];
	}
	m->r->missing = gone;
	m->r->missings = k;
	return st;
}

static void conclude(struct merge *m)
{
	struct noro_rate *r = m->r;
	double days = (double)(r->to_ns - r->from_ns) / ((double)NORO_DAY_S * NS_PER_S);
	double could = 0;

	r->victims = different(m->victim, m->victims);
	for (size_t i = 0; i < m->seen_n; i++)
		could += (double)m->seen[i].addresses * days * NORO_DAY_S;
	r->address_days = m->address_seconds / NORO_DAY_S;
	r->per_address_day = r->address_days > 0 ? m->own / r->address_days : 0;
	r->interval_s = r->per_address_day > 0 ? NORO_DAY_S / r->per_address_day : 0;
	r->alive = could > 0 ? fmin(1, m->address_seconds / could) : 0;
	if (could <= 0 && m->seen_n && days > 0) /* IPv6 alone: nothing to weigh sensors by */
		r->alive = fmin(1, m->alive_s / ((double)m->seen_n * days * NORO_DAY_S));
	r->sources_per_day = days > 0 ? m->sources / (days < 1 ? 1 : days) : 0;
	r->victims_per_day = days > 0 ? (double)r->victims / (days < 1 ? 1 : days) : 0;
	r->hits_per_day = days > 0 ? m->hits / (days < 1 ? 1 : days) : 0;
	r->backscatter_per_day = days > 0 ? m->backscatter / (days < 1 ? 1 : days) : 0;
}

enum noro_status noro_observe_rate(struct noro_history *h, const struct noro_ask *ask,
	struct noro_arena *a, struct noro_rate *ret, struct noro_error *err)
{
	struct merge m = { .a = a, .r = ret, .ask = ask };
	struct noro_ask q = { .sensor = ask->sensor,
		.from_ns = ask->from_ns,
		.to_ns = ask->to_ns,
		.width_s = NORO_MINUTE_S };
	enum noro_status st;

	*ret = (struct noro_rate){ .from_ns = ask->from_ns, .to_ns = ask->to_ns };
	st = noro_history_watch(
		h, &q, &(struct noro_measures){ .watch = on_watch, .ctx = &m }, err);
	q.width_s = NORO_DAY_S; /* days that the period touches */
	q.from_ns -= q.from_ns % ((int64_t)NORO_DAY_S * NS_PER_S);
	q.cut = NORO_CUT_TOTAL;
	if (st == NORO_OK)
		st = noro_history_cells(
			h, &q, &(struct noro_measures){ .cell = on_total, .ctx = &m }, err);
	q.width_s = NORO_MINUTE_S;
	q.from_ns = ask->from_ns;
	q.cut = NORO_CUT_CLASS;
	q.key = "backscatter";
	if (st == NORO_OK)
		st = noro_history_cells(
			h, &q, &(struct noro_measures){ .cell = on_class, .ctx = &m }, err);
	if (st == NORO_OK)
		st = noro_history_victims(
			h, &q, &(struct noro_measures){ .victim = on_victim, .ctx = &m }, err);
	if (st == NORO_OK)
		st = hits(&m, h, &q, err);
	if (st == NORO_OK)
		st = missing(&m, h, err);
	conclude(&m);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
