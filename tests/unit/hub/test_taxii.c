/*
 * tests/unit/hub/test_taxii.c - the requirements T01 to T90 of docs/taxii.md that a server has,
 * each named by its number: requests in, answers out, no socket. T01, T02, T29 and T33's chunks are
 * the server's (tests/unit/net, tests/system/hub), T90 is the client's.
 */
#include "tests/test.h"

#include "base/arena.h"
#include "base/json.h"
#include "hub/taxii.h"

#include <stdio.h>

#define NS  INT64_C(1000000000)
#define HDR "application/taxii+json;version=2.1"

struct site {
	struct noro_hubdb *db;
	struct noro_taxii t;
	struct noro_arena *a;
	char hub[NORO_HUB_TOKEN], one[NORO_HUB_TOKEN], two[NORO_HUB_TOKEN], mute[NORO_HUB_TOKEN];
	char shared[NORO_HUB_UUID], inbox[NORO_HUB_UUID], closed[NORO_HUB_UUID];
	const char *as;     /* whose token is sent; NULL: none */
	const char *accept; /* NULL: none */
	const char *type;
	int64_t now;
	/* of the last answer */
	unsigned code;
	struct noro_buf body, header;
	const struct noro_json *json; /* NULL: none */
	size_t lines;
};

static int64_t now_of(void *ctx)
{
	struct site *s = ctx;

	return s->now;
}

static void on_line(void *ctx, const char *line)
{
	struct site *s = ctx;

	assert_non_null(strstr(line, "\"code\":"));
	s->lines++;
}

static const char *add_collection(struct site *s, int64_t root, enum noro_hub_kind kind,
	const char *alias, int64_t audience, char id[NORO_HUB_UUID])
{
	struct noro_hub_collection c = { .root = root,
		.alias = alias,
		.title = alias,
		.kind = kind,
		.tlp = NORO_TLP_AMBER_STRICT,
		.audience = audience };
	struct noro_error err = { 0 };

	assert_int_equal(noro_hubdb_collection_add(s->db, &c, &err), NORO_OK);
	memcpy(id, c.id, sizeof(c.id));
	return id;
}

static void open_site(struct site *s)
{
	struct noro_error err = { 0 };
	int64_t no;

	*s = (struct site){ .now = INT64_C(1756252800) * NS, .accept = HDR, .type = HDR };
	assert_int_equal(noro_hubdb_open(NULL, false, &s->db, &err), NORO_OK);
	s->a = noro_arena_new(0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(noro_hubdb_root_add(s->db,
					 &(struct noro_hub_root){ .name = i ? "council" : "share",
						 .title = i ? "Council" : "Sharing",
						 .max_content = 1 << 20 },
					 &err),
			NORO_OK);
	(void)add_collection(s, 1, NORO_HUB_SHARED, "amber", 0, s->shared);
	(void)add_collection(s, 1, NORO_HUB_INBOX, "inbox", 0, s->inbox);
	(void)add_collection(s, 1, NORO_HUB_SHARED, "closed", 7, s->closed);
	for (int i = 0; i < 3; i++)
		assert_int_equal(noro_hubdb_member_add(s->db,
					 (const char *[]){ "one", "two", "mute" }[i], 0, &no, &err),
			NORO_OK);
	assert_int_equal(noro_hubdb_person_add(s->db,
				 &(struct noro_hub_newcomer){
					 "hub", "analyst", NORO_HUB_ANALYST | NORO_HUB_READER },
				 0, s->hub, &err),
		NORO_OK);
	assert_int_equal(noro_hubdb_person_add(s->db,
				 &(struct noro_hub_newcomer){
					 "one", "ichiro", NORO_HUB_READER | NORO_HUB_REPORTER },
				 0, s->one, &err),
		NORO_OK);
	assert_int_equal(noro_hubdb_person_add(s->db,
				 &(struct noro_hub_newcomer){
					 "two", "jiro", NORO_HUB_READER | NORO_HUB_REPORTER },
				 0, s->two, &err),
		NORO_OK);
	assert_int_equal(
		noro_hubdb_person_add(s->db, &(struct noro_hub_newcomer){ "mute", "saburo", 0 }, 0,
			s->mute, &err),
		NORO_OK);
	s->t = (struct noro_taxii){
		.db = s->db, .title = "noroshi", .now = now_of, .log = on_line, .ctx = s
	};
	assert_int_equal(noro_taxii_init(&s->t, &err), NORO_OK);
	s->as = s->hub;
}

static void close_site(struct site *s)
{
	noro_hubdb_close(s->db);
	noro_buf_done(&s->body);
	noro_buf_done(&s->header);
	noro_arena_free(s->a);
}

/* One request as `as`; the time goes on by a second. The code. */
static unsigned send(struct site *s, const char *method, const char *target, const char *body)
{
	char authorization[128], path[512];
	const char *mark = strchr(target, '?');
	struct noro_http_header h[3];
	struct noro_http_request q = { .method = method, .path = path, .header = h };
	struct noro_http_answer a = { 0 };
	struct noro_error err = { 0 };

	(void)snprintf(path, sizeof(path), "%.*s",
		(int)(mark ? (size_t)(mark - target) : strlen(target)), target);
	if (mark)
		q.query = noro_view_str(mark + 1);
	(void)snprintf(authorization, sizeof(authorization), "Bearer %s", s->as ? s->as : "");
	q.authorization = s->as ? authorization : NULL;
	if (s->accept)
		h[q.headers++] = (struct noro_http_header){ "accept", s->accept };
	if (s->type && body)
		h[q.headers++] = (struct noro_http_header){ "Content-Type", s->type };
	q.body = noro_view_str(body ? body : "");
	noro_taxii_answer(&s->t, &q, &a);
	noro_buf_done(&s->body);
	noro_buf_done(&s->header);
	s->body = a.body;
	s->header = a.header;
	s->code = a.code;
	s->now += NS;
	assert_string_equal(a.type, HDR); /* T05, T06 */
	s->json = NULL;
	if (a.body.n)
		assert_int_equal(
			noro_json_parse(s->a, noro_buf_as_view(&s->body), NULL, &s->json, &err),
			NORO_OK);
	if (a.code >= 300) { /* T87 */
		char text[16];

		(void)snprintf(text, sizeof(text), "%u", a.code);
		assert_non_null(noro_json_get(s->json, "title"));
		assert_true(noro_json_is_str(noro_json_get(s->json, "http_status"), text));
	}
	return a.code;
}

static unsigned get(struct site *s, const char *target)
{
	return send(s, "GET", target, NULL);
}

static bool header_is(const struct site *s, const char *line)
{
	return s->header.p && strstr(s->header.p, line);
}

static void header_value(const struct site *s, const char *name, char ret[64])
{
	const char *at = s->header.p ? strstr(s->header.p, name) : NULL;

	ret[0] = '\0';
	if (at)
		(void)sscanf(at + strlen(name), ": %63s", ret);
}

static const char *indicator(unsigned n, const char *modified, const char *more)
{
	static char text[1024];

	(void)snprintf(text, sizeof(text),
		"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000000-"
		"0000-"
		"4000-8000-%012x\",\"created\":\"2025-08-27T00:00:00.000Z\",\"modified\":\"%s\","
		"\"pattern\":\"[ipv4-addr:value = '192.0.2.%u']\",\"pattern_type\":\"stix\","
		"\"valid_from\":\"2025-08-27T00:00:00Z\"%s}",
		n, modified, n % 250, more);
	return text;
}

#define T0     "2025-08-27T00:00:00.000Z"
#define T1     "2025-08-27T01:00:00.000Z"
#define T2     "2025-08-27T02:00:00.000Z"
#define SHARED "/share/collections/amber/"
#define INBOX  "/share/collections/inbox/"
#define ID(n)  "indicator--00000000-0000-4000-8000-00000000000" n

/* One object into a collection. */
static void put(struct site *s, const char *collection, const char *object)
{
	char body[1200], target[128];

	(void)snprintf(body, sizeof(body), "{\"objects\":[%s]}", object);
	(void)snprintf(target, sizeof(target), "%sobjects/", collection);
	assert_int_equal(send(s, "POST", target, body), 202);
}

static int64_t number(const struct site *s, const char *name)
{
	int64_t n = -1;

	(void)noro_json_i64(noro_json_get(s->json, name), &n);
	return n;
}

static size_t count(const struct site *s, const char *name)
{
	const struct noro_json *v = noro_json_get(s->json, name);

	return v ? v->count : 0;
}

/* ---- 1.6, 3.1: headers ---- */

static void test_accept(void **state) /* T07 to T11 */
{
	static const struct {
		const char *accept;
		unsigned code;
	} rows[] = {
		{ HDR, 200 },                                       /* T07 */
		{ "application/taxii+json", 200 },                  /* T08 */
		{ "application/taxii+json; version=\"2.1\"", 200 }, /* T09 */
		{ "Application/TAXII+JSON ; Version=2.1", 200 },
		{ "text/html, application/taxii+json;version=2.1;q=0.5", 200 },
		{ "text/html;q=0.9,*/*;q=0.1", 200 }, /* T10 */
		{ "application/*", 200 }, { "text/html", 406 },
		{ "application/taxii+json;version=2.0", 406 },
		{ "application/taxii+json;version=2.1;q=0, */*", 406 }, { "application/json", 406 },
		{ ";;,,q=", 406 }, { NULL, 406 }, /* T11 */
	};
	struct site s;

	(void)state;
	open_site(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s.accept = rows[i].accept;
		if (get(&s, "/taxii2/") != rows[i].code)
			fail_msg("Accept %s: %u", rows[i].accept, s.code);
	}
	close_site(&s);
}

static void test_content_type(void **state) /* T12, T13 */
{
	static const struct {
		const char *type;
		unsigned code;
	} rows[] = {
		{ HDR, 202 },
		{ "application/taxii+json", 202 },
		{ "application/taxii+json; version=2.1", 202 },
		{ "application/taxii+json;version=\"2.1\"", 202 },
		{ "application/json", 415 },
		{ "application/stix+json;version=2.1", 415 },
		{ "application/taxii+json;version=2.0", 415 },
		{ "*/*", 415 },
		{ NULL, 415 },
	};
	char body[1200];
	struct site s;

	(void)state;
	open_site(&s);
	(void)snprintf(body, sizeof(body), "{\"objects\":[%s]}", indicator(1, T0, ""));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s.type = rows[i].type;
		if (send(&s, "POST", SHARED "objects/", body) != rows[i].code)
			fail_msg("Content-Type %s: %u", rows[i].type, s.code);
	}
	close_site(&s);
}

static void test_paths(void **state) /* T04, T23, T32, T46 */
{
	static const struct {
		const char *method, *target;
		unsigned code;
	} rows[] = {
		{ "GET", "/taxii2", 308 },
		{ "GET", SHARED "objects?limit=1", 308 },
		{ "GET", "/nowhere/", 404 },
		{ "GET", "/nowhere/collections/", 404 },
		{ "GET", "/share/nowhere/", 404 },
		{ "GET", "/share/collections/nowhere/", 404 },
		{ "GET", "/share/collections/closed/", 404 },
		{ "GET", "/council/collections/amber/", 404 },
		{ "GET", "/", 404 },
		{ "GET", "//taxii2/", 404 },
		{ "GET", "/share/../taxii2/", 404 },
		{ "GET", "/share%2fcollections/", 404 },
		{ "GET", "/share/%zz/", 404 },
		{ "GET", "/share/a/b/c/d/e/f/g/h/i/", 404 },
		{ "GET", "/%73hare/", 200 },
		{ "HEAD", "/share/", 200 },
		{ "POST", "/taxii2/", 405 },
		{ "PUT", SHARED "objects/", 405 },
		{ "DELETE", SHARED "objects/", 405 },
		{ "get", "/taxii2/", 405 },
	};
	struct site s;

	(void)state;
	open_site(&s);
	s.as = s.one;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (send(&s, rows[i].method, rows[i].target, NULL) != rows[i].code)
			fail_msg("%s %s: %u", rows[i].method, rows[i].target, s.code);
	assert_int_equal(send(&s, "PUT", SHARED "objects/", NULL), 405);
	assert_true(header_is(&s, "Allow: GET, HEAD, POST\n"));
	assert_int_equal(get(&s, SHARED "objects?limit=1"), 308);
	assert_true(header_is(&s, "Location: " SHARED "objects/?limit=1\n"));
	close_site(&s);
}

static void test_who(void **state) /* T15 to T17 */
{
	struct noro_http_answer a = { 0 };
	struct noro_error err = { 0 };
	struct site s;

	(void)state;
	open_site(&s);
	s.as = NULL;
	assert_int_equal(get(&s, "/taxii2/"), 401);
	assert_true(header_is(&s, "WWW-Authenticate: Basic realm="));
	assert_int_equal(get(&s, "/nowhere/"), 401); /* nobody learns what is there */
	s.as = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	assert_int_equal(get(&s, SHARED "objects/"), 401);
	s.as = s.one;
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	/* suspended at once */
	assert_int_equal(noro_hubdb_member_suspend(s.db, "one", true, 1, &err), NORO_OK);
	assert_int_equal(get(&s, SHARED "objects/"), 401);
	assert_int_equal(noro_hubdb_member_suspend(s.db, "one", false, 2, &err), NORO_OK);
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	noro_taxii_refuse(&s.t, 413, &a);
	assert_non_null(strstr(a.body.p, "\"413\""));
	noro_buf_done(&a.body);
	assert_true(s.lines >= 6); /* T89 */
	close_site(&s);
}

static void test_basic(void **state) /* T17: name and token as Basic */
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *names[] = { "ichiro", "jiro", "" };
	struct site s;

	(void)state;
	open_site(&s);
	for (size_t k = 0; k < 3; k++) {
		struct noro_http_header h = { "Accept", HDR };
		struct noro_http_request q = {
			.method = "GET", .path = "/taxii2/", .header = &h, .headers = 1
		};
		struct noro_http_answer a = { 0 };
		char plain[96], text[160] = "Basic ";
		size_t n, at = 6;

		n = (size_t)snprintf(plain, sizeof(plain), "%s:%s", names[k], s.one);
		for (size_t i = 0; i < n; i += 3) {
			uint32_t v = (uint32_t)(uint8_t)plain[i] << 16 |
				     (i + 1 < n ? (uint32_t)(uint8_t)plain[i + 1] << 8 : 0) |
				     (i + 2 < n ? (uint8_t)plain[i + 2] : 0);

			for (unsigned j = 0; j < 4; j++)
				text[at++] = i + j > n ? '=' : digits[v >> (18 - 6 * j) & 63];
		}
		text[at] = '\0';
		q.authorization = text;
		noro_taxii_answer(&s.t, &q, &a);
		assert_int_equal(a.code, k ? 401 : 200);
		noro_buf_done(&a.body);
		noro_buf_done(&a.header);
	}
	close_site(&s);
}

/* ---- 4, 5.1, 5.2: what the hub says of itself ---- */

static void test_discovery(void **state) /* T25 to T28, T31 */
{
	const struct noro_json *v;
	struct site s;

	(void)state;
	open_site(&s);
	assert_int_equal(get(&s, "/taxii2/"), 200);
	assert_true(noro_json_is_str(noro_json_get(s.json, "title"), "noroshi"));
	assert_null(noro_json_get(s.json, "contact"));
	v = noro_json_get(s.json, "api_roots");
	assert_int_equal(v->count, 2);
	assert_true(noro_json_is_str(v->child, "/share/"));
	assert_true(noro_json_is_str(noro_json_get(s.json, "default"), "/share/"));
	assert_int_equal(get(&s, "/council/"), 200);
	v = noro_json_get(s.json, "versions");
	assert_true(v && noro_json_is_str(v->child, HDR));
	assert_int_equal(number(&s, "max_content_length"), 1 << 20);
	assert_int_equal(get(&s, "/council/collections/"), 200);
	assert_null(noro_json_get(s.json, "collections")); /* T42 */
	close_site(&s);
}

static void test_collections(void **state) /* T19, T42 to T46 */
{
	const struct noro_json *v;
	char target[128];
	struct site s;

	(void)state;
	open_site(&s);
	s.as = s.one;
	assert_int_equal(get(&s, "/share/collections/"), 200);
	v = noro_json_get(s.json, "collections");
	assert_int_equal(v->count, 2); /* the closed one is not there */
	assert_true(noro_json_is_str(noro_json_get(v->child, "id"), s.shared));
	assert_int_equal(noro_json_get(v->child, "can_read")->kind, NORO_JSON_TRUE);
	assert_int_equal(noro_json_get(v->child, "can_write")->kind, NORO_JSON_FALSE);
	assert_int_equal(noro_json_get(v->child->next, "can_write")->kind, NORO_JSON_TRUE);
	assert_non_null(noro_json_get(v->child, "media_types"));
	(void)snprintf(target, sizeof(target), "/share/collections/%s/", s.shared); /* T44 */
	assert_int_equal(get(&s, target), 200);
	assert_true(noro_json_is_str(noro_json_get(s.json, "alias"), "amber"));
	s.as = s.mute; /* without a role nothing is there */
	assert_int_equal(get(&s, "/share/collections/"), 200);
	assert_null(noro_json_get(s.json, "collections"));
	assert_int_equal(get(&s, target), 404);
	close_site(&s);
}

/* ---- 5.5: envelopes in ---- */

static void test_post(void **state) /* T34 to T41, T76 to T80 */
{
	struct site s;
	char body[4096], target[128];
	int n;

	(void)state;
	open_site(&s);
	n = snprintf(body, sizeof(body), "{\"x_mine\":1,\"objects\":[%s,",
		indicator(1, T0, "")); /* T24 */
	n += snprintf(body + n, sizeof(body) - (size_t)n, "%s,", indicator(2, "nonsense", ""));
	n += snprintf(body + n, sizeof(body) - (size_t)n, "7,");
	(void)snprintf(body + n, sizeof(body) - (size_t)n,
		"{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--28bb3599-77cd-5a82-a950-"
		"b5bc3caf07c4\",\"value\":\"198.51.100.3\"}]}");
	assert_int_equal(send(&s, "POST", SHARED "objects/", body), 202);
	assert_true(noro_json_is_str(noro_json_get(s.json, "status"), "complete"));
	assert_int_equal(number(&s, "total_count"), 4);
	assert_int_equal(number(&s, "success_count"), 2);
	assert_int_equal(number(&s, "failure_count"), 2);
	assert_int_equal(number(&s, "pending_count"), 0);
	assert_int_equal(count(&s, "successes"), 2);
	assert_int_equal(count(&s, "failures"), 2);
	assert_null(noro_json_get(s.json, "pendings")); /* T37 */
	assert_non_null(strstr(
		noro_json_str(noro_json_get(s.json, "failures")->child, "message").p, "/modified"));
	(void)snprintf(
		target, sizeof(target), "/share/status/%.36s/", noro_json_str(s.json, "id").p);
	{
		struct noro_buf first = s.body;

		s.body = (struct noro_buf){ 0 };
		assert_int_equal(get(&s, target), 200); /* T39 */
		assert_string_equal(first.p, s.body.p);
		noro_buf_done(&first);
	}
	s.as = s.one; /* T40: another's is not there */
	assert_int_equal(get(&s, target), 404);
	assert_int_equal(get(&s, "/share/status/00000000-0000-4000-8000-000000000000/"), 404);
	assert_int_equal(send(&s, "POST", SHARED "objects/", body), 403); /* T80 */
	close_site(&s);
}

static void test_again(void **state) /* T77, T78; 3.6 of STIX on revocation */
{
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T0, ""));
	put(&s, SHARED, indicator(1, T0, ""));
	assert_int_equal(number(&s, "success_count"), 1);
	put(&s, SHARED, indicator(1, "2025-08-27T00:00:00.000000Z", "")); /* the same instant */
	assert_int_equal(number(&s, "success_count"), 1);
	put(&s, SHARED, indicator(1, T0, ",\"name\":\"other\""));
	assert_int_equal(number(&s, "failure_count"), 1);
	put(&s, SHARED, indicator(1, T1, ",\"revoked\":true"));
	assert_int_equal(number(&s, "success_count"), 1);
	put(&s, SHARED, indicator(1, T2, ""));
	assert_int_equal(number(&s, "failure_count"), 1);
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	assert_int_equal(count(&s, "objects"), 1);
	assert_int_equal(noro_json_get(noro_json_get(s.json, "objects")->child, "revoked")->kind,
		NORO_JSON_TRUE);
	close_site(&s);
}

static void test_bad_bodies(void **state) /* T03, T19, T79, T81 */
{
	static const struct {
		const char *body;
		unsigned code;
	} rows[] = {
		{ "", 400 },
		{ "{", 400 },
		{ "{\"objects\":[]}", 422 },
		{ "{}", 422 },
		{ "[]", 422 },
		{ "7", 422 },
		{ "{\"objects\":{}}", 422 },
		{ "{\"objects\":[{}],\"objects\":[{}]}", 400 },
		{ "{\"objects\":[\"\xff\"]}", 400 },
		{ "{\"objects\":[\"\\ud800\"]}", 400 },
		{ "{\"type\":\"bundle\",\"id\":\"bundle--x\",\"objects\":[{}]}", 422 },
		{ "{\"objects\":[{}]}", 202 },
	};
	char deep[400];
	struct site s;

	(void)state;
	open_site(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (send(&s, "POST", SHARED "objects/", rows[i].body) != rows[i].code)
			fail_msg("%s: %u", rows[i].body, s.code);
	assert_int_equal(number(&s, "failure_count"), 1);
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(send(&s, "POST", SHARED "objects/", deep), 400);
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	assert_string_equal(s.body.p, "{}"); /* T54 */
	close_site(&s);
}

static void test_too_long(void **state) /* T33 */
{
	const size_t n = 1 << 20;
	char *body = malloc(n + 2);
	struct site s;

	(void)state;
	assert_non_null(body);
	open_site(&s);
	memset(body, ' ', n + 1);
	body[n + 1] = '\0';
	assert_int_equal(send(&s, "POST", SHARED "objects/", body), 413);
	memcpy(body, "{\"objects\":[{}]}", 16);
	body[n] = '\0';
	assert_int_equal(send(&s, "POST", SHARED "objects/", body), 202);
	free(body);
	close_site(&s);
}

static void test_tlp(void **state) /* one policy: a collection holds what its TLP allows */
{
	static const char red[] =
		",\"object_marking_refs\":[\"marking-definition--5e57c739-391a-4eb3-b6be-"
		"7d15ca92d5ed\"]";
	static const char green[] =
		",\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-"
		"dfca5abac2bb\"]";
	static const char unknown[] =
		",\"object_marking_refs\":[\"marking-definition--00000000-0000-4000-8000-"
		"000000000001\"]";
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T0, red));
	assert_int_equal(number(&s, "failure_count"), 1);
	put(&s, SHARED, indicator(2, T0, green));
	assert_int_equal(number(&s, "success_count"), 1);
	put(&s, SHARED, indicator(3, T0, unknown));
	assert_int_equal(number(&s, "failure_count"), 1);
	close_site(&s);
}

/* ---- 5.3 to 5.8: pages ---- */

static void test_bytes(void **state) /* stored and served as they came */
{
	static const char odd[] =
		"{ \"spec_version\" "
		":\"2.1\",\"type\":\"identity\",\"id\":\"identity--00000000-0000-"
		"4000-8000-000000000001\", \"created\":\"2025-08-27T00:00:00.120Z\",\"modified\":"
		"\"2025-08-27T00:00:00.1200Z\" ,\"name\":\"\\u65e5\xe6\x9c\xac\\/\" , "
		"\"x_n\":1.50e1}";
	char body[600];
	struct site s;

	(void)state;
	open_site(&s);
	(void)snprintf(body, sizeof(body), "{\"objects\":[%s]}", odd);
	assert_int_equal(send(&s, "POST", INBOX "objects/", body), 403); /* the hub has no inbox */
	s.as = s.one;
	assert_int_equal(send(&s, "POST", INBOX "objects/", body), 202);
	assert_int_equal(number(&s, "success_count"), 1);
	assert_int_equal(get(&s, INBOX "objects/"), 200);
	assert_non_null(strstr(s.body.p, odd));
	s.as = s.two; /* nobody else's to read, by no way */
	assert_int_equal(get(&s, INBOX "objects/"), 200);
	assert_string_equal(s.body.p, "{}");
	assert_int_equal(
		get(&s, INBOX "objects/identity--00000000-0000-4000-8000-000000000001/"), 404);
	assert_int_equal(get(&s, INBOX "manifest/?match[version]=all"), 200);
	assert_string_equal(s.body.p, "{}"); /* T50 */
	close_site(&s);
}

static void fill(struct site *s, unsigned n)
{
	struct noro_buf body = { 0 };

	noro_buf_str(&body, "{\"objects\":[");
	for (unsigned i = 1; i <= n; i++)
		noro_buf_printf(&body, "%s%s", i > 1 ? "," : "", indicator(i, T0, ""));
	noro_buf_str(&body, "]}");
	assert_int_equal(send(s, "POST", SHARED "objects/", body.p), 202);
	assert_int_equal(number(s, "success_count"), n);
	noro_buf_done(&body);
}

static void test_walk(void **state) /* T52, T53, T55 to T64: by next and by the Last header */
{
	char target[256], next[64], last[64], before[64] = "";
	struct site s;
	size_t seen = 0;

	(void)state;
	open_site(&s);
	fill(&s, 25);
	(void)snprintf(target, sizeof(target), "%s", SHARED "objects/?limit=4");
	for (unsigned page = 0; page < 20; page++) {
		const struct noro_json *o;

		if (page == 2)
			put(&s, SHARED, indicator(26, T0, "")); /* T62: while somebody writes */
		assert_int_equal(get(&s, target), 200);
		assert_true(count(&s, "objects") <= 4);
		o = noro_json_get(s.json, "objects");
		for (const struct noro_json *c = o ? o->child : NULL; c; c = c->next) {
			char id[80];

			(void)snprintf(id, sizeof(id), "indicator--00000000-0000-4000-8000-%012x",
				(unsigned)++seen);
			assert_true(noro_json_is_str(noro_json_get(c, "id"), id)); /* T55, T56 */
		}
		header_value(&s, "X-TAXII-Date-Added-First", next);
		assert_true(strcmp(before, next) < 0);
		header_value(&s, "X-TAXII-Date-Added-Last", before);
		assert_int_equal(strlen(before), 27); /* T20 */
		if (!noro_json_get(s.json, "more"))
			break;
		(void)snprintf(target, sizeof(target), SHARED "objects/?limit=4&next=%.48s",
			noro_json_str(s.json, "next").p);
	}
	assert_null(noro_json_get(s.json, "more"));
	assert_int_equal(seen, 26);
	seen = 0; /* T63 */
	(void)snprintf(last, sizeof(last), "2020-01-01T00:00:00Z");
	for (unsigned page = 0; page < 20; page++) {
		(void)snprintf(
			target, sizeof(target), SHARED "manifest/?limit=7&added_after=%s", last);
		assert_int_equal(get(&s, target), 200);
		seen += count(&s, "objects");
		header_value(&s, "X-TAXII-Date-Added-Last", last);
		if (!count(&s, "objects"))
			break;
	}
	assert_int_equal(seen, 26);
	assert_string_equal(last, before); /* T53: an empty page echoes */
	close_site(&s);
}

static void test_cursor(void **state) /* T61: made up, or of another question or person */
{
	char next[49], target[256];
	struct site s;

	(void)state;
	open_site(&s);
	fill(&s, 5);
	assert_int_equal(get(&s, SHARED "objects/?limit=2"), 200);
	(void)snprintf(next, sizeof(next), "%.48s", noro_json_str(s.json, "next").p);
	(void)snprintf(target, sizeof(target), SHARED "objects/?next=%s", next);
	assert_int_equal(get(&s, target), 200); /* another limit is no other question */
	assert_int_equal(count(&s, "objects"), 3);
	(void)snprintf(
		target, sizeof(target), SHARED "objects/?match[type]=indicator&next=%s", next);
	assert_int_equal(get(&s, target), 400);
	s.as = s.one;
	(void)snprintf(target, sizeof(target), SHARED "objects/?next=%s", next);
	assert_int_equal(get(&s, target), 400);
	s.as = s.hub;
	next[0] = next[0] == '0' ? '1' : '0';
	(void)snprintf(target, sizeof(target), SHARED "objects/?next=%s", next);
	assert_int_equal(get(&s, target), 400);
	assert_int_equal(get(&s, SHARED "objects/?next=abc"), 400);
	assert_int_equal(get(&s, SHARED "objects/?next="), 400);
	close_site(&s);
}

static void test_queries(void **state) /* T57, T58, T65 to T75 */
{
	static const struct {
		const char *query;
		unsigned code;
		size_t n;
	} rows[] = {
		{ "", 200, 4 },
		{ "limit=2", 200, 2 },
		{ "limit=0", 400, 0 },
		{ "limit=-1", 400, 0 },
		{ "limit=x", 400, 0 },
		{ "limit=", 400, 0 },
		{ "limit=99999999999999999999", 400, 0 },
		{ "limit=9999999", 200, 4 },
		{ "limit=1&limit=2", 400, 0 },
		{ "added_after=2020-01-01T00:00:00Z", 200, 4 },
		{ "added_after=2020-01-01T00:00:00.000Z", 200, 4 },
		{ "added_after=2099-01-01T00:00:00.000000Z", 200, 0 },
		{ "added_after=yesterday", 400, 0 },
		{ "added_after=2020-01-01", 400, 0 },
		{ "added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z", 400, 0 },
		{ "match[id]=" ID("1"), 200, 1 },
		{ "match[id]=" ID("1") "," ID("2") "," ID("1"), 200, 2 }, /* T65 */
		{ "match%5Bid%5D=" ID("1") "%2C" ID("2"), 200, 2 },       /* T75 */
		{ "match[id]=indicator--nothing", 200, 0 },
		{ "match[type]=indicator", 200, 3 },
		{ "match[type]=indicator,ipv4-addr", 200, 4 },
		{ "match[type]=x-unknown", 200, 0 },                       /* T66 */
		{ "match[type]=ipv4-addr&match[id]=" ID("1"), 200, 0 },    /* T67 */
		{ "match[type]=indicator&match[type]=indicator", 400, 0 }, /* T68 */
		{ "match[version]=last", 200, 4 },                         /* T69 */
		{ "match[version]=all", 200, 6 },
		{ "match[version]=first", 200, 4 },
		{ "match[version]=first,last", 200, 5 },
		{ "match[version]=" T1, 200, 1 },
		{ "match[version]=2025-08-27T01:00:00Z", 200, 1 }, /* T70 */
		{ "match[version]=2025-08-27T01:00:00.000000Z", 200, 1 },
		{ "match[version]=all,last", 400, 0 },
		{ "match[version]=last,last", 400, 0 },
		{ "match[version]=banana", 400, 0 },
		{ "match[version]=", 400, 0 },
		{ "match[spec_version]=2.1", 200, 4 }, /* T71 */
		{ "match[spec_version]=2.0", 200, 0 },
		{ "match[spec_version]=2.0,2.1", 200, 4 },
		{ "match[colour]=red&more=yes&x", 200, 4 }, /* T72 */
		{ "limit=%zz", 400, 0 },                    /* T73 */
		{ "match[id]=%ff", 400, 0 },
		{ "match[id]=%00", 400, 0 },
		{ "match[id]=a,,b", 400, 0 },
	};
	char target[400];
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T0, ""));
	put(&s, SHARED, indicator(1, T1, ""));
	put(&s, SHARED, indicator(1, T2, ""));
	put(&s, SHARED, indicator(2, T0, ""));
	put(&s, SHARED, indicator(3, T0, ""));
	put(&s, SHARED,
		"{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--28bb3599-77cd-5a82-a950-"
		"b5bc3caf07c4\",\"value\":\"198.51.100.3\"}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(target, sizeof(target), SHARED "objects/?%s", rows[i].query);
		if (get(&s, target) != rows[i].code || count(&s, "objects") != rows[i].n)
			fail_msg("%s: %u, %zu", rows[i].query, s.code, count(&s, "objects"));
		(void)snprintf(target, sizeof(target), SHARED "manifest/?%s", rows[i].query);
		if (get(&s, target) != rows[i].code || count(&s, "objects") != rows[i].n)
			fail_msg("manifest %s: %u, %zu", rows[i].query, s.code,
				count(&s, "objects"));
	}
	close_site(&s);
}

static void test_object(void **state) /* T47, T48, T74, T82, T86 */
{
	const struct noro_json *v;
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T1, ""));
	put(&s, SHARED, indicator(1, T0, "")); /* an older one later: the newest stays the last */
	assert_int_equal(get(&s, SHARED "objects/" ID("1") "/"), 200);
	v = noro_json_get(s.json, "objects");
	assert_int_equal(v->count, 1);
	assert_true(noro_json_is_str(noro_json_get(v->child, "modified"), T1));
	assert_int_equal(get(&s, SHARED "objects/" ID("1") "/?match[version]=first"), 200);
	v = noro_json_get(s.json, "objects");
	assert_true(noro_json_is_str(noro_json_get(v->child, "modified"), T0));
	/* only version and spec_version are known here */
	assert_int_equal(get(&s, SHARED "objects/" ID("1") "/?match[type]=malware"), 200);
	assert_int_equal(count(&s, "objects"), 1);
	assert_int_equal(get(&s, SHARED "objects/" ID("9") "/"), 404);
	assert_int_equal(
		get(&s, SHARED "objects/" ID("1") "/?match[version]=2001-01-01T00:00:00Z"), 200);
	assert_string_equal(s.body.p, "{}");
	assert_int_equal(get(&s, SHARED "objects/" ID("1") "/versions/"), 200);
	assert_int_equal(count(&s, "versions"), 2);
	assert_true(header_is(&s, "X-TAXII-Date-Added-First"));
	assert_int_equal(get(&s, SHARED "objects/" ID("9") "/versions/"), 404);
	assert_int_equal(get(&s, SHARED "manifest/"), 200);
	v = noro_json_get(s.json, "objects");
	assert_int_equal(v->count, 1);
	assert_true(noro_json_is_str(noro_json_get(v->child, "version"), T1));
	assert_int_equal(noro_json_str(v->child, "date_added").n, 27);
	assert_true(noro_json_is_str(noro_json_get(v->child, "media_type"), NORO_STIX_TYPE));
	close_site(&s);
}

static void test_delete(void **state) /* T83 to T85 */
{
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T0, ""));
	put(&s, SHARED, indicator(1, T1, ""));
	put(&s, SHARED, indicator(1, T2, ""));
	s.as = s.one;
	assert_int_equal(send(&s, "DELETE", SHARED "objects/" ID("1") "/", NULL), 403);
	s.as = s.hub;
	assert_int_equal(
		send(&s, "DELETE", SHARED "objects/" ID("1") "/?match[version]=last", NULL), 200);
	assert_int_equal(s.body.n, 0);
	assert_int_equal(get(&s, SHARED "objects/"), 200); /* the one before is the last now */
	assert_true(noro_json_is_str(
		noro_json_get(noro_json_get(s.json, "objects")->child, "modified"), T1));
	assert_int_equal(send(&s, "DELETE", SHARED "objects/" ID("1") "/", NULL), 200);
	assert_int_equal(get(&s, SHARED "objects/" ID("1") "/"), 404);
	assert_int_equal(send(&s, "DELETE", SHARED "objects/" ID("1") "/", NULL), 404);
	assert_int_equal(get(&s, SHARED "manifest/?match[version]=all"), 200);
	assert_string_equal(s.body.p, "{}");
	close_site(&s);
}

static void test_clock(void **state) /* T63: dates go on where the clock goes back */
{
	char first[64], second[64];
	struct site s;

	(void)state;
	open_site(&s);
	put(&s, SHARED, indicator(1, T0, ""));
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	header_value(&s, "X-TAXII-Date-Added-Last", first);
	s.now -= 3600 * NS;
	put(&s, SHARED, indicator(2, T0, ""));
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	header_value(&s, "X-TAXII-Date-Added-Last", second);
	assert_true(strcmp(first, second) < 0);
	close_site(&s);
}

/* Where memory fails the answer is 503, or none of what was sent is half there. */
static bool post_and_get(void *arg)
{
	static char body[1200];
	struct site *s = arg;
	struct noro_http_header h[2] = { { "Accept", HDR }, { "Content-Type", HDR } };
	char authorization[128];
	bool good = true;

	(void)snprintf(authorization, sizeof(authorization), "Bearer %s", s->hub);
	(void)snprintf(body, sizeof(body), "{\"objects\":[%s]}", indicator(1, T0, ""));
	for (int i = 0; i < 2; i++) {
		struct noro_http_request q = { .method = i ? "GET" : "POST",
			.path = SHARED "objects/",
			.query = i ? NORO_V("match[type]=indicator&limit=3") : noro_view(NULL, 0),
			.authorization = authorization,
			.header = h,
			.headers = 2,
			.body = noro_view_str(i ? "" : body) };
		struct noro_http_answer a = { 0 };

		noro_taxii_answer(&s->t, &q, &a);
		if (a.code != (i ? 200 : 202)) {
			assert_true(a.code == 503);
			good = false;
		}
		noro_buf_done(&a.body);
		noro_buf_done(&a.header);
	}
	return good;
}

static void test_memory(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	s.t.log = NULL;
	test_allocation_sweep(post_and_get, &s, 300);
	assert_int_equal(get(&s, SHARED "objects/"), 200);
	assert_int_equal(count(&s, "objects"), 1);
	close_site(&s);
}

/* T88, T06: past its quota a member is told when to come back; the hub itself and others go on. */
static void test_quota(void **state)
{
	struct noro_hub_quota q = { 1, 2, 1 << 20 };
	struct noro_error err = { 0 };
	struct site s;
	unsigned slow = 0;

	(void)state;
	open_site(&s);
	assert_int_equal(noro_hub_gate_new(s.db, &s.t.gate, &err), NORO_OK);
	assert_int_equal(noro_hubdb_quota_set(
				 s.db, &(struct noro_hub_act){ "console", s.now }, "one", &q, &err),
		NORO_OK);
	s.as = s.one;
	for (int i = 0; i < 6; i++) {
		s.now -= NS; /* as many at one moment */
		slow += send(&s, "GET", "/taxii2/", NULL) == 429;
	}
	assert_int_equal(slow, 4);
	assert_int_equal(send(&s, "GET", "/taxii2/", NULL), 200);
	s.as = s.two;
	assert_int_equal(send(&s, "GET", "/taxii2/", NULL), 200);
	s.as = "nobody";
	assert_int_equal(send(&s, "GET", "/taxii2/", NULL), 401);
	noro_hub_gate_free(s.t.gate);
	close_site(&s);
}

struct told {
	unsigned put, read, gone;
};

static enum noro_status count_told(void *ctx, const struct noro_hub_row_told *row)
{
	struct told *t = ctx;

	t->put += strcmp(row->verb, "objects.put") == 0 && strcmp(row->who, "analyst") == 0;
	t->read += strcmp(row->verb, "objects.read") == 0 && strcmp(row->who, "ichiro") == 0;
	t->gone += strcmp(row->verb, "objects.delete") == 0;
	return NORO_OK;
}

/* T89: who put, saw and deleted what stands in the log. */
static void test_audit(void **state)
{
	static const char object[] =
		"{\"objects\":[{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--"
		"00000000-0000-4000-8000-000000000001\",\"created\":\"2025-08-27T00:00:00.000Z\","
		"\"modified\":\"2025-08-27T00:00:00.000Z\",\"name\":\"x\"}]}";
	struct noro_error err = { 0 };
	struct noro_hub_audit_said said;
	struct told told = { 0 };
	struct site s;

	(void)state;
	open_site(&s);
	assert_int_equal(send(&s, "POST", "/share/collections/amber/objects/", object), 202);
	s.as = s.one;
	assert_int_equal(send(&s, "GET", "/share/collections/amber/objects/", NULL), 200);
	s.as = s.hub;
	assert_int_equal(send(&s, "DELETE",
				 "/share/collections/amber/objects/"
				 "identity--00000000-0000-4000-8000-000000000001/",
				 NULL),
		200);
	assert_int_equal(noro_hubdb_audit_tick(s.db, s.now, &err), NORO_OK);
	assert_int_equal(noro_hubdb_audit_rows(s.db, 0, 1000, count_told, &told, &err), NORO_OK);
	assert_int_equal(told.put, 1);
	assert_int_equal(told.read, 1);
	assert_int_equal(told.gone, 1);
	assert_int_equal(
		noro_hubdb_audit_verify(s.db, &(struct noro_hub_audit_asked){ 0 }, &said, &err),
		NORO_OK);
	assert_null(said.fault);
	close_site(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_content_type),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_collections),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_bad_bodies),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_tlp),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_delete),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_audit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
