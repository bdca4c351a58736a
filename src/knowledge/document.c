/* src/knowledge/document.c - an advisory, a technique or an incident as a page of text. */
#include "knowledge/page_priv.h"

enum { ID_COLUMNS = 8, LISTED = 10 /* indicators of a page; the rest is for exports */ };

static void put_window(struct page *p, const struct noro_advisory *adv)
{
	if (!adv->from.text && !adv->until.text)
		return;
	page_heading(p, L_WINDOW);
	noro_buf_str(p->out, "  ");
	page_put(p, adv->from.text ? adv->from.text : "?");
	noro_buf_str(p->out, p->ja ? "〜" : " to ");
	page_put(p, adv->until.text ? adv->until.text : "?");
	noro_buf_str(p->out, "\n  ");
	page_bi(p, adv->window_note);
	noro_buf_chr(p->out, '\n');
}

static void put_issuers(struct page *p, const struct noro_advisory *adv)
{
	if (adv->issuers)
		page_heading(p, L_ISSUERS);
	for (size_t i = 0; i < adv->issuers; i++) {
		noro_buf_str(p->out, "  ");
		page_padded(p, adv->issuer[i].country, 4);
		page_bi(p, adv->issuer[i].name);
		if (adv->issuer[i].lead) {
			noro_buf_str(p->out, " (");
			noro_buf_str(p->out, page_label(p, L_LEADS));
			noro_buf_chr(p->out, ')');
		}
		noro_buf_chr(p->out, '\n');
	}
	if (adv->revisions)
		page_heading(p, L_REVISIONS);
	for (size_t i = 0; i < adv->revisions; i++) {
		noro_buf_str(p->out, "  ");
		page_padded(p, adv->revision[i].date.text, LABEL_COLUMNS);
		page_bi(p, adv->revision[i].note);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_cves(struct page *p, const struct noro_advisory *adv)
{
	if (adv->cves)
		page_heading(p, L_CVES);
	for (size_t i = 0; i < adv->cves; i++) {
		const struct noro_know_cve *c = &adv->cve[i];

		noro_buf_str(p->out, "  ");
		page_padded(p, c->id, 16);
		page_put(p, c->vendor);
		noro_buf_chr(p->out, ' ');
		page_put(p, c->product);
		noro_buf_str(p->out, ": ");
		page_bi(p, c->role);
		if (c->kev.text) {
			noro_buf_str(p->out, " (KEV ");
			page_put(p, c->kev.text);
			noro_buf_chr(p->out, ')');
		}
		page_origin(p, c->origin);
		noro_buf_chr(p->out, '\n');
	}
}

/* Today's id and name, and the printed id where it is another. */
static void put_technique(struct page *p, const char *id, const char *tactic)
{
	const struct noro_technique *now = noro_knowledge_technique_now(p->k, id);
	const struct noro_tactic *t = noro_knowledge_tactic(p->k, tactic ? tactic : id);

	noro_buf_str(p->out, "  ");
	page_padded(p, now ? now->id : id, LABEL_COLUMNS);
	if (t && now) {
		page_bi(p, t->name);
		noro_buf_str(p->out, " / ");
	}
	if (now)
		page_bi(p, now->name);
	else if (t)
		page_bi(p, t->name);
	if (now && strcmp(now->id, id) != 0) {
		noro_buf_str(p->out, " <- ");
		page_put(p, id);
	}
	noro_buf_chr(p->out, '\n');
}

static void put_behaviours(struct page *p, const struct noro_advisory *adv)
{
	if (adv->behaviours)
		page_heading(p, L_BEHAVIOURS);
	for (size_t i = 0; i < adv->behaviours; i++) {
		const struct noro_behaviour *b = &adv->behaviour[i];

		noro_buf_str(p->out, "  ");
		page_padded(p, b->id, ID_COLUMNS);
		page_bi(p, b->title);
		noro_buf_str(p->out, " {");
		page_list(p, b->classes);
		noro_buf_chr(p->out, '}');
		page_origin(p, b->origin);
		noro_buf_str(p->out, "\n          ");
		page_bi(p, b->looks);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_advice(
	struct page *p, enum label title, const struct noro_advice_group *g, size_t n)
{
	if (n)
		page_heading(p, title);
	for (size_t i = 0; i < n; i++) {
		noro_buf_str(p->out, "  ");
		page_bi(p, g[i].title);
		noro_buf_chr(p->out, '\n');
		for (size_t j = 0; j < g[i].items; j++) {
			noro_buf_str(p->out, "  - ");
			page_bi(p, g[i].item[j].text);
			if (g[i].item[j].commands.n) {
				noro_buf_str(p->out, " | ");
				page_list(p, g[i].item[j].commands);
			}
			page_origin(p, g[i].item[j].origin);
			noro_buf_chr(p->out, '\n');
		}
	}
}

static void put_indicators(struct page *p, const struct noro_advisory *adv)
{
	page_heading(p, L_COUNTED);
	noro_buf_str(p->out, "  ");
	page_filled(p, L_LISTED, NORO_NUM(adv->iocs), NORO_NUM(adv->behaviours));
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < adv->iocs && i < LISTED; i++) {
		noro_buf_str(p->out, "  ");
		page_padded(p, adv->ioc[i].kind, ID_COLUMNS);
		page_put(p, adv->ioc[i].value);
		noro_buf_chr(p->out, '\n');
	}
	if (adv->iocs > LISTED)
		noro_buf_str(p->out, "  ...\n");
}

static void put_advisory(struct page *p, const struct noro_advisory *adv)
{
	page_put(p, adv->id);
	noro_buf_str(p->out, "  ");
	page_bi(p, adv->title);
	page_origin(p, adv->origin);
	if (adv->tlp) {
		noro_buf_str(p->out, " TLP:");
		page_put(p, adv->tlp);
	}
	noro_buf_str(p->out, "\n  ");
	page_bi(p, adv->summary);
	noro_buf_chr(p->out, '\n');
	if (adv->caution.en || adv->caution.ja) {
		page_heading(p, L_CAUTION);
		noro_buf_str(p->out, "  ");
		page_bi(p, adv->caution);
		noro_buf_chr(p->out, '\n');
	}
	put_issuers(p, adv);
	put_window(p, adv);
	put_cves(p, adv);
	if (adv->techniques)
		page_heading(p, L_TECHNIQUES);
	for (size_t i = 0; i < adv->techniques; i++)
		put_technique(p, adv->technique[i].id, adv->technique[i].tactic);
	put_behaviours(p, adv);
	put_advice(p, L_MITIGATIONS, adv->mitigation, adv->mitigations);
	put_advice(p, L_HUNTING, adv->hunting, adv->huntings);
	put_indicators(p, adv);
}

static void put_incident(struct page *p, const struct noro_incident *in)
{
	page_bi(p, in->name);
	page_origin(p, in->origin);
	noro_buf_str(p->out, "\n  ");
	page_put(p, in->from.text ? in->from.text : "?");
	noro_buf_str(p->out, p->ja ? "〜" : " to ");
	page_put(p, in->until.text ? in->until.text : "?");
	noro_buf_str(p->out, "\n  ");
	page_bi(p, in->summary);
	noro_buf_str(p->out, "\n  ");
	page_bi(p, in->attributed);
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < in->facts; i++) {
		noro_buf_str(p->out, "  - ");
		page_bi(p, in->fact[i]);
		noro_buf_chr(p->out, '\n');
	}
	for (size_t i = 0; i < in->techniques.n; i++)
		put_technique(p, in->techniques.item[i], NULL);
}

/* The technique itself, and which advisories and actors here speak of it. */
static void put_one_technique(struct page *p, const struct noro_technique *t)
{
	put_technique(p, t->id, t->tactics.n ? t->tactics.item[0] : NULL);
	noro_buf_str(p->out, "  ATT&CK ");
	page_put(p, t->domain);
	noro_buf_chr(p->out, ' ');
	page_put(p, t->release);
	if (t->revoked_in) {
		noro_buf_str(p->out, " -> ");
		page_put(p, t->revoked_in);
	}
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < p->k->advisories; i++) {
		const struct noro_advisory *adv = p->k->advisory[i];

		for (size_t j = 0; j < adv->techniques; j++) {
			const struct noro_technique *cited =
				noro_knowledge_technique_now(p->k, adv->technique[j].id);

			if (cited != noro_knowledge_technique_now(p->k, t->id))
				continue;
			noro_buf_str(p->out, "  ");
			page_padded(p, adv->id, LABEL_COLUMNS);
			page_bi(p, adv->title);
			noro_buf_chr(p->out, '\n');
			break;
		}
	}
}

enum noro_status noro_knowledge_document(
	const struct noro_knowledge *k, const char *id, bool japanese, struct noro_buf *out)
{
	const struct noro_advisory *adv = noro_knowledge_advisory(k, id);
	const struct noro_incident *in = adv ? NULL : noro_knowledge_incident(k, id);
	const struct noro_technique *t = adv || in ? NULL : noro_knowledge_technique(k, id);
	struct page p;
	enum noro_status s;

	if (!adv && !in && !t)
		return NORO_ENOENT;
	s = page_open(&p, k, japanese, out);
	if (s == NORO_OK && adv)
		put_advisory(&p, adv);
	if (s == NORO_OK && in)
		put_incident(&p, in);
	if (s == NORO_OK && t)
		put_one_technique(&p, t);
	return page_close(&p, s);
}
