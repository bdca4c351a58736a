/*
 * src/cli/cli.h - the table of subcommands and what they share. Exit codes: 0 clean
 * and all read, 1 findings, 2 usage or failure, 3 clean but something unread.
 */
#pragma once

#include "base/arena.h"
#include "cli/args.h"
#include "report/lang.h"

#include <stdio.h>

enum noro_exit {
	NORO_EXIT_CLEAN = 0,
	NORO_EXIT_FINDINGS = 1,
	NORO_EXIT_FAILURE = 2,
	NORO_EXIT_UNREAD = 3
};

/* One invocation. */
struct noro_cli {
	FILE *out, *err;
	enum noro_lang lang;
	bool quiet, verbose, json;
	bool out_tty, err_tty;
	int argc;
	char **argv; /* whole command line, for run.json */
	int64_t now_ns;
	struct noro_arena *arena; /* lives until exit */
};

struct noro_cmd {
	const char *name;
	const char *usage;       /* "[-i INTEL]... EVIDENCE..." */
	const char *summary;     /* N_() one line */
	const char *const *text; /* N_() paragraphs, NULL-ended */
	const struct noro_opt *opts;
	const struct noro_opt *also; /* rows that other commands have too; NULL */
	const char *const *examples; /* "command", N_("what it does"), ... NULL-ended pairs */
	const char
		*standards; /* for the manual page: formats and documents read and written; NULL */
	int (*run)(struct noro_cli *cli, const struct noro_args *args);
	const char *words; /* what may stand behind the name, for completion: "make score"; NULL */
};

/* The rows, NULL-ended. `help` lists exactly these. */
extern const struct noro_cmd *const noro_cmds[];
const struct noro_cmd *noro_cmd_by_name(const char *name);

extern const struct noro_opt noro_common_opts[]; /* --lang --now --quiet --verbose --json --help */

/* The program: everything main() does. */
int noro_cli_main(int argc, char **argv);

/* Print a sentence to out or err: message id and up to four string arguments. */
#define noro_say(cli, f, ...) noro_say_((cli), (f), __VA_ARGS__, (const char *)NULL)
/* "path: why" on standard error for what was not read, or has a note; a few, the rest counted. */
void noro_say_doubts(const struct noro_cli *cli, const struct noro_coverage *coverage, size_t n);
/* The same, of what is not there at all, each. */
void noro_say_absent(const struct noro_cli *cli, const struct noro_coverage *coverage, size_t n);
/* For --verbose, on standard error: as what each piece was read, why, how sure; and where lines
 * stand that no pattern knows. */
void noro_say_read(const struct noro_cli *cli, const struct noro_result *r);
void noro_say_(const struct noro_cli *cli, FILE *f, const char *id, ...) __attribute__((sentinel));
/* "noroshi: cannot read 'x': ... at byte 24" on standard error. Returns NORO_EXIT_FAILURE. */
int noro_complain(const struct noro_cli *cli, const struct noro_error *err);
/* The complaint and how it is used, on standard error; returns NORO_EXIT_FAILURE. */
int noro_usage(
	const struct noro_cli *cli, const struct noro_cmd *cmd, const struct noro_error *err);
void noro_help_command(const struct noro_cli *cli, const struct noro_cmd *cmd, FILE *f);
void noro_help_all(const struct noro_cli *cli, FILE *f);
/* The manual page of a command, or of the program for NULL, in mdoc(7): the rows once more. */
void noro_man_page(const struct noro_cli *cli, const struct noro_cmd *cmd, FILE *f);
/* Write a buffer to a stream, as it is. */
void noro_emit(FILE *f, const struct noro_buf *b);
