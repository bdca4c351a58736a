/*
 * src/device/ask.c - rows for the checks, and what the checks say of them. Devices are
 * examined on all workers, each into memory of its own; their events are joined in the
 * order of names, so that the answer does not depend on how many workers there were.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

/* --- rows as the rule engine asks for them --- */

static const struct noro_fact *fact_of(const struct exam *x, uint32_t table, uint32_t row)
{
	return &x->facts.row[x->facts.at[table] + row];
}

static size_t rows_of(const void *ctx, uint32_t table)
{
	const struct exam *x = ctx;

	return x->facts.at ? x->facts.at[table + 1] - x->facts.at[table] : 0;
}

static bool cell_of(
	const void *ctx, uint32_t table, uint32_t row, uint32_t column, struct noro_view *ret)
{
	const struct exam *x = ctx;

	if (column == NORO_COL_DIFF && !x->compared)
		return false;
	return noro_fact_get(fact_of(x, table, row), &x->device, (int)column, ret);
}

static uint64_t place_of(const void *ctx, uint32_t table, uint32_t row)
{
	const struct exam *x = ctx;

	return x->facts.at[table] + row;
}

struct noro_rule_rows noro_exam_rows(const struct exam *x)
{
	return (struct noro_rule_rows){
		.rows = rows_of, .cell = cell_of, .place = place_of, .ctx = x
	};
}

/* --- what a device says, kept beyond its examination --- */

static const char *keep_view(struct outcome *o, struct noro_view v, size_t most)
{
	return noro_arena_strn(o->a, v.p ? v.p : "", v.n < most ? v.n : most);
}

static enum noro_status keep_place(struct outcome *o, const struct noro_fact *f)
{
	struct stand *p = noro_arena_grow(o->a, o->place, o->places, &o->place_cap, sizeof(*p));

	if (!p)
		return NORO_ENOMEM;
	o->place = p;
	p = &o->place[o->places++];
	*p = (struct stand){ .at = { .path = keep_view(o, noro_view_str(f->file->path), SIZE_MAX),
				     .offset = f->offset,
				     .line = f->line,
				     .time_ns = f->file->time_ns,
				     .record = keep_view(o, f->text, MAX_RECORD),
				     .host = o->machine.name },
		.container = keep_view(o, noro_view_str(f->file->container), SIZE_MAX),
		.grade = f->file->grade,
		.state = f->source == NORO_FACT_STATE };
	return p->at.path && p->at.record && p->container ? NORO_OK : NORO_ENOMEM;
}

struct emitting {
	struct outcome *o;
	const struct exam *x;
};

static enum noro_status keep_event(void *ctx, const struct noro_rule_event *e)
{
	struct emitting *m = ctx;
	struct outcome *o = m->o;
	struct noro_rule_event *grown;
	struct noro_view *field;
	enum noro_status st;

	if (o->events == MAX_EVENTS) {
		o->dropped++;
		return NORO_OK;
	}
	grown = noro_arena_grow(o->a, o->event, o->events, &o->event_cap, sizeof(*grown));
	field = noro_arena_array(o->a, (size_t)e->fields + 1, sizeof(*field));
	if (!grown || !field)
		return NORO_ENOMEM;
	o->event = grown;
	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p && !(field[i] = noro_arena_view(o->a, e->field[i])).p)
			return NORO_ENOMEM;
	o->event[o->events] = *e;
	o->event[o->events].field = field;
	o->event[o->events].place = o->places;
	st = keep_place(o, &m->x->facts.row[e->place]);
	o->events += st == NORO_OK;
	return st;
}

enum noro_status noro_outcome_ask(
	struct outcome *o, const struct exam *x, struct noro_rule_worker *w)
{
	struct noro_rule_rows rows = noro_exam_rows(x);
	struct emitting m = { .o = o, .x = x };

	return w ? noro_rules_match_rows(w, &rows, keep_event, &m) : NORO_OK;
}
