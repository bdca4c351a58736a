/* src/base/progress.h - counters that workers bump and a watcher reads; nothing is printed here. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct noro_progress {
	atomic_uint_fast64_t bytes_done, bytes_total; /* of evidence on disk; total may grow */
	atomic_uint_fast64_t items_done, items_total;
	atomic_uint_fast64_t hits;
	atomic_bool interrupted; /* set by a signal handler; long loops look at it between chunks */
};

static inline void noro_progress_add(struct noro_progress *p, uint64_t bytes)
{
	if (p)
		atomic_fetch_add_explicit(&p->bytes_done, bytes, memory_order_relaxed);
}

static inline int noro_progress_stop(const struct noro_progress *p)
{
	return p && atomic_load_explicit(&p->interrupted, memory_order_relaxed);
}

static inline void noro_progress_hit(struct noro_progress *p)
{
	if (p)
		atomic_fetch_add_explicit(&p->hits, 1, memory_order_relaxed);
}
