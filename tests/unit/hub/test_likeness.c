/* tests/unit/hub/test_likeness.c - one mail to many is one text, two mails are two. */
#include "tests/test.h"

#include "hub/likeness.h"

static double like(const char *a, const char *b)
{
	struct noro_likeness x = noro_likeness(noro_view_str(a)),
			     y = noro_likeness(noro_view_str(b));

	assert_true(noro_likeness_of(&x, &y) == noro_likeness_of(&y, &x));
	return noro_likeness_of(&x, &y);
}

static void a_name_makes_no_other_text(void **state)
{
	(void)state;
	assert_true(
		like("Dear Mr Tanaka, your parcel could not be delivered, please log in at the "
		     "address below before Friday to avoid a fee",
			"Dear Ms Suzuki, your PARCEL could not be delivered; please log in at the "
			"address below before Friday to avoid a fee") > 0.5);
	assert_true(
		like("Dear Mr Tanaka, your parcel could not be delivered, please log in at the "
		     "address below before Friday to avoid a fee",
			"The proxy let this page through twice; a user had looked for a manual of "
			"a printer and told the help desk on Monday") < 0.2);
	assert_true(
		like("\xe3\x81\x8a\xe8\x8d\xb7\xe7\x89\xa9\xe3\x81\xae\xe9\x85\x8d\xe9\x81\x94\xe3"
		     "\x81\x8c\xe3\x81\xa7\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x9b\xe3\x82\x93",
			"\xe3\x81\x8a\xe8\x8d\xb7\xe7\x89\xa9\xe3\x81\xae\xe9\x85\x8d\xe9\x81\x94"
			"\xe3\x81\x8c\xe3\x81\xa7\xe3\x81\x8d\xe3\x81\xbe\xe3\x81\x9b\xe3\x82\x93"
			"\xe3\x80\x82") > 0.5);
}

static void few_words_are_like_nothing(void **state)
{
	static const char long_word[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					"aaaaaaaaaaaaaaaaaaaaaaaaaaaa";

	(void)state;
	assert_true(like("Malicious IP", "Malicious IP") == 0);
	assert_true(like("", "") == 0);
	assert_true(like(long_word, long_word) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_makes_no_other_text),
		cmocka_unit_test(few_words_are_like_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
