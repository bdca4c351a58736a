/*
 * src/source/frames.c - how a confined child tells its parent what it unpacked.
 *
 * A frame is a header of 24 bytes and a payload. The child may have been taken over
 * by what it read, so the parent checks every length against a ceiling, takes
 * messages by number only, and counts members and bytes itself.
 */
#include "source/source_priv.h"

#include "base/cursor.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
	HEADER = 24,
	MAX_META = 64 * 1024, /* the payload of anything but data */
	MAX_DATA = 1 << 20,
	MAX_PATH = 32 * 1024,
	MAX_PACKING = 200,
	OUT_SIZE = 128 * 1024,
	IN_SIZE = 64 * 1024,
	SILENCE_S = 300,
	T_DATA = 100, /* beside enum noro_frame_type */
	T_END = 101,
};

struct header {
	uint32_t type, length;
	uint64_t taken; /* bytes of the file used so far, for progress */
	uint64_t zero;
};

_Static_assert(sizeof(struct header) == HEADER, "both sides are one program");

/* What MEMBER and REFUSE carry before their strings. */
struct meta {
	uint64_t size;
	int64_t mtime_ns;
	uint64_t at;
	int32_t status;
	uint32_t unit, msg;
	uint32_t path_n, packing_n, arg_n[NORO_ERROR_ARGS];
};

/* The child's side. */

struct noro_frames_out {
	int fd;
	const uint64_t *taken;
	size_t n;
	char buf[OUT_SIZE];
};

struct noro_frames_out *noro_frames_out_new(int fd, const uint64_t *taken)
{
	struct noro_frames_out *f = noro_calloc(1, sizeof(*f));

	if (f) {
		f->fd = fd;
		f->taken = taken;
	}
	return f;
}

void noro_frames_out_free(struct noro_frames_out *f)
{
	free(f);
}

static enum noro_status write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return NORO_EIO;
		p += done;
		n -= (size_t)done;
	}
	return NORO_OK;
}

static enum noro_status flush(struct noro_frames_out *f)
{
	enum noro_status st = write_all(f->fd, f->buf, f->n);

	f->n = 0;
	return st;
}

static enum noro_status put(struct noro_frames_out *f, const void *p, size_t n)
{
	if (n > OUT_SIZE - f->n) {
		enum noro_status st = flush(f);

		if (st != NORO_OK)
			return st;
	}
	if (n >= OUT_SIZE / 2) {
		enum noro_status st = flush(f);

		return st == NORO_OK ? write_all(f->fd, p, n) : st;
	}
	if (n > 0)
		memcpy(f->buf + f->n, p, n);
	f->n += n;
	return NORO_OK;
}

static enum noro_status put_header(struct noro_frames_out *f, uint32_t type, size_t length)
{
	struct header h = { type, (uint32_t)length, f->taken ? *f->taken : 0, 0 };

	return put(f, &h, sizeof(h));
}

static uint32_t cut(const char *s, size_t most)
{
	return (uint32_t)strnlen(s, most);
}

static enum noro_status put_member(void *ctx, const struct noro_member *m)
{
	struct meta meta = { .size = m->size, .mtime_ns = m->mtime_ns };
	enum noro_status st;

	meta.path_n = cut(m->path, MAX_PATH);
	meta.packing_n = cut(m->packing, MAX_PACKING);
	st = put_header(ctx, NORO_FRAME_MEMBER, sizeof(meta) + meta.path_n + meta.packing_n);
	if (st == NORO_OK)
		st = put(ctx, &meta, sizeof(meta));
	if (st == NORO_OK)
		st = put(ctx, m->path, meta.path_n);
	return st == NORO_OK ? put(ctx, m->packing, meta.packing_n) : st;
}

static enum noro_status put_data(void *ctx, const char *p, size_t n)
{
	while (n > 0) {
		size_t part = n < MAX_DATA ? n : MAX_DATA;
		enum noro_status st = put_header(ctx, T_DATA, part);

		if (st == NORO_OK)
			st = put(ctx, p, part);
		if (st != NORO_OK)
			return st;
		p += part;
		n -= part;
	}
	return NORO_OK;
}

static enum noro_status put_end(void *ctx)
{
	return put_header(ctx, T_END, 0);
}

static uint32_t message_number(const char *msg)
{
	for (uint32_t i = 0; i < NORO_MSGS; i++)
		if (msg && strcmp(msg, noro_source_msg((enum noro_source_msg)i)) == 0)
			return i;
	return NORO_MSGS;
}

static enum noro_status put_refuse(void *ctx, const char *path, const struct noro_error *err)
{
	struct meta meta = { .status = err->status,
		.unit = err->unit,
		.at = err->at,
		.msg = message_number(err->msg),
		.path_n = cut(path, MAX_PATH) };
	size_t n = sizeof(meta) + meta.path_n;
	enum noro_status st;

	for (size_t i = 0; i < NORO_ERROR_ARGS; i++)
		n += meta.arg_n[i] = cut(err->arg[i], sizeof(err->arg[i]) - 1);
	st = put_header(ctx, NORO_FRAME_REFUSE, n);
	if (st == NORO_OK)
		st = put(ctx, &meta, sizeof(meta));
	if (st == NORO_OK)
		st = put(ctx, path, meta.path_n);
	for (size_t i = 0; i < NORO_ERROR_ARGS && st == NORO_OK; i++)
		st = put(ctx, err->arg[i], meta.arg_n[i]);
	return st;
}

struct noro_sink noro_frames_sink(struct noro_frames_out *f)
{
	return (struct noro_sink){ put_member, put_data, put_end, put_refuse, f };
}

enum noro_status noro_frames_done(struct noro_frames_out *f)
{
	enum noro_status st = put_header(f, NORO_FRAME_DONE, 0);

	return st == NORO_OK ? flush(f) : st;
}

/* The parent's side. */

struct noro_frames_in {
	int fd;
	struct noro_source_limits limits;
	struct noro_progress *progress;
	uint64_t size, told; /* of the file; told to progress so far */
	uint64_t members, total;
	size_t left;  /* of the data frame at hand */
	bool inside;  /* a member has begun and not ended */
	size_t n, at; /* in buf */
	struct noro_buf meta;
	struct noro_pull pull;
	char buf[IN_SIZE];
};

static enum noro_status in_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err);

static void in_free(struct noro_pull *p)
{
	(void)p; /* belongs to the frames */
}

struct noro_frames_in *noro_frames_in_new(int fd, const struct noro_source_limits *limits,
	struct noro_progress *progress, uint64_t size)
{
	struct noro_frames_in *f = noro_calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->fd = fd;
	f->limits = noro_source_limits_of(limits);
	f->progress = progress;
	f->size = size;
	f->pull = (struct noro_pull){ in_read, in_free };
	return f;
}

void noro_frames_in_free(struct noro_frames_in *f)
{
	if (!f)
		return;
	noro_buf_done(&f->meta);
	free(f);
}

static enum noro_status broken(struct noro_error *err)
{
	return noro_fail(err, NORO_ECORRUPT, noro_source_msg(NORO_MSG_CHILD));
}

/* Some bytes from the child; never zero with NORO_OK. */
static enum noro_status receive(
	struct noro_frames_in *f, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };
	ssize_t n;

	for (unsigned s = 0; s < SILENCE_S; s++) {
		int ready;

		if (noro_progress_stop(f->progress))
			return noro_fail(err, NORO_EINTR, NULL);
		ready = poll(&p, 1, 1000);
		if (ready == 0 || (ready < 0 && errno == EINTR))
			continue;
		n = read(f->fd, buf, cap);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return broken(err);
		*ret_n = (size_t)n;
		return NORO_OK;
	}
	return noro_fail(err, NORO_ELIMIT, noro_source_msg(NORO_MSG_SILENT), NORO_NUM(SILENCE_S));
}

/* Exactly `n` bytes, through the buffer. */
static enum noro_status get(struct noro_frames_in *f, char *to, size_t n, struct noro_error *err)
{
	while (n > 0) {
		size_t have = f->n - f->at < n ? f->n - f->at : n;

		if (have == 0) {
			enum noro_status st = receive(f, f->buf, sizeof(f->buf), &f->n, err);

			f->at = 0;
			if (st != NORO_OK) {
				f->n = 0;
				return st;
			}
			continue;
		}
		memcpy(to, f->buf + f->at, have);
		f->at += have;
		to += have;
		n -= have;
	}
	return NORO_OK;
}

static void tell_progress(struct noro_frames_in *f, uint64_t taken)
{
	if (taken > f->size)
		taken = f->size;
	if (taken > f->told) {
		noro_progress_add(f->progress, taken - f->told);
		f->told = taken;
	}
}

static enum noro_status get_header(
	struct noro_frames_in *f, struct header *ret, struct noro_error *err)
{
	enum noro_status st = get(f, (char *)ret, sizeof(*ret), err);

	if (st != NORO_OK)
		return st;
	tell_progress(f, ret->taken);
	switch (ret->type) {
	case T_DATA:
		return f->inside && ret->length > 0 && ret->length <= MAX_DATA ? NORO_OK
									       : broken(err);
	case T_END:
		return f->inside && ret->length == 0 ? NORO_OK : broken(err);
	case NORO_FRAME_MEMBER:
	case NORO_FRAME_REFUSE:
		return !f->inside && ret->length >= sizeof(struct meta) && ret->length <= MAX_META
			       ? NORO_OK
			       : broken(err);
	case NORO_FRAME_DONE:
		return !f->inside && ret->length == 0 ? NORO_OK : broken(err);
	default:
		return broken(err);
	}
}

/* The next data frame of the member, or NORO_END behind its last. */
static enum noro_status next_data(struct noro_frames_in *f, struct noro_error *err)
{
	struct header h;
	enum noro_status st = get_header(f, &h, err);

	if (st != NORO_OK)
		return st;
	if (h.type == T_END) {
		f->inside = false;
		return NORO_END;
	}
	f->left = h.length;
	f->total += h.length;
	/* the child stops by itself, at most a chunk later, and says so; this is for one that lies
	 */
	if (f->total > f->limits.max_total_bytes && f->total - f->limits.max_total_bytes > MAX_DATA)
		return noro_fail(err, NORO_ELIMIT, noro_source_msg(NORO_MSG_TOTAL),
			NORO_NUM(f->limits.max_total_bytes));
	return NORO_OK;
}

static enum noro_status in_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct noro_frames_in *f =
		(struct noro_frames_in *)((char *)p - offsetof(struct noro_frames_in, pull));
	enum noro_status st = NORO_OK;
	size_t n;

	*ret_n = 0;
	if (!f->inside)
		return NORO_END;
	if (f->left == 0)
		st = next_data(f, err);
	if (st != NORO_OK)
		return st;
	n = f->left < cap ? f->left : cap;
	if (f->n > f->at) { /* what came along with the header */
		n = n < f->n - f->at ? n : f->n - f->at;
		memcpy(buf, f->buf + f->at, n);
		f->at += n;
	} else {
		st = receive(f, buf, n, &n, err);
		if (st != NORO_OK)
			return st;
	}
	f->left -= n;
	*ret_n = n;
	return NORO_OK;
}

struct noro_pull *noro_frames_pull(struct noro_frames_in *f)
{
	return &f->pull;
}

static enum noro_status skip_member(struct noro_frames_in *f, struct noro_error *err)
{
	char waste[16 * 1024];
	size_t n;

	for (;;) {
		enum noro_status st = in_read(&f->pull, waste, sizeof(waste), &n, err);

		if (st == NORO_END)
			return NORO_OK;
		if (st != NORO_OK)
			return st;
	}
}

/* A string of the payload; NUL-terminated in place of the byte that `rest` leaves for it. */
static bool take_text(struct noro_view *rest, uint32_t n, uint32_t most, struct noro_view *ret)
{
	if (n > most || n > rest->n)
		return false;
	*ret = noro_view_sub(*rest, 0, n);
	*rest = noro_view_sub(*rest, n, SIZE_MAX);
	return noro_view_chr(*ret, '\0') == SIZE_MAX && noro_utf8_valid(*ret) == n;
}

static enum noro_at unit_of(uint32_t unit)
{
	return unit == NORO_AT_BYTE   ? NORO_AT_BYTE
	       : unit == NORO_AT_LINE ? NORO_AT_LINE
				      : NORO_AT_NONE;
}

static enum noro_status status_of(int32_t status)
{
	return status >= NORO_ENOSPC && status < 0 ? (enum noro_status)status : NORO_ECORRUPT;
}

static bool parse_meta(struct noro_frames_in *f, const struct header *h, struct noro_frame *ret)
{
	struct noro_view rest = noro_view(f->meta.p, h->length), path, packing, arg;
	struct meta m;
	size_t strings = h->length;

	memcpy(&m, rest.p, sizeof(m));
	rest = noro_view_sub(rest, sizeof(m), SIZE_MAX);
	if (!take_text(&rest, m.path_n, MAX_PATH, &path) ||
		!take_text(&rest, m.packing_n, MAX_PACKING, &packing))
		return false;
	for (size_t i = 0; i < NORO_ERROR_ARGS; i++) {
		if (!take_text(&rest, m.arg_n[i], sizeof(ret->err.arg[i]) - 1, &arg))
			return false;
		memcpy(ret->err.arg[i], arg.p, arg.n);
		ret->err.arg[i][arg.n] = '\0';
	}
	if (rest.n != 0)
		return false;
	/* behind the payload, so that both strings end in NUL */
	noro_buf_add(&f->meta, "", 1);
	noro_buf_view(&f->meta, path);
	noro_buf_add(&f->meta, "", 1);
	noro_buf_add(&f->meta, f->meta.p + sizeof(m) + m.path_n, m.packing_n);
	noro_buf_add(&f->meta, "", 1);
	if (f->meta.status != NORO_OK)
		return false;
	ret->path = f->meta.p + strings + 1;
	ret->member = (struct noro_member){ .path = ret->path,
		.packing = ret->path + m.path_n + 1,
		.size = m.size,
		.mtime_ns = m.mtime_ns };
	ret->err.status = status_of(m.status);
	ret->err.unit = unit_of(m.unit);
	ret->err.at = m.at;
	ret->err.msg = m.msg < NORO_MSGS ? noro_source_msg((enum noro_source_msg)m.msg) : NULL;
	return true;
}

enum noro_status noro_frames_next(
	struct noro_frames_in *f, struct noro_frame *ret, struct noro_error *err)
{
	struct header h;
	enum noro_status st = skip_member(f, err);

	*ret = (struct noro_frame){ 0 };
	if (st == NORO_OK)
		st = get_header(f, &h, err);
	if (st != NORO_OK)
		return st;
	ret->type = (enum noro_frame_type)h.type;
	if (h.type == NORO_FRAME_DONE)
		return NORO_OK;
	noro_buf_clear(&f->meta);
	/* room for the strings a second time: views into the payload must not move */
	if (!noro_buf_room(&f->meta, 2 * (size_t)h.length + 8))
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = get(f, f->meta.p, h.length, err);
	if (st != NORO_OK)
		return st;
	f->meta.n = h.length;
	if (!parse_meta(f, &h, ret))
		return broken(err);
	if (h.type == NORO_FRAME_MEMBER) {
		f->inside = true;
		f->left = 0;
		if (++f->members > f->limits.max_members)
			return noro_fail(err, NORO_ELIMIT, noro_source_msg(NORO_MSG_MEMBERS),
				NORO_NUM(f->limits.max_members));
	}
	return NORO_OK;
}
