/*
 * src/telescope/own.c - is it ours? A table by the upper half of an IPv4 address says "none",
 * "all", or names a leaf of 65,536 bits with a running count, so that an answer and the address's
 * place among ours take two look-ups whatever the description looks like.
 */
#include "telescope/sensor.h"

#include "base/mem.h"

enum { TOPS = 65536, LEAF_WORDS = 1024, MAX_LEAVES = 8192, NONE = 0, ALL = 1, FIRST_LEAF = 2 };

struct leaf {
	uint64_t bit[LEAF_WORDS];
	uint32_t before[LEAF_WORDS]; /* ours in the words before */
};

struct noro_own {
	uint32_t top[TOPS];    /* NONE, ALL, or FIRST_LEAF + leaf */
	uint32_t before[TOPS]; /* ours before this /16 */
	struct leaf *leaf;
	size_t leaves, cap;
	const struct noro_sensor *s;
	bool v6;
};

static struct leaf *leaf_of(struct noro_own *o, uint32_t top)
{
	struct leaf *p;
	bool all = o->top[top] == ALL;

	if (o->top[top] >= FIRST_LEAF)
		return &o->leaf[o->top[top] - FIRST_LEAF];
	if (o->leaves == MAX_LEAVES)
		return NULL;
	p = noro_grow(o->leaf, o->leaves, &o->cap, sizeof(*p));
	if (!p)
		return NULL;
	o->leaf = p;
	p += o->leaves;
	memset(p, 0, sizeof(*p));
	memset(p->bit, all ? 0xff : 0, sizeof(p->bit));
	o->top[top] = FIRST_LEAF + (uint32_t)o->leaves++;
	return p;
}

static void paint(struct leaf *f, uint32_t lo, uint32_t hi, bool ours)
{
	for (uint32_t i = lo; i <= hi; i++) {
		uint64_t bit = UINT64_C(1) << (i & 63);

		if (ours)
			f->bit[i >> 6] |= bit;
		else
			f->bit[i >> 6] &= ~bit;
	}
}

static enum noro_status put(struct noro_own *o, const struct noro_prefix *p, bool ours)
{
	struct noro_range r = noro_prefix_range(p);
	uint32_t lo = noro_ip_v4(&r.lo), hi = noro_ip_v4(&r.hi);
	struct leaf *f;

	if (p->len <= 16) {
		for (uint32_t t = lo >> 16; t <= hi >> 16; t++)
			o->top[t] =
				ours ? ALL : NONE; /* own ones do not overlap: no leaf is lost */
		return NORO_OK;
	}
	if (!ours && o->top[lo >> 16] == NONE)
		return NORO_OK;
	f = leaf_of(o, lo >> 16);
	if (!f)
		return o->leaves == MAX_LEAVES ? NORO_ELIMIT : NORO_ENOMEM;
	paint(f, lo & 0xffff, hi & 0xffff, ours);
	return NORO_OK;
}

static void number(struct noro_own *o)
{
	uint32_t n = 0;

	for (uint32_t t = 0; t < TOPS; t++) {
		struct leaf *f;
		uint32_t in = 0;

		o->before[t] = n;
		if (o->top[t] == ALL)
			n += TOPS;
		if (o->top[t] < FIRST_LEAF)
			continue;
		f = &o->leaf[o->top[t] - FIRST_LEAF];
		for (size_t w = 0; w < LEAF_WORDS; w++) {
			f->before[w] = in;
			in += (uint32_t)__builtin_popcountll(f->bit[w]);
		}
		n += in;
	}
}

static enum noro_status put_all(
	struct noro_own *o, const struct noro_prefix *p, size_t n, bool ours)
{
	for (size_t i = 0; i < n; i++) {
		enum noro_status st;

		if (p[i].ip.family != 4) {
			o->v6 = o->v6 || ours;
			continue;
		}
		st = put(o, &p[i], ours);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

enum noro_status noro_own_new(
	const struct noro_sensor *s, struct noro_own **ret, struct noro_error *err)
{
	struct noro_own *o = noro_calloc(1, sizeof(*o));
	enum noro_status st;

	if (!o)
		return noro_fail(err, NORO_ENOMEM, NULL);
	o->s = s;
	st = put_all(o, s->own, s->owns, true);
	if (st == NORO_OK)
		st = put_all(o, s->except, s->excepts, false);
	if (st != NORO_OK) {
		noro_own_free(o);
		return st == NORO_ELIMIT
			       ? noro_fail(err, st, N_("the addresses of '%1' lie in too many /16"),
					 s->name)
			       : noro_fail(err, st, NULL);
	}
	number(o);
	*ret = o;
	return NORO_OK;
}

void noro_own_free(struct noro_own *o)
{
	if (!o)
		return;
	free(o->leaf);
	free(o);
}

bool noro_own_v4(const struct noro_own *o, uint32_t host_order, uint32_t *ret_index)
{
	uint32_t t = host_order >> 16, low = host_order & 0xffff;
	const struct leaf *f;
	uint64_t below;

	if (o->top[t] == NONE)
		return false;
	if (o->top[t] == ALL) {
		*ret_index = o->before[t] + low;
		return true;
	}
	f = &o->leaf[o->top[t] - FIRST_LEAF];
	if (!(f->bit[low >> 6] >> (low & 63) & 1))
		return false;
	below = f->bit[low >> 6] & ((UINT64_C(1) << (low & 63)) - 1);
	*ret_index = o->before[t] + f->before[low >> 6] + (uint32_t)__builtin_popcountll(below);
	return true;
}

/* The last prefix that begins at or before the address is the only one that can hold it. */
static bool has(const struct noro_prefix *p, size_t n, const struct noro_ip *ip)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (noro_ip_cmp(&p[mid].ip, ip) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && noro_prefix_has(&p[lo - 1], ip);
}

bool noro_own_v6(const struct noro_own *o, const uint8_t b[16])
{
	struct noro_ip ip = { .family = 6 };

	if (!o->v6)
		return false;
	memcpy(ip.b, b, 16);
	return has(o->s->own, o->s->owns, &ip) && !has(o->s->except, o->s->excepts, &ip);
}
