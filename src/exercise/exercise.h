/*
 * src/exercise/exercise.h - a realistic incident with its truth, and a fair score.
 *
 * What is written is the trace of an attack, never an attack: log lines in which
 * every outside host is a documentation address (RFC 5737, RFC 3849), every name
 * an example name, and the marker NOROSHI-EXERCISE stands where a payload or a
 * secret would be. Nothing is sent anywhere.
 */
#pragma once

#include "base/buf.h"
#include "base/progress.h"
#include "finding/finding.h"

enum {
	NORO_EXERCISE_DAYS = 28,
	NORO_EXERCISE_MIN_SIZE = 1 << 18, /* below, a background cannot hide anything */
	NORO_EXERCISE_MAX_TRUTH = 100000, /* items of a truth file that is read back */
};

struct noro_exercise_opts {
	const char *scenario; /* one of noro_exercise_scenarios */
	uint64_t seed;
	uint64_t size_bytes;            /* of all evidence before compression; 0: 16 MiB */
	const char *dir;                /* made if needed */
	const char *lang;               /* "en", "ja": write the brief too; NULL: none */
	int64_t start_ns;               /* midnight of the first day; 0: Monday 5 May 2025 UTC */
	struct noro_progress *progress; /* may be NULL */
};

struct noro_exercise_scenario {
	const char *name; /* "salt-typhoon" */
	struct noro_text title;
};
extern const struct noro_exercise_scenario noro_exercise_scenarios[]; /* ends with name NULL */

/*
 * Write DIR/evidence/..., DIR/intel/advisory.json, DIR/site.yaml, DIR/truth.jsonl and,
 * with a language, DIR/handout.<lang>.md for the teams and DIR/brief.<lang>.md, which
 * holds the injects and the answers too, for the leader. The same scenario, seed, size and start
 * give the same bytes. Files are written in a stream, so size is bounded by the disk only.
 */
enum noro_status noro_exercise_make(
	const struct noro_exercise_opts *opts, struct noro_error *err) NORO_MUSTUSE;

enum noro_exercise_kind {
	NORO_EXERCISE_INDICATOR,
	NORO_EXERCISE_BEHAVIOUR,
	NORO_EXERCISE_DECOY,
	NORO_EXERCISE_KINDS,
};

/*
 * One planted line, as truth.jsonl tells it. Lines of one group are one act (a
 * beacon's forty connections): to find one of them is to find it.
 */
struct noro_exercise_item {
	const char *id;
	uint64_t group;
	enum noro_exercise_kind kind;
	bool expected;    /* a hunter should say so; false for decoys */
	const char *path; /* below evidence/ */
	uint64_t line;    /* from 1, of the decompressed text */
	int64_t time_ns;
	const char *type, *value;         /* the observable; NULL if none */
	const char *advisory, *behaviour; /* "AA25-239A", "BHV-05"; NULL if none */
	struct noro_text what;
	/* filled by the score */
	bool found;              /* some finding names it */
	bool group_found, first; /* some line of its group; it is the group's first line */
	bool accused;            /* a confident one does: for a decoy that is a mistake */
};

struct noro_exercise_score {
	struct noro_exercise_item *item;
	size_t items;
	struct {
		uint64_t planted, found; /* groups; of decoys: planted, wrongly accused */
		uint64_t lines, lines_found;
	} kind[NORO_EXERCISE_KINDS];
	uint64_t findings;         /* all, suppressed ones too */
	uint64_t right;            /* name at least one expected line */
	uint64_t wrong;            /* accuse, and name none */
	double recall, precision;  /* 0 to 1, of groups; precision is 1 when nothing is said */
	int64_t first_planted_ns;  /* earliest expected item */
	int64_t first_evidence_ns; /* earliest expected item found; NORO_TIME_NONE */
	const struct noro_finding **false_findings; /* `wrong` of them */
};

/*
 * Compare findings with the truth. A finding accuses when it is not suppressed, not
 * below medium, at least 50 sure and not outside the indicator's window; one that is
 * less than that can help recall but cannot be a false positive. `ret` lives in the
 * arena and points to the findings.
 */
enum noro_status noro_exercise_score(struct noro_arena *a, const char *truth_path,
	const struct noro_finding *finding, size_t n, struct noro_exercise_score *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* The score for people, in "en" or "ja". */
void noro_exercise_score_text(
	const struct noro_exercise_score *s, const char *lang, struct noro_buf *out);
/* The score as one JSON object. */
void noro_exercise_score_json(const struct noro_exercise_score *s, struct noro_buf *out);
