/* src/device/route_value.c - addresses, ages and protocols as routing tables print them. */
#include "device/route_priv.h"

/* Four octets without the strictness of base/addr.h's errors: the hot path of every line. */
static const char *quad(const char *p, const char *end, uint8_t out[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned v = 0, n = 0;

		while (p < end && noro_is_digit(*p) && n < 3) {
			v = v * 10 + (unsigned)(*p++ - '0');
			n++;
		}
		if (!n || v > 255 || (i < 3 && (p == end || *p++ != '.')))
			return NULL;
		out[i] = (uint8_t)v;
	}
	return p;
}

static bool v4(struct noro_view v, struct noro_ip *ret)
{
	uint8_t b[4];

	if (v.n < 7 || quad(v.p, v.p + v.n, b) != v.p + v.n)
		return false;
	*ret = (struct noro_ip){ .family = 4 };
	memcpy(ret->b, b, 4);
	return true;
}

bool noro_route_ip(struct noro_view v, struct noro_ip *ret)
{
	if (v.n && noro_is_digit(v.p[0]) && v4(v, ret))
		return true;
	return v.n > 1 && noro_view_chr(v, ':') != SIZE_MAX && noro_ip_parse_loose(v, ret);
}

void noro_route_clear_host(struct noro_prefix *p)
{
	size_t bytes = p->ip.family == 6 ? 16 : 4;
	size_t at = p->len / 8;

	if (at < bytes && p->len % 8)
		p->ip.b[at++] &= (uint8_t)(0xff00 >> (p->len % 8));
	if (at < bytes)
		memset(p->ip.b + at, 0, bytes - at);
}

static bool length_of(struct noro_view v, unsigned most, uint8_t *ret)
{
	unsigned n = 0;

	if (v.n < 1 || v.n > 3)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (!noro_is_digit(v.p[i]))
			return false;
		n = n * 10 + (unsigned)(v.p[i] - '0');
	}
	*ret = (uint8_t)n;
	return n <= most;
}

static bool v4_prefix(struct noro_view v, struct noro_prefix *ret, bool *ret_bare)
{
	uint8_t b[4];
	const char *p = v.n >= 7 ? quad(v.p, v.p + v.n, b) : NULL;
	const char *end = v.p + v.n;

	if (!p)
		return false;
	*ret = (struct noro_prefix){ .ip.family = 4, .len = 32 };
	memcpy(ret->ip.b, b, 4);
	*ret_bare = p == end;
	if (*ret_bare)
		return true;
	if (*p != '/' || !length_of(noro_view(p + 1, (size_t)(end - p - 1)), 32, &ret->len))
		return false;
	noro_route_clear_host(ret);
	return true;
}

bool noro_route_prefix(struct noro_view v, struct noro_prefix *ret, bool *ret_bare)
{
	size_t slash;
	struct noro_ip ip;
	uint8_t len = 128;

	if (v.n && noro_is_digit(v.p[0]) && v4_prefix(v, ret, ret_bare))
		return true;
	if (v.n < 2 || noro_view_chr(v, ':') == SIZE_MAX)
		return false;
	slash = noro_view_chr(v, '/');
	if (!noro_ip_parse(noro_view_sub(v, 0, slash), &ip) || ip.family != 6)
		return false;
	*ret_bare = slash == SIZE_MAX;
	if (!*ret_bare && !length_of(noro_view_sub(v, slash + 1, v.n), 128, &len))
		return false;
	*ret = (struct noro_prefix){ ip, len };
	noro_route_clear_host(ret);
	return true;
}

int noro_route_mask(struct noro_view v)
{
	struct noro_ip ip;
	uint32_t m;
	int len = 0;

	if (!v.n || !noro_is_digit(v.p[0]) || !v4(v, &ip))
		return -1;
	m = noro_ip_v4(&ip);
	if ((~m & (~m + 1)) != 0)
		return -1;
	for (; m; m <<= 1)
		len++;
	return len;
}

bool noro_route_u32(struct noro_view v, uint32_t *ret)
{
	uint64_t n;

	if (!noro_view_u64(v, &n))
		return false;
	*ret = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	return true;
}

/* --- ages --- */

static uint32_t seconds_of(char unit)
{
	switch (unit) {
	case 'y':
		return 365 * 86400;
	case 'w':
		return 7 * 86400;
	case 'd':
		return 86400;
	case 'h':
		return 3600;
	case 'm':
		return 60;
	case 's':
		return 1;
	default:
		return 0;
	}
}

/* "1:33:27" and "33:27", what stands behind the days of Junos too. */
static bool clock_age(struct noro_view v, uint64_t *sum)
{
	uint64_t part = 0, total = 0;
	unsigned digits = 0, colons = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == ':') {
			if (!digits || ++colons > 2)
				return false;
			total = (total + part) * 60;
			part = digits = 0;
		} else if (v.p[i] == '.' && colons && digits) {
			break; /* parts of a second */
		} else if (noro_is_digit(v.p[i]) && ++digits < 8) {
			part = part * 10 + (uint64_t)(v.p[i] - '0');
		} else {
			return false;
		}
	}
	*sum += total + part;
	return digits != 0 && colons != 0;
}

static bool unit_age(struct noro_view v, uint64_t *sum)
{
	uint64_t part = 0;
	unsigned digits = 0, units = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = noro_lower(v.p[i]);

		if (noro_is_digit(c) && digits < 8) {
			part = part * 10 + (uint64_t)(c - '0');
			digits++;
		} else if (digits && seconds_of(c)) {
			*sum += part * seconds_of(c);
			part = digits = 0;
			units++;
		} else if (c == 't' && !digits && units) {
			continue; /* P1DT2H */
		} else if (c == '.' && digits && units) {
			return true; /* parts of a second */
		} else {
			return false;
		}
	}
	return units && !digits;
}

bool noro_route_age(struct noro_view v, uint32_t *ret)
{
	uint64_t sum = 0;
	bool ok;

	if (v.n < 2 || v.n > 24)
		return false;
	if (v.p[0] == 'P' || v.p[0] == 'p') {
		v = noro_view_sub(v, 1, v.n);
		v = v.p[0] == 'T' ? noro_view_sub(v, 1, v.n) : v;
	}
	if (!v.n || !noro_is_digit(v.p[0]))
		return false;
	ok = clock_age(v, &sum);
	if (!ok) {
		sum = 0;
		ok = unit_age(v, &sum);
	}
	if (ok)
		*ret = sum >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)sum;
	return ok;
}

/* --- protocols --- */

bool noro_route_is_discard(struct noro_view v)
{
	static const char *const names[] = { "null0", "null", "discard", "reject", "blackhole",
		"unreachable", "prohibit", "drop", "null1", "bit-bucket" };

	/* most interfaces begin otherwise: this is asked for every route */
	if (!v.n || !strchr("nNdDrRbBuUpP", v.p[0]))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_is_i(v, names[i]))
			return true;
	return noro_view_starts_i(v, "dsc.") || noro_view_is_i(v, "dsc");
}

struct named {
	const char *name; /* what a name begins with, lower case */
	uint8_t proto;
};

enum noro_route_proto noro_route_proto_of(struct noro_view name)
{
	static const struct named names[] = {
		{ "direct", NORO_RT_CONNECTED },
		{ "connect", NORO_RT_CONNECTED },
		{ "access", NORO_RT_CONNECTED }, /* Junos: subscribers' interfaces */
		{ "local", NORO_RT_LOCAL },
		{ "host", NORO_RT_LOCAL },
		{ "inet6", NORO_RT_LOCAL }, /* Junos: its own groups */
		{ "multicast", NORO_RT_LOCAL },
		{ "pim", NORO_RT_LOCAL },
		{ "igmp", NORO_RT_LOCAL },
		{ "mld", NORO_RT_LOCAL },
		{ "broadcast", NORO_RT_LOCAL },
		{ "hsrp", NORO_RT_LOCAL },
		{ "vrrp", NORO_RT_LOCAL },
		{ "am", NORO_RT_LOCAL }, /* NX-OS: adjacency manager */
		{ "attached", NORO_RT_LOCAL },
		{ "receive", NORO_RT_LOCAL },
		{ "static", NORO_RT_STATIC },
		{ "unr", NORO_RT_DHCP }, /* VRP: network of a user, of a pool or a session */
		{ "implicit", NORO_RT_STATIC },
		{ "rip", NORO_RT_RIP },
		{ "ospf", NORO_RT_OSPF },
		{ "o_", NORO_RT_OSPF }, /* VRP: O_ASE */
		{ "isis", NORO_RT_ISIS },
		{ "is-is", NORO_RT_ISIS },
		{ "eigrp", NORO_RT_EIGRP },
		{ "bgp", NORO_RT_BGP },
		{ "ebgp", NORO_RT_BGP },
		{ "ibgp", NORO_RT_BGP },
		{ "mbgp", NORO_RT_BGP },
		{ "kernel", NORO_RT_KERNEL },
		{ "redirect", NORO_RT_KERNEL },
		{ "boot", NORO_RT_KERNEL },
		{ "aggregate", NORO_RT_AGGREGATE },
		{ "summary", NORO_RT_AGGREGATE },
		{ "ldp", NORO_RT_LDP },
		{ "rsvp", NORO_RT_LDP },
		{ "mpls", NORO_RT_LDP },
		{ "l-isis", NORO_RT_LDP },
		{ "l-ospf", NORO_RT_LDP },
		{ "nat", NORO_RT_NAT },
		{ "dhcp", NORO_RT_DHCP },
		{ "ra", NORO_RT_DHCP },
		{ "odr", NORO_RT_ODR },
		{ "nhrp", NORO_RT_NHRP },
		{ "lisp", NORO_RT_LISP },
		{ "application", NORO_RT_APPLICATION },
		{ "gribi", NORO_RT_APPLICATION },
		{ "dynamicpolicy", NORO_RT_APPLICATION },
		{ "programmed", NORO_RT_APPLICATION },
		{ "openr", NORO_RT_APPLICATION },
		{ "vpn", NORO_RT_VPN },
		{ "ike", NORO_RT_VPN },
		{ "ari-ts", NORO_RT_VPN },
		{ "vxlan", NORO_RT_VPN },
		{ "evpn", NORO_RT_VPN },
		{ "omp", NORO_RT_VPN },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_starts_i(name, names[i].name))
			return names[i].proto;
	return NORO_RT_OTHER;
}
