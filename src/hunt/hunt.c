/* src/hunt/hunt.c - set up the engine and the workers, feed them, and put what they found in order.
 */
#include "hunt/hunt.h"

#include "hunt/hunt_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <unistd.h>

static void worker_done(struct worker *w)
{
	for (unsigned i = 0; i < MAX_ENGINES; i++)
		noro_scanner_free(w->scanner[i]);
	noro_rule_worker_free(w->rules);
	noro_arena_free(w->scratch);
	free(w->group);
	free(w->slot);
	free(w->event);
	free(w->sighting);
	free(w->yara);
	free(w->buf);
}

static void free_arena(void *a)
{
	noro_arena_free(a);
}

static enum noro_status worker_init(struct hunt *h, struct worker *w, struct noro_arena *a)
{
	enum noro_status st;

	w->h = h;
	w->keep = noro_arena_new(h->o->max_memory / h->workers); /* hunt_is_full: before that */
	if (!w->keep)
		return NORO_ENOMEM;
	/* findings point into it: it lives as long as they do */
	st = noro_arena_on_free(a, free_arena, w->keep);
	if (st != NORO_OK)
		return st;
	w->scratch = noro_arena_new(0);
	w->buf = noro_calloc(1, 2 * NORO_SCAN_PAD + CHUNK_BYTES);
	if (!w->scratch || !w->buf)
		return NORO_ENOMEM;
	st = hunt_scanner(w, 0) ? NORO_OK : NORO_ENOMEM;
	if (st == NORO_OK && h->o->rules)
		st = noro_rule_worker_new(h->o->rules, &w->rules);
	return st;
}

/* An indicator without a window of its own has that of its advisory (DESIGN 5). */
static enum noro_status windows(struct hunt *h)
{
	uint32_t n = noro_set_metas(h->o->set);

	h->window = noro_arena_array(h->keep, (size_t)n + 1, sizeof(*h->window));
	if (!h->window)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		const struct noro_ioc_meta *m = noro_set_meta_at(h->o->set, i);
		const struct noro_advisory *adv = NULL;

		h->window[i] = (struct window){ m->from_ns, m->until_ns };
		if (m->from_ns == NORO_TIME_NONE && m->until_ns == NORO_TIME_NONE && m->advisory &&
			h->o->knowledge)
			adv = noro_knowledge_advisory(h->o->knowledge, m->advisory);
		if (adv)
			h->window[i] = (struct window){ adv->from.ns, adv->until.ns };
	}
	return NORO_OK;
}

static enum noro_status start(struct hunt *h, struct noro_arena *a, struct noro_error *err)
{
	static const struct {
		enum noro_ioc_kind ioc;
		enum noro_hash_kind hash;
	} digests[] = { { NORO_IOC_MD5, NORO_MD5 }, { NORO_IOC_SHA1, NORO_SHA1 },
		{ NORO_IOC_SHA256, NORO_SHA256 }, { NORO_IOC_SHA512, NORO_SHA512 } };
	enum noro_status st;

	st = hunt_engine_first(h);
	if (st != NORO_OK)
		return noro_fail(
			err, st, N_("the matcher cannot be made (kernel, expressions or memory)"));
	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++)
		if (noro_set_kind_count(h->o->set, digests[i].ioc))
			h->hash_mask |= 1U << digests[i].hash;
	if (h->hash_mask)
		h->hash_mask |= 1U << NORO_SHA256; /* what people quote */
	h->has_names = noro_set_kind_count(h->o->set, NORO_IOC_FILE_NAME) != 0;
	h->workers = h->o->jobs ? h->o->jobs : noro_cpus();
	h->worker = noro_calloc(h->workers, sizeof(*h->worker));
	h->free_buf = noro_calloc(h->workers * 2 + 1, sizeof(char *));
	h->item_done = noro_arena_array(a, h->items + 1, sizeof(*h->item_done));
	if (!h->worker || !h->free_buf || !h->item_done)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (unsigned w = 0; st == NORO_OK && w < h->workers; w++)
		st = worker_init(h, &h->worker[w], a);
	if (st == NORO_OK)
		st = windows(h);
	if (st == NORO_OK && h->o->rules)
		st = hunt_check_fields(h);
	if (st == NORO_OK && h->o->yaras) {
		st = hunt_yara_open(h, err);
		if (st != NORO_OK)
			return st;
	}
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	st = noro_pool_new(h->workers, &h->pool, err);
	return st == NORO_OK ? hunt_device_open(h, err) : st;
}

static void stop(struct hunt *h)
{
	noro_pool_free(h->pool);
	for (unsigned w = 0; h->worker && w < h->workers; w++)
		worker_done(&h->worker[w]);
	free(h->worker);
	for (size_t i = 0; i < h->free_bufs; i++)
		free(h->free_buf[i]);
	free(h->free_buf);
	for (size_t i = 0; i < h->pieces; i++) {
		struct piece *p = h->piece[i];

		noro_log_free(p->log);
		if (p->fd >= 0)
			close(p->fd);
		for (size_t s = 0; s < p->segs; s++) {
			free(p->seg[s].gap);
			free(p->seg[s].heard);
		}
		free(p->seg);
		pthread_mutex_destroy(&p->lock);
	}
	free(h->piece);
	hunt_engine_free(h);
	hunt_device_close(h);
	hunt_yara_free(h->yara);
	pthread_mutex_destroy(&h->lock);
}

struct item_task {
	struct hunt *h;
	uint32_t item;
};

static void item_run(void *arg, unsigned worker)
{
	const struct item_task *t = arg;

	hunt_item(t->h, t->item, worker);
	if (!noro_progress_stop(t->h->o->progress))
		atomic_store(&t->h->item_done[t->item], true);
	if (t->h->o->progress)
		atomic_fetch_add_explicit(&t->h->o->progress->items_done, 1, memory_order_relaxed);
}

/* A ceiling that a person gave is named: what was kept until there is no whole answer. */
static enum noro_status no_room(const struct hunt *h, enum noro_status st, struct noro_error *err)
{
	if (st != NORO_ENOMEM || !h->o->max_memory)
		return noro_fail(err, st, NULL);
	return noro_fail(err, st,
		N_("what was found needs more than the %1 MiB that --max-memory allows: raise it, "
		   "or hunt the evidence in parts; the hunt stopped, and nothing is reported"),
		NORO_NUM((h->o->max_memory + (1 << 20) - 1) >> 20));
}

static enum noro_status feed(struct hunt *h, struct noro_arena *a)
{
	struct item_task *task = noro_arena_array(a, h->items + 1, sizeof(*task));
	struct noro_progress *pr = h->o->progress;
	enum noro_status st = task ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; i < h->items; i++) {
		if (pr) {
			atomic_fetch_add(&pr->bytes_total, h->item[i].size);
			atomic_fetch_add(&pr->items_total, 1);
		}
	}
	for (size_t i = 0; st == NORO_OK && i < h->items; i++) {
		if (h->earlier_item && h->earlier_item[i]) {
			atomic_store(&h->item_done[i], true);
			hunt_device_again(h, (uint32_t)i);
			continue;
		}
		task[i] = (struct item_task){ .h = h, .item = (uint32_t)i };
		st = noro_pool_submit(h->pool, item_run, &task[i]);
	}
	noro_pool_wait(h->pool);
	if (atomic_load(&h->failed_memory))
		return NORO_ENOMEM;
	return st;
}

/* Now that every segment is known, line numbers are. */
static void number_lines(struct hunt *h)
{
	for (size_t i = 0; i < h->pieces; i++) {
		uint64_t lines = 0;

		for (size_t s = 0; s < h->piece[i]->segs; s++) {
			h->piece[i]->seg[s].before = lines;
			lines += h->piece[i]->seg[s].newlines;
		}
	}
}

static enum noro_status conclude(
	struct hunt *h, struct noro_arena *a, struct noro_result *ret, struct noro_error *err)
{
	struct noro_view gave_up = { 0 };
	enum noro_status st;

	number_lines(h);
	for (unsigned w = 0; w < h->workers; w++) {
		ret->run.uncounted += h->worker[w].dropped + h->worker[w].events_dropped;
		ret->run.outside_range += h->worker[w].outside_range;
		if (!h->worker[w].rules)
			continue;
		ret->run.undecided += noro_rule_worker_undecided(h->worker[w].rules);
		if (!gave_up.n)
			gave_up = noro_rule_worker_gave_up(h->worker[w].rules);
	}
	if (gave_up.n)
		ret->run.undecided_by = noro_arena_strn(a, gave_up.p, gave_up.n);
	st = hunt_conclude(h, a, ret, err);
	if (st == NORO_OK)
		st = hunt_cover(h, a, ret);
	if (st == NORO_OK)
		st = noro_hunt_behaviours(h->o, a, ret);
	if (st != NORO_OK && err && err->status == NORO_OK)
		(void)noro_fail(err, st, NULL);
	return st;
}

enum noro_status noro_hunt(const struct noro_hunt_opts *o, struct noro_arena *a,
	struct noro_result *ret, struct noro_error *err)
{
	struct hunt h = { .o = o, .keep = a };
	enum noro_status st = noro_walk(o->path, o->paths, a, &h.item, &h.items, err);

	if (st != NORO_OK)
		return st;
	pthread_mutex_init(&h.lock, NULL);
	*ret = (struct noro_result){ .run = { .now_ns = o->now_ns, .version = NORO_VERSION } };
	st = start(&h, a, err);
	if (st == NORO_OK && o->earlier) {
		st = hunt_state_open(&h, err);
		if (st != NORO_OK && err && err->status == NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	if (st == NORO_OK) {
		st = feed(&h, a);
		if (st != NORO_OK)
			st = no_room(&h, st, err);
	}
	if (st == NORO_OK)
		st = conclude(&h, a, ret, err);
	ret->run.interrupted = noro_progress_stop(o->progress);
	if (st == NORO_OK && ret->run.interrupted && o->state)
		st = hunt_state_save(&h);
	stop(&h);
	if (st != NORO_OK)
		return st;
	return ret->run.interrupted ? NORO_EINTR : NORO_OK;
}
