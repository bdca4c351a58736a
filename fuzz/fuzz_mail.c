/* fuzz/fuzz_mail.c - messages and mailboxes. */
#include "fuzz/fuzz_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_transcode("mail", "x.eml", noro_view(data, size));
	return 0;
}
