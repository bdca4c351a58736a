/* fuzz/fuzz_csv.c - tables: whatever comes in, each key is in normal form. */
#include "fuzz/fuzz.h"

#include "intel/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_import_opts o = {
		.as = "csv", .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE
	};
	struct noro_arena *a = noro_arena_new(64 << 20);
	struct noro_import_result r;
	struct noro_set_builder *b;
	struct noro_set *s;

	if (!a || noro_set_builder_new(0, &b) != NORO_OK)
		return 0;
	if (noro_import_bytes(noro_view(data, size), "fuzz", &o, a, b, &r, NULL) == NORO_OK &&
		noro_set_finish(b, &s, NULL) == NORO_OK) {
		/* every key is in the normal form that its kind has */
		for (uint32_t i = 0; i < noro_set_keys(s); i++) {
			struct noro_buf again = { 0 };
			struct noro_set_key k;

			assert(noro_set_key(s, i, &k) == NORO_OK);
			if (k.kind != NORO_IOC_REGEX) {
				assert(noro_ioc_normal(k.kind, k.value, &again) == NORO_OK);
				assert(noro_view_eq(noro_buf_as_view(&again), k.value));
			}
			noro_buf_done(&again);
		}
		noro_set_free(s);
	}
	noro_set_builder_free(b);
	noro_arena_free(a);
	return 0;
}
