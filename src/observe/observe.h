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
	double sources_per_day; /* mean of what each sensor counts in a day, summed: one source may
				   touch two */
	double victims_per_day, backscatter_per_day;
	uint64_t victims;
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
struct noro_ranks {
	const struct noro_rank_row *row;
	size_t rows;
};
enum noro_status noro_observe_rank(struct noro_history *h, const struct noro_ask *ask,
	bool by_sources, struct noro_arena *a, struct noro_ranks *ret,
	struct noro_error *err) NORO_MUSTUSE;

/* --- series.c: the figures alone, tested without a store (reference/telescope.md 2.8) --- */
double noro_median(double *x, size_t n);                   /* reorders x; NaN for none */
double noro_robust_z(double x, double *history, size_t n); /* reorders history */
double noro_poisson_tail(
	double mean, uint64_t at_least); /* P(X >= k), exact to 1e-12 relative for small means */
/* Benjamini-Hochberg: marks which of `n` p-values stand at q. */
enum noro_status noro_fdr(
	const double *p, size_t n, double q, struct noro_arena *a, bool *ret_stands) NORO_MUSTUSE;
double noro_ewma_score(const double *series, size_t n,
	double lambda); /* last value against its own past, in sigmas */

/* --- health.c: sensors that are silent, drop, or whose clock is wrong --- */
struct noro_ill {
	const char *sensor;
	const char *what; /* N_(): "silent since %1", "drops %1 of its packets", "clock went back
			     %1", "traffic is not for its addresses" */
	const char *arg[2];
	int64_t since_ns;
};
struct noro_ills {
	const struct noro_ill *ill;
	size_t ills;
};
enum noro_status noro_observe_health(struct noro_history *h, int64_t now_ns, uint32_t silent_s,
	struct noro_arena *a, struct noro_ills *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- days.c: each day of a period by itself --- */
struct noro_day_sensor {
	const char *name;
	const double *per_address_day; /* of each day; NaN: it did not listen */
	const double *alive;           /* share of each day that it listened */
};
struct noro_days {
	int64_t from_ns; /* midnight, UTC */
	size_t days;
	const double *per_address_day; /* of all sensors as one; NaN: nobody listened */
	const struct noro_day_sensor *sensor;
	size_t sensors;
};
enum noro_status noro_observe_days(struct noro_history *h, const struct noro_ask *ask,
	struct noro_arena *a, struct noro_days *ret, struct noro_error *err) NORO_MUSTUSE;
