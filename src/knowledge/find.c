/* src/knowledge/find.c - look-ups: ids, names in any spelling, revocations, indicators. */
#include "knowledge/bind_priv.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* One name somebody uses for a record. */
struct named {
	const char *name; /* normal form */
	const struct noro_actor *actor;
	const struct noro_claim *claim; /* NULL: its own */
};

struct noro_knowledge_index {
	struct named *named;
	size_t n;
};

enum { MAX_SUCCESSIONS = 8 }; /* ATT&CK has chains of two; a circle in a file must end */

enum noro_status know_name(const char *name, struct noro_buf *out)
{
	struct noro_buf wide = { 0 };

	noro_nfkc(noro_view_str(name), &wide);
	for (size_t i = 0; i < wide.n; i++) {
		char c = noro_lower(wide.p[i]);

		if (wide.n - i >= 3 && memcmp(wide.p + i, "\xe3\x83\xbb", 3) == 0) {
			i += 2; /* the katakana middle dot */
			continue;
		}
		if (c != ' ' && c != '-' && c != '_' && c != '.')
			noro_buf_chr(out, c);
	}
	if (wide.status != NORO_OK && out->status == NORO_OK)
		out->status = wide.status;
	noro_buf_done(&wide);
	return out->status;
}

struct namer {
	struct noro_arena *arena;
	struct noro_buf scratch;
	struct noro_knowledge_index *index;
	size_t cap;
};

static enum noro_status add_name(struct namer *w, const char *name, const struct noro_actor *actor,
	const struct noro_claim *claim)
{
	struct noro_knowledge_index *x = w->index;
	char *normal;

	if (!name)
		return NORO_OK;
	noro_buf_clear(&w->scratch);
	if (know_name(name, &w->scratch) != NORO_OK)
		return NORO_ENOMEM;
	normal = noro_arena_strn(w->arena, w->scratch.p ? w->scratch.p : "", w->scratch.n);
	if (!normal)
		return NORO_ENOMEM;
	if (x->n == w->cap) {
		struct named *more =
			noro_arena_grow(w->arena, x->named, x->n, &w->cap, sizeof(*more));

		if (!more)
			return NORO_ENOMEM;
		x->named = more;
	}
	x->named[x->n++] = (struct named){ normal, actor, claim };
	return NORO_OK;
}

static enum noro_status add_claim(
	struct namer *w, const struct noro_actor *actor, const struct noro_claim *c)
{
	enum noro_status s = NORO_OK;

	if (!actor || strcmp(c->rel, "alias") != 0)
		return NORO_OK;
	for (size_t i = 0; i < c->names.n && s == NORO_OK; i++)
		s = add_name(w, c->names.item[i], actor, c);
	return s;
}

static enum noro_status add_actor(struct namer *w, const struct noro_actor *actor)
{
	enum noro_status s = add_name(w, actor->id, actor, NULL);

	if (s == NORO_OK)
		s = add_name(w, actor->name.en, actor, NULL);
	if (s == NORO_OK)
		s = add_name(w, actor->name.ja, actor, NULL);
	if (s == NORO_OK)
		s = add_name(w, actor->attack_id, actor, NULL);
	for (size_t i = 0; i < actor->spellings.n && s == NORO_OK; i++)
		s = add_name(w, actor->spellings.item[i], actor, NULL);
	for (size_t i = 0; i < actor->claims && s == NORO_OK; i++)
		s = add_claim(w, actor, &actor->claim[i]);
	return s;
}

static int by_name(const void *a, const void *b)
{
	const struct named *one = a, *two = b;
	int c = strcmp(one->name, two->name);

	if (c == 0)
		c = (one->claim != NULL) - (two->claim != NULL);
	return c ? c : strcmp(one->actor->id, two->actor->id);
}

static const struct noro_actor *actor_by_id(const struct noro_knowledge *k, const char *id)
{
	size_t lo = 0, hi = k->actors;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(k->actor[mid]->id, id);

		if (c == 0)
			return k->actor[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static enum noro_status collect_names(struct namer *w, const struct noro_knowledge *k)
{
	enum noro_status s = NORO_OK;

	for (size_t i = 0; i < k->actors && s == NORO_OK; i++)
		s = add_actor(w, k->actor[i]);
	for (size_t i = 0; i < k->claims && s == NORO_OK; i++) {
		if (k->claim[i]->about)
			s = add_claim(w, actor_by_id(k, k->claim[i]->about), k->claim[i]);
	}
	return s;
}

enum noro_status know_index(struct noro_arena *a, struct noro_knowledge *k)
{
	struct noro_knowledge_index *x = noro_arena_alloc(a, sizeof(*x));
	struct namer w = { .arena = a, .index = x };
	enum noro_status s;

	if (!x)
		return NORO_ENOMEM;
	s = collect_names(&w, k);
	noro_buf_done(&w.scratch);
	if (s != NORO_OK)
		return s;
	if (x->n)
		qsort(x->named, x->n, sizeof(x->named[0]), by_name);
	k->index = x;
	return NORO_OK;
}

/* The first entry that is not before the name. */
static size_t lower_bound(const struct noro_knowledge_index *x, const char *name)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(x->named[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Was the record at `i` named before, among those from `first` on? */
static bool named_before(const struct noro_knowledge_index *x, size_t first, size_t i)
{
	for (size_t j = first; j < i; j++) {
		if (x->named[j].actor == x->named[i].actor)
			return true;
	}
	return false;
}

enum noro_status know_names(const struct noro_knowledge *k, const char *name,
	struct noro_actor_hit *ret, size_t max, size_t *ret_n)
{
	const struct noro_knowledge_index *x = k->index;
	struct noro_buf normal = { 0 };
	enum noro_status s = know_name(name, &normal);
	size_t n = 0, first;

	if (s == NORO_OK && normal.n) {
		first = lower_bound(x, normal.p);
		for (size_t i = first; i < x->n && strcmp(x->named[i].name, normal.p) == 0; i++) {
			if (named_before(x, first, i))
				continue;
			if (n < max)
				ret[n] = (struct noro_actor_hit){ x->named[i].actor,
					x->named[i].claim };
			n++;
		}
	}
	noro_buf_done(&normal);
	*ret_n = n;
	return s;
}

size_t noro_knowledge_names(
	const struct noro_knowledge *k, const char *name, struct noro_actor_hit *ret, size_t max)
{
	size_t n;

	return know_names(k, name, ret, max, &n) == NORO_OK ? n : 0;
}

const struct noro_actor *noro_knowledge_actor(const struct noro_knowledge *k, const char *id)
{
	struct noro_actor_hit hit;
	const struct noro_actor *actor = actor_by_id(k, id);

	if (actor)
		return actor;
	if (noro_knowledge_names(k, id, &hit, 1) == 0 || hit.claim)
		return NULL;
	return hit.actor;
}

static bool same_id(const char *a, const char *b)
{
	return noro_view_eq_i(noro_view_str(a), noro_view_str(b));
}

const struct noro_advisory *noro_knowledge_advisory(const struct noro_knowledge *k, const char *id)
{
	for (size_t i = 0; i < k->advisories; i++) {
		const struct noro_advisory *adv = k->advisory[i];

		if (same_id(adv->id, id))
			return adv;
		for (size_t j = 0; j < adv->also.n; j++) {
			if (same_id(adv->also.item[j], id))
				return adv;
		}
	}
	return NULL;
}

const struct noro_know_source *noro_knowledge_source(const struct noro_knowledge *k, const char *id)
{
	for (size_t i = 0; i < k->sources; i++) {
		if (strcmp(k->source[i]->id, id) == 0)
			return k->source[i];
	}
	return NULL;
}

const struct noro_incident *noro_knowledge_incident(const struct noro_knowledge *k, const char *id)
{
	for (size_t i = 0; i < k->incidents; i++) {
		if (same_id(k->incident[i]->id, id))
			return k->incident[i];
	}
	return NULL;
}

const struct noro_report_form *noro_knowledge_form(const struct noro_knowledge *k, const char *id)
{
	for (size_t i = 0; i < k->forms; i++) {
		if (same_id(k->form[i]->id, id))
			return k->form[i];
	}
	return NULL;
}

const struct noro_behaviour *noro_advisory_behaviour(
	const struct noro_advisory *adv, const char *id)
{
	for (size_t i = 0; i < adv->behaviours; i++) {
		if (same_id(adv->behaviour[i].id, id))
			return &adv->behaviour[i];
	}
	return NULL;
}

static const struct noro_technique *technique_by_id(const struct noro_knowledge *k, const char *id)
{
	size_t lo = 0, hi = k->techniques;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(k->technique[mid]->id, id);

		if (c == 0)
			return k->technique[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct noro_technique *noro_knowledge_technique(
	const struct noro_knowledge *k, const char *id)
{
	const struct noro_technique *t = technique_by_id(k, id);
	char upper[16];

	if (t || id[0] != 't' || strlen(id) >= sizeof(upper))
		return t;
	(void)snprintf(upper, sizeof(upper), "T%s", id + 1);
	return technique_by_id(k, upper);
}

const struct noro_technique *noro_knowledge_technique_now(
	const struct noro_knowledge *k, const char *id)
{
	const struct noro_technique *t = noro_knowledge_technique(k, id);

	for (int i = 0; t && t->revoked_by && i < MAX_SUCCESSIONS; i++) {
		const struct noro_technique *next = noro_knowledge_technique(k, t->revoked_by);

		if (!next)
			break;
		t = next;
	}
	return t;
}

const struct noro_tactic *noro_knowledge_tactic(const struct noro_knowledge *k, const char *id)
{
	for (size_t i = 0; i < k->tactics; i++) {
		if (same_id(k->tactic[i]->id, id) || same_id(k->tactic[i]->key, id))
			return k->tactic[i];
	}
	return NULL;
}

/* Part 0 is the value itself, then the digests of a file. */
static bool part_of(
	const struct noro_know_ioc *ioc, size_t part, const char **kind, const char **value)
{
	const bool file = strcmp(ioc->kind, "file") == 0;

	switch (part) {
	case 0:
		*kind = file ? "file-name" : ioc->kind;
		*value = ioc->value;
		break;
	case 1:
		*kind = "sha256";
		*value = ioc->sha256;
		break;
	case 2:
		*kind = "sha1";
		*value = ioc->sha1;
		break;
	default:
		*kind = "md5";
		*value = ioc->md5;
		break;
	}
	return *value != NULL && (part == 0 || file);
}

enum { IOC_PARTS = 4 };

static void fill_item(const struct noro_advisory *adv, const struct noro_know_ioc *ioc, size_t part,
	struct noro_know_item *ret)
{
	ret->advisory = adv;
	ret->ioc = ioc;
	ret->role = ioc->role ? ioc->role : "hunt";
	/* a digest speaks for itself; "cmd1" and "sft" alone say little */
	if (part == 0 && strcmp(ioc->kind, "file") == 0)
		ret->role = "context";
	ret->from_ns = ioc->from.text ? ioc->from.ns : adv->from.ns;
	ret->until_ns = ioc->until.text ? ioc->until.ns : adv->until.ns;
}

bool noro_knowledge_next(
	const struct noro_knowledge *k, struct noro_know_walk *walk, struct noro_know_item *ret)
{
	for (; walk->advisory < k->advisories; walk->advisory++, walk->ioc = 0) {
		const struct noro_advisory *adv = k->advisory[walk->advisory];

		for (; walk->ioc < adv->iocs; walk->ioc++, walk->part = 0) {
			const struct noro_know_ioc *ioc = &adv->ioc[walk->ioc];

			while (walk->part < IOC_PARTS) {
				size_t part = walk->part++;

				if (!part_of(ioc, part, &ret->kind, &ret->value))
					continue;
				fill_item(adv, ioc, part, ret);
				return true;
			}
		}
	}
	return false;
}

const char *noro_bitext_pick(struct noro_bitext t, bool japanese)
{
	const char *first = japanese ? t.ja : t.en, *second = japanese ? t.en : t.ja;

	if (first)
		return first;
	return second ? second : "";
}

const char *noro_knowledge_trust(const struct noro_knowledge *k, struct noro_origin origin)
{
	static const char *const rank[] = { "P", "C", "D", "N", "GK" }; /* strongest first */
	enum { RANKS = sizeof(rank) / sizeof(rank[0]) };
	size_t weakest = 0;

	if (origin.trust)
		return origin.trust;
	if (!origin.source.n)
		return rank[RANKS - 1];
	for (size_t i = 0; i < origin.source.n; i++) {
		const struct noro_know_source *src =
			noro_knowledge_source(k, origin.source.item[i]);
		size_t r = 0;

		while (src && r < RANKS - 1 && strcmp(rank[r], src->trust) != 0)
			r++;
		if (!src)
			r = RANKS - 1;
		if (r > weakest)
			weakest = r;
	}
	return rank[weakest];
}
