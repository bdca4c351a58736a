/*
 * src/exercise/darknet.c - captures of unused addresses, sensor by sensor and day by day.
 *
 * All actors of a day lie in a heap by the time of their next packet; taking the first, writing it
 * and putting the actor back gives the day in order. Gaps between packets are those of a Poisson
 * stream, as a scan of random order leaves at any set of addresses. What follows from a packet (a
 * victim's repetition, our answer, what is said to that) goes into the same heap.
 */
#include "exercise/darknet_priv.h"

#include "base/mem.h"
#include "telescope/klass.h"

#include <math.h>

enum { CHANCES = 4096, REPEATS = 3 };
static const int64_t DAY_NS = 86400 * NORO_NS_PER_S;

enum dark_what { WHAT_ARRIVES, WHAT_AGAIN, WHAT_ANSWER, WHAT_HEARD };

/* What comes next, and when. */
struct due {
	int64_t t;
	uint32_t stream;
	uint32_t src, dst, number;
	uint16_t sport;
	uint8_t what, left; /* left: repetitions; or which of the actor's ports */
};

struct heap {
	struct due *at;
	size_t n, cap;
};

struct making {
	const struct noro_darknet_opts *o;
	struct dark_plan plan;
	struct noro_arena *arena; /* of the day */
	uint32_t chance[CHANCES]; /* -ln of each chance, 16.16 */
	struct heap heap;
	struct dark_count count;
	struct noro_buf truth;
	struct noro_outfile *truth_file;
	struct noro_darknet_sum *sum;
	uint64_t came;
	struct noro_error *err;
	/* of the running sensor and day */
	const struct dark_sensor *s;
	unsigned day;
	int64_t from, out_from, out_to, drop_from, drop_to;
	struct dark_file *file;
	struct dark_stream *stream;
	struct rng rng;
};

/* ---- the heap ---- */

static bool before(const struct due *a, const struct due *b)
{
	return a->t != b->t ? a->t < b->t : a->stream < b->stream;
}

static void sift_down(struct heap *h, size_t i)
{
	struct due moved = h->at[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n && before(&h->at[child + 1], &h->at[child]))
			child++;
		if (!before(&h->at[child], &moved))
			break;
		h->at[i] = h->at[child];
		i = child;
	}
	h->at[i] = moved;
}

static enum noro_status push(struct heap *h, const struct due *d)
{
	struct due *grown = noro_grow(h->at, h->n, &h->cap, sizeof(*grown));
	size_t i = h->n;

	if (!grown)
		return NORO_ENOMEM;
	h->at = grown;
	h->n++;
	while (i && before(d, &h->at[(i - 1) / 2])) {
		h->at[i] = h->at[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->at[i] = *d;
	return NORO_OK;
}

static void pop(struct heap *h)
{
	h->at[0] = h->at[--h->n];
	if (h->n)
		sift_down(h, 0);
}

/* ---- time ---- */

/* Whole numbers, so that every machine makes the same capture. */
static void fill_chances(struct making *m)
{
	for (unsigned i = 0; i < CHANCES; i++)
		m->chance[i] = (uint32_t)lround(-log((i + 0.5) / CHANCES) * 65536);
}

static int64_t gap(struct making *m, double mean_ns)
{
	return (int64_t)(mean_ns * m->chance[rng_next(&m->rng) >> 52] / 65536) + 1;
}

/* When a sensor does not listen, or loses packets: what every network of sensors has. */
static void troubles(struct making *m)
{
	unsigned days = m->o->days;
	const int64_t hour = 3600 * NORO_NS_PER_S;

	m->out_from = m->out_to = m->drop_from = m->drop_to = 0;
	if (days >= 2 && m->s == &noro_dark_sensor[0] && m->day == days / 2) {
		m->out_from = m->from + 10 * hour;
		m->out_to = m->from + 17 * hour;
	} else if (days >= 5 && m->s == &noro_dark_sensor[2] &&
		   (m->day == days * 2 / 3 || m->day == days * 2 / 3 + 1)) {
		m->out_from = m->from;
		m->out_to = m->from + DAY_NS;
	}
	if (m->s->tells_drops && (m->day % 7 == 1 || days == 1)) {
		m->drop_from = m->from + 12 * hour;
		m->drop_to = m->from + 16 * hour;
	}
}

/* ---- one packet ---- */

/* True: it is in the capture. */
static bool seen(struct making *m, int64_t t, const struct dark_packet *p)
{
	bool counts = p->klass != NORO_KLASS_MALFORMED;

	if (t >= m->out_from && t < m->out_to) {
		m->count.missed++;
		m->count.lost += counts;
		return false;
	}
	if (t >= m->drop_from && t < m->drop_to && rng_below(&m->rng, 10) < 3) {
		m->count.dropped++;
		m->count.lost += counts;
		noro_dark_dropped(m->file);
		return false;
	}
	return true;
}

static enum noro_status write_own(
	struct making *m, int64_t t, const struct dark_packet *p, bool *ret_seen)
{
	enum noro_status st;

	*ret_seen = seen(m, t, p);
	if (!*ret_seen)
		return NORO_OK;
	st = noro_dark_put(m->file, t, p, m->err);
	m->sum->packets++;
	if (st == NORO_OK && noro_dark_count_add(&m->count, p) != NORO_OK)
		st = noro_fail(m->err, NORO_ENOMEM, NULL);
	return st;
}

static void note(struct dark_stream *s, unsigned i, int64_t t)
{
	if (!s->packets[i]++)
		s->first[i] = t;
	s->last[i] = t;
}

static struct dark_packet question_of(const struct making *m, const struct due *d)
{
	return (struct dark_packet){ .src = d->src,
		.dst = d->dst,
		.seq = d->number,
		.sport = d->sport,
		.port = m->stream[d->stream].a->port[d->left],
		.which = d->left };
}

/* What a packet brings about. */
static enum noro_status follows(struct making *m, const struct due *d, const struct dark_packet *p)
{
	const struct dark_actor *a = m->stream[d->stream].a;
	struct due next = { .t = d->t + 100000,
		.stream = d->stream,
		.src = p->src,
		.dst = p->dst,
		.number = p->seq,
		.sport = p->sport,
		.what = WHAT_ANSWER,
		.left = p->which };

	if (a->kind->make == MAKE_SYN_ACK) {
		next.t = d->t + NORO_NS_PER_S;
		next.what = WHAT_AGAIN;
		next.left = (uint8_t)(a->key % (REPEATS + 1));
		return next.left ? push(&m->heap, &next) : NORO_OK;
	}
	if (p->klass != NORO_KLASS_SCAN || p->proto != 6 || p->six ||
		p->dst - m->s->base < m->s->lit)
		return NORO_OK;
	return push(&m->heap, &next);
}

static enum noro_status arrives(struct making *m, const struct due *d)
{
	struct dark_stream *s = &m->stream[d->stream];
	struct dark_packet p;
	bool is_seen;
	enum noro_status st;

	noro_dark_packet(s->a, m->s, &m->rng, &p);
	st = write_own(m, d->t, &p, &is_seen);
	if (st != NORO_OK || !is_seen)
		return st;
	note(s, p.which, d->t);
	s->probes += p.klass == NORO_KLASS_BACKSCATTER;
	return follows(m, d, &p) == NORO_OK ? NORO_OK : noro_fail(m->err, NORO_ENOMEM, NULL);
}

/* A victim repeats what was not acknowledged: after one, two and four seconds. */
static enum noro_status again(struct making *m, const struct due *d)
{
	struct dark_stream *s = &m->stream[d->stream];
	struct dark_packet p;
	struct due next = *d;
	bool is_seen;
	enum noro_status st;

	noro_dark_again(s->a, d->dst, d->sport, d->number, &p);
	st = write_own(m, d->t, &p, &is_seen);
	if (st != NORO_OK)
		return st;
	if (is_seen)
		note(s, 0, d->t);
	if (--next.left == 0)
		return NORO_OK;
	next.t += 2 * NORO_NS_PER_S;
	return push(&m->heap, &next) == NORO_OK ? NORO_OK : noro_fail(m->err, NORO_ENOMEM, NULL);
}

static enum noro_status answer(struct making *m, const struct due *d)
{
	const struct dark_kind *k = m->stream[d->stream].a->kind;
	struct dark_packet q = question_of(m, d), p;
	struct due next = *d;
	enum noro_status st;

	noro_dark_answer(&q, &p);
	st = noro_dark_put(m->file, d->t, &p, m->err);
	m->count.sent++;
	m->sum->packets++;
	if (st != NORO_OK || k->make == MAKE_FLOOD || k->who == WHO_BOGON)
		return st;
	next.what = WHAT_HEARD;
	next.t += (int64_t)(20 + rng_below(&m->rng, 280)) * 1000000;
	return push(&m->heap, &next) == NORO_OK ? NORO_OK : noro_fail(m->err, NORO_ENOMEM, NULL);
}

static enum noro_status heard(struct making *m, const struct due *d)
{
	struct dark_stream *s = &m->stream[d->stream];
	struct dark_packet q = question_of(m, d), p;
	bool is_seen;
	enum noro_status st;

	noro_dark_heard(s->a, &q, &p);
	st = write_own(m, d->t, &p, &is_seen);
	s->heard[q.which] += is_seen;
	return st;
}

/* ---- a day of a sensor ---- */

static enum noro_status begin_streams(
	struct making *m, const struct dark_actor *actor, size_t actors)
{
	m->heap.n = 0;
	m->stream = noro_arena_array(m->arena, actors + 1, sizeof(*m->stream));
	if (!m->stream)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	memset(m->stream, 0, (actors + 1) * sizeof(*m->stream));
	for (size_t i = 0; i < actors; i++) {
		const struct dark_actor *a = &actor[i];
		double n = a->packets * m->s->n / DARK_ADDRESSES;
		struct due d = { .stream = (uint32_t)i };
		bool six = a->kind->make == MAKE_SIX_SYN || a->kind->make == MAKE_SIX_ANSWER;

		/* only one sensor has IPv6, only one pays for a mistake */
		if (six || a->kind->make == MAKE_MISTAKE)
			n = six == (m->s->six[0] != 0) &&
					    (six || a->key % 3 == 0 || m->s->n > 1 << 13)
				    ? a->packets
				    : 0;
		if (n <= 0)
			continue;
		m->stream[i].a = a;
		m->stream[i].gap_ns = (double)(a->to - a->from) / n;
		d.t = a->from + gap(m, m->stream[i].gap_ns);
		if (d.t < a->to && push(&m->heap, &d) != NORO_OK)
			return noro_fail(m->err, NORO_ENOMEM, NULL);
	}
	return NORO_OK;
}

static enum noro_status one(struct making *m)
{
	struct due d = m->heap.at[0];
	const struct dark_stream *s = &m->stream[d.stream];

	if (d.what == WHAT_ARRIVES) {
		m->heap.at[0].t += gap(m, s->gap_ns);
		if (m->heap.at[0].t < s->a->to)
			sift_down(&m->heap, 0);
		else
			pop(&m->heap);
		return arrives(m, &d);
	}
	pop(&m->heap);
	if (d.t >= m->from + DAY_NS)
		return NORO_OK;
	return d.what == WHAT_AGAIN    ? again(m, &d)
	       : d.what == WHAT_ANSWER ? answer(m, &d)
				       : heard(m, &d);
}

static enum noro_status drain_truth(struct making *m)
{
	enum noro_status st = m->truth.status == NORO_OK ? noro_outfile_write(m->truth_file,
								   m->truth.p, m->truth.n, m->err)
							 : noro_fail(m->err, m->truth.status, NULL);

	noro_buf_clear(&m->truth);
	return st;
}

static enum noro_status run_day(struct making *m, size_t actors)
{
	enum noro_status st = NORO_OK;

	for (uint64_t i = 0; st == NORO_OK && m->heap.n; i++) {
		st = one(m);
		if (st == NORO_OK && !(i & 0xffff) && noro_progress_stop(m->o->progress))
			st = noro_fail(m->err, NORO_EINTR, NULL);
	}
	noro_dark_truth_day(m->s, m->from, &m->count, &m->truth);
	for (size_t i = 0; i < actors && st == NORO_OK; i++) {
		if (m->stream[i].a)
			noro_dark_truth_stream(m->s, &m->stream[i], &m->truth);
		if (m->truth.n > 1 << 17)
			st = drain_truth(m);
	}
	m->came += m->count.own + m->count.lost;
	return st == NORO_OK ? drain_truth(m) : st;
}

static enum noro_status sensor_day(struct making *m, const struct dark_actor *actor, size_t actors)
{
	struct noro_civil c = noro_civil_from_ns(m->from, 0);
	char *path = noro_arena_printf(m->arena, "%s/captures/%s/%04d-%02u-%02u.%s", m->o->dir,
		m->s->name, c.year, c.month, c.day, m->s->tells_drops ? "pcapng" : "pcap");
	enum noro_status st =
		path ? noro_dark_open(path, m->s->tells_drops, m->from, &m->file, m->err)
		     : noro_fail(m->err, NORO_ENOMEM, NULL);
	bool silent;

	if (st != NORO_OK)
		return st;
	noro_dark_count_clear(&m->count);
	m->rng = noro_exercise_rng(m->s->name, m->o->seed, "packets");
	m->rng.s ^= (m->day + 1) * UINT64_C(0xd1342543de82ef95);
	st = begin_streams(m, actor, actors);
	if (st == NORO_OK)
		st = run_day(m, actors);
	silent = m->out_to - m->out_from == DAY_NS; /* a sensor that is off leaves no file */
	if (st != NORO_OK || silent) {
		noro_dark_abandon(m->file);
		return st;
	}
	m->sum->files++;
	return noro_dark_close(m->file, m->from + DAY_NS - 1, m->err);
}

static enum noro_status all_days(struct making *m)
{
	enum noro_status st = NORO_OK;

	for (m->day = 0; m->day < m->o->days && st == NORO_OK; m->day++) {
		struct dark_actor *actor = NULL;
		size_t actors = 0;

		noro_arena_reset(m->arena);
		m->from = m->plan.start_ns + m->day * DAY_NS;
		if (noro_dark_actors(&m->plan, m->day, m->arena, &actor, &actors) != NORO_OK)
			return noro_fail(m->err, NORO_ENOMEM, NULL);
		for (unsigned i = 0; i < NORO_DARKNET_SENSORS && st == NORO_OK; i++) {
			m->s = &noro_dark_sensor[i];
			troubles(m);
			st = sensor_day(m, actor, actors);
		}
	}
	return st;
}

/* ---- what lies beside the captures ---- */

static enum noro_status put(struct making *m, const char *name, struct noro_buf *text)
{
	struct noro_buf path = { 0 };
	enum noro_status st;

	noro_buf_printf(&path, "%s/%s", m->o->dir, name);
	noro_buf_chr(&path, '\0');
	st = path.status == NORO_OK && text->status == NORO_OK
		     ? noro_file_write(path.p, 0644, noro_buf_as_view(text), m->err)
		     : noro_fail(m->err, NORO_ENOMEM, NULL);
	noro_buf_done(&path);
	noro_buf_clear(text);
	return st;
}

/* Countries that exist nowhere (user-assigned codes of ISO 3166), networks for documentation. */
static enum noro_status write_tables(struct making *m)
{
	static const uint8_t top[] = { 25, 26, 28, 29, 30, 33 };
	struct noro_civil c = noro_civil_from_ns(m->plan.start_ns, 0);
	struct noro_buf t = { 0 };
	enum noro_status st;

	noro_buf_printf(&t, "2|exercise|%04d%02u%02u|26|19830101|%04d%02u%02u|+0000\n", c.year,
		c.month, c.day, c.year, c.month, c.day);
	for (unsigned i = 0; i < 24; i++)
		noro_buf_printf(&t, "exercise|X%c|ipv4|%u.%u.0.0|4194304|20250101|allocated\n",
			'A' + (int)i, top[i / 4], i % 4 * 64);
	/* victims: documentation addresses too */
	noro_buf_str(&t, "exercise|XY|ipv4|192.0.2.0|256|20250101|allocated\n"
			 "exercise|XZ|ipv4|198.51.100.0|256|20250101|allocated\n");
	st = put(m, "tables/countries.txt", &t);
	for (unsigned i = 0; i < 96; i++)
		noro_buf_printf(
			&t, "%u.%u.0.0\t12\t%u\n", top[i / 16], i % 16 * 16, 64496 + i % 16);
	noro_buf_str(&t, "192.0.2.0\t24\t65536\n198.51.100.0\t24\t65537\n");
	if (st == NORO_OK)
		st = put(m, "tables/networks.txt", &t);
	for (unsigned i = 0; i < 3; i++)
		noro_buf_printf(&t, "33.255.%u.0/28 %s\n", i, noro_dark_research[i]);
	if (st == NORO_OK)
		st = put(m, "tables/research.txt", &t);
	noro_buf_str(&t, "sensors:\n");
	for (unsigned i = 0; i < NORO_DARKNET_SENSORS; i++)
		noro_buf_printf(&t,
			"  - sensor: %s\n    addresses: [%s]\n    research: [tables/research.txt]\n"
			"    tables: { rir: [tables/countries.txt], prefix-as: "
			"[tables/networks.txt] }\n",
			noro_dark_sensor[i].name, noro_dark_sensor[i].own);
	if (st == NORO_OK)
		st = put(m, "sensors.yaml", &t);
	noro_buf_done(&t);
	return st;
}

static enum noro_status folders(struct making *m)
{
	static const char *const name[] = { "captures/tokyo", "captures/osaka", "captures/sapporo",
		"tables" };
	struct noro_buf path = { 0 };
	enum noro_status st = NORO_OK;

	for (unsigned i = 0; i < 4 && st == NORO_OK; i++) {
		noro_buf_clear(&path);
		noro_buf_printf(&path, "%s/%s", m->o->dir, name[i]);
		noro_buf_chr(&path, '\0');
		st = path.status == NORO_OK ? noro_mkdirs(path.p, m->err)
					    : noro_fail(m->err, NORO_ENOMEM, NULL);
	}
	noro_buf_clear(&path);
	noro_buf_printf(&path, "%s/truth.jsonl", m->o->dir);
	noro_buf_chr(&path, '\0');
	if (st == NORO_OK)
		st = path.status == NORO_OK
			     ? noro_outfile_open(path.p, 0644, &m->truth_file, m->err)
			     : noro_fail(m->err, NORO_ENOMEM, NULL);
	noro_buf_done(&path);
	return st;
}

static enum noro_status make(struct making *m)
{
	double address_days = (double)DARK_ADDRESSES * m->o->days;
	enum noro_status st = folders(m);

	if (st != NORO_OK)
		return st;
	noro_dark_truth_run(&m->plan, &m->truth);
	st = write_tables(m);
	if (st == NORO_OK)
		st = all_days(m);
	m->sum->per_address_day = (double)m->came / address_days;
	noro_dark_truth_end(m->sum, address_days, m->came, &m->truth);
	if (st == NORO_OK)
		st = drain_truth(m);
	if (st == NORO_OK)
		return noro_outfile_commit(m->truth_file, m->err);
	noro_outfile_abandon(m->truth_file);
	return st;
}

enum noro_status noro_darknet_make(
	const struct noro_darknet_opts *opts, struct noro_darknet_sum *ret, struct noro_error *err)
{
	struct making *m;
	enum noro_status st;

	*ret = (struct noro_darknet_sum){ 0 };
	if (!opts->days || opts->days > NORO_DARKNET_DAYS)
		return noro_fail(err, NORO_EARG, N_("days are 1 to %1"), "4000");
	m = noro_calloc(1, sizeof(*m));
	if (!m)
		return noro_fail(err, NORO_ENOMEM, NULL);
	m->o = opts;
	m->sum = ret;
	m->err = err;
	m->arena = noro_arena_new(0);
	noro_dark_plan(opts, &m->plan);
	fill_chances(m);
	st = m->arena && noro_dark_count_new(&m->count) == NORO_OK
		     ? make(m)
		     : noro_fail(err, NORO_ENOMEM, NULL);
	noro_dark_count_done(&m->count);
	noro_buf_done(&m->truth);
	noro_arena_free(m->arena);
	free(m->heap.at);
	free(m);
	return st;
}
