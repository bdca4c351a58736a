/* src/device/page.c - what the report shows of a device: what it is, what was read of it, what
 * changed. */
#include "device/audit_priv.h"

const char *noro_exam_cell(
	const struct exam *x, struct noro_arena *a, const char *table, const char *column)
{
	int t = noro_facts_table_by_name(x->u->o.def, noro_view_str(table));
	int c = t < 0 ? -1
		      : noro_table_column(
				noro_facts_table(x->u->o.def, (size_t)t), noro_view_str(column));

	if (c < 0 || !x->facts.at)
		return NULL;
	for (uint32_t i = x->facts.at[t]; i < x->facts.at[t + 1]; i++) {
		struct noro_view v = { 0 };

		if (c >= NORO_COMMONS)
			v = x->facts.row[i].col[c - NORO_COMMONS];
		if (v.n)
			return noro_arena_strn(a, v.p, v.n);
	}
	return NULL;
}

static const char *text_of(struct noro_arena *a, const struct noro_stmt *s)
{
	enum { MOST = 512 };

	return s ? noro_arena_strn(a, s->text.p, s->text.n < MOST ? s->text.n : MOST) : NULL;
}

static enum noro_status copy_diff(const struct noro_diff *d, const char *between,
	const struct noro_fact_file *was, const struct noro_fact_file *now, struct noro_arena *a,
	struct noro_machine_diff *ret)
{
	static const char marks[] = { ' ', '+', '-', '>' };
	size_t n = d->lines < MAX_DIFF_LINES ? d->lines : MAX_DIFF_LINES;
	struct noro_machine_line *line = noro_arena_array(a, n + 1, sizeof(*line));

	if (!line)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct noro_diff_line *l = &d->line[i];

		line[i] = (struct noro_machine_line){ .mark = marks[l->mark],
			.depth = l->depth,
			.was = text_of(a, l->was),
			.now = text_of(a, l->now),
			.was_line = l->was ? l->was->line : 0,
			.now_line = l->now ? l->now->line : 0 };
		if ((l->was && !line[i].was) || (l->now && !line[i].now))
			return NORO_ENOMEM;
	}
	*ret = (struct noro_machine_diff){ .between = between,
		.was_path = noro_arena_str(a, was->path),
		.now_path = noro_arena_str(a, now->path),
		.line = line,
		.lines = n,
		.added = d->added,
		.removed = d->removed,
		.moved = d->moved };
	return ret->was_path && ret->now_path ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status copy_diffs(
	const struct exam *x, struct noro_arena *a, struct noro_machine *m)
{
	static const char *const between[] = { "baseline", "startup", "snapshot" };
	const struct noro_fact_file *was[] = { x->baseline_file, x->startup_file,
		x->snapshots ? x->snapshot_file[x->snapshots - 1] : NULL };
	struct noro_machine_diff *d = noro_arena_array(a, 3, sizeof(*d));
	enum noro_status st = d ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < 3; i++)
		if (x->diff[i].lines && was[i] && x->config_file)
			st = copy_diff(
				&x->diff[i], between[i], was[i], x->config_file, a, &d[m->diffs++]);
	m->diff = d;
	return st;
}

static enum noro_status list_files(
	const struct exam *x, struct noro_arena *a, struct noro_list *ret)
{
	const char **item = noro_arena_array(a, x->texts + 1, sizeof(char *));

	if (!item)
		return NORO_ENOMEM;
	for (size_t i = 0; i < x->texts; i++)
		if (!(item[i] = noro_arena_str(a, x->text[i]->path)))
			return NORO_ENOMEM;
	*ret = (struct noro_list){ item, x->texts };
	return NORO_OK;
}

/* Does some output fill the table? */
static bool filled(const struct exam *x, struct noro_view table)
{
	int t = noro_facts_table_by_name(x->u->o.def, table);

	if (t < 0 || !x->facts.at)
		return noro_view_is(table, "rib") && x->rib;
	for (uint32_t i = x->facts.at[t]; i < x->facts.at[t + 1]; i++)
		if (x->facts.row[i].source == NORO_FACT_STATE)
			return true;
	return noro_view_is(table, "rib") && x->rib;
}

/* What it would tell is told already, perhaps by another form of the command; or it tells nothing.
 */
static bool told_already(const struct exam *x, const struct noro_plan_row *row)
{
	struct noro_view rest = noro_view_str(row->fills), table;

	while (noro_view_word(&rest, &table))
		if (!filled(x, table))
			return false;
	return true;
}

static bool collected(const struct exam *x, const char *command)
{
	enum noro_fact_source source;

	if (x->config && noro_command_is_config(x->dialect, noro_view_str(command), &source) &&
		source == NORO_FACT_CONFIG)
		return true;
	for (size_t i = 0; i < x->commands.n; i++)
		if (noro_view_is_i(noro_view_str(x->commands.item[i]), command))
			return true;
	return false;
}

/* What the plan asks for and nobody brought; nothing for a configuration that came alone. */
static enum noro_status list_missing(
	const struct exam *x, struct noro_arena *a, struct noro_list *ret)
{
	const struct noro_plan_row *row;
	size_t n = x->commands.n ? noro_plan(x->u->o.def, x->dialect, &row) : 0;
	const char **item = noro_arena_array(a, n + 1, sizeof(char *));
	size_t k = 0;

	if (!item)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!row[i].risk && !told_already(x, &row[i]) && !collected(x, row[i].command))
			if (!(item[k++] = noro_arena_str(a, row[i].command)))
				return NORO_ENOMEM;
	*ret = (struct noro_list){ item, k };
	return NORO_OK;
}

static enum noro_status list_puzzles(
	const struct exam *x, struct noro_arena *a, struct noro_list *ret)
{
	const char **item = noro_arena_array(a, x->puzzles + 1, sizeof(char *));

	if (!item)
		return NORO_ENOMEM;
	for (size_t i = 0; i < x->puzzles; i++)
		if (!(item[i] = noro_arena_str(a, x->puzzle[i])))
			return NORO_ENOMEM;
	*ret = (struct noro_list){ item, x->puzzles };
	return NORO_OK;
}

enum noro_status noro_exam_page(
	const struct exam *x, struct noro_arena *a, struct noro_machine *ret)
{
	enum noro_status st;

	*ret = (struct noro_machine){ .name = noro_arena_str(a, x->shown),
		.dialect = noro_dialect_name(x->dialect),
		.title = noro_dialect_title(x->dialect),
		.model = noro_exam_cell(x, a, "device", "model"),
		.statements = x->statements,
		.unknown = x->unknown,
		.rows = x->rows,
		.routes = x->rib ? noro_rib_routes(x->rib) : 0 };
	ret->version = x->version ? noro_arena_str(a, x->version) : NULL;
	st = ret->name ? list_files(x, a, &ret->files) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = list_missing(x, a, &ret->missing);
	if (st == NORO_OK)
		st = list_puzzles(x, a, &ret->puzzles);
	return st == NORO_OK ? copy_diffs(x, a, ret) : st;
}
