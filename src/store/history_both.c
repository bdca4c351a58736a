/*
 * src/store/history_both.c - what is asked of a history goes to its kind; and what both kinds
 * answer by the same rule. Where a finer width has been aged away, the next wider one stands in for
 * that part of the period, so that a trend over years is one question.
 */
#include "store/history_priv.h"

#include <string.h>

enum { NS_PER_S = 1000000000 };

void noro_history_close(struct noro_history *h)
{
	if (h)
		h->ops->close(h);
}

enum noro_status noro_history_begin(
	struct noro_history *h, const char *batch_id, struct noro_error *err)
{
	return h->ops->begin(h, batch_id, err);
}

const struct noro_measures *noro_history_measures(struct noro_history *h)
{
	return &h->measures;
}

enum noro_status noro_history_commit(struct noro_history *h, struct noro_error *err)
{
	return h->ops->commit(h, err);
}

void noro_history_abandon(struct noro_history *h)
{
	h->ops->abandon(h);
}

bool noro_history_why(const struct noro_history *h, struct noro_error *ret)
{
	if (h->why.status == NORO_OK)
		return false;
	*ret = h->why;
	return true;
}

#define ASK(kind)                                                                                  \
	enum noro_status noro_history_##kind(struct noro_history *h, const struct noro_ask *ask,   \
		const struct noro_measures *to, struct noro_error *err)                            \
	{                                                                                          \
		return h->ops->kind(h, ask, to, err);                                              \
	}
ASK(cells)
ASK(scans)
ASK(victims)
ASK(payloads)
ASK(watch)

enum noro_status noro_history_top(struct noro_history *h, const struct noro_ask *ask,
	bool by_sources, const struct noro_measures *to, struct noro_error *err)
{
	return h->ops->top(h, ask, by_sources, to, err);
}

enum noro_status noro_history_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err)
{
	return h->ops->judge(h, judge, ctx, ret_changed, err);
}

enum noro_status noro_history_known(struct noro_history *h, const char *port,
	const struct noro_ip *ip, int64_t before_ns, bool *ret, struct noro_error *err)
{
	return h->ops->known(h, port, ip, before_ns, ret, err);
}

enum noro_status noro_history_oldest(
	struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err)
{
	return h->ops->oldest(h, width_s, ret_ns, err);
}

enum noro_status noro_history_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err)
{
	return h->ops->sensors(h, a, ret, err);
}

enum noro_status noro_history_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err)
{
	return h->ops->age(h, keep, now_ns, progress, err);
}

enum noro_status noro_history_verify(struct noro_history *h, struct noro_error *err)
{
	return h->ops->verify(h, err);
}

/* --- periods --- */

const uint32_t history_widths[HISTORY_WIDTHS] = { NORO_MINUTE_S, NORO_TEN_S, NORO_HOUR_S,
	NORO_DAY_S };

int64_t history_seconds(int64_t ns)
{
	return ns / NS_PER_S - (ns % NS_PER_S < 0);
}

int64_t history_from_ns(const struct noro_ask *ask)
{
	return ask->from_ns == NORO_TIME_NONE || !ask->from_ns ? INT64_MIN : ask->from_ns;
}

int64_t history_to_ns(const struct noro_ask *ask)
{
	return ask->to_ns == NORO_TIME_NONE || !ask->to_ns ? INT64_MAX : ask->to_ns;
}

/* Where each width begins; what lies before is asked of the next wider one, of bins that end there
 * or earlier: the first fine bins may lie in the middle of a wide one that holds them too. */
size_t history_parts(const struct noro_ask *ask, const int64_t oldest[HISTORY_WIDTHS],
	struct history_part part[HISTORY_WIDTHS])
{
	int64_t from = history_from_ns(ask), to = history_to_ns(ask);
	bool wider = false;
	size_t n = 0;

	from = from == INT64_MIN ? from : history_seconds(from);
	to = to == INT64_MAX ? to : history_seconds(to - 1) + 1;
	for (size_t i = 0; i < HISTORY_WIDTHS && to > from; i++) {
		int64_t end;

		if (history_widths[i] < ask->width_s)
			continue;
		end = wider && to != INT64_MAX ? to - (history_widths[i] - 1) : to;
		wider = true;
		if (oldest[i] == INT64_MAX || oldest[i] >= end || from >= end)
			continue;
		part[n++] = (struct history_part){ history_widths[i],
			from > oldest[i] ? from : oldest[i], end };
		to = oldest[i];
	}
	return n;
}

void history_span(
	int64_t first_minute_s, int64_t first_day_s, int64_t last_s, struct noro_history_span *ret)
{
	int64_t first = first_minute_s;

	/* days before the first minute; not the one that holds it */
	if (first_day_s != INT64_MIN && (first == INT64_MAX || first_day_s + NORO_DAY_S <= first))
		first = first_day_s;
	ret->first_ns = first == INT64_MAX ? NORO_TIME_NONE : first * NS_PER_S;
	ret->last_ns = last_s == INT64_MIN ? NORO_TIME_NONE : last_s * NS_PER_S;
}

/* --- bodies --- */

/* A body that does not read is damage: it is named, and ends the question. */
enum noro_status history_body(struct noro_history *h, struct noro_view body,
	const struct noro_measures *to, struct noro_error *err)
{
	const struct noro_json *v;
	enum noro_status st;

	noro_arena_reset(h->arena);
	st = noro_json_parse(h->arena, body, NULL, &v, err);
	return st == NORO_OK ? noro_measure_read(v, h->arena, to, err) : st;
}

static bool same(const struct noro_list *a, const struct noro_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

enum noro_status history_judged(noro_history_judge_fn *judge, void *ctx,
	const struct noro_payload *m, struct noro_payload *ret_now, bool *ret)
{
	struct noro_payload *now = ret_now;
	enum noro_status st;

	*now = *m;
	*ret = false;
	st = judge(ctx, now);
	if (st != NORO_OK)
		return st;
	if (same(&now->rules, &m->rules) && same(&now->cve, &m->cve) &&
		m->simhash == now->simhash && !m->ja4 == !now->ja4)
		return NORO_OK;
	/* it was judged before: only what rules say is new, and who is known by his TLS now */
	if (m->simhash && !m->ja4 == !now->ja4) {
		now->simhash = m->simhash;
		now->urls = m->urls;
		if (same(&now->rules, &m->rules) && same(&now->cve, &m->cve))
			return NORO_OK;
	}
	memcpy(now->sha256, m->sha256[0] ? m->sha256 : now->sha256, sizeof(now->sha256));
	*ret = true;
	return NORO_OK;
}
