/*
 * tests/unit/device/test_groups.c - what Junos inherits by apply-groups, and where else than at
 * the root of a configuration facts may stand.
 */
#include "tests/unit/device/facts.h"

struct kit {
	struct noro_arena *a;
	struct noro_facts_def *d;
};

static struct kit kit_new(void)
{
	struct kit k = { .a = noro_arena_new(0) };

	assert_non_null(k.a);
	k.d = facts_def(k.a);
	return k;
}

static struct noro_facts junos(struct kit *k, const char *text)
{
	return facts_of(k->a, k->d, NORO_DIALECT_JUNOS, NORO_FORM_SET, noro_view_str(text));
}

static size_t rows_of(const struct kit *k, const struct noro_facts *f, const char *table)
{
	int t = noro_facts_table_by_name(k->d, noro_view_str(table));

	assert_true(t >= 0);
	return f->at[t + 1] - f->at[t];
}

static void statements_of_groups_stand_where_they_act(void **state)
{
	struct kit k = kit_new();
	struct noro_facts f = junos(&k,
		"set system host-name r1\n"
		"set groups G system services telnet\n"
		"set groups G interfaces <ge-0/0/[0-3]> unit <*> family inet filter input EDGE\n"
		"set groups H system services ftp\n"
		"set apply-groups G\n"
		"set interfaces ge-0/0/1 unit 7 family inet address 192.0.2.1/24\n"
		"set interfaces ge-0/0/4 unit 7 family inet address 192.0.2.9/24\n");
	const struct noro_fact *row = facts_row(k.d, &f, "service", "name", "telnet");

	(void)state;
	assert_int_equal(row->line, 2);
	assert_true(noro_view_is(row->text, "system services telnet"));
	assert_int_equal(rows_of(&k, &f, "service"), 1); /* no ftp */
	row = facts_row(k.d, &f, "interface", "name", "ge-0/0/1.7");
	assert_true(noro_view_is(facts_col(k.d, row, "filter.in"), "EDGE"));
	row = facts_row(k.d, &f, "interface", "name", "ge-0/0/4.7");
	assert_int_equal(facts_col(k.d, row, "filter.in").n, 0);
	assert_int_equal(rows_of(&k, &f, "interface"), 2);
	noro_arena_free(k.a);
}

static void what_is_nearer_wins_and_exceptions_hold(void **state)
{
	struct kit k = kit_new();
	struct noro_facts f = junos(&k, "set groups G protocols bgp group <*> peer-as 64999\n"
					"set groups G system host-name wrong\n"
					"set groups \"node0\" system services ssh\n"
					"set groups node1 snmp community x\n"
					"set apply-groups [ G \"${node}\" ]\n"
					"set system host-name right\n"
					"set protocols bgp group A neighbor 192.0.2.1\n"
					"set protocols bgp group B peer-as 64998\n"
					"set protocols bgp group B neighbor 192.0.2.2\n"
					"set protocols bgp group C apply-groups-except G\n"
					"set protocols bgp group C neighbor 192.0.2.3\n"
					"deactivate groups node0 system services\n");
	const char *const address[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3" };
	const char *const as[] = { "64999", "64998", "" };

	(void)state;
	(void)facts_row(k.d, &f, "device", "name", "right");
	assert_int_equal(rows_of(&k, &f, "device"), 1);
	assert_int_equal(rows_of(&k, &f, "service"), 1); /* snmp; ssh is deactivated in its group */
	assert_int_equal(rows_of(&k, &f, "snmp.community"), 1);
	for (size_t i = 0; i < 3; i++) {
		const struct noro_fact *row =
			facts_row(k.d, &f, "bgp.neighbor", "address", address[i]);

		assert_true(noro_view_is(facts_col(k.d, row, "as"), as[i]));
	}
	noro_arena_free(k.a);
}

static void facts_stand_below_logical_systems(void **state)
{
	struct kit k = kit_new();
	struct noro_facts f = junos(&k,
		"set logical-systems L routing-options static route 198.51.100.0/24 next-hop "
		"203.0.113.9\n"
		"set logical-systems M system services telnet\n"
		"deactivate logical-systems M\n");

	(void)state;
	assert_int_equal(rows_of(&k, &f, "route.static"), 1);
	assert_int_equal(rows_of(&k, &f, "service"), 0);
	noro_arena_free(k.a);
}

/* A group that names everything, on a configuration that is all names: the work stays bounded. */
static void hostile_groups_end(void **state)
{
	struct kit k = kit_new();
	struct noro_buf b = { 0 };
	struct noro_facts f;

	(void)state;
	noro_buf_str(&b, "set apply-groups G\n");
	for (unsigned i = 0; i < 3000; i++) {
		noro_buf_printf(&b, "set groups G interfaces <*> unit <*> family inet x%u y\n", i);
		noro_buf_printf(&b, "set interfaces ge-%u unit 0 family inet z\n", i);
	}
	assert_int_equal(b.status, NORO_OK);
	f = facts_of(k.a, k.d, NORO_DIALECT_JUNOS, NORO_FORM_SET, noro_buf_as_view(&b));
	assert_int_equal(rows_of(&k, &f, "interface"), 3000);
	noro_buf_done(&b);
	noro_arena_free(k.a);
}

static bool inherit_once(void *arg)
{
	static const char text[] = "set groups G system services telnet\n"
				   "set groups G interfaces <*> unit <*> description x\n"
				   "set apply-groups G\nset interfaces a unit 0 family inet\n";
	const struct noro_dialect_guess g = { .dialect = NORO_DIALECT_JUNOS,
		.form = NORO_FORM_SET };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_tree *with;
	struct noro_tree *t;
	enum noro_status s = a ? NORO_OK : NORO_ENOMEM;

	(void)arg;
	if (s == NORO_OK)
		s = noro_tree_parse(NORO_V(text), &g, a, &t);
	if (s == NORO_OK)
		s = fact_groups(t, a, &with);
	if (s == NORO_OK)
		assert_true(with != t);
	noro_arena_free(a);
	assert_true(s == NORO_OK || s == NORO_ENOMEM);
	return s == NORO_OK;
}

static void memory_may_run_out(void **state)
{
	(void)state;
	test_allocation_sweep(inherit_once, NULL, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_of_groups_stand_where_they_act),
		cmocka_unit_test(what_is_nearer_wins_and_exceptions_hold),
		cmocka_unit_test(facts_stand_below_logical_systems),
		cmocka_unit_test(hostile_groups_end),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
