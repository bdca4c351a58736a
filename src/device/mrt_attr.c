/*
 * src/device/mrt_attr.c - path attributes of BGP (RFC 4271, 4760, 6793, 8092). An
 * attribute that does not hold together is left out and counted: the route it stands
 * on is still a route.
 */
#include "device/mrt_priv.h"

enum {
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MED = 4,
	ATTR_LOCAL_PREF = 5,
	ATTR_ATOMIC = 6,
	ATTR_AGGREGATOR = 7,
	ATTR_COMMUNITIES = 8,
	ATTR_MP_REACH = 14,
	ATTR_MP_UNREACH = 15,
	ATTR_AS4_PATH = 17,
	ATTR_AS4_AGGREGATOR = 18,
	ATTR_LARGE = 32,
	ATTR_OTC = 35,
	FLAG_EXTENDED = 0x10,
	AS_TRANS = 23456,
};

struct path {
	uint32_t *as;
	size_t ases;
	struct noro_bgp_segment *segment;
	size_t segments;
};

static bool read_path(struct noro_cursor *c, bool as4, struct path *p)
{
	while (noro_cursor_left(c)) {
		uint8_t type = noro_cursor_u8(c), n = noro_cursor_u8(c);

		if (type < NORO_BGP_SET || type > NORO_BGP_CONFED_SET ||
			noro_cursor_left(c) < (size_t)n * (as4 ? 4 : 2) ||
			p->segments >= NORO_BGP_MAX_PATH / 8 || p->ases + n > NORO_BGP_MAX_PATH)
			return false;
		p->segment[p->segments++] = (struct noro_bgp_segment){ type, n };
		for (unsigned i = 0; i < n; i++)
			p->as[p->ases++] = as4 ? noro_cursor_be32(c) : noro_cursor_be16(c);
	}
	return c->status == NORO_OK;
}

static bool as_path(struct mrt *m, struct noro_cursor *c, bool as4)
{
	struct path p = { m->attrs.as, 0, m->attrs.segment, 0 };
	bool ok = read_path(c, as4, &p);

	m->attrs.ases = ok ? p.ases : 0;
	m->attrs.segments = ok ? p.segments : 0;
	return ok;
}

static bool as4_path(struct mrt *m, struct noro_cursor *c)
{
	struct path p = { m->as4, 0, m->as4_segment, 0 };
	bool ok = read_path(c, true, &p);

	m->as4s = ok ? p.ases : 0;
	m->as4_segments = ok ? p.segments : 0;
	return ok;
}

/* How many AS a path counts: a set is one, a confederation none (RFC 4271, 5065). */
static size_t counted(const struct noro_bgp_segment *s, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i].type == NORO_BGP_SEQUENCE)
			sum += s[i].n;
		else if (s[i].type == NORO_BGP_SET)
			sum++;
	}
	return sum;
}

/*
 * An old speaker left AS_TRANS in AS_PATH and the true numbers in AS4_PATH: the true
 * path is the beginning of the first, as much as it is longer, before all of the second
 * (RFC 6793, 4.2.3). Where AS4_PATH is the longer one, it is to be ignored.
 */
static void join_paths(struct mrt *m)
{
	struct noro_bgp_attrs *a = &m->attrs;
	size_t whole = counted(a->segment, a->segments);
	size_t tail = counted(m->as4_segment, m->as4_segments);
	size_t lead, keep = 0, s = 0;

	if (!m->as4_segments || tail > whole)
		return;
	for (lead = whole - tail; s < a->segments && lead; s++) {
		struct noro_bgp_segment *g = &a->segment[s];
		size_t n = g->type == NORO_BGP_SEQUENCE ? g->n : 1;

		if (g->type == NORO_BGP_SEQUENCE && n > lead)
			g->n = (uint32_t)lead;
		keep += g->n;
		if (g->type <= NORO_BGP_SEQUENCE)
			lead -= n < lead ? n : lead;
	}
	if (keep + m->as4s > NORO_BGP_MAX_PATH || s + m->as4_segments > NORO_BGP_MAX_PATH / 8)
		return;
	memcpy(a->as + keep, m->as4, m->as4s * sizeof(*m->as4));
	memcpy(a->segment + s, m->as4_segment, m->as4_segments * sizeof(*m->as4_segment));
	a->ases = keep + m->as4s;
	a->segments = s + m->as4_segments;
	/* two sequences that follow each other are one */
	if (s && a->segment[s - 1].type == NORO_BGP_SEQUENCE &&
		a->segment[s].type == NORO_BGP_SEQUENCE) {
		a->segment[s - 1].n += a->segment[s].n;
		memmove(a->segment + s, a->segment + s + 1,
			(a->segments - s - 1) * sizeof(*a->segment));
		a->segments--;
	}
}

static bool aggregator(struct mrt *m, struct noro_cursor *c, bool as4)
{
	if (noro_cursor_left(c) != (as4 ? 8U : 6U))
		return false;
	m->attrs.aggregator_as = as4 ? noro_cursor_be32(c) : noro_cursor_be16(c);
	m->attrs.aggregator = mrt_ip(c, false);
	m->attrs.has |= NORO_BGP_HAS_AGGREGATOR;
	return true;
}

static bool next_hop(struct mrt *m, struct noro_cursor *c, size_t n)
{
	if (noro_cursor_left(c) < n)
		return false;
	if (n == 4 || n == 16 || n == 32) {
		m->attrs.mp_nexthop = mrt_ip(c, n != 4);
		noro_cursor_skip(c, n == 32 ? 16 : 0); /* its link-local address */
		return true;
	}
	if (n == 12 || n == 24 || n == 48) { /* of a VPN: behind a route distinguisher */
		noro_cursor_skip(c, 8);
		m->attrs.mp_nexthop = mrt_ip(c, n != 12);
		noro_cursor_skip(c, n == 48 ? 24 : 0);
		return true;
	}
	noro_cursor_skip(c, n);
	return n == 0;
}

/* In a table only the next hop is left (RFC 6396, 4.3.4); some writers leave all of it. */
static bool mp_reach(struct mrt *m, struct noro_cursor *c, const struct mrt_how *how)
{
	uint8_t snpa;

	if (how->table && noro_cursor_left(c) && c->p[c->at] != 0)
		return next_hop(m, c, noro_cursor_u8(c));
	m->reach.afi = noro_cursor_be16(c);
	m->reach.safi = noro_cursor_u8(c);
	if (!next_hop(m, c, noro_cursor_u8(c)) || c->status != NORO_OK)
		return false;
	snpa = noro_cursor_u8(c);
	for (unsigned i = 0; i < snpa && c->status == NORO_OK; i++)
		noro_cursor_skip(c, (noro_cursor_u8(c) + 1U) / 2);
	m->reach.bytes = noro_cursor_bytes(c, noro_cursor_left(c));
	return c->status == NORO_OK;
}

static bool mp_unreach(struct mrt *m, struct noro_cursor *c)
{
	m->unreach.afi = noro_cursor_be16(c);
	m->unreach.safi = noro_cursor_u8(c);
	m->unreach.bytes = noro_cursor_bytes(c, noro_cursor_left(c));
	return c->status == NORO_OK;
}

static bool number(struct noro_cursor *c, uint32_t *ret, unsigned has, struct noro_bgp_attrs *a)
{
	if (noro_cursor_left(c) != 4)
		return false;
	*ret = noro_cursor_be32(c);
	a->has |= has;
	return true;
}

static bool list(struct noro_cursor *c, size_t each, struct noro_view *ret)
{
	if (noro_cursor_left(c) % each)
		return false;
	*ret = noro_cursor_bytes(c, noro_cursor_left(c));
	return true;
}

static bool attribute(struct mrt *m, uint8_t type, struct noro_cursor *c, const struct mrt_how *how)
{
	struct noro_bgp_attrs *a = &m->attrs;

	switch (type) {
	case ATTR_ORIGIN:
		a->origin = noro_cursor_u8(c);
		a->has |= NORO_BGP_HAS_ORIGIN;
		return c->status == NORO_OK && a->origin <= 2;
	case ATTR_AS_PATH:
		return as_path(m, c, how->as4);
	case ATTR_NEXT_HOP:
		if (noro_cursor_left(c) != 4)
			return false;
		a->nexthop = mrt_ip(c, false);
		a->has |= NORO_BGP_HAS_NEXTHOP;
		return true;
	case ATTR_MED:
		return number(c, &a->med, NORO_BGP_HAS_MED, a);
	case ATTR_LOCAL_PREF:
		return number(c, &a->local_pref, NORO_BGP_HAS_LOCAL_PREF, a);
	case ATTR_ATOMIC:
		a->has |= NORO_BGP_HAS_ATOMIC;
		return noro_cursor_left(c) == 0;
	case ATTR_AGGREGATOR:
		return aggregator(m, c, how->as4 || noro_cursor_left(c) == 8);
	case ATTR_COMMUNITIES:
		return list(c, 4, &a->communities);
	case ATTR_LARGE:
		return list(c, 12, &a->large);
	case ATTR_MP_REACH:
		return mp_reach(m, c, how);
	case ATTR_MP_UNREACH:
		return mp_unreach(m, c);
	case ATTR_AS4_PATH:
		return how->as4 || as4_path(m, c);
	case ATTR_AS4_AGGREGATOR:
		m->has_as4_aggregator = !how->as4 && noro_cursor_left(c) == 8;
		m->as4_aggregator = noro_cursor_be32(c);
		return c->status == NORO_OK;
	case ATTR_OTC:
		return number(c, &a->otc, NORO_BGP_HAS_OTC, a);
	default:
		return true;
	}
}

static void forget(struct mrt *m)
{
	struct noro_bgp_attrs *a = &m->attrs;

	a->has = 0;
	a->origin = 0;
	a->nexthop.family = a->mp_nexthop.family = 0;
	a->med = a->local_pref = a->aggregator_as = a->otc = 0;
	a->ases = a->segments = 0;
	a->communities = a->large = noro_view(NULL, 0);
	m->as4s = m->as4_segments = 0;
	m->has_as4_aggregator = false;
	m->reach = m->unreach = (struct mrt_nlri){ 0 };
}

void mrt_attrs(struct mrt *m, struct noro_cursor *c, const struct mrt_how *how)
{
	forget(m);
	while (noro_cursor_left(c)) {
		uint8_t flags = noro_cursor_u8(c), type = noro_cursor_u8(c);
		size_t n = flags & FLAG_EXTENDED ? noro_cursor_be16(c) : noro_cursor_u8(c);
		struct noro_view bytes;
		struct noro_cursor in;

		if (c->status != NORO_OK || noro_cursor_left(c) < n) {
			m->stats->bad_attributes++;
			break;
		}
		bytes = noro_cursor_bytes(c, n);
		in = noro_cursor(bytes.p, bytes.n);
		if (!attribute(m, type, &in, how))
			m->stats->bad_attributes++;
	}
	join_paths(m);
	if (m->has_as4_aggregator && m->attrs.aggregator_as == AS_TRANS)
		m->attrs.aggregator_as = m->as4_aggregator;
}

uint32_t noro_bgp_origin(const struct noro_bgp_attrs *a)
{
	if (!a || !a->segments || !a->ases || a->segment[a->segments - 1].type != NORO_BGP_SEQUENCE)
		return 0;
	return a->as[a->ases - 1];
}
