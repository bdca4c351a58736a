/*
 * src/source/unpack.c - everything in a file, however often it is packed.
 *
 * Runs in the confined child (and in the fuzzer). Compressed streams go through
 * our codecs, containers through libarchive, and what comes out is looked at
 * again, so that a .tar.gz in a .zip needs no case of its own. A fault costs the
 * member or the container it is in; the rest goes on.
 */
#include "source/source_priv.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum {
	CHUNK = 256 * 1024,
	SPOOL_MIB = 256, /* a zip or 7z inside another is held in memory to be read from its end */
	RATIO_FREE = 16 * 1024 * 1024,
	MAX_NAME = 4096,
};

struct unpack {
	struct noro_unpack_job *job;
	struct noro_source_limits limits;
	const struct noro_sink *sink;
	uint64_t members, total;
	enum noro_status stop; /* the sink failed, or a limit of the whole was hit */
	char chunk[CHUNK];
};

/* Where in the nest we stand. */
struct place {
	const char *path, *packing;
	unsigned depth;
	bool in_stream; /* directly inside a compressed stream: a container here is the same layer
			 */
	bool top;       /* the file itself: may be read from any place */
	uint64_t size;
	int64_t mtime_ns;
};

struct container {
	struct unpack *u;
	struct noro_head *in;
	enum noro_packing kind;
	struct archive *a;
	const struct place *at;
	bool seekable;            /* read straight from the descriptor */
	int64_t pos;              /* there */
	struct noro_view all;     /* or from memory, when p is set */
	uint64_t used, made;      /* for the ratio */
	bool told;                /* the member at hand has said why nothing follows */
	bool ended;               /* the input gave its end while libarchive wanted more */
	struct noro_error in_err; /* why the input failed */
	char *buf;
};

static void refuse(struct unpack *u, const char *path, const struct noro_error *err)
{
	enum noro_status st = u->sink->refuse(u->sink->ctx, path, err);

	if (u->stop == NORO_OK)
		u->stop = st;
}

static void refuse_msg(struct unpack *u, const char *path, enum noro_status st,
	enum noro_source_msg m, const char *a, const char *b)
{
	struct noro_error err;

	noro_fail(&err, st, noro_source_msg(m), a ? a : "", b ? b : "");
	refuse(u, path, &err);
}

static void walk(struct unpack *u, struct noro_head *in, const struct place *at);

/* Bytes that are no container go to the sink. */
static void deliver(struct unpack *u, struct noro_head *in, const struct place *at)
{
	const struct noro_member m = { at->path, at->packing, at->size, at->mtime_ns };
	struct noro_error err = { 0 };
	enum noro_status st = NORO_OK;
	uint64_t made = 0;

	if (noro_head_peek(in, 1).n == 0 && in->end != NORO_OK && in->end != NORO_END) {
		refuse(u, at->path, &in->err);
		return;
	}
	u->stop = u->sink->begin(u->sink->ctx, &m);
	while (u->stop == NORO_OK && st == NORO_OK) {
		size_t n = 0;

		st = in->pull.read(&in->pull, u->chunk, sizeof(u->chunk), &n, &err);
		made += n;
		u->total += n;
		if (n > 0)
			u->stop = u->sink->data(u->sink->ctx, u->chunk, n);
		if (made > u->limits.max_member_bytes && st == NORO_OK)
			st = noro_fail(&err, NORO_ELIMIT, noro_source_msg(NORO_MSG_MEMBER),
				NORO_NUM(u->limits.max_member_bytes));
		if (u->total > u->limits.max_total_bytes && st == NORO_OK)
			st = noro_fail(&err, NORO_ELIMIT, noro_source_msg(NORO_MSG_TOTAL),
				NORO_NUM(u->limits.max_total_bytes));
	}
	if (u->stop == NORO_OK)
		u->stop = u->sink->end(u->sink->ctx);
	if (u->stop == NORO_OK && st != NORO_END)
		refuse(u, at->path, &err);
	if (u->stop == NORO_OK && u->total > u->limits.max_total_bytes)
		u->stop = NORO_ELIMIT;
}

static char *label(const char *inner, const char *outer, const char *between)
{
	size_t n = strlen(inner) + strlen(between) + strlen(outer) + 1;
	char *s = noro_malloc(n);

	if (s)
		(void)snprintf(s, n, "%s%s%s", inner, *outer ? between : "", outer);
	return s;
}

static void no_memory(struct unpack *u)
{
	if (u->stop == NORO_OK)
		u->stop = NORO_ENOMEM;
}

static bool too_deep(struct unpack *u, const struct place *at, unsigned depth)
{
	if (depth <= u->limits.max_depth)
		return false;
	refuse_msg(u, at->path, NORO_ELIMIT, NORO_MSG_DEPTH, NORO_NUM(u->limits.max_depth), NULL);
	return true;
}

/* A pull that borrows another, so that a codec does not free its input. */
struct borrowed {
	struct noro_pull pull;
	struct noro_pull *from;
};

static enum noro_status borrowed_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct borrowed *b = (struct borrowed *)p;

	return b->from->read(b->from, buf, cap, ret_n, err);
}

static void borrowed_free(struct noro_pull *p)
{
	free(p);
}

static struct noro_pull *borrow(struct noro_pull *from)
{
	struct borrowed *b = noro_calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->pull = (struct noro_pull){ borrowed_read, borrowed_free };
	b->from = from;
	return &b->pull;
}

static void walk_codec(
	struct unpack *u, struct noro_head *in, const struct place *at, enum noro_packing kind)
{
	struct noro_head *out;
	struct place inner = *at;
	char *packing;

	if (too_deep(u, at, at->depth + 1))
		return;
	packing = label(noro_packing_name(kind), at->packing, "/");
	out = noro_head_new(noro_codec_new(kind, borrow(&in->pull), &u->limits));
	if (!out || !packing) {
		no_memory(u);
	} else {
		inner.packing = packing;
		inner.depth++;
		inner.in_stream = true;
		inner.top = false;
		walk(u, out, &inner);
	}
	if (out)
		noro_pull_free(&out->pull);
	free(packing);
}

/* libarchive asks for bytes. */

static ssize_t give_memory(struct container *c, const void **ret)
{
	size_t n = c->all.n - (size_t)c->pos;

	*ret = c->all.p + c->pos;
	c->pos = (int64_t)c->all.n;
	return (ssize_t)n;
}

static ssize_t give_file(struct container *c, const void **ret)
{
	ssize_t n = pread(c->u->job->in, c->buf, CHUNK, c->pos);

	if (n > 0) {
		c->pos += n;
		c->u->job->taken = (uint64_t)c->pos;
	}
	*ret = c->buf;
	return n;
}

static ssize_t give(struct archive *a, void *ctx, const void **ret)
{
	struct container *c = ctx;
	enum noro_status st = NORO_OK;
	size_t got = 0;
	ssize_t n;

	if (c->all.p)
		n = give_memory(c, ret);
	else if (c->seekable)
		n = give_file(c, ret);
	else {
		st = c->in->pull.read(&c->in->pull, c->buf, CHUNK, &got, &c->in_err);
		*ret = c->buf;
		n = (ssize_t)got;
		if (st == NORO_OK || st == NORO_END)
			c->in_err.status = NORO_OK;
	}
	c->ended = c->ended || n <= 0;
	if (n < 0)
		archive_set_error(a, EIO, "read failed");
	if (n > 0)
		c->used += (uint64_t)n;
	return n;
}

static int64_t move(struct archive *a, void *ctx, int64_t offset, int whence)
{
	struct container *c = ctx;
	int64_t size = (int64_t)(c->all.p ? c->all.n : c->u->job->size);
	int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? c->pos : size, to;

	(void)a;
	if (__builtin_add_overflow(base, offset, &to) || to < 0 || to > size)
		return ARCHIVE_FATAL;
	c->pos = to;
	return to;
}

static int64_t skip(struct archive *a, void *ctx, int64_t request)
{
	struct container *c = ctx;
	int64_t size = (int64_t)(c->all.p ? c->all.n : c->u->job->size);

	(void)a;
	if (request <= 0 || request > size - c->pos)
		return 0;
	c->pos += request;
	c->used += (uint64_t)request; /* what is skipped was part of the file as well */
	return request;
}

static bool support(struct archive *a, enum noro_packing kind)
{
	switch (kind) {
	case NORO_PACK_COMPRESS:
		return archive_read_support_filter_compress(a) != ARCHIVE_FATAL &&
		       archive_read_support_format_raw(a) == ARCHIVE_OK;
	case NORO_PACK_LZIP:
		return archive_read_support_filter_lzip(a) != ARCHIVE_FATAL &&
		       archive_read_support_format_raw(a) == ARCHIVE_OK;
	case NORO_PACK_TAR:
		return archive_read_support_format_tar(a) == ARCHIVE_OK;
	case NORO_PACK_ZIP:
		return archive_read_support_format_zip(a) == ARCHIVE_OK;
	case NORO_PACK_7Z:
		return archive_read_support_format_7zip(a) == ARCHIVE_OK;
	case NORO_PACK_CPIO:
		return archive_read_support_format_cpio(a) == ARCHIVE_OK;
	case NORO_PACK_AR:
		return archive_read_support_format_ar(a) == ARCHIVE_OK;
	case NORO_PACK_RAR:
		return archive_read_support_format_rar(a) == ARCHIVE_OK;
	case NORO_PACK_RAR5:
		return archive_read_support_format_rar5(a) == ARCHIVE_OK;
	case NORO_PACK_LHA:
		return archive_read_support_format_lha(a) == ARCHIVE_OK;
	case NORO_PACK_CAB:
		return archive_read_support_format_cab(a) == ARCHIVE_OK;
	case NORO_PACK_NONE:
	case NORO_PACK_GZIP:
	case NORO_PACK_ZSTD:
	case NORO_PACK_LZ4:
	case NORO_PACK_XZ:
	case NORO_PACK_BZIP2:
		return false;
	}
	return false;
}

/* A zip's directory and a 7z's header are at the end: hold such a file when it is nested. */
static bool wants_its_end(enum noro_packing kind)
{
	return kind == NORO_PACK_ZIP || kind == NORO_PACK_7Z;
}

static bool prepare_input(struct container *c)
{
	struct unpack *u = c->u;
	const size_t most = (size_t)SPOOL_MIB << 20;

	c->seekable = c->at->top && u->job->seekable;
	if (c->seekable || !wants_its_end(c->kind))
		return true;
	(void)noro_head_peek(c->in, most);
	if (c->in->end == NORO_ENOMEM) {
		no_memory(u);
		return false;
	}
	if (c->in->end != NORO_OK) { /* all of it, or all there is */
		c->all = noro_view(c->in->p + c->in->at, c->in->n - c->in->at);
		c->in_err = c->in->err;
		return true;
	}
	if (c->kind == NORO_PACK_ZIP)
		return true; /* read on from member to member, without the directory */
	refuse_msg(u, c->at->path, NORO_ELIMIT, NORO_MSG_SPOOL, noro_packing_name(c->kind),
		NORO_NUM(SPOOL_MIB));
	return false;
}

static void add_passwords(struct archive *a, const struct noro_source_opts *o)
{
	for (size_t i = 0; o && i < o->passwords; i++) {
		char *copy = noro_strndup(o->password[i].p, o->password[i].n);

		if (copy && *copy)
			(void)archive_read_add_passphrase(a, copy);
		free(copy);
	}
}

static bool open_archive(struct container *c)
{
	struct archive *a = c->a = archive_read_new();

	c->buf = noro_malloc(CHUNK);
	if (!a || !c->buf || !support(a, c->kind)) {
		no_memory(c->u);
		return false;
	}
	add_passwords(a, c->u->job->opts);
	(void)archive_read_set_callback_data(a, c);
	(void)archive_read_set_read_callback(a, give);
	if (c->seekable || c->all.p) {
		(void)archive_read_set_seek_callback(a, move);
		(void)archive_read_set_skip_callback(a, skip);
	}
	return true;
}

/* libarchive decrypts zip alone: of 7z no password is asked for. */
static enum noro_status fail_encrypted(struct noro_error *err, enum noro_packing kind, bool tried)
{
	if (kind != NORO_PACK_ZIP)
		return noro_fail(err, NORO_EENCRYPTED, noro_source_msg(NORO_MSG_CIPHER),
			noro_packing_name(kind));
	return noro_fail(err, NORO_EENCRYPTED,
		noro_source_msg(tried ? NORO_MSG_PASSWORDS : NORO_MSG_PASSWORD));
}

/* What went wrong, in our words; libarchive's own as an argument. */
static void refuse_archive(struct container *c, const char *path, bool encrypted)
{
	const struct noro_source_opts *o = c->u->job->opts;
	const char *kind = noro_packing_name(c->kind), *text = archive_error_string(c->a);
	struct noro_buf clean = { 0 };
	struct noro_error err;

	if (encrypted) {
		bool tried = o && o->passwords > 0;

		fail_encrypted(&err, c->kind, tried);
	} else if (c->in_err.status < 0) {
		err = c->in_err;
	} else if (c->ended) {
		noro_fail(&err, NORO_ETRUNC, noro_source_msg(NORO_MSG_CUT), kind);
		(void)noro_error_at(&err, "", NORO_AT_BYTE, c->used);
	} else {
		noro_escape(noro_view_str(text ? text : "?"), 80, &clean);
		noro_fail(&err, NORO_EFORMAT, noro_source_msg(NORO_MSG_ARCHIVE), kind,
			clean.p ? clean.p : "?");
		(void)noro_error_at(&err, "", NORO_AT_BYTE, c->used);
	}
	noro_buf_done(&clean);
	refuse(c->u, path, &err);
}

/* A member's bytes as a pull. */
struct member_pull {
	struct noro_pull pull;
	struct container *c;
	bool encrypted;
};

static enum noro_status member_fail(struct member_pull *m, struct noro_error *err)
{
	struct container *c = m->c;
	const struct noro_source_opts *o = c->u->job->opts;
	const char *kind = noro_packing_name(c->kind), *text = archive_error_string(c->a);
	bool tried = o && o->passwords > 0;

	if (m->encrypted)
		return fail_encrypted(err, c->kind, tried);
	c->told = c->ended || c->in_err.status < 0;
	if (c->in_err.status < 0) {
		*err = c->in_err;
		return err->status;
	}
	if (c->ended)
		noro_fail(err, NORO_ETRUNC, noro_source_msg(NORO_MSG_CUT), kind);
	else
		noro_fail(err, NORO_EFORMAT, noro_source_msg(NORO_MSG_ARCHIVE), kind,
			text && noro_utf8_valid(noro_view_str(text)) == strlen(text) ? text : "?");
	(void)noro_error_at(err, "", NORO_AT_BYTE, c->used);
	return c->ended ? NORO_ETRUNC : NORO_EFORMAT; /* even where nobody asked for the words */
}

static enum noro_status member_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct member_pull *m = (struct member_pull *)p;
	struct container *c = m->c;
	struct noro_error here;
	la_ssize_t n;

	*ret_n = 0;
	if (!err)
		err = &here;
	do {
		n = archive_read_data(c->a, buf, cap);
	} while (n == ARCHIVE_RETRY);
	if (n < 0)
		return member_fail(m, err);
	c->made += (uint64_t)n;
	if (c->made > RATIO_FREE && c->made / (c->used + 1) >= c->u->limits.max_ratio) {
		noro_fail(err, NORO_ELIMIT, noro_source_msg(NORO_MSG_RATIO),
			NORO_NUM(c->u->limits.max_ratio));
		return NORO_ELIMIT;
	}
	*ret_n = (size_t)n;
	return n == 0 ? NORO_END : NORO_OK;
}

static void member_free(struct noro_pull *p)
{
	free(p);
}

static struct noro_pull *member_new(struct container *c, bool encrypted)
{
	struct member_pull *m = noro_calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->pull = (struct noro_pull){ member_read, member_free };
	m->c = c;
	m->encrypted = encrypted;
	return &m->pull;
}

/* "a.zip!/name"; a filter's one member has the path of the file. */
static char *member_path(struct container *c, struct archive_entry *e)
{
	const char *raw = archive_entry_pathname(e);
	struct noro_buf name = { 0 };
	char *path;

	if (noro_packing_is_raw(c->kind))
		return noro_strndup(c->at->path, strlen(c->at->path));
	if (!raw)
		raw = archive_entry_pathname_utf8(e);
	noro_charset_name(noro_view_sub(noro_view_str(raw ? raw : "?"), 0, MAX_NAME), &name);
	noro_buf_chr(&name, '\0');
	path = name.status == NORO_OK ? label(c->at->path, name.p, "!/") : NULL;
	noro_buf_done(&name);
	return path;
}

static int64_t member_mtime(const struct container *c, struct archive_entry *e)
{
	int64_t s = archive_entry_mtime(e), ns;

	if (!archive_entry_mtime_is_set(e))
		return noro_packing_is_raw(c->kind) ? c->at->mtime_ns : NORO_TIME_NONE;
	if (__builtin_mul_overflow(s, NORO_NS_PER_S, &ns) ||
		__builtin_add_overflow(ns, (int64_t)archive_entry_mtime_nsec(e), &ns))
		return NORO_TIME_NONE;
	return ns;
}

static void walk_member(struct container *c, struct archive_entry *e)
{
	struct unpack *u = c->u;
	struct place inner = { .depth = c->at->depth + 1,
		.in_stream = noro_packing_is_raw(c->kind) };
	struct noro_head *in;
	char *path, *packing;

	if (!noro_packing_is_raw(c->kind) && archive_entry_filetype(e) != AE_IFREG)
		return;
	if (archive_entry_hardlink(e)) /* its bytes were a member before */
		return;
	path = member_path(c, e);
	packing = c->at->in_stream ? label(noro_packing_name(c->kind), c->at->packing, "+")
				   : label(noro_packing_name(c->kind), c->at->packing, "/");
	in = noro_head_new(member_new(c, archive_entry_is_data_encrypted(e) > 0));
	if (path && packing && in) {
		if (c->at->in_stream)
			inner.depth--;
		inner.path = path;
		inner.packing = packing;
		inner.size = archive_entry_size_is_set(e) && archive_entry_size(e) > 0
				     ? (uint64_t)archive_entry_size(e)
				     : 0;
		inner.mtime_ns = member_mtime(c, e);
		walk(u, in, &inner);
	} else {
		no_memory(u);
	}
	if (in)
		noro_pull_free(&in->pull);
	free(path);
	free(packing);
}

static bool ratio_held(struct container *c)
{
	return c->made <= RATIO_FREE || c->made / (c->used + 1) < c->u->limits.max_ratio;
}

/* libarchive 3.6 reads past its table when asked this before any format was chosen. */
static bool has_encrypted(struct archive *a)
{
	return archive_format(a) != 0 && archive_read_has_encrypted_entries(a) == 1;
}

static void walk_entries(struct container *c)
{
	struct unpack *u = c->u;
	struct archive_entry *e;
	int r = archive_read_open1(c->a);

	while (r >= ARCHIVE_WARN && u->stop == NORO_OK && ratio_held(c)) {
		r = archive_read_next_header(c->a, &e);
		if (r == ARCHIVE_EOF)
			return;
		if (r == ARCHIVE_RETRY) {
			r = ARCHIVE_OK;
			continue;
		}
		if (r < ARCHIVE_WARN)
			break;
		if (++u->members > u->limits.max_members) {
			refuse_msg(u, c->at->path, NORO_ELIMIT, NORO_MSG_MEMBERS,
				NORO_NUM(u->limits.max_members), NULL);
			if (u->stop == NORO_OK)
				u->stop = NORO_ELIMIT;
			return;
		}
		walk_member(c, e);
	}
	if (u->stop == NORO_OK && ratio_held(c) && !c->told)
		refuse_archive(c, c->at->path, has_encrypted(c->a));
}

static void walk_container(
	struct unpack *u, struct noro_head *in, const struct place *at, enum noro_packing kind)
{
	struct container c = { .u = u, .in = in, .kind = kind, .at = at };

	if (too_deep(u, at, at->depth + !at->in_stream))
		return;
	if (prepare_input(&c) && open_archive(&c))
		walk_entries(&c);
	if (c.a)
		(void)archive_read_free(c.a);
	free(c.buf);
}

/* Recursion is bounded by max_depth, which both branches check. */
static void walk(struct unpack *u, struct noro_head *in, const struct place *at)
{
	enum noro_packing kind = noro_packing_of(noro_head_peek(in, 512));

	if (u->stop != NORO_OK)
		return;
	if (in->end == NORO_ENOMEM)
		no_memory(u);
	else if (kind == NORO_PACK_NONE)
		deliver(u, in, at);
	else if (noro_packing_is_codec(kind))
		walk_codec(u, in, at, kind);
	else
		walk_container(u, in, at, kind);
}

/* The head that was read already, then the descriptor. */
struct chain {
	struct noro_pull pull;
	struct noro_pull *first, *then;
};

static enum noro_status chain_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct chain *c = (struct chain *)p;

	if (c->first) {
		enum noro_status st = c->first->read(c->first, buf, cap, ret_n, err);

		if (st != NORO_END)
			return st;
		noro_pull_free(c->first);
		c->first = NULL;
	}
	if (c->then)
		return c->then->read(c->then, buf, cap, ret_n, err);
	*ret_n = 0;
	return NORO_END;
}

static void chain_free(struct noro_pull *p)
{
	struct chain *c = (struct chain *)p;

	noro_pull_free(c->first);
	noro_pull_free(c->then);
	free(c);
}

static struct noro_pull *open_job(struct noro_unpack_job *job)
{
	struct chain *c = noro_calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->pull = (struct noro_pull){ chain_read, chain_free };
	if (job->head.n > 0 && !(c->first = noro_pull_view(job->head))) {
		chain_free(&c->pull);
		return NULL;
	}
	if (job->in >= 0 && !(c->then = noro_pull_fd(job->in, &job->taken))) {
		chain_free(&c->pull);
		return NULL;
	}
	return &c->pull;
}

/*
 * zip and 7z hold names in UTF-8 and UTF-16, and libarchive gives them in the character set of the
 * thread's locale: under C each name that is not ASCII would be lost.
 */
static locale_t utf8_names;
static pthread_once_t utf8_once = PTHREAD_ONCE_INIT;

static void make_utf8_names(void)
{
	utf8_names = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

void noro_unpack_prepare(void)
{
	(void)pthread_once(&utf8_once, make_utf8_names);
}

static enum noro_status unpack_all(struct noro_unpack_job *job, const struct noro_sink *sink)
{
	const struct place top = { .path = job->path,
		.packing = "",
		.top = true,
		.size = job->size,
		.mtime_ns = job->mtime_ns };
	struct unpack *u = noro_calloc(1, sizeof(*u));
	struct noro_head *in = u ? noro_head_new(open_job(job)) : NULL;
	enum noro_status st = NORO_ENOMEM;

	if (in) {
		u->job = job;
		u->sink = sink;
		u->limits = noro_source_limits_of(job->opts ? &job->opts->limits : NULL);
		walk(u, in, &top);
		st = u->stop == NORO_ELIMIT ? NORO_OK : u->stop; /* the limit was told */
		noro_pull_free(&in->pull);
	}
	free(u);
	return st;
}

enum noro_status noro_unpack(struct noro_unpack_job *job, const struct noro_sink *sink)
{
	locale_t before = (locale_t)0;
	enum noro_status st;

	noro_unpack_prepare();
	if (utf8_names)
		before = uselocale(utf8_names);
	st = unpack_all(job, sink);
	if (before)
		(void)uselocale(before);
	return st;
}
