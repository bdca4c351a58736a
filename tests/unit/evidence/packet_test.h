/* tests/unit/evidence/packet_test.h - captures and frames made by hand, for the tests of both. */
#pragma once

#include "tests/test.h"

#include "evidence/packet.h"

/* Bytes being put together; big enough for all that is made here. */
struct test_bytes {
	uint8_t b[8192];
	size_t n;
};

static inline void put(struct test_bytes *t, const void *p, size_t n)
{
	assert_true(n <= sizeof(t->b) - t->n);
	memcpy(t->b + t->n, p, n);
	t->n += n;
}
static inline void put8(struct test_bytes *t, unsigned v)
{
	uint8_t b = (uint8_t)v;

	put(t, &b, 1);
}
/* Network order; or the other one. */
static inline void put16(struct test_bytes *t, unsigned v)
{
	put8(t, v >> 8 & 255);
	put8(t, v & 255);
}
static inline void put32(struct test_bytes *t, uint32_t v)
{
	put16(t, v >> 16);
	put16(t, v & 0xffff);
}
static inline void order16(struct test_bytes *t, unsigned v, bool big)
{
	put16(t, big ? v : __builtin_bswap16((uint16_t)v));
}
static inline void order32(struct test_bytes *t, uint32_t v, bool big)
{
	put32(t, big ? v : __builtin_bswap32(v));
}

enum { V4_N = 20, V6_N = 40, TEST_SRC = 0xc0000201, TEST_DST = 0xc6336407 };

/* 192.0.2.1 to 198.51.100.7. */
static inline void put_v4(struct test_bytes *t, unsigned proto, unsigned payload, unsigned frag)
{
	put16(t, 0x4500);
	put16(t, V4_N + payload);
	put16(t, 54321);
	put16(t, frag);
	put8(t, 64);
	put8(t, proto);
	put16(t, 0);
	put32(t, TEST_SRC);
	put32(t, TEST_DST);
}

static inline void put_v6(struct test_bytes *t, unsigned next, unsigned payload)
{
	static const uint8_t at[32] = { 0x20, 1, 0x0d, 0xb8, [15] = 1, [16] = 0x20, 1, 0x0d,
		0xb8, [31] = 2 };

	put32(t, 0x60a00000);
	put16(t, payload);
	put8(t, next);
	put8(t, 61);
	put(t, at, sizeof(at));
}

/* SYN from 40000 to 445, `options` bytes of header more. */
static inline void put_tcp(struct test_bytes *t, unsigned options)
{
	put16(t, 40000);
	put16(t, 445);
	put32(t, 0xdeadbeef);
	put32(t, 7);
	put8(t, (5 + options / 4) << 4);
	put8(t, NORO_TCP_SYN);
	put16(t, 1024);
	put32(t, 0);
}

static inline void put_udp(struct test_bytes *t, unsigned port, unsigned payload)
{
	put16(t, 40000);
	put16(t, port);
	put16(t, 8 + payload);
	put16(t, 0);
}

static inline void put_ether(struct test_bytes *t, unsigned type)
{
	put(t, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	put16(t, type);
}

static inline struct noro_packet take_apart(
	const struct test_bytes *t, uint16_t link, unsigned open)
{
	struct noro_frame f = {
		.ts_ns = 5, .p = t->b, .n = (uint32_t)t->n, .wire_n = (uint32_t)t->n, .link = link
	};
	struct noro_packet pk;

	memset(&pk, 0xaa, sizeof(pk)); /* nothing of it may stay */
	noro_packet_read(&f, open, &pk);
	return pk;
}

/* What must hold of any packet whatever the bytes were. */
static inline void test_packet_inside(const struct noro_packet *pk, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;

	assert_true(pk->flaw < NORO_FLAWS);
	assert_true(pk->family == 0 || pk->family == 4 || pk->family == 6);
	if (pk->family == 0) {
		assert_int_not_equal(pk->flaw, NORO_FLAW_NONE);
		return;
	}
	assert_true(pk->ip >= p && pk->ip_captured <= (size_t)(end - pk->ip));
	assert_int_equal(pk->family == 6, pk->src6 != NULL);
	if (pk->src6) {
		assert_true(pk->src6 >= p && pk->src6 + 16 <= end);
		assert_true(pk->dst6 >= p && pk->dst6 + 16 <= end);
	}
	if (pk->payload)
		assert_true(pk->payload >= p && pk->payload <= end &&
			    pk->payload_n <= (size_t)(end - pk->payload));
	else
		assert_int_equal(pk->payload_n, 0);
	assert_true(pk->payload_n <= pk->payload_wire_n);
	if (pk->options_n)
		assert_true(pk->options >= p && pk->options <= end &&
			    pk->options_n <= (size_t)(end - pk->options));
	if (pk->frag == NORO_FRAG_LATER)
		assert_true(pk->sport == 0 && pk->dport == 0);
}
