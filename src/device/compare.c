/*
 * src/device/compare.c - what came and what went, as sets of rows. Nothing is "the same line
 * with another value": two communities are two rows, and an added one is added, whatever else
 * stands beside it. Where the key is the same and a value is not, both rows are told.
 */
#include "device/fact_priv.h"

#include <stdlib.h>

struct side {
	uint32_t *slot; /* index + 1, by hash of table, source and all compared columns */
	uint32_t *twin; /* of each row, the first of the same values */
	bool *met;
	size_t mask;
};

struct comparison {
	const struct noro_facts_def *d;
	const struct noro_facts *now, *base;
	struct noro_arena *a;
	struct side side; /* of the baseline */
};

/* Columns that count: not those that change by themselves. */
static uint64_t value_hash(const struct noro_facts_def *d, const struct noro_fact *f)
{
	const struct fact_table *t = &d->table[f->table];
	uint64_t h = f->key_hash ^ ((uint64_t)f->source << 56);

	for (unsigned i = 0; i < t->t.columns; i++) {
		if (t->loose[i])
			continue;
		for (size_t k = 0; k < f->col[i].n; k++)
			h = (h ^ (uint8_t)f->col[i].p[k]) * 1099511628211u;
		h = (h ^ 0x100) * 1099511628211u;
	}
	return h ^ h >> 29;
}

static bool same_values(
	const struct noro_facts_def *d, const struct noro_fact *a, const struct noro_fact *b)
{
	const struct fact_table *t = &d->table[a->table];

	if (a->table != b->table || a->source != b->source)
		return false;
	for (unsigned i = 0; i < t->t.columns; i++)
		if (!t->loose[i] && !noro_view_eq(a->col[i], b->col[i]))
			return false;
	return true;
}

/* The place of a row of these values: its representative's, or an empty one. */
static size_t slot_of(const struct comparison *c, const struct noro_fact *f)
{
	size_t at = (size_t)value_hash(c->d, f) & c->side.mask;

	while (c->side.slot[at] && !same_values(c->d, f, &c->base->row[c->side.slot[at] - 1]))
		at = (at + 1) & c->side.mask;
	return at;
}

static enum noro_status index_base(struct comparison *c)
{
	size_t size = 16;

	while (size < c->base->rows * 2)
		size *= 2;
	c->side.slot = noro_arena_array(c->a, size, sizeof(*c->side.slot));
	c->side.twin = noro_arena_array(c->a, c->base->rows + 1, sizeof(*c->side.twin));
	c->side.met = noro_arena_alloc(c->a, c->base->rows + 1);
	c->side.mask = size - 1;
	if (!c->side.slot || !c->side.twin || !c->side.met)
		return NORO_ENOMEM;
	for (size_t i = 0; i < c->base->rows; i++) {
		size_t at = slot_of(c, &c->base->row[i]);

		if (!c->side.slot[at])
			c->side.slot[at] = (uint32_t)i + 1;
		c->side.twin[i] = c->side.slot[at] - 1;
	}
	return NORO_OK;
}

/* Is the row in the baseline? */
static bool meet(struct comparison *c, const struct noro_fact *f)
{
	uint32_t at = c->side.slot[slot_of(c, f)];

	if (!at)
		return false;
	c->side.met[at - 1] = true;
	return true;
}

static bool has_source(const struct noro_facts *f, uint16_t table, uint8_t source, bool state)
{
	size_t from = state ? f->at[table] : 0, to = state ? f->at[table + 1] : f->rows;

	for (size_t i = from; i < to; i++)
		if (f->row[i].source == source)
			return true;
	return false;
}

/* Does the list of what was collected name "state.TABLE"? */
static bool collected(const struct comparison *c, const struct noro_facts *f, uint16_t table)
{
	int t = noro_facts_table_by_name(c->d, NORO_V("device"));
	int has = t < 0 ? -1 : fact_column(&c->d->table[t].t, NORO_V("has"));
	size_t n = strlen(c->d->table[table].t.name);

	if (has < 0)
		return false;
	for (size_t i = f->at[t]; i < f->at[t + 1]; i++) {
		struct noro_view rest = f->row[i].col[has], one;

		while (noro_view_word(&rest, &one))
			if (one.n == n + 6 && noro_view_starts(one, "state.") &&
				noro_view_is(noro_view(one.p + 6, n), c->d->table[table].t.name))
				return true;
	}
	return false;
}

/*
 * May rows of this table and source be compared? A configuration if both sides have one. A state
 * only if both sides were asked for it: what was not collected is not missing.
 */
struct comparable {
	int8_t *known; /* [table * 3 + source]: 0 not asked, 1 yes, -1 no */
};

static bool comparable(struct comparison *c, struct comparable *k, const struct noro_fact *f)
{
	int8_t *known = &k->known[f->table * 3u + f->source];
	bool state = f->source == NORO_FACT_STATE, yes;

	if (*known)
		return *known > 0;
	yes = (has_source(c->now, f->table, f->source, state) ||
		      (state && collected(c, c->now, f->table))) &&
	      (has_source(c->base, f->table, f->source, state) ||
		      (state && collected(c, c->base, f->table)));
	*known = yes ? 1 : -1;
	return yes;
}

/* Rows of one table: those of now, then those that are gone. */
static size_t place_table(
	struct comparison *c, struct comparable *k, size_t table, struct noro_fact *out, size_t n)
{
	const struct noro_facts *now = c->now, *base = c->base;

	for (size_t i = now->at[table]; i < now->at[table + 1]; i++) {
		out[n] = now->row[i];
		if (comparable(c, k, &out[n]))
			out[n].diff = meet(c, &out[n]) ? NORO_DIFF_SAME : NORO_DIFF_ADDED;
		else
			out[n].diff = NORO_DIFF_NONE;
		n++;
	}
	for (size_t i = base->at[table]; i < base->at[table + 1]; i++) {
		if (c->side.met[c->side.twin[i]] || !comparable(c, k, &base->row[i]))
			continue;
		out[n] = base->row[i];
		out[n++].diff = NORO_DIFF_REMOVED;
	}
	return n;
}

/* --- the order of filters --- */

/* Sets know no order, but filters do: what is the same row may decide something else now. */
struct order {
	int name, family, action, position, overtook;
};

static bool is_permit(struct noro_view v)
{
	return noro_view_is_i(v, "permit") || noro_view_is_i(v, "accept") ||
	       noro_view_is_i(v, "allow");
}

static bool same_filter(const struct order *o, const struct noro_fact *a, const struct noro_fact *b)
{
	return a->source == b->source && noro_view_eq(a->col[o->name], b->col[o->name]) &&
	       noro_view_eq(a->col[o->family], b->col[o->family]);
}

/* Where it stood in the baseline; 0 if that is not known. */
static uint64_t stood(const struct comparison *c, const struct order *o, const struct noro_fact *f)
{
	uint32_t at = c->side.slot[slot_of(c, f)];
	uint64_t position;

	if (f->diff != NORO_DIFF_SAME || !at ||
		!noro_view_u64(c->base->row[at - 1].col[o->position], &position))
		return 0;
	return position;
}

/* From the last entry to the first: a permit has overtaken every denial behind it that stood
 * before it. */
static void find_overtaking(
	struct comparison *c, const struct order *o, struct noro_fact *row, size_t rows)
{
	uint64_t first_denial = UINT64_MAX;

	for (size_t i = rows; i-- > 0;) {
		uint64_t was = stood(c, o, &row[i]);
		struct noro_view *col;

		if (i + 1 < rows && !same_filter(o, &row[i], &row[i + 1]))
			first_denial = UINT64_MAX;
		if (!was)
			continue;
		if (!is_permit(row[i].col[o->action])) {
			if (!noro_view_is_i(row[i].col[o->action], "remark") && was < first_denial)
				first_denial = was;
			continue;
		}
		if (first_denial >= was)
			continue;
		memcpy(&col, &row[i].col, sizeof(col));
		col[o->overtook] = NORO_V("yes");
	}
}

static void order_filters(struct comparison *c, struct noro_fact *row, size_t rows)
{
	const struct noro_table *t;
	struct order o;

	if (c->d->t_acl < 0 || !rows)
		return;
	t = &c->d->table[c->d->t_acl].t;
	o = (struct order){ .name = fact_column(t, NORO_V("name")),
		.family = fact_column(t, NORO_V("family")),
		.action = fact_column(t, NORO_V("action")),
		.position = fact_column(t, NORO_V("position")),
		.overtook = fact_column(t, NORO_V("overtook")) };
	if (o.name >= 0 && o.family >= 0 && o.action >= 0 && o.position >= 0 && o.overtook >= 0)
		find_overtaking(c, &o, row, rows);
}

enum noro_status noro_facts_compare(const struct noro_facts_def *d, struct noro_facts *now,
	const struct noro_facts *base, struct noro_arena *a)
{
	struct comparison c = { .d = d, .now = now, .base = base, .a = a };
	struct comparable k = { .known = noro_arena_alloc(a, d->tables * 3 + 1) };
	struct noro_fact *out = noro_arena_array(a, now->rows + base->rows + 1, sizeof(*out));
	uint32_t *at = noro_arena_array(a, d->tables + 1, sizeof(*at));
	size_t n = 0;
	enum noro_status s;

	if (!k.known || !out || !at)
		return NORO_ENOMEM;
	if (now->rows + base->rows >= UINT32_MAX)
		return NORO_ELIMIT;
	s = index_base(&c);
	if (s != NORO_OK)
		return s;
	for (size_t t = 0; t < d->tables; t++) {
		n = place_table(&c, &k, t, out, n);
		at[t + 1] = (uint32_t)n;
		if ((int)t == d->t_acl)
			order_filters(&c, out + at[t], n - at[t]);
	}
	*now = (struct noro_facts){ .row = out, .rows = n, .at = at };
	return NORO_OK;
}
