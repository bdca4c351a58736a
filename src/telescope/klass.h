/*
 * src/telescope/klass.h - what a packet to an unused address is (reference/telescope.md 2.1):
 * a question, an answer to a question somebody else asked in our name, or rubbish.
 */
#pragma once

#include "evidence/packet.h"

enum noro_klass {
	NORO_KLASS_SCAN,        /* TCP SYN; UDP and ICMP requests */
	NORO_KLASS_BACKSCATTER, /* SYN-ACK, RST, ICMP errors and replies, UDP answers */
	NORO_KLASS_ODD_SCAN,    /* FIN, NULL, XMAS, ... */
	NORO_KLASS_RESIDUAL,    /* ACK with or without data: the rest of a connection */
	NORO_KLASS_FRAGMENT,    /* offset > 0: no ports */
	NORO_KLASS_OTHER,       /* protocols other than TCP, UDP, ICMP */
	NORO_KLASS_MALFORMED,
	NORO_KLASSES,
};
const char *noro_klass_name(enum noro_klass k); /* "scan", "backscatter", ... */
int noro_klass_parse(struct noro_view v);

/* How an answer is known to be one: index into noro_answer_name, for noro_victim.how. */
enum noro_answer_kind {
	NORO_ANSWERED_NOT,
	NORO_ANSWERED_SYN_ACK,
	NORO_ANSWERED_RST,
	NORO_ANSWERED_ICMP_ERROR, /* quotes the question: victim, ports and protocol come from it */
	NORO_ANSWERED_ICMP_REPLY,
	NORO_ANSWERED_DNS,
	NORO_ANSWERED_NTP,
	NORO_ANSWERED_SNMP,
	NORO_ANSWERED_QUIC,
	NORO_ANSWERED_UDP, /* other services that answer in a shape of their own */
	NORO_ANSWERED_KINDS,
};
const char *noro_answered_name(enum noro_answer_kind k);

/* Noise and oddities worth a name each; bits (reference/telescope.md 2.5). */
enum noro_oddity {
	NORO_ODD_BOGON_SRC = 1,
	NORO_ODD_SAME_ADDR = 2,
	NORO_ODD_PORT_ZERO = 4,
	NORO_ODD_FLAGS = 8,
	NORO_ODD_BITTORRENT = 16,
	NORO_ODD_NETBIOS = 32,
	NORO_ODD_SIP = 64,
	NORO_ODD_SRC_NET_EDGE = 128, /* last byte 0 or 255: weak */
};

struct noro_judged {
	uint8_t klass;    /* enum noro_klass */
	uint8_t answered; /* enum noro_answer_kind */
	uint8_t proto;    /* of the question: 6, 17, 1; 58 counts as 1 */
	uint8_t mismatch; /* the quoted source is not the address that got it */
	uint16_t port;    /* the service asked (scan: dport; answer: of the victim); ICMP: type */
	uint16_t our_port;
	uint16_t odd;    /* enum noro_oddity bits */
	uint32_t actor4; /* scanner or victim; IPv6 in actor6 */
	uint32_t ours4;  /* our address */
	uint32_t number; /* tells retransmissions apart: ack - 1, seq, DNS id, ... */
	const uint8_t *actor6, *ours6;
};
void noro_judge(const struct noro_packet *p, struct noro_judged *ret);
