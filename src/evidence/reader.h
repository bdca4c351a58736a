/* src/evidence/reader.h - the table of readers: recognise, cut, understand. Knows no indicator. */
#pragma once

#include "base/buf.h"
#include "evidence/record.h"

/* How sure a sniffer is, 0 (no) to 100, and why, as a message for coverage. */
struct noro_sniff {
	unsigned score;
	const char *why; /* N_() message id with at most one %1 */
	char arg[64];
};

/* What holds for a whole file: header columns, inferred zone, the ref time for missing years.
 * Opaque per reader. */
struct noro_log;

/* What a caller knows before the first byte. */
struct noro_log_opts {
	const struct noro_zone *zone; /* --tz, NULL: UTC */
	int64_t ref_ns;   /* min(now, mtime): the latest moment a year-less time may mean */
	const char *path; /* names help sniffing ("auth.log", "conn.log") */
	bool day_first;
};

/* Transcoders turn binary evidence (evtx, wtmp, mail, XML) into text records: one JSON object a
 * line. */
typedef enum noro_status noro_pull_fn(
	void *ctx, char *buf, size_t cap, size_t *ret_n); /* NORO_END at the end */
typedef enum noro_status noro_push_fn(void *ctx, const char *p, size_t n);

struct noro_reader {
	const char *name;  /* "zeek-tsv": printed in coverage */
	const char *title; /* N_() one line for people */
	/* Look at the first bytes (up to 64 KiB, whole file if shorter). */
	void (*sniff)(struct noro_view head, const char *path, struct noro_sniff *ret);
	/* Understand one record. `log` was made for the file. False: not of this shape (raw stays).
	 * May be NULL: line by line. */
	bool (*parse)(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
		struct noro_record *ret);
	/* Learn the header (columns); NULL if there is none. */
	enum noro_status (*learn)(struct noro_log *log, struct noro_view head);
	/* Binary: make text of it. NULL for text logs. */
	enum noro_status (*transcode)(const struct noro_log_opts *opts, noro_pull_fn *pull,
		void *pull_ctx, noro_push_fn *push, void *push_ctx, struct noro_error *err);
	/* The record that holds byte `at`, where records are longer than a line; NULL: lines.
	 * An empty view means the line after all. */
	struct noro_view (*around)(const struct noro_log *log, struct noro_view text, size_t at);
	/* The classes of indicators and behaviours such records can show: space-separated, "ip
	 * domain url login". */
	const char *classes;
};

extern const struct noro_reader *const noro_readers[]; /* NULL-terminated */
const struct noro_reader *noro_reader_by_name(const char *name);

/* The best reader for these bytes; never NULL ("lines" takes any text, "binary" the rest). */
const struct noro_reader *noro_reader_sniff(
	struct noro_view head, const char *path, struct noro_sniff *ret);

/* State for one file; immutable afterwards and shared by threads. `head` is decoded text. */
enum noro_status noro_log_new(const struct noro_reader *r, const struct noro_log_opts *opts,
	struct noro_view head, struct noro_log **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_log_free(struct noro_log *log);
const struct noro_reader *noro_log_reader(const struct noro_log *log);

/*
 * The record that holds byte `at` of the text: a line, or for readers with longer
 * records (XML events, quoted CSV, multi-line mail) the whole of it as far as it
 * lies in `text`. At most 64 KiB either way are looked at.
 */
struct noro_view noro_record_around(const struct noro_log *log, struct noro_view text, size_t at);

/*
 * Understand a record: the file's reader first, then every line shape we know
 * ("anything else line by line"). Always fills raw; `parsed` says if it worked.
 * Cheap: no allocation unless an escape must be undone.
 */
void noro_record_parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *ret);

/* Just the time of a record; false if it tells none. */
bool noro_record_time(const struct noro_log *log, struct noro_view raw, struct noro_time *ret);
