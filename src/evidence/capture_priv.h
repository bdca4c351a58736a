/* src/evidence/capture_priv.h - what the readers of pcap, pcapng and ERF share: a window on the
 * stream. */
#pragma once

#include "evidence/capture.h"

enum {
	CAPTURE_WINDOW = 4 << 20, /* bytes of a stream held at once, if a record is so long */
	CAPTURE_PULL =
		128 << 10, /* asked for at once: they stay in the caches until they are read */
	CAPTURE_RECORD = 2 << 20, /* the longest record looked at: half a window, so that filling
				     it moves each byte at most once */
	CAPTURE_FRAME = 1 << 18,  /* the longest frame believed, as in libpcap */
	CAPTURE_RESYNC = 64 << 20 /* bytes searched for a next record after one damage */
};

/*
 * Times are held this far from both ends of int64_t (years 1740 and 2200), so that
 * a lie in a capture is no overflow in whoever adds an interval to it.
 */
#define CAPTURE_TIME_MAX INT64_C(7258118400000000000)

struct noro_capture_iface {
	uint16_t link;
	uint8_t fcs;
	uint8_t binary, digits; /* if_tsresol: a power of 2 or of 10 */
	uint32_t snaplen;
	int64_t offset_s;
	uint64_t dropped; /* last told by an interface statistics block */
};

struct noro_capture {
	noro_capture_pull_fn *pull; /* NULL: the bytes are all there */
	void *ctx;
	uint8_t *buf;
	const uint8_t *p; /* bytes at hand, `at` of them used; p[0] is at `base` of the stream */
	size_t n, at;
	uint64_t base;
	bool dry, done;
	enum noro_status pulled; /* why it is dry */

	/* Set by a batch that cannot go on: bytes wanted from `at`, or (0) what is wrong there. */
	size_t want;
	const char *why;

	bool swapped;
	struct {
		bool ns;
		uint8_t record, fcs, swap_lengths; /* 1: if captured > wire, 2: always */
		uint16_t link;
		uint32_t limit;
	} pcap;
	struct noro_capture_iface *iface;
	size_t ifaces, ifaces_cap;
	uint64_t dropped_packets, dropped_stats; /* as packets tell it, as statistics do */
	struct noro_capture_sum sum;
};

/* At least `n` bytes from c->at? Pulls, and moves what is at hand. */
bool noro_capture_fill(struct noro_capture *c, size_t n);
static inline bool noro_capture_have(struct noro_capture *c, size_t n)
{
	return n <= c->n - c->at || noro_capture_fill(c, n);
}

/* Count a damage at c->at + `from`; the first one is kept. */
void noro_capture_damage(struct noro_capture *c, enum noro_status st, const char *why, size_t from);
/* Account for frames read in one go. */
void noro_capture_count(struct noro_capture *c, const struct noro_frame *f, size_t n);
static inline int64_t noro_capture_clamp(int64_t ns)
{
	if (ns > CAPTURE_TIME_MAX)
		return CAPTURE_TIME_MAX;
	return ns < -CAPTURE_TIME_MAX ? -CAPTURE_TIME_MAX : ns;
}
/* Less than a day from the last frame (or there was none). */
bool noro_capture_near(const struct noro_capture *c, int64_t ns);

static inline uint16_t noro_capture_16(const uint8_t *p, bool swapped)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap16(v) : v;
}
static inline uint32_t noro_capture_32(const uint8_t *p, bool swapped)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}
static inline uint64_t noro_capture_64(const uint8_t *p, bool swapped)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap64(v) : v;
}

/*
 * Each kind gives the same three: `_open` looks at the head (c->at moves behind
 * it), `_batch` reads frames out of what is at hand and sets c->want or c->why
 * where it stops, `_plausible` says whether a record may begin at c->at.
 */
enum noro_status noro_pcap_open(struct noro_capture *c, struct noro_error *err);
size_t noro_pcap_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap);
bool noro_pcap_plausible(struct noro_capture *c);
bool noro_pcap_is(struct noro_view head);
bool noro_pcapng_is(struct noro_view head);
size_t noro_pcapng_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap);
bool noro_pcapng_plausible(struct noro_capture *c);
bool noro_erf_is(struct noro_view head);
size_t noro_erf_batch(struct noro_capture *c, struct noro_frame *ret, size_t cap);
bool noro_erf_plausible(struct noro_capture *c);
