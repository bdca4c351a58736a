/* fuzz/fuzz_allow.c - an allow-list of anybody's: asking never fails, built-in facts stay. */
#include "fuzz/fuzz.h"

#include "intel/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view v = noro_view(data, size);
	struct noro_allow *al;

	if (noro_allow_new(&al) != NORO_OK)
		return 0;
	(void)!noro_allow_bytes(al, v, "fuzz", NULL);
	assert(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("8.8.8.8")));
	assert(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("127.0.0.1")));
	for (int k = 0; k < NORO_IOC_KINDS; k++)
		(void)noro_allow_why(al, (enum noro_ioc_kind)k, noro_view_sub(v, 0, 300));
	noro_allow_free(al);
	return 0;
}
