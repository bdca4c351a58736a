/*
 * src/device/explain_path.c - what an AS path gives away: private numbers within it
 * (RFC 6996), and valleys. Between networks that buy transit from nobody there is
 * nothing but peering, so that a path which leaves them and comes back was carried by a
 * customer: a route leak of types 1 to 4 (RFC 7908).
 */
#include "device/explain_priv.h"

/* Networks that buy no transit; a fact of the market that changes by the year, not the day. */
static const uint32_t tops[] = { 174, 209, 286, 701, 1239, 1299, 2914, 3257, 3320, 3356, 3491, 5511,
	6453, 6461, 6762, 6830, 7018, 12956 };

static bool top(uint32_t as)
{
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (tops[i] == as)
			return true;
	return false;
}

bool noro_as_private(uint32_t as)
{
	return (as >= 64512 && as <= 65534) || (as >= 4200000000U && as <= 4294967294U);
}

unsigned explain_path(const uint32_t *as, size_t n, uint32_t own_as)
{
	bool seen_private = noro_as_private(own_as), seen_top = false, left_top = false;
	bool own_private = seen_private;
	unsigned why = 0;

	for (size_t i = 0; i < n; i++) {
		if (!as[i] || (i && as[i] == as[i - 1]))
			continue; /* a set; prepended */
		if (noro_as_private(as[i]))
			seen_private = true;
		else if (seen_private && !own_private)
			why |= WHY_PRIVATE_AS; /* a public network behind a private one */
		if (top(as[i]) && left_top)
			why |= WHY_LEAK;
		left_top |= seen_top && !top(as[i]);
		seen_top |= top(as[i]);
	}
	return why;
}
