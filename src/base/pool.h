/* src/base/pool.h - a fixed set of worker threads and a queue of tasks. */
#pragma once

#include "base/status.h"

#include <stdbool.h>

/*
 * Tasks run in any order on any worker; a task may submit more. Each worker has
 * a number (0 .. jobs-1), so that it can own its state. With jobs == 1 there is
 * no thread: tasks run inside noro_pool_wait, in the order they were submitted.
 */
struct noro_pool;
typedef void noro_task_fn(void *arg, unsigned worker);

enum noro_status noro_pool_new(
	unsigned jobs, struct noro_pool **ret, struct noro_error *err) NORO_MUSTUSE;
/* Waits for what runs; what is queued is dropped. */
void noro_pool_free(struct noro_pool *p);
enum noro_status noro_pool_submit(struct noro_pool *p, noro_task_fn *fn, void *arg) NORO_MUSTUSE;
/* Until every task, those submitted meanwhile too, has ended. */
void noro_pool_wait(struct noro_pool *p);
/* From inside a task: run one queued task, if any, on this worker; false if there was none. */
bool noro_pool_help(struct noro_pool *p, unsigned worker);
unsigned noro_pool_jobs(const struct noro_pool *p);
/* Processors this process may run on, at least 1. */
unsigned noro_cpus(void);
