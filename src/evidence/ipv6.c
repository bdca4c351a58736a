/*
 * src/evidence/ipv6.c - IPv6 (RFC 8200): the chain of extension headers, which strangers make as
 * long and as strange as they like, is followed a bounded way and in the order the standard allows.
 */
#include "evidence/packet_priv.h"

enum { V6 = 40 };

static bool is_extension(uint8_t proto)
{
	switch (proto) {
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_AH:
	case PROTO_OPTIONS:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return true;
	default:
		return false;
	}
}

static bool fragment(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	unsigned word;

	if (pk->frag != NORO_FRAG_NONE)
		noro_packet_flaw(pk, NORO_FLAW_EXTENSION);
	word = noro_packet_16(l->p + 2);
	pk->proto = l->p[0];
	if (word & 0xfff8U)
		pk->frag = NORO_FRAG_LATER;
	else if ((word & 1) && pk->frag == NORO_FRAG_NONE)
		pk->frag = NORO_FRAG_FIRST; /* with neither it is "atomic" (RFC 6946): whole */
	if ((word & 0xfff8U) + l->wire - 8 > UINT16_MAX)
		noro_packet_flaw(pk, NORO_FLAW_EXTENSION);
	return noro_layer_skip(l, 8);
}

/* One extension header; false where the chain cannot be followed. */
static bool extension(struct noro_layer *l, bool first)
{
	struct noro_packet *pk = l->pk;
	uint8_t proto = pk->proto;
	size_t n;

	if (proto == PROTO_HOP_BY_HOP && !first)
		noro_packet_flaw(pk, NORO_FLAW_EXTENSION);
	if (proto == PROTO_AH)
		return noro_packet_ah(l, NORO_FLAW_EXTENSION);
	if (l->n < 8) {
		noro_packet_flaw(pk, l->wire < 8 ? NORO_FLAW_EXTENSION : NORO_FLAW_CUT);
		return false;
	}
	if (proto == PROTO_FRAGMENT)
		return fragment(l);
	n = ((size_t)l->p[1] + 1) * 8;
	if (n > l->wire) {
		noro_packet_flaw(pk, l->quoted ? NORO_FLAW_CUT : NORO_FLAW_EXTENSION);
		return false;
	}
	pk->proto = l->p[0];
	return noro_layer_skip(l, n);
}

static void chain(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;

	for (unsigned i = 0; is_extension(pk->proto); i++) {
		if (pk->frag == NORO_FRAG_LATER)
			break; /* what follows lies in another packet */
		if (i == PACKET_EXTENSIONS) {
			noro_packet_flaw(pk, NORO_FLAW_EXTENSION);
			return;
		}
		if (!extension(l, i == 0))
			return;
	}
	noro_packet_upper(l);
}

void noro_packet_v6(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	const uint8_t *p = l->p;
	size_t total;

	if (l->n < V6) {
		noro_packet_flaw(pk, l->wire < V6 ? NORO_FLAW_IP_HEADER : NORO_FLAW_CUT);
		return;
	}
	if (p[0] >> 4 != 6) {
		noro_packet_flaw(pk, NORO_FLAW_VERSION);
		return;
	}
	total = V6 + (size_t)noro_packet_16(p + 4);
	if (total == V6 && p[6] != PROTO_NO_NEXT)
		total = l->wire; /* a jumbogram (RFC 2675), or left to the card */
	pk->family = 6;
	pk->ip = p;
	pk->ip_n = (uint32_t)total;
	pk->tos = (uint8_t)((p[0] & 15) << 4 | p[1] >> 4);
	pk->ttl = p[7];
	pk->proto = p[6];
	pk->src6 = p + 8;
	pk->dst6 = p + 24;
	if (total > l->wire && !l->quoted)
		noro_packet_flaw(pk, NORO_FLAW_CUT);
	noro_layer_most(l, total);
	pk->ip_captured = (uint32_t)l->n;
	if (l->quoted && total > l->wire)
		l->wire = total;
	(void)noro_layer_skip(l, V6);
	chain(l);
}
