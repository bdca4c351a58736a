/* src/report/layout.c - wrapping and cutting by display columns (UAX 11), in one pass. */
#include "report/layout.h"

#include "base/text.h"

/* One character: its bytes (1 for a bad byte) and its columns. */
static size_t next_char(struct noro_view v, size_t *columns)
{
	uint32_t scalar;
	size_t n = noro_utf8_next(v, &scalar);

	if (n == 0)
		n = 1;
	*columns = n == 1 ? 1 : noro_utf8_columns(noro_view(v.p, n));
	return n;
}

void noro_layout_blanks(size_t n, struct noro_buf *out)
{
	while (n--)
		noro_buf_chr(out, ' ');
}

static void break_line(size_t indent, size_t *at, struct noro_buf *out)
{
	while (out->n && out->p[out->n - 1] == ' ')
		out->n--;
	noro_buf_chr(out, '\n');
	noro_layout_blanks(indent, out);
	*at = indent;
}

/* Closing marks do not begin a line in Japanese (JIS X 4051); they hang over by their width. */
static bool may_begin_line(struct noro_view v)
{
	static const char *const closing[] = { "、", "。", ")", "」", "』", "】", ":", ";", "・",
		"ー", "ッ", "ャ", "ュ", "ョ", "っ", "ゃ", "ゅ", "ょ", "）", "：", "？", "！",
		NULL };

	for (size_t i = 0; closing[i]; i++)
		if (noro_view_starts(v, closing[i]))
			return false;
	return true;
}

/* Opening marks do not end one. */
static bool may_end_line(struct noro_view v)
{
	return !noro_view_starts(v, "（") && !noro_view_starts(v, "「") &&
	       !noro_view_starts(v, "『") && !noro_view_starts(v, "【");
}

/* The next piece that must stay together: blanks, one wide character, or a run of narrow ones. */
static struct noro_view next_piece(struct noro_view rest, size_t *columns)
{
	size_t n = 0, w, one;
	bool held = false; /* the last character wants a neighbour on its right */

	*columns = 0;
	while (n < rest.n) {
		struct noro_view here = noro_view(rest.p + n, rest.n - n);

		one = next_char(here, &w);
		if (n && (rest.p[n] == ' ') != (rest.p[0] == ' '))
			break;
		if (w > 1 && n && !held && may_begin_line(here))
			break;
		held = w > 1 && !may_end_line(here);
		n += one;
		*columns += w;
		if (w > 1 && !held &&
			(n == rest.n || may_begin_line(noro_view(rest.p + n, rest.n - n))))
			break;
	}
	return noro_view(rest.p, n);
}

void noro_layout_wrap(
	struct noro_view text, size_t at, size_t indent, size_t columns, struct noro_buf *out)
{
	if (columns < indent + 8)
		columns = indent + 8;
	while (text.n && out->status == NORO_OK) {
		size_t w;
		struct noro_view piece = next_piece(text, &w);

		text = noro_view(text.p + piece.n, text.n - piece.n);
		if (at + w <= columns) {
			noro_buf_view(out, piece);
			at += w;
			continue;
		}
		if (at > indent)
			break_line(indent, &at, out);
		if (piece.p[0] == ' ')
			continue;
		while (piece.n) { /* longer than a line: cut it where the line ends */
			size_t n = next_char(piece, &w);

			if (at + w > columns)
				break_line(indent, &at, out);
			noro_buf_add(out, piece.p, n);
			at += w;
			piece = noro_view(piece.p + n, piece.n - n);
		}
	}
}

void noro_layout_fit(struct noro_view text, size_t columns, bool pad, struct noro_buf *out)
{
	size_t used = 0, kept = 0, kept_columns = 0, i = 0;

	while (i < text.n) {
		size_t w, n = next_char(noro_view(text.p + i, text.n - i), &w);

		if (used + w > columns)
			break;
		used += w;
		i += n;
		if (used + 3 <= columns) {
			kept = i;
			kept_columns = used;
		}
	}
	if (i < text.n) {
		noro_buf_add(out, text.p, kept);
		noro_buf_str(out, columns >= 3 ? "..." : "");
		used = kept_columns + (columns >= 3 ? 3 : 0);
	} else {
		noro_buf_view(out, text);
	}
	if (pad && used < columns)
		noro_layout_blanks(columns - used, out);
}
