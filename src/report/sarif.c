/*
 * src/report/sarif.c - findings as SARIF 2.1.0 (OASIS), for the viewers that
 * engineers already have. Evidence stands in for source code: a finding is a
 * result at a line of a log. What could not be read becomes a notification, so
 * that an empty list of results is not taken for a clean one.
 */
#include "base/mem.h"
#include "report/report_priv.h"

struct sarif {
	const struct noro_result *r;
	const struct noro_report_opts *o;
	struct noro_jsonw w;
	const struct noro_finding **rule; /* one finding a rule, by rule id */
	size_t rules;
};

static const char *rule_of(const struct noro_finding *f)
{
	return f->rule ? f->rule : noro_finding_kind_name(f->kind);
}

static int by_rule(const void *a, const void *b)
{
	const struct noro_finding *x = *(const struct noro_finding *const *)a;
	const struct noro_finding *y = *(const struct noro_finding *const *)b;
	int c = strcmp(rule_of(x), rule_of(y));

	return c ? c : strcmp(x->id, y->id);
}

static enum noro_status gather_rules(struct sarif *s)
{
	size_t kept = 0;

	s->rule = noro_calloc(s->r->findings ? s->r->findings : 1, sizeof(void *));
	if (!s->rule)
		return NORO_ENOMEM;
	for (size_t i = 0; i < s->r->findings; i++)
		s->rule[i] = &s->r->finding[i];
	qsort(s->rule, s->r->findings, sizeof(void *), by_rule);
	for (size_t i = 0; i < s->r->findings; i++)
		if (!kept || strcmp(rule_of(s->rule[kept - 1]), rule_of(s->rule[i])) != 0)
			s->rule[kept++] = s->rule[i];
	s->rules = kept;
	return NORO_OK;
}

static size_t rule_index(const struct sarif *s, const struct noro_finding *f)
{
	size_t lo = 0, hi = s->rules;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(rule_of(s->rule[mid]), rule_of(f)) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void put_text(struct noro_jsonw *w, const char *name, const char *text)
{
	noro_jsonw_key(w, name);
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "text", text);
	noro_jsonw_object_end(w);
}

static void put_rules(struct sarif *s)
{
	noro_jsonw_key(&s->w, "rules");
	noro_jsonw_array(&s->w);
	for (size_t i = 0; i < s->rules; i++) {
		noro_jsonw_object(&s->w);
		noro_jsonw_kstr(&s->w, "id", rule_of(s->rule[i]));
		put_text(&s->w, "shortDescription", noro_lang_pick(s->o->lang, s->rule[i]->title));
		noro_jsonw_object_end(&s->w);
	}
	noro_jsonw_array_end(&s->w);
}

/* RFC 3986: what is not unreserved or a slash is percent-encoded; a relative reference. */
static void put_uri(struct noro_jsonw *w, const char *path)
{
	struct noro_buf uri = { 0 };

	for (const char *p = path ? path : ""; *p; p++) {
		if (noro_is_alnum(*p) || strchr("-._~/!", *p))
			noro_buf_chr(&uri, *p);
		else
			noro_buf_printf(&uri, "%%%02X", (unsigned)(uint8_t)*p);
	}
	if (uri.status != NORO_OK)
		w->out->status = uri.status;
	noro_jsonw_key(w, "artifactLocation");
	noro_jsonw_object(w);
	noro_jsonw_kview(w, "uri", noro_buf_as_view(&uri));
	noro_jsonw_object_end(w);
	noro_buf_done(&uri);
}

static void put_location(struct noro_jsonw *w, const struct noro_place *p)
{
	noro_jsonw_object(w);
	noro_jsonw_key(w, "physicalLocation");
	noro_jsonw_object(w);
	put_uri(w, p->path);
	noro_jsonw_key(w, "region");
	noro_jsonw_object(w);
	if (p->line && p->line <= INT32_MAX)
		noro_jsonw_ku64(w, "startLine", p->line);
	else
		noro_jsonw_ku64(w, "byteOffset", p->offset <= INT32_MAX ? p->offset : 0);
	if (p->record)
		put_text(w, "snippet", p->record);
	noro_jsonw_object_end(w);
	noro_jsonw_object_end(w);
	noro_jsonw_object_end(w);
}

static void put_locations(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_key(w, "locations");
	noro_jsonw_array(w);
	if (f->places)
		put_location(w, &f->place[0]);
	noro_jsonw_array_end(w);
	if (f->places < 2)
		return;
	noro_jsonw_key(w, "relatedLocations");
	noro_jsonw_array(w);
	for (size_t i = 1; i < f->places; i++)
		put_location(w, &f->place[i]);
	noro_jsonw_array_end(w);
}

static void put_properties(struct noro_jsonw *w, const struct noro_finding *f)
{
	noro_jsonw_key(w, "properties");
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "severity", noro_severity_name(f->severity));
	noro_jsonw_ku64(w, "confidence", f->confidence);
	noro_jsonw_kstr(w, "window", noro_window_name(f->window));
	noro_jsonw_ktime(w, "first", f->first_ns);
	noro_jsonw_ktime(w, "last", f->last_ns);
	noro_jsonw_kstr(w, "type", f->type);
	noro_jsonw_kstr(w, "value", f->value);
	noro_jsonw_key(w, "tags");
	noro_jsonw_array(w);
	for (size_t i = 0; i < f->attack.n; i++)
		noro_jsonw_str(w, f->attack.item[i]);
	for (size_t i = 0; i < f->advisory.n; i++)
		noro_jsonw_str(w, f->advisory.item[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

static void put_state(struct noro_jsonw *w, const struct noro_finding *f)
{
	static const char *const baseline[] = { NULL, "new", "unchanged", "absent" };

	if (baseline[f->state])
		noro_jsonw_kstr(w, "baselineState", baseline[f->state]);
	if (!f->suppressed)
		return;
	noro_jsonw_key(w, "suppressions");
	noro_jsonw_array(w);
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "kind", "external");
	noro_jsonw_kstr(w, "justification", f->suppressed);
	noro_jsonw_object_end(w);
	noro_jsonw_array_end(w);
}

static void put_result(struct sarif *s, const struct noro_finding *f)
{
	static const char *const level[] = { "note", "note", "warning", "error", "error" };
	struct noro_buf text = { 0 };

	noro_buf_str(&text, noro_lang_pick(s->o->lang, f->title));
	if (f->value)
		noro_buf_printf(&text, ": %s", f->value);
	if (text.status != NORO_OK)
		s->w.out->status = text.status;
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "ruleId", rule_of(f));
	noro_jsonw_ku64(&s->w, "ruleIndex", rule_index(s, f));
	noro_jsonw_kstr(&s->w, "level", level[f->severity]);
	put_text(&s->w, "message", text.p ? text.p : "");
	put_locations(&s->w, f);
	noro_jsonw_key(&s->w, "partialFingerprints");
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "noroshiFinding/v1", f->id);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_ku64(&s->w, "rank", f->confidence);
	if (f->count && f->count <= INT32_MAX)
		noro_jsonw_ku64(&s->w, "occurrenceCount", f->count);
	put_state(&s->w, f);
	put_properties(&s->w, f);
	noro_jsonw_object_end(&s->w);
	noro_buf_done(&text);
}

static void put_notification(struct sarif *s, const struct noro_coverage *c)
{
	struct noro_buf text = { 0 };

	noro_lang_msg(s->o->lang, &c->unread, &text);
	if (text.status != NORO_OK)
		s->w.out->status = text.status;
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "level", "warning");
	put_text(&s->w, "message", text.p ? text.p : "");
	noro_jsonw_key(&s->w, "locations");
	noro_jsonw_array(&s->w);
	noro_jsonw_object(&s->w);
	noro_jsonw_key(&s->w, "physicalLocation");
	noro_jsonw_object(&s->w);
	put_uri(&s->w, c->path);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
	noro_buf_done(&text);
}

static void put_invocation(struct sarif *s)
{
	noro_jsonw_key(&s->w, "invocations");
	noro_jsonw_array(&s->w);
	noro_jsonw_object(&s->w);
	noro_jsonw_kbool(&s->w, "executionSuccessful", !s->r->run.interrupted);
	noro_jsonw_ktime(&s->w, "endTimeUtc", s->r->run.now_ns);
	noro_jsonw_key(&s->w, "toolExecutionNotifications");
	noro_jsonw_array(&s->w);
	for (size_t i = 0; i < s->r->coverages; i++)
		if (s->r->coverage[i].unread.id)
			put_notification(s, &s->r->coverage[i]);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_array_end(&s->w);
}

static void put_run(struct sarif *s)
{
	noro_jsonw_object(&s->w);
	noro_jsonw_key(&s->w, "tool");
	noro_jsonw_object(&s->w);
	noro_jsonw_key(&s->w, "driver");
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "name", "noroshi");
	if (s->r->run.version)
		noro_jsonw_kstr(&s->w, "version", s->r->run.version);
	noro_jsonw_kstr(&s->w, "language", s->o->lang == NORO_JA ? "ja" : "en");
	put_rules(s);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_object_end(&s->w);
	put_invocation(s);
	noro_jsonw_key(&s->w, "results");
	noro_jsonw_array(&s->w);
	for (size_t i = 0; i < s->r->findings; i++)
		put_result(s, &s->r->finding[i]);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
}

enum noro_status noro_report_sarif(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct sarif s = { .r = r, .o = o, .w = noro_jsonw(out) };
	size_t from = out->n;

	if (gather_rules(&s) != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	noro_jsonw_object(&s.w);
	noro_jsonw_kstr(&s.w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	noro_jsonw_kstr(&s.w, "version", "2.1.0");
	noro_jsonw_key(&s.w, "runs");
	noro_jsonw_array(&s.w);
	put_run(&s);
	noro_jsonw_array_end(&s.w);
	noro_jsonw_object_end(&s.w);
	noro_buf_chr(out, '\n');
	free(s.rule);
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}
