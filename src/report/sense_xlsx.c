/*
 * src/report/sense_xlsx.c - the figures of sensors as a workbook, for who goes on calculating:
 * numbers are numbers, times are text in UTC, strings are never formulas. It is written to an
 * anonymous memory file, as the forms for authorities are; the same figures give the same bytes.
 */
#include "report/sense_priv.h"

#include "base/library.h"
#include "report/report_priv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { COLUMNS_MOST = 12, CHART_COLUMN = 13 };

#define CALLS(X)                                                                                   \
	X(workbook_new)                                                                            \
	X(workbook_add_format)                                                                     \
	X(workbook_add_worksheet)                                                                  \
	X(workbook_add_chart)                                                                      \
	X(workbook_set_properties)                                                                 \
	X(workbook_close)                                                                          \
	X(chart_add_series)                                                                        \
	X(format_set_bold)                                                                         \
	X(format_set_num_format)                                                                   \
	X(worksheet_write_string)                                                                  \
	X(worksheet_write_number)                                                                  \
	X(worksheet_set_column)                                                                    \
	X(worksheet_freeze_panes)                                                                  \
	X(worksheet_insert_chart)
NORO_LIBRARY(xlsx, "libxlsxwriter", CALLS, "libxlsxwriter.so." LXW_SOVERSION);

struct book {
	const struct noro_sense_report *r; /* of the others era and now alone */
	const struct noro_surges *surges;
	const struct noro_trend *trend;
	enum noro_lang lang;
	lxw_workbook *wb;
	lxw_format *bold, *whole, *part, *share;
	bool failed;
};

struct sheet {
	struct book *b;
	lxw_worksheet *ws;
	lxw_row_t row;
	lxw_col_t col;
};

static const char *word(const struct book *b, const char *id)
{
	return noro_lang_text(b->lang, id);
}

static void put_as(struct sheet *s, const char *text, lxw_format *f)
{
	struct noro_buf flat = { 0 };

	noro_report_flat(noro_view_str(text ? text : ""), 4096, &flat);
	if (flat.status != NORO_OK || xlsx.worksheet_write_string(s->ws, s->row, s->col,
					      flat.p ? flat.p : "", f) != LXW_NO_ERROR)
		s->b->failed = true;
	noro_buf_done(&flat);
	s->col++;
}

static void put_text(struct sheet *s, const char *text)
{
	put_as(s, text, NULL);
}

/* What is no number leaves its cell empty. */
static void put_number(struct sheet *s, double v, lxw_format *f)
{
	if (isfinite(v) && xlsx.worksheet_write_number(s->ws, s->row, s->col, v, f) != LXW_NO_ERROR)
		s->b->failed = true;
	s->col++;
}

static void put_count(struct sheet *s, uint64_t v)
{
	put_number(s, (double)v, s->b->whole);
}

static void end_row(struct sheet *s)
{
	s->row++;
	s->col = 0;
}

static struct sheet new_sheet(struct book *b, const char *name, const char *const *head)
{
	struct sheet s = { b, xlsx.workbook_add_worksheet(b->wb, name), 0, 0 };

	if (!s.ws) {
		b->failed = true;
		return s;
	}
	(void)xlsx.worksheet_set_column(s.ws, 0, 0, 24, NULL);
	(void)xlsx.worksheet_set_column(s.ws, 1, COLUMNS_MOST, 17, NULL);
	for (size_t i = 0; head && head[i]; i++)
		put_as(&s, word(b, head[i]), b->bold);
	if (head) {
		xlsx.worksheet_freeze_panes(s.ws, 1, 0);
		end_row(&s);
	}
	return s;
}

static bool make_formats(struct book *b)
{
	b->bold = xlsx.workbook_add_format(b->wb);
	b->whole = xlsx.workbook_add_format(b->wb);
	b->part = xlsx.workbook_add_format(b->wb);
	b->share = xlsx.workbook_add_format(b->wb);
	if (!b->bold || !b->whole || !b->part || !b->share)
		return false;
	xlsx.format_set_bold(b->bold);
	xlsx.format_set_num_format(b->whole, "#,##0");
	xlsx.format_set_num_format(b->part, "#,##0.00");
	xlsx.format_set_num_format(b->share, "0.0%");
	return true;
}

/* ---- sheets ---- */

static void row_of(struct sheet *s, const char *id, double now, double before, lxw_format *f)
{
	bool known = s->b->r->before.address_days > 0;

	put_text(s, word(s->b, id));
	put_number(s, now, f);
	put_number(s, known ? before : (double)NAN, f);
	put_number(s, known && before > 0 ? now / before - 1 : (double)NAN, s->b->share);
	end_row(s);
}

static void put_figures(struct book *b)
{
	static const char *const head[] = { N_("figure"), N_("period"), N_("before"), N_("change"),
		NULL };
	const struct noro_rate *n = &b->r->now, *o = &b->r->before;
	struct sheet s = new_sheet(b, word(b, N_("figures")), head);

	if (!s.ws)
		return;
	put_text(&s, word(b, N_("from")));
	put_text(&s, NORO_SENSE_MOMENT(n->from_ns, b->r->era));
	put_text(&s, NORO_SENSE_MOMENT(o->from_ns, b->r->era));
	end_row(&s);
	put_text(&s, word(b, N_("to")));
	put_text(&s, NORO_SENSE_MOMENT(n->to_ns, b->r->era));
	put_text(&s, NORO_SENSE_MOMENT(o->to_ns, b->r->era));
	end_row(&s);
	row_of(&s, N_("Accesses per address and day"), n->per_address_day, o->per_address_day,
		b->part);
	row_of(&s, N_("seconds between accesses"), n->interval_s, o->interval_s, b->part);
	row_of(&s, N_("Sources a day"), n->sources_per_day, o->sources_per_day, b->whole);
	row_of(&s, N_("Packets a day that a signature names"), n->hits_per_day, o->hits_per_day,
		b->whole);
	row_of(&s, N_("Packets of attacks on others a day"), n->backscatter_per_day,
		o->backscatter_per_day, b->whole);
	row_of(&s, N_("Victims of attacks"), (double)n->victims, (double)o->victims, b->whole);
	row_of(&s, N_("Packets counted"), (double)n->packets, (double)o->packets, b->whole);
	row_of(&s, N_("Dropped before they were seen"), (double)n->dropped, (double)o->dropped,
		b->whole);
	row_of(&s, N_("addresses x days listened"), n->address_days, o->address_days, b->part);
	row_of(&s, N_("share of the time listened"), n->alive, o->alive, b->share);
}

/* A picture of column `col` against the first, over `n` rows below the head. */
static void put_chart(struct sheet *s, const char *name, char col, size_t n, uint8_t kind)
{
	lxw_chart *c = xlsx.workbook_add_chart(s->b->wb, kind);
	char x[120], y[120];

	(void)snprintf(x, sizeof(x), "='%s'!$A$2:$A$%zu", name, n + 1);
	(void)snprintf(y, sizeof(y), "='%s'!$%c$2:$%c$%zu", name, col, col, n + 1);
	if (!c || !xlsx.chart_add_series(c, x, y) ||
		xlsx.worksheet_insert_chart(s->ws, 1, CHART_COLUMN, c) != LXW_NO_ERROR)
		s->b->failed = true;
}

static void put_days(struct book *b)
{
	const struct noro_days *d = &b->r->days;
	const char *name = word(b, N_("days"));
	struct sheet s;

	if (!d->days)
		return;
	s = new_sheet(b, name, NULL);
	if (!s.ws)
		return;
	put_as(&s, word(b, N_("day")), b->bold);
	put_as(&s, word(b, N_("all sensors")), b->bold);
	for (size_t k = 0; k < d->sensors; k++)
		put_as(&s, d->sensor[k].name, b->bold);
	end_row(&s);
	for (size_t i = 0; i < d->days && !b->failed; i++) {
		int64_t at = d->from_ns + (int64_t)i * NORO_DAY_S * NORO_NS_PER_S;
		char day[NORO_TIME_TEXT];

		(void)noro_time_print(at, day);
		day[10] = '\0';
		put_text(&s, day);
		put_number(&s, d->per_address_day[i], b->part);
		for (size_t k = 0; k < d->sensors; k++)
			put_number(&s, d->sensor[k].per_address_day[i], b->part);
		end_row(&s);
	}
	put_chart(&s, name, 'B', d->days, LXW_CHART_LINE);
}

static void put_ranking(struct book *b, const struct noro_sense_ranking *k)
{
	static const char *const head[] = { N_("key"), N_("place"), N_("packets"), N_("sources"),
		N_("per address and day"), N_("share"), N_("packets before"), N_("change"),
		N_("place before"), NULL };
	static const char *const name[NORO_CUTS] = { N_("total"), N_("classes"), N_("ports"),
		N_("tools"), N_("requests"), N_("networks"), N_("countries"), N_("payloads") };
	struct sheet s = new_sheet(b, word(b, name[k->cut]), head);

	for (size_t i = 0; s.ws && i < k->rows && !b->failed; i++) {
		const struct noro_rank_row *r = &k->row[i];

		put_text(&s, r->key[0] ? r->key : "-");
		put_count(&s, r->place);
		put_count(&s, r->packets);
		put_count(&s, r->sources);
		put_number(&s, r->per_address_day, b->part);
		put_number(&s, r->share, b->share);
		put_count(&s, r->packets_before);
		put_number(&s, r->change, b->share);
		put_number(&s, r->place_before ? r->place_before : (double)NAN, b->whole);
		end_row(&s);
	}
}

static void put_victims(struct book *b)
{
	static const char *const head[] = { N_("victim"), N_("country"), N_("network"),
		N_("protocol"), N_("port"), N_("answers"), N_("from"), N_("to"),
		N_("distinct probes"), N_("packets"), N_("packets/s there"), N_("sensor"), NULL };
	struct sheet s = new_sheet(b, word(b, N_("victims")), head);

	for (size_t i = 0; s.ws && i < b->r->victims && !b->failed; i++) {
		const struct noro_victim *v = b->r->victim[i];
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&v->victim.ip, ip);
		put_text(&s, ip);
		put_text(&s, v->country);
		put_text(&s, v->as);
		put_text(&s, v->proto);
		put_text(&s, v->ports.n ? v->ports.item[0] : "");
		put_text(&s, v->how);
		put_text(&s, NORO_SENSE_MOMENT(v->first_ns, b->r->era));
		put_text(&s, NORO_SENSE_MOMENT(v->last_ns, b->r->era));
		put_count(&s, v->probes);
		put_count(&s, v->packets);
		put_number(&s, v->rate_pps, b->whole);
		put_text(&s, v->sensor);
		end_row(&s);
	}
}

static void put_scans(struct book *b)
{
	static const char *const head[] = { N_("source"), N_("country"), N_("network"), N_("port"),
		N_("tool"), N_("version"), N_("from"), N_("to"), N_("packets"), N_("addresses"),
		N_("research"), N_("sensor"), NULL };
	struct sheet s = new_sheet(b, word(b, N_("scanners")), head);

	for (size_t i = 0; s.ws && i < b->r->scans && !b->failed; i++) {
		const struct noro_scan *v = b->r->scan[i];
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&v->src, ip);
		put_text(&s, ip);
		put_text(&s, v->country);
		put_text(&s, v->as);
		put_text(&s, v->port);
		put_text(&s, v->tool);
		put_text(&s, v->tool_version);
		put_text(&s, NORO_SENSE_MOMENT(v->first_ns, b->r->era));
		put_text(&s, NORO_SENSE_MOMENT(v->last_ns, b->r->era));
		put_count(&s, v->packets);
		put_count(&s, v->dsts);
		put_text(&s, v->owner);
		put_text(&s, v->sensor);
		end_row(&s);
	}
}

static void put_whys(struct sheet *s, const struct noro_campaign *c)
{
	struct noro_buf text = { 0 };

	for (size_t i = 0; i < c->whys; i++) {
		noro_buf_str(&text, i ? "; " : "");
		noro_campaign_why_text(&c->why[i], s->b->lang, &text);
	}
	if (text.status != NORO_OK)
		s->b->failed = true;
	put_text(s, text.status == NORO_OK ? text.p : "");
	noro_buf_done(&text);
}

static void put_campaigns(struct book *b)
{
	static const char *const head[] = { N_("campaign"), N_("proof"), N_("sources"),
		N_("networks"), N_("packets"), N_("port"), N_("tool"), N_("fingerprint"),
		N_("from"), N_("to"), N_("why"), NULL };
	const struct noro_campaigns *c = b->r->campaigns;
	struct sheet s;

	if (!c)
		return;
	s = new_sheet(b, word(b, N_("campaigns")), head);
	for (size_t i = 0; s.ws && i < c->campaigns && !b->failed; i++) {
		const struct noro_campaign *m = &c->campaign[i];

		put_text(&s, m->id);
		put_text(&s, word(b, noro_campaign_proof_text(m->proof)));
		put_count(&s, m->sources);
		put_count(&s, m->networks);
		put_count(&s, m->packets);
		put_text(&s, m->ports.n ? m->ports.item[0] : "");
		put_text(&s, m->tool);
		put_text(&s, m->cluster);
		put_text(&s, NORO_SENSE_MOMENT(m->first_ns, b->r->era));
		put_text(&s, NORO_SENSE_MOMENT(m->last_ns, b->r->era));
		put_whys(&s, m);
		end_row(&s);
	}
}

static void put_surges(struct book *b)
{
	static const char *const head[] = { N_("port"), N_("sources"), N_("expected"), N_("times"),
		N_("from"), N_("to"), N_("new sources"), N_("who makes it"), N_("flaws near it"),
		NULL };
	const char *name = word(b, N_("Ports that rise"));
	struct sheet s = new_sheet(b, name, head);

	for (size_t i = 0; s.ws && i < b->surges->surges && !b->failed; i++) {
		const struct noro_surge *u = &b->surges->surge[i];

		put_text(&s, u->port ? u->port : word(b, N_("ports")));
		put_number(&s, u->sources, b->whole);
		put_number(&s, u->expected, b->part);
		put_number(&s, u->fold, b->part);
		put_text(&s, NORO_SENSE_MOMENT(u->first_ns, b->r->era));
		put_text(&s, NORO_SENSE_MOMENT(u->last_ns, b->r->era));
		put_count(&s, u->fresh);
		put_text(&s, u->causes ? u->cause[0].key : "");
		put_text(&s, u->links ? u->link[0].cve : "");
		end_row(&s);
	}
	if (s.ws && b->surges->surges)
		put_chart(&s, name, 'B', b->surges->surges, LXW_CHART_COLUMN);
}

static void put_trend(struct book *b)
{
	static const char *const head[] = { N_("period"), N_("per address and day"),
		N_("seconds between accesses"), N_("change"), N_("sources/day"), N_("backscatter"),
		N_("watched"), N_("days"), NULL };
	const char *name = word(b, N_("Trend"));
	struct sheet s = new_sheet(b, name, head);

	for (size_t i = 0; s.ws && i < b->trend->rows && !b->failed; i++) {
		const struct noro_trend_row *r = &b->trend->row[i];

		put_text(&s, r->label);
		put_number(&s, r->per_address_day, b->part);
		put_number(&s, r->interval_s, b->part);
		put_number(&s, r->change, b->share);
		put_number(&s, r->sources_per_day, b->whole);
		put_number(&s, r->backscatter_per_day, b->whole);
		put_count(&s, r->days);
		put_count(&s, r->of);
		end_row(&s);
	}
	if (s.ws && b->trend->rows)
		put_chart(&s, name, 'B', b->trend->rows, LXW_CHART_LINE);
}

static void put_report(struct book *b)
{
	put_figures(b);
	put_days(b);
	for (size_t i = 0; i < b->r->rankings && !b->failed; i++)
		put_ranking(b, &b->r->ranking[i]);
	put_victims(b);
	put_scans(b);
	put_campaigns(b);
}

static enum noro_status fill(struct book *b, struct noro_error *err)
{
	int64_t seconds = b->r->now_ns / NORO_NS_PER_S;
	char author[] = "noroshi";
	/* 0 would mean the wall clock */
	lxw_doc_properties p = { .author = author, .created = seconds > 0 ? seconds : 1 };

	if (!make_formats(b) || xlsx.workbook_set_properties(b->wb, &p) != LXW_NO_ERROR)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (b->surges)
		put_surges(b);
	else if (b->trend)
		put_trend(b);
	else
		put_report(b);
	return b->failed ? noro_fail(err, NORO_ENOMEM, NULL) : NORO_OK;
}

static enum noro_status write_book(struct book *b, struct noro_buf *out, struct noro_error *err)
{
	enum noro_status st = noro_library_load(&xlsx_library, err);
	char path[40];
	int fd;

	if (st != NORO_OK)
		return st;
	fd = memfd_create("noroshi.xlsx", MFD_CLOEXEC);
	if (fd < 0)
		return noro_fail_errno(err, errno, "xlsx");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	b->wb = xlsx.workbook_new(path);
	st = b->wb ? fill(b, err) : noro_fail(err, NORO_ENOMEM, NULL);
	if (b->wb && xlsx.workbook_close(b->wb) != LXW_NO_ERROR && st == NORO_OK)
		st = noro_fail(err, NORO_EIO, N_("the workbook cannot be written"));
	if (st == NORO_OK)
		st = noro_report_read_back(fd, out, err);
	(void)close(fd);
	return st;
}

enum noro_status noro_sense_xlsx(const struct noro_sense_report *r, enum noro_lang lang,
	struct noro_buf *out, struct noro_error *err)
{
	return write_book(&(struct book){ .r = r, .lang = lang }, out, err);
}

enum noro_status noro_surges_xlsx(const struct noro_surges *s, enum noro_lang lang, bool era,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err)
{
	const struct noro_sense_report r = { .era = era, .now_ns = now_ns };

	return write_book(&(struct book){ .r = &r, .surges = s, .lang = lang }, out, err);
}

enum noro_status noro_trend_xlsx(const struct noro_trend *t, enum noro_lang lang, bool era,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err)
{
	const struct noro_sense_report r = { .era = era, .now_ns = now_ns };

	return write_book(&(struct book){ .r = &r, .trend = t, .lang = lang }, out, err);
}
