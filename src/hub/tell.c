/* src/hub/tell.c - telling others what a member sent; see tell.h. */
#include "hub/tell.h"

#include "base/buf.h"
#include "base/jsonw.h"
#include "hub/policy.h"
#include "store/hub_fate.h"
#include "store/hub_member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- whose names ---- */

static enum noro_status add_assets(struct noro_hubdb *db, struct noro_arena *a,
	struct noro_leak_name **names, size_t *n, struct noro_error *err)
{
	static const enum noro_leak_kind kind_of[] = { [NORO_HUB_NETWORK] = NORO_LEAK_NETWORK,
		[NORO_HUB_DOMAIN] = NORO_LEAK_DOMAIN,
		[NORO_HUB_WORD] = NORO_LEAK_WORD };
	const struct noro_hub_asset *asset;
	const struct noro_hub_member *member;
	size_t assets, members;
	enum noro_status st = noro_hubdb_assets(db, a, 0, &asset, &assets, err);

	if (st == NORO_OK)
		st = noro_hubdb_members(db, a, &member, &members, err);
	if (st != NORO_OK)
		return st;
	*n = 0;
	*names = noro_arena_array(a, assets + members + 1, sizeof(**names));
	if (!*names)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < assets; i++) /* confirmed or not: what is left out harms nobody */
		(*names)[(*n)++] = (struct noro_leak_name){ asset[i].member, kind_of[asset[i].kind],
			asset[i].value };
	for (size_t i = 0; i < members; i++)
		if (member[i].no > 1) /* not the hub */
			(*names)[(*n)++] = (struct noro_leak_name){ member[i].no, NORO_LEAK_WORD,
				member[i].name };
	return NORO_OK;
}

/* ---- what was sent ---- */

struct gathering {
	const struct noro_hub_tell *t;
	struct noro_arena *a;
	struct noro_view *told; /* ids, in order */
	size_t tolds;
	const struct noro_json **in;
	size_t n, cap;
	struct noro_error *err;
};

static int by_id(const void *a, const void *b)
{
	return noro_view_cmp(*(const struct noro_view *)a, *(const struct noro_view *)b);
}

/* Only asked when nobody says which. */
static bool is_told(const struct gathering *g, struct noro_view id)
{
	return g->tolds && !g->t->ids && bsearch(&id, g->told, g->tolds, sizeof(*g->told), by_id);
}

static enum noro_status list_told(struct gathering *g, int64_t inbox)
{
	const struct noro_hub_source of = { .collection = inbox, .owner = g->t->member };
	const struct noro_hub_fate *fate;
	enum noro_status st = noro_hubdb_fates(g->t->db, &of, g->a, &fate, &g->tolds, g->err);

	if (st != NORO_OK)
		return st;
	g->told = noro_arena_array(g->a, g->tolds + 1, sizeof(*g->told));
	if (!g->told)
		return noro_fail(g->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < g->tolds; i++)
		g->told[i] = noro_view_str(fate[i].of_id);
	if (g->tolds)
		qsort(g->told, g->tolds, sizeof(*g->told), by_id);
	return NORO_OK;
}

static enum noro_status gather(void *ctx, const struct noro_hub_row *row)
{
	struct gathering *g = ctx;
	struct noro_view text;

	if (is_told(g, row->id))
		return NORO_OK;
	if (g->n == NORO_RELEASE_OBJECTS)
		return noro_fail(g->err, NORO_ELIMIT, N_("too many objects at once"));
	text = noro_arena_view(g->a, row->bytes);
	g->in = noro_arena_grow(g->a, g->in, g->n, &g->cap, sizeof(*g->in));
	if (!g->in || !text.p)
		return noro_fail(g->err, NORO_ENOMEM, NULL);
	return noro_json_parse(g->a, text, NULL, &g->in[g->n++], g->err);
}

static enum noro_status gather_all(
	const struct noro_hub_tell *t, struct gathering *g, struct noro_hub_telling *ret)
{
	struct noro_hub_ask ask = { .collection = ret->inbox.no,
		.owner = t->member,
		.after_us = INT64_MIN,
		.limit = NORO_HUB_MAX_PAGE,
		.limit_bytes = SIZE_MAX,
		.versions = NORO_HUB_LAST,
		.bytes = true };
	struct noro_hub_end end = { .more = true };
	enum noro_status st;

	if (t->ids > NORO_HUB_VALUES)
		return noro_fail(g->err, NORO_ELIMIT, N_("too many objects at once"));
	for (size_t i = 0; i < t->ids; i++)
		ask.id[ask.ids++] = t->id[i];
	st = list_told(g, ret->inbox.no);
	while (st == NORO_OK && end.more) {
		st = noro_hubdb_page(t->db, &ask, gather, g, &end, g->err);
		ask.after_us = end.after_us;
	}
	ret->in = g->in;
	ret->ins = g->n;
	return st;
}

/* ---- where to ---- */

static bool is_named(const struct noro_hub_collection *c, const char *name)
{
	return strcmp(c->id, name) == 0 || (c->alias && strcmp(c->alias, name) == 0);
}

/* The inbox, and of the shared ones the one that is named. */
static enum noro_status find_inbox(const struct noro_hub_tell *t, struct noro_arena *a,
	const struct noro_hub_collection **list, size_t *n, struct noro_hub_telling *ret,
	struct noro_error *err)
{
	const struct noro_hub_root *root;
	size_t roots;
	enum noro_status st = noro_hubdb_roots(t->db, a, &root, &roots, err);

	if (st == NORO_OK && !roots)
		st = noro_fail(err, NORO_ENOENT, N_("this hub has no inbox"));
	if (st == NORO_OK)
		st = noro_hubdb_collections(t->db, root[0].no, a, list, n, err);
	for (size_t i = 0; st == NORO_OK && i < *n; i++)
		if ((*list)[i].kind == NORO_HUB_INBOX)
			ret->inbox = (*list)[i];
	if (st == NORO_OK && !ret->inbox.no)
		st = noro_fail(err, NORO_ENOENT, N_("this hub has no inbox"));
	return st;
}

static enum noro_status may_not(
	const struct noro_hub_collection *c, enum noro_tlp tlp, struct noro_error *err)
{
	return noro_fail(err, NORO_EARG, N_("'%1' may not hold TLP:%2"),
		c->alias ? c->alias : c->id, noro_tlp_name(tlp));
}

/* The loosest that may hold it, or the one that was asked for, if it may. */
static enum noro_status find_to(const struct noro_hub_tell *t,
	const struct noro_hub_collection *list, size_t n, struct noro_hub_telling *ret,
	struct noro_error *err)
{
	const struct noro_hub_collection *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct noro_hub_collection *c = &list[i];

		if (c->kind != NORO_HUB_SHARED || (t->to ? !is_named(c, t->to) : c->audience != 0))
			continue;
		if (!noro_hub_may_hold(c, ret->release.tlp, false)) {
			if (t->to)
				return may_not(c, ret->release.tlp, err);
			continue;
		}
		if (!best || c->tlp < best->tlp)
			best = c;
	}
	if (!best)
		return noro_fail(err, NORO_ENOENT, N_("no such collection: %1"),
			t->to ? t->to : noro_tlp_name(ret->release.tlp));
	ret->to = *best;
	return NORO_OK;
}

/* ---- the hub itself ---- */

static enum noro_status name_hub(
	struct noro_hubdb *db, struct noro_hub_telling *ret, struct noro_error *err)
{
	char secret[65];
	enum noro_status st = noro_hubdb_secret(db, "identity", secret, err);

	if (st == NORO_OK) /* a UUID of version 4, the same for ever */
		(void)snprintf(ret->hub, sizeof(ret->hub), "identity--%.8s-%.4s-4%.3s-8%.3s-%.12s",
			secret, secret + 8, secret + 12, secret + 15, secret + 18);
	return st;
}

static enum noro_status identity_of(const struct noro_hub_tell *t,
	const struct noro_hub_telling *of, struct noro_arena *a, struct noro_view *ret)
{
	struct noro_buf b = { 0 };
	struct noro_jsonw w = noro_jsonw(&b);

	noro_jsonw_object(&w);
	noro_jsonw_kmillis(&w, "created", t->now_ns);
	noro_jsonw_kstr(&w, "id", of->hub);
	noro_jsonw_kstr(&w, "identity_class", "organization");
	noro_jsonw_kmillis(&w, "modified", t->now_ns);
	noro_jsonw_kstr(&w, "name", t->title);
	noro_jsonw_kstr(&w, "spec_version", "2.1");
	noro_jsonw_kstr(&w, "type", "identity");
	noro_jsonw_object_end(&w);
	*ret = b.status == NORO_OK ? noro_arena_view(a, noro_buf_as_view(&b))
				   : (struct noro_view){ 0 };
	noro_buf_done(&b);
	return ret->p ? NORO_OK : NORO_ENOMEM;
}

struct asking {
	const struct noro_hub_tell *t;
	int64_t collection;
};

/* Is it told to the same readers already? A failure is no. */
static bool is_known(void *ctx, struct noro_view id)
{
	const struct asking *q = ctx;
	bool has = false;

	return noro_hubdb_has(q->t->db, q->collection, 0, id, &has, NULL) == NORO_OK && has;
}

static enum noro_status make(const struct noro_hub_tell *t, struct noro_leak_finder *f,
	struct noro_arena *a, struct noro_hub_telling *ret, struct noro_error *err)
{
	struct asking q = { t, ret->to.no };
	struct noro_release_opts o = { .hub = ret->hub,
		.now_ns = t->now_ns,
		.tlp = t->tlp,
		.names = f,
		.known = ret->to.no ? is_known : NULL,
		.ctx = &q };

	return noro_release_make(a, ret->in, ret->ins, &o, &ret->release, err);
}

enum noro_status noro_hub_tell_prepare(const struct noro_hub_tell *t, struct noro_arena *a,
	struct noro_hub_telling *ret, struct noro_error *err)
{
	const struct noro_hub_collection *list;
	struct gathering g = { .t = t, .a = a, .err = err };
	struct noro_leak_name *names;
	struct noro_leaks *leaks = NULL;
	struct noro_leak_finder *f = NULL;
	size_t n, lists;
	enum noro_status st;

	*ret = (struct noro_hub_telling){ 0 };
	st = find_inbox(t, a, &list, &lists, ret, err);
	if (st == NORO_OK)
		st = gather_all(t, &g, ret);
	if (st == NORO_OK)
		st = add_assets(t->db, a, &names, &n, err);
	if (st == NORO_OK)
		st = noro_leaks_new(names, n, &ret->skipped, &leaks, err);
	if (st == NORO_OK)
		st = noro_leak_finder_new(leaks, &f, err);
	if (st == NORO_OK)
		st = name_hub(t->db, ret, err);
	if (st == NORO_OK) /* how strict it is says where to, and that what may be referred to */
		st = make(t, f, a, ret, err);
	if (st == NORO_OK)
		st = find_to(t, list, lists, ret, err);
	if (st == NORO_OK)
		st = make(t, f, a, ret, err);
	if (st == NORO_OK && !noro_hub_may_hold(&ret->to, ret->release.tlp, false))
		st = may_not(&ret->to, ret->release.tlp, err);
	if (st == NORO_OK)
		st = noro_hubdb_has(
			t->db, ret->to.no, 0, noro_view_str(ret->hub), &ret->known, err);
	noro_leak_finder_free(f);
	noro_leaks_free(leaks);
	return st;
}

/* One that is to be put, as the store wants it. */
static enum noro_status as_object(struct noro_arena *a, struct noro_view bytes,
	struct noro_hub_object *ret, struct noro_error *err)
{
	struct noro_stix21_faults faults;
	struct noro_stix21 said;
	const struct noro_json *o;
	enum noro_status st = noro_json_parse(a, bytes, NULL, &o, err);

	if (st == NORO_OK)
		st = noro_stix21_check(a, o, 0, &said, &faults);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	*ret = (struct noro_hub_object){ .id = said.id,
		.type = said.type,
		.spec_version = said.spec_version,
		.version = said.version,
		.version_ns = said.version_ns,
		.bytes = bytes };
	return noro_stix21_digest(a, o, ret->digest);
}

enum noro_status noro_hub_tell_do(const struct noro_hub_tell *t, const struct noro_hub_telling *of,
	struct noro_arena *a, size_t *ret_n, struct noro_error *err)
{
	size_t n = 0, all = of->release.objects + 1;
	struct noro_hub_object *put = noro_arena_array(a, all, sizeof(*put));
	struct noro_hub_source *source = noro_arena_array(a, all, sizeof(*source));
	struct noro_hub_taken *took = noro_arena_array(a, all, sizeof(*took));
	struct noro_view identity;
	enum noro_status st = put && source && took ? NORO_OK : NORO_ENOMEM;

	*ret_n = 0;
	if (st != NORO_OK || !of->release.objects)
		return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
	if (!of->known) {
		st = identity_of(t, of, a, &identity);
		if (st == NORO_OK)
			st = as_object(a, identity, &put[n++], err);
	}
	for (size_t i = 0; st == NORO_OK && i < of->release.objects; i++) {
		const struct noro_released *r = &of->release.object[i];

		source[n] = (struct noro_hub_source){ of->inbox.no, t->member,
			noro_json_str(of->in[r->of], "id") };
		st = as_object(a, r->bytes, &put[n++], err);
	}
	if (st == NORO_OK)
		st = noro_hubdb_put(t->db,
			&(struct noro_hub_envelope){ .collection = of->to.no,
				.object = put,
				.n = n,
				.source = source,
				.who = t->by,
				.where = of->to.alias ? of->to.alias : of->to.id,
				.now_ns = t->now_ns },
			took, err);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		*ret_n += took[i].how == NORO_HUB_TAKEN && source[i].id.p;
	return st;
}
