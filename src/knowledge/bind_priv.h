/* src/knowledge/bind_priv.h - from a YAML tree to structs, by tables that say what may stand where.
 */
#pragma once

#include "base/json.h"
#include "knowledge/knowledge.h"

enum bind_kind {
	BIND_STR,   /* const char * */
	BIND_NAME,  /* struct noro_bitext; a plain scalar serves both languages */
	BIND_TEXT,  /* struct noro_bitext; a plain scalar is English */
	BIND_LIST,  /* struct noro_strings; a scalar is a list of one */
	BIND_DAY,   /* struct noro_day, its start */
	BIND_END,   /* struct noro_day, its end */
	BIND_BOOL,  /* bool */
	BIND_ROWS,  /* pointer and count of another shape */
	BIND_TEXTS, /* pointer and count of struct noro_bitext */
};

struct bind_shape;

struct bind_field {
	const char *key;
	enum bind_kind kind;
	bool need;
	size_t at, count_at;            /* offsets in the struct */
	const struct bind_shape *shape; /* of BIND_ROWS */
	const char *const *words;       /* BIND_STR and BIND_LIST: nothing else may stand there */
};

struct bind_shape {
	size_t size;
	const struct bind_field *field;
	size_t fields;
	bool positional; /* a row may be a sequence: values in the order of the fields */
};

struct bind {
	struct noro_arena *arena; /* where results live */
	struct noro_view text;    /* for line numbers */
	struct noro_error *err;
};

/* Fill the zeroed struct at `out` from an object (or, if positional, an array). */
enum noro_status bind_struct(struct bind *b, const struct noro_json *v,
	const struct bind_shape *shape, void *out) NORO_MUSTUSE;

/* A revocation that was read elsewhere than the technique itself. */
struct know_succession {
	const char *id, *by;
	const char *release;
};

/* What one file of a sub-folder holds. All members are optional; loaders take what is there. */
struct know_file {
	const struct noro_advisory *advisory;
	size_t advisories;
	const struct noro_actor *actor;
	size_t actors;
	const struct noro_claim *claim;
	size_t claims;
	const struct noro_know_event *event;
	size_t events;
	const struct noro_incident *incident;
	size_t incidents;
	const struct noro_technique *technique;
	size_t techniques;
	const struct noro_tactic *tactic;
	size_t tactics;
	const struct know_succession *succession;
	size_t successions;
	const struct noro_report_form *form;
	size_t forms;
	const struct noro_know_source *source;
	size_t sources;
	const char *domain, *release; /* of all techniques in the file */
};

/* The shape of a file by its sub-folder's name, NULL for one that is not ours. */
const struct bind_shape *know_shape(const char *folder);
extern const char *const know_folders[]; /* NULL-terminated */
extern const char *const know_classes[];

/* Sort and index what was collected. */
enum noro_status know_index(struct noro_arena *a, struct noro_knowledge *k) NORO_MUSTUSE;
/* The form in which names are compared: NFKC, lower case, no blanks, hyphens or dots. */
enum noro_status know_name(const char *name, struct noro_buf *out) NORO_MUSTUSE;
/* noro_knowledge_names() that tells no memory from nobody. */
enum noro_status know_names(const struct noro_knowledge *k, const char *name,
	struct noro_actor_hit *ret, size_t max, size_t *ret_n) NORO_MUSTUSE;
