/* src/base/cursor.c - bounded reading of hostile bytes. */
#include "base/cursor.h"

enum noro_status noro_cursor_fail(struct noro_cursor *c, enum noro_status status)
{
	if (c->status == NORO_OK)
		c->status = status;
	return c->status;
}

static const uint8_t *take(struct noro_cursor *c, size_t n)
{
	const uint8_t *p;

	if (c->status != NORO_OK)
		return NULL;
	if (c->n - c->at < n) {
		c->status = NORO_ETRUNC;
		return NULL;
	}
	p = c->p + c->at;
	c->at += n;
	return p;
}

static uint64_t big(struct noro_cursor *c, size_t n)
{
	const uint8_t *p = take(c, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t little(struct noro_cursor *c, size_t n)
{
	const uint8_t *p = take(c, n);
	uint64_t v = 0;

	for (size_t i = n; p && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint8_t noro_cursor_u8(struct noro_cursor *c)
{
	return (uint8_t)big(c, 1);
}

uint16_t noro_cursor_be16(struct noro_cursor *c)
{
	return (uint16_t)big(c, 2);
}

uint32_t noro_cursor_be32(struct noro_cursor *c)
{
	return (uint32_t)big(c, 4);
}

uint64_t noro_cursor_be64(struct noro_cursor *c)
{
	return big(c, 8);
}

uint16_t noro_cursor_le16(struct noro_cursor *c)
{
	return (uint16_t)little(c, 2);
}

uint32_t noro_cursor_le32(struct noro_cursor *c)
{
	return (uint32_t)little(c, 4);
}

uint64_t noro_cursor_le64(struct noro_cursor *c)
{
	return little(c, 8);
}

void noro_cursor_skip(struct noro_cursor *c, size_t n)
{
	(void)take(c, n);
}

struct noro_view noro_cursor_bytes(struct noro_cursor *c, size_t n)
{
	const uint8_t *p = take(c, n);

	return noro_view(p, p ? n : 0);
}
