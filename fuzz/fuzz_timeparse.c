/* fuzz/fuzz_timeparse.c - a time takes no more than the text, and its print reads back. */
#include "fuzz/fuzz.h"

#include "base/timeparse.h"

static void check(const struct noro_time *t, size_t n)
{
	const struct noro_time_ctx none = { .ref_ns = NORO_TIME_NONE };
	struct noro_time back;
	char out[NORO_TIME_TEXT];

	assert(t->length > 0 && t->length <= n);
	assert(t->ns != NORO_TIME_NONE);
	assert(noro_time_print(t->ns, out) == 30);
	if (t->ns < INT64_C(-9214646400) * NORO_NS_PER_S) /* 1678, where reading begins */
		return;
	if (t->ns > INT64_C(9214646400) * NORO_NS_PER_S) /* 2261, where it ends */
		return;
	assert(noro_time_parse(noro_view_str(out), &none, &back));
	assert(back.ns == t->ns && back.flags == 0);
	(void)noro_era_print(t->ns, NULL, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view text = noro_view(data, size);
	struct noro_time_ctx ctx = { .ref_ns = INT64_C(1756252800) * NORO_NS_PER_S };
	struct noro_time t;
	size_t at;

	ctx.day_first = size > 0 && (data[size - 1] & 1);
	if (noro_time_parse(text, &ctx, &t))
		check(&t, size);
	if (noro_time_find(text, &ctx, &t, &at)) {
		assert(at < size);
		check(&t, size - at);
	}
	return 0;
}
