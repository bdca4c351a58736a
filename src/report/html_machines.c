/* src/report/html_machines.c - a page for each device: what it is, what was found on it, what
 * changed, what nobody collected. */
#include "report/html_priv.h"

enum { MOST_MACHINES = 500, MOST_FINDINGS = 100, MOST_LINES = 1000, MOST_MISSING = 60 };

static bool concerns(const struct noro_finding *f, const char *name)
{
	for (size_t i = 0; i < f->hosts.n; i++)
		if (strcmp(f->hosts.item[i], name) == 0)
			return true;
	return false;
}

static const char *severity_word(enum noro_lang l, unsigned n)
{
	return noro_report_severity_word(l, (enum noro_severity)n);
}

static void put_findings(struct noro_html *h, const struct noro_machine *m)
{
	size_t n = 0;

	noro_html_raw(h, "<ul class=plain>");
	for (size_t i = 0; i < h->shown && n < MOST_FINDINGS; i++) {
		const struct noro_finding *f = h->s->sorted[i];

		if (!concerns(f, m->name))
			continue;
		n++;
		noro_buf_printf(
			h->out, "<li><span class=\"chip %s\">", noro_severity_name(f->severity));
		noro_html_words(h, severity_word, (unsigned)f->severity);
		noro_buf_printf(h->out, "</span> <a href=\"#f-%s\">", f->id);
		noro_html_both(h, f->title);
		noro_html_raw(h, "</a> <code>");
		noro_html_text(h, f->value);
		noro_html_raw(h, "</code>");
		if (f->places && f->place[0].line)
			noro_buf_printf(h->out, " <span class=\"soft small\">:%llu</span>",
				(unsigned long long)f->place[0].line);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ul>");
	if (!n)
		noro_html_tr(h, N_("No finding on this device."));
}

static void put_missing(struct noro_html *h, const struct noro_machine *m)
{
	if (!m->missing.n)
		return;
	noro_html_raw(h, "<h3>");
	noro_html_tr(h, N_("Not collected, and therefore not judged"));
	noro_html_raw(h, "</h3><p class=small><code>");
	noro_html_list(h, m->missing, MOST_MISSING);
	noro_html_raw(h, "</code></p>");
}

static const char *between_text(const char *between)
{
	if (strcmp(between, "baseline") == 0)
		return N_("Against the baseline");
	if (strcmp(between, "startup") == 0)
		return N_("Against what the next start would load");
	return N_("Against the snapshot before");
}

static void put_side(struct noro_html *h, const char *text, uint32_t line, unsigned depth)
{
	noro_html_raw(h, "<td class=no>");
	if (text)
		noro_buf_printf(h->out, "%u", line);
	noro_html_raw(h, "</td><td><pre>");
	for (unsigned i = 0; text && i < depth && i < 16; i++)
		noro_html_raw(h, "  ");
	noro_html_text(h, text);
	noro_html_raw(h, "</pre></td>");
}

static void put_line(struct noro_html *h, const struct noro_machine_line *l)
{
	const char *class = l->mark == '+'   ? "add"
			    : l->mark == '-' ? "del"
			    : l->mark == '>' ? "mov"
					     : "ctx";

	noro_buf_printf(h->out, "<tr class=%s><td class=mark>%c</td>", class,
		l->mark == '>' ? '~' : l->mark);
	put_side(h, l->was, l->was_line, l->depth);
	put_side(h, l->now, l->now_line, l->depth);
	noro_html_raw(h, "</tr>\n");
}

static void put_diff(struct noro_html *h, const struct noro_machine_diff *d)
{
	noro_html_raw(h, "<details class=diff><summary>");
	noro_html_tr(h, between_text(d->between));
	noro_html_raw(h, ": ");
	noro_html_say(h, N_("%1 added, %2 removed, %3 moved"),
		{ NORO_NUM(d->added), NORO_NUM(d->removed), NORO_NUM(d->moved) });
	noro_html_raw(h, "</summary><table><colgroup><col class=mark><col class=no><col><col "
			 "class=no><col></colgroup><thead><tr><th></th><th colspan=2><code>");
	noro_html_text(h, d->was_path);
	noro_html_raw(h, "</code></th><th colspan=2><code>");
	noro_html_text(h, d->now_path);
	noro_html_raw(h, "</code></th></tr></thead><tbody>\n");
	for (size_t i = 0; i < d->lines && i < MOST_LINES; i++)
		put_line(h, &d->line[i]);
	noro_html_raw(h, "</tbody></table></details>\n");
}

static void put_machine(struct noro_html *h, const struct noro_machine *m)
{
	noro_html_raw(h, "<details class=machine><summary><b>");
	noro_html_text(h, m->name);
	noro_html_raw(h, "</b> <span class=\"soft small\">");
	noro_html_text(h, m->title);
	noro_html_raw(h, " ");
	noro_html_text(h, m->version);
	noro_html_raw(h, " ");
	noro_html_text(h, m->model);
	noro_html_raw(h, "</span></summary><p class=\"soft small\">");
	noro_html_say(h, N_("%1 statements, %2 rows, %3 routes; %4 lines that no pattern knows"),
		{ NORO_NUM(m->statements), NORO_NUM(m->rows), NORO_NUM(m->routes),
			NORO_NUM(m->unknown) });
	noro_html_raw(h, "<br><code>");
	noro_html_list(h, m->files, 20);
	noro_html_raw(h, "</code></p>");
	put_findings(h, m);
	put_missing(h, m);
	for (size_t i = 0; i < m->diffs; i++)
		put_diff(h, &m->diff[i]);
	noro_html_raw(h, "</details>\n");
}

void noro_html_machines(struct noro_html *h)
{
	if (!h->r->machines)
		return;
	noro_html_raw(h, "<section id=machines><h2>");
	noro_html_tr(h, N_("Each device"));
	noro_html_raw(h, "</h2>\n");
	for (size_t i = 0; i < h->r->machines && i < MOST_MACHINES; i++)
		put_machine(h, &h->r->machine[i]);
	if (h->r->machines > MOST_MACHINES) {
		noro_html_raw(h, "<p>");
		noro_html_say(h, N_("%1 more devices are in findings.jsonl"),
			{ NORO_NUM(h->r->machines - MOST_MACHINES) });
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "</section>\n");
}
