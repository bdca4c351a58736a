/*
 * fuzz/fuzz_tree.c - a text as a configuration of a dialect and a form, which its first
 * two bytes choose. Whatever it is, it parses; statements are numbered as they are
 * walked and lines do not go back where lines make the tree; and what is printed
 * parses and prints the same again. The same text is tried as output in JSON and XML.
 */
#include "fuzz/fuzz.h"

#include "device/tree.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct noro_tree *t, size_t text_n)
{
	uint32_t n = 0, line = 0;
	const struct noro_stmt *s;

	for (s = noro_stmt_walk(&t->root); s; s = noro_stmt_walk(s)) {
		assert(s->number == n++);
		assert(s->line > 0 && s->column > 0 && s->offset <= text_n);
		assert(s->words > 0 || s->flags & NORO_STMT_TEXT);
		assert(s->words <= NORO_TREE_MAX_WORDS);
		if (t->form == NORO_FORM_LINES || t->form == NORO_FORM_BLOCKS)
			assert(s->line >= line);
		line = s->line;
	}
	assert(n == t->statements);
}

static enum noro_tree_form canonical(const struct noro_tree *t)
{
	switch (t->dialect) {
	case NORO_DIALECT_JUNOS:
		return NORO_FORM_BRACES;
	case NORO_DIALECT_VYOS:
	case NORO_DIALECT_PANOS:
		return NORO_FORM_SET;
	case NORO_DIALECT_SROS:
		return t->form == NORO_FORM_LINES ? NORO_FORM_LINES : NORO_FORM_BRACES;
	default:
		return t->form;
	}
}

/* Forms that a dialect is written in. */
static enum noro_tree_form form_of(enum noro_dialect d, uint8_t choice)
{
	static const enum noro_tree_form path[] = { NORO_FORM_BRACES, NORO_FORM_SET,
		NORO_FORM_XML };
	static const enum noro_tree_form sros[] = { NORO_FORM_BRACES, NORO_FORM_SET,
		NORO_FORM_LINES };

	switch (d) {
	case NORO_DIALECT_JUNOS:
	case NORO_DIALECT_PANOS:
		return path[choice % 3];
	case NORO_DIALECT_VYOS:
		return path[choice % 2];
	case NORO_DIALECT_SROS:
		return sros[choice % 3];
	case NORO_DIALECT_FORTIOS:
		return NORO_FORM_BLOCKS;
	case NORO_DIALECT_ROUTEROS:
		return NORO_FORM_MENUS;
	default:
		return NORO_FORM_LINES;
	}
}

static void outputs(struct noro_view text, struct noro_arena *a)
{
	struct noro_error err = { 0 };
	struct noro_tree *t;

	if (noro_tree_parse_json(text, a, &t, &err) == NORO_OK)
		check(t, text.n);
	if (noro_tree_parse_xml(text, a, &t, &err) == NORO_OK)
		check(t, text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_dialect_guess g, said;
	struct noro_arena *a;
	struct noro_tree *t, *again;
	struct noro_buf one = { 0 }, two = { 0 };
	struct noro_view text;

	if (size < 2)
		return 0;
	text = noro_view(data + 2, size - 2);
	noro_dialect_guess(text, NULL, &said);
	assert(said.confidence <= 100 && said.dialect < NORO_DIALECTS);
	assert(said.dialect != NORO_DIALECT_NONE || !said.config);
	g = said;
	g.dialect = (enum noro_dialect)(data[0] % NORO_DIALECTS);
	g.form = form_of(g.dialect, data[1]);
	a = noro_arena_new(0);
	if (!a)
		abort();
	if (noro_tree_parse(text, &g, a, &t) != NORO_OK || noro_tree_print(t, &one) != NORO_OK)
		abort();
	check(t, text.n);
	g.form = canonical(t);
	if (noro_tree_parse(noro_buf_as_view(&one), &g, a, &again) != NORO_OK ||
		noro_tree_print(again, &two) != NORO_OK)
		abort();
	check(again, one.n);
	assert(one.n == two.n && (one.n == 0 || memcmp(one.p, two.p, one.n) == 0));
	outputs(text, a);
	noro_buf_done(&one);
	noro_buf_done(&two);
	noro_arena_free(a);
	return 0;
}
