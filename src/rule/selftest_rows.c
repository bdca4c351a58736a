/*
 * src/rule/selftest_rows.c - examples of checks over tables: rows written out, or
 * configurations and outputs that the module above turns into rows. What the example
 * does not say about the site is unknown there, whatever site file is in use.
 */
#include "base/mem.h"
#include "base/yaml.h"
#include "rule/rule_priv.h"

enum { MAX_OUTPUTS = 32 };

bool noro_example_is_rows(const struct noro_json *example)
{
	static const char *const names[] = { "row", "rows", "config", "state", "devices", "startup",
		"baseline" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (noro_json_get(example, names[i]))
			return true;
	return false;
}

/* --- rows written out --- */

struct cells {
	uint32_t table;
	struct noro_view device;
	struct noro_view *cell; /* commons, then own */
};

struct written {
	const struct noro_example_run *x;
	struct cells *row;
	size_t rows;
	struct noro_view device; /* the one whose rows are shown */
};

static const struct cells *nth(const struct written *w, uint32_t table, size_t n)
{
	for (size_t i = 0; i < w->rows; i++)
		if (w->row[i].table == table && noro_view_eq(w->row[i].device, w->device) &&
			n-- == 0)
			return &w->row[i];
	return NULL;
}

static size_t written_rows(const void *ctx, uint32_t table)
{
	const struct written *w = ctx;
	size_t n = 0;

	while (nth(w, table, n))
		n++;
	return n;
}

static bool written_cell(
	const void *ctx, uint32_t table, uint32_t row, uint32_t column, struct noro_view *ret)
{
	const struct cells *c = nth(ctx, table, row);

	*ret = c ? c->cell[column] : (struct noro_view){ 0 };
	return ret->p != NULL;
}

static uint64_t written_place(const void *ctx, uint32_t table, uint32_t row)
{
	const struct written *w = ctx;

	const struct cells *c = nth(ctx, table, row);

	return c ? (uint64_t)(c - w->row) : 0;
}

static size_t column_named(const struct noro_rules *r, uint32_t table, struct noro_view name)
{
	const struct noro_rule_table *t = r->table[table].def;
	bool own = noro_view_starts(name, "own.");

	if (own)
		name = noro_view_sub(name, 4, name.n);
	for (size_t i = 0; !own && i < r->opts.commons; i++)
		if (noro_view_is(name, r->opts.common[i]))
			return i;
	for (size_t i = 0; i < t->columns; i++)
		if (noro_view_is(name, t->column[i]))
			return r->opts.commons + i;
	return SIZE_MAX;
}

static void put(const struct noro_example_run *x, struct cells *c, struct noro_view name,
	struct noro_view value)
{
	size_t at = column_named(x->rules, c->table, name);

	if (at == SIZE_MAX)
		x->fail(x->ctx, N_("'%1' is not a field name"), NORO_VTEXT(name), NULL);
	else
		c->cell[at] = value;
}

/* The table of a row: named in it, else the only one of the check. */
static bool table_of(const struct noro_example_run *x, const struct noro_json *row, uint32_t *ret)
{
	struct noro_view name = noro_json_str(row, "table");

	if (!name.p && x->rule->pub.over.n == 1)
		name = noro_view_str(x->rule->pub.over.item[0]);
	for (size_t i = 0; i < x->rules->tables; i++)
		if (name.p && noro_view_is(name, x->rules->table[i].name)) {
			*ret = (uint32_t)i;
			return true;
		}
	x->fail(x->ctx, N_("'%1' is no table"), NORO_VTEXT(name), NULL);
	return false;
}

static enum noro_status write_row(
	const struct noro_example_run *x, const struct noro_json *row, struct cells *c)
{
	const struct noro_rules *r = x->rules;
	size_t n = r->opts.commons + r->table[c->table].def->columns;

	c->cell = noro_arena_array(x->arena, n + 1, sizeof(*c->cell));
	if (!c->cell)
		return NORO_ENOMEM;
	c->device = NORO_V("r1");
	put(x, c, NORO_V("source"), NORO_V("config"));
	for (const struct noro_json *m = row->child; m; m = m->next) {
		if (noro_view_is(m->key, "table"))
			continue;
		if (m->kind != NORO_JSON_STRING && m->kind != NORO_JSON_NUMBER)
			x->fail(x->ctx, N_("a text is expected here"), NULL, NULL);
		if (noro_view_is(m->key, "device"))
			c->device = m->text;
		put(x, c, m->key, m->text.p ? m->text : NORO_V(""));
	}
	put(x, c, NORO_V("device"), c->device);
	return NORO_OK;
}

/* Device by device, in the order in which they are first named. */
static enum noro_status show_written(struct written *w)
{
	struct noro_rule_rows d = {
		.rows = written_rows, .cell = written_cell, .place = written_place, .ctx = w
	};
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < w->rows && st == NORO_OK; i++) {
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= noro_view_eq(w->row[k].device, w->row[i].device);
		w->device = w->row[i].device;
		if (!before)
			st = noro_rules_match_rows(w->x->worker, &d, w->x->emit, w->x->ctx);
	}
	return st;
}

static enum noro_status run_written(
	const struct noro_example_run *x, const struct noro_json *first, size_t n)
{
	struct written w = { .x = x };
	const struct noro_json *at = first;
	enum noro_status st = NORO_OK;

	w.row = noro_arena_array(x->arena, n + 1, sizeof(*w.row));
	if (!w.row)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n && st == NORO_OK; i++, at = at->next)
		if (table_of(x, at, &w.row[w.rows].table))
			st = write_row(x, at, &w.row[w.rows++]);
	return st == NORO_OK ? show_written(&w) : st;
}

/* --- texts of devices --- */

static enum noro_status take_rows(void *to, const struct noro_rule_rows *d)
{
	const struct noro_example_run *x = to;

	return noro_rules_match_rows(x->worker, d, x->emit, x->ctx);
}

static char *text_of(
	const struct noro_example_run *x, const struct noro_json *device, const char *name)
{
	struct noro_view v = noro_json_str(device, name);

	return v.p ? noro_arena_strn(x->arena, v.p, v.n) : NULL;
}

static enum noro_status run_device(const struct noro_example_run *x, const struct noro_json *device)
{
	struct noro_rule_output output[MAX_OUTPUTS];
	struct noro_rule_example e = { .name = text_of(x, device, "name"),
		.dialect = text_of(x, device, "dialect"),
		.config = noro_json_str(device, "config"),
		.startup = noro_json_str(device, "startup"),
		.baseline = noro_json_str(device, "baseline"),
		.output = output };
	const struct noro_json *state = noro_json_get(device, "state");

	for (const struct noro_json *o = state ? state->child : NULL; o && e.outputs < MAX_OUTPUTS;
		o = o->next) {
		char *command = text_of(x, o, "command");

		if (!command)
			x->fail(x->ctx, N_("a text is expected here"), NULL, NULL);
		else
			output[e.outputs++] =
				(struct noro_rule_output){ command, noro_json_str(o, "text") };
	}
	if (!e.name)
		e.name = "r1";
	return x->test->device(x->test->ctx, &e, take_rows, (void *)(uintptr_t)x);
}

enum noro_status noro_example_rows(
	const struct noro_example_run *x, const struct noro_json *example, bool *ret_skipped)
{
	const struct noro_json *row = noro_json_get(example, "row"),
			       *rows = noro_json_get(example, "rows"),
			       *devices = noro_json_get(example, "devices");
	bool texts = !row && !rows;
	enum noro_status st = NORO_OK;

	*ret_skipped = x->rules->opts.tables == 0 || (texts && !x->test->device);
	if (*ret_skipped) {
		x->test->devices_skipped++;
		return NORO_OK;
	}
	if (row && row->kind == NORO_JSON_OBJECT)
		return run_written(x, row, 1);
	if (rows && rows->kind == NORO_JSON_ARRAY)
		return run_written(x, rows->child, rows->count);
	if (!texts || (devices && devices->kind != NORO_JSON_ARRAY)) {
		x->fail(x->ctx, N_("an example holds a record, a line or a series"), NULL, NULL);
		return NORO_OK;
	}
	if (!devices)
		st = run_device(x, example);
	for (const struct noro_json *d = devices ? devices->child : NULL; d && st == NORO_OK;
		d = d->next)
		st = run_device(x, d);
	if (st == NORO_END) { /* nobody here knows that dialect */
		x->test->devices_skipped++;
		*ret_skipped = true;
		st = NORO_OK;
	}
	return st;
}

/* --- the site of an example --- */

static int cmp_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum noro_status site_set(
	const struct noro_example_run *x, const struct noro_json *list, struct noro_set_facts *ret)
{
	struct noro_rules scratch = { .arena = x->arena };
	const struct noro_json *at = list->kind == NORO_JSON_ARRAY ? list->child : list;
	size_t n = list->kind == NORO_JSON_ARRAY ? list->count : 1;
	const char *name = ret->name;
	uint32_t set;
	enum noro_status st = noro_rule_set(&scratch, noro_view_str(name), &set);

	for (size_t i = 0; i < n && st == NORO_OK; i++, at = at->next)
		st = noro_rule_set_add(&scratch, set, at->text);
	if (st != NORO_OK)
		return st;
	*ret = scratch.set[set];
	ret->name = name;
	ret->known = true;
	if (ret->texts > 1)
		qsort(ret->text, ret->texts, sizeof(*ret->text), cmp_text);
	return NORO_OK;
}

enum noro_status noro_example_sets(const struct noro_example_run *x,
	const struct noro_json *example, const struct noro_set_facts **ret)
{
	const struct noro_rules *r = x->rules;
	const struct noro_json *site = noro_json_get(example, "site");
	struct noro_set_facts *set = noro_arena_array(x->arena, r->sets + 1, sizeof(*set));
	enum noro_status st = NORO_OK;

	if (!set)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->sets && st == NORO_OK; i++) {
		const struct noro_json *list = NULL;

		set[i] = r->set[i];
		if (strncmp(set[i].name, "site.", 5) != 0)
			continue;
		set[i] = (struct noro_set_facts){ .name = r->set[i].name };
		if (site)
			list = noro_json_get(site, set[i].name + 5);
		if (list)
			st = site_set(x, list, &set[i]);
	}
	*ret = set;
	return st;
}
