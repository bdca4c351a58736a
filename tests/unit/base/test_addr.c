/* tests/unit/base/test_addr.c - addresses as RFC 4291 and 5952 write them, and their arithmetic. */
#include "tests/test.h"

#include "base/addr.h"

#include <arpa/inet.h>

static struct noro_ip ip(const char *text)
{
	struct noro_ip r = { .family = 0 };

	if (!noro_ip_parse(noro_view_str(text), &r))
		fail_msg("'%s' is an address", text);
	return r;
}

static void prints_as(const char *in, const char *want)
{
	struct noro_ip a = ip(in);
	char out[NORO_IP_TEXT];

	assert_int_equal(noro_ip_print(&a, out), strlen(want));
	assert_string_equal(out, want);
}

static void printing_follows_rfc_5952(void **state)
{
	(void)state;
	prints_as("1.2.3.4", "1.2.3.4");
	prints_as("255.255.255.255", "255.255.255.255");
	prints_as("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1");
	prints_as("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* one group is not shortened */
	prints_as("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");          /* the longest run */
	prints_as("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");    /* the first on a tie */
	prints_as("0:0:0:0:0:0:0:0", "::");
	prints_as("0:0:0:0:0:0:0:1", "::1");
	prints_as("1:0:0:0:0:0:0:0", "1::");
	prints_as("::ffff:1.2.3.4", "::ffff:1.2.3.4");
	prints_as("64:ff9b::1.2.3.4", "64:ff9b::102:304");
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4 ", " 1.2.3.4",
		"01.2.3.4", "1.2.3.04", "1.2.3.256", "1.2.3.1000", "1..2.3", "1.2.3.", ".1.2.3",
		"1.2.3.a", ":", ":1", "1:", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4",
		"::1.2.3", "::1.2.3.4:5", "fe80::1%eth0", "[::1]", "1.2.3.4/8", "::/0",
		":::", "1:::2" };
	struct noro_ip r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (noro_ip_parse(noro_view_str(bad[i]), &r))
			fail_msg("'%s' is no address", bad[i]);
}

/* An independent judge: what the system's inet_pton says of the same random text. */
static void agrees_with_the_system_on_random_text(void **state)
{
	static const char alphabet[] = "0123456789abcdefF:::::....";
	uint32_t x = 1;
	size_t addresses = 0;

	(void)state;
	for (size_t round = 0; round < 400000; round++) {
		char text[48];
		size_t n = 2 + (x >> 8) % 20;
		uint8_t theirs[16];
		struct noro_ip ours;

		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			text[i] = alphabet[(x >> 16) % (sizeof(alphabet) - 1)];
		}
		text[n] = '\0';
		if (inet_pton(AF_INET6, text, theirs) == 1) {
			addresses++;
			if (!noro_ip_parse(noro_view_str(text), &ours))
				fail_msg("'%s' is an address", text);
			assert_memory_equal(ours.b, theirs, 16);
		} else if (noro_ip_parse(noro_view_str(text), &ours) && ours.family == 6) {
			fail_msg("'%s' is no address", text);
		}
	}
	assert_true(addresses > 1000);
}

static void printing_and_reading_agree_with_the_system(void **state)
{
	uint32_t x = 7;

	(void)state;
	for (size_t round = 0; round < 100000; round++) {
		struct noro_ip a = { .family = 6 }, back;
		char ours[NORO_IP_TEXT];
		uint8_t theirs[16];

		for (size_t i = 0; i < 16; i++) {
			x = x * 1664525 + 1013904223;
			a.b[i] = x >> 30 ? 0 : (uint8_t)(x >> 16);
		}
		assert_true(noro_ip_print(&a, ours) < NORO_IP_TEXT);
		assert_int_equal(inet_pton(AF_INET6, ours, theirs), 1);
		assert_memory_equal(a.b, theirs, 16);
		assert_true(noro_ip_parse(noro_view_str(ours), &back));
		assert_int_equal(noro_ip_cmp(&a, &back), 0);
	}
}

static void logs_may_write_brackets_zones_and_mapped_addresses(void **state)
{
	struct noro_ip r, v4 = ip("192.0.2.1");

	(void)state;
	assert_true(noro_ip_parse_loose(NORO_V("[::ffff:192.0.2.1]"), &r));
	assert_int_equal(noro_ip_cmp(&r, &v4), 0);
	assert_true(noro_ip_parse_loose(NORO_V("fe80::1%eth0"), &r));
	assert_int_equal(r.b[15], 1);
	assert_true(noro_ip_parse_loose(NORO_V("192.0.2.1"), &r));
	assert_false(noro_ip_parse_loose(NORO_V("[192.0.2.1]"), &r));
	assert_false(noro_ip_parse_loose(NORO_V("192.0.2.1%eth0"), &r));
	assert_false(noro_ip_parse_loose(NORO_V("fe80::1%"), &r));
	assert_false(noro_ip_parse_loose(NORO_V("[]"), &r));
}

static void a_prefix_clears_and_reports_host_bits(void **state)
{
	struct noro_prefix p;
	char out[NORO_IP_TEXT];
	bool host = false;

	(void)state;
	assert_true(noro_prefix_parse(NORO_V("10.1.2.3/8"), &p, &host));
	assert_true(host);
	(void)noro_ip_print(&p.ip, out);
	assert_string_equal(out, "10.0.0.0");
	assert_true(noro_prefix_parse(NORO_V("2001:db8::/33"), &p, &host));
	assert_false(host);
	assert_int_equal(p.len, 33);
	assert_true(noro_prefix_parse(NORO_V("0.0.0.0/0"), &p, NULL));
	assert_true(noro_prefix_parse(NORO_V("::1"), &p, &host));
	assert_int_equal(p.len, 128);
	assert_false(noro_prefix_parse(NORO_V("10.0.0.0/33"), &p, &host));
	assert_false(noro_prefix_parse(NORO_V("10.0.0.0/"), &p, &host));
	assert_false(noro_prefix_parse(NORO_V("10.0.0.0/-1"), &p, &host));
}

static void prefixes_cover_their_range_and_nothing_else(void **state)
{
	static const char *const text[] = { "10.0.0.0/8", "192.0.2.128/25", "0.0.0.0/0",
		"1.2.3.4/32", "2001:db8::/35", "::/0", "::1/128", "fe80::/10" };

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		struct noro_prefix p, back[256];
		struct noro_range r;

		assert_true(noro_prefix_parse(noro_view_str(text[i]), &p, NULL));
		r = noro_prefix_range(&p);
		assert_true(noro_prefix_has(&p, &r.lo));
		assert_true(noro_prefix_has(&p, &r.hi));
		assert_int_equal(noro_range_prefixes(&r, back), 1);
		assert_int_equal(back[0].len, p.len);
		assert_int_equal(noro_ip_cmp(&back[0].ip, &p.ip), 0);
	}
}

static void the_worst_range_takes_the_promised_number_of_prefixes(void **state)
{
	struct noro_prefix out[256];
	struct noro_range r;

	(void)state;
	assert_true(noro_range_parse(NORO_V("0.0.0.1-255.255.255.254"), &r));
	assert_int_equal(noro_range_prefixes(&r, out), 62);
	assert_true(noro_range_parse(NORO_V("::1 - ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), &r));
	assert_int_equal(noro_range_prefixes(&r, out), 254);
	assert_true(noro_range_parse(NORO_V("10.0.0.5-10.0.0.5"), &r));
	assert_int_equal(noro_range_prefixes(&r, out), 1);
	assert_false(noro_range_parse(NORO_V("10.0.0.5-10.0.0.4"), &r));
	assert_false(noro_range_parse(NORO_V("10.0.0.5-::1"), &r));
}

static void every_prefix_of_a_range_lies_in_it_and_they_touch(void **state)
{
	uint32_t x = 3;

	(void)state;
	for (size_t round = 0; round < 2000; round++) {
		struct noro_prefix out[256];
		uint32_t a = x = x * 1664525 + 1013904223, b = x = x * 1664525 + 1013904223;
		struct noro_range r = { noro_ip_from_v4(a < b ? a : b),
			noro_ip_from_v4(a < b ? b : a) };
		uint64_t next = noro_ip_v4(&r.lo);
		size_t n = noro_range_prefixes(&r, out);

		assert_true(n <= 62);
		for (size_t i = 0; i < n; i++) {
			struct noro_range one = noro_prefix_range(&out[i]);

			assert_true(noro_ip_v4(&one.lo) == next);
			next = (uint64_t)noro_ip_v4(&one.hi) + 1;
		}
		assert_true(next == (uint64_t)noro_ip_v4(&r.hi) + 1);
	}
}

static void special_addresses_are_known(void **state)
{
	static const struct {
		const char *text;
		enum noro_ip_class is;
	} row[] = { { "8.8.8.8", NORO_IP_GLOBAL }, { "0.0.0.0", NORO_IP_UNSPECIFIED },
		{ "0.1.2.3", NORO_IP_RESERVED }, { "127.255.0.1", NORO_IP_LOOPBACK },
		{ "172.15.255.255", NORO_IP_GLOBAL }, { "172.31.0.1", NORO_IP_PRIVATE },
		{ "172.32.0.0", NORO_IP_GLOBAL }, { "100.64.0.1", NORO_IP_SHARED },
		{ "100.128.0.0", NORO_IP_GLOBAL }, { "192.0.0.9", NORO_IP_GLOBAL },
		{ "192.0.0.8", NORO_IP_RESERVED }, { "203.0.113.9", NORO_IP_DOCUMENTATION },
		{ "198.19.255.255", NORO_IP_BENCHMARK }, { "239.1.1.1", NORO_IP_MULTICAST },
		{ "255.255.255.255", NORO_IP_BROADCAST }, { "250.0.0.1", NORO_IP_RESERVED },
		{ "::", NORO_IP_UNSPECIFIED }, { "::1", NORO_IP_LOOPBACK },
		{ "::ffff:10.0.0.1", NORO_IP_PRIVATE }, { "fd00::1", NORO_IP_PRIVATE },
		{ "fe80::1", NORO_IP_LINK_LOCAL }, { "2001:db8::1", NORO_IP_DOCUMENTATION },
		{ "3fff:fff::1", NORO_IP_DOCUMENTATION }, { "2001:2::1", NORO_IP_BENCHMARK },
		{ "2001:0:1::", NORO_IP_GLOBAL }, { "2001:5::", NORO_IP_RESERVED },
		{ "2400::1", NORO_IP_GLOBAL }, { "ff02::1", NORO_IP_MULTICAST },
		{ "4000::", NORO_IP_RESERVED }, { "100::1", NORO_IP_RESERVED } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct noro_ip a = ip(row[i].text);

		if (noro_ip_classify(&a) != row[i].is)
			fail_msg("%s is %s", row[i].text, noro_ip_class_name(noro_ip_classify(&a)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printing_follows_rfc_5952),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(agrees_with_the_system_on_random_text),
		cmocka_unit_test(printing_and_reading_agree_with_the_system),
		cmocka_unit_test(logs_may_write_brackets_zones_and_mapped_addresses),
		cmocka_unit_test(a_prefix_clears_and_reports_host_bits),
		cmocka_unit_test(prefixes_cover_their_range_and_nothing_else),
		cmocka_unit_test(the_worst_range_takes_the_promised_number_of_prefixes),
		cmocka_unit_test(every_prefix_of_a_range_lies_in_it_and_they_touch),
		cmocka_unit_test(special_addresses_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
