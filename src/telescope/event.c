/*
 * src/telescope/event.c - scanner events: an actor on a port until it falls silent for the gap.
 * Most actors come once or twice, so that an event begins as one cache line with three destinations
 * in it; what outgrows that moves to a side record: destinations kept one by one, then as bits on a
 * small sensor or in registers on a large one; a few packets as samples once an event has some
 * size.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

enum {
	CAP_FIRST = 64,
	SAMPLES_FROM = 8, /* destinations from which on samples are kept */
	EVENT_P = 10,
	SAMPLE_HEAD = 10,
	SLOT_LEAST = 54, /* all samples in a record of the pile */
};

/* Memory of all samples. */
static size_t samples_bytes(const struct noro_side *side)
{
	return NORO_SCAN_SAMPLES * ((size_t)SAMPLE_HEAD + side->slot_n);
}
_Static_assert(NORO_SCAN_SAMPLES *(SAMPLE_HEAD + SLOT_LEAST) <= NORO_RECORD, "small samples fit");

/* The side's memory may have changed: tell the shard. */
static void recount(struct noro_shard *d, struct noro_side *side)
{
	unsigned many = (side->dst.p ? 1U : 0) + (side->ours ? 1U : 0) + (side->net_bits ? 1U : 0);
	uint64_t n = NORO_RECORD + noro_distinct_bytes(&side->dst) +
		     noro_distinct_bytes(&side->net) + many * (uint64_t)NORO_RECORD_LARGE +
		     (side->hits ? NORO_TOOLS_MAX * sizeof(*side->hits) : 0) +
		     (side->sample ? samples_bytes(side) : 0);

	d->bytes += n - side->counted;
	side->counted = n;
}

static void free_samples(struct noro_scope *s, struct noro_shard *d, struct noro_side *side)
{
	if (side->slot_n == SLOT_LEAST)
		noro_pile_put(s->slab, &d->pile, side->sample);
	else
		free(side->sample);
}

void noro_event_free(struct noro_scope *s, struct noro_entry *e)
{
	struct noro_side *side = e->u.side;
	struct noro_shard *d;

	if (!(e->mark & NORO_MARK_SIDE))
		return;
	d = &s->shard[side->shard];
	if (side->dst.p)
		noro_pile_put(s->slab, &d->many, side->dst.many);
	noro_distinct_done(&side->dst);
	noro_distinct_done(&side->net);
	noro_pile_put(s->slab, &d->many, side->ours);
	noro_pile_put(s->slab, &d->many, side->net_bits);
	free(side->hits);
	free_samples(s, d, side);
	noro_pile_put(s->slab, &d->pile, side);
	e->mark &= (uint8_t)~NORO_MARK_SIDE;
}

static void drop_table(struct noro_scope *s, struct noro_shard *d)
{
	if (d->cap)
		noro_slab_put(s->tables, d->entry, d->cap * sizeof(*d->entry));
	d->entry = NULL;
	d->cap = 0;
}

void noro_shard_done(struct noro_scope *s, struct noro_shard *d)
{
	for (uint32_t i = 0; i < d->cap; i++)
		if (d->entry[i].kind)
			noro_event_free(s, &d->entry[i]);
	for (uint32_t i = 0; i < d->vcap; i++)
		if (d->vict[i].kind)
			noro_vict_free(s, d, &d->vict[i]);
	noro_day_clear(s->slab, &d->day);
	drop_table(s, d);
	free(d->vict);
	noro_slab_put(s->slab, d->phase, NORO_PHASES * sizeof(*d->phase));
	noro_slab_put(s->slab, d->sent, NORO_SENTS * sizeof(*d->sent));
	*d = (struct noro_shard){ 0 };
}

uint64_t noro_event_packets(const struct noro_entry *e)
{
	return e->packets + (e->mark & NORO_MARK_SIDE ? e->u.side->packets : 0);
}

uint64_t noro_event_bytes(const struct noro_entry *e)
{
	return e->bytes + (e->mark & NORO_MARK_SIDE ? e->u.side->bytes : 0);
}

void noro_event_hits(const struct noro_entry *e, uint64_t hits[NORO_TOOLS_MAX])
{
	const uint32_t *kept = e->mark & NORO_MARK_SIDE ? e->u.side->hits : NULL;

	for (unsigned i = 0; i < NORO_TOOLS_MAX; i++)
		hits[i] = kept ? kept[i] : e->tools >> i & 1 ? noro_event_packets(e) : 0;
}

/* ---- the table ---- */

/* On a middling sensor: the place of a /24 among those of our /16. */
static uint32_t net_bit(const struct noro_scope *s, uint32_t ours)
{
	return (uint32_t)s->top_of[ours >> 16] << 8 | (ours >> 8 & 255);
}

static bool same(const struct noro_entry *e, uint64_t actor, uint16_t port, uint8_t kind)
{
	return e->actor == actor && e->port == port && e->kind == kind;
}

struct noro_entry *noro_event_find(
	struct noro_shard *d, uint64_t slot, uint64_t actor, uint16_t port, uint8_t kind)
{
	uint32_t mask = d->cap - 1, at = (uint32_t)slot & mask;

	if (!d->cap)
		return NULL;
	while (d->entry[at].kind) {
		if (same(&d->entry[at], actor, port, kind))
			return &d->entry[at];
		at = (at + 1) & mask;
	}
	return NULL;
}

/* ---- what will be touched, asked for early ---- */

static void ask_distinct(const struct noro_distinct *d, uint32_t id)
{
	if (d->p)
		noro_ask(&d->many[noro_mix(id) >> (64 - d->p)]);
	else if (d->log)
		noro_ask(&d->few[noro_few_at(id, d->log)]);
}

/* The entry as it was found before, if it is still there; else looked up again. */
static struct noro_entry *again(struct noro_shard *d, const struct noro_work *w)
{
	if (w->at < d->cap && same(&d->entry[w->at], w->actor, w->port, w->kind))
		return &d->entry[w->at];
	return noro_event_find(d, w->slot, w->actor, w->port, w->kind);
}

void noro_event_ask_entry(const struct noro_lane *l, struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	const struct noro_entry *e = noro_event_find(d, w->slot, w->actor, w->port, w->kind);
	bool first = !e || e->last < l->s->clock.start[0];

	w->at = e ? (uint32_t)(e - d->entry) : UINT32_MAX;
	if (w->j.klass == NORO_KLASS_SCAN)
		noro_ask(&l->sums.slot[noro_id_port(w->kind & 3, w->port)]);
	if (first && !(w->kind & 0x20))
		noro_day_ask(&d->day, (uint32_t)w->actor, w->block, l->s->secret);
	if (first && d->phase)
		noro_two_ask(d, w);
	if (e && e->mark & NORO_MARK_SIDE) {
		noro_ask(e->u.side);
		noro_ask((const char *)e->u.side + 63);
	}
}

/* The sums of its port: of those everybody asks for they lie in the nearest cache anyway. */
static void ask_port(const struct noro_lane *l, const struct noro_work *w)
{
	uint32_t slot;

	if (w->j.klass != NORO_KLASS_SCAN)
		return;
	slot = l->sums.slot[noro_id_port(w->kind & 3, w->port)];
	if (slot) {
		noro_ask(&l->sums.count[slot - 1]);
		noro_ask((const char *)&l->sums.count[slot - 1] + 64);
	}
}

void noro_event_ask_side(const struct noro_lane *l, const struct noro_work *w)
{
	const struct noro_shard *d = &l->s->shard[w->shard];
	const struct noro_side *side;

	ask_port(l, w);
	if (w->at >= d->cap || !(d->entry[w->at].mark & NORO_MARK_SIDE))
		return;
	side = d->entry[w->at].u.side;
	if (side->ours) {
		noro_ask(&side->ours[w->index >> 6]);
		return;
	}
	ask_distinct(&side->dst, w->ours);
	if (side->net_bits)
		noro_ask(&side->net_bits[net_bit(l->s, w->ours) >> 6]);
	else
		ask_distinct(&side->net, w->kind & 0x20 ? w->ours : w->ours >> 8);
}

static void put(const struct noro_scope *s, struct noro_shard *d, const struct noro_entry *e)
{
	uint32_t mask = d->cap - 1, at = (uint32_t)noro_slot(s, e->actor, e->port, e->kind) & mask;

	while (d->entry[at].kind)
		at = (at + 1) & mask;
	d->entry[at] = *e;
	d->n++;
}

static bool resize(struct noro_scope *s, struct noro_shard *d, uint32_t cap)
{
	struct noro_shard old = *d;
	struct noro_entry *e = noro_slab_get(s->tables, cap * sizeof(*e));

	if (!e)
		return false;
	d->entry = e;
	d->cap = cap;
	d->bytes += ((uint64_t)cap - old.cap) * sizeof(*e);
	d->n = 0;
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.entry[i].kind)
			put(s, d, &old.entry[i]);
	drop_table(s, &old);
	return true;
}

/* ---- ending ---- */

static void end(struct noro_lane *l, struct noro_shard *d, const struct noro_entry *e)
{
	struct noro_entry *p;

	if (e->mark & NORO_MARK_SIDE)
		d->bytes -= e->u.side->counted;
	if (!noro_rows_wanted(l->s, e)) {
		struct noro_entry gone = *e;

		noro_event_free(l->s, &gone);
		return;
	}
	p = noro_grow(l->ended, l->ends, &l->end_cap, sizeof(*p));
	if (!p) {
		struct noro_entry gone = *e;

		noro_event_free(l->s, &gone);
		l->status = NORO_ENOMEM;
		return;
	}
	l->ended = p;
	p[l->ends++] = *e;
}

/* Take out all that were last touched before `cut`, and close the holes: what stands behind a hole
 * is put in again, which moves it at most to where it would have been. */
static uint32_t take_out(struct noro_lane *l, struct noro_shard *d, int64_t cut)
{
	uint32_t out = 0;
	int64_t oldest = INT64_MAX;

	for (uint32_t i = 0; i < d->cap; i++) {
		struct noro_entry *e = &d->entry[i];

		if (!e->kind)
			continue;
		if (e->last >= cut) {
			oldest = e->last < oldest ? e->last : oldest;
			continue;
		}
		end(l, d, e);
		e->kind = 0;
		out++;
	}
	d->n -= out;
	d->oldest = oldest;
	return out;
}

/* After holes were made: into a new table, smaller if it is nearly empty. */
static void repair(struct noro_lane *l, struct noro_shard *d)
{
	uint32_t cap = d->cap;

	while (cap > CAP_FIRST && d->n < cap / 8)
		cap /= 2;
	if (!d->n) {
		d->bytes -= (uint64_t)d->cap * sizeof(*d->entry);
		drop_table(l->s, d);
	} else if (!resize(l->s, d, cap)) {
		l->status = NORO_ENOMEM;
	}
}

void noro_event_sweep(struct noro_lane *l, struct noro_shard *d, int64_t now, bool all)
{
	int64_t cut = all ? INT64_MAX : now - l->s->gap_ns;

	if (!d->n || (!all && d->oldest >= cut))
		return;
	if (take_out(l, d, cut))
		repair(l, d);
}

/* End the idlest quarter: the cut is found by counting how long ago each was touched. */
static void make_room(struct noro_lane *l, struct noro_shard *d, int64_t now)
{
	uint32_t with[256] = { 0 }, sum = 0, before = d->n;
	int64_t oldest = d->oldest < now ? d->oldest : now, span = (now - oldest) / 256 + 1;
	unsigned b = 0;

	for (uint32_t i = 0; i < d->cap; i++)
		if (d->entry[i].kind) {
			int64_t at = (d->entry[i].last - oldest) / span;

			with[at < 0 ? 0 : at > 255 ? 255 : at]++;
		}
	while (b < 255 && sum + with[b] < d->n / 4 + 1)
		sum += with[b++];
	if (take_out(l, d, oldest + (b + 1) * span))
		repair(l, d);
	l->early += before - d->n;
}

/* ---- one packet ---- */

static bool begin_side(struct noro_lane *l, struct noro_shard *d, struct noro_entry *e)
{
	struct noro_side *side;

	if (e->mark & NORO_MARK_SIDE)
		return true;
	side = noro_pile_get(l->s->slab, &d->pile);
	if (!side)
		return false;
	side->shard = (uint8_t)(d - l->s->shard);
	side->dst.few = side->first;
	side->dst.log = NORO_SIDE_LOG;
	side->dst.lent = true;
	if (!noro_distinct_add(&side->dst, e->dst0, EVENT_P) ||
		(e->dsts > 1 && !noro_distinct_add(&side->dst, e->u.dst[0], EVENT_P)) ||
		(e->dsts > 2 && !noro_distinct_add(&side->dst, e->u.dst[1], EVENT_P))) {
		noro_distinct_done(&side->dst);
		noro_pile_put(l->s->slab, &d->pile, side);
		return false;
	}
	e->u.side = side;
	e->mark |= NORO_MARK_SIDE;
	recount(d, side);
	return true;
}

static void set_bit(uint64_t *bits, uint32_t i)
{
	bits[i >> 6] |= UINT64_C(1) << (i & 63);
}

_Static_assert(NORO_SMALL_SENSOR / 8 <= NORO_RECORD_LARGE &&
		       NORO_NET_TOPS * 32 <= NORO_RECORD_LARGE && 1 << EVENT_P <= NORO_RECORD_LARGE,
	"bits and registers are records");

static bool become_bits(struct noro_scope *s, struct noro_shard *d, struct noro_side *side)
{
	uint32_t index = 0;

	side->ours = noro_pile_get(s->slab, &d->many);
	if (!side->ours)
		return false;
	for (uint32_t i = 0; i < 1U << side->dst.log; i++)
		if (side->dst.few[i] && noro_own_v4(s->own, side->dst.few[i], &index))
			set_bit(side->ours, index);
	noro_distinct_done(&side->dst);
	return true;
}

static bool add_net(struct noro_scope *s, struct noro_side *side, uint32_t ours, bool six)
{
	if (!side->net_bits)
		return noro_distinct_add(&side->net, six ? ours : ours >> 8, EVENT_P);
	set_bit(side->net_bits, net_bit(s, ours));
	return true;
}

/* What was kept one by one goes over to registers, and its /24s to bits where these are few. */
static bool become_many(
	struct noro_scope *s, struct noro_shard *d, struct noro_side *side, bool six)
{
	uint8_t *reg = noro_pile_get(s->slab, &d->many);
	bool ok = reg != NULL;

	if (ok && !six && s->net_bytes && !side->net_bits) {
		side->net_bits = noro_pile_get(s->slab, &d->many);
		ok = side->net_bits != NULL;
	}
	for (uint32_t i = 0; ok && i < 1U << side->dst.log; i++)
		if (side->dst.few[i]) {
			noro_hll_add(reg, EVENT_P, noro_mix(side->dst.few[i]));
			ok = add_net(s, side, side->dst.few[i], six);
		}
	if (!ok) {
		noro_pile_put(s->slab, &d->many, reg);
		return false;
	}
	noro_distinct_done(&side->dst);
	side->dst =
		(struct noro_distinct){ .n = NORO_FEW, .p = EVENT_P, .lent = true, .many = reg };
	return true;
}

/* While few, at the border to many, and with registers for the /24s. */
static bool add_to_side(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, const struct noro_work *w)
{
	struct noro_side *side = e->u.side;
	unsigned log = side->dst.log, net = side->net.log + side->net.p;
	bool six = e->kind & 0x20, ok = true;

	if (!side->dst.p && side->dst.n == NORO_FEW && !noro_distinct_has(&side->dst, w->ours))
		ok = !six && l->s->o.sensor->addresses <= NORO_SMALL_SENSOR
			     ? become_bits(l->s, d, side)
			     : become_many(l->s, d, side, six);
	if (ok && side->ours)
		set_bit(side->ours, w->index);
	else if (ok)
		ok = noro_distinct_add(&side->dst, w->ours, EVENT_P) &&
		     (!side->dst.p || add_net(l->s, side, w->ours, six));
	if (log != side->dst.log || net != (unsigned)side->net.log + side->net.p)
		recount(d, side);
	return ok;
}

static bool add_dst(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, const struct noro_work *w)
{
	struct noro_side *side;

	if (!(e->mark & NORO_MARK_SIDE)) {
		if (w->ours == e->dst0 || (e->dsts > 1 && w->ours == e->u.dst[0]) ||
			(e->dsts > 2 && w->ours == e->u.dst[1]))
			return true;
		if (e->dsts < 3) {
			e->u.dst[e->dsts++ - 1] = w->ours;
			return true;
		}
		if (!begin_side(l, d, e))
			return false;
	}
	side = e->u.side;
	if (side->ours) {
		set_bit(side->ours, w->index);
		return true;
	}
	if (side->dst.p && side->net_bits) {
		noro_hll_add(side->dst.many, EVENT_P, noro_mix(w->ours ? w->ours : 1));
		set_bit(side->net_bits, net_bit(l->s, w->ours));
		return true;
	}
	return add_to_side(l, d, e, w);
}

static void keep_sample(struct noro_side *k, uint64_t seed, const struct noro_work *w)
{
	uint32_t n = w->p.ip_captured < k->slot_n ? w->p.ip_captured : k->slot_n;
	uint64_t at = k->samples;
	uint8_t *p;
	uint16_t n16 = (uint16_t)n;

	k->seen++;
	if (at == NORO_SCAN_SAMPLES) { /* reservoir: each packet with the same chance */
		at = (noro_mix(seed + k->seen) >> 32) * k->seen >> 32;
		if (at >= NORO_SCAN_SAMPLES)
			return;
	} else {
		k->samples++;
	}
	p = k->sample + at * (size_t)(SAMPLE_HEAD + k->slot_n);
	memcpy(p, &w->p.ts_ns, 8);
	memcpy(p + 8, &n16, 2);
	memcpy(p + SAMPLE_HEAD, w->p.ip, n);
}

/* A larger packet than those before: all slots are widened. */
static bool widen(struct noro_scope *s, struct noro_shard *d, struct noro_side *k, uint16_t slot_n)
{
	size_t to = SAMPLE_HEAD + (size_t)slot_n, from = SAMPLE_HEAD + (size_t)k->slot_n;
	uint8_t *p = slot_n == SLOT_LEAST ? noro_pile_get(s->slab, &d->pile)
					  : noro_calloc(NORO_SCAN_SAMPLES, to);

	if (!p)
		return false;
	for (size_t i = 0; i < k->samples; i++)
		memcpy(p + i * to, k->sample + i * from, from);
	free_samples(s, d, k);
	k->sample = p;
	k->slot_n = slot_n;
	return true;
}

static bool add_sample(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, const struct noro_work *w)
{
	struct noro_side *side = e->u.side;
	uint32_t n = w->p.ip_captured < 96 ? w->p.ip_captured : 96;

	if (n > side->slot_n) {
		uint16_t slot = n <= SLOT_LEAST ? SLOT_LEAST : (uint16_t)((n + 7) & ~7U);

		if (!widen(l->s, d, side, slot))
			return false;
		recount(d, side);
	}
	if (n)
		keep_sample(side, e->actor << 16 ^ e->port ^ (uint64_t)e->kind << 56, w);
	return true;
}

/* Tools whose tests a packet passed; apart per tool as soon as packets differ. */
static bool add_tools(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, unsigned tools)
{
	struct noro_side *side;

	if (tools == e->tools && !(e->mark & NORO_MARK_SIDE && e->u.side->hits))
		return true;
	if (!begin_side(l, d, e))
		return false;
	side = e->u.side;
	if (!side->hits) {
		uint64_t so_far = noro_event_packets(e) - 1;

		side->hits = noro_calloc(NORO_TOOLS_MAX, sizeof(*side->hits));
		if (!side->hits)
			return false;
		recount(d, side);
		for (unsigned i = 0; i < NORO_TOOLS_MAX; i++)
			side->hits[i] = e->tools >> i & 1 ? (uint32_t)so_far : 0;
	}
	for (unsigned i = 0; i < NORO_TOOLS_MAX; i++)
		side->hits[i] += (tools >> i & 1) && side->hits[i] < UINT32_MAX;
	return true;
}

/* 32 bits are enough for nearly all; what runs over is carried to the side. */
static bool add_sums(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, const struct noro_work *w)
{
	if (e->packets == UINT32_MAX || e->bytes > UINT32_MAX - w->p.ip_n) {
		if (!begin_side(l, d, e))
			return false;
		e->u.side->packets += e->packets;
		e->u.side->bytes += e->bytes;
		e->packets = 0;
		e->bytes = 0;
	}
	e->packets++;
	e->bytes += w->p.ip_n;
	return true;
}

static bool touch(struct noro_lane *l, struct noro_shard *d, struct noro_entry *e,
	const struct noro_work *w, unsigned tools)
{
	if (!add_sums(l, d, e, w) || !add_dst(l, d, e, w) || !add_tools(l, d, e, tools))
		return false;
	e->flags |= w->p.tcp_flags;
	e->ttl_min = w->p.ttl < e->ttl_min ? w->p.ttl : e->ttl_min;
	e->ttl_max = w->p.ttl > e->ttl_max ? w->p.ttl : e->ttl_max;
	e->last = w->t > e->last ? w->t : e->last;
	if (w->j.odd & (NORO_ODD_BOGON_SRC | NORO_ODD_SAME_ADDR))
		e->mark |= NORO_MARK_BOGON;
	if (l->s->o.keep_small && !begin_side(l, d, e))
		return false;
	if (e->mark & NORO_MARK_SIDE &&
		(l->s->o.keep_small || e->u.side->ours || e->u.side->dst.p ||
			e->u.side->dst.n >= SAMPLES_FROM))
		return add_sample(l, d, e, w);
	return true;
}

static void begin(struct noro_entry *e, const struct noro_work *w, unsigned tools)
{
	struct noro_tool_seen seen = { 0 };

	noro_tools_keep(&w->p, &seen);
	*e = (struct noro_entry){ .actor = w->actor,
		.port = w->port,
		.kind = w->kind,
		.first = w->t,
		.last = w->t,
		.ttl_min = 255,
		.tools = (uint16_t)tools,
		.dsts = 1,
		.dst0 = w->ours,
		.seq = seen.seq,
		.ports = seen.ports };
}

/* The entry of a packet, a new one if need be; NULL: no memory. */
static struct noro_entry *entry_of(
	struct noro_lane *l, struct noro_shard *d, const struct noro_work *w, bool *ret_new)
{
	struct noro_scope *s = l->s;
	struct noro_entry *e = again(d, w);
	uint32_t mask, at;

	*ret_new = true;
	if (e && w->t - e->last <= s->gap_ns) {
		*ret_new = false;
		return e;
	}
	if (e) { /* silent for too long, and not yet swept: another event in the same place */
		end(l, d, e);
		e->mark = 0;
		return e;
	}
	if (d->bytes > s->shard_bytes && d->n > CAP_FIRST)
		make_room(l, d, w->t);
	if (4 * ((uint64_t)d->n + 1) > 3 * (uint64_t)d->cap) {
		uint64_t more = (uint64_t)d->cap * sizeof(*e);

		if (d->bytes + more > s->shard_bytes && d->cap > CAP_FIRST && d->n)
			make_room(l, d, w->t);
		if (4 * ((uint64_t)d->n + 1) > 3 * (uint64_t)d->cap &&
			!resize(s, d, d->cap ? 2 * d->cap : CAP_FIRST))
			return NULL;
	}
	mask = d->cap - 1;
	at = (uint32_t)w->slot & mask;
	while (d->entry[at].kind)
		at = (at + 1) & mask;
	d->n++;
	d->oldest = d->n == 1 || w->t < d->oldest ? w->t : d->oldest;
	return &d->entry[at];
}

static unsigned tools_of(struct noro_lane *l, const struct noro_work *w, const struct noro_entry *e)
{
	const struct noro_tools *t = l->s->o.tools;
	struct noro_tool_seen seen;

	if (!t || w->p.proto != 6 || w->p.frag == NORO_FRAG_LATER ||
		(w->j.klass != NORO_KLASS_SCAN && !w->p.payload_n))
		return 0;
	if (!e || w->j.klass != NORO_KLASS_SCAN)
		return noro_tools_test(t, &w->p) & 0xffff;
	seen = (struct noro_tool_seen){ .seq = e->seq, .ports = e->ports, .dst4 = e->dst0 };
	return noro_tools_test_both(t, &w->p, &seen) & 0xffff;
}

static size_t probe_of(struct noro_lane *l, const struct noro_work *w)
{
	if (w->j.klass != NORO_KLASS_SCAN)
		return SIZE_MAX;
	if (w->p.proto == 6) {
		enum noro_syn_payload kind = NORO_SYNP_NONE;

		/* a cookie of Fast Open beside what else a SYN carries: 20 bytes of options */
		if (w->p.payload_n || w->p.options_n >= 20)
			kind = noro_syn_payload(&w->p);
		return kind == NORO_SYNP_NONE ? SIZE_MAX : NORO_SYN_PROBE + (size_t)kind;
	}
	return l->s->o.probes && w->p.payload_n ? noro_probes_test(l->s->o.probes, &w->p)
						: SIZE_MAX;
}

void noro_event_packet(struct noro_lane *l, struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	bool is_new;
	struct noro_entry *e = entry_of(l, d, w, &is_new);
	size_t probe = probe_of(l, w);
	unsigned firsts, tools, new_tools;

	if (!e) {
		l->status = NORO_ENOMEM;
		return;
	}
	tools = tools_of(l, w, is_new ? NULL : e);
	firsts = is_new ? (1U << NORO_WIDTHS) - 1 : noro_firsts(&l->s->clock, e->last);
	new_tools = is_new ? tools : tools & ~(unsigned)e->tools;
	if (is_new)
		begin(e, w, tools);
	if (!touch(l, d, e, w, tools)) {
		l->status = NORO_ENOMEM;
		return;
	}
	if (probe != SIZE_MAX && !e->probe)
		e->probe = (uint16_t)(probe + 1);
	if (w->j.klass == NORO_KLASS_SCAN && w->p.proto == 6 &&
		(firsts & 1 || (e->mark & (NORO_MARK_IRREGULAR | NORO_MARK_TWO_PHASE)) ==
				       NORO_MARK_IRREGULAR))
		noro_two_phase(l, w, e, tools, firsts & 1);
	noro_count_packet(l, w, firsts, tools, new_tools, probe);
}
