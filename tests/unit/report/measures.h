/* tests/unit/report/measures.h - what a small sensor saw in an hour, for the tests of exports. */
#pragma once

#include "finding/measure.h"

#include <string.h>

static const int64_t sample_day = 1756252800 * INT64_C(1000000000); /* 2025-08-27 */

static inline enum noro_status sample_scan(const struct noro_measures *to, const char *port,
	uint32_t src, const uint8_t *packet, size_t n)
{
	struct noro_scan m = { .sensor = "tokyo-1",
		.src = noro_ip_from_v4(src),
		.port = port,
		.klass = "scan",
		.first_ns = sample_day,
		.last_ns = sample_day + INT64_C(61500000000),
		.packets = 5000000000,
		.bytes = 3000,
		.dsts = 40,
		.tool = "=masscan",
		.flags = 2 | 16 | 64,
		.owner = "Example \"Survey\"",
		.samples = n > 0 };

	if (n)
		memcpy(m.sample[0].byte, packet, n);
	m.sample[0].n = (uint16_t)n;
	return to->scan ? to->scan(to->ctx, &m) : NORO_OK;
}

/* 198.51.100.7:61000 to 192.0.2.253:23, SYN; and an echo request from it; and UDP over IPv6. */
static const uint8_t sample_syn[40] = { 0x45, 0, 0, 40, 0, 1, 0, 0, 60, 6, 0, 0, 198, 51, 100, 7,
	192, 0, 2, 253, 0xee, 0x48, 0, 23, [32] = 0x50, 2, 4, 0 };
static const uint8_t sample_echo[28] = { 0x45, 0, 0, 28, 0, 1, 0, 0, 60, 1, 0, 0, 198, 51, 100, 7,
	192, 0, 2, 9, 8, 0, 0, 0, 0, 1, 0, 1 };

/* All measures of the sample; the first failure ends it. */
static inline enum noro_status sample_measures(const struct noro_measures *to)
{
	static const char *const ports[] = { "443", "80" };
	const struct noro_victim victim = { .sensor = "tokyo-1",
		.victim = { noro_ip_from_v4(0xcb007150), 32 },
		.proto = "tcp",
		.ports = { ports, 2 },
		.first_ns = sample_day,
		.last_ns = sample_day + INT64_C(600000000000),
		.packets = 360,
		.how = "syn-ack" };
	const struct noro_cell cell = { .sensor = "tokyo-1",
		.start_ns = sample_day,
		.width_s = 60,
		.cut = NORO_CUT_PORT,
		.key = "tcp/23",
		.packets = 7 };
	struct noro_scan six = { .sensor = "tokyo-1",
		.port = "udp/53",
		.klass = "scan",
		.first_ns = sample_day,
		.last_ns = sample_day,
		.packets = 1 };
	enum noro_status st = to->cell ? to->cell(to->ctx, &cell) : NORO_OK;

	if (!noro_ip_parse(NORO_V("2001:db8::7"), &six.src))
		return NORO_EARG;
	if (st == NORO_OK)
		st = sample_scan(to, "tcp/23", 0xc6336407, sample_syn, sizeof(sample_syn));
	if (st == NORO_OK) /* the same address on another port, later */
		st = sample_scan(to, "icmp/8", 0xc6336407, sample_echo, sizeof(sample_echo));
	if (st == NORO_OK)
		st = sample_scan(to, "tcp/99999", 0xc6336408, NULL, 0);
	if (st == NORO_OK && to->scan)
		st = to->scan(to->ctx, &six);
	if (st == NORO_OK && to->victim)
		st = to->victim(to->ctx, &victim);
	return st;
}
