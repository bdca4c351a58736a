/* tests/unit/sensor/test_spool.c - a set is there whole or not at all; what is not kept is not
 * taken for quiet. */
#include "tests/unit/sensor/spool.h"

#include "base/file.h"
#include "net/batch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

struct got {
	unsigned scans, watches;
	uint64_t alive, dropped;
};

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	(void)m;
	((struct got *)ctx)->scans++;
	return NORO_OK;
}

static enum noro_status on_watch(void *ctx, const struct noro_watch *m)
{
	struct got *g = ctx;

	g->watches++;
	g->alive += m->alive_s;
	g->dropped += m->dropped;
	return NORO_OK;
}

/* Add what a batch holds; its name is its digest. */
static void read_batch(const char *path, struct got *g)
{
	const struct noro_measures to = { .scan = on_scan, .watch = on_watch, .ctx = g };
	struct noro_buf bytes = { 0 };
	struct noro_batch b;
	char id[NORO_BATCH_ID_TEXT];

	assert_int_equal(noro_file_read(path, NORO_BATCH_MAX_BYTES, &bytes, NULL), NORO_OK);
	assert_int_equal(noro_batch_read(noro_buf_as_view(&bytes), &b, &to, NULL), NORO_OK);
	assert_int_equal(noro_batch_id(noro_buf_as_view(&bytes), id), NORO_OK);
	assert_non_null(strstr(path, id));
	assert_string_equal(b.sensor, "tokyo-1");
	noro_buf_done(&bytes);
}

static struct noro_spool *open_spool(const char *folder, const struct noro_spool_opts *o)
{
	static const struct noro_spool_opts plain = { .now_ns = 1756252800 * NS };
	struct noro_spool *s = NULL;

	assert_int_equal(noro_spool_open(folder, o ? o : &plain, &s, NULL), NORO_OK);
	return s;
}

static void put(struct noro_spool *s, unsigned i)
{
	assert_int_equal(test_observe(noro_spool_measures(s), i), NORO_OK);
}

static void a_set_is_there_when_it_is_published(void **state)
{
	char *folder = test_folder(), path[512];
	struct noro_spool *s = open_spool(folder, NULL), *second;
	struct noro_error err = { 0 };
	struct got g = { 0 };

	(void)state;
	assert_int_equal(
		noro_spool_open(folder, &(struct noro_spool_opts){ 0 }, &second, &err), NORO_EARG);
	assert_int_equal(noro_spool_publish(s, day, NULL), NORO_OK); /* nothing is no batch */
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	for (unsigned i = 0; i < 5; i++)
		put(s, i);
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	assert_int_equal(noro_spool_publish(s, day, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", path), 1);
	read_batch(path, &g);
	assert_int_equal(g.scans, 5);
	assert_int_equal(g.alive, 300);
	assert_int_equal(noro_spool_sum(s)->measures, 10);
	put(s, 9); /* and forgotten */
	noro_spool_close(s);
	s = open_spool(folder, NULL);
	assert_int_equal(noro_spool_publish(s, day, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", path), 1);
	noro_spool_close(s);
	test_remove(folder);
}

static void a_set_may_be_many_batches(void **state)
{
	char *folder = test_folder();
	const struct noro_spool_opts o = { .batch_bytes = 1000, .now_ns = day };
	struct noro_spool *s = open_spool(folder, &o);
	unsigned n;
	pid_t child;

	(void)state;
	for (unsigned i = 0; i < 50; i++)
		put(s, i);
	n = test_files(folder, ".batch", NULL);
	assert_true(n > 10); /* on the disk, but nobody looks there */
	noro_spool_close(s);
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	/* a process that is killed leaves such a set, and the next removes it */
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		s = open_spool(folder, &o);
		for (unsigned i = 0; i < 50; i++)
			put(s, i);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(test_files(folder, ".batch", NULL), n);
	s = open_spool(folder, &o);
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	for (unsigned i = 0; i < 50; i++)
		put(s, i);
	assert_int_equal(noro_spool_publish(s, day, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", NULL), noro_spool_sum(s)->batches);
	assert_true(noro_spool_sum(s)->batches > n);
	noro_spool_close(s);
	test_remove(folder);
}

static void age_publishes(void **state)
{
	char *folder = test_folder();
	const struct noro_spool_opts o = { .max_age_ns = 60 * NS, .now_ns = day };
	struct noro_spool *s = open_spool(folder, &o);

	(void)state;
	assert_int_equal(noro_spool_tick(s, day, NULL), NORO_OK);
	put(s, 1);
	assert_int_equal(noro_spool_tick(s, day + 5 * NS, NULL), NORO_OK);
	assert_int_equal(noro_spool_tick(s, day + 64 * NS, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	assert_int_equal(noro_spool_tick(s, day + 65 * NS, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", NULL), 1);
	put(s, 2); /* the clock goes back: it waits a minute more, not for ever */
	assert_int_equal(noro_spool_tick(s, day + 66 * NS, NULL), NORO_OK);
	assert_int_equal(noro_spool_tick(s, day - 1000 * NS, NULL), NORO_OK);
	assert_int_equal(noro_spool_tick(s, day - 940 * NS, NULL), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", NULL), 2);
	noro_spool_close(s);
	test_remove(folder);
}

/* A full spool: what waits stays, what comes is dropped whole, and its minutes are told. */
static void what_is_not_kept_is_lost_time(void **state)
{
	char *folder = test_folder(), path[512];
	const struct noro_spool_opts o = { .max_bytes = 2500, .keep_going = true, .now_ns = day };
	struct noro_spool *s = open_spool(folder, &o);
	struct noro_error err = { 0 };
	struct got g = { 0 };

	(void)state;
	put(s, 0);
	assert_int_equal(noro_spool_publish(s, day, &err), NORO_OK);
	for (unsigned i = 1; i < 8; i++)
		put(s, i);
	assert_int_equal(noro_spool_publish(s, day, &err), NORO_ENOSPC);
	assert_string_equal(err.where, folder);
	assert_int_equal(noro_spool_sum(s)->lost_s, 7 * 60);
	assert_int_equal(noro_spool_sum(s)->lost_measures, 14);
	assert_int_equal(test_files(folder, ".batch", path), 1);
	read_batch(path, &g);
	assert_int_equal(g.scans, 1);
	assert_int_equal(unlink(path), 0); /* sent: there is room again */
	g = (struct got){ 0 };
	put(s, 9);
	assert_int_equal(noro_spool_publish(s, day, &err), NORO_OK);
	assert_int_equal(test_files(folder, ".batch", path), 1);
	read_batch(path, &g);
	assert_int_equal(g.scans, 1);
	assert_int_equal(g.watches, 8); /* seven minutes in which nobody listened, and this one */
	assert_int_equal(g.alive, 60);
	assert_int_equal(g.dropped, 7);
	noro_spool_close(s);
	test_remove(folder);
}

/* A capture that is read is all or nothing: the first row that does not fit ends it. */
static void without_going_on_the_row_says_it(void **state)
{
	char *folder = test_folder();
	const struct noro_spool_opts o = { .max_bytes = 2500, .batch_bytes = 1000, .now_ns = day };
	struct noro_spool *s = open_spool(folder, &o);
	struct noro_error err = { 0 };
	enum noro_status st = NORO_OK;

	(void)state;
	for (unsigned i = 0; st == NORO_OK && i < 50; i++)
		st = test_observe(noro_spool_measures(s), i);
	assert_int_equal(st, NORO_ENOSPC);
	assert_int_equal(noro_spool_failed(s, &err), NORO_ENOSPC);
	assert_non_null(err.msg);
	assert_int_equal(noro_spool_publish(s, day, &err), NORO_ENOSPC);
	assert_int_equal(test_files(folder, ".batch", NULL), 0);
	put(s, 1);
	assert_int_equal(noro_spool_publish(s, day, &err), NORO_OK);
	noro_spool_close(s);
	test_remove(folder);
}

/* The disk itself refuses, at every possible size of file. */
static void a_disk_that_refuses_leaves_all_or_nothing(void **state)
{
	struct rlimit was, small;
	unsigned refused = 0;
	struct stat at;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	for (rlim_t most = 0; most < 1400; most += 50) {
		char *folder = test_folder(), path[512];
		const struct noro_spool_opts o = { .keep_going = true, .now_ns = day };
		struct noro_spool *s = open_spool(folder, &o);
		struct got g = { 0 };
		enum noro_status st;

		put(s, 1);
		small = (struct rlimit){ most, was.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		st = noro_spool_publish(s, day, NULL);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		assert_int_equal(test_files(folder, ".batch", path), st == NORO_OK);
		refused += st != NORO_OK;
		if (st == NORO_OK) {
			assert_int_equal(stat(path, &at), 0);
			assert_true((rlim_t)at.st_size <= most);
		}
		put(s, 2);
		assert_int_equal(noro_spool_publish(s, day, NULL), NORO_OK);
		assert_int_equal(test_files(folder, ".batch", path), st == NORO_OK ? 2 : 1);
		if (st != NORO_OK) {
			read_batch(path, &g);
			assert_int_equal(g.scans, 1);
			assert_int_equal(g.watches, 2);
		}
		noro_spool_close(s);
		test_remove(folder);
	}
	assert_true(refused > 5 && refused < 28);
}

static bool try_all(void *arg)
{
	const struct noro_spool_opts o = { .now_ns = day, .batch_bytes = 1000 };
	struct noro_spool *s = NULL;
	bool ok = noro_spool_open(arg, &o, &s, NULL) == NORO_OK;

	for (unsigned i = 0; ok && i < 3; i++)
		ok = test_observe(noro_spool_measures(s), i) == NORO_OK;
	ok = ok && noro_spool_publish(s, day, NULL) == NORO_OK;
	noro_spool_close(s);
	return ok;
}

static void want_of_memory_leaves_nothing_behind(void **state)
{
	char *folder = test_folder();

	(void)state;
	test_allocation_sweep(try_all, folder, 2000);
	assert_true(test_files(folder, ".batch", NULL) >= 2);
	assert_int_equal(test_files(folder, "", NULL), test_files(folder, ".batch", NULL) + 1);
	test_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_is_there_when_it_is_published),
		cmocka_unit_test(a_set_may_be_many_batches),
		cmocka_unit_test(age_publishes),
		cmocka_unit_test(what_is_not_kept_is_lost_time),
		cmocka_unit_test(without_going_on_the_row_says_it),
		cmocka_unit_test(a_disk_that_refuses_leaves_all_or_nothing),
		cmocka_unit_test(want_of_memory_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
