/* src/intel/stix21_priv.h - STIX 2.1 as a table of types and properties, and what reads it. */
#pragma once

#include "intel/stix21.h"

/* --- the table --------------------------------------------------------------- */

enum stix_kind {
	STIX_STRING,
	STIX_BOOL,
	STIX_INT,   /* of: struct stix_range, NULL: any that I-JSON has */
	STIX_FLOAT, /* of: struct stix_range, NULL: any */
	STIX_TIME,
	STIX_MILLIS, /* a time with three digits or more behind the second (3.2) */
	STIX_ENUM,   /* of: words */
	STIX_REF,    /* of: struct stix_refs */
	STIX_SELF,   /* the object's own id */
	STIX_TYPE,   /* its type: looked at before anything else */
	STIX_HEX,
	STIX_BINARY,
	STIX_HASHES,
	STIX_DICT,   /* of: struct stix_prop of the values, NULL: any */
	STIX_OBJECT, /* of: struct stix_shape */
	STIX_LANG,   /* RFC 5646 */
	STIX_URL,
	STIX_IPV4,
	STIX_IPV6,
	STIX_MAC,
	STIX_DOMAIN,
	STIX_EMAIL,
	STIX_RELATION,    /* a relationship_type (5.1) */
	STIX_CPE,         /* a CPE 2.3 name (6.14) */
	STIX_TEXT_OR_INT, /* a string or an integer */
	STIX_REGISTRY,    /* a registry key, hive written out (6.17) */
	STIX_EXTENSIONS,  /* of the object (3.2, 7.3) */
	STIX_CONTENTS,    /* of a language-content (7.1) */
	STIX_OBSERVABLES, /* the deprecated container (2.13) */
	STIX_NEVER,       /* must not be there: reserved, or not for this class */
};

enum { STIX_REQUIRED = 1, STIX_LIST = 2 };

struct stix_prop {
	struct noro_view name;
	enum stix_kind kind;
	unsigned flags;
	const void *of;
};

struct stix_range {
	int64_t lo, hi;
};

/* Which types an identifier may be of: named ones, or whole classes. */
struct stix_refs {
	const char *const *type; /* NULL-ended, or NULL */
	unsigned classes;        /* 1 << class, and STIX_CUSTOM for types of others */
	const char *said;        /* for the message */
};
enum { STIX_CUSTOM = 1 << 8 };

enum stix_rule_kind {
	STIX_SOME,     /* one of the named at least; with none named: any property of its own */
	STIX_ONE,      /* exactly one of the named */
	STIX_WITH,     /* the first needs the second */
	STIX_TRUE_HAS, /* the first being true needs the second */
	STIX_TRUE_NOT, /* the first being true forbids the second */
	STIX_FALSE_NOT,
	STIX_NOT_BEFORE, /* the second moment is not before the first */
	STIX_AFTER,      /* the second moment is behind the first */
};

struct stix_rule {
	enum stix_rule_kind kind;
	const char *const *name; /* NULL-ended */
};

struct stix_shape {
	const struct stix_prop *prop;
	size_t props;
	const struct stix_rule *rule;
	size_t rules;
};

struct stix_check;
struct stix_at;

struct stix_type {
	struct noro_view name;
	enum noro_stix21_class class;
	struct stix_shape shape;
	const char *const *makes_id; /* ID contributing properties, NULL-ended; NULL: none */
	/* What no row can say. */
	void (*also)(struct stix_check *c, const struct stix_at *at, const struct noro_json *o);
};

/* A predefined extension of one type (6): its name and what it holds. */
struct stix_predefined {
	const char *type;
	struct noro_view name;
	struct stix_shape shape;
};

enum { STIX_MAX_PROPS = 40 }; /* of one shape */

#define STIX_NAME(text)                                                                            \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
#define STIX_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STIX_WORDS(...)   ((const char *const[]){ __VA_ARGS__, NULL })
#define STIX_SHAPE(prop, rule)                                                                     \
	{                                                                                          \
		prop, STIX_COUNT(prop), rule, STIX_COUNT(rule)                                     \
	}
#define STIX_PLAIN(prop)                                                                           \
	{                                                                                          \
		prop, STIX_COUNT(prop), NULL, 0                                                    \
	}

extern const struct stix_type noro_stix_domain_types[], noro_stix_observable_types[];
extern const size_t noro_stix_domain_count, noro_stix_observable_count;
extern const struct stix_predefined noro_stix_predefined[];
extern const size_t noro_stix_predefined_count;
/* The common properties (3.2) by class; `created` and `modified` stand first. */
extern const struct stix_shape noro_stix_common[NORO_STIX21_META + 1];
extern const struct stix_shape noro_stix_common_marking;
extern const struct stix_refs noro_stix_any, noro_stix_scos;
extern const char *const noro_stix_extension_types[];

const struct stix_type *noro_stix_type(struct noro_view name);

/* --- one check ----------------------------------------------------------------- */

/* Where we are: a chain on the C stack up to the object. */
struct stix_at {
	const struct stix_at *up;
	struct noro_view name; /* p == NULL: `index` counts */
	size_t index;
};

struct stix_check {
	struct noro_arena *a;
	const struct noro_json *object;
	const struct stix_type *type; /* NULL: custom */
	struct noro_stix21 *ret;
	struct noro_stix21_faults *faults;
	enum noro_status status; /* NORO_ENOMEM sticks */
	unsigned depth;
	size_t steps; /* of selectors */
	bool defanged;
};

/* At `at`, or at its member of that name; arguments without bytes are left empty. */
void noro_stix_fault(struct stix_check *c, const struct stix_at *at, const char *msg);
void noro_stix_fault_of(struct stix_check *c, const struct stix_at *at, const char *msg,
	struct noro_view one, struct noro_view two);
void noro_stix_fault_in(struct stix_check *c, const struct stix_at *at, const char *member,
	const char *msg, struct noro_view one);

/* --- values -------------------------------------------------------------------- */

struct stix_moment {
	int64_t s;
	uint32_t ns;
	struct noro_view finer; /* digits behind the nanoseconds, without trailing zeros */
	size_t digits;          /* behind the second, as written */
};

bool noro_stix_moment(struct noro_view text, struct stix_moment *ret);
int noro_stix_moment_cmp(const struct stix_moment *a, const struct stix_moment *b);
int64_t noro_stix_moment_ns(const struct stix_moment *m);
/* The version digit of the UUID behind "--", '0' if the identifier is none. */
char noro_stix_uuid_version(struct noro_view id);
bool noro_stix_word(struct noro_view v, const char *const *words);
bool noro_stix_lang(struct noro_view v);
/* Letters, digits, '-' and '_', `least` to 250 of them (2.3, 2.7). */
bool noro_stix_dict_key(struct noro_view v, size_t least);
/* A property name: a-z, 0-9, '_', three to 250, a letter first (3.1, 11.1.1). */
bool noro_stix_prop_name(struct noro_view v);
/* A type name: a-z, 0-9, single hyphens, three to 250, a letter first. */
bool noro_stix_type_name(struct noro_view v);
/* One value that is no list of its own, by the kind of its property. */
void noro_stix_scalar(struct stix_check *c, const struct stix_at *at, const struct stix_prop *p,
	const struct noro_json *v);
void noro_stix_number(struct stix_check *c, const struct stix_at *at, const struct noro_json *v);
void noro_stix_hashes(struct stix_check *c, const struct stix_at *at, const struct noro_json *v);

/* --- objects ------------------------------------------------------------------- */

void noro_stix_value(struct stix_check *c, const struct stix_at *at, const struct stix_prop *p,
	const struct noro_json *v);
void noro_stix_shape(struct stix_check *c, const struct stix_at *at, const struct noro_json *o,
	const struct stix_shape *own, const struct stix_shape *common);
/* Content that the standard does not describe: nothing in it is empty, every name is a name. */
void noro_stix_content(struct stix_check *c, const struct stix_at *at, const struct noro_json *v);
void noro_stix_dict(struct stix_check *c, const struct stix_at *at, const struct stix_prop *each,
	const struct noro_json *v);
void noro_stix_extensions(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *v);
void noro_stix_contents(struct stix_check *c, const struct stix_at *at, const struct noro_json *v);
void noro_stix_observables(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *v);
void noro_stix_selectors(struct stix_check *c, const struct stix_at *root);
/* The id of an SCO against its content (2.9). */
void noro_stix_sco(struct stix_check *c, const struct stix_at *root, unsigned flags);

/* What rows cannot say, by type. */
void noro_stix_also_indicator(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o);
void noro_stix_also_marking(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o);
void noro_stix_also_extension(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o);
void noro_stix_also_observed(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o);
