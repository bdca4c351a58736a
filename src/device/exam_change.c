/*
 * src/device/exam_change.c - rows about differences and about the collection itself:
 * what was added, removed, moved or only there for a while, and signs that a text is
 * not what the device would print.
 */
#include "device/audit_priv.h"

#include "base/mem.h"
#include "base/text.h"

static struct noro_fact fact_at(const struct noro_stmt *s, const struct noro_fact_file *f)
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

static enum noro_status change_row(struct exam *x, const char *what, const char *between,
	const struct noro_stmt *s, const struct noro_fact_file *f)
{
	struct noro_fact like = fact_at(s, f);
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
		st = change_row(
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
				st = change_row(x, "vanished", "snapshot", p[k].s, p[k].f);
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

enum noro_status noro_exam_changes(struct exam *x)
{
	enum noro_status st = compared(x, 0, "baseline", x->baseline, x->baseline_file);

	if (st == NORO_OK)
		st = compared(x, 1, "startup", x->startup, x->startup_file);
	if (st == NORO_OK && x->snapshots)
		st = compared(x, 2, "snapshot", x->snapshot[x->snapshots - 1],
			x->snapshot_file[x->snapshots - 1]);
	return st == NORO_OK ? passing_rows(x) : st;
}

/* --- the collection --- */

static enum noro_status trouble(struct exam *x, const char *item, const char *detail,
	const struct noro_stmt *s, const struct noro_fact_file *f)
{
	struct noro_fact like = fact_at(s, f);
	const char *pair[] = { "item", item, "detail", detail, NULL };

	return noro_exam_row(x, "collection", &like, pair);
}

/* A byte no device prints in a name or description: control characters, or UTF-8 of zero width
 * and of changed direction. */
static bool disguised(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
		if (c == 0xe2 && i + 2 < v.n && (unsigned char)v.p[i + 1] == 0x80) {
			unsigned char d = (unsigned char)v.p[i + 2];

			if ((d >= 0x8b && d <= 0x8f) || (d >= 0xaa && d <= 0xae))
				return true;
		}
		if (c == 0xef && i + 2 < v.n && (unsigned char)v.p[i + 1] == 0xbb &&
			(unsigned char)v.p[i + 2] == 0xbf)
			return true;
	}
	return false;
}

/* Letters of other scripts that look like a Latin one: Greek, Cyrillic, Armenian, full width. */
static bool looks_latin(uint32_t c)
{
	static const uint16_t alike[] = { 0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39a, 0x39c,
		0x39d, 0x39f, 0x3a1, 0x3a4, 0x3a5, 0x3a7, 0x3b9, 0x3bd, 0x3bf, 0x3c1, 0x3c5, 0x405,
		0x406, 0x408, 0x410, 0x412, 0x415, 0x41a, 0x41c, 0x41d, 0x41e, 0x420, 0x421, 0x422,
		0x423, 0x425, 0x430, 0x432, 0x433, 0x435, 0x43a, 0x43e, 0x43f, 0x440, 0x441, 0x443,
		0x445, 0x455, 0x456, 0x458, 0x4bb, 0x4cf, 0x501, 0x51b, 0x51d, 0x570, 0x578, 0x57d,
		0x585 };

	if (c >= 0xff21 && c <= 0xff5a)
		return c <= 0xff3a || c >= 0xff41;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i] == c)
			return true;
	return false;
}

/*
 * A run of letters of which some are Latin and the others only look so. A word of another
 * script beside a Latin one ("VLAN-сеть") is two runs, and one with a letter that
 * no Latin one resembles deceives nobody.
 */
static bool lookalike(struct noro_view v)
{
	bool latin = false, alike = false, other = false;
	size_t at = 0, n;

	while (at < v.n) {
		uint32_t c = (unsigned char)v.p[at];

		if (c < 0x80) {
			bool alpha = noro_is_alpha(v.p[at++]);

			latin |= alpha;
			if (alpha)
				continue;
			if (latin && alike && !other)
				return true;
			latin = alike = other = false;
			continue;
		}
		n = noro_utf8_next(noro_view_sub(v, at, v.n), &c);
		at += n ? n : 1;
		c = n ? c : 0;
		alike |= looks_latin(c);
		other |= !looks_latin(c);
	}
	return latin && alike && !other;
}

/* Free text, where people write as they please. */
static bool is_remark(const struct noro_stmt *s)
{
	static const char *const words[] = { "description", "remark", "comment", "comments",
		"banner", "message", "location", "contact", "snmp-server", "alias", "header" };

	for (size_t i = 0; s->words && i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(s->word[0], words[i]) ||
			(s->words > 1 && noro_view_is_i(s->word[1], words[i])))
			return true;
	return s->parent && s->parent->words == 1 &&
	       (noro_view_is_i(s->parent->word[0], "description") ||
		       noro_view_is_i(s->parent->word[0], "comment"));
}

/* Next to no statement has a byte that is not plain ASCII. */
static bool is_plain(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x20 || (unsigned char)v.p[i] >= 0x7f)
			return false;
	return true;
}

static const char *disguise_of(const struct noro_stmt *s)
{
	if (s->flags & NORO_STMT_TEXT || is_plain(s->text))
		return NULL;
	if (disguised(s->text))
		return "control-bytes";
	return s->text.n && !is_remark(s) && lookalike(s->text) ? "lookalike" : NULL;
}

static enum noro_status disguises(struct exam *x)
{
	enum { MOST = 100 };
	unsigned told = 0;
	enum noro_status st = NORO_OK;

	for (const struct noro_stmt *s = noro_stmt_walk(&x->config->root);
		s && st == NORO_OK && told < MOST; s = noro_stmt_walk(s)) {
		const char *item = disguise_of(s);

		if (!item)
			continue;
		st = trouble(x, item, "", s, x->config_file);
		told++;
	}
	return st;
}

/* Less than half of what it was: cut off on the way, or emptied. */
static enum noro_status shrunk(struct exam *x)
{
	const struct noro_tree *was = x->baseline;

	if (!was && x->snapshots)
		was = x->snapshot[x->snapshots - 1];
	if (!was || was->statements < 40 || x->config->statements * 2 >= was->statements)
		return NORO_OK;
	return trouble(x, "shrunk",
		noro_arena_printf(x->a, "%u < %u", x->config->statements, was->statements), NULL,
		x->config_file);
}

enum noro_status noro_exam_collection(struct exam *x)
{
	enum noro_status st = NORO_OK;

	if (!x->config)
		return NORO_OK;
	if (!x->config->complete || x->config->cut)
		st = trouble(x, "incomplete", x->config->cut ? "ceiling" : "ending", NULL,
			x->config_file);
	if (st == NORO_OK)
		st = disguises(x);
	if (st == NORO_OK)
		st = shrunk(x);
	return st;
}
