/* fuzz/fuzz_sbom.c - whatever list it is: every asset has a product, and stands in the text. */
#include "fuzz/fuzz.h"

#include "patch/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_patch_opts o = { .now_ns = INT64_C(1756252800) * NORO_NS_PER_S };
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_patch *p = NULL;
	struct noro_patch_result r;

	if (!a || noro_patch_new(&o, &p, NULL) != NORO_OK) {
		noro_arena_free(a);
		return 0;
	}
	if (noro_patch_inventory_text(p, "list", noro_view(data, size), NORO_TIME_NONE, NULL) ==
			NORO_OK &&
		noro_patch_conclude(p, a, &r, NULL) == NORO_OK) {
		assert(r.assets <= size);
		for (size_t i = 0; i < r.assets; i++) {
			assert(r.asset[i].key && r.asset[i].key[0] &&
				strlen(r.asset[i].key) < NORO_PATCH_KEY);
			assert(r.asset[i].name && r.asset[i].line <= size + 1);
		}
	}
	noro_patch_free(p);
	noro_arena_free(a);
	return 0;
}
