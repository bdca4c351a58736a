/*
 * src/device/once.c - texts that a fleet repeats, kept once. Ten thousand devices
 * of one kind are found with the same statements, values and reasons; a copy for each finding
 * was a good part of what an audit held. The table is keyed, because what stands in it was
 * written by whoever wrote the configurations; past a ceiling new texts are copied as before.
 */
#include "device/keep.h"

#include "base/mem.h"
#include "base/siphash.h"

enum { FIRST_CAP = 1024, MOST_TEXTS = 1 << 17 };

struct once_slot {
	uint64_t hash;
	size_t n;
	const char *p; /* NULL: empty */
};

static struct once_slot *seek(const struct noro_once *o, uint64_t hash, const void *p, size_t n)
{
	size_t at = (size_t)hash & (o->cap - 1);

	while (o->slot[at].p && (o->slot[at].hash != hash || o->slot[at].n != n ||
					memcmp(o->slot[at].p, p, n) != 0))
		at = (at + 1) & (o->cap - 1);
	return &o->slot[at];
}

static bool widen(struct noro_once *o)
{
	struct noro_once more = { .cap = o->cap ? o->cap * 2 : FIRST_CAP };

	more.slot = noro_calloc(more.cap, sizeof(*more.slot));
	if (!more.slot)
		return false;
	for (size_t i = 0; i < o->cap; i++)
		if (o->slot[i].p)
			*seek(&more, o->slot[i].hash, o->slot[i].p, o->slot[i].n) = o->slot[i];
	free(o->slot);
	o->slot = more.slot;
	o->cap = more.cap;
	return true;
}

const void *noro_once_bytes(
	struct noro_once *o, const uint8_t key[16], struct noro_arena *a, const void *p, size_t n)
{
	const uint64_t hash = noro_siphash(key, p, n);
	struct once_slot *at;
	const char *copy;

	if (o->n * 2 >= o->cap && (o->n >= MOST_TEXTS || !widen(o)))
		return noro_arena_strn(a, p, n);
	at = seek(o, hash, p, n);
	if (at->p)
		return at->p;
	copy = noro_arena_strn(a, p, n);
	if (copy) {
		*at = (struct once_slot){ hash, n, copy };
		o->n++;
	}
	return copy;
}

const char *noro_once_text(
	struct noro_once *o, const uint8_t key[16], struct noro_arena *a, struct noro_view v)
{
	return noro_once_bytes(o, key, a, v.p ? v.p : "", v.n);
}

void noro_once_done(struct noro_once *o)
{
	free(o->slot);
	*o = (struct noro_once){ 0 };
}
