/*
 * src/casework/custody.h - the custody manifest: what was examined, when, with what,
 * and in what state, so that a later change of the evidence or of the manifest shows.
 *
 * JSON Lines. Every line holds the SHA-256 of the line before it (64 zeros in the
 * first). The first names tool, version, arguments and time; the last counts the
 * entries, so that a manifest that was cut shows as well. Somebody who rewrites
 * the whole chain is caught only by the final digest, kept elsewhere.
 */
#pragma once

#include "finding/finding.h"

enum { NORO_CUSTODY_DIGEST = 65, NORO_CUSTODY_MAX_LINE = 1 << 20 };

struct noro_custody_run {
	const char *version; /* of the program */
	struct noro_list argv;
	int64_t now_ns;
};

struct noro_custody_entry {
	const char *path; /* as the user named it, or below that */
	uint64_t size;
	int64_t mtime_ns, ctime_ns; /* of the file, NORO_TIME_NONE if unknown */
	const char *sha256;
	bool changed; /* it changed while it was read: the digest is of no fixed state */
};

/* A manifest being written; it carries its name only after the commit. Not for threads. */
struct noro_custody;
enum noro_status noro_custody_open(const char *path, const struct noro_custody_run *run,
	struct noro_custody **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_custody_add(struct noro_custody *c, const struct noro_custody_entry *e,
	struct noro_error *err) NORO_MUSTUSE;
/* Read the file once, from first to last byte, and add what was found. */
enum noro_status noro_custody_add_file(
	struct noro_custody *c, const char *path, struct noro_error *err) NORO_MUSTUSE;
/* The handle is gone whatever happens. `digest` is that of the last line: print it, sign it. */
enum noro_status noro_custody_commit(struct noro_custody *c, char digest[NORO_CUSTODY_DIGEST],
	struct noro_error *err) NORO_MUSTUSE;
void noro_custody_abandon(struct noro_custody *c); /* NULL is fine */

/* Something that does not hold. Texts live during the call only. */
struct noro_custody_problem {
	uint64_t line;    /* of the manifest */
	const char *path; /* of the evidence; NULL when the manifest itself is meant */
	struct noro_msg what;
};
typedef void noro_custody_report(void *arg, const struct noro_custody_problem *p);

struct noro_custody_verdict {
	uint64_t entries, problems;
	uint64_t chain;                   /* of these, problems of the manifest itself */
	char digest[NORO_CUSTODY_DIGEST]; /* of the last line */
};

/*
 * Check the chain and every file; go on after a problem. Relative paths are taken
 * below `root` (NULL: the working folder). NORO_OK means that everything could be
 * checked, not that it holds: see ret->problems. Only a manifest that cannot be
 * read fails.
 */
enum noro_status noro_custody_verify(const char *manifest, const char *root,
	noro_custody_report *report, void *arg, struct noro_custody_verdict *ret,
	struct noro_error *err) NORO_MUSTUSE;
