/*
 * src/hub/throttle.h - two tables of fixed size: who failed how often, and what a member has left.
 * Places are found by a keyed hash, so that nobody can push another out of a table on purpose; in a
 * full bucket the one that matters least goes. Times are arguments. One thread at a time.
 */
#pragma once

#include "base/view.h"

enum { NORO_THROTTLE_BUCKETS = 2048, NORO_THROTTLE_WAYS = 4 };

struct noro_throttle {
	uint8_t key[16];
	struct {
		uint64_t who; /* 0: free */
		uint32_t fails;
		int64_t last_ns;
	} at[NORO_THROTTLE_BUCKETS][NORO_THROTTLE_WAYS];
};
/* Failures that are free, then the wait doubles from one second to `most_s`; all is forgotten after
 * an hour without one. */
struct noro_throttle_rule {
	uint32_t free, most_s;
};
/* How long `who` must wait from now on; 0: not. */
uint32_t noro_throttle_wait(const struct noro_throttle *t, struct noro_view who,
	const struct noro_throttle_rule *rule, int64_t now_ns);
void noro_throttle_failed(struct noro_throttle *t, struct noro_view who, int64_t now_ns);
void noro_throttle_forget(struct noro_throttle *t, struct noro_view who);

struct noro_quota_table {
	uint8_t key[16];
	struct noro_quota_row {
		int64_t member; /* 0: free */
		int64_t milli;  /* requests that are left, times 1000 */
		int64_t last_ns, day;
		uint64_t bytes;                                /* of this day */
		int64_t counter, requests_s, burst, bytes_day; /* as the hub's table said */
	} at[NORO_THROTTLE_BUCKETS][NORO_THROTTLE_WAYS];
};
/* The row of a member, made if it is not there (`requests_s` 0: its quota must be filled in). */
struct noro_quota_row *noro_quota_row(struct noro_quota_table *t, int64_t member, int64_t now_ns);
/* One request; seconds to wait, 0: go on. */
uint32_t noro_quota_take(struct noro_quota_row *r, int64_t now_ns);
void noro_quota_bytes(struct noro_quota_row *r, uint64_t n, int64_t now_ns);
