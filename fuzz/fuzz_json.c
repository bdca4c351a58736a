/*
 * fuzz/fuzz_json.c - what is accepted prints and parses to the same; spans lie
 * inside; a strict text is also a tolerant one; a pick agrees with the tree.
 */
#include "fuzz/fuzz.h"

#include "base/jsonw.h"

static void check_spans(const struct noro_json *v, size_t n)
{
	assert(v->at < v->end && v->end <= n);
	for (const struct noro_json *c = v->child; c; c = c->next) {
		assert(c->at >= v->at && c->end <= v->end);
		check_spans(c, n);
	}
}

static void check_print(struct noro_arena *a, const struct noro_json *v)
{
	struct noro_json_limits deep = { .max_depth = 100, .allow_duplicates = true };
	struct noro_buf one = { 0 }, two = { 0 };
	struct noro_jsonw w = noro_jsonw(&one);
	const struct noro_json *again = NULL;

	noro_jsonw_value(&w, v);
	assert(noro_json_parse(a, noro_buf_as_view(&one), &deep, &again, NULL) == NORO_OK);
	w = noro_jsonw(&two);
	noro_jsonw_value(&w, again);
	assert(noro_view_eq(noro_buf_as_view(&one), noro_buf_as_view(&two)));
	noro_buf_done(&one);
	noro_buf_done(&two);
}

static void check_pick(struct noro_arena *a, struct noro_view text, const struct noro_json *v)
{
	static const char *const paths[] = { "a", "ab" };
	struct noro_view ret[2];

	assert(noro_json_pick(text, paths, 2, ret) == (v->kind == NORO_JSON_OBJECT));
	for (size_t i = 0; i < 2; i++) {
		const struct noro_json *m = noro_json_get(v, paths[i]);

		assert((ret[i].p != NULL) == (m != NULL));
		if (m && m->kind == NORO_JSON_STRING)
			assert(noro_view_eq(noro_json_unescape(a, ret[i]), m->text));
		else if (m)
			assert(ret[i].p == text.p + m->at && ret[i].n == m->end - m->at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view text = noro_view(data, size);
	struct noro_json_limits tolerant = { .allow_duplicates = true,
		.allow_lone_surrogates = true };
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	const struct noro_json *v = NULL, *loose = NULL;
	static const char *const paths[] = { "a", "b.c", "b" };
	struct noro_view ret[3];
	struct noro_error err = { 0 };

	if (!a)
		return 0;
	if (noro_json_parse(a, text, &tolerant, &loose, &err) == NORO_OK)
		check_print(a, loose);
	else
		assert(err.status == NORO_ENOMEM || err.at <= size);
	if (noro_json_parse(a, text, NULL, &v, NULL) == NORO_OK) {
		assert(loose);
		check_spans(v, size);
		check_pick(a, text, v);
	}
	(void)noro_json_pick(text, paths, 3, ret);
	for (size_t i = 0; i < 3; i++)
		assert(!ret[i].p || (ret[i].p >= text.p && ret[i].p + ret[i].n <= text.p + size));
	noro_arena_free(a);
	return 0;
}
