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
	unsigned quote;
	char comment;       /* begins a comment line */
	const char *negate; /* the word that negates */
	const char *end;    /* the line that ends a configuration; NULL: none is written */
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH];
	uint32_t indent[NORO_TREE_MAX_DEPTH];
	unsigned depth;
	struct noro_stmt *family[NORO_TREE_MAX_DEPTH + 1]; /* the last address family of a level */
	bool certificate;                                  /* its lines follow */
	size_t found[258];
	size_t stop; /* where the text that was read last ends */
};
/* `found` tells where a delimiter comes next (by its byte, and two of several bytes), so that
 * texts which never end cost one search. */
enum { MARK_CARET = 256, MARK_EOF = 257 };

static const struct syntax {
	unsigned quote;
	char comment;
	const char *negate, *end;
} syntaxes[NORO_DIALECTS] = {
	[NORO_DIALECT_NONE] = { NORO_QUOTE_LINES, '!', "no", NULL },
	[NORO_DIALECT_IOS] = { NORO_QUOTE_LINES, '!', "no", "end" },
	[NORO_DIALECT_IOS_XE] = { NORO_QUOTE_LINES, '!', "no", "end" },
	[NORO_DIALECT_IOS_XR] = { NORO_QUOTE_LINES, '!', "no", "end" },
	[NORO_DIALECT_NXOS] = { NORO_QUOTE_LINES, '!', "no", NULL },
	[NORO_DIALECT_ASA] = { NORO_QUOTE_LINES, '!', "no", NULL },
	[NORO_DIALECT_EOS] = { NORO_QUOTE_LINES, '!', "no", "end" },
	[NORO_DIALECT_VRP] = { NORO_QUOTE_LINES, '#', "undo", "return" },
	[NORO_DIALECT_SROS] = { NORO_QUOTE_BRACES, '#', "no", NULL },
	[NORO_DIALECT_YAMAHA] = { NORO_QUOTE_LINES, '#', "no", NULL },
	[NORO_DIALECT_NEC_IX] = { NORO_QUOTE_LINES, '!', "no", NULL },
	[NORO_DIALECT_ALAXALA] = { NORO_QUOTE_LINES, '!', "no", NULL },
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
	size_t at, n;

	if (r->m->t->version.n || v.n > 400)
		return;
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		at = noro_view_find(v, noro_view_str(says[i].before));
		if (at == SIZE_MAX)
			continue;
		after = noro_view_sub(v, at + strlen(says[i].before), 80);
		for (n = 0; n < after.n && !strchr(says[i].stop, after.p[n]);)
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
		r->depth = 0, r->family[0] = NULL;
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
	r->depth++;
	r->family[r->depth] = NULL;
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

/* Where the delimiter stands, from `from` on. */
static bool find_mark(struct reader *r, struct noro_view mark, unsigned key, size_t from)
{
	struct noro_view t = r->m->text;
	size_t *found = &r->found[key], at;

	if (from > t.n)
		return false;
	if (*found < from || *found == 0) {
		at = noro_view_find(noro_view(t.p + from, t.n - from), mark);
		*found = at == SIZE_MAX ? SIZE_MAX : from + at;
	}
	r->stop = *found;
	return *found != SIZE_MAX;
}

/* Lines between two places of the text become texts below s. */
static void bodies(struct reader *r, struct noro_stmt *s, struct noro_tree_line l, size_t from)
{
	struct noro_view t = r->m->text, line;

	s->flags |= NORO_STMT_BODY;
	for (size_t at = from; at < r->stop;) {
		const char *nl = memchr(t.p + at, '\n', r->stop - at);
		size_t stop = nl ? (size_t)(nl - t.p) : r->stop;

		line = noro_view(t.p + at, stop - at);
		while (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		l.offset = at;
		l.column = 1;
		/* the mark may stand alone in its line */
		if ((line.n || nl) && !body(r, s, &l, line))
			return;
		at = stop + 1;
		l.line += nl != NULL;
	}
}

/* Go on behind the line in which the text ended; what stands there is dropped, as devices do. */
static void resume(struct reader *r)
{
	struct noro_view t = r->m->text;

	while (r->in.at <= r->stop && r->in.at < t.n) {
		const char *nl = memchr(t.p + r->in.at, '\n', t.n - r->in.at);

		r->in.at = nl ? (size_t)(nl - t.p) + 1 : t.n;
		r->in.line++;
	}
}

/* EOS: lines up to one that is EOF. */
static void here_document(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l)
{
	struct noro_tree_line next = *l;
	size_t from = r->in.at;

	if (from == 0 || !find_mark(r, NORO_V("\nEOF"), MARK_EOF, from - 1))
		return;
	r->stop++; /* the line break before EOF ends the text's last line */
	next.line++;
	bodies(r, s, next, from);
	resume(r);
}

/* banner motd ^C ... ^C; any line of IOS that ends in ^C. */
static void delimited(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l)
{
	bool banner = noro_view_is(s->word[0], "banner");
	struct noro_view mark = s->word[banner ? 2 : s->words - 1];
	struct noro_tree_line next = *l;
	struct noro_view rest;
	unsigned key;
	size_t end;

	if (mark.p > s->text.p && mark.p[-1] == '"') /* the quote is the mark, and was taken off */
		mark = noro_view(mark.p - 1, mark.n + 1);
	key = (uint8_t)mark.p[0];
	if (noro_view_starts(mark, "^C")) {
		mark.n = 2;
		key = MARK_CARET;
	} else {
		mark.n = 1;
	}
	rest = noro_view(mark.p + mark.n, (size_t)(s->text.p + s->text.n - (mark.p + mark.n)));
	end = noro_view_find(rest, mark);
	if (end == SIZE_MAX && !find_mark(r, mark, key, r->in.at))
		return;
	s->words = banner ? 2 : s->words - 1;
	s->flags |= NORO_STMT_BODY;
	rest = noro_view_sub(rest, 0, end);
	if (rest.n && !body(r, s, l, rest))
		return;
	if (end != SIZE_MAX)
		return;
	next.line++;
	bodies(r, s, next, r->in.at);
	resume(r);
}

/* Who ends a banner by a mark of choice. */
static bool has_marks(enum noro_dialect d)
{
	return d == NORO_DIALECT_NONE || d == NORO_DIALECT_IOS || d == NORO_DIALECT_IOS_XE ||
	       d == NORO_DIALECT_IOS_XR || d == NORO_DIALECT_NXOS || d == NORO_DIALECT_EOS ||
	       d == NORO_DIALECT_NEC_IX;
}

static void texts(struct reader *r, struct noro_stmt *s, const struct noro_tree_line *l)
{
	struct noro_view last = s->word[s->words - 1];
	bool banner = noro_view_is(s->word[0], "banner");

	if (s->flags & NORO_STMT_NEGATED || s->words < 2)
		return;
	if (r->dialect == NORO_DIALECT_EOS && s->words == 2 &&
		(banner || noro_view_is(s->word[1], "bash")))
		here_document(r, s, l);
	else if (banner && s->words >= 3 && has_marks(r->dialect))
		delimited(r, s, l);
	else if (!banner && has_marks(r->dialect) && last.n &&
		 (last.p[0] == 3 || noro_view_is(last, "^C")))
		delimited(r, s, l);
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

bool noro_tree_is_certificate(const struct noro_stmt *s)
{
	return word_is(s, 0, "certificate") && word_is(s->parent, 2, "certificate");
}

/* What was printed as deep as its address family becomes its children. */
static void close_family(struct reader *r, struct noro_stmt *leave)
{
	struct noro_stmt *family = r->family[r->depth - 1], *parent = leave->parent;
	struct noro_stmt *first = family ? family->next : NULL;

	r->family[r->depth - 1] = NULL;
	if (!family || family->child || !first || first == leave)
		return;
	for (const struct noro_stmt *s = first; s != leave; s = s->next)
		if (s->flags & NORO_STMT_BODY && noro_tree_is_certificate(s))
			return; /* it is one because of where it stands */
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
	switch (s->word[0].n ? s->word[0].p[0] : 0) {
	case 'c':
		r->certificate = noro_tree_is_certificate(s);
		if (r->certificate)
			s->flags |= NORO_STMT_BODY;
		break;
	case 'a':
		if (word_is(s, 0, "address-family"))
			r->family[r->depth - 1] = s;
		break;
	case 'e':
		if (word_is(s, 0, "exit-address-family"))
			close_family(r, s);
		break;
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
	if (!r->certificate) /* its text ends by itself, whatever it is called */
		texts(r, s, l);
}

static void statement(struct reader *r, const struct noro_tree_line *l)
{
	struct noro_stmt *s = place(r, l);

	if (!s)
		return;
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
	switch (r->dialect) { /* headers are written otherwise by some */
	case NORO_DIALECT_ASA:
		return l->text.p[0] == ':';
	case NORO_DIALECT_VRP:
		return l->text.p[0] == '!';
	case NORO_DIALECT_ALAXALA:
		return l->text.p[0] == '#';
	case NORO_DIALECT_SROS: /* titles of sections stand at the margin, inside `configure` */
		return noro_view_starts(l->text, "echo \"");
	default:
		return false;
	}
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
		else if (r.end && noro_view_is(l.text, r.end) &&
			 (r.depth == 0 || r.indent[0] >= l.indent))
			m->t->complete = true;
		else if (r.dialect == NORO_DIALECT_SROS && noro_view_is(l.text, "exit"))
			continue;
		else
			statement(&r, &l);
	}
}
