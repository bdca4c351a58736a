/*
 * src/report/flows.h - tuples of a minute in the formats in which others exchange them: FlowTuple 3
 * and 4 (Avro, as CAIDA's corsaro3 writes them) and IPFIX files (RFC 7011, RFC 5655).
 */
#pragma once

#include "telescope/tag.h"
#include "telescope/tuple.h"

enum noro_flows_format { NORO_FLOWTUPLE3, NORO_FLOWTUPLE4, NORO_IPFIX };
/* "flowtuple3", "flowtuple4", "ipfix"; -1: none. */
int noro_flows_parse(const char *name);

struct noro_flows_opts {
	enum noro_flows_format how;
	const struct noro_tags *tags; /* countries and networks of sources; NULL: not known */
	/* Where the bytes go, piece by piece. A failure ends it, and is what is returned. */
	enum noro_status (*write)(void *ctx, struct noro_view bytes);
	void *ctx;
};

struct noro_flows;
/* FlowTuple: NORO_EUNSUPPORTED where libavro is not installed. */
enum noro_status noro_flows_begin(const struct noro_flows_opts *o, struct noro_flows **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Are tuples to be flows (struct noro_tuples_opts)? */
bool noro_flows_want_flows(const struct noro_flows *f);
/* A minute's tuples, sorted as they are given; to be used as noro_tuples_opts.give. */
enum noro_status noro_flows_put(
	void *ctx, int64_t minute_ns, const struct noro_tuple *t, size_t n) NORO_MUSTUSE;
enum noro_status noro_flows_end(struct noro_flows *f, struct noro_error *err) NORO_MUSTUSE;
/* Records written; packets that the format has no words for (FlowTuple: those of IPv6). */
uint64_t noro_flows_records(const struct noro_flows *f);
uint64_t noro_flows_unsaid(const struct noro_flows *f);
void noro_flows_free(struct noro_flows *f);
