/*
 * fuzz/fuzz_strange.c - a list of statements and a configuration, split at the first NUL byte.
 * Whatever the list says: no more is strange than there are statements, what is shown is printable,
 * and asked twice it is the same.
 */
#include "fuzz/fuzz.h"

#include "device/strange_priv.h"

#include <string.h>

static void try_tree(const struct noro_facts_def *d, struct noro_arena *a,
	enum noro_dialect dialect, enum noro_tree_form form, struct noro_view text)
{
	struct noro_dialect_guess g = { .dialect = dialect, .form = form };
	struct noro_audit_taken one = { 0 }, two = { 0 };
	struct noro_tree *t;

	if (noro_tree_parse(text, &g, a, &t) != NORO_OK)
		return;
	noro_strange_ask(d, t, 1, &one);
	noro_strange_ask(d, t, 1, &two);
	assert(one.strange == two.strange && one.strange <= t->statements);
	for (uint32_t i = 0; i < one.strange && i < NORO_AUDIT_STRANGE; i++) {
		const struct noro_audit_strange *s = &one.stranger[i];

		assert(s->line == two.stranger[i].line &&
			strcmp(s->text, two.stranger[i].text) == 0);
		assert(memchr(s->text, '\0', sizeof(s->text)));
		assert(i == 0 || one.stranger[i - 1].line <= s->line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, '\0', size);
	size_t n = nul ? (size_t)(nul - data) : size;
	struct noro_view text = nul ? noro_view(nul + 1, size - n - 1) : noro_view("", 0);
	struct noro_arena *a = noro_arena_new(64 << 20);
	struct noro_error err = { 0 };
	struct noro_facts_def *d;

	if (!a)
		return 0;
	if (fact_def_new(a, &d, &err) == NORO_OK) {
		if (noro_strange_parse(d, noro_view(data, n), "s", &err) == NORO_OK) {
			try_tree(d, a, NORO_DIALECT_IOS, NORO_FORM_LINES, text);
			try_tree(d, a, NORO_DIALECT_JUNOS, NORO_FORM_BRACES, text);
			try_tree(d, a, NORO_DIALECT_ROUTEROS, NORO_FORM_MENUS, text);
		} else {
			assert(err.status < NORO_OK);
		}
	}
	noro_arena_free(a);
	return 0;
}
