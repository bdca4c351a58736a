/*
 * src/evidence/packet.c - from IP to the transport header, and the fast way there.
 *
 * Nearly every frame is Ethernet, IPv4 without options, TCP or UDP, whole and in
 * one piece: `plain` fills that in straight. All others go through layers (link.c,
 * ipv6.c, tunnel.c), each of which sees only the bytes left to it.
 */
#include "evidence/packet_priv.h"

enum {
	V4 = 20,
	TCP = 20,
	UDP = 8,
	ICMP = 8,
	ETHERNET = 14,
	MORE_FRAGMENTS = 0x2000,
	DONT_FRAGMENT = 0x4000,
	OFFSET = 0x1fff,
	QUOTE = 8, /* bytes of transport that RFC 792 promises in a quotation */
};

const char *noro_flaw_name(enum noro_flaw f)
{
	static const char *const name[NORO_FLAWS] = { "none", "link", "not-ip", "cut", "version",
		"ip-header", "extension", "transport", "options", "tunnels" };

	return (unsigned)f < NORO_FLAWS ? name[f] : "unknown";
}

/* How many bytes of TCP options can be walked without running over. */
static uint8_t options_whole(const uint8_t *p, unsigned n)
{
	unsigned at = 0;

	while (at < n) {
		if (p[at] == 0)
			return (uint8_t)n; /* the rest is padding */
		if (p[at] == 1) {
			at++;
			continue;
		}
		if (n - at < 2 || p[at + 1] < 2 || p[at + 1] > n - at)
			return (uint8_t)at;
		at += p[at + 1];
	}
	return (uint8_t)n;
}

static void take_options(struct noro_packet *pk, const uint8_t *p, unsigned n)
{
	pk->options = p;
	pk->options_n = options_whole(p, n);
	if (pk->options_n < n)
		noro_packet_flaw(pk, NORO_FLAW_OPTIONS);
}

static void payload(struct noro_layer *l)
{
	l->pk->payload = l->p;
	l->pk->payload_n = (uint32_t)l->n;
	l->pk->payload_wire_n = (uint32_t)l->wire;
}

/*
 * A transport header of `n` bytes: true if all are there. If not, that is a lie
 * where even the IP header leaves no room for it, else a cut, except in a
 * quotation that has what it must have.
 */
static bool whole(struct noro_layer *l, size_t n)
{
	struct noro_packet *pk = l->pk;

	if (l->n >= n)
		return true;
	if (l->wire < n && !l->quoted)
		noro_packet_flaw(pk, NORO_FLAW_TRANSPORT);
	else if (!l->quoted || l->n < QUOTE)
		noro_packet_flaw(pk, NORO_FLAW_CUT);
	pk->payload += l->n;
	pk->payload_n = pk->payload_wire_n = 0;
	return false;
}

static void ports(const struct noro_layer *l)
{
	if (l->n < 4)
		return;
	l->pk->sport = noro_packet_16(l->p);
	l->pk->dport = noro_packet_16(l->p + 2);
}

static void tcp(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	size_t header;

	ports(l);
	if (l->n >= 8)
		pk->seq = noro_packet_32(l->p + 4);
	if (l->n >= 12)
		pk->ack = noro_packet_32(l->p + 8);
	if (l->n >= 14) {
		pk->tcp_header = (uint8_t)((l->p[12] >> 4) * 4);
		pk->tcp_flags = l->p[13];
	}
	if (l->n >= 16)
		pk->window = noro_packet_16(l->p + 14);
	if (!whole(l, TCP))
		return;
	header = pk->tcp_header;
	if (header < TCP || header > l->wire) {
		noro_packet_flaw(
			pk, header >= TCP && l->quoted ? NORO_FLAW_CUT : NORO_FLAW_TRANSPORT);
		header = TCP;
	}
	if (header > l->n) {
		noro_packet_flaw(pk, NORO_FLAW_CUT);
		take_options(pk, l->p + TCP, (unsigned)(l->n - TCP));
		header = l->n;
	} else if (header > TCP) {
		take_options(pk, l->p + TCP, (unsigned)(header - TCP));
	}
	(void)noro_layer_skip(l, header);
	payload(l);
}

static void udp(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	size_t n;

	ports(l);
	if (!whole(l, UDP))
		return;
	n = noro_packet_16(l->p + 4);
	if (n < UDP || (n > l->wire && pk->frag == NORO_FRAG_NONE))
		noro_packet_flaw(pk, n >= UDP && l->quoted ? NORO_FLAW_NONE : NORO_FLAW_TRANSPORT);
	else
		noro_layer_most(l, n);
	(void)noro_layer_skip(l, UDP);
	payload(l);
	if (pk->flaw == NORO_FLAW_NONE && pk->frag == NORO_FRAG_NONE &&
		(noro_tunnel_port(pk->dport) || noro_tunnel_port(pk->sport)))
		(void)noro_tunnel_udp(l);
}

static void icmp(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;

	if (l->n >= 1)
		pk->icmp_type = l->p[0];
	if (l->n >= 2)
		pk->icmp_code = l->p[1];
	if (l->n >= 8)
		pk->seq = noro_packet_32(l->p + 4);
	if (whole(l, ICMP) && noro_layer_skip(l, ICMP))
		payload(l);
}

/* Others that begin with two ports. */
static void ported(struct noro_layer *l, size_t header)
{
	ports(l);
	if (whole(l, header) && noro_layer_skip(l, header))
		payload(l);
}

bool noro_packet_ah(struct noro_layer *l, enum noro_flaw lie)
{
	size_t n;

	l->pk->via |= NORO_VIA_AH;
	if (l->n < 12) {
		noro_packet_flaw(l->pk, l->wire < 12 ? lie : NORO_FLAW_CUT);
		return false;
	}
	n = ((size_t)l->p[1] + 2) * 4;
	if (n < 12 || n > l->wire) {
		noro_packet_flaw(l->pk, lie);
		return false;
	}
	l->pk->proto = l->p[0];
	return noro_layer_skip(l, n);
}

void noro_packet_upper(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;

	payload(l);
	if (pk->frag == NORO_FRAG_LATER)
		return;
	switch (pk->proto) {
	case PROTO_TCP:
		tcp(l);
		break;
	case PROTO_UDP:
		udp(l);
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		icmp(l);
		break;
	case PROTO_SCTP:
		ported(l, 12);
		break;
	case PROTO_DCCP:
		ported(l, 12);
		break;
	case PROTO_UDP_LITE:
		ported(l, UDP);
		break;
	case PROTO_ESP:
		pk->via |= NORO_VIA_ESP;
		break;
	case PROTO_IPV4:
	case PROTO_IPV6:
	case PROTO_GRE:
	case PROTO_MPLS:
		if (pk->frag == NORO_FRAG_NONE)
			(void)noro_tunnel_proto(l);
		break;
	default:
		break;
	}
}

void noro_packet_ip(struct noro_layer *l)
{
	unsigned version = l->n ? l->p[0] >> 4 : 0;

	if (l->n == 0)
		noro_packet_flaw(l->pk, NORO_FLAW_CUT);
	else if (version == 4)
		noro_packet_v4(l);
	else if (version == 6)
		noro_packet_v6(l);
	else
		noro_packet_flaw(l->pk, NORO_FLAW_VERSION);
}

/* Offset and flags; a piece that would end past the longest packet is a lie. */
static void fragment(struct noro_layer *l, unsigned word, size_t header)
{
	struct noro_packet *pk = l->pk;
	size_t offset = (size_t)(word & OFFSET) * 8;

	pk->df = (word & DONT_FRAGMENT) != 0;
	if (offset)
		pk->frag = NORO_FRAG_LATER;
	else if (word & MORE_FRAGMENTS)
		pk->frag = NORO_FRAG_FIRST;
	if (offset + pk->ip_n > UINT16_MAX + header)
		noro_packet_flaw(pk, NORO_FLAW_IP_HEADER);
}

void noro_packet_v4(struct noro_layer *l)
{
	struct noro_packet *pk = l->pk;
	const uint8_t *p = l->p;
	size_t header, total;

	if (l->n < V4) {
		noro_packet_flaw(pk, l->wire < V4 ? NORO_FLAW_IP_HEADER : NORO_FLAW_CUT);
		return;
	}
	if (p[0] >> 4 != 4) {
		noro_packet_flaw(pk, NORO_FLAW_VERSION);
		return;
	}
	header = (size_t)(p[0] & 15) * 4;
	total = noro_packet_16(p + 2);
	if (total == 0) /* left to the card to fill in (segmentation offload) */
		total = l->wire;
	pk->family = 4;
	pk->ip = p;
	pk->ip_n = (uint32_t)total;
	pk->tos = p[1];
	pk->ip_id = noro_packet_16(p + 4);
	pk->ttl = p[8];
	pk->proto = p[9];
	pk->src4 = noro_packet_32(p + 12);
	pk->dst4 = noro_packet_32(p + 16);
	if (total > l->wire && !l->quoted)
		noro_packet_flaw(pk, NORO_FLAW_CUT);
	noro_layer_most(l, total);
	pk->ip_captured = (uint32_t)l->n;
	if (l->quoted && total > l->wire)
		l->wire = total;
	if (header < V4 || header > total) {
		noro_packet_flaw(pk, NORO_FLAW_IP_HEADER);
		return;
	}
	fragment(l, noro_packet_16(p + 6), header);
	if (!noro_layer_skip(l, header))
		return;
	if (pk->proto == PROTO_AH && pk->frag == NORO_FRAG_NONE &&
		!noro_packet_ah(l, NORO_FLAW_TRANSPORT))
		return;
	noro_packet_upper(l);
}

/*
 * The frame that nearly all are. False, with nothing written, if it is another.
 * What it writes is what the layers would have written.
 */
static inline __attribute__((always_inline)) bool plain(
	const struct noro_frame *f, unsigned open, struct noro_packet *ret)
{
	const uint8_t *ip = f->p + ETHERNET, *up = ip + V4;
	uint32_t total, header;

	if (f->link != 1 || f->n < ETHERNET + V4 + TCP)
		return false;
	total = noro_packet_16(ip + 2);
	/* type, version and header length, no fragment */
	if (noro_packet_16(f->p + 12) != ETHERTYPE_IPV4 || ip[0] != 0x45 ||
		(noro_packet_16(ip + 6) & (MORE_FRAGMENTS | OFFSET)) != 0 ||
		total > f->n - ETHERNET)
		return false;
	if (ip[9] == PROTO_TCP) {
		header = (uint32_t)(up[12] >> 4) * 4;
		if (header < TCP || total < V4 + header)
			return false;
	} else if (ip[9] == PROTO_UDP) {
		header = UDP;
		if (total < V4 + UDP || noro_packet_16(up + 4) != total - V4 ||
			(open && (noro_tunnel_port(noro_packet_16(up)) ||
					 noro_tunnel_port(noro_packet_16(up + 2)))))
			return false;
	} else {
		return false;
	}
	*ret = (struct noro_packet){ .ts_ns = f->ts_ns,
		.family = 4,
		.proto = ip[9],
		.ttl = ip[8],
		.tos = ip[1],
		.df = (ip[6] & DONT_FRAGMENT >> 8) != 0,
		.ip_id = noro_packet_16(ip + 4),
		.sport = noro_packet_16(up),
		.dport = noro_packet_16(up + 2),
		.src4 = noro_packet_32(ip + 12),
		.dst4 = noro_packet_32(ip + 16),
		.ip_n = total,
		.payload_n = total - V4 - header,
		.payload_wire_n = total - V4 - header,
		.ip = ip,
		.ip_captured = total,
		.payload = up + header };
	if (ip[9] == PROTO_TCP) {
		ret->seq = noro_packet_32(up + 4);
		ret->ack = noro_packet_32(up + 8);
		ret->tcp_header = (uint8_t)header;
		ret->tcp_flags = up[13];
		ret->window = noro_packet_16(up + 14);
		if (header > TCP)
			take_options(ret, up + TCP, header - TCP);
	}
	return true;
}

void noro_packet_read(const struct noro_frame *f, unsigned open, struct noro_packet *ret)
{
	struct noro_layer l;

	if (__builtin_expect(plain(f, open, ret), 1))
		return;
	*ret = (struct noro_packet){ .ts_ns = f->ts_ns };
	l = (struct noro_layer){ .p = f->p,
		.n = f->n,
		.wire = f->wire_n > f->n ? f->wire_n : f->n,
		.open = open,
		.pk = ret };
	noro_packet_link(&l, f->link);
}

void noro_packet_read_ip(const uint8_t *p, size_t n, int64_t ts_ns, struct noro_packet *ret)
{
	struct noro_layer l = { .p = p, .n = n, .wire = n, .quoted = true, .pk = ret };

	*ret = (struct noro_packet){ .ts_ns = ts_ns };
	noro_packet_ip(&l);
}

struct noro_ip noro_packet_src(const struct noro_packet *p)
{
	struct noro_ip ip = { .family = 6 };

	if (p->family != 6)
		return p->family == 4 ? noro_ip_from_v4(p->src4) : (struct noro_ip){ 0 };
	memcpy(ip.b, p->src6, sizeof(ip.b));
	return ip;
}

struct noro_ip noro_packet_dst(const struct noro_packet *p)
{
	struct noro_ip ip = { .family = 6 };

	if (p->family != 6)
		return p->family == 4 ? noro_ip_from_v4(p->dst4) : (struct noro_ip){ 0 };
	memcpy(ip.b, p->dst6, sizeof(ip.b));
	return ip;
}
