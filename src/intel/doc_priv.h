/* src/intel/doc_priv.h - the steps from a document's bytes to its indicators. */
#pragma once

#include "base/buf.h"
#include "intel/document.h"

/* Plain UTF-8 in NFKC with headings marked "# ", whatever it came as. */
enum noro_status noro_doc_text(struct noro_view bytes, const char **ret_format,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* Tags out, blocks on lines of their own, cells apart by tabs, entities undone. */
void noro_doc_strip_html(struct noro_view html, struct noro_buf *out);

/* Where we are in the document. */
struct noro_doc_where {
	enum noro_doc_section place;
	enum noro_doc_section outer[7]; /* by heading level */
	struct noro_view heading;       /* borrowed from the text */
	bool any;
	bool wants_files, wants_sha256, wants_mutex; /* what the heading says its values are */
};
/* Take one line; true if it is a heading (or a table's header), and `w` has moved. `next` is the
 * line behind, for underlined headings. */
bool noro_doc_heading(struct noro_doc_where *w, struct noro_view line, struct noro_view next);

/* Months and days in a row: how many were found; the earliest start and the latest end. */
size_t noro_doc_dates(struct noro_view line, int64_t *ret_from, int64_t *ret_until);
/* The header of a month matrix: where each month's column begins. */
enum { NORO_DOC_MONTHS = 60 };
struct noro_doc_months {
	size_t n;
	struct {
		size_t column, bars; /* characters, and '|' in front of it */
		int64_t from_ns, until_ns;
	} month[NORO_DOC_MONTHS];
};
bool noro_doc_month_header(struct noro_view line, struct noro_doc_months *ret);
size_t noro_doc_month_marks(const struct noro_doc_months *m, struct noro_view line,
	int64_t *ret_from, int64_t *ret_until);

/* Is this host one that documents point to rather than warn of: press, vendors, agencies? */
bool noro_doc_is_reference_host(struct noro_view host);
