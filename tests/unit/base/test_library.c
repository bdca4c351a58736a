/* tests/unit/base/test_library.c - a library that is not there is named, and nothing else happens.
 */
#include "tests/test.h"

#include "base/library.h"

#include <math.h>
#include <pthread.h>

#define MATHS(X) X(cos) X(ldexp)
NORO_LIBRARY(maths, "libm", MATHS, "libm-no-such.so.0", "libm.so.6");

#define NONE(X) X(cos)
NORO_LIBRARY(none, "libnone", NONE, "libnone-no-such.so.1", "libnone-no-such.so.0");

int noro_test_no_such_call(void);
#define OLD(X) X(cos) X(noro_test_no_such_call)
NORO_LIBRARY(old, "libold", OLD, "libm.so.6");

static void the_first_name_that_is_there_is_taken(void **state)
{
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_library_load(&maths_library, &err), NORO_OK);
	assert_true(maths.cos(0) > 0.5);
	assert_true(maths.ldexp(1, 3) > 7.5);
	assert_int_equal(noro_library_load(&maths_library, &err), NORO_OK);
}

static void a_missing_library_is_named(void **state)
{
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_library_load(&none_library, &err), NORO_EUNSUPPORTED);
	assert_string_equal(err.arg[0], "libnone");
	assert_null(none.cos);
	assert_int_equal(noro_library_load(&none_library, NULL), NORO_EUNSUPPORTED);
}

static void one_without_a_call_is_as_good_as_missing(void **state)
{
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_library_load(&old_library, &err), NORO_EUNSUPPORTED);
	assert_string_equal(err.arg[0], "libold");
	assert_string_equal(err.arg[1], "noro_test_no_such_call");
	assert_null(old_library.handle);
}

static void tests_can_hide_one(void **state)
{
	struct noro_error err;

	(void)state;
	noro_library_hide("libm");
	assert_int_equal(noro_library_load(&maths_library, &err), NORO_EUNSUPPORTED);
	noro_library_hide(NULL);
	assert_int_equal(noro_library_load(&maths_library, &err), NORO_OK);
}

static void *load(void *arg)
{
	struct noro_error err;

	(void)arg;
	return noro_library_load(&maths_library, &err) == NORO_OK ? &maths : NULL;
}

static void many_threads_may_ask_at_once(void **state)
{
	pthread_t t[8];
	void *got;

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, load, NULL), 0);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], &got), 0);
		assert_ptr_equal(got, &maths);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_threads_may_ask_at_once),
		cmocka_unit_test(the_first_name_that_is_there_is_taken),
		cmocka_unit_test(a_missing_library_is_named),
		cmocka_unit_test(one_without_a_call_is_as_good_as_missing),
		cmocka_unit_test(tests_can_hide_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
