/* src/base/cursor.h - bounded reading of hostile bytes, with a sticky status. */
#pragma once

#include "base/status.h"
#include "base/view.h"

/*
 * Read a whole header, check `status` once. After a failure every read gives 0
 * and consumes nothing, so that loops over counts read from the bytes cannot run
 * away as long as they test `status`. `at` is where the first failure happened.
 */
struct noro_cursor {
	const uint8_t *p;
	size_t n, at;
	enum noro_status status;
};

static inline struct noro_cursor noro_cursor(const void *p, size_t n)
{
	return (struct noro_cursor){ .p = p, .n = n };
}

static inline size_t noro_cursor_left(const struct noro_cursor *c)
{
	return c->status == NORO_OK ? c->n - c->at : 0;
}

/* Set the status if none is set yet; returns the status that stands. */
enum noro_status noro_cursor_fail(struct noro_cursor *c, enum noro_status status);

uint8_t noro_cursor_u8(struct noro_cursor *c);
uint16_t noro_cursor_be16(struct noro_cursor *c);
uint32_t noro_cursor_be32(struct noro_cursor *c);
uint64_t noro_cursor_be64(struct noro_cursor *c);
uint16_t noro_cursor_le16(struct noro_cursor *c);
uint32_t noro_cursor_le32(struct noro_cursor *c);
uint64_t noro_cursor_le64(struct noro_cursor *c);
void noro_cursor_skip(struct noro_cursor *c, size_t n);
/* The next `n` bytes, borrowed from the input; an empty view after a failure. */
struct noro_view noro_cursor_bytes(struct noro_cursor *c, size_t n);
