/* fuzz/fuzz_xlsx.c - the strings and the sheet of a workbook, parted by a NUL. */
#include "fuzz/fuzz.h"

#include "patch/list_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_patch_opts o = { .now_ns = 0 };
	struct noro_view text = noro_view(data, size);
	size_t cut = noro_view_chr(text, '\0');
	struct noro_view shared = noro_view_sub(text, 0, cut == SIZE_MAX ? 0 : cut);
	struct noro_inventory_text sheet = { .path = "a.xlsx!/xl/worksheets/sheet1.xml",
		.text = noro_view_sub(text, cut == SIZE_MAX ? 0 : cut + 1, size),
		.mtime_ns = NORO_TIME_NONE };
	struct noro_patch *p = NULL;
	struct noro_error err = { 0 };

	if (noro_patch_new(&o, &p, NULL) != NORO_OK)
		return 0;
	if (noro_patch_workbook(p, &sheet, shared, &err) == NORO_OK)
		for (size_t i = 0; i < p->assets; i++)
			assert(p->asset[i].key && p->asset[i].key[0]);
	noro_patch_free(p);
	return 0;
}
