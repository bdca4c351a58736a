/* tests/unit/observe/test_observe.c - figures against known values; sensors of different size as
 * one. */
#include "tests/test.h"

#include "observe/observe.h"

#include <math.h>

#define NS 1000000000LL
static const int64_t day0 = 1756252800LL * NS; /* 2025-08-27 */

static void medians_and_scores(void **state)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 }, flat[] = { 9, 9, 9, 9, 9 };
	double some[] = { 10, 12, 11, 9, 10, 11, 10 };

	(void)state;
	assert_true(noro_median(odd, 3) == 3 && noro_median(even, 4) == 2.5);
	assert_true(isnan(noro_median(NULL, 0)));
	/* nothing ever varied: the root of the median stands in for the deviation, 3 here */
	assert_true(fabs(noro_robust_z(18, flat, 5) - 0.6745 * 9 / 3) < 1e-12);
	assert_true(noro_robust_z(40, some, 7) > 3.5);
}

/* Known values of the Poisson distribution; and the two ways of summing meet. */
static void poisson_tails_are_exact(void **state)
{
	(void)state;
	assert_true(noro_poisson_tail(1, 0) == 1 && noro_poisson_tail(0, 1) == 0);
	assert_true(fabs(noro_poisson_tail(1, 1) - (1 - exp(-1))) < 1e-14);
	assert_true(fabs(noro_poisson_tail(0.05, 5) / 2.4976e-9 - 1) < 1e-3);
	assert_true(fabs(noro_poisson_tail(3, 2) - (1 - 4 * exp(-3))) < 1e-13);
	for (uint64_t k = 1; k < 200; k++) {
		double here = noro_poisson_tail(50, k), next = noro_poisson_tail(50, k + 1);
		double term = exp((double)k * log(50) - 50 - lgamma((double)k + 1));

		assert_true(here >= next);
		assert_true(fabs(here - next - term) < 1e-12);
	}
}

/* The example of the paper: of 15 values the first four stand at q = 0.05. */
static void false_discoveries_are_kept_rare(void **state)
{
	const double p[15] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0 };
	struct noro_arena *a = noro_arena_new(0);
	bool stands[15];

	(void)state;
	assert_int_equal(noro_fdr(p, 15, 0.05, a, stands), NORO_OK);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(stands[i], i < 4);
	noro_arena_free(a);
}

static void slow_growth_moves_the_average(void **state)
{
	double quiet[40], growing[40];

	(void)state;
	for (int i = 0; i < 40; i++) {
		quiet[i] = 100 + i % 3;
		growing[i] = i < 30 ? 100 + i % 3 : 100 + (i - 29) * 8;
	}
	assert_true(fabs(noro_ewma_score(quiet, 40, 0.3)) < 1);
	assert_true(noro_ewma_score(growing, 40, 0.3) > 3);
}

/* A day without a drop after two with: nothing is told of c but what b still is, silent. */
static bool mended_faults_are_forgotten(struct noro_history *h, struct noro_arena *a)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_ills sick;

	assert_int_equal(noro_history_begin(h, "after", NULL), NORO_OK);
	for (int64_t minute = 2 * 1440; minute < 3 * 1440 + 1; minute++) {
		struct noro_watch w = { .sensor = "c",
			.start_ns = day0 + minute * 60 * NS,
			.width_s = 60,
			.alive_s = 60,
			.addresses = 512,
			.packets = 1000,
			.own = 1000 };

		assert_int_equal(to->watch(to->ctx, &w), NORO_OK);
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(
		noro_observe_health(h, day0 + 3 * 86400 * NS + 60 * NS, 3600, a, &sick, NULL),
		NORO_OK);
	for (size_t i = 0; i < sick.ills; i++)
		if (strcmp(sick.ill[i].sensor, "c") == 0)
			return false;
	return sick.ills > 0;
}

/* Three sensors, one of them off for half the time and one that drops a fifth: one rate for all. */
static void sensors_of_different_size_are_one(void **state)
{
	static const struct {
		const char *name;
		uint64_t addresses;
		int64_t alive_h;
		double kept;
	} one[] = { { "a", 256, 48, 1 }, { "b", 4096, 24, 1 }, { "c", 512, 48, 0.8 } };
	const double true_rate = 3000; /* accesses per address and day */
	struct noro_history *h;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_ask ask = { .from_ns = day0, .to_ns = day0 + 2 * 86400 * NS, .cut = -1 };
	struct noro_rate rate;
	struct noro_days days;
	struct noro_ills sick;

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	for (size_t i = 0; i < 3; i++)
		for (int64_t minute = 0; minute < one[i].alive_h * 60; minute++) {
			const struct noro_measures *to = noro_history_measures(h);
			double came = true_rate * (double)one[i].addresses / 1440;
			struct noro_watch w = { .sensor = one[i].name,
				.start_ns = day0 + minute * 60 * NS,
				.width_s = 60,
				.alive_s = 60,
				.addresses = one[i].addresses,
				.packets = (uint64_t)(came * one[i].kept),
				.own = (uint64_t)(came * one[i].kept),
				.dropped = (uint64_t)(came * (1 - one[i].kept)) };

			assert_int_equal(to->watch(to->ctx, &w), NORO_OK);
		}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(noro_observe_rate(h, &ask, a, &rate, NULL), NORO_OK);
	assert_true(fabs(rate.per_address_day / true_rate - 1) < 0.05);
	assert_true(fabs(rate.interval_s - 86400 / true_rate) < 2);
	assert_true(
		rate.alive > 0.5 && rate.alive < 0.6); /* 2 x 256 + 4096 + 2 x 512 of 2 x 4864 */
	assert_int_equal(rate.missings, 0);
	/* b is off on the second day; c is corrected for what it dropped; the days before know
	 * nothing */
	ask.from_ns -= 86400 * NS - 60 * NS;
	assert_int_equal(noro_observe_days(h, &ask, a, &days, NULL), NORO_OK);
	assert_true(days.days == 3 && days.sensors == 3 && days.from_ns == day0 - 86400 * NS);
	assert_true(isnan(days.per_address_day[0]));
	assert_true(fabs(days.per_address_day[2] / true_rate - 1) < 0.05);
	assert_true(days.sensor[1].alive[1] == 1 && days.sensor[1].alive[2] == 0);
	assert_true(isnan(days.sensor[1].per_address_day[2]));
	assert_int_equal(
		noro_observe_health(h, day0 + 2 * 86400 * NS + 60 * NS, 3600, a, &sick, NULL),
		NORO_OK);
	assert_int_equal(sick.ills, 2);
	assert_string_equal(sick.ill[0].sensor, "b");
	assert_string_equal(sick.ill[1].sensor, "c");
	assert_string_equal(sick.ill[1].arg[0], "20.0");
	assert_true(mended_faults_are_forgotten(h, a));
	noro_arena_free(a);
	noro_history_close(h);
}

static void put(
	struct noro_history *h, int day, const char *key, uint64_t packets, uint64_t sources)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_cell m = { .sensor = "a",
		.start_ns = day0 + day * 86400 * NS,
		.width_s = NORO_DAY_S,
		.cut = NORO_CUT_PORT,
		.key = key,
		.packets = packets,
		.sources = sources };

	assert_int_equal(to->cell(to->ctx, &m), NORO_OK);
}

static void rankings_stand_beside_the_period_before(void **state)
{
	struct noro_history *h;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_ask ask = { .from_ns = day0 + 86400 * NS,
		.to_ns = day0 + 2 * 86400 * NS,
		.cut = NORO_CUT_PORT,
		.width_s = NORO_DAY_S };
	struct noro_ranks r;

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	put(h, 0, "tcp/22", 100, 10);
	put(h, 0, "tcp/23", 50, 40);
	put(h, 1, "tcp/23", 150, 20);
	put(h, 1, "tcp/22", 50, 30);
	put(h, 1, "tcp/8443", 10, 9);
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(noro_observe_rank(h, &ask, false, a, &r, NULL), NORO_OK);
	assert_int_equal(r.rows, 3);
	assert_string_equal(r.row[0].key, "tcp/23");
	assert_true(r.row[0].change == 2 && r.row[0].place_before == 2);
	assert_true(r.row[1].change == -0.5 && r.row[1].place_before == 1);
	assert_true(isnan(r.row[2].change) && r.row[2].place_before == 0);
	assert_int_equal(noro_observe_rank(h, &ask, true, a, &r, NULL), NORO_OK);
	assert_string_equal(r.row[0].key, "tcp/22");
	assert_true(r.row[0].change == 2);
	noro_arena_free(a);
	noro_history_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians_and_scores),
		cmocka_unit_test(poisson_tails_are_exact),
		cmocka_unit_test(false_discoveries_are_kept_rare),
		cmocka_unit_test(slow_growth_moves_the_average),
		cmocka_unit_test(sensors_of_different_size_are_one),
		cmocka_unit_test(rankings_stand_beside_the_period_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
