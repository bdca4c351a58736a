/*
 * fuzz/fuzz_knowledge.c - a stranger's knowledge file. The first byte picks the folder. What is
 * accepted must be whole: look-ups find every record, indicators have values, lint ends.
 */
#include "fuzz/fuzz.h"

#include "knowledge/knowledge.h"

static void check(const struct noro_knowledge *k, struct noro_arena *a)
{
	const struct noro_know_problem *problem;
	struct noro_know_walk walk = { 0 };
	struct noro_know_item item;
	size_t n;

	for (size_t i = 0; i < k->actors; i++) {
		struct noro_actor_hit hit[4];

		assert(k->actor[i]->id && k->actor[i]->type);
		assert(noro_knowledge_actor(k, k->actor[i]->id) == k->actor[i]);
		(void)noro_knowledge_names(
			k, k->actor[i]->name.en ? k->actor[i]->name.en : "x", hit, 4);
	}
	for (size_t i = 0; i < k->techniques; i++)
		assert(noro_knowledge_technique(k, k->technique[i]->id) == k->technique[i]);
	while (noro_knowledge_next(k, &walk, &item))
		assert(item.kind && item.value && item.role && item.value[0]);
	if (noro_knowledge_lint(k, a, &problem, &n) == NORO_OK) {
		for (size_t i = 0; i < n; i++)
			assert(problem[i].record && problem[i].msg);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const folder[] = { "advisories", "actors", "incidents", "attack",
		"reporting", "sources" };
	struct noro_arena *a = noro_arena_new(64 << 20);
	const struct noro_knowledge *k = NULL;

	if (a && size &&
		noro_knowledge_parse(folder[data[0] % 6], noro_view(data + 1, size - 1), a, &k,
			NULL) == NORO_OK) {
		assert(k);
		check(k, a);
	} else {
		assert(!k);
	}
	noro_arena_free(a);
	return 0;
}
