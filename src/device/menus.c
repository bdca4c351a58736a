/*
 * src/device/menus.c - RouterOS exports: a line "/ip service" chooses a menu, whose
 * words are levels; below it stand commands, `set telnet disabled=yes` as a node
 * "set telnet" with a child "disabled yes". A backslash at the end of a line goes
 * on in the next, whose indentation is no part of it.
 */
#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	struct noro_tree_lines in;
	struct noro_stmt *menu;
};

static const char *const verbs[] = { "add", "set", "remove", "unset", "edit", "move", "enable",
	"disable", "reset", "print", "export", "import", "comment" };

static bool is_verb(struct noro_view w)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (noro_view_is(w, verbs[i]))
			return true;
	return false;
}

/* The line with those that go on from it, as one text. */
static bool joined(struct reader *r, struct noro_tree_line *l)
{
	struct noro_buf b = { 0 };
	struct noro_tree_line next = *l;
	bool more = l->text.p[l->text.n - 1] == '\\';

	if (!more)
		return true;
	while (more && b.n < NORO_TREE_MAX_LINE) {
		noro_buf_add(&b, next.text.p, next.text.n - 1);
		if (!noro_tree_lines_next(&r->in, &next))
			break;
		more = next.text.n && next.text.p[next.text.n - 1] == '\\';
		if (!more)
			noro_buf_view(&b, next.text);
	}
	while (b.n && (b.p[b.n - 1] == '\\' || noro_is_space(b.p[b.n - 1])))
		b.n--; /* what is left joins nothing */
	if (b.status == NORO_OK)
		l->text = noro_arena_view(r->m->a, noro_view(b.p ? b.p : "", b.n));
	if (b.status != NORO_OK || !l->text.p)
		r->m->status = NORO_ENOMEM;
	noro_buf_done(&b);
	return r->m->status == NORO_OK && l->text.n > 0;
}

/* A value in quotes, its escapes undone: \" \\ \$ \? \n \r \t \_ and \0A. */
static struct noro_view value(struct reader *r, struct noro_view v)
{
	char *out;
	size_t n = 0;

	if (!memchr(v.p, '\\', v.n))
		return v;
	out = noro_arena_alloc(r->m->a, v.n + 1);
	if (!out) {
		r->m->status = NORO_ENOMEM;
		return v;
	}
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '\\' && i + 1 < v.n) {
			static const char from[] = "nrt_", to[] = "\n\r\t ";
			const char *known;

			c = v.p[++i];
			known = memchr(from, c, 4);
			if (known) {
				c = to[known - from];
			} else if (i + 1 < v.n && noro_hex_value(c) >= 0 &&
				   noro_hex_value(v.p[i + 1]) >= 0) {
				c = (char)(noro_hex_value(c) * 16 + noro_hex_value(v.p[i + 1]));
				i++;
			}
		}
		out[n++] = c;
	}
	return noro_view(out, n);
}

/* The end of a piece: at a blank outside of quotes, [ ] and ( ). */
static size_t piece_end(struct noro_view v)
{
	bool inside = false;
	unsigned brackets = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (inside && c == '\\')
			i++;
		else if (c == '"')
			inside = !inside;
		else if (!inside && (c == '[' || c == '('))
			brackets++;
		else if (!inside && (c == ']' || c == ')'))
			brackets -= brackets > 0;
		else if (!inside && !brackets && noro_is_space(c))
			return i;
	}
	return v.n;
}

static struct noro_view unquoted(struct reader *r, struct noro_view v)
{
	if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
		return value(r, noro_view_sub(v, 1, v.n - 2));
	return v;
}

/* name=value as a child of two words. */
static void pair(struct reader *r, struct noro_stmt *s, struct noro_tree_at at, size_t eq)
{
	struct noro_stmt *c = noro_tree_add(r->m, s, &at);
	struct noro_view name = noro_view_sub(at.text, 0, eq), v;

	if (!c || !noro_tree_word(r->m, c, name))
		return;
	v = unquoted(r, noro_view_sub(at.text, eq + 1, at.text.n));
	if (!noro_tree_word(r->m, c, v))
		return;
	if (noro_view_is(name, "disabled") && noro_view_is(v, "yes"))
		s->flags |= NORO_STMT_INACTIVE;
	if (noro_view_is(name, "name") && s->parent->words &&
		noro_view_is(s->parent->word[0], "identity"))
		r->m->t->name = v;
}

/* [ find default-name=ether1 ] is the words find and default-name=ether1. */
static void words_of(struct reader *r, struct noro_stmt *s, struct noro_view piece)
{
	if (piece.n >= 2 && piece.p[0] == '[' && piece.p[piece.n - 1] == ']') {
		struct noro_view all = piece;

		piece = noro_view_trim(noro_view_sub(piece, 1, piece.n - 2));
		if (piece.n == 0 && s->words == 0) /* no statement is without words */
			(void)noro_tree_word(r->m, s, all);
		while (piece.n && s->words < NORO_TREE_MAX_WORDS) {
			size_t n = piece_end(piece);

			if (!noro_tree_word(r->m, s, noro_view_sub(piece, 0, n)))
				return;
			piece = noro_view_trim(noro_view_sub(piece, n, piece.n));
		}
	} else if (s->words < NORO_TREE_MAX_WORDS) {
		(void)noro_tree_word(r->m, s, unquoted(r, piece));
	}
}

/* Where = stands behind a name; SIZE_MAX when the piece is no name=value. */
static size_t name_ends(struct noro_view piece)
{
	for (size_t i = 0; i < piece.n; i++) {
		if (piece.p[i] == '=' && i > 0)
			return i;
		if (!noro_is_alnum(piece.p[i]) && !memchr("-_.!/", piece.p[i], 5))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static void command(struct reader *r, const struct noro_tree_line *l, struct noro_view rest)
{
	struct noro_tree_at at = noro_tree_line_at(l);
	struct noro_stmt *s;
	bool pairs = false;

	at.text = rest;
	s = noro_tree_add(r->m, r->menu, &at);
	while (s && r->m->status == NORO_OK) {
		struct noro_view piece;

		rest = noro_view_trim(rest);
		if (rest.n == 0)
			break;
		piece = noro_view_sub(rest, 0, piece_end(rest));
		at.text = piece;
		if (s->words > 0 && name_ends(piece) != SIZE_MAX) {
			pairs = true;
			pair(r, s, at, name_ends(piece));
		} else if (!pairs) {
			words_of(r, s, piece);
		} else {
			struct noro_stmt *c = noro_tree_add(r->m, s, &at);

			if (c)
				(void)noro_tree_word(r->m, c, unquoted(r, piece));
		}
		rest = noro_view_sub(rest, piece.n, rest.n);
	}
}

static void choose(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_tree_at at = noro_tree_line_at(l);
	struct noro_view rest = noro_view_sub(l->text, 1, l->text.n), word, before = rest;
	unsigned levels = 0;

	r->menu = &r->m->t->root;
	/* a menu that ends in a backslash would go on in the next line */
	while (noro_view_word(&rest, &word) && !is_verb(word) && word.p[word.n - 1] != '\\' &&
		levels++ < NORO_TREE_MAX_DEPTH - 2) {
		at.text = word;
		r->menu = noro_tree_enter(r->m, r->menu, word, NORO_STMT_MADE, &at);
		if (!r->menu) {
			r->menu = &r->m->t->root;
			return;
		}
		before = rest;
	}
	before = noro_view_trim(before);
	if (before.n)
		command(r, l, before);
}

static void header(struct reader *r, struct noro_view v)
{
	size_t at = noro_view_find(noro_view_sub(v, 0, 200), NORO_V("by RouterOS "));
	struct noro_view rest;

	r->m->t->comments++;
	if (at == SIZE_MAX) {
		at = noro_view_find(noro_view_sub(v, 0, 200), NORO_V("  version: "));
		at = at == SIZE_MAX ? at : at - 1; /* both say it twelve bytes on */
	}
	if (at == SIZE_MAX || r->m->t->version.n)
		return;
	rest = noro_view_sub(v, at + 12, v.n);
	(void)noro_view_word(&rest, &r->m->t->version);
}

void noro_tree_read_menus(struct noro_tree_maker *m)
{
	struct reader r = { .m = m, .menu = &m->t->root };
	struct noro_tree_line l;
	struct noro_view rest, word;

	noro_tree_lines_init(&r.in, m);
	while (m->status == NORO_OK && noro_tree_lines_next(&r.in, &l)) {
		if (l.text.n == 0 || l.noise)
			continue;
		if (l.text.p[0] == '#') {
			header(&r, l.text);
			continue;
		}
		if (!joined(&r, &l))
			continue;
		rest = l.text;
		if (!noro_view_word(&rest, &word))
			continue;
		l.text = noro_view_trim(
			l.text); /* control characters that are white stand before it */
		if (l.text.p[0] == '/')
			choose(&r, &l);
		else
			command(&r, &l, l.text);
		if (l.text.p[0] != '/' && !is_verb(word) && r.menu->last)
			r.menu->last->flags |= NORO_STMT_UNKNOWN;
	}
	m->t->complete = !m->t->cut && m->t->statements > 0;
}
