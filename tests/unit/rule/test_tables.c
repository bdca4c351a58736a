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

/* --- rows asked directly --- */

struct shelf {
	const char *const *cell; /* of table user: name, text, diff; NULL: absent */
	size_t rows;
	uint32_t user, name, text, diff;
};

static size_t shelf_rows(const void *ctx, uint32_t table)
{
	const struct shelf *s = ctx;

	return table == s->user ? s->rows : 0;
}

static bool shelf_cell(
	const void *ctx, uint32_t table, uint32_t row, uint32_t column, struct noro_view *ret)
{
	const struct shelf *s = ctx;
	const char *const *cell = &s->cell[row * 3];
	const char *text = column == 0         ? "r1"
			   : column == s->name ? cell[0]
			   : column == s->text ? cell[1]
			   : column == s->diff ? cell[2]
					       : NULL;

	assert_int_equal(table, s->user);
	*ret = noro_view_str(text);
	return text != NULL;
}

static uint64_t shelf_place(const void *ctx, uint32_t table, uint32_t row)
{
	(void)ctx;
	(void)table;
	return 100 + row;
}

struct heard {
	struct noro_arena *a;
	struct noro_rule_event event[8];
	size_t events;
	struct noro_verdict verdict[8];
	size_t verdicts;
};

static enum noro_status hear_event(void *ctx, const struct noro_rule_event *e)
{
	struct heard *h = ctx;
	struct noro_view *field = noro_arena_array(h->a, e->fields, sizeof(*field));

	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p)
			field[i] = noro_arena_view(h->a, e->field[i]);
	assert_true(h->events < 8);
	h->event[h->events] = *e;
	h->event[h->events++].field = field;
	return NORO_OK;
}

static enum noro_status hear_verdict(void *ctx, const struct noro_verdict *v)
{
	struct heard *h = ctx;

	assert_true(h->verdicts < 8);
	h->verdict[h->verdicts++] = *v;
	return NORO_OK;
}

static struct shelf shelf(const struct noro_rules_opts *o, const char *const *cell, size_t rows)
{
	struct shelf s = { .cell = cell, .rows = rows };

	for (uint32_t t = 0; t < o->tables; t++)
		if (strcmp(o->table[t].name, "user") == 0)
			s.user = t;
	for (uint32_t i = 0; i < o->commons; i++) {
		if (strcmp(o->common[i], "text") == 0)
			s.text = i;
		if (strcmp(o->common[i], "diff") == 0)
			s.diff = i;
	}
	s.name = (uint32_t)o->commons; /* its first own column */
	return s;
}

static void a_verdict_names_its_rows_once_and_their_device(void **state)
{
	static const char *const cell[] = { "noc", "username noc", "same", "x1", "username x1",
		"added", "gone", "username gone", "removed" };
	struct heard h = { .a = noro_arena_new(0) };
	struct noro_rules_opts o = test_schema(h.a);
	struct noro_error err = { 0 };
	struct noro_rules *r = load(h.a,
		HEAD("A-1") "  rows:\n"
			    "    - { over: user, when: { name: { exists: true } }, severity: low "
			    "}\n"
			    "    - { over: user, when: { name: { starts: x } }, severity: medium, "
			    "weakness: true, why: weak-name }\n"
			    "  emit: [name, text]\n"
			    "  examples: { positive: [{ row: { table: user, name: a } }], "
			    "negative: [{ row: { table: user } }] }\n",
		&err);
	struct shelf s = shelf(&o, cell, 3);
	struct noro_rule_rows d = {
		.rows = shelf_rows, .cell = shelf_cell, .place = shelf_place, .ctx = &s
	};
	struct noro_conclude_opts c = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = hear_verdict, .ctx = &h
	};
	struct noro_rule_worker *w;

	(void)state;
	assert_non_null(r);
	assert_int_equal(noro_rule_worker_new(r, &w), NORO_OK);
	assert_int_equal(noro_rules_match_rows(w, &d, hear_event, &h), NORO_OK);
	noro_rule_worker_free(w);
	assert_int_equal(h.events, 3); /* a row that is gone is not asked */
	assert_int_equal(noro_rules_conclude(r, h.a, h.event, h.events, &c, NULL), NORO_OK);
	assert_int_equal(h.verdicts, 2);
	assert_view_is(h.verdict[1].value, "x1");
	assert_view_is(h.verdict[1].device, "r1");
	assert_int_equal(h.verdict[1].count, 1);
	assert_int_equal(h.verdict[1].places, 1);
	assert_int_equal(h.verdict[1].place[0], 101);
	assert_int_equal(h.verdict[1].severity, NORO_SEV_HIGH); /* medium, and new */
	assert_int_equal(h.verdict[1].reasons, 2);
	assert_true(h.verdict[1].weakness && !h.verdict[0].weakness);
	assert_int_equal(h.verdict[0].severity, NORO_SEV_LOW);
	assert_int_equal(h.verdict[0].reasons, 0);
	noro_arena_free(h.a);
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
		cmocka_unit_test(a_verdict_names_its_rows_once_and_their_device),
		cmocka_unit_test(without_a_schema_checks_explain_themselves),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(survives_every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
