/*
 * src/device/route_linux.c - `ip route` and BIRD's `show route`: words and their values,
 * with further next hops on lines of their own.
 */
#include "device/route_priv.h"

static bool take_prefix(struct noro_view v, struct noro_prefix *p)
{
	bool bare;

	if (noro_view_is(v, "default")) {
		*p = (struct noro_prefix){ .ip.family = 4 };
		return true;
	}
	return noro_route_prefix(v, p, &bare);
}

/* --- Linux --- */

/* Words that come before the prefix and say what becomes of packets. */
static bool route_type(struct noro_view v, uint8_t *proto, uint8_t *flags)
{
	static const char *const local[] = { "local", "broadcast", "anycast", "multicast" };

	if (noro_route_is_discard(v) || noro_view_is(v, "throw")) {
		*flags |= NORO_RTF_DISCARD;
		return true;
	}
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		if (!noro_view_is(v, local[i]))
			continue;
		*proto = NORO_RT_LOCAL;
		return true;
	}
	return noro_view_is(v, "unicast");
}

/* "via 10.0.0.1 dev eth0 proto bgp metric 20 scope link ..." */
static bool attributes(struct noro_route_in *in, struct noro_route_words *w, bool typed)
{
	struct noro_view key, value, proto = NORO_V("");
	bool link = false, any = typed;

	for (key = noro_route_word(w); key.n; key = noro_route_word(w)) {
		if (!noro_view_is(key, "via") && !noro_view_is(key, "dev") &&
			!noro_view_is(key, "proto") && !noro_view_is(key, "metric") &&
			!noro_view_is(key, "scope") && !noro_view_is(key, "table"))
			continue;
		any = true;
		value = noro_route_word(w);
		if (noro_view_is(key, "via") && noro_view_starts(value, "inet"))
			value = noro_route_word(w);
		if (noro_view_is(key, "via"))
			(void)noro_route_ip(value, &in->now.nexthop);
		else if (noro_view_is(key, "dev"))
			in->now.interface = noro_route_text(in, value);
		else if (noro_view_is(key, "proto"))
			proto = value;
		else if (noro_view_is(key, "metric"))
			(void)noro_route_u32(value, &in->now.metric);
		else if (noro_view_is(key, "scope"))
			link = noro_view_is(value, "link");
	}
	if (proto.n) {
		in->now.code = noro_route_text(in, proto);
		/* the kernel makes one route for each address: that is what others call connected
		 */
		if (in->now.proto == NORO_RT_OTHER)
			in->now.proto =
				noro_view_is(proto, "kernel") && (link || !in->now.nexthop.family)
					? (uint8_t)NORO_RT_CONNECTED
					: (uint8_t)noro_route_proto_of(proto);
	}
	return any;
}

static bool nexthop_line(struct noro_route_in *in, struct noro_route_words *w)
{
	if (!in->have)
		return false;
	in->now.nexthop.family = 0;
	in->now.interface = NULL;
	if (!attributes(in, w, false))
		return false;
	noro_route_emit(in);
	return true;
}

void noro_routes_linux(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(noro_view_trim(line));
	struct noro_view v = noro_route_word(&w);
	uint8_t proto = NORO_RT_OTHER, flags = NORO_RTF_BEST;
	struct noro_prefix p;
	bool typed;

	if (!v.n || noro_view_find(line, NORO_V("ip route")) != SIZE_MAX)
		return;
	if (noro_view_is(v, "nexthop")) {
		if (!nexthop_line(in, &w))
			noro_route_unknown(in);
		return;
	}
	typed = route_type(v, &proto, &flags);
	if (typed)
		v = noro_route_word(&w);
	if (!take_prefix(v, &p)) {
		noro_route_unknown(in);
		return;
	}
	noro_route_begin(in, &p);
	in->now.proto = proto;
	in->now.flags = flags;
	if (!attributes(in, &w, typed))
		noro_route_unknown(in);
	else if (in->now.nexthop.family || in->now.interface || flags & NORO_RTF_DISCARD) {
		if (p.len == 0 && in->now.nexthop.family)
			in->now.prefix.ip.family =
				in->now.nexthop.family; /* "default via fe80::1" */
		noro_route_emit(in);
	}
}

/* --- BIRD --- */

/* "[bgp1 2020-10-12 from 192.0.2.9] * (100/20) [AS65001i]" */
static void bird_origin(struct noro_route_in *in, struct noro_view line)
{
	size_t from = noro_view_chr(line, '['), to, paren;
	struct noro_view name, rest;
	bool bgp = false;
	uint32_t n;

	if (from == SIZE_MAX)
		return;
	rest = noro_view_sub(line, from + 1, line.n);
	to = noro_view_chr(rest, ']');
	if (to != SIZE_MAX && noro_view_chr(noro_view_sub(rest, to + 1, rest.n), ']') != SIZE_MAX)
		bgp = true; /* "[AS65001i]", "[i]": protocols may have any name */
	name = noro_view_sub(rest, 0, noro_view_chr(rest, ' '));
	in->now.code = noro_route_text(in, name);
	in->now.proto = noro_view_starts(name, "device") ? (uint8_t)NORO_RT_CONNECTED
							 : (uint8_t)noro_route_proto_of(name);
	if (bgp && in->now.proto == NORO_RT_OTHER)
		in->now.proto = NORO_RT_BGP;
	if (to == SIZE_MAX)
		return;
	rest = noro_view_sub(rest, to + 1, rest.n);
	in->now.flags |= noro_view_starts(noro_view_trim(rest), "*") ? (uint8_t)NORO_RTF_BEST
								     : (uint8_t)NORO_RTF_INACTIVE;
	paren = noro_view_chr(rest, '(');
	if (paren != SIZE_MAX) {
		struct noro_view v = noro_view_sub(rest, paren + 1, rest.n);
		size_t end = 0;

		while (end < v.n && noro_is_digit(v.p[end]))
			end++;
		if (noro_route_u32(noro_view_sub(v, 0, end), &n))
			in->now.distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	}
	from = noro_view_find(rest, NORO_V("[AS"));
	if (from != SIZE_MAX) {
		struct noro_view as = noro_view_sub(rest, from + 3, rest.n);
		size_t end = 0;

		while (end < as.n && noro_is_digit(as.p[end]))
			end++;
		if (noro_route_u32(noro_view_sub(as, 0, end), &n) &&
			noro_rib_add_path(in->rib, &n, 1, &in->now.path) != NORO_OK)
			in->status = NORO_ENOMEM;
	}
}

/* "via 10.0.0.1 on eth0", "dev eth0", "blackhole", "unicast" */
static bool bird_hop(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view v = noro_route_word(w);

	if (noro_view_is(v, "via")) {
		in->now.interface = NULL;
		noro_route_via(in, noro_route_word(w));
		if (noro_view_is(noro_route_word(w), "on"))
			in->now.interface = noro_route_text(in, noro_route_word(w));
	} else if (noro_view_is(v, "dev")) {
		in->now.nexthop.family = 0;
		in->now.interface = noro_route_text(in, noro_route_word(w));
	} else if (noro_route_is_discard(v)) {
		in->now.flags |= NORO_RTF_DISCARD;
	} else {
		return false;
	}
	return true;
}

static void bird_route(struct noro_route_in *in, const struct noro_prefix *p,
	struct noro_route_words *w, struct noro_view line)
{
	struct noro_prefix copy = *p;
	bool hop;

	if (in->waits)
		noro_route_unknown(in);
	noro_route_begin(in, &copy);
	hop = bird_hop(in, w);
	bird_origin(in, line);
	if (hop)
		noro_route_emit(in);
}

void noro_routes_bird(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w, again;
	struct noro_view v;
	struct noro_prefix p;

	line = noro_view_trim(line);
	w = again = noro_route_words(line);
	v = noro_route_word(&w);
	if (!v.n || noro_view_is(v, "BIRD") || noro_view_starts(line, "Access restricted"))
		return;
	if (noro_view_is(v, "Table")) {
		v = noro_route_word(&w);
		v.n -= v.n && v.p[v.n - 1] == ':';
		noro_route_vrf(in, v);
	} else if (noro_view_is(v, "BGP.as_path:")) {
		noro_routes_junos_path(in, noro_route_rest(&w));
		if (in->rib->routes)
			in->rib->route[in->rib->routes - 1].path = in->now.path;
	} else if (take_prefix(v, &p)) {
		bird_route(in, &p, &w, line);
	} else if (in->have &&
		   (noro_view_is(v, "unicast") || noro_view_is(v, "blackhole") ||
			   noro_view_is(v, "unreachable") || noro_view_is(v, "prohibit"))) {
		p = in->now.prefix; /* another way to the same prefix */
		bird_route(in, &p, &again, line);
	} else if (in->have && bird_hop(in, &again)) {
		noro_route_emit(in);
	} else if (noro_view_find(line, NORO_V(": ")) == SIZE_MAX) {
		noro_route_unknown(in); /* attributes of `show route all` have a colon */
	}
}
