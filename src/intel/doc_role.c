/* src/intel/doc_role.c - of what role each value is, and which place of it is kept. */
#include "base/mem.h"
#include "base/text.h"
#include "intel/doc_reading.h"

static void set_role(struct noro_doc_item *i, enum noro_ioc_role role, unsigned confidence)
{
	i->role = role;
	i->confidence = (uint8_t)confidence;
}

static void role_among_indicators(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;
	bool author_defangs = r->defanged > 0;

	if (f->reference && (!i->defanged || i->kind != NORO_IOC_URL))
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (noro_doc_is_place((int)i->kind) && !i->defanged && author_defangs && !f->alone)
		set_role(i, NORO_ROLE_CONTEXT, 30);
	else if (f->reference)
		set_role(i, NORO_ROLE_HUNT, 60);
	else if (noro_doc_is_hash((int)i->kind) || noro_doc_is_place((int)i->kind))
		set_role(i, NORO_ROLE_BLOCK,
			i->defanged || noro_doc_is_hash((int)i->kind) ? 80 : 70);
	else if (i->kind >= NORO_IOC_FILE_NAME)
		set_role(i, NORO_ROLE_HUNT, 40);
	else
		set_role(i, NORO_ROLE_HUNT, i->defanged ? 80 : 70);
}

static void role_in_prose(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;

	if (f->reference)
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (noro_doc_is_hash((int)i->kind) ||
		 (i->kind >= NORO_IOC_JA3 && i->kind <= NORO_IOC_TRON && i->kind != NORO_IOC_ASN &&
			 i->kind != NORO_IOC_MAC))
		set_role(i, NORO_ROLE_HUNT, 60);
	else if (i->kind >= NORO_IOC_FILE_NAME || i->kind == NORO_IOC_ASN)
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (i->defanged)
		set_role(i, NORO_ROLE_HUNT, 65);
	else if (f->alone && r->defanged == 0)
		set_role(i, NORO_ROLE_HUNT, 50);
	else
		set_role(i, NORO_ROLE_CONTEXT, 25);
}

static void decide_role(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;

	if (f->doubt == NORO_DOC_NAMED) {
		set_role(i, NORO_ROLE_CONTEXT, 15);
		return;
	}
	switch (i->place) {
	case NORO_DOC_INDICATORS:
		role_among_indicators(r, f);
		break;
	case NORO_DOC_PROSE:
		role_in_prose(r, f);
		break;
	case NORO_DOC_REFERENCES:
	case NORO_DOC_CONTACT:
		set_role(i, NORO_ROLE_CONTEXT, 15);
		break;
	case NORO_DOC_MITIGATION:
	case NORO_DOC_RULES:
		if (noro_doc_is_hash((int)i->kind) || (i->defanged && !f->reference))
			set_role(i, NORO_ROLE_HUNT, 50);
		else
			set_role(i, NORO_ROLE_CONTEXT, 20);
		break;
	}
	if (f->doubt == NORO_DOC_HUNT_ONLY && i->role == NORO_ROLE_BLOCK)
		set_role(i, NORO_ROLE_HUNT, 60);
}

static unsigned rank(const struct noro_doc_item *i)
{
	unsigned role = i->role == NORO_ROLE_BLOCK ? 2 : i->role == NORO_ROLE_HUNT ? 1 : 0;

	return role * 1000 + i->confidence;
}

/* The same value, the better place first, then the earlier one. */
static int by_value(const void *a, const void *b)
{
	const struct noro_doc_item *x = a, *y = b;
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = noro_view_cmp(x->value, y->value);
	if (c == 0 && rank(x) != rank(y))
		c = rank(x) > rank(y) ? -1 : 1;
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

static int by_line(const void *a, const void *b)
{
	const struct noro_doc_item *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return by_value(a, b);
}

void noro_doc_settle(struct reading *r, struct noro_doc *ret)
{
	struct noro_doc_item *list = noro_arena_array(r->a, r->n + 1, sizeof(*list));
	size_t n = 0;

	if (!list) {
		r->status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		decide_role(r, &r->found[i]);
		list[i] = r->found[i].item;
	}
	qsort(list, r->n, sizeof(*list), by_value);
	for (size_t i = 0; i < r->n; i++) {
		struct noro_doc_item *last = n ? &list[n - 1] : NULL;

		if (!last || last->kind != list[i].kind ||
			!noro_view_eq(last->value, list[i].value))
			list[n++] = list[i];
		else if (last->from_ns == NORO_TIME_NONE && last->until_ns == NORO_TIME_NONE) {
			last->from_ns = list[i].from_ns;
			last->until_ns = list[i].until_ns;
		}
	}
	qsort(list, n, sizeof(*list), by_line);
	ret->item = list;
	ret->items = n;
}
