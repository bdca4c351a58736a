/*
 * src/device/lines.c - dialects that show the tree by indentation. A line deeper
 * than the one before is its child; that alone carries Cisco, Arista, Huawei,
 * Yamaha, NEC, ALAXALA and classic SR OS, whose lines differ in what is a comment,
 * what negates and what ends. Three things do not follow indentation: texts
 * between delimiters (banners, scripts), certificates up to their `quit`, and address
 * families that old IOS prints as deep as what stands in them.
 */
#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	struct noro_tree_lines in;
	enum noro_dialect dialect;
	enum noro_tree_quote quote;
	char comment;       /* begins a comment line */
	const char *negate; /* the word that negates */
	const char *end;    /* the line that ends a configuration; NULL: none is written */
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH];
	uint32_t indent[NORO_TREE_MAX_DEPTH];
	unsigned depth;
	struct noro_stmt *family[NORO_TREE_MAX_DEPTH]; /* the last address family of a level */
	bool certificate;                              /* its lines follow */
	size_t found[256]; /* where a delimiter was seen next: texts that never end cost one search
			    */
};

static const struct syntax {
	enum noro_tree_quote quote;
	char comment;
	const char *negate, *end;
} syntaxes[NORO_DIALECTS] = {
	[NORO_DIALECT_NONE] = { NORO_QUOTE_LOOSE, '!', "no", NULL },
	[NORO_DIALECT_IOS] = { NORO_QUOTE_LOOSE, '!', "no", "end" },
	[NORO_DIALECT_IOS_XE] = { NORO_QUOTE_LOOSE, '!', "no", "end" },
	[NORO_DIALECT_IOS_XR] = { NORO_QUOTE_LOOSE, '!', "no", "end" },
	[NORO_DIALECT_NXOS] = { NORO_QUOTE_LOOSE, '!', "no", NULL },
	[NORO_DIALECT_ASA] = { NORO_QUOTE_LOOSE, '!', "no", NULL },
	[NORO_DIALECT_EOS] = { NORO_QUOTE_LOOSE, '!', "no", "end" },
	[NORO_DIALECT_VRP] = { NORO_QUOTE_LOOSE, '#', "undo", "return" },
	[NORO_DIALECT_SROS] = { NORO_QUOTE_DOUBLE, '#', "no", NULL },
	[NORO_DIALECT_YAMAHA] = { NORO_QUOTE_LOOSE, '#', "no", NULL },
	[NORO_DIALECT_NEC_IX] = { NORO_QUOTE_LOOSE, '!', "no", NULL },
	[NORO_DIALECT_ALAXALA] = { NORO_QUOTE_LOOSE, '!', "no", NULL },
};

static bool word_is(const struct noro_stmt *s, uint32_t i, const char *text)
{
	return i < s->words && noro_view_is(s->word[i], text);
}

/* Header lines say who wrote it: "!Software Version V200R019", "! device: r1 (vEOS, EOS-4.28)". */
static void header(struct reader *r, struct noro_view v)
{
	static const struct {
		const char *before;
		const char *stop;
	} says[] = { { "!! IOS XR Configuration version = ", " " },
		{ "!! IOS XR Configuration ", " " }, { "!Software Version ", " \r" },
		{ "EOS-", ")" }, { "# TiMOS-", " " }, { " Rev.", " " },
		{ "Software, Version ", "," } };
	struct noro_view after;
	size_t at, n = 0;

	if (r->m->t->version.n || v.n > 400)
		return;
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		at = noro_view_find(v, noro_view_str(says[i].before));
		if (at == SIZE_MAX)
			continue;
		after = noro_view_sub(v, at + strlen(says[i].before), 80);
		while (n < after.n && !strchr(says[i].stop, after.p[n]))
			n++;
		if (n > 0 && noro_is_alnum(after.p[0])) {
			r->m->t->version = noro_view(after.p, n);
			return;
		}
	}
}

static void comment(struct reader *r, const struct noro_tree_line *l)
{
	r->m->t->comments++;
	if (r->m->t->statements < 16)
		header(r, l->text);
	/* a separator of VRP ends what was open: what follows may be indented by habit */
	if (r->comment == '#' && l->indent == 0 && r->dialect == NORO_DIALECT_VRP)
		r->depth = 0;
}

static struct noro_stmt *place(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_tree_at at = noro_tree_line_at(l);
	struct noro_stmt *s;

	while (r->depth && r->indent[r->depth - 1] >= l->indent)
		r->depth--;
	if (r->depth == NORO_TREE_MAX_DEPTH)
		r->depth--;
	s = noro_tree_add(r->m, r->depth ? r->open[r->depth - 1] : &r->m->t->root, &at);
	if (!s)
		return NULL;
	r->open[r->depth] = s;
	r->indent[r->depth] = l->indent;
	r->family[r->depth] = NULL;
	r->depth++;
	return s;
}

static struct noro_stmt *body(struct reader *r, struct noro_stmt *parent,
	const struct noro_tree_line *l, struct noro_view text)
{
	struct noro_tree_at at = { text, l->offset, l->line, l->column };
	struct noro_stmt *s = noro_tree_add(r->m, parent, &at);

	if (s)
		s->flags = NORO_STMT_TEXT;
	return s;
}

/* The text up to a delimiter; false when none follows, and it was an ordinary line. */
static bool delimited(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l,
	struct noro_view mark, size_t from)
{
	struct noro_view t = r->m->text, line;
	size_t *found = &r->found[(uint8_t)mark.p[0]];
	struct noro_tree_line body_line = *l;
	size_t end;

	if (*found < from || mark.n > 1) {
		if (*found == SIZE_MAX && mark.n == 1)
			return false;
		end = noro_view_find(noro_view(t.p + from, t.n - from), mark);
		*found = end == SIZE_MAX ? SIZE_MAX : from + end;
	}
	end = *found;
	if (end == SIZE_MAX)
		return false;
	/* what stands behind the closing mark in its line is dropped, as devices do */
	line = noro_view_trim(noro_view(t.p + from, 0));
	for (size_t at = from; at < end;) {
		const char *nl = memchr(t.p + at, '\n', end - at);
		size_t stop = nl ? (size_t)(nl - t.p) : end;

		line = noro_view(t.p + at, stop - at);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		body_line.offset = at;
		body_line.column = 1;
		if ((line.n || at != from) && (line.n || nl) && !body(r, s, &body_line, line))
			return true;
		at = stop + 1;
		body_line.line += nl != NULL;
	}
	return true;
}

/* Go on behind the line that byte `at` stands in. */
static void resume(struct reader *r, size_t at)
{
	struct noro_view t = r->m->text;

	while (r->in.at <= at && r->in.at < t.n) {
		const char *nl = memchr(t.p + r->in.at, '\n', t.n - r->in.at);

		r->in.at = nl ? (size_t)(nl - t.p) + 1 : t.n;
		r->in.line++;
	}
}

/* banner motd ^C ... ^C; EOS: banner login, lines, EOF. */
static void banner(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l)
{
	struct noro_view mark, last = s->word[s->words - 1];
	size_t from;

	if (r->in.dirty)
		return;
	if (r->dialect == NORO_DIALECT_EOS && s->words == 2) {
		mark = NORO_V("\nEOF");
		from = r->in.at ? r->in.at - 1 : 0;
		if (from >= r->m->text.n || !delimited(r, s, l, mark, from))
			return;
		resume(r, r->found['\n'] + 1);
		return;
	}
	if (word_is(s, 0, "banner") && s->words >= 3)
		last = s->word[2];
	else if (last.p[0] != 3 && !noro_view_is(last, "^C"))
		return;
	mark = noro_view_sub(last, 0, noro_view_starts(last, "^C") ? 2 : 1);
	from = (size_t)(last.p - r->m->text.p) + mark.n;
	if (mark.n == 0 || from > r->m->text.n || !delimited(r, s, l, mark, from))
		return;
	s->words = (uint32_t)(word_is(s, 0, "banner") ? 2 : s->words - 1);
	resume(r, r->found[(uint8_t)mark.p[0]]);
}

static bool is_hex_line(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]) && v.p[i] != ' ')
			return false;
	return v.n > 0;
}

/* A line of a certificate; false when it is none, and the certificate ends before it. */
static bool certificate(struct reader *r, const struct noro_tree_line *l)
{
	if (noro_view_is(l->text, "quit")) {
		r->certificate = false;
		return true;
	}
	if (!is_hex_line(l->text)) {
		r->certificate = false;
		return false;
	}
	(void)body(r, r->open[r->depth - 1], l, l->text);
	return true;
}

/* What was printed as deep as its address family becomes its children. */
static void close_family(struct reader *r, struct noro_stmt *leave)
{
	struct noro_stmt *family = r->family[r->depth - 1], *parent = leave->parent;
	struct noro_stmt *first = family ? family->next : NULL;

	r->family[r->depth - 1] = NULL;
	if (!family || family->child || !first || first == leave)
		return;
	family->child = first;
	family->next = leave;
	for (struct noro_stmt *s = first; s != leave; s = s->next) {
		s->parent = family;
		family->last = s;
	}
	family->last->next = NULL;
	parent->last = leave;
}

static void name_and_version(struct reader *r, const struct noro_stmt *s)
{
	struct noro_tree *t = r->m->t;

	if (s->parent != &t->root && !word_is(s->parent, 0, "system") &&
		r->dialect != NORO_DIALECT_SROS)
		return;
	if (s->words == 2 && (word_is(s, 0, "hostname") || word_is(s, 0, "switchname") ||
				     word_is(s, 0, "sysname") ||
				     (r->dialect == NORO_DIALECT_SROS && word_is(s, 0, "name") &&
					     word_is(s->parent, 0, "system"))))
		t->name = s->word[1];
	else if (s->words >= 2 && word_is(s, 0, "version") && s->parent == &t->root)
		t->version = s->word[1];
	else if (s->words >= 3 && word_is(s, 1, "Version") &&
		 (word_is(s, 0, "ASA") || word_is(s, 0, "PIX")))
		t->version = s->word[2];
}

static void special(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l)
{
	struct noro_view last = s->word[s->words - 1];

	switch (s->word[0].n ? s->word[0].p[0] : 0) {
	case 'b':
		if (word_is(s, 0, "banner"))
			banner(r, s, l);
		return;
	case 'c':
		r->certificate = word_is(s, 0, "certificate") && s->parent->words >= 3 &&
				 word_is(s->parent, 2, "certificate");
		return;
	case 'a':
		if (word_is(s, 0, "address-family"))
			r->family[r->depth - 1] = s;
		break;
	case 'e':
		if (word_is(s, 0, "exit-address-family"))
			close_family(r, s);
		return;
	case 'h':
	case 's':
	case 'v':
	case 'A':
	case 'P':
	case 'n':
		name_and_version(r, s);
		break;
	default:
		break;
	}
	if (last.n && (last.p[0] == 3 || noro_view_is(last, "^C")))
		banner(r, s, l);
}

static void statement(struct reader *r, const struct noro_tree_line *l)
{
	unsigned level;
	struct noro_stmt *family = NULL, *s;

	for (level = r->depth; level && r->indent[level - 1] >= l->indent; level--)
		if (r->indent[level - 1] == l->indent)
			family = r->family[level - 1];
	s = place(r, l);
	if (!s)
		return;
	r->family[r->depth - 1] = family;
	noro_tree_split(r->m, s, l->text, r->quote);
	if (s->words == 0)
		return;
	if (s->words > 1 && noro_view_is(s->word[0], r->negate)) {
		s->flags |= NORO_STMT_NEGATED;
		s->word++;
		s->words--;
	}
	special(r, s, l);
}

static bool is_comment(const struct reader *r, const struct noro_tree_line *l)
{
	if (l->text.p[0] == r->comment)
		return true;
	return l->text.p[0] == ':' && r->dialect == NORO_DIALECT_ASA && l->indent == 0;
}

void noro_tree_read_lines(struct noro_tree_maker *m)
{
	const struct syntax *x = &syntaxes[m->t->dialect];
	struct reader r = { .m = m,
		.dialect = m->t->dialect,
		.quote = x->quote,
		.comment = x->comment ? x->comment : '!',
		.negate = x->negate ? x->negate : "no",
		.end = x->end };
	struct noro_tree_line l;

	m->t->complete = !r.end;
	noro_tree_lines_init(&r.in, m);
	while (m->status == NORO_OK && noro_tree_lines_next(&r.in, &l)) {
		if (l.text.n == 0 || l.noise)
			continue;
		if (r.certificate && certificate(&r, &l))
			continue;
		if (is_comment(&r, &l))
			comment(&r, &l);
		else if (r.end && l.indent == 0 && noro_view_is(l.text, r.end))
			m->t->complete = true;
		else if (r.dialect == NORO_DIALECT_SROS && noro_view_is(l.text, "exit"))
			continue;
		else
			statement(&r, &l);
	}
}
