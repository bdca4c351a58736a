/* src/report/authority_priv.h - what of a run fills a form for the authorities. */
#pragma once

#include "report/report_priv.h"
#include "report/summary_priv.h"

struct noro_authority {
	const struct noro_result *r;
	const struct noro_report_opts *o; /* lang is Japanese, whatever was asked for */
	const struct noro_summary *s;
};

/*
 * Append what the run knows for a form's `fill` word: lines of harmless text.
 * Nothing is appended when it knows nothing, and for an unknown word.
 */
void noro_authority_fill(const struct noro_authority *a, const char *word, struct noro_buf *out);

/* The form, or an error that says what is missing. */
enum noro_status noro_authority_form(const struct noro_report_opts *o, const char *id,
	const struct noro_report_form **ret, struct noro_error *err) NORO_MUSTUSE;

enum noro_status noro_report_authority_html(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_authority_ddos(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_authority_ransomware(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_authority_xlsx(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
