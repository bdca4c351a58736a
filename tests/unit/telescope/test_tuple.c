/* tests/unit/telescope/test_tuple.c - the tuples of a minute hold every packet that is ours, once.
 */
#include "tests/unit/telescope/traffic.h"

#include "base/file.h"
#include "telescope/tuple.h"

#define NS 1000000000LL
static const int64_t t0 = 1756252800LL * NS; /* 2025-08-27 */

enum { KEPT = 64, OURS = 0xc0000200, SOURCE = 0xc6336401 };

struct got {
	struct noro_tuple t[KEPT];
	int64_t minute[KEPT];
	size_t n, calls;
	uint64_t packets, bytes;
};

static enum noro_status keep(void *ctx, int64_t minute_ns, const struct noro_tuple *t, size_t n)
{
	struct got *g = ctx;

	g->calls++;
	for (size_t i = 0; i < n; i++) {
		if (g->n < KEPT) {
			g->t[g->n] = t[i];
			g->minute[g->n++] = minute_ns;
		}
		assert_true(t[i].first_ns >= minute_ns && t[i].last_ns < minute_ns + 60 * NS);
		g->packets += t[i].packets;
		g->bytes += t[i].bytes;
	}
	return NORO_OK;
}

static struct noro_arena *arena;
static struct noro_sensor sensor;
static struct noro_own *own;

static int set_up(void **state)
{
	static const char *const prefix[] = { "192.0.2.0/24", "2001:db8::/32" };

	(void)state;
	arena = noro_arena_new(0);
	assert_int_equal(noro_sensor_make("t", prefix, 2, arena, &sensor, NULL), NORO_OK);
	return noro_own_new(&sensor, &own, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	noro_own_free(own);
	noro_arena_free(arena);
	return 0;
}

static void run(struct noro_tuples_opts o, const struct made *m, size_t n, struct got *g,
	struct noro_tuples_sum *ret)
{
	struct noro_tuples *t;

	*g = (struct got){ 0 };
	o.own = own;
	o.give = keep;
	o.ctx = g;
	assert_int_equal(noro_tuples_new(&o, &t, NULL), NORO_OK);
	for (size_t i = 0; i < n; i += 2) {
		struct noro_frame f[2] = { frame_of(&m[i]), frame_of(&m[i + 1 < n ? i + 1 : i]) };

		/* two at a time, so that the second tells whether the first one's time lies */
		assert_int_equal(noro_tuples_feed(t, f, 1 + (i + 1 < n), NULL), NORO_OK);
	}
	assert_int_equal(noro_tuples_end(t, NULL), NORO_OK);
	*ret = *noro_tuples_sum(t);
	noro_tuples_free(t);
	assert_int_equal(g->packets, ret->own);
}

static void tuples_differ_by_header_and_flows_do_not(void **state)
{
	struct made m[6];
	struct got g;
	struct noro_tuples_sum sum;

	(void)state;
	make_syn(&m[0], SOURCE, OURS + 7, 23, 1);
	make_syn(&m[1], SOURCE, OURS + 7, 23, 2);
	m[1].b[8] = 50; /* another ttl */
	make_tcp(&m[2], SOURCE, 40000, OURS + 7, 23, NORO_TCP_ACK, 3, 1);
	make_syn(&m[3], SOURCE, OURS + 7, 23, 1);
	make_syn(&m[4], SOURCE, OURS + 7, 23, 1);   /* in the next minute */
	make_syn(&m[5], SOURCE, 0x01020304, 23, 1); /* not ours */
	for (int i = 0; i < 6; i++)
		m[i].ts = t0 + (i < 4 ? i : 60) * NS;
	run((struct noro_tuples_opts){ 0 }, m, 6, &g, &sum);
	assert_int_equal(sum.own, 5);
	assert_int_equal(sum.foreign, 1);
	assert_int_equal(g.n, 4);
	assert_int_equal(g.t[0].ttl, 50);
	assert_int_equal(g.t[1].packets, 2);
	assert_int_equal(g.t[1].syn_n, 32);
	assert_int_equal(g.t[1].syn_window, 64240);
	assert_int_equal(g.t[1].first_ns, t0);
	assert_int_equal(g.t[1].last_ns, t0 + 3 * NS);
	assert_int_equal(g.t[2].tcp_flags, NORO_TCP_ACK);
	assert_int_equal(g.t[2].syn_n, 0);
	assert_int_equal(g.minute[3], t0 + 60 * NS);
	run((struct noro_tuples_opts){ .flows = true }, m, 6, &g, &sum);
	assert_int_equal(g.n, 2);
	assert_int_equal(g.t[0].packets, 4);
	assert_int_equal(g.t[0].bytes, 3 * 52 + 40);
	assert_int_equal(g.t[0].flags_all, NORO_TCP_SYN | NORO_TCP_ACK);
	assert_int_equal(g.t[0].ttl_least, 50);
	assert_int_equal(g.t[0].ttl_most, 60);
}

static void types_and_codes_stand_for_ports(void **state)
{
	static const uint8_t v6a[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
			     v6b[16] = { 0x20, 1, 0xd, 0xb8, [15] = 2 };
	struct made m[4];
	struct got g;
	struct noro_tuples_sum sum;
	uint8_t *icmp;

	(void)state;
	icmp = make_v4(&m[0], 1, SOURCE, OURS, 8);
	icmp[0] = 8;
	make_v6_syn(&m[1], v6a, v6b, 443);
	make_syn(&m[2], 0x7f000001, OURS + 1, 80, 9); /* from where nobody can send */
	make_udp(&m[3], SOURCE, 5353, OURS + 2, 53, "x", 1);
	for (int i = 0; i < 4; i++)
		m[i].ts = t0;
	run((struct noro_tuples_opts){ 0 }, m, 4, &g, &sum);
	assert_int_equal(sum.own, 4);
	assert_int_equal(sum.own6, 1);
	assert_int_equal(g.n, 4);
	assert_true(g.t[0].spoofed);
	assert_int_equal(g.t[1].proto, 1);
	assert_int_equal(g.t[1].sport, 8);
	assert_int_equal(g.t[1].dport, 0);
	assert_int_equal(g.t[2].dport, 53);
	assert_int_equal(g.t[3].family, 6);
	assert_memory_equal(g.t[3].dst, v6b, 16);
}

static void a_full_table_is_given_early_and_told(void **state)
{
	struct made m[10];
	struct got g;
	struct noro_tuples_sum sum;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		make_syn(&m[i], SOURCE + i, OURS, 23, 1);
		m[i].ts = t0 + i;
	}
	run((struct noro_tuples_opts){ .most = 4 }, m, 10, &g, &sum);
	assert_int_equal(sum.own, 10);
	assert_int_equal(sum.early, 2);
	assert_int_equal(g.calls, 3);
	assert_int_equal(sum.tuples, 10);
}

static void clocks_that_lie_lose_nothing(void **state)
{
	struct made m[6];
	struct got g;
	struct noro_tuples_sum sum;
	/* a leap of a year by one packet; a step back; no time at all */
	const int64_t at[6] = { t0, t0 + 1, t0 + 365 * 86400 * NS, t0 + 2, t0 + 61 * NS, t0 - 7 };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		make_syn(&m[i], SOURCE, OURS, 23, 1);
		m[i].ts = at[i];
	}
	run((struct noro_tuples_opts){ 0 }, m, 6, &g, &sum);
	assert_int_equal(sum.own, 6);
	assert_int_equal(sum.late, 1);
	assert_int_equal(g.n, 2);
	assert_int_equal(g.t[0].packets, 4);
	assert_int_equal(g.minute[1], t0 + 60 * NS);
	m[0].ts = NORO_TIME_NONE;
	run((struct noro_tuples_opts){ 0 }, m, 1, &g, &sum);
	assert_int_equal(g.minute[0], 0);
}

static void many_tuples_are_found_again(void **state)
{
	struct noro_tuples_opts o = { .own = own, .give = keep };
	struct noro_tuples *t;
	struct got g = { 0 };
	uint64_t seed = 88172645463325252ULL;
	struct made m;

	(void)state;
	o.ctx = &g;
	assert_int_equal(noro_tuples_new(&o, &t, NULL), NORO_OK);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 20000; i++) {
			struct noro_frame f;

			make_syn(&m, SOURCE + i, OURS + i % 256, i % 1000, 1);
			m.ts = t0 + (int64_t)(traffic_next(&seed) % 60) * NS;
			f = frame_of(&m);
			assert_int_equal(noro_tuples_feed(t, &f, 1, NULL), NORO_OK);
		}
	assert_int_equal(noro_tuples_end(t, NULL), NORO_OK);
	assert_int_equal(noro_tuples_sum(t)->tuples, 20000);
	assert_int_equal(g.packets, 40000);
	noro_tuples_free(t);
}

static bool try_all(void *arg)
{
	struct noro_tuples_opts o = { .own = own, .give = keep, .ctx = arg };
	struct noro_tuples *t;
	struct made m;
	struct noro_frame f;
	bool ok;

	if (noro_tuples_new(&o, &t, NULL) != NORO_OK)
		return false;
	ok = true;
	for (unsigned i = 0; ok && i < 5000; i++) {
		make_syn(&m, SOURCE + i, OURS, 23, 1);
		m.ts = t0;
		f = frame_of(&m);
		ok = noro_tuples_feed(t, &f, 1, NULL) == NORO_OK;
	}
	ok = noro_tuples_end(t, NULL) == NORO_OK && ok;
	noro_tuples_free(t);
	return ok;
}

static void no_memory_is_an_answer(void **state)
{
	struct got g = { 0 };

	(void)state;
	test_allocation_sweep(try_all, &g, 64);
}

/* The tuples and the pipeline are two readers of one capture: they must agree. */
static void same_packets_as_the_pipeline(const char *path)
{
	static const char *const all[] = { "0.0.0.0/0" };
	const struct noro_measures nowhere = { 0 };
	struct noro_buf bytes = { 0 };
	struct noro_scope_opts so = { .sensor = &sensor, .jobs = 1 };
	struct noro_tuples_opts o = { .give = keep };
	struct noro_own *everything;
	struct noro_scope *s;
	struct noro_tuples *t;
	struct noro_capture *c;
	struct got g = { 0 };

	if (noro_file_read(path, 1 << 26, &bytes, NULL) != NORO_OK) {
		print_message("# not there: %s\n", path);
		return;
	}
	assert_int_equal(noro_sensor_make("t", all, 1, arena, &sensor, NULL), NORO_OK);
	assert_int_equal(noro_own_new(&sensor, &everything, NULL), NORO_OK);
	o.own = everything;
	o.ctx = &g;
	assert_int_equal(noro_scope_new(&so, &nowhere, &s, NULL), NORO_OK);
	assert_int_equal(noro_tuples_new(&o, &t, NULL), NORO_OK);
	assert_int_equal(noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL), NORO_OK);
	assert_int_equal(noro_scope_read(s, c, NULL, NULL), NORO_OK);
	noro_capture_free(c);
	assert_int_equal(noro_scope_end(s, NULL), NORO_OK);
	assert_int_equal(noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL), NORO_OK);
	assert_int_equal(noro_tuples_read(t, c, NULL, NULL), NORO_OK);
	assert_int_equal(noro_tuples_end(t, NULL), NORO_OK);
	assert_int_equal(g.packets, noro_scope_sum(s)->own);
	assert_int_equal(noro_tuples_sum(t)->malformed, noro_scope_sum(s)->malformed);
	assert_int_equal(noro_tuples_sum(t)->foreign, noro_scope_sum(s)->foreign);
	assert_int_equal(noro_tuples_sum(t)->not_ip, noro_scope_sum(s)->not_ip);
	noro_capture_free(c);
	noro_tuples_free(t);
	noro_scope_free(s);
	noro_own_free(everything);
	noro_buf_done(&bytes);
}

static void real_captures_agree_with_the_pipeline(void **state)
{
	static const char *const name[] = {
		"telescope/ncsa+bro-simple-scan/testing/pcaps/backscatter.trace",
		"telescope/ncsa+bro-simple-scan/testing/pcaps/port_scan.pcap",
		"telescope/ncsa+bro-simple-scan/testing/pcaps/445_scan.pcap",
		"pcap/chrissanders+packets/http_espn.pcapng",
	};
	char path[4200];

	(void)state;
	if (!test_data())
		return;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", test_data(), name[i]);
		same_packets_as_the_pipeline(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tuples_differ_by_header_and_flows_do_not),
		cmocka_unit_test(types_and_codes_stand_for_ports),
		cmocka_unit_test(a_full_table_is_given_early_and_told),
		cmocka_unit_test(clocks_that_lie_lose_nothing),
		cmocka_unit_test(many_tuples_are_found_again),
		cmocka_unit_test(no_memory_is_an_answer),
		cmocka_unit_test(real_captures_agree_with_the_pipeline),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
