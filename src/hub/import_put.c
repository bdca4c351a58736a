/*
 * src/hub/import_put.c - a list of objects into a collection: checked as those that members send
 * are, in order of their dates, by the thousand.
 */
#include "hub/import_priv.h"

#include "hub/policy.h"
#include "intel/value.h"

#include <stdlib.h>

enum { BATCH = 1000 };

struct item {
	const struct noro_json *object;
	size_t no; /* in the list */
	int64_t added_us;
};

struct batch {
	struct importing *m;
	const struct import_list *l;
	struct noro_arena *a; /* of one batch */
	struct noro_hub_object *object;
	const struct item **item;
	size_t n;
};

int import_by_id(const void *a, const void *b)
{
	const struct import_date *x = a, *y = b;
	int c = noro_view_cmp(x->id, y->id);

	return c ? c : (x->version_ns > y->version_ns) - (x->version_ns < y->version_ns);
}

void import_refuse(struct importing *m, const struct noro_hub_refusal *r)
{
	struct noro_hub_refusal said = *r;

	said.file = m->path;
	m->ret->refused++;
	if (m->imp->refused)
		m->imp->refused(m->imp->ctx, &said);
}

/* ---- one object ---- */

static const char *place_of(struct batch *b, const struct item *i)
{
	const char *place = noro_arena_printf(b->a, "%s/%zu", b->l->place, i->no);

	return place ? place : b->l->place;
}

static void refuse(struct batch *b, const struct item *i, const struct noro_stix21_faults *f,
	const char *msg, const char *arg)
{
	const struct noro_hub_refusal r = { .place = place_of(b, i),
		.id = noro_json_str(i->object, "id"),
		.faults = f,
		.msg = msg,
		.arg = arg };

	import_refuse(b->m, &r);
}

static int no_marking(void *ctx, struct noro_view id)
{
	(void)ctx;
	(void)id;
	return -1;
}

static bool may_hold(const struct batch *b, const struct noro_json *o)
{
	struct noro_stix21_tlp t = noro_stix21_tlp(o, no_marking, NULL);

	return noro_hub_may_hold(b->l->to, t.tlp, t.unknown > 0);
}

/* Of what was made from another format: it was seen when its source says so. */
static void take_date(const struct noro_json *o, struct noro_values *v)
{
	struct noro_view from = noro_json_str(o, "valid_from");
	int64_t ns;

	if (from.p && noro_stix21_time(from, &ns))
		v->first_ns = v->last_ns = ns;
}

static enum noro_status speak(
	struct batch *b, const struct noro_json *o, struct noro_hub_object *put)
{
	struct noro_values *v = noro_arena_alloc(b->a, sizeof(*v));
	enum noro_status st = v ? noro_values_of(b->a, o, v) : NORO_ENOMEM;

	if (st != NORO_OK)
		return noro_fail(b->m->err, st, NULL);
	if (b->l->made)
		take_date(o, v);
	b->m->ret->values += v->refuseds;
	if (v->values || v->refs)
		put->values = v;
	return NORO_OK;
}

/* NORO_END: it was refused. */
static enum noro_status check(struct batch *b, const struct item *i, struct noro_hub_object *put)
{
	struct noro_stix21_faults faults;
	struct noro_stix21 said;
	const struct noro_json *o = i->object;
	enum noro_status st = noro_stix21_check(b->a, o, 0, &said, &faults);

	if (st == NORO_EFORMAT) {
		refuse(b, i, &faults, NULL, NULL);
		return NORO_END;
	}
	if (st != NORO_OK)
		return noro_fail(b->m->err, st, NULL);
	if (!may_hold(b, o)) {
		refuse(b, i, NULL, N_("its TLP is stricter than the collection may hold"), NULL);
		return NORO_END;
	}
	*put = (struct noro_hub_object){ .id = said.id,
		.type = said.type,
		.spec_version = said.spec_version,
		.version = said.version,
		.version_ns = said.version_ns,
		.revoked = said.revoked,
		.bytes = noro_view_sub(b->m->text, o->at, o->end - o->at),
		.added_us = i->added_us };
	st = noro_stix21_digest(b->a, o, put->digest);
	if (st != NORO_OK)
		return noro_fail(b->m->err, st, NULL);
	return speak(b, o, put);
}

/* ---- a batch ---- */

static void count(struct batch *b, const struct item *i, const struct noro_hub_taken *t)
{
	struct noro_hub_imported *ret = b->m->ret;

	switch (t->how) {
	case NORO_HUB_TAKEN:
		ret->taken++;
		ret->undated += b->l->date != NULL && (t->moved || !i->added_us);
		break;
	case NORO_HUB_THERE:
		ret->there++;
		break;
	case NORO_HUB_OTHER:
		refuse(b, i, NULL, N_("this id and version say something else here"), NULL);
		break;
	case NORO_HUB_REVOKED:
		refuse(b, i, NULL, N_("this id was revoked; no later version can be"), NULL);
		break;
	}
}

static enum noro_status put(struct batch *b)
{
	struct noro_hub_envelope e = { .collection = b->l->to->no,
		.owner = b->m->imp->member,
		.object = b->object,
		.n = b->n,
		.now_ns = b->m->imp->now_ns };
	struct noro_hub_taken *taken = noro_arena_array(b->a, b->n + 1, sizeof(*taken));
	enum noro_status st = taken ? noro_hubdb_put(b->m->imp->db, &e, taken, b->m->err)
				    : noro_fail(b->m->err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && i < b->n; i++)
		count(b, b->item[i], &taken[i]);
	return st;
}

/* An id that was made of the content is not made anew because it is another day. */
static enum noro_status is_known(struct batch *b, const struct noro_json *o, bool *ret)
{
	*ret = false;
	if (!b->l->made)
		return NORO_OK;
	return noro_hubdb_has(b->m->imp->db, b->l->to->no, b->m->imp->member,
		noro_json_str(o, "id"), ret, b->m->err);
}

static enum noro_status put_some(struct batch *b, const struct item *item, size_t n)
{
	enum noro_status st = NORO_OK;

	b->n = 0;
	b->object = noro_arena_array(b->a, n, sizeof(*b->object));
	b->item = noro_arena_array(b->a, n, sizeof(*b->item));
	if (!b->object || !b->item)
		return noro_fail(b->m->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		bool known;

		b->m->ret->objects++;
		st = is_known(b, item[i].object, &known);
		if (st == NORO_OK && known) {
			b->m->ret->there++;
			continue;
		}
		if (st == NORO_OK)
			st = check(b, &item[i], &b->object[b->n]);
		if (st == NORO_OK)
			b->item[b->n++] = &item[i];
		else if (st == NORO_END)
			st = NORO_OK;
	}
	if (st == NORO_OK && b->n)
		st = put(b);
	if (b->m->imp->progress)
		atomic_fetch_add_explicit(
			&b->m->imp->progress->items_done, n, memory_order_relaxed);
	return st;
}

/* ---- the list ---- */

static int64_t version_of(const struct noro_json *o)
{
	struct noro_view v = noro_json_str(o, "modified");
	int64_t ns;

	if (!v.p)
		v = noro_json_str(o, "created");
	return v.p && noro_stix21_time(v, &ns) ? ns : NORO_TIME_NONE;
}

static int64_t date_of(const struct import_list *l, const struct noro_json *o)
{
	const struct import_date key = { noro_json_str(o, "id"), version_of(o), 0 };
	const struct import_date *d =
		l->dates && key.id.p ? bsearch(&key, l->date, l->dates, sizeof(key), import_by_id)
				     : NULL;

	return d ? d->added_us : 0;
}

static int by_date(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int64_t p = x->added_us ? x->added_us : INT64_MAX,
		q = y->added_us ? y->added_us : INT64_MAX;

	if (p != q)
		return p < q ? -1 : 1;
	return (x->no > y->no) - (x->no < y->no);
}

enum noro_status import_objects(struct importing *m, const struct import_list *l)
{
	struct batch b = { .m = m, .l = l };
	size_t n = 0;
	struct item *item = noro_arena_array(m->a, (size_t)l->array->count + 1, sizeof(*item));
	enum noro_status st = NORO_OK;

	if (!item)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	for (const struct noro_json *o = l->array->child; o; o = o->next, n++)
		item[n] = (struct item){ o, n, date_of(l, o) };
	if (n)
		qsort(item, n, sizeof(*item), by_date);
	if (m->imp->progress)
		atomic_fetch_add_explicit(&m->imp->progress->items_total, n, memory_order_relaxed);
	b.a = noro_arena_new(0);
	if (!b.a)
		return noro_fail(m->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; st == NORO_OK && i < n; i += BATCH) {
		st = put_some(&b, item + i, n - i < BATCH ? n - i : BATCH);
		noro_arena_reset(b.a);
		if (noro_progress_stop(m->imp->progress))
			st = noro_fail(m->err, NORO_EINTR, NULL);
	}
	noro_arena_free(b.a);
	return st;
}
