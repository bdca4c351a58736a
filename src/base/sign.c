/* src/base/sign.c - Ed25519 through OpenSSL's EVP. */
#include "base/sign.h"

#include "base/hash.h"
#include "base/mem.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

enum { MAX_PEM = 1 << 14 };

struct noro_key {
	EVP_PKEY *key;
	bool secret;
	char id[NORO_KEY_ID_TEXT];
};

static enum noro_status name_it(struct noro_key *k)
{
	unsigned char *der = NULL;
	char hex[NORO_HASH_TEXT];
	int n = i2d_PUBKEY(k->key, &der);
	enum noro_status st =
		n > 0 ? noro_hash_of(NORO_SHA256, noro_view(der, (size_t)n), hex) : NORO_ENOMEM;

	OPENSSL_free(der);
	if (st == NORO_OK) {
		memcpy(k->id, hex, sizeof(k->id) - 1);
		k->id[sizeof(k->id) - 1] = '\0';
	}
	return st;
}

/* Takes the key over, whatever happens. */
static enum noro_status adopt(
	EVP_PKEY *key, bool secret, struct noro_key **ret, struct noro_error *err)
{
	struct noro_key *k = noro_calloc(1, sizeof(*k));

	if (!k) {
		EVP_PKEY_free(key);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	k->key = key;
	k->secret = secret;
	if (name_it(k) != NORO_OK) {
		noro_key_free(k);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	*ret = k;
	return NORO_OK;
}

enum noro_status noro_key_make(struct noro_key **ret, struct noro_error *err)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	return key ? adopt(key, true, ret, err) : noro_fail(err, NORO_ENOMEM, NULL);
}

/* In place of asking on the terminal. */
static int no_password(char *buf, int size, int writing, void *asked)
{
	(void)buf;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

enum noro_status noro_key_read(struct noro_view pem, struct noro_key **ret, struct noro_error *err)
{
	bool asked = false, secret = noro_view_find(pem, NORO_V("PRIVATE KEY-----")) != SIZE_MAX;
	EVP_PKEY *key;
	BIO *in;

	if (pem.n > MAX_PEM)
		return noro_fail(err, NORO_ELIMIT, N_("a key is not as long as this"));
	in = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
	if (!in)
		return noro_fail(err, NORO_ENOMEM, NULL);
	key = secret ? PEM_read_bio_PrivateKey(in, NULL, no_password, &asked)
		     : PEM_read_bio_PUBKEY(in, NULL, no_password, &asked);
	(void)BIO_free(in);
	if (asked) {
		EVP_PKEY_free(key);
		return noro_fail(err, NORO_EENCRYPTED, N_("the key is encrypted"));
	}
	if (!key || !EVP_PKEY_is_a(key, "ED25519")) {
		EVP_PKEY_free(key);
		return noro_fail(err, NORO_EFORMAT, N_("this is no Ed25519 key in PEM"));
	}
	return adopt(key, secret, ret, err);
}

void noro_key_free(struct noro_key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->key);
	free(k);
}

bool noro_key_secret(const struct noro_key *k)
{
	return k->secret;
}

const char *noro_key_id(const struct noro_key *k)
{
	return k->id;
}

enum noro_status noro_key_print(const struct noro_key *k, bool secret, struct noro_buf *out)
{
	BIO *bio;
	char *p;
	long n;
	int ok;

	if (secret && !k->secret)
		return NORO_EARG;
	bio = BIO_new(secret ? BIO_s_secmem() : BIO_s_mem());
	if (!bio)
		return NORO_ENOMEM;
	ok = secret ? PEM_write_bio_PKCS8PrivateKey(bio, k->key, NULL, NULL, 0, NULL, NULL)
		    : PEM_write_bio_PUBKEY(bio, k->key);
	n = BIO_get_mem_data(bio, &p);
	if (ok == 1 && n > 0)
		noro_buf_add(out, p, (size_t)n);
	(void)BIO_free(bio);
	return ok == 1 && n > 0 ? out->status : NORO_ENOMEM;
}

enum noro_status noro_sign_bytes(
	const struct noro_key *k, struct noro_view text, uint8_t out[NORO_SIGNATURE])
{
	size_t n = NORO_SIGNATURE;
	EVP_MD_CTX *ctx;
	bool ok;

	if (!k->secret)
		return NORO_EARG;
	ctx = EVP_MD_CTX_new();
	ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->key) == 1 &&
	     EVP_DigestSign(ctx, out, &n, (const unsigned char *)(text.n ? text.p : ""), text.n) ==
		     1 &&
	     n == NORO_SIGNATURE;
	EVP_MD_CTX_free(ctx);
	return ok ? NORO_OK : NORO_ENOMEM;
}

enum noro_status noro_sign(
	const struct noro_key *k, struct noro_view text, char out[NORO_SIGNATURE_TEXT])
{
	static const char digit[] = "0123456789abcdef";
	uint8_t bytes[NORO_SIGNATURE];
	enum noro_status st = noro_sign_bytes(k, text, bytes);

	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		out[2 * i] = digit[bytes[i] >> 4];
		out[2 * i + 1] = digit[bytes[i] & 15];
	}
	out[2 * sizeof(bytes)] = '\0';
	return NORO_OK;
}

bool noro_sign_bytes_hold(
	const struct noro_key *k, struct noro_view text, struct noro_view signature)
{
	EVP_MD_CTX *ctx;
	bool ok;

	if (signature.n != NORO_SIGNATURE)
		return false;
	ctx = EVP_MD_CTX_new();
	ok = ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k->key) == 1 &&
	     EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n,
		     (const unsigned char *)(text.n ? text.p : ""), text.n) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool noro_sign_holds(const struct noro_key *k, struct noro_view text, struct noro_view signature)
{
	char bytes[NORO_SIGNATURE];

	if (signature.n != 2 * sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		int high = noro_hex_value(signature.p[2 * i]),
		    low = noro_hex_value(signature.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (char)(high << 4 | low);
	}
	return noro_sign_bytes_hold(k, text, noro_view(bytes, sizeof(bytes)));
}
