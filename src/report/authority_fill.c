/*
 * src/report/authority_fill.c - what of a run fills a form for the authorities.
 *
 * A form names what fills a field by a word (docs/decisions/0004); a word is a row
 * of the table below. Only what the evidence carries is written: who did it, what
 * was taken and what was decided are left blank for the person who knows. Text of
 * the evidence is made harmless here, line by line.
 */
#include "report/authority_priv.h"

enum { MOST = 30, MOST_FINDINGS = 20, MOST_STEPS = 6, MOST_BYTES = 500, LOOKED_AT = 2000 };

static void put(struct noro_buf *out, const char *s)
{
	noro_report_flat(noro_view_str(s), MOST_BYTES, out);
}

static void new_line(struct noro_buf *out)
{
	if (out->n)
		noro_buf_chr(out, '\n');
}

/* Distinct texts, in order of first mention. */
struct names {
	const char *item[MOST];
	size_t n, more;
};

static void add_name(struct names *v, const char *s)
{
	if (!s || !*s)
		return;
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->item[i], s))
			return;
	if (v->n < MOST)
		v->item[v->n++] = s;
	else
		v->more++;
}

static void put_names(const struct noro_authority *a, const struct names *v, struct noro_buf *out)
{
	for (size_t i = 0; i < v->n; i++) {
		new_line(out);
		put(out, v->item[i]);
	}
	if (v->more) {
		new_line(out);
		put(out, noro_lang_text(a->o->lang, N_("and more: see findings.jsonl")));
	}
}

static size_t looked_at(const struct noro_authority *a)
{
	return a->s->active < LOOKED_AT ? a->s->active : LOOKED_AT;
}

static void fill_lists(const struct noro_authority *a, size_t offset, struct noro_buf *out)
{
	struct names v = { 0 };

	for (size_t i = 0; i < looked_at(a); i++) {
		const char *at = (const char *)a->s->sorted[i] + offset;
		struct noro_list l;

		memcpy(&l, at, sizeof(l));
		for (size_t k = 0; k < l.n; k++)
			add_name(&v, l.item[k]);
	}
	put_names(a, &v, out);
}

static void fill_advisories(const struct noro_authority *a, struct noro_buf *out)
{
	fill_lists(a, offsetof(struct noro_finding, advisory), out);
}

static void fill_actors(const struct noro_authority *a, struct noro_buf *out)
{
	fill_lists(a, offsetof(struct noro_finding, actors), out);
}

static void fill_cves(const struct noro_authority *a, struct noro_buf *out)
{
	fill_lists(a, offsetof(struct noro_finding, cve), out);
}

static void fill_techniques(const struct noro_authority *a, struct noro_buf *out)
{
	fill_lists(a, offsetof(struct noro_finding, attack), out);
}

static bool is_type(const struct noro_finding *f, const char *const *type)
{
	for (size_t i = 0; f->type && type[i]; i++)
		if (!strcmp(f->type, type[i]))
			return true;
	return false;
}

static void fill_values(
	const struct noro_authority *a, const char *const *type, struct noro_buf *out)
{
	struct names v = { 0 };

	for (size_t i = 0; i < looked_at(a); i++)
		if (!type || is_type(a->s->sorted[i], type))
			add_name(&v, a->s->sorted[i]->value);
	put_names(a, &v, out);
}

static void fill_addresses(const struct noro_authority *a, struct noro_buf *out)
{
	static const char *const type[] = { "ipv4", "ipv6", "net", "domain", "url", NULL };

	fill_values(a, type, out);
}

static void fill_hashes(const struct noro_authority *a, struct noro_buf *out)
{
	static const char *const type[] = { "md5", "sha1", "sha256", "sha512", "file-name",
		"file-path", NULL };

	fill_values(a, type, out);
}

static void fill_indicators(const struct noro_authority *a, struct noro_buf *out)
{
	fill_values(a, NULL, out);
}

static void fill_now(const struct noro_authority *a, struct noro_buf *out)
{
	noro_report_when(a->o, a->r->run.now_ns, out);
}

static void fill_first_seen(const struct noro_authority *a, struct noro_buf *out)
{
	if (a->s->top && a->s->first_ns != NORO_TIME_NONE)
		noro_report_when(a->o, a->s->first_ns, out);
}

static void fill_last_seen(const struct noro_authority *a, struct noro_buf *out)
{
	if (a->s->top && a->s->last_ns != NORO_TIME_NONE)
		noro_report_when(a->o, a->s->last_ns, out);
}

static void fill_title(const struct noro_authority *a, struct noro_buf *out)
{
	if (a->s->top)
		put(out, noro_lang_pick(a->o->lang, a->s->top->title));
}

static void fill_verdict(const struct noro_authority *a, struct noro_buf *out)
{
	put(out, noro_lang_text(a->o->lang, noro_summary_verdict(a->s->verdict)));
	new_line(out);
	put(out, noro_lang_text(a->o->lang, noro_summary_meaning(a->s->verdict)));
	if (!a->s->active)
		return;
	new_line(out);
	noro_report_say(a->o->lang, out, N_("%1 findings, %2 of them critical or high."),
		{ NORO_NUM(a->s->active), NORO_NUM(a->s->by_severity[NORO_SEV_CRITICAL] +
						   a->s->by_severity[NORO_SEV_HIGH]) });
}

static void put_finding(
	const struct noro_authority *a, const struct noro_finding *f, struct noro_buf *out)
{
	new_line(out);
	noro_buf_printf(
		out, "[%s %u] ", noro_report_severity_word(a->o->lang, f->severity), f->confidence);
	put(out, noro_lang_pick(a->o->lang, f->title));
	if (f->value) {
		noro_buf_str(out, ": ");
		put(out, f->value);
	}
	noro_buf_str(out, " (");
	noro_report_when(a->o, f->first_ns, out);
	if (f->hosts.n) {
		noro_buf_str(out, ", ");
		put(out, f->hosts.item[0]);
	}
	noro_buf_chr(out, ')');
}

static void fill_findings(const struct noro_authority *a, struct noro_buf *out)
{
	for (size_t i = 0; i < a->s->active && i < MOST_FINDINGS; i++)
		put_finding(a, a->s->sorted[i], out);
	if (a->s->active > MOST_FINDINGS) {
		new_line(out);
		noro_report_say(a->o->lang, out, N_("and %1 more findings"),
			{ NORO_NUM(a->s->active - MOST_FINDINGS) });
	}
}

static void fill_hosts(const struct noro_authority *a, struct noro_buf *out)
{
	for (size_t i = 0; i < a->s->hosts && i < MOST; i++) {
		new_line(out);
		put(out, a->s->host[i].name);
	}
	if (a->s->hosts > MOST) {
		new_line(out);
		noro_report_say(
			a->o->lang, out, N_("and %1 more"), { NORO_NUM(a->s->hosts - MOST) });
	}
}

/* The earliest strong trace that came from outside or used a hole: where to look, not a proof. */
static void fill_entry(const struct noro_authority *a, struct noro_buf *out)
{
	const struct noro_finding *first = NULL;

	for (size_t i = 0; i < looked_at(a); i++) {
		const struct noro_finding *f = a->s->sorted[i];
		bool inward = f->cve.n || noro_view_starts(noro_view_str(f->role), "src");

		if (!inward || f->severity < NORO_SEV_HIGH || f->first_ns == NORO_TIME_NONE)
			continue;
		if (!first || f->first_ns < first->first_ns)
			first = f;
	}
	if (!first)
		return;
	put_finding(a, first, out);
	new_line(out);
	put(out, noro_lang_text(a->o->lang,
			 N_("(the earliest inward trace in the evidence; to be confirmed)")));
}

static void fill_next(const struct noro_authority *a, struct noro_buf *out)
{
	struct names v = { 0 };

	for (size_t i = 0; i < looked_at(a) && v.n < MOST_STEPS; i++)
		add_name(&v, noro_lang_pick(a->o->lang, a->s->sorted[i]->next));
	v.more = 0;
	put_names(a, &v, out);
}

static void fill_evidence(const struct noro_authority *a, struct noro_buf *out)
{
	struct noro_buf bytes = { 0 }, records = { 0 };

	if (!a->r->coverages)
		return;
	noro_report_bytes(a->r->run.bytes, &bytes);
	noro_report_count(a->r->run.records, &records);
	noro_report_say(a->o->lang, out, N_("%1 files, %2 inside archives, %3, %4 records"),
		{ NORO_NUM(a->r->run.files), NORO_NUM(a->r->run.members), bytes.p ? bytes.p : "",
			records.p ? records.p : "" });
	noro_buf_done(&bytes);
	noro_buf_done(&records);
	for (size_t i = 0; i < a->r->coverages && i < MOST; i++) {
		new_line(out);
		put(out, a->r->coverage[i].path);
	}
	if (a->r->coverages > MOST) {
		new_line(out);
		noro_report_say(
			a->o->lang, out, N_("and %1 more"), { NORO_NUM(a->r->coverages - MOST) });
	}
}

static void fill_coverage(const struct noro_authority *a, struct noro_buf *out)
{
	if (a->s->seen_from_ns == NORO_TIME_NONE)
		return;
	noro_report_when(a->o, a->s->seen_from_ns, out);
	noro_buf_str(out, " - ");
	noro_report_when(a->o, a->s->seen_until_ns, out);
}

static void put_gap(const struct noro_authority *a, const struct noro_coverage *c,
	const struct noro_gap *g, struct noro_buf *out)
{
	struct noro_buf from = { 0 }, span = { 0 };

	new_line(out);
	put(out, c->path);
	noro_buf_str(out, ": ");
	noro_report_when(a->o, g->from_ns, &from);
	noro_report_span(a->o->lang, noro_report_between(g->from_ns, g->to_ns), &span);
	if (g->to_ns < g->from_ns)
		noro_report_say(a->o->lang, out, N_("the clock steps back by %1 at %2"),
			{ span.p ? span.p : "", from.p ? from.p : "" });
	else
		noro_report_say(a->o->lang, out, N_("no records for %1 from %2"),
			{ span.p ? span.p : "", from.p ? from.p : "" });
	noro_buf_done(&from);
	noro_buf_done(&span);
}

static void fill_gaps(const struct noro_authority *a, struct noro_buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < a->r->coverages; i++)
		for (size_t k = 0; k < a->r->coverage[i].gaps && shown < MOST; k++, shown++)
			put_gap(a, &a->r->coverage[i], &a->r->coverage[i].gap[k], out);
	if (a->s->gaps > shown) {
		new_line(out);
		noro_report_say(
			a->o->lang, out, N_("and %1 more"), { NORO_NUM(a->s->gaps - shown) });
	}
}

static void fill_unseen(const struct noro_authority *a, struct noro_buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < a->r->coverages && shown < MOST; i++) {
		const struct noro_coverage *c = &a->r->coverage[i];

		if (!c->unread.id)
			continue;
		new_line(out);
		put(out, c->path);
		noro_buf_str(out, ": ");
		noro_lang_msg(a->o->lang, &c->unread, out);
		shown++;
	}
	for (size_t i = 0; i < a->r->run.behaviours && shown < MOST; i++) {
		const struct noro_behaviour_row *b = &a->r->run.behaviour[i];

		if (b->answer != NORO_ANSWER_NO_EVIDENCE)
			continue;
		new_line(out);
		put(out, noro_lang_pick(a->o->lang, b->title));
		noro_buf_printf(out, ": %s", noro_report_answer_word(a->o->lang, b->answer));
		shown++;
	}
}

static void fill_confidence(const struct noro_authority *a, struct noro_buf *out)
{
	const struct noro_finding *f = a->s->top;

	if (!f)
		return;
	noro_buf_printf(out, "%s (%u/100)", noro_report_confidence_word(a->o->lang, f->confidence),
		f->confidence);
	for (size_t i = 0; i < f->reasons && i < MOST_STEPS; i++) {
		new_line(out);
		noro_lang_msg(a->o->lang, &f->reason[i], out);
	}
}

static void fill_custody(const struct noro_authority *a, struct noro_buf *out)
{
	if (!a->r->containers)
		return;
	noro_report_say(a->o->lang, out, N_("SHA-256 of %1 files was recorded:"),
		{ NORO_NUM(a->r->containers) });
	for (size_t i = 0; i < a->r->containers && i < MOST; i++) {
		new_line(out);
		put(out, a->r->container[i].path);
		noro_buf_chr(out, ' ');
		put(out, a->r->container[i].sha256);
	}
	if (a->r->containers > MOST) {
		new_line(out);
		noro_report_say(
			a->o->lang, out, N_("and %1 more"), { NORO_NUM(a->r->containers - MOST) });
	}
}

static void fill_tool(const struct noro_authority *a, struct noro_buf *out)
{
	noro_buf_str(out, "noroshi ");
	put(out, a->r->run.version);
}

void noro_authority_fill(const struct noro_authority *a, const char *word, struct noro_buf *out)
{
	static const struct {
		const char *word;
		void (*fill)(const struct noro_authority *, struct noro_buf *);
	} row[] = {
		{ "actors", fill_actors },
		{ "addresses", fill_addresses },
		{ "advisories", fill_advisories },
		{ "confidence", fill_confidence },
		{ "coverage", fill_coverage },
		{ "custody", fill_custody },
		{ "cves", fill_cves },
		{ "entry", fill_entry },
		{ "evidence", fill_evidence },
		{ "findings", fill_findings },
		{ "first-seen", fill_first_seen },
		{ "gaps", fill_gaps },
		{ "hashes", fill_hashes },
		{ "hosts", fill_hosts },
		{ "indicators", fill_indicators },
		{ "last-seen", fill_last_seen },
		{ "next", fill_next },
		{ "now", fill_now },
		{ "targets", fill_hosts },
		{ "techniques", fill_techniques },
		{ "title", fill_title },
		{ "tool", fill_tool },
		{ "unseen", fill_unseen },
		{ "verdict", fill_verdict },
	};

	for (size_t i = 0; word && i < sizeof(row) / sizeof(row[0]); i++)
		if (!strcmp(row[i].word, word))
			row[i].fill(a, out);
}

enum noro_status noro_authority_form(const struct noro_report_opts *o, const char *id,
	const struct noro_report_form **ret, struct noro_error *err)
{
	*ret = o->knowledge ? noro_knowledge_form(o->knowledge, id) : NULL;
	if (*ret)
		return NORO_OK;
	return noro_fail(err, NORO_ENOENT,
		N_("there is no form '%1' in the knowledge in use (--no-builtin leaves it out)"),
		id);
}
