/* fuzz/fuzz_jsondoc.c - one JSON document of many records: line breaks move, nothing is lost. */
#include "fuzz/fuzz_evidence.h"

static size_t count(struct noro_view v, uint32_t *ret_sum)
{
	size_t n = 0;

	*ret_sum = 0;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_space(v.p[i]) && v.p[i] != ',') {
			*ret_sum = *ret_sum * 31 + (unsigned char)v.p[i];
			n++;
		}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view in = noro_view(data, size);
	struct noro_log_opts opts = { .path = "x.json" };
	struct fuzz_pipe p = { .in = in };
	uint32_t before, after;
	size_t n = count(in, &before);

	if (noro_reader_by_name("json-document")
			->transcode(&opts, fuzz_pull, &p, fuzz_push, &p, NULL) == NORO_OK) {
		assert(count(noro_buf_as_view(&p.out), &after) == n);
		assert(before == after);
	}
	if (p.out.n)
		fuzz_text("json-document", "x.json", noro_buf_as_view(&p.out));
	noro_buf_done(&p.out);
	return 0;
}
