/* src/base/sign.h - Ed25519 signatures (RFC 8032) and their keys, through OpenSSL; never our own.
 */
#pragma once

#include "base/buf.h"

enum { NORO_SIGNATURE = 64, NORO_SIGNATURE_TEXT = 129, NORO_KEY_ID_TEXT = 17 };

/* A secret key with its public half, or the public half alone. */
struct noro_key;

enum noro_status noro_key_make(struct noro_key **ret, struct noro_error *err) NORO_MUSTUSE;
/* PEM (RFC 7468): PRIVATE KEY (PKCS#8, not encrypted) or PUBLIC KEY. Nobody is asked for a
 * password: NORO_EENCRYPTED. */
enum noro_status noro_key_read(
	struct noro_view pem, struct noro_key **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_key_free(struct noro_key *k);
bool noro_key_secret(const struct noro_key *k);
/* PEM of the secret key, or of the public half. */
enum noro_status noro_key_print(
	const struct noro_key *k, bool secret, struct noro_buf *out) NORO_MUSTUSE;
/* A name to call it by: the first 16 hex digits of the SHA-256 of its public half (DER). */
const char *noro_key_id(const struct noro_key *k);

/* 128 hex digits. NORO_EARG without the secret half. */
enum noro_status noro_sign(const struct noro_key *k, struct noro_view text,
	char out[NORO_SIGNATURE_TEXT]) NORO_MUSTUSE;
bool noro_sign_holds(const struct noro_key *k, struct noro_view text, struct noro_view signature);
/* The same as 64 bytes. */
enum noro_status noro_sign_bytes(
	const struct noro_key *k, struct noro_view text, uint8_t out[NORO_SIGNATURE]) NORO_MUSTUSE;
bool noro_sign_bytes_hold(
	const struct noro_key *k, struct noro_view text, struct noro_view signature);
