/*
 * src/intel/document.h - indicators out of what people write: advisories, posts,
 * press releases, as text, Markdown, AsciiDoc, HTML or PDF, in English or
 * Japanese. Each keeps its section and line, and a role with a confidence.
 */
#pragma once

#include "base/arena.h"
#include "intel/indicator.h"

enum {
	NORO_DOC_MAX_BYTES = 64 << 20, /* of text, after unpacking */
	NORO_DOC_MAX_ITEMS = 1 << 20,
	NORO_DOC_PDF_SECONDS = 60, /* what pdftotext may take */
};

enum noro_doc_section {
	NORO_DOC_PROSE,
	NORO_DOC_INDICATORS,
	NORO_DOC_REFERENCES,
	NORO_DOC_MITIGATION,
	NORO_DOC_RULES,   /* YARA, Snort, Sigma */
	NORO_DOC_CONTACT, /* who wrote it, whom to call */
};

struct noro_doc_item {
	enum noro_ioc_kind kind;
	struct noro_view value; /* normalised */
	enum noro_ioc_role role;
	enum noro_doc_section place;
	const char *section;       /* the heading it stands under, NULL before the first */
	uint64_t line;             /* of the text, from 1 */
	uint8_t confidence;        /* 0-100 */
	bool defanged;             /* the author made it harmless: a sign of intent */
	int64_t from_ns, until_ns; /* from dates in its row; NORO_TIME_NONE */
};

struct noro_doc {
	const char *format;   /* "text", "html", "pdf" */
	const char *title;    /* the first heading or line; NULL */
	const char *advisory; /* its id, NULL */
	const char *cve;      /* all CVE numbers, comma-separated in order; NULL */
	const char *attack;   /* all ATT&CK technique ids; NULL */
	uint64_t lines;
	const struct noro_doc_item *item; /* one for each kind and value: the best place counts */
	size_t items;
};

/* Everything lives in the arena. PDF goes through pdftotext in a confined child. */
enum noro_status noro_document_read(struct noro_arena *a, struct noro_view bytes,
	struct noro_doc *ret, struct noro_error *err) NORO_MUSTUSE;
