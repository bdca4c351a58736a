/*
 * src/evidence/live_xdp.c - frames from a network interface, through AF_XDP.
 *
 * A program of six instructions in the driver hands every frame of a queue to our socket on that
 * queue, before the host's own network stack has spent anything on it. So it sees nothing of them:
 * this is for an interface that has no other work, and one through which the host itself is reached
 * is refused. The program hangs on a link (BPF_LINK_CREATE) that ends with the process, however
 * that ends: nothing stays behind in the driver. Each queue has frames of its own, so that no lock
 * is needed, and the order of an actor's packets is as the card dealt them.
 *
 * Such frames bear no time; they get the moment at which their batch was read.
 */
#include "evidence/live_priv.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/library.h"
#include "base/mem.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xdp/xsk.h>

enum {
	FRAME = 4096, /* the kernel keeps 256 bytes of it to itself */
	ROOM = 4096,  /* frames of a queue at least */
	OURS = 64,    /* of them to send from */
	RING = 2048,  /* descriptors */
	ROUTES = 16 << 20,
};

#define BPF_CALLS(X)                                                                               \
	X(bpf_map_create)                                                                          \
	X(bpf_map_update_elem)                                                                     \
	X(bpf_prog_load)                                                                           \
	X(bpf_link_create)
#define XDP_CALLS(X)                                                                               \
	X(xsk_umem__create)                                                                        \
	X(xsk_umem__delete)                                                                        \
	X(xsk_socket__create)                                                                      \
	X(xsk_socket__delete)                                                                      \
	X(xsk_socket__fd)
NORO_LIBRARY(bpf, "libbpf", BPF_CALLS, "libbpf.so.1");
NORO_LIBRARY(xdp, "libxdp", XDP_CALLS, "libxdp.so.1");

struct queue {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons rx, sent;
	uint8_t *frames;
	size_t bytes;
	uint64_t ours[OURS]; /* frames to send from that are free */
	unsigned free;
};

struct noro_xdp {
	struct queue *queue;
	unsigned queues;
	int map, program, link;
};

/* ---- may it? ---- */

static bool is_default(struct noro_view line, const char *interface)
{
	/* Iface Destination Gateway Flags RefCnt Use Metric Mask: 0/0 is the default route */
	struct noro_view word[8];
	size_t n = 0;

	while (n < 8 && line.n) {
		size_t k = 0;

		while (k < line.n && line.p[k] != '\t' && line.p[k] != ' ')
			k++;
		if (k)
			word[n++] = noro_view(line.p, k);
		k += k < line.n;
		line = noro_view(line.p + k, line.n - k);
	}
	return n == 8 && noro_view_is(word[0], interface) && noro_view_is(word[1], "00000000") &&
	       noro_view_is(word[7], "00000000");
}

static enum noro_status not_the_way_in(const char *interface, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	struct noro_view rest, line;
	enum noro_status st = noro_file_read("/proc/net/route", ROUTES, &text, err);
	bool found = false;

	rest = noro_buf_as_view(&text);
	while (st == NORO_OK && !found && noro_view_line(&rest, &line))
		found = is_default(line, interface);
	noro_buf_done(&text);
	if (found)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("interface '%1' carries this host's default route, and AF_XDP would "
			   "take all of its packets from the host: listen without --xdp, or on an "
			   "interface of its own"),
			interface);
	return st;
}

static unsigned count_queues(const char *interface)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq ask = { .ifr_data = (void *)&channels };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned n = 1;

	if (fd < 0)
		return n;
	memcpy(ask.ifr_name, interface, strnlen(interface, IFNAMSIZ - 1));
	if (ioctl(fd, SIOCETHTOOL, &ask) == 0)
		n = channels.combined_count + channels.rx_count;
	(void)close(fd);
	return n ? n : 1;
}

/* ---- the program ---- */

/* return bpf_redirect_map(&map, ctx->rx_queue_index, XDP_PASS): a queue without a socket passes. */
static enum noro_status load_program(struct noro_xdp *x, struct noro_error *err)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_LDX | BPF_W | BPF_MEM,
			.dst_reg = BPF_REG_2,
			.src_reg = BPF_REG_1,
			.off = offsetof(struct xdp_md, rx_queue_index) },
		{ .code = BPF_LD + BPF_DW + BPF_IMM,
			.dst_reg = BPF_REG_1,
			.src_reg = BPF_PSEUDO_MAP_FD,
			.imm = x->map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	x->program = bpf.bpf_prog_load(BPF_PROG_TYPE_XDP, "noroshi_xdp", "Apache-2.0", code,
		sizeof(code) / sizeof(code[0]), NULL);
	return x->program < 0 ? noro_fail_errno(err, -x->program, "BPF_PROG_LOAD") : NORO_OK;
}

static enum noro_status hang(struct noro_xdp *x, const char *interface, struct noro_error *err)
{
	const int index = (int)if_nametoindex(interface);
	/* in the driver where it can, in the stack's first step where it cannot */
	static const uint32_t way[] = { XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE };

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]) && x->link < 0; i++) {
		const struct bpf_link_create_opts o = { .sz = sizeof(o), .flags = way[i] };

		x->link = bpf.bpf_link_create(x->program, index, BPF_XDP, &o);
	}
	if (x->link == -EBUSY || x->link == -EEXIST)
		return noro_fail(err, NORO_EIO,
			N_("interface '%1' has another XDP program already"), interface);
	return x->link < 0 ? noro_fail_errno(err, -x->link, "BPF_LINK_CREATE") : NORO_OK;
}

/* ---- queues ---- */

static enum noro_status give_frames(struct queue *q, struct noro_error *err)
{
	uint32_t n = (uint32_t)(q->bytes / FRAME) - OURS, at = 0;

	if (xsk_ring_prod__reserve(&q->fill, n, &at) != n)
		return noro_fail(err, NORO_EIO, N_("AF_XDP: the ring of frames is too small"));
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&q->fill, at + i) = (uint64_t)(i + OURS) * FRAME;
	xsk_ring_prod__submit(&q->fill, n);
	while (q->free < OURS) {
		q->ours[q->free] = (uint64_t)q->free * FRAME;
		q->free++;
	}
	return NORO_OK;
}

static enum noro_status open_queue(struct noro_xdp *x, const struct noro_live_opts *o,
	uint32_t number, size_t bytes, struct noro_error *err)
{
	struct queue *q = &x->queue[number];
	const struct xsk_umem_config frames = {
		.fill_size = (uint32_t)(bytes / FRAME), .comp_size = RING, .frame_size = FRAME
	};
	const struct xsk_socket_config socket = { .rx_size = (uint32_t)(bytes / FRAME),
		.tx_size = RING,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD };
	int fd, code;

	q->frames = noro_mem_map(bytes);
	if (!q->frames)
		return noro_fail(err, NORO_ENOMEM, NULL);
	q->bytes = bytes;
	code = xdp.xsk_umem__create(&q->umem, q->frames, bytes, &q->fill, &q->sent, &frames);
	if (code < 0)
		return noro_fail_errno(err, -code, "XDP_UMEM_REG");
	code = xdp.xsk_socket__create(
		&q->socket, o->interface, number, q->umem, &q->rx, &q->tx, &socket);
	if (code < 0)
		return noro_fail_errno(err, -code, "AF_XDP");
	fd = xdp.xsk_socket__fd(q->socket);
	code = bpf.bpf_map_update_elem(x->map, &number, &fd, BPF_ANY);
	return code < 0 ? noro_fail_errno(err, -code, "BPF_MAP_UPDATE_ELEM") : give_frames(q, err);
}

/* A power of two, as rings are. */
static size_t room_of(size_t ring_bytes)
{
	size_t frames = ROOM;

	while (frames * 2 * FRAME <= ring_bytes && frames < 16 * (size_t)ROOM)
		frames *= 2;
	return frames * FRAME;
}

static enum noro_status begin(
	struct noro_xdp *x, const struct noro_live_opts *o, struct noro_error *err)
{
	unsigned queues = count_queues(o->interface);
	enum noro_status st;

	if (queues > NORO_XDP_QUEUES)
		return noro_fail(err, NORO_ELIMIT,
			N_("interface '%1' has more than 64 queues: give it fewer (ethtool -L)"),
			o->interface);
	x->queue = noro_calloc(queues, sizeof(*x->queue));
	if (!x->queue)
		return noro_fail(err, NORO_ENOMEM, NULL);
	x->queues = queues;
	x->map = bpf.bpf_map_create(BPF_MAP_TYPE_XSKMAP, "noroshi_xdp", sizeof(uint32_t),
		sizeof(int), NORO_XDP_QUEUES, NULL);
	if (x->map == -EPERM || x->map == -EACCES)
		return noro_fail(err, NORO_EACCESS,
			N_("no right to use AF_XDP on '%1': run it as root, or give the program "
			   "CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF"),
			o->interface);
	if (x->map < 0)
		return noro_fail_errno(err, -x->map, "BPF_MAP_CREATE");
	st = load_program(x, err);
	for (uint32_t i = 0; i < queues && st == NORO_OK; i++)
		st = open_queue(x, o, i, room_of(o->ring_bytes), err);
	return st == NORO_OK ? hang(x, o->interface, err) : st;
}

enum noro_status noro_xdp_open(
	const struct noro_live_opts *o, struct noro_xdp **ret, struct noro_error *err)
{
	struct noro_xdp *x;
	enum noro_status st = noro_library_load(&bpf_library, err);

	if (st == NORO_OK)
		st = noro_library_load(&xdp_library, err);
	if (st != NORO_OK)
		return st;
	if (strlen(o->interface) >= IFNAMSIZ || !if_nametoindex(o->interface))
		return noro_fail(err, NORO_ENOENT, N_("there is no interface '%1'"), o->interface);
	st = not_the_way_in(o->interface, err);
	if (st != NORO_OK)
		return st;
	x = noro_calloc(1, sizeof(*x));
	if (!x)
		return noro_fail(err, NORO_ENOMEM, NULL);
	x->map = x->program = x->link = -1;
	st = begin(x, o, err);
	if (st == NORO_OK)
		*ret = x;
	else
		noro_xdp_close(x);
	return st;
}

/* ---- frames ---- */

static uint32_t take_queue(
	struct queue *q, unsigned number, uint32_t most, noro_xdp_frame give, void *ctx)
{
	int64_t now = noro_clock_now();
	uint32_t from = 0, to = 0, n = xsk_ring_cons__peek(&q->rx, most, &from);

	/* each that is taken leaves room for another: there are n places */
	if (!n || xsk_ring_prod__reserve(&q->fill, n, &to) != n)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *d = xsk_ring_cons__rx_desc(&q->rx, from + i);

		give(ctx, number, now, q->frames + d->addr, d->len);
		*xsk_ring_prod__fill_addr(&q->fill, to + i) = d->addr - d->addr % FRAME;
	}
	xsk_ring_cons__release(&q->rx, n);
	xsk_ring_prod__submit(&q->fill, n);
	return n;
}

void noro_xdp_take(struct noro_xdp *x, unsigned first, size_t most, noro_xdp_frame give, void *ctx)
{
	for (unsigned i = 0; i < x->queues && most; i++) {
		unsigned number = (first + i) % x->queues;
		uint32_t n = most < RING ? (uint32_t)most : RING;

		most -= take_queue(&x->queue[number], number, n, give, ctx);
	}
}

static void take_back(struct queue *q)
{
	uint32_t at = 0, n = xsk_ring_cons__peek(&q->sent, OURS, &at);

	for (uint32_t i = 0; i < n; i++)
		q->ours[q->free++] = *xsk_ring_cons__comp_addr(&q->sent, at + i);
	xsk_ring_cons__release(&q->sent, n);
}

enum noro_status noro_xdp_send(
	struct noro_xdp *x, const uint8_t *p, size_t n, struct noro_error *err)
{
	struct queue *q = &x->queue[0];
	struct xdp_desc *d;
	uint32_t at = 0;

	take_back(q);
	if (n > FRAME || !q->free || xsk_ring_prod__reserve(&q->tx, 1, &at) != 1)
		return noro_fail(
			err, NORO_EIO, N_("an answer was not sent: %1"), strerror(ENOBUFS));
	d = xsk_ring_prod__tx_desc(&q->tx, at);
	*d = (struct xdp_desc){ .addr = q->ours[--q->free], .len = (uint32_t)n };
	memcpy(q->frames + d->addr, p, n);
	xsk_ring_prod__submit(&q->tx, 1);
	if (sendto(xdp.xsk_socket__fd(q->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) >= 0 ||
		errno == EAGAIN || errno == EBUSY || errno == ENOBUFS)
		return NORO_OK; /* it goes, now or with the next one */
	return noro_fail(err, NORO_EIO, N_("an answer was not sent: %1"), strerror(errno));
}

unsigned noro_xdp_polls(const struct noro_xdp *x, struct pollfd *ret)
{
	for (unsigned i = 0; i < x->queues; i++)
		ret[i] = (struct pollfd){ .fd = xdp.xsk_socket__fd(x->queue[i].socket),
			.events = POLLIN };
	return x->queues;
}

uint64_t noro_xdp_dropped(const struct noro_xdp *x)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < x->queues; i++) {
		struct xdp_statistics s = { 0 };
		socklen_t size = sizeof(s);

		if (getsockopt(xdp.xsk_socket__fd(x->queue[i].socket), SOL_XDP, XDP_STATISTICS, &s,
			    &size) == 0)
			n += s.rx_dropped + s.rx_ring_full;
	}
	return n;
}

static void close_queue(struct queue *q)
{
	if (q->socket)
		xdp.xsk_socket__delete(q->socket);
	if (q->umem)
		(void)xdp.xsk_umem__delete(q->umem);
	if (q->frames)
		noro_mem_unmap(q->frames, q->bytes);
}

void noro_xdp_close(struct noro_xdp *x)
{
	if (!x)
		return;
	if (x->link >= 0)
		(void)close(x->link);
	for (unsigned i = 0; i < x->queues; i++)
		close_queue(&x->queue[i]);
	if (x->program >= 0)
		(void)close(x->program);
	if (x->map >= 0)
		(void)close(x->map);
	free(x->queue);
	free(x);
}
