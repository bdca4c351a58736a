/*
 * src/hunt/gather.c - a worker's table of groups: one for each pair of text and
 * indicator, so that a million hits cost a million counter bumps and one entry.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

static size_t home(uint32_t piece, uint32_t key, size_t slots)
{
	uint64_t x = ((uint64_t)piece << 32 | key) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(x >> 20) & (slots - 1);
}

static bool widen(struct worker *w)
{
	size_t slots = w->slots ? w->slots * 2 : 1024;
	uint32_t *slot = noro_calloc(slots, sizeof(*slot));

	if (!slot)
		return false;
	for (size_t i = 0; i < w->groups; i++) {
		size_t at = home(w->group[i].piece, w->group[i].key, slots);

		while (slot[at])
			at = (at + 1) & (slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	free(w->slot);
	w->slot = slot;
	w->slots = slots;
	return true;
}

bool hunt_is_full(const struct worker *w)
{
	/* half of --max-memory is for what findings keep, the rest for the set, buffers and tables
	 */
	size_t share = w->h->o->max_memory / 2 / w->h->workers;

	return share && noro_arena_used(w->keep) >= share;
}

static struct group *add(struct worker *w, uint32_t piece, uint32_t key, size_t at)
{
	struct group *grown;

	if (w->groups == MAX_GROUPS || hunt_is_full(w))
		return NULL;
	grown = noro_grow(w->group, w->groups, &w->group_cap, sizeof(*w->group));
	if (!grown)
		return NULL;
	w->group = grown;
	w->slot[at] = (uint32_t)w->groups + 1;
	w->group[w->groups] = (struct group){
		.piece = piece, .key = key, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE
	};
	return &w->group[w->groups++];
}

struct group *hunt_group(struct worker *w, uint32_t piece, uint32_t key)
{
	size_t at;

	if (w->groups * 2 >= w->slots && !widen(w))
		return NULL;
	at = home(piece, key, w->slots);
	for (; w->slot[at]; at = (at + 1) & (w->slots - 1)) {
		struct group *g = &w->group[w->slot[at] - 1];

		if (g->piece == piece && g->key == key)
			return g;
	}
	return add(w, piece, key, at);
}
