/* fuzz/fuzz_record.c - every reader of text: the first byte chooses one (or the sniffers do), the
 * rest is the file. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "x.log", "conn.log", "x.csv", ".bash_history",
		"ssh.log" };
	size_t n = 0;

	if (size == 0)
		return 0;
	while (noro_readers[n])
		n++;
	fuzz_text(data[0] % (n + 1) < n ? noro_readers[data[0] % (n + 1)]->name : NULL,
		paths[data[0] % 5], noro_view(data + 1, size - 1));
	return 0;
}
