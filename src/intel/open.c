/*
 * src/intel/open.c - intelligence files opened like evidence: unpacked, and turned
 * into UTF-8, whatever they are written in.
 *
 * A list is read in pieces of whole lines, so that ten million of them need no room
 * of their own. Every other format wants its text whole; what is held of it counts
 * as memory of the set that is being built, and is refused beyond its ceiling.
 */
#include "intel/intake_priv.h"
#include "intel/set_priv.h"

#include "base/hash.h"
#include "base/mem.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PIECE = 1 << 20, /* of a list; no value is as long */
	MAX_MEMBERS = 1000,
	MAX_DEPTH = 2, /* an archive that was compressed once more */
};

struct opened {
	const struct noro_import_opts *opts;
	struct noro_arena *a;
	struct noro_set_builder *b;
	struct noro_import_result *ret; /* of all members */
	struct noro_error *err;         /* the first failure */
	enum noro_status st;
	size_t members;
	bool packed, refused;
};

static const struct noro_source_opts limits = { .limits = { .max_depth = MAX_DEPTH,
							.max_members = MAX_MEMBERS,
							.max_member_bytes = NORO_IMPORT_MAX_BYTES,
							.max_total_bytes =
								NORO_IMPORT_MAX_BYTES } };

/* --- memory -------------------------------------------------------------- */

struct held {
	struct noro_buf text;
	struct noro_set_builder *b; /* NULL: only `max` counts */
	size_t counted, max;
};

static void held_done(struct held *h)
{
	noro_buf_done(&h->text);
	if (h->b)
		h->b->memory -= h->counted;
}

/* Room for `more` bytes, counted before it is taken. */
static char *held_room(struct held *h, size_t more, struct noro_error *err)
{
	size_t want = h->text.n + more + 1;
	const char *had;
	char *room;

	if (want > h->counted && h->b) {
		size_t grown = h->counted + h->counted / 2;

		grown = grown > want ? grown : want;
		if (h->b->max_memory && h->b->memory + (grown - h->counted) > h->b->max_memory) {
			(void)noro_fail(err, NORO_ELIMIT,
				N_("the file does not fit into --max-memory: raise it, or split "
				   "the file"));
			return NULL;
		}
		h->b->memory += grown - h->counted;
		h->counted = grown;
		more = grown - h->text.n - 1;
	}
	had = h->text.p;
	room = noro_buf_room(&h->text, more);
	if (!room)
		(void)noro_fail(err, NORO_ENOMEM, NULL);
	else if (h->text.p != had)
		noro_set_prefer_large_pages(room, more);
	return room;
}

/* `size`: what is expected, so that the text is not moved as it grows; 0 if unknown. */
static enum noro_status read_whole(
	struct noro_stream *s, struct held *h, uint64_t size, struct noro_error *err)
{
	enum { STEP = 1 << 20 };

	if (size && size <= h->max && !held_room(h, size + STEP, err))
		return err->status;
	for (;;) {
		char *room = held_room(h, STEP, err);
		enum noro_status st;
		size_t n = 0;

		if (!room)
			return err->status;
		st = noro_stream_read(s, room, STEP, &n, err);
		if (st != NORO_OK)
			return st == NORO_END ? NORO_OK : st;
		h->text.n += n;
		room[n] = '\0';
		if (h->text.n > h->max)
			return noro_fail(err, NORO_ELIMIT, N_("file is longer than %1 bytes"),
				NORO_NUM(h->max));
	}
}

/* --- lists --------------------------------------------------------------- */

struct pieces {
	struct noro_intake in;
	struct noro_list_state list;
	char *buf;
	size_t n;
	bool skip; /* the rest of a line that is too long */
};

/* Whole lines out of the buffer; `last`: all that is left. */
static enum noro_status hand_over(struct pieces *p, bool last)
{
	size_t end = noro_view_rchr(noro_view(p->buf, p->n), '\n');
	size_t whole = last ? p->n : end != SIZE_MAX ? end + 1 : 0, from = 0;
	enum noro_status st = NORO_OK;

	if (p->skip) {
		end = noro_view_chr(noro_view(p->buf, p->n), '\n');
		from = end != SIZE_MAX ? end + 1 : p->n;
		p->skip = end == SIZE_MAX;
		whole = whole > from ? whole : from;
	} else if (!whole && p->n == PIECE) {
		p->skip = true;
		p->list.no++;
		st = noro_intake_note(&p->in, NORO_IMPORT_REFUSED, p->list.no,
			N_("a line too long for a value: %1"), noro_view(p->buf, 40));
		from = whole = p->n;
	}
	if (st == NORO_OK)
		st = noro_list_lines(&p->in, &p->list, noro_view(p->buf + from, whole - from));
	memmove(p->buf, p->buf + whole, p->n - whole);
	p->n -= whole;
	return st;
}

static enum noro_status list_pieces(struct noro_stream *s, struct pieces *p, struct noro_error *err)
{
	enum noro_status st = noro_intake_begin(&p->in, err);

	if (st != NORO_OK)
		return st;
	noro_list_begin(&p->in, &p->list);
	while (st == NORO_OK) {
		size_t n = 0;
		enum noro_status taken = NORO_OK;

		st = noro_stream_read(s, p->buf + p->n, PIECE - p->n, &n, err);
		if (st != NORO_OK && st != NORO_END)
			return st;
		p->n += n;
		if (st == NORO_END || p->n == PIECE)
			taken = hand_over(p, st == NORO_END);
		if (taken != NORO_OK)
			return noro_intake_fail(&p->in, err, taken, NORO_AT_LINE, p->list.no);
	}
	return NORO_OK;
}

static enum noro_status read_list(
	struct opened *o, struct noro_stream *s, const char *name, struct noro_import_result *one)
{
	struct pieces p = {
		.in = { .opts = o->opts, .a = o->a, .b = o->b, .ret = one, .name = name }
	};
	enum noro_status st;

	*one = (struct noro_import_result){ .kind = "list", .advisory = o->opts->advisory };
	p.buf = noro_malloc(PIECE);
	if (!p.buf)
		return noro_fail(o->err, NORO_ENOMEM, NULL);
	st = list_pieces(s, &p, o->err);
	noro_intake_end(&p.in);
	free(p.buf);
	return st;
}

/* --- one file or member -------------------------------------------------- */

/* What the name says of the format, without what it says of packing. */
static const char *plain_name(struct noro_arena *a, const char *path)
{
	static const char *const packed[] = { ".gz", ".bz2", ".xz", ".zst", ".lz4" };
	struct noro_view v = noro_view_str(path);

	for (size_t i = 0; i < sizeof(packed) / sizeof(*packed); i++)
		if (noro_view_ends_i(v, packed[i]))
			return noro_arena_strn(a, v.p, v.n - strlen(packed[i]));
	return path;
}

/* The first lines; one that is cut says nothing. */
static struct noro_view whole_lines(struct noro_view head)
{
	size_t nl = head.n < 32768 ? SIZE_MAX : noro_view_rchr(head, '\n');

	return nl == SIZE_MAX ? head : noro_view_sub(head, 0, nl);
}

/* Into `one`, its digest too; NORO_EARG if the stream broke off, of which `refuse` hears more. */
static enum noro_status read_member(struct opened *o, struct noro_stream *s,
	const struct noro_stream_info *info, struct noro_import_result *one)
{
	char digest[NORO_HASH_TEXT];
	struct held h = { .b = o->b, .max = NORO_IMPORT_MAX_BYTES };
	const char *name = plain_name(o->a, info->path);
	struct noro_view head;
	enum noro_status st = noro_stream_peek(s, &head, o->err);
	bool list;

	if (st != NORO_OK && st != NORO_END)
		return st;
	if (!name)
		return noro_fail(o->err, NORO_ENOMEM, NULL);
	if (noro_set_is(head))
		return noro_fail(o->err, NORO_EUNSUPPORTED,
			N_("a compiled set inside a packed file: unpack it first"));
	list = noro_import_is_list(
		o->opts->as ? o->opts->as : noro_import_sniff(whole_lines(head), name));
	if (list)
		st = read_list(o, s, info->path, one);
	else
		st = read_whole(s, &h, info->fd >= 0 ? info->size : 0, o->err);
	if (st == NORO_OK)
		st = noro_stream_digest(s, NORO_SHA256, digest);
	if (st == NORO_OK && !list)
		st = noro_import_as_is(
			noro_buf_as_view(&h.text), name, o->opts, o->a, o->b, one, o->err);
	if (st == NORO_OK)
		memcpy(one->sha256, digest, sizeof(one->sha256));
	held_done(&h);
	return st;
}

static enum noro_status visit(void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct opened *o = ctx;
	struct noro_import_result one = { 0 };
	enum noro_status st = noro_stream_hash(s, 1U << NORO_SHA256);

	if (st == NORO_OK)
		st = read_member(o, s, info, &one);
	if (st == NORO_EARG && o->err->status == NORO_OK)
		return NORO_OK;
	if (st != NORO_OK)
		return o->st = st;
	if (!o->members++)
		*o->ret = one;
	else
		noro_import_add_up(o->ret, &one);
	o->packed = o->packed || strcmp(info->packing, "plain") != 0;
	return NORO_OK;
}

static void refuse(void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct opened *o = ctx;

	(void)path;
	(void)container;
	if (o->refused)
		return;
	o->refused = true; /* says more than what a reader makes of half a file */
	o->st = err->status;
	*o->err = *err;
}

/* --- files --------------------------------------------------------------- */

static enum noro_status hash_file(const char *path, char out[65])
{
	struct noro_hash *h = noro_hash_new(1U << NORO_SHA256);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[NORO_HASH_TEXT], buf[1 << 14];
	enum noro_status st = !h ? NORO_ENOMEM : fd < 0 ? NORO_EIO : NORO_OK;
	ssize_t n = 0;

	while (st == NORO_OK && (n = read(fd, buf, sizeof(buf))) > 0)
		noro_hash_add(h, buf, (size_t)n);
	if (st == NORO_OK)
		st = n < 0 ? NORO_EIO : noro_hash_hex(h, NORO_SHA256, text);
	if (st == NORO_OK)
		memcpy(out, text, 65);
	if (fd >= 0)
		(void)close(fd);
	noro_hash_free(h);
	return st;
}

static enum noro_status visit_path(
	const char *path, const struct noro_visitor *v, struct noro_error *err, bool *ret_regular)
{
	struct noro_item item = { .path = path };
	struct stat sb;

	if (stat(path, &sb) != 0)
		return noro_fail_errno(err, errno, path);
	*ret_regular = S_ISREG(sb.st_mode);
	item.size = *ret_regular ? (uint64_t)sb.st_size : 0;
	return noro_source_visit(&item, &limits, v, err);
}

enum noro_status noro_import_open(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err)
{
	struct noro_error own = { 0 };
	struct opened o = { .opts = opts, .a = a, .b = b, .ret = ret, .err = &own };
	struct noro_visitor v = { .visit = visit, .refuse = refuse, .ctx = &o };
	bool regular = false;
	enum noro_status st;

	*ret = (struct noro_import_result){ .kind = "text", .advisory = opts->advisory };
	st = visit_path(path, &v, &own, &regular);
	if (o.st != NORO_OK)
		st = o.st;
	if (st == NORO_OK && !o.members)
		st = noro_fail(&own, NORO_EFORMAT, N_("an archive without files"));
	if (st == NORO_OK && o.packed && regular)
		st = hash_file(path, ret->sha256);
	if (st == NORO_OK)
		return st;
	if (own.status != st)
		(void)noro_fail(&own, st, NULL);
	if (!own.where[0])
		(void)noro_error_at(&own, path, own.unit, own.at);
	if (err)
		*err = own;
	return st;
}

/* --- the text alone ------------------------------------------------------ */

struct text_of {
	struct held held;
	struct noro_error err;
	enum noro_status st;
	bool have;
};

static enum noro_status take_text(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct text_of *t = ctx;

	if (t->have)
		return NORO_OK;
	t->have = true;
	t->st = read_whole(s, &t->held, info->fd >= 0 ? info->size : 0, &t->err);
	return t->st;
}

static void refuse_text(
	void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct text_of *t = ctx;

	(void)path;
	(void)container;
	if (t->st != NORO_OK)
		return;
	t->st = err->status;
	t->err = *err;
}

enum noro_status noro_import_text(
	const char *path, size_t max, struct noro_buf *out, struct noro_error *err)
{
	struct text_of t = { .held = { .max = max } };
	struct noro_visitor v = { .visit = take_text, .refuse = refuse_text, .ctx = &t };
	bool regular;
	enum noro_status st = visit_path(path, &v, &t.err, &regular);

	if (st == NORO_OK)
		st = t.st;
	if (st == NORO_OK)
		noro_buf_view(out, noro_buf_as_view(&t.held.text));
	if (st == NORO_OK && out->status != NORO_OK)
		st = noro_fail(&t.err, NORO_ENOMEM, NULL);
	held_done(&t.held);
	if (st != NORO_OK && !t.err.where[0])
		(void)noro_error_at(&t.err, path, t.err.unit, t.err.at);
	if (st != NORO_OK && err)
		*err = t.err;
	return st;
}
