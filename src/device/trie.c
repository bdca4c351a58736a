/*
 * src/device/trie.c - the patterns of a map as a trie: paths that begin alike share their
 * beginning, and at each place the first words of a statement select the few
 * patterns worth trying.
 */
#include "device/map_priv.h"

#include <stdlib.h>

/* Nodes and steps while the trie grows. */
struct growing {
	struct fact_node node; /* first, so that a node can be cast back */
	size_t cap;
};

struct fact_node *map_node(struct reader *r)
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
		return map_no_memory(r);
	if (step->ends)
		memcpy(more, step->end, step->ends * sizeof(*more));
	more[step->ends++] = *end;
	step->end = more;
	return NORO_OK;
}

/* A step is there: end here, or go on below it. */
static enum noro_status insert_behind(struct insertion *x, struct fact_step *step, size_t i)
{
	if (i + 1 == x->levels) {
		if (++x->d->paths > FACT_MAX_EXPANDED)
			return map_bad(x->r, x->at,
				N_("a pattern stands for too many paths, or for none"), NORO_V(""));
		return add_end(x->r, step, &x->end);
	}
	if (!step->next)
		step->next = map_node(x->r);
	return step->next ? map_insert(x, step->next, i + 1) : map_no_memory(x->r);
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
			return map_no_memory(x->r);
		op[0] = chain->op[k];
		op[1].kind = OP_END;
		one.op = op;
		if (op[0].kind == OP_WORD) {
			one.first[0] = op[0].hash;
			one.firsts = 1;
		}
		step = step_for(x->r, node, &one, below);
		if (!step)
			return map_no_memory(x->r);
		if (k + 2 == chain->ops)
			return insert_behind(x, step, i);
		if (!step->next)
			step->next = map_node(x->r);
		node = step->next;
		if (!node)
			return map_no_memory(x->r);
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
		return map_no_memory(x->r);
	if (s != NORO_OK)
		return map_bad(x->r, x->at, inner.msg, x->level[i].pattern.text);
	x->end.negated |= x->level[i].pattern.negated;
	for (size_t k = 0; s == NORO_OK && k < n; k++)
		s = insert_chain(x, node, &chain[k], i);
	return s;
}

enum noro_status map_insert(struct insertion *x, struct fact_node *node, size_t i)
{
	const struct level *l = &x->level[i];
	struct fact_step *step;
	enum noro_status s = NORO_OK;

	if (l->deep) {
		if (!node->deep)
			node->deep = map_node(x->r);
		return node->deep ? map_insert(x, node->deep, i + 1) : map_no_memory(x->r);
	}
	if (l->optional)
		s = map_insert(x, node, i + 1);
	if (s != NORO_OK)
		return s;
	if (x->r->map->levels)
		return insert_levels(x, node, i);
	step = step_for(x->r, node, &l->pattern, false);
	return step ? insert_behind(x, step, i) : map_no_memory(x->r);
}

/* --- the index of a node --- */

static int by_hash(const void *a, const void *b)
{
	const struct fact_entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->step > y->step) - (x->step < y->step);
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
		return map_no_memory(r);
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

enum noro_status map_index(struct reader *r, struct fact_node *node)
{
	uint32_t n = 0, others = 0, *other;
	struct fact_entry *entry;
	enum noro_status s;

	for (uint32_t i = 0; i < node->steps; i++)
		n += node->step[i].pattern.firsts;
	entry = noro_arena_array(r->d->a, n + 1u, sizeof(*entry));
	other = noro_arena_array(r->d->a, node->steps + 1u, sizeof(*other));
	if (!entry || !other)
		return map_no_memory(r);
	n = 0;
	for (uint32_t i = 0; i < node->steps; i++) {
		const struct fact_pattern *p = &node->step[i].pattern;

		for (unsigned k = 0; k < p->firsts; k++)
			entry[n++] = (struct fact_entry){ .hash = map_entry_hash(
								  p->first[k], p->negated),
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
			s = map_index(r, node->step[i].next);
	if (s == NORO_OK && node->deep)
		s = map_index(r, node->deep);
	return s;
}
