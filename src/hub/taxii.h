/*
 * src/hub/taxii.h - TAXII 2.1 (OASIS Standard, 10 June 2021) over the hub's store: an answer for a
 * request, without sockets. Numbers T01 to T90 in the code and its tests are those of the
 * requirements in docs/taxii.md.
 */
#pragma once

#include "hub/gate.h"
#include "hub/policy.h"
#include "net/http.h"

struct noro_taxii {
	struct noro_hubdb *db;
	const char *title, *description, *contact; /* description and contact may be NULL */
	char secret[65];                           /* of cursors; noro_taxii_init */
	struct noro_hub_gate *gate; /* passwords and quotas too; NULL: tokens, without quotas */
	int64_t (*now)(void *ctx);
	/* One line for each request: who, what, which code. NULL: nobody listens. */
	void (*log)(void *ctx, const char *line);
	/* What went wrong on our side. */
	void (*tell)(void *ctx, const struct noro_error *err);
	void *ctx;
};
enum noro_status noro_taxii_init(struct noro_taxii *t, struct noro_error *err) NORO_MUSTUSE;

/* For noro_httpd_opts: `ctx` is a struct noro_taxii. Any thread. */
void noro_taxii_answer(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret);
void noro_taxii_refuse(void *ctx, unsigned code, struct noro_http_answer *ret);

#define NORO_TAXII_TYPE "application/taxii+json;version=2.1"
#define NORO_STIX_TYPE  "application/stix+json;version=2.1"
