/*
 * src/telescope/klass.c - what a packet to an unused address is. Nobody asked it here, so that a
 * packet is either a question, or an answer to a question that somebody else asked in our name, or
 * the rest of something. UDP has no flag for that: an answer is known by the port it comes from
 * and by the shape of its payload, both (reference/telescope.md 2.1 and 2.5).
 */
#include "telescope/klass.h"

/* clang-format off */
static const char *const klass_names[NORO_KLASSES] = {
	"scan", "backscatter", "odd-scan", "residual", "fragment", "other", "malformed",
};
static const char *const answered_names[NORO_ANSWERED_KINDS] = {
	"none", "syn-ack", "rst", "icmp-error", "icmp-reply", "dns", "ntp", "snmp", "quic", "udp",
};
/* clang-format on */

const char *noro_klass_name(enum noro_klass k)
{
	return (unsigned)k < NORO_KLASSES ? klass_names[k] : NULL;
}

int noro_klass_parse(struct noro_view v)
{
	for (int i = 0; i < NORO_KLASSES; i++)
		if (noro_view_is(v, klass_names[i]))
			return i;
	return -1;
}

const char *noro_answered_name(enum noro_answer_kind k)
{
	return (unsigned)k < NORO_ANSWERED_KINDS ? answered_names[k] : NULL;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool begins(const uint8_t *p, size_t n, const char *text)
{
	size_t len = strlen(text);

	return n >= len && memcmp(p, text, len) == 0;
}

/*
 * Shapes of answers. Each gets the payload and its captured length, and may set what tells two
 * answers apart from one sent twice.
 */
typedef bool shape(const uint8_t *p, size_t n, uint32_t *number);

static bool dns(const uint8_t *p, size_t n, uint32_t *number)
{
	if (n < 12 || !(p[2] & 0x80))
		return false;
	*number = (uint32_t)p[0] << 8 | p[1];
	return true;
}

static bool ntp(const uint8_t *p, size_t n, uint32_t *number)
{
	unsigned mode = n ? p[0] & 7 : 0;

	(void)number;
	if (mode == 4)
		return n >= 48;
	if (mode == 6)
		return n >= 12 && p[1] & 0x80;
	return mode == 7 && n >= 8 && p[0] & 0x80;
}

/* Step over a BER tag and its length; the number of bytes they take, 0 if they do not fit. */
static size_t ber(const uint8_t *p, size_t n, uint8_t tag, size_t *ret_len)
{
	size_t more, len = 0;

	if (n < 2 || p[0] != tag)
		return 0;
	if (p[1] < 0x80) {
		*ret_len = p[1];
		return 2;
	}
	more = p[1] & 0x7f;
	if (more > 4 || n < 2 + more)
		return 0;
	for (size_t i = 0; i < more; i++)
		len = len << 8 | p[2 + i];
	*ret_len = len;
	return 2 + more;
}

/* The contents of an INTEGER or OCTET STRING at `*at`; false when it is not there. */
static bool ber_value(const uint8_t *p, size_t n, size_t *at, uint8_t tag, uint32_t *ret)
{
	size_t len = 0, head = *at < n ? ber(p + *at, n - *at, tag, &len) : 0;
	uint32_t v = 0;

	if (!head || len > n - *at - head)
		return false;
	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[*at + head + i];
	*at += head + len;
	*ret = v;
	return true;
}

static bool snmp(const uint8_t *p, size_t n, uint32_t *number)
{
	size_t len, at = ber(p, n, 0x30, &len), pdu;
	uint32_t version, community;

	if (!at || !ber_value(p, n, &at, 0x02, &version))
		return false;
	if (version == 3) /* its PDU may be encrypted; nothing asks from 161 */
		return true;
	if (!ber_value(p, n, &at, 0x04, &community) || at >= n)
		return false;
	pdu = ber(p + at, n - at, 0xa2, &len);
	if (!pdu)
		return false;
	at += pdu;
	(void)ber_value(p, n, &at, 0x02, number);
	return true;
}

static bool cldap(const uint8_t *p, size_t n, uint32_t *number)
{
	size_t len, at = ber(p, n, 0x30, &len);

	if (!at || !ber_value(p, n, &at, 0x02, number) || at >= n)
		return false;
	return p[at] == 0x64 || p[at] == 0x65; /* entry, done */
}

/* RFC 8999: a long header, and version 0 (negotiation) or one that was in use. */
static bool quic(const uint8_t *p, size_t n, uint32_t *number)
{
	uint32_t version;

	if (n < 7 || !(p[0] & 0x80))
		return false;
	version = be32(p + 1);
	if (version > 1 && version != 0x6b3343cf && version >> 8 != 0xff0000 &&
		version >> 16 != 0x5130 && version >> 8 != 0xfaceb0)
		return false;
	for (size_t i = 0; i < p[5] && i < 8 && 6 + i < n; i++)
		*number = *number * 31 + p[6 + i]; /* the connection id of the one who asked */
	return true;
}

static bool ssdp(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return begins(p, n, "HTTP/1.");
}

static bool memcached(const uint8_t *p, size_t n, uint32_t *number)
{
	static const char *const word[] = { "STAT ", "VALUE ", "END\r", "ERROR", "VERSION ",
		"SERVER_ERROR", "CLIENT_ERROR" };

	if (n < 12)
		return false;
	*number = (uint32_t)p[0] << 8 | p[1];
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (begins(p + 8, n - 8, word[i]))
			return true;
	return false;
}

static bool long_text(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	for (size_t i = 0; i < n && i < 16; i++)
		if (p[i] < 9 || p[i] > 126)
			return false;
	return n >= 16; /* who asks sends a byte or two */
}

static bool wsd(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	for (size_t i = 0; n >= 7 && i + 7 <= n && i < 1024; i++)
		if (memcmp(p + i, "Matches", 7) == 0)
			return p[0] == '<';
	return false;
}

static bool rpc(const uint8_t *p, size_t n, uint32_t *number)
{
	if (n < 20 || be32(p + 4) != 1)
		return false;
	*number = be32(p);
	return true;
}

static bool rip(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 4 && p[0] == 2 && (p[1] == 1 || p[1] == 2);
}

static bool tftp(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 4 && p[0] == 0 && (p[1] == 3 || p[1] == 5);
}

static bool coap(const uint8_t *p, size_t n, uint32_t *number)
{
	if (n < 4 || p[0] >> 6 != 1 || p[1] >> 5 < 2 || p[1] >> 5 > 5)
		return false;
	*number = (uint32_t)p[2] << 8 | p[3];
	return true;
}

static bool source_engine(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 5 && be32(p) == 0xffffffff && memchr("IADEm", p[4], 5);
}

static bool stun(const uint8_t *p, size_t n, uint32_t *number)
{
	if (n < 20 || p[0] != 1 || (p[1] != 1 && p[1] != 0x11) || be32(p + 4) != 0x2112a442)
		return false;
	*number = be32(p + 8);
	return true;
}

static bool ike(const uint8_t *p, size_t n, uint32_t *number)
{
	if (n < 28 || p[17] >> 4 != 2 || !(p[19] & 0x20))
		return false;
	*number = be32(p);
	return true;
}

static bool ubiquiti(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n > 4 && (p[0] == 1 || p[0] == 2) && p[1] == 0 && ((unsigned)p[2] << 8 | p[3]) > 4;
}

static bool mssql(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 3 && p[0] == 5;
}

static bool rmcp(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 12 && p[0] == 6 && p[3] == 6 && p[8] == 0x40; /* presence pong */
}

static bool bacnet(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return n >= 8 && p[0] == 0x81 && p[4] == 1 && (p[6] >> 4 == 3 || p[6] >> 4 == 5);
}

static bool sip(const uint8_t *p, size_t n, uint32_t *number)
{
	(void)number;
	return begins(p, n, "SIP/2.0 ");
}

static const struct {
	uint16_t port;
	uint8_t kind;
	shape *is;
} answer[] = {
	{ 17, NORO_ANSWERED_UDP, long_text },
	{ 19, NORO_ANSWERED_UDP, long_text },
	{ 53, NORO_ANSWERED_DNS, dns },
	{ 69, NORO_ANSWERED_UDP, tftp },
	{ 111, NORO_ANSWERED_UDP, rpc },
	{ 123, NORO_ANSWERED_NTP, ntp },
	{ 137, NORO_ANSWERED_UDP, dns }, /* NBNS kept the header of DNS */
	{ 161, NORO_ANSWERED_SNMP, snmp },
	{ 389, NORO_ANSWERED_UDP, cldap },
	{ 443, NORO_ANSWERED_QUIC, quic },
	{ 500, NORO_ANSWERED_UDP, ike },
	{ 520, NORO_ANSWERED_UDP, rip },
	{ 623, NORO_ANSWERED_UDP, rmcp },
	{ 1434, NORO_ANSWERED_UDP, mssql },
	{ 1900, NORO_ANSWERED_UDP, ssdp },
	{ 3478, NORO_ANSWERED_UDP, stun },
	{ 3702, NORO_ANSWERED_UDP, wsd },
	{ 5060, NORO_ANSWERED_UDP, sip },
	{ 5353, NORO_ANSWERED_DNS, dns },
	{ 5683, NORO_ANSWERED_UDP, coap },
	{ 10001, NORO_ANSWERED_UDP, ubiquiti },
	{ 11211, NORO_ANSWERED_UDP, memcached },
	{ 27015, NORO_ANSWERED_UDP, source_engine },
	{ 47808, NORO_ANSWERED_UDP, bacnet },
};

/* The last row whose port is not above: rows stand in order, one a port. */
static size_t answer_at(uint16_t port)
{
	size_t lo = 0, n = sizeof(answer) / sizeof(answer[0]);

	while (n > 1) {
		size_t half = n / 2;

		lo += answer[lo + half].port <= port ? half : 0;
		n -= half;
	}
	return lo;
}

static void udp(const struct noro_packet *p, struct noro_judged *j)
{
	size_t i = answer_at(p->sport);
	uint32_t number = 0;

	j->klass = NORO_KLASS_SCAN;
	j->port = p->dport;
	j->our_port = p->dport;
	if (answer[i].port != p->sport || !answer[i].is(p->payload, p->payload_n, &number))
		return;
	j->klass = NORO_KLASS_BACKSCATTER;
	j->answered = answer[i].kind;
	j->port = p->sport;
	j->number = number;
}

static void answered(struct noro_judged *j, const struct noro_packet *p, uint8_t kind)
{
	j->klass = NORO_KLASS_BACKSCATTER;
	j->answered = kind;
	j->port = p->sport;
	/* An answer that acknowledges names the question (RFC 9293 3.10.7.1: RST to a SYN carries
	 * its number plus one, and zero of its own); a bare RST only has its own number. */
	j->number = p->tcp_flags & NORO_TCP_ACK ? p->ack - 1 : p->seq;
}

static bool usual_flags(unsigned f)
{
	switch (f) {
	case NORO_TCP_SYN:
	case NORO_TCP_SYN | NORO_TCP_ACK:
	case NORO_TCP_ACK:
	case NORO_TCP_PSH | NORO_TCP_ACK:
	case NORO_TCP_FIN:
	case NORO_TCP_FIN | NORO_TCP_ACK:
	case NORO_TCP_FIN | NORO_TCP_PSH | NORO_TCP_ACK:
	case NORO_TCP_RST:
	case NORO_TCP_RST | NORO_TCP_ACK:
		return true;
	default:
		return false;
	}
}

static void tcp(const struct noro_packet *p, struct noro_judged *j)
{
	unsigned f = p->tcp_flags & 0x3f; /* ECN bits change nothing */

	j->port = p->dport;
	j->our_port = p->dport;
	if (!usual_flags(f))
		j->odd |= NORO_ODD_FLAGS;
	if (f == NORO_TCP_SYN)
		j->klass = NORO_KLASS_SCAN;
	else if (f == (NORO_TCP_SYN | NORO_TCP_ACK))
		answered(j, p, NORO_ANSWERED_SYN_ACK);
	else if ((f & ~(unsigned)(NORO_TCP_ACK | NORO_TCP_PSH)) == NORO_TCP_RST)
		answered(j, p, NORO_ANSWERED_RST);
	else if (f & NORO_TCP_ACK && !(f & (NORO_TCP_SYN | NORO_TCP_RST | NORO_TCP_URG)))
		j->klass = NORO_KLASS_RESIDUAL;
	else
		j->klass = NORO_KLASS_ODD_SCAN;
}

static void quoted(const struct noro_packet *p, struct noro_judged *j)
{
	struct noro_packet q;

	noro_packet_read_ip(p->payload, p->payload_n, p->ts_ns, &q);
	/* what quotes nothing readable, or the other family, still comes from somebody */
	if (q.family != p->family || q.flaw == NORO_FLAW_IP_HEADER || q.flaw == NORO_FLAW_VERSION)
		return;
	j->proto = q.proto == 58 ? 1 : q.proto;
	j->port = q.dport;
	j->our_port = q.sport;
	j->number = q.proto == 6 ? q.seq : q.ip_id;
	if (j->proto == 1)
		j->port = q.icmp_type;
	if (p->family == 4) {
		j->actor4 = q.dst4;
		j->mismatch = q.src4 != p->dst4;
	} else {
		j->actor6 = q.dst6;
		j->mismatch = memcmp(q.src6, p->dst6, 16) != 0;
	}
}

/* What a type is: request, its answer, an error, or none of these; and the request it answers. */
enum icmp_is { ICMP_NONE, ICMP_ASKS, ICMP_REPLIES, ICMP_ERROR };

static enum icmp_is icmp_is(const struct noro_packet *p, uint16_t *asked)
{
	unsigned t = p->icmp_type;

	*asked = (uint16_t)t;
	if (p->proto == 58) {
		if (t == 129)
			*asked = 128;
		return t == 128           ? ICMP_ASKS
		       : t == 129         ? ICMP_REPLIES
		       : t >= 1 && t <= 4 ? ICMP_ERROR
					  : ICMP_NONE;
	}
	switch (t) {
	case 8:
	case 10:
	case 13:
	case 15:
	case 17:
		return ICMP_ASKS;
	case 0:
		*asked = 8;
		return ICMP_REPLIES;
	case 14:
	case 16:
	case 18:
		*asked = (uint16_t)(t - 1);
		return ICMP_REPLIES;
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
		return ICMP_ERROR;
	default:
		return ICMP_NONE;
	}
}

static void icmp(const struct noro_packet *p, struct noro_judged *j)
{
	enum icmp_is is = icmp_is(p, &j->port);

	j->proto = 1;
	if (is == ICMP_NONE) {
		j->klass = NORO_KLASS_OTHER;
	} else if (is == ICMP_ASKS) {
		j->klass = NORO_KLASS_SCAN;
	} else if (is == ICMP_REPLIES) {
		j->klass = NORO_KLASS_BACKSCATTER;
		j->answered = NORO_ANSWERED_ICMP_REPLY;
		if (p->payload && p->payload - p->ip >= 24)
			j->number = be32(p->payload - 4); /* identifier and sequence */
	} else {
		j->klass = NORO_KLASS_BACKSCATTER;
		j->answered = NORO_ANSWERED_ICMP_ERROR;
		quoted(p, j);
	}
}

/* First octets under which IANA keeps special ranges: for all others nothing need be looked up. */
static bool may_be_special(uint32_t a)
{
	static const uint64_t special[4] = { UINT64_C(1) << 0 | UINT64_C(1) << 10,
		UINT64_C(1) << (100 - 64) | UINT64_C(1) << (127 - 64),
		UINT64_C(1) << (169 - 128) | UINT64_C(1) << (172 - 128),
		UINT64_C(1) << (192 - 192) | UINT64_C(1) << (198 - 192) |
			UINT64_C(1) << (203 - 192) | UINT64_MAX << (224 - 192) };

	return special[a >> 30] >> (a >> 24 & 63) & 1;
}

static bool bogon(const struct noro_packet *p)
{
	struct noro_ip ip;

	if (p->family == 4 && !may_be_special(p->src4))
		return false;
	ip = noro_packet_src(p);
	return noro_ip_classify(&ip) != NORO_IP_GLOBAL;
}

static uint16_t of_payload(const struct noro_packet *p)
{
	const uint8_t *b = p->payload;
	size_t n = p->payload_n;
	unsigned odd = 0;

	if (!b || n < 5)
		return 0;
	if (begins(b, n, "d1:a") || begins(b, n, "d1:r") ||
		begins(b, n,
			"\x13"
			"BitTorrent protocol"))
		odd |= NORO_ODD_BITTORRENT;
	if (n >= 19 && memcmp(b + 12,
			       "\x20"
			       "CKAAAA",
			       7) == 0)
		odd |= NORO_ODD_NETBIOS;
	if (begins(b, n, "SIP/2.0 "))
		odd |= NORO_ODD_SIP;
	return (uint16_t)odd;
}

static inline __attribute__((always_inline)) uint16_t oddities(const struct noro_packet *p)
{
	unsigned odd = 0;

	if (bogon(p))
		odd |= NORO_ODD_BOGON_SRC;
	if (p->family == 4) {
		if (p->src4 == p->dst4)
			odd |= NORO_ODD_SAME_ADDR;
		if ((p->src4 & 255) == 0 || (p->src4 & 255) == 255)
			odd |= NORO_ODD_SRC_NET_EDGE;
	} else if (memcmp(p->src6, p->dst6, 16) == 0) {
		odd |= NORO_ODD_SAME_ADDR;
	}
	if ((p->proto == 6 || p->proto == 17) && p->frag != NORO_FRAG_LATER &&
		(!p->sport || !p->dport))
		odd |= NORO_ODD_PORT_ZERO;
	return (uint16_t)odd;
}

/* Enough of it is there to be judged: a capture cut behind the ports is as good as a whole one. */
static bool readable(const struct noro_packet *p)
{
	switch ((enum noro_flaw)p->flaw) {
	case NORO_FLAW_NONE:
	case NORO_FLAW_CUT:
	case NORO_FLAW_OPTIONS:
		break;
	case NORO_FLAW_LINK:
	case NORO_FLAW_NOT_IP:
	case NORO_FLAW_VERSION:
	case NORO_FLAW_IP_HEADER:
	case NORO_FLAW_EXTENSION:
	case NORO_FLAW_TRANSPORT:
	case NORO_FLAW_TUNNELS:
	case NORO_FLAWS:
		return false;
	}
	if (!p->family)
		return false;
	if (p->frag == NORO_FRAG_LATER)
		return true;
	if (p->proto == 6)
		return p->tcp_header != 0;
	return (p->proto != 17 && p->proto != 1 && p->proto != 58) || p->payload;
}

/* What most packets are, judged as below but at a glance. False: it is another. */
static bool plain_syn(const struct noro_packet *p, struct noro_judged *ret)
{
	if (p->family != 4 || p->flaw != NORO_FLAW_NONE || p->proto != 6 || p->frag ||
		(p->tcp_flags & 0x3f) != NORO_TCP_SYN || p->payload_n || !p->tcp_header)
		return false;
	*ret = (struct noro_judged){ .klass = NORO_KLASS_SCAN,
		.proto = 6,
		.port = p->dport,
		.our_port = p->dport,
		.odd = oddities(p),
		.actor4 = p->src4,
		.ours4 = p->dst4 };
	return true;
}

static __attribute__((noinline)) void judge(const struct noro_packet *p, struct noro_judged *ret)
{
	struct noro_judged j = { .klass = NORO_KLASS_MALFORMED, .proto = p->proto };
	if (p->family) {
		j.actor4 = p->src4;
		j.ours4 = p->dst4;
		j.actor6 = p->src6;
		j.ours6 = p->dst6;
	}
	if (readable(p)) {
		j.odd = oddities(p);
		if (p->frag == NORO_FRAG_LATER)
			j.klass = NORO_KLASS_FRAGMENT;
		else if (p->proto == 6)
			tcp(p, &j);
		else if (p->proto == 17)
			udp(p, &j);
		else if (p->proto == 1 || p->proto == 58)
			icmp(p, &j);
		else
			j.klass = NORO_KLASS_OTHER;
		if (p->payload_n)
			j.odd = (uint16_t)(j.odd | of_payload(p));
	}
	*ret = j;
}

void noro_judge(const struct noro_packet *p, struct noro_judged *ret)
{
	if (!plain_syn(p, ret))
		judge(p, ret);
}
