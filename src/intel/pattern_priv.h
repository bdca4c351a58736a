/* src/intel/pattern_priv.h - the words of STIX patterns, and what the short way shares with the
 * grammar. */
#pragma once

#include "intel/pattern.h"

enum noro_pattern_token_kind {
	T_END,
	T_BAD,
	T_WORD,   /* without hyphen */
	T_HYPHEN, /* a word with one */
	T_STRING,
	T_INT,
	T_FLOAT,
	T_HEX,
	T_BINARY,
	T_TIME,
	T_OP,   /* = == != <> < <= > >= */
	T_SIGN, /* one of ( ) [ ] : . , * */
};

struct token {
	enum noro_pattern_token_kind kind;
	size_t at, end;
	struct noro_view text; /* raw: literals without quotes */
};

/* The token behind `t->end`, over blanks and comments. */
void noro_pattern_next(struct noro_view in, struct token *t);
/* Reserved: they never are names. */
bool noro_pattern_keyword(struct noro_view v);
/* hashes.'SHA-256' = 'f00' can never be true: that is an error in the pattern, not a comparison. */
bool noro_pattern_hash_ok(
	const struct noro_pattern_path *path, const struct noro_pattern_literal *l);
/*
 * Exporters put a backslash before every % (as LIKE would want it), and authors
 * put defanged addresses where a file name belongs. Both are undone here, since
 * no evidence is written like that. Gives the kind that is meant.
 */
int noro_pattern_as_meant(struct noro_view v, int kind, struct noro_buf *out);
