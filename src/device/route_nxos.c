/*
 * src/device/route_nxos.c - `show ip route` of NX-OS: the prefix on a line of its own,
 * below it one line a next hop, which names the protocol at its end.
 */
#include "device/route_priv.h"

static struct noro_view item(struct noro_view *rest)
{
	struct noro_view v;

	return noro_view_cut(rest, ',', &v) ? noro_view_trim(v) : NORO_V("");
}

/* "10.0.0.0/24, ubest/mbest: 1/0, attached" */
static bool prefix_line(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view first = item(&line);
	struct noro_prefix p;
	bool bare;

	if (!noro_route_prefix(first, &p, &bare) || bare)
		return false;
	line = noro_view_trim(line);
	if (!noro_view_starts(line, "ubest/mbest") && !noro_view_ends(line, "next-hops") &&
		noro_view_find(line, NORO_V("next-hops,")) == SIZE_MAX)
		return false;
	if (in->waits)
		noro_route_unknown(in);
	noro_route_begin(in, &p);
	return true;
}

/* "10.0.0.1%TEST1", "2001:db8::1%default%Eth1/1" */
static void hop(struct noro_route_in *in, struct noro_view v)
{
	size_t percent = noro_view_chr(v, '%');
	struct noro_view table =
		percent == SIZE_MAX ? NORO_V("") : noro_view_sub(v, percent + 1, v.n);

	noro_route_via(in, noro_view_sub(v, 0, percent));
	if (table.n && !noro_view_is(table, in->now.vrf ? in->now.vrf : "default"))
		in->now.flags |= NORO_RTF_LEAKED;
}

static void client(struct noro_route_in *in, struct noro_view v)
{
	if (in->now.code)
		return; /* subtype, tag and what else follows */
	in->now.code = noro_route_text(in, v);
	in->now.proto = (uint8_t)noro_route_proto_of(v);
	if (noro_route_is_discard(v))
		in->now.flags |= NORO_RTF_DISCARD;
}

static void pair(struct noro_route_in *in, struct noro_view v)
{
	size_t slash = noro_view_chr(v, '/');
	uint32_t n;

	if (slash == SIZE_MAX || v.n < 5)
		return;
	if (noro_route_u32(noro_view_sub(v, 1, slash - 1), &n))
		in->now.distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	(void)noro_route_u32(noro_view_sub(v, slash + 1, v.n - slash - 2), &in->now.metric);
}

/* "*via 10.5.192.35, Po87.3572, [110/45], 13w5d, ospf-1000, type-1, tag 2731," */
static bool via_line(struct noro_route_in *in, struct noro_view line)
{
	bool best = line.n && line.p[0] == '*';
	struct noro_view v;

	while (line.n && line.p[0] == '*')
		line = noro_view_sub(line, 1, line.n);
	if (!in->have || !noro_view_starts(line, "via "))
		return false;
	line = noro_view_sub(line, 4, line.n);
	in->now.flags = best ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
	in->now.interface = in->now.code = NULL;
	hop(in, item(&line));
	for (v = item(&line); v.n; v = item(&line)) {
		if (v.p[0] == '[')
			pair(in, v);
		else if (noro_is_digit(v.p[0]) && noro_route_age(v, &in->now.age_s))
			continue;
		else if (in->now.age_s != NORO_ROUTE_NO_AGE || noro_view_starts(v, "bgp-"))
			client(in, v);
		else if (!in->now.interface)
			in->now.interface = noro_route_text(in, v);
	}
	if (in->now.interface && noro_route_is_discard(noro_view_str(in->now.interface)))
		in->now.flags |= NORO_RTF_DISCARD;
	noro_route_emit(in);
	in->now.age_s = NORO_ROUTE_NO_AGE;
	return true;
}

void noro_routes_nxos(struct noro_route_in *in, struct noro_view line)
{
	line = noro_view_trim(line);
	if (!line.n || line.p[0] == '\'' || via_line(in, line) || prefix_line(in, line))
		return;
	if (noro_view_starts(line, "IP Route Table for VRF") ||
		noro_view_starts(line, "IPv6 Routing Table for VRF")) {
		size_t from = noro_view_chr(line, '"');
		struct noro_view name =
			noro_view_sub(line, from == SIZE_MAX ? line.n : from + 1, line.n);

		noro_route_vrf(in, noro_view_sub(name, 0, noro_view_chr(name, '"')));
		return;
	}
	/* a remark, a prompt, or another system's form after all */
	noro_routes_codes(in, line);
}
