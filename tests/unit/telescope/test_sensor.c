/* tests/unit/telescope/test_sensor.c - a description is read or refused with its line; thresholds
 * follow from the size; the look-up agrees with the prefixes. */
#include "tests/test.h"

#include "evidence/packet.h"
#include "telescope/sensor.h"

#include <math.h>

static const char two[] =
	"# our sensors\n---\nsensor: tokyo-1\naddresses: [ 192.0.2.0/24, \"2001:db8::/48\" ]\n"
	"except: [ 192.0.2.1 ]\nrespond: 192.0.2.128/25\nrate: 50\nmiss: 0.01\n"
	"tunnels: [ gre, vxlan ]\n"
	"research: [ a.txt, b.csv ]\ntables: { rir: [ y, z ] }\n"
	"---\nsensors:\n  - sensor: osaka\n    addresses: 198.51.100.0/23\n"
	"  - sensor: naha\n    addresses: [ 10.0.0.0/8, 10.1.0.0/16 ]\n";

static void descriptions_are_read(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_sensor *s;
	struct noro_error err = { 0 };
	size_t n;

	(void)state;
	assert_int_equal(noro_sensor_load("s.yaml", noro_view_str(two), a, &s, &n, &err), NORO_OK);
	assert_int_equal(n, 3);
	assert_string_equal(s[0].name, "tokyo-1");
	assert_int_equal(s[0].addresses, 255);
	assert_int_equal(s[0].owns, 2);
	assert_int_equal(s[0].responds, 1);
	assert_string_equal(s[0].research[1], "b.csv");
	assert_null(s[0].research[2]);
	assert_string_equal(s[0].rir[1], "z");
	assert_int_equal(s[0].tunnels, NORO_VIA_GRE | NORO_VIA_VXLAN);
	assert_int_equal(s[1].tunnels, 0);
	assert_true(s[0].rate_pps == 50 && s[0].miss == 0.01 && s[0].attack_pps == 100);
	assert_int_equal(s[1].addresses, 512);
	assert_int_equal(s[2].addresses, 1 << 24);
	assert_int_equal(s[2].owns, 1);
	noro_arena_free(a);
}

static void bad_descriptions_name_their_line(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
	} bad[] = {
		{ "sensor: a\naddresses: [ 192.0.2.1/24 ]\n", 2 },
		{ "sensor: a\naddresses: [ 192.0.2.0/24 ]\nrespnd: x\n", 3 },
		{ "sensor: a\naddresses: 192.0.2.0/24\n---\nsensor: a\naddresses: 192.0.3.0/24\n",
			4 },
		{ "sensor: a\naddresses: 192.0.2.0/24\nexcept: 192.0.0.0/16\n", 1 },
		{ "sensor: a\naddresses: 192.0.2.0/24\nrespond: 192.0.3.1\n", 1 },
		{ "sensor: a/b\naddresses: 192.0.2.0/24\n", 1 },
		{ "addresses: 192.0.2.0/24\n", 1 },
		{ "sensor: a\naddresses: 192.0.2.0/24\nmiss: 0\n", 3 },
		{ "sensor: a\naddresses: 192.0.2.0/24\nrate: fast\n", 3 },
		{ "sensor: a\naddresses: 192.0.2.0/24\ntunnels: [ gre, wires ]\n", 3 },
		{ "sensor: a\naddresses: 192.0.2.0/24\ntunnels: { gre: 1 }\n", 3 },
	};
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct noro_sensor *s;
		struct noro_error err = { 0 };
		size_t n;

		assert_true(noro_sensor_load(
				    "s.yaml", noro_view_str(bad[i].text), a, &s, &n, &err) < 0);
		assert_int_equal(err.unit, NORO_AT_LINE);
		assert_int_equal(err.at, bad[i].line);
	}
	noro_arena_free(a);
}

static struct noro_sensor sized(uint64_t n)
{
	return (struct noro_sensor){
		.addresses = n, .rate_pps = 100, .miss = 0.001, .attack_pps = 100
	};
}

static void thresholds_follow_from_the_size(void **state)
{
	struct noro_sensor s = sized(475136);
	double pps, a_minute;

	(void)state;
	assert_int_equal(noro_sensor_gap_s(&s), 624); /* Merit's constant */
	s = sized(65536);
	assert_int_equal(noro_sensor_gap_s(&s), 4527);
	s = sized(256);
	assert_int_equal(noro_sensor_gap_s(&s), 6 * 3600);
	s = sized(12582912);
	assert_int_equal(noro_sensor_gap_s(&s), 60);
	s = sized(0);
	assert_int_equal(noro_sensor_gap_s(&s), 6 * 3600);
	/* a /8 sees 100 packets/s at the victim as 23 a minute; it has 300 s of patience */
	s = sized(1 << 24);
	assert_int_equal(noro_sensor_attack_gap_s(&s), 300);
	a_minute = noro_sensor_attack_floor(&s, &pps);
	assert_true(fabs(a_minute - 23.4375) < 1e-9);
	assert_true(fabs(pps - 100) < 1e-9);
	/* a /23 sees so little that 25 within the gap must do */
	s = sized(512);
	assert_int_equal(noro_sensor_attack_gap_s(&s), 3600);
	a_minute = noro_sensor_attack_floor(&s, &pps);
	assert_true(a_minute < 1 && a_minute > 0.4);
	assert_true(pps > 50000);
}

static bool in(const struct noro_prefix *p, size_t n, const struct noro_ip *ip)
{
	for (size_t i = 0; i < n; i++)
		if (noro_prefix_has(&p[i], ip))
			return true;
	return false;
}

static void the_look_up_agrees_with_the_prefixes(void **state)
{
	static const char *const own[] = { "10.0.0.0/15", "10.2.4.0/22", "10.3.255.252/30",
		"255.255.255.0/24", "0.0.0.0/30", "2001:db8::/48" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_sensor s;
	struct noro_prefix except[4];
	struct noro_own *o;
	uint32_t at, seed = 1;
	uint64_t hits = 0;
	uint8_t six[16] = { 0x20, 1, 0x0d, 0xb8, 0, 0xff };

	(void)state;
	assert_int_equal(noro_sensor_make("x", own, 6, a, &s, NULL), NORO_OK);
	assert_true(noro_prefix_parse(NORO_V("2001:db8:0:1::/64"), &except[3], &(bool){ 0 }));
	assert_true(noro_prefix_parse(NORO_V("255.255.255.255"), &except[2], &(bool){ 0 }));
	assert_true(noro_prefix_parse(NORO_V("10.1.7.0/24"), &except[1], &(bool){ 0 }));
	assert_true(noro_prefix_parse(NORO_V("0.0.0.3"), &except[0], &(bool){ 0 }));
	s.except = except;
	s.excepts = 4;
	assert_int_equal(noro_own_new(&s, &o, NULL), NORO_OK);
	for (uint32_t i = 0; i < 1 << 19; i++) { /* all of 10.0/13, in order: numbered in order */
		struct noro_ip ip = noro_ip_from_v4(0x0a000000 + i);
		bool ours = in(s.own, s.owns, &ip) && !in(except, 4, &ip);

		assert_int_equal(noro_own_v4(o, 0x0a000000 + i, &at), ours);
		if (ours)
			assert_int_equal(at, 3 + hits++);
	}
	assert_int_equal(hits, (2 << 16) - 256 + 1024 + 4);
	assert_true(noro_own_v4(o, 0xfffffffe, &at));
	assert_int_equal(at, 3 + hits + 254);
	assert_false(noro_own_v4(o, 0xffffffff, &at));
	for (int i = 0; i < 100000; i++) {
		struct noro_ip ip;

		seed = seed * 1664525 + 1013904223;
		ip = noro_ip_from_v4(seed);
		assert_int_equal(
			noro_own_v4(o, seed, &at), in(s.own, s.owns, &ip) && !in(except, 4, &ip));
	}
	assert_false(noro_own_v6(o, six));
	six[5] = 0;
	assert_true(noro_own_v6(o, six));
	six[7] = 1;
	assert_false(noro_own_v6(o, six));
	noro_own_free(o);
	noro_arena_free(a);
}

static bool load_and_look(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_sensor *s;
	struct noro_own *o = NULL;
	size_t n;
	enum noro_status st = NORO_ENOMEM;

	(void)arg;
	if (a)
		st = noro_sensor_load("s", noro_view_str(two), a, &s, &n, NULL);
	if (st == NORO_OK)
		st = noro_own_new(&s[0], &o, NULL);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	noro_own_free(o);
	noro_arena_free(a);
	return st == NORO_OK;
}

static void memory_may_fail(void **state)
{
	(void)state;
	test_allocation_sweep(load_and_look, NULL, 1000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptions_are_read),
		cmocka_unit_test(bad_descriptions_name_their_line),
		cmocka_unit_test(thresholds_follow_from_the_size),
		cmocka_unit_test(the_look_up_agrees_with_the_prefixes),
		cmocka_unit_test(memory_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
