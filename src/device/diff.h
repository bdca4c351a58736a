/*
 * src/device/diff.h - two configurations side by side: additions and removals as
 * sets, order only where the device obeys it, nothing collapsed because two lines
 * begin alike.
 */
#pragma once

#include "device/tree.h"

enum noro_diff_mark {
	NORO_MARK_CONTEXT, /* unchanged, stands above something that changed */
	NORO_MARK_ADDED,
	NORO_MARK_REMOVED,
	NORO_MARK_MOVED, /* the same statement at another place of an ordered list */
};

struct noro_diff_line {
	enum noro_diff_mark mark;
	unsigned depth;
	const struct noro_stmt *was, *now; /* ADDED has no was, REMOVED no now */
};

/* Only statements that changed and those above them, in the order of `now`, removals at their old
 * place. */
struct noro_diff {
	const struct noro_diff_line *line;
	size_t lines;
	size_t added, removed, moved;
};

/*
 * Linear but for sorting. Statements are the same if their words and their negation are;
 * a secret that a device salts anew at each export ("ENC ...") is the same as long as it is there.
 * Both trees must be of one form family (statements of one dialect).
 */
enum noro_status noro_tree_diff(const struct noro_tree *was, const struct noro_tree *now,
	struct noro_arena *a, struct noro_diff *ret) NORO_MUSTUSE;

/* Does the order of the statements directly below this one change what the device does? */
bool noro_stmt_ordered(const struct noro_stmt *parent);
/* Equal for statements that a difference takes for the same, whatever stands above them. */
uint64_t noro_stmt_hash(const struct noro_stmt *s);
/* The same for the whole path from the root: what identifies a line over snapshots. */
uint64_t noro_stmt_path_hash(const struct noro_stmt *s);
