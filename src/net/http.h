/*
 * src/net/http.h - HTTP, both ends: a client over libcurl, a server over libmicrohttpd. Both are
 * opened at first use (base/library.h); nothing else in the program knows them.
 */
#pragma once

#include "base/buf.h"

/* --- what both ends know --- */

struct noro_http_header {
	const char *name, *value;
};

struct noro_http_request {
	const char *method;     /* "PUT" */
	const char *path;       /* "/v1/batches/..." as it was written, without the query */
	struct noro_view query; /* behind the question mark, as it was written; p is NULL: none */
	const char *authorization; /* of the header, NULL none */
	const struct noro_http_header *header;
	size_t headers;
	struct noro_view body;
};
/* The value of the `nth` header of a name in any case, NULL none. */
const char *noro_http_header(const struct noro_http_request *q, const char *name, size_t nth);

struct noro_http_answer {
	unsigned code;
	const char *type; /* server: of the body; NULL is application/json */
	struct noro_buf body;
	struct noro_buf header; /* server: more of them, "Name: value\n" */
	uint32_t retry_after_s; /* 0: not said */
};

/* --- client --- */

struct noro_http_opts {
	const char *token;         /* sent as Authorization: Bearer; NULL none */
	const char *ca_file;       /* PEM; NULL: those of the system */
	uint32_t timeout_s;        /* of one request, 0: 60; and so long without a byte moving */
	size_t max_answer;         /* of a body that is kept, 0: 64 KiB */
	const char *const *header; /* more of them, "Name: value", NULL at the end; NULL none */
};

struct noro_http;
/*
 * http:// only to this machine itself, https:// anywhere: NORO_EARG otherwise. No redirect is
 * followed, no proxy taken from the environment. Not for threads.
 */
enum noro_status noro_http_open(const char *base_url, const struct noro_http_opts *o,
	struct noro_http **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_http_close(struct noro_http *h);
/*
 * One request; the connection is kept for the next. `path` is appended to the base URL. NORO_EIO:
 * nothing came back, `err` says why; else any code. `ret` is cleared first, the caller frees its
 * body.
 */
enum noro_status noro_http_put(struct noro_http *h, const char *path, const char *type,
	struct noro_view body, struct noro_http_answer *ret, struct noro_error *err) NORO_MUSTUSE;

/* Who takes an answer's body as it comes; a failure ends the request and is what is returned. */
struct noro_http_sink {
	enum noro_status (*on)(void *ctx, struct noro_view bytes); /* NULL: it is dropped */
	void *ctx;
};
/* The same with POST; the body of an answer of code 200 goes to `sink`, any other into `ret`. */
enum noro_status noro_http_post(struct noro_http *h, const char *path, struct noro_view body,
	const struct noro_http_sink *sink, struct noro_http_answer *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Bytes as a value in a path's query: everything but letters, digits and -._~ as %XX. */
void noro_http_quote(struct noro_buf *out, struct noro_view v);

/* --- server --- */

struct noro_httpd_opts {
	const char *listen;        /* "127.0.0.1:8470", "[::1]:0"; port 0: the kernel chooses */
	const char *cert, *secret; /* PEM texts, both or none; NULL: plain, loopback only */
	size_t max_body;           /* of one request: 413 past it */
	unsigned max_connections;  /* 0: 64 */
	unsigned threads;          /* that call `answer`, 0: one */
	/* `ret` is zeroed; its buffers are freed after it was sent. */
	void (*answer)(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret);
	/* What stands in the answer when the server itself refuses (413, 503); NULL: nothing. */
	void (*refuse)(void *ctx, unsigned code, struct noro_http_answer *ret);
	void *ctx;
	/* Called on that thread when a connection came, before a byte of it is read; NULL: not. */
	void (*begin)(void *ctx);
};

struct noro_httpd;
enum noro_status noro_httpd_start(const struct noro_httpd_opts *o, struct noro_httpd **ret,
	struct noro_error *err) NORO_MUSTUSE;
uint16_t noro_httpd_port(const struct noro_httpd *d);
/* Ends what is under way. NULL is fine. */
void noro_httpd_stop(struct noro_httpd *d);

/* Is `authorization` "Bearer <token>"? In time that does not depend on where they differ. */
bool noro_http_bearer(const char *authorization, struct noro_view token);
