/*
 * src/hub/counts.h - how many members saw a value, as members may know it: from k members on, in
 * buckets, sectors below k put together, as of the end of yesterday, and the same to everybody for
 * a whole day. So that nobody who reports and looks again learns about a single other member.
 */
#pragma once

#include "store/hub_seen.h"

enum {
	NORO_HUB_K = 3,       /* members that are told of at the least */
	NORO_HUB_K_SMALL = 5, /* of a sector with few members */
	NORO_HUB_SMALL = 20,  /* so few */
	NORO_HUB_COUNT_DAYS = 30,
};

/* "3-5", "6-10", "11-30", "31+"; NULL below k. */
const char *noro_hub_bucket(uint32_t members, uint32_t k);
/*
 * What is told of a value today, as a JSON object in the arena: made at the first question of the
 * day and kept in the hub, whatever comes in afterwards.
 */
enum noro_status noro_hub_counts(struct noro_hubdb *db, int64_t value, int64_t now_ns,
	struct noro_arena *a, const char **ret, struct noro_error *err) NORO_MUSTUSE;
