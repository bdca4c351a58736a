/*
 * src/device/groups.c - what Junos inherits: a level with `apply-groups G` has
 * what stands under `groups G` along the same path, where <ge-*> stands for every name it
 * fits. Facts want the configuration as the device sees it, so a copy of the tree is made in
 * which inherited statements stand where they act; each keeps the line it was written at. The
 * work is bounded by the size of the tree, whatever the groups say.
 */
#include "device/fact_priv.h"

enum {
	MAX_GROUPS = 32,       /* that act on one level */
	WORK_A_STATEMENT = 64, /* comparisons of names */
	WORK_ANYWAY = 1 << 20,
	WORK_A_COPY = 16, /* what making an inherited statement costs of it */
};

/* Statements of groups that act on one level, the nearest first. */
struct acting {
	const struct noro_stmt *at[MAX_GROUPS];
	size_t n;
};

struct copier {
	struct noro_arena *a;
	const struct noro_tree *from;
	const struct noro_stmt *groups;
	struct noro_tree *to;
	uint64_t work;
};

static bool in_class(struct noro_view glob, size_t *g, char c)
{
	size_t i = *g + 1;
	bool found = false;

	for (; i < glob.n && glob.p[i] != ']'; i++) {
		if (i + 2 < glob.n && glob.p[i + 1] == '-' && glob.p[i + 2] != ']') {
			found |= c >= glob.p[i] && c <= glob.p[i + 2];
			i += 2;
		} else {
			found |= c == glob.p[i];
		}
	}
	*g = i;
	return found && i < glob.n;
}

/* Stars, question marks and [classes]; each star is met from the left. */
static bool wild(struct noro_view glob, struct noro_view word)
{
	size_t g = 0, w = 0, star = SIZE_MAX, back = 0;

	while (w < word.n) {
		size_t class = g;
		bool fits = g < glob.n;

		if (fits && glob.p[g] == '*') {
			star = g++;
			back = w;
			continue;
		}
		if (fits && glob.p[g] == '[')
			fits = in_class(glob, &class, word.p[w]);
		else if (fits)
			fits = glob.p[g] == '?' || glob.p[g] == word.p[w];
		if (fits) {
			g = class + 1;
			w++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			w = ++back;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

static bool is_wild(struct noro_view name)
{
	return name.n > 2 && name.p[0] == '<' && name.p[name.n - 1] == '>';
}

static struct noro_view name_of(const struct noro_stmt *s)
{
	return s->words ? s->word[0] : noro_view("", 0);
}

static bool acts_on(struct copier *c, const struct noro_stmt *group, struct noro_view name)
{
	struct noro_view of = name_of(group);

	if (c->work == 0)
		return false;
	c->work--;
	if (is_wild(of))
		return wild(noro_view(of.p + 1, of.n - 2), name);
	return noro_view_eq(of, name);
}

static void add_acting(struct acting *to, const struct noro_stmt *s)
{
	if (to->n < MAX_GROUPS)
		to->at[to->n++] = s;
}

/* What acts on the child of a level that has this name. */
static void step_down(
	struct copier *c, const struct acting *above, struct noro_view name, struct acting *ret)
{
	for (size_t i = 0; i < above->n; i++)
		for (const struct noro_stmt *g = above->at[i]->child; g; g = g->next)
			if (g->child && acts_on(c, g, name))
				add_acting(ret, g);
}

/* The group's statements along the whole path of `s`. */
static void follow(struct copier *c, const struct noro_stmt *group, const struct noro_stmt *s,
	struct acting *ret)
{
	const struct noro_stmt *up[NORO_TREE_MAX_DEPTH + 1];
	struct acting here = { .at = { group }, .n = 1 };
	size_t n = 0;

	for (; s && s->parent && n <= NORO_TREE_MAX_DEPTH; s = s->parent)
		up[n++] = s;
	while (n-- > 0 && here.n) {
		struct acting next = { .n = 0 };

		step_down(c, &here, name_of(up[n]), &next);
		here = next;
	}
	for (size_t i = 0; i < here.n; i++)
		add_acting(ret, here.at[i]);
}

static bool is_off(const struct noro_stmt *s)
{
	return s->flags & (NORO_STMT_NEGATED | NORO_STMT_INACTIVE);
}

static const struct noro_stmt *child_of(const struct noro_stmt *s, const char *name)
{
	for (const struct noro_stmt *c = s->child; c; c = c->next)
		if (!is_off(c) && noro_view_is(name_of(c), name))
			return c;
	return NULL;
}

/* "${node}" is the cluster's own: both are looked at. */
static bool is_named(struct noro_view asked, struct noro_view group)
{
	if (noro_view_is(asked, "${node}"))
		return noro_view_starts(group, "node");
	return noro_view_eq(asked, group);
}

/* The groups that `from`, which stands at `s` now, itself names; then those from above that it does
 * not except. */
static void gather(struct copier *c, const struct noro_stmt *from, const struct noro_stmt *s,
	const struct acting *above, struct acting *ret)
{
	const struct noro_stmt *apply = child_of(from, "apply-groups");
	const struct noro_stmt *except = child_of(from, "apply-groups-except");

	for (const struct noro_stmt *w = apply ? apply->child : NULL; w; w = w->next)
		for (const struct noro_stmt *g = c->groups->child; g && c->work; g = g->next) {
			c->work--;
			if (!is_off(w) && !is_off(g) && is_named(name_of(w), name_of(g)))
				follow(c, g, s, ret);
		}
	for (size_t i = 0; i < above->n; i++) {
		const struct noro_stmt *g = above->at[i];
		bool out = false;

		while (g->parent && g->parent != c->groups)
			g = g->parent;
		for (const struct noro_stmt *w = except ? except->child : NULL; w; w = w->next)
			out |= noro_view_eq(name_of(w), name_of(g));
		if (!out)
			add_acting(ret, above->at[i]);
	}
}

/* Has the level a value of its own where there can be only one? */
static bool is_single(struct noro_view name)
{
	static const struct fact_word words[] = { FACT_W("host-name"), FACT_W("domain-name"),
		FACT_W("version"), FACT_W("peer-as"), FACT_W("type"), FACT_W("local-address"),
		FACT_W("description"), FACT_W("port"), FACT_W("authorization"), FACT_W("class"),
		FACT_W("encrypted-password"), FACT_W("protocol-version"), FACT_W("root-login"),
		FACT_W("time-zone"), FACT_W("location"), FACT_W("contact"), FACT_W("secret"),
		FACT_W("authentication-key"), FACT_W("idle-timeout"), FACT_W("encapsulation") };

	return name.n && FACT_LISTED(name, words);
}

/* Where a copy comes from, where it goes and whether a group wrote it. */
struct job {
	const struct noro_stmt *from;
	struct noro_stmt *to;
	bool inherited;
};

static enum noro_status copy_below(struct copier *c, struct job j, const struct acting *acting);

static enum noro_status copy(struct copier *c, struct job j, const struct acting *above)
{
	struct noro_stmt *s = noro_arena_alloc(c->a, sizeof(*s)), *parent = j.to;
	struct acting acting = { .n = 0 }, own = { .n = 0 };

	if (!s)
		return NORO_ENOMEM;
	*s = *j.from;
	s->parent = parent;
	s->child = s->last = s->next = NULL;
	if (parent->last)
		parent->last->next = s;
	else
		parent->child = s;
	parent->last = s;
	if (j.inherited)
		c->work -= c->work < WORK_A_COPY ? c->work : WORK_A_COPY;
	step_down(c, above, name_of(s), &acting);
	if (j.from->child)
		gather(c, j.from, s, &acting, &own);
	j.to = s;
	return copy_below(c, j, j.from->child ? &own : &acting);
}

static bool is_there(struct copier *c, const struct noro_stmt *to, struct noro_view name)
{
	for (const struct noro_stmt *s = to->child; s; s = s->next) {
		if (c->work == 0)
			return true;
		c->work--;
		if (noro_view_eq(name_of(s), name))
			return true;
	}
	return c->work == 0;
}

/* What a group adds to a level. */
static enum noro_status inherit(struct copier *c, const struct noro_stmt *group,
	struct noro_stmt *to, const struct acting *acting)
{
	enum noro_status s = NORO_OK;

	for (const struct noro_stmt *g = group->child; g && s == NORO_OK; g = g->next)
		if (!is_wild(name_of(g)) && !is_there(c, to, name_of(g)))
			s = copy(c, (struct job){ g, to, true }, acting);
	return s;
}

/* Its own statements, then those of the groups that it lacks. */
static enum noro_status copy_below(struct copier *c, struct job j, const struct acting *acting)
{
	bool single = j.from->child && is_single(name_of(j.from));
	enum noro_status s = NORO_OK;

	for (const struct noro_stmt *own = j.from->child; own && s == NORO_OK; own = own->next)
		if (!j.inherited || (!is_wild(name_of(own)) && c->work))
			s = copy(c, (struct job){ own, j.to, j.inherited }, acting);
	for (size_t i = 0; i < acting->n && s == NORO_OK && !single; i++)
		if (acting->at[i] != j.from)
			s = inherit(c, acting->at[i], j.to, acting);
	return s;
}

static bool applies(const struct noro_tree *t)
{
	const struct noro_stmt *s = &t->root;

	while ((s = noro_stmt_walk(s)))
		if (noro_view_is(name_of(s), "apply-groups"))
			return true;
	return false;
}

enum noro_status fact_groups(
	const struct noro_tree *t, struct noro_arena *a, const struct noro_tree **ret)
{
	struct copier c = { .a = a, .from = t, .groups = child_of(&t->root, "groups") };
	struct acting none = { .n = 0 }, top = { .n = 0 };
	enum noro_status s = NORO_OK;

	*ret = t;
	if (!c.groups || !applies(t))
		return NORO_OK;
	c.work = (uint64_t)t->statements * WORK_A_STATEMENT + WORK_ANYWAY;
	c.to = noro_arena_alloc(a, sizeof(*c.to));
	if (!c.to)
		return NORO_ENOMEM;
	*c.to = *t;
	c.to->root.child = c.to->root.last = NULL;
	gather(&c, &t->root, &c.to->root, &none, &top);
	s = copy_below(&c, (struct job){ &t->root, &c.to->root, false }, &top);
	*ret = c.to;
	return s;
}
