/*
 * src/device/fact.c - rows out of a tree. The tree is walked beside the trie of the
 * dialect's map; what patterns take stands on a stack for as long as the walk is below the
 * statement, so a row sees all the words that led to it. A row's own walk below its
 * statement (`with`) uses the same code with another trie.
 */
#include "device/fact_priv.h"

#include <stdio.h>

enum {
	MAX_CAPS = 256,  /* on the stack at once */
	MAX_SECRETS = 8, /* of one row */
};

/* One walk of one tree. */
struct walk {
	struct noro_facts_maker *m;
	const struct noro_tree *tree;
	const struct fact_map *map;
	const struct noro_fact_file *file;
	enum noro_fact_source source;
	bool masks;
	struct fact_cap cap[MAX_CAPS];
	size_t caps;
	/* The row whose `with` is being walked. */
	const struct fact_def *def;
	bool drop; /* something below says that it is no row */
	struct noro_view *col;
	const struct noro_view *preset;
	struct fact_cap secret[MAX_SECRETS];
	size_t secrets;
	uint8_t seen[FACT_MAX_FLAGS / 8];
	/* The context of the last statement: rows of one place share it. */
	const struct noro_stmt *parent;
	struct noro_view context;
};

enum noro_status noro_facts_maker_new(const struct noro_facts_def *d, struct noro_arena *a,
	const uint8_t secret_key[32], struct noro_facts_maker **ret)
{
	struct noro_facts_maker *m = noro_arena_alloc(a, sizeof(*m));

	if (!m)
		return NORO_ENOMEM;
	m->d = d;
	m->a = a;
	memcpy(m->key, secret_key, sizeof(m->key));
	*ret = m;
	return NORO_OK;
}

static const struct noro_table *table_of(const struct walk *w, const struct fact_def *def)
{
	return &w->m->d->table[def->table].t;
}

/* --- columns --- */

static bool has_word(struct noro_view list, struct noro_view word)
{
	struct noro_view one;

	while (noro_view_cut(&list, ' ', &one))
		if (noro_view_eq_i(one, word))
			return true;
	return false;
}

/* A second value is added behind the first, unless it is there already. */
static enum noro_status add_value(struct walk *w, struct noro_view *col, struct noro_view v)
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
static enum noro_status add_time(struct walk *w, struct noro_view *col, const struct fact_cap *c)
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

static enum noro_status put_cap(struct walk *w, const struct fact_cap *c)
{
	size_t at = w->def->table * w->m->d->names.n + c->name;
	int column = w->m->d->column_of[at];

	if (fact_is_secret(c)) {
		if (w->secrets < MAX_SECRETS)
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

static struct noro_view fill(struct walk *w, const struct fact_set *set, bool *ret_failed)
{
	struct fact_scope scope = {
		.col = w->col, .cap = w->cap, .caps = w->caps, .masks = w->masks
	};

	return fact_fill(set, &scope, w->m->a, ret_failed);
}

static enum noro_status apply_sets(
	struct walk *w, const struct fact_set *set, unsigned n, bool only_absent)
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
static enum noro_status add_sets(struct walk *w, const struct fact_set *set, unsigned n)
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
static enum noro_status note_presets(struct walk *w, const struct fact_def *def)
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
static struct noro_view captured(struct walk *w, int name)
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

static void apply_classes(struct walk *w)
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

/* --- text --- */

static void join_above(const struct noro_stmt *s, const char *between, struct noro_buf *out)
{
	const struct noro_stmt *up[NORO_TREE_MAX_DEPTH + 1];
	size_t n = 0;

	for (; s && s->parent && n <= NORO_TREE_MAX_DEPTH; s = s->parent)
		up[n++] = s;
	while (n-- > 0) {
		if (out->n)
			noro_buf_str(out, between);
		for (uint32_t i = 0; i < up[n]->words; i++) {
			if (i)
				noro_buf_chr(out, ' ');
			noro_buf_view(out, up[n]->word[i]);
		}
	}
}

static enum noro_status kept(struct walk *w, struct noro_buf *out, struct noro_view *ret)
{
	enum noro_status s = out->status;

	*ret = noro_view("", 0);
	if (s == NORO_OK && out->n) {
		*ret = noro_arena_view(w->m->a, noro_buf_as_view(out));
		s = ret->p ? NORO_OK : NORO_ENOMEM;
	}
	noro_buf_done(out);
	return s;
}

static enum noro_status context_of(struct walk *w, const struct noro_stmt *parent)
{
	struct noro_buf out = { 0 };
	enum noro_status s;

	if (w->parent == parent)
		return NORO_OK;
	join_above(parent, w->map->levels ? " " : " / ", &out);
	s = kept(w, &out, &w->context);
	if (s == NORO_OK && w->context.n) {
		w->context = fact_mask(w->context, NULL, 0, w->m->a);
		s = w->context.p ? NORO_OK : NORO_ENOMEM;
	}
	w->parent = s == NORO_OK ? parent : NULL;
	return s;
}

/* Text and context of a row; the secrets of the row are hidden. */
static enum noro_status text_of(struct walk *w, const struct noro_stmt *s, struct noro_fact *f)
{
	struct noro_view secret[MAX_SECRETS], type;
	enum noro_status st;

	f->text = f->context = NORO_V("");
	if (!s)
		return NORO_OK;
	st = context_of(w, s->parent);
	if (st != NORO_OK)
		return st;
	f->context = w->context.p ? w->context : NORO_V("");
	f->text = s->text;
	if (w->map->levels) { /* a word alone says nothing */
		struct noro_buf out = { 0 };

		join_above(s, " ", &out);
		st = kept(w, &out, &f->text);
		if (st != NORO_OK)
			return st;
	}
	for (size_t i = 0; i < w->secrets; i++)
		fact_secret_words(&w->secret[i], &type, &secret[i]);
	f->text = fact_mask(f->text, secret, w->secrets, w->m->a);
	return f->text.p ? NORO_OK : NORO_ENOMEM;
}

/* --- rows --- */

static enum noro_status push(struct walk *w, const struct fact_def *def, uint16_t table,
	const struct noro_stmt *s, struct noro_view *col, const struct noro_fact *like)
{
	struct noro_facts_maker *m = w->m;
	struct fact_made *row = noro_arena_grow(m->a, m->row, m->rows, &m->cap, sizeof(*row));
	struct noro_fact f = { .table = table,
		.source = (uint8_t)w->source,
		.file = w->file,
		.stmt = s,
		.line = w->file->line ? w->file->line : 1,
		.column = 1,
		.offset = w->file->offset,
		.col = col };

	if (!row)
		return NORO_ENOMEM;
	if (s) {
		f.line += s->line ? s->line - 1 : 0;
		f.column = s->column;
		f.offset += s->offset;
	}
	f.text = like->text;
	f.context = like->context;
	m->row = row;
	m->row[m->rows++] =
		(struct fact_made){ .f = f, .def = def, .preset = def ? w->preset : NULL };
	return NORO_OK;
}

/* What stands before the secret in its statement: where it is, whatever it is. */
static enum noro_status where_of(struct walk *w, const struct fact_cap *c, struct noro_view *ret)
{
	struct noro_buf out = { 0 };
	const struct noro_stmt *s = c->stmt;

	join_above(s->parent, w->map->levels ? " " : " / ", &out);
	if (s->words && out.n)
		noro_buf_str(&out, w->map->levels ? " " : " / ");
	for (const struct noro_view *word = s->word; word < c->word; word++) {
		if (word > s->word)
			noro_buf_chr(&out, ' ');
		noro_buf_view(&out, *word);
	}
	return kept(w, &out, ret);
}

static void put_text(struct noro_view *col, int16_t at, const char *text)
{
	if (at >= 0 && text && text[0])
		col[at] = noro_view_str(text);
}

static enum noro_status put_secret(struct walk *w, const struct noro_secret *sec,
	const struct fact_secret_columns *to, struct noro_view *col)
{
	if (to->id >= 0 && sec->id[0]) {
		col[to->id] = noro_arena_view(w->m->a, noro_view_str(sec->id));
		if (!col[to->id].p)
			return NORO_ENOMEM;
	}
	if (to->type >= 0 && !col[to->type].p) {
		col[to->type] = noro_arena_view(w->m->a, noro_view_str(sec->type));
		if (!col[to->type].p)
			return NORO_ENOMEM;
	}
	put_text(col, to->length, sec->length);
	put_text(col, to->weak, sec->weak);
	return NORO_OK;
}

/* The row's owner of secrets: the first column of its key that has a value. */
static struct noro_view owner_of(const struct walk *w, const struct fact_def *def)
{
	const struct noro_table *t = table_of(w, def);

	if (def->table == w->m->d->t_secret) {
		int at = fact_column(t, NORO_V("owner"));

		return at >= 0 ? w->col[at] : noro_view(NULL, 0);
	}
	for (unsigned i = 0; i < t->keys; i++)
		if (w->col[t->key[i]].n)
			return w->col[t->key[i]];
	return noro_view(NULL, 0);
}

/* A row of table `secret` for a secret that stands in a row of another table. */
static enum noro_status add_secret_row(struct walk *w, const struct fact_def *def,
	const struct fact_cap *c, const struct noro_secret *sec, struct noro_view owner)
{
	const struct noro_facts_def *d = w->m->d;
	const struct fact_table *from = &d->table[def->table];
	const struct noro_table *t = &d->table[d->t_secret].t;
	struct fact_secret_columns to = { .type = (int16_t)fact_column(t, NORO_V("secret.type")),
		.id = (int16_t)fact_column(t, NORO_V("secret.id")),
		.length = (int16_t)fact_column(t, NORO_V("secret.length")),
		.weak = (int16_t)fact_column(t, NORO_V("secret.weak")) };
	int kind = fact_column(t, NORO_V("owner.kind")), who = fact_column(t, NORO_V("owner"));
	int where = fact_column(t, NORO_V("where"));
	struct noro_view *col = noro_arena_array(w->m->a, t->columns, sizeof(*col));
	struct noro_fact like;
	enum noro_status s;

	if (!col)
		return NORO_ENOMEM;
	if (kind >= 0)
		col[kind] = noro_view_str(from->owner_kind ? from->owner_kind : "other");
	if (who >= 0)
		col[who] = owner;
	s = where >= 0 ? where_of(w, c, &col[where]) : NORO_OK;
	if (s == NORO_OK)
		s = put_secret(w, sec, &to, col);
	if (s == NORO_OK)
		s = text_of(w, c->stmt, &like);
	return s == NORO_OK ? push(w, NULL, (uint16_t)d->t_secret, c->stmt, col, &like) : s;
}

static bool is_default(const struct noro_secret *s)
{
	return s->weak && strcmp(s->weak, "default") == 0;
}

static enum noro_status finish_secrets(struct walk *w, const struct fact_def *def)
{
	const struct noro_facts_def *d = w->m->d;
	struct noro_view owner = owner_of(w, def);
	enum noro_status s = NORO_OK;

	for (size_t i = 0; i < w->secrets && s == NORO_OK; i++) {
		const struct fact_cap *c = &w->secret[i];
		size_t at = def->table * d->names.n + c->name;
		struct noro_view type, word;
		struct noro_secret sec;

		fact_secret_words(c, &type, &word);
		if (type.n == 0 && d->secret_of[at].type >= 0)
			type = w->col[d->secret_of[at].type]; /* taken by a pattern, or set */
		noro_secret_read(type, word, owner, w->m->key, &sec);
		s = put_secret(w, &sec, &d->secret_of[at], w->col);
		if (d->table[def->table].name_class >= 0)
			w->col[d->table[def->table].name_class] =
				is_default(&sec) ? NORO_V("default") : NORO_V("other");
		if (s != NORO_OK || d->t_secret < 0)
			continue;
		if (def->table != d->t_secret) {
			s = add_secret_row(w, def, c, &sec, owner);
		} else {
			int where = fact_column(table_of(w, def), NORO_V("where"));

			if (where >= 0 && !w->col[where].p)
				s = where_of(w, c, &w->col[where]);
		}
	}
	return s;
}

/* The next of a list: some dialects put blanks between, some commas. */
static bool next_of(struct noro_view *list, struct noro_view *one)
{
	size_t n = 0;

	while (list->n && (*list->p == ',' || noro_is_space(*list->p)))
		*list = noro_view_sub(*list, 1, SIZE_MAX);
	while (n < list->n && list->p[n] != ',' && !noro_is_space(list->p[n]))
		n++;
	*one = noro_view(list->p, n);
	*list = noro_view_sub(*list, n, SIZE_MAX);
	return n > 0;
}

/* One row for each word of a column. */
static enum noro_status push_split(struct walk *w, const struct fact_def *def,
	const struct noro_stmt *s, const struct noro_fact *like)
{
	const struct noro_table *t = table_of(w, def);
	struct noro_view rest = w->col[def->split], one;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && next_of(&rest, &one)) {
		struct noro_view *col = noro_arena_array(w->m->a, t->columns, sizeof(*col));

		if (!col)
			return NORO_ENOMEM;
		memcpy(col, w->col, t->columns * sizeof(*col));
		col[def->split] = one;
		st = push(w, def, def->table, s, col, like);
	}
	return st;
}

static bool lacks(const struct walk *w, const struct fact_def *def)
{
	for (unsigned i = 0; i < def->needs; i++)
		if (w->col[def->need[i]].n == 0)
			return true;
	return false;
}

static enum noro_status go(
	struct walk *w, const struct fact_node *node, const struct noro_stmt *parent, bool negated);

/* Fill the columns of w->def from everything above and below `s`. */
static enum noro_status fill_row(struct walk *w, const struct noro_stmt *s, bool negated)
{
	const struct fact_def *def = w->def;
	enum noro_status st = NORO_OK;
	size_t above = w->caps;

	for (size_t i = 0; i < above && st == NORO_OK; i++)
		st = put_cap(w, &w->cap[i]);
	if (st == NORO_OK)
		st = apply_sets(w, def->set, def->sets, false);
	if (st == NORO_OK && def->with && s)
		st = go(w, def->with, s, negated);
	if (st == NORO_OK)
		st = apply_sets(w, def->set, def->sets, true);
	if (st == NORO_OK)
		apply_classes(w);
	return st == NORO_OK ? note_presets(w, def) : st;
}

static enum noro_status make_row(
	struct walk *w, const struct fact_def *def, const struct noro_stmt *s, bool negated)
{
	struct noro_fact like;
	enum noro_status st;

	w->def = def;
	w->drop = false;
	w->secrets = 0;
	w->col = noro_arena_array(w->m->a, table_of(w, def)->columns, sizeof(*w->col));
	if (!w->col)
		return NORO_ENOMEM;
	st = fill_row(w, s, negated);
	if (st == NORO_OK && !w->drop && !lacks(w, def)) {
		st = finish_secrets(w, def);
		if (st == NORO_OK)
			st = text_of(w, s, &like);
		if (st == NORO_OK)
			st = def->split >= 0 ? push_split(w, def, s, &like)
					     : push(w, def, def->table, s, w->col, &like);
	}
	w->def = NULL;
	return st;
}

/* --- the walk --- */

static bool applies(const struct walk *w, const struct fact_def *def)
{
	return (!def->dialects || def->dialects & 1u << w->tree->dialect) &&
	       (!def->only_complete || w->tree->complete) &&
	       (!def->only_version || w->tree->version.n);
}

/* A statement fits a step: rows, columns or flags. `mark`: captures of this step begin there. */
static enum noro_status ends(struct walk *w, const struct fact_step *step,
	const struct noro_stmt *s, bool negated, size_t mark)
{
	enum noro_status st = NORO_OK;

	for (unsigned i = 0; i < step->ends && st == NORO_OK; i++) {
		const struct fact_end *e = &step->end[i];

		if (w->map->levels && e->negated != negated)
			continue;
		if (e->flag) {
			w->seen[e->flag / 8] |= (uint8_t)(1u << e->flag % 8);
		} else if (e->again) {
			st = go(w, w->map->root, s, negated);
		} else if (e->fact) {
			if (applies(w, e->fact))
				st = make_row(w, e->fact, s, negated);
		} else if (w->def) {
			for (size_t k = mark; k < w->caps && st == NORO_OK; k++)
				st = put_cap(w, &w->cap[k]);
			if (st == NORO_OK)
				st = add_sets(w, e->set, e->sets);
			w->drop |= e->drop;
		}
	}
	return st;
}

static enum noro_status try_step(
	struct walk *w, const struct fact_step *step, const struct noro_stmt *s, bool negated)
{
	size_t mark = w->caps;
	enum noro_status st;

	if (!fact_pattern_match(&step->pattern, s, w->masks, w->cap, &w->caps, MAX_CAPS))
		return NORO_OK;
	st = ends(w, step, s, negated, mark);
	if (st == NORO_OK && step->next)
		st = go(w, step->next, s, negated);
	w->caps = mark;
	return st;
}

/* All steps of a node that this statement might fit. */
static enum noro_status try_steps(
	struct walk *w, const struct fact_node *node, const struct noro_stmt *s, bool negated)
{
	bool no = !w->map->levels && negated;
	uint32_t hash, bucket, second = 0;
	enum noro_status st = NORO_OK;

	if (s->words == 0)
		return NORO_OK;
	hash = fact_hash(s->word[0]);
	if (no)
		hash ^= 0x9e3779b9u;
	bucket = hash & node->mask;
	if (s->words > 1 && node->bucket[bucket] < node->bucket[bucket + 1])
		second = fact_hash(s->word[1]);
	for (uint32_t i = node->bucket[bucket]; i < node->bucket[bucket + 1] && st == NORO_OK;
		i++) {
		const struct fact_entry *e = &node->entry[i];

		if (e->hash != hash || (e->second && e->second != second))
			continue;
		if (w->map->levels || node->step[e->step].pattern.negated == no)
			st = try_step(w, &node->step[e->step], s, negated);
	}
	for (uint32_t i = 0; i < node->others && st == NORO_OK; i++) {
		const struct fact_step *step = &node->step[node->other[i]];

		if (w->map->levels || step->pattern.negated == no)
			st = try_step(w, step, s, negated);
	}
	return st;
}

/* Lists: asked once, for the statement whose leaves they are. */
static enum noro_status try_below(
	struct walk *w, const struct fact_node *node, const struct noro_stmt *parent, bool negated)
{
	enum noro_status st = NORO_OK;

	for (uint32_t i = 0; i < node->steps && st == NORO_OK; i++) {
		const struct fact_step *step = &node->step[i];
		size_t mark = w->caps;

		if (!step->below || w->caps == MAX_CAPS)
			continue;
		w->cap[w->caps++] = (struct fact_cap){ .name = step->pattern.op[0].name,
			.type = FACT_REST,
			.stmt = parent,
			.below = true };
		st = ends(w, step, parent, negated, mark);
		w->caps = mark;
	}
	return st;
}

static bool is_negated(const struct noro_stmt *s)
{
	return s->flags & (NORO_STMT_NEGATED | NORO_STMT_INACTIVE);
}

static enum noro_status go_deep(
	struct walk *w, const struct fact_node *node, const struct noro_stmt *parent, bool negated)
{
	enum noro_status st = NORO_OK;

	for (const struct noro_stmt *s = parent->child; s && st == NORO_OK; s = s->next) {
		bool no = is_negated(s) || (w->map->levels && negated);

		st = try_steps(w, node, s, no);
		if (st == NORO_OK && s->child)
			st = go_deep(w, node, s, no);
	}
	return st;
}

/* The statements below `parent` against the steps of a node. In dialects with levels what stands
 * below something inactive is inactive too. */
static enum noro_status go(
	struct walk *w, const struct fact_node *node, const struct noro_stmt *parent, bool negated)
{
	enum noro_status st = NORO_OK;

	if (node->has_below && parent->child)
		st = try_below(w, node, parent, negated);
	for (const struct noro_stmt *s = parent->child; s && st == NORO_OK; s = s->next)
		st = try_steps(w, node, s, is_negated(s) || (w->map->levels && negated));
	if (st == NORO_OK && node->deep)
		st = go_deep(w, node->deep, parent, negated);
	return st;
}

/* Rows of facts with `unless`, when one of those statements was there, go again. */
static bool was_seen(const struct walk *w, const struct fact_def *def)
{
	for (unsigned i = 0; i < def->unlesses; i++) {
		unsigned flag = def->unless + i;

		if (w->seen[flag / 8] & 1u << flag % 8)
			return true;
	}
	return false;
}

static enum noro_status conclude(struct walk *w, size_t from)
{
	struct noro_facts_maker *m = w->m;
	size_t n = from;
	enum noro_status st = NORO_OK;

	if (w->map->flags == 0)
		return NORO_OK;
	for (size_t i = from; i < m->rows; i++) {
		const struct fact_def *def = m->row[i].def;

		if (!def || !def->unlesses || !was_seen(w, def))
			m->row[n++] = m->row[i];
	}
	m->rows = n;
	for (size_t i = 0; i < w->map->facts && st == NORO_OK; i++) {
		const struct fact_def *def = w->map->fact[i];

		if (def->without && applies(w, def) && !was_seen(w, def))
			st = make_row(w, def, NULL, false);
	}
	return st;
}

/* Is every statement of this tree one word? */
static bool has_levels(const struct noro_tree *t)
{
	return t->dialect == NORO_DIALECT_JUNOS || t->dialect == NORO_DIALECT_VYOS ||
	       t->dialect == NORO_DIALECT_PANOS ||
	       (t->dialect == NORO_DIALECT_SROS && t->form != NORO_FORM_LINES);
}

static enum noro_status walk_map(struct noro_facts_maker *m, const struct fact_map *map,
	const struct noro_tree *t, const struct noro_fact_file *f, enum noro_fact_source source)
{
	struct walk w = { .m = m,
		.tree = t,
		.map = map,
		.file = f,
		.source = source,
		.masks = t->dialect == NORO_DIALECT_ASA };
	size_t from = m->rows;
	enum noro_status s;

	if (t->name.n) /* {_device} in templates */
		w.cap[w.caps++] = (struct fact_cap){ .name = (uint16_t)m->d->name_device,
			.type = FACT_WORD,
			.n = 1,
			.word = &t->name,
			.stmt = &t->root };
	s = go(&w, map->root, &t->root, false);
	if (s == NORO_OK && map->roots)
		s = go(&w, map->roots, &t->root, false);
	return s == NORO_OK ? conclude(&w, from) : s;
}

enum noro_status noro_facts_add_tree(struct noro_facts_maker *m, const struct noro_tree *t,
	const struct noro_fact_file *f, enum noro_fact_source source)
{
	enum noro_status s = NORO_OK;

	if (t->dialect == NORO_DIALECT_JUNOS)
		s = fact_groups(t, m->a, &t);
	for (size_t i = 0; i < m->d->maps && s == NORO_OK; i++) {
		const struct fact_map *map = m->d->map[i];

		if (map->dialects & 1u << t->dialect && map->levels == has_levels(t))
			s = walk_map(m, map, t, f, source);
	}
	return s;
}
