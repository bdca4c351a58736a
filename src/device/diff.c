/*
 * src/device/diff.c - a difference of trees. Children are matched by all their
 * words, never by their first ones: tools that took "the same key" for the same
 * statement lost added communities and neighbours (hier_config #145, #157). Where order has
 * meaning, the longest run of pairs in unchanged order stays and the rest has moved.
 */
#include "device/diff.h"

#include "base/mem.h"

/* Lists whose order the device obeys, by the words that open them; the last entry of a path that
 * fits decides. */
static const char *const ordered[] = {
	"ip access-list",
	"ipv6 access-list",
	"mac access-list",
	"arp access-list",
	"ip ip access-list",
	"acl",
	"access-list",
	"firewall filter",
	"firewall family",
	"policy-statement",
	"policy-map",
	"firewall policy",
	"router policy",
	"rulebase",
	"ip firewall",
	"ipv6 firewall",
	"route-policy",
	"ip prefix-list",
	"traffic-policy",
	"nat rule",
	"security policies",
	"event manager applet",
	"filter ip",
};

static uint64_t mix(uint64_t h, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3U;
	return (h ^ 0xff) * 0x100000001b3U;
}

static bool salted(const struct noro_stmt *s, uint32_t i)
{
	return i > 0 && noro_view_is_i(s->word[i - 1], "ENC");
}

uint64_t noro_stmt_hash(const struct noro_stmt *s)
{
	uint64_t h = 0xcbf29ce484222325U;
	char flags = (char)(s->flags & (NORO_STMT_NEGATED | NORO_STMT_INACTIVE));

	h = mix(h, &flags, 1);
	if (s->flags & NORO_STMT_TEXT)
		return mix(h, s->text.p, s->text.n);
	for (uint32_t i = 0; i < s->words; i++)
		h = salted(s, i) ? mix(h, "", 0) : mix(h, s->word[i].p, s->word[i].n);
	return h;
}

uint64_t noro_stmt_path_hash(const struct noro_stmt *s)
{
	uint64_t h = 0;

	for (; s && s->parent; s = s->parent)
		h = (h << 7 | h >> 57) ^ noro_stmt_hash(s);
	return h;
}

static bool same(const struct noro_stmt *a, const struct noro_stmt *b)
{
	unsigned marks = NORO_STMT_NEGATED | NORO_STMT_INACTIVE;

	if (a->words != b->words || (a->flags & marks) != (b->flags & marks))
		return false;
	if (a->flags & NORO_STMT_TEXT)
		return noro_view_eq(a->text, b->text);
	for (uint32_t i = 0; i < a->words; i++)
		if (!noro_view_eq(a->word[i], b->word[i]) && !salted(a, i))
			return false;
	return true;
}

/* Do the statement's words, or those of the path that ends in it, open with `name`? */
static bool opens(const struct noro_stmt *s, const char *name)
{
	struct noro_view rest = noro_view_str(name), word;
	uint32_t i = 0;

	while (noro_view_word(&rest, &word)) {
		if (i == s->words || !noro_view_eq_i(s->word[i++], word))
			return false;
	}
	return true;
}

/* In trees of one word a level a two-word name stands on two levels. */
static bool opens_over_levels(const struct noro_stmt *s, const char *name)
{
	struct noro_view all = noro_view_str(name);
	struct noro_view second = all, first = { 0 };

	if (!noro_view_word(&second, &first))
		return false;
	second = noro_view_trim(second);
	if (s->words != 1 || !s->parent || !s->parent->parent || !second.n)
		return false;
	return noro_view_eq_i(s->word[0], second) && s->parent->words == 1 &&
	       noro_view_eq_i(s->parent->word[0], first);
}

bool noro_stmt_ordered(const struct noro_stmt *parent)
{
	for (unsigned up = 0; parent && parent->parent && up < 5; up++, parent = parent->parent)
		for (size_t i = 0; i < sizeof(ordered) / sizeof(*ordered); i++)
			if (opens(parent, ordered[i]) || opens_over_levels(parent, ordered[i]))
				return true;
	return false;
}

struct child {
	const struct noro_stmt *s;
	uint64_t hash;
	uint32_t at;      /* position among its siblings */
	uint32_t partner; /* position on the other side, UINT32_MAX: none */
	bool moved;
};

struct differ {
	struct noro_arena *a;
	struct noro_diff_line *line;
	size_t n, cap;
	struct noro_diff *d;
	enum noro_status status; /* NORO_ENOMEM sticks */
};

static void put(struct differ *f, enum noro_diff_mark mark, unsigned depth,
	const struct noro_stmt *was, const struct noro_stmt *now)
{
	struct noro_diff_line *grown =
		noro_arena_grow(f->a, f->line, f->n, &f->cap, sizeof(*f->line));

	if (!grown) {
		f->status = NORO_ENOMEM;
		return;
	}
	f->line = grown;
	f->line[f->n++] = (struct noro_diff_line){ mark, depth, was, now };
	f->d->added += mark == NORO_MARK_ADDED;
	f->d->removed += mark == NORO_MARK_REMOVED;
	f->d->moved += mark == NORO_MARK_MOVED;
}

/* A statement that is on one side only, with all below it. */
static void put_whole(
	struct differ *f, enum noro_diff_mark mark, unsigned depth, const struct noro_stmt *s)
{
	bool added = mark == NORO_MARK_ADDED;

	put(f, mark, depth, added ? NULL : s, added ? s : NULL);
	for (const struct noro_stmt *c = s->child; c && f->status == NORO_OK; c = c->next)
		put_whole(f, mark, depth + 1, c);
}

static int by_hash(const void *x, const void *y)
{
	const struct child *a = *(const struct child *const *)x,
			   *b = *(const struct child *const *)y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static struct child *children(
	struct differ *f, const struct noro_stmt *s, uint32_t *ret_n, struct child ***ret_sorted)
{
	struct child *c, **sorted;
	uint32_t n = 0;

	for (const struct noro_stmt *k = s->child; k; k = k->next)
		n++;
	c = noro_calloc(n + 1, sizeof(*c));
	sorted = noro_calloc(n + 1, sizeof(struct child *));
	if (!c || !sorted) {
		free(c);
		free(sorted);
		f->status = NORO_ENOMEM;
		return NULL;
	}
	n = 0;
	for (const struct noro_stmt *k = s->child; k; k = k->next, n++) {
		c[n] = (struct child){ k, noro_stmt_hash(k), n, UINT32_MAX, false };
		sorted[n] = &c[n];
	}
	qsort(sorted, n, sizeof(struct child *), by_hash);
	*ret_n = n;
	*ret_sorted = sorted;
	return c;
}

/* Equal ones become pairs, the first with the first. */
static void pair_up(struct child *const *was, uint32_t n, struct child *const *now, uint32_t m)
{
	uint32_t i = 0, j = 0;

	while (i < n && j < m) {
		if (was[i]->hash != now[j]->hash) {
			if (was[i]->hash < now[j]->hash)
				i++;
			else
				j++;
			continue;
		}
		if (same(was[i]->s, now[j]->s)) {
			was[i]->partner = now[j]->at;
			now[j]->partner = was[i]->at;
			i++;
		}
		j++;
	}
}

/* Lines that make an ordered list without a section of their own. */
static bool flat_entry(const struct noro_stmt *s)
{
	return s->words > 2 && noro_view_is_i(s->word[0], "access-list");
}

/* Mark the pairs that are not on a longest increasing run of old positions. */
static void find_moves(struct differ *f, struct child *now, uint32_t m, bool all)
{
	uint32_t *tail = noro_calloc((size_t)m + 1, sizeof(*tail));
	uint32_t *back = noro_calloc((size_t)m + 1, sizeof(*back));
	uint32_t len = 0;

	if (!tail || !back)
		f->status = NORO_ENOMEM;
	for (uint32_t i = 0; tail && back && i < m; i++) {
		uint32_t lo = 0, hi = len;

		if (now[i].partner == UINT32_MAX || !(all || flat_entry(now[i].s)))
			continue;
		while (lo < hi) {
			uint32_t mid = (lo + hi) / 2;

			if (now[tail[mid]].partner < now[i].partner)
				lo = mid + 1;
			else
				hi = mid;
		}
		back[i] = lo ? tail[lo - 1] : UINT32_MAX;
		tail[lo] = i;
		if (lo == len)
			len++;
		now[i].moved = true;
	}
	if (tail && back && len)
		for (uint32_t i = tail[len - 1];; i = back[i]) {
			now[i].moved = false;
			if (back[i] == UINT32_MAX)
				break;
		}
	free(tail);
	free(back);
}

static void merge(
	struct differ *f, const struct noro_stmt *was, const struct noro_stmt *now, unsigned depth);

/* A pair: only what is below it can differ. */
static void pair_below(
	struct differ *f, const struct child *w, const struct child *n, unsigned depth)
{
	size_t before = f->n;
	size_t marks = f->d->added + f->d->removed + f->d->moved;

	put(f, n->moved ? NORO_MARK_MOVED : NORO_MARK_CONTEXT, depth, w->s, n->s);
	if (f->status == NORO_OK)
		merge(f, w->s, n->s, depth + 1);
	if (marks == f->d->added + f->d->removed + f->d->moved)
		f->n = before;
}

static void merge_lists(
	struct differ *f, struct child *w, uint32_t n, struct child *c, uint32_t m, unsigned depth)
{
	uint32_t next = 0; /* removals before this one are told */

	for (uint32_t j = 0; j < m && f->status == NORO_OK; j++) {
		if (c[j].partner == UINT32_MAX) {
			put_whole(f, NORO_MARK_ADDED, depth, c[j].s);
			continue;
		}
		for (; next < c[j].partner && !c[j].moved; next++)
			if (w[next].partner == UINT32_MAX)
				put_whole(f, NORO_MARK_REMOVED, depth, w[next].s);
		pair_below(f, &w[c[j].partner], &c[j], depth);
	}
	for (; next < n && f->status == NORO_OK; next++)
		if (w[next].partner == UINT32_MAX)
			put_whole(f, NORO_MARK_REMOVED, depth, w[next].s);
}

static void merge(
	struct differ *f, const struct noro_stmt *was, const struct noro_stmt *now, unsigned depth)
{
	struct child *w, *c = NULL, **sorted_w = NULL, **sorted_c = NULL;
	uint32_t n = 0, m = 0;

	if (!was->child && !now->child)
		return;
	w = children(f, was, &n, &sorted_w);
	if (w)
		c = children(f, now, &m, &sorted_c);
	if (w && c) {
		pair_up(sorted_w, n, sorted_c, m);
		find_moves(f, c, m, noro_stmt_ordered(now));
		if (f->status == NORO_OK)
			merge_lists(f, w, n, c, m, depth);
	}
	free(w);
	free(c);
	free(sorted_w);
	free(sorted_c);
}

enum noro_status noro_tree_diff(const struct noro_tree *was, const struct noro_tree *now,
	struct noro_arena *a, struct noro_diff *ret)
{
	struct differ f = { .a = a, .d = ret };

	*ret = (struct noro_diff){ 0 };
	merge(&f, &was->root, &now->root, 0);
	ret->line = f.line;
	ret->lines = f.n;
	return f.status;
}
