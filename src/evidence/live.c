/*
 * src/evidence/live.c - frames from a network interface, through libpcap or AF_XDP (live_xdp.c).
 *
 * A frame lies in a ring that the kernel fills again once its block has been read, so what is given
 * out is copied: a block may be given back within one call of the library. Rings of one group are
 * dealt by the source's network, so that an actor's packets stay in order whatever the number of
 * rings is.
 */
#include "evidence/live_priv.h"

#include "base/library.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RINGS_MOST = 16,
	SNAPLEN = 2048,
	RING_MIB = 64,
	BLOCK_MS = 100, /* a block that is not full is given after that */
	LINK_RAW = 101,
	NS_PER_S = 1000000000,
};

#define CALLS(X)                                                                                   \
	X(pcap_create)                                                                             \
	X(pcap_set_snaplen)                                                                        \
	X(pcap_set_promisc)                                                                        \
	X(pcap_set_timeout)                                                                        \
	X(pcap_set_buffer_size)                                                                    \
	X(pcap_set_tstamp_precision)                                                               \
	X(pcap_activate)                                                                           \
	X(pcap_setnonblock)                                                                        \
	X(pcap_get_selectable_fd)                                                                  \
	X(pcap_fileno)                                                                             \
	X(pcap_datalink)                                                                           \
	X(pcap_dispatch)                                                                           \
	X(pcap_inject)                                                                             \
	X(pcap_stats)                                                                              \
	X(pcap_geterr)                                                                             \
	X(pcap_statustostr)                                                                        \
	X(pcap_close)
NORO_LIBRARY(pcap, "libpcap", CALLS, "libpcap.so.0.8");

struct noro_live {
	pcap_t *ring[RINGS_MOST];
	struct noro_xdp *xdp; /* or this, without rings */
	struct pollfd wait[NORO_XDP_QUEUES];
	unsigned rings, waits, turn; /* turn: the ring that is asked first */
	uint32_t snaplen;
	struct noro_live_sum sum;
	uint8_t *bytes; /* of the frames given out */
	size_t bytes_cap;
	struct noro_frame *out; /* during a call of the library */
	size_t n, cap, bytes_n;
	unsigned now; /* the ring that is being read */
};

/*
 * Classic BPF over the packet from its network header: the source's /24, IPv6 /48, stirred. The
 * group takes the rest of it by the number of rings.
 */
static const struct sock_filter deal[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_PROTOCOL),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x86dd, 3, 0),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 8),
	BPF_STMT(BPF_JMP | BPF_JA, 4),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
	BPF_STMT(BPF_MISC | BPF_TAX, 0),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 8),
	BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
	BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1),
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
	BPF_STMT(BPF_RET | BPF_A, 0),
};

static enum noro_status join(struct noro_live *l, unsigned i, struct noro_error *err)
{
	const int how = (getpid() & 0xffff) | PACKET_FANOUT_CBPF << 16;
	const struct sock_fprog program = { sizeof(deal) / sizeof(deal[0]),
		(struct sock_filter *)(uintptr_t)deal };
	int fd = pcap.pcap_fileno(l->ring[i]);

	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &how, sizeof(how)) != 0)
		return noro_fail_errno(err, errno, "PACKET_FANOUT");
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &program, sizeof(program)) != 0)
		return noro_fail_errno(err, errno, "PACKET_FANOUT_DATA");
	return NORO_OK;
}

static enum noro_status refused(
	const struct noro_live_opts *o, pcap_t *p, int code, struct noro_error *err)
{
	if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED)
		return noro_fail(err, NORO_EACCESS,
			N_("no right to capture on '%1': run it as root, or give the program "
			   "CAP_NET_RAW"),
			o->interface);
	if (code == PCAP_ERROR_NO_SUCH_DEVICE)
		return noro_fail(err, NORO_ENOENT, N_("there is no interface '%1'"), o->interface);
	if (code == PCAP_ERROR_IFACE_NOT_UP)
		return noro_fail(err, NORO_EIO, N_("interface '%1' is not up"), o->interface);
	return noro_fail(err, NORO_EIO, N_("interface '%1': %2"), o->interface,
		code == PCAP_ERROR && *pcap.pcap_geterr(p) ? pcap.pcap_geterr(p)
							   : pcap.pcap_statustostr(code));
}

static enum noro_status open_ring(
	struct noro_live *l, const struct noro_live_opts *o, struct noro_error *err)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	size_t bytes = o->ring_bytes ? o->ring_bytes : (size_t)RING_MIB << 20;
	pcap_t *p = pcap.pcap_create(o->interface, why);
	int code;

	if (!p)
		return noro_fail(err, NORO_EIO, N_("interface '%1': %2"), o->interface, why);
	l->ring[l->rings++] = p;
	(void)pcap.pcap_set_snaplen(p, (int)l->snaplen);
	(void)pcap.pcap_set_promisc(p, !o->quiet_card);
	(void)pcap.pcap_set_timeout(p, BLOCK_MS);
	(void)pcap.pcap_set_buffer_size(p, bytes > INT32_MAX ? INT32_MAX : (int)bytes);
	(void)pcap.pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	code = pcap.pcap_activate(p);
	if (code < 0)
		return refused(o, p, code, err);
	if (pcap.pcap_setnonblock(p, 1, why) != 0)
		return noro_fail(err, NORO_EIO, N_("interface '%1': %2"), o->interface, why);
	l->wait[l->waits++] =
		(struct pollfd){ .fd = pcap.pcap_get_selectable_fd(p), .events = POLLIN };
	return NORO_OK;
}

static enum noro_status open_rings(
	struct noro_live *l, const struct noro_live_opts *o, struct noro_error *err)
{
	unsigned rings = o->rings > RINGS_MOST ? RINGS_MOST : o->rings ? o->rings : 1;
	enum noro_status st = noro_library_load(&pcap_library, err);

	while (st == NORO_OK && l->rings < rings)
		st = open_ring(l, o, err);
	for (unsigned i = 0; st == NORO_OK && rings > 1 && i < rings; i++)
		st = join(l, i, err);
	if (st != NORO_OK)
		return st;
	l->sum.link = (uint16_t)pcap.pcap_datalink(l->ring[0]);
	if (l->sum.link == DLT_RAW)
		l->sum.link = LINK_RAW; /* the one number that files write otherwise */
	return NORO_OK;
}

static enum noro_status open_queues(
	struct noro_live *l, const struct noro_live_opts *o, struct noro_error *err)
{
	enum noro_status st = noro_xdp_open(o, &l->xdp, err);

	if (st != NORO_OK)
		return st;
	l->waits = noro_xdp_polls(l->xdp, l->wait);
	l->sum.link = DLT_EN10MB;
	return NORO_OK;
}

enum noro_status noro_live_open(
	const struct noro_live_opts *o, struct noro_live **ret, struct noro_error *err)
{
	struct noro_live *l = noro_calloc(1, sizeof(*l));
	enum noro_status st;

	if (!l)
		return noro_fail(err, NORO_ENOMEM, NULL);
	l->snaplen = o->snaplen ? o->snaplen : SNAPLEN;
	st = o->xdp ? open_queues(l, o, err) : open_rings(l, o, err);
	if (st == NORO_OK)
		*ret = l;
	else
		noro_live_close(l);
	return st;
}

/* `n` bytes of one that had `wire_n` on the wire. */
static void give(struct noro_live *l, int64_t ts_ns, const uint8_t *p, uint32_t n, uint32_t wire_n)
{
	n = n < l->snaplen ? n : l->snaplen;
	if (l->n == l->cap || l->bytes_cap - l->bytes_n < n)
		return; /* never: who calls was told how many there may be */
	memcpy(l->bytes + l->bytes_n, p, n);
	l->out[l->n++] = (struct noro_frame){
		.ts_ns = ts_ns,
		.p = l->bytes + l->bytes_n,
		.n = n,
		.wire_n = wire_n > n ? wire_n : n,
		.iface = l->now,
		.link = l->sum.link,
	};
	l->bytes_n += n;
	l->sum.frames++;
	l->sum.bytes += n;
	l->sum.cut += wire_n > n;
}

static void on_frame(u_char *user, const struct pcap_pkthdr *h, const u_char *p)
{
	give((struct noro_live *)user, (int64_t)h->ts.tv_sec * NS_PER_S + h->ts.tv_usec, p,
		h->caplen, h->len);
}

static void on_xdp_frame(void *ctx, unsigned queue, int64_t ts_ns, const uint8_t *p, uint32_t n)
{
	struct noro_live *l = ctx;

	l->now = queue;
	give(l, ts_ns, p, n, n);
}

static bool room_for(struct noro_live *l, size_t cap)
{
	size_t want = cap * l->snaplen;
	uint8_t *grown;

	if (want <= l->bytes_cap)
		return true;
	grown = noro_malloc(want);
	if (!grown)
		return false;
	free(l->bytes);
	l->bytes = grown;
	l->bytes_cap = want;
	return true;
}

/* Every ring once, a different one first each time. */
static enum noro_status take(struct noro_live *l, struct noro_error *err)
{
	if (l->xdp)
		noro_xdp_take(l->xdp, l->turn, l->cap - l->n, on_xdp_frame, l);
	for (unsigned k = 0; k < l->rings && l->n < l->cap; k++) {
		int got;

		l->now = (l->turn + k) % l->rings;
		got = pcap.pcap_dispatch(
			l->ring[l->now], (int)(l->cap - l->n), on_frame, (u_char *)l);
		if (got < 0)
			return noro_fail(err, NORO_EIO, N_("the capture ended: %1"),
				pcap.pcap_geterr(l->ring[l->now]));
	}
	l->turn++;
	return NORO_OK;
}

enum noro_status noro_live_next(struct noro_live *l, struct noro_frame *ret, size_t cap,
	unsigned wait_ms, size_t *ret_n, struct noro_error *err)
{
	enum noro_status st;

	*ret_n = 0;
	if (!room_for(l, cap))
		return noro_fail(err, NORO_ENOMEM, NULL);
	l->out = ret;
	l->cap = cap;
	l->n = l->bytes_n = 0;
	st = take(l, err);
	if (st == NORO_OK && l->n == 0) {
		int ready = poll(l->wait, l->waits, (int)wait_ms);

		if (ready < 0 && errno != EINTR)
			return noro_fail_errno(err, errno, "poll");
		if (ready > 0)
			st = take(l, err);
	}
	*ret_n = l->n;
	/* what came before the end is given first; the next call tells the end again */
	return l->n ? NORO_OK : st;
}

enum noro_status noro_live_send(
	struct noro_live *l, const uint8_t *p, size_t n, struct noro_error *err)
{
	if (l->xdp)
		return noro_xdp_send(l->xdp, p, n, err);
	if (pcap.pcap_inject(l->ring[0], p, n) == (int)n)
		return NORO_OK;
	return noro_fail(
		err, NORO_EIO, N_("an answer was not sent: %1"), pcap.pcap_geterr(l->ring[0]));
}

const struct noro_live_sum *noro_live_sum(struct noro_live *l)
{
	l->sum.dropped = l->xdp ? noro_xdp_dropped(l->xdp) : 0;
	l->sum.card_dropped = 0;
	for (unsigned i = 0; i < l->rings; i++) {
		struct pcap_stat stat = { 0 };

		if (pcap.pcap_stats(l->ring[i], &stat) == 0) {
			l->sum.dropped += stat.ps_drop;
			l->sum.card_dropped += stat.ps_ifdrop;
		}
	}
	return &l->sum;
}

void noro_live_close(struct noro_live *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < l->rings; i++)
		pcap.pcap_close(l->ring[i]);
	noro_xdp_close(l->xdp);
	free(l->bytes);
	free(l);
}
