/* tests/unit/base/test_sign.c - signatures hold for the text and the key they were made with. */
#include "tests/test.h"

#include "base/sign.h"

/* RFC 8032 section 7.1, test 3, as PKCS#8 (RFC 8410). */
static const char rfc_key[] = "-----BEGIN PRIVATE KEY-----\n"
			      "MC4CAQAwBQYDK2VwBCIEIMWqjfQ/n4N77bdELzHct7Fm04U1B28JS4XOOi4LRFj3\n"
			      "-----END PRIVATE KEY-----\n";
static const char rfc_signature[] = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3"
				    "ac18ff9b538d16f290ae67f760984d"
				    "c6594a7c15e9716ed28dc027beceea1ec40a";

static struct noro_key *read_key(const char *pem)
{
	struct noro_key *k = NULL;

	assert_int_equal(noro_key_read(noro_view_str(pem), &k, NULL), NORO_OK);
	return k;
}

static void the_standard_signs_the_same(void **state)
{
	struct noro_key *k = read_key(rfc_key);
	struct noro_buf pem = { 0 };
	char signature[NORO_SIGNATURE_TEXT];

	(void)state;
	assert_true(noro_key_secret(k));
	assert_int_equal(noro_sign(k, noro_view("\xaf\x82", 2), signature), NORO_OK);
	assert_string_equal(signature, rfc_signature);
	assert_int_equal(noro_key_print(k, true, &pem), NORO_OK);
	assert_string_equal(pem.p, rfc_key);
	noro_buf_done(&pem);
	noro_key_free(k);
}

static void a_signature_is_of_one_text_and_one_key(void **state)
{
	struct noro_key *k, *other, *public;
	struct noro_buf pem = { 0 };
	char signature[NORO_SIGNATURE_TEXT];
	const struct noro_view text = NORO_V("what was received");

	(void)state;
	assert_int_equal(noro_key_make(&k, NULL), NORO_OK);
	assert_int_equal(noro_key_make(&other, NULL), NORO_OK);
	assert_string_not_equal(noro_key_id(k), noro_key_id(other));
	assert_int_equal(noro_key_print(k, false, &pem), NORO_OK);
	public = read_key(pem.p);
	assert_string_equal(noro_key_id(public), noro_key_id(k));
	assert_false(noro_key_secret(public));
	assert_int_equal(noro_sign(public, text, signature), NORO_EARG);
	assert_int_equal(noro_key_print(public, true, &pem), NORO_EARG);
	assert_int_equal(noro_sign(k, text, signature), NORO_OK);
	assert_true(noro_sign_holds(public, text, noro_view_str(signature)));
	assert_false(noro_sign_holds(other, text, noro_view_str(signature)));
	assert_false(
		noro_sign_holds(public, NORO_V("what was not received"), noro_view_str(signature)));
	assert_false(noro_sign_holds(public, text, noro_view(signature, 126)));
	for (size_t i = 0; i < 128; i++) { /* every digit counts */
		char was = signature[i];

		signature[i] = was == '0' ? '1' : '0';
		assert_false(noro_sign_holds(public, text, noro_view_str(signature)));
		signature[i] = 'x';
		assert_false(noro_sign_holds(public, text, noro_view_str(signature)));
		signature[i] = was;
	}
	noro_buf_done(&pem);
	noro_key_free(k);
	noro_key_free(other);
	noro_key_free(public);
}

static void what_is_no_key_is_refused(void **state)
{
	/* an encrypted key: nobody is asked for its password */
	static const char encrypted[] =
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
		"MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjekfFis/R7jAICCAAw\n"
		"DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEJFbmHUGBsNZ8o0qZzY382cEQNDm\n"
		"xdaXxw0II0RX3vkw0eib8riZEICZEB3vHaxb/r2i11f8LESX9RmNXa00PjfwjvEr\n"
		"CuqmRY5EJSvW/GZYFzM=\n"
		"-----END ENCRYPTED PRIVATE KEY-----\n";
	struct noro_error err = { 0 };
	struct noro_key *k;
	char *huge = malloc(1 << 15);

	(void)state;
	assert_non_null(huge);
	memset(huge, 'A', 1 << 15);
	assert_int_equal(noro_key_read(noro_view(huge, 1 << 15), &k, &err), NORO_ELIMIT);
	free(huge);
	assert_int_equal(noro_key_read(noro_view("", 0), &k, &err), NORO_EFORMAT);
	assert_int_equal(noro_key_read(noro_view_str(encrypted), &k, &err), NORO_EENCRYPTED);
	for (size_t n = 0; n < sizeof(rfc_key) - 2; n++) {
		uint8_t *exact = test_exact_copy(rfc_key, n);

		/* only the last dashes may be missing from what still is the whole key */
		if (noro_key_read(noro_view(exact, n), &k, &err) == NORO_OK) {
			assert_true(n > sizeof(rfc_key) - 30);
			noro_key_free(k);
		}
		free(exact);
	}
}

static bool try_read(void *arg)
{
	struct noro_key *k = NULL;
	bool ok = noro_key_read(noro_view_str(arg), &k, NULL) == NORO_OK;

	noro_key_free(k);
	return ok;
}

static void want_of_memory_is_said(void **state)
{
	(void)state;
	test_allocation_sweep(try_read, (void *)(uintptr_t)rfc_key, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standard_signs_the_same),
		cmocka_unit_test(a_signature_is_of_one_text_and_one_key),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(want_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
