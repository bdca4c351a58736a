/*
 * fuzz/fuzz_value.c - every value is in its normal form and none that the linter refuses, whatever
 * object it was taken from.
 */
#include "fuzz/fuzz.h"

#include "intel/value.h"

static void believable(const struct noro_value *v, struct noro_buf *again)
{
	noro_buf_clear(again);
	assert(v->text.n && v->path.p);
	assert(!noro_value_lint(v->kind, v->text));
	assert(v->near == noro_value_near(v->kind, v->text) && v->near >= 0);
	assert(noro_ioc_normal(v->kind, v->text, again) == NORO_OK);
	assert(noro_view_eq(noro_buf_as_view(again), v->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(64 << 20);
	struct noro_buf again = { 0 };
	const struct noro_json *o;
	struct noro_values v;

	if (a && noro_json_parse(a, noro_view(data, size), NULL, &o, NULL) == NORO_OK &&
		noro_values_of(a, o, &v) == NORO_OK) {
		assert(v.values <= NORO_VALUES_MAX && v.refs <= NORO_VALUE_REFS);
		for (size_t i = 0; i < v.values; i++)
			believable(&v.value[i], &again);
		for (size_t i = 0; i < v.refuseds; i++)
			assert(v.refused[i].why);
		assert(v.says == NORO_SAYS_NOTHING || v.values || v.refs);
	}
	noro_buf_done(&again);
	noro_arena_free(a);
	return 0;
}
