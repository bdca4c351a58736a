/* tests/unit/base/test_jws.c - base64 and base32 as RFC 4648 prints them; detached signatures. */
#include "tests/test.h"

#include "base/base64.h"
#include "base/jws.h"

#include <stdio.h>

static void the_vectors_of_the_rfc(void **state)
{
	static const struct {
		const char *plain, *b64, *b32;
	} v[] = { { "", "", "" }, { "f", "Zg==", "MY" }, { "fo", "Zm8=", "MZXQ" },
		{ "foo", "Zm9v", "MZXW6" }, { "foob", "Zm9vYg==", "MZXW6YQ" },
		{ "fooba", "Zm9vYmE=", "MZXW6YTB" }, { "foobar", "Zm9vYmFy", "MZXW6YTBOI" } };

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct noro_buf out = { 0 }, back = { 0 };

		noro_buf_str(&out, "");
		noro_base64(noro_view_str(v[i].plain), false, &out);
		assert_string_equal(out.p, v[i].b64);
		assert_true(noro_base64_undo(noro_buf_as_view(&out), false, &back));
		assert_view_is(noro_buf_as_view(&back), v[i].plain);
		noro_buf_clear(&out);
		noro_buf_str(&out, "");
		noro_base32(noro_view_str(v[i].plain), &out);
		assert_string_equal(out.p, v[i].b32);
		noro_buf_done(&out);
		noro_buf_done(&back);
	}
}

static void what_is_no_base64_is_refused(void **state)
{
	static const char *const bad[] = { "Z", "Zg===", "Zh==", "Zm9=", "Zg=", "Z g=", "Zm9v\n",
		"Zm-v", "====", "Zm9vZ" };
	struct noro_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (noro_base64_undo(noro_view_str(bad[i]), false, &out))
			fail_msg("taken: %s", bad[i]);
	assert_false(noro_base64_undo(NORO_V("Zg=="), true, &out));
	assert_false(noro_base64_undo(NORO_V("Zm+v"), true, &out));
	assert_true(noro_base64_undo(NORO_V("Zm-v"), true, &out));
	noro_buf_done(&out);
}

static void a_signature_holds_for_its_text_and_key_alone(void **state)
{
	static const char text[] = "{\"a\":1,\"b\":\"x.y\"}";
	struct noro_error err = { 0 };
	struct noro_buf jws = { 0 }, forged = { 0 };
	struct noro_key *key, *other;

	(void)state;
	assert_int_equal(noro_key_make(&key, &err), NORO_OK);
	assert_int_equal(noro_key_make(&other, &err), NORO_OK);
	assert_int_equal(noro_jws_sign(key, noro_view_str(text), &jws), NORO_OK);
	assert_true(noro_jws_holds(key, noro_view_str(text), noro_buf_as_view(&jws)));
	assert_false(noro_jws_holds(other, noro_view_str(text), noro_buf_as_view(&jws)));
	assert_false(noro_jws_holds(key, NORO_V("{\"a\":1}"), noro_buf_as_view(&jws)));
	for (size_t i = 0; i < jws.n; i++) { /* every prefix, every byte */
		char *copy = (char *)test_exact_copy(jws.p, jws.n);

		assert_false(noro_jws_holds(key, noro_view_str(text), noro_view(jws.p, i)));
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_false(noro_jws_holds(key, noro_view_str(text), noro_view(copy, jws.n)));
		free(copy);
	}
	/* a header that asks for what we do not know, signed or not */
	noro_base64(NORO_V("{\"alg\":\"none\",\"b64\":false,\"crit\":[\"b64\"]}"), true, &forged);
	noro_buf_str(&forged, "..");
	assert_false(noro_jws_holds(key, noro_view_str(text), noro_buf_as_view(&forged)));
	noro_buf_done(&jws);
	noro_buf_done(&forged);
	noro_key_free(key);
	noro_key_free(other);
}

struct tried {
	const struct noro_key *key;
	bool sign;
	struct noro_buf *jws;
};

static bool try(void *arg)
{
	struct tried *t = arg;
	struct noro_buf out = { 0 };
	bool ok = t->sign ? noro_jws_sign(t->key, NORO_V("{}"), &out) == NORO_OK
			  : noro_jws_holds(t->key, NORO_V("{}"), noro_buf_as_view(t->jws));

	noro_buf_done(&out);
	return ok;
}

static void no_memory_is_no_signature(void **state)
{
	struct noro_error err = { 0 };
	struct noro_buf jws = { 0 };
	struct noro_key *key;
	struct tried t = { .jws = &jws };

	(void)state;
	assert_int_equal(noro_key_make(&key, &err), NORO_OK);
	assert_int_equal(noro_jws_sign(key, NORO_V("{}"), &jws), NORO_OK);
	t.key = key;
	test_allocation_sweep(try, &t, 100);
	t.sign = true;
	test_allocation_sweep(try, &t, 100);
	noro_buf_done(&jws);
	noro_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc),
		cmocka_unit_test(what_is_no_base64_is_refused),
		cmocka_unit_test(a_signature_holds_for_its_text_and_key_alone),
		cmocka_unit_test(no_memory_is_no_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
