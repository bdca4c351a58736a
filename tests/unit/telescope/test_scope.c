/*
 * tests/unit/telescope/test_scope.c - a run against a slow and obvious count of the same packets;
 * the same rows for any number of workers; time, memory and proofs.
 */
#include "tests/unit/telescope/traffic.h"

/* 16,384: registers, not bits */
static const char *const LARGE[] = { "198.51.0.0/18", "2001:db8::/64" };
static const uint32_t US = 0xc6330000;
static const int64_t T0 = INT64_C(1700000040) * NORO_NS_PER_S; /* a whole minute */

struct world {
	struct noro_arena *a;
	struct noro_sensor sensor;
	struct noro_scope_opts o;
	struct noro_scope *s;
	struct noro_measures to;
	struct noro_buf rows;
};

static void open_world(struct world *w, unsigned jobs)
{
	*w = (struct world){ .a = noro_arena_new(0) };
	assert_int_equal(noro_sensor_make("t", LARGE, 2, w->a, &w->sensor, NULL), NORO_OK);
	w->o = (struct noro_scope_opts){ .sensor = &w->sensor, .jobs = jobs, .keep_small = true };
	w->to = log_to(&w->rows);
}

static void begin(struct world *w)
{
	assert_int_equal(noro_scope_new(&w->o, &w->to, &w->s, NULL), NORO_OK);
}

static void feed(struct world *w, const struct made *m, size_t n)
{
	for (size_t i = 0; i < n; i += 64) {
		struct noro_frame f[64];
		size_t k = 0;

		for (; k < 64 && i + k < n; k++)
			f[k] = frame_of(&m[i + k]);
		assert_int_equal(noro_scope_feed(w->s, f, k, NULL), NORO_OK);
	}
}

static struct noro_scope_sum finish(struct world *w)
{
	struct noro_scope_sum sum;

	assert_int_equal(noro_scope_end(w->s, NULL), NORO_OK);
	sum = *noro_scope_sum(w->s);
	noro_scope_free(w->s);
	return sum;
}

static void close_world(struct world *w)
{
	noro_buf_done(&w->rows);
	noro_arena_free(w->a);
}

/* Scanners of a few ports, a victim, noise; two hours, in order of time. */
static size_t traffic(struct made *m, size_t n, uint64_t seed)
{
	int64_t step = INT64_C(7200) * NORO_NS_PER_S / (int64_t)n;
	uint8_t us6[16] = { 0x20, 1, 0x0d, 0xb8 }, them6[16] = { 0x2a };

	for (size_t i = 0; i < n; i++) {
		uint64_t r = traffic_next(&seed);
		uint32_t who = 0x0b000000 + (uint32_t)(r % 397) * 83,
			 us = US + (uint32_t)((r >> 20) % 16384);

		switch (r >> 40 & 15) {
		case 0:
			make_tcp(&m[i], 0x0c000001, 80, us, 1000 + (unsigned)(r >> 50) % 7, 0x12, 1,
				(uint32_t)(r >> 45) % 5000);
			break;
		case 1:
			make_udp(&m[i], who, 5000, us, 53, "\1\2\1\0\0\1\0\0\0\0\0\0", 12);
			break;
		case 2: /* one that sweeps all, so that its destinations are many */
			make_syn(&m[i], 0x0d000001, us, 22, (uint32_t)r);
			break;
		case 3:
			make_tcp(&m[i], who, 1, us, 80, 0x10, 1, 1);
			break;
		case 4:
			us6[15] = (uint8_t)r;
			them6[7] = (uint8_t)(r >> 8 & 63);
			make_v6_syn(&m[i], them6, us6, 80);
			break;
		default:
			make_syn(&m[i], who, us, (r >> 44) % 3 ? 23 : 8080, (uint32_t)r);
		}
		m[i].ts = T0 + (int64_t)i * step;
	}
	return n;
}

static struct noro_buf run(const struct made *m, size_t n, unsigned jobs, size_t piece)
{
	struct world w;
	struct noro_scope_sum sum;
	struct noro_buf rows;

	open_world(&w, jobs);
	begin(&w);
	for (size_t i = 0; i < n; i += piece)
		feed(&w, m + i, n - i < piece ? n - i : piece);
	sum = finish(&w);
	assert_int_equal(sum.packets, n);
	rows = w.rows;
	w.rows = (struct noro_buf){ 0 };
	close_world(&w);
	return rows;
}

static void any_number_of_workers_says_the_same(void **state)
{
	enum { N = 60000 };
	struct made *m = malloc(N * sizeof(*m));
	struct noro_buf one;

	(void)state;
	assert_non_null(m);
	(void)traffic(m, N, 7);
	one = run(m, N, 1, N);
	assert_true(one.n > 100000);
	for (unsigned jobs = 1; jobs <= 5; jobs++) {
		struct noro_buf other = run(m, N, jobs, 100 * jobs + 1);

		assert_int_equal(one.n, other.n);
		assert_memory_equal(one.p, other.p, one.n);
		noro_buf_done(&other);
	}
	noro_buf_done(&one);
	free(m);
}

/* ---- the slow count: lists, searched from end to end ---- */

enum { EVENTS = 20000, IDS = 8192, HOURS = 12 };

struct slow {
	uint32_t src;
	uint16_t port;
	uint8_t proto, klass;
	int64_t first, last;
	uint64_t packets, dsts;
	uint32_t *dst;
	bool found;
};

struct ids {
	uint64_t id[IDS];
	size_t n;
};

struct count {
	struct slow *e;
	size_t n;
	struct ids hour23[HOURS], day[2], *probe; /* probe: of each of two attacks */
	uint64_t packets23[HOURS], total;
	int64_t attack_last;
	unsigned attack;
	/* what came */
	unsigned victims, days, hours;
	uint64_t got_total, scans;
};

static void add_id(struct ids *s, uint64_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->id[i] == id)
			return;
	assert_true(s->n < IDS);
	s->id[s->n++] = id;
}

static unsigned bin_of(int64_t t, int64_t width_s)
{
	return (unsigned)(t / (width_s * NORO_NS_PER_S) - T0 / (width_s * NORO_NS_PER_S));
}

static struct slow *slow_find(struct count *c, const struct noro_judged *q, int64_t t, int64_t gap)
{
	for (size_t i = c->n; i-- > 0;) {
		struct slow *e = &c->e[i];

		if (e->src != q->actor4 || e->port != q->port || e->proto != q->proto ||
			e->klass != q->klass)
			continue;
		if (t - e->last <= gap)
			return e;
		break;
	}
	assert_true(c->n < EVENTS);
	c->e[c->n] = (struct slow){ .src = q->actor4,
		.port = q->port,
		.proto = q->proto,
		.klass = q->klass,
		.first = t,
		.dst = malloc(16384 * sizeof(uint32_t)) };
	assert_non_null(c->e[c->n].dst);
	return &c->e[c->n++];
}

static void slow_event(struct count *c, const struct noro_judged *q, int64_t t, int64_t gap)
{
	struct slow *e = slow_find(c, q, t, gap);
	bool seen = false;

	e->packets++;
	e->last = t;
	for (uint64_t i = 0; i < e->dsts && !seen; i++)
		seen = e->dst[i] == q->ours4;
	if (!seen)
		e->dst[e->dsts++] = q->ours4;
}

static void slow_packet(struct count *c, const struct made *m, int64_t gap, int64_t vgap)
{
	struct noro_frame f = frame_of(m);
	struct noro_packet p;
	struct noro_judged q;
	uint64_t id;

	noro_packet_read(&f, NORO_OPEN_NONE, &p);
	noro_judge(&p, &q);
	c->total++;
	id = p.family == 4 ? q.actor4 : UINT64_C(1) << 40 | q.actor6[7];
	add_id(&c->day[bin_of(m->ts, NORO_DAY_S)], id);
	if (p.family == 6)
		return;
	if (q.klass == NORO_KLASS_SCAN && q.proto == 6 && q.port == 23) {
		c->packets23[bin_of(m->ts, NORO_HOUR_S)]++;
		add_id(&c->hour23[bin_of(m->ts, NORO_HOUR_S)], id);
	}
	if (q.klass != NORO_KLASS_BACKSCATTER) {
		slow_event(c, &q, m->ts, gap);
		return;
	}
	if (c->attack_last && m->ts - c->attack_last > vgap)
		c->attack++;
	c->attack_last = m->ts;
	add_id(&c->probe[c->attack], ((uint64_t)q.ours4 << 16 | q.our_port) << 16 ^ q.number);
}

static enum noro_status compare_scan(void *ctx, const struct noro_scan *m)
{
	struct count *c = ctx;
	char port[16];

	c->scans++;
	if (m->src.family == 6)
		return NORO_OK;
	for (size_t i = 0; i < c->n; i++) {
		struct slow *e = &c->e[i];

		(void)snprintf(port, sizeof(port), "%s/%u", e->proto == 6 ? "tcp" : "udp", e->port);
		if (e->found || e->src != noro_ip_v4(&m->src) || e->first != m->first_ns ||
			strcmp(port, m->port) != 0 ||
			strcmp(m->klass, noro_klass_name((enum noro_klass)e->klass)) != 0)
			continue;
		assert_int_equal(e->last, m->last_ns);
		assert_int_equal(e->packets, m->packets);
		if (m->dsts_error > 0) {
			assert_true((double)m->dsts < (double)e->dsts * (1 + 4 * m->dsts_error));
			assert_true((double)m->dsts > (double)e->dsts * (1 - 4 * m->dsts_error));
		} else {
			assert_int_equal(e->dsts, m->dsts);
		}
		e->found = true;
		return NORO_OK;
	}
	fail_msg("an event that nobody counted");
	return NORO_OK;
}

static enum noro_status compare_victim(void *ctx, const struct noro_victim *m)
{
	struct count *c = ctx;

	assert_int_equal(m->probes, c->probe[c->victims].n);
	assert_true(m->uniform_p > 1e-6);
	assert_string_equal(m->ports.item[0], "80");
	c->victims++;
	return NORO_OK;
}

static enum noro_status compare_cell(void *ctx, const struct noro_cell *m)
{
	struct count *c = ctx;

	if (m->width_s == NORO_HOUR_S && strcmp(m->key, "tcp/23") == 0) {
		unsigned b = bin_of(m->start_ns, NORO_HOUR_S);

		assert_int_equal(m->packets, c->packets23[b]);
		assert_int_equal(m->sources_error > 0, 0);
		assert_int_equal(m->sources, c->hour23[b].n);
		c->hours++;
	}
	if (m->width_s == NORO_TEN_S && m->cut == NORO_CUT_TOTAL)
		c->got_total += m->packets;
	if (m->width_s == NORO_DAY_S && m->cut == NORO_CUT_TOTAL) {
		assert_int_equal(m->sources, c->day[bin_of(m->start_ns, NORO_DAY_S)].n);
		c->days++;
	}
	return NORO_OK;
}

static void a_slow_count_agrees(void **state)
{
	enum { N = 60000 };
	struct made *m = malloc(N * sizeof(*m));
	struct count *c = calloc(1, sizeof(*c));
	struct world w;
	int64_t gap, vgap;

	(void)state;
	assert_non_null(m);
	assert_non_null(c);
	c->e = malloc(EVENTS * sizeof(*c->e));
	c->probe = calloc(3, sizeof(*c->probe));
	/* small enough that the gap is longer than an hour, so that hours are exact */
	open_world(&w, 1);
	gap = noro_sensor_gap_s(&w.sensor) * NORO_NS_PER_S;
	vgap = noro_sensor_attack_gap_s(&w.sensor) * NORO_NS_PER_S;
	assert_true(gap > NORO_HOUR_S * NORO_NS_PER_S);
	(void)traffic(m, N, 99);
	for (size_t i = N / 2; i < N; i++) /* a silence longer than any gap parts all there is */
		m[i].ts += gap;
	for (size_t i = 0; i < N; i++)
		slow_packet(c, &m[i], gap, vgap);
	w.to = (struct noro_measures){
		.scan = compare_scan, .victim = compare_victim, .cell = compare_cell, .ctx = c
	};
	begin(&w);
	feed(&w, m, N);
	(void)finish(&w);
	for (size_t i = 0; i < c->n; i++)
		assert_true(c->e[i].found);
	assert_int_equal(c->victims, 2);
	assert_int_equal(c->got_total, c->total);
	assert_int_equal(c->days, 2);
	assert_true(c->hours >= 3);
	assert_true(c->scans > c->n);
	close_world(&w);
	for (size_t i = 0; i < c->n; i++)
		free(c->e[i].dst);
	free(c->e);
	free(c->probe);
	free(c);
	free(m);
}

static void an_event_that_outgrows_memory_ends_early(void **state)
{
	enum { N = 120000 };
	struct made *m = malloc(N * sizeof(*m));
	struct noro_buf one = { 0 };

	(void)state;
	assert_non_null(m);
	for (size_t i = 0; i < N; i++) {
		make_syn(&m[i], 0x0b000000 + (uint32_t)i * 259, US + (uint32_t)i % 100, 23, 1);
		m[i].ts = T0 + (int64_t)i * NORO_NS_PER_S / 100;
	}
	for (unsigned jobs = 1; jobs <= 2; jobs++) {
		struct world w;
		struct noro_scope_sum sum;

		open_world(&w, jobs);
		w.o.max_memory = 4 << 20;
		begin(&w);
		feed(&w, m, N);
		sum = finish(&w);
		assert_true(sum.ended_early > N / 4);
		assert_int_equal(sum.scans, N); /* told all the same */
		assert_int_equal(sum.sources, N);
		if (jobs == 1) {
			one = w.rows;
			w.rows = (struct noro_buf){ 0 };
		} else {
			assert_int_equal(one.n, w.rows.n);
			assert_memory_equal(one.p, w.rows.p, one.n);
		}
		close_world(&w);
	}
	noro_buf_done(&one);
	free(m);
}

static size_t times(const struct noro_buf *rows, const char *text)
{
	struct noro_view rest = noro_buf_as_view(rows);
	size_t n = 0, at;

	while ((at = noro_view_find(rest, noro_view_str(text))) != SIZE_MAX) {
		n++;
		rest = noro_view_sub(rest, at + 1, rest.n);
	}
	return n;
}

static void who_answers_our_answer_is_real(void **state)
{
	static const uint32_t RST = 0x08080801, ACK = 0x08080802, FAKE = 0x08080803;
	struct made m[9] = { 0 };
	struct world w;

	(void)state;
	make_tcp(&m[0], RST, 5, US + 1, 23, 2, 100, 0);
	make_tcp(&m[1], US + 1, 23, RST, 5, 0x12, 700, 101);
	make_tcp(&m[2], RST, 5, US + 1, 23, 4, 101, 0);
	make_tcp(&m[3], ACK, 6, US + 1, 23, 2, 100, 0);
	make_tcp(&m[4], US + 1, 23, ACK, 6, 0x12, 800, 101);
	make_tcp(&m[5], ACK, 6, US + 1, 23, 0x10, 101, 801);
	make_tcp(&m[6], FAKE, 7, US + 1, 23, 2, 100, 0);
	make_tcp(&m[7], US + 1, 23, FAKE, 7, 0x12, 900, 101);
	make_tcp(&m[8], FAKE, 7, US + 1, 23, 0x10, 101, 800); /* cannot know 901 */
	for (size_t i = 0; i < 9; i++)
		m[i].ts = T0 + (int64_t)i * NORO_NS_PER_S;
	open_world(&w, 1);
	begin(&w);
	feed(&w, m, 9);
	(void)finish(&w);
	assert_int_equal(times(&w.rows, "\"proof\":\"real\""), 2);
	assert_int_equal(times(&w.rows, "\"two_phase\":\"handshake\""), 1);
	assert_int_equal(times(&w.rows, "it reset our answer"), 1);
	assert_int_equal(times(&w.rows, "\"measure\":\"victim\""), 0);
	close_world(&w);
}

static void an_ordinary_syn_after_a_made_one_is_a_second_phase(void **state)
{
	struct made m[3] = { 0 };
	struct world w;

	(void)state;
	make_tcp(&m[0], 0x08080801, 5, US + 1, 23, 2, 100, 0); /* no options: made by hand */
	make_syn(&m[1], 0x08080877, US + 1, 23, 5);            /* its neighbour */
	make_syn(&m[2], 0x08080977, US + 1, 23, 5);            /* another /24 */
	for (size_t i = 0; i < 3; i++)
		m[i].ts = T0 + (int64_t)i * 200 * NORO_NS_PER_S;
	open_world(&w, 1);
	begin(&w);
	feed(&w, m, 3);
	(void)finish(&w);
	assert_int_equal(times(&w.rows, "\"two_phase\":\"ordinary-stack\""), 1);
	close_world(&w);
	m[1].ts = m[2].ts = T0 + 700 * NORO_NS_PER_S; /* too late */
	open_world(&w, 1);
	begin(&w);
	feed(&w, m, 3);
	(void)finish(&w);
	assert_int_equal(times(&w.rows, "ordinary-stack"), 0);
	close_world(&w);
}

static void clocks_may_jump(void **state)
{
	struct made m[6] = { 0 };
	struct world w;
	struct noro_scope_sum sum;
	static const int64_t at[6] = { 0, 200, 50, 201, 400000, 202 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		make_syn(&m[i], 0x08080801, US + (uint32_t)i, 23, 1);
		m[i].ts = T0 + at[i] * NORO_NS_PER_S;
	}
	open_world(&w, 1);
	begin(&w);
	feed(&w, m, 6);
	sum = finish(&w);
	assert_int_equal(sum.clock_back, 2); /* one step back, one leap that nobody shared */
	assert_int_equal(sum.scans, 1);
	assert_true(sum.last_ns < T0 + 300 * NORO_NS_PER_S);
	/* a leap that goes on ends all there is */
	close_world(&w);
	m[5].ts = m[4].ts + NORO_NS_PER_S;
	open_world(&w, 1);
	begin(&w);
	feed(&w, m, 6);
	sum = finish(&w);
	assert_int_equal(sum.scans, 2);
	assert_int_equal(times(&w.rows, "\"measure\":\"watch\""), 5);
	close_world(&w);
}

static void a_live_sensor_tells_quiet_minutes(void **state)
{
	struct world w;
	struct made m = { 0 };

	(void)state;
	make_syn(&m, 0x08080801, US, 23, 1);
	m.ts = T0;
	open_world(&w, 1);
	begin(&w);
	assert_int_equal(noro_scope_tick(w.s, T0, 0, NULL), NORO_OK);
	feed(&w, &m, 1);
	assert_int_equal(noro_scope_tick(w.s, T0 + 300 * NORO_NS_PER_S, 7, NULL), NORO_OK);
	(void)finish(&w);
	assert_int_equal(times(&w.rows, "\"alive_s\":60"), 6);
	assert_int_equal(times(&w.rows, "\"dropped\":7"), 1);
	close_world(&w);
}

/* Minutes of a file in which somebody came: so many from each of these on. */
static uint64_t lost_minutes(const uint32_t (*busy)[2], size_t n)
{
	struct world w;
	struct made m = { 0 };
	uint64_t lost;

	open_world(&w, 1);
	begin(&w);
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < busy[i][1]; k++) {
			make_syn(&m, 0x08080801, US, 23, 1);
			m.ts = T0 + (int64_t)(busy[i][0] + k) * 60 * NORO_NS_PER_S;
			feed(&w, &m, 1);
		}
	(void)finish(&w);
	lost = times(&w.rows, "\"alive_s\":0");
	close_world(&w);
	return lost;
}

static void bursts_of_thin_traffic_are_no_lost_time(void **state)
{
	static const uint32_t lost[][2] = { { 0, 600 }, { 640, 600 } };
	uint32_t burst[40][2];

	(void)state;
	/* five busy minutes in each twenty-five, as bots come that sleep between */
	for (uint32_t i = 0; i < 40; i++)
		burst[i][0] = 25 * i, burst[i][1] = 5;
	assert_int_equal(lost_minutes(burst, 40), 0);
	/* and once they do not come for an hour */
	for (uint32_t i = 20; i < 40; i++)
		burst[i][0] += 60;
	assert_int_equal(lost_minutes(burst, 40), 0);
	/* where every minute had one, the same silence is no silence */
	assert_int_equal(lost_minutes(lost, 2), 40);
}

static bool small_run(void *arg)
{
	const struct made *m = arg;
	struct world w;
	bool ok = true;

	w = (struct world){ .a = noro_arena_new(0) };
	if (!w.a)
		return false;
	w.to = log_to(&w.rows);
	w.o = (struct noro_scope_opts){ .sensor = &w.sensor, .jobs = 1, .keep_small = true };
	ok = noro_sensor_make("t", LARGE, 2, w.a, &w.sensor, NULL) == NORO_OK &&
	     noro_scope_new(&w.o, &w.to, &w.s, NULL) == NORO_OK;
	for (size_t i = 0; ok && i < 600; i++) {
		struct noro_frame f = frame_of(&m[i]);

		ok = noro_scope_feed(w.s, &f, 1, NULL) == NORO_OK;
	}
	ok = ok && noro_scope_end(w.s, NULL) == NORO_OK;
	noro_scope_free(w.s);
	noro_buf_done(&w.rows);
	noro_arena_free(w.a);
	return ok;
}

static void memory_may_fail(void **state)
{
	struct made *m = malloc(600 * sizeof(*m));

	(void)state;
	assert_non_null(m);
	(void)traffic(m, 600, 5);
	for (size_t i = 0; i < 200; i++) { /* one that grows, and a victim that does */
		make_syn(&m[i], 0x0d000001, US + (uint32_t)i, 22, 1);
		make_tcp(&m[200 + i], 0x0c000001, 80, US + (uint32_t)i, 1, 0x12, 1, (uint32_t)i);
	}
	test_allocation_sweep(small_run, m, 20000);
	free(m);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_of_workers_says_the_same),
		cmocka_unit_test(a_slow_count_agrees),
		cmocka_unit_test(an_event_that_outgrows_memory_ends_early),
		cmocka_unit_test(who_answers_our_answer_is_real),
		cmocka_unit_test(an_ordinary_syn_after_a_made_one_is_a_second_phase),
		cmocka_unit_test(clocks_may_jump),
		cmocka_unit_test(a_live_sensor_tells_quiet_minutes),
		cmocka_unit_test(bursts_of_thin_traffic_are_no_lost_time),
		cmocka_unit_test(memory_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
