/*
 * src/telescope/tuple.c - the packets of a minute as tuples.
 *
 * A table of one minute: the tuples lie in the order in which they came, beside an index with open
 * addressing by a keyed hash, so that nobody outside can choose who collides. At the end of the
 * minute, or when the table is full, they are sorted and given away; nothing else is remembered.
 * Minutes are those of the packets, by the same rules as in scope.c, so that the counts agree.
 */
#include "telescope/tuple.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/siphash.h"
#include "finding/measure.h"

#include <string.h>

static const int64_t MINUTE_NS = INT64_C(60000000000);
static const int64_t DAY_NS = INT64_C(86400000000000);

enum { MOST = 1 << 20, FIRST_INDEX = 1 << 12, KEY_N = offsetof(struct noro_tuple, ttl_least) };

struct noro_tuples {
	struct noro_tuples_opts o;
	uint8_t key[16];
	uint32_t masscan; /* bits of the rules that name it */
	struct noro_tuple *tuple;
	size_t n, cap;
	uint32_t *index; /* number of the tuple + 1; 0: free */
	size_t slots;
	int64_t minute;
	bool started;
	struct noro_tuples_sum sum;
};

enum noro_status noro_tuples_new(
	const struct noro_tuples_opts *o, struct noro_tuples **ret, struct noro_error *err)
{
	struct noro_tuples *t = noro_calloc(1, sizeof(*t));

	if (!t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	t->o = *o;
	t->o.most = o->most ? o->most : MOST;
	t->slots = FIRST_INDEX;
	t->index = noro_calloc(t->slots, sizeof(*t->index));
	if (!t->index || noro_random(t->key, sizeof(t->key)) != NORO_OK) {
		noro_tuples_free(t);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	for (size_t i = 0; o->tools && i < noro_tools_n(o->tools) && i < NORO_TOOLS_MAX; i++)
		if (strcmp(noro_tools_rule(o->tools, i)->tool, "masscan") == 0)
			t->masscan |= UINT32_C(1) << i;
	*ret = t;
	return NORO_OK;
}

void noro_tuples_free(struct noro_tuples *t)
{
	if (!t)
		return;
	free(t->tuple);
	free(t->index);
	free(t);
}

const struct noro_tuples_sum *noro_tuples_sum(const struct noro_tuples *t)
{
	return &t->sum;
}

/* --- order --- */

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* What FlowTuple 4 calls the port: for ICMP both its numbers. */
static unsigned service(const struct noro_tuple *t)
{
	return t->proto == 1 || t->proto == 58 ? (unsigned)t->sport << 8 | t->dport : t->dport;
}

static int by_group(const void *a, const void *b)
{
	const struct noro_tuple *l = a, *r = b;
	int c = order(l->family, r->family);

	if (!c)
		c = memcmp(l->src, r->src, sizeof(l->src));
	if (!c)
		c = memcmp(l->dst, r->dst, l->family == 4 ? 3 : 6);
	if (!c)
		c = order(l->proto, r->proto);
	if (!c)
		c = order(service(l), service(r));
	if (!c)
		c = memcmp(l->dst, r->dst, sizeof(l->dst));
	if (!c)
		c = order(l->sport, r->sport);
	if (!c)
		c = order(l->ttl, r->ttl);
	if (!c)
		c = order(l->tcp_flags, r->tcp_flags);
	return c ? c : order(l->ip_n, r->ip_n);
}

static enum noro_status give(struct noro_tuples *t)
{
	enum noro_status st = NORO_OK;

	if (t->n) {
		qsort(t->tuple, t->n, sizeof(*t->tuple), by_group);
		st = t->o.give(t->o.ctx, t->minute, t->tuple, t->n);
	}
	t->sum.tuples += t->n;
	t->n = 0;
	memset(t->index, 0, t->slots * sizeof(*t->index));
	return st;
}

/* --- the table --- */

static uint32_t *slot_of(struct noro_tuples *t, const struct noro_tuple *key)
{
	size_t at = (size_t)noro_siphash(t->key, key, KEY_N) & (t->slots - 1);

	while (t->index[at] && memcmp(&t->tuple[t->index[at] - 1], key, KEY_N) != 0)
		at = (at + 1) & (t->slots - 1);
	return &t->index[at];
}

static enum noro_status widen(struct noro_tuples *t)
{
	uint32_t *old = t->index;
	uint32_t *index = noro_calloc(t->slots * 2, sizeof(*index));
	size_t before = t->slots;

	if (!index)
		return NORO_ENOMEM;
	t->index = index;
	t->slots = before * 2;
	for (size_t i = 0; i < before; i++)
		if (old[i])
			*slot_of(t, &t->tuple[old[i] - 1]) = old[i];
	free(old);
	return NORO_OK;
}

static enum noro_status find(
	struct noro_tuples *t, const struct noro_tuple *key, struct noro_tuple **ret)
{
	uint32_t *slot = slot_of(t, key);
	struct noro_tuple *grown;
	enum noro_status st = NORO_OK;

	if (*slot) {
		*ret = &t->tuple[*slot - 1];
		return NORO_OK;
	}
	if (t->n == t->o.most) {
		t->sum.early++;
		st = give(t);
	} else if (t->n >= t->slots / 2) {
		st = widen(t);
	}
	if (st != NORO_OK)
		return st;
	grown = noro_grow(t->tuple, t->n, &t->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	t->tuple = grown;
	*ret = &grown[t->n];
	**ret = *key;
	(*ret)->first_ns = INT64_MAX;
	(*ret)->last_ns = INT64_MIN;
	*slot_of(t, key) = (uint32_t)++t->n;
	return NORO_OK;
}

/* --- one packet --- */

static void put_be32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void key_of(const struct noro_tuples *t, const struct noro_packet *p, struct noro_tuple *ret)
{
	memset(ret, 0, sizeof(*ret)); /* the key is compared as bytes */
	ret->family = p->family;
	ret->proto = p->proto;
	if (p->family == 4) {
		put_be32(ret->src, p->src4);
		put_be32(ret->dst, p->dst4);
	} else {
		memcpy(ret->src, p->src6, 16);
		memcpy(ret->dst, p->dst6, 16);
	}
	if (p->frag != NORO_FRAG_LATER) {
		bool icmp = p->proto == 1 || p->proto == 58;

		ret->sport = icmp ? p->icmp_type : p->sport;
		ret->dport = icmp ? p->icmp_code : p->dport;
	}
	if (t->o.flows)
		return;
	ret->ttl = p->ttl;
	ret->tcp_flags = p->proto == 6 ? p->tcp_flags : 0;
	ret->ip_n = p->ip_n;
}

static void add(struct noro_tuples *t, struct noro_tuple *e, const struct noro_packet *p,
	const struct noro_judged *j, int64_t now)
{
	uint8_t flags = p->proto == 6 ? p->tcp_flags : 0;

	if (!e->packets) {
		e->ttl_least = e->ttl_most = p->ttl;
		e->spoofed = (j->odd & (NORO_ODD_BOGON_SRC | NORO_ODD_SAME_ADDR)) != 0;
	}
	e->ttl_least = p->ttl < e->ttl_least ? p->ttl : e->ttl_least;
	e->ttl_most = p->ttl > e->ttl_most ? p->ttl : e->ttl_most;
	e->flags_all |= flags;
	if (flags == NORO_TCP_SYN && !e->syn_n) {
		e->syn_n = p->tcp_header;
		e->syn_window = p->window;
	}
	if (t->masscan && j->klass == NORO_KLASS_SCAN && !e->masscan)
		e->masscan = (noro_tools_test(t->o.tools, p) & t->masscan) != 0;
	e->first_ns = now < e->first_ns ? now : e->first_ns;
	e->last_ns = now > e->last_ns ? now : e->last_ns;
	e->packets++;
	e->bytes += p->ip_n;
}

static bool ours(const struct noro_own *own, const struct noro_packet *p)
{
	uint32_t index;

	if (p->family == 4)
		return noro_own_v4(own, p->dst4, &index);
	return p->src6 && p->dst6 && noro_own_v6(own, p->dst6);
}

static enum noro_status packet(struct noro_tuples *t, const struct noro_packet *p, int64_t now)
{
	struct noro_judged j;
	struct noro_tuple key, *e;
	enum noro_status st;

	if (p->flaw == NORO_FLAW_NOT_IP) {
		t->sum.not_ip++;
		return NORO_OK;
	}
	if (p->family && !ours(t->o.own, p)) {
		t->sum.foreign++;
		return NORO_OK;
	}
	if (p->family)
		noro_judge(p, &j);
	if (!p->family || j.klass == NORO_KLASS_MALFORMED) {
		t->sum.malformed++;
		return NORO_OK;
	}
	t->sum.own++;
	t->sum.own6 += p->family == 6;
	key_of(t, p, &key);
	st = find(t, &key, &e);
	if (st == NORO_OK)
		add(t, e, p, &j, now);
	return st;
}

/*
 * The time a packet counts at; a minute that was given is closed. `after` is the time of the packet
 * behind it: a leap of more than a day that it does not share is a lie of one packet.
 */
static enum noro_status tick(struct noro_tuples *t, int64_t now, const int64_t *after, int64_t *ret)
{
	int64_t running = t->started ? t->minute : 0;
	enum noro_status st = NORO_OK;

	if (now < 0 || now > INT64_MAX / 4) /* none, or before there were networks */
		now = running;
	if (t->started && now - running > DAY_NS && after && *after < now - DAY_NS)
		now = running;
	if (!t->started || now - running >= MINUTE_NS) {
		st = give(t);
		t->minute = now - now % MINUTE_NS;
		t->started = true;
	} else if (now < running) {
		t->sum.late++;
		now = running;
	}
	*ret = now;
	return st;
}

enum noro_status noro_tuples_feed(
	struct noro_tuples *t, const struct noro_frame *f, size_t n, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_packet p;
		int64_t now;

		t->sum.packets++;
		st = tick(t, f[i].ts_ns, i + 1 < n ? &f[i + 1].ts_ns : NULL, &now);
		noro_packet_read(&f[i], t->o.open, &p);
		if (st == NORO_OK)
			st = packet(t, &p, now);
	}
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

enum noro_status noro_tuples_read(struct noro_tuples *t, struct noro_capture *c,
	struct noro_progress *progress, struct noro_error *err)
{
	struct noro_frame f[256];
	uint64_t before = 0;

	for (;;) {
		size_t n;
		enum noro_status st = noro_capture_next(c, f, sizeof(f) / sizeof(f[0]), &n, err);

		if (st == NORO_OK)
			st = noro_tuples_feed(t, f, n, err);
		if (st != NORO_OK)
			return st == NORO_END ? NORO_OK : st;
		noro_progress_add(progress, noro_capture_sum(c)->bytes - before);
		before = noro_capture_sum(c)->bytes;
		if (noro_progress_stop(progress))
			return noro_fail(err, NORO_EINTR, NULL);
	}
}

enum noro_status noro_tuples_end(struct noro_tuples *t, struct noro_error *err)
{
	enum noro_status st = give(t);

	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
