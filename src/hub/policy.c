/* src/hub/policy.c - the rules of sharing; see policy.h. */
#include "hub/policy.h"

static bool in_audience(const struct noro_hub_person *who, int64_t group)
{
	if (!group || who->member == NORO_HUB_SELF)
		return true;
	for (size_t i = 0; i < who->groups; i++)
		if (who->group[i] == group)
			return true;
	return false;
}

struct noro_hub_may noro_hub_may(
	const struct noro_hub_person *who, const struct noro_hub_collection *c)
{
	struct noro_hub_may may = { 0 };

	if (who->suspended)
		return may;
	switch (c->kind) {
	case NORO_HUB_INBOX: /* each member's own, byte for byte; nobody else's */
		may.owner = who->member;
		may.read = who->roles & (NORO_HUB_READER | NORO_HUB_REPORTER);
		may.write = who->roles & NORO_HUB_REPORTER;
		break;
	case NORO_HUB_SHARED: /* the hub writes, members read */
		if (!in_audience(who, c->audience))
			break;
		may.read = who->roles & (NORO_HUB_READER | NORO_HUB_ANALYST);
		may.write = who->member == NORO_HUB_SELF && who->roles & NORO_HUB_ANALYST;
		break;
	}
	may.see = may.read || may.write;
	return may;
}

bool noro_hub_may_hold(const struct noro_hub_collection *c, enum noro_tlp tlp, bool unknown)
{
	if (unknown)
		return c->tlp >= NORO_TLP_RED;
	return (tlp == NORO_TLP_NONE ? NORO_TLP_AMBER : tlp) <= c->tlp;
}
