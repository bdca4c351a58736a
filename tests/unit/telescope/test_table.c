/* tests/unit/telescope/test_table.c - the live events of a shard against a plain list: each is
 * found, whatever came and went, also where halves of slots are the same; and without memory
 * nothing is lost. */
#include "telescope/scope_priv.h"

#include "tests/test.h"

enum { MOST = 20000 };

/* Few different upper halves, so that many entries share one. */
static uint64_t slot_of_actor(uint64_t actor)
{
	return noro_mix(actor % 5 ? actor : actor / 5 % 64) << 8 | (actor & 255);
}

static uint64_t slot_of(const void *ctx, const struct noro_entry *e)
{
	(void)ctx;
	return slot_of_actor(e->actor);
}

static const struct noro_entry *find(const struct noro_table *t, uint64_t actor)
{
	uint32_t at, i;

	if (!t->cap)
		return NULL;
	at = noro_table_place(t, slot_of_actor(actor));
	while ((i = noro_table_next(t, slot_of_actor(actor), &at)) < t->end)
		if (noro_table_at(t, i)->actor == actor)
			return noro_table_at(t, i);
	return NULL;
}

static bool add(struct noro_slab *s, struct noro_table *t, uint64_t actor)
{
	struct noro_entry *e = noro_table_add(s, t, slot_of_actor(actor));

	if (e)
		*e = (struct noro_entry){ .actor = actor, .kind = 1, .packets = (uint32_t)actor };
	return e;
}

/* Every third stays, in the order they stood in. */
static void thin(struct noro_slab *s, struct noro_table *t)
{
	uint32_t keep = t->from;

	for (uint32_t i = t->from; i < t->end; i++)
		if (noro_table_at(t, i)->actor % 3 == 0)
			*noro_table_at(t, keep++) = *noro_table_at(t, i);
	noro_table_keep(s, t, keep, slot_of, NULL);
}

static void every_entry_is_found_until_it_goes(void **state)
{
	(void)state;
	for (unsigned shard = 0; shard < 256; shard += 51) {
		struct noro_slab *s = noro_slab_new();
		struct noro_table t;

		assert_non_null(s);
		noro_table_init(&t, shard);
		assert_null(find(&t, 7));
		for (uint64_t a = 1; a <= MOST; a++) {
			assert_null(find(&t, a));
			assert_true(add(s, &t, a));
			assert_int_equal(find(&t, a)->packets, a);
		}
		assert_int_equal(noro_table_n(&t), MOST);
		thin(s, &t);
		assert_int_equal(noro_table_n(&t), MOST / 3);
		for (uint64_t a = 1; a <= MOST; a++) {
			assert_int_equal(find(&t, a) != NULL, a % 3 == 0);
			assert_true(find(&t, a) || add(s, &t, a));
		}
		for (uint64_t a = 1; a <= MOST; a++)
			assert_int_equal(find(&t, a)->packets, a);
		noro_table_keep(s, &t, t.from, slot_of, NULL);
		assert_int_equal(noro_table_bytes(&t), 0);
		assert_null(find(&t, 3));
		assert_true(add(s, &t, 3));
		noro_table_done(s, &t);
		noro_slab_done(s);
	}
}

static void memory_shrinks_with_what_is_live(void **state)
{
	struct noro_slab *s = noro_slab_new();
	struct noro_table t;
	uint64_t full;

	(void)state;
	assert_non_null(s);
	noro_table_init(&t, 3);
	for (uint64_t a = 1; a <= MOST; a++)
		assert_true(add(s, &t, a));
	full = noro_table_bytes(&t);
	assert_true(full < MOST * 64 * 3 / 2); /* 64 bytes an entry, and not half as much again */
	thin(s, &t);
	thin(s, &t); /* all that stayed stay */
	assert_int_equal(noro_table_n(&t), MOST / 3);
	noro_table_keep(s, &t, t.from + 100, slot_of, NULL);
	assert_true(noro_table_bytes(&t) < full / 20);
	for (uint64_t a = 3; a <= 300; a += 3)
		assert_non_null(find(&t, a));
	noro_table_done(s, &t);
	noro_slab_done(s);
}

static bool fill(void *arg)
{
	struct noro_slab *s = noro_slab_new();
	struct noro_table t;
	uint64_t n = 0;

	(void)arg;
	if (!s)
		return false;
	noro_table_init(&t, 200);
	while (n < 3000 && add(s, &t, n + 1))
		n++;
	for (uint64_t a = 1; a <= n; a++)
		assert_non_null(find(&t, a));
	assert_null(find(&t, n + 1));
	thin(s, &t);
	for (uint64_t a = 1; a <= n; a++)
		assert_int_equal(find(&t, a) != NULL, a % 3 == 0);
	noro_table_done(s, &t);
	noro_slab_done(s);
	return n == 3000;
}

static void without_memory_nothing_is_lost(void **state)
{
	(void)state;
	test_allocation_sweep(fill, NULL, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_found_until_it_goes),
		cmocka_unit_test(memory_shrinks_with_what_is_live),
		cmocka_unit_test(without_memory_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
