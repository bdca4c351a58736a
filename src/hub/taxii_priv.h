/* src/hub/taxii_priv.h - one request on its way through the TAXII server. */
#pragma once

#include "base/jsonw.h"
#include "hub/taxii.h"

enum { TAXII_SEGMENTS = 8, TAXII_STATUS_DAYS = 7, TAXII_MAX_OBJECTS = 10000 };

struct taxii_call {
	struct noro_taxii *t;
	const struct noro_http_request *q;
	struct noro_http_answer *a;
	struct noro_arena *arena;
	struct noro_error err;
	struct noro_hub_person who;
	int64_t now_ns;
	/* the path, cut at its slashes and decoded */
	struct noro_view segment[TAXII_SEGMENTS];
	size_t segments;
	bool slash; /* it ended in one */
	struct noro_hub_root root;
	struct noro_hub_collection collection;
	struct noro_hub_may may;
};

/* Which filters an endpoint knows (T74). */
enum taxii_filters {
	TAXII_NO_FILTER = 0,
	TAXII_PAGE = 1, /* limit, added_after, next */
	TAXII_ID_TYPE = 2,
	TAXII_VERSION = 4,
	TAXII_SPEC = 8,
	TAXII_EVERY = 16, /* without a word about versions all are meant, not the last */
};
/* The query into `ask`, whose collection and owner are set. Wrong: 400 is said, false. */
bool taxii_ask(struct taxii_call *c, unsigned filters, struct noro_hub_ask *ask);
/* The cursor of the next page of the same question. */
bool taxii_next(
	struct taxii_call *c, const struct noro_hub_ask *ask, int64_t after_us, char ret[64]);

/* Percent-decode; false: not UTF-8, NUL or a broken escape. */
bool taxii_decode(struct noro_arena *a, struct noro_view v, struct noro_view *ret);
/* T09: is our type among what the client accepts? */
bool taxii_accepts(const struct noro_http_request *q);
/* T12, T13. */
bool taxii_content_type(const char *value);

void taxii_error(struct taxii_call *c, unsigned code, const char *title, const char *why);
/* Ours: it is told, and 500 or 503 said. */
void taxii_failed(struct taxii_call *c, enum noro_status st);
/* "2025-08-27T00:00:00.000000Z" */
void taxii_time(int64_t ns, char ret[NORO_TIME_TEXT]);

void taxii_post(struct taxii_call *c);
void taxii_objects(struct taxii_call *c);
void taxii_manifest(struct taxii_call *c);
void taxii_versions(struct taxii_call *c);
void taxii_delete(struct taxii_call *c);
