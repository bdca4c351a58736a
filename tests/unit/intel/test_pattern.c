/* tests/unit/intel/test_pattern.c - the grammar's verdicts, anchors, and what records decide. */
#include "tests/test.h"

#include "base/file.h"
#include "base/json.h"
#include "intel/pattern.h"

static bool accepts(const char *text, bool loose)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_pattern *p;
	enum noro_status st = noro_pattern_parse(a, noro_view_str(text), loose, &p, NULL);

	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_EFORMAT);
	return st == NORO_OK;
}

static const char *const good[] = {
	"[file:size = 1280]",
	"[a:b.'c d'[*].e[-1] = -0.5]",
	"[a:b IN ()]",
	"[a:b IN (1, 'x', true, h'00ff', b'YQ==', t'2024-02-30T00:00:60.5Z')]",
	"[a:b NOT = 1 AND (a:c LIKE 'x%' OR NOT EXISTS a:d)]",
	"[a:b = 1] AND [a:c = 2] OR [a:d = 3] FOLLOWEDBY [a:e = 4]",
	("([a:b = 1] REPEATS 3 TIMES) WITHIN 1.5 SECONDS START t'2024-01-01T00:00:00Z' STOP "
	 "t'2025-01-01T00:00:00Z'"),
	"[a:b = 'it\\'s \\\\ fine'] /* said */ // end",
	"[x-a:b.c ISSUBSET '198.51.100.0/24']",
	"\t[a:b=1]\r\n",
};

static const char *const bad[] = {
	"",
	"file:size = 1",
	"[file:size = ]",
	"[a:b = 1",
	"[a:b = 1]]",
	"[a:b = x]",
	"[a:b > true]",
	"[a:b LIKE 1]",
	"[a:b MATCHES /x/]",
	"[a:b = 'open]",
	"[a:b = 'bad \\n escape']",
	"[a:b = h'0']",
	"[a:b = b'a']",
	"[a:b = t'2024-13-01T00:00:00Z']",
	"[a:b = 01]",
	"[a = 1]",
	"[a:b = 1] WITHIN -5 SECONDS",
	"[a:b = 1] WITHIN 5 HOURS",
	"[a:b = 1] REPEATS 0 TIMES",
	"[a:b = 1] within 5 seconds",
	"[a:b = 1] AND",
	"[a:AND = 1]",
	"[NOT a:b = 1]",
	"[file:hashes.'SHA-256' = 'f00']",
	("[file:hashes.SHA-256 = "
	 "'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']"),
};

static void tells_good_patterns_from_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!accepts(good[i], false))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (accepts(bad[i], false))
			fail_msg("accepted: %s", bad[i]);
	assert_true(accepts(bad[sizeof(bad) / sizeof(bad[0]) - 1], true));
}

static void says_where_a_pattern_breaks(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_pattern *p;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(
		noro_pattern_parse(a, NORO_V("[file:size = ]"), false, &p, &err), NORO_EFORMAT);
	assert_int_equal(err.unit, NORO_AT_BYTE);
	assert_int_equal(err.at, 13);
	noro_arena_free(a);
}

static void prints_what_parses_to_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf once = { 0 }, twice = { 0 };
		const struct noro_pattern *p, *q;

		assert_int_equal(
			noro_pattern_parse(a, noro_view_str(good[i]), false, &p, NULL), NORO_OK);
		noro_pattern_print(p, &once);
		if (noro_pattern_parse(a, noro_buf_as_view(&once), false, &q, NULL) != NORO_OK)
			fail_msg("does not parse: %s", once.p);
		noro_pattern_print(q, &twice);
		assert_string_equal(once.p, twice.p);
		noro_buf_done(&once);
		noro_buf_done(&twice);
		noro_arena_free(a);
	}
}

static void refuses_depth_and_survives_every_cut(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_pattern *p;
	char deep[400];

	(void)state;
	memset(deep, '(', sizeof(deep));
	assert_int_equal(
		noro_pattern_parse(a, noro_view(deep, sizeof(deep)), false, &p, NULL), NORO_ELIMIT);
	noro_arena_free(a);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		for (size_t n = 0; n < strlen(good[i]); n++) {
			uint8_t *exact = test_exact_copy(good[i], n);

			a = noro_arena_new(0);
			(void)!noro_pattern_parse(a, noro_view(exact, n), false, &p, NULL);
			noro_arena_free(a);
			free(exact);
		}
}

static bool parse_and_plan(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_pattern *p;
	struct noro_pattern_plan plan;
	bool ok = a && noro_pattern_parse(a, noro_view_str(arg), false, &p, NULL) == NORO_OK &&
		  noro_pattern_plan(a, p, &plan) == NORO_OK;

	noro_arena_free(a);
	return ok;
}

static void leaks_nothing_when_memory_fails(void **state)
{
	char text[] = "[a:b.'c' = 'x\\'y' AND ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')] AND "
		      "[file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f'] WITHIN 5 SECONDS";

	(void)state;
	test_allocation_sweep(parse_and_plan, text, 500);
}

/* --- the plan ------------------------------------------------------------ */

static void expect_plan(const char *text, bool simple, bool complete, const char *anchors)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_pattern *p;
	struct noro_pattern_plan plan;
	struct noro_buf got = { 0 };

	assert_int_equal(noro_pattern_parse(a, noro_view_str(text), true, &p, NULL), NORO_OK);
	assert_int_equal(noro_pattern_plan(a, p, &plan), NORO_OK);
	for (size_t i = 0; i < plan.anchors; i++) {
		noro_buf_printf(&got, "%s%u:%s:", i ? " " : "", plan.anchor[i].observation,
			noro_ioc_kind_name(plan.anchor[i].kind));
		noro_buf_view(&got, plan.anchor[i].value);
	}
	assert_string_equal(got.p ? got.p : "", anchors);
	if (plan.simple != simple || plan.complete != complete)
		fail_msg("%s: simple %d complete %d", text, plan.simple, plan.complete);
	noro_buf_done(&got);
	noro_arena_free(a);
}

/* Does the short way take it? Then it must say what the grammar says. */
static bool short_way_agrees(struct noro_view text)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf tmp = { 0 }, value = { 0 };
	char *exact = (char *)test_exact_copy(text.p, text.n);
	const struct noro_pattern *p;
	struct noro_pattern_plan plan;
	enum noro_ioc_kind kind;
	bool taken = noro_pattern_plain(noro_view(exact, text.n), &tmp, &value, &kind);

	if (taken) {
		assert_int_equal(noro_pattern_parse(a, text, true, &p, NULL), NORO_OK);
		assert_int_equal(noro_pattern_plan(a, p, &plan), NORO_OK);
		assert_true(plan.simple && plan.complete && plan.anchors == 1);
		assert_int_equal(plan.undecideds, 0);
		assert_int_equal(plan.anchor[0].kind, kind);
		assert_int_equal(plan.anchor[0].observation, 0);
		assert_true(noro_view_eq(plan.anchor[0].value, noro_buf_as_view(&value)));
	}
	noro_buf_done(&tmp);
	noro_buf_done(&value);
	noro_arena_free(a);
	free(exact);
	return taken;
}

static const char *const common[] = {
	"[domain-name:value = 'login.example.com']",
	"[ipv4-addr:value='192.0.2.1']",
	"[ipv4-addr:value = '192.0.2.0/24']",
	"[ ipv6-addr:value  =  '2001:db8::1' ]",
	"[url:value = 'https://example.com/a?b=c']",
	"[url:value = 'https://example.com/a\\%20b']",
	("[file:hashes.'SHA-256' = "
	 "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']"),
	"[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
	"[file:name = 'evil[.]exe']",
	"[file:name = 'a.exe']",
	"[email-addr:value = 'a@example.com']",
	"[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'x/1']",
	"[windows-registry-key:key = 'HKLM']",
	"[x-noroshi:ja4 = 't13d1516h2_8daaf6152771_b186095e22b6']",
	"[mutex:name = 'Global']",
};

static void the_short_way_says_what_the_grammar_says(void **state)
{
	static const char few[] = "[]():.='\\ \t/*-_tThb1ANDOR%";
	size_t taken = 0, left = 0;
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		size_t n = strlen(common[i]);

		/* an escape is for the grammar */
		assert_int_equal(short_way_agrees(noro_view_str(common[i])),
			strchr(common[i], '\\') == NULL);
		for (size_t at = 0; at < n; at++) {
			assert_false(short_way_agrees(noro_view(common[i], at)));
			for (size_t c = 0; c + 1 < sizeof(few); c++) {
				memcpy(text, common[i], n);
				text[at] = few[c];
				taken += short_way_agrees(noro_view(text, n));
				memcpy(text + at + 1, common[i] + at, n - at);
				left += !short_way_agrees(noro_view(text, n + 1));
			}
		}
	}
	assert_true(taken > 1000 && left > 1000);
}

static void the_short_way_leaves_what_needs_words(void **state)
{
	static const char *const others[] = { "[a:b = 'x']", "[ipv4-addr:value = 'x y']",
		"[file:hashes.MD5 = 'd4']", "[ipv4-addr:value != '192.0.2.1']",
		"[ipv4-addr:value = '192.0.2.1'] /* seen */", "[ipv4-addr:LIKE = '192.0.2.1']",
		"[ipv4-addr:value = '192.0.2.1' OR a:b = 1]", "[ipv4-addr:value = 1]", "[]", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(short_way_agrees(noro_view_str(others[i])));
}

static void plans_what_to_search_for(void **state)
{
	(void)state;
	expect_plan("[ipv4-addr:value = '192.0.2.1']", true, true, "0:ipv4:192.0.2.1");
	expect_plan("[ipv4-addr:value = '192.0.2.0/24']", true, true, "0:net:192.0.2.0/24");
	expect_plan(
		"[domain-name:value = 'A.example.com'] OR [url:value = 'http://b.example.com/x']",
		true, true, "0:domain:a.example.com 1:url:http://b.example.com/x");
	expect_plan("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", true, true,
		"0:ipv4:192.0.2.1 0:ipv4:192.0.2.2");
	expect_plan("[file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f' AND file:name = 'new2']",
		false, true, "0:md5:cead3f77f6cda6ec00f57d76c9a6879f");
	expect_plan(
		"[(file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f' OR file:hashes.SSDEEP = "
		"'3:a:b') AND file:name = 'cmd1']",
		false, false, "0:md5:cead3f77f6cda6ec00f57d76c9a6879f");
	expect_plan("[ipv4-addr:value != '192.0.2.1']", false, false, "");
	expect_plan("[network-traffic:dst_port = 22]", false, false, "");
	expect_plan(
		"[network-traffic:dst_ref.value = '192.0.2.9' AND network-traffic:dst_port = 22] "
		"FOLLOWEDBY [file:name LIKE '%implant%.so']",
		false, true, "0:ipv4:192.0.2.9 1:regex:implant[^\\s\"'<>]*\\.so(?![\\w-]|\\.\\w)");
	expect_plan("[file:name LIKE '%implant%']", false, true, "0:string:implant");
	/* what ties to the ends of a value ties to those of a word */
	expect_plan("[domain-name:value LIKE 'ev-%.org']", false, true,
		"0:regex:(?<![\\w.-])ev\\-[^\\s\"'<>]*\\.org(?![\\w-]|\\.\\w)");
	expect_plan("[file:name MATCHES '^evil[0-9]+$']", false, true,
		"0:regex:(?<![\\w.-])evil[0-9]+(?![\\w-]|\\.\\w)");
	expect_plan("[file:name MATCHES '^evil|good$']", false, true, "0:regex:evil|good");
}

/* --- records ------------------------------------------------------------- */

struct field {
	const char *path, *value;
};

struct fields {
	const struct field *f;
	size_t n;
};

/* Paths as printed; a field with a NULL value is known to be absent, an unlisted one is unknown. */
static size_t get(
	void *ctx, const struct noro_pattern_path *path, struct noro_view *out, size_t cap)
{
	const struct fields *fs = ctx;
	struct noro_buf name = { 0 };
	size_t n = 0;
	bool known = false;

	noro_pattern_print_path(path, &name);
	for (size_t i = 0; i < fs->n; i++) {
		if (strcmp(fs->f[i].path, name.p) != 0)
			continue;
		known = true;
		if (fs->f[i].value && n < cap)
			out[n++] = noro_view_str(fs->f[i].value);
	}
	noro_buf_done(&name);
	return known ? n : NORO_PATTERN_UNKNOWN;
}

static const struct field record[] = {
	{ "a:n", "10" },
	{ "a:s", "report.exe" },
	{ "a:many", "x" },
	{ "a:many", "y" },
	{ "a:none", NULL },
	{ "ipv4-addr:value", "198.51.100.7" },
	{ "file:hashes.MD5", "CEAD3F77F6CDA6EC00F57D76C9A6879F" },
};

static const struct {
	const char *pattern;
	enum noro_truth truth;
} decisions[] = {
	{ "[a:n = 10]", NORO_TRUE },
	{ "[a:n = 10.0]", NORO_TRUE },
	{ "[a:n > 9 AND a:n <= 10]", NORO_TRUE },
	{ "[a:n > 9.99]", NORO_TRUE },
	{ "[a:n < -1]", NORO_FALSE },
	{ "[a:n IN (1, 2)]", NORO_FALSE },
	{ "[a:n NOT IN (1, 2)]", NORO_TRUE },
	{ "[a:n = 'ten' OR a:n = 10]", NORO_TRUE },
	{ "[a:s LIKE 'rep%.ex_']", NORO_TRUE },
	{ "[a:s LIKE 'rep_.exe']", NORO_FALSE },
	{ "[a:s MATCHES '^re.*exe$']", NORO_TRUE },
	{ "[a:s NOT MATCHES 'dll']", NORO_TRUE },
	{ "[a:many = 'y']", NORO_TRUE },
	{ "[a:many = 'z']", NORO_FALSE },
	{ "[EXISTS a:n]", NORO_TRUE },
	{ "[EXISTS a:none]", NORO_FALSE },
	{ "[NOT EXISTS a:none]", NORO_TRUE },
	{ "[a:unknown = 1]", NORO_UNDECIDED },
	{ "[a:unknown != 1]", NORO_UNDECIDED },
	{ "[a:unknown = 1 AND a:n = 10]", NORO_UNDECIDED },
	{ "[a:unknown = 1 AND a:n = 11]", NORO_FALSE },
	{ "[a:unknown = 1 OR a:n = 10]", NORO_TRUE },
	{ "[ipv4-addr:value ISSUBSET '198.51.100.0/24']", NORO_TRUE },
	{ "[ipv4-addr:value ISSUBSET '198.51.101.0/24']", NORO_FALSE },
	{ "[ipv4-addr:value ISSUPERSET '198.51.100.7/32']", NORO_TRUE },
	{ "[ipv4-addr:value = '198.51.100.7/32']", NORO_TRUE },
	{ "[file:hashes.'MD5' = 'cead3f77f6cda6ec00f57d76c9a6879f']", NORO_TRUE },
};

static void decides_comparisons_in_three_values(void **state)
{
	struct fields fs = { record, sizeof(record) / sizeof(record[0]) };

	(void)state;
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_pattern *p;

		assert_int_equal(
			noro_pattern_parse(a, noro_view_str(decisions[i].pattern), false, &p, NULL),
			NORO_OK);
		if (noro_pattern_eval_record(p, 0, get, &fs) != decisions[i].truth)
			fail_msg("%s", decisions[i].pattern);
		noro_arena_free(a);
	}
}

/* --- over records -------------------------------------------------------- */

enum { S = 1000000000 };
#define NONE NORO_TIME_NONE
#define EV(sec, obs, rec)                                                                          \
	{                                                                                          \
		(int64_t)(sec) * S, obs, rec, NORO_TRUE                                            \
	}

static const struct noro_pattern_event story[] = { EV(10, 0, 1), EV(15, 1, 2), EV(40, 0, 3),
	EV(41, 0, 4), EV(42, 0, 5), EV(60, 1, 6) };
static const struct noro_pattern_event twice_one[] = { EV(5, 0, 1), EV(5, 1, 1) };
static const struct noro_pattern_event timeless[] = { { NONE, 0, 1, NORO_TRUE },
	{ NONE, 1, 2, NORO_TRUE } };
static const struct noro_pattern_event guess[] = { EV(1, 0, 1),
	{ 2 * (int64_t)S, 1, 2, NORO_UNDECIDED } };

static const struct {
	const char *pattern;
	const struct noro_pattern_event *event;
	size_t n;
	enum noro_truth truth;
	int64_t first_s, last_s;
} stories[] = {
	{ "[a:b = 1]", story, 6, NORO_TRUE, 10, 10 },
	{ "[a:b = 1] AND [a:b = 2]", story, 6, NORO_TRUE, 10, 15 },
	{ "[a:b = 1] AND [a:b = 2] WITHIN 4 SECONDS", story, 6, NORO_TRUE, 10, 15 },
	{ "([a:b = 1] AND [a:b = 2]) WITHIN 4 SECONDS", story, 6, NORO_FALSE, 0, 0 },
	{ "([a:b = 1] AND [a:b = 2]) WITHIN 5 SECONDS", story, 6, NORO_TRUE, 10, 15 },
	{ "[a:b = 1] FOLLOWEDBY [a:b = 2]", story, 6, NORO_TRUE, 10, 15 },
	{ "([a:b = 1] FOLLOWEDBY [a:b = 2]) START t'1970-01-01T00:00:30Z' STOP "
	  "t'1970-01-01T00:02:00Z'",
		story, 6, NORO_TRUE, 42, 60 },
	{ "[a:b = 1] REPEATS 4 TIMES", story, 6, NORO_TRUE, 10, 42 },
	{ "[a:b = 1] REPEATS 3 TIMES WITHIN 2 SECONDS", story, 6, NORO_TRUE, 40, 42 },
	{ "[a:b = 1] REPEATS 3 TIMES WITHIN 1 SECONDS", story, 6, NORO_FALSE, 0, 0 },
	{ "[a:b = 1] REPEATS 5 TIMES", story, 6, NORO_FALSE, 0, 0 },
	{ "([a:b = 1] AND [a:b = 2]) REPEATS 2 TIMES", story, 6, NORO_TRUE, 15, 60 },
	{ "([a:b = 1] AND [a:b = 2]) REPEATS 3 TIMES", story, 6, NORO_FALSE, 0, 0 },
	{ "[a:b = 1] AND [a:b = 2]", twice_one, 2, NORO_FALSE, 0, 0 },
	{ "[a:b = 1] OR [a:b = 2]", twice_one, 2, NORO_TRUE, 5, 5 },
	{ "[a:b = 1] AND [a:b = 2]", timeless, 2, NORO_TRUE, -1, -1 },
	{ "[a:b = 1] FOLLOWEDBY [a:b = 2]", timeless, 2, NORO_UNDECIDED, -1, -1 },
	{ "([a:b = 1] AND [a:b = 2]) WITHIN 5 SECONDS", guess, 2, NORO_UNDECIDED, -1, -1 },
	{ "[a:b = 1] OR [a:b = 2]", guess, 2, NORO_TRUE, 1, 1 },
	{ "[a:b = 1]", story, 0, NORO_FALSE, 0, 0 },
};

static void decides_expressions_over_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_pattern_result r;
		const struct noro_pattern *p;

		assert_int_equal(
			noro_pattern_parse(a, noro_view_str(stories[i].pattern), false, &p, NULL),
			NORO_OK);
		assert_int_equal(noro_pattern_eval(p, stories[i].event, stories[i].n, &r), NORO_OK);
		if (r.truth != stories[i].truth)
			fail_msg("%s (row %zu): %d", stories[i].pattern, i, r.truth);
		if (r.truth == NORO_TRUE && stories[i].first_s >= 0 &&
			(r.first_ns != stories[i].first_s * S ||
				r.last_ns != stories[i].last_s * S))
			fail_msg("%s: %lld-%lld", stories[i].pattern, (long long)(r.first_ns / S),
				(long long)(r.last_ns / S));
		noro_arena_free(a);
	}
}

/* --- the public cases ---------------------------------------------------- */

static void gives_the_public_cases_their_verdicts(void **state)
{
	const char *root = test_data();
	struct noro_arena *a;
	struct noro_buf text = { 0 };
	const struct noro_json *cases;
	char path[4200];
	size_t n = 0;

	(void)state;
	if (!root)
		return; /* test_data() has said so; cmocka 1.1.5 reports a skip as a failure to TAP
			 */
	(void)snprintf(path, sizeof(path), "%s/stix/derived/pattern-cases-v20.json", root);
	a = noro_arena_new(0);
	assert_int_equal(noro_file_read(path, 1 << 20, &text, NULL), NORO_OK);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&text), NULL, &cases, NULL), NORO_OK);
	for (const struct noro_json *c = cases->child; c; c = c->next, n++) {
		const struct noro_json *valid = noro_json_get(c, "valid");
		struct noro_view pattern = noro_json_str(c, "pattern");
		const struct noro_pattern *p;
		enum noro_status st = noro_pattern_parse(a, pattern, false, &p, NULL);

		if ((st == NORO_OK) != (valid->kind == NORO_JSON_TRUE))
			fail_msg("%.*s", NORO_VARG(pattern));
	}
	assert_true(n > 50);
	noro_buf_clear(&text);
	(void)snprintf(path, sizeof(path),
		"%s/stix/oasis-open+cti-pattern-validator/stix2patterns/test/v20/spec_examples.txt",
		root);
	assert_int_equal(noro_file_read(path, 1 << 20, &text, NULL), NORO_OK);
	for (struct noro_view rest = noro_buf_as_view(&text), line; noro_view_line(&rest, &line);) {
		const struct noro_pattern *p;

		if (line.n && line.p[0] != '#' &&
			noro_pattern_parse(a, line, false, &p, NULL) != NORO_OK)
			fail_msg("%.*s", NORO_VARG(line));
	}
	noro_buf_done(&text);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_good_patterns_from_bad),
		cmocka_unit_test(says_where_a_pattern_breaks),
		cmocka_unit_test(prints_what_parses_to_the_same),
		cmocka_unit_test(refuses_depth_and_survives_every_cut),
		cmocka_unit_test(leaks_nothing_when_memory_fails),
		cmocka_unit_test(the_short_way_says_what_the_grammar_says),
		cmocka_unit_test(the_short_way_leaves_what_needs_words),
		cmocka_unit_test(plans_what_to_search_for),
		cmocka_unit_test(decides_comparisons_in_three_values),
		cmocka_unit_test(decides_expressions_over_records),
		cmocka_unit_test(gives_the_public_cases_their_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
