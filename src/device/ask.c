/*
 * src/device/ask.c - rows for the checks, and what the checks say of them. A check that
 * looks at one device is concluded right here, while the device is in memory; what remains are
 * its findings, and the events of the few checks that compare devices with each other.
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

static uint32_t steps_of(const void *ctx, uint32_t table, uint32_t row)
{
	return fact_of(ctx, table, row)->steps;
}

/* What was filled in after the statements were put together is so at every step. */
static bool cell_after(const void *ctx, uint32_t table, uint32_t row, uint32_t column,
	uint32_t step, struct noro_view *ret)
{
	const struct exam *x = ctx;
	const struct noro_fact *f = fact_of(x, table, row);

	if (column < NORO_COMMONS || !noro_view_eq(f->col[column - NORO_COMMONS],
					     f->step[f->steps - 1].col[column - NORO_COMMONS]))
		return cell_of(ctx, table, row, column, ret);
	return noro_fact_get(&f->step[step - 1], &x->device, (int)column, ret);
}

/* The number of a row, and above it that of one of its statements. */
static uint64_t place_of(const void *ctx, uint32_t table, uint32_t row)
{
	const struct exam *x = ctx;

	return x->facts.at[table] + row;
}

static uint64_t place_of_step(const void *ctx, uint32_t table, uint32_t row, uint32_t step)
{
	return place_of(ctx, table, row) | (uint64_t)step << 32;
}

static const struct noro_fact *fact_at(const struct exam *x, uint64_t place)
{
	const struct noro_fact *f = &x->facts.row[place & UINT32_MAX];

	return place >> 32 ? &f->step[(place >> 32) - 1] : f;
}

struct noro_rule_rows noro_exam_rows(const struct exam *x)
{
	return (struct noro_rule_rows){ .rows = rows_of,
		.cell = cell_of,
		.place = place_of,
		.steps = steps_of,
		.cell_after = cell_after,
		.place_of = place_of_step,
		.ctx = x };
}

/* --- what a device says, kept beyond its examination --- */

struct asking {
	struct outcome *o;
	const struct exam *x;
	struct desk *d;
	struct noro_rule_event *event; /* in scratch memory; places are rows */
	size_t events, event_cap;
	const char **record; /* by row: kept already */
	const char *const *host;
	struct found *found;
	size_t founds, found_cap;
};

static enum noro_status on_event(void *ctx, const struct noro_rule_event *e)
{
	struct asking *k = ctx;
	struct noro_arena *a = k->d->scratch;
	struct noro_rule_event *grown;
	struct noro_view *field;

	if (k->events == MAX_EVENTS) {
		k->o->dropped++;
		return NORO_OK;
	}
	grown = noro_arena_grow(a, k->event, k->events, &k->event_cap, sizeof(*grown));
	field = noro_arena_array(a, (size_t)e->fields + 1, sizeof(*field));
	if (!grown || !field)
		return NORO_ENOMEM;
	if (e->fields)
		memcpy(field, e->field, e->fields * sizeof(*field));
	k->event = grown;
	k->event[k->events] = *e;
	k->event[k->events++].field = field;
	return NORO_OK;
}

/* The text of a row, masked, kept once for all that speak of it. */
static const char *record_of(struct asking *k, uint64_t place)
{
	struct noro_view v = fact_at(k->x, place)->text;
	const char *text = place >> 32 ? NULL : k->record[place];

	if (!text)
		text = noro_desk_text(k->d, noro_view_sub(v, 0, MAX_RECORD));
	if (!(place >> 32))
		k->record[place] = text;
	return text;
}

static bool place_at(struct asking *k, uint64_t place, struct noro_place *ret)
{
	const struct noro_fact *f = fact_at(k->x, place);

	*ret = (struct noro_place){ .path = f->file->path,
		.offset = f->offset,
		.line = f->line,
		.time_ns = f->file->time_ns,
		.record = record_of(k, place),
		.host = k->o->machine.name };
	return ret->record != NULL;
}

static enum noro_status add_places(
	struct asking *k, struct noro_finding *f, const struct noro_verdict *v)
{
	struct noro_place *p =
		v->places ? noro_arena_array(k->d->keep, v->places, sizeof(*p)) : NULL;
	const struct noro_fact_file *first = NULL;

	if (v->places && !p)
		return NORO_ENOMEM;
	for (size_t i = 0; i < v->places; i++)
		if (!place_at(k, v->place[i], &p[i]))
			return NORO_ENOMEM;
	if (v->places)
		first = fact_at(k->x, v->place[0])->file;
	f->hosts = (struct noro_list){ k->host, v->places != 0 };
	f->place = p;
	f->places = v->places;
	f->container = first ? first->container : "";
	f->grade = first ? first->grade : 0;
	if (first && f->first_ns == NORO_TIME_NONE && p[0].time_ns != NORO_TIME_NONE) {
		f->first_ns = f->last_ns = p[0].time_ns;
		f->time_from = NORO_FROM_FILE;
	}
	return NORO_OK;
}

/* What shows it: 1 a configuration, 2 the state. */
static uint8_t source_of(const struct asking *k, const struct noro_verdict *v)
{
	uint8_t source = 0;

	for (size_t i = 0; i < v->places; i++)
		source |= fact_at(k->x, v->place[i])->source == NORO_FACT_STATE ? 2 : 1;
	return source;
}

static enum noro_status on_verdict(void *ctx, const struct noro_verdict *v)
{
	struct asking *k = ctx;
	struct noro_arena *a = k->d->scratch;
	struct found *grown =
		noro_arena_grow(a, k->found, k->founds, &k->found_cap, sizeof(*grown));
	struct noro_finding f;
	enum noro_status st;

	if (!grown)
		return NORO_ENOMEM;
	k->found = grown;
	st = noro_rule_finding(k->x->u->o.rules, v, a, &f);
	if (st == NORO_OK)
		st = add_places(k, &f, v);
	if (st == NORO_OK)
		st = noro_finding_identify(&f);
	if (st == NORO_OK)
		st = noro_found_pack(&f, v->check, k->d, &k->found[k->founds]);
	k->found[k->founds].source = source_of(k, v);
	k->founds += st == NORO_OK;
	return st;
}

static enum noro_status keep_found(struct asking *k)
{
	struct found *f = k->founds ? noro_arena_array(k->d->until, k->founds, sizeof(*f)) : NULL;

	if (k->founds && !f)
		return NORO_ENOMEM;
	if (f)
		memcpy(f, k->found, k->founds * sizeof(*f));
	k->o->found = f;
	k->o->founds = k->founds;
	return NORO_OK;
}

/*
 * Lines that a check spoke of. A text that was known for one configuration at once was not read
 * as a log, so nobody will ask for its lines.
 */
static enum noro_status keep_lines(struct asking *k)
{
	struct noro_audit_line *line;
	bool searched = false;

	for (size_t i = 0; i < k->x->texts; i++)
		searched |= k->x->text[i]->searched;
	if (!searched || !k->events)
		return NORO_OK;
	line = noro_arena_array(k->d->until, k->events, sizeof(*line));
	if (!line)
		return NORO_ENOMEM;
	for (size_t i = 0; i < k->events; i++) {
		const struct noro_fact *f = fact_at(k->x, k->event[i].place);

		line[i] = (struct noro_audit_line){ f->file->path, f->line };
	}
	k->o->line = line;
	k->o->lines = k->events;
	return NORO_OK;
}

/* --- events of checks that compare devices --- */

static bool keep_fields(struct asking *k, const struct noro_rule_event *e, struct noro_view *to)
{
	struct noro_view name = noro_view_str(k->o->machine.name);

	for (uint32_t i = 0; i < e->fields; i++) {
		if (!e->field[i].p)
			continue;
		to[i] = noro_view_eq(e->field[i], name) ? name
							: noro_arena_view(k->d->until, e->field[i]);
		if (!to[i].p)
			return false;
	}
	return true;
}

static enum noro_status keep_events(struct asking *k)
{
	const struct noro_rules *r = k->x->u->o.rules;
	struct noro_rule_event *e;
	struct stand *p;
	size_t n = 0;

	for (size_t i = 0; i < k->events; i++)
		n += noro_rules_spans(r, k->event[i].signal);
	if (!n)
		return NORO_OK;
	e = noro_arena_array(k->d->until, n, sizeof(*e));
	p = noro_arena_array(k->d->until, n, sizeof(*p));
	if (!e || !p)
		return NORO_ENOMEM;
	n = 0;
	for (size_t i = 0; i < k->events; i++) {
		const struct noro_rule_event *from = &k->event[i];
		const struct noro_fact_file *file = fact_at(k->x, from->place)->file;
		struct noro_view *field;

		if (!noro_rules_spans(r, from->signal))
			continue;
		field = noro_arena_array(k->d->until, (size_t)from->fields + 1, sizeof(*field));
		if (!field || !keep_fields(k, from, field) || !place_at(k, from->place, &p[n].at))
			return NORO_ENOMEM;
		p[n].container = file->container;
		p[n].grade = file->grade;
		p[n].state = fact_at(k->x, from->place)->source == NORO_FACT_STATE;
		e[n] = *from;
		e[n].field = field;
		e[n].place = n;
		n++;
	}
	k->o->event = e;
	k->o->place = p;
	k->o->events = n;
	return NORO_OK;
}

enum noro_status noro_outcome_ask(struct outcome *o, const struct exam *x, struct desk *d)
{
	struct noro_rule_rows rows = noro_exam_rows(x);
	struct asking k = { .o = o, .x = x, .d = d };
	struct noro_conclude_opts opts = { .part = NORO_CONCLUDE_DEVICE,
		.learn_until_ns = NORO_TIME_NONE,
		.verdict = on_verdict,
		.ctx = &k };
	struct noro_error err = { 0 };
	const char **host;
	uint64_t before;
	enum noro_status st;

	if (!d->rules)
		return NORO_OK;
	host = noro_arena_array(d->keep, 1, sizeof(*host));
	k.record = noro_arena_array(d->scratch, x->facts.rows + 1, sizeof(*k.record));
	if (!host || !k.record)
		return NORO_ENOMEM;
	*host = o->machine.name;
	k.host = host;
	before = noro_rule_worker_undecided(d->rules);
	st = noro_rules_match_rows(d->rules, &rows, on_event, &k);
	o->undecided = noro_rule_worker_undecided(d->rules) - before;
	if (st == NORO_OK)
		st = noro_rules_conclude(x->u->o.rules, d->scratch, k.event, k.events, &opts, &err);
	if (st == NORO_OK)
		st = keep_found(&k);
	if (st == NORO_OK)
		st = keep_lines(&k);
	return st == NORO_OK ? keep_events(&k) : st;
}

enum noro_status noro_exam_outcome(struct exam *x, struct desk *d, struct outcome *o)
{
	enum noro_status st;

	x->a = d->scratch;
	st = noro_exam_read(x);
	if (st == NORO_OK)
		st = noro_exam_page(x, d->keep, &o->machine);
	return st == NORO_OK ? noro_outcome_ask(o, x, d) : st;
}
