/*
 * src/report/summary.c - the verdict and the few numbers that stand behind it.
 *
 * The verdict is deliberately coarse. It never says "compromised": the evidence
 * of one run cannot prove that, and it never says "safe": an empty result is
 * worth what was read, so a gap in the reading is a verdict of its own.
 */
#include "report/summary_priv.h"

#include "base/mem.h"
#include "base/timeparse.h"

enum { SURE = 60 };

static bool is_active(const struct noro_finding *f)
{
	return !f->suppressed && f->state != NORO_STATE_GONE;
}

static int order(const void *a, const void *b)
{
	const struct noro_finding *x = *(const struct noro_finding *const *)a;
	const struct noro_finding *y = *(const struct noro_finding *const *)b;

	if (is_active(x) != is_active(y))
		return is_active(x) ? -1 : 1;
	return noro_finding_cmp(x, y);
}

static void span(int64_t first, int64_t last, int64_t *from, int64_t *until)
{
	if (first != NORO_TIME_NONE && (*from == NORO_TIME_NONE || first < *from))
		*from = first;
	if (last == NORO_TIME_NONE)
		last = first;
	if (last != NORO_TIME_NONE && (*until == NORO_TIME_NONE || last > *until))
		*until = last;
}

static void count_finding(struct noro_summary *s, const struct noro_finding *f)
{
	struct noro_view role = noro_view_str(f->role);

	s->suppressed += f->suppressed != NULL;
	s->gone += f->state == NORO_STATE_GONE;
	if (!is_active(f))
		return;
	s->active++;
	s->by_severity[f->severity]++;
	s->fresh += f->state == NORO_STATE_NEW;
	s->known += f->state == NORO_STATE_KNOWN;
	if (__builtin_add_overflow(s->hits, f->count, &s->hits))
		s->hits = UINT64_MAX;
	s->outbound += noro_view_starts(role, "dst");
	s->inbound += noro_view_starts(role, "src");
	s->stale += f->window == NORO_WIN_BEFORE || f->window == NORO_WIN_AFTER;
}

static void span_findings(struct noro_summary *s)
{
	size_t strong = s->by_severity[NORO_SEV_MEDIUM] + s->by_severity[NORO_SEV_HIGH] +
			s->by_severity[NORO_SEV_CRITICAL];

	s->first_ns = s->last_ns = NORO_TIME_NONE;
	for (size_t i = 0; i < s->active; i++)
		if (!strong || s->sorted[i]->severity >= NORO_SEV_MEDIUM)
			span(s->sorted[i]->first_ns, s->sorted[i]->last_ns, &s->first_ns,
				&s->last_ns);
}

static int by_name_then_worst(const void *a, const void *b)
{
	const struct noro_summary_host *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : order(&x->worst, &y->worst);
}

static int by_worst(const void *a, const void *b)
{
	const struct noro_summary_host *x = a, *y = b;
	int c = order(&x->worst, &y->worst);

	return c ? c : strcmp(x->name, y->name);
}

/* One row per (finding, host), sorted by name, folded to one row per host. */
static enum noro_status gather_hosts(struct noro_summary *s)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < s->active; i++)
		n += s->sorted[i]->hosts.n;
	if (!n)
		return NORO_OK;
	s->host = noro_calloc(n, sizeof(*s->host));
	if (!s->host)
		return NORO_ENOMEM;
	n = 0;
	for (size_t i = 0; i < s->active; i++)
		for (size_t k = 0; k < s->sorted[i]->hosts.n; k++)
			s->host[n++] = (struct noro_summary_host){ s->sorted[i]->hosts.item[k],
				s->sorted[i], 1 };
	qsort(s->host, n, sizeof(*s->host), by_name_then_worst);
	for (size_t i = 0; i < n; i++) {
		if (kept && !strcmp(s->host[kept - 1].name, s->host[i].name))
			s->host[kept - 1].findings++;
		else
			s->host[kept++] = s->host[i];
	}
	s->hosts = kept;
	qsort(s->host, kept, sizeof(*s->host), by_worst);
	return NORO_OK;
}

static void look_at_coverage(struct noro_summary *s, const struct noro_result *r)
{
	s->seen_from_ns = s->seen_until_ns = NORO_TIME_NONE;
	for (size_t i = 0; i < r->coverages; i++) {
		const struct noro_coverage *c = &r->coverage[i];

		span(c->first_ns, c->last_ns, &s->seen_from_ns, &s->seen_until_ns);
		s->unread += c->unread.id != NULL;
		s->gaps += c->gaps;
		s->guessed_time += (c->time_flags & (NORO_TIME_NO_YEAR | NORO_TIME_NO_ZONE)) != 0;
	}
	for (size_t i = 0; i < r->run.behaviours; i++)
		if (r->run.behaviour[i].answer < NORO_ANSWERS)
			s->answer[r->run.behaviour[i].answer]++;
}

static enum noro_verdict judge(const struct noro_summary *s, const struct noro_result *r)
{
	bool suspect = false, trace = false, open = false;

	for (size_t i = 0; i < s->active; i++) {
		const struct noro_finding *f = s->sorted[i];

		open = open || (f->sort != NORO_SORT_TRACE && f->severity >= NORO_SEV_MEDIUM);
		if (f->sort != NORO_SORT_TRACE)
			continue;
		trace = true;
		if (f->severity >= NORO_SEV_HIGH && f->confidence >= SURE)
			return NORO_VERDICT_LIKELY;
		suspect = suspect || (f->severity >= NORO_SEV_MEDIUM && f->confidence >= 30);
	}
	if (suspect || open)
		return suspect ? NORO_VERDICT_SUSPECT : NORO_VERDICT_OPEN;
	if (trace || s->active)
		return NORO_VERDICT_WEAK;
	if (r->run.bytes == 0 && r->run.records == 0)
		return NORO_VERDICT_BLIND;
	if (s->unread || r->run.unread || r->run.interrupted || r->run.classes_missing.n ||
		s->answer[NORO_ANSWER_NO_EVIDENCE])
		return NORO_VERDICT_PARTIAL;
	return NORO_VERDICT_CLEAN;
}

enum noro_status noro_summary_init(
	struct noro_summary *s, const struct noro_result *r, struct noro_error *err)
{
	*s = (struct noro_summary){ .findings = r->findings };
	s->sorted = noro_calloc(r->findings ? r->findings : 1, sizeof(void *));
	if (!s->sorted)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < r->findings; i++) {
		s->sorted[i] = &r->finding[i];
		count_finding(s, s->sorted[i]);
	}
	qsort(s->sorted, r->findings, sizeof(void *), order);
	s->top = s->active ? s->sorted[0] : NULL;
	span_findings(s);
	look_at_coverage(s, r);
	if (gather_hosts(s) != NORO_OK) {
		noro_summary_done(s);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	s->verdict = judge(s, r);
	return NORO_OK;
}

void noro_summary_done(struct noro_summary *s)
{
	free(s->sorted);
	free(s->host);
	*s = (struct noro_summary){ 0 };
}

const char *noro_summary_verdict(enum noro_verdict v)
{
	switch (v) {
	case NORO_VERDICT_LIKELY:
		return N_("Traces of an intrusion are likely: act now");
	case NORO_VERDICT_SUSPECT:
		return N_("Suspicious traces: they need to be checked by a person");
	case NORO_VERDICT_WEAK:
		return N_("Only weak traces: look at them when you can");
	case NORO_VERDICT_OPEN:
		return N_("No trace of an intrusion, but ways that intruders use stand open");
	case NORO_VERDICT_CLEAN:
		return N_("Nothing found in what was read, and all of it was read");
	case NORO_VERDICT_PARTIAL:
		return N_("Nothing found, but this evidence could not show everything");
	case NORO_VERDICT_BLIND:
		return N_("No statement possible: nothing could be read");
	}
	return "";
}

const char *noro_summary_meaning(enum noro_verdict v)
{
	switch (v) {
	case NORO_VERDICT_LIKELY:
		return N_("At least one severe finding is backed by evidence of its own. Treat the "
			  "machines named below as possibly under foreign control until they are "
			  "checked.");
	case NORO_VERDICT_SUSPECT:
		return N_("The findings can have harmless causes. The details of each say what "
			  "speaks for and against it.");
	case NORO_VERDICT_WEAK:
		return N_("What was found is of low severity or of low confidence. On its own it "
			  "does not show an intrusion.");
	case NORO_VERDICT_OPEN:
		return N_("What was found are settings that make an intrusion easy, or things that "
			  "only your own lists can tell apart from an intruder's. Give --site or "
			  "--baseline, and close what nobody needs.");
	case NORO_VERDICT_CLEAN:
		return N_("This holds for the evidence, the time and the indicators listed below, "
			  "and for nothing else: an intruder who left no trace in these logs is "
			  "not excluded.");
	case NORO_VERDICT_PARTIAL:
		return N_("An empty result is worth only its coverage. What was not read, or could "
			  "not have shown a trace, is listed below: collect it and hunt again.");
	case NORO_VERDICT_BLIND:
		return N_("No evidence was read. This is no good news: see below why, and hunt "
			  "again.");
	}
	return "";
}
