/*
 * src/telescope/scope.h - packets in, measures out: the whole pipeline of one run
 * over one or more sensors (docs/decisions/0009). Same answer for any number of
 * workers, from a file or live.
 */
#pragma once

#include "base/progress.h"
#include "finding/measure.h"
#include "telescope/probe.h"
#include "telescope/sensor.h"
#include "telescope/tag.h"
#include "telescope/tool.h"

struct noro_scope_opts {
	const struct noro_sensor *sensor; /* whose packets follow */
	const struct noro_tools *tools;
	const struct noro_probes *probes;
	struct noro_tags *tags;               /* NULL: untagged; may be reloaded while running */
	const struct noro_research *research; /* NULL */
	unsigned jobs;                        /* 0: as many as processors */
	uint64_t
		max_memory; /* of tables; 0: 4 GiB. Past it the idlest events are ended, and told */
	unsigned open;      /* tunnels to open: enum noro_via bits */
	bool keep_small;    /* also events below 10 destinations or 10 packets/s */
};

struct noro_scope_sum {
	uint64_t packets, own, foreign, not_ip, malformed;
	uint64_t by_klass[NORO_KLASSES], by_flaw[NORO_FLAWS];
	uint64_t clock_back, ended_early; /* events ended for memory */
	uint64_t scans, victims,
		sources; /* sources: exact IPv4 of the last day, and IPv6 by estimate */
	int64_t first_ns, last_ns;
};

struct noro_scope;
enum noro_status noro_scope_new(const struct noro_scope_opts *o, const struct noro_measures *to,
	struct noro_scope **ret, struct noro_error *err) NORO_MUSTUSE;
/* Frames are copied or used up before it returns. */
enum noro_status noro_scope_feed(struct noro_scope *s, const struct noro_frame *f, size_t n,
	struct noro_error *err) NORO_MUSTUSE;
/* Live: the clock moves though nothing comes; and what the kernel dropped since the last call. */
enum noro_status noro_scope_tick(struct noro_scope *s, int64_t now_ns, uint64_t dropped,
	struct noro_error *err) NORO_MUSTUSE;
/* End all that is open, give the last measures. */
enum noro_status noro_scope_end(struct noro_scope *s, struct noro_error *err) NORO_MUSTUSE;
const struct noro_scope_sum *noro_scope_sum(const struct noro_scope *s);
void noro_scope_free(struct noro_scope *s);

/* Whole captures, the common case: mapped if plain, with readers beside the workers. */
enum noro_status noro_scope_read(struct noro_scope *s, struct noro_capture *c,
	struct noro_progress *progress, struct noro_error *err) NORO_MUSTUSE;
