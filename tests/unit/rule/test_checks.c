/* tests/unit/rule/test_checks.c - the checks that we ship test themselves. */
#include "tests/unit/rule/tables.h"

static void tell(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	(void)ctx;
	print_message("# %s, line %llu: %s (%s, %s)\n", id, (unsigned long long)line, why->id,
		why->arg[0] ? why->arg[0] : "", why->arg[1] ? why->arg[1] : "");
}

static struct noro_rules *shipped(struct noro_arena *a)
{
	struct noro_rules *r = NULL;
	struct noro_error err = { 0 };
	const char *path = noro_arena_printf(a, "%s/knowledge/checks", getenv("NOROSHI_SOURCE"));
	struct noro_rules_opts o = test_schema(a);

	if (noro_rules_load(a, &path, 1, &o, &r, &err) != NORO_OK)
		fail_msg("%s:%llu: %s (%s, %s)", err.where, (unsigned long long)err.at,
			err.msg ? err.msg : "?", err.arg[0], err.arg[1]);
	return r;
}

static void every_example_does_as_it_says(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);
	struct noro_self_test t = { .fail = tell };

	(void)state;
	assert_int_equal(noro_rules_self_test(r, &t, NULL), NORO_OK);
	print_message("# %zu checks, %zu examples, %zu lines left to the readers, "
		      "%zu devices to theirs\n",
		t.checks, t.examples, t.lines_skipped, t.devices_skipped);
	assert_int_equal(t.failures, 0);
	assert_int_equal(t.checks, noro_rules_count(r));
	noro_arena_free(a);
}

static void literals_are_few_and_selective(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);
	size_t n;
	const char *const *literal = noro_rules_literals(r, &n);

	(void)state;
	print_message("# %zu literals\n", n);
	assert_true(n > 0 && n <= 600);
	for (size_t i = 0; i < 4; i++) {
		static const char *const classes[] = { "ip domain url web user_agent",
			"ip login command config conn device", "ip login", "file" };
		uint32_t index[300];
		size_t some = noro_rules_literals_for(r, classes[i], index, 300);

		print_message("# %zu for '%s'\n", some, classes[i]);
		assert_true(some > 0 && some < n && (i > 0 || some <= 300));
	}
	for (size_t i = 0; i < n; i++)
		assert_true(strlen(literal[i]) >= 4);
	noro_arena_free(a);
}

static void every_check_explains_itself_in_both_languages(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);

	(void)state;
	for (size_t i = 0; i < noro_rules_count(r); i++) {
		const struct noro_check *c = noro_rules_check(r, i);
		struct noro_buf en = { 0 }, ja = { 0 };

		assert_int_equal(noro_rules_explain(r, c->id, false, &en), NORO_OK);
		assert_int_equal(noro_rules_explain(r, c->id, true, &ja), NORO_OK);
		assert_non_null(strstr(en.p, c->title.en));
		assert_non_null(strstr(ja.p, c->title.ja));
		noro_buf_done(&en);
		noro_buf_done(&ja);
	}
	noro_arena_free(a);
}

/* The catalogue of device checks: how many of each group there are, numbered from 01. */
static const struct {
	const char *group;
	unsigned checks;
} catalogue[] = { { "MGT", 14 }, { "AAA", 8 }, { "USR", 10 }, { "SNM", 6 }, { "LOG", 8 },
	{ "ACL", 9 }, { "TUN", 7 }, { "RTE", 12 }, { "MIR", 6 }, { "CON", 8 }, { "IMG", 16 },
	{ "SVC", 4 }, { "CRY", 4 }, { "DIF", 8 } };

static void the_catalogue_is_whole_and_asks_tables(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);
	size_t found = 0, over = 0;

	(void)state;
	for (size_t g = 0; g < sizeof(catalogue) / sizeof(*catalogue); g++)
		for (unsigned n = 1; n <= catalogue[g].checks; n++) {
			const char *id = noro_arena_printf(a, "%s-%02u", catalogue[g].group, n);
			ptrdiff_t i = noro_rules_by_id(r, id);

			if (i < 0 || noro_rules_check(r, (size_t)i)->over.n == 0)
				fail_msg("%s asks no table, or is missing", id);
			assert_true(noro_rules_check(r, (size_t)i)->attack.n > 0);
			found++;
		}
	for (size_t i = 0; i < noro_rules_count(r); i++)
		over += noro_rules_check(r, i)->over.n > 0;
	assert_int_equal(found, 120);
	assert_true(over >= found);
	noro_arena_free(a);
}

static bool has(const struct noro_list *l, const char *one)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->item[i], one) == 0)
			return true;
	return false;
}

static void every_behaviour_of_the_advisory_has_a_check(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);

	(void)state;
	for (unsigned n = 1; n <= 26; n++) {
		const char *id = noro_arena_printf(a, "AA25-239A/BHV-%02u", n);
		unsigned checks = 0;

		for (size_t i = 0; i < noro_rules_count(r); i++)
			checks += has(&noro_rules_check(r, i)->behaviours, id);
		if (checks == 0)
			fail_msg("no check is mapped to %s", id);
	}
	noro_arena_free(a);
}

/* A reference that has the form of an id names a check that exists. */
static void checks_refer_to_checks_that_exist(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = shipped(a);

	(void)state;
	for (size_t i = 0; i < noro_rules_count(r); i++) {
		const struct noro_check *c = noro_rules_check(r, i);

		for (size_t k = 0; k < c->references.n; k++) {
			const char *ref = c->references.item[k];
			size_t letters = strspn(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

			if (letters >= 3 && letters <= 5 && ref[letters] == '-' &&
				strlen(ref) == letters + 3 && noro_rules_by_id(r, ref) < 0)
				fail_msg("%s refers to %s", c->id, ref);
		}
	}
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_does_as_it_says),
		cmocka_unit_test(the_catalogue_is_whole_and_asks_tables),
		cmocka_unit_test(every_behaviour_of_the_advisory_has_a_check),
		cmocka_unit_test(checks_refer_to_checks_that_exist),
		cmocka_unit_test(literals_are_few_and_selective),
		cmocka_unit_test(every_check_explains_itself_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
