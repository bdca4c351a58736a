/* fuzz/fuzz_pattern.c - what parses prints, and the print parses to the same print. */
#include "fuzz/fuzz.h"

#include "intel/pattern.h"

static size_t none(
	void *ctx, const struct noro_pattern_path *path, struct noro_view *out, size_t cap)
{
	(void)ctx;
	(void)cap;
	*out = path->type;
	return path->steps % 2 ? 1 : NORO_PATTERN_UNKNOWN;
}

static void decide(const struct noro_pattern *p)
{
	struct noro_pattern_event event[64] = { 0 };
	struct noro_pattern_result r;
	size_t n = 0;

	for (uint32_t i = 0; i < p->observations && i < 32; i++) {
		enum noro_truth t = noro_pattern_eval_record(p, i, none, NULL);

		for (int k = 0; k < 2; k++, n++)
			event[n] = (struct noro_pattern_event){ (int64_t)(i * 7 + (unsigned)k), i,
				n, t };
	}
	assert(noro_pattern_eval(p, event, n, &r) == NORO_OK);
	assert(n || r.truth == NORO_FALSE);
}

/* The short way gives what the grammar gives, or declines. */
static void shorten(struct noro_arena *a, struct noro_view text)
{
	struct noro_buf tmp = { 0 }, value = { 0 };
	const struct noro_pattern *p;
	struct noro_pattern_plan plan;
	enum noro_ioc_kind kind;

	if (noro_pattern_plain(text, &tmp, &value, &kind)) {
		assert(noro_pattern_parse(a, text, true, &p, NULL) == NORO_OK);
		assert(noro_pattern_plan(a, p, &plan) == NORO_OK);
		assert(plan.simple && plan.complete && plan.anchors == 1 && !plan.undecideds);
		assert(plan.anchor[0].kind == kind && plan.anchor[0].observation == 0);
		assert(noro_view_eq(plan.anchor[0].value, noro_buf_as_view(&value)));
	}
	noro_buf_done(&tmp);
	noro_buf_done(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(64 << 20);
	const struct noro_pattern *p, *q;
	struct noro_pattern_plan plan;
	struct noro_buf once = { 0 }, twice = { 0 };

	if (a)
		shorten(a, noro_view(data, size));
	if (a && noro_pattern_parse(a, noro_view(data, size), true, &p, NULL) == NORO_OK) {
		noro_pattern_print(p, &once);
		assert(noro_pattern_parse(a, noro_buf_as_view(&once), false, &q, NULL) == NORO_OK ||
			noro_arena_used(a) > 32 << 20 || once.n > NORO_PATTERN_MAX_BYTES);
		if (noro_pattern_parse(a, noro_buf_as_view(&once), false, &q, NULL) == NORO_OK) {
			noro_pattern_print(q, &twice);
			assert(noro_view_eq(noro_buf_as_view(&once), noro_buf_as_view(&twice)));
		}
		if (noro_pattern_plan(a, p, &plan) == NORO_OK)
			assert(!plan.simple || plan.anchors > 0);
		decide(p);
	}
	noro_buf_done(&once);
	noro_buf_done(&twice);
	noro_arena_free(a);
	return 0;
}
