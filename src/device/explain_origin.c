/*
 * src/device/explain_origin.c - who told the device of a route: an address of its own, a
 * static route of its configuration, a neighbour. A protocol is asked only where what
 * would explain it was collected; silence is no proof of guilt.
 */
#include "device/explain_priv.h"

/* A connected network belongs to an address of an interface. */
static enum answer connected(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why)
{
	const struct nest_item *at = nest_find(&x->connected, vrf, &r->prefix);
	const struct explain_interface *i;
	struct noro_view name = noro_view_str(r->interface);
	enum noro_ip_class class = noro_ip_classify(&r->prefix.ip);

	if (!x->config || class == NORO_IP_LOOPBACK || class == NORO_IP_LINK_LOCAL ||
		class == NORO_IP_MULTICAST || class == NORO_IP_BROADCAST)
		return ANSWER_YES;
	if (at || !r->interface || noro_view_starts_i(name, "null"))
		return ANSWER_YES;
	/* the interface may be configured with what only runtime knows: DHCP, PPP, unnumbered */
	i = explain_interface(x, name);
	if (i && !i->addressed)
		return ANSWER_YES;
	*why |= WHY_CONNECTED;
	return ANSWER_NO;
}

static bool same_hop(const struct explain_static *s, const struct noro_route *r)
{
	if (s->nexthop.family && r->nexthop.family)
		return noro_ip_cmp(&s->nexthop, &r->nexthop) == 0;
	if (s->interface.n && r->interface)
		return explain_same_interface(s->interface, noro_view_str(r->interface));
	/* "Null0", "discard": one says it by name, the other by its nature */
	return !s->nexthop.family && !r->nexthop.family;
}

static enum answer configured(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why)
{
	const struct nest_item *at = nest_find(&x->statics_nest, vrf, &r->prefix);
	bool other_hop = false;

	if (!x->statics_known)
		return ANSWER_UNKNOWN;
	for (; at && nest_is(at, &r->prefix); at = nest_up(&x->statics_nest, at)) {
		if (same_hop(&x->statics[at->value], r))
			return ANSWER_YES;
		other_hop = true;
	}
	if (!other_hop && r->prefix.len == 0 && r->distance == 254)
		return ANSWER_YES; /* what Cisco gives to a default route learned by DHCP */
	*why |= other_hop ? WHY_HOP_DIFFERS : WHY_STATIC;
	return ANSWER_NO;
}

static enum answer from_peer(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why)
{
	if (!x->config)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < x->peers; i++)
		if (x->peer[i].vrf == vrf || !vrf || !x->peer[i].vrf)
			return ANSWER_YES; /* of a VRF: what a VPN peer of the backbone brings */
	(void)r;
	*why |= WHY_NO_PEER;
	return ANSWER_NO;
}

static enum answer from_adjacency(struct explain *x, const struct noro_route *r, unsigned *why)
{
	struct noro_view proto = noro_view_str(noro_route_proto_name(r->proto));
	bool runs = false;

	if (!x->has_igp || !r->nexthop.family || !r->interface)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i + 1 < x->igps; i += 2) {
		if (!noro_view_starts_i(x->igp[i], proto.p))
			continue;
		runs = true;
		if (!x->igp[i + 1].n ||
			explain_same_interface(x->igp[i + 1], noro_view_str(r->interface)))
			return ANSWER_YES;
	}
	if (!runs)
		return ANSWER_UNKNOWN; /* adjacencies of this protocol were not collected */
	*why |= WHY_NO_ADJACENCY;
	return ANSWER_NO;
}

enum answer explain_origin(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why)
{
	switch ((enum noro_route_proto)r->proto) {
	case NORO_RT_CONNECTED:
	case NORO_RT_LOCAL:
		return connected(x, r, vrf, why);
	case NORO_RT_STATIC:
		return configured(x, r, vrf, why);
	case NORO_RT_KERNEL:
		if (configured(x, r, vrf, why) == ANSWER_YES ||
			(x->config && connected(x, r, vrf, why) == ANSWER_YES))
			return ANSWER_YES;
		*why = WHY_KERNEL;
		return x->statics_known ? ANSWER_NO : ANSWER_UNKNOWN;
	case NORO_RT_APPLICATION:
		*why |= WHY_APPLICATION;
		return ANSWER_NO;
	case NORO_RT_BGP:
		return from_peer(x, r, vrf, why);
	case NORO_RT_OSPF:
	case NORO_RT_ISIS:
	case NORO_RT_EIGRP:
	case NORO_RT_RIP:
		return from_adjacency(x, r, why);
	case NORO_RT_OTHER:
	case NORO_RT_AGGREGATE:
	case NORO_RT_LDP:
	case NORO_RT_NAT:
	case NORO_RT_DHCP:
	case NORO_RT_ODR:
	case NORO_RT_NHRP:
	case NORO_RT_LISP:
	case NORO_RT_VPN:
	case NORO_RT_PROTOS:
		break;
	}
	return ANSWER_UNKNOWN;
}
