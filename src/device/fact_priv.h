/*
 * src/device/fact_priv.h - inside of the facts: schema, word patterns, maps of a dialect as a
 * trie of patterns, and the maker of rows.
 */
#pragma once

#include "base/json.h"
#include "device/fact.h"

/* Ceilings of what a map may ask for. Reaching one is an error with file and line. */
enum {
	FACT_MAX_FILE = 1 << 20, /* bytes of one YAML file */
	FACT_MAX_FILES = 200,
	FACT_MAX_TABLES = 256,
	FACT_MAX_COLUMNS = 64, /* of one table */
	FACT_MAX_FACTS = 4096,
	FACT_MAX_NAMES = 1024,   /* different names of captures */
	FACT_MAX_OPS = 256,      /* of one pattern */
	FACT_MAX_EXPANDED = 256, /* paths that one pattern of a dialect with levels stands for */
	FACT_MAX_CAPS = 64,      /* that one pattern may take */
	FACT_MAX_PATH = 16,
	FACT_MAX_FLAGS = 1024,       /* of `unless`, in one map */
	FACT_MAX_LOOKUPS = 4,        /* of one table */
	FACT_MAX_STEPS_TRIED = 4000, /* operations on one statement: then it does not match */
};

/* What a capture takes. */
enum fact_type {
	FACT_WORD,
	FACT_REST, /* every word that is left */
	FACT_CHOICE,
	FACT_OTHER, /* none of the words */
	FACT_IP,
	FACT_NUM,
	FACT_NET,
	FACT_HOST, /* the address of what FACT_NET takes */
	FACT_ACL,
	FACT_PORT,
	FACT_SECRET, /* perhaps with its type before it */
	FACT_PLAIN,  /* a secret of one word */
	FACT_HASH,   /* a secret whose place says that it is none in clear text */
	FACT_SECONDS,
	FACT_MINUTES,
	FACT_HOURS,
	FACT_NAME,
	FACT_TYPES,
};

enum fact_op_kind {
	OP_WORD,  /* exactly this word, letter case aside */
	OP_GLOB,  /* a word with * in it */
	OP_TAKE,  /* a capture: perhaps with words stuck to it, "port=<port>" */
	OP_SPLIT, /* go on behind; if that fails, at `to` */
	OP_JUMP,  /* go on at `to` */
	OP_MORE,  /* whatever follows is fine */
	OP_END,
};

struct fact_op {
	struct noro_view word, tail;    /* literal, or what stands before and behind a capture */
	const struct noro_view *choice; /* globs, lower case */
	uint32_t hash;                  /* of a literal */
	uint16_t choices;
	uint16_t to;
	uint16_t name; /* number of the capture's name */
	uint8_t kind, type;
};

struct fact_pattern {
	const struct fact_op *op;
	uint16_t ops;
	bool negated;
	struct noro_view text;
	/* What the first words must be, for the index; 0: anything. */
	uint32_t first[8];
	uint8_t firsts;
	uint32_t second;
};

/* One thing that a pattern took. `stmt` is kept for what needs more than words (leaves, secrets).
 */
struct fact_cap {
	uint16_t name;
	uint8_t type;
	uint16_t n;
	const struct noro_view *word; /* the first; `n` of them stand in a row */
	struct noro_view part;        /* of the first word, if the pattern had words stuck to it */
	const struct noro_stmt *stmt;
	bool below; /* all leaves below `stmt` (dialects with levels) */
};

/* --- names of captures, shared by all maps --- */
struct fact_names {
	struct noro_view *name;
	size_t n, cap;
};
/* Number of a name, made if new; -1 when there is no memory or no room. */
int fact_name(struct fact_names *t, struct noro_arena *a, struct noro_view name);

/* --- pattern.c --- */
/*
 * Compile the text of a pattern. On failure `err` says why; the caller knows the line.
 */
enum noro_status fact_pattern_compile(struct noro_arena *a, struct fact_names *names,
	struct noro_view text, struct fact_pattern *ret, struct noro_error *err) NORO_MUSTUSE;
/*
 * The same for a dialect with one word a level: each result is a way through the groups, its
 * operations one a level, OP_END at the end.
 */
enum noro_status fact_pattern_levels(struct noro_arena *a, const struct fact_pattern *p,
	struct fact_pattern **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* Does it match the words of this statement? Captures are added behind cap[*n]; on failure *n is
 * as before. `asa`: addresses of filters carry masks, not wildcards. */
bool fact_pattern_match(const struct fact_pattern *p, const struct noro_stmt *s, bool masks,
	struct fact_cap *cap, size_t *n, size_t max);
/* Hash of a word without letter case; never 0. */
uint32_t fact_hash(struct noro_view word);
bool fact_glob(struct noro_view glob, struct noro_view word);

/* Is it one of these words? Lengths stand beside them: most questions end there. */
struct fact_word {
	const char *p;
	size_t n;
};
#define FACT_W(text)                                                                               \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
static inline bool fact_is(struct noro_view v, const char *p, size_t n)
{
	return v.n == n && noro_lower(v.p[0]) == p[0] &&
	       noro_view_eq_i(v, (struct noro_view){ p, n });
}
#define FACT_IS(v, text) fact_is((v), text, sizeof(text) - 1)
static inline bool fact_listed(struct noro_view v, const struct fact_word *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fact_is(v, list[i].p, list[i].n))
			return true;
	return false;
}
#define FACT_LISTED(v, list) fact_listed((v), (list), sizeof(list) / sizeof((list)[0]))

/* --- value.c: from captures to text --- */
/* How many words from w[0] a capture of that sort takes; 0: not of that sort. */
uint32_t fact_type_takes(enum fact_type t, const struct noro_view *w, uint32_t left, bool masks);
/* The value for a column; p == NULL without memory. Not for FACT_SECRET. */
struct noro_view fact_value(const struct fact_cap *c, bool masks, struct noro_arena *a);
/* Is it FACT_SECRET, FACT_PLAIN or FACT_HASH? */
static inline bool fact_is_secret(const struct fact_cap *c)
{
	return c->type == FACT_SECRET || c->type == FACT_PLAIN || c->type == FACT_HASH;
}
/* Seconds of "30", "5" minutes and so on. False if it is no number. */
bool fact_seconds(const struct fact_cap *c, uint64_t *ret);
/* A secret's words: type (may be empty) and the secret itself. */
void fact_secret_words(const struct fact_cap *c, struct noro_view *type, struct noro_view *word);

/* --- map.c, trie.c: what the YAML of a dialect says --- */

/* One assignment: text with {name} in it. */
struct fact_piece {
	struct noro_view text; /* literal, if name < 0 */
	int name;              /* number of a capture's name */
	int column;            /* of the table, -1: none of that name */
};
struct fact_set {
	uint16_t column;
	const struct fact_piece *piece;
	uint16_t pieces;
};
struct fact_class {
	uint16_t column;
	int of_column, of_name;
	const struct noro_view *glob, *value;
	uint16_t n;
	struct noro_view otherwise; /* p == NULL: nothing */
};

struct fact_def; /* one `facts:` entry */
struct fact_node;

/* What a statement can be at a place: the pattern, what it makes, and what may stand below. */
struct fact_step {
	struct fact_pattern pattern;
	bool below; /* takes all leaves: asked once for the parent */
	const struct fact_end *end;
	uint16_t ends;
	struct fact_node *next;
};
struct fact_end {
	const struct fact_def *fact; /* in a trie of facts */
	const struct fact_set *set;  /* in a trie of `with` */
	uint16_t sets;
	uint16_t flag; /* of `unless`, 0: none */
	bool again;    /* of `roots`: the facts stand below it, too */
	bool drop;     /* of `with`: no row */
	bool negated;
};
/* Steps by hash of their first word. */
struct fact_node {
	struct fact_step *step; /* indexed ones first, sorted by hash, then the others */
	uint32_t steps;
	const uint32_t *bucket; /* size + 1 starts in `entry` */
	uint32_t mask;
	const struct fact_entry *entry;
	const uint32_t *other;
	uint32_t others;
	struct fact_node *deep; /* behind a "..." level */
	bool has_below;
};
struct fact_entry {
	uint32_t hash, second, step;
};
/* How a step is found whose first word is this, said or denied. */
static inline uint32_t map_entry_hash(uint32_t word, bool negated)
{
	return negated ? word ^ 0x9e3779b9u : word;
}

struct fact_def {
	uint16_t table;
	bool merge;
	struct fact_node *with;              /* NULL: none */
	const struct fact_set *set, *preset; /* `default` */
	bool preset_asks;                    /* one of them refers to a capture */
	uint16_t sets, presets;
	const struct fact_class *classes;
	uint16_t n_classes;
	const uint16_t *need;
	uint16_t needs;
	int split;         /* column, -1 */
	uint32_t dialects; /* bit mask of `only`; 0: all of the map */
	bool only_complete, only_version;
	uint16_t unless, unlesses; /* flags: none of them may have been seen */
	bool without;              /* no `each`: one row for the tree */
	bool negated;
};

struct fact_map {
	const char *file;
	uint32_t dialects;
	bool levels;
	struct fact_node *root;
	struct fact_node *roots; /* NULL: only the tree's own */
	const struct fact_def *const *fact;
	size_t facts, patterns;
	uint16_t flags;
	const struct noro_json *examples; /* NULL */
};

/* Fill an absent column from the row of another table that `by` names. */
struct fact_lookup {
	int fill, by, table, match, take;
	struct noro_view table_name, match_name, take_name; /* until all tables are known */
};

struct fact_table {
	struct noro_table t;
	bool *loose;                             /* columns that do not count in a comparison */
	int position, defined, used, name_class; /* columns of these names, -1 */
	const uint16_t *numbered;                /* columns within which `position` counts */
	uint16_t n_numbered;
	const char *owner_kind;
	int inherit_by;  /* column with names of groups, -1 */
	int inherit_key; /* column that holds the group's name in its own row */
	const char *inherit_kind;
	int kind;
	int base_fill, base_of; /* the first gets the file name at the end of the second, -1 */
	struct fact_lookup lookup[FACT_MAX_LOOKUPS];
	unsigned lookups;
};

/* Columns NAME.type, .id, .length, .weak of a secret captured as NAME; -1. */
struct fact_secret_columns {
	int16_t type, id, length, weak;
};

struct noro_facts_def {
	struct noro_arena *a;
	struct fact_table *table;
	size_t tables, cap;
	struct fact_names names;
	struct fact_map **map;
	size_t maps, maps_cap;
	int16_t *column_of;                    /* [table * names.n + name], -1 */
	struct fact_secret_columns *secret_of; /* the same for captures of secrets */
	int t_secret, t_acl, t_acl_use, t_group_member, t_policy, t_bgp;
	int name_device; /* number of "_device" */
	size_t show_maps;
	struct words_node *statements[NORO_DIALECTS]; /* strange_priv.h; NULL: none are listed */
	struct noro_templates *show;                  /* templates of show outputs, plans */
};

/* One file's text; `file` for messages. */
enum noro_status fact_schema_parse(struct noro_facts_def *d, struct noro_view text,
	const char *file, struct noro_error *err) NORO_MUSTUSE;
enum noro_status fact_map_parse(struct noro_facts_def *d, struct noro_view text, const char *file,
	struct noro_error *err) NORO_MUSTUSE;
/* --- fact.c and take.c: rows on their way --- */
struct fact_made {
	struct noro_fact f;
	const struct fact_def *def;     /* NULL: from code */
	const struct noro_view *preset; /* values of def->preset, if they depend on captures */
};
struct noro_facts_maker {
	const struct noro_facts_def *d;
	struct noro_arena *a;
	uint8_t key[32];
	struct fact_made *row;
	size_t rows, cap;
};
/* Hash of table and key columns. */
uint64_t fact_key_hash(const struct noro_facts_def *d, uint16_t table, const struct noro_view *col);
bool fact_same_key(
	const struct noro_table *t, const struct noro_view *a, const struct noro_view *b);
/* What templates may refer to. */
struct fact_scope {
	const struct noro_view *col;
	const struct fact_cap *cap;
	size_t caps;
	bool masks;
};
/* Text with `{name}` filled in; p == NULL: nothing to say, or no memory (*ret_failed). */
struct noro_view fact_fill(const struct fact_set *set, const struct fact_scope *scope,
	struct noro_arena *a, bool *ret_failed);

/* --- groups.c --- */
/* The tree with what its levels inherit by `apply-groups`; the tree itself if nothing does. */
enum noro_status fact_groups(
	const struct noro_tree *t, struct noro_arena *a, const struct noro_tree **ret) NORO_MUSTUSE;

/* --- secret.c --- */
/* As noro_facts_mask; the `n` words are hidden wherever they stand. */
struct noro_view fact_mask(
	struct noro_view text, const struct noro_view *secret, size_t n, struct noro_arena *a);

/* An empty definition, and the end of its making. */
enum noro_status fact_def_new(
	struct noro_arena *a, struct noro_facts_def **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status fact_def_seal(struct noro_facts_def *d, struct noro_error *err) NORO_MUSTUSE;
/* Number of a table's own column, -1. */
int fact_column(const struct noro_table *t, struct noro_view name);
/* An error at a place of a YAML text. */
enum noro_status fact_bad(struct noro_error *err, struct noro_view text, size_t at,
	const char *file, const char *msg, struct noro_view arg);
