/*
 * src/report/html_page.c - the frame of the page.
 *
 * One file that asks the network for nothing: a Content-Security-Policy forbids
 * it, and allows only the style and the script that are named by their digest, so
 * even a hole in our escaping would run nothing. Everything can be read with
 * JavaScript off; the script adds the language switch, filters and sorting.
 */
#include "report/embed_priv.h"
#include "report/html_priv.h"

void noro_html_head(struct noro_html *h, const char *title)
{
	const char *lang = h->o->lang == NORO_JA ? "ja" : "en";

	noro_buf_printf(h->out,
		"<!doctype html>\n<html lang=%s data-lang=%s>\n<head>\n<meta charset=utf-8>\n"
		"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
		"'%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
		lang, lang, noro_embed_html_css_hash, noro_embed_html_js_hash);
	noro_html_raw(h, "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
			 "<meta name=referrer content=no-referrer>\n<title>");
	noro_html_text(h, noro_lang_text(h->o->lang, title));
	noro_html_raw(h, " - noroshi</title>\n<style>");
	noro_html_raw(h, noro_embed_html_css);
	noro_html_raw(h, "</style>\n</head>\n<body>\n");
}

static void put_link(struct noro_html *h, const char *anchor, const char *id)
{
	noro_buf_printf(h->out, "<a href=\"#%s\">", anchor);
	noro_html_tr(h, id);
	noro_html_raw(h, "</a>");
}

static void put_bar(struct noro_html *h)
{
	noro_html_raw(h, "<a class=skip href=\"#sheet\">");
	noro_html_tr(h, N_("To the report"));
	noro_html_raw(h, "</a>\n<header class=bar><b>noroshi 狼煙</b><nav>");
	put_link(h, "sheet", N_("Summary"));
	put_link(h, "chart", N_("Timeline"));
	put_link(h, "findings", N_("Findings"));
	if (h->s->hosts)
		put_link(h, "matrix", N_("Machines"));
	if (h->r->run.behaviours)
		put_link(h, "behaviours", N_("Behaviours"));
	if (h->r->machines)
		put_link(h, "machines", N_("Devices"));
	put_link(h, "coverage", N_("Coverage"));
	put_link(h, "glossary", N_("Words"));
	noro_html_raw(h, "</nav>");
	noro_html_switches(h);
	noro_html_raw(h, "<main>\n");
}

static void put_data(struct noro_html *h)
{
	struct noro_jsonw w = noro_jsonw(h->out);
	size_t from;

	noro_html_raw(h, "<script type=\"application/json\" id=data>");
	from = h->out->n;
	noro_jsonw_object(&w);
	noro_jsonw_key(&w, "run");
	noro_report_run_json(&w, &h->r->run);
	noro_jsonw_key(&w, "findings");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < h->shown; i++)
		noro_report_finding_json(&w, h->s->sorted[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_report_seal_json(h->out, from, true);
	noro_html_raw(h, "</script>\n<script>");
	noro_html_raw(h, noro_embed_html_js);
	noro_html_raw(h, "</script>\n</body>\n</html>\n");
}

enum noro_status noro_report_html(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_summary s;
	struct noro_html h = { .r = r, .o = o, .s = &s, .out = out };
	enum noro_status st = noro_summary_init(&s, r, err);

	if (st != NORO_OK)
		return st;
	h.shown = s.findings < NORO_HTML_FINDINGS ? s.findings : NORO_HTML_FINDINGS;
	noro_html_head(&h, N_("Hunt report"));
	put_bar(&h);
	noro_html_sheet(&h);
	noro_html_chart(&h);
	noro_html_findings(&h);
	noro_html_matrix(&h);
	noro_html_behaviours(&h);
	noro_html_details(&h);
	noro_html_machines(&h);
	noro_html_coverage(&h);
	noro_html_intel(&h);
	noro_html_glossary(&h);
	noro_html_raw(&h, "</main>\n");
	put_data(&h);
	noro_buf_done(&h.text);
	noro_summary_done(&s);
	return noro_report_end(out, err);
}
