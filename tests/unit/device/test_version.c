/* Versions of network software: normal forms and order. */
#include "tests/test.h"

#include "device/version.h"

static void assert_normal(enum noro_dialect d, const char *text, const char *wanted)
{
	char out[NORO_VERSION_TEXT];
	bool known = noro_version_normal(d, noro_view_str(text), out);

	if (known != (wanted != NULL) || (wanted && strcmp(out, wanted) != 0))
		fail_msg("'%s' became '%s', not '%s'", text, known ? out : "(none)",
			wanted ? wanted : "(none)");
}

static void test_normal_forms(void **state)
{
	(void)state;
	assert_normal(NORO_DIALECT_IOS,
		"Cisco IOS Software, Version 15.2(4)M7, RELEASE SOFTWARE (fc2)", "15.2(4)M7");
	assert_normal(NORO_DIALECT_IOS, "no version here", NULL);
	assert_normal(NORO_DIALECT_IOS_XE, "Version 16.09.03a", "16.9.3a");
	assert_normal(NORO_DIALECT_IOS_XE, "03.08.02.S", "3.8.2S");
	assert_normal(
		NORO_DIALECT_IOS_XR, "Cisco IOS XR Software, Version 25.3.1[Default]", "25.3.1");
	assert_normal(NORO_DIALECT_NXOS, "system: version 10.5(3)", "10.5(3)");
	assert_normal(NORO_DIALECT_ASA,
		"Cisco Adaptive Security Appliance Software Version 9.12(4)67", "9.12(4)67");
	assert_normal(NORO_DIALECT_JUNOS, "Junos: 22.4R1.10", "22.4R1");
	assert_normal(NORO_DIALECT_JUNOS, "22.4R3-S2.11", "22.4R3-S2");
	assert_normal(NORO_DIALECT_EOS, "Software image version: 4.31.2F", "4.31.2F");
	assert_normal(NORO_DIALECT_VRP, "VRP (R) software, Version 8.180 (NE40E V800R011C00SPC200)",
		"V800R011C00SPC200");
	assert_normal(
		NORO_DIALECT_FORTIOS, "Version: FortiGate-60F v7.4.7,build2731,250120", "7.4.7");
	assert_normal(NORO_DIALECT_PANOS, "sw-version: 10.2.9-h1", "10.2.9-h1");
	assert_normal(NORO_DIALECT_ROUTEROS, "version: 6.48.6 (long-term)", "6.48.6");
	assert_normal(NORO_DIALECT_VYOS, "Version:          VyOS 1.4.3", "1.4.3");
}

static void assert_older(enum noro_dialect d, const char *a, const char *b)
{
	bool ok;

	if (noro_version_cmp(d, a, b, &ok) >= 0 || !ok)
		fail_msg("%s is not older than %s", a, b);
	if (noro_version_cmp(d, b, a, &ok) <= 0 || !ok)
		fail_msg("%s is not newer than %s", b, a);
	if (noro_version_cmp(d, a, a, &ok) != 0 || !ok)
		fail_msg("%s is not itself", a);
}

static void assert_unlike(enum noro_dialect d, const char *a, const char *b)
{
	bool ok;

	(void)noro_version_cmp(d, a, b, &ok);
	if (ok)
		fail_msg("%s and %s were compared", a, b);
}

static void test_order(void **state)
{
	(void)state;
	assert_older(NORO_DIALECT_IOS, "15.2(4)M6", "15.2(4)M7");
	assert_older(NORO_DIALECT_IOS, "15.2(4)M7", "15.2(4)M10");
	assert_older(NORO_DIALECT_IOS_XE, "16.9.3", "16.9.3a");
	assert_older(NORO_DIALECT_IOS_XE, "16.9.3a", "16.12.1");
	assert_older(NORO_DIALECT_JUNOS, "22.4R1", "22.4R1-S1");
	assert_older(NORO_DIALECT_JUNOS, "22.4R3-S2", "23.2R1");
	assert_older(NORO_DIALECT_PANOS, "10.2.9", "10.2.9-h1");
	assert_older(NORO_DIALECT_PANOS, "10.2.9-h2", "10.2.9-h10");
	assert_older(NORO_DIALECT_ROUTEROS, "7.16rc2", "7.16");
	assert_older(NORO_DIALECT_ASA, "9.12(4)58", "9.12(4)67");
	assert_older(NORO_DIALECT_FORTIOS, "7.2.10", "7.4.0");
}

/* Trains of IOS that have one number are no older and no newer than each other. */
static void test_what_cannot_be_compared(void **state)
{
	(void)state;
	assert_unlike(NORO_DIALECT_IOS, "15.2(4)M7", "15.2(4)S7");
	assert_unlike(NORO_DIALECT_IOS, "15.2(4)M7", "16.9.3");
	assert_unlike(NORO_DIALECT_VRP, "8.180", "V800R011C00");
	assert_unlike(NORO_DIALECT_EOS, "", "4.31.2F");
}

static void test_cpe(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const char *cpe;

	(void)state;
	assert_non_null(a);
	assert_int_equal(noro_version_cpe(NORO_DIALECT_IOS, "15.2(4)M7", a, &cpe), NORO_OK);
	assert_string_equal(cpe, "cpe:2.3:o:cisco:ios:15.2\\(4\\)m7:*:*:*:*:*:*:*");
	assert_int_equal(noro_version_cpe(NORO_DIALECT_JUNOS, "22.4R1-S1", a, &cpe), NORO_OK);
	assert_string_equal(cpe, "cpe:2.3:o:juniper:junos:22.4:r1-s1:*:*:*:*:*:*");
	assert_int_equal(noro_version_cpe(NORO_DIALECT_YAMAHA, "14.01", a, &cpe), NORO_ENOENT);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_forms),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_what_cannot_be_compared),
		cmocka_unit_test(test_cpe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
