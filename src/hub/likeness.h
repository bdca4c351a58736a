/*
 * src/hub/likeness.h - do two reports say nearly the same? By their words (MinHash over shingles of
 * three words, Broder 1997), so that a mass mail that names its reader is still one mail.
 */
#pragma once

#include "base/view.h"

enum { NORO_LIKENESS = 48, NORO_LIKENESS_WORDS = 8 };

struct noro_likeness {
	uint32_t least[NORO_LIKENESS];
	bool is; /* there were words enough to compare */
};
struct noro_likeness noro_likeness(struct noro_view text);
/* The share of shingles that both have, estimated: 0 to 1; 0 if one cannot be compared. */
double noro_likeness_of(const struct noro_likeness *a, const struct noro_likeness *b);
