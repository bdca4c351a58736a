/* src/observe/cause_priv.h - who makes a rise, from the events of the history. */
#pragma once

#include "observe/surge_priv.h"

/* The gate by names: where most of what was counted is known by name, those decide. */
struct cause_names {
	struct noro_history *h;
	const struct surge_series *s;
	struct noro_error *err;
};
enum noro_status cause_gate(void *ctx, const struct surge_asked *q, bool *ret);
/* Fill named, fresh, one, causes and links. */
enum noro_status cause_name(struct noro_history *h, struct noro_surge *u,
	const struct noro_flaws *flaws, struct noro_arena *a, struct noro_error *err) NORO_MUSTUSE;
