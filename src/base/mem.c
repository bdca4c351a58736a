/* src/base/mem.c - the only door to the heap. */
#include "base/mem.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

static atomic_bool counting; /* plain runs pay one relaxed load */
static atomic_size_t asked, fail_from;

static bool refuse(void)
{
	size_t n;

	if (!atomic_load_explicit(&counting, memory_order_relaxed))
		return false;
	n = atomic_fetch_add(&asked, 1) + 1;
	return fail_from != 0 && n >= fail_from;
}

size_t noro_mem_fail_after(size_t n)
{
	size_t before = atomic_exchange(&asked, 0);

	atomic_store(&fail_from, n);
	atomic_store(&counting, n != 0);
	return before;
}

void *noro_malloc(size_t n)
{
	return refuse() ? NULL : malloc(n ? n : 1);
}

void *noro_calloc(size_t count, size_t size)
{
	return refuse() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *noro_realloc(void *p, size_t n)
{
	return refuse() ? NULL : realloc(p, n ? n : 1);
}

void *noro_reallocarray(void *p, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		return NULL;
	return noro_realloc(p, n);
}

char *noro_strndup(const char *s, size_t n)
{
	char *copy = n < SIZE_MAX ? noro_malloc(n + 1) : NULL;

	if (!copy)
		return NULL;
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

void *noro_grow(void *array, size_t n, size_t *cap, size_t size)
{
	size_t want;
	void *moved;

	if (n < *cap)
		return array;
	want = *cap ? *cap : 4;
	if (__builtin_mul_overflow(want, (size_t)2, &want))
		return NULL;
	moved = noro_reallocarray(array, want, size);
	if (moved)
		*cap = want;
	return moved;
}

void *noro_mem_map(size_t n)
{
	static const size_t huge = (size_t)1 << 21;
	size_t before, all;
	char *p;

	if (refuse() || n > SIZE_MAX / 2)
		return NULL;
	n = (n + 4095) & ~(size_t)4095; /* as the system rounds */
	all = n + huge;
	p = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	before = (huge - ((uintptr_t)p & (huge - 1))) & (huge - 1);
	if (before)
		(void)munmap(p, before);
	p += before;
	(void)munmap(p + n, huge - before); /* more than nothing: `before` is less */
	(void)madvise(p, n, MADV_HUGEPAGE); /* an advice: all works without it */
	return p;
}

void noro_mem_unmap(void *p, size_t n)
{
	if (p)
		(void)munmap(p, n);
}

void noro_mem_trim(void)
{
	(void)malloc_trim(0);
}
