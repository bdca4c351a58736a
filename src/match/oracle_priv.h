/* src/match/oracle_priv.h - what the parts of the oracle share. */
#pragma once

#include "match/oracle.h"

/* A text and what its bytes were in the evidence (NULL: themselves). */
struct truth {
	struct noro_view t;
	const uint32_t *from, *to;
	bool decoded;
	const struct noro_set *set;
	struct noro_oracle *out;
	const uint8_t *letters; /* of names, for keys with A-labels; else NULL */
};

/* Which bytes belong to letters of names; the caller frees them. */
uint8_t *noro_truth_letters(const struct truth *x);
/* Does `name` stand at `i` with letters outside ASCII? Where the whole name begins and ends. */
bool noro_truth_wide(const struct truth *x, const uint8_t *letters, size_t i, struct noro_view name,
	size_t *ret_start, size_t *ret_end);
