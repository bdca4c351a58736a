/*
 * src/report/patch_html.c - the order of repairs as one page: what to do first on which device,
 * why it stands there, and how old the facts are. No script; asks the network for nothing.
 */
#include "report/embed_priv.h"
#include "report/html_priv.h"
#include "report/patch_priv.h"

enum { SHOWN = 1000 };

static void put_head(struct noro_html *h)
{
	const char *lang = h->o->lang == NORO_JA ? "ja" : "en";

	noro_buf_printf(h->out,
		"<!doctype html>\n<html lang=%s data-lang=%s>\n<head>\n<meta charset=utf-8>\n"
		"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
		"'%s'; base-uri 'none'; form-action 'none'\">\n",
		lang, lang, noro_embed_html_css_hash);
	noro_html_raw(h, "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
			 "<meta name=referrer content=no-referrer>\n<title>");
	noro_html_text(h, noro_lang_text(h->o->lang, N_("Order of repairs")));
	noro_html_raw(h, " - noroshi</title>\n<style>");
	noro_html_raw(h, noro_embed_html_css);
	noro_html_raw(h,
		"</style>\n</head>\n<body>\n<header class=bar><b>noroshi 狼煙</b></header>\n"
		"<main>\n<section id=sheet><h1>");
	noro_html_tr(h, N_("Order of repairs"));
	noro_html_raw(h, "</h1>");
}

static void cell_of(struct noro_html *h, const char *tag)
{
	noro_html_raw(h, tag);
}

static void put_days(struct noro_html *h, const struct noro_patch_row *row)
{
	if (row->days_published >= 0) {
		noro_html_say(
			h, N_("%1 days since it was published"), { NORO_NUM(row->days_published) });
		noro_html_raw(h, "<br>");
	}
	if (row->days_kev >= 0) {
		noro_html_say(h, N_("%1 days since it is listed as exploited"),
			{ NORO_NUM(row->days_kev) });
		noro_html_raw(h, "<br>");
	}
	if (row->days_open >= 0)
		noro_html_say(h, N_("this device stood open for at least %1 days"),
			{ NORO_NUM(row->days_open) });
}

static void put_what(struct noro_html *h, const struct noro_patch_row *row)
{
	if (row->fixed)
		noro_html_say(h, N_("update to %1 or later"), { row->fixed });
	else
		noro_html_tr(h, N_("update to the release that its maker names as repaired"));
	noro_html_raw(h, "<br><span class=small>");
	noro_html_both(h, row->vuln->mitigation);
	noro_html_raw(h, "</span>");
}

static void put_row(struct noro_html *h, const struct noro_patch_row *row)
{
	char text[NORO_REPORT_ASSET];

	noro_html_raw(h, "<tr><td>");
	noro_html_num(h, row->place);
	cell_of(h, "</td><td><b>");
	noro_html_text(h, row->asset->name);
	noro_html_raw(h, "</b><br>");
	noro_html_text(h, noro_report_asset_text(row->asset, text));
	noro_html_raw(h, "<br><span class=\"soft small\">");
	noro_html_text(h, row->asset->path);
	noro_html_raw(h, ":");
	noro_buf_u64(h->out, row->asset->line);
	cell_of(h, "</span></td><td><b>");
	noro_html_text(h, row->vuln->id);
	noro_html_raw(h, "</b><br>");
	noro_html_both(h, row->vuln->title);
	cell_of(h, "</td><td><ul>");
	for (size_t i = 0; i < row->reasons; i++) {
		noro_html_raw(h, "<li>");
		noro_html_msg(h, &row->reason[i]);
		noro_html_raw(h, "</li>");
	}
	cell_of(h, "</ul></td><td>");
	put_days(h, row);
	cell_of(h, "</td><td>");
	put_what(h, row);
	noro_html_raw(h, "</td></tr>\n");
}

static void put_rows(
	struct noro_html *h, const struct noro_patch_result *r, bool firm, const char *title)
{
	static const char *const head[] = { N_("place"), N_("device"), N_("cve"), N_("reasons"),
		N_("time"), N_("what to do"), NULL };
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < r->rows; i++)
		all += noro_report_patch_firm(&r->row[i]) == firm;
	noro_html_raw(h, "<h2>");
	noro_html_tr(h, title);
	noro_html_raw(h, " (");
	noro_html_num(h, all);
	noro_html_raw(h, ")</h2>");
	if (!all)
		return;
	noro_html_columns(h, head, 0);
	for (size_t i = 0; i < r->rows && shown < SHOWN; i++)
		if (noro_report_patch_firm(&r->row[i]) == firm) {
			put_row(h, &r->row[i]);
			shown++;
		}
	noro_html_raw(h, "</tbody></table></div>");
}

static void put_feeds(struct noro_html *h, const struct noro_patch_result *r)
{
	static const char *const head[] = { N_("kind"), N_("file"), N_("date"), N_("age in days"),
		N_("records"), N_("model"), NULL };

	noro_html_raw(h, "<h2>");
	noro_html_tr(h, N_("Facts in use"));
	noro_html_raw(h, "</h2>");
	noro_html_columns(h, head, 0);
	for (size_t i = 0; i < r->feeds; i++) {
		const struct noro_feed *f = &r->feed[i];

		noro_html_raw(h, "<tr>");
		noro_html_cell(h, NULL, f->kind);
		noro_html_cell(h, NULL, f->path);
		noro_html_raw(h, "<td>");
		if (f->date_ns != NORO_TIME_NONE)
			noro_html_when(h, f->date_ns);
		noro_html_raw(h, "</td><td>");
		if (f->date_ns != NORO_TIME_NONE && f->date_ns <= r->now_ns)
			noro_html_num(
				h, (uint64_t)(r->now_ns - f->date_ns) / (86400 * NORO_NS_PER_S));
		noro_html_raw(h, "</td><td>");
		noro_html_num(h, f->records);
		noro_html_raw(h, "</td>");
		noro_html_cell(h, NULL, f->model ? f->model : "");
		noro_html_raw(h, "</tr>");
	}
	noro_html_raw(h, "</tbody></table></div>");
}

enum noro_status noro_report_patch_html(const struct noro_patch_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	struct noro_html h = { .o = o, .out = out };

	put_head(&h);
	put_rows(&h, r, true, N_("Repair in this order"));
	put_rows(&h, r, false, N_("Not decided, and not safe for that"));
	put_feeds(&h, r);
	noro_html_raw(&h, "</section></main></body>\n</html>\n");
	noro_buf_done(&h.text);
	return noro_report_end(out, err);
}
