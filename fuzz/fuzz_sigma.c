/*
 * fuzz/fuzz_sigma.c - Sigma documents from a stranger. Whatever is left out has a
 * note; whatever is accepted has literals, matches without harm, and agrees with
 * itself whether it is asked directly or through its literals.
 */
#include "fuzz/fuzz.h"

#include "rule/rule.h"

static struct noro_view record;
static unsigned events;

static bool get(const void *rec, uint32_t field, struct noro_view *ret)
{
	(void)rec;
	(void)field;
	*ret = record;
	return true;
}

static enum noro_status emit(void *ctx, const struct noro_rule_event *e)
{
	(void)ctx;
	assert(e->fields <= NORO_RULE_MAX_FIELDS);
	events++;
	return NORO_OK;
}

static void match(const struct noro_rules *r)
{
	struct noro_rule_view v = { .get = get, .time_ns = 0 };
	struct noro_rule_worker *w;
	static uint32_t all[4096];
	unsigned without;
	size_t n;

	(void)noro_rules_literals(r, &n);
	if (noro_rule_worker_new(r, &w) != NORO_OK)
		return;
	events = 0;
	assert(noro_rules_match(w, &v, NULL, 0, emit, NULL) == NORO_OK);
	without = events;
	events = 0;
	for (size_t i = 0; i < n && i < 4096; i++)
		all[i] = (uint32_t)i;
	assert(noro_rules_match(w, &v, all, n < 4096 ? n : 4096, emit, NULL) == NORO_OK);
	assert(events <= without);
	noro_rule_worker_free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, '\0', size);
	size_t n = nul ? (size_t)(nul - data) : size, notes;
	struct noro_arena *a = noro_arena_new(32 << 20);
	struct noro_error err = { 0 };
	const struct noro_rule_note *note;
	struct noro_rules *r;

	if (!a)
		return 0;
	record = nul ? noro_view(nul + 1, size - n - 1) : noro_view("", 0);
	if (noro_rules_new(a, NULL, &r, NULL) == NORO_OK &&
		noro_sigma_add_text(r, "f", noro_view(data, n), &err) == NORO_OK &&
		noro_rules_seal(r, &err) == NORO_OK)
		match(r);
	else
		assert(err.status != NORO_OK);
	note = noro_rules_notes(r, &notes);
	for (size_t i = 0; i < notes; i++)
		assert(note[i].what.id && note[i].file);
	noro_arena_free(a);
	return 0;
}
