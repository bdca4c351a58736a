/* src/intel/pattern_lex.c - the words of STIX patterns. */
#include "intel/pattern_priv.h"

static bool word_start(char c)
{
	return noro_is_alpha(c) || c == '_';
}

/* The white space of the grammar: ASCII, NBSP and the wide ones. */
static size_t blank_len(struct noro_view v)
{
	if (v.n && noro_is_space(v.p[0]))
		return 1;
	if (v.n >= 2 && memcmp(v.p, "\xc2\xa0", 2) == 0)
		return 2;
	if (v.n >= 2 && memcmp(v.p, "\xc2\x85", 2) == 0)
		return 2;
	if (v.n >= 3 && memcmp(v.p, "\xe3\x80\x80", 3) == 0)
		return 3;
	if (v.n >= 3 && v.p[0] == '\xe2' && v.p[1] == '\x80' &&
		((unsigned char)v.p[2] <= 0x8a || v.p[2] == '\xa8' || v.p[2] == '\xa9' ||
			v.p[2] == '\xaf'))
		return 3;
	return 0;
}

static size_t comment_len(struct noro_view v)
{
	size_t n;

	if (noro_view_starts(v, "//")) {
		n = noro_view_chr(v, '\n');
		return n == SIZE_MAX ? v.n : n + 1;
	}
	if (noro_view_starts(v, "/*")) {
		n = noro_view_find(noro_view_sub(v, 2, v.n), NORO_V("*/"));
		return n == SIZE_MAX ? 0 : n + 4;
	}
	return 0;
}

static size_t skip_blank(struct noro_view in, size_t at)
{
	for (;;) {
		struct noro_view rest = noro_view_sub(in, at, in.n);
		size_t n = blank_len(rest);

		if (n == 0)
			n = comment_len(rest);
		if (n == 0)
			return at;
		at += n;
	}
}

/* From the opening quote; false if it never closes or escapes something else than \ and '. */
static bool lex_quoted(struct noro_view in, size_t quote, struct token *t)
{
	for (size_t i = quote + 1; i < in.n; i++) {
		if (in.p[i] == '\'') {
			t->text = noro_view_sub(in, quote + 1, i - quote - 1);
			t->end = i + 1;
			return true;
		}
		if (in.p[i] != '\\')
			continue;
		if (i + 1 >= in.n || (in.p[i + 1] != '\\' && in.p[i + 1] != '\''))
			return false;
		i++;
	}
	return false;
}

static void lex_prefixed(struct noro_view in, struct token *t)
{
	char c = in.p[t->at];

	t->kind = c == 'h' ? T_HEX : c == 'b' ? T_BINARY : T_TIME;
	if (!lex_quoted(in, t->at + 1, t))
		t->kind = T_BAD;
}

static void lex_word(struct noro_view in, struct token *t)
{
	size_t i = t->at;

	t->kind = T_WORD;
	while (i < in.n && (noro_is_alnum(in.p[i]) || in.p[i] == '_' || in.p[i] == '-')) {
		if (in.p[i] == '-')
			t->kind = T_HYPHEN;
		i++;
	}
	t->end = i;
	t->text = noro_view_sub(in, t->at, i - t->at);
}

/* [+-]?(0|[1-9][0-9]*) or [+-]?[0-9]*.[0-9]+ */
static void lex_number(struct noro_view in, struct token *t)
{
	size_t i = t->at, digits, first;

	if (in.p[i] == '+' || in.p[i] == '-')
		i++;
	first = i;
	while (i < in.n && noro_is_digit(in.p[i]))
		i++;
	digits = i - first;
	t->kind = digits && (digits == 1 || in.p[first] != '0') ? T_INT : T_BAD;
	if (i + 1 < in.n && in.p[i] == '.' && noro_is_digit(in.p[i + 1])) {
		for (i++; i < in.n && noro_is_digit(in.p[i]); i++)
			;
		t->kind = T_FLOAT;
	}
	t->end = i > t->at ? i : t->at + 1;
	t->text = noro_view_sub(in, t->at, t->end - t->at);
}

static void lex_operator(struct noro_view in, struct token *t)
{
	static const char *const ops[] = { "==", "!=", "<>", "<=", ">=", "=", "<", ">" };
	struct noro_view rest = noro_view_sub(in, t->at, in.n);

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!noro_view_starts(rest, ops[i]))
			continue;
		t->kind = T_OP;
		t->end = t->at + strlen(ops[i]);
		t->text = noro_view_sub(rest, 0, strlen(ops[i]));
		return;
	}
	t->kind = strchr("()[]:.,*", in.p[t->at]) && in.p[t->at] ? T_SIGN : T_BAD;
	t->end = t->at + 1;
	t->text = noro_view_sub(rest, 0, 1);
}

void noro_pattern_next(struct noro_view in, struct token *t)
{
	size_t at = skip_blank(in, t->end);
	char c = at < in.n ? in.p[at] : '\0', after = at + 1 < in.n ? in.p[at + 1] : '\0';

	*t = (struct token){ .kind = T_END, .at = at, .end = at };
	if (at >= in.n)
		return;
	if (after == '\'' && (c == 't' || c == 'h' || c == 'b'))
		lex_prefixed(in, t);
	else if (c == '\'')
		t->kind = lex_quoted(in, at, t) ? T_STRING : T_BAD;
	else if (word_start(c))
		lex_word(in, t);
	else if (noro_is_digit(c) || c == '+' || c == '-' || (c == '.' && noro_is_digit(after)))
		lex_number(in, t);
	else
		lex_operator(in, t);
}

bool noro_pattern_keyword(struct noro_view v)
{
	static const char *const words[] = { "AND", "OR", "NOT", "FOLLOWEDBY", "LIKE", "MATCHES",
		"ISSUPERSET", "ISSUBSET", "EXISTS", "IN", "START", "STOP", "SECONDS", "true",
		"false", "WITHIN", "REPEATS", "TIMES" };

	if (v.n && v.p[0] >= 'a' && v.p[0] != 't' && v.p[0] != 'f')
		return false; /* as nearly all names begin */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is(v, words[i]))
			return true;
	return false;
}
