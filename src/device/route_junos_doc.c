/*
 * src/device/route_junos_doc.c - `show route | display json` and `| display xml` of
 * Junos: one document with two spellings. A node of it is asked for children by name
 * and for its text; where the JSON has arrays of { "data": ... }, the XML has elements.
 */
#include "device/route_priv.h"

#include "base/json.h"

/* --- nodes --- */

static struct noro_route_doc none(void)
{
	return (struct noro_route_doc){ 0 };
}

static bool is(struct noro_route_doc d)
{
	return d.json || d.stmt;
}

static struct noro_route_doc stmt_named(const struct noro_stmt *s, const char *name)
{
	while (s && (!s->words || !noro_view_is(s->word[0], name)))
		s = s->next;
	return (struct noro_route_doc){ .stmt = s };
}

static struct noro_route_doc first(struct noro_route_doc d, const char *name)
{
	const struct noro_json *m;

	if (d.stmt)
		return stmt_named(d.stmt->child, name);
	m = d.json ? noro_json_get(d.json, name) : NULL;
	if (m && m->kind == NORO_JSON_ARRAY)
		m = m->child;
	return (struct noro_route_doc){ .json = m };
}

static struct noro_route_doc next(struct noro_route_doc d, const char *name)
{
	if (d.stmt)
		return stmt_named(d.stmt->next, name);
	/* within an array all are alike; an object that stood alone has no such neighbour */
	if (d.json && d.json->next && !d.json->key.p)
		return (struct noro_route_doc){ .json = d.json->next };
	return none();
}

static struct noro_view text(struct noro_route_doc d)
{
	const struct noro_stmt *s = d.stmt;

	if (d.json)
		return d.json->kind == NORO_JSON_OBJECT ? noro_json_str(d.json, "data")
							: d.json->text;
	if (s && s->words > 1)
		return s->word[s->words - 1];
	if (s && s->child && s->child->words == 1 && !s->child->child)
		return s->child->word[0];
	return NORO_V("");
}

static struct noro_view text_of(struct noro_route_doc d, const char *name)
{
	struct noro_route_doc c = first(d, name);

	return is(c) ? noro_view_trim(text(c)) : NORO_V("");
}

/* --- routes --- */

void noro_route_junos_table(struct noro_route_in *in, struct noro_route_doc d)
{
	noro_routes_junos_table(in, text_of(d, "table-name"));
}

static void next_hop(struct noro_route_in *in, struct noro_route_doc h)
{
	struct noro_view to = text_of(h, "to"), via = text_of(h, "via");

	if (!via.n)
		via = text_of(h, "nh-local-interface");
	in->now.nexthop.family = 0;
	in->now.interface = noro_route_text(in, via);
	if (to.n)
		(void)noro_route_ip(to, &in->now.nexthop);
	if (text_of(h, "nh-table").n)
		in->now.flags |= NORO_RTF_LEAKED;
	noro_route_emit(in);
}

static void age(struct noro_route_in *in, struct noro_view v)
{
	struct noro_view word;
	uint32_t part;

	while (noro_view_word(&v, &word))
		if (noro_route_age(word, &part))
			in->now.age_s =
				(in->now.age_s == NORO_ROUTE_NO_AGE ? 0 : in->now.age_s) + part;
}

static void as_path(struct noro_route_in *in, struct noro_view v)
{
	size_t colon = noro_view_chr(v, ':');
	struct noro_view path = noro_view_sub(v, colon == SIZE_MAX ? 0 : colon + 1, v.n), line;

	/* "AS path: 65001 I\n" */
	if (v.n && noro_view_line(&path, &line))
		noro_routes_junos_path(in, line);
}

static void entry(struct noro_route_in *in, struct noro_route_doc e, const struct noro_prefix *p)
{
	struct noro_view name = text_of(e, "protocol-name"), type = text_of(e, "nh-type");
	struct noro_view tag = text_of(e, "active-tag");
	uint32_t n;

	noro_route_begin(in, p);
	in->now.flags = noro_view_is(tag, "*") || noro_view_is(tag, "+")
				? (uint8_t)NORO_RTF_BEST
				: (uint8_t)NORO_RTF_INACTIVE;
	in->now.code = noro_route_text(in, name);
	in->now.proto = (uint8_t)noro_route_proto_of(name);
	if (noro_route_u32(text_of(e, "preference"), &n))
		in->now.distance = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	(void)noro_route_u32(text_of(e, "metric"), &in->now.metric);
	age(in, text_of(e, "age"));
	as_path(in, text_of(e, "as-path"));
	if (noro_route_is_discard(type))
		in->now.flags |= NORO_RTF_DISCARD;
	if (noro_view_find(text_of(e, "rt-entry-state"), NORO_V("Hidden")) != SIZE_MAX)
		in->now.flags |= NORO_RTF_HIDDEN;
	for (struct noro_route_doc h = first(e, "nh"); is(h); h = next(h, "nh"))
		next_hop(in, h);
	if (in->waits)
		noro_route_emit(in);
}

void noro_route_junos_rt(struct noro_route_in *in, struct noro_route_doc rt)
{
	struct noro_view to = text_of(rt, "rt-destination"), len = text_of(rt, "rt-prefix-length");
	struct noro_prefix p;
	bool bare;
	uint32_t n;

	if (in->skip)
		return;
	if (!noro_route_prefix(to, &p, &bare)) {
		noro_route_unknown(in);
		return;
	}
	if (bare && noro_route_u32(len, &n) && n <= p.len) {
		p.len = (uint8_t)n;
		noro_route_clear_host(&p);
	}
	for (struct noro_route_doc e = first(rt, "rt-entry"); is(e); e = next(e, "rt-entry"))
		entry(in, e, &p);
}

void noro_routes_xml(struct noro_route_in *in, struct noro_view v, struct noro_arena *a)
{
	struct noro_tree *tree;
	enum noro_status st = noro_tree_parse_xml(v, a, &tree, NULL);

	in->line = 1;
	in->read->lines = 1;
	if (st == NORO_ENOMEM)
		in->status = st;
	else if (st != NORO_OK)
		noro_route_unknown(in);
	for (const struct noro_stmt *s = st == NORO_OK ? &tree->root : NULL;
		s && in->status == NORO_OK; s = noro_stmt_walk(s)) {
		struct noro_route_doc d = { .stmt = s };

		in->line = s->line;
		if (!s->words)
			continue;
		if (noro_view_is(s->word[0], "route-table"))
			noro_route_junos_table(in, d);
		else if (noro_view_is(s->word[0], "rt"))
			noro_route_junos_rt(in, d);
	}
}
