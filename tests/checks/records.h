/* tests/checks/records.h - records of the readers as the rule engine sees them. */
#pragma once

#include "tests/test.h"

#include "evidence/reader.h"
#include "rule/rule_priv.h"

/* 2025-09-01T00:00:00Z: what "now" is in these tests. */
#define TEST_REF INT64_C(1756684800000000000)

/* Which canonical field each field number of the rules is, made once. */
struct test_map {
	const struct noro_rules *rules;
	int *canonical; /* -1: raw, -2: shape, -3: a field under its own name, -4: none */
	const char *const *name;
	size_t fields;
};

static inline struct test_map test_map(const struct noro_rules *r, struct noro_arena *a)
{
	struct test_map m = { .rules = r };

	m.name = noro_rules_fields(r, &m.fields);
	m.canonical = noro_arena_array(a, m.fields + 1, sizeof(int));
	for (size_t i = 0; i < m.fields; i++) {
		m.canonical[i] =
			strcmp(m.name[i], "raw") == 0     ? -1
			: strcmp(m.name[i], "shape") == 0 ? -2
			: strncmp(m.name[i], "own.", 4) == 0 || strcmp(m.name[i], "target") == 0
				? -3
				: noro_field_by_name(noro_view_str(m.name[i]));
		if (m.canonical[i] != -1 || strcmp(m.name[i], "raw") == 0)
			continue;
		m.canonical[i] = -4; /* a column of a table of devices, unless it is a slip */
		if (noro_rule_field_known(noro_view_str(m.name[i])))
			fail_msg("rules ask for '%s', which no reader gives", m.name[i]);
	}
	return m;
}

struct test_view {
	const struct test_map *map;
	struct noro_record record;
};

static inline bool test_view_get(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct test_view *v = rec;
	int f = v->map->canonical[field];

	if (f == -1)
		*ret = v->record.raw;
	else if (f == -2)
		*ret = noro_view_str(v->record.shape);
	else if (f >= 0)
		*ret = v->record.field[f];
	else
		for (size_t i = 0; f == -3 && i < v->record.owns; i++)
			if (noro_view_is_i(v->record.own[i].name, v->map->name[field] + 4)) {
				*ret = v->record.own[i].value;
				return ret->p != NULL;
			}
	return f > -3 && ret->p != NULL;
}
