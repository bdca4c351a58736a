/*
 * src/evidence/tls.c - ClientHello and JA4. Lists are walked within the lengths that hold them, so
 * that no length can lead out of another one; what is longer than a list's ceiling is left off,
 * which gives a fingerprint that nobody else has.
 */
#include "evidence/tls.h"

#include "base/cursor.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RECORD_HANDSHAKE = 22,
	RECORD_HEAD = 5,
	HELLO = 1,
	HELLO_HEAD = 4,
	EXT_NAME = 0,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_VERSIONS = 43,
	LISTED = 12, /* hex digits of a digest that are kept */
};

/* 0x0a0a, 0x1a1a ... 0xfafa (RFC 8701). */
static bool is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

static struct noro_cursor within(struct noro_cursor *c, size_t n)
{
	struct noro_view v = noro_cursor_bytes(c, n);

	return noro_cursor(v.p, v.n);
}

/* ---- records ---- */

/* The handshake's bytes, whatever records they came in; empty if they are not whole. */
static struct noro_view handshake(struct noro_view bytes, uint8_t *room)
{
	struct noro_cursor c = noro_cursor(bytes.p, bytes.n);
	size_t want = 0, got = 0;

	while (noro_cursor_left(&c) > RECORD_HEAD) {
		uint8_t type = noro_cursor_u8(&c), major = noro_cursor_u8(&c);
		size_t n;
		struct noro_view part;

		(void)noro_cursor_u8(&c);
		n = noro_cursor_be16(&c);
		if (type != RECORD_HANDSHAKE || major != 3 || n < (got ? 1 : HELLO_HEAD))
			break;
		part = noro_cursor_bytes(&c, n);
		if (!part.n)
			break;
		if (!got) {
			const uint8_t *p = (const uint8_t *)part.p;

			want = HELLO_HEAD + ((size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]);
			if (p[0] != HELLO || want > NORO_TLS_HELLO_MAX)
				break;
			if (want <= part.n)
				return noro_view(part.p, want);
		}
		n = part.n < want - got ? part.n : want - got;
		memcpy(room + got, part.p, n);
		got += n;
		if (got == want)
			return noro_view(room, want);
	}
	return noro_view("", 0);
}

/* ---- the hello ---- */

static unsigned take_list(struct noro_cursor *c, uint16_t *to, unsigned most)
{
	unsigned n = 0;

	while (noro_cursor_left(c) >= 2) {
		uint16_t v = noro_cursor_be16(c);

		if (n < most && !is_grease(v))
			to[n++] = v;
	}
	return n;
}

static void take_versions(struct noro_cursor *c, struct noro_tls_hello *h)
{
	struct noro_cursor list = within(c, noro_cursor_u8(c));
	uint16_t best = 0;

	while (noro_cursor_left(&list) >= 2) {
		uint16_t v = noro_cursor_be16(&list);

		if (!is_grease(v) && v > best)
			best = v;
	}
	h->version = best ? best : h->version;
}

static void take_name(struct noro_cursor *c, struct noro_tls_hello *h)
{
	struct noro_cursor list = within(c, noro_cursor_be16(c));

	h->has_name = true;
	if (noro_cursor_u8(&list) == 0)
		h->name = noro_cursor_bytes(&list, noro_cursor_be16(&list));
}

static void take_alpn(struct noro_cursor *c, struct noro_tls_hello *h)
{
	struct noro_cursor list = within(c, noro_cursor_be16(c));

	h->alpn = noro_cursor_bytes(&list, noro_cursor_u8(&list));
}

static void take_extension(struct noro_cursor *all, struct noro_tls_hello *h)
{
	uint16_t type = noro_cursor_be16(all);
	struct noro_cursor body = within(all, noro_cursor_be16(all)), list;

	if (all->status != NORO_OK || is_grease(type))
		return;
	if (h->extensions < NORO_TLS_EXTENSIONS)
		h->extension[h->extensions++] = type;
	switch (type) {
	case EXT_NAME:
		take_name(&body, h);
		break;
	case EXT_ALPN:
		take_alpn(&body, h);
		break;
	case EXT_VERSIONS:
		take_versions(&body, h);
		break;
	case EXT_SIGNATURES:
		list = within(&body, noro_cursor_be16(&body));
		h->signatures = take_list(&list, h->signature, NORO_TLS_SIGNATURES);
		break;
	default:
		break;
	}
}

bool noro_tls_hello(
	struct noro_view bytes, uint8_t room[NORO_TLS_HELLO_MAX], struct noro_tls_hello *ret)
{
	struct noro_view v = handshake(bytes, room);
	struct noro_cursor c = noro_cursor(v.p, v.n), list;

	ret->ciphers = ret->extensions = ret->signatures = 0;
	ret->has_name = false;
	ret->name = ret->alpn = noro_view("", 0);
	noro_cursor_skip(&c, HELLO_HEAD);
	ret->version = noro_cursor_be16(&c);
	noro_cursor_skip(&c, 32);
	noro_cursor_skip(&c, noro_cursor_u8(&c)); /* the session */
	list = within(&c, noro_cursor_be16(&c));
	ret->ciphers = take_list(&list, ret->cipher, NORO_TLS_CIPHERS);
	noro_cursor_skip(&c, noro_cursor_u8(&c)); /* compression */
	if (c.status != NORO_OK)
		return false;
	if (!noro_cursor_left(&c)) /* before extensions were thought of */
		return true;
	list = within(&c, noro_cursor_be16(&c));
	while (noro_cursor_left(&list) && c.status == NORO_OK)
		take_extension(&list, ret);
	return c.status == NORO_OK && list.status == NORO_OK;
}

/* ---- JA4 ---- */

static const char *version_text(uint16_t v)
{
	static const struct {
		uint16_t v;
		char text[3];
	} known[] = { { 0x0304, "13" }, { 0x0303, "12" }, { 0x0302, "11" }, { 0x0301, "10" },
		{ 0x0300, "s3" }, { 0x0002, "s2" }, { 0xfeff, "d1" }, { 0xfefd, "d2" },
		{ 0xfefc, "d3" } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].v == v)
			return known[i].text;
	return "00";
}

static void alpn_text(struct noro_view alpn, char out[3])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t first, last;

	memcpy(out, "00", 3);
	if (!alpn.n)
		return;
	first = (uint8_t)alpn.p[0];
	last = (uint8_t)alpn.p[alpn.n - 1];
	if (noro_is_alnum((char)first) && noro_is_alnum((char)last)) {
		out[0] = (char)first;
		out[1] = (char)last;
		return;
	}
	out[0] = hex[first >> 4];
	out[1] = hex[last & 15];
}

static int by_value(const void *x, const void *y)
{
	const uint16_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* "0005,000a": four digits each, with what stands before them. */
static void add_hex(struct noro_hash *hash, const uint16_t *v, unsigned n, char before)
{
	for (unsigned i = 0; i < n; i++) {
		char text[8];
		int len = snprintf(text, sizeof(text), "%c%04x", i ? ',' : before, (unsigned)v[i]);

		noro_hash_add(hash, text + (!i && !before), (size_t)len - (!i && !before));
	}
}

/* The first digits of the digest of a sorted list, and of what follows it unsorted. */
static enum noro_status listed(struct noro_hash *hash, uint16_t *v, unsigned n,
	const uint16_t *then, unsigned thens, char out[LISTED + 1])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_reset(hash);

	memset(out, '0', LISTED);
	out[LISTED] = '\0';
	if (st != NORO_OK || !n)
		return st;
	qsort(v, n, sizeof(*v), by_value);
	add_hex(hash, v, n, '\0');
	add_hex(hash, then, thens, '_');
	st = noro_hash_hex(hash, NORO_SHA256, hex);
	if (st == NORO_OK)
		memcpy(out, hex, LISTED);
	return st;
}

enum noro_status noro_tls_ja4(
	const struct noro_tls_hello *h, char over, struct noro_hash *hash, char out[NORO_JA4_TEXT])
{
	uint16_t cipher[NORO_TLS_CIPHERS], extension[NORO_TLS_EXTENSIONS];
	char alpn[3], ciphers[LISTED + 1], extensions[LISTED + 1];
	unsigned n = 0;
	enum noro_status st;

	memcpy(cipher, h->cipher, h->ciphers * sizeof(*cipher));
	for (unsigned i = 0; i < h->extensions; i++)
		if (h->extension[i] != EXT_NAME && h->extension[i] != EXT_ALPN)
			extension[n++] = h->extension[i];
	st = listed(hash, cipher, h->ciphers, NULL, 0, ciphers);
	if (st == NORO_OK)
		st = listed(hash, extension, n, h->signature, h->signatures, extensions);
	if (st != NORO_OK)
		return st;
	alpn_text(h->alpn, alpn);
	(void)snprintf(out, NORO_JA4_TEXT, "%c%s%c%02u%02u%s_%s_%s", over, version_text(h->version),
		h->has_name ? 'd' : 'i', h->ciphers < 99 ? h->ciphers : 99,
		h->extensions < 99 ? h->extensions : 99, alpn, ciphers, extensions);
	return NORO_OK;
}
