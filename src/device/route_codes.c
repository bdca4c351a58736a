/*
 * src/device/route_codes.c - tables with letters before the prefix: Cisco IOS, XE,
 * XR, ASA, Arista EOS, FRR and its kin, FortiOS, Check Point, EdgeOS. One line is
 *
 *	CODE [PREFIX [MASK]] [[distance/metric]] (via HOP | is directly connected) {, ITEM}
 *
 * and whatever is missing stands on the lines below it (a wrapped next hop) or above
 * it (a further path of the same prefix, a length said once for a classful net).
 */
#include "device/route_priv.h"

/* --- lines that are no routes --- */

/* "10.0.0.0/24 is subnetted, 3 subnets", "10.0.0.0 255.0.0.0 is variably subnetted" */
static bool net_header(struct noro_route_in *in, const struct noro_prefix *p, struct noro_view rest)
{
	while (rest.n && rest.p[0] == ' ')
		rest = noro_view_sub(rest, 1, rest.n);
	if (!rest.n || rest.p[0] != 'i') /* all routes come by here */
		return false;
	if (!noro_view_starts(rest, "is subnetted") && !noro_view_starts(rest, "is variably"))
		return false;
	in->net = *p;
	in->have = in->waits = false;
	return true;
}

static struct noro_view quoted_or_word(struct noro_view v)
{
	struct noro_view word;

	v = noro_view_trim(v);
	if (v.n && v.p[0] == '"')
		return noro_view_sub(v, 1, noro_view_chr(noro_view_sub(v, 1, v.n), '"'));
	while (v.n && (v.p[v.n - 1] == ':' || v.p[v.n - 1] == '-'))
		v.n--;
	return noro_view_word(&v, &word) ? word : NORO_V("");
}

/* Banners that name the table. */
static bool banner(struct noro_route_in *in, struct noro_view line)
{
	static const char *const starts[] = { "Routing Table:", "Routing table for VRF=",
		"IP Route Table for VRF", "IPv6 Routing Table for VRF", "IPv6 Route Table for VRF",
		"VRF name:", "VRF:", "IPv6 Routing Table - ", "VRF ", "Instance:" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct noro_view name;

		if (!noro_view_starts_i(line, starts[i]))
			continue;
		name = quoted_or_word(noro_view_sub(line, strlen(starts[i]), line.n));
		if (noro_view_is_i(name, "VRF")) /* "IPv6 Routing Table - VRF red - 5 entries" */
			name = quoted_or_word(noro_view_sub(line, strlen(starts[i]) + 4, line.n));
		noro_route_vrf(in, noro_view_is(name, "IPv6") ? NORO_V("default") : name);
		return true;
	}
	return false;
}

static bool prompt(struct noro_view line)
{
	size_t at = noro_view_chr(line, '#');
	struct noro_view v;

	if (at == SIZE_MAX)
		at = noro_view_chr(line, '>');
	if (at == SIZE_MAX)
		at = 0;
	while (at < line.n && (line.p[at] == '#' || line.p[at] == '>' || line.p[at] == ' '))
		at++;
	v = noro_view_sub(line, at, line.n);
	return !v.n || noro_view_starts_i(v, "sh ") || noro_view_starts_i(v, "show ") ||
	       noro_view_starts_i(v, "sho ") || noro_view_starts_i(v, "get router");
}

static bool known_remark(struct noro_view line)
{
	static const char *const starts[] = { "Gateway of last resort", "Default gateway",
		"WARNING: Some of the routes", "kernel forwarding", "! IP routing not enabled",
		"IP routing not enabled", "Displaying ", "Total number", "% ", "RP/0/", "Load for ",
		"Time source", "Routing Table", "IPv6 Routing Table", "IP Route Table", "No routes",
		"Route not found", "Maximum number of", "Comment", "end",
		"Host               Gateway", "ICMP redirect", "IPv4 unicast", "IPv6 unicast" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (noro_view_starts_i(line, starts[i]))
			return true;
	return false;
}

static void other_line(struct noro_route_in *in, struct noro_view line)
{
	if (!banner(in, line) && !known_remark(line) && !prompt(line))
		noro_route_unknown(in);
}

/* --- the part behind the prefix --- */

/* "[110/20]" */
static bool distance(struct noro_route_in *in, struct noro_view v)
{
	size_t slash = noro_view_chr(v, '/');
	uint32_t d, m;

	if (v.n < 5 || v.p[0] != '[' || slash == SIZE_MAX)
		return false;
	v.n -= v.p[v.n - 1] == ',';
	if (v.p[v.n - 1] != ']' || !noro_route_u32(noro_view_sub(v, 1, slash - 1), &d) ||
		!noro_route_u32(noro_view_sub(v, slash + 1, v.n - slash - 2), &m))
		return false;
	in->now.distance = (uint16_t)(d > UINT16_MAX ? UINT16_MAX : d);
	in->now.metric = m;
	return true;
}

/* What stands up to the next comma outside parentheses. */
static struct noro_view item(struct noro_route_words *w)
{
	const char *from;
	int deep = 0;

	while (w->p < w->end && (*w->p == ' ' || *w->p == ','))
		w->p++;
	from = w->p;
	for (; w->p < w->end; w->p++) {
		deep += *w->p == '(';
		deep -= *w->p == ')' && deep > 0;
		if (*w->p == ',' && !deep)
			break;
	}
	return (struct noro_view){ from, (size_t)(w->p - from) };
}

static bool no_interface(struct noro_view v)
{
	static const char *const starts[] = { "weight ", "label ", "tag ", "recursive", "receive",
		"directly", "indirectly", "inactive", "src ", "seg6", "metric ", "cost ", "onlink",
		"backup", "rnh", "encap", "VNI ", "router-mac", "nexthop in", "is ", "installed",
		"stale", "best", "segment" };

	/* interfaces of most systems have a capital: no need to look them all up */
	if (v.n && v.p[0] >= 'A' && v.p[0] <= 'Z' && v.p[0] != 'V')
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (noro_view_starts(v, starts[i]))
			return true;
	return !v.n || v.p[0] == '[' || v.p[0] == '(';
}

/* Age and interface, in the order that the system prefers. */
static void items(struct noro_route_in *in, struct noro_route_words *w)
{
	for (struct noro_view v = item(w); v.n; v = item(w)) {
		struct noro_view word = { v.p, 0 };
		uint32_t age;

		while (word.n < v.n && v.p[word.n] != ' ')
			word.n++;
		if (noro_is_digit(word.p[0]) && noro_route_age(word, &age)) {
			in->now.age_s = age;
		} else if (v.p[0] == 'a' && noro_view_starts(v, "age ")) {
			(void)noro_route_u32(noro_view_sub(v, 4, v.n), &in->now.age_s);
		} else if (!in->now.interface && !no_interface(v)) {
			if (noro_route_is_discard(word))
				in->now.flags |= NORO_RTF_DISCARD;
			in->now.interface = noro_route_text(in, word);
		}
	}
}

/* "(recursive is directly connected, port3)" and "(recursive via 10.0.0.1, port3)" */
static void within_parentheses(struct noro_route_in *in, struct noro_view v)
{
	size_t comma = noro_view_rchr(v, ',');
	struct noro_view last =
		noro_view_trim(noro_view_sub(v, comma == SIZE_MAX ? v.n : comma + 1, v.n));

	if (noro_view_starts(v, "(recursive") && last.n && !in->now.interface &&
		noro_is_alpha(last.p[0]))
		in->now.interface = noro_route_text(in, last);
}

static void parentheses(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view rest = noro_route_rest(w);
	size_t from = 0, to;

	while (from < rest.n && rest.p[from] == ' ')
		from++;
	if (from == rest.n || rest.p[from] != '(')
		return;
	to = noro_view_chr(rest, ')');
	if (to == SIZE_MAX)
		return;
	within_parentheses(in, noro_view_sub(rest, from, to - from));
	w->p += to + 1;
	while (w->p < w->end && (*w->p == ')' || *w->p == ' '))
		w->p++; /* EdgeOS prints one too many */
}

static void via(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view hop = noro_route_word(w);

	if (hop.n && (hop.p[0] == 'V' || hop.p[0] == 'S') &&
		(noro_view_is(hop, "VTEP") || noro_view_is(hop, "SDWAN")))
		hop = noro_route_word(w);
	if (hop.n && hop.p[hop.n - 1] == ',')
		hop.n--;
	noro_route_via(in, hop);
	parentheses(in, w);
	items(in, w);
	noro_route_emit(in);
}

/* "directly connected, Ethernet1", "a summary, 00:01:02, Null0", "unreachable (blackhole)" */
static bool is_something(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view v = item(w);

	if (noro_view_find(v, NORO_V("unreachable")) != SIZE_MAX ||
		noro_view_find(v, NORO_V("blackhole")) != SIZE_MAX)
		in->now.flags |= NORO_RTF_DISCARD;
	else if (noro_view_starts(v, "a summary"))
		in->now.proto =
			in->now.proto == NORO_RT_OTHER ? (uint8_t)NORO_RT_AGGREGATE : in->now.proto;
	else if (!noro_view_starts(v, "directly connected"))
		return false;
	if (noro_view_ends(v, "Null0")) /* FRR: "is directly connected, Null0" has its comma */
		in->now.flags |= NORO_RTF_DISCARD;
	items(in, w);
	noro_route_emit(in);
	return true;
}

/* What may follow the prefix, or stand alone on a line below it. */
static bool tail(struct noro_route_in *in, struct noro_route_words *w)
{
	struct noro_view v = noro_route_word(w);

	while (v.n && (v.p[0] == '*' || v.p[0] == '>')) /* flags of FRR and EdgeOS */
		v = v.n > 2 ? noro_view_sub(v, 1, v.n) : noro_route_word(w);
	if (!v.n)
		return in->waits; /* the next hop comes below */
	if (v.p[0] == '[' && distance(in, v)) {
		if (v.p[v.n - 1] == ',') { /* "[6/0], 3w2d, Null0" */
			items(in, w);
			noro_route_emit(in);
			return true;
		}
		v = noro_route_word(w);
		if (!v.n)
			return in->waits;
	}
	in->now.interface = NULL;
	in->now.nexthop.family = 0;
	if (v.n == 3 && memcmp(v.p, "via", 3) == 0) {
		via(in, w);
		return true;
	}
	if (noro_view_is(v, "is"))
		return is_something(in, w);
	if (noro_view_is(v, "directly") || noro_view_is(v, "unreachable") ||
		noro_view_is(v, "blackhole")) {
		w->p = v.p;
		return is_something(in, w);
	}
	if (noro_view_is(v, "connected")) { /* ASA: connected by VPN (advertised), outside */
		(void)item(w);
		items(in, w);
		noro_route_emit(in);
		return true;
	}
	return false;
}

/* --- the part before it --- */

/* "S*", "i*L1", "K>*", "O>r": letters, and what the marks among them say. */
static size_t plain_code(struct noro_view code, char out[16], bool *selected, bool *star)
{
	size_t n = 0;

	*selected = *star = false;
	for (size_t i = 0; i < code.n && n < 15; i++) {
		char c = code.p[i];

		*selected |= c == '>';
		*star |= c == '*';
		if (*selected)
			continue; /* letters behind it tell how it stands in the kernel */
		if (noro_is_alnum(c))
			out[n++] = c;
		else if ((c == ' ' || c == '*') && n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	return n;
}

static void take_code(struct noro_route_in *in, struct noro_view code)
{
	char plain[16];
	bool selected, star;
	const struct noro_route_code *c;
	size_t n;

	in->now.code = noro_route_text(in, code);
	if (in->now.code && in->now.code == in->last.code) {
		in->now.proto = in->last.proto; /* tables come in runs of one protocol */
		in->now.flags |= in->last.flags;
		return;
	}
	n = plain_code(code, plain, &selected, &star);
	c = noro_routes_code_of(in, noro_view(plain, n));
	if (c) {
		in->now.proto = c->proto;
		in->now.flags |= c->flags;
	}
	if (!in->marked || selected)
		in->now.flags |= NORO_RTF_BEST;
	else
		in->now.flags |= NORO_RTF_INACTIVE;
	if (star && !in->marked)
		in->now.flags |= NORO_RTF_DEFAULT;
	in->last = in->now;
}

static uint8_t classful(const struct noro_ip *ip)
{
	if (!ip->b[0] && !ip->b[1] && !ip->b[2] && !ip->b[3])
		return 0;
	return ip->b[0] < 128 ? 8 : ip->b[0] < 192 ? 16 : 24;
}

/* A prefix without its length: the mask follows (ASA), or was said for the net above. */
static void length_for(struct noro_route_in *in, struct noro_prefix *p, struct noro_route_words *w)
{
	const char *back = w->p;
	int len = noro_route_mask(noro_route_word(w));

	if (p->ip.family == 6)
		return;
	if (len < 0) {
		w->p = back;
		len = in->net.ip.family == 4 ? in->net.len : classful(&p->ip);
	}
	p->len = (uint8_t)len;
	noro_route_clear_host(p);
}

static bool code_like(struct noro_view v)
{
	if (v.n > 5 || (v.n > 1 && (noro_view_is(v, "via") || noro_view_is(v, "is"))))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("*>%+&!()~", v.p[i]))
			return false;
	return true;
}

/* A line with a prefix in it; `w` stands behind that. */
static void route_line(struct noro_route_in *in, struct noro_view code, struct noro_prefix *p,
	bool bare, struct noro_route_words *w)
{
	if (bare)
		length_for(in, p, w);
	if (net_header(in, p, noro_route_rest(w)))
		return;
	if (in->waits)
		noro_route_unknown(in); /* the last one never got its next hop */
	noro_route_begin(in, p);
	take_code(in, code);
	if (!tail(in, w)) {
		in->have = in->waits = false;
		noro_route_unknown(in);
	}
}

static void below(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(line);

	if (!in->have || !tail(in, &w))
		other_line(in, line);
}

void noro_routes_codes(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(line);
	const char *from = NULL, *to = NULL;

	if (in->legend && noro_routes_legend(in, line))
		return;
	for (int words = 0; words < 6; words++) {
		struct noro_view v = noro_route_word(&w);
		struct noro_prefix p;
		bool bare;

		if (!v.n)
			break;
		if (noro_route_prefix(v, &p, &bare)) {
			route_line(in, noro_view(from, (size_t)(to - from)), &p, bare, &w);
			return;
		}
		if (!code_like(v))
			break;
		from = from ? from : v.p;
		to = v.p + v.n;
	}
	line = noro_view_trim(line);
	if (line.n && !noro_routes_legend(in, line))
		below(in, line);
}
