/*
 * src/match/oracle.h - the slow truth about what a text holds, for tests and fuzzing:
 * every key is tried at every place, by the rules of docs/decisions/0003-matcher.md
 * and none of the engine's code.
 */
#pragma once

#include "match/match.h"

struct noro_oracle {
	struct noro_hit *hit; /* as noro_scan gives them */
	size_t hits, cap;
	bool failed; /* no memory */
};

void noro_oracle_scan(
	const struct noro_set *s, bool decode, struct noro_view text, struct noro_oracle *ret);
void noro_oracle_done(struct noro_oracle *o);
