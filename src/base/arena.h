/* src/base/arena.h - memory that lives and dies with one unit of work. */
#pragma once

#include "base/status.h"
#include "base/view.h"

/*
 * Blocks grow from 4 KiB to 1 MiB; nothing is freed before the whole. Not for
 * threads: a worker owns its arena. An arena can own handles too (on_free).
 */
struct noro_arena;

/* `limit` is the most bytes it may hold, 0 for no ceiling. NULL when there is no memory. */
struct noro_arena *noro_arena_new(size_t limit);
void noro_arena_free(struct noro_arena *a);

/* Zeroed memory, aligned for any type; NULL when there is no memory or past the limit. */
void *noro_arena_alloc(struct noro_arena *a, size_t n);
void *noro_arena_array(struct noro_arena *a, size_t count, size_t size);
/* A NUL-terminated copy. */
char *noro_arena_str(struct noro_arena *a, const char *s);
char *noro_arena_strn(struct noro_arena *a, const char *s, size_t n);
/* A copy of the bytes (with a NUL behind them); p is NULL on failure. */
struct noro_view noro_arena_view(struct noro_arena *a, struct noro_view v);
char *noro_arena_printf(struct noro_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Call fn(handle) when the arena is freed, last in first out. On failure `fn` was called at once.
 */
enum noro_status noro_arena_on_free(
	struct noro_arena *a, void (*fn)(void *), void *handle) NORO_MUSTUSE;

/* Forget everything handed out, but keep one block for the next round. Owned handles are freed. */
void noro_arena_reset(struct noro_arena *a);

/* Bytes handed out so far. */
size_t noro_arena_used(const struct noro_arena *a);

/*
 * An array that grows in an arena: as noro_grow, the old one is left behind
 * (at most as much again is wasted). NULL when there is no memory.
 */
void *noro_arena_grow(struct noro_arena *a, void *array, size_t n, size_t *cap, size_t size);
