/*
 * src/match/strings.c - what has no shape: names of users and files, paths, user
 * agents, free strings, regular expressions.
 *
 * Vectorscan looks for all of them in one pass. A literal's hit is exact but for
 * word boundaries and case, which are checked here. A regular expression is only
 * suspected by vectorscan: PCRE2 then says, line by line, what it matches and
 * where, so that the answer is PCRE's whatever vectorscan can express.
 */
#include "match/match_priv.h"

#include "base/mem.h"

#include <hs/hs.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/*
 * vectorscan 5.4.9 loses literals in the last bytes of what it is given (seen up to
 * 29 bytes before the end). So it is given some of the pad as well, and what ends
 * there does not count.
 */
enum { BEHIND = 64 };

enum { MATCH_LIMIT = 200000, DEPTH_LIMIT = 2000, HEAP_LIMIT_KB = 20000, MAX_LINE_HITS = 10000 };

struct needle {
	uint32_t key;
	uint32_t len;
	uint8_t kind;
	bool words;        /* not inside a longer word */
	pcre2_code *regex; /* NULL: a literal */
};

struct noro_strings {
	struct needle *needle;
	size_t needles, cap;
	hs_database_t *literals, *regexes;
	bool always; /* a regex that vectorscan cannot even suspect: every line is asked */
};

struct noro_strings_state {
	const struct noro_strings *p;
	hs_scratch_t *scratch;
	pcre2_match_data *data;
	pcre2_match_context *context;
	size_t *line_done; /* per needle: end of the last line that was asked */
	struct noro_scanner *scanner;
};

bool noro_by_letters(enum noro_ioc_kind k, struct noro_view v)
{
	switch (k) {
	case NORO_IOC_FILE_NAME:
		return !noro_name_shaped(v);
	case NORO_IOC_FILE_PATH:
	case NORO_IOC_USER_AGENT:
	case NORO_IOC_USER_NAME:
	case NORO_IOC_REGISTRY:
	case NORO_IOC_MUTEX:
	case NORO_IOC_SERVICE:
	case NORO_IOC_STRING:
		return true;
	default:
		return false;
	}
}

/* --- building --- */

struct build {
	struct noro_strings *p;
	struct noro_buf text; /* literals, one behind the other */
	size_t *start;        /* of each literal in `text` */
	unsigned *flags, *ids;
	size_t *lens;
	const char **exprs;
	char **patterns; /* NUL-terminated regex texts */
	size_t literals, regexes;
};

static void build_done(struct build *b)
{
	noro_buf_done(&b->text);
	free(b->start);
	free(b->flags);
	free(b->ids);
	free(b->lens);
	free(b->exprs);
	for (size_t i = 0; b->patterns && i < b->regexes; i++)
		free(b->patterns[i]);
	free(b->patterns);
}

static enum noro_status add_literal(
	struct build *b, struct noro_view v, uint32_t key, enum noro_ioc_kind kind, bool words)
{
	size_t i = b->literals;

	b->start[i] = b->text.n;
	noro_buf_view(&b->text, v);
	if (b->text.status != NORO_OK)
		return NORO_ENOMEM;
	b->lens[i] = v.n;
	b->flags[i] = kind == NORO_IOC_STRING && key < NORO_EXTRA ? 0 : HS_FLAG_CASELESS;
	b->ids[i] = (unsigned)b->p->needles;
	b->p->needle[b->p->needles++] = (struct needle){
		.key = key, .len = (uint32_t)v.n, .kind = (uint8_t)kind, .words = words
	};
	b->literals++;
	return NORO_OK;
}

static enum noro_status add_regex(struct build *b, struct noro_view v, uint32_t key)
{
	struct noro_strings *p = b->p;
	PCRE2_SIZE at;
	int error;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)v.p, v.n, PCRE2_NEVER_BACKSLASH_C, &error, &at, NULL);

	if (!code)
		return NORO_EFORMAT;
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	p->needle[p->needles] =
		(struct needle){ .key = key, .kind = NORO_IOC_REGEX, .regex = code };
	b->patterns[b->regexes] = noro_strndup(v.p, v.n);
	if (!b->patterns[b->regexes++]) {
		pcre2_code_free(code);
		return NORO_ENOMEM;
	}
	p->needles++;
	return NORO_OK;
}

static enum noro_status compile_literals(struct build *b, struct noro_error *err)
{
	hs_compile_error_t *why = NULL;
	hs_error_t rc;

	if (!b->literals)
		return NORO_OK;
	for (size_t i = 0; i < b->literals; i++)
		b->exprs[i] = b->text.p + b->start[i];
	rc = hs_compile_lit_multi(b->exprs, b->flags, b->ids, b->lens, (unsigned)b->literals,
		HS_MODE_BLOCK, NULL, &b->p->literals, &why);
	if (rc == HS_SUCCESS)
		return NORO_OK;
	(void)noro_fail(err, NORO_ELIMIT, N_("the strings cannot be compiled: %1"),
		why ? why->message : "");
	hs_free_compile_error(why);
	return NORO_ELIMIT;
}

/* \A, \z, \Z, \G mean the text to vectorscan and the line to us. */
static bool whole_subject(const char *pattern)
{
	return strstr(pattern, "\\A") || strstr(pattern, "\\z") || strstr(pattern, "\\Z") ||
	       strstr(pattern, "\\G");
}

/* Those that vectorscan refuses even as a suspicion are asked of every line. */
static enum noro_status compile_regexes(struct build *b, struct noro_error *err)
{
	const unsigned flags =
		HS_FLAG_PREFILTER | HS_FLAG_MULTILINE | HS_FLAG_ALLOWEMPTY | HS_FLAG_SINGLEMATCH;
	size_t n = 0, r = 0;
	hs_compile_error_t *why = NULL;
	hs_error_t rc;

	for (size_t i = 0; i < b->p->needles; i++) {
		hs_expr_info_t *info = NULL;

		if (!b->p->needle[i].regex)
			continue;
		rc = hs_expression_info(
			b->patterns[r], flags & ~(unsigned)HS_FLAG_SINGLEMATCH, &info, &why);
		if (rc == HS_SUCCESS && info->min_width > 0 && !whole_subject(b->patterns[r])) {
			b->exprs[n] = b->patterns[r];
			b->flags[n] = flags & ~(unsigned)HS_FLAG_SINGLEMATCH;
			b->ids[n++] = (unsigned)i;
		} else {
			b->p->needle[i].words = true; /* no suspicion */
			b->p->always = true;
		}
		r++;
		hs_free_compile_error(why);
		why = NULL;
		free(info);
	}
	if (!n)
		return NORO_OK;
	rc = hs_compile_multi(
		b->exprs, b->flags, b->ids, (unsigned)n, HS_MODE_BLOCK, NULL, &b->p->regexes, &why);
	if (rc == HS_SUCCESS)
		return NORO_OK;
	(void)noro_fail(err, NORO_ELIMIT, N_("the regular expressions cannot be compiled: %1"),
		why ? why->message : "");
	hs_free_compile_error(why);
	return NORO_ELIMIT;
}

/* Calls for each key that is found by its letters; counts when `b` is NULL. */
static enum noro_status each_key(const struct noro_set *set, struct build *b, size_t *count)
{
	static const enum noro_ioc_kind kinds[] = { NORO_IOC_FILE_NAME, NORO_IOC_FILE_PATH,
		NORO_IOC_USER_AGENT, NORO_IOC_USER_NAME, NORO_IOC_REGISTRY, NORO_IOC_MUTEX,
		NORO_IOC_SERVICE, NORO_IOC_STRING, NORO_IOC_REGEX };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		uint32_t first = noro_set_first(set, kinds[i]);
		uint64_t n = noro_set_kind_count(set, kinds[i]);

		for (uint32_t k = 0; k < n && st == NORO_OK; k++) {
			struct noro_set_key key;

			st = noro_set_key(set, first + k, &key);
			if (st != NORO_OK)
				return st;
			if (kinds[i] != NORO_IOC_REGEX && !noro_by_letters(kinds[i], key.value))
				continue;
			++*count;
			if (b && kinds[i] == NORO_IOC_REGEX)
				st = add_regex(b, key.value, first + k);
			else if (b)
				st = add_literal(b, key.value, first + k, kinds[i],
					kinds[i] != NORO_IOC_STRING);
		}
	}
	return st;
}

static bool build_room(struct build *b, size_t n)
{
	b->p->needle = noro_calloc(n, sizeof(*b->p->needle));
	b->start = noro_calloc(n, sizeof(*b->start));
	b->flags = noro_calloc(n, sizeof(*b->flags));
	b->ids = noro_calloc(n, sizeof(*b->ids));
	b->lens = noro_calloc(n, sizeof(*b->lens));
	b->exprs = noro_calloc(n, sizeof(*b->exprs));
	b->patterns = noro_calloc(n, sizeof(*b->patterns));
	return b->p->needle && b->start && b->flags && b->ids && b->lens && b->exprs && b->patterns;
}

static enum noro_status build_all(const struct noro_set *set, const struct noro_match_opts *o,
	struct build *b, struct noro_error *err)
{
	enum noro_status st;
	size_t n = 0;

	st = each_key(set, b, &n);
	for (size_t i = 0; i < o->extras && st == NORO_OK; i++)
		st = add_literal(b, noro_view_str(o->extra[i]), NORO_EXTRA + (uint32_t)i,
			NORO_IOC_STRING, false);
	if (st == NORO_OK)
		st = compile_literals(b, err);
	else
		(void)noro_fail(err, st, N_("the strings of the set cannot be read"));
	return st == NORO_OK ? compile_regexes(b, err) : st;
}

enum noro_status noro_strings_new(const struct noro_set *set, const struct noro_match_opts *o,
	struct noro_strings **ret, struct noro_error *err)
{
	struct build b = { 0 };
	enum noro_status st;
	size_t n = o->extras;

	st = each_key(set, NULL, &n);
	if (st != NORO_OK)
		return noro_fail(err, st, N_("the strings of the set cannot be read"));
	if (!n)
		return NORO_OK;
	b.p = noro_calloc(1, sizeof(*b.p));
	if (!b.p || !build_room(&b, n))
		st = noro_fail(err, NORO_ENOMEM, N_("not enough memory for the search"));
	else
		st = build_all(set, o, &b, err);
	build_done(&b);
	if (st != NORO_OK) {
		noro_strings_free(b.p);
		return st;
	}
	*ret = b.p;
	return NORO_OK;
}

void noro_strings_free(struct noro_strings *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->needle && i < p->needles; i++)
		pcre2_code_free(p->needle[i].regex);
	free(p->needle);
	hs_free_database(p->literals);
	hs_free_database(p->regexes);
	free(p);
}

enum noro_status noro_strings_state_new(
	const struct noro_strings *p, struct noro_strings_state **ret)
{
	struct noro_strings_state *t = noro_calloc(1, sizeof(*t));

	if (!t)
		return NORO_ENOMEM;
	t->p = p;
	t->line_done = noro_calloc(p->needles, sizeof(*t->line_done));
	t->data = pcre2_match_data_create(1, NULL);
	t->context = pcre2_match_context_create(NULL);
	if (!t->line_done || !t->data || !t->context ||
		(p->literals && hs_alloc_scratch(p->literals, &t->scratch) != HS_SUCCESS) ||
		(p->regexes && hs_alloc_scratch(p->regexes, &t->scratch) != HS_SUCCESS)) {
		noro_strings_state_free(t);
		return NORO_ENOMEM;
	}
	(void)pcre2_set_match_limit(t->context, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(t->context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(t->context, HEAP_LIMIT_KB);
	*ret = t;
	return NORO_OK;
}

void noro_strings_state_free(struct noro_strings_state *t)
{
	if (!t)
		return;
	hs_free_scratch(t->scratch);
	pcre2_match_data_free(t->data);
	pcre2_match_context_free(t->context);
	free(t->line_done);
	free(t);
}

/* --- scanning --- */

static bool is_word(uint8_t c)
{
	return noro_is_alnum((char)c) || c == '_';
}

/* A word character at the needle's edge must not go on outside. */
static bool stands_alone(const struct noro_scanner *s, size_t at, size_t end)
{
	if (at && is_word(s->text[at]) && is_word(s->text[at - 1]))
		return false;
	return end >= s->len || !is_word(s->text[end - 1]) || !is_word(s->text[end]);
}

static int on_literal(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	struct noro_scanner *s = arg;
	const struct needle *n = &s->m->strings->needle[id];
	size_t at = (size_t)to - n->len;

	(void)from;
	(void)flags;
	if (to > s->len)
		return 0;
	if (!n->words || stands_alone(s, at, (size_t)to))
		noro_scan_hit(s, at, n->len, n->key, (enum noro_ioc_kind)n->kind, false);
	return 0;
}

/* All that one expression matches in one line, left to right, not overlapping. */
static void ask_line(struct noro_scanner *s, const struct needle *n, size_t from, size_t to)
{
	struct noro_strings_state *t = s->strings;
	size_t at = 0, hits = 0;

	while (at <= to - from && hits++ < MAX_LINE_HITS) {
		const PCRE2_SIZE *v;
		int rc = pcre2_match(
			n->regex, s->text + from, to - from, at, 0, t->data, t->context);

		if (rc < 0)
			return;
		v = pcre2_get_ovector_pointer(t->data);
		if (v[1] > v[0])
			noro_scan_hit(s, from + v[0], v[1] - v[0], n->key, NORO_IOC_REGEX, false);
		at = v[1] > at ? v[1] : at + 1;
	}
}

static void line_around(const struct noro_scanner *s, size_t at, size_t *ret_from, size_t *ret_to)
{
	const uint8_t *nl = at ? memrchr(s->text, '\n', at) : NULL;
	const uint8_t *end = memchr(s->text + at, '\n', s->len - at);

	*ret_from = nl ? (size_t)(nl - s->text) + 1 : 0;
	*ret_to = end ? (size_t)(end - s->text) : s->len;
}

static int on_regex(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	struct noro_scanner *s = arg;
	const struct needle *n = &s->m->strings->needle[id];
	size_t *done = &s->strings->line_done[id], begin, end;
	size_t at = to ? (size_t)to - 1 : 0;

	(void)from;
	(void)flags;
	if (at < *done || at >= s->len)
		return 0;
	line_around(s, at, &begin, &end);
	*done = end + 1;
	ask_line(s, n, begin, end);
	return 0;
}

/* The pad may hide the end of the last line from `$`: its lines are asked without suspicion. */
static void ask_last_lines(struct noro_scanner *s)
{
	const struct noro_strings *p = s->m->strings;
	size_t from, to, at = s->len > BEHIND ? s->len - BEHIND : 0;

	for (; at < s->len; at = to + 1) {
		line_around(s, at, &from, &to);
		for (size_t i = 0; i < p->needles; i++)
			if (p->needle[i].regex && !p->needle[i].words &&
				from >= s->strings->line_done[i])
				ask_line(s, &p->needle[i], from, to);
	}
}

static void ask_all_lines(struct noro_scanner *s)
{
	const struct noro_strings *p = s->m->strings;

	for (size_t i = 0; i < p->needles; i++) {
		size_t from = 0, to;

		if (!p->needle[i].regex || !p->needle[i].words)
			continue;
		for (; from <= s->len; from = to + 1) {
			const uint8_t *nl = memchr(s->text + from, '\n', s->len - from);

			to = nl ? (size_t)(nl - s->text) : s->len;
			ask_line(s, &p->needle[i], from, to);
		}
	}
}

void noro_strings_scan(struct noro_scanner *s)
{
	const struct noro_strings *p = s->m->strings;
	const char *text = (const char *)s->text;

	if (!s->len)
		return;
	if (p->literals && hs_scan(p->literals, text, (unsigned)s->len + BEHIND, 0,
				   s->strings->scratch, on_literal, s) != HS_SUCCESS)
		noro_scan_fail(s, NORO_ENOMEM);
	if (p->regexes) {
		memset(s->strings->line_done, 0, p->needles * sizeof(*s->strings->line_done));
		if (hs_scan(p->regexes, text, (unsigned)s->len + BEHIND, 0, s->strings->scratch,
			    on_regex, s) != HS_SUCCESS)
			noro_scan_fail(s, NORO_ENOMEM);
		ask_last_lines(s);
	}
	if (p->always)
		ask_all_lines(s);
}
