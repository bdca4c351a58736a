/* src/base/buf.h - bytes that grow, with a sticky failure: append freely, check once. */
#pragma once

#include "base/status.h"
#include "base/view.h"

struct noro_buf {
	char *p; /* always NUL-terminated once something was appended */
	size_t n, cap;
	enum noro_status status; /* NORO_ENOMEM sticks; later appends do nothing */
};

/* A zeroed struct is an empty buffer. */
void noro_buf_done(struct noro_buf *b);
/* Empty it and forget a failure, but keep the memory. */
void noro_buf_clear(struct noro_buf *b);
/* Room for `n` more bytes (and the NUL) at b->p + b->n; NULL on failure. */
char *noro_buf_room(struct noro_buf *b, size_t n);

void noro_buf_add_slow_(struct noro_buf *b, const void *p, size_t n);
/* Inline, so that the length of a literal is known when this is compiled. */
static inline void noro_buf_add(struct noro_buf *b, const void *p, size_t n)
{
	if (b->status != NORO_OK || !b->p || n >= b->cap - b->n) {
		noro_buf_add_slow_(b, p, n);
		return;
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

static inline void noro_buf_view(struct noro_buf *b, struct noro_view v)
{
	noro_buf_add(b, v.p, v.n);
}

static inline void noro_buf_str(struct noro_buf *b, const char *s)
{
	noro_buf_add(b, s, strlen(s));
}

static inline void noro_buf_chr(struct noro_buf *b, char c)
{
	if (b->status != NORO_OK || !b->p || b->cap - b->n < 2) {
		noro_buf_add_slow_(b, &c, 1);
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void noro_buf_u64(struct noro_buf *b, uint64_t v);
void noro_buf_i64(struct noro_buf *b, int64_t v);
void noro_buf_printf(struct noro_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline struct noro_view noro_buf_as_view(const struct noro_buf *b)
{
	return (struct noro_view){ b->p, b->n };
}
