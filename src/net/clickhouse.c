/*
 * src/net/clickhouse.c - ClickHouse over HTTP.
 *
 * A statement is the body of a POST; of an INSERT it stands in the address and the rows are the
 * body. The server is asked to hold an answer back until it is whole (wait_end_of_query): else a
 * failure in the middle would come as code 200 with the reason as last row. The user's name and
 * password go in headers, never in an address, which servers log.
 */
#include "net/clickhouse.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { TIMEOUT_S = 600, MAX_WORDS = 1 << 16, NAME_MOST = 64 };

static const char plain[] = "clickhouse://", secure[] = "clickhouses://";

struct clickhouse {
	struct noro_http *http;
	struct noro_http_answer answer;
	struct noro_buf path;
	char database[NAME_MOST];
	char url[160]; /* for a person */
};

bool noro_clickhouse_is(const char *url)
{
	return strncmp(url, plain, sizeof(plain) - 1) == 0 ||
	       strncmp(url, secure, sizeof(secure) - 1) == 0;
}

/* --- questions --- */

/* The first line of what the server says, without its own name for where it said it. */
static enum noro_status refused(struct clickhouse *c, struct noro_error *err)
{
	struct noro_view v = noro_buf_as_view(&c->answer.body);
	const char *end = v.n ? memchr(v.p, '\n', v.n) : NULL;
	char text[256];
	enum noro_status st = NORO_EARG;

	if (end)
		v.n = (size_t)(end - v.p);
	(void)snprintf(text, sizeof(text), "%.*s", (int)(v.n < 200 ? v.n : 200), v.n ? v.p : "");
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
	if (c->answer.code == 401 || c->answer.code == 403 || strstr(text, "Code: 516") ||
		strstr(text, "Code: 193") || strstr(text, "Code: 192"))
		st = NORO_EACCESS;
	else if (strstr(text, "Code: 243") || strstr(text, "No space left"))
		st = NORO_ENOSPC;
	return noro_fail(err, st, N_("ClickHouse refuses (%1): %2"), NORO_NUM(c->answer.code),
		text[0] ? text : "?");
}

static enum noro_status ask(void *ctx, struct noro_view sql, struct noro_view rows,
	noro_history_bytes_fn *on, void *on_ctx, struct noro_error *err)
{
	const struct noro_http_sink sink = { on, on_ctx };
	struct clickhouse *c = ctx;
	struct noro_error why = { 0 };
	enum noro_status st;

	noro_buf_clear(&c->path);
	noro_buf_str(&c->path, "/?wait_end_of_query=1");
	if (rows.n) {
		noro_buf_str(&c->path, "&query=");
		noro_http_quote(&c->path, sql);
	}
	if (c->path.status != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_http_post(c->http, c->path.p, rows.n ? rows : sql, &sink, &c->answer, &why);
	if (st == NORO_OK && c->answer.code != 200)
		st = refused(c, &why);
	if (st == NORO_OK || why.status == NORO_OK) /* else it is the reader's, who said why */
		return st;
	(void)noro_error_at(&why, c->url, NORO_AT_NONE, 0);
	if (err)
		*err = why;
	return st;
}

static void close_link(void *ctx)
{
	struct clickhouse *c = ctx;

	if (!c)
		return;
	noro_http_close(c->http);
	noro_buf_done(&c->answer.body);
	noro_buf_done(&c->path);
	free(c);
}

/* --- the address --- */

static bool good_name(struct noro_view v)
{
	if (!v.n || v.n >= NAME_MOST || (v.p[0] >= '0' && v.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '_')
			return false;
	return true;
}

static bool good_user(struct noro_view v)
{
	if (!v.n || v.n >= NAME_MOST)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("-_.", v.p[i]))
			return false;
	return true;
}

struct parts {
	struct noro_view user, host, database;
	bool tls;
};

static bool take_apart(const char *url, struct parts *ret)
{
	struct noro_view v = noro_view_str(url);
	const char *slash, *at;

	*ret = (struct parts){ .tls = strncmp(url, secure, sizeof(secure) - 1) == 0 };
	v = noro_view_sub(v, ret->tls ? sizeof(secure) - 1 : sizeof(plain) - 1, SIZE_MAX);
	slash = v.n ? memchr(v.p, '/', v.n) : NULL;
	if (!slash)
		return false;
	ret->host = noro_view(v.p, (size_t)(slash - v.p));
	ret->database = noro_view_sub(v, ret->host.n + 1, SIZE_MAX);
	at = ret->host.n ? memchr(ret->host.p, '@', ret->host.n) : NULL;
	if (at) {
		ret->user = noro_view(ret->host.p, (size_t)(at - ret->host.p));
		ret->host = noro_view_sub(ret->host, ret->user.n + 1, SIZE_MAX);
		if (!good_user(ret->user)) /* a password has no place in an address */
			return false;
	}
	return ret->host.n && good_name(ret->database);
}

static enum noro_status connect_to(struct clickhouse *c, const struct parts *p,
	const struct noro_clickhouse_opts *o, struct noro_error *err)
{
	struct noro_buf base = { 0 }, user = { 0 }, key = { 0 };
	const char *header[3] = { NULL, NULL, NULL };
	struct noro_http_opts http = { .ca_file = o->ca_file,
		.timeout_s = TIMEOUT_S,
		.max_answer = MAX_WORDS,
		.header = header };
	enum noro_status st = NORO_ENOMEM;
	size_t n = 0;

	noro_buf_printf(&base, "%s://%.*s", p->tls ? "https" : "http", (int)p->host.n, p->host.p);
	noro_buf_printf(
		&user, "X-ClickHouse-User: %.*s", (int)p->user.n, p->user.n ? p->user.p : "");
	noro_buf_printf(&key, "X-ClickHouse-Key: %s", o->password ? o->password : "");
	if (base.status == NORO_OK && user.status == NORO_OK && key.status == NORO_OK) {
		if (p->user.n)
			header[n++] = user.p;
		if (o->password)
			header[n] = key.p;
		st = noro_http_open(base.p, &http, &c->http, err);
	} else {
		(void)noro_fail(err, st, NULL);
	}
	if (key.p)
		explicit_bzero(key.p, key.n);
	noro_buf_done(&base);
	noro_buf_done(&user);
	noro_buf_done(&key);
	return st;
}

enum noro_status noro_clickhouse_open(const char *url, const struct noro_clickhouse_opts *o,
	struct noro_history_link *ret, struct noro_error *err)
{
	struct clickhouse *c;
	struct parts p;
	enum noro_status st;

	if (!noro_clickhouse_is(url) || !take_apart(url, &p)) {
		const char *at = strrchr(url, '@'); /* a password may stand before it */

		return noro_fail(err, NORO_EARG,
			N_("'%1' is no address of ClickHouse; "
			   "clickhouse://[USER@]HOST:PORT/DATABASE"),
			at ? at : url);
	}
	c = noro_calloc(1, sizeof(*c));
	if (!c)
		return noro_fail(err, NORO_ENOMEM, NULL);
	memcpy(c->database, p.database.p, p.database.n);
	(void)snprintf(c->url, sizeof(c->url), "%s", url);
	st = connect_to(c, &p, o, err);
	if (st != NORO_OK) {
		close_link(c);
		return st;
	}
	*ret = (struct noro_history_link){
		.ask = ask, .close = close_link, .ctx = c, .database = c->database
	};
	return NORO_OK;
}
