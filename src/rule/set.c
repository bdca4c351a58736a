/* src/rule/set.c - lists of facts: what is privileged, what the site approved. */
#include "rule/rule_priv.h"

enum noro_status noro_rule_set(struct noro_rules *r, struct noro_view name, uint32_t *ret)
{
	struct noro_set_facts *grown;

	for (size_t i = 0; i < r->sets; i++)
		if (noro_view_is(name, r->set[i].name)) {
			*ret = (uint32_t)i;
			return NORO_OK;
		}
	if (r->sets == r->set_cap) {
		grown = noro_arena_grow(r->arena, r->set, r->sets, &r->set_cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		r->set = grown;
	}
	r->set[r->sets] =
		(struct noro_set_facts){ .name = noro_arena_strn(r->arena, name.p, name.n) };
	if (!r->set[r->sets].name)
		return NORO_ENOMEM;
	*ret = (uint32_t)r->sets++;
	return NORO_OK;
}

static enum noro_status add_prefix(
	struct noro_rules *r, struct noro_set_facts *s, const struct noro_prefix *p)
{
	struct noro_prefix *grown = s->prefix;

	if (s->prefixes == s->prefix_cap)
		grown = noro_arena_grow(
			r->arena, s->prefix, s->prefixes, &s->prefix_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	s->prefix = grown;
	s->prefix[s->prefixes++] = *p;
	return NORO_OK;
}

enum noro_status noro_rule_set_add(struct noro_rules *r, uint32_t set, struct noro_view value)
{
	struct noro_set_facts *s = &r->set[set];
	struct noro_prefix p;
	bool host_bits;
	const char **grown = s->text;
	char *copy;

	value = noro_view_trim(value);
	if (noro_prefix_parse(value, &p, &host_bits))
		return add_prefix(r, s, &p);
	if (s->texts == s->text_cap)
		grown = noro_arena_grow(r->arena, s->text, s->texts, &s->text_cap, sizeof(*grown));
	copy = noro_arena_strn(r->arena, value.p ? value.p : "", value.n);
	if (!grown || !copy)
		return NORO_ENOMEM;
	for (size_t i = 0; i < value.n; i++)
		copy[i] = noro_lower(copy[i]);
	s->text = grown;
	s->text[s->texts++] = copy;
	return NORO_OK;
}
