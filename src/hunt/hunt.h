/*
 * src/hunt/hunt.h - the join: indicators and checks over evidence, on all cores,
 * in order, with coverage. Same evidence and intelligence, same answer for any
 * number of workers.
 */
#pragma once

#include "base/progress.h"
#include "device/route.h"
#include "finding/finding.h"
#include "intel/import.h"
#include "knowledge/knowledge.h"
#include "rule/rule.h"
#include "source/source.h"

/* A hit the moment it is found, so that a person need not wait for the end. Called by any worker.
 */
struct noro_first_hit {
	const char *path, *kind, *value;
	int64_t time_ns;
};

/* What an interrupted run left behind, for one that goes on: all of it borrowed until the end. */
struct noro_earlier {
	const struct noro_finding *finding;
	const struct noro_coverage *coverage;
	size_t findings, coverages;
	struct noro_view state; /* what noro_hunt gave then */
};
enum { NORO_HUNT_MAX_STATE = 512 << 20 }; /* bytes; past it a run cannot be gone on with */

struct noro_hunt_opts {
	const char *const *path; /* files, folders, "-" */
	size_t paths;
	const struct noro_set *set;     /* may be empty */
	const struct noro_allow *allow; /* lowers hits and explains; NULL: none */
	const struct noro_prefix
		*own; /* the operator's own addresses: an indicator among them is about us */
	size_t owns;
	bool exercise; /* documentation addresses stand for the outside: they are not lowered */
	const struct noro_rules *rules;     /* NULL: no checks */
	const struct noro_facts_def *facts; /* NULL: configurations are searched, not audited */
	const char *const *baseline; /* files and folders of approved configurations and outputs */
	size_t baselines;
	const struct noro_vrps *vrps;      /* validated route origins; NULL */
	const struct noro_prefix *protect; /* prefixes whose routes must not move */
	size_t protects;
	bool devices_only; /* what is no device text is read, and searched for nothing */
	const struct noro_knowledge *knowledge; /* NULL: none */
	const char *const *yara;                /* rule files; NULL */
	size_t yaras;
	struct noro_source_opts source;
	unsigned jobs;                /* 0: as many as there are processors */
	size_t max_memory;            /* 0: no ceiling */
	const struct noro_zone *zone; /* for times without one; NULL: UTC */
	int64_t now_ns;
	int64_t since_ns, until_ns; /* NORO_TIME_NONE: open */
	const char *kernel;         /* of the matcher; NULL: the best */
	bool no_decode;             /* do not look inside escapes and defanged text */
	bool hash_all;  /* SHA-256 of every container, not only of those with findings */
	bool hash_none; /* not even of those with findings: for speed, or when somebody else keeps
			   digests */
	const struct noro_earlier *earlier; /* NULL: begin at the beginning */
	struct noro_buf *state; /* gets what `earlier` needs if interrupted; NULL: not wanted */
	struct noro_progress *progress;
	void (*on_first)(void *ctx, const struct noro_first_hit *hit);
	/* A part of the baseline that cannot be read; NULL. */
	void (*on_refused)(void *ctx, const char *path, const struct noro_error *err);
	void *refused_ctx;
	void *ctx;
};

/*
 * Hunt. Everything in `ret` lives in the arena. What cannot be read costs only
 * itself and stands in coverage; NORO_EINTR leaves a valid partial result with
 * run.interrupted set, other failures (no memory for the engine) leave nothing.
 */
enum noro_status noro_hunt(const struct noro_hunt_opts *o, struct noro_arena *a,
	struct noro_result *ret, struct noro_error *err) NORO_MUSTUSE;

/*
 * Fill run.behaviour and run.classes_missing: each behaviour of each advisory in
 * use against the checks, the coverage and the findings of the result. noro_hunt
 * has done it; again when findings were taken away or added.
 */
enum noro_status noro_hunt_behaviours(
	const struct noro_hunt_opts *o, struct noro_arena *a, struct noro_result *ret) NORO_MUSTUSE;
