/*
 * src/observe/health.c - sensors that are silent, drop packets, run with a wrong clock, or are fed
 * with traffic that is not theirs. A sensor that stopped reporting is the fault that nobody
 * notices, so it is a finding and not a gap in a chart.
 */
#include "observe/observe.h"

#include <stdio.h>
#include <string.h>

static const int64_t NS_PER_S = 1000000000;
static const int64_t DAY_NS = INT64_C(86400) * 1000000000;

struct state {
	char name[128];
	int64_t last_ns, back_ns;
	uint64_t packets, own, dropped, foreign;
};

struct health {
	struct noro_arena *a;
	struct state *s;
	size_t n, cap;
	struct noro_ill *ill;
	size_t ills, ill_cap;
};

static int64_t end_of(const struct noro_watch *w)
{
	return w->start_ns + (int64_t)w->width_s * NS_PER_S;
}

static struct state *state_of(struct health *x, const char *sensor)
{
	struct state *grown;

	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->s[i].name, sensor) == 0)
			return &x->s[i];
	grown = noro_arena_grow(x->a, x->s, x->n, &x->cap, sizeof(*grown));
	if (!grown)
		return NULL;
	x->s = grown;
	x->s[x->n] = (struct state){ .last_ns = NORO_TIME_NONE };
	(void)snprintf(x->s[x->n].name, sizeof(grown->name), "%s", sensor);
	return &x->s[x->n++];
}

/* When each was heard last. */
static enum noro_status on_life(void *ctx, const struct noro_watch *w)
{
	struct state *s = state_of(ctx, w->sensor);

	if (!s)
		return NORO_ENOMEM;
	if (w->alive_s && (s->last_ns == NORO_TIME_NONE || end_of(w) > s->last_ns))
		s->last_ns = end_of(w);
	return NORO_OK;
}

/*
 * What it did in its last day: a fault that was mended is not to be told for ever, and one of today
 * is not to drown in years of health.
 */
static enum noro_status on_watch(void *ctx, const struct noro_watch *w)
{
	struct state *s = state_of(ctx, w->sensor);

	if (!s)
		return NORO_ENOMEM;
	if (s->last_ns == NORO_TIME_NONE || end_of(w) <= s->last_ns - DAY_NS)
		return NORO_OK;
	s->packets += w->packets;
	s->own += w->own;
	s->dropped += w->dropped;
	s->foreign += w->foreign;
	if (w->clock_back_ns > s->back_ns)
		s->back_ns = w->clock_back_ns;
	return NORO_OK;
}

static enum noro_status tell(
	struct health *x, const struct state *s, const char *what, const char *arg, int64_t since)
{
	struct noro_ill *grown =
		noro_arena_grow(x->a, x->ill, x->ills, &x->ill_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	x->ill = grown;
	grown[x->ills++] = (struct noro_ill){ .sensor = noro_arena_str(x->a, s->name),
		.what = what,
		.arg = { arg, NULL },
		.since_ns = since };
	return NORO_OK;
}

static enum noro_status judge(
	struct health *x, const struct state *s, int64_t now_ns, uint32_t silent_s)
{
	enum noro_status st = NORO_OK;
	uint64_t all = s->packets + s->dropped;

	if (s->last_ns == NORO_TIME_NONE || now_ns - s->last_ns > silent_s * NS_PER_S)
		st = tell(x, s, N_("has been silent"), NULL, s->last_ns);
	if (st == NORO_OK && s->dropped * 100 > all)
		st = tell(x, s, N_("dropped %1 % of its packets in its last day"),
			noro_arena_printf(x->a, "%.1f", 100 * (double)s->dropped / (double)all),
			NORO_TIME_NONE);
	if (st == NORO_OK && s->back_ns > 60 * NS_PER_S)
		st = tell(x, s, N_("has a clock that went back by %1 s"),
			noro_arena_printf(x->a, "%lld", (long long)(s->back_ns / NS_PER_S)),
			NORO_TIME_NONE);
	if (st == NORO_OK && s->packets > 100 && s->foreign * 2 > s->packets)
		st = tell(x, s, N_("sees traffic that is mostly not for its addresses (%1 %)"),
			noro_arena_printf(
				x->a, "%.0f", 100 * (double)s->foreign / (double)s->packets),
			NORO_TIME_NONE);
	return st;
}

enum noro_status noro_observe_health(struct noro_history *h, int64_t now_ns, uint32_t silent_s,
	struct noro_arena *a, struct noro_ills *ret, struct noro_error *err)
{
	struct health x = { .a = a };
	struct noro_ask ask = { .width_s = NORO_MINUTE_S, .cut = -1 };
	int64_t first = NORO_TIME_NONE;
	enum noro_status st = noro_history_watch(
		h, &ask, &(struct noro_measures){ .watch = on_life, .ctx = &x }, err);

	for (size_t i = 0; i < x.n; i++)
		if (x.s[i].last_ns != NORO_TIME_NONE &&
			(first == NORO_TIME_NONE || x.s[i].last_ns < first))
			first = x.s[i].last_ns;
	if (first != NORO_TIME_NONE)
		ask.from_ns = first - DAY_NS;
	if (st == NORO_OK)
		st = noro_history_watch(
			h, &ask, &(struct noro_measures){ .watch = on_watch, .ctx = &x }, err);
	for (size_t i = 0; st == NORO_OK && i < x.n; i++)
		st = judge(&x, &x.s[i], now_ns, silent_s);
	*ret = (struct noro_ills){ x.ill, x.ills };
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
