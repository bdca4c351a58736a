/*
 * src/device/template_priv.h - show outputs to rows, as data: knowledge/device/show/
 * (docs/decisions/0008-show-templates.md).
 */
#pragma once

#include "device/fact.h"
#include "device/line_priv.h"

struct noro_json;

enum {
	NORO_TEMPLATE_MAX_FILES = 1024,
	NORO_TEMPLATE_MAX_VARS = 96, /* columns of the table and names of the template's own */
	NORO_TEMPLATE_MAX_STATES = 32,
	NORO_TEMPLATE_MAX_PARTS = 16, /* of one composed value */
	NORO_TEMPLATE_FILE_BYTES = 1 << 20,
	NORO_TEMPLATE_SECRETS = 8, /* of late, to be masked in the text of rows */
};

/* "Gi{slot}/{port}": texts and variables in turn. */
struct noro_tpl_part {
	struct noro_view text;
	int16_t var;              /* -1: text */
	enum noro_line_type type; /* {x:duration} */
};
struct noro_tpl_set {
	int16_t var;
	uint16_t parts;
	const struct noro_tpl_part *part;
};

/* Values renamed: "up" -> "yes". A key that ends in * stands for all that begin so. */
struct noro_tpl_pair {
	struct noro_view from, to; /* to.p NULL: the column becomes absent */
	bool prefix;
};
struct noro_tpl_map {
	int16_t var;
	uint16_t pairs;
	const struct noro_tpl_pair *pair;
};

enum noro_tpl_act {
	NORO_TPL_ROW,   /* a row of this line */
	NORO_TPL_START, /* finishes what is open and opens an entry */
	NORO_TPL_MORE,  /* adds to the open entry */
	NORO_TPL_END,   /* adds and finishes it */
	NORO_TPL_KEEP,  /* for this and all later rows, until said again */
	NORO_TPL_SKIP,  /* known, and nothing in it */
	NORO_TPL_STOP,  /* nothing behind this line is for us */
	NORO_TPL_ACTS,
};

/* A pattern with the variables its captures go to. */
struct noro_tpl_pattern {
	const struct noro_line_pattern *p;
	const int16_t *var; /* one for each capture; -1: thrown away */
};

struct noro_tpl_rule {
	enum noro_tpl_act act;
	uint32_t in; /* states, as bits; 0: any */
	int8_t go;   /* -1: stay */
	struct noro_tpl_pattern pattern;
	const struct noro_tpl_set *set;
	size_t sets;
	const int16_t *drop; /* forgotten when the line matches */
	size_t drops;
	bool here; /* of an entry of many lines: this is the one to show */
};

/* One cell of a table with a header line, or one key of a block. */
struct noro_tpl_cell {
	struct noro_view title;
	int16_t var; /* -1: `pattern` */
	struct noro_tpl_pattern pattern;
	bool start; /* pairs: this key opens an entry */
};

enum noro_tpl_form { NORO_TPL_LINES, NORO_TPL_COLUMNS, NORO_TPL_PAIRS, NORO_TPL_TREE };

/* A way through a JSON or XML tree: a key, * any key, <x> any key into x, .. up. */
struct noro_tpl_step {
	struct noro_view key; /* p NULL: any */
	int16_t var;          /* takes the key */
	bool up;
};
struct noro_tpl_path {
	const struct noro_tpl_step *step;
	size_t steps;
};
struct noro_tpl_take {
	int16_t var;
	const struct noro_tpl_path *path; /* the first that leads to something */
	size_t paths;
	struct noro_tpl_pattern pattern; /* p NULL: the text as it is */
};

struct noro_template {
	const char *id;
	uint32_t dialects; /* bits */
	const struct noro_line_pattern *const *command, *const *shape;
	size_t commands, shapes;
	uint16_t table;
	const struct noro_table *def;
	const struct noro_view *var; /* names: the table's own columns, then the template's */
	uint16_t vars;
	enum noro_tpl_form form;
	bool rest; /* lines that nothing takes are known to say nothing for this table */
	bool once; /* one row: the whole output is one entry */
	const struct noro_tpl_rule *rule;
	size_t rules;
	const struct noro_tpl_cell *cell;
	size_t cells;
	struct noro_view sep;
	const struct noro_tpl_path *each;
	size_t eachs;
	const struct noro_tpl_take *take;
	size_t takes;
	const struct noro_tpl_set *set, *fallback;
	size_t sets, fallbacks;
	const struct noro_tpl_map *map;
	size_t maps;
	const int16_t *need;
	size_t needs;
	/* A list in one column: a row for each piece, without what follows `split_cut`. */
	struct noro_view split_at, split_cut; /* empty: no list */
	int16_t split;
};

/* What a device offers to be collected. */
struct noro_template_plan {
	const struct noro_plan_row *row;
	size_t rows;
};

struct noro_templates {
	const struct noro_facts_def *def;
	const struct noro_template *const *item;
	size_t items;
	struct noro_template_plan plan[NORO_DIALECTS];
};

/* Read device/show/ and device/plan/ of each folder. `d` must know its tables already. */
enum noro_status noro_templates_load(struct noro_arena *a, const struct noro_facts_def *d,
	const char *const *folder, size_t n, struct noro_templates **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* One file's text into a list that grows; what the loader does to each. */
struct noro_template_list {
	const struct noro_template **item;
	size_t n, cap;
};
enum noro_status noro_templates_parse(struct noro_arena *a, const struct noro_facts_def *d,
	const char *path, struct noro_view text, struct noro_template_list *into,
	struct noro_error *err) NORO_MUSTUSE;

/* --- inside the loader --- */

/* The template that is being read. Failures stick; the first is told. */
struct noro_template_loader {
	struct noro_arena *a;
	const struct noro_facts_def *d;
	const char *path;
	struct noro_view text;
	struct noro_template *t;
	struct noro_view var[NORO_TEMPLATE_MAX_VARS];
	struct noro_view state[NORO_TEMPLATE_MAX_STATES];
	uint16_t vars, states;
	enum noro_status status;
	struct noro_error *err;
};
void noro_tpl_bad(struct noro_template_loader *l, const struct noro_json *at, const char *msg,
	struct noro_view arg);
void *noro_tpl_array(struct noro_template_loader *l, size_t count, size_t size);
/* The number of a column or, with a $ before it, of a name of the template's own. */
int16_t noro_tpl_var(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view name);
struct noro_tpl_pattern noro_tpl_pattern(
	struct noro_template_loader *l, const struct noro_json *at, struct noro_view text);
const struct noro_tpl_set *noro_tpl_sets(
	struct noro_template_loader *l, const struct noro_json *v, size_t *ret_n);
void noro_tpl_rules(struct noro_template_loader *l, const struct noro_json *v);
void noro_tpl_columns(struct noro_template_loader *l, const struct noro_json *v);
void noro_tpl_pairs(struct noro_template_loader *l, const struct noro_json *v);
void noro_tpl_tree(struct noro_template_loader *l, const struct noro_json *v);

/* Where rows go, and what was not understood: a bit for each line of the body. */
struct noro_template_run {
	const struct noro_output *output;
	const struct noro_fact_file *file;
	struct noro_facts_maker *maker; /* NULL: only count */
	struct noro_arena *a;           /* of this run */
	uint64_t *taken;
	uint32_t lines, rows;
};
/* Run one template over the output; lines that it understands are marked in `taken`. */
enum noro_status noro_template_read(
	const struct noro_template *t, struct noro_template_run *run) NORO_MUSTUSE;
enum noro_status noro_template_read_tree(const struct noro_template *t,
	const struct noro_tree *tree, struct noro_template_run *run) NORO_MUSTUSE;

/* --- inside the reader --- */

/* Values of one entry, by number of variable; p NULL: absent. */
struct noro_template_entry {
	struct noro_view *v;
	bool open, any;
	uint32_t line;
	uint64_t offset;
	struct noro_view text;
};
struct noro_template_reader {
	const struct noro_template *t;
	struct noro_template_run *run;
	struct noro_template_entry entry, row, kept;
	struct noro_view *out; /* room for one row's columns */
	struct noro_view secret[NORO_TEMPLATE_SECRETS];
	size_t secrets;
	struct noro_line_scratch scratch;
	enum noro_status status;
};
enum noro_status noro_template_reader_init(struct noro_template_reader *r,
	const struct noro_template *t, struct noro_template_run *run) NORO_MUSTUSE;
/* A value as its type wants it, into variable `var` of `e`. */
void noro_template_take(struct noro_template_reader *r, struct noro_template_entry *e, int16_t var,
	const struct noro_line_cap *cap, struct noro_view value);
void noro_template_take_all(struct noro_template_reader *r, struct noro_template_entry *e,
	const struct noro_tpl_pattern *p);
void noro_template_emit(struct noro_template_reader *r, const struct noro_template_entry *e);
void noro_template_forget(struct noro_template_reader *r, struct noro_template_entry *e);
