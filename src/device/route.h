/*
 * src/device/route.h - routing tables of devices, MRT and BMP; every route
 * explained from configuration and neighbours, or reported (reference: RTE checks).
 */
#pragma once

#include "base/addr.h"
#include "device/fact.h"

enum noro_route_proto {
	NORO_RT_OTHER,
	NORO_RT_CONNECTED,
	NORO_RT_LOCAL,
	NORO_RT_STATIC,
	NORO_RT_RIP,
	NORO_RT_OSPF,
	NORO_RT_ISIS,
	NORO_RT_EIGRP,
	NORO_RT_BGP,
	NORO_RT_KERNEL,
	NORO_RT_APPLICATION,
	NORO_RT_AGGREGATE,
	NORO_RT_LDP,
	NORO_RT_NAT,
	NORO_RT_DHCP,
	NORO_RT_ODR,
	NORO_RT_NHRP,
	NORO_RT_LISP,
	NORO_RT_VPN,
	NORO_RT_PROTOS
};
const char *noro_route_proto_name(enum noro_route_proto p);

/* One path of one prefix. Texts are interned in the table's arena. */
struct noro_route {
	struct noro_prefix prefix;
	struct noro_ip nexthop; /* family 0: directly attached, discard, or only an interface */
	const char *interface, *vrf; /* NULL; vrf NULL: the global table */
	const char *code;            /* as printed: "S*", "O E2", "B" */
	uint32_t metric, age_s;      /* age: UINT32_MAX unknown */
	uint16_t distance;
	uint8_t proto;
	uint8_t flags; /* enum noro_route_flag */
	uint32_t line; /* in the output */
	uint32_t path; /* index of an AS path in the table, UINT32_MAX: none */
};
enum noro_route_flag {
	NORO_RTF_BEST = 1,
	NORO_RTF_DEFAULT = 2,
	NORO_RTF_DISCARD = 4,
	NORO_RTF_HIDDEN = 8,
	NORO_RTF_INACTIVE = 16,
	NORO_RTF_LEAKED = 32
};

/* A table that grows while it is read; bounded memory per route (no copy of the text). */
struct noro_rib;
enum noro_status noro_rib_new(struct noro_arena *a, struct noro_rib **ret) NORO_MUSTUSE;
/* The table that outputs are of that name none, from now on; empty: the global one. */
enum noro_status noro_rib_of_vrf(struct noro_rib *r, struct noro_view name) NORO_MUSTUSE;
size_t noro_rib_routes(const struct noro_rib *r);
const struct noro_route *noro_rib_route(const struct noro_rib *r, size_t i);
const uint32_t *noro_rib_path(const struct noro_rib *r, uint32_t path, size_t *ret_n);

/* How much was understood. */
struct noro_route_read {
	uint64_t routes, lines, unknown;
	uint32_t first_unknown; /* line */
};
/* Text or JSON/XML of a show command of that dialect (also "linux", "frr", "bird" by `shape`, NULL:
 * from the text). */
enum noro_status noro_routes_read(struct noro_rib *r, enum noro_dialect d, const char *shape,
	struct noro_view text, struct noro_route_read *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- MRT and BMP: streaming, bounded; see mrt.h --- */

/* --- explaining --- */

/* A table put together from outputs: which route is the first of each, and where that stands. */
struct noro_rib_part {
	size_t from;
	const struct noro_fact_file *file;
	bool compared; /* the same was asked in the table before, so that a route may be new */
};
struct noro_rib_parts {
	struct noro_rib *rib; /* NULL: none */
	struct noro_rib_part *part;
	size_t n, cap;
};

struct noro_explain_opts {
	const struct noro_facts *facts; /* configuration and state of this device */
	const struct noro_facts_def *def;
	const struct noro_prefix
		*protect; /* prefixes that must not move: own AAA, syslog, DNS, customers */
	size_t protects;
	const struct noro_vrps *vrps;  /* validated ROAs; NULL */
	const struct noro_rib *before; /* an earlier snapshot; NULL */
	/* Where the routes stand, and those of `before`; n == 0: all in the file given, and all
	 * asked for in both. */
	struct noro_rib_parts now, first;
	bool paths_only; /* a table of BGP: paths and what is protected, nothing else */
	struct noro_rib_parts between; /* snapshots after `before`, all together */
};
/* Add a row of table `rib` for every route that needs a word, with why; and the measures of the
 * table. */
enum noro_status noro_routes_explain(const struct noro_rib *r, const struct noro_explain_opts *o,
	const struct noro_fact_file *f, struct noro_facts_maker *m) NORO_MUSTUSE;

/* --- RPKI origin validation (RFC 6811) --- */
struct noro_vrps;
enum noro_validity {
	NORO_ROV_NOT_FOUND,
	NORO_ROV_VALID,
	NORO_ROV_INVALID_ASN,
	NORO_ROV_INVALID_LENGTH
};
/* JSON or CSV as routinator, rpki-client, OctoRPKI write it; SLURM (RFC 8416) may follow. */
enum noro_status noro_vrps_read(struct noro_view text, struct noro_arena *a, struct noro_vrps **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* More of the same, or the local filters and assertions of RFC 8416, onto a table. */
enum noro_status noro_vrps_more(
	struct noro_vrps *v, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
size_t noro_vrps_count(const struct noro_vrps *v);
/* An origin of 0: no AS originates it (an AS_SET, no path); such a route cannot be valid. */
enum noro_validity noro_vrps_ask(
	const struct noro_vrps *v, const struct noro_prefix *p, uint32_t origin);
/* "not-found", "valid", "invalid-asn", "invalid-length" */
const char *noro_validity_name(enum noro_validity v);
