/*
 * fuzz/fuzz_vrps.c - bytes as a list of validated ROAs or local exceptions. What reads
 * can be asked; reading it again onto itself filters or adds, and changes no answer from
 * valid to unknown without a filter.
 */
#include "fuzz/fuzz.h"

#include "device/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = { "192.0.2.0/24", "10.0.0.0/8", "0.0.0.0/0",
		"2001:db8::/48", "::/0", "255.255.255.255/32" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_view text = noro_view(data, size);
	struct noro_vrps *v;
	struct noro_error err = { 0 };

	if (a && size <= 64 << 10 && noro_vrps_read(text, a, &v, &err) == NORO_OK) {
		size_t before = noro_vrps_count(v);

		for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
			struct noro_prefix p;
			bool bits;

			assert(noro_prefix_parse(noro_view_str(asked[i]), &p, &bits));
			assert(noro_vrps_ask(v, &p, 64496) <= NORO_ROV_INVALID_LENGTH);
			assert(noro_vrps_ask(v, &p, 0) != NORO_ROV_VALID);
		}
		assert(noro_vrps_more(v, text, &err) == NORO_OK);
		assert(noro_vrps_count(v) <= 2 * before);
	}
	noro_arena_free(a);
	return 0;
}
