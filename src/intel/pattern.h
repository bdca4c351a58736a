/*
 * src/intel/pattern.h - STIX patterns (STIX 2.1 part 9, and what 2.0 wrote): the
 * whole grammar as a tree, and deciding it over records in three values. Knows
 * no record: the caller's function gives the values of an object path.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "intel/indicator.h"

enum noro_pattern_op {
	NORO_PATTERN_EQ,
	NORO_PATTERN_NE,
	NORO_PATTERN_GT,
	NORO_PATTERN_GE,
	NORO_PATTERN_LT,
	NORO_PATTERN_LE,
	NORO_PATTERN_IN,
	NORO_PATTERN_LIKE,
	NORO_PATTERN_MATCHES,
	NORO_PATTERN_ISSUBSET,
	NORO_PATTERN_ISSUPERSET,
	NORO_PATTERN_EXISTS,
};

struct noro_pattern_literal {
	enum noro_pattern_literal_kind {
		NORO_LITERAL_STRING, /* text: unescaped */
		NORO_LITERAL_INT,    /* text: as written */
		NORO_LITERAL_FLOAT,
		NORO_LITERAL_BOOL,   /* text: "true", "false" */
		NORO_LITERAL_HEX,    /* text: the bytes meant */
		NORO_LITERAL_BINARY, /* text: the bytes meant */
		NORO_LITERAL_TIME,   /* text: between the quotes; ns */
	} kind;
	struct noro_view text;
	int64_t ns; /* NORO_TIME_NONE for a day that does not exist */
};

/* One step of an object path behind the type: .name, ['n'], [3], [-1], [*]. */
struct noro_pattern_step {
	enum noro_pattern_step_kind { NORO_STEP_NAME, NORO_STEP_INDEX, NORO_STEP_ANY } kind;
	struct noro_view name;
	int64_t index;
};

struct noro_pattern_path {
	struct noro_view type; /* "network-traffic" */
	const struct noro_pattern_step *step;
	size_t steps;
};

/* Children are a list in order of writing; AND and OR have two or more, the qualifiers one. */
struct noro_pattern_node {
	enum noro_pattern_kind {
		/* inside the brackets of one observation */
		NORO_PATTERN_COMPARE,
		NORO_PATTERN_AND,
		NORO_PATTERN_OR,
		/* over observations */
		NORO_PATTERN_OBSERVE,
		NORO_PATTERN_OBS_AND,
		NORO_PATTERN_OBS_OR,
		NORO_PATTERN_FOLLOWEDBY,
		NORO_PATTERN_WITHIN,
		NORO_PATTERN_REPEATS,
		NORO_PATTERN_START_STOP,
	} kind;
	size_t at; /* byte in the pattern */
	const struct noro_pattern_node *child, *next;
	/* COMPARE */
	enum noro_pattern_op op;
	bool negated;
	struct noro_pattern_path path;
	const struct noro_pattern_literal *literal; /* IN has any number, EXISTS none, others one */
	size_t literals;
	void *regex; /* MATCHES: compiled; NULL if PCRE refuses it */
	/* OBSERVE: its number; WITHIN: nanoseconds; REPEATS: times; START_STOP: moments */
	uint32_t observation;
	uint64_t times;
	int64_t within_ns, start_ns, stop_ns;
	struct noro_pattern_literal number[2]; /* as written, for printing */
};

struct noro_pattern {
	struct noro_view text;
	const struct noro_pattern_node *root;
	const struct noro_pattern_node *const *observation; /* the OBSERVE nodes by number */
	uint32_t observations;
};

enum {
	NORO_PATTERN_MAX_BYTES = 1 << 20,
	NORO_PATTERN_MAX_DEPTH = 64,       /* brackets and qualifiers in each other */
	NORO_PATTERN_MAX_OBSERVE = 1024,   /* bracketed observations */
	NORO_PATTERN_MAX_NODES = 1 << 17,  /* comparisons and operators */
	NORO_PATTERN_MAX_REGEX = 16 << 20, /* bytes of all its regular expressions, compiled */
};

/*
 * Parse a whole pattern; the tree and `text`'s copy live in the arena. On failure `err` says what
 * was expected, and at which byte. `loose` also takes hashes.SHA-256 without quotes, as many write
 * it, and START '...' without a t, as STIX 2.0 had it.
 */
enum noro_status noro_pattern_parse(struct noro_arena *a, struct noro_view text, bool loose,
	const struct noro_pattern **ret, struct noro_error *err) NORO_MUSTUSE;
/* Write it back in one spelling; the print parses to the same tree. */
void noro_pattern_print(const struct noro_pattern *p, struct noro_buf *out);
void noro_pattern_print_path(const struct noro_pattern_path *path, struct noro_buf *out);
/* One comparison, for a note that names it. */
void noro_pattern_print_compare(const struct noro_pattern_node *n, struct noro_buf *out);

/* --- what to search for -------------------------------------------------- */

/* A value whose presence can make the pattern true. */
struct noro_pattern_anchor {
	enum noro_ioc_kind kind;
	struct noro_view value; /* normalised */
	uint32_t observation;   /* which brackets it stands in */
};

struct noro_pattern_plan {
	/*
	 * The pattern says no more than "one of these values": each anchor is an
	 * indicator of its own and nothing has to be evaluated.
	 */
	bool simple;
	/* Every way of making it true shows at least one anchor in each observation it needs. */
	bool complete;
	const struct noro_pattern_anchor *anchor;
	size_t anchors;
	/* Comparisons that no evidence can decide, or that no search can find; each as a text. */
	const char *const *undecided;
	size_t undecideds;
};

enum noro_status noro_pattern_plan(struct noro_arena *a, const struct noro_pattern *p,
	struct noro_pattern_plan *ret) NORO_MUSTUSE;
/*
 * The short way for [type:path = 'value'], as nearly all are: true if parsing (loosely) and
 * planning `text` gives just this, a plan that is simple and complete with one anchor and nothing
 * undecided; its kind and, in `value`, its normal form come back. False: ask the grammar. `tmp`
 * is working room.
 */
bool noro_pattern_plain(struct noro_view text, struct noro_buf *tmp, struct noro_buf *value,
	enum noro_ioc_kind *ret_kind);
/* Just the question: is it an OR of plain values? */
bool noro_pattern_simple(const struct noro_pattern *p);
/* The kind of indicator that `path = 'text'` is, or -1. */
int noro_pattern_path_kind(const struct noro_pattern_path *path, struct noro_view text);

/* --- deciding it --------------------------------------------------------- */

enum noro_truth { NORO_FALSE, NORO_TRUE, NORO_UNDECIDED };

/*
 * The values of a path in the record at hand: at most `cap` into `out`; returns
 * how many. Returning NORO_PATTERN_UNKNOWN says that this record cannot tell;
 * 0 says that it has none (then EXISTS is false).
 */
#define NORO_PATTERN_UNKNOWN SIZE_MAX
typedef size_t noro_pattern_get_fn(
	void *ctx, const struct noro_pattern_path *path, struct noro_view *out, size_t cap);

/* Is the record an observation of this bracket? Kleene's logic over what can be told. */
enum noro_truth noro_pattern_eval_record(
	const struct noro_pattern *p, uint32_t observation, noro_pattern_get_fn *get, void *ctx);

/* One record that satisfied (or may have satisfied) a bracket. */
struct noro_pattern_event {
	int64_t time_ns; /* NORO_TIME_NONE if it has none */
	uint32_t observation;
	uint64_t record;       /* two operands need two different records */
	enum noro_truth truth; /* TRUE or UNDECIDED */
};

struct noro_pattern_result {
	enum noro_truth truth;
	/* The first match: from its earliest to its latest record (TRUE only; NONE without times).
	 */
	int64_t first_ns, last_ns;
	uint64_t first_record, last_record;
};

/*
 * Decide the whole expression over the events of one piece of evidence, in any
 * order. AND, FOLLOWEDBY and REPEATS need different records. Cost is
 * O(n log n) for each operator.
 */
enum noro_status noro_pattern_eval(const struct noro_pattern *p,
	const struct noro_pattern_event *event, size_t n,
	struct noro_pattern_result *ret) NORO_MUSTUSE;
