/*
 * src/evidence/tunnel.c - packets within packets: IP in IP, GRE and what rides on it, VXLAN,
 * GENEVE, GTP-U, L2TP.
 *
 * The inner packet takes the place of the outer one only where an IP header is
 * found in there. Else the outer one stands as it was read: a port number is
 * no proof of a tunnel, and GRE carries more than IP.
 */
#include "evidence/packet_priv.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080,
	GRE_VERSION = 7,
	GRE_ERSPAN = 0x88be,
	GRE_ERSPAN3 = 0x22eb,
	GRE_WCCP = 0x883e,
	GTP_EXTENSIONS = 8,
	L2TP_CONTROL = 0x8000,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
};

/* What may stand in a tunnel. */
enum inside { INSIDE_IP, INSIDE_ETHERNET, INSIDE_PPP, INSIDE_MPLS, INSIDE_TYPE };

struct way {
	struct noro_layer l;
	enum inside inside;
	uint16_t type; /* INSIDE_TYPE: an Ethernet type */
	uint16_t via;
};

static bool skip(struct way *w, size_t n)
{
	if (n > w->l.n)
		return false;
	w->l.p += n;
	w->l.n -= n;
	w->l.wire -= n;
	return true;
}

static void inner(struct way *w)
{
	switch (w->inside) {
	case INSIDE_IP:
		noro_packet_ip(&w->l);
		break;
	case INSIDE_ETHERNET:
		noro_packet_ethernet(&w->l);
		break;
	case INSIDE_PPP:
		noro_packet_ppp(&w->l);
		break;
	case INSIDE_MPLS:
		noro_packet_mpls(&w->l);
		break;
	case INSIDE_TYPE:
		noro_packet_ethertype(&w->l, w->type);
		break;
	}
}

/* Put the inner packet in the place of the outer; false leaves the outer, and says why if asked. */
static bool enter(struct way *w, enum noro_flaw *ret_flaw)
{
	struct noro_packet *pk = w->l.pk;
	struct noro_packet outer = *pk;

	if (w->l.depth >= NORO_PACKET_TUNNELS) {
		*ret_flaw = NORO_FLAW_TUNNELS;
		return false;
	}
	w->l.depth++;
	*pk = (struct noro_packet){
		.ts_ns = outer.ts_ns, .via = (uint16_t)(outer.via | w->via), .vlan = outer.vlan
	};
	inner(w);
	if (pk->family)
		return true;
	*ret_flaw = pk->flaw;
	*pk = outer;
	return false;
}

static void bridged(struct way *w, uint16_t type)
{
	w->inside = type == ETHERTYPE_BRIDGED ? INSIDE_ETHERNET : INSIDE_TYPE;
	w->type = type;
}

/* ERSPAN II and III (draft-foschiano-erspan): a header that says its version. */
static bool erspan(struct way *w, uint16_t type, bool sequence)
{
	bool more;

	w->via |= NORO_VIA_ERSPAN;
	w->inside = INSIDE_ETHERNET;
	if (type == GRE_ERSPAN) /* I has no header, and no sequence in its GRE */
		return !sequence || skip(w, 8);
	if (w->l.n < 12)
		return false;
	more = w->l.p[11] & 1;
	if ((w->l.p[10] >> 2 & 31) == 2) /* frame type */
		w->inside = INSIDE_IP;
	return skip(w, more ? 20 : 12);
}

static bool gre(struct way *w)
{
	unsigned flags;
	uint16_t type;
	size_t n = 4;

	w->via = NORO_VIA_GRE;
	if (w->l.n < 4)
		return false;
	flags = noro_packet_16(w->l.p);
	type = noro_packet_16(w->l.p + 2);
	if ((flags & GRE_ROUTING) || (flags & GRE_VERSION) > 1)
		return false;
	n += flags & GRE_CHECKSUM ? 4 : 0;
	n += flags & GRE_KEY ? 4 : 0;
	n += flags & GRE_SEQUENCE ? 4 : 0;
	if ((flags & GRE_VERSION) == 1) { /* PPTP (RFC 2637) */
		n += flags & GRE_ACK ? 4 : 0;
		w->inside = INSIDE_PPP;
		return type == ETHERTYPE_PPP && skip(w, n);
	}
	if (!skip(w, n))
		return false;
	if (type == GRE_ERSPAN || type == GRE_ERSPAN3)
		return erspan(w, type, (flags & GRE_SEQUENCE) != 0);
	bridged(w, type);
	if (type == GRE_WCCP) { /* version 2 puts four bytes before the packet */
		w->inside = INSIDE_IP;
		return w->l.n > 4 && (w->l.p[0] >> 4 == 4 || skip(w, 4));
	}
	return true;
}

bool noro_tunnel_proto(const struct noro_layer *l)
{
	struct way w = { .l = *l, .inside = INSIDE_IP, .via = NORO_VIA_IPIP };
	enum noro_flaw flaw = NORO_FLAW_NONE;
	uint8_t proto = l->pk->proto;

	if (proto == PROTO_GRE) {
		if (!gre(&w) || (w.via & ~l->open))
			return false;
	} else if (proto == PROTO_MPLS) {
		w.via = NORO_VIA_MPLS;
		w.inside = INSIDE_MPLS;
	} else {
		w.inside = INSIDE_TYPE;
		w.type = proto == PROTO_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	}
	if ((w.via & ~l->open) != 0)
		return false;
	if (enter(&w, &flaw))
		return true;
	/* GRE carries more than IP: only what was promised can be broken */
	if (flaw != NORO_FLAW_NOT_IP)
		noro_packet_flaw(l->pk, flaw);
	return false;
}

static bool vxlan(struct way *w, uint16_t port)
{
	const uint8_t *p = w->l.p;

	w->via = NORO_VIA_VXLAN;
	w->inside = INSIDE_ETHERNET;
	if (w->l.n < 8 || !(p[0] & 8) || p[7] != 0)
		return false;
	if (port == 4790 && (p[0] & 4)) { /* the generic extension names what follows */
		w->inside = p[3] == 3 ? INSIDE_ETHERNET : INSIDE_IP;
		if (p[3] < 1 || p[3] > 3)
			return false;
	}
	return skip(w, 8);
}

static bool geneve(struct way *w)
{
	const uint8_t *p = w->l.p;

	w->via = NORO_VIA_GENEVE;
	if (w->l.n < 8 || p[0] >> 6 != 0 || (p[1] & 0x80)) /* version; control only */
		return false;
	bridged(w, noro_packet_16(p + 2));
	return skip(w, 8 + (size_t)(p[0] & 63) * 4);
}

/* GTP-U (3GPP TS 29.281): only what carries a user's packet. */
static bool gtp(struct way *w)
{
	const uint8_t *p = w->l.p;
	uint8_t next;

	w->via = NORO_VIA_GTP;
	w->inside = INSIDE_IP;
	if (w->l.n < 12 || p[0] >> 4 != 3 || p[1] != 0xff)
		return false;
	if (!(p[0] & 7))
		return skip(w, 8);
	next = p[0] & 4 ? p[11] : 0;
	if (!skip(w, 12))
		return false;
	for (unsigned i = 0; next; i++) {
		size_t n = w->l.n ? (size_t)w->l.p[0] * 4 : 0;

		if (i == GTP_EXTENSIONS || n == 0 || n > w->l.n)
			return false;
		next = w->l.p[n - 1];
		(void)skip(w, n);
	}
	return true;
}

static bool l2tp(struct way *w)
{
	unsigned flags;
	size_t n = 6;

	w->via = NORO_VIA_L2TP;
	w->inside = INSIDE_PPP;
	if (w->l.n < 6)
		return false;
	flags = noro_packet_16(w->l.p);
	if ((flags & L2TP_CONTROL) || (flags & 15) != 2)
		return false;
	n += flags & L2TP_LENGTH ? 2 : 0;
	n += flags & L2TP_SEQUENCE ? 4 : 0;
	if (flags & L2TP_OFFSET) {
		if (w->l.n < n + 2)
			return false;
		n += 2 + (size_t)noro_packet_16(w->l.p + n);
	}
	return skip(w, n);
}

static bool by_port(struct way *w, uint16_t port)
{
	switch (port) {
	case 4789:
	case 4790:
	case 8472:
		return vxlan(w, port);
	case 6081:
		return geneve(w);
	case 2152:
		return gtp(w);
	case 1701:
		return l2tp(w);
	default:
		return false;
	}
}

bool noro_tunnel_udp(const struct noro_layer *l)
{
	const uint16_t ports[] = { l->pk->dport, l->pk->sport };
	enum noro_flaw flaw = NORO_FLAW_NONE;

	/* VXLAN and GENEVE choose a source port of their own; GTP and L2TP may answer from theirs
	 */
	for (unsigned i = 0; i < 2; i++) {
		struct way w = { .l = *l };

		if (!by_port(&w, ports[i]) || (w.via & ~l->open) != 0)
			continue;
		if (enter(&w, &flaw))
			return true;
		if (flaw == NORO_FLAW_TUNNELS)
			noro_packet_flaw(l->pk, flaw);
		return false;
	}
	return false;
}
