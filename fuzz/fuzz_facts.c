/*
 * fuzz/fuzz_facts.c - a map and a configuration, split at the first NUL byte. What is accepted
 * must make rows that stand in order, in their table, within the configuration's lines; a
 * second take of the same tree gives the same rows, and compared with them all are "same".
 */
#include "fuzz/fuzz.h"

#include "device/fact_priv.h"

static const char tables[] =
	"- { table: user, key: [name], columns: [name, privilege, secret.type, secret.id, "
	"secret.length, "
	"secret.weak], secret: user, title: { en: a, ja: b } }\n"
	"- { table: acl, key: [name, src], columns: [name, action, src, dst, dst.port, position], "
	"numbered: [name], loose: [position], title: { en: a, ja: b } }\n"
	"- { table: acl.use, key: [name], columns: [name, where, defined], title: { en: a, ja: b } "
	"}\n"
	"- { table: group.member, key: [group, member], columns: [group, member, used], title: { "
	"en: a, "
	"ja: b } }\n"
	"- { table: bgp.neighbor, key: [address, vrf], columns: [address, vrf, as, local.as, kind, "
	"group], "
	"inherit: { by: group, kind: group, name: address }, title: { en: a, ja: b } }\n"
	"- { table: secret, key: [owner.kind, owner, where], columns: [owner.kind, owner, where, "
	"secret.type, secret.id], title: { en: a, ja: b } }\n";

static bool rows_of(const struct noro_facts_def *d, struct noro_arena *a, struct noro_tree *t,
	struct noro_facts *ret)
{
	static const struct noro_fact_file file = { .path = "f", .line = 1 };
	static const uint8_t key[32] = { 1 };
	struct noro_facts_maker *m;

	return noro_facts_maker_new(d, a, key, &m) == NORO_OK &&
	       noro_facts_add_tree(m, t, &file, NORO_FACT_CONFIG) == NORO_OK &&
	       noro_facts_take(m, ret) == NORO_OK;
}

static void check(
	const struct noro_facts_def *d, const struct noro_facts *f, const struct noro_tree *t)
{
	for (size_t i = 0; i < f->rows; i++) {
		const struct noro_fact *row = &f->row[i];

		assert(row->table < noro_facts_tables(d));
		assert(i >= f->at[row->table] && i < f->at[row->table + 1]);
		assert(i == 0 || row[-1].table < row->table || row[-1].line <= row->line);
		assert(!row->stmt || row->stmt->number < t->statements);
		assert(row->text.p && row->context.p);
		assert(row->key_hash == fact_key_hash(d, row->table, row->col));
	}
}

static void try_tree(const struct noro_facts_def *d, struct noro_arena *a,
	enum noro_dialect dialect, enum noro_tree_form form, struct noro_view text)
{
	struct noro_dialect_guess g = { .dialect = dialect, .form = form };
	struct noro_facts one, two;
	struct noro_tree *t;

	if (noro_tree_parse(text, &g, a, &t) != NORO_OK || !rows_of(d, a, t, &one) ||
		!rows_of(d, a, t, &two))
		return;
	check(d, &one, t);
	assert(one.rows == two.rows);
	if (noro_facts_compare(d, &one, &two, a) != NORO_OK)
		return;
	assert(one.rows == two.rows);
	for (size_t i = 0; i < one.rows; i++)
		assert(one.row[i].diff == NORO_DIFF_SAME);
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
	if (fact_def_new(a, &d, &err) == NORO_OK &&
		fact_schema_parse(d, NORO_V(tables), "t", &err) == NORO_OK) {
		if (fact_map_parse(d, noro_view(data, n), "m", &err) == NORO_OK &&
			fact_def_seal(d, &err) == NORO_OK) {
			try_tree(d, a, NORO_DIALECT_IOS, NORO_FORM_LINES, text);
			try_tree(d, a, NORO_DIALECT_JUNOS, NORO_FORM_BRACES, text);
		} else {
			assert(err.status < NORO_OK);
		}
	}
	noro_arena_free(a);
	return 0;
}
