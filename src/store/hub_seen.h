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

/* Other values of the same neighbourhood that were seen since `from_day`. */
struct noro_hub_nears {
	size_t most; /* that are wanted: the caller's */
	const struct noro_hub_value *row;
	size_t n;
};
enum noro_status noro_hubdb_near(struct noro_hubdb *h, const struct noro_hub_value *of,
	int64_t from_day, struct noro_arena *a, struct noro_hub_nears *ret,
	struct noro_error *err) NORO_MUSTUSE;
