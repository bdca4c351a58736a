/* src/device/rib.c - routes of one device: fixed-size rows, texts stored once. */
#include "device/rib_priv.h"

#include "base/mem.h"

const char *noro_route_proto_name(enum noro_route_proto p)
{
	static const char *const names[NORO_RT_PROTOS] = { "other", "connected", "local", "static",
		"rip", "ospf", "isis", "eigrp", "bgp", "kernel", "application", "aggregate", "ldp",
		"nat", "dhcp", "odr", "nhrp", "lisp", "vpn" };

	return p < NORO_RT_PROTOS ? names[p] : "other";
}

static void free_rib(void *p)
{
	struct noro_rib *r = p;

	free(r->route);
	free(r->as);
	free(r->path);
	free(r->slot);
}

enum noro_status noro_rib_new(struct noro_arena *a, struct noro_rib **ret)
{
	struct noro_rib *r = noro_arena_alloc(a, sizeof(*r));
	enum noro_status st;

	if (!r)
		return NORO_ENOMEM;
	r->a = a;
	st = noro_arena_on_free(a, free_rib, r);
	if (st == NORO_OK)
		*ret = r;
	return st;
}

enum noro_status noro_rib_of_vrf(struct noro_rib *r, struct noro_view name)
{
	r->vrf = name.n ? noro_rib_text(r, name) : NULL;
	return name.n && !r->vrf ? NORO_ENOMEM : NORO_OK;
}

size_t noro_rib_routes(const struct noro_rib *r)
{
	return r->routes;
}

const struct noro_route *noro_rib_route(const struct noro_rib *r, size_t i)
{
	return &r->route[i];
}

const uint32_t *noro_rib_path(const struct noro_rib *r, uint32_t path, size_t *ret_n)
{
	*ret_n = 0;
	if (path >= r->paths)
		return NULL;
	*ret_n = r->path[path].n;
	return r->as + r->path[path].from;
}

static uint64_t hash(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3U;
	return h;
}

static bool grow_slots(struct noro_rib *r)
{
	size_t n = r->slots ? r->slots * 2 : 64;
	const char **slot = noro_calloc(n, sizeof(char *));

	if (!slot)
		return false;
	for (size_t i = 0; i < r->slots; i++) {
		size_t at;

		if (!r->slot[i])
			continue;
		at = hash(r->slot[i], strlen(r->slot[i])) & (n - 1);
		while (slot[at])
			at = (at + 1) & (n - 1);
		slot[at] = r->slot[i];
	}
	free(r->slot);
	r->slot = slot;
	r->slots = n;
	return true;
}

const char *noro_rib_text(struct noro_rib *r, struct noro_view v)
{
	size_t at;

	if ((r->texts + 1) * 2 > r->slots && !grow_slots(r))
		return NULL;
	at = hash(v.p, v.n) & (r->slots - 1);
	for (; r->slot[at]; at = (at + 1) & (r->slots - 1))
		if (noro_view_is(v, r->slot[at]))
			return r->slot[at];
	r->slot[at] = noro_arena_strn(r->a, v.p, v.n);
	r->texts += r->slot[at] != NULL;
	return r->slot[at];
}

enum noro_status noro_rib_add(struct noro_rib *r, const struct noro_route *route)
{
	struct noro_route *grown = noro_grow(r->route, r->routes, &r->cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	r->route = grown;
	r->route[r->routes++] = *route;
	return NORO_OK;
}

enum noro_status noro_rib_add_path(struct noro_rib *r, const uint32_t *as, size_t n, uint32_t *ret)
{
	struct noro_as_path *grown = noro_grow(r->path, r->paths, &r->path_cap, sizeof(*grown));

	if (grown)
		r->path = grown;
	for (size_t i = 0; grown && i < n; i++) {
		uint32_t *more = noro_grow(r->as, r->ases, &r->as_cap, sizeof(*more));

		if (!more)
			return NORO_ENOMEM;
		r->as = more;
		r->as[r->ases++] = as[i];
	}
	if (!grown)
		return NORO_ENOMEM;
	r->path[r->paths] = (struct noro_as_path){ r->ases - n, (uint32_t)n };
	*ret = (uint32_t)r->paths++;
	return NORO_OK;
}
