/*
 * src/device/setpath.c - configurations as commands: `set a b c` is a path, one word
 * a level (Junos, VyOS, PAN-OS, SR OS flat). `deactivate` marks the level it names,
 * `delete` makes a negated one; what else may stand in such a file is kept as it is. A file of
 * Junos that was put together of both forms gives one tree.
 */
#include "device/tree_priv.h"

enum { ACTIVE_AGAIN = 1 << 16 }; /* beside enum noro_stmt_flag */

struct reader {
	struct noro_tree_maker *m;
	struct noro_tree_lines in;
	unsigned quote;
	bool torn; /* a brace among the commands was not closed */
};

static const struct verb {
	const char *word;
	enum { SET, DELETE, DEACTIVATE, ACTIVATE, ANNOTATE } means;
} verbs[] = {
	{ "set", SET },
	{ "delete", DELETE },
	{ "deactivate", DEACTIVATE },
	{ "activate", ACTIVATE },
	{ "annotate", ANNOTATE },
	{ "/configure", SET },
};

static void name_and_version(struct noro_tree_maker *m, const struct noro_stmt *s)
{
	const struct noro_stmt *p = s->parent;

	if (!p || !p->parent || s->flags & NORO_STMT_NEGATED)
		return;
	if (p->parent == &m->t->root && noro_view_is(p->word[0], "version"))
		m->t->version = s->word[0];
	else if (p->parent->parent && noro_view_is(p->parent->word[0], "system") &&
		 (noro_view_is(p->word[0], "host-name") || noro_view_is(p->word[0], "hostname") ||
			 noro_view_is(p->word[0], "name")))
		m->t->name = s->word[0];
}

/* A bracket that stands alone, not in quotes. */
static bool is_bracket(struct noro_view rest, char bracket)
{
	rest = noro_view_trim(rest);
	return rest.p[0] == bracket && (rest.n == 1 || noro_is_space(rest.p[1]));
}

/* Where a word will begin a line when it is printed, it must not begin with the mark that only
 * begins a file. */
static struct noro_view unmarked(const struct reader *r, struct noro_view rest)
{
	if (r->m->t->form != NORO_FORM_LINES)
		return rest;
	rest = noro_view_trim(rest);
	while (rest.n >= 3 && memcmp(rest.p, "\xef\xbb\xbf", 3) == 0)
		rest = noro_view_trim(noro_view(rest.p + 3, rest.n - 3));
	return rest;
}

/* Walk down the words; a list in brackets gives brothers, and what follows it is under the last. */
static void path(
	struct reader *r, const struct noro_tree_line *l, struct noro_view rest, unsigned flags)
{
	struct noro_stmt *s = &r->m->t->root, *list = NULL, *leaf;
	struct noro_tree_at at = noro_tree_line_at(l);
	struct noro_view word, before;
	unsigned levels = 0;

	rest = unmarked(r, rest);
	for (before = rest; noro_tree_next_word(r->m, &rest, r->quote, &word);
		before = rest = unmarked(r, rest)) {
		bool last;

		if (!list && levels > 0 && is_bracket(before, '[')) {
			list = s;
			continue;
		}
		if (list && is_bracket(before, ']')) {
			list = NULL;
			continue;
		}
		if (++levels >= NORO_TREE_MAX_DEPTH && noro_view_trim(rest).n) {
			word = noro_view_trim(before); /* what is too deep is one last word */
			rest.n = 0;
		}
		last = noro_view_trim(rest).n == 0;
		at.text = word;
		if (before.p >= l->text.p) /* quotes undone make a copy: ask where it was cut */
			at.column = l->column + (uint32_t)(noro_view_trim(before).p - l->text.p);
		leaf = noro_tree_enter(
			r->m, list ? list : s, word, last ? flags & NORO_STMT_NEGATED : 0, &at);
		if (!leaf)
			return;
		if (!last && leaf->line == l->line && leaf->child == NULL)
			leaf->flags |= NORO_STMT_MADE;
		s = list ? s : leaf;
	}
	if (s == &r->m->t->root)
		return;
	s->flags |= flags & NORO_STMT_INACTIVE;
	if (flags & ACTIVE_AGAIN)
		s->flags &= ~(unsigned)NORO_STMT_INACTIVE;
	name_and_version(r->m, s);
}

static void unknown(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_tree_at at = noro_tree_line_at(l);

	(void)noro_tree_enter(r->m, &r->m->t->root, l->text, NORO_STMT_UNKNOWN, &at);
}

static bool is_command(struct noro_view rest)
{
	struct noro_view word;

	(void)noro_view_word(&rest, &word);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (noro_view_is(word, verbs[i].word))
			return true;
	return false;
}

/* False when the line begins with no verb of paths. */
static bool command(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_view rest = l->text, word;

	(void)noro_view_word(&rest, &word);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!noro_view_is(word, verbs[i].word))
			continue;
		switch (verbs[i].means) {
		case SET:
			if (word.p[0] == '/')
				rest = noro_view(word.p + 1, l->text.n - 1);
			path(r, l, rest, 0);
			return true;
		case DELETE:
			path(r, l, rest, NORO_STMT_NEGATED);
			return true;
		case DEACTIVATE:
			path(r, l, rest, NORO_STMT_INACTIVE);
			return true;
		case ACTIVATE:
			path(r, l, rest, ACTIVE_AGAIN);
			return true;
		case ANNOTATE:
			r->m->t->comments++;
			return true;
		}
	}
	return false;
}

bool noro_tree_read_path(struct noro_tree_maker *m, const struct noro_tree_line *l)
{
	struct reader r = { .m = m, .quote = NORO_QUOTE_BRACES };

	return command(&r, l);
}

void noro_tree_read_set(struct noro_tree_maker *m)
{
	struct reader r = { .m = m,
		.quote = m->t->dialect == NORO_DIALECT_PANOS  ? NORO_QUOTE_PANOS
			 : m->t->dialect == NORO_DIALECT_VYOS ? NORO_QUOTE_SHELL
							      : NORO_QUOTE_BRACES };
	struct noro_tree_line l;

	noro_tree_lines_init(&r.in, m);
	while (m->status == NORO_OK && noro_tree_lines_next(&r.in, &l)) {
		if (l.text.n == 0 || l.noise)
			continue;
		if (l.text.p[0] == '#' || l.text.p[0] == '!') {
			m->t->comments++;
			continue;
		}
		if (m->t->dialect == NORO_DIALECT_PANOS && is_command(l.text) &&
			noro_tree_quote_open(l.text, false))
			(void)noro_tree_lines_join(&r.in, &l);
		if (!command(&r, &l) && !(m->t->dialect == NORO_DIALECT_JUNOS &&
						noro_tree_read_block(m, &r.in, &l, &r.torn)))
			unknown(&r, &l);
	}
	m->t->complete = !m->t->cut && !r.torn && m->t->statements > 0;
}
