/*
 * src/device/route_columns.c - tables in columns: PAN-OS, Huawei VRP, MikroTik, Nokia SR
 * OS, Yamaha, `show ip cef`, `netstat -rn`. Words are told apart by what they can be
 * (a prefix, an address, a number), so that a shifted column does no harm.
 */
#include "device/route_priv.h"

#include <stdio.h>

static bool take_prefix(struct noro_view v, struct noro_prefix *p)
{
	bool bare;

	if (noro_view_is(v, "default")) {
		*p = (struct noro_prefix){ .ip.family = 4 };
		return true;
	}
	return noro_route_prefix(v, p, &bare);
}

static bool rule(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] != '-' && v.p[i] != '=' && v.p[i] != ' ')
			return false;
	return true;
}

static void distance(struct noro_route_in *in, uint32_t d)
{
	in->now.distance = (uint16_t)(d > UINT16_MAX ? UINT16_MAX : d);
}

/* "10.0.0.1", "0.0.0.0" for none, or an interface's name */
static void hop(struct noro_route_in *in, struct noro_view v)
{
	noro_route_via(in, v);
	if (in->now.nexthop.family && noro_ip_classify(&in->now.nexthop) == NORO_IP_UNSPECIFIED)
		in->now.nexthop.family = 0;
}

/* --- PAN-OS: destination nexthop metric flags age interface next-AS --- */

static void panos_flags(struct noro_route_in *in, struct noro_view v)
{
	static const struct {
		const char *flag;
		uint8_t proto;
	} flags[] = { { "C", NORO_RT_CONNECTED }, { "H", NORO_RT_LOCAL }, { "S", NORO_RT_STATIC },
		{ "R", NORO_RT_RIP }, { "B", NORO_RT_BGP } };

	if (noro_view_starts(v, "A"))
		in->now.flags |= NORO_RTF_BEST;
	if (noro_view_starts(v, "O"))
		in->now.proto = NORO_RT_OSPF;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (noro_view_chr(v, flags[i].flag[0]) != SIZE_MAX &&
			in->now.proto == NORO_RT_OTHER)
			in->now.proto = flags[i].proto;
}

static void panos_route(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view v = noro_route_word(w);
	const char *flags = NULL, *end = NULL;
	bool numbers = false;

	hop(in, v);
	if (noro_view_is(v, "drop") || noro_view_is(v, "discard"))
		in->now.flags |= NORO_RTF_DISCARD;
	for (v = noro_route_word(w); v.n; v = noro_route_word(w)) {
		uint32_t n;
		bool is_number = noro_route_u32(v, &n);

		if (is_number && !flags) {
			in->now.metric = n;
		} else if (is_number) {
			in->now.age_s = in->now.interface ? in->now.age_s : n;
			numbers = true;
		} else if (v.n <= 2 && !numbers && !noro_is_digit(v.p[0])) {
			flags = flags ? flags : v.p;
			end = v.p + v.n;
			panos_flags(in, v);
		} else if (!in->now.interface) {
			in->now.interface = noro_route_text(in, v);
		}
	}
	if (flags)
		in->now.code = noro_route_text(in, noro_view(flags, (size_t)(end - flags)));
	if (!(in->now.flags & NORO_RTF_BEST))
		in->now.flags |= NORO_RTF_INACTIVE;
	noro_route_emit(in);
}

void noro_routes_panos(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w;
	struct noro_prefix p;

	line = noro_view_trim(line);
	w = noro_route_words(line);
	if (noro_view_starts(line, "VIRTUAL ROUTER:") ||
		noro_view_starts(line, "LOGICAL ROUTER:")) {
		struct noro_view name;

		w.p += 15;
		name = noro_route_word(&w);
		noro_route_vrf(in, name);
	} else if (take_prefix(noro_route_word(&w), &p)) {
		noro_route_begin(in, &p);
		panos_route(in, &w);
	} else if (!rule(line) && !noro_view_starts(line, "flags:") &&
		   !noro_view_starts(line, "Oi:") && !noro_view_starts(line, "O1:") &&
		   !noro_view_starts(line, "destination") && !noro_view_starts(line, "total ")) {
		noro_route_unknown(in);
	}
}

/* --- VRP: Destination/Mask Proto Pre Cost [Flags] NextHop Interface --- */

/* The part from the protocol on; false if it is none. */
static bool vrp_path(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view proto = noro_route_word(w), v;
	uint32_t pre, cost;

	if (!proto.n || !noro_route_u32(noro_route_word(w), &pre) ||
		!noro_route_u32(noro_route_word(w), &cost))
		return false;
	in->now.code = noro_route_text(in, proto);
	in->now.proto = (uint8_t)noro_route_proto_of(proto);
	in->now.flags = NORO_RTF_BEST;
	distance(in, pre);
	in->now.metric = cost;
	v = noro_route_word(w);
	if (!noro_route_ip(v, &in->now.nexthop)) /* the flags: R, D, T */
		v = noro_route_word(w);
	hop(in, v);
	v = noro_route_word(w);
	in->now.interface = noro_route_text(in, v);
	if (v.n && noro_route_is_discard(v))
		in->now.flags |= NORO_RTF_DISCARD;
	noro_route_emit(in);
	return true;
}

static bool vrp_table(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view name;

	if (!noro_view_starts_i(line, "Routing Table"))
		return false;
	name = noro_view_sub(line, noro_view_chr(line, ':') + 1, line.n);
	name = noro_view_trim(name);
	name = noro_view_sub(name, 0, noro_view_chr(name, ' '));
	noro_route_vrf(in, name);
	return true;
}

/* IPv6 is printed as pairs: "Destination  : ::1   PrefixLength : 128" */
static struct noro_view pair(struct noro_view line, const char *key)
{
	size_t at = noro_view_find(line, noro_view_str(key));
	struct noro_view v =
		noro_view_sub(line, at == SIZE_MAX ? line.n : at + strlen(key), line.n);
	struct noro_view word;

	v = noro_view_sub(v, noro_view_chr(v, ':') + (v.n != 0), v.n);
	return noro_view_word(&v, &word) ? word : NORO_V("");
}

static bool vrp_pairs(struct noro_route_in *in, struct noro_view line)
{
	struct noro_prefix p;
	struct noro_view v;
	bool bare;
	uint32_t n;

	if (noro_view_starts(line, "Destination ") &&
		noro_route_prefix(pair(line, "Destination"), &p, &bare)) {
		if (noro_route_u32(pair(line, "PrefixLength"), &n) &&
			n <= (p.ip.family == 6 ? 128U : 32U))
			p.len = (uint8_t)n;
		noro_route_clear_host(&p);
		noro_route_begin(in, &p);
	} else if (in->have && noro_view_starts(line, "NextHop ")) {
		hop(in, pair(line, "NextHop"));
		if (noro_route_u32(pair(line, "Preference"), &n))
			distance(in, n);
	} else if (in->have && noro_view_starts(line, "Cost ")) {
		v = pair(line, "Protocol");
		(void)noro_route_u32(pair(line, "Cost"), &in->now.metric);
		in->now.code = noro_route_text(in, v);
		in->now.proto = (uint8_t)noro_route_proto_of(v);
	} else if (in->have && noro_view_starts(line, "Interface ")) {
		v = pair(line, "Interface");
		in->now.interface = noro_route_text(in, v);
		in->now.flags |= NORO_RTF_BEST | (noro_route_is_discard(v) ? NORO_RTF_DISCARD : 0);
		noro_route_emit(in);
	} else {
		return in->have && noro_view_starts(line, "RelayNextHop");
	}
	return true;
}

/* A terminal of 80 columns breaks the name of an interface: the rest of it stands alone. */
static bool vrp_wrapped(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route *last = in->rib->routes ? &in->rib->route[in->rib->routes - 1] : NULL;
	char name[64];
	int n;

	if (!last || !last->interface || noro_view_chr(line, ' ') != SIZE_MAX)
		return false;
	n = snprintf(name, sizeof(name), "%s%.*s", last->interface, (int)line.n, line.p);
	if (n < 0 || n >= (int)sizeof(name))
		return false;
	last->interface = noro_route_text(in, noro_view(name, (size_t)n));
	return true;
}

void noro_routes_vrp(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w, again;
	struct noro_prefix p;
	bool wide = line.n >= 80;

	line = noro_view_trim(line);
	w = again = noro_route_words(line);
	if (rule(line) || vrp_table(in, line) || vrp_pairs(in, line))
		return;
	if (take_prefix(noro_route_word(&w), &p)) {
		noro_route_begin(in, &p);
		in->wide = wide;
		if (noro_route_rest(&w).n && !vrp_path(in, &w))
			noro_route_unknown(in);
		return;
	}
	if (in->have && vrp_path(in, &again)) {
		in->wide = wide;
		return;
	}
	if (in->wide && vrp_wrapped(in, line))
		return;
	if (!noro_view_starts(line, "Route Flags") && !noro_view_starts(line, "Destination") &&
		!noro_view_starts(line, "Proto:") && !noro_view_starts(line, "Summary Count") &&
		!noro_view_is(line, "route") && line.p[0] != '<' && line.p[0] != '[')
		noro_route_unknown(in);
}

/* --- RouterOS --- */

static void routeros_flags(struct noro_route_in *in, struct noro_view v)
{
	static const struct {
		char flag;
		uint8_t proto, flags;
	} flags[] = { { 'C', NORO_RT_CONNECTED, 0 }, { 'c', NORO_RT_CONNECTED, 0 },
		{ 'S', NORO_RT_STATIC, 0 }, { 's', NORO_RT_STATIC, 0 }, { 'r', NORO_RT_RIP, 0 },
		{ 'b', NORO_RT_BGP, 0 }, { 'o', NORO_RT_OSPF, 0 }, { 'd', NORO_RT_DHCP, 0 },
		{ 'v', NORO_RT_VPN, 0 }, { 'B', NORO_RT_OTHER, NORO_RTF_DISCARD },
		{ 'U', NORO_RT_OTHER, NORO_RTF_DISCARD }, { 'P', NORO_RT_OTHER, NORO_RTF_DISCARD },
		{ 'X', NORO_RT_OTHER, NORO_RTF_INACTIVE }, { 'A', NORO_RT_OTHER, NORO_RTF_BEST } };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (noro_view_chr(v, flags[i].flag) == SIZE_MAX)
			continue;
		in->now.flags |= flags[i].flags;
		if (flags[i].proto)
			in->now.proto = flags[i].proto;
	}
}

static struct noro_view value(struct noro_view line, const char *key)
{
	size_t at = noro_view_find(line, noro_view_str(key));
	struct noro_view v;

	if (at == SIZE_MAX || (at && line.p[at - 1] != ' '))
		return NORO_V("");
	v = noro_view_sub(line, at + strlen(key), line.n);
	if (v.n && v.p[0] == '"')
		return noro_view_sub(v, 1, noro_view_chr(noro_view_sub(v, 1, v.n), '"'));
	return noro_view_sub(v, 0, noro_view_chr(v, ' '));
}

/* Version 6 and the two forms of version 7: bgp-as-path="65001,65002" */
static struct noro_view as_path(struct noro_view line)
{
	static const char *const keys[] = {
		"bgp-as-path=", "bgp.as-path=", ".as-path=", "as-path="
	};
	struct noro_view v = NORO_V("");

	for (size_t i = 0; !v.n && i < sizeof(keys) / sizeof(keys[0]); i++)
		v = value(line, keys[i]);
	return v;
}

/* An entry is as many lines long as the terminal makes it: what they say belongs to its routes. */
static bool routeros_below(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view as = as_path(line), gateway = value(line, "gateway="), word = line;
	uint32_t n = 0, path;
	bool far = noro_route_u32(value(line, "distance="), &n);
	struct noro_route kept = in->now;

	word = noro_view_sub(word, 0, noro_view_chr(word, ' '));
	if (!in->have || noro_view_chr(word, '=') == SIZE_MAX)
		return false;
	path = as.n ? noro_routes_bgp_path(in, as) : NORO_ROUTE_NO_PATH;
	if (gateway.n)
		noro_route_via(in, gateway);
	for (size_t i = in->first; i < in->rib->routes; i++) {
		struct noro_route *r = &in->rib->route[i];

		if (path != NORO_ROUTE_NO_PATH)
			r->path = path;
		if (far)
			r->distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
		if (gateway.n && !r->nexthop.family && !r->interface) {
			r->nexthop = in->now.nexthop;
			r->interface = in->now.interface;
		}
	}
	in->now = kept;
	return true;
}

/* "dst-address=10.0.0.0/8 gateway=192.0.2.1,192.0.2.2 distance=1 routing-mark=x" */
static void routeros_pairs(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view gateways = value(line, "gateway="), gateway;
	struct noro_view mark = value(line, "routing-mark=");
	uint8_t proto = in->now.proto, flags = in->now.flags;
	const char *code = in->now.code;
	struct noro_prefix p;
	bool bare;
	uint32_t n;

	if (!noro_route_prefix(value(line, "dst-address="), &p, &bare)) {
		noro_route_unknown(in);
		return;
	}
	if (!mark.n)
		mark = value(line, "routing-table=");
	noro_route_vrf(in, mark.n ? mark : NORO_V("main"));
	noro_route_begin(in, &p);
	in->first = in->rib->routes;
	in->now.proto = proto;
	in->now.code = code;
	in->now.flags = flags;
	in->now.path = noro_routes_bgp_path(in, as_path(line));
	if (noro_route_u32(value(line, "distance="), &n))
		distance(in, n);
	while (noro_view_cut(&gateways, ',', &gateway)) {
		in->now.interface = NULL;
		noro_route_via(in, gateway);
		noro_route_emit(in);
	}
	if (in->waits)
		noro_route_emit(in);
}

/* "1 ADC  10.0.0.0/24  10.0.0.1  ether1  0": the last address or name before the distance */
static void routeros_row(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view last = NORO_V(""), v;
	uint32_t n;

	for (v = noro_route_word(w); v.n; v = noro_route_word(w)) {
		if (noro_route_u32(v, &n))
			distance(in, n);
		else
			last = v;
	}
	if (last.n)
		hop(in, last);
	noro_route_emit(in);
}

static void routeros_code(struct noro_route_in *in, struct noro_view head)
{
	struct noro_view v, flags = NORO_V("");

	while (noro_view_word(&head, &v)) {
		if (noro_is_digit(v.p[0]))
			continue;
		if (v.n > 4 || noro_view_starts(v, ";;;"))
			break;
		flags = flags.n ? noro_view(flags.p, (size_t)(v.p + v.n - flags.p)) : v;
	}
	in->now.proto = NORO_RT_OTHER;
	in->now.flags = 0;
	in->now.code = noro_route_text(in, flags);
	routeros_flags(in, flags);
	if (!(in->now.flags & NORO_RTF_BEST))
		in->now.flags |= NORO_RTF_INACTIVE;
}

void noro_routes_routeros(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w;
	struct noro_view v;
	size_t pairs;

	line = noro_view_trim(line);
	pairs = noro_view_find(line, NORO_V("dst-address="));
	if (!line.n || noro_view_starts(line, "Flags:") || noro_view_starts(line, "Columns:") ||
		line.p[0] == '#' || line.p[0] == '[' ||
		noro_view_find(line, NORO_V("DST-ADDRESS")) != SIZE_MAX)
		return;
	if (pairs != SIZE_MAX) {
		if (pairs)
			routeros_code(in, noro_view_sub(line, 0, pairs));
		routeros_pairs(in, line);
		return;
	}
	if (routeros_below(in, line))
		return;
	w = noro_route_words(line);
	for (v = noro_route_word(&w); v.n; v = noro_route_word(&w)) {
		struct noro_prefix p;
		struct noro_route head;
		bool bare;

		if (!noro_route_prefix(v, &p, &bare) || bare)
			continue;
		routeros_code(in, noro_view(line.p, (size_t)(v.p - line.p)));
		head = in->now;
		noro_route_begin(in, &p);
		in->now.proto = head.proto;
		in->now.flags = head.flags;
		in->now.code = head.code;
		routeros_row(in, &w);
		return;
	}
	if (noro_view_find(line, NORO_V(";;;")) != SIZE_MAX)
		routeros_code(in, line); /* a comment; its route stands below */
	else
		noro_route_unknown(in);
}

/* --- prefix, next hop, interface: show ip cef, Yamaha, netstat --- */

void noro_routes_simple(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(line);
	struct noro_view first = noro_route_word(&w), v, last = NORO_V("");
	struct noro_prefix p;
	int mask;
	const char *back;

	if (!first.n || !take_prefix(first, &p)) {
		if (first.n && in->have && noro_route_ip(first, &in->now.nexthop)) {
			in->now.interface = noro_route_text(in, noro_route_word(&w));
			noro_route_emit(in); /* a further next hop of show ip cef */
		} else if (first.n && !noro_view_starts(first, "Prefix") &&
			   !noro_view_starts(first, "Destination") && in->read->routes) {
			noro_route_unknown(in);
		}
		return;
	}
	noro_route_begin(in, &p);
	in->now.flags = NORO_RTF_BEST;
	v = noro_route_word(&w);
	if (noro_view_starts(v, "attached") || noro_view_starts(v, "receive"))
		in->now.proto = noro_view_starts(v, "receive") ? (uint8_t)NORO_RT_LOCAL
							       : (uint8_t)NORO_RT_CONNECTED;
	else if (v.n)
		hop(in, v);
	back = w.p;
	mask = noro_route_mask(noro_route_word(&w)); /* netstat: Genmask */
	if (mask >= 0 && noro_view_chr(first, '/') == SIZE_MAX) {
		in->now.prefix.len = (uint8_t)mask;
		noro_route_clear_host(&in->now.prefix);
		for (v = noro_route_word(&w); v.n; v = noro_route_word(&w))
			last = v;
	} else {
		w.p = back;
		last = noro_route_word(&w);
		v = noro_route_word(&w);
		if (v.n) {
			in->now.code = noro_route_text(in, v);
			in->now.proto =
				in->now.proto ? in->now.proto : (uint8_t)noro_route_proto_of(v);
		}
	}
	if (last.n)
		in->now.interface = noro_route_text(in, last);
	noro_route_emit(in);
}

/* --- SR OS: two lines a route --- */

void noro_routes_sros(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w;
	struct noro_view v, type, proto;
	struct noro_prefix p;
	uint32_t n;
	size_t at;

	line = noro_view_trim(line);
	at = noro_view_find(line, NORO_V("(Router: "));
	w = noro_route_words(line);
	if (at == SIZE_MAX)
		at = noro_view_find(line, NORO_V("(Service: "));
	v = noro_route_word(&w);
	v = noro_view_sub(v, 0, noro_view_chr(v, '['));
	if (at != SIZE_MAX) {
		v = noro_view_sub(line, at, line.n);
		v = noro_view_sub(v, noro_view_chr(v, ' ') + 1, v.n);
		v = noro_view_sub(v, 0, noro_view_chr(v, ')'));
		noro_route_vrf(in, noro_view_is(v, "Base") ? NORO_V("default") : v);
	} else if (take_prefix(v, &p)) {
		type = noro_route_word(&w);
		proto = noro_route_word(&w);
		noro_route_begin(in, &p);
		in->now.flags = NORO_RTF_BEST;
		in->now.code = noro_route_text(in, proto);
		in->now.proto = noro_view_is(type, "Local") ? (uint8_t)NORO_RT_CONNECTED
							    : (uint8_t)noro_route_proto_of(proto);
		if (noro_view_starts(type, "Blackh")) {
			in->now.proto = NORO_RT_STATIC;
			in->now.flags |= NORO_RTF_DISCARD;
		}
		(void)noro_route_age(noro_route_word(&w), &in->now.age_s);
		if (noro_route_u32(noro_route_word(&w), &n))
			distance(in, n);
	} else if (in->have && in->waits && v.n) {
		hop(in, v);
		(void)noro_route_u32(noro_route_word(&w), &in->now.metric);
		noro_route_emit(in);
	} else if (!rule(line) && in->have && !noro_view_starts(line, "No. of Routes") &&
		   !noro_view_starts(line, "Flags:")) {
		noro_route_unknown(in);
	}
}
