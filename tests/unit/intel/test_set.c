/* tests/unit/intel/test_set.c - what goes into a compiled set comes out, and a changed byte is an
 * error. */
#include "tests/test.h"

#include "intel/set_view.h"

#include <unistd.h>

static const struct {
	enum noro_ioc_kind kind;
	const char *value;
} sample[] = {
	{ NORO_IOC_IPV4, "192.0.2.1" },
	{ NORO_IOC_IPV4, "198.51.100.255" },
	{ NORO_IOC_IPV6, "2001:db8::1" },
	{ NORO_IOC_NET, "203.0.113.0/24" },
	{ NORO_IOC_NET, "203.0.113.64/26" },
	{ NORO_IOC_NET, "198.18.0.5-198.18.0.9" },
	{ NORO_IOC_NET, "2001:db8:77::/48" },
	{ NORO_IOC_DOMAIN, "evil.example.com" },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.jp" },
	{ NORO_IOC_URL, "http://evil.example/a/b.php" },
	{ NORO_IOC_EMAIL, "bad.person@evil.example" },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ NORO_IOC_SHA256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ NORO_IOC_JA3, "d41d8cd98f00b204e9800998ecf8427e" },
	{ NORO_IOC_JA4, "t13d1516h2_8daaf6152771_b0da82dd1658" },
	{ NORO_IOC_ASN, "AS64500" },
	{ NORO_IOC_MAC, "00:00:5e:00:53:01" },
	{ NORO_IOC_ETH, "0x00000000219ab540356cbb839cbe05303d7705fa" },
	{ NORO_IOC_FILE_NAME, "evil.exe" },
	{ NORO_IOC_STRING, "free text" },
	{ NORO_IOC_STRING, "Free text" },
};
enum { SAMPLES = sizeof(sample) / sizeof(*sample) };

static struct noro_set_builder *sample_builder(void)
{
	struct noro_ioc_meta one = { .source = "list-a", .confidence = 50, .severity = 2 };
	struct noro_ioc_meta two = {
		.source = "list-b", .note = "a note", .role = NORO_ROLE_BLOCK
	};
	struct noro_set_builder *b = NULL;
	uint32_t m1, m2, m3, pattern;
	bool good;

	if (noro_set_builder_new(0, &b) != NORO_OK)
		return NULL;
	good = noro_set_meta(b, &one, &m1) == NORO_OK && noro_set_meta(b, &two, &m2) == NORO_OK &&
	       noro_set_meta(b, &one, &m3) == NORO_OK && m1 == m3 && m1 != m2 &&
	       noro_set_add_pattern(b, m2, NORO_V("[a:b = 'c']"), &pattern) == NORO_OK;
	for (size_t i = 0; good && i < SAMPLES; i++) {
		struct noro_view v = noro_view_str(sample[i].value);

		good = noro_set_add(b, sample[i].kind, v, m1, NORO_NO_PATTERN) == NORO_OK &&
		       noro_set_add(b, sample[i].kind, v, m1, NORO_NO_PATTERN) == NORO_OK;
		if (good && i % 2)
			good = noro_set_add(b, sample[i].kind, v, m2, NORO_NO_PATTERN) == NORO_OK &&
			       noro_set_add(b, sample[i].kind, v, m2, pattern) == NORO_OK;
	}
	if (good)
		return b;
	noro_set_builder_free(b);
	return NULL;
}

static struct noro_set *sample_set(void)
{
	struct noro_set_builder *b = sample_builder();
	struct noro_set *s = NULL;

	if (b && noro_set_finish(b, &s, NULL) != NORO_OK)
		s = NULL;
	noro_set_builder_free(b);
	return s;
}

static void check_sample(const struct noro_set *s)
{
	assert_int_equal(noro_set_keys(s), SAMPLES);
	assert_int_equal(noro_set_metas(s), 2);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_set_record r;
		struct noro_set_key k;
		uint32_t key;

		assert_int_equal(
			noro_set_find(s, sample[i].kind, noro_view_str(sample[i].value), &key),
			NORO_OK);
		assert_int_equal(noro_set_key(s, key, &k), NORO_OK);
		assert_int_equal(k.kind, sample[i].kind);
		assert_view_is(k.value, sample[i].value);
		assert_int_equal(k.records, i % 2 ? 3 : 1);
		for (uint32_t n = 0; n < k.records; n++) {
			uint32_t meta;

			assert_int_equal(noro_set_record(s, k.record + n, &r), NORO_OK);
			assert_int_equal(r.meta, n ? 1 : 0);
			assert_true((r.pattern == NORO_NO_PATTERN) == (n < 2));
			if (n == 2)
				assert_view_is(
					noro_set_pattern(s, r.pattern, &meta), "[a:b = 'c']");
		}
	}
	assert_string_equal(noro_set_meta_at(s, 1)->source, "list-b");
	assert_string_equal(noro_set_meta_at(s, 1)->note, "a note");
	assert_null(noro_set_meta_at(s, 1)->advisory);
	assert_int_equal(noro_set_meta_at(s, 1)->role, NORO_ROLE_BLOCK);
}

static void what_goes_in_comes_out(void **state)
{
	struct noro_set *s = sample_set();
	uint32_t key;

	(void)state;
	assert_non_null(s);
	check_sample(s);
	assert_int_equal(noro_set_find(s, NORO_IOC_IPV4, NORO_V("192.0.2.2"), &key), NORO_ENOENT);
	assert_int_equal(
		noro_set_find(s, NORO_IOC_DOMAIN, NORO_V("example.com"), &key), NORO_ENOENT);
	assert_int_equal(noro_set_find(s, NORO_IOC_STRING, NORO_V("FREE text"), &key), NORO_ENOENT);
	assert_int_equal(noro_set_verify(s, NULL), NORO_OK);
	noro_set_free(s);
}

static void every_prefix_around_an_address_is_found(void **state)
{
	struct noro_set *s = sample_set();
	uint32_t keys[8];
	uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x77, [15] = 9 };

	(void)state;
	assert_non_null(s);
	assert_int_equal(noro_set_nets4(s, 0xcb007141, keys, 8), 2); /* 203.0.113.65 */
	assert_int_equal(noro_set_nets4(s, 0xcb007101, keys, 8), 1);
	assert_int_equal(noro_set_nets4(s, 0xcb007201, keys, 8), 0);
	assert_int_equal(noro_set_nets4(s, 0xc6120004, keys, 8), 0); /* 198.18.0.4 to .10 */
	for (uint32_t ip = 0xc6120005; ip <= 0xc6120009; ip++)
		assert_int_equal(noro_set_nets4(s, ip, keys, 8), 1);
	assert_int_equal(noro_set_nets4(s, 0xc612000a, keys, 8), 0);
	assert_int_equal(noro_set_nets6(s, v6, keys, 8), 1);
	v6[5] = 0x78;
	assert_int_equal(noro_set_nets6(s, v6, keys, 8), 0);
	noro_set_free(s);
}

static void values_that_are_not_of_their_kind_are_refused(void **state)
{
	struct noro_ioc_meta m = { .source = "x" };
	struct noro_set_builder *b = NULL;
	uint32_t meta;

	(void)state;
	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
#define REFUSED(kind, text)                                                                        \
	assert_true(noro_set_add(b, kind, NORO_V(text), meta, NORO_NO_PATTERN) < 0)
	REFUSED(NORO_IOC_IPV4, "1.2.3");
	REFUSED(NORO_IOC_IPV4, "1.2.3.256");
	REFUSED(NORO_IOC_IPV4, "01.2.3.4");
	REFUSED(NORO_IOC_IPV4, "1.2.3.4 ");
	REFUSED(NORO_IOC_IPV6, "1.2.3.4");
	REFUSED(NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427");
	REFUSED(NORO_IOC_MD5, "g41d8cd98f00b204e9800998ecf8427e");
	REFUSED(NORO_IOC_NET, "1.2.3.4/33");
	REFUSED(NORO_IOC_DOMAIN, "nodots");
	REFUSED(NORO_IOC_EMAIL, "nobody");
	REFUSED(NORO_IOC_EMAIL, "@x.com");
	REFUSED(NORO_IOC_EMAIL, "x@");
	REFUSED(NORO_IOC_URL, "http:///a");
	REFUSED(NORO_IOC_STRING, "");
	assert_int_equal(
		noro_set_add(b, NORO_IOC_IPV4, NORO_V("1.2.3.4"), 7, NORO_NO_PATTERN), NORO_EARG);
	assert_int_equal(noro_set_builder_count(b), 0);
	noro_set_builder_free(b);
}

static void an_empty_set_is_a_set(void **state)
{
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	uint32_t key;

	(void)state;
	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_finish(b, &s, NULL), NORO_OK);
	assert_int_equal(noro_set_keys(s), 0);
	assert_int_equal(noro_set_find(s, NORO_IOC_IPV4, NORO_V("1.2.3.4"), &key), NORO_ENOENT);
	noro_set_free(s);
	noro_set_builder_free(b);
}

static char path[] = "/tmp/test_set_XXXXXX";

static uint8_t *written_set(size_t *ret_n)
{
	struct noro_set_builder *b = sample_builder();
	uint8_t *bytes = malloc(1 << 20);
	FILE *f;

	assert_non_null(b);
	assert_non_null(bytes);
	assert_int_equal(noro_set_write(b, path, NULL), NORO_OK);
	noro_set_builder_free(b);
	f = fopen(path, "rb");
	assert_non_null(f);
	*ret_n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

static void put_file(const uint8_t *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static void a_written_set_opens_as_it_was(void **state)
{
	struct noro_set *s = NULL;
	uint8_t *bytes;
	size_t n;

	(void)state;
	bytes = written_set(&n);
	assert_true(noro_set_is(noro_view(bytes, n)));
	assert_int_equal(noro_set_open(path, &s, NULL), NORO_OK);
	check_sample(s);
	assert_int_equal(noro_set_verify(s, NULL), NORO_OK);
	noro_set_free(s);
	free(bytes);
}

static void every_changed_byte_is_an_error(void **state)
{
	struct noro_set *s;
	uint8_t *bytes;
	size_t n;

	(void)state;
	bytes = written_set(&n);
	for (size_t at = 0; at < n; at += at < 1024 ? 1 : 11) {
		enum noro_status st;

		s = NULL;
		bytes[at] ^= 0x20;
		put_file(bytes, n);
		st = noro_set_open(path, &s, NULL);
		if (st == NORO_OK)
			st = noro_set_verify(s, NULL);
		if (st == NORO_OK)
			fail_msg("byte %zu of %zu changed unseen", at, n);
		noro_set_free(s);
		bytes[at] ^= 0x20;
	}
	free(bytes);
}

static void every_truncation_is_an_error(void **state)
{
	uint8_t *bytes;
	size_t n;

	(void)state;
	bytes = written_set(&n);
	for (size_t at = 0; at < n; at += at < 200 ? 1 : 97) {
		struct noro_set *s = NULL;

		put_file(bytes, at);
		assert_true(noro_set_open(path, &s, NULL) < 0);
		assert_null(s);
	}
	free(bytes);
}

static bool build_and_finish(void *arg)
{
	struct noro_set *s = sample_set();
	bool good = s != NULL;

	(void)arg;
	noro_set_free(s);
	return good;
}

static void building_survives_every_failed_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(build_and_finish, NULL, 1000);
}

static void many_repeats_and_a_memory_ceiling_are_borne(void **state)
{
	struct noro_ioc_meta m = { .source = "x" };
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	enum noro_status st = NORO_OK;
	struct noro_set_key k;
	uint32_t meta, key;
	size_t n = 0;

	(void)state;
	assert_int_equal(noro_set_builder_new(64 << 20, &b), NORO_OK);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
	for (n = 0; n < 500000; n++)
		assert_int_equal(
			noro_set_add(b, NORO_IOC_IPV4, NORO_V("192.0.2.7"), meta, NORO_NO_PATTERN),
			NORO_OK);
	assert_int_equal(noro_set_finish(b, &s, NULL), NORO_OK);
	assert_int_equal(noro_set_keys(s), 1);
	assert_int_equal(noro_set_find(s, NORO_IOC_IPV4, NORO_V("192.0.2.7"), &key), NORO_OK);
	assert_int_equal(noro_set_key(s, key, &k), NORO_OK);
	assert_int_equal(k.records, 1);
	noro_set_free(s);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
	for (n = 0; st == NORO_OK && n < 100000000; n++)
		st = noro_set_add(b, NORO_IOC_STRING,
			NORO_V("a long free text that fills the memory soon, again and again"),
			meta, NORO_NO_PATTERN);
	assert_int_equal(st, NORO_ENOMEM);
	noro_set_builder_free(b);
}

static int end(void **state)
{
	(void)state;
	return unlink(path) == 0 ? 0 : -1;
}

static int begin(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd >= 0 ? close(fd) : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(every_prefix_around_an_address_is_found),
		cmocka_unit_test(values_that_are_not_of_their_kind_are_refused),
		cmocka_unit_test(an_empty_set_is_a_set),
		cmocka_unit_test(a_written_set_opens_as_it_was),
		cmocka_unit_test(every_changed_byte_is_an_error),
		cmocka_unit_test(every_truncation_is_an_error),
		cmocka_unit_test(building_survives_every_failed_allocation),
		cmocka_unit_test(many_repeats_and_a_memory_ceiling_are_borne),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
