/*
 * src/evidence/pcapng.c - pcapng (draft-ietf-opsawg-pcapng): sections of either byte order,
 * interfaces of their own link type and clock, frames in three kinds of block.
 *
 * A block says its length at both ends. Where the two agree the block is passed
 * over whatever it holds; where they do not, the next one for which they do, of
 * a kind we know, is where reading goes on.
 */
#include "evidence/capture_priv.h"

#include "base/mem.h"

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_NAMES = 4,
	BLOCK_STATS = 5,
	BLOCK_ENHANCED = 6,
	BLOCK_SECRETS = 10,
	BLOCK_CUSTOM = 0xbad,
	BLOCK_CUSTOM_KEPT = 0x40000bad,
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_LEAST = 12,
	BLOCK_MOST = 64 << 20, /* of a kind that holds no frame: keys, names */
	MAX_IFACES = 1 << 16,
	MAX_OPTIONS = 256, /* of a block */
	OPT_TSRESOL = 9,
	OPT_FCSLEN = 13,
	OPT_TSOFFSET = 14,
	OPT_PACKET_DROPS = 4,
	OPT_STATS_IFDROP = 5,
	OPT_STATS_OSDROP = 7,
};
#define ORDER_MAGIC 0x1a2b3c4dU

/* A block that is all there: its body, without type and lengths. */
struct block {
	uint32_t type;
	const uint8_t *p;
	size_t n;
};

static bool order(const uint8_t *p, bool *ret_swapped)
{
	uint32_t word = noro_capture_32(p, false);

	*ret_swapped = word == __builtin_bswap32(ORDER_MAGIC);
	return *ret_swapped || word == ORDER_MAGIC;
}

bool noro_pcapng_is(struct noro_view head)
{
	bool swapped;

	return head.n >= BLOCK_LEAST && memcmp(head.p, "\n\r\r\n", 4) == 0 &&
	       order((const uint8_t *)head.p + 8, &swapped);
}

static bool holds_frame(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_SIMPLE || type == BLOCK_ENHANCED;
}

/*
 * The length of the block at c->at, of which 12 bytes are there, and its byte
 * order, which a section header sets anew. 0: not a block.
 */
static uint32_t block_length(const struct noro_capture *c, uint32_t *ret_type, bool *ret_swapped)
{
	const uint8_t *p = c->p + c->at;
	uint32_t n;

	*ret_swapped = c->swapped;
	*ret_type = noro_capture_32(p, c->swapped);
	if (*ret_type == BLOCK_SECTION && !order(p + 8, ret_swapped))
		return 0;
	n = noro_capture_32(p + 4, *ret_swapped);
	if (n < BLOCK_LEAST || n % 4 != 0)
		return 0;
	if (holds_frame(*ret_type) || *ret_type == BLOCK_SECTION)
		return n <= CAPTURE_RECORD ? n : 0;
	return n <= BLOCK_MOST ? n : 0;
}

/* The next option of `*b`: false at the end or where they lie. */
static bool option(struct block *b, bool swapped, uint16_t *ret_code, struct noro_view *ret)
{
	size_t n, padded;

	if (b->n < 4)
		return false;
	*ret_code = noro_capture_16(b->p, swapped);
	n = noro_capture_16(b->p + 2, swapped);
	padded = (n + 3) / 4 * 4;
	if (*ret_code == 0 || padded > b->n - 4)
		return false;
	*ret = noro_view(b->p + 4, n);
	b->p += 4 + padded;
	b->n -= 4 + padded;
	return true;
}

static uint64_t number(struct noro_view v, bool swapped)
{
	if (v.n == 8)
		return noro_capture_64((const uint8_t *)v.p, swapped);
	return v.n == 4 ? noro_capture_32((const uint8_t *)v.p, swapped) : 0;
}

static void interface(struct noro_capture *c, struct block b)
{
	struct noro_capture_iface i = { .digits = 6 };
	struct noro_capture_iface *all;
	struct noro_view v;
	uint16_t code;

	if (b.n <
		8) { /* it is given its number all the same, or the others would have wrong ones */
		noro_capture_damage(c, NORO_EFORMAT, N_("an interface block that is too short"), 0);
		i.link = UINT16_MAX;
		b.n = 0;
	} else {
		i.link = noro_capture_16(b.p, c->swapped);
		i.snaplen = noro_capture_32(b.p + 4, c->swapped);
		b.p += 8;
		b.n -= 8;
	}
	for (unsigned n = 0; n < MAX_OPTIONS && option(&b, c->swapped, &code, &v); n++) {
		if (code == OPT_TSRESOL && v.n >= 1) {
			i.binary = (uint8_t)v.p[0] >> 7;
			i.digits = (uint8_t)v.p[0] & 0x7f;
		} else if (code == OPT_FCSLEN && v.n >= 1) {
			i.fcs = (uint8_t)v.p[0];
		} else if (code == OPT_TSOFFSET) {
			i.offset_s = (int64_t)number(v, c->swapped);
		}
	}
	if (c->ifaces >= MAX_IFACES) {
		noro_capture_damage(c, NORO_ELIMIT, N_("too many interfaces in one section"), 0);
		return;
	}
	all = noro_grow(c->iface, c->ifaces, &c->ifaces_cap, sizeof(*all));
	if (!all) {
		c->sum.status = c->pulled = NORO_ENOMEM;
		c->done = true;
		return;
	}
	c->iface = all;
	c->iface[c->ifaces++] = i;
	c->sum.interfaces++;
}

/* A capture's ticks as nanoseconds; far away times are held at the edge. */
static int64_t ticks(const struct noro_capture_iface *i, uint64_t t)
{
	static const uint64_t ten[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000, 1000000000 };
	unsigned __int128 ns = t;
	__int128 sum;

	if (i->binary) {
		ns = i->digits < 64 ? ns * NORO_NS_PER_S >> i->digits : 0;
	} else if (i->digits <= 9) {
		ns *= ten[9 - i->digits];
	} else {
		for (unsigned over = i->digits - 9U; over; over -= over < 9 ? over : 9)
			ns /= ten[over < 9 ? over : 9];
	}
	sum = (__int128)ns + (__int128)i->offset_s * NORO_NS_PER_S;
	if (sum > CAPTURE_TIME_MAX)
		return CAPTURE_TIME_MAX;
	return sum < -CAPTURE_TIME_MAX ? -CAPTURE_TIME_MAX : (int64_t)sum;
}

/* How many frames were lost before this one, as an enhanced block may say. */
static void packet_options(struct noro_capture *c, struct block b)
{
	struct noro_view v;
	uint16_t code;

	for (unsigned n = 0; n < MAX_OPTIONS && option(&b, c->swapped, &code, &v); n++)
		if (code == OPT_PACKET_DROPS)
			c->dropped_packets += number(v, c->swapped);
}

/* The frame in a body whose data begins `head` bytes in, or a reason. */
static const char *frame_data(struct noro_capture *c, const struct block *b, size_t head,
	uint32_t n, struct noro_frame *f)
{
	size_t padded = ((size_t)n + 3) / 4 * 4;

	if (f->iface >= c->ifaces)
		return N_("a packet of an interface that was not described");
	if (n > b->n - head)
		return N_("a packet longer than its block");
	f->n = n;
	f->p = b->p + head;
	f->link = c->iface[f->iface].link;
	f->fcs = c->iface[f->iface].fcs;
	if (f->wire_n < n)
		f->wire_n = n;
	if (b->type == BLOCK_ENHANCED && padded < b->n - head)
		packet_options(
			c, (struct block){ b->type, b->p + head + padded, b->n - head - padded });
	return NULL;
}

static const char *timed_frame(struct noro_capture *c, const struct block *b, struct noro_frame *f)
{
	const bool s = c->swapped;
	const char *why;

	if (b->n < 20)
		return N_("a packet block that is too short");
	if (b->type == BLOCK_ENHANCED) {
		f->iface = noro_capture_32(b->p, s);
	} else {
		uint16_t drops = noro_capture_16(b->p + 2, s);

		f->iface = noro_capture_16(b->p, s);
		if (drops != UINT16_MAX)
			c->dropped_packets += drops;
	}
	f->wire_n = noro_capture_32(b->p + 16, s);
	why = frame_data(c, b, 20, noro_capture_32(b->p + 12, s), f);
	if (!why)
		f->ts_ns = ticks(&c->iface[f->iface], (uint64_t)noro_capture_32(b->p + 4, s) << 32 |
							      noro_capture_32(b->p + 8, s));
	return why;
}

/* It has no time, and no length but that of the frame on the wire and of the block. */
static const char *simple_frame(struct noro_capture *c, const struct block *b, struct noro_frame *f)
{
	uint32_t n;

	if (b->n < 4)
		return N_("a packet block that is too short");
	f->iface = 0;
	f->ts_ns = NORO_TIME_NONE;
	f->wire_n = n = noro_capture_32(b->p, c->swapped);
	if (c->ifaces && c->iface[0].snaplen && n > c->iface[0].snaplen)
		n = c->iface[0].snaplen;
	if (n > b->n - 4)
		n = (uint32_t)(b->n - 4);
	return frame_data(c, b, 4, n, f);
}

static void stats(struct noro_capture *c, struct block b)
{
	uint64_t dropped = 0;
	struct noro_view v;
	uint16_t code;
	uint32_t i;

	if (b.n < 12)
		return;
	i = noro_capture_32(b.p, c->swapped);
	b.p += 12;
	b.n -= 12;
	for (unsigned n = 0; n < MAX_OPTIONS && option(&b, c->swapped, &code, &v); n++)
		if (code == OPT_STATS_IFDROP || code == OPT_STATS_OSDROP)
			dropped += number(v, c->swapped);
	if (i >= c->ifaces || dropped <= c->iface[i].dropped)
		return;
	/* the counters run from the start of the capture: only what is new counts */
	c->dropped_stats += dropped - c->iface[i].dropped;
	c->iface[i].dropped = dropped;
}

/* Take in one block; true if `*f` is a frame. */
static bool take(struct noro_capture *c, const struct block *b, struct noro_frame *f)
{
	const char *why;

	switch (b->type) {
	case BLOCK_ENHANCED:
	case BLOCK_PACKET:
		why = timed_frame(c, b, f);
		break;
	case BLOCK_SIMPLE:
		why = simple_frame(c, b, f);
		break;
	case BLOCK_SECTION:
		c->ifaces = 0;
		return false;
	case BLOCK_INTERFACE:
		interface(c, *b);
		return false;
	case BLOCK_STATS:
		stats(c, *b);
		c->sum.blocks_unread++;
		return false;
	default:
		c->sum.blocks_unread++;
		return false;
	}
	if (why)
		noro_capture_damage(c, NORO_EFORMAT, why, 0);
	/* both may tell the same loss */
	c->sum.dropped =
		c->dropped_packets > c->dropped_stats ? c->dropped_packets : c->dropped_stats;
	return why == NULL;
}

/* Pass over a block that does not fit the window; true if its end was as it must be. */
static bool pass_long(struct noro_capture *c, uint32_t n)
{
	uint32_t left = n - 4;

	while (left) {
		uint32_t step = left < CAPTURE_RECORD ? left : CAPTURE_RECORD;

		if (!noro_capture_have(c, step))
			break;
		c->at += step;
		left -= step;
	}
	if (left == 0 && noro_capture_have(c, 4) &&
		noro_capture_32(c->p + c->at, c->swapped) == n) {
		c->at += 4;
		return true;
	}
	c->sum.skipped_bytes += n - 4 - left;
	return false;
}

size_t noro_pcapng_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap)
{
	size_t got = 0;

	while (got < cap && !c->done) {
		struct block b;
		bool swapped;
		uint32_t n;

		c->want = BLOCK_LEAST;
		if (c->n - c->at < BLOCK_LEAST)
			break;
		c->want = 0;
		c->why = N_("a block that claims an impossible length");
		n = block_length(c, &b.type, &swapped);
		if (n == 0)
			break;
		if (n > CAPTURE_RECORD) {
			if (got || !pass_long(c, n)) /* passing it moves the window */
				break;
			c->sum.blocks_unread++;
			continue;
		}
		c->want = n;
		if (c->n - c->at < n)
			break;
		c->want = 0;
		c->why = N_("a block whose two lengths differ");
		if (noro_capture_32(c->p + c->at + n - 4, swapped) != n)
			break;
		c->swapped = swapped;
		b.p = c->p + c->at + 8;
		b.n = n - BLOCK_LEAST;
		ret[got].offset = c->base + c->at;
		got += take(c, &b, &ret[got]);
		c->at += n;
	}
	return got;
}

static bool known(uint32_t type)
{
	return (type >= BLOCK_INTERFACE && type <= BLOCK_ENHANCED) || type == BLOCK_SECRETS ||
	       type == BLOCK_CUSTOM || type == BLOCK_CUSTOM_KEPT || type == BLOCK_SECTION;
}

bool noro_pcapng_plausible(struct noro_capture *c)
{
	uint32_t type, n;
	bool swapped;

	if (!noro_capture_have(c, BLOCK_LEAST))
		return false;
	n = block_length(c, &type, &swapped);
	return n != 0 && n <= CAPTURE_RECORD && known(type) && noro_capture_have(c, n) &&
	       noro_capture_32(c->p + c->at + n - 4, swapped) == n;
}
