/* tests/unit/telescope/traffic.h - packets made for tests: raw IPv4 and IPv6, and lists of rows. */
#pragma once

#include "tests/test.h"

#include "telescope/scope.h"

enum { LINK_RAW = 101, TRAFFIC_MOST = 128 };

struct made {
	int64_t ts;
	uint8_t n;
	uint8_t b[TRAFFIC_MOST - 9];
};

static inline void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* An IPv4 header before `body` bytes. */
static inline uint8_t *make_v4(
	struct made *m, unsigned proto, uint32_t src, uint32_t dst, size_t body)
{
	memset(m->b, 0, sizeof(m->b));
	m->n = (uint8_t)(20 + body);
	m->b[0] = 0x45;
	put16(m->b + 2, m->n);
	m->b[8] = 60;
	m->b[9] = (uint8_t)proto;
	put32(m->b + 12, src);
	put32(m->b + 16, dst);
	return m->b + 20;
}

static inline void make_tcp(struct made *m, uint32_t src, unsigned sport, uint32_t dst,
	unsigned dport, unsigned flags, uint32_t seq, uint32_t ack)
{
	uint8_t *t = make_v4(m, 6, src, dst, 20);

	put16(t, sport);
	put16(t + 2, dport);
	put32(t + 4, seq);
	put32(t + 8, ack);
	t[12] = 0x50;
	t[13] = (uint8_t)flags;
	put16(t + 14, 1024);
}

/* A SYN as systems send it: options mss, sack, timestamps-less, scale. */
static inline void make_syn(
	struct made *m, uint32_t src, uint32_t dst, unsigned dport, uint32_t seq)
{
	static const uint8_t options[12] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2 };
	uint8_t *t = make_v4(m, 6, src, dst, 32);

	put16(t, 40000);
	put16(t + 2, dport);
	put32(t + 4, seq);
	t[12] = 0x80;
	t[13] = 2;
	put16(t + 14, 64240);
	memcpy(t + 20, options, 12);
	m->b[6] = 0x40; /* DF */
}

static inline void make_udp(struct made *m, uint32_t src, unsigned sport, uint32_t dst,
	unsigned dport, const void *payload, size_t n)
{
	uint8_t *t = make_v4(m, 17, src, dst, 8 + n);

	put16(t, sport);
	put16(t + 2, dport);
	put16(t + 4, (unsigned)(8 + n));
	memcpy(t + 8, payload, n);
}

static inline void make_v6_syn(
	struct made *m, const uint8_t src[16], const uint8_t dst[16], unsigned dport)
{
	uint8_t *t = m->b + 40;

	memset(m, 0, sizeof(*m));
	m->n = 60;
	m->b[0] = 0x60;
	put16(m->b + 4, 20);
	m->b[6] = 6;
	m->b[7] = 60;
	memcpy(m->b + 8, src, 16);
	memcpy(m->b + 24, dst, 16);
	put16(t, 40000);
	put16(t + 2, dport);
	t[12] = 0x50;
	t[13] = 2;
}

static inline struct noro_frame frame_of(const struct made *m)
{
	return (struct noro_frame){
		.ts_ns = m->ts, .p = m->b, .n = m->n, .wire_n = m->n, .link = LINK_RAW
	};
}

/* All rows as JSON Lines, in the order they came. */
static inline enum noro_status log_cell(void *ctx, const struct noro_cell *m)
{
	struct noro_jsonw w = noro_jsonw(ctx);
	enum noro_status st = noro_cell_json(&w, m);

	noro_buf_chr(ctx, '\n');
	return st;
}

static inline enum noro_status log_scan(void *ctx, const struct noro_scan *m)
{
	struct noro_jsonw w = noro_jsonw(ctx);
	enum noro_status st = noro_scan_json(&w, m);

	noro_buf_chr(ctx, '\n');
	return st;
}

static inline enum noro_status log_victim(void *ctx, const struct noro_victim *m)
{
	struct noro_jsonw w = noro_jsonw(ctx);
	enum noro_status st = noro_victim_json(&w, m);

	noro_buf_chr(ctx, '\n');
	return st;
}

static inline enum noro_status log_watch(void *ctx, const struct noro_watch *m)
{
	struct noro_jsonw w = noro_jsonw(ctx);
	enum noro_status st = noro_watch_json(&w, m);

	noro_buf_chr(ctx, '\n');
	return st;
}

static inline struct noro_measures log_to(struct noro_buf *out)
{
	return (struct noro_measures){ .cell = log_cell,
		.scan = log_scan,
		.victim = log_victim,
		.watch = log_watch,
		.ctx = out };
}

static inline uint64_t traffic_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}
