/*
 * src/device/explain.c - every route is asked who told the device of it, whether its
 * next hop is there, by which kind of interface packets leave, and whether it moves
 * what must not move. Those that need a word become rows of table `rib`; of rows alike
 * only the first are given, and one more row tells how many there were.
 */
#include "device/explain_priv.h"

#include "base/mem.h"

#include <stdio.h>

static const char *const why_words[WHY_REASONS] = { "static-not-configured",
	"next-hop-not-as-configured", "kernel-route", "application-route", "network-not-configured",
	"no-bgp-neighbor", "no-adjacency", "next-hop-not-adjacent",
	"next-hop-without-neighbor-entry", "tunnel-egress", "container-egress",
	"more-specific-of-protected", "moved", "new", "lost", "age-reset", "private-as", "leak",
	"rpki-invalid", "newly-invalid", "leaked-between-vrfs", "origin-changed", "came-and-went",
	"part-of-another", "path-lost", "path-new", "more-of-this" };

static void set(
	struct noro_view *col, const struct noro_table *t, const char *name, const char *value)
{
	int c = noro_table_column(t, noro_view_str(name)) - NORO_COMMONS;

	if (c >= 0 && value && *value)
		col[c] = noro_view_str(value);
}

static const char *prefix_text(struct explain *x, const struct noro_prefix *p)
{
	char ip[NORO_IP_TEXT];

	(void)noro_ip_print(&p->ip, ip);
	return noro_arena_printf(x->a, "%s/%u", ip, (unsigned)p->len);
}

static const char *ip_text(struct explain *x, const struct noro_ip *p)
{
	char ip[NORO_IP_TEXT];

	if (!p->family)
		return NULL;
	(void)noro_ip_print(p, ip);
	return noro_arena_str(x->a, ip);
}

static const char *why_text(struct explain *x, const struct explain_word *w)
{
	char room[EXPLAIN_WHY];
	size_t n = 0;

	for (unsigned i = 0; i < WHY_REASONS; i++)
		if (w->why & 1U << i)
			n += (size_t)snprintf(room + n, n < sizeof(room) ? sizeof(room) - n : 0,
				"%s%s", n ? " " : "", why_words[i]);
	return noro_arena_str(x->a, room);
}

static const char *as_text(struct explain *x, const uint32_t *as, size_t n)
{
	char room[512];
	size_t at = 0;

	for (size_t i = 0; i < n && at < sizeof(room) - 12; i++)
		at += (size_t)(as[i] ? snprintf(room + at, sizeof(room) - at, "%s%u", i ? " " : "",
					       as[i])
				     : snprintf(room + at, sizeof(room) - at, "%s{}",
					       i ? " " : "")); /* a set */
	return noro_arena_str(x->a, room);
}

/* A device prints what a route costs, a collector who passed it on. */
static const char *text_of(
	struct explain *x, const struct explain_word *w, const char *prefix, const char *hop)
{
	const struct noro_route *r = w->r;
	const char *path = w->said_by && w->path_n ? as_text(x, w->path, w->path_n) : "?";

	if (!path)
		return NULL;
	if (w->said_by)
		return noro_arena_printf(x->a, "%s%s, path %s%s%s", w->said_by, prefix, path,
			hop ? " via " : "", hop ? hop : "");
	return noro_arena_printf(x->a, "%s%s%s [%u/%u]%s%s%s%s", r->code ? r->code : "",
		r->code ? " " : "", prefix, (unsigned)r->distance, (unsigned)r->metric,
		hop ? " via " : "", hop ? hop : "", r->interface ? ", " : "",
		r->interface ? r->interface : "");
}

static const char *answer_word(enum answer a)
{
	return a == ANSWER_YES ? "yes" : a == ANSWER_NO ? "no" : NULL;
}

static const char *egress_word(unsigned e)
{
	static const char *const words[] = { NULL, "physical", "tunnel", "container", "mgmt",
		"null" };

	return e < sizeof(words) / sizeof(words[0]) ? words[e] : NULL;
}

static void set_all(struct explain *x, const struct noro_table *t, struct noro_view *col,
	const struct explain_word *w)
{
	const struct noro_route *r = w->r;
	const char *pairs[][2] = { { "interface", r->interface ? r->interface : w->hop.interface },
		{ "vrf", r->vrf }, { "proto", w->note ? NULL : noro_route_proto_name(r->proto) },
		{ "explained", answer_word(w->explained) },
		{ "adjacent", answer_word((enum answer)w->hop.adjacent) },
		{ "egress", egress_word(w->hop.egress) }, { "protected", w->protected },
		{ "validity", w->validity },
		{ "as.path", w->path_n ? as_text(x, w->path, w->path_n) : NULL },
		{ "origin", w->path_n ? as_text(x, w->path + w->path_n - 1, 1) : NULL },
		{ "why", why_text(x, w) } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		set(col, t, pairs[i][0], pairs[i][1]);
	if (r->age_s != UINT32_MAX)
		set(col, t, "age", noro_arena_printf(x->a, "%u", (unsigned)r->age_s));
}

/* The output that route i of a table comes from; NULL: one that nobody named. */
static const struct noro_rib_part *part_of(const struct noro_rib_parts *p, size_t i)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) { /* the last one that begins at or before i; outputs may be empty */
		size_t mid = (lo + hi) / 2;

		if (p->part[mid].from <= i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &p->part[lo - 1] : NULL;
}

static const struct noro_fact_file *file_of(const struct explain *x, const struct explain_word *w)
{
	const struct noro_rib_parts *of = w->of ? w->of : &x->o->now;
	const struct noro_rib *rib = w->of ? w->of->rib : x->rib;
	const struct noro_rib_part *part = NULL;

	if (w->file)
		return w->file;
	if (of->n && !w->note)
		part = part_of(of, (size_t)(w->r - rib->route));
	return part ? part->file : x->f;
}

static enum noro_status add_row(struct explain *x, const struct explain_word *w)
{
	const struct noro_table *t = noro_facts_table(x->o->def, (size_t)x->table);
	struct noro_view *col = noro_arena_array(x->a, (size_t)t->columns + 1, sizeof(*col));
	const char *prefix = w->note ? NULL : prefix_text(x, &w->r->prefix);
	const char *hop = ip_text(x, &w->r->nexthop);
	const struct noro_fact_file *f = file_of(x, w);
	const char *text;
	struct noro_fact row = { .table = (uint16_t)x->table,
		.source = NORO_FACT_STATE,
		.line = (f && f->line ? f->line - 1 : 0) + w->r->line,
		.column = 1,
		.file = f,
		.col = col };

	text = w->note ? w->note : prefix ? text_of(x, w, prefix, hop) : NULL;
	if (!col || !text)
		return NORO_ENOMEM;
	set(col, t, "prefix", prefix);
	set(col, t, "nexthop", hop);
	set_all(x, t, col, w);
	row.text = noro_view_str(text);
	row.offset = (f ? f->offset : 0) + w->offset;
	x->rows++;
	return noro_facts_add_row(x->m, &row);
}

/* Alike: the first reason of the row decides. */
enum noro_status explain_tell(struct explain *x, const struct explain_word *w)
{
	unsigned first = 0;

	while (first < WHY_REASONS - 1 && !(w->why & 1U << first))
		first++;
	if (x->alike[first] >= EXPLAIN_MAX_ALIKE || x->rows >= EXPLAIN_MAX_ROWS) {
		x->alike[first]++;
		x->beyond++;
		return NORO_OK;
	}
	x->alike[first]++;
	return add_row(x, w);
}

/* --- one route --- */

static void look_at_hop(struct explain *x, struct explain_word *w, uint32_t vrf)
{
	const struct noro_route *r = w->r;

	w->hop = explain_hop(x, r, vrf);
	if (r->flags & NORO_RTF_DISCARD)
		w->hop.egress = EGRESS_NULL;
	if (r->proto == NORO_RT_CONNECTED || r->proto == NORO_RT_LOCAL)
		return;
	/* what another table resolves cannot be judged by this one */
	if (r->flags & (NORO_RTF_LEAKED | NORO_RTF_DISCARD) || (vrf && r->proto == NORO_RT_BGP)) {
		w->hop.adjacent = ANSWER_UNKNOWN;
		return;
	}
	if (w->hop.adjacent == ANSWER_NO)
		w->why |= WHY_UNREACHABLE;
	if (w->hop.egress == EGRESS_TUNNEL)
		w->why |= WHY_TUNNEL;
	if (w->hop.egress == EGRESS_CONTAINER)
		w->why |= WHY_CONTAINER;
}

/* The AS path, where the table prints one: private numbers, leaks, and whether its origin may. */
static void look_at_path(struct explain *x, struct explain_word *w)
{
	size_t n = 0;
	const uint32_t *as = noro_rib_path(x->rib, w->r->path, &n);
	enum noro_validity v;

	if (!n)
		return;
	w->why |= explain_path(as, n, x->own_as);
	if (x->o->vrps) {
		v = noro_vrps_ask(x->o->vrps, &w->r->prefix, as[n - 1]);
		w->validity = noro_validity_name(v);
		if (v == NORO_ROV_INVALID_ASN || v == NORO_ROV_INVALID_LENGTH)
			w->why |= WHY_INVALID;
	}
	w->path = as;
	w->path_n = n;
}

/* Against the snapshot before, if that was asked for the same. */
static unsigned change(struct explain *x, const struct noro_route *r, uint32_t vrf)
{
	const struct noro_rib_part *part =
		x->o->now.n && x->o->before ? part_of(&x->o->now, (size_t)(r - x->rib->route))
					    : NULL;

	return part && !part->compared ? 0 : explain_change(x, r, vrf);
}

/* The servers that the device itself talks to, when the way to them leads into a tunnel. */
static enum noro_status look_at_servers(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->protect.items && i < EXPLAIN_MAX_ROWS; i++) {
		const struct nest_item *p = &x->protect.item[i];
		struct noro_prefix to = { .ip.family = p->family, .len = p->len };
		const struct nest_item *at;
		struct explain_word w = { .protected = explain_protected(p->value) };

		for (int b = 0; b < 8; b++) {
			to.ip.b[b] = (uint8_t)(p->hi >> (56 - 8 * b));
			to.ip.b[8 + b] = (uint8_t)(p->lo >> (56 - 8 * b));
		}
		at = nest_find(&x->routes, 0, &to);
		if (!at)
			continue;
		w.r = noro_rib_route(x->rib, at->value);
		look_at_hop(x, &w, 0);
		w.why &= WHY_TUNNEL | WHY_CONTAINER;
		if (explain_diverts(x, w.r))
			w.why |= WHY_SPECIFIC;
		if (change(x, w.r, 0) & (WHY_MOVED | WHY_NEW))
			w.why |= WHY_MOVED;
		if (w.why)
			st = explain_tell(x, &w);
	}
	return st;
}

/* A way that is not taken waits to be: it is told of when it came, or (below) when it went. */
static enum noro_status look_at_spare(struct explain *x, const struct noro_route *r)
{
	struct explain_word w = { .r = r, .why = WHY_WAY_NEW };
	const struct noro_rib_part *part =
		x->o->now.n ? part_of(&x->o->now, (size_t)(r - x->rib->route)) : NULL;

	if (!x->o->paths_only || !x->o->before || (part && !part->compared) ||
		!explain_way_new(x, r))
		return NORO_OK;
	w.path = noro_rib_path(x->rib, r->path, &w.path_n);
	return explain_tell(x, &w);
}

static enum noro_status look_at(struct explain *x, const struct noro_route *r)
{
	struct explain_word w = { .r = r };
	uint32_t vrf = explain_vrf(x, noro_view_str(r->vrf));

	if (r->flags & NORO_RTF_INACTIVE && !(r->flags & NORO_RTF_HIDDEN))
		return look_at_spare(x, r);
	if (r->flags & NORO_RTF_HIDDEN)
		return NORO_OK;
	x->count[r->proto < NORO_RT_PROTOS ? r->proto : 0]++;
	if (!x->o->paths_only) {
		w.explained = explain_origin(x, r, vrf, &w.why);
		look_at_hop(x, &w, vrf);
	}
	look_at_path(x, &w);
	w.protected = explain_covered(x, r, vrf, &w.why);
	if (r->proto != NORO_RT_LOCAL)
		w.why |= change(x, r, vrf);
	if (w.why & WHY_INVALID && w.why & (WHY_NEW | WHY_ORIGIN))
		w.why |= WHY_NEWLY_INVALID;
	return w.why ? explain_tell(x, &w) : NORO_OK;
}

static enum noro_status look_at_lost(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->before.items; i++) {
		struct explain_word w = { .why = WHY_LOST };

		w.r = noro_rib_route(x->o->before, x->before.item[i].value);
		w.of = x->o->first.n ? &x->o->first : NULL;
		if (w.r->proto != NORO_RT_LOCAL && explain_lost(x, w.r))
			st = explain_tell(x, &w);
	}
	return st;
}

static enum noro_status look_at_lost_spares(struct explain *x)
{
	const struct noro_rib *rib = x->o->before;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; rib && st == NORO_OK && i < noro_rib_routes(rib); i++) {
		struct explain_word w = { .why = WHY_WAY_LOST,
			.of = x->o->first.n ? &x->o->first : NULL };

		w.r = noro_rib_route(rib, i);
		if (!explain_way_lost(x, w.r))
			continue;
		w.path = noro_rib_path(rib, w.r->path, &w.path_n);
		st = explain_tell(x, &w);
	}
	return st;
}

static enum noro_status look_at_passed(struct explain *x)
{
	const struct noro_rib *rib = x->o->between.rib;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; rib && x->o->before && st == NORO_OK && i < noro_rib_routes(rib); i++) {
		struct explain_word w = { .why = WHY_PASSED, .of = &x->o->between };

		w.r = noro_rib_route(rib, i);
		if (w.r->flags & (NORO_RTF_HIDDEN | NORO_RTF_INACTIVE) ||
			w.r->proto == NORO_RT_LOCAL)
			continue;
		if (explain_passed(x, w.r))
			st = explain_tell(x, &w);
	}
	return st;
}

/* One row for each reason of which there were more than were shown. */
enum noro_status explain_tell_more(struct explain *x)
{
	enum noro_status st = NORO_OK;

	for (unsigned i = 0; st == NORO_OK && i < WHY_REASONS; i++) {
		struct noro_route none = { .age_s = UINT32_MAX };
		struct explain_word w = { .r = &none, .why = WHY_COUNT };

		if (x->alike[i] <= EXPLAIN_MAX_ALIKE)
			continue;
		w.note = noro_arena_printf(x->a, "%u routes: %s", x->alike[i], why_words[i]);
		st = w.note ? add_row(x, &w) : NORO_ENOMEM;
	}
	return st;
}

void explain_done(struct explain *x)
{
	struct nest *const nests[] = { &x->routes, &x->connected, &x->statics_nest, &x->protect,
		&x->before, &x->ways, &x->ways_before };

	for (size_t i = 0; i < sizeof(nests) / sizeof(nests[0]); i++)
		free(nests[i]->item);
	free(x->statics);
	free(x->interface);
	free(x->peer);
	free(x->l2);
	free(x->igp);
	noro_arena_free(x->a);
	free(x);
}

enum noro_status noro_routes_explain(const struct noro_rib *r, const struct noro_explain_opts *o,
	const struct noro_fact_file *f, struct noro_facts_maker *m)
{
	int table = o->def ? noro_facts_table_by_name(o->def, NORO_V("rib")) : -1;
	struct explain *x;
	enum noro_status st;

	if (table < 0)
		return NORO_OK; /* a knowledge folder without that table: nobody asks for it */
	x = noro_calloc(1, sizeof(*x));
	if (!x)
		return NORO_ENOMEM;
	x->rib = r;
	x->o = o;
	x->f = f;
	x->m = m;
	x->table = table;
	x->a = noro_arena_new(0);
	st = x->a ? explain_gather(x) : NORO_ENOMEM;
	for (size_t i = 0; st == NORO_OK && i < noro_rib_routes(r); i++)
		st = look_at(x, noro_rib_route(r, i));
	if (st == NORO_OK && !o->paths_only)
		st = look_at_servers(x);
	if (st == NORO_OK)
		st = look_at_lost(x);
	if (st == NORO_OK && o->paths_only)
		st = look_at_lost_spares(x);
	if (st == NORO_OK)
		st = look_at_passed(x);
	if (st == NORO_OK)
		st = explain_tell_more(x);
	explain_done(x);
	return st;
}
