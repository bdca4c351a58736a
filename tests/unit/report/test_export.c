/* tests/unit/report/test_export.c - measures in the words of others, and the same words again. */
#include "tests/test.h"

#include "base/json.h"
#include "report/sense_export.h"

#include "tests/unit/report/measures.h"

static enum noro_status collect(void *ctx, struct noro_view text)
{
	noro_buf_view(ctx, text);
	return ((struct noro_buf *)ctx)->status;
}

static enum noro_status export_to(
	enum noro_export how, const char *author, struct noro_buf *out, uint64_t *unsaid)
{
	const struct noro_export_opts o = { how, author, sample_day, collect, out };
	struct noro_exporter *e = NULL;
	enum noro_status st = noro_export_begin(&o, &e, NULL);

	if (st == NORO_OK)
		st = sample_measures(noro_export_measures(e));
	if (st == NORO_OK)
		st = noro_export_end(e, NULL);
	*unsaid = e ? noro_export_unsaid(e) : 0;
	noro_export_free(e);
	return st;
}

static void dshield_gets_lines_with_our_addresses_masked(void **state)
{
	struct noro_buf out = { 0 };
	uint64_t unsaid;

	(void)state;
	assert_int_equal(export_to(NORO_EXPORT_DSHIELD, "1234", &out, &unsaid), NORO_OK);
	assert_string_equal(out.p,
		"2025-08-27 00:00:00 "
		"+00:00\t1234\t5000000000\t198.51.100.7\t61000\t10.0.2.253\t23\tTCP\t"
		"SA1\n"
		"2025-08-27 00:00:00 "
		"+00:00\t1234\t5000000000\t198.51.100.7\t8\t10.0.2.9\t0\tICMP\t\n");
	assert_int_equal(unsaid, 3); /* two of which no packet was kept, and a victim */
	assert_null(strstr(out.p, "192.0.2"));
	noro_buf_done(&out);
	assert_int_equal(export_to(NORO_EXPORT_DSHIELD, "a\tb", &out, &unsaid), NORO_EARG);
}

static void csv_is_safe_for_spreadsheets(void **state)
{
	struct noro_buf out = { 0 };
	uint64_t unsaid;
	unsigned lines = 0;

	(void)state;
	assert_int_equal(export_to(NORO_EXPORT_CSV, NULL, &out, &unsaid), NORO_OK);
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	assert_int_equal(lines, 6);
	assert_int_equal(unsaid, 0);
	assert_non_null(strstr(out.p, "\"'=masscan\""));
	assert_non_null(strstr(out.p, "\"Example \"\"Survey\"\"\""));
	assert_non_null(strstr(out.p, "\"tcp/443 tcp/80\""));
	noro_buf_done(&out);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void stix_is_the_same_again(void **state)
{
	struct noro_buf one = { 0 }, two = { 0 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v;
	uint64_t unsaid;

	(void)state;
	assert_int_equal(export_to(NORO_EXPORT_STIX, NULL, &one, &unsaid), NORO_OK);
	assert_int_equal(export_to(NORO_EXPORT_STIX, NULL, &two, &unsaid), NORO_OK);
	assert_string_equal(one.p, two.p);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&one), NULL, &v, NULL), NORO_OK);
	assert_int_equal(count(one.p, "\"type\":\"observed-data\""), 5);
	assert_int_equal(count(one.p, "\"type\":\"ipv4-addr\""), 3); /* each once */
	assert_int_equal(count(one.p, "\"type\":\"ipv6-addr\""), 1);
	assert_int_equal(count(one.p, "\"number_observed\":999999999"), 3); /* STIX's ceiling */
	assert_int_equal(count(one.p, "\"victim-of-denial-of-service\""), 1);
	assert_int_equal(count(one.p, "\"dst_port\":99999"), 0); /* no such port */
	noro_arena_free(a);
	noro_buf_done(&one);
	noro_buf_done(&two);
}

/* What a first payload names are objects; a wallet, for which STIX has none, is a label. */
static void names_of_payloads_are_observables(void **state)
{
	static const char *const name[] = { "http://198.51.100.9/a.sh", "198.51.100.9",
		"evil.example", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "evil.example/x" };
	static const struct noro_payload m = { .sensor = "t",
		.src = { .family = 4, .b = { 25, 0, 0, 1 } },
		.port = "tcp/80",
		.sha256 = "aa",
		.urls = { name, 5 } };
	struct noro_buf out = { 0 };
	const struct noro_export_opts o = {
		.how = NORO_EXPORT_STIX, .write = collect, .ctx = &out, .now_ns = 1
	};
	struct noro_exporter *e;
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v;

	(void)state;
	assert_int_equal(noro_export_begin(&o, &e, NULL), NORO_OK);
	assert_int_equal(noro_export_measures(e)->payload(e, &m), NORO_OK);
	assert_int_equal(noro_export_end(e, NULL), NORO_OK);
	noro_export_free(e);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&out), NULL, &v, NULL), NORO_OK);
	assert_int_equal(count(out.p, "\"type\":\"url\""), 1);
	assert_int_equal(count(out.p, "\"type\":\"domain-name\""), 1);
	assert_int_equal(count(out.p, "\"type\":\"ipv4-addr\""), 2);
	assert_non_null(strstr(out.p, "\"first-payload\",\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\"]"));
	noro_arena_free(a);
	noro_buf_done(&out);
}

static void json_lines_are_measures(void **state)
{
	struct noro_buf out = { 0 };
	struct noro_view rest, line;
	struct noro_arena *a = noro_arena_new(0);
	static const struct noro_measures nowhere;
	uint64_t unsaid, n = 0;

	(void)state;
	assert_int_equal(export_to(NORO_EXPORT_JSON, NULL, &out, &unsaid), NORO_OK);
	for (rest = noro_buf_as_view(&out); noro_view_line(&rest, &line); n++) {
		const struct noro_json *v;

		assert_int_equal(noro_json_parse(a, line, NULL, &v, NULL), NORO_OK);
		assert_int_equal(noro_measure_read(v, a, &nowhere, NULL), NORO_OK);
	}
	assert_int_equal(n, 6);
	noro_arena_free(a);
	noro_buf_done(&out);
	assert_int_equal(noro_export_parse("dshield"), NORO_EXPORT_DSHIELD);
	assert_int_equal(noro_export_parse("text"), -1);
}

static bool try_export(void *arg)
{
	struct noro_buf out = { 0 };
	uint64_t unsaid;
	bool ok = export_to(*(enum noro_export *)arg, NULL, &out, &unsaid) == NORO_OK;

	noro_buf_done(&out);
	return ok;
}

static void want_of_memory_is_said(void **state)
{
	(void)state;
	for (enum noro_export how = NORO_EXPORT_JSON; how <= NORO_EXPORT_STIX; how++)
		test_allocation_sweep(try_export, &how, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dshield_gets_lines_with_our_addresses_masked),
		cmocka_unit_test(csv_is_safe_for_spreadsheets),
		cmocka_unit_test(stix_is_the_same_again),
		cmocka_unit_test(names_of_payloads_are_observables),
		cmocka_unit_test(json_lines_are_measures),
		cmocka_unit_test(want_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
