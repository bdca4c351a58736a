/* src/exercise/score_print.c - the score for people and for machines. */
#include "exercise/exercise.h"

#include "base/jsonw.h"

#include <stdio.h>

enum { EN, JA, LANGS, MOST_LINES = 40 };
static const int64_t day_ns = 86400 * NORO_NS_PER_S;

enum word {
	W_RECALL,
	W_PRECISION,
	W_RIGHT,
	W_INDICATOR,
	W_BEHAVIOUR,
	W_DECOY,
	W_LINES,
	W_FIRST,
	W_NEVER,
	W_MISSED,
	W_FALSE,
	W_MORE,
	WORDS
};
static const char *const words[WORDS][LANGS] = {
	[W_RECALL] = { "recall      ", "再現率          " },
	[W_PRECISION] = { "precision   ", "適合率          " },
	[W_RIGHT] = { "of the findings that accuse or are right",
		"（正解または断定した検出のうち）" },
	[W_INDICATOR] = { "indicators  ", "侵害指標        " },
	[W_BEHAVIOUR] = { "behaviours  ", "挙動            " },
	[W_DECOY] = { "decoys taken", "おとりの誤検出  " },
	[W_LINES] = { "lines", "行" },
	[W_FIRST] = { "days from the first trace to the first one found",
		"最初の痕跡から、最初に検出した痕跡までの日数" },
	[W_NEVER] = { "no trace was found", "痕跡は一つも検出されていない" },
	[W_MISSED] = { "missed", "見逃したもの" },
	[W_FALSE] = { "false findings", "誤検出" },
	[W_MORE] = { "and more", "ほか" },
};

struct page {
	const struct noro_exercise_score *s;
	struct noro_buf *out;
	int lang;
};

static const char *word(const struct page *p, enum word w)
{
	return words[w][p->lang];
}

static void counts(struct page *p, enum word w, enum noro_exercise_kind k)
{
	noro_buf_printf(p->out, "%s  %llu / %llu  (%llu / %llu %s)\n", word(p, w),
		(unsigned long long)p->s->kind[k].found, (unsigned long long)p->s->kind[k].planted,
		(unsigned long long)p->s->kind[k].lines_found,
		(unsigned long long)p->s->kind[k].lines, word(p, W_LINES));
}

static void missed(struct page *p)
{
	unsigned shown = 0;

	for (size_t i = 0; i < p->s->items; i++) {
		const struct noro_exercise_item *it = &p->s->item[i];
		const char *what = p->lang == JA ? it->what.ja : it->what.en;

		if (!it->expected || !it->first || it->group_found)
			continue;
		if (shown == 0)
			noro_buf_printf(p->out, "\n%s:\n", word(p, W_MISSED));
		if (++shown > MOST_LINES) {
			noro_buf_printf(p->out, "  ... %s\n", word(p, W_MORE));
			return;
		}
		noro_buf_printf(p->out, "  %s  %s:%llu  %s", it->id, it->path,
			(unsigned long long)it->line, what ? what : "");
		if (it->kind == NORO_EXERCISE_BEHAVIOUR && it->behaviour)
			noro_buf_printf(p->out, " (%s)", it->behaviour);
		else if (it->value)
			noro_buf_printf(p->out, " (%s)", it->value);
		noro_buf_chr(p->out, '\n');
	}
}

static void wrong(struct page *p)
{
	for (uint64_t i = 0; i < p->s->wrong; i++) {
		const struct noro_finding *f = p->s->false_findings[i];
		const char *title = p->lang == JA && f->title.ja ? f->title.ja : f->title.en;

		if (i == 0)
			noro_buf_printf(p->out, "\n%s:\n", word(p, W_FALSE));
		if (i == MOST_LINES) {
			noro_buf_printf(p->out, "  ... %s\n", word(p, W_MORE));
			return;
		}
		noro_buf_printf(p->out, "  %s  %s", f->id, f->places ? f->place[0].path : "-");
		if (f->places && f->place[0].line)
			noro_buf_printf(p->out, ":%llu", (unsigned long long)f->place[0].line);
		noro_buf_printf(p->out, "  %s", title ? title : f->rule ? f->rule : "");
		if (f->value)
			noro_buf_printf(p->out, " (%s)", f->value);
		noro_buf_chr(p->out, '\n');
	}
}

static double days(const struct noro_exercise_score *s)
{
	return (double)(s->first_evidence_ns - s->first_planted_ns) / (double)day_ns;
}

void noro_exercise_score_text(
	const struct noro_exercise_score *s, const char *lang, struct noro_buf *out)
{
	struct page p = { s, out, lang && strcmp(lang, "ja") == 0 ? JA : EN };

	noro_buf_printf(out, "%s  %.1f %%\n", word(&p, W_RECALL), s->recall * 100);
	noro_buf_printf(out, "%s  %.1f %%  %s: %llu / %llu\n", word(&p, W_PRECISION),
		s->precision * 100, word(&p, W_RIGHT), (unsigned long long)s->right,
		(unsigned long long)s->right + s->wrong);
	counts(&p, W_INDICATOR, NORO_EXERCISE_INDICATOR);
	counts(&p, W_BEHAVIOUR, NORO_EXERCISE_BEHAVIOUR);
	counts(&p, W_DECOY, NORO_EXERCISE_DECOY);
	if (s->first_evidence_ns == NORO_TIME_NONE)
		noro_buf_printf(out, "%s\n", word(&p, W_NEVER));
	else
		noro_buf_printf(out, "%s: %.1f\n", word(&p, W_FIRST), days(s));
	missed(&p);
	wrong(&p);
}

static void put_ratio(struct noro_jsonw *w, const char *name, double v)
{
	char text[16];

	/* a fixed form: the same score prints the same bytes */
	noro_jsonw_key(w, name);
	(void)snprintf(text, sizeof(text), "%.4f", v);
	noro_jsonw_value(
		w, &(struct noro_json){ .kind = NORO_JSON_NUMBER, .text = noro_view_str(text) });
}

static void put_kind(struct noro_jsonw *w, const char *name, const struct noro_exercise_score *s,
	enum noro_exercise_kind k)
{
	noro_jsonw_key(w, name);
	noro_jsonw_object(w);
	noro_jsonw_ku64(w, "planted", s->kind[k].planted);
	noro_jsonw_ku64(w, "found", s->kind[k].found);
	noro_jsonw_ku64(w, "lines", s->kind[k].lines);
	noro_jsonw_ku64(w, "lines_found", s->kind[k].lines_found);
	noro_jsonw_object_end(w);
}

void noro_exercise_score_json(const struct noro_exercise_score *s, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	put_ratio(&w, "recall", s->recall);
	put_ratio(&w, "precision", s->precision);
	noro_jsonw_ku64(&w, "findings", s->findings);
	noro_jsonw_ku64(&w, "right", s->right);
	noro_jsonw_ku64(&w, "wrong", s->wrong);
	put_kind(&w, "indicators", s, NORO_EXERCISE_INDICATOR);
	put_kind(&w, "behaviours", s, NORO_EXERCISE_BEHAVIOUR);
	put_kind(&w, "decoys", s, NORO_EXERCISE_DECOY);
	noro_jsonw_ktime(&w, "first_planted", s->first_planted_ns);
	noro_jsonw_ktime(&w, "first_evidence", s->first_evidence_ns);
	if (s->first_evidence_ns != NORO_TIME_NONE)
		put_ratio(&w, "days_to_first_evidence", days(s));
	noro_jsonw_key(&w, "missed");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < s->items; i++)
		if (s->item[i].expected && s->item[i].first && !s->item[i].group_found)
			noro_jsonw_str(&w, s->item[i].id);
	noro_jsonw_array_end(&w);
	noro_jsonw_key(&w, "false_findings");
	noro_jsonw_array(&w);
	for (uint64_t i = 0; i < s->wrong; i++)
		noro_jsonw_str(&w, s->false_findings[i]->id);
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}
