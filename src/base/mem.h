/* src/base/mem.h - the only door to the heap, so that tests can make any allocation fail. */
#pragma once

#include <stddef.h>
#include <stdlib.h>

/* As malloc, calloc, realloc: NULL when there is none. All are freed with free(). */
void *noro_malloc(size_t n) __attribute__((malloc));
void *noro_calloc(size_t count, size_t size) __attribute__((malloc));
void *noro_realloc(void *p, size_t n) __attribute__((warn_unused_result));
/* count * size checked for overflow (NULL then). */
void *noro_reallocarray(void *p, size_t count, size_t size) __attribute__((warn_unused_result));
/* A copy of `n` bytes with a NUL behind it. */
char *noro_strndup(const char *s, size_t n) __attribute__((malloc));

/*
 * Make room for one more element in an owned array of *cap elements of `size`
 * bytes, of which `n` are used: doubles from 8. Returns the array (moved or not),
 * or NULL with the old one untouched.
 */
void *noro_grow(void *array, size_t n, size_t *cap, size_t size)
	__attribute__((warn_unused_result));

/* Large memory apart from the heap: zeros on a multiple of 2 MiB, in huge pages where the system
 * has them. NULL: none. Given back whole. */
void *noro_mem_map(size_t n) __attribute__((warn_unused_result));
void noro_mem_unmap(void *p, size_t n);

/* Give what was freed back to the system: after a phase that held much, before one that holds much
 * elsewhere. */
void noro_mem_trim(void);

/*
 * For tests: from now on the allocation number `n` (from 1) fails, and all after
 * it; 0 turns that off. Returns how many allocations were asked for since the
 * last call. Not for threads.
 */
size_t noro_mem_fail_after(size_t n);
