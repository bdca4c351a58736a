/*
 * src/device/fact_columns.c - the columns of a row: what patterns took, fixed texts with captures
 * in them, what statements below add, and values put into classes. A column that has a value
 * keeps it, unless values add up there.
 */
#include "device/fact_walk_priv.h"

static bool has_word(struct noro_view list, struct noro_view word)
{
	struct noro_view one;

	while (noro_view_cut(&list, ' ', &one))
		if (noro_view_eq_i(one, word))
			return true;
	return false;
}

/* A second value is added behind the first, unless it is there already. */
static enum noro_status add_value(struct fact_walk *w, struct noro_view *col, struct noro_view v)
{
	char *p;

	if (!v.p)
		return NORO_ENOMEM;
	if (v.n == 0)
		return NORO_OK;
	if (!col->p) {
		*col = v;
		return NORO_OK;
	}
	if (has_word(*col, v))
		return NORO_OK;
	p = noro_arena_alloc(w->m->a, col->n + v.n + 2);
	if (!p)
		return NORO_ENOMEM;
	memcpy(p, col->p, col->n);
	p[col->n] = ' ';
	memcpy(p + col->n + 1, v.p, v.n);
	*col = noro_view(p, col->n + 1 + v.n);
	return NORO_OK;
}

/* Hours, minutes and seconds add up. */
static enum noro_status add_time(
	struct fact_walk *w, struct noro_view *col, const struct fact_cap *c)
{
	uint64_t more, have = 0;
	char *p;

	if (!fact_seconds(c, &more))
		return NORO_OK;
	if (col->p)
		(void)noro_view_u64(*col, &have);
	if (__builtin_add_overflow(have, more, &have))
		return NORO_OK;
	p = noro_arena_printf(w->m->a, "%llu", (unsigned long long)have);
	*col = noro_view_str(p);
	return p ? NORO_OK : NORO_ENOMEM;
}

enum noro_status fact_put_cap(struct fact_walk *w, const struct fact_cap *c)
{
	size_t at = w->def->table * w->m->d->names.n + c->name;
	int column = w->m->d->column_of[at];

	if (fact_is_secret(c)) {
		if (w->secrets < FACT_ROW_SECRETS)
			w->secret[w->secrets++] = *c;
		return NORO_OK;
	}
	if (column < 0)
		return NORO_OK;
	if (c->type == FACT_SECONDS || c->type == FACT_MINUTES || c->type == FACT_HOURS)
		return add_time(w, &w->col[column], c);
	return add_value(w, &w->col[column], fact_value(c, w->masks, w->m->a));
}

/* What a piece of a template stands for: a column that has a value, else the last capture. */
static struct noro_view piece_value(
	const struct fact_piece *p, const struct fact_scope *scope, struct noro_arena *a)
{
	if (p->name < 0)
		return p->text;
	if (p->column >= 0)
		return scope->col[p->column];
	for (size_t i = scope->caps; i-- > 0;)
		if (scope->cap[i].name == p->name && !fact_is_secret(&scope->cap[i]))
			return fact_value(&scope->cap[i], scope->masks, a);
	return noro_view(NULL, 0);
}

struct noro_view fact_fill(const struct fact_set *set, const struct fact_scope *scope,
	struct noro_arena *a, bool *ret_failed)
{
	struct noro_buf out = { 0 };
	struct noro_view v = { NULL, 0 };
	bool asked = false, got = false;

	if (set->pieces == 1 && set->piece[0].name < 0)
		return set->piece[0].text; /* most are constants */
	for (unsigned i = 0; i < set->pieces; i++) {
		bool refers = set->piece[i].name >= 0;

		v = piece_value(&set->piece[i], scope, a);
		asked |= refers;
		got |= refers && v.n > 0;
		/* A missing word takes the blank before it along. */
		if (refers && v.n == 0 && out.n && out.p[out.n - 1] == ' ')
			out.n--;
		noro_buf_view(&out, v);
	}
	v = noro_view(NULL, 0);
	if (out.status == NORO_OK && (got || !asked))
		v = noro_arena_view(a, noro_view_trim(noro_buf_as_view(&out)));
	if (out.status != NORO_OK || ((got || !asked) && !v.p))
		*ret_failed = true;
	noro_buf_done(&out);
	return v;
}

static struct noro_view fill(struct fact_walk *w, const struct fact_set *set, bool *ret_failed)
{
	struct fact_scope scope = {
		.col = w->col, .cap = w->cap, .caps = w->caps, .masks = w->masks
	};

	return fact_fill(set, &scope, w->m->a, ret_failed);
}

enum noro_status fact_apply_sets(
	struct fact_walk *w, const struct fact_set *set, unsigned n, bool only_absent)
{
	for (unsigned i = 0; i < n; i++) {
		struct noro_view *col = &w->col[set[i].column], v;
		bool failed = false;

		if (only_absent && col->p)
			continue;
		v = fill(w, &set[i], &failed);
		if (failed)
			return NORO_ENOMEM;
		if (v.n)
			*col = v;
	}
	return NORO_OK;
}

/* Values of statements below are added to what is there. */
enum noro_status fact_add_sets(struct fact_walk *w, const struct fact_set *set, unsigned n)
{
	enum noro_status s = NORO_OK;

	for (unsigned i = 0; i < n && s == NORO_OK; i++) {
		bool failed = false;
		struct noro_view v = fill(w, &set[i], &failed);

		if (failed)
			return NORO_ENOMEM;
		if (v.n)
			s = add_value(w, &w->col[set[i].column], v);
	}
	return s;
}

/* Defaults that refer to captures, while those are there; used when all rows are known. */
enum noro_status fact_note_presets(struct fact_walk *w, const struct fact_def *def)
{
	struct noro_view *v;

	w->preset = NULL;
	if (!def->preset_asks)
		return NORO_OK;
	v = noro_arena_array(w->m->a, def->presets, sizeof(*v));
	if (!v)
		return NORO_ENOMEM;
	for (unsigned i = 0; i < def->presets; i++) {
		bool failed = false;

		v[i] = fill(w, &def->preset[i], &failed);
		if (failed)
			return NORO_ENOMEM;
	}
	w->preset = v;
	return NORO_OK;
}

/* The last capture of a name. */
static struct noro_view captured(struct fact_walk *w, int name)
{
	for (size_t i = w->caps; i-- > 0;)
		if (w->cap[i].name == name && !fact_is_secret(&w->cap[i]))
			return fact_value(&w->cap[i], w->masks, w->m->a);
	return noro_view(NULL, 0);
}

/* The value of the first glob that fits; "a*|b*" are two. */
static struct noro_view class_of(const struct fact_class *c, struct noro_view v)
{
	for (unsigned i = 0; i < c->n; i++) {
		struct noro_view list = c->glob[i], glob;

		while (noro_view_cut(&list, '|', &glob))
			if (fact_glob(glob, v))
				return c->value[i];
	}
	return c->otherwise;
}

void fact_apply_classes(struct fact_walk *w)
{
	for (unsigned i = 0; i < w->def->n_classes; i++) {
		const struct fact_class *c = &w->def->classes[i];
		struct noro_view v =
			c->of_column >= 0 ? w->col[c->of_column] : captured(w, c->of_name);

		if (!v.p)
			continue;
		v = class_of(c, v);
		if (v.n)
			w->col[c->column] = v;
		else if (v.p) /* "" */
			w->col[c->column] = noro_view(NULL, 0);
	}
}
