/* fuzz/fuzz_zone.c - a zone file that is read answers for every moment, within a day of UTC. */
#include "fuzz/fuzz.h"

#include "base/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t at_s[] = { INT64_MIN / NORO_NS_PER_S, -3000000000, -1, 0, 1123977600,
		1723000000, 4102444800, 9000000000, INT64_MAX / NORO_NS_PER_S };
	struct noro_zone *z = NULL;

	if (noro_zone_parse(noro_view(data, size), "Fuzz", &z, NULL) != NORO_OK)
		return 0;
	for (size_t i = 0; i < sizeof(at_s) / sizeof(*at_s); i++) {
		int64_t ns = at_s[i] * NORO_NS_PER_S;
		int32_t offset = noro_zone_offset_at(z, ns);

		assert(offset >= -90000 && offset <= 90000);
		(void)noro_zone_to_utc(z, ns);
	}
	noro_zone_free(z);
	return 0;
}
