/*
 * src/intel/doc_spoken.c - dots that are spelled out: "evil dot example dot com", "evil&#46;com".
 *
 * Only lines of sections for indicators come here, and still " dot " must stand between numbers,
 * in a chain, or before a root that is no English word, because people write of dots, too.
 */
#include "intel/doc_priv.h"
#include "intel/tld.h"

/* Punctuation by name or number; what stands in words of languages stays as it is. */
static size_t mark_entity(struct noro_view v, char *ret)
{
	static const struct {
		const char *text;
		char mark;
	} known[] = { { "&period;", '.' }, { "&#46;", '.' }, { "&#x2e;", '.' }, { "&colon;", ':' },
		{ "&#58;", ':' }, { "&#x3a;", ':' }, { "&sol;", '/' }, { "&#47;", '/' },
		{ "&#x2f;", '/' }, { "&commat;", '@' }, { "&#64;", '@' }, { "&#x40;", '@' },
		{ "&lsqb;", '[' }, { "&rsqb;", ']' }, { "&#91;", '[' }, { "&#93;", ']' },
		{ "&#45;", '-' }, { "&hyphen;", '-' }, { "&#x2d;", '-' } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_starts_i(v, known[i].text)) {
			*ret = known[i].mark;
			return strlen(known[i].text);
		}
	return 0;
}

/* Letters, digits and hyphens at the start. */
static struct noro_view label_at(struct noro_view v)
{
	size_t n = 0;

	while (n < v.n && n < 64 && (noro_is_alnum(v.p[n]) || v.p[n] == '-'))
		n++;
	return noro_view_sub(v, 0, n);
}

static struct noro_view label_before(struct noro_view v)
{
	size_t from = v.n;

	while (from && v.n - from < 64 &&
		(noro_is_alnum(v.p[from - 1]) || v.p[from - 1] == '-' || v.p[from - 1] == '_'))
		from--;
	return noro_view_sub(v, from, v.n);
}

static bool is_word(struct noro_view v, const char *const *list)
{
	for (; *list; list++)
		if (noro_view_is_i(v, *list))
			return true;
	return false;
}

/* `at` is where " dot " stands. */
static bool is_spoken(struct noro_view line, size_t at, bool chained)
{
	static const char *const articles[] = { "the", "a", "an", "each", "every", "one", "polka",
		"red", "black", "this", "that", NULL };
	static const char *const english[] = { "in", "is", "it", "me", "us", "so", "to", "at", "be",
		"by", "my", "no", "am", "as", "do", "and", "on", "one", "more", "now", "also",
		NULL };
	struct noro_view left = label_before(noro_view_sub(line, 0, at));
	struct noro_view rest = noro_view_sub(line, at + 5, line.n), right = label_at(rest);
	struct noro_view behind = noro_view_sub(rest, right.n, rest.n);

	if (!left.n || !right.n || is_word(left, articles))
		return false;
	if (noro_is_digit(left.p[left.n - 1]) && noro_is_digit(right.p[0]))
		return true;
	if (chained || noro_view_starts_i(behind, " dot "))
		return true;
	return noro_tld_known(right) && !is_word(right, english);
}

/* Dots, colons and at signs stay marked as made harmless, which tells of the author's mind. */
static void add_mark(struct noro_buf *out, char mark)
{
	bool bracket = mark == '.' || mark == ':' || mark == '@';

	if (bracket)
		noro_buf_chr(out, '[');
	noro_buf_chr(out, mark);
	if (bracket)
		noro_buf_chr(out, ']');
}

struct noro_view noro_doc_unspoken(struct noro_view line, struct noro_buf *out)
{
	bool chained = false;
	size_t from = 0;

	if (noro_view_chr(line, '&') == SIZE_MAX &&
		noro_view_find_i(line, NORO_V(" dot ")) == SIZE_MAX)
		return line;
	noro_buf_clear(out);
	for (size_t i = 0; i < line.n; i++) {
		char mark = '\0';
		size_t n = 0;

		if (line.p[i] == '&')
			n = mark_entity(noro_view_sub(line, i, line.n), &mark);
		else if (line.p[i] == ' ' &&
			 noro_view_starts_i(noro_view_sub(line, i, line.n), " dot ") &&
			 is_spoken(line, i, chained))
			n = 5;
		if (line.p[i] == ' ')
			chained = n == 5;
		if (!n)
			continue;
		noro_buf_view(out, noro_view_sub(line, from, i - from));
		add_mark(out, mark ? mark : '.');
		from = i + n;
		i = from - 1;
	}
	noro_buf_view(out, noro_view_sub(line, from, line.n));
	return noro_buf_as_view(out);
}
