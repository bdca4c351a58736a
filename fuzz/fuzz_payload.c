/*
 * fuzz/fuzz_payload.c - first payloads from anywhere under all checks we ship: the answer is the
 * same twice, lists stay within their ceilings, and what is named stands in the text.
 */
#include "fuzz/fuzz.h"

#include "telescope/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct noro_arena *keep, *a;
static struct noro_rules *checks;
static struct noro_payload_rules *judge;

static void load(void)
{
	const char *root = getenv("NOROSHI_SOURCE"), *path;

	keep = noro_arena_new(0);
	a = noro_arena_new(0);
	path = noro_arena_printf(keep, "%s/knowledge/checks", root ? root : "..");
	if (!a || !path || noro_rules_load(keep, &path, 1, NULL, &checks, NULL) != NORO_OK ||
		noro_payload_rules_new(checks, &judge, NULL) != NORO_OK)
		abort();
}

static struct noro_payload judged(const uint8_t *data, size_t size)
{
	struct noro_payload m = { .byte = data, .n = size, .port = "tcp/80" };

	if (noro_payload_judge(judge, a, &m, NULL) != NORO_OK)
		abort();
	return m;
}

static void same(const struct noro_list *x, const struct noro_list *y)
{
	assert(x->n == y->n);
	for (size_t i = 0; i < x->n; i++)
		assert(strcmp(x->item[i], y->item[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_payload m, again;
	size_t most = size < NORO_PAYLOAD_MAX ? size : NORO_PAYLOAD_MAX;

	if (!judge)
		load();
	m = judged(data, size);
	/* base64 adds less than it read, everything else takes away */
	assert(noro_payload_text(judge).n <= 2 * most + 8);
	assert(m.rules.n <= NORO_PAYLOAD_RULES && m.cve.n <= NORO_PAYLOAD_CVES);
	assert(m.urls.n <= NORO_PAYLOAD_URLS && strlen(m.sha256) == 64);
	for (size_t i = 0; i < m.rules.n; i++)
		assert(noro_rules_by_id(checks, m.rules.item[i]) >= 0);
	for (size_t i = 0; i < m.urls.n; i++)
		assert(m.urls.item[i][0]);
	again = judged(data, size);
	assert(m.simhash == again.simhash && strcmp(m.sha256, again.sha256) == 0);
	same(&m.rules, &again.rules);
	same(&m.cve, &again.cve);
	same(&m.urls, &again.urls);
	noro_arena_reset(a);
	return 0;
}
