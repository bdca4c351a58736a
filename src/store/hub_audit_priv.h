/* src/store/hub_audit_priv.h - the texts of the log that are hashed and signed. */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "store/hub_audit.h"

enum noro_status audit_digest(const char *before, const struct noro_hub_row_told *row,
	char ret[NORO_HASH_TEXT]) NORO_MUSTUSE;
void audit_head_text(int64_t no, int64_t at_ns, const char *digest, struct noro_buf *out);
/* Of its no, day and digest. */
void audit_root_text(const struct noro_hub_audit_root *r, struct noro_buf *out);
