/*
 * src/report/sense_payloads.c - groups of first payloads for people and programs. What strangers
 * sent is shown escaped and defanged: it is read, never run or clicked.
 */
#include "report/report_priv.h"
#include "report/sense_priv.h"

#include "base/jsonw.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 160, URLS_SHOWN = 4 };

#define say(lang, out, ...) noro_lang_msg(lang, &(struct noro_msg){ __VA_ARGS__ }, out)

static void list(const struct noro_list *l, size_t most, const char *between, struct noro_buf *out)
{
	for (size_t i = 0; i < l->n && i < most; i++) {
		noro_buf_str(out, i ? between : "");
		noro_buf_str(out, l->item[i]);
	}
	if (l->n > most)
		noro_buf_str(out, " ...");
}

static void safe(struct noro_view v, bool defang, struct noro_buf *out)
{
	struct noro_buf plain = { 0 };

	if (defang) {
		noro_defang(v, &plain);
		noro_escape(noro_buf_as_view(&plain), SHOWN, out);
	} else {
		noro_escape(v, SHOWN, out);
	}
	if (plain.status != NORO_OK)
		out->status = plain.status;
	noro_buf_done(&plain);
}

static void figures(const struct noro_payload_group *g, enum noro_lang lang, struct noro_buf *out)
{
	struct noro_buf ports = { 0 };

	list(&g->ports, NORO_OBSERVE_PORTS, ", ", &ports);
	say(lang, out, N_("%1 payloads from %2 sources, %3 to %4"),
		{ NORO_SENSE_NUMBER(g->count, 0), NORO_SENSE_NUMBER(g->sources, 0),
			NORO_SENSE_MOMENT(g->first_ns, false),
			NORO_SENSE_MOMENT(g->last_ns, false) });
	noro_buf_str(out, "  ");
	say(lang, out, N_("port %1"), { ports.p ? ports.p : "-" });
	noro_buf_chr(out, '\n');
	if (ports.status != NORO_OK)
		out->status = ports.status;
	noro_buf_done(&ports);
}

static void group(const struct noro_payload_group *g, enum noro_lang lang, struct noro_buf *out)
{
	const char *title = lang == NORO_JA && g->title.ja ? g->title.ja : g->title.en;

	if (g->rule)
		noro_buf_str(out, g->rule);
	else
		noro_buf_printf(out, "%016llx", (unsigned long long)g->simhash);
	noro_buf_str(out, "  ");
	if (title) {
		noro_buf_str(out, title);
		noro_buf_str(out, "\n    ");
	}
	figures(g, lang, out);
	if (g->ja4) {
		noro_buf_str(out, "    JA4 ");
		safe(noro_view_str(g->ja4), true, out);
		noro_buf_chr(out, '\n');
	}
	for (size_t i = 0; i < g->urls.n && i < URLS_SHOWN; i++) {
		noro_buf_str(out, "    ");
		safe(noro_view_str(g->urls.item[i]), true, out);
		noro_buf_chr(out, '\n');
	}
	noro_buf_str(out, "    ");
	safe(g->excerpt, true, out);
	noro_buf_chr(out, '\n');
}

enum noro_status noro_sense_payloads_text(
	const struct noro_payloads *p, size_t top, enum noro_lang lang, struct noro_buf *out)
{
	size_t shown[2] = { 0, 0 };

	say(lang, out, N_("%1 first payloads; rules name %2"),
		{ NORO_SENSE_NUMBER(p->payloads, 0), NORO_SENSE_NUMBER(p->named, 0) });
	noro_buf_chr(out, '\n');
	for (size_t i = 0; i < p->groups; i++) {
		const struct noro_payload_group *g = &p->group[i];

		if (shown[!g->rule]++ >= top)
			continue;
		if (shown[!g->rule] == 1) {
			noro_buf_chr(out, '\n');
			noro_buf_str(out,
				noro_lang_text(lang, g->rule ? N_("What they are after")
							     : N_("Without a name, by likeness")));
			noro_buf_chr(out, '\n');
		}
		group(g, lang, out);
	}
	for (size_t i = 0; i < 2; i++) {
		if (shown[i] <= top)
			continue;
		say(lang, out, i ? N_("%1 more clusters") : N_("%1 more rules"),
			{ NORO_SENSE_NUMBER(shown[i] - top, 0) });
		noro_buf_chr(out, '\n');
	}
	if (p->sources_cut) {
		noro_buf_str(out,
			noro_lang_text(lang, N_("there are too many sources to count them all")));
		noro_buf_chr(out, '\n');
	}
	return out->status;
}

static void json_group(const struct noro_payload_group *g, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	struct noro_buf text = { 0 };
	char simhash[17];

	(void)snprintf(simhash, sizeof(simhash), "%016llx", (unsigned long long)g->simhash);
	noro_escape(g->excerpt, NORO_OBSERVE_EXCERPT, &text);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "rule", g->rule);
	noro_jsonw_kstr(&w, "title", g->title.en);
	noro_report_json_list(&w, "cve", g->cve);
	noro_jsonw_kstr(&w, "simhash", simhash);
	if (g->ja4)
		noro_jsonw_kstr(&w, "ja4", g->ja4);
	noro_report_json_list(&w, "ports", g->ports);
	noro_jsonw_ku64(&w, "payloads", g->count);
	noro_jsonw_ku64(&w, "sources", g->sources);
	noro_jsonw_ktime(&w, "first", g->first_ns);
	noro_jsonw_ktime(&w, "last", g->last_ns);
	noro_report_json_list(&w, "urls", g->urls);
	noro_jsonw_ku64(&w, "bytes", g->bytes);
	noro_jsonw_kstr(&w, "excerpt", text.p ? text.p : "");
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	if (text.status != NORO_OK)
		out->status = text.status;
	noro_buf_done(&text);
}

enum noro_status noro_sense_payloads_json(const struct noro_payloads *p, struct noro_buf *out)
{
	for (size_t i = 0; i < p->groups; i++)
		json_group(&p->group[i], out);
	return out->status;
}
