/* src/device/template_tree.c - one template over JSON or XML output, read as a tree. */
#include "device/template_priv.h"

#include "device/state.h"

enum { MAX_VISITS = 1 << 20 }; /* statements looked at for one template */

struct finder {
	struct noro_template_reader r;
	const struct noro_tpl_path *path;
	unsigned visits;
};

static struct noro_view key_of(const struct noro_stmt *s)
{
	return s->words ? s->word[0] : NORO_V("");
}

static const struct noro_stmt *up(const struct noro_stmt *s)
{
	return s->parent ? s->parent : s;
}

/* The first statement that the steps lead to. */
static const struct noro_stmt *lead(
	struct finder *f, const struct noro_stmt *s, const struct noro_tpl_path *p, size_t at)
{
	while (at < p->steps && p->step[at].up) {
		s = up(s);
		at++;
	}
	if (at == p->steps)
		return s;
	for (const struct noro_stmt *c = s->child; c && f->visits < MAX_VISITS; c = c->next) {
		const struct noro_stmt *found;

		f->visits++;
		if (p->step[at].key.p && !noro_view_eq_i(key_of(c), p->step[at].key))
			continue;
		found = lead(f, c, p, at + 1);
		if (found)
			return found;
	}
	return NULL;
}

/* A leaf's value; of a level without one, its key if there is nothing below. */
static struct noro_view value_of(const struct noro_stmt *s)
{
	if (s->words > 1)
		return s->word[1];
	/* XML with its text as a level below, or a list of one */
	if (s->child && !s->child->child && !s->child->next && s->child->words == 1)
		return s->child->word[0];
	return noro_view(NULL, 0);
}

static void take(struct finder *f, const struct noro_stmt *s, const struct noro_tpl_take *t)
{
	struct noro_template_reader *r = &f->r;

	for (size_t i = 0; i < t->paths; i++) {
		const struct noro_stmt *at = lead(f, s, &t->path[i], 0);
		struct noro_view v = at ? noro_view_trim(value_of(at)) : noro_view(NULL, 0);

		if (!v.n)
			continue;
		if (!t->pattern.p)
			noro_template_take(r, &r->row, t->var, NULL, v);
		else if (noro_line_match(t->pattern.p, v, &r->scratch))
			noro_template_take_all(r, &r->row, &t->pattern);
		return;
	}
}

static void row(struct finder *f, const struct noro_stmt *s)
{
	struct noro_template_reader *r = &f->r;
	const struct noro_output *o = r->run->output;

	noro_template_forget(r, &r->row);
	r->row.line = o->line + (s->line ? s->line - 1 : 0);
	r->row.offset = o->offset + s->offset;
	r->row.text = s->text;
	for (size_t i = 0; i < r->t->takes; i++)
		take(f, s, &r->t->take[i]);
	noro_template_emit(r, &r->row);
}

/* Every statement that the steps of `each` lead to; keys on the way are kept. */
static void descend(struct finder *f, const struct noro_stmt *s, size_t at)
{
	const struct noro_tpl_step *step;

	if (at == f->path->steps) {
		row(f, s);
		return;
	}
	step = &f->path->step[at];
	for (const struct noro_stmt *c = s->child;
		c && f->visits < MAX_VISITS && f->r.status == NORO_OK; c = c->next) {
		f->visits++;
		if (step->key.p && !noro_view_eq_i(key_of(c), step->key))
			continue;
		if (step->var >= 0)
			f->r.kept.v[step->var] = key_of(c);
		descend(f, c, at + 1);
	}
}

enum noro_status noro_template_read_tree(
	const struct noro_template *t, const struct noro_tree *tree, struct noro_template_run *run)
{
	struct finder f = { 0 };
	enum noro_status st = noro_template_reader_init(&f.r, t, run);

	if (st != NORO_OK)
		return st;
	for (size_t i = 0; f.r.status == NORO_OK && i < t->eachs; i++) {
		f.path = &t->each[i];
		descend(&f, &tree->root, 0);
	}
	return f.r.status;
}
