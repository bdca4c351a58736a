/* tests/unit/evidence/test_capture.c - frames out of captures: whole, damaged, cut, in any pieces.
 */
#include "tests/unit/evidence/packet_test.h"

static void pcap_is_read_as_written(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_frame f[8];
	struct noro_capture *c = NULL;
	size_t n = 0;

	(void)state;
	noro_pcap_header(t.b, 101, 65535);
	t.n = NORO_PCAP_HEADER;
	for (unsigned i = 0; i < 5; i++) {
		noro_pcap_record(t.b + t.n, INT64_C(1700000000123456789) + i, 3 + i, 40 + i);
		t.n += NORO_PCAP_RECORD;
		put(&t, "abcdefghij", 3 + i);
	}
	assert_int_equal(noro_capture_is(noro_view(t.b, t.n)), NORO_CAPTURE_PCAP);
	assert_int_equal(noro_capture_new_bytes(noro_view(t.b, t.n), &c, NULL), NORO_OK);
	assert_int_equal(noro_capture_next(c, f, 8, &n, NULL), NORO_OK);
	assert_int_equal(n, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_true(f[i].ts_ns == INT64_C(1700000000123456789) + i);
		assert_int_equal(f[i].n, 3 + i);
		assert_int_equal(f[i].wire_n, 40 + i);
		assert_int_equal(f[i].link, 101);
		assert_memory_equal(f[i].p, "abcdefghij", f[i].n);
	}
	assert_int_equal(noro_capture_next(c, f, 8, &n, NULL), NORO_END);
	assert_int_equal(n, 0);
	assert_int_equal(noro_capture_sum(c)->frames, 5);
	assert_int_equal(noro_capture_sum(c)->cut, 5);
	assert_int_equal(noro_capture_sum(c)->damaged, 0);
	assert_int_equal(noro_capture_sum(c)->status, NORO_END);
	noro_capture_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_is_read_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
