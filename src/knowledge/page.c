/*
 * src/knowledge/page.c - the pieces of which pages are made. The words of a page stand here, beside
 * its layout: they are headings of data that is bilingual itself, and the language arrives as an
 * argument, so that no catalogue is needed below the report.
 */
#include "knowledge/page_priv.h"

#include "base/text.h"

enum { MAX_TEXT = 1 << 16 };

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
	[L_ISSUERS] = { "Issued by", "発表機関" },
	[L_REVISIONS] = { "Versions", "版" },
	[L_WINDOW] = { "Seen in use", "観測期間" },
	[L_CAUTION] = { "Caution", "注意" },
	[L_COUNTED] = { "Indicators", "侵害指標" },
	[L_BEHAVIOURS] = { "Behaviours", "挙動" },
	[L_CASES] = { "Cases", "事例" },
	[L_MITIGATIONS] = { "Mitigations, in order", "緩和策(優先順)" },
	[L_HUNTING] = { "Hunting", "調査の手引き" },
	[L_LEADS] = { "lead", "主導" },
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

const char *page_label(const struct page *p, enum label l)
{
	return noro_bitext_pick(labels[l], p->ja);
}

const char *page_word(const struct page *p, const char *key)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].key, key) == 0)
			return noro_bitext_pick(words[i].word, p->ja);
	}
	return key;
}

void page_put(struct page *p, const char *s)
{
	if (s)
		noro_escape(noro_view_str(s), MAX_TEXT, p->out);
}

void page_bi(struct page *p, struct noro_bitext t)
{
	page_put(p, noro_bitext_pick(t, p->ja));
}

/* A label with %1 and %2 in it. */
void page_filled(struct page *p, enum label l, const char *one, const char *two)
{
	for (const char *s = page_label(p, l); *s; s++) {
		if (s[0] == '%' && (s[1] == '1' || s[1] == '2'))
			page_put(p, *++s == '1' ? one : two);
		else
			noro_buf_chr(p->out, *s);
	}
}

void page_heading(struct page *p, enum label l)
{
	noro_buf_printf(p->out, "\n%s\n", page_label(p, l));
}

/* A word and blanks up to the column, also for wide characters. */
void page_padded(struct page *p, const char *s, size_t columns)
{
	size_t used = noro_utf8_columns(noro_view_str(s));

	page_put(p, s);
	do
		noro_buf_chr(p->out, ' ');
	while (++used < columns);
}

void page_list(struct page *p, struct noro_strings list)
{
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			noro_buf_str(p->out, p->ja ? "、" : ", ");
		page_put(p, list.item[i]);
	}
}

/* "[A1, M1; P]", and remember that they were named. */
void page_origin(struct page *p, struct noro_origin o)
{
	noro_buf_str(p->out, " [");
	for (size_t i = 0; i < o.source.n; i++) {
		const struct noro_know_source *s = noro_knowledge_source(p->k, o.source.item[i]);

		for (size_t j = 0; s && j < p->k->sources; j++)
			p->cited[j] |= p->k->source[j] == s;
		page_put(p, o.source.item[i]);
		noro_buf_str(p->out, i + 1 < o.source.n ? ", " : "; ");
	}
	noro_buf_str(p->out, noro_knowledge_trust(p->k, o));
	noro_buf_chr(p->out, ']');
}

static void put_sources(struct page *p)
{
	bool any = false;

	for (size_t i = 0; i < p->k->sources; i++) {
		const struct noro_know_source *s = p->k->source[i];

		if (!p->cited[i])
			continue;
		if (!any)
			page_heading(p, L_SOURCES);
		any = true;
		noro_buf_str(p->out, "  ");
		page_padded(p, s->id, 5);
		page_padded(p, s->trust, 3);
		page_bi(p, s->title);
		if (s->url) {
			noro_buf_chr(p->out, ' ');
			page_put(p, s->url);
		}
		noro_buf_chr(p->out, '\n');
	}
}

enum noro_status page_open(
	struct page *p, const struct noro_knowledge *k, bool japanese, struct noro_buf *out)
{
	*p = (struct page){ .k = k, .out = out, .ja = japanese, .arena = noro_arena_new(0) };
	if (p->arena)
		p->cited = noro_arena_array(p->arena, k->sources + 1, sizeof(bool));
	return p->cited ? NORO_OK : NORO_ENOMEM;
}

enum noro_status page_close(struct page *p, enum noro_status s)
{
	if (s == NORO_OK)
		put_sources(p);
	noro_arena_free(p->arena);
	return s == NORO_OK ? p->out->status : s;
}
