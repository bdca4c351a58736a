/* tests/unit/hub/test_leak.c - is a member named, however that is written? */
#include "tests/test.h"

#include "hub/leak.h"

static const struct noro_leak_name names[] = {
	{ 2, NORO_LEAK_NETWORK, "192.0.2.0/24" },
	{ 2, NORO_LEAK_DOMAIN, "tele.example.jp" },
	{ 2, NORO_LEAK_WORD, "Example Telecom" },
	{ 2, NORO_LEAK_WORD, "例示通信" },
	{ 3, NORO_LEAK_WORD, "ガス電気" },
	{ 3, NORO_LEAK_NETWORK, "2001:db8:7::/48" },
	{ 3, NORO_LEAK_WORD, "kddi" }, /* too short to be looked for */
	{ 4, NORO_LEAK_WORD, "example-telecom" },
	{ 4, NORO_LEAK_NETWORK, "nonsense" },
	{ 5, NORO_LEAK_NETWORK, "198.51.100.7" },
};

static const struct row {
	const char *text;
	int hits; /* of the first member that is named */
	int64_t member;
	const char *shown; /* what the first covers */
	bool hidden;
} rows[] = {
	{ "nothing here: 192.0.3.1, notele.example.jp, tele.example.com, exampl telecom", 0, 0,
		NULL, false },
	{ "seen at 192.0.2.77.", 1, 2, "192.0.2.77", false },
	{ "198.51.100.7 and 198.51.100.70", 1, 5, "198.51.100.7", false },
	{ "[2001:DB8:7:1::5]:443", 1, 3, "2001:DB8:7:1::5", false },
	{ "192[.]0[.]2[.]9", 1, 2, NULL, false },
	{ "mail.TELE.example.jp wrote", 1, 2, "mail.TELE.example.jp", false },
	{ "tele.example.jp.attacker.example", 1, 2, "tele.example.jp", false },
	{ "vpn-tele.example.jp.login.example", 1, 2, "tele.example.jp", false },
	{ "at EXAMPLE  Telecom, Ltd.", 1, 2, "EXAMPLE  Telecom", false },
	{ "exampletelecom-vpn.example", 1, 2, "exampletelecom", false },
	{ "\\u0045xample_Telecom", 1, 2, "\\u0045xample_Telecom", false },
	{ "q=Example%20Teleco%6D&x", 1, 2, "Example%20Teleco%6D", false },
	{ "Ｅｘａｍｐｌｅ　Ｔｅｌｅｃｏｍ", 1, 2, "Ｅｘａｍｐｌｅ　Ｔｅｌｅｃｏｍ", false },
	{ "株式会社例示通信では", 1, 2, "例示通信", false },
	{ "%E4%BE%8B%E7%A4%BA%E9%80%9A%E4%BF%A1", 1, 2, "%E4%BE%8B%E7%A4%BA%E9%80%9A%E4%BF%A1",
		false },
	{ "ｶﾞｽ・電気", 1, 3, "ｶﾞｽ・電気", false }, { "kddi", 0, 0, NULL, false },
	{ "x eyJvIjoiRXhhbXBsZSBUZWxlY29tIn0= y", 1, 2, "eyJvIjoiRXhhbXBsZSBUZWxlY29tIn0", true },
	{ "path/zzRXhhbXBsZSBUZWxlY29t", 1, 2, "path/zzRXhhbXBsZSBUZWxlY29t", true },
	{ "bWFpbC50ZWxlLmV4YW1wbGUuanA", 1, 2, "bWFpbC50ZWxlLmV4YW1wbGUuanA", true },
	{ "ZABuAHMALgB0AGUAbABlAC4AZQB4AGEAbQBwAGwAZQAuAGoAcAA=", 1, 2, NULL, true }, /* UTF-16 */
	{ "UlhoaGJYQnNaU0JVWld4bFkyOXQ=", 1, 2, NULL, true },                         /* twice */
	{ "RXhhbXBsZSA= VGVsZWNvbQ==", 0, 0, NULL, false }, /* two runs say nothing together */
};

struct world {
	struct noro_leaks *leaks;
	struct noro_leak_finder *f;
	struct noro_arena *a;
	size_t skipped;
};

static struct world open_world(void)
{
	struct world w = { .a = noro_arena_new(0) };

	assert_non_null(w.a);
	assert_int_equal(
		noro_leaks_new(names, sizeof(names) / sizeof(*names), &w.skipped, &w.leaks, NULL),
		NORO_OK);
	assert_int_equal(noro_leak_finder_new(w.leaks, &w.f, NULL), NORO_OK);
	return w;
}

static void close_world(struct world *w)
{
	noro_leak_finder_free(w->f);
	noro_leaks_free(w->leaks);
	noro_arena_free(w->a);
}

static void a_name_is_found_however_it_is_written(void **state)
{
	struct world w = open_world();

	(void)state;
	assert_int_equal(w.skipped, 2);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		const struct noro_leak *leak;
		int hits = 0;
		size_t n;

		assert_int_equal(
			noro_leaks_find(w.f, noro_view_str(r->text), w.a, &leak, &n), NORO_OK);
		for (size_t k = 0; k < n; k++)
			hits += leak[k].name->member == r->member;
		if (hits != r->hits || (n && leak[0].hidden != r->hidden) || (!r->hits && n))
			fail_msg("%s: %d hits, %zu in all", r->text, hits, n);
		if (r->shown && (leak[0].len != strlen(r->shown) ||
					memcmp(r->text + leak[0].at, r->shown, leak[0].len) != 0))
			fail_msg("%s: %.*s", r->text, (int)leak[0].len, r->text + leak[0].at);
	}
	close_world(&w);
}

static void who_declares_the_same_is_named_too(void **state)
{
	struct world w = open_world();
	const struct noro_leak *leak;
	size_t n;

	(void)state;
	assert_int_equal(
		noro_leaks_find(w.f, noro_view_str("example telecom"), w.a, &leak, &n), NORO_OK);
	assert_int_equal(n, 2);
	assert_int_equal(leak[0].name->member, 2);
	assert_int_equal(leak[1].name->member, 4);
	close_world(&w);
}

static void a_long_text_is_searched_to_its_end(void **state)
{
	struct world w = open_world();
	size_t n, len = (5 << 20) + 77;
	char *text = malloc(len);
	const struct noro_leak *leak;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	for (size_t i = (1 << 20) - 40; i < len - 40; i += 1 << 20)
		memcpy(text + i, "Example Telecom 192.0.2.1", 25);
	memcpy(text + len - 15, "Example Telecom", 15);
	assert_int_equal(
		noro_leaks_find(w.f, (struct noro_view){ text, len }, w.a, &leak, &n), NORO_OK);
	assert_int_equal(n, 5 * 3 + 2);
	assert_int_equal(leak[n - 1].at, len - 15);
	free(text);
	close_world(&w);
}

static void nobody_has_no_names(void **state)
{
	struct noro_leaks *l;
	struct noro_leak_finder *f;
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_leak *leak;
	size_t n;

	(void)state;
	assert_int_equal(noro_leaks_new(NULL, 0, NULL, &l, NULL), NORO_OK);
	assert_int_equal(noro_leak_finder_new(l, &f, NULL), NORO_OK);
	assert_int_equal(
		noro_leaks_find(f, noro_view_str("Example Telecom"), a, &leak, &n), NORO_OK);
	assert_int_equal(n, 0);
	noro_leak_finder_free(f);
	noro_leaks_free(l);
	noro_arena_free(a);
}

static bool one_round(void *ctx)
{
	struct noro_leaks *l = NULL;
	struct noro_leak_finder *f = NULL;
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_leak *leak;
	size_t n;
	enum noro_status st = a ? noro_leaks_new(names, 6, NULL, &l, NULL) : NORO_ENOMEM;

	(void)ctx;
	if (st == NORO_OK)
		st = noro_leak_finder_new(l, &f, NULL);
	if (st == NORO_OK)
		st = noro_leaks_find(
			f, noro_view_str("Example%20Telecom RXhhbXBsZSBUZWxlY29t"), a, &leak, &n);
	if (st == NORO_OK)
		assert_int_equal(n, 2);
	noro_leak_finder_free(f);
	noro_leaks_free(l);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void memory_may_run_out(void **state)
{
	(void)state;
	test_allocation_sweep(one_round, NULL, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_however_it_is_written),
		cmocka_unit_test(who_declares_the_same_is_named_too),
		cmocka_unit_test(a_long_text_is_searched_to_its_end),
		cmocka_unit_test(nobody_has_no_names),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
