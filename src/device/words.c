/* src/device/words.c - a line cut into words, as its dialect quotes them. */
#include "device/tree_priv.h"

/* Where the quote that opens at p[0] closes, or SIZE_MAX. `*escaped`: a backslash stands in it. */
static size_t closing(struct noro_view v, bool escapes, bool *escaped)
{
	char quote = v.p[0];

	*escaped = false;
	for (size_t i = 1; i < v.n; i++) {
		if (v.p[i] == quote)
			return i;
		if (escapes && v.p[i] == '\\' && i + 1 < v.n) {
			*escaped = true;
			i++;
		}
	}
	return SIZE_MAX;
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
			if (c == 'n')
				c = '\n';
			else if (c != '"' && c != '\\') /* \d of a pattern is no escape */
				out[n++] = '\\';
		}
		out[n++] = c;
	}
	return noro_view(out, n);
}

static bool quoted(struct noro_tree_maker *m, struct noro_view *rest, enum noro_tree_quote quote,
	struct noro_view *ret)
{
	bool escapes = quote != NORO_QUOTE_LOOSE && rest->p[0] == '"', escaped;
	size_t end = closing(*rest, escapes, &escaped);

	if (end == SIZE_MAX)
		return false;
	if (quote == NORO_QUOTE_LOOSE && end + 1 < rest->n && !noro_is_space(rest->p[end + 1]))
		return false;
	*ret = noro_view_sub(*rest, 1, end - 1);
	if (escaped)
		*ret = unescaped(m, *ret);
	*rest = noro_view_sub(*rest, end + 1, rest->n);
	return true;
}

bool noro_tree_next_word(struct noro_tree_maker *m, struct noro_view *rest,
	enum noro_tree_quote quote, struct noro_view *ret)
{
	size_t i = 0;

	while (i < rest->n && noro_is_space(rest->p[i]))
		i++;
	*rest = noro_view(rest->p + i, rest->n - i);
	if (rest->n == 0)
		return false;
	if (quote != NORO_QUOTE_NONE &&
		(rest->p[0] == '"' || (quote == NORO_QUOTE_BOTH && rest->p[0] == '\'')) &&
		quoted(m, rest, quote, ret))
		return true;
	for (i = 0; i < rest->n && !noro_is_space(rest->p[i]);)
		i++;
	*ret = noro_view(rest->p, i);
	*rest = noro_view(rest->p + i, rest->n - i);
	return true;
}

void noro_tree_split(struct noro_tree_maker *m, struct noro_stmt *s, struct noro_view line,
	enum noro_tree_quote quote)
{
	struct noro_view word;

	while (s->words < NORO_TREE_MAX_WORDS - 1 && noro_tree_next_word(m, &line, quote, &word))
		if (!noro_tree_word(m, s, word))
			return;
	line = noro_view_trim(line);
	if (line.n)
		(void)noro_tree_word(m, s, line);
}
