/*
 * src/device/strange.c - statements of a configuration that nobody knows. They stand in
 * the tree like all others and are searched like all others, but no map asks for them: whoever
 * reads "nothing found" must be told that they were there. Each is looked up once, by its first
 * words; below a statement that is not known nothing is asked, for its words mean nothing to us.
 */
#include "device/strange_priv.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	LONGEST = 100, /* bytes that are shown of a statement */
	CHAIN = 12,    /* words of a path */
	DEEP = 64,     /* levels; rows that lead back to the top go around */
};

/* --- what may be a secret --- */

static bool has_any(struct noro_view w, const char *const *part, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (noro_view_find_i(w, noro_view_str(part[i])) != SIZE_MAX)
			return true;
	return false;
}

/* Misspelt as well: that is how a statement becomes one that nobody knows. */
static bool announces(struct noro_view w)
{
	static const char *const part[] = { "pas", "pwd", "psk", "key", "sec", "cre", "commun",
		"auth", "priv", "crypt", "hash", "token", "cert", "cipher", "sign", "encod",
		"login", "user" };

	return has_any(w, part, sizeof(part) / sizeof(*part));
}

static bool is_digit_alone(struct noro_view w)
{
	return w.n == 1 && noro_is_digit(w.p[0]);
}

/* A hash, a key in base 64, a string of hex digits: nothing that a person would type. */
static bool looks_made(struct noro_view w)
{
	size_t digits = 0, letters = 0, hex = 0, signs = 0;

	if (w.n > 2 && w.p[0] == '$')
		return true;
	for (size_t i = 0; i < w.n; i++) {
		digits += noro_is_digit(w.p[i]);
		letters += noro_is_alpha(w.p[i]);
		hex += noro_hex_value(w.p[i]) >= 0;
		signs += memchr("+=!@#$%^&*", w.p[i], 10) != NULL;
	}
	return (w.n >= 10 && hex == w.n) ||
	       (w.n >= 16 && digits && letters && digits + letters == w.n) ||
	       (w.n >= 8 && signs && digits) || w.n >= 40;
}

/* Where name=value ends its name; the whole word if it is none. Base 64 ends so, too. */
static size_t name_of(struct noro_view w)
{
	size_t at = noro_view_chr(w, '=');

	return at == SIZE_MAX || at == 0 || w.p[w.n - 1] == '=' ? w.n : at + 1;
}

void noro_strange_mask(struct noro_view text, struct noro_buf *out)
{
	struct noro_view rest = noro_view_sub(text, 0, LONGEST), word;
	bool next = false, cut = text.n > LONGEST;

	while (noro_view_word(&rest, &word)) {
		size_t n = name_of(word);

		noro_buf_str(out, out->n ? " " : "");
		if (n < word.n) { /* a community of RouterOS is a name */
			noro_buf_add(out, word.p, n);
			noro_buf_str(out, "***");
			if (word.p[n] == '"' && memchr(word.p + n + 1, '"', word.n - n - 1) == NULL)
				return;
			next = false;
			continue;
		}
		if (next || looks_made(word) || (cut && !rest.n))
			noro_buf_str(out, "***");
		else
			noro_buf_view(out, word);
		if (!next && announces(word)) {
			if (rest.n || cut)
				noro_buf_str(out, " ***");
			return;
		}
		next = !next && is_digit_alone(word);
	}
}

/* --- asking --- */

static const struct words_edge *find(const struct words_node *n, struct noro_view word)
{
	uint32_t hash, at;

	if (!n->edge)
		return NULL;
	hash = fact_hash(word);
	for (at = hash & n->mask; n->edge[at].hash; at = (at + 1) & n->mask)
		if (n->edge[at].hash == hash && noro_view_eq_i(n->edge[at].word, word))
			return &n->edge[at];
	return NULL;
}

/* What a map asks for is known, whether or not it is listed: only the head of a path is asked. */
static bool is_mapped(const struct noro_facts_def *d, enum noro_dialect dialect,
	const struct noro_stmt *s, uint32_t word)
{
	const bool negated = s->flags & NORO_STMT_NEGATED;
	uint32_t first = map_entry_hash(fact_hash(s->word[0]), negated);
	uint32_t second = word ? fact_hash(s->word[1]) : 0;

	for (size_t i = 0; i < d->maps && word < 2; i++) {
		const struct fact_node *n = d->map[i]->root;
		uint32_t b = first & n->mask;

		for (uint32_t k = n->bucket[b]; k < n->bucket[b + 1]; k++)
			if (d->map[i]->dialects >> dialect & 1 && n->entry[k].hash == first &&
				(!word || n->entry[k].second == second))
				return true;
	}
	return false;
}

struct asking {
	const struct noro_facts_def *d;
	const struct noro_tree *t;
	uint32_t line;
	struct noro_audit_taken *ret;
};

static void put_level(const struct noro_stmt *s, struct noro_buf *out)
{
	noro_buf_str(out, out->n ? " " : "");
	noro_buf_view(out, s->words == 1 ? s->word[0] : s->text);
}

/* The words from the root to it, and the first ones below, where every level is one word. */
static void put_path(const struct noro_stmt *s, struct noro_buf *out)
{
	const struct noro_stmt *up[CHAIN];
	size_t n = 0;

	for (const struct noro_stmt *p = s; p && p->parent && n < CHAIN; p = p->parent)
		up[n++] = p;
	while (n)
		put_level(up[--n], out);
	for (s = s->child; s && n++ < CHAIN && out->n < LONGEST; s = s->child)
		put_level(s, out);
}

static struct noro_view cut_to(struct noro_view v, size_t most)
{
	v = noro_view_sub(v, 0, most);
	while (v.n == most && v.n && ((uint8_t)v.p[v.n - 1] & 0xc0) == 0x80)
		v.n--;
	return v.n == most && (uint8_t)v.p[v.n - 1] >= 0xc0 ? noro_view_sub(v, 0, v.n - 1) : v;
}

static void keep(struct noro_audit_strange *to, const struct noro_stmt *s, bool path)
{
	struct noro_buf text = { 0 }, shown = { 0 };

	if (path) {
		put_path(s, &text);
		noro_strange_mask(noro_buf_as_view(&text), &shown);
	} else {
		noro_strange_mask(s->text, &shown);
	}
	if (shown.status == NORO_OK && text.status == NORO_OK && shown.n)
		(void)snprintf(to->text, sizeof(to->text), "%.*s",
			NORO_VARG(cut_to(noro_buf_as_view(&shown), sizeof(to->text) - 1)));
	noro_buf_done(&text);
	noro_buf_done(&shown);
}

static void strange(struct asking *q, const struct noro_stmt *s)
{
	const bool lines = q->t->form == NORO_FORM_LINES || q->t->form == NORO_FORM_BLOCKS;
	uint32_t n = q->ret->strange++;

	if (n >= NORO_AUDIT_STRANGE)
		return;
	q->ret->stranger[n].line = q->line + s->line - 1;
	keep(&q->ret->stranger[n], s, !lines && !(s->flags & NORO_STMT_UNKNOWN));
}

/* Commands that may stand among set paths, and make none. */
static bool is_command(const struct noro_tree *t, struct noro_view text)
{
	static const char *const verbs[] = { "move", "rename", "insert", "copy", "edit", "exit",
		"top", "up", "commit", "configure", "replace", "override", "protect", "unprotect",
		"run", "save", "load", "quit", "end", "rollback", "show", "validate" };
	struct noro_view word;

	if (t->form != NORO_FORM_SET || !noro_view_word(&text, &word))
		return false;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (noro_view_is(word, verbs[i]))
			return true;
	return false;
}

/* "Cryptochecksum:0123..." is listed as "Cryptochecksum:". */
static const struct words_edge *find_head(const struct words_node *n, struct noro_view word)
{
	size_t colon = noro_view_chr(word, ':');

	return colon == SIZE_MAX ? NULL : find(n, noro_view_sub(word, 0, colon + 1));
}

/* Go along the words of a statement as far as words are listed; false: one of them is not. */
static bool known(struct asking *q, const struct words_node *n, const struct noro_stmt *s,
	const struct words_node **ret_below)
{
	const bool top = n == q->d->statements[q->t->dialect];
	uint32_t i = s->words > 1 && noro_view_is(s->word[0], "default");

	*ret_below = NULL;
	while (i < s->words && (n->edge || n->any)) {
		const struct words_edge *e = find(n, s->word[i]);

		if (!e && i == 0)
			e = find_head(n, s->word[0]);
		if (e && !e->to)
			return true;
		if (!e && !n->any)
			return top && s->parent == &q->t->root &&
			       is_mapped(q->d, q->t->dialect, s, i);
		n = e ? e->to : n->any;
		i++;
	}
	*ret_below = n->below && (n->below->edge || n->below->any) ? n->below : NULL;
	return true;
}

static void ask_below(
	struct asking *q, const struct words_node *n, const struct noro_stmt *parent, unsigned deep)
{
	for (const struct noro_stmt *s = parent->child; s; s = s->next) {
		const struct words_node *below;

		if (s->flags & NORO_STMT_TEXT || !s->words)
			continue;
		if (s->flags & NORO_STMT_UNKNOWN ? !is_command(q->t, s->text)
						 : !known(q, n, s, &below))
			strange(q, s);
		else if (s->flags & NORO_STMT_UNKNOWN)
			continue;
		else if (below && s->child && deep < DEEP)
			ask_below(q, below, s, deep + 1);
	}
}

/* Paths of one level stand together, wherever they were written. */
static int by_line(const void *a, const void *b)
{
	const struct noro_audit_strange *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

void noro_strange_ask(const struct noro_facts_def *d, const struct noro_tree *t, uint32_t line,
	struct noro_audit_taken *ret)
{
	struct asking q = { .d = d, .t = t, .line = line, .ret = ret };

	if (!d || !d->statements[t->dialect])
		return;
	ask_below(&q, d->statements[t->dialect], &t->root, 0);
	qsort(ret->stranger, ret->strange < NORO_AUDIT_STRANGE ? ret->strange : NORO_AUDIT_STRANGE,
		sizeof(*ret->stranger), by_line);
}
