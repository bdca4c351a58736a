/*
 * src/device/audit.h - devices out of files: collect texts, cut, parse, map, join with
 * a baseline, and hand rows to the checks. Knows no indicator and prints nothing.
 */
#pragma once

#include "base/pool.h"
#include "device/fact.h"
#include "device/mrt.h"
#include "device/route.h"
#include "device/state.h"
#include "rule/rule.h"

struct noro_audit_opts {
	const struct noro_facts_def *def;
	const struct noro_rules *rules;
	const struct noro_vrps *vrps;
	const struct noro_prefix *protect;
	size_t protects;
	struct noro_pool *pool; /* devices are examined on its workers */
	int64_t now_ns;
	const uint8_t *secret_key; /* 32 bytes; NULL: a fresh one, digests of this run compare with
				      no other */
	/* Where the findings of noro_audit_conclude go: room for `n` of them, which the caller
	 * owns. NULL: they stand in its arena. */
	struct noro_finding *(*room)(void *ctx, size_t n);
	void *room_ctx;
};

/* Texts come in any order and from any thread. They are kept packed until the end, because what
 * belongs to one device may stand in many files. */
struct noro_audit;
enum noro_status noro_audit_new(const struct noro_audit_opts *o, struct noro_audit **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_audit_free(struct noro_audit *u);
struct noro_audit_text {
	const char *path, *container;
	struct noro_view text; /* copied */
	int64_t mtime_ns;
	bool baseline;
	/* What noro_dialect_guess says of the text, or of its first 64 KiB; NULL: not asked yet */
	const struct noro_dialect_guess *guess;
	bool probe; /* only say what it would be taken for; `text` may be its beginning */
};
/*
 * Whose a text is that does not say so itself, by its path: "show/r1/show_version.txt" and
 * "r1/version.log" are of the folder, "r1.cfg" and "r1_show_version.txt" of the file. `command`: it
 * is the output of one.
 */
struct noro_view noro_audit_name_of_path(const char *path, bool command);
/*
 * The device that an example of a check shows, as rows; `rows` is called once. For
 * noro_self_test.device. NORO_END, and no call, if there is no map of its dialect or no
 * template for one of its outputs.
 */
enum noro_status noro_audit_example(const struct noro_facts_def *def,
	const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to) NORO_MUSTUSE;

enum {
	NORO_AUDIT_CONFIGS = 4,  /* of one transcript that are remembered */
	NORO_AUDIT_STRANGE = 10, /* statements of one text that are kept for --verbose */
};
/* A statement that no map and no list of words knows, what may be a secret masked. */
struct noro_audit_strange {
	uint32_t line;
	char text[120];
};
/* How a text was taken, for coverage. */
struct noro_audit_taken {
	struct noro_dialect_guess guess;
	uint32_t statements, unknown, outputs, rows, noise;
	const char *device;
	bool used; /* false: no device text */
	/* lines of configurations within a transcript: [from, to) */
	uint32_t config[NORO_AUDIT_CONFIGS][2], configs;
	uint32_t strange; /* statements that nobody knows; the first of them follow */
	struct noro_audit_strange stranger[NORO_AUDIT_STRANGE];
	struct noro_msg note; /* id NULL: none; what must be known of it. Arguments in `arg` */
	char arg[3][32];
};
enum noro_status noro_audit_add(struct noro_audit *u, const struct noro_audit_text *t,
	struct noro_audit_taken *ret, struct noro_error *err) NORO_MUSTUSE;
/*
 * A collector's file (noro_mrt_is), judged while it is read to its end; from any thread. Of `t`
 * only the names count. What could be read before a fault is judged all the same: ret->stats
 * tells of it, and `err` only of what kept us from judging. `ret->peer` is not set.
 */
enum noro_status noro_audit_add_routes(struct noro_audit *u, const struct noro_audit_text *t,
	const struct noro_mrt_source *source, struct noro_mrt_sum *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* What must be known of a text, though it was read. */
struct noro_audit_note {
	const char *path;
	struct noro_msg what;
};
struct noro_audit_result {
	const struct noro_machine *machine; /* by name; then collectors by path */
	size_t machines;
	const struct noro_finding *finding; /* in order of checks, device, file, line */
	size_t findings;
	/* Every line that a check on rows spoke of, by path and line: one event is told once. */
	const struct noro_audit_line {
		const char *path;
		uint64_t line;
	} * asked;
	size_t askeds;
	const struct noro_audit_note *note; /* texts of another device of the same name */
	size_t notes;
	uint64_t undecided;       /* times an expression of a check gave up */
	struct noro_view gave_up; /* the first of those; lives with the rules */
};
/* Did a check on rows speak of this line? */
bool noro_audit_asked(const struct noro_audit_result *r, const char *path, uint64_t line);
/*
 * What the device of that name in that text is called in results: two devices of one
 * name are told apart there. Only after all texts are added; the text lives with `u`.
 */
enum noro_status noro_audit_shown(
	struct noro_audit *u, const char *path, const char *name, const char **ret) NORO_MUSTUSE;
/*
 * Join, compare, explain routes, ask the checks: one device after the other on all
 * workers, so that of a device remain what was found and the rows that checks compare between
 * devices. Results live in `a`. Once only: it takes the texts' memory with it.
 */
enum noro_status noro_audit_conclude(struct noro_audit *u, struct noro_arena *a,
	struct noro_audit_result *ret, struct noro_error *err) NORO_MUSTUSE;
