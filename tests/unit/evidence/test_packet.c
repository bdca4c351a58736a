/* tests/unit/evidence/test_packet.c - a frame taken apart: every link, tunnel and flaw. */
#include "tests/unit/evidence/packet_test.h"

static void a_plain_syn_is_read_straight(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_packet pk;

	(void)state;
	put_ether(&t, 0x0800);
	put_v4(&t, 6, 24, 0x4000);
	put_tcp(&t, 4);
	put32(&t, 0x020405b4);
	put32(&t, 0); /* padding of a short frame */
	pk = take_apart(&t, 1, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.family, 4);
	assert_int_equal(pk.proto, 6);
	assert_int_equal(pk.src4, TEST_SRC);
	assert_int_equal(pk.dst4, TEST_DST);
	assert_int_equal(pk.sport, 40000);
	assert_int_equal(pk.dport, 445);
	assert_int_equal(pk.seq, 0xdeadbeef);
	assert_int_equal(pk.ack, 7);
	assert_int_equal(pk.tcp_flags, NORO_TCP_SYN);
	assert_int_equal(pk.tcp_header, 24);
	assert_int_equal(pk.window, 1024);
	assert_int_equal(pk.df, 1);
	assert_int_equal(pk.ttl, 64);
	assert_int_equal(pk.ip_id, 54321);
	assert_int_equal(pk.options_n, 4);
	assert_memory_equal(pk.options, "\2\4\5\xb4", 4);
	assert_int_equal(pk.ip_n, 44);
	assert_int_equal(pk.ip_captured, 44);
	assert_int_equal(pk.payload_n, 0);
	assert_int_equal(pk.payload_wire_n, 0);
	assert_int_equal(pk.via, 0);
	assert_int_equal(pk.ts_ns, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_syn_is_read_straight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
