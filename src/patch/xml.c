/*
 * src/patch/xml.c - as much XML as workbooks and bills of material need: elements, attributes,
 * text. Entities are the five of XML and numbers, so nothing can grow; a document type is
 * passed over.
 */
#include "patch/list_priv.h"

#include "base/text.h"

static struct noro_view local(struct noro_view name)
{
	size_t colon = noro_view_chr(name, ':');

	return colon == SIZE_MAX ? name : noro_view_sub(name, colon + 1, name.n);
}

static bool skip_to(struct noro_xml *x, const char *end)
{
	size_t at = noro_view_find(x->rest, noro_view_str(end));

	if (at == SIZE_MAX)
		return false;
	x->rest = noro_view_sub(x->rest, at + strlen(end), x->rest.n);
	return true;
}

/* The end of a tag: a '>' outside of quotes. */
static size_t tag_end(struct noro_view v)
{
	char quote = '\0';

	for (size_t i = 0; i < v.n; i++) {
		if (quote)
			quote = v.p[i] == quote ? '\0' : quote;
		else if (v.p[i] == '"' || v.p[i] == '\'')
			quote = v.p[i];
		else if (v.p[i] == '>')
			return i;
	}
	return SIZE_MAX;
}

static bool tag(struct noro_xml *x)
{
	size_t end = tag_end(x->rest), n = 0;
	struct noro_view inside;

	if (end == SIZE_MAX || end < 2)
		return false;
	inside = noro_view_sub(x->rest, 1, end - 1);
	x->rest = noro_view_sub(x->rest, end + 1, x->rest.n);
	x->kind = NORO_XML_OPEN;
	x->closes = false;
	if (inside.p[0] == '/') {
		x->kind = NORO_XML_CLOSE;
		inside = noro_view_sub(inside, 1, inside.n);
	} else if (inside.n && inside.p[inside.n - 1] == '/') {
		x->closes = true;
		inside.n--;
	}
	while (n < inside.n && !noro_is_space(inside.p[n]))
		n++;
	x->name = local(noro_view_sub(inside, 0, n));
	x->attributes = noro_view_sub(inside, n, inside.n);
	return x->name.n != 0;
}

static bool special(struct noro_xml *x)
{
	static const char cdata[] = "<![CDATA[";

	if (noro_view_starts(x->rest, cdata)) {
		struct noro_view from = noro_view_sub(x->rest, sizeof(cdata) - 1, x->rest.n);

		x->rest = from;
		if (!skip_to(x, "]]>"))
			return false;
		x->kind = NORO_XML_TEXT;
		x->text = noro_view_sub(from, 0, from.n - x->rest.n - 3);
		return true;
	}
	return noro_view_starts(x->rest, "<!--") ? skip_to(x, "-->") : skip_to(x, ">");
}

bool noro_xml_next(struct noro_xml *x)
{
	if (x->kind == NORO_XML_OPEN && x->closes) {
		x->kind = NORO_XML_CLOSE;
		x->closes = false;
		return true;
	}
	x->kind = NORO_XML_END;
	while (x->rest.n) {
		size_t at = noro_view_chr(x->rest, '<');

		if (at == SIZE_MAX)
			return false;
		if (at) {
			x->kind = NORO_XML_TEXT;
			x->text = noro_view_sub(x->rest, 0, at);
			x->rest = noro_view_sub(x->rest, at, x->rest.n);
			return true;
		}
		if (!noro_view_starts(x->rest, "<?") && !noro_view_starts(x->rest, "<!"))
			return tag(x);
		if (!special(x))
			return false;
		if (x->kind == NORO_XML_TEXT)
			return true;
	}
	return false;
}

struct noro_view noro_xml_attribute(const struct noro_xml *x, const char *name)
{
	struct noro_view v = x->attributes;

	while (v.n) {
		size_t eq = noro_view_chr(v, '='), end;
		struct noro_view key;
		char quote;

		if (eq == SIZE_MAX)
			break;
		key = noro_view_trim(noro_view_sub(v, 0, eq));
		v = noro_view_trim(noro_view_sub(v, eq + 1, v.n));
		quote = v.n ? v.p[0] : '\0';
		if (quote != '"' && quote != '\'')
			break;
		v = noro_view_sub(v, 1, v.n);
		end = noro_view_chr(v, quote);
		if (end == SIZE_MAX)
			break;
		if (noro_view_is(local(key), name))
			return noro_view_sub(v, 0, end);
		v = noro_view_sub(v, end + 1, v.n);
	}
	return (struct noro_view){ 0 };
}

/* How long the entity at v is; 0: none. */
static size_t entity(struct noro_view v, char out[4], size_t *ret_n)
{
	static const struct {
		const char *name;
		char c;
	} names[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
		{ "&apos;", '\'' } };
	size_t end = noro_view_chr(noro_view_sub(v, 0, 12), ';');
	uint32_t n = 0;
	bool hex = v.n > 2 && v.p[2] == 'x';

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (noro_view_starts(v, names[i].name)) {
			out[0] = names[i].c;
			*ret_n = 1;
			return strlen(names[i].name);
		}
	if (end == SIZE_MAX || !noro_view_starts(v, "&#"))
		return 0;
	for (size_t i = hex ? 3 : 2; i < end; i++) {
		int d = noro_hex_value(v.p[i]);

		if (d < 0 || (!hex && d > 9))
			return 0;
		n = n * (hex ? 16 : 10) + (uint32_t)d;
		if (n > 0x10ffff)
			return 0;
	}
	*ret_n = n >= 0xd800 && n <= 0xdfff ? 0 : noro_utf8_put(n, out);
	return *ret_n ? end + 1 : 0;
}

struct noro_view noro_xml_plain(struct noro_arena *a, struct noro_view text)
{
	char *out;
	size_t n = 0;

	if (noro_view_chr(text, '&') == SIZE_MAX)
		return text;
	out = noro_arena_alloc(a, text.n + 1);
	if (!out)
		return (struct noro_view){ 0 };
	for (size_t i = 0; i < text.n;) {
		char c[4];
		size_t len = 0, took = text.p[i] == '&'
					       ? entity(noro_view_sub(text, i, text.n), c, &len)
					       : 0;

		if (!took) {
			out[n++] = text.p[i++];
			continue;
		}
		memcpy(out + n, c, len); /* an entity is longer than what it stands for */
		n += len;
		i += took;
	}
	return noro_view(out, n);
}
