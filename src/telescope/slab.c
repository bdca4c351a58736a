/*
 * src/telescope/slab.c - memory for tables and records in huge pages. A packet touches a few places
 * that nobody can foresee in hundreds of MiB; with pages of 4 KiB each of them costs a walk through
 * tables that have left the caches as well. So the blocks of all shards are cut from chunks of
 * 2 MiB: powers of two from 4 KiB on, halved and joined again (Knowlton 1965), and larger ones are
 * mapped by themselves. Blocks change hands rarely, so that one lock for all workers is enough; the
 * many records of one size are cut from blocks that belong to one shard.
 */
#include "telescope/slab.h"

#include "base/mem.h"

#include <pthread.h>
#include <string.h>

enum {
	PAGE = 12,
	ORDERS = 9, /* 4 KiB to 1 MiB: the first page of a chunk tells of the others */
	PAGES = 512,
	USED = 0xff,
};
static const size_t CHUNK = (size_t)PAGES << PAGE;

/* Stands in a free block. */
struct hole {
	struct hole *next, **at;
};

/* The first page of a chunk. */
struct chunk {
	struct chunk *next, **at;
	uint32_t used;          /* pages given away */
	uint8_t free_as[PAGES]; /* order of the free block that begins there, or USED */
};

struct noro_slab {
	pthread_mutex_t lock;
	struct hole *hole[ORDERS];
	struct chunk *chunk;
};

struct noro_slab *noro_slab_new(void)
{
	struct noro_slab *s = noro_calloc(1, sizeof(*s));

	if (s && pthread_mutex_init(&s->lock, NULL) != 0) {
		free(s);
		return NULL;
	}
	return s;
}

void noro_slab_done(struct noro_slab *s)
{
	struct chunk *next;

	if (!s)
		return;
	for (struct chunk *c = s->chunk; c; c = next) {
		next = c->next;
		noro_mem_unmap(c, CHUNK);
	}
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- chunks ---- */

static struct chunk *chunk_of(void *p)
{
	return (struct chunk *)(void *)((char *)p - ((uintptr_t)p & (CHUNK - 1)));
}

static size_t page_of(const struct chunk *c, const void *p)
{
	return (size_t)((const char *)p - (const char *)c) >> PAGE;
}

static void add_hole(struct noro_slab *s, struct chunk *c, size_t page, unsigned order)
{
	struct hole *h = (struct hole *)(void *)((char *)c + (page << PAGE));

	h->next = s->hole[order];
	h->at = &s->hole[order];
	if (h->next)
		h->next->at = &h->next;
	s->hole[order] = h;
	c->free_as[page] = (uint8_t)order;
}

static void take_hole(struct chunk *c, size_t page)
{
	struct hole *h = (struct hole *)(void *)((char *)c + (page << PAGE));

	*h->at = h->next;
	if (h->next)
		h->next->at = h->at;
	c->free_as[page] = USED;
}

static bool add_chunk(struct noro_slab *s)
{
	struct chunk *c = noro_mem_map(CHUNK);

	if (!c)
		return false;
	memset(c->free_as, USED, sizeof(c->free_as));
	c->next = s->chunk;
	c->at = &s->chunk;
	if (c->next)
		c->next->at = &c->next;
	s->chunk = c;
	for (unsigned order = 0; order < ORDERS; order++)
		add_hole(s, c, (size_t)1 << order, order);
	return true;
}

static void drop_chunk(struct chunk *c)
{
	for (unsigned order = 0; order < ORDERS; order++)
		take_hole(c, (size_t)1 << order);
	*c->at = c->next;
	if (c->next)
		c->next->at = c->at;
	noro_mem_unmap(c, CHUNK);
}

/* ---- blocks ---- */

static unsigned order_of(size_t n)
{
	unsigned order = 0;

	while (order < ORDERS && (size_t)1 << (PAGE + order) < n)
		order++;
	return order;
}

static void *cut(struct noro_slab *s, unsigned order)
{
	unsigned from = order;
	struct chunk *c;
	size_t page;
	void *p;

	while (from < ORDERS && !s->hole[from])
		from++;
	if (from == ORDERS && !add_chunk(s))
		return NULL;
	for (from = order; !s->hole[from];)
		from++;
	p = s->hole[from];
	c = chunk_of(p);
	page = page_of(c, p);
	take_hole(c, page);
	while (from > order) { /* the upper half of what is too large stays */
		from--;
		add_hole(s, c, page + ((size_t)1 << from), from);
	}
	c->used += 1U << order;
	return p;
}

void *noro_slab_take(struct noro_slab *s, size_t n)
{
	unsigned order = order_of(n);
	void *p;

	if (order == ORDERS)
		return noro_mem_map(n);
	(void)pthread_mutex_lock(&s->lock);
	p = cut(s, order);
	(void)pthread_mutex_unlock(&s->lock);
	return p;
}

void *noro_slab_get(struct noro_slab *s, size_t n)
{
	void *p = noro_slab_take(s, n);

	return p && order_of(n) != ORDERS ? memset(p, 0, n) : p; /* what is mapped is zeros */
}

static void join(struct noro_slab *s, void *p, unsigned order)
{
	struct chunk *c = chunk_of(p);
	size_t page = page_of(c, p);

	c->used -= 1U << order;
	/* beside a block lies its other half, if that is free as a whole */
	for (; order + 1 < ORDERS && c->free_as[page ^ (size_t)1 << order] == order; order++) {
		take_hole(c, page ^ (size_t)1 << order);
		page &= ~((size_t)1 << order);
	}
	add_hole(s, c, page, order);
	if (!c->used)
		drop_chunk(c);
}

void noro_slab_put(struct noro_slab *s, void *p, size_t n)
{
	unsigned order = order_of(n);

	if (!p)
		return;
	if (order == ORDERS) {
		noro_mem_unmap(p, n);
		return;
	}
	(void)pthread_mutex_lock(&s->lock);
	join(s, p, order);
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- records ---- */

/* So many that little is left over behind them, where a link to the next page stands. */
static size_t page_bytes(const struct noro_pile *pile)
{
	return pile->size == NORO_RECORD ? (size_t)1 << PAGE : (size_t)8 << PAGE;
}

static void **link_of(const struct noro_pile *pile, void *page)
{
	return (void **)(void *)((char *)page + page_bytes(pile) - sizeof(void *));
}

void *noro_pile_get(struct noro_slab *s, struct noro_pile *pile)
{
	void *p = pile->spare;

	if (p) {
		memcpy(&pile->spare, p, sizeof(pile->spare));
		pile->live++;
		return memset(p, 0, pile->size);
	}
	if (!pile->left) {
		void *page = noro_slab_get(s, page_bytes(pile));

		if (!page)
			return NULL;
		*link_of(pile, page) = pile->page;
		pile->page = page;
		pile->left = (uint32_t)((page_bytes(pile) - sizeof(void *)) / pile->size);
	}
	pile->live++;
	return (char *)pile->page + pile->size * (size_t)--pile->left;
}

void noro_pile_put(struct noro_slab *s, struct noro_pile *pile, void *p)
{
	if (!p)
		return;
	memcpy(p, &pile->spare, sizeof(pile->spare));
	pile->spare = p;
	if (--pile->live)
		return;
	for (void *page = pile->page, *next; page; page = next) {
		next = *link_of(pile, page);
		noro_slab_put(s, page, page_bytes(pile));
	}
	*pile = (struct noro_pile){ .size = pile->size };
}
