/*
 * src/evidence/packet.h - a frame taken apart down to the transport header: link,
 * tags, tunnels, IPv4 and IPv6 with extension headers, fragments. Never fails:
 * what cannot be told has a reason. No allocation, no copy.
 */
#pragma once

#include "base/addr.h"
#include "evidence/capture.h"

/* Why a packet is not whole. Names: noro_flaw_name. */
enum noro_flaw {
	NORO_FLAW_NONE,
	NORO_FLAW_LINK,    /* a link type we do not know */
	NORO_FLAW_NOT_IP,  /* ARP, LLDP, ... : no flaw, and no packet for us */
	NORO_FLAW_CUT,     /* headers not all captured, or an IP packet longer than what was on the
			      wire; what is there is filled. A payload cut by the capture alone
			      is no flaw: payload_n < payload_wire_n tells it. A quoted packet
			      (noro_packet_read_ip) needs 8 bytes of transport only */
	NORO_FLAW_VERSION, /* neither 4 nor 6 where IP was promised */
	NORO_FLAW_IP_HEADER, /* header or total length impossible */
	NORO_FLAW_EXTENSION, /* IPv6 extension headers: too many, out of order, lying */
	NORO_FLAW_TRANSPORT, /* TCP/UDP/ICMP header impossible */
	NORO_FLAW_OPTIONS,   /* TCP options run over */
	NORO_FLAW_TUNNELS,   /* more than NORO_PACKET_TUNNELS in one another */
	NORO_FLAWS,
};
const char *noro_flaw_name(enum noro_flaw f);

enum { NORO_PACKET_TUNNELS = 6 };
/* Bits of noro_packet.via. */
enum noro_via {
	NORO_VIA_VLAN = 1,
	NORO_VIA_QINQ = 2,
	NORO_VIA_MPLS = 4,
	NORO_VIA_PPPOE = 8,
	NORO_VIA_GRE = 16,
	NORO_VIA_IPIP = 32, /* IP in IP, 6in4 */
	NORO_VIA_VXLAN = 64,
	NORO_VIA_GENEVE = 128,
	NORO_VIA_GTP = 256,
	NORO_VIA_ERSPAN = 512,
	NORO_VIA_L2TP = 1024,
	NORO_VIA_ESP = 2048, /* seen, not opened */
	NORO_VIA_AH = 4096,
};
enum noro_frag { NORO_FRAG_NONE, NORO_FRAG_FIRST, NORO_FRAG_LATER };

enum noro_tcp_flag {
	NORO_TCP_FIN = 1,
	NORO_TCP_SYN = 2,
	NORO_TCP_RST = 4,
	NORO_TCP_PSH = 8,
	NORO_TCP_ACK = 16,
	NORO_TCP_URG = 32,
	NORO_TCP_ECE = 64,
	NORO_TCP_CWR = 128
};

/* Addresses as words for speed: IPv4 in src4/dst4 (host order); IPv6 as 16 bytes. */
struct noro_packet {
	int64_t ts_ns;
	uint8_t family;                /* 4, 6: addresses are there; 0: no IP packet, see flaw */
	uint8_t flaw;                  /* enum noro_flaw */
	uint8_t proto;                 /* the last one: 6, 17, 1, 58, ... */
	uint8_t frag;                  /* enum noro_frag; LATER: no ports */
	uint8_t ttl;                   /* hop limit */
	uint8_t tcp_flags, tcp_header; /* bytes of header with options */
	uint8_t tos;
	uint8_t df, options_n;
	uint16_t ip_id; /* IPv4; 0 */
	uint16_t window;
	uint16_t via;
	uint16_t vlan;         /* outermost id, 0 none */
	uint16_t sport, dport; /* host order; ICMP: type and code in `icmp_type`, `icmp_code` */
	uint8_t icmp_type, icmp_code;
	uint32_t src4, dst4;
	uint32_t seq, ack;       /* ICMP: seq is the rest of its header (echo: id << 16 | number) */
	uint32_t ip_n;           /* length the IP header claims, all headers */
	uint32_t payload_n;      /* of them captured */
	uint32_t payload_wire_n; /* as the headers claim */
	const uint8_t *ip;       /* first byte of the innermost IP header */
	uint32_t ip_captured;    /* bytes captured from there */
	const uint8_t *options;  /* TCP options: options_n bytes that can be walked unchecked */
	const uint8_t *payload;  /* after the transport header (ICMP errors: the quoted packet) */
	const uint8_t *src6, *dst6; /* 16 bytes in the frame; NULL for IPv4 */
};

/* Take a frame apart. `open` says which tunnels over IP are opened (a telescope opens what it is
 * fed through, not what strangers send); tags below IP are always gone through. A tunnel with no IP
 * header in it leaves the packet that carries it. */
enum noro_open { NORO_OPEN_NONE = 0, NORO_OPEN_ALL = 0xffff }; /* or enum noro_via bits */
void noro_packet_read(const struct noro_frame *f, unsigned open, struct noro_packet *ret);
/* Bytes that begin with an IP header (a quoted packet, a raw socket). Quoted ones are cut as a rule
 * and are no less good for it. */
void noro_packet_read_ip(const uint8_t *p, size_t n, int64_t ts_ns, struct noro_packet *ret);

struct noro_ip noro_packet_src(const struct noro_packet *p);
struct noro_ip noro_packet_dst(const struct noro_packet *p);
