/* tests/unit/finding/test_measure.c - what is written of a measure is read back, whole; what is
 * damaged is refused. */
#include "tests/test.h"

#include "finding/measure.h"

struct got {
	struct noro_buf out;
	unsigned rows;
};

static enum noro_status again_cell(void *ctx, const struct noro_cell *m)
{
	struct got *g = ctx;
	struct noro_jsonw w = noro_jsonw(&g->out);

	g->rows++;
	return noro_cell_json(&w, m);
}

static enum noro_status again_scan(void *ctx, const struct noro_scan *m)
{
	struct got *g = ctx;
	struct noro_jsonw w = noro_jsonw(&g->out);

	g->rows++;
	return noro_scan_json(&w, m);
}

static enum noro_status again_victim(void *ctx, const struct noro_victim *m)
{
	struct got *g = ctx;
	struct noro_jsonw w = noro_jsonw(&g->out);

	g->rows++;
	return noro_victim_json(&w, m);
}

static enum noro_status again_payload(void *ctx, const struct noro_payload *m)
{
	struct got *g = ctx;
	struct noro_jsonw w = noro_jsonw(&g->out);

	g->rows++;
	return noro_payload_json(&w, m);
}

static enum noro_status again_watch(void *ctx, const struct noro_watch *m)
{
	struct got *g = ctx;
	struct noro_jsonw w = noro_jsonw(&g->out);

	g->rows++;
	return noro_watch_json(&w, m);
}

static struct noro_measures to(struct got *g)
{
	return (struct noro_measures){ .cell = again_cell,
		.scan = again_scan,
		.victim = again_victim,
		.payload = again_payload,
		.watch = again_watch,
		.ctx = g };
}

static enum noro_status read_back(struct noro_view text, struct got *g)
{
	struct noro_measures sink = to(g);
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *o;
	enum noro_status st = a ? noro_json_parse(a, text, NULL, &o, NULL) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_measure_read(o, a, &sink, NULL);
	noro_arena_free(a);
	return st;
}

static struct noro_cell a_cell(void)
{
	return (struct noro_cell){ .sensor = "tokyo-1",
		.start_ns = INT64_C(1700000000) * NORO_NS_PER_S,
		.width_s = NORO_TEN_S,
		.cut = NORO_CUT_PORT,
		.key = "tcp/23",
		.packets = UINT64_MAX,
		.bytes = 7,
		.sources = 3,
		.nets = 2,
		.fresh = 1,
		.sources_error = 0.008125 };
}

static struct noro_scan a_scan(void)
{
	struct noro_scan m = { .sensor = "a",
		.src = noro_ip_from_v4(0xc0000201),
		.port = "udp/53",
		.klass = "scan",
		.first_ns = 1,
		.last_ns = INT64_C(1700000000123456789),
		.packets = 10,
		.dsts = 9,
		.dsts_error = 1.0 / 3,
		.rate_pps = 1e7 / 3,
		.gap_s = 624,
		.tool = "zmap",
		.tool_version = ">=4.1",
		.tally = { { "zmap", 9 }, { "masscan", 1 } },
		.tallies = 2,
		.cluster = "65535:\"mss\"",
		.ttl_min = 40,
		.ttl_max = 255,
		.flags = 2,
		.proof = NORO_PROOF_FLOOD,
		.proof_why = "why",
		.samples = 2 };

	m.sample[0] = (struct noro_sample){ .time_ns = 5, .n = 3, .byte = { 0, 255, 16 } };
	m.sample[1] = (struct noro_sample){ .time_ns = 6, .n = 96 };
	return m;
}

static void every_measure_comes_back_as_it_was(void **state)
{
	static const char *const item[] = { "80", "443\n" };
	struct noro_cell cell = a_cell();
	struct noro_scan scan = a_scan();
	struct noro_victim victim = { .sensor = "s",
		.proto = "tcp",
		.ports = { item, 2 },
		.probes = 931,
		.uniform_p = 1e-300,
		.how = "syn-ack" };
	struct noro_payload payload = { .sensor = "s",
		.time_ns = 3,
		.src = noro_ip_from_v4(1),
		.dst = noro_ip_from_v4(2),
		.port = "tcp/80",
		.byte = (const uint8_t *)"\0\xff!",
		.n = 3,
		.simhash = UINT64_C(0xfedcba9876543210),
		.rules = { item, 1 },
		.answered = true };
	struct noro_watch watch = { .sensor = "s",
		.start_ns = -60 * NORO_NS_PER_S,
		.width_s = 60,
		.alive_s = 59,
		.packets = 1,
		.clock_back_ns = INT64_MAX };
	struct noro_buf one = { 0 };

	(void)state;
	assert_true(noro_prefix_parse(NORO_V("2001:db8:1:2::/64"), &victim.victim, &(bool){ 0 }));
	for (int i = 0; i < 5; i++) {
		struct noro_jsonw w = noro_jsonw(&one);
		struct got g = { 0 };

		noro_buf_clear(&one);
		assert_int_equal(i == 0   ? noro_cell_json(&w, &cell)
				 : i == 1 ? noro_scan_json(&w, &scan)
				 : i == 2 ? noro_victim_json(&w, &victim)
				 : i == 3 ? noro_payload_json(&w, &payload)
					  : noro_watch_json(&w, &watch),
			NORO_OK);
		assert_int_equal(read_back(noro_buf_as_view(&one), &g), NORO_OK);
		assert_int_equal(g.rows, 1);
		assert_string_equal(g.out.p, one.p);
		noro_buf_done(&g.out);
	}
	noro_buf_done(&one);
}

static void a_cut_row_gives_nothing(void **state)
{
	struct noro_scan scan = a_scan();
	struct noro_buf one = { 0 };
	struct noro_jsonw w = noro_jsonw(&one);

	(void)state;
	assert_int_equal(noro_scan_json(&w, &scan), NORO_OK);
	for (size_t n = 0; n < one.n; n++) {
		uint8_t *exact = test_exact_copy(one.p, n);
		struct got g = { 0 };

		assert_true(read_back(noro_view(exact, n), &g) < 0);
		assert_int_equal(g.rows, 0);
		free(exact);
	}
	noro_buf_done(&one);
}

static void values_of_another_kind_are_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"{\"measure\":\"cells\"}",
		"{\"measure\":\"watch\",\"sensor\":\"a\",\"start\":\"1970-01-01T00:00:00Z\","
		"\"width_s\":60,\"alive_s\":4294967296,\"packets\":1}",
		"{\"measure\":\"watch\",\"sensor\":\"a\",\"start\":\"yesterday\","
		"\"width_s\":60,\"alive_s\":60,\"packets\":1}",
		"{\"measure\":\"watch\",\"sensor\":\"a\",\"start\":null,"
		"\"width_s\":60,\"alive_s\":60,\"packets\":1}",
		"{\"measure\":\"watch\",\"sensor\":\"a\\u0000b\",\"start\":\"1970-01-01T00:00:"
		"00Z\","
		"\"width_s\":60,\"alive_s\":60,\"packets\":1}",
		"{\"measure\":\"watch\",\"sensor\":\"a\",\"start\":\"1970-01-01T00:00:00Z\","
		"\"width_s\":60,\"alive_s\":60,\"packets\":-1}",
	};
	static const char good[] = "{\"measure\":\"watch\",\"sensor\":\"a\",\"later\":[1],"
				   "\"start\":\"1970-01-01T00:00:00Z\",\"width_s\":60,"
				   "\"alive_s\":60,\"packets\":1}";
	struct got g = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_back(noro_view_str(bad[i]), &g), NORO_EFORMAT);
	assert_int_equal(g.rows, 0);
	/* a newer writer may add members */
	assert_int_equal(read_back(noro_view_str(good), &g), NORO_OK);
	assert_int_equal(g.rows, 1);
	noro_buf_done(&g.out);
}

static void names_go_both_ways(void **state)
{
	(void)state;
	for (int i = 0; i < NORO_CUTS; i++)
		assert_int_equal(noro_cut_parse(noro_view_str(noro_cut_name((enum noro_cut)i))), i);
	assert_null(noro_cut_name(NORO_CUTS));
	for (int i = 0; i <= NORO_PROOF_FLOOD; i++)
		assert_int_equal(
			noro_proof_parse(noro_view_str(noro_proof_name((enum noro_proof)i))), i);
	assert_int_equal(noro_proof_parse(NORO_V("proved")), -1);
}

static bool read_scan(void *arg)
{
	struct got g = { 0 };
	enum noro_status st = read_back(noro_buf_as_view(arg), &g);

	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	noro_buf_done(&g.out);
	return st == NORO_OK;
}

static void memory_may_fail(void **state)
{
	struct noro_scan scan = a_scan();
	struct noro_buf one = { 0 };
	struct noro_jsonw w = noro_jsonw(&one);

	(void)state;
	assert_int_equal(noro_scan_json(&w, &scan), NORO_OK);
	test_allocation_sweep(read_scan, &one, 1000);
	noro_buf_done(&one);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_measure_comes_back_as_it_was),
		cmocka_unit_test(a_cut_row_gives_nothing),
		cmocka_unit_test(values_of_another_kind_are_refused),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(memory_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
