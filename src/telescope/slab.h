/*
 * src/telescope/slab.h - memory for tables and records in huge pages; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noro_slab;
struct noro_slab *noro_slab_new(void); /* NULL: no memory */
/* Blocks that were not put back go as well, but for those above 1 MiB. */
void noro_slab_done(struct noro_slab *s);
/* Zeros, on a multiple of its size rounded up to a power of two (at least 4 KiB, at most 2 MiB).
 * NULL: no memory. */
void *noro_slab_get(struct noro_slab *s, size_t n);
/* The same with anything in it. */
void *noro_slab_take(struct noro_slab *s, size_t n);
void noro_slab_put(struct noro_slab *s, void *p, size_t n);

/* Records of one size, on cache lines; one thread at a time. */
enum { NORO_RECORD = 192, NORO_RECORD_LARGE = 1024 };
struct noro_pile {
	void *spare, *page;
	uint32_t live, left; /* given away; not yet cut from the last page */
	uint32_t size;       /* one of the above; set before the first one */
};
void *noro_pile_get(struct noro_slab *s, struct noro_pile *pile); /* zeros */
void noro_pile_put(struct noro_slab *s, struct noro_pile *pile, void *p);
