/* src/cli/cmd_intel_priv.h - what the verbs of `noroshi intel` share. */
#pragma once

#include "cli/load.h"

/* Complain that a verb was used wrongly. */
int intel_usage(struct noro_cli *cli, const char *what);
/* Files into a set in memory. */
enum noro_status intel_set_of(struct noro_load *l, const char *const *file, size_t n, bool builtin,
	struct noro_set **ret, struct noro_error *err) NORO_MUSTUSE;
/* The verbs that stand in files of their own. */
int intel_extract(struct noro_cli *cli, const struct noro_args *args);
int intel_export(struct noro_cli *cli, const struct noro_args *args);
int intel_convert(struct noro_cli *cli, const struct noro_args *args);
