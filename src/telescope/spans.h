/*
 * src/telescope/spans.h - prefixes flattened into spans that do not overlap, the narrowest one on
 * top, for look-ups by a short binary search. IPv4 by its 32 bits, IPv6 by its first 64.
 */
#pragma once

#include "base/addr.h"
#include "base/status.h"

struct noro_span {
	uint64_t lo, hi; /* inclusive */
	uint32_t value;
};

struct noro_spans {
	struct noro_span *span; /* as added; after _make in order */
	size_t n, cap;
	uint64_t *start; /* of segments; a segment ends where the next begins */
	uint32_t *value; /* 0: nothing */
	size_t segments;
};

enum noro_status noro_spans_add(
	struct noro_spans *s, uint64_t lo, uint64_t hi, uint32_t value) NORO_MUSTUSE;
/* The prefix as a span; IPv6 ones longer than /64 cover their /64. */
enum noro_status noro_spans_add_prefix(
	struct noro_spans *s, const struct noro_prefix *p, uint32_t value) NORO_MUSTUSE;
/* Once, after all were added; spans that partly overlap are cut where the later one begins. */
enum noro_status noro_spans_make(struct noro_spans *s) NORO_MUSTUSE;
uint32_t noro_spans_get(const struct noro_spans *s, uint64_t at);
void noro_spans_done(struct noro_spans *s);
