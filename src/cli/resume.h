/* src/cli/resume.h - go on where an interrupted run stopped. */
#pragma once

#include "cli/cli.h"
#include "hunt/hunt.h"

struct noro_resume {
	const struct noro_finding *finding;
	const struct noro_coverage *coverage;
	size_t findings, coverages;
	const char **done; /* containers read whole then, sorted */
	size_t dones;
};

/* Read DIR of the interrupted run; sets o->done. NORO_OK with nothing done when DIR holds no run.
 */
enum noro_status noro_resume_open(struct noro_cli *cli, const char *dir, struct noro_resume *ret,
	struct noro_hunt_opts *o, struct noro_error *err) NORO_MUSTUSE;
/* Join what was known of those containers with the new result, in the order of one whole run. */
enum noro_status noro_resume_join(struct noro_cli *cli, const struct noro_resume *old,
	struct noro_result *r, struct noro_error *err) NORO_MUSTUSE;
