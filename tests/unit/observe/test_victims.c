/* tests/unit/observe/test_victims.c - an attack that several sensors saw is told once, with the
 * rate that all of their addresses together tell; other attacks stay what they were. */
#include "tests/test.h"

#include "observe/observe.h"

#include <math.h>

static const int64_t NS = 1000000000;
static const char *const http[] = { "80" }, *const dns[] = { "53" };

/* What a sensor of `n` addresses says of a victim that answers `pps` for ten minutes. */
static struct noro_victim seen(
	const char *sensor, uint32_t victim, double n, double pps, int64_t at)
{
	struct noro_victim v = { .sensor = sensor,
		.victim = { .ip = noro_ip_from_v4(victim), .len = 32 },
		.proto = "tcp",
		.ports = { http, 1 },
		.first_ns = at * NS,
		.last_ns = (at + 600) * NS,
		.how = "syn-ack" };

	v.probes = (uint64_t)llround(pps * 600 * n / 4294967296.0);
	v.packets = 3 * v.probes;
	v.dsts = v.probes / 2;
	v.rate_pps = (double)v.probes / 600 * 4294967296.0 / n;
	return v;
}

static void one_attack_is_told_once(void **state)
{
	const double pps = 200000;
	const struct noro_victim row[] = { seen("tokyo", 0xc0000201, 16384, pps, 0),
		seen("osaka", 0xc0000201, 2048, pps, 0), seen("naha", 0xc0000201, 256, pps, 0) };
	const struct noro_victim *v[] = { &row[1], &row[2], &row[0] };
	struct noro_arena *a = noro_arena_new(0);
	size_t n = 3;

	(void)state;
	assert_int_equal(noro_observe_victims(v, &n, a), NORO_OK);
	assert_int_equal(n, 1);
	assert_string_equal(v[0]->sensor, "naha, osaka, tokyo");
	assert_int_equal(v[0]->probes, row[0].probes + row[1].probes + row[2].probes);
	assert_int_equal(v[0]->packets, 3 * v[0]->probes);
	assert_int_equal(v[0]->dsts, row[0].dsts + row[1].dsts + row[2].dsts);
	assert_true(fabs(v[0]->rate_pps / pps - 1) < 0.01);
	noro_arena_free(a);
}

static void other_attacks_stay_apart(void **state)
{
	struct noro_victim row[] = { seen("tokyo", 0xc0000201, 16384, 2e5, 0),
		seen("osaka", 0xc0000201, 2048, 2e5, 3600), /* an hour later */
		seen("osaka", 0xc0000202, 2048, 2e5, 0),    /* somebody else */
		seen("osaka", 0xc0000201, 2048, 2e5, 0),    /* another service */
		seen("tokyo", 0xc0000201, 16384, 2e5, 0) }; /* another protocol */
	const struct noro_victim *v[] = { &row[0], &row[1], &row[2], &row[3], &row[4] };
	struct noro_arena *a = noro_arena_new(0);
	size_t n = 5;

	(void)state;
	row[3].ports = (struct noro_list){ dns, 1 };
	row[4].proto = "udp";
	assert_int_equal(noro_observe_victims(v, &n, a), NORO_OK);
	assert_int_equal(n, 5);
	n = 0;
	assert_int_equal(noro_observe_victims(v, &n, a), NORO_OK);
	assert_int_equal(n, 0);
	noro_arena_free(a);
}

/* A small sensor hears an attack in pieces: its addresses count once. */
static void pieces_of_one_sensor_do_not_bend_the_rate(void **state)
{
	struct noro_victim row[] = { seen("tokyo", 0xc0000201, 16384, 2e5, 0),
		seen("osaka", 0xc0000201, 16384, 2e5, 0),
		seen("osaka", 0xc0000201, 16384, 2e5, 0) };
	const struct noro_victim *v[] = { &row[0], &row[1], &row[2] };
	struct noro_arena *a = noro_arena_new(0);
	size_t n = 3;

	(void)state;
	row[1].last_ns = 250 * NS;
	row[2].first_ns = 350 * NS;
	row[1].probes = row[2].probes = row[0].probes * 250 / 600;
	row[1].rate_pps = row[2].rate_pps = (double)row[1].probes / 250 * 4294967296.0 / 16384;
	assert_int_equal(noro_observe_victims(v, &n, a), NORO_OK);
	assert_int_equal(n, 1);
	assert_string_equal(v[0]->sensor, "osaka, tokyo");
	assert_true(fabs(v[0]->rate_pps / 2e5 - 1) < 0.1); /* a sixth of one half went unheard */
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_attack_is_told_once),
		cmocka_unit_test(other_attacks_stay_apart),
		cmocka_unit_test(pieces_of_one_sensor_do_not_bend_the_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
