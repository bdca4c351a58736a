/*
 * src/net/batch.h - a batch: what a sensor measured, on its way to whoever collects it, and the
 * receipt that comes back (docs/batch.md).
 */
#pragma once

#include "base/sign.h"
#include "finding/measure.h"

enum {
	NORO_BATCH_MAX_BYTES = 16 << 20,
	NORO_BATCH_MAX_LINE = 256 << 10,
	NORO_BATCH_MAX_SENSOR = 64,
	NORO_RECEIPT_MAX_BYTES = 4096,
	NORO_BATCH_ID_TEXT = 65, /* SHA-256 of all of its bytes, hex */
};

/* The header of a batch, and how many measures follow it. */
struct noro_batch {
	char sensor[NORO_BATCH_MAX_SENSOR + 1];
	int64_t made_ns;
	uint64_t measures;
};

/* Append the header line. `salt` makes two batches of equal measures two (16 random hex digits);
 * NORO_EARG for a sensor that cannot be one. */
enum noro_status noro_batch_begin(
	struct noro_buf *out, const char *sensor, int64_t made_ns, const char *salt) NORO_MUSTUSE;
/* Append one measure as a line to `ctx`, a struct noro_buf. */
struct noro_measures noro_batch_lines(struct noro_buf *out);

enum noro_status noro_batch_id(struct noro_view bytes, char ret[NORO_BATCH_ID_TEXT]) NORO_MUSTUSE;
bool noro_batch_is_id(struct noro_view text);

/*
 * Read a whole batch from anywhere and give its measures to `to` (NULL: judge only). They are as
 * docs/batch.md wants them: of the header's sensor, bins that are bins, counts that can be summed.
 * On failure some were given already, so that `to` is a transaction.
 */
enum noro_status noro_batch_read(struct noro_view bytes, struct noro_batch *ret,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;

/* What the receiver promises: this batch is kept, durably. */
struct noro_receipt {
	char batch[NORO_BATCH_ID_TEXT];
	uint64_t measures;
	int64_t received_ns;
	char receiver[NORO_KEY_ID_TEXT];
};

/* One line of JSON, signed. `receiver` is filled in. */
enum noro_status noro_receipt_write(const struct noro_receipt *r, const struct noro_key *key,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* Read it from anywhere; it is signed by `key` or refused. */
enum noro_status noro_receipt_read(struct noro_view bytes, const struct noro_key *key,
	struct noro_receipt *ret, struct noro_error *err) NORO_MUSTUSE;
