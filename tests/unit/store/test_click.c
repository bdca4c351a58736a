/*
 * tests/unit/store/test_click.c - what is said to ClickHouse, and what is believed of its answers:
 * against a stand-in that keeps the statements and answers as it is told. What the server makes of
 * it is told by tests/system/clickhouse.
 */
#include "tests/test.h"

#include "store/click_priv.h"

#include <stdio.h>

struct stand_in {
	struct noro_buf said;  /* statements, one a line; rows as <n> */
	struct noro_buf given; /* the answer to the next SELECT that is not about itself */
	int64_t schema;
	const char *fail; /* statements that begin so: nobody answers */
	unsigned fails;   /* so many times */
	size_t piece;     /* bytes of an answer at a time */
	unsigned closed;
};

static void put64(struct noro_buf *b, int64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		noro_buf_chr(b, (char)((uint64_t)v >> (8 * i)));
}

static enum noro_status give(
	struct stand_in *s, const struct noro_buf *b, noro_history_bytes_fn *on, void *ctx)
{
	enum noro_status st = b->status;

	for (size_t at = 0; st == NORO_OK && at < b->n; at += s->piece) {
		size_t n = b->n - at < s->piece ? b->n - at : s->piece;

		st = on(ctx, noro_view(b->p + at, n));
	}
	return st;
}

static enum noro_status ask(void *ctx, struct noro_view sql, struct noro_view rows,
	noro_history_bytes_fn *on, void *on_ctx, struct noro_error *err)
{
	struct stand_in *s = ctx;
	struct noro_buf b = { 0 };
	enum noro_status st = NORO_OK;

	noro_buf_view(&s->said, sql);
	if (rows.n)
		noro_buf_printf(&s->said, " <%zu>", rows.n);
	noro_buf_chr(&s->said, '\n');
	if (s->fail && s->fails && noro_view_starts(sql, s->fail)) {
		s->fails--;
		return noro_fail(err, NORO_EIO, N_("the connection failed: %1"), "test");
	}
	if (!on)
		return NORO_OK;
	if (noro_view_starts(sql, "SELECT toInt64(count()) FROM system.tables"))
		put64(&b, s->schema ? 7 : 0);
	else if (noro_view_starts(sql, "SELECT max(value)"))
		put64(&b, s->schema);
	else if (noro_view_starts(sql, "SELECT toInt64(countIf")) {
		put64(&b, 0);
		put64(&b, 41);
	} else {
		noro_buf_view(&b, noro_buf_as_view(&s->given));
	}
	st = give(s, &b, on, on_ctx);
	noro_buf_done(&b);
	return st;
}

static void closed(void *ctx)
{
	((struct stand_in *)ctx)->closed++;
}

static enum noro_status open_with(
	struct stand_in *s, bool must_exist, struct noro_history **ret, struct noro_error *err)
{
	struct noro_history_link link = { .ask = ask, .close = closed, .ctx = s, .database = "db" };

	if (!s->piece)
		s->piece = 1 << 16;
	return noro_history_open_link(&link, must_exist, ret, err);
}

static void done(struct stand_in *s)
{
	noro_buf_done(&s->said);
	noro_buf_done(&s->given);
}

static bool said(const struct stand_in *s, const char *what)
{
	return s->said.n && strstr(s->said.p, what);
}

static void a_new_database_is_made_and_a_newer_one_refused(void **state)
{
	struct stand_in s = { 0 };
	struct noro_history *h;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(open_with(&s, false, &h, &err), NORO_OK);
	assert_true(said(&s, "CREATE DATABASE IF NOT EXISTS db\n"));
	assert_true(
		said(&s, "CREATE TABLE IF NOT EXISTS db.noroshi_cell (attempt FixedString(16),"));
	assert_true(said(&s, "ENGINE = MergeTree() PARTITION BY (width, part) ORDER BY "));
	assert_true(said(&s, "INSERT INTO db.noroshi_meta VALUES ('schema', 1)"));
	noro_history_close(h);
	assert_int_equal(s.closed, 1);
	noro_buf_clear(&s.said);
	assert_int_equal(open_with(&s, true, &h, &err), NORO_ENOENT);
	assert_false(said(&s, "CREATE"));
	assert_int_equal(s.closed, 2);
	s.schema = 2;
	assert_int_equal(open_with(&s, false, &h, &err), NORO_EUNSUPPORTED);
	done(&s);
}

static void write_some(struct noro_history *h, unsigned days)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_cell m = { .sensor = "tokyo", .width_s = 60, .key = "", .packets = 1 };
	struct noro_watch w = { .sensor = "osaka", .width_s = 60, .alive_s = 60 };

	for (unsigned i = 0; i < days; i++) {
		m.start_ns = (int64_t)i * NORO_DAY_S * NORO_NS_PER_S;
		assert_int_equal(to->cell(to->ctx, &m), NORO_OK);
	}
	assert_int_equal(to->watch(to->ctx, &w), NORO_OK);
}

static unsigned count(const struct stand_in *s, const char *what)
{
	unsigned n = 0;

	for (const char *p = s->said.p; p && (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void a_batch_is_named_last_and_few_partitions_at_a_time(void **state)
{
	struct stand_in s = { .schema = 1 };
	struct noro_history *h;
	const char *cells, *named;

	(void)state;
	assert_int_equal(open_with(&s, true, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "it's\\", NULL), NORO_OK);
	assert_true(said(&s, "countIf(id = 'it\\x27s\\x5C')), max(at) FROM db.noroshi_batch"));
	write_some(h, 150); /* servers take a hundred partitions in one block */
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(count(&s, "INSERT INTO db.noroshi_cell FORMAT RowBinary"), 3);
	assert_int_equal(count(&s, "INSERT INTO db.noroshi_watch"), 1);
	cells = strstr(s.said.p, "INSERT INTO db.noroshi_watch");
	named = strstr(s.said.p, "INSERT INTO db.noroshi_batch");
	assert_true(cells && named && cells < named);
	/* what is abandoned is not said */
	noro_buf_clear(&s.said);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	write_some(h, 3);
	noro_history_abandon(h);
	assert_false(said(&s, "INSERT"));
	noro_history_close(h);
	done(&s);
}

static void a_lost_answer_is_asked_again_and_a_lost_block_fails(void **state)
{
	struct stand_in s = { .schema = 1 };
	struct noro_history *h;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(open_with(&s, true, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "a", NULL), NORO_OK);
	write_some(h, 1);
	s.fail = "INSERT INTO db.noroshi_batch";
	s.fails = 2;
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(count(&s, "INSERT INTO db.noroshi_batch"), 3);
	/* all answers lost: it is said that nobody knows */
	assert_int_equal(noro_history_begin(h, "c", NULL), NORO_OK);
	write_some(h, 1);
	s.fails = 3;
	assert_int_equal(noro_history_commit(h, &err), NORO_EIO);
	assert_non_null(strstr(err.msg, "is not known"));
	assert_string_equal(err.arg[0], "test");
	/* a block in the middle: the commit says why, and names nothing */
	noro_buf_clear(&s.said);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	s.fail = "INSERT INTO db.noroshi_cell";
	s.fails = 1;
	write_some(h, 150);
	assert_int_equal(noro_history_commit(h, &err), NORO_EIO);
	assert_string_equal(err.arg[0], "test");
	assert_false(said(&s, "INSERT INTO db.noroshi_batch"));
	noro_history_close(h);
	done(&s);
}

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	noro_buf_printf(ctx, "%s %lld %s %llu %g;", m->sensor,
		(long long)(m->start_ns / NORO_NS_PER_S), m->key, (unsigned long long)m->packets,
		m->sources_error);
	return NORO_OK;
}

static void put_text(struct noro_buf *b, const char *s)
{
	noro_buf_chr(b, (char)strlen(s));
	noro_buf_str(b, s);
}

static void put_cell(struct noro_buf *b, const char *sensor, int64_t start_s, const char *key)
{
	put_text(b, sensor);
	put64(b, start_s * NORO_NS_PER_S);
	noro_buf_add(b, "\2\0\0\0", 4);
	put_text(b, key);
	for (int64_t i = 0; i < 5; i++)
		put64(b, 100 + i);
	noro_buf_add(b, "\0\0\0\0\0\0\xe0\x3f", 8); /* 0.5 */
	put64(b, 9);
}

static void rows_come_in_any_pieces_and_none_is_cut(void **state)
{
	const struct noro_ask q = { .cut = 2, .key = "x' OR 1", .width_s = NORO_DAY_S, .limit = 7 };
	struct noro_buf got = { 0 };
	const struct noro_measures to = { .cell = on_cell, .ctx = &got };

	(void)state;
	for (size_t piece = 1; piece < 200; piece = piece * 2 + 1) {
		struct stand_in s = { .schema = 1, .piece = piece };
		struct noro_history *h;
		struct noro_error err = { 0 };
		size_t whole;

		assert_int_equal(open_with(&s, true, &h, NULL), NORO_OK);
		put_cell(&s.given, "tokyo", 86400, "tcp/23");
		put_cell(&s.given, "tokyo", 172800, "tcp/22");
		assert_int_equal(noro_history_top(h, &q, true, &to, &err), NORO_OK);
		assert_string_equal(
			got.p, "tokyo 86400 tcp/23 100 0.5;tokyo 172800 tcp/22 100 0.5;");
		assert_true(said(&s, " AND key = 'x\\x27 OR 1' AND attempt IN (SELECT min(attempt)"
				     " FROM db.noroshi_batch GROUP BY id)"));
		assert_true(
			said(&s, " ORDER BY sources DESC, key, cut LIMIT 7 FORMAT RowBinary\n"));
		/* every prefix of the answer that is not a whole number of rows is refused */
		whole = s.given.n;
		for (size_t n = whole - 1; n > whole / 2; n--) {
			s.given.n = n;
			noro_buf_clear(&got);
			assert_int_equal(noro_history_top(h, &q, true, &to, &err), NORO_ECORRUPT);
		}
		noro_history_close(h);
		noro_buf_clear(&got);
		done(&s);
	}
	noro_buf_done(&got);
}

static bool try_all(void *arg)
{
	struct stand_in s = { .schema = 0 };
	const struct noro_ask q = { .cut = -1, .width_s = NORO_DAY_S };
	struct noro_buf got = { 0 };
	const struct noro_measures to = { .cell = on_cell, .ctx = &got };
	struct noro_history *h;
	bool ok;

	(void)arg;
	put_cell(&s.given, "tokyo", 86400, "tcp/23");
	ok = open_with(&s, false, &h, NULL) == NORO_OK;
	if (ok) {
		const struct noro_measures *w = noro_history_measures(h);
		struct noro_cell m = { .sensor = "a", .width_s = 60, .key = "" };

		ok = noro_history_begin(h, "a", NULL) == NORO_OK &&
		     w->cell(w->ctx, &m) == NORO_OK && noro_history_commit(h, NULL) == NORO_OK &&
		     noro_history_top(h, &q, false, &to, NULL) == NORO_OK &&
		     got.status == NORO_OK && s.said.status == NORO_OK;
		noro_history_close(h);
	}
	noro_buf_done(&got);
	done(&s);
	return ok;
}

static void no_memory_is_an_answer(void **state)
{
	(void)state;
	test_allocation_sweep(try_all, NULL, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_database_is_made_and_a_newer_one_refused),
		cmocka_unit_test(a_batch_is_named_last_and_few_partitions_at_a_time),
		cmocka_unit_test(a_lost_answer_is_asked_again_and_a_lost_block_fails),
		cmocka_unit_test(rows_come_in_any_pieces_and_none_is_cut),
		cmocka_unit_test(no_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
