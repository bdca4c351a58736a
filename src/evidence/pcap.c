/*
 * src/evidence/pcap.c - the classic capture file (draft-ietf-opsawg-pcap): both byte
 * orders, micro- and nanoseconds, and the "modified" records of Kuznetzov's patch.
 * The loop over records is compiled once for each byte order.
 */
#include "evidence/capture_priv.h"

enum {
	MODIFIED = 24, /* bytes of a modified record's header */
	AHEAD = 1024,  /* bytes fetched ahead of the record being read */
	FCS_SAID = 1 << 26,
	DAY = 86400,
};
#define MAGIC_US       0xa1b2c3d4U
#define MAGIC_NS       0xa1b23c4dU
#define MAGIC_MODIFIED 0xa1b2cd34U

static bool magic(struct noro_view head, uint32_t *ret, bool *ret_swapped)
{
	if (head.n < 4)
		return false;
	for (int swapped = 0; swapped < 2; swapped++) {
		*ret = noro_capture_32((const uint8_t *)head.p, swapped != 0);
		*ret_swapped = swapped != 0;
		if (*ret == MAGIC_US || *ret == MAGIC_NS || *ret == MAGIC_MODIFIED)
			return true;
	}
	return false;
}

bool noro_pcap_is(struct noro_view head)
{
	uint32_t word;
	bool swapped;

	return magic(head, &word, &swapped);
}

enum noro_status noro_pcap_open(struct noro_capture *c, struct noro_error *err)
{
	const uint8_t *p = c->p + c->at;
	uint32_t word, link, snaplen;
	uint16_t minor;

	if (!noro_capture_have(c, NORO_PCAP_HEADER))
		return c->pulled < NORO_OK ? noro_fail(err, c->pulled, NULL)
					   : noro_fail(err, NORO_ETRUNC,
						     N_("the capture ends within its header"));
	(void)magic(noro_view(p, 4), &word, &c->swapped);
	minor = noro_capture_16(p + 6, c->swapped);
	snaplen = noro_capture_32(p + 16, c->swapped);
	link = noro_capture_32(p + 20, c->swapped);
	c->pcap.ns = word == MAGIC_NS;
	c->pcap.record = word == MAGIC_MODIFIED ? MODIFIED : NORO_PCAP_RECORD;
	/* before 2.3 the two lengths stood the other way round, and in 2.3 either way */
	if (noro_capture_16(p + 4, c->swapped) == 2 && minor <= 3)
		c->pcap.swap_lengths = minor < 3 ? 2 : 1;
	c->pcap.link = (uint16_t)link;
	if (link & FCS_SAID)
		c->pcap.fcs = (uint8_t)((link >> 28) * 2);
	/* a snaplen may lie on either side; some captures (USB) hold longer frames and say so */
	c->pcap.limit = CAPTURE_FRAME;
	if (snaplen > CAPTURE_FRAME && snaplen <= CAPTURE_RECORD / 2)
		c->pcap.limit = snaplen;
	c->sum.interfaces = 1;
	c->at += NORO_PCAP_HEADER;
	return NORO_OK;
}

static void turn_lengths(const struct noro_capture *c, struct noro_frame *f)
{
	if (c->pcap.swap_lengths == 2 || f->n > f->wire_n) {
		uint32_t n = f->n;

		f->n = f->wire_n;
		f->wire_n = n;
	}
}

/* The header of a record; the caller has seen to it that it is there. */
static inline __attribute__((always_inline)) void header(
	const struct noro_capture *c, const uint8_t *p, bool swapped, struct noro_frame *f)
{
	f->ts_ns = (int64_t)noro_capture_32(p, swapped) * NORO_NS_PER_S +
		   (int64_t)noro_capture_32(p + 4, swapped) * (c->pcap.ns ? 1 : 1000);
	f->n = noro_capture_32(p + 8, swapped);
	f->wire_n = noro_capture_32(p + 12, swapped);
	if (__builtin_expect(c->pcap.swap_lengths != 0, 0))
		turn_lengths(c, f);
}

static inline __attribute__((always_inline)) size_t records(
	struct noro_capture *c, struct noro_frame *ret, size_t cap, bool swapped)
{
	const uint8_t *p = c->p;
	const size_t n = c->n, record = c->pcap.record;
	const uint32_t limit = c->pcap.limit;
	size_t at = c->at, got = 0;

	for (; got < cap; got++) {
		struct noro_frame *f = &ret[got];

		if (n - at < record) {
			c->want = record;
			break;
		}
		__builtin_prefetch(p + at + AHEAD);
		header(c, p + at, swapped, f);
		if (f->n > limit) {
			c->why = N_("a packet record that claims an impossible length");
			break;
		}
		if (n - at - record < f->n) {
			c->want = record + f->n;
			break;
		}
		if (f->wire_n < f->n)
			f->wire_n = f->n;
		f->p = p + at + record;
		f->iface = 0;
		f->link = c->pcap.link;
		f->fcs = c->pcap.fcs;
		f->offset = c->base + at;
		at += record + f->n;
	}
	c->at = at;
	return got;
}

size_t noro_pcap_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap)
{
	return c->swapped ? records(c, ret, cap, true) : records(c, ret, cap, false);
}

/* A header as a healthy capture has it `at` bytes on. */
static bool header_fits(struct noro_capture *c, size_t at, struct noro_frame *f)
{
	const uint8_t *p;

	if (!noro_capture_have(c, at + c->pcap.record))
		return false;
	p = c->p + c->at + at;
	header(c, p, c->swapped, f);
	return f->n <= c->pcap.limit && f->n > 0 && f->wire_n >= f->n &&
	       f->wire_n <= CAPTURE_RECORD &&
	       noro_capture_32(p + 4, c->swapped) < (c->pcap.ns ? 1000000000U : 1000000U) &&
	       noro_capture_near(c, f->ts_ns);
}

/*
 * Two headers in a row of about one time, or one that ends with the stream and is
 * of the time of those before: chance alone does not make that.
 */
bool noro_pcap_plausible(struct noro_capture *c)
{
	struct noro_frame one, two;
	size_t next;

	if (!header_fits(c, 0, &one))
		return false;
	next = c->pcap.record + one.n;
	if (!noro_capture_have(c, next))
		return false;
	if (!noro_capture_have(c, next + 1))
		return c->sum.last_ns != NORO_TIME_NONE;
	return header_fits(c, next, &two) && two.ts_ns - one.ts_ns < DAY * NORO_NS_PER_S &&
	       one.ts_ns - two.ts_ns < DAY * NORO_NS_PER_S;
}

void noro_pcap_header(uint8_t out[NORO_PCAP_HEADER], uint16_t link, uint32_t snaplen)
{
	const uint32_t words[] = { MAGIC_NS, 2 | 4 << 16, 0, 0, snaplen, link };

	for (unsigned i = 0; i < NORO_PCAP_HEADER; i++)
		out[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
}

void noro_pcap_record(uint8_t out[NORO_PCAP_RECORD], int64_t ts_ns, uint32_t n, uint32_t wire_n)
{
	const int64_t ts = ts_ns < 0 ? 0 : ts_ns; /* the format begins in 1970 */
	const uint32_t words[] = { (uint32_t)(ts / NORO_NS_PER_S), (uint32_t)(ts % NORO_NS_PER_S),
		n, wire_n };

	for (unsigned i = 0; i < NORO_PCAP_RECORD; i++)
		out[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
}
