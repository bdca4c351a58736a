/*
 * src/intel/doc_text.c - a document's bytes as plain text.
 *
 * HTML loses its tags here, by a bounded stripper of our own instead of libxml2
 * in a child: only the text and the block structure are wanted, no tree, and
 * broken pages (most are) must give the same lines each time. PDF is left to
 * pdftotext, run confined, because nothing else reads its fonts. Then NFKC:
 * full-width brackets and dots become the ones refanging knows.
 */
#include "intel/doc_priv.h"

#include "base/confine.h"
#include "base/text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_ENTITY = 12, MAX_TAG = 4096 };

static uint32_t entity_number(struct noro_view v)
{
	bool hex = v.n > 1 && noro_lower(v.p[1]) == 'x';
	uint32_t n = 0;

	for (size_t i = hex ? 2 : 1; i < v.n; i++) {
		int d = noro_hex_value(v.p[i]);

		if (d < 0 || (!hex && d > 9) || n > 0x10ffff)
			return 0;
		n = n * (hex ? 16 : 10) + (uint32_t)d;
	}
	return n <= 0x10ffff && (n < 0xd800 || n > 0xdfff) ? n : 0;
}

static uint32_t entity_named(struct noro_view v)
{
	static const struct {
		const char *name;
		uint32_t scalar;
	} known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
		{ "apos", '\'' }, { "nbsp", ' ' }, { "period", '.' }, { "colon", ':' },
		{ "sol", '/' }, { "lsqb", '[' }, { "rsqb", ']' }, { "lbrack", '[' },
		{ "rbrack", ']' }, { "commat", '@' }, { "ndash", 0x2013 }, { "mdash", 0x2014 },
		{ "hellip", 0x2026 }, { "rarr", 0x2192 }, { "lsquo", '\'' }, { "rsquo", '\'' },
		{ "ldquo", '"' }, { "rdquo", '"' }, { "bull", 0x2022 }, { "middot", 0xb7 },
		{ "shy", 0xad }, { "copy", 0xa9 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_is(v, known[i].name))
			return known[i].scalar;
	return 0;
}

/* "&...;" at the start of `v`: bytes it took, 0 if it is none. */
static size_t entity(struct noro_view v, struct noro_buf *out)
{
	size_t semi = noro_view_chr(noro_view_sub(v, 0, MAX_ENTITY), ';');
	struct noro_view name;
	uint32_t scalar;
	char text[4];

	if (semi == SIZE_MAX || semi < 2)
		return 0;
	name = noro_view_sub(v, 1, semi - 1);
	scalar = name.p[0] == '#' ? entity_number(name) : entity_named(name);
	if (!scalar)
		return 0;
	noro_buf_add(out, text, noro_utf8_put(scalar, text));
	return semi + 1;
}

static struct noro_view tag_name(struct noro_view tag)
{
	size_t i = 1, begin;

	if (i < tag.n && tag.p[i] == '/')
		i++;
	begin = i;
	while (i < tag.n && noro_is_alnum(tag.p[i]))
		i++;
	return noro_view_sub(tag, begin, i - begin);
}

static bool named(struct noro_view name, const char *const *list)
{
	for (; *list; list++)
		if (noro_view_is_i(name, *list))
			return true;
	return false;
}

static void new_line(struct noro_buf *out)
{
	if (out->n && out->p[out->n - 1] != '\n')
		noro_buf_chr(out, '\n');
}

static void write_tag(struct noro_view tag, struct noro_buf *out)
{
	static const char *const blocks[] = { "p", "div", "tr", "table", "ul", "ol", "dl", "dt",
		"dd", "section", "article", "header", "footer", "nav", "blockquote", "pre", "br",
		"hr", "thead", "tbody", "main", "aside", "figure", "figcaption", "title", "body",
		NULL };
	static const char *const cells[] = { "td", "th", NULL };
	struct noro_view name = tag_name(tag);
	bool closing = tag.n > 1 && tag.p[1] == '/';

	if (name.n == 2 && noro_lower(name.p[0]) == 'h' && name.p[1] >= '1' && name.p[1] <= '6') {
		new_line(out);
		for (char i = '0'; !closing && i < name.p[1]; i++)
			noro_buf_chr(out, '#');
		if (!closing)
			noro_buf_chr(out, ' ');
	} else if (noro_view_is_i(name, "li")) {
		new_line(out);
		if (!closing)
			noro_buf_str(out, "- ");
	} else if (named(name, blocks)) {
		new_line(out);
	} else if (named(name, cells) && closing) {
		noro_buf_chr(out, '\t');
	}
}

/* Behind `</name`, or the end: what scripts and styles hold is no text. */
static size_t skip_element(struct noro_view html, size_t at, const char *closing)
{
	size_t n = noro_view_find_i(noro_view_sub(html, at, html.n), noro_view_str(closing));

	return n == SIZE_MAX ? html.n : at + n;
}

/* From '<': the place behind, or `at` when it opens no tag. */
static size_t one_tag(struct noro_view html, size_t at, struct noro_buf *out)
{
	struct noro_view rest = noro_view_sub(html, at, MAX_TAG), name;
	size_t end;

	if (noro_view_starts(rest, "<!--")) {
		end = noro_view_find(noro_view_sub(html, at + 4, html.n), NORO_V("-->"));
		return end == SIZE_MAX ? html.n : at + 4 + end + 3;
	}
	if (rest.n < 2 || (!noro_is_alpha(rest.p[1]) && rest.p[1] != '/' && rest.p[1] != '!' &&
				  rest.p[1] != '?'))
		return at;
	end = noro_view_chr(rest, '>');
	if (end == SIZE_MAX)
		return at;
	name = tag_name(rest);
	write_tag(noro_view_sub(rest, 0, end), out);
	at += end + 1;
	if (rest.p[1] != '/' && noro_view_is_i(name, "script"))
		return skip_element(html, at, "</script");
	if (rest.p[1] != '/' && noro_view_is_i(name, "style"))
		return skip_element(html, at, "</style");
	return at;
}

void noro_doc_strip_html(struct noro_view html, struct noro_buf *out)
{
	size_t at = 0;

	while (at < html.n && out->status == NORO_OK) {
		size_t n = at;

		if (html.p[at] == '<')
			n = one_tag(html, at, out);
		else if (html.p[at] == '&')
			n = at + entity(noro_view_sub(html, at, html.n), out);
		if (n == at)
			noro_buf_chr(out, html.p[n++]);
		at = n;
	}
}

/* --- PDF ----------------------------------------------------------------- */

static enum noro_status pdf_text(
	struct noro_view bytes, struct noro_buf *out, struct noro_error *err)
{
	static const char *const argv[] = { "pdftotext", "-q", "-layout", "-enc", "UTF-8", "-", "-",
		NULL };
	/* -q: a complaint written to a standard error that is a file would end it, since it may
	 * write none */
	int fd = memfd_create("document", MFD_CLOEXEC);
	enum noro_status st = NORO_EIO;
	size_t done = 0;

	if (fd < 0)
		return noro_fail(err, NORO_EIO, NULL);
	while (done < bytes.n) {
		ssize_t n = write(fd, bytes.p + done, bytes.n - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (done == bytes.n && lseek(fd, 0, SEEK_SET) == 0)
		st = noro_child_run(argv, fd, NORO_DOC_MAX_BYTES, NORO_DOC_PDF_SECONDS, out, err);
	else
		st = noro_fail(err, NORO_EIO, NULL);
	(void)close(fd);
	if (st == NORO_EUNSUPPORTED)
		return noro_fail(
			err, st, N_("reading PDF needs pdftotext (Debian: poppler-utils)"));
	return st;
}

/* --- together ------------------------------------------------------------ */

/* What is invisible breaks values without anyone seeing it. */
static void drop_invisible(struct noro_buf *b)
{
	static const char *const gone[] = { "\xc2\xad", "\xe2\x80\x8b", "\xe2\x80\x8c",
		"\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf" };
	size_t out = 0;

	for (size_t i = 0; i < b->n;) {
		struct noro_view rest = noro_view(b->p + i, b->n - i < 3 ? b->n - i : 3);
		size_t skip = 0;

		for (size_t k = 0; !skip && (b->p[i] & 0x80) && k < sizeof(gone) / sizeof(gone[0]);
			k++)
			if (noro_view_starts(rest, gone[k]))
				skip = strlen(gone[k]);
		if (!skip)
			b->p[out++] = b->p[i] == '\f' || b->p[i] == '\0' ? ' ' : b->p[i];
		i += skip ? skip : 1;
	}
	b->n = out;
}

static bool looks_like_html(struct noro_view text)
{
	struct noro_view head = noro_view_sub(text, 0, 4096);

	return noro_view_find_i(head, NORO_V("<!doctype html")) != SIZE_MAX ||
	       noro_view_find_i(head, NORO_V("<html")) != SIZE_MAX;
}

enum noro_status noro_doc_text(struct noro_view bytes, const char **ret_format,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_buf plain = { 0 };
	enum noro_status st = NORO_OK;

	*ret_format = "text";
	if (noro_view_starts(bytes, "%PDF-")) {
		*ret_format = "pdf";
		st = pdf_text(bytes, &plain, err);
	} else if (bytes.n > NORO_DOC_MAX_BYTES) {
		st = noro_fail(err, NORO_ELIMIT, N_("a document longer than %1 bytes"),
			NORO_NUM(NORO_DOC_MAX_BYTES));
	} else if (looks_like_html(bytes)) {
		*ret_format = "html";
		noro_doc_strip_html(bytes, &plain);
	} else {
		noro_buf_view(&plain, bytes);
	}
	if (st == NORO_OK && plain.status == NORO_OK)
		noro_nfkc(noro_buf_as_view(&plain), out);
	if (st == NORO_OK && (plain.status != NORO_OK || out->status != NORO_OK))
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		drop_invisible(out);
	noro_buf_done(&plain);
	return st;
}
