/*
 * src/telescope/sums.c - the sums of one bin. A key is a small number, so that finding its sums is
 * one look-up in a dense array; AS numbers, which are many and few of them seen, are hashed.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

_Static_assert(NORO_KLASSES < 8, "a class takes three bits");

uint32_t noro_id_country(const char cc[3])
{
	if (cc[0] < 'A' || cc[0] > 'Z' || cc[1] < 'A' || cc[1] > 'Z')
		return NORO_COUNTRY_AT + 26 * 26;
	return NORO_COUNTRY_AT + (uint32_t)(cc[0] - 'A') * 26 + (uint32_t)(cc[1] - 'A');
}

uint32_t noro_id_as(uint32_t asn)
{
	return NORO_AS_BIT | (asn & ~NORO_AS_BIT);
}

/* Registers follow from how many cells of a kind there can be. */
uint8_t noro_id_precision(uint32_t id)
{
	if (id < NORO_TOOL_AT || id == NORO_SIX_AT)
		return 14;
	return id & NORO_AS_BIT || id >= NORO_PORT_AT ? 9 : 12;
}

bool noro_sums_init(struct noro_sums *t)
{
	t->slot = noro_calloc(NORO_IDS, sizeof(*t->slot));
	return t->slot != NULL;
}

void noro_sums_clear(struct noro_sums *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct noro_count *c = &t->count[i];

		if (!(c->id & NORO_AS_BIT))
			t->slot[c->id] = 0;
		noro_distinct_done(&c->sources);
		noro_distinct_done(&c->nets);
	}
	if (t->as_n)
		memset(t->as_slot, 0, t->as_cap * sizeof(*t->as_slot));
	t->as_n = 0;
	t->n = 0;
}

void noro_sums_done(struct noro_sums *t)
{
	if (t->slot)
		noro_sums_clear(t);
	free(t->slot);
	free(t->count);
	free(t->as_slot);
	*t = (struct noro_sums){ 0 };
}

static uint32_t *as_at(struct noro_sums *t, uint32_t id)
{
	size_t mask = t->as_cap - 1, at = noro_mix(id) & mask;

	while (t->as_slot[at] && t->count[t->as_slot[at] - 1].id != id)
		at = (at + 1) & mask;
	return &t->as_slot[at];
}

static bool as_grow(struct noro_sums *t)
{
	size_t cap = t->as_cap ? 2 * t->as_cap : 256;
	uint32_t *p = noro_calloc(cap, sizeof(*p));

	if (!p)
		return false;
	free(t->as_slot);
	t->as_slot = p;
	t->as_cap = cap;
	for (size_t i = 0; i < t->n; i++)
		if (t->count[i].id & NORO_AS_BIT)
			*as_at(t, t->count[i].id) = (uint32_t)i + 1;
	return true;
}

struct noro_count *noro_sums_make(struct noro_sums *t, uint32_t id)
{
	uint32_t *slot;
	struct noro_count *p;

	if (id & NORO_AS_BIT) {
		if (2 * (t->as_n + 1) > t->as_cap && !as_grow(t))
			return NULL;
		slot = as_at(t, id);
	} else {
		slot = &t->slot[id];
	}
	if (*slot)
		return &t->count[*slot - 1];
	p = noro_grow(t->count, t->n, &t->cap, sizeof(*p));
	if (!p)
		return NULL;
	t->count = p;
	p[t->n] = (struct noro_count){ .id = id };
	*slot = (uint32_t)++t->n;
	t->as_n += id >> 31;
	return &p[t->n - 1];
}

bool noro_sums_merge(struct noro_sums *to, const struct noro_sums *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct noro_count *f = &from->count[i];
		struct noro_count *c = noro_sums_at(to, f->id);
		uint8_t p = noro_id_precision(f->id);

		if (!c || !noro_distinct_merge(&c->sources, &f->sources, p) ||
			!noro_distinct_merge(&c->nets, &f->nets, p))
			return false;
		c->packets += f->packets;
		c->bytes += f->bytes;
		c->bogons += f->bogons;
		for (unsigned w = 0; w < NORO_WIDTHS; w++)
			c->firsts[w] += f->firsts[w];
	}
	return true;
}

/* What an id means. */
enum noro_cut noro_id_cut(uint32_t id, unsigned *ret_key)
{
	if (id & NORO_AS_BIT) {
		*ret_key = id & ~NORO_AS_BIT;
		return NORO_CUT_AS;
	}
	if (id >= NORO_PORT_AT) {
		*ret_key = id - NORO_PORT_AT;
		return NORO_CUT_PORT;
	}
	if (id >= NORO_COUNTRY_AT) {
		*ret_key = id - NORO_COUNTRY_AT;
		return id == NORO_SIX_AT ? NORO_CUTS : NORO_CUT_COUNTRY;
	}
	if (id >= NORO_PROBE_AT) {
		*ret_key = id - NORO_PROBE_AT;
		return NORO_CUT_PROBE;
	}
	if (id >= NORO_TOOL_AT) {
		*ret_key = id - NORO_TOOL_AT;
		return NORO_CUT_TOOL;
	}
	*ret_key = id - NORO_CLASS_AT;
	return id ? NORO_CUT_CLASS : NORO_CUT_TOTAL;
}
