/* src/report/report.h - the table of outputs. A report is a pure function of the result and
 * knowledge. */
#pragma once

#include "finding/finding.h"
#include "knowledge/knowledge.h"
#include "report/lang.h"

struct noro_report_opts {
	enum noro_lang lang;
	const struct noro_zone *show_zone; /* shown beside UTC; NULL: UTC only */
	bool era;
	unsigned columns; /* terminal width, 0: 100 */
	bool colour;
	const char *dir; /* -o, for "see report.html" lines; NULL */
	/* Forms, recipients and deadlines of authority reports; NULL: those formats refuse. */
	const struct noro_knowledge *knowledge;
};

struct noro_report_format {
	const char *name;  /* "jsonl" */
	const char *file;  /* "findings.jsonl" */
	const char *title; /* N_() */
	bool by_default;   /* written whenever -o is given */
	/* A line a finding and nothing else: any stretch of findings may be written by itself. */
	bool lines;
	enum noro_status (*write)(const struct noro_result *r, const struct noro_report_opts *o,
		struct noro_buf *out, struct noro_error *err);
};
extern const struct noro_report_format noro_report_formats[]; /* ends with name == NULL */
const struct noro_report_format *noro_report_by_name(const char *name);
/*
 * Does the name that a user gave to --format mean this row? Its own name, or the
 * name of its family: "authority-report" means "authority-report-xlsx" as well.
 */
bool noro_report_selects(struct noro_view asked, const struct noro_report_format *f);

/* Secrets out of a record: passwords, communities, keys, URL credentials, Authorization, cookies.
 * Appends. */
void noro_mask(struct noro_view record, struct noro_buf *out);

/* noro_mask over every record and difference of a result, before anything is written of it; the
 * findings, which must not be constants, are changed where they stand. */
enum noro_status noro_report_redact(struct noro_result *result, struct noro_arena *a) NORO_MUSTUSE;

/* Read findings.jsonl of an earlier run (for --previous, case, exercise score). */
enum noro_status noro_findings_read(struct noro_view jsonl, struct noro_arena *a,
	const struct noro_finding **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* Read coverage.jsonl of an earlier run (for --resume). */
enum noro_status noro_coverage_read(struct noro_view jsonl, struct noro_arena *a,
	const struct noro_coverage **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
