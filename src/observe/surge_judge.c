/*
 * src/observe/surge_judge.c - which ports rise, over all ports at once
 * (reference/telescope.md 2.8).
 *
 * A count is judged against the same sensors' own 28 days before it: their rates per address, the
 * hour of the day and the day of the week, and how much the port wanders. A busy port must stand
 * out of the same hours of the past (robust z) and be improbable; a quiet one need only be
 * improbable. As 131,072 ports are asked in every bin, what is improbable is settled by Benjamini
 * and Hochberg over all of them.
 *
 * Where time was lost both ways lean to silence: a sensor that heard half of a bin is made good in
 * full in the past and not at all in the bin that is judged, for one that scans comes back within
 * the bin and is seen by half an ear too. A sensor takes part once it has a past of its own.
 */
#include "observe/surge_priv.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double FDR = 0.01, Z_LEAST = 3.5, FOLD_LEAST = 1.5, CLIP = 5, BUSY = 5,
		    SHARE_LEAST = 0.5, SHRINK = 20, LAMBDA = 0.3, EWMA_LEAST = 3, TOLD = 0.5;
enum { HOURS = 24, WEEKDAYS = 7, SLOW_DAYS = 7, ASKED = 1000 };

struct here { /* a sensor that takes part in the judged bin */
	uint32_t sensor;
	double now;        /* addresses it is expected to have heard with */
	double heard;      /* addresses x share over the window */
	double seen, rate; /* of the port at hand */
};

struct candidate {
	uint32_t port;
	double x, expected, p, z, past_most, past_sum;
	const char *how;
};

struct judge {
	struct surge_series *s;
	uint32_t t, window, per_day;
	struct here *here;
	size_t heres;
	double *y, *m, *scratch; /* of the bins of the window: counted, expected; m < 0 left out */
	double general;          /* what ports wander in general */
	uint8_t *kind[2];        /* the hour of each bin, its weekday */
	bool *swept;             /* bins in which many ports rose together */
	struct candidate *c;
	size_t n, cap;
	const struct surge_gate *gate;
};

static double heard(const struct surge_series *s, uint32_t sensor, uint32_t bin)
{
	size_t at = (size_t)sensor * s->bins + bin;

	return s->share[at] >= SHARE_LEAST ? (double)s->addresses[at] * (double)s->share[at] : 0;
}

/* --- the sensors of a bin --- */

static void gather(struct judge *j)
{
	struct surge_series *s = j->s;
	uint32_t from = j->t - j->window;

	j->heres = 0;
	for (uint32_t i = 0; i < s->sensors; i++) {
		struct here h = { .sensor = i };
		uint32_t there = 0;

		if (s->born[i] > from || s->share[(size_t)i * s->bins + j->t] < SHARE_LEAST)
			continue;
		h.now = (double)s->addresses[(size_t)i * s->bins + j->t];
		for (uint32_t b = from; b < j->t; b++) {
			double e = heard(s, i, b);

			h.heard += e;
			there += e > 0;
			/* a sensor that lost addresses is expected to hear as before */
			if (e > 0)
				h.now = fmax(h.now, (double)s->addresses[(size_t)i * s->bins + b]);
		}
		if (2 * there >= j->window && h.heard > 0)
			j->here[j->heres++] = h;
	}
}

static struct here *here_of(const struct judge *j, uint32_t sensor)
{
	for (size_t i = 0; i < j->heres; i++)
		if (j->here[i].sensor == sensor)
			return &j->here[i];
	return NULL;
}

/* A finding is no part of what is usual, until it has stayed for a week. */
static bool left_out(const struct judge *j, const struct surge_port *p, uint32_t bin)
{
	if (j->swept[bin])
		return true;
	for (uint32_t i = p->hit; i; i = j->s->hit[i - 1].before) {
		const struct surge_hit *h = &j->s->hit[i - 1];

		if (h->last + j->window < j->t)
			break;
		if (bin >= h->first && bin <= h->last &&
			bin < h->first + SURGE_DAYS_OUT * j->per_day)
			return true;
	}
	return false;
}

/* --- one port against its past --- */

/* What was counted in each bin of the window, and each sensor's rate per address. */
static void past(struct judge *j, const struct surge_port *p)
{
	uint32_t from = j->t - j->window;
	bool clean = !p->hit;

	memset(j->y, 0, j->window * sizeof(*j->y));
	memset(j->m, 0, j->window * sizeof(*j->m));
	for (uint32_t b = from; b < j->t; b++)
		if (j->swept[b] || (!clean && left_out(j, p, b)))
			j->m[b - from] = -1;
	for (size_t i = 0; i < j->heres; i++) {
		struct here *h = &j->here[i];

		h->seen = 0;
		h->rate = h->heard;
		for (uint32_t b = 0; b < j->window; b++)
			if (j->m[b] < 0)
				h->rate -= heard(j->s, h->sensor, from + b);
	}
	for (uint32_t i = p->lo; i < p->at; i++) {
		const struct surge_entry *e = &p->e[i];
		struct here *h = here_of(j, e->sensor);

		if (!h || j->m[e->bin - from] < 0 || heard(j->s, e->sensor, e->bin) <= 0)
			continue;
		h->seen += e->sources;
		j->y[e->bin - from] += e->sources;
	}
	for (size_t i = 0; i < j->heres; i++)
		j->here[i].rate = j->here[i].rate > 0 ? j->here[i].seen / j->here[i].rate : 0;
}

/* What was expected of each bin by rates alone. Bins that few heard are left out. */
static double expect(struct judge *j, size_t *ret_n)
{
	uint32_t from = j->t - j->window;
	double full = 0;

	*ret_n = 0;
	for (size_t i = 0; i < j->heres; i++)
		full += j->here[i].rate * j->here[i].now;
	for (uint32_t b = 0; b < j->window; b++) {
		bool there = false;

		if (j->m[b] < 0)
			continue;
		for (size_t i = 0; i < j->heres; i++) {
			double e = heard(j->s, j->here[i].sensor, from + b);

			j->m[b] += j->here[i].rate * e;
			there |= e > 0;
		}
		if (!there || j->m[b] < full / 4)
			j->m[b] = -1;
		else
			++*ret_n;
	}
	return full;
}

/* The hour of the day and the day of the week, drawn to 1 where little was counted. */
static double season(struct judge *j, double full)
{
	uint32_t from = j->t - j->window;

	for (int round = j->s->width_s == NORO_DAY_S; round < 2; round++) {
		const uint8_t *kind = j->kind[round] + from;
		double seen[HOURS] = { 0 }, was[HOURS] = { 0 };

		for (uint32_t b = 0; b < j->window; b++)
			if (j->m[b] >= 0) {
				seen[kind[b]] += j->y[b];
				was[kind[b]] += j->m[b];
			}
		for (unsigned i = 0; i < HOURS; i++)
			was[i] = (seen[i] + SHRINK) / (was[i] + SHRINK);
		for (uint32_t b = 0; b < j->window; b++)
			if (j->m[b] >= 0)
				j->m[b] *= was[kind[b]];
		full *= was[kind[j->window]];
	}
	return full;
}

/*
 * How much more than Poisson the port wanders: 1/r of a negative binomial, by moments. Four weeks
 * of days tell that badly, and of 131,072 ports those that looked calm by chance would be the
 * alarms: so where it can be told at all, what ports wander in general counts as four weeks more.
 */
static double moments(const struct judge *j, uint32_t bins, double *ret_chance)
{
	double over = 0, square = 0, chance = 0, used = j->s->width_s == NORO_DAY_S ? 6 : 29;

	used = (double)bins / ((double)bins - used); /* the seasons took so many freedoms */
	for (uint32_t b = 0; b < bins; b++) {
		double m = j->m[b], off = j->y[b] - m;

		if (m < 0)
			continue;
		over += off * off * used - m;
		square += m * m;
		chance += m + 2 * m * m;
	}
	*ret_chance = square > 0 ? sqrt(chance) / square : INFINITY;
	return square > 0 ? over / square : 0;
}

/* The largest bin there was must be no wonder, whatever the moments say. */
static double explain(const struct judge *j, double rare, double seen, double d)
{
	double worst = 0, most = 0, of = 0, r = 1 / (d + 1 / (seen + 0.5));

	for (uint32_t b = 0; b < j->window; b++) {
		double m = j->m[b], wonder;

		if (m <= 0 || j->y[b] <= m)
			continue;
		wonder = (j->y[b] - m) / sqrt(m + m * m / r);
		if (wonder > worst) {
			worst = wonder;
			most = j->y[b];
			of = m;
		}
	}
	if (worst <= 0 || noro_crowd_tail(of, r, (uint64_t)most) >= rare / j->window)
		return d;
	for (int i = 0; i < 40 && noro_crowd_tail(of, r, (uint64_t)most) < 0.5 / j->window; i++)
		r /= 1.3;
	return fmax(d, 1 / r - 1 / (seen + 0.5));
}

/* How much the port wandered over the first `bins` of the window, for all that its counts and those
 * of others tell. */
static double drawn(const struct judge *j, uint32_t bins, double *ret_chance)
{
	double d = moments(j, bins, ret_chance), kept = d > 2.5 * *ret_chance ? d : 0;

	if (*ret_chance >= TOLD) /* nobody knows of this port: as ports do */
		return fmax(kept, j->general);
	return fmax(kept, (SURGE_DAYS * j->general + bins * d) / (SURGE_DAYS + (double)bins));
}

/* Of thousands of quiet ports some had three sources in one hour by chance. */
static double wander(const struct judge *j, double seen)
{
	double chance, d = drawn(j, j->window, &chance);

	return explain(j, chance < TOLD ? 0.5 : 0.005, seen, d);
}

/* Against the same time of each day. */
static double robust(const struct judge *j, double x, double expected)
{
	size_t k = 0;

	for (uint32_t b = j->window % j->per_day; b < j->window; b += j->per_day)
		if (j->m[b] > 0)
			j->scratch[k++] = j->y[b] * expected / j->m[b];
	return noro_robust_z(x, j->scratch, k);
}

/* The most there was, as it would have been in this bin: less than that is nothing new. */
static double highest(const struct judge *j, double expected)
{
	double most = 0;

	for (uint32_t b = 0; b < j->window; b++)
		if (j->m[b] > 0)
			most = fmax(most, j->y[b] * fmin(1, expected / j->m[b]));
	return most;
}

/* Slow growth: the average of the last days against the three weeks before them. A day counts for
 * five sigmas at most, so that one wild day is none. */
static double slow(const struct judge *j, double x, double expected, double *ret_p)
{
	uint32_t three = j->window - SLOW_DAYS;
	double mean = 0, m = 0, off, raw, weight = 1, sigma, d, chance;

	for (uint32_t b = 0; b < three; b++)
		if (j->m[b] > 0) {
			mean += j->y[b];
			m += j->m[b];
		}
	if (m <= 0)
		return (double)NAN;
	mean = mean / m * expected;
	d = drawn(j, three, &chance);
	sigma = sqrt(mean + mean * mean * d);
	raw = LAMBDA * (x - mean);
	off = LAMBDA * fmin(x - mean, CLIP * sigma);
	for (uint32_t b = j->window; b-- > three;) {
		double u = j->m[b] > 0 ? j->y[b] * expected / j->m[b] - mean : 0;

		weight *= 1 - LAMBDA;
		raw += LAMBDA * weight * u;
		off += LAMBDA * weight * fmin(u, CLIP * sigma);
	}
	/* 21 days tell the level and the deviation only so well */
	sigma *= sqrt((1 + 24.0 / three) * (LAMBDA / (2 - LAMBDA) + 1.0 / three));
	*ret_p = fmin(1, 10 * erfc(off / sigma / sqrt(2)) / 2); /* a second question: a tenth */
	return off / sigma >= EWMA_LEAST && raw >= (FOLD_LEAST - 1) * mean ? mean : (double)NAN;
}

/* The tail, with what is not known of the rate (its counts), of the wandering (its bins) and of the
 * season (its few days of a kind) added to the variance. */
static double tail(
	const struct judge *j, double x, double expected, double d, size_t n, double seen)
{
	double few = 24 / (double)n, kinds = j->s->width_s == NORO_DAY_S ? 4 : 21;
	double inverse = 1 / (seen + 0.5) + (d + 1 / (expected + BUSY)) / kinds;

	inverse += d > 0 ? d * (1 + few) + few / expected : 0;
	return noro_crowd_tail(expected, 1 / inverse, (uint64_t)(x + 0.5));
}

static double counted(const struct judge *j, const struct surge_port *p)
{
	double x = 0;

	for (uint32_t i = p->at; i < p->n && p->e[i].bin == j->t; i++)
		x += here_of(j, p->e[i].sensor) ? p->e[i].sources : 0;
	return x;
}

static enum noro_status weigh(struct judge *j, uint32_t port, double x)
{
	const struct surge_port *p = &j->s->port[port];
	struct candidate c = { .port = port, .x = x, .z = NAN, .how = "poisson" }, *grown;
	double full, d, p_slow = 1, level;
	size_t n;

	past(j, p);
	full = expect(j, &n);
	if (x < 0.7 * full || 2 * n < j->window)
		return NORO_OK;
	for (uint32_t b = 0; b < j->window; b++) {
		c.past_sum += j->y[b];
		c.past_most = fmax(c.past_most, j->y[b]);
	}
	c.expected = season(j, full * (c.past_sum + 0.5) / fmax(c.past_sum, 0.5));
	if (c.past_sum <= 0)
		c.expected = 0.5 / (double)n;
	d = wander(j, c.past_sum);
	c.p = tail(j, x, c.expected, d, n, c.past_sum);
	if (c.expected >= BUSY) {
		c.z = robust(j, x, c.expected);
		c.how = "robust-z";
	}
	if (x < FOLD_LEAST * c.expected || x <= highest(j, c.expected) ||
		(c.expected >= BUSY && !(c.z >= Z_LEAST)))
		c.p = 1;
	if (j->s->width_s == NORO_DAY_S && c.expected >= BUSY && c.p > FDR / SURGE_FAMILY) {
		level = slow(j, x, c.expected, &p_slow);
		if (!isnan(level) && p_slow < c.p) {
			c.p = p_slow;
			c.expected = level;
			c.how = "ewma";
		}
	}
	if (c.p > FDR)
		return NORO_OK;
	grown = noro_grow(j->c, j->n, &j->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	j->c = grown;
	j->c[j->n++] = c;
	return NORO_OK;
}

/* --- all ports of a bin --- */

static int by_p(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->p < y->p ? -1 : x->p > y->p ? 1 : (x->port > y->port) - (x->port < y->port);
}

/* Those that stand, first; bins shorter than an hour share its allowance. */
static size_t stand(struct judge *j)
{
	double q = FDR * fmin(1, j->s->width_s / 3600.0);
	size_t last = 0;

	if (j->n)
		qsort(j->c, j->n, sizeof(*j->c), by_p);
	for (size_t i = 0; i < j->n; i++)
		if (j->c[i].p <= q * (double)(i + 1) / SURGE_FAMILY)
			last = i + 1;
	return last;
}

static struct surge_asked asked(const struct judge *j, const struct candidate *c)
{
	const struct surge_port *p = &j->s->port[c->port];
	struct surge_asked q = { .port = c->port,
		.bin = j->t,
		.sources = c->x,
		.expected = c->expected,
		.past_most = c->past_most,
		.past_sum = c->past_sum };

	for (uint32_t i = p->at; i < p->n && p->e[i].bin == j->t; i++) {
		if (!here_of(j, p->e[i].sensor))
			continue;
		q.one_most = p->e[i].sources > q.one_most ? p->e[i].sources : q.one_most;
		q.nets = p->e[i].nets > q.nets ? p->e[i].nets : q.nets;
		q.wide = p->e[i].wide > q.wide ? p->e[i].wide : q.wide;
	}
	return q;
}

/*
 * By counts alone: what exceeds the expected stands for new sources, as names are not counted here.
 * A source that two sensors saw counts once. Networks are /16, or the /24 where those were too many
 * to be kept apart.
 */
enum noro_status surge_gate_counts(void *ctx, const struct surge_asked *q, bool *ret)
{
	double fresh = fmin(q->one_most, q->sources - floor(q->expected + 0.5));
	uint32_t wide = q->wide ? q->wide : q->nets;

	(void)ctx;
	if (!q->wide && !q->nets) /* a history that kept neither */
		wide = SURGE_NETS;
	*ret = fresh >= SURGE_SOURCES && wide >= SURGE_NETS;
	return NORO_OK;
}

static enum noro_status note(struct judge *j, const struct candidate *c, uint32_t ports)
{
	struct surge_series *s = j->s;
	struct surge_port *p = c->port < SURGE_SLOTS ? &s->port[c->port] : NULL;
	struct surge_hit h = { c->port, j->t, j->t, j->t, p ? p->hit : 0, ports, c->x, c->expected,
		c->p, c->z, c->how };
	uint32_t last = p ? p->hit : 0;
	struct surge_hit *grown;

	for (size_t i = s->hits; !p && !last && i > 0; i--)
		if (s->hit[i - 1].port == SURGE_SLOTS)
			last = (uint32_t)i;
	if (last && j->t - s->hit[last - 1].last <= SURGE_COOL_S / s->width_s) {
		struct surge_hit *open = &s->hit[last - 1];

		open->last = j->t;
		if (c->x > open->sources) {
			h.first = open->first;
			h.before = open->before;
			*open = h;
		}
		return NORO_OK;
	}
	grown = noro_grow(s->hit, s->hits, &s->hit_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	s->hit = grown;
	s->hit[s->hits++] = h;
	if (p)
		p->hit = (uint32_t)s->hits;
	return NORO_OK;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Somebody who asks for everything makes all ports rise by as much: one finding. A port is another
 * only by what it has beyond that. */
static enum noro_status together(struct judge *j, size_t *n)
{
	double *rise = noro_reallocarray(NULL, *n, sizeof(*rise)), common;
	struct candidate all = { .port = SURGE_SLOTS, .z = NAN, .how = "poisson", .p = 1 };
	size_t kept = 0;
	enum noro_status st;

	if (!rise)
		return NORO_ENOMEM;
	for (size_t i = 0; i < *n; i++)
		rise[i] = j->c[i].x - j->c[i].expected;
	qsort(rise, *n, sizeof(*rise), ascending);
	common = rise[*n / 2];
	free(rise);
	all.x = common;
	all.p = j->c[*n - 1].p;
	st = note(j, &all, (uint32_t)*n);
	j->swept[j->t] = true;
	for (size_t i = 0; i < *n; i++) {
		struct candidate *c = &j->c[i];

		if (c->x - 2 * common >= 2 * (c->expected + SURGE_SOURCES))
			j->c[kept++] = *c;
	}
	*n = kept;
	return st;
}

static enum noro_status conclude(struct judge *j)
{
	size_t n = stand(j), kept = 0;
	enum noro_status st = NORO_OK;

	j->s->stood += n;
	for (size_t i = 0; i < n; i++) {
		struct surge_asked q = asked(j, &j->c[i]);
		bool open = false;

		st = surge_gate_counts(NULL, &q, &open);
		j->s->gated += !open;
		if (open)
			j->c[kept++] = j->c[i];
	}
	if (st == NORO_OK && kept >= SURGE_TOGETHER)
		st = together(j, &kept);
	for (size_t i = 0; st == NORO_OK && i < kept; i++) {
		struct surge_asked q = asked(j, &j->c[i]);
		bool open = true;

		if (j->gate && j->gate->open)
			st = j->gate->open(j->gate->ctx, &q, &open);
		if (st == NORO_OK && open)
			st = note(j, &j->c[i], 1);
		j->s->gated += !open;
	}
	return st;
}

/* What ports wander in general: of a thousand, spread over all that say enough to tell. */
static void poll(struct judge *j)
{
	double sum = 0, chance;
	uint32_t asked = 0, told = 0, busy = 0, every;

	for (uint32_t port = 0; port < SURGE_SLOTS; port++)
		busy += j->s->port[port].at - j->s->port[port].lo >= SURGE_DAYS / 2;
	every = busy / ASKED + 1;
	for (uint32_t port = 0; port < SURGE_SLOTS; port++) {
		const struct surge_port *p = &j->s->port[port];
		double d;
		size_t n;

		if (p->at - p->lo < SURGE_DAYS / 2 || asked++ % every)
			continue;
		past(j, p);
		(void)season(j, expect(j, &n));
		d = n * 2 >= j->window ? moments(j, j->window, &chance) : 0;
		if (n * 2 < j->window || chance >= TOLD)
			continue;
		sum += fmin(1, fmax(d, 0));
		told++;
	}
	j->general = told ? sum / told : 0;
}

static void advance(struct judge *j)
{
	for (uint32_t port = 0; port < SURGE_SLOTS; port++) {
		struct surge_port *p = &j->s->port[port];

		while (p->lo < p->n && p->e[p->lo].bin + j->window < j->t)
			p->lo++;
		while (p->at < p->n && p->e[p->at].bin < j->t)
			p->at++;
	}
}

static enum noro_status one_bin(struct judge *j)
{
	struct surge_series *s = j->s;
	enum noro_status st = NORO_OK;

	gather(j);
	advance(j);
	if (j->general < 0 || j->t % j->per_day == 0)
		poll(j);
	j->n = 0;
	s->judged += j->heres > 0;
	for (uint32_t port = 0; st == NORO_OK && port < SURGE_SLOTS; port++) {
		struct surge_port *p = &s->port[port];
		double x;

		if (p->at == p->n || p->e[p->at].bin != j->t || !j->heres)
			continue;
		x = counted(j, p);
		if (x >= SURGE_SOURCES)
			st = weigh(j, port, x);
	}
	return st == NORO_OK ? conclude(j) : st;
}

static enum noro_status prepare(struct judge *j)
{
	const struct surge_series *s = j->s;

	j->here = noro_calloc((size_t)s->sensors + 1, sizeof(*j->here));
	j->y = noro_calloc(j->window, sizeof(*j->y));
	j->m = noro_calloc(j->window, sizeof(*j->m));
	j->scratch = noro_calloc(j->window, sizeof(*j->scratch));
	j->swept = noro_calloc((size_t)s->bins + 1, sizeof(*j->swept));
	j->kind[0] = noro_calloc((size_t)s->bins + 1, 1);
	j->kind[1] = noro_calloc((size_t)s->bins + 1, 1);
	if (!j->here || !j->y || !j->m || !j->scratch || !j->swept || !j->kind[0] || !j->kind[1])
		return NORO_ENOMEM;
	for (uint32_t b = 0; b < s->bins; b++) {
		int64_t at = s->start_s + (int64_t)b * s->width_s;

		j->kind[0][b] = (uint8_t)(at / 3600 % HOURS);
		j->kind[1][b] = (uint8_t)(at / NORO_DAY_S % WEEKDAYS);
	}
	return NORO_OK;
}

enum noro_status surge_judge(struct surge_series *s, uint32_t from, const struct surge_gate *gate)
{
	struct judge j = {
		.s = s, .gate = gate, .per_day = NORO_DAY_S / s->width_s, .general = -1
	};
	enum noro_status st;

	j.window = SURGE_DAYS * j.per_day;
	st = prepare(&j);
	for (j.t = from > j.window ? from : j.window; st == NORO_OK && j.t < s->bins; j.t++)
		st = one_bin(&j);
	free(j.here);
	free(j.y);
	free(j.m);
	free(j.scratch);
	free(j.swept);
	free(j.kind[0]);
	free(j.kind[1]);
	free(j.c);
	return st;
}
