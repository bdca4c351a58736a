/*
 * src/telescope/rows.c - cells and scanner events as measures, in an order that does not depend on
 * who counted them: by time and key.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	KEY_TEXT = 24,
	DSTS_LEAST = 10, /* of an event that is told, and packets/s: Merit's */
	RATE_LEAST = 10,
	FLOOD_SOURCES = 256,
	FLOODS_MOST = 65536,
	FLOOD_PACKETS = 3,
};

static const double V4_SPACE = 4294967296.0;

const char *noro_scope_proto_name(unsigned proto)
{
	static const char *const name[] = { "tcp", "udp", "icmp", "ip" };

	return name[proto & 3];
}

/* ---- cells ---- */

static const char *probe_name(const struct noro_scope *s, size_t probe)
{
	if (probe >= NORO_SYN_PROBE)
		return noro_syn_payload_name((enum noro_syn_payload)(probe - NORO_SYN_PROBE));
	return noro_probes_rule(s->o.probes, probe)->id;
}

static const char *key_of(
	const struct noro_scope *s, enum noro_cut cut, unsigned key, char text[KEY_TEXT])
{
	switch (cut) {
	case NORO_CUT_CLASS:
		return noro_klass_name((enum noro_klass)key);
	case NORO_CUT_PORT:
		(void)snprintf(
			text, KEY_TEXT, "%s/%u", noro_scope_proto_name(key >> 16), key & 0xffff);
		return text;
	case NORO_CUT_TOOL:
		return noro_tools_rule(s->o.tools, key)->tool;
	case NORO_CUT_PROBE:
		return probe_name(s, key);
	case NORO_CUT_AS:
		if (!key)
			return "";
		(void)snprintf(text, KEY_TEXT, "AS%u", key);
		return text;
	case NORO_CUT_COUNTRY:
		if (key == 26 * 26)
			return "";
		(void)snprintf(
			text, KEY_TEXT, "%c%c", 'A' + (int)(key / 26), 'A' + (int)(key % 26));
		return text;
	case NORO_CUT_TOTAL:
	case NORO_CUT_PAYLOAD:
	case NORO_CUTS:
		break;
	}
	return "";
}

static void sources_of(
	const struct noro_scope *s, const struct noro_count *c, unsigned w, struct noro_cell *m)
{
	enum noro_cut cut = m->cut;

	m->sources = noro_distinct_count(&c->sources, &m->sources_error);
	if (cut == NORO_CUT_PORT && noro_scope_width_s[w] * NORO_NS_PER_S <= s->gap_ns) {
		/* an event cannot have ended and begun again within the bin */
		m->sources = c->firsts[w];
		m->sources_error = 0;
	} else if (cut == NORO_CUT_TOTAL && w == NORO_WIDTHS - 1) {
		uint32_t slot = s->bin[w].slot[noro_id_six()];
		double error = 0;
		uint64_t six =
			slot ? noro_distinct_count(&s->bin[w].count[slot - 1].sources, &error) : 0;

		m->sources = s->day_sources + six;
		m->sources_error = six ? error * (double)six / (double)(s->day_sources + six) : 0;
	}
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The nets of a port while they are kept as they are: the /16 they lie in. */
static uint64_t wide_of(const struct noro_distinct *d)
{
	struct noro_distinct wide = { 0 };
	uint64_t n;
	double error;
	bool told = true;

	if (d->p)
		return 0;
	for (uint32_t i = 0; told && d->log && i < 1U << d->log; i++)
		told = !d->few[i] || noro_distinct_add(&wide, d->few[i] >> 8, 10);
	n = told ? noro_distinct_count(&wide, &error) : 0;
	noro_distinct_done(&wide);
	return n;
}

enum noro_status noro_rows_cells(struct noro_scope *s, unsigned w)
{
	struct noro_sums *t = &s->bin[w];
	enum noro_status st = NORO_OK;
	uint32_t *id;

	if (!s->to.cell || !t->n)
		return NORO_OK;
	id = noro_reallocarray(NULL, t->n, sizeof(*id));
	if (!id)
		return NORO_ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		id[i] = t->count[i].id;
	qsort(id, t->n, sizeof(*id), by_id);
	for (size_t i = 0, n = t->n; st == NORO_OK && i < n; i++) {
		const struct noro_count *c = noro_sums_at(t, id[i]);
		struct noro_cell m = { .sensor = s->o.sensor->name,
			.start_ns = s->clock.start[w],
			.width_s = noro_scope_width_s[w],
			.packets = c->packets,
			.bytes = c->bytes };
		char text[KEY_TEXT];
		double error;
		unsigned key;

		m.cut = noro_id_cut(id[i], &key);
		if (m.cut == NORO_CUTS)
			continue;
		m.key = key_of(s, m.cut, key, text);
		m.nets = noro_distinct_count(&c->nets, &error);
		m.wide = m.cut == NORO_CUT_PORT ? wide_of(&c->nets) : 0;
		sources_of(s, c, w, &m);
		st = s->to.cell(s->to.ctx, &m);
	}
	free(id);
	return st;
}

/*
 * A flood under made-up names: many sources on one port in a minute, hardly one of which comes
 * twice, and as many of them from ranges that cannot be sources as chance would give (those are
 * about an eighth of all addresses; no real crowd has any).
 */
enum noro_status noro_rows_floods(struct noro_scope *s)
{
	const struct noro_sums *t = &s->bin[0];

	for (size_t i = 0; i < t->n && s->floods < FLOODS_MOST; i++) {
		const struct noro_count *c = &t->count[i];
		struct noro_flood *p;
		unsigned key;

		if (noro_id_cut(c->id, &key) != NORO_CUT_PORT || c->firsts[0] < FLOOD_SOURCES ||
			2 * c->packets > 3 * (uint64_t)c->firsts[0] ||
			12 * (uint64_t)c->bogons < c->firsts[0] ||
			4 * (uint64_t)c->bogons > c->firsts[0])
			continue;
		p = noro_grow(s->flood, s->floods, &s->flood_cap, sizeof(*p));
		if (!p)
			return NORO_ENOMEM;
		s->flood = p;
		p[s->floods++] = (struct noro_flood){ s->clock.minute, c->id };
	}
	return NORO_OK;
}

static bool in_flood(const struct noro_scope *s, const struct noro_entry *e)
{
	uint32_t id = noro_id_port(e->kind & 3, e->port);
	size_t lo = 0, hi = s->floods;

	if (noro_event_packets(e) > FLOOD_PACKETS || noro_kind_class(e->kind) != NORO_KLASS_SCAN)
		return false;
	while (lo < hi) { /* they stand in order of time */
		size_t mid = lo + (hi - lo) / 2;

		if (s->flood[mid].minute + 60 * NORO_NS_PER_S <= e->first)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < s->floods && s->flood[lo].minute <= e->first; lo++)
		if (s->flood[lo].id == id)
			return true;
	return false;
}

/* ---- scans ---- */

static bool many(const struct noro_entry *e)
{
	return e->mark & NORO_MARK_SIDE && e->u.side->how != NORO_HOW_FEW;
}

static uint32_t least(const struct noro_scope *s)
{
	uint64_t n = s->o.sensor->addresses;

	return n && n < DSTS_LEAST ? (uint32_t)n : DSTS_LEAST;
}

static double rate(const struct noro_scope *s, const struct noro_entry *e)
{
	double n = (double)s->o.sensor->addresses, time = (double)(e->last - e->first) / 1e9;

	if (!(n > 0) || !(time > 0))
		return 0;
	return ((double)noro_event_packets(e) - 1) * V4_SPACE / (n * time);
}

bool noro_rows_wanted(const struct noro_scope *s, const struct noro_entry *e)
{
	double r;

	if (!s->to.scan)
		return false;
	if (s->o.keep_small)
		return true;
	if (!many(e) && (e->mark & NORO_MARK_SIDE ? e->u.side->dst.n : e->dsts) < least(s))
		return false;
	r = rate(s, e);
	return r >= RATE_LEAST || r <= 0; /* without a duration nobody knows its rate */
}

static uint64_t nets_of_few(const struct noro_scope *s, const struct noro_entry *e)
{
	const struct noro_distinct *d = &e->u.side->dst;
	struct noro_distinct net = { 0 };
	uint64_t n;
	double error;
	bool six = e->kind & 0x20;

	(void)s;
	for (uint32_t i = 0; i < 1U << d->log; i++)
		if (d->few[i])
			(void)noro_distinct_add(&net, six ? d->few[i] : d->few[i] >> 8, 10);
	n = noro_distinct_count(&net, &error);
	noro_distinct_done(&net);
	return n;
}

static void dsts_of_bits(const struct noro_scope *s, const uint64_t *ours, struct noro_scan *m)
{
	uint32_t before = UINT32_MAX;

	for (uint32_t i = 0; i < s->o.sensor->addresses; i++) {
		if (!(ours[i >> 6] >> (i & 63) & 1))
			continue;
		m->dsts++;
		m->nets += s->net_of[i] != before;
		before = s->net_of[i];
	}
}

static uint64_t nets_of_bits(const struct noro_scope *s, const uint64_t *bits)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->net_bytes / 8; i++)
		n += (unsigned)__builtin_popcountll(bits[i]);
	return n;
}

static void dsts_of(const struct noro_scope *s, const struct noro_entry *e, struct noro_scan *m)
{
	double error;

	if (!(e->mark & NORO_MARK_SIDE)) {
		uint32_t d[3] = { e->dst0, e->u.dst[0], e->u.dst[1] };

		m->dsts = e->dsts;
		for (unsigned i = 0; i < e->dsts; i++) {
			bool seen = false;

			for (unsigned k = 0; k < i; k++)
				seen |= e->kind & 0x20 ? d[i] == d[k] : d[i] >> 8 == d[k] >> 8;
			m->nets += !seen;
		}
	} else if (e->u.side->how == NORO_HOW_BITS) {
		dsts_of_bits(s, e->u.side->bits, m);
	} else {
		m->dsts = noro_distinct_count(&e->u.side->dst, &m->dsts_error);
		m->nets = !e->u.side->dst.p ? nets_of_few(s, e)
			  : e->u.side->bits ? nets_of_bits(s, e->u.side->bits)
					    : noro_distinct_count(&e->u.side->net, &error);
	}
}

static struct noro_ip actor_ip(uint64_t actor, bool six)
{
	struct noro_ip ip = { .family = 6 };

	if (!six)
		return noro_ip_from_v4((uint32_t)actor);
	for (unsigned i = 0; i < 8; i++)
		ip.b[i] = (uint8_t)(actor >> (56 - 8 * i));
	return ip;
}

static void samples_of(const struct noro_entry *e, struct noro_scan *m)
{
	const struct noro_side *k = e->mark & NORO_MARK_SIDE ? e->u.side : NULL;

	for (size_t i = 0; k && i < k->samples; i++) {
		const uint8_t *p = k->sample + i * (size_t)(10 + k->slot_n);
		struct noro_sample *to = &m->sample[m->samples++];

		memcpy(&to->time_ns, p, 8);
		memcpy(&to->n, p + 8, 2);
		memcpy(to->byte, p + 10, to->n);
	}
}

static void proof_of(const struct noro_scope *s, const struct noro_entry *e, struct noro_scan *m)
{
	if (e->mark & NORO_MARK_REAL_ACK) {
		m->proof = NORO_PROOF_REAL;
		m->proof_why = N_("it completed a handshake with us");
		m->two_phase = "handshake";
		return;
	}
	if (e->mark & NORO_MARK_TWO_PHASE)
		m->two_phase = "ordinary-stack";
	if (e->mark & NORO_MARK_REAL_RST) {
		m->proof = NORO_PROOF_REAL;
		m->proof_why = N_("it reset our answer, so that it heard us");
	} else if (e->mark & NORO_MARK_BOGON) {
		m->proof = NORO_PROOF_BOGON;
		m->proof_why = N_("no packet can come from that address");
	} else if (in_flood(s, e)) {
		m->proof = NORO_PROOF_FLOOD;
		m->proof_why = N_("sources of the flood are spread over all addresses");
	}
}

static void tools_of(const struct noro_scope *s, const struct noro_entry *e, struct noro_scan *m)
{
	const struct noro_tools *t = s->o.tools;
	uint64_t hits[NORO_TOOLS_MAX];
	size_t label, rules = t ? noro_tools_n(t) : 0;

	if (!rules)
		return;
	noro_event_hits(e, hits);
	for (size_t i = 0; i < rules && i < NORO_TOOLS_MAX; i++)
		if (hits[i] && m->tallies < NORO_TALLIES)
			m->tally[m->tallies++] =
				(struct noro_tally){ noro_tools_rule(t, i)->id, hits[i] };
	label = noro_tools_label(t, hits, m->packets);
	if (label != SIZE_MAX) {
		m->tool = noro_tools_rule(t, label)->tool;
		m->tool_version = noro_tools_rule(t, label)->version;
	}
}

/* Country, AS and owner; texts live until the minute is told. */
static void tags_of(struct noro_scope *s, const struct noro_entry *e, struct noro_scan *m)
{
	bool six = e->kind & 0x20;
	struct noro_tag tag = { 0 };

	if (s->o.research)
		m->owner = six ? noro_research_v6(s->o.research, m->src.b)
			       : noro_research_v4(s->o.research, (uint32_t)e->actor);
	if (!s->o.tags)
		return;
	if (six)
		noro_tags_v6(s->o.tags, m->src.b, &tag);
	else
		noro_tags_v4(s->o.tags, (uint32_t)e->actor, &tag);
	m->tables = noro_arena_str(s->rows, noro_tags_dates(s->o.tags));
	if (tag.country[0])
		m->country = noro_arena_str(s->rows, tag.country);
	if (tag.asn)
		m->as = noro_arena_printf(s->rows, "AS%u", tag.asn);
}

/* Of the earliest packet that was kept. */
static void cluster_of(struct noro_scan *m, char text[NORO_CLUSTER_TEXT])
{
	size_t first = 0;
	struct noro_packet p;

	for (size_t i = 1; i < m->samples; i++)
		if (m->sample[i].time_ns < m->sample[first].time_ns)
			first = i;
	if (!m->samples)
		return;
	noro_packet_read_ip(
		m->sample[first].byte, m->sample[first].n, m->sample[first].time_ns, &p);
	if (p.proto == 6 && p.tcp_header && noro_cluster_text(&p, text))
		m->cluster = text;
}

static enum noro_status give_scan(struct noro_scope *s, const struct noro_entry *e)
{
	char port[KEY_TEXT], cluster[NORO_CLUSTER_TEXT];
	struct noro_scan m = { .sensor = s->o.sensor->name,
		.src = actor_ip(e->actor, e->kind & 0x20),
		.port = port,
		.klass = noro_klass_name((enum noro_klass)noro_kind_class(e->kind)),
		.first_ns = e->first,
		.last_ns = e->last,
		.packets = noro_event_packets(e),
		.bytes = noro_event_bytes(e),
		.rate_pps = rate(s, e),
		.gap_s = (uint32_t)(s->gap_ns / NORO_NS_PER_S),
		.ttl_min = e->ttl_min,
		.ttl_max = e->ttl_max,
		.flags = e->flags };

	(void)snprintf(port, sizeof(port), "%s/%u", noro_scope_proto_name(e->kind & 3), e->port);
	dsts_of(s, e, &m);
	if (m.dsts > m.packets)
		m.dsts = m.packets; /* an estimate knows no bound, a reader does */
	if (m.nets > m.dsts)
		m.nets = m.dsts;
	samples_of(e, &m);
	proof_of(s, e, &m);
	tools_of(s, e, &m);
	tags_of(s, e, &m);
	cluster_of(&m, cluster);
	if (e->probe)
		m.probe = probe_name(s, e->probe - 1U);
	s->sum.scans++;
	return s->to.scan(s->to.ctx, &m);
}

static int entry_cmp(const void *a, const void *b)
{
	const struct noro_entry *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->actor != y->actor)
		return x->actor < y->actor ? -1 : 1;
	return (x->port > y->port) - (x->port < y->port);
}

enum noro_status noro_rows_scans(struct noro_scope *s)
{
	enum noro_status st = NORO_OK;
	struct noro_entry *all;
	size_t n = 0;

	for (unsigned i = 0; i < s->jobs; i++)
		n += s->lane[i].ends;
	if (!n)
		return NORO_OK;
	all = noro_reallocarray(NULL, n, sizeof(*all));
	if (!all)
		return NORO_ENOMEM; /* the lanes still own them */
	n = 0;
	for (unsigned i = 0; i < s->jobs; i++) {
		struct noro_lane *l = &s->lane[i];

		if (l->ends)
			memcpy(&all[n], l->ended, l->ends * sizeof(*all));
		n += l->ends;
		l->ends = 0;
	}
	qsort(all, n, sizeof(*all), entry_cmp);
	for (size_t i = 0; i < n; i++) {
		if (st == NORO_OK)
			st = give_scan(s, &all[i]);
		noro_event_free(s, &all[i]);
	}
	free(all);
	return st;
}
