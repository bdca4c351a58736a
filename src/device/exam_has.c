/*
 * src/device/exam_has.c - what there is of a device at all: a row that names the
 * configurations read and the tables that outputs filled. Without it a check for something
 * missing could not tell "not configured" from "nobody asked".
 */
#include "device/audit_priv.h"
#include "device/fact_priv.h"

static void words(const struct noro_facts_def *d, const struct noro_facts_maker *m, bool config,
	bool startup, struct noro_buf *out)
{
	bool filled[FACT_MAX_TABLES] = { false }, state = false;

	for (size_t i = 0; i < m->rows; i++)
		if (m->row[i].f.source == NORO_FACT_STATE)
			state = filled[m->row[i].f.table] = true;
	if (config)
		noro_buf_str(out, "config ");
	if (startup)
		noro_buf_str(out, "startup ");
	if (state)
		noro_buf_str(out, "state ");
	for (size_t t = 0; t < noro_facts_tables(d); t++)
		if (filled[t])
			noro_buf_printf(out, "state.%s ", noro_facts_table(d, t)->name);
}

static enum noro_status add(struct exam *x, struct noro_facts_maker *m, struct noro_view has,
	const struct noro_fact_file *file)
{
	const struct noro_facts_def *d = x->u->o.def;
	int t = noro_facts_table_by_name(d, NORO_V("device"));
	const struct noro_table *table = t < 0 ? NULL : noro_facts_table(d, (size_t)t);
	int name = table ? noro_table_column(table, NORO_V("name")) : -1;
	int column = table ? noro_table_column(table, NORO_V("has")) : -1;
	struct noro_fact row = { .file = file, .line = 1 };
	struct noro_view *col;

	if (name < NORO_COMMONS || column < NORO_COMMONS || has.n == 0)
		return NORO_OK;
	col = noro_arena_array(x->a, table->columns, sizeof(*col));
	if (!col)
		return NORO_ENOMEM;
	col[name - NORO_COMMONS] = noro_view_str(x->shown);
	col[column - NORO_COMMONS] = has;
	row.table = (uint16_t)t;
	row.col = col;
	return noro_facts_add_row(m, &row);
}

enum noro_status noro_exam_has(struct exam *x, struct noro_facts_maker *m, bool config,
	bool startup, const struct noro_fact_file *file)
{
	struct noro_buf has = { 0 };
	enum noro_status st;

	words(x->u->o.def, m, config, startup, &has);
	st = has.status != NORO_OK ? NORO_ENOMEM
				   : add(x, m, noro_view_trim(noro_buf_as_view(&has)), file);
	noro_buf_done(&has);
	return st;
}
