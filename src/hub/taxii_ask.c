/*
 * src/hub/taxii_ask.c - what a request asks for: its headers and its query (TAXII 2.1, 1.6.8, 3.4).
 * Nothing of a query is believed: what is malformed or stands twice is 400, what is not known is
 * passed over (T57 to T75).
 */
#include "hub/taxii_priv.h"

#include "base/hash.h"
#include "base/text.h"
#include "intel/stix21.h"

#include <stdio.h>
#include <string.h>

enum { CURSOR_DIGEST = 32, CURSOR = 16 + CURSOR_DIGEST };

/* ---- text ---- */

bool taxii_decode(struct noro_arena *a, struct noro_view v, struct noro_view *ret)
{
	char *out = noro_arena_alloc(a, v.n + 1);
	size_t n = 0;

	if (!out)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		int high, low;

		if (v.p[i] != '%') {
			out[n++] = v.p[i];
			continue;
		}
		if (i + 2 >= v.n)
			return false;
		high = noro_hex_value(v.p[i + 1]);
		low = noro_hex_value(v.p[i + 2]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*ret = noro_view(out, n);
	return noro_utf8_valid(*ret) == ret->n && !memchr(out, '\0', n);
}

void taxii_time(int64_t ns, char ret[NORO_TIME_TEXT])
{
	size_t n = noro_time_print(ns, ret);

	if (n > 4) { /* six digits of nine */
		ret[n - 4] = 'Z';
		ret[n - 3] = '\0';
	}
}

/* ---- headers (RFC 9110, 12.5.1) ---- */

/* A list or its pieces are cut at a mark outside of quotes. */
static struct noro_view piece(struct noro_view *rest, char mark)
{
	bool quoted = false;
	size_t i = 0;
	struct noro_view v;

	for (; i < rest->n && (quoted || rest->p[i] != mark); i++)
		if (quoted && rest->p[i] == '\\')
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
	i = i < rest->n ? i : rest->n;
	v = noro_view_trim(noro_view(rest->p, i));
	*rest = noro_view_sub(*rest, i + 1, rest->n);
	return v;
}

static struct noro_view unquoted(struct noro_view v)
{
	return v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"' ? noro_view_sub(v, 1, v.n - 2) : v;
}

struct media {
	bool ours;    /* application/taxii+json in a version we speak, or a range that holds it */
	unsigned how; /* 1: any, 2: application, 3: the type, 4: with its version */
	bool refused; /* q=0 */
};

static struct media read_media(struct noro_view v)
{
	struct noro_view type = piece(&v, ';'), name;
	struct media m = { 0 };

	if (noro_view_is(type, "*/*"))
		m.how = 1;
	else if (noro_view_is_i(type, "application/*"))
		m.how = 2;
	else if (noro_view_is_i(type, "application/taxii+json"))
		m.how = 3;
	m.ours = m.how != 0;
	while (v.n) {
		struct noro_view rest = piece(&v, ';');

		name = piece(&rest, '=');
		rest = unquoted(noro_view_trim(rest));
		if (noro_view_is_i(name, "version") && m.how == 3) {
			m.ours = noro_view_is(rest, "2.1");
			m.how = m.ours ? 4 : 3;
		} else if (noro_view_is_i(name, "q")) {
			while (rest.n && (rest.p[0] == '0' || rest.p[0] == '.'))
				rest = noro_view(rest.p + 1, rest.n - 1);
			m.refused = rest.n == 0;
		}
	}
	return m;
}

bool taxii_accepts(const struct noro_http_request *q)
{
	struct media best = { 0 };
	const char *value;

	for (size_t i = 0; (value = noro_http_header(q, "Accept", i)) != NULL; i++) {
		struct noro_view rest = noro_view_str(value);

		while (rest.n) {
			struct media m = read_media(piece(&rest, ','));

			if (m.ours && m.how > best.how)
				best = m;
		}
	}
	return best.ours && !best.refused;
}

bool taxii_content_type(const char *value)
{
	struct media m;

	if (!value)
		return false;
	m = read_media(noro_view_str(value));
	return m.ours && m.how >= 3;
}

/* ---- the query ---- */

enum field { LIMIT, AFTER, NEXT, ID, TYPE, VERSION, SPEC, FIELDS };
static const struct {
	const char *name;
	unsigned needs;
} fields[FIELDS] = {
	[LIMIT] = { "limit", TAXII_PAGE },
	[AFTER] = { "added_after", TAXII_PAGE },
	[NEXT] = { "next", TAXII_PAGE },
	[ID] = { "match[id]", TAXII_ID_TYPE },
	[TYPE] = { "match[type]", TAXII_ID_TYPE },
	[VERSION] = { "match[version]", TAXII_VERSION },
	[SPEC] = { "match[spec_version]", TAXII_SPEC },
};

static bool wrong(struct taxii_call *c, enum field f, const char *why)
{
	char title[128];

	(void)snprintf(title, sizeof(title), "%s: %s", fields[f].name, why);
	taxii_error(c, 400, title, NULL);
	return false;
}

static bool split(struct taxii_call *c, unsigned filters, struct noro_view given[FIELDS])
{
	struct noro_view rest = c->q->query;

	while (rest.n) {
		size_t end = noro_view_chr(rest, '&');
		struct noro_view one = noro_view_sub(rest, 0, end), key, value;
		size_t eq = noro_view_chr(one, '=');

		rest = end == SIZE_MAX ? noro_view(NULL, 0) : noro_view_sub(rest, end + 1, rest.n);
		if (!taxii_decode(c->arena, noro_view_sub(one, 0, eq), &key) ||
			!taxii_decode(c->arena,
				eq == SIZE_MAX ? noro_view("", 0)
					       : noro_view_sub(one, eq + 1, one.n),
				&value)) {
			taxii_error(c, 400, "the query is not percent-encoded UTF-8", NULL);
			return false;
		}
		for (size_t f = 0; f < FIELDS; f++) {
			if (!(filters & fields[f].needs) || !noro_view_is(key, fields[f].name))
				continue;
			if (given[f].p) /* T57, T68 */
				return wrong(c, (enum field)f, "given twice");
			given[f] = value;
		}
	}
	return true;
}

static bool take_values(struct taxii_call *c, enum field f, struct noro_view text,
	struct noro_view *list, size_t *n)
{
	*n = 0;
	if (!text.p)
		return true;
	for (bool more = true; more;) {
		size_t end = noro_view_chr(text, ',');
		struct noro_view v = noro_view_sub(text, 0, end);

		more = end != SIZE_MAX;
		text = more ? noro_view_sub(text, end + 1, text.n) : text;
		if (!v.n)
			return wrong(c, f, "an empty value");
		if (*n == NORO_HUB_VALUES)
			return wrong(c, f, "more than 64 values");
		list[(*n)++] = v;
	}
	return true;
}

/* T69, T70. */
static bool take_versions(struct taxii_call *c, struct noro_view text, struct noro_hub_ask *ask)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = { { "last", NORO_HUB_LAST }, { "first", NORO_HUB_FIRST },
		{ "all", NORO_HUB_ALL } };
	struct noro_view list[NORO_HUB_VALUES];
	size_t n;

	if (!take_values(c, VERSION, text, list, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned bit = 0;

		for (size_t w = 0; w < 3; w++)
			bit |= noro_view_is(list[i], words[w].word) ? words[w].bit : 0;
		if (ask->versions & bit)
			return wrong(c, VERSION, "a word given twice");
		ask->versions |= bit;
		if (!bit && !noro_stix21_time(list[i], &ask->version_ns[ask->version_n++]))
			return wrong(c, VERSION, "neither last, first, all nor a timestamp");
	}
	if (ask->versions & NORO_HUB_ALL && n > 1)
		return wrong(c, VERSION, "all stands alone");
	return true;
}

/* What a cursor is bound to: who asks, what, with which filters. */
static enum noro_status digest(struct taxii_call *c, const struct noro_hub_ask *ask,
	const char *place, char ret[NORO_HASH_TEXT])
{
	struct noro_buf b = { 0 };
	enum noro_status st;

	noro_buf_printf(&b, "%s %lld %lld %lld %u ", place, (long long)c->who.no,
		(long long)ask->collection, (long long)ask->owner, ask->versions);
	for (size_t i = 0; i < ask->version_n; i++)
		noro_buf_printf(&b, "v%lld,", (long long)ask->version_ns[i]);
	for (size_t i = 0; i < ask->ids; i++)
		noro_buf_printf(&b, "i%.*s,", (int)ask->id[i].n, ask->id[i].p);
	for (size_t i = 0; i < ask->types; i++)
		noro_buf_printf(&b, "t%.*s,", (int)ask->type[i].n, ask->type[i].p);
	for (size_t i = 0; i < ask->specs; i++)
		noro_buf_printf(&b, "s%.*s,", (int)ask->spec[i].n, ask->spec[i].p);
	st = b.status;
	if (st == NORO_OK)
		st = noro_hmac_hex(noro_view_str(c->t->secret), noro_buf_as_view(&b), ret);
	noro_buf_done(&b);
	return st;
}

bool taxii_next(
	struct taxii_call *c, const struct noro_hub_ask *ask, int64_t after_us, char ret[64])
{
	char sum[NORO_HASH_TEXT];

	(void)snprintf(ret, 64, "%016llx", (unsigned long long)after_us);
	if (digest(c, ask, ret, sum) != NORO_OK)
		return false;
	memcpy(ret + 16, sum, CURSOR_DIGEST);
	ret[CURSOR] = '\0';
	return true;
}

/* T61: made by us, for this question and this person. */
static bool take_cursor(struct taxii_call *c, struct noro_view v, struct noro_hub_ask *ask)
{
	char want[64];
	uint64_t at = 0;
	uint8_t differ = 0;

	if (v.n != CURSOR)
		return wrong(c, NEXT, "not of this hub");
	for (size_t i = 0; i < 16; i++) {
		if (noro_hex_value(v.p[i]) < 0)
			return wrong(c, NEXT, "not of this hub");
		at = at << 4 | (uint64_t)noro_hex_value(v.p[i]);
	}
	if (!taxii_next(c, ask, (int64_t)at, want)) {
		taxii_failed(c, NORO_ENOMEM);
		return false;
	}
	for (size_t i = 0; i < CURSOR; i++)
		differ |= (uint8_t)(v.p[i] ^ want[i]);
	if (differ)
		return wrong(c, NEXT, "not of this hub, or of another question");
	ask->after_us = (int64_t)at;
	return true;
}

static bool take_limit(struct taxii_call *c, struct noro_view v, struct noro_hub_ask *ask)
{
	uint64_t n;

	if (!v.p)
		return true;
	if (!noro_view_u64(v, &n) || n == 0 || n > INT64_MAX)
		return wrong(c, LIMIT, "a whole number above 0 is wanted");
	if (n < ask->limit)
		ask->limit = (size_t)n;
	return true;
}

/* Whole microseconds: one that lies between two of them is after the first. */
static bool take_after(struct taxii_call *c, struct noro_view v, struct noro_hub_ask *ask)
{
	int64_t ns;

	if (!v.p)
		return true;
	if (!noro_stix21_time(v, &ns))
		return wrong(c, AFTER, "a timestamp like 2025-08-27T00:00:00.000000Z is wanted");
	ask->after_us = ns / 1000 - (ns % 1000 < 0);
	return true;
}

bool taxii_ask(struct taxii_call *c, unsigned filters, struct noro_hub_ask *ask)
{
	struct noro_view given[FIELDS] = { 0 };

	ask->after_us = INT64_MIN;
	ask->limit = NORO_HUB_MAX_PAGE;
	ask->limit_bytes = 8 << 20;
	if (!split(c, filters, given) || !take_limit(c, given[LIMIT], ask) ||
		!take_after(c, given[AFTER], ask) ||
		(given[VERSION].p && !take_versions(c, given[VERSION], ask)) ||
		!take_values(c, TYPE, given[TYPE], ask->type, &ask->types) ||
		!take_values(c, SPEC, given[SPEC], ask->spec, &ask->specs))
		return false;
	if (given[ID].p && !take_values(c, ID, given[ID], ask->id, &ask->ids))
		return false;
	if (filters & TAXII_VERSION && !(filters & TAXII_EVERY) && !given[VERSION].p)
		ask->versions = NORO_HUB_LAST;
	return !given[NEXT].p || take_cursor(c, given[NEXT], ask);
}
