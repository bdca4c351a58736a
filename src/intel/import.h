/* src/intel/import.h - from anybody's file to indicators: recognise the format, read it, say what
 * was not decided. */
#pragma once

#include "base/buf.h"
#include "intel/indicator.h"
#include "intel/set.h"

struct noro_allow;

enum {
	/* The largest file read whole; a compiled set may be larger. */
	NORO_IMPORT_MAX_BYTES = 2000 << 20,
	NORO_IMPORT_NOTES = 1000, /* of each kind */
};

/* What an import reports beside the indicators; strings live in the arena given. */
struct noro_import_note {
	enum noro_import_what {
		NORO_IMPORT_REFUSED,   /* a value that is not what its column or type says */
		NORO_IMPORT_UNDECIDED, /* a pattern or comparison that evidence cannot decide */
		NORO_IMPORT_WARNING,
	} what;
	uint64_t at;     /* line, or byte for JSON */
	const char *msg; /* N_() with %1 */
	const char *arg;
};

struct noro_import_result {
	const char *kind;     /* "stix", "misp", "csv", "list", "text", "pdf", "set" */
	const char *advisory; /* if the document names itself */
	uint64_t indicators, refused, undecided;
	const struct noro_import_note *note; /* the first 1000 of each kind */
	size_t notes;
	char sha256[65]; /* of the file as it lies there, packed or not; of a pipe, unpacked */
};

struct noro_import_opts {
	const char *as;       /* force a format, NULL: by content */
	const char *advisory; /* give all indicators this advisory id; NULL: from the document */
	int64_t from_ns, until_ns; /* activity window for indicators without one */
	enum noro_ioc_role role;
	bool have_role;
	const char *columns;        /* CSV: "value=2,kind=1" or NULL to guess */
	struct noro_view own_names; /* newline-separated extra allow entries (site facts) */
	int64_t now_ns;
	const struct noro_allow *allow; /* NULL: the built-in facts */
};

/*
 * Read one file (or the directory of a MISP feed) into the builder. Bad parts are
 * noted, the rest is taken. It may be compressed or an archive, whose members are
 * read one by one, and written in any character set that evidence may have. What is
 * held of it at one time counts as the builder's memory.
 */
enum noro_status noro_import(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err) NORO_MUSTUSE;

/* The same for bytes in memory; `name` is what to call them. */
/* NOLINTNEXTLINE(readability-function-size): a document, how to read it, and where all goes */
enum noro_status noro_import_bytes(struct noro_view bytes, const char *name,
	const struct noro_import_opts *opts, struct noro_arena *a, struct noro_set_builder *b,
	struct noro_import_result *ret, struct noro_error *err) NORO_MUSTUSE;

/* The text of one file, opened the same way; the first member of an archive. NORO_ELIMIT past `max`
 * bytes. */
enum noro_status noro_import_text(
	const char *path, size_t max, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/* Allow-lists: special ranges and public resolvers are built in; files add to them (plain lists,
 * MISP warning lists). */
enum noro_status noro_allow_new(struct noro_allow **ret) NORO_MUSTUSE; /* with the built-in facts */
void noro_allow_free(struct noro_allow *al);
enum noro_status noro_allow_file(
	struct noro_allow *al, const char *path, struct noro_error *err) NORO_MUSTUSE;
/* The same from memory; `name` stands in reasons. */
enum noro_status noro_allow_bytes(struct noro_allow *al, struct noro_view text, const char *name,
	struct noro_error *err) NORO_MUSTUSE;
/* One value; a domain means everything below it too. */
enum noro_status noro_allow_value(
	struct noro_allow *al, struct noro_view value, const char *why) NORO_MUSTUSE;
/* Why the value is on an allow-list, or NULL. `value` is normalised. */
const char *noro_allow_why(
	const struct noro_allow *al, enum noro_ioc_kind kind, struct noro_view value);
