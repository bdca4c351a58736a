/* src/patch/inventory.c - files of an inventory: each is asked what it is, readers in order. */
#include "patch/list_priv.h"

typedef enum noro_status reader_fn(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err);

static const struct {
	const char *name;
	reader_fn *read;
} readers[] = {
	{ "sbom", noro_patch_sbom },
	{ "packages", noro_patch_packages },
	{ "device", noro_patch_machine },
	{ "table", noro_patch_table },
};

/* No reader wants it: what would help the person who gave it? */
static enum noro_status no_inventory(struct noro_view text, struct noro_error *err)
{
	if (noro_view_trim(text).n == 0)
		return noro_fail(err, NORO_EFORMAT, N_("the file is empty"));
	if (noro_view_starts(text, "\xd0\xcf\x11\xe0"))
		return noro_fail(err, NORO_EFORMAT,
			N_("a workbook with a password, or an old .xls: save it as .xlsx without a "
			   "password"));
	if (noro_view_chr(noro_view_sub(text, 0, 4096), '\0') != SIZE_MAX)
		return noro_fail(
			err, NORO_EFORMAT, N_("binary data: no list, and no output of a device"));
	return noro_fail(err, NORO_EFORMAT,
		N_("no inventory: no device or package is named in it, and no header like "
		   "'product,version' stands in its first lines"));
}

static enum noro_status read_text(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err)
{
	enum noro_status st = NORO_ENOENT;
	size_t before = p->assets + p->seens;

	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers) && st == NORO_ENOENT; i++) {
		*err = (struct noro_error){ 0 };
		st = readers[i].read(p, t, err);
		if (st == NORO_OK)
			return noro_patch_cover(p, t->path, readers[i].name, t->text.n,
				p->assets + p->seens - before);
	}
	if (st == NORO_ENOENT && err->status == NORO_OK)
		st = no_inventory(t->text, err);
	if (err->status == NORO_OK)
		(void)noro_fail(err, st, NULL);
	return noro_patch_refuse(p, t->path, err);
}

enum noro_status noro_patch_inventory_text(struct noro_patch *p, const char *path,
	struct noro_view text, int64_t mtime_ns, struct noro_error *err)
{
	struct noro_error own = { 0 };
	struct noro_inventory_text t = {
		.path = noro_arena_str(p->a, path), .text = text, .mtime_ns = mtime_ns
	};
	enum noro_status st = t.path ? read_text(p, &t, &own) : NORO_ENOMEM;

	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

/* --- files, archives, character sets --- */

/* A workbook comes part by part, and its strings often after the sheets that use them. */
enum { MAX_SHEETS = 64 };
struct book {
	struct noro_arena *a; /* of the file that is being visited */
	struct noro_view shared;
	struct noro_inventory_text sheet[MAX_SHEETS];
	size_t sheets;
	bool seen; /* something of a workbook */
};

struct visit {
	struct noro_patch *p;
	struct noro_error *err;
	enum noro_status failed; /* past which nothing goes on */
	struct book *book;       /* NULL: facts, where a workbook is no workbook */
	enum noro_status (*use)(struct noro_patch *p, const char *path, struct noro_view text,
		int64_t mtime_ns, struct noro_error *err);
};

static enum noro_status read_all(struct noro_stream *s, struct noro_buf *b, struct noro_error *err)
{
	enum { PIECE = 256 << 10 };
	enum noro_status st;

	for (;;) {
		char *room = noro_buf_room(b, PIECE);
		size_t n = 0;

		if (!room)
			return noro_fail(err, NORO_ENOMEM, NULL);
		st = noro_stream_read(s, room, PIECE, &n, err);
		b->n += n;
		if (st == NORO_END || (st == NORO_OK && n == 0))
			return NORO_OK;
		if (st != NORO_OK)
			return st;
		if (b->n > (size_t)NORO_PATCH_MAX_TEXT * 4)
			return noro_fail(err, NORO_ELIMIT, N_("larger than %1 MiB"), "1024");
	}
}

/* True: the member belongs to a workbook and was kept, or is of no use. */
static bool in_workbook(struct visit *v, const struct noro_stream_info *info, struct noro_view text)
{
	struct noro_view path = noro_view_str(info->path);
	size_t at = noro_view_find_i(path, NORO_V(".xlsx!/"));
	struct book *b = v->book;

	if (!b || at == SIZE_MAX)
		return false;
	b->seen = true;
	if (noro_view_ends(path, "/xl/sharedStrings.xml")) {
		b->shared = noro_arena_view(b->a, text);
	} else if (noro_view_find(path, NORO_V("/xl/worksheets/sheet")) != SIZE_MAX &&
		   b->sheets < MAX_SHEETS) {
		struct noro_inventory_text *t = &b->sheet[b->sheets++];

		*t = (struct noro_inventory_text){ .path = noro_arena_str(v->p->a, info->path),
			.text = noro_arena_view(b->a, text),
			.mtime_ns = NORO_TIME_NONE }; /* a list tells no sighting */
		if (!t->path || !t->text.p)
			v->failed = NORO_ENOMEM;
	}
	return true;
}

static enum noro_status close_workbook(struct visit *v, const char *path)
{
	struct book *b = v->book;
	struct noro_error own = { 0 };
	size_t before = v->p->assets;
	uint64_t bytes = 0;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; (st == NORO_OK || st == NORO_ENOENT) && i < b->sheets; i++) {
		bytes += b->sheet[i].text.n;
		st = noro_patch_workbook(v->p, &b->sheet[i], b->shared, &own);
	}
	if (st == NORO_ENOENT)
		st = NORO_OK; /* a sheet of something else */
	if (st == NORO_OK && v->p->assets == before) {
		(void)noro_fail(&own, NORO_EFORMAT,
			N_("no inventory: no sheet has a header that names products and versions"));
		return noro_patch_refuse(v->p, path, &own);
	}
	if (st != NORO_OK)
		return noro_fail(v->err, st, NULL);
	return noro_patch_cover(v->p, path, "xlsx", bytes, v->p->assets - before);
}

static enum noro_status on_visit(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct visit *v = ctx;
	struct noro_buf b = { 0 };
	struct noro_error own = { 0 };
	enum noro_status st = read_all(s, &b, &own);

	if (st != NORO_OK)
		st = noro_patch_refuse(v->p, info->path, &own);
	else if (!in_workbook(v, info, noro_buf_as_view(&b)))
		st = v->use(v->p, info->path, noro_buf_as_view(&b), info->mtime_ns, v->err);
	noro_buf_done(&b);
	return st;
}

static void on_refuse(
	void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct visit *v = ctx;
	struct noro_error copy = *err;
	const char *kept = noro_arena_str(v->p->a, path);

	(void)container;
	if (noro_patch_refuse(v->p, kept ? kept : "", &copy) != NORO_OK)
		v->failed = err->status;
}

static enum noro_status visit_one(struct visit *visit, const struct noro_visitor *v,
	const struct noro_item *item, struct noro_error *own)
{
	struct book book = { 0 }, *outer = visit->book;
	enum noro_status st;

	if (!outer)
		return noro_source_visit(item, &visit->p->o.source, v, own);
	book.a = noro_arena_new((size_t)1 << 30);
	if (!book.a)
		return noro_fail(own, NORO_ENOMEM, NULL);
	visit->book = &book;
	st = noro_source_visit(item, &visit->p->o.source, v, own);
	if (st == NORO_OK && book.seen)
		st = close_workbook(visit, item->path);
	noro_arena_free(book.a);
	visit->book = outer;
	return st;
}

static enum noro_status visit_all(struct visit *visit, const char *const *path, size_t n)
{
	struct noro_patch *p = visit->p;
	struct noro_visitor v = { .visit = on_visit, .refuse = on_refuse, .ctx = visit };
	const struct noro_item *item;
	size_t items;
	enum noro_status st = noro_walk(path, n, p->a, &item, &items, visit->err);

	for (size_t i = 0; st == NORO_OK && i < items; i++) {
		struct noro_error own = item[i].err;

		if (item[i].status == NORO_OK) {
			own = (struct noro_error){ 0 };
			st = visit_one(visit, &v, &item[i], &own);
		} else if (own.status == NORO_OK) {
			(void)noro_fail(&own, item[i].status, NULL);
		}
		if (own.status != NORO_OK)
			st = noro_patch_refuse(p, item[i].path, &own);
		if (st == NORO_OK && visit->failed != NORO_OK)
			st = noro_fail(visit->err, visit->failed, NULL);
	}
	return st;
}

enum noro_status noro_patch_inventory(
	struct noro_patch *p, const char *const *path, size_t n, struct noro_error *err)
{
	struct book none = { 0 };
	struct visit v = { .p = p, .err = err, .use = noro_patch_inventory_text, .book = &none };

	return visit_all(&v, path, n);
}

static enum noro_status use_feed(struct noro_patch *p, const char *path, struct noro_view text,
	int64_t mtime_ns, struct noro_error *err)
{
	(void)mtime_ns;
	return noro_patch_feed_text(p, path, text, err);
}

enum noro_status noro_patch_feeds(
	struct noro_patch *p, const char *const *path, size_t n, struct noro_error *err)
{
	struct visit v = { .p = p, .err = err, .use = use_feed };
	/* what devices run must be known before facts are chosen */
	enum noro_status st = noro_patch_machines(p);

	return st == NORO_OK ? visit_all(&v, path, n) : noro_fail(err, st, NULL);
}
