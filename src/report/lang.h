/* src/report/lang.h - messages in the reader's language, from catalogues built into the program
 * (po/). */
#pragma once

#include "base/buf.h"
#include "finding/finding.h"

enum noro_lang { NORO_EN, NORO_JA };

/* "ja", "ja_JP.UTF-8", "Japanese"; anything else is English. */
enum noro_lang noro_lang_by_name(const char *name);
/* The text for a message id; the id itself where the catalogue has none. */
const char *noro_lang_text(enum noro_lang l, const char *id);
/* Append the sentence: %1 .. %4 replaced by the arguments, escaped for a terminal. */
void noro_lang_msg(enum noro_lang l, const struct noro_msg *m, struct noro_buf *out);
/* Append "cannot read 'x': text at line 12" for an error. */
void noro_lang_error(enum noro_lang l, const struct noro_error *err, struct noro_buf *out);
/* The side of a bilingual text, falling back to the other; never NULL. */
const char *noro_lang_pick(enum noro_lang l, struct noro_text t);
