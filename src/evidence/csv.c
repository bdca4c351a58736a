/*
 * src/evidence/csv.c - tables with a header: comma, semicolon, tab or bar separated
 * (RFC 4180 quoting, records may span lines), and W3C extended logs of IIS,
 * Exchange and CloudFront, whose header says "#Fields:".
 */
#include "evidence/columns_priv.h"

/* The next cell; `*ret_doubled` says that it holds "" to undo. */
static bool cell(struct noro_view *rest, char sep, struct noro_view *ret, bool *ret_doubled)
{
	size_t i;

	*ret_doubled = false;
	if (!rest->p || rest->n == 0)
		return false;
	if (rest->p[0] != '"')
		return noro_view_cut(rest, sep, ret);
	for (i = 1; i < rest->n; i++) {
		if (rest->p[i] != '"')
			continue;
		if (i + 1 < rest->n && rest->p[i + 1] == '"') {
			*ret_doubled = true;
			i++;
			continue;
		}
		break;
	}
	*ret = noro_view(rest->p + 1, i - 1);
	*rest = noro_view_sub(*rest, i + 1, rest->n);
	if (rest->n && rest->p[0] == sep)
		*rest = noro_view_sub(*rest, 1, rest->n);
	return true;
}

static struct noro_view undouble(struct noro_arena *a, struct noro_view v)
{
	char *out = noro_arena_alloc(a, v.n + 1);
	size_t n = 0;

	if (!out)
		return v;
	for (size_t i = 0; i < v.n; i++) {
		out[n++] = v.p[i];
		if (v.p[i] == '"' && i + 1 < v.n && v.p[i + 1] == '"')
			i++;
	}
	return noro_view(out, n);
}

static bool parse_csv(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view rest = raw, v;
	bool doubled;

	if (log->columns < 2 || noro_view_chr(raw, log->sep) == SIZE_MAX)
		return false;
	noro_ev_take_init(&t, log, a, r, log->family);
	for (size_t i = 0; i < log->columns && cell(&rest, log->sep, &v, &doubled); i++) {
		if (i == 0 && noro_view_eq(noro_view_trim(v), log->column[0].name))
			return false; /* the header itself */
		v = noro_view_trim(doubled ? undouble(a, v) : v);
		if (v.n > 2 && v.p[0] == '{' && v.p[v.n - 1] == '}')
			(void)noro_ev_flat_json(&t, v); /* AuditData of Microsoft Purview */
		if (v.n)
			noro_ev_take_as(&t, log->column[i].name, log->column[i].alias, v);
	}
	r->shape = NULL;
	noro_ev_json_done(&t);
	if (!r->shape || strcmp(r->shape, "json") == 0)
		r->shape = "csv";
	noro_ev_take_done(&t);
	return t.n > 0;
}

/* Cells of a line, or 0 when a quote stays open. */
static size_t count_cells(struct noro_view line, char sep)
{
	struct noro_view v;
	bool doubled;
	size_t n = 0;

	bool ends_empty = false;

	while (n < NORO_EV_COLUMNS && cell(&line, sep, &v, &doubled)) {
		ends_empty = line.n == 0 && line.p[-1] == sep;
		n++;
	}
	return n + ends_empty;
}

/* A name of a column: short, begins with a letter (any script), no sentence. */
static bool is_name(struct noro_view v)
{
	v = noro_view_trim(v);
	if (v.n == 0 || v.n > 64)
		return false;
	if (!noro_is_alpha(v.p[0]) && v.p[0] != '@' && v.p[0] != '_' &&
		!((unsigned char)v.p[0] & 0x80))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (strchr("=;{}<>[]\"", v.p[i]) && v.p[i])
			return false;
	return true;
}

static struct noro_view first_line(struct noro_view head)
{
	struct noro_view line = { 0 };

	if (noro_view_starts(head, "\xef\xbb\xbf"))
		head = noro_view_sub(head, 3, head.n);
	while (noro_view_line(&head, &line) && noro_view_trim(line).n == 0)
		;
	return line;
}

/* The separator of a header, and how many names it parts; 0 if it is no header. */
static size_t header(struct noro_view line, char *ret_sep)
{
	static const char seps[] = ",\t;|";
	size_t best = 0;

	for (size_t s = 0; s + 1 < sizeof(seps); s++) {
		struct noro_view rest = line, v;
		bool doubled, names = true;
		size_t n = 0;

		while (names && n < NORO_EV_COLUMNS && cell(&rest, seps[s], &v, &doubled)) {
			names = is_name(v) || (n && v.n == 0);
			n++;
		}
		if (names && n > best && n >= 2) {
			best = n;
			*ret_sep = seps[s];
		}
	}
	return best;
}

static void sniff_csv(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	struct noro_view line, names = first_line(head);
	char sep = ',';
	size_t columns = header(names, &sep), fit = 0, seen = 0;
	size_t len = strlen(path);

	if (columns < 2)
		return;
	(void)noro_view_line(&head, &line);
	while (seen < 16 && noro_view_line(&head, &line)) {
		if (line.n == 0)
			continue;
		seen++;
		fit += count_cells(line, sep) == columns;
	}
	if (len > 4 && strcmp(path + len - 4, ".csv") == 0 && (fit * 2 >= seen || seen == 0))
		noro_ev_sniffed(ret, 80, N_("the name %1 and a header of columns"), ".csv");
	else if (columns >= 3 && seen && fit * 10 >= seen * 8)
		noro_ev_sniffed(ret, 75, N_("a header of columns and rows that fit it"), "");
}

static enum noro_status learn_csv(struct noro_log *log, struct noro_view head)
{
	struct noro_view line = first_line(head), v;
	enum noro_status st = NORO_OK;
	bool doubled;

	log->family = NORO_FAMILY_JSON;
	log->sep = ',';
	(void)header(line, &log->sep);
	while (st == NORO_OK && cell(&line, log->sep, &v, &doubled))
		st = noro_ev_column_add(log, noro_view_trim(v));
	return st == NORO_ELIMIT ? NORO_OK : st;
}

/*
 * A record of several lines: quotes decide. Counting from the top is not
 * possible in the middle of a file, so the line is widened while its quotes do
 * not balance, upwards first.
 */
static struct noro_view around_csv(const struct noro_log *log, struct noro_view text, size_t at)
{
	size_t from = at, to = at, low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0, quotes = 0;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;
	unsigned widened = 0;

	while (from > low && text.p[from - 1] != '\n')
		from--;
	while (to < high && text.p[to] != '\n')
		to++;
	for (size_t i = from; i < to; i++)
		quotes += text.p[i] == '"';
	if (quotes % 2 == 0)
		return (struct noro_view){ 0 };
	/* an odd line ends a record that began above if its first cell count is short */
	if (count_cells(noro_view(text.p + from, to - from), log->sep) < log->columns) {
		size_t up = from, n = quotes;

		while (n % 2 && up > low && widened++ < 64) {
			up--;
			while (up > low && text.p[up - 1] != '\n')
				n += text.p[--up] == '"';
		}
		if (n % 2 == 0 &&
			count_cells(noro_view(text.p + up, to - up), log->sep) == log->columns)
			return noro_view(text.p + up, to - up);
	}
	for (; quotes % 2 && to < high && widened++ < 128; to++)
		while (to + 1 < high && text.p[to + 1] != '\n')
			quotes += text.p[++to] == '"';
	return noro_view(text.p + from, (to < high ? to : high) - from);
}

static bool parse_w3c(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view rest = raw, v;
	bool doubled;

	if (raw.n == 0 || raw.p[0] == '#' || log->columns < 3)
		return false;
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_IIS);
	for (size_t i = 0; i < log->columns && cell(&rest, log->sep, &v, &doubled); i++)
		noro_ev_take_as(&t, log->column[i].name, log->column[i].alias, v);
	noro_ev_take_done(&t);
	if (noro_view_is(r->field[NORO_FIELD_STATUS], "401"))
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, "failure");
	r->shape = "w3c";
	return t.n > 2 && r->time_ns != NORO_TIME_NONE;
}

static struct noro_view fields_line(struct noro_view head)
{
	struct noro_view line;

	for (unsigned i = 0; i < 16 && noro_view_line(&head, &line); i++)
		if (noro_view_starts_i(line, "#Fields:"))
			return noro_view_trim(noro_view_sub(line, 8, line.n));
	return (struct noro_view){ 0 };
}

static void sniff_w3c(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (fields_line(head).n)
		noro_ev_sniffed(ret, 98, N_("begins with a W3C #Fields header"), "");
}

static enum noro_status learn_w3c(struct noro_log *log, struct noro_view head)
{
	struct noro_view names = fields_line(head), line;

	log->family = NORO_FAMILY_IIS;
	log->sep = noro_view_chr(names, ',') != SIZE_MAX ? ',' : ' ';
	/* CloudFront names its columns with blanks and writes tabs */
	while (noro_view_line(&head, &line))
		if (line.n && line.p[0] != '#') {
			if (noro_view_chr(line, '\t') != SIZE_MAX)
				log->set_sep = '\t';
			break;
		}
	if (names.n && noro_ev_columns_set(log, names, log->sep) != NORO_OK)
		return NORO_ENOMEM;
	if (log->set_sep == '\t')
		log->sep = '\t';
	return NORO_OK;
}

const struct noro_reader noro_reader_csv = {
	.name = "csv",
	.title = N_("table with a header (CSV, TSV)"),
	.sniff = sniff_csv,
	.parse = parse_csv,
	.learn = learn_csv,
	.around = around_csv,
	.classes = "ip domain url hash login",
};
const struct noro_reader noro_reader_iis = {
	.name = "w3c",
	.title = N_("W3C extended log (IIS, Exchange, CloudFront)"),
	.sniff = sniff_w3c,
	.parse = parse_w3c,
	.learn = learn_w3c,
	.classes = "ip domain url web user_agent",
};
