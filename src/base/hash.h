/* src/base/hash.h - digests through OpenSSL 3; never our own. */
#pragma once

#include "base/status.h"
#include "base/view.h"

enum noro_hash_kind { NORO_MD5, NORO_SHA1, NORO_SHA256, NORO_SHA512, NORO_HASH_KINDS };
enum { NORO_HASH_MAX = 64, NORO_HASH_TEXT = 129 };

/* A running set of digests over one reading: `which` is a bit mask, 1 << kind. */
struct noro_hash;
struct noro_hash *noro_hash_new(unsigned which);
void noro_hash_free(struct noro_hash *h);
/* Start again with the same kinds. */
enum noro_status noro_hash_reset(struct noro_hash *h) NORO_MUSTUSE;
void noro_hash_add(struct noro_hash *h, const void *p, size_t n);
/* Finish; the digest of `kind` as lower-case hex. Once per kind after the last add. */
enum noro_status noro_hash_hex(
	struct noro_hash *h, enum noro_hash_kind kind, char out[NORO_HASH_TEXT]) NORO_MUSTUSE;
/* In one call, lower-case hex. */
enum noro_status noro_hash_of(
	enum noro_hash_kind kind, struct noro_view bytes, char out[NORO_HASH_TEXT]) NORO_MUSTUSE;
size_t noro_hash_len(enum noro_hash_kind kind); /* bytes */
/* A keyed digest (HMAC-SHA-256) for comparing secrets inside one run; first 16 hex digits are
 * enough to print. */
enum noro_status noro_hmac_hex(
	struct noro_view key, struct noro_view bytes, char out[NORO_HASH_TEXT]) NORO_MUSTUSE;
/* Random bytes from the system. */
enum noro_status noro_random(void *out, size_t n) NORO_MUSTUSE;
