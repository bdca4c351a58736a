/*
 * fuzz/fuzz_member.c - what a member says of itself: the first byte chooses what it is, the rest is
 * the text. What is taken is its own normal form; a PHC string that is taken is within our limits.
 */
#include "fuzz/fuzz.h"

#include "base/password.h"
#include "hub/member.h"

#include <stdlib.h>
#include <string.h>

static void asset(struct noro_arena *a, enum noro_hub_asset_kind kind, struct noro_view text)
{
	struct noro_hub_asset one = { 0 }, two = { 0 };

	if (noro_hub_asset_read(a, kind, text, &one, NULL) != NORO_OK)
		return;
	assert(noro_hub_asset_read(a, kind, noro_view_str(one.value), &two, NULL) == NORO_OK);
	assert(strcmp(one.value, two.value) == 0);
	assert(memcmp(one.lo, one.hi, sizeof(one.lo)) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(1 << 20);
	struct noro_view text = noro_view(data + 1, size ? size - 1 : 0);
	struct noro_phc phc;
	char *s = a && size ? noro_arena_strn(a, text.p, text.n) : NULL;

	if (s && data[0] % 5 < 3)
		asset(a, (enum noro_hub_asset_kind)(data[0] % 5 + 1), text);
	if (s && data[0] % 5 == 3) {
		struct noro_hub_contact c = { 0, "Hana", s, "duty", "ja" };

		if (noro_hub_contact_check(a, &c, NULL) == NORO_OK)
			assert(strchr(c.mail, '@') && !strpbrk(c.mail, " \r\n\t<>\""));
	}
	if (s && data[0] % 5 == 4 && noro_phc_parse(text, &phc))
		assert(phc.memory_kib <= 1 << 18 && phc.passes <= 16 && phc.lanes <= 16 &&
			phc.salt >= 8 && phc.hash >= 16);
	noro_arena_free(a);
	return 0;
}
