/*
 * src/device/early.c - a configuration that may be all there is of its device is examined when it
 * comes, while its tree is there: most fleets are one file a device. Two things are known only at
 * the end, and are asked then: whether another text of the device came, and whether something in
 * it is rare among all devices. Few devices have either; those are examined again, with everything.
 * So the answer is the same, whatever was examined at once.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

struct early {
	struct outcome o;
	struct marks marks;
	enum noro_dialect dialect;
};

/* More than one in so many came to nothing, of a good number: collections are not like that. */
enum { WASTE_SHARE = 4, WASTE_FREE = 64 };

static uint64_t hash_name(const char *name)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (; *name; name++)
		h = (h ^ (uint8_t)noro_lower(*name)) * 0x100000001b3U;
	return (h ^ h >> 29) | 2; /* 0 is an empty place; the lowest bit is a mark */
}

static uint64_t *place_of(const struct early_names *e, uint64_t h)
{
	size_t at = (size_t)(h >> 8) & (e->cap - 1);

	while (e->slot[at] && (e->slot[at] | 1) != (h | 1))
		at = (at + 1) & (e->cap - 1);
	return &e->slot[at];
}

static bool grow(struct early_names *e)
{
	struct early_names more = { .cap = e->cap ? e->cap * 2 : 256 };

	more.slot = noro_calloc(more.cap, sizeof(*more.slot));
	if (!more.slot)
		return false;
	for (size_t i = 0; i < e->cap; i++)
		if (e->slot[i])
			*place_of(&more, e->slot[i]) = e->slot[i];
	free(e->slot);
	e->slot = more.slot;
	e->cap = more.cap;
	return true;
}

/* Was a text of this name there? It is now. */
static bool came_before(struct early_names *e, const char *name, bool at_once)
{
	const uint64_t h = hash_name(name);
	uint64_t *place;

	if (e->n * 2 >= e->cap && !grow(e))
		return true;
	place = place_of(e, h);
	if (*place) {
		e->wasted += *place & 1;
		*place &= ~UINT64_C(1);
		return true;
	}
	*place = (h & ~UINT64_C(1)) | at_once;
	e->n++;
	return false;
}

bool noro_early_wanted(struct noro_audit *u, const struct text *k)
{
	struct early_names *e = &u->early;
	bool wanted = k->tree && k->names == 1 && !k->startup && !e->approved && !k->baseline &&
		      e->wasted <= WASTE_FREE + e->made / WASTE_SHARE;
	bool known = false;

	e->approved |= k->baseline;
	for (uint32_t i = 0; i < k->names; i++)
		known |= came_before(e, k->name[i], wanted);
	wanted = wanted && !known;
	e->made += wanted;
	return wanted;
}

struct early *noro_early_examine(
	struct noro_audit *u, const struct text *k, const struct marks *m, struct desk *d)
{
	struct early *e = noro_arena_alloc(d->until, sizeof(*e));
	struct exam *x = noro_calloc(1, sizeof(*x));
	uint32_t *slot = noro_arena_array(d->until, (size_t)m->n + 1, sizeof(*slot));
	bool good = e && x && slot;

	if (good) {
		*x = (struct exam){ .u = u,
			.name = k->name[0],
			.shown = k->name[0],
			.text = &k,
			.texts = 1,
			.early = true,
			.clock_ns = NORO_TIME_NONE };
		if (m->n)
			memcpy(slot, m->slot, m->n * sizeof(*slot));
		e->marks = (struct marks){ slot, m->n };
		e->dialect = k->tree->dialect;
		good = noro_exam_outcome(x, d, &e->o) == NORO_OK;
	}
	free(x);
	return good ? e : NULL;
}

const struct outcome *noro_early_outcome(const struct noro_audit *u, const struct text *k)
{
	const struct early *e = k->early;

	return e && !noro_fleet_may_be_odd(&u->fleet, e->dialect, &e->marks) ? &e->o : NULL;
}
