/*
 * tests/unit/device/test_real_facts.c - all real configurations through tree and facts:
 * none fails, every row points at a line of its file, and the rows of each table are counted
 * for each dialect. Prints what a configuration of 40 KB costs.
 */
#include "tests/unit/device/facts.h"

#include "base/file.h"

#include <ftw.h>
#include <time.h>

enum { MAX_FILES = 20000, MAX_TABLES = 256 };

static char *files[MAX_FILES];
static size_t n_files;

static int note(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (kind == FTW_F && n_files < MAX_FILES)
		files[n_files++] = strdup(path);
	return 0;
}

struct count {
	size_t files, bytes, statements, rows, matched;
	size_t table[MAX_TABLES];
	uint64_t ns;
};
static struct count counts[NORO_DIALECTS];

static uint64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void check_rows(const struct noro_facts_def *d, const struct noro_facts *f,
	const struct noro_tree *t, size_t lines)
{
	for (size_t i = 0; i < f->rows; i++) {
		const struct noro_fact *row = &f->row[i];

		assert_true(row->line >= 1 && row->line <= lines + 1);
		assert_true(row->text.p && row->context.p);
		assert_true(row->table < noro_facts_tables(d));
		assert_true(i >= f->at[row->table] && i < f->at[row->table + 1]);
		assert_true(!row->stmt || row->stmt->number < t->statements);
	}
}

static void one(const struct noro_facts_def *d, const char *path)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_fact_file file = { .path = path, .line = 1 };
	struct noro_buf text = { 0 };
	struct noro_dialect_guess g;
	struct noro_facts_maker *m;
	struct noro_tree *tree;
	struct noro_facts f;
	size_t lines = 1;
	uint64_t from;
	struct count *c;

	assert_non_null(a);
	assert_int_equal(noro_file_read(path, 64 << 20, &text, NULL), NORO_OK);
	noro_dialect_guess(noro_buf_as_view(&text), path, &g);
	if (g.dialect == NORO_DIALECT_NONE || !g.config) {
		noro_buf_done(&text);
		noro_arena_free(a);
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	assert_int_equal(noro_tree_parse(noro_buf_as_view(&text), &g, a, &tree), NORO_OK);
	from = now_ns();
	assert_int_equal(noro_facts_maker_new(d, a, facts_key, &m), NORO_OK);
	assert_int_equal(noro_facts_add_tree(m, tree, &file, NORO_FACT_CONFIG), NORO_OK);
	assert_int_equal(noro_facts_take(m, &f), NORO_OK);
	c = &counts[g.dialect];
	c->ns += now_ns() - from;
	check_rows(d, &f, tree, lines);
	c->files++;
	c->bytes += text.n;
	c->statements += tree->statements;
	c->rows += f.rows;
	for (size_t t = 0; t < noro_facts_tables(d); t++)
		c->table[t] += f.at[t + 1] - f.at[t];
	noro_buf_done(&text);
	noro_arena_free(a);
}

static void print_counts(const struct noro_facts_def *d)
{
	for (unsigned i = 0; i < NORO_DIALECTS; i++) {
		const struct count *c = &counts[i];

		if (!c->files)
			continue;
		print_message(
			"# %s: %zu files, %zu KB, %zu statements, %zu rows, %.0f us per 40 KB\n",
			noro_dialect_name((enum noro_dialect)i), c->files, c->bytes / 1024,
			c->statements, c->rows,
			(double)c->ns / 1000.0 * 40960.0 / (double)(c->bytes ? c->bytes : 1));
		for (size_t t = 0; t < noro_facts_tables(d); t++)
			if (c->table[t])
				print_message(
					"#   %s %zu\n", noro_facts_table(d, t)->name, c->table[t]);
	}
}

static void real_configurations_become_rows(void **state)
{
	const char *data = test_data();
	struct noro_arena *a;
	struct noro_facts_def *d;
	char folder[8192];

	(void)state;
	if (!data)
		return;
	a = noro_arena_new(0);
	d = facts_def(a);
	assert_true(noro_facts_tables(d) <= MAX_TABLES);
	(void)snprintf(folder, sizeof(folder), "%s/config", data);
	assert_int_equal(nftw(folder, note, 16, FTW_PHYS), 0);
	for (size_t i = 0; i < n_files; i++) {
		one(d, files[i]);
		free(files[i]);
	}
	print_counts(d);
	assert_true(counts[NORO_DIALECT_IOS].rows + counts[NORO_DIALECT_IOS_XE].rows > 0);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_configurations_become_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
