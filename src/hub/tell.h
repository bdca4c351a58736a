/*
 * src/hub/tell.h - an analyst tells others what a member sent: the objects of its inbox, made anew
 * (hub/release.h) with the names of all members left out, into a collection that may hold them.
 * Preparing changes nothing and is the preview; doing writes the objects, what each was made of,
 * and the log in one transaction.
 */
#pragma once

#include "hub/release.h"
#include "store/hub.h"

struct noro_hub_tell {
	struct noro_hubdb *db;
	int64_t member;
	const struct noro_view *id; /* which; none: all that was not told yet */
	size_t ids;
	const char *to;    /* alias or id of a collection; NULL: the loosest that may hold all */
	enum noro_tlp tlp; /* at least as strict; NONE: as they are marked */
	const char *title; /* of the hub, as its identity says it */
	const char *by;    /* for the log */
	int64_t now_ns;
};
struct noro_hub_telling {
	struct noro_hub_collection inbox, to;
	const struct noro_json *const *in; /* what was sent; release.h speaks of them by number */
	size_t ins;
	struct noro_release release;
	size_t skipped; /* names of members that are too short to be looked for */
	char hub[64];   /* its identity */
	bool known;     /* it stands in the collection already */
};
/* NORO_ENOENT: no inbox, no such collection, or none may hold all of it. In the arena. */
enum noro_status noro_hub_tell_prepare(const struct noro_hub_tell *t, struct noro_arena *a,
	struct noro_hub_telling *ret, struct noro_error *err) NORO_MUSTUSE;
/* How many were taken in *ret_n. */
enum noro_status noro_hub_tell_do(const struct noro_hub_tell *t, const struct noro_hub_telling *of,
	struct noro_arena *a, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
