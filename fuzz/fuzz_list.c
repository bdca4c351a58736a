/* fuzz/fuzz_list.c - plain lists: whatever comes in, each key is in normal form. */
#include "fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_import("list", noro_view(data, size));
	return 0;
}
