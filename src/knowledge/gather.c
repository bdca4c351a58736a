/*
 * src/knowledge/gather.c - what several records say about one. A company's record says whom it
 * supplies, an incident's who did it: a profile must show both sides, in order of date.
 */
#include "knowledge/profile_priv.h"

#include <stdlib.h>

struct gatherer {
	const struct noro_knowledge *k;
	struct noro_arena *arena;
	const struct noro_actor *const *actor;
	size_t actors;
	struct know_pointer *pointer;
	size_t pointers, pointers_cap;
	struct know_dated *event;
	size_t events, events_cap;
};

bool know_has(struct noro_strings list, const char *id)
{
	for (size_t i = 0; i < list.n; i++) {
		if (strcmp(list.item[i], id) == 0)
			return true;
	}
	return false;
}

static bool wanted(const struct gatherer *g, const struct noro_actor *actor)
{
	for (size_t i = 0; i < g->actors; i++) {
		if (g->actor[i] == actor)
			return true;
	}
	return false;
}

static bool names_one(const struct gatherer *g, struct noro_strings ids)
{
	for (size_t i = 0; i < g->actors; i++) {
		if (know_has(ids, g->actor[i]->id))
			return true;
	}
	return false;
}

static enum noro_status add_pointer(
	struct gatherer *g, const struct noro_actor *from, const struct noro_claim *claim)
{
	if (!names_one(g, claim->to))
		return NORO_OK;
	if (g->pointers == g->pointers_cap) {
		struct know_pointer *more = noro_arena_grow(
			g->arena, g->pointer, g->pointers, &g->pointers_cap, sizeof(*more));

		if (!more)
			return NORO_ENOMEM;
		g->pointer = more;
	}
	g->pointer[g->pointers++] = (struct know_pointer){ from, claim };
	return NORO_OK;
}

static enum noro_status add_event(
	struct gatherer *g, const struct noro_know_event *e, const struct noro_actor *actor)
{
	if (g->events == g->events_cap) {
		struct know_dated *more = noro_arena_grow(
			g->arena, g->event, g->events, &g->events_cap, sizeof(*more));

		if (!more)
			return NORO_ENOMEM;
		g->event = more;
	}
	g->event[g->events++] = (struct know_dated){ e, actor };
	return NORO_OK;
}

static enum noro_status from_record(struct gatherer *g, const struct noro_actor *a)
{
	const bool own = wanted(g, a);
	enum noro_status s = NORO_OK;

	for (size_t i = 0; !own && i < a->claims && s == NORO_OK; i++)
		s = add_pointer(g, a, &a->claim[i]);
	for (size_t i = 0; own && i < a->events && s == NORO_OK; i++)
		s = add_event(g, &a->event[i], a);
	return s;
}

static enum noro_status from_apart(struct gatherer *g)
{
	const struct noro_knowledge *k = g->k;
	enum noro_status s = NORO_OK;

	for (size_t i = 0; i < k->claims && s == NORO_OK; i++) {
		const struct noro_actor *about =
			k->claim[i]->about ? noro_knowledge_actor(k, k->claim[i]->about) : NULL;

		if (about)
			s = add_pointer(g, about, k->claim[i]);
	}
	for (size_t i = 0; i < k->events && s == NORO_OK; i++) {
		if (names_one(g, k->event[i]->actors))
			s = add_event(g, k->event[i], NULL);
	}
	return s;
}

static int by_date(const void *a, const void *b)
{
	const struct know_dated *one = a, *two = b;

	if (one->event->date.ns != two->event->date.ns)
		return one->event->date.ns < two->event->date.ns ? -1 : 1;
	return strcmp(one->event->date.text, two->event->date.text);
}

static int by_start(const void *a, const void *b)
{
	const struct noro_incident *const *one = a, *const *two = b;

	if ((*one)->from.ns != (*two)->from.ns)
		return (*one)->from.ns < (*two)->from.ns ? -1 : 1;
	return strcmp((*one)->id, (*two)->id);
}

static enum noro_status gather_whole(struct gatherer *g, struct know_gathered *ret)
{
	const struct noro_knowledge *k = g->k;
	const struct noro_incident **incident =
		noro_arena_array(g->arena, k->incidents + 1, sizeof(void *));
	const struct noro_advisory **advisory =
		noro_arena_array(g->arena, k->advisories + 1, sizeof(void *));

	if (!incident || !advisory)
		return NORO_ENOMEM;
	for (size_t i = 0; i < k->incidents; i++) {
		if (names_one(g, k->incident[i]->actors))
			incident[ret->incidents++] = k->incident[i];
	}
	for (size_t i = 0; i < k->advisories; i++) {
		if (names_one(g, k->advisory[i]->actors))
			advisory[ret->advisories++] = k->advisory[i];
	}
	if (ret->incidents)
		qsort(incident, ret->incidents, sizeof(void *), by_start);
	ret->incident = incident;
	ret->advisory = advisory;
	return NORO_OK;
}

enum noro_status know_gather(const struct noro_knowledge *k, struct noro_arena *a,
	const struct noro_actor *const *actor, size_t n, struct know_gathered *ret)
{
	struct gatherer g = { .k = k, .arena = a, .actor = actor, .actors = n };
	enum noro_status s = NORO_OK;

	*ret = (struct know_gathered){ 0 };
	for (size_t i = 0; i < k->actors && s == NORO_OK; i++)
		s = from_record(&g, k->actor[i]);
	if (s == NORO_OK)
		s = from_apart(&g);
	if (s == NORO_OK)
		s = gather_whole(&g, ret);
	if (g.events)
		qsort(g.event, g.events, sizeof(*g.event), by_date);
	ret->pointer = g.pointer;
	ret->pointers = g.pointers;
	ret->event = g.event;
	ret->events = g.events;
	return s;
}

static unsigned type_rank(const char *type)
{
	static const char *const order[] = { "organ", "unit", "company", "actor", "malware" };
	unsigned i = 0;

	while (i < sizeof(order) / sizeof(order[0]) && strcmp(order[i], type) != 0)
		i++;
	return i;
}

static int by_type(const void *a, const void *b)
{
	const struct noro_actor *const *one = a, *const *two = b;
	unsigned ra = type_rank((*one)->type), rb = type_rank((*two)->type);

	return ra != rb ? (ra < rb ? -1 : 1) : strcmp((*one)->id, (*two)->id);
}

enum noro_status know_of_state(const struct noro_knowledge *k, struct noro_arena *a,
	const char *state, const struct noro_actor ***ret, size_t *ret_n)
{
	const struct noro_actor **actor = noro_arena_array(a, k->actors + 1, sizeof(void *));
	size_t n = 0;

	if (!actor)
		return NORO_ENOMEM;
	for (size_t i = 0; i < k->actors; i++) {
		const struct noro_actor *one = k->actor[i];

		if (one->state && noro_view_eq_i(noro_view_str(one->state), noro_view_str(state)))
			actor[n++] = one;
	}
	if (n)
		qsort(actor, n, sizeof(void *), by_type);
	*ret = actor;
	*ret_n = n;
	return n ? NORO_OK : NORO_ENOENT;
}
