/*
 * src/device/print.c - a tree as its dialect writes it, in one canonical way: lines
 * with a blank a level, Junos in braces, VyOS and PAN-OS as set paths, FortiOS and
 * RouterOS as they export. What is parsed from it prints the same again.
 */
#include "device/tree_priv.h"

static void indent(struct noro_buf *out, unsigned level, unsigned width)
{
	for (unsigned i = 0; i < level * width; i++)
		noro_buf_chr(out, ' ');
}

static void line(struct noro_buf *out, unsigned level, struct noro_view text)
{
	indent(out, level, 1);
	noro_buf_view(out, text);
	noro_buf_chr(out, '\n');
}

/* Down and across with the depth, calling back on the way up too: no recursion over a stranger's
 * depth. */
struct visit {
	const struct noro_tree *t;
	struct noro_buf *out;
	void (*down)(const struct visit *v, const struct noro_stmt *s, unsigned level);
	void (*up)(
		const struct visit *v, const struct noro_stmt *s, unsigned level); /* may be NULL */
	bool (*skip)(const struct noro_stmt *s); /* its children are printed with it */
	const struct noro_stmt **menu;           /* RouterOS: the one that was named last */
};

static void visit(const struct visit *v)
{
	const struct noro_stmt *s = v->t->root.child;
	unsigned level = 0;

	while (s) {
		bool whole = v->skip && v->skip(s);

		v->down(v, s, level);
		if (s->child && !whole) {
			s = s->child;
			level++;
			continue;
		}
		if (v->up)
			v->up(v, s, level);
		while (s != &v->t->root && !s->next) {
			s = s->parent;
			level--;
			if (s != &v->t->root && v->up)
				v->up(v, s, level);
		}
		s = s->next;
	}
}

/* Lines. */

/* What a delimited text was opened with: the statement up to its mark. */
static struct noro_view opener(const struct noro_stmt *s, struct noro_view *mark)
{
	const struct noro_view *last = &s->word[s->words - 1];
	struct noro_view rest =
		noro_view(last->p + last->n, (size_t)(s->text.p + s->text.n - (last->p + last->n)));

	if (last->p > s->text.p && last->p[-1] == '"' && noro_view_starts(rest, "\""))
		rest = noro_view(rest.p + 1, rest.n - 1); /* the word's own */
	while (rest.n && noro_is_space(rest.p[0]))
		rest = noro_view(rest.p + 1, rest.n - 1);
	*mark = noro_view_sub(rest, 0, noro_view_starts(rest, "^C") ? 2 : 1);
	return mark->n ? noro_view(s->text.p, (size_t)(mark->p + mark->n - s->text.p)) : s->text;
}

static bool is_certificate(const struct noro_stmt *s)
{
	return s->flags & NORO_STMT_BODY && noro_tree_is_certificate(s);
}

static void body_lines(const struct visit *v, const struct noro_stmt *s)
{
	struct noro_view mark;

	line(v->out, 0, opener(s, &mark));
	for (const struct noro_stmt *c = s->child; c; c = c->next)
		if (c->flags & NORO_STMT_TEXT)
			line(v->out, 0, c->text);
	line(v->out, 0, mark.n ? mark : NORO_V("EOF"));
}

static void line_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	if (s->flags & NORO_STMT_TEXT)
		return; /* stands with its opener */
	if (s->flags & NORO_STMT_BODY && !is_certificate(s)) {
		indent(v->out, level, 1);
		body_lines(v, s);
		return;
	}
	line(v->out, level, s->text);
	if (!is_certificate(s))
		return;
	for (const struct noro_stmt *c = s->child; c; c = c->next)
		if (c->flags & NORO_STMT_TEXT)
			line(v->out, level + 1, c->text);
	line(v->out, level + 1, NORO_V("quit"));
}

static void line_up(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	if (v->t->dialect == NORO_DIALECT_SROS && s->child)
		line(v->out, level, NORO_V("exit"));
	else if (v->t->dialect == NORO_DIALECT_VRP && level == 0)
		line(v->out, 0, NORO_V("#"));
}

static void print_lines(const struct visit *base)
{
	struct visit v = *base;

	v.down = line_down;
	v.up = line_up;
	visit(&v);
	if (!v.t->complete)
		return;
	if (v.t->dialect == NORO_DIALECT_VRP)
		line(v.out, 0, NORO_V("return"));
	else if (v.t->dialect == NORO_DIALECT_IOS || v.t->dialect == NORO_DIALECT_IOS_XE ||
		 v.t->dialect == NORO_DIALECT_IOS_XR || v.t->dialect == NORO_DIALECT_EOS)
		line(v.out, 0, NORO_V("end"));
}

/* Braces. */

static void tags(struct noro_buf *out, const struct noro_stmt *s)
{
	if (s->flags & NORO_STMT_NEGATED)
		noro_buf_str(out, "delete: ");
	if (s->flags & NORO_STMT_UNKNOWN)
		noro_buf_str(out, "unknown: ");
	if (s->flags & NORO_STMT_INACTIVE)
		noro_buf_str(out, "inactive: ");
}

/* An only child goes on in its parent's line, unless one of them has a tag: that is about the last
 * word of a line. */
static bool goes_on(const struct noro_stmt *s)
{
	return s->parent->parent && !s->next && s->parent->child == s &&
	       !((s->flags | s->parent->flags) &
		       (NORO_STMT_NEGATED | NORO_STMT_INACTIVE | NORO_STMT_UNKNOWN));
}

static unsigned shown_level(const struct noro_stmt *s)
{
	unsigned level = 0;

	for (; s->parent->parent; s = s->parent)
		level += !goes_on(s);
	return level;
}

/* Would it, first in a line, be taken for a pager or, at the margin, for another part of a session?
 */
static bool is_like_noise(struct noro_view word, bool margin)
{
	if (!word.n)
		return false;
	if (word.p[0] == '-' || word.p[0] == '<' || noro_view_is(word, "Press") ||
		noro_view_starts(word, "\xef\xbb\xbf"))
		return true;
	for (size_t i = 0; margin && i < word.n; i++)
		if (memchr("#>$%", word.p[i], 4)) /* ends a prompt */
			return true;
	return margin && (word.p[0] & 0x60) == 0x40;
}

static void brace_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	bool semicolon = v->t->dialect == NORO_DIALECT_JUNOS;
	struct noro_view word = s->words ? s->word[0] : NORO_V("");

	(void)level;
	if (goes_on(s))
		noro_buf_chr(v->out, ' ');
	else
		indent(v->out, shown_level(s), 4);
	if (!goes_on(s))
		tags(v->out, s);
	if (!goes_on(s) && is_like_noise(word, !s->parent->parent))
		noro_tree_print_quoted(v->out, word);
	else
		noro_tree_print_word(v->out, word);
	if (!s->child)
		noro_buf_str(v->out, semicolon ? ";\n" : "\n");
	else if (!goes_on(s->child))
		noro_buf_str(v->out, " {\n");
}

static void brace_up(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	(void)level;
	if (!s->child || goes_on(s->child))
		return;
	indent(v->out, shown_level(s), 4);
	noro_buf_str(v->out, "}\n");
}

/* Set paths. */

static void set_line(const struct visit *v, const struct noro_stmt *s, const char *verb)
{
	const struct noro_stmt *up[NORO_TREE_MAX_DEPTH + 1];
	unsigned n = 0;

	for (; s->parent && n <= NORO_TREE_MAX_DEPTH; s = s->parent)
		up[n++] = s;
	noro_buf_str(v->out, verb);
	while (n-- > 0) {
		noro_buf_chr(v->out, ' ');
		noro_tree_print_word(v->out, up[n]->words ? up[n]->word[0] : NORO_V(""));
	}
	noro_buf_chr(v->out, '\n');
}

static void set_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	(void)level;
	if (s->flags & NORO_STMT_UNKNOWN)
		line(v->out, 0, s->text);
	else if (s->flags & NORO_STMT_NEGATED)
		set_line(v, s, "delete");
	else if (!s->child)
		set_line(v, s, "set");
}

static void set_up(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	(void)level;
	if (s->flags & NORO_STMT_INACTIVE)
		set_line(v, s, "deactivate");
}

/* FortiOS. */

static void block_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	indent(v->out, level, 4);
	noro_buf_view(v->out, s->text);
	noro_buf_chr(v->out, '\n');
}

static void block_up(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	struct noro_view rest = s->text, word = { NULL, 0 };
	bool block, entry;

	(void)noro_view_word(&rest, &word);
	block = noro_view_is(word, "config") && noro_view_trim(rest).n;
	entry = noro_view_is(word, "edit") && noro_view_trim(rest).n;
	if (!block && !entry)
		return;
	indent(v->out, level, 4);
	noro_buf_str(v->out, block ? "end\n" : "next\n");
}

/* RouterOS. */

static void value(struct noro_buf *out, struct noro_view v, bool plain)
{
	plain = plain && v.n > 0;

	for (size_t i = 0; i < v.n && plain; i++)
		plain = (uint8_t)v.p[i] > ' ' && !memchr("\"\\$?;[](){}=#", v.p[i], 13);
	if (plain) {
		noro_buf_view(out, v);
		return;
	}
	noro_buf_chr(out, '"');
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = (uint8_t)v.p[i];

		if (c < ' ' || c == 0x7f) {
			noro_buf_printf(out, "\\%02X", c);
			continue;
		}
		if (memchr("\"\\$", c, 3))
			noro_buf_chr(out, '\\');
		noro_buf_chr(out, (char)c);
	}
	noro_buf_chr(out, '"');
}

static bool is_menu(const struct noro_stmt *s)
{
	return s->flags & NORO_STMT_MADE;
}

static bool is_command(const struct noro_stmt *s)
{
	return !is_menu(s);
}

/* set [ find default-name=ether1 ]: its words may stand in brackets as they are. */
static bool finds(const struct noro_stmt *s)
{
	if (s->words < 2 || !noro_view_is(s->word[1], "find"))
		return false;
	for (uint32_t i = 2; i < s->words; i++)
		for (size_t k = 0; k < s->word[i].n; k++)
			if ((uint8_t)s->word[i].p[k] <= ' ' ||
				memchr("[]()\"\\", s->word[i].p[k], 6))
				return false;
	return true;
}

/* `bare`: the first word may stand without quotes. */
static void command_line(struct noro_buf *out, const struct noro_stmt *s, bool bare)
{
	bool brackets = finds(s);

	for (uint32_t i = 0; i < s->words; i++) {
		if (i)
			noro_buf_str(out, i == 1 && brackets ? " [ " : " ");
		if (brackets && i)
			noro_buf_view(out, s->word[i]);
		else
			value(out, s->word[i], i || bare);
	}
	if (brackets)
		noro_buf_str(out, " ]");
	for (const struct noro_stmt *c = s->child; c; c = c->next) {
		noro_buf_chr(out, ' ');
		if (c->words == 2) {
			noro_buf_view(out, c->word[0]);
			noro_buf_chr(out, '=');
			value(out, c->word[1], true);
		} else {
			value(out, c->words ? c->word[0] : NORO_V(""), true);
		}
	}
}

/* A command that looks like a menu, a pager or another part of the session, or begins with a mark
 * of byte order, has its first word in quotes. */
static void command_words(struct noro_buf *out, const struct noro_stmt *s)
{
	size_t from = out->n;
	struct noro_view line, host;

	command_line(out, s, true);
	line = noro_view_sub(noro_buf_as_view(out), from, out->n);
	if (line.n && (memchr("/-<", line.p[0], 3) || noro_view_starts(line, "\xef\xbb\xbf") ||
			      noro_tree_is_session(NORO_DIALECT_ROUTEROS, line, &host))) {
		out->n = from;
		command_line(out, s, false);
	}
	noro_buf_chr(out, '\n');
}

static void menu_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	const struct noro_stmt *up[NORO_TREE_MAX_DEPTH + 1], *menu = s->parent;
	unsigned n = 0;

	(void)level;
	if (is_menu(s))
		return;
	if (*v->menu != menu) {
		*v->menu = menu;
		for (; menu->parent && n <= NORO_TREE_MAX_DEPTH; menu = menu->parent)
			up[n++] = menu;
		noro_buf_chr(v->out, '/');
		while (n-- > 0) {
			noro_buf_view(v->out, up[n]->word[0]);
			noro_buf_str(v->out, n ? " " : "");
		}
		noro_buf_chr(v->out, '\n');
	}
	command_words(v->out, s);
}

/* Output of commands: words, quoted where they need it. */
static void plain_down(const struct visit *v, const struct noro_stmt *s, unsigned level)
{
	indent(v->out, level, 1);
	if (s->flags & NORO_STMT_TEXT)
		noro_tree_print_word(v->out, s->text);
	for (uint32_t i = 0; i < s->words; i++) {
		if (i)
			noro_buf_chr(v->out, ' ');
		noro_tree_print_word(v->out, s->word[i]);
	}
	noro_buf_chr(v->out, '\n');
}

static void print_braces(const struct visit *base)
{
	struct visit v = *base;

	v.down = brace_down;
	v.up = brace_up;
	visit(&v);
}

static void print_set(const struct visit *base)
{
	struct visit v = *base;

	v.down = set_down;
	v.up = set_up;
	visit(&v);
}

enum noro_status noro_tree_print(const struct noro_tree *t, struct noro_buf *out)
{
	const struct noro_stmt *menu = &t->root;
	struct visit v = { .t = t, .out = out, .menu = &menu };

	if (t->dialect == NORO_DIALECT_JUNOS ||
		(t->dialect == NORO_DIALECT_SROS && t->form != NORO_FORM_LINES)) {
		print_braces(&v);
	} else if (t->dialect == NORO_DIALECT_VYOS || t->dialect == NORO_DIALECT_PANOS) {
		print_set(&v);
	} else if (t->form == NORO_FORM_BLOCKS) {
		v.down = block_down;
		v.up = block_up;
		visit(&v);
	} else if (t->form == NORO_FORM_MENUS) {
		v.down = menu_down;
		v.skip = is_command;
		visit(&v);
	} else if (t->form == NORO_FORM_XML || t->form == NORO_FORM_OBJECTS) {
		v.down = plain_down;
		visit(&v);
	} else {
		print_lines(&v);
	}
	return out->status;
}
