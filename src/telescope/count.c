/* src/telescope/count.c - what one packet adds to the sums of its lane. Sources are only looked at
 * when their entry is touched for the first time in the minute: later packets add nothing new. */
#include "telescope/scope_priv.h"

/* A packet and the hashes of its source and net, if its source is looked at. */
struct one {
	const struct noro_work *w;
	uint64_t id, net;
};

static __attribute__((noinline)) bool add_source(
	struct noro_count *c, const struct one *o, uint32_t id)
{
	uint8_t p = noro_id_precision(id);

	return noro_distinct_add_hashed(&c->sources, o->w->id, o->id, p) &&
	       noro_distinct_add_hashed(&c->nets, o->w->net, o->net, p);
}

static inline bool add(struct noro_lane *l, const struct one *o, uint32_t id, bool first)
{
	struct noro_count *c = noro_sums_at(&l->sums, id);

	if (!c)
		return false;
	c->packets++;
	c->bytes += o->w->p.ip_n;
	return !first || add_source(c, o, id);
}

static bool port(struct noro_lane *l, const struct one *o, unsigned firsts)
{
	const struct noro_work *w = o->w;
	uint32_t id = noro_id_port(w->kind & 3, w->port);
	struct noro_count *c;

	if (!add(l, o, id, firsts & 1))
		return false;
	if (!firsts)
		return true;
	c = noro_sums_at(&l->sums, id);
	for (unsigned i = 0; i < NORO_WIDTHS; i++)
		c->firsts[i] += firsts >> i & 1;
	c->bogons += firsts & 1 && w->j.odd & NORO_ODD_BOGON_SRC;
	return true;
}

/* Exact for IPv4. */
static bool source(struct noro_lane *l, const struct noro_work *w)
{
	if (w->kind & 0x20) {
		struct noro_count *c = noro_sums_at(&l->sums, noro_id_six());

		return c && noro_distinct_add(&c->sources, w->id, noro_id_precision(noro_id_six()));
	}
	return noro_day_add(
		l->s->slab, &l->s->shard[w->shard].day, (uint32_t)w->actor, l->s->secret);
}

static bool tags(struct noro_lane *l, const struct one *o, bool first)
{
	const struct noro_work *w = o->w;
	struct noro_tag tag;

	if (w->kind & 0x20) {
		uint8_t b[16] = { 0 };

		for (unsigned i = 0; i < 8; i++)
			b[i] = (uint8_t)(w->actor >> (56 - 8 * i));
		noro_tags_v6(l->s->o.tags, b, &tag);
	} else {
		noro_tags_v4(l->s->o.tags, (uint32_t)w->actor, &tag);
	}
	return add(l, o, noro_id_country(tag.country), first) &&
	       add(l, o, noro_id_as(tag.asn), first);
}

void noro_count_packet(struct noro_lane *l, const struct noro_work *w, unsigned firsts,
	unsigned tools, unsigned new_tools, size_t probe)
{
	struct one o = { .w = w };
	bool first = firsts & 1, ok;

	if (first || new_tools || probe < NORO_PROBES_MAX) {
		o.id = noro_mix(noro_distinct_id(w->id));
		o.net = noro_mix(noro_distinct_id(w->net));
	}
	ok = add(l, &o, noro_id_class(w->j.klass), first);
	if (ok && first)
		ok = source(l, w);
	if (ok && w->j.klass == NORO_KLASS_SCAN)
		ok = port(l, &o, firsts);
	if (ok && l->s->o.tags)
		ok = tags(l, &o, first);
	if (ok && probe < NORO_PROBES_MAX)
		ok = add(l, &o, noro_id_probe(probe), true);
	/* several rules may name one tool, which is counted once */
	tools = l->s->tool_cells[tools];
	new_tools = l->s->tool_cells[new_tools];
	for (; ok && tools; tools &= tools - 1) {
		unsigned i = (unsigned)__builtin_ctz(tools);

		ok = add(l, &o, noro_id_tool(i), first || new_tools >> i & 1);
	}
	if (!ok)
		l->status = NORO_ENOMEM;
}
