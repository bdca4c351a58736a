/* src/report/flows_priv.h - what the writers of flows share: a row of functions for each. */
#pragma once

#include "report/flows.h"

#include "base/buf.h"

struct noro_avro;
struct noro_flows {
	struct noro_flows_opts o;
	const struct noro_flows_row *row;
	uint64_t records, unsaid;
	enum noro_status status; /* of `write`, sticky */
	struct noro_avro *avro;
	struct noro_buf message; /* IPFIX: the one under way */
	size_t set;              /* where its open set begins, 0: none */
	uint32_t export_s;       /* newest time in it */
};

struct noro_flows_row {
	const char *name;
	bool flows;
	enum noro_status (*begin)(struct noro_flows *f, struct noro_error *err);
	enum noro_status (*put)(
		struct noro_flows *f, int64_t minute_ns, const struct noro_tuple *t, size_t n);
	enum noro_status (*end)(struct noro_flows *f, struct noro_error *err);
	void (*free)(struct noro_flows *f);
};

extern const struct noro_flows_row noro_flows_tuple3, noro_flows_tuple4, noro_flows_ipfix;

static inline uint32_t noro_flows_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
