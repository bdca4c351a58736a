/* tests/unit/report/test_html.c - the page: closed to the network, to injection, and to nobody
 * else. */
#include "tests/test.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "report/report.h"

#include "tests/unit/report/sample.h"

static struct noro_buf page(const struct noro_result *r, enum noro_lang lang)
{
	struct noro_report_opts o = { .lang = lang };
	struct noro_buf out = { 0 };

	assert_int_equal(noro_report_by_name("html")->write(r, &o, &out, NULL), NORO_OK);
	assert_int_equal(noro_utf8_valid(noro_buf_as_view(&out)), out.n);
	return out;
}

static struct noro_view between(const struct noro_buf *b, const char *from, const char *to)
{
	char *a = strstr(b->p, from), *z;

	assert_non_null(a);
	a += strlen(from);
	z = strstr(a, to);
	assert_non_null(z);
	return noro_view(a, (size_t)(z - a));
}

static size_t count(const struct noro_buf *b, const char *what)
{
	size_t n = 0;

	for (const char *p = b->p; (p = strstr(p, what)); p++)
		n++;
	return n;
}

/* Every element that is opened is closed, in order; attributes hold no stray quote. */
static void assert_balanced(struct noro_view v)
{
	static const char *const empty[] = { "meta", "input", "br", "!doctype", "rect", "path",
		NULL };
	struct noro_view open[64];
	size_t depth = 0;

	for (size_t i = 0; i < v.n; i++) {
		size_t end = i + 1, name;
		bool closing, none = false;

		if (v.p[i] != '<')
			continue;
		closing = v.p[i + 1] == '/';
		name = i + 1 + closing;
		end = name;
		while (noro_is_alnum(v.p[end]) || v.p[end] == '!')
			end++;
		assert_true(end > name);
		for (size_t k = 0; empty[k]; k++)
			none = none || noro_view_is(noro_view(v.p + name, end - name), empty[k]);
		if (closing) {
			assert_true(depth > 0);
			depth--;
			if (!noro_view_eq(open[depth], noro_view(v.p + name, end - name)))
				fail_msg("</%.*s> closes <%.*s>", (int)(end - name), v.p + name,
					NORO_VARG(open[depth]));
		} else if (!none) {
			assert_true(depth < 64);
			open[depth++] = noro_view(v.p + name, end - name);
		}
		for (bool quoted = false; v.p[end] != '>' || quoted; end++)
			quoted ^= v.p[end] == '"';
		i = end;
		/* what stands in style and script is no markup */
		if (!closing && (noro_view_is(open[depth - (depth > 0)], "style") ||
					noro_view_is(open[depth - (depth > 0)], "script")))
			while (!(v.p[i + 1] == '<' && v.p[i + 2] == '/'))
				i++;
	}
	assert_int_equal(depth, 0);
}

static void it_asks_the_network_for_nothing(void **state)
{
	static const char *const forbidden[] = { "http://", "https://", "src=", "url(", "@import",
		"<link", "<iframe", "onclick", "style=\"" };
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_EN);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (strstr(out.p, forbidden[i]))
			fail_msg("found %s", forbidden[i]);
	assert_non_null(strstr(out.p, "default-src 'none'"));
	noro_buf_done(&out);
}

/* Base64 of a hex digest, to compare with what the policy says. */
static void base64_of_hex(const char *hex, char *out)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t b[34] = { 0 };

	for (size_t i = 0; i < 32; i++)
		b[i] = (uint8_t)(noro_hex_value(hex[2 * i]) << 4 | noro_hex_value(hex[2 * i + 1]));
	for (size_t i = 0; i < 33; i += 3) {
		uint32_t w = (uint32_t)b[i] << 16 | (uint32_t)b[i + 1] << 8 | b[i + 2];

		for (int k = 3; k >= 0; k--)
			*out++ = digit[w >> (6 * k) & 63];
	}
	out[-1] = '=';
	*out = '\0';
}

static void the_policy_names_the_style_and_the_script_that_are_there(void **state)
{
	static const char *const element[][2] = { { "<style>", "</style>" },
		{ "<script>", "</script>" } };
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_EN);
	for (size_t i = 0; i < 2; i++) {
		char hex[NORO_HASH_TEXT], text[64] = "'sha256-";

		assert_int_equal(
			noro_hash_of(NORO_SHA256, between(&out, element[i][0], element[i][1]), hex),
			NORO_OK);
		base64_of_hex(hex, text + 8);
		if (!strstr(out.p, text))
			fail_msg("no %s in the policy", text);
	}
	noro_buf_done(&out);
}

static void hostile_values_stay_text(void **state)
{
	static struct sample s;
	struct noro_buf out;

	(void)state;
	sample_hostile(&s);
	out = page(&s.result, NORO_EN);
	assert_null(strstr(out.p, "<script>alert"));
	assert_null(strstr(out.p, "<img"));
	assert_null(strstr(out.p, "\xe2\x80\xae"));
	assert_null(strchr(out.p, 0x1b));
	assert_int_equal(count(&out, "<script"), 2);
	assert_int_equal(count(&out, "</script>"), 2);
	assert_balanced(noro_buf_as_view(&out));
	noro_buf_done(&out);
}

static void the_page_is_well_formed_and_holds_its_data(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v;
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_JA);
	assert_balanced(noro_buf_as_view(&out));
	assert_int_equal(noro_json_parse(a, between(&out, "id=data>", "</script>"), NULL, &v, NULL),
		NORO_OK);
	assert_int_equal(noro_json_get(v, "findings")->count, s.result.findings);
	noro_arena_free(a);
	noro_buf_done(&out);
}

static void both_languages_are_there_and_marked(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_JA);
	assert_non_null(strstr(out.p, "<html lang=ja data-lang=ja>"));
	assert_int_equal(count(&out, "<span lang=en>"), count(&out, "<span lang=ja>"));
	assert_non_null(strstr(out.p, "What happened</span><span lang=ja>何が起きたか"));
	noro_buf_done(&out);
}

static void matched_values_are_marked_in_their_records(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_EN);
	assert_non_null(strstr(out.p, "[Source: <mark>203.0.113.77</mark>]"));
	noro_buf_done(&out);
}

static void page_one_says_what_to_decide_by_when(void **state)
{
	static const char *const said[] = { "What happened", "Effect", "Decision needed", "By when",
		"Could not see", "2025-11-23 05:00:00 UTC", "does not prove who" };
	struct sample s;
	struct noro_buf out;
	struct noro_view sheet;

	(void)state;
	sample_rich(&s);
	out = page(&s.result, NORO_EN);
	sheet = between(&out, "id=sheet>", "</section>");
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (noro_view_find(sheet, noro_view_str(said[i])) == SIZE_MAX)
			fail_msg("page 1 lacks '%s'", said[i]);
	noro_buf_done(&out);
}

static void nothing_found_has_a_page_too(void **state)
{
	struct sample s;
	struct noro_buf out;

	(void)state;
	sample_clean(&s);
	out = page(&s.result, NORO_EN);
	assert_balanced(noro_buf_as_view(&out));
	assert_non_null(strstr(out.p, "all of it was read"));
	noro_buf_done(&out);
	s.result = (struct noro_result){ 0 };
	out = page(&s.result, NORO_EN);
	assert_balanced(noro_buf_as_view(&out));
	assert_non_null(strstr(out.p, "No statement possible"));
	noro_buf_done(&out);
}

static bool write_page(void *arg)
{
	struct noro_report_opts o = { .lang = NORO_JA };
	struct noro_buf out = { 0 };
	bool good = noro_report_by_name("html")->write(arg, &o, &out, NULL) == NORO_OK;

	noro_buf_done(&out);
	return good;
}

static void failed_allocations_leak_nothing(void **state)
{
	struct sample s;

	(void)state;
	sample_rich(&s);
	s.result.findings = 2;
	s.result.coverages = 2;
	test_allocation_sweep(write_page, &s.result, 20000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_asks_the_network_for_nothing),
		cmocka_unit_test(the_policy_names_the_style_and_the_script_that_are_there),
		cmocka_unit_test(hostile_values_stay_text),
		cmocka_unit_test(the_page_is_well_formed_and_holds_its_data),
		cmocka_unit_test(both_languages_are_there_and_marked),
		cmocka_unit_test(matched_values_are_marked_in_their_records),
		cmocka_unit_test(page_one_says_what_to_decide_by_when),
		cmocka_unit_test(nothing_found_has_a_page_too),
		cmocka_unit_test(failed_allocations_leak_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
