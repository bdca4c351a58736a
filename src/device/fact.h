/*
 * src/device/fact.h - rows of common tables made of trees and show outputs by data
 * (docs/decisions/0006-devices.md, knowledge/device/). What checks see of a device.
 */
#pragma once

#include "device/tree.h"
#include "knowledge/knowledge.h"

/* --- the schema: knowledge/device/tables.yaml --- */

struct noro_table {
	const char *name;
	const char *const *column; /* its own; the common ones stand before them in every row */
	uint16_t columns;
	const uint16_t *key; /* indexes into `column`: what makes two rows the same thing */
	uint16_t keys;
	const char *section;    /* "protected" if unknown statements near it are worth a finding */
	struct noro_text title; /* for people */
};

/* Columns that every row has; a check asks for them by these names. */
enum noro_common {
	NORO_COL_DEVICE,  /* device    name of the device */
	NORO_COL_DIALECT, /* dialect */
	NORO_COL_VERSION, /* version   of the software, normal form */
	NORO_COL_ROLE,    /* device.role as the site file says */
	NORO_COL_SOURCE,  /* source    config, startup, state */
	NORO_COL_DIFF,    /* diff      added, removed, same; absent without a baseline */
	NORO_COL_TEXT,    /* text      the statement or line as written, secrets masked */
	NORO_COL_CONTEXT, /* context   the words above it */
	NORO_COL_COMMAND, /* from.command of a state row: "show users" */
	NORO_COMMONS,
};

/* Schema, patterns and templates, loaded and compiled. Immutable; shared by threads. */
struct noro_facts_def;
/* Each path is a knowledge folder (its device/ is read); later ones add to earlier. Strict: an
 * error names file and line. */
enum noro_status noro_facts_def_load(struct noro_arena *a, const char *const *folder, size_t n,
	struct noro_facts_def **ret, struct noro_error *err) NORO_MUSTUSE;
size_t noro_facts_tables(const struct noro_facts_def *d);
const struct noro_table *noro_facts_table(const struct noro_facts_def *d, size_t i);
/* Is there a map for configurations of that dialect? */
bool noro_facts_mapped(const struct noro_facts_def *d, enum noro_dialect dialect);
/* -1 if there is none. */
int noro_facts_table_by_name(const struct noro_facts_def *d, struct noro_view name);
/* The templates of show outputs and the plans that were loaded with it (device/template_priv.h). */
struct noro_templates;
const struct noro_templates *noro_facts_def_templates(const struct noro_facts_def *d);
/* Column number within the table: 0 .. NORO_COMMONS - 1 the common ones, then its own; -1. */
int noro_table_column(const struct noro_table *t, struct noro_view name);

/* --- rows --- */

enum noro_fact_source { NORO_FACT_CONFIG, NORO_FACT_STARTUP, NORO_FACT_STATE };
enum noro_fact_diff { NORO_DIFF_NONE, NORO_DIFF_SAME, NORO_DIFF_ADDED, NORO_DIFF_REMOVED };

/* Where text stands: one file (or one command's output within it). */
struct noro_fact_file {
	const char *path, *container;
	uint64_t offset;     /* of the text within the file */
	uint32_t line;       /* of its first line, from 1 */
	int64_t time_ns;     /* of the collection; NORO_TIME_NONE */
	const char *command; /* NULL: a configuration */
	unsigned grade;      /* 0-4: who vouches for it (reference: trust ladder) */
};

struct noro_fact {
	uint16_t table;
	uint8_t source, diff;
	uint32_t line, column; /* in the file */
	uint64_t offset;
	const struct noro_fact_file *file;
	const struct noro_stmt *stmt; /* NULL for state rows */
	struct noro_view text, context;
	const struct noro_view *col; /* own columns, table->columns of them; p == NULL: absent */
	uint64_t key_hash;           /* of table and key columns, letter case folded */
	/* Of a row put together from several statements: each of them in order, with the columns as
	 * they stood after it; steps 0: one statement. */
	const struct noro_fact *step;
	uint32_t steps;
};

/* What all rows of a device say alike (common columns device, dialect, version, device.role);
 * p == NULL: unknown. One per device, made by the audit. */
struct noro_fact_device {
	struct noro_view name, dialect, version, role;
};
/*
 * The value of a column numbered as by noro_table_column; false when the row has none. A table's
 * own column of a common name ("version" of `service`) hides the common one.
 */
bool noro_fact_get(const struct noro_fact *f, const struct noro_fact_device *of, int column,
	struct noro_view *ret);

/* All rows of one device, grouped by table in order of lines. */
struct noro_facts {
	const struct noro_fact *row;
	size_t rows;
	const uint32_t *at; /* tables + 1 entries: rows of table t are row[at[t] .. at[t + 1]] */
};

/* Collects rows; not for threads. The key of secrets' digests is chosen per run (or given, to
 * compare runs). */
struct noro_facts_maker;
enum noro_status noro_facts_maker_new(const struct noro_facts_def *d, struct noro_arena *a,
	const uint8_t secret_key[32], struct noro_facts_maker **ret) NORO_MUSTUSE;
/* The key that digests of secrets are made with. */
const uint8_t *noro_facts_maker_key(const struct noro_facts_maker *m);
/* Rows of a configuration tree. */
enum noro_status noro_facts_add_tree(struct noro_facts_maker *m, const struct noro_tree *t,
	const struct noro_fact_file *f, enum noro_fact_source source) NORO_MUSTUSE;
/* One row from code (state parsers, joins made in C). `col` has table->columns entries; copied. */
enum noro_status noro_facts_add_row(
	struct noro_facts_maker *m, const struct noro_fact *row) NORO_MUSTUSE;
/* Sort by table, then file and line; merge rows of equal key where the patterns say so. The maker
 * is empty after. */
enum noro_status noro_facts_take(struct noro_facts_maker *m, struct noro_facts *ret) NORO_MUSTUSE;

/*
 * Set `diff` of each row of `now` against `base` (same schema): by key, then by all own columns; a
 * row whose key is there with other values is ADDED, the old one is returned as REMOVED. New rows
 * live in `a`.
 */
enum noro_status noro_facts_compare(const struct noro_facts_def *d, struct noro_facts *now,
	const struct noro_facts *base, struct noro_arena *a) NORO_MUSTUSE;

/*
 * A secret as facts: fill <column>.type, .id, .length, .weak (see tables.yaml). `word` is the
 * secret as written with its type; `owner` (user name) and the dictionary decide `weak`. Nothing of
 * the plain text remains in any row; noro_facts_mask hides it in `text`.
 */
struct noro_secret {
	const char *type;   /* "0", "4", "5", "6", "7", "8", "9", "$1$", "$9$", "enc" ... */
	char id[33];        /* hex of a keyed digest; "" where the device salts anew each time */
	const char *length; /* "0", "1-7", "8-11", "12-15", "16+" */
	const char *weak;   /* NULL, "owner", "dictionary", "short", "default", "empty" */
};
void noro_secret_read(struct noro_view type, struct noro_view word, struct noro_view owner,
	const uint8_t key[32], struct noro_secret *ret);
/*
 * The text of a statement with what follows password, secret, community ... and what looks like a
 * hash replaced by ***. The text itself where there is nothing to hide; p == NULL without memory.
 */
struct noro_view noro_facts_mask(struct noro_view text, struct noro_arena *a);
