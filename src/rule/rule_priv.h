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
	NORO_OP_WORD,   /* one of the words of a text (blanks and commas part them) */
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
	bool rows;  /* its events come from questions to tables */
	bool spans; /* after seal: a check that is not `alone` reads its events */
};

enum { NORO_RULE_BY = 4, NORO_RULE_ADJUSTS = 12 };

/* --- tables --- */

enum { NORO_COLUMN_NONE = 0xffff };

struct noro_table_facts {
	const char *name;
	const struct noro_rule_table *def; /* NULL: no schema was given */
	uint16_t *column;                  /* after seal: of a field number; NORO_COLUMN_NONE */
};

/* Rows of another table that agree in some columns: must be there, or must not. */
struct noro_join {
	uint32_t table, on;
	uint32_t their[NORO_RULE_BY], our[NORO_RULE_BY]; /* fields */
	struct noro_cond when;
	bool conditional, absent, asks_diff;
	bool other;     /* not the row itself */
	bool fleet;     /* of other devices: answered by the conclusion */
	uint32_t index; /* of the worker's hash; for fleet: the hidden signal */
};

struct noro_approval {
	uint32_t field;
	uint32_t set[NORO_RULE_APPROVED], sets;
};

/* What is asked of the rows of one table. */
struct noro_question {
	uint32_t table, signal;
	struct noro_cond when;
	bool conditional, asks_diff, plain_new; /* plain_new: being new raises nothing */
	const struct noro_join *join;
	uint32_t joins;
	struct noro_approval approved[NORO_RULE_APPROVED];
	uint32_t approveds;
	unsigned severity;     /* + 1: of what it finds; 0: that of the check */
	const char *why;       /* reason for it, a message id; NULL */
	bool sorted, weakness; /* sorted: this question says itself whether it finds a weakness */
};

enum noro_event_flag {
	NORO_EVENT_NEW = 1,      /* not in the baseline */
	NORO_EVENT_UNLISTED = 2, /* nobody said what is approved */
	NORO_EVENT_STANDING = 4, /* not on the list, but in the baseline */
	NORO_EVENT_AGAIN = 8,    /* another question of the check found this row before */
};

enum noro_conclusion {
	NORO_CONCLUDE_EACH,
	NORO_CONCLUDE_COUNT,
	NORO_CONCLUDE_DISTINCT,
	NORO_CONCLUDE_SEQUENCE,
	NORO_CONCLUDE_FIRST,
};

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
	uint32_t row_signal;   /* + 1: its events from tables */
	bool generates;        /* Sigma correlation: its base rules report as well */
	bool left_out;
	bool alone; /* after seal: asks nothing of other devices */
};

struct noro_rules {
	struct noro_arena *arena;
	struct noro_rule *rule;
	size_t rules, rule_cap;
	struct noro_signal *signal;
	size_t signals, signal_cap;
	struct noro_set_facts *set;
	size_t sets, set_cap;
	struct noro_rules_opts opts;
	struct noro_table_facts *table;
	size_t tables, table_cap;
	struct noro_question *question;
	size_t questions, question_cap;
	uint32_t joins;                   /* that need a hash of a device's rows */
	uint32_t *of_table, *of_table_at; /* after seal: questions by table */
	uint32_t device, diff;            /* fields, + 1: those that every row event keeps */
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
	uint32_t *alone;             /* rules that are */
	size_t alones;
	const char **id_of; /* ids in order, for duplicates and look-up */
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
	const struct noro_set_facts *set; /* those of the rules, unless an example has its own */
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	struct noro_decoded slot[NORO_DECODED_SLOTS];
	size_t slots;
	struct noro_buf scratch;
	uint64_t undecided;
	struct noro_view gave_up; /* the first expression that did */
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
	const uint32_t *table; /* whose columns are fields here */
	uint32_t tables;
	bool no_records; /* fields of records are none here */
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

/* --- load.c, keys_load.c --- */
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
/* The keys of a check, into a struct noro_rule; those of its conditions are passed over. */
extern const struct noro_rule_key noro_rule_check_keys[];
/* `over` of a check and of a signal. */
enum noro_status noro_rule_read_over(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into) NORO_MUSTUSE;
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
/* One of the closed list of reasons; NULL if it is none. */
const char *noro_rule_why(struct noro_view name);
enum noro_status noro_rule_severity(const struct noro_rule_doc *doc, const struct noro_json *v,
	enum noro_severity *ret) NORO_MUSTUSE;
/* The `adjust` rows, and one whose weight is fixed (vendor_default, reachable). */
enum noro_status noro_adjust_read(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_rule *rule) NORO_MUSTUSE;
enum noro_status noro_adjust_add(const struct noro_rule_doc *doc, const struct noro_json *v,
	int severity, const char *why, struct noro_rule *rule) NORO_MUSTUSE;
/* Visit the files below a path in order of their names. */
enum noro_status noro_rule_walk(struct noro_rules *r, const char *path,
	enum noro_status (*visit)(struct noro_rules *r, const char *path, struct noro_view text,
		struct noro_error *err),
	struct noro_error *err) NORO_MUSTUSE;

/* --- rows_load.c: the keys of a check over tables --- */
/* The tables a check names, into `doc`; *ret_single: `over` names the one. */
enum noro_status noro_rows_tables(
	struct noro_rule_doc *doc, const struct noro_json *v, bool *ret_single) NORO_MUSTUSE;
/* Its questions; `rule->row_signal` is made. */
enum noro_status noro_rows_read(const struct noro_rule_doc *doc, const struct noro_json *v,
	bool single, struct noro_rule *rule) NORO_MUSTUSE;
/* Does that table have this column? Any well-formed name will do without a schema. */
bool noro_table_has(const struct noro_rules *r, uint32_t table, struct noro_view column);
/* Columns by field, questions by table. */
enum noro_status noro_rows_seal(struct noro_rules *r, struct noro_error *err) NORO_MUSTUSE;
/* rows_fleet.c: which checks look at one device, and which signals the others read. */
enum noro_status noro_fleet_seal(struct noro_rules *r, struct noro_error *err) NORO_MUSTUSE;

/* --- rows.c --- */
/* The hashes of one device's rows that a worker keeps between devices. */
struct noro_row_worker;
enum noro_status noro_row_worker_new(
	const struct noro_rules *r, struct noro_row_worker **ret) NORO_MUSTUSE;
void noro_row_worker_free(struct noro_row_worker *w);
struct noro_rule_worker;
struct noro_asker *noro_rule_worker_asker(struct noro_rule_worker *w);
struct noro_row_worker *noro_rule_worker_rows(struct noro_rule_worker *w);
const struct noro_rules *noro_rule_worker_rules(struct noro_rule_worker *w);

/* --- selftest_rows.c --- */
/* Is it an example of rows or of devices? */
bool noro_example_is_rows(const struct noro_json *example);
/* Match its devices; *ret_skipped if nobody can read its texts. */
struct noro_example_run {
	const struct noro_rules *rules;
	const struct noro_rule *rule;
	struct noro_self_test *test;
	struct noro_rule_worker *worker;
	struct noro_arena *arena;
	noro_rule_emit_fn *emit;
	void *ctx;
	void (*fail)(void *ctx, const char *id, const char *arg0, const char *arg1);
};
enum noro_status noro_example_rows(const struct noro_example_run *x,
	const struct noro_json *example, bool *ret_skipped) NORO_MUSTUSE;
/* The sets of the rules with those of the example's `site` in place of the site's. */
enum noro_status noro_example_sets(const struct noro_example_run *x,
	const struct noro_json *example, const struct noro_set_facts **ret) NORO_MUSTUSE;

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
