/*
 * src/report/html_text.c - the only way text gets into the page.
 *
 * Everything goes through noro_html_view: first what a terminal would need (no
 * controls, no reordering), then the five characters of markup. Our own markup is
 * literal and holds no data.
 */
#include "base/text.h"
#include "report/html_priv.h"

enum { MAX_TEXT_BYTES = 64 * 1024 };

void noro_html_raw(struct noro_html *h, const char *markup)
{
	noro_buf_str(h->out, markup);
}

static void put_escaped(struct noro_buf *out, struct noro_view v)
{
	size_t done = 0;

	for (size_t i = 0; i < v.n; i++) {
		const char *entity;

		switch (v.p[i]) {
		case '<':
			entity = "&lt;";
			break;
		case '>':
			entity = "&gt;";
			break;
		case '&':
			entity = "&amp;";
			break;
		case '"':
			entity = "&quot;";
			break;
		case '\'':
			entity = "&#39;";
			break;
		default:
			continue;
		}
		noro_buf_add(out, v.p + done, i - done);
		noro_buf_str(out, entity);
		done = i + 1;
	}
	noro_buf_add(out, v.p + done, v.n - done);
}

/* What stands in the scratch buffer, which is emptied. */
static void put_scratch(struct noro_html *h)
{
	if (h->text.status != NORO_OK)
		h->out->status = h->text.status;
	else if (h->text.n)
		put_escaped(h->out, noro_buf_as_view(&h->text));
	noro_buf_clear(&h->text);
}

void noro_html_view(struct noro_html *h, struct noro_view v)
{
	if (!v.n)
		return;
	noro_report_flat(v, MAX_TEXT_BYTES, &h->text);
	put_scratch(h);
}

void noro_html_text(struct noro_html *h, const char *s)
{
	noro_html_view(h, noro_view_str(s));
}

static void put_sides(struct noro_html *h, const char *en, const char *ja)
{
	if (!strcmp(en, ja)) {
		noro_html_text(h, en);
		return;
	}
	noro_html_raw(h, "<span lang=en>");
	noro_html_text(h, en);
	noro_html_raw(h, "</span><span lang=ja>");
	noro_html_text(h, ja);
	noro_html_raw(h, "</span>");
}

void noro_html_tr(struct noro_html *h, const char *id)
{
	put_sides(h, noro_lang_text(NORO_EN, id), noro_lang_text(NORO_JA, id));
}

void noro_html_both(struct noro_html *h, struct noro_text t)
{
	put_sides(h, noro_lang_pick(NORO_EN, t), noro_lang_pick(NORO_JA, t));
}

void noro_html_msg(struct noro_html *h, const struct noro_msg *m)
{
	struct noro_buf side[2] = { 0 };

	noro_lang_msg(NORO_EN, m, &side[0]);
	noro_lang_msg(NORO_JA, m, &side[1]);
	if (side[0].status != NORO_OK || side[1].status != NORO_OK)
		h->out->status = NORO_ENOMEM;
	else
		put_sides(h, side[0].p ? side[0].p : "", side[1].p ? side[1].p : "");
	noro_buf_done(&side[0]);
	noro_buf_done(&side[1]);
}

void noro_html_words(struct noro_html *h, const char *(*word)(enum noro_lang, unsigned), unsigned n)
{
	put_sides(h, word(NORO_EN, n), word(NORO_JA, n));
}

void noro_html_num(struct noro_html *h, uint64_t n)
{
	noro_report_count(n, h->out);
}

void noro_html_bytes(struct noro_html *h, uint64_t n)
{
	noro_report_bytes(n, h->out);
}

void noro_html_when(struct noro_html *h, int64_t ns)
{
	char machine[NORO_TIME_TEXT];

	if (ns == NORO_TIME_NONE) {
		noro_html_tr(h, N_("time unknown"));
		return;
	}
	(void)noro_time_print(ns, machine);
	noro_buf_printf(h->out, "<time datetime=\"%s\">", machine);
	noro_report_when(h->o, ns, &h->text);
	put_scratch(h);
	noro_html_raw(h, "</time>");
}

void noro_html_span(struct noro_html *h, int64_t ns)
{
	struct noro_buf side[2] = { 0 };

	noro_report_span(NORO_EN, ns, &side[0]);
	noro_report_span(NORO_JA, ns, &side[1]);
	if (side[0].p && side[1].p)
		put_sides(h, side[0].p, side[1].p);
	else
		h->out->status = NORO_ENOMEM;
	noro_buf_done(&side[0]);
	noro_buf_done(&side[1]);
}

void noro_html_cell(struct noro_html *h, const char *class, const char *s)
{
	if (class)
		noro_buf_printf(h->out, "<td class=\"%s\">", class);
	else
		noro_html_raw(h, "<td>");
	noro_html_text(h, s);
	noro_html_raw(h, "</td>");
}

void noro_html_list(struct noro_html *h, struct noro_list l, size_t most)
{
	for (size_t i = 0; i < l.n && i < most; i++) {
		noro_html_raw(h, i ? ", " : "");
		noro_html_text(h, l.item[i]);
	}
	if (l.n > most) {
		noro_html_raw(h, ", ");
		noro_html_say(h, N_("and %1 more"), { NORO_NUM(l.n - most) });
	}
}

void noro_html_columns(struct noro_html *h, const char *const *id, unsigned figures)
{
	noro_html_raw(h, "<div class=scroll><table><thead><tr>");
	for (size_t i = 0; id[i]; i++) {
		noro_html_raw(h, figures >> i & 1 ? "<th scope=col class=num>" : "<th scope=col>");
		noro_html_tr(h, id[i]);
		noro_html_raw(h, "</th>");
	}
	noro_html_raw(h, "</tr></thead><tbody>");
}

void noro_html_switches(struct noro_html *h)
{
	noro_html_raw(h, "\n<span class=js-only hidden><button type=button data-set-lang=en "
			 "lang=en aria-pressed=false>English</button> <button type=button "
			 "data-set-lang=ja lang=ja aria-pressed=false>日本語</button> <button "
			 "type=button data-theme-switch>");
	noro_html_tr(h, N_("light / dark"));
	noro_html_raw(h, "</button></span></header>\n");
}
