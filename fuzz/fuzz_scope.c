/*
 * fuzz/fuzz_scope.c - bytes as packets on their way through the telescope: a byte of time, a byte
 * of length, an IP packet, and so on. Every packet is in exactly one class; what leaves adds up;
 * and one worker says the same as three.
 */
#include "fuzz/fuzz.h"

#include "telescope/scope.h"

#include <string.h>

struct seen {
	uint64_t packets, own, total, rows, hash;
};

static enum noro_status cell(void *ctx, const struct noro_cell *m)
{
	struct seen *s = ctx;

	assert(m->packets > 0 && m->key && noro_cut_name(m->cut));
	assert(m->start_ns % (m->width_s * NORO_NS_PER_S) == 0);
	if (m->cut == NORO_CUT_TOTAL && m->width_s == NORO_DAY_S)
		s->total += m->packets;
	s->hash = s->hash * 31 + m->packets * 7 + m->sources;
	s->rows++;
	return NORO_OK;
}

static enum noro_status scan(void *ctx, const struct noro_scan *m)
{
	struct seen *s = ctx;

	assert(m->packets >= m->dsts || m->dsts_error > 0);
	assert(m->dsts >= m->nets && m->nets > 0 && m->last_ns >= m->first_ns);
	assert(noro_klass_parse(noro_view_str(m->klass)) >= 0);
	s->hash = s->hash * 31 + m->packets * 5 + m->dsts + (uint64_t)m->first_ns;
	s->rows++;
	return NORO_OK;
}

static enum noro_status victim(void *ctx, const struct noro_victim *m)
{
	assert(m->packets >= m->probes && m->probes >= 25 && m->ports.n > 0);
	((struct seen *)ctx)->rows++;
	return NORO_OK;
}

static enum noro_status watch(void *ctx, const struct noro_watch *m)
{
	struct seen *s = ctx;

	assert(m->alive_s <= 60);
	s->packets += m->packets;
	s->own += m->own;
	return NORO_OK;
}

static void run(const struct noro_sensor *sensor, const uint8_t *data, size_t size, unsigned jobs,
	struct seen *to)
{
	struct noro_measures m = { cell, scan, victim, NULL, watch, to };
	struct noro_scope_opts o = {
		.sensor = sensor, .jobs = jobs, .keep_small = true, .max_memory = 1 << 20
	};
	const struct noro_scope_sum *sum;
	struct noro_scope *s;
	int64_t t = INT64_C(1700000000) * NORO_NS_PER_S;
	uint64_t klasses = 0, flaws = 0, fed = 0;

	if (noro_scope_new(&o, &m, &s, NULL) != NORO_OK)
		return;
	while (size > 2) {
		size_t n = data[1] < size - 2 ? data[1] : size - 2;
		struct noro_frame f = {
			.p = data + 2, .n = (uint32_t)n, .wire_n = (uint32_t)n, .link = 101
		};

		t += (data[0] < 250 ? data[0] : ((int64_t)data[0] - 253) * 40000) * NORO_NS_PER_S;
		f.ts_ns = t;
		assert(noro_scope_feed(s, &f, 1, NULL) == NORO_OK);
		fed++;
		data += 2 + n;
		size -= 2 + n;
	}
	assert(noro_scope_end(s, NULL) == NORO_OK);
	sum = noro_scope_sum(s);
	for (unsigned i = 0; i < NORO_KLASSES; i++)
		klasses += sum->by_klass[i];
	for (unsigned i = 0; i < NORO_FLAWS; i++)
		flaws += sum->by_flaw[i];
	assert(sum->packets == fed && flaws == fed && to->packets == fed);
	assert(sum->own + sum->foreign + sum->not_ip + sum->malformed == fed);
	assert(klasses == sum->own + sum->malformed);
	assert(to->own == sum->own && to->total == sum->own);
	noro_scope_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const prefix[] = { "0.0.0.0/1", "::/1" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_sensor sensor;
	struct seen one = { 0 }, three = { 0 };

	if (a && size < 1 << 16 && noro_sensor_make("f", prefix, 2, a, &sensor, NULL) == NORO_OK) {
		run(&sensor, data, size, 1, &one);
		run(&sensor, data, size, 3, &three);
		assert(one.rows == three.rows && one.hash == three.hash);
	}
	noro_arena_free(a);
	return 0;
}
