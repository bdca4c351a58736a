/*
 * fuzz/fuzz_routes.c - a text as the routing table of a dialect, which its first byte
 * chooses. Whatever it is, it reads; every route is one that can be, stands on a line of
 * the text, and reading twice gives as many.
 */
#include "fuzz/fuzz.h"

#include "device/route.h"

static void check(const struct noro_rib *r, const struct noro_route_read *read)
{
	assert(read->routes == noro_rib_routes(r));
	for (size_t i = 0; i < noro_rib_routes(r); i++) {
		const struct noro_route *x = noro_rib_route(r, i);
		size_t n;

		assert(x->prefix.ip.family == 4 || x->prefix.ip.family == 6);
		assert(x->prefix.len <= (x->prefix.ip.family == 6 ? 128 : 32));
		assert(x->proto < NORO_RT_PROTOS);
		assert(x->line >= 1);
		assert(!x->interface || *x->interface);
		(void)noro_rib_path(r, x->path, &n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_route_read first, second;
	struct noro_error err = { 0 };
	struct noro_rib *r, *again;
	enum noro_dialect d;
	struct noro_view text;

	if (!a || size < 1 || size > 64 << 10) {
		noro_arena_free(a);
		return 0;
	}
	d = (enum noro_dialect)(data[0] % NORO_DIALECTS);
	text = noro_view(data + 1, size - 1);
	if (noro_rib_new(a, &r) == NORO_OK && noro_rib_new(a, &again) == NORO_OK) {
		assert(noro_routes_read(r, d, NULL, text, &first, &err) == NORO_OK);
		assert(noro_routes_read(again, d, NULL, text, &second, &err) == NORO_OK);
		check(r, &first);
		assert(first.routes == second.routes && first.unknown == second.unknown);
	}
	noro_arena_free(a);
	return 0;
}
