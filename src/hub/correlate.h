/*
 * src/hub/correlate.h - what the members' reports say together: values that meet the rule, each
 * with what it is (new, rising, steady, common, ...) and why, explained by its rows
 * (docs/decisions/0016-correlation.md). Exact, and therefore for analysts of the hub; no member is
 * named, not even here.
 */
#pragma once

#include "intel/import.h"
#include "store/hub_seen.h"

enum noro_hub_class {
	/* worth an alert */
	NORO_HUB_NEW,    /* nobody saw it before these days */
	NORO_HUB_RISING, /* more members than its own past lets expect */
	/* counted and shown, never alerted */
	NORO_HUB_STEADY,    /* as ever */
	NORO_HUB_COMMON,    /* seen by too many to mean anything */
	NORO_HUB_ALLOWED,   /* on an allow-list */
	NORO_HUB_WITHDRAWN, /* two members or more call it false */
	NORO_HUB_BELOW,     /* it does not meet the rule: only of one that was asked for */
	NORO_HUB_CLASSES,
};
const char *noro_hub_class_name(enum noro_hub_class c); /* "new" ... */
static inline bool noro_hub_class_alerts(enum noro_hub_class c)
{
	return c == NORO_HUB_NEW || c == NORO_HUB_RISING;
}

/* One day of a value: how many members, of how many sectors, in how many reports. */
struct noro_hub_day {
	int64_t day;
	uint32_t members, sectors;
	uint64_t reports;
};
struct noro_hub_sector_count {
	const char *sector; /* "" where nobody said */
	uint32_t members;
};

struct noro_hub_correlation {
	struct noro_hub_value value;
	enum noro_hub_class class;
	const char *why;     /* of an allow-list: a message id or the name of a list; NULL */
	int64_t crossed_day; /* when the rule was met first in the days asked for */
	int64_t first_day, last_day; /* ever; of the days asked for */
	/* of the T days that end with `last_day` of the window with most members */
	int64_t window_day; /* its last day */
	uint32_t members, sectors;
	uint64_t reports;
	uint32_t before;  /* members in all T-day windows of the past year before it, together */
	uint32_t windows; /* how many those are */
	double p;         /* that chance alone brings so many */
	uint32_t not_seen, false_positive; /* members that say so */
	unsigned score; /* 0 to 100, decayed by the days since it was seen last */
	/* of its latest reports, two dozen at the most: those with words, and those of them that
	 * say nearly the same: a wave */
	uint32_t texts, alike;
	uint32_t group; /* of those that alert: which belong together, from 1; 0 none */
	const struct noro_hub_day *day; /* of the window */
	size_t days;
	const struct noro_hub_sector_count *sector; /* most members first */
	size_t sector_n;
	const struct noro_hub_value *near; /* other values of its net or name in these days */
	size_t nears;
};

struct noro_hub_correlate {
	struct noro_hub_rule rule;
	int64_t now_ns;
	uint32_t days;         /* back from now: a value counts that met the rule on one of them */
	double common_percent; /* of members that reported in the days; 0: 2 % */
	const struct noro_allow *allow; /* NULL: none */
	int64_t value; /* only this one, whether it meets the rule or not; 0: all */
};
struct noro_hub_correlations {
	const struct noro_hub_correlation *row; /* alerts first, by score */
	size_t n;
	uint32_t active; /* members that reported in these days */
	uint32_t common; /* from so many members on a value is common */
	uint32_t groups;
};
enum noro_status noro_hub_correlate(struct noro_hubdb *db, const struct noro_hub_correlate *ask,
	struct noro_arena *a, struct noro_hub_correlations *ret,
	struct noro_error *err) NORO_MUSTUSE;

/*
 * base x (1 - (t/tau)^(1/delta)), the polynomial by which indicators age: t since it was seen last,
 * tau the life of its kind, delta 2 (what MISP calls NIDS). 0 past tau.
 */
unsigned noro_hub_decay(enum noro_ioc_kind kind, double base, int64_t age_ns);
