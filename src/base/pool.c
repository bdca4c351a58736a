/*
 * src/base/pool.c - worker threads around one queue.
 *
 * Tasks are files and chunks, not records, so one mutex is enough. The queue is a
 * ring that grows: a task may submit more, so a full queue that made the
 * submitter wait could leave every worker waiting for another. Who walks a
 * million files bounds itself by what it submits at once.
 */
#include "base/pool.h"

#include "base/mem.h"

#include <pthread.h>
#include <sched.h>

enum { MAX_JOBS = 1024 };

struct task {
	noro_task_fn *fn;
	void *arg;
};

struct worker {
	struct noro_pool *pool;
	pthread_t thread;
	unsigned number;
};

struct noro_pool {
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	struct task *ring;
	size_t head, queued, cap;
	size_t running;
	bool stop;
	unsigned jobs, started;
	struct worker worker[];
};

/* With the lock held. */
static bool take(struct noro_pool *p, struct task *ret)
{
	if (p->queued == 0)
		return false;
	*ret = p->ring[p->head];
	p->head = (p->head + 1) % p->cap;
	p->queued--;
	p->running++;
	return true;
}

/* With the lock held; runs the task without it. */
static void run(struct noro_pool *p, const struct task *t, unsigned worker)
{
	pthread_mutex_unlock(&p->lock);
	t->fn(t->arg, worker);
	pthread_mutex_lock(&p->lock);
	p->running--;
	if (p->running == 0 && p->queued == 0)
		pthread_cond_broadcast(&p->idle);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct noro_pool *p = w->pool;
	struct task t;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		if (take(p, &t))
			run(p, &t, w->number);
		else
			pthread_cond_wait(&p->work, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool start(struct noro_pool *p)
{
	for (unsigned i = 0; i < p->jobs && p->jobs > 1; i++) {
		p->worker[i] = (struct worker){ .pool = p, .number = i };
		if (pthread_create(&p->worker[i].thread, NULL, work, &p->worker[i]) != 0)
			return false;
		p->started++;
	}
	return true;
}

enum noro_status noro_pool_new(unsigned jobs, struct noro_pool **ret, struct noro_error *err)
{
	struct noro_pool *p;

	if (jobs == 0)
		jobs = 1;
	if (jobs > MAX_JOBS)
		return noro_fail(err, NORO_EARG, N_("more than %1 jobs"), NORO_NUM(MAX_JOBS));
	p = noro_calloc(1, sizeof(*p) + jobs * sizeof(p->worker[0]));
	if (!p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	p->jobs = jobs;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->idle, NULL);
	if (!start(p)) {
		noro_pool_free(p);
		return noro_fail(err, NORO_ENOMEM, N_("cannot start a thread"));
	}
	*ret = p;
	return NORO_OK;
}

void noro_pool_free(struct noro_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	p->queued = 0;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->started; i++)
		pthread_join(p->worker[i].thread, NULL);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->idle);
	pthread_mutex_destroy(&p->lock);
	free(p->ring);
	free(p);
}

/* With the lock held. */
static bool make_room(struct noro_pool *p)
{
	size_t cap = p->cap ? p->cap * 2 : 64;
	struct task *ring;

	if (p->queued < p->cap)
		return true;
	ring = noro_reallocarray(NULL, cap, sizeof(*ring));
	if (!ring)
		return false;
	for (size_t i = 0; p->cap && i < p->queued; i++)
		ring[i] = p->ring[(p->head + i) % p->cap];
	free(p->ring);
	p->ring = ring;
	p->cap = cap;
	p->head = 0;
	return true;
}

enum noro_status noro_pool_submit(struct noro_pool *p, noro_task_fn *fn, void *arg)
{
	bool good;

	pthread_mutex_lock(&p->lock);
	good = make_room(p);
	if (good) {
		p->ring[(p->head + p->queued) % p->cap] = (struct task){ fn, arg };
		p->queued++;
		pthread_cond_signal(&p->work);
	}
	pthread_mutex_unlock(&p->lock);
	return good ? NORO_OK : NORO_ENOMEM;
}

void noro_pool_wait(struct noro_pool *p)
{
	struct task t;

	pthread_mutex_lock(&p->lock);
	if (p->jobs == 1) {
		while (take(p, &t))
			run(p, &t, 0);
	} else {
		while (p->queued || p->running)
			pthread_cond_wait(&p->idle, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
}

bool noro_pool_help(struct noro_pool *p, unsigned worker)
{
	struct task t;
	bool any;

	pthread_mutex_lock(&p->lock);
	any = take(p, &t);
	if (any)
		run(p, &t, worker);
	pthread_mutex_unlock(&p->lock);
	return any;
}

unsigned noro_pool_jobs(const struct noro_pool *p)
{
	return p->jobs;
}

unsigned noro_cpus(void)
{
	cpu_set_t set;
	int n;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n > 0 ? (unsigned)n : 1;
}
