/*
 * src/exercise/brief.c - the hand-out, the timed injects and the model answer of a
 * joint drill, in Markdown; the hand-out once more alone, to give away. What was planted is told
 * from the scenario's rows, so that the answer cannot drift from the evidence.
 */
#include "exercise/exercise_priv.h"

#include <stdlib.h>

enum { EN, JA, LANGS };

/* Headings and fixed sentences. */
enum word {
	W_TITLE,
	W_SAFE,
	W_PART1,
	W_SITUATION,
	W_GIVEN,
	W_TASK,
	W_START,
	W_PART2,
	W_MINUTE,
	W_PART3,
	W_SUMMARY,
	W_FIRST,
	W_WHEN_COLUMNS,
	W_TIMELINE,
	W_INDICATORS,
	W_INDICATOR_COLUMNS,
	W_DECOYS,
	W_SCORE,
	W_SCORE_TEXT,
	W_TIMES,
	WORDS,
};
static const char *const words[WORDS][LANGS] = {
	[W_TITLE] = { "Joint drill: %s", "共同対処訓練: %s" },
	[W_SAFE] = { "Exercise only. The evidence holds traces, no attack: every outside address "
		     "is a documentation "
		     "address (RFC 5737, RFC 3849), and the marker " NORO_EXERCISE_MARK
		     " stands where a payload or a "
		     "secret would be.",
		"これは訓練用の資料である。証拠データに含まれるのは攻撃の痕跡だけで、攻撃そのものは"
		"含まれない。外部のアドレスはすべて文書用アドレス"
		"（RFC 5737、RFC 3849）であり、攻撃コードや秘密情報の代わりに " NORO_EXERCISE_MARK
		" という目印を置いている。" },
	[W_PART1] = { "Part 1: hand-out", "第1部　配布資料" },
	[W_SITUATION] = { "Situation", "状況" },
	[W_GIVEN] = { "What you have", "手元にあるもの" },
	[W_TASK] = { "Questions", "課題" },
	[W_START] = { "Start with", "はじめに次を実行する" },
	[W_PART2] = { "Part 2: injects (exercise leader only)", "第2部　状況付与（統裁者用）" },
	[W_MINUTE] = { "Minute %u", "開始から%u分" },
	[W_PART3] = { "Part 3: model answer (exercise leader only)",
		"第3部　模範解答（統裁者用）" },
	[W_SUMMARY] = { "In short", "要約" },
	[W_FIRST] = { "What to do first", "最初に行うこと" },
	[W_WHEN_COLUMNS] = { "| first seen (UTC) | file | what |",
		"| 最初の時刻（UTC） | ファイル | 内容 |" },
	[W_TIMELINE] = { "Timeline", "時系列" },
	[W_INDICATORS] = { "Indicators that stand in the evidence", "証拠の中に実在する侵害指標" },
	[W_INDICATOR_COLUMNS] = { "| type | value |", "| 種類 | 値 |" },
	[W_DECOYS] = { "What must not be reported as a hit", "侵害として報告してはならないもの" },
	[W_SCORE] = { "Score", "採点" },
	[W_SCORE_TEXT] = { "Save the findings of each team and run:",
		"各チームの検出結果を保存し、次を実行する。" },
	[W_TIMES] = { " (%u times)", "（%u回）" },
};

struct page {
	struct job *job;
	struct noro_buf out;
	int lang;
};

static const char *word(const struct page *p, enum word w)
{
	return words[w][p->lang];
}

static const char *pick(const struct page *p, const struct noro_text *t)
{
	return p->lang == JA ? t->ja : t->en;
}

static void heading(struct page *p, const char *level, const char *text)
{
	noro_buf_printf(&p->out, "\n%s %s\n\n", level, text);
}

static void paragraph(struct page *p, const char *text)
{
	noro_buf_printf(&p->out, "%s\n", text);
}

static const char *title(const struct page *p)
{
	const struct noro_exercise_scenario *s = noro_exercise_scenarios;

	while (s->name && strcmp(s->name, p->job->scenario->name) != 0)
		s++;
	return s->name ? pick(p, &s->title) : p->job->scenario->name;
}

static void numbered(struct page *p, enum word w, const char *text)
{
	const char *form = word(p, w), *at = strstr(form, "%s");

	noro_buf_add(&p->out, form, (size_t)(at - form));
	noro_buf_str(&p->out, text);
	noro_buf_str(&p->out, at + 2);
}

static void counted(struct page *p, enum word w, unsigned n)
{
	const char *form = word(p, w), *at = strstr(form, "%u");

	noro_buf_add(&p->out, form, (size_t)(at - form));
	noro_buf_u64(&p->out, n);
	noro_buf_str(&p->out, at + 2);
}

static void handout(struct page *p)
{
	const struct brief *b = &p->job->scenario->brief;

	noro_buf_str(&p->out, "# ");
	numbered(p, W_TITLE, title(p));
	noro_buf_str(&p->out, "\n\n");
	paragraph(p, word(p, W_SAFE));
	heading(p, "##", word(p, W_PART1));
	heading(p, "###", word(p, W_SITUATION));
	paragraph(p, pick(p, &b->situation));
	heading(p, "###", word(p, W_GIVEN));
	for (unsigned f = 0; f < EV_FILES; f++)
		noro_buf_printf(&p->out, "- `evidence/%s`\n", noro_exercise_sources[f].path);
	noro_buf_str(&p->out, "- `intel/advisory.json` (STIX 2.1)\n- `site.yaml`\n");
	heading(p, "###", word(p, W_TASK));
	paragraph(p, pick(p, &b->question));
	heading(p, "###", word(p, W_START));
	noro_buf_str(&p->out, "```\nnoroshi hunt -i intel/advisory.json --site site.yaml -o out/ "
			      "evidence/\n```\n");
}

static void injects(struct page *p)
{
	heading(p, "##", word(p, W_PART2));
	for (const struct inject *i = p->job->scenario->brief.inject; i->text.en; i++) {
		noro_buf_str(&p->out, "- **");
		counted(p, W_MINUTE, i->minute);
		noro_buf_printf(&p->out, "** %s\n", pick(p, &i->text));
	}
}

static int by_time(const void *a, const void *b)
{
	const struct planted *x = *(const struct planted *const *)a,
			     *y = *(const struct planted *const *)b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* One row for each row of the scenario: the first of its lines stands for all. */
static void table(struct page *p, bool decoys)
{
	struct job *j = p->job;
	const struct planted **row =
		noro_arena_array(j->arena, j->planteds + 1, sizeof(struct planted *));
	size_t n = 0;

	if (!row) {
		p->out.status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < j->planteds; i++)
		if (j->planted[i].plant->decoy == decoys &&
			(i == 0 || j->planted[i].plant != j->planted[i - 1].plant))
			row[n++] = &j->planted[i];
	qsort(row, n, sizeof(struct planted *), by_time);
	noro_buf_printf(&p->out, "%s\n| --- | --- | --- |\n", word(p, W_WHEN_COLUMNS));
	for (size_t i = 0; i < n; i++) {
		const struct plant *plant = row[i]->plant;
		char when[NORO_TIME_TEXT];

		(void)noro_time_print(row[i]->ns, when);
		noro_buf_printf(&p->out, "| %.19s | `%s:%llu` | %s", when,
			noro_exercise_sources[plant->file].path, (unsigned long long)row[i]->line,
			pick(p, &plant->what));
		if (plant->times > 1)
			counted(p, W_TIMES, plant->times);
		noro_buf_str(&p->out, " |\n");
	}
}

static void indicator_table(struct page *p)
{
	struct job *j = p->job;
	struct rng unused = { 0 };
	uint64_t serial = 0;
	struct moment m = { &j->cast, &unused, 0, &serial };

	noro_buf_printf(&p->out, "%s\n| --- | --- |\n", word(p, W_INDICATOR_COLUMNS));
	for (const struct plant *a = j->scenario->plant; a->text; a++) {
		const struct plant *before = j->scenario->plant;

		if (!a->value || a->decoy)
			continue;
		while (before != a && (!before->value || strcmp(before->value, a->value) != 0))
			before++;
		if (before != a)
			continue;
		noro_buf_printf(&p->out, "| %s | `", a->type);
		noro_exercise_expand(a->value, &m, &p->out);
		noro_buf_str(&p->out, "` |\n");
	}
}

static void answer(struct page *p)
{
	const struct brief *b = &p->job->scenario->brief;

	heading(p, "##", word(p, W_PART3));
	heading(p, "###", word(p, W_SUMMARY));
	paragraph(p, pick(p, &b->answer));
	heading(p, "###", word(p, W_FIRST));
	paragraph(p, pick(p, &b->lesson));
	heading(p, "###", word(p, W_TIMELINE));
	table(p, false);
	heading(p, "###", word(p, W_INDICATORS));
	indicator_table(p);
	heading(p, "###", word(p, W_DECOYS));
	table(p, true);
	heading(p, "###", word(p, W_SCORE));
	paragraph(p, word(p, W_SCORE_TEXT));
	noro_buf_str(&p->out,
		"\n```\nnoroshi exercise score --truth truth.jsonl out/findings.jsonl\n```\n");
}

enum noro_status noro_exercise_write_brief(struct job *j)
{
	struct page p = { .job = j, .lang = strcmp(j->opts->lang, "ja") == 0 ? JA : EN };
	enum noro_status st;

	handout(&p);
	st = noro_exercise_put(j, p.lang == JA ? "handout.ja.md" : "handout.en.md", &p.out);
	injects(&p);
	answer(&p);
	if (st == NORO_OK)
		st = noro_exercise_put(j, p.lang == JA ? "brief.ja.md" : "brief.en.md", &p.out);
	noro_buf_done(&p.out);
	return st;
}
