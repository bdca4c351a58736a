/* src/hub/correlate_priv.h - one run of correlate.c. */
#pragma once

#include "hub/correlate.h"

struct hub_row {
	struct noro_hub_sight sight;
	uint64_t n;
	int64_t last_ns;
	const char *sector;
};

struct correlating {
	struct noro_hubdb *db;
	const struct noro_hub_correlate *ask;
	struct noro_arena *a, *scratch;
	struct noro_hub_correlations *ret;
	struct noro_hub_correlation *list; /* of `ret` */
	size_t list_cap;
	struct noro_hub_sectors sectors;
	int64_t from_day, now_day; /* days asked for */
	struct hub_row *row;       /* of the value at hand, in order of days */
	size_t n, cap;
	uint64_t *work; /* room for a number of each row */
	struct noro_error *err;
};

/* Days and sectors of its window, from the rows at hand. */
enum noro_status hub_explain(struct correlating *c, struct noro_hub_correlation *r) NORO_MUSTUSE;
/* How many of its reports are one text. */
enum noro_status hub_wave(struct correlating *c, struct noro_hub_correlation *r) NORO_MUSTUSE;
/* Alerts that belong together, by who saw them when, and by neighbourhood. */
enum noro_status hub_group(struct correlating *c) NORO_MUSTUSE;
