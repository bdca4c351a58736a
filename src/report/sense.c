/*
 * src/report/sense.c - the figures of sensors for people and programs. Each figure stands with the
 * period it is of and the sensors' time behind it: a rate without its denominator is no rate.
 */
#include "report/sense_text_priv.h"

#include "report/layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CAMPAIGNS_SHOWN = 5 };

void noro_sense_column(struct noro_buf *out, const char *text, size_t width, bool right)
{
	size_t n = strlen(text);

	if (right && n < width)
		noro_layout_blanks(width - n, out);
	noro_layout_fit(noro_view_str(text), right ? n : width, !right, out);
	noro_buf_str(out, "  ");
}

void noro_sense_heads(
	const struct printing *p, const char *const *title, const size_t *width, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *t = noro_lang_text(p->lang, title[i]);
		size_t wide = 0;

		for (const char *c = t; *c; c++) /* kanji are three bytes and two columns */
			wide += (*c & 0xc0) != 0x80 ? ((unsigned char)*c >= 0xe0 ? 2 : 1) : 0;
		noro_layout_blanks(width[i] > wide ? width[i] - wide : 0, p->out);
		noro_buf_str(p->out, t);
		noro_buf_str(p->out, "  ");
	}
}

/* A spreadsheet takes UTF-8 for something else without the mark. */
void noro_sense_csv_begin(
	struct noro_csv *c, enum noro_lang lang, const char *const *name, size_t n)
{
	if (lang == NORO_JA)
		noro_buf_str(c->out, "\xef\xbb\xbf");
	for (size_t i = 0; i < n; i++)
		noro_csv_str(c, name[i]);
	noro_csv_end(c);
}

/* --- the figures --- */

/* A figure of the period, and what became of it since the one before. */
static void fact(const struct printing *p, const char *title, double now, double before, bool known)
{
	noro_buf_str(p->out, noro_lang_text(p->lang, title));
	noro_buf_str(p->out, ": ");
	noro_buf_str(p->out, NUMBER(now, 0));
	if (known)
		noro_buf_str(p->out, "  ");
	if (known && before > 0)
		say(p, N_("(%1; before: %2)"),
			{ noro_sense_change((char[NORO_SENSE_TEXT]){ 0 }, now / before - 1),
				NUMBER(before, 0) });
	else if (known)
		say(p, N_("(before: %1)"), { NUMBER(before, 0) });
	noro_buf_chr(p->out, '\n');
}

const char *noro_sense_rate_id(const struct noro_rate *r)
{
	if (r->interval_s > 0)
		return N_("Accesses per address and day: %1, one every %2 s");
	if (r->packets) /* of 2^80 addresses one has no share worth a word */
		return N_("Accesses to IPv6 addresses: %3; a rate per address is told of IPv4 "
			  "only");
	return r->alive > 0 ? N_("Accesses per address and day: none")
			    : N_("No sensor listened: nothing is known of this time");
}

static void facts(const struct printing *p, const struct noro_sense_report *r)
{
	const struct noro_rate *now = &r->now, *old = &r->before;
	bool known = old->address_days > 0;

	fact(p, N_("Sources a day"), now->sources_per_day, old->sources_per_day, known);
	if (r->sensors > 1) {
		noro_buf_str(p->out, "  ");
		say(p, N_("(counted at each sensor: one that came to two counts twice)"), { NULL });
		noro_buf_chr(p->out, '\n');
	}
	fact(p, N_("Packets a day that a signature names"), now->hits_per_day, old->hits_per_day,
		known);
	fact(p, N_("Packets of attacks on others a day"), now->backscatter_per_day,
		old->backscatter_per_day, known);
	fact(p, N_("Victims of attacks"), (double)now->victims, (double)old->victims, known);
}

static void head(const struct printing *p, const struct noro_sense_report *r)
{
	say(p,
		r->sensors == 1 ? N_("%1 to %2 (UTC), 1 sensor, listening %4 % of the time")
				: N_("%1 to %2 (UTC), %3 sensors, listening %4 % of the time"),
		{ MOMENT(p, r->now.from_ns), MOMENT(p, r->now.to_ns), NUMBER(r->sensors, 0),
			NUMBER(100 * r->now.alive, 1) });
	noro_buf_str(p->out, "\n\n");
	say(p, noro_sense_rate_id(&r->now),
		{ NUMBER(r->now.per_address_day, 1), NUMBER(r->now.interval_s, 1),
			NUMBER(r->now.packets, 0) });
	if (r->before.per_address_day > 0) {
		noro_buf_str(p->out, "  ");
		say(p, N_("(%1; before: %2)"),
			{ noro_sense_change((char[NORO_SENSE_TEXT]){ 0 },
				  r->now.per_address_day / r->before.per_address_day - 1),
				NUMBER(r->before.per_address_day, 1) });
	}
	noro_buf_chr(p->out, '\n');
	if (r->now.alive > 0)
		facts(p, r);
	if (r->now.dropped) {
		say(p,
			N_("%1 packets were dropped before they were seen; rates are corrected for "
			   "them"),
			{ NUMBER(r->now.dropped, 0) });
		noro_buf_chr(p->out, '\n');
	}
	for (size_t i = 0; i < r->now.missings; i++) {
		say(p, N_("no word from sensor %1 in this time"), { r->now.missing[i] });
		noro_buf_chr(p->out, '\n');
	}
}

static void ranking(const struct printing *p, const struct noro_sense_ranking *k)
{
	noro_lang_msg(p->lang, &(struct noro_msg){ k->title, { NULL } }, p->out);
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < k->rows; i++) {
		const struct noro_rank_row *r = &k->row[i];

		noro_sense_column(p->out, NUMBER(r->place, 0), 4, true);
		noro_sense_column(p->out, r->key[0] ? r->key : "-", 24, false);
		noro_sense_column(p->out, NUMBER(r->packets, 0), 14, true);
		noro_sense_column(p->out, NUMBER(r->sources, 0), 11, true);
		noro_sense_column(p->out, NUMBER(r->per_address_day, 2), 10, true);
		if (!isnan(r->change))
			noro_buf_str(
				p->out, noro_sense_change((char[NORO_SENSE_TEXT]){ 0 }, r->change));
		noro_buf_chr(p->out, '\n');
	}
}

static void ranking_head(const struct printing *p)
{
	static const char *const title[] = { N_("packets"), N_("sources"), N_("per day"),
		N_("change") };
	static const size_t width[] = { 14, 11, 10, 8 };

	noro_layout_blanks(4 + 2 + 24 + 2, p->out);
	noro_sense_heads(p, title, width, 4);
	noro_buf_chr(p->out, '\n');
}

static void victims(const struct printing *p, const struct noro_victim *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&v[i]->victim.ip, ip);
		noro_sense_column(p->out, ip, 18, false);
		noro_sense_column(p->out, v[i]->proto, 4, false);
		noro_sense_column(p->out, v[i]->ports.n ? v[i]->ports.item[0] : "-", 6, false);
		noro_sense_column(p->out, MOMENT(p, v[i]->first_ns), p->era ? 24 : 16, false);
		say(p,
			N_("%1 min, %2 distinct probes of %3 packets, about %4 packets/s at the "
			   "victim"),
			{ NUMBER((double)(v[i]->last_ns - v[i]->first_ns) / 60e9, 0),
				NUMBER(v[i]->probes, 0), NUMBER(v[i]->packets, 0),
				NUMBER(v[i]->rate_pps, 0) });
		if (strchr(v[i]->sensor, ',')) {
			noro_buf_str(p->out, "  ");
			say(p, N_("seen by %1"), { v[i]->sensor });
		}
		noro_buf_chr(p->out, '\n');
	}
}

static void scans(const struct printing *p, const struct noro_scan *const *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&s[i]->src, ip);
		noro_sense_column(p->out, ip, 18, false);
		noro_sense_column(p->out, s[i]->port, 10, false);
		noro_sense_column(p->out, s[i]->tool ? s[i]->tool : "-", 12, false);
		noro_sense_column(p->out, MOMENT(p, s[i]->first_ns), p->era ? 24 : 16, false);
		say(p, N_("%1 packets to %2 addresses"),
			{ NUMBER(s[i]->packets, 0), NUMBER(s[i]->dsts, 0) });
		if (s[i]->owner) {
			noro_buf_str(p->out, "  ");
			say(p, N_("research: %1"), { s[i]->owner });
		}
		noro_buf_chr(p->out, '\n');
	}
}

static void title(const struct printing *p, const char *id)
{
	noro_buf_chr(p->out, '\n');
	noro_buf_str(p->out, noro_lang_text(p->lang, id));
	noro_buf_chr(p->out, '\n');
}

static void ills(const struct printing *p, const struct noro_ill *ill, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		noro_buf_str(p->out, "  ");
		noro_buf_str(p->out, ill[i].sensor);
		noro_buf_chr(p->out, ' ');
		say(p, ill[i].what, { ill[i].arg[0], ill[i].arg[1] });
		if (ill[i].since_ns != NORO_TIME_NONE) {
			noro_buf_chr(p->out, ' ');
			say(p, N_("since %1"), { MOMENT(p, ill[i].since_ns) });
		}
		noro_buf_chr(p->out, '\n');
	}
}

enum noro_status noro_sense_text(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out)
{
	struct printing p = { lang, r->era, out };
	bool headed = false;

	head(&p, r);
	if (r->ills) {
		title(&p, N_("Sensors that need care"));
		ills(&p, r->ill, r->ills);
	}
	if (r->surges && r->surges->surges) {
		title(&p, N_("Ports that rise"));
		if (noro_surges_text(r->surges, lang, r->era, out) != NORO_OK)
			return out->status;
	}
	if (r->campaigns && r->campaigns->campaigns) {
		title(&p, N_("Sources that work as one"));
		if (noro_campaigns_text(r->campaigns, CAMPAIGNS_SHOWN, lang, r->era, out) !=
			NORO_OK)
			return out->status;
	}
	for (size_t i = 0; i < r->rankings; i++) {
		if (!r->ranking[i].rows)
			continue;
		noro_buf_chr(out, '\n');
		if (!headed)
			ranking_head(&p);
		headed = true;
		ranking(&p, &r->ranking[i]);
	}
	if (r->victims) {
		title(&p, N_("Under attack, seen by what came back"));
		victims(&p, r->victim, r->victims);
	}
	if (r->scans) {
		title(&p, N_("Widest scanners"));
		scans(&p, r->scan, r->scans);
	}
	return out->status;
}

void noro_sense_ranking_text(
	const struct noro_sense_ranking *k, enum noro_lang lang, struct noro_buf *out)
{
	struct printing p = { lang, false, out };

	ranking_head(&p);
	ranking(&p, k);
}

void noro_sense_victims_text(const struct noro_victim *const *v, size_t n, enum noro_lang lang,
	bool era, struct noro_buf *out)
{
	victims(&(struct printing){ lang, era, out }, v, n);
}

void noro_sense_scans_text(const struct noro_scan *const *s, size_t n, enum noro_lang lang,
	bool era, struct noro_buf *out)
{
	scans(&(struct printing){ lang, era, out }, s, n);
}

/* --- JSON --- */

void noro_sense_real(struct noro_jsonw *w, const char *key, double v)
{
	char text[48];

	noro_jsonw_key(w, key);
	if (isnan(v) || isinf(v)) {
		noro_jsonw_null(w);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.6g", v);
	noro_jsonw_value(
		w, &(struct noro_json){ .kind = NORO_JSON_NUMBER, .text = noro_view_str(text) });
}

static void json_rate(struct noro_jsonw *w, const char *key, const struct noro_rate *r)
{
	noro_jsonw_key(w, key);
	noro_jsonw_object(w);
	noro_jsonw_ktime(w, "from", r->from_ns);
	noro_jsonw_ktime(w, "to", r->to_ns);
	noro_jsonw_ku64(w, "packets", r->packets);
	noro_jsonw_ku64(w, "dropped", r->dropped);
	noro_sense_real(w, "address_days", r->address_days);
	noro_sense_real(w, "per_address_day", r->per_address_day);
	noro_sense_real(w, "interval_s", r->interval_s);
	noro_sense_real(w, "sources_per_day", r->sources_per_day);
	noro_sense_real(w, "hits_per_day", r->hits_per_day);
	noro_sense_real(w, "backscatter_per_day", r->backscatter_per_day);
	noro_jsonw_ku64(w, "victims", r->victims);
	noro_sense_real(w, "alive", r->alive);
	noro_jsonw_key(w, "missing");
	noro_jsonw_array(w);
	for (size_t i = 0; i < r->missings; i++)
		noro_jsonw_str(w, r->missing[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

static void json_row(struct noro_jsonw *w, const struct noro_rank_row *r)
{
	noro_jsonw_object(w);
	noro_jsonw_ku64(w, "place", r->place);
	noro_jsonw_kstr(w, "key", r->key);
	noro_jsonw_ku64(w, "packets", r->packets);
	noro_jsonw_ku64(w, "sources", r->sources);
	noro_sense_real(w, "per_address_day", r->per_address_day);
	noro_sense_real(w, "share", r->share);
	noro_jsonw_ku64(w, "packets_before", r->packets_before);
	noro_jsonw_ku64(w, "sources_before", r->sources_before);
	noro_sense_real(w, "change", r->change);
	noro_jsonw_ku64(w, "place_before", r->place_before);
	noro_jsonw_object_end(w);
}

enum noro_status noro_sense_json(const struct noro_sense_report *r, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	enum noro_status st = NORO_OK;

	noro_jsonw_object(&w);
	json_rate(&w, "period", &r->now);
	json_rate(&w, "before", &r->before);
	for (size_t i = 0; i < r->rankings; i++) {
		noro_jsonw_key(&w, noro_cut_name(r->ranking[i].cut));
		noro_jsonw_array(&w);
		for (size_t k = 0; k < r->ranking[i].rows; k++)
			json_row(&w, &r->ranking[i].row[k]);
		noro_jsonw_array_end(&w);
	}
	if (r->surges)
		noro_sense_json_surges(&w, r->surges);
	if (r->campaigns)
		noro_sense_json_campaigns(&w, r->campaigns, false);
	noro_jsonw_key(&w, "victims");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < r->victims && st == NORO_OK; i++)
		st = noro_victim_json(&w, r->victim[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_key(&w, "scans");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < r->scans && st == NORO_OK; i++)
		st = noro_scan_json(&w, r->scan[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_key(&w, "ill");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < r->ills; i++) {
		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "sensor", r->ill[i].sensor);
		noro_jsonw_kstr(&w, "what", r->ill[i].what);
		noro_jsonw_kstr(&w, "value", r->ill[i].arg[0]);
		noro_jsonw_ktime(&w, "since", r->ill[i].since_ns);
		noro_jsonw_object_end(&w);
	}
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	return st == NORO_OK ? out->status : st;
}

/* --- CSV --- */

void noro_sense_csv_real(struct noro_csv *c, double v)
{
	noro_csv_real(c, v);
}

/* A figure that is no ranking, beside the same of the period before. */
static void csv_fact(struct noro_csv *c, const struct noro_sense_report *r, const char *name,
	double now, double before)
{
	bool known = r->before.address_days > 0;

	noro_csv_time(c, r->now.from_ns);
	noro_csv_time(c, r->now.to_ns);
	noro_csv_str(c, "period");
	noro_csv_str(c, "");
	noro_csv_str(c, name);
	for (int i = 0; i < 4; i++)
		noro_csv_str(c, "");
	noro_csv_real(c, known && before > 0 ? now / before - 1 : (double)NAN);
	noro_csv_str(c, "");
	noro_csv_real(c, now);
	noro_csv_real(c, known ? before : (double)NAN);
	noro_csv_end(c);
}

static void csv_facts(struct noro_csv *c, const struct noro_sense_report *r)
{
	const struct noro_rate *n = &r->now, *o = &r->before;

	if (n->address_days <= 0)
		return;
	csv_fact(c, r, "per_address_day", n->per_address_day, o->per_address_day);
	csv_fact(c, r, "interval_s", n->interval_s, o->interval_s);
	csv_fact(c, r, "sources_per_day", n->sources_per_day, o->sources_per_day);
	csv_fact(c, r, "hits_per_day", n->hits_per_day, o->hits_per_day);
	csv_fact(c, r, "backscatter_per_day", n->backscatter_per_day, o->backscatter_per_day);
	csv_fact(c, r, "victims", (double)n->victims, (double)o->victims);
	csv_fact(c, r, "dropped", (double)n->dropped, (double)o->dropped);
	csv_fact(c, r, "alive", n->alive, o->alive);
}

enum noro_status noro_sense_csv(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out)
{
	static const char *const name[] = { "from", "to", "cut", "place", "key", "packets",
		"sources", "per_address_day", "share", "change", "place_before", "value",
		"value_before" };
	struct noro_csv c = { .out = out };

	noro_sense_csv_begin(&c, lang, name, sizeof(name) / sizeof(name[0]));
	csv_facts(&c, r);
	for (size_t i = 0; i < r->rankings; i++)
		for (size_t k = 0; k < r->ranking[i].rows; k++) {
			const struct noro_rank_row *row = &r->ranking[i].row[k];

			noro_csv_time(&c, r->now.from_ns);
			noro_csv_time(&c, r->now.to_ns);
			noro_csv_str(&c, noro_cut_name(r->ranking[i].cut));
			noro_csv_u64(&c, row->place);
			noro_csv_str(&c, row->key);
			noro_csv_u64(&c, row->packets);
			noro_csv_u64(&c, row->sources);
			noro_sense_csv_real(&c, row->per_address_day);
			noro_sense_csv_real(&c, row->share);
			noro_sense_csv_real(&c, row->change);
			noro_csv_u64(&c, row->place_before);
			noro_csv_str(&c, "");
			noro_csv_str(&c, "");
			noro_csv_end(&c);
		}
	noro_buf_done(&c.text);
	return out->status;
}
