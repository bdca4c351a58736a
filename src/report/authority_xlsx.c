/*
 * src/report/authority_xlsx.c - the forms for the authorities as a workbook.
 *
 * One sheet a form, because the one who fills them in goes on working there, one
 * with recipients and deadlines, one with the findings behind it. libxlsxwriter
 * writes to a path only; it gets that of an anonymous memory file, so that no
 * half-written workbook ever lies on a disk. The creation date is the pinned clock
 * of the run: the same result gives the same bytes. Strings are written as
 * strings, never as formulas.
 */
#include "report/authority_priv.h"

#include "base/library.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { MOST_ROWS = 5000 };

#define CALLS(X)                                                                                   \
	X(worksheet_write_string)                                                                  \
	X(workbook_add_format)                                                                     \
	X(format_set_text_wrap)                                                                    \
	X(format_set_align)                                                                        \
	X(format_set_bold)                                                                         \
	X(format_set_pattern)                                                                      \
	X(format_set_bg_color)                                                                     \
	X(format_set_border)                                                                       \
	X(format_set_font_size)                                                                    \
	X(workbook_add_worksheet)                                                                  \
	X(worksheet_set_paper)                                                                     \
	X(worksheet_fit_to_pages)                                                                  \
	X(worksheet_set_column)                                                                    \
	X(worksheet_repeat_rows)                                                                   \
	X(worksheet_freeze_panes)                                                                  \
	X(worksheet_set_landscape)                                                                 \
	X(worksheet_write_number)                                                                  \
	X(workbook_set_properties)                                                                 \
	X(workbook_new)                                                                            \
	X(workbook_close)
NORO_LIBRARY(xlsx, "libxlsxwriter", CALLS, "libxlsxwriter.so." LXW_SOVERSION);

struct book {
	const struct noro_authority *a;
	lxw_workbook *wb;
	lxw_format *title, *section, *label, *blank, *filled, *note;
	bool failed;
};

/* A place to write at in a sheet. */
struct spot {
	struct book *b;
	lxw_worksheet *ws;
	lxw_row_t row;
};

static const char *ja(struct noro_bitext t)
{
	return noro_lang_pick(NORO_JA, (struct noro_text){ t.en, t.ja });
}

static const char *own(const char *id)
{
	return noro_lang_text(NORO_JA, id);
}

static void put_view(struct spot *s, lxw_col_t column, struct noro_view v, lxw_format *f)
{
	struct noro_buf text = { 0 };
	struct noro_view line;
	bool more = false;

	while (noro_view_cut(&v, '\n', &line)) {
		if (more)
			noro_buf_chr(&text, '\n');
		noro_report_flat(line, 4096, &text);
		more = true;
	}
	if (text.status != NORO_OK || xlsx.worksheet_write_string(s->ws, s->row, column,
					      text.p ? text.p : "", f) != LXW_NO_ERROR)
		s->b->failed = true;
	noro_buf_done(&text);
}

static void put_cell(struct spot *s, lxw_col_t column, const char *text, lxw_format *f)
{
	put_view(s, column, noro_view_str(text ? text : ""), f);
}

static lxw_format *new_format(struct book *b, bool bold, uint32_t background, bool border)
{
	lxw_format *f = xlsx.workbook_add_format(b->wb);

	if (!f) {
		b->failed = true;
		return NULL;
	}
	xlsx.format_set_text_wrap(f);
	xlsx.format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (bold)
		xlsx.format_set_bold(f);
	if (background) {
		xlsx.format_set_pattern(f, LXW_PATTERN_SOLID);
		xlsx.format_set_bg_color(f, background);
	}
	if (border)
		xlsx.format_set_border(f, LXW_BORDER_THIN);
	return f;
}

static void make_formats(struct book *b)
{
	b->title = new_format(b, true, 0, false);
	b->section = new_format(b, true, 0xD9E2EF, true);
	b->label = new_format(b, false, 0xF4F6F9, true);
	b->blank = new_format(b, false, 0, true);
	b->filled = new_format(b, false, 0xEAF3FF, true);
	b->note = new_format(b, false, 0, false);
	if (b->title)
		xlsx.format_set_font_size(b->title, 14);
}

static struct spot new_sheet(struct book *b, const char *name, const double *width, size_t columns)
{
	struct spot s = { b, xlsx.workbook_add_worksheet(b->wb, name), 0 };

	if (!s.ws) {
		b->failed = true;
		return s;
	}
	xlsx.worksheet_set_paper(s.ws, 9); /* A4 */
	xlsx.worksheet_fit_to_pages(s.ws, 1, 0);
	for (size_t i = 0; i < columns; i++)
		(void)xlsx.worksheet_set_column(s.ws, (lxw_col_t)i, (lxw_col_t)i, width[i], NULL);
	return s;
}

static void put_field(struct spot *s, const struct noro_report_field *f)
{
	struct noro_buf label = { 0 }, text = { 0 };

	noro_buf_str(&label, ja(f->label));
	if (f->required)
		noro_buf_printf(&label, " (%s)", own(N_("required")));
	if (f->hint.ja || f->hint.en)
		noro_buf_printf(&label, "\n%s", ja(f->hint));
	noro_authority_fill(s->b->a, f->fill, &text);
	put_view(s, 0, noro_buf_as_view(&label), s->b->label);
	put_view(s, 1, noro_buf_as_view(&text), text.n ? s->b->filled : s->b->blank);
	noro_buf_clear(&label);
	for (size_t i = 0; i < f->options.n; i++)
		noro_buf_printf(&label, "%s□ %s", i ? "\n" : "", f->options.item[i]);
	put_view(s, 2, noro_buf_as_view(&label), s->b->blank);
	if (label.status != NORO_OK || text.status != NORO_OK)
		s->b->failed = true;
	noro_buf_done(&label);
	noro_buf_done(&text);
	s->row++;
}

static void put_form(struct book *b, const char *name, const struct noro_report_form *form)
{
	static const double width[] = { 34, 70, 30 };
	struct spot s = new_sheet(b, name, width, 3);

	if (!s.ws)
		return;
	put_cell(&s, 0, ja(form->title), b->title);
	s.row++;
	put_cell(&s, 1, ja(form->note), b->note);
	s.row++;
	put_cell(&s, 1,
		own(N_("Fields marked \"filled in\" were taken from the evidence by the program. A "
		       "person must check them, complete the blank ones and decide what is "
		       "submitted.")),
		b->filled);
	s.row++;
	for (size_t i = 0; i < form->sections && !b->failed; i++) {
		put_cell(&s, 0, ja(form->section[i].title), b->section);
		put_cell(&s, 1, "", b->section);
		put_cell(&s, 2, "", b->section);
		s.row++;
		for (size_t k = 0; k < form->section[i].fields; k++)
			put_field(&s, &form->section[i].field[k]);
	}
}

static void put_heads(struct spot *s, const char *const *id)
{
	for (size_t i = 0; id[i]; i++)
		put_cell(s, (lxw_col_t)i, own(id[i]), s->b->section);
	xlsx.worksheet_repeat_rows(s->ws, 0, 0);
	xlsx.worksheet_freeze_panes(s->ws, 1, 0);
	s->row++;
}

static void put_duties(struct book *b, const struct noro_report_form *const *form, size_t forms)
{
	static const char *const head[] = { N_("form"), N_("recipient"), N_("in which case"),
		N_("deadline"), N_("basis"), N_("note"), N_("as of"), NULL };
	static const double width[] = { 24, 28, 34, 38, 34, 38, 12 };
	struct spot s = new_sheet(b, "提出先と期限", width, 7);

	if (!s.ws)
		return;
	xlsx.worksheet_set_landscape(s.ws);
	put_heads(&s, head);
	for (size_t i = 0; i < forms; i++)
		for (size_t k = 0; k < form[i]->duties && !b->failed; k++, s.row++) {
			const struct noro_report_duty *d = &form[i]->duty[k];
			const char *cell[] = { ja(form[i]->title), ja(d->recipient), ja(d->when),
				ja(d->deadline), ja(d->basis), ja(d->note), d->as_of.text };

			for (size_t c = 0; c < 7; c++)
				put_cell(&s, (lxw_col_t)c, cell[c], b->blank);
		}
}

static void put_finding(struct spot *s, const struct noro_finding *f)
{
	const struct noro_authority *a = s->b->a;
	struct noro_buf when = { 0 };
	const char *path = f->places ? f->place[0].path : f->container;
	const char *cell[] = { noro_report_severity_word(NORO_JA, f->severity), NULL,
		noro_lang_pick(NORO_JA, f->title), f->value, f->hosts.n ? f->hosts.item[0] : "",
		NULL, path, f->places ? f->place[0].record : NULL,
		noro_lang_pick(NORO_JA, f->next) };

	noro_report_when(a->o, f->first_ns, &when);
	cell[5] = when.p;
	for (size_t c = 0; c < sizeof(cell) / sizeof(cell[0]); c++)
		if (c != 1)
			put_cell(s, (lxw_col_t)c, cell[c], s->b->blank);
	(void)xlsx.worksheet_write_number(s->ws, s->row, 1, f->confidence, s->b->blank);
	noro_buf_done(&when);
	s->row++;
}

static void put_findings(struct book *b)
{
	static const char *const head[] = { N_("Severity"), N_("Confidence"), N_("Finding"),
		N_("Value"), N_("Machine"), N_("First seen"), N_("path"), N_("record"),
		N_("what to do"), NULL };
	static const double width[] = { 9, 8, 44, 30, 18, 32, 30, 60, 44 };
	struct spot s = new_sheet(b, "検出結果", width, 9);

	if (!s.ws)
		return;
	xlsx.worksheet_set_landscape(s.ws);
	put_heads(&s, head);
	for (size_t i = 0; i < b->a->s->active && i < MOST_ROWS && !b->failed; i++)
		put_finding(&s, b->a->s->sorted[i]);
}

static void set_date(struct book *b)
{
	int64_t seconds = b->a->r->run.now_ns / NORO_NS_PER_S;
	char author[] = "noroshi";
	/* 0 would mean the wall clock */
	lxw_doc_properties p = { .author = author, .created = seconds > 0 ? seconds : 1 };

	if (xlsx.workbook_set_properties(b->wb, &p) != LXW_NO_ERROR)
		b->failed = true;
}

static enum noro_status fill_book(
	struct book *b, const struct noro_report_opts *o, struct noro_error *err)
{
	static const char *const id[] = { "intrusion", "ransomware", "ddos" };
	static const char *const name[] = { "侵入事案", "ランサムウェア", "DDoS" };
	const struct noro_report_form *form[3];

	for (size_t i = 0; i < 3; i++) {
		enum noro_status st = noro_authority_form(o, id[i], &form[i], err);

		if (st != NORO_OK)
			return st;
	}
	make_formats(b);
	for (size_t i = 0; i < 3 && !b->failed; i++)
		put_form(b, name[i], form[i]);
	if (!b->failed)
		put_duties(b, form, 3);
	if (!b->failed)
		put_findings(b);
	set_date(b);
	return b->failed ? noro_fail(err, NORO_ENOMEM, NULL) : NORO_OK;
}

static enum noro_status write_book(const struct noro_authority *a, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct book b = { .a = a };
	enum noro_status st;
	char path[40];
	int fd = memfd_create("noroshi.xlsx", MFD_CLOEXEC);

	if (fd < 0)
		return noro_fail_errno(err, errno, "xlsx");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	b.wb = xlsx.workbook_new(path);
	st = b.wb ? fill_book(&b, o, err) : noro_fail(err, NORO_ENOMEM, NULL);
	if (b.wb && xlsx.workbook_close(b.wb) != LXW_NO_ERROR && st == NORO_OK)
		st = noro_fail(err, NORO_EIO, N_("the workbook cannot be written"));
	if (st == NORO_OK)
		st = noro_report_read_back(fd, out, err);
	(void)close(fd);
	return st;
}

enum noro_status noro_report_authority_xlsx(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	struct noro_report_opts opts = *o;
	struct noro_summary s;
	struct noro_authority a = { r, &opts, &s };
	enum noro_status st = noro_library_load(&xlsx_library, err);

	opts.lang = NORO_JA;
	if (st == NORO_OK)
		st = noro_summary_init(&s, r, err);
	if (st != NORO_OK)
		return st;
	st = write_book(&a, o, out, err);
	noro_summary_done(&s);
	return st;
}
