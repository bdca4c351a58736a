/*
 * src/telescope/lane.c - workers. The reader deals packets to lanes by shard; two queues a lane, so
 * that one is filled while the other is worked on. Rounds keep the order within a shard, which is
 * all that the answer depends on. With one lane nothing is copied: a batch of packets is looked up
 * together, so that memory is asked for all of them at once. To wake a worker costs more than a few
 * packets or events do: so little is done by the reader itself, which is most of what a sensor of
 * few addresses ever has between two minutes.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"
#include "base/pool.h"

enum {
	QUEUE_PACKETS = 2048,
	QUEUE_BYTES = 1 << 20,
	AHEAD = 4,
	LITTLE = 256, /* packets or events */
};

static void one(struct noro_lane *l, struct noro_work *w)
{
	if (w->answer_of_ours) {
		noro_two_sent(l, w);
		return;
	}
	if (l->s->shard[w->shard].sent && noro_two_heard(l, w)) {
		/* it answers us: counted, but nobody is attacked */
		noro_count_packet(l, w, 0, 0, 0, SIZE_MAX);
		return;
	}
	if (w->j.klass == NORO_KLASS_BACKSCATTER)
		noro_vict_packet(l, w);
	else
		noro_event_packet(l, w);
}

static void ask_first(const struct noro_lane *l, struct noro_work *w)
{
	if (w->j.klass == NORO_KLASS_BACKSCATTER)
		noro_vict_ask(l, w);
	else
		noro_event_ask_entry(l, w);
}

static void ask_second(const struct noro_lane *l, const struct noro_work *w)
{
	if (w->j.klass == NORO_KLASS_BACKSCATTER)
		noro_vict_ask_more(l, w);
	else
		noro_event_ask_side(l, w);
}

static void ask_third(const struct noro_lane *l, const struct noro_work *w)
{
	if (w->j.klass != NORO_KLASS_BACKSCATTER)
		noro_event_ask_more(l, w);
}

/* Packets whose places in the index were asked for. What these name is asked for some packets
 * ahead, what that names some packets later, and so on: not for all at once, since a processor can
 * wait for a few lines only and forgets what is asked for beyond. */
static void several(struct noro_lane *l, struct noro_work *w, size_t n)
{
	const size_t ahead = AHEAD;
	size_t i = 0;

	for (; i < n && i < 3 * ahead; i++) {
		ask_first(l, &w[i]);
		if (i >= ahead)
			ask_second(l, &w[i - ahead]);
		if (i >= 2 * ahead)
			ask_third(l, &w[i - 2 * ahead]);
	}
	for (; i < n && l->status == NORO_OK; i++) {
		ask_first(l, &w[i]);
		ask_second(l, &w[i - ahead]);
		ask_third(l, &w[i - 2 * ahead]);
		one(l, &w[i - 3 * ahead]);
	}
	for (size_t k = i < 3 * ahead ? 0 : i - 3 * ahead; k < n && l->status == NORO_OK; k++)
		one(l, &w[k]);
}

static void work_task(void *arg, unsigned worker)
{
	struct noro_lane *l = arg;
	struct noro_queue *q = &l->queue[!l->s->filling];

	(void)worker;
	for (size_t i = 0; i < q->n; i += NORO_BATCH) {
		size_t n = q->n - i < NORO_BATCH ? q->n - i : NORO_BATCH;

		for (size_t k = 0; k < n; k++)
			noro_event_ask(l->s, &q->work[i + k]);
		several(l, q->work + i, n);
	}
	q->n = 0;
	q->bytes_n = 0;
}

enum noro_status noro_lanes_new(struct noro_scope *s, struct noro_error *err)
{
	s->lane = noro_calloc(s->jobs, sizeof(*s->lane));
	if (!s->lane)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (unsigned i = 0; i < s->jobs; i++) {
		struct noro_lane *l = &s->lane[i];

		l->s = s;
		l->number = i;
		if (!noro_sums_init(&l->sums))
			return noro_fail(err, NORO_ENOMEM, NULL);
		for (unsigned k = 0; s->jobs > 1 && k < 2; k++) {
			l->queue[k].work = noro_calloc(QUEUE_PACKETS, sizeof(struct noro_work));
			l->queue[k].bytes = noro_malloc(QUEUE_BYTES);
			if (!l->queue[k].work || !l->queue[k].bytes)
				return noro_fail(err, NORO_ENOMEM, NULL);
		}
	}
	return s->jobs > 1 ? noro_pool_new(s->jobs, &s->pool, err) : NORO_OK;
}

void noro_lanes_free(struct noro_scope *s)
{
	noro_pool_free(s->pool);
	for (unsigned i = 0; s->lane && i < s->jobs; i++) {
		struct noro_lane *l = &s->lane[i];

		noro_sums_done(&l->sums);
		for (size_t k = 0; k < l->ends; k++)
			noro_event_free(s, &l->ended[k]);
		for (size_t k = 0; k < l->vends; k++)
			noro_vict_free(s, NULL, &l->vended[k]);
		free(l->ended);
		free(l->vended);
		for (unsigned k = 0; k < 2; k++) {
			free(l->queue[k].work);
			free(l->queue[k].bytes);
		}
	}
	free(s->lane);
	s->lane = NULL;
}

static enum noro_status sticky(const struct noro_scope *s)
{
	for (unsigned i = 0; i < s->jobs; i++)
		if (s->lane[i].status != NORO_OK)
			return s->lane[i].status;
	return NORO_OK;
}

static void rest(struct noro_scope *s)
{
	if (s->running)
		noro_pool_wait(s->pool);
	s->running = false;
}

/* The queues that were filled are worked on while the others are filled. */
static enum noro_status turn(struct noro_scope *s)
{
	enum noro_status st;
	size_t waiting = 0;

	rest(s);
	st = sticky(s);
	if (st != NORO_OK)
		return st;
	for (unsigned i = 0; i < s->jobs; i++)
		waiting += s->lane[i].queue[s->filling].n;
	s->filling = !s->filling;
	s->running = waiting > LITTLE;
	for (unsigned i = 0; i < s->jobs && st == NORO_OK; i++) {
		if (!s->running)
			work_task(&s->lane[i], 0);
		else if (s->lane[i].queue[!s->filling].n)
			st = noro_pool_submit(s->pool, work_task, &s->lane[i]);
	}
	return st;
}

static const uint8_t *moved(const uint8_t *p, const uint8_t *from, uint8_t *to)
{
	return p ? to + (p - from) : NULL;
}

/* A packet and the bytes it points into, which are the reader's. */
static void copy(struct noro_queue *q, const struct noro_work *w, size_t n)
{
	struct noro_work *c = &q->work[q->n++];
	const uint8_t *from = w->p.ip;
	uint8_t *to = q->bytes + q->bytes_n;

	*c = *w;
	if (!from)
		return;
	memcpy(to, from, n);
	q->bytes_n += n;
	c->p.ip = to;
	c->p.options = moved(w->p.options, from, to);
	c->p.payload = moved(w->p.payload, from, to);
	c->p.src6 = moved(w->p.src6, from, to);
	c->p.dst6 = moved(w->p.dst6, from, to);
	c->j.actor6 = moved(w->j.actor6, from, to);
	c->j.ours6 = moved(w->j.ours6, from, to);
}

enum noro_status noro_lanes_queue(struct noro_scope *s, const struct noro_work *w)
{
	struct noro_queue *q;
	size_t n = w->p.ip ? w->p.ip_captured : 0;

	q = &s->lane[w->shard % s->jobs].queue[s->filling];
	if (q->n == QUEUE_PACKETS || q->bytes_n + n > QUEUE_BYTES) {
		enum noro_status st = turn(s);

		if (st != NORO_OK)
			return st;
		q = &s->lane[w->shard % s->jobs].queue[s->filling];
	}
	copy(q, w, n);
	return NORO_OK;
}

enum noro_status noro_lanes_wait(struct noro_scope *s)
{
	enum noro_status st;

	if (s->jobs == 1) {
		several(&s->lane[0], s->batch, s->batched);
		s->batched = 0;
		return s->lane[0].status;
	}
	st = turn(s);
	rest(s);
	return st == NORO_OK ? sticky(s) : st;
}

struct sweep {
	struct noro_lane *lane;
	int64_t now;
	bool all;
};

/* A shard need not be looked at more often than a quarter of the gap. */
static bool is_due(const struct noro_scope *s, unsigned shard, int64_t now, bool all)
{
	int64_t every = s->gap_ns / 4 / (60 * NORO_NS_PER_S), minute = now / (60 * NORO_NS_PER_S);

	every = every < 1 ? 1 : every > 10 ? 10 : every;
	return all || (minute + shard) % every == 0;
}

static void sweep_task(void *arg, unsigned worker)
{
	struct sweep *w = arg;
	struct noro_scope *s = w->lane->s;

	(void)worker;
	for (unsigned i = w->lane->number; i < NORO_SHARDS; i += s->jobs)
		if (is_due(s, i, w->now, w->all)) {
			noro_event_sweep(w->lane, &s->shard[i], w->now, w->all);
			noro_vict_sweep(w->lane, &s->shard[i], w->now, w->all);
		}
}

static bool is_little(const struct noro_scope *s, int64_t now, bool all)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < NORO_SHARDS; i++)
		if (is_due(s, i, now, all))
			n += noro_table_n(&s->shard[i].live) + s->shard[i].vcap;
	return n <= LITTLE;
}

enum noro_status noro_lanes_sweep(struct noro_scope *s, int64_t now, bool all)
{
	enum noro_status st = NORO_OK;
	struct sweep w[NORO_SHARDS];
	bool here = !s->pool || is_little(s, now, all);

	for (unsigned i = 0; i < s->jobs && st == NORO_OK; i++) {
		w[i] = (struct sweep){ &s->lane[i], now, all };
		if (!here)
			st = noro_pool_submit(s->pool, sweep_task, &w[i]);
		else
			sweep_task(&w[i], 0);
	}
	if (!here)
		noro_pool_wait(s->pool);
	return st == NORO_OK ? sticky(s) : st;
}
