/* src/source/source_priv.h - what the files of this module share: pulls, packings, messages. */
#pragma once

#include "source/source.h"

/*
 * Bytes on demand. `read` gives up to `cap` bytes: NORO_OK with *ret_n > 0,
 * NORO_END with 0, or a failure with 0; after END or a failure it is not called
 * again. A pull owns the one below it.
 */
struct noro_pull {
	enum noro_status (*read)(
		struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err);
	void (*free)(struct noro_pull *p);
};

void noro_pull_free(struct noro_pull *p);
/* Reads a descriptor from where it stands, and leaves it open; *taken counts, if given. */
struct noro_pull *noro_pull_fd(int fd, uint64_t *taken);
/* Borrowed bytes. */
struct noro_pull *noro_pull_view(struct noro_view v);

enum { NORO_HEAD = 64 * 1024 };

/* A pull with a look ahead. What was looked at is still read. */
struct noro_head {
	struct noro_pull pull;
	struct noro_pull *from;
	char *p;
	size_t n, at, cap;
	enum noro_status end; /* NORO_OK while more may come */
	struct noro_error err;
};
/* NULL when there is no memory; `from` is freed then (NULL is passed on). */
struct noro_head *noro_head_new(struct noro_pull *from);
/* Look at up to `want` bytes; fewer only at the end (h->end says why) or without memory. */
struct noro_view noro_head_peek(struct noro_head *h, size_t want);

enum noro_packing {
	NORO_PACK_NONE,
	/* one stream in, one stream out: in process */
	NORO_PACK_GZIP,
	NORO_PACK_ZSTD,
	NORO_PACK_LZ4,
	NORO_PACK_XZ,
	NORO_PACK_BZIP2,
	/* through libarchive, in a confined child */
	NORO_PACK_COMPRESS,
	NORO_PACK_LZIP,
	NORO_PACK_TAR,
	NORO_PACK_ZIP,
	NORO_PACK_7Z,
	NORO_PACK_CPIO,
	NORO_PACK_AR,
	NORO_PACK_RAR,
	NORO_PACK_RAR5,
	NORO_PACK_LHA,
	NORO_PACK_CAB,
};
/* By the first bytes (512 suffice). */
enum noro_packing noro_packing_of(struct noro_view v);
const char *noro_packing_name(enum noro_packing p);
static inline bool noro_packing_is_codec(enum noro_packing p)
{
	return p >= NORO_PACK_GZIP && p <= NORO_PACK_BZIP2;
}
/* libarchive opens it as one nameless member. */
static inline bool noro_packing_is_raw(enum noro_packing p)
{
	return p == NORO_PACK_COMPRESS || p == NORO_PACK_LZIP;
}

/* The limits with their defaults filled in. */
struct noro_source_limits noro_source_limits_of(const struct noro_source_limits *l);

/* Every message of this module, so that a child can name one by number. */
enum noro_source_msg {
	NORO_MSG_TRUNC,     /* compressed data end too early */
	NORO_MSG_DAMAGED,   /* %1 packing */
	NORO_MSG_CHECKSUM,  /* %1 packing */
	NORO_MSG_TRAILING,  /* %1 bytes after the end */
	NORO_MSG_WINDOW,    /* %1 packing, %2 MiB */
	NORO_MSG_RATIO,     /* %1 */
	NORO_MSG_MEMBERS,   /* %1 */
	NORO_MSG_MEMBER,    /* %1 bytes */
	NORO_MSG_TOTAL,     /* %1 bytes */
	NORO_MSG_DEPTH,     /* %1 */
	NORO_MSG_SPOOL,     /* %1 packing, %2 MiB */
	NORO_MSG_ARCHIVE,   /* %1 packing, %2 what libarchive says */
	NORO_MSG_CUT,       /* %1 packing */
	NORO_MSG_PASSWORD,  /* a password is needed */
	NORO_MSG_PASSWORDS, /* none of the given fits */
	NORO_MSG_CIPHER,    /* %1 packing: no library of ours decrypts it */
	NORO_MSG_CHILD,     /* the child ended or lied */
	NORO_MSG_SILENT,    /* %1 seconds */
	NORO_MSG_SYSTEM,    /* %1: what the system says */
	NORO_MSGS,
};
const char *noro_source_msg(enum noro_source_msg m);

/*
 * A decompressor over `from` (owned from now on, freed on failure too). It holds
 * max_ratio, max_member_bytes and its own memory ceilings.
 */
struct noro_pull *noro_codec_new(
	enum noro_packing kind, struct noro_pull *from, const struct noro_source_limits *limits);

/* Where unpacking tells what it found. `data` may refuse to go on with a status. */
struct noro_member {
	const char *path, *packing;
	uint64_t size;
	int64_t mtime_ns;
};
struct noro_sink {
	enum noro_status (*begin)(void *ctx, const struct noro_member *m);
	enum noro_status (*data)(void *ctx, const char *p, size_t n);
	enum noro_status (*end)(void *ctx);
	enum noro_status (*refuse)(void *ctx, const char *path, const struct noro_error *err);
	void *ctx;
};
/*
 * Unpack everything in the file `in` (seekable, or not and then `head` is what was
 * read of it already) into the sink: in the child, or in process for the fuzzer.
 * Fails only when the sink does, or without memory.
 */
struct noro_unpack_job {
	const char *path;
	struct noro_view head; /* bytes already taken from a descriptor that cannot seek */
	int in;                /* -1: the head is all */
	bool seekable;
	uint64_t size;
	int64_t mtime_ns;
	const struct noro_source_opts *opts;
	uint64_t taken; /* bytes read from `in` so far */
};
/* Once, before the confinement that would keep its file from being opened. */
void noro_unpack_prepare(void);
enum noro_status noro_unpack(
	struct noro_unpack_job *job, const struct noro_sink *sink) NORO_MUSTUSE;

/* Write frames to a descriptor: the child's sink. */
struct noro_frames_out;
struct noro_frames_out *noro_frames_out_new(int fd, const uint64_t *taken);
void noro_frames_out_free(struct noro_frames_out *f);
struct noro_sink noro_frames_sink(struct noro_frames_out *f);
enum noro_status noro_frames_done(struct noro_frames_out *f) NORO_MUSTUSE;

/* Read frames: the parent's side, which believes nothing. */
struct noro_frames_in;
struct noro_frame {
	enum noro_frame_type { NORO_FRAME_MEMBER, NORO_FRAME_REFUSE, NORO_FRAME_DONE } type;
	struct noro_member member; /* its strings live until the next frame */
	const char *path;          /* of REFUSE */
	struct noro_error err;
};
struct noro_frames_in *noro_frames_in_new(int fd, const struct noro_source_limits *limits,
	struct noro_progress *progress, uint64_t size);
void noro_frames_in_free(struct noro_frames_in *f);
/* The next frame that is no data; what is left of the member before it is skipped. */
enum noro_status noro_frames_next(
	struct noro_frames_in *f, struct noro_frame *ret, struct noro_error *err) NORO_MUSTUSE;
/* The data of the member at hand, as a pull that borrows `f`. */
struct noro_pull *noro_frames_pull(struct noro_frames_in *f);

/* Character sets: charset.c guesses, decode.c converts. */
enum noro_charset {
	NORO_CHARSET_RAW, /* UTF-8, ASCII, binary: as it is */
	NORO_CHARSET_UTF16LE,
	NORO_CHARSET_UTF16BE,
	NORO_CHARSET_SJIS,
	NORO_CHARSET_EUCJP,
	NORO_CHARSET_ISO2022JP,
};
struct noro_charset_guess {
	enum noro_charset kind;
	const char *name, *why;
	size_t bom; /* bytes to leave out */
};
struct noro_charset_guess noro_charset_guess(struct noro_view v, bool whole);

struct noro_decoder;
enum noro_status noro_decoder_new(enum noro_charset kind, struct noro_decoder **ret) NORO_MUSTUSE;
void noro_decoder_free(struct noro_decoder *d);
/*
 * Turn some of `in` into UTF-8: `used` bytes are done with, `made` were written.
 * Needs room for NORO_DECODE_ROOM bytes. Bytes of an unfinished letter are left,
 * at most 8, unless `last`.
 */
enum { NORO_DECODE_ROOM = 32 };
struct noro_decoded {
	size_t used, made;
};
struct noro_decoded noro_decoder_run(
	struct noro_decoder *d, struct noro_view in, bool last, char *out, size_t cap);
/* A member's name, written in who knows what, for people: no control characters, valid UTF-8. */
void noro_charset_name(struct noro_view raw, struct noro_buf *out);

/* stream.c: one stream over a pull (owned); reusable for the next by reset. */
struct noro_stream *noro_stream_new(void);
void noro_stream_free(struct noro_stream *s);
/* Guess the character set and be ready to read. On failure the pull is freed. */
enum noro_status noro_stream_begin(struct noro_stream *s, struct noro_pull *from,
	struct noro_progress *progress, struct noro_stream_info *info) NORO_MUSTUSE;
/* Leave the pull; the first failure while reading, or NORO_OK. */
enum noro_status noro_stream_finish(struct noro_stream *s, struct noro_error *err) NORO_MUSTUSE;
