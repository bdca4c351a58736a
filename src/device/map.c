/*
 * src/device/map.c - the map of a dialect as it is written: facts, each with the path of
 * statements that lead to it, what its columns take, and what has to be there or must not.
 */
#include "device/map_priv.h"

#include "base/yaml.h"

#include <stdio.h>

/* --- patterns of a fact --- */

/* Captures are columns of the table, or begin with "_". */
static enum noro_status check_names(
	struct reader *r, struct draft *d, const struct noro_json *at, const struct fact_pattern *p)
{
	for (unsigned i = 0; i < p->ops; i++) {
		struct noro_view name;
		char type[72];

		if (p->op[i].kind != OP_TAKE)
			continue;
		name = r->d->names.name[p->op[i].name];
		if (d->n == sizeof(d->seen) / sizeof(d->seen[0]))
			return map_bad(r, at, N_("the pattern '%1' is too long"), p->text);
		d->seen[d->n++] = p->op[i].name;
		if (name.p[0] == '_' || !d->t || fact_column(d->t, name) >= 0)
			continue;
		(void)snprintf(type, sizeof(type), "%.*s.type", NORO_VARG(name));
		if ((p->op[i].type == FACT_SECRET || p->op[i].type == FACT_PLAIN ||
			    p->op[i].type == FACT_HASH) &&
			fact_column(d->t, noro_view_str(type)) >= 0)
			continue;
		return map_bad(r, at, N_("the table has no column '%1'"), name);
	}
	return NORO_OK;
}

static enum noro_status read_level(
	struct reader *r, struct draft *d, const struct noro_json *v, struct level *ret)
{
	struct noro_error inner = { 0 };
	struct noro_view text = v->text;
	enum noro_status s;

	*ret = (struct level){ 0 };
	if (v->kind != NORO_JSON_STRING)
		return map_bad(r, v, N_("a pattern is a text"), v->key);
	if (noro_view_is(text, "...")) {
		ret->deep = true;
		return NORO_OK;
	}
	if (noro_view_starts(text, "? ")) {
		ret->optional = true;
		text = noro_view_sub(text, 2, SIZE_MAX);
	}
	s = fact_pattern_compile(r->d->a, &r->d->names, text, &ret->pattern, &inner);
	if (s == NORO_ENOMEM)
		return map_no_memory(r);
	if (s != NORO_OK)
		return map_bad(r, v, inner.msg, text);
	r->map->patterns++;
	return check_names(r, d, v, &ret->pattern);
}

/* A text, or a list of them: a path from `root`. */
static enum noro_status read_path(struct reader *r, struct draft *d, const struct noro_json *v,
	struct fact_node *root, const struct fact_end *end)
{
	struct level level[FACT_MAX_PATH] = { 0 };
	struct insertion x = { .r = r, .d = d, .at = v, .level = level, .end = *end };
	const struct noro_json *one = v->kind == NORO_JSON_ARRAY ? v->child : v;

	for (; one; one = v->kind == NORO_JSON_ARRAY ? one->next : NULL) {
		enum noro_status s;

		if (x.levels == FACT_MAX_PATH)
			return map_bad(r, v, N_("a pattern of too many levels"), NORO_V(""));
		s = read_level(r, d, one, &level[x.levels++]);
		if (s != NORO_OK)
			return s;
	}
	if (x.levels == 0 || level[x.levels - 1].deep || level[x.levels - 1].optional)
		return map_bad(r, v, N_("a path ends with a pattern"), NORO_V(""));
	return map_insert(&x, root, 0);
}

/* --- values --- */

static bool was_seen(const struct draft *d, int name)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->seen[i] == name)
			return true;
	return false;
}

/* {name}: a column of the table, or a capture that begins with "_". */
static enum noro_status reference(struct reader *r, struct draft *d, const struct noro_json *at,
	struct noro_view name, int *ret_column, int *ret_name)
{
	*ret_column = fact_column(d->t, name);
	*ret_name = name.n ? fact_name(&r->d->names, r->d->a, name) : -1;
	if (name.n && *ret_name < 0)
		return map_no_memory(r);
	if (*ret_column >= 0)
		return NORO_OK;
	if (noro_view_is(name, "_device") || (name.n && was_seen(d, *ret_name)))
		return NORO_OK;
	if (name.n && r->roots && was_seen(r->roots, *ret_name))
		return NORO_OK;
	return map_bad(r, at, N_("'%1' is neither a column nor taken by a pattern"), name);
}

static enum noro_status read_template(
	struct reader *r, struct draft *d, const struct noro_json *v, struct fact_set *set)
{
	struct fact_piece *piece = noro_arena_array(r->d->a, v->text.n + 1, sizeof(*piece));
	struct noro_view rest = v->text;

	if (!piece)
		return map_no_memory(r);
	set->piece = piece;
	while (rest.n) {
		size_t open = noro_view_chr(rest, '{');
		size_t close = open == SIZE_MAX ? SIZE_MAX : noro_view_chr(rest, '}');
		struct noro_view before = noro_view(rest.p, open == SIZE_MAX ? rest.n : open);
		enum noro_status s;

		if (before.n)
			piece[set->pieces++] = (struct fact_piece){
				.text = noro_arena_view(r->d->a, before), -1, -1
			};
		if (open == SIZE_MAX)
			break;
		if (close == SIZE_MAX || close < open)
			return map_bad(r, v, N_("a brace of '%1' has no partner"), v->text);
		piece[set->pieces] = (struct fact_piece){ 0 };
		s = reference(r, d, v, noro_view(rest.p + open + 1, close - open - 1),
			&piece[set->pieces].column, &piece[set->pieces].name);
		if (s != NORO_OK)
			return s;
		set->pieces++;
		rest = noro_view_sub(rest, close + 1, SIZE_MAX);
	}
	return NORO_OK;
}

static enum noro_status read_sets(struct reader *r, struct draft *d, const struct noro_json *v,
	const struct fact_set **ret, uint16_t *ret_n)
{
	struct fact_set *set;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT)
		return map_bad(r, v, N_("'%1' is a list of columns with their values"), v->key);
	set = noro_arena_array(r->d->a, v->count + 1u, sizeof(*set));
	if (!set)
		return map_no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		int column = fact_column(d->t, c->key);

		if (column < 0)
			return map_bad(r, c, N_("the table has no column '%1'"), c->key);
		if (c->kind != NORO_JSON_STRING && c->kind != NORO_JSON_NUMBER)
			return map_bad(r, c, N_("'%1' is a text"), c->key);
		set[*ret_n].column = (uint16_t)column;
		s = read_template(r, d, c, &set[(*ret_n)++]);
	}
	*ret = set;
	return s;
}

static enum noro_status read_with(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_end end = { 0 };
	const struct noro_json *match = v, *set = NULL;
	enum noro_status s;

	if (v->kind == NORO_JSON_OBJECT) {
		const struct noro_json *drop = noro_json_get(v, "drop");

		match = noro_json_get(v, "match");
		set = noro_json_get(v, "set");
		end.drop = drop && drop->kind == NORO_JSON_TRUE;
		if (!match || v->count != 1u + (set != NULL) + (drop != NULL))
			return map_bad(r, v,
				N_("a statement below has the keys match, set and drop"), v->key);
	}
	/* The values may refer to what this very pattern takes: read it once for its names. */
	end.set = NULL;
	if (set) {
		struct fact_node *nowhere = map_node(r);

		if (!nowhere)
			return map_no_memory(r);
		s = read_path(r, d, match, nowhere, &end);
		r->map->patterns--;
		if (s == NORO_OK)
			s = read_sets(r, d, set, &end.set, &end.sets);
		if (s != NORO_OK)
			return s;
	}
	return read_path(r, d, match, d->f->with, &end);
}

static enum noro_status read_withs(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return map_bad(r, v, N_("'%1' is a list of patterns"), v->key);
	d->f->with = map_node(r);
	if (!d->f->with)
		return map_no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_with(r, d, c);
	return s == NORO_OK ? map_index(r, d->f->with) : s;
}

static enum noro_status read_class(
	struct reader *r, struct draft *d, const struct noro_json *v, struct fact_class *ret)
{
	const struct noro_json *of = noro_json_get(v, "of"), *as = noro_json_get(v, "as");
	const struct noro_json *otherwise = noro_json_get(v, "else");
	struct noro_view column = noro_json_str(v, "column");
	struct noro_view *glob, *value;
	int at = column.p ? fact_column(d->t, column) : -1;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !of || !as || as->kind != NORO_JSON_OBJECT ||
		v->count != 3u + (otherwise != NULL))
		return map_bad(r, v, N_("a class has the keys column, of, as and else"), v->key);
	if (at < 0)
		return map_bad(r, v, N_("the table has no column '%1'"), column);
	s = reference(r, d, of, of->text, &ret->of_column, &ret->of_name);
	if (s != NORO_OK)
		return s;
	ret->column = (uint16_t)at;
	glob = noro_arena_array(r->d->a, as->count + 1u, sizeof(*glob));
	value = noro_arena_array(r->d->a, as->count + 1u, sizeof(*value));
	if (!glob || !value)
		return map_no_memory(r);
	for (const struct noro_json *c = as->child; c; c = c->next) {
		if (c->kind != NORO_JSON_STRING && c->kind != NORO_JSON_NUMBER)
			return map_bad(r, c, N_("'%1' is a text"), c->key);
		glob[ret->n] = c->key;
		value[ret->n++] = c->text;
	}
	ret->glob = glob;
	ret->value = value;
	ret->otherwise = otherwise ? otherwise->text : noro_view(NULL, 0);
	return NORO_OK;
}

static enum noro_status read_classes(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_class *list;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return map_bad(r, v, N_("'%1' is a list of classes"), v->key);
	list = noro_arena_array(r->d->a, v->count + 1u, sizeof(*list));
	if (!list)
		return map_no_memory(r);
	d->f->classes = list;
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_class(r, d, c, &list[d->f->n_classes++]);
	return s;
}

/* --- facts --- */

static enum noro_status read_dialects(struct reader *r, const struct noro_json *v, uint32_t *ret)
{
	const struct noro_json *one = v->kind == NORO_JSON_ARRAY ? v->child : v;

	for (; one; one = v->kind == NORO_JSON_ARRAY ? one->next : NULL) {
		enum noro_dialect d = one->kind == NORO_JSON_STRING
					      ? noro_dialect_by_name(one->text)
					      : NORO_DIALECT_NONE;

		if (d == NORO_DIALECT_NONE)
			return map_bad(r, one, N_("'%1' is no dialect"), one->text);
		*ret |= 1u << d;
	}
	return NORO_OK;
}

static enum noro_status read_only(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT)
		return map_bad(r, v, N_("'%1' has the keys dialect and has"), v->key);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "dialect"))
			s = read_dialects(r, c, &d->f->dialects);
		else if (noro_view_is(c->key, "has") && noro_json_is_str(c, "version"))
			d->f->only_version = true;
		else if (noro_view_is(c->key, "has") && noro_json_is_str(c, "end"))
			d->f->only_complete = true;
		else
			s = map_bad(r, c, N_("'%1' has the keys dialect and has"), v->key);
	}
	return s;
}

static enum noro_status read_need(struct reader *r, struct draft *d, const struct noro_json *v)
{
	uint16_t *need;

	if (v->kind != NORO_JSON_ARRAY)
		return map_bad(r, v, N_("'%1' is a list of names"), v->key);
	need = noro_arena_array(r->d->a, v->count + 1u, sizeof(*need));
	if (!need)
		return map_no_memory(r);
	d->f->need = need;
	for (const struct noro_json *c = v->child; c; c = c->next) {
		int at = fact_column(d->t, c->text);

		if (at < 0)
			return map_bad(r, c, N_("the table has no column '%1'"), c->text);
		need[d->f->needs++] = (uint16_t)at;
	}
	return NORO_OK;
}

static enum noro_status read_unless(struct reader *r, struct draft *d, const struct noro_json *v)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY)
		return map_bad(r, v, N_("'%1' is a list of patterns"), v->key);
	if (r->map->flags + v->count >= FACT_MAX_FLAGS)
		return map_bad(r, v, N_("more than %1 patterns in `unless`"), NORO_V("1023"));
	d->f->unless = (uint16_t)(r->map->flags + 1);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		struct fact_end end = { .flag = ++r->map->flags };

		d->f->unlesses++;
		s = read_path(r, d, c, r->map->root, &end);
	}
	return s;
}

/* The keys that do not depend on others; false: not one of these. */
static bool read_plain(
	struct reader *r, struct draft *d, const struct noro_json *v, enum noro_status *ret)
{
	if (noro_view_is(v->key, "merge")) {
		d->f->merge = v->kind == NORO_JSON_TRUE;
		*ret = v->kind == NORO_JSON_TRUE || v->kind == NORO_JSON_FALSE
			       ? NORO_OK
			       : map_bad(r, v, N_("'%1' is true or false"), v->key);
	} else if (noro_view_is(v->key, "only")) {
		*ret = read_only(r, d, v);
	} else if (noro_view_is(v->key, "need")) {
		*ret = read_need(r, d, v);
	} else if (noro_view_is(v->key, "split")) {
		d->f->split = fact_column(d->t, v->text);
		*ret = d->f->split >= 0
			       ? NORO_OK
			       : map_bad(r, v, N_("the table has no column '%1'"), v->text);
	} else {
		return false;
	}
	return true;
}

/* Patterns first: the values refer to what they take. */
static enum noro_status read_patterns(struct reader *r, struct draft *d, const struct noro_json *v)
{
	const struct noro_json *each = noro_json_get(v, "each"), *with = noro_json_get(v, "with");
	const struct noro_json *unless = noro_json_get(v, "unless");
	const struct fact_end end = { .fact = d->f };
	enum noro_status s = NORO_OK;

	if (!each && !unless)
		return map_bad(r, v, N_("a fact has the key each or unless"), v->key);
	d->f->without = !each;
	if (each)
		s = read_path(r, d, each, r->map->root, &end);
	if (s == NORO_OK && with)
		s = read_withs(r, d, with);
	if (s == NORO_OK && unless)
		s = read_unless(r, d, unless);
	return s;
}

static enum noro_status read_presets(struct reader *r, struct draft *d, const struct noro_json *v)
{
	struct fact_def *f = d->f;
	enum noro_status s = read_sets(r, d, v, &f->preset, &f->presets);

	for (unsigned i = 0; s == NORO_OK && i < f->presets; i++)
		for (unsigned k = 0; k < f->preset[i].pieces; k++)
			f->preset_asks |=
				f->preset[i].piece[k].name >= 0 && f->preset[i].piece[k].column < 0;
	return s;
}

static enum noro_status read_fact(struct reader *r, const struct noro_json *v, struct fact_def *f)
{
	struct noro_view name = noro_json_str(v, "table");
	struct draft d = { .f = f };
	int table = name.p ? noro_facts_table_by_name(r->d, name) : -1;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !name.p)
		return map_bad(r, v, N_("a fact has the keys table and each"), v->key);
	if (table < 0)
		return map_bad(r, v, N_("there is no table '%1'"), name);
	*f = (struct fact_def){ .table = (uint16_t)table, .split = -1 };
	d.t = &r->d->table[table].t;
	s = read_patterns(r, &d, v);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "table") || noro_view_is(c->key, "each") ||
			noro_view_is(c->key, "with") || noro_view_is(c->key, "unless"))
			continue;
		if (noro_view_is(c->key, "set"))
			s = read_sets(r, &d, c, &f->set, &f->sets);
		else if (noro_view_is(c->key, "default"))
			s = read_presets(r, &d, c);
		else if (noro_view_is(c->key, "class"))
			s = read_classes(r, &d, c);
		else if (!read_plain(r, &d, c, &s))
			s = map_bad(r, c, N_("unknown key '%1'"), c->key);
	}
	return s;
}

static enum noro_status read_facts(struct reader *r, const struct noro_json *v)
{
	const struct fact_def **list;
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_ARRAY || v->count > FACT_MAX_FACTS)
		return map_bad(r, v, N_("'%1' is a list of facts"), v->key);
	list = noro_arena_array(r->d->a, v->count + 1u, sizeof(*list));
	if (!list)
		return map_no_memory(r);
	r->map->fact = list;
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		struct fact_def *f = noro_arena_alloc(r->d->a, sizeof(*f));

		if (!f)
			return map_no_memory(r);
		list[r->map->facts++] = f;
		s = read_fact(r, c, f);
	}
	return s;
}

/* Statements of these dialects are cut to one word a level. */
static bool has_levels(uint32_t dialects)
{
	return dialects &
	       (1u << NORO_DIALECT_JUNOS | 1u << NORO_DIALECT_VYOS | 1u << NORO_DIALECT_PANOS);
}

static enum noro_status read_head(struct reader *r, const struct noro_json *v)
{
	const struct noro_json *dialect = noro_json_get(v, "dialect"), *also, *form;
	enum noro_status s;

	if (v->kind != NORO_JSON_OBJECT || !dialect)
		return map_bad(r, v, N_("a map has the keys dialect and facts"), v->key);
	s = read_dialects(r, dialect, &r->map->dialects);
	also = noro_json_get(v, "also");
	if (s == NORO_OK && also)
		s = read_dialects(r, also, &r->map->dialects);
	r->map->levels = has_levels(r->map->dialects);
	form = noro_json_get(v, "form");
	if (s == NORO_OK && form) {
		r->map->levels = noro_json_is_str(form, "levels");
		if (!r->map->levels && !noro_json_is_str(form, "lines"))
			s = map_bad(r, form, N_("'%1' is lines or levels"), form->key);
	}
	return s;
}

/* Where else facts may stand: the paths of vdoms, logical systems, templates. */
static enum noro_status read_roots(struct reader *r, const struct noro_json *v)
{
	const struct fact_end end = { .again = true };
	enum noro_status s = NORO_OK;

	if (!v)
		return NORO_OK;
	if (v->kind != NORO_JSON_ARRAY)
		return map_bad(r, v, N_("'%1' is a list of patterns"), v->key);
	r->roots = noro_arena_alloc(r->d->a, sizeof(*r->roots));
	r->map->roots = map_node(r);
	if (!r->roots || !r->map->roots)
		return map_no_memory(r);
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next)
		s = read_path(r, r->roots, c, r->map->roots, &end);
	return s == NORO_OK ? map_index(r, r->map->roots) : s;
}

static enum noro_status read_map(struct reader *r, const struct noro_json *v)
{
	enum noro_status s = read_head(r, v);

	if (s == NORO_OK)
		s = read_roots(r, noro_json_get(v, "roots"));
	for (const struct noro_json *c = v->child; c && s == NORO_OK; c = c->next) {
		if (noro_view_is(c->key, "facts"))
			s = read_facts(r, c);
		else if (noro_view_is(c->key, "examples"))
			r->map->examples = c;
		else if (!noro_view_is(c->key, "dialect") && !noro_view_is(c->key, "also") &&
			 !noro_view_is(c->key, "form") && !noro_view_is(c->key, "roots"))
			s = map_bad(r, c, N_("unknown key '%1'"), c->key);
	}
	if (s == NORO_OK && r->map->facts == 0)
		s = map_bad(r, v, N_("a map has the keys dialect and facts"), v->key);
	return s == NORO_OK ? map_index(r, r->map->root) : s;
}

static enum noro_status keep_map(struct noro_facts_def *d, struct fact_map *map)
{
	struct fact_map **more = noro_arena_grow(d->a, d->map, d->maps, &d->maps_cap, sizeof(map));

	if (!more)
		return NORO_ENOMEM;
	d->map = more;
	d->map[d->maps++] = map;
	return NORO_OK;
}

enum noro_status fact_map_parse(
	struct noro_facts_def *d, struct noro_view text, const char *file, struct noro_error *err)
{
	const struct noro_json_limits limits = {
		.max_bytes = FACT_MAX_FILE, .max_depth = 12, .max_values = 1 << 18
	};
	struct reader r = { .d = d, .text = text, .file = file, .err = err };
	const struct noro_json *tree;
	enum noro_status s = noro_yaml_parse(d->a, text, &limits, &tree, err);

	if (s != NORO_OK)
		return err ? noro_error_at(err, file, err->unit, err->at) : s;
	r.map = noro_arena_alloc(d->a, sizeof(*r.map));
	if (!r.map)
		return map_no_memory(&r);
	r.map->root = map_node(&r);
	r.map->file = noro_arena_str(d->a, file);
	if (!r.map->root || !r.map->file)
		return map_no_memory(&r);
	s = read_map(&r, tree);
	if (s == NORO_OK)
		s = keep_map(d, r.map);
	return s;
}
