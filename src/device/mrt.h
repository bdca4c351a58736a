/*
 * src/device/mrt.h - routes as collectors keep them: MRT (RFC 6396, add-path of RFC
 * 8050) and BMP (RFC 7854). One streaming reader over a pull function; memory is one
 * record and the table of peers.
 */
#pragma once

#include "base/buf.h"
#include "device/route.h"

enum {
	NORO_MRT_MAX_RECORD = 16 << 20, /* a longer record is skipped and counted */
	NORO_MRT_MAX_PEERS = 65536,
	NORO_BGP_MAX_PATH = 4096, /* AS numbers of one path; more make the attribute a bad one */
};

enum noro_bgp_kind {
	NORO_BGP_RIB,      /* an entry of a table */
	NORO_BGP_ANNOUNCE, /* of an update */
	NORO_BGP_WITHDRAW,
	NORO_BGP_STATE, /* of a peer: `before`, `after` are RFC 4271 states */
};

/* What carried it, as `bgpdump -m` names it. */
enum noro_bgp_form {
	NORO_BGP_FORM_TABLE_DUMP,
	NORO_BGP_FORM_TABLE_DUMP2,
	NORO_BGP_FORM_BGP4MP,
	NORO_BGP_FORM_BGP4MP_ET,
	NORO_BGP_FORM_BGP, /* the type 5 of before RFC 6396 */
	NORO_BGP_FORM_BMP,
};

enum noro_bgp_has {
	NORO_BGP_HAS_ORIGIN = 1,
	NORO_BGP_HAS_NEXTHOP = 2,
	NORO_BGP_HAS_MED = 4,
	NORO_BGP_HAS_LOCAL_PREF = 8,
	NORO_BGP_HAS_ATOMIC = 16,
	NORO_BGP_HAS_AGGREGATOR = 32,
	NORO_BGP_HAS_OTC = 64, /* only to customer, RFC 9234 */
};

enum noro_bgp_segment_type {
	NORO_BGP_SET = 1,
	NORO_BGP_SEQUENCE = 2,
	NORO_BGP_CONFED_SEQUENCE = 3,
	NORO_BGP_CONFED_SET = 4
};

struct noro_bgp_segment {
	uint8_t type;
	uint32_t n; /* AS numbers of it */
};

struct noro_bgp_attrs {
	unsigned has; /* enum noro_bgp_has */
	uint8_t origin;
	struct noro_ip nexthop; /* of NEXT_HOP, or of MP_REACH_NLRI */
	struct noro_ip mp_nexthop;
	uint32_t med, local_pref, aggregator_as, otc;
	struct noro_ip aggregator;
	uint32_t as[NORO_BGP_MAX_PATH];
	size_t ases;
	struct noro_bgp_segment segment[NORO_BGP_MAX_PATH / 8];
	size_t segments;
	struct noro_view communities; /* four bytes each */
	struct noro_view large;       /* twelve bytes each, RFC 8092 */
};
/* Who originates the route: 0 where that is an AS_SET or nobody. */
uint32_t noro_bgp_origin(const struct noro_bgp_attrs *a);

struct noro_bgp_entry {
	enum noro_bgp_kind kind;
	enum noro_bgp_form form;
	int64_t time_s;
	uint32_t usec;
	bool add_path;
	uint32_t path_id;
	struct noro_ip peer;
	uint32_t peer_as;
	uint32_t originated_s; /* of a table: when the route was learned; 0 unknown */
	struct noro_prefix prefix;
	const struct noro_bgp_attrs *attrs; /* NULL: a withdrawal, a state */
	uint16_t before, after;
};

struct noro_mrt_stats {
	uint64_t bytes, records, entries;
	uint64_t bad_attributes; /* skipped, the rest of the route was kept */
	uint64_t bad_records;    /* do not hold together; what was read before the fault counts */
	uint64_t other_records;  /* of types that carry no routes */
	bool truncated; /* the last record ends too early, or nothing behind it can be read */
	uint64_t at;    /* where the record begins that is read now, or was last */
};

/* Up to `n` bytes; *ret_n == 0 is the end. */
struct noro_mrt_source {
	enum noro_status (*pull)(void *ctx, void *buf, size_t n, size_t *ret_n);
	void *ctx;
};

/* Called for every entry, in order; anything but NORO_OK stops the reading and is returned. */
typedef enum noro_status noro_mrt_take(void *ctx, const struct noro_bgp_entry *e);

/* MRT, or BMP messages one after another: told by the first bytes. NORO_EFORMAT if it is neither.
 */
enum noro_status noro_mrt_read(const struct noro_mrt_source *source, noro_mrt_take *take, void *ctx,
	struct noro_mrt_stats *ret, struct noro_error *err) NORO_MUSTUSE;
/* Do the bytes begin an MRT or a BMP file? For readers that must choose: the more of it is
 * given, the surer is the answer. */
bool noro_mrt_is(struct noro_view head);
/* "mrt", "bmp", or NULL. */
const char *noro_mrt_form(struct noro_view head);

/* One line as `bgpdump -m` writes it, with its end. */
void noro_mrt_print(const struct noro_bgp_entry *e, struct noro_buf *out);

/* --- what a collector's file says of the routes of the world, or of a peer --- */

struct noro_mrt_examine_opts {
	const struct noro_facts_def *def;
	const struct noro_vrps *vrps; /* NULL: origins are not asked */
	const struct noro_prefix *protect;
	size_t protects;
	uint32_t own_as;                   /* 0: not known */
	const struct noro_fact_file *file; /* the device and the evidence that rows stand for */
};

struct noro_mrt_from {
	struct noro_ip ip;
	uint32_t as;
	uint64_t routes, withdrawn, invalid, leaks;
};

struct noro_mrt_sum {
	struct noro_mrt_stats stats;
	const struct noro_mrt_from *peer; /* in the arena, in order of first appearance */
	size_t peers;
	uint64_t validity[4]; /* by enum noro_validity, of routes announced or in a table */
	uint64_t leaks, private_as, more_specific;
	int64_t first_s, last_s; /* times of the first and the last entry; 0 without any */
};

/*
 * Read it all; routes that need a word become rows of table `rib` (state) of the device
 * that o->file stands for, the first of each kind and a count of the rest. The same prefix
 * from the same origin is told once. The line of a row is the number of its record, its
 * offset where that record begins.
 */
enum noro_status noro_mrt_examine(const struct noro_mrt_source *source,
	const struct noro_mrt_examine_opts *o, struct noro_facts_maker *m, struct noro_arena *a,
	struct noro_mrt_sum *ret, struct noro_error *err) NORO_MUSTUSE;
