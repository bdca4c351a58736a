/*
 * src/patch/table.c - lists that people keep: CSV and workbooks, with headers in English or
 * Japanese. The first row that names at least two columns of ours is the header; what
 * stands above it is a title.
 */
#include "patch/list_priv.h"

#include "base/mem.h"
#include "base/text.h"
#include "intel/csv.h"

enum role {
	ROLE_NONE,
	ROLE_NAME,
	ROLE_VENDOR,
	ROLE_PRODUCT,
	ROLE_MODEL,
	ROLE_VERSION,
	ROLE_CPE,
	ROLES
};
enum { HEADER_WITHIN = 30, MAX_STRINGS = 1 << 20 };

static const struct {
	const char *name;
	enum role role;
} columns[] = {
	{ "機器名", ROLE_NAME },
	{ "ホスト名", ROLE_NAME },
	{ "装置名", ROLE_NAME },
	{ "ノード名", ROLE_NAME },
	{ "サーバ名", ROLE_NAME },
	{ "サーバー名", ROLE_NAME },
	{ "資産名", ROLE_NAME },
	{ "名称", ROLE_NAME },
	{ "hostname", ROLE_NAME },
	{ "host", ROLE_NAME },
	{ "device", ROLE_NAME },
	{ "devicename", ROLE_NAME },
	{ "name", ROLE_NAME },
	{ "asset", ROLE_NAME },
	{ "node", ROLE_NAME },
	{ "メーカー", ROLE_VENDOR },
	{ "メーカ", ROLE_VENDOR },
	{ "ベンダー", ROLE_VENDOR },
	{ "ベンダ", ROLE_VENDOR },
	{ "製造元", ROLE_VENDOR },
	{ "メーカー名", ROLE_VENDOR },
	{ "ベンダー名", ROLE_VENDOR },
	{ "vendor", ROLE_VENDOR },
	{ "manufacturer", ROLE_VENDOR },
	{ "maker", ROLE_VENDOR },
	{ "publisher", ROLE_VENDOR },
	{ "os", ROLE_PRODUCT },
	{ "os名", ROLE_PRODUCT },
	{ "osname", ROLE_PRODUCT },
	{ "製品", ROLE_PRODUCT },
	{ "製品名", ROLE_PRODUCT },
	{ "ソフトウェア", ROLE_PRODUCT },
	{ "ソフトウェア名", ROLE_PRODUCT },
	{ "ソフト名", ROLE_PRODUCT },
	{ "パッケージ", ROLE_PRODUCT },
	{ "product", ROLE_PRODUCT },
	{ "software", ROLE_PRODUCT },
	{ "package", ROLE_PRODUCT },
	{ "platform", ROLE_PRODUCT },
	{ "機種", ROLE_MODEL },
	{ "機種名", ROLE_MODEL },
	{ "型番", ROLE_MODEL },
	{ "型式", ROLE_MODEL },
	{ "モデル", ROLE_MODEL },
	{ "model", ROLE_MODEL },
	{ "hardware", ROLE_MODEL },
	{ "バージョン", ROLE_VERSION },
	{ "版", ROLE_VERSION },
	{ "版数", ROLE_VERSION },
	{ "osバージョン", ROLE_VERSION },
	{ "ソフトウェアバージョン", ROLE_VERSION },
	{ "ファームウェア", ROLE_VERSION },
	{ "ファームウェアバージョン", ROLE_VERSION },
	{ "version", ROLE_VERSION },
	{ "ver", ROLE_VERSION },
	{ "osversion", ROLE_VERSION },
	{ "softwareversion", ROLE_VERSION },
	{ "firmware", ROLE_VERSION },
	{ "firmwareversion", ROLE_VERSION },
	{ "cpe", ROLE_CPE },
};

/* Width and letter case of what people type differ; blanks and marks mean nothing. */
static enum role role_of(struct noro_view cell)
{
	struct noro_buf wide = { 0 };
	char plain[96];
	size_t n = 0;
	enum role role = ROLE_NONE;

	noro_nfkc(noro_view_sub(cell, 0, 90), &wide);
	for (size_t i = 0; i < wide.n && n + 1 < sizeof(plain); i++) {
		char c = noro_lower(wide.p[i]);

		if (noro_is_alnum(c) || (unsigned char)c >= 0x80)
			plain[n++] = c;
	}
	plain[n] = '\0';
	noro_buf_done(&wide);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns) && role == ROLE_NONE; i++)
		if (strcmp(columns[i].name, plain) == 0)
			role = columns[i].role;
	return role;
}

static void try_header(struct noro_sheet *s, const struct noro_view *cell, size_t n)
{
	bool seen[ROLES] = { false };
	unsigned known = 0;

	for (size_t i = 0; i < n; i++) {
		enum role role = role_of(cell[i]);

		s->role[i] = (uint8_t)(seen[role] ? ROLE_NONE : role);
		known += role != ROLE_NONE && !seen[role];
		seen[role] = true;
	}
	s->header = known >= 2 && (seen[ROLE_VERSION] || seen[ROLE_PRODUCT] || seen[ROLE_CPE] ||
					  seen[ROLE_MODEL]);
}

enum noro_status noro_sheet_row(
	struct noro_sheet *s, const struct noro_view *cell, size_t n, uint64_t line)
{
	struct noro_view of[ROLES] = { { 0 } };
	struct noro_listed l = { .line = line };

	if (n > NORO_SHEET_CELLS)
		n = NORO_SHEET_CELLS;
	s->rows++;
	if (!s->header) {
		if (s->rows <= HEADER_WITHIN)
			try_header(s, cell, n);
		return NORO_OK;
	}
	for (size_t i = 0; i < n; i++)
		if (s->role[i])
			of[s->role[i]] = noro_view_trim(cell[i]);
	l.name = of[ROLE_NAME];
	l.vendor = of[ROLE_VENDOR];
	l.product = of[ROLE_PRODUCT];
	l.model = of[ROLE_MODEL];
	l.version = of[ROLE_VERSION];
	l.cpe = of[ROLE_CPE];
	if (!l.product.n && !l.model.n && !l.cpe.n)
		return NORO_OK;
	s->found++;
	return noro_listed_add(s->p, s->t, s->from, &l);
}

/* The separator that the first line holds most. */
static char separator(struct noro_view text)
{
	static const char marks[] = ",\t;";
	struct noro_view rest = text, line;
	size_t best = 0;
	char sep = ',';

	for (unsigned tried = 0; tried < 5 && noro_view_line(&rest, &line); tried++)
		for (size_t m = 0; m < 3; m++) {
			size_t n = 0;

			for (size_t i = 0; i < line.n; i++)
				n += line.p[i] == marks[m];
			if (n > best) {
				best = n;
				sep = marks[m];
			}
		}
	return sep;
}

enum noro_status noro_patch_table(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err)
{
	struct noro_view text = t->text;
	struct noro_csv_row *row = noro_calloc(1, sizeof(*row));
	struct noro_sheet s = { .p = p, .t = t, .from = "csv" };
	enum noro_status st = NORO_OK;
	char sep;

	if (!row)
		return NORO_ENOMEM;
	if (noro_view_starts(text, "\xef\xbb\xbf"))
		text = noro_view_sub(text, 3, text.n);
	sep = separator(text);
	row->next_line = 1;
	while (st == NORO_OK && (s.header || s.rows < HEADER_WITHIN) &&
		noro_csv_next(text, sep, row))
		st = noro_sheet_row(&s, row->cell, row->cells, row->line);
	if (st == NORO_OK)
		st = row->text.status;
	noro_csv_row_done(row);
	free(row);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	if (s.header && !s.found) {
		(void)noro_fail(
			err, NORO_EFORMAT, N_("a header, but no row under it names a product"));
		return NORO_ENOENT;
	}
	return s.header ? NORO_OK : NORO_ENOENT;
}

/* --- workbooks --- */

struct book {
	struct noro_arena *a;
	struct noro_view *string;
	size_t strings, cap;
	struct noro_buf text; /* of one cell or string, in parts */
};

static enum noro_status end_string(struct book *b)
{
	struct noro_view *grown =
		noro_arena_grow(b->a, b->string, b->strings, &b->cap, sizeof(*grown));

	if (!grown || b->text.status != NORO_OK)
		return NORO_ENOMEM;
	b->string = grown;
	b->string[b->strings++] = b->text.n ? noro_arena_view(b->a, noro_buf_as_view(&b->text))
					    : (struct noro_view){ "", 0 };
	noro_buf_clear(&b->text);
	return NORO_OK;
}

static enum noro_status shared_strings(struct book *b, struct noro_view xml)
{
	struct noro_xml x = { .rest = xml };
	bool in_text = false, reading = false; /* rPh: how a word is read is no part of it */
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_xml_next(&x) && b->strings < MAX_STRINGS) {
		bool open = x.kind == NORO_XML_OPEN;

		if (x.kind == NORO_XML_TEXT) {
			if (in_text && !reading)
				noro_buf_view(&b->text, noro_xml_plain(b->a, x.text));
		} else if (noro_view_is(x.name, "t")) {
			in_text = open;
		} else if (noro_view_is(x.name, "rPh")) {
			reading = open;
		} else if (noro_view_is(x.name, "si") && !open) {
			st = end_string(b);
		}
	}
	noro_buf_clear(&b->text);
	return st;
}

/* "AB12": column 27; SIZE_MAX for none. */
static size_t column_of(struct noro_view ref)
{
	size_t n = 0, i = 0;

	for (; i < ref.n && noro_is_alpha(ref.p[i]) && n < 20000; i++)
		n = n * 26 + (size_t)(noro_lower(ref.p[i]) - 'a' + 1);
	return i ? n - 1 : SIZE_MAX;
}

struct cells {
	struct noro_view cell[NORO_SHEET_CELLS];
	size_t n, at;
	bool shared, in_value;
	uint64_t line;
};

static enum noro_status end_cell(struct book *b, struct cells *c)
{
	struct noro_view v = noro_buf_as_view(&b->text);
	uint64_t n;

	if (b->text.status != NORO_OK)
		return NORO_ENOMEM;
	if (c->at < NORO_SHEET_CELLS) {
		if (c->shared)
			v = noro_view_u64(v, &n) && n < b->strings ? b->string[n]
								   : (struct noro_view){ 0 };
		else
			v = v.n ? noro_arena_view(b->a, v) : (struct noro_view){ 0 };
		c->cell[c->at] = v;
		if (c->at >= c->n)
			c->n = c->at + 1;
	}
	noro_buf_clear(&b->text);
	return NORO_OK;
}

static enum noro_status sheet_event(
	struct book *b, struct cells *c, const struct noro_xml *x, struct noro_sheet *s)
{
	bool open = x->kind == NORO_XML_OPEN;

	if (x->kind == NORO_XML_TEXT) {
		if (c->in_value)
			noro_buf_view(&b->text, noro_xml_plain(b->a, x->text));
		return NORO_OK;
	}
	if (noro_view_is(x->name, "v") || noro_view_is(x->name, "t")) {
		c->in_value = open;
	} else if (noro_view_is(x->name, "c") && open) {
		size_t at = column_of(noro_xml_attribute(x, "r"));

		c->at = at == SIZE_MAX ? c->n : at;
		c->shared = noro_view_is(noro_xml_attribute(x, "t"), "s");
		noro_buf_clear(&b->text);
	} else if (noro_view_is(x->name, "c")) {
		return end_cell(b, c);
	} else if (noro_view_is(x->name, "row") && open) {
		memset(c->cell, 0, sizeof(c->cell));
		c->n = 0;
		if (!noro_view_u64(noro_xml_attribute(x, "r"), &c->line))
			c->line++;
	} else if (noro_view_is(x->name, "row")) {
		return noro_sheet_row(s, c->cell, c->n, c->line);
	}
	return NORO_OK;
}

enum noro_status noro_patch_workbook(struct noro_patch *p, const struct noro_inventory_text *sheet,
	struct noro_view shared, struct noro_error *err)
{
	struct book b = { .a = noro_arena_new((size_t)1 << 30) };
	struct cells *c = noro_calloc(1, sizeof(*c));
	struct noro_sheet s = { .p = p, .t = sheet, .from = "xlsx" };
	struct noro_xml x = { .rest = sheet->text };
	enum noro_status st = b.a && c ? shared_strings(&b, shared) : NORO_ENOMEM;

	while (st == NORO_OK && noro_xml_next(&x))
		st = sheet_event(&b, c, &x, &s);
	noro_buf_done(&b.text);
	noro_arena_free(b.a);
	free(c);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	return s.found ? NORO_OK : NORO_ENOENT;
}
