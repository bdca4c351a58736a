/* src/device/audit_priv.h - what the files of the audit share. */
#pragma once

#include "device/audit.h"
#include "device/diff.h"
#include "device/keep.h"
#include "device/twins_priv.h"

#include <pthread.h>

enum {
	MAX_TEXT = 128 << 20,       /* bytes of one text; the rest is not read, and that is said */
	MAX_NAMES = 256,            /* devices in one text */
	MAX_DIFF_LINES = 2000,      /* kept of one difference for the report; counts go on */
	MAX_PARTS = 64,             /* of configurations of one device */
	MAX_SNAPSHOTS = 64,         /* of one device that are compared with each other */
	MAX_PUZZLES = 32,           /* outputs with lines of no pattern that are named */
	MAX_ROUTE_OUTPUTS = 512,    /* of one device; lines of more are counted as not understood */
	MAX_DEVICE_ARENA = 1 << 30, /* bytes that the examination of one device may take */
};

/* A text with something of one or more devices in it. */
struct text {
	const char *path, *container;
	struct noro_kept kept;
	int64_t time_ns;
	struct noro_dialect_guess guess;
	const char **name; /* devices in it, each once */
	uint32_t names;
	bool baseline, startup;
	bool config;                  /* the whole text is one configuration */
	bool searched;                /* it may have been read as a log as well */
	struct noro_identity id;      /* of the box, if the text is of one device */
	struct early *early;          /* examined when it came; NULL: not so */
	const struct noro_tree *tree; /* of `config`, while it is there; NULL: to be parsed */
	/* of an example: not packed, and outputs are cut already */
	struct noro_view plain;
	const struct noro_output *output;
	size_t outputs;
};

/* What one thread works with; as many as work at the same time. */
struct desk {
	const uint8_t *key;         /* of `once` */
	struct noro_arena *keep;    /* part of the result */
	struct noro_once once;      /* texts in `keep` that many findings have */
	struct noro_arena *until;   /* until all devices are known */
	struct noro_arena *scratch; /* one device */
	struct noro_rule_worker *rules;
	struct noro_packer *packer;
	struct desk *next, *all;
};

/* How many configurations of each dialect say what has this shape; made at first use. */
struct fleet {
	uint16_t *count[NORO_DIALECTS];
	uint32_t configs[NORO_DIALECTS];
};

/* What of a configuration may turn out to be an outlier: places in the table of counts. */
struct marks {
	const uint32_t *slot;
	uint32_t n;
};

/* Names of devices that came, and how often examining at once was for nothing. */
struct early_names {
	uint64_t *slot; /* hash of a name; lowest bit: its first text was examined at once */
	size_t cap, n;
	uint32_t made, wasted;
	bool approved; /* there is a baseline: no text is all there is of its device */
};

/* A device in a text. */
struct member {
	const char *name;
	const struct text *text;
	const char *shown; /* NULL: of every device of the name */
	uint32_t group;    /* among devices of one name, from 0 */
};

struct noro_audit {
	struct noro_audit_opts o;
	struct fleet fleet;
	struct noro_arena *keep;
	pthread_mutex_t lock; /* over all below */
	struct text *text;
	size_t texts, text_cap;
	struct collected *collected; /* collector.c: by path once the texts are all there */
	size_t collects, collected_cap;
	struct early_names early;
	struct desk *idle, *desks;
	uint8_t secret_key[32];
	/* members.c, once all texts are there */
	struct member *member; /* by name, then by time with the unknown first, then by path */
	size_t members;
	struct noro_audit_note *note;
	size_t notes, note_cap;
	uint64_t undecided;
	struct noro_view gave_up;
};

/* The log buffer of a device, as an output showed it. */
struct log_seen {
	const struct noro_fact_file *file; /* NULL: none was shown */
	struct noro_view first;            /* its oldest line */
	uint64_t size, used;               /* bytes */
	uint64_t offset;
	uint32_t line;
};

/* Outputs of routes, in order of time. */
struct noro_exam_tables {
	struct noro_exam_routes *item;
	size_t n, cap;
};

/* One device under examination; everything in `a`, which dies with it. */
struct exam {
	struct noro_audit *u;
	const char *name;               /* as it calls itself */
	const char *shown;              /* as results call it */
	const struct text *const *text; /* in order of time, then path */
	size_t texts;
	struct noro_arena *a;
	enum noro_dialect dialect;
	const char *version; /* normal form; NULL unknown */
	struct noro_fact_device device;
	bool compared; /* with a baseline: `diff` has a meaning */
	bool early;    /* what others have is not known yet: nothing is an outlier */
	struct noro_facts_maker *now, *base;
	struct noro_facts facts, approved; /* approved: of the baseline */
	const struct noro_tree *config, *startup, *baseline;
	const struct noro_fact_file *config_file, *startup_file, *baseline_file;
	const struct noro_tree *snapshot[MAX_SNAPSHOTS]; /* older configurations, oldest first */
	const struct noro_fact_file *snapshot_file[MAX_SNAPSHOTS];
	size_t snapshots;
	/* "show running-config | include snmp": rows, but nothing is absent because it is not there
	 */
	const struct noro_tree *part[MAX_PARTS];
	const struct noro_fact_file *part_file[MAX_PARTS];
	size_t parts;
	struct noro_exam_tables routes, bgp; /* tables of routes, of BGP */
	struct noro_rib *rib;                /* of the newest */
	struct log_seen log;
	int64_t clock_ns;          /* the latest moment that the device named; NORO_TIME_NONE */
	struct noro_list commands; /* that were collected, expanded */
	uint64_t statements, unknown, rows, outputs;
	const char *puzzle[MAX_PUZZLES]; /* where the first such line of an output stands */
	size_t puzzles;
	struct noro_diff diff[3]; /* baseline, startup, last snapshot */
	struct noro_error *err;
};

/* collector.c */
void noro_collected_sort(struct noro_audit *u);
void noro_collected_free(struct noro_audit *u);
/* members.c: who is in which text. Again: nothing is done. */
enum noro_status noro_audit_members(struct noro_audit *u) NORO_MUSTUSE;
/* Where the next name begins. */
size_t noro_audit_same_name(const struct noro_audit *u, size_t from);

/* order.c: the configuration in force, as far as its text says. */
bool noro_text_is_running(const struct text *t);
/* Does something tell which of two configurations is the older, or are they copies? */
bool noro_texts_in_order(const struct text *a, const struct text *b);

/* desk.c: a place to work at; NULL without memory. The scratch of one given back is forgotten. */
struct desk *noro_desk_take(struct noro_audit *u);
void noro_desk_give(struct noro_audit *u, struct desk *d);
/* A text as part of the result, kept once for all that have it; NULL without memory. */
const char *noro_desk_text(struct desk *d, struct noro_view v);
void noro_desks_free(struct noro_audit *u);
/* All devices are known, and what was kept until then has served. */
void noro_desks_forget(struct noro_audit *u);

/*
 * early.c: examine a text when it comes, if that may be all there is of its device. First, under
 * the lock: is it worth trying? Every text must be asked about. Then, with `k` as it will be
 * listed: NULL if it could not be done, and it will be examined like others.
 */
bool noro_early_wanted(struct noro_audit *u, const struct text *k);
struct early *noro_early_examine(
	struct noro_audit *u, const struct text *k, const struct marks *m, struct desk *d);
struct outcome;
/* All devices are known, and this is the only text of one: what was found, if it holds. */
const struct outcome *noro_early_outcome(const struct noro_audit *u, const struct text *k);

/* exam.c: texts become facts, differences and explained routes. */
enum noro_status noro_exam_read(struct exam *x) NORO_MUSTUSE;
/* exam_routes.c: keep an output; then, with all facts there, explain and compare. */
/* Lines of an output that no pattern knows, and the first of them: counted, and where it stands
 * kept. */
enum noro_status noro_exam_puzzle(struct exam *x, const struct noro_fact_file *f, uint64_t lines,
	uint32_t first) NORO_MUSTUSE;
enum noro_status noro_exam_route_output(struct exam *x, struct noro_exam_tables *l,
	const struct noro_output *o, const struct noro_fact_file *f, bool baseline) NORO_MUSTUSE;
enum noro_status noro_exam_routes(struct exam *x) NORO_MUSTUSE;
bool noro_path_is_startup(const char *path);
/* Does a filter behind the bar leave lines out? */
bool noro_command_cuts(struct noro_view command);
/* The configuration that a command printed; NULL if it is none. */
enum noro_status noro_exam_output_tree(const struct noro_output *o, const char *path,
	struct noro_arena *a, const struct noro_tree **ret) NORO_MUSTUSE;
/* exam_change.c: rows of tables `change` and `collection`. */
enum noro_status noro_exam_changes(struct exam *x) NORO_MUSTUSE;
enum noro_status noro_exam_collection(struct exam *x) NORO_MUSTUSE;
struct noro_fact noro_exam_fact(const struct noro_stmt *s, const struct noro_fact_file *f);
/* A row of table `change`, of table `collection`. */
enum noro_status noro_exam_change(struct exam *x, const char *what, const char *between,
	const struct noro_stmt *s, const struct noro_fact_file *f) NORO_MUSTUSE;
enum noro_status noro_exam_trouble(struct exam *x, const char *item, const char *detail,
	const struct noro_stmt *s, const struct noro_fact_file *f) NORO_MUSTUSE;
/* The output of another command than the one typed. */
enum noro_status noro_exam_output_trouble(
	struct exam *x, const struct noro_output *o, const struct noro_fact_file *f) NORO_MUSTUSE;
/* fleet.c: statements that hardly any device of the kind has. */
/* `marks` in `a`, if wanted: without memory there are none, and `false` is returned. */
bool noro_fleet_count(
	struct fleet *f, const struct noro_tree *t, struct noro_arena *a, struct marks *marks);
/* May one of these be an outlier, now that all are counted? */
bool noro_fleet_may_be_odd(const struct fleet *f, enum noro_dialect d, const struct marks *m);
void noro_fleet_done(struct fleet *f);
enum noro_status noro_exam_outliers(struct exam *x) NORO_MUSTUSE;
/* The row that says what was read of the device. `m` keeps a copy. */
enum noro_status noro_exam_has(struct exam *x, struct noro_facts_maker *m, bool config,
	bool startup, const struct noro_fact_file *file) NORO_MUSTUSE;
/* exam_version.c: the version the device runs, in normal form; an older one than before is a row.
 */
enum noro_status noro_exam_version(struct exam *x) NORO_MUSTUSE;
enum noro_status noro_exam_downgrade(struct exam *x, bool *ret_told) NORO_MUSTUSE;
/* exam_log.c: the log in a device's memory, seen in an output; a row if it is younger than the
 * device's last start. */
void noro_exam_log_seen(
	struct exam *x, const struct noro_output *o, const struct noro_fact_file *f);
enum noro_status noro_exam_log_age(struct exam *x, bool *ret_told) NORO_MUSTUSE;
/* page.c: first value of a column; NULL. */
const char *noro_exam_cell(
	const struct exam *x, struct noro_arena *a, const char *table, const char *column);
/* page.c: what the report shows of the device, copied into `a`. */
enum noro_status noro_exam_page(
	const struct exam *x, struct noro_arena *a, struct noro_machine *ret) NORO_MUSTUSE;
/* The row of one table from columns by name: pairs of name and value, NULL-ended. */
enum noro_status noro_exam_row(struct exam *x, const char *table, const struct noro_fact *like,
	const char *const *pair) NORO_MUSTUSE;
