/*
 * fuzz/fuzz_batch.c - batches and receipts from anywhere: what a batch gives is as many measures as
 * it says, of its sensor, and written again it is read again; no receipt holds that was not signed.
 */
#include "fuzz/fuzz.h"

#include "net/batch.h"

#include <stdlib.h>
#include <string.h>

static uint64_t rows;

#define AGAIN(kind)                                                                                \
	static enum noro_status on_##kind(void *ctx, const struct noro_##kind *m)                  \
	{                                                                                          \
		const struct noro_measures to = noro_batch_lines(ctx);                             \
                                                                                                   \
		rows++;                                                                            \
		return to.kind(to.ctx, m);                                                         \
	}
AGAIN(cell)
AGAIN(scan)
AGAIN(victim)
AGAIN(payload)
AGAIN(watch)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct noro_key *key;
	struct noro_buf lines = { 0 }, whole = { 0 };
	const struct noro_measures to = { on_cell, on_scan, on_victim, on_payload, on_watch,
		&lines };
	struct noro_batch b, again;
	struct noro_receipt r;

	if (!key && noro_key_make(&key, NULL) != NORO_OK)
		abort();
	assert(noro_receipt_read(noro_view(data, size), key, &r, NULL) != NORO_OK);
	rows = 0;
	if (noro_batch_read(noro_view(data, size), &b, &to, NULL) == NORO_OK) {
		assert(rows == b.measures);
		assert(noro_batch_begin(&whole, b.sensor, b.made_ns, "0") == NORO_OK);
		noro_buf_view(&whole, noro_buf_as_view(&lines));
		if (whole.n <= NORO_BATCH_MAX_BYTES) {
			assert(noro_batch_read(noro_buf_as_view(&whole), &again, NULL, NULL) ==
				NORO_OK);
			assert(again.measures == b.measures &&
				strcmp(again.sensor, b.sensor) == 0 && again.made_ns == b.made_ns);
		}
	}
	noro_buf_done(&lines);
	noro_buf_done(&whole);
	return 0;
}
