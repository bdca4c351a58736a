/* tests/checks/test_devices.c - the checks of devices and the maps of dialects together. */
#include "tests/test.h"

#include "device/audit.h"

struct bench {
	struct noro_arena *arena;
	struct noro_facts_def *def;
	struct noro_rules *rules;
	size_t failed;
};

/* The names of the common columns, as device/fact.h numbers them. */
static const char *const common[NORO_COMMONS] = { "device", "dialect", "version", "device.role", "source",
	"diff", "text", "context", "from.command" };

static enum noro_status schema(struct bench *b, struct noro_rules_opts *o)
{
	struct noro_rule_table *table =
		noro_arena_array(b->arena, noro_facts_tables(b->def) + 1, sizeof(*table));

	for (; table && o->tables < noro_facts_tables(b->def); o->tables++) {
		const struct noro_table *t = noro_facts_table(b->def, o->tables);

		table[o->tables] = (struct noro_rule_table){ t->name, t->column, t->columns };
	}
	o->table = table;
	o->common = common;
	o->commons = NORO_COMMONS;
	return table ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status device(
	void *ctx, const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to)
{
	const struct bench *b = ctx;

	return noro_audit_example(b->def, e, rows, to);
}

static void start(struct bench *b)
{
	struct noro_rules_opts o = { NULL };
	struct noro_error err = { 0 };
	const char *folder, *path;

	*b = (struct bench){ .arena = noro_arena_new(0) };
	folder = noro_arena_printf(b->arena, "%s/knowledge", getenv("NOROSHI_SOURCE"));
	path = noro_arena_printf(b->arena, "%s/checks", folder);
	if (noro_facts_def_load(b->arena, &folder, 1, &b->def, &err) != NORO_OK ||
		schema(b, &o) != NORO_OK ||
		noro_rules_load(b->arena, &path, 1, &o, &b->rules, &err) != NORO_OK)
		fail_msg("%s:%llu: %s (%s)", err.where, (unsigned long long)err.at,
			err.msg ? err.msg : "?", err.arg[0]);
}

static void tell(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	(void)ctx;
	print_message("# %s, line %llu: %s (%s, %s)\n", id, (unsigned long long)line, why->id,
		why->arg[0] ? why->arg[0] : "", why->arg[1] ? why->arg[1] : "");
}

/* Configurations and outputs of every example, through the maps and templates we have. */
static void texts_of_examples_do_as_they_say(void **state)
{
	struct bench b;
	struct noro_self_test t = { .device = device, .fail = tell };

	(void)state;
	start(&b);
	t.ctx = &b;
	assert_int_equal(noro_rules_self_test(b.rules, &t, NULL), NORO_OK);
	print_message("# %zu checks, %zu examples, %zu of dialects without a map\n", t.checks,
		t.examples, t.devices_skipped);
	assert_int_equal(t.failures, 0);
	noro_arena_free(b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_examples_do_as_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
