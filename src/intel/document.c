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
#include "intel/doc_reading.h"
#include "intel/tld.h"

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
	v = noro_doc_bare(noro_view_trim(noro_view_sub(v, at + 11, v.n)));
	if (v.n >= 8)
		noro_doc_take(r, NORO_IOC_USER_AGENT, v, false, true);
	return v.n >= 8;
}

static void cells_of(struct reading *r, struct noro_view line)
{
	struct cell cell[MAX_CELLS];
	size_t n = noro_doc_split_cells(line, cell), before;
	struct noro_buf dates = { 0 };

	for (size_t i = 0; i < n && r->status == NORO_OK; i++) {
		struct noro_view v = noro_doc_without_bullet(cell[i].text);

		if (r->where.wants_mutex && n == 1 && v.n && noro_view_chr(v, ' ') == SIZE_MAX &&
			(noro_is_alnum(v.p[0]) || v.p[0] == '{')) {
			noro_doc_take(r, NORO_IOC_MUTEX, v, false, true);
			continue;
		}
		if (user_agent_line(r, v) || noro_doc_join_cell(r, &cell[i], v)) {
			cell[i].text.n = 0;
			continue;
		}
		before = r->n;
		/* with dates beside it, a value is on its own row and ends there */
		if (n == 1 || (r->months.n == 0 &&
				      noro_doc_dates(line, &(int64_t){ 0 }, &(int64_t){ 0 }) == 0))
			if (noro_doc_one_plain_word(v, MIN_PIECE) && noro_doc_worth_a_look(v)) {
				struct piece *p = noro_doc_piece_above(r, &cell[i]);

				if (p)
					noro_doc_flush_piece(r, p);
				noro_doc_keep_piece(r, &cell[i], v);
				continue;
			}
		noro_doc_words_of(r, v);
		if (r->n == before) {
			noro_buf_view(&dates, v);
			noro_buf_chr(&dates, ' ');
		}
	}
	/* what nothing below it continued is whole */
	for (size_t i = 0; i < MAX_PIECES; i++)
		if (r->piece[i].live && r->piece[i].line < r->line)
			noro_doc_flush_piece(r, &r->piece[i]);
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
		noro_doc_flush_all(r);
		r->where = now;
		r->around.keys = now.wants_keys;
		r->around.honest = now.honest;
		r->first_of_line = r->n;
		r->heading = noro_arena_strn(r->a, r->where.heading.p, r->where.heading.n);
		if (!r->heading)
			r->status = NORO_ENOMEM;
		r->months.n = 0;
		r->in_heading = true;
		noro_doc_words_of(r, line);
		r->in_heading = false;
		return;
	}
	if (r->where.place == NORO_DOC_INDICATORS) {
		struct noro_doc_months m;

		if (noro_doc_month_header(line, &m) && r->months.n == 0 && m.n >= 3)
			r->months = m;
	}
	if (r->where.place == NORO_DOC_INDICATORS) {
		line = noro_doc_unspoken(line, &r->unspoken);
		if (r->unspoken.status != NORO_OK)
			r->status = NORO_ENOMEM;
	}
	cells_of(r, squeeze(r, line));
}

/* --- the document --- */

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
	noro_doc_flush_all(r);
	ret->lines = r->line;
}

static bool says(struct noro_view text, const char *const *word, size_t words)
{
	for (size_t i = 0; i < text.n; i++)
		for (size_t k = 0; k < words; k++)
			if (noro_lower(text.p[i]) == word[k][0] &&
				noro_view_starts_i(noro_view_sub(text, i, 8), word[k]))
				return true;
	return false;
}

/* A PDF breaks a digest of 64 digits into two lines of 32. */
static bool only_sha256(struct noro_view text)
{
	static const char *const whole[] = { "sha256", "sha-256", "sha 256", "sha2-256" },
				 *const others[] = { "md5", "md-5", "ja3", "hassh", "imphash" };

	return says(text, whole, sizeof(whole) / sizeof(*whole)) &&
	       !says(text, others, sizeof(others) / sizeof(*others));
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
		r->only_sha256 = only_sha256(noro_buf_as_view(&text));
		read_lines(r, noro_buf_as_view(&text), ret);
		ret->cve = kept(r, &r->cve);
		ret->attack = kept(r, &r->attack);
		if (r->status == NORO_OK)
			noro_doc_settle(r, ret);
		if (r->status != NORO_OK)
			st = noro_fail(err, r->status, NULL);
	}
	for (size_t i = 0; i < MAX_PIECES; i++)
		noro_buf_done(&r->piece[i].text);
	noro_buf_done(&r->plain);
	noro_buf_done(&r->normal);
	noro_buf_done(&r->line_text);
	noro_buf_done(&r->unspoken);
	noro_buf_done(&r->cve);
	noro_buf_done(&r->attack);
	noro_buf_done(&text);
	return st;
}

/* --- as an import --- */

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
