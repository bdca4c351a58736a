/* tests/unit/evidence/test_tls.c - ClientHello and JA4: the published example, the captures that
 * carry what they should give, and what is cut or odd. */
#include "evidence/capture.h"
#include "evidence/packet.h"
#include "evidence/tls.h"

#include "base/buf.h"
#include "base/file.h"
#include "tests/test.h"

enum { ROOM = 4096 };

struct hello {
	uint8_t b[ROOM];
	size_t n;
};

static void put8(struct hello *h, unsigned v)
{
	assert_true(h->n < ROOM);
	h->b[h->n++] = (uint8_t)v;
}

static void put16(struct hello *h, unsigned v)
{
	put8(h, v >> 8 & 255);
	put8(h, v & 255);
}

static void put(struct hello *h, const void *p, size_t n)
{
	assert_true(h->n + n <= ROOM);
	memcpy(h->b + h->n, p, n);
	h->n += n;
}

static void extension(struct hello *e, unsigned type, const void *body, size_t n)
{
	put16(e, type);
	put16(e, (unsigned)n);
	put(e, body, n);
}

static void numbers(struct hello *e, unsigned type, const uint16_t *v, size_t n)
{
	put16(e, type);
	put16(e, (unsigned)(2 * n + 2));
	put16(e, (unsigned)(2 * n));
	for (size_t i = 0; i < n; i++)
		put16(e, v[i]);
}

/* One record; without `e` a hello as before extensions. */
static void make(
	struct hello *h, unsigned version, const uint16_t *cipher, size_t n, const struct hello *e)
{
	static const uint8_t random[32] = { 7 };
	size_t body = 2 + 32 + 1 + 2 + 2 * n + 2 + (e ? 2 + e->n : 0);

	h->n = 0;
	put8(h, 22);
	put16(h, 0x0301);
	put16(h, (unsigned)body + 4);
	put8(h, 1);
	put8(h, 0);
	put16(h, (unsigned)body);
	put16(h, version);
	put(h, random, sizeof(random));
	put8(h, 0);
	put16(h, (unsigned)(2 * n));
	for (size_t i = 0; i < n; i++)
		put16(h, cipher[i]);
	put16(h, 0x0100);
	if (e) {
		put16(h, (unsigned)e->n);
		put(h, e->b, e->n);
	}
}

static bool ja4(const void *p, size_t n, char out[NORO_JA4_TEXT])
{
	static uint8_t room[NORO_TLS_HELLO_MAX];
	static struct noro_tls_hello t;
	struct noro_hash *hash = noro_hash_new(1U << NORO_SHA256);

	assert_non_null(hash);
	if (!noro_tls_hello(noro_view(p, n), room, &t)) {
		noro_hash_free(hash);
		return false;
	}
	assert_int_equal(noro_tls_ja4(&t, 't', hash, out), NORO_OK);
	noro_hash_free(hash);
	return true;
}

/* The lists that FoxIO's description of JA4 prints as JA4_r, in another order and greased. */
static void published(struct hello *h)
{
	static const uint16_t cipher[] = { 0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c,
		0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035 };
	static const uint16_t rest[] = { 0x0005, 0x000a, 0x000b, 0x0012, 0x0015, 0x0017, 0x001b,
		0x0023, 0x002d, 0x0033, 0x4469, 0xff01 };
	static const uint16_t signature[] = { 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
		0x0806, 0x0601 };
	struct hello e = { .n = 0 };

	extension(&e, 0xdada, "", 0);
	extension(&e, 0x0000, "\0\x0b\0\0\x08mail.jp.", 13);
	for (size_t i = sizeof(rest) / sizeof(rest[0]); i-- > 0;)
		extension(&e, rest[i], "", 0);
	numbers(&e, 0x000d, signature, sizeof(signature) / sizeof(signature[0]));
	extension(&e, 0x0010, "\0\x0c\2h2\x08http/1.1", 14);
	extension(&e, 0x002b, "\x06\x6a\x6a\3\4\3\3", 7);
	make(h, 0x0303, cipher, sizeof(cipher) / sizeof(cipher[0]), &e);
}

static void the_published_example(void **state)
{
	static uint8_t room[NORO_TLS_HELLO_MAX];
	static struct noro_tls_hello t;
	struct hello h;
	char text[NORO_JA4_TEXT];

	(void)state;
	published(&h);
	assert_true(ja4(h.b, h.n, text));
	assert_string_equal(text, "t13d1516h2_8daaf6152771_e5627efa2ab1");
	assert_true(noro_tls_hello(noro_view(h.b, h.n), room, &t));
	assert_true(noro_view_is(t.name, "mail.jp."));
	assert_true(noro_view_is(t.alpn, "h2"));
	assert_int_equal(t.version, 0x0304);
}

static void every_cut_is_told_from_the_whole(void **state)
{
	struct hello h;
	char text[NORO_JA4_TEXT];

	(void)state;
	published(&h);
	for (size_t n = 0; n < h.n; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, h.b, n);
		assert_false(ja4(exact, n, text));
		free(exact);
	}
	assert_true(ja4(h.b, h.n, text));
}

static void records_do_not_matter(void **state)
{
	struct hello h, cut;
	char whole[NORO_JA4_TEXT], text[NORO_JA4_TEXT];

	(void)state;
	published(&h);
	assert_true(ja4(h.b, h.n, whole));
	for (size_t step = 4; step < h.n; step += 3) {
		cut.n = 0;
		for (size_t at = 5; at < h.n; at += step) {
			size_t n = h.n - at < step ? h.n - at : step;

			put8(&cut, 22);
			put16(&cut, 0x0301);
			put16(&cut, (unsigned)n);
			put(&cut, h.b + at, n);
		}
		assert_true(ja4(cut.b, cut.n, text));
		assert_string_equal(text, whole);
	}
}

static void what_is_missing_is_zeros(void **state)
{
	static const uint16_t one[] = { 0x002f };
	static const struct {
		const char *list;
		size_t n;
		const char *text;
	} alpn[] = { { "\0\2\1h", 4, "hh" }, { "\0\2\1\xab", 4, "ab" },
		{ "\0\3\2\xab\xcd", 5, "ad" }, { "\0\3\2\x30\xab", 5, "3b" },
		{ "\0\5\4\x30\x31\xab\xcd", 7, "3d" }, { "\0\1\0", 3, "00" } };
	struct hello h, e = { .n = 0 };
	char text[NORO_JA4_TEXT];

	(void)state;
	make(&h, 0x0301, one, 1, NULL);
	assert_true(ja4(h.b, h.n, text));
	assert_memory_equal(text, "t10i010000_", 11);
	assert_string_equal(text + 24, "000000000000");
	make(&h, 0x7777, NULL, 0, &e);
	assert_true(ja4(h.b, h.n, text));
	assert_string_equal(text, "t00i000000_000000000000_000000000000");
	for (size_t i = 0; i < sizeof(alpn) / sizeof(alpn[0]); i++) {
		e.n = 0;
		extension(&e, 16, alpn[i].list, alpn[i].n);
		make(&h, 0x0303, one, 1, &e);
		assert_true(ja4(h.b, h.n, text));
		assert_memory_equal(text + 8, alpn[i].text, 2);
		/* the list of protocols is not among what the digest is of */
		assert_string_equal(text + 24, "000000000000");
	}
}

static void other_bytes_are_no_hello(void **state)
{
	struct hello h;
	char text[NORO_JA4_TEXT];

	(void)state;
	assert_false(ja4("GET / HTTP/1.1\r\n\r\n", 18, text));
	published(&h);
	h.b[5] = 2; /* a server's */
	assert_false(ja4(h.b, h.n, text));
	published(&h);
	h.b[0] = 23;
	assert_false(ja4(h.b, h.n, text));
	published(&h);
	h.b[6] = 0xff; /* 16 MiB */
	assert_false(ja4(h.b, h.n, text));
}

/* The first fingerprint of a capture; "" if no packet holds a whole hello. */
static void first_of(const char *path, char out[NORO_JA4_TEXT])
{
	struct noro_buf bytes = { 0 };
	struct noro_capture *c;
	struct noro_frame f[64];
	size_t n;

	out[0] = '\0';
	assert_int_equal(noro_file_read(path, 1 << 26, &bytes, NULL), NORO_OK);
	assert_int_equal(noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL), NORO_OK);
	while (!out[0] && noro_capture_next(c, f, 64, &n, NULL) == NORO_OK)
		for (size_t i = 0; i < n && !out[0]; i++) {
			struct noro_packet p;

			noro_packet_read(&f[i], 0, &p);
			if (p.proto != 6 || !p.payload_n || !ja4(p.payload, p.payload_n, out))
				out[0] = '\0';
		}
	noro_capture_free(c);
	noro_buf_done(&bytes);
}

/* Expected by the tests of FoxIO's own implementation. */
static void real_captures_give_what_stands_beside_them(void **state)
{
	static const struct {
		const char *file, *ja4;
	} of[] = { { "http2-with-cookies.pcapng", "t13d1516h2_8daaf6152771_e5627efa2ab1" },
		{ "https3-301-get.pcap", "t10d230100_6a57a6f57151_000000000000" },
		{ "ssh-r.pcap", "" } };
	const char *data = test_data();
	char path[4200], text[NORO_JA4_TEXT];

	(void)state;
	for (size_t i = 0; data && i < sizeof(of) / sizeof(of[0]); i++) {
		(void)snprintf(
			path, sizeof(path), "%s/pcap/FoxIO-LLC+ja4/pcap/%s", data, of[i].file);
		first_of(path, text);
		assert_string_equal(text, of[i].ja4);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_example),
		cmocka_unit_test(every_cut_is_told_from_the_whole),
		cmocka_unit_test(records_do_not_matter),
		cmocka_unit_test(what_is_missing_is_zeros),
		cmocka_unit_test(other_bytes_are_no_hello),
		cmocka_unit_test(real_captures_give_what_stands_beside_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
