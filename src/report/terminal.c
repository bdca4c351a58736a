/*
 * src/report/terminal.c - the first screen.
 *
 * It answers, in this order, what a person under pressure asks: are we hit, since
 * when, which machines, how sure is that, what do I do first, and what could this
 * run not see. Then the behaviours of each advisory, the strongest findings with
 * sample lines, and what was read. Everything that comes from evidence is escaped.
 */
#include "base/text.h"
#include "report/layout.h"
#include "report/report_priv.h"
#include "report/summary_priv.h"

enum {
	LABEL = 16, /* columns of the left column */
	TOP_FINDINGS = 10,
	SAMPLES = 2,
	NAMED_HOSTS = 6,
	NAMED_UNREAD = 5,
	NAMED_GAPS = 3,
	FIRST_STEPS = 3,
};

struct screen {
	const struct noro_result *r;
	const struct noro_report_opts *o;
	struct noro_summary s;
	struct noro_buf *out;
	struct noro_buf text; /* the sentence that is being put together */
	size_t columns;
};

static const char *tr(const struct screen *t, const char *id)
{
	return noro_lang_text(t->o->lang, id);
}

static void colour(struct screen *t, const char *sgr)
{
	if (t->o->colour)
		noro_buf_printf(t->out, "\x1b[%sm", sgr);
}

static const char *severity_sgr(enum noro_severity s)
{
	static const char *const sgr[] = { "2", "36", "33", "31", "1;31" };

	return sgr[s];
}

/* Lines do not end in blanks, whatever the evidence ends in. */
static void end_line(struct screen *t)
{
	while (t->out->n && t->out->p[t->out->n - 1] == ' ')
		t->out->n--;
	noro_buf_chr(t->out, '\n');
}

/* The sentence so far, wrapped from column `at` on; empties it. */
static void put_text(struct screen *t, size_t at)
{
	if (t->text.status != NORO_OK)
		t->out->status = t->text.status;
	noro_layout_wrap(noro_buf_as_view(&t->text), at, at, t->columns, t->out);
	noro_buf_clear(&t->text);
}

/* The sentence so far, wrapped beside a label; empties it. */
static void put_row(struct screen *t, const char *label)
{
	colour(t, "1");
	noro_buf_str(t->out, "  ");
	noro_layout_fit(noro_view_str(label ? tr(t, label) : ""), LABEL - 1, true, t->out);
	colour(t, "0");
	noro_buf_chr(t->out, ' ');
	if (t->text.status != NORO_OK)
		t->out->status = t->text.status;
	noro_layout_wrap(noro_buf_as_view(&t->text), LABEL + 2, LABEL + 2, t->columns, t->out);
	end_line(t);
	noro_buf_clear(&t->text);
}

static void put_heading(struct screen *t, const char *id)
{
	noro_buf_chr(t->out, '\n');
	colour(t, "1");
	noro_buf_str(t->out, tr(t, id));
	colour(t, "0");
	noro_buf_chr(t->out, '\n');
}

static void put_verdict(struct screen *t)
{
	static const char *const sgr[] = { "1;37;41", "1;30;43", "1;36", "1;33", "1;32", "1;33",
		"1;33" };
	struct noro_view meaning = noro_view_str(tr(t, noro_summary_meaning(t->s.verdict)));

	noro_buf_printf(t->out, "noroshi %s  ", t->r->run.version ? t->r->run.version : "");
	noro_report_when(t->o, t->r->run.now_ns, t->out);
	noro_buf_str(t->out, "\n\n");
	colour(t, sgr[t->s.verdict]);
	noro_buf_str(t->out, "  ");
	noro_layout_wrap(noro_view_str(tr(t, noro_summary_verdict(t->s.verdict))), 2, 2,
		t->columns - 2, t->out);
	noro_buf_str(t->out, t->o->colour ? "  " : "");
	colour(t, "0");
	noro_buf_str(t->out, "\n\n  ");
	noro_layout_wrap(meaning, 2, 2, t->columns, t->out);
	end_line(t);
	if (t->r->run.interrupted) {
		noro_buf_str(t->out, "\n  ");
		noro_layout_wrap(noro_view_str(tr(t, N_("The run was interrupted: this is a "
							"partial result."))),
			2, 2, t->columns, t->out);
		end_line(t);
	}
	end_line(t);
}

/* A moment or a span as text of its own, to stand as an argument in a sentence. */
static const char *when_text(struct screen *t, int64_t ns, struct noro_buf *b)
{
	noro_report_when(t->o, ns, b);
	return b->p ? b->p : "";
}

static const char *span_text(struct screen *t, int64_t ns, struct noro_buf *b)
{
	noro_report_span(t->o->lang, ns, b);
	return b->p ? b->p : "";
}

static void put_since(struct screen *t)
{
	struct noro_buf first = { 0 }, last = { 0 }, span = { 0 };

	if (!t->s.top)
		return;
	if (t->s.last_ns == NORO_TIME_NONE || t->s.last_ns <= t->s.first_ns)
		noro_report_when(t->o, t->s.first_ns, &t->text);
	else
		noro_report_say(t->o->lang, &t->text, N_("%1, last seen %2 (%3)"),
			{ when_text(t, t->s.first_ns, &first), when_text(t, t->s.last_ns, &last),
				span_text(t, noro_report_between(t->s.first_ns, t->s.last_ns),
					&span) });
	put_row(t, N_("Since when"));
	noro_buf_done(&first);
	noro_buf_done(&last);
	noro_buf_done(&span);
}

static void put_hosts(struct screen *t)
{
	if (!t->s.top)
		return;
	for (size_t i = 0; i < t->s.hosts && i < NAMED_HOSTS; i++) {
		noro_buf_str(&t->text, i ? ", " : "");
		noro_escape(noro_view_str(t->s.host[i].name), 80, &t->text);
	}
	if (t->s.hosts > NAMED_HOSTS) {
		noro_buf_str(&t->text, ", ");
		noro_report_say(t->o->lang, &t->text, N_("and %1 more"),
			{ NORO_NUM(t->s.hosts - NAMED_HOSTS) });
	}
	if (!t->s.hosts)
		noro_buf_str(&t->text, tr(t, N_("the records do not say")));
	put_row(t, N_("Which hosts"));
}

static void put_how_sure(struct screen *t)
{
	const struct noro_finding *f = t->s.top;

	if (!f)
		return;
	noro_report_say(t->o->lang, &t->text, N_("%1, %2 of 100 (the first finding below)"),
		{ noro_report_confidence_word(t->o->lang, f->confidence),
			NORO_NUM(f->confidence) });
	for (size_t i = 0; i < f->reasons && i < 3; i++) {
		noro_buf_str(&t->text, i ? "; " : ": ");
		noro_lang_msg(t->o->lang, &f->reason[i], &t->text);
	}
	put_row(t, N_("How sure"));
}

/* The advice of the strongest findings, each sentence once. */
static void put_first_steps(struct screen *t)
{
	const char *said[FIRST_STEPS];
	size_t n = 0;

	for (size_t i = 0; i < t->s.active && n < FIRST_STEPS; i++) {
		const char *next = noro_lang_pick(t->o->lang, t->s.sorted[i]->next);
		size_t k = 0;

		while (k < n && strcmp(said[k], next) != 0)
			k++;
		if (!*next || k < n)
			continue;
		said[n++] = next;
		noro_buf_printf(&t->text, "%zu. ", n);
		noro_escape(noro_view_str(next), 1000, &t->text);
		put_row(t, n == 1 ? N_("Do first") : NULL);
	}
}

static void put_unseen_line(struct screen *t, bool *labelled)
{
	put_row(t, *labelled ? NULL : N_("Could not see"));
	*labelled = true;
}

static void put_unseen_classes(struct screen *t, bool *labelled)
{
	struct noro_list missing = t->r->run.classes_missing;
	struct noro_buf names = { 0 };

	if (!missing.n)
		return;
	for (size_t i = 0; i < missing.n; i++) {
		noro_buf_str(&names, i ? ", " : "");
		noro_buf_str(&names, missing.item[i]);
	}
	noro_report_say(t->o->lang, &t->text,
		N_("indicators of kinds that no evidence here can show: %1"),
		{ names.p ? names.p : "" });
	noro_buf_done(&names);
	put_unseen_line(t, labelled);
}

/* Hits that the run met but did not keep: beyond its ceilings, or beyond the asked time. */
static void put_uncounted(struct screen *t, bool *labelled)
{
	if (t->r->run.uncounted) {
		noro_report_say(t->o->lang, &t->text,
			N_("%1 hits beyond the ceilings of the run: counted, not kept"),
			{ NORO_NUM(t->r->run.uncounted) });
		put_unseen_line(t, labelled);
	}
	if (t->r->run.undecided) {
		noro_report_say(t->o->lang, &t->text,
			N_("%1 times the expression '%2' of a check was given up: not decided "
			   "there"),
			{ NORO_NUM(t->r->run.undecided),
				t->r->run.undecided_by ? t->r->run.undecided_by : "" });
		put_unseen_line(t, labelled);
	}
	if (t->r->run.outside_range) {
		noro_report_say(t->o->lang, &t->text,
			N_("%1 hits before --since or after --until were left out"),
			{ NORO_NUM(t->r->run.outside_range) });
		put_unseen_line(t, labelled);
	}
}

static void put_unseen(struct screen *t)
{
	bool labelled = false;

	if (t->s.unread) {
		noro_report_say(t->o->lang, &t->text,
			N_("%1 of %2 pieces of evidence were not read whole"),
			{ NORO_NUM(t->s.unread), NORO_NUM(t->r->coverages) });
		put_unseen_line(t, &labelled);
	}
	put_unseen_classes(t, &labelled);
	if (t->s.answer[NORO_ANSWER_NO_EVIDENCE]) {
		noro_report_say(t->o->lang, &t->text,
			N_("%1 behaviours of the advisories: no evidence of the kind that would "
			   "show them"),
			{ NORO_NUM(t->s.answer[NORO_ANSWER_NO_EVIDENCE]) });
		put_unseen_line(t, &labelled);
	}
	if (t->s.gaps) {
		noro_report_say(t->o->lang, &t->text, N_("%1 gaps or clock steps in the logs"),
			{ NORO_NUM(t->s.gaps) });
		put_unseen_line(t, &labelled);
	}
	put_uncounted(t, &labelled);
	if (!labelled) {
		noro_buf_str(&t->text, tr(t, N_("nothing that is known of; logs that were never "
						"written remain unseen")));
		put_unseen_line(t, &labelled);
	}
}

static void put_counts(struct screen *t)
{
	struct noro_buf hits = { 0 };
	size_t shown = 0;

	for (int s = NORO_SEV_CRITICAL; s >= 0; s--)
		if (t->s.by_severity[s])
			noro_buf_printf(&t->text, "%s%zu %s", shown++ ? " · " : "",
				t->s.by_severity[s],
				noro_report_severity_word(t->o->lang, (enum noro_severity)s));
	noro_buf_str(&t->text, shown ? " · " : "");
	noro_report_count(t->s.hits, &hits);
	noro_report_say(t->o->lang, &t->text, N_("%1 hits"), { hits.p ? hits.p : "" });
	noro_buf_done(&hits);
	if (t->s.stale)
		noro_report_say(t->o->lang, &t->text, N_(" · %1 outside the activity window"),
			{ NORO_NUM(t->s.stale) });
	if (t->s.fresh + t->s.known + t->s.gone)
		noro_report_say(t->o->lang, &t->text, N_(" · %1 new, %2 known, %3 gone"),
			{ NORO_NUM(t->s.fresh), NORO_NUM(t->s.known), NORO_NUM(t->s.gone) });
	if (t->s.suppressed)
		noro_report_say(t->o->lang, &t->text, N_(" · %1 suppressed"),
			{ NORO_NUM(t->s.suppressed) });
	noro_buf_str(t->out, "  ");
	put_text(t, 2);
	end_line(t);
}

/* As much of the record as fits, with the matched value in sight. */
static void put_record(struct screen *t, const struct noro_place *p, const char *value)
{
	struct noro_buf shown = { 0 };

	noro_report_snippet(noro_view_str(p->record), noro_view_str(value), t->columns - 6, &shown);
	if (shown.status != NORO_OK)
		t->out->status = shown.status;
	noro_layout_blanks(6, t->out);
	noro_layout_fit(noro_buf_as_view(&shown), t->columns - 6, false, t->out);
	end_line(t);
	noro_buf_done(&shown);
}

static void put_sample(struct screen *t, const struct noro_place *p, const char *value)
{
	noro_escape(noro_view_str(p->path ? p->path : ""), 300, &t->text);
	if (p->line)
		noro_buf_printf(&t->text, ":%llu", (unsigned long long)p->line);
	if (t->text.status != NORO_OK)
		t->out->status = t->text.status;
	colour(t, "2");
	noro_layout_blanks(4, t->out);
	noro_layout_fit(noro_buf_as_view(&t->text), t->columns - 4, false, t->out);
	colour(t, "0");
	end_line(t);
	noro_buf_clear(&t->text);
	if (p->record && *p->record)
		put_record(t, p, value);
}

/* When, how often, what and where, in one wrapped line. */
static void put_facts(struct screen *t, const struct noro_finding *f)
{
	const char *title = noro_lang_pick(t->o->lang, f->title);

	noro_report_when(t->o, f->first_ns, &t->text);
	noro_buf_str(&t->text, " · x");
	noro_report_count(f->count, &t->text);
	if (f->value && !strstr(title, f->value)) {
		noro_buf_str(&t->text, " · ");
		noro_escape(noro_view_str(f->value), 100, &t->text);
	}
	for (size_t i = 0; i < f->hosts.n && i < 3; i++) {
		noro_buf_str(&t->text, i ? ", " : " · ");
		noro_escape(noro_view_str(f->hosts.item[i]), 80, &t->text);
	}
	if (f->window != NORO_WIN_UNKNOWN)
		noro_buf_printf(&t->text, " · %s", noro_report_window_word(t->o->lang, f->window));
	noro_layout_blanks(4, t->out);
	put_text(t, 4);
	end_line(t);
}

static void put_finding(struct screen *t, const struct noro_finding *f)
{
	end_line(t);
	noro_buf_str(t->out, "  ");
	colour(t, severity_sgr(f->severity));
	noro_layout_fit(
		noro_view_str(noro_report_severity_word(t->o->lang, f->severity)), 9, true, t->out);
	colour(t, "0");
	noro_buf_printf(t->out, "%3u  ", f->confidence);
	if (f->state == NORO_STATE_NEW)
		noro_buf_printf(&t->text, "[%s] ", tr(t, N_("new")));
	noro_escape(noro_view_str(noro_lang_pick(t->o->lang, f->title)), 400, &t->text);
	put_text(t, 16);
	end_line(t);
	put_facts(t, f);
	for (size_t i = 0; i < f->places && i < SAMPLES; i++)
		if (!i || !f->place[i].record || !f->place[0].record ||
			strcmp(f->place[i].record, f->place[0].record) != 0)
			put_sample(t, &f->place[i], f->value);
}

static void put_findings(struct screen *t)
{
	if (!t->s.findings)
		return;
	put_heading(t, N_("Findings"));
	put_counts(t);
	for (size_t i = 0; i < t->s.active && i < TOP_FINDINGS; i++)
		put_finding(t, t->s.sorted[i]);
	if (t->s.active > TOP_FINDINGS) {
		noro_buf_str(t->out, "\n  ");
		noro_report_say(t->o->lang, t->out, N_("and %1 more findings"),
			{ NORO_NUM(t->s.active - TOP_FINDINGS) });
		end_line(t);
	}
}

static void put_behaviour(struct screen *t, const struct noro_behaviour_row *b)
{
	static const char *const mark[] = { "■", "□", "-", "?", "△" };
	static const char *const sgr[] = { "1;31", "32", "33", "2", "33" };
	unsigned answer = b->answer < NORO_ANSWERS ? b->answer : NORO_ANSWER_NO_DETECTOR;

	noro_buf_str(t->out, "  ");
	colour(t, sgr[answer]);
	noro_layout_fit(noro_view_str(mark[answer]), 2, true, t->out);
	noro_layout_fit(
		noro_view_str(noro_report_answer_word(t->o->lang, b->answer)), 27, true, t->out);
	colour(t, "0");
	noro_buf_chr(t->out, ' ');
	noro_escape(noro_view_str(noro_lang_pick(t->o->lang, b->title)), 300, &t->text);
	put_text(t, 32);
	end_line(t);
}

/* Rows come grouped by advisory; the name of each stands above its own. */
static void put_behaviours(struct screen *t)
{
	const char *last = NULL;

	if (!t->r->run.behaviours)
		return;
	put_heading(t, N_("Behaviours that the advisories describe"));
	for (size_t i = 0; i < t->r->run.behaviours; i++) {
		const struct noro_behaviour_row *b = &t->r->run.behaviour[i];

		if (b->advisory && (!last || strcmp(last, b->advisory) != 0)) {
			noro_buf_str(t->out, "  ");
			noro_escape(noro_view_str(b->advisory), 60, t->out);
			end_line(t);
			last = b->advisory;
		}
		put_behaviour(t, b);
	}
}

static void put_unread(struct screen *t)
{
	size_t shown = 0;

	for (size_t i = 0; i < t->r->coverages && shown < NAMED_UNREAD; i++) {
		const struct noro_coverage *c = &t->r->coverage[i];

		if (!c->unread.id)
			continue;
		noro_escape(noro_view_str(c->path ? c->path : ""), 300, &t->text);
		noro_buf_str(&t->text, ": ");
		noro_lang_msg(t->o->lang, &c->unread, &t->text);
		put_row(t, shown++ ? NULL : N_("Not read"));
	}
	if (t->s.unread > shown && shown) {
		noro_report_say(
			t->o->lang, &t->text, N_("and %1 more"), { NORO_NUM(t->s.unread - shown) });
		put_row(t, NULL);
	}
}

/* Read, but something about it must be known: another device of that name, a cut end. */
static void put_notes(struct screen *t)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < t->r->coverages; i++) {
		const struct noro_coverage *c = &t->r->coverage[i];

		if (!c->note.id || all++ >= NAMED_UNREAD)
			continue;
		noro_escape(noro_view_str(c->path ? c->path : ""), 300, &t->text);
		noro_buf_str(&t->text, ": ");
		noro_lang_msg(t->o->lang, &c->note, &t->text);
		put_row(t, shown++ ? NULL : N_("Take care"));
	}
	if (all > shown) {
		noro_report_say(t->o->lang, &t->text, N_("and %1 more"), { NORO_NUM(all - shown) });
		put_row(t, NULL);
	}
}

/* Statements of a configuration that stand in no map, a line a file: nobody judged them. */
static void put_strange(struct screen *t)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < t->r->coverages; i++) {
		const struct noro_coverage *c = &t->r->coverage[i];

		if (!c->strange || all++ >= NAMED_UNREAD)
			continue;
		noro_escape(noro_view_str(c->path ? c->path : ""), 300, &t->text);
		noro_buf_str(&t->text, ": ");
		noro_report_say(t->o->lang, &t->text,
			c->strange == 1 ? N_("1 statement no map knows; --verbose shows it")
					: N_("%1 statements no map knows; --verbose shows them"),
			{ NORO_NUM(c->strange) });
		put_row(t, shown++ ? NULL : N_("Not known"));
	}
	if (all > shown) {
		noro_report_say(t->o->lang, &t->text, N_("and %1 more"), { NORO_NUM(all - shown) });
		put_row(t, NULL);
	}
}

static void put_gap(struct screen *t, const struct noro_coverage *c, const struct noro_gap *g)
{
	struct noro_buf from = { 0 }, span = { 0 };
	const char *length = span_text(t, noro_report_between(g->from_ns, g->to_ns), &span);
	const char *begin = when_text(t, g->from_ns, &from);

	noro_escape(noro_view_str(c->path ? c->path : ""), 300, &t->text);
	noro_buf_str(&t->text, ": ");
	if (g->to_ns < g->from_ns)
		noro_report_say(t->o->lang, &t->text, N_("the clock steps back by %1 at %2"),
			{ length, begin });
	else
		noro_report_say(
			t->o->lang, &t->text, N_("no records for %1 from %2"), { length, begin });
	noro_buf_done(&from);
	noro_buf_done(&span);
}

static void put_gaps(struct screen *t)
{
	size_t shown = 0;

	for (size_t i = 0; i < t->r->coverages; i++)
		for (size_t k = 0; k < t->r->coverage[i].gaps && shown < NAMED_GAPS; k++) {
			put_gap(t, &t->r->coverage[i], &t->r->coverage[i].gap[k]);
			put_row(t, shown++ ? NULL : N_("Gaps"));
		}
	if (t->s.gaps > shown) {
		noro_report_say(
			t->o->lang, &t->text, N_("and %1 more"), { NORO_NUM(t->s.gaps - shown) });
		put_row(t, NULL);
	}
}

static void put_intel(struct screen *t)
{
	uint64_t all = 0, searchable = 0;
	struct noro_buf a = { 0 }, b = { 0 };

	for (size_t i = 0; i < t->r->run.intels; i++) {
		all += t->r->run.intel[i].indicators;
		searchable += t->r->run.intel[i].searchable;
	}
	noro_report_count(all, &a);
	noro_report_count(searchable, &b);
	noro_report_say(t->o->lang, &t->text, N_("%1 indicators from %2 sources, %3 searched for"),
		{ a.p ? a.p : "", NORO_NUM(t->r->run.intels), b.p ? b.p : "" });
	put_row(t, N_("Looked for"));
	noro_buf_done(&a);
	noro_buf_done(&b);
}

/* Which devices were audited, and whether more could have been asked of them. */
static void put_devices(struct screen *t)
{
	enum { NAMED = 6 };
	struct noro_buf names = { 0 };
	size_t poor = 0;

	if (!t->r->machines)
		return;
	for (size_t i = 0; i < t->r->machines; i++) {
		const struct noro_machine *m = &t->r->machine[i];

		poor += m->missing.n != 0;
		if (i >= NAMED)
			continue;
		noro_buf_str(&names, i ? ", " : "");
		noro_escape(noro_view_str(m->name), 60, &names);
	}
	noro_report_say(t->o->lang, &t->text,
		t->r->machines > NAMED ? N_("%1 devices: %2 ...") : N_("%1 devices: %2"),
		{ NORO_NUM(t->r->machines), names.p ? names.p : "" });
	if (poor) {
		noro_buf_str(&t->text, "; ");
		noro_report_say(t->o->lang, &t->text,
			N_("of %1, outputs of 'noroshi audit plan' are missing"),
			{ NORO_NUM(poor) });
	}
	put_row(t, N_("Devices"));
	noro_buf_done(&names);
}

static void put_coverage(struct screen *t)
{
	struct noro_buf bytes = { 0 }, records = { 0 };

	put_heading(t, N_("What was read"));
	noro_report_bytes(t->r->run.bytes, &bytes);
	noro_report_count(t->r->run.records, &records);
	noro_report_say(t->o->lang, &t->text, N_("%1 files, %2 inside archives, %3, %4 records"),
		{ NORO_NUM(t->r->run.files), NORO_NUM(t->r->run.members), bytes.p ? bytes.p : "",
			records.p ? records.p : "" });
	put_row(t, N_("Evidence"));
	noro_buf_done(&bytes);
	noro_buf_done(&records);
	if (t->s.seen_from_ns != NORO_TIME_NONE) {
		noro_report_when(t->o, t->s.seen_from_ns, &t->text);
		noro_buf_str(&t->text, " - ");
		noro_report_when(t->o, t->s.seen_until_ns, &t->text);
		put_row(t, N_("Time"));
	}
	put_devices(t);
	put_intel(t);
	put_unread(t);
	put_notes(t);
	put_strange(t);
	put_gaps(t);
	if (t->s.guessed_time) {
		noro_report_say(t->o->lang, &t->text,
			N_("in %1 pieces the year or the zone of the times had to be assumed"),
			{ NORO_NUM(t->s.guessed_time) });
		put_row(t, N_("Clock"));
	}
	if (t->o->dir) {
		noro_escape(noro_view_str(t->o->dir), 400, &t->text);
		noro_buf_str(&t->text, "/report.html");
		put_row(t, N_("Full report"));
	}
}

enum noro_status noro_report_terminal(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct screen t = { .r = r, .o = o, .out = out, .columns = o->columns };
	enum noro_status st = noro_summary_init(&t.s, r, err);

	if (st != NORO_OK)
		return st;
	if (!t.columns)
		t.columns = 100;
	if (t.columns < 40)
		t.columns = 40;
	put_verdict(&t);
	put_since(&t);
	put_hosts(&t);
	put_how_sure(&t);
	put_first_steps(&t);
	put_unseen(&t);
	put_findings(&t);
	put_behaviours(&t);
	put_coverage(&t);
	if (t.text.status != NORO_OK)
		out->status = t.text.status;
	noro_buf_done(&t.text);
	noro_summary_done(&t.s);
	return noro_report_end(out, err);
}
