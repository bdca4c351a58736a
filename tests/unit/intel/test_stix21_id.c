/* tests/unit/intel/test_stix21_id.c - moments, deterministic ids, digests, TLP, and nothing that a
 * stranger or a lack of memory could break. */
#include "tests/unit/intel/stix21_musts.h"

static void moments_are_instants(void **state)
{
	static const char *const rising[] = { "0000-01-01T00:00:00Z", "1600-02-29T00:00:00Z",
		"1677-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z",
		"2025-01-01T00:00:00.0000000000001Z", "2025-01-01T00:00:00.000000001Z",
		"2025-01-01T00:00:00.5Z", "2025-01-01T00:00:00.51Z", "2300-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z" };
	const size_t n = sizeof(rising) / sizeof(rising[0]);
	int64_t before = INT64_MIN, ns;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_true(noro_stix21_time(noro_view_str(rising[i]), &ns));
		assert_true(ns >= before && ns != NORO_TIME_NONE);
		before = ns;
		for (size_t k = 0; k < n; k++) {
			int order = noro_stix21_time_cmp(
				noro_view_str(rising[i]), noro_view_str(rising[k]));

			assert_int_equal(order < 0, i < k);
			assert_int_equal(order == 0, i == k);
		}
	}
	assert_true(noro_stix21_time(NORO_V("1970-01-01T00:00:00.25Z"), &ns));
	assert_int_equal(ns, 250000000);
	assert_true(noro_stix21_time(NORO_V("9999-12-31T23:59:59Z"), &ns));
	assert_int_equal(ns, INT64_MAX); /* the nearest that fits */
	assert_int_equal(noro_stix21_time_cmp(NORO_V("2025-01-01T00:00:00.000Z"),
				 NORO_V("2025-01-01T00:00:00Z")),
		0);
	assert_int_equal(noro_stix21_time_cmp(NORO_V("2024-12-31T23:59:60Z"),
				 NORO_V("2025-01-01T00:00:00.0000Z")),
		0);
}

/* Known answers: the first of the specification (of whose examples some have ids made before the
 * objects they refer to got new ones), the others made with Python's uuid.uuid5. */
static const struct {
	const char *json, *id;
} known[] = {
	{ "{\"type\":\"ipv4-addr\",\"value\":\"198.51.100.3\"}",
		"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" },
	{ "{\"type\":\"ipv4-addr\",\"value\":\"198.51.100.2\"}",
		"ipv4-addr--9cf4a8ec-7640-5f40-a006-79942896168b" },
	{ "{\"type\":\"autonomous-system\",\"number\":15139,\"name\":\"Slime Industries\"}",
		"autonomous-system--3aa27478-50b5-5ab8-9da9-cdc12b657fff" },
	{ "{\"type\":\"domain-name\",\"value\":\"example.com\"}",
		"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7" },
	{ "{\"type\":\"url\",\"value\":\"https://example.com/research/index.html\"}",
		"url--47c3cf9a-5027-5bf0-997a-017c7edc7c55" },
	{ "{\"type\":\"directory\",\"path\":\"C:\\\\Windows\\\\System32\"}",
		"directory--0a58d0c1-59e6-5afd-8252-dcd3f13e5622" },
	{ "{\"type\":\"file\",\"name\":\"foo.dll\",\"size\":25536,\"hashes\":{\"SHA-256\":"
	  "\"fe90a7e910cb3a4739bed9180e807e93fa70c90f25a8915476f5e4bfbac681db\"}}",
		"file--949eb97a-da1e-5292-8959-03c4249dc9f3" },
	{ "{\"type\":\"email-addr\",\"value\":\"john@example.com\",\"display_name\":\"John Doe\"}",
		"email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934" },
	{ "{\"type\":\"software\",\"name\":\"Word\",\"cpe\":\"cpe:2.3:a:microsoft:word:2000:*:*:*:*"
	  ":*:*:*\",\"version\":\"2002\",\"vendor\":\"Microsoft\"}",
		"software--710b0b41-d4d0-5d6c-a400-fc9254554ffc" },
	{ "{\"type\":\"user-account\",\"user_id\":\"1001\",\"account_login\":\"jdoe\",\"account_"
	  "type\":\"unix\"}",
		"user-account--f94d689e-707d-58c3-b803-c720bb6ed096" },
	/* not of the specification */
	{ "{\"type\":\"domain-name\",\"value\":\"日本.jp\"}",
		"domain-name--c7d49baa-38be-5d38-8f94-6c716b238ce7" },
	{ "{\"type\":\"file\",\"name\":\"a.exe\",\"size\":5,\"hashes\":{\"SHA-256\":\"00\",\"SHA-"
	  "1\":\"11\"}}",
		"file--1c958b2e-03b0-529c-a243-971ee793cf7d" },
	{ "{\"type\":\"file\",\"hashes\":{\"TLSH\":\"b\",\"SSDEEP\":\"a\"}}",
		"file--d791d22c-b766-5455-8198-1d5040398cf4" },
	{ "{\"type\":\"file\",\"name\":\"a\",\"extensions\":{\"pdf-ext\":{\"version\":\"1.7\"}},"
	  "\"parent_directory_ref\":\"directory--4e72cb2c-0d1c-4a3c-8d53-2c4f1ad7a1b0\"}",
		"file--b10bacd7-736a-588a-a03e-74719251faa2" },
	{ "{\"type\":\"network-traffic\",\"protocols\":[\"ipv4\",\"tcp\"],\"src_port\":1024,\"dst_"
	  "port\":443,\"src_ref\":\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\",\"src_"
	  "packets\":7}",
		"network-traffic--143d6a46-0291-52d1-bbf0-1577c111884c" },
	{ "{\"type\":\"autonomous-system\",\"number\":64512,\"name\":\"a\"}",
		"autonomous-system--f70107cd-c76d-511f-980d-a4ab7f4a9aad" },
	{ "{\"type\":\"windows-registry-key\",\"key\":\"HKEY_LOCAL_MACHINE\\\\a\",\"values\":[{"
	  "\"name\":\"b\",\"data\":\"c\"}]}",
		"windows-registry-key--a71eaa89-da95-5f41-bb7f-853b4ae05f69" },
	{ "{\"type\":\"user-account\",\"account_type\":\"unix\",\"user_id\":\"1001\",\"display_"
	  "name\":\"x\"}",
		"user-account--63e381d7-a9f9-5e46-b5c6-b89957a0212e" },
	{ "{\"type\":\"email-message\",\"is_multipart\":false,\"subject\":\"s\",\"body\":\"b\"}",
		"email-message--a997e674-22e8-5726-8c77-d87d7802be38" },
	{ "{\"type\":\"software\",\"name\":\"a\",\"version\":\"1\",\"swid\":\"s\",\"languages\":["
	  "\"ja\"]}",
		"software--4c8a05db-2a57-52b6-888a-51516e844ca3" },
	{ "{\"type\":\"x509-certificate\",\"serial_number\":\"01\",\"hashes\":{\"MD5\":\"x\"},"
	  "\"issuer\":\"y\"}",
		"x509-certificate--a7f7107a-73ca-5056-9a9e-942b1cb78f04" },
	{ "{\"type\":\"artifact\",\"payload_bin\":\"YQ==\",\"mime_type\":\"text/plain\"}",
		"artifact--bbabdd12-1a0f-5835-b519-5c0ada22db72" },
	{ "{\"type\":\"mac-addr\",\"value\":\"00:0a:95:9d:68:16\"}",
		"mac-addr--85fd9b95-2ff2-585c-8eda-c2c9460b9ca1" },
};

static void ids_are_made_of_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		char id[NORO_STIX21_ID] = "";

		assert_int_equal(
			noro_stix21_sco_id(parsed(a, noro_view_str(known[i].json)), id), NORO_OK);
		assert_string_equal(id, known[i].id);
		noro_arena_free(a);
	}
}

static void without_a_contributing_property_there_is_no_id(void **state)
{
	static const char *const none[] = { "{\"type\":\"process\",\"pid\":1}",
		"{\"type\":\"email-message\",\"is_multipart\":false}",
		"{\"type\":\"tool\",\"name\":\"a\"}", "{\"type\":5}", "[]", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		char id[NORO_STIX21_ID];

		assert_int_equal(
			noro_stix21_sco_id(parsed(a, noro_view_str(none[i])), id), NORO_ENOENT);
		noro_arena_free(a);
	}
}

static void another_namespace_passes_only_when_asked_to(void **state)
{
	static const char foreign[] =
		"{\"type\":\"url\",\"id\":\"url--4e72cb2c-0d1c-5a3c-8d53-2c4f1ad7a1b0\","
		"\"value\":\"https://a.jp\"}";
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *o = parsed(a, noro_view_str(foreign));
	struct noro_stix21 r;
	struct noro_stix21_faults f;
	char right[NORO_STIX21_ID];

	(void)state;
	assert_int_equal(noro_stix21_check(a, o, 0, &r, &f), NORO_EFORMAT);
	assert_int_equal(r.sco, NORO_STIX21_SCO_OTHER);
	assert_string_equal(f.fault[0].path, "/id");
	assert_int_equal(noro_stix21_sco_id(o, right), NORO_OK);
	assert_string_equal(f.fault[0].arg[0], right); /* what he has to write instead */
	assert_int_equal(noro_stix21_check(a, o, NORO_STIX21_FOREIGN_UUID5, &r, &f), NORO_OK);
	assert_int_equal(r.sco, NORO_STIX21_SCO_OTHER);
	noro_arena_free(a);
}

/* --- digests ------------------------------------------------------------------------ */

static void digest_of(struct noro_arena *a, const char *type, const char *patch, char out[65])
{
	struct noro_buf text = { 0 };

	patched(a, sample(type), patch, &text);
	assert_int_equal(noro_stix21_digest(a, parsed(a, noro_buf_as_view(&text)), out), NORO_OK);
	noro_buf_done(&text);
}

static void a_digest_tells_content_and_not_writing(void **state)
{
	static const struct {
		const char *type, *patch;
		bool same;
	} rows[] = {
		{ "tool", "{\"name\":\"a\"}", true }, /* moved to the end */
		{ "tool", "{\"modified\":\"2025-01-02T03:04:05.678000Z\"}", true },
		{ "tool", "{\"revoked\":false}", true },
		{ "tool", "{\"revoked\":true}", false },
		{ "tool", "{\"name\":\"b\"}", false },
		{ "tool", "{\"x_own\":1}", false },
		{ "tool", "{\"modified\":\"2025-01-02T03:04:05.679Z\"}", false },
		{ "sighting", "{\"summary\":false}", true },
		{ "url", "{\"spec_version\":\"2.1\",\"defanged\":false}", true },
		{ "url", "{\"defanged\":true}", false },
		{ "location", "{\"latitude\":1.0,\"longitude\":1e0}", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		char plain[65], changed[65];

		digest_of(a, rows[i].type, "{}", plain);
		digest_of(a, rows[i].type, rows[i].patch, changed);
		assert_int_equal(strcmp(plain, changed) == 0, rows[i].same);
		noro_arena_free(a);
	}
}

/* --- TLP ------------------------------------------------------------------------------ */

#define RED    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
#define STRICT "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
#define OWN    "marking-definition--" U4

static int amber_or_statement(void *ctx, struct noro_view id)
{
	const int *own = ctx;

	return noro_view_is(id, OWN) ? *own : -1;
}

static void the_strictest_marking_decides(void **state)
{
	static const struct {
		const char *patch;
		enum noro_tlp tlp;
		size_t unknown, granular;
	} rows[] = {
		{ "{}", NORO_TLP_NONE, 0, 0 },
		{ "{\"object_marking_refs\":[\"" TLP(T1_GREEN) "\"]}", NORO_TLP_GREEN, 0, 0 },
		{ "{\"object_marking_refs\":[\"" TLP(T2_GREEN) "\",\"" STRICT "\"]}",
			NORO_TLP_AMBER_STRICT, 0, 0 },
		{ "{\"object_marking_refs\":[\"" TLP(T1_GREEN) "\",\"" OWN "\"]}", NORO_TLP_AMBER,
			0, 0 },
		{ "{\"object_marking_refs\":[\"marking-definition--"
		  "11111111-1111-4111-8111-111111111111\"]}",
			NORO_TLP_NONE, 1, 0 },
		{ "{\"object_marking_refs\":[\"" TLP(
			  T1_GREEN) "\"],\"granular_markings\":[{"
				    "\"marking_ref\":\"" RED "\",\"selectors\":[\"name\"]},"
				    "{\"lang\":\"ja\",\"selectors\":[\"name\"]}]}",
			NORO_TLP_RED, 0, 1 },
	};
	int own = NORO_TLP_AMBER;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf text = { 0 };
		struct noro_stix21_tlp t;

		patched(a, sample("tool"), rows[i].patch, &text);
		t = noro_stix21_tlp(parsed(a, noro_buf_as_view(&text)), amber_or_statement, &own);
		assert_int_equal(t.tlp, rows[i].tlp);
		assert_int_equal(t.unknown, rows[i].unknown);
		assert_int_equal(t.granular, rows[i].granular);
		noro_buf_done(&text);
		noro_arena_free(a);
	}
}

static void a_marking_says_its_own_level(void **state)
{
	static const struct {
		const char *json;
		enum noro_tlp tlp;
	} rows[] = {
		{ "{\"id\":\"" RED "\"}", NORO_TLP_RED },
		{ "{\"definition_type\":\"tlp\",\"definition\":{\"tlp\":\"white\"}}",
			NORO_TLP_CLEAR },
		{ "{\"extensions\":{\"" T2_EXT "\":{\"tlp_2_0\":\"amber+strict\"}}}",
			NORO_TLP_AMBER_STRICT },
		{ "{\"definition_type\":\"statement\",\"definition\":{\"tlp\":\"red\"}}",
			NORO_TLP_NONE },
		{ "{}", NORO_TLP_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);

		assert_int_equal(noro_stix21_tlp_of_marking(parsed(a, noro_view_str(rows[i].json))),
			rows[i].tlp);
		noro_arena_free(a);
	}
	assert_int_equal(noro_stix21_tlp_of_id(NORO_V(OWN)), -1);
}

/* --- robustness --------------------------------------------------------------------------- */

/* Work that grows with the square of an object must not be there for the asking. */
static void selectors_have_a_budget(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf patch = { 0 }, text = { 0 };
	struct noro_stix21 r;
	struct noro_stix21_faults f;

	(void)state;
	noro_buf_str(&patch, "{\"labels\":[\"a\"");
	for (int i = 1; i < 5000; i++)
		noro_buf_str(&patch, ",\"a\"");
	noro_buf_str(&patch, "],\"granular_markings\":[{\"lang\":\"ja\",\"selectors\":[\"name\"");
	for (int i = 1; i < 5000; i++)
		noro_buf_str(&patch, ",\"labels.[4999]\"");
	noro_buf_str(&patch, "]}]}");
	patched(a, sample("tool"), patch.p, &text);
	assert_int_equal(
		noro_stix21_check(a, parsed(a, noro_buf_as_view(&text)), 0, &r, &f), NORO_EFORMAT);
	assert_int_equal(f.found, 1);
	assert_non_null(strstr(f.fault[0].path, "/granular_markings/0/selectors/"));
	noro_buf_done(&patch);
	noro_buf_done(&text);
	noro_arena_free(a);
}

/* A few bytes of a regular expression may stand for very many, compiled. */
static void a_pattern_cannot_take_all_memory(void **state)
{
	(void)state;
	for (size_t times = 10; times <= 1000; times *= 100) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf patch = { 0 }, text = { 0 };
		struct noro_stix21 r;
		struct noro_stix21_faults f;

		noro_buf_str(&patch, "{\"pattern\":\"[url:value = 'a'");
		for (size_t i = 0; i < times; i++)
			noro_buf_str(&patch, " OR url:value MATCHES '(ab|c){3000}'");
		noro_buf_str(&patch, "]\"}");
		patched(a, sample("indicator"), patch.p, &text);
		assert_int_equal(
			noro_stix21_check(a, parsed(a, noro_buf_as_view(&text)), 0, &r, &f),
			times < 1000 ? NORO_OK : NORO_EFORMAT);
		if (times == 1000)
			assert_string_equal(f.fault[0].path, "/pattern");
		noro_buf_done(&patch);
		noro_buf_done(&text);
		noro_arena_free(a);
	}
}

/* The container of 2.13 may be large, and everything in it may refer to something. */
static void a_large_container_is_checked_whole(void **state)
{
	enum { THINGS = 20000 };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf patch = { 0 }, text = { 0 };
	struct noro_stix21 r;
	struct noro_stix21_faults f;

	(void)state;
	noro_buf_str(&patch, "{\"object_refs\":null,\"objects\":{");
	for (int i = 0; i < THINGS; i++)
		noro_buf_printf(&patch, "%s\"%d\":{\"type\":\"x\",\"a_ref\":\"%d\"}", i ? "," : "",
			i, (i * 7) % (THINGS + 1)); /* one of them is not there */
	noro_buf_str(&patch, "}}");
	patched(a, sample("observed-data"), patch.p, &text);
	assert_int_equal(
		noro_stix21_check(a, parsed(a, noro_buf_as_view(&text)), 0, &r, &f), NORO_EFORMAT);
	assert_int_equal(f.found, 1);
	assert_string_equal(f.fault[0].arg[0], "20000");
	noro_buf_done(&patch);
	noro_buf_done(&text);
	noro_arena_free(a);
}

/* Every prefix is no JSON, or (closed by force) an object that gets some verdict. */
static void every_truncation_gets_a_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		size_t whole = strlen(samples[i].json);

		for (size_t n = 0; n < whole; n++) {
			uint8_t *exact = test_exact_copy(samples[i].json, n);
			struct noro_arena *a = noro_arena_new(0);
			const struct noro_json *v;

			assert_int_not_equal(
				noro_json_parse(a, noro_view(exact, n), NULL, &v, NULL), NORO_OK);
			noro_arena_free(a);
			free(exact);
		}
	}
}

/* Strings cut short inside an object that is whole: no check may read past the end of a value. */
static void every_truncated_value_gets_a_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_json *o =
			(struct noro_json *)(uintptr_t)parsed(a, noro_view_str(samples[i].json));

		for (struct noro_json *m = o->child; m; m = m->next) {
			struct noro_view kept = m->text;

			if (m->kind != NORO_JSON_STRING)
				continue;
			for (size_t n = 0; n < kept.n; n++) {
				uint8_t *exact = test_exact_copy(kept.p, n);
				struct noro_stix21 r;
				struct noro_stix21_faults f;
				enum noro_status st;

				m->text = noro_view(exact, n);
				st = noro_stix21_check(a, o, 0, &r, &f);
				assert_true(st == NORO_OK || st == NORO_EFORMAT);
				free(exact);
			}
			m->text = kept;
		}
		noro_arena_free(a);
	}
}

static bool checked(void *arg)
{
	const struct noro_json *o = arg;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_stix21 r;
	struct noro_stix21_faults f;
	char digest[65], id[NORO_STIX21_ID];
	enum noro_status st = a ? noro_stix21_check(a, o, 0, &r, &f) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_stix21_digest(a, o, digest);
	if (st == NORO_OK)
		st = noro_stix21_sco_id(o, id);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM || st == NORO_ENOENT);
	return st != NORO_ENOMEM;
}

static void a_lack_of_memory_is_said(void **state)
{
	static const char *const rows[][2] = {
		{ "indicator",
			"{\"pattern\":\"[url:value MATCHES '^a' OR file:name = 'b'] REPEATS 2 "
			"TIMES\"}" },
		{ "observed-data", "{\"object_refs\":null,\"objects\":{\"0\":{\"type\":\"url\","
				   "\"a_ref\":\"0\"}}}" },
		{ "file", "{\"hashes\":{\"x_own\":\"a\"}}" },
		{ "url", "{}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf text = { 0 };
		const struct noro_json *o;

		patched(a, sample(rows[i][0]), rows[i][1], &text);
		o = parsed(a, noro_buf_as_view(&text));
		test_allocation_sweep(checked, (void *)(uintptr_t)o, 200);
		noro_buf_done(&text);
		noro_arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_instants),
		cmocka_unit_test(ids_are_made_of_the_content),
		cmocka_unit_test(without_a_contributing_property_there_is_no_id),
		cmocka_unit_test(another_namespace_passes_only_when_asked_to),
		cmocka_unit_test(a_digest_tells_content_and_not_writing),
		cmocka_unit_test(the_strictest_marking_decides),
		cmocka_unit_test(a_marking_says_its_own_level),
		cmocka_unit_test(selectors_have_a_budget),
		cmocka_unit_test(a_pattern_cannot_take_all_memory),
		cmocka_unit_test(a_large_container_is_checked_whole),
		cmocka_unit_test(every_truncation_gets_a_verdict),
		cmocka_unit_test(every_truncated_value_gets_a_verdict),
		cmocka_unit_test(a_lack_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
