/*
 * src/source/codec.c - decompressors that run in process: one stream in, one out.
 *
 * Each format is one `step` that turns what stands in the input buffer into bytes
 * of the caller's buffer, with no copy between. Around it, one reader keeps the
 * limits and makes sure that what was decoded before a fault is still delivered:
 * half a log is evidence.
 */
#include "source/source_priv.h"

#include "base/mem.h"

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	IN_SIZE = 256 * 1024,
	WINDOW_LOG = 27, /* zstd: 128 MiB */
	WINDOW_MIB = 128,
	XZ_MIB = 256,
	RATIO_FREE = 16 * 1024 * 1024, /* output that is never too much */
};

struct codec;
typedef enum noro_status step_fn(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err);

struct codec {
	struct noro_pull pull;
	struct noro_pull *from;
	enum noro_packing kind;
	step_fn *step;
	struct noro_source_limits limits;
	uint8_t *in;
	size_t in_n, in_at;
	uint64_t in_before, made; /* input bytes before in[0]; output bytes */
	bool in_end;              /* no more input */
	bool inside;              /* a member has begun and not ended */
	bool any;                 /* at least one member has ended */
	enum noro_status pending; /* to be told once what was made is read */
	struct noro_error err;
	struct inflate_state *gzip;
	ZSTD_DStream *zstd;
	LZ4F_dctx *lz4;
	lzma_stream lzma;
	bz_stream bzip2;
	bool bzip2_open;
};

static enum noro_status fail(
	struct codec *c, struct noro_error *err, enum noro_status st, enum noro_source_msg m)
{
	char num[24];

	switch (m) {
	case NORO_MSG_RATIO:
		noro_fail(err, st, noro_source_msg(m), noro_num(num, c->limits.max_ratio));
		break;
	case NORO_MSG_MEMBER:
		noro_fail(err, st, noro_source_msg(m), noro_num(num, c->limits.max_member_bytes));
		break;
	case NORO_MSG_WINDOW:
		noro_fail(err, st, noro_source_msg(m), noro_packing_name(c->kind),
			noro_num(num, c->kind == NORO_PACK_XZ ? XZ_MIB : WINDOW_MIB));
		break;
	default:
		noro_fail(err, st, noro_source_msg(m), noro_packing_name(c->kind));
	}
	(void)noro_error_at(err, "", NORO_AT_BYTE, c->in_before + c->in_at);
	return st;
}

/* More input behind what is left; NORO_END when there is none. */
static enum noro_status fill(struct codec *c, struct noro_error *err)
{
	size_t left = c->in_n - c->in_at, got = 0;
	enum noro_status st;

	if (c->in_end)
		return NORO_END;
	if (left > 0)
		memmove(c->in, c->in + c->in_at, left);
	c->in_before += c->in_at;
	c->in_at = 0;
	c->in_n = left;
	st = c->from->read(c->from, (char *)c->in + left, IN_SIZE - left, &got, err);
	c->in_n += got;
	c->in_end = st != NORO_OK;
	return st;
}

/* What follows the last member: nothing, padding, or bytes that we do not read. */
static enum noro_status trailing(struct codec *c, struct noro_error *err)
{
	uint64_t n = 0, at = c->in_before + c->in_at;
	bool zeros = true;
	enum noro_status st;
	char num[24];

	do {
		for (size_t i = c->in_at; zeros && i < c->in_n; i++)
			zeros = c->in[i] == 0;
		n += c->in_n - c->in_at;
		c->in_at = c->in_n;
		st = fill(c, err);
	} while (st == NORO_OK);
	if (st != NORO_END)
		return st;
	if (zeros) /* tapes and block devices are padded */
		return NORO_END;
	noro_fail(err, NORO_EFORMAT, noro_source_msg(NORO_MSG_TRAILING), noro_num(num, n),
		noro_packing_name(c->kind));
	(void)noro_error_at(err, "", NORO_AT_BYTE, at);
	return NORO_EFORMAT; /* even where nobody asked for the words */
}

/* At the start of a member: is there another one? `magic` bytes decide. */
static enum noro_status next_member(
	struct codec *c, const char *magic, size_t n, struct noro_error *err)
{
	while (c->in_n - c->in_at < n) {
		enum noro_status st = fill(c, err);

		if (st == NORO_END && c->in_n == c->in_at && c->any)
			return NORO_END;
		if (st == NORO_END)
			break;
		if (st != NORO_OK)
			return st;
	}
	if (c->in_n - c->in_at >= n && memcmp(c->in + c->in_at, magic, n) == 0)
		return NORO_OK;
	if (c->any)
		return trailing(c, err);
	return fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC);
}

/* Input for a step in the middle of a member. */
static enum noro_status need_input(struct codec *c, struct noro_error *err)
{
	enum noro_status st;

	if (c->in_at < c->in_n)
		return NORO_OK;
	st = fill(c, err);
	return st == NORO_END ? fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC) : st;
}

static enum noro_status gzip_step(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err)
{
	struct inflate_state *g = c->gzip;
	enum noro_status st;
	int r;

	if (!c->inside) {
		st = next_member(c, "\x1F\x8B", 2, err);
		if (st != NORO_OK)
			return st;
		isal_inflate_reset(g);
		g->crc_flag = ISAL_GZIP;
		c->inside = true;
	}
	/* what the state still holds may be output already, so no input is no failure yet */
	if (c->in_at == c->in_n && g->avail_in == 0 && !c->in_end) {
		st = fill(c, err);
		if (st != NORO_OK && st != NORO_END)
			return st;
	}
	g->next_in = c->in + c->in_at;
	g->avail_in = (uint32_t)(c->in_n - c->in_at);
	g->next_out = (uint8_t *)out;
	g->avail_out = cap > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)cap;
	cap = g->avail_out;
	r = isal_inflate(g);
	*made = cap - g->avail_out;
	c->in_at = c->in_n - g->avail_in;
	if (r == ISAL_INCORRECT_CHECKSUM)
		return fail(c, err, NORO_ECORRUPT, NORO_MSG_CHECKSUM);
	if (r < 0)
		return fail(c, err, NORO_EFORMAT, NORO_MSG_DAMAGED);
	if (g->block_state == ISAL_BLOCK_FINISH) {
		c->inside = false;
		c->any = true;
		return NORO_OK;
	}
	if (*made == 0 && c->in_at == c->in_n && c->in_end)
		return fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC);
	return NORO_OK;
}

static enum noro_status zstd_step(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err)
{
	ZSTD_outBuffer o = { out, cap, 0 };
	ZSTD_inBuffer i;
	size_t r;

	if (!c->inside && c->in_at == c->in_n) {
		enum noro_status st = fill(c, err);

		if (st != NORO_OK)
			return st; /* END: a whole number of frames */
	}
	if (c->in_at == c->in_n && !c->in_end) {
		enum noro_status st = fill(c, err);

		if (st != NORO_OK && st != NORO_END)
			return st;
	}
	i = (ZSTD_inBuffer){ c->in, c->in_n, c->in_at };
	r = ZSTD_decompressStream(c->zstd, &o, &i);
	c->in_at = i.pos;
	*made = o.pos;
	if (ZSTD_isError(r)) {
		if (!c->inside && c->any)
			return trailing(c, err);
		if (ZSTD_getErrorCode(r) == ZSTD_error_frameParameter_windowTooLarge)
			return fail(c, err, NORO_ELIMIT, NORO_MSG_WINDOW);
		return fail(c, err, NORO_EFORMAT, NORO_MSG_DAMAGED);
	}
	c->inside = r != 0;
	c->any = c->any || r == 0;
	if (c->inside && *made == 0 && c->in_at == c->in_n && c->in_end)
		return fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC);
	return NORO_OK;
}

static enum noro_status lz4_step(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err)
{
	size_t used, r;
	enum noro_status st;

	if (!c->inside) {
		st = next_member(c, "\x04\x22\x4D\x18", 4, err);
		if (st != NORO_OK)
			return st;
		c->inside = true;
	}
	if (c->in_at == c->in_n && !c->in_end) {
		st = fill(c, err);
		if (st != NORO_OK && st != NORO_END)
			return st;
	}
	used = c->in_n - c->in_at;
	*made = cap;
	r = LZ4F_decompress(c->lz4, out, made, c->in + c->in_at, &used, NULL);
	c->in_at += used;
	if (LZ4F_isError(r)) {
		*made = 0;
		LZ4F_resetDecompressionContext(c->lz4);
		return fail(c, err, NORO_EFORMAT, NORO_MSG_DAMAGED);
	}
	if (r == 0) {
		c->inside = false;
		c->any = true;
	} else if (*made == 0 && used == 0 && c->in_end) {
		return fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC);
	}
	return NORO_OK;
}

static enum noro_status xz_step(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err)
{
	lzma_stream *z = &c->lzma;
	lzma_ret r;

	if (c->in_at == c->in_n && !c->in_end) {
		enum noro_status st = fill(c, err);

		if (st != NORO_OK && st != NORO_END)
			return st;
	}
	z->next_in = c->in + c->in_at;
	z->avail_in = c->in_n - c->in_at;
	z->next_out = (uint8_t *)out;
	z->avail_out = cap;
	r = lzma_code(z, c->in_end ? LZMA_FINISH : LZMA_RUN);
	c->in_at = c->in_n - z->avail_in;
	*made = cap - z->avail_out;
	switch (r) {
	case LZMA_OK:
		return NORO_OK;
	case LZMA_STREAM_END:
		return NORO_END;
	case LZMA_BUF_ERROR:
		return c->in_end && *made == 0 ? fail(c, err, NORO_ETRUNC, NORO_MSG_TRUNC)
					       : NORO_OK;
	case LZMA_MEMLIMIT_ERROR:
		return fail(c, err, NORO_ELIMIT, NORO_MSG_WINDOW);
	case LZMA_MEM_ERROR:
		return noro_fail(err, NORO_ENOMEM, NULL);
	case LZMA_FORMAT_ERROR: /* the first stream's magic was seen: these bytes follow one */
		return trailing(c, err);
	default:
		return fail(c, err, NORO_EFORMAT, NORO_MSG_DAMAGED);
	}
}

static enum noro_status bzip2_begin(struct codec *c, struct noro_error *err)
{
	enum noro_status st = next_member(c, "BZh", 3, err);

	if (st != NORO_OK)
		return st;
	if (c->bzip2_open)
		(void)BZ2_bzDecompressEnd(&c->bzip2);
	c->bzip2 = (bz_stream){ 0 };
	c->bzip2_open = BZ2_bzDecompressInit(&c->bzip2, 0, 0) == BZ_OK;
	c->inside = c->bzip2_open;
	return c->inside ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

static enum noro_status bzip2_step(
	struct codec *c, char *out, size_t cap, size_t *made, struct noro_error *err)
{
	enum noro_status st = c->inside ? NORO_OK : bzip2_begin(c, err);
	int r;

	if (st == NORO_OK)
		st = need_input(c, err);
	if (st != NORO_OK)
		return st;
	c->bzip2.next_in = (char *)c->in + c->in_at;
	c->bzip2.avail_in = (unsigned)(c->in_n - c->in_at);
	c->bzip2.next_out = out;
	c->bzip2.avail_out = cap > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)cap;
	cap = c->bzip2.avail_out;
	r = BZ2_bzDecompress(&c->bzip2);
	c->in_at = c->in_n - c->bzip2.avail_in;
	*made = cap - c->bzip2.avail_out;
	if (r == BZ_STREAM_END) {
		c->inside = false;
		c->any = true;
		return NORO_OK;
	}
	if (r == BZ_MEM_ERROR)
		return noro_fail(err, NORO_ENOMEM, NULL);
	return r == BZ_OK ? NORO_OK : fail(c, err, NORO_EFORMAT, NORO_MSG_DAMAGED);
}

/* Too much out of too little? The last buffer of input counts as used. */
static enum noro_status within_limits(struct codec *c, struct noro_error *err)
{
	uint64_t used = c->in_before + c->in_n;

	if (c->made > c->limits.max_member_bytes)
		return fail(c, err, NORO_ELIMIT, NORO_MSG_MEMBER);
	if (c->made > RATIO_FREE && c->made / (used + 1) >= c->limits.max_ratio)
		return fail(c, err, NORO_ELIMIT, NORO_MSG_RATIO);
	return NORO_OK;
}

static enum noro_status codec_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct codec *c = (struct codec *)p;

	*ret_n = 0;
	while (c->pending == NORO_OK) {
		size_t made = 0;

		c->pending = c->step(c, buf, cap, &made, &c->err);
		c->made += made;
		if (c->pending == NORO_OK)
			c->pending = within_limits(c, &c->err);
		*ret_n = made;
		if (made > 0)
			return NORO_OK;
	}
	if (err && c->pending != NORO_END)
		*err = c->err;
	return c->pending;
}

static void codec_free(struct noro_pull *p)
{
	struct codec *c = (struct codec *)p;

	noro_pull_free(c->from);
	free(c->in);
	free(c->gzip);
	(void)ZSTD_freeDStream(c->zstd);
	(void)LZ4F_freeDecompressionContext(c->lz4);
	if (c->kind == NORO_PACK_XZ)
		lzma_end(&c->lzma);
	if (c->bzip2_open)
		(void)BZ2_bzDecompressEnd(&c->bzip2);
	free(c);
}

static bool open_gzip(struct codec *c)
{
	c->step = gzip_step;
	c->gzip = noro_malloc(sizeof(*c->gzip));
	if (c->gzip)
		isal_inflate_init(c->gzip);
	return c->gzip != NULL;
}

static bool open_zstd(struct codec *c)
{
	c->step = zstd_step;
	c->zstd = ZSTD_createDStream();
	return c->zstd &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(c->zstd, ZSTD_d_windowLogMax, WINDOW_LOG));
}

static bool open_kind(struct codec *c)
{
	switch (c->kind) {
	case NORO_PACK_GZIP:
		return open_gzip(c);
	case NORO_PACK_ZSTD:
		return open_zstd(c);
	case NORO_PACK_LZ4:
		c->step = lz4_step;
		return !LZ4F_isError(LZ4F_createDecompressionContext(&c->lz4, LZ4F_VERSION));
	case NORO_PACK_XZ:
		c->step = xz_step;
		return lzma_stream_decoder(&c->lzma, (uint64_t)XZ_MIB << 20, LZMA_CONCATENATED) ==
		       LZMA_OK;
	case NORO_PACK_BZIP2:
		c->step = bzip2_step;
		return true;
	default:
		return false;
	}
}

struct noro_pull *noro_codec_new(
	enum noro_packing kind, struct noro_pull *from, const struct noro_source_limits *limits)
{
	struct codec *c = from ? noro_calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		noro_pull_free(from);
		return NULL;
	}
	c->pull = (struct noro_pull){ codec_read, codec_free };
	c->from = from;
	c->kind = kind;
	c->limits = noro_source_limits_of(limits);
	c->lzma = (lzma_stream)LZMA_STREAM_INIT;
	c->in = noro_malloc(IN_SIZE);
	if (c->in && open_kind(c))
		return &c->pull;
	codec_free(&c->pull);
	return NULL;
}
