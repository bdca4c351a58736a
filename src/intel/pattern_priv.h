/* src/intel/pattern_priv.h - the words of STIX patterns, for the parser only. */
#pragma once

#include "base/view.h"

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
