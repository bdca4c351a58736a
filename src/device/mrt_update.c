/* src/device/mrt_update.c - prefixes and updates of BGP, for MRT and BMP alike. */
#include "device/mrt_priv.h"
#include "device/route_priv.h"

struct noro_ip mrt_ip(struct noro_cursor *c, bool v6)
{
	struct noro_view v = noro_cursor_bytes(c, v6 ? 16 : 4);
	struct noro_ip ip = { .family = v6 ? 6 : 4 };

	if (v.n)
		memcpy(ip.b, v.p, v.n);
	else
		ip.family = 0;
	return ip;
}

bool mrt_prefix(struct noro_cursor *c, bool v6, struct noro_prefix *ret)
{
	uint8_t len = noro_cursor_u8(c);
	struct noro_view v;

	if (c->status != NORO_OK || len > (v6 ? 128 : 32)) {
		(void)noro_cursor_fail(c, NORO_EFORMAT);
		return false;
	}
	v = noro_cursor_bytes(c, (len + 7U) / 8);
	if (c->status != NORO_OK)
		return false;
	*ret = (struct noro_prefix){ .ip.family = v6 ? 6 : 4, .len = len };
	if (v.n)
		memcpy(ret->ip.b, v.p, v.n);
	noro_route_clear_host(ret); /* bits behind the length may be set: they mean nothing */
	return true;
}

void mrt_emit(struct mrt *m, const struct noro_bgp_entry *e)
{
	m->stats->entries++;
	if (m->status == NORO_OK)
		m->status = m->take(m->ctx, e);
}

static bool holds(struct noro_view bytes, bool v6, bool add_path)
{
	struct noro_cursor c = noro_cursor(bytes.p, bytes.n);
	struct noro_prefix p;

	while (noro_cursor_left(&c)) {
		noro_cursor_skip(&c, add_path ? 4 : 0);
		if (!mrt_prefix(&c, v6, &p))
			return false;
	}
	return c.status == NORO_OK;
}

static void prefixes(
	struct mrt *m, struct noro_view bytes, struct noro_bgp_entry *e, bool v6, bool add_path)
{
	struct noro_cursor c = noro_cursor(bytes.p, bytes.n);

	/* nobody saw what was agreed: what reads in one way only is written in that way */
	if (m->guess && !holds(bytes, v6, false) && holds(bytes, v6, true))
		add_path = true;
	while (noro_cursor_left(&c) && m->status == NORO_OK) {
		e->add_path = add_path;
		e->path_id = add_path ? noro_cursor_be32(&c) : 0;
		if (!mrt_prefix(&c, v6, &e->prefix)) {
			m->stats->bad_attributes++;
			return;
		}
		mrt_emit(m, e);
	}
}

static bool unicast(const struct mrt_nlri *n)
{
	return (n->afi == AFI_IP || n->afi == AFI_IP6) &&
	       (n->safi == SAFI_UNICAST || n->safi == SAFI_MULTICAST);
}

static void announce(
	struct mrt *m, struct noro_view nlri, struct noro_bgp_entry *e, bool v6, bool add_path)
{
	struct noro_ip plain = m->attrs.nexthop;

	e->kind = NORO_BGP_ANNOUNCE;
	e->attrs = &m->attrs;
	if (m->attrs.mp_nexthop.family && nlri.p == m->reach.bytes.p)
		m->attrs.nexthop = m->attrs.mp_nexthop;
	prefixes(m, nlri, e, v6, add_path);
	m->attrs.nexthop = plain;
}

void mrt_update(
	struct mrt *m, struct noro_cursor *c, struct noro_bgp_entry *e, bool as4, unsigned add_path)
{
	struct noro_view gone = noro_cursor_bytes(c, noro_cursor_be16(c)), attrs, nlri;
	struct noro_cursor in;

	attrs = noro_cursor_bytes(c, noro_cursor_be16(c));
	if (c->status != NORO_OK) {
		m->stats->bad_records++;
		return;
	}
	nlri = noro_cursor_bytes(c, noro_cursor_left(c));
	in = noro_cursor(attrs.p, attrs.n);
	mrt_attrs(m, &in, &(struct mrt_how){ .as4 = as4 });
	e->kind = NORO_BGP_WITHDRAW;
	e->attrs = NULL;
	prefixes(m, gone, e, false, add_path & ADD_PATH_V4);
	if (unicast(&m->unreach))
		prefixes(m, m->unreach.bytes, e, m->unreach.afi == AFI_IP6,
			add_path & (m->unreach.afi == AFI_IP6 ? ADD_PATH_V6 : ADD_PATH_V4));
	if (nlri.n)
		announce(m, nlri, e, false, add_path & ADD_PATH_V4);
	if (unicast(&m->reach))
		announce(m, m->reach.bytes, e, m->reach.afi == AFI_IP6,
			add_path & (m->reach.afi == AFI_IP6 ? ADD_PATH_V6 : ADD_PATH_V4));
}
