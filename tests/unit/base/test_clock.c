/* tests/unit/base/test_clock.c - the calendar against the system's, the zones against known days.
 */
#include "tests/test.h"

#include "base/clock.h"
#include "base/file.h"

#include <time.h>

static int64_t at(int y, unsigned mo, unsigned d, unsigned h, unsigned mi, unsigned s)
{
	struct noro_civil c = { y, mo, d, h, mi, s, 0 };
	int64_t ns;

	assert_true(noro_civil_to_ns(&c, 0, &ns));
	return ns;
}

static void every_day_of_the_range_agrees_with_the_system(void **state)
{
	const int64_t day = 86400 * NORO_NS_PER_S;

	(void)state;
	for (int64_t ns = INT64_MIN / day * day + day; ns < INT64_MAX - day; ns += day) {
		time_t t = ns / NORO_NS_PER_S;
		struct noro_civil c = noro_civil_from_ns(ns, 0);
		struct tm tm;
		int64_t back;

		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(noro_weekday(ns), tm.tm_wday);
		assert_true(noro_civil_to_ns(&c, 0, &back));
		assert_true(back == ns);
	}
}

static void days_that_are_not_are_refused(void **state)
{
	static const struct noro_civil bad[] = { { 2025, 2, 29, 0, 0, 0, 0 },
		{ 1900, 2, 29, 0, 0, 0, 0 }, { 2025, 0, 1, 0, 0, 0, 0 },
		{ 2025, 13, 1, 0, 0, 0, 0 }, { 2025, 1, 0, 0, 0, 0, 0 },
		{ 2025, 4, 31, 0, 0, 0, 0 }, { 2025, 1, 1, 24, 0, 0, 0 },
		{ 2025, 1, 1, 0, 60, 0, 0 }, { 2025, 1, 1, 0, 0, 61, 0 },
		{ 2025, 1, 1, 0, 0, 0, 1000000000 }, { 1676, 1, 1, 0, 0, 0, 0 },
		{ 1677, 1, 1, 0, 0, 0, 0 }, { 2262, 4, 12, 0, 0, 0, 0 },
		{ 9999, 1, 1, 0, 0, 0, 0 } };
	int64_t ns = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(noro_civil_to_ns(&bad[i], 0, &ns));
	assert_true(ns == 5);
}

static void printing_is_rfc_3339_with_nine_digits(void **state)
{
	char out[NORO_TIME_TEXT];

	(void)state;
	assert_int_equal(noro_time_print(at(2025, 8, 27, 0, 0, 0), out), 30);
	assert_string_equal(out, "2025-08-27T00:00:00.000000000Z");
	(void)noro_time_print(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59.999999999Z");
	assert_int_equal(noro_time_print(NORO_TIME_NONE, out), 0);
}

static struct noro_zone *zone(const char *name)
{
	struct noro_zone *z = NULL;
	struct noro_error err;

	if (noro_zone_open(name, &z, &err) != NORO_OK)
		fail_msg("zone %s: %s", name, err.msg);
	return z;
}

static void names_that_could_leave_the_folder_are_refused(void **state)
{
	static const char *const bad[] = { "", "../../../etc/passwd", "/etc/passwd",
		"Asia/../Asia/Tokyo", "Asia/Tokyo/", "Asia", "No/Such", "a b", "+25:00", "+1:2:3",
		"+09:60", "+", "tzdata.zi",
		"Asia/TokyoAsia/TokyoAsia/TokyoAsia/TokyoAsia/TokyoAsia/TokyoAsia/Tokyo" };
	struct noro_zone *z = NULL;
	struct noro_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(noro_zone_open(bad[i], &z, &err), NORO_ENOENT);
	assert_int_equal(noro_zone_open("local", &z, &err), NORO_EARG);
	assert_null(z);
	/* in the folder, but no zone */
	assert_int_equal(noro_zone_open("leapseconds", &z, &err), NORO_EFORMAT);
}

static void fixed_offsets_need_no_file(void **state)
{
	static const struct {
		const char *name;
		int32_t s;
	} row[] = { { "+09:00", 32400 }, { "-0930", -34200 }, { "+9", 32400 }, { "UTC", 0 },
		{ "utc", 0 }, { "+05:45", 20700 } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct noro_zone *z = zone(row[i].name);

		assert_int_equal(noro_zone_offset_at(z, 0), row[i].s);
		assert_string_equal(noro_zone_name(z), row[i].name);
		noro_zone_free(z);
	}
	assert_int_equal(noro_zone_offset_at(NULL, 0), 0);
}

/* The C library reads the same files with other code; it must agree, past the last transition too.
 */
static void zones_agree_with_the_system_for_a_century(void **state)
{
	static const char *const name[] = { "Asia/Tokyo", "Europe/Zurich", "America/New_York",
		"Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk", "Asia/Kathmandu",
		"Pacific/Apia", "Antarctica/Troll", "Europe/Dublin", "America/St_Johns" };

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		struct noro_zone *z = zone(name[i]);

		assert_int_equal(setenv("TZ", name[i], 1), 0);
		tzset();
		for (int64_t s = -2000000000; s < 4102444800; s += 3607 * 3) {
			time_t t = s;
			struct tm tm;

			assert_non_null(localtime_r(&t, &tm));
			if (noro_zone_offset_at(z, s * NORO_NS_PER_S) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, system %ld", name[i], (long long)s,
					noro_zone_offset_at(z, s * NORO_NS_PER_S), tm.tm_gmtoff);
		}
		noro_zone_free(z);
	}
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
}

static void a_wall_clock_that_runs_twice_or_not_at_all_is_decided(void **state)
{
	struct noro_zone *z = zone("Europe/Zurich");

	(void)state;
	/* 2025-10-26 02:30 happens twice: the earlier one is summer time */
	assert_true(noro_zone_to_utc(z, at(2025, 10, 26, 2, 30, 0)) == at(2025, 10, 26, 0, 30, 0));
	/* 2025-03-30 02:30 does not exist: shown as 03:30 summer time */
	assert_true(noro_zone_to_utc(z, at(2025, 3, 30, 2, 30, 0)) == at(2025, 3, 30, 1, 30, 0));
	assert_true(noro_zone_to_utc(z, at(2005, 8, 14, 12, 0, 0)) == at(2005, 8, 14, 10, 0, 0));
	assert_true(noro_zone_to_utc(z, at(2005, 1, 14, 12, 0, 0)) == at(2005, 1, 14, 11, 0, 0));
	noro_zone_free(z);
}

static void every_wall_clock_comes_back(void **state)
{
	struct noro_zone *z = zone("America/New_York");

	(void)state;
	for (int64_t s = 0; s < 4000000000; s += 1801 * 5) {
		int64_t utc = s * NORO_NS_PER_S;
		int64_t wall = utc + noro_zone_offset_at(z, utc) * NORO_NS_PER_S;
		int64_t back = noro_zone_to_utc(z, wall);

		assert_true(back == utc || back == utc - 3600 * NORO_NS_PER_S);
		assert_true(back + noro_zone_offset_at(z, back) * NORO_NS_PER_S == wall);
	}
	noro_zone_free(z);
}

static void the_ends_of_time_do_not_overflow(void **state)
{
	static const char *const name[] = { "America/New_York", "+14:00", "-12:00", "Asia/Tokyo" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct noro_zone *z = zone(name[i]);

		(void)noro_zone_offset_at(z, INT64_MIN);
		(void)noro_zone_offset_at(z, INT64_MAX);
		assert_true(noro_zone_to_utc(z, INT64_MAX) > 0);
		assert_true(noro_zone_to_utc(z, INT64_MIN + 1) < 0);
		noro_zone_free(z);
	}
}

static void no_cut_of_a_zone_file_is_believed(void **state)
{
	struct noro_buf file = { 0 };
	size_t whole = 0;

	(void)state;
	assert_int_equal(
		noro_file_read("/usr/share/zoneinfo/America/New_York", 1 << 20, &file, NULL),
		NORO_OK);
	for (size_t n = 0; n <= file.n; n++) {
		uint8_t *exact = test_exact_copy(file.p, n);
		struct noro_zone *z = NULL;

		if (noro_zone_parse(noro_view(exact, n), "X", &z, NULL) == NORO_OK)
			whole++;
		noro_zone_free(z);
		free(exact);
	}
	assert_int_equal(whole, 1);
	noro_buf_done(&file);
}

static bool try_zone(void *arg)
{
	struct noro_zone *z = NULL;

	(void)arg;
	if (noro_zone_open("Europe/Zurich", &z, NULL) != NORO_OK)
		return false;
	noro_zone_free(z);
	return true;
}

static void no_memory_is_a_clean_failure(void **state)
{
	(void)state;
	test_allocation_sweep(try_zone, NULL, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_the_range_agrees_with_the_system),
		cmocka_unit_test(days_that_are_not_are_refused),
		cmocka_unit_test(printing_is_rfc_3339_with_nine_digits),
		cmocka_unit_test(names_that_could_leave_the_folder_are_refused),
		cmocka_unit_test(fixed_offsets_need_no_file),
		cmocka_unit_test(zones_agree_with_the_system_for_a_century),
		cmocka_unit_test(a_wall_clock_that_runs_twice_or_not_at_all_is_decided),
		cmocka_unit_test(every_wall_clock_comes_back),
		cmocka_unit_test(the_ends_of_time_do_not_overflow),
		cmocka_unit_test(no_cut_of_a_zone_file_is_believed),
		cmocka_unit_test(no_memory_is_a_clean_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
