/*
 * src/device/take.c - from rows as they were found to the rows of a device: in order, those
 * that belong together joined, groups inherited, defaults filled in, positions counted.
 */
#include "device/fact_priv.h"

#include <stdlib.h>

uint64_t fact_key_hash(const struct noro_facts_def *d, uint16_t table, const struct noro_view *col)
{
	const struct noro_table *t = &d->table[table].t;
	uint64_t h = 14695981039346656037u ^ table;

	for (unsigned i = 0; i < t->keys; i++) {
		struct noro_view v = col[t->key[i]];

		for (size_t k = 0; k < v.n; k++)
			h = (h ^ (uint8_t)noro_lower(v.p[k])) * 1099511628211u;
		h = (h ^ 0x100) * 1099511628211u;
	}
	return h;
}

bool fact_same_key(const struct noro_table *t, const struct noro_view *a, const struct noro_view *b)
{
	for (unsigned i = 0; i < t->keys; i++)
		if (!noro_view_eq_i(a[t->key[i]], b[t->key[i]]))
			return false;
	return true;
}

/* --- rows from code --- */

enum noro_status noro_facts_add_row(struct noro_facts_maker *m, const struct noro_fact *row)
{
	const struct noro_table *t = &m->d->table[row->table].t;
	struct fact_made *more = noro_arena_grow(m->a, m->row, m->rows, &m->cap, sizeof(*more));
	struct noro_view *col = noro_arena_array(m->a, t->columns, sizeof(*col));
	struct noro_fact f = *row;

	if (!more || !col)
		return NORO_ENOMEM;
	m->row = more;
	for (unsigned i = 0; i < t->columns; i++) {
		if (!row->col[i].p || row->col[i].n == 0)
			continue;
		col[i] = noro_arena_view(m->a, row->col[i]);
		if (!col[i].p)
			return NORO_ENOMEM;
	}
	f.col = col;
	f.text = fact_mask(row->text.p ? row->text : NORO_V(""), NULL, 0, m->a);
	f.context = row->context.p ? noro_arena_view(m->a, row->context) : NORO_V("");
	if (f.text.p == row->text.p && f.text.n)
		f.text = noro_arena_view(m->a, f.text);
	if (!f.text.p || !f.context.p)
		return NORO_ENOMEM;
	m->row[m->rows++] = (struct fact_made){ .f = f };
	return NORO_OK;
}

/* --- order --- */

static int text_cmp(const char *a, const char *b)
{
	if (a == b || !a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int file_cmp(const struct noro_fact_file *a, const struct noro_fact_file *b)
{
	int c;

	if (a == b || !a || !b)
		return (a != NULL) - (b != NULL);
	c = text_cmp(a->container, b->container);
	if (c == 0)
		c = text_cmp(a->path, b->path);
	if (c == 0)
		c = (a->offset > b->offset) - (a->offset < b->offset);
	return c;
}

/* Rows as they were found are in order already where nothing else decides. */
static int by_place(const void *x, const void *y)
{
	const struct fact_made *a = *(const struct fact_made *const *)x;
	const struct fact_made *b = *(const struct fact_made *const *)y;
	int c;

	if (a->f.table != b->f.table)
		return a->f.table < b->f.table ? -1 : 1;
	if (a->f.source != b->f.source)
		return a->f.source < b->f.source ? -1 : 1;
	c = file_cmp(a->f.file, b->f.file);
	if (c)
		return c;
	if (a->f.line != b->f.line)
		return a->f.line < b->f.line ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* --- one take --- */

enum { MOST_STEPS = 1024 };

struct taking {
	struct noro_facts_maker *m;
	const struct noro_facts_def *d;
	const struct fact_made **made; /* in order */
	uint32_t *target;              /* of each made row, its place in `row` */
	size_t n;
	struct noro_fact *row;
	size_t rows;
	uint32_t *slot; /* hash table over `row`: index + 1 */
	size_t mask;
};

static enum noro_status start(struct taking *k)
{
	size_t size = 16;

	while (size < k->n * 2)
		size *= 2;
	k->made = noro_arena_array(k->m->a, k->n + 1, sizeof(struct fact_made *));
	k->target = noro_arena_array(k->m->a, k->n + 1, sizeof(*k->target));
	k->row = noro_arena_array(k->m->a, k->n + 1, sizeof(*k->row));
	k->slot = noro_arena_array(k->m->a, size, sizeof(*k->slot));
	k->mask = size - 1;
	if (!k->made || !k->target || !k->row || !k->slot)
		return NORO_ENOMEM;
	for (size_t i = 0; i < k->n; i++)
		k->made[i] = &k->m->row[i];
	if (k->n)
		qsort(k->made, k->n, sizeof(struct fact_made *), by_place);
	return NORO_OK;
}

static bool has_word(struct noro_view list, struct noro_view words)
{
	struct noro_view one;

	if (noro_view_eq_i(list, words))
		return true;
	while (noro_view_cut(&list, ' ', &one))
		if (noro_view_eq_i(one, words))
			return true;
	return false;
}

/* One statement more of a row: what it says, and the columns as they are now. */
static enum noro_status add_step(
	struct taking *k, struct noro_fact *row, const struct noro_fact *said)
{
	size_t columns = k->d->table[row->table].t.columns;
	struct noro_view *col = noro_arena_array(k->m->a, columns + 1, sizeof(*col));
	size_t cap = row->steps ? 8 : 0; /* as the arena grows it: the row keeps no capacity */
	struct noro_fact *step;

	while (cap < row->steps)
		cap *= 2;
	memcpy(&step, &row->step, sizeof(step));
	step = noro_arena_grow(k->m->a, step, row->steps, &cap, sizeof(*step));
	if (!col || !step)
		return NORO_ENOMEM;
	memcpy(col, row->col, columns * sizeof(*col));
	row->step = step;
	step += row->steps++;
	*step = *said;
	step->col = col;
	step->step = NULL;
	step->steps = 0;
	return NORO_OK;
}

/* What the second row knows is added to the first. */
static enum noro_status add_columns(
	struct taking *k, struct noro_fact *to, const struct noro_fact *from)
{
	const struct noro_table *t = &k->d->table[to->table].t;
	struct noro_view *col;

	/* The columns of made rows are ours; the pointer is const for those who read them. */
	memcpy(&col, &to->col, sizeof(col));
	for (unsigned i = 0; i < t->columns; i++) {
		struct noro_view v = from->col[i];
		char *p;

		if (v.n == 0 || (col[i].n && has_word(col[i], v)))
			continue;
		if (col[i].n == 0) {
			col[i] = v;
			continue;
		}
		p = noro_arena_alloc(k->m->a, col[i].n + v.n + 2);
		if (!p)
			return NORO_ENOMEM;
		memcpy(p, col[i].p, col[i].n);
		p[col[i].n] = ' ';
		memcpy(p + col[i].n + 1, v.p, v.n);
		col[i] = noro_view(p, col[i].n + 1 + v.n);
	}
	return NORO_OK;
}

static enum noro_status join(struct taking *k, struct noro_fact *to, const struct noro_fact *from)
{
	bool placed = to->stmt != NULL;
	enum noro_status st;

	/* a row made because nothing was said has no place: that of the first statement is told */
	if (!to->stmt && from->stmt) {
		to->stmt = from->stmt;
		to->line = from->line;
		to->column = from->column;
		to->offset = from->offset;
		to->text = from->text;
		to->context = from->context;
	}
	if (!placed || !from->stmt)
		return add_columns(k, to, from);
	st = to->steps ? NORO_OK : add_step(k, to, to);
	if (st == NORO_OK)
		st = add_columns(k, to, from);
	return st == NORO_OK ? add_step(k, to, from) : st;
}

/*
 * Rows that merge: same table, source and file, equal key. What thousands of statements would
 * build grows with the square of their number, so there is an end, behind which another row begins.
 */
static enum noro_status place(struct taking *k, size_t i)
{
	const struct fact_made *made = k->made[i];
	uint64_t h = 0;

	if (made->def && made->def->merge) {
		size_t at;

		h = fact_key_hash(k->d, made->f.table, made->f.col);
		for (at = (size_t)(h ^ h >> 32) & k->mask; k->slot[at]; at = (at + 1) & k->mask) {
			struct noro_fact *row = &k->row[k->slot[at] - 1];

			if (row->steps < MOST_STEPS && row->key_hash == h &&
				row->table == made->f.table && row->source == made->f.source &&
				row->file == made->f.file &&
				fact_same_key(&k->d->table[row->table].t, row->col, made->f.col)) {
				k->target[i] = k->slot[at] - 1;
				return join(k, row, &made->f);
			}
		}
		k->slot[at] = (uint32_t)k->rows + 1;
	}
	k->target[i] = (uint32_t)k->rows;
	k->row[k->rows] = made->f;
	k->row[k->rows++].key_hash = h;
	return NORO_OK;
}

/* --- groups --- */

/* The rows that are groups: few, however many rows name them. */
struct groups {
	const struct fact_table *table;
	uint32_t row[512];
	size_t n;
};

/* Copy what the row lacks from the row of its group; a group may have groups. */
static void inherit_from(
	struct taking *k, const struct groups *g, struct noro_fact *row, unsigned depth)
{
	const struct fact_table *t = g->table;
	struct noro_view names = row->col[t->inherit_by], name, *col;

	memcpy(&col, &row->col, sizeof(col));
	while (noro_view_word(&names, &name)) {
		for (size_t i = 0; i < g->n; i++) {
			struct noro_fact *from = &k->row[g->row[i]];

			if (from == row || from->source != row->source ||
				!noro_view_eq_i(from->col[t->inherit_key], name))
				continue;
			if (depth < 4 && from->col[t->inherit_by].n)
				inherit_from(k, g, from, depth + 1);
			for (unsigned c = 0; c < t->t.columns; c++)
				if (!col[c].n && (int)c != t->kind)
					col[c] = from->col[c];
			break;
		}
	}
}

static void inherit(struct taking *k, const size_t *at)
{
	struct groups g;

	for (size_t t = 0; t < k->d->tables; t++) {
		g.table = &k->d->table[t];
		g.n = 0;
		if (g.table->inherit_by < 0)
			continue;
		for (size_t i = at[t]; i < at[t + 1] && g.n < 512; i++)
			if (noro_view_is_i(k->row[i].col[g.table->kind], g.table->inherit_kind))
				g.row[g.n++] = (uint32_t)i;
		for (size_t i = at[t]; i < at[t + 1]; i++)
			if (k->row[i].col[g.table->inherit_by].n)
				inherit_from(k, &g, &k->row[i], 0);
	}
}

/* The first row of the other table that is named and knows the column. */
static void look_up_one(struct taking *k, const size_t *at, const struct fact_lookup *l, size_t i)
{
	const struct noro_fact *row = &k->row[i], *other;
	struct noro_view *col;

	memcpy(&col, &row->col, sizeof(col));
	if (col[l->fill].n || !col[l->by].n)
		return;
	for (size_t g = at[l->table]; g < at[l->table + 1]; g++) {
		other = &k->row[g];
		if (other->source == row->source && other->col[l->take].n &&
			noro_view_eq(other->col[l->match], col[l->by])) {
			col[l->fill] = other->col[l->take];
			return;
		}
	}
}

/* Rows that lack a column take it from a row of another table that they name. */
static void look_up(struct taking *k, const size_t *at)
{
	enum { MOST = 4 << 20 }; /* comparisons for one of them: people write few such rows */

	for (size_t t = 0; t < k->d->tables; t++)
		for (unsigned n = 0; n < k->d->table[t].lookups; n++) {
			const struct fact_lookup *l = &k->d->table[t].lookup[n];

			if ((at[l->table + 1] - at[l->table]) * (at[t + 1] - at[t]) > MOST)
				continue;
			for (size_t i = at[t]; i < at[t + 1]; i++)
				look_up_one(k, at, l, i);
		}
}

/* --- defaults --- */

static enum noro_status presets(struct taking *k)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct fact_def *def = k->made[i]->def;
		const struct noro_view *have = k->row[k->target[i]].col;
		struct noro_view *col;

		memcpy(&col, &have, sizeof(col));
		for (unsigned s = 0; def && s < def->presets; s++) {
			struct fact_scope scope = { .col = col };
			struct noro_view *to = &col[def->preset[s].column];
			bool failed = false;

			if (to->n)
				continue;
			*to = k->made[i]->preset
				      ? k->made[i]->preset[s]
				      : fact_fill(&def->preset[s], &scope, k->m->a, &failed);
			if (failed)
				return NORO_ENOMEM;
		}
	}
	return NORO_OK;
}

/* --- positions --- */

struct counter {
	uint64_t hash;
	uint32_t n;
};

static uint64_t number_hash(const struct fact_table *t, const struct noro_fact *f)
{
	uint64_t h = 14695981039346656037u ^ f->source;

	for (unsigned i = 0; i < t->n_numbered; i++) {
		struct noro_view v = f->col[t->numbered[i]];

		for (size_t c = 0; c < v.n; c++)
			h = (h ^ (uint8_t)v.p[c]) * 1099511628211u;
		h = (h ^ 0x100) * 1099511628211u;
	}
	return h ? h : 1;
}

static enum noro_status number_table(
	struct taking *k, const struct fact_table *t, size_t from, size_t to)
{
	size_t size = 16;
	struct counter *c;

	while (size < (to - from) * 2)
		size *= 2;
	c = noro_arena_array(k->m->a, size, sizeof(*c));
	if (!c)
		return NORO_ENOMEM;
	for (size_t i = from; i < to; i++) {
		uint64_t h = number_hash(t, &k->row[i]);
		size_t at = (size_t)h & (size - 1);
		struct noro_view *col;
		char *p, digits[24];

		while (c[at].hash && c[at].hash != h)
			at = (at + 1) & (size - 1);
		c[at].hash = h;
		p = noro_arena_str(k->m->a, noro_num(digits, ++c[at].n));
		if (!p)
			return NORO_ENOMEM;
		memcpy(&col, &k->row[i].col, sizeof(col));
		if (!col[t->position].n)
			col[t->position] = noro_view_str(p);
	}
	return NORO_OK;
}

/* --- filters that are used: do they exist? --- */

struct nameset {
	struct noro_view *slot;
	uint8_t *source;
	size_t mask;
};

static size_t name_slot(const struct nameset *s, struct noro_view name, uint8_t source)
{
	size_t at = fact_hash(name) * 31u + source;

	for (at &= s->mask; s->slot[at].p; at = (at + 1) & s->mask)
		if (s->source[at] == source && noro_view_eq(s->slot[at], name))
			break;
	return at;
}

static void gather_names(
	struct taking *k, struct nameset *s, const size_t *at, int table, const char *column)
{
	int c = table >= 0 ? fact_column(&k->d->table[table].t, noro_view_str(column)) : -1;

	if (c < 0)
		return;
	for (size_t i = at[table]; i < at[table + 1]; i++) {
		struct noro_view name = k->row[i].col[c];
		size_t to;

		if (!name.n)
			continue;
		to = name_slot(s, name, k->row[i].source);
		s->slot[to] = name;
		s->source[to] = k->row[i].source;
	}
}

static enum noro_status define(struct taking *k, const size_t *at)
{
	const struct noro_facts_def *d = k->d;
	int t = d->t_acl_use, name, defined;
	struct nameset s = { 0 };
	size_t size = 64, n = 0;

	if (t < 0 || at[t] == at[t + 1])
		return NORO_OK;
	name = fact_column(&d->table[t].t, NORO_V("name"));
	defined = d->table[t].defined;
	if (name < 0 || defined < 0)
		return NORO_OK;
	if (d->t_acl >= 0)
		n += at[d->t_acl + 1] - at[d->t_acl];
	if (d->t_group_member >= 0)
		n += at[d->t_group_member + 1] - at[d->t_group_member];
	while (size < n * 2)
		size *= 2;
	s.slot = noro_arena_array(k->m->a, size, sizeof(*s.slot));
	s.source = noro_arena_alloc(k->m->a, size);
	s.mask = size - 1;
	if (!s.slot || !s.source)
		return NORO_ENOMEM;
	gather_names(k, &s, at, d->t_acl, "name");
	gather_names(k, &s, at, d->t_group_member, "group");
	for (size_t i = at[t]; i < at[t + 1]; i++) {
		struct noro_view *col, of = k->row[i].col[name];

		memcpy(&col, &k->row[i].col, sizeof(col));
		if (of.n && !col[defined].n)
			col[defined] = s.slot[name_slot(&s, of, k->row[i].source)].p ? NORO_V("yes")
										     : NORO_V("no");
	}
	return NORO_OK;
}

/* --- groups: does a filter name them? --- */

static void use_names(struct nameset *s, struct noro_view list, uint8_t source, bool marked)
{
	struct noro_view one;

	while (noro_view_word(&list, &one)) {
		size_t to;

		if (marked && !noro_view_starts(one, "group:"))
			continue;
		if (marked)
			one = noro_view_sub(one, 6, SIZE_MAX);
		if (!one.n)
			continue;
		to = name_slot(s, one, source);
		s->slot[to] = one;
		s->source[to] = source;
	}
}

/* Columns of a table whose values may name groups. */
struct users {
	int table;
	const char *column[6];
	bool marked; /* as "group:NAME" among other values */
};

static void use_table(struct taking *k, struct nameset *s, const size_t *at, const struct users *u)
{
	for (size_t c = 0; u->table >= 0 && u->column[c]; c++) {
		int col = fact_column(&k->d->table[u->table].t, noro_view_str(u->column[c]));

		for (size_t i = at[u->table]; col >= 0 && i < at[u->table + 1]; i++)
			use_names(s, k->row[i].col[col], k->row[i].source, u->marked);
	}
}

/* Words that could be names of groups: the size of the set that holds them. */
static size_t count_words(const struct taking *k, const size_t *at, int table)
{
	size_t n = 0;

	for (size_t i = table < 0 ? 0 : at[table]; table >= 0 && i < at[table + 1]; i++)
		for (unsigned c = 0; c < k->d->table[table].t.columns; c++)
			for (size_t b = 0; b <= k->row[i].col[c].n && k->row[i].col[c].n; b++)
				n += b == k->row[i].col[c].n || k->row[i].col[c].p[b] == ' ';
	return n;
}

static enum noro_status use(struct taking *k, const size_t *at)
{
	const struct noro_facts_def *d = k->d;
	const struct users users[] = {
		{ d->t_acl, { "src", "dst", "src.port", "dst.port", "proto" }, true },
		{ d->t_policy, { "src", "dst", "service" }, false },
		{ d->t_acl_use, { "name" }, false },
	};
	int t = d->t_group_member, group;
	struct nameset s = { 0 };
	size_t size = 64, n;

	if (t < 0 || at[t] == at[t + 1] || d->table[t].used < 0)
		return NORO_OK;
	group = fact_column(&d->table[t].t, NORO_V("group"));
	n = count_words(k, at, d->t_acl) + count_words(k, at, d->t_policy) +
	    count_words(k, at, d->t_acl_use);
	while (size < n * 2)
		size *= 2;
	s.slot = noro_arena_array(k->m->a, size, sizeof(*s.slot));
	s.source = noro_arena_alloc(k->m->a, size);
	s.mask = size - 1;
	if (!s.slot || !s.source)
		return NORO_ENOMEM;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		use_table(k, &s, at, &users[i]);
	for (size_t i = at[t]; group >= 0 && i < at[t + 1]; i++) {
		struct noro_view *col, of = k->row[i].col[group];

		memcpy(&col, &k->row[i].col, sizeof(col));
		if (of.n && !col[d->table[t].used].n)
			col[d->table[t].used] = s.slot[name_slot(&s, of, k->row[i].source)].p
							? NORO_V("yes")
							: NORO_V("no");
	}
	return NORO_OK;
}

/* --- neighbours: inside or outside of our own AS --- */

static void sort_neighbours(struct taking *k, const size_t *at)
{
	int t = k->d->t_bgp, as, local, kind;

	if (t < 0)
		return;
	as = fact_column(&k->d->table[t].t, NORO_V("as"));
	local = fact_column(&k->d->table[t].t, NORO_V("local.as"));
	kind = fact_column(&k->d->table[t].t, NORO_V("kind"));
	for (size_t i = at[t]; i < at[t + 1] && as >= 0 && local >= 0 && kind >= 0; i++) {
		struct noro_view *col;

		memcpy(&col, &k->row[i].col, sizeof(col));
		if (col[kind].n)
			continue;
		/* A dialect may say so itself, for us or for them. */
		if (has_word(col[as], NORO_V("external")) ||
			has_word(col[local], NORO_V("external")))
			col[kind] = NORO_V("ebgp");
		else if (has_word(col[as], NORO_V("internal")) ||
			 has_word(col[local], NORO_V("internal")))
			col[kind] = NORO_V("ibgp");
		else if (!col[as].n || !col[local].n)
			col[kind] = NORO_V("unknown");
		else
			col[kind] =
				noro_view_eq(col[as], col[local]) ? NORO_V("ibgp") : NORO_V("ebgp");
	}
}

/* --- names of files --- */

static void name_files(struct taking *k, const size_t *at, size_t t)
{
	const struct fact_table *table = &k->d->table[t];

	for (size_t i = at[t]; table->base_fill >= 0 && i < at[t + 1]; i++) {
		struct noro_view *col, path;
		size_t n;

		memcpy(&col, &k->row[i].col, sizeof(col));
		path = col[table->base_of];
		n = path.n;
		while (n && path.p[n - 1] != '/' && path.p[n - 1] != ':')
			n--;
		if (n < path.n)
			col[table->base_fill] = noro_view_sub(path, n, path.n - n);
	}
}

/* --- all of it --- */

static enum noro_status finish(struct taking *k, struct noro_facts *ret)
{
	size_t *at = noro_arena_array(k->m->a, k->d->tables + 1, sizeof(*at));
	uint32_t *out = noro_arena_array(k->m->a, k->d->tables + 1, sizeof(*out));
	enum noro_status s;

	if (!at || !out)
		return NORO_ENOMEM;
	for (size_t i = 0; i < k->rows; i++)
		at[k->row[i].table + 1]++;
	for (size_t t = 0; t < k->d->tables; t++)
		at[t + 1] += at[t];
	inherit(k, at);
	look_up(k, at);
	s = presets(k);
	for (size_t t = 0; t < k->d->tables && s == NORO_OK; t++) {
		out[t + 1] = (uint32_t)at[t + 1];
		if (k->d->table[t].position >= 0 && at[t] < at[t + 1])
			s = number_table(k, &k->d->table[t], at[t], at[t + 1]);
	}
	if (s == NORO_OK)
		s = define(k, at);
	if (s == NORO_OK)
		s = use(k, at);
	sort_neighbours(k, at);
	for (size_t t = 0; t < k->d->tables; t++)
		name_files(k, at, t);
	for (size_t i = 0; i < k->rows && s == NORO_OK; i++)
		k->row[i].key_hash = fact_key_hash(k->d, k->row[i].table, k->row[i].col);
	if (s == NORO_OK)
		*ret = (struct noro_facts){ .row = k->row, .rows = k->rows, .at = out };
	return s;
}

enum noro_status noro_facts_take(struct noro_facts_maker *m, struct noro_facts *ret)
{
	struct taking k = { .m = m, .d = m->d, .n = m->rows };
	enum noro_status s;

	if (k.n >= UINT32_MAX)
		return NORO_ELIMIT;
	s = start(&k);
	for (size_t i = 0; i < k.n && s == NORO_OK; i++)
		s = place(&k, i);
	if (s == NORO_OK)
		s = finish(&k, ret);
	if (s == NORO_OK) {
		m->row = NULL;
		m->rows = m->cap = 0;
	}
	return s;
}
