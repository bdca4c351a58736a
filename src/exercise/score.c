/*
 * src/exercise/score.c - a fair score.
 *
 * Truth is a line; a finding is a group of lines (one rule or observable in one
 * file) of which only the first places are named. So a finding names an item when
 * one of its places is the item's line, or when it holds more places than it
 * prints, says the same observable in the same file, and spans the item's time.
 * Only who accuses can be wrong: a hint that says of itself that it is weak, or
 * outside the window, costs nothing.
 */
#include "exercise/exercise.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "base/timeparse.h"

#include <stdlib.h>

enum { MAX_TRUTH_BYTES = 256 << 20, SURE = 50 };

static const char *const kind_names[NORO_EXERCISE_KINDS] = { "indicator", "behaviour", "decoy" };

/* --- reading the truth --- */

struct truth {
	struct noro_arena *arena;
	struct noro_exercise_item *item;
	size_t items, cap;
	uint64_t line;
	const char *path;
	struct noro_error *err;
};

static enum noro_status bad_line(struct truth *t, const char *msg)
{
	noro_fail(t->err, NORO_EFORMAT, msg);
	(void)noro_error_at(t->err, t->path, NORO_AT_LINE, t->line);
	return NORO_EFORMAT;
}

/* A NUL-terminated copy, NULL if the member is absent. */
static const char *text_of(struct truth *t, const struct noro_json *v, const char *name)
{
	struct noro_view s = noro_json_str(v, name);

	return s.p ? noro_arena_strn(t->arena, s.p, s.n) : NULL;
}

static int kind_of(const struct noro_json *v)
{
	for (int k = 0; k < NORO_EXERCISE_KINDS; k++)
		if (noro_json_is_str(noro_json_get(v, "kind"), kind_names[k]))
			return k;
	return -1;
}

static bool time_of(const struct noro_json *v, int64_t *ret)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time when;

	if (!noro_time_parse(noro_json_str(v, "time"), &ctx, &when))
		return false;
	*ret = when.ns;
	return true;
}

static enum noro_status take_item(struct truth *t, const struct noro_json *v)
{
	struct noro_exercise_item it = { 0 };
	const struct noro_json *what = noro_json_get(v, "what"),
			       *expected = noro_json_get(v, "expected");
	int kind = kind_of(v);
	int64_t line, group;
	void *moved;

	if (kind < 0 || !noro_json_i64(noro_json_get(v, "group"), &group) || group < 0 ||
		!expected || !noro_json_i64(noro_json_get(v, "line"), &line) || line < 1 ||
		!time_of(v, &it.time_ns) || !noro_json_str(v, "path").p ||
		!noro_json_str(v, "id").p)
		return bad_line(t, N_("not an item of an exercise's truth"));
	if (t->items == NORO_EXERCISE_MAX_TRUTH)
		return noro_fail(t->err, NORO_ELIMIT, N_("a truth holds at most %1 items"),
			NORO_NUM(NORO_EXERCISE_MAX_TRUTH));
	it.kind = (enum noro_exercise_kind)kind;
	it.expected = expected->kind == NORO_JSON_TRUE;
	it.line = (uint64_t)line;
	it.group = (uint64_t)group;
	it.id = text_of(t, v, "id");
	it.path = text_of(t, v, "path");
	it.type = text_of(t, v, "type");
	it.value = text_of(t, v, "value");
	it.advisory = text_of(t, v, "advisory");
	it.behaviour = text_of(t, v, "behaviour");
	it.what.en = text_of(t, what, "en");
	it.what.ja = text_of(t, what, "ja");
	moved = noro_arena_grow(t->arena, t->item, t->items, &t->cap, sizeof(it));
	if (!moved || !it.id || !it.path)
		return noro_fail(t->err, NORO_ENOMEM, NULL);
	t->item = moved;
	t->item[t->items++] = it;
	return NORO_OK;
}

static enum noro_status read_truth(struct truth *t)
{
	struct noro_buf *bytes = noro_arena_alloc(t->arena, sizeof(*bytes));
	struct noro_view rest, line;
	enum noro_status st;

	if (!bytes)
		return noro_fail(t->err, NORO_ENOMEM, NULL);
	st = noro_file_read(t->path, MAX_TRUTH_BYTES, bytes, t->err);
	rest = noro_buf_as_view(bytes);
	while (st == NORO_OK && noro_view_line(&rest, &line)) {
		const struct noro_json *v;

		t->line++;
		if (noro_view_trim(line).n == 0)
			continue;
		/* trees borrow from the bytes, and items copy: nothing points here afterwards */
		if (noro_json_parse(t->arena, line, NULL, &v, t->err) != NORO_OK)
			st = bad_line(t, N_("not an item of an exercise's truth"));
		else
			st = take_item(t, v);
	}
	noro_buf_done(bytes);
	return st;
}

/* --- comparing --- */

/* A finding's path may stand below a folder and go on into an archive: "x/" PATH "!/member". */
static bool path_is(const char *path, const char *want)
{
	size_t n = strlen(want);
	const char *at = path;

	if (!path)
		return false;
	while ((at = strstr(at, want)) != NULL) {
		if ((at == path || at[-1] == '/') && (at[n] == '\0' || at[n] == '!'))
			return true;
		at++;
	}
	return false;
}

static bool in_file(const struct noro_finding *f, const char *want)
{
	if (path_is(f->container, want))
		return true;
	return f->places && path_is(f->place[0].path, want);
}

static bool at_line(const struct noro_finding *f, const struct noro_exercise_item *it)
{
	for (size_t i = 0; i < f->places; i++)
		if (f->place[i].line == it->line && path_is(f->place[i].path, it->path))
			return true;
	return false;
}

static bool same_value(const struct noro_finding *f, const struct noro_exercise_item *it)
{
	return f->value && it->value &&
	       noro_view_eq_i(noro_view_str(f->value), noro_view_str(it->value));
}

/* The group reaches past what it prints, and over the item's moment. */
static bool spans(const struct noro_finding *f, const struct noro_exercise_item *it)
{
	return f->count > f->places && in_file(f, it->path) && f->first_ns != NORO_TIME_NONE &&
	       it->time_ns + NORO_NS_PER_S >= f->first_ns &&
	       it->time_ns <= f->last_ns + NORO_NS_PER_S;
}

static bool names(const struct noro_finding *f, const struct noro_exercise_item *it)
{
	if (it->kind == NORO_EXERCISE_BEHAVIOUR && f->kind == NORO_F_INDICATOR)
		return false;
	if (it->kind == NORO_EXERCISE_INDICATOR && !same_value(f, it))
		return false;
	return at_line(f, it) || (same_value(f, it) && spans(f, it));
}

static bool accuses(const struct noro_finding *f)
{
	switch (f->kind) {
	case NORO_F_INDICATOR:
	case NORO_F_CHECK:
	case NORO_F_ROUTE:
	case NORO_F_IMAGE:
	case NORO_F_BEHAVIOUR:
	case NORO_F_RULE:
		return !f->suppressed && f->severity >= NORO_SEV_MEDIUM && f->confidence >= SURE &&
		       f->window != NORO_WIN_BEFORE && f->window != NORO_WIN_AFTER;
	case NORO_F_GAP:
	case NORO_F_VULNERABILITY:
	case NORO_F_SCAN:
	case NORO_F_ATTACK:
	case NORO_F_SURGE:
		return false;
	}
	return false;
}

/* Mark what the finding names; true if it points at an expected line, by whatever value. */
static bool weigh(struct noro_exercise_score *s, const struct noro_finding *f)
{
	bool right = false;

	for (size_t i = 0; i < s->items; i++) {
		struct noro_exercise_item *it = &s->item[i];

		if (!it->expected || f->suppressed)
			continue;
		right |= at_line(f, it);
		if (!names(f, it))
			continue;
		it->found = true;
		it->accused |= accuses(f);
		right = true;
	}
	return right;
}

static void blame(struct noro_exercise_score *s, const struct noro_finding *f)
{
	for (size_t i = 0; i < s->items; i++) {
		struct noro_exercise_item *it = &s->item[i];

		if (it->expected)
			continue;
		if (at_line(f, it) || (same_value(f, it) && spans(f, it)))
			it->accused = it->found = true;
	}
}

static int by_group(const void *a, const void *b)
{
	const struct noro_exercise_item *x = *(struct noro_exercise_item *const *)a,
					*y = *(struct noro_exercise_item *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x > y) - (x < y);
}

/* The end of the group that begins at `from`, of items sorted by kind and group. */
static size_t group_end(struct noro_exercise_item *const *sorted, size_t from, size_t n)
{
	size_t i = from;

	while (i < n && sorted[i]->kind == sorted[from]->kind &&
		sorted[i]->group == sorted[from]->group)
		i++;
	return i;
}

static void count_groups(struct noro_exercise_score *s, struct noro_exercise_item *const *sorted)
{
	for (size_t i = 0, next; i < s->items; i = next) {
		enum noro_exercise_kind k = sorted[i]->kind;
		uint64_t found = 0;

		next = group_end(sorted, i, s->items);
		for (size_t j = i; j < next; j++)
			found += sorted[j]->found;
		for (size_t j = i; j < next; j++)
			sorted[j]->group_found = found > 0;
		sorted[i]->first = true;
		s->kind[k].lines += next - i;
		s->kind[k].lines_found += found;
		s->kind[k].planted++;
		s->kind[k].found += found > 0;
	}
}

static void find_first(struct noro_exercise_score *s)
{
	s->first_planted_ns = s->first_evidence_ns = NORO_TIME_NONE;
	for (size_t i = 0; i < s->items; i++) {
		const struct noro_exercise_item *it = &s->item[i];

		if (!it->expected)
			continue;
		if (s->first_planted_ns == NORO_TIME_NONE || it->time_ns < s->first_planted_ns)
			s->first_planted_ns = it->time_ns;
		if (it->found && (s->first_evidence_ns == NORO_TIME_NONE ||
					 it->time_ns < s->first_evidence_ns))
			s->first_evidence_ns = it->time_ns;
	}
}

static enum noro_status sum_up(struct noro_arena *a, struct noro_exercise_score *s)
{
	struct noro_exercise_item **sorted =
		noro_arena_array(a, s->items + 1, sizeof(struct noro_exercise_item *));
	uint64_t planted, found;

	if (!sorted)
		return NORO_ENOMEM;
	for (size_t i = 0; i < s->items; i++)
		sorted[i] = &s->item[i];
	qsort(sorted, s->items, sizeof(struct noro_exercise_item *), by_group);
	count_groups(s, sorted);
	find_first(s);
	planted =
		s->kind[NORO_EXERCISE_INDICATOR].planted + s->kind[NORO_EXERCISE_BEHAVIOUR].planted;
	found = s->kind[NORO_EXERCISE_INDICATOR].found + s->kind[NORO_EXERCISE_BEHAVIOUR].found;
	s->recall = planted ? (double)found / (double)planted : 1;
	s->precision = s->right + s->wrong ? (double)s->right / (double)(s->right + s->wrong) : 1;
	return NORO_OK;
}

enum noro_status noro_exercise_score(struct noro_arena *a, const char *truth_path,
	const struct noro_finding *finding, size_t n, struct noro_exercise_score *ret,
	struct noro_error *err)
{
	struct truth t = { .arena = a, .path = truth_path, .err = err };
	struct noro_exercise_score s = { .findings = n };
	enum noro_status st = read_truth(&t);

	if (st != NORO_OK)
		return st;
	s.item = t.item;
	s.items = t.items;
	s.false_findings = noro_arena_array(a, n + 1, sizeof(struct noro_finding *));
	if (!s.false_findings)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < n; i++) {
		if (weigh(&s, &finding[i])) {
			s.right++;
		} else if (accuses(&finding[i])) {
			blame(&s, &finding[i]);
			s.false_findings[s.wrong++] = &finding[i];
		}
	}
	if (sum_up(a, &s) != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	*ret = s;
	return NORO_OK;
}
