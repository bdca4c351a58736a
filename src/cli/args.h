/* src/cli/args.h - options as rows of a table; the table is the help text too. */
#pragma once

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct noro_opt {
	const char *name;  /* "jobs" for --jobs */
	char letter;       /* 'j' for -j, or 0 */
	const char *value; /* "N": takes a value; NULL: a flag */
	const char *help;  /* N_() one line */
};

/* What was given, in order. Borrowed from argv. */
struct noro_given {
	const struct noro_opt *opt;
	const char *value; /* "" for a flag */
};

struct noro_args {
	struct noro_given *given;
	size_t n;
	const char **word; /* what is no option, in order */
	size_t words;
};

/*
 * Options may stand anywhere; `--` ends them; `--x=v`, `--x v`, `-xv`, `-x v`.
 * `tables` is a NULL-ended list of rows that end with name == NULL. The caller
 * frees with noro_args_done. NORO_EARG names what is wrong.
 */
enum noro_status noro_args_parse(int argc, char **argv, const struct noro_opt *const *tables,
	struct noro_args *ret, struct noro_error *err) NORO_MUSTUSE;
void noro_args_done(struct noro_args *a);

/* The last value of an option, or NULL. */
const char *noro_args_get(const struct noro_args *a, const char *name);
bool noro_args_has(const struct noro_args *a, const char *name);
/* The k-th value (from 0) of a repeatable option, or NULL. */
const char *noro_args_nth(const struct noro_args *a, const char *name, size_t k);
/* Bytes with K, M, G, T (powers of 1024); NORO_EARG if it is no such number. */
enum noro_status noro_args_size(const struct noro_args *a, const char *name, uint64_t otherwise,
	uint64_t *ret, struct noro_error *err) NORO_MUSTUSE;
enum { NORO_MAX_JOBS = 1024 };

/* A whole number from 1 to `most`, or any if that is UINT64_MAX; NORO_EARG says which was asked
 * for. */
enum noro_status noro_args_count(const struct noro_args *a, const char *name, uint64_t otherwise,
	uint64_t most, uint64_t *ret, struct noro_error *err) NORO_MUSTUSE;
