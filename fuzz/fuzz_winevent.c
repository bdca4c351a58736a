/* fuzz/fuzz_winevent.c - Windows events as XML. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_text("windows-xml", "x.xml", noro_view(data, size));
	return 0;
}
