/*
 * src/hub/taxii_post.c - an envelope in (TAXII 2.1, 5.5). It is judged whole before anything is
 * written; what is wrong with one object is said of that object and costs only itself. 202 is said
 * once all that was taken is durable, with the status that will be answered for a week.
 */
#include "hub/taxii_priv.h"

#include "base/mem.h"
#include "intel/stix21.h"
#include "report/lang.h"

#include <string.h>

struct post {
	struct taxii_call *c;
	const struct noro_json **object;
	struct noro_stix21 *said;          /* of each */
	const char **refused;              /* why, NULL: it was put */
	struct noro_values *values;        /* of each that was put */
	struct noro_hub_object *put;       /* those that were */
	const struct noro_hub_taken *took; /* in their order */
	size_t n, puts;
	char id[NORO_HUB_UUID];
};

/* ---- judging ---- */

/* All faults of one object as one text: where, and what. */
static const char *faults_text(struct noro_arena *a, const struct noro_stix21_faults *f)
{
	struct noro_buf b = { 0 };
	char *kept;

	for (size_t i = 0; i < f->n; i++) {
		struct noro_msg m = { .id = f->fault[i].msg };

		for (size_t k = 0; k < NORO_STIX21_ARGS; k++)
			m.arg[k] = f->fault[i].arg[k];
		noro_buf_printf(
			&b, "%s%s: ", i ? "; " : "", f->fault[i].path[0] ? f->fault[i].path : "/");
		noro_lang_msg(NORO_EN, &m, &b);
	}
	if (f->found > f->n)
		noro_buf_printf(&b, "; and %zu more", f->found - f->n);
	kept = b.status == NORO_OK ? noro_arena_strn(a, b.p ? b.p : "", b.n) : NULL;
	noro_buf_done(&b);
	return kept;
}

static int no_marking(void *ctx, struct noro_view id)
{
	(void)ctx;
	(void)id;
	return -1;
}

static const char *judge_tlp(const struct post *p, const struct noro_json *o)
{
	struct noro_stix21_tlp t = noro_stix21_tlp(o, no_marking, NULL);

	return noro_hub_may_hold(&p->c->collection, t.tlp, t.unknown > 0)
		       ? NULL
		       : "its TLP is stricter than this collection may hold";
}

/* Its values; those that are none are told, though the object is taken. */
static enum noro_status speak(struct post *p, size_t i, struct noro_hub_object *put)
{
	struct noro_values *v = &p->values[i];
	enum noro_status st = noro_values_of(p->c->arena, p->object[i], v);

	if (v->values || v->refs)
		put->values = v;
	return st;
}

static enum noro_status judge_one(
	struct post *p, size_t i, struct noro_arena *scratch, struct noro_view text)
{
	const struct noro_json *o = p->object[i];
	struct noro_stix21_faults faults;
	struct noro_stix21 *said = &p->said[i];
	struct noro_hub_object *put = &p->put[p->puts];
	enum noro_status st = noro_stix21_check(scratch, o, 0, said, &faults);

	if (st == NORO_EFORMAT) {
		p->refused[i] = faults_text(p->c->arena, &faults);
		return p->refused[i] ? NORO_OK : NORO_ENOMEM;
	}
	if (st != NORO_OK)
		return st;
	p->refused[i] = judge_tlp(p, o);
	if (p->refused[i])
		return NORO_OK;
	*put = (struct noro_hub_object){ .id = said->id,
		.type = said->type,
		.spec_version = said->spec_version,
		.version = said->version,
		.version_ns = said->version_ns,
		.revoked = said->revoked,
		.bytes = noro_view_sub(text, o->at, o->end - o->at) };
	p->puts++;
	st = noro_stix21_digest(scratch, o, put->digest);
	return st == NORO_OK ? speak(p, i, put) : st;
}

static enum noro_status judge(struct post *p, struct noro_view text)
{
	struct noro_arena *scratch = noro_arena_new(0);
	enum noro_status st = scratch ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < p->n; i++) {
		st = judge_one(p, i, scratch, text);
		noro_arena_reset(scratch);
	}
	noro_arena_free(scratch);
	return st;
}

/* ---- the status ---- */

static void detail(struct noro_jsonw *w, const struct post *p, size_t i,
	const struct noro_hub_taken *t, const char *message)
{
	const struct noro_json *id = noro_json_get(p->object[i], "id");
	struct noro_view version = p->said[i].version;
	char time[NORO_TIME_TEXT];

	if (!version.p) { /* T38: of an SCO, when it was added; of what was refused, now */
		taxii_time(t ? t->version_ns : p->c->now_ns, time);
		version = noro_view_str(time);
	}
	noro_jsonw_object(w);
	noro_jsonw_kview(w, "id",
		p->said[i].id.p                      ? p->said[i].id
		: id && id->kind == NORO_JSON_STRING ? noro_view_sub(id->text, 0, 300)
						     : NORO_V("(no id)"));
	noro_jsonw_kview(w, "version", version);
	if (message)
		noro_jsonw_kstr(w, "message", message);
	noro_jsonw_object_end(w);
}

static const char *message_of(enum noro_hub_how t, bool *ret_good)
{
	*ret_good = t == NORO_HUB_TAKEN || t == NORO_HUB_THERE;
	switch (t) {
	case NORO_HUB_THERE:
		return "it was there already";
	case NORO_HUB_OTHER:
		return "this id and version say something else here; the first is kept";
	case NORO_HUB_REVOKED:
		return "this id was revoked; no later version can be";
	case NORO_HUB_TAKEN:
		break;
	}
	return NULL;
}

/* An object that was taken, but of which something is no indicator. NULL without memory too. */
static const char *not_values(const struct post *p, const struct noro_values *v)
{
	const struct noro_value_refused *r = &v->refused[0];

	return noro_arena_printf(p->c->arena, "taken; no indicator is '%.*s' (%.*s): %s",
		(int)(r->text.n > 80 ? 80 : r->text.n), r->text.p, NORO_VARG(r->path), r->why);
}

/* Those that did well, or those that did not; how many. */
static size_t details(struct noro_jsonw *w, const struct post *p, bool good)
{
	size_t n = 0, put = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct noro_hub_taken *t = p->refused[i] ? NULL : &p->took[put++];
		bool well = false;
		const char *message = t ? message_of(t->how, &well) : p->refused[i];

		if (t && t->how == NORO_HUB_TAKEN && p->values[i].refuseds)
			message = not_values(p, &p->values[i]);

		if (well != good)
			continue;
		if (w && !n) { /* T37: no empty list */
			noro_jsonw_key(w, good ? "successes" : "failures");
			noro_jsonw_array(w);
		}
		n++;
		if (w)
			detail(w, p, i, t, message);
	}
	if (w && n)
		noro_jsonw_array_end(w);
	return n;
}

static enum noro_status status_text(
	void *ctx, const struct noro_hub_taken *taken, struct noro_buf *out)
{
	struct post *p = ctx;
	struct noro_jsonw w = noro_jsonw(out);
	char time[NORO_TIME_TEXT];

	p->took = taken;
	taxii_time(p->c->now_ns, time);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "id", p->id);
	noro_jsonw_kstr(&w, "status", "complete");
	noro_jsonw_kstr(&w, "request_timestamp", time);
	noro_jsonw_ku64(&w, "total_count", p->n);
	noro_jsonw_ku64(&w, "success_count", details(NULL, p, true));
	noro_jsonw_ku64(&w, "failure_count", details(NULL, p, false));
	noro_jsonw_ku64(&w, "pending_count", 0);
	(void)details(&w, p, true);
	(void)details(&w, p, false);
	noro_jsonw_object_end(&w);
	return out->status;
}

/* ---- the envelope ---- */

/* The list of objects; NULL: what is wrong was said. */
static const struct noro_json *envelope(struct taxii_call *c)
{
	static const struct noro_json_limits limits = { .max_depth = NORO_STIX21_MAX_DEPTH + 4,
		.max_values = 4 << 20 };
	const struct noro_json *root, *list;
	struct noro_buf why = { 0 };

	if (noro_json_parse(c->arena, c->q->body, &limits, &root, &c->err) != NORO_OK) {
		if (c->err.status == NORO_ENOMEM) {
			taxii_failed(c, NORO_ENOMEM);
			return NULL;
		}
		noro_lang_error(NORO_EN, &c->err, &why); /* T03 */
		taxii_error(c, 400, "the body is no I-JSON", why.p);
		noro_buf_done(&why);
		return NULL;
	}
	list = noro_json_get(root, "objects");
	if (root->kind != NORO_JSON_OBJECT)
		taxii_error(c, 422, "an envelope is an object", NULL);
	else if (noro_json_is_str(noro_json_get(root, "type"), "bundle")) /* T81 */
		taxii_error(c, 422, "this is a STIX bundle; TAXII 2.1 takes an envelope",
			"send {\"objects\": [...]} without type and id");
	else if (!list || list->kind != NORO_JSON_ARRAY || !list->count) /* T19 */
		taxii_error(c, 422, "an envelope has objects, and an empty list is none", NULL);
	else if (list->count > TAXII_MAX_OBJECTS)
		taxii_error(c, 422, "more than 10,000 objects in one envelope", NULL);
	else
		return list;
	return NULL;
}

static bool make_room(struct post *p, const struct noro_json *list)
{
	struct noro_arena *a = p->c->arena;
	size_t i = 0;

	p->n = list->count;
	p->object = noro_arena_array(a, p->n, sizeof(struct noro_json *));
	p->said = noro_arena_array(a, p->n, sizeof(*p->said));
	p->refused = noro_arena_array(a, p->n, sizeof(*p->refused));
	p->put = noro_arena_array(a, p->n, sizeof(*p->put));
	p->values = noro_arena_array(a, p->n, sizeof(*p->values));
	if (!p->object || !p->said || !p->refused || !p->put || !p->values)
		return false;
	for (const struct noro_json *o = list->child; o; o = o->next)
		p->object[i++] = o;
	return true;
}

static enum noro_status put(struct post *p)
{
	struct taxii_call *c = p->c;
	struct noro_hub_status status = { .id = p->id,
		.owner = c->who.member,
		.root = c->root.no,
		.until_ns = c->now_ns + TAXII_STATUS_DAYS * INT64_C(86400) * 1000000000,
		.text = status_text,
		.ctx = p };
	struct noro_hub_envelope e = { .collection = c->collection.no,
		.owner = c->may.owner,
		.object = p->put,
		.n = p->puts,
		.status = &status,
		.now_ns = c->now_ns,
		.who = c->who.name,
		.where = c->collection.id };
	struct noro_hub_taken *took = noro_arena_array(c->arena, p->n + 1, sizeof(*took));
	enum noro_status st = took ? noro_hubdb_uuid(p->id) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_hubdb_put(c->t->db, &e, took, &c->err);
	return st;
}

void taxii_post(struct taxii_call *c)
{
	struct post p = { .c = c };
	const struct noro_json *list;
	enum noro_status st;

	if (!c->may.write) { /* T80 */
		taxii_error(c, 403, "this collection is not yours to write to", NULL);
		return;
	}
	if (!taxii_content_type(noro_http_header(c->q, "Content-Type", 0))) {
		taxii_error(c, 415, "what is taken here is " NORO_TAXII_TYPE, NULL);
		return;
	}
	if (c->q->body.n > c->root.max_content) { /* T33 */
		taxii_error(c, 413, "the body is longer than max_content_length", NULL);
		return;
	}
	list = envelope(c);
	if (!list)
		return;
	st = make_room(&p, list) ? judge(&p, c->q->body) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = put(&p);
	if (st == NORO_OK)
		st = status_text(&p, p.took, &c->a->body);
	if (st != NORO_OK) {
		taxii_failed(c, st);
		return;
	}
	c->a->code = 202;
}
