/*
 * src/telescope/respond.h - a first answer to those who ask addresses that are ours and unused, so
 * that they say what they came for. A handshake and silence: no service is played, nothing of
 * what comes is run or followed (reference: telescope 2.10; SYN cookies after Bernstein; SipHash
 * after Aumasson and Bernstein).
 *
 * Only addresses that the sensor's description lists under `respond` answer, and only over TCP: an
 * answer over UDP can be made to hit somebody else. No state before the acknowledgement proves the
 * source; rates are capped for each source and in all. Not for threads.
 */
#pragma once

#include "evidence/packet.h"
#include "finding/measure.h"
#include "telescope/sensor.h"

enum {
	NORO_ANSWER = 512,        /* bytes of the longest answer with its headers */
	NORO_FIRST_PAYLOAD = 4096 /* kept of what somebody says first */
};

struct noro_respond_opts {
	const struct noro_sensor *sensor; /* name, own addresses, `respond`; borrowed */
	const uint8_t *secret;            /* 16 bytes, new for each run */
	uint32_t source_s, total_s; /* answers a second: to one /24 or /48, in all; 0: 20, 5,000 */
	uint32_t talks;             /* conversations after their handshake; 0: 16,384 */
	const struct noro_measures *to; /* payloads go there */
	/* What the bytes mean: rules, addresses in them; NULL: only kept. */
	enum noro_status (*judge)(void *ctx, struct noro_payload *m);
	void *judge_ctx;
};

struct noro_respond_sum {
	uint64_t asked;                /* SYNs to addresses that answer */
	uint64_t answered, handshakes; /* SYN-ACKs sent; sources proved real */
	uint64_t banners, payloads, bytes;
	uint64_t capped,
		forged;      /* not answered for the caps; acknowledgements of nothing of ours */
	uint64_t pushed_out; /* conversations ended early for want of room */
};

struct noro_responder;
enum noro_status noro_responder_new(const struct noro_respond_opts *o, struct noro_responder **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_responder_free(struct noro_responder *r);
/*
 * A packet that came, with the frame it lies in. The answer, a frame for the same interface, is
 * written to `out`; *ret_n is its length, 0 for none. Fails only if the measures do.
 */
enum noro_status noro_respond(struct noro_responder *r, const struct noro_frame *f,
	const struct noro_packet *p, uint8_t out[NORO_ANSWER], size_t *ret_n) NORO_MUSTUSE;
/* What time alone brings: banners after 2 s of silence, the end after 20 s. Again until *ret_n is
 * 0. */
enum noro_status noro_respond_due(struct noro_responder *r, int64_t now_ns,
	uint8_t out[NORO_ANSWER], size_t *ret_n) NORO_MUSTUSE;
/* What those said who still talk goes to the measures; nobody is answered. */
enum noro_status noro_respond_end(struct noro_responder *r) NORO_MUSTUSE;
const struct noro_respond_sum *noro_respond_sum(const struct noro_responder *r);
