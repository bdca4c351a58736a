/*
 * src/source/visit.c - open a file and visit all that is in it.
 *
 * Plain files and single compressed streams are read in this process, at full
 * speed. As soon as a container shows itself, a confined child unpacks the whole
 * file, and only its frames are read here.
 */
#include "source/source_priv.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LAYERS = 64 };

#define CHILD_MEMORY ((size_t)1 << 30)

struct visit {
	const struct noro_item *item;
	const struct noro_source_opts *opts;
	const struct noro_visitor *v;
	struct noro_source_limits limits;
	struct noro_stream *stream;
	int fd;
	bool seekable;
	uint64_t taken; /* bytes of the file read here */
};

static void refuse(struct visit *w, const char *path, struct noro_error *err)
{
	if (err->where[0] == '\0')
		(void)noro_error_at(err, path, err->unit, err->at);
	if (w->v->refuse)
		w->v->refuse(w->v->ctx, path, w->item->path, err);
}

static struct noro_progress *progress_of(const struct visit *w)
{
	return w->opts ? w->opts->progress : NULL;
}

/* Let the visitor read one stream, and tell what cut it short. */
static enum noro_status visit_stream(
	struct visit *w, struct noro_pull *from, struct noro_stream_info *info)
{
	struct noro_error err = { 0 };
	enum noro_status st = noro_stream_begin(w->stream, from, progress_of(w), info), ended;

	if (st != NORO_OK)
		return st;
	st = w->v->visit(w->v->ctx, w->stream, info);
	ended = noro_stream_finish(w->stream, &err);
	if (ended < 0 && ended != NORO_EINTR && ended != NORO_ENOMEM)
		refuse(w, info->path, &err);
	return st < 0 ? st : ended == NORO_EINTR || ended == NORO_ENOMEM ? ended : NORO_OK;
}

static struct noro_stream_info info_of(const struct visit *w, const char *packing)
{
	return (struct noro_stream_info){ .path = w->item->path,
		.container = w->item->path,
		.packing = packing,
		.size = w->item->size,
		.mtime_ns = w->item->mtime_ns,
		.confined = ~0U,
		.fd = -1 };
}

/* In the child. */
static int unpack_child(int in, int out, void *arg)
{
	struct noro_unpack_job *job = arg;
	struct noro_frames_out *f = noro_frames_out_new(out, &job->taken);
	struct noro_sink sink;
	enum noro_status st = NORO_ENOMEM;

	job->in = in;
	if (f) {
		sink = noro_frames_sink(f);
		st = noro_unpack(job, &sink);
	}
	if (f && st == NORO_OK)
		st = noro_frames_done(f);
	noro_frames_out_free(f);
	return st == NORO_OK ? 0 : 1;
}

static enum noro_status visit_member(struct visit *w, struct noro_frames_in *f,
	const struct noro_frame *frame, unsigned confined)
{
	struct noro_stream_info info = info_of(w, frame->member.packing);

	info.path = frame->member.path;
	info.size = frame->member.size;
	info.mtime_ns = frame->member.mtime_ns;
	info.confined = confined;
	return visit_stream(w, noro_frames_pull(f), &info);
}

static enum noro_status read_frames(struct visit *w, struct noro_frames_in *f, unsigned confined)
{
	struct noro_error err = { 0 };
	struct noro_frame frame;

	for (;;) {
		enum noro_status st = noro_frames_next(f, &frame, &err);

		if (st == NORO_EINTR || st == NORO_ENOMEM)
			return st;
		if (st != NORO_OK) {
			refuse(w, w->item->path, &err);
			return NORO_OK;
		}
		switch (frame.type) {
		case NORO_FRAME_DONE:
			return NORO_OK;
		case NORO_FRAME_REFUSE:
			refuse(w, frame.path, &frame.err);
			break;
		case NORO_FRAME_MEMBER:
			st = visit_member(w, f, &frame, confined);
			if (st != NORO_OK)
				return st;
		}
	}
}

/* `head` is what was read of a file that cannot be read again. */
static enum noro_status visit_container(
	struct visit *w, struct noro_view head, struct noro_error *err)
{
	struct noro_unpack_job job = { .path = w->item->path,
		.head = head,
		.seekable = w->seekable,
		.size = w->item->size,
		.mtime_ns = w->item->mtime_ns,
		.opts = w->opts };
	struct noro_frames_in *f;
	struct noro_child child;
	enum noro_status st;

	if (w->seekable && lseek(w->fd, 0, SEEK_SET) < 0)
		return noro_fail_errno(err, errno, w->item->path);
	noro_unpack_prepare();
	st = noro_child_start(unpack_child, w->fd, &job, CHILD_MEMORY, &child, err);
	if (st != NORO_OK)
		return st;
	(void)fcntl(child.fd, F_SETPIPE_SZ, 1 << 20); /* fewer turns; less is no failure */
	f = noro_frames_in_new(child.fd, &w->limits, progress_of(w), w->item->size);
	st = f ? read_frames(w, f, child.confined) : NORO_ENOMEM;
	noro_frames_in_free(f);
	if (st != NORO_OK)
		(void)close(child.fd), child.fd = -1;
	(void)noro_child_end(&child);
	return st;
}

/* Counts what was read here into the progress. */
struct counted {
	struct noro_pull pull;
	struct noro_pull *from;
	struct noro_progress *progress;
};

static enum noro_status counted_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct counted *c = (struct counted *)p;
	enum noro_status st = c->from->read(c->from, buf, cap, ret_n, err);

	noro_progress_add(c->progress, *ret_n);
	return st;
}

static void counted_free(struct noro_pull *p)
{
	struct counted *c = (struct counted *)p;

	noro_pull_free(c->from);
	free(c);
}

static struct noro_pull *open_file(struct visit *w)
{
	struct counted *c = noro_calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->pull = (struct noro_pull){ counted_read, counted_free };
	c->progress = progress_of(w);
	c->from = noro_pull_fd(w->fd, &w->taken);
	if (c->from)
		return &c->pull;
	free(c);
	return NULL;
}

static enum noro_status refuse_depth(struct visit *w)
{
	struct noro_error err;

	noro_fail(
		&err, NORO_ELIMIT, noro_source_msg(NORO_MSG_DEPTH), NORO_NUM(w->limits.max_depth));
	refuse(w, w->item->path, &err);
	return NORO_OK;
}

/*
 * Peel compressed streams off until something else shows. Returns the innermost
 * head (owned), or NULL: then *ret_st says how it ended.
 */
static struct noro_head *peel(struct visit *w, struct noro_head *in, struct noro_buf *packing,
	enum noro_packing *ret_kind, enum noro_status *ret_st)
{
	for (unsigned layer = 0;; layer++) {
		enum noro_packing kind = noro_packing_of(noro_head_peek(in, 512));
		struct noro_buf outer;

		*ret_kind = kind;
		if (!noro_packing_is_codec(kind))
			return in;
		if (layer >= w->limits.max_depth || layer >= MAX_LAYERS) {
			noro_pull_free(&in->pull);
			*ret_st = refuse_depth(w);
			return NULL;
		}
		outer = *packing;
		*packing = (struct noro_buf){ 0 };
		noro_buf_str(packing, noro_packing_name(kind));
		if (outer.n > 0) {
			noro_buf_chr(packing, '/');
			noro_buf_view(packing, noro_buf_as_view(&outer));
		}
		noro_buf_done(&outer);
		in = noro_head_new(noro_codec_new(kind, &in->pull, &w->limits));
		if (!in || packing->status != NORO_OK) {
			if (in)
				noro_pull_free(&in->pull);
			*ret_st = NORO_ENOMEM;
			return NULL;
		}
	}
}

/* Nothing came but a failure: there is no stream to visit. */
static bool only_failed(struct noro_head *in)
{
	return noro_head_peek(in, 1).n == 0 && in->end < 0;
}

static enum noro_status visit_peeled(struct visit *w, struct noro_head *in, const char *packing)
{
	struct noro_stream_info info = info_of(w, *packing ? packing : "plain");

	if (only_failed(in)) {
		struct noro_error err = in->err;
		enum noro_status st = in->end;

		noro_pull_free(&in->pull);
		if (st == NORO_ENOMEM)
			return st;
		refuse(w, w->item->path, &err);
		return NORO_OK;
	}
	if (!*packing && w->seekable)
		info.fd = w->fd;
	return visit_stream(w, &in->pull, &info);
}

static enum noro_status visit_seekable(struct visit *w, struct noro_error *err)
{
	struct noro_head *in = noro_head_new(open_file(w));
	struct noro_buf packing = { 0 };
	enum noro_packing kind;
	enum noro_status st = NORO_ENOMEM;

	in = in ? peel(w, in, &packing, &kind, &st) : NULL;
	if (in && kind == NORO_PACK_NONE) {
		st = visit_peeled(w, in, packing.n ? packing.p : "");
	} else if (in) {
		noro_pull_free(&in->pull);
		st = visit_container(w, noro_view("", 0), err);
	}
	noro_buf_done(&packing);
	return st;
}

/*
 * A pipe cannot be read twice: look at its first bytes only. A compressed one goes
 * to the child at once, because what is inside would show too late.
 */
static enum noro_status visit_pipe(struct visit *w, struct noro_error *err)
{
	struct noro_head *in = noro_head_new(open_file(w));
	struct noro_view head;
	enum noro_status st;

	if (!in)
		return NORO_ENOMEM;
	head = noro_head_peek(in, NORO_HEAD);
	if (noro_packing_of(head) == NORO_PACK_NONE)
		return visit_peeled(w, in, "");
	st = visit_container(w, head, err);
	noro_pull_free(&in->pull);
	return st;
}

static enum noro_status visit_fd(struct visit *w, struct noro_error *err)
{
	struct stat sb;
	enum noro_status st;

	if (fstat(w->fd, &sb) != 0)
		return noro_fail_errno(err, errno, w->item->path);
	if (S_ISDIR(sb.st_mode))
		return noro_fail_errno(err, EISDIR, w->item->path);
	w->seekable = S_ISREG(sb.st_mode) && lseek(w->fd, 0, SEEK_CUR) == 0;
	w->limits = noro_source_limits_of(w->opts ? &w->opts->limits : NULL);
	w->stream = noro_stream_new();
	st = !w->stream ? NORO_ENOMEM : w->seekable ? visit_seekable(w, err) : visit_pipe(w, err);
	noro_stream_free(w->stream);
	if (st == NORO_ENOMEM)
		return noro_fail(err, st, NULL);
	return st;
}

enum noro_status noro_source_visit(const struct noro_item *item,
	const struct noro_source_opts *opts, const struct noro_visitor *v, struct noro_error *err)
{
	struct visit w = { .item = item, .opts = opts, .v = v };
	struct noro_error why = { 0 };
	enum noro_status st;

	if (item->status != NORO_OK) {
		why = item->err;
		refuse(&w, item->path, &why);
		return NORO_OK;
	}
	w.fd = item->standard_input ? STDIN_FILENO
				    : open(item->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (w.fd < 0) { /* it vanished, or was closed to us, since the walk */
		noro_fail_errno(&why, errno, item->path);
		refuse(&w, item->path, &why);
		return NORO_OK;
	}
	st = visit_fd(&w, err);
	if (!item->standard_input)
		(void)close(w.fd);
	return st;
}

enum noro_status noro_source_visit_bytes(struct noro_view bytes, const char *path,
	const struct noro_source_opts *opts, const struct noro_visitor *v, struct noro_error *err)
{
	const struct noro_item item = { .path = path, .size = bytes.n, .mtime_ns = NORO_TIME_NONE };
	struct visit w = { .item = &item, .opts = opts, .v = v };
	enum noro_status st;
	size_t done = 0;

	w.fd = memfd_create("noroshi", MFD_CLOEXEC);
	if (w.fd < 0)
		return noro_fail_errno(err, errno, path);
	while (done < bytes.n) {
		ssize_t n = write(w.fd, bytes.p + done, bytes.n - done);

		if (n <= 0 && errno != EINTR) {
			st = noro_fail_errno(err, errno, path);
			(void)close(w.fd);
			return st;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	(void)lseek(w.fd, 0, SEEK_SET);
	st = visit_fd(&w, err);
	(void)close(w.fd);
	return st;
}
