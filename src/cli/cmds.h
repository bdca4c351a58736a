/* src/cli/cmds.h - the subcommands, one file each. */
#pragma once

#include "cli/cli.h"

extern const struct noro_cmd noro_cmd_hunt, noro_cmd_audit, noro_cmd_intel, noro_cmd_case,
	noro_cmd_exercise, noro_cmd_help, noro_cmd_completion;
extern const struct noro_cmd noro_cmd_patch, noro_cmd_image, noro_cmd_sense, noro_cmd_hub;

/* cmd_hunt.c: the main job, whole or of devices alone. */
struct noro_hunt_mode {
	const struct noro_cmd *cmd; /* whose options they are */
	bool devices_only;
	/* Print on standard output instead of the usual text; NULL. */
	void (*show)(
		struct noro_cli *cli, const struct noro_args *args, const struct noro_result *r);
};
int noro_hunt_run(
	struct noro_cli *cli, const struct noro_args *args, const struct noro_hunt_mode *mode);

/* cmd_case.c: write DIR/custody.jsonl for a run whose containers were all hashed. */
enum noro_status noro_cmd_custody(struct noro_cli *cli, const char *dir,
	const struct noro_result *r, struct noro_error *err) NORO_MUSTUSE;
