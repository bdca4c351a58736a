/*
 * src/intel/csv.c - tables: which columns hold values, which say what they are.
 *
 * RFC 4180 with the separators people use. A header row is recognised by its
 * names; without one, a column is a value column when most of its cells are
 * indicators. `--columns` overrides both.
 */
#include "intel/intake_priv.h"

#include "base/text.h"
#include "base/timeparse.h"
#include "intel/csv_priv.h"

#include <stdio.h>

enum { MAX_COLUMNS = 256, SAMPLE_ROWS = 200, MAX_NAME = 64 };

enum use {
	USE_NONE,
	USE_VALUE,
	USE_KIND,
	USE_NOTE,
	USE_FROM,
	USE_UNTIL,
	USE_TYPED,
	USE_ROLE,
	USE_ACTOR,
	USE_LABEL,
	USE_CONFIDENCE,
	USE_ADVISORY,
};

struct column {
	enum use use;
	int kind; /* of a value column named after a kind: -1 if not */
};

struct table {
	struct noro_intake *in;
	struct noro_view text;
	char sep;
	struct column column[MAX_COLUMNS];
	size_t columns;
	bool header;
	struct noro_intake_meta meta;
	struct noro_buf key, strings; /* what the meta was made of, and its texts */
};

/* --- cells --------------------------------------------------------------- */

/* A quoted cell from behind its quote: "" is one quote. Returns the place behind it. */
static size_t quoted_cell(struct noro_view text, size_t at, struct noro_buf *out)
{
	while (at < text.n) {
		if (text.p[at] != '"') {
			noro_buf_chr(out, text.p[at++]);
		} else if (at + 1 < text.n && text.p[at + 1] == '"') {
			noro_buf_chr(out, '"');
			at += 2;
		} else {
			return at + 1;
		}
	}
	return at;
}

void noro_csv_row_done(struct noro_csv_row *row)
{
	noro_buf_done(&row->text);
}

/* One cell from `at`; its place behind. A quoted one stands in row->text from `*ret_start`. */
static size_t read_cell(struct noro_view text, char sep, size_t at, struct noro_csv_row *row,
	struct noro_view *ret, size_t *ret_start)
{
	size_t begin;

	while (at < text.n && text.p[at] == ' ')
		at++;
	if (at < text.n && text.p[at] == '"') {
		*ret_start = row->text.n;
		at = quoted_cell(text, at + 1, &row->text);
		*ret = noro_view(NULL, row->text.n - *ret_start);
		while (at < text.n && text.p[at] != sep && text.p[at] != '\n')
			at++;
		return at;
	}
	begin = at;
	while (at < text.n && text.p[at] != sep && text.p[at] != '\n')
		at++;
	*ret = noro_view_trim(noro_view_sub(text, begin, at - begin));
	return at;
}

bool noro_csv_next(struct noro_view text, char sep, struct noro_csv_row *row)
{
	size_t at = row->at;

	row->cells = 0;
	noro_buf_clear(&row->text);
	if (at >= text.n)
		return false;
	row->line = row->next_line;
	for (;; at++) {
		struct noro_view cell;
		size_t start = 0;

		at = read_cell(text, sep, at, row, &cell, &start);
		if (row->cells < NORO_CSV_CELLS) {
			row->start[row->cells] = start;
			row->cell[row->cells++] = cell;
		}
		if (at >= text.n || text.p[at] == '\n')
			break;
	}
	row->next_line++;
	for (size_t i = row->at; row->text.n && i < at; i++)
		row->next_line += text.p[i] == '\n';
	row->at = at + 1;
	/* the buffer stands still now */
	for (size_t i = 0; i < row->cells; i++)
		if (!row->cell[i].p)
			row->cell[i].p = row->text.p ? row->text.p + row->start[i] : "";
	return row->text.status == NORO_OK;
}

/* --- what a column is for ------------------------------------------------ */

/* Header names in lower case with blanks, dashes and dots as '_'. */
static const struct {
	const char *name;
	enum use use;
} header_names[] = {
	{ "indicator", USE_VALUE },
	{ "indicators", USE_VALUE },
	{ "indicator_value", USE_VALUE },
	{ "value", USE_VALUE },
	{ "ioc", USE_VALUE },
	{ "iocs", USE_VALUE },
	{ "ioc_value", USE_VALUE },
	{ "observable", USE_VALUE },
	{ "observable_value", USE_VALUE },
	{ "artifact", USE_VALUE },
	{ "data", USE_VALUE },
	{ "hash", USE_VALUE },
	{ "hashes", USE_VALUE },
	{ "file_hash", USE_VALUE },
	{ "filehash", USE_VALUE },
	{ "address", USE_VALUE },
	{ "dst_ip", USE_VALUE },
	{ "src_ip", USE_VALUE },
	{ "dstip", USE_VALUE },
	{ "c2", USE_VALUE },
	{ "\xe5\x80\xa4", USE_VALUE },
	{ "\xe6\x8c\x87\xe6\xa8\x99", USE_VALUE },
	{ "\xe9\x80\x9a\xe4\xbf\xa1\xe5\x85\x88", USE_VALUE },
	{ "\xe3\x83\x8f\xe3\x83\x83\xe3\x82\xb7\xe3\x83\xa5\xe5\x80\xa4", USE_VALUE },
	{ "type", USE_KIND },
	{ "kind", USE_KIND },
	{ "ioc_type", USE_KIND },
	{ "indicator_type", USE_KIND },
	{ "observable_type", USE_KIND },
	{ "\xe7\xa8\xae\xe5\x88\xa5", USE_KIND },
	{ "note", USE_NOTE },
	{ "notes", USE_NOTE },
	{ "comment", USE_NOTE },
	{ "comments", USE_NOTE },
	{ "description", USE_NOTE },
	{ "context", USE_NOTE },
	{ "\xe5\x82\x99\xe8\x80\x83", USE_NOTE },
	{ "first_seen", USE_FROM },
	{ "firstseen", USE_FROM },
	{ "first_seen_utc", USE_FROM },
	{ "from", USE_FROM },
	{ "start", USE_FROM },
	{ "active_from", USE_FROM },
	{ "last_seen", USE_UNTIL },
	{ "lastseen", USE_UNTIL },
	{ "last_seen_utc", USE_UNTIL },
	{ "until", USE_UNTIL },
	{ "end", USE_UNTIL },
	{ "active_until", USE_UNTIL },
	{ "date", USE_TYPED },
	{ "created", USE_TYPED },
	{ "date_added", USE_TYPED },
	{ "added", USE_TYPED },
	{ "valid_from", USE_TYPED },
	{ "role", USE_ROLE },
	{ "to_ids", USE_ROLE },
	{ "action", USE_ROLE },
	{ "actor", USE_ACTOR },
	{ "actors", USE_ACTOR },
	{ "threat_actor", USE_ACTOR },
	{ "group", USE_ACTOR },
	{ "apt", USE_ACTOR },
	{ "tags", USE_LABEL },
	{ "labels", USE_LABEL },
	{ "malware", USE_LABEL },
	{ "family", USE_LABEL },
	{ "threat", USE_LABEL },
	{ "confidence", USE_CONFIDENCE },
	{ "advisory", USE_ADVISORY },
	{ "report", USE_ADVISORY },
};

static bool same_header(struct noro_view v, const char *name)
{
	if (v.n != strlen(name))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = noro_lower(v.p[i]);

		if ((c == ' ' || c == '-' || c == '.' ? '_' : c) != name[i])
			return false;
	}
	return true;
}

static struct column column_of(struct noro_view name)
{
	for (size_t i = 0; i < sizeof(header_names) / sizeof(header_names[0]); i++)
		if (same_header(name, header_names[i].name))
			return (struct column){ header_names[i].use, -1 };
	if (name.n <= MAX_NAME && noro_ioc_kind_by_name(name) >= 0)
		return (struct column){ USE_VALUE, noro_ioc_kind_by_name(name) };
	return (struct column){ USE_NONE, -1 };
}

static bool comment_row(const struct noro_csv_row *row)
{
	return row->cells == 0 || (row->cells == 1 && row->cell[0].n == 0) ||
	       (row->cell[0].n && row->cell[0].p[0] == '#');
}

/* A header has at least one name we know in a value's place, and no cell that is a value. */
static bool header_row(const struct noro_csv_row *row, struct column *column)
{
	struct noro_intake in = { 0 };
	bool value = false, indicator = false;

	for (size_t i = 0; i < row->cells; i++) {
		struct noro_view name = row->cell[i], v;

		if (i == 0 && name.n && name.p[0] == '#')
			name = noro_view_trim(noro_view_sub(name, 1, name.n));
		column[i] = column_of(name);
		value |= column[i].use == USE_VALUE;
		indicator |= noro_intake_read(&in, name, &v) >= 0;
	}
	noro_buf_done(&in.refanged);
	return value && !indicator;
}

/* Without a header: the columns in which most cells are indicators, and one that names kinds. */
static void guess_columns(struct table *t)
{
	size_t good[MAX_COLUMNS] = { 0 }, kinds[MAX_COLUMNS] = { 0 }, filled[MAX_COLUMNS] = { 0 };
	struct noro_csv_row row = { .next_line = 1 };
	struct noro_intake in = { 0 };

	for (size_t n = 0; n < SAMPLE_ROWS && noro_csv_next(t->text, t->sep, &row); n++) {
		if (comment_row(&row))
			continue;
		for (size_t i = 0; i < row.cells && i < MAX_COLUMNS; i++) {
			struct noro_view v;

			filled[i] += row.cell[i].n > 0;
			good[i] += noro_intake_read(&in, row.cell[i], &v) >= 0;
			kinds[i] += row.cell[i].n <= MAX_NAME &&
				    noro_ioc_kind_by_name(row.cell[i]) >= 0;
			if (t->columns <= i)
				t->columns = i + 1;
		}
	}
	for (size_t i = 0; i < t->columns; i++) {
		t->column[i] = (struct column){ USE_NONE, -1 };
		if (filled[i] && good[i] * 10 >= filled[i] * 6)
			t->column[i].use = USE_VALUE;
		else if (filled[i] && kinds[i] * 10 >= filled[i] * 6)
			t->column[i].use = USE_KIND;
	}
	noro_buf_done(&in.refanged);
	noro_csv_row_done(&row);
}

static int column_place(const struct noro_csv_row *first, struct noro_view v)
{
	uint64_t n;

	if (noro_view_u64(v, &n))
		return n >= 1 && n <= MAX_COLUMNS ? (int)n - 1 : -1;
	for (size_t i = 0; i < first->cells && i < MAX_COLUMNS; i++)
		if (noro_view_eq_i(first->cell[i], v))
			return (int)i;
	return -1;
}

/* "value=2,kind=1": places from 1, or names of the header. */
static enum noro_status said_columns(
	struct table *t, const struct noro_csv_row *first, struct noro_error *err)
{
	struct noro_view rest = noro_view_str(t->in->opts->columns), part;
	bool value = false;

	for (size_t i = 0; i < MAX_COLUMNS; i++)
		t->column[i] = (struct column){ USE_NONE, -1 };
	while (noro_view_cut(&rest, ',', &part)) {
		size_t eq = noro_view_chr(part, '=');
		struct column c = column_of(noro_view_trim(noro_view_sub(part, 0, eq)));
		char shown[96];
		int at = eq == SIZE_MAX
				 ? -1
				 : column_place(first,
					   noro_view_trim(noro_view_sub(part, eq + 1, part.n)));

		if (at < 0 || c.use == USE_NONE) {
			(void)snprintf(shown, sizeof(shown), "%.*s", NORO_VARG(part));
			return noro_fail(err, NORO_EARG, N_("no such column: %1"), shown);
		}
		/* cppcheck-suppress negativeIndex; it misses the return inside the braces above */
		t->column[at] = c;
		value |= c.use == USE_VALUE;
		if (t->columns <= (size_t)at)
			t->columns = (size_t)at + 1;
		t->header |= !noro_is_digit(part.p[eq + 1]);
	}
	return value ? NORO_OK
		     : noro_fail(err, NORO_EARG, N_("--columns must name a value column"));
}

static enum noro_status find_columns(struct table *t, struct noro_error *err)
{
	struct noro_csv_row row = { .next_line = 1 };
	enum noro_status st = NORO_OK;
	struct column *found = t->column;
	size_t tries = 0;

	/* the names may stand in a comment, as abuse.ch writes them */
	while (noro_csv_next(t->text, t->sep, &row) && tries++ < 40 &&
		(comment_row(&row) && !(row.cells > 1 && header_row(&row, found))))
		;
	if (row.text.status != NORO_OK) {
		st = NORO_ENOMEM;
	} else if (t->in->opts->columns) {
		struct column ignored[MAX_COLUMNS];

		t->header = header_row(&row, ignored);
		st = said_columns(t, &row, err);
	} else if (header_row(&row, found)) {
		t->header = true;
		t->columns = row.cells;
	} else {
		guess_columns(t);
	}
	noro_csv_row_done(&row);
	return st;
}

/* --- rows ---------------------------------------------------------------- */

static int64_t moment(struct noro_view v, bool end_of_day)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	if (v.n == 0 || !noro_time_parse(v, &ctx, &t))
		return NORO_TIME_NONE;
	if (end_of_day && t.flags & NORO_TIME_NO_CLOCK)
		t.ns += 86400 * NORO_NS_PER_S - 1;
	return t.ns;
}

static void read_role(struct noro_ioc_meta *m, struct noro_view v)
{
	if (noro_view_is_i(v, "block") || noro_view_is_i(v, "true") || noro_view_is(v, "1"))
		m->role = NORO_ROLE_BLOCK;
	else if (noro_view_is_i(v, "context") || noro_view_is_i(v, "false") || noro_view_is(v, "0"))
		m->role = NORO_ROLE_CONTEXT;
	else if (noro_view_is_i(v, "hunt"))
		m->role = NORO_ROLE_HUNT;
}

/* A text kept in t->strings; its place is fixed up by fresh_meta. */
static void keep(struct table *t, struct noro_view v, size_t *ret_at)
{
	*ret_at = t->strings.n + 1;
	noro_buf_view(&t->strings, noro_view_sub(v, 0, 500));
	noro_buf_chr(&t->strings, '\0');
}

static const char *kept(const struct table *t, size_t at)
{
	return at ? t->strings.p + at - 1 : NULL;
}

/* The meta of a row whose describing cells differ from those of the row before. */
static void fresh_meta(struct table *t, const struct noro_csv_row *row)
{
	size_t note = 0, actor = 0, label = 0, advisory = 0;
	struct noro_ioc_meta *m = &t->meta.m;
	uint64_t n;

	t->meta = noro_intake_start(t->in);
	noro_buf_clear(&t->strings);
	for (size_t i = 0; i < row->cells && i < t->columns; i++) {
		struct noro_view v = row->cell[i];

		if (v.n == 0)
			continue;
		switch (t->column[i].use) {
		case USE_NOTE:
			keep(t, v, &note);
			break;
		case USE_ACTOR:
			keep(t, v, &actor);
			break;
		case USE_LABEL:
			keep(t, v, &label);
			break;
		case USE_ADVISORY:
			keep(t, v, &advisory);
			break;
		case USE_FROM:
			m->from_ns = moment(v, false);
			break;
		case USE_UNTIL:
			m->until_ns = moment(v, true);
			break;
		case USE_TYPED:
			m->typed_ns = moment(v, false);
			break;
		case USE_ROLE:
			if (!t->in->opts->have_role)
				read_role(m, v);
			break;
		case USE_CONFIDENCE:
			if (noro_view_u64(v, &n) && n <= 100)
				m->confidence = (uint8_t)n;
			break;
		case USE_NONE:
		case USE_VALUE:
		case USE_KIND:
			break;
		}
	}
	m->note = kept(t, note);
	m->actors = kept(t, actor);
	m->labels = kept(t, label);
	if (!m->advisory)
		m->advisory = kept(t, advisory);
	if (m->from_ns != NORO_TIME_NONE && m->until_ns != NORO_TIME_NONE &&
		m->until_ns < m->from_ns)
		m->until_ns = NORO_TIME_NONE;
}

/* Rows mostly repeat what they say about their value: then the meta of the row before serves. */
static enum noro_status row_meta(struct table *t, const struct noro_csv_row *row)
{
	size_t before = t->key.n;
	struct noro_view old;

	for (size_t i = 0; i < row->cells && i < t->columns; i++) {
		if (t->column[i].use < USE_NOTE)
			continue;
		noro_buf_view(&t->key, row->cell[i]);
		noro_buf_chr(&t->key, '\x1f');
	}
	if (t->key.status != NORO_OK)
		return t->key.status;
	old = noro_view(t->key.p, before);
	if (before && noro_view_eq(old, noro_view(t->key.p + before, t->key.n - before))) {
		t->key.n = before;
		return NORO_OK;
	}
	if (before)
		memmove(t->key.p, t->key.p + before, t->key.n - before);
	t->key.n -= before;
	fresh_meta(t, row);
	return t->strings.status;
}

static enum noro_status row_values(struct table *t, const struct noro_csv_row *row)
{
	int said = -1;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < row->cells && i < t->columns; i++)
		if (t->column[i].use == USE_KIND && row->cell[i].n <= MAX_NAME)
			said = noro_ioc_kind_by_name(row->cell[i]);
	for (size_t i = 0; i < row->cells && i < t->columns && st == NORO_OK; i++) {
		struct noro_view v = row->cell[i];
		int kind = t->column[i].kind >= 0 ? t->column[i].kind : said;

		if (t->column[i].use != USE_VALUE || v.n == 0 || noro_view_is(v, "-"))
			continue;
		/* the apostrophe that keeps a spreadsheet from computing the cell */
		if (v.n > 1 && v.p[0] == '\'' && strchr("=+-@\t", v.p[1]) && v.p[v.n - 1] != '\'')
			v = noro_view_sub(v, 1, v.n);
		if (kind < NORO_IOC_FILE_NAME && (kind < NORO_IOC_JA3 || kind > NORO_IOC_HASSH) &&
			noro_intake_plain(t->in, &t->meta, v, row->line, &st))
			continue;
		st = noro_intake_loose(t->in, &t->meta, kind, v, row->line);
	}
	return st;
}

static enum noro_status rows(struct table *t, uint64_t *ret_line)
{
	struct noro_csv_row row = { .next_line = 1 };
	bool header = t->header;
	enum noro_status st = NORO_OK;

	t->meta = noro_intake_start(t->in);
	while (st == NORO_OK && noro_csv_next(t->text, t->sep, &row)) {
		*ret_line = row.line;
		if (comment_row(&row))
			continue;
		if (header) {
			struct column ignored[MAX_COLUMNS];

			header = false;
			if (t->in->opts->columns || header_row(&row, ignored))
				continue;
		}
		st = row_meta(t, &row);
		if (st == NORO_OK)
			st = row_values(t, &row);
	}
	if (st == NORO_OK)
		st = row.text.status;
	noro_csv_row_done(&row);
	return st;
}

enum noro_status noro_import_csv(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct table t = { .in = in, .text = text, .sep = noro_csv_sniff(text) };
	uint64_t line = 0;
	enum noro_status st;

	if (!t.sep)
		t.sep = ',';
	st = find_columns(&t, err);
	if (st == NORO_OK)
		st = noro_intake_fail(in, err, rows(&t, &line), NORO_AT_LINE, line);
	noro_buf_done(&t.key);
	noro_buf_done(&t.strings);
	return st;
}

/* The separator that cuts the first rows into the same number of cells, two or more. */
char noro_csv_sniff(struct noro_view text)
{
	static const char separators[] = { ',', '\t', ';', '|' };
	size_t best = 0;
	char sep = 0;

	for (size_t k = 0; k < sizeof(separators); k++) {
		struct noro_csv_row row = { .next_line = 1 };
		size_t cells = 0, same = 0, all = 0, score;

		while (all < 50 && noro_csv_next(text, separators[k], &row)) {
			if (comment_row(&row))
				continue;
			if (!cells)
				cells = row.cells;
			same += row.cells == cells;
			all++;
		}
		noro_csv_row_done(&row);
		score = all && cells >= 2 && same * 10 >= all * 9 ? same * 100 / all + cells : 0;
		if (score > best) {
			best = score;
			sep = separators[k];
		}
	}
	return sep;
}

bool noro_csv_has_values(struct noro_view text)
{
	static const struct noro_import_opts none = { 0 };
	struct noro_intake in = { .opts = &none };
	struct table t = { .in = &in, .text = text, .sep = noro_csv_sniff(text) };
	bool found = false;

	if (!t.sep || find_columns(&t, NULL) != NORO_OK)
		return false;
	for (size_t i = 0; i < t.columns; i++)
		found |= t.column[i].use == USE_VALUE;
	return found;
}
