/* src/report/trend.c - accesses per address over days, months and years. Each row is of its own
 * period and says how many of its days were watched. */
#include "report/sense_text_priv.h"

#include "base/timeparse.h"
#include "report/layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of an era the text up to the month or the year, as the label is. */
static const char *label(const struct printing *p, char text[64], const struct noro_trend_row *r)
{
	static const char *const upto[] = { "年", "月", "日" };
	char era[NORO_TIME_TEXT];
	size_t kind = strlen(r->label) == 4 ? 0 : strlen(r->label) == 7 ? 1 : 2;
	const char *end;

	/* a year that had two eras goes by the later, as it ends in it */
	if (!p->era || !noro_era_print(r->to_ns - 1, NULL, era) || !(end = strstr(era, upto[kind])))
		return r->label;
	(void)snprintf(text, 64, "%.*s", (int)(end - era) + 3, era);
	return text;
}

enum { COLUMNS = 6 };
static const size_t width[COLUMNS] = { 12, 9, 9, 13, 12, 9 };

static void head(const struct printing *p)
{
	static const char *const title[COLUMNS] = { N_("per day"), N_("one every"), N_("change"),
		N_("sources/day"), N_("backscatter"), N_("watched") };

	noro_layout_blanks(p->era ? 18 : 12, p->out);
	noro_sense_heads(p, title, width, COLUMNS);
	noro_buf_chr(p->out, '\n');
}

static void row(const struct printing *p, const struct noro_trend_row *r)
{
	char interval[56], days[32], change[32] = "";

	if (!isnan(r->change))
		(void)snprintf(change, sizeof(change), "%+.1f %%", 100 * r->change);
	(void)snprintf(interval, sizeof(interval), "%s s", NUMBER(r->interval_s, 1));
	(void)snprintf(days, sizeof(days), "%u/%u", r->days, r->of);
	noro_sense_column(p->out, label(p, (char[64]){ 0 }, r), p->era ? 16 : 10, false);
	noro_sense_column(p->out, NUMBER(r->per_address_day, 1), width[0], true);
	noro_sense_column(p->out, interval, width[1], true);
	noro_sense_column(p->out, change, width[2], true);
	noro_sense_column(p->out, NUMBER(r->sources_per_day, 0), width[3], true);
	noro_sense_column(p->out, NUMBER(r->backscatter_per_day, 0), width[4], true);
	noro_sense_column(p->out, days, width[5], true);
	noro_buf_chr(p->out, '\n');
}

enum noro_status noro_trend_text(
	const struct noro_trend *t, enum noro_lang lang, bool era, struct noro_buf *out)
{
	struct printing p = { lang, era, out };

	head(&p);
	for (size_t i = 0; i < t->rows; i++)
		row(&p, &t->row[i]);
	return out->status;
}

enum noro_status noro_trend_json(const struct noro_trend *t, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_jsonw_key(&w, "trend");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < t->rows; i++) {
		const struct noro_trend_row *r = &t->row[i];

		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "period", r->label);
		noro_jsonw_ktime(&w, "from", r->from_ns);
		noro_jsonw_ktime(&w, "to", r->to_ns);
		noro_jsonw_ku64(&w, "days", r->days);
		noro_jsonw_ku64(&w, "of", r->of);
		noro_jsonw_ku64(&w, "packets", r->packets);
		noro_jsonw_ku64(&w, "dropped", r->dropped);
		noro_sense_real(&w, "address_days", r->address_days);
		noro_sense_real(&w, "per_address_day", r->per_address_day);
		noro_sense_real(&w, "interval_s", r->interval_s);
		noro_sense_real(&w, "change", r->change);
		noro_sense_real(&w, "sources_per_day", r->sources_per_day);
		noro_sense_real(&w, "backscatter_per_day", r->backscatter_per_day);
		noro_sense_real(&w, "alive", r->alive);
		noro_jsonw_object_end(&w);
	}
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	return out->status;
}

enum noro_status noro_trend_csv(
	const struct noro_trend *t, enum noro_lang lang, struct noro_buf *out)
{
	static const char *const name[] = { "period", "from", "to", "days", "of", "packets",
		"dropped", "address_days", "per_address_day", "interval_s", "change",
		"sources_per_day", "backscatter_per_day", "alive" };
	struct noro_csv c = { .out = out };

	noro_sense_csv_begin(&c, lang, name, sizeof(name) / sizeof(name[0]));
	for (size_t i = 0; i < t->rows; i++) {
		const struct noro_trend_row *r = &t->row[i];

		noro_csv_str(&c, r->label);
		noro_csv_time(&c, r->from_ns);
		noro_csv_time(&c, r->to_ns);
		noro_csv_u64(&c, r->days);
		noro_csv_u64(&c, r->of);
		noro_csv_u64(&c, r->packets);
		noro_csv_u64(&c, r->dropped);
		noro_sense_csv_real(&c, r->address_days);
		noro_sense_csv_real(&c, r->per_address_day);
		noro_sense_csv_real(&c, r->interval_s);
		noro_sense_csv_real(&c, r->change);
		noro_sense_csv_real(&c, r->sources_per_day);
		noro_sense_csv_real(&c, r->backscatter_per_day);
		noro_sense_csv_real(&c, r->alive);
		noro_csv_end(&c);
	}
	noro_buf_done(&c.text);
	return out->status;
}
