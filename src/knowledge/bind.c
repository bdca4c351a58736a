/*
 * src/knowledge/bind.c - from a YAML tree to structs. The shapes (shapes.c) are
 * the whole schema: a key that is in no table, a value of the wrong kind, a
 * word outside its vocabulary and a key that must be there and is not are errors
 * with a line, because a typing error in a knowledge file must never become a
 * silently missing indicator.
 */
#include "knowledge/bind_priv.h"

#include "base/yaml.h"

#include <stdio.h>

static enum noro_status complain(
	const struct bind *b, size_t at, const char *msg, const char *one, const char *two)
{
	/* the caller's err says where, already with the file's name */
	(void)noro_fail(b->err, NORO_EFORMAT, msg, one ? one : "", two ? two : "");
	if (b->err) {
		b->err->unit = NORO_AT_LINE;
		b->err->at = noro_line_of(b->text, at);
	}
	return NORO_EFORMAT;
}

static enum noro_status no_memory(const struct bind *b)
{
	return noro_fail(b->err, NORO_ENOMEM, NULL);
}

static bool is_scalar(const struct noro_json *v)
{
	return v->kind == NORO_JSON_STRING || v->kind == NORO_JSON_NUMBER;
}

static enum noro_status get_str(struct bind *b, const struct noro_json *v, const char **ret)
{
	char *s;

	if (!is_scalar(v))
		return complain(b, v->at, N_("a text is wanted here"), NULL, NULL);
	if (v->text.n == 0)
		return complain(b, v->at, N_("the text is empty"), NULL, NULL);
	if (memchr(v->text.p, 0, v->text.n))
		return complain(b, v->at, N_("the text holds a zero byte"), NULL, NULL);
	s = noro_arena_strn(b->arena, v->text.p, v->text.n);
	if (!s)
		return no_memory(b);
	*ret = s;
	return NORO_OK;
}

static enum noro_status get_word(
	struct bind *b, const struct noro_json *v, const struct bind_field *f, const char **ret)
{
	enum noro_status s = get_str(b, v, ret);

	if (s != NORO_OK || !f->words)
		return s;
	for (size_t i = 0; f->words[i]; i++) {
		if (strcmp(f->words[i], *ret) == 0) {
			*ret = f->words[i];
			return NORO_OK;
		}
	}
	return complain(b, v->at, N_("'%1' is not a word that '%2' knows"), *ret, f->key);
}

static enum noro_status get_bitext(
	struct bind *b, const struct noro_json *v, bool neutral, struct noro_bitext *ret)
{
	enum noro_status s = NORO_OK;

	if (v->kind != NORO_JSON_OBJECT) {
		s = get_str(b, v, &ret->en);
		if (s == NORO_OK && neutral)
			ret->ja = ret->en;
		return s;
	}
	for (const struct noro_json *m = v->child; m && s == NORO_OK; m = m->next) {
		if (noro_view_is(m->key, "en"))
			s = get_str(b, m, &ret->en);
		else if (noro_view_is(m->key, "ja"))
			s = get_str(b, m, &ret->ja);
		else
			s = complain(
				b, m->at, N_("a text has the keys 'en' and 'ja' only"), NULL, NULL);
	}
	if (s == NORO_OK && !ret->en && !ret->ja)
		s = complain(b, v->at, N_("the text is empty"), NULL, NULL);
	return s;
}

static enum noro_status get_list(struct bind *b, const struct noro_json *v,
	const struct bind_field *f, struct noro_strings *ret)
{
	const char **item;
	size_t n = 0;
	enum noro_status s;

	if (v->kind != NORO_JSON_ARRAY) {
		item = noro_arena_array(b->arena, 1, sizeof(*item));
		if (!item)
			return no_memory(b);
		s = get_word(b, v, f, &item[0]);
		*ret = (struct noro_strings){ item, s == NORO_OK };
		return s;
	}
	item = noro_arena_array(b->arena, v->count ? v->count : 1, sizeof(*item));
	if (!item)
		return no_memory(b);
	for (const struct noro_json *m = v->child; m; m = m->next) {
		s = get_word(b, m, f, &item[n]);
		if (s != NORO_OK)
			return s;
		n++;
	}
	*ret = (struct noro_strings){ item, n };
	return NORO_OK;
}

/* "2025", "2025-08" or "2025-08-27" into its parts; how many there are, 0 for anything else. */
static unsigned day_parts(struct noro_view v, struct noro_civil *ret)
{
	static const size_t width[] = { 4, 2, 2 }, whole[] = { 4, 7, 10 };
	const size_t length = v.n;
	uint64_t part[3] = { 0, 1, 1 };
	unsigned n = 0;
	struct noro_view one;

	while (n < 3 && noro_view_cut(&v, '-', &one)) {
		if (one.n != width[n] || !noro_view_u64(one, &part[n]))
			return 0;
		n++;
	}
	if (!n || v.n != 0 || length != whole[n - 1]) /* the length sees a trailing dash */
		return 0;
	*ret = (struct noro_civil){
		.year = (int)part[0], .month = (unsigned)part[1], .day = (unsigned)part[2]
	};
	return n;
}

static enum noro_status get_day(
	struct bind *b, const struct noro_json *v, bool end, struct noro_day *ret)
{
	struct noro_civil c;
	unsigned parts;
	int64_t ns;
	enum noro_status s = get_str(b, v, &ret->text);

	if (s != NORO_OK)
		return s;
	parts = day_parts(v->text, &c);
	if (!parts || c.year < 1900 || c.year > 2200 || !noro_civil_to_ns(&c, 0, &ns))
		return complain(
			b, v->at, N_("'%1' is not a date like 2025-08-27"), ret->text, NULL);
	if (end) {
		/* the first moment of what comes next, less one nanosecond */
		if (parts == 1) {
			c.year++;
		} else if (parts == 2) {
			c.year += c.month == 12;
			c.month = c.month % 12 + 1;
		}
		if (!noro_civil_to_ns(&c, 0, &ns))
			return complain(b, v->at, N_("'%1' is not a date like 2025-08-27"),
				ret->text, NULL);
		ns += (parts == 3 ? 86400 * NORO_NS_PER_S : 0) - 1;
	}
	ret->ns = ns;
	return NORO_OK;
}

static enum noro_status get_bool(struct bind *b, const struct noro_json *v, bool *ret)
{
	if (v->kind != NORO_JSON_TRUE && v->kind != NORO_JSON_FALSE)
		return complain(b, v->at, N_("true or false is wanted here"), NULL, NULL);
	*ret = v->kind == NORO_JSON_TRUE;
	return NORO_OK;
}

/* Arrays of structs: the pointer is stored as bytes, since its type is the caller's. */
static void put_array(const struct bind_field *f, char *out, const void *rows, size_t n)
{
	memcpy(out + f->at, &rows, sizeof(rows));
	memcpy(out + f->count_at, &n, sizeof(n));
}

static enum noro_status get_rows(
	struct bind *b, const struct noro_json *v, const struct bind_field *f, char *out)
{
	size_t size = f->kind == BIND_TEXTS ? sizeof(struct noro_bitext) : f->shape->size;
	char *rows;
	size_t n = 0;

	if (v->kind != NORO_JSON_ARRAY)
		return complain(b, v->at, N_("'%1' wants a list"), f->key, NULL);
	rows = noro_arena_array(b->arena, v->count ? v->count : 1, size);
	if (!rows)
		return no_memory(b);
	for (const struct noro_json *m = v->child; m; m = m->next) {
		void *row = rows + n * size;
		enum noro_status s = f->kind == BIND_TEXTS ? get_bitext(b, m, false, row)
							   : bind_struct(b, m, f->shape, row);

		if (s != NORO_OK)
			return s;
		n++;
	}
	put_array(f, out, rows, n);
	return NORO_OK;
}

static enum noro_status get_field(
	struct bind *b, const struct noro_json *v, const struct bind_field *f, char *out)
{
	/* arena memory is aligned for any type and `at` comes from offsetof */
	void *to = out + f->at;

	switch (f->kind) {
	case BIND_STR:
		return get_word(b, v, f, to);
	case BIND_NAME:
		return get_bitext(b, v, true, to);
	case BIND_TEXT:
		return get_bitext(b, v, false, to);
	case BIND_LIST:
		return get_list(b, v, f, to);
	case BIND_DAY:
		return get_day(b, v, false, to);
	case BIND_END:
		return get_day(b, v, true, to);
	case BIND_BOOL:
		return get_bool(b, v, to);
	case BIND_ROWS:
	case BIND_TEXTS:
		return get_rows(b, v, f, out);
	}
	return NORO_EARG;
}

static const struct bind_field *find_field(const struct bind_shape *shape, struct noro_view key)
{
	for (size_t i = 0; i < shape->fields; i++) {
		if (noro_view_is(key, shape->field[i].key))
			return &shape->field[i];
	}
	return NULL;
}

/* What is not said must read as "not said", not as 1970. */
static void unsay_days(const struct bind_shape *shape, char *out)
{
	for (size_t i = 0; i < shape->fields; i++) {
		const struct bind_field *f = &shape->field[i];

		if (f->kind == BIND_DAY || f->kind == BIND_END)
			((struct noro_day *)(void *)(out + f->at))->ns = NORO_TIME_NONE;
	}
}

static enum noro_status bind_by_place(
	struct bind *b, const struct noro_json *v, const struct bind_shape *shape, char *out)
{
	size_t i = 0;

	for (const struct noro_json *m = v->child; m; m = m->next, i++) {
		enum noro_status s;

		if (i == shape->fields)
			return complain(b, m->at, N_("the row has too many values"), NULL, NULL);
		s = get_field(b, m, &shape->field[i], out);
		if (s != NORO_OK)
			return s;
	}
	for (; i < shape->fields; i++) {
		if (shape->field[i].need)
			return complain(b, v->at, N_("'%1' is missing"), shape->field[i].key, NULL);
	}
	return NORO_OK;
}

enum noro_status bind_struct(
	struct bind *b, const struct noro_json *v, const struct bind_shape *shape, void *out)
{
	uint64_t seen = 0;

	unsay_days(shape, out);
	if (shape->positional && v->kind == NORO_JSON_ARRAY)
		return bind_by_place(b, v, shape, out);
	if (v->kind != NORO_JSON_OBJECT)
		return complain(b, v->at, N_("keys and values are wanted here"), NULL, NULL);
	for (const struct noro_json *m = v->child; m; m = m->next) {
		const struct bind_field *f = find_field(shape, m->key);
		enum noro_status s;

		if (!f) {
			char key[64];

			(void)snprintf(key, sizeof(key), "%.*s", NORO_VARG(m->key));
			return complain(
				b, m->at, N_("'%1' is no key that can stand here"), key, NULL);
		}
		s = get_field(b, m, f, out);
		if (s != NORO_OK)
			return s;
		seen |= UINT64_C(1) << (f - shape->field);
	}
	for (size_t i = 0; i < shape->fields; i++) {
		if (shape->field[i].need && !(seen >> i & 1))
			return complain(b, v->at, N_("'%1' is missing"), shape->field[i].key, NULL);
	}
	return NORO_OK;
}
