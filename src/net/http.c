/* src/net/http.c - the client: libcurl with everything turned off that we do not want. */
#include "net/http.h"

#include "base/addr.h"
#include "base/library.h"
#include "base/mem.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <stdio.h>
#include <string.h>

#define CALLS(X)                                                                                   \
	X(curl_global_init)                                                                        \
	X(curl_easy_init)                                                                          \
	X(curl_easy_cleanup)                                                                       \
	X(curl_easy_setopt)                                                                        \
	X(curl_easy_perform)                                                                       \
	X(curl_easy_getinfo)                                                                       \
	X(curl_easy_strerror)                                                                      \
	X(curl_slist_append)                                                                       \
	X(curl_slist_free_all)                                                                     \
	X(curl_url)                                                                                \
	X(curl_url_set)                                                                            \
	X(curl_url_get)                                                                            \
	X(curl_url_cleanup)                                                                        \
	X(curl_free)
NORO_LIBRARY(curl, "libcurl", CALLS, "libcurl.so.4");

enum { TIMEOUT_S = 60, CONNECT_S = 10, MAX_ANSWER = 64 << 10, MAX_URL = 2048 };

struct noro_http {
	CURL *easy;
	char *base; /* without a slash at its end */
	char *authorization;
	size_t max_answer;
	char why[CURL_ERROR_SIZE];
	struct curl_slist *more; /* headers of every request */
	/* of the request under way */
	struct noro_http_answer *answer;
	bool too_long, streamed;
	struct noro_http_sink sink;
	enum noro_status on_status;
};

static bool is_here(const char *host)
{
	struct noro_view v = noro_view_str(host);
	struct noro_ip ip;

	if (v.n > 2 && v.p[0] == '[')
		v = noro_view(v.p + 1, v.n - 2);
	if (noro_view_is_i(v, "localhost"))
		return true;
	if (!noro_ip_parse(v, &ip))
		return false;
	return ip.family == 4 ? ip.b[0] == 127
			      : memcmp(ip.b, (const uint8_t[16]){ [15] = 1 }, 16) == 0;
}

static enum noro_status judge_parts(
	const char *url, const char *scheme, const char *host, struct noro_error *err)
{
	if (strcmp(scheme, "https") == 0)
		return NORO_OK;
	if (strcmp(scheme, "http") != 0)
		return noro_fail(err, NORO_EARG, N_("'%1' is no address of HTTP"), url);
	if (is_here(host))
		return NORO_OK;
	return noro_fail(
		err, NORO_EARG, N_("'%1' leaves this machine without TLS; use https"), url);
}

/* Who is asked, and is it safe to? */
static enum noro_status judge_url(const char *url, struct noro_error *err)
{
	CURLU *u = curl.curl_url();
	char *scheme = NULL, *host = NULL;
	enum noro_status st;

	if (!u)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (strlen(url) > MAX_URL || curl.curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
		curl.curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl.curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		st = noro_fail(err, NORO_EARG, N_("'%1' is no address of HTTP"), url);
	else
		st = judge_parts(url, scheme, host, err);
	curl.curl_free(scheme);
	curl.curl_free(host);
	curl.curl_url_cleanup(u);
	return st;
}

static unsigned code_of(struct noro_http *h)
{
	long code = 0;

	(void)curl.curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
	return code > 0 ? (unsigned)code : 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct noro_http *h = ctx;
	struct noro_buf *body = &h->answer->body;

	n *= size;
	if (h->streamed && code_of(h) == 200) {
		if (h->sink.on && h->on_status == NORO_OK)
			h->on_status = h->sink.on(h->sink.ctx, noro_view(p, n));
		return h->on_status == NORO_OK ? n : 0;
	}
	if (n > h->max_answer - body->n) {
		h->too_long = true;
		return 0;
	}
	noro_buf_add(body, p, n);
	return body->status == NORO_OK ? n : 0;
}

static CURLcode configure(struct noro_http *h, const struct noro_http_opts *o)
{
	const long timeout = o->timeout_s ? (long)o->timeout_s : TIMEOUT_S;
	const struct {
		CURLoption option;
		long value;
	} numbers[] = { { CURLOPT_NOSIGNAL, 1 }, { CURLOPT_NOPROGRESS, 1 },
		{ CURLOPT_FOLLOWLOCATION, 0 }, { CURLOPT_CONNECTTIMEOUT, CONNECT_S },
		{ CURLOPT_TIMEOUT, timeout }, { CURLOPT_TCP_KEEPALIVE, 1 },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 }, { CURLOPT_HTTP09_ALLOWED, 0 } };
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = { { CURLOPT_PROXY, "" }, { CURLOPT_PROTOCOLS_STR, "http,https" },
		{ CURLOPT_USERAGENT, "noroshi/" NORO_VERSION }, { CURLOPT_CAINFO, o->ca_file } };
	CURLcode rc = CURLE_OK;

	for (size_t i = 0; rc == CURLE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		rc = curl.curl_easy_setopt(h->easy, numbers[i].option, numbers[i].value);
	for (size_t i = 0; rc == CURLE_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].value)
			rc = curl.curl_easy_setopt(h->easy, texts[i].option, texts[i].value);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, h->why);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, h);
	return rc;
}

static char *header_of_token(const char *token)
{
	static const char name[] = "Authorization: Bearer ";
	size_t n = sizeof(name) + strlen(token);
	char *line = noro_malloc(n);

	if (line)
		(void)snprintf(line, n, "%s%s", name, token);
	return line;
}

/* `line` joins the list, or the list is gone. */
static struct curl_slist *header(struct curl_slist *list, bool *ok, const char *line)
{
	struct curl_slist *longer = *ok ? curl.curl_slist_append(list, line) : NULL;

	if (longer)
		return longer;
	*ok = false;
	return list;
}

enum noro_status noro_http_open(const char *base_url, const struct noro_http_opts *o,
	struct noro_http **ret, struct noro_error *err)
{
	struct noro_http *h;
	size_t n = strlen(base_url);
	bool ok = true;
	enum noro_status st = noro_library_load(&curl_library, err);

	if (st == NORO_OK && curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = judge_url(base_url, err);
	if (st != NORO_OK)
		return st;
	h = noro_calloc(1, sizeof(*h));
	if (!h)
		return noro_fail(err, NORO_ENOMEM, NULL);
	while (n && base_url[n - 1] == '/')
		n--;
	h->max_answer = o->max_answer ? o->max_answer : MAX_ANSWER;
	h->base = noro_strndup(base_url, n);
	h->authorization = o->token ? header_of_token(o->token) : NULL;
	h->easy = curl.curl_easy_init();
	for (size_t i = 0; o->header && o->header[i]; i++)
		h->more = header(h->more, &ok, o->header[i]);
	if (!ok || !h->base || (o->token && !h->authorization) || !h->easy ||
		configure(h, o) != CURLE_OK) {
		noro_http_close(h);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	*ret = h;
	return NORO_OK;
}

void noro_http_close(struct noro_http *h)
{
	if (!h)
		return;
	if (h->easy)
		curl.curl_easy_cleanup(h->easy);
	curl.curl_slist_free_all(h->more);
	free(h->base);
	free(h->authorization);
	free(h);
}

static enum noro_status perform(struct noro_http *h, const char *url, struct curl_slist *headers,
	struct noro_view body, struct noro_error *err)
{
	const char *method = h->streamed ? "POST" : "PUT";
	const char *bytes = body.n ? body.p : "";
	CURLcode rc = curl.curl_easy_setopt(h->easy, CURLOPT_URL, url);

	h->why[0] = '\0';
	h->too_long = false;
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, headers);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(
			h->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, bytes);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_setopt(h->easy, CURLOPT_CUSTOMREQUEST, method);
	if (rc == CURLE_OK)
		rc = curl.curl_easy_perform(h->easy);
	if (h->answer->body.status != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (h->on_status != NORO_OK)
		return h->on_status; /* of another, who has said why */
	if (h->too_long)
		return noro_fail(err, NORO_EIO, N_("the answer is longer than %1 bytes"),
			NORO_NUM(h->max_answer));
	if (rc != CURLE_OK)
		return noro_fail(err, NORO_EIO, N_("the connection failed: %1"),
			h->why[0] ? h->why : curl.curl_easy_strerror(rc));
	return NORO_OK;
}

static void read_code(struct noro_http *h)
{
	curl_off_t wait = 0;

	(void)curl.curl_easy_getinfo(h->easy, CURLINFO_RETRY_AFTER, &wait);
	h->answer->code = code_of(h);
	h->answer->retry_after_s = wait > 0 ? (uint32_t)(wait > 86400 ? 86400 : wait) : 0;
}

static enum noro_status request(struct noro_http *h, const char *path, const char *type,
	struct noro_view body, struct noro_http_answer *ret, struct noro_error *err)
{
	struct curl_slist *headers = NULL;
	struct noro_buf url = { 0 }, kind = { 0 };
	enum noro_status st;
	bool ok = true;

	noro_buf_printf(&url, "%s%s", h->base, path);
	noro_buf_printf(&kind, "Content-Type: %s", type);
	noro_buf_clear(&ret->body);
	ret->code = 0;
	ret->retry_after_s = 0;
	h->answer = ret;
	h->on_status = NORO_OK;
	headers = header(headers, &ok, kind.status == NORO_OK ? kind.p : "");
	headers = header(headers, &ok, "Expect:"); /* the body goes at once */
	if (h->authorization)
		headers = header(headers, &ok, h->authorization);
	for (const struct curl_slist *m = h->more; m; m = m->next)
		headers = header(headers, &ok, m->data);
	st = ok && url.status == NORO_OK && kind.status == NORO_OK
		     ? perform(h, url.p, headers, body, err)
		     : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		read_code(h);
	(void)curl.curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
	curl.curl_slist_free_all(headers);
	noro_buf_done(&url);
	noro_buf_done(&kind);
	return st;
}

enum noro_status noro_http_put(struct noro_http *h, const char *path, const char *type,
	struct noro_view body, struct noro_http_answer *ret, struct noro_error *err)
{
	h->streamed = false;
	return request(h, path, type, body, ret, err);
}

enum noro_status noro_http_post(struct noro_http *h, const char *path, struct noro_view body,
	const struct noro_http_sink *sink, struct noro_http_answer *ret, struct noro_error *err)
{
	h->streamed = true;
	h->sink = *sink;
	return request(h, path, "application/octet-stream", body, ret, err);
}

void noro_http_quote(struct noro_buf *out, struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (noro_is_alnum(v.p[i]) || (v.p[i] && strchr("-._~", v.p[i])))
			noro_buf_chr(out, v.p[i]);
		else
			noro_buf_printf(out, "%%%02X", (unsigned)(uint8_t)v.p[i]);
}

bool noro_http_bearer(const char *authorization, struct noro_view token)
{
	struct noro_view v = noro_view_str(authorization);
	unsigned differ = 0;

	if (!noro_view_starts_i(v, "Bearer ") || v.n - 7 != token.n)
		return false;
	for (size_t i = 0; i < token.n; i++)
		differ |= (unsigned)(unsigned char)(v.p[7 + i] ^ token.p[i]);
	return differ == 0;
}
