/*
 * src/report/html_sheet.c - page 1: one A4 sheet for the person who decides.
 *
 * What happened, what it means, what has to be decided, by when; then the facts
 * behind it and the first steps for the engineers. No jargon above the facts, no
 * claim that the findings do not carry: who stands behind an intrusion is never
 * said here, only which advisory describes such traces.
 */
#include "report/html_priv.h"

enum { NAMED_HOSTS = 6, FIRST_STEPS = 3, NAMED_ADVISORIES = 3 };

#define DAY_NS (INT64_C(86400) * NORO_NS_PER_S)

/* Distinct advisories of the active findings, the strongest findings' first. */
static size_t gather(const struct noro_html *h, const char **name, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < h->s->active && i < NORO_HTML_FINDINGS; i++) {
		struct noro_list l = h->s->sorted[i]->advisory;

		for (size_t k = 0; k < l.n && n < most; k++) {
			size_t j = 0;

			while (j < n && strcmp(name[j], l.item[k]) != 0)
				j++;
			if (j == n)
				name[n++] = l.item[k];
		}
	}
	return n;
}

static void put_paragraph(struct noro_html *h, const char *id)
{
	noro_html_raw(h, "<p>");
	noro_html_tr(h, id);
	noro_html_raw(h, "</p>");
}

static void put_what_found(struct noro_html *h)
{
	const char *advisory[NAMED_ADVISORIES];
	size_t n = gather(h, advisory, NAMED_ADVISORIES);

	noro_html_raw(h, "<p>");
	noro_html_say(h, N_("%1 findings, %2 of them critical or high."),
		{ NORO_NUM(h->s->active), NORO_NUM(h->s->by_severity[NORO_SEV_CRITICAL] +
						   h->s->by_severity[NORO_SEV_HIGH]) });
	noro_html_raw(h, " ");
	noro_html_tr(h, N_("The strongest:"));
	noro_html_raw(h, " <b>");
	noro_html_both(h, h->s->top->title);
	noro_html_raw(h, "</b></p><p>");
	if (h->s->first_ns != NORO_TIME_NONE) {
		noro_html_tr(h, N_("First trace:"));
		noro_html_raw(h, " ");
		noro_html_when(h, h->s->first_ns);
		noro_html_raw(h, "<br>");
		noro_html_tr(h, N_("Last trace:"));
		noro_html_raw(h, " ");
		noro_html_when(h, h->s->last_ns);
	}
	noro_html_raw(h, "</p>");
	if (!n)
		return;
	noro_html_raw(h, "<p>");
	noro_html_tr(h, N_("Traces of this kind are described in:"));
	noro_html_raw(h, " ");
	noro_html_list(h, (struct noro_list){ advisory, n }, n);
	noro_html_raw(h, "<br>");
	noro_html_tr(h, N_("That does not prove who is behind them."));
	noro_html_raw(h, "</p>");
}

static void put_what(struct noro_html *h)
{
	noro_html_raw(h, "<div><h2>");
	noro_html_tr(h, N_("What happened"));
	noro_html_raw(h, "</h2>");
	if (h->s->top)
		put_what_found(h);
	else if (h->s->verdict == NORO_VERDICT_BLIND)
		put_paragraph(h, N_("No evidence could be read, so nothing is known."));
	else
		put_paragraph(h, N_("The evidence was searched for the indicators and behaviours "
				    "listed in this report. None was found."));
	noro_html_raw(h, "</div>");
}

static void put_directions(struct noro_html *h)
{
	if (h->s->outbound) {
		noro_html_raw(h, "<p>");
		noro_html_say(h,
			N_("%1 findings: our machines contacted addresses or names of the lists."),
			{ NORO_NUM(h->s->outbound) });
		noro_html_raw(h, "</p>");
	}
	if (h->s->inbound) {
		noro_html_raw(h, "<p>");
		noro_html_say(h, N_("%1 findings: such addresses reached our systems."),
			{ NORO_NUM(h->s->inbound) });
		noro_html_raw(h, "</p>");
	}
}

static void put_effect(struct noro_html *h)
{
	noro_html_raw(h, "<div><h2>");
	noro_html_tr(h, N_("Effect"));
	noro_html_raw(h, "</h2>");
	if (!h->s->top) {
		put_paragraph(h, h->s->verdict == NORO_VERDICT_CLEAN
					 ? N_("None is known. The result is worth what was read.")
					 : N_("None is known, but this evidence could not show "
					      "everything: see \"Could not see\"."));
		noro_html_raw(h, "</div>");
		return;
	}
	noro_html_raw(h, "<p>");
	if (h->s->hosts)
		noro_html_say(h, N_("%1 machines are concerned."), { NORO_NUM(h->s->hosts) });
	else
		noro_html_tr(h, N_("The records do not name the machines concerned."));
	noro_html_raw(h, "</p>");
	put_directions(h);
	if (h->s->verdict == NORO_VERDICT_LIKELY)
		put_paragraph(h, N_("Passwords, configurations and traffic that passed these "
				    "machines may be known to others. What was taken cannot be "
				    "told from this evidence."));
	noro_html_raw(h, "</div>");
}

static void put_items(struct noro_html *h, const char *const *id)
{
	noro_html_raw(h, "<ul>");
	for (size_t i = 0; id[i]; i++) {
		noro_html_raw(h, "<li>");
		noro_html_tr(h, id[i]);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ul>");
}

static void put_decision(struct noro_html *h)
{
	static const char *const likely[] = {
		N_("Who leads the response, with the power to take machines off the network?"),
		N_("Are the machines named here isolated, and are memory, logs and configurations "
		   "kept before anything is changed?"),
		N_("Are authorities, customers and partners told?"), NULL
	};
	static const char *const suspect[] = {
		N_("Who checks the findings, and with which time set aside for it?"),
		N_("Is the evidence kept beyond its normal deletion date?"), NULL
	};
	static const char *const weak[] = {
		N_("None now. The network team looks at the findings in its normal work."), NULL
	};
	static const char *const open[] = {
		N_("Who closes the open ways, device by device, and by when?"),
		N_("Who keeps the lists of what is approved, without which this cannot be told?"),
		NULL
	};
	static const char *const clean[] = { N_("None now. Hunt again when new intelligence "
						"arrives."),
		NULL };
	static const char *const partial[] = {
		N_("Is the missing evidence collected, so that the question can be answered?"), NULL
	};
	static const char *const *const of[] = { [NORO_VERDICT_LIKELY] = likely,
		[NORO_VERDICT_SUSPECT] = suspect,
		[NORO_VERDICT_WEAK] = weak,
		[NORO_VERDICT_OPEN] = open,
		[NORO_VERDICT_CLEAN] = clean,
		[NORO_VERDICT_PARTIAL] = partial,
		[NORO_VERDICT_BLIND] = partial };

	noro_html_raw(h, "<div><h2>");
	noro_html_tr(h, N_("Decision needed"));
	noro_html_raw(h, "</h2>");
	put_items(h, of[h->s->verdict]);
	noro_html_raw(h, "</div>");
}

static void put_deadline(struct noro_html *h, const char *id, int64_t days)
{
	int64_t due;

	noro_html_raw(h, "<li>");
	noro_html_tr(h, id);
	if (!__builtin_add_overflow(h->r->run.now_ns, days * DAY_NS, &due)) {
		noro_html_raw(h, " <b>");
		noro_html_when(h, due);
		noro_html_raw(h, "</b>");
	}
	noro_html_raw(h, "</li>");
}

static void put_by_when(struct noro_html *h)
{
	noro_html_raw(h, "<div><h2>");
	noro_html_tr(h, N_("By when"));
	noro_html_raw(h, "</h2><ul>");
	switch (h->s->verdict) {
	case NORO_VERDICT_LIKELY:
		put_deadline(h, N_("Isolate and keep evidence: within 24 hours, by"), 1);
		put_deadline(h, N_("First picture of how far it goes: within 3 days, by"), 3);
		noro_html_raw(h, "<li>");
		noro_html_tr(h, N_("Reports to authorities have deadlines of their own, some of a "
				   "few days: have them checked today."));
		noro_html_raw(h, "</li>");
		break;
	case NORO_VERDICT_SUSPECT:
		put_deadline(h, N_("Findings checked: within 3 days, by"), 3);
		break;
	case NORO_VERDICT_OPEN:
		put_deadline(h, N_("Open ways closed, lists given: within a month, by"), 30);
		break;
	case NORO_VERDICT_WEAK:
		put_deadline(h, N_("Findings looked at: within 2 weeks, by"), 14);
		break;
	case NORO_VERDICT_CLEAN:
		put_deadline(h, N_("Next hunt: within a month, by"), 30);
		break;
	case NORO_VERDICT_PARTIAL:
	case NORO_VERDICT_BLIND:
		put_deadline(h, N_("Missing evidence collected: within a week, by"), 7);
		break;
	}
	noro_html_raw(h, "</ul><p class=\"soft small\">");
	noro_html_tr(h, N_("Suggested by the program from severity and confidence; the decision is "
			   "yours."));
	noro_html_raw(h, "</p></div>");
}

static void put_hosts(struct noro_html *h)
{
	noro_html_raw(h, "<dt>");
	noro_html_tr(h, N_("Which hosts"));
	noro_html_raw(h, "</dt><dd>");
	for (size_t i = 0; i < h->s->hosts && i < NAMED_HOSTS; i++) {
		noro_html_raw(h, i ? ", " : "");
		noro_html_text(h, h->s->host[i].name);
	}
	if (h->s->hosts > NAMED_HOSTS) {
		noro_html_raw(h, ", ");
		noro_html_say(h, N_("and %1 more"), { NORO_NUM(h->s->hosts - NAMED_HOSTS) });
	}
	if (!h->s->hosts)
		noro_html_tr(h, N_("the records do not say"));
	noro_html_raw(h, "</dd>");
}

static const char *confidence_word(enum noro_lang l, unsigned n)
{
	return noro_report_confidence_word(l, n);
}

static void put_sureness(struct noro_html *h)
{
	const struct noro_finding *f = h->s->top;

	noro_html_raw(h, "<dt>");
	noro_html_tr(h, N_("How sure"));
	noro_html_raw(h, "</dt><dd>");
	noro_html_words(h, confidence_word, f->confidence);
	noro_buf_printf(h->out, " (%u/100)", f->confidence);
	for (size_t i = 0; i < f->reasons && i < 2; i++) {
		noro_html_raw(h, i ? "; " : ": ");
		noro_html_msg(h, &f->reason[i]);
	}
	noro_html_raw(h, "</dd>");
}

static void put_read(struct noro_html *h)
{
	struct noro_buf bytes = { 0 }, records = { 0 };

	noro_html_raw(h, "<dt>");
	noro_html_tr(h, N_("Evidence"));
	noro_html_raw(h, "</dt><dd>");
	noro_report_bytes(h->r->run.bytes, &bytes);
	noro_report_count(h->r->run.records, &records);
	noro_html_say(h, N_("%1 files, %2 inside archives, %3, %4 records"),
		{ NORO_NUM(h->r->run.files), NORO_NUM(h->r->run.members), bytes.p ? bytes.p : "",
			records.p ? records.p : "" });
	noro_buf_done(&bytes);
	noro_buf_done(&records);
	if (h->s->seen_from_ns != NORO_TIME_NONE) {
		noro_html_raw(h, "<br>");
		noro_html_when(h, h->s->seen_from_ns);
		noro_html_raw(h, " &ndash; ");
		noro_html_when(h, h->s->seen_until_ns);
	}
	noro_html_raw(h, "</dd>");
}

static void put_looked_for(struct noro_html *h)
{
	struct noro_buf all = { 0 }, searched = { 0 };
	uint64_t indicators = 0, searchable = 0;

	for (size_t i = 0; i < h->r->run.intels; i++) {
		indicators += h->r->run.intel[i].indicators;
		searchable += h->r->run.intel[i].searchable;
	}
	noro_report_count(indicators, &all);
	noro_report_count(searchable, &searched);
	noro_html_raw(h, "<dt>");
	noro_html_tr(h, N_("Looked for"));
	noro_html_raw(h, "</dt><dd>");
	noro_html_say(h, N_("%1 indicators from %2 sources, %3 searched for"),
		{ all.p ? all.p : "", NORO_NUM(h->r->run.intels), searched.p ? searched.p : "" });
	noro_html_raw(h, "</dd>");
	noro_buf_done(&all);
	noro_buf_done(&searched);
}

static void put_unseen(struct noro_html *h)
{
	size_t n = 0;

	noro_html_raw(h, "<dt>");
	noro_html_tr(h, N_("Could not see"));
	noro_html_raw(h, "</dt><dd>");
	if (h->s->unread && ++n)
		noro_html_say(h, N_("%1 of %2 pieces of evidence were not read whole"),
			{ NORO_NUM(h->s->unread), NORO_NUM(h->r->coverages) });
	if (h->s->answer[NORO_ANSWER_NO_EVIDENCE]) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_say(h,
			N_("%1 behaviours of the advisories: no evidence of the kind that would "
			   "show them"),
			{ NORO_NUM(h->s->answer[NORO_ANSWER_NO_EVIDENCE]) });
	}
	if (h->r->run.classes_missing.n) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_tr(h, N_("indicators of kinds that no evidence here can show:"));
		noro_html_raw(h, " ");
		noro_html_list(h, h->r->run.classes_missing, 8);
	}
	if (h->s->gaps) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_say(
			h, N_("%1 gaps or clock steps in the logs"), { NORO_NUM(h->s->gaps) });
	}
	if (h->r->run.uncounted) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_say(h, N_("%1 hits beyond the ceilings of the run: counted, not kept"),
			{ NORO_NUM(h->r->run.uncounted) });
	}
	if (h->r->run.undecided) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_say(h,
			N_("%1 times the expression '%2' of a check was given up: not decided "
			   "there"),
			{ NORO_NUM(h->r->run.undecided),
				h->r->run.undecided_by ? h->r->run.undecided_by : "" });
	}
	if (h->r->run.outside_range) {
		noro_html_raw(h, n++ ? "; " : "");
		noro_html_say(h, N_("%1 hits before --since or after --until were left out"),
			{ NORO_NUM(h->r->run.outside_range) });
	}
	if (!n)
		noro_html_tr(h, N_("nothing that is known of; logs that were never written remain "
				   "unseen"));
	noro_html_raw(h, "</dd>");
}

static void put_steps(struct noro_html *h)
{
	const struct noro_finding *said[FIRST_STEPS];
	size_t n = 0;

	for (size_t i = 0; i < h->s->active && i < NORO_HTML_FINDINGS && n < FIRST_STEPS; i++) {
		const struct noro_finding *f = h->s->sorted[i];
		const char *next = noro_lang_pick(NORO_EN, f->next);
		size_t k = 0;

		while (k < n && strcmp(noro_lang_pick(NORO_EN, said[k]->next), next) != 0)
			k++;
		if (*next && k == n)
			said[n++] = f;
	}
	if (!n)
		return;
	noro_html_raw(h, "<h3>");
	noro_html_tr(h, N_("First steps for the engineers"));
	noro_html_raw(h, "</h3><ol>");
	for (size_t i = 0; i < n; i++) {
		noro_html_raw(h, "<li>");
		noro_html_both(h, said[i]->next);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ol>");
}

/* The strictest marking of any finding holds for the page. */
static void put_tlp(struct noro_html *h)
{
	enum noro_tlp strictest = NORO_TLP_NONE;

	for (size_t i = 0; i < h->r->findings; i++)
		if (h->r->finding[i].tlp > strictest)
			strictest = h->r->finding[i].tlp;
	if (strictest == NORO_TLP_NONE)
		return;
	noro_html_raw(h, "<span class=tlp>TLP:");
	noro_html_text(h, noro_tlp_name(strictest));
	noro_html_raw(h, "</span><br>");
}

static void put_title(struct noro_html *h)
{
	noro_html_raw(h, "<section class=sheet id=sheet><div class=top><div><h1>");
	noro_html_tr(h, N_("Hunt report"));
	noro_html_raw(h, "</h1><p class=soft>");
	noro_html_tr(h, N_("for the person who decides"));
	noro_html_raw(h, "</p></div><div class=\"meta soft small\">");
	put_tlp(h);
	noro_html_when(h, h->r->run.now_ns);
	noro_html_raw(h, "<br>noroshi ");
	noro_html_text(h, h->r->run.version);
	noro_html_raw(h, "</div></div>\n");
	noro_buf_printf(h->out, "<div class=\"verdict v%d\"><strong>", (int)h->s->verdict);
	noro_html_tr(h, noro_summary_verdict(h->s->verdict));
	noro_html_raw(h, "</strong><p>");
	noro_html_tr(h, noro_summary_meaning(h->s->verdict));
	noro_html_raw(h, "</p>");
	if (h->r->run.interrupted)
		put_paragraph(h, N_("The run was interrupted: this is a partial result."));
	noro_html_raw(h, "</div>\n<div class=four>");
}

void noro_html_sheet(struct noro_html *h)
{
	put_title(h);
	put_what(h);
	put_effect(h);
	put_decision(h);
	put_by_when(h);
	noro_html_raw(h, "</div>\n<dl class=facts>");
	if (h->s->top) {
		put_hosts(h);
		put_sureness(h);
	}
	put_looked_for(h);
	put_read(h);
	put_unseen(h);
	noro_html_raw(h, "</dl>");
	put_steps(h);
	noro_html_raw(h, "</section>\n");
}
