/*
 * fuzz/fuzz_state.c - outputs through all templates: the first byte names the system,
 * the first line is the command. Rows lie within the output and in tables that there
 * are, and no more lines are unknown than there are lines.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "device/state.h"

static struct noro_facts_def *definition(void)
{
	static struct noro_facts_def *d;
	static struct noro_arena *a; /* kept for the whole run */
	static bool tried;
	const char *root = getenv("NOROSHI_SOURCE");
	char folder[4096];
	const char *const folders[] = { folder };

	if (tried)
		return d;
	tried = true;
	a = noro_arena_new(0);
	(void)snprintf(folder, sizeof(folder), "%s/knowledge", root ? root : ".");
	if (!a || noro_facts_def_load(a, folders, 1, &d, NULL) != NORO_OK)
		d = NULL;
	return d;
}

static void check(const struct noro_facts_def *d, const struct noro_output *o,
	struct noro_facts_maker *m, const struct noro_state_read *r, uint32_t lines)
{
	struct noro_facts f;

	assert(r->unknown <= lines + 1);
	assert(!r->rows || r->template_id);
	if (noro_facts_take(m, &f) != NORO_OK)
		return;
	assert(f.rows <= r->rows); /* rows of one key may be one */
	for (size_t i = 0; i < f.rows; i++) {
		assert(f.row[i].source == NORO_FACT_STATE);
		assert(f.row[i].table < noro_facts_tables(d));
		assert(f.row[i].line >= o->line && f.row[i].line <= o->line + lines);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[32] = { 1 };
	const struct noro_facts_def *d = definition();
	struct noro_arena *a;
	struct noro_view rest = noro_view(data, size), line;
	struct noro_output o = { .line = 7 };
	struct noro_fact_file file = { .path = "fuzz" };
	struct noro_facts_maker *m;
	struct noro_state_read r;
	uint32_t lines = 0;

	if (!d || size < 2 || size > 65536)
		return 0;
	a = noro_arena_new(256 << 20);
	if (!a)
		return 0;
	o.dialect = (enum noro_dialect)(data[0] % NORO_DIALECTS);
	rest = noro_view_sub(rest, 1, rest.n);
	if (noro_view_line(&rest, &line))
		o.command = line;
	o.body = rest;
	while (noro_view_line(&rest, &line))
		lines++;
	if (noro_facts_maker_new(d, a, key, &m) == NORO_OK &&
		noro_state_read(d, &o, &file, m, &r, NULL) == NORO_OK)
		check(d, &o, m, &r, lines);
	noro_arena_free(a);
	return 0;
}
