/*
 * src/intel/doc_word.c - words of a document: cut out of cells, undressed, and taken where
 * their form says that they are a value.
 */
#include "base/text.h"
#include "intel/doc_reading.h"
#include "intel/tld.h"

bool noro_doc_is_hash(int kind)
{
	return kind >= NORO_IOC_MD5 && kind <= NORO_IOC_SHA512;
}

bool noro_doc_is_place(int kind)
{
	return kind == NORO_IOC_DOMAIN || kind == NORO_IOC_URL || kind == NORO_IOC_EMAIL;
}

static struct noro_view host_of(enum noro_ioc_kind kind, struct noro_view v)
{
	size_t at = kind == NORO_IOC_URL ? noro_view_find(v, NORO_V("://")) : noro_view_chr(v, '@');
	size_t end;

	if (kind == NORO_IOC_DOMAIN)
		return v;
	if (at != SIZE_MAX)
		v = noro_view_sub(v, at + (kind == NORO_IOC_URL ? 3 : 1), v.n);
	for (end = 0; end < v.n && !strchr("/:?#", v.p[end]); end++)
		;
	return noro_view_sub(v, 0, end);
}

void noro_doc_take(
	struct reading *r, enum noro_ioc_kind kind, struct noro_view v, bool defanged, bool alone)
{
	struct found *more;
	struct noro_doc_item *item;
	struct noro_view host;

	noro_buf_clear(&r->normal);
	if (r->status != NORO_OK || r->n >= NORO_DOC_MAX_ITEMS)
		return;
	if (noro_ioc_normal(kind, v, &r->normal) != NORO_OK) {
		if (r->normal.status != NORO_OK)
			r->status = NORO_ENOMEM;
		return;
	}
	more = noro_arena_grow(r->a, r->found, r->n, &r->cap, sizeof(*more));
	if (!more) {
		r->status = NORO_ENOMEM;
		return;
	}
	r->found = more;
	more += r->n;
	*more = (struct found){ .alone = alone };
	item = &more->item;
	item->kind = kind;
	item->value = noro_arena_view(r->a, noro_buf_as_view(&r->normal));
	item->place = r->where.place;
	item->section = r->heading;
	item->line = r->line;
	item->defanged = defanged;
	item->from_ns = item->until_ns = NORO_TIME_NONE;
	if (!item->value.p) {
		r->status = NORO_ENOMEM;
		return;
	}
	host = noro_doc_is_place((int)kind) ? host_of(kind, item->value) : noro_view("", 0);
	more->reference = noro_doc_is_place((int)kind) &&
			  ((r->labelled && !defanged) || noro_doc_is_reference_host(host));
	more->doubt = noro_doc_doubt(kind, item->value, host, &r->around);
	r->defanged += defanged && (noro_doc_is_place((int)kind) || kind == NORO_IOC_IPV4);
	r->n++;
}

bool noro_doc_worth_a_look(struct noro_view v)
{
	size_t hex = 0;

	if (v.n < 4 || v.n > MAX_WORD)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '.' || v.p[i] == ':' || v.p[i] == '@' || v.p[i] == '[' ||
			v.p[i] == '\\' || (v.p[i] & 0x80))
			return true;
		hex += noro_is_alnum(v.p[i]);
	}
	return hex >= 26 || noro_view_starts_i(v, "as") || noro_view_chr(v, '-') != SIZE_MAX;
}

struct noro_view noro_doc_bare(struct noro_view v)
{
	static const char open[] = "([{", close[] = ")]}";

	while (v.n && strchr("\"'`*_,;:!?.-+=~", v.p[0]) && !noro_view_starts(v, "::"))
		v = noro_view_sub(v, 1, v.n);
	while (v.n > 1 && strchr(open, v.p[0]) && !strchr(".:@d", noro_lower(v.p[1])))
		v = noro_view_sub(v, 1, v.n);
	while (v.n) {
		char last = v.p[v.n - 1];
		const char *at = last ? strchr(close, last) : NULL;

		if (at) {
			size_t opened = 0, closed = 0;

			for (size_t i = 0; i < v.n; i++) {
				opened += v.p[i] == open[at - close];
				closed += v.p[i] == last;
			}
			if (opened >= closed)
				break;
		} else if (!last || !strchr("\"'`*,;:!?.", last)) {
			break;
		}
		v.n--;
	}
	return v;
}

/* x.py, x.zip, x.md: names under a root that files use as extension. */
static bool file_rather_than_domain(
	const struct reading *r, struct noro_view v, bool defanged, bool alone)
{
	size_t dot = noro_view_rchr(v, '.');
	bool digest_beside =
		r->n > r->first_of_line && noro_doc_is_hash((int)r->found[r->n - 1].item.kind);

	if (defanged || dot == SIZE_MAX || !noro_tld_is_extension(noro_view_sub(v, dot + 1, v.n)))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if ((v.p[i] >= 'A' && v.p[i] <= 'Z') || v.p[i] == '_')
			return true;
	/* an author who makes domains harmless would have done so; a digest has a file beside it */
	if ((r->defanged > 0 || digest_beside) &&
		noro_doc_file_root(noro_view_sub(v, dot + 1, v.n)))
		return true;
	return !(alone && r->where.place == NORO_DOC_INDICATORS && !r->where.wants_files);
}

static bool is_version(struct noro_view before)
{
	static const char *const words[] = { "version", "ver", "v", "release", "build", "firmware",
		"versions", "through", "prior",
		"\xe3\x83\x90\xe3\x83\xbc\xe3\x82\xb8\xe3\x83\xa7\xe3\x83\xb3" };
	struct noro_view rest = noro_view_trim(before);
	size_t blank;

	while (rest.n && strchr(":.(", rest.p[rest.n - 1]))
		rest.n--;
	blank = noro_view_rchr(rest, ' ');
	if (blank != SIZE_MAX)
		rest = noro_view_sub(rest, blank + 1, rest.n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(rest, words[i]))
			return true;
	return noro_view_ends(rest, words[sizeof(words) / sizeof(words[0]) - 1]);
}

int noro_doc_kind_of(struct noro_view v, struct noro_view *ret)
{
	size_t colon;
	uint64_t port;
	int kind = noro_ioc_guess(v);

	*ret = v;
	if (kind >= 0)
		return kind;
	/* "[v6]:443" has lost its first bracket on the way here */
	colon = noro_view_rchr(v, ':');
	if (colon == SIZE_MAX || !noro_view_u64(noro_view_sub(v, colon + 1, v.n), &port) ||
		port > 65535)
		return -1;
	*ret = noro_view_sub(v, 0, colon);
	if (ret->n && ret->p[ret->n - 1] == ']')
		ret->n--;
	kind = noro_ioc_guess(*ret);
	return kind == NORO_IOC_IPV4 || kind == NORO_IOC_IPV6 || kind == NORO_IOC_DOMAIN ? kind
											 : -1;
}

/* "sha256:ab12...", "host=evil.example": what is behind the name. */
static struct noro_view behind_a_label(struct noro_view v)
{
	size_t at = 0;

	while (at < v.n && at <= 16 && (noro_is_alnum(v.p[at]) || v.p[at] == '-' || v.p[at] == '_'))
		at++;
	if (at == 0 || at > 16 || at >= v.n || (v.p[at] != ':' && v.p[at] != '=') ||
		noro_view_starts(noro_view_sub(v, at, 3), "://"))
		return noro_view_sub(v, v.n, 0);
	return noro_view_sub(v, at + 1, v.n);
}

/* "https://host/[4-digit number]", "https://host/s***k": not the whole truth. */
static bool is_masked(struct noro_view v)
{
	size_t open = 0, close = 0;

	for (size_t i = 0; i < v.n; i++) {
		open += v.p[i] == '[' || v.p[i] == '{';
		close += v.p[i] == ']' || v.p[i] == '}';
		if (v.p[i] == '*')
			return true;
	}
	return open != close;
}

/* AsciiDoc: +value+ and ++value++ against its own markup. */
static struct noro_view without_plus(struct noro_view v)
{
	while (v.n > 4 && v.p[v.n - 1] == '+')
		v.n--;
	return v;
}

/* AsciiDoc writes https://host/path[label]; of a label with blanks the word holds the beginning. */
static struct noro_view without_label(const struct reading *r, struct noro_view v)
{
	size_t open = noro_view_rchr(v, '['), scheme = noro_view_find(v, NORO_V("://"));

	if (scheme == SIZE_MAX || open == SIZE_MAX || open <= scheme + 4 || open + 2 >= v.n ||
		!noro_is_alnum(v.p[open + 1]) ||
		noro_view_starts_i(noro_view_sub(v, open, 5), "[dot]"))
		return v;
	if (v.p[v.n - 1] == ']' ||
		(r->where.asciidoc && noro_view_chr(noro_view_sub(v, open, v.n), ']') == SIZE_MAX))
		v = noro_view_sub(v, 0, open);
	return v;
}

/* "https://host/[`text": what stands there names the link. */
static bool is_link_text(struct noro_view before)
{
	while (before.n && strchr("`*_+\"", before.p[before.n - 1]) && before.p[before.n - 1])
		before.n--;
	return before.n > 1 && before.p[before.n - 1] == '[' &&
	       !noro_is_space(before.p[before.n - 2]) && before.p[before.n - 2] != '(';
}

/* "https:///host" is a slip of who defanged it. */
static void drop_third_slash(struct noro_buf *b)
{
	struct noro_view v = noro_buf_as_view(b);
	size_t at = noro_view_find(noro_view_sub(v, 0, 10), NORO_V(":///"));

	if (at == SIZE_MAX || !(noro_view_starts_i(v, "http") || noro_view_starts_i(v, "ftp")))
		return;
	memmove(b->p + at + 3, b->p + at + 4, b->n - at - 4);
	b->n--;
}

/* A name that a placeholder or a bracket cut is not the whole one. */
static bool file_name_in_doubt(const struct reading *r, struct noro_view v, bool defanged)
{
	size_t open = 0, close = 0, percent = 0;

	for (size_t i = 0; i < v.n; i++) {
		open += v.p[i] == '(' || v.p[i] == '[';
		close += v.p[i] == ')' || v.p[i] == ']';
		percent += v.p[i] == '%';
	}
	return defanged || r->cut || r->labelled || open != close || percent > 1 ||
	       !noro_doc_name_begins(r->around.before);
}

static bool other_letters(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] & 0x80)
			return true;
	return false;
}

static void one_word(struct reading *r, struct noro_view word, struct noro_view before, bool alone)
{
	struct noro_view v = noro_doc_bare(word), bare;
	size_t link = noro_view_find(v, NORO_V("]("));
	bool defanged;
	int kind;

	if (link != SIZE_MAX &&
		noro_view_find(noro_view_sub(v, link, v.n), NORO_V("://")) != SIZE_MAX) {
		one_word(
			r, noro_view_sub(v, 0, link), before, false); /* Markdown: [text](target) */
		v = noro_doc_bare(noro_view_sub(v, link + 2, v.n));
		alone = false;
	}
	v = without_plus(v);
	bare = without_label(r, v);
	r->labelled = bare.n < v.n || is_link_text(before);
	v = without_plus(bare);
	if (noro_view_starts_i(v, "link:"))
		return; /* a file beside the document */
	if (!noro_doc_worth_a_look(v))
		return;
	noro_buf_clear(&r->plain);
	defanged = noro_refang(v, &r->plain) > 0;
	if (r->plain.status != NORO_OK) {
		r->status = NORO_ENOMEM;
		return;
	}
	drop_third_slash(&r->plain);
	v = noro_view_trim(noro_buf_as_view(&r->plain));
	kind = noro_doc_kind_of(v, &bare);
	if (kind < 0 && behind_a_label(v).n >= 4) {
		r->around.before = noro_view_sub(v, 0, v.n - behind_a_label(v).n);
		kind = noro_doc_kind_of(noro_doc_bare(behind_a_label(v)), &bare);
	}
	if (kind < 0 && defanged && other_letters(v)) {
		kind = NORO_IOC_DOMAIN; /* if it can be written in A-labels */
		bare = v;
	}
	if (kind < 0 || (kind == NORO_IOC_ASN && v.n < 5))
		return;
	if (kind == NORO_IOC_IPV4 && !defanged && is_version(before))
		return;
	if (kind == NORO_IOC_DOMAIN && file_rather_than_domain(r, bare, defanged, alone))
		kind = NORO_IOC_FILE_NAME;
	if (kind == NORO_IOC_FILE_NAME && file_name_in_doubt(r, bare, defanged))
		return;
	if (kind == NORO_IOC_URL && !r->cut && is_masked(bare) &&
		!is_masked(noro_view_sub(bare, 0, noro_view_chr(bare, '#'))))
		bare = noro_view_sub(
			bare, 0, noro_view_chr(bare, '#')); /* "#[address of the victim]" */
	/* "...&auth=x&" at the end of a line: what followed could not be joined */
	if (kind == NORO_IOC_URL && (r->cut || is_masked(bare) || noro_view_ends(bare, "&"))) {
		/* what is blanked out cannot be compared; its host can */
		bare = host_of(NORO_IOC_URL, bare);
		kind = noro_ioc_guess(bare);
		if (kind != NORO_IOC_DOMAIN && kind != NORO_IOC_IPV4)
			return;
	}
	if (kind == NORO_IOC_URL && !defanged && noro_view_find(bare, NORO_V("://")) == SIZE_MAX &&
		r->where.place != NORO_DOC_INDICATORS)
		return; /* and/or.in prose */
	noro_doc_take(r, (enum noro_ioc_kind)kind, bare, defanged, alone);
}

/* --- cells and words --- */

static size_t char_len(struct noro_view v, size_t i)
{
	uint32_t scalar;
	size_t n = (v.p[i] & 0x80) ? noro_utf8_next(noro_view_sub(v, i, 4), &scalar) : 1;

	return n ? n : 1;
}

/* 。 between two letters of a name is a dot made harmless; elsewhere it ends a sentence. */
static bool joins_labels(struct noro_view v, size_t i, size_t n)
{
	return n == 3 && noro_view_starts(noro_view_sub(v, i, 3), "\xe3\x80\x82") && i &&
	       noro_is_alnum(v.p[i - 1]) && i + 3 < v.n && noro_is_alnum(v.p[i + 3]);
}

/* U+00C0 to U+024F but for the two signs among them: letters of European names. */
static bool latin_letter(struct noro_view v, size_t i)
{
	unsigned char a = (unsigned char)v.p[i];

	if (a < 0xc3 || a > 0xc9 || i + 1 >= v.n)
		return false;
	return a != 0xc3 ||
	       ((unsigned char)v.p[i + 1] != 0x97 && (unsigned char)v.p[i + 1] != 0xb7);
}

static bool ends_word(struct noro_view v, size_t begin, size_t i, size_t n)
{
	char c = v.p[i];

	if (n > 1)
		return !joins_labels(v, i, n) && !latin_letter(v, i);
	if (noro_is_space(c) || strchr("\"'`<>|;", c))
		return true;
	return c == ',' && (i + 1 >= v.n || !noro_is_alnum(v.p[i + 1]) ||
				   noro_view_find(noro_view_sub(v, begin, i - begin),
					   NORO_V("://")) == SIZE_MAX);
}

enum { LABEL_BYTES = 80 }; /* of the text in front of a word that may speak about it */

static struct noro_view in_front(struct noro_view cell, size_t at)
{
	size_t from = at > LABEL_BYTES ? at - LABEL_BYTES : 0;

	return noro_view_sub(cell, from, at - from);
}

/* Names with blanks, which only quotes, labels or a section for indicators make credible. */
static size_t local_value(struct reading *r, struct noro_view cell, size_t begin)
{
	enum noro_ioc_kind kind = NORO_IOC_FILE_NAME;
	bool indicators = r->where.place == NORO_DOC_INDICATORS && !r->in_heading;
	struct noro_view v = { 0 };
	size_t n = noro_doc_quoted_name(cell, begin, &v);
	bool quoted = n > 0;

	if (!n && indicators)
		n = noro_doc_local(cell, begin, &kind, &v);
	if (n && v.n) {
		r->around.before = in_front(cell, begin);
		r->around.rest = indicators && kind == NORO_IOC_FILE_NAME && !quoted;
		noro_doc_take(r, kind, v, false, begin == 0 && n == cell.n);
		r->around.rest = false;
	}
	return n;
}

/* Nothing but the marks that set a word in code or bold. */
static bool only_marks(struct noro_view v)
{
	for (size_t i = 0; i < v.n && i < 8; i++)
		if (!v.p[i] || !strchr("`\"'*_+", v.p[i]))
			return false;
	return v.n < 8;
}

/* "日本語-evil[.]jp": what stands behind the letters is no name of its own. */
static bool goes_on(struct noro_view cell, size_t begin)
{
	uint32_t scalar = 0;

	if (begin < 3 || (cell.p[begin] != '-' && cell.p[begin] != '.') ||
		noro_utf8_next(noro_view_sub(cell, begin - 3, 3), &scalar) != 3)
		return false;
	return (scalar >= 0x3041 && scalar <= 0x30ff) || (scalar >= 0x3400 && scalar <= 0x9fff) ||
	       (scalar >= 0xac00 && scalar <= 0xd7a3);
}

static void word_at(struct reading *r, struct noro_view cell, size_t begin, size_t end)
{
	if (goes_on(cell, begin))
		return;
	r->around.before = in_front(cell, begin);
	r->cut = end < cell.n && cell.p[end] == '<' && end + 1 < cell.n &&
		 (noro_is_alpha(cell.p[end + 1]));
	one_word(r, noro_view_sub(cell, begin, end - begin), r->around.before,
		only_marks(noro_view_sub(cell, 0, begin)) &&
			only_marks(noro_view_sub(cell, end, cell.n)));
}

void noro_doc_words_of(struct reading *r, struct noro_view cell)
{
	struct noro_view name = noro_doc_listed_name(cell);
	bool other = other_letters(cell);
	size_t begin = 0;

	if (r->where.place == NORO_DOC_INDICATORS && name.n) {
		r->around.before = noro_view("", 0);
		noro_doc_take(r, NORO_IOC_FILE_NAME, name, false, name.n == cell.n);
		cell = noro_view_sub(cell, 0, (size_t)(name.p - cell.p));
	}
	for (size_t i = 0; i < cell.n;) {
		size_t n = char_len(cell, i), skip = i == begin ? local_value(r, cell, i) : 0;

		if (!skip && i == begin && other)
			skip = noro_doc_wide_name(r, cell, i);
		if (skip) {
			begin = i += skip;
			continue;
		}
		if (ends_word(cell, begin, i, n)) {
			if (i > begin)
				word_at(r, cell, begin, i);
			begin = i + n;
		}
		i += n;
	}
	if (begin < cell.n)
		word_at(r, cell, begin, cell.n);
}

size_t noro_doc_split_cells(struct noro_view line, struct cell *out)
{
	size_t n = 0, begin = SIZE_MAX, column = 0, begin_column = 0;

	for (size_t i = 0; i <= line.n && n < MAX_CELLS; i++) {
		bool gap = i == line.n || line.p[i] == '\t' || line.p[i] == '|' ||
			   (line.p[i] == ' ' && (i + 1 >= line.n || line.p[i + 1] == ' '));

		if (gap && begin != SIZE_MAX) {
			out[n++] = (struct cell){
				noro_view_trim(noro_view_sub(line, begin, i - begin)), begin_column
			};
			begin = SIZE_MAX;
		} else if (!gap && begin == SIZE_MAX && line.p[i] != ' ') {
			begin = i;
			begin_column = column;
		}
		if (i < line.n)
			column += ((unsigned char)line.p[i] & 0xc0) != 0x80;
	}
	return n;
}

struct noro_view noro_doc_without_bullet(struct noro_view v)
{
	static const char *const bullets[] = { "- ", "-- ", "* ", "+ ", "\xe2\x80\xa2",
		"\xe3\x83\xbb", "\xe2\x97\x8f", "\xe2\x97\x8b" };

	for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
		if (noro_view_starts(v, bullets[i]))
			return noro_view_trim(noro_view_sub(v, strlen(bullets[i]), v.n));
	return v;
}
