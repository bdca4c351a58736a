/* fuzz/fuzz_journal.c - the journal's export format. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_text("journal-export", "x.export", noro_view(data, size));
	return 0;
}
