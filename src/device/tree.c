/*
 * src/device/tree.c - the maker of trees: statements and words out of slabs, and for
 * dialects whose every word is a level an index of (parent, word), so that a path
 * given again costs no walk over brothers.
 */
#include "base/mem.h"
#include "device/tree_priv.h"

static bool no_memory(struct noro_tree_maker *m)
{
	m->status = NORO_ENOMEM;
	return false;
}

struct noro_stmt *noro_tree_add(
	struct noro_tree_maker *m, struct noro_stmt *parent, const struct noro_tree_at *at)
{
	struct noro_stmt *s;

	if (m->t->statements >= NORO_TREE_MAX_STATEMENTS) {
		m->t->cut = true;
		return NULL;
	}
	if (m->stmt_room == 0) {
		m->stmt = noro_arena_array(m->a, NORO_TREE_STMT_SLAB, sizeof(*m->stmt));
		if (!m->stmt)
			return (void)no_memory(m), NULL;
		m->stmt_room = NORO_TREE_STMT_SLAB;
	}
	s = m->stmt++;
	m->stmt_room--;
	s->text = at->text;
	s->offset = at->offset;
	s->line = at->line;
	s->column = at->column;
	s->parent = parent;
	if (parent->last)
		parent->last->next = s;
	else
		parent->child = s;
	parent->last = s;
	m->t->statements++;
	return s;
}

bool noro_tree_word(struct noro_tree_maker *m, struct noro_stmt *s, struct noro_view word)
{
	if (m->word_room == 0) {
		size_t room = NORO_TREE_WORD_SLAB;
		struct noro_view *fresh;

		while (room < 2 * (size_t)s->words)
			room *= 2;
		fresh = noro_arena_array(m->a, room, sizeof(*fresh));
		if (!fresh)
			return no_memory(m);
		/* the words of one statement stand together */
		if (s->words)
			memcpy(fresh, s->word, s->words * sizeof(*fresh));
		s->word = fresh;
		m->word = fresh + s->words;
		m->word_room = room - s->words;
	}
	if (s->words == 0)
		s->word = m->word;
	*m->word++ = word;
	m->word_room--;
	s->words++;
	return true;
}

static size_t hash(const struct noro_stmt *parent, struct noro_view word, bool negated)
{
	uint64_t h = (uint64_t)(uintptr_t)parent * 0x9e3779b97f4a7c15u + negated;

	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (uint8_t)word.p[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

static bool is_child(const struct noro_stmt *s, const struct noro_stmt *parent,
	struct noro_view word, unsigned flags)
{
	return s->parent == parent && s->words == 1 &&
	       ((s->flags ^ flags) & (NORO_STMT_NEGATED | NORO_STMT_UNKNOWN)) == 0 &&
	       noro_view_eq(s->word[0], word);
}

static bool grow_index(struct noro_tree_maker *m)
{
	size_t slots = m->slots ? m->slots * 2 : 256;
	struct noro_stmt **fresh = noro_calloc(slots, sizeof(struct noro_stmt *));

	if (!fresh)
		return no_memory(m);
	for (size_t i = 0; i < m->slots; i++) {
		const struct noro_stmt *s = m->slot[i];
		size_t at;

		if (!s)
			continue;
		at = hash(s->parent, s->word[0], s->flags & NORO_STMT_NEGATED);
		while (fresh[at & (slots - 1)])
			at++;
		fresh[at & (slots - 1)] = m->slot[i];
	}
	free(m->slot);
	m->slot = fresh;
	m->slots = slots;
	return true;
}

struct noro_stmt *noro_tree_enter(struct noro_tree_maker *m, struct noro_stmt *parent,
	struct noro_view word, unsigned flags, const struct noro_tree_at *at)
{
	bool negated = flags & NORO_STMT_NEGATED;
	struct noro_stmt *s = parent->last;
	size_t i;

	if (s && s->words && is_child(s, parent, word, flags))
		return s;
	if (m->used * 2 >= m->slots && !grow_index(m))
		return NULL;
	i = hash(parent, word, negated);
	for (; (s = m->slot[i & (m->slots - 1)]); i++)
		if (is_child(s, parent, word, flags))
			return s;
	s = noro_tree_add(m, parent, at);
	if (!s || !noro_tree_word(m, s, word))
		return NULL;
	s->flags = flags;
	m->slot[i & (m->slots - 1)] = s;
	m->used++;
	return s;
}

void noro_tree_maker_done(struct noro_tree_maker *m)
{
	free(m->slot);
	m->slot = NULL;
}

const struct noro_stmt *noro_stmt_walk(const struct noro_stmt *s)
{
	if (s->child)
		return s->child;
	while (s && !s->next)
		s = s->parent;
	return s ? s->next : NULL;
}

/* Numbers in order of the walk; paths that are given in turns make it differ from the lines. */
void noro_tree_number(struct noro_tree *t)
{
	uint32_t n = 0;

	for (struct noro_stmt *s = t->root.child; s;) {
		s->number = n++;
		t->unknown += (s->flags & NORO_STMT_UNKNOWN) != 0;
		if (s->child) {
			s = s->child;
			continue;
		}
		while (s && !s->next)
			s = s->parent;
		s = s ? s->next : NULL;
	}
}

struct noro_view noro_stmt_path(const struct noro_stmt *s, struct noro_arena *a)
{
	const struct noro_stmt *up[NORO_TREE_MAX_DEPTH + 2];
	size_t n = 0, bytes = 0;
	char *out, *at;

	for (; s && s->parent && n < sizeof(up) / sizeof(up[0]); s = s->parent) {
		up[n++] = s;
		for (uint32_t i = 0; i < s->words; i++)
			bytes += s->word[i].n + 1;
		if (s->flags & NORO_STMT_TEXT)
			bytes += s->text.n + 1;
	}
	out = at = noro_arena_alloc(a, bytes + 1);
	if (!out)
		return noro_view(NULL, 0);
	while (n-- > 0)
		for (uint32_t i = 0; i < up[n]->words; i++) {
			if (at > out)
				*at++ = ' ';
			if (up[n]->word[i].n)
				memcpy(at, up[n]->word[i].p, up[n]->word[i].n);
			at += up[n]->word[i].n;
		}
	return noro_view(out, (size_t)(at - out));
}

enum noro_status noro_tree_parse(struct noro_view text, const struct noro_dialect_guess *guess,
	struct noro_arena *a, struct noro_tree **ret)
{
	struct noro_tree *t = noro_arena_alloc(a, sizeof(*t));
	struct noro_tree_maker m = { .a = a, .text = text, .t = t };

	if (!t)
		return NORO_ENOMEM;
	t->dialect = guess->dialect;
	t->form = guess->form;
	switch (guess->form) {
	case NORO_FORM_BRACES:
		noro_tree_read_braces(&m);
		break;
	case NORO_FORM_SET:
		noro_tree_read_set(&m);
		break;
	case NORO_FORM_BLOCKS:
		noro_tree_read_blocks(&m);
		break;
	case NORO_FORM_MENUS:
		noro_tree_read_menus(&m);
		break;
	case NORO_FORM_XML:
		noro_tree_read_xml(&m);
		break;
	case NORO_FORM_LINES:
	case NORO_FORM_OBJECTS: /* of commands only: noro_tree_parse_json */
		noro_tree_read_lines(&m);
		break;
	}
	noro_tree_maker_done(&m);
	if (m.status != NORO_OK)
		return m.status;
	noro_tree_number(t);
	*ret = t;
	return NORO_OK;
}
