/* tests/unit/net/test_batch.c - batches and receipts: what is written is read, what is not so is
 * refused. */
#include "tests/test.h"

#include "net/batch.h"

#define NS INT64_C(1000000000)
static const int64_t day = 1756252800 * NS; /* 2025-08-27 */

struct got {
	unsigned cells, scans, victims, payloads, watches;
};

#define COUNT(kind, field)                                                                         \
	static enum noro_status on_##kind(void *ctx, const struct noro_##kind *m)                  \
	{                                                                                          \
		(void)m;                                                                           \
		((struct got *)ctx)->field++;                                                      \
		return NORO_OK;                                                                    \
	}
COUNT(cell, cells)
COUNT(scan, scans)
COUNT(victim, victims)
COUNT(payload, payloads)
COUNT(watch, watches)

static struct noro_measures into(struct got *g)
{
	*g = (struct got){ 0 };
	return (struct noro_measures){ on_cell, on_scan, on_victim, on_payload, on_watch, g };
}

/* One of each kind. */
static void sample(struct noro_buf *b)
{
	const struct noro_measures to = noro_batch_lines(b);
	const struct noro_cell cell = { .sensor = "tokyo-1",
		.start_ns = day,
		.width_s = 60,
		.cut = NORO_CUT_PORT,
		.key = "tcp/23",
		.packets = 7,
		.sources = 3 };
	const struct noro_scan scan = { .sensor = "tokyo-1",
		.src = noro_ip_from_v4(0xc6336401),
		.port = "tcp/23",
		.klass = "scan",
		.first_ns = day,
		.last_ns = day + NS,
		.packets = 7 };
	const struct noro_victim victim = { .sensor = "tokyo-1",
		.victim = { noro_ip_from_v4(0xcb007105), 32 },
		.proto = "tcp",
		.first_ns = day,
		.last_ns = day + NS };
	const struct noro_payload payload = { .sensor = "tokyo-1",
		.time_ns = day,
		.src = noro_ip_from_v4(0xc6336401),
		.dst = noro_ip_from_v4(0xc0000201),
		.port = "tcp/80",
		.byte = (const uint8_t *)"GET /",
		.n = 5 };
	const struct noro_watch watch = {
		.sensor = "tokyo-1", .start_ns = day, .width_s = 60, .alive_s = 60, .packets = 9
	};

	assert_int_equal(
		noro_batch_begin(b, "tokyo-1", day + 61 * NS, "00112233445566ff"), NORO_OK);
	assert_int_equal(to.cell(to.ctx, &cell), NORO_OK);
	assert_int_equal(to.scan(to.ctx, &scan), NORO_OK);
	assert_int_equal(to.victim(to.ctx, &victim), NORO_OK);
	assert_int_equal(to.payload(to.ctx, &payload), NORO_OK);
	assert_int_equal(to.watch(to.ctx, &watch), NORO_OK);
}

static void what_is_written_is_read(void **state)
{
	struct noro_buf b = { 0 };
	struct noro_batch batch;
	struct got g;
	const struct noro_measures to = into(&g);
	char id[NORO_BATCH_ID_TEXT];

	(void)state;
	sample(&b);
	assert_int_equal(noro_batch_read(noro_buf_as_view(&b), &batch, &to, NULL), NORO_OK);
	assert_string_equal(batch.sensor, "tokyo-1");
	assert_int_equal(batch.made_ns, day + 61 * NS);
	assert_int_equal(batch.measures, 5);
	assert_true(g.cells == 1 && g.scans == 1 && g.victims == 1 && g.payloads == 1 &&
		    g.watches == 1);
	assert_int_equal(noro_batch_id(noro_buf_as_view(&b), id), NORO_OK);
	assert_true(noro_batch_is_id(noro_view_str(id)));
	assert_false(noro_batch_is_id(noro_view(id, 63)));
	assert_false(noro_batch_is_id(
		noro_view_str("A1d5d4a8cc321074ca666f76aff3ea1be5616118f5f01c30d6dba9bebb529d76")));
	noro_buf_done(&b);
}

/* A prefix is another batch by its digest; and by itself it is read only where a line ends. */
static void a_prefix_is_refused_or_shorter(void **state)
{
	struct noro_buf b = { 0 };
	uint64_t lines = 0;

	(void)state;
	sample(&b);
	for (size_t n = 0; n < b.n; n++) {
		uint8_t *exact = test_exact_copy(b.p, n);
		struct noro_batch batch = { .measures = 77 };
		struct noro_error err = { 0 };
		enum noro_status st = noro_batch_read(noro_view(exact, n), &batch, NULL, &err);

		if (n && b.p[n - 1] == '\n') {
			assert_int_equal(st, NORO_OK);
			assert_int_equal(batch.measures, lines++);
		} else {
			assert_int_equal(st, NORO_ETRUNC);
			assert_int_equal(batch.measures, 77);
		}
		free(exact);
	}
	assert_int_equal(lines, 5);
	noro_buf_done(&b);
}

#define HEAD                                                                                       \
	"{\"batch\":\"noroshi/"                                                                    \
	"1\",\"sensor\":\"s\",\"made\":\"2025-08-27T00:00:00.000000000Z\",\"salt\":\"0\"}\n"
#define CELL(more)                                                                                 \
	"{\"measure\":\"cell\",\"sensor\":\"s\",\"start\":\"2025-08-27T00:00:00Z\",\"width_s\":"   \
	"60,"                                                                                      \
	"\"cut\":\"total\",\"key\":\"\",\"packets\":1,\"bytes\":0" more "}\n"

static void lies_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text;
		enum noro_status st;
		uint64_t line;
	} rows[] = {
		{ HEAD CELL(""), NORO_OK, 0 },
		{ HEAD CELL(",\"tomorrow\":[1]"), NORO_OK, 0 }, /* members of later versions */
		{ CELL(""), NORO_EFORMAT, 1 },
		{ "\n", NORO_ETRUNC, 1 },
		{ "[]\n", NORO_EFORMAT, 1 },
		{ HEAD HEAD, NORO_EFORMAT, 2 },
		{ HEAD "\n", NORO_ETRUNC, 2 },
		{ HEAD CELL("") "{\"measure\":\"rumour\"}\n", NORO_EFORMAT, 3 },
		{ HEAD CELL(",\"sources\":9007199254740993"), NORO_EFORMAT, 2 },
		{ HEAD CELL(",\"sources\":9007199254740992"), NORO_OK, 0 },
		{ HEAD CELL(",\"sources\":-1"), NORO_EFORMAT, 2 },
		{ HEAD CELL(",\"sources_error\":null"), NORO_EFORMAT, 2 },
		{ HEAD CELL(",\"sources_error\":1.5"), NORO_EFORMAT, 2 },
		{ HEAD CELL(",\"packets\":2"), NORO_EFORMAT, 2 }, /* twice the same name */
		{ HEAD "{\"measure\":\"cell\",\"sensor\":\"t\",\"start\":\"2025-08-27T00:00:00Z\","
		       "\"width_s\":60,\"cut\":\"total\",\"key\":\"\",\"packets\":1}\n",
			NORO_EFORMAT, 2 },
		{ HEAD "{\"measure\":\"cell\",\"sensor\":\"s\",\"start\":\"2025-08-27T00:00:01Z\","
		       "\"width_s\":60,\"cut\":\"total\",\"key\":\"\",\"packets\":1}\n",
			NORO_EFORMAT, 2 },
		{ HEAD "{\"measure\":\"cell\",\"sensor\":\"s\",\"start\":\"2025-08-27T00:00:00Z\","
		       "\"width_s\":61,\"cut\":\"total\",\"key\":\"\",\"packets\":1}\n",
			NORO_EFORMAT, 2 },
		{ HEAD "{\"measure\":\"watch\",\"sensor\":\"s\",\"start\":\"2025-08-27T00:00:00Z\","
		       "\"width_s\":60,\"alive_s\":61,\"packets\":1}\n",
			NORO_EFORMAT, 2 },
		{ HEAD "{\"measure\":\"scan\",\"sensor\":\"s\",\"src\":\"192.0.2.1\",\"port\":"
		       "\"tcp/1\","
		       "\"class\":\"scan\",\"first\":\"2025-08-27T00:00:01Z\","
		       "\"last\":\"2025-08-27T00:00:00Z\",\"packets\":1}\n",
			NORO_EFORMAT, 2 },
		{ "{\"batch\":\"noroshi/2\",\"sensor\":\"s\",\"made\":\"2025-08-27T00:00:00Z\"}\n",
			NORO_EFORMAT, 1 },
		{ "{\"batch\":\"noroshi/1\",\"sensor\":\"../"
		  "s\",\"made\":\"2025-08-27T00:00:00Z\"}\n",
			NORO_EFORMAT, 1 },
		{ "{\"batch\":\"noroshi/1\",\"sensor\":\"s\",\"made\":\"yesterday\"}\n",
			NORO_EFORMAT, 1 },
		{ "{\"batch\":\"noroshi/1\",\"sensor\":\"s\",\"made\":\"2025-08-27T00:00:00Z\"}\n",
			NORO_OK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_batch batch;
		struct noro_error err = { 0 };
		enum noro_status st =
			noro_batch_read(noro_view_str(rows[i].text), &batch, NULL, &err);

		if (st != rows[i].st || (st != NORO_OK && err.at != rows[i].line))
			fail_msg("row %zu: %d at %llu", i, st, (unsigned long long)err.at);
	}
}

static void ceilings_hold(void **state)
{
	struct noro_buf b = { 0 };
	struct noro_batch batch;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_batch_begin(&b, "", day, "0"), NORO_EARG);
	assert_int_equal(noro_batch_begin(&b, "a b", day, "0"), NORO_EARG);
	noro_buf_clear(&b);
	noro_buf_str(&b, HEAD);
	noro_buf_str(&b, "{\"measure\":\"");
	while (b.n < NORO_BATCH_MAX_LINE + 1000)
		noro_buf_str(&b, "longer and longer and longer");
	noro_buf_str(&b, "\"}\n");
	assert_int_equal(noro_batch_read(noro_buf_as_view(&b), &batch, NULL, &err), NORO_ELIMIT);
	assert_int_equal(err.at, 2);
	assert_non_null(noro_buf_room(&b, NORO_BATCH_MAX_BYTES));
	memset(b.p, '\n', NORO_BATCH_MAX_BYTES + 1);
	assert_int_equal(
		noro_batch_read(noro_view(b.p, NORO_BATCH_MAX_BYTES + 1), &batch, NULL, &err),
		NORO_ELIMIT);
	noro_buf_done(&b);
}

/* --- receipts --- */

static const struct noro_receipt given = {
	.batch = "a1d5d4a8cc321074ca666f76aff3ea1be5616118f5f01c30d6dba9bebb529d76",
	.measures = 2913,
	.received_ns = 1756252800 * NS,
};

static void a_receipt_holds_for_what_it_says(void **state)
{
	struct noro_key *k, *other;
	struct noro_receipt r = { .measures = 77 };
	struct noro_buf b = { 0 }, loose = { 0 };
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_key_make(&k, NULL), NORO_OK);
	assert_int_equal(noro_key_make(&other, NULL), NORO_OK);
	assert_int_equal(noro_receipt_write(&given, k, &b, NULL), NORO_OK);
	assert_int_equal(noro_receipt_read(noro_buf_as_view(&b), other, &r, &err), NORO_ECORRUPT);
	assert_int_equal(r.measures, 77);
	for (size_t n = 0; n + 1 < b.n; n++) { /* without the line's end it is whole */
		uint8_t *exact = test_exact_copy(b.p, n);

		assert_true(noro_receipt_read(noro_view(exact, n), k, &r, &err) < NORO_OK);
		assert_int_equal(r.measures, 77);
		free(exact);
	}
	for (size_t at = 0; at + 1 < b.n; at++) { /* no byte can be changed */
		uint8_t *exact = test_exact_copy(b.p, b.n);

		exact[at] ^= 1;
		assert_true(noro_receipt_read(noro_view(exact, b.n), k, &r, &err) < NORO_OK);
		free(exact);
	}
	/* blanks are no part of it */
	noro_buf_str(&loose, " { ");
	noro_buf_add(&loose, b.p + 1, b.n - 1);
	assert_int_equal(noro_receipt_read(noro_buf_as_view(&loose), k, &r, &err), NORO_OK);
	assert_string_equal(r.batch, given.batch);
	assert_int_equal(r.measures, 2913);
	assert_int_equal(r.received_ns, given.received_ns);
	assert_string_equal(r.receiver, noro_key_id(k));
	noro_buf_done(&b);
	noro_buf_done(&loose);
	noro_key_free(k);
	noro_key_free(other);
}

static bool try_batch(void *arg)
{
	struct noro_batch batch;

	return noro_batch_read(noro_buf_as_view(arg), &batch, NULL, NULL) == NORO_OK;
}

static bool try_receipt(void *arg)
{
	struct noro_buf b = { 0 };
	struct noro_receipt r;
	bool ok = noro_receipt_write(&given, arg, &b, NULL) == NORO_OK &&
		  noro_receipt_read(noro_buf_as_view(&b), arg, &r, NULL) == NORO_OK;

	noro_buf_done(&b);
	return ok;
}

static void want_of_memory_is_said(void **state)
{
	struct noro_buf b = { 0 };
	struct noro_key *k;

	(void)state;
	sample(&b);
	test_allocation_sweep(try_batch, &b, 1000);
	noro_buf_done(&b);
	assert_int_equal(noro_key_make(&k, NULL), NORO_OK);
	test_allocation_sweep(try_receipt, k, 1000);
	noro_key_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_prefix_is_refused_or_shorter),
		cmocka_unit_test(lies_are_refused_with_their_line),
		cmocka_unit_test(ceilings_hold),
		cmocka_unit_test(a_receipt_holds_for_what_it_says),
		cmocka_unit_test(want_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
