/*
 * src/store/hub_page.c - a page of a collection: first which entries, then their bytes.
 *
 * Every question is one range of an index, or as many as it names ids or types, each read from the
 * cursor on and no further than a page; what an index does not decide is looked at entry by entry,
 * up to a ceiling that a page may not pass.
 */
#include "store/hub_priv.h"

#include "base/mem.h"

#include <stdlib.h>

enum { LAST = 1, FIRST = 2, SCAN_MOST = 50000 };

struct hit {
	int64_t added, object, version;
	uint32_t id; /* where it begins in `ids` */
	uint32_t id_n;
};

struct finding_page {
	struct db *db;
	const struct noro_hub_ask *ask;
	struct hit *hit;
	size_t n, cap;
	struct noro_buf ids;
	int64_t cut_us; /* nothing later was looked at, INT64_MAX: nothing was cut off */
	struct noro_error *err;
};

static bool version_fits(const struct noro_hub_ask *ask, int64_t version, unsigned flags)
{
	if ((ask->versions & NORO_HUB_ALL) || (ask->versions & NORO_HUB_LAST && flags & LAST) ||
		(ask->versions & NORO_HUB_FIRST && flags & FIRST))
		return true;
	for (size_t i = 0; i < ask->version_n; i++)
		if (ask->version_ns[i] == version)
			return true;
	return false;
}

static bool type_fits(const struct noro_hub_ask *ask, struct noro_view type)
{
	for (size_t i = 0; i < ask->types; i++)
		if (noro_view_eq(ask->type[i], type))
			return true;
	return !ask->types;
}

static enum noro_status keep(struct finding_page *f, const struct db_rows *r)
{
	struct noro_view id = db_view(r, 3);
	struct hit *grown = noro_grow(f->hit, f->n, &f->cap, sizeof(*grown));

	if (!grown)
		return noro_fail(f->err, NORO_ENOMEM, NULL);
	f->hit = grown;
	f->hit[f->n++] = (struct hit){ .added = db_i64(r, 0),
		.object = db_i64(r, 1),
		.version = db_i64(r, 2),
		.id = (uint32_t)f->ids.n,
		.id_n = (uint32_t)id.n };
	noro_buf_view(&f->ids, id);
	return f->ids.status == NORO_OK ? NORO_OK : noro_fail(f->err, NORO_ENOMEM, NULL);
}

/* Entries of one range, one more than a page of them. */
static enum noro_status scan(
	struct finding_page *f, const char *sql, const struct db_arg *arg, size_t args)
{
	size_t looked = 0, kept = 0;
	struct db_rows r;
	enum noro_status st = db_ask(f->db, sql, arg, args, &r, f->err);

	while (st == NORO_OK && kept <= f->ask->limit && (st = db_row(&r, f->err)) == NORO_OK) {
		if (version_fits(f->ask, db_i64(&r, 2), (unsigned)db_i64(&r, 4)) &&
			type_fits(f->ask, db_view(&r, 5))) {
			st = keep(f, &r);
			kept++;
		}
		if (++looked == SCAN_MOST) {
			int64_t at = db_i64(&r, 0);

			f->cut_us = at < f->cut_us ? at : f->cut_us;
			break;
		}
	}
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

#define COLUMNS "SELECT added, object, version, id, flags, type FROM entry"
#define WHERE   " WHERE collection = $1 AND owner = $2 AND added > $3"

static enum noro_status find(struct finding_page *f)
{
	static const char last[] = COLUMNS WHERE " AND flags % 2 = 1 ORDER BY added";
	static const char all[] = COLUMNS WHERE " ORDER BY added";
	static const char by_id[] = COLUMNS WHERE " AND id = $4 ORDER BY added";
	static const char by_type[] = COLUMNS WHERE " AND type = $4 ORDER BY added";
	const struct noro_hub_ask *a = f->ask;
	struct db_arg arg[4] = { db_of(a->collection), db_of(a->owner), db_of(a->after_us) };
	enum noro_status st = NORO_OK;

	if (!a->ids && !a->types)
		return scan(f, a->versions == NORO_HUB_LAST && !a->version_n ? last : all, arg, 3);
	for (size_t i = 0; st == NORO_OK && i < (a->ids ? a->ids : a->types); i++) {
		arg[3] = db_of_text(a->ids ? a->id[i] : a->type[i]);
		st = scan(f, a->ids ? by_id : by_type, arg, 4);
	}
	return st;
}

static int by_added(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return (x->added > y->added) - (x->added < y->added);
}

/* An id or type that was named twice is found twice. */
static void sort_once(struct finding_page *f)
{
	size_t n = 0;

	if (f->n)
		qsort(f->hit, f->n, sizeof(*f->hit), by_added);
	for (size_t i = 0; i < f->n; i++)
		if (!n || f->hit[n - 1].added != f->hit[i].added)
			f->hit[n++] = f->hit[i];
	f->n = n;
}

static enum noro_status give(struct finding_page *f, const struct hit *h,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row *row), void *ctx, size_t *left)
{
	static const char full[] = "SELECT version, spec, bytes FROM object WHERE no = $1";
	static const char bare[] = "SELECT version, spec FROM object WHERE no = $1";
	struct noro_hub_row row = { .added_us = h->added,
		.version_ns = h->version,
		.id = noro_view(f->ids.p + h->id, h->id_n) };
	struct db_rows r;
	enum noro_status st =
		db_ask(f->db, f->ask->bytes ? full : bare, DB_ARGS(db_of(h->object)), &r, f->err);

	if (st == NORO_OK)
		st = db_row(&r, f->err);
	if (st == NORO_OK) {
		row.version = db_view(&r, 0);
		row.spec = db_view(&r, 1);
		row.bytes = f->ask->bytes ? db_view(&r, 2) : row.bytes;
		if (row.bytes.n > *left)
			st = NORO_ELIMIT;
		*left -= row.bytes.n <= *left ? row.bytes.n : 0;
		if (st == NORO_OK)
			st = on(ctx, &row);
	} else if (st == NORO_END) {
		st = noro_fail(f->err, NORO_ECORRUPT, NULL);
	}
	db_done(&r);
	return st;
}

static enum noro_status give_all(struct finding_page *f,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row *row), void *ctx,
	struct noro_hub_end *ret)
{
	size_t left = f->ask->limit_bytes ? f->ask->limit_bytes : SIZE_MAX, given = 0, whole;
	enum noro_status st = NORO_OK;

	for (; given < f->n && given < f->ask->limit && f->hit[given].added <= f->cut_us; given++) {
		whole = given ? left : SIZE_MAX; /* the first is always given */
		st = give(f, &f->hit[given], on, ctx, given ? &left : &whole);
		if (st == NORO_ELIMIT && given)
			break;
		if (st != NORO_OK)
			return st;
		ret->after_us = f->hit[given].added;
	}
	ret->more = given < f->n || f->cut_us != INT64_MAX;
	if (given == f->n && f->cut_us != INT64_MAX)
		ret->after_us = f->cut_us;
	return NORO_OK;
}

enum noro_status noro_hubdb_page(struct noro_hubdb *h, const struct noro_hub_ask *ask,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row *row), void *ctx,
	struct noro_hub_end *ret, struct noro_error *err)
{
	struct finding_page f = { .ask = ask, .cut_us = INT64_MAX, .err = err };
	unsigned which;
	enum noro_status st;

	*ret = (struct noro_hub_end){ .after_us = ask->after_us };
	for (size_t i = 0; i < ask->specs; i++)
		if (noro_view_is(ask->spec[i], "2.1"))
			break;
		else if (i + 1 == ask->specs)
			return NORO_OK; /* there are no others */
	f.db = hubdb_reader(h, &which);
	st = db_snapshot(f.db, err);
	if (st == NORO_OK) {
		st = find(&f);
		if (st == NORO_OK) {
			sort_once(&f);
			st = give_all(&f, on, ctx, ret);
		}
		db_end(f.db);
	}
	hubdb_give_back(h, which);
	noro_buf_done(&f.ids);
	free(f.hit);
	return st;
}
