/* src/cli/compare.h - findings against an earlier run, and against what was silenced on purpose. */
#pragma once

#include "cli/cli.h"

/*
 * Mark each finding new or known against DIR/findings.jsonl of an earlier run;
 * those that are there no more are added as gone. Replaces the array in `r`.
 */
enum noro_status noro_compare_previous(struct noro_cli *cli, const char *dir, struct noro_result *r,
	struct noro_error *err) NORO_MUSTUSE;

/*
 * Silence known findings. YAML: a list of { id | rule | value | path, reason,
 * owner, expires }; all of the given keys must match; path and value may hold
 * '*'. reason, owner and expires (a day) are required; an entry that has
 * expired silences nothing. Nothing is removed: findings carry why.
 */
enum noro_status noro_compare_suppress(struct noro_cli *cli, const char *file,
	struct noro_result *r, struct noro_error *err) NORO_MUSTUSE;
