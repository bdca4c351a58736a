/*
 * src/hub/correlate.c - from rows of values, members and days to what is worth a warning.
 *
 * A value that meets the rule is compared with its own past: the members that saw it in each
 * stretch of T days before. Their number is a rate that is itself uncertain, so chance is judged by
 * the predictive distribution of a Poisson rate with a Gamma prior (negative binomial), and over
 * all values at once by Benjamini and Hochberg. So a site that three members report every week is
 * no surprise in any week, and nobody has to list it.
 */
#include "hub/correlate_priv.h"

#include "base/mem.h"
#include "observe/observe.h"

#include <math.h>
#include <stdlib.h>

/* A Gamma(0.5, 1) prior: before anything is known, half a member in T days. */
static const double PRIOR = 0.5, FDR = 0.01, YOUNG_P = 0.05, COMMON = 2;
enum { PAST = 12, YOUNG = 4, NEARS = 8, FALSE_LEAST = 2, COMMON_LEAST = 25 };

const char *noro_hub_class_name(enum noro_hub_class c)
{
	static const char *const names[NORO_HUB_CLASSES] = { "new", "rising", "steady", "common",
		"allowed", "withdrawn", "below" };

	return c < NORO_HUB_CLASSES ? names[c] : "";
}

unsigned noro_hub_decay(enum noro_ioc_kind kind, double base, int64_t age_ns)
{
	static const double delta = 2;
	double days = (double)age_ns / (double)NORO_DAY_NS, tau = 120;

	switch (kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
	case NORO_IOC_NET:
		tau = 30; /* addresses change hands */
		break;
	case NORO_IOC_MD5:
	case NORO_IOC_SHA1:
	case NORO_IOC_SHA256:
	case NORO_IOC_SHA512:
		tau = 365; /* a file stays what it is */
		break;
	default:
		break;
	}
	if (days <= 0)
		return (unsigned)(base + 0.5);
	if (days >= tau)
		return 0;
	return (unsigned)(base * (1 - pow(days / tau, 1 / delta)) + 0.5);
}

/* ---- rows of one value ---- */

static enum noro_status on_seen(void *ctx, const struct noro_hub_seen *row)
{
	struct correlating *c = ctx;
	struct hub_row *more = noro_grow(c->row, c->n, &c->cap, sizeof(*more));
	const struct noro_hub_sector_row *s = noro_hub_sector_of(&c->sectors, row->member);

	if (!more)
		return NORO_ENOMEM;
	c->row = more;
	more[c->n++] = (struct hub_row){ { row->day, row->member, s ? s->no : 0 }, (uint64_t)row->n,
		row->last_ns, s ? s->sector : "" };
	return NORO_OK;
}

static enum noro_status read_rows(struct correlating *c, int64_t value, int64_t from, int64_t to)
{
	const struct noro_hub_seen_ask ask = { value, from, to };

	c->n = 0;
	return noro_hubdb_seen(c->db, &ask, on_seen, c, c->err);
}

static int by_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint32_t distinct(uint64_t *list, size_t n)
{
	uint32_t found = 0;

	if (n)
		qsort(list, n, sizeof(*list), by_u64);
	for (size_t i = 0; i < n; i++)
		found += i == 0 || list[i] != list[i - 1];
	return found;
}

/* Members, and sectors if they are asked for, of the rows of these days. */
static uint32_t members_of(
	struct correlating *c, int64_t from, int64_t to, uint32_t *ret_sectors, uint64_t *ret_n)
{
	size_t n = 0;
	uint32_t members;

	for (size_t i = 0; i < c->n; i++)
		if (c->row[i].sight.day >= from && c->row[i].sight.day <= to)
			c->work[n++] = (uint64_t)c->row[i].sight.member;
	members = distinct(c->work, n);
	if (!ret_sectors)
		return members;
	*ret_n = n = 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->row[i].sight.day >= from && c->row[i].sight.day <= to) {
			c->work[n++] = c->row[i].sight.sector;
			*ret_n += c->row[i].n;
		}
	*ret_sectors = distinct(c->work, n);
	return members;
}

static enum noro_status make_work(struct correlating *c)
{
	c->work = noro_arena_array(c->scratch, c->n + 1, sizeof(*c->work));
	return c->work ? NORO_OK : noro_fail(c->err, NORO_ENOMEM, NULL);
}

/* ---- one value ---- */

/* On which day was the rule met first? */
static enum noro_status met_on(struct correlating *c, int64_t *ret)
{
	struct noro_hub_sight *s = noro_arena_array(c->scratch, c->n + 1, sizeof(*s));
	enum noro_status st;

	if (!s)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < c->n; i++)
		s[i] = c->row[i].sight;
	st = noro_hub_rule_day(c->scratch, &c->ask->rule, s, c->n, c->from_day, ret);
	return st == NORO_ENOMEM ? noro_fail(c->err, st, NULL) : st;
}

/* The T days with most members that end on one of the days asked for; the last of equals. */
static void best_window(struct correlating *c, struct noro_hub_correlation *r)
{
	int64_t t = (int64_t)c->ask->rule.days;

	for (int64_t d = c->from_day; d <= c->now_day; d++) {
		uint32_t m = members_of(c, d - t + 1, d, NULL, NULL);

		if (m && m >= r->members) {
			r->members = m;
			r->window_day = d;
		}
	}
	r->members = members_of(c, r->window_day - t + 1, r->window_day, &r->sectors, &r->reports);
}

/* What its own past lets expect, in stretches of T days back to when it was seen first. */
static enum noro_status judge_past(struct correlating *c, struct noro_hub_correlation *r)
{
	int64_t t = (int64_t)c->ask->rule.days, start = r->window_day - t + 1, span;
	double mean;
	enum noro_status st = read_rows(c, r->value.no, start - PAST * t, c->now_day);

	if (st == NORO_OK)
		st = make_work(c);
	if (st != NORO_OK)
		return st;
	span = start - r->first_day;
	r->windows = span <= 0 ? 0 : (uint32_t)((span + t - 1) / t);
	r->windows = r->windows > PAST ? PAST : r->windows;
	for (uint32_t i = 0; i < r->windows; i++)
		r->before += members_of(c, start - (i + 1) * t, start - i * t - 1, NULL, NULL);
	mean = (PRIOR + r->before) / (1 + r->windows);
	r->p = noro_crowd_tail(mean, PRIOR + r->before, r->members);
	return NORO_OK;
}

static enum noro_status hear_verdicts(struct correlating *c, struct noro_hub_correlation *r)
{
	const struct noro_hub_verdict *v;
	size_t n;
	enum noro_status st = noro_hubdb_verdicts(c->db, r->value.no, c->scratch, &v, &n, c->err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		r->false_positive += v[i].says == NORO_SAYS_FALSE;
		r->not_seen += v[i].says == NORO_SAYS_NOT_SEEN;
	}
	return st;
}

static void score(const struct correlating *c, struct noro_hub_correlation *r, int64_t last_ns)
{
	double base = 40 + 10 * log2(r->members ? r->members : 1) + 5 * (r->sectors - 1.0);
	double held = (double)r->members / (double)(r->members + r->false_positive);

	if (!r->members)
		return;
	r->score = noro_hub_decay(r->value.kind, fmin(base, 95) * held, c->ask->now_ns - last_ns);
}

/* What is settled without looking at the past; rising and steady are settled over all at once. */
static enum noro_status classify(struct correlating *c, struct noro_hub_correlation *r)
{
	enum noro_status st = hear_verdicts(c, r);

	if (st != NORO_OK)
		return st;
	r->p = NAN;
	r->why = c->ask->allow ? noro_allow_why(c->ask->allow, r->value.kind, r->value.text) : NULL;
	r->class = NORO_HUB_STEADY;
	if (r->false_positive >= FALSE_LEAST)
		r->class = NORO_HUB_WITHDRAWN;
	else if (r->why)
		r->class = NORO_HUB_ALLOWED;
	else if (r->members >= c->ret->common)
		r->class = NORO_HUB_COMMON;
	if (r->class != NORO_HUB_STEADY)
		return NORO_OK;
	st = judge_past(c, r);
	if (st == NORO_OK && (r->windows == 0 || (r->windows <= YOUNG && r->p <= YOUNG_P)))
		r->class = NORO_HUB_NEW;
	if (r->crossed_day < 0)
		r->class = NORO_HUB_BELOW;
	return st;
}

static enum noro_status add(struct correlating *c, const struct noro_hub_correlation *r)
{
	struct noro_hub_correlation *more =
		noro_arena_grow(c->a, c->list, c->ret->n, &c->list_cap, sizeof(*more));

	if (!more)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	c->list = more;
	more[c->ret->n++] = *r;
	return NORO_OK;
}

static enum noro_status look_at(struct correlating *c, int64_t value)
{
	struct noro_hub_correlation r = { .window_day = c->now_day };
	const struct noro_hub_value which = { .no = value, .kind = NORO_IOC_KINDS };
	int64_t t = (int64_t)c->ask->rule.days, last_ns = 0;
	enum noro_status st = read_rows(c, value, c->from_day - t + 1, c->now_day);

	if (st == NORO_OK)
		st = met_on(c, &r.crossed_day);
	if (st == NORO_END && c->ask->value) {
		r.crossed_day = -1;
		st = NORO_OK;
	}
	if (st == NORO_OK)
		st = make_work(c);
	if (st == NORO_OK)
		st = noro_hubdb_value(c->db, &which, c->a, &r.value, c->err);
	if (st != NORO_OK)
		return st == NORO_END ? NORO_OK : st;
	best_window(c, &r);
	r.first_day = noro_hub_day(r.value.added_ns);
	for (size_t i = 0; i < c->n; i++) {
		r.first_day = c->row[i].sight.day < r.first_day ? c->row[i].sight.day : r.first_day;
		r.last_day = c->row[i].sight.day > r.last_day ? c->row[i].sight.day : r.last_day;
		last_ns = c->row[i].last_ns > last_ns ? c->row[i].last_ns : last_ns;
	}
	st = hub_explain(c, &r);
	if (st == NORO_OK)
		st = classify(c, &r);
	score(c, &r, last_ns);
	return st == NORO_OK ? add(c, &r) : st;
}

/* ---- all of them ---- */

/* Those with a past of their own, all at once. */
static enum noro_status judge_rising(struct correlating *c)
{
	size_t n = c->ret->n, asked = 0;
	double *p = noro_arena_array(c->scratch, n + 1, sizeof(*p));
	bool *stands = noro_arena_array(c->scratch, n + 1, sizeof(*stands));
	enum noro_status st;

	if (!p || !stands)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < n; i++)
		if (c->list[i].class == NORO_HUB_STEADY)
			p[asked++] = c->list[i].p;
	st = noro_fdr(p, asked, FDR, c->scratch, stands);
	if (st != NORO_OK)
		return noro_fail(c->err, st, NULL);
	for (size_t i = 0, k = 0; i < n; i++)
		if (c->list[i].class == NORO_HUB_STEADY && stands[k++])
			c->list[i].class = NORO_HUB_RISING;
	return NORO_OK;
}

static enum noro_status find_near(struct correlating *c)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < c->ret->n; i++) {
		struct noro_hub_correlation *r = &c->list[i];
		struct noro_hub_nears near = { .most = NEARS };

		if (!noro_hub_class_alerts(r->class) && !c->ask->value)
			continue;
		st = noro_hubdb_near(c->db, &r->value, c->from_day - (int64_t)c->ask->rule.days + 1,
			c->a, &near, c->err);
		r->near = near.row;
		r->nears = near.n;
		if (st == NORO_OK)
			st = hub_wave(c, r);
		noro_arena_reset(c->scratch);
	}
	return st;
}

static int by_weight(const void *a, const void *b)
{
	const struct noro_hub_correlation *x = a, *y = b;
	int alerts = noro_hub_class_alerts(y->class) - noro_hub_class_alerts(x->class);

	if (alerts)
		return alerts;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->members != y->members)
		return x->members < y->members ? 1 : -1;
	return (x->value.no > y->value.no) - (x->value.no < y->value.no);
}

static enum noro_status look_at_all(struct correlating *c)
{
	const struct noro_hub_seen_ask days = { 0, c->from_day - (int64_t)c->ask->rule.days + 1,
		c->now_day };
	struct noro_hub_often often = { .least = c->ask->rule.members };
	enum noro_status st;

	if (c->ask->value)
		return look_at(c, c->ask->value);
	st = noro_hubdb_often(c->db, &days, c->a, &often, c->err);
	for (size_t i = 0; st == NORO_OK && i < often.n; i++) {
		st = look_at(c, often.value[i]);
		noro_arena_reset(c->scratch);
	}
	return st;
}

static enum noro_status count_active(struct correlating *c)
{
	const struct noro_hub_seen_ask days = { 0, c->from_day - (int64_t)c->ask->rule.days + 1,
		c->now_day };
	double percent = c->ask->common_percent > 0 ? c->ask->common_percent : COMMON;
	double common;
	enum noro_status st = noro_hubdb_active(c->db, &days, &c->ret->active, c->err);

	common = ceil((double)c->ret->active * percent / 100);
	c->ret->common = common < COMMON_LEAST ? COMMON_LEAST : (uint32_t)common;
	return st;
}

enum noro_status noro_hub_correlate(struct noro_hubdb *db, const struct noro_hub_correlate *ask,
	struct noro_arena *a, struct noro_hub_correlations *ret, struct noro_error *err)
{
	struct correlating c = { .db = db, .ask = ask, .a = a, .ret = ret, .err = err };
	enum noro_status st;

	*ret = (struct noro_hub_correlations){ 0 };
	c.now_day = noro_hub_day(ask->now_ns);
	c.from_day = c.now_day - (ask->days ? (int64_t)ask->days : 1) + 1;
	c.scratch = noro_arena_new(0);
	if (!c.scratch)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_hubdb_sectors(db, a, &c.sectors, err);
	if (st == NORO_OK)
		st = count_active(&c);
	if (st == NORO_OK)
		st = look_at_all(&c);
	if (st == NORO_OK)
		st = judge_rising(&c);
	if (st == NORO_OK)
		st = find_near(&c);
	if (st == NORO_OK && ret->n)
		qsort(c.list, ret->n, sizeof(*c.list), by_weight);
	if (st == NORO_OK)
		st = hub_group(&c);
	ret->row = c.list;
	free(c.row);
	noro_arena_free(c.scratch);
	return st;
}
