/*
 * src/device/template_read.c - one template over the lines of an output.
 *
 * Lines are seen once, in order. Each is offered to the template's line rules in
 * the order of the file; the first that matches takes it. A table with a header is
 * cut by where the words of the header stand, a block of keys at its separator.
 */
#include "device/template_priv.h"

#include "device/state.h"
#include "device/transcript_priv.h"

enum { MAX_CELLS = 40 };

struct walk {
	struct noro_template_reader r;
	unsigned state;
	bool stopped;
	/* a table's header: where each cell's title begins and ends; SIZE_MAX: it has none */
	bool header;
	size_t from[MAX_CELLS], to[MAX_CELLS];
};

struct line {
	struct noro_view text;
	uint32_t number; /* within the body, from 0 */
	uint64_t offset;
};

static void stamp(struct walk *w, struct noro_template_entry *e, const struct line *l)
{
	e->line = w->r.run->output->line + l->number;
	e->offset = w->r.run->output->offset + l->offset;
	e->text = l->text;
}

static void finish(struct walk *w)
{
	struct noro_template_entry *e = &w->r.entry;

	if (e->open && e->any)
		noro_template_emit(&w->r, e);
	noro_template_forget(&w->r, e);
}

static void apply_sets(
	struct walk *w, const struct noro_tpl_rule *rule, struct noro_template_entry *e)
{
	for (size_t i = 0; i < rule->sets; i++)
		if (rule->set[i].parts)
			noro_template_take(&w->r, e, rule->set[i].var, NULL,
				rule->set[i].part[0].var < 0 ? rule->set[i].part[0].text
							     : e->v[rule->set[i].part[0].var]);
	for (size_t i = 0; i < rule->drops; i++) {
		e->v[rule->drop[i]] = noro_view(NULL, 0);
		w->r.kept.v[rule->drop[i]] = noro_view(NULL, 0);
	}
}

static void fill(struct walk *w, const struct noro_tpl_rule *rule, struct noro_template_entry *e,
	const struct line *l, bool fresh)
{
	if (fresh)
		noro_template_forget(&w->r, e);
	if (fresh || rule->here)
		stamp(w, e, l);
	if (rule->act == NORO_TPL_START || rule->act == NORO_TPL_KEEP)
		apply_sets(w, rule, e);
	noro_template_take_all(&w->r, e, &rule->pattern);
	if (rule->act != NORO_TPL_START && rule->act != NORO_TPL_KEEP)
		apply_sets(w, rule, e);
	e->open = true;
}

static void act(struct walk *w, const struct noro_tpl_rule *rule, const struct line *l)
{
	struct noro_template_reader *r = &w->r;

	switch (rule->act) {
	case NORO_TPL_ROW:
		fill(w, rule, &r->row, l, true);
		noro_template_emit(r, &r->row);
		break;
	case NORO_TPL_START:
		finish(w);
		fill(w, rule, &r->entry, l, true);
		r->entry.any = true;
		break;
	case NORO_TPL_MORE:
		fill(w, rule, &r->entry, l, false);
		break;
	case NORO_TPL_END:
		fill(w, rule, &r->entry, l, false);
		finish(w);
		break;
	case NORO_TPL_KEEP:
		finish(w);
		fill(w, rule, &r->kept, l, false);
		break;
	case NORO_TPL_STOP:
		w->stopped = true;
		break;
	case NORO_TPL_SKIP:
	case NORO_TPL_ACTS:
		apply_sets(w, rule, &r->entry);
		break;
	}
	if (rule->go >= 0)
		w->state = (unsigned)rule->go;
}

static bool by_rules(struct walk *w, const struct line *l)
{
	const struct noro_template *t = w->r.t;

	for (size_t i = 0; i < t->rules; i++) {
		const struct noro_tpl_rule *rule = &t->rule[i];

		if (rule->in && !(rule->in >> w->state & 1))
			continue;
		if ((rule->act == NORO_TPL_MORE || rule->act == NORO_TPL_END) && !w->r.entry.open)
			continue;
		if (noro_line_match(rule->pattern.p, l->text, &w->r.scratch)) {
			act(w, rule, l);
			return true;
		}
	}
	return false;
}

/* --- columns --- */

/* A header has the titles in their order. One that starts with ? may be missing. */
static bool is_header(struct walk *w, struct noro_view line)
{
	const struct noro_template *t = w->r.t;
	size_t at = 0, found = 0, from[MAX_CELLS], to[MAX_CELLS];

	for (size_t i = 0; i < t->cells && i < MAX_CELLS; i++) {
		struct noro_view title = t->cell[i].title;
		bool optional = noro_view_starts(title, "?");
		size_t pos;

		title = noro_view_sub(title, optional, title.n);
		pos = noro_view_find_i(noro_view_sub(line, at, line.n), title);
		if (pos == SIZE_MAX && !optional)
			return false;
		from[i] = pos == SIZE_MAX ? SIZE_MAX : at + pos;
		to[i] = pos == SIZE_MAX ? SIZE_MAX : at + pos + title.n;
		if (pos == SIZE_MAX)
			continue;
		at += pos + title.n;
		found++;
	}
	if (!found)
		return false;
	memcpy(w->from, from, sizeof(from));
	memcpy(w->to, to, sizeof(to));
	w->header = true;
	return true;
}

/* Where cell i ends on this line: a word across the border goes to the title it stands under. */
static size_t border(const struct walk *w, struct noro_view line, size_t i, size_t *ret_next)
{
	size_t cells = w->r.t->cells < MAX_CELLS ? w->r.t->cells : MAX_CELLS, next = i + 1, cut,
	       from, to;

	while (next < cells && w->from[next] == SIZE_MAX)
		next++;
	*ret_next = next;
	if (next >= cells)
		return line.n;
	cut = w->from[next];
	if (cut >= line.n)
		return line.n;
	if (cut == 0 || noro_is_space(line.p[cut]) || noro_is_space(line.p[cut - 1]))
		return cut;
	from = to = cut;
	while (from && !noro_is_space(line.p[from - 1]))
		from--;
	while (to < line.n && !noro_is_space(line.p[to]))
		to++;
	return from < w->to[i] ? to : from;
}

static bool take_cell(struct walk *w, const struct noro_tpl_cell *c, struct noro_view v,
	struct noro_template_entry *e)
{
	v = noro_view_trim(v);
	if (!v.n || (c->var < 0 && !c->pattern.p))
		return true;
	if (c->var >= 0) {
		noro_template_take(&w->r, e, c->var, NULL, v);
		return true;
	}
	if (!noro_line_match(c->pattern.p, v, &w->r.scratch))
		return false;
	noro_template_take_all(&w->r, e, &c->pattern);
	return true;
}

static bool by_columns(struct walk *w, const struct line *l)
{
	const struct noro_template *t = w->r.t;
	size_t cells = t->cells < MAX_CELLS ? t->cells : MAX_CELLS, at = 0, next;
	uint32_t before = w->r.run->rows;

	if (is_header(w, l->text))
		return true;
	if (!w->header)
		return false;
	noro_template_forget(&w->r, &w->r.row);
	stamp(w, &w->r.row, l);
	for (size_t i = 0; i < cells; i = next) {
		size_t end;

		if (w->from[i] == SIZE_MAX) {
			next = i + 1;
			continue;
		}
		end = border(w, l->text, i, &next);
		if (end < at)
			end = at;
		if (!take_cell(w, &t->cell[i], noro_view_sub(l->text, at, end - at), &w->r.row))
			return false;
		at = end;
	}
	noro_template_emit(&w->r, &w->r.row);
	return w->r.run->rows > before;
}

/* --- pairs --- */

static bool by_pairs(struct walk *w, const struct line *l)
{
	const struct noro_template *t = w->r.t;
	size_t at = noro_view_find(l->text, t->sep);
	struct noro_view key, value;

	if (at == SIZE_MAX)
		return false;
	key = noro_view_trim(noro_view_sub(l->text, 0, at));
	value = noro_view_trim(noro_view_sub(l->text, at + t->sep.n, l->text.n));
	for (size_t i = 0; i < t->cells; i++) {
		const struct noro_tpl_cell *c = &t->cell[i];

		if (!noro_view_eq_i(key, c->title))
			continue;
		if (c->start)
			finish(w);
		if (!w->r.entry.open && (c->start || t->once)) {
			noro_template_forget(&w->r, &w->r.entry);
			stamp(w, &w->r.entry, l);
			w->r.entry.open = true;
		}
		return w->r.entry.open && take_cell(w, c, value, &w->r.entry);
	}
	return false;
}

/* --- the walk --- */

/* A line under a header, of a table's frame. */
static bool is_ruler(struct noro_view v)
{
	v = noro_view_trim(v);
	if (v.n < 2)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!strchr("-=+| _~*#", v.p[i]))
			return false;
	return true;
}

static void one_line(struct walk *w, const struct line *l)
{
	const struct noro_template *t = w->r.t;
	bool taken = w->stopped || !noro_view_trim(l->text).n || noro_transcript_noise(l->text);

	if (!taken)
		taken = by_rules(w, l);
	if (!taken && t->form == NORO_TPL_COLUMNS)
		taken = by_columns(w, l);
	if (!taken && t->form == NORO_TPL_PAIRS)
		taken = by_pairs(w, l);
	if (taken || t->rest || is_ruler(l->text))
		w->r.run->taken[l->number / 64] |= (uint64_t)1 << l->number % 64;
}

enum noro_status noro_template_read(const struct noro_template *t, struct noro_template_run *run)
{
	struct walk w = { 0 };
	struct noro_view rest = run->output->body, text;
	struct line l = { 0 };
	enum noro_status st = noro_template_reader_init(&w.r, t, run);

	if (st != NORO_OK)
		return st;
	if (t->once && t->form == NORO_TPL_LINES) {
		w.r.entry.open = true;
		w.r.entry.line = run->output->line;
		w.r.entry.offset = run->output->offset;
	}
	while (w.r.status == NORO_OK && l.number < run->lines) {
		l.offset = (uint64_t)(rest.p - run->output->body.p);
		if (!noro_view_line(&rest, &text))
			break;
		w.r.status = noro_transcript_clean(text, run->a, &l.text);
		if (w.r.status == NORO_OK)
			one_line(&w, &l);
		l.number++;
	}
	finish(&w);
	return w.r.status;
}
