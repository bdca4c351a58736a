/*
 * src/evidence/live.h - frames from a network interface, in the form capture.h gives them from a
 * file: libpcap's rings in shared memory (TPACKET_V3 on Linux), several of them as one fanout
 * group (packet(7)), or sockets that the card's driver fills (AF_XDP, Linux 5.9 and later).
 */
#pragma once

#include "evidence/capture.h"

#include <stdbool.h>
#include <stddef.h>

struct noro_live_opts {
	const char *interface;
	unsigned rings;    /* 0: 1; at most 16. Dealt by the /24 of the source, IPv6 /48 */
	uint32_t snaplen;  /* of a frame; 0: 2048 */
	size_t ring_bytes; /* of each; 0: 64 MiB */
	bool quiet_card;   /* not promiscuous */
	/*
	 * AF_XDP: a socket for each queue of the card instead of `rings`. The host itself sees none
	 * of these packets, so the interface of its default route is refused. Frames bear the
	 * moment they were read at. Needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, libbpf and
	 * libxdp.
	 */
	bool xdp;
};

struct noro_live_sum {
	uint64_t frames, bytes, cut; /* given; captured bytes of them; shorter than on the wire */
	uint64_t dropped;            /* by the kernel, for want of room in the rings */
	uint64_t card_dropped;       /* by the card or its driver */
	uint16_t link;               /* LINKTYPE_* */
};

struct noro_live;
/* Needs the right to (CAP_NET_RAW); it may be given away once this has returned. */
enum noro_status noro_live_open(const struct noro_live_opts *o, struct noro_live **ret,
	struct noro_error *err) NORO_MUSTUSE;
/*
 * Up to `cap` frames of those that came; waits at most `wait_ms` for the first, *ret_n 0 if none
 * did. In order of arrival within a ring. Borrowed until the next call.
 */
enum noro_status noro_live_next(struct noro_live *l, struct noro_frame *ret, size_t cap,
	unsigned wait_ms, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* Send a frame on the same interface; it is not given back by noro_live_next. */
enum noro_status noro_live_send(
	struct noro_live *l, const uint8_t *p, size_t n, struct noro_error *err) NORO_MUSTUSE;
/* Asks the kernel what it dropped. */
const struct noro_live_sum *noro_live_sum(struct noro_live *l);
void noro_live_close(struct noro_live *l);
