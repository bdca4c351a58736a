/* src/device/words.c - a line cut into words, as its dialect quotes them. */
#include "device/tree_priv.h"

static bool ends(struct noro_view v, size_t i, unsigned quote)
{
	return !(quote & NORO_QUOTE_LOOSE) || i + 1 == v.n || noro_is_space(v.p[i + 1]);
}

/* Where the quote that opens at p[0] closes, or SIZE_MAX. `*escaped`: a backslash stands in it. */
static size_t closing(struct noro_view v, unsigned quote, bool *escaped)
{
	bool escapes = quote & NORO_QUOTE_ESCAPE && v.p[0] == '"';

	*escaped = false;
	for (size_t i = 1; i < v.n; i++) {
		if (v.p[i] == v.p[0] && ends(v, i, quote))
			return i;
		if (escapes && v.p[i] == '\\' && i + 1 < v.n) {
			*escaped = true;
			i++;
		}
	}
	return SIZE_MAX;
}

/* The control byte that \xHH stands for, or -1: print.c writes those so. */
static int control(struct noro_view v, size_t i)
{
	int high, low;

	if (i + 2 >= v.n || v.p[i] != 'x')
		return -1;
	high = noro_hex_value(v.p[i + 1]);
	low = noro_hex_value(v.p[i + 2]);
	return (high == 0 || high == 1) && low >= 0 ? high * 16 + low : -1;
}

/* Backslash and any byte: that byte; \n is a new line. */
static struct noro_view unescaped(struct noro_tree_maker *m, struct noro_view v)
{
	char *out = noro_arena_alloc(m->a, v.n + 1);
	size_t n = 0;

	if (!out) {
		m->status = NORO_ENOMEM;
		return v;
	}
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '\\' && i + 1 < v.n) {
			c = v.p[++i];
			if (c == 'n') {
				c = '\n';
			} else if (control(v, i) >= 0) {
				c = (char)control(v, i);
				i += 2;
			} else if (c != '"' && c != '\\') { /* \d of a pattern is no escape */
				out[n++] = '\\';
			}
		}
		out[n++] = c;
	}
	return noro_view(out, n);
}

bool noro_tree_quoted(
	struct noro_tree_maker *m, struct noro_view *rest, unsigned quote, struct noro_view *ret)
{
	unsigned kind = rest->p[0] == '\'';
	bool escaped;
	size_t end;

	/* none behind an earlier place of this text: then none here */
	if (m->unclosed_end[kind] == rest->p + rest->n && m->unclosed[kind] < rest->p)
		return false;
	end = closing(*rest, quote, &escaped);
	if (end == SIZE_MAX && escaped) { /* "C:\" ends with a byte that was no escape */
		end = closing(*rest, quote & ~(unsigned)NORO_QUOTE_ESCAPE, &escaped);
		escaped = false;
	}
	if (end == SIZE_MAX) {
		m->unclosed[kind] = rest->p;
		m->unclosed_end[kind] = rest->p + rest->n;
		return false;
	}
	*ret = noro_view_sub(*rest, 1, end - 1);
	if (escaped)
		*ret = unescaped(m, *ret);
	*rest = noro_view_sub(*rest, end + 1, rest->n);
	return true;
}

bool noro_tree_next_word(
	struct noro_tree_maker *m, struct noro_view *rest, unsigned quote, struct noro_view *ret)
{
	size_t i = 0;

	while (i < rest->n && noro_is_space(rest->p[i]))
		i++;
	if (i == rest->n)
		return false;
	*rest = noro_view(rest->p + i, rest->n - i);
	if (((quote & NORO_QUOTE_DOUBLE && rest->p[0] == '"') ||
		    (quote & NORO_QUOTE_SINGLE && rest->p[0] == '\'')) &&
		noro_tree_quoted(m, rest, quote, ret))
		return true;
	for (i = 0; i < rest->n && ((uint8_t)rest->p[i] > ' ' || !noro_is_space(rest->p[i]));)
		i++;
	*ret = noro_view(rest->p, i);
	*rest = noro_view(rest->p + i, rest->n - i);
	return true;
}

void noro_tree_split(
	struct noro_tree_maker *m, struct noro_stmt *s, struct noro_view line, unsigned quote)
{
	struct noro_view word;

	while (s->words < NORO_TREE_MAX_WORDS - 1 && noro_tree_next_word(m, &line, quote, &word))
		if (!noro_tree_word(m, s, word))
			return;
	line = noro_view_trim(line);
	if (line.n)
		(void)noro_tree_word(m, s, line);
}

bool noro_tree_quote_open(struct noro_view line, bool open)
{
	for (size_t i = 0; i < line.n; i++)
		if (open && line.p[i] == '\\')
			i++;
		else if (line.p[i] == '"' && (open || i == 0 || noro_is_space(line.p[i - 1])))
			open = !open;
	return open;
}

/* A word that needs no quotes in curly and set forms. */
static bool is_plain(struct noro_view w)
{
	if (w.n == 0 || w.p[w.n - 1] == ':' || w.p[0] == '#' || w.p[0] == '!')
		return false;
	if (w.n > 1 && memchr(">$%", w.p[w.n - 1], 3)) /* not to look like a prompt */
		return false;
	if (w.p[0] == '/' && (w.n == 1 || w.p[1] == '*' || w.p[1] == '/'))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if ((uint8_t)w.p[i] <= ' ' || memchr(";{}\"'[]\\#", w.p[i], 9))
			return false;
	return true;
}

void noro_tree_print_word(struct noro_buf *out, struct noro_view word)
{
	if (is_plain(word))
		noro_buf_view(out, word);
	else
		noro_tree_print_quoted(out, word);
}

void noro_tree_print_quoted(struct noro_buf *out, struct noro_view word)
{
	noro_buf_chr(out, '"');
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c == '"' || c == '\\')
			noro_buf_chr(out, '\\');
		if (c == '\n')
			noro_buf_str(out, "\\n");
		else if ((uint8_t)c < ' ' && c != '\t')
			noro_buf_printf(out, "\\x%02x", (unsigned)c);
		else
			noro_buf_chr(out, c);
	}
	noro_buf_chr(out, '"');
}
