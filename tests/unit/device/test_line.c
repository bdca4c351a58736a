/* tests/unit/device/test_line.c - patterns over one line: what they take, and that they end. */
#include "tests/test.h"

#include "device/line_priv.h"

static struct noro_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

/* "a=1 b=2" of what the pattern took; NULL when it does not match. */
static const char *took(const char *pattern, const char *line)
{
	static char out[512];
	struct noro_line_pattern *p;
	struct noro_line_scratch s;
	struct noro_error err;
	size_t n = 0;

	assert_int_equal(noro_line_compile(arena, noro_view_str(pattern), &p, &err), NORO_OK);
	assert_int_equal(noro_line_scratch(arena, &s), NORO_OK);
	if (!noro_line_match(p, noro_view_str(line), &s))
		return NULL;
	out[0] = 0;
	for (uint16_t i = 0; i < p->caps; i++)
		if (s.cap[i].p && p->cap[i].name.n)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s=%.*s", n ? " " : "",
				NORO_VARG(p->cap[i].name), NORO_VARG(s.cap[i]));
	return out;
}

static void words_and_captures(void **state)
{
	(void)state;
	assert_string_equal(took("line <n:num> is <s>", "  Line 12   is up "), "n=12 s=up");
	assert_null(took("line <n:num> is <s>", "line x is up"));
	assert_null(took("line <n:num>", "line 12 more"));
	assert_string_equal(took("line <n:num> ...", "line 12 more"), "n=12");
	assert_string_equal(took("line <n:num> ...", "line 12"), "n=12");
	assert_string_equal(took("<a>, <b*> at <c>", "x, y z at w"), "a=x b=y z c=w");
	assert_string_equal(
		took("v<major:num>.<rest>", "v7.4.7,build2731"), "major=7 rest=4.7,build2731");
	assert_string_equal(took("<user>@<host>", "root@r1"), "user=root host=r1");
}

static void what_may_be_absent(void **state)
{
	(void)state;
	assert_string_equal(took("[*] <n:num> <x>", "* 2 a"), "n=2 x=a");
	assert_string_equal(took("[*] <n:num> <x>", "2 a"), "n=2 x=a");
	assert_string_equal(took("a [b] c", "a c"), "");
	assert_string_equal(took("a [b [<x>]] c", "a b y c"), "x=y");
	assert_null(took("a [b] c", "abc"));
	assert_string_equal(took("vlan[<n:num>] up", "vlan7 up"), "n=7");
	assert_string_equal(took("\\[<a>\\]", "[x]"), "a=x");
	assert_string_equal(took("(<n:num> matches)", "(12 matches)"), "n=12");
	assert_string_equal(took("(up|down|<s>) now", "odd now"), "s=odd");
}

static void types_decide_between_ways(void **state)
{
	(void)state;
	assert_string_equal(took("(<ip:ip>|<host*>)", "192.0.2.1"), "ip=192.0.2.1");
	assert_string_equal(took("(<ip:ip>|<host*>)", "cafe"), "host=cafe");
	assert_string_equal(took("(<ip:ip>|<host*>)", "2001:db8::1"), "ip=2001:db8::1");
	assert_string_equal(took("<n:net>", "192.0.2.0/24"), "n=192.0.2.0/24");
	assert_null(took("<n:net>", "192.0.2.0/64"));
	assert_null(took("<d:duration>", "soon"));
}

static void indentation_can_be_asked_for(void **state)
{
	(void)state;
	assert_non_null(took("^a", "a"));
	assert_null(took("^a", " a"));
	assert_non_null(took(" a", "  a"));
	assert_null(took(" a", "a"));
}

static void durations_in_every_spelling(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} row[] = {
		{ "01:02:03", 3723 },
		{ "1w2d", 9 * 86400 },
		{ "2 years, 31 weeks, 6 days, 9 hours, 55 minutes", 82374900 },
		{ "3d04h", 3 * 86400 + 4 * 3600 },
		{ "0 weeks, 0 days, 0 hours and 55 minutes", 3300 },
		{ "9w2d 5:23:37", 65 * 86400 + 5 * 3600 + 23 * 60 + 37 },
		{ "5 day(s), 2 hour(s)", 5 * 86400 + 7200 },
	};
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_true(noro_line_duration(noro_view_str(row[i].text), &n));
		assert_int_equal(n, row[i].seconds);
	}
	assert_false(noro_line_duration(NORO_V("never"), &n));
	assert_false(noro_line_duration(NORO_V(""), &n));
}

static void mistakes_are_told(void **state)
{
	static const char *const bad[] = { "<a", "a [b", "<a:colour>", "(a|b" };
	struct noro_line_pattern *p;
	struct noro_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
			noro_line_compile(arena, noro_view_str(bad[i]), &p, &err), NORO_EFORMAT);
}

/* What makes a backtracking matcher take forever takes no time here. */
static void hostile_lines_cost_little(void **state)
{
	char line[NORO_LINE_MAX + 2];

	(void)state;
	memset(line, 'a', sizeof(line));
	line[NORO_LINE_MAX] = 0;
	assert_null(took("<a*>a<b*>a<c*>a<d*>a<e*>b", line));
	assert_null(took("[a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a]b", line));
	for (size_t i = 1; i < NORO_LINE_MAX; i += 2)
		line[i] = ' ';
	assert_null(took("<a*> <b*> <c*> <d*> <e*> b", line));
	memset(line, 'a', sizeof(line));
	line[NORO_LINE_MAX + 1] = 0;
	assert_null(took("<a*>", line)); /* longer than a line may be */
}

static bool try_compile(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_line_pattern *p;
	struct noro_line_scratch s;
	bool ok;

	(void)arg;
	if (!a)
		return false;
	ok = noro_line_compile(a, NORO_V("a <b:ip> [c] (d|<e*>) ..."), &p, NULL) == NORO_OK &&
	     noro_line_scratch(a, &s) == NORO_OK;
	noro_arena_free(a);
	return ok;
}

static void memory_may_fail(void **state)
{
	(void)state;
	test_allocation_sweep(try_compile, NULL, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_and_captures, setup, teardown),
		cmocka_unit_test_setup_teardown(what_may_be_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(types_decide_between_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(indentation_can_be_asked_for, setup, teardown),
		cmocka_unit_test(durations_in_every_spelling),
		cmocka_unit_test_setup_teardown(mistakes_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_lines_cost_little, setup, teardown),
		cmocka_unit_test(memory_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
