/* src/report/html_tables.c - findings, machines, behaviours, coverage and words as tables. */
#include "report/html_priv.h"

enum { MATRIX_HOSTS = 20, MATRIX_ROWS = 30, LIST_MOST = 8, NOTES_MOST = 20 };

static const char *severity_word(enum noro_lang l, unsigned n)
{
	return noro_report_severity_word(l, (enum noro_severity)n);
}

static const char *confidence_word(enum noro_lang l, unsigned n)
{
	return noro_report_confidence_word(l, n);
}

static const char *answer_word(enum noro_lang l, unsigned n)
{
	return noro_report_answer_word(l, (enum noro_answer)n);
}

static void put_section(
	struct noro_html *h, const char *anchor, const char *title, const char *what)
{
	noro_buf_printf(h->out, "<section id=%s><h2>", anchor);
	noro_html_tr(h, title);
	noro_html_raw(h, "</h2>");
	if (what) {
		noro_html_raw(h, "<p class=\"soft small\">");
		noro_html_tr(h, what);
		noro_html_raw(h, "</p>");
	}
}

static void put_columns(struct noro_html *h, const char *const *id, bool sortable)
{
	noro_html_raw(h, "<thead><tr>");
	for (size_t i = 0; id[i]; i++) {
		noro_html_raw(
			h, sortable ? "<th scope=col><button type=button>" : "<th scope=col>");
		noro_html_tr(h, id[i]);
		noro_html_raw(h, sortable ? "</button></th>" : "</th>");
	}
	noro_html_raw(h, "</tr></thead>");
}

static void put_chip(struct noro_html *h, enum noro_severity s)
{
	noro_buf_printf(h->out, "<span class=\"chip %s\">", noro_severity_name(s));
	noro_html_words(h, severity_word, (unsigned)s);
	noro_html_raw(h, "</span>");
}

static void put_state(struct noro_html *h, const struct noro_finding *f)
{
	if (f->suppressed)
		noro_html_tr(h, N_("suppressed"));
	else if (f->state == NORO_STATE_NEW)
		noro_html_tr(h, N_("new"));
	else if (f->state == NORO_STATE_KNOWN)
		noro_html_tr(h, N_("known"));
	else if (f->state == NORO_STATE_GONE)
		noro_html_tr(h, N_("gone"));
}

static void put_finding_row(struct noro_html *h, const struct noro_finding *f)
{
	char key[NORO_TIME_TEXT] = "";

	noro_buf_printf(h->out, "<tr data-finding=%s data-severity=%d><td data-key=%d>", f->id,
		(int)f->severity, (int)f->severity);
	put_chip(h, f->severity);
	noro_buf_printf(h->out, "</td><td class=num data-key=%u>%u</td><td><a href=\"#f-%s\">",
		f->confidence, f->confidence, f->id);
	noro_html_both(h, f->title);
	noro_html_raw(h, "</a>");
	if (f->value) {
		noro_html_raw(h, "<br><code>");
		noro_html_text(h, f->value);
		noro_html_raw(h, "</code>");
	}
	if (f->first_ns != NORO_TIME_NONE)
		(void)noro_time_print(f->first_ns, key);
	noro_html_raw(h, "</td><td>");
	noro_html_list(h, f->hosts, 4);
	noro_buf_printf(h->out, "</td><td class=when data-key=\"%s\">", key);
	noro_html_when(h, f->first_ns);
	noro_buf_printf(h->out, "</td><td class=num data-key=%llu>", (unsigned long long)f->count);
	noro_html_num(h, f->count);
	noro_html_raw(h, "</td><td>");
	put_state(h, f);
	noro_html_raw(h, "</td></tr>\n");
}

static void put_tools(struct noro_html *h)
{
	noro_html_raw(
		h, "<div class=\"tools js-only\" hidden role=search><input id=q type=search ");
	noro_html_raw(h, "data-placeholder-en=\"");
	noro_html_text(h, noro_lang_text(NORO_EN, N_("Search address, host, file ...")));
	noro_html_raw(h, "\" data-placeholder-ja=\"");
	noro_html_text(h, noro_lang_text(NORO_JA, N_("Search address, host, file ...")));
	noro_html_raw(h, "\" aria-label=\"");
	noro_html_text(h, noro_lang_text(h->o->lang, N_("Search the findings")));
	noro_html_raw(h, "\"><select id=sev aria-label=\"");
	noro_html_text(h, noro_lang_text(h->o->lang, N_("Least severity")));
	noro_html_raw(h, "\"><option value=\"\">");
	noro_html_text(h, noro_lang_text(h->o->lang, N_("all severities")));
	noro_html_raw(h, "</option>");
	for (int s = NORO_SEV_LOW; s <= NORO_SEV_CRITICAL; s++) {
		noro_buf_printf(h->out, "<option value=%d>&ge; ", s);
		noro_html_text(h, noro_report_severity_word(h->o->lang, (enum noro_severity)s));
		noro_html_raw(h, "</option>");
	}
	noro_html_raw(h, "</select><output id=shown class=\"soft small\" aria-live=polite></output>"
			 "</div>");
}

void noro_html_findings(struct noro_html *h)
{
	static const char *const column[] = { N_("Severity"), N_("Confidence"), N_("Finding"),
		N_("Machine"), N_("First seen"), N_("Hits"), N_("State"), NULL };

	put_section(h, "findings", N_("Findings"),
		N_("The strongest first. Repeated hits of one kind in one file are one line."));
	if (!h->shown) {
		noro_html_raw(h, "<p>");
		noro_html_tr(h, N_("There are none. What that is worth stands under Coverage."));
		noro_html_raw(h, "</p></section>\n");
		return;
	}
	put_tools(h);
	noro_html_raw(h, "<div class=scroll><table class=sortable>");
	put_columns(h, column, true);
	noro_html_raw(h, "<tbody>\n");
	for (size_t i = 0; i < h->shown; i++)
		put_finding_row(h, h->s->sorted[i]);
	noro_html_raw(h, "</tbody></table></div>");
	if (h->s->findings > h->shown) {
		noro_html_raw(h, "<p>");
		noro_html_say(h, N_("%1 weaker findings are only in findings.jsonl."),
			{ NORO_NUM(h->s->findings - h->shown) });
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "</section>\n");
}

/* The first finding of each value, strongest first. */
static size_t gather_values(const struct noro_html *h, const struct noro_finding **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < h->s->active && i < h->shown && n < MATRIX_ROWS; i++) {
		const struct noro_finding *f = h->s->sorted[i];
		size_t k = 0;

		if (!f->value || !f->hosts.n)
			continue;
		while (k < n && strcmp(ret[k]->value, f->value) != 0)
			k++;
		if (k == n)
			ret[n++] = f;
	}
	return n;
}

static bool speaks_of(const struct noro_finding *f, const char *host)
{
	for (size_t i = 0; i < f->hosts.n; i++)
		if (!strcmp(f->hosts.item[i], host))
			return true;
	return false;
}

/* How often a value was seen with a host, and the worst finding that says so. */
static void put_matrix_cell(struct noro_html *h, const char *value, const char *host)
{
	const struct noro_finding *worst = NULL;
	uint64_t hits = 0;

	for (size_t i = 0; i < h->s->active && i < h->shown; i++) {
		const struct noro_finding *f = h->s->sorted[i];

		if (!f->value || strcmp(f->value, value) != 0 || !speaks_of(f, host))
			continue;
		worst = worst ? worst : f;
		if (__builtin_add_overflow(hits, f->count, &hits))
			hits = UINT64_MAX;
	}
	if (!worst) {
		noro_html_raw(h, "<td></td>");
		return;
	}
	noro_buf_printf(h->out, "<td class=%s>", noro_severity_name(worst->severity));
	noro_html_num(h, hits);
	noro_html_raw(h, "</td>");
}

void noro_html_matrix(struct noro_html *h)
{
	const struct noro_finding *value[MATRIX_ROWS];
	size_t rows = gather_values(h, value);
	size_t hosts = h->s->hosts < MATRIX_HOSTS ? h->s->hosts : MATRIX_HOSTS;

	if (!rows || !hosts)
		return;
	put_section(h, "matrix", N_("Machines and indicators"),
		N_("How often each value was seen with each machine. One value on many machines, "
		   "or "
		   "one machine with many values, is where to begin."));
	noro_html_raw(h, "<div class=scroll><table class=matrix><thead><tr><th scope=col>");
	noro_html_tr(h, N_("Value"));
	noro_html_raw(h, "</th>");
	for (size_t i = 0; i < hosts; i++) {
		noro_html_raw(h, "<th scope=col>");
		noro_html_text(h, h->s->host[i].name);
		noro_html_raw(h, "</th>");
	}
	noro_html_raw(h, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < rows; i++) {
		noro_html_raw(h, "<tr><th scope=row><code>");
		noro_html_text(h, value[i]->value);
		noro_html_raw(h, "</code></th>");
		for (size_t k = 0; k < hosts; k++)
			put_matrix_cell(h, value[i]->value, h->s->host[k].name);
		noro_html_raw(h, "</tr>\n");
	}
	noro_html_raw(h, "</tbody></table></div>");
	if (h->s->hosts > hosts) {
		noro_html_raw(h, "<p class=\"soft small\">");
		noro_html_say(h, N_("%1 more machines are not shown."),
			{ NORO_NUM(h->s->hosts - hosts) });
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "</section>\n");
}

static void put_behaviour(struct noro_html *h, const struct noro_behaviour_row *b)
{
	static const char *const mark[] = { "&#9632;", "&#9633;", "&ndash;", "?", "&#9651;" };
	unsigned answer = b->answer < NORO_ANSWERS ? b->answer : NORO_ANSWER_NO_DETECTOR;

	noro_html_raw(h, "<tr>");
	noro_html_cell(h, "when", b->advisory);
	noro_html_raw(h, "<td>");
	noro_html_both(h, b->title);
	noro_buf_printf(h->out, "</td><td class=\"answer a%d\">%s ", (int)answer, mark[answer]);
	noro_html_words(h, answer_word, answer);
	noro_html_raw(h, "</td><td>");
	if (b->answer == NORO_ANSWER_NO_EVIDENCE) {
		noro_html_tr(h, N_("would need:"));
		noro_html_raw(h, " ");
		noro_html_list(h, b->evidence_needed, LIST_MOST);
	} else if (b->answer == NORO_ANSWER_NOT_FOUND) {
		noro_html_say(h, N_("%1 pieces of evidence could have shown it"),
			{ NORO_NUM(b->could_show) });
	}
	for (size_t i = 0; i < b->finding_ids.n && i < LIST_MOST; i++) {
		noro_html_raw(h, i ? ", <a href=\"#f-" : "<a href=\"#f-");
		noro_html_text(h, b->finding_ids.item[i]);
		noro_html_raw(h, "\">");
		noro_html_view(h, noro_view_sub(noro_view_str(b->finding_ids.item[i]), 0, 8));
		noro_html_raw(h, "</a>");
	}
	noro_html_raw(h, "</td></tr>\n");
}

void noro_html_behaviours(struct noro_html *h)
{
	static const char *const column[] = { N_("Advisory"), N_("Behaviour"), N_("Answer"),
		N_("Because"), NULL };

	if (!h->r->run.behaviours)
		return;
	put_section(h, "behaviours", N_("Behaviours that the advisories describe"),
		N_("\"Not found\" counts only where the evidence would have shown it."));
	noro_html_raw(h, "<div class=scroll><table>");
	put_columns(h, column, false);
	noro_html_raw(h, "<tbody>\n");
	for (size_t i = 0; i < h->r->run.behaviours; i++)
		put_behaviour(h, &h->r->run.behaviour[i]);
	noro_html_raw(h, "</tbody></table></div></section>\n");
}

static void put_gaps(struct noro_html *h, const struct noro_coverage *c)
{
	for (size_t i = 0; i < c->gaps && i < 5; i++) {
		const struct noro_gap *g = &c->gap[i];
		bool back = g->to_ns < g->from_ns;

		noro_html_raw(h, "<br>");
		noro_html_tr(h, back ? N_("clock stepped back:") : N_("no records:"));
		noro_html_raw(h, " ");
		noro_html_when(h, g->from_ns);
		noro_html_raw(h, ", ");
		noro_html_span(h, noro_report_between(g->from_ns, g->to_ns));
	}
	if (c->gaps > 5) {
		noro_html_raw(h, "<br>");
		noro_html_say(h, N_("and %1 more"), { NORO_NUM(c->gaps - 5) });
	}
}

static void put_piece(struct noro_html *h, const struct noro_coverage *c)
{
	noro_html_raw(h, "<tr><td><code>");
	noro_html_text(h, c->path);
	noro_html_raw(h, "</code>");
	put_gaps(h, c);
	noro_html_raw(h, "</td><td>");
	noro_html_text(h, c->format);
	if (c->why.id) {
		noro_html_raw(h, "<br><span class=\"soft small\">");
		noro_html_msg(h, &c->why);
		noro_html_raw(h, "</span>");
	}
	noro_html_raw(h, "</td><td class=num>");
	noro_html_bytes(h, c->read_bytes);
	noro_html_raw(h, "</td><td class=num>");
	noro_html_num(h, c->records);
	noro_html_raw(h, "</td><td>");
	if (c->first_ns != NORO_TIME_NONE) {
		noro_html_when(h, c->first_ns);
		noro_html_raw(h, "<br>");
		noro_html_when(h, c->last_ns);
	}
	noro_html_raw(h, "</td><td>");
	if (c->unread.id) {
		noro_html_raw(h, "<b class=high>");
		noro_html_msg(h, &c->unread);
		noro_html_raw(h, "</b>");
	} else {
		noro_html_tr(h, N_("read whole"));
	}
	if (c->note.id) {
		noro_html_raw(h, "<br><b class=medium>");
		noro_html_msg(h, &c->note);
		noro_html_raw(h, "</b>");
	}
	if (c->strange) {
		noro_html_raw(h, "<br>");
		noro_html_say(h, N_("statements that nobody knows: %1; --verbose shows them"),
			{ NORO_NUM(c->strange) });
	} else if (c->skipped) {
		noro_html_raw(h, "<br>");
		noro_html_say(
			h, N_("%1 records not understood, but searched"), { NORO_NUM(c->skipped) });
	}
	noro_html_raw(h, "</td></tr>\n");
}

static int importance(const struct noro_coverage *c)
{
	return c->unread.id ? 0 : c->note.id ? 1 : 2;
}

/* What was not read comes first: it is what a reader must know. */
void noro_html_coverage(struct noro_html *h)
{
	static const char *const column[] = { N_("Evidence"), N_("Taken for"), N_("Read"),
		N_("Records"), N_("From, to"), N_("Result"), NULL };
	size_t shown = 0;

	put_section(h, "coverage", N_("Coverage"),
		N_("What was read, and what was not. \"Nothing found\" is worth only this."));
	if (h->r->run.classes_missing.n) {
		noro_html_raw(h, "<p><b class=medium>");
		noro_html_tr(h, N_("indicators of kinds that no evidence here can show:"));
		noro_html_raw(h, "</b> ");
		noro_html_list(h, h->r->run.classes_missing, 40);
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "<div class=scroll><table>");
	put_columns(h, column, false);
	noro_html_raw(h, "<tbody>\n");
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < h->r->coverages && shown < NORO_HTML_COVERAGE; i++)
			if (importance(&h->r->coverage[i]) == pass) {
				put_piece(h, &h->r->coverage[i]);
				shown++;
			}
	noro_html_raw(h, "</tbody></table></div>");
	if (h->r->coverages > shown) {
		noro_html_raw(h, "<p>");
		noro_html_say(h, N_("%1 more pieces of evidence are only in coverage.jsonl."),
			{ NORO_NUM(h->r->coverages - shown) });
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "</section>\n");
}

void noro_html_intel(struct noro_html *h)
{
	static const char *const column[] = { N_("Source"), N_("Kind"), N_("Indicators"),
		N_("Searched for"), N_("Lowered by allow-lists"), N_("Not decided"), NULL };

	if (!h->r->run.intels)
		return;
	put_section(h, "intel", N_("Intelligence used"), NULL);
	noro_html_raw(h, "<div class=scroll><table>");
	put_columns(h, column, false);
	noro_html_raw(h, "<tbody>\n");
	for (size_t i = 0; i < h->r->run.intels; i++) {
		const struct noro_intel_used *u = &h->r->run.intel[i];
		const uint64_t number[] = { u->indicators, u->searchable, u->allowed,
			u->undecided };

		noro_html_raw(h, "<tr><td><code>");
		noro_html_text(h, u->path);
		noro_html_raw(h, "</code>");
		if (u->sha256) {
			noro_html_raw(h, "<br><code class=soft>sha256 ");
			noro_html_text(h, u->sha256);
			noro_html_raw(h, "</code>");
		}
		for (size_t k = 0; k < u->notes.n && k < NOTES_MOST; k++) {
			noro_html_raw(h, "<br><span class=\"soft small\">");
			noro_html_text(h, u->notes.item[k]);
			noro_html_raw(h, "</span>");
		}
		noro_html_raw(h, "</td>");
		noro_html_cell(h, NULL, u->kind);
		for (size_t k = 0; k < 4; k++) {
			noro_html_raw(h, "<td class=num>");
			noro_html_num(h, number[k]);
			noro_html_raw(h, "</td>");
		}
		noro_html_raw(h, "</tr>\n");
	}
	noro_html_raw(h, "</tbody></table></div></section>\n");
}

static void put_word(struct noro_html *h, const char *id, const char *meaning)
{
	noro_html_raw(h, "<dt>");
	noro_html_tr(h, id);
	noro_html_raw(h, "</dt><dd>");
	noro_html_tr(h, meaning);
	noro_html_raw(h, "</dd>");
}

void noro_html_glossary(struct noro_html *h)
{
	put_section(h, "glossary", N_("What the words mean"), NULL);
	noro_html_raw(h, "<dl class=facts>");
	for (unsigned i = 0; i < 4; i++) {
		static const unsigned least[] = { 85, 60, 30, 0 }, most[] = { 100, 84, 59, 29 };

		noro_html_raw(h, "<dt>");
		noro_html_words(h, confidence_word, least[i]);
		noro_buf_printf(h->out, "</dt><dd>%u&ndash;%u: ", least[i], most[i]);
		noro_html_tr(h, i == 0   ? N_("several independent reasons agree; act on it")
				: i == 1 ? N_("good reasons, an innocent cause is less likely")
				: i == 2 ? N_("an innocent cause is about as likely: check it")
					 : N_("kept so that nothing is hidden; rarely worth acting "
					      "on alone"));
		noro_html_raw(h, "</dd>");
	}
	put_word(h, N_("Severity"),
		N_("how bad it would be if it is real; confidence says how sure that is"));
	put_word(h, N_("Activity window"),
		N_("when the one who published the indicator saw it used; a hit outside of it is "
		   "shown, but trusted less"));
	put_word(h, N_("Grade of evidence"),
		N_("who vouches for it: 0 the device's own text, 1 device text that agrees over "
		   "several ways, 2 bytes copied off and compared, 3 media taken off line, 4 "
		   "attested by hardware"));
	put_word(h, N_("Suppressed"),
		N_("a person silenced it with a reason and an expiry date; it is counted and "
		   "shown"));
	noro_html_raw(h, "</dl></section>\n");
}
