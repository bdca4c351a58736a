/*
 * src/base/jws.h - detached signatures of a text that travels as it is: JSON Web Signature (RFC
 * 7515, appendix F) with an unencoded payload (RFC 7797) and Ed25519 (RFC 8037). What is signed is
 * the canonical form of a JSON text (RFC 8785), which who verifies makes anew.
 */
#pragma once

#include "base/arena.h"
#include "base/sign.h"

enum { NORO_JWS_MAX = 1024 };

/* Append "header..signature". NORO_EARG without the secret half. */
enum noro_status noro_jws_sign(
	const struct noro_key *k, struct noro_view payload, struct noro_buf *out) NORO_MUSTUSE;
/* Is `jws` the signature of `payload` by `k`? A header that asks for more than we know: no. */
bool noro_jws_holds(const struct noro_key *k, struct noro_view payload, struct noro_view jws);
