/* tests/unit/rule/test_sigma.c - Sigma rules: what they mean, and what is left out by name. */
#include "tests/unit/rule/rules.h"

#include "rule/rule_priv.h"

#define HEAD(source) "title: t\nid: 1\nlogsource: {" source "}\ndetection:\n"

static unsigned seen;

static enum noro_status count_event(void *ctx, const struct noro_rule_event *e)
{
	(void)ctx;
	(void)e;
	seen++;
	return NORO_OK;
}

static struct noro_rules *sigma(struct noro_arena *a, const char *yaml)
{
	struct noro_rules *r = test_rules_new(a);
	struct noro_error err = { 0 };

	if (noro_sigma_add_text(r, "s.yml", noro_view_str(yaml), &err) != NORO_OK ||
		noro_rules_seal(r, &err) != NORO_OK)
		fail_msg("line %llu: %s", (unsigned long long)err.at, err.msg ? err.msg : "?");
	return r;
}

static unsigned asked(struct noro_rules *r, const struct test_pair *pairs)
{
	struct test_record rec = { r, pairs };
	struct noro_rule_view v = { .get = test_record_get, .rec = &rec };
	struct noro_rule_worker *w;

	seen = 0;
	assert_int_equal(noro_rule_worker_new(r, &w), NORO_OK);
	assert_int_equal(noro_rules_match(w, &v, NULL, 0, count_event, NULL), NORO_OK);
	noro_rule_worker_free(w);
	return seen;
}

static void selections_and_conditions_mean_what_sigma_says(void **state)
{
	static const struct row {
		const char *detection;
		struct test_pair pair[5];
		unsigned holds;
	} rows[] = {
		{ "  s: {command: whoami}\n  condition: s\n", { { "command", "WhoAmI" } }, 1 },
		{ "  s: {command: whoami}\n  condition: s\n", { { "command", "whoami /all" } }, 0 },
		{ "  s: {CommandLine|contains: whoami}\n  condition: s\n",
			{ { "command", "x whoami /all" } }, 1 },
		{ "  s: {CommandLine|startswith: whoami}\n  condition: s\n",
			{ { "command", "x whoami" } }, 0 },
		{ "  s: {CommandLine|endswith: whoami}\n  condition: s\n",
			{ { "command", "x whoami" } }, 1 },
		{ "  s: {CommandLine: '*wh?ami-long*'}\n  condition: s\n",
			{ { "command", "x whoami-long y" } }, 1 },
		{ "  s: {CommandLine|contains|all: [who, amiable]}\n  condition: s\n",
			{ { "command", "who is amiable" } }, 1 },
		{ "  s: {CommandLine|contains|all: [who, amiable]}\n  condition: s\n",
			{ { "command", "amiable" } }, 0 },
		{ "  s: {CommandLine|contains|cased: Whoami}\n  condition: s\n",
			{ { "command", "whoami" } }, 0 },
		{ "  s: {CommandLine|contains: 'C:\\Temp\\evil'}\n  condition: s\n",
			{ { "command", "c:\\temp\\evil.exe" } }, 1 },
		{ "  s: {CommandLine|contains: 'evil\\*txt'}\n  condition: s\n",
			{ { "command", "evil*txt" } }, 1 },
		{ "  s: {CommandLine|contains: 'evil\\*txt'}\n  condition: s\n",
			{ { "command", "evil.txt" } }, 0 },
		{ "  s: {CommandLine|windash|contains: ' -encoded'}\n  condition: s\n",
			{ { "command", "p:/encoded" } }, 0 },
		{ "  s: {CommandLine|windash|contains: ' -encoded'}\n  condition: s\n",
			{ { "command", "p  /encoded" } }, 1 },
		{ "  s: {CommandLine|re: 'ev[i1]l+x'}\n  k: {CommandLine|contains: evil}\n  "
		  "condition: s and k\n",
			{ { "command", "evilllx" } }, 1 },
		{ "  s: {CommandLine|contains: evilword, User: null}\n  condition: s\n",
			{ { "command", "evilword" } }, 1 },
		{ "  s: {CommandLine|contains: evilword, User: null}\n  condition: s\n",
			{ { "command", "evilword" }, { "user", "x" } }, 0 },
		{ "  s: {CommandLine|contains: evilword, src_ip|cidr: 10.0.0.0/8}\n  condition: "
		  "s\n",
			{ { "command", "evilword" }, { "src.ip", "10.3.2.1" } }, 1 },
		{ "  s: {CommandLine|contains: evilword, sc-status|gte: 400}\n  condition: s\n",
			{ { "command", "evilword" }, { "status", "404" } }, 1 },
		{ "  s: {CommandLine|contains: evilword, MyField|exists: true}\n  condition: s\n",
			{ { "command", "evilword" }, { "own.MyField", "1" } }, 1 },
		{ "  s: {CommandLine|contains: evilword, User|fieldref: TargetUserName}\n  "
		  "condition: s\n",
			{ { "command", "evilword" }, { "user", "a" }, { "user.target", "A" } }, 1 },
		{ "  s:\n    - {CommandLine|contains: evilword}\n    - {CommandLine|contains: "
		  "badword}\n  condition: s\n",
			{ { "command", "badword" } }, 1 },
		{ "  k: [evilword, badword]\n  condition: k\n", { { "raw", "a BADWORD b" } }, 1 },
		{ "  k: {'|all': [evilword, badword]}\n  condition: k\n",
			{ { "raw", "a BADWORD b" } }, 0 },
		{ "  a1: {command|contains: evilword}\n  a2: {user: x}\n  f: {user: y}\n  "
		  "condition: all of a* and not f\n",
			{ { "command", "evilword" }, { "user", "x" } }, 1 },
		{ "  a1: {command|contains: evilword}\n  f: {user: y}\n  condition: a1 and not (f "
		  "or f)\n",
			{ { "command", "evilword" }, { "user", "y" } }, 0 },
		{ "  a1: {command|contains: evilword}\n  a2: {command|contains: badword}\n  "
		  "condition: 1 of them\n",
			{ { "command", "badword" } }, 1 },
		{ "  a1: {command|contains: evilword}\n  _a2: {command|contains: badword}\n  "
		  "condition: 1 of them\n",
			{ { "command", "badword" } }, 0 },
		{ "  s: {c-uri|contains: '/cgi-bin/x?cmd='}\n  condition: s\n",
			{ { "path", "/cgi-bin/x" }, { "query", "cmd=id" } }, 1 },
		{ "  s: {c-uri|contains: '/cgi-bin/x?cmd='}\n  condition: s\n",
			{ { "path", "/cgi-bin/x" }, { "query", "a=id" } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_arena *a = noro_arena_new(0);
		char *yaml = noro_arena_printf(a, HEAD("product: linux") "%s", rows[i].detection);
		struct noro_rules *r = sigma(a, yaml);
		size_t notes;
		const struct noro_rule_note *n = noro_rules_notes(r, &notes);

		if (notes)
			fail_msg("row %zu: %s (%s)", i, n[0].what.id, n[0].what.arg[0]);
		if (asked(r, rows[i].pair) != rows[i].holds)
			fail_msg("row %zu: %s", i, rows[i].detection);
		noro_arena_free(a);
	}
}

static void what_cannot_be_decided_is_named(void **state)
{
	static const struct row {
		const char *detection, *why;
	} rows[] = {
		{ "  s: {a|base64offset|contains: evilword}\n  condition: s\n",
			"the modifier '%1' is not decided" },
		{ "  s: {a|expand: '%admins%'}\n  condition: s\n",
			"the modifier '%1' is not decided" },
		{ "  s: {a|re: '(('}\n  condition: s\n",
			"the value '%1' does not fit its modifier" },
		{ "  s: {a: evilword}\n  condition: s and\n",
			"the condition is not understood at '%1'" },
		{ "  s: {a: evilword}\n  condition: 2 of s*\n",
			"the condition is not understood at '%1'" },
		{ "  s: {a: evilword}\n  condition: t\n",
			"the condition is not understood at '%1'" },
		{ "  s: {a: evilword}\n  condition: s | near t\n",
			"the aggregation '%1' is not decided" },
		{ "  s: {a: evilword}\n  condition: s | count() by b > 5\n",
			"an aggregation without a timeframe" },
		{ "  s: {a: ab}\n  condition: s\n",
			"no word must occur in a record: every one would be read" },
		{ "  s: {a: evilword}\n  condition: not s\n",
			"no word must occur in a record: every one would be read" },
		{ "  s: {a: evilword}\n", "the rule has no condition" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_rules *r = sigma(
			a, noro_arena_printf(a, HEAD("product: linux") "%s", rows[i].detection));
		size_t notes;
		const struct noro_rule_note *n = noro_rules_notes(r, &notes);

		assert_int_equal(noro_rules_count(r), 0);
		assert_int_equal(notes, 1);
		assert_string_equal(n[0].what.id, rows[i].why);
		assert_string_equal(n[0].rule, "sigma:1");
		noro_arena_free(a);
	}
}

static void correlations_count_and_follow(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r =
		sigma(a, "title: base\nname: b1\nlogsource: {product: linux}\n"
			 "detection: {s: {message|contains: evilword}, condition: s}\n"
			 "---\n# nothing here\n---\n"
			 "title: many\nid: c1\ncorrelation: {type: event_count, rules: [b1], "
			 "group-by: [src_ip], "
			 "timespan: 10m, condition: {gte: 3}}\n"
			 "---\n"
			 "title: lost\nid: c2\ncorrelation: {type: event_count, rules: [nobody], "
			 "group-by: [src_ip], "
			 "timespan: 10m, condition: {gte: 3}}\n");
	size_t notes;
	const struct noro_rule_note *n = noro_rules_notes(r, &notes);

	(void)state;
	assert_int_equal(noro_rules_count(r), 1); /* the base rule speaks only through c1 */
	assert_string_equal(noro_rules_check(r, 0)->id, "sigma:c1");
	assert_int_equal(notes, 1);
	assert_string_equal(n[0].rule, "sigma:c2");
	assert_int_equal(r->rule[0].kind, NORO_CONCLUDE_COUNT);
	assert_int_equal(r->rule[0].step[0].at_least, 3);
	noro_arena_free(a);
}

static int cmp_note(const void *a, const void *b)
{
	const struct noro_rule_note *x = a, *y = b;

	return strcmp(x->what.id, y->what.id);
}

static void the_public_rules_load_or_are_named(void **state)
{
	struct noro_arena *a;
	struct noro_rules *r;
	struct noro_error err = { 0 };
	struct noro_rule_note *sorted;
	const struct noro_rule_note *n;
	size_t notes, same = 0;

	(void)state;
	if (!test_data())
		return; /* a skipped subtest would be a failed one to Meson */
	a = noro_arena_new(0);
	r = test_rules_new(a);
	if (noro_sigma_add_path(
		    r, noro_arena_printf(a, "%s/ti/SigmaHQ+sigma", test_data()), &err) != NORO_OK ||
		noro_rules_seal(r, &err) != NORO_OK)
		fail_msg("%s:%llu %s", err.where, (unsigned long long)err.at, err.msg);
	n = noro_rules_notes(r, &notes);
	print_message("# %zu rules decided, %zu not\n", noro_rules_count(r), notes);
	sorted = noro_arena_array(a, notes + 1, sizeof(*sorted));
	memcpy(sorted, n, notes * sizeof(*n));
	qsort(sorted, notes, sizeof(*sorted), cmp_note);
	for (size_t i = 0; i < notes; i++) {
		same++;
		print_message("#   %s: %s (%s)\n", strrchr(sorted[i].file, '/') + 1,
			sorted[i].what.id, sorted[i].what.arg[0] ? sorted[i].what.arg[0] : "");
	}
	assert_int_equal(noro_rules_count(r) + notes, r->files);
	assert_true(noro_rules_count(r) * 20 >= r->files * 17);
	noro_arena_free(a);
}

static const char whole[] = HEAD(
	"category: webserver") "  s: {c-uri|contains: ['/a?evil', 'x*longword'], cs-method: POST}\n"
			       "  f: {sc-status: [404, null]}\n  k: [abcdef, 'ghij\\*h']\n"
			       "  timeframe: 5m\n  condition: s and not 1 of f* or k | count(user) "
			       "by src_ip > 5\n";

static bool load_whole(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_rules *r;
	enum noro_status st;

	(void)arg;
	if (!a)
		return false;
	st = noro_rules_new(a, NULL, &r, NULL);
	if (st == NORO_OK)
		st = noro_sigma_add_text(r, "t", NORO_V(whole), NULL);
	if (st == NORO_OK)
		st = noro_rules_seal(r, NULL);
	if (st == NORO_OK)
		assert_int_equal(noro_rules_count(r), 1);
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
		enum noro_status st = noro_sigma_add_text(r, "t", noro_view(exact, n), &err);

		assert_true(st == NORO_OK || err.status == st);
		noro_arena_free(a);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selections_and_conditions_mean_what_sigma_says),
		cmocka_unit_test(what_cannot_be_decided_is_named),
		cmocka_unit_test(correlations_count_and_follow),
		cmocka_unit_test(the_public_rules_load_or_are_named),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(survives_every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
