/*
 * src/device/xml.c - XML without a library: a pull reader of elements, attributes and
 * text (no entities of its own, no external anything), and two trees over it. A
 * configuration becomes the tree its set form would give; the output of a command
 * keeps its elements, a leaf with its text as second word.
 */
#include "base/text.h"
#include "device/tree_priv.h"

enum event { XML_END, XML_OPEN, XML_EMPTY, XML_CLOSE, XML_TEXT, XML_BAD };

struct pull {
	struct noro_tree_maker *m;
	struct noro_view t;
	size_t at;
	size_t counted; /* up to where `line` was counted */
	uint32_t line;
	size_t line_start;
	struct noro_view name, attributes; /* of the element */
	struct noro_view text;             /* as written; entities are undone by `decoded` */
	bool raw;                          /* it stood in CDATA */
	size_t start;                      /* of the event */
};

static struct noro_tree_at place_of(struct pull *x, struct noro_view text)
{
	size_t at = text.p >= x->t.p && text.p <= x->t.p + x->t.n ? (size_t)(text.p - x->t.p)
								  : x->start;

	while (x->counted < at) {
		const char *nl = memchr(x->t.p + x->counted, '\n', at - x->counted);

		if (!nl)
			break;
		x->counted = (size_t)(nl - x->t.p) + 1;
		x->line_start = x->counted;
		x->line++;
	}
	return (struct noro_tree_at){ text, x->line_start, x->line,
		(uint32_t)(at >= x->line_start ? at - x->line_start : 0) + 1 };
}

/* Skip <!-- -->, <? ?>, <!DOCTYPE >; `end` closes it. */
static bool skip_to(struct pull *x, struct noro_view end)
{
	size_t n = noro_view_find(noro_view(x->t.p + x->at, x->t.n - x->at), end);

	x->at = n == SIZE_MAX ? x->t.n : x->at + n + end.n;
	return n != SIZE_MAX;
}

static bool starts(const struct pull *x, const char *text)
{
	return noro_view_starts(noro_view(x->t.p + x->at, x->t.n - x->at), text);
}

static struct noro_view local(struct noro_view name)
{
	size_t colon = noro_view_rchr(name, ':');

	return colon == SIZE_MAX ? name : noro_view_sub(name, colon + 1, name.n);
}

/* The end of a tag: > outside of quotes. */
static enum event tag(struct pull *x)
{
	bool closing = x->at + 1 < x->t.n && x->t.p[x->at + 1] == '/', empty;
	size_t from = x->at + 1 + closing, i = from, name_end;
	char quote = 0;

	for (; i < x->t.n && (quote || x->t.p[i] != '>'); i++)
		if (quote)
			quote = x->t.p[i] == quote ? 0 : quote;
		else if (x->t.p[i] == '"' || x->t.p[i] == '\'')
			quote = x->t.p[i];
		else if (x->t.p[i] == '<')
			break;
	if (i >= x->t.n || x->t.p[i] != '>') {
		x->at = x->t.n;
		return XML_BAD;
	}
	x->at = i + 1;
	empty = i > from && x->t.p[i - 1] == '/';
	i -= empty;
	for (name_end = from; name_end < i && !noro_is_space(x->t.p[name_end]);)
		name_end++;
	x->name = local(noro_view(x->t.p + from, name_end - from));
	x->attributes = noro_view(x->t.p + name_end, i - name_end);
	if (x->name.n == 0)
		return XML_BAD;
	return closing ? XML_CLOSE : empty ? XML_EMPTY : XML_OPEN;
}

static enum event next(struct pull *x)
{
	while (x->at < x->t.n) {
		size_t end;

		x->start = x->at;
		if (starts(x, "<!--")) {
			x->m->t->comments++;
			if (!skip_to(x, NORO_V("-->")))
				return XML_BAD;
		} else if (starts(x, "<![CDATA[")) {
			x->at += 9;
			x->text = noro_view(x->t.p + x->at, 0);
			if (!skip_to(x, NORO_V("]]>")))
				return XML_BAD;
			x->text.n = (size_t)(x->t.p + x->at - 3 - x->text.p);
			x->raw = true;
			return XML_TEXT;
		} else if (starts(x, "<?") || starts(x, "<!")) {
			if (!skip_to(x, NORO_V(">")))
				return XML_BAD;
		} else if (x->t.p[x->at] == '<') {
			return tag(x);
		} else {
			end = noro_view_chr(noro_view(x->t.p + x->at, x->t.n - x->at), '<');
			end = end == SIZE_MAX ? x->t.n : x->at + end;
			x->text = noro_view_trim(noro_view(x->t.p + x->at, end - x->at));
			x->at = end;
			x->raw = false;
			if (x->text.n)
				return XML_TEXT;
		}
	}
	return XML_END;
}

static size_t entity(struct noro_view v, char out[4], size_t *ret_n)
{
	static const struct {
		const char *name;
		char is;
	} known[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
		{ "&apos;", '\'' } };
	uint32_t scalar = 0;
	size_t i = 2;
	bool hex;

	for (size_t k = 0; k < 5; k++)
		if (noro_view_starts(v, known[k].name)) {
			out[0] = known[k].is;
			*ret_n = 1;
			return strlen(known[k].name);
		}
	if (!noro_view_starts(v, "&#"))
		return 0;
	hex = v.n > 2 && v.p[2] == 'x';
	for (i += hex; i < v.n && i < 12 && v.p[i] != ';'; i++) {
		if (!(hex ? noro_is_hex(v.p[i]) : noro_is_digit(v.p[i])))
			return 0;
		scalar = scalar * (hex ? 16 : 10) + (uint32_t)noro_hex_value(v.p[i]);
		if (scalar > 0x10ffff)
			return 0;
	}
	if (i >= v.n || v.p[i] != ';')
		return 0;
	*ret_n = noro_utf8_put(scalar, out);
	return *ret_n ? i + 1 : 0;
}

static struct noro_view decoded(struct pull *x, struct noro_view v)
{
	char *out;
	size_t n = 0;

	if (x->raw || v.n == 0 || !memchr(v.p, '&', v.n))
		return v;
	/* what an entity stands for is never longer than the entity */
	out = noro_arena_alloc(x->m->a, v.n + 1);
	if (!out) {
		x->m->status = NORO_ENOMEM;
		return v;
	}
	for (size_t i = 0; i < v.n;) {
		char is[4];
		size_t is_n = 0;
		size_t used = v.p[i] == '&' ? entity(noro_view(v.p + i, v.n - i), is, &is_n) : 0;

		if (used) {
			memcpy(out + n, is, is_n);
			n += is_n;
			i += used;
		} else {
			out[n++] = v.p[i++];
		}
	}
	return noro_view(out, n);
}

/* Take name="value" off the attributes. */
static bool attribute(struct noro_view *rest, struct noro_view *name, struct noro_view *value)
{
	size_t eq, end;
	char quote;

	*rest = noro_view_trim(*rest);
	eq = noro_view_chr(*rest, '=');
	if (eq == SIZE_MAX || eq == 0)
		return false;
	*name = noro_view_trim(noro_view_sub(*rest, 0, eq));
	*rest = noro_view_trim(noro_view_sub(*rest, eq + 1, rest->n));
	if (rest->n < 2 || (rest->p[0] != '"' && rest->p[0] != '\''))
		return false;
	quote = rest->p[0];
	*rest = noro_view_sub(*rest, 1, rest->n);
	end = noro_view_chr(*rest, quote);
	if (end == SIZE_MAX)
		return false;
	*value = noro_view_sub(*rest, 0, end);
	*rest = noro_view_sub(*rest, end + 1, rest->n);
	return true;
}

static bool attribute_is(struct noro_view rest, const char *name, struct noro_view *ret)
{
	struct noro_view n;

	while (attribute(&rest, &n, ret))
		if (noro_view_is(n, name))
			return true;
	return false;
}

/* Configurations. */
struct reader {
	struct pull x;
	struct noro_stmt *open[NORO_TREE_MAX_DEPTH + 1];
	unsigned levels[NORO_TREE_MAX_DEPTH + 1]; /* from the root to each of `open` */
	struct noro_view element[NORO_TREE_MAX_DEPTH + 1];
	unsigned depth, beyond;
	bool one_vsys;
	bool name; /* the text is the name of the list entry above */
};

static bool is_wrapper(const struct reader *r, struct noro_view name)
{
	static const char *const junos[] = { "rpc-reply", "configuration", "data", "rpc",
		"configuration-information", "banner", "cli" };
	static const char *const panos[] = { "config", "devices", "response", "result" };
	const char *const *list = r->x.m->t->dialect == NORO_DIALECT_PANOS ? panos : junos;
	size_t n = list == panos ? 4 : 7;

	if (r->depth > 4 || r->open[r->depth] != &r->x.m->t->root)
		return false;
	for (size_t i = 0; i < n; i++)
		if (noro_view_is(name, list[i]))
			return true;
	return list == panos && r->one_vsys && noro_view_is(name, "vsys");
}

/* Elements whose name the set form leaves out, for it is clear from where they stand. */
static bool is_silent(const struct reader *r, struct noro_view name)
{
	static const char *const pairs[][2] = { { "interfaces", "interface" }, { "vlans", "vlan" },
		{ "routing-instances", "instance" }, { "bridge-domains", "domain" } };
	struct noro_view above = r->element[r->depth];

	if (r->x.m->t->dialect == NORO_DIALECT_PANOS)
		return noro_view_is(name, "member");
	if (noro_view_is(name, "contents") || noro_view_is(name, "prefix-list-item"))
		return true;
	for (size_t i = 0; i < 4; i++)
		if (noro_view_is(above, pairs[i][0]) && noro_view_is(name, pairs[i][1]))
			return true;
	return false;
}

static unsigned flags_of(struct noro_view attributes)
{
	struct noro_view v;
	unsigned flags = 0;

	if (attributes.n == 0)
		return 0;
	if (attribute_is(attributes, "inactive", &v))
		flags |= NORO_STMT_INACTIVE;
	if (attribute_is(attributes, "operation", &v) && noro_view_is(v, "delete"))
		flags |= NORO_STMT_NEGATED;
	return flags;
}

/* The level an element opens; its parent's when it has none of its own. */
static struct noro_stmt *level(struct reader *r)
{
	struct noro_stmt *above = r->open[r->depth], *s;
	struct noro_view word = r->x.name, tag = word, v;
	struct noro_tree_at at;

	if (above == &r->x.m->t->root && noro_view_is(word, "config") &&
		attribute_is(r->x.attributes, "version", &v))
		r->x.m->t->version = v;
	if (is_wrapper(r, word) || is_silent(r, word) || noro_view_is(word, "name"))
		return above;
	if (noro_view_is(word, "entry") && attribute_is(r->x.attributes, "name", &v)) {
		if (above == &r->x.m->t->root && (noro_view_is(v, "localhost.localdomain") ||
							 (r->one_vsys && noro_view_is(v, "vsys1"))))
			return above;
		r->x.raw = false;
		word = decoded(&r->x, v);
		tag.n = (size_t)(v.p + v.n + 1 -
				 tag.p); /* with its name, and the quote behind it */
	}
	if (r->levels[r->depth] == NORO_TREE_MAX_DEPTH)
		return above;
	at = place_of(&r->x, tag);
	s = noro_tree_enter(r->x.m, above, word, flags_of(r->x.attributes), &at);
	return s ? s : above;
}

static void text(struct reader *r)
{
	struct noro_tree *t = r->x.m->t;
	struct noro_view word = decoded(&r->x, r->x.text);
	struct noro_stmt *above = r->open[r->depth], *s;
	struct noro_tree_at at;

	if (above == &t->root || r->beyond) /* text between wrappers says nothing */
		return;
	if (r->levels[r->depth] == NORO_TREE_MAX_DEPTH)
		return;
	at = place_of(&r->x, r->x.text);
	s = noro_tree_enter(r->x.m, above, word, 0, &at);
	if (!s)
		return;
	if (noro_view_is(r->element[r->depth], "name") && r->depth > 0) {
		r->open[r->depth - 1] = s; /* what follows in the entry stands below its name */
		r->levels[r->depth - 1] = r->levels[r->depth] + 1;
	}
	if (noro_view_is(above->word[0], "host-name") || noro_view_is(above->word[0], "hostname"))
		t->name = t->name.n ? t->name : word;
	if (above->parent == &t->root && noro_view_is(above->word[0], "version"))
		t->version = word;
}

static void open_element(struct reader *r, bool empty)
{
	struct noro_stmt *s;

	if (r->depth == NORO_TREE_MAX_DEPTH || r->beyond) {
		r->beyond += !empty;
		return;
	}
	s = level(r);
	if (empty)
		return;
	r->levels[r->depth + 1] = r->levels[r->depth] + (s != r->open[r->depth]);
	r->depth++;
	r->open[r->depth] = s;
	r->element[r->depth] = r->x.name;
}

void noro_tree_read_xml(struct noro_tree_maker *m)
{
	struct reader r = { .x = { .m = m, .t = m->text, .line = 1 } };
	bool bad = false;

	r.open[0] = &m->t->root;
	r.one_vsys = noro_view_find(m->text, NORO_V("<multi-vsys>on")) == SIZE_MAX &&
		     noro_view_find(m->text, NORO_V("name=\"vsys2\"")) == SIZE_MAX;
	while (m->status == NORO_OK && !m->t->cut) {
		switch (next(&r.x)) {
		case XML_OPEN:
			open_element(&r, false);
			continue;
		case XML_EMPTY:
			open_element(&r, true);
			continue;
		case XML_CLOSE:
			if (r.beyond)
				r.beyond--;
			else if (r.depth)
				r.depth--;
			continue;
		case XML_TEXT:
			text(&r);
			continue;
		case XML_BAD:
			bad = true;
			break;
		case XML_END:
			break;
		}
		break;
	}
	m->t->complete = !bad && r.depth == 0 && m->t->statements > 0 && !m->t->cut;
}

/* Output of commands. */
static void attributes(struct pull *x, struct noro_stmt *s)
{
	struct noro_view rest = x->attributes, name, value;

	while (attribute(&rest, &name, &value)) {
		struct noro_tree_at at = place_of(x, value);
		struct noro_stmt *c;

		/* names of other spaces and the spaces themselves are about the form */
		if (noro_view_starts(name, "xmlns") || noro_view_chr(name, ':') != SIZE_MAX)
			continue;
		c = noro_tree_add(x->m, s, &at);
		x->raw = false;
		if (!c || !noro_tree_word(x->m, c, name) ||
			!noro_tree_word(x->m, c, decoded(x, value)))
			return;
	}
}

static enum noro_status element(struct pull *x, struct noro_stmt **s, unsigned *depth, bool empty)
{
	struct noro_tree_at at = place_of(x, x->name);
	struct noro_stmt *made;

	if (*depth == NORO_TREE_MAX_DEPTH)
		return NORO_ELIMIT;
	made = noro_tree_add(x->m, *s, &at);
	if (!made)
		return x->m->status != NORO_OK ? x->m->status : NORO_ELIMIT;
	if (!noro_tree_word(x->m, made, x->name))
		return NORO_ENOMEM;
	attributes(x, made);
	if (!empty) {
		*s = made;
		++*depth;
	}
	return x->m->status;
}

static enum noro_status close_element(struct pull *x, struct noro_stmt **s, unsigned *depth)
{
	if (*depth == 0 || !noro_view_eq((*s)->word[0], x->name))
		return NORO_EFORMAT;
	*s = (*s)->parent;
	--*depth;
	return NORO_OK;
}

static enum noro_status leaf_text(struct pull *x, struct noro_stmt *s, unsigned depth)
{
	struct noro_tree_at at = place_of(x, x->text);
	struct noro_view word = decoded(x, x->text), both[2];
	struct noro_stmt *c;

	if (depth == 0)
		return NORO_EFORMAT;
	if (!s->child && s->words == 1) { /* its words may not be the last that were given out */
		both[0] = s->word[0];
		both[1] = word;
		s->words = 0;
		for (unsigned i = 0; i < 2; i++)
			if (!noro_tree_word(x->m, s, both[i]))
				return NORO_ENOMEM;
		return NORO_OK;
	}
	at.text = word;
	c = noro_tree_add(x->m, s, &at);
	if (!c)
		return x->m->status != NORO_OK ? x->m->status : NORO_ELIMIT;
	c->flags = NORO_STMT_TEXT;
	return NORO_OK;
}

static enum noro_status read_output(struct pull *x)
{
	struct noro_stmt *s = &x->m->t->root;
	enum noro_status st = NORO_OK;
	unsigned depth = 0;

	while (st == NORO_OK) {
		switch (next(x)) {
		case XML_OPEN:
			st = element(x, &s, &depth, false);
			break;
		case XML_EMPTY:
			st = element(x, &s, &depth, true);
			break;
		case XML_CLOSE:
			st = close_element(x, &s, &depth);
			break;
		case XML_TEXT:
			st = leaf_text(x, s, depth);
			break;
		case XML_BAD:
			return NORO_ETRUNC;
		case XML_END:
			return depth ? NORO_ETRUNC : x->m->t->statements ? NORO_OK : NORO_EFORMAT;
		}
	}
	return st;
}

enum noro_status noro_tree_parse_xml(
	struct noro_view text, struct noro_arena *a, struct noro_tree **ret, struct noro_error *err)
{
	struct noro_tree *t = noro_arena_alloc(a, sizeof(*t));
	struct noro_tree_maker m = { .a = a, .text = text, .t = t };
	struct pull x = { .m = &m, .t = text, .line = 1 };
	enum noro_status st;

	if (!t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	t->form = NORO_FORM_XML;
	st = read_output(&x);
	if (m.status != NORO_OK)
		st = m.status;
	noro_tree_maker_done(&m);
	if (st != NORO_OK) {
		(void)noro_fail(err, st, N_("this is no well-formed XML"));
		(void)noro_error_at(err, "", NORO_AT_BYTE, x.start);
		return st;
	}
	noro_tree_number(t);
	t->complete = true;
	*ret = t;
	return NORO_OK;
}
