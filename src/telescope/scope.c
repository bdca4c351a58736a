/*
 * src/telescope/scope.c - the reader of a run: takes frames apart, tells what is ours, moves the
 * clock, and at the end of each minute gathers what the lanes summed. Time is that of the packets;
 * a packet is never put into a minute that was already given away.
 */
#include "telescope/scope_priv.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"

#include <math.h>

static const int64_t MINUTE_NS = 60 * NORO_NS_PER_S;
static const int64_t DAY_NS = NORO_DAY_S * NORO_NS_PER_S;
/* Beyond, sums and differences of two times could run over. */
static const int64_t TIME_MOST = INT64_MAX / 4;

enum { JOBS_MOST = 64, CAPTURED_MOST = 1 << 18 };

const uint32_t noro_scope_width_s[NORO_WIDTHS] = { NORO_MINUTE_S, NORO_TEN_S, NORO_HOUR_S,
	NORO_DAY_S };

static int64_t floor_to(int64_t t, int64_t width)
{
	int64_t past = t % width;

	return t - (past < 0 ? past + width : past);
}

static void set_clock(struct noro_scope *s, int64_t minute)
{
	s->clock.set = true;
	s->clock.minute = minute;
	s->minute_end = minute + MINUTE_NS;
	for (unsigned w = 0; w < NORO_WIDTHS; w++)
		s->clock.start[w] = floor_to(minute, noro_scope_width_s[w] * NORO_NS_PER_S);
	s->watch = (struct noro_watch){ .sensor = s->o.sensor->name,
		.start_ns = minute,
		.width_s = NORO_MINUTE_S,
		.addresses = s->o.sensor->addresses };
	s->heard_from = NORO_TIME_NONE;
}

/* ---- the end of a minute ---- */

static enum noro_status gather(struct noro_scope *s)
{
	struct noro_sums *minute = &s->bin[0];
	bool ok = true;

	s->day_sources = 0;
	for (unsigned i = 0; ok && i < s->jobs; i++) {
		ok = noro_sums_merge(minute, &s->lane[i].sums);
		noro_sums_clear(&s->lane[i].sums);
	}
	for (unsigned i = 0; ok && i < NORO_SHARDS; i++) {
		ok = noro_day_settle(s->slab, &s->shard[i].day, s->secret);
		s->day_sources += s->shard[i].day.n;
	}
	for (unsigned k = 0; ok && k < NORO_KLASSES; k++) {
		uint32_t id = noro_id_class(k);
		struct noro_count *c, *total;

		if (k == NORO_KLASS_MALFORMED || !minute->slot[id])
			continue;
		ok = noro_sums_at(minute, 0) != NULL;
		if (!ok)
			break;
		c = noro_sums_at(minute, id); /* both are there now: neither moves */
		total = noro_sums_at(minute, 0);
		total->packets += c->packets;
		total->bytes += c->bytes;
		ok = noro_distinct_merge(&total->sources, &c->sources, noro_id_precision(0)) &&
		     noro_distinct_merge(&total->nets, &c->nets, noro_id_precision(0));
	}
	for (unsigned w = 1; ok && w < NORO_WIDTHS; w++)
		ok = noro_sums_merge(&s->bin[w], minute);
	return ok ? NORO_OK : NORO_ENOMEM;
}

static void new_day(struct noro_scope *s)
{
	for (unsigned i = 0; i < NORO_SHARDS; i++)
		noro_day_clear(s->slab, &s->shard[i].day);
	s->day_sources = 0;
}

static enum noro_status close_bins(struct noro_scope *s, int64_t next, bool all)
{
	enum noro_status st = NORO_OK;

	for (unsigned w = 0; st == NORO_OK && w < NORO_WIDTHS; w++) {
		int64_t width = noro_scope_width_s[w] * NORO_NS_PER_S;

		if (!all && floor_to(next, width) == s->clock.start[w])
			continue;
		st = noro_rows_cells(s, w);
		noro_sums_clear(&s->bin[w]);
		if (w == NORO_WIDTHS - 1)
			new_day(s);
	}
	return st;
}

static enum noro_status give_watch(struct noro_scope *s, uint32_t alive_s)
{
	s->watch.alive_s = alive_s;
	s->minutes++;
	s->busy_minutes += s->watch.packets > 0;
	s->silences += s->was_busy && !s->watch.packets;
	s->was_busy = s->watch.packets > 0;
	return s->to.watch ? s->to.watch(s->to.ctx, &s->watch) : NORO_OK;
}

/* The sum holds what was counted before; the bins are closed after it was taken. */
static void keep_sum(struct noro_scope *s)
{
	struct noro_sums *day = &s->bin[NORO_WIDTHS - 1];
	uint32_t slot = day->slot[noro_id_six()];
	double error;

	s->sum.sources = s->day_sources;
	if (slot)
		s->sum.sources += noro_distinct_count(&day->count[slot - 1].sources, &error);
	s->sum.ended_early = 0;
	for (unsigned i = 0; i < s->jobs; i++)
		s->sum.ended_early += s->lane[i].early;
}

static enum noro_status close_minute(struct noro_scope *s, uint32_t alive_s, bool all)
{
	int64_t next = s->clock.minute + MINUTE_NS;
	enum noro_status st = noro_lanes_wait(s);

	if (st == NORO_OK)
		st = gather(s);
	if (st == NORO_OK)
		st = noro_rows_floods(s);
	if (st == NORO_OK)
		keep_sum(s);
	if (st == NORO_OK)
		st = close_bins(s, next, all);
	if (st == NORO_OK)
		st = noro_lanes_sweep(s, next, all);
	if (st == NORO_OK)
		st = noro_rows_scans(s);
	if (st == NORO_OK)
		st = noro_rows_victims(s);
	if (st == NORO_OK)
		st = give_watch(s, alive_s);
	noro_arena_reset(s->rows);
	set_clock(s, next);
	return st;
}

/* Seconds of the running minute that the sensor is known to have listened. */
static uint32_t alive(const struct noro_scope *s, bool first, bool last)
{
	int64_t from = s->clock.minute, to = from + MINUTE_NS;

	if (!s->live && s->heard_from == NORO_TIME_NONE)
		return 0;
	if (first && s->heard_from != NORO_TIME_NONE)
		from = s->heard_from;
	if (last && s->heard_from != NORO_TIME_NONE)
		to = s->heard_to + 1;
	return (uint32_t)((to - from + NORO_NS_PER_S - 1) / NORO_NS_PER_S);
}

/*
 * Minutes without a packet are quiet or lost. A file does not say which; where nearly every minute
 * had one so far, and so many in a row without have a chance below one in 10^8, the sensor was not
 * listening. Minutes are counted and not packets, which come in bursts; and where thin traffic
 * comes in bursts of minutes, silence goes on as it did before: the chance that an empty minute
 * follows an empty one is then what counts.
 */
static bool quiet(const struct noro_scope *s, int64_t minutes)
{
	double empty = (double)(s->minutes - s->busy_minutes), all = (double)s->minutes,
	       alone = (empty + 1) / (all + 1), on = (empty - (double)s->silences) / (empty + 1);

	return s->live || s->minutes < 20 || (double)minutes * log(alone > on ? alone : on) > -18;
}

/* Go on to the minute of `t`, which is not before the running one. */
static enum noro_status advance(struct noro_scope *s, int64_t t)
{
	int64_t minute = floor_to(t, MINUTE_NS), empty;
	enum noro_status st = NORO_OK;
	bool was_quiet;

	if (minute - s->clock.minute > DAY_NS) { /* nothing can be open that long */
		st = close_minute(s, alive(s, !s->minutes, true), true);
		set_clock(s, minute);
		return st;
	}
	st = close_minute(s, alive(s, !s->minutes, false), false);
	empty = (minute - s->clock.minute) / MINUTE_NS;
	was_quiet = quiet(s, empty);
	while (st == NORO_OK && s->clock.minute < minute)
		st = close_minute(s, was_quiet ? NORO_MINUTE_S : 0, false);
	return st;
}

static int64_t sane(int64_t t)
{
	return t > TIME_MOST ? TIME_MOST : t < -TIME_MOST ? -TIME_MOST : t;
}

/*
 * The time a packet counts at. `after` is the time of the packet behind it, if there is one: a leap
 * of more than a day that the next packet does not share is a lie of one packet.
 */
static enum noro_status tick(struct noro_scope *s, int64_t t, const int64_t *after, int64_t *ret)
{
	enum noro_status st = NORO_OK;
	int64_t back;

	t = sane(t);
	if (!s->clock.set)
		set_clock(s, floor_to(t, MINUTE_NS));
	if (t - s->clock.minute > DAY_NS && after && sane(*after) < t - DAY_NS) {
		s->sum.clock_back++;
		t = s->clock.minute;
	}
	if (t >= s->clock.minute + MINUTE_NS)
		st = advance(s, t);
	back = s->sum.packets > 1 ? s->sum.last_ns - t : 0;
	if (back > MINUTE_NS)
		s->sum.clock_back++;
	if (back > s->watch.clock_back_ns)
		s->watch.clock_back_ns = back;
	*ret = t < s->clock.minute ? s->clock.minute : t;
	return st;
}

/* ---- one frame ---- */

static uint32_t hash_v6(const uint8_t *b)
{
	uint64_t hi, lo;

	memcpy(&hi, b, 8);
	memcpy(&lo, b + 8, 8);
	return (uint32_t)noro_mix(noro_mix(hi) ^ lo);
}

static uint64_t upper(const uint8_t *b)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

/* Is the address that got it ours; and did one of ours send it? */
static bool ours(const struct noro_scope *s, struct noro_work *w, bool *ret_sent)
{
	uint32_t index;

	w->index = 0;
	*ret_sent = false;
	if (w->p.family == 4) {
		if (noro_own_v4(s->own, w->p.dst4, &w->index))
			return true;
		*ret_sent = noro_own_v4(s->own, w->p.src4, &index);
		return false;
	}
	if (!w->p.dst6 || !w->p.src6)
		return false;
	if (noro_own_v6(s->own, w->p.dst6))
		return true;
	*ret_sent = noro_own_v6(s->own, w->p.src6);
	return false;
}

static void name_actor(struct noro_work *w)
{
	uint32_t spread;

	if (w->p.family == 4) {
		w->actor = w->j.actor4;
		w->ours = w->j.ours4;
		w->id = w->j.actor4;
		w->net = w->j.actor4 >> 8;
		spread = noro_spread24(w->net);
		w->shard = (uint8_t)(spread >> 16);
		return;
	}
	w->actor = upper(w->j.actor6);
	w->ours = hash_v6(w->j.ours6);
	w->id = (uint32_t)noro_mix(w->actor);
	w->net = (uint32_t)noro_mix(w->actor >> 16);
	w->shard = (uint8_t)noro_mix((uint64_t)w->net << 8);
}

static void name_event(const struct noro_scope *s, struct noro_work *w)
{
	unsigned proto = w->j.proto == 6    ? NORO_P_TCP
			 : w->j.proto == 17 ? NORO_P_UDP
			 : w->j.proto == 1  ? NORO_P_ICMP
					    : NORO_P_IP;

	if (w->j.klass == NORO_KLASS_FRAGMENT)
		proto = NORO_P_IP;
	w->port = proto == NORO_P_IP ? w->j.proto : w->j.port;
	w->kind = noro_kind(proto, w->j.klass, w->p.family == 6);
	w->slot =
		noro_slot(s, w->actor, w->j.klass == NORO_KLASS_BACKSCATTER ? 0 : w->port, w->kind);
}

/* A SYN-ACK of ours: kept, so that who answers it is known to be real. */
static enum noro_status sent_by_us(struct noro_scope *s, struct noro_work *w)
{
	s->sum.foreign++;
	s->watch.foreign++;
	if (w->p.proto != 6 || w->p.frag == NORO_FRAG_LATER || !w->p.tcp_header ||
		(w->p.tcp_flags & 0x3f) != (NORO_TCP_SYN | NORO_TCP_ACK))
		return NORO_OK;
	w->j = (struct noro_judged){ .actor4 = w->p.dst4,
		.ours4 = w->p.src4,
		.actor6 = w->p.dst6,
		.ours6 = w->p.src6,
		.proto = 6 };
	name_actor(w);
	w->kind = noro_kind(NORO_P_TCP, 0, w->p.family == 6);
	w->slot = 0;
	w->answer_of_ours = true;
	return noro_lanes_deal(s);
}

static enum noro_status malformed(struct noro_scope *s, const struct noro_work *w)
{
	struct noro_count *c = noro_sums_at(&s->bin[0], noro_id_class(NORO_KLASS_MALFORMED));

	s->sum.malformed++;
	s->watch.malformed++;
	s->sum.by_klass[NORO_KLASS_MALFORMED]++;
	if (!c)
		return NORO_ENOMEM;
	c->packets++;
	c->bytes += w->p.ip_n;
	return NORO_OK;
}

static enum noro_status judged(struct noro_scope *s, struct noro_work *w)
{
	bool sent;

	if (w->p.flaw == NORO_FLAW_NOT_IP) {
		s->sum.not_ip++;
		return NORO_OK;
	}
	if (!w->p.family)
		return malformed(s, w);
	if (!ours(s, w, &sent)) {
		if (sent)
			return sent_by_us(s, w);
		s->sum.foreign++;
		s->watch.foreign++;
		return NORO_OK;
	}
	noro_judge(&w->p, &w->j);
	if (w->j.klass == NORO_KLASS_MALFORMED)
		return malformed(s, w);
	s->sum.own++;
	s->watch.own++;
	s->sum.by_klass[w->j.klass]++;
	name_actor(w);
	name_event(s, w);
	return noro_lanes_deal(s);
}

/* No IP packet is longer than its length field can say; what is longer is not looked at. */
static void bound(struct noro_packet *p)
{
	uint32_t over;

	if (p->ip_captured <= CAPTURED_MOST)
		return;
	over = p->ip_captured - CAPTURED_MOST;
	p->ip_captured = CAPTURED_MOST;
	p->payload_n -= over < p->payload_n ? over : p->payload_n;
}

/* The clock and what is known of times, by a packet that is not simply a later one of its minute.
 */
static __attribute__((noinline)) enum noro_status move_clock(
	struct noro_scope *s, const struct noro_frame *f, const int64_t *after, int64_t *ret)
{
	enum noro_status st = tick(s, f->ts_ns, after, ret);
	int64_t t = *ret;

	if (st != NORO_OK)
		return st;
	s->sum.first_ns = s->sum.packets == 1 ? t : s->sum.first_ns;
	s->sum.last_ns = s->sum.packets == 1 || t > s->sum.last_ns ? t : s->sum.last_ns;
	s->heard_from = s->heard_from == NORO_TIME_NONE || t < s->heard_from ? t : s->heard_from;
	s->heard_to = s->sum.last_ns;
	return NORO_OK;
}

static inline __attribute__((always_inline)) enum noro_status frame(
	struct noro_scope *s, const struct noro_frame *f, const int64_t *after)
{
	struct noro_work *w;
	int64_t t = f->ts_ns;

	s->sum.packets++;
	if (s->heard_from != NORO_TIME_NONE && t >= s->sum.last_ns && t < s->minute_end) {
		s->sum.last_ns = s->heard_to = t;
	} else {
		enum noro_status st = move_clock(s, f, after, &t);

		if (st != NORO_OK)
			return st;
	}
	s->watch.packets++;
	w = noro_lanes_next(s);
	noro_packet_read(f, s->o.open, &w->p);
	bound(&w->p);
	w->t = t;
	w->answer_of_ours = false;
	s->sum.by_flaw[w->p.flaw]++;
	return judged(s, w);
}

enum noro_status noro_scope_feed(
	struct noro_scope *s, const struct noro_frame *f, size_t n, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = frame(s, &f[i], i + 1 < n ? &f[i + 1].ts_ns : NULL);
	if (st == NORO_OK && s->jobs == 1) /* the frames are the caller's */
		st = noro_lanes_wait(s);
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

enum noro_status noro_scope_tick(
	struct noro_scope *s, int64_t now_ns, uint64_t dropped, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	now_ns = sane(now_ns);
	s->live = true;
	if (!s->clock.set)
		set_clock(s, floor_to(now_ns, MINUTE_NS));
	if (now_ns >= s->clock.minute + MINUTE_NS)
		st = advance(s, now_ns);
	s->watch.dropped += dropped;
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

enum noro_status noro_scope_end(struct noro_scope *s, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	if (s->clock.set)
		st = close_minute(s, alive(s, !s->minutes, true), true);
	s->clock.set = false;
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

const struct noro_scope_sum *noro_scope_sum(const struct noro_scope *s)
{
	return &s->sum;
}

/* ---- beginning and end ---- */

/* A number for each /16 that holds some of ours: up to a few, an event can have a bit for each /24
 * in them, which is exact and no larger than registers. */
static enum noro_status number_tops(struct noro_scope *s)
{
	const struct noro_sensor *sensor = s->o.sensor;
	uint32_t tops = 0, last = UINT32_MAX;

	s->top_of = noro_calloc(65536, sizeof(*s->top_of));
	if (!s->top_of)
		return NORO_ENOMEM;
	for (size_t i = 0; i < sensor->owns; i++) { /* in order */
		struct noro_range r = noro_prefix_range(&sensor->own[i]);
		uint32_t hi = noro_ip_v4(&r.hi) >> 16;

		if (sensor->own[i].ip.family != 4)
			continue;
		for (uint32_t t = noro_ip_v4(&r.lo) >> 16; t <= hi; t++)
			if (t != last)
				s->top_of[last = t] = (uint16_t)tops++;
	}
	s->net_bytes = tops <= NORO_NET_TOPS ? tops * (size_t)32 : 0;
	return NORO_OK;
}

/* Which /24 our n-th address lies in: distinct ones are then counted from bits. */
static enum noro_status number_nets(struct noro_scope *s)
{
	const struct noro_sensor *sensor = s->o.sensor;
	uint32_t at, before = UINT32_MAX;
	uint16_t net = 0;

	s->ours_bytes = (size_t)((sensor->addresses + 63) / 64 * 8);
	if (sensor->addresses > NORO_SMALL_SENSOR)
		return number_tops(s);
	s->net_of = noro_calloc(NORO_SMALL_SENSOR, sizeof(*s->net_of));
	if (!s->net_of)
		return NORO_ENOMEM;
	for (size_t i = 0; i < sensor->owns; i++) {
		struct noro_range r = noro_prefix_range(&sensor->own[i]);
		uint64_t lo = noro_ip_v4(&r.lo), hi = noro_ip_v4(&r.hi);

		if (sensor->own[i].ip.family != 4)
			continue;
		for (uint64_t a = lo; a <= hi; a++) {
			if (!noro_own_v4(s->own, (uint32_t)a, &at))
				continue;
			net = (uint16_t)(net + (a >> 8 != before && before != UINT32_MAX));
			before = (uint32_t)(a >> 8);
			s->net_of[at] = net;
		}
	}
	return NORO_OK;
}

static enum noro_status build(struct noro_scope *s, struct noro_error *err)
{
	enum noro_status st = noro_own_new(s->o.sensor, &s->own, err);
	size_t rules = s->o.tools ? noro_tools_n(s->o.tools) : 0;

	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < rules && i < NORO_TOOLS_MAX; i++) {
		size_t k = 0;

		while (strcmp(noro_tools_rule(s->o.tools, k)->tool,
			       noro_tools_rule(s->o.tools, i)->tool) != 0)
			k++;
		s->tool_cell[i] = (uint8_t)k;
	}
	s->tool_cells = noro_calloc((size_t)1 << rules, sizeof(*s->tool_cells));
	if (!s->tool_cells)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (uint32_t set = 1; set < 1U << rules; set++) /* of the set without its first rule */
		s->tool_cells[set] = (uint16_t)(s->tool_cells[set & (set - 1)] |
						1U << s->tool_cell[__builtin_ctz(set)]);
	for (unsigned w = 0; w < NORO_WIDTHS; w++)
		if (!noro_sums_init(&s->bin[w]))
			return noro_fail(err, NORO_ENOMEM, NULL);
	s->slab = noro_slab_new();
	s->tables = noro_slab_new();
	s->shard = s->slab ? noro_slab_get(s->slab, NORO_SHARDS * sizeof(*s->shard)) : NULL;
	if (!s->shard || !s->tables)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (unsigned i = 0; i < NORO_SHARDS; i++) {
		noro_table_init(&s->shard[i].live, i);
		s->shard[i].pile.size = NORO_RECORD;
		s->shard[i].many.size = NORO_RECORD_LARGE;
	}
	s->rows = noro_arena_new(0);
	st = s->rows ? noro_random(&s->secret, sizeof(s->secret)) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = number_nets(s);
	return st == NORO_OK ? noro_lanes_new(s, err) : noro_fail(err, st, NULL);
}

enum noro_status noro_scope_new(const struct noro_scope_opts *o, const struct noro_measures *to,
	struct noro_scope **ret, struct noro_error *err)
{
	struct noro_scope *s = noro_calloc(1, sizeof(*s));
	uint64_t memory = o->max_memory ? o->max_memory : UINT64_C(4) << 30;
	enum noro_status st;

	if (!s)
		return noro_fail(err, NORO_ENOMEM, NULL);
	s->o = *o;
	s->to = *to;
	s->jobs = o->jobs ? o->jobs : noro_cpus();
	s->jobs = s->jobs > JOBS_MOST ? JOBS_MOST : s->jobs;
	s->shard_bytes = memory / NORO_SHARDS;
	s->gap_ns = noro_sensor_gap_s(o->sensor) * NORO_NS_PER_S;
	s->vgap_ns = noro_sensor_attack_gap_s(o->sensor) * NORO_NS_PER_S;
	s->floor_min = noro_sensor_attack_floor(o->sensor, &s->floor_pps);
	st = build(s, err);
	if (st != NORO_OK) {
		noro_scope_free(s);
		return st;
	}
	*ret = s;
	return NORO_OK;
}

void noro_scope_free(struct noro_scope *s)
{
	if (!s)
		return;
	noro_lanes_free(s);
	for (unsigned i = 0; s->shard && i < NORO_SHARDS; i++)
		noro_shard_done(s, &s->shard[i]);
	for (unsigned w = 0; w < NORO_WIDTHS; w++)
		noro_sums_done(&s->bin[w]);
	noro_slab_done(s->slab);
	noro_slab_done(s->tables);
	noro_own_free(s->own);
	noro_arena_free(s->rows);
	free(s->flood);
	free(s->net_of);
	free(s->top_of);
	free(s->tool_cells);
	free(s);
}

enum noro_status noro_scope_read(struct noro_scope *s, struct noro_capture *c,
	struct noro_progress *progress, struct noro_error *err)
{
	struct noro_frame f[512];
	uint64_t before = 0, dropped = 0;

	for (;;) {
		size_t n;
		enum noro_status st = noro_capture_next(c, f, sizeof(f) / sizeof(f[0]), &n, err);

		/* what the capture says it lost, in the minute that is running */
		s->watch.dropped += noro_capture_sum(c)->dropped - dropped;
		dropped = noro_capture_sum(c)->dropped;
		if (st == NORO_END)
			return NORO_OK;
		if (st != NORO_OK)
			return st;
		st = noro_scope_feed(s, f, n, err);
		if (st != NORO_OK)
			return st;
		noro_progress_add(progress, noro_capture_sum(c)->bytes - before);
		before = noro_capture_sum(c)->bytes;
		if (noro_progress_stop(progress))
			return noro_fail(err, NORO_EINTR, NULL);
	}
}
