/* fuzz/fuzz_evtx.c - event logs through libevtx in its child. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_transcode("evtx", "x.evtx", noro_view(data, size));
	return 0;
}
