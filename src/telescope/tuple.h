/*
 * src/telescope/tuple.h - the packets of a minute as tuples: who asked whom for what, how often.
 * For formats that exchange flows (docs/decisions/0011); the pipeline of measures does not know it.
 */
#pragma once

#include "base/progress.h"
#include "telescope/sensor.h"
#include "telescope/tool.h"

/* One tuple of one minute. ICMP: `sport` is the type, `dport` the code. */
struct noro_tuple {
	/* what tells tuples apart; of flows the last three are 0 */
	uint8_t src[16], dst[16]; /* IPv4 in the first four bytes */
	uint16_t sport, dport;
	uint8_t family, proto;
	uint8_t ttl, tcp_flags;
	uint32_t ip_n; /* length of the IP packet */
	/* what is told of them */
	uint8_t ttl_least, ttl_most, flags_all;
	uint8_t spoofed, masscan;   /* the source is none; a rule for masscan held */
	uint16_t syn_n, syn_window; /* of the first SYN alone: bytes of its header, window */
	int64_t first_ns, last_ns;  /* inside the minute */
	uint64_t packets, bytes;    /* bytes: lengths of the IP packets */
};

struct noro_tuples_opts {
	const struct noro_own *own;
	const struct noro_tools *tools; /* NULL: nothing is called masscan */
	unsigned open;                  /* tunnels to open: enum noro_via bits */
	bool flows;  /* tell apart by addresses, ports and protocol only, not by ttl, flags and
			length */
	size_t most; /* tuples at a time; 0: 1,048,576 (96 MiB). Past it they are given early */
	/* The tuples of a minute, sorted: family, source, /24 of the destination, protocol,
	 * service, and the rest. Borrowed for the call. */
	enum noro_status (*give)(
		void *ctx, int64_t minute_ns, const struct noro_tuple *t, size_t n);
	void *ctx;
};

struct noro_tuples_sum {
	uint64_t packets, own, own6, foreign, malformed, not_ip; /* own6: of own, IPv6 */
	uint64_t tuples;
	uint64_t early; /* times a minute was given in parts: a tuple may come twice in it */
	uint64_t late;  /* packets of a minute that was given, counted in the one that runs */
};

struct noro_tuples;
enum noro_status noro_tuples_new(const struct noro_tuples_opts *o, struct noro_tuples **ret,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_tuples_feed(struct noro_tuples *t, const struct noro_frame *f, size_t n,
	struct noro_error *err) NORO_MUSTUSE;
/* A whole capture. */
enum noro_status noro_tuples_read(struct noro_tuples *t, struct noro_capture *c,
	struct noro_progress *progress, struct noro_error *err) NORO_MUSTUSE;
/* Give the last minute. */
enum noro_status noro_tuples_end(struct noro_tuples *t, struct noro_error *err) NORO_MUSTUSE;
const struct noro_tuples_sum *noro_tuples_sum(const struct noro_tuples *t);
void noro_tuples_free(struct noro_tuples *t);
