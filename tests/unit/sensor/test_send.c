/* tests/unit/sensor/test_send.c - a batch leaves its spool against a receipt that holds, and for
 * nothing else. */
#include "tests/unit/sensor/spool.h"

#include "net/batch.h"
#include "sensor/send.h"

/* A receiver that does what it is told: answers in order, the last one for ever. */
enum say {
	GOOD,
	AGAIN,
	NO_NETWORK,
	BUSY,
	WRONG_KEY,
	WRONG_BATCH,
	WRONG_COUNT,
	OLD,
	RUBBISH,
	NO_BATCH,
	TOO_LARGE,
	DAMAGED,
	NO_TOKEN,
	MOVED
};

struct fake {
	struct noro_key *key, *other;
	enum say say[8];
	size_t says, calls;
	struct noro_buf old; /* the first receipt it gave */
	char seen[64][NORO_BATCH_ID_TEXT];
	unsigned told, aside;
	struct noro_error last;
};

static void receipt(struct fake *f, enum say say, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret)
{
	struct noro_receipt r = { .received_ns = day };
	struct noro_batch b;

	assert_int_equal(noro_batch_read(bytes, &b, NULL, NULL), NORO_OK);
	memcpy(r.batch, id, sizeof(r.batch));
	if (say == WRONG_BATCH)
		r.batch[5] = r.batch[5] == '0' ? '1' : '0';
	r.measures = b.measures + (say == WRONG_COUNT);
	if (say == OLD)
		noro_buf_view(&ret->body, noro_buf_as_view(&f->old));
	else
		assert_int_equal(noro_receipt_write(&r, say == WRONG_KEY ? f->other : f->key,
					 &ret->body, NULL),
			NORO_OK);
	if (!f->old.n && say == GOOD)
		noro_buf_view(&f->old, noro_buf_as_view(&ret->body));
	ret->code = say == AGAIN ? 200 : 201;
}

static enum noro_status put(void *ctx, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret, struct noro_error *err)
{
	static const unsigned code[] = { [BUSY] = 503,
		[NO_BATCH] = 400,
		[TOO_LARGE] = 413,
		[DAMAGED] = 422,
		[NO_TOKEN] = 401,
		[MOVED] = 301 };
	struct fake *f = ctx;
	enum say say = f->say[f->calls < f->says ? f->calls : f->says - 1];
	char digest[NORO_BATCH_ID_TEXT];

	assert_int_equal(noro_batch_id(bytes, digest), NORO_OK);
	assert_string_equal(digest, id);
	assert_true(f->calls < 64);
	memcpy(f->seen[f->calls++], id, NORO_BATCH_ID_TEXT);
	noro_buf_clear(&ret->body);
	ret->retry_after_s = say == BUSY ? 100 : 0;
	if (say == NO_NETWORK)
		return noro_fail(err, NORO_EIO, "there is no network");
	if (say == RUBBISH) {
		ret->code = 200;
		noro_buf_str(&ret->body, "<html>welcome to the hotel</html>");
	} else if (say <= OLD && say != BUSY) {
		receipt(f, say, id, bytes, ret);
	} else {
		ret->code = code[say];
		noro_buf_str(&ret->body, "{\"error\":\"not today\"}");
	}
	return NORO_OK;
}

static void tell(void *ctx, const struct noro_error *why, bool set_aside)
{
	struct fake *f = ctx;

	f->told++;
	f->aside += set_aside;
	f->last = *why;
}

struct bench {
	char *folder;
	struct fake fake;
	struct noro_sender *sender;
	int64_t next;
};

static void open_bench(struct bench *b, unsigned batches)
{
	const struct noro_spool_opts o = { .now_ns = day };
	struct noro_sender_opts so = { .put = put, .tell = tell };
	struct noro_spool *s;

	*b = (struct bench){ .folder = test_folder() };
	so.folder = b->folder;
	so.put_ctx = so.tell_ctx = &b->fake;
	assert_int_equal(noro_key_make(&b->fake.key, NULL), NORO_OK);
	assert_int_equal(noro_key_make(&b->fake.other, NULL), NORO_OK);
	so.receiver = b->fake.key;
	assert_int_equal(noro_spool_open(b->folder, &o, &s, NULL), NORO_OK);
	for (unsigned i = 0; i < batches; i++) {
		assert_int_equal(test_observe(noro_spool_measures(s), i), NORO_OK);
		assert_int_equal(noro_spool_publish(s, day + i, NULL), NORO_OK);
	}
	noro_spool_close(s);
	assert_int_equal(noro_sender_open(&so, &b->sender, NULL), NORO_OK);
}

static void close_bench(struct bench *b)
{
	noro_sender_close(b->sender);
	noro_key_free(b->fake.key);
	noro_key_free(b->fake.other);
	noro_buf_done(&b->fake.old);
	test_remove(b->folder);
}

static void script(struct bench *b, size_t n, const enum say *say)
{
	memcpy(b->fake.say, say, n * sizeof(*say));
	b->fake.says = n;
	b->fake.calls = 0;
	b->fake.told = 0;
}
#define SCRIPT(b, ...)                                                                             \
	script(b, sizeof((enum say[]){ __VA_ARGS__ }) / sizeof(enum say),                          \
		(const enum say[]){ __VA_ARGS__ })

static enum noro_status run(struct bench *b, int64_t now)
{
	return noro_sender_run(b->sender, now, &b->next, NULL);
}

static unsigned waits(const struct bench *b)
{
	return test_files(b->folder, ".batch", NULL);
}

static void what_is_received_leaves_in_order(void **state)
{
	struct bench b;
	struct noro_sender *second;
	struct noro_sender_opts o = { 0 };
	char path[512];

	(void)state;
	open_bench(&b, 5);
	o.folder = b.folder;
	assert_int_equal(noro_sender_open(&o, &second, NULL), NORO_EARG);
	SCRIPT(&b, GOOD, AGAIN);
	assert_int_equal(run(&b, day), NORO_END);
	assert_int_equal(waits(&b), 0);
	assert_int_equal(noro_sender_sum(b.sender)->batches, 5);
	assert_int_equal(noro_sender_sum(b.sender)->measures, 10);
	assert_int_equal(b.fake.told, 0);
	assert_int_equal(test_files(b.folder, "receipts.jsonl", path), 1);
	assert_int_equal(run(&b, day), NORO_END);
	assert_int_equal(b.fake.calls, 5);
	close_bench(&b);
}

static void nothing_leaves_without_a_receipt_that_holds(void **state)
{
	static const enum say bad[] = { NO_NETWORK, BUSY, WRONG_KEY, WRONG_BATCH, WRONG_COUNT,
		RUBBISH, NO_TOKEN, MOVED };
	struct bench b;
	int64_t now = day;

	(void)state;
	open_bench(&b, 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		SCRIPT(&b, bad[i]);
		assert_int_equal(run(&b, now), NORO_OK);
		assert_true(b.next > now);
		now = b.next;
		assert_int_equal(b.fake.calls, 1); /* and the others are spared the attempt */
		assert_int_equal(b.fake.told, 1);
		assert_int_equal(waits(&b), 3);
		assert_int_equal(noro_sender_sum(b.sender)->waiting, 3);
	}
	SCRIPT(&b, GOOD, OLD); /* the second gets a receipt that was good once, for another batch */
	assert_int_equal(run(&b, now), NORO_OK);
	assert_string_equal(b.fake.last.msg, "the receipt is for another batch");
	assert_int_equal(waits(&b), 2);
	SCRIPT(&b, GOOD);
	assert_int_equal(run(&b, b.next), NORO_END);
	assert_int_equal(waits(&b), 0);
	assert_int_equal(noro_sender_sum(b.sender)->failures, 0);
	close_bench(&b);
}

static void waits_double_up_to_a_ceiling(void **state)
{
	struct bench b;
	int64_t now = day, wait;

	(void)state;
	open_bench(&b, 1);
	SCRIPT(&b, NO_NETWORK);
	for (unsigned i = 0; i < 14; i++) {
		int64_t least = (INT64_C(1) << i) * NS;

		assert_int_equal(run(&b, now), NORO_OK);
		wait = b.next - now;
		least = least > 300 * NS ? 300 * NS : least;
		assert_true(wait >= least && wait <= least + least / 4);
		assert_int_equal(b.fake.calls, i + 1);
		assert_int_equal(run(&b, b.next - 1), NORO_OK); /* too early: nothing is tried */
		assert_int_equal(b.fake.calls, i + 1);
		now = b.next;
	}
	SCRIPT(&b, BUSY); /* says when to come again */
	assert_int_equal(run(&b, now), NORO_OK);
	assert_true(b.next - now >= 300 * NS);
	/* a clock that was set back does not keep it waiting for years */
	SCRIPT(&b, GOOD);
	assert_int_equal(run(&b, day - 86400 * 365 * NS), NORO_END);
	close_bench(&b);
}

static void what_is_never_taken_is_set_aside(void **state)
{
	struct bench b;
	char path[512];

	(void)state;
	open_bench(&b, 4);
	SCRIPT(&b, NO_BATCH, GOOD, TOO_LARGE, GOOD);
	assert_int_equal(run(&b, day), NORO_END);
	assert_int_equal(b.fake.aside, 2);
	assert_int_equal(noro_sender_sum(b.sender)->refused, 2);
	assert_int_equal(noro_sender_sum(b.sender)->batches, 2);
	assert_int_equal(test_files(b.folder, ".json", path), 2);
	(void)snprintf(path, sizeof(path), "%s/refused", b.folder);
	assert_int_equal(test_files(path, ".batch", NULL), 2);
	close_bench(&b);
}

/* Damaged on the way: it stays, the others go, and it is tried again. */
static void what_was_damaged_on_the_way_is_sent_again(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, 3);
	SCRIPT(&b, DAMAGED, GOOD);
	assert_int_equal(run(&b, day), NORO_OK);
	assert_int_equal(b.fake.calls, 3);
	assert_int_equal(waits(&b), 1);
	SCRIPT(&b, GOOD);
	assert_int_equal(run(&b, b.next), NORO_END);
	assert_int_equal(waits(&b), 0);
	close_bench(&b);
}

static void what_was_damaged_here_is_not_sent(void **state)
{
	struct bench b;
	char path[512];
	FILE *f;

	(void)state;
	open_bench(&b, 2);
	assert_int_equal(test_files(b.folder, ".batch", path), 2);
	f = fopen(path, "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, 30, SEEK_SET), 0);
	assert_int_equal(fputc('#', f), '#');
	assert_int_equal(fclose(f), 0);
	SCRIPT(&b, GOOD);
	assert_int_equal(run(&b, day), NORO_END);
	assert_int_equal(b.fake.calls, 1);
	assert_int_equal(b.fake.aside, 1);
	assert_string_equal(b.fake.last.msg, "the batch was damaged on this disk");
	close_bench(&b);
}

static bool try_run(void *arg)
{
	struct bench *b = arg;

	return noro_sender_run(b->sender, b->next += 1000 * NS, &(int64_t){ 0 }, NULL) == NORO_END;
}

static enum noro_status frugal(void *ctx, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret, struct noro_error *err)
{
	struct fake *f = ctx;

	(void)bytes;
	(void)id;
	noro_buf_clear(&ret->body);
	noro_buf_view(&ret->body, noro_buf_as_view(&f->old));
	ret->code = 201;
	return ret->body.status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

/* The receipt is made beforehand, so that only the sender asks for memory. */
static void want_of_memory_is_a_reason_to_wait(void **state)
{
	struct bench b;
	struct noro_sender_opts o = { 0 };

	(void)state;
	open_bench(&b, 1);
	SCRIPT(&b, GOOD, NO_NETWORK);
	noro_sender_close(b.sender);
	o.folder = b.folder;
	o.put = put;
	o.put_ctx = &b.fake;
	o.receiver = b.fake.other; /* so that it stays */
	assert_int_equal(noro_sender_open(&o, &b.sender, NULL), NORO_OK);
	assert_int_equal(run(&b, day), NORO_OK);
	assert_true(b.fake.old.n > 0);
	noro_sender_close(b.sender);
	o.put = frugal;
	o.receiver = b.fake.key;
	assert_int_equal(noro_sender_open(&o, &b.sender, NULL), NORO_OK);
	test_allocation_sweep(try_run, &b, 1000);
	assert_int_equal(waits(&b), 0);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_received_leaves_in_order),
		cmocka_unit_test(nothing_leaves_without_a_receipt_that_holds),
		cmocka_unit_test(waits_double_up_to_a_ceiling),
		cmocka_unit_test(what_is_never_taken_is_set_aside),
		cmocka_unit_test(what_was_damaged_on_the_way_is_sent_again),
		cmocka_unit_test(what_was_damaged_here_is_not_sent),
		cmocka_unit_test(want_of_memory_is_a_reason_to_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
