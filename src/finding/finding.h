/*
 * src/finding/finding.h - what a detector says, and what it could see. Nothing
 * else crosses the middle line between detectors and reports (docs/architecture.md).
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"

/* One byte: they stand in every finding. */
#define NORO_SMALL __attribute__((packed))

/* What a finding says of an intrusion. */
enum noro_sort {
	NORO_SORT_TRACE,    /* something that intruders do or leave behind */
	NORO_SORT_WEAKNESS, /* nothing happened, but a way stands open */
	NORO_SORT_UNLISTED, /* only the operator's own list can tell whether it belongs here */
} NORO_SMALL;

/* A sentence for people, made later in either language: a message id and its arguments. */
struct noro_msg {
	const char *id; /* N_() text with %1 .. %4; NULL: no message */
	const char *arg[4];
};

/* A text that exists in both languages as data (knowledge, checks). Either may be NULL: then the
 * other serves. */
struct noro_text {
	const char *en, *ja;
};

enum noro_severity {
	NORO_SEV_INFO,
	NORO_SEV_LOW,
	NORO_SEV_MEDIUM,
	NORO_SEV_HIGH,
	NORO_SEV_CRITICAL
} NORO_SMALL;
enum noro_tlp {
	NORO_TLP_NONE,
	NORO_TLP_CLEAR,
	NORO_TLP_GREEN,
	NORO_TLP_AMBER,
	NORO_TLP_AMBER_STRICT,
	NORO_TLP_RED
} NORO_SMALL;
enum noro_time_from { NORO_FROM_NONE, NORO_FROM_RECORD, NORO_FROM_FILE } NORO_SMALL;
enum noro_window { NORO_WIN_UNKNOWN, NORO_WIN_INSIDE, NORO_WIN_BEFORE, NORO_WIN_AFTER } NORO_SMALL;
enum noro_finding_kind {
	NORO_F_INDICATOR,
	NORO_F_CHECK,
	NORO_F_ROUTE,
	NORO_F_IMAGE,
	NORO_F_BEHAVIOUR,
	NORO_F_RULE,
	NORO_F_GAP,
	NORO_F_VULNERABILITY,
	NORO_F_SCAN,
	NORO_F_ATTACK,
	NORO_F_SURGE,
} NORO_SMALL;
enum noro_state { NORO_STATE_NONE, NORO_STATE_NEW, NORO_STATE_KNOWN, NORO_STATE_GONE } NORO_SMALL;

/* Names as in findings.jsonl; _parse accepts exactly those (case-insensitive) and -1 otherwise. */
const char *noro_severity_name(enum noro_severity s);
const char *noro_tlp_name(enum noro_tlp t); /* "CLEAR", "AMBER+STRICT", ...; NULL for NONE */
const char *noro_time_from_name(enum noro_time_from f);
const char *noro_window_name(enum noro_window w);
const char *noro_finding_kind_name(enum noro_finding_kind k);
const char *noro_state_name(enum noro_state s);
int noro_severity_parse(struct noro_view v);
int noro_tlp_parse(struct noro_view v); /* also TLP:..., WHITE */
int noro_time_from_parse(struct noro_view v);
int noro_window_parse(struct noro_view v);
int noro_finding_kind_parse(struct noro_view v);
int noro_state_parse(struct noro_view v);

/* One place in the evidence. */
struct noro_place {
	const char *path;    /* inside archives: "a.tar.gz!/var/log/x" */
	uint64_t offset;     /* of the record, in the (decompressed, decoded) text */
	uint64_t line;       /* from 1; 0: not a text */
	int64_t time_ns;     /* NORO_TIME_NONE if the record tells none */
	unsigned time_flags; /* enum noro_time_flag */
	const char *record;  /* the record, secrets masked, at most 1 KiB */
	const char *host;    /* the machine the record speaks of, NULL if unknown */
};

struct noro_list {
	const char *const *item;
	size_t n;
};

/*
 * All strings live in the arena of the run. Repeated hits of one rule, observable
 * and container are one finding with count, first, last and the first places.
 */
struct noro_finding {
	char id[33]; /* hex of SHA-256 over kind, rule, observable, container: stable over runs */
	/* a fleet has hundreds of thousands of findings: what is small stands together */
	enum noro_finding_kind kind;
	enum noro_sort sort;
	enum noro_severity severity;
	enum noro_window window;
	enum noro_time_from time_from; /* of first_ns and last_ns */
	enum noro_tlp tlp;
	enum noro_state state; /* against --previous */
	unsigned confidence;   /* 0-100 */
	unsigned grade;        /* 0-4: who vouches for the evidence */
	const char *rule;      /* id of the check, or "ioc:<kind>" */
	struct noro_text title;
	const struct noro_msg *reason; /* why this confidence */
	size_t reasons;
	/* When the one who gave the indicator saw it active; NORO_TIME_NONE: open. Both 0: not
	 * said. */
	int64_t active_from_ns, active_until_ns;

	int64_t first_ns, last_ns; /* NORO_TIME_NONE when no record tells a time */
	uint64_t count;

	const struct noro_place *place; /* the first ones, in order; place[0] is the evidence */
	size_t places;
	const char *container;        /* the file on disk */
	const char *container_sha256; /* NULL if not hashed */

	const char *type, *value, *role; /* observable: "ipv4", "192.0.2.1", "src" */
	struct noro_list hosts;          /* machines concerned */
	struct noro_list attack;         /* technique ids */
	const char *attack_version;
	struct noro_list cve, actors, advisory,
		sources;       /* sources: where the indicator or rule comes from */
	struct noro_text next; /* what to do */
	const char
		*suppressed; /* reason, owner, expiry of the line that silences it; NULL if none */
};

/* Fill `id` from kind, rule, type, value and container. */
enum noro_status noro_finding_identify(struct noro_finding *f) NORO_MUSTUSE;
/* Order of a report: unsuppressed first, severity, confidence, first time, id. For qsort. */
int noro_finding_cmp(const void *a, const void *b);

/* A hole in time, or a clock that jumped. */
struct noro_gap {
	int64_t from_ns, to_ns; /* to < from: the clock stepped back */
	uint64_t offset;
	bool restart; /* a record beside it tells of a restart */
};

/* One piece of evidence: what it was taken for, how much of it was read, and what was not. */
/* A statement of a configuration that nobody knows; what may be a secret in it is masked. */
struct noro_strange {
	uint64_t line;
	const char *text;
};
struct noro_coverage {
	const char *path;
	const char *format, *charset;
	struct noro_msg why; /* why it was taken for that format */
	unsigned why_sure;   /* how sure of 100, where that is weighed; 0: it is not */
	uint64_t size_bytes; /* on disk, of the container or member as stored */
	uint64_t read_bytes; /* after decompression and decoding */
	uint64_t records;    /* lines, events, packets */
	int64_t first_ns, last_ns;
	enum noro_time_from time_from;
	unsigned time_flags; /* assumptions made for times in it */
	int64_t skew_ns;     /* known clock skew, 0 if none known */
	const struct noro_gap *gap;
	size_t gaps;
	struct noro_list detectors; /* "indicators", "checks:login", "hash", "yara" */
	uint64_t skipped;           /* records not understood (they were still searched) */
	uint64_t strange; /* statements that nobody knows; `stranger` holds the first of them */
	const struct noro_strange *stranger;
	size_t strangers;
	struct noro_msg unread;   /* id NULL: read whole; else what stopped us */
	enum noro_status status;  /* of `unread` */
	uint64_t unread_at;       /* byte */
	struct noro_msg note;     /* id NULL: nothing; read, but this must be known of it */
	const char *sha256;       /* NULL if not hashed */
	struct noro_list classes; /* indicator and behaviour classes it could have shown: "ipv4",
				     "domain", "login", "web" ... */
	/* What was taken from the child that unpacked it, of \"net write exec mem\"; NULL: none was
	 * needed. */
	const char *confined;
	const char *host; /* the machine it comes from, if it says */
};

/* How an advisory's behaviour stands against this evidence. */
enum noro_answer {
	NORO_ANSWER_FOUND,
	NORO_ANSWER_NOT_FOUND,   /* would have shown */
	NORO_ANSWER_NO_EVIDENCE, /* no evidence of that kind */
	NORO_ANSWER_NO_DETECTOR, /* we cannot decide it yet */
	NORO_ANSWER_OPEN,        /* not seen, but the way stands open, or only your list can tell */
	NORO_ANSWERS,
};
struct noro_behaviour_row {
	const char *advisory, *id;
	struct noro_text title;
	enum noro_answer answer;
	struct noro_list evidence_needed; /* classes */
	struct noro_list finding_ids;
	uint64_t could_show; /* how many pieces of evidence of that kind were read */
};
const char *noro_answer_name(enum noro_answer a);
const char *noro_sort_name(enum noro_sort v);
int noro_sort_parse(struct noro_view v);

/* A line of a difference between two configurations of one machine; secrets masked. */
struct noro_machine_line {
	char mark; /* ' ', '+', '-', '>' (moved) */
	unsigned depth;
	const char *was, *now; /* NULL on the side that has none */
	uint32_t was_line, now_line;
};
struct noro_machine_diff {
	const char *between; /* "baseline", "startup", "snapshot" */
	const char *was_path, *now_path;
	const struct noro_machine_line *line;
	size_t lines;
	uint64_t added, removed, moved; /* `line` may hold fewer */
};

/* A machine that evidence describes: its configuration, its state. A page of the report. */
struct noro_machine {
	const char *name, *dialect, *title, *version, *model; /* version, model: NULL if not told */
	struct noro_list files, missing; /* missing: commands that were not collected */
	struct noro_list
		puzzles; /* "file:line": the first line of an output that no pattern knows */
	uint64_t statements, unknown, rows, routes;
	const struct noro_machine_diff *diff;
	size_t diffs;
};

/* One source of intelligence in use. */
struct noro_intel_used {
	const char *path, *kind,
		*sha256; /* kind: "stix", "misp", "csv", "list", "text", "set", "builtin" */
	uint64_t indicators, searchable, allowed, undecided; /* allowed: lowered by an allow-list */
	struct noro_list notes; /* what could not be decided or was refused: plain text */
};

/* What the run was. With findings, coverage and knowledge this is all a report may depend on. */
struct noro_run {
	const char *version;
	struct noro_list argv;
	int64_t now_ns; /* the pinned clock */
	bool interrupted;
	uint64_t bytes, records, files, members, unread;
	const struct noro_intel_used *intel;
	size_t intels;
	const struct noro_behaviour_row *behaviour;
	size_t behaviours;
	struct noro_list classes_missing; /* indicator classes in use that no evidence could show */
	uint64_t uncounted; /* hits and events beyond the ceilings of a run: counted, not kept */
	uint64_t undecided; /* times an expression of a check gave up: not decided there */
	const char *undecided_by; /* the first of those expressions */
	uint64_t outside_range;   /* hits whose record is before --since or after --until */
	const char *show_tz;
	bool era;
};

/* A file on disk as it was when it was hashed. */
struct noro_container {
	const char *path, *sha256;
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
	bool changed; /* while it was read */
};

/* All that a run has to say. */
struct noro_result {
	const struct noro_finding *finding;
	size_t findings;
	const struct noro_coverage *coverage;
	size_t coverages;
	const struct noro_container *container; /* those that were hashed; all with --custody */
	size_t containers;
	const struct noro_machine *machine; /* by name */
	size_t machines;
	struct noro_run run;
};
