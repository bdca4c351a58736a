/*
 * src/evidence/flat.c - names and values out of JSON objects and key=value text, in
 * one pass, as views.
 *
 * Evidence is not a document: a line may be cut off or written by a program that
 * knows half of JSON. So this walker takes what it can read and stops at the
 * first byte it cannot, where base/json.h would refuse the whole.
 */
#include "evidence/log_priv.h"

#include "base/json.h"

enum { MAX_DEPTH = 16, MAX_PATH = 240 };

struct walk {
	struct noro_take *t;
	const char *p, *end;
	char path[MAX_PATH];
	size_t path_n;
	size_t mark[MAX_DEPTH]; /* length of the path outside each level */
	char kind[MAX_DEPTH];   /* '{' or '[' */
	unsigned depth;
	struct noro_view key; /* of the innermost member, as it stands in the text */
};

static void blanks(struct walk *w)
{
	while (w->p < w->end && noro_is_space(*w->p))
		w->p++;
}

/* At a quote: the raw string without quotes. */
static bool string(struct walk *w, struct noro_view *ret, bool *ret_escaped)
{
	const char *start = ++w->p, *q = NULL, *b;

	*ret_escaped = false;
	while (w->p < w->end) {
		if (!q || q < w->p) /* looked for once per quote, so escapes cost nothing extra */
			q = memchr(w->p, '"', (size_t)(w->end - w->p));
		b = memchr(w->p, '\\', (size_t)((q ? q : w->end) - w->p));
		if (b) {
			*ret_escaped = true;
			if (w->end - b < 2)
				break;
			w->p = b + 2;
			continue;
		}
		if (!q)
			break;
		*ret = noro_view(start, (size_t)(q - start));
		w->p = q + 1;
		return true;
	}
	w->p = w->end;
	return false;
}

static bool word(struct walk *w, struct noro_view *ret)
{
	const char *start = w->p;

	while (w->p < w->end && (noro_is_alnum(*w->p) || strchr("+-.", *w->p)) && *w->p)
		w->p++;
	*ret = noro_view(start, (size_t)(w->p - start));
	return w->p > start;
}

static void give(struct walk *w, struct noro_view value, bool escaped)
{
	struct noro_view path = noro_view(w->path, w->path_n), name;
	const struct noro_alias *alias = noro_ev_alias(&w->t->log->names, w->t->family, path);

	if (w->t->n >= NORO_EV_PAIRS && !alias)
		return;
	if (escaped)
		value = noro_json_unescape(w->t->arena, value);
	/* a member of the outermost object is named in the text itself */
	if (w->key.p && noro_view_eq(w->key, path))
		name = w->key;
	else
		name = noro_arena_view(w->t->arena, path);
	if (name.p)
		noro_ev_take_as(w->t, name, alias, value);
}

static bool enter(struct walk *w)
{
	if (w->depth == MAX_DEPTH)
		return false;
	w->kind[w->depth] = *w->p++;
	w->mark[w->depth++] = w->path_n;
	return true;
}

static bool member(struct walk *w)
{
	size_t base = w->mark[w->depth - 1];
	bool escaped;

	if (*w->p != '"' || !string(w, &w->key, &escaped))
		return false;
	blanks(w);
	if (w->p == w->end || *w->p != ':')
		return false;
	w->p++;
	blanks(w);
	w->path_n = base;
	if (w->key.n + base + 1 >= MAX_PATH) {
		w->key.n = MAX_PATH > base + 1 ? MAX_PATH - base - 1 : 0;
		if (w->key.n > 40)
			w->key.n = 40;
		if (w->key.n + base + 1 >= MAX_PATH)
			return false;
	}
	if (base)
		w->path[w->path_n++] = '.';
	memcpy(w->path + w->path_n, w->key.p, w->key.n);
	w->path_n += w->key.n;
	return true;
}

static bool value(struct walk *w)
{
	struct noro_view v;
	bool escaped;

	if (w->p == w->end)
		return false;
	if (*w->p == '{' || *w->p == '[')
		return enter(w);
	if (*w->p == '"') {
		if (!string(w, &v, &escaped))
			return false;
		give(w, v, escaped);
		return true;
	}
	if (!word(w, &v))
		return false;
	if (!noro_view_is(v, "null"))
		give(w, v, false);
	return true;
}

/* One step inside the innermost container: a separator, its end, or the next element. */
static bool step(struct walk *w)
{
	char in = w->kind[w->depth - 1];

	if (*w->p == ',') {
		w->p++;
		return true;
	}
	if (*w->p == (in == '{' ? '}' : ']')) {
		w->p++;
		w->path_n = w->mark[--w->depth];
		return true;
	}
	if (in == '{' && !member(w))
		return false;
	if (in == '[')
		w->path_n = w->mark[w->depth - 1];
	return value(w);
}

bool noro_ev_flat_json(struct noro_take *t, struct noro_view text)
{
	struct walk w = { .t = t, .p = text.p, .end = text.p + text.n };

	blanks(&w);
	if (w.p == w.end || *w.p != '{' || !enter(&w))
		return false;
	while (w.depth) {
		blanks(&w);
		if (w.p == w.end || !step(&w))
			return w.t->n > 0;
	}
	return true;
}

static bool key_char(char c)
{
	return noro_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/';
}

/* A value: quoted (with \" inside), in brackets, or up to a separator. */
static struct noro_view kv_value(struct noro_view *rest)
{
	char open = rest->n ? rest->p[0] : 0, close = open == '<' ? '>' : open;
	size_t i;
	struct noro_view v;

	if (open == '"' || open == '\'' || open == '<') {
		for (i = 1; i < rest->n && rest->p[i] != close; i++)
			if (rest->p[i] == '\\' && open == '"')
				i++;
		if (i < rest->n) {
			v = noro_view(rest->p + 1, i - 1);
			*rest = noro_view_sub(*rest, i + 1, rest->n);
			return v;
		}
	}
	for (i = 0; i < rest->n && !noro_is_space(rest->p[i]) && rest->p[i] != ',' &&
		    rest->p[i] != ';' && rest->p[i] != '|';
		i++)
		;
	v = noro_view(rest->p, i);
	*rest = noro_view_sub(*rest, i, rest->n);
	return v;
}

bool noro_ev_next_kv(struct noro_view *rest, struct noro_view *name, struct noro_view *val)
{
	while (rest->n) {
		size_t eq = noro_view_chr(*rest, '='), start = eq;

		if (eq == SIZE_MAX)
			break;
		while (start && key_char(rest->p[start - 1]))
			start--;
		*name = noro_view(rest->p + start, eq - start);
		*rest = noro_view_sub(*rest, eq + 1, rest->n);
		if (name->n == 0 || name->n > 64)
			continue;
		*val = kv_value(rest);
		return true;
	}
	*rest = noro_view_sub(*rest, rest->n, 0);
	return false;
}

size_t noro_ev_flat_kv(struct noro_take *t, struct noro_view text)
{
	struct noro_view name, val;
	size_t n = 0;

	while (n < NORO_EV_PAIRS && noro_ev_next_kv(&text, &name, &val)) {
		noro_ev_take(t, name, val);
		n++;
	}
	return n;
}
