/*
 * src/rule/rule.h - checks as data: one language over records that are asked by
 * field name, in two phases (docs/decisions/0005-rule-language.md). Matching is
 * stateless and may run in any number of workers; concluding is serial.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "finding/finding.h"

/* Ceilings: what a check file or the evidence may ask for. Reaching one is an error or a note. */
enum {
	NORO_RULE_MAX_CHECKS = 20000,
	NORO_RULE_MAX_FILE = 4 << 20,     /* bytes of one rule file */
	NORO_RULE_MAX_FILES = 50000,      /* of one folder tree */
	NORO_RULE_MAX_VALUES = 20000,     /* in one list */
	NORO_RULE_MAX_DEPTH = 32,         /* of nested conditions */
	NORO_RULE_MAX_FIELDS = 24,        /* that one event carries */
	NORO_RULE_MAX_COUNT = 1024,       /* `at_least` of a count */
	NORO_RULE_MAX_DISTINCT = 64,      /* `at_least` of distinct values */
	NORO_RULE_MAX_STEPS = 4,          /* of a sequence */
	NORO_RULE_MAX_KEYS = 1 << 18,     /* sources, users ... followed at once, per check */
	NORO_RULE_MAX_STATE = 64 << 20,   /* bytes of state, per check */
	NORO_RULE_MAX_VERDICTS = 1 << 17, /* of one conclusion */
	NORO_RULE_KEPT = 1024,            /* bytes of a field that an event carries */
	NORO_RULE_PLACES = 8,             /* events that a verdict names */
	NORO_RULE_REGEX_STEPS = 20000, /* PCRE2 match limit: past it, the record does not match */
	NORO_RULE_MAX_TABLES = 1024,
	NORO_RULE_QUESTIONS = 24, /* tables that one check asks */
	NORO_RULE_JOINS = 8,      /* of one question */
	NORO_RULE_APPROVED = 4,   /* columns that an approval looks at */
};

/* A list of facts that conditions refer to as $name: "site.management", "privileged". */
struct noro_rule_set {
	const char *name;
	const char *const *value; /* texts, addresses, prefixes */
	size_t values;
};

/*
 * A table whose rows checks `over: NAME` ask (docs/checks.md). Columns are numbered as
 * the caller's rows number them: the common ones of noro_rules_opts first, then these.
 */
struct noro_rule_table {
	const char *name;
	const char *const *column;
	size_t columns;
};

struct noro_rules_opts {
	const struct noro_rule_set *set; /* added to the sets that rule files define */
	size_t sets;
	/* Borrowed for the life of the rules. Without any, checks over tables load for
	 * noro_rules_explain with their names of tables and columns unchecked, and match nothing.
	 */
	const struct noro_rule_table *table;
	size_t tables;
	const char *const *common; /* columns that every table has: device, diff, source ... */
	size_t commons;
	/* Told of each rule file that cannot be read, which is then left out (what it holds before
	 * the fault stays); NULL: the first fault ends the loading. */
	void (*refused)(void *ctx, const struct noro_error *err);
	void *refused_ctx;
};

/* The checks in use. Built by one thread; immutable and shared after noro_rules_seal. */
struct noro_rules;

/* Lives in `a` (PCRE2 programs are freed with it). `opts` may be NULL. */
enum noro_status noro_rules_new(struct noro_arena *a, const struct noro_rules_opts *opts,
	struct noro_rules **ret, struct noro_error *err) NORO_MUSTUSE;
/* One YAML document: a check, signal or set, or a list of them. Strict. */
enum noro_status noro_rules_add_text(struct noro_rules *r, const char *name, struct noro_view text,
	struct noro_error *err) NORO_MUSTUSE;
/* A file, or every *.yaml and *.yml below a folder, in byte order of their names. */
enum noro_status noro_rules_add_path(
	struct noro_rules *r, const char *path, struct noro_error *err) NORO_MUSTUSE;
/*
 * Sigma: rules that cannot be decided here become notes, not errors; only an
 * unreadable file, bad YAML or missing memory fails. Several documents in one
 * text are cut at "---" lines.
 */
enum noro_status noro_sigma_add_text(struct noro_rules *r, const char *name, struct noro_view text,
	struct noro_error *err) NORO_MUSTUSE;
/* A file or a folder; a file that is no YAML becomes a note as well. */
enum noro_status noro_sigma_add_path(
	struct noro_rules *r, const char *path, struct noro_error *err) NORO_MUSTUSE;
/* Join signals and checks, gather literals. Nothing can be added afterwards. */
enum noro_status noro_rules_seal(struct noro_rules *r, struct noro_error *err) NORO_MUSTUSE;
/* All of the above for our own checks. */
enum noro_status noro_rules_load(struct noro_arena *a, const char *const *paths, size_t n,
	const struct noro_rules_opts *opts, struct noro_rules **ret,
	struct noro_error *err) NORO_MUSTUSE;

/* What was not loaded, or cannot be decided, and why. */
struct noro_rule_note {
	const char *file, *rule; /* `rule` may be NULL */
	uint64_t line;
	struct noro_msg what;
};
const struct noro_rule_note *noro_rules_notes(const struct noro_rules *r, size_t *ret_n);

/* The words a scanner has to look for: lower case ASCII, each once, at least 3 bytes. */
const char *const *noro_rules_literals(const struct noro_rules *r, size_t *ret_n);
/*
 * The literals that matter for evidence of these classes (blank-separated, as
 * readers give them): those of checks that need one of the classes. Writes up to
 * `cap` indexes, ascending, and returns how many there are. A log of web requests
 * need not be searched for what only a router says.
 */
size_t noro_rules_literals_for(
	const struct noro_rules *r, const char *classes, uint32_t *index, size_t cap);
/*
 * The fields that conditions ask for, by number: a caller maps them once onto its
 * records. "own.NAME" is a field that the record itself names; "target" is made by
 * the engine of path and query and never asked for.
 */
const char *const *noro_rules_fields(const struct noro_rules *r, size_t *ret_n);

/* One check, for findings and for people. */
struct noro_check {
	const char *id, *file;
	uint64_t line;
	struct noro_text title, about, next;
	enum noro_severity severity; /* the base */
	unsigned confidence;
	struct noro_list attack, cve, actors, advisory, behaviours, references;
	struct noro_list
		opens; /* behaviours that what it finds makes possible, without showing them */
	bool weakness; /* what it finds is no trace of anybody */
	struct noro_list needs; /* classes of evidence that could show it: "login", "web" */
	const char *source;     /* "check" or "sigma" */
	struct noro_list over;  /* tables whose rows it asks; none: only records */
	bool records;           /* asks records of logs or flows */
};
size_t noro_rules_count(const struct noro_rules *r);
const struct noro_check *noro_rules_check(const struct noro_rules *r, size_t i);
/* By id, case-insensitive; -1 if there is none. */
ptrdiff_t noro_rules_by_id(const struct noro_rules *r, const char *id);
/* Append what `noroshi help ID` prints. NORO_ENOENT for an unknown id. */
enum noro_status noro_rules_explain(const struct noro_rules *r, const char *id, bool japanese,
	struct noro_buf *out) NORO_MUSTUSE;

/*
 * A record as the engine sees it. `get` gives the field with that number (see
 * noro_rules_fields); false when the record has none. Field "raw" is the record
 * itself, "shape" what it was taken for.
 */
struct noro_rule_view {
	bool (*get)(const void *rec, uint32_t field, struct noro_view *ret);
	const void *rec;
	int64_t time_ns; /* NORO_TIME_NONE if unknown */
	uint64_t place;  /* the caller's handle; comes back in verdicts */
};

/* What a record said, kept for the conclusion. Fields are those of noro_rules_event_fields. */
struct noro_rule_event {
	uint32_t signal;
	uint32_t fields;
	const struct noro_view *field; /* absent: p == NULL; borrowed during emit: copy to keep */
	int64_t time_ns;
	uint64_t place;
	/* of rows (noro_rules_match_rows) */
	uint16_t question; /* which one, + 1; 0: a record */
	uint16_t set;      /* the list that the site did not give, + 1 */
	uint8_t flags;     /* the engine's: new, unlisted, standing */
};
typedef enum noro_status noro_rule_emit_fn(void *ctx, const struct noro_rule_event *e);

/* One worker's scratch memory. */
struct noro_rule_worker;
enum noro_status noro_rule_worker_new(
	const struct noro_rules *r, struct noro_rule_worker **ret) NORO_MUSTUSE;
void noro_rule_worker_free(struct noro_rule_worker *w);
/* Records on which a regular expression gave up (NORO_RULE_REGEX_STEPS), or memory failed. */
uint64_t noro_rule_worker_undecided(const struct noro_rule_worker *w);
/* The first expression that gave up; empty: none did. Lives with the rules. */
struct noro_view noro_rule_worker_gave_up(const struct noro_rule_worker *w);

/*
 * Phase 1: ask every check that has one of the `n` literals (indexes into
 * noro_rules_literals, repeats allowed); with literal == NULL all of them are
 * asked. Fails only if `emit` does.
 */
enum noro_status noro_rules_match(struct noro_rule_worker *w, const struct noro_rule_view *v,
	const uint32_t *literal, size_t n, noro_rule_emit_fn *emit, void *ctx) NORO_MUSTUSE;

/*
 * Checks `over: flow` name numbers instead of words. Records that hold one of those
 * are found by this walk over any text of flows: where the next such number stands,
 * at or after `from`, SIZE_MAX if there is none (or no such check).
 */
bool noro_rules_over_flow(const struct noro_rules *r);
size_t noro_rules_next_flow(const struct noro_rules *r, struct noro_view text, size_t from);
/* Phase 1 for them: noro_rules_match never asks them when it is given literals. */
enum noro_status noro_rules_match_flow(struct noro_rule_worker *w, const struct noro_rule_view *v,
	noro_rule_emit_fn *emit, void *ctx) NORO_MUSTUSE;

/*
 * The rows of one device, asked by table number (of noro_rules_opts) and row from 0.
 * `cell` is false where the column is absent; `place` comes back in verdicts.
 */
struct noro_rule_rows {
	size_t (*rows)(const void *ctx, uint32_t table);
	bool (*cell)(const void *ctx, uint32_t table, uint32_t row, uint32_t column,
		struct noro_view *ret);
	uint64_t (*place)(const void *ctx, uint32_t table, uint32_t row);
	/*
	 * Of a row put together from several statements (NULL: there are none): their number, the
	 * columns as they stood after the first `step` of them, and where that one stands. The
	 * place of a finding is the statement without which the condition did not hold.
	 */
	uint32_t (*steps)(const void *ctx, uint32_t table, uint32_t row);
	bool (*cell_after)(const void *ctx, uint32_t table, uint32_t row, uint32_t column,
		uint32_t step, struct noro_view *ret);
	uint64_t (*place_of)(const void *ctx, uint32_t table, uint32_t row, uint32_t step);
	const void *ctx;
};
/*
 * Phase 1 for checks over tables: all questions of one device, whose joins are answered
 * from its other tables. Rows that a baseline had and the device lost (diff "removed")
 * are asked only by conditions that name `diff`. Linear in the rows.
 */
enum noro_status noro_rules_match_rows(struct noro_rule_worker *w, const struct noro_rule_rows *d,
	noro_rule_emit_fn *emit, void *ctx) NORO_MUSTUSE;

enum noro_rule_outcome {
	NORO_OUTCOME_UNKNOWN, /* the records do not tell */
	NORO_OUTCOME_ATTEMPT, /* refused or failed, as far as the records tell */
	NORO_OUTCOME_SUCCESS,
};
const char *noro_rule_outcome_name(enum noro_rule_outcome o);

/* A field of the first record of a verdict. */
struct noro_rule_pair {
	const char *name;
	struct noro_view value;
};

struct noro_verdict {
	uint32_t check;
	enum noro_severity severity;
	unsigned confidence; /* 0-100 */
	const struct noro_msg *reason;
	size_t reasons;
	enum noro_rule_outcome outcome;
	bool weakness;           /* what was found is no trace of anybody */
	bool unlisted;           /* only a list of the operator could tell */
	const char *type;        /* "ipv4", "ipv6", "user", "host", "path", "command", ... */
	struct noro_view value;  /* what it is about; empty if the records do not tell */
	const char *role;        /* "src", "dst" or "" */
	struct noro_view device; /* for rows: whose; empty if of several */
	uint64_t count;
	int64_t first_ns, last_ns;
	const uint64_t *place; /* the telling one first */
	size_t places;
	const struct noro_rule_pair *field;
	size_t fields;
};

/* Which checks are concluded. */
enum noro_conclude_part {
	NORO_CONCLUDE_ALL,
	NORO_CONCLUDE_DEVICE, /* those that noro_rules_alone names: of the rows of one device */
	NORO_CONCLUDE_FLEET,  /* all others */
};
/*
 * A check over rows that asks nothing of other devices: concluded with NORO_CONCLUDE_DEVICE
 * device by device, it says what it says of all of them at once.
 */
bool noro_rules_alone(const struct noro_rules *r, uint32_t check);
/* Is an event of this signal of use to a check that looks beyond one device? */
bool noro_rules_spans(const struct noro_rules *r, uint32_t signal);

struct noro_conclude_opts {
	enum noro_conclude_part part;
	int64_t learn_until_ns; /* first sightings before this are known; NONE: from the evidence */
	size_t max_keys;        /* 0: NORO_RULE_MAX_KEYS */
	const struct noro_set_facts
		*set; /* in place of the rules' own, as an example has it; or NULL */
	/* What could not be concluded: a ceiling, records without a time, a log too short. */
	void (*note)(void *ctx, uint32_t check, const struct noro_msg *what);
	enum noro_status (*verdict)(void *ctx, const struct noro_verdict *v);
	void *ctx;
};

/*
 * Phase 2: events in the order of time, file and offset, those without a time
 * first; the views inside stay borrowed until it returns. Verdicts come in the order of checks,
 * then of their first event, and live in `a`.
 */
enum noro_status noro_rules_conclude(const struct noro_rules *r, struct noro_arena *a,
	const struct noro_rule_event *event, size_t n, const struct noro_conclude_opts *o,
	struct noro_error *err) NORO_MUSTUSE;

/*
 * What every finding of a check has from it: kind, id, title, advice, techniques. Borrowed; the
 * rest is as it was.
 */
void noro_rule_describe(const struct noro_rules *r, uint32_t check, struct noro_finding *f);
/*
 * A verdict as a finding, without places, hosts and container, which the caller knows; its id is
 * made by noro_finding_identify once these are there. Borrows the check's texts.
 */
enum noro_status noro_rule_finding(const struct noro_rules *r, const struct noro_verdict *v,
	struct noro_arena *a, struct noro_finding *ret) NORO_MUSTUSE;

/*
 * Put `text` (at most 64 KiB of it) into `out` without what hides it from a plain search: percent
 * encoding up to three times, and look-ups of logging libraries (${lower:j}, ${env:X:-j}) unfolded.
 */
void noro_rule_unveil(struct noro_view text, struct noro_buf *scratch, struct noro_buf *out);

/*
 * Run every example. `parse` understands a raw line of a named shape and lends
 * a view of it until the next call; false if it is not of that shape. Without
 * `parse` only the literals of raw lines are tested. Each failure is told.
 */
/* What an example says of one device, as its files would. */
struct noro_rule_example {
	const char *name, *dialect;                 /* NULL: to be recognised */
	struct noro_view config, startup, baseline; /* p == NULL: none */
	const struct noro_rule_output {
		const char *command;
		struct noro_view text;
	} * output;
	size_t outputs;
};
/* Takes the rows of a device; they are borrowed until it returns. */
typedef enum noro_status noro_rule_rows_fn(void *to, const struct noro_rule_rows *d);

struct noro_self_test {
	bool (*parse)(
		void *ctx, const char *shape, struct noro_view line, struct noro_rule_view *ret);
	void (*fail)(void *ctx, const char *id, uint64_t line, const struct noro_msg *why);
	void *ctx;
	size_t checks, examples, lines_skipped, failures; /* results */
	/* Rows of an example that shows configurations and outputs; without it, or where it ends
	 * with NORO_END, such examples are only counted. */
	enum noro_status (*device)(
		void *ctx, const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to);
	size_t devices_skipped;
};
enum noro_status noro_rules_self_test(
	const struct noro_rules *r, struct noro_self_test *t, struct noro_error *err) NORO_MUSTUSE;
