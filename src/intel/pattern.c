/*
 * src/intel/pattern.c - the grammar of STIX patterns, by recursive descent.
 *
 * The precedence is that of the standard's ANTLR file: FOLLOWEDBY binds least,
 * then OR, then AND; a qualifier belongs to the observation right before it.
 * Chains of one operator become one node with many children, so that depth
 * grows only with brackets and qualifiers, which have a ceiling.
 */
#include "intel/pattern.h"

#include "intel/pattern_priv.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct parser {
	struct noro_arena *a;
	struct noro_view in;
	struct noro_error *err;
	struct token t; /* the token at hand */
	bool loose;
	unsigned depth, nodes;
	size_t regex_bytes; /* compiled */
	const struct noro_pattern_node **observation;
	size_t observations, observation_cap;
	enum noro_status status;
};

static void *fail_at(struct parser *p, size_t at, const char *msg, const char *arg)
{
	if (p->status == NORO_OK) {
		p->status = noro_fail(p->err, NORO_EFORMAT, msg, arg ? arg : "");
		(void)noro_error_at(p->err, "pattern", NORO_AT_BYTE, at);
	}
	return NULL;
}

static void *expected(struct parser *p, const char *what)
{
	return fail_at(p, p->t.at, N_("a pattern needs %1 here"), what);
}

static void *no_memory(struct parser *p)
{
	if (p->status == NORO_OK)
		p->status = noro_fail(p->err, NORO_ENOMEM, NULL);
	return NULL;
}

static void *limit(struct parser *p, const char *msg)
{
	if (p->status == NORO_OK) {
		p->status = noro_fail(p->err, NORO_ELIMIT, msg);
		(void)noro_error_at(p->err, "pattern", NORO_AT_BYTE, p->t.at);
	}
	return NULL;
}

static void next(struct parser *p)
{
	noro_pattern_next(p->in, &p->t);
}

static bool is_sign(const struct parser *p, char c)
{
	return p->t.kind == T_SIGN && p->t.text.p[0] == c;
}

static bool is_word(const struct parser *p, const char *word)
{
	return p->t.kind == T_WORD && noro_view_is(p->t.text, word);
}

static bool take_sign(struct parser *p, char c)
{
	if (p->status != NORO_OK || !is_sign(p, c))
		return false;
	next(p);
	return true;
}

static bool take_word(struct parser *p, const char *word)
{
	if (p->status != NORO_OK || !is_word(p, word))
		return false;
	next(p);
	return true;
}

static bool need_sign(struct parser *p, char c, const char *what)
{
	if (take_sign(p, c))
		return true;
	(void)expected(p, what);
	return false;
}

/* --- literals ------------------------------------------------------------ */

static bool unescape(struct parser *p, struct noro_view raw, struct noro_view *ret)
{
	char *out;
	size_t n = 0;

	if (noro_view_chr(raw, '\\') == SIZE_MAX) {
		*ret = raw;
		return true;
	}
	out = noro_arena_alloc(p->a, raw.n + 1);
	if (!out)
		return no_memory(p);
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\')
			i++;
		out[n++] = raw.p[i];
	}
	*ret = noro_view(out, n);
	return true;
}

static bool unhex(struct parser *p, struct noro_view raw, struct noro_view *ret)
{
	char *out = noro_arena_alloc(p->a, raw.n / 2 + 1);

	if (!out)
		return no_memory(p);
	for (size_t i = 0; i < raw.n; i += 2) {
		if (i + 1 >= raw.n || !noro_is_hex(raw.p[i]) || !noro_is_hex(raw.p[i + 1]))
			return fail_at(p, p->t.at, N_("a pattern needs %1 here"), "h'hex digits'");
		out[i / 2] = (char)(noro_hex_value(raw.p[i]) << 4 | noro_hex_value(raw.p[i + 1]));
	}
	*ret = noro_view(out, raw.n / 2);
	return true;
}

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool unbase64(struct parser *p, struct noro_view raw, struct noro_view *ret)
{
	char *out = noro_arena_alloc(p->a, raw.n + 1);
	size_t n = 0, pad = 0, digits = raw.n;
	uint32_t bits = 0;

	if (!out)
		return no_memory(p);
	while (pad < 2 && digits && raw.p[digits - 1] == '=') {
		digits--;
		pad++;
	}
	if (raw.n % 4 != 0 || (digits == 0 && raw.n))
		return expected(p, "b'base64'");
	for (size_t i = 0; i < digits; i++) {
		int v = base64_value(raw.p[i]);

		if (v < 0)
			return expected(p, "b'base64'");
		bits = bits << 6 | (uint32_t)v;
		if (i % 4 != 0)
			out[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	*ret = noro_view(out, n);
	return true;
}

static bool two(struct noro_view v, size_t at, unsigned lo, unsigned hi, unsigned *ret)
{
	if (at + 2 > v.n || !noro_is_digit(v.p[at]) || !noro_is_digit(v.p[at + 1]))
		return false;
	*ret = (unsigned)(v.p[at] - '0') * 10 + (unsigned)(v.p[at + 1] - '0');
	return *ret >= lo && *ret <= hi;
}

/* yyyy-mm-ddThh:mm:ss[.s+]Z, each field in its own range; a 30 February passes, as in the grammar.
 */
static bool timestamp(struct noro_view v, int64_t *ret)
{
	struct noro_civil c = { 0 };
	unsigned hundreds, rest;
	size_t i = 19;

	if (v.n < 20 || v.p[4] != '-' || v.p[7] != '-' || v.p[10] != 'T' || v.p[13] != ':' ||
		v.p[16] != ':' || v.p[v.n - 1] != 'Z')
		return false;
	if (!two(v, 0, 0, 99, &hundreds) || !two(v, 2, 0, 99, &rest) ||
		!two(v, 5, 1, 12, &c.month) || !two(v, 8, 1, 31, &c.day) ||
		!two(v, 11, 0, 23, &c.hour) || !two(v, 14, 0, 59, &c.minute) ||
		!two(v, 17, 0, 60, &c.second))
		return false;
	c.year = (int)(hundreds * 100 + rest);
	if (v.p[i] == '.') {
		uint32_t scale = 100000000;

		for (i++; i < v.n - 1 && noro_is_digit(v.p[i]); i++, scale /= 10)
			c.ns += (uint32_t)(v.p[i] - '0') * scale;
		if (i == 20)
			return false;
	}
	if (i != v.n - 1)
		return false;
	if (!noro_civil_to_ns(&c, 0, ret))
		*ret = NORO_TIME_NONE;
	return true;
}

static bool literal_time(struct parser *p, struct noro_pattern_literal *ret)
{
	ret->kind = NORO_LITERAL_TIME;
	ret->text = p->t.text;
	if (timestamp(p->t.text, &ret->ns))
		return true;
	return expected(p, "t'yyyy-mm-ddThh:mm:ssZ'");
}

static bool literal(struct parser *p, struct noro_pattern_literal *ret)
{
	bool ok = true;

	*ret = (struct noro_pattern_literal){ .text = p->t.text, .ns = NORO_TIME_NONE };
	switch (p->t.kind) {
	case T_STRING:
		ret->kind = NORO_LITERAL_STRING;
		ok = unescape(p, p->t.text, &ret->text);
		break;
	case T_INT:
		ret->kind = NORO_LITERAL_INT;
		break;
	case T_FLOAT:
		ret->kind = NORO_LITERAL_FLOAT;
		break;
	case T_HEX:
		ret->kind = NORO_LITERAL_HEX;
		ok = unhex(p, p->t.text, &ret->text);
		break;
	case T_BINARY:
		ret->kind = NORO_LITERAL_BINARY;
		ok = unbase64(p, p->t.text, &ret->text);
		break;
	case T_TIME:
		ok = literal_time(p, ret);
		break;
	case T_WORD:
		ret->kind = NORO_LITERAL_BOOL;
		ok = is_word(p, "true") || is_word(p, "false");
		break;
	case T_END:
	case T_BAD:
	case T_HYPHEN:
	case T_OP:
	case T_SIGN:
		ok = false;
		break;
	}
	if (!ok)
		return expected(p, "a literal");
	next(p);
	return true;
}

/* --- object paths -------------------------------------------------------- */

static bool name_here(const struct parser *p)
{
	if (p->t.kind == T_STRING)
		return true;
	if (p->t.kind == T_HYPHEN)
		return p->loose;
	return p->t.kind == T_WORD && !noro_pattern_keyword(p->t.text);
}

static struct noro_pattern_step *new_step(
	struct parser *p, struct noro_pattern_step **list, size_t *n, size_t *cap)
{
	struct noro_pattern_step *more = noro_arena_grow(p->a, *list, *n, cap, sizeof(**list));

	if (!more)
		return no_memory(p);
	*list = more;
	more[*n] = (struct noro_pattern_step){ 0 };
	return &more[(*n)++];
}

static bool step_name(struct parser *p, struct noro_pattern_step *s)
{
	if (!name_here(p))
		return expected(p, "a property name");
	s->kind = NORO_STEP_NAME;
	s->name = p->t.text;
	if (p->t.kind == T_STRING && !unescape(p, p->t.text, &s->name))
		return false;
	next(p);
	return true;
}

static bool whole_number(struct noro_view v, uint64_t *ret)
{
	if (v.n && v.p[0] == '+')
		v = noro_view_sub(v, 1, v.n);
	return noro_view_u64(v, ret);
}

static bool step_index(struct parser *p, struct noro_pattern_step *s)
{
	bool minus = p->t.text.n && p->t.text.p[0] == '-';
	uint64_t n = 0;

	if (take_sign(p, '*')) {
		s->kind = NORO_STEP_ANY;
		return need_sign(p, ']', "]");
	}
	s->kind = NORO_STEP_INDEX;
	if (p->t.kind != T_INT ||
		!whole_number(minus ? noro_view_sub(p->t.text, 1, p->t.text.n) : p->t.text, &n) ||
		n > INT64_MAX)
		return expected(p, "an index or *");
	s->index = minus ? -(int64_t)n : (int64_t)n;
	next(p);
	return need_sign(p, ']', "]");
}

static bool object_path(struct parser *p, struct noro_pattern_path *ret)
{
	struct noro_pattern_step *list = NULL, *s;
	size_t n = 0, cap = 0;

	if ((p->t.kind != T_WORD && p->t.kind != T_HYPHEN) || noro_pattern_keyword(p->t.text))
		return expected(p, "an object path");
	ret->type = p->t.text;
	next(p);
	if (!need_sign(p, ':', ":"))
		return false;
	s = new_step(p, &list, &n, &cap);
	if (!s || !step_name(p, s))
		return false;
	while (is_sign(p, '.') || is_sign(p, '[')) {
		bool dot = is_sign(p, '.');

		next(p);
		s = new_step(p, &list, &n, &cap);
		if (!s || !(dot ? step_name(p, s) : step_index(p, s)))
			return false;
	}
	ret->step = list;
	ret->steps = n;
	return true;
}

/* --- comparisons --------------------------------------------------------- */

static struct noro_pattern_node *new_node(struct parser *p, enum noro_pattern_kind kind)
{
	struct noro_pattern_node *n;

	if (p->status != NORO_OK)
		return NULL;
	if (++p->nodes > NORO_PATTERN_MAX_NODES)
		return limit(p, N_("a pattern with too many comparisons"));
	n = noro_arena_alloc(p->a, sizeof(*n));
	if (!n)
		return no_memory(p);
	n->kind = kind;
	n->at = p->t.at;
	n->within_ns = n->start_ns = n->stop_ns = NORO_TIME_NONE;
	return n;
}

static bool deeper(struct parser *p)
{
	if (++p->depth > NORO_PATTERN_MAX_DEPTH)
		return limit(p, N_("a pattern nested too deeply"));
	return true;
}

static size_t hash_digits(struct noro_view name)
{
	static const struct {
		const char *name;
		size_t digits;
	} known[] = { { "MD5", 32 }, { "MD6", 32 }, { "RIPEMD-160", 40 }, { "SHA-1", 40 },
		{ "SHA1", 40 }, { "SHA-224", 56 }, { "SHA-256", 64 }, { "SHA256", 64 },
		{ "SHA-384", 96 }, { "SHA-512", 128 }, { "SHA512", 128 }, { "SHA3-224", 56 },
		{ "SHA3-256", 64 }, { "SHA3-384", 96 }, { "SHA3-512", 128 }, { "WHIRLPOOL", 128 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_is_i(name, known[i].name))
			return known[i].digits;
	return 0;
}

bool noro_pattern_hash_ok(
	const struct noro_pattern_path *path, const struct noro_pattern_literal *l)
{
	size_t digits;

	if (path->steps < 2 || !noro_view_is(path->step[path->steps - 2].name, "hashes") ||
		path->step[path->steps - 1].kind != NORO_STEP_NAME ||
		l->kind != NORO_LITERAL_STRING)
		return true;
	digits = hash_digits(path->step[path->steps - 1].name);
	if (digits && l->text.n != digits)
		return false;
	for (size_t i = 0; digits && i < l->text.n; i++)
		if (!noro_is_hex(l->text.p[i]))
			return false;
	return true;
}

static bool one_literal(struct parser *p, struct noro_pattern_node *n, bool only_string)
{
	struct noro_pattern_literal *l = noro_arena_alloc(p->a, sizeof(*l));
	size_t at = p->t.at;

	if (!l)
		return no_memory(p);
	if (only_string && p->t.kind != T_STRING)
		return expected(p, "a string");
	if (!literal(p, l))
		return false;
	if ((n->op == NORO_PATTERN_EQ || n->op == NORO_PATTERN_NE) &&
		!noro_pattern_hash_ok(&n->path, l))
		return fail_at(p, at,
			N_("a hash of the wrong length or with other than hex digits"), NULL);
	if (n->op >= NORO_PATTERN_GT && n->op <= NORO_PATTERN_LE && l->kind == NORO_LITERAL_BOOL)
		return fail_at(p, at, N_("a pattern needs %1 here"), "a value that has an order");
	n->literal = l;
	n->literals = 1;
	return true;
}

static bool literal_set(struct parser *p, struct noro_pattern_node *n)
{
	struct noro_pattern_literal *list = NULL;
	size_t count = 0, cap = 0;

	if (!need_sign(p, '(', "("))
		return false;
	while (p->status == NORO_OK && !(count == 0 && is_sign(p, ')'))) {
		struct noro_pattern_literal *more =
			noro_arena_grow(p->a, list, count, &cap, sizeof(*list));
		size_t at = p->t.at;

		if (!more)
			return no_memory(p);
		list = more;
		if (!literal(p, &list[count]))
			return false;
		if (!noro_pattern_hash_ok(&n->path, &list[count]))
			return fail_at(p, at,
				N_("a hash of the wrong length or with other than hex digits"),
				NULL);
		count++;
		if (!take_sign(p, ','))
			break;
	}
	n->literal = list;
	n->literals = count;
	return need_sign(p, ')', ")");
}

static void free_regex(void *re)
{
	pcre2_code_free(re);
}

/* STIX asks for PCRE over Unicode where '.' takes line ends too. A bad one is named when planned.
 */
static bool compile_regex(struct parser *p, struct noro_pattern_node *n)
{
	PCRE2_SIZE at;
	size_t size = 0;
	int why;
	pcre2_code *re = pcre2_compile((PCRE2_SPTR)n->literal->text.p, n->literal->text.n,
		PCRE2_UTF | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C, &why, &at, NULL);

	if (!re)
		return true;
	n->regex = re;
	if (noro_arena_on_free(p->a, free_regex, re) != NORO_OK)
		return no_memory(p);
	if (pcre2_pattern_info(re, PCRE2_INFO_SIZE, &size) == 0)
		p->regex_bytes += size;
	if (p->regex_bytes > NORO_PATTERN_MAX_REGEX)
		return limit(p, N_("a pattern whose regular expressions take too much memory"));
	return true;
}

static int comparison_op(const struct parser *p)
{
	static const struct {
		const char *text;
		enum noro_pattern_op op;
	} ops[] = { { "=", NORO_PATTERN_EQ }, { "==", NORO_PATTERN_EQ }, { "!=", NORO_PATTERN_NE },
		{ "<>", NORO_PATTERN_NE }, { ">", NORO_PATTERN_GT }, { ">=", NORO_PATTERN_GE },
		{ "<", NORO_PATTERN_LT }, { "<=", NORO_PATTERN_LE }, { "IN", NORO_PATTERN_IN },
		{ "LIKE", NORO_PATTERN_LIKE }, { "MATCHES", NORO_PATTERN_MATCHES },
		{ "ISSUBSET", NORO_PATTERN_ISSUBSET }, { "ISSUPERSET", NORO_PATTERN_ISSUPERSET } };

	if (p->t.kind != T_OP && p->t.kind != T_WORD)
		return -1;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (noro_view_is(p->t.text, ops[i].text))
			return (int)ops[i].op;
	return -1;
}

static bool operand(struct parser *p, struct noro_pattern_node *n)
{
	switch (n->op) {
	case NORO_PATTERN_IN:
		return literal_set(p, n);
	case NORO_PATTERN_MATCHES:
		return one_literal(p, n, true) && compile_regex(p, n);
	case NORO_PATTERN_LIKE:
	case NORO_PATTERN_ISSUBSET:
	case NORO_PATTERN_ISSUPERSET:
		return one_literal(p, n, true);
	case NORO_PATTERN_EQ:
	case NORO_PATTERN_NE:
	case NORO_PATTERN_GT:
	case NORO_PATTERN_GE:
	case NORO_PATTERN_LT:
	case NORO_PATTERN_LE:
	case NORO_PATTERN_EXISTS:
		break;
	}
	return one_literal(p, n, false);
}

static struct noro_pattern_node *comparison_or(struct parser *p);

static struct noro_pattern_node *comparison(struct parser *p)
{
	struct noro_pattern_node *n;
	int op;

	if (is_sign(p, '(')) {
		if (!deeper(p))
			return NULL;
		next(p);
		n = comparison_or(p);
		p->depth--;
		return n && need_sign(p, ')', ")") ? n : NULL;
	}
	n = new_node(p, NORO_PATTERN_COMPARE);
	if (!n)
		return NULL;
	n->negated = take_word(p, "NOT");
	if (take_word(p, "EXISTS")) {
		n->op = NORO_PATTERN_EXISTS;
		return object_path(p, &n->path) ? n : NULL;
	}
	if (n->negated)
		return expected(p, "EXISTS");
	if (!object_path(p, &n->path))
		return NULL;
	n->negated = take_word(p, "NOT");
	op = comparison_op(p);
	if (op < 0)
		return expected(p, "a comparison operator");
	n->op = (enum noro_pattern_op)op;
	next(p);
	return operand(p, n) ? n : NULL;
}

typedef struct noro_pattern_node *parse_fn(struct parser *p);

/* item (word item)*, as one node when there is more than one. */
static struct noro_pattern_node *chain(
	struct parser *p, const char *word, enum noro_pattern_kind kind, parse_fn *item)
{
	struct noro_pattern_node *first = item(p), *last = first, *all;

	if (!first || !is_word(p, word))
		return first;
	all = new_node(p, kind);
	if (!all)
		return NULL;
	all->at = first->at;
	all->child = first;
	while (take_word(p, word)) {
		struct noro_pattern_node *more = item(p);

		if (!more)
			return NULL;
		/* a bracketed chain of its own may be shared by nobody else: linking is safe */
		last->next = more;
		last = more;
	}
	return all;
}

static struct noro_pattern_node *comparison_and(struct parser *p)
{
	return chain(p, "AND", NORO_PATTERN_AND, comparison);
}

static struct noro_pattern_node *comparison_or(struct parser *p)
{
	return chain(p, "OR", NORO_PATTERN_OR, comparison_and);
}

/* --- observations -------------------------------------------------------- */

static struct noro_pattern_node *observation_all(struct parser *p);

static struct noro_pattern_node *bracket(struct parser *p)
{
	struct noro_pattern_node *n = new_node(p, NORO_PATTERN_OBSERVE);
	const struct noro_pattern_node **more;

	if (!n)
		return NULL;
	if (p->observations == NORO_PATTERN_MAX_OBSERVE)
		return limit(p, N_("a pattern with too many observations"));
	next(p);
	n->child = comparison_or(p);
	if (!n->child || !need_sign(p, ']', "]"))
		return NULL;
	more = noro_arena_grow(
		p->a, p->observation, p->observations, &p->observation_cap, sizeof(*more));
	if (!more)
		return no_memory(p);
	p->observation = more;
	n->observation = (uint32_t)p->observations;
	more[p->observations++] = n;
	return n;
}

static bool seconds_to_ns(struct noro_view v, int64_t *ret)
{
	uint64_t whole = 0, ns = 0, scale = 100000000;
	size_t dot = noro_view_chr(v, '.'), i = v.n && v.p[0] == '+' ? 1 : 0;

	for (; i < v.n && i != dot; i++) {
		whole = whole * 10 + (uint64_t)(v.p[i] - '0');
		if (whole > INT64_MAX / 2000000000)
			whole = INT64_MAX / 2000000000; /* 146 years: longer than any evidence */
	}
	for (i = dot; dot != SIZE_MAX && ++i < v.n; scale /= 10)
		ns += (uint64_t)(v.p[i] - '0') * scale;
	*ret = (int64_t)(whole * 1000000000 + ns);
	return true;
}

static bool within(struct parser *p, struct noro_pattern_node *n)
{
	if ((p->t.kind != T_INT && p->t.kind != T_FLOAT) || p->t.text.p[0] == '-')
		return expected(p, "a positive number of seconds");
	if (!literal(p, &n->number[0]) || !seconds_to_ns(n->number[0].text, &n->within_ns))
		return false;
	return take_word(p, "SECONDS") || expected(p, "SECONDS");
}

static bool repeats(struct parser *p, struct noro_pattern_node *n)
{
	if (p->t.kind != T_INT || !whole_number(p->t.text, &n->times) || n->times == 0)
		return expected(p, "a positive number of times");
	if (!literal(p, &n->number[0]))
		return false;
	return take_word(p, "TIMES") || expected(p, "TIMES");
}

/* STIX 2.0 wrote START '...' with a plain string, 2.1 with t'...' and nothing else. */
static bool moment(struct parser *p, struct noro_pattern_literal *l, int64_t *ret)
{
	if (p->t.kind != T_TIME && !(p->loose && p->t.kind == T_STRING))
		return expected(p, "t'yyyy-mm-ddThh:mm:ssZ'");
	if (!literal_time(p, l))
		return false;
	*ret = l->ns;
	next(p);
	return true;
}

static bool start_stop(struct parser *p, struct noro_pattern_node *n)
{
	if (!moment(p, &n->number[0], &n->start_ns))
		return false;
	if (!take_word(p, "STOP"))
		return expected(p, "STOP");
	return moment(p, &n->number[1], &n->stop_ns);
}

static const struct {
	const char *word;
	enum noro_pattern_kind kind;
	bool (*parse)(struct parser *p, struct noro_pattern_node *n);
} qualifiers[] = {
	{ "WITHIN", NORO_PATTERN_WITHIN, within },
	{ "REPEATS", NORO_PATTERN_REPEATS, repeats },
	{ "START", NORO_PATTERN_START_STOP, start_stop },
};

static struct noro_pattern_node *qualified(struct parser *p, struct noro_pattern_node *inner)
{
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++) {
		struct noro_pattern_node *n;

		if (!is_word(p, qualifiers[i].word))
			continue;
		n = new_node(p, qualifiers[i].kind);
		if (!n || !deeper(p))
			return NULL;
		next(p);
		n->child = inner;
		return qualifiers[i].parse(p, n) ? n : NULL;
	}
	return inner;
}

static struct noro_pattern_node *observation(struct parser *p)
{
	struct noro_pattern_node *n, *outer;
	unsigned depth = p->depth;

	if (is_sign(p, '[')) {
		n = bracket(p);
	} else if (is_sign(p, '(')) {
		if (!deeper(p))
			return NULL;
		next(p);
		n = observation_all(p);
		if (n && !need_sign(p, ')', ")"))
			return NULL;
	} else {
		return expected(p, "[");
	}
	while (n && (outer = qualified(p, n)) != n)
		n = outer;
	p->depth = depth;
	return n;
}

static struct noro_pattern_node *observation_and(struct parser *p)
{
	return chain(p, "AND", NORO_PATTERN_OBS_AND, observation);
}

static struct noro_pattern_node *observation_or(struct parser *p)
{
	return chain(p, "OR", NORO_PATTERN_OBS_OR, observation_and);
}

static struct noro_pattern_node *observation_all(struct parser *p)
{
	return chain(p, "FOLLOWEDBY", NORO_PATTERN_FOLLOWEDBY, observation_or);
}

enum noro_status noro_pattern_parse(struct noro_arena *a, struct noro_view text, bool loose,
	const struct noro_pattern **ret, struct noro_error *err)
{
	struct parser p = { .a = a, .err = err, .loose = loose };
	struct noro_pattern *whole;

	if (text.n > NORO_PATTERN_MAX_BYTES)
		return noro_fail(err, NORO_ELIMIT, N_("a pattern longer than %1 bytes"),
			NORO_NUM(NORO_PATTERN_MAX_BYTES));
	whole = noro_arena_alloc(a, sizeof(*whole));
	p.in = noro_arena_view(a, text);
	if (!whole || !p.in.p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	next(&p);
	whole->root = observation_all(&p);
	if (whole->root && p.t.kind != T_END)
		(void)expected(&p, "the end");
	if (p.status != NORO_OK)
		return p.status;
	whole->text = p.in;
	whole->observation = p.observation;
	whole->observations = (uint32_t)p.observations;
	*ret = whole;
	return NORO_OK;
}
