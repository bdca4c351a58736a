/* tests/unit/base/test_pool.c - every task runs once, on a worker that is its own. */
#include "tests/test.h"

#include "base/pool.h"

#include <stdatomic.h>

struct shared {
	struct noro_pool *pool;
	atomic_int done;
	long per_worker[8]; /* plain: a worker owns its slot, TSan would tell */
	int order[64], orders;
};

struct item {
	struct shared *shared;
	int number, children;
};

static void note(void *arg, unsigned worker)
{
	struct item *it = arg;

	it->shared->per_worker[worker]++;
	if (noro_pool_jobs(it->shared->pool) == 1)
		it->shared->order[it->shared->orders++] = it->number;
	atomic_fetch_add(&it->shared->done, 1);
}

static void note_with_children(void *arg, unsigned worker)
{
	static struct item child[3];
	struct item *it = arg;

	for (int i = 0; i < it->children; i++) {
		child[i] = (struct item){ .shared = it->shared, .number = 100 + i };
		assert_int_equal(noro_pool_submit(it->shared->pool, note, &child[i]), NORO_OK);
	}
	note(arg, worker);
}

static void every_task_runs_once(void **state)
{
	enum { N = 5000 };

	(void)state;
	for (unsigned jobs = 1; jobs <= 8; jobs *= 2) {
		struct shared s = { 0 };
		struct item *item = calloc(N, sizeof(*item));
		long sum = 0;

		assert_non_null(item);
		assert_int_equal(noro_pool_new(jobs, &s.pool, NULL), NORO_OK);
		assert_int_equal(noro_pool_jobs(s.pool), jobs);
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < N; i++) {
				item[i] = (struct item){ .shared = &s, .number = i };
				s.orders = 0;
				assert_int_equal(noro_pool_submit(s.pool, note, &item[i]), NORO_OK);
				if (jobs == 1)
					noro_pool_wait(s.pool);
			}
			noro_pool_wait(s.pool);
			assert_int_equal(atomic_load(&s.done), N * (round + 1));
		}
		noro_pool_free(s.pool);
		for (int i = 0; i < 8; i++)
			sum += s.per_worker[i];
		assert_int_equal(sum, 2 * N);
		free(item);
	}
}

static void one_job_runs_in_order_and_later_tasks_last(void **state)
{
	static const int want[] = { 0, 1, 2, 100, 101, 102 };
	struct shared s = { 0 };
	struct item item[3];

	(void)state;
	assert_int_equal(noro_pool_new(1, &s.pool, NULL), NORO_OK);
	for (int i = 0; i < 3; i++) {
		item[i] = (struct item){ .shared = &s, .number = i, .children = i == 0 ? 3 : 0 };
		assert_int_equal(noro_pool_submit(s.pool, note_with_children, &item[i]), NORO_OK);
	}
	assert_int_equal(s.orders, 0); /* nothing before somebody waits */
	noro_pool_wait(s.pool);
	assert_int_equal(s.orders, 6);
	assert_memory_equal(s.order, want, sizeof(want));
	noro_pool_free(s.pool);
}

struct tree {
	struct noro_pool *pool;
	atomic_int left;
	unsigned depth;
	struct tree *parent;
};

/* Splits in two and waits for both by helping: with every worker inside one, somebody must help. */
static void grow_tree(void *arg, unsigned worker)
{
	struct tree *t = arg, child[2];

	atomic_store(&t->left, t->depth ? 2 : 0);
	for (int i = 0; i < 2 && t->depth; i++) {
		child[i] = (struct tree){ .pool = t->pool, .depth = t->depth - 1, .parent = t };
		assert_int_equal(noro_pool_submit(t->pool, grow_tree, &child[i]), NORO_OK);
	}
	while (atomic_load(&t->left) > 0)
		(void)noro_pool_help(t->pool, worker);
	if (t->parent)
		atomic_fetch_sub(&t->parent->left, 1);
}

static void a_task_that_waits_helps(void **state)
{
	(void)state;
	for (unsigned jobs = 1; jobs <= 4; jobs++) {
		struct tree root = { .depth = 6 };

		assert_int_equal(noro_pool_new(jobs, &root.pool, NULL), NORO_OK);
		assert_int_equal(noro_pool_submit(root.pool, grow_tree, &root), NORO_OK);
		noro_pool_wait(root.pool);
		assert_int_equal(atomic_load(&root.left), 0);
		assert_false(noro_pool_help(root.pool, 0));
		noro_pool_free(root.pool);
	}
}

static void freeing_drops_what_is_queued(void **state)
{
	struct shared s = { 0 };
	struct item item = { .shared = &s };

	(void)state;
	assert_int_equal(noro_pool_new(1, &s.pool, NULL), NORO_OK);
	assert_int_equal(noro_pool_submit(s.pool, note, &item), NORO_OK);
	noro_pool_free(s.pool);
	noro_pool_free(NULL);
	assert_int_equal(atomic_load(&s.done), 0);
}

static void odd_numbers_of_jobs_are_answered(void **state)
{
	struct noro_pool *p;

	(void)state;
	assert_int_equal(noro_pool_new(0, &p, NULL), NORO_OK);
	assert_int_equal(noro_pool_jobs(p), 1);
	noro_pool_free(p);
	assert_int_equal(noro_pool_new(100000, &p, NULL), NORO_EARG);
	assert_true(noro_cpus() >= 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_task_runs_once),
		cmocka_unit_test(one_job_runs_in_order_and_later_tasks_last),
		cmocka_unit_test(a_task_that_waits_helps),
		cmocka_unit_test(freeing_drops_what_is_queued),
		cmocka_unit_test(odd_numbers_of_jobs_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
