/* tests/unit/rule/test_tables.c - checks over tables: joins, approvals, baselines, the fleet. */
#include "tests/unit/rule/tables.h"

#define HEAD(id)                                                                                   \
	"- id: " id "\n"                                                                           \
	"  title: { en: t, ja: 題 }\n"                                                            \
	"  about: { en: a, ja: 説 }\n"                                                            \
	"  next: { en: n, ja: 次 }\n"                                                             \
	"  severity: high\n"                                                                       \
	"  confidence: 60\n"                                                                       \
	"  needs: [config]\n"

static void tell(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	(void)ctx;
	print_message("# %s, line %llu: %s (%s, %s)\n", id, (unsigned long long)line, why->id,
		why->arg[0] ? why->arg[0] : "", why->arg[1] ? why->arg[1] : "");
}

/* Load with the schema of tables.yaml; NULL and the message in `err` if refused. */
static struct noro_rules *load(struct noro_arena *a, const char *yaml, struct noro_error *err)
{
	struct noro_rules_opts o = test_schema(a);
	struct noro_rules *r = NULL;

	assert_int_equal(noro_rules_new(a, &o, &r, err), NORO_OK);
	if (noro_rules_add_text(r, "t.yaml", noro_view_str(yaml), err) != NORO_OK ||
		noro_rules_seal(r, err) != NORO_OK)
		return NULL;
	return r;
}

static void says(const char *yaml, size_t examples)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_error err = { 0 };
	struct noro_rules *r = load(a, yaml, &err);
	struct noro_self_test t = { .fail = tell };

	if (!r)
		fail_msg("line %llu: %s (%s)", (unsigned long long)err.at, err.msg, err.arg[0]);
	assert_int_equal(noro_rules_self_test(r, &t, NULL), NORO_OK);
	assert_int_equal(t.failures, 0);
	assert_int_equal(t.examples, examples);
	noro_arena_free(a);
}

static void absence_is_a_device_without_such_a_row(void **state)
{
	(void)state;
	says(HEAD("LOG-01") "  over: device\n"
			    "  when: { has: { word: config } }\n"
			    "  unless: [{ table: receiver, when: { kind: syslog } }]\n"
			    "  emit: [device]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - { row: { has: config } }\n"
			    "      - rows: [{ table: device, has: config state }, { table: "
			    "receiver, kind: trap }]\n"
			    "      - rows: [{ table: device, has: config }, { table: receiver, "
			    "kind: syslog, device: r2 }]\n"
			    "      - rows: [{ table: device, has: config }, { table: receiver, "
			    "kind: syslog, diff: removed }]\n"
			    "    negative:\n"
			    "      - { row: { has: state } }\n"
			    "      - rows: [{ table: device, has: config }, { table: receiver, "
			    "kind: syslog }]\n",
		6);
}

static void joins_compare_columns_whatever_their_case(void **state)
{
	(void)state;
	says(HEAD("ACL-04") "  over: acl.use\n"
			    "  when: { where: vty }\n"
			    "  unless: [{ table: acl, on: { name: name } }]\n"
			    "  also: [{ table: line, on: { kind: where }, when: { transport.in: { "
			    "word: ssh } } }]\n"
			    "  emit: [name]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - rows: [{ table: acl.use, where: vty, name: MGMT }, { table: "
			    "acl, name: other }, { table: line, kind: VTY, transport.in: 'telnet "
			    "ssh' }]\n"
			    "    negative:\n"
			    "      - rows: [{ table: acl.use, where: vty, name: MGMT }, { table: "
			    "acl, name: mgmt }, { table: line, kind: vty, transport.in: ssh }]\n"
			    "      - rows: [{ table: acl.use, where: vty, name: MGMT }, { table: "
			    "line, kind: vty, transport.in: telnet }]\n"
			    "      - rows: [{ table: acl.use, where: vty, name: MGMT }, { table: "
			    "line, kind: vty, transport.in: ssh, device: r2 }]\n",
		4);
}

static void approved_comes_from_the_site_else_from_the_baseline(void **state)
{
	(void)state;
	says(HEAD("AAA-02") "  over: aaa.server\n"
			    "  approved: { address: $site.aaa }\n"
			    "  emit: [address]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - { row: { address: 192.0.2.1 }, expect: { severity: medium } "
			    "}\n"
			    "      - { row: { address: 192.0.2.1, diff: added }, expect: { "
			    "severity: critical } }\n"
			    "      - { row: { address: 192.0.2.1 }, site: { aaa: [198.51.100.0/24] "
			    "}, expect: { severity: high } }\n"
			    "      - { row: { address: 192.0.2.1, diff: same }, site: { aaa: "
			    "[198.51.100.0/24] }, expect: { severity: medium } }\n"
			    "    negative:\n"
			    "      - { row: { address: 192.0.2.1, diff: same } }\n"
			    "      - { row: { address: 192.0.2.1, diff: removed } }\n"
			    "      - { row: { address: 198.51.100.7, diff: added }, site: { aaa: "
			    "[198.51.100.0/24] } }\n",
		7);
}

static void severity_moves_with_what_is_known(void **state)
{
	(void)state;
	says(HEAD("SVC-01") "  over: service\n"
			    "  when: { name: smart-install, enabled: yes }\n"
			    "  vendor_default: { detail: default }\n"
			    "  reachable: { interface: outside }\n"
			    "  emit: [name]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - { row: { name: smart-install, enabled: 'yes' }, expect: { "
			    "severity: high } }\n"
			    "      - { row: { name: smart-install, enabled: 'yes', detail: default "
			    "}, expect: { severity: low } }\n"
			    "      - { row: { name: smart-install, enabled: 'yes', interface: "
			    "outside }, expect: { severity: critical } }\n"
			    "    negative:\n"
			    "      - { row: { name: smart-install, enabled: 'no' } }\n",
		4);
}

static void the_fleet_is_counted_and_compared(void **state)
{
	(void)state;
	says(HEAD("USR-09") "  over: user\n"
			    "  when: { secret.id: { exists: true } }\n"
			    "  conclude: { distinct: { by: secret.id, of: device, at_least: 2 } }\n"
			    "  emit: [name]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - rows: [{ name: a, secret.id: x1 }, { name: b, secret.id: x1, "
			    "device: r2 }]\n"
			    "    negative:\n"
			    "      - rows: [{ name: a, secret.id: x1 }, { name: b, secret.id: x1 "
			    "}]\n"
			    "      - rows: [{ name: a, secret.id: x1 }, { name: b, secret.id: x2, "
			    "device: r2 }]\n" HEAD(
				    "IMG-06") "  over: image\n"
					      "  also: [{ table: image, on: { path: path }, fleet: "
					      "true }]\n"
					      "  unless: [{ table: image, on: { path: path, sum: "
					      "sum }, fleet: true }]\n"
					      "  emit: [path]\n"
					      "  examples:\n"
					      "    positive:\n"
					      "      - rows: [{ path: a, sum: '1' }, { path: a, "
					      "sum: '2', device: r2 }, { path: a, sum: '1', "
					      "device: r3 }]\n"
					      "    negative:\n"
					      "      - rows: [{ path: a, sum: '1' }, { path: b, "
					      "sum: '2', device: r2 }]\n"
					      "      - rows: [{ path: a, sum: '1' }, { path: a, "
					      "sum: '1', device: r2 }]\n",
		6);
}

static void another_row_is_not_the_row_itself(void **state)
{
	(void)state;
	says(HEAD("CRY-03") "  over: vpn.peer\n"
			    "  also: [{ table: vpn.peer, on: { psk.id: psk.id }, other: true }]\n"
			    "  emit: [address]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - rows: [{ address: 192.0.2.1, psk.id: k }, { address: "
			    "192.0.2.2, psk.id: k }]\n"
			    "    negative:\n"
			    "      - { row: { address: 192.0.2.1, psk.id: k } }\n"
			    "      - rows: [{ address: 192.0.2.1, psk.id: k }, { address: "
			    "192.0.2.2, psk.id: m }]\n",
		3);
}

static void a_check_may_ask_records_and_several_tables(void **state)
{
	(void)state;
	says(HEAD("LOG-05") "  prefilter: ['clear logging']\n"
			    "  when: { raw: { contains: clear logging } }\n"
			    "  rows:\n"
			    "    - { over: log.buffer, when: { cleared: yes } }\n"
			    "    - { over: history, when: { command: { ios: cle(ar) logg(ing) } }, "
			    "new: false }\n"
			    "  emit: [host, item, command]\n"
			    "  examples:\n"
			    "    positive:\n"
			    "      - { record: { host: r1, raw: r1# clear logging } }\n"
			    "      - { rows: [{ table: history, command: cle logg, diff: added }], "
			    "expect: { severity: high } }\n"
			    "      - { rows: [{ table: log.buffer, item: b, cleared: 'yes' }] }\n"
			    "    negative:\n"
			    "      - { rows: [{ table: history, command: show logging }] }\n",
		4);
}

static void own_columns_behind_common_ones_have_a_name(void **state)
{
	(void)state;
	says(HEAD("TUN-07") "  over: tunnel\n"
			    "  when: { source: state, own.source: { starts: Loopback } }\n"
			    "  emit: [name]\n"
			    "  examples:\n"
			    "    positive: [{ row: { name: t, source: state, own.source: Loopback0 "
			    "} }]\n"
			    "    negative: [{ row: { name: t, own.source: Loopback0 } }]\n",
		2);
}

static void what_is_not_of_the_language_is_refused(void **state)
{
	static const char *const bad[] = {
		HEAD("A-1") "  over: nosuch\n  when: { a: b }\n  emit: [a]\n",
		HEAD("A-1") "  over: user\n  when: { nosuch: b }\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: b }\n  emit: [nosuch]\n",
		HEAD("A-1") "  over: user\n  when: { raw: b }\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: b }\n  emit: [name]\n  prefilter: "
			    "[word]\n",
		HEAD("A-1") "  over: user\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  rows: [{ over: user, when: { name: a } }]\n  emit: "
			    "[name]\n",
		HEAD("A-1") "  rows: [{ when: { name: a } }]\n  emit: [name]\n",
		HEAD("A-1") "  rows: []\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  unless: [{ table: acl, on: { "
			    "nosuch: name } }]\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  unless: [{ table: acl, on: { "
			    "name: nosuch } }]\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  also: [{ table: acl, fleet: true "
			    "}]\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  also: [{ table: acl, fleet: 3 "
			    "}]\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  approved: { name: site }\n  emit: [name]\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  emit: [name]\n  conclude: { "
			    "count: { by: name, at_least: 2, within: 1h } }\n",
		HEAD("A-1") "  over: user\n  when: { name: a }\n  emit: [name]\n  conclude: { "
			    "first_seen: { of: name, learn: 1d } }\n",
		HEAD("A-1") "  over: log\n  when: { raw: abcdef }\n  emit: [host]\n  unless: [{ "
			    "table: acl }]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		const char *whole = noro_arena_printf(a,
			"%s  examples: { positive: [{ row: { name: a } }], negative: [{ row: { "
			"name: b } }] }\n",
			bad[i]);

		if (load(a, whole, &err))
			fail_msg("number %zu was taken", i);
		assert_int_equal(err.status, NORO_EFORMAT);
		assert_true(err.at > 0);
		noro_arena_free(a);
	}
}

static void without_a_schema_checks_explain_themselves(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	struct noro_rules *r =
		test_rules(a, HEAD("AAA-02") "  over: aaa.server\n  approved: { address: $site.aaa "
					     "}\n  emit: [address]\n"
					     "  examples: { positive: [{ row: { address: x } }], "
					     "negative: [{ row: { address: y } }] }\n");
	struct noro_self_test t = { .fail = tell };

	(void)state;
	assert_int_equal(noro_rules_explain(r, "aaa-02", true, &out), NORO_OK);
	assert_true(noro_view_find(noro_buf_as_view(&out), NORO_V("aaa.server")) != SIZE_MAX);
	assert_true(noro_view_find(noro_buf_as_view(&out), NORO_V("site.aaa")) != SIZE_MAX);
	assert_int_equal(noro_rules_self_test(r, &t, NULL), NORO_OK);
	assert_int_equal(t.devices_skipped, 2);
	assert_int_equal(t.failures, 0);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static const char whole[] =
	HEAD("A-1") "  rows:\n"
		    "    - { over: vpn.peer, when: { address: { class: documentation } }, unless: "
		    "[{ table: acl, on: { name: name }, when: { action: permit } }] }\n"
		    "    - { over: image, also: [{ table: image, on: { path: path }, fleet: true "
		    "}], approved: { path: [$site.a, $site.b] } }\n"
		    "  emit: [address, path]\n"
		    "  vendor_default: { name: x }\n"
		    "  examples:\n"
		    "    positive: [{ rows: [{ table: vpn.peer, address: 192.0.2.1, name: y }, { "
		    "table: acl, name: z, action: permit }] }]\n"
		    "    negative: [{ rows: [{ table: image, path: a }, { table: image, path: a, "
		    "device: r2 }], site: { b: [a] } }]\n";

struct sweep {
	struct noro_rules_opts opts;
};

static bool load_and_run(void *arg)
{
	const struct sweep *s = arg;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_self_test t = { .fail = tell };
	struct noro_rules *r;
	enum noro_status st;

	if (!a)
		return false;
	st = noro_rules_new(a, &s->opts, &r, NULL);
	if (st == NORO_OK)
		st = noro_rules_add_text(r, "t", NORO_V(whole), NULL);
	if (st == NORO_OK)
		st = noro_rules_seal(r, NULL);
	if (st == NORO_OK)
		st = noro_rules_self_test(r, &t, NULL);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	assert_int_equal(t.failures, 0);
	return st == NORO_OK;
}

static void survives_every_failed_allocation(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct sweep s = { test_schema(a) };

	(void)state;
	test_allocation_sweep(load_and_run, &s, 5000);
	noro_arena_free(a);
}

static void survives_every_truncation(void **state)
{
	struct noro_arena *kept = noro_arena_new(0);
	struct noro_rules_opts o = test_schema(kept);

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		uint8_t *exact = test_exact_copy(whole, n);
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		struct noro_rules *r;
		enum noro_status st;

		assert_int_equal(noro_rules_new(a, &o, &r, NULL), NORO_OK);
		st = noro_rules_add_text(r, "t", noro_view(exact, n), &err);
		assert_true(st == NORO_OK || err.status == st);
		noro_arena_free(a);
		free(exact);
	}
	noro_arena_free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absence_is_a_device_without_such_a_row),
		cmocka_unit_test(joins_compare_columns_whatever_their_case),
		cmocka_unit_test(approved_comes_from_the_site_else_from_the_baseline),
		cmocka_unit_test(severity_moves_with_what_is_known),
		cmocka_unit_test(the_fleet_is_counted_and_compared),
		cmocka_unit_test(another_row_is_not_the_row_itself),
		cmocka_unit_test(a_check_may_ask_records_and_several_tables),
		cmocka_unit_test(own_columns_behind_common_ones_have_a_name),
		cmocka_unit_test(what_is_not_of_the_language_is_refused),
		cmocka_unit_test(without_a_schema_checks_explain_themselves),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(survives_every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
