/*
 * src/base/password.h - passwords as they are kept: Argon2id (RFC 9106) through libargon2, as a PHC
 * string that says its own parameters. libargon2 is opened at first use.
 */
#pragma once

#include "base/buf.h"

enum { NORO_PHC_TEXT = 128, NORO_PASSWORD_LEAST = 12, NORO_PASSWORD_MOST = 256 };

/* What a PHC string says. */
struct noro_phc {
	uint32_t memory_kib, passes, lanes;
	size_t salt, hash; /* bytes */
};
/* "$argon2id$v=19$m=..,t=..,p=..$salt$hash", nothing else, within what we would ever compute: who
 * wrote the file must not make us take gigabytes. */
bool noro_phc_parse(struct noro_view text, struct noro_phc *ret);
/* Parameters less than those of today? */
bool noro_phc_weak(const struct noro_phc *p);

/* With a fresh salt and the parameters of today: 46 MiB, one pass, one lane. Slow on purpose. */
enum noro_status noro_password_hash(
	struct noro_view password, char ret[NORO_PHC_TEXT], struct noro_error *err) NORO_MUSTUSE;
/* NORO_EACCESS: another password. `phc` NULL: takes as long, and is always another. */
enum noro_status noro_password_check(
	struct noro_view password, const char *phc, struct noro_error *err) NORO_MUSTUSE;
