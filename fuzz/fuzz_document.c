/* fuzz/fuzz_document.c - each item is in normal form, once, and on a line the document has. */
#include "fuzz/fuzz.h"

#include "intel/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(64 << 20);
	struct noro_doc d;

	if (size >= 5 && memcmp(data, "%PDF-", 5) == 0) {
		noro_arena_free(a);
		return 0; /* pdftotext has its own fuzzers */
	}
	if (a && noro_document_read(a, noro_view(data, size), &d, NULL) == NORO_OK)
		for (size_t i = 0; i < d.items; i++) {
			struct noro_buf again = { 0 };

			assert(noro_ioc_normal(d.item[i].kind, d.item[i].value, &again) == NORO_OK);
			assert(noro_view_eq(noro_buf_as_view(&again), d.item[i].value));
			assert(d.item[i].line >= 1 && d.item[i].line <= d.lines);
			assert(d.item[i].confidence > 0 && d.item[i].confidence <= 100);
			noro_buf_done(&again);
		}
	noro_arena_free(a);
	return 0;
}
