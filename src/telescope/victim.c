/*
 * src/telescope/victim.c - who is under attack, by what comes back from the addresses an attacker
 * made up. What counts are distinct questions: a host that repeats its SYN-ACK four times was asked
 * once. Few packets are kept as they are; a victim that goes on gets a record with the set of its
 * probes, which beyond 4,096 becomes registers and a memory of the last ones, enough to know a
 * repetition by.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

enum {
	CAP_FIRST = 16,
	SET_FIRST = 64,
	SET_MOST = 8192,
	PROBE_P = 14,
	DST_P = 12,
};

static uint64_t more_bytes(const struct noro_vmore *m)
{
	return sizeof(*m) + 16 + m->slots * sizeof(*m->probe) +
	       (m->reg ? (size_t)1 << PROBE_P : 0) + noro_distinct_bytes(&m->dsts) +
	       noro_distinct_bytes(&m->nets);
}

static bool whole(const struct noro_vict *v)
{
	return v->pending > NORO_PENDING;
}

static uint64_t vict_bytes(const struct noro_vict *v)
{
	return whole(v) ? more_bytes(v->more) : NORO_RECORD;
}

_Static_assert(NORO_PENDING * sizeof(struct noro_reply) <= NORO_RECORD, "a record holds them");

void noro_vict_free(struct noro_scope *s, struct noro_shard *d, struct noro_vict *v)
{
	if (!whole(v)) {
		noro_pile_put(s->slab, &d->pile, v->more);
	} else if (v->more) {
		struct noro_vmore *m = v->more;

		free(m->probe);
		free(m->reg);
		noro_distinct_done(&m->dsts);
		noro_distinct_done(&m->nets);
		free(m);
	}
	v->more = NULL;
}

uint64_t noro_vict_probes(const struct noro_vmore *m, double *ret_error)
{
	*ret_error = m->reg ? 1.04 / sqrt((double)(1 << PROBE_P)) : 0;
	return m->reg ? (uint64_t)(noro_hll_count(m->reg, PROBE_P) + 0.5) : m->probes;
}

/* ---- the set of probes ---- */

static bool set_put(uint64_t *set, uint32_t slots, uint64_t h)
{
	uint32_t at = (uint32_t)h & (slots - 1);

	while (set[at] && set[at] != h)
		at = (at + 1) & (slots - 1);
	if (set[at])
		return false;
	set[at] = h;
	return true;
}

static bool set_grow(struct noro_vmore *m)
{
	uint32_t slots = m->slots ? 2 * m->slots : SET_FIRST;
	uint64_t *p = noro_calloc(slots, sizeof(*p));

	if (!p)
		return false;
	for (uint32_t i = 0; i < m->slots; i++)
		if (m->probe[i])
			(void)set_put(p, slots, m->probe[i]);
	free(m->probe);
	m->probe = p;
	m->slots = slots;
	return true;
}

static bool set_many(struct noro_vmore *m)
{
	m->reg = noro_calloc((size_t)1 << PROBE_P, 1);
	if (!m->reg)
		return false;
	for (uint32_t i = 0; i < m->slots; i++)
		if (m->probe[i])
			noro_hll_add(m->reg, PROBE_P, noro_mix(m->probe[i]));
	return true;
}

/* *ret_new: not seen before, or, when many, not lately. */
static bool add_probe(struct noro_vmore *m, uint64_t h, bool *ret_new)
{
	h = h ? h : 1;
	if (m->reg) {
		uint64_t *at = &m->probe[h & (m->slots - 1)];

		noro_hll_add(m->reg, PROBE_P, noro_mix(h));
		*ret_new = *at != h;
		*at = h;
		return true;
	}
	if (2 * m->probes >= m->slots) {
		if (m->slots >= SET_MOST) {
			if (!set_many(m))
				return false;
			return add_probe(m, h, ret_new);
		}
		if (!set_grow(m))
			return false;
	}
	*ret_new = set_put(m->probe, m->slots, h);
	m->probes += *ret_new;
	return true;
}

/* ---- the record ---- */

/* The busiest services: a new one takes the place of the rarest and its count (Metwally 2005). */
static void add_port(struct noro_vmore *m, uint16_t port)
{
	size_t least = 0;

	for (size_t i = 0; i < m->ports; i++) {
		if (m->port[i].port == port) {
			m->port[i].n++;
			return;
		}
		if (m->port[i].n < m->port[least].n)
			least = i;
	}
	if (m->ports < NORO_VPORTS) {
		least = m->ports++;
		m->port[least].n = 0;
	}
	m->port[least].port = port;
	m->port[least].n++;
}

static void add_minute(struct noro_vmore *m, int64_t t)
{
	int64_t minute = t / (60 * NORO_NS_PER_S);

	if (minute != m->minute) {
		m->minute = minute;
		m->in_minute = 0;
	}
	m->in_minute++;
	m->peak = m->in_minute > m->peak ? m->in_minute : m->peak;
}

static bool add_answer(
	const struct noro_scope *s, struct noro_vmore *m, const struct noro_reply *a, bool six)
{
	bool is_new;

	m->how[a->answered]++;
	m->mismatches += a->mismatch;
	add_port(m, a->port);
	if (!noro_distinct_add(&m->dsts, a->ours, DST_P) ||
		!noro_distinct_add(&m->nets, six ? a->ours : a->ours >> 8, DST_P) ||
		!add_probe(m, a->probe, &is_new))
		return false;
	if (!is_new)
		return true;
	m->passed++;
	add_minute(m, a->t);
	if (!six)
		m->cell[(uint64_t)a->index * NORO_VCELLS / s->o.sensor->addresses]++;
	return true;
}

/* Enough has come to begin a record: what was kept goes into it first. */
static bool begin_record(struct noro_scope *s, struct noro_shard *d, struct noro_vict *v)
{
	struct noro_vmore *m = noro_calloc(1, sizeof(*m));
	const struct noro_reply *kept = v->more;
	bool ok = m != NULL;

	for (unsigned i = 0; ok && i < v->pending; i++)
		ok = add_answer(s, m, &kept[i], v->kind & 0x20);
	if (!ok) {
		struct noro_vict gone = { .pending = NORO_PENDING + 1, .more = m };

		noro_vict_free(s, d, &gone);
		return false;
	}
	noro_pile_put(s->slab, &d->pile, v->more);
	v->more = m;
	v->pending = NORO_PENDING + 1;
	return true;
}

static uint64_t probe_hash(const struct noro_work *w)
{
	return noro_mix(noro_mix((uint64_t)w->ours << 32 | w->j.number) ^
			((uint64_t)w->j.port << 16 | w->j.our_port));
}

static bool touch(
	struct noro_scope *s, struct noro_shard *d, struct noro_vict *v, const struct noro_work *w)
{
	struct noro_reply a = { .t = w->t,
		.ours = w->ours,
		.index = w->index,
		.port = w->j.port,
		.answered = w->j.answered,
		.mismatch = w->j.mismatch };
	uint64_t before = vict_bytes(v);

	a.probe = probe_hash(w);
	v->packets++;
	v->bytes += w->p.ip_n;
	v->last = w->t > v->last ? w->t : v->last;
	if (v->pending < NORO_PENDING) {
		((struct noro_reply *)v->more)[v->pending++] = a;
		return true;
	}
	if (v->pending == NORO_PENDING && !begin_record(s, d, v))
		return false;
	if (!add_answer(s, v->more, &a, v->kind & 0x20))
		return false;
	d->bytes += vict_bytes(v) - before;
	return true;
}

/* ---- the table ---- */

static struct noro_vict *find(
	const struct noro_scope *s, struct noro_shard *d, uint64_t actor, uint8_t kind)
{
	uint32_t mask = d->vcap - 1, at = (uint32_t)noro_slot(s, actor, 0, kind) & mask;

	while (d->vict[at].kind && (d->vict[at].actor != actor || d->vict[at].kind != kind))
		at = (at + 1) & mask;
	return &d->vict[at];
}

static bool resize(struct noro_scope *s, struct noro_shard *d, uint32_t cap)
{
	struct noro_vict *old = d->vict;
	uint32_t n = d->vcap;

	d->vict = noro_calloc(cap, sizeof(*old));
	if (!d->vict) {
		d->vict = old;
		return false;
	}
	d->bytes += ((uint64_t)cap - n) * sizeof(*old);
	d->vcap = cap;
	for (uint32_t i = 0; i < n; i++)
		if (old[i].kind)
			*find(s, d, old[i].actor, old[i].kind) = old[i];
	free(old);
	return true;
}

/* Attacks end by their own rules: too few probes, too short, too slow is none. */
static bool is_attack(const struct noro_scope *s, const struct noro_vict *v)
{
	const struct noro_vmore *m = v->more;
	double error;

	if (!whole(v) || v->last - v->first < 60 * NORO_NS_PER_S)
		return false;
	return noro_vict_probes(m, &error) >= 25 && (double)m->peak >= s->floor_min;
}

static void end(struct noro_lane *l, struct noro_shard *d, struct noro_vict *v)
{
	struct noro_vict *p;

	d->bytes -= vict_bytes(v);
	if (is_attack(l->s, v)) {
		p = noro_grow(l->vended, l->vends, &l->vend_cap, sizeof(*p));
		if (p) {
			l->vended = p;
			p[l->vends++] = *v;
			v->more = NULL;
			return;
		}
		l->status = NORO_ENOMEM;
	}
	noro_vict_free(l->s, d, v);
}

static uint32_t take_out(struct noro_lane *l, struct noro_shard *d, int64_t cut)
{
	uint32_t out = 0;

	d->voldest = INT64_MAX;
	for (uint32_t i = 0; i < d->vcap; i++) {
		struct noro_vict *v = &d->vict[i];

		if (!v->kind)
			continue;
		if (v->last >= cut) {
			d->voldest = v->last < d->voldest ? v->last : d->voldest;
			continue;
		}
		end(l, d, v);
		v->kind = 0;
		out++;
	}
	d->vn -= out;
	return out;
}

static void repair(struct noro_lane *l, struct noro_shard *d)
{
	uint32_t cap = d->vcap;

	while (cap > CAP_FIRST && d->vn < cap / 8)
		cap /= 2;
	if (!d->vn) {
		d->bytes -= (uint64_t)d->vcap * sizeof(*d->vict);
		free(d->vict);
		d->vict = NULL;
		d->vcap = 0;
	} else if (!resize(l->s, d, cap)) {
		l->status = NORO_ENOMEM;
	}
}

void noro_vict_sweep(struct noro_lane *l, struct noro_shard *d, int64_t now, bool all)
{
	int64_t cut = all ? INT64_MAX : now - l->s->vgap_ns;

	if (!d->vn || (!all && d->voldest >= cut))
		return;
	if (take_out(l, d, cut))
		repair(l, d);
}

static struct noro_vict *vict_of(
	struct noro_lane *l, struct noro_shard *d, const struct noro_work *w, bool *ret_new)
{
	struct noro_scope *s = l->s;
	struct noro_vict *v = d->vcap ? find(s, d, w->actor, w->kind) : NULL;

	*ret_new = !v || !v->kind || w->t - v->last > s->vgap_ns;
	if (!*ret_new)
		return v;
	if (v && v->kind) {
		end(l, d, v);
	} else {
		/* half its share at most: events and victims must not starve each other */
		if (d->bytes > s->shard_bytes && d->vn > CAP_FIRST) {
			uint32_t out = take_out(l, d, w->t - (w->t - d->voldest) * 3 / 4);

			l->early += out;
			if (out)
				repair(l, d);
		}
		if (2 * (d->vn + 1) > d->vcap && !resize(s, d, d->vcap ? 2 * d->vcap : CAP_FIRST))
			return NULL;
		v = find(s, d, w->actor, w->kind);
		d->voldest = !d->vn || w->t < d->voldest ? w->t : d->voldest;
		d->vn++;
	}
	*v = (struct noro_vict){ .actor = w->actor, .kind = w->kind, .first = w->t, .last = w->t };
	v->more = noro_pile_get(s->slab, &d->pile);
	if (!v->more) { /* an empty place again, at the end of a chain or of one packet */
		v->pending = 0;
		return NULL;
	}
	d->bytes += vict_bytes(v);
	return v;
}

void noro_vict_ask(const struct noro_lane *l, struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	const struct noro_vict *v = d->vcap ? find(l->s, d, w->actor, w->kind) : NULL;

	w->at = v ? (uint32_t)(v - d->vict) : UINT32_MAX;
	if (!v || !v->kind)
		return;
	noro_ask(v->more);
	noro_ask((const char *)v->more + 64);
}

void noro_vict_ask_more(const struct noro_lane *l, const struct noro_work *w)
{
	const struct noro_shard *d = &l->s->shard[w->shard];
	const struct noro_vmore *m;
	uint64_t h;

	if (w->at >= d->vcap || !d->vict[w->at].kind || !whole(&d->vict[w->at]))
		return;
	m = d->vict[w->at].more;
	h = probe_hash(w);
	if (m->slots)
		noro_ask(&m->probe[h & (m->slots - 1)]);
	if (m->reg)
		noro_ask(&m->reg[noro_mix(h) >> (64 - PROBE_P)]);
	if (m->dsts.p)
		noro_ask(&m->dsts.many[noro_mix(w->ours) >> (64 - m->dsts.p)]);
	if (m->nets.p)
		noro_ask(&m->nets.many[noro_mix(w->ours >> 8) >> (64 - m->nets.p)]);
	noro_ask(&m->cell[w->index * (uint64_t)NORO_VCELLS / (l->s->o.sensor->addresses | 1)]);
}

void noro_vict_packet(struct noro_lane *l, struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	bool is_new;
	struct noro_vict *v;
	unsigned firsts;

	v = vict_of(l, d, w, &is_new);
	if (!v) {
		l->status = NORO_ENOMEM;
		return;
	}
	firsts = is_new ? (1U << NORO_WIDTHS) - 1 : noro_firsts(&l->s->clock, v->last);
	if (!touch(l->s, d, v, w)) {
		l->status = NORO_ENOMEM;
		return;
	}
	noro_count_packet(l, w, firsts, 0, 0, SIZE_MAX);
}

/* ---- evenness ---- */

/* Upper tail of chi-square, Wilson and Hilferty 1931. */
static double tail(double x, double k)
{
	double z = (cbrt(x / k) - (1 - 2 / (9 * k))) / sqrt(2 / (9 * k));

	return erfc(z / sqrt(2)) / 2;
}

/* Cells are joined until each can expect five, the usual bound of the approximation. */
double noro_vict_uniform(const struct noro_scope *s, const struct noro_vmore *m)
{
	uint64_t n = s->o.sensor->addresses;
	unsigned cells = NORO_VCELLS;
	double sum = 0, x = 0;

	for (unsigned i = 0; i < NORO_VCELLS; i++)
		sum += m->cell[i];
	while (cells > 1 && (sum / cells < 5 || n < 4 * (uint64_t)cells))
		cells /= 2;
	if (cells < 2)
		return NAN;
	for (unsigned c = 0; c < cells; c++) {
		unsigned each = NORO_VCELLS / cells;
		uint64_t from = (c * n * each + NORO_VCELLS - 1) / NORO_VCELLS,
			 to = ((c + 1) * n * each + NORO_VCELLS - 1) / NORO_VCELLS;
		double expect = sum * (double)(to - from) / (double)n, got = 0;

		for (unsigned i = c * each; i < (c + 1) * each; i++)
			got += m->cell[i];
		x += (got - expect) * (got - expect) / expect;
	}
	return tail(x, cells - 1);
}
