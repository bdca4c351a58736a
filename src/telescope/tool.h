/*
 * src/telescope/tool.h - fingerprints of scanning tools: rules are data
 * (knowledge/fingerprints), tests are integer compares made from them once.
 * The sources of each rule stand beside it in the data.
 */
#pragma once

#include "base/arena.h"
#include "finding/measure.h"
#include "telescope/klass.h"

enum { NORO_TOOLS_MAX = 16 }; /* rules in all; NORO_TALLIES of an event */

struct noro_tool_rule {
	const char *id;      /* of the rule: "zmap-54321" */
	const char *tool;    /* what it names: "zmap"; several rules may name one */
	const char *version; /* "<=4.0", NULL */
	struct noro_text title;
	const char *source; /* repository and file, or paper */
	bool strong;        /* a 32-bit test: one packet suffices */
	bool pairwise;      /* compares two packets of one source (Nmap, Unicornscan) */
};

struct noro_tools;
/* Each path is a knowledge folder, of which fingerprints/ is read; the file's
 * vectors are not run here. */
enum noro_status noro_tools_load(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_tools **ret, struct noro_error *err) NORO_MUSTUSE;
size_t noro_tools_n(const struct noro_tools *t);
const struct noro_tool_rule *noro_tools_rule(const struct noro_tools *t, size_t i);

/* Bits of the single-packet rules that hold. Cheap: called for every packet of class scan, and on
 * data segments. */
uint32_t noro_tools_test(const struct noro_tools *t, const struct noro_packet *p);
/* Of two packets of one source: `before` is what was kept of the first. */
struct noro_tool_seen {
	uint32_t seq, dst4, ports; /* ports: sport << 16 | dport */
};
uint32_t noro_tools_test_pair(const struct noro_tools *t, const struct noro_packet *p,
	const struct noro_tool_seen *before);
/* Both at once; `before` NULL: of a first packet. */
uint32_t noro_tools_test_both(const struct noro_tools *t, const struct noro_packet *p,
	const struct noro_tool_seen *before);
void noro_tools_keep(const struct noro_packet *p, struct noro_tool_seen *ret);

/* The label: hits >= max(2, half of packets), or all of them for strong tests; the highest share,
 * then the first rule. SIZE_MAX: none. */
size_t noro_tools_label(const struct noro_tools *t, const uint64_t *hits, uint64_t packets);

/* Window, options by kind and value class, ttl start, DF as one string:
 * "65535:mss1460-nop-ws8:64:df0". Our own (JA4T is under a non-free licence). At most 95 bytes and
 * a NUL. */
enum { NORO_CLUSTER_TEXT = 96 };
size_t noro_cluster_text(const struct noro_packet *p, char out[NORO_CLUSTER_TEXT]);
/* The same as a number, for counting without text. */
uint64_t noro_cluster_hash(const struct noro_packet *p);

/* Vectors in the data (hex packets, expected ids, packets that must not match); calls `fail` for
 * each that does not hold. */
enum noro_status noro_tools_self_test(const char *const *folder, size_t n,
	void (*fail)(void *ctx, const char *rule, const char *what), void *ctx, size_t *ret_run,
	struct noro_error *err) NORO_MUSTUSE;
