/* src/device/plan.c - the commands to collect, in a safe order, with what each risks. */
#include "device/plan_priv.h"

#include "base/yaml.h"

static const char *text_of(
	struct noro_template_loader *l, const struct noro_json *v, const char *key)
{
	struct noro_view s = noro_json_str(v, key);
	const char *copy = s.p ? noro_arena_strn(l->a, s.p, s.n) : NULL;

	if (s.p && !copy && l->status == NORO_OK)
		l->status = noro_fail(l->err, NORO_ENOMEM, N_("out of memory"));
	return copy;
}

static struct noro_text bitext_of(
	struct noro_template_loader *l, const struct noro_json *v, const char *key)
{
	const struct noro_json *m = noro_json_get(v, key);
	struct noro_text t = { 0 };

	if (m) {
		t.en = text_of(l, m, "en");
		t.ja = text_of(l, m, "ja");
		if (!t.en || !t.ja)
			noro_tpl_bad(l, m, N_("'%1' wants en and ja"), noro_view_str(key));
	}
	return t;
}

static bool known_risk(const char *risk)
{
	return !strcmp(risk, "changes-state") || !strcmp(risk, "load") || !strcmp(risk, "reload");
}

static void one_row(
	struct noro_template_loader *l, const struct noro_json *v, struct noro_plan_row *ret)
{
	static const char *const known[] = { "command", "fills", "why", "risk", "caution" };

	for (const struct noro_json *m = v->child; m; m = m->next) {
		size_t k = 0;

		while (k < sizeof(known) / sizeof(known[0]) && !noro_view_is(m->key, known[k]))
			k++;
		if (k == sizeof(known) / sizeof(known[0]))
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
	}
	ret->command = text_of(l, v, "command");
	ret->fills = text_of(l, v, "fills");
	ret->why = bitext_of(l, v, "why");
	ret->risk = text_of(l, v, "risk");
	ret->caution = bitext_of(l, v, "caution");
	if (!ret->command || !ret->fills)
		noro_tpl_bad(l, v, N_("key '%1' is missing"),
			ret->command ? NORO_V("fills") : NORO_V("command"));
	if (ret->risk && !known_risk(ret->risk))
		noro_tpl_bad(l, v, N_("unknown risk '%1'"), noro_view_str(ret->risk));
	if (ret->risk && !ret->caution.en)
		noro_tpl_bad(l, v, N_("key '%1' is missing"), NORO_V("caution"));
}

/* A later folder's plan of a dialect stands in place of an earlier one's. */
enum noro_status noro_plan_parse(struct noro_arena *a, struct noro_templates *ts, const char *path,
	struct noro_view text, struct noro_error *err)
{
	struct noro_template_loader l = { .a = a, .path = path, .text = text, .err = err };
	struct noro_json_limits limits = { .max_bytes = NORO_TEMPLATE_FILE_BYTES };
	const struct noro_json *root, *rows, *dialect;
	struct noro_plan_row *row = NULL;
	size_t n = 0;
	enum noro_status st = noro_yaml_parse(a, text, &limits, &root, err);

	if (st != NORO_OK)
		return st;
	rows = noro_json_get(root, "rows");
	dialect = noro_json_get(root, "dialect");
	if (!rows || !dialect || rows->kind != NORO_JSON_ARRAY)
		noro_tpl_bad(&l, root, N_("key '%1' is missing"), NORO_V("rows"));
	else
		row = noro_tpl_array(&l, rows->count, sizeof(*row));
	for (const struct noro_json *v = row ? rows->child : NULL; v; v = v->next)
		one_row(&l, v, &row[n++]);
	if (l.status != NORO_OK || !dialect)
		return l.status;
	for (const struct noro_json *v = dialect->kind == NORO_JSON_ARRAY ? dialect->child
									  : dialect;
		v; v = dialect->kind == NORO_JSON_ARRAY ? v->next : NULL) {
		enum noro_dialect d = noro_dialect_by_name(v->text);

		if (d == NORO_DIALECT_NONE)
			noro_tpl_bad(&l, v, N_("unknown dialect '%1'"), v->text);
		ts->plan[d] = (struct noro_template_plan){ row, n };
	}
	return l.status;
}

size_t noro_plan(
	const struct noro_facts_def *d, enum noro_dialect dialect, const struct noro_plan_row **ret)
{
	const struct noro_templates *ts = noro_facts_def_templates(d);

	if (!ts || dialect >= NORO_DIALECTS)
		return 0;
	*ret = ts->plan[dialect].row;
	return ts->plan[dialect].rows;
}
