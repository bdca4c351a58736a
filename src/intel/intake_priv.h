/* src/intel/intake_priv.h - what every importer hands its indicators to. */
#pragma once

#include "base/json.h"
#include "intel/import.h"

enum { NORO_INTAKE_WHYS = 8 };

/*
 * What indicators of one source share, registered with the set when the first of
 * them comes; where an allow-list lowers one, a variant that says why.
 */
struct noro_intake_meta {
	struct noro_ioc_meta m;
	uint32_t id;
	bool have;
	struct {
		const char *why;
		uint32_t id;
	} lowered[NORO_INTAKE_WHYS];
	size_t lowereds;
};

struct noro_intake {
	const struct noro_import_opts *opts;
	struct noro_arena *a;
	struct noro_set_builder *b;
	struct noro_import_result *ret;
	const struct noro_allow *allow;
	struct noro_allow *own; /* built-in facts and the site's names, when the caller gave none */
	const char *name;       /* of the source */
	struct noro_import_note *note;
	size_t note_cap, note_of[3];
	struct noro_buf tmp, refanged;
	struct noro_arena *scratch; /* of one pattern; NULL until one comes */
	char moment[40];            /* the last one that was read, and what it meant */
	int64_t moment_ns;
};

/* What stands around every import: `name`, `opts`, `a`, `b` and `ret` are set. */
enum noro_status noro_intake_begin(struct noro_intake *in, struct noro_error *err) NORO_MUSTUSE;
void noro_intake_end(struct noro_intake *in);

/* The meta an importer starts from: source, advisory, window and role as the options say. */
struct noro_intake_meta noro_intake_start(const struct noro_intake *in);

/* Remember a note; past NORO_IMPORT_NOTES of its kind it is only counted. `arg` is copied. */
enum noro_status noro_intake_note(struct noro_intake *in, enum noro_import_what what, uint64_t at,
	const char *msg, struct noro_view arg) NORO_MUSTUSE;

/*
 * Add one value as its document has it (refanged already). What is not of its
 * kind is noted and NORO_OK comes back: one bad line costs one line.
 */
enum noro_status noro_intake_add(struct noro_intake *in, struct noro_intake_meta *m,
	enum noro_ioc_kind kind, struct noro_view value, uint64_t at) NORO_MUSTUSE;
/* The same for a value in normal form, tied to a pattern or NORO_NO_PATTERN. */
enum noro_status noro_intake_add_normal(struct noro_intake *in, struct noro_intake_meta *m,
	enum noro_ioc_kind kind, struct noro_view value, uint32_t pattern) NORO_MUSTUSE;
/* Register the meta (once) and give its number: for patterns. */
enum noro_status noro_intake_meta_id(
	struct noro_intake *in, struct noro_intake_meta *m, uint32_t *ret) NORO_MUSTUSE;

/*
 * One value as people write it in lists and cells: defanged, with a port, in
 * quotes. `kind` -1: guess. Noted when nothing comes of it.
 */
enum noro_status noro_intake_loose(struct noro_intake *in, struct noro_intake_meta *m, int kind,
	struct noro_view value, uint64_t at) NORO_MUSTUSE;
/* What a loose value is: its kind or -1, and its text without quotes, port and defanging (valid
 * until the next call). */
int noro_intake_read(struct noro_intake *in, struct noro_view value, struct noro_view *ret);

/* The short way for addresses, digests and plain domains: false if `v` is none of them as it
 * stands. */
bool noro_intake_plain(struct noro_intake *in, struct noro_intake_meta *m, struct noro_view v,
	uint64_t at, enum noro_status *ret);
/* Fill `err` for what stopped an import, unless a reader has; NORO_OK stays. */
enum noro_status noro_intake_fail(const struct noro_intake *in, struct noro_error *err,
	enum noro_status st, enum noro_at unit, uint64_t at) NORO_MUSTUSE;

/* What the readers of JSON share: a tree in which the first of two equal names counts and a lone
 * surrogate is no reason to lose a document. On failure `err` names the source. */
enum noro_status noro_intake_json(struct noro_intake *in, struct noro_arena *a,
	struct noro_view text, const struct noro_json **ret, struct noro_error *err) NORO_MUSTUSE;
/* A moment in any form, NORO_TIME_NONE if it is none. */
int64_t noro_intake_moment(struct noro_intake *in, struct noro_view v);
/* One more of a list with commas, unless it stands there or the list gets too long. */
void noro_intake_join(struct noro_buf *list, struct noro_view v);
/* A text of a meta: NULL if there is none. */
const char *noro_intake_text(const struct noro_buf *b);

/* "TLP:AMBER", "white", ... as enum noro_tlp; 0 if it says none. */
uint8_t noro_intake_tlp(struct noro_view v);

/* The readers, one per format. `text` is UTF-8 without byte order mark. */
enum noro_status noro_import_list(
	struct noro_intake *in, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_import_csv(
	struct noro_intake *in, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_import_stix(
	struct noro_intake *in, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_import_misp(
	struct noro_intake *in, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_import_document(
	struct noro_intake *in, struct noro_view text, struct noro_error *err) NORO_MUSTUSE;

/* A list by the million comes in pieces, each of whole lines. */
struct noro_list_state {
	struct noro_intake_meta m;
	int forced, section; /* enum noro_ioc_kind or -1 */
	uint64_t no;         /* lines so far */
};
void noro_list_begin(const struct noro_intake *in, struct noro_list_state *ret);
enum noro_status noro_list_lines(
	struct noro_intake *in, struct noro_list_state *l, struct noro_view text) NORO_MUSTUSE;

/* noro_import_bytes for those who know the digest. */
/* NOLINTNEXTLINE(readability-function-size) */
enum noro_status noro_import_as_is(struct noro_view bytes, const char *name,
	const struct noro_import_opts *opts, struct noro_arena *a, struct noro_set_builder *b,
	struct noro_import_result *ret, struct noro_error *err) NORO_MUSTUSE;

/* A file that is no compiled set: opened as evidence is, each member of an archive. */
enum noro_status noro_import_open(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Counts of one file added to those of all. */
void noro_import_add_up(struct noro_import_result *sum, const struct noro_import_result *one);

/* A folder of MISP events, as feeds publish them. */
enum noro_status noro_import_feed(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err) NORO_MUSTUSE;

/* Would the text pass for a table? The separator, or 0. */
char noro_csv_sniff(struct noro_view text);
/* Are most lines one value each? */
bool noro_list_sniff(struct noro_view text);
/* Has the table a column of values, by name or by content? */
bool noro_csv_has_values(struct noro_view text);
/* What bytes are: the name of a reader. `name` is the file's. */
const char *noro_import_sniff(struct noro_view text, const char *name);

/* Is the format of that name a list, or a list of one kind? */
bool noro_import_is_list(const char *as);

/* The next line of the text, counted. */
bool noro_next_line(struct noro_view *rest, uint64_t *line, struct noro_view *ret);

/* "AA25-239A", "JPCERT-AT-2025-0001", "CSIRT..." at the start or inside of a title; n == 0 if none.
 */
struct noro_view noro_advisory_id(struct noro_view v);
