/* fuzz/fuzz_jcs.c - the canonical form parses, and is its own canonical form. */
#include "fuzz/fuzz.h"

#include "base/jsonw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_buf one = { 0 }, two = { 0 };
	const struct noro_json *v = NULL, *again = NULL;

	if (!a)
		return 0;
	if (noro_json_parse(a, noro_view(data, size), NULL, &v, NULL) == NORO_OK &&
		noro_json_canonical(v, &one, NULL) == NORO_OK) {
		assert(noro_json_parse(a, noro_buf_as_view(&one), NULL, &again, NULL) == NORO_OK);
		assert(noro_json_canonical(again, &two, NULL) == NORO_OK);
		assert(noro_view_eq(noro_buf_as_view(&one), noro_buf_as_view(&two)));
	}
	noro_buf_done(&one);
	noro_buf_done(&two);
	noro_arena_free(a);
	return 0;
}
