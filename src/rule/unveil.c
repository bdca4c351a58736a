/*
 * src/rule/unveil.c - undo what an attacker wraps around a request so that a plain
 * search misses it: percent encoding, also twice, and the look-ups of logging
 * libraries that spell one letter each (${lower:j}, ${::-n}).
 */
#include "base/text.h"
#include "rule/rule_priv.h"

static void percent(struct noro_view text, struct noro_buf *scratch, struct noro_buf *out)
{
	noro_buf_view(out, text);
	for (int round = 0; round < NORO_UNVEIL_ROUNDS; round++) {
		if (noro_view_chr(noro_buf_as_view(out), '%') == SIZE_MAX)
			return;
		noro_buf_clear(scratch);
		if (noro_percent_decode(noro_buf_as_view(out), scratch) == 0)
			return;
		noro_buf_clear(out);
		noro_buf_view(out, noro_buf_as_view(scratch));
		if (scratch->status != NORO_OK)
			out->status = scratch->status;
	}
}

/* What stands for the inside of one ${...}; false when it is kept as it is. */
static bool look_up(struct noro_view inside, struct noro_view *ret)
{
	size_t dash;

	if (noro_view_starts_i(inside, "jndi:"))
		return false;
	if (noro_view_starts_i(inside, "lower:") || noro_view_starts_i(inside, "upper:")) {
		*ret = noro_view_sub(inside, 6, inside.n);
		return true;
	}
	dash = noro_view_find(inside, NORO_V(":-"));
	if (dash == SIZE_MAX)
		return false;
	*ret = noro_view_sub(inside, dash + 2, inside.n);
	return true;
}

/* Inside out in one walk: `p` is rewritten in place, the result is never longer. */
static size_t lookups(char *p, size_t n)
{
	size_t open[NORO_UNVEIL_DEPTH], depth = 0, to = 0;

	for (size_t i = 0; i < n; i++) {
		struct noro_view plain;

		p[to++] = p[i];
		if (p[i] == '{' && to >= 2 && p[to - 2] == '$' && depth < NORO_UNVEIL_DEPTH) {
			open[depth++] = to;
		} else if (p[i] == '}' && depth > 0) {
			size_t from = open[--depth];

			if (!look_up(noro_view(p + from, to - 1 - from), &plain))
				continue;
			memmove(p + from - 2, plain.p, plain.n);
			to = from - 2 + plain.n;
		}
	}
	return to;
}

void noro_unveil(
	struct noro_view text, enum noro_decode how, struct noro_buf *scratch, struct noro_buf *out)
{
	noro_buf_clear(out);
	percent(noro_view_sub(text, 0, NORO_UNVEIL_MAX), scratch, out);
	if (how != NORO_DECODE_LOOKUPS || out->status != NORO_OK || out->n == 0)
		return;
	out->n = lookups(out->p, out->n);
	out->p[out->n] = '\0';
}

void noro_rule_unveil(struct noro_view text, struct noro_buf *scratch, struct noro_buf *out)
{
	noro_unveil(text, NORO_DECODE_LOOKUPS, scratch, out);
}
