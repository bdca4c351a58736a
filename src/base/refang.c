/*
 * src/base/refang.c - undo and do the ways people make an indicator harmless.
 *
 * One pass from left to right. At each byte a short list of shapes is tried; each
 * looks at a bounded number of bytes ahead and at the end of what was written, so
 * the whole is linear, and no shape writes more than it read.
 */
#include "base/addr.h"
#include "base/text.h"

enum {
	MAX_INSIDE = 66,     /* the longest text looked at between brackets: ".label" */
	MAX_TLD = 8,         /* of the list below */
	MAX_WORD_BLANKS = 2, /* around [at] and [dot] */
};

struct fang {
	struct noro_view in;
	size_t at;
	struct noro_buf *out;
	size_t start; /* of what we appended to `out` */
	size_t changed;
};

static char byte_at(const struct fang *f, size_t i)
{
	if (i >= f->in.n)
		return '\0';
	return f->in.p[i];
}

static char last_out(const struct fang *f, size_t back)
{
	if (f->out->n - f->start <= back)
		return '\0';
	return f->out->p[f->out->n - 1 - back];
}

static bool is_label_char(char c)
{
	return noro_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static void replace(struct fang *f, const char *with, size_t skip)
{
	noro_buf_str(f->out, with);
	f->at += skip;
	f->changed++;
}

/* hxxp and its kin, in front of what begins a "://" however that is written. */
static bool scheme(struct fang *f)
{
	static const struct {
		const char *from, *to;
	} word[] = { { "hxxp", "http" }, { "h**p", "http" }, { "htxp", "http" }, { "hxtp", "http" },
		{ "hzzp", "http" }, { "meow", "http" }, { "fxp", "ftp" }, { "sxxp", "http" } };
	struct noro_view rest = noro_view_sub(f->in, f->at, 8);
	char c = noro_lower(byte_at(f, f->at));

	if ((c != 'h' && c != 'm' && c != 'f' && c != 's') || noro_is_alnum(last_out(f, 0)))
		return false;
	for (size_t i = 0; i < sizeof(word) / sizeof(*word); i++) {
		size_t n = strlen(word[i].from);
		char next;

		if (!noro_view_starts_i(rest, word[i].from))
			continue;
		next = byte_at(f, f->at + n);
		if (next == 's' || next == 'S')
			next = byte_at(f, f->at + n + 1);
		if (next != ':' && next != '[' && next != '(' && next != '{')
			continue;
		replace(f, word[i].to, n);
		return true;
	}
	return false;
}

static char closer(char open)
{
	switch (open) {
	case '[':
		return ']';
	case '(':
		return ')';
	case '{':
		return '}';
	case '<':
		return '>';
	default:
		return '\0';
	}
}

/* Take blanks at the end of the output away, if a label stands before them. */
static bool eat_blanks_before(struct fang *f)
{
	size_t n = 0;

	while (n < MAX_WORD_BLANKS && last_out(f, n) == ' ')
		n++;
	if (!is_label_char(last_out(f, n)))
		return n == 0;
	f->out->n -= n;
	return true;
}

static size_t blanks_after(const struct fang *f, size_t i)
{
	size_t n = 0;

	while (n < MAX_WORD_BLANKS && byte_at(f, i + n) == ' ')
		n++;
	return is_label_char(byte_at(f, i + n)) ? n : 0;
}

static const char *inside_means(struct noro_view v, bool *ret_word)
{
	static const struct {
		const char *from, *to;
		bool word;
	} table[] = { { ".", ".", false }, { "dot", ".", true }, { "d0t", ".", true },
		{ "\xE3\x80\x82", ".", false }, { "\xEF\xBC\x8E", ".", false },
		{ "\xE3\x83\x89\xE3\x83\x83\xE3\x83\x88", ".", true }, { ":", ":", false },
		{ "\xEF\xBC\x9A", ":", false }, { "/", "/", false }, { "//", "//", false },
		{ "://", "://", false }, { "@", "@", false }, { "at", "@", true },
		{ "\xEF\xBC\xA0", "@", false },
		{ "\xE3\x82\xA2\xE3\x83\x83\xE3\x83\x88", "@", true }, { "-", "-", false },
		{ "\\.", ".", false }, { "..", ".", false } };

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (noro_view_is_i(v, table[i].from)) {
			*ret_word = table[i].word;
			return table[i].to;
		}
	return NULL;
}

/* "[.com]": a dot and a label, or "[/path" without an end. */
static bool is_dot_label(struct noro_view v)
{
	if (v.n < 2 || v.p[0] != '.')
		return false;
	for (size_t i = 1; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '-')
			return false;
	return true;
}

/* An opening bracket alone: "[://", "1[.1". */
static bool open_only(struct fang *f)
{
	struct noro_view rest = noro_view_sub(f->in, f->at + 1, 4);

	if (byte_at(f, f->at) != '[')
		return false;
	if (noro_view_starts(rest, "://")) {
		replace(f, "://", 4);
		return true;
	}
	if (rest.n >= 2 && rest.p[0] == '.' && noro_is_alnum(rest.p[1]) &&
		noro_is_alnum(last_out(f, 0))) {
		replace(f, ".", 2);
		return true;
	}
	return false;
}

static bool bracketed(struct fang *f)
{
	char open = byte_at(f, f->at), close = closer(open);
	struct noro_view inside = noro_view_sub(f->in, f->at + 1, MAX_INSIDE);
	size_t end, skip;
	const char *means;
	bool word = false;

	if (!close)
		return false;
	end = noro_view_chr(inside, close);
	if (end == SIZE_MAX)
		return open_only(f);
	inside = noro_view_sub(inside, 0, end);
	skip = end + 2;
	if (open == '[' && is_dot_label(inside) && noro_is_alnum(last_out(f, 0))) {
		noro_buf_view(f->out, inside);
		f->at += skip;
		f->changed++;
		return true;
	}
	means = inside_means(noro_view_trim(inside), &word);
	if (!means)
		return open_only(f);
	if (open == '(' && !word && (!is_label_char(last_out(f, 0)) && last_out(f, 0) != '/'))
		return false; /* ":)" and the like in prose */
	if (open == '<' && !word && *means != '.' && *means != '@')
		return false;
	if (word) {
		bool apart = last_out(f, 0) == ' ' || byte_at(f, f->at + skip) == ' ';

		if (open == '(' && *means == '@' && apart)
			return false; /* "look (at) this" is prose */
		if (!eat_blanks_before(f))
			return false;
		skip += blanks_after(f, f->at + skip);
	}
	replace(f, means, skip);
	return true;
}

/* A closing bracket whose opening one is missing: "1.1.1.]1". */
static bool close_only(struct fang *f)
{
	if (byte_at(f, f->at) != ']' || last_out(f, 0) != '.' || !noro_is_alnum(last_out(f, 1)) ||
		!noro_is_alnum(byte_at(f, f->at + 1)))
		return false;
	replace(f, "", 1);
	return true;
}

/* U+FF0E, U+3002, U+FF61 between labels of ASCII letters (IDNA's other dots). */
static bool wide_dot(struct fang *f)
{
	struct noro_view v = noro_view_sub(f->in, f->at, 3);
	char next = byte_at(f, f->at + 3);
	bool full_stop = noro_view_starts(v, "\xE3\x80\x82");

	if (!full_stop && !noro_view_starts(v, "\xEF\xBC\x8E") &&
		!noro_view_starts(v, "\xEF\xBD\xA1"))
		return false;
	/* a sentence may end in a label, and the next begin with a capital */
	if (!noro_is_alnum(last_out(f, 0)) || !noro_is_alnum(next) ||
		(full_stop && next >= 'A' && next <= 'Z'))
		return false;
	replace(f, ".", 3);
	return true;
}

static bool backslash_dot(struct fang *f)
{
	if (byte_at(f, f->at) != '\\' || byte_at(f, f->at + 1) != '.' ||
		!is_label_char(last_out(f, 0)) || !is_label_char(byte_at(f, f->at + 2)))
		return false;
	replace(f, ".", 2);
	return true;
}

static bool is_known_tld(struct noro_view v)
{
	static const char *const tld[] = { "com", "net", "org", "info", "biz", "edu", "gov", "mil",
		"int", "io", "co", "me", "cc", "tv", "jp", "ru", "cn", "kr", "kp", "tw", "hk", "us",
		"uk", "de", "fr", "nl", "eu", "ir", "in", "xyz", "top", "club", "site", "online",
		"shop", "live", "icu", "pw", "su", "ua", "br" };

	for (size_t i = 0; i < sizeof(tld) / sizeof(*tld); i++)
		if (noro_view_is_i(v, tld[i]))
			return true;
	return false;
}

/*
 * " dot " is also an English word: believed only between numbers, before a known
 * top-level domain, or when the next label is followed by another " dot ".
 */
static bool spoken_dot(struct fang *f)
{
	struct noro_view rest = noro_view_sub(f->in, f->at, 5 + MAX_INSIDE), label;
	size_t n = 0;
	bool numbers;

	if (byte_at(f, f->at) != ' ' || !noro_view_starts_i(rest, " dot ") ||
		!noro_is_alnum(last_out(f, 0)))
		return false;
	label = noro_view_sub(rest, 5, SIZE_MAX);
	while (n < label.n && (noro_is_alnum(label.p[n]) || label.p[n] == '-'))
		n++;
	rest = noro_view_sub(label, n, SIZE_MAX);
	label.n = n;
	numbers = n > 0 && noro_is_digit(label.p[0]) && noro_is_digit(last_out(f, 0));
	if (!numbers && !is_known_tld(label) && !(n > 0 && noro_view_starts_i(rest, " dot ")))
		return false;
	replace(f, ".", 5);
	return true;
}

/* Zero-width space, word joiner and soft hyphen inside a word, as web pages and PDFs leave them. */
static bool invisible(struct fang *f)
{
	struct noro_view v = noro_view_sub(f->in, f->at, 3);
	size_t n = 3;

	if (noro_view_starts(v, "\xC2\xAD"))
		n = 2;
	else if (!noro_view_starts(v, "\xE2\x80\x8B") && !noro_view_starts(v, "\xE2\x81\xA0"))
		return false;
	replace(f, "", n);
	return true;
}

static bool undo_one(struct fang *f)
{
	switch (byte_at(f, f->at)) {
	case '[':
	case '(':
	case '{':
	case '<':
		return bracketed(f);
	case ']':
		return close_only(f);
	case '\\':
		return backslash_dot(f);
	case ' ':
		return spoken_dot(f);
	case '\xC2':
	case '\xE2':
		return invisible(f);
	case '\xE3':
	case '\xEF':
		return wide_dot(f);
	default:
		return scheme(f);
	}
}

size_t noro_refang(struct noro_view v, struct noro_buf *out)
{
	struct fang f = { .in = v, .out = out, .start = out->n };

	while (f.at < v.n && out->status == NORO_OK)
		if (!undo_one(&f))
			noro_buf_chr(out, v.p[f.at++]);
	return f.changed;
}

/* The host of "scheme://user@host:port/path", or of a bare token, as offsets. */
static void host_of(struct noro_view v, size_t *ret_from, size_t *ret_to)
{
	size_t mark = noro_view_find(v, NORO_V("://")), from = mark == SIZE_MAX ? 0 : mark + 3, at;
	struct noro_view rest = noro_view_sub(v, from, SIZE_MAX);

	for (size_t i = 0; i < rest.n; i++)
		if (strchr("/?#", rest.p[i]) && rest.p[i]) {
			rest.n = i;
			break;
		}
	at = noro_view_rchr(rest, '@');
	*ret_from = from + (at == SIZE_MAX ? 0 : at + 1);
	*ret_to = from + rest.n;
}

/* The dot to break: the last between two label characters; of an IPv6 address its last colon. */
static size_t joint_of(struct noro_view v, size_t from, size_t to)
{
	struct noro_view host = noro_view_sub(v, from, to - from);
	struct noro_ip ip;

	if (noro_ip_parse_loose(host, &ip) && noro_view_chr(host, ':') != SIZE_MAX)
		return from + noro_view_rchr(host, ':');
	for (size_t i = to; i-- > from + 1;)
		if (v.p[i] == '.' && i + 1 < to && is_label_char(v.p[i - 1]) &&
			is_label_char(v.p[i + 1]))
			return i;
	return SIZE_MAX;
}

static void defang_token(struct noro_view v, struct noro_buf *out)
{
	size_t from, to, joint, i = 0;

	host_of(v, &from, &to);
	joint = joint_of(v, from, to);
	if (noro_view_starts_i(v, "http") &&
		noro_view_find(noro_view_sub(v, 4, 4), NORO_V("://")) <= 1) {
		noro_buf_str(out, "hxxp");
		i = 4;
	} else if (noro_view_starts_i(v, "ftp://")) {
		noro_buf_str(out, "fxp");
		i = 3;
	}
	for (; i < v.n; i++) {
		bool wrap = i == joint || (v.p[i] == '@' && i + 1 == from);

		if (wrap)
			noro_buf_chr(out, '[');
		noro_buf_chr(out, v.p[i]);
		if (wrap)
			noro_buf_chr(out, ']');
	}
}

void noro_defang(struct noro_view v, struct noro_buf *out)
{
	size_t i = 0;

	while (i < v.n) {
		size_t from = i;

		while (i < v.n && !noro_is_space(v.p[i]))
			i++;
		defang_token(noro_view_sub(v, from, i - from), out);
		for (; i < v.n && noro_is_space(v.p[i]); i++)
			noro_buf_chr(out, v.p[i]);
	}
}
