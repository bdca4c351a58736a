/*
 * src/knowledge/profile.c - an actor's profile as text for people, in either language. It prints
 * who says what, never a flat list of synonyms: each line of names and relations carries who claims
 * it, the source and its trust mark, and a name that leads to several records shows all of them.
 */
#include "knowledge/profile_priv.h"

#include "knowledge/bind_priv.h"
#include "knowledge/page_priv.h"

#include <stdio.h>

enum { MAX_HITS = 16 };

static void put_name(struct page *p, const struct noro_actor *a)
{
	const char *ja = a->name.ja, *en = a->name.en;

	page_bi(p, a->name);
	/* "APT40(リヴァイアサン)" says both already */
	if (ja && en && !strstr(ja, en) && !strstr(en, ja)) {
		noro_buf_str(p->out, " (");
		page_put(p, p->ja ? en : ja);
		noro_buf_chr(p->out, ')');
	}
}

static void put_note(struct page *p, struct noro_bitext note)
{
	if (!note.en && !note.ja)
		return;
	noro_buf_str(p->out, " (");
	page_bi(p, note);
	noro_buf_chr(p->out, ')');
}

/* "per MISP galaxy: " stands before the names, "MISP galaxyによる: " in Japanese. */
static void put_by(struct page *p, struct noro_bitext by)
{
	if (!p->ja)
		noro_buf_str(p->out, page_label(p, L_SAYS));
	page_bi(p, by);
	noro_buf_str(p->out, p->ja ? page_label(p, L_SAYS) : ": ");
}

static void put_alias(struct page *p, const struct noro_claim *c)
{
	noro_buf_str(p->out, "  ");
	put_by(p, c->by);
	page_list(p, c->names);
	put_note(p, c->note);
	page_origin(p, c->origin);
	noro_buf_chr(p->out, '\n');
}

static void put_relation(struct page *p, const struct noro_claim *c)
{
	noro_buf_str(p->out, "  ");
	page_padded(p, page_word(p, c->rel), LABEL_COLUMNS);
	put_by(p, c->by);
	for (size_t i = 0; i < c->to.n; i++) {
		const struct noro_actor *to = noro_knowledge_actor(p->k, c->to.item[i]);

		if (i)
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		if (to)
			page_bi(p, to->name);
		else
			page_put(p, c->to.item[i]);
	}
	put_note(p, c->note);
	page_origin(p, c->origin);
	noro_buf_chr(p->out, '\n');
}

static bool is_alias(const struct noro_claim *c)
{
	return strcmp(c->rel, "alias") == 0;
}

/* A record's own claims of one sort, and those that stand apart and are about it. */
static void put_claims(struct page *p, const struct noro_actor *a, bool alias, enum label title)
{
	bool any = false;

	for (size_t i = 0; i < a->claims + p->k->claims; i++) {
		const struct noro_claim *c =
			i < a->claims ? &a->claim[i] : p->k->claim[i - a->claims];

		if (is_alias(c) != alias)
			continue;
		if (i >= a->claims && (!c->about || noro_knowledge_actor(p->k, c->about) != a))
			continue;
		if (!any)
			page_heading(p, title);
		any = true;
		(alias ? put_alias : put_relation)(p, c);
	}
}

static void put_pointers(struct page *p, const struct know_gathered *g)
{
	if (g->pointers)
		page_heading(p, L_POINTERS);
	for (size_t i = 0; i < g->pointers; i++) {
		const struct noro_claim *c = g->pointer[i].claim;

		noro_buf_str(p->out, "  ");
		page_padded(p, page_word(p, c->rel), LABEL_COLUMNS);
		put_by(p, c->by);
		page_bi(p, g->pointer[i].from->name);
		put_note(p, c->note);
		page_origin(p, c->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_strings(struct page *p, enum label title, struct noro_strings list)
{
	if (!list.n)
		return;
	page_heading(p, title);
	noro_buf_str(p->out, "  ");
	page_list(p, list);
	noro_buf_chr(p->out, '\n');
}

/* As put_strings, with the sources of the whole list. */
static void put_sourced(
	struct page *p, enum label title, struct noro_strings list, struct noro_origin origin)
{
	if (!list.n)
		return;
	page_heading(p, title);
	noro_buf_str(p->out, "  ");
	page_list(p, list);
	page_origin(p, origin);
	noro_buf_chr(p->out, '\n');
}

static void put_texts(
	struct page *p, enum label title, const struct noro_bitext *text, size_t n, bool lines)
{
	if (!n)
		return;
	page_heading(p, title);
	for (size_t i = 0; i < n; i++) {
		if (lines || i == 0)
			noro_buf_str(p->out, lines ? "  - " : "  ");
		else
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		page_bi(p, text[i]);
		if (lines || i + 1 == n)
			noro_buf_chr(p->out, '\n');
	}
}

static void put_techniques(struct page *p, const struct noro_actor *a)
{
	if (!a->techniques.n)
		return;
	page_heading(p, L_TECHNIQUES);
	for (size_t i = 0; i < a->techniques.n; i++) {
		const char *id = a->techniques.item[i];
		const struct noro_technique *now = noro_knowledge_technique_now(p->k, id);

		noro_buf_str(p->out, "  ");
		page_padded(p, now ? now->id : id, LABEL_COLUMNS);
		if (now)
			page_bi(p, now->name);
		if (now && strcmp(now->id, id) != 0) {
			noro_buf_str(p->out, " <- ");
			page_put(p, id);
		}
		noro_buf_chr(p->out, '\n');
	}
	noro_buf_str(p->out, " ");
	page_origin(p, a->technique_origin);
	noro_buf_chr(p->out, '\n');
}

static void put_events(struct page *p, const struct know_gathered *g, bool whose)
{
	if (g->events)
		page_heading(p, L_EVENTS);
	for (size_t i = 0; i < g->events; i++) {
		const struct noro_know_event *e = g->event[i].event;

		noro_buf_str(p->out, "  ");
		page_padded(p, e->date.text, LABEL_COLUMNS);
		page_padded(p, page_word(p, e->kind), LABEL_COLUMNS);
		if (whose && g->event[i].actor) {
			page_bi(p, g->event[i].actor->name);
			noro_buf_str(p->out, " | ");
		}
		page_bi(p, e->issuer);
		noro_buf_str(p->out, ": ");
		page_bi(p, e->title);
		if (e->advisory) {
			noro_buf_chr(p->out, ' ');
			page_put(p, e->advisory);
		}
		page_origin(p, e->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_incidents(struct page *p, const struct know_gathered *g)
{
	if (g->incidents)
		page_heading(p, L_INCIDENTS);
	for (size_t i = 0; i < g->incidents; i++) {
		const struct noro_incident *in = g->incident[i];

		noro_buf_str(p->out, "  ");
		page_padded(p, in->from.text ? in->from.text : "-", LABEL_COLUMNS);
		page_bi(p, in->name);
		noro_buf_str(p->out, ": ");
		page_bi(p, in->summary);
		if (in->attributed.en || in->attributed.ja) {
			noro_buf_str(p->out, p->ja ? " 帰属: " : " Attributed: ");
			page_bi(p, in->attributed);
		}
		page_origin(p, in->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_advisories(struct page *p, const struct know_gathered *g)
{
	if (g->advisories)
		page_heading(p, L_ADVISORIES);
	for (size_t i = 0; i < g->advisories; i++) {
		const struct noro_advisory *adv = g->advisory[i];

		noro_buf_str(p->out, "  ");
		page_padded(p, adv->id, LABEL_COLUMNS);
		page_bi(p, adv->title);
		noro_buf_str(p->out, " (");
		page_filled(p, L_LISTED, NORO_NUM(adv->iocs), NORO_NUM(adv->behaviours));
		noro_buf_chr(p->out, ')');
		page_origin(p, adv->origin);
		noro_buf_chr(p->out, '\n');
	}
}

/* "2019-12" is 2019年12月 to a Japanese reader; a whole date stays as it is. */
static void put_since(struct page *p, const char *day)
{
	char text[32];

	if (p->ja && strlen(day) == 4)
		(void)snprintf(text, sizeof(text), "%s年", day);
	else if (p->ja && strlen(day) == 7)
		(void)snprintf(
			text, sizeof(text), "%.4s年%.2s月", day, day[5] == '0' ? day + 6 : day + 5);
	else
		(void)snprintf(text, sizeof(text), "%s", day);
	page_filled(p, L_SINCE, text, NULL);
}

/* "group, China, since 2021, ATT&CK G1045" */
static void put_facts(struct page *p, const struct noro_actor *a)
{
	page_put(p, page_word(p, a->type));
	if (a->state) {
		noro_buf_str(p->out, " | ");
		page_put(p, page_word(p, a->state));
	}
	if (a->since.text) {
		noro_buf_str(p->out, " | ");
		put_since(p, a->since.text);
	}
	if (a->attack_id) {
		noro_buf_str(p->out, " | ATT&CK ");
		page_put(p, a->attack_id);
	}
}

static enum noro_status put_actor(struct page *p, const struct noro_actor *a)
{
	struct know_gathered g;
	enum noro_status s = know_gather(p->k, p->arena, &a, 1, &g);

	if (s != NORO_OK)
		return s;
	put_name(p, a);
	noro_buf_str(p->out, "\n  ");
	put_facts(p, a);
	page_origin(p, a->origin);
	noro_buf_chr(p->out, '\n');
	if (a->summary.en || a->summary.ja) {
		noro_buf_str(p->out, "  ");
		page_bi(p, a->summary);
		noro_buf_chr(p->out, '\n');
	}
	put_claims(p, a, true, L_NAMES);
	put_claims(p, a, false, L_RELATIONS);
	put_pointers(p, &g);
	put_texts(p, L_SECTORS, a->sector, a->sectors, false);
	put_strings(p, L_REGIONS, a->regions);
	put_techniques(p, a);
	put_sourced(p, L_CVES, a->cves, a->cve_origin);
	put_sourced(p, L_MALWARE, a->malware, a->malware_origin);
	put_texts(p, L_INDICATORS, a->indicator, a->indicators, false);
	put_texts(p, L_SIGNS, a->sign, a->signs, true);
	put_events(p, &g, false);
	put_incidents(p, &g);
	put_advisories(p, &g);
	return NORO_OK;
}

enum noro_status noro_knowledge_profile(
	const struct noro_knowledge *k, const char *name, bool japanese, struct noro_buf *out)
{
	struct noro_actor_hit hit[MAX_HITS];
	size_t n;
	struct page p;
	enum noro_status s = know_names(k, name, hit, MAX_HITS, &n);

	if (s != NORO_OK || n == 0)
		return s != NORO_OK ? s : NORO_ENOENT;
	s = page_open(&p, k, japanese, out);
	if (s == NORO_OK && n > 1) {
		page_filled(&p, L_SEVERAL, NORO_NUM(n), NULL);
		noro_buf_str(out, "\n\n");
	}
	for (size_t i = 0; i < n && i < MAX_HITS && s == NORO_OK; i++) {
		if (i)
			noro_buf_str(out, "\n----\n\n");
		s = put_actor(&p, hit[i].actor);
	}
	return page_close(&p, s);
}

static void put_line(struct page *p, const struct noro_actor *a)
{
	noro_buf_str(p->out, "  ");
	put_name(p, a);
	noro_buf_str(p->out, "\n    ");
	put_facts(p, a);
	page_origin(p, a->origin);
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < a->claims; i++) {
		if (is_alias(&a->claim[i]))
			continue;
		noro_buf_str(p->out, "  ");
		put_relation(p, &a->claim[i]);
	}
}

enum noro_status noro_knowledge_state(
	const struct noro_knowledge *k, const char *state, bool japanese, struct noro_buf *out)
{
	const struct noro_actor **actor;
	struct know_gathered g;
	struct page p;
	size_t n;
	enum noro_status s = page_open(&p, k, japanese, out);

	if (s == NORO_OK)
		s = know_of_state(k, p.arena, state, &actor, &n);
	if (s == NORO_OK)
		s = know_gather(k, p.arena, actor, n, &g);
	if (s != NORO_OK)
		return page_close(&p, s);
	page_put(&p, page_word(&p, actor[0]->state));
	noro_buf_chr(out, '\n');
	page_heading(&p, L_RECORDS);
	for (size_t i = 0; i < n; i++)
		put_line(&p, actor[i]);
	put_pointers(&p, &g);
	put_events(&p, &g, true);
	put_incidents(&p, &g);
	put_advisories(&p, &g);
	return page_close(&p, s);
}
