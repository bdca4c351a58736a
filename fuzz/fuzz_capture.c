/* fuzz/fuzz_capture.c - a hostile capture: frames lie within it, in order, and are the same ones
 * however the bytes come. */
#include "fuzz/fuzz.h"

#include "evidence/packet.h"

#include <stdlib.h>

enum { BATCH = 7, MOST = 4096 };

struct pieces {
	const uint8_t *p;
	size_t n, at, rounds;
};

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct pieces *in = ctx;
	size_t n = 1 + in->rounds++ * 7919 % 257;

	if (n > in->n - in->at)
		n = in->n - in->at;
	if (n > cap)
		n = cap;
	if (n)
		memcpy(buf, in->p + in->at, n);
	in->at += n;
	*ret_n = n;
	return n ? NORO_OK : NORO_END;
}

/* The next frame, out of batches. */
static bool next(struct noro_capture *c, struct noro_frame *batch, size_t *at, size_t *n,
	const struct noro_frame **ret)
{
	if (*at == *n) {
		enum noro_status st = noro_capture_next(c, batch, BATCH, n, NULL);

		assert(st == NORO_OK || st == NORO_END);
		assert((st == NORO_OK) == (*n > 0) && *n <= BATCH);
		*at = 0;
		if (st == NORO_END)
			return false;
	}
	*ret = &batch[(*at)++];
	return true;
}

static void same_sums(const struct noro_capture *a, const struct noro_capture *b, size_t frames)
{
	const struct noro_capture_sum *x = noro_capture_sum(a), *y = noro_capture_sum(b);

	assert(x->frames == frames && y->frames == frames);
	assert(x->bytes == y->bytes && x->cut == y->cut && x->dropped == y->dropped);
	assert(x->damaged == y->damaged && x->skipped_bytes == y->skipped_bytes);
	assert(x->blocks_unread == y->blocks_unread && x->interfaces == y->interfaces);
	assert(x->first_ns == y->first_ns && x->last_ns == y->last_ns);
	assert(x->clock_back == y->clock_back && x->status == y->status);
	assert(x->err.at == y->err.at && x->err.status == y->err.status);
	assert((x->damaged > 0) == (x->err.status != NORO_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_frame one[BATCH], two[BATCH];
	const struct noro_frame *a, *b;
	size_t at_a = 0, at_b = 0, n_a = 0, n_b = 0, frames = 0;
	struct noro_capture *whole = NULL, *pieces = NULL;
	struct pieces in = { .p = data, .n = size };
	uint64_t behind = 0;
	enum noro_status st = noro_capture_new_bytes(noro_view(data, size), &whole, NULL);

	assert(noro_capture_new(pull, &in, &pieces, NULL) == st);
	if (st != NORO_OK)
		return 0;
	while (next(whole, one, &at_a, &n_a, &a)) {
		struct noro_packet pk;

		assert(a->p >= data && a->n <= (size_t)(data + size - a->p));
		assert(a->wire_n >= a->n);
		assert(a->offset >= behind && a->offset < size);
		behind = a->offset + 1;
		assert(next(pieces, two, &at_b, &n_b, &b));
		assert(a->offset == b->offset && a->n == b->n && a->wire_n == b->wire_n);
		assert(a->ts_ns == b->ts_ns && a->link == b->link && a->iface == b->iface);
		assert(a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
		noro_packet_read(a, NORO_OPEN_ALL, &pk);
		assert(pk.family == 0 || (pk.ip >= a->p && pk.ip_captured <= a->n));
		frames++;
	}
	assert(!next(pieces, two, &at_b, &n_b, &b));
	same_sums(whole, pieces, frames);
	noro_capture_free(whole);
	noro_capture_free(pieces);
	return 0;
}
