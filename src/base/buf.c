/* src/base/buf.c - bytes that grow, with a sticky failure. */
#include "base/buf.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void noro_buf_done(struct noro_buf *b)
{
	free(b->p);
	*b = (struct noro_buf){ 0 };
}

void noro_buf_clear(struct noro_buf *b)
{
	b->n = 0;
	b->status = NORO_OK;
	if (b->p)
		b->p[0] = '\0';
}

char *noro_buf_room(struct noro_buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 64;
	char *moved;

	if (b->status != NORO_OK)
		return NULL;
	if (__builtin_add_overflow(b->n, n, &want) || want > PTRDIFF_MAX - 1) {
		b->status = NORO_ENOMEM;
		return NULL;
	}
	if (b->p && want + 1 <= b->cap)
		return b->p + b->n;
	while (cap < want + 1)
		cap *= 2;
	moved = noro_realloc(b->p, cap);
	if (!moved) {
		b->status = NORO_ENOMEM;
		return NULL;
	}
	b->p = moved;
	b->cap = cap;
	b->p[b->n] = '\0';
	return b->p + b->n;
}

void noro_buf_add_slow_(struct noro_buf *b, const void *p, size_t n)
{
	char *to = noro_buf_room(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void noro_buf_u64(struct noro_buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	noro_buf_add(b, digits + at, sizeof(digits) - at);
}

void noro_buf_i64(struct noro_buf *b, int64_t v)
{
	noro_buf_printf(b, "%" PRId64, v);
}

void noro_buf_printf(struct noro_buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	to = noro_buf_room(b, (size_t)n);
	if (!to)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}
