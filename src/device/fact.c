/*
 * src/device/fact.c - rows out of a tree. The tree is walked beside the trie of the
 * dialect's map; what patterns take stands on a stack for as long as the walk is below the
 * statement, so a row sees all the words that led to it. A row's own walk below its
 * statement (`with`) uses the same code with another trie.
 */
#include "device/fact_walk_priv.h"

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

static enum noro_status kept(struct fact_walk *w, struct noro_buf *out, struct noro_view *ret)
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

static enum noro_status context_of(struct fact_walk *w, const struct noro_stmt *parent)
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
static enum noro_status text_of(struct fact_walk *w, const struct noro_stmt *s, struct noro_fact *f)
{
	struct noro_view secret[FACT_ROW_SECRETS], type;
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
	/* RouterOS: the row is made of pairs, and the command that holds them stands above it */
	if (w->secrets && f->context.n)
		f->context = fact_mask(f->context, secret, w->secrets, w->m->a);
	return f->text.p && f->context.p ? NORO_OK : NORO_ENOMEM;
}

/* --- rows --- */

static enum noro_status push(struct fact_walk *w, const struct fact_def *def, uint16_t table,
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
static enum noro_status where_of(
	struct fact_walk *w, const struct fact_cap *c, struct noro_view *ret)
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

static enum noro_status put_secret(struct fact_walk *w, const struct noro_secret *sec,
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
static struct noro_view owner_of(const struct fact_walk *w, const struct fact_def *def)
{
	const struct noro_table *t = fact_table_of(w, def);

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
static enum noro_status add_secret_row(struct fact_walk *w, const struct fact_def *def,
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

static enum noro_status finish_secrets(struct fact_walk *w, const struct fact_def *def)
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
			int where = fact_column(fact_table_of(w, def), NORO_V("where"));

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
static enum noro_status push_split(struct fact_walk *w, const struct fact_def *def,
	const struct noro_stmt *s, const struct noro_fact *like)
{
	const struct noro_table *t = fact_table_of(w, def);
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

static bool lacks(const struct fact_walk *w, const struct fact_def *def)
{
	for (unsigned i = 0; i < def->needs; i++)
		if (w->col[def->need[i]].n == 0)
			return true;
	return false;
}

static enum noro_status go(struct fact_walk *w, const struct fact_node *node,
	const struct noro_stmt *parent, bool negated);

/* Fill the columns of w->def from everything above and below `s`. */
static enum noro_status fill_row(struct fact_walk *w, const struct noro_stmt *s, bool negated)
{
	const struct fact_def *def = w->def;
	enum noro_status st = NORO_OK;
	size_t above = w->caps;

	for (size_t i = 0; i < above && st == NORO_OK; i++)
		st = fact_put_cap(w, &w->cap[i]);
	if (st == NORO_OK)
		st = fact_apply_sets(w, def->set, def->sets, false);
	if (st == NORO_OK && def->with && s)
		st = go(w, def->with, s, negated);
	if (st == NORO_OK)
		st = fact_apply_sets(w, def->set, def->sets, true);
	if (st == NORO_OK)
		fact_apply_classes(w);
	return st == NORO_OK ? fact_note_presets(w, def) : st;
}

static enum noro_status make_row(
	struct fact_walk *w, const struct fact_def *def, const struct noro_stmt *s, bool negated)
{
	struct noro_fact like;
	enum noro_status st;

	w->def = def;
	w->drop = false;
	w->secrets = 0;
	w->col = noro_arena_array(w->m->a, fact_table_of(w, def)->columns, sizeof(*w->col));
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

static bool applies(const struct fact_walk *w, const struct fact_def *def)
{
	return (!def->dialects || def->dialects & 1u << w->tree->dialect) &&
	       (!def->only_complete || w->tree->complete) &&
	       (!def->only_version || w->tree->version.n);
}

/* A statement fits a step: rows, columns or flags. `mark`: captures of this step begin there. */
static enum noro_status ends(struct fact_walk *w, const struct fact_step *step,
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
				st = fact_put_cap(w, &w->cap[k]);
			if (st == NORO_OK)
				st = fact_add_sets(w, e->set, e->sets);
			w->drop |= e->drop;
		}
	}
	return st;
}

static enum noro_status try_step(
	struct fact_walk *w, const struct fact_step *step, const struct noro_stmt *s, bool negated)
{
	size_t mark = w->caps;
	enum noro_status st;

	if (!fact_pattern_match(&step->pattern, s, w->masks, w->cap, &w->caps, FACT_WALK_CAPS))
		return NORO_OK;
	st = ends(w, step, s, negated, mark);
	if (st == NORO_OK && step->next)
		st = go(w, step->next, s, negated);
	w->caps = mark;
	return st;
}

/* All steps of a node that this statement might fit. */
static enum noro_status try_steps(
	struct fact_walk *w, const struct fact_node *node, const struct noro_stmt *s, bool negated)
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
static enum noro_status try_below(struct fact_walk *w, const struct fact_node *node,
	const struct noro_stmt *parent, bool negated)
{
	enum noro_status st = NORO_OK;

	for (uint32_t i = 0; i < node->steps && st == NORO_OK; i++) {
		const struct fact_step *step = &node->step[i];
		size_t mark = w->caps;

		if (!step->below || w->caps == FACT_WALK_CAPS)
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

static enum noro_status go_deep(struct fact_walk *w, const struct fact_node *node,
	const struct noro_stmt *parent, bool negated)
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
static enum noro_status go(struct fact_walk *w, const struct fact_node *node,
	const struct noro_stmt *parent, bool negated)
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
static bool was_seen(const struct fact_walk *w, const struct fact_def *def)
{
	for (unsigned i = 0; i < def->unlesses; i++) {
		unsigned flag = def->unless + i;

		if (w->seen[flag / 8] & 1u << flag % 8)
			return true;
	}
	return false;
}

static enum noro_status conclude(struct fact_walk *w, size_t from)
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
	struct fact_walk w = { .m = m,
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
