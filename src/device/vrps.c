/*
 * src/device/vrps.c - origin validation of routes (RFC 6811). Prefixes are sorted by
 * address, then length; every one knows the closest prefix around it. What covers a
 * route is then a chain: the last prefix not behind the route's own, and its parents.
 * The first 16 bits choose where to search, so that half a million entries cost a
 * handful of steps.
 */
#include "device/vrps_priv.h"

#include "base/mem.h"

static void key_of(const struct noro_ip *ip, uint64_t *hi, uint64_t *lo)
{
	uint64_t h = 0, l = 0;

	for (int i = 0; i < 8; i++) {
		h = h << 8 | ip->b[i];
		l = l << 8 | ip->b[8 + i];
	}
	*hi = h;
	*lo = ip->family == 6 ? l : 0;
}

static void free_vrps(void *p)
{
	struct noro_vrps *v = p;
	struct noro_vrp_index *both[2] = { &v->v4, &v->v6 };

	for (int i = 0; i < 2; i++) {
		free(both[i]->group);
		free(both[i]->bucket);
	}
	free(v->vrp);
}

enum noro_status noro_vrps_new(struct noro_arena *a, struct noro_vrps **ret)
{
	struct noro_vrps *v = noro_arena_alloc(a, sizeof(*v));
	enum noro_status st;

	if (!v)
		return NORO_ENOMEM;
	v->a = a;
	st = noro_arena_on_free(a, free_vrps, v);
	if (st == NORO_OK)
		*ret = v;
	return st;
}

bool noro_vrps_asn(struct noro_view v, uint32_t *ret)
{
	uint64_t n;

	if (noro_view_starts_i(v, "AS"))
		v = noro_view_sub(v, 2, v.n);
	if (!noro_view_u64(v, &n) || n > UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

bool noro_vrps_add(struct noro_vrps *v, struct noro_view prefix, struct noro_view asn,
	struct noro_view max, enum noro_status *st)
{
	struct noro_prefix p;
	struct noro_vrp one = { 0 }, *grown;
	bool host_bits;
	uint64_t most;

	if (!noro_prefix_parse(prefix, &p, &host_bits) || !noro_vrps_asn(asn, &one.asn))
		return false;
	most = p.len;
	if (max.n && (!noro_view_u64(max, &most) || most < p.len ||
			     most > (p.ip.family == 6 ? 128U : 32U)))
		return false;
	if (v->vrps >= NORO_VRPS_MAX) {
		*st = NORO_ELIMIT;
		return true;
	}
	grown = noro_grow(v->vrp, v->vrps, &v->cap, sizeof(*grown));
	if (!grown) {
		*st = NORO_ENOMEM;
		return true;
	}
	v->vrp = grown;
	key_of(&p.ip, &one.hi, &one.lo);
	one.len = p.len;
	one.max = (uint8_t)most;
	one.family = p.ip.family;
	v->vrp[v->vrps++] = one;
	return true;
}

/* --- the index --- */

static int by_prefix(const void *pa, const void *pb)
{
	const struct noro_vrp *a = pa, *b = pb;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->asn != b->asn)
		return a->asn < b->asn ? -1 : 1;
	return a->max < b->max ? -1 : a->max > b->max;
}

static uint64_t mask(unsigned bits)
{
	return bits == 0 ? 0 : bits >= 64 ? UINT64_MAX : UINT64_MAX << (64 - bits);
}

static bool covers(const struct noro_vrp_group *g, uint64_t hi, uint64_t lo, unsigned len)
{
	if (g->len > len || ((g->hi ^ hi) & mask(g->len)))
		return false;
	return g->len <= 64 || !((g->lo ^ lo) & mask(g->len - 64U));
}

static void add_group(struct noro_vrp_index *x, const struct noro_vrp *v, uint32_t first)
{
	struct noro_vrp_group *g = &x->group[x->groups];
	uint32_t up = x->groups ? x->groups - 1 : UINT32_MAX;

	while (up != UINT32_MAX && !covers(&x->group[up], v->hi, v->lo, v->len))
		up = x->group[up].parent;
	*g = (struct noro_vrp_group){ v->hi, v->lo, up, first, v->asn, 0, v->len, v->max };
	x->groups++;
}

static void fill_buckets(struct noro_vrp_index *x)
{
	uint32_t at = 0;

	for (uint32_t b = 0; b <= NORO_VRPS_BUCKETS; b++) {
		while (at < x->groups && x->group[at].hi >> 48 < b)
			at++;
		x->bucket[b] = at;
	}
}

static enum noro_status make_index(struct noro_vrp_index *x, struct noro_vrp *vrp, size_t n)
{
	free(x->group);
	free(x->bucket);
	*x = (struct noro_vrp_index){ .vrp = vrp, .vrps = n };
	x->group = noro_calloc(n + 1, sizeof(*x->group));
	x->bucket = noro_calloc(NORO_VRPS_BUCKETS + 1, sizeof(*x->bucket));
	if (!x->group || !x->bucket)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct noro_vrp_group *g = x->groups ? &x->group[x->groups - 1] : NULL;

		if (!g || g->hi != vrp[i].hi || g->lo != vrp[i].lo || g->len != vrp[i].len ||
			g->n == UINT16_MAX)
			add_group(x, &vrp[i], (uint32_t)i);
		x->group[x->groups - 1].n++;
	}
	fill_buckets(x);
	return NORO_OK;
}

enum noro_status noro_vrps_index(struct noro_vrps *v)
{
	size_t kept = 0, v4 = 0;
	enum noro_status st;

	for (size_t i = 0; i < v->vrps; i++)
		if (!v->vrp[i].gone)
			v->vrp[kept++] = v->vrp[i];
	v->vrps = kept;
	if (kept)
		qsort(v->vrp, kept, sizeof(*v->vrp), by_prefix);
	while (v4 < kept && v->vrp[v4].family == 4)
		v4++;
	st = make_index(&v->v4, v->vrp, v4);
	return st == NORO_OK ? make_index(&v->v6, kept ? v->vrp + v4 : NULL, kept - v4) : st;
}

/* The last group that is not behind the prefix. */
static uint32_t last_before(const struct noro_vrp_index *x, uint64_t hi, uint64_t lo, unsigned len)
{
	uint32_t from = x->bucket[hi >> 48], to = x->bucket[(hi >> 48) + 1];

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;
		const struct noro_vrp_group *g = &x->group[mid];
		bool behind = g->hi != hi ? g->hi > hi : g->lo != lo ? g->lo > lo : g->len > len;

		if (behind)
			to = mid;
		else
			from = mid + 1;
	}
	return from ? from - 1 : UINT32_MAX;
}

/* One VRP that covers the route: the best that can be said so far. */
static enum noro_validity judge(
	enum noro_validity found, uint32_t asn, unsigned max, unsigned len, uint32_t origin)
{
	bool same = asn == origin && origin != 0;

	if (same)
		return len <= max ? NORO_ROV_VALID : NORO_ROV_INVALID_LENGTH;
	return found == NORO_ROV_NOT_FOUND ? NORO_ROV_INVALID_ASN : found;
}

enum noro_validity noro_vrps_ask(
	const struct noro_vrps *v, const struct noro_prefix *p, uint32_t origin)
{
	const struct noro_vrp_index *x = p->ip.family == 6 ? &v->v6 : &v->v4;
	enum noro_validity found = NORO_ROV_NOT_FOUND;
	uint64_t hi, lo;

	if (!x->groups)
		return found;
	key_of(&p->ip, &hi, &lo);
	for (uint32_t at = last_before(x, hi, lo, p->len); at != UINT32_MAX;
		at = x->group[at].parent) {
		const struct noro_vrp_group *g = &x->group[at];

		if (!covers(g, hi, lo, p->len))
			continue;
		found = judge(found, g->asn, g->max, p->len, origin);
		for (size_t i = 1; i < g->n && found != NORO_ROV_VALID; i++) {
			const struct noro_vrp *one = &x->vrp[g->first + i];

			found = judge(found, one->asn, one->max, p->len, origin);
		}
		if (found == NORO_ROV_VALID)
			return found;
	}
	return found;
}

size_t noro_vrps_count(const struct noro_vrps *v)
{
	return v->vrps;
}

const char *noro_validity_name(enum noro_validity v)
{
	static const char *const names[] = { "not-found", "valid", "invalid-asn",
		"invalid-length" };

	return (size_t)v < sizeof(names) / sizeof(names[0]) ? names[v] : "not-found";
}
