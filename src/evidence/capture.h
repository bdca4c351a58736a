/*
 * src/evidence/capture.h - captured frames out of a stream: pcap, pcapng, ERF.
 * Bounded memory, lying lengths refused with a reason, damage skipped where a
 * next record can be found. pcap: draft-ietf-opsawg-pcap; pcapng: draft-ietf-
 * opsawg-pcapng; ERF: Endace 1.x type records.
 */
#pragma once

#include "base/clock.h"
#include "base/status.h"
#include "base/view.h"

enum noro_capture_kind {
	NORO_CAPTURE_NONE,
	NORO_CAPTURE_PCAP,
	NORO_CAPTURE_PCAPNG,
	NORO_CAPTURE_ERF
};

/* A frame as it was captured. Borrowed until the next call on the capture. */
struct noro_frame {
	int64_t ts_ns; /* years 1740 to 2200, whatever it claims; NORO_TIME_NONE: pcapng's simple
			  packet block has no time */
	const uint8_t *p;
	uint32_t n;      /* captured */
	uint32_t wire_n; /* on the wire, >= n unless the capture lies (then it is n) */
	uint32_t iface;  /* pcapng interface, ERF port; 0 */
	uint16_t link;   /* LINKTYPE_* of tcpdump.org */
	uint8_t fcs;     /* bytes of frame check at the end, if the capture says so */
	uint64_t offset; /* of the record in the stream */
};

/* What went by that was no frame. */
struct noro_capture_sum {
	enum noro_capture_kind kind;
	uint64_t frames, bytes;          /* given; captured bytes of them */
	uint64_t damaged, skipped_bytes; /* records refused, bytes passed over to find the next */
	uint64_t cut;                    /* frames shorter than on the wire */
	uint64_t dropped;                /* as the capture itself says: ISB, ERF lctr */
	uint64_t clock_back;             /* steps back of more than a second */
	uint64_t blocks_unread;          /* pcapng blocks of kinds that hold no frame */
	int64_t first_ns, last_ns;       /* NORO_TIME_NONE without a frame */
	uint32_t interfaces;
	enum noro_status status; /* why it ended: NORO_END, or what was wrong */
	struct noro_error err;   /* the first damage, with its offset */
};

/* Gives up to `cap` bytes; *ret_n 0 (NORO_END) at the end. */
typedef enum noro_status noro_capture_pull_fn(void *ctx, char *buf, size_t cap, size_t *ret_n);

/* Is it a capture? ERF has no magic: several plausible records in a row. */
enum noro_capture_kind noro_capture_is(struct noro_view head);

struct noro_capture;
enum noro_status noro_capture_new(noro_capture_pull_fn *pull, void *ctx, struct noro_capture **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* From bytes that are all there (a mapped file): nothing is copied. */
enum noro_status noro_capture_new_bytes(
	struct noro_view bytes, struct noro_capture **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_capture_free(struct noro_capture *c);
/*
 * Up to `cap` frames that lie in the buffer together; NORO_END when there are no
 * more (*ret_n 0). Damage ends the capture only if no next record can be found:
 * noro_capture_sum tells. Borrowed until the next call.
 */
enum noro_status noro_capture_next(struct noro_capture *c, struct noro_frame *ret, size_t cap,
	size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
const struct noro_capture_sum *noro_capture_sum(const struct noro_capture *c);

/* Write pcap with nanoseconds (a1b23c4d), LINKTYPE_RAW or as told. */
enum { NORO_PCAP_HEADER = 24, NORO_PCAP_RECORD = 16 };
void noro_pcap_header(uint8_t out[NORO_PCAP_HEADER], uint16_t link, uint32_t snaplen);
void noro_pcap_record(uint8_t out[NORO_PCAP_RECORD], int64_t ts_ns, uint32_t n, uint32_t wire_n);
