/*
 * src/source/stream.c - one file or member as its reader sees it: decoded, hashed, peekable.
 *
 * Bytes that need no conversion go from the decompressor or the kernel straight
 * into the reader's buffer. A failure ends the stream for the reader, who keeps
 * what came before; who opened it asks noro_stream_finish for the reason.
 */
#include "source/source_priv.h"

#include "base/hash.h"
#include "base/mem.h"

enum { RAW_SIZE = 64 * 1024, DIRECT = 4096 };

struct noro_stream {
	struct noro_head *raw;
	struct noro_progress *progress;
	struct noro_decoder *decoder; /* NULL: bytes pass */
	struct noro_hash *hash;
	enum noro_status end; /* of the raw bytes */
	struct noro_error err;
	char *in; /* RAW_SIZE raw bytes for the decoder */
	size_t in_n, in_at;
	char *head; /* NORO_HEAD decoded bytes that were looked at */
	size_t head_n, head_at;
	bool flushed; /* the decoder has seen its last byte */
};

struct noro_stream *noro_stream_new(void)
{
	return noro_calloc(1, sizeof(struct noro_stream));
}

static void leave(struct noro_stream *s)
{
	if (s->raw)
		noro_pull_free(&s->raw->pull);
	noro_decoder_free(s->decoder);
	noro_hash_free(s->hash);
	s->raw = NULL;
	s->decoder = NULL;
	s->hash = NULL;
}

void noro_stream_free(struct noro_stream *s)
{
	if (!s)
		return;
	leave(s);
	free(s->in);
	free(s->head);
	free(s);
}

static bool make_room(struct noro_stream *s)
{
	if (!s->in)
		s->in = noro_malloc(RAW_SIZE);
	if (!s->head)
		s->head = noro_malloc(NORO_HEAD);
	return s->in && s->head;
}

enum noro_status noro_stream_begin(struct noro_stream *s, struct noro_pull *from,
	struct noro_progress *progress, struct noro_stream_info *info)
{
	struct noro_charset_guess g;
	struct noro_view sample;
	enum noro_status st = NORO_OK;

	s->progress = progress;
	s->end = NORO_OK;
	s->err = (struct noro_error){ 0 };
	s->in_n = s->in_at = s->head_n = s->head_at = 0;
	s->flushed = false;
	s->raw = noro_head_new(from);
	if (!s->raw)
		return NORO_ENOMEM;
	sample = noro_head_peek(s->raw, NORO_HEAD);
	g = noro_charset_guess(sample, s->raw->end != NORO_OK);
	if (g.kind != NORO_CHARSET_RAW && !make_room(s))
		st = NORO_ENOMEM;
	if (st == NORO_OK && g.kind != NORO_CHARSET_RAW)
		st = noro_decoder_new(g.kind, &s->decoder);
	if (st == NORO_EUNSUPPORTED) { /* the system has no such table: still searchable */
		g.name = "binary";
		g.why = N_("this system cannot convert its character set");
		st = NORO_OK;
	}
	if (st == NORO_OK)
		s->raw->at += g.bom;
	else
		leave(s);
	info->charset = g.name;
	info->charset_why = g.why;
	if (g.bom > 0 || s->decoder)
		info->fd = -1;
	return st;
}

enum noro_status noro_stream_finish(struct noro_stream *s, struct noro_error *err)
{
	/* a failure that the look ahead met counts even if nobody read that far */
	enum noro_status st = s->end < 0 ? s->end : s->raw ? s->raw->end : NORO_OK;

	if (st < 0 && err)
		*err = s->end < 0 ? s->err : s->raw->err;
	leave(s);
	return st < 0 ? st : NORO_OK;
}

/* Undecoded bytes, hashed as they pass. */
static size_t take_raw(struct noro_stream *s, char *buf, size_t cap)
{
	size_t n = 0;

	if (s->end != NORO_OK)
		return 0;
	if (noro_progress_stop(s->progress)) {
		s->end = noro_fail(&s->err, NORO_EINTR, NULL);
		return 0;
	}
	s->end = s->raw->pull.read(&s->raw->pull, buf, cap, &n, &s->err);
	if (s->hash && n > 0)
		noro_hash_add(s->hash, buf, n);
	return n;
}

/* Decoded bytes; 0 only at the end. */
static size_t decode(struct noro_stream *s, char *buf, size_t cap)
{
	size_t made = 0;

	while (made == 0 && !s->flushed) {
		size_t left = s->in_n - s->in_at;
		struct noro_decoded got;
		bool last;

		if (left > 0 && s->in_at > 0)
			memmove(s->in, s->in + s->in_at, left);
		s->in_at = 0;
		s->in_n = left;
		if (left < RAW_SIZE / 2)
			s->in_n += take_raw(s, s->in + left, RAW_SIZE - left);
		last = s->end != NORO_OK;
		got = noro_decoder_run(s->decoder, noro_view(s->in, s->in_n), last, buf, cap);
		made = got.made;
		s->in_at = got.used;
		s->flushed = last && got.used == s->in_n;
	}
	return made;
}

static void fill_head(struct noro_stream *s)
{
	if (s->head_at == s->head_n)
		s->head_at = s->head_n = 0;
	while (NORO_HEAD - s->head_n >= NORO_DECODE_ROOM) {
		size_t n = decode(s, s->head + s->head_n, NORO_HEAD - s->head_n);

		if (n == 0)
			break;
		s->head_n += n;
	}
}

static size_t from_head(struct noro_stream *s, char *buf, size_t cap)
{
	size_t n = s->head_n - s->head_at < cap ? s->head_n - s->head_at : cap;

	if (n > 0)
		memcpy(buf, s->head + s->head_at, n);
	s->head_at += n;
	return n;
}

enum noro_status noro_stream_read(
	struct noro_stream *s, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	size_t n;

	*ret_n = 0;
	if (cap == 0)
		return noro_fail(err, NORO_EARG, NULL);
	if (!s->decoder) {
		n = take_raw(s, buf, cap);
	} else {
		n = from_head(s, buf, cap);
		if (n == 0 && cap >= DIRECT) {
			n = decode(s, buf, cap);
		} else if (n == 0) {
			fill_head(s);
			n = from_head(s, buf, cap);
		}
	}
	*ret_n = n;
	if (n > 0)
		return NORO_OK;
	if (s->end == NORO_EINTR || s->end == NORO_ENOMEM)
		return noro_fail(err, s->end, NULL);
	return NORO_END;
}

enum noro_status noro_stream_peek(
	struct noro_stream *s, struct noro_view *ret, struct noro_error *err)
{
	(void)err;
	if (!s->decoder) {
		*ret = noro_head_peek(s->raw, NORO_HEAD);
		return NORO_OK;
	}
	if (s->head_at > 0) {
		memmove(s->head, s->head + s->head_at, s->head_n - s->head_at);
		s->head_n -= s->head_at;
		s->head_at = 0;
	}
	fill_head(s);
	*ret = noro_view(s->head, s->head_n);
	return NORO_OK;
}

enum noro_status noro_stream_hash(struct noro_stream *s, unsigned which)
{
	/* a mark that was left out is part of the file */
	struct noro_view passed = noro_view(s->raw->p, s->raw->at);

	if (s->hash)
		return NORO_EARG;
	s->hash = noro_hash_new(which);
	if (!s->hash)
		return NORO_ENOMEM;
	/* bytes that a peek at converted text has taken are still at hand here */
	noro_hash_add(s->hash, passed.p, passed.n);
	return NORO_OK;
}

enum noro_status noro_stream_digest(struct noro_stream *s, unsigned kind, char *out)
{
	if (!s->hash || s->end != NORO_END)
		return NORO_EARG;
	return noro_hash_hex(s->hash, (enum noro_hash_kind)kind, out);
}
