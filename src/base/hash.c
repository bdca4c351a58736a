/* src/base/hash.c - several digests over one reading, through OpenSSL's EVP. */
#include "base/hash.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

static const struct kind {
	const char *name;
	size_t len;
	const EVP_MD *(*md)(void);
} kinds[NORO_HASH_KINDS] = {
	[NORO_MD5] = { "md5", 16, EVP_md5 },
	[NORO_SHA1] = { "sha1", 20, EVP_sha1 },
	[NORO_SHA256] = { "sha256", 32, EVP_sha256 },
	[NORO_SHA512] = { "sha512", 64, EVP_sha512 },
};

struct noro_hash {
	EVP_MD_CTX *ctx[NORO_HASH_KINDS]; /* NULL: not asked for */
	bool failed; /* OpenSSL refused: sticky until reset, told by noro_hash_hex */
};

struct noro_hash *noro_hash_new(unsigned which)
{
	struct noro_hash *h = noro_calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	for (size_t k = 0; k < NORO_HASH_KINDS; k++) {
		if (!(which & 1u << k))
			continue;
		h->ctx[k] = EVP_MD_CTX_new();
		if (!h->ctx[k]) {
			noro_hash_free(h);
			return NULL;
		}
	}
	if (noro_hash_reset(h) != NORO_OK) {
		noro_hash_free(h);
		return NULL;
	}
	return h;
}

void noro_hash_free(struct noro_hash *h)
{
	if (!h)
		return;
	for (size_t k = 0; k < NORO_HASH_KINDS; k++)
		EVP_MD_CTX_free(h->ctx[k]);
	free(h);
}

enum noro_status noro_hash_reset(struct noro_hash *h)
{
	h->failed = false;
	for (size_t k = 0; k < NORO_HASH_KINDS; k++)
		if (h->ctx[k] && EVP_DigestInit_ex(h->ctx[k], kinds[k].md(), NULL) != 1)
			h->failed = true;
	return h->failed ? NORO_ENOMEM : NORO_OK;
}

void noro_hash_add(struct noro_hash *h, const void *p, size_t n)
{
	for (size_t k = 0; k < NORO_HASH_KINDS && n; k++)
		if (h->ctx[k] && EVP_DigestUpdate(h->ctx[k], p, n) != 1)
			h->failed = true;
}

static void to_hex(const unsigned char *bytes, size_t n, char out[NORO_HASH_TEXT])
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[bytes[i] >> 4];
		out[2 * i + 1] = hex[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

enum noro_status noro_hash_hex(
	struct noro_hash *h, enum noro_hash_kind kind, char out[NORO_HASH_TEXT])
{
	unsigned char bytes[NORO_HASH_MAX];
	unsigned n = 0;

	assert(kind < NORO_HASH_KINDS);
	if (!h->ctx[kind] || h->failed)
		return h->failed ? NORO_ENOMEM : NORO_EARG;
	if (EVP_DigestFinal_ex(h->ctx[kind], bytes, &n) != 1)
		return NORO_ENOMEM;
	to_hex(bytes, n, out);
	return NORO_OK;
}

enum noro_status noro_hash_of(
	enum noro_hash_kind kind, struct noro_view bytes, char out[NORO_HASH_TEXT])
{
	unsigned char digest[NORO_HASH_MAX];
	unsigned n = 0;

	assert(kind < NORO_HASH_KINDS);
	if (EVP_Digest(bytes.n ? bytes.p : "", bytes.n, digest, &n, kinds[kind].md(), NULL) != 1)
		return NORO_ENOMEM;
	to_hex(digest, n, out);
	return NORO_OK;
}

size_t noro_hash_len(enum noro_hash_kind kind)
{
	return kinds[kind].len;
}

enum noro_status noro_hmac_hex(
	struct noro_view key, struct noro_view bytes, char out[NORO_HASH_TEXT])
{
	unsigned char digest[NORO_HASH_MAX];
	unsigned n = 0;

	if (key.n > INT32_MAX)
		return NORO_EARG;
	if (!HMAC(EVP_sha256(), key.n ? key.p : "", (int)key.n,
		    (const unsigned char *)(bytes.n ? bytes.p : ""), bytes.n, digest, &n))
		return NORO_ENOMEM;
	to_hex(digest, n, out);
	return NORO_OK;
}

enum noro_status noro_random(void *out, size_t n)
{
	unsigned char *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return NORO_EIO;
		p += got;
		n -= (size_t)got;
	}
	return NORO_OK;
}
