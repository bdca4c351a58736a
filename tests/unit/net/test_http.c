/* tests/unit/net/test_http.c - both ends of HTTP, talking to each other on loopback. */
#include "tests/test.h"

#include "base/library.h"
#include "net/http.h"

struct heard {
	unsigned calls;
	char path[128], authorization[64];
	size_t body_n;
	uint32_t body_sum;
};

static void answer(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret)
{
	struct heard *h = ctx;

	h->calls++;
	(void)snprintf(h->path, sizeof(h->path), "%s %s", q->method, q->path);
	(void)snprintf(h->authorization, sizeof(h->authorization), "%s",
		q->authorization ? q->authorization : "-");
	h->body_n = q->body.n;
	h->body_sum = 0;
	for (size_t i = 0; i < q->body.n; i++)
		h->body_sum = h->body_sum * 31 + (unsigned char)q->body.p[i];
	ret->code = q->body.n ? 201 : 503;
	ret->retry_after_s = q->body.n ? 0 : 7;
	noro_buf_str(&ret->body, "{\"ok\":true}");
	if (strcmp(q->path, "/v1/long") == 0)
		while (ret->body.n < 100000)
			noro_buf_str(&ret->body, "more and more ");
}

static struct noro_httpd *server(struct heard *h, char url[64])
{
	const struct noro_httpd_opts o = {
		.listen = "127.0.0.1:0", .max_body = 1 << 20, .answer = answer, .ctx = h
	};
	struct noro_httpd *d = NULL;
	struct noro_error err = { 0 };

	*h = (struct heard){ 0 };
	assert_int_equal(noro_httpd_start(&o, &d, &err), NORO_OK);
	assert_true(noro_httpd_port(d) > 0);
	(void)snprintf(url, 64, "http://127.0.0.1:%u/v1/", noro_httpd_port(d));
	return d;
}

static void they_understand_each_other(void **state)
{
	struct heard heard;
	char url[64], *big = malloc(1 << 20);
	struct noro_httpd *d = server(&heard, url);
	struct noro_http_opts o = { .token = "letmein" };
	struct noro_http *h;
	struct noro_http_answer a = { 0 };
	struct noro_error err = { 0 };
	uint32_t sum = 0;

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < 1 << 20; i++) {
		big[i] = (char)(i * 7 + i / 256);
		sum = sum * 31 + (unsigned char)big[i];
	}
	assert_int_equal(noro_http_open(url, &o, &h, &err), NORO_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(noro_http_put(h, "/batches/1", "text/plain",
					 noro_view(big, 1 << 20), &a, &err),
			NORO_OK);
		assert_int_equal(a.code, 201);
		assert_view_is(noro_buf_as_view(&a.body), "{\"ok\":true}");
		assert_string_equal(heard.path, "PUT /v1/batches/1");
		assert_string_equal(heard.authorization, "Bearer letmein");
		assert_int_equal(heard.body_n, 1 << 20);
		assert_int_equal(heard.body_sum, sum);
	}
	assert_int_equal(
		noro_http_put(h, "/empty", "text/plain", noro_view("", 0), &a, &err), NORO_OK);
	assert_int_equal(a.code, 503);
	assert_int_equal(a.retry_after_s, 7);
	assert_int_equal(heard.calls, 4);
	/* an answer without end is cut off */
	assert_int_equal(noro_http_put(h, "/long", "text/plain", NORO_V("x"), &a, &err), NORO_EIO);
	noro_httpd_stop(d);
	assert_int_equal(noro_http_put(h, "/gone", "text/plain", NORO_V("x"), &a, &err), NORO_EIO);
	assert_string_equal(err.msg, "the connection failed: %1");
	noro_buf_done(&a.body);
	noro_http_close(h);
	free(big);
}

static void a_body_past_the_ceiling_is_refused(void **state)
{
	struct heard heard;
	char url[64], *big = malloc((1 << 20) + 1);
	struct noro_httpd *d = server(&heard, url);
	struct noro_http_opts o = { 0 };
	struct noro_http *h;
	struct noro_http_answer a = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st;

	(void)state;
	assert_non_null(big);
	memset(big, 'x', (1 << 20) + 1);
	assert_int_equal(noro_http_open(url, &o, &h, &err), NORO_OK);
	st = noro_http_put(h, "/b", "text/plain", noro_view(big, (1 << 20) + 1), &a, &err);
	/* the connection may be gone before the answer is read, but it is never taken */
	assert_true(st == NORO_EIO || (st == NORO_OK && a.code == 413));
	assert_int_equal(heard.calls, 0);
	assert_int_equal(noro_http_put(h, "/b", "text/plain", NORO_V("x"), &a, &err), NORO_OK);
	assert_int_equal(a.code, 201);
	noro_buf_done(&a.body);
	noro_http_close(h);
	noro_httpd_stop(d);
	free(big);
}

static void nothing_leaves_this_machine_in_the_clear(void **state)
{
	static const struct {
		const char *url;
		enum noro_status st;
	} rows[] = { { "http://192.0.2.1/v1", NORO_EARG }, { "http://hub.example.org/", NORO_EARG },
		{ "ftp://127.0.0.1/", NORO_EARG }, { "file:///etc/passwd", NORO_EARG },
		{ "nonsense", NORO_EARG }, { "", NORO_EARG },
		{ "http://127.0.0.1@192.0.2.1/", NORO_EARG }, { "http://127.0.0.1:8470", NORO_OK },
		{ "http://[::1]:8470/x", NORO_OK }, { "http://localhost/", NORO_OK },
		{ "https://hub.example.org/v1/", NORO_OK } };
	static const char *const closed[] = { "0.0.0.0:0", "192.0.2.1:0", "[::]:0", "127.0.0.1",
		"127.0.0.1:99999", "name:80", "", ":80", "127.0.0.1:" };
	const struct noro_http_opts o = { 0 };
	struct noro_httpd_opts d = { .max_body = 1, .answer = answer };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noro_http *h = NULL;
		struct noro_error err = { 0 };

		if (noro_http_open(rows[i].url, &o, &h, &err) != rows[i].st)
			fail_msg("'%s'", rows[i].url);
		noro_http_close(h);
	}
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		struct noro_httpd *httpd = NULL;

		d.listen = closed[i];
		assert_int_equal(noro_httpd_start(&d, &httpd, NULL), NORO_EARG);
	}
}

static void a_bearer_is_compared_whole(void **state)
{
	const struct noro_view token = NORO_V("letmein");

	(void)state;
	assert_true(noro_http_bearer("Bearer letmein", token));
	assert_true(noro_http_bearer("bearer letmein", token));
	assert_false(noro_http_bearer("Bearer letmeiN", token));
	assert_false(noro_http_bearer("Bearer letmein ", token));
	assert_false(noro_http_bearer("Bearer letmei", token));
	assert_false(noro_http_bearer("Basic letmein", token));
	assert_false(noro_http_bearer("", token));
	assert_false(noro_http_bearer(NULL, token));
}

static void a_missing_library_is_named(void **state)
{
	const struct noro_http_opts o = { 0 };
	struct noro_httpd_opts d = { .listen = "127.0.0.1:0", .max_body = 1, .answer = answer };
	struct noro_httpd *httpd = NULL;
	struct noro_http *h = NULL;
	struct noro_error err = { 0 };

	(void)state;
	noro_library_hide("libcurl");
	assert_int_equal(noro_http_open("http://127.0.0.1/", &o, &h, &err), NORO_EUNSUPPORTED);
	assert_string_equal(err.arg[0], "libcurl");
	noro_library_hide("libmicrohttpd");
	assert_int_equal(noro_httpd_start(&d, &httpd, &err), NORO_EUNSUPPORTED);
	assert_string_equal(err.arg[0], "libmicrohttpd");
	noro_library_hide(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_understand_each_other),
		cmocka_unit_test(a_body_past_the_ceiling_is_refused),
		cmocka_unit_test(nothing_leaves_this_machine_in_the_clear),
		cmocka_unit_test(a_bearer_is_compared_whole),
		cmocka_unit_test(a_missing_library_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
