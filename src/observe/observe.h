/*
 * src/observe/observe.h - telescope x history: rankings, rates of many sensors as one,
 * surges, and sensors that fell silent. Pure reading of a store; the answers are rows for
 * report/sense.h.
 */
#pragma once

#include "base/arena.h"
#include "store/history.h"

/* --- merge.c: many sensors of different size as one --- */
/*
 * Accesses per address and day, the weight of each sensor being addresses x time alive: an unbiased
 * rate although sensors differ in size and some were off. Lost minutes and dropped packets are
 * accounted, never taken for quiet.
 */
struct noro_rate {
	int64_t from_ns, to_ns;
	uint64_t packets, dropped;
	double address_days;    /* sum over sensors of addresses x alive time */
	double per_address_day; /* packets that came / address_days, corrected for drops */
	double interval_s;      /* 86,400 / per_address_day: one access every ... */
	double sources_per_day, victims_per_day, backscatter_per_day;
	double alive;               /* share of the time the sensors listened, by addresses */
	const char *const *missing; /* sensors silent for the whole time */
	size_t missings;
};
enum noro_status noro_observe_rate(struct noro_history *h, const struct noro_ask *ask,
	struct noro_arena *a, struct noro_rate *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- rank.c --- */
struct noro_rank_row {
	const char *key;
	uint64_t packets, sources;
	double per_address_day, share;
	uint64_t packets_before, sources_before; /* in the period before, of equal length */
	double change;                           /* share, NaN without a before */
	unsigned place, place_before;            /* from 1; 0 not there */
};
enum noro_status noro_observe_rank(struct noro_history *h, const struct noro_ask *ask,
	bool by_sources, struct noro_arena *a, const struct noro_rank_row **ret, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;

/* --- series.c: the figures alone, tested without a store (reference/telescope.md 2.8) --- */
struct noro_surge_opts {
	double z, ewma_lambda, ewma_l, fdr_q; /* 0: 3.5, 0.3, 3, 0.01 */
	unsigned min_sources, min_nets;       /* gate; 0: 5, 3 */
	unsigned history_days;                /* 0: 28 */
};
double noro_median(double *x, size_t n);                   /* reorders x; NaN for none */
double noro_robust_z(double x, double *history, size_t n); /* reorders history */
double noro_poisson_tail(
	double mean, uint64_t at_least); /* P(X >= k), exact to 1e-12 relative for small means */
/* Benjamini-Hochberg: marks which of `n` p-values stand at q. */
void noro_fdr(const double *p, size_t n, double q, bool *ret_stands);
double noro_ewma_score(const double *series, size_t n,
	double lambda); /* last value against its own past, in sigmas */

/* --- surge.c --- */
enum noro_surge_how { NORO_SURGE_Z = 1, NORO_SURGE_EWMA = 2, NORO_SURGE_POISSON = 4 };
struct noro_surge {
	const char *port;
	int64_t start_ns;
	uint32_t width_s;
	uint64_t sources, packets, fresh;
	double expected, z, p, times; /* sources over expected */
	unsigned how;                 /* bits of noro_surge_how */
	unsigned nets, as_n;
	const char
		*cause; /* "tool masscan", "cluster ...", "3 sources of AS64500", "not one cause" */
	const char *cve;              /* joined: published or added to KEV not long before; NULL */
	int64_t cve_ns;               /* when; and */
	const char *cve_why;          /* "kev", "published" */
	struct noro_list sources_top; /* addresses behind it, at most 10 */
	struct noro_list victims_top;
};
/* Products and ports of flaws: which CVE concerns a port. */
struct noro_port_cve {
	const char *cve, *port, *product;
	int64_t published_ns, kev_ns;
};
struct noro_surge_with {
	const struct noro_port_cve *port_cve;
	size_t port_cves;
};
/* Every bin in [from, to) of ask->width_s (600, 3600, 86400) against the same hours of the days
 * before. */
enum noro_status noro_observe_surges(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_surge_opts *o, const struct noro_surge_with *with, struct noro_arena *a,
	const struct noro_surge **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* --- health.c: sensors that are silent, drop, or whose clock is wrong --- */
struct noro_ill {
	const char *sensor;
	const char *what; /* N_(): "silent since %1", "drops %1 of its packets", "clock went back
			     %1", "traffic is not for its addresses" */
	const char *arg[2];
	int64_t since_ns;
};
enum noro_status noro_observe_health(struct noro_history *h, int64_t now_ns, uint32_t silent_s,
	struct noro_arena *a, const struct noro_ill **ret, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;
