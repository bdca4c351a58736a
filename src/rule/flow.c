/*
 * src/rule/flow.c - which records of flows are worth reading.
 *
 * A firewall or a flow sensor writes no words, so checks `over: flow` name numbers
 * instead: ports, protocols, message numbers, sizes. One of them must stand in every
 * record that can hold. The gate walks the text once, looks at whole decimal numbers
 * only, and passes over parts of addresses and fractions (digits on both sides of a
 * dot), which are most of the digits in a log of flows.
 */
#include "rule/rule_priv.h"

/* Numbers up to here are told apart; beyond, one threshold stands for all. */
enum { EXACT = 1 << 19 };

struct noro_flow_gate {
	uint64_t bit[EXACT / 64];
	int64_t large; /* numbers from here on pass */
	uint32_t *signal;
	size_t signals;
};

static void open_for(struct noro_flow_gate *g, struct noro_number_range r)
{
	for (int64_t n = r.from; n <= r.to && n < EXACT; n += r.step)
		g->bit[n / 64] |= UINT64_C(1) << (n % 64);
	if (r.to >= EXACT) {
		int64_t from = r.from > EXACT ? r.from : EXACT;

		if (from < g->large)
			g->large = from;
	}
}

enum noro_status noro_flow_gather(struct noro_rules *r, struct noro_error *err)
{
	struct noro_flow_gate *g;
	size_t n = 0;

	for (size_t i = 0; i < r->signals; i++)
		n += r->signal[i].used && r->signal[i].numbers > 0;
	if (n == 0)
		return NORO_OK;
	g = noro_arena_alloc(r->arena, sizeof(*g));
	if (g)
		g->signal = noro_arena_array(r->arena, n, sizeof(*g->signal));
	if (!g || !g->signal)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	g->large = INT64_MAX;
	for (size_t i = 0; i < r->signals; i++) {
		const struct noro_signal *s = &r->signal[i];

		if (!s->used || s->numbers == 0)
			continue;
		g->signal[g->signals++] = (uint32_t)i;
		for (uint32_t k = 0; k < s->numbers; k++)
			open_for(g, s->number[k]);
	}
	r->flow = g;
	return NORO_OK;
}

bool noro_rules_over_flow(const struct noro_rules *r)
{
	return r->flow != NULL;
}

const uint32_t *noro_flow_signals(const struct noro_rules *r, size_t *ret_n)
{
	*ret_n = r->flow ? r->flow->signals : 0;
	return r->flow ? r->flow->signal : NULL;
}

/* Digits from..to stand alone: not inside a word, an address or a fraction. */
static bool alone(struct noro_view text, size_t from, size_t to)
{
	if (from > 0 && (noro_is_alpha(text.p[from - 1]) || text.p[from - 1] == '_'))
		return false;
	if (to < text.n && (noro_is_alpha(text.p[to]) || text.p[to] == '_'))
		return false;
	if (from > 1 && text.p[from - 1] == '.' && noro_is_digit(text.p[from - 2]))
		return false;
	return to + 1 >= text.n || text.p[to] != '.' || !noro_is_digit(text.p[to + 1]);
}

/* `n` is what `digits` digits say; of more than 18 it may have overflowed, and they are many. */
static bool passes(const struct noro_flow_gate *g, uint64_t n, size_t digits)
{
	if (digits <= 18 && n < EXACT)
		return g->bit[n / 64] >> (n % 64) & 1;
	return digits > 18 ? g->large != INT64_MAX : n >= (uint64_t)g->large;
}

size_t noro_rules_next_flow(const struct noro_rules *r, struct noro_view text, size_t from)
{
	const struct noro_flow_gate *g = r->flow;
	const unsigned char *p = (const unsigned char *)text.p;
	size_t i = from;

	while (g && i < text.n) {
		uint64_t n = 0;
		size_t start;
		unsigned digit = p[i] - '0';

		if (digit > 9) {
			i++;
			continue;
		}
		for (start = i; digit <= 9;) {
			n = n * 10 + digit;
			if (++i == text.n)
				break;
			digit = p[i] - '0';
		}
		if (passes(g, n, i - start) && alone(text, start, i))
			return start;
	}
	return SIZE_MAX;
}

/* --- the `numbers` of a check: 49, "18000-18999", "10022-65522/100", "200000000-" --- */

static bool range_of(struct noro_view text, struct noro_number_range *ret)
{
	size_t slash = noro_view_chr(text, '/'), dash;
	struct noro_view from;
	uint64_t a, b, step = 1;

	if (slash != SIZE_MAX && (!noro_view_u64(noro_view_sub(text, slash + 1, text.n), &step) ||
					 step == 0 || step > EXACT))
		return false;
	text = slash == SIZE_MAX ? text : noro_view(text.p, slash);
	dash = noro_view_chr(text, '-');
	from = dash == SIZE_MAX ? text : noro_view(text.p, dash);

	if (!noro_view_u64(from, &a) || a > INT64_MAX)
		return false;
	b = a;
	if (dash != SIZE_MAX) {
		struct noro_view to = noro_view_sub(text, dash + 1, text.n);

		b = INT64_MAX;
		if (to.n > 0 && (!noro_view_u64(to, &b) || b > INT64_MAX || b < a))
			return false;
	}
	*ret = (struct noro_number_range){ (int64_t)a, (int64_t)b, (int64_t)step };
	return true;
}

enum noro_status noro_flow_numbers(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_signal *s)
{
	struct noro_number_range *list;

	if (v->kind != NORO_JSON_ARRAY || v->count == 0 || v->count > NORO_LITERAL_MOST)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_LITERAL_MOST));
	list = noro_arena_array(doc->rules->arena, v->count, sizeof(*list));
	if (!list)
		return noro_rule_nomem(doc);
	s->number = list;
	for (const struct noro_json *at = v->child; at; at = at->next)
		if (!range_of(at->text, &list[s->numbers++]))
			return noro_rule_bad(doc, at->at,
				N_("'%1' is no number and no range of numbers"),
				NORO_VTEXT(at->text));
	return NORO_OK;
}
