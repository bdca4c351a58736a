/*
 * fuzz/fuzz_flaws.c - lists of flaws from anywhere: none is taken that was not there, and what is
 * near a rise lies within its days, once each.
 */
#include "fuzz/fuzz.h"

#include "observe/observe.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t rise = INT64_C(1757149200) * NORO_NS_PER_S;
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_surge_links near;
	struct noro_error err = { 0 };
	struct noro_flaws *f;
	size_t used;

	if (!a || noro_flaws_open(NULL, 0, a, &f, NULL) != NORO_OK)
		abort();
	if (noro_flaws_text(f, "fuzz", noro_view(data, size), &used, &err) != NORO_OK)
		assert(err.status != NORO_OK);
	assert(used <= size / 13); /* no CVE number is shorter */
	assert(noro_flaws_near(f, "tcp/8443", rise, NULL, a, &near) == NORO_OK);
	assert(near.links <= 3);
	for (size_t i = 0; i < near.links; i++) {
		assert(near.link[i].days >= -30 && near.link[i].days <= 90 && near.link[i].why);
		for (size_t k = 0; k < i; k++)
			assert(strcmp(near.link[i].cve, near.link[k].cve) != 0);
	}
	noro_arena_free(a);
	return 0;
}
