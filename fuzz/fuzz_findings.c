/* fuzz/fuzz_findings.c - what is read as findings prints to lines that read and print the same. */
#include "fuzz/fuzz.h"

#include "report/report.h"

#include <string.h>

static struct noro_buf print(const struct noro_finding *f, size_t n)
{
	static const struct noro_report_opts o = { .lang = NORO_EN };
	struct noro_result r = { .finding = f, .findings = n };
	struct noro_buf out = { 0 };
	enum noro_status st = noro_report_by_name("jsonl")->write(&r, &o, &out, NULL);

	assert(st == NORO_OK);
	(void)st;
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(256 << 20), *b = noro_arena_new(256 << 20);
	const struct noro_finding *f;
	size_t n;

	if (noro_findings_read(noro_view(data, size), a, &f, &n, NULL) == NORO_OK) {
		struct noro_buf first = print(f, n), second;
		enum noro_status st = noro_findings_read(noro_buf_as_view(&first), b, &f, &n, NULL);

		assert(st == NORO_OK);
		(void)st;
		second = print(f, n);
		assert(first.n == second.n);
		assert(!first.n || !memcmp(first.p, second.p, first.n));
		noro_buf_done(&first);
		noro_buf_done(&second);
	}
	noro_arena_free(a);
	noro_arena_free(b);
	return 0;
}
