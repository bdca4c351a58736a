/*
 * src/device/state.h - what devices print: transcripts cut by prompt, and show
 * outputs turned into rows by templates (knowledge/device/show/, docs/decisions/0006-devices.md).
 */
#pragma once

#include "device/fact.h"

/* The output of one command. Views point into the transcript. */
struct noro_output {
	struct noro_view device;  /* from the prompt; empty if none */
	struct noro_view command; /* as typed; empty for a bare output */
	struct noro_view body;
	enum noro_dialect dialect;
	uint64_t offset; /* of the body in the text */
	uint32_t line;   /* of its first line, from 1 */
	int64_t time_ns; /* of a time banner, a show clock, else NORO_TIME_NONE */
	bool refused;    /* the device did not know the command, or denied it */
};

/*
 * Cut a text: by prompts if it has some, else one output whose command comes from
 * `path` ("r1/show_version.txt", "show users.log", "r1_show-ip-route.raw") or from
 * its own shape. Session noise inside stays in the bodies: tree and templates skip it.
 */
enum noro_status noro_transcript_cut(struct noro_view text, const char *path, struct noro_arena *a,
	const struct noro_output **ret, size_t *ret_n) NORO_MUSTUSE;

/* The full command of an abbreviated one for that dialect ("sh ver" -> "show version"); as typed if
 * not known. */
struct noro_view noro_command_expand(
	enum noro_dialect d, struct noro_view typed, struct noro_arena *a);

/* How an output was understood. */
struct noro_state_read {
	const char *template_id; /* NULL: no template for it */
	uint32_t rows, unknown;  /* lines that no pattern took: told, never dropped in silence */
	uint32_t first_unknown;  /* line */
};
/* Rows of one output; an unknown command is no error. Configurations in it (show running-config)
 * are for tree.h. */
enum noro_status noro_state_read(const struct noro_facts_def *d, const struct noro_output *o,
	const struct noro_fact_file *f, struct noro_facts_maker *m, struct noro_state_read *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Does this command print a configuration, and which? */
bool noro_command_is_config(
	enum noro_dialect d, struct noro_view command, enum noro_fact_source *ret);
/* Is there a template for it? */
bool noro_command_is_known(
	const struct noro_facts_def *d, enum noro_dialect dialect, struct noro_view command);
/* Is it plainly the output of another command than the one that was typed? */
bool noro_state_is_another(const struct noro_facts_def *d, const struct noro_output *o);
/* Does it print a table of BGP, with paths (for route.h)? */
bool noro_command_is_bgp(enum noro_dialect d, struct noro_view command);
/* Does it print routes (for route.h)? */
bool noro_command_is_routes(enum noro_dialect d, struct noro_view command);
/* The table that such a command asks for, where its output does not name it; empty: none. */
struct noro_view noro_command_vrf(enum noro_dialect d, struct noro_view command);

/* What to collect, in a safe order (noroshi audit plan). */
struct noro_plan_row {
	const char *command;
	const char *fills; /* tables, blank-separated */
	struct noro_text why;
	const char *risk; /* NULL: read only; "changes-state", "load", "reload" */
	struct noro_text caution;
};
size_t noro_plan(const struct noro_facts_def *d, enum noro_dialect dialect,
	const struct noro_plan_row **ret);
