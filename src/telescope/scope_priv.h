/*
 * src/telescope/scope_priv.h - how a run is cut up. All that is known of an actor lies in one of
 * 256 shards, chosen by its /24 (IPv6: /48). A shard sees its packets in order whatever the number
 * of workers, sweeps its tables at minutes that depend on its number alone, and has its own share
 * of memory: so that the answer is the same for any number of workers.
 */
#pragma once

#include "telescope/scope.h"
#include "telescope/slab.h"

#include <math.h>

enum {
	NORO_SMALL_SENSOR = 8192, /* addresses, of which an event may have a bit each */
	NORO_SHARDS = 256,
	NORO_BATCH = 256,   /* packets looked up together */
	NORO_NET_TOPS = 32, /* /16 of ours, up to which an event has a bit for each /24 */
	NORO_WIDTHS = 4,
	NORO_PROBES_MAX = 1024,
	NORO_SYN_PROBE = NORO_PROBES_MAX - 16, /* kinds of SYN payloads are counted as probes */
};
extern const uint32_t noro_scope_width_s[NORO_WIDTHS];

/* Which shard a /24 falls to (upper 8 of 24 bits), and its number there (lower 16): each step can
 * be undone, so that all /24 of a shard have numbers of their own. */
static inline uint32_t noro_spread24(uint32_t net)
{
	net ^= net >> 12;
	net = net * 0x5d1bafU & 0xffffff;
	net ^= net >> 11;
	net = net * 0xa3c59bU & 0xffffff;
	return net ^ net >> 13;
}

static inline uint16_t noro_block(uint32_t net)
{
	return (uint16_t)noro_spread24(net);
}

/* A hash that is the same in every run: what it decides can be seen in the answer. */
static inline uint64_t noro_mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* Ask memory for what will be written soon. A function that does nothing but prefetch is taken for
 * one without effect by gcc 12, which then drops the calls: the empty asm tells otherwise. */
static inline void noro_ask(const void *p)
{
	__builtin_prefetch(p, 1);
	__asm__ volatile("");
}

/* ---- distinct.c: how many different ones; exact while they are few ---- */
enum { NORO_FEW = 128, NORO_SIDE_LOG = 4 };

struct noro_distinct {
	uint32_t n;    /* while few */
	uint8_t log;   /* slots while few: 1 << log, 0 none */
	uint8_t p;     /* registers 1 << p once many, 0 before */
	bool lent;     /* `few` or `many` belongs to what holds this */
	uint32_t *few; /* ids, 0 empty; or */
	uint8_t *many;
};
/* While few. */
bool noro_distinct_has(const struct noro_distinct *d, uint32_t id);
bool noro_distinct_merge(struct noro_distinct *to, const struct noro_distinct *from, uint8_t p);
uint64_t noro_distinct_count(const struct noro_distinct *d, double *ret_error);
size_t noro_distinct_bytes(const struct noro_distinct *d);
void noro_distinct_done(struct noro_distinct *d);
/* Where to look for an id among a few. */
static inline uint32_t noro_few_at(uint32_t id, unsigned log)
{
	return (id * 2654435761U) >> (32 - log);
}
/* Bare registers: m = 1 << p of them. Without a branch: whether a register rises is a coin toss
 * that a processor guesses wrong. The bit put behind the rest ends the count of zeros where the
 * rest has none set. */
static inline void noro_hll_add(uint8_t *reg, uint8_t p, uint64_t hash)
{
	uint64_t at = hash >> (64 - p), rest = hash << p | UINT64_C(1) << ((p - 1U) & 63);
	uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1), was = reg[at];

	reg[at] = was < rank ? rank : was;
}
/* Among few, or at the border to many. */
bool noro_distinct_put(struct noro_distinct *d, uint32_t id, uint8_t p);
/* `id` stands for the thing itself (an IPv4 address) or is its hash. False: no memory. */
static inline uint32_t noro_distinct_id(uint32_t id)
{
	return id ? id : 1; /* 0.0.0.0 and 0.0.0.1 are no sources */
}
/* One whose hash is known: noro_mix(noro_distinct_id(id)). */
static inline bool noro_distinct_add_hashed(
	struct noro_distinct *d, uint32_t id, uint64_t hash, uint8_t p)
{
	if (!d->p)
		return noro_distinct_put(d, noro_distinct_id(id), p);
	noro_hll_add(d->many, d->p, hash);
	return true;
}
static inline bool noro_distinct_add(struct noro_distinct *d, uint32_t id, uint8_t p)
{
	return noro_distinct_add_hashed(d, id, noro_mix(noro_distinct_id(id)), p);
}
double noro_hll_count(const uint8_t *reg, uint8_t p);

/* ---- sums.c: sums of a bin, by cut and key ---- */
struct noro_count {
	uint32_t id;                  /* cut and key, sums.c */
	uint32_t bogons;              /* sources of these that cannot be: of a flood, an eighth */
	uint32_t firsts[NORO_WIDTHS]; /* sources, exact while the bin is no longer than the gap */
	uint64_t packets, bytes;
	struct noro_distinct sources, nets;
};

struct noro_sums {
	uint32_t *slot; /* id -> 1 + index into count, for all but AS */
	struct noro_count *count;
	size_t n, cap;
	uint32_t *as_slot; /* open addressing by number */
	size_t as_n, as_cap;
};
bool noro_sums_init(struct noro_sums *t);
void noro_sums_done(struct noro_sums *t);
void noro_sums_clear(struct noro_sums *t);
/* NULL: no memory. */
struct noro_count *noro_sums_make(struct noro_sums *t, uint32_t id);
static inline struct noro_count *noro_sums_at(struct noro_sums *t, uint32_t id)
{
	uint32_t slot = id >> 31 ? 0 : t->slot[id];

	return slot ? &t->count[slot - 1] : noro_sums_make(t, id);
}
bool noro_sums_merge(struct noro_sums *to, const struct noro_sums *from);
/* NORO_CUTS: no cell. */
enum noro_cut noro_id_cut(uint32_t id, unsigned *ret_key);
enum {
	NORO_CLASS_AT = 1,
	NORO_TOOL_AT = NORO_CLASS_AT + NORO_KLASSES,
	NORO_PROBE_AT = NORO_TOOL_AT + NORO_TOOLS_MAX,
	NORO_COUNTRY_AT = NORO_PROBE_AT + NORO_PROBES_MAX,
	NORO_SIX_AT = NORO_COUNTRY_AT + 26 * 26 + 1,
	NORO_PORT_AT = NORO_SIX_AT + 1,
	NORO_IDS = NORO_PORT_AT + 4 * 65536,
	NORO_AS_BIT = 1U << 31,
};
static inline uint32_t noro_id_class(unsigned klass)
{
	return NORO_CLASS_AT + klass;
}
static inline uint32_t noro_id_port(unsigned proto, unsigned port) /* proto: enum below */
{
	return NORO_PORT_AT + proto * 65536U + port;
}
static inline uint32_t noro_id_tool(unsigned tool)
{
	return NORO_TOOL_AT + tool;
}
static inline uint32_t noro_id_probe(size_t probe)
{
	return NORO_PROBE_AT + (uint32_t)probe;
}
static inline uint32_t noro_id_six(void) /* not a cell: IPv6 sources of the bin */
{
	return NORO_SIX_AT;
}
uint32_t noro_id_country(const char cc[3]);
uint32_t noro_id_as(uint32_t asn);
uint8_t noro_id_precision(uint32_t id);

/* ---- one packet on its way to a shard ---- */
enum noro_scope_proto { NORO_P_TCP, NORO_P_UDP, NORO_P_ICMP, NORO_P_IP };
const char *noro_scope_proto_name(unsigned proto);

struct noro_work {
	struct noro_packet p;
	struct noro_judged j;
	int64_t t;      /* its time, not before the running minute */
	uint64_t actor; /* IPv4, or the upper half of an IPv6 address */
	uint64_t slot;  /* hash of the entry's key */
	uint32_t ours;  /* our address as a number: IPv4, or a hash */
	uint32_t index; /* of our IPv4 address among ours */
	uint32_t id;    /* of the actor, for counting */
	uint32_t net;   /* of its /24 or /48 */
	uint32_t at;    /* where its entry was seen, to be verified */
	uint16_t port;
	uint8_t kind; /* class, protocol, family: part of the key */
	uint8_t shard;
	bool answer_of_ours; /* our own SYN-ACK, seen going out */
};

/* kind: bits 0-1 enum noro_scope_proto, 2-4 class, 5 IPv6, 7 in use */
static inline uint8_t noro_kind(unsigned proto, unsigned klass, bool six)
{
	return (uint8_t)(0x80 | (six ? 0x20 : 0) | klass << 2 | proto);
}

static inline unsigned noro_kind_class(uint8_t kind)
{
	return kind >> 2 & 7;
}

/* ---- event.c ---- */
enum noro_mark {
	NORO_MARK_REAL_RST = 1,
	NORO_MARK_REAL_ACK = 2,
	NORO_MARK_TWO_PHASE = 4,
	NORO_MARK_BOGON = 8,
	NORO_MARK_IRREGULAR = 16,
	NORO_MARK_SIDE = 32, /* u.side, not u.dst */
};

/* How a side keeps destinations: one by one; as bits by index (a small sensor); in registers, with
 * the /24s as bits (a middling one) or in registers too. */
enum noro_how { NORO_HOW_FEW, NORO_HOW_BITS, NORO_HOW_NETS, NORO_HOW_MANY };
enum { NORO_WAIT = 8 };

struct noro_side {
	/* what every packet touches, in 64 bytes */
	uint8_t how; /* enum noro_how */
	uint8_t waits;
	uint8_t few_log; /* of dst.few */
	bool has_hits;
	uint32_t seen;            /* packets that could have become samples */
	uint16_t slot_n, samples; /* bytes a sample may have; samples */
	uint32_t counted;         /* memory, as the shard counts it */
	void *at;                 /* dst.few or dst.many */
	uint64_t *bits;           /* of destinations or their /24s */
	/* `few` of dst in the beginning; its first NORO_WAIT in NORO_HOW_NETS: destinations that
	 * wait to be put into registers and bits, which is done for several at once: the lines
	 * that takes are then fewer, and asked for together */
	uint32_t first[1 << NORO_SIDE_LOG];
	/* the rest */
	struct noro_distinct dst;
	uint8_t *sample;          /* each: int64 time, uint16 length, bytes */
	uint32_t *hits;           /* per tool, when packets differ; else all are entry.tools */
	struct noro_distinct net; /* once dst are many and cannot be walked, nor have bits */
	uint64_t packets, bytes;  /* carried over from the entry's 32 bits */
	uint8_t shard;
};
_Static_assert(offsetof(struct noro_side, first) + NORO_WAIT * sizeof(uint32_t) == 64, "one line");

_Static_assert(sizeof(struct noro_side) <= NORO_RECORD, "a side is a record");

/* One cache line: an actor on a port. */
struct noro_entry {
	uint64_t actor;
	uint16_t port;
	uint8_t kind; /* 0: empty */
	uint8_t flags;
	uint32_t packets;
	int64_t first, last;
	uint32_t bytes;
	uint8_t ttl_min, ttl_max;
	uint8_t dsts; /* inline: 1 to 3, the first in dst0 */
	uint8_t mark;
	uint32_t seq, ports;   /* of the first packet, for tests of pairs */
	uint16_t tools, probe; /* probe: index + 1 */
	uint32_t dst0;
	union {
		uint32_t dst[2];
		struct noro_side *side;
	} u;
};
_Static_assert(sizeof(struct noro_entry) == 64, "an entry is a cache line");

/* ---- table.c: the live events of a shard ---- */
enum { NORO_BLOCK = 512 };
struct noro_table {
	uint64_t *index; /* 0, or the upper half of the slot << 32 | 1 + number of the entry */
	struct noro_entry **block;
	uint32_t cap;       /* places of the index, a power of two or 0 */
	uint32_t from, end; /* entries are numbered from..end-1 */
	uint32_t blocks, block_cap;
};
static inline uint32_t noro_table_n(const struct noro_table *t)
{
	return t->end - t->from;
}
static inline struct noro_entry *noro_table_at(const struct noro_table *t, uint32_t i)
{
	return &t->block[i / NORO_BLOCK][i % NORO_BLOCK];
}
/* Where in the index the search for a slot begins. */
static inline uint32_t noro_table_place(const struct noro_table *t, uint64_t slot)
{
	return (uint32_t)(slot >> 32) & (t->cap - 1);
}
/* A number whose entry has this half of a slot, from place `*at` on: nearly always the one. `end`
 * if there is none more. `*at` is then behind it. */
static inline uint32_t noro_table_next(const struct noro_table *t, uint64_t slot, uint32_t *at)
{
	for (uint64_t what; (what = t->index[*at]) != 0;) {
		*at = (*at + 1) & (t->cap - 1);
		if (what >> 32 == slot >> 32)
			return (uint32_t)what - 1;
	}
	return t->end;
}
void noro_table_init(struct noro_table *t, unsigned shard);
/* A new last entry, not written yet; NULL: no memory. */
struct noro_entry *noro_table_add(struct noro_slab *slab, struct noro_table *t, uint64_t slot);
/* Those from `end` on go. `slot_of` says the slot of each that stays. */
void noro_table_keep(struct noro_slab *slab, struct noro_table *t, uint32_t end,
	uint64_t (*slot_of)(const void *ctx, const struct noro_entry *e), const void *ctx);
uint64_t noro_table_bytes(const struct noro_table *t);
void noro_table_done(struct noro_slab *slab, struct noro_table *t);

/* A victim until it falls silent. */
struct noro_vict {
	uint64_t actor;
	uint8_t kind;
	uint8_t pending; /* packets kept until there are enough to begin a record */
	uint64_t packets, bytes;
	int64_t first, last;
	void *more; /* pending: struct noro_reply[]; else struct noro_vmore */
};

struct noro_reply {
	uint64_t probe; /* hash of what makes a probe one */
	int64_t t;
	uint32_t ours, index;
	uint16_t port;
	uint8_t answered, mismatch;
};

enum { NORO_PENDING = 4, NORO_VPORTS = 32, NORO_VCELLS = 64 };

struct noro_vmore {
	uint64_t *probe; /* a set while few, a memory of the last ones when many */
	uint32_t slots, probes;
	uint64_t passed; /* probes counted through the set or memory */
	uint8_t *reg;    /* HyperLogLog once many */
	struct noro_distinct dsts, nets;
	uint32_t cell[NORO_VCELLS];
	uint32_t how[NORO_ANSWERED_KINDS];
	struct {
		uint16_t port;
		uint32_t n;
	} port[NORO_VPORTS];
	size_t ports;
	uint64_t mismatches;
	int64_t minute;
	uint64_t in_minute, peak;
};

/* Small memories of a shard, direct-mapped: what is overwritten is forgotten. */
enum { NORO_PHASES = 4096, NORO_SENTS = 1024 };
struct noro_phase {
	uint64_t key;
	int64_t t;
};
struct noro_sent {
	uint64_t key;
	int64_t t;
	uint32_t seq, ack;
};

/* day.c: the IPv4 sources of the day in one shard, exactly: a set of addresses, or when that would
 * take as much a bit for each address the shard can have. */
struct noro_day {
	uint32_t *set;
	uint64_t *bits;
	uint32_t n; /* sources, with `zero`; without those that wait */
	uint8_t log;
	bool zero; /* 0.0.0.0, which the set cannot hold */
	uint32_t laters, *later;
};
/* False: no memory. `key` spreads addresses over the set, and is the same each time. */
bool noro_day_add(struct noro_slab *slab, struct noro_day *d, uint32_t addr, uint64_t key);
/* Those that wait are counted. */
bool noro_day_settle(struct noro_slab *slab, struct noro_day *d, uint64_t key);
void noro_day_clear(struct noro_slab *slab, struct noro_day *d);

struct noro_shard {
	/* what every packet looks at, in one cache line */
	_Alignas(64) struct noro_table live;
	struct noro_vict *vict;
	uint32_t vcap, vn;
	struct noro_sent *sent;
	/* the rest */
	struct noro_day day;
	struct noro_phase *phase;
	int64_t oldest, voldest; /* nothing was last touched before */
	uint64_t bytes;          /* all of the shard's memory */
	struct noro_pile pile;   /* sides and samples */
	struct noro_pile many;   /* bits and registers of events */
};

struct noro_lane {
	struct noro_scope *s;
	struct noro_sums sums;
	struct noro_entry *ended;
	size_t ends, end_cap;
	struct noro_vict *vended;
	size_t vends, vend_cap;
	uint64_t early;
	enum noro_status status;
	unsigned number;
	/* what waits for this lane, and what it works on */
	struct noro_queue {
		struct noro_work *work;
		size_t n;
		uint8_t *bytes;
		size_t bytes_n;
	} queue[2];
};

struct noro_clock {
	bool set;
	int64_t minute;             /* start of the running one, ns */
	int64_t start[NORO_WIDTHS]; /* of the running bins */
};

/* A minute in which a port was flooded under made-up names. */
struct noro_flood {
	int64_t minute;
	uint32_t id;
};

struct noro_scope {
	struct noro_scope_opts o;
	struct noro_measures to;
	struct noro_own *own;
	struct noro_clock clock;
	struct noro_shard *shard; /* NORO_SHARDS */
	struct noro_slab *slab,
		*tables; /* tables grow and go; beside others they would leave holes */
	struct noro_lane *lane;
	unsigned jobs, filling; /* filling: which of a lane's queues */
	bool running;           /* a round is under way */
	struct noro_pool *pool;
	struct noro_sums bin[NORO_WIDTHS];
	uint64_t shard_bytes; /* a shard's share of memory */
	uint64_t secret;
	size_t ours_bytes; /* a bit for each of our IPv4 addresses */
	uint16_t *top_of;  /* by upper half of an address: number among ours */
	size_t net_bytes;  /* a bit for each of the /24 in these, 0: too many */
	int64_t gap_ns, vgap_ns;
	double floor_min, floor_pps;
	struct noro_watch watch;
	int64_t minute_end;             /* of the running one */
	int64_t heard_from, heard_to;   /* first and last packet of the minute */
	uint64_t day_sources;           /* of shards, so far today */
	uint64_t minutes, busy_minutes; /* seen so far; with a packet */
	uint64_t silences;              /* times that empty minutes began after busy ones */
	bool was_busy;
	bool live;
	struct noro_work batch[NORO_BATCH];
	size_t batched;
	struct noro_flood *flood;
	size_t floods, flood_cap;
	uint16_t *net_of;                  /* of our n-th address, on a small sensor */
	uint8_t tool_cell[NORO_TOOLS_MAX]; /* the first rule of the same name */
	uint16_t *tool_cells;              /* of each set of rules: the set of these */
	struct noro_arena *rows;
	struct noro_scope_sum sum;
};

static inline uint64_t noro_slot(
	const struct noro_scope *s, uint64_t actor, uint16_t port, uint8_t kind)
{
	return noro_mix(actor ^ s->secret ^ (uint64_t)port << 40 ^ (uint64_t)kind << 56);
}

/* event.c: all of them work on one shard of the lane. */
/* Ask memory for what a packet will touch: where its entry should be; what that names, and what
 * the packet will be counted in; and the places of these. */
static inline void noro_event_ask(const struct noro_scope *s, const struct noro_work *w)
{
	const struct noro_shard *d = &s->shard[w->shard];

	if (w->j.klass == NORO_KLASS_BACKSCATTER) {
		if (d->vcap)
			noro_ask(&d->vict[(uint32_t)w->slot & (d->vcap - 1)]);
	} else if (d->live.cap) {
		noro_ask(&d->live.index[noro_table_place(&d->live, w->slot)]);
	}
}
void noro_event_ask_entry(const struct noro_lane *l, struct noro_work *w);
void noro_event_ask_side(const struct noro_lane *l, const struct noro_work *w);
void noro_event_ask_more(const struct noro_lane *l, const struct noro_work *w);
void noro_event_packet(struct noro_lane *l, struct noro_work *w);
void noro_event_sweep(struct noro_lane *l, struct noro_shard *d, int64_t now, bool all);
void noro_event_free(struct noro_scope *s, struct noro_entry *e);
void noro_shard_done(struct noro_scope *s, struct noro_shard *d);
void noro_event_hits(const struct noro_entry *e, uint64_t hits[NORO_TOOLS_MAX]);
uint64_t noro_event_packets(const struct noro_entry *e);
uint64_t noro_event_bytes(const struct noro_entry *e);
/* Is this the first touch of the bin? By width. */
static inline unsigned noro_firsts(const struct noro_clock *c, int64_t last)
{
	unsigned bits = 0;

	if (last >= c->start[0]) /* wider bins begin no later */
		return 0;
	for (unsigned w = 0; w < NORO_WIDTHS; w++)
		bits |= (unsigned)(last < c->start[w]) << w;
	return bits;
}

/* two.c: second phases, and who heard us */
enum { NORO_SCAN_TTL = 200, NORO_ZMAP_ID = 54321 };
/* Made by hand: a stack of a system sends options and starts at most at 128, or 255 on few. */
static inline bool noro_two_irregular(const struct noro_packet *p, unsigned tools)
{
	return tools || p->ttl > NORO_SCAN_TTL || (p->family == 4 && p->ip_id == NORO_ZMAP_ID) ||
	       !p->options_n;
}
void noro_two_phase(struct noro_lane *l, const struct noro_work *w, struct noro_entry *e,
	unsigned tools, bool first);
void noro_two_ask(const struct noro_shard *d, const struct noro_work *w);
void noro_two_sent(struct noro_lane *l, const struct noro_work *w);
/* Marks the actor's event. True: a RST that answers us, which is no backscatter. */
bool noro_two_heard(struct noro_lane *l, const struct noro_work *w);
struct noro_entry *noro_event_find(
	struct noro_shard *d, uint64_t slot, uint64_t actor, uint16_t port, uint8_t kind);

/* victim.c */
void noro_vict_packet(struct noro_lane *l, struct noro_work *w);
void noro_vict_sweep(struct noro_lane *l, struct noro_shard *d, int64_t now, bool all);
/* `d`: the shard it is in, NULL for one that has ended. */
void noro_vict_free(struct noro_scope *s, struct noro_shard *d, struct noro_vict *v);
uint64_t noro_vict_probes(const struct noro_vmore *m, double *ret_error);
/* Of the chi-square of our addresses being hit evenly. */
double noro_vict_uniform(const struct noro_scope *s, const struct noro_vmore *m);

void noro_vict_ask(const struct noro_lane *l, struct noro_work *w);
void noro_vict_ask_more(const struct noro_lane *l, const struct noro_work *w);

/* count.c: what one packet adds to the lane's sums */
void noro_count_packet(struct noro_lane *l, const struct noro_work *w, unsigned firsts,
	unsigned tools, unsigned new_tools, size_t probe);
/* The same where nothing is seen for the first time and all sums are there. False: they are not,
 * and nothing was counted. */
static inline bool noro_count_again(struct noro_lane *l, const struct noro_work *w, unsigned tools)
{
	const struct noro_sums *t = &l->sums;
	uint32_t port = w->j.klass == NORO_KLASS_SCAN ? noro_id_port(w->kind & 3, w->port) : 0,
		 at[2] = { t->slot[noro_id_class(w->j.klass)], t->slot[port] };

	if (!at[0] || (port && !at[1]))
		return false;
	for (unsigned i = 0; i < 1U + (port != 0); i++) {
		t->count[at[i] - 1].packets++;
		t->count[at[i] - 1].bytes += w->p.ip_n;
	}
	for (tools = l->s->tool_cells[tools]; tools; tools &= tools - 1) {
		struct noro_count *c =
			noro_sums_at(&l->sums, noro_id_tool((unsigned)__builtin_ctz(tools)));

		if (!c) {
			l->status = NORO_ENOMEM;
			break;
		}
		c->packets++;
		c->bytes += w->p.ip_n;
	}
	return true;
}

/* rows.c */
/* Would it make a row? Small events need not wait for the minute's end to be dropped. */
bool noro_rows_wanted(const struct noro_scope *s, const struct noro_entry *e);
enum noro_status noro_rows_cells(struct noro_scope *s, unsigned width);
/* Of the ports of the minute: sources that are made up. */
enum noro_status noro_rows_floods(struct noro_scope *s);
enum noro_status noro_rows_scans(struct noro_scope *s);
enum noro_status noro_rows_victims(struct noro_scope *s);

/* lane.c */
enum noro_status noro_lanes_new(struct noro_scope *s, struct noro_error *err);
void noro_lanes_free(struct noro_scope *s);
/* All that was dealt has been worked on. */
enum noro_status noro_lanes_wait(struct noro_scope *s);
/* Into the queue of its lane. */
enum noro_status noro_lanes_queue(struct noro_scope *s, const struct noro_work *w);
/* Where the next packet is to be written; then hand it to its lane. */
static inline struct noro_work *noro_lanes_next(struct noro_scope *s)
{
	return &s->batch[s->batched];
}
static inline enum noro_status noro_lanes_deal(struct noro_scope *s)
{
	const struct noro_work *w = &s->batch[s->batched];

	if (s->jobs > 1)
		return noro_lanes_queue(s, w);
	noro_event_ask(s, w);
	return ++s->batched == NORO_BATCH ? noro_lanes_wait(s) : NORO_OK;
}
enum noro_status noro_lanes_sweep(struct noro_scope *s, int64_t now, bool all);
