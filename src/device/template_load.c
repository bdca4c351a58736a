/* src/device/template_load.c - template files, read strictly: an unknown key is an error with its
 * line. */
#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "device/fact_priv.h"
#include "device/plan_priv.h"
#include "device/template_priv.h"

#include <dirent.h>
#include <errno.h>

static void dialects_of(struct noro_template_loader *l, const struct noro_json *v)
{
	bool many = v->kind == NORO_JSON_ARRAY;

	for (const struct noro_json *m = many ? v->child : v; m; m = many ? m->next : NULL) {
		enum noro_dialect d = noro_dialect_by_name(m->text);

		if (d == NORO_DIALECT_NONE)
			noro_tpl_bad(l, m, N_("unknown dialect '%1'"), m->text);
		l->t->dialects |= (uint32_t)1 << d;
	}
}

/* Commands and shapes: patterns whose captures go nowhere. */
static const struct noro_line_pattern *const *patterns_of(
	struct noro_template_loader *l, const struct noro_json *v, size_t *ret_n)
{
	bool many = v->kind == NORO_JSON_ARRAY;
	const struct noro_line_pattern **p = noro_tpl_array(l, many ? v->count : 1, sizeof(*p));

	for (const struct noro_json *m = many ? v->child : v; p && m; m = many ? m->next : NULL) {
		struct noro_line_pattern *one;

		if (l->status != NORO_OK)
			break;
		l->status = noro_line_compile(l->a, m->text, &one, l->err);
		if (l->status != NORO_OK)
			(void)noro_error_at(
				l->err, l->path, NORO_AT_LINE, noro_line_of(l->text, m->at));
		else
			p[(*ret_n)++] = one;
	}
	return p;
}

static void take_dialect(struct noro_template_loader *l, const struct noro_json *v)
{
	dialects_of(l, v);
}

static void take_command(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->command = patterns_of(l, v, &l->t->commands);
}

static void take_shape(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->shape = patterns_of(l, v, &l->t->shapes);
}

static void take_set(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->set = noro_tpl_sets(l, v, &l->t->sets);
}

static void take_default(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->fallback = noro_tpl_sets(l, v, &l->t->fallbacks);
}

static void take_map(struct noro_template_loader *l, const struct noro_json *v)
{
	struct noro_tpl_map *map = noro_tpl_array(l, v->count, sizeof(*map));

	for (const struct noro_json *m = v->child; map && m; m = m->next) {
		struct noro_tpl_map *one = &map[l->t->maps++];
		struct noro_tpl_pair *pair = noro_tpl_array(l, m->count, sizeof(*pair));

		one->var = noro_tpl_var(l, m, m->key);
		one->pair = pair;
		for (const struct noro_json *p = m->child; pair && p; p = p->next) {
			struct noro_tpl_pair *to = &pair[one->pairs++];

			to->from = p->key;
			to->to = p->kind == NORO_JSON_NULL ? noro_view(NULL, 0) : p->text;
			to->prefix = noro_view_ends(p->key, "*");
			to->from.n -= to->prefix;
			if (p->kind == NORO_JSON_TRUE || p->kind == NORO_JSON_FALSE)
				noro_tpl_bad(l, p, N_("'%1' wants a text (quote yes, no, on, off)"),
					p->key);
		}
	}
	l->t->map = map;
}

static void take_need(struct noro_template_loader *l, const struct noro_json *v)
{
	int16_t *need = noro_tpl_array(l, v->count + 1u, sizeof(*need));

	if (need && v->kind == NORO_JSON_STRING)
		need[l->t->needs++] = noro_tpl_var(l, v, v->text);
	for (const struct noro_json *m = v->child; need && m; m = m->next)
		need[l->t->needs++] = noro_tpl_var(l, m, m->text);
	l->t->need = need;
}

static void take_split(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->split = noro_tpl_var(l, v, noro_json_str(v, "of"));
	l->t->split_at = noro_json_str(v, "at");
	l->t->split_cut = noro_json_str(v, "cut");
	if (l->status == NORO_OK && !l->t->split_at.n)
		noro_tpl_bad(l, v, N_("key '%1' is missing"), NORO_V("at"));
}

static void take_rest(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->rest = noro_view_is(v->text, "skip");
	if (!l->t->rest)
		noro_tpl_bad(l, v, N_("'%1' can only be skip"), NORO_V("rest"));
}

static void take_once(struct noro_template_loader *l, const struct noro_json *v)
{
	l->t->once = v->kind == NORO_JSON_TRUE;
}

static void take_nothing(struct noro_template_loader *l, const struct noro_json *v)
{
	(void)l;
	(void)v;
}

/* In the order in which they must be read: columns first, so that names mean something. */
static const struct {
	const char *key;
	void (*read)(struct noro_template_loader *l, const struct noro_json *v);
	bool required;
} keys[] = {
	{ "id", take_nothing, true }, { "table", take_nothing, true },
	{ "dialect", take_dialect, true }, { "command", take_command, true },
	{ "shape", take_shape, false }, { "rest", take_rest, false }, { "once", take_once, false },
	{ "lines", noro_tpl_rules, false }, { "columns", noro_tpl_columns, false },
	{ "pairs", noro_tpl_pairs, false }, { "tree", noro_tpl_tree, false },
	{ "set", take_set, false }, { "default", take_default, false }, { "map", take_map, false },
	{ "need", take_need, false }, { "split", take_split, false },
	{ "example", take_nothing, false }, /* for tests */
};

static bool known_key(struct noro_view key)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (noro_view_is(key, keys[i].key))
			return true;
	return false;
}

static void table_of(struct noro_template_loader *l, const struct noro_json *v)
{
	struct noro_view name = noro_json_str(v, "table");
	int at = noro_facts_table_by_name(l->d, name);

	if (at < 0) {
		noro_tpl_bad(l, v, N_("there is no table '%1'"), name);
		return;
	}
	l->t->table = (uint16_t)at;
	l->t->def = noro_facts_table(l->d, (size_t)at);
	if (l->t->def->columns > NORO_TEMPLATE_MAX_VARS / 2)
		noro_tpl_bad(l, v, N_("too many names, at '%1'"), name);
	for (uint16_t i = 0; l->status == NORO_OK && i < l->t->def->columns; i++)
		l->var[l->vars++] = noro_view_str(l->t->def->column[i]);
}

static void one_template(struct noro_template_loader *l, const struct noro_json *v)
{
	struct noro_view id = noro_json_str(v, "id"), *var;

	for (const struct noro_json *m = v->child; m; m = m->next)
		if (!known_key(m->key))
			noro_tpl_bad(l, m, N_("unknown key '%1'"), m->key);
	l->t->id = noro_arena_strn(l->a, id.p ? id.p : "", id.n);
	if (!l->t->id)
		l->status = noro_fail(l->err, NORO_ENOMEM, N_("out of memory"));
	table_of(l, v);
	for (size_t i = 0; l->status == NORO_OK && i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct noro_json *m = noro_json_get(v, keys[i].key);

		if (m)
			keys[i].read(l, m);
		else if (keys[i].required)
			noro_tpl_bad(l, v, N_("key '%1' is missing"), noro_view_str(keys[i].key));
	}
	var = noro_tpl_array(l, l->vars, sizeof(*var));
	if (var)
		memcpy(var, l->var, l->vars * sizeof(*var));
	l->t->var = var;
	l->t->vars = l->vars;
}

static enum noro_status add(struct noro_arena *a, struct noro_template_list *into,
	const struct noro_template *t, struct noro_error *err)
{
	if (into->n == into->cap) {
		const struct noro_template **grown =
			noro_arena_grow(a, into->item, into->n, &into->cap, sizeof(*grown));

		if (!grown)
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
		into->item = grown;
	}
	into->item[into->n++] = t;
	return NORO_OK;
}

enum noro_status noro_templates_parse(struct noro_arena *a, const struct noro_facts_def *d,
	const char *path, struct noro_view text, struct noro_template_list *into,
	struct noro_error *err)
{
	struct noro_json_limits limits = { .max_bytes = NORO_TEMPLATE_FILE_BYTES };
	const struct noro_json *root;
	enum noro_status st;

	text = noro_arena_view(a, text); /* patterns point into it */
	if (!text.p)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	st = noro_yaml_parse(a, text, &limits, &root, err);
	if (st != NORO_OK)
		return st;
	for (const struct noro_json *v = root->kind == NORO_JSON_ARRAY ? root->child : root;
		st == NORO_OK && v; v = root->kind == NORO_JSON_ARRAY ? v->next : NULL) {
		struct noro_template_loader l = { .a = a,
			.d = d,
			.path = path,
			.text = text,
			.err = err,
			.t = noro_arena_alloc(a, sizeof(*l.t)) };

		if (!l.t)
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
		if (v->kind != NORO_JSON_OBJECT)
			noro_tpl_bad(&l, v, N_("a mapping is expected here"), NORO_V(""));
		else
			one_template(&l, v);
		st = l.status == NORO_OK ? add(a, into, l.t, err) : l.status;
	}
	return st;
}

/* --- folders --- */

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The *.yaml of a folder in order of names; a folder that is not there is empty. */
static enum noro_status files_of(struct noro_arena *a, const char *folder, char ***ret,
	size_t *ret_n, struct noro_error *err)
{
	DIR *dir = opendir(folder);
	size_t cap = 0;
	struct dirent *e;

	*ret = NULL;
	*ret_n = 0;
	if (!dir)
		return errno == ENOENT ? NORO_OK : noro_fail_errno(err, errno, folder);
	while ((e = readdir(dir)) && *ret_n < NORO_TEMPLATE_MAX_FILES) {
		char **grown = *ret;

		if (e->d_name[0] == '.' || !noro_view_ends(noro_view_str(e->d_name), ".yaml"))
			continue;
		if (*ret_n == cap)
			grown = noro_arena_grow(a, *ret, *ret_n, &cap, sizeof(**ret));
		if (grown)
			*ret = grown;
		if (!grown ||
			!((*ret)[*ret_n] = noro_arena_printf(a, "%s/%s", folder, e->d_name))) {
			closedir(dir);
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
		}
		++*ret_n;
	}
	closedir(dir);
	if (*ret_n)
		qsort(*ret, *ret_n, sizeof(**ret), by_name);
	return NORO_OK;
}

typedef enum noro_status visit_fn(struct noro_arena *a, struct noro_templates *ts, const char *path,
	struct noro_view text, struct noro_template_list *into, struct noro_error *err);

static enum noro_status visit_template(struct noro_arena *a, struct noro_templates *ts,
	const char *path, struct noro_view text, struct noro_template_list *into,
	struct noro_error *err)
{
	return noro_templates_parse(a, ts->def, path, text, into, err);
}

static enum noro_status visit_plan(struct noro_arena *a, struct noro_templates *ts,
	const char *path, struct noro_view text, struct noro_template_list *into,
	struct noro_error *err)
{
	(void)into;
	return noro_plan_parse(a, ts, path, text, err);
}

static enum noro_status visit_folder(struct noro_arena *a, struct noro_templates *ts,
	const char *folder, visit_fn *visit, struct noro_template_list *into,
	struct noro_error *err)
{
	char **name = NULL;
	size_t n;
	enum noro_status st = files_of(a, folder, &name, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_buf text = { 0 };

		st = noro_file_read(name[i], NORO_TEMPLATE_FILE_BYTES, &text, err);
		if (st == NORO_OK)
			st = visit(
				a, ts, name[i], noro_view(text.p ? text.p : "", text.n), into, err);
		noro_buf_done(&text);
	}
	return st;
}

enum noro_status noro_templates_load(struct noro_arena *a, const struct noro_facts_def *d,
	const char *const *folder, size_t n, struct noro_templates **ret, struct noro_error *err)
{
	struct noro_templates *ts = noro_arena_alloc(a, sizeof(*ts));
	struct noro_template_list list = { 0 };
	enum noro_status st = NORO_OK;

	if (!ts)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	ts->def = d;
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		const char *show = noro_arena_printf(a, "%s/device/show", folder[i]);
		const char *plan = noro_arena_printf(a, "%s/device/plan", folder[i]);

		if (!show || !plan)
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
		st = visit_folder(a, ts, show, visit_template, &list, err);
		if (st == NORO_OK)
			st = visit_folder(a, ts, plan, visit_plan, NULL, err);
	}
	ts->item = list.item;
	ts->items = list.n;
	if (st == NORO_OK)
		*ret = ts;
	return st;
}

const struct noro_templates *noro_facts_def_templates(const struct noro_facts_def *d)
{
	return d->show;
}

const uint8_t *noro_facts_maker_key(const struct noro_facts_maker *m)
{
	return m->key;
}
