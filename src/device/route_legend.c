/*
 * src/device/route_legend.c - what the letters before a route mean. Every system
 * prints its own legend ("B - BGP, L - VRF Leaked"), so that the text itself is asked
 * first; the table below serves outputs that came without theirs.
 */
#include "device/route_priv.h"

struct meaning {
	const char *word; /* stands in the description, letter case aside */
	uint8_t proto, flags;
};

/* The first that fits: "Static InterVRF" is static, "BGP Aggregate" an aggregate. */
static const struct meaning meanings[] = {
	{ "leaked", NORO_RT_OTHER, NORO_RTF_LEAKED },
	{ "bgp intervrf", NORO_RT_BGP, NORO_RTF_LEAKED },
	{ "static intervrf", NORO_RT_STATIC, NORO_RTF_LEAKED },
	{ "static", NORO_RT_STATIC, 0 },
	{ "aggregate", NORO_RT_AGGREGATE, 0 },
	{ "ospf summary", NORO_RT_AGGREGATE, 0 },
	{ "connected", NORO_RT_CONNECTED, 0 },
	{ "local", NORO_RT_LOCAL, 0 },
	{ "isis", NORO_RT_ISIS, 0 },
	{ "is-is", NORO_RT_ISIS, 0 },
	{ "openfabric", NORO_RT_ISIS, 0 },
	{ "eigrp", NORO_RT_EIGRP, 0 },
	{ "ospf", NORO_RT_OSPF, 0 },
	{ "ripng", NORO_RT_RIP, 0 },
	{ "rip", NORO_RT_RIP, 0 },
	{ "kernel", NORO_RT_KERNEL, 0 },
	{ "application", NORO_RT_APPLICATION, 0 },
	{ "gribi", NORO_RT_APPLICATION, 0 },
	{ "dynamic policy", NORO_RT_APPLICATION, 0 },
	{ "programmed", NORO_RT_APPLICATION, 0 },
	{ "pbr", NORO_RT_APPLICATION, 0 },
	{ "sharp", NORO_RT_APPLICATION, 0 },
	{ "nhrp", NORO_RT_NHRP, 0 },
	{ "lisp", NORO_RT_LISP, 0 },
	{ "dhcp", NORO_RT_DHCP, 0 },
	{ "nd default", NORO_RT_DHCP, 0 },
	{ "nd prefix", NORO_RT_CONNECTED, 0 },
	{ "nat", NORO_RT_NAT, 0 },
	{ "odr", NORO_RT_ODR, 0 },
	{ "ldp", NORO_RT_LDP, 0 },
	{ "vpn", NORO_RT_VPN, 0 },
	{ "vxlan", NORO_RT_VPN, 0 },
	{ "omp", NORO_RT_VPN, 0 },
	{ "bgp", NORO_RT_BGP, 0 },
	{ "hidden", NORO_RT_OTHER, NORO_RTF_HIDDEN },
	{ "inactive", NORO_RT_OTHER, NORO_RTF_INACTIVE },
	{ "unreachable", NORO_RT_OTHER, NORO_RTF_DISCARD },
};

static const struct noro_route_code without[] = {
	{ "C", 1, NORO_RT_CONNECTED, 0 },
	{ "LC", 2, NORO_RT_CONNECTED, 0 },
	{ "L", 1, NORO_RT_LOCAL, 0 },
	{ "S", 1, NORO_RT_STATIC, 0 },
	{ "U", 1, NORO_RT_STATIC, 0 },
	{ "SI", 2, NORO_RT_STATIC, NORO_RTF_LEAKED },
	{ "BI", 2, NORO_RT_BGP, NORO_RTF_LEAKED },
	{ "R", 1, NORO_RT_RIP, 0 },
	{ "B", 1, NORO_RT_BGP, 0 },
	{ "A B", 3, NORO_RT_AGGREGATE, 0 },
	{ "A O", 3, NORO_RT_AGGREGATE, 0 },
	{ "D", 1, NORO_RT_EIGRP, 0 },
	{ "EX", 2, NORO_RT_EIGRP, 0 },
	{ "O", 1, NORO_RT_OSPF, 0 },
	{ "O3", 2, NORO_RT_OSPF, 0 },
	{ "OI", 2, NORO_RT_OSPF, 0 },
	{ "OE1", 3, NORO_RT_OSPF, 0 },
	{ "OE2", 3, NORO_RT_OSPF, 0 },
	{ "ON1", 3, NORO_RT_OSPF, 0 },
	{ "ON2", 3, NORO_RT_OSPF, 0 },
	{ "i", 1, NORO_RT_ISIS, 0 },
	{ "I", 1, NORO_RT_ISIS, 0 },
	{ "I1", 2, NORO_RT_ISIS, 0 },
	{ "I2", 2, NORO_RT_ISIS, 0 },
	{ "IA", 2, NORO_RT_ISIS, 0 },
	{ "IS", 2, NORO_RT_ISIS, 0 },
	{ "K", 1, NORO_RT_KERNEL, 0 },
	{ "a", 1, NORO_RT_APPLICATION, 0 },
	{ "DP", 2, NORO_RT_APPLICATION, 0 },
	{ "DH", 2, NORO_RT_DHCP, 0 },
	{ "ND", 2, NORO_RT_DHCP, 0 },
	{ "NDp", 3, NORO_RT_CONNECTED, 0 },
	{ "NG", 2, NORO_RT_STATIC, 0 },
	{ "P", 1, NORO_RT_STATIC, 0 },
	{ "H", 1, NORO_RT_NHRP, 0 },
	{ "l", 1, NORO_RT_LISP, 0 },
	{ "o", 1, NORO_RT_ODR, 0 },
	{ "m", 1, NORO_RT_VPN, 0 },
	{ "n", 1, NORO_RT_NAT, 0 },
	{ "V", 1, NORO_RT_VPN, 0 },
};

static void add_code(struct noro_route_in *in, struct noro_view code, struct noro_view about)
{
	struct noro_route_code *c = &in->code[in->codes];

	if (noro_view_find_i(about, NORO_V("selected route")) != SIZE_MAX)
		in->marked = true;
	if (code.n == 0 || code.n > 3 || !noro_is_alpha(code.p[0]) ||
		in->codes == NORO_ROUTE_MAX_CODES)
		return;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		const struct meaning *m = &meanings[i];

		if (noro_view_find_i(about, noro_view_str(m->word)) == SIZE_MAX)
			continue;
		*c = (struct noro_route_code){
			.n = (uint8_t)code.n, .proto = m->proto, .flags = m->flags
		};
		memcpy(c->code, code.p, code.n);
		in->codes++;
		return;
	}
}

static void add_codes(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view item;

	while (noro_view_cut(&line, ',', &item)) {
		size_t dash = noro_view_find(item, NORO_V(" - "));

		if (dash == SIZE_MAX)
			continue; /* PAN-OS writes "A:active"; its letters are known */
		add_code(in, noro_view_trim(noro_view_sub(item, 0, dash)),
			noro_view_sub(item, dash + 3, item.n));
	}
}

bool noro_routes_legend(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view text = noro_view_trim(line);

	if (noro_view_starts_i(text, "Codes:") || noro_view_starts_i(text, "Codes :")) {
		if (!in->legend)
			in->codes = 0;
		in->last.code = NULL; /* letters may mean something else from here on */
		in->legend = true;
		add_codes(in, noro_view_sub(text, noro_view_chr(text, ':') + 1, text.n));
		return true;
	}
	if (!in->legend)
		return false;
	/* a legend ends with an empty line, or with the first that explains nothing */
	in->legend = text.n && noro_view_find(text, NORO_V(" - ")) != SIZE_MAX &&
		     noro_view_find(text, NORO_V(" Table - ")) == SIZE_MAX;
	if (in->legend)
		add_codes(in, text);
	return in->legend;
}

static const struct noro_route_code *find(
	const struct noro_route_code *c, size_t n, struct noro_view code)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].n == code.n && memcmp(c[i].code, code.p, code.n) == 0)
			return &c[i];
	return NULL;
}

/* "O E2" is OSPF for its first letter; "A B" stands in legends as it is. */
const struct noro_route_code *noro_routes_code_of(
	const struct noro_route_in *in, struct noro_view code)
{
	struct noro_view first = noro_view_sub(code, 0, noro_view_chr(code, ' '));
	const struct noro_route_code *c = find(in->code, in->codes, code);

	if (!c && first.n != code.n)
		c = find(in->code, in->codes, first);
	if (!c && !in->codes)
		c = find(without, sizeof(without) / sizeof(without[0]), code);
	if (!c && !in->codes)
		c = find(without, sizeof(without) / sizeof(without[0]), first);
	return c;
}
