/*
 * src/intel/document.c - which words of a document are indicators, and of what role.
 *
 * A word is taken where its form says so (a digest, an address, a name under a
 * real root). Whether the author meant it as an indicator shows elsewhere: it
 * was made harmless, it stands in a section for indicators, it stands alone on
 * its line. What only points somewhere (references, agencies, vendors) is
 * context. Values that a PDF broke over lines are joined where the pieces stand
 * in one column and only the whole is a value.
 */
#include "intel/document.h"

#include "base/mem.h"
#include "base/text.h"
#include "intel/doc_priv.h"
#include "intel/intake_priv.h"
#include "intel/tld.h"

enum {
	MAX_CELLS = 64,
	MAX_WORD = 4096,
	MIN_PIECE = 6, /* of a value broken over lines */
	MAX_PIECES = 16,
	MAX_IDS = 256,
	MAX_ID_LOOKUPS = 20000,
	NEAR_COLUMNS = 2,
};

struct found {
	struct noro_doc_item item;
	bool alone, reference;
	enum noro_doc_doubt doubt;
};

/* A word alone in its cell waits one line: its rest may stand below. */
struct piece {
	struct noro_buf text;
	size_t column;
	uint64_t line;
	enum noro_doc_row row;
	bool live;
};

struct reading {
	struct noro_arena *a;
	struct found *found;
	size_t n, cap;
	struct noro_doc_where where;
	const char *heading; /* kept copy of where.heading */
	struct noro_doc_months months;
	struct piece piece[MAX_PIECES];
	struct noro_buf plain, normal, line_text;
	size_t defanged; /* network values the author made harmless */
	uint64_t line;
	size_t first_of_line;
	struct noro_doc_around around; /* of the word in hand */
	bool labelled;                 /* the word is a link with a text of its own, or that text */
	bool cut;                      /* a placeholder follows the word at once */
	bool in_heading;
	unsigned lookups;
	struct noro_buf cve, attack;
	enum noro_status status;
};

struct cell {
	struct noro_view text;
	size_t column;
};

/* --- one word ------------------------------------------------------------ */

static bool is_hash(int kind)
{
	return kind >= NORO_IOC_MD5 && kind <= NORO_IOC_SHA512;
}

static bool is_place(int kind)
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

static void take(
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
	host = is_place((int)kind) ? host_of(kind, item->value) : noro_view("", 0);
	more->reference = is_place((int)kind) &&
			  ((r->labelled && !defanged) || noro_doc_is_reference_host(host));
	more->doubt = noro_doc_doubt(kind, item->value, host, &r->around);
	r->defanged += defanged && (is_place((int)kind) || kind == NORO_IOC_IPV4);
	r->n++;
}

/* Cheap: may this word be a value at all? */
static bool worth_a_look(struct noro_view v)
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

/* Trailing brackets that were opened before the word, and stops of the sentence. */
static struct noro_view without_punctuation(struct noro_view v)
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
	bool digest_beside = r->n > r->first_of_line && is_hash((int)r->found[r->n - 1].item.kind);

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

static int kind_of(struct noro_view v, struct noro_view *ret)
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

static void one_word(struct reading *r, struct noro_view word, struct noro_view before, bool alone)
{
	struct noro_view v = without_punctuation(word), bare;
	size_t link = noro_view_find(v, NORO_V("]("));
	bool defanged;
	int kind;

	if (link != SIZE_MAX &&
		noro_view_find(noro_view_sub(v, link, v.n), NORO_V("://")) != SIZE_MAX) {
		one_word(
			r, noro_view_sub(v, 0, link), before, false); /* Markdown: [text](target) */
		v = without_punctuation(noro_view_sub(v, link + 2, v.n));
		alone = false;
	}
	v = without_plus(v);
	bare = without_label(r, v);
	r->labelled = bare.n < v.n || is_link_text(before);
	v = without_plus(bare);
	if (noro_view_starts_i(v, "link:"))
		return; /* a file beside the document */
	if (!worth_a_look(v))
		return;
	noro_buf_clear(&r->plain);
	defanged = noro_refang(v, &r->plain) > 0;
	if (r->plain.status != NORO_OK) {
		r->status = NORO_ENOMEM;
		return;
	}
	drop_third_slash(&r->plain);
	v = noro_view_trim(noro_buf_as_view(&r->plain));
	kind = kind_of(v, &bare);
	if (kind < 0 && behind_a_label(v).n >= 4) {
		r->around.before = noro_view_sub(v, 0, v.n - behind_a_label(v).n);
		kind = kind_of(without_punctuation(behind_a_label(v)), &bare);
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
	if (kind == NORO_IOC_URL && (r->cut || is_masked(bare))) {
		/* what is blanked out cannot be compared; its host can */
		bare = host_of(NORO_IOC_URL, bare);
		kind = noro_ioc_guess(bare);
		if (kind != NORO_IOC_DOMAIN && kind != NORO_IOC_IPV4)
			return;
	}
	if (kind == NORO_IOC_URL && !defanged && noro_view_find(bare, NORO_V("://")) == SIZE_MAX &&
		r->where.place != NORO_DOC_INDICATORS)
		return; /* and/or.in prose */
	take(r, (enum noro_ioc_kind)kind, bare, defanged, alone);
}

/* --- cells and words ----------------------------------------------------- */

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

static bool ends_word(struct noro_view v, size_t begin, size_t i, size_t n)
{
	char c = v.p[i];

	if (n > 1)
		return !joins_labels(v, i, n);
	if (noro_is_space(c) || strchr("\"'`<>|;", c))
		return true;
	return c == ',' && (i + 1 >= v.n || !noro_is_alnum(v.p[i + 1]) ||
				   noro_view_find(noro_view_sub(v, begin, i - begin),
					   NORO_V("://")) == SIZE_MAX);
}

/* A name in other letters, alone in its cell: the only place where we believe it. */
static void whole_cell(struct reading *r, struct noro_view cell)
{
	struct noro_view v = without_punctuation(cell);

	noro_buf_clear(&r->plain);
	if (v.n > 255 || noro_refang(v, &r->plain) == 0 || r->plain.status != NORO_OK)
		return;
	take(r, NORO_IOC_DOMAIN, noro_buf_as_view(&r->plain), true, true);
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
		take(r, kind, v, false, begin == 0 && n == cell.n);
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

static void word_at(struct reading *r, struct noro_view cell, size_t begin, size_t end)
{
	r->around.before = in_front(cell, begin);
	r->cut = end < cell.n && cell.p[end] == '<' && end + 1 < cell.n &&
		 (noro_is_alpha(cell.p[end + 1]));
	one_word(r, noro_view_sub(cell, begin, end - begin), r->around.before,
		only_marks(noro_view_sub(cell, 0, begin)) &&
			only_marks(noro_view_sub(cell, end, cell.n)));
}

static void words_of(struct reading *r, struct noro_view cell)
{
	struct noro_view name = noro_doc_listed_name(cell);
	size_t begin = 0, before = r->n;
	bool foreign = false, blank = false;

	if (r->where.place == NORO_DOC_INDICATORS && name.n) {
		r->around.before = noro_view("", 0);
		take(r, NORO_IOC_FILE_NAME, name, false, name.n == cell.n);
		cell = noro_view_sub(cell, 0, (size_t)(name.p - cell.p));
	}
	for (size_t i = 0; i < cell.n;) {
		size_t n = char_len(cell, i), skip = i == begin ? local_value(r, cell, i) : 0;

		if (skip) {
			begin = i += skip;
			continue;
		}
		foreign |= n > 1;
		blank |= noro_is_space(cell.p[i]);
		if (ends_word(cell, begin, i, n)) {
			if (i > begin)
				word_at(r, cell, begin, i);
			begin = i + n;
		}
		i += n;
	}
	if (begin < cell.n)
		word_at(r, cell, begin, cell.n);
	if (foreign && !blank && r->n == before)
		whole_cell(r, cell);
}

/* Cells are apart by a tab, a bar, or two blanks; bullets in front are no part of them. */
static size_t split_cells(struct noro_view line, struct cell *out)
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

static struct noro_view without_bullet(struct noro_view v)
{
	static const char *const bullets[] = { "- ", "-- ", "* ", "+ ", "\xe2\x80\xa2",
		"\xe3\x83\xbb", "\xe2\x97\x8f", "\xe2\x97\x8b" };

	for (size_t i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
		if (noro_view_starts(v, bullets[i]))
			return noro_view_trim(noro_view_sub(v, strlen(bullets[i]), v.n));
	return v;
}

/* --- values broken over lines -------------------------------------------- */

static bool one_plain_word(struct noro_view v, size_t least)
{
	for (size_t i = 0; i < v.n; i++)
		if (noro_is_space(v.p[i]) || (v.p[i] & 0x80))
			return false;
	return v.n >= least && v.n <= 1024;
}

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return v.n > 0;
}

static bool hash_length(size_t n)
{
	return n == 32 || n == 40 || n == 64 || n == 128;
}

static int value_kind(struct reading *r, struct noro_view v)
{
	struct noro_view bare;

	noro_buf_clear(&r->plain);
	(void)noro_refang(v, &r->plain);
	return kind_of(noro_view_trim(noro_buf_as_view(&r->plain)), &bare);
}

/* "https:", "hxxps[:]///": whatever its rest, it is no rest of another. */
static bool starts_anew(struct noro_view v)
{
	static const char *const schemes[] = { "http", "hxxp", "ftp", "fxp" };

	if (noro_view_find(noro_view_sub(v, 0, 12), NORO_V("//")) == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (noro_view_starts_i(v, schemes[i]))
			return true;
	return false;
}

/* Do `a` and, in the line below it, `b` make one value? */
static bool belongs_together(struct reading *r, struct noro_view a, struct noro_view b)
{
	struct noro_buf both = { 0 };
	bool yes, scheme = noro_view_find(a, NORO_V("://")) != SIZE_MAX;
	char last = a.p[a.n - 1];
	int whole, first, second;

	if (all_hex(a) && all_hex(b)) {
		if (r->where.wants_sha256 && a.n + b.n == 64)
			return true;
		/* a digest's first line may be as long as a shorter digest; then its rest is not */
		return a.n + b.n <= 128 && !(hash_length(a.n) && hash_length(b.n)) &&
		       hash_length(a.n + b.n);
	}
	if (starts_anew(b))
		return false;
	noro_buf_view(&both, a);
	noro_buf_view(&both, b);
	whole = value_kind(r, noro_buf_as_view(&both));
	noro_buf_done(&both);
	if (!is_place(whole))
		return false;
	first = value_kind(r, a);
	second = value_kind(r, b);
	if (first < 0)
		yes = scheme || second < 0 || strchr("-.]", last);
	else
		yes = first == NORO_IOC_URL && second < 0 && strchr("/-_=&?%.", last);
	return yes;
}

static void flush_piece(struct reading *r, struct piece *p)
{
	uint64_t line = r->line;
	enum noro_doc_row row = r->around.row;

	if (p->live) {
		r->line = p->line;
		r->around.row = p->row;
		words_of(r, noro_buf_as_view(&p->text));
		r->around.row = row;
		r->line = line;
	}
	p->live = false;
}

static void flush_all(struct reading *r)
{
	for (size_t i = 0; i < MAX_PIECES; i++)
		flush_piece(r, &r->piece[i]);
}

static struct piece *piece_above(struct reading *r, const struct cell *c)
{
	for (size_t i = 0; i < MAX_PIECES; i++) {
		struct piece *p = &r->piece[i];
		size_t far = p->column > c->column ? p->column - c->column : c->column - p->column;

		if (p->live && p->line < r->line && far <= NEAR_COLUMNS)
			return p;
	}
	return NULL;
}

static void keep_piece(struct reading *r, const struct cell *c, struct noro_view v)
{
	for (size_t i = 0; i < MAX_PIECES; i++) {
		struct piece *p = &r->piece[i];

		if (p->live)
			continue;
		noro_buf_clear(&p->text);
		noro_buf_view(&p->text, v);
		p->column = c->column;
		p->line = r->line;
		p->row = r->around.row;
		p->live = p->text.status == NORO_OK;
		if (!p->live)
			r->status = NORO_ENOMEM;
		return;
	}
	words_of(r, v);
}

/* A cell of one word: the rest of the piece above it, or a piece itself. */
static bool join_cell(struct reading *r, const struct cell *c, struct noro_view v)
{
	struct piece *above = piece_above(r, c);
	bool open = above && above->text.n && above->text.p[above->text.n - 1] == '&';

	if (!above || !one_plain_word(v, open ? 2 : MIN_PIECE) ||
		!belongs_together(r, noro_buf_as_view(&above->text), v))
		return false;
	noro_buf_view(&above->text, v);
	above->line = r->line; /* it may go on */
	if (above->text.status != NORO_OK)
		r->status = NORO_ENOMEM;
	return true;
}

/* --- lines --------------------------------------------------------------- */

/* " [.] " and "( dot )" with blanks around: drawn together, so that they stay one word. */
static struct noro_view squeeze(struct reading *r, struct noro_view line)
{
	static const char *const inside[] = { ".", "dot", "at", "@", ":", "/", "://", "DOT", "AT" };
	size_t from = 0;

	if (noro_view_find(line, NORO_V(" [")) == SIZE_MAX &&
		noro_view_find(line, NORO_V("] ")) == SIZE_MAX &&
		noro_view_chr(line, '(') == SIZE_MAX)
		return line;
	noro_buf_clear(&r->line_text);
	for (size_t i = 0; i < line.n; i++) {
		struct noro_view rest = noro_view_sub(line, i, 12), word;
		size_t close;

		if (line.p[i] != '[' && line.p[i] != '(')
			continue;
		close = noro_view_chr(rest, line.p[i] == '[' ? ']' : ')');
		if (close == SIZE_MAX)
			continue;
		word = noro_view_trim(noro_view_sub(rest, 1, close - 1));
		for (size_t k = 0; k < sizeof(inside) / sizeof(inside[0]); k++) {
			struct noro_view before;
			bool blank;

			if (!noro_view_is(word, inside[k]))
				continue;
			before = noro_view_sub(line, from, i - from);
			blank = before.n && before.p[before.n - 1] == ' ' &&
				i + close + 1 < line.n && line.p[i + close + 1] == ' ';
			while (blank && before.n && before.p[before.n - 1] == ' ')
				before.n--;
			noro_buf_view(&r->line_text, before);
			noro_buf_chr(&r->line_text, '[');
			noro_buf_view(&r->line_text, word);
			noro_buf_chr(&r->line_text, ']');
			from = i + close + 1;
			while (blank && from < line.n && line.p[from] == ' ')
				from++;
			i = from - 1;
			break;
		}
	}
	noro_buf_view(&r->line_text, noro_view_sub(line, from, line.n));
	if (r->line_text.status != NORO_OK)
		r->status = NORO_ENOMEM;
	return noro_buf_as_view(&r->line_text);
}

static void add_id(struct reading *r, struct noro_buf *list, struct noro_view id)
{
	struct noro_view rest = noro_buf_as_view(list), part;
	size_t n = 0;

	if (++r->lookups > MAX_ID_LOOKUPS)
		return;
	while (noro_view_cut(&rest, ',', &part)) {
		if (noro_view_eq(part, id))
			return;
		n++;
	}
	if (n >= MAX_IDS)
		return;
	if (list->n)
		noro_buf_chr(list, ',');
	noro_buf_view(list, id);
}

static size_t count_digits(struct noro_view v, size_t at)
{
	size_t n = 0;

	while (at + n < v.n && n < 8 && noro_is_digit(v.p[at + n]))
		n++;
	return n;
}

/* CVE-2024-21887 and T1569.002 wherever they stand. */
static void read_ids(struct reading *r, struct noro_view line)
{
	for (size_t i = 0; i + 5 <= line.n; i++) {
		struct noro_view rest = noro_view_sub(line, i, 24);
		size_t n;

		if (i && noro_is_alnum(line.p[i - 1]))
			continue;
		if (rest.p[0] == 'C' && noro_view_starts(rest, "CVE-") &&
			count_digits(rest, 4) == 4 && rest.n > 9 && rest.p[8] == '-') {
			n = count_digits(rest, 9);
			if (n >= 4)
				add_id(r, &r->cve, noro_view_sub(rest, 0, 9 + n));
		} else if (rest.p[0] == 'T' && count_digits(rest, 1) == 4) {
			n = rest.n > 8 && rest.p[5] == '.' && count_digits(rest, 6) == 3 ? 9 : 5;
			if (n == rest.n || !noro_is_alnum(rest.p[n]))
				add_id(r, &r->attack, noro_view_sub(rest, 0, n));
		}
	}
}

static void date_items(struct reading *r, struct noro_view line, struct noro_view dates)
{
	int64_t from, until;
	size_t n = r->months.n ? noro_doc_month_marks(&r->months, line, &from, &until) : 0;

	if (n == 0) {
		n = noro_doc_dates(dates, &from, &until);
		if (n == 1)
			until = NORO_TIME_NONE; /* seen then; until when is not said */
	}
	for (size_t i = r->first_of_line; n && i < r->n; i++) {
		r->found[i].item.from_ns = from;
		r->found[i].item.until_ns = until;
	}
}

static bool user_agent_line(struct reading *r, struct noro_view v)
{
	size_t at = noro_view_find_i(v, NORO_V("user-agent:"));

	if (at == SIZE_MAX || at > 20 || r->where.place != NORO_DOC_INDICATORS)
		return false;
	v = without_punctuation(noro_view_trim(noro_view_sub(v, at + 11, v.n)));
	if (v.n >= 8)
		take(r, NORO_IOC_USER_AGENT, v, false, true);
	return v.n >= 8;
}

static void cells_of(struct reading *r, struct noro_view line)
{
	struct cell cell[MAX_CELLS];
	size_t n = split_cells(line, cell), before;
	struct noro_buf dates = { 0 };

	for (size_t i = 0; i < n && r->status == NORO_OK; i++) {
		struct noro_view v = without_bullet(cell[i].text);

		if (r->where.wants_mutex && n == 1 && v.n && noro_view_chr(v, ' ') == SIZE_MAX &&
			(noro_is_alnum(v.p[0]) || v.p[0] == '{')) {
			take(r, NORO_IOC_MUTEX, v, false, true);
			continue;
		}
		if (user_agent_line(r, v) || join_cell(r, &cell[i], v)) {
			cell[i].text.n = 0;
			continue;
		}
		before = r->n;
		/* with dates beside it, a value is on its own row and ends there */
		if (n == 1 || (r->months.n == 0 &&
				      noro_doc_dates(line, &(int64_t){ 0 }, &(int64_t){ 0 }) == 0))
			if (one_plain_word(v, MIN_PIECE) && worth_a_look(v)) {
				struct piece *p = piece_above(r, &cell[i]);

				if (p)
					flush_piece(r, p);
				keep_piece(r, &cell[i], v);
				continue;
			}
		words_of(r, v);
		if (r->n == before) {
			noro_buf_view(&dates, v);
			noro_buf_chr(&dates, ' ');
		}
	}
	/* what nothing below it continued is whole */
	for (size_t i = 0; i < MAX_PIECES; i++)
		if (r->piece[i].live && r->piece[i].line < r->line)
			flush_piece(r, &r->piece[i]);
	if (r->where.place == NORO_DOC_INDICATORS && dates.status == NORO_OK)
		date_items(r, line, noro_buf_as_view(&dates));
	noro_buf_done(&dates);
}

static void one_line(struct reading *r, struct noro_view line, struct noro_view next)
{
	struct noro_doc_where was = r->where, now;

	r->first_of_line = r->n;
	if (noro_view_starts_i(noro_view_trim(line), "- message-id") ||
		noro_view_starts_i(noro_view_trim(line), "message-id"))
		return; /* names the mail, not a mailbox */
	read_ids(r, line);
	r->around.row = noro_doc_row(line);
	if (noro_doc_heading(&r->where, line, next)) {
		now = r->where;
		r->where = was; /* what waits stood above the heading */
		flush_all(r);
		r->where = now;
		r->around.keys = now.wants_keys;
		r->around.honest = now.honest;
		r->first_of_line = r->n;
		r->heading = noro_arena_strn(r->a, r->where.heading.p, r->where.heading.n);
		if (!r->heading)
			r->status = NORO_ENOMEM;
		r->months.n = 0;
		r->in_heading = true;
		words_of(r, line);
		r->in_heading = false;
		return;
	}
	if (r->where.place == NORO_DOC_INDICATORS) {
		struct noro_doc_months m;

		if (noro_doc_month_header(line, &m) && r->months.n == 0 && m.n >= 3)
			r->months = m;
	}
	cells_of(r, squeeze(r, line));
}

/* --- roles --------------------------------------------------------------- */

static void set_role(struct noro_doc_item *i, enum noro_ioc_role role, unsigned confidence)
{
	i->role = role;
	i->confidence = (uint8_t)confidence;
}

static void role_among_indicators(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;
	bool author_defangs = r->defanged > 0;

	if (f->reference && (!i->defanged || i->kind != NORO_IOC_URL))
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (is_place((int)i->kind) && !i->defanged && author_defangs && !f->alone)
		set_role(i, NORO_ROLE_CONTEXT, 30);
	else if (f->reference)
		set_role(i, NORO_ROLE_HUNT, 60);
	else if (is_hash((int)i->kind) || is_place((int)i->kind))
		set_role(i, NORO_ROLE_BLOCK, i->defanged || is_hash((int)i->kind) ? 80 : 70);
	else if (i->kind >= NORO_IOC_FILE_NAME)
		set_role(i, NORO_ROLE_HUNT, 40);
	else
		set_role(i, NORO_ROLE_HUNT, i->defanged ? 80 : 70);
}

static void role_in_prose(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;

	if (f->reference)
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (is_hash((int)i->kind) ||
		 (i->kind >= NORO_IOC_JA3 && i->kind <= NORO_IOC_TRON && i->kind != NORO_IOC_ASN &&
			 i->kind != NORO_IOC_MAC))
		set_role(i, NORO_ROLE_HUNT, 60);
	else if (i->kind >= NORO_IOC_FILE_NAME || i->kind == NORO_IOC_ASN)
		set_role(i, NORO_ROLE_CONTEXT, 20);
	else if (i->defanged)
		set_role(i, NORO_ROLE_HUNT, 65);
	else if (f->alone && r->defanged == 0)
		set_role(i, NORO_ROLE_HUNT, 50);
	else
		set_role(i, NORO_ROLE_CONTEXT, 25);
}

static void decide_role(const struct reading *r, struct found *f)
{
	struct noro_doc_item *i = &f->item;

	if (f->doubt == NORO_DOC_NAMED) {
		set_role(i, NORO_ROLE_CONTEXT, 15);
		return;
	}
	switch (i->place) {
	case NORO_DOC_INDICATORS:
		role_among_indicators(r, f);
		break;
	case NORO_DOC_PROSE:
		role_in_prose(r, f);
		break;
	case NORO_DOC_REFERENCES:
	case NORO_DOC_CONTACT:
		set_role(i, NORO_ROLE_CONTEXT, 15);
		break;
	case NORO_DOC_MITIGATION:
	case NORO_DOC_RULES:
		if (is_hash((int)i->kind) || (i->defanged && !f->reference))
			set_role(i, NORO_ROLE_HUNT, 50);
		else
			set_role(i, NORO_ROLE_CONTEXT, 20);
		break;
	}
	if (f->doubt == NORO_DOC_HUNT_ONLY && i->role == NORO_ROLE_BLOCK)
		set_role(i, NORO_ROLE_HUNT, 60);
}

static unsigned rank(const struct noro_doc_item *i)
{
	unsigned role = i->role == NORO_ROLE_BLOCK ? 2 : i->role == NORO_ROLE_HUNT ? 1 : 0;

	return role * 1000 + i->confidence;
}

/* The same value, the better place first, then the earlier one. */
static int by_value(const void *a, const void *b)
{
	const struct noro_doc_item *x = a, *y = b;
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = noro_view_cmp(x->value, y->value);
	if (c == 0 && rank(x) != rank(y))
		c = rank(x) > rank(y) ? -1 : 1;
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

static int by_line(const void *a, const void *b)
{
	const struct noro_doc_item *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return by_value(a, b);
}

static void settle(struct reading *r, struct noro_doc *ret)
{
	struct noro_doc_item *list = noro_arena_array(r->a, r->n + 1, sizeof(*list));
	size_t n = 0;

	if (!list) {
		r->status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		decide_role(r, &r->found[i]);
		list[i] = r->found[i].item;
	}
	qsort(list, r->n, sizeof(*list), by_value);
	for (size_t i = 0; i < r->n; i++) {
		struct noro_doc_item *last = n ? &list[n - 1] : NULL;

		if (!last || last->kind != list[i].kind ||
			!noro_view_eq(last->value, list[i].value))
			list[n++] = list[i];
		else if (last->from_ns == NORO_TIME_NONE && last->until_ns == NORO_TIME_NONE) {
			last->from_ns = list[i].from_ns;
			last->until_ns = list[i].until_ns;
		}
	}
	qsort(list, n, sizeof(*list), by_line);
	ret->item = list;
	ret->items = n;
}

/* --- the document -------------------------------------------------------- */

static void read_lines(struct reading *r, struct noro_view text, struct noro_doc *ret)
{
	struct noro_view rest = text, line = { 0 }, next = { 0 };
	bool more = noro_view_line(&rest, &line);

	while (more && r->status == NORO_OK) {
		struct noro_view id;

		more = noro_view_line(&rest, &next);
		r->line++;
		if (!more)
			next = noro_view("", 0);
		one_line(r, line, next);
		id = r->line <= 60 && !ret->advisory ? noro_advisory_id(line) : noro_view("", 0);
		if (id.n)
			ret->advisory = noro_arena_strn(r->a, id.p, id.n);
		if (!ret->title && noro_view_trim(line).n > 3) {
			struct noro_view t = noro_view_sub(noro_view_trim(line), 0, 200);

			while (t.n && strchr("#=*- ", t.p[0]))
				t = noro_view_sub(t, 1, t.n);
			ret->title = noro_arena_strn(r->a, t.p, t.n);
		}
		line = next;
	}
	r->first_of_line = r->n;
	flush_all(r);
	ret->lines = r->line;
}

static const char *kept(struct reading *r, const struct noro_buf *b)
{
	const char *s = b->n ? noro_arena_strn(r->a, b->p, b->n) : NULL;

	if (b->status != NORO_OK || (b->n && !s))
		r->status = NORO_ENOMEM;
	return s;
}

enum noro_status noro_document_read(
	struct noro_arena *a, struct noro_view bytes, struct noro_doc *ret, struct noro_error *err)
{
	struct reading *r = noro_arena_alloc(a, sizeof(*r));
	struct noro_buf text = { 0 };
	enum noro_status st;

	*ret = (struct noro_doc){ .format = "text" };
	if (!r)
		return noro_fail(err, NORO_ENOMEM, NULL);
	r->a = a;
	st = noro_doc_text(bytes, &ret->format, &text, err);
	if (st == NORO_OK) {
		read_lines(r, noro_buf_as_view(&text), ret);
		ret->cve = kept(r, &r->cve);
		ret->attack = kept(r, &r->attack);
		if (r->status == NORO_OK)
			settle(r, ret);
		if (r->status != NORO_OK)
			st = noro_fail(err, r->status, NULL);
	}
	for (size_t i = 0; i < MAX_PIECES; i++)
		noro_buf_done(&r->piece[i].text);
	noro_buf_done(&r->plain);
	noro_buf_done(&r->normal);
	noro_buf_done(&r->line_text);
	noro_buf_done(&r->cve);
	noro_buf_done(&r->attack);
	noro_buf_done(&text);
	return st;
}

/* --- as an import -------------------------------------------------------- */

static struct noro_intake_meta item_meta(
	const struct noro_intake *in, const struct noro_doc *d, const struct noro_doc_item *i)
{
	struct noro_intake_meta m = noro_intake_start(in);

	if (!m.m.advisory)
		m.m.advisory = d->advisory;
	m.m.section = i->section;
	m.m.confidence = i->confidence;
	if (!in->opts->have_role)
		m.m.role = i->role;
	if (i->from_ns != NORO_TIME_NONE || i->until_ns != NORO_TIME_NONE) {
		m.m.from_ns = i->from_ns;
		m.m.until_ns = i->until_ns;
	}
	return m;
}

static bool same_meta(const struct noro_ioc_meta *a, const struct noro_ioc_meta *b)
{
	return a->section == b->section && a->role == b->role && a->confidence == b->confidence &&
	       a->from_ns == b->from_ns && a->until_ns == b->until_ns && a->advisory == b->advisory;
}

enum noro_status noro_import_document(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct noro_intake_meta m = noro_intake_start(in);
	struct noro_doc d;
	enum noro_status st = noro_document_read(in->a, text, &d, err);

	if (st != NORO_OK)
		return st;
	in->ret->kind = d.format;
	if (!in->ret->advisory)
		in->ret->advisory = d.advisory;
	for (size_t i = 0; st == NORO_OK && i < d.items; i++) {
		struct noro_intake_meta now = item_meta(in, &d, &d.item[i]);

		if (!same_meta(&now.m, &m.m))
			m = now;
		st = noro_intake_add_normal(
			in, &m, d.item[i].kind, d.item[i].value, NORO_NO_PATTERN);
		if (st == NORO_EFORMAT || st == NORO_ELIMIT)
			st = noro_intake_note(in, NORO_IMPORT_REFUSED, d.item[i].line,
				N_("not a valid value: %1"), d.item[i].value);
	}
	return noro_intake_fail(in, err, st, NORO_AT_NONE, 0);
}
