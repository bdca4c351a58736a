/* tests/unit/intel/test_value.c - one value, however it was reported; and what is none. */
#include "tests/test.h"

#include "base/arena.h"
#include "intel/stix21.h"
#include "intel/value.h"

static struct noro_values of(struct noro_arena *a, const char *text)
{
	const struct noro_json *o;
	struct noro_values v;

	assert_int_equal(noro_json_parse(a, noro_view_str(text), NULL, &o, NULL), NORO_OK);
	assert_int_equal(noro_values_of(a, o, &v), NORO_OK);
	return v;
}

static struct noro_values of_pattern(struct noro_arena *a, const char *pattern)
{
	return of(
		a, noro_arena_printf(a,
			   "{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"%s\"}",
			   pattern));
}

static void assert_value(
	const struct noro_values *v, size_t i, enum noro_ioc_kind kind, const char *text)
{
	assert_true(i < v->values);
	assert_int_equal(v->value[i].kind, kind);
	assert_view_is(v->value[i].text, text);
}

static void one_value_has_one_form(void **state)
{
	static const struct {
		const char *pattern;
		enum noro_ioc_kind kind;
		const char *text, *path;
	} rows[] = {
		{ "[ipv4-addr:value = '203.0.113.9']", NORO_IOC_IPV4, "203.0.113.9",
			"ipv4-addr:value" },
		{ "[ipv4-addr:value = '203[.]0.113[.]9']", NORO_IOC_IPV4, "203.0.113.9",
			"ipv4-addr:value" },
		{ "[ipv6-addr:value = '2001:0DB8:0::00:1']", NORO_IOC_IPV6, "2001:db8::1",
			"ipv6-addr:value" },
		{ "[domain-name:value = 'Evil.EXAMPLE[.]com.']", NORO_IOC_DOMAIN,
			"evil.example.com", "domain-name:value" },
		{ "[domain-name:value = '\xe4\xbe\x8b\xe3\x81\x88.jp']", NORO_IOC_DOMAIN,
			"xn--r8jz45g.jp", "domain-name:value" },
		{ "[url:value = 'hxxp://User:pw@EXAMPLE[.]com:80/A?b#c']", NORO_IOC_URL,
			"http://example.com/A?b#c", "url:value" },
		{ "[file:hashes.'SHA-1' = 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80708']",
			NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80708",
			"file:hashes.'SHA-1'" },
		{ "[ipv4-addr:value = '203.0.113.0/24']", NORO_IOC_NET, "203.0.113.0/24",
			"ipv4-addr:value" },
		{ "[email-addr:value = 'Bad(at)Example[.]com']", NORO_IOC_EMAIL, "bad@example.com",
			"email-addr:value" },
	};
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_values v = of_pattern(a, rows[i].pattern);

		assert_int_equal(v.values, 1);
		assert_value(&v, 0, rows[i].kind, rows[i].text);
		assert_view_is(v.value[0].path, rows[i].path);
		assert_int_equal(v.says, NORO_SAYS_SEEN);
	}
	noro_arena_free(a);
}

static void a_pattern_speaks_of_every_value_that_it_does_not_deny(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_values v = of_pattern(a,
		"([ipv4-addr:value = '203.0.113.1' AND network-traffic:dst_port = 443] FOLLOWEDBY "
		"[domain-name:value IN ('a.example.com', 'b.example.com') AND url:value != "
		"'http://c.example.com/' AND NOT_A:x = 'y' AND domain-name:value LIKE "
		"'%.example.com']) WITHIN 5 SECONDS");

	(void)state;
	assert_int_equal(v.values, 3);
	assert_value(&v, 0, NORO_IOC_IPV4, "203.0.113.1");
	assert_value(&v, 1, NORO_IOC_DOMAIN, "a.example.com");
	assert_value(&v, 2, NORO_IOC_DOMAIN, "b.example.com");
	v = of(a, "{\"type\":\"indicator\",\"pattern_type\":\"sigma\",\"pattern\":\"a: b\"}");
	assert_int_equal(v.values, 0);
	assert_int_equal(v.says, NORO_SAYS_NOTHING);
	noro_arena_free(a);
}

static void an_observable_gives_the_values_of_the_same_pattern(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_values v = of(a, "{\"type\":\"file\",\"id\":\"file--1\",\"name\":\"dropper-x."
				     "exe\",\"size\":9,\"hashes\":"
				     "{\"MD5\":\"0123456789ABCDEF0123456789abcdef\"},\"parent_"
				     "directory_ref\":\"directory--1\"}");

	(void)state;
	assert_int_equal(v.values, 2);
	assert_value(&v, 0, NORO_IOC_FILE_NAME, "dropper-x.exe");
	assert_value(&v, 1, NORO_IOC_MD5, "0123456789abcdef0123456789abcdef");
	assert_view_is(v.value[1].path, "file:hashes.MD5");
	v = of(a, "{\"type\":\"observed-data\",\"first_observed\":\"2025-08-01T00:00:00Z\","
		  "\"last_observed\":\"2025-08-02T00:00:00Z\",\"number_observed\":1,\"objects\":{"
		  "\"0\":"
		  "{\"type\":\"ipv4-addr\",\"value\":\"203.0.113.4\"}}}");
	assert_int_equal(v.values, 1);
	assert_value(&v, 0, NORO_IOC_IPV4, "203.0.113.4");
	assert_true(v.last_ns - v.first_ns == INT64_C(86400) * NORO_NS_PER_S);
	noro_arena_free(a);
}

static void sightings_and_opinions_speak_of_what_they_refer_to(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_values v =
		of(a, "{\"type\":\"sighting\",\"sighting_of_ref\":\"indicator--1\",\"observed_data_"
		      "refs\":"
		      "[\"observed-data--2\"],\"last_seen\":\"2025-08-02T00:00:00Z\"}");

	(void)state;
	assert_int_equal(v.says, NORO_SAYS_SEEN);
	assert_int_equal(v.refs, 2);
	assert_view_is(v.ref[0], "indicator--1");
	assert_true(v.first_ns == v.last_ns && v.last_ns != NORO_TIME_NONE);
	v = of(a, "{\"type\":\"sighting\",\"sighting_of_ref\":\"indicator--1\",\"count\":0}");
	assert_int_equal(v.says, NORO_SAYS_NOT_SEEN);
	v = of(a, "{\"type\":\"opinion\",\"opinion\":\"strongly-disagree\",\"object_refs\":[\"a--"
		  "1\"]}");
	assert_int_equal(v.says, NORO_SAYS_FALSE);
	assert_int_equal(v.refs, 1);
	v = of(a, "{\"type\":\"opinion\",\"opinion\":\"agree\",\"object_refs\":[\"a--1\"]}");
	assert_int_equal(v.says, NORO_SAYS_NOTHING);
	noro_arena_free(a);
}

static void what_is_no_indicator_is_refused_with_a_reason(void **state)
{
	static const char *const patterns[] = { "[file:name = 'GREEN']",
		"[file:name = 'TLP:AMBER']", "[mutex:name = 'n/a']", "[file:name = 'a.c']",
		"[file:name = 'svchost.exe']",
		"[file:hashes.MD5 = '00000000000000000000000000000000']",
		"[ipv4-addr:value = '0.0.0.0']", "[ipv4-addr:value = '127.0.0.1']",
		"[ipv4-addr:value = '10.0.0.0/8']", "[autonomous-system:number = 64500]",
		"[user-account:account_login = 'Administrator']", "[mutex:name = '123456']",
		"[mutex:name = 'xxxxxxxx']", "[url:value = 'not a url']" };
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct noro_values v = of_pattern(a, patterns[i]);

		assert_int_equal(v.values, 0);
		assert_int_equal(v.refuseds, 1);
		assert_non_null(v.refused[0].why);
		assert_true(v.refused[0].path.n > 4);
	}
	noro_arena_free(a);
}

static int64_t near_of(enum noro_ioc_kind kind, const char *text)
{
	return noro_value_near(kind, noro_view_str(text));
}

static void neighbours_share_a_net_or_a_registered_name(void **state)
{
	(void)state;
	assert_true(
		near_of(NORO_IOC_IPV4, "203.0.113.1") == near_of(NORO_IOC_IPV4, "203.0.113.200"));
	assert_true(near_of(NORO_IOC_IPV4, "203.0.113.1") != near_of(NORO_IOC_IPV4, "203.0.114.1"));
	assert_true(near_of(NORO_IOC_IPV6, "2001:db8:1:2::3") ==
		    near_of(NORO_IOC_IPV6, "2001:db8:1:9::9"));
	assert_true(near_of(NORO_IOC_DOMAIN, "a.b.example.com") ==
		    near_of(NORO_IOC_URL, "https://example.com:8443/x"));
	assert_true(near_of(NORO_IOC_URL, "https://203.0.113.7/x") ==
		    near_of(NORO_IOC_IPV4, "203.0.113.1"));
	assert_true(near_of(NORO_IOC_EMAIL, "x@mail.example.co.jp") ==
		    near_of(NORO_IOC_DOMAIN, "example.co.jp"));
	assert_true(near_of(NORO_IOC_DOMAIN, "one.co.jp") != near_of(NORO_IOC_DOMAIN, "two.co.jp"));
	assert_int_equal(near_of(NORO_IOC_MUTEX, "global\\x"), 0);
	assert_view_is(noro_value_registered(NORO_V("a.b.or.jp")), "b.or.jp");
	assert_view_is(noro_value_registered(NORO_V("co.jp")), "co.jp");
	assert_view_is(noro_value_registered(NORO_V("x.tokyo.jp")), "tokyo.jp");
}

static void deep_and_long_objects_end(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	const struct noro_json *o;
	struct noro_values v;

	(void)state;
	noro_buf_str(&b, "{\"type\":\"file\",\"x\":");
	for (int i = 0; i < 40; i++)
		noro_buf_str(&b, "{\"name\":");
	noro_buf_str(&b, "\"deep-file.exe\"");
	for (int i = 0; i < 41; i++)
		noro_buf_chr(&b, '}');
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), NULL, &o, NULL), NORO_OK);
	assert_int_equal(noro_values_of(a, o, &v), NORO_OK);
	noro_buf_clear(&b);
	noro_buf_str(&b,
		"{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"[ipv4-addr:"
		"value IN ('203.0.113.1'");
	for (int i = 0; i < 5000; i++)
		noro_buf_printf(&b, ",'20.%d.%d.1'", i / 250, i % 250);
	noro_buf_str(&b, ")]\"}");
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), NULL, &o, NULL), NORO_OK);
	assert_int_equal(noro_values_of(a, o, &v), NORO_OK);
	assert_int_equal(v.values, NORO_VALUES_MAX);
	assert_int_equal(v.more, 5001 - NORO_VALUES_MAX);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static bool try_one(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *o;
	struct noro_values v;
	bool done = a && noro_json_parse(a, noro_view_str(arg), NULL, &o, NULL) == NORO_OK &&
		    noro_values_of(a, o, &v) == NORO_OK;

	noro_arena_free(a);
	return done;
}

static void survives_any_allocation_that_fails(void **state)
{
	static char text[] =
		"{\"type\":\"indicator\",\"pattern_type\":\"stix\",\"pattern\":\"[url:value "
		"= 'hxxp://a[.]example.com/' OR file:name = 'GREEN' OR mutex:name = "
		"'something']\"}";

	(void)state;
	test_allocation_sweep(try_one, text, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_value_has_one_form),
		cmocka_unit_test(a_pattern_speaks_of_every_value_that_it_does_not_deny),
		cmocka_unit_test(an_observable_gives_the_values_of_the_same_pattern),
		cmocka_unit_test(sightings_and_opinions_speak_of_what_they_refer_to),
		cmocka_unit_test(what_is_no_indicator_is_refused_with_a_reason),
		cmocka_unit_test(neighbours_share_a_net_or_a_registered_name),
		cmocka_unit_test(deep_and_long_objects_end),
		cmocka_unit_test(survives_any_allocation_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
