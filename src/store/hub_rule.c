/*
 * src/store/hub_rule.c - N members of M sectors within T days: one pass over the rows of a value in
 * order of days, with a window that forgets what falls out of it. Linear, however hot the value.
 */
#include "store/hub_seen.h"

#include "base/mem.h"

struct tally {
	uint64_t *key;
	uint32_t *n;
	size_t slots, held; /* `held`: keys with n > 0 */
};

static uint32_t *slot_of(struct tally *t, uint64_t key)
{
	size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (t->slots - 1);

	while (t->n[at] != UINT32_MAX && t->key[at] != key)
		at = (at + 1) & (t->slots - 1);
	if (t->n[at] == UINT32_MAX) {
		t->key[at] = key;
		t->n[at] = 0;
	}
	return &t->n[at];
}

static void come(struct tally *t, uint64_t key)
{
	uint32_t *n = slot_of(t, key);

	t->held += *n == 0;
	++*n;
}

static void go(struct tally *t, uint64_t key)
{
	uint32_t *n = slot_of(t, key);

	--*n;
	t->held -= *n == 0;
}

static bool make_tally(struct noro_arena *a, struct tally *t, size_t n)
{
	*t = (struct tally){ .slots = 16 };
	while (t->slots < 2 * n)
		t->slots *= 2;
	t->key = noro_arena_array(a, t->slots, sizeof(*t->key));
	t->n = noro_arena_array(a, t->slots, sizeof(*t->n));
	if (t->n)
		memset(t->n, 0xff, t->slots * sizeof(*t->n));
	return t->key && t->n;
}

enum noro_status noro_hub_rule_day(struct noro_arena *a, const struct noro_hub_rule *rule,
	const struct noro_hub_sight *row, size_t n, int64_t from_day, int64_t *ret_day)
{
	struct tally members, sectors;
	size_t lo = 0;

	if (!make_tally(a, &members, n) || !make_tally(a, &sectors, n))
		return NORO_ENOMEM;
	for (size_t hi = 0; hi < n; hi++) {
		for (; row[lo].day <= row[hi].day - (int64_t)rule->days; lo++) {
			go(&members, (uint64_t)row[lo].member);
			go(&sectors, row[lo].sector);
		}
		come(&members, (uint64_t)row[hi].member);
		come(&sectors, row[hi].sector);
		if (row[hi].day >= from_day && members.held >= rule->members &&
			sectors.held >= rule->sectors) {
			*ret_day = row[hi].day;
			return NORO_OK;
		}
	}
	return NORO_END;
}
