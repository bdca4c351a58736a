/*
 * src/base/yaml.c - YAML through libyaml's events, into the JSON tree.
 *
 * Only what a document of facts needs: no anchors or aliases (ten lines of them
 * grow to gigabytes), no merge keys, no tags but those that say what the reader
 * would do anyway. libyaml counts characters, spans are bytes: the events come in
 * order, so one walk along the text translates them all.
 */
#include "base/yaml.h"

#include "base/json_priv.h"

#include <stdlib.h>
#include <yaml.h>

enum { DEFAULT_DEPTH = 64 };
static const size_t default_bytes = (size_t)1 << 30, default_values = 100000000;

struct frame {
	struct noro_json *node;
	struct noro_json **tail;
	struct noro_view key; /* of an object, when its value comes next */
	bool has_key;
};

struct reader {
	struct noro_arena *arena;
	yaml_parser_t yaml;
	struct noro_view text;
	size_t chars, bytes; /* the same place counted both ways */
	struct frame *frame;
	size_t depth, frames_cap, max_depth;
	size_t values, max_values;
	bool duplicates;
	struct json_dups dups;
	struct noro_json *root;
	struct noro_error *err;
};

static enum noro_status fail_line(struct reader *r, const yaml_mark_t *at, enum noro_status st,
	const char *msg, const char *arg)
{
	noro_fail(r->err, st, msg, arg ? arg : "");
	(void)noro_error_at(r->err, "", NORO_AT_LINE, at->line + 1);
	return st;
}

static bool is_first(char c)
{
	return (c & 0xc0) != 0x80;
}

static size_t byte_of(struct reader *r, size_t chars)
{
	while (r->chars < chars && r->bytes < r->text.n) {
		do
			r->bytes++;
		while (r->bytes < r->text.n && !is_first(r->text.p[r->bytes]));
		r->chars++;
	}
	while (r->chars > chars && r->bytes > 0) {
		do
			r->bytes--;
		while (r->bytes > 0 && !is_first(r->text.p[r->bytes]));
		r->chars--;
	}
	return r->bytes;
}

static bool is_number(struct noro_view v)
{
	size_t i = v.n && v.p[0] == '-', from = i;

	while (i < v.n && noro_is_digit(v.p[i]))
		i++;
	if (i == from || (v.p[from] == '0' && i - from > 1))
		return false;
	if (i < v.n && v.p[i] == '.') {
		from = ++i;
		while (i < v.n && noro_is_digit(v.p[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == v.n;
}

static enum noro_json_kind plain_kind(struct noro_view v)
{
	if (v.n == 0 || noro_view_is(v, "~") || noro_view_is(v, "null"))
		return NORO_JSON_NULL;
	if (noro_view_is(v, "true"))
		return NORO_JSON_TRUE;
	if (noro_view_is(v, "false"))
		return NORO_JSON_FALSE;
	return is_number(v) ? NORO_JSON_NUMBER : NORO_JSON_STRING;
}

static bool tag_is(const yaml_char_t *tag, const char *want)
{
	return !tag || strcmp((const char *)tag, want) == 0;
}

static enum noro_status refuse_extras(
	struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor, bool tag_known)
{
	if (anchor)
		return fail_line(r, &e->start_mark, NORO_EUNSUPPORTED,
			N_("YAML anchors are not accepted"), NULL);
	if (!tag_known)
		return fail_line(r, &e->start_mark, NORO_EUNSUPPORTED,
			N_("this YAML tag is not accepted"), NULL);
	return NORO_OK;
}

/* A new value, hung where the innermost container wants its next child. */
static enum noro_status add_value(struct reader *r, const yaml_event_t *e, struct noro_json **ret)
{
	struct noro_json *v;
	struct frame *f = r->depth ? &r->frame[r->depth - 1] : NULL;

	if (r->values++ >= r->max_values) {
		(void)fail_line(
			r, &e->start_mark, NORO_ELIMIT, N_("YAML holds too many values"), NULL);
		return NORO_ELIMIT; /* said once more for clang's analyser, which does not look
				       deeper */
	}
	v = noro_arena_alloc(r->arena, sizeof(*v));
	if (!v)
		return noro_fail(r->err, NORO_ENOMEM, NULL);
	v->at = byte_of(r, e->start_mark.index);
	v->end = byte_of(r, e->end_mark.index);
	if (f) {
		v->key = f->key;
		f->has_key = false;
		f->node->count++;
		*f->tail = v;
		f->tail = &v->next;
	} else {
		r->root = v;
	}
	*ret = v;
	return NORO_OK;
}

static enum noro_status take_key(
	struct reader *r, const yaml_event_t *e, struct frame *f, struct noro_view text)
{
	if (e->data.scalar.plain_implicit && e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		noro_view_is(text, "<<"))
		return fail_line(r, &e->start_mark, NORO_EUNSUPPORTED,
			N_("YAML merge keys are not accepted"), NULL);
	f->key = noro_arena_view(r->arena, text);
	if (!f->key.p)
		return noro_fail(r->err, NORO_ENOMEM, NULL);
	f->has_key = true;
	return NORO_OK;
}

static bool wants_key(const struct frame *f)
{
	return f && f->node->kind == NORO_JSON_OBJECT && !f->has_key;
}

static enum noro_status on_scalar(struct reader *r, const yaml_event_t *e)
{
	struct frame *f = r->depth ? &r->frame[r->depth - 1] : NULL;
	struct noro_view text = noro_view(e->data.scalar.value, e->data.scalar.length);
	bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !e->data.scalar.tag;
	struct noro_json *v;
	enum noro_status st = refuse_extras(r, e, e->data.scalar.anchor,
		tag_is(e->data.scalar.tag, YAML_STR_TAG) || tag_is(e->data.scalar.tag, "!"));

	if (st != NORO_OK)
		return st;
	if (wants_key(f))
		return take_key(r, e, f, text);
	st = add_value(r, e, &v);
	if (st != NORO_OK)
		return st;
	v->kind = plain ? plain_kind(text) : NORO_JSON_STRING;
	if (v->kind != NORO_JSON_STRING && v->kind != NORO_JSON_NUMBER)
		return NORO_OK;
	v->text = noro_arena_view(r->arena, text);
	return v->text.p ? NORO_OK : noro_fail(r->err, NORO_ENOMEM, NULL);
}

static enum noro_status on_open(struct reader *r, const yaml_event_t *e, enum noro_json_kind kind)
{
	struct noro_json *v;
	struct frame *f;
	enum noro_status st;

	if (wants_key(r->depth ? &r->frame[r->depth - 1] : NULL))
		return fail_line(r, &e->start_mark, NORO_EUNSUPPORTED,
			N_("a YAML key must be a plain text"), NULL);
	if (r->depth >= r->max_depth)
		return fail_line(
			r, &e->start_mark, NORO_ELIMIT, N_("YAML is nested too deeply"), NULL);
	st = add_value(r, e, &v);
	if (st != NORO_OK)
		return st;
	v->kind = kind;
	f = noro_arena_grow(r->arena, r->frame, r->depth, &r->frames_cap, sizeof(*f));
	if (!f)
		return noro_fail(r->err, NORO_ENOMEM, NULL);
	r->frame = f;
	f[r->depth++] = (struct frame){ .node = v, .tail = &v->child };
	return NORO_OK;
}

static enum noro_status on_close(struct reader *r, const yaml_event_t *e)
{
	struct noro_json *v = r->frame[--r->depth].node;
	const struct noro_json *twice;

	v->end = byte_of(r, e->end_mark.index);
	if (v->kind != NORO_JSON_OBJECT || r->duplicates)
		return NORO_OK;
	if (noro_json_duplicate_(&r->dups, v, &twice) != NORO_OK)
		return noro_fail(r->err, NORO_ENOMEM, NULL);
	if (!twice)
		return NORO_OK;
	noro_fail(r->err, NORO_EFORMAT, N_("this YAML key stands twice"));
	(void)noro_error_at(r->err, "", NORO_AT_LINE, noro_line_of(r->text, twice->at));
	return NORO_EFORMAT;
}

static enum noro_status on_event(struct reader *r, const yaml_event_t *e)
{
	enum noro_status st;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return on_scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		st = refuse_extras(r, e, e->data.sequence_start.anchor,
			tag_is(e->data.sequence_start.tag, YAML_SEQ_TAG));
		return st != NORO_OK ? st : on_open(r, e, NORO_JSON_ARRAY);
	case YAML_MAPPING_START_EVENT:
		st = refuse_extras(r, e, e->data.mapping_start.anchor,
			tag_is(e->data.mapping_start.tag, YAML_MAP_TAG));
		return st != NORO_OK ? st : on_open(r, e, NORO_JSON_OBJECT);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(r, e);
	case YAML_ALIAS_EVENT:
		return fail_line(r, &e->start_mark, NORO_EUNSUPPORTED,
			N_("YAML aliases are not accepted"), NULL);
	case YAML_DOCUMENT_START_EVENT:
		if (!r->root)
			return NORO_OK;
		return fail_line(r, &e->start_mark, NORO_EFORMAT,
			N_("a second YAML document begins here"), NULL);
	case YAML_STREAM_END_EVENT:
		return NORO_END;
	default:
		return NORO_OK;
	}
}

static enum noro_status read_events(struct reader *r)
{
	enum noro_status st = NORO_OK;

	while (st == NORO_OK) {
		yaml_event_t e;

		if (!yaml_parser_parse(&r->yaml, &e)) {
			if (r->yaml.error == YAML_MEMORY_ERROR)
				return noro_fail(r->err, NORO_ENOMEM, NULL);
			return fail_line(r,
				r->yaml.error == YAML_READER_ERROR ? &r->yaml.mark
								   : &r->yaml.problem_mark,
				NORO_EFORMAT, N_("bad YAML: %1"), r->yaml.problem);
		}
		st = on_event(r, &e);
		yaml_event_delete(&e);
	}
	return st == NORO_END ? NORO_OK : st;
}

/* An empty stream is the empty value. */
static enum noro_status root_or_null(struct reader *r)
{
	if (!r->root)
		r->root = noro_arena_alloc(r->arena, sizeof(*r->root));
	return r->root ? NORO_OK : noro_fail(r->err, NORO_ENOMEM, NULL);
}

enum noro_status noro_yaml_parse(struct noro_arena *a, struct noro_view text,
	const struct noro_json_limits *limits, const struct noro_json **ret, struct noro_error *err)
{
	static const struct noro_json_limits none;
	const struct noro_json_limits *l = limits ? limits : &none;
	struct reader r = { .arena = a,
		.text = { text.p ? text.p : "", text.n },
		.err = err,
		.max_depth = l->max_depth ? l->max_depth : DEFAULT_DEPTH,
		.max_values = l->max_values ? l->max_values : default_values,
		.duplicates = l->allow_duplicates };
	enum noro_status st;

	if (r.max_depth > JSON_DEPTH_CEILING)
		r.max_depth = JSON_DEPTH_CEILING;
	if (text.n > (l->max_bytes ? l->max_bytes : default_bytes))
		return noro_fail(err, NORO_ELIMIT, N_("YAML is too long"));
	if (!yaml_parser_initialize(&r.yaml))
		return noro_fail(err, NORO_ENOMEM, NULL);
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.yaml, (const unsigned char *)r.text.p, r.text.n);
	st = read_events(&r);
	if (st == NORO_OK)
		st = root_or_null(&r);
	yaml_parser_delete(&r.yaml);
	free(r.dups.slot);
	if (st == NORO_OK)
		*ret = r.root;
	return st;
}

uint64_t noro_line_of(struct noro_view text, size_t at)
{
	uint64_t line = 1;

	for (size_t i = 0; i < at && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}
