/* src/evidence/mime_priv.h - undoing what mail does to text: base64, quoted-printable, RFC 2047,
 * character sets. */
#pragma once

#include "base/buf.h"
#include "base/view.h"

/* Append the decoded bytes. Bytes that are not of the alphabet are passed over, as RFC 2045 6.8
 * asks. */
void noro_mime_base64(struct noro_view v, struct noro_buf *out);
/* `header`: '_' is a blank (RFC 2047 4.2). */
void noro_mime_quoted(struct noro_view v, bool header, struct noro_buf *out);
/* Append v as UTF-8; unknown character sets and bad bytes give U+FFFD. */
void noro_mime_charset(struct noro_view v, struct noro_view charset, struct noro_buf *out);
/* A header value with its encoded words undone and its folding taken out. */
void noro_mime_header(struct noro_view v, struct noro_buf *out);
/* A parameter of a structured header: boundary, charset, filename (also RFC 2231); empty if absent.
 */
struct noro_view noro_mime_param(struct noro_view header, const char *name);
