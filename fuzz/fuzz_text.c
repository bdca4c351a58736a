/* fuzz/fuzz_text.c - what is made of text stays in its bounds, and for people it is harmless. */
#include "fuzz/fuzz.h"

#include "base/text.h"

static void check_growth(struct noro_view v)
{
	struct noro_buf out = { 0 };

	(void)noro_refang(v, &out);
	assert(out.n <= v.n);
	noro_buf_clear(&out);
	(void)noro_percent_decode(v, &out);
	assert(out.n <= v.n);
	noro_buf_clear(&out);
	noro_defang(v, &out);
	assert(out.n <= v.n + 4 * (v.n / 2 + 1));
	noro_buf_clear(&out);
	noro_nfkc(v, &out);
	assert(out.n <= 33 * v.n); /* U+FDFA: 3 bytes become 33 */
	assert(noro_utf8_valid(noro_buf_as_view(&out)) == out.n);
	(void)noro_utf8_columns(v);
	noro_buf_done(&out);
}

static void check_escape(struct noro_view v)
{
	struct noro_buf out = { 0 };

	noro_escape(v, v.n / 2 + 1, &out);
	assert(noro_utf8_valid(noro_buf_as_view(&out)) == out.n);
	for (size_t i = 0; i < out.n; i++)
		assert((unsigned char)out.p[i] >= 0x20 && out.p[i] != 0x7F);
	noro_buf_done(&out);
}

/* A normal form is its own normal form. */
static void check_domain(struct noro_view v)
{
	struct noro_buf once = { 0 }, twice = { 0 };

	if (noro_domain_normal(v, &once)) {
		assert(once.n >= 4 && once.n <= 253);
		assert(noro_domain_normal(noro_buf_as_view(&once), &twice));
		assert(noro_view_eq(noro_buf_as_view(&once), noro_buf_as_view(&twice)));
	}
	noro_buf_done(&once);
	noro_buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view v = noro_view(data, size);

	check_growth(v);
	check_escape(v);
	check_domain(v);
	return 0;
}
