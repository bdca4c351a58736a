/*
 * src/device/tree.h - a configuration as a tree of statements, one shape for every
 * dialect (docs/decisions/0006-devices.md). Parsing never fails on what it does
 * not know: unknown lines are statements like all others.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "finding/finding.h"

enum noro_dialect {
	NORO_DIALECT_NONE, /* not a configuration we know */
	NORO_DIALECT_IOS,
	NORO_DIALECT_IOS_XE,
	NORO_DIALECT_IOS_XR,
	NORO_DIALECT_NXOS,
	NORO_DIALECT_ASA,
	NORO_DIALECT_JUNOS,
	NORO_DIALECT_EOS,
	NORO_DIALECT_VRP,
	NORO_DIALECT_FORTIOS,
	NORO_DIALECT_PANOS,
	NORO_DIALECT_ROUTEROS,
	NORO_DIALECT_VYOS,
	NORO_DIALECT_SROS,
	NORO_DIALECT_YAMAHA,
	NORO_DIALECT_NEC_IX,
	NORO_DIALECT_ALAXALA,
	NORO_DIALECTS,
};
/* "ios", "ios-xe", "ios-xr", "nx-os", "asa", "junos", "eos", "vrp", "fortios", "pan-os",
 * "routeros", "vyos", "sros", "yamaha", "nec-ix", "alaxala"; "" for none. */
const char *noro_dialect_name(enum noro_dialect d);
/* "Cisco IOS XE": for people. */
const char *noro_dialect_title(enum noro_dialect d);
enum noro_dialect noro_dialect_by_name(struct noro_view name);

/* How a configuration was written. */
enum noro_tree_form {
	NORO_FORM_LINES,   /* indentation: Cisco, EOS, VRP, Yamaha, NEC, ALAXALA, SR OS classic */
	NORO_FORM_BRACES,  /* Junos, VyOS, SR OS MD-CLI */
	NORO_FORM_SET,     /* "set a b c": Junos, VyOS, PAN-OS, SR OS flat */
	NORO_FORM_BLOCKS,  /* config / edit / set / next / end: FortiOS */
	NORO_FORM_XML,     /* PAN-OS, Junos display xml */
	NORO_FORM_MENUS,   /* /ip service set ...: RouterOS */
	NORO_FORM_OBJECTS, /* show output as JSON; objects and arrays as levels */
};

/* What a text was recognised as. Confidence 0-100; `why` names the telling lines. */
struct noro_dialect_guess {
	enum noro_dialect dialect;
	enum noro_tree_form form;
	unsigned confidence;
	struct noro_msg why;
	char arg[96];            /* argument of `why` */
	bool config;             /* false: output of commands, or no device text at all */
	bool transcript;         /* prompts and commands stand in it: see device/state.h */
	enum noro_dialect other; /* lines of this dialect stand in it too; NONE: not so */
	uint32_t other_line;     /* the first of those, from 1 */
};
/* Look at up to 64 KiB from the beginning (session noise allowed). Never fails. */
void noro_dialect_guess(struct noro_view head, const char *path, struct noro_dialect_guess *ret);

enum noro_stmt_flag {
	NORO_STMT_NEGATED = 1,  /* no, undo, delete, unset; the word itself is left out of `word` */
	NORO_STMT_INACTIVE = 2, /* Junos inactive:, disabled entries */
	NORO_STMT_UNKNOWN = 4,  /* fits no form of this dialect; kept as words */
	NORO_STMT_MADE = 8,     /* a level made by set paths; its line is that of its first use */
	NORO_STMT_TEXT = 16,    /* body of a banner, certificate or script: not cut into words */
	NORO_STMT_BODY = 32,    /* such a body stands below it (it may be empty) */
};

/* One statement. Views point into the text that was parsed, or into the arena where quotes and
 * escapes were undone. */
struct noro_stmt {
	struct noro_view text;        /* as written, without indentation and line end */
	const struct noro_view *word; /* quotes taken off */
	uint32_t words;
	uint32_t line, column; /* from 1 */
	uint64_t offset;       /* of the line in the text */
	uint32_t number;       /* in order, from 0 (the root has none of these) */
	unsigned flags;        /* enum noro_stmt_flag */
	struct noro_stmt *parent, *child, *last, *next;
};

struct noro_tree {
	enum noro_dialect dialect;
	enum noro_tree_form form;
	struct noro_stmt root;
	uint32_t statements;
	uint32_t unknown; /* statements with NORO_STMT_UNKNOWN */
	uint32_t noise;   /* lines stripped: prompts, echoes, --More--, banners of time and load */
	uint32_t comments;
	struct noro_view name;    /* host name, if the text says it */
	struct noro_view version; /* as the header or a statement says it: "15.2", "7.4.7" */
	bool complete;            /* has the ending its dialect writes: end, last brace, return */
	bool cut;                 /* a ceiling was reached; the rest was not read */
};

/* Ceilings. */
enum {
	NORO_TREE_MAX_DEPTH = 64,
	NORO_TREE_MAX_WORDS = 4096, /* of one statement; more are one last word */
	NORO_TREE_MAX_STATEMENTS = 8 << 20,
	NORO_TREE_MAX_LINE = 1 << 20, /* a longer line is one statement with its first bytes */
};

/*
 * Parse as `guess` says. One pass, linear; all in the arena, views into `text`, which
 * must live as long. Fails only without memory.
 */
enum noro_status noro_tree_parse(struct noro_view text, const struct noro_dialect_guess *guess,
	struct noro_arena *a, struct noro_tree **ret) NORO_MUSTUSE;

/* JSON or XML output of a command as a tree: keys are words, an array repeats its key. */
enum noro_status noro_tree_parse_json(struct noro_view text, struct noro_arena *a,
	struct noro_tree **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_tree_parse_xml(struct noro_view text, struct noro_arena *a,
	struct noro_tree **ret, struct noro_error *err) NORO_MUSTUSE;

/*
 * Print in the dialect's canonical form (Junos: curly; PAN-OS, VyOS: set). Parsing what was printed
 * and printing it again gives the same bytes.
 */
enum noro_status noro_tree_print(const struct noro_tree *t, struct noro_buf *out) NORO_MUSTUSE;

/* The words from the root down to and with the statement, joined by blanks. */
struct noro_view noro_stmt_path(const struct noro_stmt *s, struct noro_arena *a);
/* Next statement in order of lines, down and across; NULL at the end. Start with &tree->root. */
const struct noro_stmt *noro_stmt_walk(const struct noro_stmt *s);
