/*
 * src/observe/surge.c - the history into series, and findings out of them. Twice 28 days are read
 * where there are as many: the older half is the past of the newer, whose own rises are judged
 * too, so that they neither count as usual nor are told again by the next call.
 */
#include "observe/cause_priv.h"
#include "observe/surge_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct loading {
	struct surge_series *s;
	const struct noro_history_span *span;
	const char *only;
	uint32_t last; /* sensor of the row before: rows come sorted by time, then sensor */
};

static const int64_t DAY = NORO_DAY_S;

static int64_t floor_to(int64_t s, int64_t width)
{
	int64_t rest = s % width;

	return s - (rest < 0 ? rest + width : rest);
}

static bool sensor_of(struct loading *l, const char *name, uint32_t *ret)
{
	size_t lo = 0, hi = l->span->sensors;

	if (l->only && strcmp(l->only, name) != 0)
		return false;
	if (l->last < hi && strcmp(l->span->sensor[l->last], name) == 0) {
		*ret = l->last;
		return true;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(l->span->sensor[mid], name);

		if (c == 0) {
			*ret = l->last = (uint32_t)mid;
			return true;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* The account of hours is cut into tens where the hour was whole; one that was not is left out,
 * for nobody knows which part of it was missing. */
static enum noro_status on_watch(void *ctx, const struct noro_watch *w)
{
	struct loading *l = ctx;
	uint32_t width = l->s->width_s < NORO_HOUR_S ? NORO_HOUR_S : l->s->width_s, sensor;
	int64_t bin = (w->start_ns / NORO_NS_PER_S - l->s->start_s) / l->s->width_s;
	double share = (double)w->alive_s / width, all = (double)w->packets + (double)w->dropped;

	if (w->width_s != width || bin < 0 || bin >= l->s->bins ||
		!sensor_of(l, w->sensor, &sensor))
		return NORO_OK;
	if (all > 0)
		share *= (double)w->packets / all;
	if (width != l->s->width_s && share < 0.98)
		return NORO_OK;
	for (uint32_t i = 0; i < width / l->s->width_s && bin + i < l->s->bins; i++)
		surge_series_watch(l->s, sensor, (uint32_t)bin + i, w->addresses, share);
	return NORO_OK;
}

static uint32_t at_most(uint64_t v, uint32_t most)
{
	return v < most ? (uint32_t)v : most;
}

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	struct loading *l = ctx;
	int64_t bin = (m->start_ns / NORO_NS_PER_S - l->s->start_s) / l->s->width_s;
	struct surge_entry e = { .sources = at_most(m->sources, UINT32_MAX),
		.packets = at_most(m->packets, UINT32_MAX),
		.bin = (uint16_t)bin,
		.nets = (uint16_t)at_most(m->nets, UINT16_MAX),
		.wide = (uint16_t)at_most(m->wide, UINT16_MAX) };
	uint32_t sensor, port;

	if (m->width_s != l->s->width_s || bin < 0 || bin >= l->s->bins || !m->sources ||
		!surge_port_parse(m->key, &port) || !sensor_of(l, m->sensor, &sensor))
		return NORO_OK;
	e.sensor = (uint16_t)sensor;
	return surge_series_add(l->s, port, &e);
}

/* Day by day, so that no answer has to be sorted as a whole. */
static enum noro_status load(struct noro_history *h, struct loading *l, struct noro_error *err)
{
	struct surge_series *s = l->s;
	int64_t end = s->start_s + (int64_t)s->bins * s->width_s;
	struct noro_ask q = { .sensor = l->only,
		.width_s = s->width_s < NORO_HOUR_S ? NORO_HOUR_S : s->width_s,
		.cut = -1,
		.from_ns = s->start_s * NORO_NS_PER_S,
		.to_ns = end * NORO_NS_PER_S };
	enum noro_status st = noro_history_watch(
		h, &q, &(struct noro_measures){ .watch = on_watch, .ctx = l }, err);

	q.width_s = s->width_s;
	q.cut = NORO_CUT_PORT;
	for (int64_t day = s->start_s; st == NORO_OK && day < end; day += DAY) {
		q.from_ns = day * NORO_NS_PER_S;
		q.to_ns = (day + DAY < end ? day + DAY : end) * NORO_NS_PER_S;
		st = noro_history_cells(
			h, &q, &(struct noro_measures){ .cell = on_cell, .ctx = l }, err);
	}
	return st;
}

/* --- out of the series --- */

struct telling {
	struct noro_history *h;
	const struct noro_surge_ask *ask;
	struct noro_arena *a;
	struct noro_surges *ret;
	struct noro_surge *surge;
	size_t n, cap;
	struct noro_error *err;
};

static int64_t ns_of(const struct surge_series *s, uint32_t bin)
{
	return (s->start_s + (int64_t)bin * s->width_s) * NORO_NS_PER_S;
}

/* What hours told, days need not tell again. */
static bool told(const struct telling *t, const struct noro_surge *u)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct noro_surge *v = &t->surge[i];

		if (v->width_s < u->width_s && v->first_ns < u->last_ns &&
			v->last_ns > u->first_ns &&
			(v->port && u->port ? strcmp(v->port, u->port) == 0 : v->port == u->port))
			return true;
	}
	return false;
}

static enum noro_status tell(
	struct telling *t, const struct surge_series *s, const struct surge_hit *hit)
{
	char port[24];
	struct noro_surge u = { .width_s = s->width_s,
		.ports = hit->ports,
		.first_ns = ns_of(s, hit->first),
		.last_ns = ns_of(s, hit->last + 1),
		.peak_ns = ns_of(s, hit->peak),
		.sources = hit->sources,
		.expected = hit->expected,
		.fold = hit->expected > 0 ? hit->sources / hit->expected : (double)NAN,
		.p = hit->p,
		.z = hit->z,
		.how = hit->how,
		.one = (double)NAN };
	struct noro_surge *grown;

	if (u.last_ns <= t->ret->from_ns)
		return NORO_OK;
	u.continues = u.first_ns < t->ret->from_ns;
	if (hit->port < SURGE_SLOTS) {
		surge_port_print(hit->port, port);
		u.port = noro_arena_str(t->a, port);
		if (!u.port)
			return NORO_ENOMEM;
	}
	if (told(t, &u))
		return NORO_OK;
	grown = noro_arena_grow(t->a, t->surge, t->n, &t->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	t->surge = grown;
	t->surge[t->n++] = u;
	return NORO_OK;
}

static enum noro_status youngs(
	struct telling *t, const struct surge_series *s, const struct noro_history_span *span)
{
	const char **young = noro_arena_array(t->a, span->sensors + 1, sizeof(*young));
	uint32_t from = (uint32_t)((t->ret->to_ns / NORO_NS_PER_S - s->start_s) / s->width_s);

	if (!young)
		return NORO_ENOMEM;
	t->ret->youngs = 0;
	for (uint32_t i = 0; i < span->sensors; i++)
		if (s->born[i] != UINT32_MAX &&
			s->born[i] + SURGE_DAYS * (NORO_DAY_S / s->width_s) >= from)
			young[t->ret->youngs++] = span->sensor[i];
	t->ret->young = young;
	return NORO_OK;
}

static enum noro_status judge_width(
	struct telling *t, const struct noro_history_span *span, uint32_t width)
{
	int64_t first = floor_to(span->first_ns / NORO_NS_PER_S, DAY);
	int64_t from = floor_to(t->ret->from_ns / NORO_NS_PER_S, width);
	int64_t to = floor_to((t->ret->to_ns - 1) / NORO_NS_PER_S, width) + width;
	int64_t start = floor_to(from, DAY) - DAY * 2 * SURGE_DAYS;
	struct loading l = { .span = span, .only = t->ask->sensor };
	struct surge_gate gate = { cause_gate, NULL };
	struct cause_names names = { .h = t->h, .err = t->err };
	enum noro_status st;

	start = start < first ? first : start;
	if ((to - start) / width > SURGE_BINS || span->sensors > SURGE_SENSORS)
		return noro_fail(t->err, NORO_ELIMIT, N_("this is too much to judge at once"));
	st = surge_series_new(
		width, start, (uint32_t)((to - start) / width), (uint32_t)span->sensors, &l.s);
	if (st == NORO_OK)
		st = load(t->h, &l, t->err);
	if (st == NORO_OK) {
		names.s = l.s;
		gate.ctx = &names;
		st = surge_judge(l.s, 0, &gate);
	}
	for (size_t i = 0; st == NORO_OK && i < l.s->hits; i++)
		st = tell(t, l.s, &l.s->hit[i]);
	if (st == NORO_OK && !t->ret->young)
		st = youngs(t, l.s, span);
	if (st == NORO_OK) {
		t->ret->bins += l.s->judged;
		t->ret->stood += l.s->stood;
		t->ret->gated += l.s->gated;
	}
	surge_series_free(l.s);
	return st;
}

static int by_time(const void *a, const void *b)
{
	const struct noro_surge *x = a, *y = b;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	if (!x->port || !y->port)
		return (y->port == NULL) - (x->port == NULL);
	return strcmp(x->port, y->port);
}

static void period(const struct noro_surge_ask *ask, const struct noro_history_span *span,
	struct noro_surges *ret)
{
	int64_t earliest =
		floor_to(span->first_ns, DAY * NORO_NS_PER_S) + SURGE_DAYS * DAY * NORO_NS_PER_S;

	ret->to_ns = ask->to_ns == NORO_TIME_NONE ? span->last_ns : ask->to_ns;
	if (ret->to_ns > span->last_ns)
		ret->to_ns = span->last_ns;
	ret->from_ns =
		ask->from_ns == NORO_TIME_NONE ? ret->to_ns - DAY * NORO_NS_PER_S : ask->from_ns;
	if (ret->from_ns < earliest)
		ret->from_ns = earliest;
	ret->days = (double)(ret->from_ns - span->first_ns) / ((double)DAY * NORO_NS_PER_S);
	if (ret->from_ns >= ret->to_ns) {
		ret->days = (double)(ret->to_ns - span->first_ns) / ((double)DAY * NORO_NS_PER_S);
		ret->from_ns = NORO_TIME_NONE;
	}
}

enum noro_status noro_observe_surges(struct noro_history *h, const struct noro_surge_ask *ask,
	struct noro_arena *a, struct noro_surges *ret, struct noro_error *err)
{
	static const uint32_t usual[] = { NORO_HOUR_S, NORO_DAY_S };
	struct noro_history_span span = { 0 };
	struct telling t = { .h = h, .ask = ask, .a = a, .ret = ret, .err = err };
	enum noro_status st = noro_history_sensors(h, a, &span, err);

	*ret = (struct noro_surges){ .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE };
	if (st != NORO_OK || span.first_ns == NORO_TIME_NONE)
		return st;
	period(ask, &span, ret);
	if (ret->from_ns == NORO_TIME_NONE)
		return NORO_OK;
	for (size_t i = 0; st == NORO_OK && i < (ask->width_s ? 1 : 2); i++)
		st = judge_width(&t, &span, ask->width_s ? ask->width_s : usual[i]);
	if (t.n)
		qsort(t.surge, t.n, sizeof(*t.surge), by_time);
	for (size_t i = 0; st == NORO_OK && i < t.n; i++)
		st = cause_name(h, &t.surge[i], ask->flaws, a, err);
	ret->surge = t.surge;
	ret->surges = t.n;
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
