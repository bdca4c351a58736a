/* src/device/members.c - which texts are of which device: by name, and by box where two share one.
 */
#include "device/audit_priv.h"

#include "base/mem.h"

#include <stdlib.h>

static int cmp_i(const char *a, const char *b)
{
	while (*a && noro_lower(*a) == noro_lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)noro_lower(*a) - (unsigned char)noro_lower(*b);
}

/* By name, then by time with the unknown first, then by path. */
static int by_name_and_time(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int c = cmp_i(a->name, b->name);

	if (c)
		return c;
	if (a->text->time_ns != b->text->time_ns)
		return a->text->time_ns < b->text->time_ns ? -1 : 1;
	return strcmp(a->text->path, b->text->path);
}

static struct member *list(struct noro_audit *u, size_t *ret_n)
{
	struct member *m;
	size_t n = 0;

	for (size_t i = 0; i < u->texts; i++)
		n += u->text[i].names;
	m = noro_calloc(n + 1, sizeof(*m));
	if (!m)
		return NULL;
	n = 0;
	for (size_t i = 0; i < u->texts; i++)
		for (uint32_t k = 0; k < u->text[i].names; k++)
			m[n++] = (struct member){ .name = u->text[i].name[k], .text = &u->text[i] };
	qsort(m, n, sizeof(*m), by_name_and_time);
	*ret_n = n;
	return m;
}

size_t noro_audit_same_name(const struct noro_audit *u, size_t from)
{
	size_t to = from + 1;

	while (to < u->members && cmp_i(u->member[to].name, u->member[from].name) == 0)
		to++;
	return to;
}

static enum noro_status add_notes(struct noro_audit *u, const struct noro_twins *t)
{
	for (size_t i = 0; i < t->notes; i++) {
		struct noro_audit_note *grown =
			noro_arena_grow(u->keep, u->note, u->notes, &u->note_cap, sizeof(*grown));

		if (!grown)
			return NORO_ENOMEM;
		u->note = grown;
		u->note[u->notes++] = t->note[i];
	}
	return NORO_OK;
}

static enum noro_status tell_apart(struct noro_audit *u, struct member *m, size_t n)
{
	const struct text **text = noro_calloc(n, sizeof(const struct text *));
	struct noro_twins twins = { 0 };
	enum noro_status st = NORO_ENOMEM;

	for (size_t i = 0; text && i < n; i++)
		text[i] = m[i].text;
	if (text)
		st = noro_twins_tell(m->name, text, n, u->keep, &twins);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		m[i].shown = m->name;
		if (twins.groups < 2)
			continue;
		m[i].group = twins.of[i];
		m[i].shown = twins.of[i] == NORO_TWINS_ALL ? NULL : twins.shown[twins.of[i]];
	}
	free((void *)text);
	return st == NORO_OK ? add_notes(u, &twins) : st;
}

enum noro_status noro_audit_members(struct noro_audit *u)
{
	enum noro_status st = NORO_OK;

	if (u->member)
		return NORO_OK;
	u->member = list(u, &u->members);
	if (!u->member)
		return NORO_ENOMEM;
	for (size_t i = 0, to; st == NORO_OK && i < u->members; i = to) {
		to = noro_audit_same_name(u, i);
		st = tell_apart(u, &u->member[i], to - i);
	}
	return st;
}

enum noro_status noro_audit_shown(
	struct noro_audit *u, const char *path, const char *name, const char **ret)
{
	enum noro_status st = noro_audit_members(u);
	size_t from = 0, to = u->members;

	*ret = name;
	if (st != NORO_OK)
		return st;
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (cmp_i(u->member[mid].name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < u->members && cmp_i(u->member[from].name, name) == 0; from++)
		if (strcmp(u->member[from].text->path, path) == 0 && u->member[from].shown)
			*ret = u->member[from].shown;
	return NORO_OK;
}
