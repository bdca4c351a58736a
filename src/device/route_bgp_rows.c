/*
 * src/device/route_bgp_rows.c - tables of BGP that are no columns under a heading: PAN-OS prints
 * words, of which some may be missing, Nokia SR OS a block of lines for each way. Both are
 * known by what a word can be, and an AS path ends a way.
 */
#include "device/route_priv.h"

#include "base/text.h"

enum { MOST_AS = 256, MOST_WORDS = 12 };

/* "=====", "-----" or nothing */
static bool rule(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] != '-' && v.p[i] != '=' && v.p[i] != ' ')
			return false;
	return true;
}

static void begin_way(struct noro_route_in *in, const struct noro_prefix *p, bool best)
{
	noro_route_begin(in, p);
	in->now.proto = NORO_RT_BGP;
	in->now.code = noro_route_text(in, NORO_V("B"));
	in->now.flags = best ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
}

/* "65001,65002" or "65001 65002"; a set or a confederation has no order: such a path is not kept.
 */
static size_t numbers(struct noro_view v, uint32_t *as, size_t n, bool *ret_ordered)
{
	size_t end = 0;

	for (size_t at = 0; at < v.n && n < MOST_AS; at = end + 1) {
		for (end = at; end < v.n && v.p[end] != ',' && v.p[end] != ' ';)
			end++;
		if (end == at)
			continue;
		if (!noro_route_u32(noro_view_sub(v, at, end - at), &as[n]) || !as[n]) {
			*ret_ordered = false;
			return n;
		}
		n++;
	}
	return n;
}

uint32_t noro_routes_bgp_path(struct noro_route_in *in, struct noro_view v)
{
	uint32_t as[MOST_AS], path = NORO_ROUTE_NO_PATH;
	bool ordered = true;
	size_t n;

	if (v.n > 2 && noro_view_chr(NORO_V("ie?"), v.p[v.n - 1]) != SIZE_MAX &&
		v.p[v.n - 2] == ' ')
		v.n -= 2; /* the origin behind it */
	n = numbers(v, as, 0, &ordered);
	if (n && n < MOST_AS && ordered && noro_rib_add_path(in->rib, as, n, &path) != NORO_OK)
		in->status = NORO_ENOMEM;
	return path;
}

/* --- PAN-OS: *prefix [next hop] peer weight preference origin MED flaps [path] --- */

/* Where the numbers begin; a peer may be named with blanks, or like a number. */
static struct noro_view behind_numbers(struct noro_route_words w)
{
	struct noro_view word[MOST_WORDS];
	uint32_t n;

	for (size_t i = 0; i < MOST_WORDS; i++) {
		word[i] = noro_route_word(&w);
		if (!word[i].n)
			break;
		if (i >= 4 && noro_route_u32(word[i - 4], &n) && noro_route_u32(word[i - 3], &n) &&
			!noro_route_u32(word[i - 2], &n) && noro_route_u32(word[i - 1], &n) &&
			noro_route_u32(word[i], &n))
			return noro_view_trim(noro_route_rest(&w));
	}
	return NORO_V("");
}

void noro_routes_panos_bgp(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w, behind;
	struct noro_prefix p;
	bool bare, best;

	line = noro_view_trim(line);
	if (noro_view_starts(line, "VIRTUAL ROUTER:") ||
		noro_view_starts(line, "LOGICAL ROUTER:")) {
		w = noro_route_words(noro_view_sub(line, 15, line.n));
		noro_route_vrf(in, noro_route_word(&w));
		return;
	}
	best = noro_view_starts(line, "*");
	w = noro_route_words(noro_view_sub(line, best, line.n));
	if (!noro_route_prefix(noro_route_word(&w), &p, &bare) || bare) {
		if (!rule(line) && !noro_view_starts(line, "Prefix ") &&
			!noro_view_starts(line, "total "))
			noro_route_unknown(in);
		return;
	}
	noro_route_clear_host(&p);
	begin_way(in, &p, best);
	behind = w;
	if (!noro_route_ip(noro_route_word(&behind), &in->now.nexthop))
		behind = w; /* what the device itself announces has none */
	in->now.path = noro_routes_bgp_path(in, behind_numbers(behind));
	noro_route_emit(in);
}

/* --- SR OS: "u*>i  prefix", below it the next hop, below that the path and what is left of it ---
 */

/* "u*>i": the flags stand at the very beginning, and an origin is always among them. */
static bool sros_flags(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (noro_view_chr(NORO_V("uhdlxbpsi*>e?"), v.p[i]) == SIZE_MAX)
			return false;
	return v.n != 0;
}

/* Before the prefix of a VPN stands what tells its table from others: "65500:11:192.0.2.4/32". */
static bool sros_prefix(struct noro_route_in *in, struct noro_view v, struct noro_prefix *p)
{
	size_t colon = 0;
	bool bare;

	if (!in->marked)
		return noro_route_prefix(v, p, &bare) && !bare;
	for (int i = 0; i < 2; i++) {
		size_t next = noro_view_chr(noro_view_sub(v, colon, v.n), ':');

		if (next == SIZE_MAX)
			return false;
		colon += next + 1;
	}
	if (!noro_route_prefix(noro_view_sub(v, colon, v.n), p, &bare) || bare)
		return false;
	noro_route_vrf(in, noro_view_sub(v, 0, colon - 1));
	return true;
}

static bool sros_way(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(line);
	struct noro_view flags = noro_route_word(&w);
	struct noro_prefix p;

	if (line.p[0] == ' ' || !sros_flags(flags) || !sros_prefix(in, noro_route_word(&w), &p))
		return false;
	noro_route_clear_host(&p);
	begin_way(in, &p, noro_view_chr(flags, '>') != SIZE_MAX);
	return true;
}

/* What is left of the columns of numbers; a path that is too long goes on below. */
static void sros_path(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route *last = &in->rib->route[in->rib->routes - 1];
	struct noro_view v = noro_view_trim(noro_view_sub(line, 0, in->col_metric));
	uint32_t as[MOST_AS];
	bool ordered = true;
	size_t n = 0;
	const uint32_t *before = noro_rib_path(in->rib, last->path, &n);

	if (noro_view_starts(v, "No As-Path") || !v.n)
		return;
	for (size_t i = 0; i < n && i < MOST_AS; i++)
		as[i] = before[i];
	n = numbers(v, as, n > MOST_AS ? MOST_AS : n, &ordered);
	if (!ordered || n == MOST_AS)
		in->have = false; /* a set: what is below belongs to it */
	last->path = NORO_ROUTE_NO_PATH;
	if (in->have && n && noro_rib_add_path(in->rib, as, n, &last->path) != NORO_OK)
		in->status = NORO_ENOMEM;
}

void noro_routes_sros_bgp(struct noro_route_in *in, struct noro_view line)
{
	size_t column = noro_view_find(line, NORO_V("LocalPref"));
	struct noro_view word, v = line;
	bool begins = noro_view_starts(line, "Flag ");

	if (begins || rule(line)) {
		if (in->waits && in->have)
			noro_route_emit(in); /* the short form prints no next hop */
		in->have = false;
		if (begins)
			in->col_metric = column;
		return;
	}
	if (noro_view_starts(line, "BGP ")) {
		in->marked = noro_view_find(line, NORO_V("VPN-")) != SIZE_MAX;
		noro_route_vrf(in, NORO_V("default"));
		in->now.vrf = in->rib->vrf;
	}
	if (!in->col_metric)
		return; /* the legend */
	if (in->have && in->waits && line.p[0] != ' ')
		noro_route_emit(in);
	if (sros_way(in, line) || !in->have)
		return;
	if (!in->waits) {
		sros_path(in, line);
		return;
	}
	if (noro_view_word(&v, &word) &&
		!noro_route_ip(noro_view_sub(word, 0, noro_view_chr(word, '-')), &in->now.nexthop))
		noro_route_unknown(in);
	noro_route_emit(in);
}
