/*
 * src/exercise/darknet_priv.h - who comes to unused addresses, with which packets.
 *
 * A kind is a row: how its packets are made and how many actors of it a day has. An actor is one of
 * them on one day; it asks all addresses at one rate, so a sensor sees its share by size. A stream
 * is an actor as one sensor sees it.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "exercise/darknet.h"
#include "exercise/exercise_priv.h"

struct dark_sensor {
	const char *name;
	uint32_t base, n; /* IPv4 addresses */
	const char *own;  /* as the description says it */
	uint8_t six[6];   /* a /48; 0: none */
	uint32_t lit;     /* from this offset on it answers SYNs; n: nowhere */
	bool tells_drops; /* pcapng with statistics */
};
extern const struct dark_sensor noro_dark_sensor[NORO_DARKNET_SENSORS];
enum { DARK_ADDRESSES = 16384 + 2048 + 256 };

enum dark_make {
	MAKE_ZMAP_OLD,
	MAKE_ZMAP_NEW,
	MAKE_MASSCAN_OLD,
	MAKE_MASSCAN_NEW,
	MAKE_MIRAI,
	MAKE_NMAP,
	MAKE_UNICORN,
	MAKE_LINUX,
	MAKE_WINDOWS,
	MAKE_BY_HAND,
	MAKE_UDP,
	MAKE_PING,
	MAKE_ODD,
	MAKE_REST,
	MAKE_FRAGMENT,
	MAKE_GRE,
	MAKE_BROKEN,
	MAKE_MISTAKE, /* always to the same address */
	MAKE_FLOOD,   /* to one of ours, every packet under another name */
	MAKE_SYN_ACK,
	MAKE_RST,
	MAKE_UNREACHABLE,
	MAKE_DNS,
	MAKE_QUIC,
	MAKE_PONG,
	MAKE_SIX_SYN,
	MAKE_SIX_ANSWER,
};

enum dark_when { WHEN_ALWAYS, WHEN_GROWING, WHEN_SURGE, WHEN_QUIET_SURGE };
enum dark_who { WHO_ANYBODY, WHO_BOT, WHO_RESEARCH, WHO_BOGON, WHO_VICTIM, WHO_PAIR };

struct dark_kind {
	const char *name, *tool; /* tool: what a reader should say; NULL none */
	enum dark_make make;
	enum dark_who who;
	enum dark_when when;
	unsigned share;   /* parts of all packets on an ordinary day */
	unsigned packets; /* of one actor on all sensors together */
	unsigned lasts_s;
	uint16_t port[10]; /* ends with 0 */
};
extern const struct dark_kind noro_dark_kind[];
extern const size_t noro_dark_kinds;
extern const char *const noro_dark_research[3]; /* names; their /28 are noro_dark_research_net */
uint32_t noro_dark_research_net(unsigned i);

struct dark_actor {
	const struct dark_kind *kind;
	uint64_t key;
	int64_t from, to;
	double packets; /* expected, all sensors */
	uint32_t src;   /* or victim */
	uint16_t port[2];
	uint8_t hops;
};

struct dark_plan {
	const struct noro_darknet_opts *opts;
	int64_t start_ns;
	unsigned surge_day, quiet_day;
	uint16_t surge_port;
	double weight; /* packets of one part of one day */
};
void noro_dark_plan(const struct noro_darknet_opts *o, struct dark_plan *ret);
/* The actors of a day; they live in the arena. */
enum noro_status noro_dark_actors(const struct dark_plan *p, unsigned day, struct noro_arena *a,
	struct dark_actor **ret, size_t *ret_n) NORO_MUSTUSE;
/* Parts of its usual number that a kind has on a day. */
double noro_dark_today(const struct dark_plan *p, const struct dark_kind *k, unsigned day);

/* ---- darknet_packet.c ---- */
struct dark_packet {
	uint8_t b[160];
	uint16_t n;
	uint8_t klass; /* enum noro_klass; what a reader has to count it as */
	uint8_t proto; /* 6, 17, 1 */
	uint8_t which; /* of the actor's ports */
	bool six;
	uint16_t port, sport; /* the service; theirs */
	uint32_t src, dst, seq;
	uint32_t actor; /* who is counted: the source, or the victim that is quoted */
};
void noro_dark_packet(const struct dark_actor *a, const struct dark_sensor *s, struct rng *r,
	struct dark_packet *p);
/* What follows a question: its repetition by the victim, our answer, and what the asker's system
 * says to that. */
void noro_dark_again(const struct dark_actor *a, uint32_t dst, uint16_t to, uint32_t number,
	struct dark_packet *p);
void noro_dark_answer(const struct dark_packet *question, struct dark_packet *p);
void noro_dark_heard(
	const struct dark_actor *a, const struct dark_packet *question, struct dark_packet *p);

/* ---- darknet_write.c ---- */
struct dark_file;
enum noro_status noro_dark_open(const char *path, bool pcapng, int64_t start_ns,
	struct dark_file **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_dark_put(struct dark_file *f, int64_t t, const struct dark_packet *p,
	struct noro_error *err) NORO_MUSTUSE;
/* Not written, and told so in the next statistics. */
void noro_dark_dropped(struct dark_file *f);
enum noro_status noro_dark_close(
	struct dark_file *f, int64_t t, struct noro_error *err) NORO_MUSTUSE;
void noro_dark_abandon(struct dark_file *f);

/* ---- darknet_truth.c ---- */
enum { DARK_CLASSES = 7 };

struct dark_stream {
	const struct dark_actor *a;
	double gap_ns;
	uint64_t packets[2], heard[2], probes;
	int64_t first[2], last[2];
};

/* A sensor on a day. */
struct dark_count {
	uint64_t own, sent, missed, dropped, klass[DARK_CLASSES];
	uint64_t lost;  /* of missed and dropped, those that would have been own */
	uint32_t *port; /* [3][65536]: TCP, UDP, ICMP */
	uint32_t *src;  /* distinct actors; a set */
	size_t srcs, slots;
};
enum noro_status noro_dark_count_new(struct dark_count *c) NORO_MUSTUSE;
void noro_dark_count_clear(struct dark_count *c);
void noro_dark_count_done(struct dark_count *c);
enum noro_status noro_dark_count_add(
	struct dark_count *c, const struct dark_packet *p) NORO_MUSTUSE;
void noro_dark_truth_run(const struct dark_plan *p, struct noro_buf *out);
void noro_dark_truth_day(const struct dark_sensor *s, int64_t day_ns, const struct dark_count *c,
	struct noro_buf *out);
void noro_dark_truth_stream(
	const struct dark_sensor *s, const struct dark_stream *t, struct noro_buf *out);
void noro_dark_truth_end(const struct noro_darknet_sum *sum, double address_days, uint64_t came,
	struct noro_buf *out);
