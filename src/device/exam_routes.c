/*
 * src/device/exam_routes.c - the routing tables of one device in time. The newest output
 * of each command is the table in force; the baseline's, else the oldest, is what it is
 * compared with, and those between tell what came and went. Only commands that were
 * collected both times are compared: a VRF nobody asked for then is not new.
 */
#include "device/audit_priv.h"

enum { NEWEST, FIRST, BETWEEN, TABLES };

struct noro_exam_routes {
	const struct noro_output *o;
	const struct noro_fact_file *f;
	bool baseline;
};

enum noro_status noro_exam_route_output(
	struct exam *x, const struct noro_output *o, const struct noro_fact_file *f, bool baseline)
{
	struct noro_exam_routes *grown;

	if (x->n_routes == MAX_ROUTE_OUTPUTS) {
		x->unknown++;
		return NORO_OK;
	}
	grown = noro_arena_grow(x->a, x->routes, x->n_routes, &x->cap_routes, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	x->routes = grown;
	x->routes[x->n_routes++] = (struct noro_exam_routes){ o, f, baseline };
	return NORO_OK;
}

/* The output of the same command: the next one in that direction, of the baseline or of now. */
static const struct noro_exam_routes *other(const struct exam *x, size_t i, int step, bool baseline)
{
	struct noro_view command = noro_view_str(x->routes[i].f->command);

	for (size_t k = i + (size_t)step; k < x->n_routes; k += (size_t)step)
		if (x->routes[k].baseline == baseline &&
			noro_view_is_i(command, x->routes[k].f->command))
			return &x->routes[k];
	return NULL;
}

static bool in_baseline(const struct exam *x, size_t i)
{
	return other(x, i, 1, true) || other(x, i, -1, true);
}

/* Which table an output belongs to; TABLES: to none. `ret_compared`: there is one to compare it
 * with. */
static int place_of(const struct exam *x, size_t i, bool *ret_compared)
{
	bool newest = !other(x, i, 1, false), oldest = !other(x, i, -1, false);

	*ret_compared = false;
	if (x->routes[i].baseline) { /* the last one that was approved, of what was asked again */
		bool asked = !newest || !oldest;

		return other(x, i, 1, true) || !asked ? TABLES : FIRST;
	}
	*ret_compared = !oldest || in_baseline(x, i);
	if (newest)
		return NEWEST;
	return oldest && !in_baseline(x, i) ? FIRST : BETWEEN;
}

static enum noro_status read_into(
	struct exam *x, struct noro_rib_parts *p, const struct noro_exam_routes *r, bool compared)
{
	struct noro_rib_part *part = noro_arena_grow(x->a, p->part, p->n, &p->cap, sizeof(*part));
	struct noro_route_read read;
	struct noro_error err = { 0 };
	enum noro_status st = p->rib ? NORO_OK : noro_rib_new(x->a, &p->rib);

	if (!part || st != NORO_OK)
		return NORO_ENOMEM;
	p->part = part;
	p->part[p->n++] = (struct noro_rib_part){ noro_rib_routes(p->rib), r->f, compared };
	st = noro_routes_read(p->rib, r->o->dialect, NULL, r->o->body, &read, &err);
	return st == NORO_ENOMEM ? st : NORO_OK;
}

static enum noro_status read_all(struct exam *x, struct noro_rib_parts *table)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->n_routes; i++) {
		bool compared;
		int place = place_of(x, i, &compared);

		if (place != TABLES)
			st = read_into(x, &table[place], &x->routes[i], compared);
	}
	return st;
}

/* All that the baseline printed, explained by its own configuration: what needed a word then is
 * known now. */
static enum noro_status approved_routes(struct exam *x, struct noro_explain_opts *o)
{
	struct noro_rib_parts all = { 0 };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->n_routes; i++)
		if (x->routes[i].baseline && !other(x, i, 1, true))
			st = read_into(x, &all, &x->routes[i], false);
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

enum noro_status noro_exam_bgp_output(
	struct exam *x, const struct noro_output *o, const struct noro_fact_file *f)
{
	if (x->bgp.n == MAX_ROUTE_OUTPUTS) {
		x->unknown++;
		return NORO_OK;
	}
	return read_into(x, &x->bgp, &(struct noro_exam_routes){ o, f, false }, false);
}

/* A table of BGP says who originates what; next hops are for the table of routes to judge. */
static enum noro_status judge_paths(struct exam *x, const struct noro_explain_opts *like)
{
	struct noro_explain_opts o = *like;

	if (!x->bgp.rib)
		return NORO_OK;
	o.before = NULL;
	o.first = o.between = (struct noro_rib_parts){ 0 };
	o.now = x->bgp;
	o.paths_only = true;
	return noro_routes_explain(x->bgp.rib, &o, x->bgp.part[0].file, x->now);
}

/* A second taking: what was known, and the routes explained by it. */
enum noro_status noro_exam_routes(struct exam *x)
{
	struct noro_rib_parts table[TABLES] = { 0 };
	struct noro_explain_opts o = { .facts = &x->facts,
		.def = x->u->o.def,
		.protect = x->u->o.protect,
		.protects = x->u->o.protects,
		.vrps = x->u->o.vrps },
				 was = o;
	enum noro_status st = read_all(x, table);

	x->rib = table[NEWEST].rib;
	if (st != NORO_OK || (!x->rib && !x->bgp.rib))
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
		st = judge_paths(x, &o);
	if (st == NORO_OK)
		st = noro_facts_take(x->now, &x->facts);
	return st == NORO_OK ? approved_routes(x, &was) : st;
}
