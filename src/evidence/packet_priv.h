/* src/evidence/packet_priv.h - the walk from layer to layer: what links, tunnels and IP hand each
 * other. */
#pragma once

#include "evidence/packet.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_QINQ_OLDER = 0x9200,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MANY = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_BRIDGED = 0x6558, /* Ethernet in GRE, GENEVE */
	ETHERTYPE_PPP = 0x880b,
	PACKET_TAGS = 8,        /* VLAN tags of one frame */
	PACKET_LABELS = 16,     /* of one MPLS stack */
	PACKET_EXTENSIONS = 10, /* IPv6 extension headers of one packet */
};

enum noro_ip_proto {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_IPV4 = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_DCCP = 33,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_NO_NEXT = 59,
	PROTO_OPTIONS = 60,
	PROTO_SCTP = 132,
	PROTO_MOBILITY = 135,
	PROTO_UDP_LITE = 136,
	PROTO_MPLS = 137,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

/*
 * The bytes of the layer we stand at. `wire` is what lay on the wire from p on:
 * where the capture cut the frame, `n` is less, and a header that is not whole is
 * no lie.
 */
struct noro_layer {
	const uint8_t *p;
	size_t n, wire;
	unsigned open;
	unsigned depth; /* tunnels gone through */
	bool quoted;    /* cut as a rule */
	struct noro_packet *pk;
};

static inline uint16_t noro_packet_16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t noro_packet_32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The first flaw found stands. */
static inline void noro_packet_flaw(struct noro_packet *pk, enum noro_flaw f)
{
	if (pk->flaw == NORO_FLAW_NONE)
		pk->flaw = (uint8_t)f;
}

/* Behind `n` bytes; false (and a flaw) if they are not all there. */
static inline bool noro_layer_skip(struct noro_layer *l, size_t n)
{
	if (n > l->n) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return false;
	}
	l->p += n;
	l->n -= n;
	l->wire -= n;
	return true;
}

/* No more than `n` bytes belong to this layer. */
static inline void noro_layer_most(struct noro_layer *l, size_t n)
{
	if (l->wire > n)
		l->wire = n;
	if (l->n > n)
		l->n = n;
}

void noro_packet_link(struct noro_layer *l, uint16_t link);
void noro_packet_ethernet(struct noro_layer *l);
void noro_packet_ethertype(struct noro_layer *l, uint16_t type);
void noro_packet_ppp(struct noro_layer *l);
void noro_packet_mpls(struct noro_layer *l);

/* By the version in the first nibble. */
void noro_packet_ip(struct noro_layer *l);
void noro_packet_v4(struct noro_layer *l);
void noro_packet_v6(struct noro_layer *l);
/* Behind all IP headers; the packet's proto, frag, and addresses are set. */
void noro_packet_upper(struct noro_layer *l);
/* The authentication header, for both versions: false if it is not whole or lies. */
bool noro_packet_ah(struct noro_layer *l, enum noro_flaw lie);

/*
 * Tunnels: true if the packet was replaced by what lay inside. `_proto` for those
 * known by their protocol (GRE, IP in IP), `_udp` for those guessed by port,
 * which stay what they are where the guess does not hold.
 */
bool noro_tunnel_proto(const struct noro_layer *l);
bool noro_tunnel_udp(const struct noro_layer *l);
static inline bool noro_tunnel_port(uint16_t port)
{
	return port == 4789 || port == 8472 || port == 4790 || port == 6081 || port == 2152 ||
	       port == 1701;
}
