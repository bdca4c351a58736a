/* src/device/rib_priv.h - how routes are stored; for the readers of routing tables. */
#pragma once

#include "device/route.h"

struct noro_as_path {
	size_t from;
	uint32_t n;
};

struct noro_rib {
	struct noro_arena *a; /* texts */
	struct noro_route *route;
	size_t routes, cap;
	uint32_t *as;
	size_t ases, as_cap;
	struct noro_as_path *path;
	size_t paths, path_cap;
	const char **slot; /* texts by hash, open addressing */
	size_t slots, texts;
	const char *vrf; /* of tables that name none; NULL: the global one */
};

/* The text stored once; NULL without memory. */
const char *noro_rib_text(struct noro_rib *r, struct noro_view v);
enum noro_status noro_rib_add(struct noro_rib *r, const struct noro_route *route) NORO_MUSTUSE;
enum noro_status noro_rib_add_path(
	struct noro_rib *r, const uint32_t *as, size_t n, uint32_t *ret) NORO_MUSTUSE;
