/*
 * src/intel/pattern_eval.c - is one record an observation of one bracket?
 *
 * Three values (Kleene): what the record cannot tell is undecided, and only what
 * still holds whatever the undecided parts were is true or false.
 */
#include "intel/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MAX_VALUES = 64, MATCH_STEPS = 1000000 };

static enum noro_truth from_bool(bool b)
{
	return b ? NORO_TRUE : NORO_FALSE;
}

static enum noro_truth negate(enum noro_truth t)
{
	return t == NORO_UNDECIDED ? t : from_bool(t == NORO_FALSE);
}

/* A decimal number as sign, digits before and after the point: compared without rounding. */
struct decimal {
	bool minus;
	struct noro_view whole, part;
};

static bool decimal(struct noro_view v, struct decimal *ret)
{
	size_t dot;

	ret->minus = v.n && v.p[0] == '-';
	if (v.n && (v.p[0] == '-' || v.p[0] == '+'))
		v = noro_view_sub(v, 1, v.n);
	dot = noro_view_chr(v, '.');
	ret->whole = dot == SIZE_MAX ? v : noro_view_sub(v, 0, dot);
	ret->part = dot == SIZE_MAX ? noro_view_sub(v, v.n, 0) : noro_view_sub(v, dot + 1, v.n);
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && i != dot)
			return false;
	while (ret->whole.n && ret->whole.p[0] == '0')
		ret->whole = noro_view_sub(ret->whole, 1, ret->whole.n);
	while (ret->part.n && ret->part.p[ret->part.n - 1] == '0')
		ret->part.n--;
	if (ret->whole.n == 0 && ret->part.n == 0)
		ret->minus = false;
	return v.n > 0 && !(v.n == 1 && dot == 0);
}

static int decimal_cmp(const struct decimal *a, const struct decimal *b)
{
	int c;

	if (a->minus != b->minus)
		return a->minus ? -1 : 1;
	if (a->whole.n != b->whole.n)
		c = a->whole.n < b->whole.n ? -1 : 1;
	else
		c = noro_view_cmp(a->whole, b->whole);
	if (c == 0)
		c = noro_view_cmp(a->part, b->part);
	return a->minus ? -c : c;
}

static bool is_property(const struct noro_pattern_path *path, const char *name)
{
	for (size_t i = 0; i < path->steps; i++)
		if (noro_view_is(path->step[i].name, name))
			return true;
	return false;
}

/* Hex digests and names of hosts have no case; addresses have one value and many spellings. */
static bool same_text(
	const struct noro_pattern_path *path, struct noro_view have, struct noro_view want)
{
	struct noro_prefix a, b;
	bool bits;

	if (noro_view_eq(have, want))
		return true;
	if (is_property(path, "hashes") || noro_view_is(path->type, "domain-name") ||
		noro_view_is(path->type, "mac-addr") || noro_view_is(path->type, "email-addr"))
		return noro_view_eq_i(have, want);
	if (noro_prefix_parse(want, &a, &bits) && noro_prefix_parse(have, &b, &bits))
		return a.len == b.len && noro_ip_cmp(&a.ip, &b.ip) == 0;
	return false;
}

/* The record's value is nanoseconds since 1970, or the very text. */
static bool order_time(struct noro_view have, const struct noro_pattern_literal *l, int *ret)
{
	uint64_t ns;

	*ret = 0;
	if (noro_view_eq(have, l->text))
		return true;
	if (l->ns == NORO_TIME_NONE || !noro_view_u64(have, &ns) || ns > INT64_MAX)
		return false;
	*ret = (int64_t)ns < l->ns ? -1 : (int64_t)ns > l->ns;
	return true;
}

/* False when the two cannot be compared at all. */
static bool order(const struct noro_pattern_path *path, struct noro_view have,
	const struct noro_pattern_literal *l, int *ret)
{
	struct decimal a, b;

	switch (l->kind) {
	case NORO_LITERAL_INT:
	case NORO_LITERAL_FLOAT:
		if (!decimal(noro_view_trim(have), &a) || !decimal(l->text, &b))
			return false;
		*ret = decimal_cmp(&a, &b);
		return true;
	case NORO_LITERAL_BOOL:
		*ret = noro_view_is_i(have, "true") == noro_view_is(l->text, "true") ? 0 : 1;
		return noro_view_is_i(have, "true") || noro_view_is_i(have, "false");
	case NORO_LITERAL_TIME:
		return order_time(have, l, ret);
	case NORO_LITERAL_STRING:
		*ret = same_text(path, have, l->text) ? 0 : noro_view_cmp(have, l->text);
		return true;
	case NORO_LITERAL_HEX:
	case NORO_LITERAL_BINARY:
		break;
	}
	*ret = noro_view_cmp(have, l->text);
	return true;
}

/* SQL's LIKE: % is any run, _ one character (not byte). Falls back to the last % only: no
 * recursion. */
static bool like(struct noro_view v, struct noro_view pat)
{
	size_t i = 0, k = 0, star = SIZE_MAX, mark = 0;

	while (i < v.n) {
		if (k < pat.n && pat.p[k] == '%') {
			star = k++;
			mark = i;
		} else if (k < pat.n && (pat.p[k] == '_' || pat.p[k] == v.p[i])) {
			i++;
			if (pat.p[k] == '_')
				while (i < v.n && ((unsigned char)v.p[i] & 0xc0) == 0x80)
					i++;
			k++;
		} else if (star != SIZE_MAX) {
			k = star + 1;
			i = ++mark;
		} else {
			return false;
		}
	}
	while (k < pat.n && pat.p[k] == '%')
		k++;
	return k == pat.n;
}

static enum noro_truth matches(const struct noro_pattern_node *n, struct noro_view v)
{
	pcre2_match_context *limits;
	pcre2_match_data *m;
	int rc = PCRE2_ERROR_NOMEMORY;

	if (!n->regex)
		return NORO_UNDECIDED;
	limits = pcre2_match_context_create(NULL);
	m = pcre2_match_data_create(1, NULL);
	if (limits && m) {
		(void)pcre2_set_match_limit(limits, MATCH_STEPS);
		rc = pcre2_match(n->regex, (PCRE2_SPTR)(v.p ? v.p : ""), v.n, 0, 0, m, limits);
	}
	pcre2_match_data_free(m);
	pcre2_match_context_free(limits);
	if (rc >= 0)
		return NORO_TRUE;
	/* bad UTF-8 in the evidence, or the step limit: we do not know */
	return rc == PCRE2_ERROR_NOMATCH ? NORO_FALSE : NORO_UNDECIDED;
}

static enum noro_truth subset(struct noro_view inner, struct noro_view outer)
{
	struct noro_prefix a, b;
	bool bits;

	if (!noro_prefix_parse(inner, &a, &bits) || !noro_prefix_parse(outer, &b, &bits))
		return NORO_UNDECIDED;
	return from_bool(a.len >= b.len && noro_prefix_has(&b, &a.ip));
}

static enum noro_truth ordered(
	const struct noro_pattern_node *n, struct noro_view v, const struct noro_pattern_literal *l)
{
	int c;

	if (!order(&n->path, v, l, &c))
		return NORO_UNDECIDED;
	switch (n->op) {
	case NORO_PATTERN_NE:
		return from_bool(c != 0);
	case NORO_PATTERN_GT:
		return from_bool(c > 0);
	case NORO_PATTERN_GE:
		return from_bool(c >= 0);
	case NORO_PATTERN_LT:
		return from_bool(c < 0);
	case NORO_PATTERN_LE:
		return from_bool(c <= 0);
	default:
		return from_bool(c == 0);
	}
}

static enum noro_truth one_value(const struct noro_pattern_node *n, struct noro_view v)
{
	enum noro_truth any = NORO_FALSE;

	switch (n->op) {
	case NORO_PATTERN_LIKE:
		return from_bool(like(v, n->literal[0].text));
	case NORO_PATTERN_MATCHES:
		return matches(n, v);
	case NORO_PATTERN_ISSUBSET:
		return subset(v, n->literal[0].text);
	case NORO_PATTERN_ISSUPERSET:
		return subset(n->literal[0].text, v);
	case NORO_PATTERN_EXISTS:
		return NORO_TRUE;
	case NORO_PATTERN_IN:
		for (size_t i = 0; i < n->literals && any != NORO_TRUE; i++) {
			enum noro_truth t = ordered(n, v, &n->literal[i]);

			if (t != NORO_FALSE)
				any = t;
		}
		return any;
	case NORO_PATTERN_EQ:
	case NORO_PATTERN_NE:
	case NORO_PATTERN_GT:
	case NORO_PATTERN_GE:
	case NORO_PATTERN_LT:
	case NORO_PATTERN_LE:
		break;
	}
	return ordered(n, v, &n->literal[0]);
}

static enum noro_truth compare(
	const struct noro_pattern_node *n, noro_pattern_get_fn *get, void *ctx)
{
	struct noro_view value[MAX_VALUES];
	size_t count = get(ctx, &n->path, value, MAX_VALUES);
	enum noro_truth any = NORO_FALSE;

	if (count == NORO_PATTERN_UNKNOWN)
		return NORO_UNDECIDED;
	for (size_t i = 0; i < count && i < MAX_VALUES && any != NORO_TRUE; i++) {
		enum noro_truth t = one_value(n, value[i]);

		if (t != NORO_FALSE)
			any = t;
	}
	return n->negated ? negate(any) : any;
}

static enum noro_truth eval(const struct noro_pattern_node *n, noro_pattern_get_fn *get, void *ctx)
{
	enum noro_truth stop = n->kind == NORO_PATTERN_AND ? NORO_FALSE : NORO_TRUE;
	enum noro_truth all = negate(stop);

	if (n->kind == NORO_PATTERN_COMPARE)
		return compare(n, get, ctx);
	for (const struct noro_pattern_node *c = n->child; c; c = c->next) {
		enum noro_truth t = eval(c, get, ctx);

		if (t == stop)
			return stop;
		if (t == NORO_UNDECIDED)
			all = t;
	}
	return all;
}

enum noro_truth noro_pattern_eval_record(
	const struct noro_pattern *p, uint32_t observation, noro_pattern_get_fn *get, void *ctx)
{
	if (observation >= p->observations)
		return NORO_FALSE;
	return eval(p->observation[observation]->child, get, ctx);
}
