/*
 * tests/unit/store/test_history.c - a history keeps what was acknowledged, once, over kill -9 and
 * age, and says what it was asked.
 */
#include "tests/test.h"

#include "store/history.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS 1000000000LL
static const int64_t day0 = 1756252800LL * NS; /* 2025-08-27 */

struct got {
	uint64_t cells, packets, sources, scans, victims, payloads, watches, alive;
	char first_key[64];
	uint32_t first_width;
	int64_t last_start;
	bool sorted;
};

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	struct got *g = ctx;

	if (!g->cells) {
		(void)snprintf(g->first_key, sizeof(g->first_key), "%s", m->key);
		g->first_width = m->width_s;
		g->sorted = true;
		g->last_start = m->start_ns;
	}
	g->sorted = g->sorted && m->start_ns >= g->last_start;
	g->last_start = m->start_ns;
	g->cells++;
	g->packets += m->packets;
	g->sources += m->sources;
	return NORO_OK;
}
static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	struct got *g = ctx;

	g->scans++;
	g->packets += m->packets;
	return NORO_OK;
}
static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	struct got *g = ctx;

	g->victims++;
	g->packets += m->probes;
	return NORO_OK;
}
static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct got *g = ctx;

	g->payloads++;
	g->packets += m->n;
	return NORO_OK;
}
static enum noro_status on_watch(void *ctx, const struct noro_watch *m)
{
	struct got *g = ctx;

	g->watches++;
	g->alive += m->alive_s;
	return NORO_OK;
}
static struct noro_measures into(struct got *g)
{
	*g = (struct got){ 0 };
	return (struct noro_measures){ on_cell, on_scan, on_victim, on_payload, on_watch, g };
}

static void put_cell(struct noro_history *h, int64_t start, uint32_t width, const char *key,
	uint64_t packets, uint64_t sources)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_cell m = { .sensor = "tokyo-1",
		.start_ns = start,
		.width_s = width,
		.cut = NORO_CUT_PORT,
		.key = key,
		.packets = packets,
		.bytes = packets * 40,
		.sources = sources };

	assert_int_equal(to->cell(to->ctx, &m), NORO_OK);
}

static void begin(struct noro_history *h, const char *id)
{
	assert_int_equal(noro_history_begin(h, id, NULL), NORO_OK);
}

static void a_batch_counts_once(void **state)
{
	struct noro_history *h;
	struct noro_error err = { 0 };
	struct noro_ask ask = { .cut = NORO_CUT_PORT, .width_s = NORO_HOUR_S };
	struct got g;
	struct noro_measures to = into(&g);

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, &err), NORO_OK);
	begin(h, "tokyo-1-1");
	put_cell(h, day0, NORO_HOUR_S, "tcp/23", 100, 7);
	put_cell(h, day0, NORO_HOUR_S, "tcp/22", 50, 5);
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(noro_history_begin(h, "tokyo-1-1", &err), NORO_END);
	/* what is written and then abandoned was never there */
	begin(h, "tokyo-1-2");
	put_cell(h, day0, NORO_HOUR_S, "tcp/80", 1000, 70);
	noro_history_abandon(h);
	/* a bin that a restart cut in two: packets add, sources do not */
	begin(h, "tokyo-1-2");
	put_cell(h, day0, NORO_HOUR_S, "tcp/23", 10, 3);
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(noro_history_cells(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.cells, 2);
	assert_int_equal(g.packets, 160);
	assert_int_equal(g.sources, 12);
	assert_string_equal(g.first_key, "tcp/22");
	ask.key = "tcp/23";
	to = into(&g);
	assert_int_equal(noro_history_cells(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.packets, 110);
	ask.key = "tcp/80"; /* its number was abandoned with it */
	to = into(&g);
	assert_int_equal(noro_history_cells(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.cells, 0);
	assert_int_equal(noro_history_verify(h, &err), NORO_OK);
	noro_history_close(h);
}

static void rankings_are_sums_in_order(void **state)
{
	struct noro_history *h;
	struct noro_ask ask = { .cut = NORO_CUT_PORT, .width_s = NORO_DAY_S, .limit = 2 };
	struct got g;
	struct noro_measures to = into(&g);

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	begin(h, "b");
	for (int d = 0; d < 3; d++) {
		put_cell(h, day0 + d * 86400 * NS, NORO_DAY_S, "tcp/23", 100, 1);
		put_cell(h, day0 + d * 86400 * NS, NORO_DAY_S, "tcp/22", 10, 9);
		put_cell(h, day0 + d * 86400 * NS, NORO_DAY_S, "udp/53", 1, 4);
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(noro_history_top(h, &ask, false, &to, NULL), NORO_OK);
	assert_int_equal(g.cells, 2);
	assert_int_equal(g.packets, 330);
	assert_string_equal(g.first_key, "tcp/23");
	to = into(&g);
	assert_int_equal(noro_history_top(h, &ask, true, &to, NULL), NORO_OK);
	assert_string_equal(g.first_key, "tcp/22");
	ask.from_ns = day0 + 86400 * NS;
	ask.to_ns = day0 + 2 * 86400 * NS;
	to = into(&g);
	assert_int_equal(noro_history_top(h, &ask, false, &to, NULL), NORO_OK);
	assert_int_equal(g.packets, 110);
	noro_history_close(h);
}

static void put_objects(struct noro_history *h, int64_t at)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_ip ip = noro_ip_from_v4(0xc6120307);
	struct noro_scan scan = { .sensor = "tokyo-1",
		.src = ip,
		.port = "tcp/23",
		.klass = "scan",
		.first_ns = at,
		.last_ns = at + 60 * NS,
		.packets = 30,
		.dsts = 12 };
	struct noro_victim victim = { .sensor = "tokyo-1",
		.victim = { ip, 32 },
		.proto = "tcp",
		.how = "syn-ack",
		.first_ns = at,
		.last_ns = at + 600 * NS,
		.probes = 936 };
	struct noro_payload payload = { .sensor = "tokyo-1",
		.time_ns = at,
		.src = ip,
		.dst = ip,
		.port = "tcp/80",
		.byte = (const uint8_t *)"GET / HTTP/1.1\r\n",
		.n = 16 };
	struct noro_watch watch = { .sensor = "tokyo-1",
		.start_ns = at,
		.width_s = 60,
		.alive_s = 60,
		.addresses = 512,
		.packets = 10 };

	assert_int_equal(to->scan(to->ctx, &scan), NORO_OK);
	assert_int_equal(to->victim(to->ctx, &victim), NORO_OK);
	assert_int_equal(to->payload(to->ctx, &payload), NORO_OK);
	assert_int_equal(to->watch(to->ctx, &watch), NORO_OK);
}

static void objects_come_back_as_they_went(void **state)
{
	struct noro_history *h;
	struct noro_error err = { 0 };
	struct noro_ip ip = noro_ip_from_v4(0xc6120307), other = noro_ip_from_v4(0xc6120308);
	struct noro_ask ask = { .ip = &ip, .port = "tcp/23" };
	struct got g;
	struct noro_measures to = into(&g);
	struct noro_arena *a = noro_arena_new(0);
	struct noro_history_span all;
	bool known;

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, &err), NORO_OK);
	begin(h, "b");
	put_objects(h, day0);
	put_objects(h, day0 + 60 * NS);
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(noro_history_scans(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.scans, 2);
	assert_int_equal(g.packets, 60);
	to = into(&g);
	assert_int_equal(noro_history_victims(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.packets, 2 * 936);
	ask.port = NULL;
	to = into(&g);
	assert_int_equal(noro_history_payloads(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.payloads, 2);
	assert_int_equal(g.packets, 32);
	ask.ip = &other;
	to = into(&g);
	assert_int_equal(noro_history_scans(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.scans, 0);
	ask = (struct noro_ask){ .width_s = NORO_HOUR_S }; /* the account adds up by itself */
	to = into(&g);
	assert_int_equal(noro_history_watch(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.watches, 1);
	assert_int_equal(g.alive, 120);
	assert_int_equal(noro_history_sensors(h, a, &all, &err), NORO_OK);
	assert_int_equal(all.sensors, 1);
	assert_string_equal(all.sensor[0], "tokyo-1");
	assert_true(all.first_ns == day0 && all.last_ns == day0 + 120 * NS);
	assert_int_equal(
		noro_history_known(h, "tcp/23", &ip, day0 + 3600 * NS, &known, &err), NORO_OK);
	assert_true(known);
	assert_int_equal(noro_history_known(h, "tcp/23", &ip, day0, &known, &err), NORO_OK);
	assert_false(known);
	assert_int_equal(noro_history_known(h, "tcp/23", &ip, day0 + 40 * 86400 * NS, &known, &err),
		NORO_OK);
	assert_false(known);
	noro_arena_free(a);
	noro_history_close(h);
}

static void age_leaves_wider_bins_in_place_of_finer(void **state)
{
	struct noro_history *h;
	struct noro_error err = { 0 };
	struct noro_history_keep keep = { .minute = 2, .ten = 2, .hour = 2 };
	struct noro_ask ask = { .cut = NORO_CUT_PORT, .width_s = NORO_HOUR_S };
	struct got g;
	struct noro_measures to = into(&g);

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, &err), NORO_OK);
	begin(h, "b");
	for (int d = 0; d < 10; d++) {
		for (int hour = 0; hour < 24; hour++)
			put_cell(
				h, day0 + (d * 24 + hour) * 3600 * NS, NORO_HOUR_S, "tcp/23", 1, 1);
		put_cell(h, day0 + d * 86400 * NS, NORO_DAY_S, "tcp/23", 24, 20);
	}
	assert_int_equal(noro_history_commit(h, &err), NORO_OK);
	assert_int_equal(noro_history_age(h, &keep, day0 + 10 * 86400 * NS, NULL, &err), NORO_OK);
	assert_int_equal(noro_history_cells(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.packets, 240); /* nothing is lost and nothing counted twice */
	assert_int_equal(g.cells, 8 + 48);
	assert_int_equal(g.first_width, NORO_DAY_S);
	assert_true(g.sorted);
	keep.max_bytes = 1; /* cannot be reached; days stay */
	assert_int_equal(noro_history_age(h, &keep, day0 + 10 * 86400 * NS, NULL, &err), NORO_OK);
	to = into(&g);
	assert_int_equal(noro_history_cells(h, &ask, &to, &err), NORO_OK);
	assert_int_equal(g.packets, 240);
	assert_int_equal(noro_history_verify(h, &err), NORO_OK);
	noro_history_close(h);
}

static void refuses_what_is_no_history(void **state)
{
	char path[] = "/tmp/noro_history_XXXXXX";
	int fd = mkstemp(path);
	struct noro_history *h;
	struct noro_error err = { 0 };

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(
		write(fd, "this is a text, and not a short one, but no database at all\n", 60), 60);
	close(fd);
	assert_int_equal(noro_history_open(path, true, &h, &err), NORO_ECORRUPT);
	assert_string_equal(err.where, path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(noro_history_open(path, true, &h, &err), NORO_ENOENT);
}

/* A writer that acknowledges each batch on a pipe is killed at a random moment; what it
 * acknowledged is there. */
static void writes(const char *path, int to, int round)
{
	struct noro_history *h;

	if (noro_history_open(path, false, &h, NULL) != NORO_OK)
		_exit(1);
	for (int i = 0;; i++) {
		const struct noro_measures *m = noro_history_measures(h);
		struct noro_cell cell = { .sensor = "tokyo-1",
			.start_ns = day0 + (round * 100000LL + i) * 60 * NS,
			.width_s = 60,
			.cut = NORO_CUT_TOTAL,
			.key = "",
			.packets = 1 };
		char id[64];

		(void)snprintf(id, sizeof(id), "b-%d-%d", round, i);
		if (noro_history_begin(h, id, NULL) != NORO_OK ||
			m->cell(m->ctx, &cell) != NORO_OK ||
			noro_history_commit(h, NULL) != NORO_OK || write(to, ".", 1) != 1)
			_exit(1);
	}
}

static void nothing_acknowledged_is_lost_to_kill_9(void **state)
{
	const int rounds = getenv("NOROSHI_SOAK") ? 1000 : 50;
	char path[] = "/tmp/noro_history_XXXXXX", beside[64];
	uint64_t acknowledged = 0;
	uint32_t random = 2463534242u;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlink(path), 0);
	for (int round = 0; round < rounds; round++) {
		int ends[2], wait_for;
		struct noro_history *h;
		struct noro_ask ask = { .cut = NORO_CUT_TOTAL, .width_s = 60 };
		struct got g;
		struct noro_measures to = into(&g);
		char byte;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(ends[0]);
			writes(path, ends[1], round);
		}
		close(ends[1]);
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		wait_for = (int)(random % 12);
		for (int i = 0; i < wait_for; i++)
			assert_int_equal(read(ends[0], &byte, 1), 1);
		assert_int_equal(kill(child, SIGKILL), 0);
		acknowledged += (uint64_t)wait_for;
		while (read(ends[0], &byte, 1) == 1)
			acknowledged++;
		close(ends[0]);
		assert_int_equal(waitpid(child, NULL, 0), child);
		if (!acknowledged)
			continue;
		assert_int_equal(noro_history_open(path, true, &h, NULL), NORO_OK);
		assert_int_equal(noro_history_cells(h, &ask, &to, NULL), NORO_OK);
		/* one batch a round may have become durable without the word getting out */
		assert_true(g.packets >= acknowledged &&
			    g.packets <= acknowledged + (uint64_t)round + 1);
		assert_int_equal(g.packets, g.cells); /* and none counted twice */
		noro_history_close(h);
	}
	(void)unlink(path);
	(void)snprintf(beside, sizeof(beside), "%s-wal", path);
	(void)unlink(beside);
	(void)snprintf(beside, sizeof(beside), "%s-shm", path);
	(void)unlink(beside);
}

static bool try_write(void *arg)
{
	struct noro_history *h = NULL;
	bool ok = noro_history_open(NULL, false, &h, NULL) == NORO_OK;

	(void)arg;
	if (ok && noro_history_begin(h, "b", NULL) == NORO_OK) {
		const struct noro_measures *to = noro_history_measures(h);
		struct noro_scan scan = {
			.sensor = "s", .src = noro_ip_from_v4(1), .port = "tcp/1", .klass = "scan"
		};

		ok = to->scan(to->ctx, &scan) == NORO_OK && noro_history_commit(h, NULL) == NORO_OK;
	}
	noro_history_close(h);
	return ok;
}

static void want_of_memory_is_said(void **state)
{
	(void)state;
	test_allocation_sweep(try_write, NULL, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_counts_once),
		cmocka_unit_test(rankings_are_sums_in_order),
		cmocka_unit_test(objects_come_back_as_they_went),
		cmocka_unit_test(age_leaves_wider_bins_in_place_of_finer),
		cmocka_unit_test(refuses_what_is_no_history),
		cmocka_unit_test(nothing_acknowledged_is_lost_to_kill_9),
		cmocka_unit_test(want_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
