/*
 * fuzz/fuzz_mrt.c - bytes as a collector's file, MRT or BMP. Every entry is one that can
 * be and prints as one line; reading in small pieces gives what reading at once gives.
 */
#include "fuzz/fuzz.h"

#include "device/mrt.h"

#include <string.h>

struct bytes {
	const uint8_t *p;
	size_t n, piece;
};

static enum noro_status pull(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct bytes *b = ctx;

	n = n < b->piece ? n : b->piece;
	*ret_n = n < b->n ? n : b->n;
	memcpy(buf, b->p, *ret_n);
	b->p += *ret_n;
	b->n -= *ret_n;
	return NORO_OK;
}

static enum noro_status take(void *ctx, const struct noro_bgp_entry *e)
{
	struct noro_buf *out = ctx;

	noro_buf_clear(out);
	noro_mrt_print(e, out);
	assert(e->kind == NORO_BGP_STATE || e->prefix.len <= (e->prefix.ip.family == 6 ? 128 : 32));
	assert(out->n && noro_view_chr(noro_buf_as_view(out), '\n') == out->n - 1);
	if (e->attrs)
		assert(e->attrs->ases <= NORO_BGP_MAX_PATH);
	return NORO_OK;
}

static enum noro_status read_pieces(
	const uint8_t *data, size_t size, size_t piece, struct noro_mrt_stats *stats)
{
	struct bytes b = { data, size, piece };
	struct noro_mrt_source source = { pull, &b };
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	enum noro_status st = noro_mrt_read(&source, take, &out, stats, &err);

	noro_buf_done(&out);
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_mrt_stats once, pieces;
	enum noro_status st;

	if (size > 64 << 10)
		return 0;
	st = read_pieces(data, size, size + 1, &once);
	assert(st == NORO_OK || st == NORO_EFORMAT);
	assert(st == NORO_OK || !noro_mrt_is(noro_view(data, size)));
	assert(read_pieces(data, size, 7, &pieces) == st);
	assert(once.entries == pieces.entries && once.records == pieces.records);
	assert(once.bad_records == pieces.bad_records);
	return 0;
}
