/*
 * src/observe/campaign_tell.c - trees of sources as campaigns: who they are, what most of them have
 * in common, and why they belong together.
 */
#include "observe/campaign_priv.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reason_name[BY_REASONS] = { "owner", "host", "sequence", "family", "burst",
	"hours", "alike" };

struct group {
	uint32_t root;
	size_t from, n; /* in the list of members */
	size_t tie, ties;
};

struct told {
	struct campaign_joining *j;
	struct group *group;
	size_t groups;
	uint32_t *member; /* actors by group, busiest first */
	struct noro_campaign *c;
};

static int member_order(const void *x, const void *y, void *ctx)
{
	const struct campaign_joining *j = ctx;
	const struct campaign_actor *a = &j->actor[*(const uint32_t *)x],
				    *b = &j->actor[*(const uint32_t *)y];

	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;
	return noro_ip_cmp(&a->ip, &b->ip);
}

static int tie_order(const void *x, const void *y, void *ctx)
{
	const struct campaign_joining *j = ctx;
	const struct campaign_tie *a = x, *b = y;
	uint32_t ra = j->actor[a->actor].root, rb = j->actor[b->actor].root;

	if (ra != rb)
		return ra < rb ? -1 : 1;
	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	if (a->sources != b->sources)
		return a->sources > b->sources ? -1 : 1;
	return (a->what > b->what) - (a->what < b->what);
}

static const char *text_of(const struct told *t, uint32_t word)
{
	return word ? noro_arena_str(t->j->a, t->j->r.words.text[word - 1]) : NULL;
}

static int number_order(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

struct tally {
	uint64_t n;
	uint32_t word;
};

static int tally_order(const void *x, const void *y, void *ctx)
{
	const char *const *text = ctx;
	const struct tally *a = x, *b = y;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(text[a->word - 1], text[b->word - 1]);
}

/* Words of members, the most frequent first; `v` has room for all, sorted here. */
static size_t tally(const struct told *t, uint32_t *v, size_t n, struct tally *out)
{
	size_t k = 0;

	qsort(v, n, sizeof(*v), number_order);
	for (size_t i = 0; i < n; i++) {
		if (!v[i])
			continue;
		if (!k || out[k - 1].word != v[i])
			out[k++] = (struct tally){ 0, v[i] };
		out[k - 1].n++;
	}
	if (k)
		qsort_r(out, k, sizeof(*out), tally_order, t->j->r.words.text);
	return k;
}

enum trait { TOOL, CLUSTER, PROBE, COUNTRY, SENSOR, NET, PORTS, TRAITS };

static uint32_t net_of(const struct noro_ip *ip)
{
	uint32_t v = (uint32_t)ip->b[0] << 8 | ip->b[1];

	return ip->family == 4 ? v + 1 : (uint32_t)campaign_mix(ip->b, 6) | UINT32_C(0x80000000);
}

static size_t gather(const struct told *t, const struct group *g, enum trait what, uint32_t *v)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct campaign_actor *a = &t->j->actor[t->member[g->from + i]];
		const struct campaign_mark *m = &t->j->r.mark[a->mark];

		switch (what) {
		case TOOL:
			v[n++] = a->tool;
			break;
		case CLUSTER:
			v[n++] = a->cluster;
			break;
		case PROBE:
			v[n++] = a->probe;
			break;
		case COUNTRY:
			v[n++] = m->country;
			break;
		case NET:
			v[n++] = net_of(&a->ip);
			break;
		case SENSOR:
			for (size_t k = 0; k < a->marks; k++)
				v[n++] = m[k].sensor;
			break;
		default:
			for (uint32_t k = 0; k < a->ports; k++)
				v[n++] = a->port[k];
		}
	}
	return n;
}

static unsigned distinct(uint32_t *v, size_t n)
{
	unsigned k = 0;

	qsort(v, n, sizeof(*v), number_order);
	for (size_t i = 0; i < n; i++)
		k += v[i] && (!i || v[i] != v[i - 1]);
	return k;
}

static enum noro_status list_of(
	const struct told *t, const struct tally *v, size_t n, struct noro_list *ret)
{
	const char **item = noro_arena_array(t->j->a, n + 1, sizeof(*item));

	if (!item)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!(item[i] = text_of(t, v[i].word)))
			return NORO_ENOMEM;
	*ret = (struct noro_list){ item, n };
	return NORO_OK;
}

/* What most of them have, if it is more than half. */
static const char *usual(
	const struct told *t, const struct tally *v, size_t n, const struct group *g)
{
	return n && 2 * v[0].n > g->n ? text_of(t, v[0].word) : NULL;
}

static size_t room_of(const struct told *t, const struct group *g)
{
	size_t n = g->n * NORO_CAMPAIGN_PORTS;

	for (size_t i = 0; i < g->n; i++)
		n += t->j->actor[t->member[g->from + i]].marks;
	return n;
}

static enum noro_status describe(
	const struct told *t, const struct group *g, struct noro_campaign *c)
{
	size_t room = room_of(t, g), k;
	uint32_t *v = noro_calloc(room, sizeof(*v));
	struct tally *y = noro_calloc(room, sizeof(*y));
	enum noro_status st = v && y ? NORO_OK : NORO_ENOMEM;

	if (st == NORO_OK) {
		k = tally(t, v, gather(t, g, TOOL, v), y);
		c->tool = usual(t, y, k, g);
		k = tally(t, v, gather(t, g, CLUSTER, v), y);
		c->cluster = usual(t, y, k, g);
		k = tally(t, v, gather(t, g, PROBE, v), y);
		c->probe = usual(t, y, k, g);
		c->sensors = distinct(v, gather(t, g, SENSOR, v));
		c->networks = distinct(v, gather(t, g, NET, v));
		k = tally(t, v, gather(t, g, PORTS, v), y);
		st = list_of(t, y, k < NORO_CAMPAIGN_PORTS ? k : NORO_CAMPAIGN_PORTS, &c->ports);
	}
	if (st == NORO_OK) {
		k = tally(t, v, gather(t, g, COUNTRY, v), y);
		st = list_of(t, y, k < 3 ? k : 3, &c->countries);
	}
	free(v);
	free(y);
	return st;
}

static const char *value_of(const struct told *t, const struct campaign_tie *r)
{
	const struct campaign_actor *a = &t->j->actor[r->actor];
	const char *const *text = t->j->r.words.text;
	struct noro_buf out = { 0 };
	const char *ret;

	switch ((enum campaign_reason)r->reason) {
	case BY_OWNER:
	case BY_HOST:
		noro_buf_str(&out, text[r->what - 1]);
		break;
	case BY_SEQUENCE:
		noro_buf_printf(&out, "%s %08x", text[(r->what >> 32) - 1], (unsigned)r->what);
		break;
	case BY_FAMILY:
		noro_buf_printf(
			&out, "%s %s", text[(r->what >> 32) - 1], text[(r->what & UINT32_MAX) - 1]);
		break;
	default: /* what makes them alike */
		noro_buf_str(&out, a->tool ? text[a->tool - 1] : "-");
		noro_buf_printf(&out, " %s", a->cluster ? text[a->cluster - 1] : "-");
		for (uint32_t i = 0; r->reason != BY_HOURS && i < a->ports; i++)
			noro_buf_printf(&out, "%c%s", i ? ',' : ' ', text[a->port[i] - 1]);
		if (a->probe)
			noro_buf_printf(&out, " %s", text[a->probe - 1]);
		else if (a->payload && r->reason != BY_HOURS)
			noro_buf_printf(&out, " %08x", a->payload);
	}
	ret = out.status == NORO_OK ? noro_arena_str(t->j->a, out.p) : NULL;
	noro_buf_done(&out);
	return ret;
}

/* Ties of one reason and one thing are one row; of hours there may be one for every two sources. */
static enum noro_status reasons(
	const struct told *t, const struct group *g, struct noro_campaign *c)
{
	enum { WHYS = 8 };
	struct noro_campaign_why *why = noro_arena_array(t->j->a, WHYS, sizeof(*why));
	const struct campaign_tie *last = NULL;

	if (!why)
		return NORO_ENOMEM;
	for (size_t i = 0; i < g->ties && c->whys < WHYS; i++) {
		const struct campaign_tie *r = &t->j->tie[g->tie + i];

		if (last && last->reason == BY_HOURS && r->reason == BY_HOURS &&
			last->what == r->what) {
			struct noro_campaign_why *w = &why[c->whys - 1];

			w->sources = w->sources < g->n ? w->sources + 1 : w->sources;
			w->measure = fmin(w->measure, r->measure);
			continue;
		}
		last = r;
		why[c->whys] = (struct noro_campaign_why){ reason_name[r->reason], value_of(t, r),
			r->sources, r->measure };
		if (!why[c->whys++].value)
			return NORO_ENOMEM;
	}
	c->why = why;
	return NORO_OK;
}

/* Of the first reason; hours alone are shared by more than one campaign, whose smallest address
 * tells them apart. */
static void name_of(const struct told *t, const struct group *g, struct noro_campaign *c)
{
	enum campaign_reason first = (enum campaign_reason)t->j->tie[g->tie].reason;
	uint64_t v = campaign_mix(c->why[0].value, strlen(c->why[0].value)) ^ first;

	if (first == BY_HOURS)
		v ^= campaign_mix(t->j->actor[g->root].ip.b, 16);
	(void)snprintf(c->id, sizeof(c->id), "%08x", (unsigned)v);
}

static enum noro_status tell(const struct told *t, const struct group *g, struct noro_campaign *c)
{
	const struct campaign_tie *first = &t->j->tie[g->tie];
	struct noro_ip *member = noro_arena_array(t->j->a, g->n, sizeof(*member));
	enum noro_status st;

	*c = (struct noro_campaign){ .sources = g->n,
		.proof = first->reason <= BY_SEQUENCE ? NORO_CAMPAIGN_STRONG
			 : first->reason == BY_ALIKE  ? NORO_CAMPAIGN_ALIKE
						      : NORO_CAMPAIGN_LIKELY,
		.member = member,
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN };
	if (!member)
		return NORO_ENOMEM;
	for (size_t i = 0; i < g->n; i++) {
		const struct campaign_actor *a = &t->j->actor[t->member[g->from + i]];

		member[i] = a->ip;
		c->packets += a->packets;
		c->events += a->marks;
		c->first_ns = a->first_ns < c->first_ns ? a->first_ns : c->first_ns;
		c->last_ns = a->last_ns > c->last_ns ? a->last_ns : c->last_ns;
	}
	st = describe(t, g, c);
	if (st == NORO_OK)
		st = reasons(t, g, c);
	if (st == NORO_OK)
		name_of(t, g, c);
	return st;
}

/* Trees of enough sources, with their members and ties behind one another. */
static void groups_of(struct told *t)
{
	struct campaign_joining *j = t->j;
	size_t at = 0;

	for (size_t i = 0; i < j->actors; i++) {
		j->actor[i].root = campaign_root(j, (uint32_t)i);
		t->member[i] = (uint32_t)i;
	}
	if (j->actors)
		qsort_r(t->member, j->actors, sizeof(*t->member), member_order, j);
	if (j->ties)
		qsort_r(j->tie, j->ties, sizeof(*j->tie), tie_order, j);
	for (size_t i = 0, n; i < j->actors; i += n) {
		uint32_t root = j->actor[t->member[i]].root;
		struct group g = { .root = root, .from = i };

		for (n = 1; i + n < j->actors && j->actor[t->member[i + n]].root == root; n++)
			;
		while (at < j->ties && j->actor[j->tie[at].actor].root < root)
			at++;
		for (g.tie = at; at < j->ties && j->actor[j->tie[at].actor].root == root; at++)
			g.ties++;
		g.n = n;
		if (n >= NORO_CAMPAIGN_LEAST && g.ties)
			t->group[t->groups++] = g;
	}
}

static int group_order(const void *x, const void *y, void *ctx)
{
	const struct campaign_joining *j = ctx;
	const struct group *a = x, *b = y;
	const struct campaign_tie *ta = &j->tie[a->tie], *tb = &j->tie[b->tie];
	int pa = ta->reason <= BY_SEQUENCE ? 0
		 : ta->reason == BY_ALIKE  ? 2
					   : 1,
	    pb = tb->reason <= BY_SEQUENCE ? 0
		 : tb->reason == BY_ALIKE  ? 2
					   : 1;

	if (pa != pb)
		return pa - pb;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return a->root < b->root ? -1 : 1;
}

enum noro_status campaign_tell(struct campaign_joining *j)
{
	struct told t = { .j = j };
	struct noro_campaign *c = NULL;
	enum noro_status st = NORO_OK;

	t.member = noro_calloc(j->actors + 1, sizeof(*t.member));
	t.group = noro_calloc(j->actors / NORO_CAMPAIGN_LEAST + 1, sizeof(*t.group));
	if (!t.member || !t.group)
		st = NORO_ENOMEM;
	if (st == NORO_OK) {
		groups_of(&t);
		if (t.groups)
			qsort_r(t.group, t.groups, sizeof(*t.group), group_order, j);
		c = noro_arena_array(j->a, t.groups + 1, sizeof(*c));
		st = c ? NORO_OK : NORO_ENOMEM;
	}
	for (size_t i = 0; st == NORO_OK && i < t.groups; i++) {
		st = tell(&t, &t.group[i], &c[i]);
		j->ret->joined += t.group[i].n;
	}
	j->ret->campaign = c;
	j->ret->campaigns = st == NORO_OK ? t.groups : 0;
	free(t.member);
	free(t.group);
	return st;
}
