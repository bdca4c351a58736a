/* tests/unit/finding/test_finding.c - names go both ways, ids are stable, the order is total. */
#include "tests/test.h"

#include "finding/finding.h"

typedef const char *naming(int);

static const char *severity(int i)
{
	return noro_severity_name((enum noro_severity)i);
}

static const char *tlp(int i)
{
	return noro_tlp_name((enum noro_tlp)i);
}

static const char *kind(int i)
{
	return noro_finding_kind_name((enum noro_finding_kind)i);
}

static const char *window(int i)
{
	return noro_window_name((enum noro_window)i);
}

static const char *state(int i)
{
	return noro_state_name((enum noro_state)i);
}

static const char *time_from(int i)
{
	return noro_time_from_name((enum noro_time_from)i);
}

static void every_name_is_read_back(void **state_)
{
	static const struct {
		naming *name;
		int (*parse)(struct noro_view);
		int n;
	} pair[] = {
		{ severity, noro_severity_parse, NORO_SEV_CRITICAL + 1 },
		{ tlp, noro_tlp_parse, NORO_TLP_RED + 1 },
		{ kind, noro_finding_kind_parse, NORO_F_SURGE + 1 },
		{ window, noro_window_parse, NORO_WIN_AFTER + 1 },
		{ state, noro_state_parse, NORO_STATE_GONE + 1 },
		{ time_from, noro_time_from_parse, NORO_FROM_FILE + 1 },
	};

	(void)state_;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		for (int k = 0; k < pair[i].n; k++) {
			const char *name = pair[i].name(k);

			if (name)
				assert_int_equal(pair[i].parse(noro_view_str(name)), k);
		}
		assert_null(pair[i].name(pair[i].n));
		assert_int_equal(pair[i].parse(NORO_V("")), -1);
		assert_int_equal(pair[i].parse(NORO_V("inf")), -1);
	}
}

static void tlp_is_read_in_its_older_forms(void **state_)
{
	(void)state_;
	assert_int_equal(noro_tlp_parse(NORO_V("TLP:WHITE")), NORO_TLP_CLEAR);
	assert_int_equal(noro_tlp_parse(NORO_V("tlp:amber+strict")), NORO_TLP_AMBER_STRICT);
	assert_int_equal(noro_tlp_parse(NORO_V("TLP:")), -1);
}

static struct noro_finding sample(void)
{
	return (struct noro_finding){ .kind = NORO_F_INDICATOR,
		.rule = "ioc:ipv4",
		.type = "ipv4",
		.value = "192.0.2.1",
		.container = "a.log",
		.severity = NORO_SEV_HIGH,
		.confidence = 70,
		.first_ns = 5 };
}

static void an_id_depends_on_the_named_fields_only(void **state_)
{
	struct noro_finding a = sample(), b = sample();

	(void)state_;
	b.count = 9;
	b.confidence = 1;
	assert_int_equal(noro_finding_identify(&a), NORO_OK);
	assert_int_equal(noro_finding_identify(&b), NORO_OK);
	assert_int_equal(strlen(a.id), 32);
	assert_string_equal(a.id, b.id);
	b.container = "b.log";
	assert_int_equal(noro_finding_identify(&b), NORO_OK);
	assert_string_not_equal(a.id, b.id);
	/* a value cannot slide into its neighbour */
	a.type = "ipv4192.0.2.1";
	a.value = "";
	b = sample();
	assert_int_equal(noro_finding_identify(&a), NORO_OK);
	assert_int_equal(noro_finding_identify(&b), NORO_OK);
	assert_string_not_equal(a.id, b.id);
	a.value = NULL;
	b = a;
	b.value = "";
	assert_int_equal(noro_finding_identify(&a), NORO_OK);
	assert_int_equal(noro_finding_identify(&b), NORO_OK);
	assert_string_not_equal(a.id, b.id);
}

static void the_order_puts_what_matters_first(void **state_)
{
	struct noro_finding a = sample(), b = sample();

	(void)state_;
	assert_int_equal(noro_finding_cmp(&a, &b), 0);
	b.severity = NORO_SEV_CRITICAL;
	assert_true(noro_finding_cmp(&b, &a) < 0);
	b.suppressed = "known scanner";
	assert_true(noro_finding_cmp(&b, &a) > 0);
	b = sample();
	b.first_ns = NORO_TIME_NONE;
	assert_true(noro_finding_cmp(&a, &b) < 0);
	assert_true(noro_finding_cmp(&b, &a) > 0);
	b = sample();
	b.confidence = 71;
	assert_true(noro_finding_cmp(&b, &a) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_read_back),
		cmocka_unit_test(tlp_is_read_in_its_older_forms),
		cmocka_unit_test(an_id_depends_on_the_named_fields_only),
		cmocka_unit_test(the_order_puts_what_matters_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
