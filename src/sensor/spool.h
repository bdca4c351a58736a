/*
 * src/sensor/spool.h - batches of measures on disk until somebody has acknowledged them: JSON
 * Lines, a batch id, a digest, an idempotent PUT, a signed receipt (docs/batch.md). Kill -9, a full
 * disk or a dead network lose nothing and double nothing.
 */
#pragma once

#include "base/arena.h"
#include "finding/measure.h"

struct noro_spool;
/* A folder of the sensor's own (mode 0700), with a lock: a second process is told who holds it. */
enum noro_status noro_spool_open(const char *folder, const char *sensor, struct noro_spool **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_spool_close(struct noro_spool *s);
/* Rows are collected; commit makes one durable batch of them (written beside, synced, renamed,
 * folder synced). */
const struct noro_measures *noro_spool_measures(struct noro_spool *s);
enum noro_status noro_spool_commit(struct noro_spool *s, struct noro_error *err) NORO_MUSTUSE;

struct noro_batch {
	const char *id; /* "<sensor>-<number>-<digest's first 12>" */
	const char *sensor;
	uint64_t number;        /* 1, 2, ...: a gap is loss */
	char sha256[65];        /* of the bytes */
	struct noro_view bytes; /* JSON Lines; first line is the header object */
};
/* Oldest first; NORO_END when none waits. Borrowed until the next call. */
enum noro_status noro_spool_next(
	struct noro_spool *s, struct noro_batch *ret, struct noro_error *err) NORO_MUSTUSE;
/* The receiver has it: remove. `receipt` is kept beside (the last 1,000). */
enum noro_status noro_spool_done(struct noro_spool *s, const char *id, struct noro_view receipt,
	struct noro_error *err) NORO_MUSTUSE;
/* Check a batch's header and digest and give its rows. */
enum noro_status noro_batch_read(struct noro_view bytes, struct noro_arena *a,
	struct noro_batch *ret, const struct noro_measures *to,
	struct noro_error *err) NORO_MUSTUSE;
