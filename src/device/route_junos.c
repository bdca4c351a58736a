/*
 * src/device/route_junos.c - `show route` of Junos as text, brief, detail and extensive.
 * A prefix may have several entries ("[BGP/170] ..."), an entry several next hops; the
 * entry is added with each of them, and alone where it needs none.
 */
#include "device/route_priv.h"

/* "red.inet.0": the table of instance red. Tables of labels and of other families are skipped. */
void noro_routes_junos_table(struct noro_route_in *in, struct noro_view name)
{
	size_t at = noro_view_find(name, NORO_V(".inet.0"));

	if (at == SIZE_MAX)
		at = noro_view_find(name, NORO_V(".inet6.0"));
	noro_route_vrf(in, at == SIZE_MAX ? name : noro_view_sub(name, 0, at));
	in->skip = noro_view_find(name, NORO_V("inet")) == SIZE_MAX ||
		   noro_view_find(name, NORO_V("inetflow")) != SIZE_MAX;
}

static void finish(struct noro_route_in *in)
{
	if (in->have && in->waits)
		noro_route_emit(in);
}

static bool table_line(struct noro_route_in *in, struct noro_view line)
{
	size_t colon = noro_view_find(line, NORO_V(": "));

	if (colon == SIZE_MAX || noro_view_find(line, NORO_V(" destinations, ")) == SIZE_MAX)
		return false;
	finish(in);
	noro_routes_junos_table(in, noro_view_sub(line, 0, colon));
	return true;
}

static uint8_t marks(char c)
{
	return c == '*' || c == '+' ? (uint8_t)NORO_RTF_BEST : (uint8_t)NORO_RTF_INACTIVE;
}

/* "1w5d 20:30:28, metric 1, localpref 100, from 10.1.1.1, tag 7" */
static void attributes(struct noro_route_in *in, struct noro_view v)
{
	struct noro_view part, word;
	uint32_t age, more;

	while (noro_view_cut(&v, ',', &part)) {
		part = noro_view_trim(part);
		if (noro_view_starts(part, "metric ")) {
			(void)noro_route_u32(noro_view_sub(part, 7, part.n), &in->now.metric);
			continue;
		}
		if (in->now.age_s != NORO_ROUTE_NO_AGE || !noro_view_word(&part, &word) ||
			!noro_route_age(word, &age))
			continue;
		in->now.age_s = age;
		if (noro_view_word(&part, &word) && noro_route_age(word, &more))
			in->now.age_s += more;
	}
}

/* "*[BGP/170] 00:01:10, localpref 100" */
static bool entry(struct noro_route_in *in, struct noro_view v)
{
	uint8_t flags = NORO_RTF_INACTIVE;
	struct noro_view name;
	size_t slash, close;
	uint32_t n;

	if (v.n && (v.p[0] == '*' || v.p[0] == '+' || v.p[0] == '-')) {
		flags = marks(v.p[0]);
		v = noro_view_sub(v, 1, v.n);
	}
	close = noro_view_chr(v, ']');
	slash = noro_view_chr(v, '/');
	if (!v.n || v.p[0] != '[' || close == SIZE_MAX || slash > close || !in->have)
		return false;
	finish(in);
	noro_route_begin(in, &in->now.prefix);
	in->first = in->rib->routes;
	in->now.flags = flags;
	name = noro_view_sub(v, 1, slash - 1);
	in->now.code = noro_route_text(in, name);
	in->now.proto = (uint8_t)noro_route_proto_of(name);
	name = noro_view_sub(v, slash + 1, close - slash - 1);
	if (noro_route_u32(noro_view_sub(name, 0, noro_view_chr(name, '/')), &n))
		in->now.distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	attributes(in, noro_view_sub(v, close + 1, v.n));
	return true;
}

/* "to 10.0.0.1 via ge-0/0/0.0, Push 300", "via ge-0/0/0.0", "to table inet.0" */
static bool next_hop(struct noro_route_in *in, struct noro_view v)
{
	struct noro_view word, rest = v;

	if (!noro_view_word(&rest, &word))
		return false;
	in->now.nexthop.family = 0;
	in->now.interface = NULL;
	if (noro_view_is(word, "to") && noro_view_word(&rest, &word)) {
		if (noro_view_is(word, "table")) {
			in->now.flags |= NORO_RTF_LEAKED;
			noro_route_emit(in);
			return true;
		}
		if (!noro_route_ip(word, &in->now.nexthop) || !noro_view_word(&rest, &word))
			return noro_route_emit(in), true;
	}
	if (!noro_view_is(word, "via") || !noro_view_word(&rest, &word))
		return false;
	word.n -= word.p[word.n - 1] == ',';
	in->now.interface = noro_route_text(in, word);
	if (noro_route_is_discard(word))
		in->now.flags |= NORO_RTF_DISCARD;
	noro_route_emit(in);
	return true;
}

/* What a bracket that begins in `word` holds is walked over, with the words behind it. */
static void skip_bracket(struct noro_view *rest, struct noro_view *word, char closes)
{
	while (noro_view_chr(*word, closes) == SIZE_MAX && noro_view_word(rest, word))
		continue;
}

/*
 * "65001 65002 I, validation-state: unverified". "{...}" is a set, of which nobody originates the
 * route alone: AS 0 stands for it; "(...)" a confederation, which is inside of one network.
 */
void noro_routes_junos_path(struct noro_route_in *in, struct noro_view v)
{
	uint32_t as[256];
	size_t n = 0;
	struct noro_view word;

	v = noro_view_sub(v, 0, noro_view_chr(v, ','));
	while (n < 256 && noro_view_word(&v, &word)) {
		if (word.p[0] == '{') {
			skip_bracket(&v, &word, '}');
			as[n++] = 0;
			continue;
		}
		if (word.p[0] == '(') {
			skip_bracket(&v, &word, ')');
			continue;
		}
		if (word.p[0] == '[')
			word = noro_view_sub(word, 1, word.n);
		if (!noro_route_u32(word, &as[n]))
			continue;
		n++;
	}
	if (n && noro_rib_add_path(in->rib, as, n, &in->now.path) != NORO_OK)
		in->status = NORO_ENOMEM;
}

/* --- detail and extensive --- */

/* What an entry says below its next hops belongs to the routes that were added for them. */
static void backfill(struct noro_route_in *in)
{
	for (size_t i = in->first; i < in->rib->routes; i++) {
		struct noro_route *r = &in->rib->route[i];

		r->age_s = in->now.age_s;
		r->metric = in->now.metric;
		r->path = in->now.path;
		r->flags |= in->now.flags & (NORO_RTF_HIDDEN | NORO_RTF_DISCARD);
	}
}

static struct noro_view after(struct noro_view line, const char *label)
{
	size_t at = noro_view_find(line, noro_view_str(label));
	size_t from = at + strlen(label);

	return at == SIZE_MAX ? NORO_V("") : noro_view_trim(noro_view_sub(line, from, line.n));
}

/* "*Static Preference: 5", "BGP    Preference: 170/-101" */
static bool detail_entry(struct noro_route_in *in, struct noro_view line)
{
	size_t at = noro_view_find(line, NORO_V("Preference: "));
	struct noro_view name = noro_view_trim(noro_view_sub(line, 0, at)), v;
	uint8_t flags = NORO_RTF_INACTIVE;
	uint32_t n;

	if (at == SIZE_MAX || !name.n || !in->have)
		return false;
	if (name.p[0] == '*' || name.p[0] == '+' || name.p[0] == '-') {
		flags = marks(name.p[0]);
		name = noro_view_trim(noro_view_sub(name, 1, name.n));
	}
	if (noro_view_chr(name, ' ') != SIZE_MAX)
		return false;
	finish(in);
	noro_route_begin(in, &in->now.prefix);
	in->first = in->rib->routes;
	in->now.flags = flags;
	in->now.code = noro_route_text(in, name);
	in->now.proto = (uint8_t)noro_route_proto_of(name);
	v = after(line, "Preference: ");
	if (noro_route_u32(noro_view_sub(v, 0, noro_view_chr(v, '/')), &n))
		in->now.distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	return true;
}

static void detail_state(struct noro_route_in *in, struct noro_view line)
{
	if (noro_view_find(line, NORO_V("Hidden")) != SIZE_MAX)
		in->now.flags |= NORO_RTF_HIDDEN;
}

/* The lines of an entry in detail that a route is made of; the others are known by their colon. */
static bool detail(struct noro_route_in *in, struct noro_view line)
{
	struct noro_view v;

	if (!in->have)
		return false;
	if (noro_view_starts(line, "Next hop: ")) {
		v = noro_view_sub(line, 10, line.n);
		in->now.interface = NULL;
		if (noro_view_starts(v, "via "))
			return next_hop(in, v);
		if (noro_route_ip(noro_view_sub(v, 0, noro_view_chr(v, ' ')), &in->now.nexthop)) {
			v = after(v, "via ");
			v = noro_view_sub(v, 0, noro_view_chr(v, ' '));
			v.n -= v.n && v.p[v.n - 1] == ',';
			in->now.interface = noro_route_text(in, v);
			noro_route_emit(in);
		}
		return true;
	}
	if (noro_view_starts(line, "Next hop type: ")) {
		v = noro_view_sub(line, 15, line.n);
		if (noro_route_is_discard(noro_view_sub(v, 0, noro_view_chr(v, ','))))
			in->now.flags |= NORO_RTF_DISCARD;
		return true;
	}
	if (noro_view_starts(line, "State: "))
		return detail_state(in, line), true;
	if (noro_view_starts(line, "Age: ")) {
		attributes(in, noro_view_sub(line, 5, noro_view_find(line, NORO_V("Metric")) - 5));
		v = after(line, "Metric: ");
		(void)noro_route_u32(noro_view_sub(v, 0, noro_view_chr(v, ' ')), &in->now.metric);
		return true;
	}
	return noro_view_find(line, NORO_V(": ")) != SIZE_MAX || noro_view_ends(line, ":");
}

/* --- lines --- */

static bool direct(struct noro_route_in *in, struct noro_view line)
{
	static const char *const words[] = { "Discard", "Reject", "Receive", "MultiRecv",
		"Indirect", "Multicast", "Unusable", "Local", "Fictitious", "Unreach" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (!noro_view_starts(line, words[i]) ||
			(line.n > n && line.p[n] != ',' && !noro_view_starts(line, "Local via ")))
			continue;
		if (i < 2)
			in->now.flags |= NORO_RTF_DISCARD;
		if (noro_view_is(line, "Unusable"))
			in->now.flags |= NORO_RTF_HIDDEN;
		if (noro_view_starts(line, "Local via "))
			return next_hop(in, noro_view_sub(line, 6, line.n));
		noro_route_emit(in);
		return true;
	}
	return false;
}

/* "10.0.0.0/24        *[Direct/0] 00:02:20", "10.0.0.0/24 (1 entry, 1 announced)" */
static bool prefix_line(struct noro_route_in *in, struct noro_view line)
{
	struct noro_route_words w = noro_route_words(line);
	struct noro_prefix p;
	struct noro_view rest;
	bool bare;

	if (!noro_route_prefix(noro_route_word(&w), &p, &bare) || bare)
		return false;
	finish(in);
	noro_route_begin(in, &p);
	in->first = in->rib->routes;
	in->waits = false; /* nothing to add before its first entry */
	rest = noro_view_trim(noro_route_rest(&w));
	if (rest.n && rest.p[0] != '(' && !entry(in, rest))
		noro_route_unknown(in);
	return true;
}

static bool remark(struct noro_view line)
{
	static const char *const starts[] = { "+ = Active", "Restart ", "@ = Routing", "{master",
		"{primary", "Limit/Threshold", "# = Forwarding", "Label" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (noro_view_starts(line, starts[i]))
			return true;
	return noro_view_find(line, NORO_V("> show route")) != SIZE_MAX;
}

void noro_routes_junos(struct noro_route_in *in, struct noro_view line)
{
	line = noro_view_trim(line);
	if (!line.n || table_line(in, line) || remark(line) || in->skip)
		return;
	if (line.p[0] == '>') {
		line = noro_view_trim(noro_view_sub(line, 1, line.n));
		if (in->have && next_hop(in, line))
			return;
	}
	if (noro_view_starts(line, "AS path: ")) {
		noro_routes_junos_path(in, noro_view_sub(line, 9, line.n));
		backfill(in);
		return;
	}
	if (prefix_line(in, line) || entry(in, line) || (in->have && direct(in, line)))
		return;
	if (in->have && next_hop(in, line))
		return;
	if (!detail_entry(in, line) && !detail(in, line))
		noro_route_unknown(in);
	else
		backfill(in);
}
