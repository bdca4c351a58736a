/*
 * src/observe/days.c - each day of a period by itself, for a picture: what came to an address, and
 * how much of the day each sensor listened. A day nobody listened has no figure, which is not zero.
 */
#include "observe/observe.h"

#include <math.h>
#include <string.h>

enum { NS_PER_S = 1000000000, DAYS_MOST = 36600, SENSORS_MOST = 1000 };
static const int64_t DAY_NS = INT64_C(86400) * NS_PER_S;

struct share {
	const char *name;
	double *alive, *own, *seconds;
};

struct days {
	struct noro_arena *a;
	int64_t from_ns;
	size_t days;
	struct share *s;
	size_t sensors;
};

static struct share *sensor_of(struct days *d, const char *name)
{
	struct share *s = d->s;

	while (s < d->s + d->sensors && strcmp(s->name, name) != 0)
		s++;
	return s < d->s + d->sensors ? s : NULL;
}

static enum noro_status on_watch(void *ctx, const struct noro_watch *w)
{
	struct days *d = ctx;
	struct share *s = sensor_of(d, w->sensor);
	double got = (double)w->packets, lost = (double)w->dropped;
	size_t i;

	if (!s || w->start_ns < d->from_ns)
		return NORO_OK;
	i = (size_t)((w->start_ns - d->from_ns) / DAY_NS);
	if (i >= d->days)
		return NORO_OK;
	s->alive[i] += w->alive_s; /* a share at the end */
	s->own[i] += (double)w->own * (got > 0 ? (got + lost) / got : 1);
	s->seconds[i] += (double)w->addresses * w->alive_s;
	return NORO_OK;
}

static enum noro_status make(struct days *d, const struct noro_history_span *all)
{
	d->sensors = all->sensors < SENSORS_MOST ? all->sensors : SENSORS_MOST;
	d->s = noro_arena_array(d->a, d->sensors + 1, sizeof(*d->s));
	for (size_t i = 0; d->s && i < d->sensors; i++) {
		double *room = noro_arena_array(d->a, 3 * d->days + 1, sizeof(*room));

		if (!room)
			return NORO_ENOMEM;
		for (size_t k = 0; k < 3 * d->days; k++)
			room[k] = 0;
		d->s[i] =
			(struct share){ all->sensor[i], room, room + d->days, room + 2 * d->days };
	}
	return d->s ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status conclude(const struct days *d, struct noro_days *ret)
{
	double *rate = noro_arena_array(d->a, d->days + 1, sizeof(*rate));
	struct noro_day_sensor *s = noro_arena_array(d->a, d->sensors + 1, sizeof(*s));

	if (!rate || !s)
		return NORO_ENOMEM;
	for (size_t i = 0; i < d->days; i++) {
		double own = 0, seconds = 0;

		for (size_t k = 0; k < d->sensors; k++) {
			own += d->s[k].own[i];
			seconds += d->s[k].seconds[i];
		}
		rate[i] = seconds > 0 ? own / seconds * NORO_DAY_S : (double)NAN;
	}
	for (size_t k = 0; k < d->sensors; k++) {
		for (size_t i = 0; i < d->days; i++) {
			d->s[k].alive[i] /= NORO_DAY_S;
			d->s[k].own[i] = d->s[k].seconds[i] > 0
						 ? d->s[k].own[i] / d->s[k].seconds[i] * NORO_DAY_S
						 : (double)NAN;
		}
		s[k] = (struct noro_day_sensor){ d->s[k].name, d->s[k].own, d->s[k].alive };
	}
	*ret = (struct noro_days){ d->from_ns, d->days, rate, s, d->sensors };
	return NORO_OK;
}

enum noro_status noro_observe_days(struct noro_history *h, const struct noro_ask *ask,
	struct noro_arena *a, struct noro_days *ret, struct noro_error *err)
{
	struct days d = { .a = a, .from_ns = ask->from_ns - ask->from_ns % DAY_NS };
	struct noro_ask q = { .sensor = ask->sensor,
		.from_ns = d.from_ns,
		.to_ns = ask->to_ns,
		.width_s = NORO_MINUTE_S,
		.cut = -1 };
	struct noro_history_span all = { 0 };
	int64_t days = (ask->to_ns - d.from_ns + DAY_NS - 1) / DAY_NS;
	enum noro_status st = noro_history_sensors(h, a, &all, err);

	*ret = (struct noro_days){ 0 };
	if (st != NORO_OK || days <= 0)
		return st;
	if (days > DAYS_MOST) { /* the last hundred years */
		d.from_ns += (days - DAYS_MOST) * DAY_NS;
		days = DAYS_MOST;
	}
	d.days = (size_t)days;
	st = make(&d, &all);
	if (st == NORO_OK)
		st = noro_history_watch(
			h, &q, &(struct noro_measures){ .watch = on_watch, .ctx = &d }, err);
	if (st == NORO_OK)
		st = conclude(&d, ret);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
