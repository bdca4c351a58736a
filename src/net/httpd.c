/*
 * src/net/httpd.c - the server: libmicrohttpd, with one thread unless more are asked for, so that
 * answers come one after the other; whole bodies, bounded each and together. Paths and queries are
 * handed on as they were written: what %2F or a second question mark means is not decided here.
 */
#include "net/http.h"

#include "base/addr.h"
#include "base/library.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CALLS(X)                                                                                   \
	X(MHD_start_daemon)                                                                        \
	X(MHD_stop_daemon)                                                                         \
	X(MHD_get_daemon_info)                                                                     \
	X(MHD_is_feature_supported)                                                                \
	X(MHD_lookup_connection_value)                                                             \
	X(MHD_get_connection_values)                                                               \
	X(MHD_create_response_from_buffer)                                                         \
	X(MHD_add_response_header)                                                                 \
	X(MHD_queue_response)                                                                      \
	X(MHD_destroy_response)
NORO_LIBRARY(mhd, "libmicrohttpd", CALLS, "libmicrohttpd.so.12");

enum {
	CONNECTIONS = 64,
	IDLE_S = 60,
	HELD_BODIES = 4,
	MAX_HEADERS = 32 << 10,
	HEADERS = 64, /* more are not handed on */
	DISCARDED = 4 /* bodies' worth of what is too long is read, so that the answer is heard */
};

struct noro_httpd {
	struct noro_httpd_opts o;
	struct MHD_Daemon *daemon;
	_Atomic size_t held; /* bytes of all bodies under way */
	uint16_t port;
};

struct request {
	struct noro_buf body;
	char *uri;
	size_t discarded;
	unsigned refused; /* the code, 0: not */
	bool begun;
	struct noro_http_header header[HEADERS];
	size_t headers;
};

/* "Name: value" lines. */
static bool add_lines(struct MHD_Response *r, struct noro_view lines)
{
	while (lines.n) {
		size_t end = noro_view_chr(lines, '\n');
		struct noro_view line = noro_view_sub(lines, 0, end);
		size_t colon = noro_view_chr(line, ':');
		char name[64], value[1024];

		if (colon == SIZE_MAX || colon >= sizeof(name) || line.n - colon > sizeof(value))
			return false;
		(void)snprintf(name, sizeof(name), "%.*s", (int)colon, line.p);
		line = noro_view_trim(noro_view_sub(line, colon + 1, line.n));
		(void)snprintf(value, sizeof(value), "%.*s", (int)line.n, line.p);
		if (mhd.MHD_add_response_header(r, name, value) != MHD_YES)
			return false;
		lines = end == SIZE_MAX ? noro_view(NULL, 0)
					: noro_view_sub(lines, end + 1, lines.n);
	}
	return true;
}

static enum MHD_Result reply(struct MHD_Connection *c, struct noro_http_answer *a)
{
	char nothing[1] = "";
	struct MHD_Response *r = mhd.MHD_create_response_from_buffer(
		a->body.n, a->body.n ? a->body.p : nothing, MHD_RESPMEM_MUST_COPY);
	const char *type = a->type ? a->type : "application/json";
	enum MHD_Result ok = MHD_NO;

	if (!r)
		return MHD_NO;
	if (a->body.status == NORO_OK && a->header.status == NORO_OK &&
		mhd.MHD_add_response_header(r, "Content-Type", type) == MHD_YES &&
		mhd.MHD_add_response_header(r, "Cache-Control", "no-store") == MHD_YES &&
		add_lines(r, noro_buf_as_view(&a->header)) &&
		(!a->retry_after_s ||
			mhd.MHD_add_response_header(r, "Retry-After",
				noro_num((char[24]){ 0 }, a->retry_after_s)) == MHD_YES))
		ok = mhd.MHD_queue_response(c, a->code, r);
	mhd.MHD_destroy_response(r);
	noro_buf_done(&a->body);
	noro_buf_done(&a->header);
	return ok;
}

static enum MHD_Result refuse(const struct noro_httpd *d, struct MHD_Connection *c, unsigned code)
{
	struct noro_http_answer a = { .code = code, .retry_after_s = code == 503 ? 10 : 0 };

	if (d->o.refuse)
		d->o.refuse(d->o.ctx, code, &a);
	return reply(c, &a);
}

/* The first the library says of a request: the whole of what stood behind the method. */
static void *on_uri(void *ctx, const char *uri, struct MHD_Connection *c)
{
	struct request *q = noro_calloc(1, sizeof(*q));
	size_t n = strlen(uri);

	(void)ctx;
	(void)c;
	if (!q)
		return NULL;
	q->uri = noro_malloc(n + 1);
	if (!q->uri) {
		free(q);
		return NULL;
	}
	memcpy(q->uri, uri, n + 1);
	return q;
}

static enum MHD_Result on_header(
	void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct request *q = ctx;

	(void)kind;
	if (q->headers == HEADERS)
		return MHD_NO;
	q->header[q->headers++] = (struct noro_http_header){ name, value ? value : "" };
	return MHD_YES;
}

const char *noro_http_header(const struct noro_http_request *q, const char *name, size_t nth)
{
	for (size_t i = 0; i < q->headers; i++)
		if (noro_view_is_i(noro_view_str(q->header[i].name), name) && nth-- == 0)
			return q->header[i].value;
	return NULL;
}

/* What is said to be long is refused before it comes. */
static void begin(const struct noro_httpd *d, struct MHD_Connection *c, struct request *q)
{
	const char *text = mhd.MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	uint64_t n;

	q->begun = true;
	if (text && noro_view_u64(noro_view_str(text), &n) && n > d->o.max_body)
		q->refused = 413;
}

/* False: it is so much too long that nobody waits for the end of it. */
static bool take(struct noro_httpd *d, struct request *q, const char *p, size_t n)
{
	if (!q->refused && n > d->o.max_body - q->body.n)
		q->refused = 413;
	if (!q->refused && d->held + n > d->o.max_body * HELD_BODIES)
		q->refused = 503;
	if (!q->refused) {
		noro_buf_add(&q->body, p, n);
		if (q->body.status == NORO_OK) {
			d->held += n;
			return true;
		}
		q->refused = 503;
	}
	d->held -= q->body.n;
	noro_buf_done(&q->body);
	q->discarded += n;
	return q->discarded <= d->o.max_body * DISCARDED;
}

static enum MHD_Result ask(
	struct noro_httpd *d, struct MHD_Connection *c, const char *method, struct request *q)
{
	struct noro_http_request r = { .method = method, .path = q->uri };
	struct noro_http_answer a = { 0 };
	char *mark = strchr(q->uri, '?');

	if (mark) {
		*mark = '\0';
		r.query = noro_view_str(mark + 1);
	}
	(void)mhd.MHD_get_connection_values(c, MHD_HEADER_KIND, on_header, q);
	r.header = q->header;
	r.headers = q->headers;
	r.authorization = noro_http_header(&r, "Authorization", 0);
	r.body = noro_buf_as_view(&q->body);
	d->o.answer(d->o.ctx, &r, &a);
	return reply(c, &a);
}

/* NOLINTNEXTLINE(readability-function-size): the library wants these parameters */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url,
	const char *method, const char *http_version, const char *upload, size_t *upload_n,
	void **state)
{
	struct noro_httpd *d = ctx;
	struct request *q = *state;

	(void)url;
	(void)http_version;
	if (!q)
		return MHD_NO; /* no memory */
	if (!q->begun) {
		begin(d, c, q);
		return q->refused ? refuse(d, c, q->refused) : MHD_YES;
	}
	if (*upload_n) {
		size_t n = *upload_n;

		*upload_n = 0;
		/* an answer is possible only at the end of the body */
		return take(d, q, upload, n) ? MHD_YES : MHD_NO;
	}
	return q->refused ? refuse(d, c, q->refused) : ask(d, c, method, q);
}

static void on_done(
	void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
	struct noro_httpd *d = ctx;
	struct request *q = *state;

	(void)c;
	(void)how;
	if (!q)
		return;
	d->held -= q->body.n;
	noro_buf_done(&q->body);
	free(q->uri);
	free(q);
	*state = NULL;
}

/* "192.0.2.1:80", "[2001:db8::1]:80"; loopback? */
static bool parse_listen(const char *text, struct sockaddr_storage *ret, bool *loopback)
{
	struct noro_view v = noro_view_str(text), host;
	size_t colon = noro_view_rchr(v, ':');
	struct noro_ip ip;
	uint64_t port;

	if (colon == SIZE_MAX || !noro_view_u64(noro_view_sub(v, colon + 1, SIZE_MAX), &port) ||
		port > UINT16_MAX)
		return false;
	host = noro_view_sub(v, 0, colon);
	if (noro_view_starts(host, "[") && noro_view_ends(host, "]") && host.n > 2)
		host = noro_view_sub(host, 1, host.n - 2);
	if (!host.n || !noro_ip_parse(host, &ip))
		return false;
	*ret = (struct sockaddr_storage){ 0 };
	if (ip.family == 4) {
		struct sockaddr_in *s = (struct sockaddr_in *)ret;

		s->sin_family = AF_INET;
		s->sin_port = htons((uint16_t)port);
		memcpy(&s->sin_addr, ip.b, 4);
		*loopback = ip.b[0] == 127;
	} else {
		struct sockaddr_in6 *s = (struct sockaddr_in6 *)ret;

		s->sin6_family = AF_INET6;
		s->sin6_port = htons((uint16_t)port);
		memcpy(&s->sin6_addr, ip.b, 16);
		*loopback = memcmp(ip.b, (const uint8_t[16]){ [15] = 1 }, 16) == 0;
	}
	return true;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **unused,
	enum MHD_ConnectionNotificationCode what)
{
	const struct noro_httpd *d = ctx;

	(void)connection;
	(void)unused;
	if (what == MHD_CONNECTION_NOTIFY_STARTED && d->o.begin)
		d->o.begin(d->o.ctx);
}

static enum noro_status start(
	struct noro_httpd *d, const struct sockaddr_storage *at, struct noro_error *err)
{
	unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;
	const struct MHD_OptionItem more[] = {
		{ MHD_OPTION_THREAD_POOL_SIZE, d->o.threads > 1 ? d->o.threads : 0, NULL },
		{ d->o.cert ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
			(void *)(uintptr_t)d->o.cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)d->o.secret },
		{ MHD_OPTION_END, 0, NULL },
	};
	const union MHD_DaemonInfo *info;

	if (at->ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (d->o.cert)
		flags |= MHD_USE_TLS;
	errno = 0;
	d->daemon = mhd.MHD_start_daemon(flags, 0, NULL, NULL, on_request, d, MHD_OPTION_SOCK_ADDR,
		at, MHD_OPTION_NOTIFY_COMPLETED, on_done, d, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, d, MHD_OPTION_CONNECTION_LIMIT,
		d->o.max_connections ? d->o.max_connections : (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)MAX_HEADERS, MHD_OPTION_URI_LOG_CALLBACK, on_uri, d, MHD_OPTION_ARRAY, more,
		MHD_OPTION_END);
	if (!d->daemon)
		return errno ? noro_fail_errno(err, errno, d->o.listen)
			     : noro_fail(err, NORO_EIO, N_("the server does not start on %1"),
				       d->o.listen);
	info = mhd.MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_BIND_PORT);
	d->port = info ? info->port : 0;
	return NORO_OK;
}

enum noro_status noro_httpd_start(
	const struct noro_httpd_opts *o, struct noro_httpd **ret, struct noro_error *err)
{
	struct sockaddr_storage at;
	struct noro_httpd *d;
	bool loopback;
	enum noro_status st;

	if (!parse_listen(o->listen, &at, &loopback))
		return noro_fail(err, NORO_EARG, N_("'%1' is no ADDRESS:PORT"), o->listen);
	if (!loopback && !o->cert)
		return noro_fail(err, NORO_EARG,
			N_("'%1' is open to others; that needs TLS: a certificate and its key"),
			o->listen);
	st = noro_library_load(&mhd_library, err);
	if (st == NORO_OK && o->cert && mhd.MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
		st = noro_fail(err, NORO_EUNSUPPORTED, N_("needs %1; the one installed lacks %2"),
			mhd_library.name, "TLS");
	if (st != NORO_OK)
		return st;
	d = noro_calloc(1, sizeof(*d));
	if (!d)
		return noro_fail(err, NORO_ENOMEM, NULL);
	d->o = *o;
	st = start(d, &at, err);
	if (st == NORO_OK)
		*ret = d;
	else
		free(d);
	return st;
}

uint16_t noro_httpd_port(const struct noro_httpd *d)
{
	return d->port;
}

void noro_httpd_stop(struct noro_httpd *d)
{
	if (!d)
		return;
	mhd.MHD_stop_daemon(d->daemon);
	free(d);
}
