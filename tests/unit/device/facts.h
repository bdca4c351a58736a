/* tests/unit/device/facts.h - a definition, a configuration, its rows. */
#pragma once

#include "tests/test.h"

#include "base/text.h"
#include "device/fact_priv.h"

static const uint8_t facts_key[32] = { 7 };

/* The definition in the source tree; NULL: the test failed. */
static inline struct noro_facts_def *facts_def(struct noro_arena *a)
{
	const char *root = getenv("NOROSHI_SOURCE");
	struct noro_facts_def *d = NULL;
	struct noro_error err = { 0 };
	char folder[4096];
	const char *const folders[] = { folder };

	assert_non_null(root);
	(void)snprintf(folder, sizeof(folder), "%s/knowledge", root);
	if (noro_facts_def_load(a, folders, 1, &d, &err) != NORO_OK) {
		print_message("# %s:%llu: %s (%s)\n", err.where, (unsigned long long)err.at,
			err.msg ? err.msg : noro_status_text(err.status), err.arg[0]);
		fail_msg("the definition does not load");
	}
	return d;
}

static inline enum noro_tree_form facts_form(enum noro_dialect d)
{
	switch ((int)d) {
	case NORO_DIALECT_JUNOS:
	case NORO_DIALECT_VYOS:
		return NORO_FORM_BRACES;
	case NORO_DIALECT_FORTIOS:
		return NORO_FORM_BLOCKS;
	case NORO_DIALECT_PANOS:
		return NORO_FORM_SET;
	case NORO_DIALECT_ROUTEROS:
		return NORO_FORM_MENUS;
	default:
		return NORO_FORM_LINES;
	}
}

/* Rows of a text of that dialect. */
static inline struct noro_facts facts_of(struct noro_arena *a, const struct noro_facts_def *d,
	enum noro_dialect dialect, enum noro_tree_form form, struct noro_view text)
{
	static const struct noro_fact_file file = { .path = "test.cfg", .line = 1 };
	struct noro_dialect_guess g = { .dialect = dialect, .form = form };
	struct noro_facts_maker *m;
	struct noro_tree *tree;
	struct noro_facts f;

	assert_int_equal(noro_tree_parse(text, &g, a, &tree), NORO_OK);
	assert_int_equal(noro_facts_maker_new(d, a, facts_key, &m), NORO_OK);
	assert_int_equal(noro_facts_add_tree(m, tree, &file, NORO_FACT_CONFIG), NORO_OK);
	assert_int_equal(noro_facts_take(m, &f), NORO_OK);
	return f;
}

/* The first row of a table whose column has that value; without one the test fails. */
static inline const struct noro_fact *facts_row(const struct noro_facts_def *d,
	const struct noro_facts *f, const char *table, const char *column, const char *value)
{
	int t = noro_facts_table_by_name(d, noro_view_str(table)), c;

	assert_true(t >= 0);
	c = fact_column(noro_facts_table(d, (size_t)t), noro_view_str(column));
	assert_true(c >= 0);
	for (uint32_t i = f->at[t]; i < f->at[t + 1]; i++)
		if (noro_view_is(f->row[i].col[c], value))
			return &f->row[i];
	fail_msg("no row of %s with %s = %s", table, column, value);
	return f->row;
}

static inline struct noro_view facts_col(
	const struct noro_facts_def *d, const struct noro_fact *f, const char *column)
{
	int c = fact_column(noro_facts_table(d, f->table), noro_view_str(column));

	assert_true(c >= 0);
	return f->col[c];
}

static inline void facts_print_row(const struct noro_facts_def *d, const struct noro_fact *f)
{
	const struct noro_table *t = noro_facts_table(d, f->table);

	print_message("#   %u %s:", f->line, t->name);
	for (unsigned i = 0; i < t->columns; i++)
		if (f->col[i].n)
			print_message(" %s=%.*s", t->column[i], NORO_VARG(f->col[i]));
	print_message("  | %.*s\n", NORO_VARG(f->text));
}
