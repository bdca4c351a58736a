/* test_twins.c - devices of one name: what tells two boxes apart, and what must not. */
#include "tests/test.h"

#include "device/audit_priv.h"

static struct noro_identity printed(const char *text)
{
	struct noro_identity id = { 0 };

	noro_identity_text(noro_view_str(text), &id);
	return id;
}

static struct noro_identity configured(const char *text)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_dialect_guess g;
	struct noro_identity id = { 0 };
	struct noro_tree *t;

	noro_dialect_guess(noro_view_str(text), "x.cfg", &g);
	assert_true(g.config);
	assert_int_equal(noro_tree_parse(noro_view_str(text), &g, a, &t), NORO_OK);
	noro_identity_tree(t, &id);
	noro_arena_free(a);
	return id;
}

static const char tokyo[] = "version 15.2\nhostname core1\ninterface Gi0/0\n ip address 10.1.0.1 "
			    "255.255.255.0\ninterface Gi0/1\n ip address 10.1.1.1 255.255.255.0\n"
			    "snmp-server community x RO\nend\n";
static const char osaka[] = "version 15.2\nhostname core1\ninterface Gi0/0\n ip address 10.2.0.1 "
			    "255.255.255.0\ninterface Gi0/1\n ip address 10.2.1.1 255.255.255.0\n"
			    "snmp-server community x RO\nend\n";
static const char later[] = "version 15.2\nhostname core1\ninterface Gi0/0\n ip address 10.1.0.1 "
			    "255.255.255.0\ninterface Gi0/1\n ip address 10.9.1.1 255.255.255.0\n"
			    "snmp-server community x RO\nend\n";

static void serial_numbers_are_read_as_devices_print_them(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "Processor board ID FDO1621V0QZ\n", "FDO1621V0QZ" },
		{ "  Processor Board ID SSI130300YK\n", "SSI130300YK" },
		{ "System serial number            : FOC1131Z2WX\n", "FOC1131Z2WX" },
		{ "Serial Number: JMX1AB2C3D4\n", "JMX1AB2C3D4" },
		{ "# serial number = 6737057B8D1A\n", "6737057B8D1A" },
		{ "Serial-Number: FGVM0123456789\n", "FGVM0123456789" },
		{ "serial: 007200001056\n", "007200001056" },
		{ "license udi pid ISR4331/K9 sn FDO21331A2B\n", "FDO21331A2B" },
		{ "serial: unknown\n", NULL },
		{ "serial number mismatch on line 3\n", NULL },
		{ "Serial Number: \n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_identity id = printed(rows[i].line);

		assert_int_equal(id.serials, rows[i].want != NULL);
		if (rows[i].want)
			assert_string_equal(id.serial[0].text, rows[i].want);
	}
}

static void an_address_counts_only_on_an_interface(void **state)
{
	struct noro_identity id = configured(tokyo);

	(void)state;
	assert_int_equal(id.addresses, 2);
	id = configured("version 15.2\nhostname core1\ntacacs server a\n address ipv4 10.7.0.1\n"
			"ntp server 10.7.0.2\ninterface Loopback0\n ip address 127.0.0.1 "
			"255.0.0.0\nsnmp-server community x RO\nend\n");
	assert_int_equal(id.addresses, 0);
}

static uint32_t groups_of(struct text *t, size_t n, struct noro_arena *a, struct noro_twins *ret)
{
	const struct text *list[8];

	for (size_t i = 0; i < n; i++)
		list[i] = &t[i];
	assert_int_equal(noro_twins_tell("core1", list, n, a, ret), NORO_OK);
	return ret->groups;
}

static void another_serial_number_is_another_box(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	struct text t[] = {
		{ .path = "in/osaka/c.cfg", .config = true },
		{ .path = "in/osaka/v.txt", .id = printed("Processor board ID FDO11111111\n") },
		{ .path = "in/tokyo/c.cfg", .config = true },
		{ .path = "in/tokyo/v.txt", .id = printed("Processor board ID FDO22222222\n") },
	};

	(void)state;
	assert_int_equal(groups_of(t, 4, a, &w), 2);
	assert_int_equal(w.of[0], w.of[1]); /* texts of one folder stay together */
	assert_int_equal(w.of[2], w.of[3]);
	assert_int_not_equal(w.of[0], w.of[2]);
	assert_string_equal(w.shown[0], "core1 (osaka)");
	assert_string_equal(w.shown[1], "core1 (tokyo)");
	assert_int_equal(w.notes, 1);
	assert_string_equal(w.note[0].path, "in/tokyo/c.cfg");
	assert_string_equal(w.note[0].what.arg[1], "in/osaka/c.cfg");
	assert_string_equal(w.note[0].what.arg[2], "FDO22222222");
	assert_string_equal(w.note[0].what.arg[3], "FDO11111111");
	noro_arena_free(a);
}

static void no_address_in_common_is_another_box(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	struct text t[] = {
		{ .path = "a/c.cfg", .id = configured(tokyo), .config = true },
		{ .path = "b/c.cfg", .id = configured(osaka), .config = true },
		{ .path = "ok/b/c.cfg", .config = true, .baseline = true },
		{ .path = "ok/core1.cfg", .config = true, .baseline = true },
	};

	(void)state;
	assert_int_equal(groups_of(t, 4, a, &w), 2);
	assert_int_equal(w.of[2], w.of[1]); /* approved in a folder of its name */
	assert_int_equal(w.of[3], NORO_TWINS_ALL);
	noro_arena_free(a);
}

static void snapshots_and_stacks_are_one_device(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	struct text snapshots[] = {
		{ .path = "jan/c.cfg", .id = configured(tokyo), .config = true },
		{ .path = "feb/c.cfg", .id = configured(later), .config = true },
		{ .path = "mar/c.cfg", .config = true }, /* says nothing of its box */
	};
	/* another member is active: its board is named, but the members are the same */
	struct text stack[] = {
		{ .path = "jan/v.txt",
			.id = printed("Processor board ID FDO11111111\nSystem serial number : "
				      "FOC1111A111\nSystem Serial Number : FOC2222A222\n") },
		{ .path = "feb/v.txt",
			.id = printed("Processor board ID FDO22222222\nSystem serial number : "
				      "FOC2222A222\n") },
	};

	(void)state;
	assert_int_equal(groups_of(snapshots, 3, a, &w), 1);
	assert_null(w.shown);
	assert_int_equal(groups_of(stack, 2, a, &w), 1);
	noro_arena_free(a);
}

static void names_differ_even_in_one_folder(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	struct text t[] = {
		{ .path = "x/one.txt", .id = printed("Processor board ID FDO11111111\n") },
		{ .path = "x/two.txt", .id = printed("Processor board ID FDO22222222\n") },
		{ .path = "x!y/s/z.txt", .id = printed("Processor board ID FDO33333333\n") },
		{ .path = "bare.txt", .id = printed("Processor board ID FDO44444444\n") },
	};

	(void)state;
	assert_int_equal(groups_of(t, 4, a, &w), 4);
	for (uint32_t i = 0; i < 4; i++)
		for (uint32_t k = 0; k < i; k++)
			assert_string_not_equal(w.shown[i], w.shown[k]);
	noro_arena_free(a);
}

static void what_nothing_puts_in_order_is_two(void **state)
{
	const int64_t day = 86400 * NORO_NS_PER_S;
	struct {
		const char *path[2];
		int64_t time_ns[2];
		uint32_t groups;
	} rows[] = {
		{ { "x/c.cfg", "y/c.cfg" }, { day, day }, 2 },
		{ { "x/c.cfg", "y/c.cfg" }, { NORO_TIME_NONE, day }, 2 },
		{ { "all/one.cfg", "all/two.cfg" }, { day, day + NORO_NS_PER_S }, 2 },
		/* the times of the files, dates, continued names, the device's own folder */
		{ { "x/c.cfg", "y/c.cfg" }, { day, 2 * day }, 1 },
		{ { "2025-08-01/c.cfg", "2025-08-02/c.cfg" }, { day, day }, 1 },
		{ { "in/c-20250801.cfg", "in/c-20250802.cfg" }, { day, day }, 1 },
		{ { "before/c.cfg", "after/c.cfg" }, { day, day }, 1 },
		{ { "in/c.cfg", "in/c.cfg.1" }, { day, day }, 1 },
		{ { "core1/a.cfg", "core1/b.cfg" }, { day, day }, 1 },
		{ { "x/c.cfg", "x/startup-config" }, { day, day }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_twins w;
		struct text t[] = {
			{ .path = rows[i].path[0], .config = true, .time_ns = rows[i].time_ns[0] },
			{ .path = rows[i].path[1], .config = true, .time_ns = rows[i].time_ns[1] },
			{ .path = "ok/core1.cfg", .config = true, .baseline = true },
		};

		if (groups_of(t, 3, a, &w) != rows[i].groups)
			fail_msg("%s, %s: %u", rows[i].path[0], rows[i].path[1], w.groups);
		if (w.groups == 2) {
			assert_int_equal(w.notes, 1);
			assert_string_equal(w.note[0].path, rows[i].path[1]);
			assert_string_equal(w.note[0].what.arg[1], rows[i].path[0]);
			assert_int_equal(w.of[2], NORO_TWINS_ALL);
		}
		noro_arena_free(a);
	}
}

static void evidence_makes_one_of_two(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	/* an address in common; outputs beside two configurations of one folder */
	struct text same[] = {
		{ .path = "x/c.cfg", .id = configured(tokyo), .config = true },
		{ .path = "y/c.cfg", .id = configured(later), .config = true },
	};
	struct text folder[] = {
		{ .path = "x/a.cfg", .config = true },
		{ .path = "x/b.cfg", .config = true },
		{ .path = "x/show_users.txt" },
	};

	(void)state;
	assert_int_equal(groups_of(same, 2, a, &w), 1);
	assert_int_equal(groups_of(folder, 3, a, &w), 1);
	noro_arena_free(a);
}

static bool tell_twins(void *ctx)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_twins w;
	struct text t[] = {
		{ .path = "a/v.txt", .id = printed("Processor board ID FDO11111111\n") },
		{ .path = "b/v.txt", .id = printed("Processor board ID FDO22222222\n") },
	};
	const struct text *list[] = { &t[0], &t[1] };
	enum noro_status st = NORO_ENOMEM;

	(void)ctx;
	if (a)
		st = noro_twins_tell("core1", list, 2, a, &w);
	noro_arena_free(a);
	return st == NORO_OK;
}

static void survives_every_failed_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(tell_twins, NULL, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serial_numbers_are_read_as_devices_print_them),
		cmocka_unit_test(an_address_counts_only_on_an_interface),
		cmocka_unit_test(another_serial_number_is_another_box),
		cmocka_unit_test(no_address_in_common_is_another_box),
		cmocka_unit_test(snapshots_and_stacks_are_one_device),
		cmocka_unit_test(names_differ_even_in_one_folder),
		cmocka_unit_test(what_nothing_puts_in_order_is_two),
		cmocka_unit_test(evidence_makes_one_of_two),
		cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
