/* tests/unit/base/test_password.c - PHC strings within limits; the codes of RFC 6238. */
#include "tests/test.h"

#include "base/clock.h"
#include "base/otp.h"
#include "base/password.h"

#include <stdio.h>

static const char strong[] = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
			     "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void a_password_is_its_own_hash_alone(void **state)
{
	struct noro_error err = { 0 };
	char one[NORO_PHC_TEXT], two[NORO_PHC_TEXT];
	struct noro_phc p;

	(void)state;
	assert_int_equal(noro_password_hash(NORO_V("correct horse"), one, &err), NORO_OK);
	assert_int_equal(noro_password_hash(NORO_V("correct horse"), two, &err), NORO_OK);
	assert_string_not_equal(one, two); /* the salt */
	assert_true(noro_phc_parse(noro_view_str(one), &p));
	assert_false(noro_phc_weak(&p));
	assert_int_equal(p.memory_kib, 47104);
	assert_int_equal(noro_password_check(NORO_V("correct horse"), one, &err), NORO_OK);
	assert_int_equal(noro_password_check(NORO_V("correct horsE"), one, &err), NORO_EACCESS);
	assert_int_equal(noro_password_check(NORO_V(""), one, &err), NORO_EACCESS);
	assert_int_equal(noro_password_check(NORO_V("correct horse"), NULL, &err), NORO_EACCESS);
	assert_int_equal(noro_password_check(NORO_V("x"), "plain", &err), NORO_ECORRUPT);
	/* argon2 itself agrees about a string with smaller parameters (made with its own program)
	 */
	assert_int_equal(noro_password_check(NORO_V("password"),
				 "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
				 "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
				 &err),
		NORO_OK);
}

static void a_phc_string_is_within_limits(void **state)
{
	static const char *const bad[] = { "", "$argon2id$", "$argon2i$v=19$m=47104,t=1,p=1$a$b",
		"$argon2id$v=16$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
		"$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=999999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
		"$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=47104,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=47104,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=47104,t=1,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=047104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=47104,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
		"$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA$x",
		"$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAA==" };
	struct noro_phc p = { .passes = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (noro_phc_parse(noro_view_str(bad[i]), &p))
			fail_msg("taken: %s", bad[i]);
	for (size_t n = 0; n < sizeof(strong) - 12; n++) { /* a tag shorter than ours is none */
		uint8_t *cut = test_exact_copy(strong, n);

		if (noro_phc_parse(noro_view(cut, n), &p))
			assert_true(p.hash >= 16 && p.hash < 32 && noro_phc_weak(&p));
		free(cut);
	}
	assert_true(noro_phc_parse(noro_view_str(strong), &p));
}

static bool try_parse(void *arg)
{
	struct noro_phc p;

	(void)arg;
	return noro_phc_parse(noro_view_str(strong), &p);
}

static void no_memory_is_no_password(void **state)
{
	(void)state;
	test_allocation_sweep(try_parse, NULL, 20);
}

/* RFC 6238, appendix B: the last six of its eight digits. */
static void the_codes_of_the_rfc(void **state)
{
	static const struct {
		int64_t at_s;
		const char *code;
	} v[] = { { 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" },
		{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
	struct noro_view secret = NORO_V("12345678901234567890");
	char code[NORO_OTP_DIGITS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_int_equal(noro_otp_code(secret, v[i].at_s / 30, code), NORO_OK);
		assert_string_equal(code, v[i].code);
	}
}

static void a_code_holds_a_step_to_either_side(void **state)
{
	struct noro_view secret = NORO_V("12345678901234567890");
	int64_t now = 1111111111 * NORO_NS_PER_S, step = 0;
	struct noro_buf url = { 0 };
	char code[NORO_OTP_DIGITS + 1];

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		assert_int_equal(noro_otp_code(secret, 37037037 + off, code), NORO_OK);
		assert_int_equal(noro_otp_check(secret, noro_view_str(code), now, &step),
			off >= -1 && off <= 1 ? NORO_OK : NORO_EACCESS);
		if (off >= -1 && off <= 1)
			assert_int_equal(step, 37037037 + off);
	}
	assert_int_equal(noro_otp_check(secret, NORO_V("050 471"), now, &step), NORO_OK);
	assert_int_equal(noro_otp_check(secret, NORO_V("05047"), now, &step), NORO_EACCESS);
	assert_int_equal(noro_otp_check(secret, NORO_V("0504711"), now, &step), NORO_EACCESS);
	assert_int_equal(noro_otp_check(secret, NORO_V("05047x"), now, &step), NORO_EACCESS);
	assert_int_equal(noro_otp_check(NORO_V(""), NORO_V("050471"), now, &step), NORO_EACCESS);
	noro_otp_url(secret, "Hub & co", "a:b", &url);
	assert_string_equal(url.p, "otpauth://totp/Hub%20%26%20co:a%3Ab?secret="
				   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hub%20%26%20co");
	noro_buf_done(&url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_its_own_hash_alone),
		cmocka_unit_test(a_phc_string_is_within_limits),
		cmocka_unit_test(no_memory_is_no_password),
		cmocka_unit_test(the_codes_of_the_rfc),
		cmocka_unit_test(a_code_holds_a_step_to_either_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
