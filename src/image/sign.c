/*
 * src/image/sign.c - certificates and signatures, through OpenSSL alone.
 *
 * The certificate of a device's chip (SUDI) ends while the device still works, and the roots above
 * it are signed with SHA-1: neither is a ground to call a signature false, so the chain is built
 * without regard to time and to the strength of the digest, and an ended certificate is told.
 */
#include "image/image.h"

#include "base/mem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <limits.h>

struct noro_certs {
	STACK_OF(X509) * given, *trusted;
	X509_STORE *store;
};

/* One signature to be checked. */
struct attempt {
	struct noro_view bytes, signature;
	bool sha512;
	int64_t now_ns;
};

struct noro_certs *noro_certs_new(void)
{
	struct noro_certs *c = noro_calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->given = sk_X509_new_null();
	c->trusted = sk_X509_new_null();
	c->store = X509_STORE_new();
	if (c->given && c->trusted && c->store)
		return c;
	noro_certs_free(c);
	return NULL;
}

void noro_certs_free(struct noro_certs *c)
{
	if (!c)
		return;
	sk_X509_pop_free(c->given, X509_free);
	sk_X509_pop_free(c->trusted, X509_free);
	X509_STORE_free(c->store);
	free(c);
}

static enum noro_status keep(struct noro_certs *c, X509 *x, bool trust)
{
	if (trust && !X509_STORE_add_cert(c->store, x)) {
		X509_free(x);
		return NORO_ENOMEM;
	}
	if (!sk_X509_push(trust ? c->trusted : c->given, x)) {
		X509_free(x);
		return NORO_ENOMEM;
	}
	return NORO_OK;
}

enum noro_status noro_certs_add(
	struct noro_certs *c, struct noro_view pem, bool trust, size_t *ret_n)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	enum noro_status st = NORO_OK;

	*ret_n = 0;
	pem = noro_view_sub(pem, 0, NORO_BIV_MAX_TEXT);
	while (st == NORO_OK && *ret_n < NORO_BIV_MAX_CERTIFICATES) {
		size_t at = noro_view_find(pem, noro_view_str(begin)), end;
		BIO *b;
		X509 *x;

		if (at == SIZE_MAX)
			break;
		pem = noro_view_sub(pem, at, pem.n);
		end = noro_view_find(pem, NORO_V("-----END CERTIFICATE-----"));
		if (end == SIZE_MAX)
			break;
		end += strlen("-----END CERTIFICATE-----");
		b = BIO_new_mem_buf(pem.p, (int)end);
		x = b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
		BIO_free(b);
		ERR_clear_error();
		if (x) {
			st = keep(c, x, trust);
			*ret_n += st == NORO_OK;
		}
		pem = noro_view_sub(pem, end, pem.n);
	}
	return st;
}

static bool fits(X509 *x, struct noro_view bytes, struct noro_view signature, bool sha512)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	EVP_MD_CTX *ctx =
		key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? EVP_MD_CTX_new() : NULL;
	bool good = false;

	if (ctx && EVP_DigestVerifyInit(
			   ctx, NULL, sha512 ? EVP_sha512() : EVP_sha256(), NULL, key) == 1)
		good = EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n,
			       (const unsigned char *)bytes.p, bytes.n) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static enum noro_biv_answer chains(const struct noro_certs *c, X509 *x)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	enum noro_biv_answer answer = NORO_BIV_BAD;

	if (sk_X509_num(c->trusted) == 0)
		answer = NORO_BIV_UNKNOWN;
	else if (ctx && X509_STORE_CTX_init(ctx, c->store, x, c->given)) {
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);

		(void)X509_VERIFY_PARAM_set_flags(
			p, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_auth_level(p, 0);
		if (X509_verify_cert(ctx) == 1)
			answer = NORO_BIV_GOOD;
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return answer;
}

/* Does one of the list fit? Its subject, its chain and its end are told. */
static bool try_all(const struct noro_certs *c, STACK_OF(X509) * list, const struct attempt *t,
	struct noro_signed *ret)
{
	for (int i = 0; i < sk_X509_num(list); i++) {
		X509 *x = sk_X509_value(list, i);
		time_t now = (time_t)(t->now_ns / NORO_NS_PER_S);

		if (!fits(x, t->bytes, t->signature, t->sha512))
			continue;
		ret->signature = NORO_BIV_GOOD;
		ret->chain = chains(c, x);
		ret->expired = X509_cmp_time(X509_get0_notAfter(x), &now) < 0;
		(void)X509_NAME_oneline(X509_get_subject_name(x), ret->signer, sizeof(ret->signer));
		return true;
	}
	return false;
}

enum noro_status noro_certs_verify(const struct noro_certs *c, struct noro_view bytes,
	struct noro_view signature, bool sha512, int64_t now_ns, struct noro_signed *ret)
{
	struct attempt t = { bytes, signature, sha512, now_ns };

	*ret = (struct noro_signed){ .signature = NORO_BIV_UNKNOWN, .chain = NORO_BIV_UNKNOWN };
	if (sk_X509_num(c->given) + sk_X509_num(c->trusted) == 0)
		return NORO_OK;
	ret->signature = NORO_BIV_BAD;
	if (!try_all(c, c->given, &t, ret))
		(void)try_all(c, c->trusted, &t, ret);
	return NORO_OK;
}
