/* tests/unit/rule/tables.h - the schema of device tables for tests of rules, from tables.yaml. */
#pragma once

#include "tests/unit/rule/rules.h"

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

/* As in device/fact.h, which stands above this floor. */
static const char *const test_commons[] = { "device", "dialect", "version", "device.role", "source",
	"diff", "text", "context", "from.command" };

static inline struct noro_rules_opts test_schema(struct noro_arena *a)
{
	struct noro_rules_opts o = { .common = test_commons,
		.commons = sizeof(test_commons) / sizeof(*test_commons) };
	const char *path =
		noro_arena_printf(a, "%s/knowledge/device/tables.yaml", getenv("NOROSHI_SOURCE"));
	struct noro_buf text = { 0 };
	const struct noro_json *root = NULL;
	struct noro_rule_table *table;

	assert_int_equal(noro_file_read(path, 1 << 20, &text, NULL), NORO_OK);
	assert_int_equal(
		noro_yaml_parse(a, noro_arena_view(a, noro_buf_as_view(&text)), NULL, &root, NULL),
		NORO_OK);
	noro_buf_done(&text);
	table = noro_arena_array(a, root->count + 1, sizeof(*table));
	for (const struct noro_json *v = root->child; v; v = v->next) {
		const struct noro_json *columns = noro_json_get(v, "columns");
		struct noro_view name = noro_json_str(v, "table");
		const char **column = noro_arena_array(a, columns->count + 1, sizeof(*column));

		for (const struct noro_json *c = columns->child; c; c = c->next)
			column[table[o.tables].columns++] =
				noro_arena_strn(a, c->text.p, c->text.n);
		table[o.tables].column = column;
		table[o.tables++].name = noro_arena_strn(a, name.p, name.n);
	}
	o.table = table;
	return o;
}
