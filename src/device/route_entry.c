/*
 * src/device/route_entry.c - one route told in full: `show route PREFIX` of IOS XR, `show ip
 * route PREFIX` of IOS and IOS XE. The prefix, who told of it and how long ago come first, and then
 * a block for each next hop; what else is said of a block says nothing of where packets go.
 */
#include "device/route_priv.h"

#include "base/text.h"

/* What stands behind `lead` up to the next of `ends`; empty if it is not there. */
static struct noro_view after(struct noro_view line, const char *lead, const char *ends)
{
	size_t at = noro_view_find(line, noro_view_str(lead)), n = 0;
	struct noro_view v;

	if (at == SIZE_MAX)
		return NORO_V("");
	v = noro_view_sub(line, at + strlen(lead), line.n);
	while (n < v.n && !strchr(ends, v.p[n]))
		n++;
	return noro_view_trim(noro_view_sub(v, 0, n));
}

/* "Routing entry for 10.0.0.0/24, supernet" */
static bool entry(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view v = after(line, "Routing entry for ", ",");
	struct noro_prefix p;
	bool bare;

	if (!noro_view_starts(line, "Routing entry for "))
		return false;
	in->have = in->waits = false;
	if (noro_route_prefix(v, &p, &bare))
		noro_route_begin(in, &p);
	else
		noro_route_unknown(in);
	return true;
}

/* 'Known via "bgp 65000", distance 20, metric 0, candidate default path' */
static bool known_via(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view by = after(line, "Known via \"", "\"");
	uint32_t n;

	if (!by.n)
		return false;
	in->now.proto = (uint8_t)noro_route_proto_of(by);
	if (noro_route_u32(after(line, "distance ", ", "), &n) && n <= UINT16_MAX)
		in->now.distance = (uint16_t)n;
	if (noro_route_u32(after(line, "metric ", ", "), &n))
		in->now.metric = n;
	if (noro_view_find(line, NORO_V("candidate default")) != SIZE_MAX)
		in->now.flags |= NORO_RTF_DEFAULT;
	return true;
}

/* "Installed Feb  6 13:48:20.471 for 00:01:39", "Last update from 192.0.2.9 on Gi0/0, 3d04h ago" */
static bool age(struct noro_route_in *in, struct noro_view line)
{
	bool last = noro_view_starts(line, "Last update ");
	struct noro_view v = last ? noro_view_sub(line, 0, noro_view_find(line, NORO_V(" ago")))
				  : after(line, " for ", " ,");
	size_t blank = noro_view_rchr(v, ' ');
	uint32_t s;

	if (!last && !noro_view_starts(line, "Installed "))
		return false;
	if (last && blank != SIZE_MAX)
		v = noro_view_sub(v, blank + 1, v.n);
	if (noro_route_age(v, &s))
		in->now.age_s = s;
	return true;
}

/* "* 192.0.2.9, from 192.0.2.9, 01:02:03 ago, via Gi0/0", "directly connected, via Gi0/1" */
static void block(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view first, rest, via = after(line, " via ", ", ");
	struct noro_ip hop = { 0 };

	if (noro_view_starts(line, "* "))
		line = noro_view_trim(noro_view_sub(line, 1, line.n));
	rest = line;
	if (!noro_view_cut(&rest, ',', &first))
		return;
	first = noro_view_trim(first);
	if (!noro_view_starts(first, "directly connected") && !noro_route_ip(first, &hop))
		return;
	in->now.nexthop.family = 0;
	in->now.interface = NULL;
	if (via.n)
		noro_route_via(in, via);
	in->now.nexthop = hop;
	in->now.flags |= NORO_RTF_BEST;
	noro_route_emit(in);
}

void noro_routes_entry(struct noro_route_in *in, struct noro_view line)
{
	line = noro_view_trim(line);
	if (noro_view_starts(line, "Routing Table: ")) {
		noro_route_vrf(in, after(line, "Routing Table: ", " "));
		return;
	}
	if (entry(in, line) || !in->have || known_via(in, line) || age(in, line))
		return;
	block(in, line);
}
