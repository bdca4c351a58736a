/* tests/unit/telescope/test_klass.c - questions, answers, and what is neither. */
#include "tests/unit/telescope/traffic.h"

static const uint32_t THEM = 0x08080808, US = 0xc6336401; /* 198.51.100.1 */

static struct noro_judged judge(const struct made *m)
{
	struct noro_frame f = frame_of(m);
	struct noro_packet p;
	struct noro_judged j;

	noro_packet_read(&f, NORO_OPEN_NONE, &p);
	noro_judge(&p, &j);
	return j;
}

static void flags_of_tcp_decide(void **state)
{
	static const struct {
		unsigned flags;
		enum noro_klass klass;
		enum noro_answer_kind how;
		bool odd;
	} row[] = {
		{ 0x02, NORO_KLASS_SCAN, NORO_ANSWERED_NOT, false },
		{ 0xc2, NORO_KLASS_SCAN, NORO_ANSWERED_NOT, false }, /* with ECN */
		{ 0x12, NORO_KLASS_BACKSCATTER, NORO_ANSWERED_SYN_ACK, false },
		{ 0x04, NORO_KLASS_BACKSCATTER, NORO_ANSWERED_RST, false },
		{ 0x14, NORO_KLASS_BACKSCATTER, NORO_ANSWERED_RST, false },
		{ 0x01, NORO_KLASS_ODD_SCAN, NORO_ANSWERED_NOT, false },
		{ 0x00, NORO_KLASS_ODD_SCAN, NORO_ANSWERED_NOT, true },
		{ 0x29, NORO_KLASS_ODD_SCAN, NORO_ANSWERED_NOT, true },
		{ 0x03, NORO_KLASS_ODD_SCAN, NORO_ANSWERED_NOT, true },
		{ 0x10, NORO_KLASS_RESIDUAL, NORO_ANSWERED_NOT, false },
		{ 0x18, NORO_KLASS_RESIDUAL, NORO_ANSWERED_NOT, false },
		{ 0x11, NORO_KLASS_RESIDUAL, NORO_ANSWERED_NOT, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct made m = { 0 };
		struct noro_judged j;

		make_tcp(&m, THEM, 80, US, 4000, row[i].flags, 100, 201);
		j = judge(&m);
		assert_int_equal(j.klass, row[i].klass);
		assert_int_equal(j.answered, row[i].how);
		assert_int_equal(!!(j.odd & NORO_ODD_FLAGS), row[i].odd);
		assert_int_equal(j.port, row[i].klass == NORO_KLASS_BACKSCATTER ? 80 : 4000);
		assert_int_equal(j.our_port, 4000);
		assert_int_equal(j.actor4, THEM);
		assert_int_equal(j.ours4, US);
		if (row[i].how)
			assert_int_equal(j.number, row[i].flags & 0x10 ? 200 : 100);
	}
}

static void udp_answers_need_port_and_shape(void **state)
{
	static const uint8_t snmp[] = { 0x30, 0x14, 2, 1, 1, 4, 6, 'p', 'u', 'b', 'l', 'i', 'c',
		0xa2, 7, 2, 1, 9, 2, 1, 0 };
	static const uint8_t vn[] = { 0xc0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 0 };
	static const uint8_t monlist[] = { 0xd7, 0, 3, 42, 0, 0, 0, 0 };
	uint8_t dns[12] = { 0x12, 0x34, 0x81, 0x80 }, get[sizeof(snmp)], ntp[48] = { 0x24 };
	struct made m = { 0 };
	struct noro_judged j;

	(void)state;
	make_udp(&m, THEM, 53, US, 999, dns, sizeof(dns));
	j = judge(&m);
	assert_int_equal(j.klass, NORO_KLASS_BACKSCATTER);
	assert_int_equal(j.answered, NORO_ANSWERED_DNS);
	assert_int_equal(j.port, 53);
	assert_int_equal(j.number, 0x1234);
	make_udp(&m, THEM, 54, US, 999, dns, sizeof(dns)); /* shape without port */
	assert_int_equal(judge(&m).klass, NORO_KLASS_SCAN);
	dns[2] = 1; /* port without shape: a query from 53 */
	make_udp(&m, THEM, 53, US, 999, dns, sizeof(dns));
	j = judge(&m);
	assert_int_equal(j.klass, NORO_KLASS_SCAN);
	assert_int_equal(j.port, 999);
	make_udp(&m, THEM, 161, US, 999, snmp, sizeof(snmp));
	j = judge(&m);
	assert_int_equal(j.answered, NORO_ANSWERED_SNMP);
	assert_int_equal(j.number, 9);
	memcpy(get, snmp, sizeof(get));
	get[13] = 0xa0;
	make_udp(&m, THEM, 161, US, 161, get, sizeof(get));
	assert_int_equal(judge(&m).klass, NORO_KLASS_SCAN);
	make_udp(&m, THEM, 443, US, 999, vn, sizeof(vn));
	assert_int_equal(judge(&m).answered, NORO_ANSWERED_QUIC);
	make_udp(&m, THEM, 123, US, 999, ntp, sizeof(ntp));
	assert_int_equal(judge(&m).answered, NORO_ANSWERED_NTP);
	ntp[0] = 0xe3; /* a client's */
	make_udp(&m, THEM, 123, US, 123, ntp, sizeof(ntp));
	assert_int_equal(judge(&m).klass, NORO_KLASS_SCAN);
	make_udp(&m, THEM, 123, US, 999, monlist, sizeof(monlist));
	assert_int_equal(judge(&m).answered, NORO_ANSWERED_NTP);
	make_udp(&m, THEM, 11211, US, 1, "\0\1\0\0\0\1\0\0STAT pid", 16);
	assert_int_equal(judge(&m).answered, NORO_ANSWERED_UDP);
}

static void shapes_hold_for_every_prefix(void **state)
{
	static const uint8_t snmp[] = { 0x30, 0x84, 0, 0, 0, 20, 2, 1, 1, 4, 2, 'a', 'b', 0xa2, 7,
		2, 1, 9, 2, 1, 0 };
	static const uint16_t port[] = { 17, 19, 53, 69, 111, 123, 137, 161, 389, 443, 500, 520,
		623, 1434, 1900, 3478, 3702, 5060, 5353, 5683, 10001, 11211, 27015, 47808 };

	(void)state;
	for (size_t k = 0; k < sizeof(port) / sizeof(port[0]); k++)
		for (size_t n = 0; n <= sizeof(snmp); n++) {
			uint8_t *exact;
			struct made m = { 0 };
			struct noro_frame f;
			struct noro_packet p;
			struct noro_judged j;

			make_udp(&m, THEM, port[k], US, 9, snmp, n);
			exact = test_exact_copy(m.b, m.n);
			f = frame_of(&m);
			f.p = exact;
			noro_packet_read(&f, NORO_OPEN_NONE, &p);
			noro_judge(&p, &j);
			assert_true(
				j.klass == NORO_KLASS_SCAN || j.klass == NORO_KLASS_BACKSCATTER);
			free(exact);
		}
}

static void icmp_errors_are_opened(void **state)
{
	struct made quoted, m = { 0 };
	uint8_t *t;
	struct noro_judged j;

	(void)state;
	make_tcp(&quoted, US, 1234, THEM, 443, 2, 77, 0);
	t = make_v4(&m, 1, 0x01010101, US, 8 + 28);
	t[0] = 3;
	memcpy(t + 8, quoted.b, 28);
	j = judge(&m);
	assert_int_equal(j.klass, NORO_KLASS_BACKSCATTER);
	assert_int_equal(j.answered, NORO_ANSWERED_ICMP_ERROR);
	assert_int_equal(j.actor4, THEM);
	assert_int_equal(j.proto, 6);
	assert_int_equal(j.port, 443);
	assert_int_equal(j.our_port, 1234);
	assert_int_equal(j.number, 77);
	assert_false(j.mismatch);
	put32(t + 8 + 12, US + 1);
	assert_true(judge(&m).mismatch);
	/* an error that quotes nothing comes from its sender */
	t = make_v4(&m, 1, 0x01010101, US, 8);
	t[0] = 3;
	j = judge(&m);
	assert_int_equal(j.klass, NORO_KLASS_BACKSCATTER);
	assert_int_equal(j.actor4, 0x01010101);
	t[0] = 8;
	j = judge(&m);
	assert_int_equal(j.klass, NORO_KLASS_SCAN);
	assert_int_equal(j.port, 8);
	t[0] = 0;
	j = judge(&m);
	assert_int_equal(j.answered, NORO_ANSWERED_ICMP_REPLY);
	assert_int_equal(j.port, 8);
	t[0] = 40;
	assert_int_equal(judge(&m).klass, NORO_KLASS_OTHER);
}

static void oddities_have_names(void **state)
{
	struct made m = { 0 };

	(void)state;
	make_syn(&m, 0x0a000001, US, 80, 1);
	assert_int_equal(judge(&m).odd, NORO_ODD_BOGON_SRC);
	make_syn(&m, 0xe1000001, US, 0, 1);
	assert_int_equal(judge(&m).odd, NORO_ODD_BOGON_SRC | NORO_ODD_PORT_ZERO);
	make_syn(&m, 0x080808ff, US, 80, 1);
	assert_int_equal(judge(&m).odd, NORO_ODD_SRC_NET_EDGE);
	make_udp(&m, THEM, 1, US, 2, "d1:ad2:id20:", 12);
	assert_int_equal(judge(&m).odd, NORO_ODD_BITTORRENT);
	make_udp(&m, THEM, 5060, US, 5060, "SIP/2.0 200 OK", 14);
	assert_int_equal(judge(&m).odd, NORO_ODD_SIP);
	make_udp(&m, THEM, 137, US, 137, "\1\2\0\0\0\1\0\0\0\0\0\0 CKAAAAAAAA", 24);
	assert_int_equal(judge(&m).odd, NORO_ODD_NETBIOS);
}

static void later_fragments_have_no_ports(void **state)
{
	struct made m = { 0 };

	(void)state;
	make_syn(&m, THEM, US, 80, 1);
	put16(m.b + 6, 5); /* offset 40 */
	assert_int_equal(judge(&m).klass, NORO_KLASS_FRAGMENT);
	assert_int_equal(judge(&m).port, 0);
}

static void what_cannot_be_read_is_malformed(void **state)
{
	struct made m = { 0 };

	(void)state;
	make_syn(&m, THEM, US, 80, 1);
	m.b[0] = 0x95;
	assert_int_equal(judge(&m).klass, NORO_KLASS_MALFORMED);
	make_syn(&m, THEM, US, 80, 1);
	m.n = 24; /* cut within the TCP header: nobody knows its flags */
	assert_int_equal(judge(&m).klass, NORO_KLASS_MALFORMED);
}

static void names_go_both_ways(void **state)
{
	(void)state;
	for (int i = 0; i < NORO_KLASSES; i++)
		assert_int_equal(
			noro_klass_parse(noro_view_str(noro_klass_name((enum noro_klass)i))), i);
	assert_null(noro_klass_name(NORO_KLASSES));
	assert_int_equal(noro_klass_parse(NORO_V("")), -1);
	for (int i = 0; i < NORO_ANSWERED_KINDS; i++)
		assert_non_null(noro_answered_name((enum noro_answer_kind)i));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_of_tcp_decide),
		cmocka_unit_test(udp_answers_need_port_and_shape),
		cmocka_unit_test(shapes_hold_for_every_prefix),
		cmocka_unit_test(icmp_errors_are_opened),
		cmocka_unit_test(oddities_have_names),
		cmocka_unit_test(later_fragments_have_no_ports),
		cmocka_unit_test(what_cannot_be_read_is_malformed),
		cmocka_unit_test(names_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
