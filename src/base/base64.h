/* src/base/base64.h - base64 and base64url (RFC 4648, 4 and 5), base32 (6) for what people type. */
#pragma once

#include "base/buf.h"

/* `url`: that alphabet, without padding. */
void noro_base64(struct noro_view v, bool url, struct noro_buf *out);
/* Strict: no blanks, no bits left over; padding may be absent, and must be in base64url. False:
 * none of it, and `out` may hold a part. */
bool noro_base64_undo(struct noro_view v, bool url, struct noro_buf *out);
/* Without padding, capital letters. */
void noro_base32(struct noro_view v, struct noro_buf *out);
