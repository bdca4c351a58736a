/*
 * src/hub/taxii.c - who asks, for what: a request is told apart by its path, its person by the
 * Authorization header, and each is refused with the same words whether a thing is not there or not
 * to be seen (TAXII 2.1, sections 3 to 5 and appendix B).
 */
#include "hub/taxii_priv.h"

#include "base/mem.h"
#include "report/lang.h"

#include <stdio.h>
#include <string.h>

enum { MAX_AUTHORIZATION = 1024 };

enum noro_status noro_taxii_init(struct noro_taxii *t, struct noro_error *err)
{
	return noro_hubdb_secret(t->db, "cursor", t->secret, err);
}

/* ---- answers ---- */

static void error_body(struct noro_buf *out, unsigned code, const char *title, const char *why)
{
	struct noro_jsonw w;
	char text[24];

	noro_buf_clear(out);
	w = noro_jsonw(out);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "title", title);
	if (why)
		noro_jsonw_kstr(&w, "description", why);
	noro_jsonw_kstr(&w, "http_status", noro_num(text, code)); /* T87: a string */
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}

void taxii_error(struct taxii_call *c, unsigned code, const char *title, const char *why)
{
	c->a->code = code;
	error_body(&c->a->body, code, title, why);
}

void taxii_failed(struct taxii_call *c, enum noro_status st)
{
	if (c->err.status == NORO_OK)
		(void)noro_fail(&c->err, st, NULL);
	if (c->t->tell)
		c->t->tell(c->t->ctx, &c->err);
	noro_buf_clear(&c->a->header);
	if (st == NORO_ENOSPC) {
		taxii_error(c, 507, "no room left; nothing was taken", NULL);
		return;
	}
	c->a->retry_after_s = 10;
	taxii_error(c, 503, "the hub cannot answer now; nothing was taken", NULL);
}

void noro_taxii_refuse(void *ctx, unsigned code, struct noro_http_answer *ret)
{
	(void)ctx;
	ret->type = NORO_TAXII_TYPE;
	error_body(&ret->body, code,
		code == 413 ? "the body is longer than max_content_length" : "too busy", NULL);
}

static void not_there(struct taxii_call *c) /* or not to be seen: one answer for both */
{
	taxii_error(c, 404, "there is no such resource", NULL);
}

/* ---- who ---- */

static int digit64(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* RFC 4648, 4; false for anything else. */
static bool base64(struct noro_arena *a, struct noro_view v, struct noro_view *ret)
{
	char *out = noro_arena_alloc(a, v.n + 1);
	uint32_t bits = 0;
	size_t n = 0, held = 0;

	while (v.n && v.p[v.n - 1] == '=')
		v.n--;
	for (size_t i = 0; out && i < v.n; i++) {
		int d = digit64(v.p[i]);

		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[n++] = (char)(bits >> held & 0xff);
		}
	}
	*ret = noro_view(out, n);
	return out != NULL;
}

/* Basic with a person's name and token (T17), or Bearer with the token alone. */
static bool read_authorization(
	struct taxii_call *c, struct noro_view *name, struct noro_view *token)
{
	struct noro_view v = noro_view_str(c->q->authorization), scheme, both;
	size_t colon;

	*name = noro_view("", 0);
	if (!v.p || v.n > MAX_AUTHORIZATION || !noro_view_word(&v, &scheme))
		return false;
	v = noro_view_trim(v);
	if (noro_view_is_i(scheme, "Bearer")) {
		*token = v;
		return v.n > 0;
	}
	if (!noro_view_is_i(scheme, "Basic") || !base64(c->arena, v, &both))
		return false;
	colon = noro_view_chr(both, ':');
	if (colon == SIZE_MAX || colon == 0)
		return false;
	*name = noro_view_sub(both, 0, colon);
	*token = noro_view_sub(both, colon + 1, both.n);
	return true;
}

/* T88, T06: come back later. */
static void too_many(struct taxii_call *c, uint32_t wait_s)
{
	c->a->retry_after_s = wait_s;
	taxii_error(c, 429, "too many requests, or too many bytes for today", NULL);
}

/* Who asks, and may it ask now? */
static enum noro_status ask_gate(struct taxii_call *c, uint32_t *ret_wait_s)
{
	struct noro_hub_asked q = { .authorization = noro_view_str(c->q->authorization),
		.now_ns = c->now_ns };
	enum noro_status st =
		noro_hub_gate_ask(c->t->gate, &q, c->arena, &c->who, ret_wait_s, &c->err);

	if (st == NORO_OK && !c->who.suspended)
		st = noro_hub_gate_take(c->t->gate, c->who.member, c->now_ns, ret_wait_s, &c->err);
	return st;
}

/* T15: who cannot be told is asked to say. */
static bool authenticate(struct taxii_call *c)
{
	struct noro_hub_shown shown = { .now_ns = c->now_ns };
	uint32_t wait_s = 0;
	enum noro_status st = NORO_ENOENT;

	if (c->t->gate)
		st = ask_gate(c, &wait_s);
	else if (read_authorization(c, &shown.name, &shown.token))
		st = noro_hubdb_person_shown(c->t->db, &shown, c->arena, &c->who, &c->err);
	if (st == NORO_OK && !c->who.suspended)
		return true;
	if (st == NORO_ELIMIT) {
		too_many(c, wait_s);
		return false;
	}
	if (st != NORO_OK && st != NORO_ENOENT) {
		taxii_failed(c, st);
		return false;
	}
	c->who = (struct noro_hub_person){ 0 };
	taxii_error(c, 401, "who are you? Basic with name and token, or Bearer with a token", NULL);
	noro_buf_str(&c->a->header, "WWW-Authenticate: Basic realm=\"noroshi\", charset=\"UTF-8\"\n"
				    "WWW-Authenticate: Bearer realm=\"noroshi\"\n");
	return false;
}

/* ---- which ---- */

static bool read_path(struct taxii_call *c)
{
	struct noro_view rest = noro_view_str(c->q->path);

	if (!rest.n || rest.p[0] != '/')
		return false;
	rest = noro_view_sub(rest, 1, rest.n);
	c->slash = !rest.n || rest.p[rest.n - 1] == '/';
	if (c->slash && rest.n)
		rest.n--;
	while (rest.n) {
		size_t end = noro_view_chr(rest, '/');

		if (c->segments == TAXII_SEGMENTS ||
			!taxii_decode(
				c->arena, noro_view_sub(rest, 0, end), &c->segment[c->segments]) ||
			!c->segment[c->segments].n)
			return false;
		c->segments++;
		rest = end == SIZE_MAX ? noro_view(NULL, 0) : noro_view_sub(rest, end + 1, rest.n);
	}
	return true;
}

static bool find_root(struct taxii_call *c)
{
	const struct noro_hub_root *list;
	size_t n;
	enum noro_status st = noro_hubdb_roots(c->t->db, c->arena, &list, &n, &c->err);

	if (st != NORO_OK) {
		taxii_failed(c, st);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (noro_view_is(c->segment[0], list[i].name)) {
			c->root = list[i];
			return true;
		}
	not_there(c);
	return false;
}

/* By id or alias (T44); what may not be seen is not there (T46). */
static bool find_collection(struct taxii_call *c)
{
	const struct noro_hub_collection *list;
	size_t n;
	enum noro_status st =
		noro_hubdb_collections(c->t->db, c->root.no, c->arena, &list, &n, &c->err);

	if (st != NORO_OK) {
		taxii_failed(c, st);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!noro_view_is(c->segment[2], list[i].id) &&
			(!list[i].alias || !noro_view_is(c->segment[2], list[i].alias)))
			continue;
		c->collection = list[i];
		c->may = noro_hub_may(&c->who, &list[i]);
		if (c->may.see)
			return true;
	}
	not_there(c);
	return false;
}

/* ---- what is said of the hub itself ---- */

static void discovery(struct taxii_call *c)
{
	struct noro_jsonw w = noro_jsonw(&c->a->body);
	const struct noro_hub_root *list;
	size_t n;
	enum noro_status st = noro_hubdb_roots(c->t->db, c->arena, &list, &n, &c->err);

	if (st != NORO_OK) {
		taxii_failed(c, st);
		return;
	}
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "title", c->t->title);
	if (c->t->description)
		noro_jsonw_kstr(&w, "description", c->t->description);
	if (c->t->contact)
		noro_jsonw_kstr(&w, "contact", c->t->contact);
	for (size_t i = 0; i < n; i++) { /* T27: relative to where this was asked */
		const char *url = noro_arena_printf(c->arena, "/%s/", list[i].name);

		if (i == 0) {
			noro_jsonw_kstr(&w, "default", url);
			noro_jsonw_key(&w, "api_roots");
			noro_jsonw_array(&w);
		}
		noro_jsonw_str(&w, url);
	}
	if (n)
		noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
}

static void api_root(struct taxii_call *c)
{
	struct noro_jsonw w = noro_jsonw(&c->a->body);

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "title", c->root.title);
	if (c->root.description)
		noro_jsonw_kstr(&w, "description", c->root.description);
	noro_jsonw_key(&w, "versions");
	noro_jsonw_array(&w);
	noro_jsonw_str(&w, NORO_TAXII_TYPE);
	noro_jsonw_array_end(&w);
	noro_jsonw_ku64(&w, "max_content_length", c->root.max_content);
	noro_jsonw_object_end(&w);
}

static void one_collection(
	struct noro_jsonw *w, const struct noro_hub_collection *one, const struct noro_hub_may *may)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "id", one->id);
	noro_jsonw_kstr(w, "title", one->title);
	if (one->description)
		noro_jsonw_kstr(w, "description", one->description);
	if (one->alias)
		noro_jsonw_kstr(w, "alias", one->alias);
	noro_jsonw_kbool(w, "can_read", may->read);
	noro_jsonw_kbool(w, "can_write", may->write);
	noro_jsonw_key(w, "media_types");
	noro_jsonw_array(w);
	noro_jsonw_str(w, NORO_STIX_TYPE);
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

static void collections(struct taxii_call *c)
{
	struct noro_jsonw w = noro_jsonw(&c->a->body);
	const struct noro_hub_collection *list;
	bool any = false;
	size_t n;
	enum noro_status st =
		noro_hubdb_collections(c->t->db, c->root.no, c->arena, &list, &n, &c->err);

	if (st != NORO_OK) {
		taxii_failed(c, st);
		return;
	}
	noro_jsonw_object(&w);
	for (size_t i = 0; i < n; i++) {
		struct noro_hub_may may = noro_hub_may(&c->who, &list[i]);

		if (!may.see)
			continue;
		if (!any) { /* T42: no empty list */
			noro_jsonw_key(&w, "collections");
			noro_jsonw_array(&w);
		}
		any = true;
		one_collection(&w, &list[i], &may);
	}
	if (any)
		noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
}

static void collection(struct taxii_call *c)
{
	struct noro_jsonw w = noro_jsonw(&c->a->body);

	one_collection(&w, &c->collection, &c->may);
}

/* T34 to T41; another member's is not there. */
static void status(struct taxii_call *c)
{
	struct noro_hub_status which = {
		.id = c->segment[2].p, .root = c->root.no, .owner = c->who.member
	};
	enum noro_status st = noro_hubdb_status(c->t->db, &which, c->now_ns, &c->a->body, &c->err);

	if (st == NORO_ENOENT)
		not_there(c);
	else if (st != NORO_OK)
		taxii_failed(c, st);
}

/* ---- the table of endpoints ---- */

struct endpoint {
	const char *pattern[TAXII_SEGMENTS]; /* NULL ends; "*" is any */
	const char *allow;
	bool collection;
	void (*get)(struct taxii_call *c);
	void (*post)(struct taxii_call *c);
	void (*del)(struct taxii_call *c);
};

static const struct endpoint endpoints[] = {
	{ { "taxii2" }, "GET, HEAD", false, discovery, NULL, NULL },
	{ { "*" }, "GET, HEAD", false, api_root, NULL, NULL },
	{ { "*", "collections" }, "GET, HEAD", false, collections, NULL, NULL },
	{ { "*", "status", "*" }, "GET, HEAD", false, status, NULL, NULL },
	{ { "*", "collections", "*" }, "GET, HEAD", true, collection, NULL, NULL },
	{ { "*", "collections", "*", "manifest" }, "GET, HEAD", true, taxii_manifest, NULL, NULL },
	{ { "*", "collections", "*", "objects" }, "GET, HEAD, POST", true, taxii_objects,
		taxii_post, NULL },
	{ { "*", "collections", "*", "objects", "*" }, "GET, HEAD, DELETE", true, taxii_objects,
		NULL, taxii_delete },
	{ { "*", "collections", "*", "objects", "*", "versions" }, "GET, HEAD", true,
		taxii_versions, NULL, NULL },
};

static bool fits(const struct endpoint *e, const struct taxii_call *c)
{
	size_t i = 0;

	for (; i < c->segments && e->pattern[i]; i++)
		if (strcmp(e->pattern[i], "*") != 0 && !noro_view_is(c->segment[i], e->pattern[i]))
			return false;
	return i == c->segments && (i == TAXII_SEGMENTS || !e->pattern[i]);
}

static const struct endpoint *find_endpoint(const struct taxii_call *c)
{
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		if (fits(&endpoints[i], c))
			return &endpoints[i];
	return NULL;
}

/* T04: the same with a slash, its query kept. */
static void redirect(struct taxii_call *c)
{
	struct noro_view path = noro_view_str(c->q->path);

	if (!noro_view_plain(path) || !noro_view_plain(c->q->query) ||
		noro_view_chr(path, '\t') != SIZE_MAX ||
		noro_view_chr(c->q->query, '\t') != SIZE_MAX) {
		not_there(c);
		return;
	}
	taxii_error(c, 308, "the address ends in a slash", NULL);
	noro_buf_printf(&c->a->header, "Location: %s/%s%.*s\n", c->q->path,
		c->q->query.p ? "?" : "", (int)(c->q->query.n < 900 ? c->q->query.n : 0),
		c->q->query.p);
}

static void (*method_of(const struct endpoint *e, const char *method))(struct taxii_call *c)
{
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return e->get;
	if (strcmp(method, "POST") == 0)
		return e->post;
	return strcmp(method, "DELETE") == 0 ? e->del : NULL;
}

static void route(struct taxii_call *c)
{
	const struct endpoint *e = read_path(c) ? find_endpoint(c) : NULL;
	void (*run)(struct taxii_call * c);

	if (!authenticate(c))
		return;
	if (!e) {
		not_there(c);
		return;
	}
	if (e->get != discovery && !find_root(c))
		return;
	if (e->collection && !find_collection(c))
		return;
	run = method_of(e, c->q->method);
	if (!run) {
		taxii_error(c, 405, "this resource knows no such method", NULL);
		noro_buf_printf(&c->a->header, "Allow: %s\n", e->allow);
		return;
	}
	if (!c->slash) {
		redirect(c);
		return;
	}
	if (!taxii_accepts(c->q)) { /* T10, T11 */
		taxii_error(c, 406, "what is answered here is " NORO_TAXII_TYPE, NULL);
		return;
	}
	run(c);
}

static void tell_log(struct taxii_call *c)
{
	struct noro_buf line = { 0 };
	struct noro_jsonw w = noro_jsonw(&line);

	if (!c->t->log)
		return;
	noro_jsonw_object(&w);
	noro_jsonw_ktime(&w, "time", c->now_ns);
	noro_jsonw_kstr(&w, "who", c->who.name ? c->who.name : "-");
	noro_jsonw_ki64(&w, "member", c->who.member);
	noro_jsonw_kstr(&w, "method", c->q->method);
	noro_jsonw_kstr(&w, "path", c->q->path);
	noro_jsonw_ki64(&w, "code", c->a->code);
	noro_jsonw_ku64(&w, "bytes", c->a->body.n);
	noro_jsonw_object_end(&w);
	if (line.status == NORO_OK)
		c->t->log(c->t->ctx, line.p);
	noro_buf_done(&line);
}

void noro_taxii_answer(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret)
{
	struct taxii_call c = { .t = ctx, .q = q, .a = ret, .arena = noro_arena_new(0) };

	ret->type = NORO_TAXII_TYPE; /* T05, T06 */
	ret->code = 200;
	c.now_ns = c.t->now(c.t->ctx);
	if (!c.arena)
		taxii_failed(&c, NORO_ENOMEM);
	else
		route(&c);
	if (ret->body.status != NORO_OK)
		taxii_failed(&c, NORO_ENOMEM);
	if (c.t->gate && c.who.member)
		noro_hub_gate_bytes(c.t->gate, c.who.member, ret->body.n + q->body.n, c.now_ns);
	tell_log(&c);
	noro_arena_free(c.arena);
}
