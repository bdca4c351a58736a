/* src/rule/rule_priv.h - what the parts of the rule engine share. */
#pragma once

#include "base/addr.h"
#include "base/json.h"
#include "rule/rule.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum noro_op {
	NORO_OP_ALL,  /* every child holds */
	NORO_OP_ANY,  /* one child holds */
	NORO_OP_NONE, /* no child holds */
	NORO_OP_TRUE,
	NORO_OP_FALSE,
	NORO_OP_DEFINED, /* was the set given at all? */
	/* the rest ask fields; one value that holds is enough unless `every` */
	NORO_OP_EQUALS,
	NORO_OP_CONTAINS,
	NORO_OP_STARTS,
	NORO_OP_ENDS,
	NORO_OP_GLOB,
	NORO_OP_REGEX,
	NORO_OP_IN, /* text, address or prefix of a set */
	NORO_OP_CIDR,
	NORO_OP_LT,
	NORO_OP_LE,
	NORO_OP_GT,
	NORO_OP_GE,
	NORO_OP_EXISTS,
	NORO_OP_IOS,    /* a command that starts like this, abbreviations allowed */
	NORO_OP_IOS_IN, /* the same at any word of a text */
	NORO_OP_CLASS,  /* what kind of address it is */
	NORO_OP_SAME,   /* equals another field */
};

enum noro_decode {
	NORO_DECODE_NONE,
	NORO_DECODE_PERCENT, /* %XX undone up to three times */
	NORO_DECODE_LOOKUPS, /* that, then ${lower:j} and its kin */
	NORO_DECODE_TARGET,  /* path, '?' and query joined again */
};

struct noro_ios_word {
	struct noro_view text; /* lower case */
	uint32_t least;        /* shortest abbreviation */
	bool glob;
};

/* Which member is filled follows from the operator. */
struct noro_value {
	struct noro_view text; /* lower case unless the condition is `cased` */
	int64_t number;
	pcre2_code *regex;
	struct noro_prefix prefix;
	const struct noro_ios_word *word;
	uint32_t words;
	uint32_t field;
};

/* A set after loading: texts in a hash, prefixes beside. */
struct noro_set_facts {
	const char *name;
	const char **text; /* lower case, sorted */
	size_t texts, text_cap;
	struct noro_prefix *prefix;
	size_t prefixes, prefix_cap;
	bool known; /* given by the site or a file, even if empty */
};

struct noro_cond {
	uint8_t op;     /* enum noro_op */
	uint8_t decode; /* enum noro_decode */
	bool cased, every;
	bool negate; /* for EXISTS: must be absent */
	uint32_t fields, values, children;
	const uint32_t *field; /* any of these may hold */
	const struct noro_value *value;
	const struct noro_cond *child;
	uint32_t set; /* for IN, when it names a set: index + 1 */
};

struct noro_number_range {
	int64_t from, to, step;
};

/* What is matched: the `when` of a check, or a named signal that checks share. */
struct noro_signal {
	const char *name, *file;
	uint64_t line;
	struct noro_cond when;
	const char *const *stated; /* prefilter as written */
	size_t stateds;
	const struct noro_number_range *number; /* over flow: instead of words */
	uint32_t numbers;
	uint32_t *literal; /* after seal */
	size_t literals;
	uint32_t emit[NORO_RULE_MAX_FIELDS];
	uint32_t emits;
	bool used;
};

enum noro_conclusion {
	NORO_CONCLUDE_EACH,
	NORO_CONCLUDE_COUNT,
	NORO_CONCLUDE_DISTINCT,
	NORO_CONCLUDE_SEQUENCE,
	NORO_CONCLUDE_FIRST,
};

enum { NORO_RULE_BY = 4, NORO_RULE_ADJUSTS = 12 };

/* One thing that has to be seen: events of a signal, so many, or with so many different values. */
struct noro_step {
	const char *on; /* name; NULL: the check's own signal */
	uint32_t signal;
	struct noro_cond where;
	bool filtered;
	uint32_t at_least;
	uint32_t of; /* field + 1: count its distinct values; 0: count events */
};

struct noro_adjust {
	struct noro_cond when;
	int severity, confidence;
	const char *why; /* message id */
};

struct noro_rule {
	struct noro_check pub;
	enum noro_conclusion kind;
	struct noro_step step[NORO_RULE_MAX_STEPS];
	uint32_t steps;
	uint32_t by[NORO_RULE_BY], bys;
	uint32_t of; /* FIRST: whose first sighting */
	uint32_t observable[NORO_RULE_BY], observables;
	uint32_t emit[NORO_RULE_MAX_FIELDS], emits;
	int64_t within_ns, learn_ns;
	struct noro_adjust adjust[NORO_RULE_ADJUSTS];
	uint32_t adjusts;
	struct noro_cond success, attempt;
	bool judges;                    /* has an outcome block */
	enum noro_severity severity[3]; /* by outcome */
	uint32_t requires;              /* set + 1 */
	bool skip_without;
	const struct noro_json *examples;
	struct noro_view text; /* of the file, for line numbers */
	bool generates;        /* Sigma correlation: its base rules report as well */
	bool left_out;
};

struct noro_rules {
	struct noro_arena *arena;
	struct noro_rule *rule;
	size_t rules, rule_cap;
	struct noro_signal *signal;
	size_t signals, signal_cap;
	struct noro_set_facts *set;
	size_t sets, set_cap;
	const char **field;
	size_t fields, field_cap;
	struct noro_rule_note *note;
	size_t notes, note_cap;
	/* after seal */
	const char **literal;
	size_t literals;
	uint32_t *of_literal,
		*of_literal_at;      /* signals by literal: of_literal[at[i] .. at[i + 1]] */
	struct noro_flow_gate *flow; /* NULL: no check over flow */
	const char **id_of;          /* ids in order, for duplicates and look-up */
	uint32_t *by_id;
	bool sealed;
	size_t files;
	pcre2_general_context *pcre;
	uint32_t target, path, query; /* "target" is made of the other two: numbers + 1 */
};

/* --- conditions (cond.c asks, compile.c makes) --- */

struct noro_decoded {
	uint32_t field;
	uint8_t how;
	bool have;
	struct noro_buf buf;
};
enum { NORO_DECODED_SLOTS = 8 };

/* What asking a condition needs: scratch that lives as long as a worker. */
struct noro_asker {
	const struct noro_rules *rules;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	struct noro_decoded slot[NORO_DECODED_SLOTS];
	size_t slots;
	struct noro_buf scratch;
	uint64_t undecided;
};
enum noro_status noro_asker_init(struct noro_asker *k, const struct noro_rules *r) NORO_MUSTUSE;
void noro_asker_done(struct noro_asker *k);
/* Forget what was decoded of the record before. */
void noro_asker_next(struct noro_asker *k);
bool noro_cond_holds(
	struct noro_asker *k, const struct noro_cond *c, const struct noro_rule_view *v);

/* Number of a field name, made if new. */
enum noro_status noro_rule_field(
	struct noro_rules *r, struct noro_view name, uint32_t *ret) NORO_MUSTUSE;
/* Is it one of the canonical names (evidence/record.h), "raw", "shape", or "own.NAME"? */
bool noro_rule_field_known(struct noro_view name);
/* "target" and what it is made of get their numbers. */
enum noro_status noro_rule_target(struct noro_rules *r) NORO_MUSTUSE;
/* Set by name, made (unknown, empty) if new. */
enum noro_status noro_rule_set(
	struct noro_rules *r, struct noro_view name, uint32_t *ret) NORO_MUSTUSE;
enum noro_status noro_rule_set_add(
	struct noro_rules *r, uint32_t set, struct noro_view value) NORO_MUSTUSE;
bool noro_set_has(const struct noro_set_facts *s, struct noro_view value);

/* A text being read, for messages. */
struct noro_rule_doc {
	struct noro_rules *rules;
	const char *file;
	struct noro_view text;
	struct noro_error *err;
};
/* Fail at the line of `at`. */
#define noro_rule_bad(doc, at, ...)                                                                \
	noro_rule_bad_((doc), (at), noro_fail((doc)->err, NORO_EFORMAT, __VA_ARGS__))
enum noro_status noro_rule_bad_(
	const struct noro_rule_doc *doc, size_t at, enum noro_status status);
enum noro_status noro_rule_nomem(const struct noro_rule_doc *doc);

enum noro_status noro_cond_compile(const struct noro_rule_doc *doc, const struct noro_json *v,
	unsigned depth, struct noro_cond *ret) NORO_MUSTUSE;
/* A view as an argument of noro_fail, cut to fit. */
#define NORO_VTEXT(v) noro_rule_vtext((char[64]){ 0 }, (v))
const char *noro_rule_vtext(char buf[64], struct noro_view v);

/* Fill `v` for `op` from text: regular expressions and prefixes are compiled. NORO_EFORMAT if it is
 * none. */
enum noro_status noro_value_make(struct noro_rules *r, enum noro_op op, bool cased,
	struct noro_view text, struct noro_value *v) NORO_MUSTUSE;

/* --- words.c --- */
bool noro_glob(struct noro_view pattern, struct noro_view text, bool cased);
enum noro_status noro_ios_compile(
	struct noro_arena *a, struct noro_view pattern, struct noro_value *ret) NORO_MUSTUSE;
bool noro_ios_matches(const struct noro_value *v, struct noro_view text, bool anywhere);

/* --- unveil.c --- */
enum { NORO_UNVEIL_ROUNDS = 3, NORO_UNVEIL_DEPTH = 32, NORO_UNVEIL_MAX = 64 << 10 };
/* Append `text` with percent encoding undone (and ${...} look-ups); only the first NORO_UNVEIL_MAX
 * bytes. */
void noro_unveil(struct noro_view text, enum noro_decode how, struct noro_buf *scratch,
	struct noro_buf *out);

/* --- literal.c --- */
enum { NORO_LITERAL_LEAST = 3, NORO_LITERAL_MOST = 256 };
/*
 * Words of which at least one must stand in the raw record if the condition
 * holds. Lower case, in the arena; NORO_ENOENT when none can be derived.
 */
enum noro_status noro_literals_derive(struct noro_rules *r, const struct noro_cond *c,
	const char *const **ret, size_t *ret_n) NORO_MUSTUSE;
enum noro_status noro_literals_gather(struct noro_rules *r, struct noro_error *err) NORO_MUSTUSE;

/* --- flow.c --- */
enum noro_status noro_flow_numbers(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_signal *s) NORO_MUSTUSE;
enum noro_status noro_flow_gather(struct noro_rules *r, struct noro_error *err) NORO_MUSTUSE;
const uint32_t *noro_flow_signals(const struct noro_rules *r, size_t *ret_n);

/* --- load.c --- */
struct noro_rule_key {
	const char *name;
	enum noro_status (*read)(
		const struct noro_rule_doc *doc, const struct noro_json *v, void *into);
	bool required;
};
/* Walk a mapping with a table of keys: an unknown or missing one is an error. Ends at name ==
 * NULL. */
enum noro_status noro_rule_keys(const struct noro_rule_doc *doc, const struct noro_json *v,
	const struct noro_rule_key *keys, void *into) NORO_MUSTUSE;
enum noro_status noro_rule_text(
	const struct noro_rule_doc *doc, const struct noro_json *v, const char **ret) NORO_MUSTUSE;
enum noro_status noro_rule_list(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_list *ret) NORO_MUSTUSE;
enum noro_status noro_rule_number(const struct noro_rule_doc *doc, const struct noro_json *v,
	int64_t least, int64_t most, int64_t *ret) NORO_MUSTUSE;
enum noro_status noro_rule_duration(
	const struct noro_rule_doc *doc, const struct noro_json *v, int64_t *ret_ns) NORO_MUSTUSE;
bool noro_rule_duration_text(struct noro_view text, int64_t *ret_ns);
enum noro_status noro_rule_field_at(
	const struct noro_rule_doc *doc, const struct noro_json *v, uint32_t *ret) NORO_MUSTUSE;
/* Put a rule or a signal into the set; the struct is copied. */
enum noro_status noro_rule_put(struct noro_rules *r, const struct noro_rule *rule) NORO_MUSTUSE;
enum noro_status noro_signal_put(
	struct noro_rules *r, const struct noro_signal *s, uint32_t *ret) NORO_MUSTUSE;
enum noro_status noro_rule_note_add(struct noro_rules *r, const struct noro_rule_note *n);
/* The conclude block. */
enum noro_status noro_conclude_read(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_rule *rule) NORO_MUSTUSE;
/* Visit the files below a path in order of their names. */
enum noro_status noro_rule_walk(struct noro_rules *r, const char *path,
	enum noro_status (*visit)(struct noro_rules *r, const char *path, struct noro_view text,
		struct noro_error *err),
	struct noro_error *err) NORO_MUSTUSE;

/* --- state.c: a table of fixed-size entries by key, oldest out first --- */
struct noro_keyed {
	size_t size, most; /* bytes of an entry; ceiling of entries */
	char *entry;
	size_t entries, cap;
	uint32_t *bucket;
	size_t buckets; /* power of two */
	uint32_t oldest, newest;
	uint64_t seed[2];
};
/* Every entry starts with this. */
struct noro_keyed_head {
	uint64_t hash;
	struct noro_view key[NORO_RULE_BY];
	uint32_t next, older, newer; /* index + 1 */
	uint32_t fresh;              /* 1 when just made: the rest is zero */
	int64_t seen_ns;
};
enum noro_status noro_keyed_init(struct noro_keyed *t, size_t size, size_t most) NORO_MUSTUSE;
void noro_keyed_done(struct noro_keyed *t);
/*
 * The entry for a key, made if new, and now the newest. At the ceiling the oldest
 * one is used again; *ret_lost is then when that one was last seen, else
 * NORO_TIME_NONE. Valid until the next call. NULL without memory.
 */
void *noro_keyed_get(struct noro_keyed *t, const struct noro_view key[NORO_RULE_BY], int64_t now_ns,
	int64_t *ret_lost);
/* The same without making one: NULL if absent. Does not touch the order. */
void *noro_keyed_find(const struct noro_keyed *t, const struct noro_view key[NORO_RULE_BY]);
uint64_t noro_view_hash(const uint64_t seed[2], struct noro_view v);
