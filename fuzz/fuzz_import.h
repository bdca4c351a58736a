/* fuzz/fuzz_import.h - what the targets of importers share: whatever comes in, each key is in the
 * normal form that its kind has. */
#pragma once

#include "fuzz/fuzz.h"

#include "intel/import.h"

static inline void fuzz_normal_keys(const struct noro_set *s)
{
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
}

static inline void fuzz_import(const char *as, struct noro_view in)
{
	struct noro_import_opts o = {
		.as = as, .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE
	};
	struct noro_arena *a = noro_arena_new(64 << 20);
	struct noro_import_result r;
	struct noro_set_builder *b;
	struct noro_set *s;

	if (!a || noro_set_builder_new(0, &b) != NORO_OK)
		return;
	if (noro_import_bytes(in, "fuzz", &o, a, b, &r, NULL) == NORO_OK &&
		noro_set_finish(b, &s, NULL) == NORO_OK) {
		fuzz_normal_keys(s);
		noro_set_free(s);
	}
	noro_set_builder_free(b);
	noro_arena_free(a);
}
