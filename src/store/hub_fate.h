/*
 * src/store/hub_fate.h - what became of what a member sent: which of it was told to others, as
 * what, when and by whom. It stands inside the hub alone; no object that leaves says what it was
 * made of.
 */
#pragma once

#include "store/hub.h"

struct noro_hub_fate {
	const char *of_id; /* what was sent */
	const char *id;    /* what was told */
	int64_t collection, at_ns;
	const char *who; /* told it */
};
/* Of all that an owner sent into a collection (the id of `of` does not matter), oldest first;
 * strings in the arena. Written with the objects themselves: struct noro_hub_envelope, `source`. */
enum noro_status noro_hubdb_fates(struct noro_hubdb *h, const struct noro_hub_source *of,
	struct noro_arena *a, const struct noro_hub_fate **ret, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;
