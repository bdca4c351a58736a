/*
 * src/device/schema.c - the tables: knowledge/device/tables.yaml, and the folder around it.
 * Strict, because a column that is misspelled in a map would be a check that never fires.
 */
#include "device/fact_priv.h"
#include "device/strange_priv.h"
#include "device/template_priv.h"

#include "base/file.h"
#include "base/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const commons[NORO_COMMONS] = {
	[NORO_COL_DEVICE] = "device",
	[NORO_COL_DIALECT] = "dialect",
	[NORO_COL_VERSION] = "version",
	[NORO_COL_ROLE] = "device.role",
	[NORO_COL_SOURCE] = "source",
	[NORO_COL_DIFF] = "diff",
	[NORO_COL_TEXT] = "text",
	[NORO_COL_CONTEXT] = "context",
	[NORO_COL_COMMAND] = "from.command",
};

enum noro_status fact_bad(struct noro_error *err, struct noro_view text, size_t at,
	const char *file, const char *msg, struct noro_view arg)
{
	char shown[96];

	(void)snprintf(shown, sizeof(shown), "%.*s", NORO_VARG(arg));
	(void)noro_fail(err, NORO_EFORMAT, msg, shown);
	(void)noro_error_at(err, file, NORO_AT_LINE, noro_line_of(text, at));
	return NORO_EFORMAT;
}

static enum noro_status no_memory(struct noro_error *err)
{
	return noro_fail(err, NORO_ENOMEM, NULL);
}

/* --- looking up --- */

size_t noro_facts_tables(const struct noro_facts_def *d)
{
	return d->tables;
}

const struct noro_table *noro_facts_table(const struct noro_facts_def *d, size_t i)
{
	return &d->table[i].t;
}

int noro_facts_table_by_name(const struct noro_facts_def *d, struct noro_view name)
{
	for (size_t i = 0; i < d->tables; i++)
		if (noro_view_is(name, d->table[i].t.name))
			return (int)i;
	return -1;
}

int fact_column(const struct noro_table *t, struct noro_view name)
{
	for (unsigned i = 0; i < t->columns; i++)
		if (noro_view_is(name, t->column[i]))
			return (int)i;
	return -1;
}

bool noro_facts_mapped(const struct noro_facts_def *d, enum noro_dialect dialect)
{
	for (size_t i = 0; i < d->maps; i++)
		if (d->map[i]->dialects & 1u << dialect)
			return true;
	return false;
}

int noro_table_column(const struct noro_table *t, struct noro_view name)
{
	int own = fact_column(t, name);

	if (own >= 0) /* a table's own "source" or "version" hides the common one */
		return own + NORO_COMMONS;
	for (int i = 0; i < NORO_COMMONS; i++)
		if (noro_view_is(name, commons[i]))
			return i;
	return -1;
}

bool noro_fact_get(const struct noro_fact *f, const struct noro_fact_device *of, int column,
	struct noro_view *ret)
{
	static const char *const sources[] = { "config", "startup", "state" };
	static const char *const diffs[] = { NULL, "same", "added", "removed" };
	struct noro_view v = { NULL, 0 };

	if (column >= NORO_COMMONS) {
		v = f->col[column - NORO_COMMONS];
	} else if (column >= 0) {
		switch ((enum noro_common)column) {
		case NORO_COL_DEVICE:
			v = of->name;
			break;
		case NORO_COL_DIALECT:
			v = of->dialect;
			break;
		case NORO_COL_VERSION:
			v = of->version;
			break;
		case NORO_COL_ROLE:
			v = of->role;
			break;
		case NORO_COL_SOURCE:
			v = noro_view_str(sources[f->source]);
			break;
		case NORO_COL_DIFF:
			v = noro_view_str(diffs[f->diff]);
			break;
		case NORO_COL_TEXT:
			v = f->text;
			break;
		case NORO_COL_CONTEXT:
			v = f->context;
			break;
		case NORO_COL_COMMAND:
			v = noro_view_str(f->file ? f->file->command : NULL);
			break;
		case NORO_COMMONS:
			break;
		}
	}
	*ret = v;
	return v.p && v.n;
}

/* --- reading --- */

struct reader {
	struct noro_facts_def *d;
	struct noro_view text;
	const char *file;
	struct noro_error *err;
};

static enum noro_status bad(
	struct reader *r, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return fact_bad(r->err, r->text, at->at, r->file, msg, arg);
}

/* "name" or "aaa.server": lower case words joined by dots and hyphens. */
static bool is_name(const struct noro_json *v)
{
	if (v->kind != NORO_JSON_STRING || v->text.n == 0 || v->text.n > 64)
		return false;
	for (size_t i = 0; i < v->text.n; i++) {
		char c = v->text.p[i];

		if (!(c >= 'a' && c <= 'z') && !noro_is_digit(c) && c != '.' && c != '-')
			return false;
	}
	return noro_view_chr(NORO_V(".-0123456789"), v->text.p[0]) == SIZE_MAX;
}

static enum noro_status read_columns(
	struct reader *r, const struct noro_json *v, struct noro_table *t)
{
	const char **column;

	if (v->kind != NORO_JSON_ARRAY || v->count == 0 || v->count > FACT_MAX_COLUMNS)
		return bad(r, v, N_("'%1' is a list of names"), v->key);
	column = noro_arena_array(r->d->a, v->count, sizeof(*column));
	if (!column)
		return no_memory(r->err);
	t->column = column;
	for (const struct noro_json *c = v->child; c; c = c->next) {
		if (!is_name(c))
			return bad(r, c, N_("'%1' is no name of a column"), c->text);
		if (fact_column(t, c->text) >= 0)
			return bad(r, c, N_("the column '%1' is there twice"), c->text);
		column[t->columns] = noro_arena_strn(r->d->a, c->text.p, c->text.n);
		if (!column[t->columns++])
			return no_memory(r->err);
	}
	return NORO_OK;
}

static enum noro_status read_which(struct reader *r, const struct noro_json *v,
	const struct noro_table *t, const uint16_t **ret, uint16_t *ret_n)
{
	uint16_t *which;

	if (v->kind != NORO_JSON_ARRAY || v->count == 0 || v->count > FACT_MAX_COLUMNS)
		return bad(r, v, N_("'%1' is a list of names"), v->key);
	which = noro_arena_array(r->d->a, v->count, sizeof(*which));
	if (!which)
		return no_memory(r->err);
	*ret = which;
	*ret_n = 0;
	for (const struct noro_json *c = v->child; c; c = c->next) {
		int at = fact_column(t, c->text);

		if (at < 0)
			return bad(r, c, N_("the table has no column '%1'"), c->text);
		which[(*ret_n)++] = (uint16_t)at;
	}
	return NORO_OK;
}

static enum noro_status read_loose(
	struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	if (v->kind != NORO_JSON_ARRAY)
		return bad(r, v, N_("'%1' is a list of names"), v->key);
	for (const struct noro_json *c = v->child; c; c = c->next) {
		int at = fact_column(&t->t, c->text);

		if (at < 0)
			return bad(r, c, N_("the table has no column '%1'"), c->text);
		t->loose[at] = true;
	}
	return NORO_OK;
}

static enum noro_status read_text(struct reader *r, const struct noro_json *v, const char **ret)
{
	if (v->kind != NORO_JSON_STRING || v->text.n == 0)
		return bad(r, v, N_("'%1' is a text"), v->key);
	*ret = noro_arena_strn(r->d->a, v->text.p, v->text.n);
	return *ret ? NORO_OK : no_memory(r->err);
}

static enum noro_status read_title(
	struct reader *r, const struct noro_json *v, struct noro_text *ret)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT)
		return bad(r, v, N_("'%1' is a text in two languages"), v->key);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "en"))
			s = read_text(r, c, &ret->en);
		else if (noro_view_is(c->key, "ja"))
			s = read_text(r, c, &ret->ja);
		else
			s = bad(r, c, N_("unknown key '%1'"), c->key);
	}
	if (s == NORO_OK && (!ret->en || !ret->ja))
		s = bad(r, v, N_("'%1' is a text in two languages"), v->key);
	return s;
}

/* inherit: { by: group, kind: group, name: address }: rows take what they lack from the row of
 * that kind which their column `by` names. */
static enum noro_status read_inherit(
	struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	struct noro_view by = noro_json_str(v, "by"), name = noro_json_str(v, "name");
	const struct noro_json *kind = noro_json_get(v, "kind");

	if (v->kind != NORO_JSON_OBJECT || v->count != 3 || !by.p || !name.p || !kind)
		return bad(r, v, N_("'%1' has the keys by, kind and name"), v->key);
	t->inherit_by = fact_column(&t->t, by);
	t->inherit_key = fact_column(&t->t, name);
	t->kind = fact_column(&t->t, NORO_V("kind"));
	if (t->inherit_by < 0 || t->inherit_key < 0 || t->kind < 0)
		return bad(r, v, N_("the table has no column '%1'"), by);
	return read_text(r, kind, &t->inherit_kind);
}

/* { fill: proto, by: group, table: aaa, match: list, take: kind }: a row that lacks `fill` takes it
 * from the row of that table whose `match` is what its own `by` says. */
static enum noro_status read_lookup(
	struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	struct fact_lookup *l;

	if (t->lookups == FACT_MAX_LOOKUPS)
		return bad(r, v, N_("'%1' has too many entries"), v->key);
	l = &t->lookup[t->lookups++];
	l->table_name = noro_arena_view(r->d->a, noro_json_str(v, "table"));
	l->match_name = noro_arena_view(r->d->a, noro_json_str(v, "match"));
	l->take_name = noro_arena_view(r->d->a, noro_json_str(v, "take"));
	l->fill = fact_column(&t->t, noro_json_str(v, "fill"));
	l->by = fact_column(&t->t, noro_json_str(v, "by"));
	if (v->kind != NORO_JSON_OBJECT || v->count != 5 || !l->table_name.n || l->fill < 0 ||
		l->by < 0)
		return bad(r, v, N_("'%1' has the keys fill, by, table, match and take"), v->key);
	return NORO_OK;
}

/* One, or a list of them in the order they are asked. */
static enum noro_status read_lookups(
	struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return read_lookup(r, v, t);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_lookup(r, c, t);
	return s;
}

/* base: { fill, of }: dialects write the way to one file in many ways (flash:a.bin, flash0:/a.bin,
 * bootflash:///a.bin), but hardly its name. */
static enum noro_status read_base(struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	t->base_fill = fact_column(&t->t, noro_json_str(v, "fill"));
	t->base_of = fact_column(&t->t, noro_json_str(v, "of"));
	if (v->kind != NORO_JSON_OBJECT || v->count != 2 || t->base_fill < 0 || t->base_of < 0)
		return bad(r, v, N_("'%1' has the keys fill and of, two columns"), v->key);
	return NORO_OK;
}

static enum noro_status read_key_of_table(
	struct reader *r, const struct noro_json *v, struct fact_table *t)
{
	if (noro_view_is(v->key, "table") || noro_view_is(v->key, "columns"))
		return NORO_OK;
	if (noro_view_is(v->key, "key"))
		return read_which(r, v, &t->t, &t->t.key, &t->t.keys);
	if (noro_view_is(v->key, "title"))
		return read_title(r, v, &t->t.title);
	if (noro_view_is(v->key, "section"))
		return read_text(r, v, &t->t.section);
	if (noro_view_is(v->key, "secret"))
		return read_text(r, v, &t->owner_kind);
	if (noro_view_is(v->key, "loose"))
		return read_loose(r, v, t);
	if (noro_view_is(v->key, "numbered"))
		return read_which(r, v, &t->t, &t->numbered, &t->n_numbered);
	if (noro_view_is(v->key, "lookup"))
		return read_lookups(r, v, t);
	if (noro_view_is(v->key, "base"))
		return read_base(r, v, t);
	if (noro_view_is(v->key, "inherit"))
		return read_inherit(r, v, t);
	return bad(r, v, N_("unknown key '%1'"), v->key);
}

static enum noro_status read_table(struct reader *r, const struct noro_json *v)
{
	const struct noro_json *name = noro_json_get(v, "table");
	const struct noro_json *columns = noro_json_get(v, "columns");
	struct fact_table *t = r->d->table;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !name || !columns)
		return bad(r, v, N_("a table has the keys table, key, columns and title"), v->key);
	if (!is_name(name))
		return bad(r, name, N_("'%1' is no name of a table"), name->text);
	if (noro_facts_table_by_name(r->d, name->text) >= 0)
		return bad(r, name, N_("the table '%1' is there twice"), name->text);
	if (r->d->tables == FACT_MAX_TABLES)
		return bad(r, v, N_("more than %1 tables"), NORO_V("256"));
	t = noro_arena_grow(r->d->a, t, r->d->tables, &r->d->cap, sizeof(*t));
	if (!t)
		return no_memory(r->err);
	r->d->table = t;
	t += r->d->tables;
	*t = (struct fact_table){
		.inherit_by = -1, .inherit_key = -1, .kind = -1, .base_fill = -1, .base_of = -1
	};
	s = read_text(r, name, &t->t.name);
	if (s == NORO_OK)
		s = read_columns(r, columns, &t->t);
	if (s != NORO_OK)
		return s;
	t->loose = noro_arena_array(r->d->a, t->t.columns, sizeof(*t->loose));
	if (!t->loose)
		return no_memory(r->err);
	t->position = fact_column(&t->t, NORO_V("position"));
	t->defined = fact_column(&t->t, NORO_V("defined"));
	t->used = fact_column(&t->t, NORO_V("used"));
	t->name_class = fact_column(&t->t, NORO_V("name.class"));
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_key_of_table(r, c, t);
	if (s == NORO_OK && (!t->t.key || !t->t.title.en))
		s = bad(r, v, N_("a table has the keys table, key, columns and title"), v->key);
	if (s == NORO_OK)
		r->d->tables++;
	return s;
}

enum noro_status fact_schema_parse(
	struct noro_facts_def *d, struct noro_view text, const char *file, struct noro_error *err)
{
	const struct noro_json_limits limits = {
		.max_bytes = FACT_MAX_FILE, .max_depth = 8, .max_values = 1 << 16
	};
	struct reader r = { .d = d, .text = text, .file = file, .err = err };
	struct noro_arena *scratch = noro_arena_new(64 << 20);
	const struct noro_json *tree;
	enum noro_status s;

	if (!scratch)
		return no_memory(err);
	s = noro_yaml_parse(scratch, text, &limits, &tree, err);
	if (s == NORO_OK && tree->kind != NORO_JSON_ARRAY)
		s = bad(&r, tree, N_("a list of tables is expected"), tree->key);
	for (const struct noro_json *v = s == NORO_OK ? tree->child : NULL; v && s == NORO_OK;
		v = v->next)
		s = read_table(&r, v);
	if (s != NORO_OK && err && !err->where[0])
		(void)noro_error_at(err, file, err->unit, err->at);
	noro_arena_free(scratch);
	return s;
}

/* --- folders --- */

static int by_text(const void *a, const void *b)
{
	const char *const *one = a, *const *two = b;

	return strcmp(*one, *two);
}

/* The names of the *.yaml files, sorted; tables.yaml is read apart. */
static enum noro_status list_files(struct noro_arena *a, const char *path, const char ***ret,
	size_t *ret_n, struct noro_error *err)
{
	DIR *dir = opendir(path);
	const char **name = NULL;
	size_t n = 0, cap = 0;
	enum noro_status s = NORO_OK;

	*ret_n = 0;
	if (!dir)
		return errno == ENOENT ? NORO_OK : noro_fail_errno(err, errno, path);
	for (const struct dirent *e; s == NORO_OK && (e = readdir(dir));) {
		const char **more;

		if (e->d_name[0] == '.' || strcmp(e->d_name, "tables.yaml") == 0 ||
			!noro_view_ends(noro_view_str(e->d_name), ".yaml"))
			continue;
		more = n < FACT_MAX_FILES ? noro_arena_grow(a, name, n, &cap, sizeof(*name)) : NULL;
		if (!more) {
			s = no_memory(err);
			break;
		}
		name = more;
		name[n] = noro_arena_str(a, e->d_name);
		s = name[n++] ? NORO_OK : no_memory(err);
	}
	closedir(dir);
	if (n)
		qsort(name, n, sizeof(*name), by_text);
	*ret = name;
	*ret_n = n;
	return s;
}

typedef enum noro_status parse_fn(
	struct noro_facts_def *, struct noro_view, const char *, struct noro_error *);

static enum noro_status read_file(struct noro_facts_def *d, const char *folder, const char *name,
	parse_fn *parse, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	char *path = noro_arena_printf(d->a, "%s/device/%s", folder, name);
	enum noro_status s;

	if (!path)
		return no_memory(err);
	s = noro_file_read(path, FACT_MAX_FILE, &text, err);
	if (s == NORO_OK) {
		/* Patterns are copied, examples point into the text. */
		struct noro_view kept = noro_arena_view(d->a, noro_buf_as_view(&text));

		s = kept.p ? parse(d, kept, path, err) : no_memory(err);
	}
	noro_buf_done(&text);
	return s;
}

static enum noro_status read_tables(
	struct noro_facts_def *d, const char *folder, struct noro_error *err)
{
	struct noro_error inner = { 0 };
	enum noro_status s = read_file(d, folder, "tables.yaml", fact_schema_parse, &inner);

	if (s == NORO_ENOENT)
		return NORO_OK; /* a folder of the user may have only maps */
	if (s != NORO_OK && err)
		*err = inner;
	return s;
}

static enum noro_status read_folder(struct noro_facts_def *d, const char *folder, const char *below,
	parse_fn *parse, struct noro_error *err)
{
	char path[PATH_MAX];
	const char **name = NULL;
	size_t n = 0;
	enum noro_status s;

	if (snprintf(path, sizeof(path), "%s/device/%s", folder, below) >= (int)sizeof(path))
		return noro_fail_errno(err, ENAMETOOLONG, folder);
	s = list_files(d->a, path, &name, &n, err);
	for (size_t i = 0; s == NORO_OK && i < n; i++) {
		const char *file = noro_arena_printf(d->a, "%s%s", below, name[i]);

		s = file ? read_file(d, folder, file, parse, err) : no_memory(err);
	}
	return s;
}

enum noro_status fact_def_new(
	struct noro_arena *a, struct noro_facts_def **ret, struct noro_error *err)
{
	struct noro_facts_def *d = noro_arena_alloc(a, sizeof(*d));

	if (!d)
		return no_memory(err);
	d->a = a;
	d->t_secret = d->t_acl = d->t_acl_use = d->t_group_member = d->t_policy = d->t_bgp = -1;
	*ret = d;
	return NORO_OK;
}

static int16_t part_column(const struct noro_table *t, struct noro_view name, const char *part)
{
	char full[96];

	(void)snprintf(full, sizeof(full), "%.*s.%s", NORO_VARG(name), part);
	return (int16_t)fact_column(t, noro_view_str(full));
}

static struct fact_secret_columns secret_columns(const struct noro_table *t, struct noro_view name)
{
	return (struct fact_secret_columns){ .type = part_column(t, name, "type"),
		.id = part_column(t, name, "id"),
		.length = part_column(t, name, "length"),
		.weak = part_column(t, name, "weak") };
}

static enum noro_status seal_lookup(
	struct noro_facts_def *d, struct fact_lookup *l, struct noro_error *err)
{
	const struct noro_table *of;

	l->table = noro_facts_table_by_name(d, l->table_name);
	if (l->table < 0)
		return noro_fail(err, NORO_EFORMAT, N_("there is no table '%1'"), l->table_name.p);
	of = &d->table[l->table].t;
	l->match = fact_column(of, l->match_name);
	l->take = fact_column(of, l->take_name);
	if (l->match < 0 || l->take < 0)
		return noro_fail(err, NORO_EFORMAT, N_("the table has no column '%1'"),
			l->match < 0 ? l->match_name.p : l->take_name.p);
	return NORO_OK;
}

static enum noro_status seal_lookups(struct noro_facts_def *d, struct noro_error *err)
{
	enum noro_status s = NORO_OK;

	for (size_t i = 0; i < d->tables; i++)
		for (unsigned k = 0; k < d->table[i].lookups && s == NORO_OK; k++)
			s = seal_lookup(d, &d->table[i].lookup[k], err);
	return s;
}

/* Which column each name of a capture is, in each table. */
enum noro_status fact_def_seal(struct noro_facts_def *d, struct noro_error *err)
{
	size_t n;

	d->name_device = fact_name(&d->names, d->a, NORO_V("_device"));
	n = d->tables * d->names.n + 1;
	d->column_of = noro_arena_array(d->a, n, sizeof(*d->column_of));
	d->secret_of = noro_arena_array(d->a, n, sizeof(*d->secret_of));
	if (!d->column_of || !d->secret_of || d->name_device < 0)
		return no_memory(err);
	for (size_t t = 0; t < d->tables; t++)
		for (size_t i = 0; i < d->names.n; i++) {
			const struct noro_table *table = &d->table[t].t;
			size_t at = t * d->names.n + i;

			d->column_of[at] = (int16_t)fact_column(table, d->names.name[i]);
			d->secret_of[at] = secret_columns(table, d->names.name[i]);
		}
	d->t_secret = noro_facts_table_by_name(d, NORO_V("secret"));
	d->t_acl = noro_facts_table_by_name(d, NORO_V("acl"));
	d->t_acl_use = noro_facts_table_by_name(d, NORO_V("acl.use"));
	d->t_group_member = noro_facts_table_by_name(d, NORO_V("group.member"));
	d->t_policy = noro_facts_table_by_name(d, NORO_V("policy"));
	d->t_bgp = noro_facts_table_by_name(d, NORO_V("bgp.neighbor"));
	return seal_lookups(d, err);
}

enum noro_status noro_facts_def_load(struct noro_arena *a, const char *const *folder, size_t n,
	struct noro_facts_def **ret, struct noro_error *err)
{
	struct noro_facts_def *d;
	enum noro_status s = fact_def_new(a, &d, err);

	for (size_t i = 0; s == NORO_OK && i < n; i++)
		s = read_tables(d, folder[i], err);
	for (size_t i = 0; s == NORO_OK && i < n; i++)
		s = read_folder(d, folder[i], "", fact_map_parse, err);
	for (size_t i = 0; s == NORO_OK && i < n; i++)
		s = read_folder(d, folder[i], "statements/", noro_strange_parse, err);
	if (s == NORO_OK)
		s = fact_def_seal(d, err);
	if (s == NORO_OK)
		s = noro_templates_load(a, d, folder, n, &d->show, err);
	if (s == NORO_OK)
		*ret = d;
	return s;
}
