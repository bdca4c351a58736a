/*
 * src/observe/campaign.c - sources that work as one, by what they share (docs/decisions/0012).
 *
 * Every reason is a list of pairs (what is shared, who shares it); sorted, equal neighbours are
 * joined. So the work is that of sorting, whatever strangers send. What anybody may have in common
 * (a public tool on a usual port) joins nobody by itself: it takes a moment, hours, or a secret
 * besides.
 */
#include "observe/campaign_priv.h"

#include "base/mem.h"
#include "base/siphash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BURST_LEAST = 5,       /* sources */
	HOURS_LEAST = 6,       /* in which both were active */
	HOURS_NEIGHBOURS = 64, /* that a source is compared with */
	HOUR_BITS = 2048,      /* of a period; longer ones get wider bins */
	HOURS_MOST = 1 << 16,  /* sources with hours */
};
static const double BURST_PART = 0.8, BURST_SHARE = 1.0 / 3, BURST_CHANCE = 0.01, LIKENESS = 0.5;

uint64_t campaign_mix(const void *p, size_t n)
{
	static const uint8_t key[16] = "noroshi sources";

	return noro_siphash(key, p, n);
}

/* --- from events to sources --- */

struct port_sum {
	uint32_t port;
	uint64_t packets;
};

static void take_port(struct port_sum top[NORO_CAMPAIGN_PORTS], uint32_t *n, struct port_sum one)
{
	uint32_t at = *n;

	if (at == NORO_CAMPAIGN_PORTS && top[at - 1].packets >= one.packets)
		return;
	if (at < NORO_CAMPAIGN_PORTS)
		(*n)++;
	else
		at--;
	for (; at && top[at - 1].packets < one.packets; at--)
		top[at] = top[at - 1];
	top[at] = one;
}

/* By their names, which stay the same from run to run. */
static int word_order(const void *x, const void *y, void *ctx)
{
	const char *const *text = ctx;

	return strcmp(text[*(const uint32_t *)x - 1], text[*(const uint32_t *)y - 1]);
}

static void ports_of(
	struct campaign_joining *j, struct campaign_actor *t, const struct campaign_mark *m)
{
	struct port_sum top[NORO_CAMPAIGN_PORTS] = { { 0, 0 } }, now = { m[0].port, 0 };

	for (size_t i = 0; i < t->marks; i++) { /* they lie by port */
		if (m[i].port != now.port) {
			take_port(top, &t->ports, now);
			now = (struct port_sum){ m[i].port, 0 };
		}
		now.packets += m[i].packets;
	}
	take_port(top, &t->ports, now);
	for (uint32_t i = 0; i < t->ports; i++)
		t->port[i] = top[i].port;
	qsort_r(t->port, t->ports, sizeof(*t->port), word_order, j->r.words.text);
}

static void traits_of(struct campaign_actor *t, const struct campaign_mark *m)
{
	uint64_t most = 0;

	t->first_ns = m[0].first_ns;
	t->last_ns = m[0].last_ns;
	t->payload = m[0].payload;
	for (size_t i = 0; i < t->marks; i++) {
		if (m[i].packets > most) { /* the busiest event tells what it looks like */
			most = m[i].packets;
			t->cluster = m[i].cluster;
			t->tool = m[i].tool;
			t->probe = m[i].probe;
			t->family = m[i].family;
		}
		t->owner = t->owner ? t->owner : m[i].owner;
		t->payload = t->payload == m[i].payload ? t->payload : 0;
		t->habit = m[i].habit > t->habit ? m[i].habit : t->habit;
		t->packets += m[i].packets;
		t->first_ns = m[i].first_ns < t->first_ns ? m[i].first_ns : t->first_ns;
		t->last_ns = m[i].last_ns > t->last_ns ? m[i].last_ns : t->last_ns;
	}
}

static void key_of(struct campaign_actor *t)
{
	uint32_t key[5 + NORO_CAMPAIGN_PORTS] = { t->cluster, t->tool, t->habit, t->probe,
		t->probe ? 0 : t->payload };

	memcpy(key + 5, t->port, t->ports * sizeof(*t->port));
	t->key = campaign_mix(key, sizeof(key));
}

/* Who sent one packet only may be made up: floods are made of such. */
static enum noro_status actors_of(struct campaign_joining *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->r.marks; i++)
		n += !i || noro_ip_cmp(&j->r.mark[i].ip, &j->r.mark[i - 1].ip) != 0;
	j->actor = noro_calloc(n + 1, sizeof(*j->actor));
	if (!j->actor)
		return NORO_ENOMEM;
	for (size_t i = 0; i < j->r.marks; i++) {
		const struct campaign_mark *m = &j->r.mark[i];

		if (!j->actors || noro_ip_cmp(&j->actor[j->actors - 1].ip, &m->ip) != 0) {
			n = j->actors++;
			j->actor[n] = (struct campaign_actor){ .ip = m->ip, .mark = i };
		}
		j->actor[j->actors - 1].marks++;
		j->from_ns = !i || m->first_ns < j->from_ns ? m->first_ns : j->from_ns;
		j->to_ns = !i || m->last_ns > j->to_ns ? m->last_ns : j->to_ns;
	}
	n = 0;
	for (size_t i = 0; i < j->actors; i++) {
		struct campaign_actor *t = &j->actor[i];

		traits_of(t, &j->r.mark[t->mark]);
		if (t->packets < 2)
			continue;
		ports_of(j, t, &j->r.mark[t->mark]);
		key_of(t);
		t->root = (uint32_t)n;
		j->actor[n++] = *t;
	}
	j->actors = n;
	return NORO_OK;
}

/* --- joining --- */

uint32_t campaign_root(struct campaign_joining *j, uint32_t i)
{
	while (j->actor[i].root != i) {
		j->actor[i].root = j->actor[j->actor[i].root].root;
		i = j->actor[i].root;
	}
	return i;
}

static void join(struct campaign_joining *j, uint32_t x, uint32_t y)
{
	x = campaign_root(j, x);
	y = campaign_root(j, y);
	if (x < y) /* the smallest address is the root, so that order of joining is nothing */
		j->actor[y].root = x;
	else
		j->actor[x].root = y;
}

static enum noro_status add(struct campaign_joining *j, uint64_t what, size_t actor)
{
	struct campaign_pair *grown = noro_grow(j->pair, j->pairs, &j->pair_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	j->pair = grown;
	j->pair[j->pairs++] = (struct campaign_pair){ what, (uint32_t)actor };
	return NORO_OK;
}

static enum noro_status tie(struct campaign_joining *j, enum campaign_reason reason,
	const struct campaign_pair *p, size_t n, double measure)
{
	struct campaign_tie *grown = noro_grow(j->tie, j->ties, &j->tie_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	j->tie = grown;
	j->tie[j->ties++] =
		(struct campaign_tie){ p[0].actor, reason, (uint32_t)n, p[0].what, measure };
	for (size_t i = 1; i < n; i++)
		join(j, p[0].actor, p[i].actor);
	return NORO_OK;
}

static int pair_order(const void *x, const void *y)
{
	const struct campaign_pair *a = x, *b = y;

	if (a->what != b->what)
		return a->what < b->what ? -1 : 1;
	return (a->actor > b->actor) - (a->actor < b->actor);
}

/* Sorted, each pair once; the next run of equals from `at` on. */
static void sort_pairs(struct campaign_joining *j)
{
	size_t n = 0;

	if (j->pairs)
		qsort(j->pair, j->pairs, sizeof(*j->pair), pair_order);
	for (size_t i = 0; i < j->pairs; i++)
		if (!n || pair_order(&j->pair[n - 1], &j->pair[i]) != 0)
			j->pair[n++] = j->pair[i];
	j->pairs = n;
}

static size_t run_from(const struct campaign_joining *j, size_t at)
{
	size_t n = 1;

	while (at + n < j->pairs && j->pair[at + n].what == j->pair[at].what)
		n++;
	return n;
}

/* Tie all that share something; the pairs are used up. */
static enum noro_status tie_equals(
	struct campaign_joining *j, enum campaign_reason reason, size_t least)
{
	enum noro_status st = NORO_OK;

	sort_pairs(j);
	for (size_t i = 0, n; st == NORO_OK && i < j->pairs; i += n) {
		n = run_from(j, i);
		if (n >= least)
			st = tie(j, reason, &j->pair[i], n, (double)NAN);
	}
	j->pairs = 0;
	return st;
}

static ptrdiff_t actor_at(const struct campaign_joining *j, const struct noro_ip *ip)
{
	size_t lo = 0, hi = j->actors;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (noro_ip_cmp(&j->actor[mid].ip, ip) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < j->actors && noro_ip_cmp(&j->actor[lo].ip, ip) == 0 ? (ptrdiff_t)lo : -1;
}

static enum noro_status by_owner(struct campaign_joining *j)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < j->actors; i++)
		if (j->actor[i].owner)
			st = add(j, j->actor[i].owner, i);
	return st == NORO_OK ? tie_equals(j, BY_OWNER, 2) : st;
}

static enum noro_status by_host(struct campaign_joining *j)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < j->r.nameds; i++) {
		ptrdiff_t at = actor_at(j, &j->r.named[i].ip);

		if (at >= 0)
			st = add(j, j->r.named[i].host, (size_t)at);
	}
	return st == NORO_OK ? tie_equals(j, BY_HOST, 2) : st;
}

static enum noro_status by_sequence(struct campaign_joining *j)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < j->actors; i++)
		for (size_t k = 0; st == NORO_OK && k < j->actor[i].marks; k++) {
			const struct campaign_mark *m = &j->r.mark[j->actor[i].mark + k];

			if (m->secret)
				st = add(j, (uint64_t)m->tool << 32 | m->secret, i);
		}
	return st == NORO_OK ? tie_equals(j, BY_SEQUENCE, 2) : st;
}

/* Bots of one family on one port: their program is not for everybody. */
static enum noro_status by_family(struct campaign_joining *j)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < j->actors; i++)
		for (uint32_t k = 0; st == NORO_OK && j->actor[i].family && k < j->actor[i].ports;
			k++)
			st = add(j, (uint64_t)j->actor[i].tool << 32 | j->actor[i].port[k], i);
	return st == NORO_OK ? tie_equals(j, BY_FAMILY, BURST_LEAST) : st;
}

/* --- who came together --- */

static double ln_choose(size_t n, size_t k)
{
	double s = 0;

	for (size_t i = 1; i <= k; i++)
		s += log((double)(n - k + i) / (double)i);
	return s;
}

/* At least k of n within a part w of the time, if each comes when it likes: an upper bound. */
static double chance(size_t n, size_t k, double w)
{
	size_t rest = n - 1;
	double sum = 0, term = ln_choose(rest, k - 1);

	if (w <= 0)
		return 0;
	term += (double)(k - 1) * log(w) + (double)(rest - k + 1) * log1p(-w);
	for (size_t i = k - 1; i <= rest; i++) {
		sum += exp(term);
		term += log((double)(rest - i) / (double)(i + 1)) + log(w) - log1p(-w);
	}
	return sum * (double)n;
}

struct arrival {
	int64_t at;
	uint32_t actor;
};

static int arrival_order(const void *x, const void *y)
{
	const struct arrival *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->actor > b->actor) - (a->actor < b->actor);
}

/* The shortest time in which four of five came; half as much on both sides belongs to it. */
static enum noro_status burst_of(struct campaign_joining *j, struct campaign_pair *p, size_t n,
	size_t tests, struct arrival *v)
{
	size_t k = (size_t)ceil(BURST_PART * (double)n), best = 0, kept = 0;
	double period = (double)(j->to_ns - j->from_ns);
	int64_t width, from, to;

	for (size_t i = 0; i < n; i++)
		v[i] = (struct arrival){ j->actor[p[i].actor].first_ns, p[i].actor };
	qsort(v, n, sizeof(*v), arrival_order);
	for (size_t i = 0; i + k <= n; i++)
		if (v[i + k - 1].at - v[i].at < v[best + k - 1].at - v[best].at)
			best = i;
	width = v[best + k - 1].at - v[best].at;
	if (period <= 0 || (double)width > period * BURST_SHARE ||
		chance(n, k, fmax((double)width, 60e9) / period) * (double)tests > BURST_CHANCE)
		return NORO_OK;
	from = v[best].at - width / 2;
	to = v[best + k - 1].at + width / 2;
	for (size_t i = 0; i < n; i++)
		if (v[i].at >= from && v[i].at <= to)
			p[kept++].actor = v[i].actor;
	return tie(j, BY_BURST, p, kept, (double)width / 3600e9);
}

static enum noro_status by_burst(struct campaign_joining *j)
{
	struct arrival *v = noro_calloc(j->actors + 1, sizeof(*v));
	size_t tests = 0;
	enum noro_status st = v ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < j->actors; i++)
		if (!j->actor[i].owner && !j->actor[i].family)
			st = add(j, j->actor[i].key, i);
	if (st == NORO_OK)
		sort_pairs(j);
	for (size_t i = 0, n; st == NORO_OK && i < j->pairs; i += n) {
		n = run_from(j, i);
		tests += n >= BURST_LEAST;
	}
	for (size_t i = 0, n; st == NORO_OK && i < j->pairs; i += n) {
		n = run_from(j, i);
		if (n >= BURST_LEAST)
			st = burst_of(j, &j->pair[i], n, tests, v);
	}
	j->pairs = 0;
	free(v);
	return st;
}

/* --- who is awake in the same hours --- */

struct hours {
	uint64_t bit[HOUR_BITS / 64];
	uint64_t what; /* alike but for the ports */
	uint32_t actor, first, last, n;
};

static uint64_t looks_of(const struct campaign_actor *t)
{
	uint32_t key[4] = { t->cluster, t->tool, t->habit, t->probe };

	return campaign_mix(key, sizeof(key));
}

static void fill_hours(const struct campaign_joining *j, const struct campaign_actor *t,
	int64_t step, struct hours *h)
{
	*h = (struct hours){ .first = HOUR_BITS };
	for (size_t i = 0; i < t->marks; i++) {
		const struct campaign_mark *m = &j->r.mark[t->mark + i];
		uint32_t from = (uint32_t)((m->first_ns - j->from_ns) / step),
			 to = (uint32_t)((m->last_ns - j->from_ns) / step);

		for (uint32_t b = from; b <= to && b < HOUR_BITS; b++)
			h->bit[b / 64] |= UINT64_C(1) << b % 64;
		h->first = from < h->first ? from : h->first;
		h->last = to > h->last ? to : h->last;
	}
	for (size_t i = 0; i < HOUR_BITS / 64; i++)
		h->n += (uint32_t)__builtin_popcountll(h->bit[i]);
}

static int hours_order(const void *x, const void *y)
{
	const struct hours *a = x, *b = y;

	if (a->what != b->what)
		return a->what < b->what ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->actor > b->actor) - (a->actor < b->actor);
}

/* Likeness of two sets of hours; 0 where two that know nothing of each other would be as alike. */
static double likeness(const struct hours *x, const struct hours *y, double bins)
{
	unsigned both = 0;

	for (size_t i = 0; i < HOUR_BITS / 64; i++)
		both += (unsigned)__builtin_popcountll(x->bit[i] & y->bit[i]);
	if (both < HOURS_LEAST || both < 2.0 * x->n * y->n / bins)
		return 0;
	return (double)both / (double)(x->n + y->n - both);
}

static enum noro_status compare_hours(
	struct campaign_joining *j, struct hours *v, size_t n, double bins)
{
	enum noro_status st = NORO_OK;

	if (n)
		qsort(v, n, sizeof(*v), hours_order);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		for (size_t k = i + 1; st == NORO_OK && k < n && k <= i + HOURS_NEIGHBOURS &&
				       v[k].what == v[i].what && v[k].first <= v[i].last;
			k++) {
			double alike = likeness(&v[i], &v[k], bins);
			struct campaign_pair both[2] = { { v[i].what, v[i].actor },
				{ v[i].what, v[k].actor } };

			if (alike >= LIKENESS)
				st = tie(j, BY_HOURS, both, 2, alike);
		}
	return st;
}

static enum noro_status by_hours(struct campaign_joining *j)
{
	const int64_t hour = 3600 * NORO_NS_PER_S;
	int64_t bins = (j->to_ns - j->from_ns) / hour + 1, step = hour;
	struct hours *v = NULL, *grown, one;
	size_t n = 0, cap = 0;
	enum noro_status st = NORO_OK;

	if (bins > HOUR_BITS) {
		step = (j->to_ns - j->from_ns) / HOUR_BITS + 1;
		bins = HOUR_BITS;
	}
	for (size_t i = 0; i < j->actors && n < HOURS_MOST; i++) {
		const struct campaign_actor *t = &j->actor[i];

		if (t->owner || t->family || t->last_ns - t->first_ns < HOURS_LEAST * hour)
			continue;
		fill_hours(j, t, step, &one);
		if (one.n < HOURS_LEAST || one.n > bins / 2)
			continue; /* who is always awake says nothing by it */
		one.what = looks_of(t);
		one.actor = (uint32_t)i;
		grown = noro_grow(v, n, &cap, sizeof(*grown));
		if (!grown) {
			free(v);
			return NORO_ENOMEM;
		}
		v = grown;
		v[n++] = one;
	}
	j->ret->cut = j->ret->cut || n == HOURS_MOST;
	st = compare_hours(j, v, n, (double)bins);
	free(v);
	return st;
}

/* --- who is merely alike: those that nothing else joined --- */

static enum noro_status by_key(struct campaign_joining *j)
{
	uint8_t *tied = noro_calloc(j->actors + 1, 1);
	enum noro_status st = tied ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < j->actors; i++) {
		uint32_t root = campaign_root(j, (uint32_t)i);

		tied[i] = tied[i] || root != i;
		tied[root] = tied[root] || root != i;
	}
	for (size_t i = 0; st == NORO_OK && i < j->actors; i++)
		if (!tied[i])
			st = add(j, j->actor[i].key, i);
	free(tied);
	return st == NORO_OK ? tie_equals(j, BY_ALIKE, BURST_LEAST) : st;
}

enum noro_status noro_observe_campaigns(struct noro_history *h, const struct noro_campaign_ask *ask,
	struct noro_arena *a, struct noro_campaigns *ret, struct noro_error *err)
{
	static enum noro_status (*const step[])(struct campaign_joining *) = { actors_of, by_owner,
		by_host, by_sequence, by_family, by_burst, by_hours };
	struct campaign_joining j = { .a = a, .own = noro_arena_new(0), .ask = ask, .ret = ret };
	enum noro_status st = j.own ? NORO_OK : NORO_ENOMEM;

	*ret = (struct noro_campaigns){ 0 };
	j.r.words.a = j.own;
	if (st == NORO_OK)
		st = campaign_read(h, &ask->which, &j.r, err);
	ret->cut = j.r.cut;
	for (size_t i = 0; st == NORO_OK && i < sizeof(step) / sizeof(step[0]); i++)
		st = step[i](&j);
	if (st == NORO_OK && ask->alike)
		st = by_key(&j);
	ret->sources = j.actors;
	if (st == NORO_OK)
		st = campaign_tell(&j);
	campaign_read_done(&j.r);
	free(j.actor);
	free(j.pair);
	free(j.tie);
	noro_arena_free(j.own);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
