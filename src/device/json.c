/*
 * src/device/json.c - output of a command as JSON, as a tree: an object's member is a
 * node of its key, a scalar the key and its text, an array the key again for each.
 */
#include "base/json.h"

#include "device/tree_priv.h"

struct reader {
	struct noro_tree_maker *m;
	size_t counted, line_start;
	uint32_t line;
};

/* Values come in the order of the text, so lines are counted once. */
static struct noro_tree_at place_of(struct reader *r, const struct noro_json *v)
{
	struct noro_view t = r->m->text;
	bool scalar = v->kind != NORO_JSON_ARRAY && v->kind != NORO_JSON_OBJECT;

	while (r->counted < v->at) {
		const char *nl = memchr(t.p + r->counted, '\n', v->at - r->counted);

		if (!nl)
			break;
		r->counted = (size_t)(nl - t.p) + 1;
		r->line_start = r->counted;
		r->line++;
	}
	return (struct noro_tree_at){
		scalar ? noro_view(t.p + v->at, v->end - v->at) : v->key,
		r->line_start,
		r->line,
		(uint32_t)(v->at - r->line_start) + 1,
	};
}

static struct noro_view text_of(const struct noro_json *v)
{
	switch (v->kind) {
	case NORO_JSON_NULL:
		return NORO_V("null");
	case NORO_JSON_FALSE:
		return NORO_V("false");
	case NORO_JSON_TRUE:
		return NORO_V("true");
	case NORO_JSON_NUMBER:
	case NORO_JSON_STRING:
	case NORO_JSON_ARRAY:
	case NORO_JSON_OBJECT:
		break;
	}
	return v->text;
}

/* The reader of JSON allows no more depth than NORO_TREE_MAX_DEPTH. */
static void put(
	struct reader *r, struct noro_stmt *parent, struct noro_view key, const struct noro_json *v)
{
	struct noro_tree_at at;
	struct noro_stmt *s;

	if (r->m->status != NORO_OK)
		return;
	if (v->kind == NORO_JSON_ARRAY) {
		for (const struct noro_json *c = v->child; c; c = c->next)
			put(r, parent, key, c);
		return;
	}
	at = place_of(r, v);
	s = noro_tree_add(r->m, parent, &at);
	if (!s || !noro_tree_word(r->m, s, key))
		return;
	if (v->kind != NORO_JSON_OBJECT) {
		(void)noro_tree_word(r->m, s, text_of(v));
		return;
	}
	for (const struct noro_json *c = v->child; c; c = c->next)
		put(r, s, c->key, c);
}

enum noro_status noro_tree_parse_json(
	struct noro_view text, struct noro_arena *a, struct noro_tree **ret, struct noro_error *err)
{
	static const struct noro_json_limits limits = { .max_depth = NORO_TREE_MAX_DEPTH - 1,
		.max_values = NORO_TREE_MAX_STATEMENTS,
		.allow_duplicates = true,
		.allow_lone_surrogates = true };
	struct noro_tree *t = noro_arena_alloc(a, sizeof(*t));
	struct noro_tree_maker m = { .a = a, .text = text, .t = t };
	struct reader r = { .m = &m, .line = 1 };
	const struct noro_json *v;
	enum noro_status st;

	if (!t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_json_parse(a, text, &limits, &v, err);
	if (st != NORO_OK)
		return st;
	t->form = NORO_FORM_OBJECTS;
	if (v->kind == NORO_JSON_OBJECT)
		for (const struct noro_json *c = v->child; c; c = c->next)
			put(&r, &t->root, c->key, c);
	else
		put(&r, &t->root, NORO_V("item"), v);
	noro_tree_maker_done(&m);
	if (m.status != NORO_OK)
		return noro_fail(err, m.status, NULL);
	noro_tree_number(t);
	t->complete = true;
	*ret = t;
	return NORO_OK;
}
