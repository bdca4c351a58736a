/* tests/unit/patch/test_patch.c - names, orders of versions, and what one source says of one. */
#include "tests/test.h"

#include "device/fact.h"
#include "patch/patch.h"

static void is_called(const char *vendor, const char *product, const char *keys)
{
	char key[4][NORO_PATCH_KEY], all[256] = "";
	size_t n = noro_product_keys(noro_view_str(vendor), noro_view_str(product), key, 4);

	for (size_t i = 0; i < n; i++)
		(void)snprintf(
			all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? " " : "", key[i]);
	assert_string_equal(all, keys);
}

static void products_have_one_name(void **state)
{
	(void)state;
	is_called("Cisco", "IOS and IOS XE Software", "ios_xe ios");
	is_called("Cisco", "IOS XE Web UI", "ios_xe");
	is_called("Cisco", "Cisco IOS XE Software", "ios_xe");
	is_called("Cisco", "IOS, XR, and XE Software", "ios_xr ios_xe ios");
	is_called("Cisco", "IOS, IOS XR, and IOS XE", "ios_xr ios_xe ios");
	is_called("n/a", "Cisco IOS and IOS XE", "ios_xe ios");
	is_called("cisco", "ios_xe", "ios_xe");
	is_called("cisco", "ios", "ios");
	is_called("Cisco", "IOS", "ios");
	is_called("Cisco", "NX-OS", "nx-os");
	is_called("cisco", "nx-os", "nx-os");
	is_called("Cisco", "Adaptive Security Appliance (ASA) and Firepower Threat Defense (FTD)",
		"asa ftd");
	is_called("cisco", "adaptive_security_appliance_software", "asa");
	is_called("Juniper", "Junos OS", "junos");
	is_called("Juniper Networks", "Junos OS Evolved", "junos-evolved");
	is_called("juniper", "junos", "junos");
	is_called("Fortinet", "FortiOS and FortiProxy", "fortios fortiproxy");
	is_called("Palo Alto Networks", "PAN-OS", "pan-os");
	is_called("paloaltonetworks", "pan-os", "pan-os");
	is_called("Ivanti", "ICS", "connect_secure");
	is_called("Ivanti", "Connect Secure, Policy Secure, and ZTA Gateways",
		"connect_secure policy_secure");
	is_called("", "ios", "ios");
	is_called("", "ips", "ips");
}

static void apple_is_not_cisco(void **state)
{
	char key[4][NORO_PATCH_KEY];

	(void)state;
	assert_int_equal(noro_product_keys(NORO_V("Apple"), NORO_V("iOS"), key, 4), 1);
	assert_string_not_equal(key[0], "ios");
}

static int order(const char *scheme, enum noro_dialect d, const char *a, const char *b)
{
	bool ok;
	int c = noro_patch_cmp(scheme, d, a, b, &ok);

	assert_true(ok);
	return c < 0 ? -1 : c > 0;
}

static void packages_are_ordered_as_their_tools_do(void **state)
{
	static const struct {
		const char *scheme, *a, *b;
		int c;
	} row[] = {
		{ "deb", "1.0~rc1-1", "1.0-1", -1 },
		{ "deb", "1.0-1", "1.0-1+deb12u1", -1 },
		{ "deb", "2:1.0", "1:9.9", 1 },
		{ "deb", "3.0.11-1~deb12u2", "3.0.11-1", -1 },
		{ "deb", "1.0", "1.0", 0 },
		{ "deb", "1.002", "1.2", 0 },
		{ "deb", "1.0a", "1.0", 1 },
		{ "deb", "1.0+b", "1.0a", 1 },
		{ "rpm", "1.0~rc1-1", "1.0-1", -1 },
		{ "rpm", "1.0^git1-1", "1.0-1", 1 },
		{ "rpm", "1:1.0-1", "2.0-1", 1 },
		{ "rpm", "4.18.0-348.el8", "4.18.0-305.el8", 1 },
		{ "rpm", "1.10", "1.9", 1 },
		{ "rpm", "1.0.a", "1.0.1", -1 },
		{ "rpm", "2.4", "2.4-11.el8", 0 },
		{ "rpm", "1a", "1b", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_int_equal(
			order(row[i].scheme, NORO_DIALECT_NONE, row[i].a, row[i].b), row[i].c);
		assert_int_equal(
			order(row[i].scheme, NORO_DIALECT_NONE, row[i].b, row[i].a), -row[i].c);
	}
}

static enum noro_affected judged(
	const struct noro_vuln_product *q, enum noro_dialect d, const char *version)
{
	struct noro_asset a = { .key = q->key, .dialect = d, .version = version };
	const char *fixed;
	bool vex;

	return noro_vuln_judge(q, &a, &fixed, &vex);
}

static void a_span_has_its_ends(void **state)
{
	static const struct noro_vuln_range range[] = {
		{ .from = "7.0.0", .through = "7.0.6", .fixed = "7.0.7" },
		{ .from = "7.2.0", .before = "7.2.2" }
	};
	struct noro_vuln_product q = { .key = "fortios", .range = range, .ranges = 2 };

	(void)state;
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.0.0"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.0.6"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.0.7"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.2.1"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.2.2"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, "7.10.0"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_FORTIOS, NULL), NORO_AFFECTED_UNKNOWN);
}

static void letters_of_a_release_count(void **state)
{
	static const struct noro_vuln_range range[] = { { .exact = "17.9.3" },
		{ .exact = "17.9.3a" }, { .exact = "17.9.4" }, { .exact = "16.12.1z" },
		{ .exact = "3.8.2S" } };
	struct noro_vuln_product q = { .key = "ios_xe", .range = range, .ranges = 5 };

	(void)state;
	assert_int_equal(judged(&q, NORO_DIALECT_IOS_XE, "17.9.3a"), NORO_AFFECTED_EXACT);
	assert_int_equal(judged(&q, NORO_DIALECT_IOS_XE, "17.9.4a"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_IOS_XE, "3.8.2S"), NORO_AFFECTED_EXACT);
	/* the number of the IOSd is another numbering: not safe for that */
	assert_int_equal(judged(&q, NORO_DIALECT_IOS_XE, "15.5(3)S1"), NORO_AFFECTED_UNKNOWN);
	q.ranges = 2; /* so few releases are hardly all */
	assert_int_equal(judged(&q, NORO_DIALECT_IOS_XE, "17.9.4a"), NORO_AFFECTED_UNKNOWN);
}

static void junos_counts_its_service_releases(void **state)
{
	static const struct noro_vuln_range range[] = { { .from = "22.4", .before = "22.4R2-S1" } };
	struct noro_vuln_product q = {
		.key = "junos", .range = range, .ranges = 1, .rest_unaffected = true
	};

	(void)state;
	assert_int_equal(judged(&q, NORO_DIALECT_JUNOS, "22.4R1"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_JUNOS, "22.4R2"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_JUNOS, "22.4R2-S1"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_JUNOS, "22.4R3"), NORO_AFFECTED_NOT);
}

static void another_train_of_ios_cannot_be_compared(void **state)
{
	static const struct noro_vuln_range range[] = { { .from = "15.2(1)M",
		.before = "15.2(4)M7" } };
	struct noro_vuln_product q = {
		.key = "ios", .range = range, .ranges = 1, .rest_unaffected = true
	};

	(void)state;
	assert_int_equal(judged(&q, NORO_DIALECT_IOS, "15.2(4)M6"), NORO_AFFECTED_RANGE);
	assert_int_equal(judged(&q, NORO_DIALECT_IOS, "15.2(4)M7"), NORO_AFFECTED_NOT);
	assert_int_equal(judged(&q, NORO_DIALECT_IOS, "15.2(2)E3"), NORO_AFFECTED_UNKNOWN);
}

/* --- the whole, with the facts that come with the program --- */

static const char show_version[] =
	"edge1#show version\n"
	"Cisco IOS XE Software, Version 17.03.04\n"
	"Cisco IOS Software [Amsterdam], Catalyst L3 Switch Software (CAT9K_IOSXE), Version "
	"17.3.4, "
	"RELEASE SOFTWARE (fc3)\n"
	"edge1 uptime is 1 year, 2 weeks, 3 days\n"
	"cisco C9300-24T (X86) processor with 1419044K/6147K bytes of memory.\n"
	"Configuration register is 0x102\n"
	"edge1#\n";

static const char *knowledge(void)
{
	static char path[4096];
	const char *root = getenv("NOROSHI_SOURCE");

	(void)snprintf(path, sizeof(path), "%s/knowledge", root ? root : ".");
	return path;
}

struct whole {
	struct noro_arena *a;
	struct noro_patch *p;
	struct noro_patch_result r;
};

static void start(struct whole *w, bool builtin)
{
	const char *folder = knowledge();
	struct noro_facts_def *facts;
	struct noro_patch_opts o = { .now_ns = INT64_C(1756252800) * NORO_NS_PER_S };
	struct noro_error err = { 0 };
	char path[4096 + 32];

	w->a = noro_arena_new(0);
	assert_int_equal(noro_facts_def_load(w->a, &folder, 1, &facts, &err), NORO_OK);
	o.facts = facts;
	assert_int_equal(noro_patch_new(&o, &w->p, &err), NORO_OK);
	(void)snprintf(path, sizeof(path), "%s/vulnerabilities", folder);
	if (builtin)
		assert_int_equal(noro_patch_builtin(w->p, path, &err), NORO_OK);
}

static void finish(struct whole *w)
{
	noro_patch_free(w->p);
	noro_arena_free(w->a);
}

static const struct noro_patch_row *row_of(const struct noro_patch_result *r, const char *cve)
{
	for (size_t i = 0; i < r->rows; i++)
		if (strcmp(r->row[i].vuln->id, cve) == 0)
			return &r->row[i];
	return NULL;
}

static void one_show_version_gives_an_order(void **state)
{
	struct whole w;
	const struct noro_patch_row *row;

	(void)state;
	start(&w, true);
	assert_int_equal(noro_patch_inventory_text(w.p, "edge1.txt",
				 noro_view(show_version, sizeof(show_version) - 1),
				 INT64_C(1756000000) * NORO_NS_PER_S, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_conclude(w.p, w.a, &w.r, NULL), NORO_OK);
	assert_int_equal(w.r.assets, 1);
	assert_string_equal(w.r.asset[0].name, "edge1");
	assert_string_equal(w.r.asset[0].version, "17.3.4");
	assert_true(w.r.rows > 2);
	assert_string_equal(w.r.row[0].vuln->id, "CVE-2023-20198");
	assert_int_equal(w.r.row[0].affected, NORO_AFFECTED_EXACT);
	assert_string_equal(w.r.row[0].fixed, "17.3.8a");
	assert_int_equal(w.r.row[0].days_kev, 681);
	assert_in_range(w.r.row[0].days_open, 370, 400);
	/* what is not known to be affected stays in the list, behind */
	row = row_of(&w.r, "CVE-2017-3881");
	assert_true(row && row->affected == NORO_AFFECTED_UNKNOWN && row->place > 2);
	assert_null(row_of(&w.r, "CVE-2024-3400"));
	finish(&w);
}

static void a_train_alone_is_no_version(void **state)
{
	static const char config[] =
		"!\nversion 15.2\nservice timestamps debug datetime msec\n"
		"hostname core1\n!\nboot-start-marker\nboot-end-marker\n!\n"
		"interface GigabitEthernet0/1\n ip address 192.0.2.1 255.255.255.0\n!\n"
		"line vty 0 4\n login\n!\nend\n";
	struct whole w;

	(void)state;
	start(&w, true);
	assert_int_equal(noro_patch_inventory_text(w.p, "core1.cfg",
				 noro_view(config, sizeof(config) - 1), NORO_TIME_NONE, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_conclude(w.p, w.a, &w.r, NULL), NORO_OK);
	assert_int_equal(w.r.assets, 1);
	assert_null(w.r.asset[0].version);
	assert_true(w.r.rows > 0);
	for (size_t i = 0; i < w.r.rows; i++)
		assert_int_equal(w.r.row[i].affected, NORO_AFFECTED_UNKNOWN);
	finish(&w);
}

static void wrong_facts_name_their_line(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
	} row[] = {
		{ "vulnerabilities:\n  - id: CVE-2020-1\n", 2 },
		{ "vulnerabilities:\n  - id: CVE-2020-10001\n    colour: red\n", 3 },
		{ "vulnerabilities:\n  - id: CVE-2020-10001\n    product: x\n    affected: { x: 3 "
		  "}\n",
			4 },
		{ "as_of: x\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct noro_error err = { 0 };
		struct whole w;

		start(&w, false);
		assert_int_equal(
			noro_patch_builtin_text(w.p, "x.yaml", noro_view_str(row[i].text), &err),
			NORO_EFORMAT);
		assert_int_equal(err.at, row[i].line);
		finish(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_have_one_name),
		cmocka_unit_test(apple_is_not_cisco),
		cmocka_unit_test(packages_are_ordered_as_their_tools_do),
		cmocka_unit_test(a_span_has_its_ends),
		cmocka_unit_test(letters_of_a_release_count),
		cmocka_unit_test(junos_counts_its_service_releases),
		cmocka_unit_test(another_train_of_ios_cannot_be_compared),
		cmocka_unit_test(one_show_version_gives_an_order),
		cmocka_unit_test(a_train_alone_is_no_version),
		cmocka_unit_test(wrong_facts_name_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
