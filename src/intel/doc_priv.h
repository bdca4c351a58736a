/* src/intel/doc_priv.h - the steps from a document's bytes to its indicators. */
#pragma once

#include "base/buf.h"
#include "intel/document.h"

/* Plain UTF-8 in NFKC with headings marked "# ", whatever it came as. */
enum noro_status noro_doc_text(struct noro_view bytes, const char **ret_format,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* Tags out, blocks on lines of their own, cells apart by tabs, entities undone. */
/* The line with spelled-out dots and entities of punctuation as [.] and [:]; itself if it has none,
 * else what `out` holds then. */
struct noro_view noro_doc_unspoken(struct noro_view line, struct noro_buf *out);
void noro_doc_strip_html(struct noro_view html, struct noro_buf *out);

/* Where we are in the document. */
struct noro_doc_where {
	enum noro_doc_section place;
	enum noro_doc_section outer[7]; /* by heading level */
	struct noro_view heading;       /* borrowed from the text */
	bool any;
	bool wants_files, wants_sha256, wants_mutex; /* what the heading says its values are */
	bool wants_keys;                             /* of a cipher or a certificate: no digests */
	bool honest;                                 /* "abused legitimate applications" */
	bool asciidoc;                               /* "== headings": dashes fence listings */
	size_t fence;                                /* dashes that opened the listing we are in */
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

/* What speaks about a value beside itself. */
enum noro_doc_row {
	NORO_DOC_ROW_PLAIN,
	NORO_DOC_ROW_GOOD_PLACE, /* "legitimate site": its hosts are no indicators */
	NORO_DOC_ROW_CLEAN,      /* an honest tool that intruders used: to search, not to block */
	NORO_DOC_ROW_HARMLESS,   /* "not malicious": nothing on it is */
};
struct noro_doc_around {
	enum noro_doc_row row;
	struct noro_view before; /* the cell's text in front of the value */
	bool honest;             /* the heading names what is good and only misused */
	bool rest;               /* what is left of a masked path */
	bool keys;               /* the heading announces keys or serial numbers, no digests */
};
enum noro_doc_doubt {
	NORO_DOC_SURE,
	NORO_DOC_HUNT_ONLY, /* worth a search, not to be blocked */
	NORO_DOC_NAMED,     /* named, not blamed */
};
enum noro_doc_row noro_doc_row(struct noro_view row);
/* `host` of a domain, URL or mail address, else empty. */
enum noro_doc_doubt noro_doc_doubt(enum noro_ioc_kind kind, struct noro_view value,
	struct noro_view host, const struct noro_doc_around *around);

/* Of the roots that are extensions as well, those that files bear more often. */
bool noro_doc_file_root(struct noro_view label);
/*
 * A path, a registry key or a file name with blanks at `begin` of a cell: the bytes it takes, 0 if
 * none begins there. `ret->n` is 0 when it is masked or cut off, so that only skipping it is right.
 */
size_t noro_doc_local(
	struct noro_view cell, size_t begin, enum noro_ioc_kind *ret_kind, struct noro_view *ret);
size_t noro_doc_quoted_name(struct noro_view cell, size_t begin, struct noro_view *ret);
/* The part of a cell that is one file name with blanks, behind digest, size or label; else empty.
 */
struct noro_view noro_doc_listed_name(struct noro_view cell);
/* Does the word in front say that a file name begins here, not that it goes on? */
bool noro_doc_name_begins(struct noro_view before);
