/*
 * src/intel/value.h - the values that a STIX object speaks of, in the form in which they are
 * compared, and what it says of them: seen, looked for and not seen, or wrongly accused. What a
 * hub counts by (docs/decisions/0016-correlation.md).
 */
#pragma once

#include "base/json.h"
#include "intel/indicator.h"

enum {
	NORO_VALUES_MAX = 4096, /* of one object; what is more is counted */
	NORO_VALUE_REFS = 1000, /* objects that one refers to */
};

struct noro_value {
	enum noro_ioc_kind kind;
	struct noro_view text; /* in normal form */
	struct noro_view path; /* where it stood: "file:hashes.MD5" */
	/* Neighbours have the same number: addresses of one /24 (IPv6: /48), names of one
	 * registered domain, also in URLs and mail addresses. 0: nothing has one. */
	int64_t near;
};
/* What stood where a value is expected, and is none. */
struct noro_value_refused {
	struct noro_view text, path;
	const char *why; /* N_() */
};

enum noro_value_says {
	NORO_SAYS_SEEN,     /* reported, observed, sighted */
	NORO_SAYS_NOT_SEEN, /* a sighting of count 0 */
	NORO_SAYS_FALSE,    /* an opinion that disagrees */
	NORO_SAYS_NOTHING,  /* it only names it */
};

struct noro_values {
	enum noro_value_says says;
	const struct noro_value *value;
	size_t values;
	const struct noro_value_refused *refused;
	size_t refuseds;
	const struct noro_view *ref; /* ids of objects of whose values it is said too */
	size_t refs;
	size_t more;               /* values past the ceiling */
	int64_t first_ns, last_ns; /* when it was seen; NORO_TIME_NONE: it does not say */
};

/* Of a checked object (stix21.h). Lives in the arena; views may borrow from the object. */
enum noro_status noro_values_of(
	struct noro_arena *a, const struct noro_json *object, struct noro_values *ret) NORO_MUSTUSE;

/* Why a value in normal form is no indicator, a message id; NULL: it may be one. */
const char *noro_value_lint(enum noro_ioc_kind kind, struct noro_view text);
/* As in struct noro_value. */
int64_t noro_value_near(enum noro_ioc_kind kind, struct noro_view text);
/*
 * The part of a name that somebody registered. There is no public suffix list here: it is the last
 * two labels, or three where the second is one of those that registries of countries hand out
 * under (co.jp, com.au). Names below hosters' own suffixes count as one.
 */
struct noro_view noro_value_registered(struct noro_view domain);
