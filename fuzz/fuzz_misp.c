/* fuzz/fuzz_misp.c - MISP events: whatever comes in, each key is in normal form. */
#include "fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("misp", noro_view(data, size));
	return 0;
}
