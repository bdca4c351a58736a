/*
 * src/device/explain_known.c - what a device's configuration and state say about
 * routes: its addresses, static routes, BGP neighbours, adjacencies, ARP and ND.
 */
#include "device/explain_priv.h"

#include "base/mem.h"
#include "device/route_priv.h"

/* The rows of one table, and the numbers of the columns asked for. */
struct rows {
	const struct noro_fact *from, *to;
	int col[8];
};

static struct rows rows_of(const struct explain *x, const char *name, const char *const *columns)
{
	const struct noro_facts *all = x->o->facts;
	int number = x->o->def ? noro_facts_table_by_name(x->o->def, noro_view_str(name)) : -1;
	struct rows r = { 0 };
	const struct noro_table *t;

	if (!all || !all->at || number < 0)
		return r;
	t = noro_facts_table(x->o->def, (size_t)number);
	r.from = all->row + all->at[number];
	r.to = all->row + all->at[number + 1];
	for (int i = 0; i < 8 && columns[i]; i++)
		r.col[i] = noro_table_column(t, noro_view_str(columns[i])) - NORO_COMMONS;
	return r;
}

static struct noro_view col(const struct rows *r, const struct noro_fact *f, int i)
{
	struct noro_view none = { 0 };

	return r->col[i] >= 0 && f->col[r->col[i]].p ? f->col[r->col[i]] : none;
}

uint32_t explain_vrf(struct explain *x, struct noro_view name)
{
	const char *copy;

	if (name.p && name.p == x->last_vrf)
		return x->last_vrf_number; /* names of a table are stored once */
	if (!name.n || noro_view_is_i(name, "default") || noro_view_is_i(name, "global"))
		return 0;
	for (uint32_t i = 1; i < x->vrfs; i++)
		if (noro_view_is_i(name, x->vrf[i])) {
			x->last_vrf = name.p;
			x->last_vrf_number = i;
			return i;
		}
	if (x->vrfs >= sizeof(x->vrf) / sizeof(x->vrf[0]))
		return 0;
	copy = noro_arena_strn(x->a, name.p, name.n);
	if (!copy)
		return 0;
	x->vrf[x->vrfs] = copy;
	return x->vrfs++;
}

/* --- interfaces --- */

/* Every address of the words; a mask is not needed: the column holds "a/len". */
static enum noro_status add_connected(
	struct explain *x, struct noro_view words, uint32_t vrf, uint32_t number)
{
	struct noro_view word;
	struct noro_prefix p;
	bool bits;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_view_word(&words, &word)) {
		word.n -= word.p[word.n - 1] == ',';
		if (!noro_prefix_parse(word, &p, &bits))
			continue;
		x->interface[number].addressed = true;
		st = nest_add(&x->connected, vrf, &p, number);
	}
	return st;
}

static enum noro_status gather_interfaces(struct explain *x)
{
	static const char *const names[] = { "name", "kind", "prefix", "address6", "address", "vrf",
		NULL };
	struct rows r = rows_of(x, "interface", names);
	enum noro_status st = NORO_OK;

	for (const struct noro_fact *f = r.from; st == NORO_OK && f < r.to; f++) {
		struct explain_interface *grown =
			noro_grow(x->interface, x->interfaces, &x->cap_interfaces, sizeof(*grown));
		uint32_t vrf = explain_vrf(x, col(&r, f, 5)), number = (uint32_t)x->interfaces;

		if (!grown)
			return NORO_ENOMEM;
		x->interface = grown;
		x->interface[x->interfaces++] =
			(struct explain_interface){ .name = col(&r, f, 0), .kind = col(&r, f, 1) };
		x->config |= f->source == NORO_FACT_CONFIG;
		for (int i = 2; st == NORO_OK && i < 5; i++)
			st = add_connected(x, col(&r, f, i), vrf, number);
	}
	return st;
}

const struct explain_interface *explain_interface(const struct explain *x, struct noro_view name)
{
	for (size_t i = 0; i < x->interfaces; i++)
		if (explain_same_interface(x->interface[i].name, name))
			return &x->interface[i];
	return NULL;
}

bool explain_same_interface(struct noro_view a, struct noro_view b)
{
	size_t i = 0, j = 0;

	while (i < a.n && (noro_is_alpha(a.p[i]) || a.p[i] == '-'))
		i++;
	while (j < b.n && (noro_is_alpha(b.p[j]) || b.p[j] == '-'))
		j++;
	if (!a.n || !noro_view_eq_i(noro_view_sub(a, i, a.n), noro_view_sub(b, j, b.n)))
		return false;
	if (i == j)
		return noro_view_eq_i(noro_view_sub(a, 0, i), noro_view_sub(b, 0, j));
	/* one is an abbreviation: "Gi", "Eth", "Po" */
	return i && j &&
	       noro_view_eq_i(
		       noro_view_sub(a, 0, i < j ? i : j), noro_view_sub(b, 0, i < j ? i : j));
}

static const char *kind_by_name(struct noro_view n)
{
	static const char *const names[][2] = { { "tunnel", "tunnel" }, { "tu", "tunnel" },
		{ "gr-", "tunnel" }, { "ip-", "tunnel" }, { "st0", "tunnel" }, { "wg", "tunnel" },
		{ "gre", "tunnel" }, { "ipip", "tunnel" }, { "sit", "tunnel" }, { "vti", "tunnel" },
		{ "tun", "tunnel" }, { "l2tp", "tunnel" }, { "pptp", "tunnel" },
		{ "sstp", "tunnel" }, { "ovpn", "tunnel" }, { "eoip", "tunnel" },
		{ "virtual-access", "tunnel" }, { "sdwan-system", "tunnel" },
		{ "virtualportgroup", "container" }, { "appgigabit", "container" },
		{ "docker", "container" }, { "veth", "container" }, { "virbr", "container" },
		{ "lxc", "container" }, { "br-", "container" }, { "cni", "container" },
		{ "mgmteth", "mgmt" }, { "mgmt", "mgmt" }, { "management", "mgmt" },
		{ "fxp0", "mgmt" }, { "em0", "mgmt" }, { "me0", "mgmt" }, { "re0:mgmt", "mgmt" },
		{ "null", "null" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_starts_i(n, names[i][0]))
			return names[i][1];
	return "physical";
}

enum egress explain_egress(const struct explain *x, struct noro_view name)
{
	const struct explain_interface *i = explain_interface(x, name);
	struct noro_view kind = noro_view_str(kind_by_name(name));

	if (!name.n)
		return EGRESS_UNKNOWN;
	if (noro_route_is_discard(name))
		return EGRESS_NULL;
	if (i && (noro_view_is(i->kind, "tunnel") || noro_view_is(i->kind, "container") ||
			 noro_view_is(i->kind, "mgmt")))
		kind = i->kind;
	if (noro_view_is(kind, "tunnel"))
		return EGRESS_TUNNEL;
	if (noro_view_is(kind, "container"))
		return EGRESS_CONTAINER;
	if (noro_view_is(kind, "mgmt"))
		return EGRESS_MGMT;
	return noro_view_is(kind, "null") ? EGRESS_NULL : EGRESS_PHYSICAL;
}

/* --- the rest --- */

static bool parse_default(struct noro_view v, struct noro_prefix *p)
{
	bool bits;

	if (noro_view_is_i(v, "default")) {
		*p = (struct noro_prefix){ .ip.family = 4 };
		return true;
	}
	return noro_prefix_parse(v, p, &bits);
}

/* "config" among the words of device.has: a whole configuration, not a part somebody asked for. */
static void gather_has(struct explain *x)
{
	static const char *const names[] = { "has", NULL };
	struct rows r = rows_of(x, "device", names);

	x->statics_known = x->config;
	for (const struct noro_fact *f = r.from; f < r.to; f++) {
		struct noro_view rest = col(&r, f, 0), word;

		while (noro_view_word(&rest, &word))
			x->statics_known |= noro_view_is(word, "config");
	}
}

static enum noro_status gather_statics(struct explain *x)
{
	static const char *const names[] = { "prefix", "nexthop", "interface", "vrf", NULL };
	struct rows r = rows_of(x, "route.static", names);
	enum noro_status st = NORO_OK;

	gather_has(x);

	for (const struct noro_fact *f = r.from; st == NORO_OK && f < r.to; f++) {
		struct explain_static s = { .interface = col(&r, f, 2) }, *grown;

		/* the baseline's own rows are not in force */
		if (f->diff == NORO_DIFF_REMOVED || !parse_default(col(&r, f, 0), &s.prefix))
			continue;
		(void)noro_ip_parse_loose(col(&r, f, 1), &s.nexthop);
		if (!s.nexthop.family && !s.interface.n)
			s.interface = col(&r, f, 1); /* a next hop that is an interface's name */
		s.vrf = explain_vrf(x, col(&r, f, 3));
		grown = noro_grow(x->statics, x->n_statics, &x->cap_statics, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		x->statics = grown;
		st = nest_add(&x->statics_nest, s.vrf, &s.prefix, (uint32_t)x->n_statics);
		x->statics[x->n_statics++] = s;
	}
	return st;
}

static enum noro_status gather_peers(struct explain *x)
{
	static const char *const names[] = { "address", "vrf", "as", "local.as", NULL };
	struct rows r = rows_of(x, "bgp.neighbor", names);

	for (const struct noro_fact *f = r.from; f < r.to; f++) {
		struct explain_peer p = { 0 }, *grown;
		uint64_t as;

		if (noro_view_u64(col(&r, f, 3), &as) && as <= UINT32_MAX)
			x->own_as = (uint32_t)as;
		if (noro_view_u64(col(&r, f, 2), &as) && as <= UINT32_MAX)
			p.as = (uint32_t)as;
		p.vrf = explain_vrf(x, col(&r, f, 1));
		(void)noro_ip_parse_loose(col(&r, f, 0), &p.ip);
		grown = noro_grow(x->peer, x->peers, &x->cap_peers, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		x->peer = grown;
		x->peer[x->peers++] = p;
	}
	return NORO_OK;
}

static int by_ip(const void *a, const void *b)
{
	return noro_ip_cmp(a, b);
}

static enum noro_status gather_l2(struct explain *x)
{
	static const char *const names[] = { "address", NULL };
	struct rows r = rows_of(x, "neighbor.l2", names);

	for (const struct noro_fact *f = r.from; f < r.to; f++) {
		struct noro_ip ip, *grown;

		if (!noro_ip_parse_loose(col(&r, f, 0), &ip))
			continue;
		grown = noro_grow(x->l2, x->l2s, &x->cap_l2, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		x->l2 = grown;
		x->l2[x->l2s++] = ip;
	}
	if (x->l2s)
		qsort(x->l2, x->l2s, sizeof(*x->l2), by_ip);
	return NORO_OK;
}

static enum noro_status gather_igp(struct explain *x)
{
	static const char *const names[] = { "proto", "interface", NULL };
	struct rows r = rows_of(x, "igp.neighbor", names);

	for (const struct noro_fact *f = r.from; f < r.to; f++) {
		for (int i = 0; i < 2; i++) {
			struct noro_view *grown =
				noro_grow(x->igp, x->igps, &x->cap_igp, sizeof(*grown));

			if (!grown)
				return NORO_ENOMEM;
			x->igp = grown;
			x->igp[x->igps++] = col(&r, f, i);
		}
	}
	x->has_igp = x->igps != 0;
	return NORO_OK;
}

/* Connected routes of the table are connected networks, too, where there is no configuration. */
static enum noro_status gather_routes(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < noro_rib_routes(x->rib); i++) {
		const struct noro_route *r = noro_rib_route(x->rib, i);

		if (!(r->flags & (NORO_RTF_HIDDEN | NORO_RTF_INACTIVE)))
			st = nest_add(&x->routes, explain_vrf(x, noro_view_str(r->vrf)), &r->prefix,
				(uint32_t)i);
		x->links_known |= r->proto == NORO_RT_CONNECTED || r->proto == NORO_RT_LOCAL;
	}
	x->links_known |= x->connected.items || x->l2s;
	return st;
}

enum noro_status explain_gather(struct explain *x)
{
	/* cppcheck takes a list of functions for a variable without a value */
	/* cppcheck-suppress uninitvar */
	enum noro_status (*const steps[])(struct explain *) = { gather_interfaces, gather_statics,
		gather_peers, gather_l2, gather_igp, gather_routes, explain_gather_protected,
		explain_gather_before };
	enum noro_status st = NORO_OK;

	x->vrfs = 1;
	for (size_t i = 0; st == NORO_OK && i < sizeof(steps) / sizeof(steps[0]); i++)
		st = steps[i](x);
	nest_make(&x->connected);
	nest_make(&x->statics_nest);
	nest_make(&x->routes);
	return st;
}
