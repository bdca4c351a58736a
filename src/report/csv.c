/*
 * src/report/csv.c - findings as a table for spreadsheets (RFC 4180).
 *
 * A spreadsheet takes a cell that begins with = + - @ (or their full-width twins,
 * or a tab or line end) for a formula and runs it: such cells get an apostrophe in
 * front. Under --lang ja a byte order mark stands first, without which the common
 * spreadsheet reads UTF-8 as Shift_JIS.
 */
#include "report/csv_priv.h"

#include "report/report_priv.h"

#include <math.h>
#include <stdio.h>

enum { MAX_CELL = 32000 }; /* spreadsheets cut at 32,767 characters */

static bool is_formula(struct noro_view v)
{
	static const char *const start[] = { "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－",
		"＠", NULL };

	for (size_t i = 0; start[i]; i++)
		if (noro_view_starts(v, start[i]))
			return true;
	return false;
}

void noro_csv_view(struct noro_csv *c, struct noro_view v)
{
	if (c->cells++)
		noro_buf_chr(c->out, ',');
	noro_buf_chr(c->out, '"');
	if (is_formula(v))
		noro_buf_chr(c->out, '\'');
	noro_report_flat(v, MAX_CELL, &c->text);
	v = noro_buf_as_view(&c->text);
	while (v.n) {
		size_t n = noro_view_chr(v, '"');

		if (n == SIZE_MAX) {
			noro_buf_view(c->out, v);
			break;
		}
		noro_buf_add(c->out, v.p, n + 1);
		noro_buf_chr(c->out, '"');
		v = noro_view_sub(v, n + 1, SIZE_MAX);
	}
	noro_buf_chr(c->out, '"');
	if (c->text.status != NORO_OK)
		c->out->status = c->text.status;
	noro_buf_clear(&c->text);
}

void noro_csv_str(struct noro_csv *c, const char *s)
{
	noro_csv_view(c, noro_view_str(s));
}

void noro_csv_u64(struct noro_csv *c, uint64_t n)
{
	if (c->cells++)
		noro_buf_chr(c->out, ',');
	noro_buf_u64(c->out, n);
}

/* A number is no formula, though it begins with a minus. */
void noro_csv_real(struct noro_csv *c, double v)
{
	char text[48];

	if (c->cells++)
		noro_buf_chr(c->out, ',');
	if (!isfinite(v))
		return;
	(void)snprintf(text, sizeof(text), "%.6g", v);
	noro_buf_str(c->out, text);
}

void noro_csv_time(struct noro_csv *c, int64_t ns)
{
	char text[NORO_TIME_TEXT] = "";

	if (ns != NORO_TIME_NONE)
		(void)noro_time_print(ns, text);
	if (c->cells++)
		noro_buf_chr(c->out, ',');
	noro_buf_str(c->out, text);
}

void noro_csv_list(struct noro_csv *c, struct noro_list l)
{
	struct noro_buf joined = { 0 };

	for (size_t i = 0; i < l.n && joined.n < MAX_CELL; i++) {
		noro_buf_str(&joined, i ? "; " : "");
		noro_buf_str(&joined, l.item[i]);
	}
	if (joined.status != NORO_OK)
		c->out->status = joined.status;
	noro_csv_view(c, noro_buf_as_view(&joined));
	noro_buf_done(&joined);
}

void noro_csv_end(struct noro_csv *c)
{
	noro_buf_str(c->out, "\r\n");
	c->cells = 0;
}

static void put_head(struct noro_csv *c, enum noro_lang l)
{
	static const char *const column[] = { N_("id"), N_("severity"), N_("confidence"),
		N_("title"), N_("type"), N_("value"), N_("role"), N_("machines"), N_("first"),
		N_("last"), N_("hits"), N_("window"), N_("kind"), N_("rule"), N_("path"),
		N_("line"), N_("offset"), N_("record"), N_("advisory"), N_("actors"), N_("ATT&CK"),
		N_("CVE"), N_("source"), N_("TLP"), N_("what to do"), N_("state"), N_("suppressed"),
		NULL };

	for (size_t i = 0; column[i]; i++)
		noro_csv_str(c, noro_lang_text(l, column[i]));
	noro_csv_end(c);
}

static void put_row(struct noro_csv *c, const struct noro_finding *f, enum noro_lang l)
{
	static const struct noro_place nowhere = { 0 };
	const struct noro_place *p = f->places ? f->place : &nowhere;

	noro_csv_str(c, f->id);
	noro_csv_str(c, noro_severity_name(f->severity));
	noro_csv_u64(c, f->confidence);
	noro_csv_str(c, noro_lang_pick(l, f->title));
	noro_csv_str(c, f->type);
	noro_csv_str(c, f->value);
	noro_csv_str(c, f->role);
	noro_csv_list(c, f->hosts);
	noro_csv_time(c, f->first_ns);
	noro_csv_time(c, f->last_ns);
	noro_csv_u64(c, f->count);
	noro_csv_str(c, noro_window_name(f->window));
	noro_csv_str(c, noro_finding_kind_name(f->kind));
	noro_csv_str(c, f->rule);
	noro_csv_str(c, p->path ? p->path : f->container);
	noro_csv_u64(c, p->line);
	noro_csv_u64(c, p->offset);
	noro_csv_str(c, p->record);
	noro_csv_list(c, f->advisory);
	noro_csv_list(c, f->actors);
	noro_csv_list(c, f->attack);
	noro_csv_list(c, f->cve);
	noro_csv_list(c, f->sources);
	noro_csv_str(c, noro_tlp_name(f->tlp));
	noro_csv_str(c, noro_lang_pick(l, f->next));
	noro_csv_str(c, noro_state_name(f->state));
	noro_csv_str(c, f->suppressed);
	noro_csv_end(c);
}

enum noro_status noro_report_csv(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_csv c = { .out = out };

	if (o->lang == NORO_JA)
		noro_buf_str(out, "\xef\xbb\xbf");
	put_head(&c, o->lang);
	for (size_t i = 0; i < r->findings; i++)
		put_row(&c, &r->finding[i], o->lang);
	noro_buf_done(&c.text);
	return noro_report_end(out, err);
}
