/*
 * fuzz/fuzz_tls.c - what a TLS client says first: lists stay within their ceilings, views within
 * the bytes or the room, the fingerprint has its shape and is the same however records are cut.
 */
#include "fuzz/fuzz.h"

#include "evidence/tls.h"

#include <stdlib.h>
#include <string.h>

static bool inside(struct noro_view v, const uint8_t *p, size_t n)
{
	return !v.n || ((const uint8_t *)v.p >= p && (const uint8_t *)v.p + v.n <= p + n);
}

static void fingerprint(const struct noro_tls_hello *h, char out[NORO_JA4_TEXT])
{
	static struct noro_hash *hash;

	if (!hash)
		hash = noro_hash_new(1U << NORO_SHA256);
	assert(hash && noro_tls_ja4(h, 't', hash, out) == NORO_OK);
	assert(strlen(out) == NORO_JA4_TEXT - 1 && out[10] == '_' && out[23] == '_');
}

/* The same handshake in records of one byte and up. */
static void cut_anew(const uint8_t *data, size_t size, const char *was)
{
	static uint8_t cut[8192], room[NORO_TLS_HELLO_MAX];
	static struct noro_tls_hello h;
	size_t len = (size_t)data[3] << 8 | data[4], n = 0, step = 4 + size % 7;
	char text[NORO_JA4_TEXT];

	if (len + 5 > size || len > 1024)
		return;
	for (size_t at = 0; at < len; at += step) {
		size_t part = len - at < step ? len - at : step;
		const uint8_t head[] = { 22, 3, 1, 0, (uint8_t)part };

		memcpy(cut + n, head, sizeof(head));
		memcpy(cut + n + sizeof(head), data + 5 + at, part);
		n += sizeof(head) + part;
	}
	if (!noro_tls_hello(noro_view(cut, n), room, &h))
		return; /* it went on in a second record, which is not there */
	fingerprint(&h, text);
	assert(strcmp(text, was) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[NORO_TLS_HELLO_MAX];
	static struct noro_tls_hello h;
	char text[NORO_JA4_TEXT];

	if (!noro_tls_hello(noro_view(data, size), room, &h))
		return 0;
	assert(h.ciphers <= NORO_TLS_CIPHERS && h.extensions <= NORO_TLS_EXTENSIONS);
	assert(h.signatures <= NORO_TLS_SIGNATURES);
	assert(inside(h.name, data, size) || inside(h.name, room, sizeof(room)));
	assert(inside(h.alpn, data, size) || inside(h.alpn, room, sizeof(room)));
	fingerprint(&h, text);
	cut_anew(data, size, text);
	return 0;
}
