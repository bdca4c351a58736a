/* src/device/explain_priv.h - what explains routes, gathered once for a device. */
#pragma once

#include "device/rib_priv.h"

enum {
	EXPLAIN_MAX_ROWS = 2000, /* rows of table rib for one device; what is beyond is counted */
	EXPLAIN_MAX_ALIKE = 50,  /* rows for one reason alone */
	EXPLAIN_MAX_DEPTH = 8,   /* of next hops that lead to next hops */
	EXPLAIN_HOPS = 1024,     /* answers kept for next hops, by hash */
	EXPLAIN_WHY = 256,
};

/* Prefixes of several tables, each knowing the closest around it (see vrps.c). */
struct nest_item {
	uint64_t hi, lo;
	uint32_t vrf; /* number of the table, see explain_vrf */
	uint32_t value, parent;
	uint8_t family, len;
};
struct nest {
	struct nest_item *item; /* on the heap */
	size_t items, cap;
};
enum noro_status nest_add(
	struct nest *n, uint32_t vrf, const struct noro_prefix *p, uint32_t value) NORO_MUSTUSE;
void nest_make(struct nest *n);
/* The item of the longest prefix around `p` (itself included), or NULL; then its parents. */
const struct nest_item *nest_find(const struct nest *n, uint32_t vrf, const struct noro_prefix *p);
const struct nest_item *nest_up(const struct nest *n, const struct nest_item *item);
bool nest_is(const struct nest_item *i, const struct noro_prefix *p);

enum egress {
	EGRESS_UNKNOWN,
	EGRESS_PHYSICAL,
	EGRESS_TUNNEL,
	EGRESS_CONTAINER,
	EGRESS_MGMT,
	EGRESS_NULL
};
enum answer { ANSWER_UNKNOWN, ANSWER_YES, ANSWER_NO };

/* What is at fault with a route; each has its word in the column `why`. */
enum reason {
	WHY_STATIC = 1 << 0,
	WHY_HOP_DIFFERS = 1 << 1,
	WHY_KERNEL = 1 << 2,
	WHY_APPLICATION = 1 << 3,
	WHY_CONNECTED = 1 << 4,
	WHY_NO_PEER = 1 << 5,
	WHY_NO_ADJACENCY = 1 << 6,
	WHY_UNREACHABLE = 1 << 7,
	WHY_NO_ARP = 1 << 8,
	WHY_TUNNEL = 1 << 9,
	WHY_CONTAINER = 1 << 10,
	WHY_SPECIFIC = 1 << 11,
	WHY_MOVED = 1 << 12,
	WHY_NEW = 1 << 13,
	WHY_LOST = 1 << 14,
	WHY_AGE = 1 << 15,
	WHY_PRIVATE_AS = 1 << 16,
	WHY_LEAK = 1 << 17,
	WHY_INVALID = 1 << 18,
	WHY_NEWLY_INVALID = 1 << 19,
	WHY_OTHER_VRF = 1 << 20,
	WHY_ORIGIN = 1 << 21,
	WHY_PASSED = 1 << 22,
	WHY_NEW_SPECIFIC = 1 << 23,
	WHY_WAY_LOST = 1 << 24, /* one that was not taken */
	WHY_WAY_NEW = 1 << 25,
	WHY_COUNT = 1 << 26,
	WHY_REASONS = 27
};

struct explain_hop {
	struct noro_ip ip;
	uint32_t vrf;
	bool known;
	uint8_t adjacent, egress;
	bool arp;        /* its neighbour stands in a table of ARP or ND */
	const char *via; /* the interface the route came with */
	const char *interface;
};

struct explain_static {
	struct noro_prefix prefix;
	struct noro_ip nexthop;
	struct noro_view interface;
	uint32_t vrf;
};

struct explain_interface {
	struct noro_view name, kind;
	bool addressed;
};

struct explain_peer {
	struct noro_ip ip;
	uint32_t vrf, as;
};

struct explain {
	const struct noro_rib *rib;
	const struct noro_explain_opts *o;
	const struct noro_fact_file *f;
	struct noro_facts_maker *m;
	struct noro_arena *a;
	const char *vrf[4096], *last_vrf;
	uint32_t last_vrf_number;
	uint32_t vrfs;
	struct nest routes, connected, statics_nest, protect, before;
	struct nest ways, ways_before; /* of a table of BGP: those that are not taken as well */
	struct explain_static *statics;
	size_t n_statics, cap_statics;
	struct explain_interface *interface;
	size_t interfaces, cap_interfaces;
	struct explain_peer *peer;
	size_t peers, cap_peers;
	struct noro_ip *l2; /* sorted */
	size_t l2s, cap_l2;
	struct noro_view *igp; /* words "ospf interface" pairs: proto then interface */
	size_t igps, cap_igp;
	bool config;        /* a configuration with interfaces was read */
	bool statics_known; /* a whole one was read, though it may have neither */
	bool has_igp;       /* adjacencies were collected */
	bool links_known;   /* something says which networks are connected */
	uint32_t own_as;
	struct explain_hop hop[EXPLAIN_HOPS];
	uint32_t alike[WHY_REASONS];
	uint64_t rows, beyond;
	int table;
	uint64_t count[NORO_RT_PROTOS];
};

/* The number of a table by name; NULL and "default" are 0. */
uint32_t explain_vrf(struct explain *x, struct noro_view name);
enum noro_status explain_gather(struct explain *x) NORO_MUSTUSE;
/* "Gi0/1" is "GigabitEthernet0/1". */
bool explain_same_interface(struct noro_view a, struct noro_view b);
enum egress explain_egress(const struct explain *x, struct noro_view name);
const struct explain_interface *explain_interface(const struct explain *x, struct noro_view name);
/* Where the next hop leads. */
struct explain_hop explain_hop(struct explain *x, const struct noro_route *r, uint32_t vrf);
/* ANSWER_NO with its reason, ANSWER_YES, or nothing to say. */
enum answer explain_origin(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why);
/* WHY_PRIVATE_AS, WHY_LEAK. */
unsigned explain_path(const uint32_t *as, size_t n, uint32_t own_as);
bool noro_as_private(uint32_t as);

enum noro_status explain_gather_protected(struct explain *x) NORO_MUSTUSE;
enum noro_status explain_gather_before(struct explain *x) NORO_MUSTUSE;
/* What is protected there: "aaa", "syslog", "dns", "site". */
const char *explain_protected(uint32_t value);
/* Its name, if the route cuts a part out of what is protected and leads it elsewhere. */
const char *explain_covered(
	struct explain *x, const struct noro_route *r, uint32_t vrf, unsigned *why);
bool explain_diverts(struct explain *x, const struct noro_route *r);
/* WHY_NEW, WHY_NEW_SPECIFIC, WHY_MOVED, WHY_ORIGIN, WHY_AGE against the snapshot before. */
unsigned explain_change(struct explain *x, const struct noro_route *r, uint32_t vrf);
/* Is one of before gone? Not if another took its place: that one has moved. */
bool explain_lost(struct explain *x, const struct noro_route *r);
/* Of ways that are not taken, by network and next hop: is one of before gone, or one new? A network
 * that is lost or new as a whole is told of by its best way. */
bool explain_way_lost(struct explain *x, const struct noro_route *r);
bool explain_way_new(struct explain *x, const struct noro_route *r);
/* Was one of between neither there before nor is it now? */
bool explain_passed(struct explain *x, const struct noro_route *r);

/* What a row says; texts live in the arena or in the table. */
struct explain_word {
	const struct noro_route *r;
	unsigned why;
	enum answer explained;
	struct explain_hop hop;
	const char *protected, *validity, *note;
	const char *said_by; /* stands before the text of a route of a collector; NULL */
	uint64_t offset;     /* from the beginning of the file's part */
	const struct noro_fact_file *file; /* where it stands; NULL: see `of` */
	const struct noro_rib_parts *of;   /* the table it is of; NULL: that of now */
	const uint32_t *path;
	size_t path_n;
};
/* A row; of rows alike only the first. */
enum noro_status explain_tell(struct explain *x, const struct explain_word *w) NORO_MUSTUSE;
/* One row for each reason of which there were more than were shown. */
enum noro_status explain_tell_more(struct explain *x) NORO_MUSTUSE;
void explain_done(struct explain *x);
