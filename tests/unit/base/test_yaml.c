/* tests/unit/base/test_yaml.c - YAML becomes the JSON one expects, or a line number. */
#include "tests/test.h"

#include "base/jsonw.h"
#include "base/yaml.h"

static void yaml_is(const char *yaml, const char *json)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = NULL;
	struct noro_buf b = { 0 };
	struct noro_jsonw w = noro_jsonw(&b);
	struct noro_error err = { 0 };

	if (noro_yaml_parse(a, noro_view_str(yaml), NULL, &v, &err) != NORO_OK)
		fail_msg("%s: %s %s", yaml, err.msg ? err.msg : "", err.arg[0]);
	noro_jsonw_value(&w, v);
	assert_string_equal(b.p, json);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void refused_at_line(const char *yaml, enum noro_status want, unsigned line)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = NULL;
	struct noro_error err = { 0 };

	assert_int_equal(noro_yaml_parse(a, noro_view_str(yaml), NULL, &v, &err), want);
	assert_null(v);
	assert_int_equal(err.unit, NORO_AT_LINE);
	assert_int_equal(err.at, line);
	noro_arena_free(a);
}

static void plain_scalars_take_their_kind(void **state)
{
	(void)state;
	yaml_is("a: 1\nb: -2.50\nc: true\nd: ~\ne: text here\nf:\n",
		"{\"a\":1,\"b\":-2.50,\"c\":true,\"d\":null,\"e\":\"text here\",\"f\":null}");
	yaml_is("- 007\n- 1e3\n- .5\n- 0x1f\n- yes\n- True\n- 1.2.3.4\n- 2025-08-27\n- +1\n- 1_000",
		"[\"007\",\"1e3\",\".5\",\"0x1f\",\"yes\",\"True\",\"1.2.3.4\",\"2025-08-27\","
		"\"+1\",\"1_000\"]");
	yaml_is("- '1'\n- \"true\"\n- !!str 5\n- |\n  a\n  b\n- >-\n  c\n  d",
		"[\"1\",\"true\",\"5\",\"a\\nb\\n\",\"c d\"]");
	yaml_is("", "null");
	yaml_is("# nothing\n", "null");
	yaml_is("1: {x: [y, {z: }]}", "{\"1\":{\"x\":[\"y\",{\"z\":null}]}}");
	yaml_is("name: \xe7\x8b\xbc\xe7\x85\x99", "{\"name\":\"\xe7\x8b\xbc\xe7\x85\x99\"}");
}

static void what_could_grow_or_hide_is_refused(void **state)
{
	(void)state;
	refused_at_line("a: &x 1\nb: *x\n", NORO_EUNSUPPORTED, 1);
	refused_at_line("a: 1\nb: *x\n", NORO_EUNSUPPORTED, 2);
	refused_at_line("a: 1\n<<: {b: 2}\n", NORO_EUNSUPPORTED, 2);
	refused_at_line("a: !!binary aGk=\n", NORO_EUNSUPPORTED, 1);
	refused_at_line("a: 1\nb: 2\na: 3\n", NORO_EFORMAT, 3);
	refused_at_line("[a, b]: c\n", NORO_EUNSUPPORTED, 1);
	refused_at_line("a\n---\nb\n", NORO_EFORMAT, 2);
	refused_at_line("a: [1\nb: 2\n", NORO_EFORMAT, 2);
	refused_at_line("a: \xff\n", NORO_EFORMAT, 1);
}

static void limits_hold(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_json_limits depth = { .max_depth = 2 }, values = { .max_values = 2 },
				bytes = { .max_bytes = 3 };
	const struct noro_json *v;

	(void)state;
	assert_int_equal(noro_yaml_parse(a, NORO_V("[[]]"), &depth, &v, NULL), NORO_OK);
	assert_int_equal(noro_yaml_parse(a, NORO_V("[[[]]]"), &depth, &v, NULL), NORO_ELIMIT);
	assert_int_equal(noro_yaml_parse(a, NORO_V("[1]"), &values, &v, NULL), NORO_OK);
	assert_int_equal(noro_yaml_parse(a, NORO_V("[1,2]"), &values, &v, NULL), NORO_ELIMIT);
	assert_int_equal(noro_yaml_parse(a, NORO_V("[12]"), &bytes, &v, NULL), NORO_ELIMIT);
	noro_arena_free(a);
}

static void spans_are_bytes_and_lines_follow(void **state)
{
	static const char text[] = "\xe7\x8b\xbc: \xe7\x85\x99\nb:\n  c: [12, \xe7\x8b\xbc]\n";
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v, *c;

	(void)state;
	assert_int_equal(noro_yaml_parse(a, NORO_V(text), NULL, &v, NULL), NORO_OK);
	assert_int_equal(v->child->at, 5);
	assert_int_equal(v->child->end, 8);
	c = noro_json_path(v, "b.c");
	assert_memory_equal(text + c->at, "[12, \xe7\x8b\xbc]", c->end - c->at);
	assert_memory_equal(text + c->child->next->at, "\xe7\x8b\xbc", 3);
	assert_int_equal(noro_line_of(NORO_V(text), c->at), 3);
	assert_int_equal(noro_line_of(NORO_V(text), 0), 1);
	noro_arena_free(a);
}

static bool try_yaml(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = NULL;
	bool good = a && noro_yaml_parse(a, noro_view_str(arg), NULL, &v, NULL) == NORO_OK;

	noro_arena_free(a);
	return good;
}

static void every_failed_allocation_is_survived(void **state)
{
	static char text[] = "{a: 1, b: [x, y], c: {d: e}, f: 1, g: 1, h: 1, i: 1, j: 1, k: 1}";

	(void)state;
	test_allocation_sweep(try_yaml, text, 100);
}

static void every_prefix_is_read_or_refused_in_bounds(void **state)
{
	static const char text[] =
		"a: [1, \"x\\u00e9\"]\n\xe7\x8b\xbc: |\n  text\nc: {d: 'e'}\nf: >-\n  g\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		uint8_t *exact = test_exact_copy(text, n);
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v = NULL;
		bool good = noro_yaml_parse(a, noro_view(exact, n), NULL, &v, NULL) == NORO_OK;

		assert_int_equal(good, v != NULL);
		if (good)
			assert_true(v->end <= n);
		noro_arena_free(a);
		free(exact);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_scalars_take_their_kind),
		cmocka_unit_test(what_could_grow_or_hide_is_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(spans_are_bytes_and_lines_follow),
		cmocka_unit_test(every_failed_allocation_is_survived),
		cmocka_unit_test(every_prefix_is_read_or_refused_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
