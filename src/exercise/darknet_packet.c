/*
 * src/exercise/darknet_packet.c - packets as tools and systems make them.
 *
 * Fields follow the sources that knowledge/fingerprints names, checksums are right, and what a
 * packet carries is a question that anybody may ask or the marker of exercises.
 */
#include "exercise/darknet_priv.h"

#include "telescope/klass.h"

static const uint8_t opt_mss[] = { 2, 4, 5, 0xb4 };
static const uint8_t opt_windows[] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2 };
static const uint8_t opt_linux[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3,
	7 };

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t sum_up(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	return n & 1 ? sum + ((uint32_t)p[n - 1] << 8) : sum;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The parts of a packet that differ from tool to tool. */
struct shape {
	uint8_t ttl;
	bool df;
	uint16_t id;
	uint16_t sport, dport, window;
	uint8_t flags;
	uint32_t seq, ack;
	const uint8_t *option;
	size_t options;
	const char *payload;
	size_t payloads;
};

static uint8_t *ip4(struct dark_packet *p, const struct shape *h, unsigned proto, size_t body)
{
	memset(p->b, 0, 20);
	p->n = (uint16_t)(20 + body);
	p->b[0] = 0x45;
	put16(p->b + 2, p->n);
	put16(p->b + 4, h->id);
	p->b[6] = h->df ? 0x40 : 0;
	p->b[8] = h->ttl;
	p->b[9] = (uint8_t)proto;
	put32(p->b + 12, p->src);
	put32(p->b + 16, p->dst);
	put16(p->b + 10, folded(sum_up(p->b, 20, 0)));
	return p->b + 20;
}

/* Checksum of TCP, UDP and ICMPv6 over the pseudo-header. */
static void transport_sum(struct dark_packet *p, uint8_t *t, size_t n, unsigned proto, size_t at)
{
	uint32_t sum = (uint32_t)n + proto;

	sum = p->six ? sum_up(p->b + 8, 32, sum) : sum_up(p->b + 12, 8, sum);
	put16(t + at, folded(sum_up(t, n, sum)));
}

static void tcp_body(struct dark_packet *p, const struct shape *h, uint8_t *t)
{
	size_t head = 20 + h->options;

	memset(t, 0, 20);
	put16(t, h->sport);
	put16(t + 2, h->dport);
	put32(t + 4, h->seq);
	put32(t + 8, h->ack);
	t[12] = (uint8_t)(head << 2);
	t[13] = h->flags;
	put16(t + 14, h->window);
	if (h->options)
		memcpy(t + 20, h->option, h->options);
	if (h->payloads)
		memcpy(t + head, h->payload, h->payloads);
	transport_sum(p, t, head + h->payloads, 6, 16);
	p->proto = 6;
	p->sport = h->sport;
	p->port = h->dport;
	p->seq = h->seq;
}

static void tcp(struct dark_packet *p, const struct shape *h)
{
	tcp_body(p, h, ip4(p, h, 6, 20 + h->options + h->payloads));
}

static void udp(struct dark_packet *p, const struct shape *h)
{
	uint8_t *t = ip4(p, h, 17, 8 + h->payloads);

	put16(t, h->sport);
	put16(t + 2, h->dport);
	put16(t + 4, (unsigned)(8 + h->payloads));
	put16(t + 6, 0);
	if (h->payloads)
		memcpy(t + 8, h->payload, h->payloads);
	transport_sum(p, t, 8 + h->payloads, 17, 6);
	p->proto = 17;
	p->sport = h->sport;
	p->port = h->dport;
}

static void icmp(
	struct dark_packet *p, const struct shape *h, unsigned type, unsigned code, uint32_t number)
{
	uint8_t *t = ip4(p, h, 1, 8 + h->payloads);

	t[0] = (uint8_t)type;
	t[1] = (uint8_t)code;
	put16(t + 2, 0);
	put32(t + 4, number);
	if (h->payloads)
		memcpy(t + 8, h->payload, h->payloads);
	put16(t + 2, folded(sum_up(t, 8 + h->payloads, 0)));
	p->proto = 1;
}

/* ---- who asks ---- */

static uint16_t high_port(struct rng *r)
{
	return (uint16_t)(32768 + rng_below(r, 28232));
}

static uint16_t own_port(const struct dark_actor *a)
{
	return (uint16_t)(40000 + a->key % 20000);
}

static void zmap(const struct dark_actor *a, struct rng *r, struct shape *h)
{
	bool modern = a->kind->make == MAKE_ZMAP_NEW;

	h->window = 65535;
	h->sport = high_port(r);
	h->ttl = (uint8_t)((modern ? 64 : 255) - a->hops);
	h->id = modern ? (uint16_t)rng_next(r) : 54321;
	h->option = modern ? opt_windows : opt_mss; /* MSS since 2021-08 */
	h->options = modern ? sizeof(opt_windows) : a->key & 1 ? sizeof(opt_mss) : 0;
}

static void masscan(
	const struct dark_actor *a, const struct dark_packet *p, unsigned dport, struct shape *h)
{
	bool modern = a->kind->make == MAKE_MASSCAN_NEW;

	h->window = modern ? 1025 : 1024;
	h->sport = own_port(a);
	h->ttl = (uint8_t)(255 - a->hops);
	h->id = (uint16_t)(p->dst ^ dport ^ h->seq);
	h->option = opt_mss;
	h->options = modern ? sizeof(opt_mss) : 0;
}

static void mirai(
	const struct dark_actor *a, const struct dark_packet *p, struct rng *r, struct shape *h)
{
	h->seq = p->dst;
	h->window = (uint16_t)rng_next(r);
	h->id = (uint16_t)rng_next(r);
	h->sport = own_port(a);
	h->ttl = (uint8_t)(64 - a->hops);
}

static void nmap(const struct dark_actor *a, struct rng *r, struct shape *h)
{
	h->seq = (uint32_t)a->key ^ rng_below(r, 256) * 0x00010001;
	h->window = 1024;
	h->id = (uint16_t)rng_next(r);
	h->sport = own_port(a);
	h->ttl = (uint8_t)(37 + rng_below(r, 23) - a->hops / 2);
	h->option = opt_mss;
	h->options = sizeof(opt_mss);
}

static void unicorn(const struct dark_actor *a, const struct dark_packet *p, unsigned dport,
	struct rng *r, struct shape *h)
{
	h->sport = high_port(r);
	h->seq = (uint32_t)(a->key >> 8) ^ p->src ^ (((uint32_t)h->sport << 16) + dport);
	h->window = 5840;
	h->ttl = (uint8_t)(64 - a->hops);
	h->id = (uint16_t)rng_next(r);
}

static void stack(const struct dark_actor *a, struct rng *r, struct shape *h, uint8_t room[20])
{
	bool windows = a->kind->make == MAKE_WINDOWS;

	h->df = true;
	h->sport = high_port(r);
	h->id = (uint16_t)rng_next(r);
	h->ttl = (uint8_t)((windows ? 128 : 64) - a->hops);
	h->window = windows ? 64240 : 29200;
	h->option = windows ? opt_windows : room;
	h->options = windows ? sizeof(opt_windows) : sizeof(opt_linux);
	memcpy(room, opt_linux, sizeof(opt_linux));
	put32(room + 8, (uint32_t)rng_next(r));
}

static void by_hand(const struct dark_actor *a, struct rng *r, struct shape *h)
{
	h->window = 8192;
	h->sport = high_port(r);
	h->ttl = (uint8_t)(128 - a->hops);
	h->id = (uint16_t)rng_next(r);
}

static void make_syn(const struct dark_actor *a, struct rng *r, struct dark_packet *p)
{
	struct shape h = { .flags = 2, .seq = (uint32_t)rng_next(r) };
	uint8_t room[20];

	p->which = a->port[1] && rng_below(r, 10) == 0;
	h.dport = a->port[p->which];
	switch (a->kind->make) {
	case MAKE_ZMAP_OLD:
	case MAKE_ZMAP_NEW:
		zmap(a, r, &h);
		break;
	case MAKE_MASSCAN_OLD:
	case MAKE_MASSCAN_NEW:
		masscan(a, p, h.dport, &h);
		break;
	case MAKE_MIRAI:
		mirai(a, p, r, &h);
		break;
	case MAKE_NMAP:
		nmap(a, r, &h);
		break;
	case MAKE_UNICORN:
		unicorn(a, p, h.dport, r, &h);
		break;
	case MAKE_BY_HAND:
		by_hand(a, r, &h);
		break;
	default:
		stack(a, r, &h, room);
	}
	tcp(p, &h);
}

/* Requests that tools of inventories send; 53413 gets the marker. */
static const struct {
	uint16_t port;
	uint8_t n;
	const char *text;
} request[] = {
	{ 53, 30, "\x12\x34\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3" },
	{ 123, 48,
		"\xe3\0\4\xfa\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0"
		"\0\0\0\0\0\0\0" },
	{ 161, 40,
		"\x30\x26\2\1\0\4\6public\xa0\x19\2\4\x4a\x69\xe0\xbb\2\1\0\2\1\0\x30\x0b\x30\x09\6"
		"\5"
		"\x2b\6\1\2\1\5\0" },
	{ 1900, 32, "M-SEARCH * HTTP/1.1\r\nST: all\r\n\r\n" },
	{ 5060, 34, "OPTIONS sip:100@192.0.2.1 SIP/2.0\r\n" },
	{ 5683, 21, "\x40\1\x7d\x70\xbb.well-known\4core" },
	{ 11211, 15, "\0\0\0\0\0\1\0\0stats\r\n" },
	{ 0, 16, NORO_EXERCISE_MARK },
};

static void make_udp(const struct dark_actor *a, struct rng *r, struct dark_packet *p)
{
	struct shape h = { .sport = high_port(r),
		.dport = a->port[0],
		.ttl = (uint8_t)(64 - a->hops),
		.id = (uint16_t)rng_next(r) };
	size_t i = 0;

	while (request[i].port && request[i].port != h.dport)
		i++;
	h.payload = request[i].text;
	h.payloads = request[i].n;
	udp(p, &h);
}

/* ---- noise ---- */

static void make_noise(const struct dark_actor *a, const struct dark_sensor *s, struct rng *r,
	struct dark_packet *p)
{
	static const uint8_t odd[] = { 0, 1, 0x29 };
	struct shape h = { .sport = high_port(r),
		.dport = a->port[0],
		.ttl = (uint8_t)(64 - a->hops),
		.id = (uint16_t)rng_next(r),
		.seq = (uint32_t)rng_next(r),
		.window = 512 };

	switch (a->kind->make) {
	case MAKE_ODD:
		h.flags = odd[a->key % 3];
		p->klass = NORO_KLASS_ODD_SCAN;
		tcp(p, &h);
		break;
	case MAKE_REST:
		h.flags = 0x18;
		h.ack = (uint32_t)rng_next(r);
		h.payload = NORO_EXERCISE_MARK;
		h.payloads = sizeof(NORO_EXERCISE_MARK) - 1;
		p->klass = NORO_KLASS_RESIDUAL;
		tcp(p, &h);
		break;
	case MAKE_MISTAKE: /* a log sent to where its server once was */
		p->dst = s->base + (uint32_t)(a->key % s->n);
		h.payload = "<13>exercise: " NORO_EXERCISE_MARK;
		h.payloads = 30;
		udp(p, &h);
		break;
	default: /* fragments, tunnels, and a header that is cut short */
		memset(ip4(p, &h, a->kind->make == MAKE_GRE ? 47 : 17, 24), 0, 24);
		p->proto = a->kind->make == MAKE_GRE ? 47 : 17;
		p->klass = NORO_KLASS_OTHER;
		if (a->kind->make == MAKE_FRAGMENT) {
			p->b[7] = 64; /* 512 bytes in */
			p->klass = NORO_KLASS_FRAGMENT;
		} else if (a->kind->make == MAKE_BROKEN) {
			p->b[9] = 6;
			p->b[32] = 0x20; /* a TCP header of 8 bytes */
			p->klass = NORO_KLASS_MALFORMED;
		} else {
			p->b[20 + 2] = 0x88; /* a protocol inside that nobody opens */
			p->b[20 + 3] = 0x0b;
		}
		put16(p->b + 10, 0);
		put16(p->b + 10, folded(sum_up(p->b, 20, 0)));
	}
}

/* ---- what comes back from victims ---- */

static void unreachable(const struct dark_actor *a, struct rng *r, struct dark_packet *p)
{
	struct dark_packet q = { .src = p->dst, .dst = a->src };
	struct shape asked = {
		.sport = high_port(r), .dport = a->port[0], .ttl = 40, .id = (uint16_t)rng_next(r)
	};
	struct shape h = { .ttl = (uint8_t)(255 - a->hops), .id = asked.id };

	udp(&q, &asked);
	h.payload = (const char *)q.b;
	h.payloads = 28;
	p->src = a->src ^ 1; /* the router in front of it */
	icmp(p, &h, 3, 1, 0);
	p->proto = 17;
	p->sport = asked.sport;
	p->actor = a->src;
}

static void make_answer(const struct dark_actor *a, struct rng *r, struct dark_packet *p)
{
	char text[40] = "\0\0\x81\x80\0\1\0\0\0\0\0\0\7example\3com\0\0\1\0\1";
	struct shape h = { .sport = a->port[0],
		.dport = (uint16_t)(1024 + rng_below(r, 64512)),
		.ttl = (uint8_t)(64 - a->hops),
		.seq = (uint32_t)rng_next(r),
		.ack = (uint32_t)rng_next(r),
		.flags = a->kind->make == MAKE_RST ? 0x14 : 0x12,
		.id = (uint16_t)rng_next(r),
		.window = a->kind->make == MAKE_RST ? 0 : 64240,
		.payload = text };

	switch (a->kind->make) {
	case MAKE_UNREACHABLE:
		unreachable(a, r, p);
		break;
	case MAKE_PONG:
		icmp(p, &h, 0, 0, h.seq);
		break;
	case MAKE_DNS:
		put16((uint8_t *)text, h.seq & 0xffff);
		h.payloads = 29;
		udp(p, &h);
		break;
	case MAKE_QUIC: /* version negotiation to a connection id that was never ours */
		memset(text, 0, sizeof(text));
		text[0] = (char)0x80;
		text[5] = 8;
		put32((uint8_t *)text + 6, h.seq);
		put32((uint8_t *)text + 10, h.ack);
		text[18] = 1;
		h.payloads = 19;
		udp(p, &h);
		break;
	default:
		h.df = true;
		h.option = opt_mss;
		h.options = a->kind->make == MAKE_RST ? 0 : sizeof(opt_mss);
		tcp(p, &h);
		p->seq = h.ack;
	}
	p->klass = NORO_KLASS_BACKSCATTER;
	p->sport = h.dport; /* of ours */
	p->port = a->port[0];
}

void noro_dark_again(const struct dark_actor *a, uint32_t dst, uint16_t to, uint32_t number,
	struct dark_packet *p)
{
	struct shape h = { .sport = a->port[0],
		.dport = to,
		.ttl = (uint8_t)(64 - a->hops),
		.seq = number * 2654435761U,
		.ack = number,
		.flags = 0x12,
		.df = true,
		.window = 64240,
		.option = opt_mss,
		.options = sizeof(opt_mss) };

	*p = (struct dark_packet){ .src = a->src, .dst = dst, .actor = a->src };
	tcp(p, &h);
	p->klass = NORO_KLASS_BACKSCATTER;
	p->port = a->port[0];
}

/* ---- IPv6 ---- */

static void make_six(const struct dark_actor *a, const struct dark_sensor *s, struct rng *r,
	struct dark_packet *p)
{
	bool answer = a->kind->make == MAKE_SIX_ANSWER;
	struct shape h = { .sport = answer ? a->port[0] : high_port(r),
		.dport = answer ? high_port(r) : a->port[0],
		.seq = (uint32_t)rng_next(r),
		.ack = answer ? (uint32_t)rng_next(r) : 0,
		.flags = answer ? 0x12 : 2,
		.window = 64800,
		.option = opt_windows,
		.options = sizeof(opt_windows) };
	uint8_t *b = p->b;

	memset(b, 0, 40);
	p->six = true;
	p->n = (uint16_t)(40 + 20 + h.options);
	b[0] = 0x60;
	put16(b + 4, p->n - 40U);
	b[6] = 6;
	b[7] = (uint8_t)(64 - a->hops);
	if (answer) { /* RFC 3849 */
		put32(b + 8, 0x20010db8);
		put32(b + 12, 0xdead0000 | (a->src & 0xff));
		b[23] = 1;
	} else { /* 3ffe::/16 went back to IANA with the end of the 6bone (RFC 3701) */
		put32(b + 8, 0x3ffe0000 | a->src >> 16);
		put32(b + 12, a->src << 16);
		put32(b + 20, (uint32_t)a->key);
	}
	memcpy(b + 24, s->six, 6);
	put32(b + 34, (uint32_t)rng_next(r));
	tcp_body(p, &h, b + 40);
	if (answer) {
		p->klass = NORO_KLASS_BACKSCATTER;
		p->port = a->port[0];
	}
}

/* ---- the kinds ---- */

/* Any address at all; those of our own actors would be judged by what these did. */
static uint32_t made_up(struct rng *r)
{
	for (;;) {
		uint32_t a = (uint32_t)rng_next(r);
		unsigned top = a >> 24;

		if (top < 25 || top > 33)
			return a;
	}
}

void noro_dark_packet(const struct dark_actor *a, const struct dark_sensor *s, struct rng *r,
	struct dark_packet *p)
{
	p->which = 0;
	p->six = false;
	p->klass = NORO_KLASS_SCAN;
	p->src = p->actor = a->src;
	p->dst = s->base + rng_below(r, s->n);
	switch (a->kind->make) {
	case MAKE_UDP:
		make_udp(a, r, p);
		break;
	case MAKE_PING: {
		struct shape h = { .ttl = (uint8_t)(64 - a->hops), .id = (uint16_t)rng_next(r) };

		icmp(p, &h, 8, 0, (uint32_t)rng_next(r));
		p->port = 8;
		break;
	}
	case MAKE_ODD:
	case MAKE_REST:
	case MAKE_FRAGMENT:
	case MAKE_GRE:
	case MAKE_BROKEN:
	case MAKE_MISTAKE:
		make_noise(a, s, r, p);
		break;
	case MAKE_SYN_ACK:
	case MAKE_RST:
	case MAKE_UNREACHABLE:
	case MAKE_DNS:
	case MAKE_QUIC:
	case MAKE_PONG:
		make_answer(a, r, p);
		break;
	case MAKE_SIX_SYN:
	case MAKE_SIX_ANSWER:
		make_six(a, s, r, p);
		break;
	case MAKE_FLOOD:
		p->src = p->actor = made_up(r);
		p->dst = s->base + (uint32_t)(a->key % s->n);
		make_syn(a, r, p);
		break;
	default:
		make_syn(a, r, p);
	}
}

/* ---- a sensor that answers ---- */

static uint32_t our_number(const struct dark_packet *q)
{
	return (q->seq ^ q->dst) * 2246822519U + q->src;
}

void noro_dark_answer(const struct dark_packet *question, struct dark_packet *p)
{
	struct shape h = { .sport = question->port,
		.dport = question->sport,
		.ttl = 64,
		.df = true,
		.seq = our_number(question),
		.ack = question->seq + 1,
		.flags = 0x12,
		.window = 64240,
		.option = opt_mss,
		.options = sizeof(opt_mss) };

	*p = (struct dark_packet){ .src = question->dst, .dst = question->src };
	tcp(p, &h);
}

/* A tool's system knows nothing of the connection and resets it; an ordinary one goes on. */
void noro_dark_heard(
	const struct dark_actor *a, const struct dark_packet *question, struct dark_packet *p)
{
	bool ordinary = a->kind->make == MAKE_LINUX || a->kind->make == MAKE_WINDOWS;
	struct shape h = { .sport = question->sport,
		.dport = question->port,
		.ttl = (uint8_t)(64 - a->hops),
		.df = true,
		.seq = question->seq + 1,
		.ack = ordinary ? our_number(question) + 1 : 0,
		.flags = ordinary ? 0x10 : 4,
		.window = ordinary ? 229 : 0 };

	*p = (struct dark_packet){ .src = question->src,
		.dst = question->dst,
		.actor = question->src,
		.which = question->which };
	tcp(p, &h);
	p->klass = ordinary ? NORO_KLASS_RESIDUAL : NORO_KLASS_BACKSCATTER;
}
