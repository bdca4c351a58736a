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
	double hits_per_day; /* packets that a rule names: a tool, a request, a first payload */
	uint64_t victims;    /* different ones, however many sensors and attacks */
	double alive;        /* share of the time the sensors listened, by addresses */
	const char *const *missing; /* sensors silent for the whole time */
	size_t missings;
};
enum noro_status noro_observe_rate(struct noro_history *h, const struct noro_ask *ask,
	struct noro_arena *a, struct noro_rate *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- victims.c --- */
/*
 * Rows of several sensors that tell of one attack (same victim, protocol and busiest port, at the
 * same time) become one: counts added, the rate estimated over all addresses together, `sensor`
 * the names in a row. Sorts `v`; *n becomes how many are left. New rows lie in the arena.
 */
enum noro_status noro_observe_victims(
	const struct noro_victim **v, size_t *n, struct noro_arena *a) NORO_MUSTUSE;

/* --- rank.c --- */
/*
 * Hours are kept for a year or so, days for ever: where a period of hours begins before the first
 * that is kept, it becomes the whole days that it touches, and *ret_widened is true.
 */
enum noro_status noro_observe_period(struct noro_history *h, struct noro_ask *ask,
	bool *ret_widened, struct noro_error *err) NORO_MUSTUSE;
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
/* The same where the rate itself varies: negative binomial of variance mean + mean^2 / r. */
double noro_crowd_tail(double mean, double r, uint64_t at_least);
/* Benjamini-Hochberg: marks which of `n` p-values stand at q. */
enum noro_status noro_fdr(
	const double *p, size_t n, double q, struct noro_arena *a, bool *ret_stands) NORO_MUSTUSE;
double noro_ewma_score(const double *series, size_t n,
	double lambda); /* last value against its own past, in sigmas */

/* --- surge.c: ports that rise, over all ports at once; what makes the rise --- */
struct noro_surge_cause {
	const char *kind; /* "tool", "version", "cluster", "probe", "country", "as", "net",
			     "source", "payload", "research" */
	const char *key;
	uint64_t sources, packets;
	double share; /* of the rise, by named sources; of packets for a source or a payload */
	bool fresh;   /* not seen on this port in the 28 days before */
};
/* A flaw that became public near the rise. */
struct noro_surge_link {
	const char *cve, *product;
	int64_t day_ns;  /* published, or listed as exploited */
	int days;        /* from that day to the rise; negative: the rise came first */
	bool kev;        /* the day is that of the list of exploited flaws */
	const char *why; /* "payload", "port", "product" */
};
struct noro_surge {
	const char *port; /* "tcp/8443"; NULL: `ports` of them together */
	uint32_t width_s, ports;
	int64_t first_ns, last_ns, peak_ns;   /* bins; last_ns is the end of the last */
	double sources, expected, fold, p, z; /* of the peak; z NaN: not asked */
	const char *how;                      /* "poisson", "robust-z", "ewma" */
	bool continues;                       /* began before the period */
	uint64_t named, fresh;                /* sources with events in the history; new ones */
	double one;                           /* share of the busiest source in packets; NaN */
	const struct noro_surge_cause *cause;
	size_t causes;
	const struct noro_surge_link *link;
	size_t links;
};
struct noro_surges {
	const struct noro_surge *surge; /* in order of time */
	size_t surges;
	int64_t from_ns, to_ns; /* what was judged; from NORO_TIME_NONE: nothing could be */
	double days;            /* of history before it */
	uint64_t bins, stood, gated;
	const char *const *young; /* sensors without 28 days of their own: not judged yet */
	size_t youngs;
};
struct noro_flaws;
struct noro_surge_ask {
	const char *sensor;
	int64_t from_ns, to_ns;         /* NORO_TIME_NONE: the last day of the history */
	uint32_t width_s;               /* 0: hours, and days for what hours do not show */
	const struct noro_flaws *flaws; /* NULL */
};
enum noro_status noro_observe_surges(struct noro_history *h, const struct noro_surge_ask *ask,
	struct noro_arena *a, struct noro_surges *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- flaws.c: when flaws became public, and on which ports their products listen --- */
/*
 * KEV (CISA's JSON or CSV), CVE records (cvelistV5), JSON Lines or CSV with cve, port, vendor,
 * product, published, dateAdded. Products to ports: the folders' ports files.
 */
enum noro_status noro_flaws_open(const char *const *knowledge, size_t n, struct noro_arena *a,
	struct noro_flaws **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_flaws_text(struct noro_flaws *f, const char *path, struct noro_view text,
	size_t *ret_used, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_flaws_file(struct noro_flaws *f, const char *path, size_t *ret_used,
	struct noro_error *err) NORO_MUSTUSE;
/* Those near a rise, likeliest first, at most three; `cve` are named by payloads, NULL-ended. */
struct noro_surge_links {
	const struct noro_surge_link *link;
	size_t links;
};
enum noro_status noro_flaws_near(const struct noro_flaws *f, const char *port, int64_t rise_ns,
	const char *const *cve, struct noro_arena *a, struct noro_surge_links *ret) NORO_MUSTUSE;

/* --- trend.c: years --- */
struct noro_trend_row {
	char label[16]; /* "2025-08-27", "2025-08", "2025" */
	int64_t from_ns, to_ns;
	uint64_t packets, dropped;
	double address_days, per_address_day, interval_s;
	double sources_per_day, backscatter_per_day; /* sums over sensors, means over days */
	double alive;      /* share of the whole period that sensors listened, by addresses */
	unsigned days, of; /* days with a word of any sensor, of the period's */
	double change;     /* of per_address_day against the period just before; NaN without one */
};
struct noro_trend {
	const struct noro_trend_row *row;
	size_t rows;
};
enum noro_trend_by { NORO_BY_DAY, NORO_BY_MONTH, NORO_BY_YEAR };
/* A period is told from its own days only: a year that lacks some says how many it has. */
enum noro_status noro_observe_trend(struct noro_history *h, const struct noro_ask *ask,
	enum noro_trend_by by, struct noro_arena *a, struct noro_trend *ret,
	struct noro_error *err) NORO_MUSTUSE;

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

/* --- payloads.c: first payloads, those with a name by rule, the others by likeness --- */
enum {
	NORO_OBSERVE_NEAR = 3,      /* bits by which numbers of one cluster may differ */
	NORO_OBSERVE_PORTS = 8,     /* of a group that are told */
	NORO_OBSERVE_URLS = 16,     /* the same */
	NORO_OBSERVE_EXCERPT = 256, /* bytes kept of the first payload of a group */
};
struct noro_payload_ask {
	struct noro_ask which;
	const char *cve; /* only payloads with this CVE; NULL: all */
	/* Judges those that nobody judged before they are grouped; NULL: as they were stored. */
	noro_history_judge_fn *judge;
	void *judge_ctx;
	bool judge_all; /* judges all of them anew */
};
struct noro_payload_group {
	const char *rule; /* NULL: no rule names it */
	uint64_t simhash; /* of the first one, and */
	const char *ja4;  /* if it is a TLS client's; else NULL */
	struct noro_list ports, urls;
	uint64_t count, sources;
	int64_t first_ns, last_ns;
	struct noro_view excerpt; /* bytes of the first one: hostile */
	size_t bytes;             /* its length */
	struct noro_text title;   /* of the rule, and */
	struct noro_list cve;     /* what it stands for: the caller's to fill in */
};
struct noro_payloads {
	uint64_t payloads, named;
	bool sources_cut; /* too many pairs of group and source: counts of sources are too low */
	struct noro_payload_group *group; /* those with a rule first; largest first */
	size_t groups;
};
enum noro_status noro_observe_payloads(struct noro_history *h, const struct noro_payload_ask *ask,
	struct noro_arena *a, struct noro_payloads *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- campaign.c: sources that work as one (docs/decisions/0012) --- */
enum {
	NORO_CAMPAIGN_LEAST = 3, /* sources */
	NORO_CAMPAIGN_PORTS =
		8, /* of a campaign that are told, and of a source that make its key */
};
/* One reason why members belong together. */
struct noro_campaign_why {
	const char *kind;  /* "owner", "host", "sequence", "family", "burst", "hours", "alike" */
	const char *value; /* who, which host, which key, which tool */
	uint64_t sources;  /* members that it holds for */
	double measure;    /* burst: hours; hours: least likeness; NaN */
};
enum noro_campaign_proof {
	NORO_CAMPAIGN_STRONG, /* they share what nobody else has */
	NORO_CAMPAIGN_LIKELY, /* alike, and at the same time */
	NORO_CAMPAIGN_ALIKE   /* alike, no more */
};
struct noro_campaign {
	char id[9]; /* of its first reason: the same from one period to the next */
	enum noro_campaign_proof proof;
	uint64_t sources, packets, events;
	unsigned sensors, networks; /* networks: /16, /48 of IPv6 */
	int64_t first_ns, last_ns;
	const char *tool, *cluster, *probe; /* of most members; NULL: none */
	struct noro_list ports, countries;  /* of most members first */
	const struct noro_ip *member;       /* all `sources` of them, busiest first */
	const struct noro_campaign_why *why;
	size_t whys;
};
struct noro_campaigns {
	const struct noro_campaign *campaign; /* strongest, then largest first */
	size_t campaigns;
	uint64_t sources; /* that sent two packets or more */
	uint64_t joined;  /* of them in a campaign */
	bool cut;         /* more events than are held at once: those after them do not count */
};
struct noro_campaign_ask {
	struct noro_ask which; /* sensor and times */
	bool alike;            /* tell those too that share nothing but their habits */
};
enum noro_status noro_observe_campaigns(struct noro_history *h, const struct noro_campaign_ask *ask,
	struct noro_arena *a, struct noro_campaigns *ret, struct noro_error *err) NORO_MUSTUSE;
