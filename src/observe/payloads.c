/*
 * src/observe/payloads.c - first payloads in groups: those with a name by rule, the others by
 * likeness.
 *
 * A payload without a name belongs to the first cluster of its port whose number differs in at most
 * NORO_OBSERVE_NEAR bits. Of four quarters of such numbers one is the same, so that a cluster is
 * found by its quarters, without asking all of them. Chains have a ceiling: who makes numbers
 * collide gets more clusters, not more time.
 */
#include "observe/observe.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	QUARTERS = 4,
	SLOTS = 1 << 14,
	CHAIN_MOST = 128,
	RULES_MOST = 1024,
	SOURCES_MOST = 1 << 22, /* pairs of group and source: 24 bytes each */
};

struct pair {
	struct noro_ip ip;
	uint32_t group;
};

struct grouping {
	struct noro_arena *a;
	const struct noro_payload_ask *ask;
	struct noro_payload_group *group;
	size_t groups, group_cap;
	uint32_t named[RULES_MOST]; /* groups of rules */
	size_t rules;
	uint32_t *chain; /* QUARTERS of each group: the next one in its slot, + 1 */
	size_t chain_cap;
	uint32_t *slot; /* + 1 */
	struct pair *pair;
	size_t pairs, pair_cap;
	struct noro_payloads *ret;
};

static uint32_t slot_of(uint64_t simhash, unsigned quarter, const char *port)
{
	uint64_t h = (simhash >> 16 * quarter & 0xffff) * 4 + quarter;

	for (; *port; port++)
		h = h * 131 + (unsigned char)*port;
	return (uint32_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 50);
}

static bool has(const struct noro_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->item[i], text) == 0)
			return true;
	return false;
}

/* Add copies of texts that are not there yet, up to `most`. */
static enum noro_status unite(
	struct noro_arena *a, struct noro_list *to, const struct noro_list *from, size_t most)
{
	const char **item;

	for (size_t i = 0; i < from->n && to->n < most; i++) {
		if (has(to, from->item[i]))
			continue;
		item = noro_arena_array(a, to->n + 1, sizeof(*item));
		if (!item)
			return NORO_ENOMEM;
		if (to->n)
			memcpy(item, to->item, to->n * sizeof(*item));
		item[to->n] = noro_arena_str(a, from->item[i]);
		if (!item[to->n])
			return NORO_ENOMEM;
		*to = (struct noro_list){ item, to->n + 1 };
	}
	return NORO_OK;
}

static enum noro_status add_source(struct grouping *g, uint32_t group, const struct noro_ip *ip)
{
	struct pair *grown;

	if (g->pairs == SOURCES_MOST) {
		g->ret->sources_cut = true;
		return NORO_OK;
	}
	grown = noro_grow(g->pair, g->pairs, &g->pair_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	g->pair = grown;
	g->pair[g->pairs] = (struct pair){ .group = group };
	g->pair[g->pairs++].ip = *ip;
	return NORO_OK;
}

static enum noro_status join(struct grouping *g, uint32_t at, const struct noro_payload *m)
{
	struct noro_payload_group *group = &g->group[at];
	const char *port = m->port ? m->port : "";
	const struct noro_list ports = { &port, 1 };
	enum noro_status st = unite(g->a, &group->ports, &ports, NORO_OBSERVE_PORTS);

	group->count++;
	group->first_ns = m->time_ns < group->first_ns ? m->time_ns : group->first_ns;
	group->last_ns = m->time_ns > group->last_ns ? m->time_ns : group->last_ns;
	if (st == NORO_OK)
		st = unite(g->a, &group->urls, &m->urls, NORO_OBSERVE_URLS);
	return st == NORO_OK ? add_source(g, at, &m->src) : st;
}

static enum noro_status make(struct grouping *g, const struct noro_payload *m, const char *rule)
{
	struct noro_payload_group *grown =
		noro_grow(g->group, g->groups, &g->group_cap, sizeof(*grown));
	size_t n = m->n < NORO_OBSERVE_EXCERPT ? m->n : NORO_OBSERVE_EXCERPT;

	if (!grown)
		return NORO_ENOMEM;
	g->group = grown;
	grown = &g->group[g->groups];
	*grown = (struct noro_payload_group){ .simhash = m->simhash,
		.rule = rule ? noro_arena_str(g->a, rule) : NULL,
		.ja4 = m->ja4 ? noro_arena_str(g->a, m->ja4) : NULL,
		.first_ns = m->time_ns,
		.last_ns = m->time_ns,
		.excerpt = noro_arena_view(g->a, noro_view(m->byte, n)),
		.bytes = m->n };
	if ((rule && !grown->rule) || (m->ja4 && !grown->ja4) || !grown->excerpt.p)
		return NORO_ENOMEM;
	g->groups++;
	return NORO_OK;
}

static enum noro_status of_rule(struct grouping *g, const struct noro_payload *m, const char *rule)
{
	enum noro_status st;

	for (size_t i = 0; i < g->rules; i++)
		if (strcmp(g->group[g->named[i]].rule, rule) == 0)
			return join(g, g->named[i], m);
	if (g->rules == RULES_MOST)
		return NORO_OK;
	st = make(g, m, rule);
	if (st != NORO_OK)
		return st;
	g->named[g->rules++] = (uint32_t)g->groups - 1;
	return join(g, (uint32_t)g->groups - 1, m);
}

static enum noro_status by_rule(struct grouping *g, const struct noro_payload *m)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < m->rules.n; i++)
		st = of_rule(g, m, m->rules.item[i]);
	return st;
}

static bool near(const struct noro_payload_group *group, const struct noro_payload *m)
{
	return __builtin_popcountll(group->simhash ^ m->simhash) <= NORO_OBSERVE_NEAR &&
	       strcmp(group->ports.item[0], m->port ? m->port : "") == 0;
}

/* The oldest cluster that is near; `groups` if there is none. */
static size_t find(const struct grouping *g, const struct noro_payload *m)
{
	size_t best = g->groups;

	for (unsigned q = 0; q < QUARTERS; q++) {
		uint32_t at = g->slot[slot_of(m->simhash, q, m->port ? m->port : "")];

		for (unsigned steps = 0; at && steps < CHAIN_MOST; steps++) {
			uint32_t group = (at - 1) / QUARTERS;

			if (group < best && near(&g->group[group], m))
				best = group;
			at = g->chain[at - 1];
		}
	}
	return best;
}

static enum noro_status chain(struct grouping *g, uint32_t at, const struct noro_payload *m)
{
	while (g->chain_cap < g->groups * QUARTERS) {
		size_t cap = g->chain_cap ? 2 * g->chain_cap : 256;
		uint32_t *grown = noro_reallocarray(g->chain, cap, sizeof(*grown));

		if (!grown)
			return NORO_ENOMEM;
		g->chain = grown;
		g->chain_cap = cap;
	}
	for (unsigned q = 0; q < QUARTERS; q++) {
		uint32_t *slot = &g->slot[slot_of(m->simhash, q, m->port ? m->port : "")],
			 entry = at * QUARTERS + q;

		g->chain[entry] = *slot;
		*slot = entry + 1;
	}
	return NORO_OK;
}

static enum noro_status by_likeness(struct grouping *g, const struct noro_payload *m)
{
	size_t at = find(g, m);
	bool new = at == g->groups;
	enum noro_status st = new ? make(g, m, NULL) : NORO_OK;

	if (st == NORO_OK)
		st = join(g, (uint32_t)at, m);
	return st == NORO_OK && new ? chain(g, (uint32_t)at, m) : st;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct grouping *g = ctx;
	struct noro_payload now = *m;
	enum noro_status st = NORO_OK;

	if (g->ask->judge && (g->ask->judge_all || !m->simhash))
		st = g->ask->judge(g->ask->judge_ctx, &now);
	if (st != NORO_OK)
		return st;
	g->ret->payloads++;
	g->ret->named += now.rules.n > 0;
	if (g->ask->cve && !has(&now.cve, g->ask->cve))
		return NORO_OK;
	return now.rules.n ? by_rule(g, &now) : by_likeness(g, &now);
}

static int by_group(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return noro_ip_cmp(&a->ip, &b->ip);
}

static void count_sources(struct grouping *g)
{
	if (g->pairs)
		qsort(g->pair, g->pairs, sizeof(*g->pair), by_group);
	for (size_t i = 0; i < g->pairs; i++)
		if (!i || by_group(&g->pair[i - 1], &g->pair[i]) != 0)
			g->group[g->pair[i].group].sources++;
}

static int order(const void *x, const void *y)
{
	const struct noro_payload_group *a = x, *b = y;

	if (!a->rule != !b->rule)
		return a->rule ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	if (a->rule)
		return strcmp(a->rule, b->rule);
	return a->simhash < b->simhash ? -1 : a->simhash > b->simhash;
}

static enum noro_status finish(struct grouping *g)
{
	struct noro_payload_group *kept = noro_arena_array(g->a, g->groups + 1, sizeof(*kept));

	if (!kept)
		return NORO_ENOMEM;
	count_sources(g);
	if (g->groups) {
		qsort(g->group, g->groups, sizeof(*g->group), order);
		memcpy(kept, g->group, g->groups * sizeof(*kept));
	}
	g->ret->group = kept;
	g->ret->groups = g->groups;
	return NORO_OK;
}

enum noro_status noro_observe_payloads(struct noro_history *h, const struct noro_payload_ask *ask,
	struct noro_arena *a, struct noro_payloads *ret, struct noro_error *err)
{
	struct grouping g = { .a = a, .ask = ask, .ret = ret };
	const struct noro_measures to = { .payload = on_payload, .ctx = &g };
	enum noro_status st;

	*ret = (struct noro_payloads){ 0 };
	g.slot = noro_calloc(SLOTS, sizeof(*g.slot));
	st = g.slot ? noro_history_payloads(h, &ask->which, &to, err) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = finish(&g);
	free(g.slot);
	free(g.chain);
	free(g.group);
	free(g.pair);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
