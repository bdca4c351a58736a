/* fuzz/fuzz_release.c - whatever a member sends: what is told of it is valid, names nobody and says
 * none of the names it had. */
#include "fuzz/fuzz.h"

#include "hub/release.h"

static const struct noro_leak_name names[] = {
	{ 2, NORO_LEAK_NETWORK, "192.0.2.0/24" },
	{ 2, NORO_LEAK_DOMAIN, "tele.example.jp" },
	{ 2, NORO_LEAK_WORD, "Example Telecom" },
	{ 3, NORO_LEAK_WORD, "例示通信" },
};

static void holds(struct noro_arena *a, const struct noro_release_opts *o,
	const struct noro_json *const *in, const struct noro_release *r)
{
	for (size_t i = 0; i < r->objects; i++) {
		const struct noro_released *out = &r->object[i];
		struct noro_view id = noro_json_str(in[out->of], "id");
		struct noro_stix21_faults faults;
		struct noro_stix21 said;
		const struct noro_json *now;
		const struct noro_leak *leak;
		size_t n;

		assert(noro_json_parse(a, out->bytes, NULL, &now, NULL) == NORO_OK);
		assert(noro_stix21_check(a, now, 0, &said, &faults) == NORO_OK);
		assert(noro_leaks_find(o->names, out->bytes, a, &leak, &n) == NORO_OK && !n);
		assert(said.sco == NORO_STIX21_SCO_SAME || !noro_view_eq(said.id, id));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct noro_leaks *leaks;
	static struct noro_release_opts o = {
		.hub = "identity--11111111-1111-4111-8111-111111111111",
		.now_ns = INT64_C(1767322800000000000)
	};
	struct noro_arena *a = noro_arena_new(256 << 20);
	const struct noro_json *list, *in[64];
	struct noro_release r;
	size_t n = 0;

	if (!a)
		return 0;
	if (!leaks && noro_leaks_new(names, 4, NULL, &leaks, NULL) == NORO_OK)
		assert(noro_leak_finder_new(leaks, &o.names, NULL) == NORO_OK);
	if (noro_json_parse(a, noro_view(data, size), NULL, &list, NULL) == NORO_OK &&
		list->kind == NORO_JSON_ARRAY)
		for (const struct noro_json *c = list->child; c && n < 64; c = c->next) {
			struct noro_stix21_faults faults;
			struct noro_stix21 said;

			if (noro_stix21_check(a, c, 0, &said, &faults) == NORO_OK)
				in[n++] = c;
		}
	if (noro_release_make(a, in, n, &o, &r, NULL) == NORO_OK)
		holds(a, &o, in, &r);
	noro_arena_free(a);
	return 0;
}
