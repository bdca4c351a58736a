/* tests/unit/cli/test_args.c - the command line is read as people write it. */
#include "tests/test.h"

#include "cli/args.h"

static const struct noro_opt rows[] = { { "intel", 'i', "FILE", "" }, { "quiet", 'q', NULL, "" },
	{ "size", 0, "SIZE", "" }, { 0 } };
static const struct noro_opt *const tables[] = { rows, NULL };

static enum noro_status parse(char **argv, struct noro_args *a, struct noro_error *err)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return noro_args_parse(argc, argv, tables, a, err);
}

#define ARGV(...) ((char *[]){ __VA_ARGS__, NULL })

static char i_glued[] = "-ia", i_apart[] = "-i", i_long[] = "--intel=b", i_word[] = "--intel",
	    a_[] = "a", c_[] = "c", word[] = "logs", dash[] = "-", stop[] = "--", odd[] = "--nope",
	    qi[] = "-qi", size[] = "--size", n1[] = "64M", n2[] = "2GiB", n3[] = "99999999T",
	    n4[] = "M";

static void every_spelling_of_an_option_is_taken(void **state)
{
	struct noro_args a;
	struct noro_error err;

	(void)state;
	assert_int_equal(
		parse(ARGV(i_glued, word, i_long, i_word, c_, qi, a_, dash), &a, &err), NORO_OK);
	assert_string_equal(noro_args_nth(&a, "intel", 0), "a");
	assert_string_equal(noro_args_nth(&a, "intel", 1), "b");
	assert_string_equal(noro_args_nth(&a, "intel", 2), "c");
	assert_string_equal(noro_args_nth(&a, "intel", 3), "a");
	assert_null(noro_args_nth(&a, "intel", 4));
	assert_true(noro_args_has(&a, "quiet"));
	assert_int_equal(a.words, 2);
	assert_string_equal(a.word[1], "-");
	noro_args_done(&a);
}

static void two_dashes_end_the_options(void **state)
{
	struct noro_args a;
	struct noro_error err;

	(void)state;
	assert_int_equal(parse(ARGV(stop, i_apart), &a, &err), NORO_OK);
	assert_int_equal(a.words, 1);
	noro_args_done(&a);
}

static void what_is_wrong_is_named(void **state)
{
	struct noro_args a;
	struct noro_error err;

	(void)state;
	assert_int_equal(parse(ARGV(odd), &a, &err), NORO_EARG);
	assert_string_equal(err.arg[0], "nope");
	assert_int_equal(parse(ARGV(i_apart), &a, &err), NORO_EARG);
	assert_string_equal(err.arg[0], "intel");
}

static void sizes_have_units_and_limits(void **state)
{
	struct noro_args a;
	struct noro_error err;
	uint64_t n;

	(void)state;
	assert_int_equal(parse(ARGV(size, n1), &a, &err), NORO_OK);
	assert_int_equal(noro_args_size(&a, "size", 7, &n, &err), NORO_OK);
	assert_int_equal(n, 64 << 20);
	noro_args_done(&a);
	assert_int_equal(parse(ARGV(size, n2), &a, &err), NORO_OK);
	assert_int_equal(noro_args_size(&a, "size", 7, &n, &err), NORO_OK);
	assert_true(n == UINT64_C(2) << 30);
	noro_args_done(&a);
	assert_int_equal(parse(ARGV(size, n3), &a, &err), NORO_OK);
	assert_int_equal(noro_args_size(&a, "size", 7, &n, &err), NORO_EARG);
	noro_args_done(&a);
	assert_int_equal(parse(ARGV(size, n4), &a, &err), NORO_OK);
	assert_int_equal(noro_args_size(&a, "size", 7, &n, &err), NORO_EARG);
	noro_args_done(&a);
}

static void counts_are_whole_numbers_in_their_range(void **state)
{
	static char good[][4] = { "1", "8" }, bad[][4] = { "0", "9", "x", "-1", "", "1K" };
	struct noro_args a;
	struct noro_error err;
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(parse(ARGV(size, good[i]), &a, &err), NORO_OK);
		assert_int_equal(noro_args_count(&a, "size", 7, 8, &n, &err), NORO_OK);
		assert_int_equal(n, good[i][0] - '0');
		noro_args_done(&a);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(parse(ARGV(size, bad[i]), &a, &err), NORO_OK);
		assert_int_equal(noro_args_count(&a, "size", 7, 8, &n, &err), NORO_EARG);
		assert_string_equal(err.arg[1], "8");
		assert_string_equal(err.arg[2], bad[i]);
		assert_int_equal(noro_args_count(&a, "size", 7, UINT64_MAX, &n, &err),
			noro_is_digit(bad[i][0]) && bad[i][1] == 0 ? NORO_OK : NORO_EARG);
		noro_args_done(&a);
	}
	a = (struct noro_args){ 0 };
	assert_int_equal(noro_args_count(&a, "size", 7, 8, &n, &err), NORO_OK);
	assert_int_equal(n, 7);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_an_option_is_taken),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(sizes_have_units_and_limits),
		cmocka_unit_test(counts_are_whole_numbers_in_their_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
