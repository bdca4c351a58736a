/*
 * src/report/findings_read.c - findings.jsonl of an earlier run.
 *
 * The file may have been edited, cut or forged. A line is one strict JSON object;
 * what it lacks is taken as unsaid, what it adds is left alone, and a value that
 * cannot be ours (an unknown severity, an id that is no id) refuses the file with
 * the line, because --previous must never call something known that is not.
 */
#include "base/json.h"
#include "base/timeparse.h"
#include "report/jsonl_priv.h"
#include "report/report.h"

enum {
	MAX_FINDINGS = 10 * 1000 * 1000,
	MAX_LINE_BYTES = 16 << 20,
	MAX_LINE_VALUES = 1 << 20,
};

/* Sticky, as the cursor: after a failure the rest of a line is read into nothing. */
struct reading {
	struct noro_arena *arena;
	enum noro_status status;
	const char *what; /* message id of the failure */
};

static void stop(struct reading *in, enum noro_status status, const char *what)
{
	if (in->status != NORO_OK)
		return;
	in->status = status;
	in->what = what;
}

/* A copy as a C string; NULL for an absent member or null. */
static const char *take_str(struct reading *in, const struct noro_json *v)
{
	char *s;

	if (!v || v->kind == NORO_JSON_NULL || in->status != NORO_OK)
		return NULL;
	if (v->kind != NORO_JSON_STRING || memchr(v->text.p ? v->text.p : "", 0, v->text.n)) {
		stop(in, NORO_EFORMAT, N_("a text was expected"));
		return NULL;
	}
	s = noro_arena_strn(in->arena, v->text.p ? v->text.p : "", v->text.n);
	if (!s)
		stop(in, NORO_ENOMEM, NULL);
	return s;
}

static uint64_t take_u64(struct reading *in, const struct noro_json *v)
{
	uint64_t n = 0;

	if (v && v->kind != NORO_JSON_NULL &&
		(v->kind != NORO_JSON_NUMBER || !noro_view_u64(v->text, &n)))
		stop(in, NORO_EFORMAT, N_("a whole number was expected"));
	return n;
}

static int64_t take_time(struct reading *in, const struct noro_json *v)
{
	static const struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	if (!v || v->kind == NORO_JSON_NULL)
		return NORO_TIME_NONE;
	if (v->kind == NORO_JSON_STRING && noro_time_parse(v->text, &utc, &t) &&
		t.length == v->text.n && t.flags == 0)
		return t.ns;
	stop(in, NORO_EFORMAT, N_("a time in RFC 3339 was expected"));
	return NORO_TIME_NONE;
}

static int take_name(
	struct reading *in, const struct noro_json *v, int (*parse)(struct noro_view), int unsaid)
{
	int n = -1;

	if (!v || v->kind == NORO_JSON_NULL)
		return unsaid;
	if (v->kind == NORO_JSON_STRING)
		n = parse(v->text);
	if (n < 0) {
		stop(in, NORO_EFORMAT, N_("an unknown name"));
		return unsaid;
	}
	return n;
}

static struct noro_list take_list(struct reading *in, const struct noro_json *v)
{
	struct noro_list l = { 0 };
	const char **item;

	if (!v || v->kind == NORO_JSON_NULL || in->status != NORO_OK)
		return l;
	if (v->kind != NORO_JSON_ARRAY) {
		stop(in, NORO_EFORMAT, N_("a list was expected"));
		return l;
	}
	if (!v->count)
		return l;
	item = noro_arena_array(in->arena, v->count, sizeof(*item));
	if (!item) {
		stop(in, NORO_ENOMEM, NULL);
		return l;
	}
	l.item = item;
	for (v = v->child; v && in->status == NORO_OK; v = v->next) {
		item[l.n] = take_str(in, v);
		l.n++;
		if (!item[l.n - 1])
			stop(in, NORO_EFORMAT, N_("a text was expected"));
	}
	return l;
}

static struct noro_text take_text(struct reading *in, const struct noro_json *v)
{
	return (struct noro_text){ take_str(in, noro_json_get(v, "en")),
		take_str(in, noro_json_get(v, "ja")) };
}

/* Without message and arguments (another tool wrote it) the English sentence is the message. */
static struct noro_msg take_msg(struct reading *in, const struct noro_json *v)
{
	const struct noro_json *arg = noro_json_get(v, "arguments");
	struct noro_msg m = { take_str(in, noro_json_get(v, "message")), { NULL } };
	size_t n = 0;

	if (!m.id) {
		m.id = "%1";
		m.arg[0] = take_str(in, noro_json_get(v, "en"));
		return m;
	}
	for (arg = arg ? arg->child : NULL; arg && n < 4; arg = arg->next)
		m.arg[n++] = take_str(in, arg);
	return m;
}

static void take_reasons(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	struct noro_msg *m;

	if (!v || v->kind != NORO_JSON_ARRAY || !v->count)
		return;
	m = noro_arena_array(in->arena, v->count, sizeof(*m));
	if (!m) {
		stop(in, NORO_ENOMEM, NULL);
		return;
	}
	f->reason = m;
	for (v = v->child; v && in->status == NORO_OK; v = v->next)
		m[f->reasons++] = take_msg(in, v);
}

bool noro_report_flags_read(const struct noro_json *v, unsigned *ret)
{
	*ret = 0;
	if (!v || v->kind != NORO_JSON_ARRAY)
		return true;
	for (v = v->child; v; v = v->next) {
		unsigned i = 0;

		while (noro_report_time_flags[i] && !noro_json_is_str(v, noro_report_time_flags[i]))
			i++;
		if (!noro_report_time_flags[i])
			return false;
		*ret |= 1u << i;
	}
	return true;
}

static unsigned take_flags(struct reading *in, const struct noro_json *v)
{
	unsigned flags;

	if (!noro_report_flags_read(v, &flags))
		stop(in, NORO_EFORMAT, N_("an unknown name"));
	return flags;
}

static void take_places(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	struct noro_place *p;

	if (!v || v->kind != NORO_JSON_ARRAY || !v->count)
		return;
	p = noro_arena_array(in->arena, v->count, sizeof(*p));
	if (!p) {
		stop(in, NORO_ENOMEM, NULL);
		return;
	}
	f->place = p;
	for (v = v->child; v && in->status == NORO_OK; v = v->next, p++) {
		p->path = take_str(in, noro_json_get(v, "path"));
		p->offset = take_u64(in, noro_json_get(v, "offset"));
		p->line = take_u64(in, noro_json_get(v, "line"));
		p->time_ns = take_time(in, noro_json_get(v, "time"));
		p->time_flags = take_flags(in, noro_json_get(v, "time_flags"));
		p->record = take_str(in, noro_json_get(v, "record"));
		p->host = take_str(in, noro_json_get(v, "host"));
		f->places++;
	}
}

static void take_id(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	struct noro_view id = noro_json_str(v, "id");

	for (size_t i = 0; id.n == 32 && i < id.n; i++)
		if (!noro_is_hex(id.p[i]) || (id.p[i] >= 'A' && id.p[i] <= 'F'))
			id.n = 0;
	if (id.n != 32) {
		stop(in, NORO_EFORMAT, N_("a finding needs an id of 32 hexadecimal digits"));
		return;
	}
	memcpy(f->id, id.p, 32);
}

static void take_judgement(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	const struct noro_json *active = noro_json_get(v, "activity");
	uint64_t confidence = take_u64(in, noro_json_get(v, "confidence"));

	f->severity = (enum noro_severity)take_name(
		in, noro_json_get(v, "severity"), noro_severity_parse, NORO_SEV_INFO);
	if (confidence > 100)
		stop(in, NORO_EFORMAT, N_("a confidence is 0 to 100"));
	f->confidence = (unsigned)(confidence % 101);
	f->window = (enum noro_window)take_name(
		in, noro_json_get(v, "window"), noro_window_parse, NORO_WIN_UNKNOWN);
	if (active && active->kind == NORO_JSON_OBJECT) {
		f->active_from_ns = take_time(in, noro_json_get(active, "from"));
		f->active_until_ns = take_time(in, noro_json_get(active, "until"));
	}
	f->time_from = (enum noro_time_from)take_name(
		in, noro_json_get(v, "time_from"), noro_time_from_parse, NORO_FROM_NONE);
	f->tlp = (enum noro_tlp)take_name(
		in, noro_json_get(v, "tlp"), noro_tlp_parse, NORO_TLP_NONE);
	f->state = (enum noro_state)take_name(
		in, noro_json_get(v, "state"), noro_state_parse, NORO_STATE_NONE);
}

static void take_lists(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	const struct noro_json *attack = noro_json_get(v, "attack");

	f->attack = take_list(in, noro_json_get(attack, "ids"));
	f->attack_version = take_str(in, noro_json_get(attack, "version"));
	f->cve = take_list(in, noro_json_get(v, "cve"));
	f->actors = take_list(in, noro_json_get(v, "actors"));
	f->advisory = take_list(in, noro_json_get(v, "advisory"));
	f->sources = take_list(in, noro_json_get(v, "sources"));
	f->hosts = take_list(in, noro_json_get(v, "hosts"));
}

static void take_finding(struct reading *in, const struct noro_json *v, struct noro_finding *f)
{
	const struct noro_json *seen = noro_json_get(v, "observable");
	const struct noro_json *evidence = noro_json_get(v, "evidence");
	int kind = take_name(in, noro_json_get(v, "kind"), noro_finding_kind_parse, -1);
	uint64_t grade = take_u64(in, noro_json_get(evidence, "grade"));

	if (kind < 0 || grade > 4) {
		stop(in, NORO_EFORMAT, N_("a finding needs a kind, and its grade is 0 to 4"));
		return;
	}
	f->kind = (enum noro_finding_kind)kind;
	f->grade = (unsigned)grade;
	take_id(in, v, f);
	take_judgement(in, v, f);
	take_lists(in, v, f);
	take_reasons(in, noro_json_get(v, "reasons"), f);
	take_places(in, noro_json_get(v, "places"), f);
	f->rule = take_str(in, noro_json_get(v, "rule"));
	f->sort = (enum noro_sort)take_name(
		in, noro_json_get(v, "sort"), noro_sort_parse, NORO_SORT_TRACE);
	f->title = take_text(in, noro_json_get(v, "title"));
	f->next = take_text(in, noro_json_get(v, "next"));
	f->type = take_str(in, noro_json_get(seen, "type"));
	f->value = take_str(in, noro_json_get(seen, "value"));
	f->role = take_str(in, noro_json_get(seen, "role"));
	f->container = take_str(in, noro_json_get(evidence, "container"));
	f->container_sha256 = take_str(in, noro_json_get(evidence, "sha256"));
	f->count = take_u64(in, noro_json_get(v, "count"));
	f->first_ns = take_time(in, noro_json_get(v, "first"));
	f->last_ns = take_time(in, noro_json_get(v, "last"));
	f->suppressed = take_str(in, noro_json_get(v, "suppressed"));
}

static enum noro_status read_line(
	struct noro_arena *a, struct noro_view line, struct noro_finding *f, struct noro_error *err)
{
	static const struct noro_json_limits limits = {
		.max_bytes = MAX_LINE_BYTES, .max_depth = 16, .max_values = MAX_LINE_VALUES
	};
	struct reading in = { .arena = a };
	const struct noro_json *v;
	enum noro_status st = noro_json_parse(a, line, &limits, &v, err);

	if (st != NORO_OK)
		return st;
	take_finding(&in, v, f);
	if (in.status != NORO_OK)
		return noro_fail(err, in.status, in.what);
	return NORO_OK;
}

enum noro_status noro_findings_read(struct noro_view jsonl, struct noro_arena *a,
	const struct noro_finding **ret, size_t *ret_n, struct noro_error *err)
{
	struct noro_finding *all = NULL;
	size_t n = 0, cap = 0;
	uint64_t number = 0;
	struct noro_view line;

	while (noro_view_line(&jsonl, &line)) {
		struct noro_finding *grown;
		enum noro_status st;

		number++;
		if (!noro_view_trim(line).n)
			continue;
		if (n == MAX_FINDINGS)
			return noro_fail(err, NORO_ELIMIT, N_("more than %1 findings"),
				NORO_NUM(MAX_FINDINGS));
		grown = noro_arena_grow(a, all, n, &cap, sizeof(*all));
		if (!grown)
			return noro_fail(err, NORO_ENOMEM, NULL);
		all = grown;
		all[n] = (struct noro_finding){ .kind = NORO_F_INDICATOR };
		st = read_line(a, line, &all[n], err);
		if (st != NORO_OK) {
			(void)noro_error_at(err, "findings.jsonl", NORO_AT_LINE, number);
			return st;
		}
		n++;
	}
	*ret = all;
	*ret_n = n;
	return NORO_OK;
}
