/* tests/unit/device/test_joined.c - which findings rise when the state shows the same object. */
#include "tests/test.h"

#include "device/ask_priv.h"

static const char *const r1[] = { "r1" }, *const r2[] = { "r2" };

static struct noro_finding finding(
	const char *rule, const char *value, const char *const *host, enum noro_severity severity)
{
	return (struct noro_finding){ .rule = rule,
		.value = value,
		.type = "text",
		.severity = severity,
		.hosts = { host, 1 } };
}

static void what_the_state_confirms_rises_once(void **state)
{
	enum { CONFIG = 1, STATE = 2 };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_finding f[] = { finding("TUN-02", "Tunnel7", r1, NORO_SEV_HIGH),
		finding("TUN-06", "Tunnel7", r1, NORO_SEV_CRITICAL),
		finding("TUN-02", "Tunnel8", r1, NORO_SEV_HIGH), /* nothing shows it */
		finding("TUN-02", "Tunnel7", r2, NORO_SEV_HIGH), /* another device */
		finding("MGT-02", "Tunnel7", r1, NORO_SEV_HIGH), /* a weakness */
		finding("LOW-01", "Tunnel7", r1, NORO_SEV_LOW),  /* too little to begin with */
		finding("CRIT-1", "Tunnel7", r1, NORO_SEV_CRITICAL),
		finding("DEV-01", "r1", r1, NORO_SEV_HIGH), /* of the device as a whole */
		finding("DEV-02", "r1", r1, NORO_SEV_HIGH) };
	const uint8_t source[] = { CONFIG, STATE, CONFIG, CONFIG, CONFIG, CONFIG, CONFIG, CONFIG,
		STATE };

	(void)state;
	f[4].sort = NORO_SORT_WEAKNESS;
	assert_int_equal(noro_findings_confirm(a, f, source, sizeof(source)), NORO_OK);
	assert_int_equal(f[0].severity, NORO_SEV_CRITICAL);
	assert_int_equal(f[0].reasons, 1);
	assert_string_equal(f[0].reason[0].id, "the running state shows it as well");
	for (size_t i = 1; i < sizeof(source); i++)
		assert_int_equal(f[i].reasons, 0);
	assert_int_equal(f[2].severity, NORO_SEV_HIGH);
	assert_int_equal(f[3].severity, NORO_SEV_HIGH);
	assert_int_equal(f[4].severity, NORO_SEV_HIGH);
	assert_int_equal(f[7].severity, NORO_SEV_HIGH);
	noro_arena_free(a);
}

static void the_same_check_confirms_nothing(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_finding f[] = { finding("TUN-02", "Tunnel7", r1, NORO_SEV_HIGH),
		finding("TUN-02", "Tunnel7", r1, NORO_SEV_HIGH) };
	const uint8_t source[] = { 1, 2 };

	(void)state;
	assert_int_equal(noro_findings_confirm(a, f, source, 2), NORO_OK);
	assert_int_equal(f[0].severity, NORO_SEV_HIGH);
	assert_int_equal(noro_findings_confirm(a, NULL, NULL, 0), NORO_OK);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_state_confirms_rises_once),
		cmocka_unit_test(the_same_check_confirms_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
