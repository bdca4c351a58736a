/*
 * fuzz/fuzz_taxii.c - a stranger's requests: three lines (method and target, Accept, Content-Type)
 * and a body, as a member and as the hub. Whatever comes, the answer is one of those the standard
 * knows, its body is I-JSON, and nothing of a member's inbox is seen by another.
 */
#include "fuzz/fuzz.h"

#include "base/json.h"
#include "hub/taxii.h"

#include <stdlib.h>
#include <string.h>

#define SECRET "QmF0aHJvb20tc2VjcmV0"

static struct noro_hubdb *db;
static struct noro_taxii t;
static char token[3][NORO_HUB_TOKEN];

static int64_t now(void *ctx)
{
	static int64_t ns = INT64_C(1756252800000000000);

	(void)ctx;
	return ns += 1000000;
}

static void ask(unsigned who, const struct noro_http_request *q, struct noro_http_answer *a)
{
	struct noro_http_request mine = *q;
	char authorization[128] = "Bearer ";

	memcpy(authorization + 7, token[who], NORO_HUB_TOKEN);
	mine.authorization = authorization;
	*a = (struct noro_http_answer){ 0 };
	noro_taxii_answer(&t, &mine, a);
}

static void done(struct noro_http_answer *a)
{
	noro_buf_done(&a->body);
	noro_buf_done(&a->header);
}

static void begin(void)
{
	static const char object[] =
		"{\"objects\":[{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--"
		"00000000-0000-4000-8000-000000000001\",\"created\":\"2025-08-27T00:00:00.000Z\","
		"\"modified\":\"2025-08-27T00:00:00.000Z\",\"name\":\"" SECRET "\"}]}";
	const struct noro_http_header h[] = { { "Accept", NORO_TAXII_TYPE },
		{ "Content-Type", NORO_TAXII_TYPE } };
	struct noro_http_request q = { .method = "POST",
		.path = "/share/collections/inbox/objects/",
		.header = h,
		.headers = 2,
		.body = noro_view_str(object) };
	struct noro_hub_collection c[] = {
		{ .root = 1, .alias = "amber", .title = "a", .tlp = NORO_TLP_AMBER },
		{ .root = 1,
			.alias = "inbox",
			.title = "i",
			.kind = NORO_HUB_INBOX,
			.tlp = NORO_TLP_RED }
	};
	struct noro_http_answer a;
	int64_t no;

	if (noro_hubdb_open(NULL, false, &db, NULL) != NORO_OK ||
		noro_hubdb_root_add(db,
			&(struct noro_hub_root){
				.name = "share", .title = "s", .max_content = 1 << 16 },
			NULL) != NORO_OK ||
		noro_hubdb_collection_add(db, &c[0], NULL) != NORO_OK ||
		noro_hubdb_collection_add(db, &c[1], NULL) != NORO_OK ||
		noro_hubdb_member_add(db, "one", 0, &no, NULL) != NORO_OK ||
		noro_hubdb_member_add(db, "two", 0, &no, NULL) != NORO_OK ||
		noro_hubdb_person_add(db,
			&(struct noro_hub_newcomer){
				"hub", "h", NORO_HUB_ANALYST | NORO_HUB_READER },
			0, token[0], NULL) != NORO_OK ||
		noro_hubdb_person_add(db,
			&(struct noro_hub_newcomer){ "one", "o", NORO_HUB_REPORTER }, 0, token[1],
			NULL) != NORO_OK ||
		noro_hubdb_person_add(db,
			&(struct noro_hub_newcomer){ "two", "t", NORO_HUB_REPORTER }, 0, token[2],
			NULL) != NORO_OK)
		abort();
	t = (struct noro_taxii){ .db = db, .title = "fuzz", .now = now };
	if (noro_taxii_init(&t, NULL) != NORO_OK)
		abort();
	ask(2, &q, &a);
	assert(a.code == 202);
	done(&a);
}

static void check(const struct noro_http_answer *a)
{
	static const unsigned codes[] = { 200, 202, 308, 400, 401, 403, 404, 405, 406, 413, 415,
		422 };
	struct noro_arena *arena = noro_arena_new(0);
	const struct noro_json *root;
	bool known = false;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		known = known || codes[i] == a->code;
	assert(known && arena);
	if (a->body.n)
		assert(noro_json_parse(arena, noro_buf_as_view(&a->body), NULL, &root, NULL) ==
			NORO_OK);
	assert(noro_view_find(noro_buf_as_view(&a->body), NORO_V(SECRET)) == SIZE_MAX);
	for (size_t i = 0; i < a->header.n; i++)
		assert(a->header.p[i] == '\n' || (uint8_t)a->header.p[i] >= ' ');
	noro_arena_free(arena);
}

/* The next line, with its end cut off. */
static char *line(char **rest)
{
	char *from = *rest, *end = strchr(from, '\n');

	*rest = end ? end + 1 : from + strlen(from);
	if (end)
		*end = '\0';
	return from;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_http_header h[2] = { { "Accept", NULL }, { "Content-Type", NULL } };
	struct noro_http_request q = { .header = h, .headers = 2 };
	struct noro_http_answer a;
	char *text = malloc(size + 1), *rest = text, *mark;

	if (!text)
		abort();
	if (!db)
		begin();
	if (noro_view_find(noro_view(data, size), NORO_V(SECRET)) != SIZE_MAX) { /* said already */
		free(text);
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	q.method = line(&rest);
	mark = strchr(q.method, ' ');
	q.path = mark ? mark + 1 : "";
	if (mark)
		*mark = '\0';
	mark = strchr(q.path, '?');
	if (mark) {
		*mark = '\0';
		q.query = noro_view_str(mark + 1);
	}
	h[0].value = line(&rest);
	h[1].value = line(&rest);
	q.body = noro_view(rest, size - (size_t)(rest - text));
	for (unsigned who = 0; who < 2; who++) {
		ask(who, &q, &a);
		check(&a);
		done(&a);
	}
	free(text);
	return 0;
}
