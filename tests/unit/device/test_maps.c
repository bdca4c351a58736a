/* tests/unit/device/test_maps.c - every map proves itself by its own examples. */
#include "tests/unit/device/facts.h"

/* Does a row carry every value that is asked for? A null asks for absence. */
static bool fits(
	const struct noro_facts_def *d, const struct noro_fact *f, const struct noro_json *want)
{
	for (const struct noro_json *c = want->child; c; c = c->next) {
		struct noro_view v = { NULL, 0 };
		int column;

		if (noro_view_is(c->key, "table"))
			continue;
		column = noro_table_column(noro_facts_table(d, f->table), c->key);
		if (column < 0)
			fail_msg("an example asks for the unknown column %.*s", NORO_VARG(c->key));
		if (!noro_fact_get(
			    f, &(struct noro_fact_device){ .name = { NULL, 0 } }, column, &v))
			v = noro_view(NULL, 0);
		if (c->kind == NORO_JSON_NULL ? v.n > 0 : !noro_view_eq(v, c->text))
			return false;
	}
	return true;
}

static bool is_there(
	const struct noro_facts_def *d, const struct noro_facts *f, const struct noro_json *want)
{
	int t = noro_facts_table_by_name(d, noro_json_str(want, "table"));

	if (t < 0)
		fail_msg("an example asks for an unknown table");
	for (uint32_t i = f->at[t]; i < f->at[t + 1]; i++)
		if (fits(d, &f->row[i], want))
			return true;
	return false;
}

static void complain(const struct noro_facts_def *d, const struct noro_facts *f,
	const struct fact_map *map, const struct noro_json *want, const char *what)
{
	int t = noro_facts_table_by_name(d, noro_json_str(want, "table"));

	print_message("# %s: %s:", map->file, what);
	for (const struct noro_json *c = want->child; c; c = c->next)
		print_message(" %.*s=%.*s", NORO_VARG(c->key), NORO_VARG(c->text));
	print_message("\n");
	for (uint32_t i = f->at[t]; i < f->at[t + 1]; i++)
		facts_print_row(d, &f->row[i]);
}

/* How an example is written; most dialects have one way. */
static enum noro_tree_form form_of(enum noro_dialect dialect, struct noro_view config)
{
	if (noro_view_starts(config, "<"))
		return NORO_FORM_XML;
	if (noro_view_starts(config, "set ") || noro_view_starts(config, "/configure "))
		return NORO_FORM_SET;
	if (noro_view_starts(config, "configure {"))
		return NORO_FORM_BRACES;
	return facts_form(dialect);
}

static unsigned example(
	const struct noro_facts_def *d, const struct fact_map *map, const struct noro_json *e)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_view config = noro_json_str(e, "config"), named = noro_json_str(e, "dialect");
	const struct noro_json *rows = noro_json_get(e, "rows"),
			       *absent = noro_json_get(e, "absent");
	enum noro_dialect dialect = NORO_DIALECT_NONE;
	struct noro_facts f;
	unsigned wrong = 0;

	assert_non_null(a);
	assert_non_null(config.p);
	assert_true(rows || absent);
	for (unsigned i = 1; i < NORO_DIALECTS && !dialect; i++)
		if (map->dialects & 1u << i)
			dialect = (enum noro_dialect)i;
	if (named.p)
		dialect = noro_dialect_by_name(named);
	f = facts_of(a, d, dialect, form_of(dialect, config), config);
	for (const struct noro_json *r = rows ? rows->child : NULL; r; r = r->next)
		if (!is_there(d, &f, r)) {
			complain(d, &f, map, r, "missing");
			wrong++;
		}
	for (const struct noro_json *r = absent ? absent->child : NULL; r; r = r->next)
		if (is_there(d, &f, r)) {
			complain(d, &f, map, r, "should not be there");
			wrong++;
		}
	noro_arena_free(a);
	return wrong;
}

static void maps_do_what_their_examples_say(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	unsigned wrong = 0, n = 0;

	(void)state;
	for (size_t i = 0; i < d->maps; i++) {
		const struct fact_map *map = d->map[i];

		print_message("# %s: %zu facts, %zu patterns\n", strrchr(map->file, '/') + 1,
			map->facts, map->patterns);
		if (!map->examples)
			fail_msg("%s has no examples", map->file);
		for (const struct noro_json *e = map->examples->child; e; e = e->next, n++)
			wrong += example(d, map, e);
	}
	assert_true(n > 0);
	assert_int_equal(wrong, 0);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_do_what_their_examples_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
