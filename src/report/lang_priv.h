/* src/report/lang_priv.h - the table that tools/po2c makes of po/ja. */
#pragma once

#include <stddef.h>

struct noro_lang_entry {
	const char *id, *text;
};
extern const struct noro_lang_entry noro_lang_ja[]; /* sorted by id, ends with a NULL id */
extern const size_t noro_lang_ja_count;
