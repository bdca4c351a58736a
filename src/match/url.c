/*
 * src/match/url.c - URLs: found by their host, decided by their canonical form.
 *
 * Evidence does not say where a URL ends: a quote, a bracket or a full stop may be
 * part of it or of the sentence around. A few ends are tried, so that the cost does
 * not depend on how many URLs of the host the set has.
 */
#include "match/match_priv.h"

enum { MAX_ENDS = 16 };

struct ends {
	size_t end[MAX_ENDS];
	size_t n;
};

static void add_end(struct ends *e, size_t end)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->end[i] == end)
			return;
	if (e->n < MAX_ENDS)
		e->end[e->n++] = end;
}

/* Nothing that a URL may hold: blank, control, quote, angle bracket, `\` but for `\/` and `\\\/`.
 */
static bool ends_url(const uint8_t *p, size_t left)
{
	if (*p <= ' ' || *p == 0x7f || *p == '"' || *p == '<' || *p == '>')
		return true;
	return *p == '\\' && !noro_url_backslashes(noro_view(p, left));
}

/* Ends that are tried, the longest first; `from` is behind the host. */
static void find_ends(const struct noro_scanner *s, size_t from, struct ends *e)
{
	static const char soft[] = "'`|)]},;*";
	size_t most = s->len - from > NORO_URL_MAX ? from + NORO_URL_MAX : s->len, hard = from,
	       trim;

	while (hard < most && !ends_url(s->text + hard, s->len - hard))
		hard++;
	add_end(e, hard);
	trim = hard;
	while (trim > from && strchr(".,;:!?'`)]}|*", s->text[trim - 1]))
		trim--;
	add_end(e, trim);
	for (const char *c = soft; *c; c++) {
		const uint8_t *p = memchr(s->text + from, *c, hard - from);

		if (p)
			add_end(e, (size_t)(p - s->text));
	}
}

/* Where "scheme://user@" before the host begins; `host` itself without a scheme. */
static size_t find_scheme(const struct noro_scanner *s, size_t host)
{
	size_t at = host, mark;

	if (at && s->text[at - 1] == '[')
		at--;
	mark = at;
	if (at && s->text[at - 1] == '@') {
		while (mark && at - mark < 256 && !ends_url(s->text + mark - 1, 2) &&
			!strchr("/?#\\", s->text[mark - 1]))
			mark--;
	}
	for (size_t slash = 0; slash < 2; slash++) {
		if (!mark || s->text[mark - 1] != '/')
			return at;
		mark--;
		for (size_t n = 0; n < NORO_BACKSLASHES && mark && s->text[mark - 1] == '\\'; n++)
			mark--;
	}
	if (!mark || s->text[mark - 1] != ':')
		return at;
	mark--;
	for (at = mark; at && mark - at < NORO_SCHEME_MAX; at--) {
		char c = (char)s->text[at - 1];

		if (!noro_is_alnum(c) && c != '+' && c != '-' && c != '.')
			break;
	}
	return at == mark ? host : at;
}

static struct noro_view span_of(const struct noro_scanner *s, size_t at, size_t end)
{
	return noro_view(s->text + at, end - at);
}

/* The first '#' (or, for `query`, '?' too) of the raw text behind the host. */
static size_t cut_at(const struct noro_scanner *s, size_t host, size_t end, bool query)
{
	for (size_t i = host; i < end; i++)
		if (s->text[i] == '#' || (query && s->text[i] == '?'))
			return i;
	return end;
}

/* All that [at, end) can be: as it stands, without fragment, without query, without scheme. */
static void try_url(struct noro_scanner *s, size_t at, size_t host, size_t end)
{
	struct noro_url_parts parts;
	char text[NORO_URL_MAX];
	size_t cut[3], raw[3];

	if (!noro_url_canonical(span_of(s, at, end), text, &parts))
		return;
	raw[0] = raw[1] = raw[2] = end;
	cut[0] = parts.n;
	cut[1] = parts.frag_at;
	cut[2] = parts.query_at < parts.frag_at ? parts.query_at : parts.frag_at;
	for (size_t i = 0; i < 3; i++) {
		size_t n = cut[i];

		if (i && n == cut[i - 1])
			continue;
		if (i)
			raw[i] = cut_at(s, host, end, i == 2);
		if (i && n > parts.path_at && text[n - 1] == '/')
			n--;
		noro_verify_text(s, NORO_IOC_URL, noro_view(text, n), at, raw[i], false);
		if (parts.authority_at)
			noro_verify_text(s, NORO_IOC_URL,
				noro_view(text + parts.authority_at, n - parts.authority_at), host,
				raw[i], false);
	}
}

/* "host@" says who logs in somewhere else. */
static bool is_user(const struct noro_scanner *s, size_t end)
{
	for (size_t i = end; i < s->len && i - end < 256; i++) {
		if (s->text[i] == '@')
			return true;
		if (ends_url(s->text + i, s->len - i) || strchr("/?#\\", s->text[i]))
			return false;
	}
	return false;
}

void noro_verify_url(struct noro_scanner *s, size_t at, size_t end)
{
	struct ends e = { .n = 0 };
	size_t from;

	if (is_user(s, end))
		return;
	from = find_scheme(s, at);
	find_ends(s, end, &e);
	for (size_t i = 0; i < e.n; i++)
		try_url(s, from, at, e.end[i]);
}
