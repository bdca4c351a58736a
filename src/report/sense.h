/*
 * src/report/sense.h - what the police and NICTER publish, from the answers of observe/: text, JSON
 * and CSV, in English and Japanese, eras on request.
 */
#pragma once

#include "base/buf.h"
#include "observe/observe.h"
#include "report/lang.h"

struct noro_sense_ranking {
	const char *title; /* N_() */
	const struct noro_rank_row *row;
	size_t rows;
	enum noro_cut cut;
	bool by_sources;
};
struct noro_sense_report {
	struct noro_rate now, before; /* the period, and the one before of equal length */
	const struct noro_sense_ranking *ranking;
	size_t rankings;
	const struct noro_victim *const *victim; /* longest first */
	size_t victims;
	const struct noro_scan *const *scan; /* widest first */
	size_t scans;
	const struct noro_ill *ill;
	size_t ills;
	const struct noro_surges *surges;       /* NULL: not asked, or too short a history */
	const struct noro_campaigns *campaigns; /* NULL: not asked */
	const char *const *sensor;
	size_t sensors;
	struct noro_days days; /* for the pictures; none: no pictures of time */
	int64_t now_ns;
	bool era; /* Japanese eras */
};
/* Append to `out`. */
enum noro_status noro_sense_text(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_sense_json(
	const struct noro_sense_report *r, struct noro_buf *out) NORO_MUSTUSE;
/* One page that asks the network for nothing; with pictures. */
enum noro_status noro_sense_html(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
/* A workbook: a sheet of the figures, one of days, one for each ranking, victims, scanners. */
enum noro_status noro_sense_xlsx(const struct noro_sense_report *r, enum noro_lang lang,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* RFC 4180, one table of all rankings; with a byte order mark for Japanese. */
enum noro_status noro_sense_csv(
	const struct noro_sense_report *r, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
/* Groups of first payloads, `top` of those with a name and as many without; JSON: all, one a line.
 */
enum noro_status noro_sense_payloads_text(const struct noro_payloads *p, size_t top,
	enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_sense_payloads_json(
	const struct noro_payloads *p, struct noro_buf *out) NORO_MUSTUSE;
/* Rankings alone, and one source or victim: as parts of the text above. */
void noro_sense_ranking_text(
	const struct noro_sense_ranking *k, enum noro_lang lang, struct noro_buf *out);
void noro_sense_victims_text(const struct noro_victim *const *v, size_t n, enum noro_lang lang,
	bool era, struct noro_buf *out);
void noro_sense_scans_text(const struct noro_scan *const *s, size_t n, enum noro_lang lang,
	bool era, struct noro_buf *out);

/* --- surge.c: ports that rise, and why --- */
enum noro_status noro_surges_text(const struct noro_surges *s, enum noro_lang lang, bool era,
	struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_surges_json(const struct noro_surges *s, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_surges_csv(
	const struct noro_surges *s, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
/* One page, one workbook: with pictures (sense_page.c, sense_xlsx.c). */
enum noro_status noro_surges_html(const struct noro_surges *s, enum noro_lang lang, bool era,
	struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_surges_xlsx(const struct noro_surges *s, enum noro_lang lang, bool era,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/* --- trend.c: accesses per address over days, months, years --- */
enum noro_status noro_trend_text(const struct noro_trend *t, enum noro_lang lang, bool era,
	struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_trend_json(const struct noro_trend *t, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_trend_csv(
	const struct noro_trend *t, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_trend_html(const struct noro_trend *t, enum noro_lang lang, bool era,
	struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_trend_xlsx(const struct noro_trend *t, enum noro_lang lang, bool era,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/* --- campaign.c: sources that work as one --- */
/* JSON: all members; CSV: a row for each. */
enum noro_status noro_campaigns_text(const struct noro_campaigns *c, size_t top,
	enum noro_lang lang, bool era, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_campaigns_json(
	const struct noro_campaigns *c, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_campaigns_csv(
	const struct noro_campaigns *c, enum noro_lang lang, struct noro_buf *out) NORO_MUSTUSE;
