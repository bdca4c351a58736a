/* src/rule/conclude_priv.h - between concluding and giving verdicts. */
#pragma once

#include "rule/rule_priv.h"

struct noro_verdict_state {
	struct noro_view value;
	uint32_t field; /* where the value stood */
	uint32_t places;
	uint64_t place[NORO_RULE_PLACES];
	uint64_t count, outcome[3];
	int64_t first_ns, last_ns;
	uint8_t row_any, row_every;          /* enum noro_event_flag */
	unsigned base;                       /* severity + 1 of the worst question */
	const char *why;                     /* for it */
	bool trace;                          /* one of the worst finds no weakness */
	uint16_t set;                        /* a list that the site did not give, + 1 */
	struct noro_view device;             /* whose rows these are */
	unsigned any, every;                 /* adjustments that some, that all events called for */
	const struct noro_rule_event *event; /* the first one */
	const struct noro_signal *signal;
};

struct noro_fleet;

struct noro_concluder {
	const struct noro_rules *rules;
	struct noro_arena *arena;
	const struct noro_rule_event *event;
	const struct noro_conclude_opts *opts;
	struct noro_asker asker;
	uint32_t *order, *start;
	/* the check at hand */
	const struct noro_rule *rule;
	struct noro_keyed keys, by_value;
	struct noro_verdict_state *verdict;
	size_t verdicts, verdict_cap, total;
	uint64_t keys_lost, verdicts_lost, timeless;
	int64_t learned_ns, learn_ns;
	enum noro_status status;
	struct noro_fleet *fleet;
};

/* --- rows_fleet.c: joins with rows of other devices --- */
struct noro_fleet {
	struct noro_keyed *key; /* one a join of the rule at hand */
	size_t keys;
};
/* Gather what other devices have, for every fleet join of the check at hand. */
enum noro_status noro_fleet_begin(struct noro_concluder *c, struct noro_fleet *f) NORO_MUSTUSE;
void noro_fleet_end(struct noro_fleet *f);
/* Does the row that made this event hold against them? */
bool noro_fleet_holds(const struct noro_concluder *c, const struct noro_fleet *f,
	const struct noro_rule_event *e);

/* A field of an event; p == NULL if it has none. */
struct noro_view noro_event_field(
	const struct noro_signal *s, const struct noro_rule_event *e, uint32_t field);

/* Severity, confidence and their reasons; then to the caller. */
enum noro_status noro_verdict_give(
	struct noro_concluder *c, const struct noro_verdict_state *v) NORO_MUSTUSE;
