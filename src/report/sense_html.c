/*
 * src/report/sense_html.c - the figures of sensors as one page. It opens with the sentence the
 * police publish (accesses to an address a day, and what interval that is), because that is what is
 * quoted; then how it went over the days, what was asked for, who is under attack, and what the
 * sensors could not see.
 */
#include "report/chart_priv.h"
#include "report/embed_priv.h"
#include "report/sense_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BARS = 15, SERIES_OF_SENSORS = 7, TIMELINE = 20 };

struct page {
	struct noro_html h;
	const struct noro_sense_report *r;
};

#define say(p, ...)         noro_html_say(&(p)->h, __VA_ARGS__)
#define NUMBER(v, decimals) NORO_SENSE_NUMBER(v, decimals)
#define MOMENT(p, ns)       NORO_SENSE_MOMENT(ns, (p)->r->era)

static const char *word(const struct page *p, const char *id)
{
	return noro_lang_text(p->h.o->lang, id);
}

/* ---- the frame ---- */

static void put_link(struct page *p, const char *anchor, const char *id)
{
	noro_buf_printf(p->h.out, "<a href=\"#%s\">", anchor);
	noro_html_tr(&p->h, id);
	noro_html_raw(&p->h, "</a>");
}

static void put_bar(struct page *p)
{
	noro_html_raw(&p->h, "<header class=bar><b>noroshi 狼煙</b><nav>");
	put_link(p, "sheet", N_("Summary"));
	if (p->r->days.days)
		put_link(p, "days", N_("Day by day"));
	put_link(p, "rankings", N_("Rankings"));
	if (p->r->victims)
		put_link(p, "victims", N_("Victims"));
	if (p->r->scans)
		put_link(p, "scanners", N_("Scanners"));
	if (p->r->campaigns && p->r->campaigns->campaigns)
		put_link(p, "campaigns", N_("Campaigns"));
	put_link(p, "sensors", N_("Sensors"));
	noro_html_raw(&p->h, "</nav>");
	noro_html_switches(&p->h);
	noro_html_raw(&p->h, "<main>\n");
}

static void open_section(struct page *p, const char *anchor, const char *id)
{
	noro_buf_printf(p->h.out, "<section id=%s><h2>", anchor);
	noro_html_tr(&p->h, id);
	noro_html_raw(&p->h, "</h2>");
}

static void close_section(struct page *p)
{
	noro_html_raw(&p->h, "</section>\n");
}

static void put_note(struct page *p, const char *id)
{
	noro_html_raw(&p->h, "<p class=\"soft small\">");
	noro_html_tr(&p->h, id);
	noro_html_raw(&p->h, "</p>");
}

/* ---- the first page ---- */

static void fact(struct page *p, const char *id)
{
	noro_html_raw(&p->h, "<dt>");
	noro_html_tr(&p->h, id);
	noro_html_raw(&p->h, "</dt><dd>");
}

static void put_change(struct page *p, double now, double before)
{
	if (p->r->before.address_days <= 0)
		return;
	noro_html_raw(&p->h, " <span class=soft>");
	if (before > 0)
		say(p, N_("(%1; before: %2)"),
			{ noro_sense_change((char[NORO_SENSE_TEXT]){ 0 }, now / before - 1),
				NUMBER(before, before < 100 ? 1 : 0) });
	else
		say(p, N_("(before: %1)"), { NUMBER(before, 0) });
	noro_html_raw(&p->h, "</span>");
}

static void put_facts(struct page *p)
{
	const struct noro_rate *now = &p->r->now, *before = &p->r->before;

	noro_html_raw(&p->h, "<dl class=facts>");
	fact(p, N_("Sources a day"));
	noro_html_text(&p->h, NUMBER(now->sources_per_day, 0));
	put_change(p, now->sources_per_day, before->sources_per_day);
	noro_html_raw(&p->h, "</dd>");
	fact(p, N_("Packets a day that a signature names"));
	noro_html_text(&p->h, NUMBER(now->hits_per_day, 0));
	put_change(p, now->hits_per_day, before->hits_per_day);
	noro_html_raw(&p->h, "</dd>");
	fact(p, N_("Packets of attacks on others a day"));
	noro_html_text(&p->h, NUMBER(now->backscatter_per_day, 0));
	put_change(p, now->backscatter_per_day, before->backscatter_per_day);
	noro_html_raw(&p->h, "</dd>");
	fact(p, N_("Victims of attacks"));
	noro_html_text(&p->h, NUMBER(now->victims, 0));
	put_change(p, (double)now->victims, (double)before->victims);
	noro_html_raw(&p->h, "</dd>");
	fact(p, N_("Packets counted"));
	noro_html_text(&p->h, NUMBER(now->packets, 0));
	noro_html_raw(&p->h, "</dd>");
	fact(p, N_("Dropped before they were seen"));
	noro_html_text(&p->h, NUMBER(now->dropped, 0));
	noro_html_raw(&p->h, "</dd>");
	if (now->missings) {
		fact(p, N_("No word from"));
		for (size_t i = 0; i < now->missings; i++) {
			noro_html_raw(&p->h, i ? ", " : "");
			noro_html_text(&p->h, now->missing[i]);
		}
		noro_html_raw(&p->h, "</dd>");
	}
	noro_html_raw(&p->h, "</dl>");
}

static void put_sheet(struct page *p)
{
	const struct noro_rate *now = &p->r->now;

	noro_html_raw(&p->h, "<section id=sheet><div class=top><div><h1>");
	noro_html_tr(&p->h, N_("What touched unused addresses"));
	noro_html_raw(&p->h, "</h1><p class=soft>");
	say(p,
		p->r->sensors == 1 ? N_("%1 to %2 (UTC), 1 sensor, listening %4 % of the time")
				   : N_("%1 to %2 (UTC), %3 sensors, listening %4 % of the time"),
		{ MOMENT(p, now->from_ns), MOMENT(p, now->to_ns), NUMBER(p->r->sensors, 0),
			NUMBER(100 * now->alive, 1) });
	noro_html_raw(&p->h, "</p></div></div><div class=\"verdict v2\"><strong>");
	say(p, noro_sense_rate_id(now),
		{ NUMBER(now->per_address_day, 1), NUMBER(now->interval_s, 1),
			NUMBER(now->packets, 0) });
	noro_html_raw(&p->h, "</strong><p>");
	if (p->r->before.address_days > 0)
		say(p, N_("Before, from %1 to %2: %3 (%4)."),
			{ MOMENT(p, p->r->before.from_ns), MOMENT(p, p->r->before.to_ns),
				NUMBER(p->r->before.per_address_day, 1),
				noro_sense_change((char[NORO_SENSE_TEXT]){ 0 },
					now->per_address_day / p->r->before.per_address_day - 1) });
	else
		noro_html_tr(&p->h, N_("There are no figures of the period before."));
	noro_html_raw(&p->h, "</p></div>");
	put_facts(p);
	put_note(p, N_("What came is divided by addresses and the time somebody listened to them: "
		       "sensors of different size count as one, and lost time is never taken for "
		       "quiet. Dropped packets are corrected for."));
	close_section(p);
}

/* ---- day by day ---- */

static void put_days(struct page *p)
{
	const struct noro_days *d = &p->r->days;
	struct noro_chart_series s[1 + SERIES_OF_SENSORS];
	struct noro_chart_lines c = { .title = word(p, N_("Accesses per address and day")),
		.from_ns = d->from_ns,
		.step_ns = INT64_C(86400) * NORO_NS_PER_S,
		.n = d->days,
		.series = s,
		.series_n = 1 };

	if (!d->days)
		return;
	s[0] = (struct noro_chart_series){ word(p, N_("all sensors")), d->per_address_day };
	for (size_t i = 0; d->sensors > 1 && i < d->sensors && i < SERIES_OF_SENSORS; i++)
		s[c.series_n++] = (struct noro_chart_series){ d->sensor[i].name,
			d->sensor[i].per_address_day };
	open_section(p, "days", N_("Accesses per address, day by day"));
	put_note(p, N_("Shaded: nobody listened, so nothing is known. A line that breaks off is a "
		       "sensor that did not listen."));
	noro_html_raw(&p->h, "<figure>");
	noro_chart_lines(&p->h, &c);
	noro_html_raw(&p->h, "</figure>");
	close_section(p);
}

/* ---- rankings ---- */

struct bar_text {
	char number[NORO_SENSE_TEXT], change[NORO_SENSE_TEXT];
};

static size_t bars_of(const struct page *p, const struct noro_sense_ranking *k,
	struct noro_chart_bar bar[BARS], struct bar_text text[BARS])
{
	size_t n = 0;

	for (; n < k->rows && n < BARS; n++) {
		const struct noro_rank_row *row = &k->row[n];
		double v = (double)(k->by_sources ? row->sources : row->packets);

		bar[n] = (struct noro_chart_bar){ .label = row->key[0] ? row->key : "-",
			.text = noro_sense_number(text[n].number, v, 0),
			.note = noro_sense_change(text[n].change, row->change),
			.value = v,
			.tone = row->change > 0.005    ? 1
				: row->change < -0.005 ? -1
						       : 0 };
		if (isnan(row->change) && p->r->before.address_days > 0)
			bar[n].note = word(p, N_("new"));
	}
	return n;
}

static void put_ranking(struct page *p, const struct noro_sense_ranking *k)
{
	struct noro_chart_bar bar[BARS];
	struct bar_text text[BARS];
	size_t n = bars_of(p, k, bar, text);

	if (!n)
		return;
	noro_html_raw(&p->h, "<div><h3>");
	noro_html_tr(&p->h, k->title);
	noro_html_raw(&p->h, "</h3><figure>");
	noro_chart_bars(&p->h, word(p, k->title), bar, n, NORO_CHART_HALF);
	noro_html_raw(&p->h, "</figure></div>");
}

static void put_tools(struct page *p)
{
	struct noro_chart_bar bar[BARS];
	struct bar_text text[BARS];
	double named = 0;

	for (size_t i = 0; i < p->r->rankings; i++) {
		const struct noro_sense_ranking *k = &p->r->ranking[i];
		size_t n = k->cut == NORO_CUT_TOOL ? bars_of(p, k, bar, text) : 0;

		if (!n)
			continue;
		for (size_t b = 0; b < n; b++)
			named += k->row[b].share;
		for (size_t b = 0; b < n; b++)
			(void)snprintf(
				text[b].number, NORO_SENSE_TEXT, "%.1f %%", 100 * k->row[b].share);
		if (n < BARS && named < 1) {
			bar[n] = (struct noro_chart_bar){ .label = word(p, N_("no tool named")),
				.text = text[n].number,
				.value = (1 - named) * bar[0].value /
					 (k->row[0].share > 0 ? k->row[0].share : 1) };
			(void)snprintf(
				text[n].number, NORO_SENSE_TEXT, "%.1f %%", 100 * (1 - named));
			n++;
		}
		noro_html_raw(&p->h, "<h3>");
		noro_html_tr(&p->h, N_("Shares of tools in all packets"));
		noro_html_raw(&p->h, "</h3><figure>");
		noro_chart_shares(&p->h, word(p, N_("Shares of tools in all packets")), bar, n);
		noro_html_raw(&p->h, "</figure>");
		return;
	}
}

static void put_rankings(struct page *p)
{
	open_section(p, "rankings", N_("Rankings"));
	put_note(p, N_("Packets of the period; beside them the change against the period before."));
	put_tools(p);
	noro_html_raw(&p->h, "<div class=pair>");
	for (size_t i = 0; i < p->r->rankings; i++)
		put_ranking(p, &p->r->ranking[i]);
	noro_html_raw(&p->h, "</div>");
	close_section(p);
}

/* ---- lists ---- */

static void put_victim_row(struct page *p, const struct noro_victim *v)
{
	char ip[NORO_IP_TEXT];

	(void)noro_ip_print(&v->victim.ip, ip);
	noro_html_raw(&p->h, "<tr>");
	noro_html_cell(&p->h, NULL, ip);
	noro_html_cell(&p->h, NULL, v->country ? v->country : "-");
	noro_html_raw(&p->h, "<td>");
	noro_html_text(&p->h, v->proto);
	noro_html_raw(&p->h, " ");
	noro_html_list(&p->h, v->ports, 4);
	noro_html_raw(&p->h, "</td>");
	noro_html_cell(&p->h, NULL, v->how);
	noro_html_cell(&p->h, "when", MOMENT(p, v->first_ns));
	noro_html_cell(&p->h, "num", NUMBER((double)(v->last_ns - v->first_ns) / 60e9, 0));
	noro_html_cell(&p->h, "num", NUMBER(v->probes, 0));
	noro_html_cell(&p->h, "num", NUMBER(v->rate_pps, 0));
	noro_html_cell(&p->h, NULL, v->sensor);
	noro_html_raw(&p->h, "</tr>\n");
}

static int by_first(const struct noro_victim *a, const struct noro_victim *b)
{
	return (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);
}

static void put_timeline(struct page *p)
{
	const struct noro_victim *v[TIMELINE];
	struct noro_chart_span span[TIMELINE];
	char ip[TIMELINE][NORO_IP_TEXT], text[TIMELINE][2 * NORO_SENSE_TEXT];
	size_t n = p->r->victims < TIMELINE ? p->r->victims : TIMELINE;

	for (size_t i = 0; i < n; i++) { /* in order of time; they are few */
		size_t at = i;

		for (; at && by_first(p->r->victim[i], v[at - 1]) < 0; at--)
			v[at] = v[at - 1];
		v[at] = p->r->victim[i];
	}
	for (size_t i = 0; i < n; i++) {
		(void)noro_ip_print(&v[i]->victim.ip, ip[i]);
		(void)snprintf(text[i], sizeof(text[i]), "%s, %s %s", MOMENT(p, v[i]->first_ns),
			v[i]->proto, v[i]->ports.n ? v[i]->ports.item[0] : "");
		span[i] = (struct noro_chart_span){ ip[i], text[i], v[i]->first_ns, v[i]->last_ns,
			!strcmp(v[i]->proto, "tcp")   ? 0
			: !strcmp(v[i]->proto, "udp") ? 1
						      : 2 };
	}
	noro_html_raw(&p->h, "<figure>");
	noro_chart_timeline(&p->h, word(p, N_("When they were attacked")), span, n,
		p->r->now.from_ns, p->r->now.to_ns);
	noro_html_raw(&p->h, "</figure><ul class=legend><li><i class=\"c0\"></i>TCP</li><li><i "
			     "class=\"c1\"></i>UDP</li><li><i class=\"c2\"></i>ICMP</li></ul>");
}

static void put_victims(struct page *p)
{
	static const char *const head[] = { N_("victim"), N_("country"), N_("attack"),
		N_("answers"), N_("from"), N_("minutes"), N_("distinct probes"),
		N_("packets/s there"), N_("sensor"), NULL };

	if (!p->r->victims)
		return;
	open_section(p, "victims", N_("Under attack, seen by what came back"));
	put_note(p, N_("Attackers send under made-up names; what their victims answer arrives at "
		       "unused addresses. The rate at the victim is an estimate from it."));
	put_timeline(p);
	noro_html_columns(&p->h, head, 1 << 5 | 1 << 6 | 1 << 7);
	for (size_t i = 0; i < p->r->victims; i++)
		put_victim_row(p, p->r->victim[i]);
	noro_html_raw(&p->h, "</tbody></table></div>");
	close_section(p);
}

static void put_scans(struct page *p)
{
	static const char *const head[] = { N_("source"), N_("country"), N_("network"), N_("port"),
		N_("tool"), N_("from"), N_("packets"), N_("addresses"), N_("research"), NULL };

	if (!p->r->scans)
		return;
	open_section(p, "scanners", N_("Widest scanners"));
	noro_html_columns(&p->h, head, 1 << 6 | 1 << 7);
	for (size_t i = 0; i < p->r->scans; i++) {
		const struct noro_scan *s = p->r->scan[i];
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&s->src, ip);
		noro_html_raw(&p->h, "<tr>");
		noro_html_cell(&p->h, NULL, ip);
		noro_html_cell(&p->h, NULL, s->country ? s->country : "-");
		noro_html_cell(&p->h, NULL, s->as ? s->as : "-");
		noro_html_cell(&p->h, NULL, s->port);
		noro_html_raw(&p->h, "<td>");
		noro_html_text(&p->h, s->tool ? s->tool : "-");
		if (s->tool && s->tool_version) {
			noro_html_raw(&p->h, " <span class=soft>");
			noro_html_text(&p->h, s->tool_version);
			noro_html_raw(&p->h, "</span>");
		}
		noro_html_raw(&p->h, "</td>");
		noro_html_cell(&p->h, "when", MOMENT(p, s->first_ns));
		noro_html_cell(&p->h, "num", NUMBER(s->packets, 0));
		noro_html_cell(&p->h, "num", NUMBER(s->dsts, 0));
		noro_html_cell(&p->h, NULL, s->owner ? s->owner : "");
		noro_html_raw(&p->h, "</tr>\n");
	}
	noro_html_raw(&p->h, "</tbody></table></div>");
	close_section(p);
}

static void put_list(struct page *p, const struct noro_list *l)
{
	noro_html_raw(&p->h, "<td>");
	noro_html_list(&p->h, *l, 8);
	noro_html_raw(&p->h, "</td>");
}

static void put_campaign(struct page *p, const struct noro_campaign *c)
{
	noro_html_raw(&p->h, "<tr>");
	noro_html_cell(&p->h, NULL, c->id);
	noro_html_cell(&p->h, "num", NUMBER(c->sources, 0));
	noro_html_cell(&p->h, "num", NUMBER(c->networks, 0));
	noro_html_cell(&p->h, "num", NUMBER(c->packets, 0));
	put_list(p, &c->ports);
	noro_html_cell(&p->h, NULL, c->tool ? c->tool : "-");
	noro_html_cell(&p->h, "when", MOMENT(p, c->first_ns));
	noro_html_cell(&p->h, "when", MOMENT(p, c->last_ns));
	noro_html_raw(&p->h, "<td>");
	noro_html_tr(&p->h, noro_campaign_proof_text(c->proof));
	for (size_t i = 0; i < c->whys; i++) {
		struct noro_buf text = { 0 };

		noro_campaign_why_text(&c->why[i], p->h.o->lang, &text);
		noro_html_raw(&p->h, "<br><span class=soft>");
		noro_html_view(&p->h, noro_buf_as_view(&text));
		noro_html_raw(&p->h, "</span>");
		if (text.status != NORO_OK)
			p->h.out->status = text.status;
		noro_buf_done(&text);
	}
	noro_html_raw(&p->h, "</td></tr>\n");
}

static void put_campaigns(struct page *p)
{
	static const char *const head[] = { N_("campaign"), N_("sources"), N_("networks"),
		N_("packets"), N_("ports"), N_("tool"), N_("from"), N_("to"), N_("why"), NULL };
	const struct noro_campaigns *c = p->r->campaigns;

	if (!c || !c->campaigns)
		return;
	open_section(p, "campaigns", N_("Sources that work as one"));
	put_note(p, N_("Joined by what they share; a public tool on a usual port alone joins "
		       "nobody."));
	noro_html_columns(&p->h, head, 1 << 1 | 1 << 2 | 1 << 3);
	for (size_t i = 0; i < c->campaigns && i < NORO_CAMPAIGNS_SHOWN; i++)
		put_campaign(p, &c->campaign[i]);
	noro_html_raw(&p->h, "</tbody></table></div>");
	close_section(p);
}

/* ---- the sensors themselves ---- */

static void put_strips(struct page *p)
{
	const struct noro_days *d = &p->r->days;
	struct noro_chart_series s[64];
	struct noro_chart_lines c = { .title = word(p, N_("Time that sensors listened")),
		.from_ns = d->from_ns,
		.step_ns = INT64_C(86400) * NORO_NS_PER_S,
		.n = d->days,
		.series = s };

	for (; c.series_n < d->sensors && c.series_n < 64; c.series_n++)
		s[c.series_n] = (struct noro_chart_series){ d->sensor[c.series_n].name,
			d->sensor[c.series_n].alive };
	if (!c.series_n || !d->days)
		return;
	noro_html_raw(&p->h, "<figure>");
	noro_chart_strips(&p->h, &c);
	noro_html_raw(&p->h, "</figure><ul class=legend><li><i class=\"g3\"></i>");
	noro_html_tr(&p->h, N_("the whole day"));
	noro_html_raw(&p->h, "</li><li><i class=\"g2\"></i>");
	noro_html_tr(&p->h, N_("half of it or more"));
	noro_html_raw(&p->h, "</li><li><i class=\"g1\"></i>");
	noro_html_tr(&p->h, N_("less than half"));
	noro_html_raw(&p->h, "</li><li><i class=\"g0\"></i>");
	noro_html_tr(&p->h, N_("not at all"));
	noro_html_raw(&p->h, "</li></ul>");
}

static void put_sensors(struct page *p)
{
	open_section(p, "sensors", N_("Sensors and their time"));
	put_strips(p);
	if (p->r->ills) {
		noro_html_raw(&p->h, "<h3>");
		noro_html_tr(&p->h, N_("Sensors that need care"));
		noro_html_raw(&p->h, "</h3><ul>");
	}
	for (size_t i = 0; i < p->r->ills; i++) {
		const struct noro_ill *ill = &p->r->ill[i];

		noro_html_raw(&p->h, "<li><b>");
		noro_html_text(&p->h, ill->sensor);
		noro_html_raw(&p->h, "</b> ");
		say(p, ill->what, { ill->arg[0], ill->arg[1] });
		if (ill->since_ns != NORO_TIME_NONE) {
			noro_html_raw(&p->h, " ");
			say(p, N_("since %1"), { MOMENT(p, ill->since_ns) });
		}
		noro_html_raw(&p->h, "</li>");
	}
	noro_html_raw(&p->h, p->r->ills ? "</ul>" : "");
	close_section(p);
}

enum noro_status noro_sense_html(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out)
{
	const struct noro_report_opts o = { .lang = lang, .era = r->era };
	struct page p = { .h = { .o = &o, .out = out }, .r = r };

	noro_html_head(&p.h, N_("What touched unused addresses"));
	put_bar(&p);
	put_sheet(&p);
	put_days(&p);
	put_rankings(&p);
	put_victims(&p);
	put_scans(&p);
	put_campaigns(&p);
	put_sensors(&p);
	noro_html_raw(&p.h, "</main>\n<script type=\"application/json\" id=data>{\"findings\":[]}"
			    "</script>\n<script>");
	noro_html_raw(&p.h, noro_embed_html_js);
	noro_html_raw(&p.h, "</script>\n</body>\n</html>\n");
	noro_buf_done(&p.h.text);
	return out->status;
}
