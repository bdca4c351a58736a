/* tests/unit/intel/test_stix21.c - what a STIX 2.1 object must have, must not have, and is told. */
#include "tests/unit/intel/stix21_musts.h"

struct told {
	enum noro_status st;
	struct noro_stix21 r;
	struct noro_stix21_faults f;
};

static void tell(struct noro_arena *a, struct noro_view text, unsigned flags, struct told *t)
{
	t->st = noro_stix21_check(a, parsed(a, text), flags, &t->r, &t->f);
	assert_true(t->st == NORO_OK || t->st == NORO_EFORMAT);
	assert_int_equal(t->st == NORO_OK, t->f.found == 0);
	assert_true(t->f.n <= t->f.found);
}

static bool told_at(const struct told *t, const char *path)
{
	for (size_t i = 0; i < t->f.n; i++)
		if (strcmp(t->f.fault[i].path, path) == 0)
			return true;
	return false;
}

static void a_smallest_object_of_every_type_passes(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct told t;

		tell(a, noro_view_str(samples[i].json), 0, &t);
		if (t.f.found)
			fail_msg("%s: %s %s (%s)", samples[i].type, t.f.fault[0].path,
				t.f.fault[0].msg, t.f.fault[0].arg[0]);
		assert_view_is(t.r.type, samples[i].type);
		noro_arena_free(a);
	}
}

static void a_missing_required_property_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_view rest = noro_view_str(samples[i].needs), name;

		while (noro_view_word(&rest, &name)) {
			struct noro_arena *a = noro_arena_new(0);
			struct noro_buf out = { 0 };
			char patch[64], path[64];
			struct told t;

			(void)snprintf(patch, sizeof(patch), "{\"%.*s\":null}", NORO_VARG(name));
			(void)snprintf(path, sizeof(path), "/%.*s", NORO_VARG(name));
			patched(a, samples[i].json, patch, &out);
			tell(a, noro_buf_as_view(&out), 0, &t);
			if (!told_at(&t, path))
				fail_msg("%s without %.*s: %s", samples[i].type, NORO_VARG(name),
					t.f.n ? t.f.fault[0].path : "passes");
			noro_buf_done(&out);
			noro_arena_free(a);
		}
	}
}

static void what_the_standard_demands_is_demanded(void **state)
{
	(void)state;
	for (size_t i = 0; i < MUSTS; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf out = { 0 };
		struct told t;

		patched(a, sample(musts[i].type), musts[i].patch, &out);
		tell(a, noro_buf_as_view(&out), 0, &t);
		if (!musts[i].path && t.f.found)
			fail_msg("%s %s: %s %s (%s, %s)", musts[i].type, musts[i].patch,
				t.f.fault[0].path, t.f.fault[0].msg, t.f.fault[0].arg[0],
				t.f.fault[0].arg[1]);
		if (musts[i].path && !told_at(&t, musts[i].path))
			fail_msg("%s %s: nothing at %s, but %s", musts[i].type, musts[i].patch,
				musts[i].path, t.f.n ? t.f.fault[0].path : "it passes");
		noro_buf_done(&out);
		noro_arena_free(a);
	}
}

static void every_row_of_a_type_is_of_its_class(void **state)
{
	(void)state;
	assert_int_equal(noro_stix21_class_of(NORO_V("indicator")), NORO_STIX21_SDO);
	assert_int_equal(noro_stix21_class_of(NORO_V("sighting")), NORO_STIX21_SRO);
	assert_int_equal(noro_stix21_class_of(NORO_V("file")), NORO_STIX21_SCO);
	assert_int_equal(noro_stix21_class_of(NORO_V("marking-definition")), NORO_STIX21_META);
	assert_int_equal(noro_stix21_class_of(NORO_V("bundle")), NORO_STIX21_UNKNOWN);
	assert_view_is(noro_stix21_id_type(NORO_V("x-a-b--" U4)), "x-a-b");
	assert_null(noro_stix21_id_type(NORO_V("--" U4)).p);
	assert_null(noro_stix21_id_type(NORO_V(U4)).p);
}

static void an_object_says_who_and_when(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	struct told t;

	(void)state;
	patched(a, sample("tool"),
		"{\"modified\":\"2025-01-03T00:00:00.5000Z\",\"revoked\":true,"
		"\"created_by_ref\":" REF("identity") ","
						      "\"object_marking_refs\":[\"" TLP(
							      T1_GREEN) "\"]}",
		&out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	assert_int_equal(t.st, NORO_OK);
	assert_view_is(t.r.version, "2025-01-03T00:00:00.5000Z");
	assert_int_equal(t.r.version_ns, INT64_C(1735862400500000000));
	assert_int_equal(t.r.created_ns, INT64_C(1735787045678000000));
	assert_true(t.r.revoked);
	assert_view_is(t.r.created_by_ref, "identity--" U4);
	assert_view_is(t.r.spec_version, "2.1");
	assert_int_equal(t.r.object_marking_refs->count, 1);
	assert_int_equal(t.r.sco, NORO_STIX21_SCO_NONE);
	tell(a, noro_view_str(sample("marking-definition")), 0, &t);
	assert_view_is(t.r.version, "2025-01-02T03:04:05.678Z"); /* created: it has nothing else */
	tell(a, noro_view_str(sample("url")), 0, &t);
	assert_null(t.r.version.p);
	assert_int_equal(t.r.version_ns, NORO_TIME_NONE);
	assert_int_equal(t.r.sco, NORO_STIX21_SCO_RANDOM);
	tell(a, noro_view_str(sample("my-observable")), 0, &t);
	assert_int_equal(t.r.class, NORO_STIX21_SCO);
	assert_true(t.r.custom);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void a_refused_object_still_says_who_it_is(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	struct told t;

	(void)state;
	patched(a, sample("tool"), "{\"name\":null}", &out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	assert_int_equal(t.st, NORO_EFORMAT);
	assert_view_is(t.r.id, "tool--" U4);
	assert_view_is(t.r.version, "2025-01-02T03:04:05.678Z");
	tell(a, NORO_V("[1]"), 0, &t);
	assert_string_equal(t.f.fault[0].path, "");
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void faults_are_bounded_and_counted(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 }, labels = { 0 };
	struct told t;

	(void)state;
	noro_buf_str(&labels, "{\"labels\":[0");
	for (size_t i = 1; i < 100; i++)
		noro_buf_str(&labels, ",0");
	noro_buf_str(&labels, "]}");
	patched(a, sample("tool"), labels.p, &out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	assert_int_equal(t.f.n, NORO_STIX21_FAULTS);
	assert_int_equal(t.f.found, 100);
	assert_string_equal(t.f.fault[15].path, "/labels/15");
	noro_buf_done(&labels);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void a_long_path_keeps_its_end_and_nothing_controls_the_screen(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	struct told t;

	(void)state;
	patched(a, sample("tool"), "{\"" LONG_NAME "\":{\"a\\u0000\\u001b\":{\"bad\":[]}}}", &out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	assert_int_equal(t.st, NORO_EFORMAT);
	for (size_t i = 0; i < t.f.n; i++) {
		size_t n = strlen(t.f.fault[i].path);

		assert_true(n < NORO_STIX21_PATH);
		assert_memory_equal(t.f.fault[i].path, "...", 3);
	}
	assert_string_equal(t.f.fault[t.f.n - 1].path + strlen(t.f.fault[t.f.n - 1].path) - 8,
		/* no trigraph */ "/a?"
				  "?/bad");
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void a_fault_becomes_an_error_like_any_other(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };
	struct told t;

	(void)state;
	patched(a, sample("indicator"), "{\"pattern\":\"[url:value MATCHES '(']\"}", &out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	noro_stix21_error(&t.f.fault[0], &err);
	assert_int_equal(err.status, NORO_EFORMAT);
	assert_string_equal(err.where, "/pattern");
	assert_string_equal(err.msg, "not a regular expression: %1");
	assert_string_equal(err.arg[0], "(");
	assert_int_equal(err.unit, NORO_AT_BYTE);
	assert_int_equal(err.at, 1);
	noro_buf_clear(&out);
	patched(a, sample("tool"), "{\"name\":null}", &out);
	tell(a, noro_buf_as_view(&out), 0, &t);
	noro_stix21_error(&t.f.fault[0], &err);
	assert_string_equal(err.where, "/name");
	assert_int_equal(err.unit, NORO_AT_NONE);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void content_may_not_be_nested_without_end(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf deep = { 0 }, out = { 0 };
	struct told t;

	(void)state;
	for (int depth = 40; depth <= 56; depth += 16) {
		noro_buf_clear(&deep);
		noro_buf_clear(&out);
		noro_buf_str(&deep, "{\"x_deep\":");
		for (int i = 0; i < depth; i++)
			noro_buf_str(&deep, "[");
		noro_buf_str(&deep, "1");
		for (int i = 0; i < depth; i++)
			noro_buf_str(&deep, "]");
		noro_buf_str(&deep, "}");
		patched(a, sample("tool"), deep.p, &out);
		tell(a, noro_buf_as_view(&out), 0, &t);
		assert_int_equal(t.st, depth < NORO_STIX21_MAX_DEPTH ? NORO_OK : NORO_EFORMAT);
	}
	noro_buf_done(&deep);
	noro_buf_done(&out);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_smallest_object_of_every_type_passes),
		cmocka_unit_test(a_missing_required_property_is_named),
		cmocka_unit_test(what_the_standard_demands_is_demanded),
		cmocka_unit_test(every_row_of_a_type_is_of_its_class),
		cmocka_unit_test(an_object_says_who_and_when),
		cmocka_unit_test(a_refused_object_still_says_who_it_is),
		cmocka_unit_test(faults_are_bounded_and_counted),
		cmocka_unit_test(a_long_path_keeps_its_end_and_nothing_controls_the_screen),
		cmocka_unit_test(a_fault_becomes_an_error_like_any_other),
		cmocka_unit_test(content_may_not_be_nested_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
