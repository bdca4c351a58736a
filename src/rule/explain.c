/* src/rule/explain.c - a check in words, in either language. */
#include "rule/rule_priv.h"

/* Both languages live here because the catalogues stand above this floor. */
enum label {
	L_SEVERITY,
	L_CONFIDENCE,
	L_ABOUT,
	L_NEXT,
	L_NEEDS,
	L_LIST,
	L_ATTACK,
	L_CVE,
	L_ACTORS,
	L_ADVISORY,
	L_BEHAVIOURS,
	L_REFERENCES,
	L_WORDS,
	L_TABLES,
	L_FILE,
	LABELS
};

static const struct noro_text labels[LABELS] = {
	[L_SEVERITY] = { "severity", "重大度" },
	[L_CONFIDENCE] = { "confidence", "確度" },
	[L_ABOUT] = { "What it looks for", "何を見るか" },
	[L_NEXT] = { "What to do", "次にすること" },
	[L_NEEDS] = { "evidence needed", "必要な証拠" },
	[L_LIST] = { "needs your list", "必要な自組織の一覧" },
	[L_ATTACK] = { "ATT&CK", "ATT&CK" },
	[L_CVE] = { "CVE", "CVE" },
	[L_ACTORS] = { "actors", "攻撃者" },
	[L_ADVISORY] = { "advisory", "注意喚起" },
	[L_BEHAVIOURS] = { "behaviours", "挙動" },
	[L_REFERENCES] = { "references", "参考" },
	[L_WORDS] = { "words searched for", "検索する語" },
	[L_TABLES] = { "tables asked", "調べる表" },
	[L_FILE] = { "defined in", "定義ファイル" },
};

static const struct noro_text severities[] = {
	[NORO_SEV_INFO] = { "info", "情報" },
	[NORO_SEV_LOW] = { "low", "低" },
	[NORO_SEV_MEDIUM] = { "medium", "中" },
	[NORO_SEV_HIGH] = { "high", "高" },
	[NORO_SEV_CRITICAL] = { "critical", "重大" },
};

static const char *pick(bool japanese, struct noro_text t)
{
	if (japanese)
		return t.ja ? t.ja : t.en ? t.en : "";
	return t.en ? t.en : t.ja ? t.ja : "";
}

static void list(struct noro_buf *out, bool ja, enum label label, const struct noro_list *l)
{
	if (l->n == 0)
		return;
	noro_buf_printf(out, "  %s: ", pick(ja, labels[label]));
	for (size_t i = 0; i < l->n; i++) {
		noro_buf_str(out, i ? ", " : "");
		noro_buf_str(out, l->item[i]);
	}
	noro_buf_chr(out, '\n');
}

static void paragraph(struct noro_buf *out, bool ja, enum label label, struct noro_text t)
{
	if (!t.en && !t.ja)
		return;
	noro_buf_printf(out, "\n%s\n  ", pick(ja, labels[label]));
	noro_buf_str(out, pick(ja, t));
	noro_buf_chr(out, '\n');
}

static void add_once(struct noro_list *l, const char *name[32], const char *one)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(name[i], one) == 0)
			return;
	if (l->n < 32)
		name[l->n++] = one;
}

static void words(
	const struct noro_rules *r, const struct noro_rule *rule, bool ja, struct noro_buf *out)
{
	for (uint32_t s = 0; s < rule->steps; s++) {
		const struct noro_signal *signal = &r->signal[rule->step[s].signal];
		struct noro_list l = { signal->stated,
			signal->stateds > 12 ? 12 : signal->stateds };

		if (s == 0 || rule->step[s].signal != rule->step[s - 1].signal)
			list(out, ja, L_WORDS, &l);
	}
}

/* The lists of the site that say what of it is yours. */
static void approved(
	const struct noro_rules *r, const struct noro_rule *rule, bool ja, struct noro_buf *out)
{
	const char *name[32];
	struct noro_list l = { name, 0 };

	for (size_t i = 0; i < r->questions && rule->row_signal; i++) {
		const struct noro_question *q = &r->question[i];

		for (uint32_t a = 0; q->signal + 1 == rule->row_signal && a < q->approveds; a++)
			for (uint32_t s = 0; s < q->approved[a].sets; s++)
				add_once(&l, name, r->set[q->approved[a].set[s]].name);
	}
	list(out, ja, L_LIST, &l);
}

enum noro_status noro_rules_explain(
	const struct noro_rules *r, const char *id, bool japanese, struct noro_buf *out)
{
	ptrdiff_t i = noro_rules_by_id(r, id);
	const struct noro_rule *rule;
	const struct noro_check *c;

	if (i < 0)
		return NORO_ENOENT;
	rule = &r->rule[i];
	c = &rule->pub;
	noro_buf_printf(out, "%s  ", c->id);
	noro_buf_str(out, pick(japanese, c->title));
	noro_buf_printf(out, "\n  %s: %s   %s: %u\n", pick(japanese, labels[L_SEVERITY]),
		pick(japanese, severities[c->severity]), pick(japanese, labels[L_CONFIDENCE]),
		c->confidence);
	paragraph(out, japanese, L_ABOUT, c->about);
	paragraph(out, japanese, L_NEXT, c->next);
	noro_buf_chr(out, '\n');
	list(out, japanese, L_NEEDS, &c->needs);
	if (rule->requires)
		noro_buf_printf(out, "  %s: %s\n", pick(japanese, labels[L_LIST]),
			r->set[rule->requires - 1].name);
	approved(r, rule, japanese, out);
	list(out, japanese, L_ATTACK, &c->attack);
	list(out, japanese, L_CVE, &c->cve);
	list(out, japanese, L_ACTORS, &c->actors);
	list(out, japanese, L_ADVISORY, &c->advisory);
	list(out, japanese, L_BEHAVIOURS, &c->behaviours);
	list(out, japanese, L_REFERENCES, &c->references);
	words(r, rule, japanese, out);
	list(out, japanese, L_TABLES, &c->over);
	noro_buf_printf(out, "  %s: %s:%llu\n", pick(japanese, labels[L_FILE]), c->file,
		(unsigned long long)c->line);
	return out->status;
}
