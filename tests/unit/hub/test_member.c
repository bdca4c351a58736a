/* tests/unit/hub/test_member.c - what a member may be called, call its own, and where it may be
 * reached. */
#include "tests/test.h"

#include "hub/member.h"
#include "hub/sector.h"

#include <stdio.h>

#define DOMAIN_JA "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.jp"

static const struct {
	enum noro_hub_asset_kind kind;
	const char *text, *value; /* NULL: refused */
} said[] = {
	{ NORO_HUB_NETWORK, "192.0.2.0/24", "192.0.2.0/24" },
	{ NORO_HUB_NETWORK, " 198.51.100.7 ", "198.51.100.7/32" },
	{ NORO_HUB_NETWORK, "2001:0DB8:0:0::/32", "2001:db8::/32" },
	{ NORO_HUB_NETWORK, "8.8.8.0/24", "8.8.8.0/24" },
	{ NORO_HUB_NETWORK, "192.0.2.1/24", NULL },
	{ NORO_HUB_NETWORK, "10.0.0.0/8", NULL },
	{ NORO_HUB_NETWORK, "192.168.1.0/24", NULL },
	{ NORO_HUB_NETWORK, "127.0.0.1", NULL },
	{ NORO_HUB_NETWORK, "fe80::/64", NULL },
	{ NORO_HUB_NETWORK, "fd00::/48", NULL },
	{ NORO_HUB_NETWORK, "8.0.0.0/7", NULL },
	{ NORO_HUB_NETWORK, "0.0.0.0/0", NULL },
	{ NORO_HUB_NETWORK, "2400::/12", NULL },
	{ NORO_HUB_NETWORK, "::/0", NULL },
	{ NORO_HUB_NETWORK, "192.0.2.0/33", NULL },
	{ NORO_HUB_NETWORK, "example.jp", NULL },
	{ NORO_HUB_NETWORK, "", NULL },
	{ NORO_HUB_DOMAIN, "WWW.Example.JP.", "www.example.jp" },
	{ NORO_HUB_DOMAIN, "*.example.co.jp", "example.co.jp" },
	{ NORO_HUB_DOMAIN, DOMAIN_JA, "xn--wgv71a119e.jp" },
	{ NORO_HUB_DOMAIN, "co.jp", NULL },
	{ NORO_HUB_DOMAIN, "jp", NULL },
	{ NORO_HUB_DOMAIN, "*.jp", NULL },
	{ NORO_HUB_DOMAIN, "TOKYO.jp", NULL },
	{ NORO_HUB_DOMAIN, "com.au", NULL },
	{ NORO_HUB_DOMAIN, "has space.jp", NULL },
	{ NORO_HUB_DOMAIN, "..", NULL },
	{ NORO_HUB_DOMAIN, "", NULL },
	{ NORO_HUB_WORD, " \xe4\xbe\x8b\xe7\xa4\xba\xe6\xb0\xb4\xe9\x81\x93 ",
		"\xe4\xbe\x8b\xe7\xa4\xba\xe6\xb0\xb4\xe9\x81\x93" },
	{ NORO_HUB_WORD, "\xef\xbc\xa5xample", "Example" }, /* full width */
	{ NORO_HUB_WORD, "abc", NULL },
	{ NORO_HUB_WORD, "\xe6\xb0\xb4", NULL },
	{ NORO_HUB_WORD, "two\nlines", NULL },
	{ NORO_HUB_WORD, "turned \xe2\x80\xae round", NULL },
	{ NORO_HUB_WORD, "\xff\xfe\xfd", NULL },
};

static void what_is_declared_gets_its_normal_form_or_is_refused(void **state)
{
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		struct noro_hub_asset asset = { .no = 77 };
		struct noro_error err = { 0 };
		enum noro_status st = noro_hub_asset_read(
			a, said[i].kind, noro_view_str(said[i].text), &asset, &err);

		if ((st == NORO_OK) != (said[i].value != NULL))
			fail_msg("%s: %d", said[i].text, st);
		if (st == NORO_OK) {
			assert_string_equal(asset.value, said[i].value);
		} else {
			assert_int_equal(st, NORO_EARG);
			assert_non_null(err.msg);
			assert_int_equal(asset.no, 77); /* nothing half-read */
		}
	}
	noro_arena_free(a);
}

/* Every prefix of each, cut off where a sanitizer looks; what is taken is its own normal form. */
static void a_normal_form_is_its_own(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		for (size_t n = 0; n <= strlen(said[i].text); n++) {
			uint8_t *cut = test_exact_copy(said[i].text, n);
			struct noro_hub_asset one = { 0 }, two = { 0 };

			if (noro_hub_asset_read(a, said[i].kind, noro_view(cut, n), &one, &err) ==
				NORO_OK) {
				assert_int_equal(noro_hub_asset_read(a, said[i].kind,
							 noro_view_str(one.value), &two, &err),
					NORO_OK);
				assert_string_equal(one.value, two.value);
				assert_memory_equal(one.lo, two.lo, sizeof(one.lo));
			}
			free(cut);
		}
	noro_arena_free(a);
}

static void names_and_contacts(void **state)
{
	static const char *const bad[] = { "", " x", "a:b", "a\nb", "\xff", "\xe2\x80\xae",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	static const char *const mails[] = { "a", "@example.jp", "a@", "a@jp", "a b@example.jp",
		"a..b@example.jp", ".a@example.jp", "a@example.jp\nBcc: x@example.jp", "a\r@b.jp" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_error err = { 0 };
	struct noro_hub_contact c = { 0, "Hana", "Soc+1@EXAMPLE.jp", "duty", "ja" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(noro_hub_check_name(bad[i], &err), NORO_EARG);
	assert_int_equal(noro_hub_check_name("Example Telecom", &err), NORO_OK);
	assert_int_equal(noro_hub_check_person("console", &err), NORO_EARG);
	assert_int_equal(noro_hub_contact_check(a, &c, &err), NORO_OK);
	assert_string_equal(c.mail, "Soc+1@example.jp");
	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		c.mail = mails[i];
		assert_int_equal(noro_hub_contact_check(a, &c, &err), NORO_EARG);
	}
	c = (struct noro_hub_contact){ 0, "Hana", "a@example.jp", "king", "ja" };
	assert_int_equal(noro_hub_contact_check(a, &c, &err), NORO_EARG);
	noro_arena_free(a);
}

static void places_and_roles(void **state)
{
	struct noro_error err = { 0 };
	unsigned roles;
	char text[48];

	(void)state;
	assert_int_equal(noro_hub_prefecture(NORO_V("13")), 13);
	assert_int_equal(noro_hub_prefecture(NORO_V("Tokyo")), 13);
	assert_int_equal(noro_hub_prefecture(NORO_V("\xe6\x9d\xb1\xe4\xba\xac")), 13);
	assert_int_equal(noro_hub_prefecture(NORO_V("\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd")), 13);
	assert_int_equal(noro_hub_prefecture(NORO_V("01")), 1);
	assert_int_equal(noro_hub_prefecture(NORO_V("47")), 47);
	assert_string_equal(noro_hub_prefectures[46].id, "okinawa");
	assert_int_equal(noro_hub_prefecture(NORO_V("48")), 0);
	assert_int_equal(noro_hub_prefecture(NORO_V("00")), 0);
	assert_int_equal(noro_hub_prefecture(NORO_V("")), 0);
	assert_non_null(noro_hub_sector(NORO_V("ports")));
	assert_null(noro_hub_sector(NORO_V("Ports")));
	assert_true(noro_hub_is_industry(NORO_V("financial-services")));
	assert_false(noro_hub_is_industry(NORO_V("finance")));
	assert_int_equal(noro_hub_roles_read("reader,admin", &roles, &err), NORO_OK);
	noro_hub_roles_print(roles, text);
	assert_string_equal(text, "reader,admin");
	noro_hub_roles_print(31, text);
	assert_int_equal(noro_hub_roles_read(text, &roles, &err), NORO_OK);
	assert_int_equal(roles, 31);
	assert_int_equal(noro_hub_roles_read("reader,reader", &roles, &err), NORO_EARG);
	assert_int_equal(noro_hub_roles_read("king", &roles, &err), NORO_EARG);
}

static bool try(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_asset asset;
	struct noro_error err = { 0 };
	size_t i = *(size_t *)arg;
	bool done = a && noro_hub_asset_read(a, said[i].kind, noro_view_str(said[i].text), &asset,
				 &err) == NORO_OK;

	noro_arena_free(a);
	return done;
}

static void no_memory_is_no_asset(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (said[i].value)
			test_allocation_sweep(try, &i, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_declared_gets_its_normal_form_or_is_refused),
		cmocka_unit_test(a_normal_form_is_its_own),
		cmocka_unit_test(names_and_contacts),
		cmocka_unit_test(places_and_roles),
		cmocka_unit_test(no_memory_is_no_asset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
