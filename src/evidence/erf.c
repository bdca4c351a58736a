/*
 * src/evidence/erf.c - Extensible Record Format of DAG cards (Endace).
 *
 * There is no file header and no magic: a file is records one after another, so
 * what tells it is that several in a row are possible. Times count 2^-32 seconds
 * in little endian, everything else is big endian.
 */
#include "evidence/capture_priv.h"

enum {
	HEADER = 16,
	EXTENSION = 8,
	MAX_EXTENSIONS = 16,
	MORE = 0x80, /* of the type, and of an extension's first byte: another follows */
	IN_A_ROW = 3,
	LINK_RAW = 101,
	LINK_ETHERNET = 1,
	LINK_HDLC = 104,
	LINK_LLC = 100,
	LINK_ERF = 197, /* the whole record: a kind we take no packet from */
};

enum erf_type {
	ERF_HDLC_POS = 1,
	ERF_ETH = 2,
	ERF_AAL5 = 4,
	ERF_COLOR_HDLC_POS = 10,
	ERF_COLOR_ETH = 11,
	ERF_IP_COUNTER = 13,
	ERF_TCP_COUNTER = 14,
	ERF_DSM_COLOR_HDLC_POS = 15,
	ERF_DSM_COLOR_ETH = 16,
	ERF_COLOR_HASH_POS = 19,
	ERF_COLOR_HASH_ETH = 20,
	ERF_IPV4 = 22,
	ERF_IPV6 = 23,
	ERF_META = 27,
	ERF_PAD = 48,
};

struct record {
	uint8_t type;
	bool colour; /* the loss counter is a colour in these */
	uint16_t link;
	uint16_t n, wire_n; /* of the record; of the frame on the wire */
	uint16_t lost;
	uint16_t head; /* bytes before the frame */
	int64_t ts_ns;
};

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static int64_t time_of(const uint8_t *p)
{
	uint64_t t = 0;

	for (int i = 7; i >= 0; i--)
		t = t << 8 | p[i];
	return (int64_t)(t >> 32) * NORO_NS_PER_S +
	       (int64_t)(((t & UINT32_MAX) * (uint64_t)NORO_NS_PER_S) >> 32);
}

/* What lies before the frame of a type, and how it begins. */
static void kind(struct record *r)
{
	switch (r->type) {
	case ERF_COLOR_ETH:
	case ERF_DSM_COLOR_ETH:
	case ERF_COLOR_HASH_ETH:
	case ERF_ETH:
		r->link = LINK_ETHERNET;
		r->head = HEADER + 2; /* offset and padding */
		r->colour = r->type != ERF_ETH;
		break;
	case ERF_COLOR_HDLC_POS:
	case ERF_DSM_COLOR_HDLC_POS:
	case ERF_COLOR_HASH_POS:
	case ERF_HDLC_POS:
		r->link = LINK_HDLC;
		r->colour = r->type != ERF_HDLC_POS;
		break;
	case ERF_AAL5:
		r->link = LINK_LLC;
		r->head = HEADER + 4; /* the cell's header */
		break;
	case ERF_IPV4:
	case ERF_IPV6:
		r->link = LINK_RAW;
		break;
	default:
		break;
	}
}

static bool frameless(uint8_t type)
{
	return type == ERF_PAD || type == ERF_META || type == ERF_IP_COUNTER ||
	       type == ERF_TCP_COUNTER;
}

/* The fixed header: false if it cannot be one. */
static bool header(const uint8_t *p, struct record *r)
{
	*r = (struct record){ .type = (uint8_t)(p[8] & ~MORE),
		.link = LINK_ERF,
		.n = be16(p + 10),
		.lost = be16(p + 12),
		.wire_n = be16(p + 14),
		.head = HEADER,
		.ts_ns = time_of(p) };
	kind(r);
	return ((r->type >= ERF_HDLC_POS && r->type <= ERF_META) || r->type == ERF_PAD) &&
	       r->n >= HEADER;
}

/* A header that a capture of some year would have: what has no magic is looked at closely. */
static bool likely(const uint8_t *p, struct record *r)
{
	const int64_t s1990 = 631152000, s2100 = 4102444800;
	int64_t s;

	if (!header(p, r))
		return false;
	s = r->ts_ns / NORO_NS_PER_S;
	return r->type == ERF_PAD ||
	       (s >= s1990 && s < s2100 && (r->wire_n > 0 || frameless(r->type)));
}

static bool same_day(const struct record *a, const struct record *b)
{
	const int64_t day = 86400 * NORO_NS_PER_S;

	return a->type == ERF_PAD || b->type == ERF_PAD ||
	       (a->ts_ns - b->ts_ns < day && b->ts_ns - a->ts_ns < day);
}

bool noro_erf_is(struct noro_view head)
{
	const uint8_t *p = (const uint8_t *)head.p;
	struct record r, last = { 0 };
	size_t at = 0;

	for (unsigned i = 0; i < IN_A_ROW; i++) {
		if (at == head.n)
			return i > 0;
		if (head.n - at < HEADER || !likely(p + at, &r) || (i > 0 && !same_day(&r, &last)))
			return false;
		if (r.n > head.n - at)
			return i > 1;
		last = r;
		at += r.n;
	}
	return true;
}

/* The extension headers between header and frame; false if they lie. */
static bool extensions(const uint8_t *p, struct record *r)
{
	uint8_t more = p[8];
	size_t at = HEADER;

	for (unsigned i = 0; more & MORE; i++) {
		if (i == MAX_EXTENSIONS || r->n - at < EXTENSION)
			return false;
		more = p[at];
		at += EXTENSION;
	}
	r->head = (uint16_t)(r->head + at - HEADER);
	return r->n >= r->head;
}

static void frame(struct noro_capture *c, const struct record *r, struct noro_frame *f)
{
	const uint8_t *p = c->p + c->at;

	*f = (struct noro_frame){ .ts_ns = r->ts_ns,
		.p = p + r->head,
		.n = (uint32_t)(r->n - r->head),
		.wire_n = r->wire_n,
		.iface = p[9] & 3,
		.link = r->link,
		.offset = c->base + c->at };
	if (r->link == LINK_ERF) {
		f->p = p;
		f->n = r->n;
	} else if (f->n > f->wire_n && f->wire_n) {
		f->n = f->wire_n; /* records are padded to eight bytes */
	}
	if (f->wire_n < f->n)
		f->wire_n = f->n;
	if (f->iface >= c->sum.interfaces)
		c->sum.interfaces = f->iface + 1;
	if (!r->colour)
		c->sum.dropped += r->lost;
}

size_t noro_erf_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap)
{
	size_t got = 0;

	while (got < cap) {
		const uint8_t *p = c->p + c->at;
		struct record r;

		c->want = HEADER;
		if (c->n - c->at < HEADER)
			break;
		c->want = 0;
		c->why = N_("a record that claims an impossible kind or length");
		if (!header(p, &r))
			break;
		c->want = r.n;
		if (c->n - c->at < r.n)
			break;
		c->want = 0;
		if (frameless(r.type))
			c->sum.blocks_unread++;
		else if (!extensions(p, &r))
			noro_capture_damage(c, NORO_EFORMAT,
				N_("a record shorter than the headers it claims"), 0);
		else
			frame(c, &r, &ret[got++]);
		c->at += r.n;
	}
	return got;
}

bool noro_erf_plausible(struct noro_capture *c)
{
	struct record r, last = { 0 };
	size_t at = 0;

	for (unsigned i = 0; i < IN_A_ROW; i++) {
		if (i > 0 && !noro_capture_have(c, at + 1)) /* ended with the stream */
			return i > 1 || c->sum.last_ns != NORO_TIME_NONE;
		if (!noro_capture_have(c, at + HEADER) || !likely(c->p + c->at + at, &r) ||
			(r.type != ERF_PAD && !noro_capture_near(c, r.ts_ns)) ||
			(i > 0 && !same_day(&r, &last)))
			return false;
		last = r;
		at += r.n;
		if (!noro_capture_have(c, at))
			return false;
	}
	return true;
}
