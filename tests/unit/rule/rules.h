/* tests/unit/rule/rules.h - what the tests of rules share: records from texts, rules from YAML. */
#pragma once

#include "tests/test.h"

#include "rule/rule.h"

struct test_pair {
	const char *name, *value;
};

/* A record for the engine: pairs, ended by a NULL name. */
struct test_record {
	const struct noro_rules *rules;
	const struct test_pair *pair;
};

static inline bool test_record_get(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct test_record *r = rec;
	size_t n;
	const char *const *name = noro_rules_fields(r->rules, &n);

	for (const struct test_pair *p = r->pair; p->name && field < n; p++)
		if (strcmp(p->name, name[field]) == 0) {
			*ret = noro_view_str(p->value);
			return true;
		}
	return false;
}

static inline struct noro_rules *test_rules_new(struct noro_arena *a)
{
	struct noro_rules *r = NULL;

	assert_int_equal(noro_rules_new(a, NULL, &r, NULL), NORO_OK);
	return r;
}

/* Rules from one text; fails the test with the message if it is refused. */
static inline struct noro_rules *test_rules(struct noro_arena *a, const char *yaml)
{
	struct noro_rules *r = test_rules_new(a);
	struct noro_error err = { 0 };

	if (noro_rules_add_text(r, "t.yaml", noro_view_str(yaml), &err) != NORO_OK ||
		noro_rules_seal(r, &err) != NORO_OK)
		fail_msg("line %llu: %s (%s, %s)", (unsigned long long)err.at,
			err.msg ? err.msg : "?", err.arg[0], err.arg[1]);
	return r;
}
