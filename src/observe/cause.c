/*
 * src/observe/cause.c - who makes a rise: the sources of its events against those of the 28 days
 * before, by tool, network, country and what they said. A share is of the rise: what came now less
 * what of the same would have come anyway.
 */
#include "observe/cause_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_EVENTS = 200000, /* read for one finding, of now and of before */
	MAX_PAYLOADS = 50000,
	TOP = 3,
	TOP_SOURCES = 5,
	MAX_CAUSES = 40,
	MAX_CVES = 16,
};
static const double SHARE_LEAST = 0.2;

enum kind { TOOL, VERSION, PROBE, CLUSTER, AS, COUNTRY, NET, RESEARCH, KINDS };
static const char *const kind_name[KINDS] = { "tool", "version", "probe", "cluster", "as",
	"country", "net", "research" };

struct actor {
	struct noro_ip ip;
	uint64_t packets;
	double weight; /* of before: the chance that it would have come now */
	const char *key[KINDS];
	bool fresh;
};

struct actors {
	struct noro_arena *a;
	struct actor *v;
	size_t n, cap;
	size_t events;
	double span_ns, now_ns; /* of before; of the rise */
};

static const char *net_of(struct noro_arena *a, const struct noro_ip *ip)
{
	char text[NORO_IP_TEXT];

	if (ip->family == 4)
		return noro_arena_printf(a, "%u.%u.0.0/16", ip->b[0], ip->b[1]);
	(void)noro_ip_print(
		&(struct noro_ip){ .family = 6, .b = { ip->b[0], ip->b[1], ip->b[2], ip->b[3] } },
		text);
	return noro_arena_printf(a, "%s/32", text);
}

static const char *kept(struct actors *l, const char *text)
{
	return text && text[0] ? noro_arena_str(l->a, text) : NULL;
}

static enum noro_status on_event(void *ctx, const struct noro_scan *m)
{
	struct actors *l = ctx;
	struct actor *grown, *p;

	l->events++;
	if (m->klass && strcmp(m->klass, "scan") != 0)
		return NORO_OK;
	grown = noro_arena_grow(l->a, l->v, l->n, &l->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	l->v = grown;
	p = &grown[l->n++];
	*p = (struct actor){ .ip = m->src, .packets = m->packets };
	p->weight = l->span_ns > 0
			    ? fmin(1, ((double)(m->last_ns - m->first_ns) + l->now_ns) / l->span_ns)
			    : 1;
	p->key[TOOL] = kept(l, m->tool);
	if (m->tool && m->tool_version)
		p->key[VERSION] = noro_arena_printf(l->a, "%s %s", m->tool, m->tool_version);
	p->key[PROBE] = kept(l, m->probe);
	p->key[CLUSTER] = kept(l, m->cluster);
	p->key[AS] = kept(l, m->as);
	p->key[COUNTRY] = kept(l, m->country);
	p->key[NET] = net_of(l->a, &m->src);
	p->key[RESEARCH] = kept(l, m->owner);
	return p->key[NET] ? NORO_OK : NORO_ENOMEM;
}

static int by_ip(const void *a, const void *b)
{
	return noro_ip_cmp(&((const struct actor *)a)->ip, &((const struct actor *)b)->ip);
}

/* Events to sources: one of several keeps the first label it was given. */
static void merge(struct actors *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_ip);
	for (size_t i = 0; i < l->n; i++) {
		struct actor *p = n ? &l->v[n - 1] : NULL;

		if (!p || noro_ip_cmp(&p->ip, &l->v[i].ip) != 0) {
			l->v[n++] = l->v[i];
			continue;
		}
		p->packets += l->v[i].packets;
		p->weight = fmin(1, p->weight + l->v[i].weight);
		for (int k = 0; k < KINDS; k++)
			p->key[k] = p->key[k] ? p->key[k] : l->v[i].key[k];
	}
	l->n = n;
}

static enum noro_status collect(
	struct noro_history *h, struct noro_ask *q, struct actors *l, struct noro_error *err)
{
	enum noro_status st;

	q->cut = -1;
	q->limit = MAX_EVENTS;
	st = noro_history_scans(h, q, &(struct noro_measures){ .scan = on_event, .ctx = l }, err);
	if (st == NORO_OK)
		merge(l);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

/* --- the gate --- */

enum noro_status cause_gate(void *ctx, const struct surge_asked *q, bool *ret)
{
	struct cause_names *c = ctx;
	char port[24];
	int64_t from = (c->s->start_s + (int64_t)q->bin * c->s->width_s) * NORO_NS_PER_S;
	struct noro_ask ask = {
		.from_ns = from, .to_ns = from + c->s->width_s * NORO_NS_PER_S, .port = port
	};
	struct actors now = { .a = noro_arena_new(0) };
	size_t fresh = 0, group[2] = { 0 };
	const char *last = NULL;
	enum noro_status st;

	if (!now.a)
		return NORO_ENOMEM;
	surge_port_print(q->port, port);
	st = collect(c->h, &ask, &now, c->err);
	if (st != NORO_OK || (double)now.n < q->sources / 2) { /* too few are known by name */
		noro_arena_free(now.a);
		return st;
	}
	for (size_t i = 0; st == NORO_OK && i < now.n; i++) {
		struct actor *p = &now.v[i];
		bool known = false;

		st = noro_history_known(c->h, port, &p->ip, from, &known, c->err);
		p->fresh = !known;
		fresh += p->fresh;
		if (p->fresh && (!last || strcmp(last, p->key[NET]) != 0)) {
			last = p->key[NET]; /* in order of addresses */
			group[0]++;
		}
	}
	/* or one tool's hand, however few the networks it works from */
	for (size_t i = 0; i < now.n && group[1] < SURGE_SOURCES; i++) {
		group[1] = 0;
		for (size_t k = 0; k < now.n && now.v[i].fresh && now.v[i].key[CLUSTER]; k++)
			group[1] += now.v[k].fresh && now.v[k].key[CLUSTER] &&
				    strcmp(now.v[i].key[CLUSTER], now.v[k].key[CLUSTER]) == 0;
		if (i > 64)
			break;
	}
	*ret = fresh >= SURGE_SOURCES && (group[0] >= SURGE_NETS || group[1] >= SURGE_SOURCES);
	noro_arena_free(now.a);
	return st;
}

/* --- the cause --- */

struct tally {
	const char *key;
	double now, before;
	uint64_t packets;
};

struct naming {
	struct noro_arena *a;
	struct actors now, before;
	struct noro_surge *u;
	struct noro_surge_cause *cause;
	const char *cve[MAX_CVES + 1];
	size_t cves;
	uint64_t packets;
	struct tally *rule;
	size_t rules, rule_cap;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct tally *)a)->key, ((const struct tally *)b)->key);
}

static int by_rise(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	double rx = x->now - x->before, ry = y->now - y->before;

	return rx > ry ? -1 : rx < ry ? 1 : strcmp(x->key, y->key);
}

static enum noro_status add(struct naming *g, const struct noro_surge_cause *c)
{
	if (g->u->causes < MAX_CAUSES)
		g->cause[g->u->causes++] = *c;
	return NORO_OK;
}

/* Sources by one kind of label: what of it rose. */
static enum noro_status by_label(struct naming *g, enum kind kind)
{
	size_t n = 0, all = g->now.n + g->before.n;
	struct tally *t = noro_arena_array(g->a, all + 1, sizeof(*t));
	double rise = 0;

	if (!t)
		return NORO_ENOMEM;
	for (size_t i = 0; i < all; i++) {
		bool now = i < g->now.n;
		const struct actor *p = now ? &g->now.v[i] : &g->before.v[i - g->now.n];

		t[n++] = (struct tally){ p->key[kind] ? p->key[kind] : "", now, now ? 0 : p->weight,
			now ? p->packets : 0 };
	}
	qsort(t, n, sizeof(*t), by_key);
	all = n;
	n = 0;
	for (size_t i = 0; i < all; i++) {
		if (!n || strcmp(t[n - 1].key, t[i].key) != 0) {
			t[n++] = t[i];
			continue;
		}
		t[n - 1].now += t[i].now;
		t[n - 1].before += t[i].before;
		t[n - 1].packets += t[i].packets;
	}
	for (size_t i = 0; i < n; i++)
		rise += fmax(0, t[i].now - t[i].before);
	qsort(t, n, sizeof(*t), by_rise);
	for (size_t i = 0; i < n && i < TOP; i++) {
		double share = rise > 0 ? (t[i].now - t[i].before) / rise : 0;

		if (share < SHARE_LEAST || !t[i].key[0])
			continue;
		if (kind == NET && t[i].now < 2) /* a source of its own says more */
			continue;
		(void)add(g, &(struct noro_surge_cause){ kind_name[kind], t[i].key,
				     (uint64_t)t[i].now, t[i].packets, share, t[i].before <= 0 });
	}
	return NORO_OK;
}

static int by_packets(const void *a, const void *b)
{
	const struct actor *x = *(const struct actor *const *)a;
	const struct actor *y = *(const struct actor *const *)b;

	return x->packets > y->packets   ? -1
	       : x->packets < y->packets ? 1
					 : noro_ip_cmp(&x->ip, &y->ip);
}

static enum noro_status sources(struct naming *g)
{
	const struct actor **p = noro_arena_array(g->a, g->now.n + 1, sizeof(*p));
	char text[NORO_IP_TEXT];

	if (!p)
		return NORO_ENOMEM;
	for (size_t i = 0; i < g->now.n; i++) {
		p[i] = &g->now.v[i];
		g->packets += p[i]->packets;
	}
	qsort(p, g->now.n, sizeof(*p), by_packets);
	for (size_t i = 0; i < g->now.n && i < TOP_SOURCES; i++) {
		double share = (double)p[i]->packets / fmax(1, (double)g->packets);
		const char *key;

		(void)noro_ip_print(&p[i]->ip, text);
		key = noro_arena_str(g->a, text);
		if (!key)
			return NORO_ENOMEM;
		if (i == 0)
			g->u->one = share;
		(void)add(g, &(struct noro_surge_cause){
				     "source", key, 1, p[i]->packets, share, p[i]->fresh });
	}
	return NORO_OK;
}

static enum noro_status one_rule(struct naming *g, const char *rule)
{
	struct tally *grown;

	for (size_t i = 0; i < g->rules; i++)
		if (strcmp(g->rule[i].key, rule) == 0) {
			g->rule[i].now++;
			return NORO_OK;
		}
	if (g->rules >= 256)
		return NORO_OK;
	grown = noro_arena_grow(g->a, g->rule, g->rules, &g->rule_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	g->rule = grown;
	grown[g->rules] = (struct tally){ .key = noro_arena_str(g->a, rule), .now = 1 };
	return grown[g->rules++].key ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct naming *g = ctx;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < m->rules.n; i++)
		st = one_rule(g, m->rules.item[i]);
	for (size_t i = 0; i < m->cve.n && g->cves < MAX_CVES; i++) {
		bool there = false;

		for (size_t k = 0; k < g->cves; k++)
			there |= strcmp(g->cve[k], m->cve.item[i]) == 0;
		if (!there && !(g->cve[g->cves++] = noro_arena_str(g->a, m->cve.item[i])))
			return NORO_ENOMEM;
	}
	g->packets++;
	return st;
}

static enum noro_status payloads(
	struct naming *g, struct noro_history *h, struct noro_ask *q, struct noro_error *err)
{
	enum noro_status st;

	g->packets = 0;
	q->limit = MAX_PAYLOADS;
	st = noro_history_payloads(
		h, q, &(struct noro_measures){ .payload = on_payload, .ctx = g }, err);
	if (g->rules)
		qsort(g->rule, g->rules, sizeof(*g->rule), by_rise);
	for (size_t i = 0; st == NORO_OK && i < g->rules && i < TOP; i++)
		st = add(g, &(struct noro_surge_cause){ "payload", g->rule[i].key, 0,
				    (uint64_t)g->rule[i].now,
				    g->rule[i].now / fmax(1, (double)g->packets), false });
	return st;
}

static enum noro_status freshness(struct naming *g, struct noro_history *h, struct noro_error *err)
{
	bool whole = g->before.events < MAX_EVENTS;

	for (size_t i = 0; i < g->now.n; i++) {
		struct actor *p = &g->now.v[i];
		bool known = g->before.n && bsearch(p, g->before.v, g->before.n,
						    sizeof(*g->before.v), by_ip) != NULL;
		enum noro_status st = NORO_OK;

		if (!known && !whole && g->u->port)
			st = noro_history_known(h, g->u->port, &p->ip, g->u->first_ns, &known, err);
		if (st != NORO_OK)
			return st;
		p->fresh = !known;
		g->u->fresh += !known;
	}
	return NORO_OK;
}

static enum noro_status all_labels(struct naming *g)
{
	static const enum kind order[] = { TOOL, VERSION, PROBE, CLUSTER, RESEARCH, AS, COUNTRY,
		NET };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(order) / sizeof(order[0]); i++)
		st = by_label(g, order[i]);
	return st == NORO_OK ? sources(g) : st;
}

enum noro_status cause_name(struct noro_history *h, struct noro_surge *u,
	const struct noro_flaws *flaws, struct noro_arena *a, struct noro_error *err)
{
	const int64_t past = SURGE_DAYS * (int64_t)NORO_DAY_S * NORO_NS_PER_S;
	struct noro_ask q = { .from_ns = u->first_ns, .to_ns = u->last_ns, .port = u->port };
	struct naming g = { .a = a, .u = u };
	struct noro_surge_links links = { 0 };
	enum noro_status st;

	g.now.a = g.before.a = a;
	g.cause = noro_arena_array(a, MAX_CAUSES, sizeof(*g.cause));
	u->cause = g.cause;
	st = g.cause ? collect(h, &q, &g.now, err) : NORO_ENOMEM;
	u->named = g.now.n;
	q.to_ns = u->first_ns;
	q.from_ns = u->first_ns - past;
	g.before.span_ns = (double)past;
	g.before.now_ns = (double)(u->last_ns - u->first_ns);
	if (st == NORO_OK && g.now.n && u->port) /* all ports of 28 days would be the history */
		st = collect(h, &q, &g.before, err);
	if (st == NORO_OK && u->port)
		st = freshness(&g, h, err);
	if (st == NORO_OK && g.now.n)
		st = all_labels(&g);
	q.from_ns = u->first_ns;
	q.to_ns = u->last_ns;
	if (st == NORO_OK && u->port)
		st = payloads(&g, h, &q, err);
	if (st == NORO_OK && flaws && u->port)
		st = noro_flaws_near(flaws, u->port, u->first_ns, g.cve, a, &links);
	u->link = links.link;
	u->links = links.links;
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
