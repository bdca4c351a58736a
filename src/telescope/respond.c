/*
 * src/telescope/respond.c - the answers.
 *
 * Our first sequence number is a keyed hash of who asks what, and of the minute: an acknowledgement
 * that fits it proves that the source got our answer, and only then is anything remembered. What
 * is remembered lies in sets of eight; a full set ends its oldest conversation, so that nobody can
 * fill more than the table.
 */
#include "telescope/respond.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/siphash.h"

#include <stdio.h>

enum {
	SETS = 2048, /* of WAYS conversations, unless told otherwise */
	WAYS = 8,
	BUCKETS = 1 << 16,
	SOURCE_S = 20,
	TOTAL_S = 5000,
	SILENCE_S = 2, /* then a server that speaks first would have spoken */
	PAUSE_S = 3,   /* after the last bytes of a source */
	PATIENCE_S = 20,
	ETHER = 14,
	ETHER_MOST = 26, /* with tags */
	LINK_ETHER = 1,
	LINK_RAW = 101,
	TTL = 64,
	WINDOW = NORO_FIRST_PAYLOAD,
	MSS4 = 1460,
	MSS6 = 1440,
};

struct who {
	uint8_t src[16], dst[16];      /* IPv4: the last four bytes, the others 0 */
	uint16_t sport, dport, family; /* no gaps: compared as bytes */
};

struct talk {
	struct who who;
	bool live, greeted;
	uint8_t l2[ETHER_MOST], l2_n; /* of an answer */
	uint32_t ours, theirs;        /* next sequence numbers */
	int64_t first_ns, heard_ns;   /* handshake; last bytes, or the handshake */
	uint8_t *byte;
	size_t n;
};

struct noro_responder {
	struct noro_respond_opts o;
	struct noro_own *own;
	struct noro_respond_sum sum;
	struct talk *talk;
	size_t sets, due; /* due: where the next look for silent ones begins */
	int64_t due_ns;
	struct {
		int64_t second;
		uint32_t n;
	} bucket[BUCKETS], total;
};

/* --- who asks --- */

static struct who who_of(const struct noro_packet *p)
{
	struct who w = { .sport = p->sport, .dport = p->dport, .family = p->family };

	for (unsigned i = 0; p->family == 4 && i < 4; i++) {
		w.src[12 + i] = (uint8_t)(p->src4 >> (24 - 8 * i));
		w.dst[12 + i] = (uint8_t)(p->dst4 >> (24 - 8 * i));
	}
	if (p->family == 6) {
		memcpy(w.src, p->src6, 16);
		memcpy(w.dst, p->dst6, 16);
	}
	return w;
}

static struct noro_ip ip_of(const struct who *w, const uint8_t b[16])
{
	struct noro_ip ip = { .family = 6 };

	if (w->family == 4)
		return noro_ip_from_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
				       (uint32_t)b[14] << 8 | b[15]);
	memcpy(ip.b, b, sizeof(ip.b));
	return ip;
}

/* One of ours, never answered: who claims it lies. And what can be no single machine. */
static bool may_be_answered(const struct noro_responder *r, const struct noro_packet *p)
{
	uint32_t index, top = p->src4 >> 24;

	if (p->family == 6)
		return p->src6[0] != 0xff && !noro_own_v6(r->own, p->src6) &&
		       (p->src6[0] & 0xe0) == 0x20;
	return top && top != 127 && top < 224 && !noro_own_v4(r->own, p->src4, &index);
}

static bool answers(const struct noro_responder *r, const struct noro_packet *p)
{
	struct noro_ip dst = noro_packet_dst(p);
	uint32_t index;

	if (p->family == 4 ? !noro_own_v4(r->own, p->dst4, &index) : !noro_own_v6(r->own, p->dst6))
		return false;
	for (size_t i = 0; i < r->o.sensor->responds; i++)
		if (noro_prefix_has(&r->o.sensor->respond[i], &dst))
			return true;
	return false;
}

static uint64_t keyed(const struct noro_responder *r, const struct who *w, uint64_t salt)
{
	uint8_t b[16 + 16 + 2 + 2 + 8];

	memcpy(b, w->src, 16);
	memcpy(b + 16, w->dst, 16);
	memcpy(b + 32, &w->sport, 2);
	memcpy(b + 34, &w->dport, 2);
	memcpy(b + 36, &salt, 8);
	return noro_siphash(r->o.secret, b, sizeof(b));
}

static uint32_t cookie(const struct noro_responder *r, const struct who *w, int64_t minute)
{
	return (uint32_t)keyed(r, w, (uint64_t)minute);
}

static int64_t minute_of(int64_t ns)
{
	return ns / (NORO_MINUTE_S * NORO_NS_PER_S);
}

/* Two caps by the packets' own seconds; sources share the bucket of their network. */
static bool within_caps(struct noro_responder *r, const struct who *w, int64_t ns)
{
	const uint32_t source = r->o.source_s ? r->o.source_s : SOURCE_S;
	const uint32_t total = r->o.total_s ? r->o.total_s : TOTAL_S;
	struct who net = { .family = w->family };
	int64_t second = ns / NORO_NS_PER_S;
	size_t b;

	memcpy(net.src, w->src, w->family == 6 ? 6 : 15);
	b = keyed(r, &net, 0) % BUCKETS;
	if (r->bucket[b].second != second) {
		r->bucket[b].second = second;
		r->bucket[b].n = 0;
	}
	if (r->total.second != second) {
		r->total.second = second;
		r->total.n = 0;
	}
	if (r->bucket[b].n >= source || r->total.n >= total) {
		r->sum.capped++;
		return false;
	}
	r->bucket[b].n++;
	r->total.n++;
	return true;
}

/* --- answers --- */

static void put16(uint8_t *o, uint32_t v)
{
	o[0] = (uint8_t)(v >> 8);
	o[1] = (uint8_t)v;
}

static void put32(uint8_t *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o + 2, v & 0xffff);
}

static uint32_t add16(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	return n & 1 ? sum + ((uint32_t)p[n - 1] << 8) : sum;
}

static uint32_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The link header of an answer: back to where the packet came from, tags kept. */
static bool link_of(const struct noro_frame *f, const struct noro_packet *p,
	uint8_t out[ETHER_MOST], uint8_t *ret_n)
{
	size_t n = (size_t)(p->ip - f->p);

	if (p->via & (uint16_t) ~(NORO_VIA_VLAN | NORO_VIA_QINQ))
		return false;
	*ret_n = 0;
	if (f->link == LINK_RAW && n == 0)
		return true;
	if (f->link != LINK_ETHER || n < ETHER || n > ETHER_MOST || f->p[0] & 1 || f->p[6] & 1)
		return false;
	memcpy(out, f->p + 6, 6);
	memcpy(out + 6, f->p, 6);
	memcpy(out + 12, f->p + 12, n - 12);
	*ret_n = (uint8_t)n;
	return true;
}

struct segment {
	uint32_t seq, ack;
	uint8_t flags;
	const char *data;
	size_t n;
};

static void ip4_header(uint8_t *ip, const struct who *w, size_t n)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, (uint32_t)(20 + n));
	ip[6] = 0x40; /* not to be cut */
	ip[8] = TTL;
	ip[9] = 6;
	memcpy(ip + 12, w->dst + 12, 4);
	memcpy(ip + 16, w->src + 12, 4);
	put16(ip + 10, folded(add16(0, ip, 20)));
}

static void ip6_header(uint8_t *ip, const struct who *w, size_t n)
{
	memset(ip, 0, 40);
	ip[0] = 0x60;
	put16(ip + 4, (uint32_t)n);
	ip[6] = 6;
	ip[7] = TTL;
	memcpy(ip + 8, w->dst, 16);
	memcpy(ip + 24, w->src, 16);
}

static size_t build(const struct who *w, const uint8_t *l2, size_t l2_n, const struct segment *s,
	uint8_t out[NORO_ANSWER])
{
	size_t ip_n = w->family == 6 ? 40 : 20, tcp_n = s->flags & NORO_TCP_SYN ? 24 : 20;
	uint8_t *ip = out + l2_n, *tcp = ip + ip_n;
	uint32_t sum;

	memcpy(out, l2, l2_n);
	if (w->family == 6)
		ip6_header(ip, w, tcp_n + s->n);
	else
		ip4_header(ip, w, tcp_n + s->n);
	memset(tcp, 0, tcp_n);
	put16(tcp, w->dport);
	put16(tcp + 2, w->sport);
	put32(tcp + 4, s->seq);
	put32(tcp + 8, s->ack);
	tcp[12] = (uint8_t)(tcp_n / 4 << 4);
	tcp[13] = s->flags;
	put16(tcp + 14, s->flags & NORO_TCP_RST ? 0 : WINDOW);
	if (s->flags & NORO_TCP_SYN) {
		put16(tcp + 20, 0x0204);
		put16(tcp + 22, w->family == 6 ? MSS6 : MSS4);
	}
	if (s->n)
		memcpy(tcp + tcp_n, s->data, s->n);
	sum = add16(0, w->family == 6 ? w->src : w->src + 12, w->family == 6 ? 16 : 4);
	sum = add16(sum, w->family == 6 ? w->dst : w->dst + 12, w->family == 6 ? 16 : 4);
	sum = add16(sum + 6 + (uint32_t)(tcp_n + s->n), tcp, tcp_n + s->n);
	put16(tcp + 16, folded(sum));
	return l2_n + ip_n + tcp_n + s->n;
}

static size_t say(const struct talk *t, uint8_t flags, const char *data, uint8_t out[NORO_ANSWER])
{
	const struct segment s = { .seq = t->ours,
		.ack = t->theirs,
		.flags = flags,
		.data = data,
		.n = data ? strlen(data) : 0 };

	return build(&t->who, t->l2, t->l2_n, &s, out);
}

/* --- conversations --- */

static struct talk *set_of(const struct noro_responder *r, const struct who *w)
{
	return r->talk + keyed(r, w, UINT64_MAX) % r->sets * WAYS;
}

static struct talk *find(const struct noro_responder *r, const struct who *w)
{
	struct talk *t = set_of(r, w);

	for (unsigned i = 0; i < WAYS; i++)
		if (t[i].live && memcmp(&t[i].who, w, sizeof(*w)) == 0)
			return &t[i];
	return NULL;
}

/* What was said goes on its way; the place is free. */
static enum noro_status end(struct noro_responder *r, struct talk *t)
{
	char port[8], digest[NORO_HASH_TEXT];
	struct noro_payload m = { .sensor = r->o.sensor->name,
		.time_ns = t->heard_ns,
		.src = ip_of(&t->who, t->who.src),
		.dst = ip_of(&t->who, t->who.dst),
		.port = port,
		.byte = t->byte,
		.n = t->n,
		.answered = true };
	enum noro_status st = NORO_OK;

	if (t->n && r->o.to->payload) {
		st = noro_hash_of(NORO_SHA256, noro_view((const char *)t->byte, t->n), digest);
		if (st == NORO_OK)
			memcpy(m.sha256, digest, sizeof(m.sha256));
		(void)snprintf(port, sizeof(port), "%u", t->who.dport);
		r->sum.payloads++;
		r->sum.bytes += t->n;
		if (st == NORO_OK && r->o.judge)
			st = r->o.judge(r->o.judge_ctx, &m);
		if (st == NORO_OK)
			st = r->o.to->payload(r->o.to->ctx, &m);
	}
	free(t->byte);
	*t = (struct talk){ 0 };
	return st;
}

/* A place for a new one: a free one, or that of who was silent longest. */
static enum noro_status place(struct noro_responder *r, const struct who *w, struct talk **ret)
{
	struct talk *set = set_of(r, w), *oldest = set;

	for (unsigned i = 0; i < WAYS; i++) {
		if (!set[i].live) {
			*ret = &set[i];
			return NORO_OK;
		}
		if (set[i].heard_ns < oldest->heard_ns)
			oldest = &set[i];
	}
	r->sum.pushed_out++;
	*ret = oldest;
	return end(r, oldest);
}

static const char *banner_of(uint16_t port)
{
	static const struct {
		uint16_t port;
		const char *text;
	} banner[] = {
		{ 21, "220 FTP server ready.\r\n" },
		{ 22, "SSH-2.0-OpenSSH_9.2p1\r\n" },
		{ 25, "220 mail ESMTP\r\n" },
		{ 110, "+OK POP3 ready\r\n" },
		{ 143, "* OK IMAP4rev1 ready\r\n" },
		{ 587, "220 mail ESMTP\r\n" },
		{ 2222, "SSH-2.0-OpenSSH_9.2p1\r\n" },
		{ 5900, "RFB 003.008\n" },
		{ 23, "login: " },
		{ 2323, "login: " },
	};

	for (size_t i = 0; i < sizeof(banner) / sizeof(banner[0]); i++)
		if (banner[i].port == port)
			return banner[i].text;
	return NULL;
}

static enum noro_status on_syn(struct noro_responder *r, const struct noro_frame *f,
	const struct noro_packet *p, const struct who *w, uint8_t out[NORO_ANSWER], size_t *ret_n)
{
	struct segment s = { .flags = NORO_TCP_SYN | NORO_TCP_ACK };
	uint8_t l2[ETHER_MOST], l2_n;

	r->sum.asked++;
	if (!link_of(f, p, l2, &l2_n) || !within_caps(r, w, p->ts_ns))
		return NORO_OK;
	s.seq = cookie(r, w, minute_of(p->ts_ns));
	s.ack = p->seq + 1 + p->payload_wire_n;
	r->sum.answered++;
	*ret_n = build(w, l2, l2_n, &s, out);
	return NORO_OK;
}

/* An acknowledgement of our number, of this minute or the one before, proves who sent it. */
static bool proved(const struct noro_responder *r, const struct noro_packet *p, const struct who *w)
{
	int64_t minute = minute_of(p->ts_ns);

	return p->ack - 1 == cookie(r, w, minute) || p->ack - 1 == cookie(r, w, minute - 1);
}

static enum noro_status begin(struct noro_responder *r, const struct noro_frame *f,
	const struct noro_packet *p, const struct who *w, struct talk **ret)
{
	struct talk *t;
	enum noro_status st;

	*ret = NULL;
	if (!proved(r, p, w)) {
		r->sum.forged++;
		return NORO_OK;
	}
	st = place(r, w, &t);
	if (st != NORO_OK || !link_of(f, p, t->l2, &t->l2_n))
		return st;
	r->sum.handshakes++;
	t->who = *w;
	t->live = true;
	t->ours = p->ack;
	t->theirs = p->seq;
	t->first_ns = t->heard_ns = p->ts_ns;
	*ret = t;
	return NORO_OK;
}

/* Bytes in order only: one who sends them otherwise is asked again by our acknowledgement. */
static enum noro_status take(struct talk *t, const struct noro_packet *p)
{
	size_t n = p->payload_n, room = NORO_FIRST_PAYLOAD - t->n;

	if (!n || p->seq != t->theirs)
		return NORO_OK;
	if (!t->byte)
		t->byte = noro_malloc(NORO_FIRST_PAYLOAD);
	if (!t->byte)
		return NORO_ENOMEM;
	n = n < room ? n : room;
	memcpy(t->byte + t->n, p->payload, n);
	t->n += n;
	t->theirs += (uint32_t)n;
	t->heard_ns = p->ts_ns;
	return NORO_OK;
}

static enum noro_status on_talk(struct noro_responder *r, const struct noro_packet *p,
	struct talk *t, uint8_t out[NORO_ANSWER], size_t *ret_n)
{
	bool last = p->tcp_flags & (NORO_TCP_FIN | NORO_TCP_RST);
	enum noro_status st = take(t, p);

	if (st != NORO_OK)
		return st;
	if (!last && t->n < NORO_FIRST_PAYLOAD) {
		if (p->payload_n && within_caps(r, &t->who, p->ts_ns))
			*ret_n = say(t, NORO_TCP_ACK, NULL, out);
		return NORO_OK;
	}
	if (!(p->tcp_flags & NORO_TCP_RST) && within_caps(r, &t->who, p->ts_ns))
		*ret_n = say(t, NORO_TCP_RST | NORO_TCP_ACK, NULL, out);
	return end(r, t);
}

enum noro_status noro_respond(struct noro_responder *r, const struct noro_frame *f,
	const struct noro_packet *p, uint8_t out[NORO_ANSWER], size_t *ret_n)
{
	const uint8_t flags =
		p->tcp_flags & (NORO_TCP_SYN | NORO_TCP_ACK | NORO_TCP_RST | NORO_TCP_FIN);
	struct who w;
	struct talk *t;
	enum noro_status st = NORO_OK;

	*ret_n = 0;
	if (p->flaw || p->proto != 6 || p->frag != NORO_FRAG_NONE || !p->tcp_header || !p->sport ||
		!answers(r, p) || !may_be_answered(r, p))
		return NORO_OK;
	w = who_of(p);
	if (flags == NORO_TCP_SYN)
		return on_syn(r, f, p, &w, out, ret_n);
	t = find(r, &w);
	if (!t && (flags & NORO_TCP_ACK) && !(flags & (NORO_TCP_SYN | NORO_TCP_RST)))
		st = begin(r, f, p, &w, &t);
	return st == NORO_OK && t ? on_talk(r, p, t, out, ret_n) : st;
}

enum noro_status noro_respond_due(
	struct noro_responder *r, int64_t now_ns, uint8_t out[NORO_ANSWER], size_t *ret_n)
{
	*ret_n = 0;
	/* a round a second: the table is walked once in it, however often this is asked */
	if (r->due == 0 && now_ns < r->due_ns)
		return NORO_OK;
	while (r->due < r->sets * WAYS) {
		struct talk *t = &r->talk[r->due++];
		const char *text = t->live && !t->greeted && !t->n ? banner_of(t->who.dport) : NULL;
		enum noro_status st;

		if (!t->live)
			continue;
		if (text && now_ns - t->first_ns >= SILENCE_S * NORO_NS_PER_S) {
			t->greeted = true;
			r->sum.banners++;
			*ret_n = say(t, NORO_TCP_PSH | NORO_TCP_ACK, text, out);
			t->ours += (uint32_t)strlen(text);
			return NORO_OK;
		}
		if (now_ns - t->first_ns >= PATIENCE_S * NORO_NS_PER_S ||
			(t->n && now_ns - t->heard_ns >= PAUSE_S * NORO_NS_PER_S)) {
			*ret_n = say(t, NORO_TCP_RST | NORO_TCP_ACK, NULL, out);
			st = end(r, t);
			return st;
		}
	}
	r->due = 0;
	r->due_ns = now_ns + NORO_NS_PER_S;
	return NORO_OK;
}

enum noro_status noro_respond_end(struct noro_responder *r)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < r->sets * WAYS && st == NORO_OK; i++)
		if (r->talk[i].live)
			st = end(r, &r->talk[i]);
	return st;
}

const struct noro_respond_sum *noro_respond_sum(const struct noro_responder *r)
{
	return &r->sum;
}

enum noro_status noro_responder_new(
	const struct noro_respond_opts *o, struct noro_responder **ret, struct noro_error *err)
{
	struct noro_responder *r;
	enum noro_status st;

	if (!o->sensor->responds)
		return noro_fail(err, NORO_EARG,
			N_("no address of sensor '%1' may answer: list some under 'respond' in its "
			   "description"),
			o->sensor->name);
	r = noro_calloc(1, sizeof(*r));
	if (!r)
		return noro_fail(err, NORO_ENOMEM, NULL);
	r->o = *o;
	r->sets = o->talks ? (o->talks + WAYS - 1) / WAYS : SETS;
	r->talk = noro_calloc(r->sets * WAYS, sizeof(*r->talk));
	st = r->talk ? noro_own_new(o->sensor, &r->own, err) : noro_fail(err, NORO_ENOMEM, NULL);
	if (st != NORO_OK) {
		noro_responder_free(r);
		return st;
	}
	*ret = r;
	return NORO_OK;
}

void noro_responder_free(struct noro_responder *r)
{
	if (!r)
		return;
	for (size_t i = 0; r->talk && i < r->sets * WAYS; i++)
		free(r->talk[i].byte);
	free(r->talk);
	noro_own_free(r->own);
	free(r);
}
