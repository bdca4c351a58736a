/* src/hub/throttle.c - who failed how often, what a member has left. */
#include "hub/throttle.h"

#include "base/clock.h"
#include "base/siphash.h"

#include <string.h>

enum { FORGET_S = 3600, DAY_S = 86400, MILLI = 1000 };

/* ---- failures ---- */

static uint64_t name_of(const struct noro_throttle *t, struct noro_view who)
{
	uint64_t h = noro_siphash(t->key, who.p, who.n);

	return h ? h : 1;
}

static bool is_over(int64_t last_ns, int64_t now_ns)
{
	return now_ns - last_ns > FORGET_S * NORO_NS_PER_S;
}

uint32_t noro_throttle_wait(const struct noro_throttle *t, struct noro_view who,
	const struct noro_throttle_rule *rule, int64_t now_ns)
{
	uint64_t name = name_of(t, who), wait;
	size_t b = name % NORO_THROTTLE_BUCKETS;

	for (size_t i = 0; i < NORO_THROTTLE_WAYS; i++) {
		uint32_t past = t->at[b][i].fails;
		int64_t since = now_ns - t->at[b][i].last_ns;

		if (t->at[b][i].who != name || past < rule->free ||
			is_over(t->at[b][i].last_ns, now_ns))
			continue;
		past -= rule->free;
		wait = past < 20 ? UINT64_C(1) << past : UINT64_C(1) << 20;
		if (wait > rule->most_s)
			wait = rule->most_s;
		if (since < 0) /* the clock went back: the wait begins anew, no longer */
			since = 0;
		since /= NORO_NS_PER_S;
		return (uint64_t)since < wait ? (uint32_t)(wait - (uint64_t)since) : 0;
	}
	return 0;
}

void noro_throttle_failed(struct noro_throttle *t, struct noro_view who, int64_t now_ns)
{
	uint64_t name = name_of(t, who);
	size_t b = name % NORO_THROTTLE_BUCKETS, least = 0;

	for (size_t i = 0; i < NORO_THROTTLE_WAYS; i++) {
		if (t->at[b][i].who == name) {
			if (is_over(t->at[b][i].last_ns, now_ns))
				t->at[b][i].fails = 0;
			t->at[b][i].fails += t->at[b][i].fails < UINT32_MAX;
			t->at[b][i].last_ns = now_ns;
			return;
		}
		if (is_over(t->at[b][i].last_ns, now_ns))
			t->at[b][i].fails = 0;
		if (t->at[b][i].fails < t->at[b][least].fails ||
			(t->at[b][i].fails == t->at[b][least].fails &&
				t->at[b][i].last_ns < t->at[b][least].last_ns))
			least = i;
	}
	t->at[b][least].who = name;
	t->at[b][least].fails = 1;
	t->at[b][least].last_ns = now_ns;
}

void noro_throttle_forget(struct noro_throttle *t, struct noro_view who)
{
	uint64_t name = name_of(t, who);
	size_t b = name % NORO_THROTTLE_BUCKETS;

	for (size_t i = 0; i < NORO_THROTTLE_WAYS; i++)
		if (t->at[b][i].who == name)
			t->at[b][i].fails = 0;
}

/* ---- quotas ---- */

struct noro_quota_row *noro_quota_row(struct noro_quota_table *t, int64_t member, int64_t now_ns)
{
	size_t b = noro_siphash(t->key, &member, sizeof(member)) % NORO_THROTTLE_BUCKETS,
	       oldest = 0;

	for (size_t i = 0; i < NORO_THROTTLE_WAYS; i++) {
		if (t->at[b][i].member == member)
			return &t->at[b][i];
		if (t->at[b][i].last_ns < t->at[b][oldest].last_ns)
			oldest = i;
	}
	t->at[b][oldest] = (struct noro_quota_row){
		.member = member, .last_ns = now_ns, .day = now_ns / NORO_NS_PER_S / DAY_S
	};
	return &t->at[b][oldest];
}

uint32_t noro_quota_take(struct noro_quota_row *r, int64_t now_ns)
{
	int64_t day = now_ns / NORO_NS_PER_S / DAY_S, most = r->burst * MILLI,
		past_ms = (now_ns - r->last_ns) / 1000000;

	if (day != r->day) {
		r->day = day;
		r->bytes = 0;
	}
	if (r->bytes >= (uint64_t)r->bytes_day)
		return (uint32_t)((day + 1) * DAY_S - now_ns / NORO_NS_PER_S);
	if (past_ms < 0) { /* the clock went back */
		past_ms = 0;
		r->last_ns = now_ns;
	}
	if (past_ms > most / r->requests_s + 1)
		past_ms = most / r->requests_s + 1;
	if (past_ms > 0) { /* what is less than a millisecond is not lost */
		r->milli += past_ms * r->requests_s;
		r->last_ns = now_ns - (now_ns - r->last_ns) % 1000000;
	}
	r->milli = r->milli > most ? most : r->milli;
	if (r->milli < MILLI)
		return 1;
	r->milli -= MILLI;
	return 0;
}

void noro_quota_bytes(struct noro_quota_row *r, uint64_t n, int64_t now_ns)
{
	int64_t day = now_ns / NORO_NS_PER_S / DAY_S;

	if (day != r->day) {
		r->day = day;
		r->bytes = 0;
	}
	r->bytes = r->bytes > UINT64_MAX - n ? UINT64_MAX : r->bytes + n;
}
