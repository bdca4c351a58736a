/*
 * src/sensor/spool.h - measures wait on disk until their receiver has them.
 *
 * A spool is a folder. What is written between two calls of publish is a set; it is there whole or
 * not at all, after kill -9 and power loss too. One process writes, one sends, at the same time.
 */
#pragma once

#include "finding/measure.h"

struct noro_spool_opts {
	uint64_t max_bytes; /* of all that waits; 0: 1 GiB. Past it the newest is not taken */
	size_t batch_bytes; /* a batch is closed there; 0: 4 MiB */
	int64_t max_age_ns; /* for tick; 0: one minute */
	int64_t now_ns;
	bool keep_going; /* a sensor that lives on: rows are swallowed after a failure until
			    publish says it */
};

struct noro_spool_sum {
	uint64_t batches, measures, bytes; /* published by this process */
	uint64_t lost_measures;            /* of sets that could not be kept */
	uint64_t lost_s;                   /* of sensor time; told to the receiver, see publish */
};

struct noro_spool;
/* Makes the folder (0750). What an earlier process left unpublished is removed. NORO_EARG when
 * another process writes to it. */
enum noro_status noro_spool_open(const char *folder, const struct noro_spool_opts *o,
	struct noro_spool **ret, struct noro_error *err) NORO_MUSTUSE;
/* What is not published is gone. NULL is fine. */
void noro_spool_close(struct noro_spool *s);

/* Where to write; rows are copied. */
const struct noro_measures *noro_spool_measures(struct noro_spool *s);
/*
 * Make the set durable and visible to the sender: NORO_OK acknowledges every row since the last
 * call. On failure (NORO_ENOSPC: the disk or the ceiling) the whole set is dropped; the minutes
 * of its watch rows go out with the next set that succeeds as time in which nobody listened.
 */
enum noro_status noro_spool_publish(
	struct noro_spool *s, int64_t now_ns, struct noro_error *err) NORO_MUSTUSE;
/* Publish if something has waited for max_age. */
enum noro_status noro_spool_tick(
	struct noro_spool *s, int64_t now_ns, struct noro_error *err) NORO_MUSTUSE;
const struct noro_spool_sum *noro_spool_sum(const struct noro_spool *s);

/* The status of the first row that failed since the last publish, and why. */
enum noro_status noro_spool_failed(const struct noro_spool *s, struct noro_error *err);
