/*
 * tests/unit/observe/test_surge.c - quiet weeks over all ports stay quiet, and rises are found:
 * made-up counts whose truth is known, straight into the judgement.
 */
#include "tests/test.h"

#include "noise.h"
#include "observe/surge_priv.h"

#include <math.h>

#define NS 1000000000LL
static const int64_t start = 1754006400; /* 2025-08-01, a Friday */

enum pattern { POISSON, CROWD, WEEKLY, HEAVY };

struct world {
	struct surge_series *s;
	struct noise rnd;
	enum pattern pattern;
	uint32_t step; /* every step-th port exists */
};

static uint32_t bins_of(uint32_t days, uint32_t width)
{
	return days * 86400 / width;
}

/* Ports are heavy-tailed: the busiest is asked for by thousands of sources an hour, most by one in
 * two days. */
static double rate_of(const struct world *w, uint32_t port)
{
	double rank = 1 + (port & 65535) / w->step;

	return fmax(0.02, (port < SURGE_UDP ? 3000 : 600) / pow(rank, 1.1)) * w->s->width_s / 3600;
}

static double factor(struct world *w, uint32_t port, uint32_t bin)
{
	int64_t at = w->s->start_s + (int64_t)bin * w->s->width_s;
	double hour = (double)(at % 86400) / 86400, f = 1;
	unsigned day = (unsigned)(at / 86400 + 4) % 7;

	if (w->pattern >= WEEKLY) {
		if (w->s->width_s < 86400)
			f *= 1 + 0.4 * sin(6.283185307 * hour);
		f *= day == 0 || day == 6 ? (port % 3 ? 0.6 : 1.6) : 1;
	}
	if (w->pattern >= CROWD)
		f *= noise_gamma(&w->rnd, 6) / 6;
	if (w->pattern == HEAVY && port % 7 == 0)
		f *= noise_gamma(&w->rnd, 1.2) / 1.2;
	if (w->pattern == HEAVY && port % 97 == 0)
		f *= exp(0.5 * noise_normal(&w->rnd) - 0.125);
	return f;
}

static void put(struct world *w, uint32_t port, uint32_t bin, uint32_t sensor, uint32_t sources)
{
	struct surge_entry e = { .sources = sources,
		.packets = sources * 3,
		.bin = (uint16_t)bin,
		.sensor = (uint16_t)sensor,
		.nets = (uint16_t)(sources < 60000 ? sources : 60000),
		.wide = (uint16_t)(sources < 190 ? sources : 0) };

	if (sources)
		assert_int_equal(surge_series_add(w->s, port, &e), NORO_OK);
}

static struct world world_of(
	enum pattern pattern, uint64_t seed, uint32_t width, uint32_t days, uint32_t step)
{
	struct world w = { .rnd = { seed }, .pattern = pattern, .step = step };

	assert_int_equal(surge_series_new(width, start, bins_of(days, width), 1, &w.s), NORO_OK);
	for (uint32_t bin = 0; bin < w.s->bins; bin++)
		surge_series_watch(w.s, 0, bin, 65536, 1);
	return w;
}

static void quiet_days(struct world *w)
{
	for (uint32_t port = 0; port < SURGE_ICMP; port += w->step) {
		double rate = rate_of(w, port);

		for (uint32_t bin = 0; bin < w->s->bins; bin++)
			put(w, port, bin, 0, noise_poisson(&w->rnd, rate * factor(w, port, bin)));
	}
}

static size_t worst_day(const struct surge_series *s)
{
	size_t worst = 0;

	for (uint32_t day = 0; day * 86400 < s->bins * s->width_s; day++) {
		size_t n = 0;

		for (size_t i = 0; i < s->hits; i++)
			n += s->hit[i].first * s->width_s / 86400 == day;
		worst = n > worst ? n : worst;
	}
	return worst;
}

/* At most one false alarm a day over four weeks; in hours and in days. */
static void quiet_weeks_stay_quiet(void **state)
{
	static const char *const name[] = { "Poisson", "over-dispersed", "weekly", "heavy-tailed" };
	bool all = getenv("NOROSHI_SOAK") != NULL;
	uint32_t step = all ? 1 : 16;

	(void)state;
	for (int width = 0; width < 2; width++)
		for (int pattern = POISSON; pattern <= HEAVY; pattern++) {
			uint32_t judged = all || width ? 28 : 3;
			struct world w = world_of((enum pattern)pattern, 7 + (uint64_t)pattern,
				width ? 86400 : 3600, 28 + judged, step);

			quiet_days(&w);
			assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
			assert_int_equal(w.s->judged, bins_of(judged, w.s->width_s));
			print_message("# %s, %s, %u ports: %zu false alarms in %u days, %zu on the "
				      "worst (%llu stood, %llu gated)\n",
				name[pattern], width ? "days" : "hours", SURGE_ICMP / step,
				w.s->hits, judged, worst_day(w.s), (unsigned long long)w.s->stood,
				(unsigned long long)w.s->gated);
			assert_true(w.s->hits <= judged && worst_day(w.s) <= 2);
			surge_series_free(w.s);
		}
}

static const struct surge_hit *hit_on(const struct surge_series *s, uint32_t port)
{
	static const struct surge_hit none = { .first = UINT32_MAX };

	for (size_t i = 0; i < s->hits; i++)
		if (s->hit[i].port == port)
			return &s->hit[i];
	return &none;
}

/* Each of 1,000 quiet ports, at most 0.05 sources expected in a bin, gets five in one bin. */
static size_t quiet_ports(uint32_t width, double mean, uint64_t seed)
{
	struct world w = world_of(POISSON, seed, width, width == 3600 ? 30 : 48, 1);
	uint32_t days = bins_of(28, width), more = w.s->bins - days;
	size_t found = 0;

	for (uint32_t port = 40000; port < 41000; port++)
		for (uint32_t bin = 0; bin < w.s->bins; bin++) {
			bool now = bin == days + port % more;

			put(&w, port, bin, 0, noise_poisson(&w.rnd, mean) + (now ? 5 : 0));
		}
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	for (uint32_t port = 40000; port < 41000; port++)
		found += hit_on(w.s, port)->first == days + port % more;
	print_message("# bins of %u s, %.3f expected: %zu of 1,000 found, %zu findings\n", width,
		mean, found, w.s->hits);
	assert_int_equal(found, w.s->hits);
	surge_series_free(w.s);
	return found;
}

static void five_sources_on_a_quiet_port_are_found(void **state)
{
	(void)state;
	assert_int_equal(quiet_ports(3600, 0.05, 11), 1000);
	assert_int_equal(quiet_ports(3600, 0.002, 21), 1000);
	assert_true(quiet_ports(86400, 0.01, 31) >= 990);
	assert_true(quiet_ports(86400, 0.05, 41) >= 900);
}

/* Three times as many for three hours, on ports of 20 to 5,000 sources an hour; and for three days.
 * One finding each. */
static void three_times_on_a_busy_port_is_found(void **state)
{
	(void)state;
	for (uint32_t width = 3600; width <= 86400; width += 82800) {
		struct world w = world_of(WEEKLY, 12, width, 33, 1);
		uint32_t days = bins_of(1, width), peak = 29 * days;

		for (uint32_t port = 1; port <= 60; port++)
			for (uint32_t bin = 0; bin < w.s->bins; bin++)
				put(&w, port, bin, 0,
					noise_poisson(&w.rnd,
						(bin >= peak && bin < peak + 3 ? 3 : 1) *
							rate_of(&w, port) *
							(1 + (factor(&w, port, bin) - 1) / 4)));
		assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
		for (uint32_t port = 1; port <= 60; port++) {
			const struct surge_hit *h = hit_on(w.s, port);

			assert_true(h->first >= peak && h->first < peak + 3);
			assert_true(h->sources / h->expected > 2);
		}
		assert_int_equal(w.s->hits, 60);
		surge_series_free(w.s);
	}
}

/* Every day of ten a tenth more: no day stands out, the average does. */
static void slow_growth_is_found(void **state)
{
	struct world w = world_of(POISSON, 13, 86400, 42, 1);
	const struct surge_hit *h;

	(void)state;
	for (uint32_t bin = 0; bin < w.s->bins; bin++)
		for (uint32_t port = 5000; port < 5100; port++)
			put(&w, port, bin, 0,
				noise_poisson(&w.rnd,
					200 * (bin < 30 || port != 5060 ? 1 : pow(1.1, bin - 29))));
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	h = hit_on(w.s, 5060);
	assert_true(h->first >= 32 && h->first < 40);
	assert_string_equal(h->how, "ewma");
	assert_int_equal(w.s->hits, 1);
	surge_series_free(w.s);
}

/* Two sensors that hear different ports: one is off for days, comes back, loses two fifths of its
 * packets, a third joins, one gets twice the addresses; and every source says something all the
 * time, so that half an hour hears as many as a whole one. */
static void lost_time_and_new_sensors_are_no_surge(void **state)
{
	struct world w = { .rnd = { 14 }, .step = 1 };

	(void)state;
	assert_int_equal(surge_series_new(3600, start, 50 * 24, 3, &w.s), NORO_OK);
	for (uint32_t bin = 0; bin < w.s->bins; bin++)
		for (uint32_t sensor = 0; sensor < 3; sensor++) {
			uint32_t day = bin / 24;
			bool off = (sensor == 0 && (day / 3 == 4 || day / 3 == 11)) ||
				   (sensor == 2 && day < 35);
			double share = day == 33 && sensor == 1 ? 0.55 : day > 40 ? 0.6 : 1;

			if (off)
				continue;
			surge_series_watch(w.s, sensor, bin, day >= 44 ? 2048 : 1024, share);
			for (uint32_t port = 0; port < 400; port++) {
				double rate = port % 3 == sensor ? 40 : 0.4;

				/* drops lose some, half an ear loses none */
				rate *= day > 40 ? 0.6 : 1;
				put(&w, port, bin, sensor,
					noise_poisson(&w.rnd, rate * (day >= 44 ? 1.8 : 1)));
			}
		}
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	print_message(
		"# %llu hours judged, %zu alarms\n", (unsigned long long)w.s->judged, w.s->hits);
	assert_true(w.s->judged >= 21 * 24);
	assert_int_equal(w.s->hits, 0);
	surge_series_free(w.s);
}

/* Five sources of one /16 are gated; so is one source that five sensors saw. */
static void few_networks_are_gated(void **state)
{
	struct surge_asked q = {
		.sources = 5, .expected = 0.01, .one_most = 5, .nets = 5, .wide = 1
	};
	bool open;

	(void)state;
	assert_int_equal(surge_gate_counts(NULL, &q, &open), NORO_OK);
	assert_false(open);
	q.wide = 3;
	assert_int_equal(surge_gate_counts(NULL, &q, &open), NORO_OK);
	assert_true(open);
	q.one_most = 1;
	assert_int_equal(surge_gate_counts(NULL, &q, &open), NORO_OK);
	assert_false(open);
	q.one_most = 5;
	q.expected = 1; /* four of five are new */
	assert_int_equal(surge_gate_counts(NULL, &q, &open), NORO_OK);
	assert_false(open);
}

/* A rise that lasts two days with a pause is one finding; after a silence it is another. */
static void a_surge_is_one_finding(void **state)
{
	struct world w = world_of(POISSON, 15, 3600, 40, 1);

	(void)state;
	for (uint32_t bin = 0; bin < w.s->bins; bin++) {
		uint32_t day = bin / 24, hour = bin % 24;
		bool up = ((day == 29 || day == 30) && hour > 8 && hour < 16) || day == 35;

		put(&w, 8443, bin, 0, noise_poisson(&w.rnd, up ? 120 : 10));
	}
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	assert_int_equal(w.s->hits, 2);
	assert_int_equal(w.s->hit[0].first, 29 * 24 + 9);
	assert_int_equal(w.s->hit[0].last, 30 * 24 + 15);
	assert_int_equal(w.s->hit[1].first, 35 * 24);
	assert_true(w.s->hit[0].sources / w.s->hit[0].expected > 9);
	surge_series_free(w.s);
}

/* Six sources that ask for everything in an hour: one finding, and a port that rose besides. */
static void a_sweep_over_all_ports_is_one_finding(void **state)
{
	struct world w = world_of(POISSON, 16, 3600, 30, 1);
	uint32_t when = 28 * 24 + 5;

	(void)state;
	for (uint32_t port = 0; port < 3000; port++)
		for (uint32_t bin = 0; bin < w.s->bins; bin++)
			put(&w, port, bin, 0,
				noise_poisson(&w.rnd, 0.05) +
					(bin == when ? port == 2323 ? 60 : 6 : 0));
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	assert_int_equal(w.s->hits, 2);
	assert_int_equal(w.s->hit[0].port, SURGE_SLOTS);
	assert_int_equal(w.s->hit[0].ports, 3000);
	assert_int_equal(w.s->hit[1].port, 2323);
	surge_series_free(w.s);
}

/* With less than 28 days of a sensor's own there is no verdict. */
static void short_histories_are_not_judged(void **state)
{
	struct world w = world_of(POISSON, 17, 3600, 28, 1);

	(void)state;
	put(&w, 80, w.s->bins - 1, 0, 5000);
	assert_int_equal(surge_judge(w.s, 0, NULL), NORO_OK);
	assert_int_equal(w.s->judged, 0);
	assert_int_equal(w.s->hits, 0);
	surge_series_free(w.s);
}

/* Known values: the geometric distribution is r = 1; large r is Poisson; both sums meet. */
static void tails_of_crowds_are_exact(void **state)
{
	(void)state;
	for (uint64_t k = 1; k < 60; k++)
		assert_true(fabs(noro_crowd_tail(3, 1, k) / pow(0.75, (double)k) - 1) < 1e-9);
	assert_true(fabs(noro_crowd_tail(0.05, 1e8, 5) / noro_poisson_tail(0.05, 5) - 1) < 1e-5);
	assert_true(noro_crowd_tail(2, 5, 0) == 1 && noro_crowd_tail(0, 5, 1) == 0);
}

static void ports_are_numbers_and_back(void **state)
{
	uint32_t port;
	char text[24];

	(void)state;
	assert_true(surge_port_parse("udp/53", &port));
	assert_int_equal(port, SURGE_UDP + 53);
	surge_port_print(port, text);
	assert_string_equal(text, "udp/53");
	assert_true(surge_port_parse("icmp/255", &port) && surge_port_parse("tcp/65535", &port));
	assert_false(surge_port_parse("tcp/65536", &port) || surge_port_parse("icmp/256", &port));
	assert_false(surge_port_parse("tcp/", &port) || surge_port_parse("tcp/8a", &port));
	assert_false(surge_port_parse("ip/4", &port) || surge_port_parse("", &port));
	assert_false(surge_port_parse("tcp/99999999999999", &port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_weeks_stay_quiet),
		cmocka_unit_test(five_sources_on_a_quiet_port_are_found),
		cmocka_unit_test(three_times_on_a_busy_port_is_found),
		cmocka_unit_test(slow_growth_is_found),
		cmocka_unit_test(lost_time_and_new_sensors_are_no_surge),
		cmocka_unit_test(few_networks_are_gated),
		cmocka_unit_test(a_surge_is_one_finding),
		cmocka_unit_test(a_sweep_over_all_ports_is_one_finding),
		cmocka_unit_test(short_histories_are_not_judged),
		cmocka_unit_test(tails_of_crowds_are_exact),
		cmocka_unit_test(ports_are_numbers_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
