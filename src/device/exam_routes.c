/*
 * src/device/exam_routes.c - the routing tables of one device in time. The newest output
 * of each command is the table in force; the baseline's, else the oldest, is what it is
 * compared with, and those between tell what came and went. Only commands that were
 * collected both times are compared: a VRF nobody asked for then is not new. Tables of BGP are
 * compared so among themselves: they know ways that are not in force, and who originates them.
 */
#include "device/audit_priv.h"

enum { NEWEST, FIRST, BETWEEN, TABLES };

struct noro_exam_routes {
	const struct noro_output *o;
	const struct noro_fact_file *f;
	bool baseline;
};

enum noro_status noro_exam_route_output(struct exam *x, struct noro_exam_tables *l,
	const struct noro_output *o, const struct noro_fact_file *f, bool baseline)
{
	struct noro_exam_routes *grown;

	if (l->n == MAX_ROUTE_OUTPUTS) {
		x->unknown++;
		return NORO_OK;
	}
	grown = noro_arena_grow(x->a, l->item, l->n, &l->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	l->item = grown;
	l->item[l->n++] = (struct noro_exam_routes){ o, f, baseline };
	return NORO_OK;
}

/* The output of the same command: the next one in that direction, of the baseline or of now. */
static const struct noro_exam_routes *other(
	const struct noro_exam_tables *l, size_t i, int step, bool baseline)
{
	struct noro_view command = noro_view_str(l->item[i].f->command);

	for (size_t k = i + (size_t)step; k < l->n; k += (size_t)step)
		if (l->item[k].baseline == baseline &&
			noro_view_is_i(command, l->item[k].f->command))
			return &l->item[k];
	return NULL;
}

static bool in_baseline(const struct noro_exam_tables *l, size_t i)
{
	return other(l, i, 1, true) || other(l, i, -1, true);
}

/* Which table an output belongs to; TABLES: to none. `ret_compared`: there is one to compare it
 * with. */
static int place_of(const struct noro_exam_tables *l, size_t i, bool *ret_compared)
{
	bool newest = !other(l, i, 1, false), oldest = !other(l, i, -1, false);

	*ret_compared = false;
	if (l->item[i].baseline) { /* the last one that was approved, of what was asked again */
		bool asked = !newest || !oldest;

		return other(l, i, 1, true) || !asked ? TABLES : FIRST;
	}
	*ret_compared = !oldest || in_baseline(l, i);
	if (newest)
		return NEWEST;
	return oldest && !in_baseline(l, i) ? FIRST : BETWEEN;
}

static enum noro_status read_into(
	struct exam *x, struct noro_rib_parts *p, const struct noro_exam_routes *r, bool compared)
{
	struct noro_rib_part *part = noro_arena_grow(x->a, p->part, p->n, &p->cap, sizeof(*part));
	struct noro_route_read read = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st = p->rib ? NORO_OK : noro_rib_new(x->a, &p->rib);

	if (!part || st != NORO_OK)
		return NORO_ENOMEM;
	p->part = part;
	p->part[p->n++] = (struct noro_rib_part){ noro_rib_routes(p->rib), r->f, compared };
	st = noro_rib_of_vrf(p->rib, noro_command_vrf(r->o->dialect, r->o->command));
	if (st == NORO_OK)
		st = noro_routes_read(p->rib, r->o->dialect, NULL, r->o->body, &read, &err);
	if (st == NORO_OK)
		st = noro_exam_puzzle(x, r->f, read.unknown,
			r->o->line + (read.first_unknown ? read.first_unknown - 1 : 0));
	return st == NORO_ENOMEM ? st : NORO_OK;
}

static enum noro_status read_all(
	struct exam *x, const struct noro_exam_tables *l, struct noro_rib_parts *table)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < l->n; i++) {
		bool compared;
		int place = place_of(l, i, &compared);

		if (place != TABLES)
			st = read_into(x, &table[place], &l->item[i], compared);
	}
	return st;
}

/* All that the baseline printed, explained by its own configuration: what needed a word then is
 * known now. */
static enum noro_status approved_routes(struct exam *x, struct noro_explain_opts *o)
{
	const struct noro_exam_tables *l = &x->routes;
	struct noro_rib_parts all = { 0 };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < l->n; i++)
		if (l->item[i].baseline && !other(l, i, 1, true))
			st = read_into(x, &all, &l->item[i], false);
	if (st != NORO_OK || !all.rib)
		return st;
	for (size_t i = 0; st == NORO_OK && i < x->approved.rows; i++)
		st = noro_facts_add_row(x->base, &x->approved.row[i]);
	o->facts = &x->approved;
	o->now = all;
	if (st == NORO_OK)
		st = noro_routes_explain(all.rib, o, all.part[0].file, x->base);
	return st == NORO_OK ? noro_facts_take(x->base, &x->approved) : st;
}

/* A table of BGP says who originates what; next hops are for the table of routes to judge. */
static enum noro_status judge_paths(
	struct exam *x, const struct noro_rib_parts *bgp, const struct noro_explain_opts *like)
{
	struct noro_explain_opts o = *like;

	if (!bgp[NEWEST].rib)
		return NORO_OK;
	o.now = bgp[NEWEST];
	o.first = bgp[FIRST];
	o.between = bgp[BETWEEN];
	o.before = o.first.rib;
	o.paths_only = true;
	return noro_routes_explain(o.now.rib, &o, o.now.part[0].file, x->now);
}

/* A second taking: what was known, and the routes explained by it. */
enum noro_status noro_exam_routes(struct exam *x)
{
	struct noro_rib_parts table[TABLES] = { 0 }, bgp[TABLES] = { 0 };
	struct noro_explain_opts o = { .facts = &x->facts,
		.def = x->u->o.def,
		.protect = x->u->o.protect,
		.protects = x->u->o.protects,
		.vrps = x->u->o.vrps },
				 was = o;
	enum noro_status st = read_all(x, &x->routes, table);

	if (st == NORO_OK)
		st = read_all(x, &x->bgp, bgp);
	x->rib = table[NEWEST].rib;
	if (st != NORO_OK || (!x->rib && !bgp[NEWEST].rib))
		return st;
	o.now = table[NEWEST];
	o.first = table[FIRST];
	o.between = table[BETWEEN];
	o.before = o.first.rib;
	for (size_t i = 0; st == NORO_OK && i < x->facts.rows; i++)
		st = noro_facts_add_row(x->now, &x->facts.row[i]);
	if (st == NORO_OK && x->rib)
		st = noro_routes_explain(x->rib, &o, o.now.part[0].file, x->now);
	if (st == NORO_OK)
		st = judge_paths(x, bgp, &o);
	if (st == NORO_OK)
		st = noro_facts_take(x->now, &x->facts);
	return st == NORO_OK ? approved_routes(x, &was) : st;
}
