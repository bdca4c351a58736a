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
	LEAST = 64,       /* events of a shard that are kept whatever memory they take */
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
	unsigned many = (side->dst.p ? 1U : 0) + (side->bits ? 1U : 0);
	uint64_t n = NORO_RECORD + noro_distinct_bytes(&side->dst) +
		     noro_distinct_bytes(&side->net) + many * (uint64_t)NORO_RECORD_LARGE +
		     (side->hits ? NORO_TOOLS_MAX * sizeof(*side->hits) : 0) +
		     (side->sample ? samples_bytes(side) : 0);

	d->bytes += n - side->counted;
	side->counted = (uint32_t)n;
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
	noro_pile_put(s->slab, &d->many, side->bits);
	free(side->hits);
	free_samples(s, d, side);
	noro_pile_put(s->slab, &d->pile, side);
	e->mark &= (uint8_t)~NORO_MARK_SIDE;
}

void noro_shard_done(struct noro_scope *s, struct noro_shard *d)
{
	for (uint32_t i = d->live.from; i < d->live.end; i++)
		noro_event_free(s, noro_table_at(&d->live, i));
	for (uint32_t i = 0; i < d->vcap; i++)
		if (d->vict[i].kind)
			noro_vict_free(s, d, &d->vict[i]);
	noro_day_clear(s->slab, &d->day);
	noro_table_done(s->tables, &d->live);
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
	const struct noro_table *t = &d->live;
	uint32_t at = noro_table_place(t, slot), i;

	if (!t->cap)
		return NULL;
	while ((i = noro_table_next(t, slot, &at)) < t->end)
		if (same(noro_table_at(t, i), actor, port, kind))
			return noro_table_at(t, i);
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

/* The entry that the index named before, if it is that one and still there; else looked up again.
 */
static struct noro_entry *again(struct noro_shard *d, const struct noro_work *w)
{
	if (w->at < d->live.end) {
		struct noro_entry *e = noro_table_at(&d->live, w->at);

		if (same(e, w->actor, w->port, w->kind))
			return e;
	}
	return noro_event_find(d, w->slot, w->actor, w->port, w->kind);
}

void noro_event_ask_entry(const struct noro_lane *l, struct noro_work *w)
{
	const struct noro_table *t = &l->s->shard[w->shard].live;
	uint32_t at = noro_table_place(t, w->slot);

	if (w->j.klass == NORO_KLASS_SCAN)
		noro_ask(&l->sums.slot[noro_id_port(w->kind & 3, w->port)]);
	w->at = t->cap ? noro_table_next(t, w->slot, &at) : UINT32_MAX;
	if (w->at / NORO_BLOCK < t->blocks) /* or the one it will be */
		noro_ask(noro_table_at(t, w->at));
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
	const struct noro_entry *e = w->at < d->live.end ? noro_table_at(&d->live, w->at) : NULL;

	ask_port(l, w);
	if (d->phase && (!e || e->last < l->s->clock.start[0]))
		noro_two_ask(d, w);
	if (e && e->mark & NORO_MARK_SIDE) {
		noro_ask(e->u.side);
	}
}

static uint8_t *register_of(const struct noro_side *side, uint32_t ours)
{
	return (uint8_t *)side->at + (noro_mix(noro_distinct_id(ours)) >> (64 - EVENT_P));
}

static void ask_waiting(const struct noro_scope *s, const struct noro_side *side)
{
	for (unsigned i = 0; i < side->waits; i++) {
		noro_ask(register_of(side, side->first[i]));
		noro_ask(&side->bits[net_bit(s, side->first[i]) >> 6]);
	}
}

void noro_event_ask_more(const struct noro_lane *l, const struct noro_work *w)
{
	const struct noro_shard *d = &l->s->shard[w->shard];
	const struct noro_entry *e = w->at < d->live.end ? noro_table_at(&d->live, w->at) : NULL;
	const struct noro_side *side;

	if (!e || !(e->mark & NORO_MARK_SIDE))
		return;
	side = e->u.side;
	switch ((enum noro_how)side->how) {
	case NORO_HOW_FEW:
		if (side->few_log > NORO_SIDE_LOG)
			noro_ask((uint32_t *)side->at + noro_few_at(w->ours, side->few_log));
		noro_ask(&side->dst);
		break;
	case NORO_HOW_BITS:
		noro_ask(&side->bits[w->index >> 6]);
		break;
	case NORO_HOW_NETS:
		if (side->waits == NORO_WAIT - 1)
			ask_waiting(l->s, side);
		break;
	case NORO_HOW_MANY:
		noro_ask(register_of(side, w->ours));
		ask_distinct(&side->net, w->kind & 0x20 ? w->ours : w->ours >> 8);
		break;
	}
}

/* ---- ending ---- */

/* What waits goes into registers and bits. */
static void settle(const struct noro_scope *s, struct noro_side *side)
{
	for (unsigned i = 0; i < side->waits; i++) {
		uint32_t bit = net_bit(s, side->first[i]);

		noro_hll_add(side->at, EVENT_P, noro_mix(noro_distinct_id(side->first[i])));
		side->bits[bit >> 6] |= UINT64_C(1) << (bit & 63);
	}
	side->waits = 0;
}

static void end(struct noro_lane *l, struct noro_shard *d, const struct noro_entry *e)
{
	struct noro_entry *p;

	if (e->mark & NORO_MARK_SIDE) {
		settle(l->s, e->u.side);
		d->bytes -= e->u.side->counted;
	}
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

static uint64_t slot_of(const void *ctx, const struct noro_entry *e)
{
	return noro_slot(ctx, e->actor, e->port, e->kind);
}

/* End all that were last touched before `cut`; how many. The others move up. */
static uint32_t take_out(struct noro_lane *l, struct noro_shard *d, int64_t cut)
{
	uint32_t end_at = d->live.end, keep = d->live.from;
	uint64_t bytes = noro_table_bytes(&d->live);
	int64_t oldest = INT64_MAX;

	for (uint32_t i = keep; i < end_at; i++) {
		struct noro_entry *e = noro_table_at(&d->live, i);

		if (e->last < cut) {
			end(l, d, e);
			continue;
		}
		oldest = e->last < oldest ? e->last : oldest;
		if (keep < i)
			*noro_table_at(&d->live, keep) = *e;
		keep++;
	}
	d->oldest = oldest;
	if (keep < end_at) {
		noro_table_keep(l->s->tables, &d->live, keep, slot_of, l->s);
		d->bytes -= bytes - noro_table_bytes(&d->live);
	}
	return end_at - keep;
}

void noro_event_sweep(struct noro_lane *l, struct noro_shard *d, int64_t now, bool all)
{
	int64_t cut = all ? INT64_MAX : now - l->s->gap_ns;

	if (noro_table_n(&d->live) && (all || d->oldest < cut))
		(void)take_out(l, d, cut);
}

/* End the idlest quarter: the cut is found by counting how long ago each was touched. */
static void make_room(struct noro_lane *l, struct noro_shard *d, int64_t now)
{
	uint32_t with[256] = { 0 }, sum = 0;
	int64_t oldest = d->oldest < now ? d->oldest : now, span = (now - oldest) / 256 + 1;
	unsigned b = 0;

	for (uint32_t i = d->live.from; i < d->live.end; i++) {
		int64_t at = (noro_table_at(&d->live, i)->last - oldest) / span;

		with[at < 0 ? 0 : at > 255 ? 255 : at]++;
	}
	while (b < 255 && sum + with[b] < noro_table_n(&d->live) / 4 + 1)
		sum += with[b++];
	l->early += take_out(l, d, oldest + (b + 1) * span);
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
	side->few_log = NORO_SIDE_LOG;
	side->at = side->first;
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

	side->bits = noro_pile_get(s->slab, &d->many);
	if (!side->bits)
		return false;
	for (uint32_t i = 0; i < 1U << side->dst.log; i++)
		if (side->dst.few[i] && noro_own_v4(s->own, side->dst.few[i], &index))
			set_bit(side->bits, index);
	noro_distinct_done(&side->dst);
	side->how = NORO_HOW_BITS;
	return true;
}

/* What was kept one by one goes over to registers, and its /24s to bits where these are few. */
static bool become_many(
	struct noro_scope *s, struct noro_shard *d, struct noro_side *side, bool six)
{
	uint8_t *reg = noro_pile_get(s->slab, &d->many);
	bool nets = !six && s->net_bytes, ok = reg != NULL;

	if (ok && nets) {
		side->bits = noro_pile_get(s->slab, &d->many);
		ok = side->bits != NULL;
	}
	for (uint32_t i = 0; ok && i < 1U << side->dst.log; i++) {
		uint32_t ours = side->dst.few[i];

		if (!ours)
			continue;
		noro_hll_add(reg, EVENT_P, noro_mix(ours));
		if (nets)
			set_bit(side->bits, net_bit(s, ours));
		else
			ok = noro_distinct_add(&side->net, six ? ours : ours >> 8, EVENT_P);
	}
	if (!ok) {
		noro_pile_put(s->slab, &d->many, reg);
		return false;
	}
	noro_distinct_done(&side->dst);
	side->dst =
		(struct noro_distinct){ .n = NORO_FEW, .p = EVENT_P, .lent = true, .many = reg };
	side->at = reg;
	side->how = nets ? NORO_HOW_NETS : NORO_HOW_MANY;
	return true;
}

static bool add_few(struct noro_lane *l, struct noro_shard *d, struct noro_side *side,
	const struct noro_work *w)
{
	bool six = w->kind & 0x20;
	unsigned log = side->dst.log;

	if (side->dst.n == NORO_FEW && !noro_distinct_has(&side->dst, w->ours)) {
		bool ok = !six && l->s->o.sensor->addresses <= NORO_SMALL_SENSOR
				  ? become_bits(l->s, d, side)
				  : become_many(l->s, d, side, six);

		recount(d, side);
		return ok;
	}
	if (!noro_distinct_add(&side->dst, w->ours, EVENT_P))
		return false;
	side->at = side->dst.few;
	side->few_log = side->dst.log;
	if (log != side->dst.log)
		recount(d, side);
	return true;
}

static bool add_many(struct noro_shard *d, struct noro_side *side, const struct noro_work *w)
{
	unsigned net = side->net.log + side->net.p;

	noro_hll_add(side->at, EVENT_P, noro_mix(noro_distinct_id(w->ours)));
	if (!noro_distinct_add(&side->net, w->kind & 0x20 ? w->ours : w->ours >> 8, EVENT_P))
		return false;
	if (net != (unsigned)side->net.log + side->net.p)
		recount(d, side);
	return true;
}

static bool add_to_side(struct noro_lane *l, struct noro_shard *d, struct noro_side *side,
	const struct noro_work *w)
{
	if (side->how == NORO_HOW_FEW && !add_few(l, d, side, w))
		return false;
	switch ((enum noro_how)side->how) { /* at the border to many: what it has just become */
	case NORO_HOW_BITS:
		set_bit(side->bits, w->index);
		return true;
	case NORO_HOW_NETS:
		side->first[side->waits++] = w->ours;
		if (side->waits == NORO_WAIT)
			settle(l->s, side);
		return true;
	case NORO_HOW_MANY:
		return add_many(d, side, w);
	case NORO_HOW_FEW:
		break;
	}
	return true;
}

static bool add_dst(
	struct noro_lane *l, struct noro_shard *d, struct noro_entry *e, const struct noro_work *w)
{
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
	return add_to_side(l, d, e->u.side, w);
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

	if (tools == e->tools && !(e->mark & NORO_MARK_SIDE && e->u.side->has_hits))
		return true;
	if (!begin_side(l, d, e))
		return false;
	side = e->u.side;
	if (!side->hits) {
		uint64_t so_far = noro_event_packets(e) - 1;

		side->hits = noro_calloc(NORO_TOOLS_MAX, sizeof(*side->hits));
		if (!side->hits)
			return false;
		side->has_hits = true;
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
	if (e->mark & NORO_MARK_SIDE && (l->s->o.keep_small || e->u.side->how != NORO_HOW_FEW ||
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
	uint64_t bytes;

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
	if (d->bytes > s->shard_bytes && noro_table_n(&d->live) > LEAST)
		make_room(l, d, w->t);
	bytes = noro_table_bytes(&d->live);
	e = noro_table_add(s->tables, &d->live, w->slot);
	d->bytes += noro_table_bytes(&d->live) - bytes;
	d->oldest = noro_table_n(&d->live) == 1 || w->t < d->oldest ? w->t : d->oldest;
	return e;
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
		(firsts & 1 || ((e->mark & (NORO_MARK_IRREGULAR | NORO_MARK_TWO_PHASE)) ==
					       NORO_MARK_IRREGULAR &&
				       !noro_two_irregular(&w->p, tools))))
		noro_two_phase(l, w, e, tools, firsts & 1);
	if (firsts | new_tools || probe != SIZE_MAX || l->s->o.tags ||
		!noro_count_again(l, w, tools))
		noro_count_packet(l, w, firsts, tools, new_tools, probe);
}
