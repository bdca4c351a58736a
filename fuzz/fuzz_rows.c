/*
 * fuzz/fuzz_rows.c - the answer of a database server, row by row: however it is cut into pieces the
 * same rows come out, none is longer than what came, and damage ends it.
 */
#include "fuzz/fuzz.h"

#include "store/click_priv.h"

#include <string.h>

struct seen {
	uint64_t rows, bytes, sum;
	struct noro_arena *a;
};

/* A row with every kind of column. */
static enum noro_status on_row(void *ctx, struct click_row *r)
{
	struct seen *s = ctx;
	const char *name = click_text(r, s->a);
	int64_t start = click_i64(r);
	int32_t width = click_i32(r);
	const uint8_t *src = click_fixed(r);
	uint8_t family = click_u8(r);
	double error = click_f64(r);
	struct noro_view body = click_view(r);

	if (!click_whole(r))
		return NORO_OK;
	s->rows++;
	s->bytes += 8 + 4 + 16 + 1 + 8 + 2 + body.n;
	s->sum = s->sum * 31 + (uint64_t)start + (uint32_t)width + src[0] + src[15] + family +
		 (error == error) + strlen(name);
	for (size_t i = 0; i < body.n; i++)
		s->sum = s->sum * 31 + (uint8_t)body.p[i];
	return NORO_OK;
}

static enum noro_status read_all(
	const uint8_t *data, size_t size, size_t piece, struct seen *ret, size_t *ret_rest)
{
	struct noro_buf rest = { 0 };
	enum noro_status st = NORO_OK;

	ret->rows = ret->bytes = ret->sum = 0;
	for (size_t at = 0; st == NORO_OK && at < size; at += piece)
		st = click_feed(&rest, noro_view(data + at, size - at < piece ? size - at : piece),
			ret->a, on_row, ret);
	*ret_rest = rest.n;
	noro_buf_done(&rest);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen one = { .a = noro_arena_new(0) }, other = { .a = one.a };
	size_t rest, rest_other;
	enum noro_status st;

	if (!one.a)
		return 0;
	st = read_all(data, size, size + 1, &one, &rest);
	assert(one.bytes <= size && rest <= size);
	assert(read_all(data, size, 1 + size / 7, &other, &rest_other) == st);
	assert(one.rows == other.rows && one.sum == other.sum);
	assert(st != NORO_OK || rest == rest_other);
	noro_arena_free(one.a);
	return 0;
}
