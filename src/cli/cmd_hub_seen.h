/* src/cli/cmd_hub_seen.h - noroshi hub import, correlate, value: what comes in from elsewhere, and
 * what the hub makes of it. */
#pragma once

#include "cli/cli.h"

/* Runs the verb if it is one of these; false: it is another. */
bool noro_hub_seen_verb(struct noro_cli *cli, const struct noro_args *args, int *ret_code);
