/*
 * src/intel/stix21_pattern.c - an indicator's pattern (STIX 2.1, 9) beyond its grammar: what can
 * never match, or says something that nobody can mean, is told to its author at once instead of
 * being stored.
 */
#include "intel/stix21_priv.h"

#include "base/addr.h"
#include "intel/pattern.h"

/*
 * The types that a comparison expression can be true of. An AND in one observation is about one
 * object, so its sides must have a type in common (9.5). Of more types than fit nothing is claimed.
 */
enum { MAX_TYPES = 8 };
struct types {
	struct noro_view name[MAX_TYPES];
	size_t n;
	bool any;
};

static bool has_type(const struct types *t, struct noro_view name)
{
	for (size_t i = 0; i < t->n; i++)
		if (noro_view_eq(t->name[i], name))
			return true;
	return t->any;
}

static void also_type(struct types *t, struct noro_view name)
{
	if (has_type(t, name))
		return;
	if (t->n == MAX_TYPES)
		t->any = true;
	else
		t->name[t->n++] = name;
}

static void unite(struct types *t, const struct types *more)
{
	t->any |= more->any;
	for (size_t i = 0; i < more->n; i++)
		also_type(t, more->name[i]);
}

static void intersect(struct types *t, const struct types *other)
{
	size_t kept = 0;

	if (other->any)
		return;
	if (t->any) {
		*t = *other;
		return;
	}
	for (size_t i = 0; i < t->n; i++)
		if (has_type(other, t->name[i]))
			t->name[kept++] = t->name[i];
	t->n = kept;
}

/* --- comparisons ----------------------------------------------------------------------- */

struct reading {
	struct stix_check *c;
	struct stix_at at;
};

static void fault(
	struct reading *r, const char *msg, size_t byte, struct noro_view one, struct noro_view two)
{
	size_t n = r->c->faults->n;

	noro_stix_fault_of(r->c, &r->at, msg, one, two);
	if (r->c->faults->n > n)
		r->c->faults->fault[n].at = byte;
}

static bool is_block(struct noro_view v)
{
	struct noro_prefix p;
	bool host_bits;

	return noro_prefix_parse(v, &p, &host_bits);
}

static void comparison(struct reading *r, const struct noro_pattern_node *n)
{
	const struct noro_view none = { NULL, 0 };

	if (n->op == NORO_PATTERN_IN && n->literals == 0)
		fault(r, N_("IN needs one value at least"), n->at, none, none);
	if (n->op == NORO_PATTERN_MATCHES && !n->regex)
		fault(r, N_("not a regular expression: %1"), n->at, n->literal->text, none);
	if ((n->op == NORO_PATTERN_ISSUBSET || n->op == NORO_PATTERN_ISSUPERSET) &&
		!is_block(n->literal->text))
		fault(r, N_("not an IP address or CIDR block: %1"), n->at, n->literal->text, none);
}

/* Recursion is bounded by NORO_PATTERN_MAX_DEPTH. */
static struct types compare(struct reading *r, const struct noro_pattern_node *n)
{
	struct types all = { .any = n->kind == NORO_PATTERN_AND };
	const struct noro_view none = { NULL, 0 };

	if (n->kind == NORO_PATTERN_COMPARE) {
		comparison(r, n);
		also_type(&all, n->path.type);
		return all;
	}
	for (const struct noro_pattern_node *k = n->child; k; k = k->next) {
		struct types one = compare(r, k);

		if (n->kind == NORO_PATTERN_OR) {
			unite(&all, &one);
			continue;
		}
		intersect(&all, &one);
		if (all.any || all.n)
			continue;
		fault(r, N_("AND joins two types, but one object has one"), k->at, none, none);
		all.any = true; /* said once */
	}
	return all;
}

/* --- observations ---------------------------------------------------------------------- */

static void observe(struct reading *r, const struct noro_pattern_node *n)
{
	const struct noro_view none = { NULL, 0 };

	if (n->kind == NORO_PATTERN_OBSERVE) {
		(void)compare(r, n->child);
		return;
	}
	if (n->kind == NORO_PATTERN_WITHIN && n->within_ns <= 0)
		fault(r, N_("WITHIN needs more than 0 seconds"), n->at, none, none);
	if (n->kind == NORO_PATTERN_START_STOP && n->start_ns != NORO_TIME_NONE &&
		n->stop_ns != NORO_TIME_NONE && n->stop_ns <= n->start_ns)
		fault(r, N_("STOP must be later than START"), n->at, none, none);
	for (const struct noro_pattern_node *k = n->child; k; k = k->next)
		observe(r, k);
}

static void stix_pattern(struct stix_check *c, const struct stix_at *at, struct noro_view text)
{
	struct reading r = { c, { at, NORO_V("pattern"), 0 } };
	const struct noro_pattern *p;
	struct noro_error err = { 0 };
	char most[24];
	enum noro_status st;

	if (text.n > NORO_STIX21_MAX_PATTERN) {
		noro_stix_fault_of(c, &r.at, N_("a pattern longer than %1 bytes"),
			noro_view_str(noro_num(most, NORO_STIX21_MAX_PATTERN)),
			(struct noro_view){ NULL, 0 });
		return;
	}
	st = noro_pattern_parse(c->a, text, false, &p, &err);
	if (st == NORO_OK)
		observe(&r, p->root);
	else if (st == NORO_EFORMAT || st == NORO_ELIMIT)
		fault(&r, err.msg ? err.msg : N_("not a STIX pattern"),
			err.unit == NORO_AT_BYTE ? (size_t)err.at : SIZE_MAX,
			noro_view_str(err.arg[0]), noro_view_str(err.arg[1]));
	else
		c->status = st;
}

void noro_stix_also_indicator(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *o)
{
	const struct noro_json *pattern = noro_json_get(o, "pattern");

	if (pattern && pattern->kind == NORO_JSON_STRING &&
		noro_json_is_str(noro_json_get(o, "pattern_type"), "stix"))
		stix_pattern(c, at, pattern->text);
}
