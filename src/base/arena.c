/* src/base/arena.c - memory that lives and dies with one unit of work. */
#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_BLOCK = 4096, MAX_BLOCK = 1 << 20, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used, cap;
	_Alignas(ALIGN) char bytes[];
};

struct owned {
	struct owned *next;
	void (*fn)(void *);
	void *handle;
};

struct noro_arena {
	struct block *blocks;
	struct owned *owned;
	size_t limit, used, next_block;
};

struct noro_arena *noro_arena_new(size_t limit)
{
	struct noro_arena *a = noro_calloc(1, sizeof(*a));

	if (a) {
		a->limit = limit;
		a->next_block = FIRST_BLOCK;
	}
	return a;
}

void noro_arena_free(struct noro_arena *a)
{
	if (!a)
		return;
	for (struct owned *o = a->owned; o; o = o->next)
		o->fn(o->handle);
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void noro_arena_reset(struct noro_arena *a)
{
	struct block *keep = a->blocks;

	for (struct owned *o = a->owned; o; o = o->next)
		o->fn(o->handle);
	a->owned = NULL;
	a->used = 0;
	if (!keep)
		return;
	for (struct block *b = keep->next, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	keep->next = NULL;
	keep->used = 0;
}

static struct block *new_block(struct noro_arena *a, size_t n)
{
	size_t cap = n > a->next_block ? n : a->next_block;
	struct block *b = noro_malloc(sizeof(*b) + cap);

	if (!b)
		return NULL;
	if (a->next_block < MAX_BLOCK)
		a->next_block *= 2;
	*b = (struct block){ .cap = cap, .next = a->blocks };
	a->blocks = b;
	return b;
}

void *noro_arena_alloc(struct noro_arena *a, size_t n)
{
	struct block *b = a->blocks;
	void *p;

	if (n > PTRDIFF_MAX - 2 * (ptrdiff_t)MAX_BLOCK)
		return NULL;
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->limit && (n > a->limit || a->used > a->limit - n))
		return NULL;
	if (!b || b->cap - b->used < n)
		b = new_block(a, n);
	if (!b)
		return NULL;
	p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void *noro_arena_array(struct noro_arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		return NULL;
	return noro_arena_alloc(a, n);
}

char *noro_arena_strn(struct noro_arena *a, const char *s, size_t n)
{
	char *copy = n < SIZE_MAX ? noro_arena_alloc(a, n + 1) : NULL;

	if (copy && n)
		memcpy(copy, s, n);
	return copy;
}

char *noro_arena_str(struct noro_arena *a, const char *s)
{
	return noro_arena_strn(a, s, strlen(s));
}

struct noro_view noro_arena_view(struct noro_arena *a, struct noro_view v)
{
	char *copy = noro_arena_strn(a, v.p, v.n);

	return (struct noro_view){ copy, copy ? v.n : 0 };
}

char *noro_arena_printf(struct noro_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *out;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	out = n >= 0 ? noro_arena_alloc(a, (size_t)n + 1) : NULL;
	if (!out)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(out, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return out;
}

enum noro_status noro_arena_on_free(struct noro_arena *a, void (*fn)(void *), void *handle)
{
	struct owned *o = noro_arena_alloc(a, sizeof(*o));

	if (!o) {
		fn(handle);
		return NORO_ENOMEM;
	}
	*o = (struct owned){ .next = a->owned, .fn = fn, .handle = handle };
	a->owned = o;
	return NORO_OK;
}

size_t noro_arena_used(const struct noro_arena *a)
{
	return a->used;
}

void *noro_arena_grow(struct noro_arena *a, void *array, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap ? *cap : 4;
	void *moved;

	if (n < *cap)
		return array;
	if (__builtin_mul_overflow(want, (size_t)2, &want))
		return NULL;
	moved = noro_arena_array(a, want, size);
	if (!moved)
		return NULL;
	if (n)
		memcpy(moved, array, n * size);
	*cap = want;
	return moved;
}
