/*
 * src/device/route_json.c - routing tables as JSON. Each system has members of its own
 * by which a route is known wherever it stands in the document, so that envelopes
 * (eAPI, NX-API, collections) need no code.
 */
#include "device/route_priv.h"

#include "base/json.h"

/* The end of the object or array that begins at `at`: strings are stepped over. */
size_t noro_route_json_end(struct noro_view t, size_t at)
{
	unsigned deep = 0;
	bool string = false;

	for (; at < t.n; at++) {
		char c = t.p[at];

		if (string) {
			if (c == '\\')
				at++;
			string = c != '"';
			continue;
		}
		string = c == '"';
		deep += c == '{' || c == '[';
		if ((c == '}' || c == ']') && (deep == 0 || --deep == 0))
			return at + 1;
	}
	return t.n;
}

static uint32_t number(const struct noro_json *v, const char *name, uint32_t or)
{
	const struct noro_json *m = noro_json_get(v, name);
	uint32_t n;

	return m && noro_route_u32(m->text, &n) ? n : or ;
}

static bool flag(const struct noro_json *v, const char *name)
{
	const struct noro_json *m = noro_json_get(v, name);

	return m && m->kind == NORO_JSON_TRUE;
}

static void distance(struct noro_route_in *in, uint32_t d)
{
	in->now.distance = (uint16_t)(d > UINT16_MAX ? UINT16_MAX : d);
}

static bool begin(struct noro_route_in *in, struct noro_view prefix)
{
	struct noro_prefix p;
	bool bare;

	if (noro_view_is(prefix, "default")) {
		p = (struct noro_prefix){ .ip.family = 4 };
	} else if (!noro_route_prefix(prefix, &p, &bare)) {
		noro_route_unknown(in);
		return false;
	}
	noro_route_begin(in, &p);
	in->now.flags = NORO_RTF_BEST;
	return true;
}

static void hop(struct noro_route_in *in, struct noro_view ip, struct noro_view interface)
{
	in->now.nexthop.family = 0;
	in->now.interface = NULL;
	if (ip.n)
		(void)noro_route_ip(noro_view_sub(ip, 0, noro_view_chr(ip, '%')), &in->now.nexthop);
	if (interface.n) {
		in->now.interface = noro_route_text(in, interface);
		if (noro_route_is_discard(interface))
			in->now.flags |= NORO_RTF_DISCARD;
	}
	noro_route_emit(in);
}

/* --- EOS: the prefix is the name of the member --- */

static void eos_route(struct noro_route_in *in, const struct noro_json *v)
{
	struct noro_view type = noro_json_str(v, "routeType");
	const struct noro_json *vias = noro_json_get(v, "vias");

	if (!begin(in, v->key))
		return;
	in->now.code = noro_route_text(in, type);
	in->now.proto = (uint8_t)noro_route_proto_of(type);
	in->now.metric = number(v, "metric", 0);
	distance(in, number(v, "preference", 0));
	if (noro_view_is(noro_json_str(v, "routeAction"), "drop"))
		in->now.flags |= NORO_RTF_DISCARD;
	if (flag(v, "routeLeaked"))
		in->now.flags |= NORO_RTF_LEAKED;
	for (const struct noro_json *h = vias ? vias->child : NULL; h; h = h->next)
		hop(in, noro_json_str(h, "nexthopAddr"), noro_json_str(h, "interface"));
	if (in->waits)
		noro_route_emit(in);
}

/* Of a table of BGP: each way with its path, "64501 64510 i". */
static void eos_bgp(struct noro_route_in *in, const struct noro_json *v)
{
	const struct noro_json *ways = noro_json_get(v, "bgpRoutePaths");

	if (!begin(in, v->key))
		return;
	in->now.code = noro_route_text(in, NORO_V("B"));
	in->now.proto = NORO_RT_BGP;
	for (const struct noro_json *w = ways ? ways->child : NULL; w; w = w->next) {
		const struct noro_json *type = noro_json_get(w, "routeType"),
				       *path = noro_json_get(w, "asPathEntry");
		struct noro_view as = path ? noro_json_str(path, "asPath") : NORO_V("");

		in->now.flags = type && flag(type, "active") ? (uint8_t)NORO_RTF_BEST
							     : (uint8_t)NORO_RTF_INACTIVE;
		in->now.path = NORO_ROUTE_NO_PATH;
		if (noro_view_chr(as, '(') == SIZE_MAX)
			noro_routes_junos_path(in, as);
		hop(in, noro_json_str(w, "nextHop"), NORO_V(""));
	}
}

/* --- NX-OS: rows of tables, one row is no array --- */

static void nxos_path(struct noro_route_in *in, const struct noro_json *h)
{
	struct noro_view client = noro_json_str(h, "clientname");

	in->now.flags = noro_view_is(noro_json_str(h, "ubest"), "false")
				? (uint8_t)NORO_RTF_INACTIVE
				: (uint8_t)NORO_RTF_BEST;
	in->now.code = noro_route_text(in, client);
	in->now.proto = (uint8_t)noro_route_proto_of(client);
	in->now.metric = number(h, "metric", 0);
	distance(in, number(h, "pref", 0));
	in->now.age_s = NORO_ROUTE_NO_AGE;
	(void)noro_route_age(noro_json_str(h, "uptime"), &in->now.age_s);
	if (noro_view_is(client, "discard"))
		in->now.flags |= NORO_RTF_DISCARD;
	hop(in, noro_json_str(h, "ipnexthop"), noro_json_str(h, "ifname"));
}

/* Of a table of BGP: the marks of the text, each in a member of its own. */
static void nxos_way(struct noro_route_in *in, const struct noro_json *h)
{
	struct noro_view to = noro_json_str(h, "ipnexthop"), best = noro_json_str(h, "bestcode");

	in->now.code = noro_route_text(in, NORO_V("B"));
	in->now.proto = NORO_RT_BGP;
	in->now.flags = noro_view_chr(best, '>') != SIZE_MAX ||
					noro_view_starts(noro_json_str(h, "best"), "best")
				? (uint8_t)NORO_RTF_BEST
				: (uint8_t)NORO_RTF_INACTIVE;
	in->now.path = noro_routes_bgp_path(in, noro_json_str(h, "path"));
	hop(in, to.n ? to : noro_json_str(h, "ipv6nexthop"), NORO_V(""));
}

static void nxos_row(struct noro_route_in *in, const struct noro_json *h)
{
	if (noro_json_get(h, "pathnr") || noro_json_get(h, "bestcode"))
		nxos_way(in, h);
	else
		nxos_path(in, h);
}

static void nxos_route(struct noro_route_in *in, const struct noro_json *v)
{
	const struct noro_json *rows = noro_json_path(v, "TABLE_path.ROW_path");
	struct noro_view prefix = noro_json_str(v, "ipprefix");

	if (!begin(in, prefix.n ? prefix : noro_json_str(v, "ipv6prefix")))
		return;
	if (rows && rows->kind == NORO_JSON_OBJECT)
		nxos_row(in, rows);
	for (const struct noro_json *h = rows && rows->kind == NORO_JSON_ARRAY ? rows->child : NULL;
		h; h = h->next)
		nxos_row(in, h);
}

/* --- FRR --- */

static void frr_route(struct noro_route_in *in, const struct noro_json *v)
{
	const struct noro_json *hops = noro_json_get(v, "nexthops");
	struct noro_view proto = noro_json_str(v, "protocol"), vrf = noro_json_str(v, "vrfName");
	uint8_t flags;

	if (vrf.n)
		noro_route_vrf(in, vrf);
	if (!begin(in, noro_json_str(v, "prefix")))
		return;
	in->now.code = noro_route_text(in, proto);
	in->now.proto = (uint8_t)noro_route_proto_of(proto);
	in->now.metric = number(v, "metric", 0);
	distance(in, number(v, "distance", 0));
	(void)noro_route_age(noro_json_str(v, "uptime"), &in->now.age_s);
	flags = flag(v, "selected") ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
	for (const struct noro_json *h = hops->child; h; h = h->next) {
		in->now.flags = flags;
		if (flag(h, "unreachable") || flag(h, "blackhole") || flag(h, "reject"))
			in->now.flags |= NORO_RTF_DISCARD;
		hop(in, noro_json_str(h, "ip"), noro_json_str(h, "interfaceName"));
	}
}

/* Where a way leads: of IPv6 the address of the link is told as well, but one of both is used. */
static struct noro_view frr_hop(const struct noro_json *hops)
{
	struct noro_view to = NORO_V("");

	for (const struct noro_json *h = hops ? hops->child : NULL; h; h = h->next)
		if (!to.n || flag(h, "used"))
			to = noro_json_str(h, "ip");
	return to;
}

/* A way of a table of BGP; below one prefix alone "bestpath" and the path are objects. */
static void frr_way(struct noro_route_in *in, const struct noro_json *w)
{
	const struct noro_json *best = noro_json_get(w, "bestpath"),
			       *as = noro_json_get(w, "aspath");
	bool is_best = flag(w, "bestpath") || (best && flag(best, "overall"));
	struct noro_view path = as ? noro_json_str(as, "string") : noro_json_str(w, "path");

	in->now.code = noro_route_text(in, NORO_V("B"));
	in->now.proto = NORO_RT_BGP;
	in->now.metric = number(w, "metric", 0);
	in->now.flags = is_best ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
	in->now.path = noro_routes_bgp_path(in, path);
	hop(in, frr_hop(noro_json_get(w, "nexthops")), NORO_V(""));
}

/* "10.0.0.0/24": [ways]; each way names the network again, older ones without its length. */
static bool frr_bgp(struct noro_route_in *in, const struct noro_json *v)
{
	const struct noro_json *ways = v->kind == NORO_JSON_ARRAY ? v : noro_json_get(v, "paths");
	struct noro_view prefix = v->kind == NORO_JSON_ARRAY ? v->key : noro_json_str(v, "prefix");
	const struct noro_json *first = ways && ways->kind == NORO_JSON_ARRAY ? ways->child : NULL;

	if (!first || noro_view_chr(prefix, '/') == SIZE_MAX ||
		(!noro_json_get(first, "bestpath") && !noro_json_get(first, "pathFrom") &&
			!noro_json_get(first, "peerId") && !noro_json_get(first, "aspath")))
		return false;
	if (begin(in, prefix))
		for (const struct noro_json *w = first; w; w = w->next)
			frr_way(in, w);
	return true;
}

/* --- ip -json route --- */

static void linux_hop(struct noro_route_in *in, const struct noro_json *h)
{
	struct noro_view ip = noro_json_str(h, "gateway");
	const struct noro_json *via = noro_json_get(h, "via");

	hop(in, ip.n || !via ? ip : noro_json_str(via, "host"), noro_json_str(h, "dev"));
}

static void linux_route(struct noro_route_in *in, const struct noro_json *v)
{
	const struct noro_json *hops = noro_json_get(v, "nexthops");
	struct noro_view proto = noro_json_str(v, "protocol"), type = noro_json_str(v, "type");
	bool linked =
		noro_view_is(noro_json_str(v, "scope"), "link") && noro_view_is(proto, "kernel");

	if (!begin(in, noro_json_str(v, "dst")))
		return;
	in->now.code = noro_route_text(in, proto);
	in->now.proto = linked ? (uint8_t)NORO_RT_CONNECTED : (uint8_t)noro_route_proto_of(proto);
	in->now.metric = number(v, "metric", 0);
	if (noro_route_is_discard(type))
		in->now.flags |= NORO_RTF_DISCARD;
	for (const struct noro_json *h = hops ? hops->child : NULL; h; h = h->next)
		linux_hop(in, h);
	if (in->waits)
		linux_hop(in, v);
}

/* --- any document --- */

static bool named(const struct noro_json *v, const char *name, enum noro_json_kind kind)
{
	const struct noro_json *m = noro_json_get(v, name);

	return m && m->kind == kind;
}

static bool is_route(struct noro_route_in *in, const struct noro_json *v)
{
	if (named(v, "routeType", NORO_JSON_STRING) && v->key.n)
		eos_route(in, v);
	else if (v->key.n && named(v, "bgpRoutePaths", NORO_JSON_ARRAY))
		eos_bgp(in, v);
	else if (named(v, "ipprefix", NORO_JSON_STRING) || named(v, "ipv6prefix", NORO_JSON_STRING))
		nxos_route(in, v);
	else if (named(v, "paths", NORO_JSON_ARRAY) && frr_bgp(in, v))
		return true;
	else if (named(v, "nexthops", NORO_JSON_ARRAY) && named(v, "prefix", NORO_JSON_STRING))
		frr_route(in, v);
	else if (named(v, "dst", NORO_JSON_STRING) &&
		 (named(v, "dev", NORO_JSON_STRING) || named(v, "nexthops", NORO_JSON_ARRAY) ||
			 named(v, "type", NORO_JSON_STRING)))
		linux_route(in, v);
	else if (noro_json_get(v, "rt-destination"))
		noro_route_junos_rt(in, (struct noro_route_doc){ .json = v });
	else
		return false;
	return true;
}

/* The line that a value stands on; values come in order. */
static void at_line(struct noro_route_in *in, const struct noro_json *v)
{
	while (in->counted < v->at && in->counted < in->document.n)
		in->line += in->document.p[in->counted++] == '\n';
}

static void walk(struct noro_route_in *in, const struct noro_json *v, unsigned deep)
{
	const struct noro_json *table = noro_json_get(v, "table-name");
	struct noro_view vrf = noro_json_str(v, "vrf-name-out");

	if (v->kind == NORO_JSON_OBJECT) {
		at_line(in, v);
		if (!vrf.n && noro_json_get(v, "routes")) /* FRR, above a table of BGP */
			vrf = noro_json_str(v, "vrfName");
		if (vrf.n)
			noro_route_vrf(in, vrf);
		if (table)
			noro_route_junos_table(in, (struct noro_route_doc){ .json = v });
		if (in->skip || is_route(in, v))
			return;
	}
	if ((v->kind != NORO_JSON_OBJECT && v->kind != NORO_JSON_ARRAY) || deep == 0)
		return;
	if (v->kind == NORO_JSON_ARRAY && v->key.n) {
		at_line(in, v);
		if (frr_bgp(in, v))
			return;
	}
	for (const struct noro_json *c = v->child; c && in->status == NORO_OK; c = c->next) {
		/* EOS: "vrfs": { "name": { "routes": ... */
		if (c->key.n && (noro_json_get(c, "routes") || noro_json_get(c, "bgpRouteEntries")))
			noro_route_vrf(in, c->key);
		walk(in, c, deep - 1);
	}
}

void noro_routes_json(struct noro_route_in *in, struct noro_view text, struct noro_arena *a)
{
	struct noro_json_limits limits = { .allow_duplicates = true,
		.allow_lone_surrogates = true };
	const struct noro_json *root;
	size_t from = 0, to;
	enum noro_status st;

	while (from < text.n && text.p[from] != '{' && text.p[from] != '[')
		from++;
	to = noro_route_json_end(text, from);
	in->document = noro_view_sub(text, from, to - from);
	st = noro_json_parse(a, in->document, &limits, &root, NULL);
	in->line = 1;
	in->read->lines = 1;
	if (st == NORO_ENOMEM)
		in->status = st;
	else if (st != NORO_OK)
		noro_route_unknown(in); /* torn, or no JSON */
	else
		walk(in, root, 64);
	in->read->lines = in->line;
}
