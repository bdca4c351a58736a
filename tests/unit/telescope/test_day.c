/* tests/unit/telescope/test_day.c - exact sources of a day: from a set to bits without losing or
 * doubling one. */
#include "telescope/scope_priv.h"

#include "tests/test.h"

static const uint64_t KEY = 0x1234567890abcdef;

static void no_two_nets_of_a_shard_have_one_number(void **state)
{
	uint8_t *seen = calloc(1 << 24, 1);

	(void)state;
	assert_non_null(seen);
	for (uint32_t net = 0; net < 1 << 24; net++) {
		uint32_t at = noro_spread24(net);

		assert_true(at < 1 << 24);
		assert_int_equal(seen[at], 0);
		seen[at] = 1;
	}
	free(seen);
}

/* Every fifth address of the nets of one shard: added twice, in another order the second time. */
static void a_set_that_becomes_bits_counts_the_same(void **state)
{
	enum { N = 300000 };
	uint32_t *addr = malloc(N * sizeof(*addr)), n = 0;
	struct noro_day d = { 0 };
	struct noro_slab *slab = noro_slab_new();

	(void)state;
	assert_non_null(addr);
	for (uint32_t net = 0; n < N; net++)
		for (uint32_t low = net % 5; n < N && low < 256; low += 5)
			if (noro_spread24(net) >> 16 == noro_spread24(0) >> 16)
				addr[n++] = net << 8 | low;
	for (uint32_t i = 0; i < N; i++) {
		assert_true(noro_day_add(slab, &d, addr[i], KEY));
		if (i % 97 == 0) { /* at whatever moment somebody asks */
			assert_true(noro_day_settle(slab, &d, KEY));
			assert_int_equal(d.n, i + 1);
			assert_true(d.bits || d.log);
		}
	}
	assert_non_null(d.bits);
	for (uint32_t i = N; i-- > 0;)
		assert_true(noro_day_add(slab, &d, addr[i], KEY));
	assert_true(noro_day_settle(slab, &d, KEY));
	assert_int_equal(d.n, N);
	noro_day_clear(slab, &d);
	assert_int_equal(d.n, 0);
	noro_slab_done(slab);
	free(addr);
}

static void the_address_of_zeros_counts_once(void **state)
{
	struct noro_day d = { 0 };
	struct noro_slab *slab = noro_slab_new();

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(noro_day_add(slab, &d, 0, KEY));
	assert_true(noro_day_add(slab, &d, 7, KEY));
	assert_true(noro_day_settle(slab, &d, KEY));
	assert_int_equal(d.n, 2);
	noro_day_clear(slab, &d);
	noro_slab_done(slab);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_nets_of_a_shard_have_one_number),
		cmocka_unit_test(a_set_that_becomes_bits_counts_the_same),
		cmocka_unit_test(the_address_of_zeros_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
