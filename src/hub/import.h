/*
 * src/hub/import.h - what others have, taken into the hub: data sets dumped from a TAXII server
 * with their dates, STIX bundles, MISP events and feeds, and every other list the program reads.
 * Nothing is taken twice; what is refused is told with file, place and reason.
 */
#pragma once

#include "base/progress.h"
#include "intel/stix21.h"
#include "store/hub.h"

/* One thing that was not taken. */
struct noro_hub_refusal {
	const char *file;
	const char *place;   /* "/share/collections/0/objects/12", "line 7" */
	struct noro_view id; /* p NULL: it has none */
	/* Why: faults of STIX, or a message. */
	const struct noro_stix21_faults *faults; /* NULL */
	const char *msg;                         /* N_() with %1 */
	const char *arg;                         /* may be NULL */
};

struct noro_hub_import {
	struct noro_hubdb *db;
	int64_t now_ns;
	const char *to;    /* alias or id of a collection; of data sets NULL: their own */
	int64_t member;    /* as the word of this one, into the inbox; 0: the hub's */
	enum noro_tlp tlp; /* of collections that are made */
	struct noro_progress *progress; /* NULL */
	void (*refused)(void *ctx, const struct noro_hub_refusal *r);
	void *ctx;
};
struct noro_hub_imported {
	uint64_t objects; /* that were offered */
	uint64_t taken, there, refused;
	uint64_t undated; /* of those taken: without a date of their own, or one that readers passed
			   */
	uint64_t values;  /* that were no indicators */
	uint64_t collections; /* that were made */
};
/* One file (of a MISP feed: its folder). Adds to `*ret`. What was taken before a failure stays. */
enum noro_status noro_hub_import(const struct noro_hub_import *imp, const char *path,
	struct noro_hub_imported *ret, struct noro_error *err) NORO_MUSTUSE;
