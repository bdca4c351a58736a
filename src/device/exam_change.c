/*
 * src/device/exam_change.c - rows about differences: what was added, removed, moved, only there for
 * a while, or stands on no other device of the kind.
 */
#include "device/audit_priv.h"

#include "base/mem.h"

struct noro_fact noro_exam_fact(const struct noro_stmt *s, const struct noro_fact_file *f)
{
	return (struct noro_fact){ .source = NORO_FACT_CONFIG,
		.line = s ? s->line : 1,
		.column = s ? s->column : 1,
		.offset = s ? s->offset : 0,
		.file = f,
		.stmt = s,
		.text = s ? s->text : (struct noro_view){ 0 } };
}

static const char *hex(struct exam *x, uint64_t h)
{
	return noro_arena_printf(x->a, "%016llx", (unsigned long long)h);
}

static const char *section_of(struct exam *x, const struct noro_stmt *s)
{
	struct noro_view v = { 0 };

	if (s->parent && s->parent->parent)
		v = noro_stmt_path(s->parent, x->a);
	return v.p ? noro_arena_strn(x->a, v.p, v.n) : "";
}

enum noro_status noro_exam_change(struct exam *x, const char *what, const char *between,
	const struct noro_stmt *s, const struct noro_fact_file *f)
{
	struct noro_fact like = noro_exam_fact(s, f);
	const char *pair[] = { "what", what, "section", section_of(x, s), "text.key",
		hex(x, noro_stmt_path_hash(s)), "between", between, NULL };

	return noro_exam_row(x, "change", &like, pair);
}

static const char *const marks[] = {
	[NORO_MARK_ADDED] = "added", [NORO_MARK_REMOVED] = "removed", [NORO_MARK_MOVED] = "moved"
};

/* Rows for the top of each changed part: what stands below an added section came with it. */
static enum noro_status diff_rows(struct exam *x, const struct noro_diff *d, const char *between,
	const struct noro_fact_file *was, const struct noro_fact_file *now)
{
	enum noro_status st = NORO_OK;
	unsigned inside = UINT32_MAX;

	for (size_t i = 0; st == NORO_OK && i < d->lines; i++) {
		const struct noro_diff_line *l = &d->line[i];

		if (l->depth <= inside)
			inside = UINT32_MAX;
		if (l->mark == NORO_MARK_CONTEXT || inside != UINT32_MAX)
			continue;
		if (l->mark != NORO_MARK_MOVED)
			inside = l->depth;
		st = noro_exam_change(
			x, marks[l->mark], between, l->now ? l->now : l->was, l->now ? now : was);
	}
	return st;
}

/* --- what came and went between snapshots --- */

struct passing {
	uint64_t hash;
	const struct noro_stmt *s;
	const struct noro_fact_file *f;
};

static int by_path_hash(const void *p, const void *q)
{
	const struct passing *a = p, *b = q;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->s->number > b->s->number) - (a->s->number < b->s->number);
}

static bool stands_in(const struct passing *sorted, size_t n, uint64_t hash)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (sorted[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && sorted[lo].hash == hash;
}

static struct passing *paths_of(
	struct exam *x, const struct noro_tree *t, const struct noro_fact_file *f, size_t *ret_n)
{
	struct passing *p = noro_arena_array(x->a, (size_t)t->statements + 1, sizeof(*p));
	size_t n = 0;

	if (!p)
		return NULL;
	for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s && n < t->statements;
		s = noro_stmt_walk(s))
		p[n++] = (struct passing){ noro_stmt_path_hash(s), s, f };
	qsort(p, n, sizeof(*p), by_path_hash);
	*ret_n = n;
	return p;
}

/* In a snapshot between, but neither in the first nor in the newest. */
static enum noro_status passing_rows(struct exam *x)
{
	size_t first_n = 0, last_n = 0, n = 0;
	struct passing *first, *last, *p;
	enum noro_status st = NORO_OK;

	if (x->snapshots < 2)
		return NORO_OK;
	first = paths_of(x, x->snapshot[0], x->snapshot_file[0], &first_n);
	last = paths_of(x, x->config, x->config_file, &last_n);
	if (!first || !last)
		return NORO_ENOMEM;
	for (size_t i = 1; st == NORO_OK && i < x->snapshots; i++) {
		p = paths_of(x, x->snapshot[i], x->snapshot_file[i], &n);
		if (!p)
			return NORO_ENOMEM;
		for (size_t k = 0; st == NORO_OK && k < n; k++)
			if (!stands_in(first, first_n, p[k].hash) &&
				!stands_in(last, last_n, p[k].hash) &&
				(!p[k].s->parent->parent ||
					stands_in(
						last, last_n, noro_stmt_path_hash(p[k].s->parent))))
				st = noro_exam_change(x, "vanished", "snapshot", p[k].s, p[k].f);
	}
	return st;
}

static enum noro_status compared(struct exam *x, unsigned slot, const char *between,
	const struct noro_tree *was, const struct noro_fact_file *was_file)
{
	enum noro_status st;

	if (!was || !x->config || was->dialect != x->config->dialect)
		return NORO_OK;
	st = noro_tree_diff(was, x->config, x->a, &x->diff[slot]);
	return st == NORO_OK ? diff_rows(x, &x->diff[slot], between, was_file, x->config_file) : st;
}

/* Lines that are no statement of the dialect in any form; few, or the text is another one. */
static enum noro_status unknown_rows(struct exam *x)
{
	enum { MOST = 20 };
	enum noro_status st = NORO_OK;

	if (!x->config || !x->config->unknown || x->config->unknown > MOST)
		return NORO_OK;
	for (const struct noro_stmt *s = noro_stmt_walk(&x->config->root); s && st == NORO_OK;
		s = noro_stmt_walk(s))
		if (s->flags & NORO_STMT_UNKNOWN)
			st = noro_exam_change(x, "unknown", "grammar", s, x->config_file);
	return st;
}

enum noro_status noro_exam_changes(struct exam *x)
{
	enum noro_status st = compared(x, 0, "baseline", x->baseline, x->baseline_file);

	if (st == NORO_OK)
		st = compared(x, 1, "startup", x->startup, x->startup_file);
	if (st == NORO_OK && x->snapshots)
		st = compared(x, 2, "snapshot", x->snapshot[x->snapshots - 1],
			x->snapshot_file[x->snapshots - 1]);
	if (st == NORO_OK && !x->early)
		st = noro_exam_outliers(x);
	if (st == NORO_OK)
		st = unknown_rows(x);
	return st == NORO_OK ? passing_rows(x) : st;
}
