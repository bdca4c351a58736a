/*
 * src/report/authority_html.c - an incident report for the authorities, to print.
 *
 * Fields, recipients and deadlines are data (knowledge/reporting); this page lays
 * them out, fills what the evidence carries, marks it as filled by the program, and
 * leaves blank what only a person knows. It is Japanese whatever --lang says,
 * because those who receive it are.
 */
#include "report/authority_priv.h"
#include "report/embed_priv.h"
#include "report/html_priv.h"

static void put_ja(struct noro_html *h, struct noro_bitext t)
{
	noro_html_text(h, noro_lang_pick(NORO_JA, (struct noro_text){ t.en, t.ja }));
}

static void put_own(struct noro_html *h, const char *id)
{
	noro_html_text(h, noro_lang_text(NORO_JA, id));
}

static void put_lines(struct noro_html *h, struct noro_view text)
{
	struct noro_view line;
	bool more = false;

	while (noro_view_cut(&text, '\n', &line)) {
		noro_html_raw(h, more ? "<br>" : "");
		noro_html_view(h, line);
		more = true;
	}
}

static void put_label(struct noro_html *h, const struct noro_report_field *f)
{
	noro_html_raw(h, "<tr><th scope=row>");
	put_ja(h, f->label);
	if (f->required) {
		noro_html_raw(h, " <span class=must>");
		put_own(h, N_("required"));
		noro_html_raw(h, "</span>");
	}
	if (f->hint.ja || f->hint.en) {
		noro_html_raw(h, "<span class=hint>");
		put_ja(h, f->hint);
		noro_html_raw(h, "</span>");
	}
	noro_html_raw(h, "</th>");
}

static void put_options(struct noro_html *h, const struct noro_report_field *f)
{
	if (!f->options.n)
		return;
	noro_html_raw(h, "<div class=options>");
	for (size_t i = 0; i < f->options.n; i++) {
		noro_html_raw(h, "<span>□ ");
		noro_html_text(h, f->options.item[i]);
		noro_html_raw(h, "</span>");
	}
	noro_html_raw(h, "</div>");
}

static void put_field(
	struct noro_html *h, const struct noro_authority *a, const struct noro_report_field *f)
{
	struct noro_buf text = { 0 };

	noro_authority_fill(a, f->fill, &text);
	if (text.status != NORO_OK)
		h->out->status = text.status;
	put_label(h, f);
	if (text.n) {
		noro_html_raw(h, "<td><span class=auto>");
		put_own(h, N_("filled in"));
		noro_html_raw(h, "</span>");
		put_lines(h, noro_buf_as_view(&text));
	} else {
		noro_html_raw(h, "<td class=blank>");
	}
	put_options(h, f);
	noro_html_raw(h, "</td></tr>\n");
	noro_buf_done(&text);
}

static void put_duty(struct noro_html *h, const struct noro_report_duty *d)
{
	const struct noro_bitext cell[] = { d->recipient, d->when, d->deadline, d->basis };

	noro_html_raw(h, "<tr>");
	for (size_t i = 0; i < 4; i++) {
		noro_html_raw(h, "<td>");
		put_ja(h, cell[i]);
		if (i == 3 && (d->note.ja || d->note.en)) {
			noro_html_raw(h, "<span class=hint>");
			put_ja(h, d->note);
			noro_html_raw(h, "</span>");
		}
		noro_html_raw(h, "</td>");
	}
	noro_html_cell(h, NULL, d->as_of.text);
	noro_html_raw(h, "</tr>\n");
}

static void put_duties(struct noro_html *h, const struct noro_report_form *form)
{
	static const char *const column[] = { N_("recipient"), N_("in which case"), N_("deadline"),
		N_("basis"), N_("as of"), NULL };

	if (!form->duties)
		return;
	noro_html_raw(h, "<h2>");
	put_own(h, N_("Recipients and deadlines (check them before you submit)"));
	noro_html_raw(h, "</h2><table class=duties><thead><tr>");
	for (size_t i = 0; column[i]; i++) {
		noro_html_raw(h, "<th scope=col>");
		put_own(h, column[i]);
		noro_html_raw(h, "</th>");
	}
	noro_html_raw(h, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < form->duties; i++)
		put_duty(h, &form->duty[i]);
	noro_html_raw(h, "</tbody></table>");
}

static void put_head(struct noro_html *h, const struct noro_report_form *form)
{
	noro_buf_printf(h->out,
		"<!doctype html>\n<html lang=ja>\n<head>\n<meta charset=utf-8>\n"
		"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
		"'%s'; base-uri 'none'; form-action 'none'\">\n<title>",
		noro_embed_authority_css_hash);
	put_ja(h, form->title);
	noro_html_raw(h, "</title>\n<style>");
	noro_html_raw(h, noro_embed_authority_css);
	noro_html_raw(h, "</style>\n</head>\n<body>\n<h1>");
	put_ja(h, form->title);
	noro_html_raw(h, "</h1>\n<div class=box><p>");
	put_own(h, N_("Fields marked \"filled in\" were taken from the evidence by the program. A "
		      "person must check them, complete the blank ones and decide what is "
		      "submitted."));
	noro_html_raw(h, "</p><p>");
	put_ja(h, form->note);
	if (form->as_of.text) {
		noro_html_raw(h, " (");
		put_own(h, N_("as of"));
		noro_html_raw(h, " ");
		noro_html_text(h, form->as_of.text);
		noro_html_raw(h, ")");
	}
	noro_html_raw(h, "</p></div>\n");
}

static void put_form(
	struct noro_html *h, const struct noro_authority *a, const struct noro_report_form *form)
{
	put_head(h, form);
	for (size_t i = 0; i < form->sections; i++) {
		noro_buf_printf(h->out, "<h2>%zu. ", i + 1);
		put_ja(h, form->section[i].title);
		noro_html_raw(h, "</h2><table><tbody>\n");
		for (size_t k = 0; k < form->section[i].fields; k++)
			put_field(h, a, &form->section[i].field[k]);
		noro_html_raw(h, "</tbody></table>\n");
	}
	put_duties(h, form);
	noro_html_raw(h, "</body>\n</html>\n");
}

static enum noro_status write_form(const struct noro_result *r, const struct noro_report_opts *o,
	const char *id, struct noro_buf *out, struct noro_error *err)
{
	struct noro_report_opts ja = *o;
	struct noro_summary s;
	struct noro_authority a = { r, &ja, &s };
	struct noro_html h = { .r = r, .o = &ja, .s = &s, .out = out };
	const struct noro_report_form *form;
	enum noro_status st = noro_authority_form(o, id, &form, err);

	ja.lang = NORO_JA;
	if (st == NORO_OK)
		st = noro_summary_init(&s, r, err);
	if (st != NORO_OK)
		return st;
	put_form(&h, &a, form);
	noro_buf_done(&h.text);
	noro_summary_done(&s);
	return noro_report_end(out, err);
}

enum noro_status noro_report_authority_html(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	return write_form(r, o, "intrusion", out, err);
}

enum noro_status noro_report_authority_ddos(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	return write_form(r, o, "ddos", out, err);
}

enum noro_status noro_report_authority_ransomware(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	return write_form(r, o, "ransomware", out, err);
}
