/* src/device/guess_priv.h - lines that tell a dialect. */
#pragma once

#include "device/tree.h"

struct noro_tell {
	uint32_t dialects; /* bit of enum noro_dialect */
	unsigned points;
	enum noro_tree_form form;
};
/* What a line without indentation tells; false: nothing. */
bool noro_tell(struct noro_view line, struct noro_tell *ret);
