/* fuzz/fuzz_mask.c - whatever stands before it, a password that is named as one never gets out. */
#include "fuzz/fuzz.h"

#include "report/report.h"

static const char secret[] = "Zq7secretCanary7qZ";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const plant[] = { "\npassword=", "\n{\"password\":\"",
		"\nAuthorization: Bearer ", "\nhttps://a:", "\nsnmp-server community " };
	struct noro_buf in = { 0 }, out = { 0 };
	size_t which = size ? data[0] % (sizeof(plant) / sizeof(plant[0])) : 0;

	noro_buf_add(&in, data, size);
	noro_buf_str(&in, plant[which]);
	noro_buf_str(&in, secret);
	noro_buf_str(&in, which == 3 ? "@example.com/" : which == 1 ? "\"}" : "\n");
	noro_mask(noro_buf_as_view(&in), &out);
	assert(out.status == NORO_OK);
	if (noro_view_find(noro_view(data, size), noro_view_str(secret)) == SIZE_MAX)
		assert(noro_view_find(noro_buf_as_view(&out), noro_view_str(secret)) == SIZE_MAX);
	noro_buf_done(&in);
	noro_buf_done(&out);
	return 0;
}
