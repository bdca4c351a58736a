/* src/cli/cmds.c - the table: only verbs that work stand here. */
#include "cli/cmds.h"

const struct noro_cmd *const noro_cmds[] = {
	&noro_cmd_hunt,
	&noro_cmd_audit,
	&noro_cmd_patch,
	&noro_cmd_image,
	&noro_cmd_sense,
	&noro_cmd_hub,
	&noro_cmd_intel,
	&noro_cmd_case,
	&noro_cmd_exercise,
	&noro_cmd_help,
	&noro_cmd_completion,
	NULL,
};
