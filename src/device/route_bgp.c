/*
 * src/device/route_bgp.c - `show ip bgp` of Cisco, Arista and FRR: what the table of routes
 * does not print, the AS paths. Columns stand where the heading has them; a prefix that
 * is too long for its column pushes the rest to the right, or to a line of its own.
 */
#include "device/route_priv.h"

#include "base/text.h"

static bool find_columns(struct noro_route_in *in, struct noro_view line)
{
	const bool vrp = noro_view_find(line, NORO_V("Path/Ogn")) != SIZE_MAX;
	size_t net = noro_view_find(line, NORO_V("Network")),
	       hop = noro_view_find(line, vrp ? NORO_V("NextHop") : NORO_V("Next Hop")),
	       metric = noro_view_find(line, vrp ? NORO_V("MED") : NORO_V("Metric")),
	       path = noro_view_find(line, NORO_V(" Path")), tag;

	if (net == SIZE_MAX || hop == SIZE_MAX || path == SIZE_MAX || hop < net || path < hop ||
		metric == SIZE_MAX)
		return false;
	in->col_net = net;
	in->col_hop = hop;
	in->col_metric = metric;
	in->col_path = path + 1;
	tag = noro_view_find(line, vrp ? NORO_V("PrefVal") : NORO_V("RouteTag"));
	in->col_number = tag == SIZE_MAX ? 0 : tag;
	in->have = false;
	return true;
}

/* "(default for vrf CUST)", "for VRF CUST, address family" */
static bool table_name(struct noro_route_in *in, struct noro_view line)
{
	static const char *const before[] = { "information for VRF ", "default for vrf ", "VRF: " };
	bool distinguisher = noro_view_starts(line, "Route Distinguisher:");

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		size_t at = noro_view_find(line, noro_view_str(before[i])), n = 0;
		struct noro_view v;

		if (at == SIZE_MAX)
			continue;
		v = noro_view_sub(line, at + strlen(before[i]), line.n);
		while (n < v.n && v.p[n] != ',' && v.p[n] != ')' && v.p[n] != ' ')
			n++;
		noro_route_vrf(in, noro_view_sub(v, 0, n));
		return true;
	}
	return distinguisher;
}

static bool network(struct noro_view v, struct noro_prefix *p)
{
	bool bare;

	if (!noro_route_prefix(v, p, &bare))
		return false;
	if (bare && p->ip.family == 4) { /* a network of its class is printed without a length */
		uint8_t first = (uint8_t)p->ip.b[0];

		p->len = first < 128 ? 8 : first < 192 ? 16 : 24;
		if (first == 0)
			p->len = 0;
	}
	noro_route_clear_host(p);
	return true;
}

static bool is_origin(char c)
{
	return c == 'i' || c == 'e' || c == '?';
}

/* VRP and FortiOS set paths off from their column, but always behind the number before it. */
static size_t behind_number(struct noro_view line, size_t at)
{
	while (at < line.n && line.p[at] == ' ')
		at++;
	while (at < line.n && noro_is_digit(line.p[at]))
		at++;
	return at + 1;
}

/* "{64503,64504}", also with blanks inside: nobody of them originates the route alone (RFC 6811),
 * and nobody may be AS 0 (RFC 7607), so that stands for it. What follows it is in *word. */
static bool skip_set(struct noro_view *rest, struct noro_view *word)
{
	size_t end;

	if (!word->n || word->p[0] != '{')
		return false;
	while ((end = noro_view_chr(*word, '}')) == SIZE_MAX)
		if (!noro_view_word(rest, word))
			return false;
	*word = noro_view_sub(*word, end + 1, word->n);
	if (!word->n)
		(void)noro_view_word(rest, word);
	return true;
}

/*
 * "64501 64510 i", of VRP "64501 64510i", "64501 {64502,64503} i"; a confederation or a set in the
 * middle has no order, so such a path is not kept.
 */
static uint32_t path_of(struct noro_route_in *in, struct noro_view line, size_t at)
{
	enum { MOST = 256 };
	struct noro_view v = noro_view_sub(line, at, line.n), word = { 0 };
	uint32_t as[MOST], path = NORO_ROUTE_NO_PATH;
	size_t n = 0;

	if (line.n <= at || line.p[at - 1] != ' ')
		return path; /* what stands before it is too long, and moved it */
	while (n < MOST && noro_view_word(&v, &word) && noro_route_u32(word, &as[n]) && as[n])
		n++;
	if (n < MOST && skip_set(&v, &word))
		as[n++] = 0;
	if (!word.n || n == MOST || !is_origin(word.p[word.n - 1]))
		return path;
	if (word.n > 1 && in->col_number &&
		noro_route_u32(noro_view_sub(word, 0, word.n - 1), &as[n]) && as[n])
		n++;
	else if (word.n > 1)
		return path;
	if (n && noro_rib_add_path(in->rib, as, n, &path) != NORO_OK)
		in->status = NORO_ENOMEM;
	return path;
}

/* From the next hop on, which ends before the column behind it or has moved what follows. */
static void way(struct noro_route_in *in, struct noro_view line, struct noro_view rest)
{
	struct noro_view word = { 0 };
	size_t at, moved;

	(void)noro_view_word(&rest, &word);
	in->now.interface = NULL;
	in->now.nexthop.family = 0;
	if (!noro_route_ip(word, &in->now.nexthop) && !noro_view_is(word, "-")) {
		noro_route_unknown(in);
		return;
	}
	in->now.proto = NORO_RT_BGP;
	in->now.code = noro_route_text(in, NORO_V("B"));
	in->now.flags = in->best ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
	in->now.path = NORO_ROUTE_NO_PATH;
	at = (size_t)(word.p - line.p);
	moved = at > in->col_hop ? at - in->col_hop : 0;
	if (in->col_number) {
		in->now.path = path_of(in, line, behind_number(line, in->col_number + moved));
		noro_route_emit(in);
		return;
	}
	if (at + word.n <= in->col_metric + moved)
		in->now.path = path_of(in, line, in->col_path + moved);
	noro_route_emit(in);
}

/* Nothing before the column of metrics: what did not fit behind a long next hop. */
static bool rest_of_way(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view before = noro_view_sub(line, 0, in->col_metric);

	if (noro_view_trim(before).n || !in->have || in->rib->routes == 0)
		return false;
	in->rib->route[in->rib->routes - 1].path = path_of(in, line, in->col_path);
	return true;
}

/* Does what comes next stand in the column of networks? Some devices print it one further. */
static bool names_network(const struct noro_route_in *in, struct noro_view line, size_t at)
{
	while (at < line.n && line.p[at] == ' ')
		at++;
	return at + 1 < in->col_hop && at < line.n;
}

/* Older systems print all columns left of their headings; marks hold no digit. */
static void move_left(struct noro_route_in *in, struct noro_view line)
{
	size_t at = 0, left;

	while (at < line.n && at < in->col_net && !noro_is_digit(line.p[at]))
		at++;
	if (at == line.n || at < 2)
		return;
	left = in->col_net - at;
	in->col_net -= left;
	in->col_hop -= left;
	in->col_metric -= left;
	in->col_path -= left;
}

void noro_routes_bgp(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view marks, rest, word = { 0 };
	struct noro_prefix p;
	bool best;

	if (find_columns(in, line) || table_name(in, noro_view_trim(line)))
		return;
	if (!in->col_path || line.n <= in->col_net)
		return; /* what stands above the heading, and below the table */
	move_left(in, line);
	marks = noro_view_sub(line, 0, in->col_net);
	best = noro_view_chr(marks, '>') != SIZE_MAX;
	if (rest_of_way(in, line))
		return;
	rest = noro_view_sub(line, in->col_net, line.n);
	if (names_network(in, line, in->col_net)) {
		if (!noro_view_word(&rest, &word) || !network(word, &p))
			return;
		noro_route_begin(in, &p);
		in->best = best;
	} else if (!in->have) {
		return;
	} else if (noro_view_trim(marks).n) {
		in->best = best; /* another way to the same network */
	}
	if (noro_view_trim(rest).n)
		way(in, line, rest); /* else its next hop is on the next line */
}
