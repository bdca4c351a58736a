/* src/report/html_priv.h - the parts of the HTML report and what they share. */
#pragma once

#include "report/report_priv.h"
#include "report/summary_priv.h"

/* Most findings and pieces of evidence the page shows; the rest is in the JSON Lines files. */
enum { NORO_HTML_FINDINGS = 1000, NORO_HTML_COVERAGE = 500 };

struct noro_html {
	const struct noro_result *r;
	const struct noro_report_opts *o;
	const struct noro_summary *s;
	struct noro_buf *out;
	struct noro_buf text; /* scratch of the helpers */
	size_t shown;         /* findings on the page */
};

/* Our own markup, as it is. */
void noro_html_raw(struct noro_html *h, const char *markup);
/* Text from anywhere: control and reordering characters shown, then escaped. NULL is empty. */
void noro_html_text(struct noro_html *h, const char *s);
void noro_html_view(struct noro_html *h, struct noro_view v);
/* A text in both languages, of which the page shows one. */
void noro_html_tr(struct noro_html *h, const char *id);
void noro_html_msg(struct noro_html *h, const struct noro_msg *m);
void noro_html_both(struct noro_html *h, struct noro_text t);
#define noro_html_say(h, ...) noro_html_msg((h), &(struct noro_msg){ __VA_ARGS__ })
/* The two sides one after the other, through a function of the language. */
void noro_html_words(
	struct noro_html *h, const char *(*word)(enum noro_lang, unsigned), unsigned n);
void noro_html_num(struct noro_html *h, uint64_t n);
void noro_html_bytes(struct noro_html *h, uint64_t n);
void noro_html_when(struct noro_html *h, int64_t ns);
void noro_html_span(struct noro_html *h, int64_t ns);
/* "<td>" text "</td>"; a class may be NULL. */
void noro_html_cell(struct noro_html *h, const char *class, const char *s);
/* A table up to its first row: a column for each N_() text up to NULL. `figures`: bits of those
 * that hold numbers. */
void noro_html_columns(struct noro_html *h, const char *const *id, unsigned figures);
/* The switches of language and light at the end of a page's bar, which they close. */
void noro_html_switches(struct noro_html *h);
/* A list with commas; nothing for an empty one. */
void noro_html_list(struct noro_html *h, struct noro_list l, size_t most);

/* Up to and with <body>: the title in the page's language, our style, and our script allowed. */
void noro_html_head(struct noro_html *h, const char *title);
/* Sections. */
void noro_html_sheet(struct noro_html *h);
void noro_html_chart(struct noro_html *h);
void noro_html_findings(struct noro_html *h);
void noro_html_details(struct noro_html *h);
void noro_html_matrix(struct noro_html *h);
void noro_html_machines(struct noro_html *h);
void noro_html_behaviours(struct noro_html *h);
void noro_html_coverage(struct noro_html *h);
void noro_html_intel(struct noro_html *h);
void noro_html_glossary(struct noro_html *h);

enum noro_status noro_report_html(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
