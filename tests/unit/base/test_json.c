/* tests/unit/base/test_json.c - trees, spans, limits, picks, and the canonical form. */
#include "tests/test.h"

#include "base/jsonw.h"

static const struct noro_json *parse_or_die(struct noro_arena *a, const char *text)
{
	const struct noro_json *v = NULL;
	struct noro_error err;

	if (noro_json_parse(a, noro_view_str(text), NULL, &v, &err) != NORO_OK)
		fail_msg("%s: %s at %u", text, err.msg ? err.msg : "?", (unsigned)err.at);
	return v;
}

/* The byte at which `text` is refused with `want`. */
static size_t refused_at(struct noro_view text, enum noro_status want, unsigned depth)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_json_limits limits = { .max_depth = depth };
	const struct noro_json *v = NULL;
	struct noro_error err = { 0 };

	assert_int_equal(noro_json_parse(a, text, &limits, &v, &err), want);
	assert_null(v);
	assert_int_equal(err.unit, NORO_AT_BYTE);
	noro_arena_free(a);
	return (size_t)err.at;
}

static void a_tree_keeps_order_spans_and_number_text(void **state)
{
	static const char text[] =
		" {\"b\":[1.50,-0,true],\"a\":{\"x\":\"\\u00e9\\ud83d\\ude00\"}}";
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = parse_or_die(a, text), *b, *x;

	(void)state;
	assert_int_equal(v->count, 2);
	assert_int_equal(v->at, 1);
	assert_int_equal(v->end, strlen(text));
	b = noro_json_get(v, "b");
	assert_ptr_equal(b, v->child);
	assert_int_equal(b->count, 3);
	assert_view_is(b->child->text, "1.50");
	assert_int_equal(b->child->at, 7);
	assert_int_equal(b->child->end, 11);
	assert_view_is(b->child->next->text, "-0");
	x = noro_json_path(v, "a.x");
	assert_view_is(x->text, "\xc3\xa9\xf0\x9f\x98\x80");
	assert_null(noro_json_path(v, "a.y"));
	assert_null(noro_json_path(v, "b.y"));
	noro_arena_free(a);
}

static void whole_numbers_are_read_when_they_fit(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v =
		parse_or_die(a, "[9223372036854775807,-9223372036854775808,9223372036854775808,"
				"-9223372036854775809,1.0,1e3,-0]");
	static const int64_t want[] = { INT64_MAX, INT64_MIN, 0, 0, 0, 0, 0 };
	static const bool good[] = { true, true, false, false, false, false, true };
	size_t i = 0;

	(void)state;
	for (const struct noro_json *c = v->child; c; c = c->next, i++) {
		int64_t n = 0;

		assert_int_equal(noro_json_i64(c, &n), good[i]);
		assert_true(n == want[i]);
	}
	assert_false(noro_json_i64(NULL, &(int64_t){ 0 }));
	noro_arena_free(a);
}

static void every_refusal_names_its_byte(void **state)
{
	(void)state;
	assert_int_equal(refused_at(NORO_V("{\"a\":1,\"a\":2}"), NORO_EFORMAT, 0), 11);
	assert_int_equal(refused_at(NORO_V("{\"a\":1,\"\\u0061\":2}"), NORO_EFORMAT, 0), 16);
	assert_int_equal(refused_at(NORO_V("[1,\"\xff\"]"), NORO_EFORMAT, 0), 4);
	assert_int_equal(refused_at(NORO_V("[\"\\ud800\"]"), NORO_EFORMAT, 0), 2);
	assert_int_equal(refused_at(NORO_V("\xef\xbb\xbf{}"), NORO_EFORMAT, 0), 0);
	assert_int_equal(refused_at(NORO_V("{} x"), NORO_EFORMAT, 0), 3);
	assert_int_equal(refused_at(NORO_V("[1,]"), NORO_EFORMAT, 0), 3);
	assert_int_equal(refused_at(NORO_V("[01]"), NORO_EFORMAT, 0), 1);
	assert_int_equal(refused_at(NORO_V("[\"a\nb\"]"), NORO_EFORMAT, 0), 3);
	assert_int_equal(refused_at(NORO_V("[[[1]]]"), NORO_ELIMIT, 2), 2);
	assert_int_equal(refused_at(NORO_V("[1,2"), NORO_ETRUNC, 0), 4);
	assert_int_equal(refused_at(NORO_V(""), NORO_ETRUNC, 0), 0);
}

static void limits_hold(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_json_limits values = { .max_values = 3 }, bytes = { .max_bytes = 4 };
	const struct noro_json *v;
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_json_parse(a, NORO_V("[1,2]"), &values, &v, &err), NORO_OK);
	assert_int_equal(noro_json_parse(a, NORO_V("[1,2,3]"), &values, &v, &err), NORO_ELIMIT);
	assert_int_equal(noro_json_parse(a, NORO_V("[1]  "), &bytes, &v, &err), NORO_ELIMIT);
	assert_int_equal(noro_json_parse(a, NORO_V("[1] "), &bytes, &v, &err), NORO_OK);
	noro_arena_free(a);
}

static void many_names_are_compared_too(void **state)
{
	struct noro_buf b = { 0 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = NULL;
	struct noro_json_limits tolerant = { .allow_duplicates = true };
	struct noro_error err;

	(void)state;
	noro_buf_str(&b, "{\"n0\":0");
	for (int i = 1; i < 50000; i++)
		noro_buf_printf(&b, ",\"n%d\":%d", i, i);
	noro_buf_str(&b, "}");
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), NULL, &v, &err), NORO_OK);
	assert_int_equal(v->count, 50000);
	b.n--;
	noro_buf_str(&b, ",\"n777\":1,\"n778\":1}");
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), NULL, &v, &err), NORO_EFORMAT);
	assert_int_equal(err.at, b.n - strlen("1,\"n778\":1}"));
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), &tolerant, &v, &err), NORO_OK);
	assert_view_is(noro_json_get(v, "n777")->text, "777");
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void every_prefix_is_refused(void **state)
{
	static const char text[] =
		"{\"k\":[1.5e+3,\"a\\u00e9\\n\xe3\x81\x82\",null,true,{\"z\":{}}],\"l\":-12}";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		uint8_t *exact = test_exact_copy(text, n);
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v = NULL;
		struct noro_error err;

		assert_int_not_equal(
			noro_json_parse(a, noro_view(exact, n), NULL, &v, &err), NORO_OK);
		assert_null(v);
		noro_arena_free(a);
		free(exact);
	}
}

static bool try_parse(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	const struct noro_json *v = NULL;
	bool good = a && noro_json_parse(a, noro_view_str(arg), NULL, &v, NULL) == NORO_OK &&
		    noro_json_canonical(v, &out, NULL) == NORO_OK;

	noro_buf_done(&out);
	noro_arena_free(a);
	return good;
}

static void every_failed_allocation_is_survived(void **state)
{
	static char text[] = "{\"a\":[1,2,{\"b\":\"\\n\"}],\"c\":1,\"d\":1,\"e\":1,\"f\":1,"
			     "\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1}";

	(void)state;
	test_allocation_sweep(try_parse, text, 100);
}

static void lone_surrogates_can_be_replaced(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_json_limits l = { .allow_lone_surrogates = true };
	const struct noro_json *v;

	(void)state;
	assert_int_equal(
		noro_json_parse(a, NORO_V("\"\\udc00x\\ud83d\\u0041\""), &l, &v, NULL), NORO_OK);
	assert_view_is(v->text, "\xef\xbf\xbdx\xef\xbf\xbd"
				"A");
	noro_arena_free(a);
}

static void picks_find_members_without_a_tree(void **state)
{
	static const char line[] =
		"{\"ts\":1.5,\"id.orig_h\":\"192.0.2.7\",\"x\":{\"y\":[1,\"}\"],\"s\":\"a\\\"b\"},"
		"\"\\u0068ost\":\"h\",\"x\":{\"s\":\"second\"},\"bad\xff\":tru";
	static const char *const paths[] = { "x.s", "id.orig_h", "ts", "host", "none", "x.y", "x",
		"bad" };
	struct noro_view ret[8];

	(void)state;
	assert_true(noro_json_pick(NORO_V(line), paths, 8, ret));
	assert_view_is(ret[0], "a\\\"b");
	assert_view_is(ret[1], "192.0.2.7");
	assert_view_is(ret[2], "1.5");
	assert_view_is(ret[3], "h");
	assert_null(ret[4].p);
	assert_view_is(ret[5], "[1,\"}\"]");
	assert_view_is(ret[6], "{\"y\":[1,\"}\"],\"s\":\"a\\\"b\"}");
	assert_null(ret[7].p);
	assert_false(noro_json_pick(NORO_V("[1]"), paths, 8, ret));
	assert_false(noro_json_pick((struct noro_view){ 0 }, paths, 8, ret));
	assert_null(ret[0].p);
}

static void a_pick_never_reads_past_a_cut_line(void **state)
{
	static const char line[] = "{\"a\":{\"b\":\"\\u0041\\\"x\"},\"c\":[{\"d\":1}],\"e\":12}";
	static const char *const paths[] = { "a.b", "c", "e" };

	(void)state;
	for (size_t n = 0; n < sizeof(line); n++) {
		uint8_t *exact = test_exact_copy(line, n);
		struct noro_view ret[3];

		(void)noro_json_pick(noro_view(exact, n), paths, 3, ret);
		for (int i = 0; i < 3; i++)
			assert_true(!ret[i].p || (ret[i].p >= (char *)exact &&
							 ret[i].p + ret[i].n <= (char *)exact + n));
		free(exact);
	}
}

static void raw_strings_are_unescaped(void **state)
{
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	assert_view_is(noro_json_unescape(a, NORO_V("1.2\\u002e3\\/x\\q\\u12")), "1.2.3/x\\q\\u12");
	assert_view_is(noro_json_unescape(a, NORO_V("plain")), "plain");
	noro_arena_free(a);
}

static void the_writer_places_commas_and_escapes(void **state)
{
	struct noro_buf b = { 0 };
	struct noro_jsonw w = noro_jsonw(&b);

	(void)state;
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "a\"", "x\n\x01\xff\xe3\x81\x82\x7f");
	noro_jsonw_key(&w, "l");
	noro_jsonw_array(&w);
	noro_jsonw_i64(&w, INT64_MIN);
	noro_jsonw_u64(&w, UINT64_MAX);
	noro_jsonw_object(&w);
	noro_jsonw_object_end(&w);
	noro_jsonw_str(&w, NULL);
	noro_jsonw_array_end(&w);
	noro_jsonw_kbool(&w, "t", true);
	noro_jsonw_object_end(&w);
	assert_string_equal(b.p, "{\"a\\\"\":\"x\\n\\u0001\xef\xbf\xbd\xe3\x81\x82\x7f\",\"l\":["
				 "-9223372036854775808,18446744073709551615,{},null],\"t\":true}");
	noro_buf_done(&b);
}

static void canonical_is(const char *text, const char *want)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };

	assert_int_equal(noro_json_canonical(parse_or_die(a, text), &b, NULL), NORO_OK);
	assert_string_equal(b.p, want);
	noro_buf_done(&b);
	noro_arena_free(a);
}

/* RFC 8785 appendix B, with the bits written as 17 digits. */
static void numbers_print_as_in_rfc_8785_appendix_b(void **state)
{
	static const struct {
		uint64_t bits;
		const char *want;
	} row[] = {
		{ 0x0000000000000000, "0" },
		{ 0x8000000000000000, "0" },
		{ 0x0000000000000001, "5e-324" },
		{ 0x8000000000000001, "-5e-324" },
		{ 0x7fefffffffffffff, "1.7976931348623157e+308" },
		{ 0xffefffffffffffff, "-1.7976931348623157e+308" },
		{ 0x4340000000000000, "9007199254740992" },
		{ 0xc340000000000000, "-9007199254740992" },
		{ 0x4430000000000000, "295147905179352830000" },
		{ 0x44b52d02c7e14af5, "9.999999999999997e+22" },
		{ 0x44b52d02c7e14af6, "1e+23" },
		{ 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
		{ 0x444b1ae4d6e2ef4e, "999999999999999700000" },
		{ 0x444b1ae4d6e2ef4f, "999999999999999900000" },
		{ 0x444b1ae4d6e2ef50, "1e+21" },
		{ 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
		{ 0x3eb0c6f7a0b5ed8d, "0.000001" },
		{ 0x41b3de4355555553, "333333333.3333332" },
		{ 0x41b3de4355555554, "333333333.33333325" },
		{ 0x41b3de4355555555, "333333333.3333333" },
		{ 0x41b3de4355555556, "333333333.3333334" },
		{ 0x41b3de4355555557, "333333333.33333343" },
		{ 0xbecbf647612f3696, "-0.0000033333333333333333" },
		{ 0x43143ff3c1cb0959, "1424953923781206.2" },
		/* a power of two: the correctly rounded 16 digits read back as a neighbour */
		{ 0x3d30000000000000, "5.684341886080802e-14" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[40];
		double v;

		memcpy(&v, &row[i].bits, sizeof(v));
		(void)snprintf(text, sizeof(text), "%.17g", v);
		canonical_is(text, row[i].want);
	}
}

static void canonical_form_sorts_by_utf16_and_drops_blanks(void **state)
{
	(void)state;
	/* RFC 8785 3.2.3 */
	canonical_is("{ \"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\","
		     "\"\\ufb33\": \"Hebrew Letter Dalet With Dagesh\", \"1\": \"One\","
		     "\"\\ud83d\\ude00\": \"Emoji: Grinning Face\", \"\\u0080\": \"Control\","
		     "\"\\u00f6\": \"Latin Small Letter O With Diaeresis\" }",
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
		"\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro "
		"Sign\","
		"\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
		"\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
	/* RFC 8785 3.2.2 */
	canonical_is("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, "
		     "0.000000000000000000000000001],"
		     "\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
		     "\"literals\": [null, true, false]}",
		"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,"
		"1e-27],\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

static void a_number_past_double_has_no_canonical_form(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_json_canonical(parse_or_die(a, "[1e400]"), &b, &err), NORO_EFORMAT);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static size_t elements_of(const char *text, struct noro_view *ret, size_t cap, bool *ret_ended)
{
	struct noro_view rest = noro_view_str(text), one;
	size_t n = 0;

	while (noro_json_element(&rest, &one)) {
		if (n < cap)
			ret[n] = one;
		n++;
	}
	*ret_ended = one.p && noro_view_trim(one).n == 0;
	return n;
}

static void elements_of_an_array_come_as_they_are_written(void **state)
{
	struct noro_view v[8];
	bool ended;

	(void)state;
	assert_int_equal(
		elements_of(" [ {\"a\":\"]\\\"\"} , \"x,y\" ,3,[1,[2]] ] ", v, 8, &ended), 4);
	assert_true(ended);
	assert_view_is(v[0], "{\"a\":\"]\\\"\"}");
	assert_view_is(v[1], "\"x,y\"");
	assert_view_is(v[2], "3");
	assert_view_is(v[3], "[1,[2]]");
	assert_int_equal(elements_of("[]", v, 8, &ended), 0);
	assert_true(ended);
}

static void an_array_that_does_not_end_leaves_a_rest(void **state)
{
	static const char whole[] = "[{\"a\":1},{\"b\":[2]}]";
	struct noro_view v[8];
	bool ended;

	(void)state;
	for (size_t n = 0; n + 1 < sizeof(whole); n++) {
		char *part = strndup(whole, n);

		assert_true(elements_of(part, v, 8, &ended) <= 2);
		assert_false(ended);
		free(part);
	}
	assert_int_equal(elements_of("[1] x", v, 8, &ended), 1);
	assert_false(ended);
}

/* Where the container that begins the text ends, byte by byte; 0 if it does not. */
static size_t ends_at(const char *p, size_t n)
{
	size_t depth = 0;
	bool inside = false;

	for (size_t i = 0; i < n; i++) {
		if (inside) {
			inside = p[i] != '"';
			i += p[i] == '\\';
			continue;
		}
		inside = p[i] == '"';
		depth += p[i] == '{' || p[i] == '[';
		if ((p[i] == '}' || p[i] == ']') && --depth == 0)
			return i + 1;
	}
	return 0;
}

static void an_element_ends_where_its_brackets_do(void **state)
{
	static const char few[] = "{}[]\"\"\"\\\\ a";
	uint64_t r = 1;
	size_t ended = 0, cut = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char text[300] = "[{";
		size_t n = 2 + round % 290, end;
		struct noro_view rest, one;
		char *exact;

		for (size_t i = 2; i < n; i++) {
			r = r * UINT64_C(6364136223846793005) + 1442695040888963407;
			/* mostly letters, so that strings and depth cross the blocks */
			text[i] = (r >> 40) % 4 ? 'b' : few[(r >> 33) % (sizeof(few) - 1)];
		}
		exact = (char *)test_exact_copy(text, n);
		rest = noro_view(exact, n);
		end = ends_at(exact + 1, n - 1);
		assert_int_equal(noro_json_element(&rest, &one), end > 0);
		if (end) {
			assert_ptr_equal(one.p, exact + 1);
			assert_int_equal(one.n, end);
			ended++;
		} else {
			assert_null(one.p);
			cut++;
		}
		free(exact);
	}
	assert_true(ended > 1000 && cut > 1000);
}

static void a_large_member_is_found_without_its_end(void **state)
{
	struct noro_view v;

	(void)state;
	assert_true(noro_json_inside(
		NORO_V(" {\"a\":{\"objects\":1}, \"obj\\u0065cts\" : [1, 2"), "objects", &v));
	assert_view_is(v, "[1, 2");
	assert_false(noro_json_inside(NORO_V("{\"a\":1}"), "objects", &v));
	assert_false(noro_json_inside(NORO_V("{\"a\":[\"objects\":2}"), "objects", &v));
	assert_false(noro_json_inside(NORO_V("[{\"objects\":2}]"), "objects", &v));
	assert_false(noro_json_inside(NORO_V("{\"objects\""), "objects", &v));
	assert_false(noro_json_inside(NORO_V("{}"), "objects", &v));
	assert_false(noro_json_inside(noro_view(NULL, 0), "objects", &v));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_keeps_order_spans_and_number_text),
		cmocka_unit_test(whole_numbers_are_read_when_they_fit),
		cmocka_unit_test(elements_of_an_array_come_as_they_are_written),
		cmocka_unit_test(an_array_that_does_not_end_leaves_a_rest),
		cmocka_unit_test(an_element_ends_where_its_brackets_do),
		cmocka_unit_test(a_large_member_is_found_without_its_end),
		cmocka_unit_test(every_refusal_names_its_byte),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(many_names_are_compared_too),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(every_failed_allocation_is_survived),
		cmocka_unit_test(lone_surrogates_can_be_replaced),
		cmocka_unit_test(picks_find_members_without_a_tree),
		cmocka_unit_test(a_pick_never_reads_past_a_cut_line),
		cmocka_unit_test(raw_strings_are_unescaped),
		cmocka_unit_test(the_writer_places_commas_and_escapes),
		cmocka_unit_test(numbers_print_as_in_rfc_8785_appendix_b),
		cmocka_unit_test(canonical_form_sorts_by_utf16_and_drops_blanks),
		cmocka_unit_test(a_number_past_double_has_no_canonical_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
