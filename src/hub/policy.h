/*
 * src/hub/policy.h - who may do what. Every question of this kind is answered here and nowhere
 * else, so that no page, collection or mail can forget one of the rules.
 */
#pragma once

#include "store/hub_people.h"

/* What a person may do with a collection. */
struct noro_hub_may {
	bool see; /* that it exists */
	bool read, write;
	int64_t owner; /* whose entries these are about (store/hub.h) */
};
struct noro_hub_may noro_hub_may(
	const struct noro_hub_person *who, const struct noro_hub_collection *c);
/* May a collection hold what is marked so? What is not marked is taken for AMBER, what nobody knows
 * the marking of for RED. */
bool noro_hub_may_hold(const struct noro_hub_collection *c, enum noro_tlp tlp, bool unknown);
