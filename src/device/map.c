/*
 * src/device/map.c - the map of a dialect: a trie of patterns. A fact names the path of
 * statements that lead to it; facts that begin alike share the beginning, and at each place
 * the first words of a statement select the few patterns worth trying.
 */
#include "device/fact_priv.h"

#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>

struct reader {
	struct noro_facts_def *d;
	struct fact_map *map;
	struct noro_view text;
	const char *file;
	struct noro_error *err;
	struct draft *roots; /* NULL: the map has none */
};

/* A fact while it is read. */
struct draft {
	struct fact_def *f;
	const struct noro_table *t;       /* NULL for `roots` */
	uint16_t seen[FACT_MAX_CAPS * 2]; /* names that its patterns take */
	size_t n;
	size_t paths; /* inserted so far */
};

/* One level of a path. */
struct level {
	struct fact_pattern pattern;
	bool optional, deep;
};

/* Nodes and steps while the trie grows. */
struct growing {
	struct fact_node node; /* first, so that a node can be cast back */
	size_t cap;
};

static enum noro_status bad(
	struct reader *r, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return fact_bad(r->err, r->text, at->at, r->file, msg, arg);
}

static enum noro_status no_memory(struct reader *r)
{
	return noro_fail(r->err, NORO_ENOMEM, NULL);
}

/* --- the trie --- */

static struct fact_node *new_node(struct reader *r)
{
	struct growing *g = noro_arena_alloc(r->d->a, sizeof(*g));

	return g ? &g->node : NULL;
}

static bool same_op(const struct fact_op *a, const struct fact_op *b)
{
	if (a->kind != b->kind || a->type != b->type || a->name != b->name || a->to != b->to ||
		a->choices != b->choices || !noro_view_eq(a->word, b->word) ||
		!noro_view_eq(a->tail, b->tail))
		return false;
	for (unsigned i = 0; i < a->choices; i++)
		if (!noro_view_eq(a->choice[i], b->choice[i]))
			return false;
	return true;
}

static bool same_pattern(const struct fact_pattern *a, const struct fact_pattern *b)
{
	if (a->ops != b->ops || a->negated != b->negated)
		return false;
	for (unsigned i = 0; i < a->ops; i++)
		if (!same_op(&a->op[i], &b->op[i]))
			return false;
	return true;
}

/* The step of a node for a pattern, made if it is new. */
static struct fact_step *step_for(
	struct reader *r, struct fact_node *node, const struct fact_pattern *p, bool below)
{
	struct growing *g = (struct growing *)node;
	struct fact_step *more;

	for (uint32_t i = 0; i < node->steps; i++)
		if (node->step[i].below == below && same_pattern(&node->step[i].pattern, p))
			return &node->step[i];
	more = noro_arena_grow(r->d->a, node->step, node->steps, &g->cap, sizeof(*more));
	if (!more)
		return NULL;
	node->step = more;
	more[node->steps] = (struct fact_step){ .pattern = *p, .below = below };
	node->has_below |= below;
	return &more[node->steps++];
}

static enum noro_status add_end(
	struct reader *r, struct fact_step *step, const struct fact_end *end)
{
	struct fact_end *more = noro_arena_array(r->d->a, step->ends + 1u, sizeof(*more));

	if (!more || step->ends == UINT16_MAX)
		return no_memory(r);
	if (step->ends)
		memcpy(more, step->end, step->ends * sizeof(*more));
	more[step->ends++] = *end;
	step->end = more;
	return NORO_OK;
}

struct insertion {
	struct reader *r;
	struct draft *d;
	const struct noro_json *at; /* for messages */
	const struct level *level;
	size_t levels;
	struct fact_end end;
};

static enum noro_status insert(struct insertion *x, struct fact_node *node, size_t i);

/* A step is there: end here, or go on below it. */
static enum noro_status insert_behind(struct insertion *x, struct fact_step *step, size_t i)
{
	if (i + 1 == x->levels) {
		if (++x->d->paths > FACT_MAX_EXPANDED)
			return bad(x->r, x->at,
				N_("a pattern stands for too many paths, or for none"), NORO_V(""));
		return add_end(x->r, step, &x->end);
	}
	if (!step->next)
		step->next = new_node(x->r);
	return step->next ? insert(x, step->next, i + 1) : no_memory(x->r);
}

/* One word a level: a pattern is a chain of steps, one for each way through it. */
static enum noro_status insert_chain(
	struct insertion *x, struct fact_node *from, const struct fact_pattern *chain, size_t i)
{
	struct fact_node *node = from;

	for (unsigned k = 0; k + 1 < chain->ops; k++) {
		struct fact_op *op = noro_arena_array(x->r->d->a, 2, sizeof(*op));
		struct fact_pattern one = { .ops = 2, .text = chain->text };
		bool below = chain->op[k].kind == OP_TAKE && chain->op[k].type == FACT_REST;
		struct fact_step *step;

		if (!op)
			return no_memory(x->r);
		op[0] = chain->op[k];
		op[1].kind = OP_END;
		one.op = op;
		if (op[0].kind == OP_WORD) {
			one.first[0] = op[0].hash;
			one.firsts = 1;
		}
		step = step_for(x->r, node, &one, below);
		if (!step)
			return no_memory(x->r);
		if (k + 2 == chain->ops)
			return insert_behind(x, step, i);
		if (!step->next)
			step->next = new_node(x->r);
		node = step->next;
		if (!node)
			return no_memory(x->r);
	}
	return NORO_OK;
}

static enum noro_status insert_levels(struct insertion *x, struct fact_node *node, size_t i)
{
	struct fact_pattern *chain;
	size_t n;
	struct noro_error inner = { 0 };
	enum noro_status s =
		fact_pattern_levels(x->r->d->a, &x->level[i].pattern, &chain, &n, &inner);

	if (s == NORO_ENOMEM)
		return no_memory(x->r);
	if (s != NORO_OK)
		return bad(x->r, x->at, inner.msg, x->level[i].pattern.text);
	x->end.negated |= x->level[i].pattern.negated;
	for (size_t k = 0; s == NORO_OK && k < n; k++)
		s = insert_chain(x, node, &chain[k], i);
	return s;
}

static enum noro_status insert(struct insertion *x, struct fact_node *node, size_t i)
{
	const struct level *l = &x->level[i];
	struct fact_step *step;
	enum noro_status s = NORO_OK;

	if (l->deep) {
		if (!node->deep)
			node->deep = new_node(x->r);
		return node->deep ? insert(x, node->deep, i + 1) : no_memory(x->r);
	}
	if (l->optional)
		s = insert(x, node, i + 1);
	if (s != NORO_OK)
		return s;
	if (x->r->map->levels)
		return insert_levels(x, node, i);
	step = step_for(x->r, node, &l->pattern, false);
	return step ? insert_behind(x, step, i) : no_memory(x->r);
}

/* --- the index of a node --- */

static int by_hash(const void *a, const void *b)
{
	const struct fact_entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->step > y->step) - (x->step < y->step);
}

static uint32_t entry_hash(uint32_t word, bool negated)
{
	return negated ? word ^ 0x9e3779b9u : word;
}

static enum noro_status index_buckets(
	struct reader *r, struct fact_node *node, struct fact_entry *entry, uint32_t n)
{
	uint32_t size = 4, *bucket, *fill;
	struct fact_entry *placed;

	while (size < n * 2)
		size *= 2;
	bucket = noro_arena_array(r->d->a, size + 1u, sizeof(*bucket));
	fill = noro_arena_array(r->d->a, size, sizeof(*fill));
	placed = noro_arena_array(r->d->a, n + 1u, sizeof(*placed));
	if (!bucket || !fill || !placed)
		return no_memory(r);
	if (n)
		qsort(entry, n, sizeof(*entry), by_hash);
	for (uint32_t i = 0; i < n; i++)
		bucket[(entry[i].hash & (size - 1)) + 1]++;
	for (uint32_t i = 0; i < size; i++)
		bucket[i + 1] += bucket[i];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t b = entry[i].hash & (size - 1);

		placed[bucket[b] + fill[b]++] = entry[i];
	}
	node->bucket = bucket;
	node->mask = size - 1;
	node->entry = placed;
	return NORO_OK;
}

static enum noro_status index_node(struct reader *r, struct fact_node *node)
{
	uint32_t n = 0, others = 0, *other;
	struct fact_entry *entry;
	enum noro_status s;

	for (uint32_t i = 0; i < node->steps; i++)
		n += node->step[i].pattern.firsts;
	entry = noro_arena_array(r->d->a, n + 1u, sizeof(*entry));
	other = noro_arena_array(r->d->a, node->steps + 1u, sizeof(*other));
	if (!entry || !other)
		return no_memory(r);
	n = 0;
	for (uint32_t i = 0; i < node->steps; i++) {
		const struct fact_pattern *p = &node->step[i].pattern;

		for (unsigned k = 0; k < p->firsts; k++)
			entry[n++] =
				(struct fact_entry){ .hash = entry_hash(p->first[k], p->negated),
					.second = p->second,
					.step = i };
		if (p->firsts == 0 && !node->step[i].below)
			other[others++] = i;
	}
	node->other = other;
	node->others = others;
	s = index_buckets(r, node, entry, n);
	for (uint32_t i = 0; s == NORO_OK && i < node->steps; i++)
		if (node->step[i].next)
			s = index_node(r, node->step[i].next);
	if (s == NORO_OK && node->deep)
		s = index_node(r, node->deep);
	return s;
}

/* --- patterns of a fact --- */

/* Captures are columns of the table, or begin with "_". */
static enum noro_status check_names(
	struct reader *r, struct draft *d, const struct noro_json *at, const struct fact_pattern *p)
{
	for (unsigned i = 0; i < p->ops; i++) {
		struct noro_view name;
		char type[72];

		if (p->op[i].kind != OP_TAKE)
			continue;
		name = r->d->names.name[p->op[i].name];
		if (d->n == sizeof(d->seen) / sizeof(d->seen[0]))
			return bad(r, at, N_("the pattern '%1' is too long"), p->text);
		d->seen[d->n++] = p->op[i].name;
		if (name.p[0] == '_' || !d->t || fact_column(d->t, name) >= 0)
			continue;
		(void)snprintf(type, sizeof(type), "%.*s.type", NORO_VARG(name));
		if ((p->op[i].type == FACT_SECRET || p->op[i].type == FACT_PLAIN ||
			    p->op[i].type == FACT_HASH) &&
			fact_column(d->t, noro_view_str(type)) >= 0)
			continue;
		return bad(r, at, N_("the table has no column '%1'"), name);
	}
	return NORO_OK;
}

static enum noro_status read_level(
	struct reader *r, struct draft *d, const struct noro_json *v, struct level *ret)
{
	struct noro_error inner = { 0 };
	struct noro_view text = v->text;
	enum noro_status s;

	*ret = (struct level){ 0 };
	if (v->kind != NORO_JSON_STRING)
		return bad(r, v, N_("a pattern is a text"), v->key);
	if (noro_view_is(text, "...")) {
		ret->deep = true;
		return NORO_OK;
	}
	if (noro_view_starts(text, "? ")) {
		ret->optional = true;
		text = noro_view_sub(text, 2, SIZE_MAX);
	}
	s = fact_pattern_compile(r->d->a, &r->d->names, text, &ret->pattern, &inner);
	if (s == NORO_ENOMEM)
		return no_memory(r);
	if (s != NORO_OK)
		return bad(r, v, inner.msg, text);
	r->map->patterns++;
	return check_names(r, d, v, &ret->pattern);
}

/* A text, or a list of them: a path from `root`. */
static enum noro_status read_path(struct reader *r, struct draft *d, const struct noro_json *v,
	struct fact_node *root, const struct fact_end *end)
{
	struct level level[FACT_MAX_PATH] = { 0 };
	struct insertion x = { .r = r, .d = d, .at = v, .level = level, .end = *end };
	const struct noro_json *one = v->kind == NORO_JSON_ARRAY ? v->child : v;

	for (; one; one = v->kind == NORO_JSON_ARRAY ? one->next : NULL) {
		enum noro_status s;

		if (x.levels == FACT_MAX_PATH)
			return bad(r, v, N_("a pattern of too many levels"), NORO_V(""));
		s = read_level(r, d, one, &level[x.levels++]);
		if (s != NORO_OK)
			return s;
	}
	if (x.levels == 0 || level[x.levels - 1].deep || level[x.levels - 1].optional)
		return bad(r, v, N_("a path ends with a pattern"), NORO_V(""));
	return insert(&x, root, 0);
}

/* --- values --- */

static bool was_seen(const struct draft *d, int name)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->seen[i] == name)
			return true;
	return false;
}

/* {name}: a column of the table, or a capture that begins with "_". */
static enum noro_status reference(struct reader *r, struct draft *d, const struct noro_json *at,
	struct noro_view name, int *ret_column, int *ret_name)
{
	*ret_column = fact_column(d->t, name);
	*ret_name = name.n ? fact_name(&r->d->names, r->d->a, name) : -1;
	if (name.n && *ret_name < 0)
		return no_memory(r);
	if (*ret_column >= 0)
		return NORO_OK;
	if (noro_view_is(name, "_device") || (name.n && was_seen(d, *ret_name)))
		return NORO_OK;
	if (name.n && r->roots && was_seen(r->roots, *ret_name))
		return NORO_OK;
	return bad(r, at, N_("'%1' is neither a column nor taken by a pattern"), name);
}

static enum noro_status read_template(
	struct reader *r, struct draft *d, const struct noro_json *v, struct fact_set *set)
{
	struct fact_piece *piece = noro_arena_array(r->d->a, v->text.n + 1, sizeof(*piece));
	struct noro_view rest = v->text;

	if (!piece)
		return no_memory(r);
	set->piece = piece;
	while (rest.n) {
		size_t open = noro_view_chr(rest, '{');
		size_t close = open == SIZE_MAX ? SIZE_MAX : noro_view_chr(rest, '}');
		struct noro_view before = noro_view(rest.p, open == SIZE_MAX ? rest.n : open);
		enum noro_status s;

		if (before.n)
			piece[set->pieces++] = (struct fact_piece){
				.text = noro_arena_view(r->d->a, before), -1, -1
			};
		if (open == SIZE_MAX)
			break;
		if (close == SIZE_MAX || close < open)
			return bad(r, v, N_("a brace of '%1' has no partner"), v->text);
		piece[set->pieces] = (struct fact_piece){ 0 };
		s = reference(r, d, v, noro_view(rest.p + open + 1, close - open - 1),
			&piece[set->pieces].column, &piece[set->pieces].name);
		if (s != NORO_OK)
			return s;
		set->pieces++;
		rest = noro_view_sub(rest, close + 1, SIZE_MAX);
	}
	return NORO_OK;
}

static enum noro_status read_sets(struct reader *r, struct draft *d, const struct noro_json *v,
	const struct fact_set **ret, uint16_t *ret_n)
{
	struct fact_set *set;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT)
		return bad(r, v, N_("'%1' is a list of columns with their values"), v->key);
	set = noro_arena_array(r->d->a, v->count + 1u, sizeof(*set));
	if (!set)
		return no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		int column = fact_column(d->t, c->key);

		if (column < 0)
			return bad(r, c, N_("the table has no column '%1'"), c->key);
		if (c->kind != NORO_JSON_STRING && c->kind != NORO_JSON_NUMBER)
			return bad(r, c, N_("'%1' is a text"), c->key);
		set[*ret_n].column = (uint16_t)column;
		s = read_template(r, d, c, &set[(*ret_n)++]);
	}
	*ret = set;
	return s;
}

static enum noro_status read_with(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_end end = { 0 };
	const struct noro_json *match = v, *set = NULL;
	enum noro_status s;

	if (v->kind == NORO_JSON_OBJECT) {
		const struct noro_json *drop = noro_json_get(v, "drop");

		match = noro_json_get(v, "match");
		set = noro_json_get(v, "set");
		end.drop = drop && drop->kind == NORO_JSON_TRUE;
		if (!match || v->count != 1u + (set != NULL) + (drop != NULL))
			return bad(r, v, N_("a statement below has the keys match, set and drop"),
				v->key);
	}
	/* The values may refer to what this very pattern takes: read it once for its names. */
	end.set = NULL;
	if (set) {
		struct fact_node *nowhere = new_node(r);

		if (!nowhere)
			return no_memory(r);
		s = read_path(r, d, match, nowhere, &end);
		r->map->patterns--;
		if (s == NORO_OK)
			s = read_sets(r, d, set, &end.set, &end.sets);
		if (s != NORO_OK)
			return s;
	}
	return read_path(r, d, match, d->f->with, &end);
}

static enum noro_status read_withs(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of patterns"), v->key);
	d->f->with = new_node(r);
	if (!d->f->with)
		return no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_with(r, d, c);
	return s == NORO_OK ? index_node(r, d->f->with) : s;
}

static enum noro_status read_class(
	struct reader *r, struct draft *d, const struct noro_json *v, struct fact_class *ret)
{
	const struct noro_json *of = noro_json_get(v, "of"), *as = noro_json_get(v, "as");
	const struct noro_json *otherwise = noro_json_get(v, "else");
	struct noro_view column = noro_json_str(v, "column");
	struct noro_view *glob, *value;
	int at = column.p ? fact_column(d->t, column) : -1;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !of || !as || as->kind != NORO_JSON_OBJECT ||
		v->count != 3u + (otherwise != NULL))
		return bad(r, v, N_("a class has the keys column, of, as and else"), v->key);
	if (at < 0)
		return bad(r, v, N_("the table has no column '%1'"), column);
	s = reference(r, d, of, of->text, &ret->of_column, &ret->of_name);
	if (s != NORO_OK)
		return s;
	ret->column = (uint16_t)at;
	glob = noro_arena_array(r->d->a, as->count + 1u, sizeof(*glob));
	value = noro_arena_array(r->d->a, as->count + 1u, sizeof(*value));
	if (!glob || !value)
		return no_memory(r);
	for (const struct noro_json *c = as->child; c; c = c->next) {
		if (c->kind != NORO_JSON_STRING && c->kind != NORO_JSON_NUMBER)
			return bad(r, c, N_("'%1' is a text"), c->key);
		glob[ret->n] = c->key;
		value[ret->n++] = c->text;
	}
	ret->glob = glob;
	ret->value = value;
	ret->otherwise = otherwise ? otherwise->text : noro_view(NULL, 0);
	return NORO_OK;
}

static enum noro_status read_classes(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_class *list;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of classes"), v->key);
	list = noro_arena_array(r->d->a, v->count + 1u, sizeof(*list));
	if (!list)
		return no_memory(r);
	d->f->classes = list;
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_class(r, d, c, &list[d->f->n_classes++]);
	return s;
}

/* --- facts --- */

static enum noro_status read_dialects(struct reader *r, const struct noro_json *v, uint32_t *ret)
{
	const struct noro_json *one = v->kind == NORO_JSON_ARRAY ? v->child : v;

	for (; one; one = v->kind == NORO_JSON_ARRAY ? one->next : NULL) {
		enum noro_dialect d = one->kind == NORO_JSON_STRING
					      ? noro_dialect_by_name(one->text)
					      : NORO_DIALECT_NONE;

		if (d == NORO_DIALECT_NONE)
			return bad(r, one, N_("'%1' is no dialect"), one->text);
		*ret |= 1u << d;
	}
	return NORO_OK;
}

static enum noro_status read_only(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT)
		return bad(r, v, N_("'%1' has the keys dialect and has"), v->key);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "dialect"))
			s = read_dialects(r, c, &d->f->dialects);
		else if (noro_view_is(c->key, "has") && noro_json_is_str(c, "version"))
			d->f->only_version = true;
		else if (noro_view_is(c->key, "has") && noro_json_is_str(c, "end"))
			d->f->only_complete = true;
		else
			s = bad(r, c, N_("'%1' has the keys dialect and has"), v->key);
	}
	return s;
}

static enum noro_status read_need(struct reader *r, struct draft *d, const struct noro_json *v)
{
	uint16_t *need;

	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of names"), v->key);
	need = noro_arena_array(r->d->a, v->count + 1u, sizeof(*need));
	if (!need)
		return no_memory(r);
	d->f->need = need;
	for (const struct noro_json *c = v->child; c; c = c->next) {
		int at = fact_column(d->t, c->text);

		if (at < 0)
			return bad(r, c, N_("the table has no column '%1'"), c->text);
		need[d->f->needs++] = (uint16_t)at;
	}
	return NORO_OK;
}

static enum noro_status read_unless(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of patterns"), v->key);
	if (r->map->flags + v->count >= FACT_MAX_FLAGS)
		return bad(r, v, N_("more than %1 patterns in `unless`"), NORO_V("1023"));
	d->f->unless = (uint16_t)(r->map->flags + 1);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		struct fact_end end = { .flag = ++r->map->flags };

		d->f->unlesses++;
		s = read_path(r, d, c, r->map->root, &end);
	}
	return s;
}

/* The keys that do not depend on others; false: not one of these. */
static bool read_plain(
	struct reader *r, struct draft *d, const struct noro_json *v, enum noro_status *ret)
{
	if (noro_view_is(v->key, "merge")) {
		d->f->merge = v->kind == NORO_JSON_TRUE;
		*ret = v->kind == NORO_JSON_TRUE || v->kind == NORO_JSON_FALSE
			       ? NORO_OK
			       : bad(r, v, N_("'%1' is true or false"), v->key);
	} else if (noro_view_is(v->key, "only")) {
		*ret = read_only(r, d, v);
	} else if (noro_view_is(v->key, "need")) {
		*ret = read_need(r, d, v);
	} else if (noro_view_is(v->key, "split")) {
		d->f->split = fact_column(d->t, v->text);
		*ret = d->f->split >= 0 ? NORO_OK
					: bad(r, v, N_("the table has no column '%1'"), v->text);
	} else {
		return false;
	}
	return true;
}

/* Patterns first: the values refer to what they take. */
static enum noro_status read_patterns(struct reader *r, struct draft *d, const struct noro_json *v)
{
	const struct noro_json *each = noro_json_get(v, "each"), *with = noro_json_get(v, "with");
	const struct noro_json *unless = noro_json_get(v, "unless");
	const struct fact_end end = { .fact = d->f };
	enum noro_status s = NORO_OK;

	if (!each && !unless)
		return bad(r, v, N_("a fact has the key each or unless"), v->key);
	d->f->without = !each;
	if (each)
		s = read_path(r, d, each, r->map->root, &end);
	if (s == NORO_OK && with)
		s = read_withs(r, d, with);
	if (s == NORO_OK && unless)
		s = read_unless(r, d, unless);
	return s;
}

static enum noro_status read_presets(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_def *f = d->f;
	enum noro_status s = read_sets(r, d, v, &f->preset, &f->presets);

	for (unsigned i = 0; s == NORO_OK && i < f->presets; i++)
		for (unsigned k = 0; k < f->preset[i].pieces; k++)
			f->preset_asks |=
				f->preset[i].piece[k].name >= 0 && f->preset[i].piece[k].column < 0;
	return s;
}

static enum noro_status read_fact(struct reader *r, const struct noro_json *v, struct fact_def *f)
{
	struct noro_view name = noro_json_str(v, "table");
	struct draft d = { .f = f };
	int table = name.p ? noro_facts_table_by_name(r->d, name) : -1;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !name.p)
		return bad(r, v, N_("a fact has the keys table and each"), v->key);
	if (table < 0)
		return bad(r, v, N_("there is no table '%1'"), name);
	*f = (struct fact_def){ .table = (uint16_t)table, .split = -1 };
	d.t = &r->d->table[table].t;
	s = read_patterns(r, &d, v);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "table") || noro_view_is(c->key, "each") ||
			noro_view_is(c->key, "with") || noro_view_is(c->key, "unless"))
			continue;
		if (noro_view_is(c->key, "set"))
			s = read_sets(r, &d, c, &f->set, &f->sets);
		else if (noro_view_is(c->key, "default"))
			s = read_presets(r, &d, c);
		else if (noro_view_is(c->key, "class"))
			s = read_classes(r, &d, c);
		else if (!read_plain(r, &d, c, &s))
			s = bad(r, c, N_("unknown key '%1'"), c->key);
	}
	return s;
}

static enum noro_status read_facts(struct reader *r, const struct noro_json *v)
{
	const struct fact_def **list;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY || v->count > FACT_MAX_FACTS)
		return bad(r, v, N_("'%1' is a list of facts"), v->key);
	list = noro_arena_array(r->d->a, v->count + 1u, sizeof(*list));
	if (!list)
		return no_memory(r);
	r->map->fact = list;
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		struct fact_def *f = noro_arena_alloc(r->d->a, sizeof(*f));

		if (!f)
			return no_memory(r);
		list[r->map->facts++] = f;
		s = read_fact(r, c, f);
	}
	return s;
}

/* Statements of these dialects are cut to one word a level. */
static bool has_levels(uint32_t dialects)
{
	return dialects &
	       (1u << NORO_DIALECT_JUNOS | 1u << NORO_DIALECT_VYOS | 1u << NORO_DIALECT_PANOS);
}

static enum noro_status read_head(struct reader *r, const struct noro_json *v)
{
	const struct noro_json *dialect = noro_json_get(v, "dialect"), *also, *form;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !dialect)
		return bad(r, v, N_("a map has the keys dialect and facts"), v->key);
	s = read_dialects(r, dialect, &r->map->dialects);
	also = noro_json_get(v, "also");
	if (s == NORO_OK && also)
		s = read_dialects(r, also, &r->map->dialects);
	r->map->levels = has_levels(r->map->dialects);
	form = noro_json_get(v, "form");
	if (s == NORO_OK && form) {
		r->map->levels = noro_json_is_str(form, "levels");
		if (!r->map->levels && !noro_json_is_str(form, "lines"))
			s = bad(r, form, N_("'%1' is lines or levels"), form->key);
	}
	return s;
}

/* Where else facts may stand: the paths of vdoms, logical systems, templates. */
static enum noro_status read_roots(struct reader *r, const struct noro_json *v)
{
	const struct fact_end end = { .again = true };
	enum noro_status s = NORO_OK;

	if (!v)
		return NORO_OK;
	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of patterns"), v->key);
	r->roots = noro_arena_alloc(r->d->a, sizeof(*r->roots));
	r->map->roots = new_node(r);
	if (!r->roots || !r->map->roots)
		return no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_path(r, r->roots, c, r->map->roots, &end);
	return s == NORO_OK ? index_node(r, r->map->roots) : s;
}

static enum noro_status read_map(struct reader *r, const struct noro_json *v)
{
	enum noro_status s = read_head(r, v);

	if (s == NORO_OK)
		s = read_roots(r, noro_json_get(v, "roots"));
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "facts"))
			s = read_facts(r, c);
		else if (noro_view_is(c->key, "examples"))
			r->map->examples = c;
		else if (!noro_view_is(c->key, "dialect") && !noro_view_is(c->key, "also") &&
			 !noro_view_is(c->key, "form") && !noro_view_is(c->key, "roots"))
			s = bad(r, c, N_("unknown key '%1'"), c->key);
	}
	if (s == NORO_OK && r->map->facts == 0)
		s = bad(r, v, N_("a map has the keys dialect and facts"), v->key);
	return s == NORO_OK ? index_node(r, r->map->root) : s;
}

static enum noro_status keep_map(struct noro_facts_def *d, struct fact_map *map)
{
	struct fact_map **more = noro_arena_grow(d->a, d->map, d->maps, &d->maps_cap, sizeof(map));

	if (!more)
		return NORO_ENOMEM;
	d->map = more;
	d->map[d->maps++] = map;
	return NORO_OK;
}

enum noro_status fact_map_parse(
	struct noro_facts_def *d, struct noro_view text, const char *file, struct noro_error *err)
{
	const struct noro_json_limits limits = {
		.max_bytes = FACT_MAX_FILE, .max_depth = 12, .max_values = 1 << 18
	};
	struct reader r = { .d = d, .text = text, .file = file, .err = err };
	const struct noro_json *tree;
	enum noro_status s = noro_yaml_parse(d->a, text, &limits, &tree, err);

	if (s != NORO_OK)
		return err ? noro_error_at(err, file, err->unit, err->at) : s;
	r.map = noro_arena_alloc(d->a, sizeof(*r.map));
	if (!r.map)
		return no_memory(&r);
	r.map->root = new_node(&r);
	r.map->file = noro_arena_str(d->a, file);
	if (!r.map->root || !r.map->file)
		return no_memory(&r);
	s = read_map(&r, tree);
	if (s == NORO_OK)
		s = keep_map(d, r.map);
	return s;
}
