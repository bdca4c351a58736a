/*
 * src/rule/sigma_cond.c - the condition line of a Sigma rule: and, or, not,
 * parentheses, "1 of selection_*", "all of them", and the old aggregations
 * behind a bar ("| count(user) by src_ip > 10").
 */
#include "rule/sigma_priv.h"

struct parser {
	struct noro_sigma *s;
	struct noro_view rest;
	struct noro_view word; /* the next token; empty at the end */
	unsigned depth;
};

static bool part_of_word(char c)
{
	return noro_is_alnum(c) || c == '_' || c == '*' || c == '-' || c == '.' || c == '?';
}

static void next(struct parser *p)
{
	size_t n = 0;

	p->rest = noro_view_trim(p->rest);
	while (n < p->rest.n && part_of_word(p->rest.p[n]))
		n++;
	if (n == 0 && p->rest.n)
		n = p->rest.p[0] == '>' && p->rest.n > 1 && p->rest.p[1] == '=' ? 2 : 1;
	p->word = noro_view_sub(p->rest, 0, n);
	p->rest = noro_view_sub(p->rest, n, p->rest.n);
}

static bool take(struct parser *p, const char *word)
{
	if (!noro_view_is_i(p->word, word))
		return false;
	next(p);
	return true;
}

static enum noro_status bad(struct parser *p)
{
	return noro_sigma_undecided(p->s, N_("the condition is not understood at '%1'"), p->word);
}

static enum noro_status either(struct parser *p, struct noro_cond *ret);

/* selection names that a pattern means; "them" is all but those that begin with _ */
static bool means(struct noro_view pattern, struct noro_view name)
{
	if (noro_view_is_i(pattern, "them"))
		return name.n && name.p[0] != '_';
	return noro_glob(pattern, name, false);
}

static enum noro_status of(struct parser *p, enum noro_op op, struct noro_cond *ret)
{
	struct noro_sigma *s = p->s;
	struct noro_cond *child =
		noro_arena_array(s->doc->rules->arena, s->selections + 1, sizeof(*child));

	if (!child)
		return NORO_ENOMEM;
	*ret = (struct noro_cond){ .op = (uint8_t)op, .child = child };
	for (size_t i = 0; i < s->selections; i++)
		if (means(p->word, s->selection[i].name))
			child[ret->children++] = s->selection[i].cond;
	if (ret->children == 0)
		return bad(p);
	next(p);
	return NORO_OK;
}

static enum noro_status named(struct parser *p, struct noro_cond *ret)
{
	for (size_t i = 0; i < p->s->selections; i++)
		if (noro_view_eq(p->word, p->s->selection[i].name)) {
			*ret = p->s->selection[i].cond;
			next(p);
			return NORO_OK;
		}
	return bad(p);
}

static enum noro_status primary(struct parser *p, struct noro_cond *ret)
{
	struct parser ahead = *p;
	enum noro_status st;

	next(&ahead);
	if (noro_view_is_i(ahead.word, "of")) {
		bool all = noro_view_is_i(p->word, "all");

		if (!all && !noro_view_is(p->word, "1") && !noro_view_is_i(p->word, "any"))
			return bad(p);
		next(p);
		next(p);
		return of(p, all ? NORO_OP_ALL : NORO_OP_ANY, ret);
	}
	if (!take(p, "("))
		return named(p, ret);
	st = either(p, ret);
	if (st == NORO_OK && !take(p, ")"))
		return bad(p);
	return st;
}

static enum noro_status one_of(struct parser *p, struct noro_cond *ret)
{
	struct noro_cond *child;
	bool not = false;
	enum noro_status st;

	while (take(p, "not"))
		not = !not ;
	if (++p->depth > NORO_SIGMA_DEPTH)
		return bad(p);
	st = primary(p, ret);
	p->depth--;
	if (st != NORO_OK || !not )
		return st;
	child = noro_arena_array(p->s->doc->rules->arena, 1, sizeof(*child));
	if (!child)
		return NORO_ENOMEM;
	*child = *ret;
	*ret = (struct noro_cond){ .op = NORO_OP_NONE, .child = child, .children = 1 };
	return NORO_OK;
}

/* A run of parts joined by one word. */
static enum noro_status joined(struct parser *p, const char *word, enum noro_op op,
	enum noro_status (*part)(struct parser *p, struct noro_cond *ret), struct noro_cond *ret)
{
	struct noro_cond *child = NULL, *grown;
	size_t n = 0, cap = 0;
	enum noro_status st;

	do {
		grown = child;
		if (n == cap)
			grown = noro_arena_grow(
				p->s->doc->rules->arena, child, n, &cap, sizeof(*child));
		if (!grown)
			return NORO_ENOMEM;
		child = grown;
		st = part(p, &child[n++]);
	} while (st == NORO_OK && take(p, word));
	*ret = n == 1 ? child[0]
		      : (struct noro_cond){
				.op = (uint8_t)op, .child = child, .children = (uint32_t)n
			};
	return st;
}

static enum noro_status both(struct parser *p, struct noro_cond *ret)
{
	return joined(p, "and", NORO_OP_ALL, one_of, ret);
}

static enum noro_status either(struct parser *p, struct noro_cond *ret)
{
	return joined(p, "or", NORO_OP_ANY, both, ret);
}

static enum noro_status first_field(struct parser *p, uint32_t *ret)
{
	uint32_t field[8], n;
	enum noro_status st = noro_sigma_fields(p->s->doc->rules, p->word, field, &n);

	if (st == NORO_OK)
		*ret = field[0];
	next(p);
	return st;
}

/* count() by a > 5 */
static enum noro_status aggregation(struct parser *p)
{
	struct noro_sigma *s = p->s;
	struct noro_view what = p->word;
	enum noro_status st = NORO_OK;
	uint64_t n;
	bool more;

	if (!take(p, "count") || !take(p, "("))
		return noro_sigma_undecided(s, N_("the aggregation '%1' is not decided"), what);
	if (!take(p, ")")) {
		st = first_field(p, &s->count_of);
		s->count_of++;
		if (st == NORO_OK && !take(p, ")"))
			return bad(p);
	}
	if (st == NORO_OK && take(p, "by"))
		do
			st = first_field(p, &s->by[s->bys++]);
		while (st == NORO_OK && take(p, ",") && s->bys < NORO_RULE_BY);
	if (st != NORO_OK)
		return st;
	more = noro_view_is(p->word, ">");
	if (!more && !noro_view_is(p->word, ">="))
		return noro_sigma_undecided(s, N_("the aggregation '%1' is not decided"), p->word);
	next(p);
	if (!noro_view_u64(p->word, &n) || n + more < 1 ||
		n + more > (s->count_of ? NORO_RULE_MAX_DISTINCT : NORO_RULE_MAX_COUNT))
		return noro_sigma_undecided(s, N_("the aggregation '%1' is not decided"), p->word);
	next(p);
	s->counts = true;
	s->at_least = (uint32_t)(n + more);
	return NORO_OK;
}

enum noro_status noro_sigma_condition(
	struct noro_sigma *s, struct noro_view text, struct noro_cond *ret)
{
	struct parser p = { .s = s, .rest = text };
	enum noro_status st;

	next(&p);
	st = either(&p, ret);
	if (st == NORO_OK && take(&p, "|"))
		st = aggregation(&p);
	if (st == NORO_OK && p.word.n)
		return bad(&p);
	return st;
}
