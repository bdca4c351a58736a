/*
 * src/device/mrt_examine.c - a collector's file judged: origins against validated ROAs,
 * leaks and private numbers by the AS path, pieces cut out of protected prefixes. A
 * full table has a route from every peer: each prefix and origin is told once.
 */
#include "device/explain_priv.h"
#include "device/mrt.h"

#include "base/clock.h"
#include "base/mem.h"

enum { TOLD = 1 << 13, MAX_FROM = NORO_MRT_MAX_PEERS };

struct examine {
	struct explain *x;
	const struct noro_mrt_examine_opts *o;
	struct noro_arena *a;
	struct noro_mrt_sum *sum;
	struct noro_mrt_from *peer;
	size_t peers, cap;
	size_t last;            /* the peer of the last entry */
	uint32_t slot[1 << 12]; /* peers by hash: number + 1; the last one of a hash wins */
	uint64_t told[TOLD];    /* prefix and origin, by hash */
};

static uint32_t hash_ip(const struct noro_ip *ip, uint32_t with)
{
	uint32_t h = with * 0x9e3779b1U ^ ip->family;

	for (int i = 0; i < 16; i++)
		h = (h ^ ip->b[i]) * 0x01000193U;
	return h;
}

static bool is_peer(const struct noro_mrt_from *p, const struct noro_bgp_entry *e)
{
	return p->as == e->peer_as && noro_ip_cmp(&p->ip, &e->peer) == 0;
}

/* NULL without memory, or past the ceiling of peers (then the last one counts for them). */
static struct noro_mrt_from *from(struct examine *y, const struct noro_bgp_entry *e)
{
	uint32_t h = hash_ip(&e->peer, e->peer_as) % (1 << 12);
	struct noro_mrt_from *grown;

	if (y->last < y->peers && is_peer(&y->peer[y->last], e))
		return &y->peer[y->last];
	y->last = y->slot[h] ? y->slot[h] - 1 : y->peers;
	if (y->last < y->peers && is_peer(&y->peer[y->last], e))
		return &y->peer[y->last];
	for (y->last = 0; y->last < y->peers; y->last++)
		if (is_peer(&y->peer[y->last], e))
			break;
	if (y->last == y->peers && y->peers < MAX_FROM) {
		grown = noro_grow(y->peer, y->peers, &y->cap, sizeof(*grown));
		if (!grown)
			return NULL;
		y->peer = grown;
		y->peer[y->peers++] = (struct noro_mrt_from){ .ip = e->peer, .as = e->peer_as };
	}
	y->last = y->last < y->peers ? y->last : y->peers - 1;
	y->slot[h] = (uint32_t)y->last + 1;
	return &y->peer[y->last];
}

static bool told(struct examine *y, const struct noro_bgp_entry *e, uint32_t origin, unsigned why)
{
	uint64_t key = (uint64_t)hash_ip(&e->prefix.ip, e->prefix.len) << 32 |
		       hash_ip(&e->prefix.ip, origin ^ why << 8);
	uint64_t *slot = &y->told[key % TOLD];

	key = key ? key : 1;
	if (*slot == key)
		return true;
	*slot = key;
	return false;
}

static void count(struct examine *y, struct noro_mrt_from *p, unsigned why)
{
	if (why & WHY_INVALID)
		p->invalid++;
	if (why & WHY_LEAK)
		p->leaks++;
	y->sum->leaks += (why & WHY_LEAK) != 0;
	y->sum->private_as += (why & WHY_PRIVATE_AS) != 0;
	y->sum->more_specific += (why & WHY_SPECIFIC) != 0;
}

/* Strictly within what is protected: somebody else's announcement of a part of it. */
static const char *covered(struct examine *y, const struct noro_prefix *p, unsigned *why)
{
	const struct nest_item *at = nest_find(&y->x->protect, 0, p);

	if (!at || at->len >= p->len)
		return NULL;
	*why |= WHY_SPECIFIC;
	return explain_protected(at->value);
}

/* A table has 32 bits for lines; no file has so many records. */
static uint32_t record_number(const struct examine *y)
{
	uint64_t n = y->sum->stats.records;

	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* Who said so, before what was said. */
static const char *said_by(struct examine *y, const struct noro_bgp_entry *e)
{
	char peer[NORO_IP_TEXT];

	if (e->peer.family)
		(void)noro_ip_print(&e->peer, peer);
	return noro_arena_printf(y->x->a, "record %u, peer %s AS%u: ", (unsigned)record_number(y),
		e->peer.family ? peer : "?", (unsigned)e->peer_as);
}

static enum noro_status tell(
	struct examine *y, const struct noro_bgp_entry *e, struct explain_word *w)
{
	struct noro_fact_file *f = noro_arena_alloc(y->a, sizeof(*f));

	if (!f)
		return NORO_ENOMEM;
	*f = *y->o->file;
	f->time_ns = e->time_s * NORO_NS_PER_S + (int64_t)e->usec * 1000;
	w->file = f;
	w->offset = y->sum->stats.at;
	w->said_by = said_by(y, e);
	return w->said_by ? explain_tell(y->x, w) : NORO_ENOMEM;
}

static enum noro_status route(
	struct examine *y, const struct noro_bgp_entry *e, struct noro_mrt_from *p)
{
	uint32_t origin = noro_bgp_origin(e->attrs);
	struct noro_route r = { .prefix = e->prefix,
		.nexthop = e->attrs->nexthop,
		.proto = NORO_RT_BGP,
		.code = "B",
		.metric = e->attrs->med,
		.line = record_number(y),
		.path = UINT32_MAX,
		.age_s = UINT32_MAX };
	struct explain_word w = { .r = &r, .path = e->attrs->as, .path_n = e->attrs->ases };
	enum noro_validity v;

	p->routes++;
	if (y->o->vrps) {
		v = noro_vrps_ask(y->o->vrps, &e->prefix, origin);
		y->sum->validity[v]++;
		w.validity = noro_validity_name(v);
		if (v == NORO_ROV_INVALID_ASN || v == NORO_ROV_INVALID_LENGTH)
			w.why |= WHY_INVALID;
	}
	if (e->attrs->segments == 1) /* sets and confederations have no order to judge */
		w.why |= explain_path(e->attrs->as, e->attrs->ases, y->o->own_as);
	w.protected = covered(y, &e->prefix, &w.why);
	if (!w.why)
		return NORO_OK;
	count(y, p, w.why);
	return told(y, e, origin, w.why) ? NORO_OK : tell(y, e, &w);
}

static enum noro_status take(void *ctx, const struct noro_bgp_entry *e)
{
	struct examine *y = ctx;
	struct noro_mrt_from *p = from(y, e);

	if (!p)
		return NORO_ENOMEM;
	if (!y->sum->first_s)
		y->sum->first_s = e->time_s;
	y->sum->last_s = e->time_s > y->sum->last_s ? e->time_s : y->sum->last_s;
	if (e->kind == NORO_BGP_WITHDRAW)
		p->withdrawn++;
	return e->attrs ? route(y, e, p) : NORO_OK;
}

static enum noro_status prepare(struct examine *y, const struct noro_fact_file *f,
	struct noro_facts_maker *m, struct noro_explain_opts *none)
{
	enum noro_status st = NORO_OK;

	*none = (struct noro_explain_opts){ .def = y->o->def };
	y->x = noro_calloc(1, sizeof(*y->x));
	if (!y->x)
		return NORO_ENOMEM;
	y->x->o = none;
	y->x->f = f;
	y->x->m = m;
	y->x->table = noro_facts_table_by_name(y->o->def, NORO_V("rib"));
	y->x->a = noro_arena_new(0);
	for (size_t i = 0; st == NORO_OK && i < y->o->protects; i++)
		st = nest_add(&y->x->protect, 0, &y->o->protect[i], 0);
	nest_make(&y->x->protect);
	if (y->x->table < 0)
		return NORO_EUNSUPPORTED; /* a knowledge folder without that table */
	return y->x->a ? st : NORO_ENOMEM;
}

static enum noro_status keep_peers(struct examine *y)
{
	struct noro_mrt_from *kept = noro_arena_array(y->a, y->peers + 1, sizeof(*kept));

	if (!kept)
		return NORO_ENOMEM;
	if (y->peers)
		memcpy(kept, y->peer, y->peers * sizeof(*kept));
	y->sum->peer = kept;
	y->sum->peers = y->peers;
	return NORO_OK;
}

enum noro_status noro_mrt_examine(const struct noro_mrt_source *source,
	const struct noro_mrt_examine_opts *o, struct noro_facts_maker *m, struct noro_arena *a,
	struct noro_mrt_sum *ret, struct noro_error *err)
{
	struct examine *y = noro_calloc(1, sizeof(*y));
	struct noro_explain_opts none;
	enum noro_status st;

	*ret = (struct noro_mrt_sum){ 0 };
	if (!y)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	y->o = o;
	y->a = a;
	y->sum = ret;
	st = prepare(y, o->file, m, &none);
	if (st == NORO_OK)
		st = noro_mrt_read(source, take, y, &ret->stats, err);
	if (st == NORO_OK)
		st = explain_tell_more(y->x);
	if (st == NORO_OK)
		st = keep_peers(y);
	if (y->x)
		explain_done(y->x);
	free(y->peer);
	free(y);
	return st == NORO_ENOMEM ? noro_fail(err, st, N_("out of memory")) : st;
}
