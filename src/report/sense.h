/*
 * src/report/sense.h - what the police and NICTER publish, from the answers of observe/:
 * text, JSON, CSV, xlsx, self-contained HTML with charts; English and Japanese; eras on request.
 */
#pragma once

#include "base/buf.h"
#include "observe/observe.h"
#include "report/lang.h"

struct noro_sense_day { /* of the daily trend */
	int64_t start_ns;
	double per_address_day;
	uint64_t sources, victims, packets;
	double alive;
	bool partial; /* sensors were off for part of it, or the day is not over */
};
struct noro_sense_report {
	struct noro_rate now, before; /* the period, and the one before of equal length */
	const struct noro_rank_row *ports, *classes, *tools, *probes, *countries, *ases, *payloads;
	size_t ports_n, classes_n, tools_n, probes_n, countries_n, ases_n, payloads_n;
	const struct noro_victim *victim;
	size_t victims; /* longest, at most 50 */
	uint64_t victims_all, backscatter;
	const struct noro_scan *scan;
	size_t scans; /* widest, at most 50 */
	const struct noro_surge *surge;
	size_t surges;
	const struct noro_ill *ill;
	size_t ills;
	const struct noro_sense_day *day; /* the whole history asked for */
	size_t days;
	const char *const *sensor;
	size_t sensors;
	uint64_t addresses;
	const char *tables; /* dates of tag tables */
	int64_t now_ns;
	bool era; /* 令和 */
};
enum noro_sense_format {
	NORO_SENSE_TEXT,
	NORO_SENSE_JSON,
	NORO_SENSE_CSV,
	NORO_SENSE_HTML,
	NORO_SENSE_XLSX
};
/* xlsx writes to `path`, the others append to `out`. */
enum noro_status noro_sense_print(const struct noro_sense_report *r, enum noro_sense_format f,
	enum noro_lang lang, struct noro_buf *out, const char *path,
	struct noro_error *err) NORO_MUSTUSE;
