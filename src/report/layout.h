/* src/report/layout.h - text on a grid of columns, where a kanji takes two. */
#pragma once

#include "base/buf.h"

/*
 * Append text in lines of at most `columns`, the first one after `at` columns that
 * are already there, the others indented by `indent`. Breaks at blanks and beside
 * wide characters; a longer word is broken where it must be. No line end at the end.
 */
void noro_layout_wrap(
	struct noro_view text, size_t at, size_t indent, size_t columns, struct noro_buf *out);
/* As much as fits into `columns`, "..." where it was cut; padded with blanks if `pad`. */
void noro_layout_fit(struct noro_view text, size_t columns, bool pad, struct noro_buf *out);
void noro_layout_blanks(size_t n, struct noro_buf *out);
