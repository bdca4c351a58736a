/*
 * src/device/braces.c - configurations in braces, cut to one word a level: Junos
 * (statements end with a semicolon), VyOS and SR OS MD-CLI (they end with the
 * line). `unit 0 { ... }` is a level unit and under it a level 0, so that curly
 * and set forms of one configuration give one tree.
 */
#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	struct noro_view t;
	size_t at;
	uint32_t line;
	size_t line_start;
	bool by_line; /* a statement ends with its line */
	enum noro_tree_quote quote;
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH + 1]; /* where each brace stands */
	unsigned depth, beyond;                          /* braces open; those past the ceiling */
	struct noro_stmt *here;                          /* what the next word is put under */
	unsigned levels;                                 /* words from the root to `here` */
	unsigned depth_levels[NORO_TREE_MAX_DEPTH + 1];
	unsigned flags;         /* for the next word: inactive */
	unsigned words;         /* of this statement so far */
	struct noro_stmt *list; /* [ opened here */
	unsigned list_levels;
	struct noro_stmt *rest; /* words past the ceiling are one last word */
};

static struct noro_tree_at here(const struct reader *r, struct noro_view text)
{
	return (struct noro_tree_at){ text, r->line_start, r->line,
		(uint32_t)(r->at - r->line_start) + 1 };
}

static void new_line(struct reader *r)
{
	r->line++;
	r->line_start = r->at + 1;
}

static void end_statement(struct reader *r)
{
	r->here = r->open[r->depth];
	r->levels = r->depth_levels[r->depth];
	r->list = r->rest = NULL;
	r->flags = 0;
	r->words = 0;
}

static void skip_comment(struct reader *r)
{
	r->m->t->comments++;
	for (r->at += 2; r->at < r->t.n; r->at++) {
		if (r->t.p[r->at] == '\n')
			new_line(r);
		if (r->t.p[r->at] == '*' && r->at + 1 < r->t.n && r->t.p[r->at + 1] == '/') {
			r->at += 2;
			return;
		}
	}
}

static void skip_line(struct reader *r)
{
	const char *nl = memchr(r->t.p + r->at, '\n', r->t.n - r->at);

	r->m->t->comments++;
	r->at = nl ? (size_t)(nl - r->t.p) : r->t.n;
}

static void put(struct reader *r, struct noro_view word, struct noro_view text)
{
	struct noro_tree_at at = here(r, text);
	struct noro_stmt *s;

	if (r->rest) { /* the last word grows over all that follows */
		struct noro_view *last = (struct noro_view *)(uintptr_t)r->rest->word;

		if (text.p >= last->p)
			*last = noro_view(last->p, (size_t)(text.p + text.n - last->p));
		return;
	}
	s = noro_tree_enter(r->m, r->here, word, r->flags, &at);
	if (!s)
		return;
	r->flags = 0;
	if (r->levels + 1 >= NORO_TREE_MAX_DEPTH) {
		r->rest = s;
		return;
	}
	if (!r->list) {
		r->here = s;
		r->levels++;
	}
}

static bool is_tag(struct reader *r, struct noro_view word)
{
	if (noro_view_is(word, "inactive:")) {
		r->flags |= NORO_STMT_INACTIVE;
		return true;
	}
	return noro_view_is(word, "replace:") || noro_view_is(word, "protect:") ||
	       noro_view_is(word, "active:");
}

static bool ends_word(const struct reader *r, size_t i)
{
	char c = r->t.p[i];

	if (noro_is_space(c))
		return true;
	if (r->by_line)
		return c == ']' && r->list;
	return c == ';' || c == '{' || c == '}' || (c == ']' && r->list);
}

static void name_and_version(struct reader *r, const struct noro_stmt *s)
{
	const struct noro_stmt *p = s->parent;
	struct noro_tree *t = r->m->t;

	if (!p || !p->parent)
		return;
	if (p->parent == &t->root && noro_view_is(p->word[0], "version"))
		t->version = s->word[0];
	else if (p->parent->parent && noro_view_is(p->parent->word[0], "system") &&
		 (noro_view_is(p->word[0], "host-name") || noro_view_is(p->word[0], "name")))
		t->name = s->word[0];
}

static void word(struct reader *r)
{
	struct noro_view rest = noro_view(r->t.p + r->at, r->t.n - r->at), w, text;
	const char *nl = NULL;
	size_t n = 0;

	if (rest.p[0] == '"' || (rest.p[0] == '\'' && r->quote == NORO_QUOTE_BOTH)) {
		nl = memchr(rest.p, '\n', rest.n);
		rest.n = nl ? (size_t)(nl - rest.p) : rest.n;
		text = rest;
		if (noro_tree_next_word(r->m, &rest, r->quote, &w) && text.p + w.n != rest.p) {
			text.n = (size_t)(rest.p - text.p);
			put(r, w, text);
			r->at += text.n;
			r->words++;
			return;
		}
		n = 1; /* a quote that nothing closes is a byte of a word */
	}
	while (r->at + n < r->t.n && !ends_word(r, r->at + n))
		n++;
	if (n == 0)
		n = 1;
	w = noro_view(r->t.p + r->at, n);
	if (r->words > 0 || !is_tag(r, w)) {
		put(r, w, w);
		r->words++;
		if (r->here != &r->m->t->root && !r->list && !r->rest)
			name_and_version(r, r->here);
	}
	r->at += n;
}

static void open_brace(struct reader *r)
{
	if (r->depth == NORO_TREE_MAX_DEPTH || r->rest) {
		r->beyond++;
	} else {
		r->depth++;
		r->open[r->depth] = r->here;
		r->depth_levels[r->depth] = r->levels;
	}
	end_statement(r);
}

static void close_brace(struct reader *r)
{
	if (r->beyond)
		r->beyond--;
	else if (r->depth)
		r->depth--;
	else
		r->m->t->unknown++;
	end_statement(r);
}

static void step(struct reader *r)
{
	char c = r->t.p[r->at], after = r->at + 1 < r->t.n ? r->t.p[r->at + 1] : 0;

	if (c == '\n') {
		new_line(r);
		if (r->by_line && !r->list)
			end_statement(r);
		r->at++;
	} else if (noro_is_space(c)) {
		r->at++;
	} else if (c == '/' && after == '*') {
		skip_comment(r);
	} else if (c == '#' || (c == '/' && after == '/' && r->by_line)) {
		skip_line(r);
	} else if (c == '{') {
		open_brace(r);
		r->at++;
	} else if (c == '}') {
		close_brace(r);
		r->at++;
	} else if (c == ';' && !r->by_line) {
		end_statement(r);
		r->at++;
	} else if (c == '[' && r->words > 0 && !r->list && !r->rest) {
		r->list = r->here;
		r->at++;
	} else if (c == ']' && r->list) {
		r->list = NULL;
		r->at++;
	} else {
		word(r);
	}
}

void noro_tree_read_braces(struct noro_tree_maker *m)
{
	struct reader r = { .m = m,
		.t = m->text,
		.line = 1,
		.by_line = m->t->dialect != NORO_DIALECT_JUNOS,
		.quote = NORO_QUOTE_DOUBLE };

	r.open[0] = r.here = &m->t->root;
	while (m->status == NORO_OK && r.at < r.t.n && !m->t->cut)
		step(&r);
	m->t->complete = r.depth == 0 && r.beyond == 0 && m->t->statements > 0;
}
