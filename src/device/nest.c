/*
 * src/device/nest.c - prefixes in a sorted array, each with the closest one around it.
 * The last item that is not behind a prefix lies within everything that covers the
 * prefix, so that the longest match is found by one search and a walk up.
 */
#include "device/explain_priv.h"

#include "base/mem.h"

static struct nest_item key_of(uint32_t vrf, const struct noro_prefix *p)
{
	struct nest_item k = { .vrf = vrf, .family = p->ip.family, .len = p->len };

	for (int i = 0; i < 8; i++) {
		k.hi = k.hi << 8 | p->ip.b[i];
		k.lo = k.lo << 8 | (p->ip.family == 6 ? p->ip.b[8 + i] : 0U);
	}
	return k;
}

static int compare(const struct nest_item *a, const struct nest_item *b)
{
	if (a->vrf != b->vrf)
		return a->vrf < b->vrf ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return a->len < b->len ? -1 : a->len > b->len;
}

static int in_order(const void *pa, const void *pb)
{
	const struct nest_item *a = pa, *b = pb;
	int c = compare(a, b);

	return c ? c : a->value < b->value ? -1 : a->value > b->value;
}

static uint64_t mask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : UINT64_MAX << (64 - bits);
}

static bool covers(const struct nest_item *g, const struct nest_item *k)
{
	if (g->vrf != k->vrf || g->family != k->family || g->len > k->len ||
		((g->hi ^ k->hi) & mask(g->len)))
		return false;
	return g->len <= 64 || !((g->lo ^ k->lo) & mask(g->len - 64U));
}

enum noro_status nest_add(struct nest *n, uint32_t vrf, const struct noro_prefix *p, uint32_t value)
{
	struct nest_item *grown = noro_grow(n->item, n->items, &n->cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	n->item = grown;
	n->item[n->items] = key_of(vrf, p);
	n->item[n->items++].value = value;
	return NORO_OK;
}

void nest_make(struct nest *n)
{
	if (n->items)
		qsort(n->item, n->items, sizeof(*n->item), in_order);
	for (size_t i = 0; i < n->items; i++) {
		uint32_t up = i ? (uint32_t)i - 1 : UINT32_MAX;

		while (up != UINT32_MAX && !covers(&n->item[up], &n->item[i]))
			up = n->item[up].parent;
		n->item[i].parent = up;
	}
}

const struct nest_item *nest_find(const struct nest *n, uint32_t vrf, const struct noro_prefix *p)
{
	struct nest_item k = key_of(vrf, p);
	size_t from = 0, to = n->items;
	uint32_t at;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (compare(&n->item[mid], &k) > 0)
			to = mid;
		else
			from = mid + 1;
	}
	at = from ? (uint32_t)from - 1 : UINT32_MAX;
	while (at != UINT32_MAX && !covers(&n->item[at], &k))
		at = n->item[at].parent;
	return at == UINT32_MAX ? NULL : &n->item[at];
}

const struct nest_item *nest_up(const struct nest *n, const struct nest_item *item)
{
	return item->parent == UINT32_MAX ? NULL : &n->item[item->parent];
}

bool nest_is(const struct nest_item *i, const struct noro_prefix *p)
{
	struct nest_item k = key_of(i->vrf, p);

	return compare(i, &k) == 0;
}
