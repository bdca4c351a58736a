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

/* The byte at `i`, a blank outside of the text: i - 1 of 0 lies outside as well. */
static inline char noro_truth_at(const struct truth *x, size_t i)
{
	return i < x->t.n ? x->t.p[i] : ' ';
}

typedef void noro_truth_fn(const struct truth *x);
/* Let `look` see each word, or line, of which something can be undone, as it then reads. */
void noro_truth_undo(const struct truth *x, bool lines, unsigned levels, noro_truth_fn *look);

/* Which bytes belong to letters of names; the caller frees them. */
uint8_t *noro_truth_letters(const struct truth *x);
/* Does `name` stand at `i` with letters outside ASCII? Where the whole name begins and ends. */
bool noro_truth_wide(const struct truth *x, const uint8_t *letters, size_t i, struct noro_view name,
	size_t *ret_start, size_t *ret_end);
