/*
 * src/report/timeline.c - findings as events for Timesketch, JSON Lines or CSV.
 *
 * One event a place that tells a time; a finding whose places tell none gives its
 * first and last time. Timesketch wants message, datetime and timestamp_desc;
 * timestamp is in microseconds. Events stand in order of time, then of id, so that
 * the file reads as a story and the same result gives the same bytes.
 */
#include "base/mem.h"
#include "report/csv_priv.h"
#include "report/report_priv.h"

struct event {
	int64_t ns;
	const struct noro_finding *f;
	const struct noro_place *p; /* NULL: the finding itself */
	const char *desc;
};

struct events {
	struct event *e;
	size_t n, cap;
	enum noro_status status;
};

static void add_event(struct events *v, struct event e)
{
	struct event *grown;

	if (v->status != NORO_OK || e.ns == NORO_TIME_NONE)
		return;
	grown = noro_grow(v->e, v->n, &v->cap, sizeof(*v->e));
	if (!grown) {
		v->status = NORO_ENOMEM;
		return;
	}
	v->e = grown;
	v->e[v->n++] = e;
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	int c;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	c = strcmp(x->f->id, y->f->id);
	if (c || x->p == y->p)
		return c;
	return x->p < y->p ? -1 : 1;
}

static enum noro_status gather(const struct noro_result *r, struct events *v)
{
	for (size_t i = 0; i < r->findings; i++) {
		const struct noro_finding *f = &r->finding[i];
		size_t before = v->n;

		for (size_t k = 0; k < f->places; k++)
			add_event(v, (struct event){
					     f->place[k].time_ns, f, &f->place[k], "Record Time" });
		if (v->n != before)
			continue;
		add_event(v, (struct event){ f->first_ns, f, NULL, "First Seen" });
		if (f->last_ns != f->first_ns)
			add_event(v, (struct event){ f->last_ns, f, NULL, "Last Seen" });
	}
	if (v->status == NORO_OK && v->n)
		qsort(v->e, v->n, sizeof(*v->e), by_time);
	return v->status;
}

static void put_message(const struct event *e, enum noro_lang l, struct noro_buf *out)
{
	noro_buf_str(out, noro_lang_pick(l, e->f->title));
	if (e->f->value)
		noro_buf_printf(out, ": %s", e->f->value);
}

static void put_json(const struct event *e, enum noro_lang l, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	struct noro_buf message = { 0 };

	put_message(e, l, &message);
	if (message.status != NORO_OK)
		out->status = message.status;
	noro_jsonw_object(&w);
	noro_jsonw_kview(&w, "message", noro_buf_as_view(&message));
	noro_jsonw_ktime(&w, "datetime", e->ns);
	noro_jsonw_ki64(&w, "timestamp", e->ns / 1000);
	noro_jsonw_kstr(&w, "timestamp_desc", e->desc);
	noro_jsonw_kstr(&w, "data_type", "noroshi:finding");
	noro_jsonw_kstr(&w, "finding_id", e->f->id);
	noro_jsonw_kstr(&w, "severity", noro_severity_name(e->f->severity));
	noro_jsonw_ku64(&w, "confidence", e->f->confidence);
	noro_jsonw_kstr(&w, "rule", e->f->rule);
	noro_jsonw_kstr(&w, "observable_type", e->f->type);
	noro_jsonw_kstr(&w, "observable_value", e->f->value);
	noro_jsonw_kstr(&w, "hostname", e->p ? e->p->host : NULL);
	noro_jsonw_kstr(&w, "source_path", e->p ? e->p->path : e->f->container);
	noro_jsonw_ku64(&w, "source_line", e->p ? e->p->line : 0);
	noro_jsonw_kstr(&w, "record", e->p ? e->p->record : NULL);
	noro_jsonw_key(&w, "tag");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < e->f->attack.n; i++)
		noro_jsonw_str(&w, e->f->attack.item[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	noro_buf_done(&message);
}

enum noro_status noro_report_timeline_jsonl(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	struct events v = { 0 };
	size_t from = out->n;

	if (gather(r, &v) != NORO_OK) {
		free(v.e);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	for (size_t i = 0; i < v.n; i++)
		put_json(&v.e[i], o->lang, out);
	free(v.e);
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}

static void put_csv(struct noro_csv *c, const struct event *e, enum noro_lang l)
{
	struct noro_buf message = { 0 };

	put_message(e, l, &message);
	if (message.status != NORO_OK)
		c->out->status = message.status;
	noro_csv_view(c, noro_buf_as_view(&message));
	noro_buf_printf(c->out, ",%lld", (long long)(e->ns / 1000));
	noro_csv_time(c, e->ns);
	noro_csv_str(c, e->desc);
	noro_csv_str(c, noro_severity_name(e->f->severity));
	noro_csv_u64(c, e->f->confidence);
	noro_csv_str(c, e->p ? e->p->host : NULL);
	noro_csv_str(c, e->p ? e->p->path : e->f->container);
	noro_csv_u64(c, e->p ? e->p->line : 0);
	noro_csv_list(c, e->f->attack);
	noro_csv_str(c, e->f->id);
	noro_csv_str(c, e->p ? e->p->record : NULL);
	noro_csv_end(c);
	noro_buf_done(&message);
}

/* The column names are Timesketch's and stay English. No mark: its importer would read it as text.
 */
enum noro_status noro_report_timeline_csv(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	struct noro_csv c = { .out = out };
	struct events v = { 0 };

	if (gather(r, &v) != NORO_OK) {
		free(v.e);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_str(out, "message,timestamp,datetime,timestamp_desc,severity,confidence,hostname,"
			  "source_path,source_line,tag,finding_id,record\r\n");
	for (size_t i = 0; i < v.n; i++)
		put_csv(&c, &v.e[i], o->lang);
	free(v.e);
	noro_buf_done(&c.text);
	return noro_report_end(out, err);
}
