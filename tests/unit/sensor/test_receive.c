/* tests/unit/sensor/test_receive.c - a batch counts once, a lie not at all, and the receipt says
 * which. */
#include "tests/unit/sensor/spool.h"

#include "net/batch.h"
#include "sensor/receive.h"

static int64_t noon(void *ctx)
{
	(void)ctx;
	return day + 12 * 3600 * NS;
}

struct site {
	struct noro_key *key;
	struct noro_receiver r;
};

static void open_site(struct site *s)
{
	*s = (struct site){ .r = { .now = noon } };
	assert_int_equal(noro_key_make(&s->key, NULL), NORO_OK);
	s->r.key = s->key;
	assert_int_equal(noro_history_open(NULL, false, &s->r.history, NULL), NORO_OK);
}

static void close_site(struct site *s)
{
	noro_history_close(s->r.history);
	noro_key_free(s->key);
}

static void batch(struct noro_buf *b, unsigned from, unsigned n)
{
	const struct noro_measures to = noro_batch_lines(b);

	noro_buf_clear(b);
	assert_int_equal(noro_batch_begin(b, "tokyo-1", day, "0011223344556677"), NORO_OK);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(test_observe(&to, from + i), NORO_OK);
}

/* Put bytes under the id of `named`; the code. */
static unsigned put(
	struct site *s, struct noro_view named, struct noro_view bytes, struct noro_http_answer *a)
{
	char path[128] = "/batches/";
	struct noro_http_request q = { .method = "PUT", .path = path, .body = bytes };

	assert_int_equal(noro_batch_id(named, path + strlen(path)), NORO_OK);
	noro_buf_done(&a->body);
	*a = (struct noro_http_answer){ 0 };
	noro_receive(&s->r, &q, a);
	return a->code;
}

static enum noro_status count(void *ctx, const struct noro_scan *m)
{
	*(uint64_t *)ctx += m->packets;
	return NORO_OK;
}

static uint64_t stored(struct site *s)
{
	uint64_t n = 0;
	const struct noro_measures to = { .scan = count, .ctx = &n };
	const struct noro_ask ask = {
		.cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE
	};

	assert_int_equal(noro_history_scans(s->r.history, &ask, &to, NULL), NORO_OK);
	return n;
}

static void a_batch_is_kept_once(void **state)
{
	struct site s;
	struct noro_buf b = { 0 };
	struct noro_http_answer a = { 0 };
	struct noro_receipt receipt;

	(void)state;
	open_site(&s);
	batch(&b, 0, 10);
	for (int i = 0; i < 3; i++) {
		struct noro_view bytes = noro_buf_as_view(&b);

		assert_int_equal(put(&s, bytes, bytes, &a), i ? 200 : 201);
		assert_int_equal(
			noro_receipt_read(noro_buf_as_view(&a.body), s.key, &receipt, NULL),
			NORO_OK);
		assert_int_equal(receipt.measures, 20);
		assert_int_equal(receipt.received_ns, noon(NULL));
		assert_int_equal(stored(&s), 10);
	}
	assert_int_equal(s.r.batches, 1);
	assert_int_equal(s.r.again, 2);
	assert_int_equal(s.r.measures, 20);
	noro_buf_done(&a.body);
	noro_buf_done(&b);
	close_site(&s);
}

static void a_lie_is_not_kept(void **state)
{
	struct site s;
	struct noro_buf b = { 0 };
	struct noro_http_answer a = { 0 };
	struct noro_view whole, part;

	(void)state;
	open_site(&s);
	batch(&b, 0, 10);
	whole = noro_buf_as_view(&b);
	part = noro_view(b.p, b.n / 2);
	assert_int_equal(put(&s, whole, part, &a), 422); /* damaged on the way */
	assert_int_equal(put(&s, part, part, &a), 400);  /* no batch, honestly named */
	noro_buf_str(&b, "{\"measure\":\"rumour\"}\n");
	assert_int_equal(put(&s, noro_buf_as_view(&b), noro_buf_as_view(&b), &a), 400);
	assert_non_null(strstr(a.body.p, "line 22")); /* the sender is told where */
	assert_int_equal(stored(&s), 0);              /* not even the good lines */
	assert_int_equal(s.r.refused, 3);
	/* and nothing hinders the whole one */
	whole.n = (size_t)(strstr(b.p, "{\"measure\":\"rumour") - b.p);
	assert_int_equal(put(&s, whole, whole, &a), 201);
	assert_int_equal(stored(&s), 10);
	noro_buf_done(&a.body);
	noro_buf_done(&b);
	close_site(&s);
}

static void only_those_who_may_and_only_what_is_meant(void **state)
{
	struct site s;
	struct noro_buf b = { 0 };
	char good[128] = "/batches/";
	const struct {
		const char *method, *path, *authorization;
		unsigned code;
	} rows[] = {
		{ "PUT", good, NULL, 401 },
		{ "PUT", good, "Bearer wrong", 401 },
		{ "GET", good, "Bearer letmein", 405 },
		{ "PUT", "/", "Bearer letmein", 404 },
		{ "PUT", "/batches/", "Bearer letmein", 404 },
		{ "PUT", "/batches/../../etc", "Bearer letmein", 404 },
		{ "PUT", good, "Bearer letmein", 201 },
	};

	(void)state;
	open_site(&s);
	s.r.token = NORO_V("letmein");
	batch(&b, 0, 1);
	assert_int_equal(noro_batch_id(noro_buf_as_view(&b), good + strlen(good)), NORO_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_http_answer a = { 0 };
		const struct noro_http_request q = { .method = rows[i].method,
			.path = rows[i].path,
			.authorization = rows[i].authorization,
			.body = noro_buf_as_view(&b) };

		noro_receive(&s.r, &q, &a);
		if (a.code != rows[i].code)
			fail_msg("row %zu: %u", i, a.code);
		noro_buf_done(&a.body);
	}
	noro_buf_done(&b);
	close_site(&s);
}

/* Want of memory is ours, not the batch's: the sender keeps it and comes again. */
static bool try_put(void *arg)
{
	struct site *s = arg;
	struct noro_buf b = { 0 };
	struct noro_http_answer a = { 0 };
	const struct noro_measures to = noro_batch_lines(&b);
	unsigned code = 0;
	bool ok = noro_batch_begin(&b, "tokyo-1", day, "0") == NORO_OK &&
		  test_observe(&to, 1) == NORO_OK;

	if (ok)
		code = put(s, noro_buf_as_view(&b), noro_buf_as_view(&b), &a);
	if (ok && code != 201 && code != 200)
		assert_int_equal(code, 503);
	noro_buf_done(&a.body);
	noro_buf_done(&b);
	return code == 201 || code == 200;
}

static void want_of_memory_keeps_the_batch_with_its_sender(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	test_allocation_sweep(try_put, &s, 2000);
	assert_int_equal(stored(&s), 1);
	close_site(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_is_kept_once),
		cmocka_unit_test(a_lie_is_not_kept),
		cmocka_unit_test(only_those_who_may_and_only_what_is_meant),
		cmocka_unit_test(want_of_memory_keeps_the_batch_with_its_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
