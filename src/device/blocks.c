/*
 * src/device/blocks.c - FortiOS: config ... end holds entries (edit ... next) and
 * settings (set, unset). A block's node is its path without the word config, an
 * entry's its name, a setting's all its words without set; the text as written
 * still says which it is.
 */
#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	struct noro_tree_lines in;
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH];
	bool entry[NORO_TREE_MAX_DEPTH]; /* opened by edit */
	uint32_t indent[NORO_TREE_MAX_DEPTH];
	bool deeper[NORO_TREE_MAX_DEPTH]; /* what stands in it is indented more */
	unsigned depth, beyond;
};

static void header(struct reader *r, struct noro_view v)
{
	struct noro_tree *t = r->m->t;
	size_t at;

	t->comments++;
	if (noro_view_starts(v, "#config-version=")) { /* FG5H1E-7.4.8-FW-build2795-... */
		at = noro_view_chr(v, '-');
		at = at == SIZE_MAX ? at
				    : at + 1 + noro_view_chr(noro_view_sub(v, at + 1, v.n), '-');
		v = at < v.n ? noro_view_sub(v, at + 1, v.n) : noro_view(v.p, 0);
		v.n = noro_view_chr(v, '-') < v.n ? noro_view_chr(v, '-') : v.n;
		if (v.n && noro_is_digit(v.p[0]))
			t->version = v;
	} else if (!t->version.n && noro_view_starts(v, "# Version: ")) { /* ... v7.4.8,build2795 */
		at = noro_view_find(v, NORO_V(" v"));
		if (at == SIZE_MAX)
			return;
		v = noro_view_sub(v, at + 2, v.n);
		v.n = noro_view_chr(v, ',') < v.n ? noro_view_chr(v, ',') : v.n;
		t->version = v;
	}
}

static struct noro_stmt *add(
	struct reader *r, const struct noro_tree_line *l, struct noro_view words, unsigned flags)
{
	struct noro_tree_at at = noro_tree_line_at(l);
	struct noro_stmt *s =
		noro_tree_add(r->m, r->depth ? r->open[r->depth - 1] : &r->m->t->root, &at);

	if (!s)
		return NULL;
	s->flags = flags;
	noro_tree_split(r->m, s, words, NORO_QUOTE_SHELL | NORO_QUOTE_LOOSE);
	return s;
}

static void open_block(
	struct reader *r, const struct noro_tree_line *l, struct noro_view words, bool entry)
{
	struct noro_stmt *s = add(r, l, words, 0);

	if (!s || r->depth == NORO_TREE_MAX_DEPTH) {
		r->beyond++;
		return;
	}
	r->open[r->depth] = s;
	r->indent[r->depth] = l->indent;
	r->deeper[r->depth] = false;
	r->entry[r->depth++] = entry;
}

/* `next` closes an entry; `end` its block too, entry left open or not. */
static void close_block(struct reader *r, bool entry)
{
	if (r->beyond) {
		r->beyond--;
		return;
	}
	if (entry) {
		if (r->depth && r->entry[r->depth - 1])
			r->depth--;
		return;
	}
	while (r->depth && r->entry[r->depth - 1])
		r->depth--;
	r->depth -= r->depth > 0;
}

static void setting(
	struct reader *r, const struct noro_tree_line *l, struct noro_view words, unsigned flags)
{
	const struct noro_stmt *s = add(r, l, words, flags), *p;

	if (!s || s->words < 2 || !noro_view_is(s->word[0], "hostname"))
		return;
	p = s->parent;
	if (p->words == 2 && noro_view_is(p->word[0], "system") &&
		noro_view_is(p->word[1], "global"))
		r->m->t->name = s->word[1];
}

/* A block that opens left of what stands in the open ones: their `end` was lost. */
static void close_lost(struct reader *r, const struct noro_tree_line *l)
{
	while (r->depth && !r->beyond && r->deeper[r->depth - 1] &&
		l->indent <= r->indent[r->depth - 1])
		r->depth--;
}

static void command(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_view rest = l->text, word;

	(void)noro_view_word(&rest, &word);
	rest = noro_view_trim(rest);
	if (noro_view_is(word, "config"))
		close_lost(r, l);
	if (r->depth && l->indent > r->indent[r->depth - 1])
		r->deeper[r->depth - 1] = true;
	if (noro_view_is(word, "config") && rest.n)
		open_block(r, l, rest, false);
	else if (noro_view_is(word, "edit") && rest.n)
		open_block(r, l, rest, true);
	else if (noro_view_is(word, "next") && !rest.n)
		close_block(r, true);
	else if (noro_view_is(word, "end") && !rest.n)
		close_block(r, false);
	else if (noro_view_is(word, "set") && rest.n)
		setting(r, l, rest, 0);
	else if ((noro_view_is(word, "unset") || noro_view_is(word, "delete")) && rest.n)
		setting(r, l, rest, NORO_STMT_NEGATED);
	else
		(void)add(r, l, l->text, NORO_STMT_UNKNOWN);
}

void noro_tree_read_blocks(struct noro_tree_maker *m)
{
	struct reader r = { .m = m };
	struct noro_tree_line l;

	noro_tree_lines_init(&r.in, m);
	while (m->status == NORO_OK && noro_tree_lines_next(&r.in, &l)) {
		if (l.text.n == 0 || l.noise)
			continue;
		if (l.text.p[0] == '#') {
			header(&r, l.text);
			continue;
		}
		if (noro_tree_quote_open(l.text, false))
			(void)noro_tree_lines_join(&r.in, &l);
		command(&r, &l);
	}
	m->t->complete = r.depth == 0 && !r.beyond && !m->t->cut && m->t->statements > 0;
}
