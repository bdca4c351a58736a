/* src/source/source.h - where bytes come from: walk, open, unpack, decode. */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/view.h"

struct noro_source_limits {
	unsigned max_depth;   /* archives in archives; 0: 5 */
	uint64_t max_ratio;   /* output : input of one container, after the first 16 MiB; 0: 1000 */
	uint64_t max_members; /* of one container; 0: 1 million */
	uint64_t max_member_bytes; /* 0: 1 TiB */
	uint64_t max_total_bytes;  /* out of one top-level container; 0: 4 TiB */
};

/* A file on disk found by the walk. */
struct noro_item {
	const char *path; /* as the user would type it */
	uint64_t size;
	int64_t mtime_ns;
	enum noro_status status; /* why it cannot be read, NORO_OK */
	struct noro_error err;
	bool standard_input;
};

/*
 * List what lies under the paths ("-" is standard input), sorted by bytes, each
 * file once (device and inode), symbolic links to files followed once, to
 * directories not. Devices, sockets and fifos are items with a status.
 */
enum noro_status noro_walk(const char *const *paths, size_t n, struct noro_arena *a,
	const struct noro_item **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* A stream of decoded bytes: one plain file, one decompressed file, or one member of an archive. */
struct noro_stream;

struct noro_stream_info {
	const char *path;      /* display path: "a.zip!/b.tar.gz!/c" */
	const char *container; /* the file on disk */
	const char *packing;   /* "plain", "gzip", "zip", "tar+gzip" ... */
	const char
		*charset; /* "UTF-8", "UTF-16LE", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "binary" */
	const char *charset_why; /* N_() */
	uint64_t size;           /* of the member as stored, or of the file */
	int64_t mtime_ns;
	unsigned confined; /* enum noro_confined bits of the child that unpacks, ~0u if none was
			      needed */
	int fd; /* >= 0: plain UTF-8 or ASCII or binary bytes, seekable: may be read in parallel
		   with pread */
};

struct noro_source_opts {
	struct noro_source_limits limits;
	const struct noro_view *password; /* tried in order on encrypted members */
	size_t passwords;
	struct noro_progress *progress;
};

/*
 * Open a file and visit everything in it, depth first, in stored order: the file
 * itself if it is no container, else each member (and the members of members).
 * For each, `visit` reads the stream to its end (what it leaves unread is
 * skipped). What cannot be read is told to `refuse` with its display path; the
 * rest goes on. A stream and its info live only during the visit.
 */
struct noro_visitor {
	enum noro_status (*visit)(
		void *ctx, struct noro_stream *s, const struct noro_stream_info *info);
	void (*refuse)(
		void *ctx, const char *path, const char *container, const struct noro_error *err);
	void *ctx;
};
enum noro_status noro_source_visit(const struct noro_item *item,
	const struct noro_source_opts *opts, const struct noro_visitor *v,
	struct noro_error *err) NORO_MUSTUSE;
/* The same for bytes in memory, named `path`. */
enum noro_status noro_source_visit_bytes(struct noro_view bytes, const char *path,
	const struct noro_source_opts *opts, const struct noro_visitor *v,
	struct noro_error *err) NORO_MUSTUSE;

/*
 * Up to `cap` bytes; *ret_n is 0 only at the end (NORO_END). Text in another
 * character set comes out as UTF-8 (bad sequences as U+FFFD); `raw` bytes are
 * what a hash is taken of, see noro_stream_hash.
 */
enum noro_status noro_stream_read(struct noro_stream *s, char *buf, size_t cap, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;
/* The first bytes (up to 64 KiB) without consuming them; fewer only at the end. Decoded as above.
 */
enum noro_status noro_stream_peek(
	struct noro_stream *s, struct noro_view *ret, struct noro_error *err) NORO_MUSTUSE;
/* Hash the undecoded bytes as they pass: enum noro_hash_kind mask; call before the first read. */
enum noro_status noro_stream_hash(struct noro_stream *s, unsigned which) NORO_MUSTUSE;
/* After the end: lower-case hex. */
enum noro_status noro_stream_digest(struct noro_stream *s, unsigned kind, char *out) NORO_MUSTUSE;
