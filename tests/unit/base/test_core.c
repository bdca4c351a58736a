/* tests/unit/base/test_core.c - views, buffers, arenas and the cursor hold what they promise. */
#include "tests/test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/status.h"

static void cutting_gives_every_piece_once(void **state)
{
	struct noro_view rest = NORO_V("a,,bc,"), piece;

	(void)state;
	assert_true(noro_view_cut(&rest, ',', &piece));
	assert_view_is(piece, "a");
	assert_true(noro_view_cut(&rest, ',', &piece));
	assert_view_is(piece, "");
	assert_true(noro_view_cut(&rest, ',', &piece));
	assert_view_is(piece, "bc");
	assert_false(noro_view_cut(&rest, ',', &piece));
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_true(noro_view_u64(NORO_V("18446744073709551615"), &n));
	assert_true(n == UINT64_MAX);
	assert_false(noro_view_u64(NORO_V("18446744073709551616"), &n));
	assert_false(noro_view_u64(NORO_V(""), &n));
	assert_false(noro_view_u64(NORO_V("1 "), &n));
}

static void searching_finds_the_first_and_only_what_is_there(void **state)
{
	(void)state;
	assert_int_equal(noro_view_find(NORO_V("xxabab"), NORO_V("ab")), 2);
	assert_int_equal(noro_view_find_i(NORO_V("xxABab"), NORO_V("ab")), 2);
	assert_true(noro_view_find(NORO_V("a"), NORO_V("ab")) == SIZE_MAX);
	assert_true(noro_view_find_i(NORO_V("a"), NORO_V("ab")) == SIZE_MAX);
}

static void a_cursor_never_reads_past_its_end(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		uint8_t *exact = test_exact_copy(bytes, n);
		struct noro_cursor c = noro_cursor(exact, n);

		(void)noro_cursor_be64(&c);
		assert_int_equal(noro_cursor_u8(&c), 0);
		assert_int_equal(c.status, NORO_ETRUNC);
		assert_int_equal(noro_cursor_left(&c), 0);
		assert_true(c.at <= n);
		free(exact);
	}
}

static void both_byte_orders_are_read(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4 };
	struct noro_cursor c = noro_cursor(bytes, 4);

	(void)state;
	assert_int_equal(noro_cursor_be32(&c), 0x01020304);
	c = noro_cursor(bytes, 4);
	assert_int_equal(noro_cursor_le32(&c), 0x04030201);
}

static void arena_honours_its_limit(void **state)
{
	struct noro_arena *a = noro_arena_new(1024);

	(void)state;
	assert_non_null(a);
	assert_non_null(noro_arena_alloc(a, 1000));
	assert_null(noro_arena_alloc(a, 1000));
	assert_null(noro_arena_array(a, SIZE_MAX / 2, 8));
	noro_arena_free(a);
}

static int freed;

static void count_free(void *handle)
{
	freed += *(int *)handle;
}

static void arena_frees_what_it_owns_last_first(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	static int one = 1, two = 2;

	(void)state;
	freed = 0;
	assert_int_equal(noro_arena_on_free(a, count_free, &one), NORO_OK);
	assert_int_equal(noro_arena_on_free(a, count_free, &two), NORO_OK);
	noro_arena_free(a);
	assert_int_equal(freed, 3);
}

static bool fill_buffer(void *arg)
{
	struct noro_buf b = { 0 };
	bool good;

	(void)arg;
	for (int i = 0; i < 200; i++)
		noro_buf_printf(&b, "%d,", i);
	good = b.status == NORO_OK;
	noro_buf_done(&b);
	return good;
}

static void a_buffer_survives_every_failed_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(fill_buffer, NULL, 100);
}

static void an_error_keeps_the_end_of_a_long_place(void **state)
{
	struct noro_error err;
	char path[400];

	(void)state;
	memset(path, 'x', sizeof(path));
	memcpy(path + sizeof(path) - 5, "tail", 5);
	assert_int_equal(noro_fail(&err, NORO_ETRUNC, N_("ends: %1"), NORO_NUM(24)), NORO_ETRUNC);
	assert_int_equal(noro_error_at(&err, path, NORO_AT_BYTE, 24), NORO_ETRUNC);
	assert_string_equal(err.arg[0], "24");
	assert_string_equal(err.where + strlen(err.where) - 4, "tail");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(cutting_gives_every_piece_once),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(searching_finds_the_first_and_only_what_is_there),
		cmocka_unit_test(a_cursor_never_reads_past_its_end),
		cmocka_unit_test(both_byte_orders_are_read),
		cmocka_unit_test(arena_honours_its_limit),
		cmocka_unit_test(arena_frees_what_it_owns_last_first),
		cmocka_unit_test(a_buffer_survives_every_failed_allocation),
		cmocka_unit_test(an_error_keeps_the_end_of_a_long_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
