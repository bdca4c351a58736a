/*
 * src/store/hub_seen.h - what members have in common: values, who saw them on which day, what was
 * said of them (docs/decisions/0016-correlation.md). Written together with the objects they stand
 * in (hub.h, noro_hubdb_put); here they are read. For analysts of the hub: members stand here by
 * number.
 */
#pragma once

#include "intel/value.h"
#include "store/hub.h"

#define NORO_DAY_NS (INT64_C(86400) * NORO_NS_PER_S)

/* Days since 1970, never before. */
int64_t noro_hub_day(int64_t ns);

struct noro_hub_value {
	int64_t no;
	enum noro_ioc_kind kind;
	struct noro_view text;
	int64_t near;     /* intel/value.h; 0: none */
	int64_t added_ns; /* when it first came in */
};
/* By kind and normal form, or by number (`kind` NORO_IOC_KINDS). Text in the arena. NORO_ENOENT. */
enum noro_status noro_hubdb_value(struct noro_hubdb *h, const struct noro_hub_value *which,
	struct noro_arena *a, struct noro_hub_value *ret, struct noro_error *err) NORO_MUSTUSE;

/* A member that saw it on a day, however often. */
struct noro_hub_seen {
	int64_t value, day, member;
	int64_t n; /* objects that say so */
	int64_t first_ns, last_ns;
};
struct noro_hub_seen_ask {
	int64_t value;            /* 0: of all values */
	int64_t from_day, to_day; /* both included */
};
/* In order of day, value and member. A failure of `on` ends it. */
enum noro_status noro_hubdb_seen(struct noro_hubdb *h, const struct noro_hub_seen_ask *ask,
	enum noro_status (*on)(void *ctx, const struct noro_hub_seen *row), void *ctx,
	struct noro_error *err) NORO_MUSTUSE;

/* What members say of a value beside having seen it; the last word of each. */
struct noro_hub_verdict {
	int64_t member, at_ns;
	enum noro_value_says says;
};
enum noro_status noro_hubdb_verdicts(struct noro_hubdb *h, int64_t value, struct noro_arena *a,
	const struct noro_hub_verdict **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* Entries that speak of a value, latest day first. */
struct noro_hub_mention {
	int64_t collection, owner, added_us, day;
	enum noro_value_says says;
	const char *id, *type;
};
struct noro_hub_mentions {
	size_t most; /* that are wanted: the caller's */
	const struct noro_hub_mention *row;
	size_t n;
};
enum noro_status noro_hubdb_mentions(struct noro_hubdb *h, int64_t value, struct noro_arena *a,
	struct noro_hub_mentions *ret, struct noro_error *err) NORO_MUSTUSE;

/* The object it stands in, in the arena. NORO_ENOENT. */
enum noro_status noro_hubdb_mention_bytes(struct noro_hubdb *h, const struct noro_hub_mention *m,
	struct noro_arena *a, struct noro_view *ret, struct noro_error *err) NORO_MUSTUSE;

/* Other values of the same neighbourhood that were seen since `from_day`. */
struct noro_hub_nears {
	size_t most; /* that are wanted: the caller's */
	const struct noro_hub_value *row;
	size_t n;
};
enum noro_status noro_hubdb_near(struct noro_hubdb *h, const struct noro_hub_value *of,
	int64_t from_day, struct noro_arena *a, struct noro_hub_nears *ret,
	struct noro_error *err) NORO_MUSTUSE;

/* --- the rule: N members of M sectors within T days ----------------------------- */

struct noro_hub_rule {
	uint32_t members, sectors, days;
};
/* Ceilings: a rule past them is refused. */
enum { NORO_HUB_RULE_MEMBERS = 1000, NORO_HUB_RULE_SECTORS = 50, NORO_HUB_RULE_DAYS = 90 };

/* Who saw a value when, as far as the rule asks. */
struct noro_hub_sight {
	int64_t day, member;
	uint64_t sector; /* a number of its name; members without one are a sector of their own */
};
/* The first day from `from_day` on, on which the rule is met by rows in order of days. NORO_END:
 * none. `a` is working room. */
enum noro_status noro_hub_rule_day(struct noro_arena *a, const struct noro_hub_rule *rule,
	const struct noro_hub_sight *row, size_t n, int64_t from_day,
	int64_t *ret_day) NORO_MUSTUSE;

/* The rule by which values are watched as they come; 3/2/7 until it is set. */
enum noro_status noro_hubdb_rule(
	struct noro_hubdb *h, struct noro_hub_rule *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_rule_set(struct noro_hubdb *h, const struct noro_hub_rule *rule,
	struct noro_error *err) NORO_MUSTUSE;

/* A value that met it: found in the transaction that made it so, once in T days. */
struct noro_hub_crossing {
	int64_t value, day;
	int64_t at_ns; /* when it was found */
};
struct noro_hub_crossings {
	const struct noro_hub_crossing *row;
	size_t n;
};
/* Of these days, in order of days. */
enum noro_status noro_hubdb_crossings(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	struct noro_arena *a, struct noro_hub_crossings *ret, struct noro_error *err) NORO_MUSTUSE;

/* Values with so many rows or more on these days: what may meet a rule. In order. */
struct noro_hub_often {
	uint32_t least; /* rows: the caller's */
	const int64_t *value;
	size_t n;
};
enum noro_status noro_hubdb_often(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	struct noro_arena *a, struct noro_hub_often *ret, struct noro_error *err) NORO_MUSTUSE;

/* How many members have rows on these days. */
enum noro_status noro_hubdb_active(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	uint32_t *ret, struct noro_error *err) NORO_MUSTUSE;

/* Which sector is each member of? Sorted by number; the hub itself is left out. */
struct noro_hub_sector_row {
	int64_t member;
	const char *sector; /* "" if nobody said */
	uint64_t no;        /* the same for the same name */
};
struct noro_hub_sectors {
	const struct noro_hub_sector_row *row;
	size_t n;
};
enum noro_status noro_hubdb_sectors(struct noro_hubdb *h, struct noro_arena *a,
	struct noro_hub_sectors *ret, struct noro_error *err) NORO_MUSTUSE;
const struct noro_hub_sector_row *noro_hub_sector_of(
	const struct noro_hub_sectors *s, int64_t member);

/* --- what was told to members (hub/counts.h) ------------------------------------ */

struct noro_hub_told {
	int64_t value, day;
	const char *body;
};
/* What was told of the value on that day, in the arena. NORO_ENOENT: nothing yet. A clock that went
 * back gets what was told last. */
enum noro_status noro_hubdb_told(struct noro_hubdb *h, struct noro_hub_told *t,
	struct noro_arena *a, struct noro_error *err) NORO_MUSTUSE;
/* Kept unless something was told on that day or later. */
enum noro_status noro_hubdb_tell(
	struct noro_hubdb *h, const struct noro_hub_told *t, struct noro_error *err) NORO_MUSTUSE;
