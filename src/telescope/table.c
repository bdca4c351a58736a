/*
 * src/telescope/table.c - the live events of a shard: entries one behind the other in blocks, and
 * an index of 8 bytes a place that says which. A new entry is written behind the last one, so that
 * only its place in the index is somewhere nobody could foresee; the index grows by itself, which
 * copies an eighth of what entries in a table would, and memory is as large as what is live. Where
 * entries end, those behind them move up and the index is made anew.
 *
 * Shards are alike, and blocks and pages begin at like addresses: if all shards used the beginning
 * of theirs, a few sets of the caches would hold everything and the others nothing. So each shard
 * numbers its entries from another place in the first block on, and lays a small index somewhere
 * else in its page.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

enum { CAP_FIRST = 64, PAGE = 4096, STRIDE = 41 };

void noro_table_init(struct noro_table *t, unsigned shard)
{
	*t = (struct noro_table){ 0 };
	t->from = t->end = shard * STRIDE % NORO_BLOCK;
}

/* ---- the index ---- */

static size_t index_bytes(uint32_t cap)
{
	return cap * sizeof(uint64_t);
}

static uint64_t *get_index(struct noro_slab *slab, const struct noro_table *t, uint32_t cap)
{
	size_t n = index_bytes(cap);
	char *page = noro_slab_get(slab, n < PAGE ? PAGE : n);

	return (uint64_t *)(void *)(page && n < PAGE ? page + t->from * n % PAGE : page);
}

static void put_index(struct noro_slab *slab, struct noro_table *t)
{
	size_t n = index_bytes(t->cap);

	if (t->cap)
		noro_slab_put(slab, (char *)t->index - (n < PAGE ? t->from * n % PAGE : 0),
			n < PAGE ? PAGE : n);
	t->index = NULL;
	t->cap = 0;
}

static void put(uint64_t *index, uint32_t mask, uint64_t what)
{
	uint32_t at = (uint32_t)(what >> 32) & mask;

	while (index[at])
		at = (at + 1) & mask;
	index[at] = what;
}

static bool grow_index(struct noro_slab *slab, struct noro_table *t)
{
	uint32_t cap = t->cap ? 2 * t->cap : CAP_FIRST;
	uint64_t *index = get_index(slab, t, cap);

	if (!index)
		return false;
	for (uint32_t i = 0; i < t->cap; i++)
		if (t->index[i])
			put(index, cap - 1, t->index[i]);
	put_index(slab, t);
	t->index = index;
	t->cap = cap;
	return true;
}

/* ---- entries ---- */

static bool grow_blocks(struct noro_slab *slab, struct noro_table *t)
{
	size_t cap = t->block_cap;
	struct noro_entry **p = noro_grow(t->block, t->blocks, &cap, sizeof(*p));

	if (!p)
		return false;
	t->block = p;
	t->block_cap = (uint32_t)cap;
	p[t->blocks] = noro_slab_take(slab, NORO_BLOCK * sizeof(**p));
	if (!p[t->blocks])
		return false;
	t->blocks++;
	return true;
}

struct noro_entry *noro_table_add(struct noro_slab *slab, struct noro_table *t, uint64_t slot)
{
	if (4 * ((uint64_t)noro_table_n(t) + 1) > 3 * (uint64_t)t->cap && !grow_index(slab, t))
		return NULL;
	if (t->end >= t->blocks * (uint32_t)NORO_BLOCK && !grow_blocks(slab, t))
		return NULL;
	put(t->index, t->cap - 1, (slot >> 32) << 32 | (t->end + 1));
	return noro_table_at(t, t->end++);
}

static void drop_blocks(struct noro_slab *slab, struct noro_table *t, uint32_t left)
{
	while (t->blocks > left)
		noro_slab_put(slab, t->block[--t->blocks], NORO_BLOCK * sizeof(**t->block));
}

void noro_table_keep(struct noro_slab *slab, struct noro_table *t, uint32_t end,
	uint64_t (*slot_of)(const void *ctx, const struct noro_entry *e), const void *ctx)
{
	uint32_t cap = t->cap, n = end - t->from;
	uint64_t *less;

	t->end = end;
	drop_blocks(slab, t, n ? (end - 1) / NORO_BLOCK + 1 : 0);
	if (!n) {
		put_index(slab, t);
		return;
	}
	while (cap > CAP_FIRST && n < cap / 8)
		cap /= 2;
	less = cap < t->cap ? get_index(slab, t, cap) : NULL;
	if (less) { /* without memory for a smaller one it stays as large as it is */
		put_index(slab, t);
		t->index = less;
		t->cap = cap;
	} else {
		memset(t->index, 0, index_bytes(t->cap));
	}
	for (uint32_t i = t->from; i < end; i++)
		put(t->index, t->cap - 1,
			(slot_of(ctx, noro_table_at(t, i)) >> 32) << 32 | (i + 1));
}

uint64_t noro_table_bytes(const struct noro_table *t)
{
	size_t n = index_bytes(t->cap);

	return (n && n < PAGE ? PAGE : n) +
	       (uint64_t)t->blocks * NORO_BLOCK * sizeof(struct noro_entry);
}

void noro_table_done(struct noro_slab *slab, struct noro_table *t)
{
	drop_blocks(slab, t, 0);
	put_index(slab, t);
	free(t->block);
	*t = (struct noro_table){ 0 };
}
