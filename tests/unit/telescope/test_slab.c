/* tests/unit/telescope/test_slab.c - blocks that do not overlap, zeros whatever was there before,
 * and nothing kept when all is given back. */
#include "telescope/slab.h"

#include "tests/test.h"

enum { BLOCKS = 600 };

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static bool all(const uint8_t *p, size_t n, uint8_t value)
{
	return p[0] == value && memcmp(p, p + 1, n - 1) == 0;
}

static void blocks_are_apart_and_zero(void **state)
{
	struct noro_slab *s = noro_slab_new();
	uint8_t *p[BLOCKS] = { 0 };
	size_t n[BLOCKS] = { 0 };
	uint64_t seed = 88172645463325252U;

	(void)state;
	assert_non_null(s);
	for (unsigned round = 0; round < 6000; round++) {
		size_t i = next(&seed) % BLOCKS;

		if (p[i]) {
			assert_true(all(p[i], n[i], (uint8_t)(i | 1)));
			noro_slab_put(s, p[i], n[i]);
			p[i] = NULL;
			continue;
		}
		n[i] = (size_t)4096 << next(&seed) % (round % 64 ? 5 : 11); /* up to 4 MiB */
		p[i] = noro_slab_get(s, n[i]);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % (n[i] < 1 << 21 ? n[i] : 1 << 21), 0);
		assert_true(all(p[i], n[i], 0));
		memset(p[i], (int)(i | 1), n[i]);
	}
	for (size_t i = 0; i < BLOCKS; i++) {
		assert_true(!p[i] || all(p[i], n[i], (uint8_t)(i | 1)));
		noro_slab_put(s, p[i], n[i]);
	}
	noro_slab_done(s);
}

static void records_are_apart_and_zero(void **state)
{
	static const uint32_t size[] = { NORO_RECORD, NORO_RECORD_LARGE };
	struct noro_slab *s = noro_slab_new();

	(void)state;
	assert_non_null(s);
	for (unsigned k = 0; k < 2; k++) {
		struct noro_pile pile = { .size = size[k] };
		uint8_t *p[BLOCKS];

		for (unsigned round = 0; round < 3; round++) {
			for (size_t i = 0; i < BLOCKS; i++) {
				p[i] = noro_pile_get(s, &pile);
				assert_non_null(p[i]);
				assert_int_equal((uintptr_t)p[i] % 64, 0);
				assert_true(all(p[i], size[k], 0));
				memset(p[i], (int)(i | 1), size[k]);
			}
			for (size_t i = 0; i < BLOCKS; i++) {
				assert_true(all(p[i], size[k], (uint8_t)(i | 1)));
				noro_pile_put(s, &pile, p[i]);
			}
			assert_int_equal(pile.live, 0);
			assert_null(pile.page);
		}
	}
	noro_slab_done(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_apart_and_zero),
		cmocka_unit_test(records_are_apart_and_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
