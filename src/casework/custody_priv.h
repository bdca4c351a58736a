/* src/casework/custody_priv.h - one reading of a file, for writer and verifier alike. */
#pragma once

#include "base/hash.h"
#include "casework/custody.h"

#define CUSTODY_FORMAT "noroshi custody 1"

struct examined {
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
	bool changed;
	char sha256[NORO_HASH_TEXT];
};
enum noro_status noro_custody_examine_(
	const char *path, struct examined *ret, struct noro_error *err) NORO_MUSTUSE;
