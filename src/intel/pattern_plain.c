/*
 * src/intel/pattern_plain.c - the pattern that nearly all are: [type:path = 'value'].
 *
 * Feeds bring hundreds of thousands of them. Here a part of the grammar without any
 * choice in it is read straight into the one anchor that planning would give;
 * whatever is not plainly of this form (a comment, an escape, a value that is not of
 * its kind) is left to the grammar, which also knows what to say about it.
 */
#include "intel/pattern.h"

#include "intel/pattern_priv.h"

enum { MAX_STEPS = 8 };

static bool take(struct noro_view *in, char c)
{
	if (!in->n || in->p[0] != c)
		return false;
	*in = noro_view(in->p + 1, in->n - 1);
	return true;
}

static void blanks(struct noro_view *in)
{
	while (take(in, ' '))
		;
}

static bool word(struct noro_view *in, struct noro_view *ret)
{
	size_t n = 0;

	if (!in->n || !(noro_is_alpha(in->p[0]) || in->p[0] == '_'))
		return false;
	while (n < in->n && (noro_is_alnum(in->p[n]) || in->p[n] == '_' || in->p[n] == '-'))
		n++;
	*ret = noro_view(in->p, n);
	*in = noro_view(in->p + n, in->n - n);
	return !noro_pattern_keyword(*ret);
}

/* Between quotes, with nothing to undo. */
static bool quoted(struct noro_view *in, struct noro_view *ret)
{
	size_t n;

	if (!take(in, '\''))
		return false;
	n = noro_view_chr(*in, '\'');
	if (n == SIZE_MAX || n == 0 || memchr(in->p, '\\', n))
		return false;
	*ret = noro_view(in->p, n);
	*in = noro_view(in->p + n + 1, in->n - n - 1);
	return true;
}

static bool object_path(
	struct noro_view *in, struct noro_pattern_path *ret, struct noro_pattern_step *step)
{
	bool more;

	*ret = (struct noro_pattern_path){ .step = step };
	if (!word(in, &ret->type))
		return false;
	for (more = take(in, ':'); more; more = take(in, '.')) {
		struct noro_pattern_step *s = &step[ret->steps];

		if (ret->steps == MAX_STEPS)
			return false;
		*s = (struct noro_pattern_step){ .kind = NORO_STEP_NAME };
		if (!quoted(in, &s->name) && !word(in, &s->name))
			return false;
		ret->steps++;
	}
	return ret->steps > 0;
}

static bool form(struct noro_view in, struct noro_pattern_path *ret, struct noro_pattern_step *step,
	struct noro_view *value)
{
	if (in.n > NORO_PATTERN_MAX_BYTES || !take(&in, '['))
		return false;
	blanks(&in);
	if (!object_path(&in, ret, step))
		return false;
	blanks(&in);
	if (!take(&in, '='))
		return false;
	blanks(&in);
	if (!quoted(&in, value))
		return false;
	blanks(&in);
	if (!take(&in, ']'))
		return false;
	blanks(&in);
	return in.n == 0;
}

bool noro_pattern_plain(struct noro_view text, struct noro_buf *tmp, struct noro_buf *value,
	enum noro_ioc_kind *ret_kind)
{
	struct noro_pattern_step step[MAX_STEPS];
	struct noro_pattern_path path;
	struct noro_pattern_literal literal = { .kind = NORO_LITERAL_STRING };
	int kind;

	if (!form(text, &path, step, &literal.text) || !noro_pattern_hash_ok(&path, &literal))
		return false;
	kind = noro_pattern_path_kind(&path, literal.text);
	if (kind < 0)
		return false;
	noro_buf_clear(tmp);
	noro_buf_clear(value);
	*ret_kind = (enum noro_ioc_kind)noro_pattern_as_meant(literal.text, kind, tmp);
	return tmp->status == NORO_OK &&
	       noro_ioc_normal(*ret_kind, noro_buf_as_view(tmp), value) == NORO_OK;
}
