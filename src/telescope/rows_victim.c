/* src/telescope/rows_victim.c - victims as measures. */
#include "telescope/scope_priv.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum { PORTS_SHOWN = 8, PORT_TEXT = 8 };

struct ports {
	char text[PORTS_SHOWN][PORT_TEXT];
	const char *item[PORTS_SHOWN];
};

/* Busiest first, then by number. */
static void ports_of(const struct noro_vmore *m, struct ports *to, struct noro_list *ret)
{
	bool used[NORO_VPORTS] = { false };
	size_t n = 0;

	for (; n < PORTS_SHOWN && n < m->ports; n++) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < m->ports; i++)
			if (!used[i] && (best == SIZE_MAX || m->port[i].n > m->port[best].n ||
						(m->port[i].n == m->port[best].n &&
							m->port[i].port < m->port[best].port)))
				best = i;
		used[best] = true;
		(void)snprintf(to->text[n], PORT_TEXT, "%u", m->port[best].port);
		to->item[n] = to->text[n];
	}
	*ret = (struct noro_list){ to->item, n };
}

static const char *how_of(const struct noro_vmore *m)
{
	unsigned best = 0;

	for (unsigned i = 1; i < NORO_ANSWERED_KINDS; i++)
		if (m->how[i] > m->how[best])
			best = i;
	return noro_answered_name((enum noro_answer_kind)best);
}

static void tags_of(struct noro_scope *s, struct noro_victim *m)
{
	struct noro_tag tag = { 0 };

	if (!s->o.tags)
		return;
	if (m->victim.ip.family == 6)
		noro_tags_v6(s->o.tags, m->victim.ip.b, &tag);
	else
		noro_tags_v4(s->o.tags, noro_ip_v4(&m->victim.ip), &tag);
	m->tables = noro_arena_str(s->rows, noro_tags_dates(s->o.tags));
	if (tag.country[0])
		m->country = noro_arena_str(s->rows, tag.country);
	if (tag.asn)
		m->as = noro_arena_printf(s->rows, "AS%u", tag.asn);
}

static enum noro_status give(struct noro_scope *s, const struct noro_vict *v)
{
	const struct noro_vmore *more = v->more;
	bool six = v->kind & 0x20;
	double n = (double)s->o.sensor->addresses, time = (double)(v->last - v->first) / 1e9, error;
	struct noro_victim m = { .sensor = s->o.sensor->name,
		.victim = { .len = six ? 64 : 32 },
		.proto = noro_scope_proto_name(v->kind & 3),
		.first_ns = v->first,
		.last_ns = v->last,
		.packets = v->packets,
		.bytes = v->bytes,
		.peak_min = more->peak,
		.uniform_p = noro_vict_uniform(s, more),
		.mismatches = more->mismatches,
		.how = how_of(more),
		.floor_pps = s->floor_pps };
	struct ports ports;

	m.victim.ip = noro_ip_from_v4((uint32_t)v->actor);
	if (six) {
		m.victim.ip = (struct noro_ip){ .family = 6 };
		for (unsigned i = 0; i < 8; i++)
			m.victim.ip.b[i] = (uint8_t)(v->actor >> (56 - 8 * i));
	}
	m.probes = noro_vict_probes(more, &error);
	m.dsts = noro_distinct_count(&more->dsts, &m.dsts_error);
	if (error > m.dsts_error)
		m.dsts_error = error; /* of the probes, which are many too */
	m.nets = noro_distinct_count(&more->nets, &error);
	if (m.dsts > m.packets)
		m.dsts = m.packets;
	if (m.nets > m.dsts)
		m.nets = m.dsts;
	if (m.probes > m.packets)
		m.probes = m.packets;
	m.rate_pps = n > 0 ? (double)m.probes / time * 4294967296.0 / n : 0;
	ports_of(more, &ports, &m.ports);
	tags_of(s, &m);
	s->sum.victims++;
	return s->to.victim ? s->to.victim(s->to.ctx, &m) : NORO_OK;
}

static int vict_cmp(const void *a, const void *b)
{
	const struct noro_vict *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->actor > y->actor) - (x->actor < y->actor);
}

enum noro_status noro_rows_victims(struct noro_scope *s)
{
	enum noro_status st = NORO_OK;
	struct noro_vict *all;
	size_t n = 0;

	for (unsigned i = 0; i < s->jobs; i++)
		n += s->lane[i].vends;
	if (!n)
		return NORO_OK;
	all = noro_reallocarray(NULL, n, sizeof(*all));
	if (!all)
		return NORO_ENOMEM;
	n = 0;
	for (unsigned i = 0; i < s->jobs; i++) {
		struct noro_lane *l = &s->lane[i];

		if (l->vends)
			memcpy(&all[n], l->vended, l->vends * sizeof(*all));
		n += l->vends;
		l->vends = 0;
	}
	qsort(all, n, sizeof(*all), vict_cmp);
	for (size_t i = 0; i < n; i++) {
		if (st == NORO_OK)
			st = give(s, &all[i]);
		noro_vict_free(s, NULL, &all[i]);
	}
	free(all);
	return st;
}
