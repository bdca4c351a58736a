/* src/device/guess_priv.h - lines that tell a dialect (tells.c, for guess.c). */
#pragma once

#include "device/tree.h"

/* How a line begins, who writes such lines, and how much that says. */
struct noro_tell {
	const char *begins;
	uint32_t dialects; /* bit of enum noro_dialect */
	uint8_t points; /* 1: a word of that language; 2-4: typical; 5-9: only these; 10: a header
			 */
	uint8_t form;   /* enum noro_tree_form */
};
enum { NORO_TELL_HEADER = 10, NORO_TELLS_MAX = 1024 };

/* All of them, grouped by their first byte; of rows that fit the first counts. */
const struct noro_tell *noro_tells(size_t *ret_n);

/* Before the first question: the index of rows is made, once. */
void noro_tells_ready(void);
/* The row of a line without indentation (and without its negation), or NULL. */
const struct noro_tell *noro_tell_find(struct noro_view line);
