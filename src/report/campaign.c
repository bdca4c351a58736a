/* src/report/campaign.c - sources that work as one, and why they belong together. */
#include "report/report_priv.h"
#include "report/sense_text_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 4 };

static const char *const proof_name[] = { "strong", "likely", "alike" };

const char *noro_campaign_proof_text(enum noro_campaign_proof p)
{
	static const char *const text[] = { N_("they share what nobody else has"),
		N_("alike, and at the same time"), N_("alike, no more") };

	return text[p];
}

static void list(const struct noro_list *l, struct noro_buf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		noro_buf_str(out, i ? ", " : "");
		noro_buf_str(out, l->item[i]);
	}
}

void noro_campaign_why_text(
	const struct noro_campaign_why *w, enum noro_lang lang, struct noro_buf *out)
{
	static const struct {
		const char *kind, *text;
	} known[] = {
		{ "owner", N_("of one owner, by published list: %1") },
		{ "host", N_("their first payloads name the same host: %1") },
		{ "sequence", N_("sequence numbers made with one secret: %1") },
		{ "family", N_("bots of one family on one port: %1") },
		{ "burst", N_("alike (%1), and four of five came within %2 hours") },
		{ "hours",
			N_("alike but for the ports (%1), awake in the same hours (likeness %2)") },
		{ "alike", N_("alike: %1") },
	};
	const struct printing p = { lang, false, out };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].kind, w->kind) == 0)
			say(&p, known[i].text,
				{ w->value, NUMBER(w->measure, w->measure < 10 ? 1 : 0) });
	noro_buf_str(out, "  ");
	say(&p, N_("[%1 sources]"), { NUMBER(w->sources, 0) });
}

static void members(const struct printing *p, const struct noro_campaign *c)
{
	noro_buf_str(p->out, "    ");
	for (size_t i = 0; i < c->sources && i < SHOWN; i++) {
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&c->member[i], ip);
		noro_buf_str(p->out, i ? ", " : "");
		noro_buf_str(p->out, ip);
	}
	if (c->sources > SHOWN) {
		noro_buf_chr(p->out, ' ');
		say(p, N_("and %1 more"), { NUMBER(c->sources - SHOWN, 0) });
	}
	noro_buf_chr(p->out, '\n');
}

static void one(const struct printing *p, const struct noro_campaign *c)
{
	noro_buf_str(p->out, c->id);
	noro_buf_str(p->out, "  ");
	say(p, N_("%1 sources in %2 networks, %3 packets: %4"),
		{ NUMBER(c->sources, 0), NUMBER(c->networks, 0), NUMBER(c->packets, 0),
			noro_lang_text(p->lang, noro_campaign_proof_text(c->proof)) });
	noro_buf_str(p->out, "\n    ");
	say(p, N_("%1 to %2"), { MOMENT(p, c->first_ns), MOMENT(p, c->last_ns) });
	noro_buf_str(p->out, "  ");
	list(&c->ports, p->out);
	noro_buf_str(p->out, "  ");
	noro_buf_str(p->out, c->tool ? c->tool : c->probe ? c->probe : "-");
	noro_buf_str(p->out, "  ");
	list(&c->countries, p->out);
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < c->whys; i++) {
		noro_buf_str(p->out, "    ");
		noro_campaign_why_text(&c->why[i], p->lang, p->out);
		noro_buf_chr(p->out, '\n');
	}
	members(p, c);
}

enum noro_status noro_campaigns_text(const struct noro_campaigns *c, size_t top,
	enum noro_lang lang, bool era, struct noro_buf *out)
{
	const struct printing p = { lang, era, out };

	for (size_t i = 0; i < c->campaigns && i < top; i++)
		one(&p, &c->campaign[i]);
	if (c->campaigns > top) {
		say(&p, N_("%1 more campaigns"), { NUMBER(c->campaigns - top, 0) });
		noro_buf_chr(out, '\n');
	}
	return out->status;
}

/* --- JSON --- */

static void json_why(struct noro_jsonw *w, const struct noro_campaign *c)
{
	noro_jsonw_key(w, "why");
	noro_jsonw_array(w);
	for (size_t i = 0; i < c->whys; i++) {
		noro_jsonw_object(w);
		noro_jsonw_kstr(w, "kind", c->why[i].kind);
		noro_jsonw_kstr(w, "value", c->why[i].value);
		noro_jsonw_ku64(w, "sources", c->why[i].sources);
		noro_sense_real(w, "measure", c->why[i].measure);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void json_one(struct noro_jsonw *w, const struct noro_campaign *c, bool whole)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "id", c->id);
	noro_jsonw_kstr(w, "proof", proof_name[c->proof]);
	noro_jsonw_ku64(w, "sources", c->sources);
	noro_jsonw_ku64(w, "networks", c->networks);
	noro_jsonw_ku64(w, "sensors", c->sensors);
	noro_jsonw_ku64(w, "packets", c->packets);
	noro_jsonw_ku64(w, "events", c->events);
	noro_jsonw_ktime(w, "first", c->first_ns);
	noro_jsonw_ktime(w, "last", c->last_ns);
	noro_jsonw_kstr(w, "tool", c->tool);
	noro_jsonw_kstr(w, "cluster", c->cluster);
	noro_jsonw_kstr(w, "probe", c->probe);
	noro_report_json_list(w, "ports", c->ports);
	noro_report_json_list(w, "countries", c->countries);
	json_why(w, c);
	noro_jsonw_key(w, "members");
	noro_jsonw_array(w);
	for (size_t i = 0; i < c->sources && (whole || i < SHOWN); i++) {
		char ip[NORO_IP_TEXT];

		(void)noro_ip_print(&c->member[i], ip);
		noro_jsonw_str(w, ip);
	}
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

void noro_sense_json_campaigns(struct noro_jsonw *w, const struct noro_campaigns *c, bool whole)
{
	noro_jsonw_key(w, "campaigns");
	noro_jsonw_array(w);
	for (size_t i = 0; i < c->campaigns; i++)
		json_one(w, &c->campaign[i], whole);
	noro_jsonw_array_end(w);
}

enum noro_status noro_campaigns_json(const struct noro_campaigns *c, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_jsonw_ku64(&w, "sources", c->sources);
	noro_jsonw_ku64(&w, "joined", c->joined);
	noro_jsonw_kbool(&w, "cut", c->cut);
	noro_sense_json_campaigns(&w, c, true);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	return out->status;
}

/* --- CSV: a row for each member --- */

enum noro_status noro_campaigns_csv(
	const struct noro_campaigns *c, enum noro_lang lang, struct noro_buf *out)
{
	static const char *const name[] = { "campaign", "proof", "source", "sources", "first",
		"last", "tool", "cluster", "port", "why", "shared" };
	struct noro_csv v = { .out = out };

	noro_sense_csv_begin(&v, lang, name, sizeof(name) / sizeof(name[0]));
	for (size_t i = 0; i < c->campaigns; i++)
		for (size_t k = 0; k < c->campaign[i].sources; k++) {
			const struct noro_campaign *m = &c->campaign[i];
			char ip[NORO_IP_TEXT];

			(void)noro_ip_print(&m->member[k], ip);
			noro_csv_str(&v, m->id);
			noro_csv_str(&v, proof_name[m->proof]);
			noro_csv_str(&v, ip);
			noro_csv_u64(&v, m->sources);
			noro_csv_time(&v, m->first_ns);
			noro_csv_time(&v, m->last_ns);
			noro_csv_str(&v, m->tool ? m->tool : "");
			noro_csv_str(&v, m->cluster ? m->cluster : "");
			noro_csv_str(&v, m->ports.n ? m->ports.item[0] : "");
			noro_csv_str(&v, m->whys ? m->why[0].kind : "");
			noro_csv_str(&v, m->whys ? m->why[0].value : "");
			noro_csv_end(&v);
		}
	noro_buf_done(&v.text);
	return out->status;
}
