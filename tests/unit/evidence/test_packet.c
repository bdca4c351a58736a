/* tests/unit/evidence/test_packet.c - a frame taken apart: every link, tunnel and flaw. */
#include "tests/unit/evidence/packet_test.h"

/* IPv4 and a SYN without options: what stands at the bottom of most frames here. */
static void put_syn(struct test_bytes *t)
{
	put_v4(t, 6, 20, 0x4000);
	put_tcp(t, 0);
}

static void put_syn6(struct test_bytes *t)
{
	put_v6(t, 6, 20);
	put_tcp(t, 0);
}

static void assert_syn(const struct noro_packet *pk)
{
	assert_int_equal(pk->flaw, NORO_FLAW_NONE);
	assert_true(pk->family == 4 || pk->family == 6);
	if (pk->family == 4) {
		assert_int_equal(pk->src4, TEST_SRC);
		assert_int_equal(pk->dst4, TEST_DST);
	}
	assert_int_equal(pk->proto, 6);
	assert_int_equal(pk->sport, 40000);
	assert_int_equal(pk->dport, 445);
	assert_int_equal(pk->tcp_flags, NORO_TCP_SYN);
	assert_int_equal(pk->payload_n, 0);
	assert_int_equal(pk->ip_n, pk->family == 4 ? 40 : 60);
}

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

/* The bytes before IP, for each link type; `v6` where they say so. */
static const struct {
	uint16_t link;
	bool v6;
	const char *head;
	size_t n;
} links[] = {
	{ 0, false, "\2\0\0\0", 4 },
	{ 0, false, "\0\0\0\2", 4 },
	{ 0, true, "\x1e\0\0\0", 4 },
	{ 108, true, "\0\0\0\x18", 4 },
	{ 9, false, "\xff\3\0\x21", 4 },
	{ 9, true, "\0\x57", 2 },
	{ 9, false, "\x21", 1 },
	{ 50, false, "\xff\3\0\x21", 4 },
	{ 50, true, "\x0f\0\x86\xdd", 4 },
	{ 51, false, "\x11\0\0\1\0\x2a\0\x21", 8 },
	{ 104, false, "\x0f\0\x08\0", 4 },
	{ 104, true, "\x8f\0\x86\xdd", 4 },
	{ 12, false, "", 0 },
	{ 14, true, "", 0 },
	{ 101, false, "", 0 },
	{ 101, true, "", 0 },
	{ 228, false, "", 0 },
	{ 229, true, "", 0 },
	{ 113, false, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\0", 16 },
	{ 113, true, "\0\4\0\1\0\6\1\2\3\4\5\6\0\0\x86\xdd", 16 },
	{ 113, false, "\0\4\0\1\0\6\1\2\3\4\5\6\0\0\0\4\xaa\xaa\3\0\0\0\x08\0", 24 },
	{ 276, false, "\x08\0\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20 },
	{ 276, true, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20 },
	{ 117, false,
		"\x3d\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		64 },
	{ 100, false, "\xaa\xaa\3\0\0\0\x08\0", 8 },
	{ 100, false, "\6\6\3", 3 },
	{ 10, true, "\x50\0\0\0\0\0\0\0\0\0\0\0\0\xaa\xaa\3\0\0\0\x86\xdd", 21 },
	{ 105, false, "\x08\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xaa\xaa\3\0\0\0\x08\0",
		32 },
	{ 105, false,
		"\x88\x83\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\xaa\xaa\3\0\0\0\x08\0",
		44 },
	{ 127, false,
		"\0\0\x08\0\0\0\0\0\x08\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\xaa\xaa\3\0\0\0\x08\0",
		40 },
	{ 219, true, "\0\0\x11\x40", 4 },
	{ 239, false, "\2\0\0\0\x05\0\x0a\0\1\0\0\0\x2c\0\x09\0", 16 },
	{ 226, true, "\1\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24 },
	{ 258, false, "\x10\0\0\0\1\0\0\0\x0c\0\0\0\0\0\0\0", 16 },
	{ 281, false, "\0\0\0\0\0\0\0\0\0\0\0\0\1\2\3\4\x08\0", 18 },
	{ 282, true, "\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0\x86\xdd", 18 },
	{ 284, true, "\0\0\0\0\0\0\0\0\0\0\0\0\1\2\3\4\x86\xdd", 18 },
	{ 285, false, "\0\0\0\0\0\0\0\0\0\0\0\0\xda\xda\0\0\1\2\3\4\x08\0", 22 },
	{ 1, false, "\0\0\0\0\0\0\0\0\0\0\0\0\0\x30\xaa\xaa\3\0\0\0\x08\0", 22 },
	{ 1, true, "\0\0\0\0\0\0\0\0\0\0\0\0\x86\xdd", 14 },
};

static void every_link_leads_to_ip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct test_bytes t = { 0 };
		struct noro_packet pk;

		put(&t, links[i].head, links[i].n);
		if (links[i].v6)
			put_syn6(&t);
		else
			put_syn(&t);
		pk = take_apart(&t, links[i].link, NORO_OPEN_NONE);
		if (pk.family != (links[i].v6 ? 6 : 4))
			print_error("link %u, row %zu\n", links[i].link, i);
		assert_int_equal(pk.family, links[i].v6 ? 6 : 4);
		assert_syn(&pk);
		assert_ptr_equal(pk.ip, t.b + links[i].n);
	}
}

/* Bytes between Ethernet's addresses and the SYN, and what they are told as. */
static const struct {
	uint16_t via, vlan;
	const char *head;
	size_t n;
} tags[] = {
	{ NORO_VIA_VLAN, 100, "\x81\0\0\x64\x08\0", 6 },
	{ NORO_VIA_VLAN | NORO_VIA_QINQ, 0xabc, "\x88\xa8\x0a\xbc\x81\0\0\x64\x08\0", 10 },
	{ NORO_VIA_VLAN | NORO_VIA_QINQ, 1, "\x81\0\0\1\x81\0\0\2\x81\0\0\3\x08\0", 14 },
	{ NORO_VIA_VLAN | NORO_VIA_QINQ, 7, "\x91\0\0\7\x08\0", 6 },
	{ NORO_VIA_MPLS, 0, "\x88\x47\0\0\x10\x40\0\0\x21\x40", 10 },
	{ NORO_VIA_MPLS, 0, "\x88\x48\0\0\x11\x40", 6 },
	{ NORO_VIA_MPLS, 0, "\x88\x47\0\0\x11\x40\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\x08\0", 24 },
	{ NORO_VIA_PPPOE, 0, "\x88\x64\x11\0\0\1\0\x2a\0\x21", 10 },
	{ NORO_VIA_VLAN | NORO_VIA_PPPOE, 5, "\x81\0\0\5\x88\x64\x11\0\0\1\0\x2a\0\x21", 14 },
};

static void every_tag_is_gone_through(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct test_bytes t = { .n = 12 };
		struct noro_packet pk;

		put(&t, tags[i].head, tags[i].n);
		put_syn(&t);
		pk = take_apart(&t, 1, NORO_OPEN_NONE);
		assert_syn(&pk);
		assert_int_equal(pk.via, tags[i].via);
		assert_int_equal(pk.vlan, tags[i].vlan);
	}
}

/* Tunnels over IP: protocol or port of the outer packet, bytes between it and the inner one. */
static const struct {
	uint16_t via;
	uint8_t proto;
	uint16_t port;
	bool ether, v6;
	const char *head;
	size_t n;
} tunnels[] = {
	{ NORO_VIA_IPIP, 4, 0, false, false, "", 0 },
	{ NORO_VIA_IPIP, 41, 0, false, true, "", 0 },
	{ NORO_VIA_MPLS, 137, 0, false, true, "\0\0\x11\x40", 4 },
	{ NORO_VIA_GRE, 47, 0, false, false, "\0\0\x08\0", 4 },
	{ NORO_VIA_GRE, 47, 0, false, true, "\xb0\0\x86\xdd\0\0\0\0\1\2\3\4\0\0\0\1", 16 },
	{ NORO_VIA_GRE, 47, 0, true, false, "\x20\0\x65\x58\0\0\1\0", 8 },
	{ NORO_VIA_GRE, 47, 0, false, false, "\x30\x81\x88\x0b\0\x28\0\1\0\0\0\1\0\0\0\1\0\x21",
		18 },
	{ NORO_VIA_GRE, 47, 0, false, false, "\0\0\x88\x3e\0\0\0\0", 8 },
	{ NORO_VIA_GRE, 47, 0, false, false, "\0\0\x88\x3e", 4 },
	{ NORO_VIA_GRE | NORO_VIA_MPLS, 47, 0, false, false, "\0\0\x88\x47\0\0\x11\x40", 8 },
	{ NORO_VIA_GRE | NORO_VIA_ERSPAN, 47, 0, true, false, "\0\0\x88\xbe", 4 },
	{ NORO_VIA_GRE | NORO_VIA_ERSPAN, 47, 0, true, false,
		"\x10\0\x88\xbe\0\0\0\1\x10\x0a\0\1\0\0\0\1", 16 },
	{ NORO_VIA_GRE | NORO_VIA_ERSPAN, 47, 0, true, true,
		"\x10\0\x22\xeb\0\0\0\1\x20\x0a\0\1\0\0\0\1\0\0\0\0", 20 },
	{ NORO_VIA_GRE | NORO_VIA_ERSPAN, 47, 0, true, true,
		"\x10\0\x22\xeb\0\0\0\1\x20\x0a\0\1\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0", 28 },
	{ NORO_VIA_GRE | NORO_VIA_ERSPAN, 47, 0, false, false,
		"\x10\0\x22\xeb\0\0\0\1\x20\x0a\0\1\0\0\0\1\0\0\x08\0", 20 },
	{ NORO_VIA_VXLAN, 17, 4789, true, false, "\x08\0\0\0\0\0\x2a\0", 8 },
	{ NORO_VIA_VXLAN, 17, 8472, true, true, "\x08\0\0\0\0\0\x2a\0", 8 },
	{ NORO_VIA_VXLAN, 17, 4790, false, true, "\x0c\0\0\2\0\0\x2a\0", 8 },
	{ NORO_VIA_GENEVE, 17, 6081, true, false, "\0\0\x65\x58\0\0\x2a\0", 8 },
	{ NORO_VIA_GENEVE, 17, 6081, false, true, "\1\0\x86\xdd\0\0\x2a\0\0\0\0\0", 12 },
	{ NORO_VIA_GTP, 17, 2152, false, false, "\x30\xff\0\x28\0\0\0\1", 8 },
	{ NORO_VIA_GTP, 17, 2152, false, true, "\x34\xff\0\x44\0\0\0\1\0\0\0\x85\1\0\0\0", 16 },
	{ NORO_VIA_L2TP, 17, 1701, false, false, "\0\2\0\1\0\2\xff\3\0\x21", 10 },
	{ NORO_VIA_L2TP, 17, 1701, false, true, "\x4a\2\0\x60\0\1\0\2\0\0\0\0\0\2\0\0\0\x57", 18 },
};

static void put_tunnel(struct test_bytes *t, size_t i)
{
	size_t in = tunnels[i].n + (tunnels[i].ether ? 14 : 0) + (tunnels[i].v6 ? 60 : 40);

	put_v4(t, tunnels[i].proto, (unsigned)(in + (tunnels[i].port ? 8 : 0)), 0);
	if (tunnels[i].port)
		put_udp(t, tunnels[i].port, (unsigned)in);
	put(t, tunnels[i].head, tunnels[i].n);
	if (tunnels[i].ether)
		put_ether(t, tunnels[i].v6 ? 0x86dd : 0x0800);
	if (tunnels[i].v6)
		put_syn6(t);
	else
		put_syn(t);
}

static void every_tunnel_is_opened_when_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		struct test_bytes t = { 0 };
		struct noro_packet pk;

		put_ether(&t, 0x0800);
		put_tunnel(&t, i);
		pk = take_apart(&t, 1, NORO_OPEN_ALL);
		if (pk.via != tunnels[i].via)
			print_error("tunnel %zu: via %x\n", i, pk.via);
		assert_int_equal(pk.via, tunnels[i].via);
		assert_int_equal(pk.family, tunnels[i].v6 ? 6 : 4);
		assert_syn(&pk);
		assert_true(pk.ip >= t.b + 34);

		/* shut, it is what it looks like from outside */
		pk = take_apart(&t, 1, NORO_OPEN_ALL & ~(unsigned)tunnels[i].via);
		assert_int_equal(pk.flaw, NORO_FLAW_NONE);
		assert_int_equal(pk.proto, tunnels[i].proto);
		assert_int_equal(pk.dport, tunnels[i].port);
		assert_int_equal(pk.via, 0);
		assert_ptr_equal(pk.ip, t.b + 14);
		assert_ptr_equal(pk.payload, t.b + (tunnels[i].port ? 42 : 34));
	}
}

static void a_tunnel_port_is_no_proof(void **state)
{
	static const uint16_t port[] = { 4789, 8472, 4790, 6081, 2152, 1701 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct test_bytes t = { 0 };
		struct noro_packet pk;

		put_ether(&t, 0x0800);
		put_v4(&t, 17, 8 + 40, 0);
		put_udp(&t, port[i], 40);
		put(&t, "\x08\xff\0\3\0\0\0\0 some words of forty bytes here", 40);
		pk = take_apart(&t, 1, NORO_OPEN_ALL);
		assert_int_equal(pk.flaw, NORO_FLAW_NONE);
		assert_int_equal(pk.via, 0);
		assert_int_equal(pk.dport, port[i]);
		assert_int_equal(pk.payload_n, 40);
	}
}

static void headers_that_are_seen_but_not_opened(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_packet pk;

	(void)state;
	put_v4(&t, 50, 16, 0);
	put(&t, "0123456789abcdef", 16);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.via, NORO_VIA_ESP);
	assert_int_equal(pk.proto, 50);
	assert_int_equal(pk.payload_n, 16);

	t.n = 0;
	put_v4(&t, 51, 24 + 20, 0);
	put(&t, "\6\4\0\0\0\0\0\1\0\0\0\1ICVICVICVICV", 24);
	put_tcp(&t, 0);
	pk = take_apart(&t, 101, NORO_OPEN_NONE);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.via, NORO_VIA_AH);
	assert_int_equal(pk.proto, 6);
	assert_int_equal(pk.dport, 445);
}

static void an_icmp_error_quotes_a_packet(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_packet pk, quoted;

	(void)state;
	put_v4(&t, 1, 8 + 28, 0);
	put(&t, "\3\1\0\0\0\0\0\0", 8);
	put_v4(&t, 6, 1000, 0);
	put16(&t, 80);
	put16(&t, 1024);
	put32(&t, 0xcafe);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.proto, 1);
	assert_int_equal(pk.icmp_type, 3);
	assert_int_equal(pk.icmp_code, 1);
	assert_int_equal(pk.payload_n, 28);
	noro_packet_read_ip(pk.payload, pk.payload_n, 9, &quoted);
	assert_int_equal(quoted.flaw, NORO_FLAW_NONE); /* eight bytes are what a quote must have */
	assert_int_equal(quoted.sport, 80);
	assert_int_equal(quoted.dport, 1024);
	assert_int_equal(quoted.seq, 0xcafe);
	assert_int_equal(quoted.tcp_flags, 0);
	assert_int_equal(quoted.payload_n, 0);
	assert_int_equal(quoted.ip_n, 1020);
	noro_packet_read_ip(pk.payload, pk.payload_n - 1, 9, &quoted);
	assert_int_equal(quoted.flaw, NORO_FLAW_CUT);

	t.n = 0;
	put_v6(&t, 58, 8);
	put(&t, "\x80\0\0\0\x12\x34\0\7", 8);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.icmp_type, 128);
	assert_int_equal(pk.seq, 0x12340007);
}

static void fragments_have_ports_only_at_their_head(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_packet pk;

	(void)state;
	put_v4(&t, 17, 16, 0x2000);
	put_udp(&t, 53, 1400); /* more than this piece holds */
	put32(&t, 0);
	put32(&t, 0);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.frag, NORO_FRAG_FIRST);
	assert_int_equal(pk.dport, 53);
	t.n = 0;
	put_v4(&t, 17, 16, 0x2005);
	put(&t, "0123456789abcdef", 16);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.frag, NORO_FRAG_LATER);
	assert_int_equal(pk.dport, 0);
	assert_int_equal(pk.payload_n, 16);

	t.n = 0; /* the same over IPv6 */
	put_v6(&t, 44, 8 + 16);
	put(&t, "\x11\0\0\x29\0\0\0\1", 8);
	put(&t, "0123456789abcdef", 16);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.frag, NORO_FRAG_LATER);
	assert_int_equal(pk.proto, 17);
	assert_int_equal(pk.dport, 0);
	t.b[V6_N + 3] = 0; /* "atomic": neither offset nor more to come */
	t.b[V6_N + 8 + 4] = 0;
	t.b[V6_N + 8 + 5] = 16;
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.frag, NORO_FRAG_NONE);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.sport, '0' << 8 | '1');
}

static void ipv6_extensions_are_followed(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_packet pk;

	(void)state;
	put_v6(&t, 0, 8 + 16 + 8 + 20);
	put(&t, "\x3c\0\1\4\0\0\0\0", 8);
	put(&t, "\x2b\1\1\x0c\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	put(&t, "\6\0\0\0\0\0\0\0", 8);
	put_tcp(&t, 0);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.proto, 6);
	assert_int_equal(pk.dport, 445);
	assert_int_equal(pk.tos, 0x0a);
	assert_int_equal(pk.ttl, 61);
	assert_int_equal(noro_packet_src(&pk).family, 6);
	assert_int_equal(noro_packet_src(&pk).b[15], 1);
	assert_int_equal(noro_packet_dst(&pk).b[15], 2);

	t.n = 0;
	put_v6(&t, 59, 0);
	pk = take_apart(&t, 101, NORO_OPEN_ALL);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.proto, 59);
}

static void assert_flaw(struct test_bytes *t, uint16_t link, enum noro_flaw want)
{
	struct noro_packet pk = take_apart(t, link, NORO_OPEN_ALL);

	if (pk.flaw != want)
		print_error("wanted %s, got %s\n", noro_flaw_name(want), noro_flaw_name(pk.flaw));
	assert_int_equal(pk.flaw, want);
	test_packet_inside(&pk, t->b, t->n);
	t->n = 0;
}

static void what_is_not_ip_says_so(void **state)
{
	struct test_bytes t = { 0 };

	(void)state;
	put_syn(&t);
	assert_flaw(&t, 9999, NORO_FLAW_LINK);
	put_ether(&t, 0x0806);
	put32(&t, 1);
	assert_flaw(&t, 1, NORO_FLAW_NOT_IP);
	put(&t, "\x42\x42\3\0\0\0\0\0", 8);
	assert_flaw(&t, 100, NORO_FLAW_NOT_IP);
	put(&t, "\xc0\x21\1\1\0\4", 6);
	assert_flaw(&t, 9, NORO_FLAW_NOT_IP);
	put(&t, "\x20\0\0\0", 4);
	assert_flaw(&t, 0, NORO_FLAW_NOT_IP);
	put(&t, "\x80\0\0\0", 4);
	assert_flaw(&t, 105, NORO_FLAW_NOT_IP);
	put32(&t, 0x70000000);
	assert_flaw(&t, 101, NORO_FLAW_VERSION);
	put_ether(&t, 0x0800);
	put_syn6(&t);
	assert_flaw(&t, 1, NORO_FLAW_VERSION);
	put_v4(&t, 41, 40, 0); /* promised 6, found 4 */
	put_syn(&t);
	assert_flaw(&t, 101, NORO_FLAW_VERSION);
}

static void headers_that_cannot_be_are_told(void **state)
{
	struct test_bytes t = { 0 };

	(void)state;
	put_syn(&t);
	t.b[0] = 0x44;
	assert_flaw(&t, 101, NORO_FLAW_IP_HEADER);
	put_syn(&t);
	t.b[3] = 19;
	assert_flaw(&t, 101, NORO_FLAW_IP_HEADER);
	put_v4(&t, 17, 40, 0x1fff); /* would end past 65,535 */
	put_tcp(&t, 0);
	put_tcp(&t, 0);
	assert_flaw(&t, 101, NORO_FLAW_IP_HEADER);
	put_syn(&t);
	t.b[V4_N + 12] = 0x40;
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_syn(&t);
	t.b[V4_N + 12] = 0xf0; /* a longer header than the packet */
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_v4(&t, 6, 19, 0);
	put_tcp(&t, 0);
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_v4(&t, 17, 8, 0);
	put_udp(&t, 53, 1);
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_v4(&t, 17, 8, 0);
	put_udp(&t, 53, 0);
	t.b[V4_N + 5] = 7;
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_v4(&t, 1, 7, 0);
	put(&t, "\x08\0\0\0\0\0\0", 7);
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
	put_v4(&t, 6, 24, 0);
	put_tcp(&t, 4);
	put32(&t, 0x08ff0000); /* an option of 255 bytes */
	assert_flaw(&t, 101, NORO_FLAW_OPTIONS);
	put_v4(&t, 6, 24, 0);
	put_tcp(&t, 4);
	put32(&t, 0x01010108); /* one without a length */
	assert_flaw(&t, 101, NORO_FLAW_OPTIONS);
	put_v4(&t, 51, 12, 0);
	put(&t, "\6\7\0\0\0\0\0\1\0\0\0\1", 12);
	assert_flaw(&t, 101, NORO_FLAW_TRANSPORT);
}

static void ipv6_chains_that_lie_are_told(void **state)
{
	struct test_bytes t = { 0 };

	(void)state;
	put_v6(&t, 60, 16);
	put(&t, "\0\0\0\0\0\0\0\0", 8); /* hop-by-hop must come first */
	put(&t, "\x3b\0\0\0\0\0\0\0", 8);
	assert_flaw(&t, 101, NORO_FLAW_EXTENSION);
	put_v6(&t, 0, 8);
	put(&t, "\6\x20\0\0\0\0\0\0", 8); /* longer than the packet */
	assert_flaw(&t, 101, NORO_FLAW_EXTENSION);
	put_v6(&t, 60, 4);
	put(&t, "\6\0\0\0", 4);
	assert_flaw(&t, 101, NORO_FLAW_EXTENSION);
	put_v6(&t, 60, 8 * 40);
	for (unsigned i = 0; i < 40; i++)
		put(&t, "\x3c\0\0\0\0\0\0\0", 8);
	assert_flaw(&t, 101, NORO_FLAW_EXTENSION);
	put_v6(&t, 44, 16 + 20);
	put(&t, "\x2c\0\0\1\0\0\0\1", 8); /* a fragment of a fragment */
	put(&t, "\6\0\0\1\0\0\0\1", 8);
	put_tcp(&t, 0);
	assert_flaw(&t, 101, NORO_FLAW_EXTENSION);
}

static void tags_and_tunnels_have_an_end(void **state)
{
	struct test_bytes t = { .n = 12 };
	struct noro_packet pk;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		put32(&t, 0x81000001);
	put16(&t, 0x0800);
	put_syn(&t);
	assert_flaw(&t, 1, NORO_FLAW_TUNNELS);
	for (unsigned i = 0; i < 40; i++)
		put32(&t, 0x00001040);
	put_syn(&t);
	assert_flaw(&t, 219, NORO_FLAW_TUNNELS);
	for (unsigned depth = 0; depth < 10; depth++) {
		for (unsigned i = depth; i > 0; i--)
			put_v4(&t, 4, i * V4_N + 20, 0);
		put_syn(&t);
		pk = take_apart(&t, 101, NORO_OPEN_ALL);
		assert_int_equal(
			pk.flaw, depth > NORO_PACKET_TUNNELS ? NORO_FLAW_TUNNELS : NORO_FLAW_NONE);
		assert_int_equal(pk.proto, depth > NORO_PACKET_TUNNELS ? 4 : 6);
		t.n = 0;
	}
}

static void a_lie_of_the_wire_is_told_from_a_cut_of_the_capture(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_frame f = { .link = 101 };
	struct noro_packet pk;

	(void)state;
	put_v4(&t, 17, 108, 0);
	put_udp(&t, 53, 100);
	put32(&t, 0x12340100);
	f.p = t.b;
	f.n = (uint32_t)t.n;
	f.wire_n = 128; /* the capture kept less than there was */
	noro_packet_read(&f, NORO_OPEN_ALL, &pk);
	assert_int_equal(pk.flaw, NORO_FLAW_NONE);
	assert_int_equal(pk.payload_n, 4);
	assert_int_equal(pk.payload_wire_n, 100);
	assert_int_equal(pk.ip_captured, 32);
	f.wire_n = f.n; /* there was no more: the header lies */
	noro_packet_read(&f, NORO_OPEN_ALL, &pk);
	assert_int_equal(pk.flaw, NORO_FLAW_CUT);
	assert_int_equal(pk.dport, 53);
	f.wire_n = 128;
	f.n = 23; /* ports are not whole */
	noro_packet_read(&f, NORO_OPEN_ALL, &pk);
	assert_int_equal(pk.flaw, NORO_FLAW_CUT);
	assert_int_equal(pk.dport, 0);
	assert_int_equal(pk.src4, TEST_SRC);
}

/* Every prefix of every sample here, in memory that ends where it ends. */
static void sweep(const struct test_bytes *t, uint16_t link)
{
	for (size_t n = 0; n <= t->n; n++) {
		uint8_t *exact = test_exact_copy(t->b, n);
		struct noro_frame f = { .p = exact, .n = (uint32_t)n, .link = link };
		struct noro_packet pk;

		for (unsigned open = 0; open <= NORO_OPEN_ALL; open += NORO_OPEN_ALL) {
			for (f.wire_n = f.n; f.wire_n <= t->n; f.wire_n += (uint32_t)t->n) {
				memset(&pk, 0xaa, sizeof(pk));
				noro_packet_read(&f, open, &pk);
				test_packet_inside(&pk, exact, n);
				if (n < t->n)
					assert_int_not_equal(pk.tcp_flags && !pk.flaw, 1);
			}
		}
		noro_packet_read_ip(exact, n, 0, &pk);
		test_packet_inside(&pk, exact, n);
		free(exact);
	}
}

static void no_prefix_is_read_beyond_its_end(void **state)
{
	struct test_bytes t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		t.n = 0;
		put(&t, links[i].head, links[i].n);
		if (links[i].v6)
			put_syn6(&t);
		else
			put_syn(&t);
		sweep(&t, links[i].link);
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		t.n = 12;
		put(&t, tags[i].head, tags[i].n);
		put_syn(&t);
		sweep(&t, 1);
	}
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		t.n = 0;
		put_ether(&t, 0x0800);
		put_tunnel(&t, i);
		sweep(&t, 1);
	}
}

static bool same(const struct noro_packet *a, const struct noro_packet *b)
{
	return a->family == b->family && a->flaw == b->flaw && a->proto == b->proto &&
	       a->frag == b->frag && a->ttl == b->ttl && a->tcp_flags == b->tcp_flags &&
	       a->tcp_header == b->tcp_header && a->tos == b->tos && a->df == b->df &&
	       a->options_n == b->options_n && a->ip_id == b->ip_id && a->window == b->window &&
	       a->via == b->via && a->sport == b->sport && a->dport == b->dport &&
	       a->src4 == b->src4 && a->dst4 == b->dst4 && a->seq == b->seq && a->ack == b->ack &&
	       a->ip_n == b->ip_n && a->payload_n == b->payload_n &&
	       a->payload_wire_n == b->payload_wire_n && a->ip == b->ip &&
	       a->ip_captured == b->ip_captured && a->options == b->options &&
	       a->payload == b->payload && a->ts_ns == b->ts_ns;
}

/* The fast way and the layers are two readers of the same bytes: they must not differ. */
static void the_fast_way_gives_what_the_layers_give(void **state)
{
	uint64_t random = 88172645463325252U;
	unsigned plain = 0;

	(void)state;
	for (unsigned round = 0; round < 200000; round++) {
		struct test_bytes t = { 0 };
		struct noro_frame f = { .link = 1, .ts_ns = 5 };
		struct noro_packet fast, layers;
		unsigned options;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		options = (random >> 8 & 3) * 4;
		put_ether(&t, 0x0800);
		put_v4(&t, random & 1 ? 6 : 17, 20 + options, random & 2 ? 0x4000 : 0);
		if (random & 1)
			put_tcp(&t, options);
		else
			put_udp(&t, random & 4 ? 4789 : 53, 12 + options);
		put(&t, &random, 8);
		put(&t, &random, 8);
		if (random >> 60 < 12) /* one byte of the headers changed */
			t.b[14 + (random >> 40) % 44] ^= (uint8_t)(1U << (random >> 50 & 7));
		f.p = t.b;
		f.n = f.wire_n = 54 + options + (random >> 32 & 3);
		noro_packet_read(&f, NORO_OPEN_ALL, &fast);
		t.b[12] = 0; /* the same behind PPP, which has no fast way */
		t.b[13] = 0x21;
		f.link = 9;
		f.p += 12;
		f.n = f.wire_n -= 12;
		noro_packet_read(&f, NORO_OPEN_ALL, &layers);
		assert_true(same(&fast, &layers));
		plain += fast.flaw == NORO_FLAW_NONE;
	}
	assert_true(plain > 50000 && plain < 195000);
}

static void names_of_flaws_are_distinct(void **state)
{
	(void)state;
	for (unsigned a = 0; a < NORO_FLAWS; a++)
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(noro_flaw_name(a), noro_flaw_name(b));
	assert_string_equal(noro_flaw_name(NORO_FLAWS), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_syn_is_read_straight),
		cmocka_unit_test(every_link_leads_to_ip),
		cmocka_unit_test(every_tag_is_gone_through),
		cmocka_unit_test(every_tunnel_is_opened_when_asked),
		cmocka_unit_test(a_tunnel_port_is_no_proof),
		cmocka_unit_test(headers_that_are_seen_but_not_opened),
		cmocka_unit_test(an_icmp_error_quotes_a_packet),
		cmocka_unit_test(fragments_have_ports_only_at_their_head),
		cmocka_unit_test(ipv6_extensions_are_followed),
		cmocka_unit_test(what_is_not_ip_says_so),
		cmocka_unit_test(headers_that_cannot_be_are_told),
		cmocka_unit_test(ipv6_chains_that_lie_are_told),
		cmocka_unit_test(tags_and_tunnels_have_an_end),
		cmocka_unit_test(a_lie_of_the_wire_is_told_from_a_cut_of_the_capture),
		cmocka_unit_test(no_prefix_is_read_beyond_its_end),
		cmocka_unit_test(the_fast_way_gives_what_the_layers_give),
		cmocka_unit_test(names_of_flaws_are_distinct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
