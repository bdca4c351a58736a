/* tests/unit/base/test_hash.c - the digests are the standards' own. */
#include "tests/test.h"

#include "base/hash.h"

static void known_digests_come_out(void **state)
{
	static const struct {
		enum noro_hash_kind kind;
		const char *text, *want;
	} row[] = {
		{ NORO_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ NORO_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ NORO_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ NORO_SHA256, "abc",
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ NORO_SHA512, "abc",
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	};
	char out[NORO_HASH_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(
			noro_hash_of(row[i].kind, noro_view_str(row[i].text), out), NORO_OK);
		assert_string_equal(out, row[i].want);
		assert_int_equal(strlen(out), 2 * noro_hash_len(row[i].kind));
	}
}

static void one_reading_gives_every_digest_and_can_start_again(void **state)
{
	struct noro_hash *h = noro_hash_new(1u << NORO_MD5 | 1u << NORO_SHA256);
	char out[NORO_HASH_TEXT], want[NORO_HASH_TEXT];

	(void)state;
	assert_non_null(h);
	for (int round = 0; round < 2; round++) {
		noro_hash_add(h, "a", 1);
		noro_hash_add(h, NULL, 0);
		noro_hash_add(h, "bc", 2);
		for (enum noro_hash_kind k = NORO_MD5; k < NORO_HASH_KINDS; k++) {
			bool asked = k == NORO_MD5 || k == NORO_SHA256;

			assert_int_equal(noro_hash_hex(h, k, out), asked ? NORO_OK : NORO_EARG);
			assert_int_equal(noro_hash_of(k, NORO_V("abc"), want), NORO_OK);
			if (asked)
				assert_string_equal(out, want);
		}
		assert_int_equal(noro_hash_reset(h), NORO_OK);
	}
	noro_hash_free(h);
	noro_hash_free(NULL);
}

/* RFC 4231 test case 2 */
static void the_keyed_digest_is_hmac_sha256(void **state)
{
	char out[NORO_HASH_TEXT];

	(void)state;
	assert_int_equal(noro_hmac_hex(NORO_V("Jefe"), NORO_V("what do ya want for nothing?"), out),
		NORO_OK);
	assert_string_equal(
		out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_int_equal(noro_hmac_hex((struct noro_view){ 0 }, NORO_V(""), out), NORO_OK);
}

static void random_bytes_differ(void **state)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	(void)state;
	assert_int_equal(noro_random(a, sizeof(a)), NORO_OK);
	assert_int_equal(noro_random(b, sizeof(b)), NORO_OK);
	assert_memory_not_equal(a, b, sizeof(a));
}

static bool try_new(void *arg)
{
	struct noro_hash *h = noro_hash_new(*(unsigned *)arg);
	bool good = h != NULL;

	noro_hash_free(h);
	return good;
}

static void a_failed_allocation_is_survived(void **state)
{
	unsigned all = (1u << NORO_HASH_KINDS) - 1;

	(void)state;
	test_allocation_sweep(try_new, &all, 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_digests_come_out),
		cmocka_unit_test(one_reading_gives_every_digest_and_can_start_again),
		cmocka_unit_test(the_keyed_digest_is_hmac_sha256),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(a_failed_allocation_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
