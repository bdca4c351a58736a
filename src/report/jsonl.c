/*
 * src/report/jsonl.c - findings.jsonl, coverage.jsonl and run.json (docs/architecture.md).
 *
 * A reason is written as its sentence in both languages and as message and
 * arguments, so that a later run that reads it back (findings_read.c) can say it
 * again in either language and the round trip loses nothing.
 */
#include "base/timeparse.h"
#include "report/jsonl_priv.h"
#include "report/report_priv.h"

const char *const noro_report_time_flags[] = { "no-year", "no-zone", "no-date", "no-clock",
	"unsynced", "lost-sync", "era", "ambiguous", NULL };

static void put_kstr(struct noro_jsonw *w, const char *name, const char *s)
{
	if (s)
		noro_jsonw_kstr(w, name, s);
}

void noro_report_json_list(struct noro_jsonw *w, const char *key, struct noro_list list)
{
	noro_jsonw_key(w, key);
	noro_jsonw_array(w);
	for (size_t i = 0; i < list.n; i++)
		noro_jsonw_str(w, list.item[i]);
	noro_jsonw_array_end(w);
}

static void put_text(struct noro_jsonw *w, const char *name, struct noro_text t)
{
	noro_jsonw_key(w, name);
	noro_jsonw_object(w);
	put_kstr(w, "en", t.en);
	put_kstr(w, "ja", t.ja);
	noro_jsonw_object_end(w);
}

static void put_sentence(
	struct noro_jsonw *w, const char *name, enum noro_lang l, const struct noro_msg *m)
{
	struct noro_buf text = { 0 };

	noro_lang_msg(l, m, &text);
	if (text.status != NORO_OK)
		w->out->status = text.status;
	noro_jsonw_kview(w, name, noro_buf_as_view(&text));
	noro_buf_done(&text);
}

static void put_msg(struct noro_jsonw *w, const struct noro_msg *m)
{
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		if (m->arg[i])
			n = i + 1;
	noro_jsonw_object(w);
	put_sentence(w, "en", NORO_EN, m);
	put_sentence(w, "ja", NORO_JA, m);
	noro_jsonw_kstr(w, "message", m->id);
	noro_jsonw_key(w, "arguments");
	noro_jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		noro_jsonw_str(w, m->arg[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

static void put_flags(struct noro_jsonw *w, unsigned flags)
{
	if (!flags)
		return;
	noro_jsonw_key(w, "time_flags");
	noro_jsonw_array(w);
	for (unsigned i = 0; noro_report_time_flags[i]; i++)
		if (flags & (1u << i))
			noro_jsonw_str(w, noro_report_time_flags[i]);
	noro_jsonw_array_end(w);
}

static void put_places(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_key(w, "places");
	noro_jsonw_array(w);
	for (size_t i = 0; i < f->places; i++) {
		const struct noro_place *p = &f->place[i];

		noro_jsonw_object(w);
		put_kstr(w, "path", p->path);
		noro_jsonw_ku64(w, "offset", p->offset);
		noro_jsonw_ku64(w, "line", p->line);
		noro_jsonw_ktime(w, "time", p->time_ns);
		put_flags(w, p->time_flags);
		put_kstr(w, "record", p->record);
		put_kstr(w, "host", p->host);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void put_evidence(struct noro_jsonw *w, const struct noro_finding *f)
{
	const struct noro_place *p = f->places ? &f->place[0] : NULL;

	noro_jsonw_key(w, "evidence");
	noro_jsonw_object(w);
	put_kstr(w, "path", p && p->path ? p->path : f->container);
	if (p) {
		noro_jsonw_ku64(w, "offset", p->offset);
		noro_jsonw_ku64(w, "line", p->line);
	}
	noro_jsonw_ku64(w, "grade", f->grade);
	put_kstr(w, "container", f->container);
	noro_jsonw_kstr(w, "sha256", f->container_sha256);
	noro_jsonw_object_end(w);
}

static void put_confidence(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_kstr(w, "severity", noro_severity_name(f->severity));
	noro_jsonw_ku64(w, "confidence", f->confidence);
	noro_jsonw_key(w, "reasons");
	noro_jsonw_array(w);
	for (size_t i = 0; i < f->reasons; i++)
		if (f->reason[i].id)
			put_msg(w, &f->reason[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_kstr(w, "window", noro_window_name(f->window));
	if (f->active_from_ns || f->active_until_ns) {
		noro_jsonw_key(w, "activity");
		noro_jsonw_object(w);
		noro_jsonw_ktime(w, "from", f->active_from_ns);
		noro_jsonw_ktime(w, "until", f->active_until_ns);
		noro_jsonw_object_end(w);
	}
}

static void put_observable(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_key(w, "observable");
	noro_jsonw_object(w);
	put_kstr(w, "type", f->type);
	put_kstr(w, "value", f->value);
	put_kstr(w, "role", f->role);
	noro_jsonw_object_end(w);
	if (f->places && f->place[0].record)
		noro_jsonw_kstr(w, "context", f->place[0].record);
}

static void put_knowledge(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_key(w, "attack");
	noro_jsonw_object(w);
	noro_report_json_list(w, "ids", f->attack);
	put_kstr(w, "version", f->attack_version);
	noro_jsonw_object_end(w);
	noro_report_json_list(w, "cve", f->cve);
	noro_report_json_list(w, "actors", f->actors);
	noro_report_json_list(w, "advisory", f->advisory);
	noro_report_json_list(w, "sources", f->sources);
	noro_jsonw_kstr(w, "tlp", noro_tlp_name(f->tlp));
	put_text(w, "next", f->next);
}

void noro_report_finding_json(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "id", f->id);
	noro_jsonw_ktime(w, "time", f->first_ns);
	noro_jsonw_kstr(w, "time_from", noro_time_from_name(f->time_from));
	noro_jsonw_kstr(w, "kind", noro_finding_kind_name(f->kind));
	put_kstr(w, "rule", f->rule);
	if (f->sort != NORO_SORT_TRACE)
		noro_jsonw_kstr(w, "sort", noro_sort_name(f->sort));
	put_text(w, "title", f->title);
	put_confidence(w, f);
	put_evidence(w, f);
	put_observable(w, f);
	put_knowledge(w, f);
	noro_jsonw_ku64(w, "count", f->count);
	noro_jsonw_ktime(w, "first", f->first_ns);
	noro_jsonw_ktime(w, "last", f->last_ns);
	noro_report_json_list(w, "hosts", f->hosts);
	put_places(w, f);
	noro_jsonw_kstr(w, "state", noro_state_name(f->state));
	noro_jsonw_kstr(w, "suppressed", f->suppressed);
	noro_jsonw_object_end(w);
}

enum noro_status noro_report_jsonl(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	size_t from = out->n;

	(void)o;
	for (size_t i = 0; i < r->findings; i++) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_report_finding_json(&w, &r->finding[i]);
		noro_buf_chr(out, '\n');
	}
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}

static void put_gaps(struct noro_jsonw *w, const struct noro_coverage *c)
{
	noro_jsonw_key(w, "gaps");
	noro_jsonw_array(w);
	for (size_t i = 0; i < c->gaps; i++) {
		noro_jsonw_object(w);
		noro_jsonw_ktime(w, "from", c->gap[i].from_ns);
		noro_jsonw_ktime(w, "to", c->gap[i].to_ns);
		noro_jsonw_ku64(w, "offset", c->gap[i].offset);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void put_unread(struct noro_jsonw *w, const struct noro_coverage *c)
{
	noro_jsonw_ku64(w, "skipped", c->skipped);
	if (c->strange)
		noro_jsonw_ku64(w, "strange", c->strange);
	noro_jsonw_key(w, "unread");
	if (c->unread.id) {
		put_msg(w, &c->unread);
		noro_jsonw_ku64(w, "unread_at", c->unread_at);
	} else {
		noro_jsonw_null(w);
	}
	if (c->note.id) {
		noro_jsonw_key(w, "note");
		put_msg(w, &c->note);
	}
}

static void put_coverage(struct noro_jsonw *w, const struct noro_coverage *c)
{
	noro_jsonw_object(w);
	put_kstr(w, "path", c->path);
	noro_jsonw_kstr(w, "format", c->format);
	put_kstr(w, "charset", c->charset);
	if (c->why.id) {
		noro_jsonw_key(w, "why");
		put_msg(w, &c->why);
	}
	noro_jsonw_ku64(w, "size_bytes", c->size_bytes);
	noro_jsonw_ku64(w, "read_bytes", c->read_bytes);
	noro_jsonw_ku64(w, "records", c->records);
	noro_jsonw_ktime(w, "first", c->first_ns);
	noro_jsonw_ktime(w, "last", c->last_ns);
	noro_jsonw_kstr(w, "time_from", noro_time_from_name(c->time_from));
	put_flags(w, c->time_flags);
	if (c->skew_ns)
		noro_jsonw_ki64(w, "skew_ns", c->skew_ns);
	put_gaps(w, c);
	noro_report_json_list(w, "detectors", c->detectors);
	noro_report_json_list(w, "classes", c->classes);
	put_unread(w, c);
	noro_jsonw_kstr(w, "sha256", c->sha256);
	put_kstr(w, "confined", c->confined);
	put_kstr(w, "host", c->host);
	noro_jsonw_object_end(w);
}

enum noro_status noro_report_coverage(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	size_t from = out->n;

	(void)o;
	for (size_t i = 0; i < r->coverages; i++) {
		struct noro_jsonw w = noro_jsonw(out);

		put_coverage(&w, &r->coverage[i]);
		noro_buf_chr(out, '\n');
	}
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}

static void put_intel(struct noro_jsonw *w, const struct noro_run *run)
{
	noro_jsonw_key(w, "intelligence");
	noro_jsonw_array(w);
	for (size_t i = 0; i < run->intels; i++) {
		const struct noro_intel_used *u = &run->intel[i];

		noro_jsonw_object(w);
		put_kstr(w, "path", u->path);
		put_kstr(w, "kind", u->kind);
		noro_jsonw_kstr(w, "sha256", u->sha256);
		noro_jsonw_ku64(w, "indicators", u->indicators);
		noro_jsonw_ku64(w, "searchable", u->searchable);
		noro_jsonw_ku64(w, "allowed", u->allowed);
		noro_jsonw_ku64(w, "undecided", u->undecided);
		noro_report_json_list(w, "notes", u->notes);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void put_behaviours(struct noro_jsonw *w, const struct noro_run *run)
{
	noro_jsonw_key(w, "behaviours");
	noro_jsonw_array(w);
	for (size_t i = 0; i < run->behaviours; i++) {
		const struct noro_behaviour_row *b = &run->behaviour[i];

		noro_jsonw_object(w);
		put_kstr(w, "advisory", b->advisory);
		put_kstr(w, "id", b->id);
		put_text(w, "title", b->title);
		noro_jsonw_kstr(w, "answer", noro_answer_name(b->answer));
		noro_report_json_list(w, "evidence_needed", b->evidence_needed);
		noro_report_json_list(w, "findings", b->finding_ids);
		noro_jsonw_ku64(w, "could_show", b->could_show);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

void noro_report_run_json(struct noro_jsonw *w, const struct noro_run *run)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "tool", "noroshi");
	noro_jsonw_kstr(w, "version", run->version);
	noro_report_json_list(w, "arguments", run->argv);
	noro_jsonw_ktime(w, "now", run->now_ns);
	noro_jsonw_kbool(w, "interrupted", run->interrupted);
	noro_jsonw_ku64(w, "bytes", run->bytes);
	noro_jsonw_ku64(w, "records", run->records);
	noro_jsonw_ku64(w, "files", run->files);
	noro_jsonw_ku64(w, "members", run->members);
	noro_jsonw_ku64(w, "unread", run->unread);
	noro_jsonw_ku64(w, "uncounted", run->uncounted);
	if (run->undecided) {
		noro_jsonw_ku64(w, "undecided", run->undecided);
		put_kstr(w, "undecided_by", run->undecided_by);
	}
	noro_jsonw_ku64(w, "outside_range", run->outside_range);
	put_intel(w, run);
	put_behaviours(w, run);
	noro_report_json_list(w, "classes_missing", run->classes_missing);
	put_kstr(w, "show_tz", run->show_tz);
	noro_jsonw_kbool(w, "era", run->era);
	noro_jsonw_object_end(w);
}

enum noro_status noro_report_run(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_jsonw w = noro_jsonw(out);
	size_t from = out->n;

	(void)o;
	noro_report_run_json(&w, &r->run);
	noro_buf_chr(out, '\n');
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}
