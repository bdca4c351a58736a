/*
 * src/device/explain_hop.c - where a next hop leads. It is looked up in the table until
 * a connected network is reached; the interface there is the one that packets leave by.
 */
#include "device/explain_priv.h"

static bool is_connected(const struct noro_route *r)
{
	return r->proto == NORO_RT_CONNECTED || r->proto == NORO_RT_LOCAL;
}

static bool has_l2(const struct explain *x, const struct noro_ip *ip)
{
	size_t from = 0, to = x->l2s;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int c = noro_ip_cmp(&x->l2[mid], ip);

		if (c == 0)
			return true;
		if (c > 0)
			to = mid;
		else
			from = mid + 1;
	}
	return false;
}

static struct noro_prefix host(const struct noro_ip *ip)
{
	return (struct noro_prefix){ *ip, ip->family == 6 ? 128 : 32 };
}

static void at_interface(struct explain *x, struct explain_hop *h, const char *name)
{
	h->interface = name;
	h->egress = (uint8_t)explain_egress(x, noro_view_str(name));
}

/* The route by which the hop is reached, other than the route that is asked about. */
static const struct noro_route *route_to(
	struct explain *x, uint32_t vrf, const struct noro_ip *ip, const struct noro_route *asking)
{
	struct noro_prefix p = host(ip);
	const struct nest_item *at = nest_find(&x->routes, vrf, &p);

	for (; at; at = nest_up(&x->routes, at)) {
		const struct noro_route *r = noro_rib_route(x->rib, at->value);

		if (r == asking || (r->prefix.len == asking->prefix.len &&
					   noro_ip_cmp(&r->prefix.ip, &asking->prefix.ip) == 0))
			continue; /* a route does not make its own next hop reachable */
		return r;
	}
	return NULL;
}

static void resolve(struct explain *x, struct explain_hop *h, const struct noro_route *r)
{
	const struct noro_route *asking = r;
	struct noro_ip ip = r->nexthop;

	for (int depth = 0; depth < EXPLAIN_MAX_DEPTH; depth++) {
		struct noro_prefix p = host(&ip);
		const struct nest_item *c = nest_find(&x->connected, h->vrf, &p);
		const struct noro_route *to = route_to(x, h->vrf, &ip, asking);

		if (c && (!to || c->len >= to->prefix.len || is_connected(to))) {
			h->adjacent = ANSWER_YES;
			h->arp = has_l2(x, &ip);
			if (!h->interface)
				at_interface(x, h, "");
			if (x->interface[c->value].name.n && h->egress == EGRESS_UNKNOWN)
				h->egress = (uint8_t)explain_egress(x, x->interface[c->value].name);
			return;
		}
		if (!to)
			break;
		if (to->interface && (h->egress == EGRESS_UNKNOWN))
			at_interface(x, h, to->interface);
		if (is_connected(to) || to->nexthop.family == 0) {
			h->adjacent = ANSWER_YES;
			h->arp = has_l2(x, &ip);
			return;
		}
		asking = to;
		ip = to->nexthop;
	}
	/* a link-local hop stands on the interface it came with; and where only some routes were
	 * printed (of BGP, static ones) no next hop is connected to anything we have seen */
	if (has_l2(x, &r->nexthop))
		h->adjacent = ANSWER_YES;
	else
		h->adjacent = x->links_known ? (uint8_t)ANSWER_NO : (uint8_t)ANSWER_UNKNOWN;
}

static uint32_t slot_of(const struct noro_route *r, uint32_t vrf)
{
	uint32_t h = vrf * 0x9e3779b1U;

	for (int i = 0; i < 16; i++)
		h = (h ^ r->nexthop.b[i]) * 0x01000193U;
	return (h ^ (uint32_t)((uintptr_t)r->interface >> 4)) % EXPLAIN_HOPS;
}

struct explain_hop explain_hop(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	struct explain_hop *kept = &x->hop[slot_of(r, vrf)];
	struct explain_hop h = { .ip = r->nexthop, .vrf = vrf, .known = true, .via = r->interface };
	enum noro_ip_class class = noro_ip_classify(&r->nexthop);

	if (kept->known && kept->vrf == vrf && kept->via == r->interface &&
		noro_ip_cmp(&kept->ip, &r->nexthop) == 0)
		return *kept;
	if (r->interface)
		at_interface(x, &h, r->interface);
	if (!r->nexthop.family || class == NORO_IP_UNSPECIFIED) {
		h.adjacent = ANSWER_UNKNOWN;
		h.arp = true;
	} else if (class == NORO_IP_LINK_LOCAL || class == NORO_IP_LOOPBACK) {
		h.adjacent = ANSWER_YES;
		h.arp = true;
	} else {
		resolve(x, &h, r);
	}
	*kept = h;
	return h;
}
