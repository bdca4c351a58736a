/*
 * src/device/explain_change.c - routes that must not move, and routes that did: by the
 * list of protected prefixes, by the servers the device itself relies on, and by an
 * earlier snapshot of the table.
 */
#include "device/explain_priv.h"

#include "base/mem.h"

enum { PROTECT_SITE, PROTECT_AAA, PROTECT_SYSLOG, PROTECT_DNS, AGE_SLACK_S = 120 };

const char *explain_protected(uint32_t value)
{
	static const char *const names[] = { "site", "aaa", "syslog", "dns" };

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : names[0];
}

static enum noro_status servers(
	struct explain *x, const char *table, const char *kind, uint32_t value)
{
	const struct noro_facts *all = x->o->facts;
	int number = noro_facts_table_by_name(x->o->def, noro_view_str(table));
	int address, kinds;
	enum noro_status st = NORO_OK;
	const struct noro_table *t;

	if (!all || !all->at || number < 0)
		return NORO_OK;
	t = noro_facts_table(x->o->def, (size_t)number);
	address = noro_table_column(t, NORO_V("address")) - NORO_COMMONS;
	kinds = noro_table_column(t, NORO_V("kind")) - NORO_COMMONS;
	if (address < 0)
		return NORO_OK;
	for (uint32_t i = all->at[number]; st == NORO_OK && i < all->at[number + 1]; i++) {
		const struct noro_view *col = all->row[i].col;
		struct noro_prefix p = { .len = 32 };

		if (kind && (kinds < 0 || !noro_view_is(col[kinds], kind)))
			continue;
		if (!noro_ip_parse_loose(col[address], &p.ip))
			continue;
		p.len = p.ip.family == 6 ? 128 : 32;
		st = nest_add(&x->protect, 0, &p, value);
	}
	return st;
}

enum noro_status explain_gather_protected(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->o->protects; i++)
		st = nest_add(&x->protect, 0, &x->o->protect[i], PROTECT_SITE);
	if (st == NORO_OK)
		st = servers(x, "aaa.server", NULL, PROTECT_AAA);
	if (st == NORO_OK)
		st = servers(x, "receiver", "syslog", PROTECT_SYSLOG);
	if (st == NORO_OK)
		st = servers(x, "resolver", NULL, PROTECT_DNS);
	nest_make(&x->protect);
	return st;
}

/* --- more specific than what is protected --- */

static bool from_outside(const struct noro_route *r)
{
	return r->proto == NORO_RT_BGP || r->proto == NORO_RT_STATIC ||
	       r->proto == NORO_RT_KERNEL || r->proto == NORO_RT_APPLICATION;
}

static uint32_t origin_of(const struct noro_rib *rib, const struct noro_route *r)
{
	size_t n = 0;
	const uint32_t *as = noro_rib_path(rib, r->path, &n);

	return n ? as[n - 1] : 0;
}

/* Another AS says it is its own: one upstream may be the way to both. */
static bool other_origin(
	const struct explain *x, const struct noro_route *r, const struct noro_route *around)
{
	uint32_t a = origin_of(x->rib, r), b = origin_of(x->rib, around);

	return a && b && a != b;
}

/* Does the route lead elsewhere than the one around it? Without one there is nothing to leave. */
static bool leaves(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	const struct nest_item *at = nest_find(&x->routes, vrf, &r->prefix);

	while (at && at->len >= r->prefix.len)
		at = nest_up(&x->routes, at);
	for (; at; at = nest_up(&x->routes, at)) {
		const struct noro_route *around = noro_rib_route(x->rib, at->value);

		if (around->prefix.len == 0)
			return false; /* all routes leave the default one */
		if (noro_ip_cmp(&around->nexthop, &r->nexthop) == 0 &&
			around->interface == r->interface && !other_origin(x, r, around))
			return false;
		if (around->prefix.len < r->prefix.len)
			return true;
	}
	return false;
}

/* Nothing around it but the default route. */
static bool stands_alone(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	const struct nest_item *at = nest_find(&x->routes, vrf, &r->prefix);

	while (at && (at->len >= r->prefix.len || at->len == 0))
		at = nest_up(&x->routes, at);
	return !at;
}

/* A route made for a handful of addresses, for which there was a way already, and it leads
 * elsewhere: nobody designs a network so. `r` is the way to one of the device's servers. */
bool explain_diverts(struct explain *x, const struct noro_route *r)
{
	unsigned few = r->prefix.ip.family == 6 ? 126 : 30;

	return r->prefix.len >= few && from_outside(r) && leaves(x, r, 0);
}

const char *explain_covered(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why)
{
	const struct nest_item *at = nest_find(&x->protect, 0, &r->prefix);

	if (!at || vrf || !from_outside(r))
		return NULL;
	/* whoever put a prefix on the list does not expect parts of it from a neighbour, also where
	 * the whole is not in this table */
	if (at->len < r->prefix.len &&
		(leaves(x, r, vrf) || (at->value == PROTECT_SITE && r->proto == NORO_RT_BGP &&
					      stands_alone(x, r, vrf)))) {
		*why |= WHY_SPECIFIC;
		return explain_protected(at->value);
	}
	return NULL;
}

/* --- since the snapshot --- */

static enum noro_status add_ways(struct explain *x, struct nest *n, const struct noro_rib *rib)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < noro_rib_routes(rib); i++) {
		const struct noro_route *r = noro_rib_route(rib, i);

		if (!(r->flags & NORO_RTF_HIDDEN))
			st = nest_add(
				n, explain_vrf(x, noro_view_str(r->vrf)), &r->prefix, (uint32_t)i);
	}
	nest_make(n);
	return st;
}

static enum noro_status gather_ways(struct explain *x)
{
	enum noro_status st;

	if (!x->o->paths_only || !x->o->before)
		return NORO_OK;
	st = add_ways(x, &x->ways, x->rib);
	return st == NORO_OK ? add_ways(x, &x->ways_before, x->o->before) : st;
}

enum noro_status explain_gather_before(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; x->o->before && st == NORO_OK && i < noro_rib_routes(x->o->before);
		i++) {
		const struct noro_route *r = noro_rib_route(x->o->before, i);

		if (!(r->flags & (NORO_RTF_HIDDEN | NORO_RTF_INACTIVE)))
			st = nest_add(&x->before, explain_vrf(x, noro_view_str(r->vrf)), &r->prefix,
				(uint32_t)i);
	}
	nest_make(&x->before);
	return st == NORO_OK ? gather_ways(x) : st;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_way(const struct noro_route *a, const struct noro_route *b)
{
	return noro_ip_cmp(&a->nexthop, &b->nexthop) == 0 &&
	       (a->nexthop.family || same_text(a->interface, b->interface));
}

/*
 * A part of what another AS originated before, and still does not originate itself: who announces
 * that draws the traffic, for the longer prefix wins everywhere.
 */
static unsigned cuts_out(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	const struct nest_item *at = nest_find(&x->before, vrf, &r->prefix);
	uint32_t origin = origin_of(x->rib, r), around;

	for (; origin && at; at = nest_up(&x->before, at)) {
		if (at->len == 0)
			return 0; /* everything is a part of that */
		around = origin_of(x->o->before, noro_rib_route(x->o->before, at->value));
		if (around)
			return around != origin ? WHY_NEW_SPECIFIC : 0;
	}
	return 0;
}

unsigned explain_change(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	const struct nest_item *at = nest_find(&x->before, vrf, &r->prefix);
	uint32_t origin = origin_of(x->rib, r), was_origin;
	unsigned other = 0;
	bool was = false;

	if (!x->o->before)
		return 0;
	for (; at && nest_is(at, &r->prefix); at = nest_up(&x->before, at)) {
		const struct noro_route *b = noro_rib_route(x->o->before, at->value);

		was = true;
		was_origin = origin_of(x->o->before, b);
		other = origin && was_origin && origin != was_origin ? WHY_ORIGIN : 0;
		if (!same_way(b, r))
			continue;
		if (other)
			return other;
		if (r->age_s != UINT32_MAX && b->age_s != UINT32_MAX && r->proto == b->proto &&
			(uint64_t)r->age_s + AGE_SLACK_S < b->age_s)
			return WHY_AGE;
		return 0;
	}
	return was ? WHY_MOVED | other : WHY_NEW | cuts_out(x, r, vrf);
}

/* Does a table have the route? `ret_prefix`: it has one for the prefix at least. */
static bool has_route(struct nest *n, const struct noro_rib *rib, uint32_t vrf,
	const struct noro_route *r, bool *ret_prefix)
{
	const struct nest_item *at = nest_find(n, vrf, &r->prefix);

	*ret_prefix = false;
	for (; at && nest_is(at, &r->prefix); at = nest_up(n, at)) {
		*ret_prefix = true;
		if (same_way(noro_rib_route(rib, at->value), r))
			return true;
	}
	return false;
}

bool explain_lost(struct explain *x, const struct noro_route *r)
{
	uint32_t vrf = explain_vrf(x, noro_view_str(r->vrf));
	const struct nest_item *at = nest_find(&x->routes, vrf, &r->prefix);
	bool there;

	if (has_route(&x->routes, x->rib, vrf, r, &there))
		return false;
	for (; at && nest_is(at, &r->prefix); at = nest_up(&x->routes, at))
		if (!has_route(&x->before, x->o->before, vrf, noro_rib_route(x->rib, at->value),
			    &there))
			return false;
	return true;
}

bool explain_passed(struct explain *x, const struct noro_route *r)
{
	uint32_t vrf = explain_vrf(x, noro_view_str(r->vrf));
	bool there;

	return !has_route(&x->routes, x->rib, vrf, r, &there) &&
	       !has_route(&x->before, x->o->before, vrf, r, &there);
}

static bool spare(const struct noro_route *r)
{
	return r->flags & NORO_RTF_INACTIVE && !(r->flags & NORO_RTF_HIDDEN);
}

/* Of two nests of the same networks: has the one no such way, though a network of that name? */
static bool way_missing(struct explain *x, struct nest *there, const struct noro_rib *rib,
	const struct noro_route *r)
{
	bool network;

	return !has_route(there, rib, explain_vrf(x, noro_view_str(r->vrf)), r, &network) &&
	       network;
}

bool explain_way_lost(struct explain *x, const struct noro_route *r)
{
	return spare(r) && way_missing(x, &x->ways, x->rib, r);
}

bool explain_way_new(struct explain *x, const struct noro_route *r)
{
	return spare(r) && way_missing(x, &x->ways_before, x->o->before, r);
}
