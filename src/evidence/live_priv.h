/* src/evidence/live_priv.h - the second way to the frames of an interface, behind live.h. */
#pragma once

#include "evidence/live.h"

#include <poll.h>

enum { NORO_XDP_QUEUES = 64 };

struct noro_xdp;
/* Given each frame in turn; it is borrowed. */
typedef void (*noro_xdp_frame)(
	void *ctx, unsigned queue, int64_t ts_ns, const uint8_t *p, uint32_t n);

enum noro_status noro_xdp_open(
	const struct noro_live_opts *o, struct noro_xdp **ret, struct noro_error *err) NORO_MUSTUSE;
/* What waits in the queues, at most so many frames, each queue once, from `first` on. */
void noro_xdp_take(struct noro_xdp *x, unsigned first, size_t most, noro_xdp_frame give, void *ctx);
/* NORO_EIO: no frame of ours is free, or the kernel took none. */
enum noro_status noro_xdp_send(
	struct noro_xdp *x, const uint8_t *p, size_t n, struct noro_error *err) NORO_MUSTUSE;
/* One for each queue of the card. */
unsigned noro_xdp_polls(const struct noro_xdp *x, struct pollfd *ret);
/* Frames that came and found no room. */
uint64_t noro_xdp_dropped(const struct noro_xdp *x);
void noro_xdp_close(struct noro_xdp *x);
