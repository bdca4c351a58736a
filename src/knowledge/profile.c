/*
 * src/knowledge/profile.c - an actor's profile as text for people, in either language. It prints
 * who says what, never a flat list of synonyms: each line of names and relations carries who claims
 * it, the source and its trust mark, and a name that leads to several records shows all of them.
 */
#include "knowledge/profile_priv.h"

#include "knowledge/bind_priv.h"

#include "base/text.h"

#include <stdio.h>

enum { LABEL_COLUMNS = 12, MAX_HITS = 16, MAX_TEXT = 1 << 16 };

/* Words of the page itself. The reader's language is known here, the catalogues are not. */
enum label {
	L_NAMES,
	L_RELATIONS,
	L_POINTERS,
	L_SECTORS,
	L_REGIONS,
	L_TECHNIQUES,
	L_CVES,
	L_MALWARE,
	L_INDICATORS,
	L_SIGNS,
	L_EVENTS,
	L_INCIDENTS,
	L_ADVISORIES,
	L_SOURCES,
	L_SINCE,
	L_SEVERAL,
	L_RECORDS,
	L_SAYS,
	L_LISTED,
};

static const struct noro_bitext labels[] = {
	[L_NAMES] = { "Other names", "別名" },
	[L_RELATIONS] = { "Relations", "関係" },
	[L_POINTERS] = { "Said of it elsewhere", "他の記録からの言及" },
	[L_SECTORS] = { "Sectors", "標的分野" },
	[L_REGIONS] = { "Regions", "標的国・地域" },
	[L_TECHNIQUES] = { "Techniques (ATT&CK, today's ids)", "技術(ATT&CK、現在のID)" },
	[L_CVES] = { "Vulnerabilities", "悪用される脆弱性" },
	[L_MALWARE] = { "Malware and tools", "マルウェア・ツール" },
	[L_INDICATORS] = { "Kinds of indicators", "侵害指標の種類" },
	[L_SIGNS] = { "Signs", "特徴" },
	[L_EVENTS] = { "Events", "経緯" },
	[L_INCIDENTS] = { "Incidents", "事案" },
	[L_ADVISORIES] = { "Advisories", "公表文書" },
	[L_SOURCES] = { "Sources (P primary, D derived, N news, C computed, GK general knowledge)",
		"出典(P 一次資料、D 派生資料、N 報道、C 計算、GK 一般知識)" },
	[L_SINCE] = { "since %1", "%1以降" },
	[L_SEVERAL] = { "This name leads to %1 records; sources disagree.",
		"この名称に該当する記録は%1件あり、情報源により見解が異なります。" },
	[L_RECORDS] = { "Organs, units, companies and groups", "機関・部隊・企業・グループ" },
	[L_SAYS] = { "per ", "による: " },
	[L_LISTED] = { "%1 indicators, %2 behaviours", "侵害指標%1件、挙動%2件" },
};

static const struct {
	const char *key;
	struct noro_bitext word;
} words[] = {
	{ "actor", { "group", "グループ" } },
	{ "organ", { "organ of state", "国家機関" } },
	{ "unit", { "unit", "部隊・部局" } },
	{ "company", { "company", "企業" } },
	{ "malware", { "malware", "マルウェア" } },
	{ "overlaps", { "overlaps", "重複" } },
	{ "part-of", { "part of", "所属" } },
	{ "serves", { "serves", "従事" } },
	{ "supplies", { "supplies", "役務提供" } },
	{ "uses", { "uses", "使用" } },
	{ "advisory", { "advisory", "共同文書" } },
	{ "sanction", { "sanction", "制裁" } },
	{ "indictment", { "indictment", "起訴" } },
	{ "attribution", { "attribution", "帰属の公表" } },
	{ "warning", { "warning", "注意喚起" } },
	{ "takedown", { "takedown", "摘発・無害化" } },
	{ "report", { "report", "報告" } },
	{ "CN", { "China", "中国" } },
	{ "RU", { "Russia", "ロシア" } },
	{ "KP", { "North Korea", "北朝鮮" } },
	{ "IR", { "Iran", "イラン" } },
};

struct page {
	const struct noro_knowledge *k;
	struct noro_buf *out;
	struct noro_arena *arena;
	bool *cited; /* by place in k->source */
	bool ja;
};

static const char *label(const struct page *p, enum label l)
{
	return noro_bitext_pick(labels[l], p->ja);
}

static const char *word(const struct page *p, const char *key)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].key, key) == 0)
			return noro_bitext_pick(words[i].word, p->ja);
	}
	return key;
}

static void put(struct page *p, const char *s)
{
	if (s)
		noro_escape(noro_view_str(s), MAX_TEXT, p->out);
}

static void put_bi(struct page *p, struct noro_bitext t)
{
	put(p, noro_bitext_pick(t, p->ja));
}

/* A label with %1 and %2 in it. */
static void put_filled(struct page *p, enum label l, const char *one, const char *two)
{
	for (const char *s = label(p, l); *s; s++) {
		if (s[0] == '%' && (s[1] == '1' || s[1] == '2'))
			put(p, *++s == '1' ? one : two);
		else
			noro_buf_chr(p->out, *s);
	}
}

static void heading(struct page *p, enum label l)
{
	noro_buf_printf(p->out, "\n%s\n", label(p, l));
}

/* A word and blanks up to the column, also for wide characters. */
static void put_padded(struct page *p, const char *s, size_t columns)
{
	size_t used = noro_utf8_columns(noro_view_str(s));

	put(p, s);
	do
		noro_buf_chr(p->out, ' ');
	while (++used < columns);
}

static void put_list(struct page *p, struct noro_strings list)
{
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		put(p, list.item[i]);
	}
}

/* "[A1, M1; P]", and remember that they were named. */
static void put_origin(struct page *p, struct noro_origin o)
{
	noro_buf_str(p->out, " [");
	for (size_t i = 0; i < o.source.n; i++) {
		const struct noro_know_source *s = noro_knowledge_source(p->k, o.source.item[i]);

		for (size_t j = 0; s && j < p->k->sources; j++)
			p->cited[j] |= p->k->source[j] == s;
		put(p, o.source.item[i]);
		noro_buf_str(p->out, i + 1 < o.source.n ? ", " : "; ");
	}
	noro_buf_str(p->out, noro_knowledge_trust(p->k, o));
	noro_buf_chr(p->out, ']');
}

static void put_name(struct page *p, const struct noro_actor *a)
{
	const char *ja = a->name.ja, *en = a->name.en;

	put_bi(p, a->name);
	/* "APT40(リヴァイアサン)" says both already */
	if (ja && en && !strstr(ja, en) && !strstr(en, ja)) {
		noro_buf_str(p->out, " (");
		put(p, p->ja ? en : ja);
		noro_buf_chr(p->out, ')');
	}
}

static void put_note(struct page *p, struct noro_bitext note)
{
	if (!note.en && !note.ja)
		return;
	noro_buf_str(p->out, " (");
	put_bi(p, note);
	noro_buf_chr(p->out, ')');
}

/* "per MISP galaxy: " stands before the names, "MISP galaxyによる: " in Japanese. */
static void put_by(struct page *p, struct noro_bitext by)
{
	if (!p->ja)
		noro_buf_str(p->out, label(p, L_SAYS));
	put_bi(p, by);
	noro_buf_str(p->out, p->ja ? label(p, L_SAYS) : ": ");
}

static void put_alias(struct page *p, const struct noro_claim *c)
{
	noro_buf_str(p->out, "  ");
	put_by(p, c->by);
	put_list(p, c->names);
	put_note(p, c->note);
	put_origin(p, c->origin);
	noro_buf_chr(p->out, '\n');
}

static void put_relation(struct page *p, const struct noro_claim *c)
{
	noro_buf_str(p->out, "  ");
	put_padded(p, word(p, c->rel), LABEL_COLUMNS);
	put_by(p, c->by);
	for (size_t i = 0; i < c->to.n; i++) {
		const struct noro_actor *to = noro_knowledge_actor(p->k, c->to.item[i]);

		if (i)
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		if (to)
			put_bi(p, to->name);
		else
			put(p, c->to.item[i]);
	}
	put_note(p, c->note);
	put_origin(p, c->origin);
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
			heading(p, title);
		any = true;
		(alias ? put_alias : put_relation)(p, c);
	}
}

static void put_pointers(struct page *p, const struct know_gathered *g)
{
	if (g->pointers)
		heading(p, L_POINTERS);
	for (size_t i = 0; i < g->pointers; i++) {
		const struct noro_claim *c = g->pointer[i].claim;

		noro_buf_str(p->out, "  ");
		put_padded(p, word(p, c->rel), LABEL_COLUMNS);
		put_by(p, c->by);
		put_bi(p, g->pointer[i].from->name);
		put_note(p, c->note);
		put_origin(p, c->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_strings(struct page *p, enum label title, struct noro_strings list)
{
	if (!list.n)
		return;
	heading(p, title);
	noro_buf_str(p->out, "  ");
	put_list(p, list);
	noro_buf_chr(p->out, '\n');
}

/* As put_strings, with the sources of the whole list. */
static void put_sourced(
	struct page *p, enum label title, struct noro_strings list, struct noro_origin origin)
{
	if (!list.n)
		return;
	heading(p, title);
	noro_buf_str(p->out, "  ");
	put_list(p, list);
	put_origin(p, origin);
	noro_buf_chr(p->out, '\n');
}

static void put_texts(
	struct page *p, enum label title, const struct noro_bitext *text, size_t n, bool lines)
{
	if (!n)
		return;
	heading(p, title);
	for (size_t i = 0; i < n; i++) {
		if (lines || i == 0)
			noro_buf_str(p->out, lines ? "  - " : "  ");
		else
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		put_bi(p, text[i]);
		if (lines || i + 1 == n)
			noro_buf_chr(p->out, '\n');
	}
}

static void put_techniques(struct page *p, const struct noro_actor *a)
{
	if (!a->techniques.n)
		return;
	heading(p, L_TECHNIQUES);
	for (size_t i = 0; i < a->techniques.n; i++) {
		const char *id = a->techniques.item[i];
		const struct noro_technique *now = noro_knowledge_technique_now(p->k, id);

		noro_buf_str(p->out, "  ");
		put_padded(p, now ? now->id : id, LABEL_COLUMNS);
		if (now)
			put_bi(p, now->name);
		if (now && strcmp(now->id, id) != 0) {
			noro_buf_str(p->out, " <- ");
			put(p, id);
		}
		noro_buf_chr(p->out, '\n');
	}
	noro_buf_str(p->out, " ");
	put_origin(p, a->technique_origin);
	noro_buf_chr(p->out, '\n');
}

static void put_events(struct page *p, const struct know_gathered *g, bool whose)
{
	if (g->events)
		heading(p, L_EVENTS);
	for (size_t i = 0; i < g->events; i++) {
		const struct noro_know_event *e = g->event[i].event;

		noro_buf_str(p->out, "  ");
		put_padded(p, e->date.text, LABEL_COLUMNS);
		put_padded(p, word(p, e->kind), LABEL_COLUMNS);
		if (whose && g->event[i].actor) {
			put_bi(p, g->event[i].actor->name);
			noro_buf_str(p->out, " | ");
		}
		put_bi(p, e->issuer);
		noro_buf_str(p->out, ": ");
		put_bi(p, e->title);
		if (e->advisory) {
			noro_buf_chr(p->out, ' ');
			put(p, e->advisory);
		}
		put_origin(p, e->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_incidents(struct page *p, const struct know_gathered *g)
{
	if (g->incidents)
		heading(p, L_INCIDENTS);
	for (size_t i = 0; i < g->incidents; i++) {
		const struct noro_incident *in = g->incident[i];

		noro_buf_str(p->out, "  ");
		put_padded(p, in->from.text ? in->from.text : "-", LABEL_COLUMNS);
		put_bi(p, in->name);
		noro_buf_str(p->out, ": ");
		put_bi(p, in->summary);
		if (in->attributed.en || in->attributed.ja) {
			noro_buf_str(p->out, p->ja ? " 帰属: " : " Attributed: ");
			put_bi(p, in->attributed);
		}
		put_origin(p, in->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_advisories(struct page *p, const struct know_gathered *g)
{
	if (g->advisories)
		heading(p, L_ADVISORIES);
	for (size_t i = 0; i < g->advisories; i++) {
		const struct noro_advisory *adv = g->advisory[i];

		noro_buf_str(p->out, "  ");
		put_padded(p, adv->id, LABEL_COLUMNS);
		put_bi(p, adv->title);
		noro_buf_str(p->out, " (");
		put_filled(p, L_LISTED, NORO_NUM(adv->iocs), NORO_NUM(adv->behaviours));
		noro_buf_chr(p->out, ')');
		put_origin(p, adv->origin);
		noro_buf_chr(p->out, '\n');
	}
}

static void put_sources(struct page *p)
{
	bool any = false;

	for (size_t i = 0; i < p->k->sources; i++) {
		const struct noro_know_source *s = p->k->source[i];

		if (!p->cited[i])
			continue;
		if (!any)
			heading(p, L_SOURCES);
		any = true;
		noro_buf_str(p->out, "  ");
		put_padded(p, s->id, 5);
		put_padded(p, s->trust, 3);
		put_bi(p, s->title);
		if (s->url) {
			noro_buf_chr(p->out, ' ');
			put(p, s->url);
		}
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
	put_filled(p, L_SINCE, text, NULL);
}

/* "group, China, since 2021, ATT&CK G1045" */
static void put_facts(struct page *p, const struct noro_actor *a)
{
	put(p, word(p, a->type));
	if (a->state) {
		noro_buf_str(p->out, " | ");
		put(p, word(p, a->state));
	}
	if (a->since.text) {
		noro_buf_str(p->out, " | ");
		put_since(p, a->since.text);
	}
	if (a->attack_id) {
		noro_buf_str(p->out, " | ATT&CK ");
		put(p, a->attack_id);
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
	put_origin(p, a->origin);
	noro_buf_chr(p->out, '\n');
	if (a->summary.en || a->summary.ja) {
		noro_buf_str(p->out, "  ");
		put_bi(p, a->summary);
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

static enum noro_status page_open(
	struct page *p, const struct noro_knowledge *k, bool japanese, struct noro_buf *out)
{
	*p = (struct page){ .k = k, .out = out, .ja = japanese, .arena = noro_arena_new(0) };
	if (p->arena)
		p->cited = noro_arena_array(p->arena, k->sources + 1, sizeof(bool));
	return p->cited ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status page_close(struct page *p, enum noro_status s)
{
	if (s == NORO_OK)
		put_sources(p);
	noro_arena_free(p->arena);
	return s == NORO_OK ? p->out->status : s;
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
		put_filled(&p, L_SEVERAL, NORO_NUM(n), NULL);
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
	put_origin(p, a->origin);
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
	put(&p, word(&p, actor[0]->state));
	noro_buf_chr(out, '\n');
	heading(&p, L_RECORDS);
	for (size_t i = 0; i < n; i++)
		put_line(&p, actor[i]);
	put_pointers(&p, &g);
	put_events(&p, &g, true);
	put_incidents(&p, &g);
	put_advisories(&p, &g);
	return page_close(&p, s);
}
