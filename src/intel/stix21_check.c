/*
 * src/intel/stix21_check.c - one object against the table.
 *
 * The object is walked once, member by member, each looked up among the properties of its type and
 * then of its class; what is found is remembered by row, so that required properties and the rules
 * between two of them are looked at afterwards without searching again. Where we are is a chain of
 * frames on the C stack, and becomes a path only when something is wrong. Recursion follows the
 * table (five levels) or, in content the table does not describe, the object up to
 * NORO_STIX21_MAX_DEPTH.
 */
#include "intel/stix21_priv.h"

#include <stdio.h>

/* --- faults ----------------------------------------------------------------------- */

/* A path is built from its end, which is what must be kept when there is no room for all. */
struct backwards {
	char *start, *p;
	bool full;
};

static void put_before(struct backwards *b, char c)
{
	if (b->p - b->start < 4) /* room for "..." */
		b->full = true;
	if (!b->full)
		*--b->p = (unsigned char)c < ' ' || c == 0x7f ? '?' : c;
}

static void name_before(struct backwards *b, struct noro_view name)
{
	for (size_t i = name.n; i > 0 && !b->full; i--) {
		char c = name.p[i - 1];

		if (c == '~' || c == '/') { /* RFC 6901, 3 */
			put_before(b, c == '~' ? '0' : '1');
			put_before(b, '~');
		} else {
			put_before(b, c);
		}
	}
	put_before(b, '/');
}

static void write_path(char out[NORO_STIX21_PATH], const struct stix_at *at)
{
	struct backwards b = { out, out + NORO_STIX21_PATH - 1, false };
	char digits[24];

	*b.p = '\0';
	for (; at && at->up && !b.full; at = at->up)
		name_before(&b, at->name.p ? at->name : noro_view_str(noro_num(digits, at->index)));
	if (b.full) {
		while (((unsigned char)*b.p & 0xc0) == 0x80) /* whole characters only */
			b.p++;
		b.p -= 3;
		memcpy(b.p, "...", 3);
	}
	memmove(out, b.p, (size_t)(out + NORO_STIX21_PATH - b.p));
}

static void write_arg(char out[NORO_STIX21_ARG], struct noro_view v)
{
	size_t n = v.n < NORO_STIX21_ARG - 1 ? v.n : NORO_STIX21_ARG - 1;

	if (n < v.n)
		while (n && ((unsigned char)v.p[n] & 0xc0) == 0x80)
			n--;
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)v.p[i] < ' ' || v.p[i] == 0x7f ? '?' : v.p[i];
	out[n] = '\0';
}

void noro_stix_fault_of(struct stix_check *c, const struct stix_at *at, const char *msg,
	struct noro_view one, struct noro_view two)
{
	struct noro_stix21_fault *f;

	c->faults->found++;
	if (c->faults->n == NORO_STIX21_FAULTS)
		return;
	f = &c->faults->fault[c->faults->n++];
	write_path(f->path, at);
	f->msg = msg;
	f->at = SIZE_MAX;
	write_arg(f->arg[0], one);
	write_arg(f->arg[1], two);
	write_arg(f->arg[2], (struct noro_view){ NULL, 0 });
}

void noro_stix_fault(struct stix_check *c, const struct stix_at *at, const char *msg)
{
	const struct noro_view none = { NULL, 0 };

	noro_stix_fault_of(c, at, msg, none, none);
}

void noro_stix_fault_in(struct stix_check *c, const struct stix_at *at, const char *member,
	const char *msg, struct noro_view one)
{
	struct stix_at here = { at, noro_view_str(member), 0 };

	noro_stix_fault_of(c, &here, msg, one, (struct noro_view){ NULL, 0 });
}

void noro_stix21_error(const struct noro_stix21_fault *f, struct noro_error *err)
{
	(void)noro_fail(err, NORO_EFORMAT, f->msg, f->arg[0], f->arg[1], f->arg[2]);
	(void)noro_error_at(err, f->path, f->at == SIZE_MAX ? NORO_AT_NONE : NORO_AT_BYTE,
		f->at == SIZE_MAX ? 0 : f->at);
}

/* --- content that no table describes ----------------------------------------------------- */

static void empty(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	if (v->kind == NORO_JSON_ARRAY)
		noro_stix_fault(c, at, N_("an empty list is not allowed: leave the property out"));
	else
		noro_stix_fault(
			c, at, N_("an empty dictionary is not allowed: leave the property out"));
}

static void name_of_content(
	struct stix_check *c, const struct stix_at *at, const struct noro_json *m)
{
	if (!noro_stix_dict_key(m->key, 1))
		noro_stix_fault(c, at,
			N_("a dictionary key has 1 to 250 letters, digits, hyphens and "
			   "underscores"));
}

void noro_stix_content(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	size_t i = 0;

	if (v->kind == NORO_JSON_NUMBER)
		noro_stix_number(c, at, v);
	if (!list && v->kind != NORO_JSON_OBJECT)
		return;
	if (!v->child)
		empty(c, at, v);
	if (c->depth == NORO_STIX21_MAX_DEPTH) {
		noro_stix_fault(c, at, N_("nested too deeply"));
		return;
	}
	c->depth++;
	for (const struct noro_json *m = v->child; m; m = m->next, i++) {
		struct stix_at here = { at, list ? noro_view(NULL, 0) : m->key, i };

		if (!list)
			name_of_content(c, &here, m);
		noro_stix_content(c, &here, m);
	}
	c->depth--;
}

void noro_stix_dict(struct stix_check *c, const struct stix_at *at, const struct stix_prop *each,
	const struct noro_json *v)
{
	if (v->kind != NORO_JSON_OBJECT) {
		noro_stix_fault(c, at, N_("must be a dictionary"));
		return;
	}
	if (!each) {
		noro_stix_content(c, at, v);
		return;
	}
	if (!v->child)
		empty(c, at, v);
	for (const struct noro_json *m = v->child; m; m = m->next) {
		struct stix_at here = { at, m->key, 0 };

		name_of_content(c, &here, m);
		noro_stix_value(c, &here, each, m);
	}
}

/* --- values --------------------------------------------------------------------------------- */

static void one_value(struct stix_check *c, const struct stix_at *at, const struct stix_prop *p,
	const struct noro_json *v)
{
	switch ((int)p->kind) {
	case STIX_HASHES:
		noro_stix_hashes(c, at, v);
		return;
	case STIX_DICT:
		noro_stix_dict(c, at, p->of, v);
		return;
	case STIX_OBJECT:
		noro_stix_shape(c, at, v, p->of, NULL);
		return;
	case STIX_EXTENSIONS:
		noro_stix_extensions(c, at, v);
		return;
	case STIX_CONTENTS:
		noro_stix_contents(c, at, v);
		return;
	case STIX_OBSERVABLES:
		noro_stix_observables(c, at, v);
		return;
	default:
		noro_stix_scalar(c, at, p, v);
	}
}

void noro_stix_value(struct stix_check *c, const struct stix_at *at, const struct stix_prop *p,
	const struct noro_json *v)
{
	size_t i = 0;

	if (!(p->flags & STIX_LIST)) {
		one_value(c, at, p, v);
		return;
	}
	if (v->kind != NORO_JSON_ARRAY) {
		noro_stix_fault(c, at, N_("must be a list"));
		return;
	}
	if (!v->child)
		empty(c, at, v);
	for (const struct noro_json *m = v->child; m; m = m->next, i++) {
		struct stix_at here = { at, { NULL, 0 }, i };

		one_value(c, &here, p, m);
	}
}

/* --- objects --------------------------------------------------------------------------------- */

/* What of a shape is there, by row. */
struct found {
	const struct stix_shape *shape;
	const struct noro_json *at[STIX_MAX_PROPS];
};

static size_t row_of(const struct stix_shape *s, struct noro_view name)
{
	for (size_t i = 0; s && i < s->props; i++)
		if (s->prop[i].name.n == name.n && s->prop[i].name.p[0] == name.p[0] &&
			memcmp(s->prop[i].name.p, name.p, name.n) == 0)
			return i;
	return SIZE_MAX;
}

static const struct noro_json *member(const struct found *f, const char *name)
{
	size_t i = name ? row_of(f->shape, noro_view_str(name)) : SIZE_MAX;

	return i == SIZE_MAX ? NULL : f->at[i];
}

static void required(struct stix_check *c, const struct stix_at *at, const struct found *f)
{
	for (size_t i = 0; i < f->shape->props; i++) {
		struct stix_at here = { at, f->shape->prop[i].name, 0 };

		if ((f->shape->prop[i].flags & STIX_REQUIRED) && !f->at[i])
			noro_stix_fault(c, &here, N_("required, but missing"));
	}
}

/* How many of the named are there, and their names for a message. `extensions` stands in the common
 * properties, so it is asked for in the object itself. */
static size_t count_of(const struct found *f, const struct noro_json *o, const char *const *name,
	char said[NORO_STIX21_ARG])
{
	size_t n = 0, at = 0;

	for (; *name; name++) {
		int k = snprintf(said + at, NORO_STIX21_ARG - at, "%s%s", at ? ", " : "", *name);

		at += k > 0 && (size_t)k < NORO_STIX21_ARG - at ? (size_t)k : 0;
		n += member(f, *name) ||
		     (strcmp(*name, "extensions") == 0 && noro_json_get(o, *name));
	}
	return n;
}

static bool any_of_its_own(const struct found *f, const struct noro_json *o)
{
	for (size_t i = 0; i < f->shape->props; i++)
		if (f->at[i])
			return true;
	return noro_json_get(o, "extensions") != NULL;
}

static void rule_of_count(struct stix_check *c, const struct stix_at *at, const struct stix_rule *r,
	const struct found *f, const struct noro_json *o)
{
	const struct noro_view none = { NULL, 0 };
	char said[NORO_STIX21_ARG] = "";
	size_t n;

	if (!r->name[0]) {
		if (!any_of_its_own(f, o))
			noro_stix_fault(c, at, N_("needs one property of its own at least"));
		return;
	}
	n = count_of(f, o, r->name, said);
	if (n == 0)
		noro_stix_fault_of(
			c, at, N_("needs one of these properties: %1"), noro_view_str(said), none);
	else if (r->kind == STIX_ONE && n > 1)
		noro_stix_fault_of(c, at, N_("may have only one of these properties: %1"),
			noro_view_str(said), none);
}

static void rule_of_time(struct stix_check *c, const struct stix_at *at, const struct stix_rule *r,
	const struct noro_json *a, const struct noro_json *b)
{
	struct stix_moment x, y;
	int order;

	if (!a || !b || a->kind != NORO_JSON_STRING || b->kind != NORO_JSON_STRING ||
		!noro_stix_moment(a->text, &x) || !noro_stix_moment(b->text, &y))
		return;
	order = noro_stix_moment_cmp(&x, &y);
	if (order > 0)
		noro_stix_fault_in(c, at, r->name[1], N_("must not be earlier than %1"),
			noro_view_str(r->name[0]));
	else if (order == 0 && r->kind == STIX_AFTER)
		noro_stix_fault_in(
			c, at, r->name[1], N_("must be later than %1"), noro_view_str(r->name[0]));
}

static void rule_of_pair(struct stix_check *c, const struct stix_at *at, const struct stix_rule *r,
	const struct noro_json *a, const struct noro_json *b)
{
	bool is = a && a->kind == NORO_JSON_TRUE, isnt = a && a->kind == NORO_JSON_FALSE;
	struct noro_view first = noro_view_str(r->name[0]);

	if ((r->kind == STIX_WITH && a && !b) || (r->kind == STIX_TRUE_HAS && is && !b))
		noro_stix_fault_in(c, at, r->name[1], N_("required together with %1"), first);
	if (r->kind == STIX_TRUE_NOT && is && b)
		noro_stix_fault_in(c, at, r->name[1], N_("not allowed when %1 is true"), first);
	if (r->kind == STIX_FALSE_NOT && isnt && b)
		noro_stix_fault_in(c, at, r->name[1], N_("not allowed when %1 is false"), first);
}

static void rules(struct stix_check *c, const struct stix_at *at, const struct found *f,
	const struct noro_json *o)
{
	for (size_t i = 0; i < f->shape->rules; i++) {
		const struct stix_rule *r = &f->shape->rule[i];
		const struct noro_json *a, *b;

		if (r->kind == STIX_SOME || r->kind == STIX_ONE) {
			rule_of_count(c, at, r, f, o);
			continue;
		}
		a = member(f, r->name[0]);
		b = member(f, r->name[1]);
		if (r->kind == STIX_NOT_BEFORE || r->kind == STIX_AFTER)
			rule_of_time(c, at, r, a, b);
		else
			rule_of_pair(c, at, r, a, b);
	}
}

/* A property that the standard does not know (11.1, 7.3): its name and that nothing is empty. */
static void unknown(
	struct stix_check *c, const struct stix_at *at, bool top, const struct noro_json *m)
{
	if (top && !noro_stix_prop_name(m->key))
		noro_stix_fault(c, at,
			N_("a property name has 3 to 250 characters of a-z, 0-9 and underscore, a "
			   "letter first"));
	else if (!top)
		name_of_content(c, at, m);
	noro_stix_content(c, at, m);
}

void noro_stix_shape(struct stix_check *c, const struct stix_at *at, const struct noro_json *o,
	const struct stix_shape *own, const struct stix_shape *common)
{
	struct found mine = { own, { NULL } }, shared = { common, { NULL } };

	if (o->kind != NORO_JSON_OBJECT) {
		noro_stix_fault(c, at, N_("must be an object"));
		return;
	}
	c->depth++;
	for (const struct noro_json *m = o->child; m; m = m->next) {
		struct stix_at here = { at, m->key, 0 };
		size_t row = m->key.n ? row_of(own, m->key) : SIZE_MAX;
		struct found *f = &mine;

		if (row == SIZE_MAX && common && m->key.n) {
			row = row_of(common, m->key);
			f = &shared;
		}
		if (row == SIZE_MAX) {
			unknown(c, &here, common != NULL, m);
			continue;
		}
		f->at[row] = m;
		noro_stix_value(c, &here, &f->shape->prop[row], m);
	}
	required(c, at, &mine);
	rules(c, at, &mine, o);
	if (common) {
		required(c, at, &shared);
		rules(c, at, &shared, o);
	}
	c->depth--;
}
