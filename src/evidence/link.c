/*
 * src/evidence/link.c - link layers (LINKTYPE_* of tcpdump.org) and what lies between them and
 * IP: VLAN tags, MPLS labels, PPPoE, LLC.
 */
#include "evidence/packet_priv.h"

enum linktype {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_FDDI = 10,
	LINK_RAW_BSD = 12, /* DLT_RAW of most systems and of OpenBSD, written by mistake */
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_LLC = 100,
	LINK_RAW = 101,
	LINK_HDLC = 104,
	LINK_WIFI = 105,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_PFLOG = 117,
	LINK_RADIOTAP = 127,
	LINK_USER2 = 149, /* Darwin's PKTAP before it had a number */
	LINK_MPLS = 219,
	LINK_IPNET = 226,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_NFLOG = 239,
	LINK_PKTAP = 258,
	LINK_SLL2 = 276,
	LINK_BRCM_TAG = 281,
	LINK_BRCM_TAG_FIRST = 282,
	LINK_DSA = 284,
	LINK_EDSA = 285,
};

enum {
	LENGTHS = 0x0600, /* below it an Ethernet type is a length: 802.3 */
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	NFLOG_PAYLOAD = 9,
	NFLOG_VALUES = 64, /* looked at before the payload */
};

static void not_ip(const struct noro_layer *l)
{
	noro_packet_flaw(l->pk, NORO_FLAW_NOT_IP);
}

/* Logical link control: SNAP, or IP by its old number. */
static void llc(struct noro_layer *l)
{
	if (l->n >= 3 && l->p[0] == 6 && l->p[1] == 6 && l->p[2] == 3) {
		(void)noro_layer_skip(l, 3);
		noro_packet_ip(l);
	} else if (l->n >= 2 && l->p[0] == 0xaa && l->p[1] == 0xaa) {
		if (l->n < 8) {
			noro_packet_flaw(l->pk, NORO_FLAW_CUT);
			return;
		}
		/* OUI 0 (RFC 1042) and Apple's bridge tunnel carry an Ethernet type */
		if (noro_packet_32(l->p + 2) >> 8 != 0x030000 &&
			noro_packet_32(l->p + 2) != 0x030000f8) {
			not_ip(l);
			return;
		}
		(void)noro_layer_skip(l, 6);
		uint16_t type = noro_packet_16(l->p);
		(void)noro_layer_skip(l, 2);
		noro_packet_ethertype(l, type);
	} else {
		not_ip(l);
	}
}

static bool is_vlan(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD ||
	       type == ETHERTYPE_QINQ_OLDER;
}

/* Behind the tags; 0 and a flaw if they do not end. */
static uint16_t vlans(struct noro_layer *l, uint16_t type)
{
	struct noro_packet *pk = l->pk;

	for (unsigned i = 0; is_vlan(type); i++) {
		if (i == PACKET_TAGS) {
			noro_packet_flaw(pk, NORO_FLAW_TUNNELS);
			return 0;
		}
		if (l->n < 4) {
			noro_packet_flaw(pk, NORO_FLAW_CUT);
			return 0;
		}
		if (!(pk->via & NORO_VIA_VLAN))
			pk->vlan = noro_packet_16(l->p) & 0xfff;
		pk->via |= NORO_VIA_VLAN;
		if (i > 0 || type != ETHERTYPE_VLAN)
			pk->via |= NORO_VIA_QINQ;
		type = noro_packet_16(l->p + 2);
		(void)noro_layer_skip(l, 4);
	}
	return type;
}

static void pppoe(struct noro_layer *l)
{
	l->pk->via |= NORO_VIA_PPPOE;
	if (l->n < 6) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	if (l->p[0] != 0x11 || l->p[1] != 0) { /* version and type, session data */
		not_ip(l);
		return;
	}
	(void)noro_layer_skip(l, 6);
	noro_packet_ppp(l);
}

void noro_packet_mpls(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	bool bottom = false;

	pk->via |= NORO_VIA_MPLS;
	for (unsigned i = 0; !bottom; i++) {
		if (i == PACKET_LABELS) {
			noro_packet_flaw(pk, NORO_FLAW_TUNNELS);
			return;
		}
		if (l->n < 4) {
			noro_packet_flaw(pk, NORO_FLAW_CUT);
			return;
		}
		bottom = l->p[2] & 1;
		(void)noro_layer_skip(l, 4);
	}
	if (l->n == 0) {
		noro_packet_flaw(pk, NORO_FLAW_CUT);
		return;
	}
	/* nothing says what follows: IP by its version, or a pseudowire with a control word */
	switch (l->p[0] >> 4) {
	case 4:
	case 6:
		noro_packet_ip(l);
		break;
	case 0:
		if (l->n >= 4 + 14) {
			(void)noro_layer_skip(l, 4);
			noro_packet_ethernet(l);
			break;
		}
		not_ip(l);
		break;
	default:
		not_ip(l);
	}
}

void noro_packet_ethertype(struct noro_layer *l, uint16_t type)
{
	type = vlans(l, type);
	switch (type) {
	case ETHERTYPE_IPV4:
		noro_packet_v4(l);
		break;
	case ETHERTYPE_IPV6:
		noro_packet_v6(l);
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MANY:
		noro_packet_mpls(l);
		break;
	case ETHERTYPE_PPPOE:
		pppoe(l);
		break;
	default:
		if (type == 0 || type >= LENGTHS) {
			not_ip(l);
		} else {
			noro_layer_most(l, type);
			llc(l);
		}
	}
}

void noro_packet_ethernet(struct noro_layer *l)
{
	uint16_t type;

	if (l->n < 14) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	type = noro_packet_16(l->p + 12);
	(void)noro_layer_skip(l, 14);
	noro_packet_ethertype(l, type);
}

void noro_packet_ppp(struct noro_layer *l)
{
	uint16_t type;

	if (l->n >= 2 && l->p[0] == 0xff && l->p[1] == 3)
		(void)noro_layer_skip(l, 2);
	if (l->n < 1 || (l->n < 2 && !(l->p[0] & 1))) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	if (l->p[0] & 1) { /* compressed to one byte (RFC 1661, 6.5) */
		type = l->p[0];
		(void)noro_layer_skip(l, 1);
	} else {
		type = noro_packet_16(l->p);
		(void)noro_layer_skip(l, 2);
	}
	if (type == PPP_IPV4)
		noro_packet_v4(l);
	else if (type == PPP_IPV6)
		noro_packet_v6(l);
	else if (type == PPP_MPLS)
		noro_packet_mpls(l);
	else
		not_ip(l);
}

/* Cisco's HDLC, or PPP that was given the same number. */
static void hdlc(struct noro_layer *l)
{
	if (l->n >= 1 && l->p[0] != 0x0f && l->p[0] != 0x8f) {
		noro_packet_ppp(l);
		return;
	}
	if (l->n < 4) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	uint16_t type = noro_packet_16(l->p + 2);
	(void)noro_layer_skip(l, 4);
	noro_packet_ethertype(l, type);
}

/* An address family as a BSD, Linux or Windows numbers it. */
static void family(struct noro_layer *l, uint32_t af)
{
	if (af == 2)
		noro_packet_v4(l);
	else if (af == 10 || af == 23 || af == 24 || af == 28 || af == 30)
		noro_packet_v6(l);
	else
		not_ip(l);
}

/* The family in four bytes of the writer's order, or of the network's: the small one is meant. */
static void loopback(struct noro_layer *l)
{
	uint32_t af;

	if (l->n < 4) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	af = noro_packet_32(l->p);
	if (af > UINT16_MAX)
		af = __builtin_bswap32(af);
	(void)noro_layer_skip(l, 4);
	family(l, af);
}

/* Linux cooked: the type stands at `at` of a header of `n` bytes. */
static void cooked(struct noro_layer *l, size_t at, size_t n)
{
	uint16_t type;

	if (l->n < n) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	type = noro_packet_16(l->p + at);
	(void)noro_layer_skip(l, n);
	if (type == 4) /* ETH_P_802_2 */
		llc(l);
	else if (type >= LENGTHS)
		noro_packet_ethertype(l, type);
	else
		not_ip(l);
}

static void pflog(struct noro_layer *l)
{
	size_t n;
	uint8_t af;

	if (l->n < 2) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	n = ((size_t)l->p[0] + 3) / 4 * 4;
	af = l->p[1];
	if (n < 4)
		not_ip(l);
	else if (noro_layer_skip(l, n))
		family(l, af);
}

/* 802.11: data frames that are not encrypted hold LLC. */
static void wifi(struct noro_layer *l)
{
	size_t n = 24;

	if (l->n < 2) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	/* type 2 (data), not the kinds without a body (bit 6), not protected */
	if ((l->p[0] & 0x4f) != 0x08 || (l->p[1] & 0x40)) {
		not_ip(l);
		return;
	}
	if ((l->p[1] & 3) == 3)
		n += 6; /* a fourth address */
	if (l->p[0] & 0x80) {
		n += 2; /* quality of service */
		if (l->p[1] & 0x80)
			n += 4; /* high throughput */
	}
	if (noro_layer_skip(l, n))
		llc(l);
}

static void radiotap(struct noro_layer *l)
{
	if (l->n < 4)
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
	else if (noro_layer_skip(l, (size_t)l->p[2] | (size_t)l->p[3] << 8))
		wifi(l);
}

/* Linux's netfilter log: values of a type and a length, of which one is the packet. */
static void nflog(struct noro_layer *l)
{
	uint8_t af;

	if (l->n < 4) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	af = l->p[0];
	(void)noro_layer_skip(l, 4);
	for (unsigned i = 0; i < NFLOG_VALUES && l->n >= 4; i++) {
		size_t n = (size_t)l->p[0] | (size_t)l->p[1] << 8;
		unsigned type = l->p[2] | (unsigned)l->p[3] << 8;

		if (n < 4)
			break;
		if (type == NFLOG_PAYLOAD) {
			noro_layer_most(l, n);
			(void)noro_layer_skip(l, 4);
			family(l, af);
			return;
		}
		if (!noro_layer_skip(l, (n + 3) / 4 * 4))
			return;
	}
	not_ip(l);
}

static void fddi(struct noro_layer *l)
{
	if (l->n >= 1 && (l->p[0] & 0xf0) != 0x50)
		not_ip(l);
	else if (noro_layer_skip(l, 13))
		llc(l);
}

/* Solaris: one byte of version, one of family. */
static void ipnet(struct noro_layer *l)
{
	if (noro_layer_skip(l, 24))
		noro_packet_ip(l);
}

static uint32_t le32(const uint8_t *p)
{
	return __builtin_bswap32(noro_packet_32(p));
}

/* Darwin: a header that says its length and the link type of what follows. */
static void pktap(struct noro_layer *l)
{
	uint32_t n, link;

	if (l->n < 12) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	n = le32(l->p);
	link = le32(l->p + 8);
	if (n < 12 || link > UINT16_MAX || link == LINK_PKTAP || link == LINK_USER2)
		noro_packet_flaw(l->pk, NORO_FLAW_LINK);
	else if (noro_layer_skip(l, n))
		noro_packet_link(l, (uint16_t)link);
}

/* A switch's own tag of `n` bytes between Ethernet's addresses and its type. */
static void switch_tag(struct noro_layer *l, size_t n)
{
	uint16_t type;

	if (l->n < 12 + n + 2) {
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
		return;
	}
	type = noro_packet_16(l->p + 12 + n);
	(void)noro_layer_skip(l, 12 + n + 2);
	noro_packet_ethertype(l, type);
}

/* Links that few captures have: false if it is none of them either. */
static bool rare(struct noro_layer *l, uint16_t link)
{
	switch (link) {
	case LINK_PFLOG:
		pflog(l);
		return true;
	case LINK_LLC:
		llc(l);
		return true;
	case LINK_FDDI:
		fddi(l);
		return true;
	case LINK_WIFI:
		wifi(l);
		return true;
	case LINK_RADIOTAP:
		radiotap(l);
		return true;
	case LINK_MPLS:
		noro_packet_mpls(l);
		return true;
	case LINK_NFLOG:
		nflog(l);
		return true;
	case LINK_IPNET:
		ipnet(l);
		return true;
	case LINK_USER2:
	case LINK_PKTAP:
		pktap(l);
		return true;
	case LINK_DSA:
	case LINK_BRCM_TAG:
		switch_tag(l, 4);
		return true;
	case LINK_EDSA:
		switch_tag(l, 8);
		return true;
	case LINK_BRCM_TAG_FIRST:
		if (noro_layer_skip(l, 4))
			noro_packet_ethernet(l);
		return true;
	default:
		return false;
	}
}

void noro_packet_link(struct noro_layer *l, uint16_t link)
{
	switch (link) {
	case LINK_ETHERNET:
		noro_packet_ethernet(l);
		break;
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4: /* a packet is what its version says */
	case LINK_IPV6:
	case LINK_RAW:
		noro_packet_ip(l);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		loopback(l);
		break;
	case LINK_PPP:
		noro_packet_ppp(l);
		break;
	case LINK_PPP_HDLC:
	case LINK_HDLC:
		hdlc(l);
		break;
	case LINK_PPP_ETHER:
		pppoe(l);
		break;
	case LINK_SLL:
		cooked(l, 14, 16);
		break;
	case LINK_SLL2:
		cooked(l, 0, 20);
		break;
	default:
		if (!rare(l, link))
			noro_packet_flaw(l->pk, NORO_FLAW_LINK);
	}
}
