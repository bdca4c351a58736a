/*
 * src/rule/literal.c - which words must stand in a record for a check to hold.
 *
 * The scanner looks for all of them in one pass at memory speed, and only records
 * with one are parsed and asked. So a literal must be sound (no record that holds
 * may lack it) and should be selective. Derivation trusts only what appears in
 * the raw bytes as it appears in the field: no field that a reader makes up
 * (action, outcome), no address (spelled in many ways), and within a value only
 * letters, digits and the few signs that no format escapes.
 */
#include "base/mem.h"
#include "rule/rule_priv.h"

struct words {
	const char **word;
	size_t n, cap;
};

static const char *const made_up[] = { "shape", "action", "outcome", "severity", "proto", "status",
	"src.port", "dst.port", "bytes.in", "bytes.out", "src.ip", "dst.ip", "src.nat.ip",
	"dst.nat.ip", "country", "reason", "mac", "session", "method" };

static bool verbatim(const struct noro_rules *r, const struct noro_cond *c)
{
	for (uint32_t i = 0; i < c->fields; i++)
		for (size_t k = 0; k < sizeof(made_up) / sizeof(*made_up); k++)
			if (strcmp(r->field[c->field[i]], made_up[k]) == 0)
				return false;
	return c->decode == NORO_DECODE_NONE;
}

static bool plain(char ch, bool glob)
{
	if (glob && (ch == '*' || ch == '?'))
		return false;
	return noro_is_alnum(ch) || (ch && strchr(" !#$%()*+,-.:;=?@[]^_{|}~", ch));
}

/* The longest stretch that every format writes as it is. */
static struct noro_view longest_plain(struct noro_view v, bool glob)
{
	struct noro_view best = { v.p, 0 };
	size_t from = 0;

	for (size_t i = 0; i <= v.n; i++) {
		if (i < v.n && plain(v.p[i], glob))
			continue;
		if (i - from > best.n)
			best = noro_view(v.p + from, i - from);
		from = i + 1;
	}
	return noro_view_trim(best);
}

static struct noro_view word_of(const struct noro_cond *c, const struct noro_value *v)
{
	struct noro_view best = { NULL, 0 };

	if (c->op != NORO_OP_IOS && c->op != NORO_OP_IOS_IN)
		return longest_plain(v->text, c->op == NORO_OP_GLOB);
	for (uint32_t i = 0; i < v->words; i++) {
		const struct noro_ios_word *w = &v->word[i];
		struct noro_view part = longest_plain(
			noro_view(w->text.p, w->glob ? w->text.n : w->least), w->glob);

		if (part.n > best.n)
			best = part;
	}
	return best;
}

static bool all_digits(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return true;
}

static bool useful(struct noro_view v)
{
	static const char *const everywhere[] = { "http", "https", "https:", "http:", ".com",
		".exe", ".php", ".aspx", ".jsp", "index", "admin", "user", "login", "post", "info",
		"error", "html" };

	if (v.n < NORO_LITERAL_LEAST + 1 || all_digits(v))
		return false;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(*everywhere); i++)
		if (noro_view_is_i(v, everywhere[i]))
			return false;
	return true;
}

static enum noro_status add(struct noro_rules *r, struct words *w, struct noro_view v)
{
	const char **grown = w->word;
	char *copy;

	for (size_t i = 0; i < w->n; i++)
		if (noro_view_is_i(v, w->word[i]))
			return NORO_OK;
	if (w->n >= NORO_LITERAL_MOST)
		return NORO_ENOENT;
	if (w->n == w->cap)
		grown = noro_arena_grow(r->arena, w->word, w->n, &w->cap, sizeof(*grown));
	copy = noro_arena_strn(r->arena, v.p, v.n);
	if (!grown || !copy)
		return NORO_ENOMEM;
	for (size_t i = 0; i < v.n; i++)
		copy[i] = noro_lower(copy[i]);
	w->word = grown;
	w->word[w->n++] = copy;
	return NORO_OK;
}

/* The shortest word decides how selective a set is; an empty set can never hold, which is best. */
static size_t score(const struct words *w)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < w->n; i++)
		if (strlen(w->word[i]) < least)
			least = strlen(w->word[i]);
	return least;
}

static enum noro_status derive(
	struct noro_rules *r, const struct noro_cond *c, unsigned depth, struct words *ret);

static enum noro_status leaf(struct noro_rules *r, const struct noro_cond *c, struct words *ret)
{
	struct noro_view best = { NULL, 0 };

	if (!verbatim(r, c) || c->negate)
		return NORO_ENOENT;
	for (uint32_t i = 0; i < c->values; i++) {
		struct noro_view v = word_of(c, &c->value[i]);
		enum noro_status st;

		if (c->every) {
			if (v.n > best.n)
				best = v;
			continue;
		}
		if (!useful(v))
			return NORO_ENOENT;
		st = add(r, ret, v);
		if (st != NORO_OK)
			return st;
	}
	if (!c->every)
		return NORO_OK;
	return useful(best) ? add(r, ret, best) : NORO_ENOENT;
}

static enum noro_status best_child(
	struct noro_rules *r, const struct noro_cond *c, unsigned depth, struct words *ret)
{
	bool found = false;

	for (uint32_t i = 0; i < c->children; i++) {
		struct words w = { 0 };
		enum noro_status st = derive(r, &c->child[i], depth + 1, &w);

		if (st == NORO_ENOENT)
			continue;
		if (st != NORO_OK)
			return st;
		if (!found || score(&w) > score(ret))
			*ret = w;
		found = true;
	}
	return found ? NORO_OK : NORO_ENOENT;
}

static enum noro_status derive(
	struct noro_rules *r, const struct noro_cond *c, unsigned depth, struct words *ret)
{
	if (depth > NORO_RULE_MAX_DEPTH * 3)
		return NORO_ENOENT;
	switch ((enum noro_op)c->op) {
	case NORO_OP_ALL:
		return best_child(r, c, depth, ret);
	case NORO_OP_ANY:
		for (uint32_t i = 0; i < c->children; i++) {
			struct words w = { 0 };
			enum noro_status st = derive(r, &c->child[i], depth + 1, &w);

			for (size_t k = 0; st == NORO_OK && k < w.n; k++)
				st = add(r, ret, noro_view_str(w.word[k]));
			if (st != NORO_OK)
				return st;
		}
		return NORO_OK;
	case NORO_OP_EQUALS:
	case NORO_OP_CONTAINS:
	case NORO_OP_STARTS:
	case NORO_OP_ENDS:
	case NORO_OP_IOS:
	case NORO_OP_IOS_IN:
	case NORO_OP_GLOB:
	case NORO_OP_WORD:
		return leaf(r, c, ret);
	case NORO_OP_FALSE:
		return NORO_OK;
	case NORO_OP_NONE:
	case NORO_OP_TRUE:
	case NORO_OP_DEFINED:
	case NORO_OP_REGEX:
	case NORO_OP_IN:
	case NORO_OP_CIDR:
	case NORO_OP_LT:
	case NORO_OP_LE:
	case NORO_OP_GT:
	case NORO_OP_GE:
	case NORO_OP_EXISTS:
	case NORO_OP_CLASS:
	case NORO_OP_SAME:
		break;
	}
	return NORO_ENOENT;
}

enum noro_status noro_literals_derive(
	struct noro_rules *r, const struct noro_cond *c, const char *const **ret, size_t *ret_n)
{
	struct words w = { 0 };
	enum noro_status st = derive(r, c, 0, &w);

	if (st == NORO_OK) {
		*ret = w.word;
		*ret_n = w.n;
	}
	return st;
}

/* --- all of them together --- */

static int cmp_str(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A word that holds another word of the same signal says nothing more. */
static bool redundant(const struct noro_signal *s, size_t i)
{
	struct noro_view word = noro_view_str(s->stated[i]);

	for (size_t k = 0; k < s->stateds; k++) {
		struct noro_view other = noro_view_str(s->stated[k]);

		if (k != i && other.n < word.n && noro_view_find_i(word, other) != SIZE_MAX)
			return true;
	}
	return false;
}

static enum noro_status collect(struct noro_rules *r, size_t *ret_total)
{
	size_t n = 0, total = 0;

	for (size_t i = 0; i < r->signals; i++)
		n += r->signal[i].used ? r->signal[i].stateds : 0;
	r->literal = noro_arena_array(r->arena, n + 1, sizeof(*r->literal));
	if (!r->literal)
		return NORO_ENOMEM;
	n = 0;
	for (size_t i = 0; i < r->signals; i++) {
		const struct noro_signal *s = &r->signal[i];

		for (size_t k = 0; s->used && k < s->stateds; k++)
			if (!redundant(s, k))
				r->literal[n++] = s->stated[k];
	}
	total = n;
	qsort(r->literal, n, sizeof(*r->literal), cmp_str);
	r->literals = 0;
	for (size_t i = 0; i < n; i++)
		if (r->literals == 0 || strcmp(r->literal[r->literals - 1], r->literal[i]) != 0)
			r->literal[r->literals++] = r->literal[i];
	*ret_total = total;
	return NORO_OK;
}

static uint32_t index_of(const struct noro_rules *r, const char *word)
{
	const char **at = bsearch(&word, r->literal, r->literals, sizeof(*r->literal), cmp_str);

	return (uint32_t)(at - r->literal);
}

enum noro_status noro_literals_gather(struct noro_rules *r, struct noro_error *err)
{
	size_t total;
	enum noro_status st = collect(r, &total);
	uint32_t *fill = NULL;

	if (st == NORO_OK) {
		r->of_literal = noro_arena_array(r->arena, total + 1, sizeof(uint32_t));
		r->of_literal_at = noro_arena_array(r->arena, r->literals + 2, sizeof(uint32_t));
		fill = noro_arena_array(r->arena, r->literals + 1, sizeof(uint32_t));
	}
	if (st != NORO_OK || !r->of_literal || !r->of_literal_at || !fill)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < r->signals; i++) {
			const struct noro_signal *s = &r->signal[i];

			for (size_t k = 0; s->used && k < s->stateds; k++) {
				uint32_t l;

				if (redundant(s, k))
					continue;
				l = index_of(r, s->stated[k]);
				if (pass == 0)
					r->of_literal_at[l + 1]++;
				else
					r->of_literal[r->of_literal_at[l] + fill[l]++] =
						(uint32_t)i;
			}
		}
		for (size_t l = 0; pass == 0 && l < r->literals; l++)
			r->of_literal_at[l + 1] += r->of_literal_at[l];
	}
	return NORO_OK;
}

static bool names_class(const char *classes, const char *one)
{
	struct noro_view rest = noro_view_str(classes), word;

	while (noro_view_word(&rest, &word))
		if (noro_view_is(word, one))
			return true;
	return false;
}

static bool wanted(const struct noro_rule *rule, const char *classes)
{
	for (size_t i = 0; i < rule->pub.needs.n; i++)
		if (names_class(classes, rule->pub.needs.item[i]))
			return true;
	return false;
}

static bool signal_wanted(const struct noro_rules *r, uint32_t signal, const char *classes)
{
	for (size_t i = 0; i < r->rules; i++)
		for (uint32_t s = 0; s < r->rule[i].steps; s++)
			if (r->rule[i].step[s].signal == signal && wanted(&r->rule[i], classes))
				return true;
	return false;
}

size_t noro_rules_literals_for(
	const struct noro_rules *r, const char *classes, uint32_t *index, size_t cap)
{
	size_t n = 0;

	for (uint32_t l = 0; l < r->literals; l++) {
		bool any = false;

		for (uint32_t k = r->of_literal_at[l]; k < r->of_literal_at[l + 1] && !any; k++)
			any = signal_wanted(r, r->of_literal[k], classes);
		if (!any)
			continue;
		if (n < cap)
			index[n] = l;
		n++;
	}
	return n;
}
