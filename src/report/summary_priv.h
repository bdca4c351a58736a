/* src/report/summary_priv.h - what the first screen and page 1 say, worked out once. */
#pragma once

#include "report/report.h"

enum noro_verdict {
	NORO_VERDICT_LIKELY,  /* strong and severe: act */
	NORO_VERDICT_SUSPECT, /* must be looked at by a person */
	NORO_VERDICT_WEAK,    /* only low or unlikely ones */
	NORO_VERDICT_OPEN,    /* no trace, but ways that intruders use stand open */
	NORO_VERDICT_CLEAN,   /* nothing, and everything was read */
	NORO_VERDICT_PARTIAL, /* nothing, but something was not read or could not show */
	NORO_VERDICT_BLIND,   /* nothing was read at all */
};

struct noro_summary_host {
	const char *name;
	const struct noro_finding *worst;
	size_t findings;
};

struct noro_summary {
	enum noro_verdict verdict;
	/* Findings in report order: active ones first, then suppressed and gone ones. */
	const struct noro_finding **sorted;
	size_t active, findings;
	size_t by_severity[5]; /* of the active ones */
	size_t suppressed, fresh, known, gone;
	uint64_t hits;                  /* of the active ones, repeats counted */
	int64_t first_ns, last_ns;      /* of the active ones above "low", else of all active */
	const struct noro_finding *top; /* sorted[0] when active, else NULL */
	struct noro_summary_host *host; /* worst first */
	size_t hosts;
	size_t outbound, inbound; /* active findings whose observable was a target, a source */
	size_t stale;             /* active, outside the activity window */
	int64_t seen_from_ns, seen_until_ns; /* what the evidence spans */
	size_t unread, guessed_time, gaps;   /* pieces of evidence, pieces, holes */
	size_t answer[NORO_ANSWERS];         /* behaviours by enum noro_answer */
};

enum noro_status noro_summary_init(
	struct noro_summary *s, const struct noro_result *r, struct noro_error *err) NORO_MUSTUSE;
void noro_summary_done(struct noro_summary *s);

/* One line; a sentence or two of what it means; both message ids. */
const char *noro_summary_verdict(enum noro_verdict v);
const char *noro_summary_meaning(enum noro_verdict v);
