/* tests/unit/rule/test_cond.c - every operator, and what the loader refuses. */
#include "tests/unit/rule/rules.h"

#include "base/arena.h"

static unsigned seen;

static enum noro_status count_event(void *ctx, const struct noro_rule_event *e)
{
	(void)ctx;
	(void)e;
	seen++;
	return NORO_OK;
}

/* Does a condition (YAML, one flow mapping) hold for the record? */
static bool holds(const char *when, const struct test_pair *pairs)
{
	struct noro_arena *a = noro_arena_new(0);
	char *yaml = noro_arena_printf(a,
		"- {set: trusted, values: [10.0.0.0/8, 192.0.2.7, Alice, '2001:db8::/32']}\n"
		"- id: T-1\n"
		"  title: {en: a, ja: b}\n"
		"  about: {en: a, ja: b}\n"
		"  next: {en: a, ja: b}\n"
		"  severity: low\n"
		"  confidence: 50\n"
		"  needs: [login]\n"
		"  emit: user\n"
		"  prefilter: [anything]\n"
		"  when: %s\n"
		"  examples: {positive: [{record: {user: x}}], negative: [{record: {user: y}}]}\n",
		when);
	struct noro_rules *r = test_rules(a, yaml);
	struct test_record rec = { r, pairs };
	struct noro_rule_view v = { .get = test_record_get, .rec = &rec };
	struct noro_rule_worker *w;

	seen = 0;
	assert_int_equal(noro_rule_worker_new(r, &w), NORO_OK);
	assert_int_equal(noro_rules_match(w, &v, NULL, 0, count_event, NULL), NORO_OK);
	noro_rule_worker_free(w);
	noro_arena_free(a);
	assert_true(seen <= 1);
	return seen == 1;
}

static void operators_hold_and_fail_as_told(void **state)
{
	static const struct row {
		const char *when;
		struct test_pair pair[4];
		bool holds;
	} rows[] = {
		{ "{user: ALICE}", { { "user", "alice" } }, true },
		{ "{user: [bob, alice]}", { { "user", "Alice" } }, true },
		{ "{user: {equals: Alice, case: true}}", { { "user", "alice" } }, false },
		{ "{user: alice}", { { "host", "alice" } }, false },
		{ "{user: ''}", { { "user", "" } }, true },
		{ "{message: {contains: [xx, WORLD]}}", { { "message", "hello world" } }, true },
		{ "{message: {contains_all: [hello, world]}}", { { "message", "hello world" } },
			true },
		{ "{message: {contains_all: [hello, moon]}}", { { "message", "hello world" } },
			false },
		{ "{path: {starts: /web}}", { { "path", "/WEBUI/x" } }, true },
		{ "{path: {ends: .php}}", { { "path", "/a.PHP" } }, true },
		{ "{path: {ends: /a.php}}", { { "path", ".php" } }, false },
		{ "{path: {glob: '/up*/?.php'}}", { { "path", "/uploads/x/a.php" } }, true },
		{ "{path: {glob: '/up*/?.php'}}", { { "path", "/uploads/xy.php" } }, false },
		{ "{path: {regex: '^/a+b$'}}", { { "path", "/AAAB" } }, true },
		{ "{path: {regex: '^/a+b$', case: true}}", { { "path", "/AAAB" } }, false },
		{ "{user: {in: $trusted}}", { { "user", "alice" } }, true },
		{ "{src.ip: {in: $trusted}}", { { "src.ip", "10.200.1.1" } }, true },
		{ "{src.ip: {in: $trusted}}", { { "src.ip", "11.200.1.1" } }, false },
		{ "{src.ip: {in: $trusted}}", { { "src.ip", "2001:DB8::1" } }, true },
		{ "{src.ip: {in: $nowhere}}", { { "src.ip", "10.0.0.1" } }, false },
		{ "{src.ip: {in: [192.0.2.1, 198.51.100.0/24]}}", { { "src.ip", "198.51.100.3" } },
			true },
		{ "{src.ip: {cidr: 2001:db8::/32}}", { { "src.ip", "2001:0db8:0::5" } }, true },
		{ "{src.ip: {cidr: 192.0.2.0/24}}", { { "src.ip", "192.0.3.1" } }, false },
		{ "{src.ip: {class: private}}", { { "src.ip", "172.20.1.1" } }, true },
		{ "{src.ip: {class: global}}", { { "src.ip", "172.20.1.1" } }, false },
		{ "{status: {ge: 200, lt: 300}}", { { "status", "204" } }, true },
		{ "{status: {ge: 200, lt: 300}}", { { "status", "300" } }, false },
		{ "{status: {gt: 5}}", { { "status", "many" } }, false },
		{ "{status: {le: -1}}", { { "status", "-3" } }, true },
		{ "{user: {exists: true}}", { { "user", "x" } }, true },
		{ "{user: {exists: false}}", { { "user", "x" } }, false },
		{ "{user: {exists: false}}", { { "host", "x" } }, true },
		{ "{user: {same_as: user.target}}", { { "user", "x" }, { "user.target", "X" } },
			true },
		{ "{user: {same_as: user.target}}", { { "user", "x" } }, false },
		{ "{command|message: {contains: tclsh}}", { { "message", "run tclsh" } }, true },
		{ "{any: [{user: a}, {host: b}]}", { { "host", "b" } }, true },
		{ "{all: [{user: a}, {host: b}]}", { { "host", "b" } }, false },
		{ "{not: [{user: a}, {host: b}]}", { { "host", "b" } }, false },
		{ "{not: {user: a}, host: b}", { { "host", "b" } }, true },
		{ "{defined: $trusted}", { { "user", "x" } }, true },
		{ "{not: {defined: $nowhere}}", { { "user", "x" } }, true },
		{ "{path: {decode: percent, contains: webui_wsma_http}}",
			{ { "path", "/%2577ebui_%2577sma_Http" } }, true },
		{ "{path: {contains: webui_wsma_http}}", { { "path", "/%2577ebui_%2577sma_Http" } },
			false },
		{ "{query: {decode: lookups, contains: 'jndi:ldap'}}",
			{ { "query", "x=${${lower:j}n${::-d}${env:NOPE:-i}:ldap://h/a}" } }, true },
		{ "{query: {decode: lookups, contains: 'jndi:ldap'}}",
			{ { "query", "x=%24%7Bjndi%3Aldap%3A//h/a}" } }, true },
		{ "{query: {decode: lookups, contains: 'jndi:ldap'}}",
			{ { "query", "x=${lower:jn}:di:ldap" } }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (holds(rows[i].when, rows[i].pair) != rows[i].holds)
			fail_msg("%s should %s", rows[i].when, rows[i].holds ? "hold" : "not hold");
}

static void commands_may_be_abbreviated(void **state)
{
	static const struct row {
		const char *pattern, *typed;
		bool anchored, anywhere;
	} rows[] = {
		{ "sh(ow) run(ning-config)", "sh run", true, true },
		{ "sh(ow) run(ning-config)", "show running-config | inc user", true, true },
		{ "sh(ow) run(ning-config)", "router1#sho runn", true, true },
		{ "sh(ow) run(ning-config)", "pe1(config-if)#do sh run", true, true },
		{ "sh(ow) run(ning-config)", "s run", false, false },
		{ "sh(ow) run(ning-config)", "show ru", false, false },
		{ "sh(ow) run(ning-config)", "show running-configs", false, false },
		{ "sh(ow) run(ning-config)", "User:noc logged command:show running-config", false,
			true },
		{ "sh(ow) run(ning-config)", "slideshow run", false, false },
		{ "mon(itor) cap(ture)", "mon cap X interface Gi1 both", true, true },
		{ "cop(y) boot*:* ftp:*", "copy bootflash:tac.pcap ftp://192.0.2.1/", true, true },
		{ "cop(y) boot*:* ftp:*", "copy running-config startup-config", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char yaml[128];
		struct test_pair p[2] = { { "command", rows[i].typed }, { NULL, NULL } };

		(void)snprintf(yaml, sizeof(yaml), "{command: {ios: '%s'}}", rows[i].pattern);
		if (holds(yaml, p) != rows[i].anchored)
			fail_msg("ios '%s' on '%s'", rows[i].pattern, rows[i].typed);
		(void)snprintf(yaml, sizeof(yaml), "{command: {ios_in: '%s'}}", rows[i].pattern);
		if (holds(yaml, p) != rows[i].anywhere)
			fail_msg("ios_in '%s' on '%s'", rows[i].pattern, rows[i].typed);
	}
}

#define HEAD                                                                                       \
	"id: T-1\ntitle: {en: a, ja: b}\nabout: {en: a, ja: b}\nnext: {en: a, ja: b}\n"            \
	"severity: low\nconfidence: 50\nneeds: [login]\n"                                          \
	"examples: {positive: [{record: {user: x}}], negative: [{record: {user: y}}]}\n"

static void refuses_with_the_line(void **state)
{
	static const struct row {
		const char *yaml;
		uint64_t line;
	} rows[] = {
		{ HEAD "emit: user\nwhen: {message: {contains: abcdef}}\ncolour: red\n", 11 },
		{ HEAD "emit: user\nwhen: {usr: x}\n", 10 },
		{ HEAD "emit: user\nwhen: {user: {likes: x}}\n", 10 },
		{ HEAD "emit: user\nwhen: {message: {regex: '(('}}\n", 10 },
		{ HEAD "emit: user\nwhen: {src.ip: {cidr: 10.0.0.0/40}}\n", 10 },
		{ HEAD "emit: user\nwhen: {status: {gt: high}}\n", 10 },
		{ HEAD "emit: user\nwhen: {action: login}\n", 1 }, /* no literal */
		{ HEAD "emit: user\nprefilter: [ab]\nwhen: {action: login}\n", 10 }, /* too short */
		{ HEAD "emit: user\nwhen: {message: {contains: ''}}\n", 10 },
		{ HEAD "emit: user\nwhen: {message: {contains: abcdef}}\nover: [config]\n", 11 },
		{ HEAD "when: {message: {contains: abcdef}}\n", 1 }, /* nothing to report about */
		{ HEAD "emit: user\nconclude: {each: {on: nowhere}}\n", 1 },
		{ HEAD "emit: user\nconclude: {count: {on: x, by: user, at_least: 5}}\n", 10 },
		{ HEAD "emit: user\nconclude: {count: {on: x, by: user, at_least: 5000, within: "
		       "1h}}\n",
			10 },
		{ HEAD "emit: user\nconclude: {count: {on: x, by: user, at_least: 5, within: "
		       "soon}}\n",
			10 },
		{ HEAD "emit: user\nwhen: {}\n", 10 },
		{ "[{set: x}]", 1 },
		{ "just text", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_rules *r = test_rules_new(a);
		struct noro_error err = { 0 };
		enum noro_status st =
			noro_rules_add_text(r, "t.yaml", noro_view_str(rows[i].yaml), &err);

		if (st == NORO_OK)
			st = noro_rules_seal(r, &err);
		if (st != NORO_EFORMAT || !err.msg || err.unit != NORO_AT_LINE ||
			err.at != rows[i].line || strcmp(err.where, "t.yaml") != 0)
			fail_msg("row %zu: status %d, line %llu, '%s'", i, st,
				(unsigned long long)err.at, err.msg ? err.msg : "");
		noro_arena_free(a);
	}
}

static void duplicate_ids_are_refused(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = test_rules_new(a);
	struct noro_error err = { 0 };
	const char *one = HEAD "emit: user\nwhen: {message: {contains: abcdef}}\n";

	(void)state;
	assert_int_equal(noro_rules_add_text(r, "a", noro_view_str(one), &err), NORO_OK);
	assert_int_equal(noro_rules_add_text(r, "b", noro_view_str(one), &err), NORO_OK);
	assert_int_equal(noro_rules_seal(r, &err), NORO_EFORMAT);
	assert_string_equal(err.where, "b");
	noro_arena_free(a);
}

static void literals_are_derived_from_what_must_occur(void **state)
{
	static const struct row {
		const char *when;
		const char *literal[4];
	} rows[] = {
		{ "{message: {contains: Abcdef}}", { "abcdef" } },
		{ "{message: {contains: abcdef}, user: longer-than-that}", { "longer-than-that" } },
		{ "{any: [{message: {contains: abcdef}}, {path: {ends: /xyz123}}]}",
			{ "abcdef", "xyz123" } },
		{ "{path: {glob: '*/webui/*confirm.html'}}", { "confirm.html" } },
		{ "{command: {ios: 'guestshell ena(ble)'}}", { "guestshell" } },
		{ "{message: {contains: abcdef}, not: {user: nobody-else-here}}", { "abcdef" } },
		{ "{message: {contains: ['say \"hello', 'goodbye\\tall']}}",
			{ "goodbye", "hello" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_rules *r = test_rules(
			a, noro_arena_printf(a, HEAD "emit: user\nwhen: %s\n", rows[i].when));
		size_t n, want = 0;
		const char *const *got = noro_rules_literals(r, &n);

		while (want < 4 && rows[i].literal[want])
			want++;
		if (n != want)
			fail_msg("%s: %zu literals, first '%s'", rows[i].when, n, n ? got[0] : "");
		for (size_t k = 0; k < n; k++)
			assert_string_equal(got[k], rows[i].literal[k]);
		noro_arena_free(a);
	}
}

static void a_costly_regex_gives_up_and_is_counted(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r = test_rules(
		a, HEAD "emit: user\nprefilter: [aaa]\nwhen: {message: {regex: '^(a|a?)+$'}}\n");
	struct test_pair p[] = { { "message", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" },
		{ NULL, NULL } };
	struct test_record rec = { r, p };
	struct noro_rule_view v = { .get = test_record_get, .rec = &rec };
	struct noro_rule_worker *w;

	(void)state;
	assert_int_equal(noro_rule_worker_new(r, &w), NORO_OK);
	assert_int_equal(noro_rules_match(w, &v, NULL, 0, count_event, NULL), NORO_OK);
	assert_int_equal(noro_rule_worker_undecided(w), 1);
	assert_true(noro_view_is(noro_rule_worker_gave_up(w), "^(a|a?)+$"));
	noro_rule_worker_free(w);
	noro_arena_free(a);
}

static const char whole[] =
	"- {set: s, values: [a, 10.0.0.0/8]}\n"
	"- signal: x.y\n  when: {message: {regex: 'a+bcdef'}, user: {in: $s}}\n  prefilter: "
	"[bcdef]\n"
	"- "
	"id: T-2\n  title: {en: a, ja: b}\n  about: {en: a, ja: b}\n  next: {en: a, ja: b}\n"
	"  severity: {unknown: low, attempt: info, success: high}\n  confidence: 50\n  needs: "
	"[login]\n"
	"  conclude: {sequence: {by: [user], within: 1h, steps: [{on: x.y, at_least: 3}, {on: "
	"x.y}]}}\n"
	"  outcome: {success: {status: 200}, attempt: {status: {ge: 400}}}\n"
	"  adjust: [{when: {src.ip: {class: global}}, severity: 1, why: public-source}]\n"
	"  examples: {positive: [{record: {user: x}}], negative: [{record: {user: y}}]}\n";

static bool load_whole(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r;
	struct noro_rule_worker *w = NULL;
	enum noro_status st;

	(void)arg;
	if (!a)
		return false;
	st = noro_rules_new(a, NULL, &r, NULL);
	if (st == NORO_OK)
		st = noro_rules_add_text(r, "t", NORO_V(whole), NULL);
	if (st == NORO_OK)
		st = noro_rules_seal(r, NULL);
	if (st == NORO_OK)
		st = noro_rule_worker_new(r, &w);
	noro_rule_worker_free(w);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void survives_every_failed_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(load_whole, NULL, 5000);
}

static void survives_every_truncation(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		uint8_t *exact = test_exact_copy(whole, n);
		struct noro_arena *a = noro_arena_new(0);
		struct noro_rules *r = test_rules_new(a);
		struct noro_error err = { 0 };
		enum noro_status st = noro_rules_add_text(r, "t", noro_view(exact, n), &err);

		assert_true(st == NORO_OK || err.status == st);
		noro_arena_free(a);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_hold_and_fail_as_told),
		cmocka_unit_test(commands_may_be_abbreviated),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(duplicate_ids_are_refused),
		cmocka_unit_test(literals_are_derived_from_what_must_occur),
		cmocka_unit_test(a_costly_regex_gives_up_and_is_counted),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(survives_every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
