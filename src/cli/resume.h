/* src/cli/resume.h - go on where an interrupted run stopped. */
#pragma once

#include "cli/cli.h"
#include "hunt/hunt.h"

/*
 * Read DIR of the interrupted run and set o->earlier. NORO_OK without it when DIR
 * holds no interrupted run: everything is read then.
 */
enum noro_status noro_resume_open(struct noro_cli *cli, const char *dir, struct noro_hunt_opts *o,
	struct noro_error *err) NORO_MUSTUSE;
/* Keep the state of an interrupted run in DIR; an empty one takes away what was there. */
enum noro_status noro_resume_keep(struct noro_cli *cli, const char *dir, struct noro_view state,
	struct noro_error *err) NORO_MUSTUSE;
