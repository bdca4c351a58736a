/* src/report/report_priv.h - what the writers share: escaping, moments, the summary. */
#pragma once

#include "base/jsonw.h"
#include "report/report.h"

/* Every writer: a pure function of the result and the options. */
enum noro_status noro_report_jsonl(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_coverage(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_run(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_terminal(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_csv(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_stix(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_sarif(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_timeline_jsonl(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_report_timeline_csv(const struct noro_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;

/* NORO_OK, or what stopped the buffer, told through `err`. The last line of every writer. */
enum noro_status noro_report_end(const struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* Append a workbook that a library wrote to a descriptor, from its beginning. */
enum noro_status noro_report_read_back(
	int fd, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/*
 * JSON from `from` to the end: characters that reorder or hide text become \u escapes, which any
 * reader undoes. With `html`, < > & as well, so that the text can stand in a script element.
 */
void noro_report_seal_json(struct noro_buf *out, size_t from, bool html);
/* A member that is an array of strings, empty or not. */
void noro_report_json_list(struct noro_jsonw *w, const char *key, struct noro_list list);
/* One finding as in findings.jsonl, without the line end and not sealed. */
void noro_report_finding_json(struct noro_jsonw *w, const struct noro_finding *f);
void noro_report_run_json(struct noro_jsonw *w, const struct noro_run *run);

/* As noro_escape, but a tab, which columns of tables are full of, becomes a blank. */
void noro_report_flat(struct noro_view text, size_t max, struct noro_buf *out);
/* The part of a record that shows the value: some more than `most` bytes, flat. */
void noro_report_snippet(
	struct noro_view record, struct noro_view value, size_t most, struct noro_buf *out);
/* "2025-03-04 05:06:07 UTC", with --show-tz the other clock in brackets; "time unknown" for none.
 */
void noro_report_when(const struct noro_report_opts *o, int64_t ns, struct noro_buf *out);
/* "3 d 4 h", "12 min": two units at most. */
void noro_report_span(enum noro_lang l, int64_t ns, struct noro_buf *out);
/* How far apart, never negative, 0 when one is unknown. */
int64_t noro_report_between(int64_t from, int64_t to);
/* 1234567 as "1,234,567"; bytes as "1.2 GB". */
void noro_report_count(uint64_t n, struct noro_buf *out);
void noro_report_bytes(uint64_t n, struct noro_buf *out);
/* A message of up to four arguments, all of them text. */
#define noro_report_say(l, out, ...) noro_lang_msg((l), &(struct noro_msg){ __VA_ARGS__ }, (out))

/* Words for people. */
const char *noro_report_severity_word(enum noro_lang l, enum noro_severity s);
const char *noro_report_answer_word(enum noro_lang l, enum noro_answer a);
const char *noro_report_window_word(enum noro_lang l, enum noro_window w);
/* "very likely", "likely", "possible", "weak" for a confidence. */
const char *noro_report_confidence_word(enum noro_lang l, unsigned confidence);
