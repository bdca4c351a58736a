/* src/base/jsonw.c - the compact writer. */
#include "base/jsonw.h"

#include "base/json_priv.h"
#include "base/utf8_priv.h"

#include <assert.h>

/* What must stand before a value or a bracket that opens one. */
static void before_value(struct noro_jsonw *w)
{
	if (w->need_comma && !w->after_key)
		noro_buf_chr(w->out, ',');
	w->after_key = false;
	w->need_comma = true;
}

static void open_with(struct noro_jsonw *w, char bracket)
{
	before_value(w);
	noro_buf_chr(w->out, bracket);
	w->need_comma = false;
	w->depth++;
}

static void close_with(struct noro_jsonw *w, char bracket)
{
	assert(w->depth > 0 && !w->after_key);
	noro_buf_chr(w->out, bracket);
	w->depth--;
	w->need_comma = true;
}

void noro_jsonw_object(struct noro_jsonw *w)
{
	open_with(w, '{');
}

void noro_jsonw_object_end(struct noro_jsonw *w)
{
	close_with(w, '}');
}

void noro_jsonw_array(struct noro_jsonw *w)
{
	open_with(w, '[');
}

void noro_jsonw_array_end(struct noro_jsonw *w)
{
	close_with(w, ']');
}

static void put_escaped(struct noro_buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
	const char *hit = c ? strchr(from, c) : NULL;
	char text[6] = { '\\', 'u', '0', '0', hex[(unsigned char)c >> 4], hex[c & 15] };

	if (hit)
		text[1] = to[hit - from];
	noro_buf_add(out, text, hit ? 2 : 6);
}

static void put_string(struct noro_buf *out, struct noro_view v)
{
	const char *p = v.p, *end = v.p + v.n, *from = p;

	noro_buf_chr(out, '"');
	while (p < end) {
		size_t n = 0;

		p = noro_json_plain_end_(p, end);
		if (p == end)
			break;
		if ((unsigned char)*p >= 0x80)
			n = utf8_len((const unsigned char *)p, (size_t)(end - p));
		if (n) {
			p += n;
			continue;
		}
		noro_buf_add(out, from, (size_t)(p - from));
		if ((unsigned char)*p >= 0x80)
			noro_buf_str(out, "\xef\xbf\xbd");
		else
			put_escaped(out, *p);
		from = ++p;
	}
	noro_buf_add(out, from, (size_t)(p - from));
	noro_buf_chr(out, '"');
}

static void put_key(struct noro_jsonw *w, struct noro_view name)
{
	assert(!w->after_key);
	if (w->need_comma)
		noro_buf_chr(w->out, ',');
	put_string(w->out, name);
	noro_buf_chr(w->out, ':');
	w->after_key = true;
	w->need_comma = false;
}

void noro_jsonw_key(struct noro_jsonw *w, const char *name)
{
	put_key(w, noro_view_str(name));
}

void noro_jsonw_key_view(struct noro_jsonw *w, struct noro_view name)
{
	put_key(w, name);
}

void noro_jsonw_view(struct noro_jsonw *w, struct noro_view v)
{
	before_value(w);
	put_string(w->out, v.p ? v : NORO_V(""));
}

void noro_jsonw_str(struct noro_jsonw *w, const char *s)
{
	if (s)
		noro_jsonw_view(w, noro_view_str(s));
	else
		noro_jsonw_null(w);
}

void noro_jsonw_i64(struct noro_jsonw *w, int64_t v)
{
	before_value(w);
	noro_buf_i64(w->out, v);
}

void noro_jsonw_u64(struct noro_jsonw *w, uint64_t v)
{
	before_value(w);
	noro_buf_u64(w->out, v);
}

void noro_jsonw_bool(struct noro_jsonw *w, bool v)
{
	before_value(w);
	noro_buf_str(w->out, v ? "true" : "false");
}

void noro_jsonw_null(struct noro_jsonw *w)
{
	before_value(w);
	noro_buf_str(w->out, "null");
}

void noro_jsonw_kstr(struct noro_jsonw *w, const char *name, const char *s)
{
	noro_jsonw_key(w, name);
	noro_jsonw_str(w, s);
}

void noro_jsonw_kview(struct noro_jsonw *w, const char *name, struct noro_view v)
{
	noro_jsonw_key(w, name);
	noro_jsonw_view(w, v);
}

void noro_jsonw_ki64(struct noro_jsonw *w, const char *name, int64_t v)
{
	noro_jsonw_key(w, name);
	noro_jsonw_i64(w, v);
}

void noro_jsonw_ku64(struct noro_jsonw *w, const char *name, uint64_t v)
{
	noro_jsonw_key(w, name);
	noro_jsonw_u64(w, v);
}

void noro_jsonw_kbool(struct noro_jsonw *w, const char *name, bool v)
{
	noro_jsonw_key(w, name);
	noro_jsonw_bool(w, v);
}

/* Recursion is bounded: no parser of ours builds a tree past JSON_DEPTH_CEILING. */
void noro_jsonw_value(struct noro_jsonw *w, const struct noro_json *v)
{
	switch (v->kind) {
	case NORO_JSON_NULL:
		noro_jsonw_null(w);
		break;
	case NORO_JSON_FALSE:
	case NORO_JSON_TRUE:
		noro_jsonw_bool(w, v->kind == NORO_JSON_TRUE);
		break;
	case NORO_JSON_NUMBER:
		before_value(w);
		noro_buf_view(w->out, v->text);
		break;
	case NORO_JSON_STRING:
		noro_jsonw_view(w, v->text);
		break;
	case NORO_JSON_ARRAY:
		noro_jsonw_array(w);
		for (const struct noro_json *c = v->child; c; c = c->next)
			noro_jsonw_value(w, c);
		noro_jsonw_array_end(w);
		break;
	case NORO_JSON_OBJECT:
		noro_jsonw_object(w);
		for (const struct noro_json *c = v->child; c; c = c->next) {
			put_key(w, c->key);
			noro_jsonw_value(w, c);
		}
		noro_jsonw_object_end(w);
		break;
	}
}
