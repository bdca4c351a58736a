/*
 * src/device/strange_load.c - the words that statements of a dialect begin with, as written in
 * knowledge/device/statements. A row says where its words may stand: at the top, behind
 * other words of the same statement (`after`), or at the head of the statements below one
 * (`below`; a slash steps down, a star is any word). Together they are a trie, whose nodes
 * are asked only where words are listed: everywhere else anything is taken for known.
 */
#include "device/strange_priv.h"

#include "base/yaml.h"

enum {
	MAX_WORDS = 1 << 15, /* of one dialect in one file */
	MAX_STEPS = 16,      /* of one path */
};

struct loader {
	struct noro_facts_def *d;
	struct noro_view text;
	const char *file;
	struct noro_error *err;
	enum noro_dialect dialect;
	bool levels; /* a word a level: behind and below are the same */
	uint32_t words;
};

static enum noro_status bad(
	struct loader *l, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return fact_bad(l->err, l->text, at->at, l->file, msg, arg);
}

static enum noro_status no_memory(struct loader *l)
{
	return noro_fail(l->err, NORO_ENOMEM, NULL);
}

static bool has_levels(enum noro_dialect d)
{
	return d == NORO_DIALECT_JUNOS || d == NORO_DIALECT_VYOS || d == NORO_DIALECT_PANOS ||
	       d == NORO_DIALECT_ROUTEROS || d == NORO_DIALECT_SROS;
}

static struct words_node *new_node(struct loader *l)
{
	struct words_node *n = noro_arena_alloc(l->d->a, sizeof(*n));

	if (n && l->levels)
		n->below = n;
	return n;
}

static struct words_edge *place(struct words_edge *edge, uint32_t mask, const struct words_edge *e)
{
	uint32_t at = e->hash & mask;

	while (edge[at].hash &&
		(edge[at].hash != e->hash || !noro_view_eq_i(edge[at].word, e->word)))
		at = (at + 1) & mask;
	return &edge[at];
}

static bool grow(struct loader *l, struct words_node *n)
{
	uint32_t size = n->edge ? (n->mask + 1) * 2 : 8;
	struct words_edge *more = noro_arena_array(l->d->a, size, sizeof(*more));

	if (!more)
		return false;
	for (uint32_t i = 0; n->edge && i <= n->mask; i++)
		if (n->edge[i].hash)
			*place(more, size - 1, &n->edge[i]) = n->edge[i];
	n->edge = more;
	n->mask = size - 1;
	return true;
}

/* The edge of a word, made if there is none. */
static struct words_edge *edge_of(struct loader *l, struct words_node *n, struct noro_view word)
{
	struct words_edge e = { .word = word, .hash = fact_hash(word) }, *at;

	if ((!n->edge || (n->edges + 1) * 2 > n->mask + 1) && !grow(l, n))
		return NULL;
	at = place(n->edge, n->mask, &e);
	if (!at->hash) {
		*at = e;
		n->edges++;
	}
	return at;
}

/* NULL without memory. */
static struct words_node *step(struct loader *l, struct words_node *n, struct noro_view word)
{
	struct words_edge *e;

	if (noro_view_is(word, "*")) {
		if (!n->any)
			n->any = new_node(l);
		return n->any;
	}
	e = edge_of(l, n, word);
	if (e && !e->to)
		e->to = new_node(l);
	return e ? e->to : NULL;
}

static struct words_node *step_below(struct loader *l, struct words_node *n)
{
	if (!n->below)
		n->below = new_node(l);
	return n->below;
}

/* Where a path leads to; NULL without memory. "": the top. */
static struct words_node *walk_to(struct loader *l, struct noro_view path, bool below)
{
	struct words_node *n = l->d->statements[l->dialect];
	unsigned steps = 0;
	struct noro_view word;

	below = below && noro_view_trim(path).n;
	while (n && steps++ < MAX_STEPS && noro_view_word(&path, &word))
		n = noro_view_is(word, "/") ? step_below(l, n) : step(l, n, word);
	return n && below ? step_below(l, n) : n;
}

static enum noro_status add_words(struct loader *l, struct words_node *n, const struct noro_json *v)
{
	struct noro_view rest = v->text, word;

	while (noro_view_word(&rest, &word)) {
		if (++l->words > MAX_WORDS)
			return bad(l, v, N_("more than %1 words"), NORO_V("32768"));
		if (!(noro_view_is(word, "*") ? step(l, n, word) != NULL
					      : edge_of(l, n, word) != NULL))
			return no_memory(l);
	}
	return NORO_OK;
}

/* as: the same words stand below as there. */
static enum noro_status make_same(
	struct loader *l, const struct noro_json *row, const struct noro_json *below)
{
	struct words_node *there = walk_to(l, noro_json_str(row, "as"), true), *n, *last;
	size_t cut = noro_view_rchr(below->text, ' ');
	struct noro_view word = noro_view_sub(below->text, cut == SIZE_MAX ? 0 : cut + 1, SIZE_MAX);

	if (!there)
		return no_memory(l);
	if (!l->levels) {
		n = walk_to(l, below->text, false);
		if (n)
			n->below = there;
		return n ? NORO_OK : no_memory(l);
	}
	n = walk_to(l, noro_view_sub(below->text, 0, cut == SIZE_MAX ? 0 : cut), true);
	last = n ? step(l, n, word) : NULL;
	if (!last)
		return no_memory(l);
	if (noro_view_is(word, "*"))
		n->any = there;
	else
		edge_of(l, n, word)->to = there;
	return NORO_OK;
}

static enum noro_status read_row(struct loader *l, const struct noro_json *v)
{
	const struct noro_json *after = noro_json_get(v, "after"),
			       *below = noro_json_get(v, "below");
	const struct noro_json *words = noro_json_get(v, "words"), *as = noro_json_get(v, "as");
	const struct noro_json *where = after ? after : below;
	struct words_node *n;

	for (const struct noro_json *c = v->kind == NORO_JSON_OBJECT ? v->child : NULL; c;
		c = c->next)
		if ((c != after && c != below && c != words && c != as) ||
			c->kind != NORO_JSON_STRING)
			return bad(l, c, N_("unknown key '%1'"), c->key);
	if (v->kind != NORO_JSON_OBJECT || !words == !as || (after && below) || (as && !below))
		return bad(l, v, N_("a row has the keys after or below, and words or as"), v->key);
	if (as)
		return make_same(l, v, below);
	n = walk_to(l, where ? where->text : NORO_V(""), below != NULL);
	return n ? add_words(l, n, words) : no_memory(l);
}

static enum noro_status read_dialect(
	struct loader *l, const struct noro_json *name, const struct noro_json *rows)
{
	enum noro_status st = NORO_OK;

	l->dialect = name->kind == NORO_JSON_STRING ? noro_dialect_by_name(name->text)
						    : NORO_DIALECT_NONE;
	if (l->dialect == NORO_DIALECT_NONE)
		return bad(l, name, N_("'%1' is no dialect"), name->text);
	l->levels = has_levels(l->dialect);
	l->words = 0;
	if (!l->d->statements[l->dialect])
		l->d->statements[l->dialect] = new_node(l);
	if (!l->d->statements[l->dialect])
		return no_memory(l);
	for (const struct noro_json *v = rows->child; v && st == NORO_OK; v = v->next)
		st = read_row(l, v);
	return st;
}

enum noro_status noro_strange_parse(
	struct noro_facts_def *d, struct noro_view text, const char *file, struct noro_error *err)
{
	const struct noro_json_limits limits = {
		.max_bytes = FACT_MAX_FILE, .max_depth = 8, .max_values = 1 << 14
	};
	struct loader l = { .d = d, .text = text, .file = file, .err = err };
	const struct noro_json *tree, *dialect, *rows;
	enum noro_status st = noro_yaml_parse(d->a, text, &limits, &tree, err);

	if (st != NORO_OK)
		return err ? noro_error_at(err, file, err->unit, err->at) : st;
	dialect = noro_json_get(tree, "dialect");
	rows = noro_json_get(tree, "rows");
	if (tree->kind != NORO_JSON_OBJECT || !dialect || dialect->kind != NORO_JSON_ARRAY ||
		!rows || rows->kind != NORO_JSON_ARRAY || tree->count != 2)
		return bad(&l, tree, N_("a file of statements has the keys dialect and rows"),
			tree->key);
	for (const struct noro_json *v = dialect->child; v && st == NORO_OK; v = v->next)
		st = read_dialect(&l, v, rows);
	return st;
}
