/*
 * src/device/braces.c - configurations in braces, cut to one word a level: Junos
 * (statements end with a semicolon), VyOS and SR OS MD-CLI (they end with the
 * line). `unit 0 { ... }` is a level unit and under it a level 0, so that curly
 * and set forms of one configuration give one tree.
 */
#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	struct noro_tree_lines in;
	struct noro_tree_line line;
	struct noro_view t; /* the line, as the terminal showed it */
	size_t at;
	bool by_line; /* a statement ends with its line */
	bool comment; /* inside of one */
	unsigned quote;
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH + 1]; /* where each brace stands */
	unsigned depth, beyond;                          /* braces open; those past the ceiling */
	struct noro_stmt *here;                          /* what the next word is put under */
	unsigned levels;                                 /* words from the root to `here` */
	unsigned depth_levels[NORO_TREE_MAX_DEPTH + 1];
	unsigned flags; /* for the next word: inactive */
	unsigned words; /* of this statement so far */
	bool list;      /* after [ */
	bool torn;      /* a command stood where braces were open */
};

static void end_statement(struct reader *r)
{
	r->here = r->open[r->depth];
	r->levels = r->depth_levels[r->depth];
	r->list = false;
	r->flags = 0;
	r->words = 0;
}

static void skip_comment(struct reader *r)
{
	size_t end = noro_view_find(noro_view_sub(r->t, r->at, r->t.n), NORO_V("*/"));

	r->comment = end == SIZE_MAX;
	r->at = r->comment ? r->t.n : r->at + end + 2;
}

/* Where the statement ends that goes on at `at`: without quotes, for what is too deep to be cut. */
static size_t statement_end(const struct reader *r, size_t at)
{
	while (at < r->t.n && r->t.p[at] != '{' && r->t.p[at] != '}' &&
		(r->by_line || r->t.p[at] != ';'))
		at++;
	return at;
}

static bool is_last(const struct reader *r, size_t at)
{
	while (at < r->t.n && noro_is_space(r->t.p[at]))
		at++;
	return at == r->t.n ? r->by_line : memchr(";{}]", r->t.p[at], 4) != NULL;
}

/* A word whose bytes are `text`, quotes included; returns how many bytes it took. */
static size_t put(struct reader *r, struct noro_view word, struct noro_view text)
{
	struct noro_tree_at at = { text, r->line.offset, r->line.line, (uint32_t)r->at + 1 };
	struct noro_stmt *s;
	bool last;

	if (r->levels + 1 >= NORO_TREE_MAX_DEPTH) {
		size_t from = r->at + text.n, end = statement_end(r, from);
		struct noro_view more = noro_view_trim(noro_view(r->t.p + from, end - from));

		if (more.n) { /* what is too deep is one last word */
			text = noro_view_trim(noro_view(r->t.p + r->at, end - r->at));
			word = text;
		}
	}
	/* inactive: unit 0 { ... } is about the last word: other units are not concerned */
	last = is_last(r, r->at + text.n);
	s = noro_tree_enter(
		r->m, r->here, word, last ? r->flags & ~(unsigned)NORO_STMT_INACTIVE : 0, &at);
	if (s && last) {
		s->flags |= r->flags;
		r->flags = 0;
	}
	if (s && !r->list && r->levels + 1 < NORO_TREE_MAX_DEPTH) {
		r->here = s;
		r->levels++;
	}
	return text.n;
}

static bool is_tag(struct reader *r, struct noro_view word)
{
	if (noro_view_is(word, "delete:")) {
		r->flags |= NORO_STMT_NEGATED;
		return true;
	}
	/* as print.c writes what was no path, where it writes braces */
	if (noro_view_is(word, "unknown:") && r->m->t->dialect != NORO_DIALECT_VYOS &&
		r->m->t->dialect != NORO_DIALECT_PANOS) {
		r->flags |= NORO_STMT_UNKNOWN;
		return true;
	}
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

static void take(struct reader *r, struct noro_view word, struct noro_view text)
{
	r->at += put(r, word, text);
	r->words++;
	if (!r->list)
		name_and_version(r, r->here);
}

static void word(struct reader *r)
{
	struct noro_view rest = noro_view_sub(r->t, r->at, r->t.n), w, text = rest;
	size_t n = 0;

	if (rest.p[0] == '"' || (rest.p[0] == '\'' && r->quote & NORO_QUOTE_SINGLE)) {
		if (noro_tree_quoted(r->m, &rest, r->quote, &w)) {
			take(r, w, noro_view(text.p, (size_t)(rest.p - text.p)));
			return;
		}
		n = 1; /* a quote that nothing closes is a byte of a word */
	}
	while (r->at + n < r->t.n && !ends_word(r, r->at + n))
		n++;
	if (n == 0)
		n = 1;
	w = noro_view(r->t.p + r->at, n);
	if (r->words == 0 && is_tag(r, w)) {
		r->at += n;
		return;
	}
	take(r, w, w);
}

static void open_brace(struct reader *r)
{
	if (r->depth == NORO_TREE_MAX_DEPTH) {
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

/* Only where a statement could begin at the top may a line be of the session. */
static bool is_between(const struct reader *r)
{
	return r->line.indent == 0 && r->depth == 0 && r->words == 0 && !r->comment;
}

/*
 * Commands may stand between what is in braces: load merge terminal, and files put together. Within
 * braces none can: where one stands at the margin all the same, what was open was cut off.
 */
static bool is_command(const struct reader *r)
{
	struct noro_view l = r->line.text;

	return l.n && !r->by_line && r->line.indent == 0 && r->words == 0 && !r->comment &&
	       (noro_view_starts(l, "set ") || noro_view_starts(l, "delete ") ||
		       noro_view_starts(l, "deactivate ")) &&
	       !memchr(";{}", l.p[l.n - 1], 3);
}

static void step(struct reader *r)
{
	char c = r->t.p[r->at], after = r->at + 1 < r->t.n ? r->t.p[r->at + 1] : 0;

	if (r->comment) {
		skip_comment(r);
	} else if (noro_is_space(c)) {
		r->at++;
	} else if (c == '/' && after == '*') {
		r->m->t->comments++;
		r->at += 2;
		skip_comment(r);
	} else if (c == '#' || (c == '/' && after == '/' && r->by_line) ||
		   (c == '!' && is_between(r))) { /* a collector's remark */
		r->m->t->comments++;
		r->at = r->t.n;
	} else if (c == '{') {
		open_brace(r);
		r->at++;
	} else if (c == '}') {
		close_brace(r);
		r->at++;
	} else if (c == ';' && !r->by_line) {
		end_statement(r);
		r->at++;
	} else if (c == '[' && r->words > 0 && !r->list) {
		r->list = true;
		r->at++;
	} else if (c == ']' && r->list) {
		r->list = false;
		r->at++;
	} else {
		word(r);
	}
}

static void close_all(struct reader *r)
{
	r->torn = r->torn || r->depth || r->beyond;
	r->depth = r->beyond = 0;
	end_statement(r);
}

static void one_line(struct reader *r)
{
	struct noro_tree_maker *m = r->m;

	if (r->line.noise && is_between(r))
		return;
	m->t->noise -= r->line.noise;
	if (is_command(r) && noro_tree_read_path(m, &r->line)) {
		close_all(r);
		return;
	}
	r->t = r->line.raw;
	r->at = 0;
	while (m->status == NORO_OK && r->at < r->t.n)
		step(r);
	if (r->by_line && !r->list)
		end_statement(r);
}

static bool is_done(const struct reader *r)
{
	return r->depth == 0 && r->beyond == 0 && r->words == 0 && !r->comment;
}

void noro_tree_read_braces(struct noro_tree_maker *m)
{
	struct reader r = {
		.m = m, .by_line = m->t->dialect != NORO_DIALECT_JUNOS, .quote = NORO_QUOTE_BRACES
	};

	r.open[0] = r.here = &m->t->root;
	noro_tree_lines_init(&r.in, m);
	while (m->status == NORO_OK && noro_tree_lines_next(&r.in, &r.line))
		one_line(&r);
	m->t->complete =
		r.depth == 0 && r.beyond == 0 && !r.torn && !m->t->cut && m->t->statements > 0;
}

bool noro_tree_read_block(struct noro_tree_maker *m, struct noro_tree_lines *in,
	const struct noro_tree_line *first, bool *ret_torn)
{
	struct reader r = { .m = m, .line = *first, .quote = NORO_QUOTE_BRACES };

	if (!first->text.n || !noro_is_alpha(first->text.p[0]) ||
		!memchr(";{", first->text.p[first->text.n - 1], 2))
		return false;
	r.open[0] = r.here = &m->t->root;
	one_line(&r);
	while (m->status == NORO_OK && !is_done(&r) && noro_tree_lines_next(in, &r.line))
		one_line(&r);
	*ret_torn = *ret_torn || r.torn || !is_done(&r);
	return true;
}
