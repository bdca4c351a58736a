/* src/telescope/spans.c - prefixes flattened into segments: a sweep with a stack of what is open.
 */
#include "telescope/spans.h"

#include "base/mem.h"

enum { DEPTH = 160 }; /* prefixes in one another: at most 128 lengths, and a few ranges */

enum noro_status noro_spans_add(struct noro_spans *s, uint64_t lo, uint64_t hi, uint32_t value)
{
	struct noro_span *grown = noro_grow(s->span, s->n, &s->cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	s->span = grown;
	s->span[s->n++] = (struct noro_span){ lo, hi, value };
	return NORO_OK;
}

static uint64_t high_bits(const uint8_t *b)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

enum noro_status noro_spans_add_prefix(
	struct noro_spans *s, const struct noro_prefix *p, uint32_t value)
{
	unsigned wide = p->ip.family == 4 ? 32 : 64, len = p->len > wide ? wide : p->len;
	uint64_t lo = p->ip.family == 4 ? noro_ip_v4(&p->ip) : high_bits(p->ip.b);
	uint64_t more = len == 0 && wide == 64 ? UINT64_MAX : (1ULL << (wide - len)) - 1;

	return noro_spans_add(s, lo, lo | more, value);
}

/* By where they begin; the wider first, so that what lies within comes after it. */
static int in_order(const void *pa, const void *pb)
{
	const struct noro_span *a = pa, *b = pb;

	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi > b->hi ? -1 : 1;
	return a->value < b->value ? -1 : a->value > b->value;
}

static void segment(struct noro_spans *s, uint64_t start, uint32_t value)
{
	if (s->segments && s->start[s->segments - 1] == start) {
		s->value[s->segments - 1] = value;
		return;
	}
	if (s->segments && s->value[s->segments - 1] == value)
		return;
	s->start[s->segments] = start;
	s->value[s->segments++] = value;
}

/* Close what ends before `next`; what it lies in goes on behind it. */
static size_t close_before(
	struct noro_spans *s, const struct noro_span **open, size_t n, uint64_t next, bool all)
{
	while (n && (all || open[n - 1]->hi < next)) {
		uint64_t end = open[--n]->hi;

		while (n && open[n - 1]->hi <= end)
			n--;
		if (end != UINT64_MAX)
			segment(s, end + 1, n ? open[n - 1]->value : 0);
	}
	return n;
}

enum noro_status noro_spans_make(struct noro_spans *s)
{
	const struct noro_span *open[DEPTH];
	size_t n = 0;

	s->start = noro_reallocarray(NULL, 2 * s->n + 1, sizeof(*s->start));
	s->value = noro_reallocarray(NULL, 2 * s->n + 1, sizeof(*s->value));
	if (!s->start || !s->value)
		return NORO_ENOMEM;
	if (s->n)
		qsort(s->span, s->n, sizeof(*s->span), in_order);
	for (size_t i = 0; i < s->n; i++) {
		n = close_before(s, open, n, s->span[i].lo, false);
		segment(s, s->span[i].lo, s->span[i].value);
		if (n < DEPTH)
			open[n++] = &s->span[i];
	}
	(void)close_before(s, open, n, 0, true);
	free(s->span);
	s->span = NULL;
	s->n = s->cap = 0;
	return NORO_OK;
}

uint32_t noro_spans_get(const struct noro_spans *s, uint64_t at)
{
	size_t from = 0, to = s->segments;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (s->start[mid] > at)
			to = mid;
		else
			from = mid + 1;
	}
	return from ? s->value[from - 1] : 0;
}

void noro_spans_done(struct noro_spans *s)
{
	free(s->span);
	free(s->start);
	free(s->value);
	*s = (struct noro_spans){ 0 };
}
