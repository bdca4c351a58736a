/*
 * src/evidence/jsondoc.c - one JSON document that holds many records: an array of objects, or an
 * object around one ("Records" of CloudTrail, "value" of Microsoft Graph), often all on one line.
 *
 * Its bytes are passed on as they are, with the line breaks moved: each record becomes one line,
 * what stands around the records another, so that nothing of the evidence is lost.
 */
#include "evidence/log_priv.h"

#include "base/mem.h"

enum { MAX_KEY = 24, PULL = 64 << 10, RECORDS_DEPTH = 3 };

/* Where in the document we are; one byte at a time. */
struct walk {
	unsigned depth, records; /* how deep the records lie, 0: not found yet */
	bool string, escape, colon;
	char key[MAX_KEY + 1];
	size_t keys;   /* bytes of the last string, more than MAX_KEY: too long */
	bool in_array; /* the last bracket opened what may hold the records */
};

/* Names that exports give to the array of their records. */
static bool holds_records(const struct walk *w)
{
	static const char *const names[] = { "value", "Records", "records", "events", "Events",
		"results", "items", "data", "entries", "logs", "hits", "logEvents", "Resources" };

	if (w->depth == 0)
		return true;
	if (!w->colon || w->keys > MAX_KEY)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == w->keys && memcmp(names[i], w->key, w->keys) == 0)
			return true;
	return false;
}

static void in_string(struct walk *w, char c)
{
	if (w->escape) {
		w->escape = false;
	} else if (c == '\\') {
		w->escape = true;
	} else if (c == '"') {
		w->string = false;
		return;
	}
	if (w->keys < MAX_KEY)
		w->key[w->keys] = c;
	if (w->keys <= MAX_KEY)
		w->keys++;
}

enum step { STEP_ON, STEP_RECORD_BEGINS, STEP_RECORD_ENDED };

/* A byte that opens or closes something. */
static enum step bracket(struct walk *w, char c)
{
	bool here = false;

	if (c == '[') {
		w->in_array = !w->records && w->depth < RECORDS_DEPTH && holds_records(w);
		w->depth++;
	} else if (c == '{') {
		if (w->in_array)
			w->records = w->depth;
		here = w->records && w->depth == w->records;
		w->in_array = false;
		w->depth++;
	} else if (w->depth) {
		w->in_array = false;
		w->depth--;
		if (c == '}' && w->records && w->depth == w->records)
			return STEP_RECORD_ENDED;
		if (w->records > w->depth)
			w->records = 0; /* the array has ended; another may follow */
	}
	return here ? STEP_RECORD_BEGINS : STEP_ON;
}

static enum step step(struct walk *w, char c)
{
	enum step ret = STEP_ON;

	if (w->string) {
		in_string(w, c);
		return STEP_ON;
	}
	if (c == '"') {
		w->string = true;
		w->keys = 0;
		w->colon = false;
		w->in_array = false;
		return STEP_ON;
	}
	if (c == ':') {
		w->colon = true;
		return STEP_ON;
	}
	if (noro_is_space(c))
		return STEP_ON;
	if (c == '{' || c == '[' || c == '}' || c == ']')
		ret = bracket(w, c);
	else
		w->in_array = false;
	w->colon = false;
	return ret;
}

/* The byte at which the first record begins; SIZE_MAX: these bytes show none, or are lines. */
static size_t first_record(struct noro_view head)
{
	struct walk w = { 0 };
	size_t i = 0, first = SIZE_MAX;

	while (i < head.n && noro_is_space(head.p[i]))
		i++;
	if (i == head.n || (head.p[i] != '{' && head.p[i] != '['))
		return SIZE_MAX;
	for (; i < head.n; i++) {
		if (step(&w, head.p[i]) == STEP_RECORD_BEGINS && first == SIZE_MAX)
			first = i;
		if (w.depth == 0 && !w.string)
			break;
	}
	while (++i < head.n)
		if (!noro_is_space(head.p[i]))
			return SIZE_MAX; /* closed, and more behind it: a line among lines */
	return first;
}

size_t noro_ev_json_indent(struct noro_view head)
{
	size_t at = first_record(head), from = at;

	if (at == SIZE_MAX)
		return SIZE_MAX;
	while (from && (head.p[from - 1] == ' ' || head.p[from - 1] == '\t'))
		from--;
	return from && head.p[from - 1] == '\n' ? at - from : SIZE_MAX;
}

/* Records that begin lines of their own are found there, under their true line numbers. */
static bool document(struct noro_view head)
{
	size_t at = first_record(head), quote;

	if (at == SIZE_MAX || noro_ev_json_indent(head) != SIZE_MAX)
		return false;
	for (quote = at + 1; quote < head.n && noro_is_space(head.p[quote]); quote++)
		;
	return quote < head.n && (head.p[quote] == '"' || head.p[quote] == '}');
}

static bool names_cloud(struct noro_view head)
{
	static const char *const words[] = { "\"createdDateTime\"", "\"activityDateTime\"",
		"\"eventSource\"", "\"callerIpAddress\"", "\"AuditData\"" };

	head = noro_view_sub(head, 0, 4096);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_find(head, noro_view_str(words[i])) != SIZE_MAX)
			return true;
	return noro_view_find(head, NORO_V("\"Operation\"")) != SIZE_MAX &&
	       noro_view_find(head, NORO_V("\"CreationTime\"")) != SIZE_MAX;
}

static bool names_windows(struct noro_view head)
{
	head = noro_view_sub(head, 0, 4096);
	return noro_view_find(head, NORO_V("\"EventID\"")) != SIZE_MAX ||
	       (noro_view_find(head, NORO_V("\"TimeCreated\"")) != SIZE_MAX &&
		       noro_view_find(head, NORO_V("\"Id\"")) != SIZE_MAX);
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (document(head) && !names_cloud(head) && !names_windows(head))
		noro_ev_sniffed(ret, 92, N_("one JSON document with an array of records"), "");
}

static void sniff_cloud(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (document(head) && names_cloud(head))
		noro_ev_sniffed(ret, 93,
			N_("one JSON document of records with the names of a cloud's audit log"),
			"");
}

static void sniff_windows(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (document(head) && !names_cloud(head) && names_windows(head))
		noro_ev_sniffed(ret, 93,
			N_("one JSON document of records with the names of Windows events"), "");
}

struct out {
	noro_push_fn *push;
	void *ctx;
	char *buf;
	size_t n;
	enum noro_status status;
	bool begun, blank; /* the line has bytes; the last one is a blank */
};

static void out_flush(struct out *o)
{
	if (o->status == NORO_OK && o->n)
		o->status = o->push(o->ctx, o->buf, o->n);
	o->n = 0;
}

static void out_byte(struct out *o, char c)
{
	if (o->n == PULL)
		out_flush(o);
	o->buf[o->n++] = c;
	o->begun = c != '\n';
	o->blank = c == ' ';
}

static void end_line(struct out *o)
{
	if (o->begun)
		out_byte(o, '\n');
}

static void move_lines(struct walk *w, struct out *o, struct noro_view v)
{
	for (size_t i = 0; i < v.n && o->status == NORO_OK; i++) {
		bool was_string = w->string;
		char c = v.p[i];
		enum step s = step(w, c);

		if (s == STEP_RECORD_BEGINS)
			end_line(o);
		if (!was_string && noro_is_space(c)) {
			if (c == '\n' && w->depth == 0)
				end_line(o); /* what follows the document is text again */
			else if (o->begun && !o->blank)
				out_byte(o, ' ');
			continue;
		}
		if (c == ',' && !o->begun)
			continue; /* between two records */
		out_byte(o, c == '\n' || c == '\r' ? ' ' : c);
		if (s == STEP_RECORD_ENDED)
			end_line(o);
	}
}

static enum noro_status transcode(const struct noro_log_opts *opts, noro_pull_fn *pull,
	void *pull_ctx, noro_push_fn *push, void *push_ctx, struct noro_error *err)
{
	struct out o = { .push = push, .ctx = push_ctx };
	char *in = noro_malloc(2 * (size_t)PULL);
	struct walk w = { 0 };
	enum noro_status st = NORO_OK;
	size_t n;

	(void)opts;
	if (!in)
		return noro_fail(err, NORO_ENOMEM, NULL);
	o.buf = in + PULL;
	while (o.status == NORO_OK && (st = pull(pull_ctx, in, PULL, &n)) == NORO_OK)
		move_lines(&w, &o, noro_view(in, n));
	if (o.status == NORO_OK) {
		end_line(&o);
		out_flush(&o);
	}
	free(in);
	if (o.status != NORO_OK)
		return o.status;
	return st == NORO_END ? NORO_OK : st;
}

const struct noro_reader noro_reader_jsondoc = {
	.name = "json-document",
	.title = N_("JSON document with an array of records"),
	.sniff = sniff,
	.parse = noro_ev_json_line,
	.transcode = transcode,
	.classes = "ip domain url hash login web dns command",
};
const struct noro_reader noro_reader_clouddoc = {
	.name = "cloud-audit-document",
	.title = N_("cloud sign-in and audit log as one JSON document (Entra, Microsoft 365, "
		    "CloudTrail)"),
	.sniff = sniff_cloud,
	.parse = noro_ev_json_line,
	.transcode = transcode,
	.classes = "ip login config user_agent email",
};
const struct noro_reader noro_reader_windoc = {
	.name = "windows-json-document",
	.title = N_("Windows events as one JSON document (Get-WinEvent)"),
	.sniff = sniff_windows,
	.parse = noro_ev_json_line,
	.transcode = transcode,
	.classes = "ip domain hash login command process windows",
};
