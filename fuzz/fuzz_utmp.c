/* fuzz/fuzz_utmp.c - login accounting; the first byte chooses the name, and so the layout. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "wtmp", "btmp", "lastlog" };

	if (size)
		fuzz_transcode("utmp", names[data[0] % 3], noro_view(data + 1, size - 1));
	return 0;
}
