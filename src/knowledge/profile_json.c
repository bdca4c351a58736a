/* src/knowledge/profile_json.c - the same profile for machines: both languages, every origin. */
#include "knowledge/profile_priv.h"

#include "knowledge/bind_priv.h"

#include "base/jsonw.h"

enum { MAX_HITS = 16 };

struct writer {
	const struct noro_knowledge *k;
	struct noro_jsonw w;
};

static void bi(struct writer *j, const char *key, struct noro_bitext t)
{
	if (!t.en && !t.ja)
		return;
	noro_jsonw_key(&j->w, key);
	noro_jsonw_object(&j->w);
	if (t.en)
		noro_jsonw_kstr(&j->w, "en", t.en);
	if (t.ja)
		noro_jsonw_kstr(&j->w, "ja", t.ja);
	noro_jsonw_object_end(&j->w);
}

static void str(struct writer *j, const char *key, const char *s)
{
	if (s)
		noro_jsonw_kstr(&j->w, key, s);
}

static void list(struct writer *j, const char *key, struct noro_strings l)
{
	if (!l.n)
		return;
	noro_jsonw_key(&j->w, key);
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < l.n; i++)
		noro_jsonw_str(&j->w, l.item[i]);
	noro_jsonw_array_end(&j->w);
}

static void texts(struct writer *j, const char *key, const struct noro_bitext *t, size_t n)
{
	if (!n)
		return;
	noro_jsonw_key(&j->w, key);
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < n; i++) {
		noro_jsonw_object(&j->w);
		if (t[i].en)
			noro_jsonw_kstr(&j->w, "en", t[i].en);
		if (t[i].ja)
			noro_jsonw_kstr(&j->w, "ja", t[i].ja);
		noro_jsonw_object_end(&j->w);
	}
	noro_jsonw_array_end(&j->w);
}

static void origin(struct writer *j, struct noro_origin o)
{
	list(j, "sources", o.source);
	noro_jsonw_kstr(&j->w, "trust", noro_knowledge_trust(j->k, o));
}

/* {"ids": [...], "sources": ...} for a list that has its own sources. */
static void sourced(struct writer *j, const char *key, struct noro_strings l, struct noro_origin o)
{
	if (!l.n)
		return;
	noro_jsonw_key(&j->w, key);
	noro_jsonw_object(&j->w);
	list(j, "values", l);
	origin(j, o);
	noro_jsonw_object_end(&j->w);
}

static void claim(struct writer *j, const struct noro_claim *c, const struct noro_actor *from)
{
	noro_jsonw_object(&j->w);
	if (from)
		noro_jsonw_kstr(&j->w, "from", from->id);
	noro_jsonw_kstr(&j->w, "relation", c->rel);
	list(j, "names", c->names);
	list(j, "to", c->to);
	bi(j, "by", c->by);
	bi(j, "note", c->note);
	origin(j, c->origin);
	noro_jsonw_object_end(&j->w);
}

static void claims(struct writer *j, const struct noro_actor *a)
{
	noro_jsonw_key(&j->w, "claims");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < a->claims; i++)
		claim(j, &a->claim[i], NULL);
	for (size_t i = 0; i < j->k->claims; i++) {
		const struct noro_claim *c = j->k->claim[i];

		if (c->about && noro_knowledge_actor(j->k, c->about) == a)
			claim(j, c, NULL);
	}
	noro_jsonw_array_end(&j->w);
}

static void techniques(struct writer *j, const struct noro_actor *a)
{
	if (!a->techniques.n)
		return;
	noro_jsonw_key(&j->w, "techniques");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < a->techniques.n; i++) {
		const char *id = a->techniques.item[i];
		const struct noro_technique *now = noro_knowledge_technique_now(j->k, id);

		noro_jsonw_object(&j->w);
		noro_jsonw_kstr(&j->w, "id", id);
		if (now && strcmp(now->id, id) != 0)
			noro_jsonw_kstr(&j->w, "now", now->id);
		if (now) {
			bi(j, "name", now->name);
			str(j, "release", now->release);
		}
		noro_jsonw_object_end(&j->w);
	}
	noro_jsonw_array_end(&j->w);
}

static void gathered(struct writer *j, const struct know_gathered *g)
{
	noro_jsonw_key(&j->w, "pointers");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < g->pointers; i++)
		claim(j, g->pointer[i].claim, g->pointer[i].from);
	noro_jsonw_array_end(&j->w);
	noro_jsonw_key(&j->w, "events");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < g->events; i++) {
		const struct noro_know_event *e = g->event[i].event;

		noro_jsonw_object(&j->w);
		noro_jsonw_kstr(&j->w, "date", e->date.text);
		noro_jsonw_kstr(&j->w, "kind", e->kind);
		if (g->event[i].actor)
			noro_jsonw_kstr(&j->w, "actor", g->event[i].actor->id);
		bi(j, "issuer", e->issuer);
		bi(j, "title", e->title);
		str(j, "advisory", e->advisory);
		origin(j, e->origin);
		noro_jsonw_object_end(&j->w);
	}
	noro_jsonw_array_end(&j->w);
}

static void incident(struct writer *j, const struct noro_incident *in)
{
	noro_jsonw_object(&j->w);
	noro_jsonw_kstr(&j->w, "id", in->id);
	bi(j, "name", in->name);
	bi(j, "summary", in->summary);
	bi(j, "victim", in->victim);
	str(j, "from", in->from.text);
	str(j, "until", in->until.text);
	list(j, "actors", in->actors);
	list(j, "regions", in->regions);
	list(j, "cves", in->cves);
	list(j, "techniques", in->techniques);
	list(j, "advisories", in->advisories);
	bi(j, "attributed", in->attributed);
	texts(j, "facts", in->fact, in->facts);
	origin(j, in->origin);
	noro_jsonw_object_end(&j->w);
}

static void documents(struct writer *j, const struct know_gathered *g)
{
	noro_jsonw_key(&j->w, "incidents");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < g->incidents; i++)
		incident(j, g->incident[i]);
	noro_jsonw_array_end(&j->w);
	noro_jsonw_key(&j->w, "advisories");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < g->advisories; i++) {
		const struct noro_advisory *adv = g->advisory[i];

		noro_jsonw_object(&j->w);
		noro_jsonw_kstr(&j->w, "id", adv->id);
		bi(j, "title", adv->title);
		str(j, "from", adv->from.text);
		str(j, "until", adv->until.text);
		noro_jsonw_ku64(&j->w, "indicators", adv->iocs);
		noro_jsonw_ku64(&j->w, "behaviours", adv->behaviours);
		origin(j, adv->origin);
		noro_jsonw_object_end(&j->w);
	}
	noro_jsonw_array_end(&j->w);
}

/* The record itself, without what others say of it. */
static void record(struct writer *j, const struct noro_actor *a)
{
	noro_jsonw_kstr(&j->w, "id", a->id);
	noro_jsonw_kstr(&j->w, "type", a->type);
	str(j, "state", a->state);
	bi(j, "name", a->name);
	bi(j, "summary", a->summary);
	str(j, "attack_id", a->attack_id);
	str(j, "since", a->since.text);
	list(j, "spellings", a->spellings);
	texts(j, "sectors", a->sector, a->sectors);
	list(j, "regions", a->regions);
	claims(j, a);
	techniques(j, a);
	sourced(j, "cves", a->cves, a->cve_origin);
	sourced(j, "malware", a->malware, a->malware_origin);
	texts(j, "indicators", a->indicator, a->indicators);
	texts(j, "signs", a->sign, a->signs);
	origin(j, a->origin);
}

static enum noro_status whole(
	struct writer *j, struct noro_arena *arena, const struct noro_actor *a)
{
	struct know_gathered g;
	enum noro_status s = know_gather(j->k, arena, &a, 1, &g);

	if (s != NORO_OK)
		return s;
	noro_jsonw_object(&j->w);
	record(j, a);
	gathered(j, &g);
	documents(j, &g);
	noro_jsonw_object_end(&j->w);
	return NORO_OK;
}

enum noro_status noro_knowledge_profile_json(
	const struct noro_knowledge *k, const char *name, struct noro_buf *out)
{
	struct noro_actor_hit hit[MAX_HITS];
	size_t n;
	struct noro_arena *arena;
	struct writer j = { .k = k, .w = noro_jsonw(out) };
	enum noro_status s = know_names(k, name, hit, MAX_HITS, &n);

	if (s != NORO_OK || n == 0)
		return s != NORO_OK ? s : NORO_ENOENT;
	arena = noro_arena_new(0);
	if (!arena)
		return NORO_ENOMEM;
	noro_jsonw_object(&j.w);
	noro_jsonw_kstr(&j.w, "asked", name);
	noro_jsonw_key(&j.w, "records");
	noro_jsonw_array(&j.w);
	for (size_t i = 0; i < n && i < MAX_HITS && s == NORO_OK; i++)
		s = whole(&j, arena, hit[i].actor);
	noro_arena_free(arena);
	if (s != NORO_OK)
		return s;
	noro_jsonw_array_end(&j.w);
	noro_jsonw_object_end(&j.w);
	return out->status;
}

static void put_state(struct writer *j, const struct noro_actor *const *actor, size_t n,
	const struct know_gathered *g)
{
	noro_jsonw_object(&j->w);
	noro_jsonw_kstr(&j->w, "state", actor[0]->state);
	noro_jsonw_key(&j->w, "records");
	noro_jsonw_array(&j->w);
	for (size_t i = 0; i < n; i++) {
		noro_jsonw_object(&j->w);
		record(j, actor[i]);
		noro_jsonw_object_end(&j->w);
	}
	noro_jsonw_array_end(&j->w);
	gathered(j, g);
	documents(j, g);
	noro_jsonw_object_end(&j->w);
}

enum noro_status noro_knowledge_state_json(
	const struct noro_knowledge *k, const char *state, struct noro_buf *out)
{
	struct noro_arena *arena = noro_arena_new(0);
	struct writer j = { .k = k, .w = noro_jsonw(out) };
	const struct noro_actor **actor;
	struct know_gathered g;
	size_t n;
	enum noro_status s;

	if (!arena)
		return NORO_ENOMEM;
	s = know_of_state(k, arena, state, &actor, &n);
	if (s == NORO_OK)
		s = know_gather(k, arena, actor, n, &g);
	if (s == NORO_OK)
		put_state(&j, actor, n, &g);
	noro_arena_free(arena);
	return s == NORO_OK ? out->status : s;
}
