/* fuzz/fuzz_feeds.c - a feed never makes a device affected that it does not name, and no row lacks
 * its reasons. */
#include "fuzz/fuzz.h"

#include "patch/patch.h"

static const char devices[] =
	"host,vendor,os,version\nr1,Cisco,IOS XE,17.3.4\nj1,Juniper,Junos,22.4R1-S1\n"
	"u1,,,\nf1,Fortinet,FortiOS,\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_patch_opts o = { .now_ns = INT64_C(1756252800) * NORO_NS_PER_S };
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_patch *p = NULL;
	struct noro_patch_result r;

	if (!a || noro_patch_new(&o, &p, NULL) != NORO_OK) {
		noro_arena_free(a);
		return 0;
	}
	if (noro_patch_inventory_text(p, "d.csv", noro_view_str(devices), NORO_TIME_NONE, NULL) ==
			NORO_OK &&
		noro_patch_feed_text(p, "feed", noro_view(data, size), NULL) == NORO_OK &&
		noro_patch_conclude(p, a, &r, NULL) == NORO_OK) {
		assert(r.assets == 3);
		for (size_t i = 0; i < r.rows; i++) {
			assert(r.row[i].place == i + 1 && r.row[i].reasons >= 2);
			assert(r.row[i].affected != NORO_AFFECTED_NOT);
			/* a version that is not known is never decided */
			assert(r.row[i].asset->version ||
				r.row[i].affected == NORO_AFFECTED_UNKNOWN);
			assert(strncmp(r.row[i].vuln->id, "CVE-", 4) == 0);
		}
	}
	noro_patch_free(p);
	noro_arena_free(a);
	return 0;
}
