/*
 * src/report/sense_page.c - ports that rise, and how the years went, each as one page that asks the
 * network for nothing: a sentence, a picture, and the figures behind it.
 */
#include "report/chart_priv.h"
#include "report/embed_priv.h"
#include "report/sense_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BARS = 40, COUNTS = 366 };

struct page {
	struct noro_html h;
	bool era;
};

#define say(p, ...)         noro_html_say(&(p)->h, __VA_ARGS__)
#define NUMBER(v, decimals) NORO_SENSE_NUMBER(v, decimals)
#define MOMENT(p, ns)       NORO_SENSE_MOMENT(ns, (p)->era)

static const char *word(const struct page *p, const char *id)
{
	return noro_lang_text(p->h.o->lang, id);
}

static void open_page(struct page *p, const char *title)
{
	noro_html_head(&p->h, title);
	noro_html_raw(&p->h, "<header class=bar><b>noroshi 狼煙</b>");
	noro_html_switches(&p->h);
	noro_html_raw(&p->h, "<main><section><h1>");
	noro_html_tr(&p->h, title);
	noro_html_raw(&p->h, "</h1>");
}

static void close_page(struct page *p)
{
	noro_html_raw(&p->h,
		"</section></main>\n<script type=\"application/json\" id=data>{\"findings\":[]}"
		"</script>\n<script>");
	noro_html_raw(&p->h, noro_embed_html_js);
	noro_html_raw(&p->h, "</script>\n</body>\n</html>\n");
	noro_buf_done(&p->h.text);
}

static void close_table(struct page *p)
{
	noro_html_raw(&p->h, "</tbody></table></div>");
}

/* ---- ports that rise ---- */

static void put_verdict(struct page *p, const struct noro_surges *s)
{
	noro_html_raw(&p->h, "<div class=\"verdict v2\"><strong>");
	if (s->from_ns == NORO_TIME_NONE)
		say(p, N_("no verdict: the history has %1 days, 28 are needed"),
			{ NUMBER(s->days > 0 ? s->days : 0, 1) });
	else
		say(p, N_("%1 rises from %2 to %3"),
			{ NUMBER(s->surges, 0), MOMENT(p, s->from_ns), MOMENT(p, s->to_ns) });
	noro_html_raw(&p->h, "</strong><p>");
	say(p,
		N_("%1 bins judged over all ports; %2 counts stood out, %3 of them without enough "
		   "new sources"),
		{ NUMBER(s->bins, 0), NUMBER(s->stood, 0), NUMBER(s->gated, 0) });
	noro_html_raw(&p->h, "</p></div>");
}

static const char *port_of(const struct page *p, const struct noro_surge *u, char text[64])
{
	if (u->port)
		return u->port;
	(void)snprintf(text, 64, "%s (%u)", word(p, N_("ports")), u->ports);
	return text;
}

static void put_folds(struct page *p, const struct noro_surges *s)
{
	struct noro_chart_bar bar[BARS];
	char text[BARS][NORO_SENSE_TEXT], note[BARS][NORO_SENSE_TEXT], port[BARS][64];
	size_t n = s->surges < BARS ? s->surges : BARS;

	for (size_t i = 0; i < n; i++) {
		const struct noro_surge *u = &s->surge[i];

		bar[i] = (struct noro_chart_bar){ .label = port_of(p, u, port[i]),
			.text = noro_sense_number(text[i], u->sources, 0),
			.note = note[i],
			.value = u->sources,
			.tone = 1 };
		(void)snprintf(
			note[i], sizeof(note[i]), "x %s", NUMBER(u->fold, u->fold < 10 ? 1 : 0));
	}
	noro_html_raw(&p->h, "<h2>");
	noro_html_tr(&p->h, N_("Sources at the peak, and how many times what was expected"));
	noro_html_raw(&p->h, "</h2><figure>");
	noro_chart_bars(&p->h,
		word(p, N_("Sources at the peak, and how many times what was expected")), bar, n,
		NORO_CHART_WIDE);
	noro_html_raw(&p->h, "</figure>");
}

static void put_spans(struct page *p, const struct noro_surges *s)
{
	struct noro_chart_span span[BARS];
	char text[BARS][2 * NORO_SENSE_TEXT], port[BARS][64];
	size_t n = s->surges < BARS ? s->surges : BARS;
	int64_t from = s->from_ns;

	for (size_t i = 0; i < n; i++) {
		const struct noro_surge *u = &s->surge[i];

		(void)snprintf(text[i], sizeof(text[i]), "%s - %s", MOMENT(p, u->first_ns),
			MOMENT(p, u->last_ns));
		span[i] = (struct noro_chart_span){ port_of(p, u, port[i]), text[i], u->first_ns,
			u->last_ns, u->continues ? 1 : 0 };
		from = u->first_ns < from ? u->first_ns : from;
	}
	noro_html_raw(&p->h, "<h2>");
	noro_html_tr(&p->h, N_("When they rose"));
	noro_html_raw(&p->h, "</h2><figure>");
	noro_chart_timeline(&p->h, word(p, N_("When they rose")), span, n, from, s->to_ns);
	noro_html_raw(&p->h, "</figure><ul class=legend><li><i class=\"c0\"></i>");
	noro_html_tr(&p->h, N_("began in this time"));
	noro_html_raw(&p->h, "</li><li><i class=\"c1\"></i>");
	noro_html_tr(&p->h, N_("goes on from before"));
	noro_html_raw(&p->h, "</li></ul>");
}

static void put_causes(struct page *p, const struct noro_surge *u)
{
	noro_html_raw(&p->h, "<td>");
	for (size_t i = 0; i < u->causes && i < 4; i++) {
		noro_html_raw(&p->h, i ? ", " : "");
		noro_html_text(&p->h, u->cause[i].key);
		noro_html_raw(&p->h, " ");
		noro_html_text(&p->h, NUMBER(100 * u->cause[i].share, 0));
		noro_html_raw(&p->h, " %");
	}
	noro_html_raw(&p->h, "</td><td>");
	for (size_t i = 0; i < u->links; i++) {
		noro_html_raw(&p->h, i ? ", " : "");
		noro_html_text(&p->h, u->link[i].cve);
		noro_html_raw(&p->h, " (");
		say(p, N_("days from it to the rise: %1"), { NUMBER(u->link[i].days, 0) });
		noro_html_raw(&p->h, ")");
	}
	noro_html_raw(&p->h, "</td>");
}

enum noro_status noro_surges_html(
	const struct noro_surges *s, enum noro_lang lang, bool era, struct noro_buf *out)
{
	static const char *const head[] = { N_("port"), N_("from"), N_("to"), N_("sources"),
		N_("expected"), N_("times"), N_("new sources"), N_("who makes it"),
		N_("flaws near it"), NULL };
	const struct noro_report_opts o = { .lang = lang, .era = era };
	struct page p = { .h = { .o = &o, .out = out }, .era = era };

	open_page(&p, N_("Ports that rise"));
	put_verdict(&p, s);
	if (s->surges) {
		put_folds(&p, s);
		put_spans(&p, s);
		noro_html_columns(&p.h, head, 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6);
	}
	for (size_t i = 0; i < s->surges; i++) {
		const struct noro_surge *u = &s->surge[i];

		noro_html_raw(&p.h, "<tr>");
		noro_html_cell(&p.h, NULL, port_of(&p, u, (char[64]){ 0 }));
		noro_html_cell(&p.h, "when", MOMENT(&p, u->first_ns));
		noro_html_cell(&p.h, "when", MOMENT(&p, u->last_ns));
		noro_html_cell(&p.h, "num", NUMBER(u->sources, 0));
		noro_html_cell(&p.h, "num", NUMBER(u->expected, u->expected < 10 ? 2 : 0));
		noro_html_cell(&p.h, "num", NUMBER(u->fold, u->fold < 10 ? 1 : 0));
		noro_html_cell(&p.h, "num", NUMBER(u->fresh, 0));
		put_causes(&p, u);
		noro_html_raw(&p.h, "</tr>\n");
	}
	if (s->surges)
		close_table(&p);
	close_page(&p);
	return out->status;
}

/* ---- how the years went ---- */

static bool by_days(const struct noro_trend *t)
{
	return t->rows > 1 && strlen(t->row[0].label) == 10;
}

/* Days without a word have no row: they are gaps, never zeros. */
static void put_line(struct page *p, const struct noro_trend *t)
{
	static const int64_t day = INT64_C(86400) * NORO_NS_PER_S;
	double y[COUNTS];
	size_t n = 0, first = t->rows > COUNTS ? t->rows - COUNTS : 0;
	const struct noro_chart_series s = { word(p, N_("all sensors")), y };
	struct noro_chart_lines c = { .title = word(p, N_("Accesses per address and day")),
		.from_ns = t->row[first].from_ns,
		.step_ns = day,
		.series = &s,
		.series_n = 1 };

	for (size_t i = first; i < t->rows && n < COUNTS; i++) {
		while (n < COUNTS && c.from_ns + (int64_t)n * day < t->row[i].from_ns)
			y[n++] = (double)NAN;
		if (n < COUNTS)
			y[n++] = t->row[i].per_address_day;
	}
	c.n = n;
	noro_chart_lines(&p->h, &c);
}

static void put_periods(struct page *p, const struct noro_trend *t)
{
	struct noro_chart_bar bar[BARS];
	char text[BARS][NORO_SENSE_TEXT], note[BARS][NORO_SENSE_TEXT];
	size_t first = t->rows > BARS ? t->rows - BARS : 0, n = 0;

	for (size_t i = first; i < t->rows; i++, n++) {
		const struct noro_trend_row *r = &t->row[i];

		bar[n] = (struct noro_chart_bar){ .label = r->label,
			.text = noro_sense_number(text[n], r->per_address_day, 1),
			.note = noro_sense_change(note[n], r->change),
			.value = r->per_address_day,
			.tone = r->change > 0.005    ? 1
				: r->change < -0.005 ? -1
						     : 0 };
	}
	noro_chart_bars(
		&p->h, word(p, N_("Accesses per address and day")), bar, n, NORO_CHART_WIDE);
}

static void put_trend_row(struct page *p, const struct noro_trend_row *r)
{
	char days[32];

	(void)snprintf(days, sizeof(days), "%u/%u", r->days, r->of);
	noro_html_raw(&p->h, "<tr>");
	noro_html_cell(&p->h, NULL, r->label);
	noro_html_cell(&p->h, "num", NUMBER(r->per_address_day, 1));
	noro_html_cell(&p->h, "num", NUMBER(r->interval_s, 1));
	noro_html_cell(&p->h, "num", noro_sense_change((char[NORO_SENSE_TEXT]){ 0 }, r->change));
	noro_html_cell(&p->h, "num", NUMBER(r->sources_per_day, 0));
	noro_html_cell(&p->h, "num", NUMBER(r->backscatter_per_day, 0));
	noro_html_cell(&p->h, "num", days);
	noro_html_raw(&p->h, "</tr>\n");
}

enum noro_status noro_trend_html(
	const struct noro_trend *t, enum noro_lang lang, bool era, struct noro_buf *out)
{
	static const char *const head[] = { N_("period"), N_("per address and day"),
		N_("seconds between accesses"), N_("change"), N_("sources/day"), N_("backscatter"),
		N_("watched"), NULL };
	const struct noro_report_opts o = { .lang = lang, .era = era };
	struct page p = { .h = { .o = &o, .out = out }, .era = era };

	open_page(&p, N_("Accesses per address and day"));
	noro_html_raw(&p.h, "<p class=\"soft small\">");
	noro_html_tr(&p.h, N_("A period is told from its own days only, and says how many of them "
			      "were watched."));
	noro_html_raw(&p.h, "</p><figure>");
	if (by_days(t))
		put_line(&p, t);
	else
		put_periods(&p, t);
	noro_html_raw(&p.h, "</figure>");
	noro_html_columns(&p.h, head, 0x7e);
	for (size_t i = 0; i < t->rows; i++)
		put_trend_row(&p, &t->row[i]);
	close_table(&p);
	close_page(&p);
	return out->status;
}
