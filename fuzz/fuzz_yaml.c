/* fuzz/fuzz_yaml.c - what YAML gives is a tree that JSON can say, with spans inside the text. */
#include "fuzz/fuzz.h"

#include "base/jsonw.h"
#include "base/yaml.h"

static void check_spans(const struct noro_json *v, size_t n)
{
	assert(v->at <= v->end && v->end <= n);
	for (const struct noro_json *c = v->child; c; c = c->next)
		check_spans(c, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_json_limits deep = { .max_depth = 100 };
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);
	const struct noro_json *v = NULL, *again = NULL;

	if (!a)
		return 0;
	if (noro_yaml_parse(a, noro_view(data, size), NULL, &v, NULL) == NORO_OK) {
		check_spans(v, size);
		noro_jsonw_value(&w, v);
		assert(noro_json_parse(a, noro_buf_as_view(&out), &deep, &again, NULL) == NORO_OK);
		assert(again->kind == v->kind && again->count == v->count);
	}
	noro_buf_done(&out);
	noro_arena_free(a);
	return 0;
}
