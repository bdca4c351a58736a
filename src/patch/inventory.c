/* src/patch/inventory.c - files of an inventory: each is asked what it is, readers in order. */
#include "patch/patch_priv.h"

typedef enum noro_status reader_fn(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err);

static const struct {
	const char *name;
	reader_fn *read;
} readers[] = {
	{ "device", noro_patch_machine },
};

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
	if (st == NORO_ENOENT)
		st = noro_fail(err, NORO_EFORMAT,
			N_("no inventory: no device, list or package is named in it"));
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

struct visit {
	struct noro_patch *p;
	struct noro_error *err;
	enum noro_status failed; /* past which nothing goes on */
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

static enum noro_status on_visit(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct visit *v = ctx;
	struct noro_buf b = { 0 };
	struct noro_error own = { 0 };
	enum noro_status st = read_all(s, &b, &own);

	st = st == NORO_OK ? v->use(v->p, info->path, noro_buf_as_view(&b), info->mtime_ns, v->err)
			   : noro_patch_refuse(v->p, info->path, &own);
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
			st = noro_source_visit(&item[i], &p->o.source, &v, &own);
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
	struct visit v = { .p = p, .err = err, .use = noro_patch_inventory_text };

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
