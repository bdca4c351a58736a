/* src/report/html_details.c - each finding: why, where, the matched value marked, what to do. */
#include "report/html_priv.h"

enum { LIST_MOST = 20, RECORD_BYTES = 4096, VALUE_BYTES = 1024 };

static const char *severity_word(enum noro_lang l, unsigned n)
{
	return noro_report_severity_word(l, (enum noro_severity)n);
}

static const char *confidence_word(enum noro_lang l, unsigned n)
{
	return noro_report_confidence_word(l, n);
}

static const char *window_word(enum noro_lang l, unsigned n)
{
	return noro_report_window_word(l, (enum noro_window)n);
}

/* The record with every place of the value marked. Both are bounded, so is the search. */
static void put_marked(struct noro_html *h, struct noro_view record, struct noro_view value)
{
	record = noro_view_sub(record, 0, RECORD_BYTES);
	while (record.n) {
		size_t at = value.n && value.n <= VALUE_BYTES ? noro_view_find_i(record, value)
							      : SIZE_MAX;

		if (at == SIZE_MAX) {
			noro_html_view(h, record);
			return;
		}
		noro_html_view(h, noro_view_sub(record, 0, at));
		noro_html_raw(h, "<mark>");
		noro_html_view(h, noro_view_sub(record, at, value.n));
		noro_html_raw(h, "</mark>");
		record = noro_view_sub(record, at + value.n, SIZE_MAX);
	}
}

static void put_place(struct noro_html *h, const struct noro_finding *f, const struct noro_place *p)
{
	noro_html_raw(h, "<div class=place><code>");
	noro_html_text(h, p->path);
	if (p->line)
		noro_buf_printf(h->out, ":%llu", (unsigned long long)p->line);
	noro_buf_printf(h->out, "</code> <span class=\"soft small\">@%llu &middot; ",
		(unsigned long long)p->offset);
	noro_html_when(h, p->time_ns);
	if (p->host) {
		noro_html_raw(h, " &middot; ");
		noro_html_text(h, p->host);
	}
	noro_html_raw(h, "</span>");
	if (p->record) {
		noro_html_raw(h, "<pre>");
		put_marked(h, noro_view_str(p->record), noro_view_str(f->value));
		noro_html_raw(h, "</pre>");
	}
	noro_html_raw(h, "</div>");
}

static void put_reasons(struct noro_html *h, const struct noro_finding *f)
{
	noro_html_raw(h, "<h3>");
	noro_html_tr(h, N_("How sure, and why"));
	noro_html_raw(h, "</h3><p>");
	noro_html_words(h, confidence_word, f->confidence);
	noro_buf_printf(h->out, " (%u/100) &middot; ", f->confidence);
	noro_html_words(h, window_word, (unsigned)f->window);
	if (f->active_from_ns || f->active_until_ns) {
		noro_html_raw(h, " (");
		noro_html_when(h, f->active_from_ns);
		noro_html_raw(h, " &ndash; ");
		noro_html_when(h, f->active_until_ns);
		noro_html_raw(h, ")");
	}
	noro_html_raw(h, "</p>");
	if (!f->reasons)
		return;
	noro_html_raw(h, "<ul>");
	for (size_t i = 0; i < f->reasons; i++) {
		noro_html_raw(h, "<li>");
		noro_html_msg(h, &f->reason[i]);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ul>");
}

static void put_fact_list(struct noro_html *h, const char *id, struct noro_list l)
{
	if (!l.n)
		return;
	noro_html_raw(h, "<dt>");
	noro_html_tr(h, id);
	noro_html_raw(h, "</dt><dd>");
	noro_html_list(h, l, LIST_MOST);
	noro_html_raw(h, "</dd>");
}

static void put_fact(struct noro_html *h, const char *id, const char *s)
{
	if (!s || !*s)
		return;
	noro_html_raw(h, "<dt>");
	noro_html_tr(h, id);
	noro_html_raw(h, "</dt><dd><code>");
	noro_html_text(h, s);
	noro_html_raw(h, "</code></dd>");
}

static void put_facts(struct noro_html *h, const struct noro_finding *f)
{
	noro_html_raw(h, "<dl class=\"facts small\">");
	put_fact(h, N_("Value"), f->value);
	put_fact(h, N_("Role in the record"), f->role);
	put_fact(h, N_("Rule"), f->rule);
	put_fact_list(h, N_("Machines"), f->hosts);
	put_fact_list(h, N_("Advisory"), f->advisory);
	put_fact_list(h, N_("Described as used by"), f->actors);
	put_fact_list(h, N_("ATT&CK"), f->attack);
	put_fact_list(h, N_("CVE"), f->cve);
	put_fact_list(h, N_("Source"), f->sources);
	put_fact(h, N_("Evidence file"), f->container);
	put_fact(h, N_("sha256 of the file"), f->container_sha256);
	put_fact(h, N_("Finding"), f->id);
	put_fact(h, N_("Suppressed"), f->suppressed);
	noro_html_raw(h, "</dl>");
}

static void put_summary(struct noro_html *h, const struct noro_finding *f)
{
	noro_buf_printf(h->out,
		"<details id=\"f-%s\" data-finding=%s data-severity=%d><summary><span class=\"chip "
		"%s\">",
		f->id, f->id, (int)f->severity, noro_severity_name(f->severity));
	noro_html_words(h, severity_word, (unsigned)f->severity);
	noro_html_raw(h, "</span><b>");
	noro_html_both(h, f->title);
	noro_html_raw(h, "</b><code>");
	noro_html_text(h, f->value);
	noro_html_raw(h, "</code><span class=\"soft small\">");
	noro_html_list(h, f->hosts, 3);
	noro_html_raw(h, "</span></summary>");
}

static void put_detail(struct noro_html *h, const struct noro_finding *f)
{
	put_summary(h, f);
	if (f->next.en || f->next.ja) {
		noro_html_raw(h, "<div class=next><b>");
		noro_html_tr(h, N_("What to do:"));
		noro_html_raw(h, "</b> ");
		noro_html_both(h, f->next);
		noro_html_raw(h, "</div>");
	}
	put_reasons(h, f);
	noro_html_raw(h, "<h3>");
	noro_html_tr(h, N_("Where"));
	noro_html_raw(h, "</h3><p class=\"soft small\">");
	noro_html_say(h, N_("%1 hits from first to last:"), { NORO_NUM(f->count) });
	noro_html_raw(h, " ");
	noro_html_when(h, f->first_ns);
	noro_html_raw(h, " &ndash; ");
	noro_html_when(h, f->last_ns);
	noro_html_raw(h, "</p>");
	for (size_t i = 0; i < f->places; i++)
		put_place(h, f, &f->place[i]);
	put_facts(h, f);
	noro_html_raw(h, "</details>\n");
}

void noro_html_details(struct noro_html *h)
{
	if (!h->shown)
		return;
	noro_html_raw(h, "<section id=details><h2>");
	noro_html_tr(h, N_("Each finding"));
	noro_html_raw(h, "</h2><p class=\"soft small\">");
	noro_html_tr(h, N_("Passwords, keys and cookies in the records are masked."));
	noro_html_raw(h, "</p>\n");
	for (size_t i = 0; i < h->shown; i++)
		put_detail(h, h->s->sorted[i]);
	noro_html_raw(h, "</section>\n");
}
